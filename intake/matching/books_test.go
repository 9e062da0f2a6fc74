package matching_test

import (
	"fmt"
	"log"
	"os"
	"slices"
	"strings"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
	"github.com/receivables-go/receivables/intake/bank"
	"github.com/receivables-go/receivables/intake/fec"
	"github.com/receivables-go/receivables/intake/matching"
)

// From the books of a company and a statement of its bank to what is open.
func Example() {
	file := strings.NewReader(strings.ReplaceAll(`JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|PieceRef|PieceDate|EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|Idevise
VE|Ventes|1|20260905|411000|Clients|DUR|Durand SARL|F-2026-17|20260905|Facture|400,00|0,00|||||
VE|Ventes|1|20260905|707000|Ventes|||F-2026-17|20260905|Facture|0,00|400,00|||||
VE|Ventes|2|20260912|411000|Clients|LER|Leroy|F-2026-18|20260912|Facture|600,00|0,00|||||
VE|Ventes|2|20260912|707000|Ventes|||F-2026-18|20260912|Facture|0,00|600,00|||||
`, "|", "\t"))
	books, err := fec.Read(fec.Options{DueOn: fec.Due(receivables.NetDays(30), nil)}, fec.File{Name: "123456789FEC20261231.txt", From: file})
	if err != nil {
		log.Fatal(err)
	}
	camt, err := os.Open("../bank/testdata/camt053.xml")
	if err != nil {
		log.Fatal(err)
	}
	defer camt.Close()
	statement, err := bank.Read(camt, bank.Options{File: "camt053.xml"})
	if err != nil {
		log.Fatal(err)
	}
	day := receivables.MustDate("2026-10-31")
	found, err := matching.Propose(statement.Payments(), slices.Collect(books.Ledger.OpenItems(day, day)), matching.Directory{})
	if err != nil {
		log.Fatal(err)
	}
	if err := books.Ledger.Record(found.Facts(matching.High)...); err != nil { // what is sure
		log.Fatal(err)
	}
	balance, _, err := aging.FromLedger(books.Ledger, day, day, aging.Config{})
	if err != nil {
		log.Fatal(err)
	}
	for _, m := range found.Matches {
		fmt.Println(m.Payment.Amount, "pays", m.Parts[0].Document, "-", m.Reason, m.Confidence)
	}
	for line := range balance.Lines() {
		fmt.Printf("%q %s overdue, %s unapplied\n", line.Group()[0], line.Overdue(), line.Unapplied().Amount)
	}
	// Output:
	// 400.00 EUR pays F-2026-17 - number_in_text high
	// 600.00 EUR pays F-2026-18 - amount_alone low
	// "" 0.00 EUR overdue, -1000.00 EUR unapplied
	// "LER" 600.00 EUR overdue, 0.00 EUR unapplied
}
