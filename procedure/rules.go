package procedure

import (
	"bytes"
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/strictjson"
)

//go:embed data
var data embed.FS

// Rule is a rule of procedure in force on a day.
type Rule struct {
	ID    string
	Title string
	// Value is its number, Unit counts it: years, months, days, EUR, percent; no unit: the rule has
	// no number.
	Value decimal.Decimal
	Unit  string
	// Regime and Role say how the period is counted and what it is for; empty: no period.
	Regime Regime
	Role   Role
	Scale  *Scale   // a tariff by brackets
	Tiers  []Tier   // a tariff by the size of who pays
	List   []string // names the rule holds for
	// From is its first day, zero where its beginning was not established: it then answers for
	// every day before Until.
	From, Until date.Date // half-open; Until zero: open
	Selector    string    // the day that picks the row, where it is not that of the event
	Citation    receivables.Citation
}

// Scale is a tariff by brackets (barème par tranches): the whole amount by bracket from the first
// unit, up to Threshold a fixed sum.
type Scale struct {
	Threshold decimal.NullDecimal `json:"threshold"` // invalid: none
	Fixed     decimal.NullDecimal `json:"fixed"`     // invalid: not known
	Cap       decimal.NullDecimal `json:"cap"`       // invalid: none, or not known
	Brackets  []Bracket           `json:"brackets"`
}

// Bracket is a part of a scale; the last one has no end, unless its rate beyond is not known.
type Bracket struct {
	To      decimal.NullDecimal `json:"to"`
	Percent decimal.Decimal     `json:"percent"`
}

// Tier is a rate for who or what is above a size; without Cap there is none.
type Tier struct {
	Above       decimal.Decimal     `json:"above"`
	ProfitAbove decimal.NullDecimal `json:"profit_above"` // invalid: profit does not count
	Percent     decimal.Decimal     `json:"percent"`
	Cap         decimal.Decimal     `json:"cap"`
}

type ruleJSON struct {
	ID         string          `json:"id"`
	Title      string          `json:"title"`
	Value      decimal.Decimal `json:"value"`
	Unit       string          `json:"unit"`
	Regime     Regime          `json:"regime"`
	Role       Role            `json:"role"`
	Scale      *Scale          `json:"scale"`
	Tiers      []Tier          `json:"tiers"`
	List       []string        `json:"list"`
	From       string          `json:"from"`
	Until      string          `json:"until"`
	Selector   string          `json:"selector"`
	Source     string          `json:"source"`
	Confidence string          `json:"confidence"`
}

var rules = sync.OnceValues(loadRules)

