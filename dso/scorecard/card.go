package scorecard

import (
	"fmt"
	"iter"
	"slices"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/dso"
)

// Config is what decides a scorecard beside its indicators. It is plain data.
type Config struct {
	// First is any day of the first month, Last the last day that is measured.
	First   date.Date `json:"first"`
	Last    date.Date `json:"last"`
	Targets []Target  `json:"targets"`
	// TrendMonths is the number of months, the last included, over which the trend is
	// measured; zero: 6.
	TrendMonths int `json:"trend_months"`
	// Stable is the change over these months, as a share of the mean of the values, up to
	// which a trend is called stable; zero: 0.02.
	Stable decimal.Decimal `json:"stable"`
	// AgeBounds are those of the delays, see [dso.NewDelays]; empty: 30, 60 and 90.
	AgeBounds []int `json:"age_bounds"`
	// AnnualRate is the cost of money for the yearly cost of delays; zero: no cost.
	AnnualRate decimal.Decimal `json:"annual_rate"`
	// Unapplied says what unapplied credits do to the balance.
	Unapplied dso.Unapplied `json:"unapplied"`
	// Since is the first day that the timelines tell of, see [dso.Config]; zero: before the
	// first document there was nothing, and figures of those days are undefined.
	Since date.Date `json:"since"`
}

// defaultStable is the default of Config.Stable.
var defaultStable = decimal.New(2, -2)

const (
	defaultTrend = 6
	fewestPoints = 3    // of a trend
	mostMonths   = 1200 // a hundred years
)

// Accumulator adds up timelines for a scorecard. Make one with [New]. It is not safe for
// concurrent use: give each goroutine its own and merge them.
type Accumulator struct {
	config     Config
	indicators []Indicator
	sums       *dso.Accumulator
	delays     *dso.Delays
}

// New returns an empty accumulator. Options group and exclude as for a [dso.Accumulator].
//
// Errors:
//   - [receivables.ErrInvalidInput] for days that are none or out of order, more than 1200
//     months, an indicator without key or function, a trend of fewer than 3 months, no
//     indicator, and those of the options;
//   - [receivables.ErrDuplicate] for two indicators of one key or two targets for one group;
//   - [receivables.ErrUnknown] for a target of an indicator that is not on the card.
func New(config Config, indicators []Indicator, options ...dso.Option) (*Accumulator, error) {
	if config.TrendMonths == 0 {
		config.TrendMonths = defaultTrend
	}
	if config.Stable.IsZero() {
		config.Stable = defaultStable
	}
	fail := func(path, value string, rule receivables.Rule, detail string) (*Accumulator, error) {
		return nil, &receivables.FieldError{Path: "scorecard: " + path, Value: value, Rule: rule, Detail: detail}
	}
	switch {
	case !receivables.IsDay(config.First) || !receivables.IsDay(config.Last):
		return fail("first and last", fmt.Sprint(config.First, " ", config.Last), receivables.RuleRange, "outside 1900-01-01 to 9999-12-31")
	case config.Last < config.First:
		return fail("last", config.Last.String(), receivables.RuleOrder, "before the first day "+config.First.String())
	case len(months(config.First, config.Last)) > mostMonths:
		return fail("last", config.Last.String(), receivables.RuleLimit, fmt.Sprintf("more than %d months", mostMonths))
	case config.TrendMonths < fewestPoints:
		return fail("trend months", fmt.Sprint(config.TrendMonths), receivables.RuleRange, fmt.Sprintf("at least %d", fewestPoints))
	case config.Stable.Sign() < 0:
		return fail("stable", config.Stable.String(), receivables.RuleSign, "must not be negative")
	case len(indicators) == 0:
		return fail("indicators", "", receivables.RuleRequired, "at least one")
	}
	known := map[string]bool{}
	for _, i := range indicators {
		switch {
		case i.Key == "" || i.Of == nil:
			return fail("indicator", i.Key, receivables.RuleRequired, "a key and a function")
		case i.Better > Higher:
			return fail("indicator "+i.Key, i.Better.String(), receivables.RuleRange, "unknown direction")
		case known[i.Key]:
			return fail("indicator", i.Key, receivables.RuleDuplicate, "two of this key")
		}
		known[i.Key] = true
	}
	for n, t := range config.Targets {
		if !known[t.Indicator] {
			return fail("target", t.Indicator, receivables.RuleUnknownReference, "no indicator of this key is on the card")
		}
		if slices.ContainsFunc(config.Targets[:n], func(o Target) bool { return o.Indicator == t.Indicator && slices.Equal(o.Group, t.Group) }) {
			return fail("target", t.Indicator, receivables.RuleDuplicate, "two for the same group")
		}
	}
	sums, err := dso.New(dso.Config{Unapplied: config.Unapplied, Since: config.Since}, options...)
	if err != nil {
		return nil, err
	}
	for _, t := range config.Targets {
		if keys := sums.Keys(); len(t.Group) > len(keys) {
			return fail("target "+t.Indicator, fmt.Sprint(t.Group), receivables.RuleUnknownReference, fmt.Sprintf("the card is grouped by %q", keys))
		}
	}
	delays, err := dso.NewDelays(config.Last, config.AgeBounds...)
	if err != nil {
		return nil, err
	}
	return &Accumulator{config: config, indicators: slices.Clone(indicators), sums: sums, delays: delays}, nil
}

