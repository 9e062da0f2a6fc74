package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/dso"
)

// amount reads an amount. The examples do not say whether VAT is included; it is the same
// on both sides of a quotient.
func (in *inputs) amount(name string) dso.Amount { return dso.Including(in.money(name)) }

// each reads a list of objects and hands them out one by one.
func (in *inputs) each(name string, read func(*inputs)) {
	list := in.objects(name)
	for _, o := range list {
		read(o)
	}
	in.adopt(name, list)
}

func dsoSimple(in *inputs) (map[string]any, error) {
	return withDefined("dso_days", dso.ByBalance(in.amount("receivables"), in.amount("sales"), in.integer("days")).Figure), nil
}

func dsoSimpleFromNetSales(in *inputs) (map[string]any, error) {
	sales, err := dso.GrossSales(dso.TaxedSales{Excluding: in.money("sales_excl_vat"), Rate: in.decimal("vat_rate")})
	if err != nil {
		return nil, err
	}
	owed := dso.Including(in.money("receivables_incl_vat"))
	result := withDefined("dso_days", dso.ByBalance(owed, sales, in.integer("days")).Figure)
	result["sales_incl_vat"] = sales.Money.Amount()
	return result, nil
}

func dsoCountbackMonths(in *inputs) (map[string]any, error) {
	var months []dso.MonthSales
	in.each("months_latest_first", func(o *inputs) {
		months = append(months, dso.MonthSales{Sales: o.amount("sales"), Days: o.integer("days")})
	})
	m := dso.CountBackMonths(in.amount("receivables"), months, dso.CountBack{})
	result := withDefined("dso_days", m.Figure)
	result["truncated"] = m.Status() == receivables.StatusTruncated
	result["unexplained_balance"] = m.Unexplained.Amount()
	return result, nil
}

func dsoCountbackDays(in *inputs) (map[string]any, error) {
	var sales []dso.DaySales
	var latest date.Date
	in.each("daily_sales_latest_first", func(o *inputs) {
		sales = append(sales, dso.DaySales{On: o.date("date"), Sales: o.amount("sales")})
		latest = max(latest, o.date("date"))
	})
	if in.has("as_of") {
		latest = in.date("as_of")
	}
	m := dso.CountBackDays(in.amount("receivables"), latest, sales, dso.CountBack{})
	result := withDefined("dso_days", m.Figure)
	result["truncated"] = m.Status() == receivables.StatusTruncated
	result["unexplained_balance"] = m.Unexplained.Amount()
	return result, nil
}

func dsoSalesWeighted(in *inputs) (map[string]any, error) {
	var months []dso.MonthOpen
	in.each("buckets_youngest_first", func(o *inputs) {
		months = append(months, dso.MonthOpen{Open: o.amount("open_amount"), Sales: o.amount("month_sales")})
	})
	m, fractions := dso.SalesWeighted(months, in.integer("days_per_bucket"))
	result := withDefined("dso_days", m.Figure)
	list := []any{}
	for _, f := range fractions {
		list = append(list, f)
	}
	result["uncollected_fractions"] = list
	return result, nil
}

func dsoTrueInvoice(in *inputs) (map[string]any, error) {
	var invoices []dso.OpenInvoice
	in.each("open_invoices", func(o *inputs) {
		invoices = append(invoices, dso.OpenInvoice{Amount: o.amount("amount"), AgeDays: o.integer("age_days"), MonthSales: o.amount("month_sales")})
	})
	result := withDefined("true_dso_days", dso.TrueInvoice(invoices).Figure)
	result["average_age_open_days"] = dso.AgeOfOpen(invoices).Figure
	return result, nil
}

