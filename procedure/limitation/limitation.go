// Package limitation watches the limitation of claims (prescription): when it ends, what interrupts or
// suspends it, and what remains.
//
// A last day has the number of the day from which the claim could be made and is never moved over a
// weekend or holiday: due on 2017-07-31, five years end on Sunday 2022-07-31. It is complete when that day
// is over (C. civ. 2228, 2229).
package limitation

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
)

// Effect is what an event did.
type Effect string

// The effects.
const (
	Interrupted     Effect = "interrupted"                // a new period runs
	Pending         Effect = "interrupted, still pending" // a new period runs when the case ends
	Suspended       Effect = "suspended"                  // it stood still
	Standing        Effect = "suspended, still standing"
	MayInterrupt    Effect = "may interrupt"
	NotInterruptive Effect = "does not interrupt"
	AlreadyExpired  Effect = "came after the last day"
	NothingLeft     Effect = "claim lost, nothing interrupted"
)

// Step is an event with what it did.
type Step struct {
	Event  EventKind            `json:"event"`
	On     date.Date            `json:"on"`
	Effect Effect               `json:"effect"`
	Days   int                  `json:"days,omitempty"`    // of a suspension
	Last   date.Date            `json:"last_day,omitzero"` // after it; 0: does not run
	Basis  receivables.Citation `json:"basis"`
}

// Result is the limitation of a claim.
type Result struct {
	Kind   Kind             `json:"kind"`
	Rule   string           `json:"rule"`
	Title  string           `json:"title"`
	Period procedure.Period `json:"period"`
	// Starts is the first day of the period that runs now: the day after the due date or the event; for
	// public debtors a 1 January, which counts.
	Starts date.Date `json:"starts"`
	// Plain is the last day if nothing had happened.
	Plain date.Date `json:"plain_last_day"`
	// Last is the last day; 0 while it does not run.
	Last date.Date `json:"last_day,omitzero"`
	// Possible is the last day if what may be an acknowledgement is one; 0: nothing may.
	Possible date.Date `json:"possible_last_day,omitzero"`
	// LongStop is the last day whatever puts it off; 0: there is none, or it was lifted. Uncapped is Last without it.
	LongStop  date.Date              `json:"long_stop,omitzero"`
	Uncapped  date.Date              `json:"uncapped_last_day,omitzero"`
	Steps     []Step                 `json:"steps"`
	Basis     []receivables.Citation `json:"legal_basis"`
	Uncertain []string               `json:"uncertain,omitempty"`
}

// Of computes the limitation of a claim.
//
// An event on or before the last day restarts the whole period from its own day, a case from the day it
// ends. A suspension adds its days, once where suspensions overlap, from its first day to that on which the
// period runs again, and leaves at least the six months of C. civ. 2238 and 2239 after it. A shorter period of a
// new law runs from its entry into force, within the old one (C. civ. 2222). The long stop of twenty years bounds
// what puts the end off, but for what follows a claim in court or a measure made before it. The order of the events
// does not matter.
//
// Errors:
//   - [receivables.ErrInvalidInput] for an unknown kind or event, days that are none, an end before its
//     beginning, an agreed length outside one to ten years or where none can be agreed;
//   - [receivables.CoverageError] for a start before the rules.
func Of(c Claim, events []Event) (Result, error) {
	r, may, err := compute(c, events, false)
	if err != nil || !may {
		return r, err
	}
	possible, _, err := compute(c, events, true)
	if err == nil && possible.Last > r.Last && r.Last != 0 {
		r.Possible = possible.Last
	}
	return r, err
}

// compute works a limitation out; lenient takes what may interrupt or suspend as if it did. It reports whether there is
// such an event.
func compute(c Claim, events []Event, lenient bool) (Result, bool, error) {
	w, err := begin(c, events)
	if err != nil {
		return Result{}, false, err
	}
	w.lenient = lenient
	list := slices.Clone(events)
	slices.SortStableFunc(list, func(x, y Event) int {
		return cmp.Or(cmp.Compare(x.On, y.On), cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.EndedOn, y.EndedOn))
	})
	for _, e := range list {
		if err := w.take(e); err != nil {
			return Result{}, false, err
		}
	}
	r, err := w.end()
	return r, w.may, err
}

