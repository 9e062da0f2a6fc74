// Quickstart is the first program of the README.
package main

import (
	"fmt"
	"log"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
)

func main() {
	day, eur := receivables.MustDate, func(s string) receivables.Money { return receivables.MustMoney(s, "EUR") }
	ledger, err := receivables.NewLedger(
		receivables.Invoice{ID: "F-63", Customer: "Lenoir", IssuedOn: day("2026-08-01"), DueOn: day("2026-08-31"), Amount: eur("980.00")},
		receivables.Invoice{ID: "F-87", Customer: "Lenoir", IssuedOn: day("2026-09-01"), DueOn: day("2026-10-01"), Amount: eur("350.50")},
		receivables.Payment{ID: "P-12", Customer: "Lenoir", ReceivedOn: day("2026-10-20"), Amount: eur("500.00")},
		receivables.Allocation{From: "P-12", To: "F-63", Amount: eur("480.00"), On: day("2026-10-20")},
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
		for i, name := range balance.Scheme().Names() {
			fmt.Printf("%-10s %10s\n", name, line.Column(i).Amount.Text())
		}
		fmt.Printf("%-10s %10s\n%-10s %10s\n", "unapplied", line.Unapplied().Amount.Text(), "total", line.Total().Amount.Text())
	}
	fmt.Println("difference to the ledger:", proof.Totals[0].Difference)
}
