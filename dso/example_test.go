package dso_test

import (
	"fmt"
	"log"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/dso"
)

// One company, one day, five methods: a maker of toys that sells most before Christmas. At the
// end of December customers owe 420,000 euros, VAT included. The DSO is 128 days or 77, 103,
// 67, 68 or 84; each figure is right, and each answers another question.
func Example() {
	thousand := func(n string) dso.Amount { return dso.Including(receivables.MustMoney(n+"000", "EUR")) }
	owed, notDue := thousand("420"), thousand("330")
	show := func(m dso.Measure, why string) { fmt.Printf("%-28s %6s days  %s\n", m.Method, m.Text(1), why) }

	show(dso.ByBalance(owed, thousand("1200"), 365), "a high balance over the sales of the whole year, the quiet months too")
	show(dso.ByBalance(owed, thousand("500"), 92), "over the last quarter only: closer, but October counts as much as December")
	show(dso.ByAverageBalance([]dso.Amount{thousand("260"), owed}, thousand("1200"), 365), "the balance of January evens out that of December")
	show(dso.CountBackMonths(owed, []dso.MonthSales{
		{Sales: thousand("250"), Days: 31}, // December, all of it
		{Sales: thousand("150"), Days: 30}, // November, all of it
		{Sales: thousand("100"), Days: 31}, // October: the 20 that are left
	}, dso.CountBack{}), "against the sales the balance comes from: free of the season")
	weighted, fractions := dso.SalesWeighted([]dso.MonthOpen{
		{Open: thousand("250"), Sales: thousand("250")},
		{Open: thousand("130"), Sales: thousand("150")},
		{Open: thousand("40"), Sales: thousand("100")},
	}, 30)
	show(weighted, "by what is really open of each month; the fractions show how customers pay:")
	for i, month := range []string{"December", "November", "October"} {
		fmt.Printf("    %-9s %3s%% open\n", month, percent(fractions[i]))
	}

	show(dso.TrueInvoice([]dso.OpenInvoice{
		{Amount: thousand("250"), AgeDays: 15, MonthSales: thousand("250")},
		{Amount: thousand("130"), AgeDays: 45, MonthSales: thousand("150")},
		{Amount: thousand("40"), AgeDays: 75, MonthSales: thousand("100")},
	}), "the same with the age of each invoice: a sum, which grows with what is left from before")

	fmt.Println("Of the 77 days of the quarter:")
	show(dso.BestPossible(notDue, thousand("500"), 92), "are granted by the terms")
	show(dso.AverageDaysDelinquent(owed, notDue, thousand("500"), 92), "are lateness: this is what reminders can win back")
	day := dso.ValueOfDays(thousand("1200"), 365, decimal.NewFromInt(5), decimal.RequireFromString("0.04"))
	fmt.Printf("Five of them are worth %s euros of cash, %s a year at 4 percent.\n", day.Released.Text(2), day.YearlySaving.Text(2))

	// The amounts without VAT are those of the income statement: no method takes them for receivables.
	fmt.Println(dso.ByBalance(owed, dso.Excluding(receivables.MustMoney("1000000", "EUR")), 365).Status())
	// Output:
	// balance                       127.8 days  a high balance over the sales of the whole year, the quiet months too
	// balance                        77.3 days  over the last quarter only: closer, but October counts as much as December
	// average balance               103.4 days  the balance of January evens out that of December
	// count-back by months           67.2 days  against the sales the balance comes from: free of the season
	// sales-weighted                 68.0 days  by what is really open of each month; the fractions show how customers pay:
	//     December  100% open
	//     November   87% open
	//     October    40% open
	// true DSO at invoice level      84.0 days  the same with the age of each invoice: a sum, which grows with what is left from before
	// Of the 77 days of the quarter:
	// best possible                  60.7 days  are granted by the terms
	// average days delinquent        16.6 days  are lateness: this is what reminders can win back
	// Five of them are worth 16438.36 euros of cash, 657.53 a year at 4 percent.
	// mixed basis
}

// percent writes a fraction as a whole percentage.
func percent(f receivables.Figure) string {
	value, _ := f.Value()
	return value.Shift(2).StringFixed(0)
}

