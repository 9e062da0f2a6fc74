package price_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/dso"
	"github.com/receivables-go/receivables/dso/price"
)

func dec(text string) decimal.Decimal   { return decimal.RequireFromString(text) }
func eur(text string) receivables.Money { return receivables.MustMoney(text, "EUR") }

func flat(text string) price.FlatDiscount { return price.FlatDiscount{Rate: dec(text)} }

func is(t *testing.T, want string, places int32, f receivables.Figure, what ...any) {
	t.Helper()
	_, ok := f.Value()
	require.True(t, ok, "%s: %v", f.Status(), what)
	assert.Equal(t, want, f.Text(places), what...)
}

func undefined(t *testing.T, want receivables.Status, f receivables.Figure, what ...any) {
	t.Helper()
	_, ok := f.Value()
	assert.False(t, ok, what...)
	assert.Equal(t, want, f.Status(), what...)
}

// Figures that textbooks and sites print; where they print others, the formula is named.
func TestPublishedCostsOfDiscounts(t *testing.T) {
	for _, c := range []struct {
		name             string
		discount         string
		days, year       int
		simple, compound string
	}{
		{"2/10 net 30 over 360", "0.02", 20, 360, "0.3673", "0.4386"},
		{"2/10 net 30 over 365", "0.02", 20, 365, "0.3724", "0.4459"},
		{"2/20 net 45", "0.02", 25, 365, "0.2980", "0.3431"},
		{"5/60 net 90", "0.05", 30, 365, "0.6404", "0.8665"},
		{"nothing", "0", 30, 365, "0.0000", "0.0000"},
		{"2/10 net 30, paid on day 60", "0.02", 50, 365, "0.1490", "0.1589"}, // 0.0204082 x 7.3; 0.98^-7.3 - 1
	} {
		cost := price.AnnualisedCost(flat(c.discount), c.days, c.year)
		is(t, c.simple, 4, cost.Simple, c.name)
		is(t, c.compound, 4, cost.Compound, c.name)
	}
	is(t, "0.0204", 4, price.AnnualisedCost(flat("0.02"), 20, 365).Period)
}

func TestTwoPercentMeansTwoThings(t *testing.T) {
	is(t, "200.00", 2, flat("0.02").On(eur("10000")).Discount)
	annual := price.AnnualDiscount{Rate: dec("0.02"), YearBasis: 360}
	is(t, "16.67", 2, annual.On(eur("10000"), 30).Discount)
	is(t, "9983.33", 2, annual.On(eur("10000"), 30).Net)
	is(t, "0.00167", 5, annual.Flat(30))
	is(t, "2.469", 3, flat("0.02").On(eur("123.45")).Discount, "exact until it is rounded")
	m, ok := flat("0.02").On(eur("123.45")).Discount.Money()
	require.True(t, ok)
	assert.Equal(t, "2.47", m.Text())
	yen := price.AnnualDiscount{Rate: dec("0.02"), YearBasis: 360}.On(receivables.MustMoney("10000", "JPY"), 30)
	is(t, "17", 0, yen.Discount, "rounded to the currency")
	is(t, "0", 0, annual.On(eur("10000"), 0).Discount)

	for treatment, want := range map[price.VATOnDiscount][3]string{
		price.VATReduced: {"980.00", "196.00", "1176.00"}, price.VATKept: {"980.00", "200.00", "1180.00"},
	} {
		p := flat("0.02").WithVAT(eur("1000"), dec("0.2"), treatment)
		is(t, "20.00", 2, p.Discount)
		is(t, want[0], 2, p.Excluding)
		is(t, want[1], 2, p.VAT)
		is(t, want[2], 2, p.Total)
	}
}

