package reminder_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure/reminder"
)

func day(text string) date.Date         { return receivables.MustDate(text) }
func eur(text string) receivables.Money { return receivables.MustMoney(text, "EUR") }
func dec(text string) decimal.Decimal   { return decimal.RequireFromString(text) }

func metropole(t testing.TB) receivables.Calendar {
	t.Helper()
	c, err := receivables.FrenchCalendar(receivables.ZoneMetropole)
	require.NoError(t, err)
	return c
}

// plain is a policy of one scenario, without tolerance or gap.
func plain(t testing.TB, preset string) reminder.Policy {
	t.Helper()
	s, err := reminder.Preset(preset)
	require.NoError(t, err)
	return reminder.Policy{
		Name: "test", Scenarios: []reminder.Scenario{s},
		Segments: []reminder.Segment{
			{Name: "consumers", Match: reminder.Match{Kinds: []receivables.CustomerKind{receivables.KindConsumer}}}, {Name: "all", Scenario: preset},
		},
		Missed: reminder.CatchUp, Escalation: reminder.ByItem, Grouping: reminder.PerCustomer, AfterDispute: reminder.Shift, Credits: reminder.LowerLevels,
		PromiseGraceDays: 1, PromiseRoll: receivables.RollFollowing,
	}
}

func planner(t testing.TB, p reminder.Policy) *reminder.Planner {
	t.Helper()
	x, err := reminder.New(p, metropole(t))
	require.NoError(t, err)
	return x
}

func invoice(document, due, open string) receivables.OpenItem {
	return receivables.OpenItem{
		Document: document, Kind: receivables.KindInvoice, Customer: "C", IssuedOn: receivables.AddDays(day(due), -30), DueOn: day(due), Original: eur(open), Open: eur(open),
	}
}

func credit(document, open string) receivables.OpenItem {
	return receivables.OpenItem{Document: document, Kind: receivables.KindPayment, Customer: "C", IssuedOn: day("2026-01-01"), Original: eur(open), Open: eur(open)}
}

func account(items ...receivables.OpenItem) reminder.Account {
	return reminder.Account{Customer: receivables.Customer{ID: "C", Name: "Garage Lenoir", Kind: receivables.KindCompany}, Items: items}
}

func planOf(t testing.TB, p *reminder.Planner, a reminder.Account, asOf string) reminder.Plan {
	t.Helper()
	plan, err := p.Plan(a, day(asOf))
	require.NoError(t, err)
	return plan
}

// Hand-written from a calendar of 2026, 2024 and 2025/26 (Friday 22 May 2026 comes before Whit
// Monday, 25 May). Days are those of the source; "moved" are those that are no working days with the
// working day after them.
func TestPublishedCalendars(t *testing.T) {
	for name, c := range map[string]map[string]string{
		"standard": {
			"2026-05-22": "2026-05-12 2026-05-26 2026-05-29 2026-06-05 2026-06-12 2026-06-19 2026-06-24 2026-07-04 2026-07-11",
			"2024-02-29": "2024-02-19 2024-03-04 2024-03-07 2024-03-14 2024-03-21 2024-03-28 2024-04-02 2024-04-12 2024-04-19",
			"2025-12-31": "2025-12-21 2026-01-04 2026-01-07 2026-01-14 2026-01-21 2026-01-28 2026-02-02 2026-02-12 2026-02-19",
		},
		"risky_clients": {
			"2026-05-22": "2026-05-14 2026-05-25 2026-05-29 2026-06-04 2026-06-06 2026-06-11 2026-06-16 2026-06-26",
			"2024-02-29": "2024-02-21 2024-03-03 2024-03-07 2024-03-13 2024-03-15 2024-03-20 2024-03-25 2024-04-04",
			"2025-12-31": "2025-12-23 2026-01-03 2026-01-07 2026-01-13 2026-01-15 2026-01-20 2026-01-25 2026-02-04",
		},
		"key_accounts": {
			"2026-05-22": "2026-05-12 2026-05-27 2026-06-03 2026-06-11 2026-06-19 2026-06-29 2026-07-06 2026-07-21",
			"2024-02-29": "2024-02-19 2024-03-05 2024-03-12 2024-03-20 2024-03-28 2024-04-07 2024-04-14 2024-04-29",
			"2025-12-31": "2025-12-21 2026-01-05 2026-01-12 2026-01-20 2026-01-28 2026-02-07 2026-02-14 2026-03-01",
		},
		"public_clients": {
			"2026-05-22": "2026-05-10 2026-05-25 2026-05-30 2026-06-09 2026-06-16 2026-06-23 2026-07-03 2026-07-21",
			"2024-02-29": "2024-02-17 2024-03-03 2024-03-08 2024-03-18 2024-03-25 2024-04-01 2024-04-11 2024-04-29",
			"2025-12-31": "2025-12-19 2026-01-03 2026-01-08 2026-01-18 2026-01-25 2026-02-01 2026-02-11 2026-03-01",
		},
		"oca_3_time": { // 2024-02-29 + 30 is 30 March, 2025-12-31 + 30 is 30 January
			"2026-05-22": "2026-06-01 2026-06-30 2026-07-10", "2024-02-29": "2024-03-10 2024-03-31 2024-04-10", "2025-12-31": "2026-01-10 2026-01-31 2026-02-10",
		},
		"oca_2_time": {
			"2026-05-22": "2026-06-30 2026-08-29", "2024-02-29": "2024-03-31 2024-05-30", "2025-12-31": "2026-01-31 2026-04-01",
		},
		"small_firm": {
			"2026-05-22": "2026-05-27 2026-06-11 2026-07-02", "2024-02-29": "2024-03-05 2024-03-20 2024-04-10", "2025-12-31": "2026-01-05 2026-01-20 2026-02-10",
		},
		"erp_generic": {
			"2026-05-22": "2026-05-12 2026-05-25 2026-06-01 2026-06-21 2026-07-06", "2024-02-29": "2024-02-19 2024-03-03 2024-03-10 2024-03-30 2024-04-14",
			"2025-12-31": "2025-12-21 2026-01-03 2026-01-10 2026-01-30 2026-02-14",
		},
	} {
		for due, want := range c {
			s, err := reminder.Preset(name)
			require.NoError(t, err)
			days, err := s.Days(day(due), nil)
			require.NoError(t, err)
			assert.Equal(t, want, written(days), name+" "+due)
		}
	}
	for name, want := range map[string]string{ // due on Friday 2026-05-22: Ascension is 14 May, Whit Monday 25 May
		"standard":       "2026-05-12 2026-05-26 2026-05-29 2026-06-05 2026-06-12 2026-06-19 2026-06-24 2026-07-06 2026-07-13",
		"risky_clients":  "2026-05-15 2026-05-26 2026-05-29 2026-06-04 2026-06-08 2026-06-11 2026-06-16 2026-06-26",
		"public_clients": "2026-05-11 2026-05-26 2026-06-01 2026-06-09 2026-06-16 2026-06-23 2026-07-03 2026-07-21",
		"small_firm":     "2026-05-27 2026-06-11 2026-07-02",
		"oca_2_time":     "2026-06-30 2026-08-31", // 29 August is a Saturday
	} {
		s, err := reminder.Preset(name)
		require.NoError(t, err)
		s.Roll = receivables.RollFollowing
		days, err := s.Days(day("2026-05-22"), metropole(t))
		require.NoError(t, err)
		assert.Equal(t, want, written(days), name)
	}
	_, err := reminder.Preset("nobody's")
	require.ErrorIs(t, err, receivables.ErrUnknown)
	require.Len(t, reminder.Presets(), 8)
}

