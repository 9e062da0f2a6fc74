package dso

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/fixed"
	"github.com/receivables-go/receivables/internal/group"
)

// Unapplied says what unapplied credits (credit notes, deposits and payments not matched)
// do to the balance.
type Unapplied uint8

// The treatments.
const (
	// UnappliedDeducted: they are taken off. The default.
	UnappliedDeducted Unapplied = iota
	// UnappliedIgnored: the balance is that of the debits.
	UnappliedIgnored
)

// String returns the treatment in one word.
func (u Unapplied) String() string {
	switch u {
	case UnappliedDeducted:
		return "deducted"
	case UnappliedIgnored:
		return "ignored"
	}
	return fmt.Sprintf("unapplied %d", uint8(u))
}

// MarshalText writes the name.
func (u Unapplied) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// Config is what decides the figures beside the ledger. It is plain data.
type Config struct {
	Unapplied Unapplied `json:"unapplied"`
	// Since and Through are the first and the last day that the timelines tell of: a day
	// outside is an error, a window that begins before Since gives no figure. Zero: they tell of
	// all; before the first document there was nothing.
	Since   date.Date `json:"since"`
	Through date.Date `json:"through"`
}

// Option adds behaviour that is not plain data.
type Option func(*Accumulator) error

// GroupBy sets the levels of grouping, from the highest to the lowest; the default is
// none, the whole ledger by currency.
func GroupBy(keys ...receivables.Key) Option {
	return func(a *Accumulator) error {
		if err := receivables.CheckKeys(keys...); err != nil {
			return err
		}
		a.keys = slices.Clone(keys)
		return nil
	}
}

// Exclude leaves items out of receivables, sales and payments: doubtful receivables
// (compte 416), the companies of the group, cash sales, interest invoiced. The name is in
// the perimeter of every figure, and what is left out can be asked for
// ([View.Excluded]). The function sees the item as it was made, all of it open and nothing
// disputed, and must not change it; so do the keys of [GroupBy].
func Exclude(name string, of func(item *receivables.OpenItem) bool) Option {
	return func(a *Accumulator) error {
		if name == "" || of == nil {
			return &receivables.FieldError{Path: "exclude", Value: name, Rule: receivables.RuleRequired, Detail: "a name and a function"}
		}
		if slices.Contains(a.excluded, name) {
			return &receivables.FieldError{Path: "exclude", Value: name, Rule: receivables.RuleDuplicate, Detail: "two exclusions of this name"}
		}
		a.excluded = append(a.excluded, name)
		a.excludes = append(a.excludes, of)
		return nil
	}
}

// Accumulator adds up timelines, in any order, into what every indicator of every day is
// made of. Make one with [New]. It keeps sums by pairs of days (of issue and of payment, for
// instance): for a whole ledger memory grows with days and hardly with documents, grouped by
// customer with the documents themselves, of which few share their days. It is not safe for concurrent use: give each goroutine its own
// and merge them.
type Accumulator struct {
	config   Config
	keys     []receivables.Key
	excluded []string
	excludes []func(*receivables.OpenItem) bool
	rows     *group.Rows[row]
}

// New returns an empty accumulator.
//
// Errors:
//   - [receivables.ErrInvalidInput] for an unknown treatment, first or last days that are
//     none or out of order, and those of the options.
func New(config Config, options ...Option) (*Accumulator, error) {
	if config.Unapplied > UnappliedIgnored {
		return nil, &receivables.FieldError{Path: "unapplied", Value: config.Unapplied.String(), Rule: receivables.RuleRange, Detail: "unknown treatment"}
	}
	for path, d := range map[string]date.Date{"since": config.Since, "through": config.Through} {
		if d != 0 && !receivables.IsDay(d) {
			return nil, notADay(path, d)
		}
	}
	if config.Through != 0 && config.Through < config.Since {
		return nil, &receivables.FieldError{Path: "through", Value: config.Through.String(), Rule: receivables.RuleOrder, Detail: "before the first day " + config.Since.String()}
	}
	a := &Accumulator{config: config}
	for _, option := range options {
		if option == nil {
			continue
		}
		if err := option(a); err != nil {
			return nil, err
		}
	}
	a.rows = group.New[row](a.keys)
	return a, nil
}

