package dso_test

import (
	"encoding/json"
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/dso"
)

func day(text string) date.Date              { return receivables.MustDate(text) }
func dec(text string) decimal.Decimal        { return decimal.RequireFromString(text) }
func eur(text string) receivables.Money      { return receivables.MustMoney(text, "EUR") }
func incl(text string) dso.Amount            { return dso.Including(eur(text)) }
func excl(text string) dso.Amount            { return dso.Excluding(eur(text)) }
func usd(text string) dso.Amount             { return dso.Including(receivables.MustMoney(text, "USD")) }
func months(list ...string) []dso.MonthSales { return monthsOf(30, list...) }

// monthsOf makes months of so many days.
func monthsOf(days int, list ...string) []dso.MonthSales {
	var result []dso.MonthSales
	for _, s := range list {
		result = append(result, dso.MonthSales{Sales: incl(s), Days: days})
	}
	return result
}

// is checks a computed figure to so many places.
func is(t *testing.T, want string, places int32, m receivables.Figure, what ...any) {
	t.Helper()
	_, ok := m.Value()
	require.True(t, ok, "%s: %v", m.Status(), what)
	assert.Equal(t, want, m.Text(places), what...)
}

// undefined checks that there is no value, and why.
func undefined(t *testing.T, want receivables.Status, f receivables.Figure, what ...any) {
	t.Helper()
	_, ok := f.Value()
	assert.False(t, ok, what...)
	assert.Equal(t, want, f.Status(), what...)
}

const (
	zeroDenominator     = receivables.StatusZeroDenominator
	negativeDenominator = receivables.StatusNegativeDenominator
	insufficient        = receivables.StatusInsufficientData
	mixed               = receivables.StatusMixedBasis
	outOfDomain         = receivables.StatusOutOfDomain
)

// Figures that others published.
func TestPublishedFigures(t *testing.T) {
	t.Run("PagesJaunes, Generix: quarter of 91 days", func(t *testing.T) {
		is(t, "70.00", 2, dso.ByBalance(incl("1000"), incl("1300"), 91).Figure)
	})
	t.Run("JD Edwards 9.2: balance 10,869 on 17,674 in 90 days is 55.35", func(t *testing.T) {
		is(t, "55.35", 2, dso.ByBalance(usd("10869"), usd("17674"), 90).Figure)
	})
	t.Run("droit-compta-gestion: from sales without VAT, 54 and not 64.8", func(t *testing.T) {
		sales, err := dso.GrossSales(dso.TaxedSales{Excluding: eur("1000000"), Rate: dec("0.20")})
		require.NoError(t, err)
		is(t, "54.0", 1, dso.ByBalance(incl("180000"), sales, 360).Figure)
		undefined(t, mixed, dso.ByBalance(incl("180000"), excl("1000000"), 360).Figure)
	})
	t.Run("benjipays: count-back 73.7", func(t *testing.T) {
		is(t, "73.7", 1, dso.CountBackMonths(incl("212000"), months("100000", "80000", "70000"), dso.CountBack{}).Figure)
	})
	t.Run("snowday: 2,100,000 over March, February, January is 76.71", func(t *testing.T) {
		list := []dso.MonthSales{{incl("900000"), 31}, {incl("800000"), 28}, {incl("700000"), 31}}
		is(t, "76.7143", 4, dso.CountBackMonths(incl("2100000"), list, dso.CountBack{}).Figure)
	})
	t.Run("Oracle HFM: its printed 179.7 belongs to 13,000; 12,000 is 166.3", func(t *testing.T) {
		list := []dso.MonthSales{{incl("2500"), 30}, {incl("1750"), 31}, {incl("2250"), 31}, {incl("2500"), 30}, {incl("2000"), 31}, {incl("2250"), 30}}
		is(t, "166.3", 1, dso.CountBackMonths(incl("12000"), list, dso.CountBack{}).Figure)
		is(t, "179.7", 1, dso.CountBackMonths(incl("13000"), list, dso.CountBack{}).Figure)
	})
	t.Run("CreditGuru: best possible 12 of 45; CEI 55.9, or 79.6 with the sales of the period", func(t *testing.T) {
		is(t, "45", 0, dso.ByBalance(usd("15000"), usd("10000"), 30).Figure)
		is(t, "12", 0, dso.BestPossible(usd("4000"), usd("10000"), 30).Figure)
		is(t, "33", 0, dso.AverageDaysDelinquent(usd("15000"), usd("4000"), usd("10000"), 30).Figure)
		is(t, "55.9", 1, dso.CEI(dso.MethodCEIMonthly, usd("6200"), usd("10890"), usd("6340"), usd("3590"), 3).Figure)
		is(t, "79.6", 1, dso.CEI(dso.MethodCEIPeriod, usd("6200"), usd("10890"), usd("6340"), usd("3590"), 3).Figure)
	})
	t.Run("Gaviti: 98 percent", func(t *testing.T) {
		is(t, "98.0", 1, dso.CEI(dso.MethodCEIPeriod, usd("100000"), usd("1000000"), usd("120000"), usd("100000"), 12).Figure)
	})
	t.Run("calculatorshub: its formula gives 87.5, not the printed 96, with what is not due", func(t *testing.T) {
		// 50,000 + 200,000 - 40,000 = 210,000; its 250,000 - 10,000 puts what is past due where what is current
		// belongs. Current is 30,000: 210 / 220.
		is(t, "95.5", 1, dso.CEI(dso.MethodCEIPeriod, usd("50000"), usd("200000"), usd("40000"), usd("30000"), 1).Figure)
		is(t, "87.5", 1, dso.CEI(dso.MethodCEIPeriod, usd("50000"), usd("200000"), usd("40000"), usd("10000"), 1).Figure)
	})
	t.Run("turnover: 18.52 times, 19.71 days", func(t *testing.T) {
		x := dso.TurnoverOf(dso.MethodTurnoverMean, usd("6205000"), usd("335000"), 365, 12)
		is(t, "18.52", 2, x.Times.Figure)
		is(t, "19.71", 2, x.Days.Figure)
		is(t, "0.65", 2, x.Months.Figure) // 12 / 18.52
	})
	t.Run("cash cycle: 97.6375, which a source prints as 97.7 after rounding its parts", func(t *testing.T) {
		c := dso.CycleOf(dso.Cycle{
			Sales: excl("12000"), CostOfSales: excl("4000"), Days: 365,
			Inventory: dso.Balances{excl("2500"), excl("1600")}, Receivables: dso.Balances{excl("640"), excl("680")}, Payables: dso.Balances{excl("1300"), excl("1100")},
		})
		is(t, "97.6375", 4, c.Conversion.Figure)
	})
	t.Run("Banque de France 2017: 44, 51 and a balance of +11, which is not 44 - 51", func(t *testing.T) {
		// the three published ratios fix purchases / sales = 33/51: payables 33 days of sales
		x := dso.PaymentTimesOf(dso.CompanyAccounts{Receivables: incl("44"), Payables: incl("33"), Sales: incl("360"), Purchases: incl("232.941176470588235")})
		is(t, "44", 0, x.Customers.Figure)
		is(t, "51", 0, x.Suppliers.Figure)
		is(t, "11", 0, x.Balance.Figure)
		x = dso.PaymentTimesOf(dso.CompanyAccounts{
			Receivables: incl("44"), Deposits: incl("4"), BillsNotMatured: incl("6"), Payables: incl("33"), Sales: incl("360"), Purchases: incl("360"),
		})
		is(t, "46", 0, x.Customers.Figure)
	})
}

