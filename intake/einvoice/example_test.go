package einvoice_test

import (
	"fmt"
	"log"
	"os"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/intake/einvoice"
)

// From an electronic invoice to what is open of it: 120.00 less a deposit of 40.00.
func ExampleRead() {
	file, err := os.Open("testdata/invoice-ubl.xml")
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	document, err := einvoice.Read(file, einvoice.Options{File: "invoice-ubl.xml"})
	if err != nil {
		log.Fatal(err)
	}
	facts, err := document.Facts(einvoice.FactOptions{})
	if err != nil {
		log.Fatal(err)
	}
	ledger, err := receivables.NewLedger(facts...)
	if err != nil {
		log.Fatal(err)
	}
	for item := range ledger.OpenItems(document.IssuedOn, document.IssuedOn) {
		fmt.Println(item.Document, item.Customer, "due", item.DueOn, "open", item.Open)
	}
	fmt.Println("paid early:", document.Discounts[0].Percent, "% until", document.Discounts[0].LastDay, "- reference:", document.PaymentReference[0])
	// Output:
	// F-2026-17 C-12 due 2026-03-02 open 80.00 EUR
	// paid early: 2 % until 2026-02-10 - reference: RF18539007547034
}
