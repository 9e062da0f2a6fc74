package receivables

import (
	"cmp"
	"fmt"
	"iter"
	"slices"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
)

// Ledger holds facts and answers for any day, as known on any day. Facts are
// only added: what turns out wrong is ended by a [Reversal], so that a report of
// last year can be printed again as it was.
//
// The zero value is an empty ledger. A Ledger may be read by several goroutines
// at once, but not while facts are recorded.
type Ledger struct {
	facts         []Fact // as given, in the order of recording
	customers     []Customer
	documents     []document
	settlements   []settlement
	holds         []hold
	byCustomer    map[string]int   // position in customers
	byID          map[string]ref   // every other fact that has an ID
	customerHolds map[string][]int // holds on whole customers, positions in holds
}

// NewLedger returns a ledger of the given facts; errors as [Ledger.Record].
func NewLedger(facts ...Fact) (*Ledger, error) {
	l := &Ledger{}
	if err := l.Record(facts...); err != nil {
		return nil, err
	}
	return l, nil
}

// span is when a fact counts: from on, known on known, until it is ended.
type span struct {
	on, known date.Date
	ends      []ending
}

// ending is a Reversal or Closure: from on, known on known.
type ending struct {
	on, known date.Date
	outcome   Outcome
}

// active reports whether the fact counts on asOf as known on knownOn.
func (s *span) active(asOf, knownOn date.Date) bool {
	if s.on > asOf || s.known > knownOn {
		return false
	}
	for _, e := range s.ends {
		if e.on <= asOf && e.known <= knownOn {
			return false
		}
	}
	return true
}

// document is an invoice, credit note or payment.
type document struct {
	span
	id                  string
	kind                Kind
	customer            string
	amount              Money
	due                 date.Date    // of a document without instalments
	instalments         []Instalment // sorted by due date, undated last
	corrects            string
	entity, salesperson string
	labels              Labels
	settlements         []int // positions in Ledger.settlements
	holds               []int // holds on this document, positions in Ledger.holds
	// applied adds up all settlements ever recorded, ended or not: of the whole
	// document, and of each instalment by position.
	applied   decimal.Decimal
	appliedTo []decimal.Decimal
}

func (d *document) isDebit() bool { return d.kind == KindInvoice }

// signed returns the amount as it counts in the balance.
func (d *document) signed() Money {
	if d.isDebit() {
		return d.amount
	}
	return d.amount.Neg()
}

// part is the amount of an instalment, or of the document for instalment 0.
func (d *document) part(instalment int) Money {
	if instalment == 0 {
		return d.amount
	}
	return d.instalments[instalment-1].Amount
}

// settlement reduces one document (write-off, refund) or two (allocation).
type settlement struct {
	span
	kind       EntryKind // EntryAllocated, EntryWrittenOff or EntryRefunded
	id         string
	debit      int // position of the invoice, -1 if none
	credit     int // position of the credit document, -1 if none
	instalment int
	amount     Money // off the debit; off the credit if there is no debit
	taken      Money // off the credit
	reason     WriteOffReason
}

// hold is a recorded Hold. Its endings are closures only.
type hold struct {
	span
	Hold
}

// end returns the first day no longer held, as known on knownOn, and how it ended;
// zero: open. The closure known last holds; without one it is Until.
func (h *hold) end(knownOn date.Date) (date.Date, Outcome) {
	var last *ending
	for i := range h.ends {
		if e := &h.ends[i]; e.known <= knownOn && (last == nil || e.known >= last.known) {
			last = e
		}
	}
	if last == nil {
		return h.Until, OutcomeNotStated
	}
	return last.on, last.outcome
}

// active reports whether the hold holds on asOf as known on knownOn.
func (h *hold) active(asOf, knownOn date.Date) bool {
	end, _ := h.end(knownOn)
	return h.on <= asOf && h.known <= knownOn && (end == 0 || asOf < end)
}

// ref names a recorded fact.
type ref struct {
	class refClass
	at    int
}

type refClass uint8

const (
	refDocument refClass = iota
	refSettlement
	refHold
)

// active reports whether a settlement counts: itself and its documents.
func (l *Ledger) active(s *settlement, asOf, knownOn date.Date) bool {
	return s.active(asOf, knownOn) &&
		(s.debit < 0 || l.documents[s.debit].active(asOf, knownOn)) &&
		(s.credit < 0 || l.documents[s.credit].active(asOf, knownOn))
}