// FromLedger makes the card of a ledger in one pass. With knownOn zero every month is as
// known at its end, as it was published; otherwise all are as known on that day.
//
// Errors: those of [New] and [Accumulator.Add]; [receivables.ErrInvalidInput] when a knownOn that is given
// is before the last day.
func FromLedger(
	ledger *receivables.Ledger, knownOn date.Date, config Config, indicators []Indicator, options ...dso.Option,
) (*Card, error) {
	a, err := New(config, indicators, options...)
	if err != nil {
		return nil, err
	}
	if knownOn != 0 && knownOn < config.Last {
		return nil, &receivables.FieldError{
			Path: "scorecard: known on", Value: knownOn.String(), Rule: receivables.RuleOrder, Detail: "nothing is known then of later days up to " + config.Last.String(),
		}
	}
	if err := a.AddSeq(ledger.Timelines(config.Last, knownOn)); err != nil {
		return nil, err
	}
	return a.Card()
}

// AddSeq adds each timeline of an iterator; it stops at the first error, and what was added
// before stays in.
func (a *Accumulator) AddSeq(timelines iter.Seq[receivables.Timeline]) error {
	for t := range timelines {
		if err := a.Add(t); err != nil {
			return err
		}
	}
	return nil
}

// AddStream adds each timeline of a stream that can fail; it stops at the first error.
func (a *Accumulator) AddStream(timelines iter.Seq2[receivables.Timeline, error]) error {
	for t, err := range timelines {
		if err != nil {
			return err
		}
		if err := a.Add(t); err != nil {
			return err
		}
	}
	return nil
}

// Add adds one timeline. Delays are those of the whole, whatever is excluded from the
// indicators.
//
// Errors: those of [dso.Accumulator.Add].
func (a *Accumulator) Add(t receivables.Timeline) error {
	if a.sums == nil {
		return &receivables.FieldError{Path: "accumulator", Rule: receivables.RuleRequired, Detail: "make one with New"}
	}
	if err := a.sums.Add(t); err != nil {
		return err
	}
	return a.delays.Add(t)
}

