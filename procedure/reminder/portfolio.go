package reminder

import (
	"errors"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/columns"
	"github.com/receivables-go/receivables/internal/fixed"
)

// Candidate is a customer, in one currency, for whom a step can be due.
type Candidate struct {
	Group int // number in the portfolio
	Items int // that a step can be due for
	// Undisputed is what is open of them and not disputed, Oldest the earliest of their due dates.
	Undisputed receivables.Money
	Oldest     date.Date
}

// Candidates returns the customers of a portfolio for whom a plan is worth making on a day (qui relancer), by group number: those with
// an item that is overdue, or for which a step before the due date has come, of which more than the tolerance is open and not
// disputed. It looks at dates and amounts alone, at a fraction of what a plan costs; a plan then says what is due, of that and of
// holds, promises, alerts, segments and what was done.
//
// Who is no candidate has no contact that day, whatever else is known of him, except
//   - by his own calendar ([Account].Calendar), if that moves a step before the due date to an earlier day;
//   - where a step that counts from the one before is to follow one that was recorded before its own day had come.
//
// The work is split at customers over as many goroutines as workers says, at least one; the result is the same for any number.
//
// Errors:
//   - [receivables.ErrInvalidInput] for a day that is none;
//   - those of the calendar, but that it does not reach a day to come.
func (p *Planner) Candidates(portfolio *receivables.Portfolio, workers int, asOf date.Date) ([]Candidate, error) {
	if !receivables.IsDay(asOf) {
		return nil, &receivables.FieldError{Path: "as of", Value: asOf.String(), Rule: receivables.RuleRange, Detail: "outside 1900-01-01 to 9999-12-31"}
	}
	last, err := p.lastCandidateDue(asOf)
	if err != nil {
		return nil, err
	}
	type found struct {
		items      int
		undisputed fixed.Sum
		oldest     date.Date
	}
	groups := make([]found, portfolio.GroupCount())
	take := func(f *found, due date.Date) {
		f.items++
		if f.oldest == 0 || due < f.oldest {
			f.oldest = due
		}
	}
	segments, _ := portfolio.Columns() // sums have 128 bits
	columns.Each(segments, len(groups), workers, func(s *columns.Segment, group, from, to int) {
		tolerance := p.toleranceIn(portfolio.Group(group).Currency)
		f := &groups[group]
		for i := from; i < to && date.Date(s.Due[i]) <= last; i++ { // by due date, those without first
			units := s.Units[i]
			if s.Disputed != nil {
				units -= s.Disputed[i]
			}
			if s.Due[i] != 0 && units > tolerance {
				take(f, date.Date(s.Due[i]))
				f.undisputed.AddUnits(units)
			}
		}
	})
	for _, x := range portfolio.Exact() {
		item := &x.Item
		undisputed := notDisputed(item)
		if item.DueOn == 0 || item.DueOn > last || undisputed.Cmp(p.policy.Tolerance) <= 0 {
			continue
		}
		n := portfolio.NumberOf(item)
		take(&groups[n], item.DueOn)
		groups[n].undisputed.Add(undisputed, int32(item.Open.Currency().MinorUnits()))
	}
	var list []Candidate
	for n := range groups {
		if f := &groups[n]; f.items > 0 {
			currency := portfolio.Group(n).Currency
			amount := receivables.Zero(currency).AddAmount(f.undisputed.Decimal(int32(currency.MinorUnits())))
			list = append(list, Candidate{Group: n, Items: f.items, Undisputed: amount, Oldest: f.oldest})
		}
	}
	return list, nil
}

// toleranceIn returns the largest number of minor units within the tolerance.
func (p *Planner) toleranceIn(c receivables.Currency) int64 {
	units := p.policy.Tolerance.Shift(int32(c.MinorUnits())).Floor()
	if most := decimal.NewFromInt(1e18); units.Cmp(most) > 0 {
		return 1e18 // more than any item in columns
	}
	return units.IntPart()
}

// lastCandidateDue returns the latest due date for which a step can be due on a day: the day before, and later ones where a step
// before the due date has come.
func (p *Planner) lastCandidateDue(asOf date.Date) (date.Date, error) {
	last := receivables.AddDays(asOf, -1)
	for i := range p.policy.Scenarios {
		s := &p.policy.Scenarios[i]
		c := choice{run: &run{planner: p, scenario: s, calendar: p.calendar, asOf: asOf, today: asOf}}
		for k := range s.Steps {
			x := &s.Steps[k]
			if x.Base == AfterPrevious || x.Days > 0 { // not before what it follows, or on its side of the due date
				continue
			}
			// the step of this due date is still to come, whatever its day is moved to
			for due := receivables.AddDays(asOf, mostMoved-x.Days); due > last; due-- {
				c.due = due
				day, known, err := c.rolled(x, x.dayOf(due, 0))
				if err != nil && !errors.Is(err, receivables.ErrNoCoverage) {
					return 0, err
				}
				if err == nil && known && day <= asOf {
					last = due
				}
			}
		}
	}
	return last, nil
}

// mostMoved is the number of days within which a day is moved, see [receivables.RollDay].
const mostMoved = 366
