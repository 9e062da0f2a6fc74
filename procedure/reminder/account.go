package reminder

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// Result is what became of an action.
type Result string

// The results. The zero value is Sent.
const (
	Sent Result = "" // sent, said, asked
	// Unanswered reached nobody, such as a call that was not taken: the step is not done and comes
	// again from the next day on.
	Unanswered Result = "unanswered"
	// Undeliverable came back: the step is not done, and the channel is not used any more until an
	// address is found or something is sent by it. Whether a registered letter that was not claimed
	// is Sent is the user's to say.
	Undeliverable Result = "undeliverable"
	AddressFound  Result = "address found" // no step, but a channel that can be used again
	Cancelled     Result = "cancelled"     // was taken back: as if it had never been
)

// Action is a step that was taken.
type Action struct {
	On date.Date
	// Step is the code of the step. One that the scenario does not have, such as that of an
	// earlier policy, counts by its level.
	Step    string
	Level   Level
	Channel Channel
	// Document and Instalment name the item; no document: all items of the customer issued by
	// then.
	Document   string
	Instalment int
	Result     Result
}

// Promise is a promise to pay (promesse de règlement). While it runs, whatever its amount, it holds
// back the whole of the items it is about; once it is broken, the next level of those that are overdue
// comes at once, once it is kept in part the next step.
type Promise struct {
	ID string
	// Document and Instalment name the item; no document: all items in the currency of the promise that
	// were issued by the day it was made and due by the day promised.
	Document   string
	Instalment int
	Amount     receivables.Money // above zero
	MadeOn, By date.Date         // day of the promise, last day promised
}

// Receipt is money that came in.
type Receipt struct {
	On         date.Date
	Document   string // what it was applied to; empty: nothing yet, so that it counts for any promise
	Instalment int
	Amount     receivables.Money // above zero
}

// AlertKind is a sign that does not wait for the calendar.
type AlertKind string

// The alerts.
const (
	ReturnedPayment AlertKind = "returned payment" // cheque, bill or direct debit came back unpaid
	// LegalNotice is one published (BODACC) that is no insolvency, such as a sale of the
	// business; an insolvency is a hold and stops everything.
	LegalNotice  AlertKind = "legal notice"
	CoverReduced AlertKind = "cover reduced" // the credit insurer cut the limit
)

// Alert is a sign of a day: the overdue items issued by then go to the formal notice at once, or to
// the last step of a scenario without one, if that was not done since; deliveries are to be blocked, the
// insurer is to be told.
type Alert struct {
	Kind    AlertKind
	On      date.Date
	EndedOn date.Date // first day on which it does not count any more; 0: it lasts
	Note    string
}

// endedBy reports whether an alert is over on a day.
func (x *Alert) endedBy(day date.Date) bool { return x.EndedOn != 0 && x.EndedOn <= day }

// Account is what a plan is made of: all that is known of one customer.
type Account struct {
	Customer receivables.Customer
	Class    string          // risk class
	Flags    map[string]bool // of the user's own
	Items    []receivables.OpenItem
	Holds    []receivables.HoldState
	Actions  []Action
	Promises []Promise
	Receipts []Receipt // for the promises and the history
	Alerts   []Alert
	// NoAddress lists the channels by which the customer cannot be reached.
	NoAddress []Channel
	// Calendar is that of the customer; nil: that of the planner.
	Calendar receivables.Calendar
}

// Past is what a ledger does not know of its customers.
type Past struct {
	Actions  map[string][]Action // by customer
	Promises map[string][]Promise
	Alerts   map[string][]Alert
	Classes  map[string]string // risk classes
	Flags    map[string]map[string]bool
	// NoAddress lists the channels by which a customer cannot be reached.
	NoAddress map[string][]Channel
}

// Accounts yields the account of each customer with open items at the end of a day, as known on
// knownOn, sorted by customer. Items without customer come under the empty name. Receipts are the
// payments by the days they came in: what was applied to documents, and what is not yet applied.
func Accounts(ledger *receivables.Ledger, asOf, knownOn date.Date, past Past) iter.Seq[Account] {
	return func(yield func(Account) bool) {
		accounts := map[string]*Account{}
		customerOf := map[string]string{} // of each document
		for item := range ledger.OpenItems(asOf, knownOn) {
			a := accounts[item.Customer]
			if a == nil {
				customer, known := ledger.Customer(item.Customer)
				if !known {
					customer.ID = item.Customer
				}
				a = &Account{
					Customer: customer, Class: past.Classes[item.Customer], Flags: past.Flags[item.Customer], Actions: past.Actions[item.Customer],
					Promises: past.Promises[item.Customer], Alerts: past.Alerts[item.Customer], NoAddress: past.NoAddress[item.Customer],
				}
				accounts[item.Customer] = a
			}
			a.Items = append(a.Items, item)
			if item.Kind == receivables.KindPayment && item.Open.Sign() < 0 {
				a.Receipts = append(a.Receipts, Receipt{On: item.IssuedOn, Amount: receivables.Zero(item.Open.Currency()).AddAmount(item.Open.Amount().Neg())})
			}
			customerOf[item.Document] = item.Customer
		}
		for h := range ledger.Holds(asOf, knownOn) {
			customer := h.Scope.Customer
			if h.Scope.Document != "" {
				customer = customerOf[h.Scope.Document]
			}
			if a := accounts[customer]; a != nil {
				a.Holds = append(a.Holds, h)
			}
		}
		for h := range ledger.Histories(asOf, knownOn) {
			a := accounts[h.Customer]
			if a == nil {
				continue
			}
			for _, r := range h.Reductions {
				if r.Kind == receivables.EntryCollected {
					a.Receipts = append(a.Receipts, Receipt{On: r.On, Document: h.Document, Instalment: h.Instalment, Amount: r.Amount})
				}
			}
		}
		names := make([]string, 0, len(accounts))
		for name := range accounts {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			if !yield(*accounts[name]) {
				return
			}
		}
	}
}