func written(days []date.Date) string {
	text := ""
	for i, d := range days {
		if i > 0 {
			text += " "
		}
		text += d.String()
	}
	return text
}

func TestAnItemThroughItsSteps(t *testing.T) {
	p := planner(t, plain(t, "standard"))
	a := account(invoice("F1", "2026-10-30", "1000.00"))
	x := planOf(t, p, a, "2026-10-19").Items[0]
	assert.Equal(t, reminder.NotDue, x.Left)
	assert.Equal(t, day("2026-10-20"), x.Next)
	plan := planOf(t, p, a, "2026-10-20")
	assert.Equal(t, "pre_reminder_email", plan.Items[0].Due)
	require.Len(t, plan.Contacts, 1)
	assert.Equal(t, "1000.00 EUR", plan.Contacts[0].Asked.String())
	assert.Equal(t, reminder.Email, plan.Contacts[0].Channel)
	a.Actions = plan.Actions()
	assert.Equal(t, []reminder.Action{{On: day("2026-10-20"), Step: "pre_reminder_email", Channel: reminder.Email, Document: "F1"}}, a.Actions)
	x = planOf(t, p, a, "2026-10-20").Items[0]
	assert.Equal(t, reminder.NotDue, x.Left, "a second run of the day does nothing")
	x = planOf(t, p, a, "2026-10-31").Items[0]
	assert.Equal(t, reminder.InGrace, x.Left)
	assert.Equal(t, day("2026-11-03"), x.Until)
	assert.Equal(t, 1, x.DaysLate)
	x = planOf(t, p, account(invoice("F1", "2026-10-30", "1000.00")), "2026-10-31").Items[0]
	assert.Equal(t, reminder.MissedStep, x.Steps[0].State, "what comes before the due date is missed after it")
	a.Actions = append(a.Actions, reminder.Action{On: day("2026-11-03"), Step: "email_1", Level: reminder.LevelCourteous, Channel: reminder.Email, Document: "F1"})
	x = planOf(t, p, a, "2026-11-05").Items[0]
	assert.Equal(t, reminder.Waiting, x.Left)
	assert.Equal(t, day("2026-11-06"), x.Next)
	assert.Equal(t, reminder.LevelCourteous, x.Level)
	a.Actions = append(a.Actions, reminder.Action{On: day("2026-12-19"), Step: "litigation", Level: reminder.LevelLitigation, Channel: reminder.LegalDepartment})
	x = planOf(t, p, a, "2026-12-20").Items[0]
	assert.Equal(t, reminder.LevelDone, x.Left)
	assert.Equal(t, reminder.MissedStep, x.Steps[2].State)
	assert.Zero(t, x.Next)
}

