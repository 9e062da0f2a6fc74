// Package worklist says who is called first, and puts all that the caller needs on one sheet (liste
// de travail, fiche de relance).
package worklist

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure/reminder"
	"github.com/receivables-go/receivables/risk"
)

// Priority says by what contacts are ordered.
type Priority string

// The priorities.
const (
	// ByExpectedLoss is amount x probability of default x (1 + days late / 30), see [risk.Rank].
	ByExpectedLoss Priority = "expected loss"
	// ByValuePerMinute is (rise of the probability to be paid x amount - cost) / minutes: worked
	// through in this order until the time is used, it is the best use of it but for the last contact.
	// What costs as much as it brings, or more, is never in time.
	ByValuePerMinute Priority = "value per minute"
)

// Config is how a work list is made. Amounts are in units of the currency of each contact: lists of
// several currencies compare numbers, not values. It is plain data.
type Config struct {
	Priority Priority `json:"priority"`
	// Probabilities of default by risk class; Probability for classes not in it.
	Probabilities map[string]decimal.Decimal `json:"probabilities,omitempty"`
	Probability   decimal.Decimal            `json:"probability"`
	// Effort by channel: what an action takes, costs and brings.
	Effort map[reminder.Channel]Effort `json:"effort,omitempty"`
	// Minutes is the time there is; zero: no end.
	Minutes int `json:"minutes"`
}

// Effort is what an action by a channel takes, costs and brings.
type Effort struct {
	Minutes int             `json:"minutes"` // at least 1
	Cost    decimal.Decimal `json:"cost"`
	// Uplift is by how much the action raises the probability to be paid, from 0 to 1.
	Uplift decimal.Decimal `json:"uplift"`
}

// Default is a work list by expected loss, with probabilities for classes A to E: proposals.
func Default() Config {
	d := decimal.RequireFromString
	return Config{
		Priority:      ByExpectedLoss,
		Probabilities: map[string]decimal.Decimal{"A": d("0.01"), "B": d("0.03"), "C": d("0.08"), "D": d("0.20"), "E": d("0.50")}, Probability: d("0.08"),
		Effort: map[reminder.Channel]Effort{
			reminder.Email: {1, d("0"), d("0.05")}, reminder.SMS: {1, d("0.10"), d("0.05")}, reminder.Letter: {2, d("2"), d("0.06")},
			reminder.Call: {10, d("0"), d("0.20")}, reminder.RegisteredLetter: {5, d("8"), d("0.15")}, reminder.Salesperson: {3, d("0"), d("0.10")},
			reminder.Visit: {120, d("50"), d("0.30")}, reminder.Commissaire: {20, d("60"), d("0.25")}, reminder.LegalDepartment: {30, d("0"), d("0.25")},
		},
	}
}

// Account is a plan with what the list needs beside it.
type Account struct {
	Plan        reminder.Plan
	Class       string // risk class
	Salesperson string
	Owner       string // who works on it
}

// Entry is a contact to be made.
type Entry struct {
	Customer    string             `json:"customer"`
	Name        string             `json:"name,omitempty"`
	Owner       string             `json:"owner,omitempty"`
	Salesperson string             `json:"salesperson,omitempty"`
	Class       string             `json:"class,omitempty"`
	Contact     reminder.Contact   `json:"contact"`
	DaysLate    int                `json:"days_late"` // of the oldest item in it
	Probability decimal.Decimal    `json:"probability"`
	Score       receivables.Figure `json:"score"`
	Minutes     int                `json:"minutes"`
	// InTime says that the contact comes within the minutes there are and is worth them.
	InTime bool `json:"in_time"`
}

// Excluded is what nobody works on, and why.
type Excluded struct {
	Customer string            `json:"customer"`
	Name     string            `json:"name,omitempty"`
	Reason   reminder.Reason   `json:"reason"`
	Items    int               `json:"items"`
	Amount   receivables.Money `json:"amount"` // open
	Until    date.Date         `json:"until,omitzero"`
	Detail   string            `json:"detail,omitempty"`
}

// List is a work list.
type List struct {
	Entries  []Entry    `json:"entries"`
	Excluded []Excluded `json:"excluded"`
	Minutes  int        `json:"minutes"` // of all entries
}

