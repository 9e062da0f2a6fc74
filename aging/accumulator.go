package aging

import (
	"fmt"
	"iter"
	"slices"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/fixed"
	"github.com/receivables-go/receivables/internal/group"
)

// Credits says how credits (credit notes and unapplied payments) are shown. The
// total is the same in each.
type Credits uint8

// The treatments.
const (
	// CreditsSeparate: a column of their own (non affecté). The default.
	CreditsSeparate Credits = iota
	// CreditsAtOwnDate: in the column of their own date, due date if they have
	// one, else the date of the document.
	CreditsAtOwnDate
	// CreditsOldestFirst: set off against the oldest debits of the same customer and
	// currency, column by column from the oldest to the youngest, then undated
	// ones, undisputed amounts first; what is left stays separate. Never between
	// customers. Numbers of items, days late and ages are those before set-off.
	CreditsOldestFirst
)

// String returns the name of the treatment.
func (c Credits) String() string {
	switch c {
	case CreditsSeparate:
		return "separate"
	case CreditsAtOwnDate:
		return "own date"
	case CreditsOldestFirst:
		return "oldest first"
	}
	return fmt.Sprintf("credits %d", uint8(c))
}

// MarshalText writes the name.
func (c Credits) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// Config is what decides the figures of an aged balance. It is plain data.
type Config struct {
	Scheme  Scheme  // zero value: Default()
	Credits Credits // zero value: CreditsSeparate
}

// Option adds behaviour that is not plain data.
type Option func(*Accumulator) error

// GroupBy sets the levels of grouping, from the highest to the lowest; the
// default is [receivables.ByCustomer] alone. With [CreditsOldestFirst], set-off happens
// within a customer inside each group.
func GroupBy(keys ...receivables.Key) Option {
	return func(a *Accumulator) error {
		if err := receivables.CheckKeys(keys...); err != nil {
			return err
		}
		a.keys = slices.Clone(keys)
		return nil
	}
}

// WithDate gives the date for the basis [ByOtherDate]. The function returns false
// where an item has none; what is not a day ([receivables.IsDay]) counts as none.
func WithDate(of func(item *receivables.OpenItem) (date.Date, bool)) Option {
	return func(a *Accumulator) error {
		a.otherDate = of
		return nil
	}
}

// Accumulator builds an aged balance from items in any order. Make one with [New]. Its memory grows
// with the number of groups. It is not safe for concurrent use: give each
// goroutine its own and merge them.
type Accumulator struct {
	asOf      date.Date
	scheme    Scheme
	credits   Credits
	keys      []receivables.Key // levels of the result
	otherDate func(item *receivables.OpenItem) (date.Date, bool)
	bounds    []int            // highest days late of each column
	rows      *group.Rows[row] // by these and the customer where set-off needs it
}

// row is one group in one currency.
type row struct {
	path     []string
	currency receivables.Currency
	columns  []cell
	undated  cell
	credits  cell // unapplied
	later    cell // issued after the as-of date
	overdue  fixed.Sum
	lateDays int64     // of overdue items
	late     int       // number of overdue items
	lateSum  fixed.Sum // amount x days late of overdue items
	aged     fixed.Sum // debits with an issue date
	agedSum  fixed.Sum // amount x days since issue of these
}

// cell is one amount of a row.
type cell struct {
	amount   fixed.Sum
	disputed fixed.Sum
	items    int
}

