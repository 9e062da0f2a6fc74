package penalties

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"iter"
	"slices"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/fixed"
	"github.com/receivables-go/receivables/internal/wire"
)

// Accumulator adds up what late items bear by law, from items in any order: [Table.Charge] for a stream. Make one with
// [Table.Accumulator]. Its memory grows with the number of customers. It is not safe for concurrent use: give each goroutine its
// own and merge them.
type Accumulator struct {
	table   *Table
	walk    chargeWalk
	groups  []receivables.PortfolioGroup
	numbers map[receivables.PortfolioGroup]int
}

// Accumulator returns an empty accumulator by this table.
func (t *Table) Accumulator() *Accumulator {
	a := &Accumulator{table: t, numbers: map[receivables.PortfolioGroup]int{}}
	a.walk = chargeWalk{t, &Charges{tiers: t.tiers, group: func(n int) receivables.PortfolioGroup { return a.groups[n] }}}
	return a
}

// number returns the number of a group, and whether it is a new one.
func (a *Accumulator) number(g receivables.PortfolioGroup) (n int, fresh bool) {
	n, known := a.numbers[g]
	if !known {
		n = len(a.groups)
		a.numbers[g], a.groups = n, append(a.groups, g)
		c := a.walk.charges
		c.lines, c.counts = append(c.lines, charge{}), append(c.counts, make([]int64, len(c.tiers))...)
	}
	return n, !known
}

// Add adds an item.
//
// Errors, after which the sums are as before:
//   - those of [receivables.OpenItem.CheckOpen];
//   - [receivables.ErrNoCoverage] for a first day of delay before the table or the law.
func (a *Accumulator) Add(item receivables.OpenItem) error {
	if err := a.check(); err != nil {
		return err
	}
	if err := item.CheckOpen(); err != nil {
		return err
	}
	currency := item.Open.Currency()
	g := receivables.PortfolioGroup{Customer: item.Customer, Currency: currency}
	n, fresh := a.number(g)
	var err error
	if units, ok := fixed.Minor(item.Open.Amount(), int32(currency.MinorUnits())); ok {
		err = a.walk.add(n, units, item.DueOn, item.IssuedOn)
	} else {
		err = a.walk.addExact(n, &item)
	}
	if err != nil && fresh { // as if it had not been there
		c := a.walk.charges
		a.groups, c.lines, c.counts = a.groups[:n], c.lines[:n], c.counts[:n*len(c.tiers)]
		delete(a.numbers, g)
	}
	return err
}

func (a *Accumulator) check() error {
	if a == nil || a.table == nil {
		return &receivables.FieldError{Path: "accumulator", Rule: receivables.RuleRequired, Detail: "make one with Table.Accumulator"}
	}
	return nil
}

// AddStream adds each item of a stream that can fail; it stops at the first error, and what was added before stays in.
func (a *Accumulator) AddStream(items iter.Seq2[receivables.OpenItem, error]) error {
	for item, err := range items {
		if err == nil {
			err = a.Add(item)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Merge adds what another accumulator holds; the other one stays as it is.
//
// Errors:
//   - [receivables.ErrInvalidInput] when one was not made by Table.Accumulator;
//   - [receivables.ErrConflict] when the two are of tables with other days, rates or fixed sums, or one and the same.
func (a *Accumulator) Merge(other *Accumulator) error {
	if err := cmp.Or(a.check(), other.check()); err != nil {
		return err
	}
	if a == other || a.table.print() != other.table.print() {
		return &receivables.FieldError{Path: "merge", Rule: receivables.RuleExclusive, Detail: "accumulators of different tables, or one with itself"}
	}
	tiers := len(a.walk.charges.tiers)
	for i, g := range other.groups {
		n, _ := a.number(g)
		from, to := other.walk.charges, a.walk.charges
		to.lines[n].merge(&from.lines[i])
		for k, count := range from.counts[i*tiers:][:tiers] {
			to.counts[n*tiers+k] += count
		}
	}
	return nil
}

// Charges returns what was added up, groups numbered in the order in which they came first. The accumulator can go on.
func (a *Accumulator) Charges() *Charges {
	c, groups := *a.walk.charges, slices.Clone(a.groups)
	c.lines, c.counts = slices.Clone(c.lines), slices.Clone(c.counts)
	c.group = func(n int) receivables.PortfolioGroup { return groups[n] }
	return &c
}

// MarshalBinary writes what the accumulator holds, to be merged elsewhere with [Accumulator.MergeBinary]: another process, another
// machine, a later day.
func (a *Accumulator) MarshalBinary() ([]byte, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	e, c := wire.NewEncoder(stateKind, a.table.print()), a.walk.charges
	e.Uint(uint64(len(a.groups)))
	for n, g := range a.groups {
		l := &c.lines[n]
		e.Group([]string{g.Customer}, g.Currency)
		e.Sum(&l.principal)
		e.Sum(&l.interest)
		for _, count := range l.numbers() {
			e.Int(*count)
		}
		for _, count := range c.counts[n*len(c.tiers):][:len(c.tiers)] {
			e.Int(count)
		}
	}
	return e.Bytes(), nil
}

// MergeBinary adds what [Accumulator.MarshalBinary] wrote of an accumulator by a table of the same days, rates and fixed sums.
//
// Errors, after which the accumulator is as before:
//   - [receivables.ErrInvalidInput] for what is no such state, or damaged;
//   - [receivables.ErrConflict] for the state of another table.
func (a *Accumulator) MergeBinary(data []byte) error {
	if err := a.check(); err != nil {
		return err
	}
	d, err := wire.NewDecoder(data, stateKind, a.table.print())
	if err != nil {
		return err
	}
	read := a.table.Accumulator()
	for range d.Repeat() {
		path, currency := d.Group(1)
		n, fresh := read.number(receivables.PortfolioGroup{Customer: path[0], Currency: currency})
		if !fresh {
			d.Fail("a group comes twice")
		}
		c := read.walk.charges
		l := &c.lines[n]
		l.principal, l.interest = d.Sum(), d.Sum()
		for _, count := range l.numbers() {
			*count = d.Within(0, mostItems)
		}
		for k := range c.tiers {
			c.counts[n*len(c.tiers)+k] = d.Within(0, mostItems)
		}
	}
	if err := d.Close(); err != nil {
		return err
	}
	return a.Merge(read)
}

// numbers lists the numbers of items of a line.
func (l *charge) numbers() []*int64 {
	return []*int64{&l.late, &l.unknown, &l.notLate, &l.credits, &l.undated}
}

const stateKind = "interest"

// mostItems bounds the numbers of items of a state, so that sums of many states fit.
const mostItems = 1 << 48

// fingerprint says what the table computes: the regime, its days, the rates of each, how they are rounded and the fixed sums.
func (t *Table) fingerprint() string {
	hash := sha256.New()
	for i := range t.days {
		d, s := &t.days[i], &t.sums[i]
		fmt.Fprintln(hash, d.known, d.sum, d.first, d.rest, s.tier, s.unknown)
		if s.rule != nil {
			fmt.Fprintln(hash, s.rule.Of, s.rule.Tiers)
		}
	}
	fmt.Fprintln(hash, t.c.regime.Scope)
	return fmt.Sprintf("%s from %s until %s %x", t.c.regime.ID, t.from, t.until, hash.Sum(nil))
}