func notADay(path string, d date.Date) error {
	return &receivables.FieldError{Path: path, Value: d.String(), Rule: receivables.RuleRange, Detail: "outside 1900-01-01 to 9999-12-31"}
}

// FromLedger adds up a whole ledger through asOf. With knownOn zero every day is as known
// on that day; otherwise all days are as known on knownOn.
//
// Errors: those of [New] and [Accumulator.Add]; [receivables.ErrInvalidInput] when asOf is no
// day, before [Config.Through] or after a knownOn that is given.
func FromLedger(ledger *receivables.Ledger, asOf, knownOn date.Date, config Config, options ...Option) (*Result, error) {
	if !receivables.IsDay(asOf) {
		return nil, notADay("as of", asOf)
	}
	if knownOn != 0 && knownOn < asOf {
		return nil, &receivables.FieldError{Path: "known on", Value: knownOn.String(), Rule: receivables.RuleOrder, Detail: "nothing is known then of later days up to " + asOf.String()}
	}
	if config.Through == 0 {
		config.Through = asOf
	}
	if config.Through > asOf {
		return nil, &receivables.FieldError{Path: "through", Value: config.Through.String(), Rule: receivables.RuleOrder, Detail: "after the last day of the ledger asked for, " + asOf.String()}
	}
	a, err := New(config, options...)
	if err != nil {
		return nil, err
	}
	if err := a.AddSeq(ledger.Timelines(asOf, knownOn)); err != nil {
		return nil, err
	}
	return a.Result(), nil
}

// AddSeq adds each timeline of an iterator; it stops at the first error, and what was
// added before stays in.
func (a *Accumulator) AddSeq(timelines iter.Seq[receivables.Timeline]) error {
	var current receivables.Timeline // one variable, so that none is allocated
	for t := range timelines {
		current = t
		if err := a.add(&current); err != nil {
			return err
		}
	}
	return nil
}

// AddStream adds each timeline of a stream that can fail; it stops at the first error, of
// the stream or of a timeline, as AddSeq does.
func (a *Accumulator) AddStream(timelines iter.Seq2[receivables.Timeline, error]) error {
	var current receivables.Timeline
	for t, err := range timelines {
		if err != nil {
			return err
		}
		current = t
		if err := a.add(&current); err != nil {
			return err
		}
	}
	return nil
}

// Add adds one timeline.
//
// Errors, after which the accumulator is as before:
//   - [receivables.ErrInvalidInput] for a day that is none, a document without date or
//     currency, or an accumulator that was not made by New;
//   - [receivables.ErrCurrencyMismatch] for a change in another currency than its
//     document.
func (a *Accumulator) Add(t receivables.Timeline) error { return a.add(&t) }

func (a *Accumulator) add(t *receivables.Timeline) error {
	if a.rows == nil {
		return &receivables.FieldError{Path: "accumulator", Rule: receivables.RuleRequired, Detail: "make one with New"}
	}
	if err := t.Check(); err != nil {
		return err
	}
	item := &t.Item
	currency := item.Original.Currency()
	r := a.rows.Of(item, currency, func(path []string) *row { return &row{path: path, currency: currency} })
	for _, excludes := range a.excludes {
		if excludes(item) {
			for i := range t.Changes {
				c := &t.Changes[i]
				v := amountOf(c.Amount)
				r.add(sumExcluded, item.IssuedOn, c.On, &v)
			}
			return nil
		}
	}
	if item.Original.Sign() >= 0 && item.Kind == receivables.KindInvoice {
		var open fixed.Sum
		places := int32(currency.MinorUnits())
		for i := range t.Changes {
			c := &t.Changes[i]
			v := amountOf(c.Amount)
			r.addDebit(item, c, &v)
			before := open.IsZero(places)
			v.AddTo(&open)
			r.countChange(sumItems, item.DueOn, c.On, before, open.IsZero(places))
		}
	} else {
		sale := item.IssuedOn
		if len(t.Changes) > 0 && t.Changes[0].For != 0 {
			sale = t.Changes[0].For
		}
		for i := range t.Changes {
			r.addCredit(item, sale, &t.Changes[i])
		}
	}
	r.addDisputes(t)
	return nil
}

