package price

import (
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/dso"
)

// Contribution returns the margin over variable cost of new sales (marge sur coûts
// variables): units x (price - variable cost), exact. Mixed basis when currencies differ.
//
// 1,200,000 units at 60 with 55 of variable cost contribute 6,000,000.
func Contribution(units decimal.Decimal, price, variableCost receivables.Money) receivables.Figure {
	if !price.IsValid() || price.Currency() != variableCost.Currency() {
		return receivables.NoFigure(receivables.StatusMixedBasis, unitOf(price))
	}
	return exact(units.Mul(price.Amount().Sub(variableCost.Amount())), price)
}

// DiscountsTaken returns the cost of the discounts that buyers take (coût des escomptes
// consentis): sales x share that pays x share of these that takes the discount x discount,
// exact. Out of domain for a share outside 0 to 1.
//
// 1,100,000 x 0.99 x 0.6 x 0.02 are 13,068.
func DiscountsTaken(sales receivables.Money, paying, taking decimal.Decimal, d FlatDiscount) receivables.Figure {
	if !isShare(paying) || !isShare(taking) || !isShare(d.Rate) {
		return outside(unitOf(sales))
	}
	return exact(sales.Amount().Mul(paying).Mul(taking).Mul(d.Rate), sales)
}

// Policy is a year under one credit policy. Amounts that are not given count as zero.
type Policy struct {
	Sales          receivables.Money
	CostOfSales    receivables.Money // variable cost
	Discounts      receivables.Money // early-payment discounts taken, see [DiscountsTaken]
	CarryingCost   receivables.Money // of its receivables, see the package dso
	BadDebts       receivables.Money
	CollectionCost receivables.Money
}

// PolicyResult is what a policy earns in a year.
type PolicyResult struct {
	PreTax receivables.Figure `json:"pre_tax"`
	Net    receivables.Figure `json:"net"`
}

// Comparison is two policies beside each other.
type Comparison struct {
	Old       PolicyResult       `json:"old"`
	New       PolicyResult       `json:"new"`
	ChangeNet receivables.Figure `json:"change_net"` // new - old, after tax
	// Change says by how much each item changes the result before tax; they add up to it.
	Change []ItemChange `json:"change"`
}

// ItemChange is the part of one item in the change of the result.
type ItemChange struct {
	Item   string            `json:"item"`
	Amount receivables.Money `json:"amount"` // above zero: the new policy earns more
}

// items lists the items of a policy as they count in its result.
func (p Policy) items() []ItemChange {
	return []ItemChange{
		{"sales", p.Sales},
		{"cost of sales", p.CostOfSales.Neg()},
		{"discounts", p.Discounts.Neg()},
		{"carrying cost", p.CarryingCost.Neg()},
		{"bad debts", p.BadDebts.Neg()},
		{"collection cost", p.CollectionCost.Neg()},
	}
}

// Compare compares two credit policies (comparaison de deux politiques de crédit): sales -
// cost of sales - discounts - carrying cost - bad debts - collection cost of each, before
// and after tax, exact. Existing and new customers are both in a policy: longer terms apply to
// the sales that were there before, too. Below zero is a loss, taxed in proportion.
//
// Out of domain for a tax rate outside 0 to 1; mixed basis when currencies differ.
//
// 1,000,000 - 750,000 - 8,000 - 20,000 against 1,100,000 - 825,000 - 13,068 - 4,125 - 11,000 at 40
// percent tax: 133,200 and 148,084.20, a gain of 14,884.20.
func Compare(before, after Policy, taxRate decimal.Decimal) Comparison {
	unit := receivables.UnitCount
	fail := func(status receivables.Status) Comparison {
		f := receivables.NoFigure(status, unit)
		return Comparison{PolicyResult{f, f}, PolicyResult{f, f}, f, nil}
	}
	if !isShare(taxRate) {
		return fail(receivables.StatusOutOfDomain)
	}
	oldItems, newItems := before.items(), after.items()
	var currency receivables.Currency // of the first amount given
	for _, i := range append(before.items(), newItems...) {
		if i.Amount.IsValid() {
			currency, unit = i.Amount.Currency(), unitOf(i.Amount)
			break
		}
	}
	var c Comparison
	oldSum, newSum := decimal.Zero, decimal.Zero
	for i := range oldItems {
		for _, m := range []receivables.Money{oldItems[i].Amount, newItems[i].Amount} {
			if m.IsValid() && m.Currency() != currency || !currency.IsValid() {
				return fail(receivables.StatusMixedBasis)
			}
		}
		oldSum, newSum = oldSum.Add(oldItems[i].Amount.Amount()), newSum.Add(newItems[i].Amount.Amount())
		change := newItems[i].Amount.Amount().Sub(oldItems[i].Amount.Amount())
		c.Change = append(c.Change, ItemChange{oldItems[i].Item, receivables.Zero(currency).AddAmount(change)})
	}
	kept := one.Sub(taxRate)
	result := func(sum decimal.Decimal) PolicyResult {
		return PolicyResult{receivables.NewFigure(sum, unit), receivables.NewFigure(sum.Mul(kept), unit)}
	}
	c.Old, c.New = result(oldSum), result(newSum)
	c.ChangeNet = receivables.NewFigure(newSum.Sub(oldSum).Mul(kept), unit)
	return c
}

