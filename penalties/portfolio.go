package penalties

import (
	"cmp"
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
	group  func(n int) receivables.PortfolioGroup
	lines  []charge            // by group
	tiers  []receivables.Money // fixed sums that the law gives
	counts []int64             // items by group and tier
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
	principal, interest                      fixed.Sum
	late, unknown, notLate, credits, undated int64
}

// Charge computes interest and fixed sums of every item of a portfolio through the last day of the table, as [Calculator.Accrue] does
// item by item: on the open amount from the day after the due date, nothing paid in between. The work is split at customers over as
// many goroutines as workers says, at least one; the result is the same for any number. A fixed sum that is waived
// ([Config].WaiveFixedSum) is not added.
//
// Errors:
//   - [receivables.ErrNoCoverage] for an item whose first day of delay is before the table or the law; of several the one that came
//     first is named. Begin the table on the earliest due date that is open.
func (t *Table) Charge(p *receivables.Portfolio, workers int) (*Charges, error) {
	w := chargeWalk{t, &Charges{group: p.Group, tiers: t.tiers, lines: make([]charge, p.GroupCount()), counts: make([]int64, p.GroupCount()*len(t.tiers))}}
	var failed columns.FirstError
	segments, _ := p.Columns() // each item fits, and their sums have 128 bits
	columns.Each(segments, p.GroupCount(), workers, func(s *columns.Segment, group, from, to int) {
		w.addRun(s, group, from, to, &failed)
	})
	for _, x := range p.Exact() {
		n := p.NumberOf(&x.Item)
		if err := w.addExact(n, &x.Item); err != nil {
			failed.Add(x.Position, w.named(n, err))
		}
	}
	if position, err := failed.Get(); err != nil {
		return nil, fmt.Errorf("items[%d]: %w", position, err)
	}
	return w.charges, nil
}

// chargeWalk adds up items.
type chargeWalk struct {
	table   *Table
	charges *Charges
}

// fixedSumOn is the fixed sum of claims due on a day.
type fixedSumOn struct {
	rule    *FixedSum // nil: none
	tier    int       // position of its first tier among those of the table
	unknown bool      // there is one that no source gives
	usual   bool      // there is one tier, or nothing to be counted
}

// findSums finds the fixed sum of every due day.
func (t *Table) findSums() {
	t.sums = make([]fixedSumOn, len(t.days))
	if t.c.config.WaiveFixedSum != "" {
		for i := range t.sums {
			t.sums[i].usual = true
		}
		return
	}
	regime := t.c.regime
	first := map[*FixedSum]int{}
	for i := range t.sums {
		claim := Claim{DueOn: receivables.AddDays(t.from, i-1)}
		rule := regime.FixedSumFor(claim)
		if rule == nil {
			t.sums[i].unknown = regime.fixedSumUnknown(&claim)
			t.sums[i].usual = !t.sums[i].unknown
			continue
		}
		at, known := first[rule]
		if !known {
			at = len(t.tiers)
			first[rule] = at
			for _, tier := range rule.Tiers {
				t.tiers = append(t.tiers, tier.Amount)
			}
		}
		t.sums[i] = fixedSumOn{rule: rule, tier: at, usual: len(rule.Tiers) == 1}
	}
}

// late counts an item that bears nothing, or reports that it is past due.
func (w *chargeWalk) late(line *charge, sign int, dueOn, issuedOn date.Date) bool {
	switch {
	case sign < 0:
		line.credits++
	case sign == 0 || dueOn >= w.table.until || issuedOn > w.table.until:
		line.notLate++
	case dueOn == 0:
		line.undated++
	default:
		return true
	}
	return false
}

// addRun adds the items of a group from one position to another. What is late and usual is done here, all else in add.
func (w *chargeWalk) addRun(s *columns.Segment, group, from, to int, failed *columns.FirstError) {
	t, line := w.table, &w.charges.lines[group]
	counts := w.charges.counts[group*len(t.tiers):][:len(t.tiers)]
	first, until := int32(t.from)-1, int32(t.until)
	var late int64
	var principal, interest fixed.Int
	for i := from; i < to; i++ {
		units, due := s.Units[i], s.Due[i]
		if units > 0 && due >= first && due < until && s.Issued.At(i) <= until {
			d, sum := &t.days[due-first], &t.sums[due-first]
			if cents, ok := t.usual(uint64(units), d); ok && sum.usual {
				late++
				principal.AddUnits(units)
				interest.AddUnits(cents)
				if sum.rule != nil {
					counts[sum.tier]++
				}
				continue
			}
		}
		if err := w.add(group, units, date.Date(due), date.Date(s.Issued.At(i))); err != nil {
			failed.Add(int(s.Row[i]), w.named(group, err))
		}
	}
	line.late += late
	line.principal.Int.Add(principal)
	line.interest.Int.Add(interest)
}

// named says whose item it is; the position alone leads to no line of a file.
func (w *chargeWalk) named(group int, err error) error {
	return fmt.Errorf("customer %q: %w", w.charges.group(group).Customer, err)
}

