package scorecard_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/dso"
	"github.com/receivables-go/receivables/dso/scorecard"
)

func day(text string) date.Date         { return receivables.MustDate(text) }
func dec(text string) decimal.Decimal   { return decimal.RequireFromString(text) }
func eur(text string) receivables.Money { return receivables.MustMoney(text, "EUR") }

// two years of two agencies: each month 1,000 in the north paid after a month, and 500 in the
// south paid after two, from 2025-01 on. In 2026 the north is paid after two months, too.
func twoYears(t testing.TB) *receivables.Ledger {
	t.Helper()
	l := &receivables.Ledger{}
	for i := range 24 {
		issued := receivables.AddMonths(day("2025-01-01"), i)
		for _, a := range []struct {
			entity, amount string
			months         int
		}{{"north", "1000.00", 1 + i/12}, {"south", "500.00", 2}} {
			id, paid := fmt.Sprint(a.entity, i), receivables.AddMonths(issued, a.months)
			require.NoError(t, l.Record(receivables.Invoice{
				ID: id, Customer: "C-" + a.entity, IssuedOn: issued, DueOn: receivables.AddDays(receivables.AddMonths(issued, 1), -1), Amount: eur(a.amount), Entity: a.entity,
			}))
			if paid <= day("2026-12-31") {
				require.NoError(t, l.Record(
					receivables.Payment{ID: "P" + id, Customer: "C-" + a.entity, ReceivedOn: paid, Amount: eur(a.amount), Entity: a.entity},
					receivables.Allocation{From: "P" + id, To: id, Amount: eur(a.amount), On: paid},
				))
			}
		}
	}
	return l
}

func series(t *testing.T, line scorecard.Line, key string) scorecard.Series {
	t.Helper()
	i := slices.IndexFunc(line.Series, func(s scorecard.Series) bool { return s.Key == key })
	require.GreaterOrEqual(t, i, 0, key)
	return line.Series[i]
}

func TestCardOfTwoYears(t *testing.T) {
	l := twoYears(t)
	require.NoError(t, l.Record(receivables.Hold{ID: "L", Scope: receivables.Scope{Document: "north22"}, From: day("2026-12-10"), Cause: receivables.CauseQuality, Owner: "works"}))
	config := scorecard.Config{
		First: day("2026-01-01"), Last: day("2026-12-31"), AnnualRate: dec("0.05"),
		Targets: []scorecard.Target{
			{Indicator: scorecard.KeyDSO, Value: dec("45")},
			{Indicator: scorecard.KeyDSO, Group: []string{"north"}, Value: dec("60")},
			{Indicator: scorecard.KeyCEI, Value: dec("90")},
			{Indicator: scorecard.KeyBalance, Value: dec("1000")},
		},
	}
	card, err := scorecard.FromLedger(l, 0, config, scorecard.Standard(), dso.GroupBy(receivables.ByEntity()))
	require.NoError(t, err)
	assert.Len(t, card.Months, 12)
	assert.Equal(t, day("2026-02-28"), card.Months[1])
	require.Len(t, card.Lines, 3)
	total, north, south := card.Lines[0], card.Lines[1], card.Lines[2]
	assert.Equal(t, [][]string{{}, {"north"}, {"south"}}, [][]string{total.Group, north.Group, south.Group})

	// At the end of 2025-12 the north owes one month, of 2026-02 and after two.
	balance := series(t, total, scorecard.KeyBalance)
	text := func(f receivables.Figure, places int32) string { return f.Text(places) }
	assert.Equal(t, "2000", text(balance.Cells[0].Value.Figure, 0), "January 2026: 1000 + 2 x 500")
	assert.Equal(t, "3000", text(balance.Cells[1].Value.Figure, 0), "February: 2 x 1000 + 2 x 500")
	assert.Equal(t, "1000", text(balance.Cells[1].Change, 0))
	assert.Equal(t, "2000", text(balance.Cells[1].YearAgo, 0), "February 2025: 1000 + 2 x 500")
	assert.Equal(t, "1000", text(balance.Cells[1].ChangeOfYear, 0))
	assert.Equal(t, "0", text(balance.Cells[0].Change, 0), "against December 2025")
	assert.Equal(t, "1500", text(balance.Cells[0].YearAgo, 0), "January 2025: the first month")

	dsoOf := series(t, north, scorecard.KeyDSO)
	// 90 days to 2026-03-31 hold three invoices of 1000: 1000 + 1000 open
	assert.Equal(t, "60.0", text(dsoOf.Cells[2].Value.Figure, 1))
	assert.Equal(t, "0.0", dsoOf.Cells[2].Gap.Text(1))
	assert.True(t, *dsoOf.Cells[2].Met, "a target that is reached exactly is met")
	whole := series(t, total, scorecard.KeyDSO)
	assert.Equal(t, "60.0", text(whole.Cells[2].Value.Figure, 1)) // 3000 / 4500 x 90
	assert.False(t, *whole.Cells[2].Met)
	assert.Equal(t, "45", series(t, south, scorecard.KeyDSO).Cells[2].Target.String(), "the target of all")
	assert.Nil(t, series(t, total, scorecard.KeyBalance).Cells[2].Met, "neither way is better")
	assert.NotNil(t, series(t, total, scorecard.KeyBalance).Cells[2].Gap)
	assert.Nil(t, series(t, total, scorecard.KeyCountBack).Cells[2].Target)

	trend := series(t, total, scorecard.KeyBalance).Trend
	assert.Equal(t, 6, trend.Months)
	assert.Equal(t, "0", text(trend.PerMonth, 0))
	assert.Empty(t, trend.Tendency)
	assert.Equal(t, "stable", series(t, total, scorecard.KeyOverdue).Trend.Tendency)

	require.NotNil(t, total.Delays)
	assert.Nil(t, north.Delays)
	assert.Equal(t, "quality", total.Delays.ByCause[0].Name)
	assert.Equal(t, "works", total.Delays.ByOwner[0].Name)
	assert.Equal(t, "1000.00", total.Delays.ByCause[0].Amount.Text())
	assert.Equal(t, "50", total.Delays.ByCause[0].YearlyCost.Text(0))
	data, err := json.Marshal(card)
	require.NoError(t, err)
	assert.Contains(t, string(data), `"key":"dso_balance"`)
	assert.NotContains(t, string(data), "NaN")
}

