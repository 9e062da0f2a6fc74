package limit_test

import (
	"fmt"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/risk/limit"
)

// An order of 10,000, of which 4,000 are invoiced and 3,500 delivered, is 10,000: a business
// counts once. The next order is beyond the limit; a deposit brings it back.
func Example() {
	eur := func(text string) receivables.Money { return receivables.MustMoney(text, "EUR") }
	exposure, err := limit.ExposureOf(receivables.MustCurrency("EUR"), []limit.Item{
		{Reference: "BC-7", Stage: limit.StageOrder, Amount: eur("10000.00")},
		{Reference: "BC-7", Stage: limit.StageToBeInvoiced, Amount: eur("7500.00")}, // delivered in all
		{Reference: "BC-7", Document: "F-31", Stage: limit.StageOpen, Amount: eur("4000.00")},
		{Document: "F-12", Stage: limit.StageOverdue, Amount: eur("2000.00")},
	})
	if err != nil {
		panic(err)
	}
	fmt.Println("orders", exposure.Orders, "to be invoiced", exposure.ToBeInvoiced, "open", exposure.Open, "overdue", exposure.Overdue, "total", exposure.Total)

	needs := limit.Needs(eur("6000.00"), 45, 15, 10, 30) // monthly purchases x (terms + invoicing + lateness) / 30
	fmt.Println("limit by needs", needs)
	o, err := limit.Decide(receivables.MustDate("2026-10-31"), eur("4000.00"), limit.Customer{
		Exposure: exposure, Limit: needs, ValidUntil: receivables.MustDate("2026-12-31"), Insured: eur("10000.00"), OldestOverdue: 12,
	}, limit.DefaultPolicy())
	if err != nil {
		panic(err)
	}
	fmt.Println(o.Decision, o.Deposit, "- not insured", o.Uninsured, "- review on", o.ReviewOn)
	for _, reason := range o.Reasons {
		fmt.Println(" -", reason)
	}
	// Output:
	// orders 2500.00 EUR to be invoiced 3500.00 EUR open 4000.00 EUR overdue 2000.00 EUR total 12000.00 EUR
	// limit by needs 14000 EUR
	// ask for a deposit 2000.00 EUR - not insured 6000.00 EUR - review on 2027-01-01
	//  - exposure with the order 16000.00 EUR exceeds the limit of 14000.00 EUR by 2000.00 EUR
	//  - a deposit of 2000.00 EUR keeps the exposure within the limit
}
