package main

import (
	"fmt"
	"strings"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/penalties"
)

// places reads a rounding such as half_up_2.
func (in *inputs) places() (int32, error) {
	var n int32
	if _, err := fmt.Sscanf(in.text("rounding"), "half_up_%d", &n); err != nil || n < 0 || n > 10 {
		return 0, in.notSupported("rounding")
	}
	return n, nil
}

// moneyIn makes an amount of the currency of the example.
func (in *inputs) moneyIn(amount decimal.Decimal) receivables.Money {
	code := "EUR"
	if in.has("currency") {
		code = in.text("currency")
	}
	c, err := receivables.ParseCurrency(code)
	if err != nil {
		in.fail("currency", err)
		return receivables.Money{}
	}
	return receivables.Zero(c).AddAmount(amount)
}

func annualRate(in *inputs) (map[string]any, error) {
	rounding := penalties.RateRounding(in.text("rate_rounding"))
	switch rounding {
	case penalties.RateNotRounded, penalties.HalfPointUpOnReference, penalties.HalfPointUpOnSum:
	default:
		return nil, in.notSupported("rate_rounding")
	}
	reference, margin := in.decimal("reference_rate_pct"), in.decimal("margin_pct")
	result := map[string]any{"annual_rate_pct": exact(penalties.AnnualRate(reference, margin, rounding))}
	if rounding == penalties.HalfPointUpOnReference {
		result["rounded_reference_pct"] = exact(penalties.AnnualRate(reference, decimal.Zero, rounding))
	}
	if in.has("debtor_responsible") && in.text("debtor_responsible") == "false" {
		regime, err := regimeOf(in)
		if err != nil {
			return nil, err
		}
		if regime.NotResponsible == nil {
			return nil, in.notSupported("debtor_responsible")
		}
		result["annual_rate_pct"] = exact(regime.NotResponsible.Percent)
	}
	return result, nil
}

// exact marks a figure that must agree to the last digit.
func exact(d decimal.Decimal) receivables.Money {
	return receivables.Zero(receivables.MustCurrency("EUR")).AddAmount(d)
}

// regimeOf returns the rules of the example's regime. Its labels differ in places.
func regimeOf(in *inputs) (*penalties.Regime, error) {
	law, err := penalties.Standard()
	if err != nil {
		return nil, err
	}
	id := in.regime
	if rest, ok := strings.CutPrefix(id, "uk."); ok {
		id = "gb." + rest
	}
	r, err := law.Regime(id)
	if err != nil {
		return nil, &unsupportedError{fmt.Sprintf("regime %q is not known", in.regime)}
	}
	return r, nil
}

func interestDays(in *inputs) (map[string]any, error) {
	places, err := in.places()
	if err != nil {
		return nil, err
	}
	if in.has("day_count") && in.text("day_count") != "30/360" && !strings.HasPrefix(in.text("day_count"), "act") {
		return nil, in.notSupported("day_count")
	}
	principal, rate, days, basis := in.decimal("principal"), in.decimal("annual_rate_pct"), in.integer("days"), in.decimal("year_basis")
	if in.err != nil {
		return nil, in.err
	}
	interest, err := penalties.SimpleInterest(principal, rate, days, basis, places)
	if err != nil {
		return nil, err
	}
	total, daily, err := penalties.DailyInterest(principal, rate, days, basis, places)
	if err != nil {
		return nil, err
	}
	result := map[string]any{"daily_interest": in.moneyIn(daily), "interest_if_rounded_at_end": in.moneyIn(interest)}
	switch in.text("rounding_scope") {
	case "", "segment", "final":
	case "daily":
		interest = total
	default:
		return nil, in.notSupported("rounding_scope")
	}
	result["interest"] = in.moneyIn(interest)
	charges := interest
	if in.has("with_fixed_sum") && in.text("with_fixed_sum") == "true" {
		regime, err := regimeOf(in)
		if err != nil {
			return nil, err
		}
		if rule := latestFixedSum(regime); rule != nil {
			sum, err := rule.For(in.moneyIn(principal))
			if err != nil {
				return nil, err
			}
			result["fixed_sum"] = sum
			charges = charges.Add(sum.Amount())
		}
	}
	result["total_charges"] = in.moneyIn(charges)
	result["total"] = in.moneyIn(principal.Add(charges))
	return result, nil
}

