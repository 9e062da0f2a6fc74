package reminder

import (
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
	asOf     date.Date
	promises []promised
	plan     *Plan

	unreachable [channelCount]bool
	lastContact date.Date // with the customer; 0: none
	alert       date.Date // the last one; 0: none
	handOver    date.Date // first day of an insolvency; 0: none
	noAddress   bool
}

// toCustomer reports whether a channel reaches the customer himself.
func toCustomer(c Channel) bool { return c != Salesperson && c != LegalDepartment }

// prepare looks at what concerns all items.
func (r *run) prepare() {
	for _, c := range r.account.NoAddress {
		if c < channelCount {
			r.unreachable[c] = true
		}
	}
	var latest [channelCount]date.Date
	for i := range r.account.Actions {
		x := &r.account.Actions[i]
		if x.On > r.asOf || x.Result == Cancelled || x.Channel >= channelCount {
			continue
		}
		if x.Result == Undeliverable {
			if x.On >= latest[x.Channel] {
				latest[x.Channel], r.unreachable[x.Channel] = x.On, true
			}
			continue
		}
		if x.On > latest[x.Channel] { // it reached him after all
			latest[x.Channel], r.unreachable[x.Channel] = x.On, slices.Contains(r.account.NoAddress, x.Channel)
		}
		if toCustomer(x.Channel) {
			r.lastContact = max(r.lastContact, x.On)
		}
	}
	for _, x := range r.account.Alerts {
		if x.On <= r.asOf {
			r.alert = max(r.alert, x.On)
		}
	}
}

// held is what keeps an item back.
type held struct {
	reason Reason
	detail string
	until  date.Date // 0: not known
}

// interval is a dispute that has ended, half-open.
type interval struct{ from, until date.Date }

// item makes the plan of one item.
func (r *run) item(item *receivables.OpenItem) (ItemPlan, error) {
	x := ItemPlan{
		Document: item.Document, Instalment: item.Instalment, DueOn: item.DueOn, Open: item.Open, Amount: item.Open,
		Steps: []StepPlan{}, item: item, at: -1,
	}
	if item.DueOn != 0 {
		x.DaysLate = receivables.DaysBetween(item.DueOn, r.asOf)
	}
	if item.Open.Sign() > 0 && item.Disputed.IsValid() {
		x.Amount = item.Open.AddAmount(item.Disputed.Amount().Neg())
	}
	hold, ended := r.holdsOn(item)
	policy := &r.planner.policy
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
	s, err := r.schedule(item, x.Amount.Amount(), hold, ended)
	if err != nil {
		return ItemPlan{}, err
	}
	x.Steps, x.Level, x.Reached = s.steps, s.level, s.reached >= 0
	switch {
	case hold.reason != NotLeftAlone:
		x.Until, x.Next = hold.until, hold.until
		return leave(hold.reason, hold.detail)
	case x.Amount.Amount().Cmp(policy.Tolerance) <= 0:
		return leave(BelowTolerance, "up to "+policy.Tolerance.String())
	case s.next < 0 && s.tooSmall:
		return leave(BelowMinimum, "")
	case s.next < 0 && s.noAddress:
		r.noAddress = true
		return leave(NoAddress, "")
	case s.next < 0:
		return leave(LevelDone, "")
	}
	x.Next = s.day
	if s.day <= r.asOf {
		x.Next, x.at = r.asOf, s.next
		step := &r.scenario.Steps[s.next]
		x.Due, x.DueLevel = step.Code, step.Level
		x.Steps[s.next].State = Due
		return x, nil
	}
	x.Until = s.day
	switch {
	case s.inGap:
		return leave(InGap, "last contact on "+r.lastContact.String())
	case s.noAddress:
		r.noAddress = true
		return leave(NoAddress, "")
	case r.asOf <= item.DueOn:
		return leave(NotDue, "")
	case x.Level == LevelPreDue:
		return leave(InGrace, "")
	}
	return leave(Waiting, "")
}

