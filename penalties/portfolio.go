package penalties

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/columns"
	"github.com/receivables-go/receivables/internal/fixed"
)

// Charges is what the late items of a portfolio bear by law through a day, by customer and currency (intérêts de retard et
// indemnités forfaitaires). It is immutable and safe for concurrent use.
type Charges struct {
	portfolio *receivables.Portfolio
	lines     []charge // by group
}

// Charge is what the late items of a customer in one currency bear.
type Charge struct {
	Group receivables.PortfolioGroup
	// Late counts the items past due; Principal is their open amount, disputed parts included, and Interest the sum of their
	// interest, each rounded by itself.
	Late                int
	Principal, Interest receivables.Money
	// FixedSums is the sum of the fixed sums, by currency of the law; WithFixedSum counts their items and FixedSumUnknown those whose
	// sum has no source or depends on the amount in another currency, so that it is not added.
	FixedSums                     []receivables.Money
	WithFixedSum, FixedSumUnknown int
	// NotLate counts the items that are not past due, not issued by the last day or zero; Credits those below zero; Undated those
	// without due date, on which nothing is computed.
	NotLate, Credits, Undated int
}

type charge struct {
	principal, interest                              fixed.Sum
	sums                                             []receivables.Money
	late, with, unknown, notLate, credits, undatedCt int32
}

// Charge computes interest and fixed sums of every item of a portfolio through the last day of the table, as [Calculator.Accrue] does
// item by item: on the open amount from the day after the due date, nothing paid in between. The work is split at customers over as
// many goroutines as workers says, at least one; the result is the same for any number. A fixed sum that is waived
// ([Config].WaiveFixedSum) is not added.
//
// Errors:
//   - [receivables.ErrNoCoverage] for an item whose first day of delay is before the table or the law; of several the one that came
//     first is named.
func (t *Table) Charge(p *receivables.Portfolio, workers int) (*Charges, error) {
	c := &Charges{portfolio: p, lines: make([]charge, p.GroupCount())}
	var failed columns.FirstError
	segments, _ := p.Columns() // each item fits, and their sums have 128 bits
	columns.Each(segments, p.GroupCount(), workers, func(s *columns.Segment, group, from, to int) {
		line, currency := &c.lines[group], p.Group(group).Currency
		w := chargeWalk{table: t, currency: currency, places: int32(currency.MinorUnits())}
		for i := from; i < to; i++ {
			if err := w.add(line, s.Units[i], date.Date(s.Due[i]), date.Date(s.Issued[i])); err != nil {
				failed.Add(int(s.Row[i]), err)
			}
		}
		w.flush(line)
	})
	for _, x := range p.Exact() {
		currency := x.Item.Open.Currency()
		w := chargeWalk{table: t, currency: currency, places: int32(currency.MinorUnits())}
		n, _ := p.Number(receivables.PortfolioGroup{Customer: x.Item.Customer, Currency: currency}) // it is one of its groups
		line := &c.lines[n]
		if err := w.addExact(line, &x.Item); err != nil {
			failed.Add(x.Position, err)
		}
		w.flush(line)
	}
	if position, err := failed.Get(); err != nil {
		return nil, fmt.Errorf("items[%d]: %w", position, err)
	}
	return c, nil
}

// chargeWalk adds up the items of one group.
type chargeWalk struct {
	table    *Table
	currency receivables.Currency
	places   int32
	sum      *FixedSum // that of the item before
	same     int64     // items with that sum, if it has one tier
}

// late counts an item that bears nothing, or reports that it is past due.
func (w *chargeWalk) late(line *charge, sign int, dueOn, issuedOn date.Date) bool {
	switch {
	case sign < 0:
		line.credits++
	case sign == 0 || dueOn >= w.table.until || issuedOn > w.table.until:
		line.notLate++
	case dueOn == 0:
		line.undatedCt++
	default:
		return true
	}
	return false
}

func (w *chargeWalk) add(line *charge, units int64, dueOn, issuedOn date.Date) error {
	sign := 0
	switch {
	case units > 0:
		sign = 1
	case units < 0:
		sign = -1
	}
	if !w.late(line, sign, dueOn, issuedOn) {
		return nil
	}
	interest, err := w.table.Units(units, dueOn)
	if err != nil {
		if errors.Is(err, receivables.ErrLimit) {
			return w.addLate(line, w.money(units), dueOn)
		}
		return err
	}
	line.late++
	line.principal.AddUnits(units)
	line.interest.AddUnits(interest)
	w.addSum(line, dueOn, func() receivables.Money { return w.money(units) })
	return nil
}

