package dso_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/dso"
	"github.com/receivables-go/receivables/internal/wire/wiretest"
)

func newState(t require.TestingT, config dso.Config, options ...dso.Option) *dso.Accumulator {
	a, err := dso.New(config, options...)
	require.NoError(t, err)
	return a
}

// Timelines in two shards, one of them from its bytes, give what all give at once.
func TestStatesOfShardsMerge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLedger(t)
		keys := dso.GroupBy(receivables.ByCustomer())
		all, first, second := newState(t, dso.Config{}, keys), newState(t, dso.Config{}, keys), newState(t, dso.Config{}, keys)
		i := 0
		for x := range l.Timelines(lastDrawn, lastDrawn) {
			if rapid.IntRange(0, 9).Draw(t, "fine") == 0 {
				for k := range x.Changes { // too fine for minor units
					x.Changes[k].Amount = x.Changes[k].Amount.AddAmount(x.Changes[k].Amount.Amount().Shift(-4))
				}
			}
			require.NoError(t, all.Add(x))
			require.NoError(t, []*dso.Accumulator{first, second}[i%2].Add(x))
			i++
		}
		state, err := second.MarshalBinary()
		require.NoError(t, err)
		require.NoError(t, first.MergeBinary(state))
		want, got := all.Result(), first.Result()
		for line := range want.Lines() {
			other, ok := got.Line(line.Currency(), line.Group()...)
			require.True(t, ok)
			a, err := line.At(lastDrawn)
			require.NoError(t, err)
			b, err := other.At(lastDrawn)
			require.NoError(t, err)
			for _, of := range []func(v dso.View) any{
				func(v dso.View) any { return v.Parts() },
				func(v dso.View) any { return v.CountBackDays(dso.CountBack{}) },
				func(v dso.View) any { return v.CountBackMonths(dso.CountBack{}) },
				func(v dso.View) any { return v.Payments(dso.LastMonths(lastDrawn, 12)) },
				func(v dso.View) any { return v.Disputes() },
				func(v dso.View) any { return v.Turnover(dso.MethodBalance, dso.LastMonths(lastDrawn, 3)) },
			} {
				x, err := json.Marshal(of(a))
				require.NoError(t, err)
				y, err := json.Marshal(of(b))
				require.NoError(t, err)
				require.JSONEq(t, string(x), string(y))
			}
		}
	})
}

func TestWrongStatesAreRefused(t *testing.T) {
	l := &receivables.Ledger{}
	amount := receivables.MustMoney("100.00", "EUR")
	require.NoError(t, l.Record(
		receivables.Invoice{ID: "F", Customer: "C", IssuedOn: day("2026-01-10"), DueOn: day("2026-02-10"), Amount: amount},
		receivables.Payment{ID: "P", Customer: "C", ReceivedOn: day("2026-02-20"), Amount: amount}, receivables.Allocation{From: "P", To: "F", Amount: amount, On: day("2026-02-20")},
	))
	a := newState(t, dso.Config{})
	require.NoError(t, a.AddSeq(l.Timelines(day("2026-12-31"), 0)))
	state, err := a.MarshalBinary()
	require.NoError(t, err)
	for name, other := range map[string]*dso.Accumulator{
		"config": newState(t, dso.Config{Unapplied: dso.UnappliedIgnored}), "keys": newState(t, dso.Config{}, dso.GroupBy(receivables.ByCustomer())),
		"exclusions": newState(t, dso.Config{}, dso.Exclude("doubtful", func(*receivables.OpenItem) bool { return false })),
	} {
		assert.ErrorIs(t, other.MergeBinary(state), receivables.ErrConflict, name)
	}
	wiretest.Refuses(t, state, func(data []byte) error { return newState(t, dso.Config{}).MergeBinary(data) })
	var none dso.Accumulator
	_, err = none.MarshalBinary()
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	require.ErrorIs(t, none.MergeBinary(state), receivables.ErrInvalidInput)
}
