package penalties

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
)

// Verdict says whether an agreed due date is lawful.
type Verdict string

// The verdicts.
const (
	Lawful    Verdict = "lawful"
	TooLate   Verdict = "too_late"   // after the latest lawful day
	IfWritten Verdict = "if_written" // lawful only by a term written in the contract that is no manifest abuse
)

// TermVerdict is the examination of a due date (délai de paiement).
type TermVerdict struct {
	Verdict Verdict
	DueOn   date.Date
	// Latest is the latest day that is lawful without more, LatestIfWritten with a term
	// written in the contract; the same where that makes no difference.
	Latest, LatestIfWritten date.Date
	Rule                    string // the limit that gives Latest: "60 days"
	Citation                receivables.Citation
}

// termRule is the maximum payment term of a sector.
type termRule struct {
	title    string
	start    receivables.StartEvent
	versions []termVersion
	byLaw    *termDefault
	// interruption is the rule for a payment period that the debtor interrupts; nil:
	// there is none.
	interruption *interruption
}

type interruption struct {
	from     date.Date
	atLeast  int // days of the new period
	citation receivables.Citation
}

type termVersion struct {
	from, until       date.Date
	limits, ifWritten []receivables.Terms
	byMonth           map[int][]receivables.Terms
	citation          receivables.Citation
}

type termDefault struct {
	terms    receivables.Terms
	citation receivables.Citation
}

type termRuleJSON struct {
	Sector   string `json:"sector"`
	Title    string `json:"title"`
	Start    string `json:"start"`
	Versions []struct {
		From       string              `json:"from"`
		Until      string              `json:"until"`
		Limits     []string            `json:"limits"`
		IfWritten  []string            `json:"if_written"`
		ByMonth    map[string][]string `json:"limits_by_month"`
		Source     string              `json:"source"`
		Confidence string              `json:"confidence"`
	} `json:"versions"`
	Default *struct {
		Terms      string `json:"terms"`
		Start      string `json:"start"`
		Source     string `json:"source"`
		Confidence string `json:"confidence"`
	} `json:"default"`
	Interruption *struct {
		From       string `json:"from"`
		AtLeast    int    `json:"at_least_days"`
		Source     string `json:"source"`
		Confidence string `json:"confidence"`
	} `json:"interruption"`
}

var frenchTerms = sync.OnceValues(loadFrenchTerms)

func loadFrenchTerms() (map[string]*termRule, error) {
	var list []termRuleJSON
	if err := strictJSON("fr/terms.json", &list); err != nil {
		return nil, err
	}
	rules := map[string]*termRule{}
	for _, j := range list {
		r, err := j.rule()
		if err != nil {
			return nil, fmt.Errorf("fr/terms.json: %q: %w", j.Sector, err)
		}
		rules[j.Sector] = r
	}
	return rules, nil
}

func startOf(text string) (receivables.StartEvent, error) {
	for _, e := range []receivables.StartEvent{receivables.StartIssue, receivables.StartReceipt, receivables.StartDelivery} {
		if e.String() == text {
			return e, nil
		}
	}
	return 0, fmt.Errorf("unknown start event %q", text)
}

func (j termRuleJSON) rule() (*termRule, error) {
	start, err := startOf(j.Start)
	if err != nil {
		return nil, err
	}
	r := &termRule{title: j.Title, start: start}
	parse := func(texts []string) (list []receivables.Terms, err error) {
		for _, text := range texts {
			t, err := receivables.ParseTerms(text)
			if err != nil {
				return nil, err
			}
			list = append(list, t.From(start))
		}
		return list, nil
	}
	p := dateParser{}
	for _, v := range j.Versions {
		version := termVersion{
			from: p.day(v.From), until: p.day(v.Until), byMonth: map[int][]receivables.Terms{}, citation: receivables.Citation{Text: v.Source, Confidence: v.Confidence},
		}
		if version.limits, err = parse(v.Limits); err != nil {
			return nil, err
		}
		if version.ifWritten, err = parse(v.IfWritten); err != nil {
			return nil, err
		}
		for month, texts := range v.ByMonth {
			n, err := strconv.Atoi(month)
			if err != nil {
				return nil, err
			}
			if version.byMonth[n], err = parse(texts); err != nil {
				return nil, err
			}
		}
		r.versions = append(r.versions, version)
	}
	if d := j.Default; d != nil {
		terms, err := receivables.ParseTerms(d.Terms)
		if err != nil {
			return nil, err
		}
		from, err := startOf(d.Start)
		if err != nil {
			return nil, err
		}
		r.byLaw = &termDefault{terms.From(from), receivables.Citation{Text: d.Source, Confidence: d.Confidence}}
	}
	if i := j.Interruption; i != nil {
		r.interruption = &interruption{p.day(i.From), i.AtLeast, receivables.Citation{Text: i.Source, Confidence: i.Confidence}}
	}
	return r, p.err
}

