package main

import (
	"errors"
	"fmt"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/penalties"
	"github.com/receivables-go/receivables/procedure/reminder"
	"github.com/receivables-go/receivables/procedure/settlement"
)

// flag reads a yes or no that may be missing.
func (in *inputs) flag(name string) bool {
	switch v := in.fields[name].(type) {
	case nil:
		return false
	case bool:
		return v
	}
	in.fail(name, errors.New("want true or false"))
	return false
}

// zoned returns the calendar of the zone of an example, metropole if none is given.
func (in *inputs) zoned() (receivables.Calendar, error) {
	zone := receivables.Zone(in.text("zone"))
	if zone == "" {
		zone = receivables.ZoneMetropole
	}
	return receivables.FrenchCalendar(zone)
}

func dunningSchedule(in *inputs) (map[string]any, error) {
	due := in.date("due_date")
	if in.err != nil {
		return nil, in.err
	}
	s, err := dunningScenario(in)
	if err != nil {
		return nil, err
	}
	calendar, err := in.zoned()
	if err != nil {
		return nil, err
	}
	if in.flag("shift_to_working_day") {
		s.Roll = receivables.RollFollowing
	}
	days, err := s.Days(due, calendar)
	if err != nil {
		return nil, err
	}
	steps := []any{}
	for i, day := range days {
		if in.has("levels") {
			steps = append(steps, map[string]any{"level": i + 1, "date": day})
		} else {
			steps = append(steps, map[string]any{"action": s.Steps[i].Code, "date": day})
		}
	}
	return map[string]any{"steps": steps}, in.err
}

// dunningScenario is the preset of the name of an example, with its offsets or levels if it gives
// any.
func dunningScenario(in *inputs) (reminder.Scenario, error) {
	name := in.text("scenario")
	s, err := reminder.Preset(name)
	if in.has("levels") {
		s = reminder.Scenario{Name: name}
		in.each("levels", func(o *inputs) {
			step := reminder.Step{Code: fmt.Sprintf("level_%d", len(s.Steps)+1), Level: reminder.LevelCourteous, Channel: reminder.Letter, Days: o.integer("days")}
			switch mode := o.text("mode"); mode {
			case "net_days":
			case "end_of_month":
				step.Base = reminder.EndOfMonth
			case "previous_date", "previous_action":
				step.Base = reminder.AfterPrevious
			default:
				o.fail("mode", fmt.Errorf("%q is not known", mode))
			}
			s.Steps = append(s.Steps, step)
		})
		return s, in.err
	}
	if err != nil {
		return s, in.notSupported("scenario")
	}
	if in.has("offsets_days") {
		offsets := in.integers("offsets_days")
		if len(offsets) != len(s.Steps) {
			return s, in.notSupported("offsets_days")
		}
		for i := range offsets {
			s.Steps[i].Days = offsets[i]
		}
	}
	return s, in.err
}

func dunningPromise(in *inputs) (map[string]any, error) {
	by, grace := in.date("promised_on"), in.integer("grace_days")
	calendar, err := in.zoned()
	if err != nil || in.err != nil {
		return nil, errors.Join(err, in.err)
	}
	plain, err := reminder.FollowUp(by, grace, receivables.RollNone, nil)
	if err != nil {
		return nil, err
	}
	moved, err := reminder.FollowUp(by, grace, receivables.RollFollowing, calendar)
	return map[string]any{"follow_up_on": plain, "follow_up_working_day": moved}, err
}

func dunningDispute(in *inputs) (map[string]any, error) {
	due, offset, opened, closed := in.date("due_date"), in.integer("offset_days"), in.date("dispute_opened_on"), in.date("dispute_closed_on")
	if in.err != nil {
		return nil, in.err
	}
	scenario := reminder.Scenario{Name: "one step", Steps: []reminder.Step{{Code: "step", Level: reminder.LevelCourteous, Channel: reminder.Letter, Days: offset}}}
	days, err := scenario.Days(due, nil)
	if err != nil {
		return nil, err
	}
	if days[0] < opened { // its day had come: nothing moves it
		return map[string]any{"original_date": days[0], "shifted_date": receivables.AddDays(days[0], receivables.DaysBetween(opened, closed))}, nil
	}
	planner, err := reminder.New(reminder.Policy{
		Name: "verify", Scenarios: []reminder.Scenario{scenario}, Segments: []reminder.Segment{{Name: "all", Scenario: scenario.Name}},
		Missed: reminder.CatchUp, Escalation: reminder.ByItem, Grouping: reminder.PerInvoice, AfterDispute: reminder.Shift, Credits: reminder.IgnoreCredits,
	}, nil)
	if err != nil {
		return nil, err
	}
	one := receivables.MustMoney("1.00", "EUR")
	plan, err := planner.Plan(reminder.Account{
		Customer: receivables.Customer{ID: "C"},
		Items:    []receivables.OpenItem{{Document: "F", Kind: receivables.KindInvoice, Customer: "C", IssuedOn: due, DueOn: due, Original: one, Open: one}},
		Holds:    []receivables.HoldState{{Hold: receivables.Hold{ID: "L", Scope: receivables.Scope{Document: "F"}, From: opened}, EndedOn: closed}},
	}, closed)
	if err != nil {
		return nil, err
	}
	return map[string]any{"original_date": days[0], "shifted_date": plan.Items[0].Steps[0].On}, nil
}

