package risk_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/risk"
)

// BenchmarkProfiles makes profiles and classes of 100,000 customers from 5,000,000 paid lines, made
// one by one as a stream has them; "stream" makes the same lines and does nothing with them.
func BenchmarkProfiles(b *testing.B) {
	const customers, lines = 100_000, 5_000_000
	names := make([]string, customers)
	for i := range names {
		names[i] = fmt.Sprintf("C%06d", i)
	}
	amounts := make([]receivables.Money, 1000)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range amounts {
		amounts[i] = receivables.Zero(receivables.MustCurrency("EUR")).AddAmount(decimal.New(random.Int64N(1_000_000)+1, -2))
	}
	first := day("2025-11-01")
	stream := func(yield func(receivables.Timeline, error) bool) {
		random := rand.New(rand.NewPCG(3, 4))
		changes := make([]receivables.Change, 2)
		for range lines {
			amount := amounts[random.IntN(len(amounts))]
			issued := receivables.AddDays(first, random.IntN(300))
			paid := receivables.AddDays(issued, 10+random.IntN(60))
			changes[0] = receivables.Change{On: issued, Kind: receivables.EntryBilled, Amount: amount}
			changes[1] = receivables.Change{On: paid, Kind: receivables.EntryCollected, Amount: amount.Neg()}
			t := receivables.Timeline{
				Item:    receivables.OpenItem{Customer: names[random.IntN(customers)], IssuedOn: issued, DueOn: receivables.AddDays(issued, 30), Original: amount},
				Changes: changes,
			}
			if !yield(t, nil) {
				return
			}
		}
	}
	b.Run("profiles and classes", func(b *testing.B) {
		b.ReportAllocs()
		classifier, err := risk.NewClassifier(risk.DefaultPolicy())
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			a, err := risk.New(risk.Config{AsOf: day("2026-10-31")})
			if err != nil {
				b.Fatal(err)
			}
			if err := a.AddStream(stream); err != nil {
				b.Fatal(err)
			}
			profiles := a.Profiles()
			portfolio := risk.PortfolioOf(profiles, receivables.MustCurrency("EUR"))
			for _, p := range profiles {
				classifier.Classify(risk.FactsOf(p, portfolio, receivables.KindCompany), nil)
			}
			if len(profiles) != customers {
				b.Fatal(len(profiles))
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/lines, "ns/line")
	})
	b.Run("stream", func(b *testing.B) {
		for b.Loop() {
			n := 0
			stream(func(receivables.Timeline, error) bool {
				n++
				return true
			})
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/lines, "ns/line")
	})
}
