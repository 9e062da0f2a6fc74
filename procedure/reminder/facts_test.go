package reminder_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	ics "github.com/arran4/golang-ical"
	"github.com/rickb777/date/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure/reminder"
)

// sent is an action of the standard scenario for a document.
func sent(on, step string, channel reminder.Channel, document string) reminder.Action {
	return reminder.Action{On: day(on), Step: step, Channel: channel, Document: document}
}

func holdOf(kind receivables.HoldKind, scope receivables.Scope, from, until string) receivables.HoldState {
	h := receivables.HoldState{Hold: receivables.Hold{ID: "H1", Kind: kind, Scope: scope, From: day(from)}}
	if until != "" {
		h.Until = day(until)
	}
	return h
}

// stepDays writes the days of the steps of an item from a position on; "-" is not known.
func stepDays(x reminder.ItemPlan, from int) (text string) {
	for _, s := range x.Steps[from:] {
		on := "-"
		if s.On != 0 {
			on = s.On.String()[5:]
		}
		text += " " + on
	}
	return text
}

// Due on 30 October 2026, the standard scenario: 20 October, 3 6 13 20 27 November, 2 12 19 December.
func TestAlertsBringTheNoticeAndNothingElse(t *testing.T) {
	policy := plain(t, "standard")
	due := func(a reminder.Account, asOf string) string {
		return planOf(t, planner(t, policy), a, asOf).Items[0].Due
	}
	alert := []reminder.Alert{{Kind: reminder.CoverReduced, On: day("2026-11-05")}}

	a := account(invoice("F1", "2026-11-10", "1000.00"))
	a.Alerts = alert
	assert.Equal(t, "pre_reminder_email", due(a, "2026-11-05"), "nothing is overdue yet")
	assert.Equal(t, "pre_reminder_email", due(a, "2026-11-10"))
	assert.Equal(t, "formal_notice_letter", due(a, "2026-11-11"))
	a.Items[0].IssuedOn = day("2026-11-06")
	assert.Empty(t, due(a, "2026-11-11"), "a debt made after it is none of its concern")
	assert.Equal(t, "email_1", due(a, "2026-11-14"))

	a = account(invoice("F1", "2026-10-30", "1000.00"))
	a.Alerts = []reminder.Alert{{Kind: reminder.ReturnedPayment, On: day("2026-11-05"), EndedOn: day("2026-11-09")}}
	assert.Equal(t, "formal_notice_letter", due(a, "2026-11-08"))
	assert.Len(t, planOf(t, planner(t, policy), a, "2026-11-08").Measures, 2)
	assert.Equal(t, "email_1", due(a, "2026-11-09"), "it was paid again")
	assert.Empty(t, planOf(t, planner(t, policy), a, "2026-11-09").Measures)

	a.Alerts = alert
	for _, way := range []reminder.Missed{reminder.CatchUp, reminder.Jump, reminder.Skip} {
		policy.Missed = way
		assert.Equal(t, "formal_notice_letter", due(a, "2026-12-25"), way)
		b := a
		b.NoAddress = []reminder.Channel{reminder.RegisteredLetter}
		x := planOf(t, planner(t, policy), b, "2026-12-25").Items[0]
		assert.Equal(t, reminder.NoAddress, x.Left, "litigation does not come before the notice: %s", way)
		assert.Empty(t, x.Due)
	}
	policy.Missed, policy.AfterDispute = reminder.CatchUp, reminder.Restart
	a.Actions = []reminder.Action{sent("2026-11-05", "formal_notice_letter", reminder.RegisteredLetter, "F1")}
	a.Holds = []receivables.HoldState{holdOf(receivables.HoldDispute, receivables.Scope{Document: "F1"}, "2026-11-10", "2026-11-20")}
	x := planOf(t, planner(t, policy), a, "2026-11-20").Items[0]
	assert.Empty(t, x.Due, "the alert has had its notice")
	assert.Equal(t, day("2026-11-24"), x.Next)

	policy.Scenarios[0].Steps[7].Minimum, policy.Scenarios[0].Steps[8].Minimum = dec("2000"), dec("2000")
	a.Actions, a.Holds = nil, nil
	assert.Equal(t, "email_1", due(a, "2026-11-06"), "below the minimum of the notice the calendar goes on")
	policy.Scenarios[0].Steps = policy.Scenarios[0].Steps[:7]
	assert.Equal(t, "penalties_and_email_3", due(a, "2026-11-06"), "no notice: the last step")
}