// Nothing was done until 2026-11-20: the steps of 3, 6, 13 and 20 November are open.
func TestMissedSteps(t *testing.T) {
	a := account(invoice("F1", "2026-10-30", "1000.00"))
	due := func(missed reminder.Missed, asOf string) (string, date.Date) {
		policy := plain(t, "standard")
		policy.Missed = missed
		x := planOf(t, planner(t, policy), a, asOf).Items[0]
		return x.Due, x.Next
	}
	is := func(missed reminder.Missed, asOf, step, next string) {
		t.Helper()
		got, on := due(missed, asOf)
		assert.Equal(t, step, got)
		assert.Equal(t, day(next), on)
	}
	is(reminder.CatchUp, "2026-11-20", "email_1", "2026-11-20")
	is(reminder.Jump, "2026-11-20", "ask_salesperson", "2026-11-20")
	is(reminder.Skip, "2026-11-20", "ask_salesperson", "2026-11-20")
	is(reminder.CatchUp, "2026-11-21", "email_1", "2026-11-21")
	is(reminder.Jump, "2026-11-21", "ask_salesperson", "2026-11-21")
	is(reminder.Skip, "2026-11-21", "", "2026-11-27")
	is(reminder.Skip, "2027-06-01", "formal_notice_letter", "2027-06-01") // no litigation without it
	is(reminder.Jump, "2027-06-01", "formal_notice_letter", "2027-06-01")
	a.Actions = []reminder.Action{{On: day("2026-11-20"), Step: "ask_salesperson", Level: reminder.LevelFirm, Channel: reminder.Salesperson, Document: "F1"}}
	is(reminder.CatchUp, "2026-11-26", "", "2026-11-27")
}

func TestDisputesMoveTheCalendar(t *testing.T) {
	a := account(invoice("F1", "2026-10-30", "1000.00"))
	hold := receivables.HoldState{Hold: receivables.Hold{ID: "L1", Scope: receivables.Scope{Document: "F1"}, From: day("2026-11-05"), Cause: receivables.CausePrice, Owner: "Dumas"}}
	a.Holds = []receivables.HoldState{hold}
	a.Actions = []reminder.Action{{On: day("2026-11-03"), Step: "email_1", Level: reminder.LevelCourteous, Channel: reminder.Email, Document: "F1"}}
	policy := plain(t, "standard")
	a.Items[0].Disputed = eur("1000.00")
	x := planOf(t, planner(t, policy), a, "2026-11-10").Items[0]
	assert.Equal(t, reminder.Disputed, x.Left)
	assert.Equal(t, "L1 (price), to be resolved by Dumas", x.Detail)
	assert.Zero(t, x.Next)
	assert.Zero(t, x.Steps[2].On, "the days are not known")
	a.Holds[0].EndedOn = day("2026-11-19") // 14 days
	a.Items[0].Disputed = receivables.Money{}
	days := func(way reminder.AfterDispute, asOf string) (string, string) {
		policy.AfterDispute = way
		x := planOf(t, planner(t, policy), a, asOf).Items[0]
		var list []date.Date
		for _, s := range x.Steps[1:5] {
			list = append(list, s.On)
		}
		return x.Due, written(list)
	}
	step, got := days(reminder.Shift, "2026-11-19")
	assert.Empty(t, step)
	assert.Equal(t, "2026-11-03 2026-11-20 2026-11-27 2026-12-04", got)
	step, got = days(reminder.Resume, "2026-11-19")
	assert.Equal(t, "call_1", step)
	assert.Equal(t, "2026-11-03 2026-11-19 2026-11-20 2026-11-21", got, "what fell due meanwhile is caught up from its end, a day each")
	step, got = days(reminder.Restart, "2026-11-19")
	assert.Empty(t, step)
	assert.Equal(t, "2026-11-23 2026-11-26 2026-12-03 2026-12-10", got)
	// a part: the rest keeps its calendar
	b := account(invoice("F1", "2026-10-30", "1000.00"))
	b.Items[0].Disputed = eur("400.00")
	b.Holds = []receivables.HoldState{{Hold: receivables.Hold{ID: "L2", Scope: receivables.Scope{Document: "F1", Amount: eur("400.00")}, From: day("2026-11-01")}}}
	plan := planOf(t, planner(t, plain(t, "standard")), b, "2026-11-03")
	assert.Equal(t, "email_1", plan.Items[0].Due)
	assert.Equal(t, "600.00 EUR", plan.Contacts[0].Asked.String())
}