// OpenItems returns what is open at the end of asOf, using only facts known by
// knownOn: asOf = knownOn = the last day of a year repeats the report of that
// day; knownOn later adds what was learned since. Documents issued after asOf
// and documents with nothing open are left out. Items come in the order in which
// their documents were recorded, instalments by due date.
//
// Amounts applied to an invoice as a whole fill its instalments in the order of
// their due dates, undated last. If a past state of knowledge applied more to a
// document than it held, the item shows the excess with the opposite sign rather
// than hiding it.
func (l *Ledger) OpenItems(asOf, knownOn date.Date) iter.Seq[OpenItem] {
	return func(yield func(OpenItem) bool) {
		for i := range l.documents {
			d := &l.documents[i]
			if !d.active(asOf, knownOn) {
				continue
			}
			for item := range l.openItemsOf(d, asOf, knownOn) {
				if !yield(item) {
					return
				}
			}
		}
	}
}

// Invoiced yields the invoices and credit notes dated up to the end of a day, as known on another one, each instalment on its own, with
// its whole amount as Open, credit notes below zero: what sales are made of, whatever was paid since. Cancelled documents are left
// out.
func (l *Ledger) Invoiced(asOf, knownOn date.Date) iter.Seq[OpenItem] {
	return func(yield func(OpenItem) bool) {
		for i := range l.documents {
			d := &l.documents[i]
			if d.kind != KindInvoice && d.kind != KindCreditNote || !d.active(asOf, knownOn) {
				continue
			}
			for part := range d.partAmounts() {
				if !yield(d.item(part)) {
					return
				}
			}
		}
	}
}

// openItemsOf yields the open parts of an active document.
func (l *Ledger) openItemsOf(d *document, asOf, knownOn date.Date) iter.Seq[OpenItem] {
	return func(yield func(OpenItem) bool) {
		open := l.openParts(d, asOf, knownOn)
		disputed := l.disputedParts(d, open, asOf, knownOn)
		for k, amount := range open {
			if amount.IsZero() {
				continue
			}
			item := d.item(k)
			item.Open, item.Disputed = amount, disputed[k]
			if !yield(item) {
				return
			}
		}
	}
}

// item returns a part of a document as it was made, all of it open.
func (d *document) item(part int) OpenItem {
	item := OpenItem{
		Document: d.id, Kind: d.kind, Customer: d.customer, IssuedOn: d.on, DueOn: d.due, Original: d.signed(),
		Entity: d.entity, Salesperson: d.salesperson, Labels: d.labels,
	}
	if len(d.instalments) > 0 {
		item.Instalment = part + 1
		item.DueOn = d.instalments[part].DueOn
		item.Original = d.instalments[part].Amount
	}
	item.Open = item.Original
	return item
}

// partAmounts returns the amount of each instalment, of the document if it has none.
func (d *document) partAmounts() []Money {
	if len(d.instalments) == 0 {
		return []Money{d.amount}
	}
	parts := make([]Money, len(d.instalments))
	for k, in := range d.instalments {
		parts[k] = in.Amount
	}
	return parts
}

// openParts returns what is open of each instalment (of the document if it has
// none), signed.
func (l *Ledger) openParts(d *document, asOf, knownOn date.Date) []Money {
	parts := d.partAmounts()
	for _, s := range l.shares(d, asOf, knownOn) {
		parts[s.part] = parts[s.part].AddAmount(s.amount.Neg())
	}
	if !d.isDebit() {
		for k := range parts {
			parts[k] = parts[k].Neg()
		}
	}
	return parts
}

// portion is what one settlement takes off, or one hold keeps of, one part of a
// document. of is its position in Ledger.settlements or Ledger.holds.
type portion struct {
	part, of int
	amount   decimal.Decimal
}

// shares divides the settlements that count among the parts of a document. Those that
// name their instalment come first; the others fill what is left of the parts in
// their order, by the day of receipt. What is too much is taken off the last part.
func (l *Ledger) shares(d *document, asOf, knownOn date.Date) []portion {
	var list []portion
	var whole []int
	for _, i := range d.settlements {
		s := &l.settlements[i]
		switch {
		case !l.active(s, asOf, knownOn):
		case len(d.instalments) == 0:
			list = append(list, portion{0, i, s.reduces(d)})
		case s.instalment > 0:
			list = append(list, portion{s.instalment - 1, i, s.reduces(d)})
		default:
			whole = append(whole, i)
		}
	}
	if len(whole) == 0 {
		return list
	}
	left := make([]decimal.Decimal, len(d.instalments))
	for k, in := range d.instalments {
		left[k] = in.Amount.amount
	}
	for _, s := range list {
		left[s.part] = left[s.part].Sub(s.amount)
	}
	slices.SortStableFunc(whole, func(a, b int) int {
		return cmp.Compare(l.received(&l.settlements[a]), l.received(&l.settlements[b]))
	})
	for _, i := range whole {
		rest := l.settlements[i].reduces(d)
		for k := range left {
			take := rest
			if last := k == len(left)-1; !last {
				take = decimal.Min(rest, decimal.Max(left[k], decimal.Zero))
			}
			if !take.IsZero() {
				list = append(list, portion{k, i, take})
				left[k] = left[k].Sub(take)
				rest = rest.Sub(take)
			}
		}
	}
	return list
}

