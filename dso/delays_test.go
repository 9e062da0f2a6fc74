package dso_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/dso"
)

func delaysOf(t *testing.T, l *receivables.Ledger, asOf string) *dso.Delays {
	t.Helper()
	d, err := dso.NewDelays(day(asOf))
	require.NoError(t, err)
	require.NoError(t, d.AddSeq(l.Timelines(day(asOf), day(asOf))))
	return d
}

func TestParetoOfDelays(t *testing.T) {
	l := small(t)
	require.NoError(t, l.Record(
		receivables.Hold{ID: "L2", Kind: receivables.HoldPlan, Scope: receivables.Scope{Document: "F1"}, From: day("2026-03-01"), Cause: receivables.CauseCashTrouble, Owner: "Roux"},
		receivables.Hold{ID: "L3", Kind: receivables.HoldManual, Scope: receivables.Scope{Document: "F3"}, From: day("2026-03-06"), Cause: receivables.CauseBadFaith},
	))
	// F1 480 overdue by 50 days under a plan; F2 200 in dispute for 20 days, 400 late by 19; F3 is held and not due
	d := delaysOf(t, l, "2026-03-31")
	v := viewOf(t, l, day("2026-03-31"), day("2026-03-31"))
	w := dso.LastMonths(v.AsOf(), 3)
	list, err := d.Pareto(dso.ByCause, v, w, dec("0.05"))
	require.NoError(t, err)
	require.Len(t, list, 3)
	assert.Equal(t, []string{"cash trouble", "late, cause not stated", "price"}, []string{list[0].Name, list[1].Name, list[2].Name})
	first := list[0]
	assert.Equal(t, "480.00", first.Amount.Text())
	assert.Equal(t, 1, first.Items)
	is(t, "50", 0, first.Age)
	is(t, "0.4444", 4, first.Share)            // 480 / 1080
	is(t, "0.3137", 4, first.OfOpen.Figure)    // 480 / 1530
	is(t, "22.154", 3, first.InDays.Figure)    // 480 / 1950 x 90
	is(t, "24.00", 2, first.YearlyCost.Figure) // 480 x 0.05
	is(t, "0.8148", 4, list[1].Cumulative)     // 880 / 1080
	is(t, "1.0000", 4, list[2].Cumulative)
	assert.Equal(t, []string{"0-30", "31-60", "61-90", "91+"}, d.Bands())
	assert.Equal(t, []receivables.Money{eur("0.00"), eur("480.00"), eur("0.00"), eur("0.00")}, first.ByAge)
	is(t, "20", 0, list[2].Age, "a dispute is as old as its first day")

	names := func(axis dso.DelayAxis) map[string]string {
		list, err := d.Pareto(axis, v, w, dec("0.05"))
		require.NoError(t, err)
		m := map[string]string{}
		for _, x := range list {
			m[x.Name] = x.Amount.Text()
		}
		return m
	}
	assert.Equal(t, map[string]string{"Roux": "480.00", "Dumas": "200.00", "not stated": "400.00"}, names(dso.ByOwner))
	assert.Equal(t, map[string]string{"external": "480.00", "internal": "200.00", "not stated": "400.00"}, names(dso.BySide))
	assert.Equal(t, map[string]string{"held": "480.00", "disputed": "200.00", "late": "400.00"}, names(dso.ByKind))

	// in shards
	one, two := delaysOf(t, &receivables.Ledger{}, "2026-03-31"), delaysOf(t, &receivables.Ledger{}, "2026-03-31")
	i := 0
	for tl := range l.Timelines(day("2026-03-31"), day("2026-03-31")) {
		require.NoError(t, []*dso.Delays{one, two}[i%2].Add(tl))
		i++
	}
	require.NoError(t, one.Merge(two))
	merged, err := one.Pareto(dso.ByCause, v, w, dec("0.05"))
	require.NoError(t, err)
	assert.Equal(t, list, merged)
}

func TestDelaysAtTheirEdges(t *testing.T) {
	l, err := receivables.NewLedger(
		receivables.Invoice{ID: "F", Customer: "C", IssuedOn: day("2026-01-01"), DueOn: day("2026-01-31"), Amount: eur("100.00")},
		receivables.Hold{ID: "L", Kind: receivables.HoldDispute, Scope: receivables.Scope{Document: "F", Amount: eur("30.00")}, From: day("2026-01-20"), Until: day("2026-02-10")},
	)
	require.NoError(t, err)
	kinds := func(asOf string) map[string]string {
		v := viewOf(t, l, day(asOf), day(asOf))
		list, err := delaysOf(t, l, asOf).Pareto(dso.ByKind, v, dso.LastDays(day(asOf), 90), one)
		require.NoError(t, err)
		m := map[string]string{}
		for _, x := range list {
			m[x.Name] = x.Amount.Text()
		}
		return m
	}
	assert.Empty(t, kinds("2026-01-19"))
	assert.Equal(t, map[string]string{"disputed": "30.00"}, kinds("2026-01-20"), "disputed before it is due")
	assert.Equal(t, map[string]string{"disputed": "30.00"}, kinds("2026-01-31"), "the due day is not late")
	assert.Equal(t, map[string]string{"disputed": "30.00", "late": "70.00"}, kinds("2026-02-01"))
	assert.Equal(t, map[string]string{"late": "100.00"}, kinds("2026-02-10"), "the first day no longer held")

	for name, bounds := range map[string][]int{"zero": {0}, "falling": {30, 30}} {
		_, err := dso.NewDelays(day("2026-02-01"), bounds...)
		require.ErrorIs(t, err, receivables.ErrInvalidInput, name)
	}
	_, err = dso.NewDelays(0)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	d := delaysOf(t, l, "2026-02-01")
	_, err = d.Pareto(dso.ByCause, viewOf(t, l, day("2026-02-02"), day("2026-02-02")), dso.Window{}, one)
	require.ErrorIs(t, err, receivables.ErrConflict)
	_, err = d.Pareto(dso.DelayAxis(9), viewOf(t, l, day("2026-02-01"), day("2026-02-01")), dso.Window{}, one)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	require.ErrorIs(t, d.Merge(delaysOf(t, l, "2026-02-02")), receivables.ErrConflict)
	var zero dso.Delays
	require.ErrorIs(t, zero.Add(receivables.Timeline{}), receivables.ErrInvalidInput)
}