func TestPromises(t *testing.T) {
	p := planner(t, plain(t, "standard"))
	a := account(invoice("F1", "2026-10-30", "1000.00"))
	a.Actions = []reminder.Action{{On: day("2026-11-03"), Step: "email_1", Level: reminder.LevelCourteous, Channel: reminder.Email, Document: "F1"}}
	a.Promises = []reminder.Promise{{ID: "V1", Document: "F1", Amount: eur("1000.00"), MadeOn: day("2026-11-04"), By: day("2026-11-10")}}
	x := planOf(t, p, a, "2026-11-11").Items[0]
	assert.Equal(t, reminder.Promised, x.Left)
	assert.Equal(t, day("2026-11-12"), x.Until, "11 November is a holiday")
	plan := planOf(t, p, a, "2026-11-12")
	assert.Equal(t, 1, plan.Broken)
	assert.Equal(t, reminder.PromiseBroken, plan.Promises[0].State)
	assert.Equal(t, "email_2", plan.Items[0].Due, "the next level at once")
	assert.Equal(t, reminder.MissedStep, plan.Items[0].Steps[2].State)
	b := a
	b.Promises = []reminder.Promise{{ID: "V1", Document: "F1", Amount: eur("1000.00"), MadeOn: day("2026-11-04"), By: day("2026-11-04")}}
	assert.Equal(t, "email_2", planOf(t, p, b, "2026-11-05").Items[0].Due, "on 5 November, eight days before its own")
	a.Receipts = []reminder.Receipt{{On: day("2026-11-10"), Document: "F1", Amount: eur("300.00")}}
	a.Items[0].Open = eur("700.00")
	plan = planOf(t, p, a, "2026-11-12")
	assert.Equal(t, reminder.PromisePartKept, plan.Promises[0].State)
	assert.Zero(t, plan.Broken)
	a.Receipts[0].Amount = eur("1000.00")
	assert.Equal(t, reminder.PromiseKept, planOf(t, p, a, "2026-11-10").Promises[0].State)
	a.Receipts[0].On = day("2026-11-12")
	assert.Equal(t, reminder.PromiseBroken, planOf(t, p, a, "2026-11-12").Promises[0].State, "too late")
	a.Promises[0].Amount = eur("0")
	_, err := p.Plan(a, day("2026-11-12"))
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
}

// Four invoices of 1000.00 at levels 1 to 4 and free credits of 2000.00: level 2 is asked for.
func TestFreeCreditsLowerTheLevel(t *testing.T) {
	policy := plain(t, "standard")
	var items []receivables.OpenItem
	var actions []reminder.Action
	for i, code := range []string{"", "email_1", "email_2", "penalties_and_email_3"} {
		document := fmt.Sprintf("F%d", i+1)
		items = append(items, invoice(document, "2026-10-01", "1000.00"))
		if code != "" {
			actions = append(actions, reminder.Action{On: day("2026-11-05"), Step: code, Document: document, Channel: reminder.Email})
		}
	}
	a := account(append(items, credit("P1", "-1200.00"), credit("P2", "-800.00"))...)
	a.Actions = actions
	level := func(asOf string) (levels []reminder.Level, asked string) {
		plan := planOf(t, planner(t, policy), a, asOf)
		for _, x := range plan.Items {
			if x.Due != "" {
				levels = append(levels, x.DueLevel)
			}
		}
		sum := eur("0")
		for _, c := range plan.Contacts {
			sum = sum.AddAmount(c.Asked.Amount())
		}
		return levels, sum.String()
	}
	got, asked := level("2026-11-20")
	assert.Equal(t, []reminder.Level{reminder.LevelCourteous, reminder.LevelCourteous}, got, "F4 would be at the formal notice, F3 firm")
	assert.Equal(t, "2000.00 EUR", asked)
	a.Items[4].Open = eur("-700.00") // 1500.00: half of F3 is left
	got, asked = level("2026-11-20")
	assert.Equal(t, []reminder.Level{reminder.LevelCourteous, reminder.LevelCourteous, reminder.LevelFirm}, got)
	assert.Equal(t, "2500.00 EUR", asked)
	policy.Credits = reminder.IgnoreCredits
	got, asked = level("2026-11-20")
	assert.Len(t, got, 4)
	assert.Equal(t, "4000.00 EUR", asked)
}

