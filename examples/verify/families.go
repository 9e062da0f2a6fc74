package main

import (
	"fmt"
	"maps"
	"strings"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
)

// adapter computes one example: it turns inputs into a call of the library and
// the result into named values.
type adapter func(*inputs) (map[string]any, error)

// adapters lists the families that are computed.
func adapters() map[string]adapter {
	all := map[string]adapter{
		"aged_balance":         agedBalance,
		"aged_balance_months":  agedBalanceMonths,
		"bucket_shares":        bucketShares,
		"weighted_average_age": weightedAverageAge,
		"due_date":             dueDate,
		"holidays.list":        holidaysList,

		"annual_rate":                 annualRate,
		"fixed_sum":                   fixedSum,
		"interest_days":               interestDays,
		"interest_fraction":           interestFraction,
		"interest_monthly_compound":   interestMonthlyCompound,
		"interest_period":             interestPeriod,
		"interest_segments":           interestSegments,
		"minimum_contract_rate":       minimumContractRate,
		"payment_allocation":          paymentAllocation,
		"payment_period_interruption": paymentPeriodInterruption,
		"rate_step":                   rateStep,
		"reference_fixing":            referenceFixing,
		"statutory_interest":          statutoryInterest,

		"dso_simple":                   dsoSimple,
		"dso_simple_from_net_sales":    dsoSimpleFromNetSales,
		"dso_countback_months":         dsoCountbackMonths,
		"dso_countback_days":           dsoCountbackDays,
		"dso_sales_weighted":           dsoSalesWeighted,
		"dso_true_invoice":             dsoTrueInvoice,
		"dso_by_customer":              dsoByCustomer,
		"dso_bpdso_add":                dsoBestPossible,
		"dso_decomposition":            dsoDecomposition,
		"expected_collection_days_mix": expectedCollectionDaysMix,
		"crf_kpis":                     crfKPIs,
		"average_days_to_pay":          averageDaysToPay,
		"average_days_to_pay_simple":   averageDaysToPaySimple,
		"days_beyond_terms":            daysBeyondTerms,
		"receivables_turnover":         receivablesTurnover,
		"receivables_turnover_months":  receivablesTurnoverMonths,
		"cei_period":                   ceiPeriod,
		"cei_crf":                      ceiMonthly,
		"dispute_ratio":                disputeRatio,
		"promise_kept_ratio":           promiseKeptRatio,
		"dso_day_value":                dsoDayValue,
		"late_payment_cost":            latePaymentCost,
		"sales_to_offset_loss":         salesToOffsetLoss,
		"receivables_carrying_cost":    receivablesCarryingCost,
		"receivables_opportunity_cost": receivablesOpportunityCost,
		"cash_conversion_cycle":        cashConversionCycle,
		"normative_bfr_days":           normativeBFRDays,

		"early_payment_discount_cost":          earlyPaymentDiscountCost,
		"discount_amount_flat":                 discountAmountFlat,
		"discount_amount_annual_rate":          discountAmountAnnualRate,
		"break_even_discount":                  breakEvenDiscount,
		"seller_max_discount":                  sellerMaxDiscount,
		"price_increase_for_terms":             priceIncreaseForTerms,
		"deposit_benefit":                      depositBenefit,
		"discounts_taken_cost":                 discountsTakenCost,
		"contribution_of_new_sales":            contributionOfNewSales,
		"credit_standards_change":              creditStandardsChange,
		"credit_policy_comparison":             creditPolicyComparison,
		"receivables_level_after_terms_change": receivablesLevelAfterTermsChange,
		"credit_policy_break_even_bad_debt":    creditPolicyBreakEvenBadDebt,

		"cash_in_pattern":              cashInPattern,
		"cash_in_pattern_with_opening": cashInPatternWithOpening,
		"cash_in_first_month":          cashInFirstMonth,
		"cash_in_with_discount":        cashInWithDiscount,
		"cash_in_from_ageing":          cashInFromAgeing,

		"delay_dispersion":                 delayDispersion,
		"delay_trend":                      delayTrend,
		"dbt_experian":                     dbtExperian,
		"paydex_days":                      paydexDays,
		"paydex_weighted":                  paydexWeighted,
		"hhi":                              hhi,
		"abc_classes":                      abcClasses,
		"worklist_score":                   worklistScore,
		"altman_z_1968":                    altmanZ1968,
		"altman_z_1968_percent_form":       altmanZPercent,
		"altman_z_prime":                   altmanZPrime,
		"altman_z_double_prime":            altmanZDoublePrime,
		"conan_holder":                     conanHolder,
		"bdf_z":                            bdfZ,
		"springate":                        springate,
		"zmijewski":                        zmijewski,
		"ohlson_o":                         ohlsonO,
		"taffler_1983":                     taffler,
		"grover_g":                         groverG,
		"beneish_m":                        beneishM,
		"functional_balance":               functionalBalance,
		"functional_balance_frng":          functionalBalanceFRNG,
		"provision_matrix":                 provisionMatrix,
		"provision_matrix_from_cohort":     provisionMatrixFromCohort,
		"roll_rate":                        rollRate,
		"roll_rate_chain":                  rollRateChain,
		"markov_receivables":               markovReceivables,
		"expected_loss":                    expectedLoss,
		"doubtful_receivable_allowance_fr": doubtfulAllowance,
		"credit_limit_afdcc":               creditLimitAFDCC,
		"credit_limit_mix":                 creditLimitMix,

		"dunning.schedule":       dunningSchedule,
		"dunning.promise_to_pay": dunningPromise,
		"dunning.dispute_pause":  dunningDispute,
		"payment.imputation":     paymentImputation,
		"payment.choose_debt":    paymentChooseDebt,
		"payment_imputation":     paymentImputationInOrder,
		"plan.equal_instalments": planEqualInstalments,
		"plan.acceleration":      planAcceleration,
		"instalment_split":       instalmentSplit,
		"instalment_plan":        instalmentPlan,
		"annuity_payment":        annuityPayment,
		"cost_of_credit":         costOfCredit,
		"simple_interest":        simpleInterest,
		"simple_interest_days":   simpleInterestDays,
		"grace.max_until":        graceMaxUntil,
	}
	maps.Copy(all, judicial())
	return all
}

