package receivables

import (
	"cmp"
	"iter"
	"slices"

	"github.com/rickb777/date/v2"
)

// Reduction is what took something off an invoice.
type Reduction struct {
	// On is the day that counts for the debtor: receipt of the payment or date of the
	// credit note, whenever it was applied; for a write-off its own day.
	On     date.Date
	Kind   EntryKind // EntryCollected, EntryCredited or EntryWrittenOff
	Amount Money     // above zero
}

// InvoiceHistory is one due date of an invoice with all that reduced it. It is what
// interest for late payment is computed from, paid or not.
type InvoiceHistory struct {
	Document    string
	Instalment  int // 1-based by due date; 0 when the invoice has none
	Customer    string
	IssuedOn    date.Date
	DueOn       date.Date // zero: not known
	Amount      Money
	Reductions  []Reduction // by day
	Entity      string
	Salesperson string
}

// Histories returns every invoice that counts at the end of asOf, as known on
// knownOn, each due date on its own, with the reductions that count then. What was
// applied to an invoice as a whole fills its due dates from the earliest on, in the
// order of the days on which it was received. The order is that of recording.
func (l *Ledger) Histories(asOf, knownOn date.Date) iter.Seq[InvoiceHistory] {
	return func(yield func(InvoiceHistory) bool) {
		for i := range l.documents {
			d := &l.documents[i]
			if !d.isDebit() || !d.active(asOf, knownOn) {
				continue
			}
			for _, h := range l.historyOf(d, asOf, knownOn) {
				if !yield(h) {
					return
				}
			}
		}
	}
}

// historyOf divides the reductions of an invoice among its due dates.
func (l *Ledger) historyOf(d *document, asOf, knownOn date.Date) []InvoiceHistory {
	base := InvoiceHistory{
		Document: d.id, Customer: d.customer, IssuedOn: d.on, DueOn: d.due, Amount: d.amount, Entity: d.entity, Salesperson: d.salesperson,
	}
	list := []InvoiceHistory{base}
	if len(d.instalments) > 0 {
		list = list[:0]
		for k, in := range d.instalments {
			part := base
			part.Instalment, part.DueOn, part.Amount = k+1, in.DueOn, in.Amount
			list = append(list, part)
		}
	}
	for _, share := range l.shares(d, asOf, knownOn) {
		s := &l.settlements[share.of]
		r := Reduction{On: l.received(s), Kind: EntryWrittenOff, Amount: Money{amount: share.amount, currency: d.amount.currency}}
		if s.credit >= 0 {
			r.Kind = EntryCollected
			if l.documents[s.credit].kind == KindCreditNote {
				r.Kind = EntryCredited
			}
		}
		list[share.part].Reductions = append(list[share.part].Reductions, r)
	}
	for k := range list {
		slices.SortStableFunc(list[k].Reductions, func(a, b Reduction) int { return cmp.Compare(a.On, b.On) })
	}
	return list
}
