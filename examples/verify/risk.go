package main

import (
	"errors"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/risk"
	"github.com/receivables-go/receivables/risk/financial"
	"github.com/receivables-go/receivables/risk/limit"
	"github.com/receivables-go/receivables/risk/loss"
)

// integers reads a list of whole numbers.
func (in *inputs) integers(name string) []int {
	var list []int
	for _, d := range in.decimals(name) {
		if !d.IsInteger() {
			in.fail(name, errors.New("want whole numbers"))
		}
		list = append(list, int(d.IntPart()))
	}
	return list
}

// matrix reads a list of lists of numbers.
func (in *inputs) matrix(name string) [][]decimal.Decimal {
	rows, ok := in.fields[name].([]any)
	if !ok {
		in.fail(name, errors.New("want a list of lists"))
	}
	var list [][]decimal.Decimal
	for _, row := range rows {
		o := &inputs{fields: map[string]any{"row": row}}
		list = append(list, o.decimals("row"))
		in.adopt(name, []*inputs{o})
	}
	return list
}

// moneys reads a list of amounts.
func (in *inputs) moneys(name string) []receivables.Money {
	var list []receivables.Money
	for _, d := range in.decimals(name) {
		list = append(list, eur(d))
	}
	return list
}

// optional reads an amount that may be missing.
func (in *inputs) optional(name string) decimal.Decimal {
	if !in.has(name) {
		return decimal.Zero
	}
	return in.decimal(name)
}

func delayDispersion(in *inputs) (map[string]any, error) {
	var lines []risk.Late
	for _, d := range in.integers("days_late") {
		lines = append(lines, risk.Late{Days: d, Amount: decimal.NewFromInt(1)})
	}
	l := risk.LatenessOf(lines)
	result := withDefined("mean", l.Mean)
	result["sample_variance"], result["sample_sd"], result["median"], result["mad"] = l.Variance, l.SD, l.Median, l.MAD
	result["share_late"], result["max"] = l.ShareLate, l.Max
	return result, nil
}

func delayTrend(in *inputs) (map[string]any, error) {
	var points []risk.Point
	for i, d := range in.decimals("days_late_by_month") {
		points = append(points, risk.Point{At: i, Value: d})
	}
	t, err := risk.TrendOf(points, risk.DefaultTrendRule())
	if err != nil {
		return nil, err
	}
	result := withDefined("slope", t.Slope)
	result["intercept"], result["r_squared"], result["t_statistic"] = t.Intercept, t.RSquared, t.T
	result["degrees_of_freedom"], result["mann_kendall_s"] = t.DegreesOfFreedom, t.MannKendallS
	result["mann_kendall_var"], result["theil_sen_slope"] = t.MannKendallVar, t.TheilSen
	return result, nil
}

func dbtExperian(in *inputs) (map[string]any, error) {
	return withDefined("dbt_days", risk.DBT(risk.DBTBuckets{
		Current: in.decimal("current"), Late1To30: in.decimal("d1_30"), Late31To60: in.decimal("d31_60"),
		Late61To90: in.decimal("d61_90"), Late91: in.decimal("d91_plus"),
	})), nil
}

func paydexDays(in *inputs) (map[string]any, error) {
	days := []any{}
	for _, s := range in.integers("scores") {
		days = append(days, risk.PaydexDays(s))
	}
	return map[string]any{"days_beyond_terms": days}, nil
}

func paydexWeighted(in *inputs) (map[string]any, error) {
	var list []risk.Experience
	in.each("experiences", func(o *inputs) {
		list = append(list, risk.Experience{Score: o.integer("score"), Amount: o.decimal("amount")})
	})
	return withDefined("score", risk.PaydexStyle(list)), nil
}

func hhi(in *inputs) (map[string]any, error) {
	c := risk.ConcentrationOf(in.decimals("shares"))
	result := withDefined("hhi", c.HHI)
	result["hhi_points"], result["effective_number"] = c.Points, c.EffectiveNumber
	return result, nil
}

func abcClasses(in *inputs) (map[string]any, error) {
	var items []risk.Named
	in.each("amounts", func(o *inputs) { items = append(items, risk.Named{ID: o.text("id"), Amount: o.decimal("amount")}) })
	list, err := risk.ABC(items, in.decimal("a_limit"), in.decimal("b_limit"))
	if err != nil {
		return nil, err
	}
	classes, cumulative := []any{}, []any{}
	for _, x := range list {
		classes, cumulative = append(classes, x.Class), append(cumulative, x.Cumulative)
	}
	return map[string]any{"classes": classes, "cumulative": cumulative}, nil
}