// The index of undefined results, by key. No figure is 0, NaN or infinite instead.
func TestUndefinedResultsByKey(t *testing.T) {
	none, zero := []dso.MonthSales(nil), incl("0")
	weighted := func(months ...dso.MonthOpen) receivables.Figure {
		m, _ := dso.SalesWeighted(months, 30)
		return m.Figure
	}
	each, all := dso.ByCustomer([]dso.CustomerSales{{"a", incl("10"), zero}, {"b", incl("10"), zero}}, 90)
	paid, simple := dso.DaysToPay([]dso.AmountDays{{decimal.Zero, 5}})
	nothing, nothingSimple := dso.DaysToPay(nil)
	noLines := dso.PaymentsOf(nil)
	zeroLines := dso.PaymentsOf([]dso.PaymentLine{{Amount: decimal.Zero, Issued: day("2026-01-01"), Due: day("2026-01-31"), PaidOn: day("2026-02-10")}})
	turnover := func(sales, balance string) dso.Turnover {
		return dso.TurnoverOf(dso.MethodTurnoverMean, incl(sales), incl(balance), 365, 12)
	}
	_, lateCost := dso.LateCost([]dso.LateItem{{eur("1"), 1}}, dec("0.1"), 0)
	_, noCost := dso.LateCost(nil, dec("0.1"), 365)
	_, mixedCost := dso.LateCost([]dso.LateItem{{eur("1"), 1}, {receivables.MustMoney("1", "USD"), 1}}, dec("0.1"), 365)
	normative := func(daily string) receivables.Figure {
		_, amount := dso.NormativeNeed([]dso.Flow{{Name: "stock", Days: dec("10"), Coefficient: dec("1")}}, excl(daily))
		return amount.Figure
	}
	balances := dso.Balances{excl("1"), excl("2")}
	cycle := func(sales, cost string) dso.CycleDays {
		return dso.CycleOf(dso.Cycle{Sales: excl(sales), CostOfSales: excl(cost), Inventory: balances, Receivables: balances, Payables: balances, Days: 365})
	}
	for _, c := range []struct {
		key  string
		want receivables.Status
		got  receivables.Figure
	}{
		{"dso_simple", zeroDenominator, dso.ByBalance(incl("10"), zero, 90).Figure},
		{"dso_simple 0/0", zeroDenominator, dso.ByBalance(zero, zero, 90).Figure},
		{"dso_simple", negativeDenominator, dso.ByBalance(incl("10"), incl("-1"), 90).Figure},
		{"dso_simple, no days", outOfDomain, dso.ByBalance(incl("10"), incl("1"), 0).Figure},
		{"dso_simple, VAT", mixed, dso.ByBalance(incl("10"), excl("1"), 90).Figure},
		{"dso_simple, VAT of one not stated", mixed, dso.ByBalance(incl("10"), dso.Amount{Money: eur("1")}, 90).Figure},
		{"dso_simple, currency", mixed, dso.ByBalance(incl("10"), usd("1"), 90).Figure},
		{"dso_simple, nothing given", mixed, dso.ByBalance(dso.Amount{}, dso.Amount{}, 90).Figure},
		{"average balance, none", insufficient, dso.ByAverageBalance(nil, incl("1"), 90).Figure},
		{"average balance", zeroDenominator, dso.ByAverageBalance([]dso.Amount{incl("1")}, zero, 90).Figure},
		{"average balance, VAT", mixed, dso.ByAverageBalance([]dso.Amount{incl("1"), excl("1")}, incl("1"), 90).Figure},
		{"dso_countback_months", insufficient, dso.CountBackMonths(incl("10"), none, dso.CountBack{}).Figure},
		{"dso_countback_months, VAT", mixed, dso.CountBackMonths(excl("10"), months("1"), dso.CountBack{}).Figure},
		{"dso_countback_months, days", outOfDomain, dso.CountBackMonths(incl("10"), monthsOf(-1, "1"), dso.CountBack{}).Figure},
		{"dso_countback_days", insufficient, dso.CountBackDays(incl("10"), day("2026-01-31"), nil, dso.CountBack{}).Figure},
		{"dso_countback_days, future", outOfDomain, dso.CountBackDays(incl("10"), day("2026-01-31"), []dso.DaySales{{day("2026-02-01"), incl("1")}}, dso.CountBack{}).Figure},
		{"dso_countback_days, no day", outOfDomain, dso.CountBackDays(incl("10"), 0, []dso.DaySales{{day("2026-02-01"), incl("1")}}, dso.CountBack{}).Figure},
		{"dso_sales_weighted", zeroDenominator, weighted(dso.MonthOpen{incl("1"), incl("2")}, dso.MonthOpen{incl("1"), zero})},
		{"dso_sales_weighted", negativeDenominator, weighted(dso.MonthOpen{incl("1"), incl("-2")})},
		{"dso_sales_weighted, none", insufficient, weighted()},
		{"dso_sales_weighted, VAT", mixed, weighted(dso.MonthOpen{incl("1"), excl("2")})},
		{"dso_true_invoice", zeroDenominator, dso.TrueInvoice([]dso.OpenInvoice{{incl("1"), 3, zero}}).Figure},
		{"dso_true_invoice", negativeDenominator, dso.TrueInvoice([]dso.OpenInvoice{{incl("1"), 3, incl("5")}, {incl("1"), 3, incl("-5")}}).Figure},
		{"dso_true_invoice, none", insufficient, dso.TrueInvoice(nil).Figure},
		{"age of open, none", insufficient, dso.AgeOfOpen(nil).Figure},
		{"age of open", zeroDenominator, dso.AgeOfOpen([]dso.OpenInvoice{{incl("1"), 3, zero}, {incl("-1"), 5, zero}}).Figure},
		{"dso_by_customer, one", zeroDenominator, each[0].Figure},
		{"dso_by_customer, all", zeroDenominator, all.Figure},
		{"dso_bpdso_add", zeroDenominator, dso.BestPossible(incl("1"), zero, 90).Figure},
		{"dso_bpdso_add", negativeDenominator, dso.AverageDaysDelinquent(incl("2"), incl("1"), incl("-1"), 90).Figure},
		{"dso_bpdso_add, VAT", mixed, dso.AverageDaysDelinquent(incl("2"), excl("1"), incl("1"), 90).Figure},
		{"dso_decomposition", zeroDenominator, dso.Decompose(dso.Parts{NotDue: eur("1")}, zero, 90).Total.Figure},
		{"dso_decomposition, part", zeroDenominator, dso.Decompose(dso.Parts{NotDue: eur("1")}, zero, 90).NotDue.Figure},
		{"dso_decomposition, currency", mixed, dso.Decompose(dso.Parts{NotDue: eur("1"), Overdue: receivables.MustMoney("1", "USD")}, incl("9"), 90).Total.Figure},
		{"dso_decomposition, nothing", mixed, dso.Decompose(dso.Parts{}, incl("9"), 90).Total.Figure},
		{"count-back parts", insufficient, dso.DecomposeCountBack(dso.Parts{NotDue: eur("1")}, dso.TaxIncluded, nil, dso.CountBack{}, dso.SplitByAmount).Overdue.Figure},
		{"expected_collection_days_mix", outOfDomain, dso.ExpectedCollectionDays([]dso.ShareDays{{dec("0.5"), 10}, {dec("0.4"), 20}}).Figure},
		{"expected_collection_days_mix, negative", outOfDomain, dso.ExpectedCollectionDays([]dso.ShareDays{{dec("1.5"), 10}, {dec("-0.5"), 20}}).Figure},
		{"expected_collection_days_mix, none", outOfDomain, dso.ExpectedCollectionDays(nil).Figure},
		{"average_days_to_pay", zeroDenominator, paid.Figure},
		{"average_days_to_pay, none", insufficient, nothing.Figure},
		{"average_days_to_pay_simple", insufficient, nothingSimple.Figure},
		{"days_beyond_terms", insufficient, noLines.BeyondTerms.Figure},
		{"days_beyond_terms", zeroDenominator, zeroLines.BeyondTermsLate.Figure},
		{"share of lines", insufficient, noLines.OnTime.Figure},
		{"blended, nothing at all", zeroDenominator, noLines.Blended.DaysToPay.Figure},
		{"receivables_turnover", zeroDenominator, turnover("100", "0").Times.Figure},
		{"receivables_turnover, days", zeroDenominator, turnover("100", "0").Days.Figure},
		{"receivables_turnover", negativeDenominator, turnover("100", "-1").Times.Figure},
		{"receivables_turnover, no sales", zeroDenominator, turnover("0", "5").Days.Figure},
		{"receivables_turnover_months", zeroDenominator, turnover("0", "5").Months.Figure},
		{"receivables_turnover, another method", outOfDomain, dso.TurnoverOf(dso.MethodRatio, incl("1"), incl("1"), 365, 12).Days.Figure},
		{"receivables_turnover_months, none", outOfDomain, dso.TurnoverOf(dso.MethodTurnoverMean, incl("1"), incl("1"), 365, 0).Months.Figure},
		{"cei_period", zeroDenominator, dso.CEI(dso.MethodCEIPeriod, zero, incl("5"), incl("5"), incl("5"), 1).Figure},
		{"cei_period", negativeDenominator, dso.CEI(dso.MethodCEIPeriod, zero, incl("5"), incl("9"), incl("9"), 1).Figure},
		{"cei_crf", zeroDenominator, dso.CEI(dso.MethodCEIMonthly, zero, incl("15"), incl("9"), incl("5"), 3).Figure},
		{"cei_crf, no month", outOfDomain, dso.CEI(dso.MethodCEIMonthly, zero, incl("5"), incl("5"), incl("2"), 0).Figure},
		{"cei, another method", outOfDomain, dso.CEI(dso.MethodBalance, zero, incl("5"), incl("5"), incl("2"), 1).Figure},
		{"ratios of 1.13", zeroDenominator, dso.Ratio(incl("0"), zero).Figure},
		{"bad-debt ratio, VAT", mixed, dso.Ratio(excl("1"), incl("10")).Figure},
		{"dispute_ratio", zeroDenominator, dso.DisputesOf(zero, []dso.AmountDays{{dec("1"), 1}}).Ratio.Figure},
		{"dispute_ratio, no dispute", insufficient, dso.DisputesOf(incl("1"), nil).Age.Figure},
		{"dispute_ratio, no dispute", insufficient, dso.DisputesOf(incl("1"), nil).AgeByAmount.Figure},
		{"promise_kept_ratio", insufficient, dso.PromisesKeptOf(nil).ByNumber.Figure},
		{"promise_kept_ratio, of nothing", zeroDenominator, dso.PromisesKeptOf([]dso.KeptPromise{{}}).ByAmount.Figure},
		{"promise_kept_ratio, negative", outOfDomain, dso.PromisesKeptOf([]dso.KeptPromise{{Promised: dec("-1")}}).ByNumber.Figure},
		{"dso_day_value", zeroDenominator, dso.ValueOfDays(incl("1"), 0, one, one).OneDay.Figure},
		{"late_payment_cost", zeroDenominator, lateCost.Figure},
		{"late_payment_cost, none", insufficient, noCost.Figure},
		{"late_payment_cost, currencies", mixed, mixedCost.Figure},
		{"sales_to_offset_loss", zeroDenominator, dso.SalesToOffset(excl("1"), decimal.Zero).Figure},
		{"sales_to_offset_loss", negativeDenominator, dso.SalesToOffset(excl("1"), dec("-0.1")).Figure},
		{"receivables_carrying_cost", zeroDenominator, dso.CarryingCostOf(dso.Carrying{AnnualSales: incl("1")}).Cost.Figure},
		{"receivables_carrying_cost, ratio", outOfDomain, dso.CarryingCostOf(dso.Carrying{AnnualSales: incl("1"), YearBasis: 360, Basis: dso.VariableCost, VariableCostRatio: dec("1.1")}).Cost.Figure},
		{"receivables_opportunity_cost", negativeDenominator, dso.CarryingCostOf(dso.Carrying{AnnualSales: incl("1"), YearBasis: -1}).Receivables.Figure},
		{"after tax", outOfDomain, dso.AfterTax(dso.ValueOfDays(incl("1"), 1, one, one).OneDay, dec("1.2")).Figure},
		{"cash_conversion_cycle", zeroDenominator, cycle("0", "5").Conversion.Figure},
		{"cash_conversion_cycle, cost", negativeDenominator, cycle("5", "-5").Inventory.Figure},
		{"normative_bfr_days", zeroDenominator, normative("0")},
		{"normative_bfr_days", negativeDenominator, normative("-1")},
		{"coefficient", zeroDenominator, dso.Coefficient(one, decimal.Zero)},
	} {
		undefined(t, c.want, c.got, c.key)
	}
	for name, parts := range map[string][]dso.TaxedSales{
		"no part": nil, "20 for 20 percent": {{eur("1"), dec("20")}}, "rate of -1": {{eur("1"), dec("-1")}}, "no amount": {{receivables.Money{}, decimal.Zero}},
	} {
		_, err := dso.GrossSales(parts...)
		require.ErrorIs(t, err, receivables.ErrInvalidInput, name)
	}
	_, err := dso.GrossSales(dso.TaxedSales{eur("1"), decimal.Zero}, dso.TaxedSales{receivables.MustMoney("1", "USD"), decimal.Zero})
	require.ErrorIs(t, err, receivables.ErrCurrencyMismatch)
	is(t, "5", 0, simple.Figure, "the simple mean of an amount of 0 exists")
}