func TestAPromiseOfTheCustomerIsAboutWhatHeOwedThen(t *testing.T) {
	p := planner(t, plain(t, "standard"))
	late := invoice("F2", "2026-11-20", "200.00")
	late.IssuedOn = day("2026-11-06")
	dollars := invoice("F4", "2026-10-30", "100.00")
	dollars.Open, dollars.Original = receivables.MustMoney("100.00", "USD"), receivables.MustMoney("100.00", "USD")
	a := account(invoice("F1", "2026-10-30", "1000.00"), late, invoice("F3", "2026-12-15", "300.00"), dollars)
	a.Actions = []reminder.Action{sent("2026-11-03", "email_1", reminder.Email, "F1")}
	a.Promises = []reminder.Promise{{ID: "V1", Amount: eur("10.00"), MadeOn: day("2026-11-04"), By: day("2026-11-10")}}
	states := func(asOf string) (text string) {
		for _, x := range planOf(t, p, a, asOf).Items {
			text += fmt.Sprintf(" %s:%s%s", x.Document, x.Due, x.Left)
		}
		return text
	}
	assert.Equal(t, " F1:promise not matured F4:email_1 F2:pre_reminder_email F3:not due", states("2026-11-11"), "held whatever its amount, for what was due by the day promised")
	assert.Equal(t, " F1:email_2 F4:email_1 F2:pre_reminder_email F3:not due", states("2026-11-12"), "broken")
	a.Receipts = []reminder.Receipt{{On: day("2026-11-09"), Document: "F1", Amount: eur("0.01")}}
	assert.Equal(t, " F1:call_1 F4:email_1 F2:pre_reminder_email F3:not due", states("2026-11-12"), "a cent does not keep it")
	a.Actions = append(a.Actions, sent("2026-11-12", "call_1", reminder.Call, "F1"))
	assert.Equal(t, " F1:waiting F4:email_1 F2:pre_reminder_email F3:not due", states("2026-11-12"), "once")
}

func TestReceiptsCountByDayAndOnce(t *testing.T) {
	p := planner(t, plain(t, "standard"))
	a := account(invoice("F1", "2026-10-30", "1000.00"))
	a.Promises = []reminder.Promise{
		{ID: "V1", Document: "F1", Amount: eur("300.00"), MadeOn: day("2026-11-02"), By: day("2026-11-09")},
		{ID: "V2", Document: "F1", Amount: eur("300.00"), MadeOn: day("2026-11-05"), By: day("2026-11-18")},
	}
	receipts := []reminder.Receipt{{On: day("2026-11-03"), Document: "F1", Amount: eur("300.00")}, {On: day("2026-11-08"), Document: "F1", Amount: eur("300.00")}}
	for range 2 {
		slices.Reverse(receipts)
		a.Receipts = receipts
		plan := planOf(t, p, a, "2026-11-20")
		assert.Equal(t, reminder.PromiseKept, plan.Promises[0].State)
		assert.Equal(t, reminder.PromiseKept, plan.Promises[1].State, "the later receipt is left for it")
	}
	a.Receipts = []reminder.Receipt{{On: day("2026-11-08"), Amount: eur("300.00")}, {On: day("2026-11-09"), Document: "F1", Amount: eur("300.00")}}
	plan := planOf(t, p, a, "2026-11-20")
	assert.Equal(t, reminder.PromiseKept, plan.Promises[0].State)
	assert.Equal(t, reminder.PromiseKept, plan.Promises[1].State, "what is not applied yet counts after what is")
	a.Receipts = []reminder.Receipt{{On: day("2026-11-08"), Document: "F9", Amount: eur("600.00")}}
	assert.Equal(t, 2, planOf(t, p, a, "2026-11-20").Broken)
}

func TestReceiptsOfALedger(t *testing.T) {
	l, err := receivables.NewLedger(
		receivables.Invoice{ID: "F1", Customer: "C", IssuedOn: day("2026-09-30"), DueOn: day("2026-10-30"), Amount: eur("1000.00")},
		receivables.Payment{ID: "P1", Customer: "C", ReceivedOn: day("2026-11-05"), Amount: eur("500.00")},
		receivables.Allocation{From: "P1", To: "F1", On: day("2026-11-07"), Amount: eur("200.00")},
	)
	require.NoError(t, err)
	past := reminder.Past{Promises: map[string][]reminder.Promise{"C": {{ID: "V1", Amount: eur("500.00"), MadeOn: day("2026-11-02"), By: day("2026-11-06")}}}}
	for a := range reminder.Accounts(l, day("2026-11-20"), day("2026-11-20"), past) {
		assert.Equal(t, []reminder.Receipt{{On: day("2026-11-05"), Amount: eur("300.00")}, {On: day("2026-11-05"), Document: "F1", Amount: eur("200.00")}}, a.Receipts)
		plan := planOf(t, planner(t, plain(t, "standard")), a, "2026-11-20")
		assert.Equal(t, reminder.PromiseKept, plan.Promises[0].State)
	}
}

func TestRestartCountsFromTheLaterDay(t *testing.T) {
	policy := plain(t, "standard")
	policy.AfterDispute = reminder.Restart
	p := planner(t, policy)
	a := account(invoice("F1", "2026-10-30", "1000.00"))
	a.Holds = []receivables.HoldState{holdOf(receivables.HoldDispute, receivables.Scope{Document: "F1"}, "2026-10-05", "2026-10-10")}
	assert.Equal(t, " 10-20 11-03 11-06 11-13 11-20 11-27 12-02 12-12 12-19", stepDays(planOf(t, p, a, "2026-10-11").Items[0], 0), "it ended before the due date")
	a.Holds = []receivables.HoldState{holdOf(receivables.HoldDispute, receivables.Scope{Document: "F1"}, "2026-11-07", "2026-11-19")}
	a.Promises = []reminder.Promise{{ID: "V1", Document: "F1", Amount: eur("1000.00"), MadeOn: day("2026-11-04"), By: day("2026-11-05")}}
	x := planOf(t, p, a, "2026-11-19").Items[0]
	assert.Empty(t, x.Due, "a promise broken before does not hurry what begins anew")
	assert.Equal(t, day("2026-11-23"), x.Next)
}

