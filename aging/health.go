package aging

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// Check is one thing to look at in a receivables ledger.
type Check string

// The checks, after the "7 clés d'une comptabilité client à jour" of the
// profession: cash applied, credit notes matched, customers identified, due
// dates right, no duplicates, small balances cleared, disputes followed.
const (
	CheckUnappliedCash       Check = "unapplied_cash"        // payments and deposits not applied (règlements non lettrés)
	CheckUnmatchedCreditNote Check = "unmatched_credit_note" // credit notes not set against an invoice (avoirs non lettrés)
	CheckUnknownPayer        Check = "unknown_payer"         // open payments without customer
	CheckMissingDueDate      Check = "missing_due_date"      // open invoices without due date
	CheckImpossibleDueDate   Check = "impossible_due_date"   // due before it was issued
	CheckPossibleDuplicate   Check = "possible_duplicate"    // same customer, kind, day and amount under several numbers
	CheckTwoSpellings        Check = "two_spellings"         // customer numbers that differ in leading zeros, case or spaces only
	CheckSmallResidue        Check = "small_residue"         // a few cents left of a document
	CheckStaleDispute        Check = "stale_dispute"         // disputes open for long
	CheckCreditBalance       Check = "credit_balance"        // customers who are owed money on the whole (soldes créditeurs)
)

// HealthConfig holds the thresholds of the checks. The zero value of a field is
// its default.
type HealthConfig struct {
	// SmallResidue is the largest amount, in units of the currency, that counts
	// as a residue of a larger document; default 1.
	SmallResidue decimal.Decimal
	// StaleDisputeDays is the number of days after which an open dispute is stale;
	// default 30 (a dispute opened exactly that long ago is not).
	StaleDisputeDays int
}

// Finding is what one check found in one currency. A check without finding is
// not listed.
type Finding struct {
	Check    Check
	Currency receivables.Currency
	Amount   receivables.Money // sum of the open amounts of Items, signed
	Items    []FindingItem     // largest amount first
}

// FindingItem is one case.
type FindingItem struct {
	Customer string
	Document string // empty when the case is a customer
	// With lists the other documents or spellings of the same case.
	With   []string
	Amount receivables.Money
	// Days is the age of the case in days: since the document, since the dispute
	// was opened, or by how much a due date is too early; 0 where it has none.
	Days int
}

// CheckHealth names what keeps a ledger from being usable at the end of asOf, as
// known on knownOn. Findings come in the order of the checks above, then by
// currency. It reads the ledger and changes nothing; whether two documents of the
// same amount are one is for a person to say.
//
// Errors:
//   - [receivables.ErrInvalidInput] for a negative threshold.
func CheckHealth(ledger *receivables.Ledger, asOf, knownOn date.Date, config HealthConfig) ([]Finding, error) {
	if config.SmallResidue.Sign() < 0 || config.StaleDisputeDays < 0 {
		return nil, &receivables.FieldError{
			Path: "health: thresholds", Value: fmt.Sprintf("%s, %d", config.SmallResidue, config.StaleDisputeDays),
			Rule: receivables.RuleSign, Detail: "must not be negative",
		}
	}
	if config.SmallResidue.IsZero() {
		config.SmallResidue = decimal.New(1, 0)
	}
	config.StaleDisputeDays = cmp.Or(config.StaleDisputeDays, 30)
	h := health{asOf: asOf, knownOn: knownOn, config: config, found: map[findingKey]*Finding{}}
	open := map[string]receivables.Money{} // by document
	for item := range ledger.OpenItems(asOf, knownOn) {
		h.item(&item)
		sum := receivables.Zero(item.Open.Currency())
		if before, ok := open[item.Document]; ok {
			sum = before
		}
		open[item.Document] = sum.AddAmount(item.Open.Amount())
	}
	h.documents(ledger, open)
	h.disputes(ledger)
	h.customers(ledger)
	return h.list(), nil
}

