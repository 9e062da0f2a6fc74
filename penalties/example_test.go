package penalties_test

import (
	"fmt"
	"log"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/penalties"
)

// An invoice of 10,000 EUR due on 30 June 2024, half of it paid on 1 October.
func Example() {
	law, err := penalties.Standard()
	if err != nil {
		log.Fatal(err)
	}
	c, err := penalties.New(law, penalties.Config{Regime: "fr.b2b", Imputation: penalties.PrincipalFirst})
	if err != nil {
		log.Fatal(err)
	}
	day, money := receivables.MustDate, receivables.MustMoney
	a, err := c.Accrue(penalties.Claim{
		ID: "F-87", Principal: money("10000.00", "EUR"), DueOn: day("2024-06-30"),
		Payments: []penalties.Payment{{On: day("2024-10-01"), Amount: money("5000.00", "EUR")}},
	}, day("2025-01-31"))
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range a.Segments {
		fmt.Println(s)
	}
	fmt.Println("interest", a.Interest, "fixed sum", a.FixedSum.Amount, "under", a.FixedSum.Citation)
	fmt.Println("and", a.PerDay.StringFixed(2), "for each further day; to pay today:", a.Total())
	fmt.Println(a.Segments[0].Rate.Citations[0])
	// Output:
	// 2024-07-01 to 2024-10-01: 10000.00 EUR x 14.25 % x 93/365 = 363.08
	// 2024-10-02 to 2024-12-31: 5000.00 EUR x 14.25 % x 91/365 = 177.64
	// 2025-01-01 to 2025-01-31: 5000.00 EUR x 13.15 % x 31/365 = 55.84
	// interest 596.56 EUR fixed sum 40.00 EUR under C. com. L441-10 II, D441-5 (since 2013-01-01) [T]
	// and 1.80 for each further day; to pay today: 5636.56 EUR
	// C. com. L441-10 II [T]
}

// A statement of claim: a part payment pays the fixed sum and the costs proven by
// then, the interest, and then the principal; the last costs are still due.
func ExampleNewStatement() {
	law, err := penalties.Standard()
	if err != nil {
		log.Fatal(err)
	}
	c, err := penalties.New(law, penalties.Config{Regime: "fr.b2b"})
	if err != nil {
		log.Fatal(err)
	}
	day, money := receivables.MustDate, receivables.MustMoney
	a, err := c.Accrue(penalties.Claim{
		ID: "F-88", Principal: money("10000.00", "EUR"), DueOn: day("2025-01-31"),
		Payments: []penalties.Payment{{On: day("2025-03-02"), Amount: money("4000.00", "EUR")}},
		Costs: []penalties.Cost{
			{On: day("2025-02-10"), Amount: money("130.00", "EUR"), Proof: "bailiff's bill 2025-117"},
			{On: day("2025-03-20"), Amount: money("25.00", "EUR"), Proof: "extract of the register"},
		},
	}, day("2025-04-01"))
	if err != nil {
		log.Fatal(err)
	}
	s, err := penalties.NewStatement(day("2025-04-01"), a)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(s.Text()) // encoding/json writes the same with every figure on its own
	// Output:
	// Statement of claim as of 2025-04-01
	//
	// F-88, due on 2025-01-31 (fr.b2b): principal 10000.00 EUR, left 6238.08 EUR
	//   2025-02-01 to 2025-03-02: 10000.00 EUR x 13.15 % x 30/365 = 108.08
	//   2025-03-03 to 2025-04-01: 6238.08 EUR x 13.15 % x 30/365 = 67.42
	//   under C. com. L441-10 II [T]
	//   under European Central Bank, Directive 2011/7/EU art. 2(7): ecb_mro 3.15 from 2024-12-18 [agreed]
	//   paid on 2025-03-02: 4000.00 EUR, of which costs 130.00, interest 108.08, principal 3761.92, returned 0.00
	//   interest 175.50 EUR, of which due 67.42 EUR; 2.247418 for each further day
	//   fixed sum 40.00 EUR under C. com. L441-10 II, D441-5 (since 2013-01-01) [T]
	//   costs of 2025-02-10: 130.00 EUR, proven by bailiff's bill 2025-117
	//   costs of 2025-03-20: 25.00 EUR, proven by extract of the register
	//   further costs on proof, above the fixed sum: 115.00 EUR
	//   total due 6330.50 EUR
	//
	// Total EUR: principal 6238.08 + interest 67.42 + costs 25.00 = 6330.50; 2.247418 for each further day
}

// A term of 45 days end of month must be written in the contract.
func ExampleCheckFrenchTerm() {
	day := receivables.MustDate
	for _, due := range []string{"2023-03-16", "2023-03-31", "2023-04-01"} {
		v, err := penalties.CheckFrenchTerm("general", receivables.Events{Issued: day("2023-01-15")}, day(due))
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(due, v.Verdict, "latest", v.Latest, "or", v.LatestIfWritten, v.Citation.Text)
	}
	// Output:
	// 2023-03-16 lawful latest 2023-03-16 or 2023-03-31 C. com. L441-10 I
	// 2023-03-31 if_written latest 2023-03-16 or 2023-03-31 C. com. L441-10 I
	// 2023-04-01 too_late latest 2023-03-16 or 2023-03-31 C. com. L441-10 I
}

// Many claims at once, to the cent as one by one.
func ExampleCalculator_Table() {
	law, err := penalties.Standard()
	if err != nil {
		log.Fatal(err)
	}
	c, err := penalties.New(law, penalties.Config{Regime: "fr.b2b"})
	if err != nil {
		log.Fatal(err)
	}
	day := receivables.MustDate
	table, err := c.Table(day("2024-01-01"), day("2026-10-31"))
	if err != nil {
		log.Fatal(err)
	}
	for _, due := range []string{"2024-06-30", "2026-09-30"} {
		interest, err := table.Interest(receivables.MustMoney("1000.00", "EUR"), day(due))
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(due, interest)
	}
	// Output:
	// 2024-06-30 300.34 EUR
	// 2026-09-30 10.53 EUR
}