func interestFraction(in *inputs) (map[string]any, error) {
	places, err := in.places()
	if err != nil {
		return nil, err
	}
	interest := penalties.FractionInterest(in.decimal("principal"), in.decimal("annual_rate_pct"), in.decimal("year_fraction"))
	return map[string]any{"unrounded": in.moneyIn(interest), "interest": in.moneyIn(interest.Round(places))}, nil
}

func interestMonthlyCompound(in *inputs) (map[string]any, error) {
	places, err := in.places()
	if err != nil {
		return nil, err
	}
	principal, rate, months, days, basis := in.decimal("principal"), in.decimal("annual_rate_pct"), in.integer("months"), in.integer("days"), in.decimal("year_basis")
	if in.err != nil {
		return nil, in.err
	}
	interest, err := penalties.MonthlyCompound(principal, rate, months, days, basis, places)
	return map[string]any{"interest": in.moneyIn(interest)}, err
}

func interestSegments(in *inputs) (map[string]any, error) {
	places, err := in.places()
	if err != nil {
		return nil, err
	}
	if scope := in.text("rounding_scope"); scope != "segment" && scope != "final" {
		return nil, in.notSupported("rounding_scope")
	}
	basis, principal := in.decimal("year_basis"), in.decimal("principal")
	segments := in.objects("segments")
	capital, sum := principal, decimal.Zero
	var list []any
	for _, s := range segments {
		if s.has("capitalise_before") && s.text("capitalise_before") == "true" {
			capital = principal.Add(sum.Round(places))
		}
		days := s.integer("days")
		rate := s.decimal("annual_rate_pct")
		if in.err != nil || s.err != nil {
			break
		}
		keep := places
		if in.text("rounding_scope") == "final" {
			keep = 20
		}
		interest, err := penalties.SimpleInterest(capital, rate, days, basis, keep)
		if err != nil {
			return nil, err
		}
		list = append(list, interest)
		sum = sum.Add(interest)
	}
	in.adopt("segments", segments)
	sum = sum.Round(places)
	return map[string]any{
		"segment_interest": list, "interest": in.moneyIn(sum), "total": in.moneyIn(principal.Add(sum)), "capital_after_capitalisation": in.moneyIn(capital),
	}, nil
}

// interestPeriod cuts a period at the changes of its own rates and, by day count, at
// year ends.
func interestPeriod(in *inputs) (map[string]any, error) {
	places, err := in.places()
	if err != nil {
		return nil, err
	}
	dayCount, ok := map[string]penalties.DayCount{
		"act/365F": penalties.Act365, "act/act_calendar_year": penalties.ActAct, "act/360": penalties.Act360, "30/360": penalties.Thirty360,
	}[in.text("day_count")]
	if !ok {
		return nil, in.notSupported("day_count")
	}
	scope := penalties.Scope(in.text("rounding_scope"))
	switch scope {
	case penalties.PerSegment, penalties.AtEnd, penalties.PerDay:
	default:
		return nil, in.notSupported("rounding_scope")
	}
	principal := in.decimal("principal")
	from, to := in.date("accrual_from"), in.date("accrual_to")
	rates := in.objects("rates")
	var steps []penalties.RateStep
	for _, r := range rates {
		steps = append(steps, penalties.RateStep{From: r.date("from"), Percent: r.decimal("annual_rate_pct")})
	}
	in.adopt("rates", rates)
	config := penalties.PeriodConfig{DayCount: dayCount, Scope: scope, Places: places}
	switch in.text("rate_mode") {
	case "floating_by_half_year":
		config.Mode = penalties.Floating
	case "fixed_at_start", "single":
		config.Mode = penalties.Frozen
	default:
		return nil, in.notSupported("rate_mode")
	}
	if in.err != nil {
		return nil, in.err
	}
	segments, interest, err := penalties.PeriodInterest(principal, from, to, steps, config)
	if err != nil {
		return nil, err
	}
	days := 0
	var list []any
	for _, s := range segments {
		days += s.Days
		list = append(list, in.roundedTo(s.Interest, places))
	}
	return map[string]any{
		"days": days, "interest": in.moneyIn(interest), "segment_interest": list, "total": in.moneyIn(principal.Add(interest)),
		"segment_decimals": in.segmentDecimals(),
	}, nil
}