func worklistScore(in *inputs) (map[string]any, error) {
	if f := in.text("formula"); f != "" && f != "overdue x probability x (1 + days_late / 30)" {
		return nil, in.notSupported("formula")
	}
	var items []risk.Work
	in.each("items", func(o *inputs) {
		items = append(items, risk.Work{ID: o.text("id"), Overdue: o.decimal("overdue"), DaysLate: o.integer("days_late"), Probability: o.decimal("default_probability")})
	})
	list, err := risk.Rank(items)
	if err != nil {
		return nil, err
	}
	byID := map[string]decimal.Decimal{}
	order, scores := []any{}, []any{}
	for _, x := range list {
		order = append(order, x.ID)
		byID[x.ID] = x.Score
	}
	for _, x := range items { // the examples list scores in the order given
		scores = append(scores, byID[x.ID])
	}
	return map[string]any{"scores": scores, "order": order}, nil
}

// score names value and zone of a score.
func score(name string, s financial.Score) map[string]any {
	result := withDefined(name, s.Value)
	result["zone"] = string(s.Zone)
	result["probability"] = s.Probability
	return result
}

// altmanRatios reads ratios, or the amounts they are made of.
func (in *inputs) altmanRatios(equity string) financial.AltmanRatios {
	if in.has("x1") {
		return financial.AltmanRatios{
			X1: financial.Ratio(in.decimal("x1")), X2: financial.Ratio(in.decimal("x2")), X3: financial.Ratio(in.decimal("x3")),
			X4: financial.Ratio(in.decimal("x4")), X5: financial.Ratio(in.decimal("x5")),
		}
	}
	a := financial.AltmanAmounts{
		RetainedEarnings: in.decimal("retained_earnings"), EBIT: in.decimal("ebit"), Equity: in.decimal(equity),
		TotalLiabilities: in.decimal("total_liabilities"), Sales: in.optional("sales"), TotalAssets: in.decimal("total_assets"),
	}
	if in.has("working_capital") {
		a.WorkingCapital = in.decimal("working_capital")
	} else {
		a.WorkingCapital = in.decimal("current_assets").Sub(in.decimal("current_liabilities"))
	}
	return a.Ratios()
}

func altmanZ1968(in *inputs) (map[string]any, error) {
	coefficient := financial.SalesCoefficient()
	if in.has("x5_coefficient") {
		coefficient = in.decimal("x5_coefficient")
	}
	return score("z", financial.AltmanZScore(in.altmanRatios("market_value_equity"), coefficient)), nil
}

func altmanZPercent(in *inputs) (map[string]any, error) {
	return score("z", financial.AltmanZPercentScore(financial.AltmanRatios{
		X1: financial.Ratio(in.decimal("x1_percent")), X2: financial.Ratio(in.decimal("x2_percent")), X3: financial.Ratio(in.decimal("x3_percent")),
		X4: financial.Ratio(in.decimal("x4_percent")), X5: financial.Ratio(in.decimal("x5_times")),
	})), nil
}

func altmanZPrime(in *inputs) (map[string]any, error) {
	return score("z", financial.AltmanZPrimeScore(in.altmanRatios("book_equity"))), nil
}

func altmanZDoublePrime(in *inputs) (map[string]any, error) {
	x := in.altmanRatios("book_equity")
	result := score("z", financial.AltmanZDoublePrimeScore(x))
	result["z_emerging_markets"] = financial.AltmanZEmergingScore(x).Value
	return result, nil
}

func conanHolder(in *inputs) (map[string]any, error) {
	r := financial.ConanHolderScore(financial.ConanHolderAmounts{
		EBE: in.decimal("ebe"), TotalDebt: in.decimal("total_debt"), PermanentCapital: in.decimal("permanent_capital"), TotalAssets: in.decimal("total_assets"),
		ReceivablesAndCash: in.decimal("receivables_and_cash"), FinancialCharges: in.decimal("financial_charges"), SalesExclVAT: in.decimal("sales_excl_vat"),
		Personnel: in.decimal("personnel"), ValueAdded: in.decimal("value_added"),
	})
	result := score("score_points", r.Score)
	result["score_unit"] = r.Unit
	return result, nil
}

