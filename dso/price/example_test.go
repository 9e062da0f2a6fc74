package price_test

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/dso/price"
)

// The rate to put in the terms of sale: what a buyer would take, what a seller can give.
func ExampleChooseRate() {
	rate := func(s string) decimal.Decimal { return decimal.RequireFromString(s) }
	choice := price.ChooseRate(price.Offer{
		Amount: receivables.MustMoney("100000", "EUR"), AnnualRate: rate("0.08"), DaysGained: 45, YearBasis: 365, PD: rate("0.03"), LGD: rate("0.6"),
	}, rate("0.06"), price.Alternative{Name: "overdraft", AnnualRate: rate("0.09")})
	percent := func(f receivables.Figure) string {
		value, _ := f.Value()
		return value.Shift(2).StringFixed(2) + "%"
	}
	fmt.Println("the buyer gains from", percent(choice.Floor), "which is", percent(choice.FloorCost.Simple), "a year")
	fmt.Println("the seller loses from", percent(choice.Ceiling), "which is", percent(choice.CeilingCost.Simple), "a year")
	for _, a := range choice.Alternatives {
		fmt.Println(a.Name, "is worth", percent(a.Discount), "- the maximum is dearer, for it pays for the risk:", a.CeilingDearer)
	}
	// Output:
	// the buyer gains from 0.73% which is 6.00% a year
	// the seller loses from 2.76% which is 23.01% a year
	// overdraft is worth 1.10% - the maximum is dearer, for it pays for the risk: true
}
