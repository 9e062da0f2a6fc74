package risk

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// DBTBuckets is a balance by days past due, for the index of [DBT].
type DBTBuckets struct {
	Current, Late1To30, Late31To60, Late61To90, Late91 decimal.Decimal
}

// DBT returns an Experian-style days beyond terms: (15 x 1-30 + 45 x 31-60 + 75 x 61-90 + 105 x 91 and
// more) / balance, the current part included. It measures open balances, where the days beyond
// terms of the package dso measure what was paid. Undefined when the balance is zero or below.
// The trade mark and the figures of the bureau are Experian's.
//
// 40,000, 12,000, 6,000, 3,000 and 1,000 are 12.58 days.
func DBT(b DBTBuckets) receivables.Figure {
	total, sum := b.Current, decimal.Zero
	for _, x := range []struct {
		amount decimal.Decimal
		days   int64
	}{{b.Late1To30, 15}, {b.Late31To60, 45}, {b.Late61To90, 75}, {b.Late91, 105}} {
		total = total.Add(x.amount)
		sum = sum.Add(x.amount.Mul(decimal.NewFromInt(x.days)))
	}
	f := receivables.Quotient(sum, total, receivables.UnitDays)
	if sum.Sign() < 0 {
		return f.Marked(receivables.StatusCreditBalance)
	}
	return f
}

// paydexChart is the days against terms that the chart of D&B prints for the scores 59 to 50,
// which it rounds its own way.
var paydexChart = [...]int{23, 24, 25, 26, 26, 27, 28, 29, 29, 30}

// paydexAnchors are scores and days of the chart; between them it is linear.
var paydexAnchors = [...]struct{ score, days int }{
	{100, -30}, {90, -20}, {80, 0}, {70, 15}, {60, 22}, {50, 30}, {40, 60}, {30, 90}, {20, 120},
}

// PaydexDays returns the days against terms that a PAYDEX-style score stands for, early payment
// below zero: 80 is on terms, 100 thirty days early, 20 is 120 days late. Scores 1 to 19 stand for more
// than 120 days: the figure is 120, truncated. Out of domain outside 1 to 100.
//
// 100 to 85 and 59 to 44 are those of the chart of D&B, the other tens are from a second source; what
// lies between, 84 to 61 and 43 to 21, is interpolated, rounded half up, and not verified. The
// score itself is D&B's.
func PaydexDays(score int) receivables.Figure {
	switch {
	case score < 1 || score > 100:
		return noDays(receivables.StatusOutOfDomain)
	case score < 20:
		return inDays(newInt(120)).Marked(receivables.StatusTruncated)
	case score >= 50 && score <= 59:
		return inDays(newInt(paydexChart[59-score]))
	}
	for i := 1; i < len(paydexAnchors); i++ {
		high, low := paydexAnchors[i-1], paydexAnchors[i]
		if score < low.score {
			continue
		}
		days := newInt((high.score-score)*(low.days-high.days)).DivRound(newInt(high.score-low.score), 4)
		return inDays(newInt(high.days).Add(days).Add(decimal.New(5, -1)).Floor())
	}
	return noDays(receivables.StatusOutOfDomain)
}

// Experience is a payment experience: a score with the amount behind it.
type Experience struct {
	Score  int
	Amount decimal.Decimal
}

// PaydexStyle returns a PAYDEX-style index: sum(score x amount) / sum(amount), unrounded; D&B
// publishes a whole number. 80 and more reads as low risk, 50 to 79 as medium. Undefined when the
// amounts add up to zero; out of domain for a score outside 1 to 100 or a negative amount.
//
// 80 on 20,000, 70 on 5,000, 50 on 10,000, 100 on 5,000: 73.75.
func PaydexStyle(experiences []Experience) receivables.Figure {
	sum, product := decimal.Zero, decimal.Zero
	for _, e := range experiences {
		if e.Score < 1 || e.Score > 100 || e.Amount.Sign() < 0 {
			return receivables.NoFigure(receivables.StatusOutOfDomain, receivables.UnitCount)
		}
		sum = sum.Add(e.Amount)
		product = product.Add(e.Amount.Mul(newInt(e.Score)))
	}
	return receivables.Quotient(product, sum, receivables.UnitCount)
}

// Concentration says how much lies with few.
type Concentration struct {
	Count int // amounts above zero
	// HHI is the Herfindahl-Hirschman index, the sum of squared shares, from 1/Count to 1; Points
	// is 10,000 x HHI, EffectiveNumber 1 / HHI.
	HHI, Points, EffectiveNumber receivables.Figure
	Top1, Top5, Top10            receivables.Figure // share of the largest
}

