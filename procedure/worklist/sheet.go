package worklist

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/oneline"
	"github.com/receivables-go/receivables/penalties"
	"github.com/receivables-go/receivables/procedure/reminder"
	"github.com/receivables-go/receivables/risk"
)

// Debt is an open item on a sheet.
type Debt struct {
	reminder.ItemPlan
	// Interest and FixedSum are what the delay has cost so far, PerDay what each further day costs; the
	// zero values: not computed.
	Interest receivables.Money `json:"interest"`
	FixedSum receivables.Money `json:"fixed_sum"`
	PerDay   receivables.Money `json:"per_day"`
}

// ArgumentKind says what an argument is about.
type ArgumentKind string

// The arguments.
const (
	CostOfDelay  ArgumentKind = "cost of delay"      // interest so far and each further day
	FixedSums    ArgumentKind = "fixed compensation" // never for a consumer
	Discount     ArgumentKind = "discount"           // what paying now would save, if it is offered
	Habit        ArgumentKind = "habit"              // how late this customer pays, against now
	BrokenTrust  ArgumentKind = "broken promises"
	NextStepDate ArgumentKind = "next step" // what comes if nothing does
)

// Argument is something to say.
type Argument struct {
	Kind   ArgumentKind      `json:"kind"`
	Amount receivables.Money `json:"amount"` // zero value: none
	Text   string            `json:"text"`
}

// Past is an action or a payment of the past.
type Past struct {
	On   date.Date `json:"on"`
	What string    `json:"what"`
}

// Sheet is the call sheet of a customer (fiche de relance): all that the caller needs.
type Sheet struct {
	Customer  receivables.Customer     `json:"customer"`
	Class     string                   `json:"class,omitempty"`
	AsOf      date.Date                `json:"as_of"`
	Segment   string                   `json:"segment"`
	Debts     []Debt                   `json:"debts"`
	Totals    []Total                  `json:"totals"`  // by currency code
	History   []Past                   `json:"history"` // the latest first
	Promises  []reminder.PromiseReport `json:"promises"`
	Disputes  []receivables.HoldState  `json:"disputes"` // running, and other holds
	Arguments []Argument               `json:"arguments"`
	Contacts  []reminder.Contact       `json:"contacts"` // due today
	Measures  []reminder.Measure       `json:"measures"`
	Next      date.Date                `json:"next,omitzero"`
}

// Total is what a customer owes in one currency.
type Total struct {
	Open     receivables.Money `json:"open"` // invoices less free credits, without what is on a plan
	OnPlan   receivables.Money `json:"on_plan"`
	Overdue  receivables.Money `json:"overdue"`
	Asked    receivables.Money `json:"asked"` // today
	Interest receivables.Money `json:"interest"`
	FixedSum receivables.Money `json:"fixed_sum"`
}

// Extras is what a sheet shows beside the plan.
type Extras struct {
	// Accruals of interest by document and instalment on the day of the plan; those of other
	// documents are left out.
	Accruals []AccrualOf
	Profile  *risk.Profile // how the customer pays
	// DiscountRate is offered for payment at once, a share of what is not yet due, disputed, held or
	// on a plan; zero: none.
	DiscountRate decimal.Decimal
	MostHistory  int // entries; zero: 20
}

// AccrualOf is the interest of an item.
type AccrualOf struct {
	Document   string
	Instalment int
	Accrual    *penalties.Accrual
}