// Lines of every level, targets of any of them; what names no group is refused.
func TestLevelsAndTargets(t *testing.T) {
	l := twoYears(t)
	config := scorecard.Config{
		First: day("2026-06-01"), Last: day("2026-12-31"),
		Targets: []scorecard.Target{
			{Indicator: scorecard.KeyDSO, Group: []string{"north"}, Value: dec("10"), Unit: receivables.UnitDays},
			{Indicator: scorecard.KeyCEI, Value: dec("0.9"), Unit: receivables.UnitFraction}, // the CEI is in percent
		},
	}
	card, err := scorecard.FromLedger(l, 0, config, scorecard.Standard(), dso.GroupBy(receivables.ByEntity(), receivables.ByCustomer()))
	require.NoError(t, err)
	eur := receivables.MustCurrency("EUR")
	var groups [][]string
	for _, line := range card.Lines {
		groups = append(groups, line.Group)
	}
	assert.Equal(t, [][]string{{}, {"north"}, {"south"}, {"north", "C-north"}, {"south", "C-south"}}, groups)
	north, ok := card.Line(eur, "north")
	require.True(t, ok)
	s, ok := north.Of(scorecard.KeyDSO)
	require.True(t, ok)
	assert.Equal(t, "10", s.Cells[0].Target.String())
	_, ok = north.Of("nonsense")
	assert.False(t, ok)
	_, ok = card.Line(eur, "nobody")
	assert.False(t, ok)
	whole, _ := card.Line(eur)
	cei, _ := whole.Of(scorecard.KeyCEI)
	assert.Equal(t, receivables.StatusMixedBasis, cei.Cells[0].Gap.Status(), "a target in another unit is not met by accident")
	assert.Nil(t, cei.Cells[0].Met)
	config.Targets[0].Group = []string{"north", "C-north", "more"}
	_, err = scorecard.New(config, scorecard.Standard(), dso.GroupBy(receivables.ByEntity(), receivables.ByCustomer()))
	require.ErrorIs(t, err, receivables.ErrUnknown)
	_, err = scorecard.FromLedger(l, day("2026-12-30"), config, scorecard.Standard())
	require.Error(t, err, "nothing is known on the 30th of the 31st")
}

