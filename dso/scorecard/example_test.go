package scorecard_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/dso"
	"github.com/receivables-go/receivables/dso/scorecard"
)

// A card of three indicators, one of them the program's own.
func ExampleFromLedger() {
	day, eur := receivables.MustDate, func(s string) receivables.Money { return receivables.MustMoney(s, "EUR") }
	ledger := &receivables.Ledger{}
	for i, paid := range []string{"2026-05-20", "2026-07-10", "2026-08-25", "2026-10-10"} {
		issued := receivables.AddMonths(day("2026-04-10"), i)
		id := fmt.Sprint("F", i)
		err := ledger.Record(
			receivables.Invoice{ID: id, Customer: "Lenoir", IssuedOn: issued, DueOn: receivables.AddDays(issued, 30), Amount: eur("1000.00")},
			receivables.Payment{ID: "P" + id, Customer: "Lenoir", ReceivedOn: day(paid), Amount: eur("1000.00")},
			receivables.Allocation{From: "P" + id, To: id, Amount: eur("1000.00"), On: day(paid)},
		)
		if err != nil {
			log.Fatal(err)
		}
	}
	indicators, err := scorecard.Select(scorecard.Standard(), scorecard.KeyDSO, scorecard.KeyDaysToPay)
	if err != nil {
		log.Fatal(err)
	}
	indicators = append(indicators, scorecard.Indicator{
		Key: "overdue_15", Name: "overdue by more than 15 days", Better: scorecard.Lower,
		Of: func(v dso.View) dso.Measure { return v.Amount(v.OverdueBeyond(15)) },
	})
	card, err := scorecard.FromLedger(ledger, day("2026-09-30"), scorecard.Config{
		First: day("2026-06-01"), Last: day("2026-09-30"),
		Targets: []scorecard.Target{{Indicator: scorecard.KeyDSO, Value: decimal.NewFromInt(45)}},
	}, indicators)
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range card.Lines[0].Series {
		var cells []string
		for _, c := range s.Cells {
			text := c.Value.Text(1)
			if c.Met != nil && !*c.Met {
				text += "!"
			}
			cells = append(cells, text)
		}
		fmt.Println(s.Name+":", strings.Join(cells, " "), s.Trend.Tendency)
	}
	// Output:
	// DSO, 90 days: 60.0! 60.0! 45.0 90.0! worsening
	// days to pay: 40.0 50.5 68.5 68.5 worsening
	// overdue by more than 15 days: 1000.0 1000.0 1000.0 1000.0 stable
}
