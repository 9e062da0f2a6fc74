package receivables_test

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables"
)

// anyItems draws open items of every kind a portfolio may meet.
func anyItems(t *rapid.T, most int) []receivables.OpenItem {
	var items []receivables.OpenItem
	for range rapid.IntRange(0, most).Draw(t, "items") {
		currency := receivables.MustCurrency(rapid.SampledFrom([]string{"EUR", "USD", "JPY"}).Draw(t, "currency"))
		places := int32(currency.MinorUnits())
		if rapid.IntRange(0, 9).Draw(t, "odd") == 0 {
			places += 3 // no whole minor units
		}
		amount := decimal.New(rapid.Int64Range(-100_000, 1_000_000).Draw(t, "amount"), -places)
		item := receivables.OpenItem{
			Customer: rapid.SampledFrom([]string{"", "A", "B", "C-\u00e9"}).Draw(t, "customer"), Open: receivables.Zero(currency).AddAmount(amount),
		}
		day := func(name string) date.Date {
			if rapid.IntRange(0, 9).Draw(t, "no "+name) == 0 {
				return 0
			}
			return receivables.AddDays(receivables.MustDate("2026-01-01"), rapid.IntRange(-200, 400).Draw(t, name))
		}
		item.DueOn, item.IssuedOn = day("due"), day("issued")
		if amount.Sign() > 0 && rapid.IntRange(0, 4).Draw(t, "disputed") == 0 {
			item.Disputed = item.Open
		}
		items = append(items, item)
	}
	return items
}

func stream(items []receivables.OpenItem, end error) func(func(receivables.OpenItem, error) bool) {
	return func(yield func(receivables.OpenItem, error) bool) {
		for _, x := range items {
			if !yield(x, nil) {
				return
			}
		}
		if end != nil {
			yield(receivables.OpenItem{}, end)
		}
	}
}

// texts is what a portfolio holds, by position.
func texts(t require.TestingT, p *receivables.Portfolio) []string {
	list := make([]string, p.Len())
	for at, x := range p.Items() {
		require.Empty(t, list[at])
		list[at] = fmt.Sprint(x.Customer, " ", x.DueOn, " ", x.IssuedOn, " ", x.Open.Amount(), x.Open.Currency(), " ", x.Disputed.Amount())
	}
	return list
}

// What goes in comes out, in one piece or appended in many, and the portfolio before an append stays as it was.
func TestAPortfolioHoldsItsItems(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := anyItems(t, 40)
		whole, err := receivables.NewPortfolio(items)
		require.NoError(t, err)
		want := make([]string, len(items))
		for i, x := range items {
			want[i] = fmt.Sprint(x.Customer, " ", x.DueOn, " ", x.IssuedOn, " ", x.Open.Amount(), x.Open.Currency(), " ", x.Disputed.Amount())
		}
		assert.Equal(t, want, texts(t, whole))
		assert.Equal(t, len(items), whole.Len())
		parts, err := receivables.NewPortfolio(nil)
		require.NoError(t, err)
		for part := range slices.Chunk(items, rapid.IntRange(1, 5).Draw(t, "part")) {
			before, was := parts, texts(t, parts)
			parts, err = parts.Append(stream(part, nil))
			require.NoError(t, err)
			assert.Equal(t, was, texts(t, before))
		}
		assert.Equal(t, want, texts(t, parts))
		assert.Equal(t, whole.Groups(), parts.Groups())
		sorted := parts.Sorted()
		assert.True(t, slices.IsSortedFunc(sorted, func(x, y int) int {
			a, b := parts.Group(x), parts.Group(y)
			return cmp.Or(cmp.Compare(a.Customer, b.Customer), cmp.Compare(a.Currency.Code(), b.Currency.Code()))
		}))
	})
}

func TestWhatIsNoPortfolio(t *testing.T) {
	good := receivables.OpenItem{Customer: "A", Open: receivables.MustMoney("1.00", "EUR")}
	bad := good
	bad.Disputed = receivables.MustMoney("2.00", "EUR")
	_, err := receivables.NewPortfolio([]receivables.OpenItem{good, bad})
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	assert.Contains(t, err.Error(), "items[1]")
	_, err = receivables.NewPortfolio([]receivables.OpenItem{{Customer: "A"}})
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	other := good
	other.Disputed = receivables.MustMoney("1.00", "USD")
	_, err = receivables.NewPortfolio([]receivables.OpenItem{other})
	require.ErrorIs(t, err, receivables.ErrCurrencyMismatch)
	broken := errors.New("cursor closed")
	_, err = receivables.CollectPortfolio(stream([]receivables.OpenItem{good}, broken))
	require.ErrorIs(t, err, broken)
	p, err := receivables.NewPortfolio([]receivables.OpenItem{good})
	require.NoError(t, err)
	_, err = p.Append(stream([]receivables.OpenItem{bad}, nil))
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	assert.Equal(t, 1, p.Len())
}

func TestThePortfolioOfALedger(t *testing.T) {
	l, err := receivables.NewLedger(
		receivables.Invoice{ID: "F1", Customer: "C1", IssuedOn: day("2026-01-05"), DueOn: day("2026-01-25"), Amount: receivables.MustMoney("1200.00", "EUR")},
		receivables.Invoice{ID: "F2", Customer: "C1", IssuedOn: day("2026-02-05"), DueOn: day("2026-02-25"), Amount: receivables.MustMoney("10.00", "EUR")},
		receivables.Payment{ID: "P1", Customer: "C1", ReceivedOn: day("2026-01-30"), KnownOn: day("2026-02-04"), Amount: receivables.MustMoney("500.00", "EUR")},
		receivables.Allocation{From: "P1", To: "F1", Amount: receivables.MustMoney("500.00", "EUR"), On: day("2026-01-30"), KnownOn: day("2026-02-04")},
	)
	require.NoError(t, err)
	for known, want := range map[string]string{"2026-01-31": "1200", "2026-02-04": "700"} {
		p, err := l.Portfolio(day("2026-01-31"), day(known))
		require.NoError(t, err)
		require.Equal(t, 1, p.Len())
		for _, item := range p.Items() {
			assert.Equal(t, want, item.Open.Amount().String())
			assert.Equal(t, day("2026-01-25"), item.DueOn)
		}
	}
}
