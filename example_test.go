package receivables_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/receivables-go/receivables"
)

// An invoice, a part payment that was entered late, and the two questions: what
// was open on 31 January as we knew it then, and as we know it today.
func Example() {
	day, money := receivables.MustDate, receivables.MustMoney
	ledger, err := receivables.NewLedger(
		receivables.Invoice{ID: "F-1", Customer: "Lenoir", IssuedOn: day("2026-01-05"), DueOn: day("2026-01-25"), Amount: money("1200.00", "EUR")},
		receivables.Payment{ID: "P-1", Customer: "Lenoir", ReceivedOn: day("2026-01-30"), KnownOn: day("2026-02-04"), Amount: money("500.00", "EUR")},
		receivables.Allocation{From: "P-1", To: "F-1", Amount: money("500.00", "EUR"), On: day("2026-01-30"), KnownOn: day("2026-02-04")},
	)
	if err != nil {
		log.Fatal(err)
	}
	asOf := day("2026-01-31")
	for _, knownOn := range []string{"2026-01-31", "2026-02-04"} {
		for item := range ledger.OpenItems(asOf, day(knownOn)) {
			fmt.Println("known on", knownOn, item.Document, item.Open, receivables.DaysBetween(item.DueOn, asOf), "days late")
		}
	}
	// Output:
	// known on 2026-01-31 F-1 1200.00 EUR 6 days late
	// known on 2026-02-04 F-1 700.00 EUR 6 days late
}

// The two lawful readings of "45 jours fin de mois" are two weeks apart.
func ExampleParseTerms() {
	issued := receivables.Events{Issued: receivables.MustDate("2024-01-16")}
	for _, text := range []string{"45 days then end of month", "end of month then 45 days", "45 jours fin de mois"} {
		terms, err := receivables.ParseTerms(text)
		if err != nil {
			fmt.Println(err)
			continue
		}
		due, err := terms.DueDate(issued, nil)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(text, "->", due)
	}
	// Output:
	// 45 days then end of month -> 2024-03-31
	// end of month then 45 days -> 2024-03-16
	// receivables: terms "45 jours fin de mois": ambiguous_terms: two readings: write "45 days then end of month" or "end of month then 45 days"
}

// 30 % at order, the rest 60 days after the end of the month, on a business day.
func ExampleTerms_Schedule() {
	calendar, err := receivables.FrenchCalendar(receivables.ZoneAlsaceMoselle)
	if err != nil {
		log.Fatal(err)
	}
	rest := receivables.EndOfMonthThenDays(60).Rolled(receivables.RollFollowing)
	terms := receivables.Instalments(
		receivables.TermsPart{Share: receivables.MustMoney("0.3", "EUR").Amount(), Terms: receivables.NetDays(0)},
		receivables.TermsPart{Share: receivables.MustMoney("0.7", "EUR").Amount(), Terms: rest},
	)
	list, err := terms.Schedule(receivables.MustMoney("999.99", "EUR"), receivables.Events{Issued: receivables.MustDate("2026-02-04")}, calendar)
	if err != nil {
		log.Fatal(err)
	}
	for _, in := range list {
		fmt.Println(in.DueOn, in.Amount)
	}
	// Output:
	// 2026-02-04 300.00 EUR
	// 2026-04-29 699.99 EUR
}

// A file of any size is aged row by row, in the memory of its customers.
func ExampleReadCSVItems() {
	file := strings.NewReader("number,client,date,due,total,left\nF1,Durand,2026-05-10,2026-06-09,1200.00,1200.00\nF2,Petit,2026-06-01,2026-07-01,80.50,30.50\nA1,Petit,2026-06-03,,-10.00,-10.00\n")
	options := receivables.CSVOptions{
		File: "items.csv", Currency: receivables.MustCurrency("EUR"),
		Columns: map[receivables.CSVKey]string{
			receivables.CSVID: "number", receivables.CSVCustomer: "client", receivables.CSVIssued: "date", receivables.CSVDue: "due",
			receivables.CSVAmount: "total", receivables.CSVOpen: "left",
		},
	}
	for item, err := range receivables.ReadCSVItems(file, receivables.MustDate("2026-06-30"), options) {
		if err != nil {
			fmt.Println(err) // with file, line, column and reason
			return
		}
		fmt.Println(item.Document, item.Customer, item.DueOn, item.Open)
	}
	// Output:
	// F1 Durand 2026-06-09 1200.00 EUR
	// F2 Petit 2026-07-01 30.50 EUR
	// A1 Petit 0001-01-01 -10.00 EUR
}