// Before the first document nothing is known, which is not 0.
func TestBeforeTheBooksBegin(t *testing.T) {
	card, err := scorecard.FromLedger(twoYears(t), 0, scorecard.Config{First: day("2024-12-01"), Last: day("2025-06-30")}, scorecard.Standard())
	require.NoError(t, err)
	balance := series(t, card.Lines[0], scorecard.KeyBalance)
	assert.Equal(t, receivables.StatusInsufficientData, balance.Cells[0].Value.Status(), "December 2024")
	assert.Equal(t, receivables.StatusInsufficientData, balance.Cells[1].Change.Status())
	assert.Equal(t, receivables.StatusInsufficientData, balance.Cells[6].YearAgo.Status())
	assert.Equal(t, "1500", balance.Cells[1].Value.Text(0))
	year := series(t, card.Lines[0], scorecard.KeyDSOYear).Cells[1].Value
	assert.Contains(t, year.Notes[0], "the books begin 2025-01-01")
	told, err := scorecard.FromLedger(twoYears(t), 0, scorecard.Config{First: day("2025-02-01"), Last: day("2025-06-30"), Since: day("2025-02-15")}, scorecard.Standard())
	require.NoError(t, err)
	assert.Equal(t, receivables.StatusInsufficientData, series(t, told.Lines[0], scorecard.KeyBalance).Cells[0].Change.Status(), "January is not told of")
}

func TestARefusedMergeLeavesNoTrace(t *testing.T) {
	l := twoYears(t)
	make2 := func(options ...dso.Option) *scorecard.Accumulator {
		a, err := scorecard.New(scorecard.Config{First: day("2026-06-01"), Last: day("2026-12-31")}, scorecard.Standard(), options...)
		require.NoError(t, err)
		require.NoError(t, a.AddSeq(l.Timelines(day("2026-12-31"), 0)))
		return a
	}
	a := make2()
	before, err := a.Card()
	require.NoError(t, err)
	require.ErrorIs(t, a.Merge(make2(dso.GroupBy(receivables.ByCustomer()))), receivables.ErrConflict)
	require.ErrorIs(t, a.Merge(a), receivables.ErrConflict)
	after, err := a.Card()
	require.NoError(t, err)
	assert.Equal(t, before, after)
}

func TestTrends(t *testing.T) {
	// the overdue share as a ramp: month i owes i of 10 late
	l := &receivables.Ledger{}
	for i := range 8 {
		issued := receivables.AddMonths(day("2026-01-01"), i)
		require.NoError(t, l.Record(receivables.Invoice{ID: fmt.Sprint("F", i), Customer: "C", IssuedOn: issued, DueOn: issued, Amount: eur("100.00")}))
	}
	growing := scorecard.Indicator{Key: "owed", Better: scorecard.Lower, Of: func(v dso.View) dso.Measure { return v.Amount(v.Receivables()) }}
	wanted := growing
	wanted.Key, wanted.Better = "wanted", scorecard.Higher
	undefined := scorecard.Indicator{Key: "none", Of: func(v dso.View) dso.Measure { return v.CEI(dso.MethodCEIPeriod, dso.Window{}) }}
	card, err := scorecard.FromLedger(l, 0, scorecard.Config{First: day("2026-03-01"), Last: day("2026-08-15"), TrendMonths: 4}, []scorecard.Indicator{growing, wanted, undefined})
	require.NoError(t, err)
	assert.Equal(t, day("2026-08-15"), card.Months[5], "the month in progress")
	s := card.Lines[0].Series
	assert.Equal(t, "100", s[0].Trend.PerMonth.Text(0))
	assert.Equal(t, []string{"worsening", "improving", ""}, []string{s[0].Trend.Tendency, s[1].Trend.Tendency, s[2].Trend.Tendency})
	assert.Equal(t, receivables.StatusInsufficientData, s[2].Trend.PerMonth.Status())
	assert.Equal(t, receivables.StatusOutOfDomain, s[2].Cells[0].Change.Status())
	assert.Empty(t, card.Keys)
	assert.Len(t, card.Lines, 1)
}

// One pass over a ledger, a stream or merged shards.
func TestShardsGiveTheSameCard(t *testing.T) {
	l := twoYears(t)
	config := scorecard.Config{First: day("2025-06-01"), Last: day("2026-12-31")}
	want, err := scorecard.FromLedger(l, 0, config, scorecard.Standard(), dso.GroupBy(receivables.ByEntity()))
	require.NoError(t, err)
	shards := make([]*scorecard.Accumulator, 3)
	for i := range shards {
		shards[i], err = scorecard.New(config, scorecard.Standard(), dso.GroupBy(receivables.ByEntity()))
		require.NoError(t, err)
	}
	i := 0
	for tl := range l.Timelines(config.Last, 0) {
		require.NoError(t, shards[i%3].AddStream(func(yield func(receivables.Timeline, error) bool) { yield(tl, nil) }))
		i++
	}
	require.NoError(t, shards[0].Merge(shards[1]))
	require.NoError(t, shards[0].Merge(shards[2]))
	got, err := shards[0].Card()
	require.NoError(t, err)
	a, err := json.Marshal(want)
	require.NoError(t, err)
	b, err := json.Marshal(got)
	require.NoError(t, err)
	assert.JSONEq(t, string(a), string(b))
}

