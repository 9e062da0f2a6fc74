package risk

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/approx"
)

// Point is one value of a series: of period At, 0 being the first.
type Point struct {
	At    int
	Value decimal.Decimal
}

// Verdict says where a series is going.
type Verdict string

// The verdicts.
const (
	VerdictUnknown   Verdict = "unknown" // too few points
	VerdictStable    Verdict = "stable"
	VerdictDegrading Verdict = "degrading"
	VerdictImproving Verdict = "improving"
)

// TrendRule says when a trend is one. It is plain data.
type TrendRule struct {
	FewestPoints int             `json:"fewest_points"`
	MostP        decimal.Decimal `json:"most_p"`       // of Mann-Kendall or of t, whichever is lower
	Horizon      int             `json:"horizon"`      // periods
	LeastChange  decimal.Decimal `json:"least_change"` // of the slope over the horizon, in the unit of the series
}

func (r TrendRule) equal(o TrendRule) bool {
	return r.FewestPoints == o.FewestPoints && r.Horizon == o.Horizon && r.MostP.Equal(o.MostP) && r.LeastChange.Equal(o.LeastChange)
}

// DefaultTrendRule is six points, p below 0.05 and a slope that makes more than 5 days in six
// months: a proposal.
func DefaultTrendRule() TrendRule {
	return TrendRule{FewestPoints: 6, MostP: decimal.New(5, -2), Horizon: 6, LeastChange: newInt(5)}
}

// Trend is the trend of a series with its significance.
type Trend struct {
	Points int `json:"points"`
	// Slope, Intercept, RSquared, T and P are of the least-squares line; P is two-sided of
	// Student's distribution with DegreesOfFreedom. Where the points lie on the line exactly, T is
	// undefined (infinite) and P is 0.
	Slope            receivables.Figure `json:"slope"`
	Intercept        receivables.Figure `json:"intercept"`
	RSquared         receivables.Figure `json:"r_squared"`
	T                receivables.Figure `json:"t"`
	DegreesOfFreedom int                `json:"degrees_of_freedom"`
	P                receivables.Figure `json:"p"`
	// MannKendall S, its variance with ties, and the two-sided p value of Z = (S - sign S) /
	// sqrt(var).
	MannKendallS   int                `json:"mann_kendall_s"`
	MannKendallVar receivables.Figure `json:"mann_kendall_var"`
	MannKendallP   receivables.Figure `json:"mann_kendall_p"`
	// TheilSen is the median of the slopes between all pairs of points.
	TheilSen receivables.Figure `json:"theil_sen"`
	Verdict  Verdict            `json:"verdict"`
}

// mostPoints bounds the pairs of a series, mostAt its periods.
const (
	mostPoints = 1200
	mostAt     = 1_000_000
)

// TrendOf returns the trend of a series in the order of its periods; periods without value are
// left out and keep their place. Higher is worse: the verdict is degrading when the slope is
// above zero, significant and large enough by the rule, improving when it is below.
//
// Undefined below 3 points. Slope, intercept and R squared are exact but for one rounding; t and p
// use float64, good to 1e-9.
//
// Errors:
//   - [receivables.ErrDuplicate] for two values of one period;
//   - [receivables.ErrLimit] above 1200 points;
//   - [receivables.ErrInvalidInput] for a period outside a million.
func TrendOf(points []Point, rule TrendRule) (Trend, error) {
	sorted := slices.SortedStableFunc(slices.Values(points), func(a, b Point) int { return cmp.Compare(a.At, b.At) })
	n := len(sorted)
	if n > mostPoints {
		return Trend{}, &receivables.FieldError{Path: "trend", Value: newInt(n).String(), Rule: receivables.RuleLimit, Detail: "at most 1200 points"}
	}
	for _, p := range sorted {
		if p.At < -mostAt || p.At > mostAt {
			return Trend{}, &receivables.FieldError{Path: "trend: period", Value: newInt(p.At).String(), Rule: receivables.RuleRange, Detail: "from -1000000 to 1000000"}
		}
	}
	for i := 1; i < n; i++ {
		if sorted[i].At == sorted[i-1].At {
			return Trend{}, &receivables.FieldError{Path: "trend: period", Value: newInt(sorted[i].At).String(), Rule: receivables.RuleDuplicate, Detail: "two values of one period"}
		}
	}
	none := func(unit receivables.Unit) receivables.Figure {
		return receivables.NoFigure(receivables.StatusInsufficientData, unit)
	}
	t := Trend{
		Points: n, Slope: none(receivables.UnitDays), Intercept: none(receivables.UnitDays), RSquared: none(receivables.UnitFraction), T: none(receivables.UnitCount),
		P: none(receivables.UnitFraction), MannKendallVar: none(receivables.UnitCount), MannKendallP: none(receivables.UnitFraction), TheilSen: none(receivables.UnitDays),
		Verdict: VerdictUnknown,
	}
	if n < 3 {
		return t, nil
	}
	t.leastSquares(sorted)
	t.mannKendall(sorted)
	t.theilSen(sorted)
	t.judge(rule)
	return t, nil
}