var one = decimal.NewFromInt(1)

// Zero and negative numerators are figures.
func TestZeroAndCreditBalances(t *testing.T) {
	is(t, "0.0", 1, dso.ByBalance(incl("0"), incl("10"), 90).Figure)
	m := dso.ByBalance(incl("-20"), incl("100"), 90)
	is(t, "-18.0", 1, m.Figure)
	assert.Equal(t, receivables.StatusCreditBalance, m.Status())
	m = dso.AverageDaysDelinquent(incl("5"), incl("10"), incl("100"), 90)
	is(t, "-4.5", 1, m.Figure)
	assert.Equal(t, receivables.StatusCreditBalance, m.Status(), "due credits exceed due debits")
	for _, owed := range []string{"0", "-250"} {
		m = dso.CountBackMonths(incl(owed), months("3000"), dso.CountBack{})
		is(t, "0", 0, m.Figure, owed)
	}
	assert.Equal(t, receivables.StatusCreditBalance, m.Status())
	is(t, "0", 0, dso.CountBackMonths(incl("0"), nil, dso.CountBack{}).Figure, "nothing owed needs no history")
	m, _ = dso.SalesWeighted([]dso.MonthOpen{{incl("5"), incl("10")}, {incl("0"), incl("0")}}, 30)
	is(t, "15", 0, m.Figure, "a month without sales and nothing open counts 0")
	third := dso.MonthOpen{Open: incl("100"), Sales: incl("300")}
	m, _ = dso.SalesWeighted([]dso.MonthOpen{third, third, third, {incl("1"), incl("600")}}, 30)
	is(t, "30.1", 1, m.Figure, "30.05 exactly: rounded once, not part by part")
	invoice := dso.OpenInvoice{Amount: incl("100"), AgeDays: 10, MonthSales: incl("300")}
	is(t, "10.1", 1, dso.TrueInvoice([]dso.OpenInvoice{invoice, invoice, invoice, {incl("1"), 5, incl("100")}}).Figure, "10.05")
}