// loadRules reads the rows of all files, those of one rule by day.
func loadRules() (map[string][]Rule, error) {
	const folder = "data/fr"
	files, err := data.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	all := map[string][]Rule{}
	for _, f := range files {
		if err := loadFile(all, folder+"/"+f.Name()); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func loadFile(all map[string][]Rule, name string) error {
	file, err := data.ReadFile(name)
	if err != nil {
		return err
	}
	var list []ruleJSON
	if err := strictjson.Decode(bytes.NewReader(file), int64(len(file)), &list); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for i, j := range list {
		r, err := j.rule()
		if err != nil {
			return fmt.Errorf("%s: row %d %q: %w", name, i, j.ID, err)
		}
		before := all[r.ID]
		if n := len(before); n > 0 && (before[n-1].Until == 0 || before[n-1].Until > r.From) {
			return fmt.Errorf("%s: row %d %q: overlaps the row before", name, i, j.ID)
		}
		all[r.ID] = append(before, r)
	}
	return nil
}

// confidences are the ways in which a row was read, see [RuleAt].
var confidences = []string{"T", "T-old", "P", "S", "M", "practice"}

func (j ruleJSON) rule() (r Rule, err error) {
	r = Rule{
		ID: j.ID, Title: j.Title, Value: j.Value, Unit: j.Unit, Regime: j.Regime, Role: j.Role, Scale: j.Scale, Tiers: j.Tiers, List: j.List, Selector: j.Selector,
		Citation: receivables.Citation{Text: j.Source, Confidence: j.Confidence, Row: j.ID},
	}
	if j.ID == "" || j.Title == "" || j.Source == "" || !slices.Contains(confidences, j.Confidence) {
		return r, fmt.Errorf("id, title, source and one of the confidences %s are needed", strings.Join(confidences, ", "))
	}
	if (j.Regime == "") != (j.Role == "") {
		return r, fmt.Errorf("regime and role come together")
	}
	if j.Regime != "" {
		if err := j.Regime.check(); err != nil {
			return r, err
		}
		if err := j.Role.check(); err != nil {
			return r, err
		}
		if _, err := r.Period(); err != nil {
			return r, err
		}
	}
	if j.From != "" {
		if r.From, err = receivables.ParseDate(j.From); err != nil {
			return r, err
		}
	}
	if j.Until != "" {
		if r.Until, err = receivables.ParseDate(j.Until); err != nil {
			return r, err
		}
		if r.Until <= r.From {
			return r, fmt.Errorf("ends before it begins")
		}
	}
	return r, nil
}

// RuleAt returns a rule of French procedure as in force on a day, that of its Selector: the day of
// the order, of filing, of the act, never "today". Its confidence says how it was read: T the article
// in a consolidated copy, T-old in an older copy, P in two secondary sources or by a third party, S in
// one, M not checked.
//
// Errors:
//   - [receivables.ErrUnknown] for a rule there is not;
//   - [receivables.CoverageError] for a day that no row covers.
func RuleAt(id string, on date.Date) (Rule, error) {
	rows, err := Rows(id)
	if err != nil {
		return Rule{}, err
	}
	for _, r := range rows {
		if on >= r.From && (r.Until == 0 || on < r.Until) {
			return r, nil
		}
	}
	gap := &receivables.CoverageError{Parameter: id, Day: on, FirstCovered: rows[0].From, LastCovered: receivables.MustDate("9999-12-31")}
	if until := rows[len(rows)-1].Until; until != 0 {
		gap.LastCovered = receivables.AddDays(until, -1)
	}
	return Rule{}, gap
}

// RuleSince returns a rule on a day, for days before its first row as that row has it: for rules whose beginning is that of
// a text that took them over.
//
// Errors: those of [RuleAt].
func RuleSince(id string, on date.Date) (Rule, error) {
	rows, err := Rows(id)
	if err != nil {
		return Rule{}, err
	}
	return RuleAt(id, max(on, rows[0].From))
}

// Rows returns the rows of a rule by day.
//
// Errors:
//   - [receivables.ErrUnknown] for a rule there is not.
func Rows(id string) ([]Rule, error) {
	all, err := rules()
	if err != nil {
		return nil, err
	}
	rows := all[id]
	if len(rows) == 0 {
		return nil, &receivables.FieldError{Path: "rule", Value: id, Rule: receivables.RuleUnknownReference, Detail: "no such rule of procedure"}
	}
	return slices.Clone(rows), nil
}

// RuleIDs lists the rules, sorted.
func RuleIDs() ([]string, error) {
	all, err := rules()
	return slices.Sorted(maps.Keys(all)), err
}

// Whole returns the value as a whole number: 24.
//
// Errors:
//   - [receivables.ErrInvalidInput] for a rule without number, or with a fraction.
func (r Rule) Whole() (int, error) {
	if r.Unit == "" || !r.Value.IsInteger() {
		return 0, &receivables.FieldError{Path: "rule " + r.ID, Value: r.Value.String(), Rule: receivables.RuleRange, Detail: "has no whole number"}
	}
	return int(r.Value.IntPart()), nil
}

// Period returns the value as a period.
//
// Errors:
//   - [receivables.ErrInvalidInput] for a rule whose number counts no time.
func (r Rule) Period() (Period, error) {
	n, err := r.Whole()
	if err != nil {
		return Period{}, err
	}
	switch r.Unit {
	case "years":
		return Period{Years: n}, nil
	case "months":
		return Period{Months: n}, nil
	case "days":
		return Period{Days: n}, nil
	case "working days", "banking days":
		return Period{BusinessDays: n}, nil
	}
	return Period{}, &receivables.FieldError{Path: "rule " + r.ID, Value: r.Unit, Rule: receivables.RuleRange, Detail: "counts no time"}
}

// Covers reports whether an amount is at most the value of the rule: 5000.00 EUR is covered by 5000 EUR.
//
// Errors:
//   - [receivables.ErrInvalidInput] for a rule that is no amount;
//   - [receivables.ErrCurrencyMismatch] for another currency.
func (r Rule) Covers(m receivables.Money) (bool, error) {
	switch {
	case r.Unit != "EUR":
		return false, &receivables.FieldError{Path: "rule " + r.ID, Value: r.Unit, Rule: receivables.RuleRange, Detail: "is no amount"}
	case m.Currency().Code() != r.Unit:
		return false, &receivables.FieldError{Path: "amount", Value: m.String(), Rule: receivables.RuleCurrency, Detail: "thresholds are in EUR"}
	}
	return m.Amount().Cmp(r.Value) <= 0, nil
}
