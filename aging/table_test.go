package aging_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
)

// mixed makes open items of every kind, some of them too fine or too large for columns.
func mixed(random *rand.Rand, n int, large bool) []receivables.OpenItem {
	items := make([]receivables.OpenItem, n)
	for i := range items {
		currency := receivables.MustCurrency([]string{"EUR", "USD", "JPY"}[random.IntN(3)])
		places := int32(currency.MinorUnits())
		if random.IntN(20) == 0 {
			places += 2
		}
		amount := decimal.New(random.Int64N(2_000_000)-300_000, -places)
		if large && random.IntN(4) == 0 {
			amount = decimal.New(900_000_000_000_000_000, -places)
		}
		x := receivables.OpenItem{Document: fmt.Sprint(i), Customer: fmt.Sprint("C", random.IntN(7)), Open: receivables.Zero(currency).AddAmount(amount)}
		if random.IntN(12) > 0 {
			x.DueOn = receivables.AddDays(asOf, random.IntN(500)-350)
		}
		if random.IntN(12) > 0 {
			x.IssuedOn = receivables.AddDays(asOf, random.IntN(500)-400)
		}
		if amount.Sign() > 0 && random.IntN(5) == 0 {
			x.Disputed = receivables.Zero(currency).AddAmount(amount.DivRound(decimal.New(2, 0), places))
		}
		items[i] = x
	}
	return items
}

// Every cell of a table is that of the accumulator, in any scheme, treatment of credits, on any day, with any number of
// workers, for a portfolio in one piece or appended.
func TestTablesAgreeWithTheAccumulator(t *testing.T) {
	var configs []aging.Config
	for _, p := range aging.Presets() {
		if p.Basis == aging.ByOtherDate || p.Unit == aging.FiscalPeriods {
			continue
		}
		for _, credits := range []aging.Credits{aging.CreditsSeparate, aging.CreditsAtOwnDate, aging.CreditsOldestFirst} {
			configs = append(configs, aging.Config{Scheme: p, Credits: credits})
		}
	}
	issue, err := aging.IssueScheme(30, 60)
	require.NoError(t, err)
	configs = append(configs, aging.Config{}, aging.Config{Scheme: issue})
	require.Greater(t, len(configs), 20)
	days := []date.Date{asOf, receivables.AddDays(asOf, -31), receivables.AddDays(asOf, 200)}
	for seed := range uint64(6) {
		random := rand.New(rand.NewPCG(seed, 9))
		items := mixed(random, 400, seed == 5)
		whole, err := receivables.NewPortfolio(items)
		require.NoError(t, err)
		parts, err := receivables.NewPortfolio(items[:100])
		require.NoError(t, err)
		for part := range slices.Chunk(items[100:], 13) { // more than 16 parts
			parts, err = parts.Append(func(yield func(receivables.OpenItem, error) bool) {
				for _, x := range part {
					if !yield(x, nil) {
						return
					}
				}
			})
			require.NoError(t, err)
		}
		_, fits := whole.Columns()
		assert.Equal(t, seed != 5, fits, "the sums of the large ones need more than 63 bits")
		for _, config := range configs {
			tables := []*aging.Table{}
			for _, p := range []*receivables.Portfolio{whole, parts} {
				for _, workers := range []int{1, 3, 100} {
					table, err := aging.Tabulate(p, config, workers, days...)
					require.NoError(t, err)
					tables = append(tables, table)
				}
			}
			for d, day := range days {
				a, err := aging.New(day, config)
				require.NoError(t, err)
				require.NoError(t, a.AddAll(items))
				want := a.Balance()
				for _, table := range tables {
					for g := range table.Portfolio().GroupCount() {
						group := table.Portfolio().Group(g)
						line, _ := want.Line(group.Currency, group.Customer)
						requireCells(t, line, table.Cells(nil, d, g))
					}
					totals := table.Totals(d)
					for line := range want.Totals() {
						i := slices.IndexFunc(totals, func(x aging.TableTotal) bool { return x.Currency == line.Currency() })
						requireCells(t, line, totals[i].Cells)
					}
				}
			}
		}
	}
}

func requireCells(t *testing.T, line aging.Line, got []aging.Cell) {
	t.Helper()
	want := append(line.Columns(), line.Undated(), line.Unapplied(), line.NotIssued())
	require.Len(t, got, len(want))
	for i := range want {
		require.True(t, want[i].Amount.Equal(got[i].Amount) && want[i].Disputed.Equal(got[i].Disputed) && want[i].Items == got[i].Items,
			"%s %s cell %d: %+v, want %+v", line.Name(), line.Currency(), i, got[i], want[i])
	}
}

func TestTablesRefuseWhatTheyCannotAge(t *testing.T) {
	p, err := receivables.NewPortfolio(nil)
	require.NoError(t, err)
	_, err = aging.Tabulate(p, aging.Config{}, 1)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = aging.Tabulate(p, aging.Config{}, 1, 0)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	other := aging.Default()
	other.Basis = aging.ByOtherDate
	_, err = aging.Tabulate(p, aging.Config{Scheme: other}, 1, asOf)
	require.Error(t, err)
	table, err := aging.Tabulate(p, aging.Config{}, 4, asOf)
	require.NoError(t, err)
	assert.Empty(t, table.Totals(0))
	assert.Equal(t, "not issued", table.Names()[len(table.Names())-1])
}

func BenchmarkTable(b *testing.B) {
	items := generated()
	p, err := receivables.NewPortfolio(items)
	require.NoError(b, err)
	perItem := func(b *testing.B, days int) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(items)*days), "ns/item")
	}
	months := []date.Date{}
	for m := range 12 {
		months = append(months, receivables.EndOfMonth(receivables.AddMonths(asOf, -m)))
	}
	b.Run("build", func(b *testing.B) {
		for b.Loop() {
			if _, err := receivables.NewPortfolio(items); err != nil {
				b.Fatal(err)
			}
		}
		perItem(b, 1)
	})
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprint("age/", workers), func(b *testing.B) {
			for b.Loop() {
				if _, err := aging.Tabulate(p, aging.Config{}, workers, asOf); err != nil {
					b.Fatal(err)
				}
			}
			perItem(b, 1)
		})
		b.Run(fmt.Sprint("trend/", workers), func(b *testing.B) {
			for b.Loop() {
				if _, err := aging.Tabulate(p, aging.Config{}, workers, months...); err != nil {
					b.Fatal(err)
				}
			}
			perItem(b, 12)
		})
	}
	b.Run("accumulator", func(b *testing.B) {
		for b.Loop() {
			a := accumulator(b)
			if err := a.AddAll(items); err != nil {
				b.Fatal(err)
			}
			a.Balance()
		}
		perItem(b, 1)
	})
	b.Run("read", func(b *testing.B) { // the limit: the same bytes
		segments, _ := p.Columns()
		var sum int64
		for b.Loop() {
			for _, s := range segments {
				for i, u := range s.Units {
					sum += u + int64(s.Due[i])
				}
			}
		}
		perItem(b, 1)
		_ = sum
	})
}