func TestCountBackAtItsEdges(t *testing.T) {
	count := func(owed string, o dso.CountBack, list ...string) dso.Measure {
		return dso.CountBackMonths(incl(owed), months(list...), o)
	}
	is(t, "60", 0, count("5000", dso.CountBack{}, "3000", "2000", "4000").Figure, "used up exactly: the month before adds nothing")
	is(t, "60.0075", 4, count("5001", dso.CountBack{}, "3000", "2000", "4000").Figure, "one more")
	is(t, "59.9850", 4, count("4999", dso.CountBack{}, "3000", "2000", "4000").Figure, "one less")
	is(t, "75", 0, count("5000", dso.CountBack{}, "3000", "0", "4000").Figure, "a month without sales counts its days")
	is(t, "78.75", 2, count("5000", dso.CountBack{}, "3000", "-500", "4000").Figure, "net credit notes make the rest grow: 2500 of 4000")

	short := count("9000", dso.CountBack{}, "3000", "2000")
	is(t, "60", 0, short.Figure)
	assert.Equal(t, receivables.StatusTruncated, short.Status())
	assert.Equal(t, eur("4000"), short.Unexplained)

	oracle := dso.CountBack{NoSales: dso.StopAtNoSales}
	stopped := count("5000", oracle, "3000", "0", "4000")
	is(t, "30", 0, stopped.Figure)
	assert.Equal(t, receivables.StatusTruncated, stopped.Status())
	assert.Equal(t, eur("2000"), stopped.Unexplained)
	undefined(t, zeroDenominator, count("5000", oracle, "0", "4000").Figure, "Oracle gives nothing when the latest month has no sales")
	undefined(t, negativeDenominator, count("5000", oracle, "-1", "4000").Figure)
	is(t, "0", 0, count("0", oracle, "0").Figure)

	asOf := day("2024-03-01")
	days := func(owed string, o dso.CountBack, list ...dso.DaySales) dso.Measure {
		return dso.CountBackDays(incl(owed), asOf, list, o)
	}
	leap := []dso.DaySales{{day("2024-02-28"), incl("100")}, {day("2024-03-01"), incl("50")}, {day("2024-02-28"), incl("20")}}
	is(t, "2.5", 1, days("110", dso.CountBack{}, leap...).Figure, "1 March, 29 February without sales, half of 28 February")
	is(t, "3", 0, days("170", dso.CountBack{}, leap...).Figure)
	assert.Equal(t, receivables.StatusTruncated, days("171", dso.CountBack{}, leap...).Status())
	stopped = days("110", oracle, leap...)
	is(t, "1", 0, stopped.Figure, "29 February has no sales")
	assert.Equal(t, eur("60"), stopped.Unexplained)
	undefined(t, zeroDenominator, days("110", oracle, leap[0]).Figure, "nothing sold on the day itself")
	undefined(t, mixed, days("110", dso.CountBack{}, leap[0], dso.DaySales{day("2024-02-28"), excl("1")}).Figure)
}