func TestWhatMakesNoCardIsRefused(t *testing.T) {
	good := scorecard.Config{First: day("2026-01-01"), Last: day("2026-12-31")}
	with := func(change func(*scorecard.Config)) scorecard.Config {
		c := good
		change(&c)
		return c
	}
	all := scorecard.Standard()
	for name, c := range map[string]struct {
		config     scorecard.Config
		indicators []scorecard.Indicator
		want       error
	}{
		"no day":         {with(func(c *scorecard.Config) { c.First = 0 }), all, receivables.ErrInvalidInput},
		"backwards":      {with(func(c *scorecard.Config) { c.Last = day("2025-12-31") }), all, receivables.ErrInvalidInput},
		"8000 years":     {with(func(c *scorecard.Config) { c.Last = day("9999-12-31") }), all, receivables.ErrLimit},
		"short trend":    {with(func(c *scorecard.Config) { c.TrendMonths = 2 }), all, receivables.ErrInvalidInput},
		"no indicator":   {good, nil, receivables.ErrInvalidInput},
		"no function":    {good, []scorecard.Indicator{{Key: "x"}}, receivables.ErrInvalidInput},
		"twice":          {good, append(slices.Clone(all), all[0]), receivables.ErrDuplicate},
		"unknown target": {with(func(c *scorecard.Config) { c.Targets = []scorecard.Target{{Indicator: "x"}} }), all, receivables.ErrUnknown},
		"two targets": {with(func(c *scorecard.Config) {
			c.Targets = []scorecard.Target{{Indicator: scorecard.KeyDSO}, {Indicator: scorecard.KeyDSO}}
		}), all, receivables.ErrDuplicate},
		"direction": {good, []scorecard.Indicator{{Key: "x", Better: 9, Of: all[0].Of}}, receivables.ErrInvalidInput},
		"stable":    {with(func(c *scorecard.Config) { c.Stable = dec("-1") }), all, receivables.ErrInvalidInput},
		"bounds":    {with(func(c *scorecard.Config) { c.AgeBounds = []int{-1} }), all, receivables.ErrInvalidInput},
	} {
		_, err := scorecard.New(c.config, c.indicators)
		require.ErrorIs(t, err, c.want, name)
	}
	early := with(func(c *scorecard.Config) { c.First, c.Last = day("1900-03-01"), day("1900-06-30") })
	a, err := scorecard.New(early, all)
	require.NoError(t, err)
	card, err := a.Card()
	require.NoError(t, err)
	assert.Empty(t, card.Lines, "nothing was added")
	require.NoError(t, a.Add(timelineOf(receivables.OpenItem{Document: "F", Customer: "C", IssuedOn: day("1900-03-01"), Original: eur("1")})))
	_, err = a.Card()
	require.ErrorIs(t, err, receivables.ErrInvalidInput, "there is no year before")
	var zero scorecard.Accumulator
	require.ErrorIs(t, zero.Add(receivables.Timeline{}), receivables.ErrInvalidInput)
	_, err = zero.Card()
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	require.ErrorIs(t, a.Merge(nil), receivables.ErrInvalidInput)
	other, err := scorecard.New(good, all)
	require.NoError(t, err)
	require.ErrorIs(t, a.Merge(other), receivables.ErrConflict)
	_, err = scorecard.Select(all, "dso_balance", "nonsense")
	require.ErrorIs(t, err, receivables.ErrUnknown)
	chosen, err := scorecard.Select(all, scorecard.KeyCEI, scorecard.KeyDSO)
	require.NoError(t, err)
	assert.Equal(t, scorecard.KeyCEI, chosen[0].Key)
}

// timelineOf makes the timeline of a document that is known to be good.
func timelineOf(item receivables.OpenItem, reductions ...receivables.Reduction) receivables.Timeline {
	t, err := receivables.NewTimeline(item, reductions...)
	if err != nil {
		panic(err)
	}
	return t
}