func TestWhatStopsAndWhatHurries(t *testing.T) {
	policy := plain(t, "standard")
	policy.Tolerance, policy.MinGapDays = dec("5"), 4
	p := planner(t, policy)
	left := func(a reminder.Account, asOf string) reminder.Reason { return planOf(t, p, a, asOf).Items[0].Left }
	f := func() reminder.Account { return account(invoice("F1", "2026-10-30", "1000.00")) }
	a := f()
	a.Holds = []receivables.HoldState{{Hold: receivables.Hold{ID: "PC", Kind: receivables.HoldInsolvency, Scope: receivables.Scope{Customer: "C"}, From: day("2026-11-01")}}}
	plan := planOf(t, p, a, "2026-11-03")
	assert.Equal(t, reminder.Insolvent, plan.Items[0].Left)
	assert.Equal(t, []reminder.Measure{{What: reminder.HandOver, Since: day("2026-11-01"), Why: "insolvency or over-indebtedness"}}, plan.Measures)
	assert.Empty(t, plan.Contacts)
	a.Holds[0].Kind, a.Holds[0].Until = receivables.HoldManual, day("2026-12-01")
	assert.Equal(t, reminder.HeldByHand, left(a, "2026-11-30"))
	assert.Equal(t, day("2026-12-01"), planOf(t, p, a, "2026-11-30").Items[0].Next)
	a.Holds[0].EndedOn = day("2026-12-01")
	assert.Equal(t, reminder.NotLeftAlone, left(a, "2026-12-01"))
	a.Holds[0].Kind, a.Holds[0].EndedOn = receivables.HoldPlan, 0
	assert.Equal(t, reminder.OnPlan, left(a, "2026-11-30"))
	a = f()
	a.Items[0].Open = eur("5.00")
	assert.Equal(t, reminder.BelowTolerance, left(a, "2026-11-03"))
	a.Items[0].Open = eur("5.01")
	assert.Equal(t, reminder.NotLeftAlone, left(a, "2026-11-03"))
	a = f()
	a.Items[0].DueOn = 0
	assert.Equal(t, reminder.NoDueDate, left(a, "2026-11-03"))
	a = account(credit("P1", "-10.00"))
	assert.Equal(t, reminder.IsCredit, left(a, "2026-11-03"))
	a = f()
	a.Customer.Kind = receivables.KindConsumer
	assert.Equal(t, reminder.NotReminded, left(a, "2026-11-03"))
	a = f()
	a.Actions = []reminder.Action{{On: day("2026-11-03"), Step: "email_1", Channel: reminder.Email, Document: "F1"}}
	assert.Equal(t, reminder.InGap, left(a, "2026-11-06"), "the call of 6 November waits for the gap")
	assert.Equal(t, day("2026-11-07"), planOf(t, p, a, "2026-11-06").Items[0].Until)
	assert.Equal(t, reminder.NotLeftAlone, left(a, "2026-11-07"))
	a = f()
	a.NoAddress = []reminder.Channel{reminder.Email}
	plan = planOf(t, p, a, "2026-11-04")
	assert.Equal(t, reminder.NoAddress, plan.Items[0].Left)
	assert.Equal(t, day("2026-11-06"), plan.Items[0].Next, "the call")
	assert.Equal(t, reminder.FindAddress, plan.Measures[0].What)
	a = f()
	a.Actions = []reminder.Action{{On: day("2026-11-03"), Step: "email_1", Channel: reminder.Email, Document: "F1", Result: reminder.Undeliverable}}
	assert.Equal(t, reminder.NoAddress, left(a, "2026-11-04"), "what came back is not sent for ever")
	a.Actions[0].Result = reminder.Cancelled
	assert.Equal(t, reminder.NotLeftAlone, left(a, "2026-11-04"))
	a = f()
	a.Actions = []reminder.Action{{On: day("2026-11-03"), Step: "email_1", Channel: reminder.Email, Document: "F1"}}
	a.Alerts = []reminder.Alert{{Kind: reminder.ReturnedPayment, On: day("2026-11-05"), Note: "cheque 12"}}
	plan = planOf(t, p, a, "2026-11-05")
	assert.Equal(t, "formal_notice_letter", plan.Items[0].Due)
	assert.Equal(t, reminder.BlockDeliveries, plan.Measures[0].What)
	assert.Equal(t, "returned payment: cheque 12", plan.Measures[1].Why)
	a.Actions = append(a.Actions, plan.Actions()...)
	assert.Equal(t, day("2026-12-19"), planOf(t, p, a, "2026-11-06").Items[0].Next, "then the calendar goes on")
}

func TestGroupingAndEscalation(t *testing.T) {
	policy := plain(t, "standard")
	a := account(invoice("F1", "2026-10-30", "100.00"), invoice("F2", "2026-10-30", "200.00"), invoice("F3", "2026-10-20", "400.00"), invoice("F4", "2026-10-31", "800.00"))
	a.Actions = []reminder.Action{{On: day("2026-10-27"), Step: "call_1", Channel: reminder.Call, Document: "F3"}}
	contacts := func() (list []string) {
		for _, c := range planOf(t, planner(t, policy), a, "2026-11-03").Contacts {
			text := c.Step + " " + c.Asked.Text()
			for _, x := range c.Items {
				text += " " + x.Document + ":" + x.Step
			}
			for _, x := range c.Also {
				text += " also " + x.Document
			}
			list = append(list, text)
		}
		return list
	}
	assert.Equal(t, []string{"email_2 700.00 F3:email_2 F1:email_1 F2:email_1 also F4"}, contacts())
	policy.Grouping = reminder.PerStep
	assert.Equal(t, []string{"email_2 400.00 F3:email_2 also F4", "email_1 300.00 F1:email_1 F2:email_1 also F4"}, contacts())
	policy.Grouping = reminder.PerInvoice
	assert.Len(t, contacts(), 3)
	policy.Grouping, policy.Escalation = reminder.PerCustomer, reminder.ByCustomer
	assert.Equal(t, []string{"email_2 700.00 F3:email_2 F1:email_2 F2:email_2 also F4"}, contacts())
}

// What is not due is not in a reminder, and a first reminder not in a formal notice.
func TestOneContactForWhatBelongsTogether(t *testing.T) {
	policy := plain(t, "standard")
	policy.Missed = reminder.Jump
	a := account(invoice("F1", "2026-11-10", "100.00"), invoice("F2", "2026-10-30", "200.00"), invoice("F3", "2026-09-20", "400.00"), invoice("F4", "2026-10-25", "800.00"))
	contacts := func() (list []string) {
		for _, c := range planOf(t, planner(t, policy), a, "2026-11-03").Contacts {
			list = append(list, fmt.Sprint(c.Step, " ", c.Asked.Text(), " ", len(c.Items)))
		}
		return list
	}
	assert.Equal(t, []string{"formal_notice_letter 400.00 1", "call_1 1000.00 2", "pre_reminder_email 100.00 1"}, contacts())
	policy.Escalation = reminder.ByCustomer
	assert.Equal(t, []string{"formal_notice_letter 1400.00 3", "pre_reminder_email 100.00 1"}, contacts())
}

