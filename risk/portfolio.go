package risk

import (
	"fmt"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/columns"
	"github.com/receivables-go/receivables/internal/fixed"
)

// LatenessTable is how late every customer paid, from a portfolio of paid lines: sums for all at once, and the whole [Lateness] of
// a customer when it is asked for. It is immutable and safe for concurrent use.
type LatenessTable struct {
	paid        *receivables.Portfolio
	first, last date.Date
	sums        []lateSums                     // by group
	exact       map[int][]receivables.OpenItem // lines outside columns, by group
}

// LatenessSums are the sums of the paid lines of a group from which its profile is made; quotients of them are figures of [Lateness]:
// AmountDays / Amount is WeightedMean, Late / Lines is ShareLate.
type LatenessSums struct {
	Lines    int // with a due date
	Undated  int // without, in no other sum
	Late     int // more than 0 days late
	VeryLate int // more than 30 days late
	// Days is the sum of the lateness, early lines below zero, LateDays that of late lines only; AmountDays and LateAmountDays are
	// the same times the amount of each line.
	Days, LateDays                     int64
	AmountDays, LateAmountDays         decimal.Decimal
	Amount, LateAmount, VeryLateAmount receivables.Money
}

type lateSums struct {
	lines, undated, late, very     int32
	days, lateDays                 int64
	amount, lateAmount, veryAmount fixed.Sum
	amountDays, lateAmountDays     fixed.Sum
}

// TabulateLateness adds up paid lines from the first day to the last, both included. Each item of the portfolio is a line paid:
// Open is the amount paid, above zero, DueOn its due date and IssuedOn the day of the payment.
//
// The work is split at customers over as many goroutines as workers says, at least one; the result is the same for any number.
//
// Errors:
//   - [receivables.ErrInvalidInput] for days that are none or in the wrong order, and a line without a day of payment or not above
//     zero; of several the one that came first is named.
func TabulateLateness(paid *receivables.Portfolio, workers int, first, last date.Date) (*LatenessTable, error) {
	if !receivables.IsDay(first) || !receivables.IsDay(last) || first > last {
		return nil, &receivables.FieldError{
			Path: "days", Value: first.String() + " to " + last.String(), Rule: receivables.RuleRange,
			Detail: "two days from 1900-01-01 to 9999-12-31, the first not after the last",
		}
	}
	t := &LatenessTable{paid: paid, first: first, last: last, sums: make([]lateSums, paid.GroupCount()), exact: map[int][]receivables.OpenItem{}}
	var failed columns.FirstError
	add := func(group, position int, x *weighed, due, on date.Date) bool {
		switch {
		case on == 0:
			failed.Add(position, &receivables.FieldError{Path: "issued", Rule: receivables.RuleRequired, Detail: "a paid line needs the day of payment"})
		case x.sign() <= 0:
			failed.Add(position, &receivables.FieldError{Path: "open", Rule: receivables.RuleSign, Detail: "the amount of a paid line must be above zero"})
		case on >= first && on <= last:
			x.days = receivables.DaysBetween(due, on)
			t.sums[group].add(x, due == 0)
			return true
		}
		return false
	}
	segments, _ := paid.Columns() // sums have 128 bits
	columns.Each(segments, paid.GroupCount(), workers, func(s *columns.Segment, group, from, to int) {
		for i := from; i < to; i++ {
			add(group, int(s.Row[i]), &weighed{units: s.Units[i]}, date.Date(s.Due[i]), date.Date(s.Issued.At(i)))
		}
	})
	for _, x := range paid.Exact() {
		currency := x.Item.Open.Currency()
		n := paid.NumberOf(&x.Item)
		w := weigh(0, x.Item.Open.Amount(), int32(currency.MinorUnits()))
		if add(n, x.Position, &w, x.Item.DueOn, x.Item.IssuedOn) {
			t.exact[n] = append(t.exact[n], x.Item)
		}
	}
	if position, err := failed.Get(); err != nil {
		return nil, fmt.Errorf("items[%d]: %w", position, err)
	}
	return t, nil
}

func (s *lateSums) add(x *weighed, undated bool) {
	if undated {
		s.undated++
		return
	}
	days := int64(x.days)
	s.lines++
	s.days += days
	x.addTo(&s.amount, 1)
	x.addTo(&s.amountDays, days)
	if days > 0 {
		s.late++
		s.lateDays += days
		x.addTo(&s.lateAmount, 1)
		x.addTo(&s.lateAmountDays, days)
	}
	if days > veryLate {
		s.very++
		x.addTo(&s.veryAmount, 1)
	}
}

// Len returns the number of groups of the portfolio.
func (t *LatenessTable) Len() int { return len(t.sums) }

// Sums returns the sums of a group by its number in the portfolio.
func (t *LatenessTable) Sums(group int) LatenessSums {
	s, currency := &t.sums[group], t.paid.Group(group).Currency
	places := int32(currency.MinorUnits())
	money := func(sum *fixed.Sum) receivables.Money {
		return receivables.Zero(currency).AddAmount(sum.Decimal(places))
	}
	return LatenessSums{
		Lines: int(s.lines), Undated: int(s.undated), Late: int(s.late), VeryLate: int(s.very), Days: s.days, LateDays: s.lateDays,
		Amount: money(&s.amount), LateAmount: money(&s.lateAmount), VeryLateAmount: money(&s.veryAmount),
		AmountDays: s.amountDays.Decimal(places), LateAmountDays: s.lateAmountDays.Decimal(places),
	}
}

// Lateness returns location and dispersion of the lateness of a group, as [LatenessOf] does for its lines.
func (t *LatenessTable) Lateness(group int) Lateness {
	places := int32(t.paid.Group(group).Currency.MinorUnits())
	lines := make([]weighed, 0, t.sums[group].lines)
	segments, _ := t.paid.Columns()
	columns.Of(segments, group, func(s *columns.Segment, from, to int) {
		for i := from; i < to; i++ {
			if on := date.Date(s.Issued.At(i)); s.Due[i] != 0 && on >= t.first && on <= t.last {
				lines = append(lines, weighed{days: receivables.DaysBetween(date.Date(s.Due[i]), on), units: s.Units[i]})
			}
		}
	})
	for i := range t.exact[group] {
		if x := &t.exact[group][i]; x.DueOn != 0 {
			lines = append(lines, weigh(receivables.DaysBetween(x.DueOn, x.IssuedOn), x.Open.Amount(), places))
		}
	}
	return latenessOf(lines, places)
}