func TestBreakEvenAndTheSellersMaximum(t *testing.T) {
	e := price.BreakEven(dec("0.08"), 45, 365)
	is(t, "0.009767", 6, e.Simple)     // 3.6 / 368.6
	is(t, "0.009443", 6, e.Compound)   // 1 - 1.08^(-45/365)
	is(t, "0.009863", 6, e.Commercial) // 3.6 / 365
	offer := price.Offer{
		Amount: eur("100000"), AnnualRate: dec("0.08"), DaysGained: 45, YearBasis: 365, PD: dec("0.03"), LGD: dec("0.6"), CostSaved: eur("150"),
	}
	is(t, "0.029090884428", 12, price.SellerMaximum(offer))
	safe := offer
	safe.PD, safe.CostSaved = decimal.Zero, receivables.Money{}
	is(t, "0.009767", 6, price.SellerMaximum(safe), "without risk it is the break-even discount")

	c := price.ChooseRate(offer, dec("0.12"), price.Alternative{Name: "overdraft", AnnualRate: dec("0.09")}, price.Alternative{Name: "late-payment interest", AnnualRate: dec("0.30")})
	is(t, "0.014579", 6, c.Floor) // 5.4 / 370.4
	assert.True(t, c.Possible)
	is(t, "0.12", 2, c.FloorCost.Simple, "annualised, the floor is the buyer's rate")
	is(t, "0.2430", 4, c.CeilingCost.Simple) // 0.0290909/0.9709091 x 365/45
	assert.True(t, c.Alternatives[0].CeilingDearer, "dearer than the overdraft: risk justifies it")
	assert.False(t, c.Alternatives[1].CeilingDearer)
	assert.True(t, c.Alternatives[0].FloorDearer)
	is(t, "0.010974", 6, c.Alternatives[0].Discount) // 4.05 / 369.05
	assert.False(t, price.ChooseRate(safe, dec("0.12")).Possible, "the buyer's money costs more than the seller's")
	none := price.ChooseRate(price.Offer{}, dec("0.12"))
	assert.False(t, none.Possible)
	undefined(t, receivables.StatusZeroDenominator, none.Ceiling)
	undefined(t, receivables.StatusZeroDenominator, none.CeilingCost.Compound)
}

func TestTermsDepositAndPolicies(t *testing.T) {
	terms := price.ForLongerTerms(eur("1000"), dec("0.06"), 30, 360)
	is(t, "1005.00", 2, terms.Simple)
	is(t, "1004.87", 2, terms.Compound) // 1000 x 1.06^(1/12)
	is(t, "0.0050", 4, terms.SimpleRate)
	is(t, "995.00", 2, price.ForLongerTerms(eur("1000"), dec("0.06"), -30, 360).Simple, "shorter terms")

	d := price.DepositBenefit(price.Order{Amount: eur("60000"), DepositRate: dec("0.30"), AnnualRate: dec("0.07"), Days: 75, YearBasis: 365, PD: dec("0.02"), LGD: dec("0.9")})
	is(t, "18000", 0, d.Amount)
	is(t, "258.90", 2, d.FinancingSaving)
	is(t, "1080", 0, d.LossWithout)
	is(t, "756", 0, d.LossWith)
	is(t, "42000", 0, d.Exposure)
	is(t, "15000", 0, price.MinimumDeposit(eur("60000"), eur("45000"), eur("12000")))
	is(t, "20000", 0, price.MinimumDeposit(eur("60000"), eur("45000"), eur("20000")), "the costs committed")
	is(t, "0", 0, price.MinimumDeposit(eur("60000"), eur("90000"), receivables.Money{}))
	is(t, "-0.5", 1, price.DepositOnDSO(eur("18000"), eur("3240000"), 90))

	is(t, "6000000", 0, price.Contribution(dec("1200000"), eur("60"), eur("55")))
	is(t, "13068", 0, price.DiscountsTaken(eur("1100000"), dec("0.99"), dec("0.6"), flat("0.02")))
	c := price.Compare(
		price.Policy{Sales: eur("1000000"), CostOfSales: eur("750000"), CarryingCost: eur("8000"), BadDebts: eur("20000")},
		price.Policy{Sales: eur("1100000"), CostOfSales: eur("825000"), Discounts: eur("13068"), CarryingCost: eur("4125"), BadDebts: eur("11000")},
		dec("0.40"),
	)
	is(t, "133200.00", 2, c.Old.Net)
	is(t, "148084.20", 2, c.New.Net)
	is(t, "14884.20", 2, c.ChangeNet)
	sum := decimal.Zero
	for _, x := range c.Change {
		sum = sum.Add(x.Amount.Amount())
	}
	assert.True(t, sum.Equal(dec("24807")), "the changes by item add up to 246,807 - 222,000")
	assert.Equal(t, "9000.00", c.Change[4].Amount.Text(), "fewer bad debts earn")

	s := price.LooserStandards(price.NewCustomers{
		Sales: eur("100000000"), ContributionRatio: dec("0.2"), CollectionDays: 30, AnnualRate: dec("0.16"), BadDebtRate: dec("0.10"), YearBasis: 360, Basis: dso.VariableCost,
	})
	is(t, "8933333.33", 2, s.Net)
	is(t, "4.6875", 4, price.ReceivablesAfterTermsChange(eur("120"), eur("6"), eur("150"), 9, 360).Investment(dso.FullSales, dso.VariableCost, dec("0.75"))) // 3 + 2.25 x 0.75
	is(t, "1333333.33", 2, price.LooserStandards(price.NewCustomers{
		Sales: eur("100000000"), ContributionRatio: dec("0.2"), CollectionDays: 30, AnnualRate: dec("0.16"), YearBasis: 360,
	}).Financing, "on full sales")
	x := price.ReceivablesAfterTermsChange(eur("200"), eur("20"), eur("260"), 30, 360)
	is(t, "36", 0, x.OldDays)
	is(t, "66", 0, x.NewDays)
	is(t, "47.6667", 4, x.NewReceivables)
	is(t, "27.6667", 4, x.Increase)
	is(t, "16.6667", 4, x.OnExisting) // 200 x 30 / 360
	is(t, "11.0000", 4, x.OnNew)      // 60 x 66 / 360
	b := price.MaximumBadDebtRate(price.NewSales{
		Sales: eur("2500000"), VariableCost: eur("2050000"), ExtraReceivables: eur("250000"), ExtraInventory: eur("120000"), AnnualRate: dec("0.10"), ExpectedBadDebtRate: dec("0.045"),
	})
	is(t, "300500", 0, b.Net)
	is(t, "0.1652", 4, b.Maximum)
	is(t, "0.18", 2, b.WithoutInvestment)
}