func TestDecompositionsAddUp(t *testing.T) {
	parts := dso.Parts{NotDue: eur("600000"), Overdue: eur("250000"), Disputed: eur("100000"), Unbilled: eur("80000"), Unapplied: eur("-30000")}
	d := dso.Decompose(parts, incl("2700000"), 90)
	is(t, "20.0000", 4, d.NotDue.Figure)
	is(t, "8.3333", 4, d.Overdue.Figure)
	is(t, "-1.0000", 4, d.Unapplied.Figure)
	is(t, "33.3333", 4, d.Total.Figure)
	is(t, "0", 0, d.Undated.Figure)

	list := monthsOf(30, "900000", "900000")
	for _, split := range []dso.CountBackSplit{dso.SplitByAmount, dso.SplitNotDueFirst} {
		d = dso.DecomposeCountBack(parts, dso.TaxIncluded, list, dso.CountBack{}, split)
		sum := decimal.Zero
		for _, m := range []dso.Measure{d.NotDue, d.Overdue, d.Disputed, d.Undated, d.Unbilled, d.Unapplied} {
			value, ok := m.Value()
			require.True(t, ok)
			sum = sum.Add(value)
		}
		is(t, "33.333333", 6, d.Total.Figure) // 30 + 100,000 / 900,000 x 30
		assert.Equal(t, "33.333333", sum.StringFixed(6))
		is(t, "20.000000", 6, d.NotDue.Figure, "600,000 of 900,000 is 20 days either way")
	}
	uneven := monthsOf(30, "600000", "300000", "1000000")
	is(t, "30", 0, dso.DecomposeCountBack(parts, dso.TaxIncluded, uneven, dso.CountBack{}, dso.SplitNotDueFirst).NotDue.Figure, "counted back alone")
	is(t, "37.8", 1, dso.DecomposeCountBack(parts, dso.TaxIncluded, uneven, dso.CountBack{}, dso.SplitByAmount).NotDue.Figure, "63 days x 600 / 1000")
	assert.Equal(t, receivables.StatusTruncated, dso.DecomposeCountBack(parts, dso.TaxIncluded, list[:1], dso.CountBack{}, dso.SplitByAmount).NotDue.Status())
}

