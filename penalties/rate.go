package penalties

import (
	"time"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// Rate is a yearly rate with how it came about.
type Rate struct {
	Percent     decimal.Decimal // per year
	Reference   decimal.Decimal // reference rate, as read
	ReferenceOn date.Date       // the day on which it was read
	Margin      decimal.Decimal // points added, judgments included
	Rounding    RateRounding
	// Provisional: the reference was not verified for its day, the last known value
	// was taken ([ExtendLastValue]).
	Provisional bool
	Citations   []receivables.Citation
}

// halfYearStart returns the 1 January or 1 July on or before a day.
func halfYearStart(d date.Date) date.Date {
	y, m, _ := d.Date()
	first := time.January
	if m >= time.July {
		first = time.July
	}
	start, _ := receivables.NewDate(y, first, 1) // exists in every year that can be read
	return start
}

// nextHalfYear returns the 1 January or 1 July after a day.
func nextHalfYear(d date.Date) date.Date {
	return receivables.AddMonths(halfYearStart(d), 6)
}

// AnnualRate is reference + margin, rounded as the law says, in percent per year:
// 2.15 and 8 rounded up to the next half point on the sum are 10.50.
func AnnualRate(reference, margin decimal.Decimal, rounding RateRounding) decimal.Decimal {
	switch rounding {
	case HalfPointUpOnReference:
		return halfPointUp(reference).Add(margin)
	case HalfPointUpOnSum:
		return halfPointUp(reference.Add(margin))
	case RateNotRounded:
	}
	return reference.Add(margin)
}

// halfPointUp rounds up to the next half point; a whole half point stays.
func halfPointUp(d decimal.Decimal) decimal.Decimal {
	two := decimal.New(2, 0)
	return d.Mul(two).Ceil().DivRound(two, 1)
}

// MinimumContractRate is the floor of an agreed rate: a multiple of the legal rate
// (in France three times, C. com. L441-10 II). 3 x 4.92 is 14.76.
func MinimumContractRate(legalPercent, multiplier decimal.Decimal) decimal.Decimal {
	return legalPercent.Mul(multiplier)
}

// rateOn returns the rate for one day of a claim.
func (c *Calculator) rateOn(claim *Claim, day date.Date) (Rate, error) {
	if c.config.Contract != nil {
		return c.contractRate(claim, day)
	}
	if claim.NotResponsible && c.regime.NotResponsible != nil {
		n := c.regime.NotResponsible
		return Rate{Percent: n.Percent, Citations: []receivables.Citation{n.Citation}}, nil
	}
	i, err := c.version(claim, day)
	if err != nil {
		return Rate{}, err
	}
	v := &c.regime.Versions[i]
	rate := Rate{Percent: v.FlatPercent, Citations: []receivables.Citation{v.Citation}}
	if v.Mode != Flat {
		if rate, err = c.indexed(v, claim, day); err != nil {
			return Rate{}, err
		}
	}
	if a := c.regime.AfterJudgment; a != nil && claim.JudgmentServedOn != 0 && day >= c.firstIncreasedDay(claim) {
		rate.Percent, rate.Margin = rate.Percent.Add(a.Points), rate.Margin.Add(a.Points)
		rate.Citations = append(rate.Citations, a.Citation)
	}
	return rate, nil
}

// indexed returns reference + margin for one day.
func (c *Calculator) indexed(v *Version, claim *Claim, day date.Date) (Rate, error) {
	base := day
	if c.mode(v) == Frozen {
		base = c.regime.firstDay(claim)
	}
	on := halfYearStart(base)
	switch v.Fixing {
	case FixedOnEve:
		on = receivables.AddDays(on, -1)
	case FixedOnFirstDelayDay:
		on = c.regime.firstDay(claim)
	case FixedEachDay:
		on = base
	case FixedOnFirstDay:
	}
	ref, provisional, err := c.law.reference(v.Reference, on, c.config.Coverage == ExtendLastValue)
	if err != nil {
		return Rate{}, err
	}
	return Rate{
		Percent: AnnualRate(ref.Percent, v.Margin, v.RateRounding), Reference: ref.Percent, ReferenceOn: on, Margin: v.Margin,
		Rounding: v.RateRounding, Provisional: provisional, Citations: []receivables.Citation{v.Citation, ref.Citation},
	}, nil
}

// mode is the mode of a version, unless the caller chose another.
func (c *Calculator) mode(v *Version) Mode {
	if c.config.Mode != "" && v.Mode != Flat {
		return c.config.Mode
	}
	return v.Mode
}
