package reminder

import (
	"errors"
	"fmt"
	"slices"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// run is one plan in the making.
type run struct {
	planner  *Planner
	account  *Account
	scenario *Scenario // nil: not reminded
	calendar receivables.Calendar
	asOf     date.Date // of the plan, or the day on which a hold will have ended
	today    date.Date // of the plan
	promises []promised
	plan     *Plan

	unreachable [channelCount]bool
	lastContact date.Date // with the customer; 0: none
	handOver    date.Date // first day of an insolvency; 0: none
	noAddress   bool
	kindWanted  bool // to know whether costs can be asked for
}

// toCustomer reports whether a channel reaches the customer himself.
func toCustomer(c Channel) bool { return c != Salesperson && c != LegalDepartment }

// prepare looks at what concerns all items.
func (r *run) prepare() {
	// the last that is known of a channel; of one day, the address found, then what came back
	var latest [channelCount]int
	for i := range r.account.Actions {
		x := &r.account.Actions[i]
		if x.On > r.today || x.Channel >= channelCount {
			continue
		}
		if x.Result == Sent && toCustomer(x.Channel) {
			r.lastContact = max(r.lastContact, x.On)
		}
		if rank := slices.Index([]Result{Sent, Undeliverable, AddressFound}, x.Result); rank >= 0 {
			if key := int(x.On)*3 + rank; key >= latest[x.Channel] {
				latest[x.Channel], r.unreachable[x.Channel] = key, x.Result == Undeliverable
			}
		}
	}
	for _, c := range r.account.NoAddress {
		if c < channelCount {
			r.unreachable[c] = true
		}
	}
}

// item makes the plan of one item of which free credits cover a part.
func (r *run) item(item *receivables.OpenItem, covered decimal.Decimal) (ItemPlan, error) {
	x := ItemPlan{
		Document: item.Document, Instalment: item.Instalment, DueOn: item.DueOn, Open: item.Open, Amount: item.Open,
		Steps: []StepPlan{}, item: item, at: -1,
	}
	if item.DueOn != 0 {
		x.DaysLate = receivables.DaysBetween(item.DueOn, r.asOf)
	}
	hold, err := r.holdsOn(item)
	if err != nil {
		return ItemPlan{}, err
	}
	if item.Open.Sign() > 0 {
		x.claim = notDisputed(item).Sub(hold.part)
		x.Amount = receivables.Zero(item.Open.Currency()).AddAmount(x.claim.Sub(covered))
	}
	leave := func(reason Reason, detail string) (ItemPlan, error) {
		x.Left, x.Detail = reason, detail
		return x, nil
	}
	switch {
	case hold.reason == Insolvent:
		x.Until = hold.until
		return leave(Insolvent, hold.detail)
	case item.Kind != receivables.KindInvoice || item.Open.Sign() <= 0:
		return leave(IsCredit, "")
	case r.scenario == nil:
		return leave(NotReminded, "segment "+r.plan.Segment)
	case item.DueOn == 0:
		return leave(NoDueDate, "")
	}
	schedules, disputes := r, hold.ended
	if hold.reason != NotLeftAlone && hold.freeOn != 0 {
		schedules, disputes = r.atEndOf(&hold)
	}
	s, err := schedules.schedule(item, x.Amount.Amount(), disputes)
	if err != nil {
		return ItemPlan{}, err
	}
	x.Steps, x.Level, x.Reached = s.steps, s.level, s.reached >= 0
	tolerance := r.planner.policy.Tolerance
	small := x.Amount.Amount().Cmp(tolerance) <= 0
	if small || s.next < 0 || hold.reason != NotLeftAlone && hold.freeOn == 0 {
		s.forget()
	}
	switch {
	case hold.reason != NotLeftAlone:
		x.Until = hold.until
		if hold.freeOn != 0 && !small && s.next >= 0 && !s.unknown[s.next] {
			x.Next = s.steps[s.next].On
		}
		return leave(hold.reason, hold.detail)
	case covered.Sign() > 0 && x.Amount.IsZero():
		return leave(CoveredByCredits, "")
	case small:
		return leave(BelowTolerance, "up to "+tolerance.String())
	case s.next < 0 && s.noAddress:
		r.noAddress = true
		return leave(NoAddress, "")
	case s.next < 0 && s.tooSmall:
		return leave(BelowMinimum, "")
	case s.next < 0:
		return leave(LevelDone, "")
	}
	if s.day <= r.asOf {
		x.Next, x.at = r.asOf, s.next
		step := &r.scenario.Steps[s.next]
		x.Due, x.DueLevel = step.Code, step.Level
		x.Steps[s.next].State = Due
		return x, nil
	}
	detail := ""
	if s.unknown[s.next] {
		detail = "the calendar does not reach " + s.day.String()
	} else {
		x.Next, x.Until = s.day, s.day
	}
	switch {
	case s.inGap:
		return leave(InGap, "last contact on "+r.lastContact.String())
	case s.noAddress:
		r.noAddress = true
		return leave(NoAddress, detail)
	case r.asOf <= item.DueOn:
		return leave(NotDue, detail)
	case x.Level == LevelPreDue:
		return leave(InGrace, detail)
	}
	return leave(Waiting, detail)
}

// held is what keeps an item back: the strongest reason, of several the one that ends last.
type held struct {
	reason Reason
	detail string
	until  date.Date // end of that one; 0: not known
	// freeOn is the first day on which nothing holds the item; 0: not known.
	freeOn date.Date
	part   decimal.Decimal // held though the rest is not, beside what is disputed
	// ended are the disputes on the whole item that have ended, coming those that will.
	ended, coming []interval
}

// interval is a time without reminders, half-open.
type interval struct{ from, until date.Date }

// strength orders the reasons of holds.
var strength = []Reason{NotLeftAlone, Promised, HeldByHand, OnPlan, Disputed, Insolvent}

// add takes one more that holds the whole item.
func (h *held) add(reason Reason, detail string, until date.Date) {
	switch {
	case h.reason == NotLeftAlone:
		h.freeOn = until
	case h.freeOn != 0 && (until == 0 || until > h.freeOn):
		h.freeOn = until
	}
	stronger := slices.Index(strength, reason) - slices.Index(strength, h.reason)
	if stronger > 0 || stronger == 0 && h.until != 0 && (until == 0 || until > h.until) {
		h.reason, h.detail, h.until = reason, detail, until
	}
}

// holdsOn returns what holds an item.
func (r *run) holdsOn(item *receivables.OpenItem) (held, error) {
	var hold, parts held
	wholeDisputed := item.Open.Sign() > 0 && item.Disputed.IsValid() && item.Disputed.Amount().Cmp(item.Open.Amount()) >= 0
	named := false
	for i := range r.account.Holds {
		h := &r.account.Holds[i]
		if !bears(h.Scope, item) || h.From > r.asOf || item.Kind != receivables.KindInvoice && h.Kind != receivables.HoldInsolvency {
			continue
		}
		amount := h.Scope.Amount
		if amount.IsValid() && amount.Currency() != item.Open.Currency() {
			return held{}, &receivables.FieldError{
				Path: fmt.Sprintf("hold %q", h.ID), Value: amount.String(), Rule: receivables.RuleCurrency, Detail: "the item is in " + item.Open.Currency().Code(),
			}
		}
		isPart := amount.IsValid() && amount.Amount().Cmp(item.Open.Amount()) < 0
		end := h.EndedOn
		if end == 0 {
			end = h.Until
		}
		isDispute := h.Kind == receivables.HoldDispute
		if end != 0 && end <= r.asOf {
			if isDispute && !isPart && end > h.From {
				hold.ended = append(hold.ended, interval{h.From, end})
			}
			continue
		}
		if h.Kind == receivables.HoldInsolvency && (r.handOver == 0 || h.From < r.handOver) {
			r.handOver = h.From
		}
		reason, detail := reasonOf(h)
		switch {
		case isDispute && isPart && !wholeDisputed: // the rest keeps its calendar
		case isDispute:
			named = true
			if end != 0 {
				hold.coming = append(hold.coming, interval{h.From, end})
			}
			hold.add(reason, detail, end)
		case isPart:
			parts.add(reason, detail, end)
			parts.part = parts.part.Add(amount.Amount())
		default:
			hold.add(reason, detail, end)
		}
	}
	switch {
	case wholeDisputed:
		if !named {
			hold.add(Disputed, "", 0)
		}
	case parts.part.Sign() > 0 && parts.part.Cmp(notDisputed(item)) >= 0: // nothing is left to remind of
		hold.add(parts.reason, parts.detail, parts.freeOn)
	default:
		hold.part = parts.part
	}
	for i := range r.promises {
		if x := &r.promises[i]; x.state == PromiseOpen && x.bearsOn(item) {
			hold.add(Promised, x.ID, x.followUp)
		}
	}
	hold.ended = merged(hold.ended)
	return hold, nil
}

// reasonOf puts a hold in words.
func reasonOf(h *receivables.HoldState) (Reason, string) {
	detail := h.ID
	if h.Note != "" {
		detail += ": " + h.Note
	}
	switch h.Kind {
	case receivables.HoldInsolvency:
		return Insolvent, detail
	case receivables.HoldPlan:
		return OnPlan, detail
	case receivables.HoldDispute:
		if h.Cause != receivables.CauseNotStated {
			detail += " (" + h.Cause.String() + ")"
		}
		if h.Owner != "" {
			detail += ", to be resolved by " + h.Owner
		}
		return Disputed, detail
	case receivables.HoldManual:
	}
	return HeldByHand, detail
}

// atEndOf is the run and the disputes as they will be on the day on which nothing holds an item any
// more, if nothing else happens: the promises that run are broken then.
func (r *run) atEndOf(h *held) (*run, []interval) {
	later := *r
	later.asOf = h.freeOn
	later.promises = slices.Clone(r.promises)
	for i := range later.promises {
		if x := &later.promises[i]; x.state == PromiseOpen && x.followUp <= h.freeOn {
			x.state = PromiseBroken
		}
	}
	return &later, merged(append(slices.Clone(h.ended), h.coming...))
}

// bears reports whether a scope takes an item.
func bears(s receivables.Scope, item *receivables.OpenItem) bool {
	if s.Document == "" {
		return s.Customer == item.Customer
	}
	return s.Document == item.Document && (s.Instalment == 0 || s.Instalment == item.Instalment)
}

// merged joins intervals that overlap or touch, by day.
func merged(list []interval) []interval {
	slices.SortFunc(list, func(a, b interval) int { return int(a.from - b.from) })
	var out []interval
	for _, x := range list {
		if n := len(out); n > 0 && x.from <= out[n-1].until {
			out[n-1].until = max(out[n-1].until, x.until)
			continue
		}
		out = append(out, x)
	}
	return out
}

// schedule is the scenario of an item in days.
type schedule struct {
	steps   []StepPlan
	unknown []bool // days beyond the calendar, not moved to a working day
	reached int    // position of the last step done, -1: none
	level   Level
	next    int // position of the next step, -1: none
	day     date.Date
	// inGap says that only the gap since the last contact keeps the step back, noAddress and
	// tooSmall that a step whose day has come, or all that are left, are not possible.
	inGap, noAddress, tooSmall bool
}

// forget drops the days of steps that will not come, as far as is known.
func (s *schedule) forget() {
	for i := range s.steps {
		if s.steps[i].State == Planned {
			s.steps[i].On = 0
		}
	}
}

// schedule works out the days of the steps and finds the next one.
func (r *run) schedule(item *receivables.OpenItem, amount decimal.Decimal, disputes []interval) (schedule, error) {
	policy := &r.planner.policy
	steps := r.scenario.Steps
	s := schedule{steps: make([]StepPlan, len(steps)), unknown: make([]bool, len(steps)), reached: -1, next: -1}
	c := choice{run: r, item: item, amount: amount, due: item.DueOn}
	switch {
	case policy.AfterDispute == Restart && len(disputes) > 0:
		c.since = disputes[len(disputes)-1].until
		c.due = max(c.due, c.since)
	case policy.AfterDispute == Shift:
		c.disputes = disputes
	}
	done := make([]date.Date, len(steps))
	c.doneOn(done)
	for i := range done {
		if done[i] != 0 {
			s.reached, s.level = i, max(s.level, steps[i].Level)
		}
	}
	c.from = s.reached + 1
	c.look()
	var before passed
	for i := range steps {
		x, y := &steps[i], &s.steps[i]
		*y = StepPlan{Code: x.Code, Level: x.Level, Channel: x.Channel, State: Planned}
		switch {
		case done[i] != 0:
			y.On, y.State = done[i], Done
			before = passed{done[i], receivables.AddDays(done[i], policy.TransitDays[x.Channel])}
			continue
		case i < c.from, x.Base == AfterDue && x.Days < 0 && (c.due != item.DueOn || r.asOf > c.due):
			y.State = MissedStep
		case amount.Cmp(x.Minimum) < 0:
			y.State = TooSmall
		case r.unreachable[x.Channel]:
			y.State = NotPossible
		}
		day, known, err := c.dayOf(x, before)
		if err != nil {
			return schedule{}, err
		}
		y.On, s.unknown[i] = day, !known
		before = passed{day, day}
		if y.State != TooSmall && y.State != NotPossible {
			before.arrived = receivables.AddDays(day, policy.TransitDays[x.Channel])
		}
	}
	if err := c.choose(&s); err != nil {
		return schedule{}, err
	}
	if err := c.predict(&s); err != nil {
		return schedule{}, err
	}
	for i := range s.steps {
		if s.unknown[i] && s.steps[i].State == Planned {
			s.steps[i].On = 0
		}
	}
	return s, nil
}

// passed is the step before: when it left and when it arrived.
type passed struct{ left, arrived date.Date }

// choice finds the next step of an item.
type choice struct {
	run      *run
	item     *receivables.OpenItem
	amount   decimal.Decimal
	due      date.Date  // from which the days count
	since    date.Date  // actions before do not count
	disputes []interval // that move days
	// lastDone is the last day on which a step was done, lastTried that on which one was tried.
	lastDone, lastTried date.Date
	from                int // position of the first step that can come
	// pull is the day from which the next step does not wait for its own: a promise not kept or an
	// alert. An alert brings the step at from and no other, and does not wait for the gap.
	pull    date.Date
	alerted bool
}

// about reports whether an action is about the item and known on the day.
func (c *choice) about(x *Action) bool {
	if x.On > c.run.today {
		return false
	}
	if x.Document == "" {
		return c.item.IssuedOn <= x.On
	}
	return x.Document == c.item.Document && (x.Instalment == 0 || x.Instalment == c.item.Instalment)
}

// positionOf returns the step that an action did: one of another scenario stands for the last step
// that is no firmer; -1: none.
func (r *run) positionOf(x *Action) int {
	at := r.scenario.IndexOf(x.Step)
	if at >= 0 {
		return at
	}
	for k := range r.scenario.Steps {
		if r.scenario.Steps[k].Level <= x.Level {
			at = k
		}
	}
	return at
}

// doneOn notes the day on which each step was done.
func (c *choice) doneOn(done []date.Date) {
	for i := range c.run.account.Actions {
		x := &c.run.account.Actions[i]
		if !c.about(x) || x.On < c.since {
			continue
		}
		switch x.Result {
		case Sent:
			c.lastDone, c.lastTried = max(c.lastDone, x.On), max(c.lastTried, x.On)
			if at := c.run.positionOf(x); at >= 0 {
				done[at] = max(done[at], x.On)
			}
		case Unanswered:
			c.lastTried = max(c.lastTried, x.On)
		case Undeliverable, AddressFound, Cancelled:
		}
	}
}

// moved moves a day to a working day. A day to come that the calendar does not reach stays and is not
// known.
func (r *run) moved(day date.Date, roll receivables.Roll) (to date.Date, known bool, err error) {
	to, err = receivables.RollDay(r.calendar, day, roll)
	if err != nil && day > r.today && errors.Is(err, receivables.ErrNoCoverage) {
		return day, false, nil
	}
	return to, err == nil, err
}

// pushed moves a day that was put off to a working day.
func (r *run) pushed(day date.Date) (date.Date, bool, error) {
	if r.scenario.Roll == receivables.RollNone {
		return day, true, nil
	}
	return r.moved(day, receivables.RollFollowing)
}

// dayOf returns the day of a step that was not done. Disputes that began before its day, and, if it
// counts from the step before, after that left, move it by their length.
func (c *choice) dayOf(x *Step, before passed) (date.Date, bool, error) {
	day, after := x.dayOf(c.due, before.arrived), date.Date(0)
	if x.Base == AfterPrevious {
		after = before.left
	}
	for _, d := range c.disputes {
		if d.from >= after && day >= d.from {
			day = receivables.AddDays(day, receivables.DaysBetween(d.from, d.until))
		}
	}
	return c.run.moved(day, c.run.scenario.Roll)
}

// look finds what makes the next step come at once for an item that is overdue.
func (c *choice) look() {
	r := c.run
	if r.asOf <= c.item.DueOn {
		return
	}
	for i := range r.promises {
		x := &r.promises[i]
		if (x.state == PromiseBroken || x.state == PromisePartKept) && x.bearsOn(c.item) && x.followUp > c.lastDone && x.followUp >= c.since {
			c.pull = x.followUp
		}
	}
	notice := slices.IndexFunc(r.scenario.Steps, func(x Step) bool { return x.Level >= LevelFormalNotice })
	if notice < 0 {
		notice = len(r.scenario.Steps) - 1
	}
	if c.from > notice || c.amount.Cmp(r.scenario.Steps[notice].Minimum) < 0 {
		return
	}
	for i := range r.account.Alerts {
		x := &r.account.Alerts[i]
		if x.On > r.today || x.endedBy(r.asOf) || x.On < c.item.IssuedOn || c.noticedSince(x.On, notice) {
			continue
		}
		c.from, c.pull, c.alerted = notice, x.On, true
	}
}

// noticedSince reports whether the step at a position, or one after it, was done from a day on.
func (c *choice) noticedSince(day date.Date, notice int) bool {
	return slices.ContainsFunc(c.run.account.Actions, func(x Action) bool {
		return x.Result == Sent && x.On >= day && c.about(&x) && c.run.positionOf(&x) >= notice
	})
}

// choose picks the next step by the policy, and marks those that are missed.
func (c *choice) choose(s *schedule) error {
	r, policy := c.run, &c.run.planner.policy
	var possible []int
	for i := range s.steps {
		switch x := &s.steps[i]; x.State {
		case TooSmall:
			s.tooSmall = true
		case NotPossible:
			s.noAddress = s.noAddress || x.On <= r.asOf || c.alerted && i == c.from
		case Planned:
			possible = append(possible, i)
		case Done, Due, MissedStep:
		}
	}
	if c.alerted && s.noAddress && s.steps[c.from].State == NotPossible {
		return nil // what follows a notice does not come before it
	}
	next := 0 // of those that are possible
	switch {
	case c.alerted || policy.Missed == CatchUp:
	case policy.Missed == Jump:
		for k, i := range possible {
			if s.steps[i].On <= r.asOf {
				next = k
			}
		}
	case policy.Missed == Skip:
		for ; next < len(possible) && possible[next] < len(s.steps)-1; next++ {
			comes, err := c.comesOn(s, possible[next])
			if err != nil {
				return err
			}
			if comes.day >= r.asOf {
				break
			}
		}
	}
	for _, i := range possible[:next] {
		s.steps[i].State = MissedStep
	}
	if next == len(possible) {
		s.noAddress = s.noAddress || slices.ContainsFunc(s.steps, func(x StepPlan) bool { return x.State == NotPossible })
		return nil
	}
	s.next = possible[next]
	comes, err := c.comesOn(s, s.next)
	s.day, s.inGap, s.unknown[s.next] = comes.day, comes.inGap, !comes.known
	return err
}

// coming is the day on which a step comes if it is the next one.
type coming struct {
	day          date.Date
	inGap, known bool
}

// comesOn returns the day of a step if it is the next one: its own, or that from which it is pulled,
// but not on the day of the one before, and not within the gap.
func (c *choice) comesOn(s *schedule, at int) (coming, error) {
	r := c.run
	day := s.steps[at].On
	if c.pull != 0 {
		day = min(day, c.pull)
	}
	own, inGap := day, false
	if c.lastTried != 0 {
		day = max(day, receivables.AddDays(c.lastTried, 1))
	}
	if gap := r.planner.policy.MinGapDays; gap > 0 && r.lastContact != 0 && toCustomer(s.steps[at].Channel) && !c.alerted {
		if free := receivables.AddDays(r.lastContact, gap); free > day {
			day, inGap = free, true
		}
	}
	if r.asOf != r.today { // comes after a hold
		day = max(day, r.asOf)
	}
	if day == own {
		return coming{day, false, !s.unknown[at]}, nil
	}
	day, known, err := r.pushed(day)
	return coming{day, inGap && day > r.asOf && own <= r.asOf, known}, err
}

// predict gives the next step and those after it the days on which they will come if each is done
// on its day.
func (c *choice) predict(s *schedule) error {
	if s.next < 0 {
		return nil
	}
	r, policy := c.run, &c.run.planner.policy
	s.steps[s.next].On = s.day
	last := max(s.day, r.asOf)
	contact := r.lastContact
	next := s.steps[s.next].Channel
	if toCustomer(next) {
		contact = last
	}
	before := passed{last, receivables.AddDays(last, policy.TransitDays[next])}
	for i := s.next + 1; i < len(s.steps); i++ {
		x, y := &r.scenario.Steps[i], &s.steps[i]
		day, known, err := c.dayOf(x, before)
		if err != nil {
			return err
		}
		if y.State != Planned {
			before = passed{day, day}
			continue
		}
		floor := receivables.AddDays(last, 1)
		if toCustomer(x.Channel) && policy.MinGapDays > 0 && contact != 0 {
			floor = max(floor, receivables.AddDays(contact, policy.MinGapDays))
		}
		if day < floor {
			if day, known, err = r.pushed(floor); err != nil {
				return err
			}
		}
		y.On, last, s.unknown[i] = day, day, !known
		if toCustomer(x.Channel) {
			contact = day
		}
		before = passed{day, receivables.AddDays(day, policy.TransitDays[x.Channel])}
	}
	return nil
}