func TestPaymentLines(t *testing.T) {
	line := func(amount, issued, due, paid string) dso.PaymentLine {
		return dso.PaymentLine{Amount: dec(amount), Issued: day(issued), Due: day(due), PaidOn: day(paid)}
	}
	p := dso.PaymentsOf([]dso.PaymentLine{
		line("100", "2024-02-01", "2024-03-02", "2024-03-02"), // 30 days of a leap year, on time
		line("50", "2024-02-01", "2024-03-02", "2024-03-03"),  // one day late
		line("200", "2024-02-01", "2024-03-02", "2024-02-21"), // ten days early
		line("50", "2024-02-01", "2024-03-02", "2024-04-11"),  // forty days late
		line("-999", "2024-02-01", "2024-03-02", "2024-04-11"),
		{Amount: dec("5"), Issued: day("2024-02-01"), PaidOn: day("2024-02-02")},
	})
	assert.Equal(t, 4, p.Lines)
	assert.Equal(t, 1, p.Undated)
	is(t, "30.125", 3, p.DaysToPay.Figure) // (3000 + 1550 + 4000 + 3500) / 400
	is(t, "30.000", 3, p.Terms.Figure)
	is(t, "0.125", 3, p.BeyondTerms.Figure)     // (0 + 50 - 2000 + 2000) / 400
	is(t, "5.125", 3, p.BeyondTermsLate.Figure) // 2050 / 400
	is(t, "37.75", 2, p.DaysToPaySimple.Figure) // (30 + 31 + 20 + 70) / 4
	is(t, "7.75", 2, p.BeyondTermsSimple.Figure)
	is(t, "10.25", 2, p.LatenessSimple.Figure) // 41 / 4
	is(t, "0.50", 2, p.OnTime.Figure)
	is(t, "0.25", 2, p.UpTo10.Figure)
	is(t, "0.00", 2, p.UpTo30.Figure)
	is(t, "0.25", 2, p.Over30.Figure)
	for days, share := range map[string]func(dso.Payments) dso.Measure{
		"2024-03-12": func(p dso.Payments) dso.Measure { return p.UpTo10 }, // 10 days late
		"2024-03-13": func(p dso.Payments) dso.Measure { return p.UpTo30 }, // 11
		"2024-04-01": func(p dso.Payments) dso.Measure { return p.UpTo30 }, // 30
		"2024-04-02": func(p dso.Payments) dso.Measure { return p.Over30 }, // 31
	} {
		is(t, "1", 0, share(dso.PaymentsOf([]dso.PaymentLine{line("1", "2024-02-01", "2024-03-02", days)})).Figure, days)
	}
}

