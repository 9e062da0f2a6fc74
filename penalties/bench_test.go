package penalties_test

import (
	"math/rand/v2"
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/penalties"
)

// BenchmarkInterest computes the interest of a million overdue items over floating
// half-years: from a prepared table in minor units and in decimals, and claim by
// claim with every segment.
func BenchmarkInterest(b *testing.B) {
	const n = 1_000_000
	random := rand.New(rand.NewPCG(1, 2))
	eur := receivables.MustCurrency("EUR")
	claims := make([]penalties.Claim, n)
	cents := make([]int64, n)
	dues := make([]date.Date, n) // cents and days as columns: what a portfolio would hand over
	until := day("2026-10-31")
	for i := range claims {
		cents[i] = random.Int64N(10_000_000) + 1
		claims[i] = penalties.Claim{
			Principal: receivables.Zero(eur).AddAmount(decimal.New(cents[i], -2)), DueOn: receivables.AddDays(until, -1-random.IntN(900)),
		}
		dues[i] = claims[i].DueOn
	}
	law, err := penalties.Standard()
	if err != nil {
		b.Fatal(err)
	}
	perItem := func(b *testing.B, n int, run func() error) {
		b.ReportAllocs()
		for b.Loop() {
			if err := run(); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/item")
	}
	for _, scope := range []penalties.Scope{penalties.PerSegment, penalties.AtEnd} {
		c, err := penalties.New(law, penalties.Config{Regime: "fr.b2b", Scope: scope})
		if err != nil {
			b.Fatal(err)
		}
		table, err := c.Table(day("2020-01-01"), until)
		if err != nil {
			b.Fatal(err)
		}
		b.Run("table-units/"+string(scope), func(b *testing.B) {
			perItem(b, n, func() error {
				for i := range claims {
					if _, err := table.Units(cents[i], dues[i]); err != nil {
						return err
					}
				}
				return nil
			})
		})
		b.Run("table-money/"+string(scope), func(b *testing.B) {
			perItem(b, n, func() error {
				for i := range claims {
					if _, err := table.Interest(claims[i].Principal, claims[i].DueOn); err != nil {
						return err
					}
				}
				return nil
			})
		})
		b.Run("accrue/"+string(scope), func(b *testing.B) {
			const some = n / 100
			perItem(b, some, func() error {
				for i := range claims[:some] {
					if _, err := c.Accrue(claims[i], until); err != nil {
						return err
					}
				}
				return nil
			})
		})
	}
}