// Merge adds what another accumulator holds; the other one stays as it is. Indicators and
// targets are those of the receiver.
//
// Errors, after which the accumulator is as before: those of [dso.Accumulator.Merge] and
// [dso.Delays.Merge].
func (a *Accumulator) Merge(other *Accumulator) error {
	if other == nil || a.sums == nil || other.sums == nil {
		return &receivables.FieldError{Path: "merge", Rule: receivables.RuleRequired, Detail: "accumulators are made with New"}
	}
	if a.config.Last != other.config.Last || !slices.Equal(a.config.AgeBounds, other.config.AgeBounds) {
		return &receivables.FieldError{Path: "merge", Rule: receivables.RuleExclusive, Detail: "accumulators of different last days or bounds of age"}
	}
	if err := a.sums.Merge(other.sums); err != nil { // before the delays, which then cannot fail
		return err
	}
	return a.delays.Merge(other.delays)
}

// Card is a scorecard.
type Card struct {
	Months []date.Date `json:"months"` // the day on which each month is measured
	Keys   []string    `json:"keys"`   // levels of grouping
	// Lines are the totals by currency, then the groups of each level from the highest down,
	// sorted by group and currency.
	Lines []Line `json:"lines"`
	// Bands names the bands of age of the delays.
	Bands []string `json:"bands"`
}

// Line returns the line of a group, named from the highest level down, without names of the
// whole; false if there is none.
func (c *Card) Line(currency receivables.Currency, group ...string) (Line, bool) {
	for _, l := range c.Lines {
		if l.Currency == currency.Code() && slices.Equal(l.Group, group) {
			return l, true
		}
	}
	return Line{}, false
}

// Of returns the series of an indicator; false if it is not on the card.
func (l Line) Of(key string) (Series, bool) {
	for _, s := range l.Series {
		if s.Key == key {
			return s, true
		}
	}
	return Series{}, false
}

// Line is one group in one currency.
type Line struct {
	Group    []string `json:"group"` // empty for a total
	Currency string   `json:"currency"`
	Series   []Series `json:"series"` // in the order of the indicators
	// Delays are what holds money back on the last day, of totals only.
	Delays *Delays `json:"delays,omitempty"`
}

// Delays is what holds money back, largest amount first on each axis.
type Delays struct {
	ByCause []dso.Delay `json:"by_cause"`
	ByOwner []dso.Delay `json:"by_owner"`
	BySide  []dso.Delay `json:"by_side"`
	ByKind  []dso.Delay `json:"by_kind"`
}

// Series is one indicator over the months.
type Series struct {
	Key    string    `json:"key"`
	Name   string    `json:"name"`
	French string    `json:"french"`
	Better Direction `json:"better"`
	Cells  []Cell    `json:"cells"` // one for each month
	Trend  Trend     `json:"trend"`
}

// Cell is one indicator in one month.
type Cell struct {
	Value dso.Measure `json:"value"`
	// Change is the value less that of the month before, YearAgo the value of the same month a
	// year before, ChangeOfYear the value less that.
	Change       receivables.Figure `json:"change"`
	YearAgo      receivables.Figure `json:"year_ago"`
	ChangeOfYear receivables.Figure `json:"change_of_year"`
	// Target is nil where there is none; Gap is the value less the target.
	Target *decimal.Decimal    `json:"target,omitempty"`
	Gap    *receivables.Figure `json:"gap,omitempty"`
	// Met says whether the target is reached, nil where there is none or no way is better.
	Met *bool `json:"met,omitempty"`
}

// Trend is the slope of the last months, by least squares over the months that have a value.
type Trend struct {
	PerMonth receivables.Figure `json:"per_month"` // in the unit of the indicator
	Months   int                `json:"months"`    // that have a value
	// Tendency is "improving", "worsening" or "stable" ([Config.Stable]); "" where it is unknown
	// or no way is better.
	Tendency string `json:"tendency,omitempty"`
}

// months lists the days on which the months from first to last are measured.
func months(first, last date.Date) []date.Date {
	var list []date.Date
	for end := receivables.EndOfMonth(first); end < last && len(list) <= mostMonths; end = receivables.EndOfMonth(receivables.AddDays(end, 1)) {
		list = append(list, end)
	}
	return append(list, last)
}