func dsoByCustomer(in *inputs) (map[string]any, error) {
	var customers []dso.CustomerSales
	in.each("customers", func(o *inputs) {
		customers = append(customers, dso.CustomerSales{Name: o.text("id"), Owed: o.amount("receivables"), Sales: o.amount("sales")})
	})
	each, portfolio := dso.ByCustomer(customers, in.integer("days"))
	list := []any{}
	product, sales := decimal.Zero, decimal.Zero
	for i, m := range each {
		list = append(list, m.Figure)
		if value, ok := m.Value(); ok {
			product = product.Add(value.Mul(customers[i].Sales.Money.Amount()))
		}
		sales = sales.Add(customers[i].Sales.Money.Amount())
	}
	result := withDefined("portfolio_dso_days", portfolio.Figure)
	result["customer_dso_days"] = list
	result["sales_weighted_mean_days"] = receivables.Quotient(product, sales, receivables.UnitDays)
	return result, nil
}

func dsoBestPossible(in *inputs) (map[string]any, error) {
	total, current, sales, days := in.amount("total_receivables"), in.amount("current_receivables"), in.amount("sales"), in.integer("days")
	result := withDefined("dso_days", dso.ByBalance(total, sales, days).Figure)
	result["bpdso_days"] = dso.BestPossible(current, sales, days).Figure
	result["add_days"] = dso.AverageDaysDelinquent(total, current, sales, days).Figure
	return result, nil
}

func dsoDecomposition(in *inputs) (map[string]any, error) {
	amounts := in.object("amounts")
	part := func(name string) receivables.Money {
		if !amounts.has(name) {
			return receivables.Money{}
		}
		return amounts.money(name)
	}
	d := dso.Decompose(dso.Parts{
		NotDue: part("not_due"), Overdue: part("overdue_undisputed"), Disputed: part("disputed"),
		Unbilled: part("unbilled"), Unapplied: part("unapplied_credits"),
	}, in.amount("sales"), in.integer("days"))
	in.adopt("amounts", []*inputs{amounts})
	result := withDefined("total_days", d.Total.Figure)
	result["parts_days"] = map[string]any{
		"not_due": d.NotDue.Figure, "overdue_undisputed": d.Overdue.Figure, "disputed": d.Disputed.Figure,
		"unbilled": d.Unbilled.Figure, "unapplied_credits": d.Unapplied.Figure,
	}
	return result, nil
}

func expectedCollectionDaysMix(in *inputs) (map[string]any, error) {
	var mix []dso.ShareDays
	in.each("mix", func(o *inputs) { mix = append(mix, dso.ShareDays{Share: o.decimal("share"), Days: o.integer("days")}) })
	return withDefined("days", dso.ExpectedCollectionDays(mix).Figure), nil
}

// crfKPIs computes the set of the CRF: 365 days, turnover on the closing balance, CEI with a
// twelfth of the annual sales.
func crfKPIs(in *inputs) (map[string]any, error) {
	const days, months = 365, 12
	sales, opening := in.amount("annual_sales"), in.amount("opening_receivables")
	closing, current := in.amount("closing_total"), in.amount("closing_current")
	result := withDefined("dso_days", dso.ByBalance(closing, sales, days).Figure)
	result["bpdso_days"] = dso.BestPossible(current, sales, days).Figure
	result["add_days"] = dso.AverageDaysDelinquent(closing, current, sales, days).Figure
	result["percent_current"] = inPercent(dso.Ratio(current, closing).Figure)
	result["turnover"] = dso.TurnoverOf(dso.MethodTurnoverClosing, sales, closing, days, months).Times.Figure
	result["cei_percent"] = dso.CEI(dso.MethodCEIMonthly, opening, sales, closing, current, months).Figure
	return result, nil
}

// inPercent writes a fraction as a percentage.
func inPercent(f receivables.Figure) receivables.Figure {
	value, ok := f.Value()
	if !ok {
		return receivables.NoFigure(f.Status(), receivables.UnitPercent)
	}
	return receivables.NewFigure(value.Shift(2), receivables.UnitPercent)
}

func averageDaysToPay(in *inputs) (map[string]any, error) {
	var lines []dso.AmountDays
	in.each("invoices", func(o *inputs) {
		lines = append(lines, dso.AmountDays{Amount: o.decimal("amount"), Days: o.integer("days")})
	})
	weighted, simple := dso.DaysToPay(lines)
	result := withDefined("weighted_days", weighted.Figure)
	result["simple_days"] = simple.Figure
	return result, nil
}

