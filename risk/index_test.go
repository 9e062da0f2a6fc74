package risk_test

import (
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/risk"
)

func series(values ...int) []risk.Point {
	var list []risk.Point
	for i, v := range values {
		list = append(list, risk.Point{At: i, Value: decimal.NewFromInt(int64(v))})
	}
	return list
}

func trend(t *testing.T, points []risk.Point) risk.Trend {
	t.Helper()
	x, err := risk.TrendOf(points, risk.DefaultTrendRule())
	require.NoError(t, err)
	return x
}

func TestTrendsByHand(t *testing.T) {
	// y = 2, 4, 5, 4, 5 at 0..4: mean 4, slope 6 / 10, intercept 2.8, SSE 6 - 3.6 = 2.4, r2 0.6
	x := trend(t, series(2, 4, 5, 4, 5))
	is(t, "0.60", 2, x.Slope)
	is(t, "2.80", 2, x.Intercept)
	is(t, "0.60", 2, x.RSquared)
	is(t, "2.1213", 4, x.T) // 0.6 / sqrt(0.8 / 10)
	assert.Equal(t, 3, x.DegreesOfFreedom)
	is(t, "0.124", 3, x.P) // tables of t with 3 degrees: 0.124
	assert.Equal(t, 6, x.MannKendallS)
	is(t, "14.6667", 4, x.MannKendallVar) // (5x4x15 - 2 x 2x1x9) / 18 = 264 / 18
	is(t, "0.71", 2, x.TheilSen)          // the median of -1, 0, 0, 1/3, 2/3, 3/4, 1, 1, 3/2, 2
	assert.Equal(t, risk.VerdictUnknown, x.Verdict, "fewer than six points")

	up := trend(t, series(1, 3, 5, 7, 9, 11))
	is(t, "2.00", 2, up.Slope)
	is(t, "0.000", 3, up.P, "exactly on a line")
	assert.Equal(t, receivables.StatusZeroDenominator, up.T.Status(), "t is infinite, which is no figure")
	assert.Equal(t, risk.VerdictDegrading, up.Verdict)
	down := series(11, 9, 7, 5, 3, 1)
	assert.Equal(t, risk.VerdictImproving, trend(t, down).Verdict)
	assert.Equal(t, -15, trend(t, down).MannKendallS)
	flat := trend(t, series(4, 4, 4, 4, 4, 4))
	assert.Equal(t, risk.VerdictStable, flat.Verdict)
	is(t, "1", 0, flat.P, "a constant has no trend")
	assert.Equal(t, receivables.StatusZeroDenominator, flat.RSquared.Status())
	slow := series(10, 10, 11, 11, 12, 12)
	assert.Equal(t, risk.VerdictStable, trend(t, slow).Verdict, "significant, but 3 days in six months")
	gap := []risk.Point{{At: 0, Value: dec("1")}, {At: 1, Value: dec("3")}, {At: 5, Value: dec("11")}} // months without payments keep their place
	is(t, "2.00", 2, trend(t, gap).Slope)
	slices.Reverse(gap)
	is(t, "2.00", 2, trend(t, gap).Slope)
	assert.Equal(t, receivables.StatusInsufficientData, trend(t, series(1, 2)).Slope.Status())
	_, err := risk.TrendOf([]risk.Point{{At: 1}, {At: 1}}, risk.DefaultTrendRule())
	require.ErrorIs(t, err, receivables.ErrDuplicate)
	_, err = risk.TrendOf(make([]risk.Point, 1201), risk.DefaultTrendRule())
	require.ErrorIs(t, err, receivables.ErrLimit)
}

func TestRhythms(t *testing.T) {
	paid := func(days ...string) []risk.PaidOn {
		var list []risk.PaidOn
		for _, d := range days {
			list = append(list, risk.PaidOn{On: day(d), Amount: dec("100")})
		}
		return list
	}
	month, end := risk.RhythmOfMonth(paid("2026-01-15", "2026-02-15", "2026-03-15"))
	is(t, "1.000000000", 9, month.Concentration)
	assert.Equal(t, []int{15, 15}, []int{month.MeanDay, month.ModalDay})
	assert.True(t, month.Fixed)
	is(t, "0", 0, end)
	_, end = risk.RhythmOfMonth(paid("2026-02-28", "2026-03-31", "2026-04-15", "2024-02-28"))
	is(t, "0.50", 2, end, "28 February is the last day in 2026, not in 2024")
	week := risk.RhythmOfWeek(paid("2026-11-20", "2026-11-27", "2026-11-26")) // two Fridays and a Thursday
	assert.Equal(t, 5, week.ModalDay)
	is(t, "1.00", 2, week.NearModal)
	opposite, _ := risk.RhythmOfMonth(paid("2026-01-01", "2026-01-16", "2026-01-17"))
	assert.False(t, opposite.Fixed)
	none, share := risk.RhythmOfMonth(nil)
	assert.False(t, none.Fixed)
	assert.Equal(t, receivables.StatusInsufficientData, none.Concentration.Status())
	assert.Equal(t, receivables.StatusZeroDenominator, share.Status())
	assert.Equal(t, time.Friday, day("2026-11-20").Weekday())
}