func bdfZ(in *inputs) (map[string]any, error) {
	list := in.decimals("x_percent")
	var x [8]receivables.Figure
	if len(list) != len(x) {
		return nil, errors.New("inputs: x_percent: want 8 ratios")
	}
	for i, d := range list {
		x[i] = financial.Ratio(d)
	}
	return score("z", financial.BanqueDeFranceScore(x)), nil
}

func springate(in *inputs) (map[string]any, error) {
	return score("score", financial.SpringateScore(financial.SpringateAmounts{
		WorkingCapital: in.decimal("working_capital"), TotalAssets: in.decimal("total_assets"), EBIT: in.decimal("ebit"),
		PretaxProfit: in.decimal("pretax_profit"), CurrentLiabilities: in.decimal("current_liabilities"), Sales: in.decimal("sales"),
	})), nil
}

func zmijewski(in *inputs) (map[string]any, error) {
	return score("x", financial.ZmijewskiScore(financial.ZmijewskiAmounts{
		NetIncome: in.decimal("net_income"), TotalAssets: in.decimal("total_assets"), TotalLiabilities: in.decimal("total_liabilities"),
		CurrentAssets: in.decimal("current_assets"), CurrentLiabilities: in.decimal("current_liabilities"),
	})), nil
}

func ohlsonO(in *inputs) (map[string]any, error) {
	losses, ok := in.fields["two_years_of_losses"].(bool)
	if !ok {
		return nil, errors.New("inputs: two_years_of_losses: want true or false")
	}
	return score("o", financial.OhlsonScore(financial.OhlsonAmounts{
		TotalAssets: in.decimal("total_assets"), GNPPriceIndex: in.decimal("gnp_price_index"), TotalLiabilities: in.decimal("total_liabilities"),
		WorkingCapital: in.decimal("working_capital"), CurrentLiabilities: in.decimal("current_liabilities"), CurrentAssets: in.decimal("current_assets"),
		NetIncome: in.decimal("net_income"), NetIncomePrevious: in.decimal("net_income_previous"), FundsFromOperations: in.decimal("funds_from_operations"),
		TwoYearsOfLosses: losses,
	})), nil
}

func taffler(in *inputs) (map[string]any, error) {
	r := financial.TafflerScore(financial.TafflerAmounts{
		PretaxProfit: in.decimal("pretax_profit"), CurrentLiabilities: in.decimal("current_liabilities"), CurrentAssets: in.decimal("current_assets"),
		TotalLiabilities: in.decimal("total_liabilities"), TotalAssets: in.decimal("total_assets"), QuickAssets: in.decimal("quick_assets"),
		Sales: in.decimal("sales"), Depreciation: in.decimal("depreciation"),
	})
	result := score("z", r.Score)
	result["no_credit_interval_days"] = r.NoCreditInterval
	return result, nil
}

func groverG(in *inputs) (map[string]any, error) {
	return score("g", financial.GroverScore(financial.GroverAmounts{
		WorkingCapital: in.decimal("working_capital"), TotalAssets: in.decimal("total_assets"), EBIT: in.decimal("ebit"), NetIncome: in.decimal("net_income"),
	})), nil
}

func beneishM(in *inputs) (map[string]any, error) {
	of := func(name string) receivables.Figure { return financial.Ratio(in.decimal(name)) }
	s := financial.BeneishScore(financial.BeneishIndices{
		DSRI: of("dsri"), GMI: of("gmi"), AQI: of("aqi"), SGI: of("sgi"), DEPI: of("depi"), SGAI: of("sgai"), TATA: of("tata"), LVGI: of("lvgi"),
	})
	result := score("m", s)
	result["flag"] = s.Zone == "likely manipulator"
	return result, nil
}

