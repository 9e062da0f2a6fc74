package penalties_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/wire/wiretest"
	"github.com/receivables-go/receivables/penalties"
)

func TestAccumulatorsOfInterest(t *testing.T) {
	law, err := penalties.Standard()
	require.NoError(t, err)
	table := func(config penalties.Config, until string) *penalties.Table {
		c, err := penalties.New(law, config)
		require.NoError(t, err)
		x, err := c.Table(day("2024-01-01"), day(until))
		require.NoError(t, err)
		return x
	}
	french := table(penalties.Config{Regime: "fr.b2b"}, "2025-12-31")
	item := receivables.OpenItem{Customer: "C", Open: receivables.MustMoney("1000.00", "EUR"), DueOn: day("2025-06-30")}
	a := french.Accumulator()
	require.NoError(t, a.AddStream(func(yield func(receivables.OpenItem, error) bool) {
		for range 2 {
			if !yield(item, nil) {
				return
			}
		}
	}))
	got := a.Charges().Charge(0)
	one, err := french.Interest(item.Open, item.DueOn)
	require.NoError(t, err)
	assert.Equal(t, one.Amount().Add(one.Amount()).String(), got.Interest.Amount().String())
	assert.Equal(t, "80.00 EUR", got.FixedSums[0].String())

	before := a.Charges()
	early := item
	early.DueOn = day("2023-06-30")
	require.ErrorIs(t, a.Add(early), receivables.ErrNoCoverage)
	require.ErrorIs(t, a.Add(receivables.OpenItem{}), receivables.ErrInvalidInput)
	broken := errors.New("cursor")
	require.ErrorIs(t, a.AddStream(func(yield func(receivables.OpenItem, error) bool) { yield(item, broken) }), broken)
	assert.Equal(t, before.Totals(), a.Charges().Totals())

	require.ErrorIs(t, a.Merge(a), receivables.ErrConflict)
	state, err := a.MarshalBinary()
	require.NoError(t, err)
	for name, other := range map[string]*penalties.Table{
		"day": table(penalties.Config{Regime: "fr.b2b"}, "2025-12-30"), "regime": table(penalties.Config{Regime: "de.b2b"}, "2025-12-31"),
		"waived": table(penalties.Config{Regime: "fr.b2b", WaiveFixedSum: "goodwill"}, "2025-12-31"),
	} {
		assert.ErrorIs(t, other.Accumulator().MergeBinary(state), receivables.ErrConflict, name)
	}
	wiretest.Refuses(t, state, func(data []byte) error { return french.Accumulator().MergeBinary(data) })
}