// SheetOf puts a sheet together from a plan and the account it was made of. A consumer, or who may be one,
// is never shown fixed sums: he does not owe them (CPCE L111-8).
//
// Errors:
//   - [receivables.ErrConflict] when plan and account are of different customers, or an accrual is of
//     another day;
//   - [receivables.ErrInvalidInput] for a discount outside 0 to 1.
func SheetOf(plan reminder.Plan, a reminder.Account, x Extras) (Sheet, error) {
	if plan.Customer != a.Customer.ID {
		return Sheet{}, &receivables.FieldError{Path: "sheet", Value: plan.Customer, Rule: receivables.RuleExclusive, Detail: "the account is of " + a.Customer.ID}
	}
	if x.DiscountRate.Sign() < 0 || x.DiscountRate.Cmp(decimal.NewFromInt(1)) > 0 {
		return Sheet{}, &receivables.FieldError{Path: "discount", Value: x.DiscountRate.String(), Rule: receivables.RuleRange, Detail: "from 0 to 1"}
	}
	s := Sheet{
		Customer: a.Customer, Class: a.Class, AsOf: plan.AsOf, Segment: plan.Segment, Promises: plan.Promises, Contacts: plan.Contacts, Measures: plan.Measures, Next: plan.Next,
		Debts: []Debt{}, Totals: []Total{}, History: []Past{}, Disputes: []receivables.HoldState{}, Arguments: []Argument{},
	}
	for _, item := range plan.Items {
		d := Debt{ItemPlan: item}
		for _, accrued := range x.Accruals {
			if accrued.Accrual == nil || accrued.Document != item.Document || accrued.Instalment != item.Instalment {
				continue
			}
			if accrued.Accrual.Until != plan.AsOf {
				return Sheet{}, &receivables.FieldError{Path: "accrual of " + item.Document, Value: accrued.Accrual.Until.String(), Rule: receivables.RuleExclusive, Detail: "the plan is of " + plan.AsOf.String()}
			}
			d.Interest = accrued.Accrual.InterestDue
			d.PerDay = receivables.Zero(d.Interest.Currency()).AddAmount(accrued.Accrual.PerDay)
			if fixed := accrued.Accrual.FixedSumDue(); fixed.Sign() > 0 && a.Customer.Kind != receivables.KindConsumer && a.Customer.Kind != receivables.KindUnknown {
				d.FixedSum = fixed
			}
		}
		s.Debts = append(s.Debts, d)
		s.add(d)
	}
	slices.SortFunc(s.Totals, func(x, y Total) int { return strings.Compare(x.Open.Currency().Code(), y.Open.Currency().Code()) })
	for _, c := range plan.Contacts {
		t := s.total(c.Asked.Currency())
		t.Asked = t.Asked.AddAmount(c.Asked.Amount())
	}
	for _, h := range a.Holds {
		end := cmp.Or(h.EndedOn, h.Until)
		if h.From <= plan.AsOf && (end == 0 || end > plan.AsOf) {
			s.Disputes = append(s.Disputes, h)
		}
	}
	s.history(a, cmp.Or(x.MostHistory, 20))
	s.argue(plan, x)
	return s, nil
}

// total returns the total of a currency, made if it is new.
func (s *Sheet) total(c receivables.Currency) *Total {
	i := slices.IndexFunc(s.Totals, func(t Total) bool { return t.Open.Currency() == c })
	if i < 0 {
		zero := receivables.Zero(c)
		s.Totals = append(s.Totals, Total{zero, zero, zero, zero, zero, zero})
		i = len(s.Totals) - 1
	}
	return &s.Totals[i]
}

func (s *Sheet) add(d Debt) {
	t := s.total(d.Open.Currency())
	if d.Left == reminder.OnPlan { // its instalments are debts of their own
		t.OnPlan = t.OnPlan.AddAmount(d.Open.Amount())
		return
	}
	t.Open = t.Open.AddAmount(d.Open.Amount())
	if d.DaysLate > 0 && d.Open.Sign() > 0 {
		t.Overdue = t.Overdue.AddAmount(d.Open.Amount())
	}
	if d.Interest.Currency() == t.Open.Currency() {
		t.Interest = t.Interest.AddAmount(d.Interest.Amount())
	}
	if d.FixedSum.Currency() == t.Open.Currency() {
		t.FixedSum = t.FixedSum.AddAmount(d.FixedSum.Amount())
	}
}

// history lists actions, promises and payments, the latest first.
func (s *Sheet) history(a reminder.Account, most int) {
	for _, x := range a.Actions {
		if x.On > s.AsOf {
			continue
		}
		what := x.Channel.String() + ": " + x.Step
		if x.Document != "" {
			what += " for " + x.Document
		}
		if x.Result != reminder.Sent {
			what += " (" + string(x.Result) + ")"
		}
		s.History = append(s.History, Past{x.On, what})
	}
	for _, x := range a.Promises {
		if x.MadeOn <= s.AsOf {
			s.History = append(s.History, Past{x.MadeOn, fmt.Sprintf("promised %s by %s", x.Amount, x.By)})
		}
	}
	for _, x := range a.Receipts {
		if x.On <= s.AsOf {
			s.History = append(s.History, Past{x.On, "paid " + x.Amount.String()})
		}
	}
	for _, x := range a.Alerts {
		if x.On <= s.AsOf {
			s.History = append(s.History, Past{x.On, string(x.Kind) + " " + x.Note})
		}
	}
	slices.SortStableFunc(s.History, func(x, y Past) int { return cmp.Or(cmp.Compare(y.On, x.On), strings.Compare(x.What, y.What)) })
	s.History = s.History[:min(len(s.History), most)]
}