// watch is a limitation in the making.
type watch struct {
	claim Claim
	rows  []procedure.Rule
	r     Result
	// runs are the periods begun by the due date and by each interruption: the one that ends last
	// counts, so that no interruption is worse than none.
	runs    []period
	stopped bool // stands still, as far as is known
	lenient bool
	may     bool // something may have interrupted or suspended
	// stop is the long stop, 0: none; free says that a claim in court or a measure has lifted it.
	stop     date.Date
	free     bool
	longStop procedure.Rule
	// suspended is the end of the suspensions so far: days count once.
	suspended date.Date
}

// period is one run of the limitation.
type period struct {
	length procedure.Period
	on     date.Date // of the event
	starts date.Date
	plain  date.Date // last day with the days of the suspensions
	floor  date.Date // the least that suspensions leave
}

func (p period) last() date.Date { return max(p.plain, p.floor) }

// begins is the eve of its first day.
func (p period) begins() date.Date { return receivables.AddDays(p.starts, -1) }

// last is the last day of the run that ends last, within the long stop.
func (w *watch) last() date.Date {
	last := w.latest().last()
	if w.stop != 0 && !w.free {
		last = min(last, w.stop)
	}
	return last
}

func (w *watch) latest() period {
	return slices.MaxFunc(w.runs, func(x, y period) int { return cmp.Compare(x.last(), y.last()) })
}

func fail(path, value string, rule receivables.Rule, detail string) error {
	return &receivables.FieldError{Path: "limitation: " + path, Value: value, Rule: rule, Detail: detail}
}

func begin(c Claim, events []Event) (*watch, error) {
	id, known := ruleOf[c.Kind]
	if !known {
		return nil, fail("kind", string(c.Kind), receivables.RuleRange, "unknown kind of claim")
	}
	if c.BornOn == 0 {
		c.BornOn = c.DueOn
	}
	switch {
	case !receivables.IsDay(c.DueOn):
		return nil, fail("due date", c.DueOn.String(), receivables.RuleRequired, "a day")
	case !receivables.IsDay(c.BornOn) || c.BornOn > c.DueOn:
		return nil, fail("birth of the right", c.BornOn.String(), receivables.RuleOrder, "a day, not after the due date")
	}
	for i, e := range events {
		place := fmt.Sprintf("events[%d] %s", i, e.Kind)
		_, known := basisOf[e.Kind]
		switch {
		case !known:
			return nil, fail(place, string(e.Kind), receivables.RuleRange, "unknown event")
		case !receivables.IsDay(e.On):
			return nil, fail(place, e.On.String(), receivables.RuleRequired, "a day")
		case e.EndedOn != 0 && e.EndedOn < e.On:
			return nil, fail(place, e.EndedOn.String(), receivables.RuleOrder, "ends before it begins, on "+e.On.String())
		case e.EndedOn != 0 && !slices.Contains(lasting, e.Kind):
			return nil, fail(place, e.EndedOn.String(), receivables.RuleExclusive, "does not last")
		case e.Lost && e.Kind != CourtClaim:
			return nil, fail(place, "lost", receivables.RuleExclusive, "only a claim in court can be lost")
		}
	}
	rows, err := procedure.Rows(id)
	if err != nil {
		return nil, err
	}
	w := &watch{claim: c, rows: rows}
	if err := w.checkAgreed(); err != nil {
		return nil, err
	}
	row, err := procedure.RuleAt(id, c.DueOn)
	if err != nil {
		return nil, err
	}
	w.r = Result{Kind: c.Kind, Rule: row.ID, Title: row.Title, Steps: []Step{}}
	w.basis(row.Citation)
	if row.Citation.Confidence == "M" || row.Citation.Confidence == "S" {
		w.r.Uncertain = append(w.r.Uncertain, "not verified: "+row.Citation.Text)
	}
	first, err := w.restart(c.DueOn)
	if err != nil {
		return nil, err
	}
	w.runs, w.r.Plain = []period{first}, first.last()
	return w, w.bound()
}

// checkAgreed checks an agreed length.
func (w *watch) checkAgreed() error {
	agreed := w.claim.Agreed
	if w.claim.Kind == OtherLaw {
		if agreed == (procedure.Period{}) || agreed.BusinessDays != 0 || min(agreed.Years, agreed.Months, agreed.Days) < 0 || max(agreed.Years, agreed.Months, agreed.Days) > 36500 {
			return fail("length", agreed.String(), receivables.RuleRequired, "the length of that law, up to a hundred years")
		}
		return nil
	}
	if agreed == (procedure.Period{}) {
		return nil
	}
	least, err := procedure.RuleSince("SUSP.CONVENTION", w.claim.DueOn)
	if err != nil {
		return err
	}
	most, err := procedure.RuleSince("SUSP.CONVENTION_MOST", w.claim.DueOn)
	if err != nil {
		return err
	}
	from, _ := least.Whole()
	to, _ := most.Whole()
	months := 12*agreed.Years + agreed.Months
	if agreed.Days != 0 || agreed.BusinessDays != 0 || months < 12*from || months > 12*to {
		return fail("agreed length", agreed.String(), receivables.RuleRange, fmt.Sprintf("from %d to %d years, in years and months (C. civ. 2254)", from, to))
	}
	if !slices.Contains([]Kind{Civil, Trade, Carriage, CarriageRecourse, Ship}, w.claim.Kind) {
		return fail("agreed length", agreed.String(), receivables.RuleExclusive, "not for rents, periodic sums, consumers and claims with a law of their own")
	}
	return nil
}