// New returns an empty accumulator for one as-of date.
//
// Errors:
//   - those of [Scheme.Check] and of the options;
//   - [receivables.ErrInvalidInput] when the as-of date is missing, or the scheme
//     is by another date and [WithDate] is not given;
//   - [receivables.ErrNoCoverage] when the fiscal periods do not reach back far
//     enough.
func New(asOf date.Date, config Config, options ...Option) (*Accumulator, error) {
	if asOf == 0 {
		return nil, &receivables.FieldError{Path: "as of", Rule: receivables.RuleRequired, Detail: "the day of the balance is needed"}
	}
	if !receivables.IsDay(asOf) {
		return nil, &receivables.FieldError{Path: "as of", Value: asOf.String(), Rule: receivables.RuleRange, Detail: "outside 1900-01-01 to 9999-12-31"}
	}
	if config.Scheme.isZero() {
		config.Scheme = Default()
	}
	if err := config.Scheme.Check(); err != nil {
		return nil, err
	}
	if config.Credits > CreditsOldestFirst {
		return nil, &receivables.FieldError{Path: "credits", Value: config.Credits.String(), Rule: receivables.RuleRange, Detail: "unknown treatment"}
	}
	a := &Accumulator{
		asOf: asOf, scheme: config.Scheme.clone(), credits: config.Credits, keys: []receivables.Key{receivables.ByCustomer()},
	}
	for _, option := range options {
		if option == nil {
			continue
		}
		if err := option(a); err != nil {
			return nil, err
		}
	}
	if (a.scheme.Basis == ByOtherDate) != (a.otherDate != nil) {
		return nil, &receivables.FieldError{Path: "scheme: basis", Value: a.scheme.Basis.String(), Rule: receivables.RuleExclusive, Detail: "the basis \"other date\" and the option WithDate go together"}
	}
	leaf := a.keys
	if a.credits == CreditsOldestFirst && !slices.ContainsFunc(leaf, receivables.Key.IsCustomer) {
		leaf = append(slices.Clone(leaf), receivables.ByCustomer())
	}
	a.rows = group.New[row](leaf)
	var err error
	a.bounds, err = a.scheme.upperBounds(asOf)
	return a, err
}

// Of ages a list of items by customer, under the default scheme with credits
// separate.
//
// Errors: those of [New] and [Accumulator.Add].
func Of(asOf date.Date, items []receivables.OpenItem) (*Balance, error) {
	a, err := New(asOf, Config{})
	if err != nil {
		return nil, err
	}
	if err := a.AddAll(items); err != nil {
		return nil, err
	}
	return a.Balance(), nil
}

// AddAll adds each item of a list; it stops at the first error, and what was added
// before stays in.
func (a *Accumulator) AddAll(items []receivables.OpenItem) error {
	for i := range items {
		if err := a.add(&items[i]); err != nil {
			return fmt.Errorf("items[%d]: %w", i, err)
		}
	}
	return nil
}

// AddSeq adds each item of an iterator; it stops as AddAll does.
func (a *Accumulator) AddSeq(items iter.Seq[receivables.OpenItem]) error {
	var current receivables.OpenItem // one variable, so that no item is allocated
	for item := range items {
		current = item
		if err := a.add(&current); err != nil {
			return err
		}
	}
	return nil
}

// AddStream adds each item of a stream that can fail, such as a database cursor;
// it stops at the first error, of the stream or of an item, as AddAll does.
func (a *Accumulator) AddStream(items iter.Seq2[receivables.OpenItem, error]) error {
	var current receivables.OpenItem
	for item, err := range items {
		if err != nil {
			return err
		}
		current = item
		if err := a.add(&current); err != nil {
			return err
		}
	}
	return nil
}

// Add adds one open item. An item with nothing open is no open item: it changes
// nothing. An item issued after the as-of date is counted apart, outside the
// total ([Line.NotIssued]).
//
// Errors, after which the accumulator is as before:
//   - [receivables.ErrInvalidInput] when the open amount has no currency or the
//     disputed part is not between 0 and the open amount, a date is not a day
//     ([receivables.IsDay]), or the accumulator was not made by New;
//   - [receivables.ErrCurrencyMismatch] when the disputed part is in another
//     currency.
func (a *Accumulator) Add(item receivables.OpenItem) error { return a.add(&item) }

func (a *Accumulator) add(item *receivables.OpenItem) error {
	if a.rows == nil {
		return &receivables.FieldError{Path: "accumulator", Rule: receivables.RuleRequired, Detail: "make one with New"}
	}
	if err := item.CheckOpen(); err != nil {
		return err
	}
	if item.Open.IsZero() {
		return nil
	}
	r := a.rowOf(item)
	v := amountOf(item.Open)
	if item.IssuedOn > a.asOf {
		r.later.add(&v, item)
		return nil
	}
	if item.Open.Sign() < 0 && a.credits != CreditsAtOwnDate {
		r.credits.add(&v, item)
		return nil
	}
	a.place(r, item).add(&v, item)
	if item.Open.Sign() < 0 {
		return nil
	}
	if item.DueOn != 0 {
		if days := receivables.DaysBetween(item.DueOn, a.asOf); days > 0 {
			r.late++
			r.lateDays += int64(days)
			v.AddTo(&r.overdue)
			v.AddProductTo(&r.lateSum, int64(days))
		}
	}
	if item.IssuedOn != 0 {
		v.AddTo(&r.aged)
		v.AddProductTo(&r.agedSum, int64(receivables.DaysBetween(item.IssuedOn, a.asOf)))
	}
	return nil
}

