package penalties

import (
	"slices"
	"time"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// RateStep is a yearly rate from a day on.
type RateStep struct {
	From    date.Date
	Percent decimal.Decimal
}

// RateAt returns the rate in force on a day: that of the last step not after it.
//
// Errors:
//   - [receivables.ErrNoCoverage] before the first step.
func RateAt(steps []RateStep, day date.Date) (decimal.Decimal, error) {
	var found *RateStep
	for i := range steps {
		if s := &steps[i]; s.From <= day && (found == nil || s.From >= found.From) {
			found = s
		}
	}
	if found == nil {
		first := day
		if len(steps) > 0 {
			first = slices.MinFunc(steps, func(x, y RateStep) int { return int(x.From - y.From) }).From
		}
		return decimal.Zero, &receivables.CoverageError{Parameter: "rates given", Day: day, FirstCovered: first}
	}
	return found.Percent, nil
}

// PeriodConfig says how [PeriodInterest] computes.
type PeriodConfig struct {
	Mode     Mode // Floating: cut at 1 January and 1 July; Frozen: the rate of the first day
	DayCount DayCount
	Scope    Scope
	Places   int32 // decimals to which the interest is rounded
}

// PeriodSegment is a stretch of a period at one rate.
type PeriodSegment struct {
	FirstDay, LastDay date.Date
	Days              int
	Percent           decimal.Decimal
	Interest          decimal.Decimal // rounded by the scope; to 20 places with AtEnd
}

// PeriodInterest is the interest from one day to another, both included, at rates
// given by the caller with everything in them: for figures of another system or a
// court that are to be checked. It returns the segments and the rounded sum.
//
// Errors:
//   - [receivables.ErrInvalidInput] for an unknown mode, day count or scope, or more
//     than 200 years;
//   - [receivables.ErrNoCoverage] before the first rate.
func PeriodInterest(principal decimal.Decimal, first, last date.Date, rates []RateStep, config PeriodConfig) ([]PeriodSegment, decimal.Decimal, error) {
	if config.Mode != Floating && config.Mode != Frozen || !slices.Contains(dayCounts, config.DayCount) || !slices.Contains(scopes, config.Scope) {
		return nil, decimal.Zero, fieldError("period", string(config.Mode)+" "+string(config.DayCount)+" "+string(config.Scope), "unknown mode, day count or scope")
	}
	if !receivables.IsDay(first) || !receivables.IsDay(last) || receivables.DaysBetween(first, last) > 73_050 || last < first-1 {
		return nil, decimal.Zero, fieldError("period", first.String()+" to "+last.String(), "want two days in order, at most 200 years apart")
	}
	var segments []PeriodSegment
	sum := decimal.Zero
	for start := first; start <= last; {
		end := last
		if next := nextHalfYear(start); next <= last && (config.Mode == Floating || config.DayCount == ActAct && next.Month() == time.January) {
			end = receivables.AddDays(next, -1)
		} else if config.DayCount == ActAct && yearStart(start.Year()+1) <= last {
			end = receivables.AddDays(yearStart(start.Year()+1), -1)
		}
		on := start
		if config.Mode == Frozen {
			on = first
		}
		percent, err := RateAt(rates, on)
		if err != nil {
			return nil, decimal.Zero, err
		}
		if config.Mode == Floating { // a rate may also change inside a half-year
			for _, r := range rates {
				if r.From > start && r.From <= end {
					end = receivables.AddDays(r.From, -1)
				}
			}
		}
		s := PeriodSegment{FirstDay: start, LastDay: end, Percent: percent}
		var basis int64
		s.Days, basis = config.DayCount.count(start, end)
		s.Interest = interestOf(principal, percent, s.Days, basis)
		switch config.Scope {
		case PerSegment:
			s.Interest = s.Interest.Round(config.Places)
		case PerDay:
			s.Interest = interestOf(principal, percent, 1, basis).Round(config.Places).Mul(decimal.NewFromInt(int64(s.Days)))
		case AtEnd:
		}
		sum = sum.Add(s.Interest)
		segments = append(segments, s)
		start = receivables.AddDays(end, 1)
	}
	return segments, sum.Round(config.Places), nil
}

// InterruptedPeriod is the payment period of a public body after an interruption.
type InterruptedPeriod struct {
	RemainingDays int // of the first period when the notice arrived
	NewPeriodDays int // after completion: the least of the law, or the remainder if that is more
	DueOn         date.Date
	Citation      receivables.Citation
}

// InterruptPaymentPeriod returns what is left of the payment period of a public body
// that suspended a request: on completion a new period of 30 days runs, or what was
// left when the creditor received the notice if that is more (Code de la commande
// publique R2192-27 to -29). The days of receipt and of completion do not count.
//
// Errors:
//   - [receivables.ErrInvalidInput] when the days are not in order or the notice came
//     after the period;
//   - [receivables.ErrNoCoverage] for a completion before the rule.
func InterruptPaymentPeriod(periodDays int, received, notified, completed date.Date) (InterruptedPeriod, error) {
	used := receivables.DaysBetween(received, notified)
	if periodDays <= 0 || periodDays > 3660 || used < 0 || completed < notified || !receivables.IsDay(received) || !receivables.IsDay(completed) {
		return InterruptedPeriod{}, fieldError("payment period", notified.String(), "want a request, a notice and a completion in this order")
	}
	if used > periodDays {
		return InterruptedPeriod{}, fieldError("payment period", notified.String(), "the notice came after the period had ended")
	}
	rules, err := frenchTerms()
	if err != nil {
		return InterruptedPeriod{}, err
	}
	rule := rules["public"].interruption
	if completed < rule.from {
		return InterruptedPeriod{}, &receivables.CoverageError{Parameter: "interruption of a public payment period", Day: completed, FirstCovered: rule.from}
	}
	p := InterruptedPeriod{RemainingDays: periodDays - used, Citation: rule.citation}
	p.NewPeriodDays = max(rule.atLeast, p.RemainingDays)
	p.DueOn = receivables.AddDays(completed, p.NewPeriodDays)
	return p, nil
}