// Run every day, Skip loses no step, whatever puts it off.
func TestSkipLosesNothingWhenRunDaily(t *testing.T) {
	tb := t
	rapid.Check(t, func(t *rapid.T) {
		policy := anyPolicy(t, tb)
		policy.Missed, policy.Escalation = reminder.Skip, reminder.ByItem
		p := planner(tb, policy)
		items, _, _ := world(t)
		a := account(items...)
		for n := range 400 {
			plan, err := p.Plan(a, receivables.AddDays(day("2025-12-01"), n))
			require.NoError(t, err)
			a.Actions = append(a.Actions, plan.Actions()...)
		}
		for _, item := range items {
			var got, want []string
			for _, x := range a.Actions {
				if x.Document == item.Document && x.On > item.DueOn {
					got = append(got, x.Step)
				}
			}
			for _, s := range policy.Scenarios[0].Steps {
				if s.Level > reminder.LevelPreDue {
					want = append(want, s.Code)
				}
			}
			assert.Equal(t, want, got, item.Document)
		}
	})
}

func TestADayBeyondTheCalendarIsNotKnown(t *testing.T) {
	policy := plain(t, "standard")
	policy.Scenarios[0].Roll = receivables.RollFollowing
	p := planner(t, policy)
	x := planOf(t, p, account(invoice("F1", "2050-12-25", "1000.00")), "2050-12-01").Items[0]
	assert.Equal(t, day("2050-12-15"), x.Next)
	assert.Equal(t, " 12-15 12-29 - - - - - - -", stepDays(x, 0), "holidays are known to the end of 2050")
	plan := planOf(t, p, account(invoice("F1", "2061-01-01", "1000.00"), invoice("F2", "2026-10-30", "10.00")), "2026-11-03")
	assert.Equal(t, "email_1", plan.Items[0].Due, "another item is not touched")
	assert.Equal(t, reminder.NotDue, plan.Items[1].Left)
	assert.Zero(t, plan.Items[1].Next)
	assert.Equal(t, "the calendar does not reach 2060-12-22", plan.Items[1].Detail)
	_, err := p.Plan(account(invoice("F1", "2050-12-25", "1000.00")), day("2051-03-01"))
	require.ErrorIs(t, err, receivables.ErrNoCoverage)

	for late := range 200 { // a step on Saturday 31 December is moved beyond the calendar
		plan, err := p.Plan(account(invoice("F1", receivables.AddDays(day("2050-12-31"), -late).String(), "1000.00")), day("2050-12-31"))
		require.NoError(t, err)
		assert.NotEqual(t, reminder.OutsideCalendar, plan.Items[0].Left, late)
	}
	for _, asOf := range []string{"1975-06-02", "2051-01-02"} {
		_, err := p.Plan(account(invoice("F1", "1900-01-01", "1000.00")), day(asOf))
		require.ErrorIs(t, err, receivables.ErrNoCoverage)
		require.ErrorContains(t, err, asOf, "the day of the plan, not that of the item")
	}

	// Days before the first one, as of a date that stands for none in a spreadsheet, concern that item alone.
	plan = planOf(t, p, account(invoice("F1", "1900-01-01", "1000.00"), invoice("F2", "2026-10-30", "10.00"), credit("P1", "-5.00")), "2026-11-03")
	assert.Equal(t, reminder.OutsideCalendar, plan.Items[1].Left)
	assert.Contains(t, plan.Items[1].Detail, "1982-01-01")
	assert.Equal(t, "email_1", plan.Items[2].Due)
	assert.Equal(t, "5.00 EUR", plan.Contacts[0].Asked.String())
}

func TestCreditsAreSetOffBeforeAnythingIsAsked(t *testing.T) {
	policy := plain(t, "standard")
	policy.Missed, policy.Escalation, policy.Tolerance = reminder.Jump, reminder.ByCustomer, dec("5")
	a := account(invoice("F1", "2026-09-20", "1000.00"), invoice("F2", "2026-10-30", "300.00"), credit("P1", "-1000.00"))
	plan := planOf(t, planner(t, policy), a, "2026-11-03")
	require.Len(t, plan.Contacts, 1)
	assert.Equal(t, "email_1", plan.Contacts[0].Step, "F1 was at the notice and is covered")
	assert.Equal(t, "300.00 EUR", plan.Contacts[0].Asked.String())
	assert.Equal(t, reminder.CoveredByCredits, plan.Items[1].Left)
	for _, s := range plan.Items[1].Steps {
		assert.False(t, s.State == reminder.Planned && s.On != 0, "nothing is planned for it")
	}
	a.Items[2].Open = eur("-996.00")
	plan = planOf(t, planner(t, policy), a, "2026-11-03")
	assert.Equal(t, reminder.BelowTolerance, plan.Items[1].Left, "4.00 are left of it")
	assert.Equal(t, "email_1", plan.Contacts[0].Step)

	policy.Scenarios[0].Steps[7].Minimum, policy.Scenarios[0].Steps[8].Minimum = dec("500"), dec("500")
	policy.Escalation = reminder.ByItem
	a = account(invoice("F1", "2026-09-20", "1000.00"), credit("P1", "-600.00"))
	plan = planOf(t, planner(t, policy), a, "2026-11-20")
	require.Len(t, plan.Contacts, 1)
	assert.Equal(t, "penalties_and_email_3", plan.Contacts[0].Step, "400.00 are below the minimum of the notice")
	assert.Equal(t, "600.00 EUR", plan.Contacts[0].Credits.String())
}