// Keys returns the names of the levels of grouping, highest first.
func (a *Accumulator) Keys() []string {
	var names []string
	for _, k := range a.keys {
		names = append(names, k.Name)
	}
	return names
}

// Merge adds what another accumulator holds; the other one stays as it is.
//
// Errors:
//   - [receivables.ErrInvalidInput] when one was not made by New;
//   - [receivables.ErrConflict] when the two were not made with the same config, keys and
//     exclusions, or are one and the same.
func (a *Accumulator) Merge(other *Accumulator) error {
	if other == nil || a.rows == nil || other.rows == nil {
		return &receivables.FieldError{Path: "merge", Rule: receivables.RuleRequired, Detail: "accumulators are made with New"}
	}
	if other == a {
		return &receivables.FieldError{Path: "merge", Rule: receivables.RuleExclusive, Detail: "an accumulator with itself"}
	}
	same := a.config == other.config && slices.Equal(a.excluded, other.excluded) &&
		slices.EqualFunc(a.keys, other.keys, func(x, y receivables.Key) bool { return x.Name == y.Name })
	if !same {
		return &receivables.FieldError{Path: "merge", Rule: receivables.RuleExclusive, Detail: "accumulators of different config, keys or exclusions"}
	}
	a.rows.Merge(other.rows, (*row).merge, (*row).clone)
	return nil
}

// statistic names a sum that is kept by day. The first day of a sum is the day it is
// about, the second the day from which the books show it: what a view of day t holds is
// the sum of what is booked by t.
type statistic uint8

const (
	sumDebits      statistic                                    = iota // open debits, by day of issue
	sumDue                                                             // open debits, by due date; day 0: undated
	sumDueIssue                                                        // open debits x day of issue, by due date
	sumItems                                                           // number of open debits, by due date
	sumDisputed                                                        // open and disputed, by due date
	sumDisputeAge                                                      // open and disputed, by first day of the dispute
	sumDisputes                                                        // number of disputed items, by first day of the dispute
	sumCredits                                                         // open payments and deposits, by day of receipt
	sumCreditNotes                                                     // open credit notes, by day of the sale they correct
	sumSales                                                           // by day of sale
	sumCollected                                                       // money received, by day of receipt
	sumRefunded                                                        // by its day
	sumExcluded                                                        // open and excluded, by day of issue
	sumWrittenOff                                                      // by its day, one for each reason
	sumPaid        = sumWrittenOff + statistic(writeOffReasons)        // payment lines with due date, by day of receipt, in bands
	sumPaidLines   = sumPaid + statistic(bandCount)
	sumPaidIssue   = sumPaidLines + statistic(bandCount) // amount x day of issue
	sumPaidDue     = sumPaidIssue + 1                    // amount x due date
	sumPaidLate    = sumPaidIssue + 2                    // amount x days late, late only
	sumLinesIssue  = sumPaidIssue + 3                    // days of issue of the lines
	sumLinesDue    = sumPaidIssue + 4                    // due dates of the lines
	sumLinesLate   = sumPaidIssue + 5                    // days late of the lines, late only
	sumPaidUndated = sumPaidIssue + 6                    // number of lines without due date
	statisticCount = int(sumPaidUndated) + 1
)

// writeOffReasons is the number of reasons to write off.
const writeOffReasons = int(receivables.WriteOffGoodwill) + 1

// entry is a sum by day.
type entry struct {
	entryKey
	sum fixed.Int
}

// entryKey says what an entry is about.
type entryKey struct {
	what        statistic
	day, booked int32
}

// row is one group in one currency.
type row struct {
	path     []string
	currency receivables.Currency
	entries  []entry
	// index finds an entry; nil while there are few, which are simply appended.
	index map[uint64]int32
	// exact holds what does not fit into minor units: more decimals than the currency or
	// more than 18 digits.
	exact map[entryKey]decimal.Decimal
}

// fewEntries is the number up to which entries are appended without looking for one of
// the same days.
const fewEntries = 512

