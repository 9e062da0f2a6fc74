package reminder

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// escalate brings the overdue items that are due to the highest step due for the customer in their
// currency, if the policy says so and they are not below its minimum.
func (r *run) escalate() error {
	if r.planner.policy.Escalation != ByCustomer {
		return nil
	}
	highest := map[receivables.Currency]int{}
	for i := range r.plan.Items {
		if x := &r.plan.Items[i]; x.at >= 0 && x.DueLevel > LevelPreDue {
			highest[x.Open.Currency()] = max(highest[x.Open.Currency()], x.at)
		}
	}
	for i := range r.plan.Items {
		x := &r.plan.Items[i]
		if x.at < 0 || x.DueLevel == LevelPreDue {
			continue
		}
		to := highest[x.Open.Currency()]
		step := &r.scenario.Steps[to]
		if x.at == to || x.Amount.Amount().Cmp(step.Minimum) < 0 {
			continue
		}
		for k := x.at; k < to; k++ {
			if x.Steps[k].State != Done {
				x.Steps[k].State = MissedStep
			}
		}
		x.at, x.Due, x.DueLevel = to, step.Code, step.Level
		x.schedule.next, x.schedule.day = to, r.asOf
		if err := x.choice.predict(x.schedule); err != nil {
			return fmt.Errorf("item %q: %w", x.Document, err)
		}
		x.Steps[to].State = Due
	}
	return nil
}

// setOff sets the free credits of the customer off against his items, the highest level first, what is
// overdue before what is not, the oldest first, and plans what is left of each anew.
func (r *run) setOff() error {
	if r.planner.policy.Credits != LowerLevels {
		return nil
	}
	credits := map[receivables.Currency]decimal.Decimal{}
	for i := range r.plan.Items {
		if x := &r.plan.Items[i]; x.Left == IsCredit && x.Open.Sign() < 0 {
			credits[x.Open.Currency()] = credits[x.Open.Currency()].Sub(x.Open.Amount())
		}
	}
	if len(credits) == 0 {
		return nil
	}
	var order []*ItemPlan
	for i := range r.plan.Items {
		x := &r.plan.Items[i]
		if x.Left == NotLeftAlone || x.Left == NoAddress || x.Left == NotDue || betweenSteps(x) {
			order = append(order, x)
		}
	}
	level := func(x *ItemPlan) Level {
		if x.at >= 0 {
			return x.DueLevel
		}
		return x.Level
	}
	slices.SortStableFunc(order, func(x, y *ItemPlan) int {
		return cmp.Or(cmp.Compare(level(y), level(x)), cmp.Compare(min(y.DaysLate, 0), min(x.DaysLate, 0)))
	})
	for _, x := range order {
		currency := x.Open.Currency()
		covered := decimal.Min(credits[currency], x.Amount.Amount())
		if covered.Sign() <= 0 {
			continue
		}
		credits[currency] = credits[currency].Sub(covered)
		rest, err := r.item(x.item, covered)
		if err != nil {
			return fmt.Errorf("item %q: %w", x.Document, err)
		}
		*x = rest
	}
	return nil
}

