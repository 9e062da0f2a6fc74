package scorecard_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/dso/scorecard"
)

// BenchmarkScorecard makes the card of 36 months, all standard indicators, from one pass
// over 1,000,000 documents; and, for comparison, does nothing but look at them.
func BenchmarkScorecard(b *testing.B) {
	const documents = 1_000_000
	random := rand.New(rand.NewPCG(1, 2))
	eur := receivables.MustCurrency("EUR")
	list := make([]receivables.Timeline, documents)
	for i := range list {
		issued := receivables.AddDays(day("2023-01-01"), random.IntN(3*365))
		amount := receivables.Zero(eur).AddAmount(decimal.New(random.Int64N(1_000_000)+1, -2))
		item := receivables.OpenItem{
			Document: "F", Customer: fmt.Sprintf("C%05d", random.IntN(50_000)), IssuedOn: issued, DueOn: receivables.AddDays(issued, 30), Original: amount,
		}
		list[i] = timelineOf(item, receivables.Reduction{On: receivables.AddDays(issued, 10+random.IntN(60)), Kind: receivables.EntryCollected, Amount: amount})
	}
	config := scorecard.Config{First: day("2023-01-01"), Last: day("2025-12-31")}
	b.Run("card", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			a, err := scorecard.New(config, scorecard.Standard())
			if err != nil {
				b.Fatal(err)
			}
			for i := range list {
				if err := a.Add(list[i]); err != nil {
					b.Fatal(err)
				}
			}
			if _, err := a.Card(); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/documents, "ns/document")
	})
	b.Run("sum of the amounts", func(b *testing.B) {
		for b.Loop() {
			sum := decimal.Zero
			for i := range list {
				sum = sum.Add(list[i].Item.Original.Amount())
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/documents, "ns/document")
	})
}
