package risk_test

import (
	"encoding/json"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/wire/wiretest"
	"github.com/receivables-go/receivables/risk"
)

// The profiles of the IBM ledger from 8 shards that were sent as bytes are those of all at once; wrong states are refused.
func TestStatesOfShardsMerge(t *testing.T) {
	config := risk.Config{AsOf: receivables.MustDate("2013-06-30"), Months: 12}
	newState := func(config risk.Config, options ...risk.Option) *risk.Accumulator {
		a, err := risk.New(config, options...)
		require.NoError(t, err)
		return a
	}
	timelines := ibm(t)
	for i := range timelines {
		if i%50 == 0 { // too fine for minor units
			for k := range timelines[i].Changes {
				c := &timelines[i].Changes[k]
				c.Amount = c.Amount.AddAmount(c.Amount.Amount().Shift(-4))
			}
		}
	}
	all, merged := newState(config), newState(config)
	shards := make([]*risk.Accumulator, 8)
	for i := range shards {
		shards[i] = newState(config)
	}
	for i, x := range timelines {
		require.NoError(t, all.Add(x))
		require.NoError(t, shards[i%8].Add(x))
	}
	for _, shard := range shards {
		state, err := shard.MarshalBinary()
		require.NoError(t, err)
		require.NoError(t, merged.MergeBinary(state))
	}
	want, err := json.Marshal(all.Profiles())
	require.NoError(t, err)
	got, err := json.Marshal(merged.Profiles())
	require.NoError(t, err)
	require.NotEmpty(t, all.Profiles())
	assert.JSONEq(t, string(want), string(got))

	one := newState(config)
	for _, x := range timelines[:2] {
		require.NoError(t, one.Add(x))
	}
	state, err := one.MarshalBinary()
	require.NoError(t, err)
	other := config
	other.Residue = decimal.NewFromInt(1)
	require.ErrorIs(t, newState(other).MergeBinary(state), receivables.ErrConflict)
	require.ErrorIs(t, newState(config, risk.GroupBy(receivables.ByEntity())).MergeBinary(state), receivables.ErrConflict)
	wiretest.Refuses(t, state, func(data []byte) error {
		a := newState(config)
		err := a.MergeBinary(data)
		a.Profiles() // must not panic either
		return err
	})
	var none risk.Accumulator
	_, err = none.MarshalBinary()
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	require.ErrorIs(t, none.MergeBinary(state), receivables.ErrInvalidInput)
}