func TestWhoWasNotReachedIsTriedAgain(t *testing.T) {
	policy := plain(t, "standard")
	policy.MinGapDays = 3
	p := planner(t, policy)
	a := account(invoice("F1", "2026-10-30", "1000.00"))
	call := sent("2026-11-06", "call_1", reminder.Call, "F1")
	call.Result = reminder.Unanswered
	a.Actions = []reminder.Action{sent("2026-11-03", "email_1", reminder.Email, "F1"), call}
	assert.Equal(t, reminder.Waiting, planOf(t, p, a, "2026-11-06").Items[0].Left, "not twice on a day")
	assert.Equal(t, "call_1", planOf(t, p, a, "2026-11-07").Items[0].Due, "nobody was contacted, so there is no gap")
	policy.Missed = reminder.Skip
	assert.Equal(t, "call_1", planOf(t, planner(t, policy), a, "2026-11-07").Items[0].Due)

	back := sent("2026-11-03", "email_1", reminder.Email, "F1")
	back.Result = reminder.Undeliverable
	a.Actions = []reminder.Action{back}
	assert.Equal(t, reminder.NoAddress, planOf(t, p, a, "2026-11-04").Items[0].Left)
	a.Actions = append(a.Actions, reminder.Action{On: day("2026-11-05"), Channel: reminder.Email, Result: reminder.AddressFound})
	assert.Equal(t, reminder.NoAddress, planOf(t, p, a, "2026-11-04").Items[0].Left, "not found yet")
	assert.Equal(t, "email_1", planOf(t, p, a, "2026-11-05").Items[0].Due)
	for range 2 { // in any order
		slices.Reverse(a.Actions)
		assert.Equal(t, "email_1", planOf(t, p, a, "2026-11-05").Items[0].Due)
	}
}

func TestWhatGoesToTheSalespersonIsNoLetter(t *testing.T) {
	policy := plain(t, "standard")
	policy.Missed = reminder.Jump
	plan := planOf(t, planner(t, policy), account(invoice("F1", "2026-10-13", "100.00"), invoice("F2", "2026-10-30", "200.00")), "2026-11-03")
	require.Len(t, plan.Contacts, 2)
	assert.Equal(t, "ask_salesperson", plan.Contacts[0].Step)
	assert.Equal(t, "100.00 EUR", plan.Contacts[0].Asked.String())
	assert.Equal(t, "email_1", plan.Contacts[1].Step)
}

func TestTheDaysToCome(t *testing.T) {
	policy := plain(t, "standard")
	policy.MinGapDays = 5
	p := planner(t, policy)
	a := account(invoice("F1", "2026-10-30", "1000.00"))
	assert.Equal(t, " 11-03 11-08 11-13 11-20 11-27 12-02 12-12 12-19", stepDays(planOf(t, p, a, "2026-10-31").Items[0], 1), "the call keeps the gap")

	policy.MinGapDays = 0
	p = planner(t, policy)
	a.Actions = []reminder.Action{sent("2026-11-03", "email_1", reminder.Email, "F1")}
	a.Holds = []receivables.HoldState{holdOf(receivables.HoldDispute, receivables.Scope{Document: "F1"}, "2026-11-05", "2026-11-19")}
	x := planOf(t, p, a, "2026-11-10").Items[0]
	assert.Equal(t, reminder.Disputed, x.Left)
	assert.Equal(t, day("2026-11-19"), x.Until)
	assert.Equal(t, day("2026-11-20"), x.Next, "14 days after its own")
	assert.Equal(t, " 11-20 11-27 12-04", stepDays(x, 2)[:18])
	assert.Equal(t, reminder.Waiting, planOf(t, p, a, "2026-11-19").Items[0].Left, "its last day has come, whether or not somebody closed it")

	a.Promises = []reminder.Promise{{ID: "V1", Document: "F1", Amount: eur("1000.00"), MadeOn: day("2026-11-09"), By: day("2026-11-24")}}
	x = planOf(t, p, a, "2026-11-10").Items[0]
	assert.Equal(t, reminder.Disputed, x.Left)
	assert.Equal(t, day("2026-11-19"), x.Until, "of the dispute")
	assert.Equal(t, day("2026-11-25"), x.Next, "then the promise runs on")
	a.Promises = nil
	a.Holds = append(a.Holds, holdOf(receivables.HoldManual, receivables.Scope{Customer: "C"}, "2026-11-08", ""))
	assert.Zero(t, planOf(t, p, a, "2026-11-10").Items[0].Next, "nobody knows")

	policy.Scenarios[0].Roll = receivables.RollFollowing
	a.Holds = []receivables.HoldState{holdOf(receivables.HoldManual, receivables.Scope{Customer: "C"}, "2026-11-05", "2026-11-14")}
	x = planOf(t, planner(t, policy), a, "2026-11-10").Items[0]
	assert.Equal(t, day("2026-11-16"), x.Next, "14 November 2026 is a Saturday")
	assert.Equal(t, " 11-16 11-17", stepDays(x, 2)[:12], "what fell due meanwhile comes a day after the other")
	a.Actions = append(a.Actions, sent("2026-11-09", "litigation", reminder.LegalDepartment, "F1"))
	assert.Zero(t, planOf(t, planner(t, policy), a, "2026-11-10").Items[0].Next, "nothing is left to come")

	policy.Tolerance = dec("5")
	b := account(invoice("F1", "2026-10-30", "5.00"))
	x = planOf(t, planner(t, policy), b, "2026-11-10").Items[0]
	assert.Equal(t, reminder.BelowTolerance, x.Left)
	assert.Equal(t, " - - - - - - - -", stepDays(x, 1))
	b.Holds = a.Holds
	assert.Zero(t, planOf(t, planner(t, policy), b, "2026-11-10").Items[0].Next)
}

