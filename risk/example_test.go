package risk_test

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/risk"
)

// A customer who pays later from month to month: profile, class with its reasons, what would
// make it better, signs of deterioration, and the likely day of the next payment.
func Example() {
	day, eur := receivables.MustDate, func(text string) receivables.Money { return receivables.MustMoney(text, "EUR") }
	ledger, err := receivables.NewLedger()
	must(err)
	for month, late := range []int{2, 4, 9, 12, 16, 21, 24, 29, 33} {
		id := fmt.Sprintf("F%d", month+1)
		issued := receivables.AddMonths(day("2025-11-01"), month)
		due := receivables.AddDays(issued, 30)
		paid := receivables.AddDays(due, late)
		must(ledger.Record(
			receivables.Invoice{ID: id, Customer: "Valmy", IssuedOn: issued, DueOn: due, Amount: eur("1200.00")},
			receivables.Payment{ID: "P" + id, Customer: "Valmy", ReceivedOn: paid, Amount: eur("1200.00")},
			receivables.Allocation{From: "P" + id, To: id, Amount: eur("1200.00"), On: paid},
		))
	}
	must(ledger.Record(receivables.Invoice{ID: "F10", Customer: "Valmy", IssuedOn: day("2026-08-10"), DueOn: day("2026-09-09"), Amount: eur("1500.00")}))

	asOf := day("2026-09-30")
	profiles, err := risk.FromLedger(ledger, asOf, risk.Config{AsOf: asOf})
	must(err)
	p := profiles[0]
	fmt.Printf("weighted lateness %s days, median %s, 9 of 10 by %s\n", p.Lateness.WeightedMean.Text(1), p.Lateness.Median.Text(0), p.Lateness.Q90.Text(0))
	fmt.Printf("trend %s days a month (p %s): %s\n", p.Trend.Slope.Text(1), p.Trend.P.Text(3), p.Trend.Verdict)
	next, _ := p.NextPayment(day("2026-09-09"))
	fmt.Println("F10 is likely to be paid on", next)

	classifier, err := risk.NewClassifier(risk.DefaultPolicy())
	must(err)
	facts := risk.FactsOf(p, risk.PortfolioOf(profiles, receivables.MustCurrency("EUR")), receivables.KindCompany)
	c := classifier.Classify(facts, nil)
	fmt.Println("class", c.Class)
	for _, reason := range c.Reasons {
		fmt.Println(" -", reason)
	}
	for _, m := range c.MoveUp {
		fmt.Println(" up:", m.Measure, "at most", m.To, "gives", m.Class)
	}
	for _, s := range risk.Signals(p, risk.Knowledge{}, risk.DefaultThresholds(), nil) {
		fmt.Println("sign:", s.Kind, "since", s.Since)
	}
	// Output:
	// weighted lateness 16.7 days, median 16, 9 of 10 by 33
	// trend 3.7 days a month (p 0.000): degrading
	// F10 is likely to be paid on 2026-09-25
	// class D
	//  - D by points: 60.5 of 100, 0 being best
	//  - lateness 16.6667 days (more than 10, up to 20): 50 points, weight 30
	//  - very_late 0.1111 fraction (more than 0.1, up to 0.3): 70 points, weight 15
	//  - oldest_overdue 21 days (more than 15, up to 45): 50 points, weight 20
	//  - overdue_share 1 fraction (more than 0.5): 100 points, weight 10
	//  - balance_share 1 fraction (more than 0.1): 100 points, weight 10
	//  - dependence 1 fraction (more than 0.1): 100 points, weight 5
	//  up: lateness at most 3 gives C
	//  up: very_late at most 0 gives C
	// sign: delay drift since 2026-09-30
	// sign: jump since 2026-09-30
}

// A policy is data: criteria with bands of points, cut-offs of classes, overrides with their
// reason. A change of class takes two readings; an override counts at once.
func ExampleClassifier_Classify() {
	d := decimal.RequireFromString
	classifier, err := risk.NewClassifier(risk.Policy{
		Name: "by lateness",
		Criteria: []risk.Criterion{{
			Measure: risk.MeasureLateness, Axis: risk.AxisRisk, Weight: d("1"), Beyond: d("100"),
			Bands: []risk.Band{{UpTo: d("5"), Points: d("0")}, {UpTo: d("30"), Points: d("50")}},
		}},
		Cutoffs:   []risk.Cutoff{{Class: "good", UpTo: d("10")}, {Class: "watch", UpTo: d("50")}},
		Last:      "bad",
		Overrides: []risk.Override{{Flag: risk.FlagInsolvent, Mode: risk.Exactly, Class: "bad", Reason: "collective proceedings"}},
	})
	must(err)
	reading := func(days string, flags ...string) risk.Facts {
		f := risk.Facts{Measures: map[string]receivables.Figure{risk.MeasureLateness: receivables.NewFigure(d(days), receivables.UnitDays)}, Flags: map[string]bool{}}
		for _, flag := range flags {
			f.Flags[flag] = true
		}
		return f
	}
	january := classifier.Classify(reading("20"), nil)
	february := classifier.Classify(reading("3"), &january)
	march := classifier.Classify(reading("4"), &february)
	april := classifier.Classify(reading("4", risk.FlagInsolvent), &march)
	for _, c := range []risk.Classification{january, february, march, april} {
		fmt.Println(c.Class, "-", c.Reasons[len(c.Reasons)-1])
	}
	// Output:
	// watch - lateness 20 days (more than 5, up to 30): 50 points, weight 1
	// watch - watch stays until 2 readings in a row say otherwise; this is reading 1 for good
	// good - from watch to good after 2 readings
	// bad - exactly bad, not good: collective proceedings
}

// Timelines can come from any store; shards are merged.
func ExampleAccumulator() {
	config := risk.Config{AsOf: receivables.MustDate("2026-09-30")}
	first, err := risk.New(config, risk.GroupBy(receivables.BySalesperson()))
	must(err)
	second, err := risk.New(config, risk.GroupBy(receivables.BySalesperson()))
	must(err)
	add := func(a *risk.Accumulator, amount, due, paid string) {
		m := receivables.MustMoney(amount, "EUR")
		t, err := receivables.NewTimeline(
			receivables.OpenItem{Customer: "C", Salesperson: "Roux", IssuedOn: receivables.MustDate("2026-06-01"), DueOn: receivables.MustDate(due), Original: m},
			receivables.Reduction{On: receivables.MustDate(paid), Kind: receivables.EntryCollected, Amount: m},
		)
		must(err)
		must(a.Add(t))
	}
	add(first, "100.00", "2026-07-01", "2026-07-11")
	add(second, "300.00", "2026-07-01", "2026-07-31")
	must(first.Merge(second))
	for _, p := range first.Profiles() {
		fmt.Println(p.Group[0], p.Lateness.Mean.Text(0), p.Lateness.WeightedMean.Text(0))
	}
	// Output: Roux 20 25
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