// New makes a work list from plans of one day: an entry for each contact that is due, highest
// priority first, ties by the larger amount, then by customer and currency; and for each customer
// what is left alone by reason (a dispute goes to whom resolves it, an insolvency to the
// procedure).
//
// Errors:
//   - those of the plans;
//   - [receivables.ErrInvalidInput] for an unknown priority, a probability or uplift outside 0 to 1, an
//     effort of less than a minute or a cost below 0, a channel without effort where it is needed.
func New(accounts iter.Seq2[Account, error], c Config) (List, error) {
	if err := c.check(); err != nil {
		return List{}, err
	}
	list := List{Entries: []Entry{}, Excluded: []Excluded{}}
	for a, err := range accounts {
		if err != nil {
			return List{}, err
		}
		for _, contact := range a.Plan.Contacts {
			e, err := c.entry(&a, contact)
			if err != nil {
				return List{}, err
			}
			list.Entries = append(list.Entries, e)
		}
		list.exclude(&a.Plan)
	}
	slices.SortStableFunc(list.Entries, func(x, y Entry) int {
		a, _ := x.Score.Value()
		b, _ := y.Score.Value()
		return cmp.Or(
			b.Cmp(a), y.Contact.Asked.Amount().Cmp(x.Contact.Asked.Amount()), strings.Compare(x.Customer, y.Customer),
			strings.Compare(x.Contact.Asked.Currency().Code(), y.Contact.Asked.Currency().Code()), strings.Compare(x.Contact.Step, y.Contact.Step),
		)
	})
	for i := range list.Entries {
		e := &list.Entries[i]
		list.Minutes += e.Minutes
		score, _ := e.Score.Value()
		e.InTime = (c.Minutes == 0 || list.Minutes <= c.Minutes) && (c.Priority != ByValuePerMinute || score.Sign() > 0)
	}
	slices.SortStableFunc(list.Excluded, func(x, y Excluded) int {
		return cmp.Or(strings.Compare(x.Customer, y.Customer), strings.Compare(string(x.Reason), string(y.Reason)), strings.Compare(x.Amount.Currency().Code(), y.Amount.Currency().Code()))
	})
	return list, nil
}

func (c Config) check() error {
	fail := func(path, value string, detail string) error {
		return &receivables.FieldError{Path: "work list: " + path, Value: value, Rule: receivables.RuleRange, Detail: detail}
	}
	isShare := func(d decimal.Decimal) bool { return d.Sign() >= 0 && d.Cmp(decimal.NewFromInt(1)) <= 0 }
	if c.Priority != ByExpectedLoss && c.Priority != ByValuePerMinute {
		return fail("priority", string(c.Priority), "want expected loss or value per minute")
	}
	if !isShare(c.Probability) || c.Minutes < 0 {
		return fail("probability, minutes", fmt.Sprint(c.Probability, " ", c.Minutes), "a probability from 0 to 1, minutes from 0")
	}
	for class, p := range c.Probabilities {
		if !isShare(p) {
			return fail("probability of class "+class, p.String(), "from 0 to 1")
		}
	}
	for channel, e := range c.Effort {
		if e.Minutes < 1 || e.Cost.Sign() < 0 || !isShare(e.Uplift) {
			return fail("effort of "+channel.String(), fmt.Sprint(e), "at least a minute, a cost from 0, an uplift from 0 to 1")
		}
	}
	return nil
}

func (c Config) entry(a *Account, contact reminder.Contact) (Entry, error) {
	e := Entry{Customer: a.Plan.Customer, Name: a.Plan.Name, Owner: a.Owner, Salesperson: a.Salesperson, Class: a.Class, Contact: contact, Probability: c.Probability}
	if p, ok := c.Probabilities[a.Class]; ok {
		e.Probability = p
	}
	for i := range contact.Items {
		e.DaysLate = max(e.DaysLate, receivables.DaysBetween(contact.Items[i].DueOn, a.Plan.AsOf))
	}
	effort, known := c.Effort[contact.Channel]
	e.Minutes = effort.Minutes
	if c.Priority == ByValuePerMinute || c.Minutes > 0 {
		if !known {
			return Entry{}, &receivables.FieldError{Path: "work list: effort", Value: contact.Channel.String(), Rule: receivables.RuleRequired, Detail: "this channel has none"}
		}
	}
	if c.Priority == ByValuePerMinute {
		value := effort.Uplift.Mul(contact.Asked.Amount()).Sub(effort.Cost)
		e.Score = receivables.Quotient(value, decimal.NewFromInt(int64(effort.Minutes)), receivables.UnitCount)
		return e, nil
	}
	ranked, err := risk.Rank([]risk.Work{{ID: e.Customer, Overdue: contact.Asked.Amount(), DaysLate: e.DaysLate, Probability: e.Probability}})
	if err != nil {
		return Entry{}, err
	}
	e.Score = receivables.NewFigure(ranked[0].Score, receivables.UnitCount)
	return e, nil
}

// exclude adds up what is left alone of a plan.
func (l *List) exclude(p *reminder.Plan) {
	from := len(l.Excluded)
	for i := range p.Items {
		x := &p.Items[i]
		if x.Left == reminder.NotLeftAlone {
			continue
		}
		at := slices.IndexFunc(l.Excluded[from:], func(e Excluded) bool { return e.Reason == x.Left && e.Amount.Currency() == x.Open.Currency() })
		if at < 0 {
			l.Excluded = append(l.Excluded, Excluded{Customer: p.Customer, Name: p.Name, Reason: x.Left, Amount: receivables.Zero(x.Open.Currency()), Until: x.Until, Detail: x.Detail})
			at = len(l.Excluded) - 1 - from
		}
		e := &l.Excluded[from+at]
		e.Items++
		e.Amount = e.Amount.AddAmount(x.Open.Amount())
		if x.Until != 0 && (e.Until == 0 || x.Until < e.Until) {
			e.Until, e.Detail = x.Until, x.Detail
		}
	}
}