// The index of undefined results, by key.
func TestUndefinedResultsByKey(t *testing.T) {
	const out, zero, mixed = receivables.StatusOutOfDomain, receivables.StatusZeroDenominator, receivables.StatusMixedBasis
	usd := receivables.MustMoney("1", "USD")
	offer := price.Offer{Amount: eur("100"), AnnualRate: dec("0.1"), DaysGained: 30, YearBasis: 360}
	with := func(change func(*price.Offer)) receivables.Figure {
		o := offer
		change(&o)
		return price.SellerMaximum(o)
	}
	order := price.Order{Amount: eur("1"), DepositRate: dec("1.5"), YearBasis: 360}
	for _, c := range []struct {
		key  string
		want receivables.Status
		got  receivables.Figure
	}{
		{"early_payment_discount_cost, no days", out, price.AnnualisedCost(flat("0.02"), 0, 365).Simple},
		{"early_payment_discount_cost, negative days", out, price.AnnualisedCost(flat("0.02"), -1, 365).Compound},
		{"early_payment_discount_cost, all of it", out, price.AnnualisedCost(flat("1"), 20, 365).Period},
		{"early_payment_discount_cost, negative", out, price.AnnualisedCost(flat("-0.01"), 20, 365).Simple},
		{"early_payment_discount_cost, no year", out, price.AnnualisedCost(flat("0.02"), 20, 0).Simple},
		{"early_payment_discount_cost, hostile", out, price.AnnualisedCost(flat("0.9999999"), 1, 365).Compound},
		{"discount_amount_flat", out, flat("1.01").On(eur("1")).Net},
		{"discount_amount_flat, no currency", mixed, flat("0.01").On(receivables.Money{}).Net},
		{"discount_amount_annual_rate", zero, price.AnnualDiscount{Rate: dec("0.1")}.On(eur("1"), 3).Discount},
		{"discount_amount_annual_rate, late", out, price.AnnualDiscount{Rate: dec("0.1"), YearBasis: 360}.On(eur("1"), -3).Discount},
		{"discount_amount_annual_rate, too much", out, price.AnnualDiscount{Rate: dec("2"), YearBasis: 360}.On(eur("1"), 300).Net},
		{"discount with VAT", out, flat("0.1").WithVAT(eur("1"), dec("-0.2"), price.VATReduced).Total},
		{"break_even_discount, -100 percent", out, price.BreakEven(dec("-1"), 30, 360).Compound},
		{"break_even_discount, no year", out, price.BreakEven(dec("0.1"), 30, 0).Simple},
		{"break_even_discount, above 1", out, price.BreakEven(dec("2"), 300, 360).Commercial},
		{"break_even_discount, hostile", out, price.BreakEven(dec("9"), 1<<40, 360).Compound},
		{"seller_max_discount", zero, with(func(o *price.Offer) { o.Amount = eur("0") })},
		{"seller_max_discount", receivables.StatusNegativeDenominator, with(func(o *price.Offer) { o.Amount = eur("-1") })},
		{"seller_max_discount, pd", out, with(func(o *price.Offer) { o.PD = dec("1.1") })},
		{"seller_max_discount, year", zero, with(func(o *price.Offer) { o.YearBasis = 0 })},
		{"seller_max_discount, currency", mixed, with(func(o *price.Offer) { o.CostSaved = usd })},
		{"seller_max_discount, above 1", out, with(func(o *price.Offer) { o.CostSaved = eur("101") })},
		{"price_increase_for_terms", zero, price.ForLongerTerms(eur("1"), dec("0.1"), 30, 0).Simple},
		{"price_increase_for_terms, nothing left", out, price.ForLongerTerms(eur("1"), dec("1"), -360, 360).Simple},
		{"deposit_benefit", out, price.DepositBenefit(order).Amount},
		{"minimum deposit, above the order", out, price.MinimumDeposit(eur("10"), eur("50"), eur("15"))},
		{"credit_standards_change, rate", out, price.LooserStandards(price.NewCustomers{Sales: eur("1"), AnnualRate: dec("-1"), YearBasis: 360}).Net},
		{"minimum deposit", mixed, price.MinimumDeposit(eur("1"), usd, eur("1"))},
		{"deposit on DSO", zero, price.DepositOnDSO(eur("1"), eur("0"), 90)},
		{"discounts_taken_cost", out, price.DiscountsTaken(eur("1"), dec("1.1"), dec("1"), flat("0.1"))},
		{"contribution_of_new_sales, currency", mixed, price.Contribution(dec("1"), eur("1"), usd)},
		{"credit_standards_change", zero, price.LooserStandards(price.NewCustomers{Sales: eur("1")}).Net},
		{"credit_standards_change, ratio", out, price.LooserStandards(price.NewCustomers{Sales: eur("1"), BadDebtRate: dec("2"), YearBasis: 360}).BadDebts},
		{"credit_policy_comparison", out, price.Compare(price.Policy{Sales: eur("1")}, price.Policy{Sales: eur("1")}, dec("1.1")).ChangeNet},
		{"credit_policy_comparison, currency", mixed, price.Compare(price.Policy{Sales: eur("1")}, price.Policy{Sales: usd}, dec("0.1")).New.Net},
		{"receivables_level_after_terms_change", zero, price.ReceivablesAfterTermsChange(eur("0"), eur("1"), eur("1"), 1, 360).NewDays},
		{"receivables_level_after_terms_change, year", zero, price.ReceivablesAfterTermsChange(eur("1"), eur("1"), eur("1"), 1, 0).Increase},
		{"receivables_level_after_terms_change, currency", mixed, price.ReceivablesAfterTermsChange(eur("1"), eur("1"), usd, 1, 360).Increase},
		{"credit_policy_break_even_bad_debt", zero, price.MaximumBadDebtRate(price.NewSales{Sales: eur("0")}).Maximum},
		{"credit_policy_break_even_bad_debt, currency", mixed, price.MaximumBadDebtRate(price.NewSales{Sales: eur("1"), VariableCost: usd}).Net},
	} {
		undefined(t, c.want, c.got, c.key)
	}
}

