package receivables

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
)

// checkTouched verifies what can only be seen once the whole batch is in.
func (r *recorder) checkTouched() error {
	for _, at := range slices.Sorted(maps.Keys(r.touched)) {
		if err := r.ledger.checkApplied(at); err != nil {
			return err
		}
	}
	for _, id := range r.parents {
		if err := r.ledger.checkParents(id); err != nil {
			return err
		}
	}
	return nil
}

// checkParents follows the parents of a customer and refuses unknown ones and
// circles.
func (l *Ledger) checkParents(id string) error {
	c, _ := l.Customer(id)
	for steps := 0; c.Parent != ""; steps++ {
		parent, ok := l.Customer(c.Parent)
		if !ok {
			return &FieldError{Path: fmt.Sprintf("customer %q: parent", c.ID), Value: c.Parent, Rule: RuleUnknownReference, Detail: "no such customer"}
		}
		if steps > len(l.customers) || parent.ID == id {
			return &FieldError{Path: fmt.Sprintf("customer %q: parent", c.ID), Value: c.Parent, Rule: RuleExclusive, Detail: "parents form a circle"}
		}
		c = parent
	}
	return nil
}

// never is after every date that can be read.
const never = date.Date(math.MaxInt64)

// life returns the days [from, to) on which the span counts by all that is
// known.
func (s *span) life() (from, to date.Date) {
	to = never
	for _, e := range s.ends {
		to = min(to, e.on)
	}
	return s.on, to
}

// checkApplied refuses that on some day, by all that is known, more is applied
// to a document, or to one of its instalments, than it holds.
func (l *Ledger) checkApplied(at int) error {
	d := &l.documents[at]
	for k := range len(d.instalments) + 1 {
		limit, ever := d.part(k), d.applied
		if k > 0 {
			ever = d.appliedTo[k-1]
		}
		if ever.LessThanOrEqual(limit.amount) {
			continue // whatever the days
		}
		day, applied := l.highestApplied(d, k)
		if applied.GreaterThan(limit.amount) {
			what := d.describe()
			if k > 0 {
				what += fmt.Sprintf(" instalment %d", k)
			}
			return &FieldError{
				Path: what, Value: Money{amount: applied, currency: limit.currency}.String(), Rule: RuleOverAllocated,
				Detail: fmt.Sprintf("applied on %s, but the amount is %s", isoDate(day), limit),
			}
		}
	}
	return nil
}

// highestApplied returns the day on which most is applied to an instalment (to
// the whole document for 0) and how much.
func (l *Ledger) highestApplied(d *document, instalment int) (date.Date, decimal.Decimal) {
	type change struct {
		day    date.Date
		amount decimal.Decimal
	}
	var changes []change
	for _, i := range d.settlements {
		s := &l.settlements[i]
		if instalment != 0 && s.instalment != instalment {
			continue
		}
		from, to := s.life()
		for _, other := range []int{s.debit, s.credit} {
			if other >= 0 {
				f, t := l.documents[other].life()
				from, to = max(from, f), min(to, t)
			}
		}
		if from >= to {
			continue
		}
		amount := s.amount.amount
		if !d.isDebit() {
			amount = s.taken.amount
		}
		changes = append(changes, change{from, amount}, change{to, amount.Neg()})
	}
	// What ends on a day makes room for what begins on it.
	slices.SortStableFunc(changes, func(a, b change) int {
		if c := cmp.Compare(a.day, b.day); c != 0 {
			return c
		}
		return a.amount.Sign() - b.amount.Sign()
	})
	var on date.Date
	var now, most decimal.Decimal
	for _, c := range changes {
		if now = now.Add(c.amount); now.GreaterThan(most) {
			on, most = c.day, now
		}
	}
	return on, most
}