// place returns the cell in which an item is aged: a column, or the undated one.
func (a *Accumulator) place(r *row, item *receivables.OpenItem) *cell {
	at := columnOf(&a.scheme, a.bounds, a.asOf, item, a.otherDate)
	switch {
	case at >= 0:
		return &r.columns[at]
	case item.Open.Sign() < 0:
		return &r.credits
	}
	return &r.undated
}

// columnOf returns the column of an item, -1 if it is undated.
func columnOf(
	s *Scheme, bounds []int, asOf date.Date, item *receivables.OpenItem,
	otherDate func(*receivables.OpenItem) (date.Date, bool),
) int {
	day := item.DueOn
	switch s.Basis {
	case ByIssueDate:
		day = item.IssuedOn
	case ByOtherDate:
		d, ok := otherDate(item)
		if !ok || !receivables.IsDay(d) {
			d = 0
		}
		day = d
	case ByDueDate:
	}
	if day == 0 && item.Open.Sign() < 0 {
		day = item.IssuedOn // a credit is dated by itself
	} else if day == 0 {
		switch s.Undated {
		case UndatedByIssueDate:
			day = item.IssuedOn
		case UndatedFirst:
			return 0
		case UndatedLast:
			return len(bounds) - 1
		case UndatedColumn:
		}
	}
	if day == 0 {
		return -1
	}
	days := receivables.DaysBetween(day, asOf)
	for i, bound := range bounds {
		if days <= bound {
			return i
		}
	}
	return -1 // not reached: the last bound is the highest number
}

// rowOf finds or makes the row of an item.
func (a *Accumulator) rowOf(item *receivables.OpenItem) *row {
	currency := item.Open.Currency()
	return a.rows.Of(item, currency, func(path []string) *row {
		return &row{path: path, currency: currency, columns: make([]cell, len(a.bounds))}
	})
}

// Merge adds what another accumulator holds; the other one stays as it is.
//
// Errors:
//   - [receivables.ErrConflict] when the two were not made for the same as-of
//     date, scheme, treatment of credits and keys, or are one and the same.
func (a *Accumulator) Merge(other *Accumulator) error {
	if other == nil || a.rows == nil {
		return &receivables.FieldError{Path: "merge", Rule: receivables.RuleRequired, Detail: "accumulators are made with New"}
	}
	same := a != other && a.asOf == other.asOf && a.credits == other.credits && a.scheme.equal(other.scheme) &&
		slices.EqualFunc(a.keys, other.keys, func(x, y receivables.Key) bool { return x.Name == y.Name })
	if !same {
		return &receivables.FieldError{
			Path: "merge", Rule: receivables.RuleExclusive, Detail: "accumulators of different as-of date, scheme, credits or keys, or one with itself",
		}
	}
	a.rows.Merge(other.rows, (*row).merge, (*row).clone)
	return nil
}

// equal reports whether two schemes divide items in the same way.
func (s Scheme) equal(o Scheme) bool {
	return s.Basis == o.Basis && s.Unit == o.Unit && s.Undated == o.Undated &&
		slices.Equal(s.Columns, o.Columns) && slices.Equal(s.Periods, o.Periods)
}

func amountOf(m receivables.Money) fixed.Value {
	return fixed.ValueOf(m.Amount(), int32(m.Currency().MinorUnits()))
}

func (c *cell) add(v *fixed.Value, item *receivables.OpenItem) {
	v.AddTo(&c.amount)
	if item.Disputed.IsValid() {
		d := amountOf(item.Disputed)
		d.AddTo(&c.disputed)
	}
	c.items++
}

func (c *cell) merge(o *cell) {
	c.amount.Merge(&o.amount)
	c.disputed.Merge(&o.disputed)
	c.items += o.items
}

func (r *row) merge(o *row) {
	for i := range r.columns {
		r.columns[i].merge(&o.columns[i])
	}
	r.undated.merge(&o.undated)
	r.credits.merge(&o.credits)
	r.later.merge(&o.later)
	r.overdue.Merge(&o.overdue)
	r.lateSum.Merge(&o.lateSum)
	r.aged.Merge(&o.aged)
	r.agedSum.Merge(&o.agedSum)
	r.lateDays += o.lateDays
	r.late += o.late
}

// clone copies a row. Sums are values, except that an exact rest is never
// changed in place.
func (r *row) clone() *row {
	c := *r
	c.columns = slices.Clone(r.columns)
	return &c
}
