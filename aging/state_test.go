package aging_test

import (
	"fmt"
	"log"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
	"github.com/receivables-go/receivables/internal/wire/wiretest"
)

// requireSame compares every figure of two balances.
func requireSame(t require.TestingT, want, got *aging.Balance) {
	list := func(b *aging.Balance) (text []string) {
		for l := range b.Lines() {
			cells := append(l.Columns(), l.Undated(), l.Unapplied(), l.NotIssued(), l.Total())
			line := fmt.Sprint(l.Group(), l.Currency(), l.Overdue().Amount(), l.OverdueItems(), l.MeanDaysLate(), l.WeightedDaysLate(), l.WeightedAge())
			for _, c := range cells {
				line += fmt.Sprint(" ", c.Amount.Amount(), c.Disputed.Amount(), c.Items)
			}
			text = append(text, line)
		}
		return text
	}
	require.Equal(t, list(want), list(got))
}

// States of shards, merged in any order, are the balance; a wrong state changes nothing.
func TestStatesOfShardsMerge(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	keys := aging.GroupBy(receivables.ByEntity(), receivables.ByCustomer())
	newAccumulator := func(config aging.Config, options ...aging.Option) *aging.Accumulator {
		a, err := aging.New(asOf, config, options...)
		require.NoError(t, err)
		return a
	}
	items := mixed(random, 300, true)
	for i := range items {
		items[i].Entity = fmt.Sprint("E", i%2)
	}
	config := aging.Config{Credits: aging.CreditsOldestFirst}
	all, merged := newAccumulator(config, keys), newAccumulator(config, keys)
	require.NoError(t, all.AddAll(items))
	for _, shard := range random.Perm(10) {
		a := newAccumulator(config, keys)
		require.NoError(t, a.AddAll(items[shard*30:][:30]))
		state, err := a.MarshalBinary()
		require.NoError(t, err)
		require.NoError(t, merged.MergeBinary(state))
	}
	requireSame(t, all.Balance(), merged.Balance())

	require.ErrorIs(t, all.Merge(all), receivables.ErrConflict)

	one := newAccumulator(config, keys)
	require.NoError(t, one.AddAll(items[:3]))
	state, err := one.MarshalBinary()
	require.NoError(t, err)
	for name, other := range map[string]*aging.Accumulator{
		"credits": newAccumulator(aging.Config{}, keys), "keys": newAccumulator(config), "scheme": newAccumulator(aging.Config{Scheme: aging.Presets()[3], Credits: config.Credits}, keys),
	} {
		assert.ErrorIs(t, other.MergeBinary(state), receivables.ErrConflict, name)
	}
	named := aging.Default()
	named.Name = "another name"
	require.NoError(t, newAccumulator(aging.Config{Scheme: named, Credits: config.Credits}, keys).MergeBinary(state), "divides in the same way")
	wiretest.Refuses(t, state, func(data []byte) error {
		a := newAccumulator(config, keys)
		err := a.MergeBinary(data)
		if err != nil {
			for range a.Balance().Lines() {
				t.Fatal("a refused state left something behind")
			}
		}
		return err
	})
	var none aging.Accumulator
	_, err = none.MarshalBinary()
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	require.ErrorIs(t, none.MergeBinary(state), receivables.ErrInvalidInput)
}

// What Merge refuses, MergeBinary refuses: the first days of the fiscal periods make columns too.
func TestStatesOfOtherFiscalPeriodsAreRefused(t *testing.T) {
	newAccumulator := func(periods ...string) *aging.Accumulator {
		s := aging.Scheme{Unit: aging.FiscalPeriods, Columns: []aging.Column{{From: aging.Lowest, To: -1}, {From: 0, To: 0}, {From: 1, To: aging.Highest}}}
		for _, p := range periods {
			s.Periods = append(s.Periods, receivables.MustDate(p))
		}
		a, err := aging.New(receivables.MustDate("2025-06-20"), aging.Config{Scheme: s})
		require.NoError(t, err)
		return a
	}
	a, b := newAccumulator("2025-05-01", "2025-06-01", "2025-07-01", "2025-08-01"), newAccumulator("2025-03-01", "2025-05-15", "2025-07-01", "2025-08-01")
	require.ErrorIs(t, a.Merge(b), receivables.ErrConflict)
	state, err := b.MarshalBinary()
	require.NoError(t, err)
	require.ErrorIs(t, a.MergeBinary(state), receivables.ErrConflict)
}

// A state that names a group twice, or more groups than it has, is refused, and soon.
func TestStatesThatLieAreRefused(t *testing.T) {
	wide := make([]int, 300)
	for i := range wide {
		wide[i] = i + 1
	}
	scheme, err := aging.DayScheme(wide...)
	require.NoError(t, err)
	newAccumulator := func() *aging.Accumulator {
		a, err := aging.New(asOf, aging.Config{Scheme: scheme})
		require.NoError(t, err)
		return a
	}
	a := newAccumulator()
	none, err := a.MarshalBinary()
	require.NoError(t, err)
	head := none[:len(none)-5] // without the number of groups, which is 0
	zeros := append(append([]byte{}, head...), 0x80, 0x80, 0x40)
	zeros = append(zeros, make([]byte, 1<<20)...)
	require.ErrorIs(t, a.MergeBinary(wiretest.Seal(zeros)), receivables.ErrInvalidInput)

	require.NoError(t, a.AddAll([]receivables.OpenItem{{Customer: "C1", Open: receivables.MustMoney("5.00", "EUR")}}))
	one, err := a.MarshalBinary()
	require.NoError(t, err)
	group := one[len(head)+1 : len(one)-4]
	twice := append(append(append(append([]byte{}, head...), 2), group...), group...)
	require.ErrorContains(t, newAccumulator().MergeBinary(wiretest.Seal(twice)), "twice")
}

// Each shard sends what it has found; nothing depends on the order.
func ExampleAccumulator_MergeBinary() {
	shard := func(open ...string) []byte {
		a, err := aging.New(receivables.MustDate("2026-06-30"), aging.Config{})
		if err != nil {
			log.Fatal(err)
		}
		for _, amount := range open {
			item := receivables.OpenItem{Customer: "Durand", DueOn: receivables.MustDate("2026-06-15"), Open: receivables.MustMoney(amount, "EUR")}
			if err := a.Add(item); err != nil {
				log.Fatal(err)
			}
		}
		state, err := a.MarshalBinary()
		if err != nil {
			log.Fatal(err)
		}
		return state
	}
	whole, err := aging.New(receivables.MustDate("2026-06-30"), aging.Config{})
	if err != nil {
		log.Fatal(err)
	}
	for _, state := range [][]byte{shard("100.00", "0.05"), shard("20.00")} {
		if err := whole.MergeBinary(state); err != nil {
			log.Fatal(err)
		}
	}
	for line := range whole.Balance().Lines() {
		fmt.Println(line.Name(), line.Column(1).Amount, line.Column(1).Items)
	}
	// Output: Durand 120.05 EUR 3
}