func agedBalance(in *inputs) (map[string]any, error) {
	var bounds []int
	for _, d := range in.decimals("upper_bounds") {
		if !d.IsInteger() || d.Abs().GreaterThan(decimal.New(1, 6)) {
			in.fail("upper_bounds", fmt.Errorf("%s: want whole days", d))
		}
		bounds = append(bounds, int(d.IntPart()))
	}
	if in.err != nil {
		return nil, in.err
	}
	var config aging.Config
	var err error
	switch in.text("basis") {
	case "", "due_date":
		config.Scheme, err = aging.DayScheme(bounds...)
	case "invoice_date", "issue_date":
		config.Scheme, err = aging.IssueScheme(bounds...)
	default:
		return nil, in.notSupported("basis")
	}
	if err != nil {
		return nil, err
	}
	switch strings.ReplaceAll(in.text("credits"), " ", "_") {
	case "", "separate":
	case "own_date":
		config.Credits = aging.CreditsAtOwnDate
	case "oldest_first":
		config.Credits = aging.CreditsOldestFirst
	default:
		return nil, in.notSupported("credits")
	}
	return age(in, config)
}

func agedBalanceMonths(in *inputs) (map[string]any, error) {
	scheme, err := aging.MonthScheme(4)
	if err != nil {
		return nil, err
	}
	return age(in, aging.Config{Scheme: scheme})
}

// age ages the items of an example.
func age(in *inputs, config aging.Config) (map[string]any, error) {
	a, err := aging.New(in.date("as_of"), config)
	if err != nil {
		return nil, err
	}
	items := in.objects("items")
	for _, i := range items {
		item := receivables.OpenItem{Document: i.text("id"), Customer: "one", Open: i.money("amount")}
		if i.has("due") {
			item.DueOn = i.date("due")
		}
		for _, name := range []string{"issued", "issue_date", "invoice_date"} {
			if i.has(name) {
				item.IssuedOn = i.date(name)
			}
		}
		if i.has("disputed") {
			item.Disputed = i.money("disputed")
		}
		if i.err == nil {
			if err := a.Add(item); err != nil {
				return nil, err
			}
		}
	}
	in.adopt("items", items)
	balance := a.Balance()
	zero := receivables.Zero(receivables.MustCurrency("EUR"))
	result := map[string]any{"undated": zero, "unallocated_credit": zero, "total": zero}
	names := balance.Scheme().Names()
	for _, name := range names {
		result[name] = zero
	}
	for line := range balance.Totals() {
		for i, c := range line.Columns() {
			result[names[i]] = c.Amount
		}
		result["undated"] = line.Undated().Amount
		result["unallocated_credit"] = line.Unapplied().Amount
		result["total"] = line.Total().Amount
	}
	return result, nil
}

