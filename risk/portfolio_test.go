package risk_test

import (
	"fmt"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/risk"
)

// A table of lateness says what the plain function says of the lines of each customer.
func TestALatenessTableAgreesWithTheLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := receivables.MustDate("2025-01-01")
		last := receivables.AddDays(first, rapid.IntRange(0, 300).Draw(t, "days"))
		var items []receivables.OpenItem
		lines := map[receivables.PortfolioGroup][]risk.Late{}
		undated := map[receivables.PortfolioGroup]int{}
		for range rapid.IntRange(0, 60).Draw(t, "lines") {
			currency := receivables.MustCurrency(rapid.SampledFrom([]string{"EUR", "JPY", "KWD"}).Draw(t, "currency"))
			places := int32(currency.MinorUnits())
			if rapid.IntRange(0, 9).Draw(t, "fine") == 0 {
				places += 2
			}
			g := receivables.PortfolioGroup{Customer: rapid.SampledFrom([]string{"C1", "C2", "C3"}).Draw(t, "customer"), Currency: currency}
			units := rapid.Int64Range(1, 1_000_000).Draw(t, "units")
			if rapid.IntRange(0, 9).Draw(t, "large") == 0 {
				units *= 900_000_000_000
			}
			due := receivables.AddDays(first, rapid.IntRange(-60, 300).Draw(t, "due"))
			x := receivables.OpenItem{
				Customer: g.Customer, DueOn: due, IssuedOn: receivables.AddDays(due, rapid.IntRange(-40, 90).Draw(t, "late")),
				Open: receivables.Zero(currency).AddAmount(decimal.New(units, -places)),
			}
			if rapid.IntRange(0, 9).Draw(t, "undated") == 0 {
				x.DueOn = 0
			}
			items = append(items, x)
			switch {
			case x.IssuedOn < first || x.IssuedOn > last:
			case x.DueOn == 0:
				undated[g]++
			default:
				lines[g] = append(lines[g], risk.Late{Days: receivables.DaysBetween(due, x.IssuedOn), Amount: x.Open.Amount()})
			}
		}
		paid, err := receivables.NewPortfolio(items)
		require.NoError(t, err)
		for _, workers := range []int{1, 2, 7} {
			table, err := risk.TabulateLateness(paid, workers, first, last)
			require.NoError(t, err)
			require.Equal(t, paid.GroupCount(), table.Len())
			for n, g := range paid.Groups() {
				assert.Equal(t, fmt.Sprint(risk.LatenessOf(lines[g])), fmt.Sprint(table.Lateness(n)))
				s := table.Sums(n)
				assert.Equal(t, undated[g], s.Undated)
				amount, amountDays, lateDays := decimal.Zero, decimal.Zero, 0
				for _, l := range lines[g] {
					amount = amount.Add(l.Amount)
					amountDays = amountDays.Add(l.Amount.Mul(decimal.NewFromInt(int64(l.Days))))
					lateDays += max(0, l.Days)
				}
				assert.Len(t, lines[g], s.Lines)
				assert.True(t, amount.Equal(s.Amount.Amount()))
				assert.True(t, amountDays.Equal(s.AmountDays))
				assert.Equal(t, int64(lateDays), s.LateDays)
				if len(lines[g]) == 0 {
					continue // no quotients
				}
				want := risk.LatenessOf(lines[g])
				assert.Equal(t, want.ShareLate.String(), receivables.Quotient(decimal.NewFromInt(int64(s.Late)), decimal.NewFromInt(int64(s.Lines)), receivables.UnitFraction).String())
				assert.Equal(t, want.ShareVeryLateAmount.String(), receivables.Quotient(s.VeryLateAmount.Amount(), s.Amount.Amount(), receivables.UnitFraction).String())
				assert.Equal(t, want.LateOnlyWeighted.String(), receivables.Quotient(s.LateAmountDays, s.Amount.Amount(), receivables.UnitDays).String())
			}
		}
	})
}

func TestPaidLinesThatAreNoneAreRefused(t *testing.T) {
	eur := receivables.MustCurrency("EUR")
	first, last := receivables.MustDate("2025-01-01"), receivables.MustDate("2025-12-31")
	good := receivables.OpenItem{Customer: "C", DueOn: first, IssuedOn: last, Open: receivables.Zero(eur).AddAmount(decimal.NewFromInt(1))}
	negative, undated, fine := good, good, good
	negative.Open = good.Open.Neg()
	undated.IssuedOn = 0
	fine.Open = receivables.Zero(eur).AddAmount(decimal.New(-1, -5))
	for _, bad := range []receivables.OpenItem{negative, undated, fine} {
		p, err := receivables.NewPortfolio([]receivables.OpenItem{good, bad, bad})
		require.NoError(t, err)
		_, err = risk.TabulateLateness(p, 2, first, last)
		require.ErrorIs(t, err, receivables.ErrInvalidInput)
		assert.ErrorContains(t, err, "items[1]")
	}
	p, err := receivables.NewPortfolio(nil)
	require.NoError(t, err)
	_, err = risk.TabulateLateness(p, 1, last, first)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = risk.TabulateLateness(p, 1, 0, first)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
}