func TestPromisesMatureAndReceiptsCountOnce(t *testing.T) {
	calendar, err := receivables.FrenchCalendar(receivables.ZoneMetropole)
	require.NoError(t, err)
	promises := []dso.Promise{
		{MadeOn: day("2026-05-20"), PayBy: day("2026-06-05"), Amount: dec("300")},
		{MadeOn: day("2026-05-04"), PayBy: day("2026-05-07"), Amount: dec("500")}, // Thursday before 8 May, a holiday
	}
	receipts := []dso.Receipt{
		{On: day("2026-05-03"), Amount: dec("999")}, // before the promise was made
		{On: day("2026-05-12"), Amount: dec("600")}, // two business days after 7 May: 11 and 12 May
	}
	matured := func(asOf string) []dso.KeptPromise {
		list, err := dso.MaturedPromises(day(asOf), promises, receipts, calendar, 2)
		require.NoError(t, err)
		return list
	}
	assert.Empty(t, matured("2026-05-12"), "the tolerance has not passed")
	first := matured("2026-05-13")
	require.Len(t, first, 1)
	assert.True(t, first[0].Paid.Equal(dec("500")))
	both := matured("2026-07-01")
	require.Len(t, both, 2)
	assert.True(t, both[1].Paid.IsZero(), "the 100 left was received before the second promise was made")
	receipts[1].On = day("2026-05-13")
	assert.True(t, matured("2026-07-01")[0].Paid.IsZero(), "one day too late")
	for name, call := range map[string]func() error{
		"tolerance": func() error {
			_, err := dso.MaturedPromises(day("2026-07-01"), promises, receipts, calendar, -1)
			return err
		},
		"no day": func() error {
			_, err := dso.MaturedPromises(day("2026-07-01"), []dso.Promise{{MadeOn: day("2026-06-01"), Amount: one}}, nil, calendar, 2)
			return err
		},
		"not made": func() error {
			_, err := dso.MaturedPromises(day("2026-07-01"), []dso.Promise{{PayBy: day("2026-06-01"), Amount: one}}, nil, calendar, 2)
			return err
		},
		"negative": func() error {
			_, err := dso.MaturedPromises(day("2026-07-01"), nil, []dso.Receipt{{day("2026-06-01"), dec("-1")}}, calendar, 2)
			return err
		},
	} {
		require.ErrorIs(t, call(), receivables.ErrInvalidInput, name)
	}
}

