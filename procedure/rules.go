package procedure

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

//go:embed data
var data embed.FS

// Rule is a rule of procedure in force on a day.
type Rule struct {
	ID    string
	Title string
	// Value is its number, 0 where the rule has none; Unit counts it.
	Value int
	Unit  string
	// From is its first day, zero where its beginning was not established: it then answers for
	// every day before Until.
	From, Until date.Date // half-open; Until zero: open
	Citation    receivables.Citation
}

type ruleJSON struct {
	ID         string          `json:"id"`
	Title      string          `json:"title"`
	Value      decimal.Decimal `json:"value"`
	Unit       string          `json:"unit"`
	From       string          `json:"from"`
	Until      string          `json:"until"`
	Source     string          `json:"source"`
	Confidence string          `json:"confidence"`
}

var rules = sync.OnceValues(loadRules)

// loadRules reads the rows, those of one rule by day.
func loadRules() (map[string][]Rule, error) {
	const name = "data/fr/rules.json"
	file, err := data.ReadFile(name)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(file))
	d.DisallowUnknownFields()
	var list []ruleJSON
	if err := d.Decode(&list); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	all := map[string][]Rule{}
	for i, j := range list {
		r, err := j.rule()
		if err != nil {
			return nil, fmt.Errorf("%s: row %d %q: %w", name, i, j.ID, err)
		}
		before := all[r.ID]
		if n := len(before); n > 0 && (before[n-1].Until == 0 || before[n-1].Until > r.From) {
			return nil, fmt.Errorf("%s: row %d %q: overlaps the row before", name, i, j.ID)
		}
		all[r.ID] = append(before, r)
	}
	return all, nil
}

func (j ruleJSON) rule() (r Rule, err error) {
	r = Rule{ID: j.ID, Title: j.Title, Value: int(j.Value.IntPart()), Unit: j.Unit, Citation: receivables.Citation{Text: j.Source, Confidence: j.Confidence, Row: j.ID}}
	if j.ID == "" || j.Source == "" || !slices.Contains([]string{"T", "T-old", "P", "M"}, j.Confidence) || !j.Value.IsInteger() {
		return r, fmt.Errorf("id, source, confidence T, T-old, P or M and a whole value are needed")
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

// RuleAt returns a rule of French procedure as in force on a day. Its confidence says how it was
// read: T the article in a consolidated copy, T-old in an older copy, P in a secondary source, M not
// checked.
//
// Errors:
//   - [receivables.ErrUnknown] for a rule there is not;
//   - [receivables.CoverageError] for a day that no row covers.
func RuleAt(id string, on date.Date) (Rule, error) {
	all, err := rules()
	if err != nil {
		return Rule{}, err
	}
	rows := all[id]
	if len(rows) == 0 {
		return Rule{}, &receivables.FieldError{Path: "rule", Value: id, Rule: receivables.RuleUnknownReference, Detail: "no such rule of procedure"}
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

// RuleIDs lists the rules, sorted.
func RuleIDs() ([]string, error) {
	all, err := rules()
	return slices.Sorted(maps.Keys(all)), err
}
