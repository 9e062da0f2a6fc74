package penalties

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	"maps"
	"path"
	"slices"
	"sync"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/dated"
	"github.com/receivables-go/receivables/internal/strictjson"
)

//go:embed data
var data embed.FS

// Law holds reference rates and regimes. It is immutable and safe for concurrent
// use.
type Law struct {
	series  map[string]*dated.Series
	regimes map[string]*Regime
	sources map[string]sourceJSON
}

// Standard returns the law that ships with the package, read and checked on first
// use.
//
// Errors: a mistake in the data, which the tests of the package would have found.
func Standard() (*Law, error) { return standard() }

var standard = sync.OnceValues(loadStandard)

type sourceJSON struct {
	Title   string `json:"title"`
	Issuer  string `json:"issuer"`
	Law     string `json:"law"`
	Reading string `json:"reading"`
}

type seriesJSON struct {
	Parameter       string `json:"parameter"`
	File            string `json:"file"`
	Title           string `json:"title"`
	Jurisdiction    string `json:"jurisdiction"`
	CoveredFrom     string `json:"covered_from"`
	VerifiedThrough string `json:"verified_through"`
	VerifiedOn      string `json:"verified_on"`
	NextExpected    string `json:"next_expected"`
	Update          string `json:"update"`
}

// strictJSON decodes and refuses unknown keys.
func strictJSON(name string, into any) error {
	text, err := data.ReadFile(path.Join("data", name))
	if err != nil {
		return err
	}
	if err := strictjson.Decode(bytes.NewReader(text), int64(len(text)), into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func loadStandard() (*Law, error) {
	law := &Law{series: map[string]*dated.Series{}, regimes: map[string]*Regime{}}
	if err := strictJSON("sources.json", &law.sources); err != nil {
		return nil, err
	}
	var manifests []seriesJSON
	if err := strictJSON("series.json", &manifests); err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for key := range law.sources {
		known[key] = true
	}
	cited := map[string]bool{}
	for _, m := range manifests {
		s, err := m.load(known)
		if err != nil {
			return nil, err
		}
		law.series[m.Parameter] = s
		for _, row := range s.Rows() {
			cited[row.Source] = true
		}
	}
	for key := range law.sources {
		if !cited[key] {
			return nil, fmt.Errorf("sources.json: %q is never cited", key)
		}
	}
	var regimes []regimeJSON
	if err := strictJSON("regimes.json", &regimes); err != nil {
		return nil, err
	}
	for _, r := range regimes {
		regime, err := r.regime()
		if err != nil {
			return nil, fmt.Errorf("regimes.json: %q: %w", r.ID, err)
		}
		for _, v := range regime.Versions {
			if v.Mode != Flat && law.series[v.Reference] == nil {
				return nil, fmt.Errorf("regimes.json: %q: no series %q", r.ID, v.Reference)
			}
		}
		if law.regimes[r.ID] != nil {
			return nil, fmt.Errorf("regimes.json: %q twice", r.ID)
		}
		law.regimes[r.ID] = regime
	}
	return law, nil
}

func (m seriesJSON) load(sources map[string]bool) (*dated.Series, error) {
	p := dateParser{}
	manifest := dated.Manifest{
		Parameter: m.Parameter, Title: m.Title, Jurisdiction: m.Jurisdiction, Unit: "percent_per_year",
		CoveredFrom: p.day(m.CoveredFrom), VerifiedThrough: p.day(m.VerifiedThrough), VerifiedOn: p.day(m.VerifiedOn),
		NextExpected: p.day(m.NextExpected), Update: m.Update,
	}
	if p.err != nil {
		return nil, fmt.Errorf("series.json: %q: %w", m.Parameter, p.err)
	}
	table, err := data.ReadFile(path.Join("data", m.File))
	if err != nil {
		return nil, err
	}
	return dated.Read(bytes.NewReader(table), manifest, sources)
}

// dateParser keeps the first mistake; empty text is the zero date.
type dateParser struct{ err error }

func (p *dateParser) day(text string) date.Date {
	if text == "" || p.err != nil {
		return 0
	}
	d, err := receivables.ParseDate(text)
	p.err = err
	return d
}

func (p *dateParser) number(text string) decimal.Decimal {
	if text == "" || p.err != nil {
		return decimal.Zero
	}
	d, err := receivables.ParseAmount(text)
	p.err = err
	return d
}

// regimeJSON is the form of a regime in the data.
type regimeJSON struct {
	ID               string         `json:"id"`
	Jurisdiction     string         `json:"jurisdiction"`
	Title            string         `json:"title"`
	Currency         string         `json:"currency"`
	DayCount         DayCount       `json:"day_count"`
	Scope            Scope          `json:"rounding_scope"`
	Start            Start          `json:"start"`
	Rounding         Rounding       `json:"rounding"`    // empty: half up
	PaymentDay       PaymentDay     `json:"payment_day"` // empty: counts
	Imputation       Imputation     `json:"imputation"`
	ImputationSource string         `json:"imputation_source"`
	Versions         []versionJSON  `json:"versions"`
	FixedSums        []fixedSumJSON `json:"fixed_sums"`
	Floors           []floorJSON    `json:"agreed_rate_floors"`
	Consumer         bool           `json:"consumer"`
	NoCosts          *struct {
		Source     string `json:"source"`
		Confidence string `json:"confidence"`
	} `json:"no_costs"`
	Compounding       Compounding `json:"compounding"`
	CompoundingSource string      `json:"compounding_source"`
	StopsAfterMonths  int         `json:"stops_after_months"`
	NotResponsible    *struct {
		Flat       string `json:"flat"`
		Source     string `json:"source"`
		Confidence string `json:"confidence"`
	} `json:"not_responsible"`
	AfterJudgment *struct {
		Points     string `json:"points"`
		Months     int    `json:"months"`
		Source     string `json:"source"`
		Confidence string `json:"confidence"`
	} `json:"after_judgment"`
}

type versionJSON struct {
	From         string       `json:"from"`
	Until        string       `json:"until"`
	By           Selector     `json:"by"`
	DaysUntil    string       `json:"days_until"`
	Reference    string       `json:"reference"`
	Fixing       Fixing       `json:"fixing"`
	Mode         Mode         `json:"mode"`
	Margin       string       `json:"margin"`
	Flat         string       `json:"flat"`
	RateRounding RateRounding `json:"rate_rounding"`
	Source       string       `json:"source"`
	Confidence   string       `json:"confidence"`
	Note         string       `json:"note"`
}

type floorJSON struct {
	From       string `json:"from"`
	Until      string `json:"until"`
	Series     string `json:"series"`
	Multiple   string `json:"multiple"`
	Source     string `json:"source"`
	Confidence string `json:"confidence"`
}

type fixedSumJSON struct {
	By       Selector `json:"by"`
	From     string   `json:"from"`
	Until    string   `json:"until"`
	Currency string   `json:"currency"`
	Of       string   `json:"of"`
	Tiers    []struct {
		UpTo      string `json:"up_to"`
		Inclusive bool   `json:"inclusive"`
		Amount    string `json:"amount"`
	} `json:"tiers"`
	Confidence string `json:"confidence"`
	Source     string `json:"source"`
	Conversion string `json:"conversion"`
}

// regime turns the data into a Regime and checks it.
func (j regimeJSON) regime() (*Regime, error) {
	currency, err := receivables.ParseCurrency(j.Currency)
	if err != nil {
		return nil, err
	}
	r := &Regime{
		ID: j.ID, Jurisdiction: j.Jurisdiction, Title: j.Title, Currency: currency, DayCount: j.DayCount, Scope: j.Scope, Start: j.Start,
		Imputation: j.Imputation, ImputationUnder: j.ImputationSource, Rounding: cmp.Or(j.Rounding, HalfUp), PaymentDay: cmp.Or(j.PaymentDay, PaymentDayCounts), Consumer: j.Consumer,
		Compounding: j.Compounding, CompoundingUnder: j.CompoundingSource, StopsAfterMonths: j.StopsAfterMonths,
	}
	p := dateParser{}
	for _, v := range j.Versions {
		r.Versions = append(r.Versions, Version{
			From: p.day(v.From), Until: p.day(v.Until), By: v.By, DaysUntil: p.day(v.DaysUntil), Reference: v.Reference, Fixing: v.Fixing, Mode: v.Mode,
			Margin: p.number(v.Margin), FlatPercent: p.number(v.Flat), RateRounding: v.RateRounding,
			Citation: receivables.Citation{Text: v.Source, Confidence: v.Confidence}, Note: v.Note,
		})
	}
	for _, f := range j.FixedSums {
		sum, err := f.fixedSum(currency)
		if err != nil {
			return nil, err
		}
		sum.From, sum.Until = p.day(f.From), p.day(f.Until)
		r.FixedSums = append(r.FixedSums, *sum)
	}
	for _, f := range j.Floors {
		r.Floors = append(r.Floors, Floor{
			From: p.day(f.From), Until: p.day(f.Until), Series: f.Series, Multiple: p.number(f.Multiple),
			Citation: receivables.Citation{Text: f.Source, Confidence: f.Confidence},
		})
	}
	if n := j.NoCosts; n != nil {
		r.NoCosts = &receivables.Citation{Text: n.Source, Confidence: n.Confidence}
	}
	if n := j.NotResponsible; n != nil {
		r.NotResponsible = &FlatRate{p.number(n.Flat), receivables.Citation{Text: n.Source, Confidence: n.Confidence}}
	}
	if a := j.AfterJudgment; a != nil {
		r.AfterJudgment = &AfterJudgment{p.number(a.Points), a.Months, receivables.Citation{Text: a.Source, Confidence: a.Confidence}}
	}
	if p.err != nil {
		return nil, p.err
	}
	return r, r.check()
}

func (f fixedSumJSON) fixedSum(of receivables.Currency) (*FixedSum, error) {
	currency, err := receivables.ParseCurrency(f.Currency)
	if err != nil {
		return nil, err
	}
	sum := &FixedSum{
		By:       cmp.Or(f.By, ByDueDate),
		Currency: currency, Of: of, Conversion: f.Conversion, Citation: receivables.Citation{Text: f.Source, Confidence: f.Confidence},
	}
	if f.Of != "" {
		if sum.Of, err = receivables.ParseCurrency(f.Of); err != nil {
			return nil, err
		}
	}
	for _, t := range f.Tiers {
		tier := Tier{Inclusive: t.Inclusive}
		if t.UpTo != "" {
			if tier.UpTo, err = receivables.ParseAmount(t.UpTo); err != nil {
				return nil, err
			}
		}
		if tier.Amount, err = receivables.ParseMoney(t.Amount, currency); err != nil {
			return nil, err
		}
		sum.Tiers = append(sum.Tiers, tier)
	}
	return sum, nil
}

// Regime returns a copy of the rules of an ID such as "fr.b2b".
//
// Errors:
//   - [receivables.ErrUnknown], listing the regimes there are.
func (l *Law) Regime(id string) (*Regime, error) {
	r, err := l.regime(id)
	if err != nil {
		return nil, err
	}
	return r.clone(), nil
}

func (l *Law) regime(id string) (*Regime, error) {
	if r, ok := l.regimes[id]; ok {
		return r, nil
	}
	return nil, &receivables.FieldError{
		Path: "regime", Value: id, Rule: receivables.RuleUnknownReference, Detail: fmt.Sprint("there are ", l.RegimeIDs()),
	}
}

// RegimeIDs lists the regimes, sorted.
func (l *Law) RegimeIDs() []string { return slices.Sorted(maps.Keys(l.regimes)) }

// SeriesIDs lists the series of reference rates, sorted.
func (l *Law) SeriesIDs() []string { return slices.Sorted(maps.Keys(l.series)) }

// Coverage says for which days a series is known.
type Coverage struct {
	Parameter, Title, Jurisdiction                  string
	From, VerifiedThrough, VerifiedOn, NextExpected date.Date
}

// Coverage returns what is known of a series.
//
// Errors:
//   - [receivables.ErrUnknown].
func (l *Law) Coverage(parameter string) (Coverage, error) {
	s, err := l.find(parameter)
	if err != nil {
		return Coverage{}, err
	}
	return Coverage{s.Parameter, s.Title, s.Jurisdiction, s.CoveredFrom, s.VerifiedThrough, s.VerifiedOn, s.NextExpected}, nil
}

func (l *Law) find(parameter string) (*dated.Series, error) {
	if s, ok := l.series[parameter]; ok {
		return s, nil
	}
	return nil, &receivables.FieldError{
		Path: "series", Value: parameter, Rule: receivables.RuleUnknownReference, Detail: fmt.Sprint("there are ", l.SeriesIDs()),
	}
}

// ReferenceRate is the value of a series on a day.
type ReferenceRate struct {
	Percent  decimal.Decimal
	From     date.Date // first day of the value
	Citation receivables.Citation
}

// Reference returns the value of a series on a day, in percent per year.
//
// Errors:
//   - [receivables.ErrUnknown] for a series that does not exist;
//   - [receivables.ErrNoCoverage] outside the days verified.
func (l *Law) Reference(parameter string, day date.Date) (ReferenceRate, error) {
	r, _, err := l.reference(parameter, day, false)
	return r, err
}

func (l *Law) reference(parameter string, day date.Date, extend bool) (ReferenceRate, bool, error) {
	s, err := l.find(parameter)
	if err != nil {
		return ReferenceRate{}, false, err
	}
	row, provisional, err := s.Extended(day, extend)
	if err != nil {
		return ReferenceRate{}, false, err
	}
	text := row.Source
	if source, ok := l.sources[row.Source]; ok && row.Confidence != dated.FromCaller {
		text = source.Issuer + ", " + source.Law
	}
	return ReferenceRate{row.Value, row.From, receivables.Citation{
		Text: text, Confidence: string(row.Confidence), Row: fmt.Sprintf("%s %s from %s", parameter, row.Value, row.From),
	}}, provisional, nil
}

// RateRow is a reference rate supplied by the caller.
type RateRow struct {
	From    date.Date
	Percent decimal.Decimal
	Source  string // where it is from; needed
}

// WithRates returns the law with rows of the caller in one series, known through
// verifiedThrough. They replace what was there from the first row's day on; days
// between the last one verified and the first row stay unknown. Without rows the last
// value is known to hold through verifiedThrough. They are checked as ours are.
//
// Errors:
//   - [receivables.ErrUnknown] for a series that does not exist;
//   - [receivables.ErrInvalidInput] for rows out of order, without source, or after
//     verifiedThrough.
func (l *Law) WithRates(parameter string, verifiedThrough date.Date, rows ...RateRow) (*Law, error) {
	s, err := l.find(parameter)
	if err != nil {
		return nil, err
	}
	var added []dated.Row
	for i, r := range rows {
		row := dated.Row{From: r.From, Status: dated.InForce, Value: r.Percent, Confidence: dated.FromCaller, Source: r.Source}
		if i+1 < len(rows) {
			row.Until = rows[i+1].From
		}
		if !receivables.IsDay(r.From) || r.From > verifiedThrough {
			return nil, &receivables.FieldError{Path: fmt.Sprintf("rows[%d]: from", i), Value: r.From.String(), Rule: receivables.RuleRange, Detail: "must be a day not after " + verifiedThrough.String()}
		}
		added = append(added, row)
	}
	merged, err := s.Overlay(verifiedThrough, added...)
	if err != nil {
		return nil, err
	}
	c := &Law{series: maps.Clone(l.series), regimes: l.regimes, sources: l.sources}
	c.series[parameter] = merged
	return c, nil
}