func (w *watch) basis(c receivables.Citation) {
	if !slices.Contains(w.r.Basis, c) {
		w.r.Basis = append(w.r.Basis, c)
	}
}

// restart begins a period on a day.
func (w *watch) restart(on date.Date) (period, error) {
	at := slices.IndexFunc(w.rows, func(r procedure.Rule) bool { return on >= r.From && (r.Until == 0 || on < r.Until) })
	if at < 0 {
		_, err := procedure.RuleAt(w.rows[0].ID, on)
		return period{}, err
	}
	agreed := w.claim.Agreed != (procedure.Period{})
	length := w.claim.Agreed
	if !agreed {
		var err error
		if length, err = w.rows[at].Period(); err != nil {
			return period{}, err
		}
	}
	run := period{length: length, on: on, starts: receivables.AddDays(on, 1), plain: w.length(on, length)}
	var err error
	switch {
	case w.claim.Kind == PublicDebtor: // 1 January counts, from 0 h
		if run.starts, err = receivables.NewDate(on.Year()+1, time.January, 1); err != nil {
			return period{}, err
		}
		run.plain = receivables.AddDays(w.length(run.starts, length), -1)
	case !agreed:
		err = w.changes(&run, w.rows[at+1:])
	}
	if err == nil && !receivables.IsDay(run.plain) {
		err = fail("last day", run.plain.String(), receivables.RuleRange, "after 9999-12-31")
	}
	return run, err
}

// changes applies the rows that came into force while a period ran.
func (w *watch) changes(run *period, rows []procedure.Rule) error {
	for _, next := range rows {
		if next.From > run.plain {
			return nil
		}
		length, err := next.Period()
		if err != nil {
			return err
		}
		change, err := procedure.RuleAt("LAW_CHANGE", next.From)
		if err != nil {
			return err
		}
		// it starts at 0 h of its day, which counts
		switch fromLaw, whole := receivables.AddDays(w.length(next.From, length), -1), w.length(run.on, length); {
		case whole > run.plain: // longer: the time run counts
			run.plain = whole
		case fromLaw < run.plain:
			run.plain, run.starts = fromLaw, next.From
		default:
			continue
		}
		run.length = length
		w.basis(next.Citation)
		w.basis(change.Citation)
	}
	return nil
}

func (w *watch) length(on date.Date, p procedure.Period) date.Date {
	return receivables.AddDays(receivables.AddMonths(on, 12*p.Years+p.Months), p.Days)
}

// bound finds the long stop. It bounds what puts the end off, not the period itself, unless its start was put off.
func (w *watch) bound() error {
	if slices.Contains([]Kind{PublicDebtor, PublicCreditor, Title, OtherLaw}, w.claim.Kind) {
		return nil
	}
	r, err := procedure.RuleSince("LONGSTOP", w.claim.BornOn)
	if err != nil {
		return err
	}
	length, err := r.Period()
	if err != nil {
		return err
	}
	stop := w.length(w.claim.BornOn, length)
	if w.r.Plain > stop && w.claim.BornOn == w.claim.DueOn {
		return nil // a period of the old law that is longer
	}
	w.stop, w.longStop = stop, r
	return nil
}

// acts says whether an event interrupts or suspends this kind of claim: met, not met, or perhaps.
func (w *watch) acts(k EventKind) procedure.Truth {
	forfeiture := w.claim.Kind == ConsumerCredit // only claims in court and measures interrupt one (C. civ. 2220, 2241, 2244)
	switch k {
	case PartPayment:
		return procedure.Unknown
	case FormalNotice, Reminder:
		if w.claim.Kind == PublicDebtor { // a written claim stops the four years, as far as is known
			return procedure.Unknown
		}
		return procedure.NotMet
	case OrderRequest:
		return procedure.NotMet
	case RegisteredLetter:
		return procedure.TruthOf(w.claim.Kind == Premium)
	case PublicNotice:
		return procedure.TruthOf(w.claim.Kind == PublicCreditor || w.claim.Kind == PublicWater)
	case Acknowledgement, Mediation, Participative, Simplified, Inquiry, Impossible:
		if forfeiture {
			return procedure.Unknown
		}
	case CourtClaim, ConservatoryMeasure, EnforcementAct, OrderService, InsolvencyDeclaration, OverIndebtedness:
	}
	return procedure.Met
}