// argue lists what there is to say.
func (s *Sheet) argue(plan reminder.Plan, x Extras) {
	say := func(kind ArgumentKind, amount receivables.Money, format string, values ...any) {
		s.Arguments = append(s.Arguments, Argument{kind, amount, fmt.Sprintf(format, values...)})
	}
	for _, t := range s.Totals {
		perDay, early := receivables.Zero(t.Open.Currency()), decimal.Zero
		for _, d := range s.Debts {
			if d.PerDay.Currency() == t.Open.Currency() {
				perDay = perDay.AddAmount(d.PerDay.Amount())
			}
			held := slices.Contains([]reminder.Reason{reminder.Insolvent, reminder.Disputed, reminder.OnPlan, reminder.HeldByHand}, d.Left)
			if d.Open.Currency() == t.Open.Currency() && d.DueOn != 0 && d.DaysLate < 0 && d.Open.Sign() > 0 && !held {
				early = early.Add(d.Amount.Amount())
			}
		}
		if t.Interest.Sign() > 0 {
			say(CostOfDelay, t.Interest, "the delay has cost %s in interest, each further day %s", t.Interest, perDay.Round())
		}
		if t.FixedSum.Sign() > 0 {
			say(FixedSums, t.FixedSum, "fixed compensation of %s is due beside it", t.FixedSum)
		}
		if saved := receivables.Zero(t.Open.Currency()).AddAmount(early.Mul(x.DiscountRate)).Round(); saved.Sign() > 0 {
			say(Discount, saved, "paying what is not yet due now would save %s", saved)
		}
	}
	if x.Profile != nil {
		if mean, ok := x.Profile.Lateness.WeightedMean.Value(); ok {
			oldest := 0
			for _, d := range s.Debts {
				if d.Open.Sign() > 0 {
					oldest = max(oldest, d.DaysLate)
				}
			}
			say(Habit, receivables.Money{}, "pays %s days after the due date on average, the oldest invoice is %d days late, trend %s", mean.StringFixed(1), oldest, x.Profile.Trend.Verdict)
		}
	}
	if plan.Broken > 0 {
		say(BrokenTrust, receivables.Money{}, "%d promises broken", plan.Broken)
	}
	if plan.Next > plan.AsOf {
		say(NextStepDate, receivables.Money{}, "without payment the next step is on %s", plan.Next)
	}
}

// Text writes the sheet for paper or screen. Names and notes stay on their line, whatever is in them.
func (s Sheet) Text() string {
	var b strings.Builder
	line := func(format string, values ...any) { b.WriteString(oneline.Text(fmt.Sprintf(format, values...)) + "\n") }
	indented := func(format string, values ...any) {
		b.WriteString("  ")
		line(format, values...)
	}
	line("CALL SHEET  %s %s  (%s, segment %s, class %s)  on %s", s.Customer.ID, s.Customer.Name, s.Customer.Kind, s.Segment, cmp.Or(s.Class, "-"), s.AsOf)
	for _, t := range s.Totals {
		line("owes %s, overdue %s, on a plan %s, asked today %s, interest %s, fixed sums %s", t.Open, t.Overdue, t.OnPlan, t.Asked, t.Interest, t.FixedSum)
	}
	line("debts:")
	for _, d := range s.Debts {
		due := "no due date"
		if d.DueOn != 0 {
			due = fmt.Sprintf("due %s (%+d days)", d.DueOn, d.DaysLate)
		}
		text := fmt.Sprintf("%s %s, %s, asked %s", d.Document, d.Open, due, d.Amount)
		switch {
		case d.Due != "":
			text += ", due step " + d.Due
		case d.Detail != "":
			text += ", " + string(d.Left) + ": " + d.Detail
		default:
			text += ", " + string(d.Left)
		}
		if d.Until != 0 {
			text += " until " + d.Until.String()
		}
		indented("%s", text)
	}
	section := func(title string, lines []string) {
		if len(lines) > 0 {
			line("%s:", title)
			for _, text := range lines {
				indented("%s", text)
			}
		}
	}
	var promises, disputes, arguments, history, measures []string
	for _, p := range s.Promises {
		promises = append(promises, fmt.Sprintf("%s by %s: %s, paid %s", p.Amount, p.By, p.State, p.Paid))
	}
	for _, h := range s.Disputes {
		disputes = append(disputes, fmt.Sprintf("%s %s since %s, %s %s", h.Kind, h.ID, h.From, h.Cause, h.Note))
	}
	for _, a := range s.Arguments {
		arguments = append(arguments, a.Text)
	}
	for _, h := range s.History {
		history = append(history, h.On.String()+" "+h.What)
	}
	for _, m := range s.Measures {
		measures = append(measures, m.What+": "+m.Why)
	}
	section("promises", promises)
	section("disputes and holds", disputes)
	section("arguments", arguments)
	section("measures", measures)
	section("history", history)
	if s.Next != 0 {
		line("next step on %s", s.Next)
	}
	return b.String()
}