// NewCustomers is what looser credit standards bring.
type NewCustomers struct {
	Sales             receivables.Money
	ContributionRatio decimal.Decimal // 1 - variable cost ratio
	CollectionDays    int
	AnnualRate        decimal.Decimal
	BadDebtRate       decimal.Decimal
	YearBasis         int
	// Basis says what is tied up: the full sales, or their variable cost.
	Basis dso.CostBasis
}

// StandardsChange is the effect of looser credit standards in a year.
type StandardsChange struct {
	Profit    receivables.Figure `json:"profit"`    // sales x contribution ratio
	Financing receivables.Figure `json:"financing"` // sales or variable cost x collection days / Y x rate
	BadDebts  receivables.Figure `json:"bad_debts"` // sales x bad-debt rate
	Net       receivables.Figure `json:"net"`       // profit - financing - bad debts
}

// LooserStandards returns what new customers of a lower class bring (effet d'un
// assouplissement du crédit), exact. Undefined when the year has no days; out of domain for
// ratios outside 0 to 1, negative days or a negative rate.
//
// On variable cost, 100,000,000 at a ratio of 0.2, 30 days of 360 at 16 percent, 10 percent bad: 20,000,000 -
// 1,066,667 - 10,000,000 = 8,933,333.
func LooserStandards(n NewCustomers) StandardsChange {
	if !isShare(n.ContributionRatio) || !isShare(n.BadDebtRate) || n.CollectionDays < 0 || n.AnnualRate.Sign() < 0 || n.Basis > dso.VariableCost {
		f := outside(unitOf(n.Sales))
		return StandardsChange{f, f, f, f}
	}
	year, sales := newInt(n.YearBasis), n.Sales.Amount()
	profit, bad := sales.Mul(n.ContributionRatio), sales.Mul(n.BadDebtRate)
	tiedUp := sales
	if n.Basis == dso.VariableCost {
		tiedUp = sales.Mul(one.Sub(n.ContributionRatio))
	}
	financing := tiedUp.Mul(newInt(n.CollectionDays)).Mul(n.AnnualRate) // x Y
	return StandardsChange{
		Profit:    exact(profit, n.Sales),
		Financing: amount(financing, year, n.Sales),
		BadDebts:  exact(bad, n.Sales),
		Net:       amount(profit.Sub(bad).Mul(year).Sub(financing), year, n.Sales),
	}
}

// TermsChange is what longer terms do to receivables.
type TermsChange struct {
	OldDays        receivables.Figure `json:"old_days"`
	NewDays        receivables.Figure `json:"new_days"` // collection period
	NewReceivables receivables.Figure `json:"new_receivables"`
	Increase       receivables.Figure `json:"increase"`
	// OnExisting is the part of the increase that is due to the sales there were before: they
	// get the longer terms too. OnNew is the part of the new sales, at their full amount.
	OnExisting receivables.Figure `json:"on_existing"`
	OnNew      receivables.Figure `json:"on_new"`
}

// Investment returns the money tied up in the increase (supplément d'investissement): the part
// on existing and that on new sales, each at full sales or at variable cost; textbooks differ
// on both. Out of domain for a ratio of variable cost outside 0 to 1.
func (c TermsChange) Investment(existing, added dso.CostBasis, variableCostRatio decimal.Decimal) receivables.Figure {
	x, ok1 := c.OnExisting.Value()
	y, ok2 := c.OnNew.Value()
	switch {
	case !ok1 || !ok2:
		return c.OnExisting
	case !isShare(variableCostRatio) || existing > dso.VariableCost || added > dso.VariableCost:
		return outside(c.OnExisting.Unit())
	}
	if existing == dso.VariableCost {
		x = x.Mul(variableCostRatio)
	}
	if added == dso.VariableCost {
		y = y.Mul(variableCostRatio)
	}
	return receivables.NewFigure(x.Add(y), c.OnExisting.Unit())
}