// pack writes a key as a number that sorts by statistic, day and booking: days of the years
// 1900 to 9999 fit 22 bits.
func (k entryKey) pack() uint64 {
	return uint64(k.what)<<44 | uint64(uint32(k.day))<<22 | uint64(uint32(k.booked))
}

// at returns the sum of one statistic, day and booking.
func (r *row) at(k entryKey) *fixed.Int {
	if r.index != nil {
		packed := k.pack()
		if i, ok := r.index[packed]; ok {
			return &r.entries[i].sum
		}
		r.index[packed] = int32(len(r.entries))
	} else if len(r.entries) == fewEntries {
		r.join()
		return r.at(k)
	}
	r.entries = append(r.entries, entry{entryKey: k})
	return &r.entries[len(r.entries)-1].sum
}

// join makes one entry of those with the same key and indexes them.
func (r *row) join() {
	r.index = make(map[uint64]int32, len(r.entries))
	kept := r.entries[:0]
	for _, e := range r.entries {
		packed := e.pack()
		if at, ok := r.index[packed]; ok {
			kept[at].sum.Add(e.sum)
			continue
		}
		r.index[packed] = int32(len(kept))
		kept = append(kept, e)
	}
	r.entries = kept
}

// sort puts the entries in the order in which they are read, one for each key. Nothing can
// be added afterwards.
func (r *row) sort() {
	r.index = nil
	slices.SortFunc(r.entries, func(x, y entry) int { return cmp.Compare(x.pack(), y.pack()) })
	kept := r.entries[:0]
	for _, e := range r.entries {
		if n := len(kept); n > 0 && kept[n-1].entryKey == e.entryKey {
			kept[n-1].sum.Add(e.sum)
			continue
		}
		kept = append(kept, e)
	}
	r.entries = kept
}

func (r *row) merge(o *row) {
	if r.index == nil && len(r.entries)+len(o.entries) <= fewEntries {
		r.entries = append(r.entries, o.entries...)
	} else {
		for _, e := range o.entries {
			r.at(e.entryKey).Add(e.sum)
		}
	}
	for k, d := range o.exact {
		r.addExact(k, d)
	}
}

func (r *row) addExact(k entryKey, d decimal.Decimal) {
	if r.exact == nil {
		r.exact = map[entryKey]decimal.Decimal{}
	}
	r.exact[k] = r.exact[k].Add(d)
}

func (r *row) clone() *row {
	return &row{path: r.path, currency: r.currency, entries: slices.Clone(r.entries), index: maps.Clone(r.index), exact: maps.Clone(r.exact)}
}

func amountOf(m receivables.Money) fixed.Value {
	return fixed.ValueOf(m.Amount(), int32(m.Currency().MinorUnits()))
}

// add adds an amount.
func (r *row) add(what statistic, day, booked date.Date, v *fixed.Value) {
	r.addTimes(what, day, booked, v, 1)
}

// addTimes adds amount x factor.
func (r *row) addTimes(what statistic, day, booked date.Date, v *fixed.Value, factor int64) {
	k := entryKey{what, int32(day), int32(booked)}
	if units, ok := v.Units(); ok {
		r.at(k).AddProduct(units, factor)
	} else {
		r.addExact(k, v.Amount().Mul(decimal.NewFromInt(factor)))
	}
}

// count adds a whole number.
func (r *row) count(what statistic, day, booked date.Date, n int64) {
	r.at(entryKey{what, int32(day), int32(booked)}).AddUnits(n)
}

// countChange counts what begins to be, or ceases to be, other than zero.
func (r *row) countChange(what statistic, day, booked date.Date, wasZero, isZero bool) {
	switch {
	case wasZero && !isZero:
		r.count(what, day, booked, 1)
	case !wasZero && isZero:
		r.count(what, day, booked, -1)
	}
}

