package reminder_test

import (
	"fmt"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure/reminder"
)

// From a ledger to what is to be done today, and why the rest is left alone.
func Example() {
	day, eur := receivables.MustDate, func(text string) receivables.Money { return receivables.MustMoney(text, "EUR") }
	ledger, err := receivables.NewLedger(
		receivables.Customer{ID: "C1", Name: "Garage Lenoir", Kind: receivables.KindCompany, Country: "FR"},
		receivables.Invoice{ID: "F-63", Customer: "C1", IssuedOn: day("2026-09-15"), DueOn: day("2026-10-15"), Amount: eur("980.00")},
		receivables.Invoice{ID: "F-70", Customer: "C1", IssuedOn: day("2026-09-20"), DueOn: day("2026-10-20"), Amount: eur("2400.00")},
		receivables.Invoice{ID: "F-87", Customer: "C1", IssuedOn: day("2026-11-10"), DueOn: day("2026-12-10"), Amount: eur("350.50")},
		receivables.Hold{ID: "L-1", Scope: receivables.Scope{Document: "F-70"}, From: day("2026-10-22"), Cause: receivables.CausePrice, Owner: "Dumas"},
	)
	must(err)
	calendar, err := receivables.FrenchCalendar(receivables.ZoneMetropole)
	must(err)
	planner, err := reminder.New(reminder.DefaultPolicy("FR"), calendar)
	must(err)
	past := reminder.Past{Actions: map[string][]reminder.Action{"C1": {
		{On: day("2026-10-19"), Step: "email_1", Level: reminder.LevelCourteous, Channel: reminder.Email, Document: "F-63"},
		{On: day("2026-10-22"), Step: "call_1", Level: reminder.LevelCourteous, Channel: reminder.Call, Document: "F-63"},
	}}}
	asOf := day("2026-10-29")
	for plan, err := range planner.Plans(reminder.Accounts(ledger, asOf, asOf, past), asOf) {
		must(err)
		fmt.Println(plan.Customer, plan.Name, "- segment", plan.Segment)
		for _, c := range plan.Contacts {
			fmt.Println("today:", c.Step, "by", c.Channel, "for", c.Asked)
		}
		for _, x := range plan.Items {
			if x.Left == reminder.NotLeftAlone {
				fmt.Println(x.Document, x.DaysLate, "days late,", x.Due, "is due")
			} else {
				fmt.Println(x.Document, x.DaysLate, "days late,", x.Left, x.Detail)
			}
		}
		next := plan.Items[0].Steps[4]
		fmt.Println("if that brings nothing:", next.Code, "on", next.On)
	}
	// Output:
	// C1 Garage Lenoir - segment standard
	// today: email_2 by e-mail for 980.00 EUR
	// F-63 14 days late, email_2 is due
	// F-70 9 days late, disputed L-1 (price), to be resolved by Dumas
	// if that brings nothing: ask_salesperson on 2026-11-05
}

// The scenario of a small firm for an invoice whose first reminder falls on Whit Monday, as
// published and moved to working days.
func ExampleScenario_Days() {
	s, err := reminder.Preset("small_firm")
	must(err)
	plain, err := s.Days(receivables.MustDate("2026-05-20"), nil)
	must(err)
	calendar, err := receivables.FrenchCalendar(receivables.ZoneMetropole)
	must(err)
	s.Roll = receivables.RollFollowing
	moved, err := s.Days(receivables.MustDate("2026-05-20"), calendar)
	must(err)
	for i := range plain {
		fmt.Println(s.Steps[i].Code, plain[i], moved[i])
	}
	// Output:
	// reminder_1 2026-05-25 2026-05-26
	// reminder_2 2026-06-09 2026-06-10
	// formal_notice_letter 2026-06-30 2026-07-01
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
