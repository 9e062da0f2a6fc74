package price

import (
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// Cost is what a discount costs the seller and brings the buyer.
type Cost struct {
	Period receivables.Figure `json:"period"` // d / (1 - d): on the money really paid, for the days gained
	// Simple is Period x year / days, Compound (1 + Period)^(year / days) - 1, both by year.
	Simple   receivables.Figure `json:"simple"`
	Compound receivables.Figure `json:"compound"`
}

// AnnualisedCost returns the annual cost of a flat discount (coût annualisé de
// l'escompte). The base is what the buyer pays, d / (1 - d): annualising d itself, or
// dividing by the days of the discount instead of the days gained, are common mistakes.
// If the buyer would pay late, days gained run to that day and the cost falls.
//
// A discount of 0 costs 0. Out of domain for a discount below 0 or from 1 on, for days
// gained of 0 or less (it buys no time) and a year without days; the compound rate also
// where it would exceed e^200.
//
// "2/10 net 30" gains 20 days: 2.04 percent, 37.2 a year simple, 44.6 compound over 365.
func AnnualisedCost(d FlatDiscount, daysGained, yearBasis int) Cost {
	if d.Rate.Sign() < 0 || d.Rate.Cmp(one) >= 0 || daysGained <= 0 || yearBasis <= 0 {
		return Cost{outside(receivables.UnitFraction), outside(receivables.UnitPerYear), outside(receivables.UnitPerYear)}
	}
	rest := one.Sub(d.Rate)
	c := Cost{
		Period:   receivables.Quotient(d.Rate, rest, receivables.UnitFraction),
		Simple:   receivables.Quotient(d.Rate.Mul(newInt(yearBasis)), rest.Mul(newInt(daysGained)), receivables.UnitPerYear),
		Compound: outside(receivables.UnitPerYear),
	}
	if growth, ok := power(one.DivRound(rest, workPlaces), yearBasis, daysGained); ok {
		c.Compound = receivables.NewFigure(growth.Sub(one).Round(receivables.RatioPlaces), receivables.UnitPerYear)
	}
	return c
}

// workPlaces is the number of decimals of intermediate results.
const workPlaces = 40

// mostPower bounds the logarithm of a power: beyond it no annual rate means anything, and
// a hostile one could make a number of millions of digits.
var mostPower = decimal.NewFromInt(200)

// power returns base^(numerator/denominator) for a base above 0; false where it would be
// above e^200 or below its inverse.
func power(base decimal.Decimal, numerator, denominator int) (decimal.Decimal, bool) {
	exponent := newInt(numerator).DivRound(newInt(denominator), workPlaces)
	log, err := base.Ln(receivables.RatioPlaces)
	if err != nil || log.Mul(exponent).Abs().Cmp(mostPower) > 0 {
		return decimal.Decimal{}, false
	}
	result, err := base.PowWithPrecision(exponent, workPlaces)
	return result, err == nil
}

// Equilibrium is the discount at which paying early and paying later are worth the same
// at a cost of funds, by three conventions, as a fraction.
type Equilibrium struct {
	Simple   receivables.Figure `json:"simple"`   // i n / (Y + i n): rational
	Compound receivables.Figure `json:"compound"` // 1 - (1 + i)^(-n/Y)
	// Commercial is i n / Y, interest on the face value, as banks discount.
	Commercial receivables.Figure `json:"commercial"`
}

// BreakEven returns the break-even discount (escompte d'équilibre) at an annual cost of
// funds i for n days gained in a year of Y days: the least a buyer should take at his own
// short-term rate, the most a seller should give at his, risk apart.
//
// Out of domain for a negative rate or negative days, a year without days, and where the
// result would exceed 1.
//
// 8 percent over 45 of 365 days: 0.977 percent simple.
func BreakEven(annualRate decimal.Decimal, daysGained, yearBasis int) Equilibrium {
	if annualRate.Sign() < 0 || daysGained < 0 || yearBasis <= 0 {
		f := outside(receivables.UnitFraction)
		return Equilibrium{f, f, f}
	}
	interest := annualRate.Mul(newInt(daysGained))
	e := Equilibrium{
		Simple:     receivables.Quotient(interest, newInt(yearBasis).Add(interest), receivables.UnitFraction),
		Commercial: receivables.Quotient(interest, newInt(yearBasis), receivables.UnitFraction),
		Compound:   outside(receivables.UnitFraction),
	}
	if value, ok := e.Commercial.Value(); ok && !isShare(value) {
		e.Commercial = outside(receivables.UnitFraction)
	}
	if growth, ok := power(one.Add(annualRate), -daysGained, yearBasis); ok {
		e.Compound = receivables.NewFigure(one.Sub(growth).Round(receivables.RatioPlaces), receivables.UnitFraction)
	}
	return e
}

// Offer is what a seller knows of a receivable he would rather have paid early.
type Offer struct {
	Amount     receivables.Money
	AnnualRate decimal.Decimal // of his funds
	DaysGained int
	YearBasis  int
	// PD is the probability of default by the due date, LGD the share then lost.
	PD, LGD decimal.Decimal
	// CostSaved is the cost of collection avoided, zero value: none.
	CostSaved receivables.Money
}

// SellerMaximum returns the highest discount that leaves the seller no worse off
// (escompte maximal acceptable), as a fraction:
//
//	1 - (1 - PD x LGD) / (1 + i n / Y) + cost saved / amount
//
// from the indifference between cash now and the expected receipt later less the cost of
// collecting it. Undefined for an amount of zero or below, a year without days; out of
// domain for probabilities outside 0 to 1, a negative rate or cost, negative days, and a result
// outside 0 to 1; mixed basis when the cost is in another currency.
//
// 100,000 at 8 percent over 45 of 365 days, PD 3 percent, LGD 60, 150 saved: 2.909 percent.
func SellerMaximum(o Offer) receivables.Figure {
	unit := receivables.UnitFraction
	saved := o.CostSaved.Amount()
	switch {
	case !isShare(o.PD) || !isShare(o.LGD) || o.AnnualRate.Sign() < 0 || o.DaysGained < 0 || saved.Sign() < 0:
		return outside(unit)
	case o.CostSaved.IsValid() && o.CostSaved.Currency() != o.Amount.Currency():
		return receivables.NoFigure(receivables.StatusMixedBasis, unit)
	case o.YearBasis <= 0:
		return receivables.NoFigure(receivables.StatusZeroDenominator, unit)
	}
	year := newInt(o.YearBasis)
	growth := year.Add(o.AnnualRate.Mul(newInt(o.DaysGained))) // x Y
	expected := one.Sub(o.PD.Mul(o.LGD)).Mul(year)             // x Y
	// (growth - expected) / growth + saved / amount over one denominator
	a := o.Amount.Amount()
	f := receivables.Quotient(growth.Sub(expected).Mul(a).Add(saved.Mul(growth)), growth.Mul(a), unit)
	if value, ok := f.Value(); ok && !isShare(value) {
		return outside(unit)
	}
	return f
}

// Alternative is another way to be paid or to find the money, by its annual rate: the
// overdraft, factoring, the rate of late-payment interest.
type Alternative struct {
	Name       string          `json:"name"`
	AnnualRate decimal.Decimal `json:"annual_rate"`
}

// Compared is an alternative beside a discount.
type Compared struct {
	Alternative
	// Discount is the flat discount that costs the seller as much as the alternative for the
	// days gained.
	Discount receivables.Figure `json:"discount"`
	// CeilingDearer says that the seller's maximum costs more than the alternative: only
	// risk, or collection cost saved, justifies a discount as high.
	CeilingDearer bool `json:"ceiling_dearer"`
	// FloorDearer says so of the least the buyer takes.
	FloorDearer bool `json:"floor_dearer"`
}

// RateChoice is the span from which the discount in the terms of sale is chosen.
type RateChoice struct {
	// Floor is the break-even of the buyer at his own rate: nobody takes less. Ceiling is
	// the maximum of the seller.
	Floor       receivables.Figure `json:"floor"`
	Ceiling     receivables.Figure `json:"ceiling"`
	FloorCost   Cost               `json:"floor_cost"`
	CeilingCost Cost               `json:"ceiling_cost"` // annualised
	// Possible says that the floor is not above the ceiling: there is a discount that suits
	// both.
	Possible     bool       `json:"possible"`
	Alternatives []Compared `json:"alternatives"`
}

// ChooseRate returns the span of discounts that suit a seller and a buyer whose money
// costs him buyerRate a year, annualised and beside the alternatives (choix du taux
// d'escompte). Figures that cannot be computed carry their status, and then nothing is
// possible.
func ChooseRate(o Offer, buyerRate decimal.Decimal, alternatives ...Alternative) RateChoice {
	c := RateChoice{Floor: BreakEven(buyerRate, o.DaysGained, o.YearBasis).Simple, Ceiling: SellerMaximum(o)}
	annualised := func(f receivables.Figure) Cost {
		rate, ok := f.Value()
		if !ok {
			n := receivables.NoFigure(f.Status(), receivables.UnitPerYear)
			return Cost{receivables.NoFigure(f.Status(), receivables.UnitFraction), n, n}
		}
		return AnnualisedCost(FlatDiscount{rate}, o.DaysGained, o.YearBasis)
	}
	c.FloorCost, c.CeilingCost = annualised(c.Floor), annualised(c.Ceiling)
	floor, ok1 := c.Floor.Value()
	ceiling, ok2 := c.Ceiling.Value()
	c.Possible = ok1 && ok2 && floor.Cmp(ceiling) <= 0
	for _, a := range alternatives {
		x := Compared{Alternative: a, Discount: BreakEven(a.AnnualRate, o.DaysGained, o.YearBasis).Simple}
		if d, ok := x.Discount.Value(); ok {
			x.CeilingDearer = ok2 && ceiling.Cmp(d) > 0
			x.FloorDearer = ok1 && floor.Cmp(d) > 0
		}
		c.Alternatives = append(c.Alternatives, x)
	}
	return c
}
