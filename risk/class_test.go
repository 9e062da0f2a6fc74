package risk_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/risk"
)

func dec(text string) decimal.Decimal { return decimal.RequireFromString(text) }

// policy is a small one whose points are added up by hand below.
func policy() risk.Policy {
	fifty := dec("50")
	return risk.Policy{
		Name: "test",
		Criteria: []risk.Criterion{
			{Measure: "late", Axis: risk.AxisRisk, Weight: dec("3"), Bands: []risk.Band{{UpTo: dec("5"), Points: dec("0")}, {UpTo: dec("20"), Points: dec("40")}}, Beyond: dec("100"), Missing: &fifty},
			{Measure: "disputes", Axis: risk.AxisDisputes, Weight: dec("1"), Bands: []risk.Band{{UpTo: dec("0.1"), Points: dec("0")}}, Beyond: dec("100")},
		},
		Cutoffs:   []risk.Cutoff{{Class: "A", UpTo: dec("25")}, {Class: "B", UpTo: dec("60")}},
		Last:      "C",
		Overrides: []risk.Override{{Flag: "insolvent", Mode: risk.Exactly, Class: "C", Reason: "insolvency"}, {Flag: "unknown", Mode: risk.AtBest, Class: "B", Reason: "no accounts"}},
	}
}

func facts(late, disputes string, flags ...string) risk.Facts {
	f := risk.Facts{Measures: map[string]receivables.Figure{}, Flags: map[string]bool{}}
	if late != "" {
		f.Measures["late"] = receivables.NewFigure(dec(late), receivables.UnitDays)
	}
	if disputes != "" {
		f.Measures["disputes"] = receivables.NewFigure(dec(disputes), receivables.UnitFraction)
	}
	for _, flag := range flags {
		f.Flags[flag] = true
	}
	return f
}

func classifier(t testing.TB, p risk.Policy) *risk.Classifier {
	t.Helper()
	c, err := risk.NewClassifier(p)
	require.NoError(t, err)
	return c
}

func TestClassesByPointsAndTheirBounds(t *testing.T) {
	c := classifier(t, policy())
	for _, x := range []struct{ late, disputes, class, points string }{
		{"5", "0.1", "A", "0.0"},     // on both bounds
		{"5.01", "0.1", "B", "30.0"}, // 3 x 40 / 4
		{"5", "0.11", "A", "25.0"},   // 100 / 4: on the cut-off
		{"20", "0.2", "B", "55.0"},   // (120 + 100) / 4
		{"20.5", "0", "C", "75.0"},   // 300 / 4
		{"", "0", "B", "37.5"},       // no payment: 150 / 4
		{"4", "", "A", "0.0"},        // no invoice: the criterion is left out, 0 / 3
		{"", "", "B", "50.0"},        // 150 / 3
	} {
		r := c.Classify(facts(x.late, x.disputes), nil)
		assert.Equal(t, x.class, r.Class, "%v", x)
		assert.Equal(t, x.points, r.Points.Text(1), "%v", x)
	}
	none := policy()
	none.Criteria[0].Missing = nil
	r := classifier(t, none).Classify(facts("", ""), nil)
	assert.Equal(t, "C", r.Class, "an unknown customer is no good one")
	_, ok := r.Points.Value()
	assert.False(t, ok)
}

func TestAClassExplainsItself(t *testing.T) {
	c := classifier(t, policy())
	r := c.Classify(facts("25", "0.2"), nil) // 300 + 100 = 400 / 4
	assert.Equal(t, "C", r.Class)
	assert.Equal(t, "more than 20", r.Evidence[0].Band)
	assert.Equal(t, "100", r.Evidence[0].Points.String())
	assert.Contains(t, strings.Join(r.Reasons, "\n"), "late 25 days (more than 20): 100 points, weight 3")
	// late at most 20 gives (120 + 100) / 4 = 55: B; fewer disputes alone give 75: still C
	require.Len(t, r.MoveUp, 1)
	assert.Equal(t, risk.Move{Measure: "late", Now: r.Evidence[0].Value, To: dec("20"), Class: "B"}, r.MoveUp[0])

	r = c.Classify(facts("2", "0", "unknown"), nil)
	assert.Equal(t, []string{"A", "B"}, []string{r.ByPoints, r.Class})
	require.Len(t, r.Applied, 1)
	assert.Equal(t, "no accounts", r.Applied[0].Reason)
	assert.Equal(t, []string{"no accounts"}, r.Hindered)
	assert.Equal(t, "C", c.Classify(facts("2", "0", "unknown", "insolvent"), nil).Class)
	assert.Empty(t, c.Classify(facts("25", "0", "unknown"), nil).Applied, "no better than B is no help to a C")
}

