package price

import (
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

var one = decimal.NewFromInt(1)

func newInt(n int) decimal.Decimal { return decimal.NewFromInt(int64(n)) }

// isShare reports whether a number is from 0 to 1.
func isShare(d decimal.Decimal) bool { return d.Sign() >= 0 && d.Cmp(one) <= 0 }

// outside is an undefined figure for an input that the formula does not take.
func outside(unit receivables.Unit) receivables.Figure {
	return receivables.NoFigure(receivables.StatusOutOfDomain, unit)
}

// amount is numerator / denominator as an amount of the currency of like.
func amount(numerator, denominator decimal.Decimal, like receivables.Money) receivables.Figure {
	if !like.IsValid() {
		return receivables.NoFigure(receivables.StatusMixedBasis, receivables.UnitCount)
	}
	return receivables.Quotient(numerator, denominator, receivables.UnitOf(like.Currency()))
}

// exact is an amount that needs no division.
func exact(value decimal.Decimal, like receivables.Money) receivables.Figure {
	return amount(value, one, like)
}

// FlatDiscount is a share of the amount, whatever the days: 0.02 takes 2 percent off (taux
// d'escompte commercial). It is what most invoices mean.
type FlatDiscount struct {
	Rate decimal.Decimal `json:"flat_rate"`
}

// AnnualDiscount is a rate a year, taken in proportion to the days gained: 0.02 over 30 days
// of 360 takes 0.17 percent off (escompte au prorata du temps).
type AnnualDiscount struct {
	Rate      decimal.Decimal `json:"annual_rate"`
	YearBasis int             `json:"year_basis"`
}

// Discounted is an amount with its discount taken off.
type Discounted struct {
	Discount receivables.Figure `json:"discount"`
	Net      receivables.Figure `json:"net"`
}

// On returns amount x rate and what is left, exact. Out of domain for a rate outside 0
// to 1.
//
// 2 percent of 10,000 are 200.
func (d FlatDiscount) On(of receivables.Money) Discounted {
	if !isShare(d.Rate) {
		return noDiscount(of)
	}
	discount := of.Amount().Mul(d.Rate)
	return Discounted{exact(discount, of), exact(of.Amount().Sub(discount), of)}
}

// On returns amount x rate x days / year basis, rounded half away from zero to the minor
// unit of the currency, and what is left. Undefined when the year has no days; out of
// domain for negative days or rates, and for a discount above the amount.
//
// 2 percent a year on 10,000 paid 30 days early, over 360, are 16.67.
func (d AnnualDiscount) On(of receivables.Money, daysEarly int) Discounted {
	flat, ok := d.Flat(daysEarly).Value()
	if !ok {
		f := receivables.NoFigure(d.Flat(daysEarly).Status(), unitOf(of))
		return Discounted{f, f}
	}
	if !isShare(flat) {
		return noDiscount(of)
	}
	rounded, ok := amount(of.Amount().Mul(d.Rate).Mul(newInt(daysEarly)), newInt(d.YearBasis), of).Money()
	if !ok {
		return noDiscount(of)
	}
	return Discounted{receivables.FigureOf(rounded), exact(of.Amount().Sub(rounded.Amount()), of)}
}

// Flat returns the flat discount that an annual one amounts to over a number of days: rate
// x days / year basis, as a fraction. Undefined when the year has no days; out of domain for
// negative days or rates.
func (d AnnualDiscount) Flat(daysEarly int) receivables.Figure {
	if daysEarly < 0 || d.Rate.Sign() < 0 {
		return outside(receivables.UnitFraction)
	}
	return receivables.Quotient(d.Rate.Mul(newInt(daysEarly)), newInt(d.YearBasis), receivables.UnitFraction)
}

func unitOf(m receivables.Money) receivables.Unit {
	if !m.IsValid() {
		return receivables.UnitCount
	}
	return receivables.UnitOf(m.Currency())
}

func noDiscount(of receivables.Money) Discounted {
	return Discounted{outside(unitOf(of)), outside(unitOf(of))}
}

// VATOnDiscount says what a discount does to VAT.
type VATOnDiscount uint8

// The treatments. Which one applies is a matter of the terms of sale.
const (
	// VATReduced: the discount reduces the base of VAT, which is computed anew; buyer and
	// seller correct theirs.
	VATReduced VATOnDiscount = iota
	// VATKept: the seller waives the reduction (escompte sans réduction de TVA); the
	// discount is of the amount without VAT only, and VAT stays as invoiced. Wording and
	// conditions of this practice were not verified in an official text.
	VATKept
)

// Payable is an invoice paid with discount.
type Payable struct {
	Discount  receivables.Figure `json:"discount"`  // without VAT
	Excluding receivables.Figure `json:"excluding"` // amount without VAT left
	VAT       receivables.Figure `json:"vat"`       // to be paid
	Total     receivables.Figure `json:"total"`
}

// WithVAT applies a flat discount to an invoice given by its amount without VAT and its rate
// of VAT. Discount and VAT are rounded half away from zero to the minor unit of the
// currency. Out of domain for a discount outside 0 to 1 or a rate of VAT below 0.
//
// 1,000 at 20 percent with 2 percent off: 980 + 196 = 1,176 with VAT reduced, 980 + 200 =
// 1,180 with VAT kept.
func (d FlatDiscount) WithVAT(excluding receivables.Money, vatRate decimal.Decimal, treatment VATOnDiscount) Payable {
	if !isShare(d.Rate) || vatRate.Sign() < 0 || !excluding.IsValid() || treatment > VATKept {
		f := outside(unitOf(excluding))
		return Payable{f, f, f, f}
	}
	money := func(value decimal.Decimal) receivables.Money {
		return receivables.Zero(excluding.Currency()).AddAmount(value).Round()
	}
	discount := money(excluding.Amount().Mul(d.Rate))
	left := money(excluding.Amount().Sub(discount.Amount()))
	vat := money(left.Amount().Mul(vatRate))
	if treatment == VATKept {
		vat = money(excluding.Amount().Mul(vatRate))
	}
	return Payable{
		receivables.FigureOf(discount), receivables.FigureOf(left), receivables.FigureOf(vat),
		receivables.FigureOf(left.AddAmount(vat.Amount())),
	}
}
