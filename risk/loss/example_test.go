package loss_test

import (
	"fmt"

	"github.com/receivables-go/receivables/risk/loss"
)

// The matrix of the illustrative example 12 of IFRS 9, and a debtor insured at 80 percent.
func Example() {
	a, err := loss.Matrix([]loss.Bucket{
		{Name: "current", Amount: eur("15000000"), Rate: dec("0.003")},
		{Name: "1-30", Amount: eur("7500000"), Rate: dec("0.016")},
		{Name: "31-60", Amount: eur("4000000"), Rate: dec("0.036")},
		{Name: "61-90", Amount: eur("2500000"), Rate: dec("0.066")},
		{Name: "91+", Amount: eur("1000000"), Rate: dec("0.106")},
	}, dec("1"))
	if err != nil {
		panic(err)
	}
	fmt.Println("allowance", a.Total.Amount().StringFixed(2))
	e := loss.ExpectedLoss(loss.Exposure{PD: dec("0.05"), LGD: dec("0.6"), EAD: eur("120000.00"), RecoverableVAT: dec("0.20"), Cover: dec("0.8")})
	fmt.Println("expected loss", e.Amount.Text(2), "at a rate of", e.Rate.Text(3))
	// Output:
	// allowance 580000.00
	// expected loss 600.00 at a rate of 0.030
}
