package receivables

import (
	"cmp"
	"fmt"
	"iter"
	"slices"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
)

// Timeline is an open item through time: a document, or one instalment of it, with
// every change of what is open of it. What is open at the end of a day is the sum of
// the changes up to that day. It is what indicators of many days are computed from
// in one pass; a program that has no [Ledger] can fill it from its own tables, see
// [NewTimeline].
type Timeline struct {
	Item    OpenItem     // as it was made: Open is all of it, nothing disputed
	Changes []Change     // by day; the first one is the document itself
	Holds   []HoldChange // by day
}

// Change is one step of what is open of an item.
type Change struct {
	// On is the first day on which the books show it.
	On date.Date
	// For is the day it counts for: of the document itself the day of the sale, which
	// for a credit note is the day of the invoice it corrects, if that is known; of
	// money the day of receipt. Zero: On.
	For  date.Date
	Kind EntryKind
	// Source is the kind of the credit document that an allocation applied.
	Source Kind
	// Amount is added to what is open: for an invoice, of the document itself above
	// zero, of a payment below. What takes back an earlier change has the opposite sign.
	Amount   Money
	WriteOff WriteOffReason // of a write-off
}

// HoldChange is one step of what a hold keeps of an item. Of the open amount,
// disputes come first, then the other kinds of hold; none of it is held twice.
type HoldChange struct {
	On     date.Date // first day
	Hold   Hold
	Amount Money // added to what the hold keeps; below zero when it ends
}

// NewTimeline returns the timeline of a document from its Original amount and what reduced it,
// for programs that have no ledger. The document counts from its day of issue, a reduction of
// an earlier day (a deposit) from then on. Disputes are not made from the item: append them to
// Holds, each with its days.
//
// Money is told once. Where a program keeps no payments of their own, what reduced an invoice
// is of kind EntryCollected, EntryCredited or EntryWrittenOff. Where payments and credit notes
// are timelines too, what they paid is of kind EntryAllocated on both sides; on the invoice it
// is taken for money, unless Source of the change is set to [KindCreditNote]. A credit can
// also be reduced by EntryRefunded and EntryWrittenOff.
//
// Errors, each a [*FieldError]:
//   - [ErrInvalidInput] for a document without date or amount, an invoice below zero, a credit
//     above zero, a reduction without day, of another kind or not above zero, and a
//     Disputed amount in the item;
//   - [ErrCurrencyMismatch] for a reduction in another currency;
//   - [ErrOverAllocated] for more than the document holds;
//   - [ErrConflict] for an Open amount that is given and is not what is left.
func NewTimeline(item OpenItem, reductions ...Reduction) (Timeline, error) {
	fail := func(path, value string, rule Rule, detail string) (Timeline, error) {
		return Timeline{}, &FieldError{Path: fmt.Sprintf("document %q of %q: %s", item.Document, item.Customer, path), Value: value, Rule: rule, Detail: detail}
	}
	debit := item.Kind == KindInvoice
	switch {
	case !item.Original.IsValid():
		return fail("original", "", RuleRequired, "an amount with a currency is needed")
	case debit && item.Original.Sign() < 0, !debit && item.Original.Sign() > 0:
		return fail("original", item.Original.String(), RuleSign, "invoices are zero or above, credits zero or below")
	case !IsDay(item.IssuedOn):
		return fail("issued", isoDate(item.IssuedOn), RuleRange, "outside 1900-01-01 to 9999-12-31")
	case item.Disputed.IsValid() && !item.Disputed.IsZero():
		return fail("disputed", item.Disputed.String(), RuleExclusive, "disputes have days: append them to Holds")
	}
	kinds := []EntryKind{EntryCollected, EntryCredited, EntryWrittenOff, EntryAllocated}
	birth := Change{On: item.IssuedOn, Kind: EntryBilled, Amount: item.Original}
	switch {
	case item.Kind == KindCreditNote:
		birth.Kind = EntryCredited
	case !debit:
		birth.Kind = EntryCollected
	}
	if !debit {
		kinds = []EntryKind{EntryAllocated, EntryRefunded, EntryWrittenOff}
	}
	t := Timeline{Changes: append(make([]Change, 0, 1+len(reductions)), birth)}
	left := item.Original.Abs()
	for i, r := range reductions {
		place := fmt.Sprintf("reductions[%d]", i)
		switch {
		case !slices.Contains(kinds, r.Kind):
			return fail(place+": kind", r.Kind.String(), RuleRange, fmt.Sprintf("want one of %v", kinds))
		case !IsDay(r.On):
			return fail(place+": on", isoDate(r.On), RuleRange, "outside 1900-01-01 to 9999-12-31")
		case r.Amount.currency != item.Original.currency:
			return fail(place, r.Amount.String(), RuleCurrency, "the document is in "+item.Original.currency.Code())
		case r.Amount.Sign() <= 0:
			return fail(place, r.Amount.String(), RuleSign, "must be more than zero")
		}
		left = left.AddAmount(r.Amount.amount.Neg())
		c := Change{On: max(r.On, item.IssuedOn), For: r.On, Kind: r.Kind, Amount: r.Amount}
		if debit {
			c.Amount = c.Amount.Neg()
		}
		if r.Kind == EntryAllocated && debit {
			c.Source = KindPayment
		}
		t.Changes = append(t.Changes, c)
	}
	if left.Sign() < 0 {
		return fail("reductions", left.Neg().String(), RuleOverAllocated, "more than the document holds")
	}
	if item.Open.IsValid() && !item.Open.Abs().Equal(left) {
		return fail("open", item.Open.String(), RuleSum, left.String()+" is left of "+item.Original.String())
	}
	slices.SortStableFunc(t.Changes[1:], func(a, b Change) int { return cmp.Compare(a.On, b.On) })
	item.Open, item.Disputed = item.Original, Money{}
	t.Item = item
	return t, nil
}