type findingKey struct {
	check    Check
	currency receivables.Currency
}

// health collects findings.
type health struct {
	asOf, knownOn date.Date
	config        HealthConfig
	found         map[findingKey]*Finding
}

func (h *health) add(check Check, item FindingItem) {
	currency := item.Amount.Currency()
	key := findingKey{check, currency}
	if h.found[key] == nil {
		h.found[key] = &Finding{Check: check, Currency: currency, Amount: receivables.Zero(currency)}
	}
	f := h.found[key]
	f.Amount = f.Amount.AddAmount(item.Amount.Amount())
	f.Items = append(f.Items, item)
}

// item runs the checks that look at a single open item.
func (h *health) item(item *receivables.OpenItem) {
	found := FindingItem{
		Customer: item.Customer, Document: item.Document, Amount: item.Open, Days: receivables.DaysBetween(item.IssuedOn, h.asOf),
	}
	switch item.Kind {
	case receivables.KindInvoice:
		if item.DueOn == 0 {
			h.add(CheckMissingDueDate, found)
		} else if item.DueOn < item.IssuedOn {
			early := found
			early.Days = receivables.DaysBetween(item.DueOn, item.IssuedOn)
			h.add(CheckImpossibleDueDate, early)
		}
	case receivables.KindCreditNote:
		h.add(CheckUnmatchedCreditNote, found)
	case receivables.KindPayment, receivables.KindDeposit:
		h.add(CheckUnappliedCash, found)
		if item.Customer == "" {
			h.add(CheckUnknownPayer, found)
		}
	}
	open, original := item.Open.Amount().Abs(), item.Original.Amount().Abs()
	if open.LessThanOrEqual(h.config.SmallResidue) && open.LessThan(original) {
		h.add(CheckSmallResidue, found)
	}
}

// documents looks for the same document under two numbers, at least one of them
// still open: when the other is paid, it is the usual reason for not paying.
func (h *health) documents(ledger *receivables.Ledger, open map[string]receivables.Money) {
	type likeness struct {
		customer, amount string
		kind             receivables.EntryKind
		on               date.Date
	}
	var order []likeness
	alike := map[likeness][]receivables.Entry{}
	for e := range ledger.Entries(h.asOf, h.knownOn) {
		switch e.Kind {
		case receivables.EntryBilled, receivables.EntryCredited, receivables.EntryCollected:
		case receivables.EntryWrittenOff, receivables.EntryRefunded, receivables.EntryAllocated:
			continue
		}
		if e.Amount.IsZero() {
			continue
		}
		key := likeness{e.Customer, e.Amount.Amount().String() + e.Amount.Currency().Code(), e.Kind, e.On}
		if len(alike[key]) == 1 {
			order = append(order, key)
		}
		alike[key] = append(alike[key], e)
	}
	for _, key := range order {
		first, rest := alike[key][0], alike[key][1:]
		item := FindingItem{
			Customer: first.Customer, Document: first.Document, Amount: receivables.Zero(first.Amount.Currency()),
			Days: receivables.DaysBetween(first.On, h.asOf),
		}
		for _, e := range rest {
			item.With = append(item.With, e.Document)
		}
		isOpen := false
		for _, e := range alike[key] {
			if o, ok := open[e.Document]; ok {
				isOpen = true
				item.Amount = item.Amount.AddAmount(o.Amount())
			}
		}
		if isOpen {
			h.add(CheckPossibleDuplicate, item)
		}
	}
}