// addDebit adds one change of an invoice.
func (r *row) addDebit(item *receivables.OpenItem, c *receivables.Change, v *fixed.Value) {
	r.add(sumDebits, item.IssuedOn, c.On, v)
	r.add(sumDue, item.DueOn, c.On, v)
	if item.DueOn != 0 {
		r.addTimes(sumDueIssue, item.DueOn, c.On, v, int64(item.IssuedOn))
	}
	day := c.For
	if day == 0 {
		day = c.On
	}
	switch c.Kind {
	case receivables.EntryBilled:
		r.add(sumSales, day, c.On, v)
	case receivables.EntryCredited: // a credit note that corrects this invoice, without a document of its own
		r.add(sumSales, item.IssuedOn, c.On, v)
	case receivables.EntryCollected:
		off := v.Neg()
		r.add(sumCollected, day, c.On, &off)
		r.addPaid(item, day, c.On, &off)
	case receivables.EntryWrittenOff:
		off := v.Neg()
		r.add(sumWrittenOff+statistic(c.WriteOff), day, c.On, &off)
	case receivables.EntryAllocated:
		if c.Source == receivables.KindPayment || c.Source == receivables.KindDeposit {
			off := v.Neg()
			r.addPaid(item, day, c.On, &off)
		}
	case receivables.EntryRefunded:
	}
}

// addPaid adds a payment line, or takes it back where the amount is below zero.
func (r *row) addPaid(item *receivables.OpenItem, paidOn, booked date.Date, v *fixed.Value) {
	sign := int64(v.Sign())
	if item.DueOn == 0 {
		r.count(sumPaidUndated, paidOn, booked, sign)
		return
	}
	late := receivables.DaysBetween(item.DueOn, paidOn)
	b := statistic(bandOf(late))
	r.add(sumPaid+b, paidOn, booked, v)
	r.count(sumPaidLines+b, paidOn, booked, sign)
	r.addTimes(sumPaidIssue, paidOn, booked, v, int64(item.IssuedOn))
	r.addTimes(sumPaidDue, paidOn, booked, v, int64(item.DueOn))
	r.count(sumLinesIssue, paidOn, booked, sign*int64(item.IssuedOn))
	r.count(sumLinesDue, paidOn, booked, sign*int64(item.DueOn))
	if late > 0 {
		r.addTimes(sumPaidLate, paidOn, booked, v, int64(late))
		r.count(sumLinesLate, paidOn, booked, sign*int64(late))
	}
}

// addCredit adds one change of a credit note, deposit or payment; sale is the day of the
// sale that a credit note counts for.
func (r *row) addCredit(item *receivables.OpenItem, sale date.Date, c *receivables.Change) {
	v := amountOf(c.Amount)
	if item.Kind == receivables.KindPayment || item.Kind == receivables.KindDeposit {
		r.add(sumCredits, item.IssuedOn, c.On, &v)
	} else {
		r.add(sumCreditNotes, sale, c.On, &v)
	}
	day := c.For
	if day == 0 {
		day = c.On
	}
	switch c.Kind {
	case receivables.EntryCredited, receivables.EntryBilled:
		r.add(sumSales, day, c.On, &v)
	case receivables.EntryCollected:
		off := v.Neg()
		r.add(sumCollected, day, c.On, &off)
	case receivables.EntryWrittenOff: // a credit given up by the customer is a gain
		off := v.Neg()
		r.add(sumWrittenOff+statistic(c.WriteOff), day, c.On, &off)
	case receivables.EntryRefunded:
		r.add(sumRefunded, day, c.On, &v)
	case receivables.EntryAllocated:
	}
}

// addDisputes adds what is under dispute of an item.
func (r *row) addDisputes(t *receivables.Timeline) {
	var held map[string]decimal.Decimal
	for i := range t.Holds {
		h := &t.Holds[i]
		if h.Hold.Kind != receivables.HoldDispute {
			continue
		}
		v := amountOf(h.Amount)
		r.add(sumDisputed, t.Item.DueOn, h.On, &v)
		r.add(sumDisputeAge, h.Hold.From, h.On, &v)
		if held == nil {
			held = map[string]decimal.Decimal{}
		}
		before := held[h.Hold.ID]
		after := before.Add(h.Amount.Amount())
		held[h.Hold.ID] = after
		r.countChange(sumDisputes, h.Hold.From, h.On, before.IsZero(), after.IsZero())
	}
}
