package main

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/dso"
	"github.com/receivables-go/receivables/dso/forecast"
	"github.com/receivables-go/receivables/dso/price"
)

func earlyPaymentDiscountCost(in *inputs) (map[string]any, error) {
	c := price.AnnualisedCost(price.FlatDiscount{Rate: in.decimal("discount")}, in.integer("days_gained"), in.integer("year_basis"))
	result := withDefined("annual_simple", c.Simple)
	result["period_rate"], result["annual_compound"] = c.Period, c.Compound
	return result, nil
}

func discountAmountFlat(in *inputs) (map[string]any, error) {
	d := price.FlatDiscount{Rate: in.decimal("discount")}.On(in.money("amount"))
	result := withDefined("discount", d.Discount)
	result["net"] = d.Net
	return result, nil
}

func discountAmountAnnualRate(in *inputs) (map[string]any, error) {
	d := price.AnnualDiscount{Rate: in.decimal("annual_rate"), YearBasis: in.integer("year_basis")}.On(in.money("amount"), in.integer("days_early"))
	result := withDefined("discount", d.Discount)
	result["discount"], result["net"] = cents(d.Discount), cents(d.Net)
	return result, nil
}

func breakEvenDiscount(in *inputs) (map[string]any, error) {
	e := price.BreakEven(in.decimal("annual_rate"), in.integer("days_gained"), in.integer("year_basis"))
	result := withDefined("simple", e.Simple)
	result["compound"], result["commercial"] = e.Compound, e.Commercial
	return result, nil
}

func sellerMaxDiscount(in *inputs) (map[string]any, error) {
	return withDefined("max_discount", price.SellerMaximum(price.Offer{
		Amount: in.money("amount"), AnnualRate: in.decimal("annual_rate"), DaysGained: in.integer("days_gained"),
		YearBasis: in.integer("year_basis"), PD: in.decimal("pd"), LGD: in.decimal("lgd"), CostSaved: in.money("collection_cost_saved"),
	})), nil
}

func priceIncreaseForTerms(in *inputs) (map[string]any, error) {
	t := price.ForLongerTerms(in.money("price"), in.decimal("annual_rate"), in.integer("extra_days"), in.integer("year_basis"))
	result := withDefined("new_price", t.Simple)
	result["increase_rate"] = t.SimpleRate
	return result, nil
}

func depositBenefit(in *inputs) (map[string]any, error) {
	d := price.DepositBenefit(price.Order{
		Amount: in.money("order_amount"), DepositRate: in.decimal("deposit_rate"), AnnualRate: in.decimal("annual_rate"),
		Days: in.integer("days_between"), YearBasis: in.integer("year_basis"), PD: in.decimal("pd"), LGD: in.decimal("lgd"),
	})
	result := withDefined("deposit", d.Amount)
	result["financing_saving"] = d.FinancingSaving
	result["expected_loss_without"], result["expected_loss_with"] = d.LossWithout, d.LossWith
	return result, nil
}

func discountsTakenCost(in *inputs) (map[string]any, error) {
	return withDefined("cost", price.DiscountsTaken(
		in.money("sales"), in.decimal("paying_share"), in.decimal("discount_taken_share"), price.FlatDiscount{Rate: in.decimal("discount")},
	)), nil
}

func contributionOfNewSales(in *inputs) (map[string]any, error) {
	return withDefined("contribution", price.Contribution(in.decimal("units"), in.money("price"), in.money("variable_cost"))), nil
}

func creditStandardsChange(in *inputs) (map[string]any, error) {
	c := price.LooserStandards(price.NewCustomers{
		Sales: in.money("new_sales"), ContributionRatio: in.decimal("contribution_ratio"), CollectionDays: in.integer("collection_days"),
		AnnualRate: in.decimal("annual_rate"), BadDebtRate: in.decimal("bad_debt_rate"), YearBasis: in.integer("year_basis"),
		Basis: dso.VariableCost,
	})
	result := withDefined("net_benefit", c.Net)
	result["profit"], result["financing"], result["bad_debts"] = c.Profit, c.Financing, c.BadDebts
	return result, nil
}

func creditPolicyComparison(in *inputs) (map[string]any, error) {
	policy := func(name string) price.Policy {
		o := in.object(name)
		p := price.Policy{
			Sales: o.money("sales"), CostOfSales: o.money("cogs"), Discounts: o.money("discounts"),
			CarryingCost: o.money("carrying_cost"), BadDebts: o.money("bad_debts"),
		}
		in.adopt(name, []*inputs{o})
		return p
	}
	c := price.Compare(policy("old"), policy("new"), in.decimal("tax_rate"))
	result := withDefined("change_net", c.ChangeNet)
	result["old_pretax"], result["new_pretax"] = c.Old.PreTax, c.New.PreTax
	result["old_net"], result["new_net"] = c.Old.Net, c.New.Net
	return result, nil
}

func receivablesLevelAfterTermsChange(in *inputs) (map[string]any, error) {
	c := price.ReceivablesAfterTermsChange(
		in.money("old_sales"), in.money("old_receivables"), in.money("new_sales"), in.integer("extra_days"), in.integer("year_basis"),
	)
	result := withDefined("new_receivables", c.NewReceivables)
	result["old_collection_days"], result["new_collection_days"], result["increase"] = c.OldDays, c.NewDays, c.Increase
	return result, nil
}