// roundedTo rounds a segment to the decimals in which the example prints it.
func (in *inputs) roundedTo(d decimal.Decimal, places int32) decimal.Decimal {
	if n := in.segmentDecimals(); n > 0 {
		return d.Round(int32(n))
	}
	return d.Round(places)
}

// segmentDecimals reads in how many decimals the expected segments are printed.
func (in *inputs) segmentDecimals() int {
	if text, ok := in.expected["segment_decimals"]; ok {
		var n int
		if _, err := fmt.Sscan(fmt.Sprint(text), &n); err == nil && n >= 0 && n <= 12 {
			return n
		}
	}
	return 0
}

func referenceFixing(in *inputs) (map[string]any, error) {
	half := in.text("half_year")
	start := half[:min(4, len(half))]
	var on date.Date
	var err error
	switch {
	case strings.HasSuffix(half, "-H1"):
		on, err = receivables.ParseDate(start + "-01-01")
	case strings.HasSuffix(half, "-H2"):
		on, err = receivables.ParseDate(start + "-07-01")
	default:
		return nil, in.notSupported("half_year")
	}
	if err != nil {
		return nil, err
	}
	switch rule := in.text("rule"); {
	case strings.HasPrefix(rule, "value in force on 1 January"), strings.HasPrefix(rule, "value in force on 1 July"), strings.HasPrefix(rule, "value in force on the first day of the half-year"):
	case strings.HasPrefix(rule, "value in force on the last day of the previous half-year"), strings.HasPrefix(rule, "value in force on 31 December"), strings.HasPrefix(rule, "value in force on 30 June"), strings.HasPrefix(rule, "last operation before"):
		on = receivables.AddDays(on, -1)
	default:
		return nil, in.notSupported("rule")
	}
	changes := in.objects("changes")
	var steps []penalties.RateStep
	for _, c := range changes {
		steps = append(steps, penalties.RateStep{From: c.date("from"), Percent: c.decimal("rate_pct")})
	}
	in.adopt("changes", changes)
	margin := in.decimal("margin_pct")
	if in.err != nil {
		return nil, in.err
	}
	reference, err := penalties.RateAt(steps, on)
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"reference_rate_pct": exact(reference), "annual_rate_pct": exact(penalties.AnnualRate(reference, margin, penalties.RateNotRounded)),
	}, nil
}

func minimumContractRate(in *inputs) (map[string]any, error) {
	return map[string]any{"annual_rate_pct": exact(penalties.MinimumContractRate(in.decimal("legal_rate_pct"), in.decimal("multiplier")))}, nil
}

func fixedSum(in *inputs) (map[string]any, error) {
	regime, err := regimeOf(in)
	if err != nil {
		return nil, err
	}
	rule := latestFixedSum(regime)
	if rule == nil {
		return nil, &unsupportedError{fmt.Sprintf("regime %q has no fixed sum", in.regime)}
	}
	sum, err := rule.For(in.moneyIn(in.decimal("amount")))
	if err != nil {
		return nil, err
	}
	return map[string]any{"fixed_sum": sum, "currency": sum.Currency().Code()}, nil
}

func rateStep(in *inputs) (map[string]any, error) {
	if in.text("rule") != "plus 5 points after two months" {
		return nil, in.notSupported("rule")
	}
	law, err := penalties.Standard()
	if err != nil {
		return nil, err
	}
	regime, err := law.Regime("fr.legal_rate.other")
	if err != nil {
		return nil, err
	}
	first := regime.AfterJudgment.FirstIncreasedDay(in.date("notified_on"))
	return map[string]any{"first_increased_day": first, "two_months_end_on": receivables.AddDays(first, -1)}, nil
}