// FrenchSectors lists the sectors for which French law has a maximum payment term,
// sorted: "general", "transport", "toys" ...
//
// Errors: a mistake in the data.
func FrenchSectors() ([]string, error) {
	rules, err := frenchTerms()
	return slices.Sorted(maps.Keys(rules)), err
}

// FrenchDefaultDueDate is the due date where nothing was agreed: 30 days after
// receipt of the goods or performance of the service (C. com. L441-10 I al. 1).
//
// Errors: [receivables.ErrInvalidInput] without the day of delivery.
func FrenchDefaultDueDate(events receivables.Events) (date.Date, receivables.Citation, error) {
	rules, err := frenchTerms()
	if err != nil {
		return 0, receivables.Citation{}, err
	}
	d := rules["general"].byLaw
	day, err := d.terms.DueDate(events, nil)
	return day, d.citation, err
}

// CheckFrenchTerm examines an agreed due date against the maximum of the sector
// (C. com. L441-10, L441-11, L441-12, D441-5-1; Code de la commande publique for
// public debtors). The rule is that of the day from which the term runs. Neither
// day 60 nor the latest day itself is too late. It does not move for weekends: no
// text says so.
//
// Invoice of 15 January 2023, general: lawful to 16 March; to 31 March (45 days, then
// end of month) only if written in the contract.
//
// Errors:
//   - [receivables.ErrUnknown] for a sector that is none of [FrenchSectors];
//   - [receivables.ErrInvalidInput] when the day from which the term runs is missing;
//   - [receivables.ErrNoCoverage] before the rule.
func CheckFrenchTerm(sector string, events receivables.Events, dueOn date.Date) (TermVerdict, error) {
	rules, err := frenchTerms()
	if err != nil {
		return TermVerdict{}, err
	}
	rule, ok := rules[sector]
	if !ok {
		return TermVerdict{}, &receivables.FieldError{
			Path: "sector", Value: sector, Rule: receivables.RuleUnknownReference, Detail: fmt.Sprint("there are ", slices.Sorted(maps.Keys(rules))),
		}
	}
	if !receivables.IsDay(dueOn) {
		return TermVerdict{}, &receivables.FieldError{Path: "due", Rule: receivables.RuleRequired, Detail: "the agreed due date is needed"}
	}
	zero := receivables.Terms{Start: rule.start}
	begin, err := zero.DueDate(events, nil)
	if err != nil {
		return TermVerdict{}, err
	}
	for _, v := range rule.versions {
		if begin < v.from || v.until != 0 && begin >= v.until {
			continue
		}
		return v.verdict(events, begin, dueOn)
	}
	return TermVerdict{}, &receivables.CoverageError{Parameter: "maximum payment term, " + sector, Day: begin, FirstCovered: rule.versions[0].from}
}

func (v termVersion) verdict(events receivables.Events, begin, dueOn date.Date) (TermVerdict, error) {
	limits := v.limits
	if special, ok := v.byMonth[int(begin.Month())]; ok {
		limits = special
	}
	result := TermVerdict{Verdict: Lawful, DueOn: dueOn, Citation: v.citation}
	for _, t := range limits {
		day, err := t.DueDate(events, nil)
		if err != nil {
			return TermVerdict{}, err
		}
		if day > result.Latest {
			result.Latest, result.Rule = day, t.String()
		}
	}
	result.LatestIfWritten = result.Latest
	for _, t := range v.ifWritten {
		day, err := t.DueDate(events, nil)
		if err != nil {
			return TermVerdict{}, err
		}
		result.LatestIfWritten = max(result.LatestIfWritten, day)
	}
	switch {
	case dueOn > result.LatestIfWritten:
		result.Verdict = TooLate
	case dueOn > result.Latest:
		result.Verdict = IfWritten
	}
	return result, nil
}