func TestSegments(t *testing.T) {
	p := planner(t, reminder.DefaultPolicy("FR"))
	segment := func(change func(*reminder.Account)) string {
		a := account(invoice("F1", "2026-10-30", "1000.00"))
		change(&a)
		return planOf(t, p, a, "2026-11-03").Segment
	}
	assert.Equal(t, "standard", segment(func(*reminder.Account) {}))
	assert.Equal(t, "consumer", segment(func(a *reminder.Account) { a.Customer.Kind, a.Class = receivables.KindConsumer, "E" }))
	assert.Equal(t, "public", segment(func(a *reminder.Account) { a.Customer.Kind = receivables.KindPublicBody }))
	assert.Equal(t, "small balance", segment(func(a *reminder.Account) { a.Items[0].Open = eur("50.00") }))
	assert.Equal(t, "standard", segment(func(a *reminder.Account) { a.Items[0].Open = eur("50.01") }))
	assert.Equal(t, "abroad", segment(func(a *reminder.Account) { a.Customer.Country = "ES" }))
	assert.Equal(t, "standard", segment(func(a *reminder.Account) { a.Customer.Country = "FR" }))
	assert.Equal(t, "risky", segment(func(a *reminder.Account) { a.Class = "D" }))
	assert.Equal(t, "key account", segment(func(a *reminder.Account) { a.Flags = map[string]bool{reminder.FlagKeyAccount: true} }))
}

// world is a random customer whose facts come on days.
func world(t *rapid.T) (items []receivables.OpenItem, holds []receivables.HoldState, promises []reminder.Promise) {
	start := day("2026-03-01")
	for i := range rapid.IntRange(1, 4).Draw(t, "items") {
		due := receivables.AddDays(start, rapid.IntRange(-30, 40).Draw(t, "due"))
		x := invoice(fmt.Sprintf("F%d", i), due.String(), fmt.Sprintf("%d.00", rapid.IntRange(10, 2000).Draw(t, "amount")))
		items = append(items, x)
		if rapid.IntRange(0, 3).Draw(t, "dispute") == 0 {
			from := receivables.AddDays(start, rapid.IntRange(-10, 80).Draw(t, "from"))
			holds = append(holds, receivables.HoldState{
				Hold:    receivables.Hold{ID: "L" + x.Document, Scope: receivables.Scope{Document: x.Document}, From: from},
				EndedOn: receivables.AddDays(from, rapid.IntRange(1, 30).Draw(t, "length")),
			})
		}
		if rapid.IntRange(0, 3).Draw(t, "promise") == 0 {
			made := receivables.AddDays(start, rapid.IntRange(0, 60).Draw(t, "made"))
			promises = append(promises, reminder.Promise{ID: "V" + x.Document, Document: x.Document, Amount: x.Open, MadeOn: made, By: receivables.AddDays(made, rapid.IntRange(0, 15).Draw(t, "by"))})
		}
	}
	return items, holds, promises
}

func anyPolicy(t *rapid.T, tb testing.TB) reminder.Policy {
	policy := plain(tb, rapid.SampledFrom([]string{"standard", "risky_clients", "oca_3_time", "small_firm"}).Draw(t, "scenario"))
	policy.Missed = rapid.SampledFrom([]reminder.Missed{reminder.CatchUp, reminder.Jump, reminder.Skip}).Draw(t, "missed")
	policy.AfterDispute = rapid.SampledFrom([]reminder.AfterDispute{reminder.Shift, reminder.Resume, reminder.Restart}).Draw(t, "after dispute")
	policy.Escalation = rapid.SampledFrom([]reminder.Escalation{reminder.ByItem, reminder.ByCustomer}).Draw(t, "escalation")
	policy.MinGapDays = rapid.SampledFrom([]int{0, 3}).Draw(t, "gap")
	policy.Scenarios[0].Roll = rapid.SampledFrom([]receivables.Roll{receivables.RollNone, receivables.RollFollowing}).Draw(t, "roll")
	return policy
}

