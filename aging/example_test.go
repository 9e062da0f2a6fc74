package aging_test

import (
	"fmt"
	"log"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
)

// Open items from anywhere, aged under the default scheme.
func ExampleOf() {
	day, money := receivables.MustDate, receivables.MustMoney
	balance, err := aging.Of(day("2026-10-31"), []receivables.OpenItem{
		{Document: "F-101", Customer: "Lenoir", DueOn: day("2026-11-15"), Open: money("1200.00", "EUR")},
		{Document: "F-087", Customer: "Lenoir", DueOn: day("2026-10-01"), Open: money("350.50", "EUR")},
		{Document: "F-063", Customer: "Perrin", DueOn: day("2026-08-31"), Open: money("980.00", "EUR")},
		{Document: "A-004", Customer: "Perrin", Kind: receivables.KindCreditNote, Open: money("-80.00", "EUR")},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("customer", balance.Scheme().Names(), "unapplied = total")
	for line := range balance.Lines() {
		fmt.Print(line.Name(), ": ")
		for _, cell := range line.Columns() {
			fmt.Print(cell.Amount.Text(), " ")
		}
		fmt.Println(line.Unapplied().Amount.Text(), "=", line.Total().Amount)
	}
	// Output:
	// customer [not_due 1-30 31-60 61-90 91+] unapplied = total
	// Lenoir: 1200.00 350.50 0.00 0.00 0.00 0.00 = 1550.50 EUR
	// Perrin: 0.00 0.00 0.00 980.00 0.00 -80.00 = 900.00 EUR
}

// The same item in the columns of several systems.
func ExamplePreset() {
	item := receivables.OpenItem{Document: "F-1", Customer: "C", DueOn: receivables.MustDate("2026-10-01"), Open: receivables.MustMoney("100", "EUR")}
	for _, name := range []string{"default", "tryton", "oca-statement", "fr-months"} {
		scheme, err := aging.Preset(name)
		if err != nil {
			log.Fatal(err)
		}
		a, err := aging.New(receivables.MustDate("2026-10-31"), aging.Config{Scheme: scheme})
		if err != nil {
			log.Fatal(err)
		}
		if err := a.Add(item); err != nil {
			log.Fatal(err)
		}
		for line := range a.Balance().Totals() {
			for i, cell := range line.Columns() {
				if cell.Items > 0 {
					fmt.Printf("%s: %s, printed %q\n", name, scheme.Names()[i], scheme.Columns[i].Printed)
				}
			}
		}
	}
	// Output:
	// default: 1-30, printed ""
	// tryton: 30-59, printed "30 Days"
	// oca-statement: 30-59, printed "31 - 60 Days"
	// fr-months: M, printed ""
}

// Shards aged apart, for example one for each file or goroutine, and merged.
func ExampleAccumulator_Merge() {
	day, money := receivables.MustDate, receivables.MustMoney
	shard := func(amount string) *aging.Accumulator {
		a, err := aging.New(day("2026-10-31"), aging.Config{})
		if err != nil {
			log.Fatal(err)
		}
		if err := a.Add(receivables.OpenItem{Document: "F", Customer: "Lenoir", DueOn: day("2026-10-01"), Open: money(amount, "EUR")}); err != nil {
			log.Fatal(err)
		}
		return a
	}
	whole := shard("0.10")
	if err := whole.Merge(shard("0.20")); err != nil {
		log.Fatal(err)
	}
	for total := range whole.Balance().Totals() {
		fmt.Println(total.Total().Amount, total.Total().Items)
	}
	// Output:
	// 0.30 EUR 2
}

// From a ledger, with the proof; then the movement of the month.
func Example() {
	day, money := receivables.MustDate, receivables.MustMoney
	ledger, err := receivables.NewLedger(
		receivables.Invoice{ID: "F1", Customer: "Lenoir", IssuedOn: day("2026-08-20"), DueOn: day("2026-09-19"), Amount: money("1000.00", "EUR")},
		receivables.Invoice{ID: "F2", Customer: "Lenoir", IssuedOn: day("2026-10-05"), DueOn: day("2026-11-04"), Amount: money("500.00", "EUR")},
		receivables.Payment{ID: "P1", Customer: "Lenoir", ReceivedOn: day("2026-10-12"), Amount: money("600.00", "EUR")},
		receivables.Allocation{From: "P1", To: "F1", Amount: money("600.00", "EUR"), On: day("2026-10-12")},
	)
	if err != nil {
		log.Fatal(err)
	}
	asOf := day("2026-10-31")
	balance, proof, err := aging.FromLedger(ledger, asOf, asOf, aging.Config{})
	if err != nil {
		log.Fatal(err)
	}
	for line := range balance.Lines() {
		fmt.Println("overdue", line.Overdue(), "by", line.WeightedDaysLate().Text(0), "days, total", line.Total().Amount)
	}
	fmt.Println("ledger", proof.Totals[0].Ledger, "difference", proof.Totals[0].Difference)

	movements, err := aging.Compare(ledger, aging.MovementConfig{From: day("2026-09-30"), To: asOf})
	if err != nil {
		log.Fatal(err)
	}
	m := movements[0]
	fmt.Println(m.Opening.Text(), "+", m.Billed.Text(), "billed", m.Collected.Text(), "collected =", m.Closing.Text())
	// Output:
	// overdue 400.00 EUR by 42 days, total 900.00 EUR
	// ledger 900.00 EUR difference 0.00 EUR
	// 1000.00 + 500.00 billed -600.00 collected = 900.00
}
