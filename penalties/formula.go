package penalties

import "github.com/shopspring/decimal"

// SimpleInterest is principal x rate x days / basis, rounded half away from zero to
// the given places: 10000.00 at 12.15 percent for 30 of 365 days is 99.86.
//
// Errors:
//   - [receivables.ErrInvalidInput] for a basis or days that are not positive (days
//     may be 0).
func SimpleInterest(principal, ratePercent decimal.Decimal, days int, basis decimal.Decimal, places int32) (decimal.Decimal, error) {
	if basis.Sign() <= 0 || days < 0 {
		return decimal.Zero, fieldError("interest: days / basis", basis.String(), "days must not be negative, the basis above zero")
	}
	hundred := decimal.New(1, 2)
	return principal.Mul(ratePercent).Mul(decimal.NewFromInt(int64(days))).DivRound(basis.Mul(hundred), places), nil
}

// DailyInterest is [SimpleInterest] with the interest of one day rounded to the
// given places first, and then multiplied, as some texts and many calculators do.
//
// Errors: those of [SimpleInterest].
func DailyInterest(principal, ratePercent decimal.Decimal, days int, basis decimal.Decimal, places int32) (total, daily decimal.Decimal, err error) {
	if daily, err = SimpleInterest(principal, ratePercent, 1, basis, places); err != nil {
		return decimal.Zero, decimal.Zero, err
	}
	return daily.Mul(decimal.NewFromInt(int64(days))), daily, nil
}

// FractionInterest is principal x rate x a fraction of a year, unrounded: 10000.00
// at 10.25 percent for 0.25 is 256.25.
func FractionInterest(principal, ratePercent, yearFraction decimal.Decimal) decimal.Decimal {
	return principal.Mul(ratePercent).Mul(yearFraction).Shift(-2)
}

// MonthlyCompound is interest that joins the capital every month, and simple
// interest on days of the last one: P(1+r/12)^n (1 + r/basis x d) - P, rounded half
// away from zero to the given places (5 CFR 1315.17; 1500.00 at 6 percent for 2
// months and 15 days of 360 is 18.83).
//
// Errors:
//   - [receivables.ErrInvalidInput] for negative months or days, more than 1,200
//     months, or a basis that is not positive.
func MonthlyCompound(principal, ratePercent decimal.Decimal, months, days int, basis decimal.Decimal, places int32) (decimal.Decimal, error) {
	if basis.Sign() <= 0 || days < 0 || months < 0 || months > 1200 {
		return decimal.Zero, fieldError("interest: months / days / basis", basis.String(), "must not be negative, the basis above zero")
	}
	const exact = 30
	one := decimal.New(1, 0)
	month := one.Add(ratePercent.DivRound(decimal.New(1200, 0), exact))
	capital := principal
	for range months {
		capital = capital.Mul(month).Round(exact)
	}
	rest := one.Add(ratePercent.Mul(decimal.NewFromInt(int64(days))).DivRound(basis.Mul(decimal.New(1, 2)), exact))
	return capital.Mul(rest).Sub(principal).Round(places), nil
}