func TestAChangeTakesTwoReadings(t *testing.T) {
	c := classifier(t, policy())
	good, middling, bad := facts("2", "0"), facts("10", "0"), facts("30", "0")
	read := func(list ...risk.Facts) (classes []string) {
		var last *risk.Classification
		for _, f := range list {
			r := c.Classify(f, last)
			classes, last = append(classes, r.Class), &r
		}
		return classes
	}
	assert.Equal(t, []string{"A", "A", "C"}, read(good, bad, bad))
	assert.Equal(t, []string{"A", "A", "A", "A"}, read(good, bad, good, bad), "one bad reading is none")
	assert.Equal(t, []string{"A", "A", "B"}, read(good, bad, middling), "both worse: the nearer of the two")
	assert.Equal(t, []string{"C", "C", "A"}, read(bad, good, good), "an improved customer gets a better class")
	assert.Equal(t, []string{"C", "C", "B", "B", "A"}, read(bad, good, middling, good, good))
	assert.Equal(t, []string{"A", "C"}, read(good, facts("2", "0", "insolvent")), "an override counts at once")
	assert.Equal(t, []string{"A", "C", "A"}, read(good, facts("2", "0", "insolvent"), good), "and as long as its flag is set")
	unknown := facts("2", "0", "unknown")
	assert.Equal(t, []string{"C", "C", "B", "A"}, read(bad, unknown, unknown, good), "a bound is none on its own: more bad news brings no better class")
	assert.Equal(t, []string{"A", "B", "A"}, read(good, facts("30", "0", "unknown"), good), "the bound counts at once, the points do not")
	at := policy()
	at.Readings = 1
	var last *risk.Classification
	one := classifier(t, at)
	for _, f := range []risk.Facts{good, bad} {
		r := one.Classify(f, last)
		last = &r
	}
	assert.Equal(t, "C", last.Class)
	pending := c.Classify(bad, &risk.Classification{Class: "A"})
	assert.Equal(t, &risk.Pending{Class: "C", Readings: 1}, pending.Pending)
	assert.Equal(t, "C", c.Classify(bad, &risk.Classification{Class: "of another policy"}).Class)
}

func TestAClassificationIsStored(t *testing.T) {
	c := classifier(t, policy())
	r := c.Classify(facts("10", "", "unknown"), nil)
	data, err := json.Marshal(r)
	require.NoError(t, err)
	var back risk.Classification
	require.NoError(t, json.Unmarshal(data, &back))
	assert.Equal(t, "40.000", back.Points.Text(3))
	assert.Equal(t, receivables.StatusUndefined, back.Evidence[1].Value.Status())
	again, err := json.Marshal(back)
	require.NoError(t, err)
	assert.JSONEq(t, string(data), string(again))
}

func TestAClassifierDoesNotChange(t *testing.T) {
	p := policy()
	c := classifier(t, p)
	p.Criteria[0].Bands[0].Points = dec("100")
	*p.Criteria[0].Missing = dec("0")
	c.Policy().Cutoffs[0].UpTo = dec("0")
	assert.Equal(t, "A", c.Classify(facts("2", "0"), nil).Class)
	want := policy()
	want.Readings = 2 // the default
	assert.Equal(t, want, c.Policy())
}