func TestStepsAfterThePreviousOne(t *testing.T) {
	policy := plain(t, "small_firm")
	policy.TransitDays = map[reminder.Channel]int{reminder.Letter: 2}
	a := account(invoice("F1", "2026-10-30", "1000.00"))
	assert.Equal(t, " 11-04 11-21 12-14", stepDays(planOf(t, planner(t, policy), a, "2026-11-01").Items[0], 0), "15 and 21 days after a letter of 2 days")
	a.NoAddress = []reminder.Channel{reminder.Letter}
	x := planOf(t, planner(t, policy), a, "2026-11-01").Items[0]
	assert.Equal(t, reminder.NotPossible, x.Steps[0].State)
	assert.Equal(t, " 11-04 11-19 12-10", stepDays(x, 0), "no mail travels that is not sent")
	a.NoAddress = nil
	a.Actions = []reminder.Action{sent("2026-11-04", "reminder_1", reminder.Letter, "F1")}
	a.Holds = []receivables.HoldState{holdOf(receivables.HoldDispute, receivables.Scope{Document: "F1"}, "2026-11-05", "2026-11-15")}
	assert.Equal(t, " 11-04 12-01 12-24", stepDays(planOf(t, planner(t, policy), a, "2026-11-16").Items[0], 0), "a dispute while the letter travels, 10 days")
}

func TestPartsThatAreHeld(t *testing.T) {
	p := planner(t, plain(t, "standard"))
	part := func(amount string) receivables.Scope { return receivables.Scope{Document: "F1", Amount: eur(amount)} }
	a := account(invoice("F1", "2026-10-30", "1000.00"))
	a.Holds = []receivables.HoldState{holdOf(receivables.HoldPlan, part("400.00"), "2026-11-01", "")}
	plan := planOf(t, p, a, "2026-11-03")
	require.Len(t, plan.Contacts, 1)
	c := plan.Contacts[0]
	assert.Equal(t, "600.00 EUR", c.Asked.String(), "the rest is on a plan")
	assert.True(t, c.Credits.IsZero())
	assert.Equal(t, "600.00 EUR", c.Items[0].Undisputed.String())
	a.Holds = append(a.Holds, holdOf(receivables.HoldManual, part("600.00"), "2026-11-01", "2026-11-20"))
	assert.Equal(t, reminder.OnPlan, planOf(t, p, a, "2026-11-03").Items[0].Left, "together all of it")
	a.Holds = []receivables.HoldState{holdOf(receivables.HoldInsolvency, part("999.99"), "2026-11-01", "")}
	plan = planOf(t, p, a, "2026-11-03")
	assert.Equal(t, "0.01 EUR", plan.Contacts[0].Asked.String())
	assert.Equal(t, reminder.HandOver, plan.Measures[0].What)

	a.Holds = []receivables.HoldState{holdOf(receivables.HoldDispute, part("1000.00"), "2026-11-02", "2026-11-12")}
	assert.Equal(t, " 11-13 11-16", stepDays(planOf(t, p, a, "2026-11-12").Items[0], 1)[:12], "a part that is all moves the days")
	a.Holds[0].Scope.Amount = eur("999.00")
	assert.Equal(t, " 11-03 11-13", stepDays(planOf(t, p, a, "2026-11-12").Items[0], 1)[:12])
	a.Holds[0].Scope.Amount = receivables.MustMoney("999.00", "USD")
	_, err := p.Plan(a, day("2026-11-12"))
	require.ErrorIs(t, err, receivables.ErrCurrencyMismatch)
	for _, disputed := range []receivables.Money{eur("-1.00"), eur("1000.01"), receivables.MustMoney("1.00", "USD")} {
		b := account(invoice("F1", "2026-10-30", "1000.00"))
		b.Items[0].Disputed = disputed
		_, err := p.Plan(b, day("2026-11-12"))
		require.Error(t, err, disputed)
	}
}

func TestNobodyOfUnknownKindIsAskedForCosts(t *testing.T) {
	policy := plain(t, "standard")
	policy.Missed = reminder.Jump
	a := account(invoice("F1", "2026-10-30", "1000.00"))
	plan := planOf(t, planner(t, policy), a, "2026-12-02")
	assert.True(t, plan.Contacts[0].Costs)
	a.Customer.Kind = receivables.KindUnknown
	plan = planOf(t, planner(t, policy), a, "2026-12-02")
	assert.Equal(t, "penalties_and_email_3", plan.Contacts[0].Step)
	assert.False(t, plan.Contacts[0].Costs)
	assert.Equal(t, reminder.StateKind, plan.Measures[0].What)
}

func TestAPlannerIsNotChangedFromOutside(t *testing.T) {
	policy := reminder.DefaultPolicy("FR")
	p := planner(t, policy)
	a := account(invoice("F1", "2026-10-30", "1000.00"))
	want := planOf(t, p, a, "2026-11-20")
	spoil := func(x reminder.Policy) {
		x.TransitDays[reminder.Letter] = 300
		x.Segments[0].Match.Kinds[0] = receivables.KindCompany
		*x.Segments[2].Match.OpenUpTo = dec("100000")
		x.Scenarios[0].Steps[1].Days = 300
	}
	spoil(policy)
	spoil(p.Policy())
	assert.Equal(t, want, planOf(t, p, a, "2026-11-20"))
}