func paymentImputation(in *inputs) (map[string]any, error) {
	owed := map[string]receivables.Money{"fees": in.money("flat_fee"), "interest": in.money("accrued_interest"), "principal": in.money("principal")}
	payment := in.money("payment")
	var order []string
	list, _ := in.fields["order"].([]any)
	for _, x := range list {
		name := fmt.Sprint(x)
		if name == "flat_fee" || name == "costs" {
			name = "fees"
		}
		if _, known := owed[name]; !known {
			in.fail("order", fmt.Errorf("%q is not known", name))
		}
		order = append(order, name)
	}
	if in.err != nil {
		return nil, in.err
	}
	var parts []receivables.Money
	for _, name := range order {
		parts = append(parts, owed[name])
	}
	paid, left, err := penalties.ImputeWithin(payment, parts...)
	if err != nil {
		return nil, err
	}
	remaining := map[string]any{}
	for name, m := range owed {
		remaining[name] = m
	}
	for i, name := range order {
		remaining[name] = owed[name].AddAmount(paid[i].Amount().Neg())
	}
	return map[string]any{"remaining": remaining, "unallocated": left}, nil
}

func paymentImputationInOrder(in *inputs) (map[string]any, error) {
	names := []string{"costs", "interest", "principal"}
	if rule := in.text("rule"); rule != "" && rule != "costs, interest, then principal" {
		return nil, in.notSupported("rule")
	}
	due := in.object("due")
	owed := []receivables.Money{due.money("costs"), due.money("interest"), due.money("principal")}
	in.adopt("due", []*inputs{due})
	if in.err != nil {
		return nil, in.err
	}
	result := map[string]any{}
	ordinals := []string{"first", "second", "third", "fourth", "fifth"}
	for i, payment := range in.moneys("payments") {
		paid, left, err := penalties.ImputeWithin(payment, owed...)
		if err != nil {
			return nil, err
		}
		after := map[string]any{}
		for k, name := range names {
			owed[k] = owed[k].AddAmount(paid[k].Amount().Neg())
			after[name] = owed[k]
		}
		if i < len(ordinals) {
			result["after_"+ordinals[i]] = after
		}
		result["unallocated"] = left
	}
	return result, in.err
}

func paymentChooseDebt(in *inputs) (map[string]any, error) {
	if in.has("equal_interest") && !in.flag("equal_interest") {
		return nil, in.notSupported("equal_interest")
	}
	var debts []penalties.Debt
	in.each("debts", func(o *inputs) {
		debts = append(debts, penalties.Debt{ID: o.text("id"), DueOn: o.date("due"), Amount: o.money("amount")})
	})
	payment, on := in.money("payment"), in.date("paid_on")
	if in.err != nil {
		return nil, in.err
	}
	var chosen []string
	switch choice := in.fields["debtor_choice"].(type) {
	case nil:
	case []any:
		for _, x := range choice {
			chosen = append(chosen, fmt.Sprint(x))
		}
	default:
		chosen = []string{fmt.Sprint(choice)}
	}
	paid, left, err := penalties.ImputeAcross(payment, on, debts, chosen...)
	if err != nil {
		return nil, err
	}
	allocation := []any{}
	for _, p := range paid {
		allocation = append(allocation, map[string]any{"id": p.ID, "amount": p.Amount})
	}
	return map[string]any{"allocation": allocation, "unallocated": left}, nil
}

// schedule names the rows of a plan.
func schedule(s settlement.Schedule) map[string]any {
	rows, instalments := []any{}, []any{}
	for _, x := range s.Instalments {
		rows = append(rows, map[string]any{"n": x.N, "payment": x.Payment, "interest": x.Interest, "principal": x.Principal, "balance": x.Balance})
		instalments = append(instalments, map[string]any{"on": x.On, "amount": x.Payment})
	}
	return map[string]any{"rows": rows, "instalments": instalments, "total_interest": s.TotalInterest, "total_paid": s.TotalPaid}
}

