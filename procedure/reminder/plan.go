package reminder

import (
	"cmp"
	"fmt"
	"iter"
	"slices"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// State is what became of a step for an item.
type State string

// The states.
const (
	Done        State = "done"
	Due         State = "due"
	MissedStep  State = "missed"       // its day went by, or a later step was done or comes instead
	Planned     State = "planned"      // its day lies ahead; as far as is known
	NotPossible State = "not possible" // no address for its channel
	TooSmall    State = "too small"    // the item is below its minimum
)

// Reason says why an item is left alone on the day.
type Reason string

// The reasons.
const (
	NotLeftAlone     Reason = ""                    // a step is due
	NotDue           Reason = "not due"             // due date ahead and no step before it due
	InGrace          Reason = "in grace"            // overdue, but its first step lies ahead
	Waiting          Reason = "waiting"             // between two steps
	InGap            Reason = "in gap"              // the customer was contacted too recently
	IsCredit         Reason = "credit"              // a payment, deposit or credit note
	NoDueDate        Reason = "no due date"         // nothing to count from
	OutsideCalendar  Reason = "outside calendar"    // its days lie before those that the calendar covers
	BelowTolerance   Reason = "below tolerance"     // too small to be asked for
	BelowMinimum     Reason = "below minimum"       // too small for the steps that are left
	Disputed         Reason = "disputed"            // as a whole; it goes to whom resolves it
	OnPlan           Reason = "on a plan"           // a payment plan is being kept
	HeldByHand       Reason = "held by hand"        // by decision of the owner
	Insolvent        Reason = "insolvency"          // collective proceedings or over-indebtedness: individual action is stayed
	Promised         Reason = "promise not matured" // a promise to pay is running
	CoveredByCredits Reason = "covered by credits"  // free credits of the customer exceed it
	NoAddress        Reason = "no address"          // the steps due have no channel that reaches
	LevelDone        Reason = "level done"          // the scenario is over, with the last step done
	NotReminded      Reason = "not reminded"        // the segment has no scenario
)

// StepPlan is a step with its day and what became of it. The day of what is planned supposes that
// each step before is done on its day; 0: not known while the item is held.
type StepPlan struct {
	Code    string    `json:"code"`
	Level   Level     `json:"level"`
	Channel Channel   `json:"channel"`
	On      date.Date `json:"on,omitzero"`
	State   State     `json:"state"`
}

// ItemPlan is the plan of one item.
type ItemPlan struct {
	Document   string            `json:"document"`
	Instalment int               `json:"instalment,omitempty"`
	DueOn      date.Date         `json:"due_on,omitzero"`
	DaysLate   int               `json:"days_late"` // below zero: days to go
	Open       receivables.Money `json:"open"`
	// Amount is what is asked for: open, less what is disputed or held, and what free credits cover.
	Amount receivables.Money `json:"amount"`
	// Level is the highest one done; Reached says whether there is one.
	Level   Level      `json:"level"`
	Reached bool       `json:"reached"`
	Steps   []StepPlan `json:"steps"`
	// Due is the code of the step that is due, DueLevel its level.
	Due      string `json:"due,omitempty"`
	DueLevel Level  `json:"due_level,omitempty"`
	// Left says why nothing is done on the day, Until from when that can change, and Detail
	// more.
	Left   Reason    `json:"left_alone,omitempty"`
	Until  date.Date `json:"until,omitzero"`
	Detail string    `json:"detail,omitempty"`
	// Next is the day of the next step: the day itself when one is due; 0: none, or not known. Of
	// what is held to a known day it is that of the step that comes then, if nothing else happens.
	Next date.Date `json:"next,omitzero"`

	item  *receivables.OpenItem
	claim decimal.Decimal // open and neither disputed nor held
	at    int             // of the step due
	// how the steps were found; nil once the plan is made
	choice   *choice
	schedule *schedule
}

// Contact is one action to be taken on the day.
type Contact struct {
	Step    string  `json:"step"`
	Level   Level   `json:"level"`
	Channel Channel `json:"channel"`
	// Costs says that the fixed sum and the costs of recovery are asked for: never from a customer of
	// unknown kind, who may be a consumer.
	Costs   bool              `json:"costs"`
	Asked   receivables.Money `json:"asked"`
	Items   []ContactItem     `json:"items"`
	Credits receivables.Money `json:"credits"` // free credits that were set off, above zero
	Also    []ContactItem     `json:"also"`    // overdue items for which no step is due: a mention does not count as a step
	unit    receivables.Currency
}

// ContactItem is an item of a contact.
type ContactItem struct {
	Document   string    `json:"document"`
	Instalment int       `json:"instalment,omitempty"`
	IssuedOn   date.Date `json:"issued_on"`
	DueOn      date.Date `json:"due_on"`
	Step       string    `json:"step,omitempty"` // of the item itself, to be recorded as done
	Level      Level     `json:"level"`
	// Undisputed is what is open and neither disputed nor held, Amount the same less free credits.
	Undisputed receivables.Money `json:"undisputed"`
	Amount     receivables.Money `json:"amount"`
}

// Measure is something to be done beside the steps.
type Measure struct {
	What  string    `json:"what"`
	Since date.Date `json:"since"`
	Why   string    `json:"why"`
}

// The measures.
const (
	BlockDeliveries = "block deliveries"
	NotifyInsurer   = "notify the insurer"
	HandOver        = "hand over to the judicial part"
	FindAddress     = "find an address"
	StateKind       = "state the kind of the customer"
	CheckPromise    = "check the promise" // it names no open item
)

// Plan is what is to be done about a customer on a day.
type Plan struct {
	Customer string          `json:"customer"`
	Name     string          `json:"name,omitempty"`
	AsOf     date.Date       `json:"as_of"`
	Policy   string          `json:"policy"`
	Segment  string          `json:"segment"`
	Scenario string          `json:"scenario,omitempty"`
	Items    []ItemPlan      `json:"items"`
	Contacts []Contact       `json:"contacts"`
	Promises []PromiseReport `json:"promises"`
	Broken   int             `json:"broken_promises"`
	Measures []Measure       `json:"measures"`
	// Next is the first day on which a step is or will be due; 0: none known.
	Next date.Date `json:"next,omitzero"`
}

// Planner makes plans by a policy. It is immutable and safe for concurrent use.
type Planner struct {
	policy    Policy
	calendar  receivables.Calendar
	scenarios map[string]*Scenario
}

// New checks a policy. The calendar is used for customers without their own; nil will do for a
// policy that moves no day.
//
// Errors: those of [Policy.Check].
func New(policy Policy, calendar receivables.Calendar) (*Planner, error) {
	if err := policy.Check(); err != nil {
		return nil, err
	}
	p := &Planner{policy: policy.clone(), calendar: calendar, scenarios: map[string]*Scenario{}}
	for i := range p.policy.Scenarios {
		p.scenarios[p.policy.Scenarios[i].Name] = &p.policy.Scenarios[i]
	}
	return p, nil
}

// Policy returns the policy, to be stored beside its results.
func (p *Planner) Policy() Policy { return p.policy.clone() }

// Plans yields the plan of each account, in their order; it stops at the first error.
func (p *Planner) Plans(accounts iter.Seq[Account], asOf date.Date) iter.Seq2[Plan, error] {
	return func(yield func(Plan, error) bool) {
		for a := range accounts {
			plan, err := p.Plan(a, asOf)
			if !yield(plan, err) || err != nil {
				return
			}
		}
	}
}

// Plan says what is to be done about a customer at the end of a day. Facts of later days do not
// count, but items, holds that had ended and receipts are taken as given: make them for that day. A
// hold whose Until has come is over.
//
// Under PerInvoice a customer gets several contacts on one day; the gap counts from that day on.
//
// Items are sorted by due date, document and instalment; the amount asked for in a contact is never
// below zero.
//
// Errors:
//   - [receivables.ErrInvalidInput] for a day that is none, an item without currency, a disputed part
//     outside 0 to what is open, a promise that is none;
//   - [receivables.ErrConflict] for an item of another customer;
//   - [receivables.ErrCurrencyMismatch] for a dispute or hold in another currency than its item;
//   - [receivables.ErrDuplicate] for an item that comes twice;
//   - those of the calendar for the day of the plan itself. An item whose steps fall on days before those it covers, such as one due on
//     1900-01-01, is left alone as [OutsideCalendar]; a later day that it does not reach is not known.
func (p *Planner) Plan(a Account, asOf date.Date) (Plan, error) {
	if !receivables.IsDay(asOf) {
		return Plan{}, &receivables.FieldError{Path: "as of", Value: asOf.String(), Rule: receivables.RuleRange, Detail: "outside 1900-01-01 to 9999-12-31"}
	}
	items, err := itemsOf(&a)
	if err != nil {
		return Plan{}, err
	}
	calendar := a.Calendar
	if calendar == nil {
		calendar = p.calendar
	}
	promises, err := p.promisesOf(&a, calendar, asOf)
	if err != nil {
		return Plan{}, err
	}
	segment := p.segmentOf(&a, items)
	plan := Plan{
		Customer: a.Customer.ID, Name: a.Customer.Name, AsOf: asOf, Policy: p.policy.Name, Segment: segment.Name, Scenario: segment.Scenario,
		Items: make([]ItemPlan, 0, len(items)), Contacts: []Contact{}, Promises: []PromiseReport{}, Measures: []Measure{},
	}
	for i := range promises {
		x := &promises[i]
		if x.state == PromiseBroken {
			plan.Broken++
		}
		plan.Promises = append(plan.Promises, PromiseReport{
			ID: x.ID, By: x.By, FollowUp: x.followUp, Amount: x.Amount, Paid: receivables.Zero(x.Amount.Currency()).AddAmount(x.paid), State: x.state,
		})
	}
	run := run{planner: p, account: &a, scenario: p.scenarios[segment.Scenario], calendar: calendar, asOf: asOf, today: asOf, promises: promises, items: items, plan: &plan}
	run.holds = slices.SortedStableFunc(slices.Values(a.Holds), func(x, y receivables.HoldState) int {
		return cmp.Or(cmp.Compare(x.From, y.From), cmp.Compare(x.ID, y.ID))
	})
	run.prepare()
	for i := range items {
		x, err := run.item(&items[i], decimal.Zero)
		if err != nil {
			return Plan{}, fmt.Errorf("customer %q: item %q: %w", a.Customer.ID, items[i].Document, err)
		}
		plan.Items = append(plan.Items, x)
	}
	if err := run.setOff(); err != nil {
		return Plan{}, fmt.Errorf("customer %q: %w", a.Customer.ID, err)
	}
	if err := run.escalate(); err != nil {
		return Plan{}, fmt.Errorf("customer %q: %w", a.Customer.ID, err)
	}
	run.contacts()
	run.measures()
	for i := range plan.Items {
		plan.Items[i].choice, plan.Items[i].schedule = nil, nil
		if next := plan.Items[i].Next; next != 0 && (plan.Next == 0 || next < plan.Next) {
			plan.Next = next
		}
	}
	return plan, nil
}

// itemsOf checks and sorts the items of an account.
func itemsOf(a *Account) ([]receivables.OpenItem, error) {
	items := slices.Clone(a.Items)
	for i := range items {
		x := &items[i]
		place := fmt.Sprintf("customer %q: items[%d] %q", a.Customer.ID, i, x.Document)
		switch {
		case !x.Open.IsValid():
			return nil, &receivables.FieldError{Path: place, Rule: receivables.RuleRequired, Detail: "an open amount with a currency"}
		case x.Customer != a.Customer.ID:
			return nil, &receivables.FieldError{Path: place, Value: x.Customer, Rule: receivables.RuleExclusive, Detail: "an item of another customer"}
		case x.Disputed.IsValid() && x.Disputed.Currency() != x.Open.Currency():
			return nil, &receivables.FieldError{Path: place + ": disputed", Value: x.Disputed.String(), Rule: receivables.RuleCurrency, Detail: "the item is in " + x.Open.Currency().Code()}
		case x.Disputed.Sign() < 0 || x.Open.Sign() > 0 && x.Disputed.Amount().Cmp(x.Open.Amount()) > 0:
			return nil, &receivables.FieldError{Path: place + ": disputed", Value: x.Disputed.String(), Rule: receivables.RuleRange, Detail: "from 0 to what is open, " + x.Open.String()}
		}
	}
	slices.SortFunc(items, func(x, y receivables.OpenItem) int {
		return cmp.Or(cmp.Compare(x.DueOn, y.DueOn), cmp.Compare(x.Document, y.Document), cmp.Compare(x.Instalment, y.Instalment))
	})
	for i := 1; i < len(items); i++ {
		if x, y := &items[i-1], &items[i]; x.Document == y.Document && x.Instalment == y.Instalment && x.Kind == y.Kind && x.DueOn == y.DueOn {
			return nil, &receivables.FieldError{Path: fmt.Sprintf("customer %q", a.Customer.ID), Value: x.Document, Rule: receivables.RuleDuplicate, Detail: "this item comes twice"}
		}
	}
	return items, nil
}

// segmentOf returns the first segment that takes the customer.
func (p *Planner) segmentOf(a *Account, items []receivables.OpenItem) *Segment {
	var open []decimal.Decimal
	var currencies []receivables.Currency
	for i := range items {
		x := &items[i]
		if x.Open.Sign() <= 0 {
			continue
		}
		k := slices.Index(currencies, x.Open.Currency())
		if k < 0 {
			k = len(currencies)
			currencies, open = append(currencies, x.Open.Currency()), append(open, decimal.Zero)
		}
		open[k] = open[k].Add(x.Open.Amount())
	}
	for i := range p.policy.Segments {
		if s := &p.policy.Segments[i]; s.Match.takes(a, open) {
			return s
		}
	}
	return &p.policy.Segments[len(p.policy.Segments)-1] // takes everybody
}