// An event that was planned is the same event on its day.
func TestEventsKeepTheirIdentity(t *testing.T) {
	p := planner(t, plain(t, "standard"))
	a := account(invoice("F1", "2026-10-30", "1000.00"), invoice("F2", "2026-10-30", "500.00"))
	events := func(asOf string) map[string]string {
		var out bytes.Buffer
		plan, err := p.Plan(a, day(asOf))
		require.NoError(t, reminder.WriteCalendar(&out, one(plan, err)))
		c, err := ics.ParseCalendar(bytes.NewReader(out.Bytes()))
		require.NoError(t, err)
		list := map[string]string{}
		for _, e := range c.Events() {
			on, err := e.GetAllDayStartAt()
			require.NoError(t, err)
			list[e.GetProperty(ics.ComponentPropertyUniqueId).Value] = on.Format("01-02") + " " + e.GetProperty(ics.ComponentPropertySummary).Value
		}
		return list
	}
	before, on := events("2026-11-02"), events("2026-11-03")
	assert.Len(t, before, 8, "both invoices in one")
	assert.Equal(t, before, on)
}

func TestMoreOfPoliciesIsChecked(t *testing.T) {
	kinds := func(list ...receivables.CustomerKind) reminder.Match { return reminder.Match{Kinds: list} }
	ten, hundred := dec("10"), dec("100")
	for name, c := range map[string]struct {
		change func(*reminder.Policy)
		text   string
	}{
		"kinds again": {func(p *reminder.Policy) { p.Segments[1].Match = kinds(receivables.KindConsumer) }, "take all customers of these kinds"},
		"narrower sum": {func(p *reminder.Policy) {
			p.Segments[1].Match, p.Segments[2].Match = reminder.Match{OpenUpTo: &hundred}, reminder.Match{OpenUpTo: &ten}
		}, `segment "public" before takes all`},
		"fewer classes": {func(p *reminder.Policy) {
			p.Segments[5].Match = reminder.Match{Classes: []string{"E"}, Flags: []string{"x"}}
		}, `segment "risky" before`},
		"abroad":       {func(p *reminder.Policy) { p.Segments[4].Match = reminder.Match{Countries: []string{"ES"}} }, `segment "abroad" before`},
		"unknown kind": {func(p *reminder.Policy) { p.Segments[1].Match = kinds(9) }, "unknown kind"},
		"early notice": {func(p *reminder.Policy) {
			p.Scenarios[0].Steps[1].Level = reminder.LevelFormalNotice
			p.Scenarios[0].Steps = p.Scenarios[0].Steps[:2]
			p.Scenarios[0].Steps[1].Days = 0
		}, "put on notice"},
		"late check": {func(p *reminder.Policy) { p.Scenarios[0].Steps[0].Days = 1 }, "must not come after it"},
	} {
		p := reminder.DefaultPolicy("FR")
		c.change(&p)
		_, err := reminder.New(p, nil)
		require.ErrorIs(t, err, receivables.ErrInvalidInput, name)
		assert.Contains(t, err.Error(), c.text, name)
	}
	p := reminder.DefaultPolicy("FR")
	p.Segments[4].Match = reminder.Match{Countries: []string{"FR"}}
	require.NoError(t, p.Check(), "customers of the home country are not abroad")
}