// yearBefore returns the day of the year before that a month is compared with.
func yearBefore(day date.Date) date.Date {
	before := receivables.AddMonths(day, -12)
	if day == receivables.EndOfMonth(day) {
		return receivables.EndOfMonth(before)
	}
	return before
}

// Card computes the card of what was added so far. The accumulator can go on.
//
// Errors:
//   - [receivables.ErrInvalidInput] when a month, or the same month of the year before, is
//     before 1900.
func (a *Accumulator) Card() (*Card, error) {
	if a.sums == nil {
		return nil, &receivables.FieldError{Path: "accumulator", Rule: receivables.RuleRequired, Detail: "make one with New"}
	}
	result := a.sums.Result()
	card := &Card{Months: months(a.config.First, a.config.Last), Keys: append([]string{}, result.Keys()...), Bands: a.delays.Bands(), Lines: []Line{}}
	for total := range result.Totals() {
		line, err := a.line(card.Months, total, result.First())
		if err != nil {
			return nil, err
		}
		if line.Delays, err = a.delaysOf(total); err != nil {
			return nil, err
		}
		card.Lines = append(card.Lines, line)
	}
	for level := range len(card.Keys) {
		for group := range result.Subtotals(level + 1) {
			line, err := a.line(card.Months, group, result.First())
			if err != nil {
				return nil, err
			}
			card.Lines = append(card.Lines, line)
		}
	}
	return card, nil
}

// line measures one group. Of the days before the first document nothing is known.
func (a *Accumulator) line(days []date.Date, of dso.Line, first date.Date) (Line, error) {
	measured := map[date.Date][]dso.Measure{}
	measure := func(day date.Date) ([]dso.Measure, error) {
		if list, ok := measured[day]; ok {
			return list, nil
		}
		view, err := of.At(max(day, a.config.Since))
		if err != nil {
			return nil, err
		}
		list := make([]dso.Measure, len(a.indicators))
		for i, indicator := range a.indicators {
			list[i] = indicator.Of(view)
			if day < max(first, a.config.Since) {
				list[i].Figure = receivables.NoFigure(receivables.StatusInsufficientData, list[i].Unit())
				list[i].Notes = []string{"before the first day of the books"}
			}
		}
		measured[day] = list
		return list, nil
	}
	group := of.Group()
	line := Line{Group: group, Currency: of.Currency().Code()}
	if group == nil {
		line.Group = []string{}
	}
	for _, i := range a.indicators {
		line.Series = append(line.Series, Series{Key: i.Key, Name: i.Name, French: i.French, Better: i.Better})
	}
	for n, day := range days {
		now, err := measure(day)
		if err != nil {
			return Line{}, err
		}
		previous := receivables.AddDays(receivables.StartOfMonth(day), -1)
		if n > 0 {
			previous = days[n-1]
		}
		before, err := measure(previous)
		if err != nil {
			return Line{}, err
		}
		yearAgo, err := measure(yearBefore(day))
		if err != nil {
			return Line{}, err
		}
		for i := range a.indicators {
			line.Series[i].Cells = append(line.Series[i].Cells, Cell{
				Value: now[i], Change: difference(now[i].Figure, before[i].Figure),
				YearAgo: yearAgo[i].Figure, ChangeOfYear: difference(now[i].Figure, yearAgo[i].Figure),
			})
		}
	}
	for i := range line.Series {
		s := &line.Series[i]
		if target := a.target(s.Key, group); target != nil {
			for k := range s.Cells {
				s.Cells[k].compare(target, s.Better)
			}
		}
		s.Trend = trendOf(s.Cells[max(0, len(s.Cells)-a.config.TrendMonths):], s.Better, a.config.Stable)
	}
	return line, nil
}