// A plan of a day made on that day, when nothing later has happened, equals the plan of the day
// made at the end of 120 days, when all has. No step comes twice.
func TestPlansOfEveryDayEqualThoseMadeAtTheEnd(t *testing.T) {
	tb := t
	rapid.Check(t, func(t *rapid.T) {
		policy := anyPolicy(t, tb)
		p := planner(tb, policy)
		items, holds, promises := world(t)
		start := day("2026-02-15")
		var actions []reminder.Action
		plans := make([]reminder.Plan, 120)
		for n := range plans {
			asOf := receivables.AddDays(start, n)
			a := account(items...)
			for _, h := range holds { // as a ledger gives them
				if h.From <= asOf {
					if h.EndedOn > asOf {
						h.EndedOn = 0
					}
					a.Holds = append(a.Holds, h)
				}
			}
			for _, x := range promises {
				if x.MadeOn <= asOf {
					a.Promises = append(a.Promises, x)
				}
			}
			a.Actions = slices.Clone(actions)
			plan, err := p.Plan(a, asOf)
			require.NoError(t, err)
			plans[n] = plan
			actions = append(actions, plan.Actions()...)
		}
		for n, want := range plans {
			asOf := receivables.AddDays(start, n)
			a := account(items...)
			a.Promises = promises
			for _, h := range holds {
				if h.EndedOn > asOf {
					h.EndedOn = 0
				}
				a.Holds = append(a.Holds, h)
			}
			for _, x := range actions { // those of the day itself were not yet taken
				if x.On != asOf {
					a.Actions = append(a.Actions, x)
				}
			}
			plan, err := p.Plan(a, asOf)
			require.NoError(t, err)
			assert.Equal(t, want, plan, asOf)
		}
		if policy.AfterDispute != reminder.Restart {
			seen := map[string]date.Date{}
			for _, x := range actions {
				key := x.Document + " " + x.Step
				assert.Zero(t, seen[key], "%s twice: %s and %s", key, seen[key], x.On)
				seen[key] = x.On
			}
		}
	})
}

// With what is missed caught up, a pause of runs of 1 to 60 days loses no step of those after the due
// date, and each comes in its order.
func TestNoStepIsLostWhenRunsAreSkipped(t *testing.T) {
	tb := t
	rapid.Check(t, func(t *rapid.T) {
		policy := anyPolicy(t, tb)
		policy.Missed, policy.AfterDispute, policy.Escalation = reminder.CatchUp, reminder.Shift, reminder.ByItem
		p := planner(tb, policy)
		items, holds, _ := world(t)
		start, pause := rapid.IntRange(0, 150).Draw(t, "first day skipped"), rapid.IntRange(1, 60).Draw(t, "days skipped")
		a := account(items...)
		for n := range 400 {
			if n >= start && n < start+pause {
				continue
			}
			asOf := receivables.AddDays(day("2026-01-15"), n)
			a.Holds = nil
			for _, h := range holds {
				if h.From <= asOf {
					if h.EndedOn > asOf {
						h.EndedOn = 0
					}
					a.Holds = append(a.Holds, h)
				}
			}
			plan, err := p.Plan(a, asOf)
			require.NoError(t, err)
			a.Actions = append(a.Actions, plan.Actions()...)
		}
		for _, item := range items {
			var got []string
			for _, x := range a.Actions {
				if x.Document == item.Document {
					got = append(got, x.Step)
				}
			}
			var want []string
			for _, s := range policy.Scenarios[0].Steps {
				if s.Level > reminder.LevelPreDue {
					want = append(want, s.Code)
				}
			}
			if len(got) > 0 && got[0] != want[0] { // the one before the due date, if its day was run
				got = got[1:]
			}
			assert.Equal(t, want, got, item.Document)
		}
	})
}

// A payment, applied or free, never raises the level of what is asked for, nor the amount.
func TestAPaymentNeverRaisesALevel(t *testing.T) {
	tb := t
	rapid.Check(t, func(t *rapid.T) {
		policy := anyPolicy(t, tb)
		steps := policy.Scenarios[0].Steps
		low := 0
		for i := range steps {
			low += rapid.IntRange(0, 60).Draw(t, "minimum")
			steps[i].Minimum = decimal.NewFromInt(int64(low))
		}
		p := planner(tb, policy)
		items, _, _ := world(t)
		asOf := receivables.AddDays(day("2026-03-01"), rapid.IntRange(0, 120).Draw(t, "day"))
		a := account(items...)
		before, err := p.Plan(a, asOf)
		require.NoError(t, err)
		b := account(slices.Clone(items)...)
		k := rapid.IntRange(0, len(items)-1).Draw(t, "paid")
		part := decimal.NewFromInt(int64(rapid.IntRange(1, 2000).Draw(t, "payment")))
		if rapid.Bool().Draw(t, "free") {
			b.Items = append(b.Items, credit("P", part.Neg().String()))
		} else {
			part = decimal.Min(part, b.Items[k].Open.Amount().Sub(dec("0.01")))
			b.Items[k].Open = b.Items[k].Open.AddAmount(part.Neg())
		}
		after, err := p.Plan(b, asOf)
		require.NoError(t, err)
		level := func(plan reminder.Plan) (level reminder.Level, asked decimal.Decimal) {
			for _, c := range plan.Contacts {
				level, asked = max(level, c.Level), asked.Add(c.Asked.Amount())
				assert.GreaterOrEqual(t, c.Asked.Sign(), 0)
			}
			return level, asked
		}
		l1, a1 := level(before)
		l2, a2 := level(after)
		assert.LessOrEqual(t, l2, l1)
		assert.True(t, a2.LessThanOrEqual(a1))
	})
}

