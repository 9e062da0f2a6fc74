package receivables

import (
	"cmp"
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

// NewTimeline returns the timeline of a document with what reduced it: an invoice with
// what was received, credited or written off, or a credit with what was used or paid
// back of it. The document counts from its day of issue. Nothing is checked here.
func NewTimeline(item OpenItem, reductions ...Reduction) Timeline {
	kind := EntryCollected
	switch item.Kind {
	case KindInvoice:
		kind = EntryBilled
	case KindCreditNote:
		kind = EntryCredited
	case KindPayment, KindDeposit:
	}
	item.Open, item.Disputed = item.Original, Money{}
	t := Timeline{Item: item, Changes: make([]Change, 0, 1+len(reductions))}
	t.Changes = append(t.Changes, Change{On: item.IssuedOn, Kind: kind, Amount: item.Original})
	for _, r := range reductions {
		amount := r.Amount
		if item.Original.Sign() > 0 {
			amount = amount.Neg()
		}
		t.Changes = append(t.Changes, Change{On: r.On, Kind: r.Kind, Amount: amount})
	}
	slices.SortStableFunc(t.Changes[1:], func(a, b Change) int { return cmp.Compare(a.On, b.On) })
	return t
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
