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

func TestAccumulatorsOfInterestThatAreNone(t *testing.T) {
	law, err := penalties.Standard()
	require.NoError(t, err)
	c, err := penalties.New(law, penalties.Config{Regime: "fr.b2b"})
	require.NoError(t, err)
	table, err := c.Table(day("2024-01-01"), day("2025-12-31"))
	require.NoError(t, err)
	var none penalties.Accumulator
	require.ErrorIs(t, none.Add(receivables.OpenItem{}), receivables.ErrInvalidInput)
	_, err = none.MarshalBinary()
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	require.ErrorIs(t, none.MergeBinary(nil), receivables.ErrInvalidInput)
	a := table.Accumulator()
	require.ErrorIs(t, a.Merge(nil), receivables.ErrInvalidInput)
	require.ErrorIs(t, a.Merge(&none), receivables.ErrInvalidInput)
	early := receivables.OpenItem{Customer: "C", Open: receivables.MustMoney("1.00", "EUR"), DueOn: day("2023-01-01")}
	require.ErrorIs(t, a.Add(early), receivables.ErrNoCoverage)
	assert.Zero(t, a.Charges().Len(), "a refused item leaves no customer")
	early.DueOn = day("2025-01-01")
	require.NoError(t, a.Add(early))
	for range 33 { // more than 32 bits can count
		state, err := a.MarshalBinary()
		require.NoError(t, err)
		require.NoError(t, a.MergeBinary(state))
	}
	total := a.Charges().Totals()[0]
	assert.Equal(t, 1<<33, total.Late)
	assert.Equal(t, "343597383680.00 EUR", total.FixedSums[0].String())
}