// holdsOn returns what holds an item, the strongest first, and the disputes on the whole of it
// that have ended, merged, by day.
func (r *run) holdsOn(item *receivables.OpenItem) (held, []interval) {
	var hold held
	var ended []interval
	rank := func(x Reason) int {
		return slices.Index([]Reason{NotLeftAlone, Promised, HeldByHand, OnPlan, Disputed, Insolvent}, x)
	}
	consider := func(x held) {
		switch {
		case rank(x.reason) > rank(hold.reason):
			hold = x
		case x.reason == hold.reason && hold.until != 0 && (x.until == 0 || x.until > hold.until):
			hold.until = x.until
		}
	}
	for i := range r.account.Holds {
		h := &r.account.Holds[i]
		if !bears(h.Scope, item) || h.From > r.asOf || item.Kind != receivables.KindInvoice && h.Kind != receivables.HoldInsolvency {
			continue
		}
		if h.EndedOn != 0 && h.EndedOn <= r.asOf {
			if h.Kind == receivables.HoldDispute && !h.Scope.Amount.IsValid() && h.EndedOn > h.From {
				ended = append(ended, interval{h.From, h.EndedOn})
			}
			continue
		}
		x := held{until: max(h.Until, h.EndedOn), detail: h.ID}
		if h.Note != "" {
			x.detail += ": " + h.Note
		}
		switch h.Kind {
		case receivables.HoldInsolvency:
			x.reason = Insolvent
			if r.handOver == 0 || h.From < r.handOver {
				r.handOver = h.From
			}
		case receivables.HoldPlan:
			x.reason = OnPlan
		case receivables.HoldManual:
			x.reason = HeldByHand
		case receivables.HoldDispute:
			if h.Scope.Amount.IsValid() && item.Disputed.Amount().Cmp(item.Open.Amount()) < 0 {
				continue // the part that is not disputed keeps its calendar
			}
			x.reason = Disputed
			if h.Cause != receivables.CauseNotStated {
				x.detail += " (" + h.Cause.String() + ")"
			}
			if h.Owner != "" {
				x.detail += ", to be resolved by " + h.Owner
			}
		}
		consider(x)
	}
	if item.Open.Sign() > 0 && item.Disputed.IsValid() && item.Disputed.Amount().Cmp(item.Open.Amount()) >= 0 {
		consider(held{reason: Disputed})
	}
	for i := range r.promises {
		if x := &r.promises[i]; x.state == PromiseOpen && x.bearsOn(item) {
			consider(held{reason: Promised, until: x.followUp, detail: x.ID})
		}
	}
	return hold, merged(ended)
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
	reached int // position of the last step done, -1: none
	level   Level
	next    int // position of the next step, -1: none
	day     date.Date
	// inGap says that only the gap since the last contact keeps the step back, noAddress and
	// tooSmall that a step whose day has come, or all that are left, are not possible.
	inGap, noAddress, tooSmall bool
}

// schedule works out the days of the steps and finds the next one.
func (r *run) schedule(item *receivables.OpenItem, amount decimal.Decimal, hold held, ended []interval) (schedule, error) {
	policy := &r.planner.policy
	steps := r.scenario.Steps
	s := schedule{steps: make([]StepPlan, len(steps)), reached: -1, next: -1}
	due, since := item.DueOn, date.Date(0) // actions before since do not count
	if policy.AfterDispute == Restart && len(ended) > 0 {
		due = ended[len(ended)-1].until
		since, ended = due, nil
	}
	if policy.AfterDispute == Resume {
		ended = nil
	}
	done := make([]date.Date, len(steps))
	lastDone := r.doneOn(item, since, done)
	for i := range done {
		if done[i] != 0 {
			s.reached, s.level = i, max(s.level, steps[i].Level)
		}
	}
	choice := choice{run: r, amount: amount, due: due, restarted: since != 0, lastDone: lastDone, from: s.reached + 1}
	choice.look(item)
	previous := date.Date(0) // arrival of the step before
	for i := range steps {
		x := &steps[i]
		s.steps[i] = StepPlan{Code: x.Code, Level: x.Level, Channel: x.Channel, State: Planned}
		transit := policy.TransitDays[x.Channel]
		if done[i] != 0 {
			s.steps[i].On, s.steps[i].State = done[i], Done
			previous = receivables.AddDays(done[i], transit)
			continue
		}
		day, err := r.dayOf(x, due, previous, ended)
		if err != nil {
			return schedule{}, err
		}
		s.steps[i].On = day
		previous = receivables.AddDays(day, transit)
	}
	if err := choice.choose(&s); err != nil {
		return schedule{}, err
	}
	if err := r.predict(&s, due, ended, hold); err != nil {
		return schedule{}, err
	}
	return s, nil
}

// doneOn notes the day on which each step was done for an item, and returns the last day on which
// anything was.
func (r *run) doneOn(item *receivables.OpenItem, since date.Date, done []date.Date) (last date.Date) {
	for i := range r.account.Actions {
		x := &r.account.Actions[i]
		mine := x.Document == item.Document && (x.Instalment == 0 || x.Instalment == item.Instalment) || x.Document == "" && item.IssuedOn <= x.On
		if !mine || x.On > r.asOf || x.On < since || x.Result != Sent {
			continue
		}
		last = max(last, x.On)
		at := r.scenario.IndexOf(x.Step)
		if at < 0 { // of another scenario: the last step that is no firmer
			for k := range r.scenario.Steps {
				if r.scenario.Steps[k].Level <= x.Level {
					at = k
				}
			}
		}
		if at >= 0 {
			done[at] = max(done[at], x.On)
		}
	}
	return last
}

