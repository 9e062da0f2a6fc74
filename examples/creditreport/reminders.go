package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure/reminder"
)

// nextAction is a contact that is due with a customer, or the next step that will be.
type nextAction struct {
	Customer string `json:"customer"`
	On       string `json:"on"`
	Level    int    `json:"level"` // 0 before due to 5 litigation
	Channel  string `json:"channel"`
	Step     string `json:"step"`
	Segment  string `json:"segment"`
	Asked    string `json:"asked,omitempty"` // of a step that is due
	Items    int    `json:"items"`
	name     string
}

// leftAlone is what is not reminded on the day, by reason.
type leftAlone struct {
	Reason string `json:"reason"`
	Items  int    `json:"items"`
	Amount string `json:"amount"`
	amount receivables.Money
}

// reminders is the reminder calendar of a currency.
type reminders struct {
	Policy    string       `json:"policy"`
	Next      []nextAction `json:"next"` // by day, the firmest first
	LeftAlone []leftAlone  `json:"left_alone"`
}

// remindersOf plans every customer by the default policy. No file says what was done before, so
// the plan jumps to the step that the calendar has reached.
func remindersOf(in *input, asOf date.Date, regime string, classes map[receivables.Currency][]customerClass) (map[receivables.Currency]*reminders, error) {
	home, _, _ := strings.Cut(regime, ".")
	policy := reminder.DefaultPolicy(strings.ToUpper(home))
	policy.Missed = reminder.Jump
	var calendar receivables.Calendar = receivables.WeekdayCalendar{}
	if home == "fr" {
		french, err := receivables.FrenchCalendar(receivables.ZoneMetropole)
		if err != nil {
			return nil, err
		}
		calendar = french
	}
	planner, err := reminder.New(policy, calendar)
	if err != nil {
		return nil, err
	}
	classOf := map[string]string{}
	for currency, list := range classes {
		for _, x := range list {
			classOf[currency.Code()+" "+x.Customer] = x.Class
		}
	}
	all := map[receivables.Currency]*reminders{}
	for account := range reminder.Accounts(in.ledger, asOf, asOf, reminder.Past{}) {
		if account.Customer.ID == "" {
			continue // payments whose sender is not known
		}
		items := map[receivables.Currency][]receivables.OpenItem{}
		for _, x := range account.Items {
			items[x.Open.Currency()] = append(items[x.Open.Currency()], x)
		}
		for currency, list := range items { // each currency has its own class
			account.Items, account.Class = list, classOf[currency.Code()+" "+account.Customer.ID]
			plan, err := planner.Plan(account, asOf)
			if err != nil {
				return nil, err
			}
			if all[currency] == nil {
				all[currency] = &reminders{Policy: policy.Name, Next: []nextAction{}, LeftAlone: []leftAlone{}}
			}
			all[currency].add(&plan, currency)
		}
	}
	for _, r := range all {
		slices.SortFunc(r.Next, func(x, y nextAction) int {
			return cmp.Or(strings.Compare(x.On, y.On), cmp.Compare(y.Level, x.Level), strings.Compare(x.Customer, y.Customer))
		})
		slices.SortFunc(r.LeftAlone, func(x, y leftAlone) int {
			return cmp.Or(y.amount.Amount().Cmp(x.amount.Amount()), strings.Compare(x.Reason, y.Reason))
		})
		for i := range r.LeftAlone {
			r.LeftAlone[i].Amount = r.LeftAlone[i].amount.Text()
		}
	}
	return all, nil
}

// add takes the plan of a customer in one currency.
func (r *reminders) add(p *reminder.Plan, currency receivables.Currency) {
	next := nextAction{Segment: p.Segment, Customer: p.Customer, name: p.Name}
	for _, c := range p.Contacts {
		due := next
		due.On, due.Level, due.Channel, due.Step, due.Asked, due.Items = p.AsOf.String(), int(c.Level), c.Channel.String(), c.Step, c.Asked.Text(), len(c.Items)
		r.Next = append(r.Next, due)
	}
	for i := range p.Items {
		x := &p.Items[i]
		if x.Left == reminder.NotLeftAlone {
			continue
		}
		k := slices.IndexFunc(r.LeftAlone, func(l leftAlone) bool { return l.Reason == string(x.Left) })
		if k < 0 {
			r.LeftAlone = append(r.LeftAlone, leftAlone{Reason: string(x.Left), amount: receivables.Zero(currency)})
			k = len(r.LeftAlone) - 1
		}
		r.LeftAlone[k].Items++
		r.LeftAlone[k].amount = r.LeftAlone[k].amount.AddAmount(x.Open.Amount())
		if len(p.Contacts) > 0 || x.Next == 0 {
			continue
		}
		for _, s := range x.Steps {
			if s.State != reminder.Planned || s.On == 0 {
				continue
			}
			on := s.On.String()
			switch {
			case next.On == "" || on < next.On || on == next.On && int(s.Level) > next.Level:
				next.On, next.Level, next.Channel, next.Step, next.Items = on, int(s.Level), s.Channel.String(), s.Code, 1
			case on == next.On && s.Code == next.Step:
				next.Items++
			}
			break // the first planned step of the item
		}
	}
	if next.On != "" {
		r.Next = append(r.Next, next)
	}
}

// byCustomer returns the next action of each customer, the firmest of those on one day.
func (r *reminders) byCustomer() map[string]*nextAction {
	next := map[string]*nextAction{}
	if r != nil {
		for i := range r.Next {
			if x := &r.Next[i]; next[x.Customer] == nil {
				next[x.Customer] = x
			}
		}
	}
	return next
}

func writeReminders(out io.Writer, c currencyReport) {
	if c.Reminders == nil {
		return
	}
	var t table
	t.row("reminder calendar (calendrier de relance)", "segment", "next", "level", "step", "channel", "asked", "items")
	t.rule()
	for _, x := range c.Reminders.Next {
		asked := "-"
		if x.Asked != "" {
			asked = money(x.Asked)
		}
		t.row(label(x.Customer, x.name), x.Segment, x.On, strconv.Itoa(x.Level), x.Step, x.Channel, asked, strconv.Itoa(x.Items))
	}
	if len(c.Reminders.Next) > 0 {
		t.write(out)
	}
	var left []string
	for _, x := range c.Reminders.LeftAlone {
		left = append(left, fmt.Sprintf("%s %s (%d)", x.Reason, money(x.Amount), x.Items))
	}
	if len(left) == 0 {
		left = []string{"nothing"}
	}
	fmt.Fprintf(out, "By the default policy; no file says what was done before, so a step that has come counts as due. Left alone today: %s.\n\n", strings.Join(left, ", "))
}