// PromiseState says how a promise stands.
type PromiseState string

// The states.
const (
	PromiseOpen     PromiseState = "open"
	PromiseKept     PromiseState = "kept"
	PromisePartKept PromiseState = "part kept"
	PromiseBroken   PromiseState = "broken"
)

// PromiseReport is a promise with how it stands.
type PromiseReport struct {
	ID       string            `json:"id"`
	By       date.Date         `json:"by"`
	FollowUp date.Date         `json:"follow_up"` // day on which the payment is looked for
	Amount   receivables.Money `json:"amount"`
	Paid     receivables.Money `json:"paid"`
	State    PromiseState      `json:"state"`
}

// FollowUp returns the day on which a promised payment is looked for: the day promised + grace,
// moved to a working day by the rule.
//
// Errors: those of [receivables.RollDay].
func FollowUp(by date.Date, graceDays int, roll receivables.Roll, calendar receivables.Calendar) (date.Date, error) {
	return receivables.RollDay(calendar, receivables.AddDays(by, graceDays), roll)
}

// promised is a promise that can hold a step back.
type promised struct {
	*Promise
	followUp date.Date
	paid     decimal.Decimal
	state    PromiseState
}

// promisesOf judges the promises of an account that were made by a day, by follow-up day. What was
// received between the promise and the day before the follow-up counts for the oldest promise
// first, each receipt once and the oldest first, those applied to its item before those not yet applied.
func (p *Planner) promisesOf(a *Account, calendar receivables.Calendar, asOf date.Date) ([]promised, error) {
	var list []promised
	for i := range a.Promises {
		x := &a.Promises[i]
		if x.MadeOn > asOf {
			continue
		}
		place := fmt.Sprintf("customer %q: promises[%d] %q", a.Customer.ID, i, x.ID)
		switch {
		case x.Amount.Sign() <= 0:
			return nil, &receivables.FieldError{Path: place, Value: x.Amount.String(), Rule: receivables.RuleSign, Detail: "must be more than zero"}
		case !receivables.IsDay(x.MadeOn) || !receivables.IsDay(x.By) || x.By < x.MadeOn:
			return nil, &receivables.FieldError{Path: place, Value: x.By.String(), Rule: receivables.RuleOrder, Detail: "want a day, not before the promise was made"}
		}
		day, err := FollowUp(x.By, p.policy.PromiseGraceDays, p.policy.PromiseRoll, calendar)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", place, err)
		}
		list = append(list, promised{Promise: x, followUp: day})
	}
	slices.SortStableFunc(list, func(x, y promised) int {
		return cmp.Or(cmp.Compare(x.followUp, y.followUp), cmp.Compare(x.MadeOn, y.MadeOn), strings.Compare(x.ID, y.ID))
	})
	if len(list) == 0 {
		return nil, nil
	}
	receipts := slices.SortedStableFunc(slices.Values(a.Receipts), func(x, y Receipt) int {
		return cmp.Or(cmp.Compare(x.On, y.On), strings.Compare(x.Document, y.Document), cmp.Compare(x.Instalment, y.Instalment))
	})
	left := make([]decimal.Decimal, len(receipts))
	for k := range receipts {
		left[k] = receipts[k].Amount.Amount()
	}
	for i := range list {
		x := &list[i]
		for _, applied := range []bool{true, false} {
			for k := range receipts {
				r := &receipts[k]
				if (r.Document != "") != applied || r.On < x.MadeOn || r.On >= x.followUp || r.On > asOf || r.Amount.Currency() != x.Amount.Currency() ||
					applied && x.Document != "" && (r.Document != x.Document || x.Instalment != 0 && r.Instalment != x.Instalment) {
					continue
				}
				if take := decimal.Min(left[k], x.Amount.Amount().Sub(x.paid)); take.Sign() > 0 {
					left[k], x.paid = left[k].Sub(take), x.paid.Add(take)
				}
			}
		}
		switch {
		case x.paid.Cmp(x.Amount.Amount()) >= 0:
			x.state = PromiseKept
		case asOf < x.followUp:
			x.state = PromiseOpen
		case x.paid.Sign() > 0:
			x.state = PromisePartKept
		default:
			x.state = PromiseBroken
		}
	}
	return list, nil
}

// bearsOn reports whether a promise is about an item.
func (x *promised) bearsOn(item *receivables.OpenItem) bool {
	if x.Document == "" {
		return x.Amount.Currency() == item.Open.Currency() && item.IssuedOn <= x.MadeOn && item.DueOn <= x.By
	}
	return x.Document == item.Document && (x.Instalment == 0 || x.Instalment == item.Instalment)
}