// Free credits are those of the customer: an account holds no others.
func TestAnAccountIsOfOneCustomer(t *testing.T) {
	p := planner(t, plain(t, "standard"))
	stranger := credit("P9", "-5000.00")
	stranger.Customer = "D"
	_, err := p.Plan(account(invoice("F1", "2026-10-30", "100.00"), stranger), day("2026-11-03"))
	require.ErrorIs(t, err, receivables.ErrConflict)
	_, err = p.Plan(account(invoice("F1", "2026-10-30", "100.00"), invoice("F1", "2026-10-30", "100.00")), day("2026-11-03"))
	require.ErrorIs(t, err, receivables.ErrDuplicate)
	_, err = p.Plan(account(receivables.OpenItem{Document: "F1", Customer: "C"}), day("2026-11-03"))
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	l, err := receivables.NewLedger(
		receivables.Invoice{ID: "F1", Customer: "C", IssuedOn: day("2026-09-30"), DueOn: day("2026-10-30"), Amount: eur("100.00")},
		receivables.Invoice{ID: "F2", Customer: "D", IssuedOn: day("2026-09-30"), DueOn: day("2026-10-30"), Amount: eur("100.00")},
		receivables.Payment{ID: "P1", Customer: "D", ReceivedOn: day("2026-10-30"), Amount: eur("5000.00")},
	)
	require.NoError(t, err)
	asked := map[string]string{}
	for plan, err := range p.Plans(reminder.Accounts(l, day("2026-11-03"), day("2026-11-03"), reminder.Past{}), day("2026-11-03")) {
		require.NoError(t, err)
		for _, c := range plan.Contacts {
			asked[plan.Customer] = c.Asked.Text()
		}
	}
	assert.Equal(t, map[string]string{"C": "100.00"}, asked)
}

func TestPoliciesAreChecked(t *testing.T) {
	good := reminder.DefaultPolicy("FR")
	require.NoError(t, good.Check())
	for name, c := range map[string]struct {
		change func(*reminder.Policy)
		want   error
		text   string
	}{
		"first after previous":  {func(p *reminder.Policy) { p.Scenarios[0].Steps[0].Base = reminder.AfterPrevious }, receivables.ErrInvalidInput, "unreachable"},
		"order":                 {func(p *reminder.Policy) { p.Scenarios[0].Steps[2].Days = 3 }, receivables.ErrInvalidInput, "wrong order"},
		"end of month":          {func(p *reminder.Policy) { p.Scenarios[0].Steps[1].Base = reminder.EndOfMonth }, receivables.ErrInvalidInput, "34 days after"},
		"channel":               {func(p *reminder.Policy) { p.Scenarios[0].Steps[0].Channel = 0 }, receivables.ErrInvalidInput, "channel"},
		"level":                 {func(p *reminder.Policy) { p.Scenarios[0].Steps[4].Level = reminder.LevelPreDue }, receivables.ErrInvalidInput, "lower than the step before"},
		"code twice":            {func(p *reminder.Policy) { p.Scenarios[0].Steps[1].Code = "call_1" }, receivables.ErrDuplicate, "call_1"},
		"no code":               {func(p *reminder.Policy) { p.Scenarios[0].Steps[1].Code = "" }, receivables.ErrInvalidInput, "a code"},
		"minimum":               {func(p *reminder.Policy) { p.Scenarios[0].Steps[1].Minimum = dec("5") }, receivables.ErrInvalidInput, "a payment would bring a later step"},
		"no steps":              {func(p *reminder.Policy) { p.Scenarios[0].Steps = nil }, receivables.ErrInvalidInput, "at least one"},
		"scenario":              {func(p *reminder.Policy) { p.Segments[0].Scenario = "x" }, receivables.ErrUnknown, "no such scenario"},
		"consumers and costs":   {func(p *reminder.Policy) { p.Segments[0].Scenario = "standard" }, receivables.ErrConflict, "L111-8"},
		"consumers in the rest": {func(p *reminder.Policy) { p.Segments = p.Segments[6:] }, receivables.ErrConflict, "L121-21"},
		"unreachable segment":   {func(p *reminder.Policy) { p.Segments = append(p.Segments, reminder.Segment{Name: "x"}) }, receivables.ErrInvalidInput, "unreachable"},
		"nobody last":           {func(p *reminder.Policy) { p.Segments = p.Segments[:3] }, receivables.ErrInvalidInput, "everybody"},
		"no segment":            {func(p *reminder.Policy) { p.Segments = nil }, receivables.ErrInvalidInput, "at least one"},
		"missed":                {func(p *reminder.Policy) { p.Missed = "" }, receivables.ErrInvalidInput, "catch up"},
		"gap":                   {func(p *reminder.Policy) { p.MinGapDays = -1 }, receivables.ErrInvalidInput, "gap"},
		"tolerance":             {func(p *reminder.Policy) { p.Tolerance = dec("-1") }, receivables.ErrInvalidInput, "tolerance"},
		"transit":               {func(p *reminder.Policy) { p.TransitDays = map[reminder.Channel]int{reminder.Letter: -1} }, receivables.ErrInvalidInput, "transit"},
	} {
		p := reminder.DefaultPolicy("FR")
		c.change(&p)
		_, err := reminder.New(p, nil)
		require.ErrorIs(t, err, c.want, name)
		assert.Contains(t, err.Error(), c.text, name)
	}
}