func bucketShares(in *inputs) (map[string]any, error) {
	amounts := in.decimals("amounts")
	total := decimal.Zero
	for _, a := range amounts {
		total = total.Add(a)
	}
	shares := []any{}
	for _, s := range aging.Shares(amounts...) {
		shares = append(shares, s)
	}
	result := withDefined("", receivables.Quotient(total, total, receivables.UnitFraction))
	result["total"], result["shares"] = total, shares
	return result, nil
}

func weightedAverageAge(in *inputs) (map[string]any, error) {
	buckets := in.objects("buckets")
	var amounts []aging.AgedAmount
	for _, b := range buckets {
		amounts = append(amounts, aging.AgedAmount{Amount: b.decimal("amount"), Days: b.decimal("age")})
	}
	in.adopt("buckets", buckets)
	return withDefined("days", aging.WeightedAge(amounts...)), nil
}

// withDefined names a figure, and whether and why it is undefined.
func withDefined(name string, f receivables.Figure) map[string]any {
	_, ok := f.Value()
	return map[string]any{name: f, "defined": ok, "reason": f.Status().String(), "status": f.Status().String()}
}

// dueDate reads the rule as terms. Its texts say the start event in their own
// words: "30 days" runs from the invoice, "30 days after receipt or performance"
// from the later of the days given.
func dueDate(in *inputs) (map[string]any, error) {
	day := func(name string) date.Date {
		if !in.has(name) {
			return 0
		}
		return in.date(name)
	}
	issued, received, delivered := day("invoice_date"), day("receipt_date"), day("delivery_date")
	handedOver := max(received, delivered)
	text, after, counted := strings.Cut(in.text("rule"), " after ")
	start, needed := issued, "invoice_date"
	if issued == 0 && !counted {
		start = handedOver // "30 days" of a delivery, without an invoice
	}
	if counted {
		start, needed = handedOver, "delivery_date or receipt_date"
		switch after {
		case "receipt or performance", "receipt", "receipt of the invoice", "delivery", "performance":
		case "the invoice date", "the date of issue", "the date of the invoice":
			start, needed = issued, "invoice_date"
		case "the end of the month of delivery":
			text = "end of month then " + text
		case "the end of the month", "the end of the month of the invoice":
			start, needed = issued, "invoice_date"
			text = "end of month then " + text
		case "the end of the ten-day period of delivery":
			text = "end of ten-day period then " + text
		default:
			return nil, in.notSupported("rule")
		}
	}
	if start == 0 {
		return nil, fmt.Errorf("inputs: %s is needed for the rule %q", needed, in.text("rule"))
	}
	terms, err := receivables.ParseTerms(text)
	if err != nil {
		return nil, in.notSupported("rule")
	}
	trace, err := terms.Trace(receivables.Events{Issued: start}, nil)
	if err != nil {
		return nil, err
	}
	result := map[string]any{"due_date": trace[len(trace)-1]}
	if len(trace) > 2 {
		result["intermediate_date"] = trace[len(trace)-2]
	}
	return result, nil
}

func holidaysList(in *inputs) (map[string]any, error) {
	calendar, err := receivables.FrenchCalendar(receivables.Zone(in.text("zone")))
	if err != nil {
		return nil, in.notSupported("zone")
	}
	holidays, err := calendar.Holidays(in.integer("year"))
	if err != nil {
		return nil, err
	}
	var dates []any
	for _, h := range holidays {
		dates = append(dates, h.Day)
	}
	return map[string]any{"dates": dates}, nil
}
