package bank_test

import (
	"fmt"
	"log"
	"os"

	"github.com/receivables-go/receivables/intake/bank"
)

// What came in on a day, with the words of who paid.
func ExampleRead() {
	file, err := os.Open("testdata/camt053.xml")
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	result, err := bank.Read(file, bank.Options{File: "camt053.xml"})
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range result.Statements {
		fmt.Println(s.Account, s.Opening.Amount, "->", s.Closing.Amount)
	}
	for _, p := range result.Payments() {
		fmt.Printf("%s %s %q %q %q\n", p.ReceivedOn, p.Amount, p.Transaction.Name, p.Transaction.Structured, p.Transaction.Text)
	}
	// Output:
	// FR7630006000011234567890189 1000.00 EUR -> 2269.75 EUR
	// 2026-10-20 400.00 EUR "DURAND SARL" [] "FACTURE F-2026-17 MERCI"
	// 2026-10-20 600.00 EUR "" ["RF18539007547034"] ""
	// 2026-10-20 400.00 EUR "" [] ""
}
