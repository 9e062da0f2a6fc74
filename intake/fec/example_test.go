package fec_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
	"github.com/receivables-go/receivables/intake/fec"
)

// From the accounting file of a year to the aged balance at its end. Payment is due 30 days after the invoice.
func ExampleRead() {
	file := strings.ReplaceAll(`JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|PieceRef|PieceDate|EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|Idevise
AN|A nouveaux|1|20240101|411000|Clients|DUR|Durand|||Report|80,00|0,00|||20241231||
VE|Ventes|1|20241005|411000|Clients|DUR|Durand|F-101|20241005|Facture|120,00|0,00|A|20241130|20241231||
VE|Ventes|1|20241005|707000|Ventes|||F-101|20241005|Facture|0,00|100,00|||20241231||
VE|Ventes|1|20241005|445710|TVA|||F-101|20241005|Facture|0,00|20,00|||20241231||
VE|Ventes|2|20241120|411000|Clients|DUR|Durand|F-102|20241120|Facture|60,00|0,00|||20241231||
VE|Ventes|2|20241120|707000|Ventes|||F-102|20241120|Facture|0,00|60,00|||20241231||
BQ|Banque|1|20241128|512000|Banque|||V-7|20241128|Virement|120,00|0,00|||20241231||
BQ|Banque|1|20241128|411000|Clients|DUR|Durand|V-7|20241128|Virement|0,00|120,00|A|20241130|20241231||
`, "|", "\t")
	result, err := fec.Read(fec.Options{DueOn: fec.Due(receivables.NetDays(30), nil)}, fec.File{Name: "123456789FEC20241231.txt", From: strings.NewReader(file)})
	if err != nil {
		log.Fatal(err)
	}
	r := result.Report
	fmt.Printf("%d invoices, %d payment, %d of %d codes linked, debit less credit %s\n", r.Invoices, r.Payments, r.Linked, r.Letterings, r.CustomerDebit.Sub(r.CustomerCredit))

	day := receivables.MustDate("2024-12-31")
	balance, proof, err := aging.FromLedger(result.Ledger, day, day, aging.Config{})
	if err != nil {
		log.Fatal(err)
	}
	for line := range balance.Lines() {
		for i, name := range balance.Scheme().Names() {
			fmt.Println(name, line.Column(i).Amount.Text())
		}
	}
	fmt.Println("difference to the books:", proof.Totals[0].Difference)
	// Output:
	// 3 invoices, 1 payment, 1 of 1 codes linked, debit less credit 140
	// not_due 0.00
	// 1-30 60.00
	// 31-60 0.00
	// 61-90 0.00
	// 91+ 80.00
	// difference to the books: 0.00 EUR
}