func averageDaysToPaySimple(in *inputs) (map[string]any, error) {
	var lines []dso.AmountDays
	for _, d := range in.decimals("days") {
		if !d.IsInteger() {
			in.fail("days", errors.New("want whole days"))
		}
		lines = append(lines, dso.AmountDays{Days: int(d.IntPart())})
	}
	_, simple := dso.DaysToPay(lines)
	return withDefined("simple_days", simple.Figure), nil
}

func daysBeyondTerms(in *inputs) (map[string]any, error) {
	var lines []dso.PaymentLine
	in.each("invoices", func(o *inputs) {
		issued, due := o.date("issue"), o.date("due")
		o.each("payments", func(p *inputs) {
			lines = append(lines, dso.PaymentLine{Amount: p.decimal("amount"), Issued: issued, Due: due, PaidOn: p.date("date")})
		})
	})
	p := dso.PaymentsOf(lines)
	result := withDefined("weighted_days_to_pay", p.DaysToPay.Figure)
	result["weighted_terms"] = p.Terms.Figure
	result["days_beyond_terms_net"] = p.BeyondTerms.Figure
	result["days_beyond_terms_late_only"] = p.BeyondTermsLate.Figure
	return result, nil
}

func receivablesTurnover(in *inputs) (map[string]any, error) {
	t := dso.TurnoverOf(dso.MethodTurnoverMean, in.amount("sales"), in.amount("average_receivables"), in.integer("days_in_year"), 12)
	result := withDefined("turnover", t.Times.Figure)
	result["days"] = t.Days.Figure
	return result, nil
}

func receivablesTurnoverMonths(in *inputs) (map[string]any, error) {
	months := in.integer("months")
	t := dso.TurnoverOf(dso.MethodTurnoverMean, in.amount("sales"), in.amount("average_receivables"), 365, months)
	result := withDefined("turnover", t.Times.Figure)
	result["months_to_collect"] = t.Months.Figure
	return result, nil
}

func ceiPeriod(in *inputs) (map[string]any, error) { return cei(in, dso.MethodCEIPeriod, 1) }

func ceiMonthly(in *inputs) (map[string]any, error) {
	return cei(in, dso.MethodCEIMonthly, in.integer("months"))
}

func cei(in *inputs, method dso.Method, months int) (map[string]any, error) {
	m := dso.CEI(
		method, in.amount("opening_receivables"), in.amount("period_sales"), in.amount("closing_total"), in.amount("closing_current"), months,
	)
	return withDefined("cei_percent", m.Figure), nil
}

func disputeRatio(in *inputs) (map[string]any, error) {
	var disputes []dso.AmountDays
	in.each("disputes", func(o *inputs) {
		disputes = append(disputes, dso.AmountDays{Amount: o.decimal("amount"), Days: o.integer("age_days")})
	})
	d := dso.DisputesOf(in.amount("total_receivables"), disputes)
	result := withDefined("dispute_ratio", d.Ratio.Figure)
	result["simple_age"], result["weighted_age"] = d.Age.Figure, d.AgeByAmount.Figure
	return result, nil
}

func promiseKeptRatio(in *inputs) (map[string]any, error) {
	var promises []dso.KeptPromise
	in.each("promises", func(o *inputs) {
		promises = append(promises, dso.KeptPromise{Promised: o.decimal("promised"), Paid: o.decimal("paid_by_deadline")})
	})
	k := dso.PromisesKeptOf(promises)
	result := withDefined("by_count", k.ByNumber.Figure)
	result["by_amount"], result["fully_kept_amount"] = k.ByAmount.Figure, k.Full.Figure
	return result, nil
}