func TestPoliciesAreStoredAndChecked(t *testing.T) {
	for _, p := range []risk.Policy{policy(), risk.DefaultPolicy()} {
		data, err := json.Marshal(p)
		require.NoError(t, err)
		back, err := risk.ReadPolicy(bytes.NewReader(data))
		require.NoError(t, err)
		again, err := json.Marshal(back)
		require.NoError(t, err)
		assert.JSONEq(t, string(data), string(again))
		classifier(t, back)
	}
	for name, text := range map[string]string{"unknown key": `{"nmae":"x"}`, "two": `{} {}`, "rest": `{"name":"x"}]`, "brace": `{}}`, "no JSON": `{`, "long": `{"name":"` + strings.Repeat("x", 1<<20) + `"}`} {
		_, err := risk.ReadPolicy(strings.NewReader(text))
		require.ErrorIs(t, err, receivables.ErrInvalidInput, name)
	}
	for name, x := range map[string]struct {
		change func(*risk.Policy)
		want   error
	}{
		"no criterion":   {func(p *risk.Policy) { p.Criteria = nil }, receivables.ErrInvalidInput},
		"no class":       {func(p *risk.Policy) { p.Last = "" }, receivables.ErrInvalidInput},
		"class twice":    {func(p *risk.Policy) { p.Last = "A" }, receivables.ErrDuplicate},
		"measure twice":  {func(p *risk.Policy) { p.Criteria[1].Measure = "late" }, receivables.ErrDuplicate},
		"no measure":     {func(p *risk.Policy) { p.Criteria[1].Measure = "" }, receivables.ErrInvalidInput},
		"weight":         {func(p *risk.Policy) { p.Criteria[1].Weight = dec("0") }, receivables.ErrInvalidInput},
		"axis":           {func(p *risk.Policy) { p.Criteria[1].Axis = "weather" }, receivables.ErrUnknown},
		"points":         {func(p *risk.Policy) { p.Criteria[1].Beyond = dec("101") }, receivables.ErrInvalidInput},
		"falling points": {func(p *risk.Policy) { p.Criteria[0].Bands[0].Points = dec("41") }, receivables.ErrInvalidInput},
		"falling bounds": {func(p *risk.Policy) { p.Criteria[0].Bands[1].UpTo = dec("5") }, receivables.ErrInvalidInput},
		"beyond":         {func(p *risk.Policy) { p.Criteria[0].Beyond = dec("39") }, receivables.ErrInvalidInput},
		"cut-offs":       {func(p *risk.Policy) { p.Cutoffs[1].UpTo = dec("25") }, receivables.ErrInvalidInput},
		"override class": {func(p *risk.Policy) { p.Overrides[0].Class = "Z" }, receivables.ErrUnknown},
		"override mode":  {func(p *risk.Policy) { p.Overrides[0].Mode = "maybe" }, receivables.ErrUnknown},
		"no reason":      {func(p *risk.Policy) { p.Overrides[0].Reason = "" }, receivables.ErrInvalidInput},
		"cut-off":        {func(p *risk.Policy) { p.Cutoffs[1].UpTo = dec("101") }, receivables.ErrInvalidInput},
		"missing":        {func(p *risk.Policy) { x := dec("100.5"); p.Criteria[0].Missing = &x }, receivables.ErrInvalidInput},
		"readings":       {func(p *risk.Policy) { p.Readings = -1 }, receivables.ErrInvalidInput},
	} {
		p := policy()
		x.change(&p)
		_, err := risk.NewClassifier(p)
		require.ErrorIs(t, err, x.want, name)
	}
}

// A measure that gets better never makes the reading worse.
func TestBetterMeasuresNeverReadWorse(t *testing.T) {
	c := classifier(t, risk.DefaultPolicy())
	rank := func(class string) int { return strings.Index("ABCDE", class) }
	rapid.Check(t, func(t *rapid.T) {
		f := risk.Facts{Measures: map[string]receivables.Figure{}, Flags: map[string]bool{}}
		names := []string{risk.MeasureLateness, risk.MeasureVeryLate, risk.MeasureOldest, risk.MeasureOverdue, risk.MeasureDisputes, risk.MeasureBalanceShare, risk.MeasureDependence}
		for _, n := range names {
			f.Measures[n] = receivables.NewFigure(decimal.New(rapid.Int64Range(0, 10_000).Draw(t, n), -2), receivables.UnitCount)
		}
		before := c.Classify(f, nil)
		n := rapid.SampledFrom(names).Draw(t, "better")
		value, _ := f.Measures[n].Value()
		f.Measures[n] = receivables.NewFigure(value.Mul(decimal.New(rapid.Int64Range(0, 100).Draw(t, "factor"), -2)), receivables.UnitCount)
		assert.LessOrEqual(t, rank(c.Classify(f, nil).Reading), rank(before.Reading))
		for _, m := range before.MoveUp { // and what is said to bring a better class does
			g := risk.Facts{Measures: map[string]receivables.Figure{}, Flags: f.Flags}
			for k := range before.Evidence {
				g.Measures[before.Evidence[k].Measure] = before.Evidence[k].Value
			}
			g.Measures[m.Measure] = receivables.NewFigure(m.To, receivables.UnitCount)
			assert.Equal(t, m.Class, c.Classify(g, nil).Reading)
		}
	})
}