// What a plan foresees is what daily runs do if nothing else happens.
func TestDaysToComeAreThoseOfDailyRuns(t *testing.T) {
	tb := t
	rapid.Check(t, func(t *rapid.T) {
		policy := anyPolicy(t, tb)
		policy.Escalation = reminder.ByItem
		policy.Scenarios[0].Roll = rapid.SampledFrom([]receivables.Roll{
			receivables.RollNone, receivables.RollFollowing, receivables.RollPreceding, receivables.RollModifiedFollowing,
		}).Draw(t, "any roll")
		if rapid.Bool().Draw(t, "transit") {
			policy.TransitDays = map[reminder.Channel]int{reminder.Letter: 2, reminder.Email: 1}
		}
		p := planner(tb, policy)
		due := receivables.AddDays(day("2026-03-01"), rapid.IntRange(0, 90).Draw(t, "due"))
		asOf := receivables.AddDays(due, rapid.IntRange(-20, 70).Draw(t, "as of"))
		a := account(invoice("F1", due.String(), "1000.00"))
		for _, kind := range []receivables.HoldKind{receivables.HoldDispute, receivables.HoldManual} {
			if rapid.IntRange(0, 2).Draw(t, "held") == 0 {
				from := receivables.AddDays(asOf, -rapid.IntRange(0, 30).Draw(t, "from"))
				h := holdOf(kind, receivables.Scope{Document: "F1"}, from.String(), receivables.AddDays(from, rapid.IntRange(1, 50).Draw(t, "lasts")).String())
				if h.Until <= asOf { // as a ledger gives it
					h.EndedOn = h.Until
				}
				a.Holds = append(a.Holds, h)
			}
		}
		if rapid.IntRange(0, 2).Draw(t, "promised") == 0 {
			made := receivables.AddDays(asOf, -rapid.IntRange(0, 20).Draw(t, "made"))
			a.Promises = []reminder.Promise{{ID: "V", Document: "F1", Amount: eur("1000.00"), MadeOn: made, By: receivables.AddDays(made, rapid.IntRange(0, 20).Draw(t, "by"))}}
		}
		if rapid.IntRange(0, 3).Draw(t, "alerted") == 0 {
			a.Alerts = []reminder.Alert{{Kind: reminder.CoverReduced, On: receivables.AddDays(asOf, -rapid.IntRange(0, 20).Draw(t, "alert"))}}
		}
		steps := policy.Scenarios[0].Steps
		for n := range rapid.IntRange(0, len(steps)-1).Draw(t, "done") {
			on := receivables.AddDays(asOf, -40+3*n)
			a.Actions = append(a.Actions, reminder.Action{On: on, Step: steps[n].Code, Level: steps[n].Level, Channel: steps[n].Channel, Document: "F1"})
		}
		disputed := func(on date.Date) { // as a ledger gives it
			a.Items[0].Disputed = receivables.Money{}
			for _, h := range a.Holds {
				if h.Kind == receivables.HoldDispute && h.From <= on && on < h.Until {
					a.Items[0].Disputed = a.Items[0].Open
				}
			}
		}
		disputed(asOf)
		first, err := p.Plan(a, asOf)
		require.NoError(t, err)
		want, got := map[string]date.Date{}, map[string]date.Date{}
		for _, s := range first.Items[0].Steps {
			switch s.State {
			case reminder.Due:
				want[s.Code] = asOf
			case reminder.Planned:
				want[s.Code] = s.On
			default: // does not come
			}
		}
		next := first.Next
		for n := range 500 {
			on := receivables.AddDays(asOf, n)
			disputed(on)
			plan, err := p.Plan(a, on)
			require.NoError(t, err)
			for _, x := range plan.Actions() {
				if len(got) == 0 {
					assert.Equal(t, next, on, "%+v", first.Items[0])
				}
				got[x.Step] = on
			}
			a.Actions = append(a.Actions, plan.Actions()...)
		}
		assert.Equal(t, want, got, "%s %s %s gap %d as of %s: %+v\n%+v %+v %+v", policy.Missed, policy.AfterDispute, policy.Scenarios[0].Roll, policy.MinGapDays, asOf, first.Items[0].Steps, a.Holds, a.Promises, a.Alerts)
	})
}

func TestHoldsOfAnAmountFallOnInstalmentsByDueDate(t *testing.T) {
	p := planner(t, plain(t, "standard"))
	for _, c := range []struct {
		kind   receivables.HoldKind
		amount string
		asked  string
	}{
		{receivables.HoldPlan, "500.00", "700.00"}, {receivables.HoldManual, "700.00", "500.00"}, {receivables.HoldDispute, "700.00", "500.00"}, {receivables.HoldManual, "1200.00", ""},
	} {
		l, err := receivables.NewLedger(
			receivables.Invoice{ID: "F1", Customer: "C", IssuedOn: day("2026-09-11"), Amount: eur("1200.00"), Instalments: []receivables.Instalment{
				{DueOn: day("2026-10-11"), Amount: eur("600.00")}, {DueOn: day("2026-10-13"), Amount: eur("600.00")},
			}},
			receivables.Hold{ID: "H", Kind: c.kind, Scope: receivables.Scope{Document: "F1", Amount: eur(c.amount)}, From: day("2026-10-01")},
		)
		require.NoError(t, err)
		for plan, err := range p.Plans(reminder.Accounts(l, day("2026-11-03"), day("2026-11-03"), reminder.Past{}), day("2026-11-03")) {
			require.NoError(t, err)
			if c.asked == "" {
				assert.Empty(t, plan.Contacts)
				continue
			}
			require.Len(t, plan.Contacts, 1, c.amount)
			assert.Equal(t, c.asked, plan.Contacts[0].Asked.Text(), c.amount)
		}
	}
}

func TestADisputeOfALedgerWithAKnownEnd(t *testing.T) {
	p := planner(t, plain(t, "standard"))
	l, err := receivables.NewLedger(
		receivables.Invoice{ID: "F1", Customer: "C", IssuedOn: day("2026-09-30"), DueOn: day("2026-10-30"), Amount: eur("1000.00")},
		receivables.Hold{ID: "L", Kind: receivables.HoldDispute, Scope: receivables.Scope{Document: "F1"}, From: day("2026-10-31"), Until: day("2026-11-19")},
	)
	require.NoError(t, err)
	for plan, err := range p.Plans(reminder.Accounts(l, day("2026-11-10"), day("2026-11-10"), reminder.Past{}), day("2026-11-10")) {
		require.NoError(t, err)
		assert.Equal(t, reminder.Disputed, plan.Items[0].Left)
		assert.Equal(t, day("2026-11-22"), plan.Items[0].Next, "19 days after its own")
		assert.Equal(t, day("2026-11-22"), plan.Next)
	}
}

func TestNothingIsSkippedWhileItIsHeld(t *testing.T) {
	policy := plain(t, "standard")
	policy.Missed = reminder.Skip
	p := planner(t, policy)
	a := account(invoice("F1", "2026-10-30", "1000.00"))
	a.Actions = []reminder.Action{sent("2026-11-27", "call_2", reminder.Call, "F1")}
	a.Holds = []receivables.HoldState{holdOf(receivables.HoldManual, receivables.Scope{Document: "F1"}, "2026-12-01", "2026-12-13")}
	assert.Equal(t, "penalties_and_email_3", planOf(t, p, a, "2026-12-13").Items[0].Due)
	a.Actions = append(a.Actions, sent("2026-12-13", "penalties_and_email_3", reminder.Email, "F1"))
	assert.Equal(t, "formal_notice_letter", planOf(t, p, a, "2026-12-14").Items[0].Due)
	assert.Equal(t, "formal_notice_letter", planOf(t, p, a, "2026-12-30").Items[0].Due, "it stays due until it is done")
}

