package letters_test

import (
	"fmt"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure/letters"
)

// A first reminder in English.
func Example() {
	day, eur := receivables.MustDate, func(text string) receivables.Money { return receivables.MustMoney(text, "EUR") }
	r, err := letters.NewRenderer()
	if err != nil {
		panic(err)
	}
	out, err := r.Render(letters.Letter{
		Kind: letters.FirstReminder, Language: letters.English, Audience: receivables.KindCompany, On: day("2026-11-26"), Reference: "C034",
		Creditor: letters.Party{Name: "Ateliers du Morvan SAS", Lines: []string{"58000 Nevers, France"}},
		Debtor:   letters.Party{Name: "Castlegate Workshops plc", Lines: []string{"York, United Kingdom"}},
		Lines:    []letters.Line{{Document: "F-63", IssuedOn: day("2026-10-01"), DueOn: day("2026-10-31"), Amount: eur("1180.00")}},
		HowToPay: []string{"IBAN FR76 0000 0000 0000 0000 0000 000"}, Signatory: "Anne Dumas",
	})
	if err != nil {
		panic(err)
	}
	fmt.Print(out.Text)
	// Output:
	// Ateliers du Morvan SAS
	// 58000 Nevers, France
	//
	// Castlegate Workshops plc
	// York, United Kingdom
	//
	// 26 November 2026
	//
	// Subject: Reminder: EUR 1,180.00 outstanding
	// Our reference: C034
	//
	// Dear Sir or Madam,
	//
	// According to our records we have not yet received payment of the following invoice:
	//
	// - F-63 of 1 October 2026, due 31 October 2026 (26 days late): EUR 1,180.00
	// Total EUR 1,180.00
	//
	// IBAN FR76 0000 0000 0000 0000 0000 000
	//
	// This may well be an oversight. Please pay, or let us know what stands in the way.
	//
	// If your payment has crossed with this message, please disregard it.
	//
	// Yours faithfully,
	//
	// Anne Dumas
}