// take lets an event act.
func (w *watch) take(e Event) error {
	about := basisOf[e.Kind]
	rule, err := procedure.RuleSince(about.rule, e.On)
	if err != nil {
		return err
	}
	s := Step{Event: e.Kind, On: e.On, Basis: rule.Citation}
	truth := w.acts(e.Kind)
	if truth == procedure.Unknown {
		w.may = true
		if !w.lenient {
			w.r.Uncertain = append(w.r.Uncertain, fmt.Sprintf("what the %s of %s does is not certain", e.Kind, e.On))
		} else {
			truth = procedure.Met
		}
	}
	switch {
	case truth == procedure.NotMet:
		s.Effect = NotInterruptive
	case e.Lost:
		s.Effect = NothingLeft
		lost, err := procedure.RuleSince("INT.CLAIM_LOST", e.On)
		if err != nil {
			return err
		}
		s.Basis = lost.Citation
	case !w.stopped && e.On > w.last():
		s.Effect = AlreadyExpired
	case truth == procedure.Unknown:
		s.Effect = MayInterrupt
	case w.stopped:
		s.Effect = Pending // nothing runs that could be stopped
	case about.suspends:
		err = w.suspend(e, rule, &s)
	default:
		err = w.interrupt(e, &s)
	}
	if err != nil {
		return err
	}
	if !w.stopped {
		s.Last = w.last()
	}
	w.r.Steps = append(w.r.Steps, s)
	w.basis(s.Basis)
	return nil
}

func (w *watch) interrupt(e Event, s *Step) error {
	s.Effect = Interrupted
	w.free = w.free || slices.Contains(uncapped, e.Kind)
	from := e.On
	if slices.Contains(lasting, e.Kind) {
		if from = e.EndedOn; from == 0 {
			s.Effect, w.stopped = Pending, true
			return nil
		}
	}
	run, err := w.restart(from)
	if days := receivables.DaysBetween(run.begins(), w.suspended); w.suspended != 0 && days > 0 { // it begins suspended
		run.plain = receivables.AddDays(run.plain, days)
	}
	w.runs = append(w.runs, run)
	return err
}

func (w *watch) suspend(e Event, rule procedure.Rule, s *Step) error {
	if e.EndedOn == 0 {
		s.Effect, w.stopped = Standing, true
		return nil
	}
	s.Effect = Suspended
	var least procedure.Period
	if rule.Unit != "" {
		var err error
		if least, err = rule.Period(); err != nil {
			return err
		}
	}
	before := w.latest().last()
	for i := range w.runs {
		run := &w.runs[i]
		if e.On > run.last() {
			continue
		}
		days := 0
		if from := max(e.On, run.begins(), w.suspended); e.EndedOn > from {
			days = receivables.DaysBetween(from, e.EndedOn)
		}
		if run.last() == before {
			s.Days = days
		}
		run.plain = receivables.AddDays(run.plain, days)
		if least != (procedure.Period{}) {
			run.floor = max(run.floor, w.length(e.EndedOn, least))
		}
	}
	w.suspended = max(w.suspended, e.EndedOn)
	return nil
}

// end makes the result.
func (w *watch) end() (Result, error) {
	run := w.latest()
	w.r.Period, w.r.Starts = run.length, run.starts
	if w.stop != 0 && !w.free {
		w.r.LongStop = w.stop
	}
	if w.stopped {
		return w.r, nil
	}
	w.r.Last, w.r.Uncapped = w.last(), run.last()
	if !receivables.IsDay(w.r.Uncapped) {
		return Result{}, fail("last day", w.r.Uncapped.String(), receivables.RuleRange, "after 9999-12-31")
	}
	if w.r.Last < w.r.Uncapped {
		w.basis(w.longStop.Citation)
		if w.claim.BornOn < w.longStop.From {
			w.r.Uncertain = append(w.r.Uncertain, "whether the long stop holds for a right born before "+w.longStop.From.String())
		}
	}
	return w.r, nil
}
