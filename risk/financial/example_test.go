package financial_test

import (
	"fmt"

	"github.com/receivables-go/receivables/risk/financial"
)

// The functional balance sheet of a company (FRNG - BFR = TN), and a score with the population it
// was made for: read for another one, it says so.
func Example() {
	e, err := financial.EquilibriumOf(financial.FunctionalBalance{
		StableResources: dec("900000"), StableUses: dec("620000"),
		OperatingUses: dec("500000"), OperatingResources: dec("335000"),
		CashAssets: dec("130000"), CashLiabilities: dec("15000"),
	})
	if err != nil {
		panic(err)
	}
	fmt.Println("FRNG", e.FRNG, "BFR", e.BFR, "TN", e.NetCash)

	score := financial.AltmanZDoublePrimeScore(financial.AltmanRatios{
		X1: ratio("0.20"), X2: ratio("0.15"), X3: ratio("0.08"), X4: ratio("0.90"),
	})
	fmt.Println(score.Model, score.Value.Text(4), score.Zone)
	fmt.Println(score.For(financial.Company{Listed: financial.No, Industry: financial.Yes}).Value.Status())
	// Output:
	// FRNG 280000 BFR 165000 TN 115000
	// altman-z-double-prime 3.2836 safe
	// out of domain
}