// From a ledger: one pass, then any day and any group.
func ExampleFromLedger() {
	day, eur := receivables.MustDate, func(s string) receivables.Money { return receivables.MustMoney(s, "EUR") }
	ledger, err := receivables.NewLedger(
		receivables.Invoice{ID: "F1", Customer: "Lenoir", IssuedOn: day("2026-08-05"), DueOn: day("2026-09-04"), Amount: eur("900.00")},
		receivables.Invoice{ID: "F2", Customer: "Lenoir", IssuedOn: day("2026-09-20"), DueOn: day("2026-10-20"), Amount: eur("600.00")},
		receivables.Invoice{ID: "F3", Customer: "Perrin", IssuedOn: day("2026-10-12"), DueOn: day("2026-11-11"), Amount: eur("300.00")},
		receivables.Payment{ID: "P1", Customer: "Lenoir", ReceivedOn: day("2026-09-16"), Amount: eur("900.00")},
		receivables.Allocation{From: "P1", To: "F1", Amount: eur("900.00"), On: day("2026-09-16")},
	)
	if err != nil {
		log.Fatal(err)
	}
	asOf := day("2026-10-31")
	result, err := dso.FromLedger(ledger, asOf, asOf, dso.Config{}, dso.GroupBy(receivables.ByCustomer()))
	if err != nil {
		log.Fatal(err)
	}
	for line := range result.Lines() {
		view, err := line.At(asOf)
		if err != nil {
			log.Fatal(err)
		}
		window := dso.LastDays(asOf, 90)
		fmt.Println(line.Name(), "owes", view.Receivables(), "DSO", view.DSO(window).Text(1), "late", view.AverageDaysDelinquent(window).Text(1),
			"days to pay:", view.Payments(window).DaysToPay.Text(0))
	}
	// Output:
	// Lenoir owes 600.00 EUR DSO 36.0 late 36.0 days to pay: 42
	// Perrin owes 300.00 EUR DSO 90.0 late 0.0 days to pay: insufficient data
}

// What to mend first: late and disputed amounts by cause.
func ExampleDelays_Pareto() {
	day, eur := receivables.MustDate, func(s string) receivables.Money { return receivables.MustMoney(s, "EUR") }
	ledger, err := receivables.NewLedger(
		receivables.Invoice{ID: "F1", Customer: "Lenoir", IssuedOn: day("2026-08-05"), DueOn: day("2026-09-04"), Amount: eur("900.00")},
		receivables.Invoice{ID: "F2", Customer: "Perrin", IssuedOn: day("2026-08-20"), DueOn: day("2026-09-19"), Amount: eur("600.00")},
		receivables.Hold{ID: "L1", Scope: receivables.Scope{Document: "F1"}, From: day("2026-09-01"), Cause: receivables.CausePrice, Owner: "sales"},
	)
	if err != nil {
		log.Fatal(err)
	}
	asOf := day("2026-10-31")
	delays, err := dso.NewDelays(asOf)
	if err != nil {
		log.Fatal(err)
	}
	if err := delays.AddSeq(ledger.Timelines(asOf, asOf)); err != nil {
		log.Fatal(err)
	}
	result, err := dso.FromLedger(ledger, asOf, asOf, dso.Config{})
	if err != nil {
		log.Fatal(err)
	}
	line, _ := result.Line(receivables.MustCurrency("EUR"))
	view, err := line.At(asOf)
	if err != nil {
		log.Fatal(err)
	}
	list, err := delays.Pareto(dso.ByCause, view, dso.LastDays(asOf, 90), decimal.RequireFromString("0.05"))
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range list {
		fmt.Println(d.Name, d.Amount, "for", d.Age.Text(0), "days,", percent(d.Cumulative)+"% so far,", d.InDays.Text(0), "days of DSO")
	}
	// Output:
	// price 900.00 EUR for 60 days, 60% so far, 54 days of DSO
	// late, cause not stated 600.00 EUR for 42 days, 100% so far, 36 days of DSO
}

// Without a ledger: documents from any stream, added in shards and merged.
func ExampleAccumulator_Merge() {
	day, eur := receivables.MustDate, func(s string) receivables.Money { return receivables.MustMoney(s, "EUR") }
	shard := func(document, issued, amount, paidOn string) *dso.Accumulator {
		a, err := dso.New(dso.Config{Through: day("2026-10-31")})
		if err != nil {
			log.Fatal(err)
		}
		item := receivables.OpenItem{
			Document: document, Customer: "Lenoir", IssuedOn: day(issued), DueOn: receivables.AddDays(day(issued), 30), Original: eur(amount),
		}
		var paid []receivables.Reduction
		if paidOn != "" {
			paid = append(paid, receivables.Reduction{On: day(paidOn), Kind: receivables.EntryCollected, Amount: eur(amount)})
		}
		t, err := receivables.NewTimeline(item, paid...)
		if err != nil {
			log.Fatal(err)
		}
		if err := a.Add(t); err != nil {
			log.Fatal(err)
		}
		return a
	}
	whole := shard("F1", "2026-08-05", "900.00", "2026-09-16")
	if err := whole.Merge(shard("F2", "2026-09-20", "600.00", "")); err != nil {
		log.Fatal(err)
	}
	line, _ := whole.Result().Line(receivables.MustCurrency("EUR"))
	for _, month := range []string{"2026-09-30", "2026-10-31"} {
		view, err := line.At(day(month))
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(month, "owed", view.Receivables(), "overdue", view.Overdue(), "DSO", view.DSO(dso.LastDays(view.AsOf(), 90)).Figure)
	}
	_, err := line.At(day("2026-11-01"))
	fmt.Println(err)
	// Output:
	// 2026-09-30 owed 600.00 EUR overdue 0.00 EUR DSO 36 days
	// 2026-10-31 owed 600.00 EUR overdue 600.00 EUR DSO 36 days
	// receivables: timelines on 2026-11-01: outside coverage 2026-08-05 to 2026-10-31
}