// A discount at the break-even costs, annualised, the rate it came from; the buyer's
// floor rises with his rate, the seller's ceiling with risk.
func TestCostAndBreakEvenAreInverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := decimal.New(rapid.Int64Range(0, 10_000).Draw(t, "rate"), -4)
		days := rapid.IntRange(1, 400).Draw(t, "days")
		year := rapid.SampledFrom([]int{360, 365, 366}).Draw(t, "year")
		e := price.BreakEven(rate, days, year)
		close := func(a decimal.Decimal, f receivables.Figure) {
			b, ok := f.Value()
			assert.True(t, ok && a.Sub(b).Abs().LessThan(decimal.New(1, -11)), "%s %s", a, f.Text(15))
		}
		simple, _ := e.Simple.Value()
		close(rate, price.AnnualisedCost(price.FlatDiscount{Rate: simple}, days, year).Simple)
		compound, _ := e.Compound.Value()
		close(rate, price.AnnualisedCost(price.FlatDiscount{Rate: compound}, days, year).Compound)
		pd := decimal.New(rapid.Int64Range(0, 50).Draw(t, "pd"), -2)
		offer := price.Offer{Amount: eur("1000"), AnnualRate: rate, DaysGained: days, YearBasis: year, PD: pd, LGD: dec("0.5")}
		less, ok := price.SellerMaximum(offer).Value()
		assert.True(t, ok)
		offer.PD = pd.Add(dec("0.01"))
		more, ok := price.SellerMaximum(offer).Value()
		assert.True(t, ok && less.LessThan(more))
		// paying later at the price that compensates, then taking the break-even discount, is no change
		terms := price.ForLongerTerms(eur("1000"), rate, days, year)
		dearer, _ := terms.Simple.Value()
		close(dec("1000"), receivables.NewFigure(dearer.Mul(decimal.NewFromInt(1).Sub(simple)), receivables.UnitFraction))
	})
}
