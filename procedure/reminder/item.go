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
	holds    []receivables.HoldState // by day and ID
	items    []receivables.OpenItem  // by due date
	plan     *Plan

	unreachable [channelCount]bool
	lastContact date.Date // with the customer; 0: none
	handOver    date.Date // first day of an insolvency; 0: none
	kindWanted  bool      // to know whether costs can be asked for
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
	c, disputes := &choice{run: r, item: item, amount: x.Amount.Amount(), due: item.DueOn, blocks: hold.blocks}, hold.ended
	if hold.reason != NotLeftAlone && hold.freeOn != 0 {
		disputes = c.atEndOf(&hold)
	}
	s, err := c.schedule(disputes)
	if gap := (*receivables.CoverageError)(nil); errors.As(err, &gap) {
		if _, today := r.calendar.IsBusinessDay(r.today); today != nil {
			return ItemPlan{}, today
		}
		if gap.Day < gap.FirstCovered {
			return leave(OutsideCalendar, err.Error())
		}
	}
	if err != nil {
		return ItemPlan{}, err
	}
	x.Steps, x.Level, x.Reached, x.choice, x.schedule = s.steps, s.level, s.reached >= 0, c, s
	tolerance := r.planner.policy.Tolerance
	small := c.amount.Cmp(tolerance) <= 0
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
	// freeOn is the first day on which nothing holds the item; 0: not known. since is the first on which
	// it was held without a break.
	since, freeOn date.Date
	part          decimal.Decimal // held though the rest is not, beside what is disputed
	// ended are the disputes on the whole item that have ended, coming those that will; blocks the times
	// in which the whole item was held by anything.
	ended, coming, blocks []interval
	disputed              []part // those that are disputed by amount
}

// part is an amount that is held; until 0: not known.
type part struct {
	amount      decimal.Decimal
	from, until date.Date
}

// interval is a time without reminders, half-open.
type interval struct{ from, until date.Date }

// strength orders the reasons of holds.
var strength = []Reason{NotLeftAlone, Promised, HeldByHand, OnPlan, Disputed, Insolvent}

// add takes one more that holds the whole item.
func (h *held) add(reason Reason, detail string, from, until date.Date) {
	switch {
	case h.reason == NotLeftAlone:
		h.since, h.freeOn = from, until
	case h.freeOn != 0 && (until == 0 || until > h.freeOn):
		h.freeOn = until
	}
	h.since = min(h.since, from)
	stronger := slices.Index(strength, reason) - slices.Index(strength, h.reason)
	if stronger > 0 || stronger == 0 && h.until != 0 && (until == 0 || until > h.until) {
		h.reason, h.detail, h.until = reason, detail, until
	}
}

// holdsOn returns what holds an item.
func (r *run) holdsOn(item *receivables.OpenItem) (held, error) {
	var hold, parts held
	open := item.Open.Amount()
	wholeDisputed := open.Sign() > 0 && item.Disputed.IsValid() && item.Disputed.Amount().Cmp(open) >= 0
	named := false
	for i := range r.holds {
		h := &r.holds[i]
		if !bears(h.Scope, item) || h.From > r.asOf || item.Kind != receivables.KindInvoice && h.Kind != receivables.HoldInsolvency {
			continue
		}
		share, err := r.share(h, item)
		if err != nil {
			return held{}, err
		}
		if share.IsZero() && h.Scope.Amount.IsValid() {
			continue // it falls on other instalments
		}
		isPart := share.Cmp(open) < 0
		end := h.EndedOn
		if end == 0 {
			end = h.Until
		}
		isDispute := h.Kind == receivables.HoldDispute
		if end != 0 && end <= r.asOf {
			if !isPart && end > h.From {
				hold.blocks = append(hold.blocks, interval{h.From, end})
				if isDispute {
					hold.ended = append(hold.ended, interval{h.From, end})
				}
			}
			continue
		}
		if h.Kind == receivables.HoldInsolvency && (r.handOver == 0 || h.From < r.handOver) {
			r.handOver = h.From
		}
		reason, detail := reasonOf(h)
		switch {
		case isDispute && isPart: // the rest keeps its calendar
			hold.disputed = append(hold.disputed, part{share, h.From, end})
		case isDispute:
			named = true
			if end != 0 {
				hold.coming = append(hold.coming, interval{h.From, end})
			}
			hold.add(reason, detail, h.From, end)
		case isPart:
			parts.add(reason, detail, h.From, end)
			parts.part = parts.part.Add(share)
		default:
			hold.add(reason, detail, h.From, end)
		}
	}
	switch {
	case wholeDisputed && !named: // by parts: since the last of them, until the first to end sets free
		since, first := date.Date(0), date.Date(0)
		for _, p := range hold.disputed {
			since = max(since, p.from)
			if p.until != 0 && (first == 0 || p.until < first) {
				first = p.until
			}
		}
		hold.add(Disputed, "", since, first)
	case wholeDisputed:
	case parts.part.Sign() > 0 && parts.part.Cmp(notDisputed(item)) >= 0: // nothing is left to remind of
		hold.add(parts.reason, parts.detail, parts.since, parts.freeOn)
	default:
		hold.part = parts.part
	}
	for i := range r.promises {
		x := &r.promises[i]
		switch {
		case !x.bearsOn(item):
		case x.state == PromiseOpen:
			hold.add(Promised, x.ID, x.MadeOn, x.followUp)
		case x.followUp <= r.asOf:
			hold.blocks = append(hold.blocks, interval{x.MadeOn, x.followUp})
		}
	}
	hold.ended, hold.blocks = merged(hold.ended), merged(hold.blocks)
	return hold, nil
}