// contacts puts the items that are due into contacts, the firmest first.
func (r *run) contacts() {
	policy := &r.planner.policy
	type key struct {
		currency receivables.Currency
		step     int
		item     int
	}
	groups := map[key]int{}
	for i := range r.plan.Items {
		x := &r.plan.Items[i]
		if x.at < 0 {
			continue
		}
		k := key{currency: x.Open.Currency()}
		switch policy.Grouping {
		case PerInvoice:
			k.item, k.step = i+1, x.at
		case PerStep:
			k.step = x.at
		case PerCustomer:
			switch step := &r.scenario.Steps[x.at]; {
			case step.Level >= LevelFormalNotice || !toCustomer(step.Channel):
				k.step = x.at + 1
			case step.Level == LevelPreDue:
				k.step = -1
			}
		}
		at, known := groups[k]
		if !known {
			at = len(r.plan.Contacts)
			groups[k] = at
			zero := receivables.Zero(k.currency)
			r.plan.Contacts = append(r.plan.Contacts, Contact{Asked: zero, Credits: zero, Also: []ContactItem{}, unit: k.currency})
		}
		c := &r.plan.Contacts[at]
		step := &r.scenario.Steps[x.at]
		if !known || x.at > r.scenario.IndexOf(c.Step) {
			c.Step, c.Level, c.Channel = step.Code, step.Level, step.Channel
			c.Costs = step.Costs && r.account.Customer.Kind != receivables.KindUnknown
			r.kindWanted = r.kindWanted || c.Costs != step.Costs
		}
		c.Items = append(c.Items, contactItem(x))
		c.Asked = c.Asked.AddAmount(x.Amount.Amount())
		c.Credits = c.Credits.AddAmount(x.claim.Sub(x.Amount.Amount()))
	}
	for i := range r.plan.Items {
		x := &r.plan.Items[i]
		if x.DaysLate <= 0 || !betweenSteps(x) {
			continue
		}
		for k := range r.plan.Contacts {
			if c := &r.plan.Contacts[k]; c.unit == x.Open.Currency() {
				c.Also = append(c.Also, contactItem(x))
			}
		}
	}
	slices.SortStableFunc(r.plan.Contacts, func(x, y Contact) int {
		return cmp.Or(cmp.Compare(r.scenario.IndexOf(y.Step), r.scenario.IndexOf(x.Step)), cmp.Compare(x.unit.Code(), y.unit.Code()))
	})
}

// betweenSteps reports whether an item is left alone only because its steps are done so far.
func betweenSteps(x *ItemPlan) bool {
	return slices.Contains([]Reason{Waiting, InGrace, InGap, LevelDone}, x.Left)
}

// notDisputed is what is open and not disputed.
func notDisputed(item *receivables.OpenItem) decimal.Decimal {
	return item.Open.Amount().Sub(item.Disputed.Amount())
}

func contactItem(x *ItemPlan) ContactItem {
	c := ContactItem{
		Document: x.Document, Instalment: x.Instalment, IssuedOn: x.item.IssuedOn, DueOn: x.DueOn, Step: x.Due, Level: x.DueLevel,
		Undisputed: receivables.Zero(x.Open.Currency()).AddAmount(x.claim), Amount: x.Amount,
	}
	if x.at < 0 {
		c.Level = x.Level
	}
	return c
}

// measures lists what is to be done beside the steps, by day.
func (r *run) measures() {
	add := func(what string, since date.Date, why string) {
		r.plan.Measures = append(r.plan.Measures, Measure{What: what, Since: since, Why: why})
	}
	if r.handOver != 0 {
		add(HandOver, r.handOver, "insolvency or over-indebtedness")
	}
	for _, x := range r.account.Alerts {
		if x.On > r.today || x.endedBy(r.today) {
			continue
		}
		why := string(x.Kind)
		if x.Note != "" {
			why += ": " + x.Note
		}
		add(BlockDeliveries, x.On, why)
		add(NotifyInsurer, x.On, why)
	}
	if slices.ContainsFunc(r.plan.Items, func(x ItemPlan) bool { return x.Left == NoAddress }) {
		add(FindAddress, r.asOf, "a step is due and its channel does not reach")
	}
	for _, x := range r.promises {
		if x.state == PromiseOpen && x.Document != "" && !slices.ContainsFunc(r.items, func(i receivables.OpenItem) bool { return x.bearsOn(&i) }) {
			add(CheckPromise, x.MadeOn, "the promise "+x.ID+" is about "+x.Document+", which is not open")
		}
	}
	if r.kindWanted {
		add(StateKind, r.asOf, "the step asks for costs of recovery, which no consumer owes")
	}
	slices.SortStableFunc(r.plan.Measures, func(x, y Measure) int {
		return cmp.Or(cmp.Compare(x.Since, y.Since), strings.Compare(x.What, y.What), strings.Compare(x.Why, y.Why))
	})
}

// Actions returns what to record once the contacts of a plan were made on its day: one action for
// each item.
func (p Plan) Actions() []Action {
	var list []Action
	for _, c := range p.Contacts {
		for _, x := range c.Items {
			list = append(list, Action{On: p.AsOf, Step: x.Step, Level: x.Level, Channel: c.Channel, Document: x.Document, Instalment: x.Instalment})
		}
	}
	return list
}