// disputes looks for documents with a disputed part under a dispute that has been
// open longer than the threshold.
func (h *health) disputes(ledger *receivables.Ledger) {
	since := map[scopeKey]date.Date{} // first day of the oldest open dispute
	for hold := range ledger.Holds(h.asOf, h.knownOn) {
		if hold.Kind != receivables.HoldDispute || hold.EndedOn != 0 {
			continue
		}
		key := scopeKey{hold.Scope.Customer, hold.Scope.Document}
		if first, ok := since[key]; !ok || hold.From < first {
			since[key] = hold.From
		}
	}
	disputed := map[string]*FindingItem{}
	var order []string
	for item := range ledger.OpenItems(h.asOf, h.knownOn) {
		if item.Disputed.Sign() <= 0 {
			continue
		}
		days := 0
		for _, key := range []scopeKey{{item.Customer, ""}, {"", item.Document}} {
			if first, ok := since[key]; ok {
				days = max(days, receivables.DaysBetween(first, h.asOf))
			}
		}
		if days <= h.config.StaleDisputeDays {
			continue
		}
		if found := disputed[item.Document]; found != nil {
			found.Amount = found.Amount.AddAmount(item.Disputed.Amount())
			continue
		}
		disputed[item.Document] = &FindingItem{Customer: item.Customer, Document: item.Document, Amount: item.Disputed, Days: days}
		order = append(order, item.Document)
	}
	for _, document := range order {
		h.add(CheckStaleDispute, *disputed[document])
	}
}

// scopeKey is a customer or a document.
type scopeKey struct{ customer, document string }

// customers looks for credit balances and for one customer under several numbers,
// whatever their currencies.
func (h *health) customers(ledger *receivables.Ledger) {
	balances := ledger.Balances(h.asOf, h.knownOn)
	alike := map[string]map[string]bool{} // numbers by spelling
	note := func(customer string) {
		key := spelling(customer)
		if alike[key] == nil {
			alike[key] = map[string]bool{}
		}
		alike[key][customer] = true
	}
	for _, b := range balances {
		note(b.Customer)
		if b.Customer != "" && b.Amount.Sign() < 0 {
			h.add(CheckCreditBalance, FindingItem{Customer: b.Customer, Amount: b.Amount})
		}
	}
	for c := range ledger.Customers() {
		note(c.ID)
	}
	type account struct {
		key      string
		currency receivables.Currency
	}
	found := map[account]*FindingItem{}
	for _, b := range balances {
		numbers := slices.Sorted(maps.Keys(alike[spelling(b.Customer)]))
		if len(numbers) < 2 {
			continue
		}
		key := account{spelling(b.Customer), b.Amount.Currency()}
		if found[key] == nil {
			found[key] = &FindingItem{Customer: numbers[0], With: numbers[1:], Amount: receivables.Zero(key.currency)}
		}
		found[key].Amount = found[key].Amount.AddAmount(b.Amount.Amount())
	}
	for _, item := range found {
		h.add(CheckTwoSpellings, *item)
	}
}

// spelling strips what differs between spellings of one customer number.
func spelling(customer string) string {
	s := strings.ToUpper(strings.Join(strings.Fields(customer), ""))
	if trimmed := strings.TrimLeft(s, "0"); trimmed != "" {
		return trimmed
	}
	return s
}

// list sorts the findings.
func (h *health) list() []Finding {
	order := []Check{
		CheckUnappliedCash, CheckUnmatchedCreditNote, CheckUnknownPayer, CheckMissingDueDate, CheckImpossibleDueDate,
		CheckPossibleDuplicate, CheckTwoSpellings, CheckSmallResidue, CheckStaleDispute, CheckCreditBalance,
	}
	findings := make([]Finding, 0, len(h.found))
	for _, f := range h.found {
		slices.SortStableFunc(f.Items, func(x, y FindingItem) int {
			return cmp.Or(
				y.Amount.Amount().Abs().Cmp(x.Amount.Amount().Abs()),
				strings.Compare(x.Customer, y.Customer), strings.Compare(x.Document, y.Document),
			)
		})
		findings = append(findings, *f)
	}
	slices.SortFunc(findings, func(x, y Finding) int {
		return cmp.Or(
			cmp.Compare(slices.Index(order, x.Check), slices.Index(order, y.Check)),
			strings.Compare(x.Currency.Code(), y.Currency.Code()),
		)
	})
	return findings
}