// ReceivablesAfterTermsChange returns the receivables when terms are longer by so many days
// and sales change (encours après changement de délai): new sales x (old days + extra days)
// / Y, where the old days are receivables x Y / sales.
//
// Undefined when old sales are zero or below, or the year has no days; mixed basis when
// currencies differ; out of domain where the new days would be below 0.
//
// 20 on 200 are 36 days of 360; 30 days more and sales of 260: 66 days, 47.67.
func ReceivablesAfterTermsChange(oldSales, oldReceivables, newSales receivables.Money, extraDays, yearBasis int) TermsChange {
	status := receivables.StatusOK
	switch {
	case !oldSales.IsValid() || oldSales.Currency() != oldReceivables.Currency() || oldSales.Currency() != newSales.Currency():
		status = receivables.StatusMixedBasis
	case yearBasis <= 0 || oldSales.IsZero():
		status = receivables.StatusZeroDenominator
	case oldSales.Sign() < 0:
		status = receivables.StatusNegativeDenominator
	}
	year, extra := newInt(yearBasis), newInt(extraDays)
	s0, s1, r0 := oldSales.Amount(), newSales.Amount(), oldReceivables.Amount()
	product := r0.Mul(year).Add(extra.Mul(s0)) // new days x s0
	if status == receivables.StatusOK && product.Sign() < 0 {
		status = receivables.StatusOutOfDomain
	}
	if status != receivables.StatusOK {
		days, sum := receivables.NoFigure(status, receivables.UnitDays), receivables.NoFigure(status, unitOf(oldSales))
		return TermsChange{days, days, sum, sum, sum, sum}
	}
	denominator := s0.Mul(year)
	return TermsChange{
		OldDays:        receivables.Quotient(r0.Mul(year), s0, receivables.UnitDays),
		NewDays:        receivables.Quotient(product, s0, receivables.UnitDays),
		NewReceivables: amount(s1.Mul(product), denominator, oldSales),
		Increase:       amount(s1.Mul(product).Sub(r0.Mul(denominator)), denominator, oldSales),
		OnExisting:     amount(extra.Mul(s0), year, oldSales),
		OnNew:          amount(s1.Sub(s0).Mul(product), denominator, oldSales),
	}
}

// NewSales is a block of new sales and what has to be invested for it.
type NewSales struct {
	Sales, VariableCost              receivables.Money
	ExtraReceivables, ExtraInventory receivables.Money
	AnnualRate                       decimal.Decimal
	ExpectedBadDebtRate              decimal.Decimal
}

// BadDebtLimit is how much may go unpaid before new sales lose money.
type BadDebtLimit struct {
	Net receivables.Figure `json:"net"` // contribution - rate x investment - sales x expected bad-debt rate
	// Maximum is the bad-debt rate at which the net benefit is zero: (contribution - rate x
	// investment) / sales; WithoutInvestment leaves the investment out. Below zero no rate is
	// low enough.
	Maximum           receivables.Figure `json:"maximum"`
	WithoutInvestment receivables.Figure `json:"without_investment"`
}

// MaximumBadDebtRate returns the net benefit of new sales and the bad-debt rate they can
// bear (taux d'impayés maximal admissible). Undefined when sales are zero or below; mixed
// basis when currencies differ.
//
// 2,500,000 at a variable cost of 2,050,000, 370,000 invested at 10 percent, 4.5 percent
// expected: 300,500; at most 16.52 percent.
func MaximumBadDebtRate(n NewSales) BadDebtLimit {
	for _, m := range []receivables.Money{n.VariableCost, n.ExtraReceivables, n.ExtraInventory} {
		if m.IsValid() && m.Currency() != n.Sales.Currency() || !n.Sales.IsValid() {
			f := receivables.NoFigure(receivables.StatusMixedBasis, receivables.UnitFraction)
			return BadDebtLimit{receivables.NoFigure(receivables.StatusMixedBasis, unitOf(n.Sales)), f, f}
		}
	}
	sales := n.Sales.Amount()
	contribution := sales.Sub(n.VariableCost.Amount())
	invested := contribution.Sub(n.AnnualRate.Mul(n.ExtraReceivables.Amount().Add(n.ExtraInventory.Amount())))
	return BadDebtLimit{
		Net:               exact(invested.Sub(sales.Mul(n.ExpectedBadDebtRate)), n.Sales),
		Maximum:           receivables.Quotient(invested, sales, receivables.UnitFraction),
		WithoutInvestment: receivables.Quotient(contribution, sales, receivables.UnitFraction),
	}
}