// difference is now - before, or the status of the one that is undefined.
func difference(now, before receivables.Figure) receivables.Figure {
	x, ok := now.Value()
	if !ok {
		return receivables.NoFigure(now.Status(), now.Unit())
	}
	y, ok := before.Value()
	switch {
	case !ok:
		return receivables.NoFigure(before.Status(), now.Unit())
	case now.Unit() != before.Unit():
		return receivables.NoFigure(receivables.StatusMixedBasis, now.Unit())
	}
	return receivables.NewFigure(x.Sub(y), now.Unit())
}

// target returns the target of an indicator for a group: its own, else that of all; nil if
// there is none.
func (a *Accumulator) target(key string, group []string) *Target {
	var general *Target
	for i := range a.config.Targets {
		t := &a.config.Targets[i]
		switch {
		case t.Indicator != key:
		case len(t.Group) == 0:
			general = t
		case slices.Equal(t.Group, group):
			return t
		}
	}
	return general
}

// compare sets a cell beside its target.
func (c *Cell) compare(target *Target, better Direction) {
	c.Target = &target.Value
	unit := target.Unit
	if unit == "" {
		unit = c.Value.Unit()
	}
	gap := difference(c.Value.Figure, receivables.NewFigure(target.Value, unit))
	c.Gap = &gap
	value, ok := gap.Value()
	if !ok || better == Neither {
		return
	}
	met := value.Sign() <= 0
	if better == Higher {
		met = value.Sign() >= 0
	}
	c.Met = &met
}

// trendOf fits a line through the cells that have a value, by least squares:
//
//	slope = (n sum(t y) - sum(t) sum(y)) / (n sum(t^2) - sum(t)^2)
//
// It is stable if slope x (months - 1) is at most a share of the mean of |y|.
func trendOf(cells []Cell, better Direction, stable decimal.Decimal) Trend {
	var n, t1, t2 int64
	var y1, ty, size decimal.Decimal
	unit := cells[len(cells)-1].Value.Unit()
	for t, c := range cells {
		y, ok := c.Value.Value()
		if !ok {
			continue
		}
		n, t1, t2 = n+1, t1+int64(t), t2+int64(t*t)
		y1, size = y1.Add(y), size.Add(y.Abs())
		ty = ty.Add(y.Mul(decimal.NewFromInt(int64(t))))
	}
	trend := Trend{Months: int(n), PerMonth: receivables.NoFigure(receivables.StatusInsufficientData, unit)}
	if n < fewestPoints {
		return trend
	}
	numerator := ty.Mul(decimal.NewFromInt(n)).Sub(y1.Mul(decimal.NewFromInt(t1)))
	denominator := decimal.NewFromInt(n*t2 - t1*t1)
	trend.PerMonth = receivables.Quotient(numerator, denominator, unit)
	change := numerator.Abs().Mul(decimal.NewFromInt(int64(len(cells) - 1))).Mul(decimal.NewFromInt(n)) // x denominator x n
	switch {
	case better == Neither:
	case change.Cmp(stable.Mul(size).Mul(denominator)) <= 0:
		trend.Tendency = "stable"
	case (numerator.Sign() > 0) == (better == Higher):
		trend.Tendency = "improving"
	default:
		trend.Tendency = "worsening"
	}
	return trend
}

// delaysOf lists what holds money back on the last day, in the currency of a total.
func (a *Accumulator) delaysOf(total dso.Line) (*Delays, error) {
	view, err := total.At(a.config.Last)
	if err != nil {
		return nil, err
	}
	var d Delays
	for _, axis := range []struct {
		by   dso.DelayAxis
		into *[]dso.Delay
	}{{dso.ByCause, &d.ByCause}, {dso.ByOwner, &d.ByOwner}, {dso.BySide, &d.BySide}, {dso.ByKind, &d.ByKind}} {
		if *axis.into, err = a.delays.Pareto(axis.by, view, dso.LastDays(a.config.Last, quarterDays), a.config.AnnualRate); err != nil {
			return nil, err
		}
	}
	return &d, nil
}