func creditPolicyBreakEvenBadDebt(in *inputs) (map[string]any, error) {
	b := price.MaximumBadDebtRate(price.NewSales{
		Sales: in.money("new_sales"), VariableCost: in.money("variable_cost"), ExtraReceivables: in.money("extra_receivables"),
		ExtraInventory: in.money("extra_inventory"), AnnualRate: in.decimal("annual_rate"), ExpectedBadDebtRate: in.decimal("expected_bad_debt_rate"),
	})
	result := withDefined("max_bad_debt_rate", b.Maximum)
	result["net_benefit"], result["max_bad_debt_rate_without_investment"] = b.Net, b.WithoutInvestment
	return result, nil
}

// eur makes an amount of the one currency of the examples.
func eur(d decimal.Decimal) receivables.Money {
	return receivables.Zero(receivables.MustCurrency("EUR")).AddAmount(d)
}

// bare lists the amounts of receipts as figures.
func bare(list []receivables.Money) []any {
	result := []any{}
	for _, m := range list {
		result = append(result, m.Amount())
	}
	return result
}

// cashInPattern lists receipts from period 0; sales of a period not listed are none, and
// those of periods before 0 count too.
func cashInPattern(in *inputs) (map[string]any, error) {
	const mostPeriods = 10_000
	p := forecast.Pattern{}
	switch {
	case in.has("pattern"):
		p.Shares = in.decimals("pattern")
	case in.has("credit_pattern"):
		p.Shares = in.decimals("credit_pattern")
	}
	if in.has("cash_share") {
		p.CashShare = in.decimal("cash_share")
	}
	byPeriod, first, last := map[int]decimal.Decimal{}, 0, 0
	in.each("sales", func(o *inputs) {
		n := o.integer("period")
		if n < -mostPeriods || n > mostPeriods {
			o.fail("period", fmt.Errorf("%d: want at most %d", n, mostPeriods))
			return
		}
		first, last = min(first, n), max(last, n)
		byPeriod[n] = byPeriod[n].Add(o.decimal("amount"))
	})
	var sales []receivables.Money
	for n := first; n <= last; n++ {
		sales = append(sales, eur(byPeriod[n]))
	}
	r, err := p.Receipts(sales, forecast.Opening{})
	if err != nil {
		return nil, err
	}
	receipts := r.Periods[-first:]
	result := map[string]any{"receipts": bare(receipts), "lost": r.Lost.Amount()}
	if len(receipts) > 4 {
		result["receipts_periods_2_3_4"] = bare(receipts[2:5])
	}
	return result, nil
}

// cashInPatternWithOpening lists the receipts of the periods with sales.
func cashInPatternWithOpening(in *inputs) (map[string]any, error) {
	var sales []receivables.Money
	for _, d := range in.decimals("quarter_sales") {
		sales = append(sales, eur(d))
	}
	p := forecast.Pattern{Shares: in.decimals("pattern")}
	r, err := p.Receipts(sales, forecast.Opening{Amount: in.money("opening_receivables")})
	if err != nil {
		return nil, err
	}
	periods := r.Periods[:min(len(sales), len(r.Periods))]
	total := eur(decimal.Zero)
	for _, m := range periods {
		total = total.AddAmount(m.Amount())
	}
	return map[string]any{"receipts": bare(periods), "total": total.Amount()}, nil
}

func cashInFirstMonth(in *inputs) (map[string]any, error) {
	p := forecast.Pattern{CashShare: in.decimal("cash_share"), Shares: []decimal.Decimal{in.decimal("credit_same_month_share")}}
	r, err := p.Receipts([]receivables.Money{in.money("sales")}, forecast.Opening{})
	if err != nil {
		return nil, err
	}
	return map[string]any{"receipts": r.Periods[0].Amount()}, nil
}

func cashInWithDiscount(in *inputs) (map[string]any, error) {
	sales, same, next := in.object("sales"), in.object("same_month"), in.object("next_month")
	p := forecast.Pattern{
		Shares:     []decimal.Decimal{same.decimal("full"), next.decimal("full")},
		Discounted: []decimal.Decimal{same.decimal("with_discount"), next.decimal("with_discount")},
		Discount:   in.decimal("discount"),
	}
	months := []receivables.Money{sales.money("january"), sales.money("february")}
	in.adopt("months", []*inputs{sales, same, next})
	r, err := p.Receipts(months, forecast.Opening{})
	if err != nil {
		return nil, err
	}
	return map[string]any{"february_receipts": r.Periods[1].Amount()}, nil
}

func cashInFromAgeing(in *inputs) (map[string]any, error) {
	var buckets []forecast.Bucket
	in.each("buckets", func(o *inputs) {
		buckets = append(buckets, forecast.Bucket{Name: o.text("name"), Amount: o.money("amount"), Probability: o.decimal("probability_next_30_days")})
	})
	r, err := forecast.FromBuckets(buckets)
	if err != nil {
		return nil, err
	}
	return map[string]any{"expected": r.Expected.Amount()}, nil
}
