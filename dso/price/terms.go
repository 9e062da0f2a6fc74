package price

import (
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// LongerTerms is a price that pays for its terms.
type LongerTerms struct {
	Simple       receivables.Figure `json:"simple"`
	Compound     receivables.Figure `json:"compound"` // new price
	SimpleRate   receivables.Figure `json:"simple_rate"`
	CompoundRate receivables.Figure `json:"compound_rate"` // increase as a fraction of the price
}

// ForLongerTerms returns the price that is worth the same when it is paid so many days
// later (prix de l'allongement des délais): price x (1 + i x days / Y), or compound price
// x (1 + i)^(days/Y). Fewer days give a lower price.
//
// Undefined when the year has no days; out of domain for a negative rate, or where days are
// so few that the price would fall to 0.
//
// 1,000 at 6 percent for 30 more days of 360 is 1,005.
func ForLongerTerms(price receivables.Money, annualRate decimal.Decimal, extraDays, yearBasis int) LongerTerms {
	unit := unitOf(price)
	if yearBasis <= 0 || annualRate.Sign() < 0 || !price.IsValid() {
		status := receivables.StatusOutOfDomain
		if yearBasis <= 0 {
			status = receivables.StatusZeroDenominator
		}
		amount, rate := receivables.NoFigure(status, unit), receivables.NoFigure(status, receivables.UnitFraction)
		return LongerTerms{amount, amount, rate, rate}
	}
	year, interest := newInt(yearBasis), annualRate.Mul(newInt(extraDays))
	t := LongerTerms{
		Simple:     amount(price.Amount().Mul(year.Add(interest)), year, price),
		SimpleRate: receivables.Quotient(interest, year, receivables.UnitFraction),
		Compound:   outside(unit), CompoundRate: outside(receivables.UnitFraction),
	}
	if year.Add(interest).Sign() <= 0 {
		t.Simple, t.SimpleRate = outside(unit), outside(receivables.UnitFraction)
	}
	if growth, ok := power(one.Add(annualRate), extraDays, yearBasis); ok {
		t.CompoundRate = receivables.NewFigure(growth.Sub(one).Round(receivables.RatioPlaces), receivables.UnitFraction)
		t.Compound = exact(price.Amount().Mul(growth).Round(receivables.RatioPlaces), price)
	}
	return t
}

// Order is an order on which a deposit may be asked.
type Order struct {
	Amount      receivables.Money
	DepositRate decimal.Decimal // share of the order
	AnnualRate  decimal.Decimal
	// Days from the deposit to the payment it replaces.
	Days      int
	YearBasis int
	PD, LGD   decimal.Decimal
}

// Deposit is what a deposit is worth (intérêt de l'acompte).
type Deposit struct {
	Amount          receivables.Figure `json:"amount"`
	FinancingSaving receivables.Figure `json:"financing_saving"` // deposit x i x days / Y
	// Exposure is the order less the deposit. LossWithout and LossWith are the expected loss,
	// PD x LGD x exposure, without and with the deposit.
	Exposure    receivables.Figure `json:"exposure"`
	LossWithout receivables.Figure `json:"loss_without"`
	LossWith    receivables.Figure `json:"loss_with"`
}

// DepositBenefit returns what a deposit saves in financing and in expected loss, exact.
// Out of domain for shares and probabilities outside 0 to 1, or negative days or rate; the
// saving is undefined when the year has no days.
//
// 30 percent of 60,000, 75 days at 7 percent over 365: 258.90 saved; PD 2 percent and LGD 90:
// the expected loss falls from 1,080 to 756.
func DepositBenefit(o Order) Deposit {
	unit := unitOf(o.Amount)
	if !isShare(o.DepositRate) || !isShare(o.PD) || !isShare(o.LGD) || o.Days < 0 || o.AnnualRate.Sign() < 0 {
		f := outside(unit)
		return Deposit{f, f, f, f, f}
	}
	deposit := o.Amount.Amount().Mul(o.DepositRate)
	exposure := o.Amount.Amount().Sub(deposit)
	loss := o.PD.Mul(o.LGD)
	return Deposit{
		Amount:          exact(deposit, o.Amount),
		FinancingSaving: amount(deposit.Mul(o.AnnualRate).Mul(newInt(o.Days)), newInt(o.YearBasis), o.Amount),
		Exposure:        exact(exposure, o.Amount),
		LossWithout:     exact(o.Amount.Amount().Mul(loss), o.Amount),
		LossWith:        exact(exposure.Mul(loss), o.Amount),
	}
}

// MinimumDeposit returns the least deposit that keeps an order within a credit limit and
// covers the costs committed up to the point of no return (justification de l'acompte): the
// larger of order - limit and those costs, not below zero. The costs may be the zero value.
// Mixed basis when currencies differ; out of domain when more than the order would be needed,
// which no deposit is.
//
// An order of 60,000 under a limit of 45,000 with 12,000 of costs needs 15,000.
func MinimumDeposit(order, limit, committed receivables.Money) receivables.Figure {
	if !committed.IsValid() {
		committed = receivables.Zero(order.Currency())
	}
	if !order.IsValid() || order.Currency() != limit.Currency() || order.Currency() != committed.Currency() {
		return receivables.NoFigure(receivables.StatusMixedBasis, unitOf(order))
	}
	deposit := decimal.Max(order.Amount().Sub(limit.Amount()), committed.Amount(), decimal.Zero)
	if deposit.Cmp(order.Amount()) > 0 {
		return outside(unitOf(order))
	}
	return exact(deposit, order)
}

// DepositOnDSO returns what deposits do to the DSO by the balance method: - deposits / sales x
// days. Undefined when sales are zero or below or currencies differ.
func DepositOnDSO(deposits, sales receivables.Money, days int) receivables.Figure {
	if !deposits.IsValid() || deposits.Currency() != sales.Currency() {
		return receivables.NoFigure(receivables.StatusMixedBasis, receivables.UnitDays)
	}
	return receivables.Quotient(deposits.Amount().Neg().Mul(newInt(days)), sales.Amount(), receivables.UnitDays)
}
