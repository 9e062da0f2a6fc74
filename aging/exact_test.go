package aging_test

import (
	"bytes"
	"fmt"
	"sync"
	"testing"

	iso4217 "github.com/bojanz/currency"
	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
)

// extreme draws items at the edges: of 18 digits, of 63 and 127 bits, of any scale, of currencies with 0 to 4 decimals.
func extreme(t *rapid.T) []receivables.OpenItem {
	n := rapid.IntRange(0, 60).Draw(t, "items")
	var items []receivables.OpenItem
	for range n {
		currency := receivables.MustCurrency(rapid.SampledFrom([]string{"EUR", "JPY", "KWD", "CLF", "USD", "CHF", "BHD"}).Draw(t, "currency"))
		coefficient := rapid.OneOf(
			rapid.Int64Range(-1_000_000, 1_000_000), rapid.Int64(),
			rapid.SampledFrom([]int64{0, 1, -1, 999_999_999_999_999_999, -999_999_999_999_999_999, 1_000_000_000_000_000_000, 1<<63 - 1, -1 << 63}),
		).Draw(t, "coefficient")
		amount := decimal.New(coefficient, rapid.Int32Range(-6, 2).Draw(t, "exponent"))
		x := receivables.OpenItem{
			Customer: rapid.SampledFrom([]string{"", "A", "B", "\u00e9"}).Draw(t, "customer"), Open: receivables.Zero(currency).AddAmount(amount),
		}
		day := func(name string) date.Date {
			switch rapid.IntRange(0, 9).Draw(t, name) {
			case 0:
				return 0
			case 1:
				return rapid.SampledFrom([]date.Date{receivables.MustDate("1900-01-01"), receivables.MustDate("9999-12-31"), asOf, asOf + 1, asOf - 30}).Draw(t, name)
			}
			return receivables.AddDays(asOf, rapid.IntRange(-400, 200).Draw(t, name))
		}
		x.DueOn, x.IssuedOn = day("due"), day("issued")
		if amount.Sign() > 0 && rapid.Bool().Draw(t, "disputed") {
			x.Disputed = receivables.Zero(currency).AddAmount(amount.Mul(decimal.New(rapid.Int64Range(0, 100).Draw(t, "percent"), -2)))
		}
		items = append(items, x)
	}
	if rapid.IntRange(0, 199).Draw(t, "every currency") == 99 { // thousands of pairs of customer and currency
		for i, currency := range currencies() {
			for k := range 15 {
				items = append(items, receivables.OpenItem{
					Customer: fmt.Sprint("K", k), Open: receivables.Zero(currency).AddAmount(decimal.New(int64(i*k-100), int32(-(k % 5)))), DueOn: receivables.AddDays(asOf, i-60),
				})
			}
		}
	}
	return items
}

// currencies are all that the library knows.
var currencies = sync.OnceValue(func() []receivables.Currency {
	var list []receivables.Currency
	for _, code := range iso4217.GetCurrencyCodes() {
		if c, err := receivables.ParseCurrency(code); err == nil {
			list = append(list, c)
		}
	}
	return list
})

// The same figures to the last digit come out of a slice, a stream, merged shards, a portfolio in one piece, appended, saved and
// loaded, with 1, 2 and 7 workers.
func TestEveryWayGivesTheSameBalance(t *testing.T) {
	presets := aging.Presets()
	rapid.Check(t, func(t *rapid.T) {
		items := extreme(t)
		config := aging.Config{Credits: rapid.SampledFrom([]aging.Credits{aging.CreditsSeparate, aging.CreditsAtOwnDate, aging.CreditsOldestFirst}).Draw(t, "credits")}
		if s := rapid.SampledFrom(presets).Draw(t, "scheme"); s.Basis != aging.ByOtherDate && s.Unit != aging.FiscalPeriods {
			config.Scheme = s
		}
		day := receivables.AddDays(asOf, rapid.IntRange(-100, 100).Draw(t, "day"))
		accumulated := func(items []receivables.OpenItem) *aging.Accumulator {
			a, err := aging.New(day, config)
			require.NoError(t, err)
			require.NoError(t, a.AddAll(items))
			return a
		}
		cut := rapid.IntRange(0, len(items)).Draw(t, "cut")
		merged := accumulated(items[cut:])
		require.NoError(t, merged.Merge(accumulated(items[:cut])))
		want, shards := accumulated(items).Balance(), merged.Balance()
		state, err := merged.MarshalBinary()
		require.NoError(t, err)
		shipped := accumulated(nil)
		require.NoError(t, shipped.MergeBinary(state))
		requireSame(t, want, shipped.Balance())

		whole, err := receivables.NewPortfolio(items)
		require.NoError(t, err)
		parts, err := receivables.NewPortfolio(items[:cut])
		require.NoError(t, err)
		parts, err = parts.Append(func(yield func(receivables.OpenItem, error) bool) {
			for _, x := range items[cut:] {
				if !yield(x, nil) {
					return
				}
			}
		})
		require.NoError(t, err)
		var file bytes.Buffer
		_, err = parts.WriteTo(&file)
		require.NoError(t, err)
		loaded, err := receivables.ReadPortfolio(&file)
		require.NoError(t, err)

		for _, p := range []*receivables.Portfolio{whole, parts, loaded} {
			for _, workers := range []int{1, 2, 7} {
				table, err := aging.Tabulate(p, config, workers, day)
				require.NoError(t, err)
				for g := range p.GroupCount() {
					group := p.Group(g)
					check := func(cell int, want, got aging.Cell) {
						if !want.Amount.Amount().Equal(got.Amount.Amount()) || !want.Disputed.Amount().Equal(got.Disputed.Amount()) || want.Items != got.Items {
							t.Fatalf("%q %s, %d workers, cell %d: %v, want %v", group.Customer, group.Currency, workers, cell, got, want)
						}
					}
					cells := table.Cells(nil, 0, g)
					for _, balance := range []*aging.Balance{want, shards} {
						line, known := balance.Line(group.Currency, group.Customer)
						if !known { // nothing but zeros
							for i, c := range cells {
								check(i, aging.Cell{}, c)
							}
							continue
						}
						for i, c := range append(line.Columns(), line.Undated(), line.Unapplied(), line.NotIssued()) {
							check(i, c, cells[i])
						}
					}
				}
			}
		}
	})
}