// Check reports what cannot be computed with: it is what the accumulators of the packages
// refuse.
//
// Errors, each a [*FieldError]:
//   - [ErrInvalidInput] for a document without amount or date, a credit above zero, a day that is
//     none, or an unknown reason of a write-off;
//   - [ErrCurrencyMismatch] for a change or hold in another currency than the document.
func (t *Timeline) Check() error {
	fail := func(field, value string, rule Rule, detail string) error {
		return &FieldError{Path: fmt.Sprintf("timeline of %q of %q: %s", t.Item.Document, t.Item.Customer, field), Value: value, Rule: rule, Detail: detail}
	}
	const span = "outside 1900-01-01 to 9999-12-31"
	currency := t.Item.Original.currency
	switch {
	case !currency.IsValid():
		return fail("original", "", RuleRequired, "an amount with a currency is needed")
	case !IsDay(t.Item.IssuedOn):
		return fail("issued", isoDate(t.Item.IssuedOn), RuleRange, span)
	case t.Item.Kind != KindInvoice && t.Item.Original.Sign() > 0:
		return fail("original", t.Item.Original.String(), RuleSign, "credits are zero or below")
	case t.Item.DueOn != 0 && !IsDay(t.Item.DueOn):
		return fail("due", isoDate(t.Item.DueOn), RuleRange, span)
	}
	for i := range t.Changes {
		c := &t.Changes[i]
		switch {
		case !IsDay(c.On) || c.For != 0 && !IsDay(c.For):
			return fail(fmt.Sprintf("changes[%d]", i), isoDate(c.On)+" for "+isoDate(c.For), RuleRange, span)
		case c.WriteOff > WriteOffGoodwill:
			return fail(fmt.Sprintf("changes[%d]: write-off", i), c.WriteOff.String(), RuleRange, "unknown reason")
		case c.Amount.currency != currency:
			return fail(fmt.Sprintf("changes[%d]", i), c.Amount.String(), RuleCurrency, "the document is in "+currency.Code())
		}
	}
	for i := range t.Holds {
		h := &t.Holds[i]
		switch {
		case !IsDay(h.On) || !IsDay(h.Hold.From):
			return fail(fmt.Sprintf("holds[%d]", i), isoDate(h.On)+" from "+isoDate(h.Hold.From), RuleRange, span)
		case h.Amount.currency != currency:
			return fail(fmt.Sprintf("holds[%d]", i), h.Amount.String(), RuleCurrency, "the document is in "+currency.Code())
		}
	}
	return nil
}

// Timelines returns every document that counted on a day up to asOf, each due date on
// its own, in the order of recording. Using only facts known by knownOn, the changes up
// to any day t add up to the item in [Ledger.OpenItems](t, knownOn), its disputed part
// included.
//
// With knownOn zero every day is as known on that day: the changes up to t add up to
// OpenItems(t, t), so that figures of past months are those that were published then.
//
// Money counts from the day on which it was received, as an unapplied credit of its
// own; its allocation takes it off both.
func (l *Ledger) Timelines(asOf, knownOn date.Date) iter.Seq[Timeline] {
	return func(yield func(Timeline) bool) {
		for i := range l.documents {
			for _, t := range l.timelinesOf(&l.documents[i], asOf, knownOn) {
				if !yield(t) {
					return
				}
			}
		}
	}
}

