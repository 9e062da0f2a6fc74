package receivables

import (
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

// openItemsOf yields the open parts of an active document.
func (l *Ledger) openItemsOf(d *document, asOf, knownOn date.Date) iter.Seq[OpenItem] {
	return func(yield func(OpenItem) bool) {
		open := l.openParts(d, asOf, knownOn)
		disputed := l.disputedParts(d, open, asOf, knownOn)
		for k, amount := range open {
			if amount.IsZero() {
				continue
			}
			item := OpenItem{
				Document: d.id, Kind: d.kind, Customer: d.customer, IssuedOn: d.on, DueOn: d.due,
				Original: d.signed(), Open: amount, Disputed: disputed[k],
				Entity: d.entity, Salesperson: d.salesperson, Labels: d.labels,
			}
			if len(d.instalments) > 0 {
				item.Instalment = k + 1
				item.DueOn = d.instalments[k].DueOn
				item.Original = d.instalments[k].Amount
			}
			if !yield(item) {
				return
			}
		}
	}
}

// openParts returns what is open of each instalment (of the document if it has
// none), signed.
func (l *Ledger) openParts(d *document, asOf, knownOn date.Date) []Money {
	parts := []Money{d.amount}
	if len(d.instalments) > 0 {
		parts = parts[:0]
		for _, in := range d.instalments {
			parts = append(parts, in.Amount)
		}
	}
	whole := decimal.Zero // applied to the document as a whole
	for _, i := range d.settlements {
		s := &l.settlements[i]
		if !l.active(s, asOf, knownOn) {
			continue
		}
		reduced := s.amount
		if !d.isDebit() {
			reduced = s.taken
		}
		if s.instalment > 0 && d.isDebit() { // of the invoice, not of the credit applied to it
			parts[s.instalment-1] = parts[s.instalment-1].AddAmount(reduced.amount.Neg())
		} else {
			whole = whole.Add(reduced.amount)
		}
	}
	for k := range parts {
		take := whole
		if last := k == len(parts)-1; !last {
			take = decimal.Min(whole, decimal.Max(parts[k].amount, decimal.Zero))
		}
		parts[k] = parts[k].AddAmount(take.Neg())
		whole = whole.Sub(take)
	}
	if !d.isDebit() {
		for k := range parts {
			parts[k] = parts[k].Neg()
		}
	}
	return parts
}

// disputedParts returns the part under dispute of each open part; the zero
// Money where there is none.
func (l *Ledger) disputedParts(d *document, open []Money, asOf, knownOn date.Date) []Money {
	disputed := make([]Money, len(open))
	add := func(k int, amount decimal.Decimal) decimal.Decimal {
		if open[k].Sign() <= 0 {
			return decimal.Zero
		}
		already := disputed[k].amount
		take := decimal.Min(amount, open[k].amount.Sub(already))
		disputed[k] = Money{amount: already.Add(take), currency: d.amount.currency}
		return take
	}
	for _, i := range slices.Concat(d.holds, l.customerHolds[d.customer]) {
		h := &l.holds[i]
		if h.Kind != HoldDispute || !h.active(asOf, knownOn) {
			continue
		}
		limit := h.Scope.Amount
		for k := range open {
			if h.Scope.Instalment != 0 && h.Scope.Instalment != k+1 {
				continue
			}
			if !limit.IsValid() {
				add(k, open[k].amount)
				continue
			}
			limit = limit.AddAmount(add(k, limit.amount).Neg())
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
