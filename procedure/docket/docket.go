// Package docket keeps the days of all claims of a portfolio in one list (échéancier judiciaire), with alerts, as
// calendar, CSV and JSON.
package docket

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/interchange"
	"github.com/receivables-go/receivables/procedure"
	"github.com/receivables-go/receivables/procedure/limitation"
)

// Item is a day of a claim.
type Item struct {
	Claim    string
	Customer string
	Deadline procedure.Deadline
	// DoneOn is the day on which the act was done, or what was waited for came; zero: not yet.
	DoneOn date.Date
	Owner  string
	Note   string
}

// Limitation makes an item of what remains of a claim; false while no limitation runs.
func Limitation(claim, customer string, w limitation.Watch) (Item, bool) {
	if w.Last == 0 {
		return Item{}, false
	}
	r := w.Candidates[0]
	event, uncertain := "due date", r.Uncertain
	for _, s := range r.Steps {
		if s.Effect == limitation.Interrupted {
			event = string(s.Event)
		}
	}
	if len(w.Candidates) > 1 {
		uncertain = append(slices.Clip(uncertain), fmt.Sprintf("the shortest of %d limitations that the claim can have", len(w.Candidates)))
	}
	return Item{Claim: claim, Customer: customer, Deadline: procedure.Deadline{
		Rule: r.Rule, Title: "limitation: " + r.Title, Event: event, From: receivables.AddDays(r.Starts, -1), Period: r.Period, Regime: procedure.Limitation,
		Role: procedure.Duty, Raw: w.Last, Expires: w.Last, LastSafe: w.Last, LegalBasis: r.Basis, Uncertain: uncertain,
	}}, true
}

// Items makes items of the deadlines of a claim; those that are nil, not known yet, are left out.
func Items(claim, customer string, deadlines ...*procedure.Deadline) []Item {
	var list []Item
	for _, d := range deadlines {
		if d != nil {
			list = append(list, Item{Claim: claim, Customer: customer, Deadline: *d})
		}
	}
	return list
}

// State is how an item stands on a day.
type State string

// The states, in the order of the list.
const (
	Lost    State = "lost"      // a duty whose best reading has passed
	Risky   State = "at risk"   // a duty whose last safe day has passed, the best reading not
	Alert   State = "alert"     // within the days of an alert
	Coming  State = "coming"    // a duty ahead
	Waiting State = "waiting"   // what others do, or a wait
	Over    State = "wait over" // the user may act
	Elapsed State = "elapsed"   // what others had to do by then
	Late    State = "late"      // done after the best reading
	Done    State = "done"
)

var order = []State{Lost, Risky, Alert, Over, Elapsed, Coming, Waiting, Late, Done}

// Entry is an item with how it stands.
type Entry struct {
	Claim    string             `json:"claim"`
	Customer string             `json:"customer,omitempty"`
	Owner    string             `json:"owner,omitempty"`
	State    State              `json:"state"`
	Day      date.Date          `json:"day"`  // the last safe day
	Left     int                `json:"left"` // days to it; below zero: days since
	DoneOn   date.Date          `json:"done_on,omitzero"`
	Note     string             `json:"note,omitempty"`
	Deadline procedure.Deadline `json:"deadline"`
}

// Docket is the list, what is lost or at risk first, then by day.
type Docket struct {
	AsOf      date.Date `json:"as_of"`
	AlertDays int       `json:"alert_days"`
	Entries   []Entry   `json:"entries"`
	// Counts by state.
	Counts map[State]int `json:"counts"`
}

// New makes a docket of a day. A duty is an alert from so many days before its last safe day.
//
// Errors:
//   - [receivables.ErrInvalidInput] for a day that is none, alert days below 0, an item without claim or day, one done
//     before its event.
func New(items []Item, asOf date.Date, alertDays int) (Docket, error) {
	fail := func(path, value string, rule receivables.Rule, detail string) (Docket, error) {
		return Docket{}, &receivables.FieldError{Path: "docket: " + path, Value: value, Rule: rule, Detail: detail}
	}
	const far = 3650
	switch {
	case !receivables.IsDay(asOf):
		return fail("as of", asOf.String(), receivables.RuleRequired, "a day")
	case alertDays < 0 || alertDays > far:
		return fail("alert days", strconv.Itoa(alertDays), receivables.RuleRange, "from 0 to ten years")
	}
	d := Docket{AsOf: asOf, AlertDays: alertDays, Entries: []Entry{}, Counts: map[State]int{}}
	for i, x := range items {
		place := fmt.Sprintf("items[%d] %q", i, x.Claim)
		switch {
		case x.Claim == "":
			return fail(place, "", receivables.RuleRequired, "a claim")
		case !receivables.IsDay(x.Deadline.Expires) || !receivables.IsDay(x.Deadline.LastSafe):
			return fail(place, x.Deadline.Title, receivables.RuleRequired, "a deadline with its days")
		case x.DoneOn != 0 && x.DoneOn < x.Deadline.From && x.Deadline.Regime != procedure.Backward:
			return fail(place, x.DoneOn.String(), receivables.RuleOrder, "done before the event of "+x.Deadline.From.String())
		}
		e := Entry{Claim: x.Claim, Customer: x.Customer, Owner: x.Owner, Day: x.Deadline.LastSafe, Left: receivables.DaysBetween(asOf, x.Deadline.LastSafe), Note: x.Note, Deadline: x.Deadline}
		if x.DoneOn != 0 && x.DoneOn <= asOf {
			e.DoneOn = x.DoneOn
		}
		e.State = stateOf(&e, asOf, alertDays)
		d.Counts[e.State]++
		d.Entries = append(d.Entries, e)
	}
	slices.SortStableFunc(d.Entries, func(x, y Entry) int {
		return cmp.Or(
			cmp.Compare(slices.Index(order, x.State), slices.Index(order, y.State)), cmp.Compare(x.Day, y.Day), strings.Compare(x.Claim, y.Claim), strings.Compare(x.Deadline.Rule, y.Deadline.Rule),
		)
	})
	return d, nil
}