func planEqualInstalments(in *inputs) (map[string]any, error) {
	if a := in.text("anchor"); a != "" && a != "first_date" {
		return nil, in.notSupported("anchor")
	}
	balance, n, dates := in.money("balance"), in.integer("n"), settlement.Dates{First: in.date("first_on"), StepMonths: in.integer("step_months")}
	if in.err != nil {
		return nil, in.err
	}
	s, err := settlement.Equal(balance, n, dates, settlement.ToLast)
	if err != nil {
		return nil, err
	}
	return schedule(s), nil
}

func planAcceleration(in *inputs) (map[string]any, error) {
	c := settlement.Clause{Kind: settlement.WithoutNotice}
	if in.flag("notice_required") {
		c.Kind = settlement.AfterNotice
	}
	missed, remaining := in.date("missed_on"), in.money("remaining")
	var notice date.Date
	if in.has("formal_notice_on") {
		notice = in.date("formal_notice_on")
	}
	if in.has("notice_days") {
		c.NoticeDays = in.integer("notice_days")
	}
	if in.err != nil {
		return nil, in.err
	}
	a, err := settlement.Accelerate(c, missed, notice, in.flag("cured"), remaining)
	if err != nil {
		return nil, err
	}
	result := map[string]any{"accelerated_on": nil, "due_at_once": a.DueAtOnce}
	if a.On != 0 {
		result["accelerated_on"] = a.On
	}
	return result, in.err
}

// anyDates is for examples without days.
func anyDates() settlement.Dates {
	return settlement.Dates{First: receivables.MustDate("2026-01-31"), StepMonths: 1}
}

func instalmentSplit(in *inputs) (map[string]any, error) {
	parts, err := settlement.Split(in.money("amount"), in.integer("instalments"), settlement.Remainder(in.text("remainder")))
	if in.err != nil || err != nil {
		return nil, errors.Join(in.err, err)
	}
	amounts := []any{}
	for _, p := range parts {
		amounts = append(amounts, p)
	}
	return map[string]any{"amounts": amounts}, nil
}

func instalmentPlan(in *inputs) (map[string]any, error) {
	if r := in.text("rounding"); r != "" && r != "half-up to 0.01, last instalment adjusted" {
		return nil, in.notSupported("rounding")
	}
	principal, n, rate := in.money("principal"), in.integer("periods"), in.decimal("period_rate")
	if in.err != nil {
		return nil, in.err
	}
	s, err := settlement.Annuity(principal, n, rate, anyDates())
	if err != nil {
		return nil, err
	}
	return schedule(s), nil
}

func annuityPayment(in *inputs) (map[string]any, error) {
	payment := settlement.AnnuityPayment(in.money("principal"), in.integer("periods"), in.decimal("period_rate"))
	result := withDefined("payment", payment)
	if m, ok := payment.Money(); ok {
		result["payment_rounded"] = m
	}
	return result, in.err
}

func costOfCredit(in *inputs) (map[string]any, error) {
	total, cost, err := settlement.CostOfCredit(in.money("principal"), in.integer("instalments"), in.money("payment"))
	if err != nil || in.err != nil {
		return nil, errors.Join(in.err, err)
	}
	return map[string]any{"total_paid": total, "cost": cost}, nil
}

func simpleInterest(in *inputs) (map[string]any, error) {
	rate, years := in.decimal("annual_rate"), in.decimal("years")
	return map[string]any{"interest": penalties.FractionInterest(in.decimal("principal"), rate.Mul(decimal.NewFromInt(100)), years)}, in.err
}

func simpleInterestDays(in *inputs) (map[string]any, error) {
	yearly := in.decimal("principal").Mul(in.decimal("annual_rate"))
	return withDefined("days", receivables.Quotient(in.decimal("interest").Mul(in.decimal("year_basis")), yearly, receivables.UnitDays)), in.err
}

func graceMaxUntil(in *inputs) (map[string]any, error) {
	judgment, notified := in.date("judgment_on"), date.Date(0)
	for _, name := range []string{"notified_on", "notification_on"} {
		if in.has(name) {
			notified = in.date(name)
		}
	}
	if in.err != nil {
		return nil, in.err
	}
	until, err := settlement.GraceUntil(judgment, in.flag("adversarial"), notified)
	return map[string]any{"max_until": until}, err
}
