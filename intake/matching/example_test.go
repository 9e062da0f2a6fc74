package matching_test

import (
	"fmt"
	"log"
	"slices"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/intake/bank"
	"github.com/receivables-go/receivables/intake/matching"
)

// A bank statement against the ledger: what is sure enough is recorded, the rest stays for a person.
func ExamplePropose() {
	day, eur := receivables.MustDate("2026-10-20"), func(s string) receivables.Money { return receivables.MustMoney(s, "EUR") }
	ledger, err := receivables.NewLedger(
		receivables.Invoice{ID: "F-2026-17", Customer: "DUR", IssuedOn: receivables.MustDate("2026-09-01"), Amount: eur("400.00")},
		receivables.Invoice{ID: "F-2026-18", Customer: "LER", IssuedOn: receivables.MustDate("2026-09-02"), Amount: eur("600.00")},
		receivables.Invoice{ID: "F-2026-19", Customer: "LER", IssuedOn: receivables.MustDate("2026-09-03"), Amount: eur("90.00")},
	)
	if err != nil {
		log.Fatal(err)
	}
	// Usually payments := statement.Payments(), of package bank.
	payments := []bank.Payment{
		{Payment: receivables.Payment{ID: "B-1", ReceivedOn: day, Amount: eur("400.00")}, Transaction: bank.Transaction{Text: "FACTURE F-2026-17"}},
		{Payment: receivables.Payment{ID: "B-2", ReceivedOn: day, Amount: eur("90.00")}, Transaction: bank.Transaction{Name: "LEROY SAS"}},
		{Payment: receivables.Payment{ID: "B-3", ReceivedOn: day, Amount: eur("12.00")}},
	}
	result, err := matching.Propose(payments, slices.Collect(ledger.OpenItems(day, day)), matching.Directory{
		Customers: []receivables.Customer{{ID: "LER", Name: "Leroy"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, m := range result.Matches {
		fmt.Println(m.Payment.ID, "pays", m.Parts[0].Document, "-", m.Reason, m.Confidence)
	}
	for _, u := range result.Unmatched {
		fmt.Println(u.Payment.ID, "-", u.Reason)
	}
	if err := ledger.Record(result.Facts(matching.Medium)...); err != nil {
		log.Fatal(err)
	}
	for item := range ledger.OpenItems(day, day) {
		fmt.Println("open:", item.Document, item.Open)
	}
	// Output:
	// B-1 pays F-2026-17 - number_in_text high
	// B-2 pays F-2026-19 - customer_amount medium
	// B-3 - nothing_fits
	// open: F-2026-18 600.00 EUR
	// open: B-3 -12.00 EUR
}