// leastSquares fits the line, with all sums multiplied by n so that nothing is divided before
// the end.
func (t *Trend) leastSquares(points []Point) {
	n := newInt(len(points))
	var sx, sy, sxx, sxy, syy decimal.Decimal
	for _, p := range points {
		x := newInt(p.At)
		sx, sy = sx.Add(x), sy.Add(p.Value)
		sxx, sxy, syy = sxx.Add(x.Mul(x)), sxy.Add(x.Mul(p.Value)), syy.Add(p.Value.Mul(p.Value))
	}
	dxx := n.Mul(sxx).Sub(sx.Mul(sx)) // n x sum of squares about the mean
	dxy := n.Mul(sxy).Sub(sx.Mul(sy))
	dyy := n.Mul(syy).Sub(sy.Mul(sy))
	t.Slope = receivables.Quotient(dxy, dxx, receivables.UnitDays)
	t.Intercept = receivables.Quotient(sy.Mul(dxx).Sub(dxy.Mul(sx)), n.Mul(dxx), receivables.UnitDays)
	t.RSquared = receivables.Quotient(dxy.Mul(dxy), dxx.Mul(dyy), receivables.UnitFraction)
	t.DegreesOfFreedom = len(points) - 2
	sse := dxx.Mul(dyy).Sub(dxy.Mul(dxy)) // n dxx x SSE
	if sse.Sign() <= 0 {
		t.T = receivables.NoFigure(receivables.StatusZeroDenominator, receivables.UnitCount)
		t.P = receivables.NewFigure(decimal.Zero, receivables.UnitFraction)
		if dxy.IsZero() { // a constant series has no trend to be significant
			t.P = receivables.NewFigure(one, receivables.UnitFraction)
		}
		return
	}
	// t^2 = slope^2 x sum of squares of x x (n - 2) / SSE = dxy^2 (n - 2) / sse
	square := receivables.Quotient(dxy.Mul(dxy).Mul(newInt(t.DegreesOfFreedom)), sse, receivables.UnitCount)
	t.T = root(square)
	value, ok := t.T.Value()
	if !ok {
		return
	}
	if dxy.Sign() < 0 {
		t.T = receivables.NewFigure(value.Neg(), receivables.UnitCount)
	}
	if p, ok := approx.Student(value, t.DegreesOfFreedom); ok {
		t.P = receivables.NewFigure(p, receivables.UnitFraction)
	}
}

func (t *Trend) mannKendall(points []Point) {
	n := len(points)
	groups := map[string]int{}
	for i := range points {
		groups[points[i].Value.String()]++
		for j := range i {
			t.MannKendallS += points[i].Value.Cmp(points[j].Value)
		}
	}
	sum := func(g int) int { return g * (g - 1) * (2*g + 5) }
	variance := sum(n)
	for _, g := range groups {
		variance -= sum(g)
	}
	v := newInt(variance).DivRound(newInt(18), receivables.RatioPlaces)
	t.MannKendallVar = receivables.NewFigure(v, receivables.UnitCount)
	t.MannKendallP = receivables.NewFigure(one, receivables.UnitFraction)
	if variance == 0 || t.MannKendallS == 0 {
		return
	}
	sd, ok := approx.Sqrt(v)
	if !ok {
		return
	}
	s := t.MannKendallS
	if s > 0 {
		s--
	} else {
		s++
	}
	if p, ok := approx.TwoSided(newInt(s).DivRound(sd, receivables.RatioPlaces)); ok {
		t.MannKendallP = receivables.NewFigure(p, receivables.UnitFraction)
	}
}

func (t *Trend) theilSen(points []Point) {
	var slopes []decimal.Decimal
	for i := range points {
		for j := range i {
			slopes = append(slopes, points[i].Value.Sub(points[j].Value).DivRound(newInt(points[i].At-points[j].At), 2*receivables.RatioPlaces))
		}
	}
	slices.SortFunc(slopes, decimal.Decimal.Cmp)
	t.TheilSen = inDays(median(len(slopes), func(i int) decimal.Decimal { return slopes[i] }))
}

// judge applies the rule.
func (t *Trend) judge(rule TrendRule) {
	slope, ok := t.Slope.Value()
	if !ok || t.Points < rule.FewestPoints {
		return
	}
	t.Verdict = VerdictStable
	significant := false
	for _, f := range []receivables.Figure{t.P, t.MannKendallP} {
		if p, ok := f.Value(); ok && p.Cmp(rule.MostP) < 0 {
			significant = true
		}
	}
	if !significant || slope.Abs().Mul(newInt(rule.Horizon)).Cmp(rule.LeastChange) <= 0 {
		return
	}
	t.Verdict = VerdictDegrading
	if slope.Sign() < 0 {
		t.Verdict = VerdictImproving
	}
}