// timelinesOf compares the states of a document from each day on which it can change to
// the next.
func (l *Ledger) timelinesOf(d *document, asOf, knownOn date.Date) []Timeline {
	var list []Timeline
	var before documentState
	for _, day := range l.daysOfChange(d, asOf) {
		known := knownOn
		if known == 0 {
			known = day
		}
		now := l.stateOf(d, day, known)
		if list == nil && now.active {
			list = make([]Timeline, len(d.partAmounts()))
			for k := range list {
				list[k].Item = d.item(k)
			}
		}
		if now.active != before.active {
			for k, amount := range d.partAmounts() {
				list[k].Changes = append(list[k].Changes, l.birth(d, day, amount, now.active))
			}
		}
		for _, s := range difference(before.shares, now.shares) {
			list[s.part].Changes = append(list[s.part].Changes, l.changeBy(d, s, day))
		}
		for _, h := range difference(before.held, now.held) {
			list[h.part].Holds = append(list[h.part].Holds, HoldChange{
				On: day, Hold: l.holds[h.of].Hold, Amount: Money{amount: h.amount, currency: d.amount.currency},
			})
		}
		before = now
	}
	return list
}

// documentState is what is known of a document on one day.
type documentState struct {
	active       bool
	shares, held []portion
}

func (l *Ledger) stateOf(d *document, asOf, knownOn date.Date) documentState {
	if !d.active(asOf, knownOn) {
		return documentState{}
	}
	state := documentState{active: true, shares: l.shares(d, asOf, knownOn)}
	if len(d.holds)+len(l.customerHolds[d.customer]) > 0 {
		state.held = l.heldParts(d, l.openParts(d, asOf, knownOn), asOf, knownOn)
	}
	return state
}

// difference lists what changed from one state to the next: first what is new or
// another amount, in the order of now, then what is gone. An amount that changes is taken
// back and made anew, so that the number of lines stays right.
func difference(before, now []portion) []portion {
	if len(before) == 0 {
		return now
	}
	type key struct{ part, of int }
	was := make(map[key]decimal.Decimal, len(before))
	for _, p := range before {
		was[key{p.part, p.of}] = p.amount
	}
	var list []portion
	for _, p := range now {
		k := key{p.part, p.of}
		before, known := was[k]
		switch {
		case !known:
			list = append(list, p)
		case !before.Equal(p.amount):
			list = append(list, portion{p.part, p.of, before.Neg()}, p)
		}
		delete(was, k)
	}
	for _, p := range before {
		if amount, gone := was[key{p.part, p.of}]; gone {
			list = append(list, portion{p.part, p.of, amount.Neg()})
		}
	}
	return list
}

// birth is the change by which a document begins to count, or ceases to.
func (l *Ledger) birth(d *document, day date.Date, amount Money, begins bool) Change {
	c := Change{On: day, For: d.on, Kind: EntryCollected, Amount: amount}
	switch d.kind {
	case KindInvoice:
		c.Kind = EntryBilled
	case KindCreditNote:
		c.Kind = EntryCredited
		if at, ok := l.byID[d.corrects]; ok && at.class == refDocument && l.documents[at.at].isDebit() {
			c.For = l.documents[at.at].on
		}
	case KindPayment, KindDeposit:
	}
	if begins != d.isDebit() {
		c.Amount = amount.Neg()
	}
	return c
}

// changeBy is the change that a settlement makes.
func (l *Ledger) changeBy(d *document, p portion, day date.Date) Change {
	s := &l.settlements[p.of]
	c := Change{
		On: day, For: l.received(s), Kind: s.kind, Amount: Money{amount: p.amount, currency: d.amount.currency}, WriteOff: s.reason,
	}
	if d.isDebit() {
		c.Amount = c.Amount.Neg()
	}
	if s.kind == EntryAllocated {
		c.Source = l.documents[s.credit].kind
	}
	return c
}

// daysOfChange lists the days up to asOf on which a document may change, sorted: those
// on which a fact about it begins, ends or becomes known.
func (l *Ledger) daysOfChange(d *document, asOf date.Date) []date.Date {
	var days []date.Date
	add := func(s *span) {
		days = append(days, s.on, s.known)
		for _, e := range s.ends {
			days = append(days, e.on, e.known)
		}
	}
	add(&d.span)
	for _, i := range d.settlements {
		s := &l.settlements[i]
		add(&s.span)
		for _, at := range []int{s.debit, s.credit} {
			if at >= 0 {
				add(&l.documents[at].span)
			}
		}
	}
	for _, i := range slices.Concat(d.holds, l.customerHolds[d.customer]) {
		add(&l.holds[i].span)
		days = append(days, l.holds[i].Until)
	}
	slices.Sort(days)
	days = slices.Compact(days)
	first, _ := slices.BinarySearch(days, d.on)
	last, _ := slices.BinarySearch(days, asOf+1)
	return days[first:max(first, last)]
}