func paymentAllocation(in *inputs) (map[string]any, error) {
	places, err := in.places()
	if err != nil || places != 2 {
		return nil, in.notSupported("rounding")
	}
	var imputation penalties.Imputation
	switch in.text("rule") {
	case "interest first":
		imputation = penalties.InterestFirst
	case "principal first":
		imputation = penalties.PrincipalFirst
	default:
		return nil, in.notSupported("rule")
	}
	var dayCount penalties.DayCount
	switch in.text("year_basis") {
	case "365":
		dayCount = penalties.Act365
	case "360":
		dayCount = penalties.Act360
	default:
		return nil, in.notSupported("year_basis")
	}
	law, err := penalties.Standard()
	if err != nil {
		return nil, err
	}
	// The example gives its own flat rate; the rules of the regime do not matter.
	c, err := penalties.New(law, penalties.Config{
		Regime: "ch.general", Imputation: imputation, DayCount: dayCount, Contract: &penalties.ContractRate{Percent: in.decimal("annual_rate_pct"), Source: "example"},
	})
	if err != nil {
		return nil, err
	}
	claim := penalties.Claim{ID: "example", Principal: in.moneyIn(in.decimal("principal")), DueOn: receivables.AddDays(in.date("accrual_from"), -1)}
	payments := in.objects("payments")
	last := claim.DueOn
	for _, p := range payments {
		on := p.date("date")
		last = max(last, on)
		claim.Payments = append(claim.Payments, penalties.Payment{On: on, Amount: in.moneyIn(p.decimal("amount"))})
	}
	in.adopt("payments", payments)
	if in.err != nil {
		return nil, in.err
	}
	a, err := c.Accrue(claim, last)
	if err != nil {
		return nil, err
	}
	toInterest, toPrincipal := decimal.Zero, decimal.Zero
	for _, p := range a.Payments {
		toInterest, toPrincipal = toInterest.Add(p.ToInterest.Amount()), toPrincipal.Add(p.ToPrincipal.Amount())
	}
	return map[string]any{
		"interest_accrued_to_payment": a.Interest, "paid_to_interest": in.moneyIn(toInterest), "paid_to_principal": in.moneyIn(toPrincipal),
		"principal_after": a.PrincipalDue, "interest_outstanding": a.InterestDue,
	}, nil
}

func paymentPeriodInterruption(in *inputs) (map[string]any, error) {
	p, err := penalties.InterruptPaymentPeriod(in.integer("period_days"), in.date("request_received"), in.date("interruption_notified"), in.date("completed_on"))
	if err != nil {
		return nil, err
	}
	return map[string]any{"remaining_days": p.RemainingDays, "new_period_days": p.NewPeriodDays, "due_date": p.DueOn}, nil
}

func statutoryInterest(in *inputs) (map[string]any, error) {
	regime, err := regimeOf(in)
	if err != nil {
		return nil, err
	}
	law, err := penalties.Standard()
	if err != nil {
		return nil, err
	}
	c, err := penalties.New(law, penalties.Config{Regime: regime.ID})
	if err != nil {
		return nil, err
	}
	due := in.date("due")
	claim := penalties.Claim{ID: "example", Principal: in.moneyIn(in.decimal("principal")), DueOn: due, NoticeOn: due}
	if in.err != nil {
		return nil, in.err
	}
	a, err := c.Accrue(claim, in.date("paid"))
	if err != nil {
		return nil, err
	}
	segments := []any{}
	for _, s := range a.Segments {
		segments = append(segments, map[string]any{
			"first_day": s.FirstDay, "last_day": s.LastDay, "days": s.Days, "annual_rate_pct": exact(s.Rate.Percent), "interest": s.Interest,
		})
	}
	result := map[string]any{"days": a.Days, "segments": segments, "interest": a.Interest, "total_due": a.Total()}
	if a.FixedSum != nil {
		result["fixed_sum"] = a.FixedSum.Amount
	}
	return result, nil
}

// latestFixedSum is the rule in force; nil: there is none.
func latestFixedSum(r *penalties.Regime) *penalties.FixedSum {
	if len(r.FixedSums) == 0 {
		return nil
	}
	return &r.FixedSums[len(r.FixedSums)-1]
}
