package settlement_test

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure/settlement"
)

// A plan in three, one instalment missed, and what falls due at once by its clause.
func Example() {
	day, eur := receivables.MustDate, func(text string) receivables.Money { return receivables.MustMoney(text, "EUR") }
	plan, err := settlement.Equal(eur("1000.00"), 3, settlement.Dates{First: day("2026-11-30"), StepMonths: 1}, settlement.ToLast)
	must(err)
	for _, x := range plan.Instalments {
		fmt.Println(x.On, x.Payment)
	}
	p, err := plan.Progress([]settlement.Payment{{On: day("2026-11-30"), Amount: eur("333.33")}}, day("2027-01-04"), 3)
	must(err)
	fmt.Println(p.State, "since", p.MissedOn, "arrears", p.Arrears, "remaining", p.Remaining)
	a, err := settlement.Accelerate(settlement.Clause{Kind: settlement.AfterNotice, NoticeDays: 8}, p.MissedOn, day("2027-01-04"), false, p.Remaining)
	must(err)
	fmt.Println("due at once on", a.On, a.DueAtOnce)
	// Output:
	// 2026-11-30 333.33 EUR
	// 2026-12-30 333.33 EUR
	// 2027-01-30 333.34 EUR
	// broken since 2027-01-02 arrears 333.33 EUR remaining 666.67 EUR
	// due at once on 2027-01-13 666.67 EUR
}

// Is 890 today worth more than 1000 in March?
func ExampleCompare() {
	day, eur, d := receivables.MustDate, func(text string) receivables.Money { return receivables.MustMoney(text, "EUR") }, decimal.RequireFromString
	march, err := settlement.Moratorium(eur("1000.00"), day("2026-01-01"), day("2026-03-15"), d("0"), 365)
	must(err)
	now, err := settlement.Moratorium(eur("890.00"), day("2025-12-31"), day("2026-01-01"), d("0"), 365)
	must(err)
	list, err := settlement.Compare(day("2026-01-01"), d("0.05"), 365,
		settlement.Offer{Name: "890 today", Schedule: now, Kept: d("1")},
		settlement.Offer{Name: "1000 in March", Schedule: march, Kept: d("0.85")},
	)
	must(err)
	for _, o := range list {
		fmt.Println(o.Name, o.PresentValue.Text(2), o.Expected.Text(2))
	}
	// Output:
	// 890 today 890.00 890.00
	// 1000 in March 990.10 841.58
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