// dayOf returns the day of a step that was not done. Disputes that began before its day, and, if it
// counts from the step before, after that, move it by their length.
func (r *run) dayOf(x *Step, due, previous date.Date, ended []interval) (date.Date, error) {
	day, after := x.dayOf(due, previous), date.Date(0)
	if x.Base == AfterPrevious {
		after = previous
	}
	for _, d := range ended {
		if d.from >= after && day >= d.from {
			day = receivables.AddDays(day, receivables.DaysBetween(d.from, d.until))
		}
	}
	return receivables.RollDay(r.calendar, day, r.scenario.Roll)
}

// choice finds the next step of an item.
type choice struct {
	run       *run
	amount    decimal.Decimal
	due       date.Date
	restarted bool
	lastDone  date.Date
	from      int // position of the first step that can come
	// pull is the day from which the next step does not wait for its own: a broken promise or an
	// alert; urgent says that it does not wait for the gap either.
	pull   date.Date
	urgent bool
}

// look finds what makes the next step come at once.
func (c *choice) look(item *receivables.OpenItem) {
	r := c.run
	for i := range r.promises {
		if x := &r.promises[i]; x.state == PromiseBroken && x.bearsOn(item) && x.followUp > c.lastDone {
			c.pull = x.followUp
		}
	}
	if r.alert == 0 {
		return
	}
	notice := slices.IndexFunc(r.scenario.Steps, func(x Step) bool { return x.Level >= LevelFormalNotice })
	if notice < 0 {
		notice = len(r.scenario.Steps) - 1
	}
	if c.from <= notice {
		c.from, c.pull, c.urgent = notice, r.alert, true
	}
}

// choose picks the next step by the policy, and marks those that are missed or not possible.
func (c *choice) choose(s *schedule) error {
	r, policy := c.run, &c.run.planner.policy
	steps := r.scenario.Steps
	var possible []int
	for i := range steps {
		x := &s.steps[i]
		switch {
		case x.State == Done:
		case i < c.from, steps[i].Base == AfterDue && steps[i].Days < 0 && (c.restarted || r.asOf > c.due):
			x.State = MissedStep
		case c.amount.Cmp(steps[i].Minimum) < 0:
			x.State, s.tooSmall = TooSmall, true
		case r.unreachable[steps[i].Channel]:
			x.State = NotPossible
			s.noAddress = s.noAddress || x.On <= r.asOf
		default:
			possible = append(possible, i)
		}
	}
	if len(possible) == 0 {
		for i := range s.steps {
			s.noAddress = s.noAddress || s.steps[i].State == NotPossible
		}
		return nil
	}
	next := possible[0]
	for _, i := range possible {
		switch policy.Missed {
		case Jump:
			if s.steps[i].On <= r.asOf {
				next = i
			}
		case Skip:
			if s.steps[next].On < r.asOf {
				next = i
			}
		case CatchUp:
		}
	}
	for _, i := range possible {
		if i < next {
			s.steps[i].State = MissedStep
		}
	}
	s.next = next
	day := s.steps[next].On
	if c.pull != 0 {
		day = min(day, c.pull)
	}
	free := day
	if c.lastDone != 0 {
		day = max(day, receivables.AddDays(c.lastDone, 1))
	}
	if policy.MinGapDays > 0 && r.lastContact != 0 && toCustomer(steps[next].Channel) && !c.urgent {
		if gap := receivables.AddDays(r.lastContact, policy.MinGapDays); gap > day {
			day, s.inGap = gap, true
		}
	}
	if day != free {
		var err error
		if day, err = r.pushed(day); err != nil {
			return err
		}
	}
	s.inGap = s.inGap && day > r.asOf && free <= r.asOf
	s.day = day
	return nil
}

// pushed moves a day that was put off to a working day.
func (r *run) pushed(day date.Date) (date.Date, error) {
	if r.scenario.Roll == receivables.RollNone {
		return day, nil
	}
	return receivables.RollDay(r.calendar, day, receivables.RollFollowing)
}

// predict gives the next step and those after it the days on which they will come if each is done
// on its day.
func (r *run) predict(s *schedule, due date.Date, ended []interval, hold held) error {
	if s.next < 0 {
		return nil
	}
	open := hold.reason != NotLeftAlone && hold.until == 0
	day := max(s.day, hold.until)
	s.steps[s.next].On = day
	last := max(day, r.asOf)
	for i := s.next + 1; i < len(s.steps); i++ {
		x := &r.scenario.Steps[i]
		if s.steps[i].State == Planned {
			previous := receivables.AddDays(last, r.planner.policy.TransitDays[r.scenario.Steps[i-1].Channel])
			day, err := r.dayOf(x, due, previous, ended)
			if err != nil {
				return err
			}
			if day <= last {
				if day, err = r.pushed(receivables.AddDays(last, 1)); err != nil {
					return err
				}
			}
			s.steps[i].On, last = day, day
		}
	}
	if open {
		for i := range s.steps {
			if s.steps[i].State == Planned {
				s.steps[i].On = 0
			}
		}
	}
	return nil
}