func (w *chargeWalk) addExact(line *charge, item *receivables.OpenItem) error {
	if !w.late(line, item.Open.Sign(), item.DueOn, item.IssuedOn) {
		return nil
	}
	return w.addLate(line, item.Open, item.DueOn)
}

// addLate adds a late item with decimals.
func (w *chargeWalk) addLate(line *charge, open receivables.Money, dueOn date.Date) error {
	interest, err := w.table.Interest(open, dueOn)
	if err != nil {
		return err
	}
	line.late++
	line.principal.Add(open.Amount(), w.places)
	line.interest.Add(interest.Amount(), w.places)
	w.addSum(line, dueOn, func() receivables.Money { return open })
	return nil
}

// addSum adds the fixed sum of a late item. Items come by due date, so that one row of the law serves many.
func (w *chargeWalk) addSum(line *charge, dueOn date.Date, open func() receivables.Money) {
	if w.table.c.config.WaiveFixedSum != "" {
		return
	}
	if f := w.sum; f == nil || dueOn < f.From || f.Until != 0 && dueOn >= f.Until {
		w.flush(line)
		regime, claim := w.table.c.regime, Claim{DueOn: dueOn}
		if w.sum = regime.FixedSumFor(claim); w.sum == nil {
			if regime.fixedSumUnknown(&claim) {
				line.unknown++
			}
			return
		}
	}
	if len(w.sum.Tiers) == 1 {
		w.same++
		return
	}
	amount, err := w.sum.For(open())
	if err != nil {
		line.unknown++
		return
	}
	line.addSums(amount, 1)
}

// flush adds the fixed sums that are alike.
func (w *chargeWalk) flush(line *charge) {
	if w.same > 0 {
		line.addSums(w.sum.Tiers[0].Amount, w.same)
		w.same = 0
	}
}

func (l *charge) addSums(each receivables.Money, n int64) {
	l.with += int32(n)
	l.addMoney(receivables.Zero(each.Currency()).AddAmount(each.Amount().Mul(decimal.NewFromInt(n))))
}

func (l *charge) addMoney(m receivables.Money) {
	for i := range l.sums {
		if l.sums[i].Currency() == m.Currency() {
			l.sums[i] = l.sums[i].AddAmount(m.Amount())
			return
		}
	}
	l.sums = append(l.sums, m)
}

func (w *chargeWalk) money(units int64) receivables.Money {
	return receivables.Zero(w.currency).AddAmount(decimal.New(units, -w.places))
}

// Len returns the number of groups of the portfolio.
func (c *Charges) Len() int { return len(c.lines) }

// Charge returns the charge of a group by its number in the portfolio.
func (c *Charges) Charge(group int) Charge {
	g := c.portfolio.Group(group)
	return c.lines[group].export(g)
}

func (l *charge) export(g receivables.PortfolioGroup) Charge {
	places := int32(g.Currency.MinorUnits())
	money := func(s *fixed.Sum) receivables.Money { return receivables.Zero(g.Currency).AddAmount(s.Decimal(places)) }
	return Charge{
		Group: g, Late: int(l.late), Principal: money(&l.principal), Interest: money(&l.interest),
		FixedSums: slices.Clone(l.sums), WithFixedSum: int(l.with), FixedSumUnknown: int(l.unknown),
		NotLate: int(l.notLate), Credits: int(l.credits), Undated: int(l.undatedCt),
	}
}

// Totals returns the sums of all customers by currency of the items, sorted by code; the customer of each is empty.
func (c *Charges) Totals() []Charge {
	sums := map[receivables.Currency]*charge{}
	for n := range c.lines {
		currency := c.portfolio.Group(n).Currency
		if sums[currency] == nil {
			sums[currency] = &charge{}
		}
		sums[currency].merge(&c.lines[n])
	}
	list := make([]Charge, 0, len(sums))
	for currency, sum := range sums {
		list = append(list, sum.export(receivables.PortfolioGroup{Currency: currency}))
	}
	slices.SortFunc(list, func(x, y Charge) int { return strings.Compare(x.Group.Currency.Code(), y.Group.Currency.Code()) })
	return list
}

func (l *charge) merge(o *charge) {
	l.principal.Merge(&o.principal)
	l.interest.Merge(&o.interest)
	for _, m := range o.sums {
		l.addMoney(m)
	}
	l.late, l.with, l.unknown = l.late+o.late, l.with+o.with, l.unknown+o.unknown
	l.notLate, l.credits, l.undatedCt = l.notLate+o.notLate, l.credits+o.credits, l.undatedCt+o.undatedCt
}