// reduces returns what a settlement takes off one of its documents.
func (s *settlement) reduces(d *document) decimal.Decimal {
	if d.isDebit() {
		return s.amount.amount
	}
	return s.taken.amount
}

// received returns the day that counts for the debtor: that of the credit document, of
// a write-off its own.
func (l *Ledger) received(s *settlement) date.Date {
	if s.credit >= 0 && s.debit >= 0 {
		return l.documents[s.credit].on
	}
	return s.on
}

// heldParts divides what is open among the holds that hold: disputes first, then the
// other kinds, each in the order of recording. No amount is held twice, and only
// debits are held.
func (l *Ledger) heldParts(d *document, open []Money, asOf, knownOn date.Date) []portion {
	all := slices.Concat(d.holds, l.customerHolds[d.customer])
	if len(all) == 0 {
		return nil
	}
	free := make([]decimal.Decimal, len(open))
	for k := range open {
		free[k] = decimal.Max(open[k].amount, decimal.Zero)
	}
	var list []portion
	keep := func(disputes bool) {
		for _, i := range all {
			h := &l.holds[i]
			if (h.Kind == HoldDispute) != disputes || !h.active(asOf, knownOn) {
				continue
			}
			limit := h.Scope.Amount
			for k := range open {
				if h.Scope.Instalment != 0 && h.Scope.Instalment != k+1 {
					continue
				}
				take := free[k]
				if limit.IsValid() {
					take = decimal.Min(take, limit.amount)
					limit = limit.AddAmount(take.Neg())
				}
				if !take.IsZero() {
					list = append(list, portion{k, i, take})
					free[k] = free[k].Sub(take)
				}
			}
		}
	}
	keep(true)
	keep(false)
	return list
}

// disputedParts returns the part under dispute of each open part; the zero
// Money where there is none.
func (l *Ledger) disputedParts(d *document, open []Money, asOf, knownOn date.Date) []Money {
	disputed := make([]Money, len(open))
	for _, h := range l.heldParts(d, open, asOf, knownOn) {
		if l.holds[h.of].Kind == HoldDispute {
			disputed[h.part] = Money{amount: disputed[h.part].amount.Add(h.amount), currency: d.amount.currency}
		}
	}
	return disputed
}

// Customer returns what is recorded about a customer.
func (l *Ledger) Customer(id string) (Customer, bool) {
	i, ok := l.byCustomer[id]
	if !ok {
		return Customer{}, false
	}
	return l.customers[i], true
}

// Facts returns every fact as it was recorded, in that order: recording them in
// another ledger gives the same ledger. What is yielded is shared with the ledger
// and must not be changed.
func (l *Ledger) Facts() iter.Seq[Fact] { return slices.Values(l.facts) }

// Customers returns the recorded customers, each once, as recorded last.
func (l *Ledger) Customers() iter.Seq[Customer] { return slices.Values(l.customers) }

// UltimateParent returns the head of the group a customer belongs to, as recorded
// last: the customer itself when it has no parent on record.
func (l *Ledger) UltimateParent(customer string) string {
	for {
		c, ok := l.Customer(customer)
		if !ok || c.Parent == "" {
			return customer
		}
		customer = c.Parent
	}
}

// HoldState is a hold with how it ended, as known on a day.
type HoldState struct {
	Hold
	// EndedOn is the first day no longer held, by Until or a Closure; zero: open.
	EndedOn date.Date
	Outcome Outcome
}

// Holds returns the holds that had begun by asOf, as known on knownOn, in the
// order of recording. EndedOn is set when they had ended by asOf.
func (l *Ledger) Holds(asOf, knownOn date.Date) iter.Seq[HoldState] {
	return func(yield func(HoldState) bool) {
		for i := range l.holds {
			h := &l.holds[i]
			if h.on > asOf || h.known > knownOn {
				continue
			}
			state := HoldState{Hold: h.Hold}
			if end, outcome := h.end(knownOn); end != 0 && end <= asOf {
				state.EndedOn, state.Outcome = end, outcome
			}
			if !yield(state) {
				return
			}
		}
	}
}

// describe names a document in messages.
func (d *document) describe() string { return fmt.Sprintf("%s %q", d.kind, d.id) }
