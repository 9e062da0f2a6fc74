package limitation

import (
	"cmp"
	"slices"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
)

// Warning is a day on which so many months are left.
type Warning struct {
	Months int       `json:"months"`
	On     date.Date `json:"on"`
	Passed bool      `json:"passed"` // that day has come
}

// Watch is what remains of a claim on a day.
type Watch struct {
	AsOf date.Date `json:"as_of"`
	// Candidates are the limitations that the claim can have, the shortest first; what does not run comes
	// last.
	Candidates []Result `json:"candidates"`
	// Last is the last day of the shortest; 0: none runs. Left is the days to it: 0 on the last day, below 0 it is over.
	Last     date.Date `json:"last_day,omitzero"`
	Left     int       `json:"days_left"`
	Warnings []Warning `json:"warnings"` // by day
	// Before lists what interrupts, to be done on or before the last day; NotEnough what does not.
	Before    []receivables.Citation `json:"before"`
	NotEnough []receivables.Citation `json:"not_enough"`
}

// warnAt are the months before the end at which a warning is due: practice.
var warnAt = []int{12, 6, 3, 1}

// Monitor watches a claim that can be of several kinds: the shortest limitation counts.
//
// Errors: those of [Of]; [receivables.ErrInvalidInput] without a kind or for a day that is none.
func Monitor(c Claim, kinds []Kind, events []Event, asOf date.Date) (Watch, error) {
	if len(kinds) == 0 {
		return Watch{}, fail("kinds", "", receivables.RuleRequired, "at least one")
	}
	if !receivables.IsDay(asOf) {
		return Watch{}, fail("as of", asOf.String(), receivables.RuleRequired, "a day")
	}
	known := slices.DeleteFunc(slices.Clone(events), func(e Event) bool { return e.On > asOf })
	for i := range known {
		if known[i].EndedOn > asOf { // how it will end is not known yet
			known[i].EndedOn, known[i].Lost = 0, false
		}
	}
	w := Watch{AsOf: asOf, Warnings: []Warning{}}
	for _, k := range kinds {
		c.Kind = k
		r, err := Of(c, known)
		if err != nil {
			return Watch{}, err
		}
		w.Candidates = append(w.Candidates, r)
	}
	never := receivables.MustDate("9999-12-31")
	slices.SortStableFunc(w.Candidates, func(x, y Result) int { return cmp.Compare(cmp.Or(x.Last, never), cmp.Or(y.Last, never)) })
	if w.Last = w.Candidates[0].Last; w.Last != 0 {
		w.Left = receivables.DaysBetween(asOf, w.Last)
		for _, months := range warnAt {
			on := receivables.AddMonths(w.Last, -months)
			w.Warnings = append(w.Warnings, Warning{months, on, on <= asOf})
		}
	}
	for _, x := range []struct {
		list *[]receivables.Citation
		ids  []string
	}{{&w.Before, []string{"INT.CAUSES", "IP.LIMITATION"}}, {&w.NotEnough, []string{"MED.NOT_INTERRUPTIVE", "INT.IP_REQUEST"}}} {
		for _, id := range x.ids {
			r, err := procedure.RuleSince(id, asOf)
			if err != nil {
				return Watch{}, err
			}
			cite := r.Citation
			cite.Text = r.Title + ": " + cite.Text
			*x.list = append(*x.list, cite)
		}
	}
	return w, nil
}
