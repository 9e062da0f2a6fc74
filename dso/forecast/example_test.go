package forecast_test

import (
	"fmt"
	"log"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/dso/forecast"
)

// Four weeks of cash from the open invoices and the habits of the customers.
func ExampleFromHabits() {
	day, eur := receivables.MustDate, func(s string) receivables.Money { return receivables.MustMoney(s, "EUR") }
	facts := []receivables.Fact{}
	for i, paid := range []string{"2026-07-10", "2026-08-14", "2026-09-11"} { // due on the 5th, paid 5, 9 and 6 days later
		due := receivables.AddMonths(day("2026-07-05"), i)
		id := fmt.Sprint("F", i)
		facts = append(facts,
			receivables.Invoice{ID: id, Customer: "Lenoir", IssuedOn: receivables.AddDays(due, -30), DueOn: due, Amount: eur("100.00")},
			receivables.Payment{ID: "P" + id, Customer: "Lenoir", ReceivedOn: day(paid), Amount: eur("100.00")},
			receivables.Allocation{From: "P" + id, To: id, Amount: eur("100.00"), On: day(paid)},
		)
	}
	facts = append(facts, receivables.Invoice{ID: "F9", Customer: "Lenoir", IssuedOn: day("2026-10-06"), DueOn: day("2026-11-05"), Amount: eur("850.00")})
	ledger, err := receivables.NewLedger(facts...)
	if err != nil {
		log.Fatal(err)
	}
	asOf := day("2026-10-31")
	calendar, err := receivables.FrenchCalendar(receivables.ZoneMetropole)
	if err != nil {
		log.Fatal(err)
	}
	habits := forecast.HabitsOf(ledger.Timelines(asOf, asOf), asOf)
	forecasts, err := forecast.FromHabits(ledger.OpenItems(asOf, asOf), habits, calendar, forecast.Config{AsOf: asOf, Periods: 4})
	if err != nil {
		log.Fatal(err)
	}
	for _, line := range forecasts[0].Lines {
		fmt.Println(line.First, "to", line.Last, line.Expected.Text(), "early", line.Early.Text(), "late", line.Late.Text())
	}
	fmt.Println("due 5 November, usually", habits["Lenoir"].Median, "days late: Wednesday 11 November is a holiday, so the 12th")
	// Output:
	// 2026-11-01 to 2026-11-01 0.00 early 0.00 late 0.00
	// 2026-11-02 to 2026-11-08 0.00 early 0.00 late 0.00
	// 2026-11-09 to 2026-11-15 850.00 early 850.00 late 0.00
	// 2026-11-16 to 2026-11-22 0.00 early 0.00 late 850.00
	// due 5 November, usually 6 days late: Wednesday 11 November is a holiday, so the 12th
}