// share is what a hold takes of an item: an amount on a document falls on its instalments by due date.
func (r *run) share(h *receivables.HoldState, item *receivables.OpenItem) (decimal.Decimal, error) {
	left := h.Scope.Amount
	switch {
	case !left.IsValid():
		return item.Open.Amount(), nil
	case left.Currency() != item.Open.Currency():
		return decimal.Zero, &receivables.FieldError{
			Path: fmt.Sprintf("hold %q", h.ID), Value: left.String(), Rule: receivables.RuleCurrency, Detail: "the item is in " + item.Open.Currency().Code(),
		}
	}
	for i := range r.items {
		x := &r.items[i]
		if !bears(h.Scope, x) || x.Open.Sign() <= 0 || x.Open.Currency() != left.Currency() {
			continue
		}
		take := decimal.Min(left.Amount(), x.Open.Amount())
		if x.Instalment == item.Instalment && x.DueOn == item.DueOn && x.Kind == item.Kind {
			return take, nil
		}
		left = left.AddAmount(take.Neg())
	}
	return decimal.Zero, nil
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

// atEndOf puts the choice on the day on which nothing holds the item any more, if nothing else happens: the
// promises that run are broken then. It returns the disputes that will have ended.
func (c *choice) atEndOf(h *held) []interval {
	later := *c.run
	later.asOf = h.freeOn
	later.promises = slices.Clone(c.run.promises)
	for i := range later.promises {
		if x := &later.promises[i]; x.state == PromiseOpen && x.followUp <= h.freeOn {
			x.state = PromiseBroken
		}
	}
	c.run = &later
	c.blocks = merged(append(slices.Clone(h.blocks), interval{h.since, h.freeOn}))
	c.amount = c.item.Open.Amount()
	for _, p := range h.disputed {
		if p.until == 0 || p.until > h.freeOn {
			c.amount = c.amount.Sub(p.amount)
		}
	}
	return merged(append(slices.Clone(h.ended), h.coming...))
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
func (c *choice) schedule(disputes []interval) (*schedule, error) {
	r, item := c.run, c.item
	policy := &r.planner.policy
	steps := r.scenario.Steps
	s := &schedule{steps: make([]StepPlan, len(steps)), unknown: make([]bool, len(steps)), reached: -1, next: -1}
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
	for i, on := range done {
		if steps[i].Level == LevelFormalNotice {
			c.noticeDone = max(c.noticeDone, on)
		}
	}
	c.look(s)
	var before passed
	for i := range steps {
		x, y := &steps[i], &s.steps[i]
		*y = StepPlan{Code: x.Code, Level: x.Level, Channel: x.Channel, State: Planned}
		if done[i] != 0 {
			y.On, y.State = done[i], Done
			before = passed{done[i], receivables.AddDays(done[i], policy.TransitDays[x.Channel])}
			continue
		}
		day, known, err := c.dayOf(x, before)
		if err != nil {
			return nil, err
		}
		if c.alertOn != 0 && i == c.notice && c.alertOn < day {
			if day, known, err = r.pushed(c.alertOn); err != nil {
				return nil, err
			}
		}
		y.On, s.unknown[i] = day, !known
		before = passed{day, day}
		switch {
		case i < c.from, beforeDue(x) && c.due != item.DueOn, c.tooLate(i, max(day, r.asOf)):
			y.State = MissedStep
		case c.amount.Cmp(x.Minimum) < 0:
			y.State = TooSmall
		case r.unreachable[x.Channel]:
			y.State = NotPossible
		}
		if y.State != TooSmall && y.State != NotPossible {
			before.arrived = receivables.AddDays(day, policy.TransitDays[x.Channel])
		}
	}
	if err := c.choose(s); err != nil {
		return nil, err
	}
	if err := c.predict(s); err != nil {
		return nil, err
	}
	return s, nil
}

// beforeDue reports whether a step belongs before the due date.
func beforeDue(x *Step) bool {
	return x.Level == LevelPreDue || x.Base == AfterDue && x.Days < 0
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
	// pull is the day from which the next step does not wait for its own: a promise not kept. 0: none. No
	// step before that at levelAt comes then.
	pull    date.Date
	levelAt int
	// alertOn is the day from which the step at notice comes, and none before it, by an alert; 0: none.
	alertOn date.Date
	notice  int        // position of the formal notice, or of the last step
	blocks  []interval // times in which the item was held as a whole
	// noticeDone is the day on which the formal notice was done; 0: not yet.
	noticeDone date.Date
}

// afterNotice returns the first day of a step that follows a formal notice done on a day: as long after its arrival as in the
// scenario, so that the notice gives the time it says. 0: no such step.
func (c *choice) afterNotice(at int, done date.Date) date.Date {
	steps := c.run.scenario.Steps
	if done == 0 || steps[at].Level <= LevelFormalNotice {
		return 0
	}
	notice := slices.IndexFunc(steps, func(x Step) bool { return x.Level == LevelFormalNotice })
	if notice < 0 || notice > at || steps[at].Base != steps[notice].Base || steps[at].Base == AfterPrevious {
		return 0
	}
	return receivables.AddDays(done, c.run.planner.policy.TransitDays[steps[notice].Channel]+steps[at].Days-steps[notice].Days)
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

// moved moves a day to a working day. Where the calendar does not reach to a day to come, that day is the answer and is not known.
func (r *run) moved(day date.Date, roll receivables.Roll) (to date.Date, known bool, err error) {
	to, err = receivables.RollDay(r.calendar, day, roll)
	if gap := (*receivables.CoverageError)(nil); errors.As(err, &gap) && gap.Day > r.today && day <= r.today {
		return gap.Day, false, nil
	}
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

// dayOf returns the day of a step that was not done. Disputes that began before its day had come, and,
// if it counts from the step before, after that left, move it by their length.
func (c *choice) dayOf(x *Step, before passed) (date.Date, bool, error) {
	day, after := x.dayOf(c.due, before.arrived), date.Date(0)
	if x.Base == AfterPrevious {
		after = before.left
	}
	to, known, err := c.rolled(x, day)
	for _, d := range c.disputes {
		if err == nil && d.from >= after && to >= d.from {
			day = receivables.AddDays(day, receivables.DaysBetween(d.from, d.until))
			to, known, err = c.rolled(x, day)
		}
	}
	return to, known, err
}

// rolled moves the day of a step to a working day, on its own side of the due date.
func (c *choice) rolled(x *Step, day date.Date) (date.Date, bool, error) {
	to, known, err := c.run.moved(day, c.run.scenario.Roll)
	if err != nil || !known {
		return to, known, err
	}
	switch {
	case day > c.due && to <= c.due:
		return c.run.moved(day, receivables.RollFollowing)
	case day <= c.due && to > c.due && beforeDue(x):
		return c.run.moved(day, receivables.RollPreceding)
	}
	return to, known, nil
}

// look finds what makes the next step come at once: for an item that is overdue, or once it will be.
func (c *choice) look(s *schedule) {
	r := c.run
	steps := r.scenario.Steps
	late := receivables.AddDays(c.item.DueOn, 1)
	for i := range r.promises {
		x := &r.promises[i]
		day := max(x.followUp, late)
		if x.state != PromiseBroken && x.state != PromisePartKept || !x.bearsOn(c.item) || day <= c.lastDone || x.followUp < c.since {
			continue
		}
		if c.pull == 0 || day < c.pull {
			c.pull = day
		}
		if x.state == PromiseBroken && s.reached >= 0 { // the next level of those after the due date
			next := slices.IndexFunc(steps, func(x Step) bool { return x.Level > max(s.level, LevelPreDue) })
			if next > c.from && c.amount.Cmp(steps[next].Minimum) >= 0 {
				c.levelAt = next
			}
		}
	}
	c.notice = slices.IndexFunc(steps, func(x Step) bool { return x.Level >= LevelFormalNotice })
	if c.notice < 0 {
		c.notice = len(steps) - 1
	}
	if c.from > c.notice || c.amount.Cmp(steps[c.notice].Minimum) < 0 {
		return
	}
	for i := range r.account.Alerts {
		x := &r.account.Alerts[i]
		if x.On > r.today || x.endedBy(r.asOf) || x.On < c.item.IssuedOn || c.noticedSince(x.On, c.notice) {
			continue
		}
		if day := max(x.On, late); c.alertOn == 0 || day < c.alertOn {
			c.alertOn = day
		}
	}
}

// noticedSince reports whether the step at a position, or one after it, was done from a day on.
func (c *choice) noticedSince(day date.Date, notice int) bool {
	return slices.ContainsFunc(c.run.account.Actions, func(x Action) bool {
		return x.Result == Sent && x.On >= day && c.about(&x) && c.run.positionOf(&x) >= notice
	})
}

// choose picks the next step by the policy, and marks those that are missed. What follows a formal notice
// does not come before it.
func (c *choice) choose(s *schedule) error {
	r, policy := c.run, &c.run.planner.policy
	var possible []int
	first := slices.IndexFunc(s.steps, func(x StepPlan) bool { return x.Level == LevelFormalNotice && x.State != Done })
	for i := range s.steps {
		switch x := &s.steps[i]; x.State {
		case TooSmall:
			s.tooSmall = true
		case NotPossible:
			s.noAddress = s.noAddress || x.On <= r.asOf
		case Planned:
			if comes, err := c.comesOn(s, i, false); err != nil {
				return err
			} else if c.tooLate(i, comes.day) {
				x.State = MissedStep
				continue
			}
			if first < 0 || x.Level <= LevelFormalNotice {
				possible = append(possible, i)
			}
		case Done, Due, MissedStep:
		}
	}
	next := 0 // of those that are possible
	switch policy.Missed {
	case CatchUp:
	case Jump:
		for k, i := range possible {
			if s.steps[i].On <= r.asOf {
				next = k
			}
		}
	case Skip:
		for ; next < len(possible) && possible[next] < len(s.steps)-1 && possible[next] != first; next++ {
			comes, err := c.comesOn(s, possible[next], true)
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
	for {
		comes, err := c.comesOn(s, s.next, false)
		if err != nil {
			return err
		}
		s.day, s.inGap, s.unknown[s.next] = comes.day, comes.inGap, !comes.known
		later := c.jumped(s, possible, s.next, s.day)
		if later < 0 {
			return nil
		}
		for ; s.next < later; s.next++ {
			if x := &s.steps[s.next]; x.State == Planned {
				x.State = MissedStep
			}
		}
	}
}

// tooLate reports whether a step does not come if its day is put off to this one: the due date is over, or an
// alert or broken promise brings another.
func (c *choice) tooLate(at int, day date.Date) bool {
	return beforeDue(&c.run.scenario.Steps[at]) && day > c.due || c.alertOn != 0 && at < c.notice && day >= c.alertOn || at < c.levelAt && day >= c.pull
}

// jumped returns the step that comes instead of one on a day because its own has come too, -1: none.
func (c *choice) jumped(s *schedule, possible []int, at int, on date.Date) int {
	later := -1
	if c.run.planner.policy.Missed != Jump || on <= c.run.asOf {
		return later
	}
	for _, i := range possible {
		if i > at && s.steps[i].State == Planned && s.steps[i].On <= on {
			later = i
		}
	}
	return later
}

// coming is the day on which a step comes if it is the next one.
type coming struct {
	day          date.Date
	inGap, known bool
}

// comesOn returns the day of a step if it is the next one: its own, or that from which it is pulled,
// but not while the item is held, on the day of the one before, nor within the gap. What was not done before
// the item was held comes at the end of that, unless it can be skipped.
func (c *choice) comesOn(s *schedule, at int, skipped bool) (coming, error) {
	r := c.run
	day := s.steps[at].On
	if c.pull != 0 {
		day = min(day, c.pull)
	}
	for _, b := range c.blocks {
		if day < b.until && (day >= b.from || !skipped) {
			day = b.until
		}
	}
	own, inGap := day, false
	if c.lastTried != 0 {
		day = max(day, receivables.AddDays(c.lastTried, 1))
	}
	if wait := c.afterNotice(at, c.noticeDone); wait > day {
		day = wait
	}
	byAlert := c.alertOn != 0 && at == c.notice
	if gap := r.planner.policy.MinGapDays; gap > 0 && r.lastContact != 0 && toCustomer(s.steps[at].Channel) && !byAlert {
		if free := receivables.AddDays(r.lastContact, gap); free > day {
			day, inGap = free, true
		}
	}
	if day == s.steps[at].On {
		return coming{day, false, !s.unknown[at]}, nil
	}
	day, known, err := r.pushed(day)
	return coming{day, inGap && day > r.asOf && own <= r.asOf, known}, err
}

// predict gives the next step and those after it the days on which they will come if each is done
// on its day.
func (c *choice) predict(s *schedule) error {
	defer func() {
		for i := range s.steps {
			if s.unknown[i] && s.steps[i].State == Planned {
				s.steps[i].On = 0
			}
		}
	}()
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
	notice := c.noticeDone
	if s.steps[s.next].Level == LevelFormalNotice {
		notice = last
	}
	for i := s.next + 1; i < len(s.steps); i++ {
		x, y := &r.scenario.Steps[i], &s.steps[i]
		day, known, err := c.dayOf(x, before)
		if err != nil {
			return err
		}
		if c.alertOn != 0 && i == c.notice && c.alertOn < day {
			if day, known, err = r.pushed(c.alertOn); err != nil {
				return err
			}
		}
		if y.State != Planned {
			before = passed{day, day}
			continue
		}
		if c.pull > last && day > c.pull {
			if day, known, err = r.pushed(c.pull); err != nil {
				return err
			}
		}
		own := day
		floor := receivables.AddDays(last, 1)
		byAlert := c.alertOn != 0 && i == c.notice
		if toCustomer(x.Channel) && policy.MinGapDays > 0 && contact != 0 && !byAlert {
			floor = max(floor, receivables.AddDays(contact, policy.MinGapDays))
		}
		if floor = max(floor, c.afterNotice(i, notice)); day < floor {
			if day, known, err = r.pushed(floor); err != nil {
				return err
			}
		}
		if y.Level == LevelFormalNotice {
			notice = day
		}
		y.On, s.unknown[i] = day, !known
		if c.tooLate(i, day) {
			y.State, y.On = MissedStep, own
			continue
		}
		if policy.Missed == Jump && c.overtaken(s, i, own, day, before) {
			y.State, y.On = MissedStep, own
			continue
		}
		last = day
		if toCustomer(x.Channel) {
			contact = day
		}
		before = passed{day, receivables.AddDays(day, policy.TransitDays[x.Channel])}
	}
	return nil
}

// overtaken reports whether on the day on which a step would come the own day of one after it has come
// too, so that the policy jumps to that.
func (c *choice) overtaken(s *schedule, at int, own, on date.Date, before passed) bool {
	if s.steps[at].Level == LevelFormalNotice {
		return false // what follows it waits
	}
	for i := at + 1; i < len(s.steps); i++ {
		if s.steps[i].State != Planned {
			continue
		}
		x := &c.run.scenario.Steps[i]
		if x.Base == AfterPrevious {
			before = passed{own, receivables.AddDays(own, c.run.planner.policy.TransitDays[c.run.scenario.Steps[at].Channel])}
		}
		day, _, err := c.dayOf(x, before)
		return err == nil && day <= on
	}
	return false
}