func TestPayerIndices(t *testing.T) {
	is(t, "12.5806", 4, risk.DBT(risk.DBTBuckets{Current: dec("40000"), Late1To30: dec("12000"), Late31To60: dec("6000"), Late61To90: dec("3000"), Late91: dec("1000")}))
	assert.Equal(t, receivables.StatusZeroDenominator, risk.DBT(risk.DBTBuckets{}).Status())
	for score, days := range map[int]string{100: "-30", 99: "-29", 90: "-20", 85: "-10", 80: "0", 70: "15", 60: "22", 59: "23", 55: "26", 50: "30", 49: "33", 40: "60", 30: "90", 20: "120"} {
		is(t, days, 0, risk.PaydexDays(score), score)
	}
	assert.Equal(t, receivables.StatusTruncated, risk.PaydexDays(19).Status(), "more than 120 days")
	for _, score := range []int{0, 101, -5} {
		assert.Equal(t, receivables.StatusOutOfDomain, risk.PaydexDays(score).Status(), score)
	}
	is(t, "73.75", 2, risk.PaydexStyle([]risk.Experience{{80, dec("20000")}, {70, dec("5000")}, {50, dec("10000")}, {100, dec("5000")}}))
	assert.Equal(t, receivables.StatusZeroDenominator, risk.PaydexStyle(nil).Status())
	assert.Equal(t, receivables.StatusOutOfDomain, risk.PaydexStyle([]risk.Experience{{0, dec("1")}}).Status())
}

func TestConcentrationAndPareto(t *testing.T) {
	c := risk.ConcentrationOf([]decimal.Decimal{dec("0.3"), dec("0.2"), dec("0.3"), dec("0.2"), dec("-5"), dec("0")})
	is(t, "0.26", 2, c.HHI)
	is(t, "2600", 0, c.Points)
	is(t, "3.8462", 4, c.EffectiveNumber)
	is(t, "0.3", 1, c.Top1)
	assert.Equal(t, 4, c.Count)
	assert.Equal(t, receivables.StatusZeroDenominator, risk.ConcentrationOf(nil).HHI.Status())
	list, err := risk.ABC([]risk.Named{{"d", dec("5")}, {"b", dec("15")}, {"a", dec("70")}, {"e", dec("5")}, {"c", dec("5")}}, dec("0.8"), dec("0.95"))
	require.NoError(t, err)
	var got []string
	for _, x := range list {
		got = append(got, x.ID+x.Class)
	}
	assert.Equal(t, []string{"aA", "bA", "cB", "dB", "eC"}, got, "b crosses 80 percent and d 95; equal ones by name")
	is(t, "0.90", 2, list[2].Cumulative)
	for name, call := range map[string]func() error{
		"limits":   func() error { _, err := risk.ABC(nil, dec("0.95"), dec("0.8")); return err },
		"nothing":  func() error { _, err := risk.ABC(nil, dec("0.8"), dec("0.95")); return err },
		"negative": func() error { _, err := risk.ABC([]risk.Named{{"a", dec("-1")}}, dec("0.8"), dec("0.95")); return err },
		"work":     func() error { _, err := risk.Rank([]risk.Work{{ID: "a", Probability: dec("1.1")}}); return err },
	} {
		require.ErrorIs(t, call(), receivables.ErrInvalidInput, name)
	}
	ranked, err := risk.Rank([]risk.Work{{"a", dec("100"), 0, dec("0.5")}, {"b", dec("50"), 30, dec("0.5")}, {"c", dec("50"), 30, dec("0.5")}, {"d", dec("25000"), 20, dec("0.1")}})
	require.NoError(t, err)
	assert.Equal(t, []string{"d", "a", "b", "c"}, []string{ranked[0].ID, ranked[1].ID, ranked[2].ID, ranked[3].ID}, "50 each: the larger amount, then the name")
	assert.Equal(t, "4166.67", ranked[0].Score.StringFixed(2))
}

func TestSignsOfDeterioration(t *testing.T) {
	profiles, err := risk.FromLedger(small(t), day("2026-06-30"), risk.Config{AsOf: day("2026-06-30")})
	require.NoError(t, err)
	p := profiles[0]
	kinds := func(list []risk.Signal) []risk.SignalKind {
		var result []risk.SignalKind
		for _, s := range list {
			result = append(result, s.Kind)
		}
		return result
	}
	none := risk.Knowledge{}
	assert.Equal(t, []risk.SignalKind{risk.SignalAgeing}, kinds(risk.Signals(p, none, risk.DefaultThresholds(), nil)), "nothing is disputed more than half late; 250 are over 60 days for the first time")
	know := risk.Knowledge{
		PromisesMatured: 3, PromisesKept: 1, Limit: eur("270.00"), DaysNearLimit: 30,
		PartPaymentsBefore: receivables.NewFigure(dec("0.30"), receivables.UnitFraction),
		Events:             []risk.Event{{Kind: risk.SignalExternal, On: day("2026-06-12"), Note: "privilege of the URSSAF"}, {Kind: risk.SignalExternal, On: day("2026-07-01"), Note: "later"}},
	}
	list := risk.Signals(p, know, risk.DefaultThresholds(), []risk.Signal{{Kind: risk.SignalAgeing, Since: day("2026-06-08")}})
	assert.Equal(t, []risk.SignalKind{risk.SignalPromises, risk.SignalPartPayments, risk.SignalLimitUse, risk.SignalAgeing, risk.SignalExternal}, kinds(list))
	assert.Equal(t, day("2026-06-08"), list[3].Since, "seen before")
	assert.Equal(t, day("2026-06-01"), list[2].Since, "30 days back")
	assert.Equal(t, day("2026-06-12"), list[4].Since)
	know.DaysNearLimit, know.PromisesKept, know.Limit = 29, 2, eur("270.00")
	assert.NotContains(t, kinds(risk.Signals(p, know, risk.DefaultThresholds(), nil)), risk.SignalLimitUse)
	assert.NotContains(t, kinds(risk.Signals(p, know, risk.DefaultThresholds(), nil)), risk.SignalPromises, "2 of 3 kept")
}