func (w *chargeWalk) add(group int, units int64, dueOn, issuedOn date.Date) error {
	line := &w.charges.lines[group]
	if !w.late(line, cmp.Compare(units, 0), dueOn, issuedOn) {
		return nil
	}
	interest, err := w.table.Units(units, dueOn)
	if err != nil {
		if errors.Is(err, receivables.ErrLimit) {
			return w.addLate(group, w.money(group, units), dueOn)
		}
		return err
	}
	line.late++
	line.principal.AddUnits(units)
	line.interest.AddUnits(interest)
	s := &w.table.sums[receivables.DaysBetween(w.table.from, dueOn)+1]
	if s.rule != nil && len(s.rule.Tiers) == 1 {
		w.charges.counts[group*len(w.table.tiers)+s.tier]++
		return nil
	}
	w.addSum(group, s, func() receivables.Money { return w.money(group, units) })
	return nil
}

func (w *chargeWalk) addExact(group int, item *receivables.OpenItem) error {
	if !w.late(&w.charges.lines[group], item.Open.Sign(), item.DueOn, item.IssuedOn) {
		return nil
	}
	return w.addLate(group, item.Open, item.DueOn)
}

// addLate adds a late item with decimals.
func (w *chargeWalk) addLate(group int, open receivables.Money, dueOn date.Date) error {
	interest, err := w.table.Interest(open, dueOn)
	if err != nil {
		return err
	}
	line, places := &w.charges.lines[group], int32(open.Currency().MinorUnits())
	line.late++
	line.principal.Add(open.Amount(), places)
	line.interest.Add(interest.Amount(), places)
	w.addSum(group, &w.table.sums[receivables.DaysBetween(w.table.from, dueOn)+1], func() receivables.Money { return open })
	return nil
}

// addSum counts the fixed sum of a late item.
func (w *chargeWalk) addSum(group int, s *fixedSumOn, open func() receivables.Money) {
	if s.rule == nil {
		if s.unknown {
			w.charges.lines[group].unknown++
		}
		return
	}
	tier, err := s.rule.tierOf(open())
	if err != nil {
		w.charges.lines[group].unknown++
		return
	}
	w.charges.counts[group*len(w.table.tiers)+s.tier+tier]++
}

func (w *chargeWalk) money(group int, units int64) receivables.Money {
	currency := w.charges.group(group).Currency
	return receivables.Zero(currency).AddAmount(decimal.New(units, -int32(currency.MinorUnits())))
}

// Len returns the number of groups.
func (c *Charges) Len() int { return len(c.lines) }

// Charge returns the charge of a group by its number in the portfolio or the accumulator.
func (c *Charges) Charge(group int) Charge {
	return c.export(c.group(group), &c.lines[group], c.counts[group*len(c.tiers):][:len(c.tiers)])
}

func (c *Charges) export(g receivables.PortfolioGroup, l *charge, counts []int64) Charge {
	places := int32(g.Currency.MinorUnits())
	money := func(s *fixed.Sum) receivables.Money { return receivables.Zero(g.Currency).AddAmount(s.Decimal(places)) }
	x := Charge{
		Group: g, Late: int(l.late), Principal: money(&l.principal), Interest: money(&l.interest), FixedSumUnknown: int(l.unknown),
		NotLate: int(l.notLate), Credits: int(l.credits), Undated: int(l.undated),
	}
	for i, count := range counts {
		if count == 0 {
			continue
		}
		x.WithFixedSum += int(count)
		sum := c.tiers[i].Amount().Mul(decimal.NewFromInt(count))
		at := slices.IndexFunc(x.FixedSums, func(m receivables.Money) bool { return m.Currency() == c.tiers[i].Currency() })
		if at < 0 {
			at = len(x.FixedSums)
			x.FixedSums = append(x.FixedSums, receivables.Zero(c.tiers[i].Currency()))
		}
		x.FixedSums[at] = x.FixedSums[at].AddAmount(sum)
	}
	return x
}

// Totals returns the sums of all customers by currency of the items, sorted by code; the customer of each is empty.
func (c *Charges) Totals() []Charge {
	type total struct {
		line   charge
		counts []int64
	}
	sums := map[receivables.Currency]*total{}
	var currency receivables.Currency
	var sum *total
	for n := range c.lines {
		if of := c.group(n).Currency; sum == nil || of != currency {
			if currency = of; sums[of] == nil {
				sums[of] = &total{counts: make([]int64, len(c.tiers))}
			}
			sum = sums[of]
		}
		sum.line.merge(&c.lines[n])
		for i, count := range c.counts[n*len(c.tiers):][:len(c.tiers)] {
			sum.counts[i] += count
		}
	}
	list := make([]Charge, 0, len(sums))
	for currency, sum := range sums {
		list = append(list, c.export(receivables.PortfolioGroup{Currency: currency}, &sum.line, sum.counts))
	}
	slices.SortFunc(list, func(x, y Charge) int { return strings.Compare(x.Group.Currency.Code(), y.Group.Currency.Code()) })
	return list
}

func (l *charge) merge(o *charge) {
	l.principal.Merge(&o.principal)
	l.interest.Merge(&o.interest)
	l.late, l.unknown = l.late+o.late, l.unknown+o.unknown
	l.notLate, l.credits, l.undated = l.notLate+o.notLate, l.credits+o.credits, l.undated+o.undated
}