func functionalBalance(in *inputs) (map[string]any, error) {
	e, err := financial.EquilibriumOf(financial.FunctionalBalance{
		StableUses: in.decimal("stable_uses"), StableResources: in.decimal("stable_resources"), OperatingUses: in.decimal("operating_uses"),
		OperatingResources: in.decimal("operating_resources"), CashAssets: in.decimal("cash_assets"), CashLiabilities: in.decimal("cash_liabilities"),
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{"frng": e.FRNG, "bfr": e.BFR, "net_cash": e.NetCash}, nil
}

func functionalBalanceFRNG(in *inputs) (map[string]any, error) {
	return map[string]any{"frng": financial.FRNG(in.decimal("stable_resources"), in.decimal("stable_uses"))}, nil
}

func provisionMatrix(in *inputs) (map[string]any, error) {
	var buckets []loss.Bucket
	in.each("buckets", func(o *inputs) {
		buckets = append(buckets, loss.Bucket{Amount: o.money("amount"), Rate: o.decimal("rate")})
	})
	a, err := loss.Matrix(buckets, decimal.NewFromInt(1))
	if err != nil {
		return nil, err
	}
	return map[string]any{"allowances": bare(a.Buckets), "total": a.Total.Amount()}, nil
}

func provisionMatrixFromCohort(in *inputs) (map[string]any, error) {
	c, err := loss.FromCohort(in.money("cohort_sales"), in.moneys("paid_by_bucket"))
	if err != nil {
		return nil, err
	}
	a, err := c.Allowance(in.moneys("ageing_amounts"))
	if err != nil {
		return nil, err
	}
	rates := []any{}
	for _, r := range c.Rates {
		rates = append(rates, r)
	}
	return map[string]any{"remaining": bare(c.Remaining), "loss_rates": rates, "allowances": bare(a.Buckets), "total": a.Total.Amount()}, nil
}

func rollRate(in *inputs) (map[string]any, error) {
	return withDefined("roll_rate", loss.RollRate(in.decimal("bucket_previous"), in.decimal("next_bucket_now"))), nil
}

func rollRateChain(in *inputs) (map[string]any, error) {
	c, err := loss.RollChain(in.decimals("roll_rates"), in.moneys("balances"))
	if err != nil {
		return nil, err
	}
	rates := []any{}
	for _, r := range c.Rates {
		rates = append(rates, r)
	}
	return map[string]any{"loss_rates": rates, "expected_losses": bare(c.Loss.Buckets), "total": c.Loss.Total.Amount()}, nil
}

func markovReceivables(in *inputs) (map[string]any, error) {
	a, err := loss.Absorb(loss.Transitions{Between: in.matrix("transient_to_transient"), Absorbed: in.matrix("transient_to_paid_and_bad")})
	if err != nil {
		return nil, err
	}
	fate, err := a.Of(in.moneys("balances"))
	if err != nil {
		return nil, err
	}
	list := func(values []decimal.Decimal) []any {
		result := []any{}
		for _, v := range values {
			result = append(result, v)
		}
		return result
	}
	fundamental := []any{}
	for _, row := range a.Fundamental {
		fundamental = append(fundamental, list(row))
	}
	return map[string]any{
		"fundamental": fundamental, "paid_probability": list(a.Paid), "bad_probability": list(a.Lost),
		"expected_paid": fate.Paid.Amount(), "expected_bad": fate.Lost.Amount(),
	}, nil
}

func expectedLoss(in *inputs) (map[string]any, error) {
	e := loss.ExpectedLoss(loss.Exposure{PD: in.decimal("pd"), LGD: in.decimal("lgd"), EAD: in.money("ead")})
	result := withDefined("expected_loss", e.Amount)
	result["expected_loss_rate"] = e.Rate
	return result, nil
}

func doubtfulAllowance(in *inputs) (map[string]any, error) {
	var list []loss.Doubtful
	in.each("receivables", func(o *inputs) {
		list = append(list, loss.Doubtful{Name: o.text("name"), InclVAT: o.money("incl_vat"), LossRate: o.decimal("loss_rate"), VATRate: in.decimal("vat_rate")})
	})
	a, err := loss.DoubtfulAllowance(list)
	if err != nil {
		return nil, err
	}
	return map[string]any{"excl_vat": bare(a.ExclVAT), "allowances": bare(a.Allowances), "total": a.Total.Amount()}, nil
}

func creditLimitAFDCC(in *inputs) (map[string]any, error) {
	return withDefined("limit", limit.AFDCC(limit.Base{
		Orders: in.money("order_backlog"), ToBeInvoiced: in.money("to_be_invoiced"), OpenInvoices: in.money("open_invoices"),
		TermsCoefficient: in.decimal("terms_coefficient"), BehaviourCoefficient: in.decimal("payment_behaviour"),
	})), nil
}

func creditLimitMix(in *inputs) (map[string]any, error) {
	worth := limit.NetWorth(in.money("net_worth"), in.decimal("share"))
	trade := limit.TradeReferences(in.moneys("trade_limits"))
	needs := limit.Needs(in.money("monthly_purchases_incl_vat"), in.integer("terms_days"), in.integer("invoicing_days"), 0, in.integer("days_per_month"))
	result := withDefined("average", limit.Mix(worth, trade, needs))
	result["net_worth_limit"], result["trade_median"], result["needs_based"] = worth, trade, needs
	return result, nil
}