func stateOf(e *Entry, asOf date.Date, alertDays int) State {
	d := &e.Deadline
	duty := cmp.Or(d.Role, procedure.Duty) == procedure.Duty
	switch {
	case e.DoneOn != 0 && duty && e.DoneOn > d.Expires:
		return Late
	case e.DoneOn != 0:
		return Done
	case d.Role == procedure.Ceiling && asOf > d.LastSafe:
		return Elapsed
	case !duty && asOf > d.LastSafe:
		return Over
	case !duty:
		return Waiting
	case asOf > d.Expires:
		return Lost
	case asOf > d.LastSafe:
		return Risky
	case e.Left <= alertDays:
		return Alert
	}
	return Coming
}

// WriteCalendar writes what is not done as an iCalendar file (RFC 5545), an event on the last safe day of each entry, with an
// alarm for duties so many days before. Its UID is that of customer, claim and rule (of several of one rule, by the day they start from), so that a day that moves
// replaces the old one.
//
// Errors: those of the writer.
func (d Docket) WriteCalendar(w io.Writer) error {
	c := interchange.NewCalendar(w)
	for i, e := range d.Entries {
		if e.DoneOn != 0 {
			continue
		}
		x := &e.Deadline
		before := 0 // of the same rule, done or not
		for k, other := range d.Entries {
			same := other.Claim == e.Claim && other.Customer == e.Customer && other.Deadline.Rule == x.Rule && other.Deadline.Title == x.Title
			if same && (other.Deadline.From < x.From || other.Deadline.From == x.From && k < i) {
				before++
			}
		}
		text := []string{fmt.Sprintf("%s, from %s of %s: %s", x.Role, x.Event, x.From, x.Period), "best reading " + x.Expires.String()}
		text = append(text, x.Extended...)
		for _, b := range x.LegalBasis {
			text = append(text, b.String())
		}
		text = append(text, x.Uncertain...)
		alarm := 0
		if cmp.Or(x.Role, procedure.Duty) == procedure.Duty {
			alarm = d.AlertDays
		}
		err := c.Add(interchange.Event{
			AlarmDays: alarm,
			On:        e.Day, Summary: strings.Join([]string{e.Claim, e.Customer, x.Title}, " "), Description: strings.Join(text, "\n"), Identity: []string{e.Customer, e.Claim, x.Rule, x.Title, strconv.Itoa(before)},
		}, d.AsOf)
		if err != nil {
			return err
		}
	}
	return c.End()
}

// WriteCSV writes the docket with a header line. Text that a spreadsheet would take for a formula is given a leading
// apostrophe.
//
// Errors: those of the writer.
func (d Docket) WriteCSV(w io.Writer) error {
	c := csv.NewWriter(w)
	rows := [][]string{{"claim", "customer", "owner", "state", "last_safe_day", "days_left", "best_reading", "role", "title", "rule", "event", "from", "period", "done_on", "note"}}
	for _, e := range d.Entries {
		done := ""
		if e.DoneOn != 0 {
			done = e.DoneOn.String()
		}
		x := &e.Deadline
		rows = append(rows, []string{
			interchange.Cell(e.Claim), interchange.Cell(e.Customer), interchange.Cell(e.Owner), string(e.State), e.Day.String(), strconv.Itoa(e.Left), x.Expires.String(), string(x.Role),
			interchange.Cell(x.Title), interchange.Cell(x.Rule), interchange.Cell(x.Event), x.From.String(), x.Period.String(), done, interchange.Cell(e.Note),
		})
	}
	return c.WriteAll(rows)
}