func TestCreditsCoverWhatIsNotYetDue(t *testing.T) {
	p := planner(t, plain(t, "standard"))
	a := account(invoice("F1", "2026-11-10", "100.00"), credit("P1", "-500.00"))
	plan := planOf(t, p, a, "2026-11-05")
	assert.Equal(t, reminder.CoveredByCredits, plan.Items[1].Left)
	assert.Zero(t, plan.Next)
	a.NoAddress = []reminder.Channel{reminder.Email}
	assert.Empty(t, planOf(t, p, a, "2026-11-14").Measures, "nobody is looked for")
}

func TestStepsStayOnTheirSideOfTheDueDate(t *testing.T) {
	policy := plain(t, "standard")
	policy.Scenarios[0].Steps = []reminder.Step{
		{Code: "check", Days: -1, Channel: reminder.Email}, {Code: "notice", Days: 1, Level: reminder.LevelFormalNotice, Channel: reminder.RegisteredLetter},
	}
	steps := func(roll receivables.Roll, due, asOf string) string {
		policy.Scenarios[0].Roll = roll
		days, err := policy.Scenarios[0].Days(day(due), metropole(t))
		require.NoError(t, err)
		got := stepDays(planOf(t, planner(t, policy), account(invoice("F1", due, "100.00")), asOf).Items[0], 0)
		assert.Equal(t, " "+days[0].String()[5:]+" "+days[1].String()[5:], got)
		return got
	}
	assert.Equal(t, " 11-12 11-16", steps(receivables.RollPreceding, "2026-11-13", "2026-11-12"), "due on a Friday: the notice on Monday")
	assert.Equal(t, " 11-13 11-16", steps(receivables.RollFollowing, "2026-11-15", "2026-11-12"), "due on a Sunday: the check on Friday")
	policy.Scenarios[0].Roll = receivables.RollNone
	policy.Scenarios[0].Steps[0] = reminder.Step{Code: "check", Days: 0, Channel: reminder.Email}
	x := planOf(t, planner(t, policy), account(invoice("F1", "2026-11-10", "100.00")), "2026-11-13").Items[0]
	assert.Equal(t, reminder.MissedStep, x.Steps[0].State)
	assert.Equal(t, "notice", x.Due)
}

func TestNoOrderOfFactsCounts(t *testing.T) {
	policy := plain(t, "standard")
	p := planner(t, policy)
	a := account(invoice("F1", "2026-10-30", "1000.00"))
	a.Alerts = []reminder.Alert{{Kind: reminder.CoverReduced, On: day("2026-11-16")}, {Kind: reminder.ReturnedPayment, On: day("2026-11-07")}}
	a.Holds = []receivables.HoldState{holdOf(receivables.HoldManual, receivables.Scope{Document: "F1"}, "2026-12-01", ""), holdOf(receivables.HoldManual, receivables.Scope{Document: "F1"}, "2026-12-01", "")}
	a.Holds[1].ID = "H0"
	for _, asOf := range []string{"2026-11-20", "2026-12-05"} {
		want := planOf(t, p, a, asOf)
		slices.Reverse(a.Alerts)
		slices.Reverse(a.Holds)
		assert.Equal(t, want, planOf(t, p, a, asOf))
	}
}

// The notice gives its time: in the standard scenario litigation comes seven days after it, also when all is late, and two days
// of mail after it left.
func TestLitigationWaitsForTheNotice(t *testing.T) {
	policy := plain(t, "standard")
	policy.TransitDays = map[reminder.Channel]int{reminder.RegisteredLetter: 2}
	p := planner(t, policy)
	a := account(invoice("F1", "2026-08-31", "1000.00"))
	a.Actions = []reminder.Action{sent("2026-12-13", "penalties_and_email_3", reminder.Email, "F1")}
	x := planOf(t, p, a, "2026-12-14").Items[0]
	assert.Equal(t, "formal_notice_letter", x.Due)
	assert.Equal(t, day("2026-12-23"), x.Steps[8].On)
	a.Actions = append(a.Actions, sent("2026-12-14", "formal_notice_letter", reminder.RegisteredLetter, "F1"))
	assert.Equal(t, day("2026-12-23"), planOf(t, p, a, "2026-12-15").Items[0].Next)
	assert.Equal(t, "litigation", planOf(t, p, a, "2026-12-23").Items[0].Due)
}

func TestAPromiseThatNamesNothingShows(t *testing.T) {
	a := account(invoice("F1", "2026-10-30", "1000.00"))
	a.Promises = []reminder.Promise{{ID: "V1", Document: "F-01", Amount: eur("1000.00"), MadeOn: day("2026-11-04"), By: day("2026-11-30")}}
	plan := planOf(t, planner(t, plain(t, "standard")), a, "2026-11-05")
	assert.Equal(t, []reminder.Measure{{What: reminder.CheckPromise, Since: day("2026-11-04"), Why: "the promise V1 is about F-01, which is not open"}}, plan.Measures)
}