// ConcentrationOf measures amounts, such as balances, overdue amounts or sales: say which.
// Amounts of zero or below do not count; without any other all is undefined.
//
// 0.6 and 0.4 have an index of 0.52, that of 1.92 equal ones.
func ConcentrationOf(amounts []decimal.Decimal) Concentration {
	var positive []decimal.Decimal
	sum, squares := decimal.Zero, decimal.Zero
	for _, a := range amounts {
		if a.Sign() > 0 {
			positive = append(positive, a)
			sum, squares = sum.Add(a), squares.Add(a.Mul(a))
		}
	}
	slices.SortFunc(positive, func(a, b decimal.Decimal) int { return b.Cmp(a) })
	top := func(n int) receivables.Figure {
		part := decimal.Zero
		for _, a := range positive[:min(n, len(positive))] {
			part = part.Add(a)
		}
		return receivables.Quotient(part, sum, receivables.UnitFraction)
	}
	return Concentration{
		Count: len(positive), HHI: receivables.Quotient(squares, sum.Mul(sum), receivables.UnitFraction),
		Points:          receivables.Quotient(squares.Shift(4), sum.Mul(sum), receivables.UnitCount),
		EffectiveNumber: receivables.Quotient(sum.Mul(sum), squares, receivables.UnitCount),
		Top1:            top(1), Top5: top(5), Top10: top(10),
	}
}

// Named is an amount with its identifier.
type Named struct {
	ID     string
	Amount decimal.Decimal
}

// ABCItem is an item of a Pareto list.
type ABCItem struct {
	Named
	Class      string             // "A", "B" or "C"
	Cumulative receivables.Figure // share of this item and all larger ones
}

// ABC returns the items from the largest down, equal ones by identifier, each in a class by the
// share of all larger ones (loi de Pareto): below aLimit A, below bLimit B, else C. The item that
// crosses a bound is in the better class. Usual limits are 0.80 and 0.95.
//
// Errors:
//   - [receivables.ErrInvalidInput] for limits that are not 0 < a <= b <= 1, a negative amount, or
//     amounts that add up to zero.
func ABC(items []Named, aLimit, bLimit decimal.Decimal) ([]ABCItem, error) {
	if aLimit.Sign() <= 0 || bLimit.Cmp(aLimit) < 0 || bLimit.Cmp(one) > 0 {
		return nil, &receivables.FieldError{Path: "ABC limits", Value: aLimit.String() + " " + bLimit.String(), Rule: receivables.RuleOrder, Detail: "want 0 < a <= b <= 1"}
	}
	sum := decimal.Zero
	for i, x := range items {
		if x.Amount.Sign() < 0 {
			return nil, &receivables.FieldError{Path: fmt.Sprintf("items[%d] %q", i, x.ID), Value: x.Amount.String(), Rule: receivables.RuleSign, Detail: "must not be negative"}
		}
		sum = sum.Add(x.Amount)
	}
	if sum.Sign() <= 0 {
		return nil, &receivables.FieldError{Path: "items", Value: sum.String(), Rule: receivables.RuleSign, Detail: "amounts must add up to more than zero"}
	}
	sorted := slices.SortedStableFunc(slices.Values(items), func(a, b Named) int {
		return cmp.Or(b.Amount.Cmp(a.Amount), strings.Compare(a.ID, b.ID))
	})
	var list []ABCItem
	before := decimal.Zero
	for _, x := range sorted {
		class := "C"
		switch {
		case before.Cmp(aLimit.Mul(sum)) < 0:
			class = "A"
		case before.Cmp(bLimit.Mul(sum)) < 0:
			class = "B"
		}
		before = before.Add(x.Amount)
		list = append(list, ABCItem{Named: x, Class: class, Cumulative: receivables.Quotient(before, sum, receivables.UnitFraction)})
	}
	return list, nil
}

// Work is a customer or invoice to be worked on.
type Work struct {
	ID          string
	Overdue     decimal.Decimal
	DaysLate    int
	Probability decimal.Decimal // of default
}

// Ranked is work with its score.
type Ranked struct {
	Work
	Score decimal.Decimal
}

// Rank orders work by overdue x probability x (1 + days late / 30), highest first; ties by the
// larger amount, then by identifier. Leave out what is disputed (it goes to who resolves it), under
// a promise that has not matured, insolvent or in legal hands.
//
// Errors:
//   - [receivables.ErrInvalidInput] for a negative amount or lateness, or a probability outside 0
//     to 1.
//
// 25,000 at 10 percent, 20 days late: 4,166.67.
func Rank(items []Work) ([]Ranked, error) {
	var list []Ranked
	for i, x := range items {
		if x.Overdue.Sign() < 0 || x.DaysLate < 0 || x.Probability.Sign() < 0 || x.Probability.Cmp(one) > 0 {
			return nil, &receivables.FieldError{Path: fmt.Sprintf("items[%d] %q", i, x.ID), Value: fmt.Sprint(x.Overdue, " ", x.DaysLate, " ", x.Probability), Rule: receivables.RuleRange, Detail: "amount and days from 0, probability from 0 to 1"}
		}
		score := x.Overdue.Mul(x.Probability).Mul(newInt(30).Add(newInt(x.DaysLate))).DivRound(newInt(30), receivables.RatioPlaces)
		list = append(list, Ranked{Work: x, Score: score})
	}
	slices.SortStableFunc(list, func(a, b Ranked) int {
		return cmp.Or(b.Score.Cmp(a.Score), b.Overdue.Cmp(a.Overdue), strings.Compare(a.ID, b.ID))
	})
	return list, nil
}