func TestCashValueAndCost(t *testing.T) {
	v := dso.ValueOfDays(incl("14600000"), 365, dec("5"), dec("0.045"))
	is(t, "40000", 0, v.OneDay.Figure)
	is(t, "200000", 0, v.Released.Figure)
	is(t, "9000", 0, v.YearlySaving.Figure)
	assert.Equal(t, receivables.Unit("EUR"), v.Released.Unit())
	is(t, "6750", 0, dso.AfterTax(v.YearlySaving, dec("0.25")).Figure)
	each, total := dso.LateCost([]dso.LateItem{{eur("24000"), 18}, {eur("7500"), 45}, {eur("130000"), 6}, {eur("9999"), -12}}, dec("0.055"), 365)
	require.Len(t, each, 4)
	is(t, "65.10", 2, each[0].Figure) // 24000 x 18 x 0.055 / 365
	is(t, "0.00", 2, each[3].Figure, "early is not late")
	money, ok := total.Money()
	require.True(t, ok)
	assert.Equal(t, "233.49 EUR", money.String())
	full := dso.CarryingCostOf(dso.Carrying{AnnualSales: incl("2010000"), CollectionDays: dec("30"), AnnualRate: dec("0.24"), YearBasis: 365})
	is(t, "39649.32", 2, full.Cost.Figure)
	is(t, "165205.48", 2, full.Investment.Figure)
	days, amount := dso.NormativeNeed([]dso.Flow{
		{"stock", dec("40"), dec("0.6"), false},
		{"receivables", dec("55"), dec("1.2"), false},
		{"suppliers", dec("60"), dec("0.54"), true},
		{"VAT due", dec("35"), dec("0.11"), true},
	}, excl("10000"))
	is(t, "53.75", 2, days.Figure)
	is(t, "537500", 0, amount.Figure)
}

func TestMeasuresAreWritten(t *testing.T) {
	data, err := json.Marshal(dso.ByBalance(incl("10"), incl("100"), 90))
	require.NoError(t, err)
	assert.JSONEq(t, `{"value":"9","unit":"days","status":"ok","method":"balance","window_days":90,"tax_basis":"including VAT"}`, string(data))
	data, err = json.Marshal(dso.CountBackMonths(incl("10"), months("4"), dso.CountBack{}))
	require.NoError(t, err)
	assert.JSONEq(t, `{"value":"30","unit":"days","status":"truncated","method":"count-back by months","tax_basis":"including VAT",
		"unexplained":{"amount":"6.00","currency":"EUR"}}`, string(data))
	data, err = json.Marshal(dso.ByBalance(incl("10"), excl("100"), 90))
	require.NoError(t, err)
	assert.JSONEq(t, `{"value":null,"unit":"days","status":"mixed basis","method":"balance","window_days":90,"tax_basis":"not stated",
		"notes":["amounts that do not match: 10.00 EUR including VAT, 100.00 EUR excluding VAT"]}`, string(data))
	assert.Equal(t, "9 days (balance, 90 days, including VAT)", dso.ByBalance(incl("10"), incl("100"), 90).String())
	assert.Equal(t, "mixed basis (balance, 90 days)", dso.ByBalance(incl("10"), excl("100"), 90).String())
	assert.Equal(t, "30 days, truncated", dso.CountBackMonths(incl("10"), months("4"), dso.CountBack{}).Figure.String())
}

func TestWindows(t *testing.T) {
	w := dso.LastDays(day("2024-03-01"), 2)
	assert.Equal(t, dso.Window{First: day("2024-02-29"), Last: day("2024-03-01"), Days: 2}, w)
	assert.Equal(t, dso.Window{First: day("2026-01-01"), Last: day("2026-03-31"), Days: 90, Months: 3}, dso.LastMonths(day("2026-03-31"), 3))
	assert.Equal(t, dso.Window{First: day("2026-01-01"), Last: day("2026-03-12"), Days: 71, Months: 3}, dso.LastMonths(day("2026-03-12"), 3))
	assert.Equal(t, 366, dso.LastMonths(day("2024-12-31"), 12).Days)
	assert.Equal(t, 360, dso.LastMonths(day("2024-12-31"), 12).As(360).Days)
}