func dsoDayValue(in *inputs) (map[string]any, error) {
	v := dso.ValueOfDays(in.amount("annual_sales_incl_vat"), in.integer("days"), in.decimal("days_reduced"), in.decimal("annual_rate"))
	result := withDefined("one_day", v.OneDay.Figure)
	result["cash_released"], result["annual_interest_saving"] = v.Released.Figure, v.YearlySaving.Figure
	return result, nil
}

func latePaymentCost(in *inputs) (map[string]any, error) {
	var items []dso.LateItem
	in.each("items", func(o *inputs) {
		items = append(items, dso.LateItem{Amount: o.money("amount"), DaysLate: o.integer("days_late")})
	})
	_, total := dso.LateCost(items, in.decimal("annual_rate"), in.integer("year_basis"))
	return withDefined("cost", total.Figure), nil
}

func salesToOffsetLoss(in *inputs) (map[string]any, error) {
	return withDefined("sales_needed", dso.SalesToOffset(dso.Excluding(in.money("loss_excl_vat")), in.decimal("margin_rate")).Figure), nil
}

func receivablesCarryingCost(in *inputs) (map[string]any, error) {
	c := dso.CarryingCostOf(dso.Carrying{
		AnnualSales: in.amount("annual_sales"), CollectionDays: in.decimal("collection_days"), Basis: dso.VariableCost,
		VariableCostRatio: in.decimal("variable_cost_ratio"), AnnualRate: in.decimal("annual_rate"), YearBasis: in.integer("year_basis"),
	})
	result := withDefined("cost", c.Cost.Figure)
	result["investment"] = c.Investment.Figure
	return result, nil
}

// receivablesOpportunityCost rounds its amounts to the cent, as its examples do.
func receivablesOpportunityCost(in *inputs) (map[string]any, error) {
	sales := in.amount("annual_sales")
	c := dso.CarryingCostOf(dso.Carrying{
		AnnualSales: sales, CollectionDays: in.decimal("collection_days"), AnnualRate: in.decimal("annual_rate"), YearBasis: in.integer("year_basis"),
	})
	result := withDefined("opportunity_cost", c.Cost.Figure)
	result["opportunity_cost"], result["average_receivables"] = cents(c.Cost.Figure), cents(c.Receivables.Figure)
	result["bad_debts"] = sales.Money.AddAmount(sales.Money.Amount().Mul(in.decimal("bad_debt_rate").Sub(decimal.NewFromInt(1)))).Round()
	return result, nil
}

// cents rounds an amount to the minor unit; what is undefined stays so.
func cents(f receivables.Figure) any {
	if m, ok := f.Money(); ok {
		return m
	}
	return f
}

func cashConversionCycle(in *inputs) (map[string]any, error) {
	balances := func(name string) dso.Balances {
		return dso.Balances{Opening: in.amount(name + "_open"), Closing: in.amount(name + "_close")}
	}
	c := dso.CycleOf(dso.Cycle{
		Sales: in.amount("revenue"), CostOfSales: in.amount("cogs"), Inventory: balances("inventory"),
		Receivables: balances("receivables"), Payables: balances("payables"), Days: in.integer("days"),
	})
	result := withDefined("ccc_days", c.Conversion.Figure)
	result["dio_days"], result["dso_days"], result["dpo_days"] = c.Inventory.Figure, c.Receivables.Figure, c.Payables.Figure
	return result, nil
}

func normativeBFRDays(in *inputs) (map[string]any, error) {
	var flows []dso.Flow
	in.each("items", func(o *inputs) {
		sign := o.integer("sign")
		if !slices.Contains([]int{1, -1}, sign) {
			o.fail("sign", fmt.Errorf("%d: want 1 or -1", sign))
		}
		flows = append(flows, dso.Flow{
			Name: o.text("name"), Days: o.decimal("days"), Coefficient: o.decimal("coefficient"), Resource: sign < 0,
		})
	})
	days, amount := dso.NormativeNeed(flows, dso.Excluding(in.money("daily_sales_excl_vat")))
	result := withDefined("bfr_days", days.Figure)
	result["bfr_amount"] = amount.Figure
	return result, nil
}
