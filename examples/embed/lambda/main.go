// Command lambda is a function of a cloud that embeds the library: an event comes in, an answer goes out, nothing is kept. Handle has the
// form that the runtimes of clouds call (AWS: lambda.Start(Handle)); main calls it once, for standard input.
//
//	echo '{"customer":{"id":"C1","kind":"company"},"as_of":"2026-10-31","invoices":[{"id":"F1","issued":"2026-08-01","due":"2026-08-31","open":{"amount":"980.00","currency":"EUR"}}]}' |
//	    go run ./examples/embed/lambda
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure/reminder"
)

// Event is a customer with his open invoices, on a day.
type Event struct {
	AsOf     string `json:"as_of"`
	Customer struct {
		ID   string                   `json:"id"`
		Name string                   `json:"name"`
		Kind receivables.CustomerKind `json:"kind"`
	} `json:"customer"`
	Invoices []struct {
		ID     string            `json:"id"`
		Issued string            `json:"issued"`
		Due    string            `json:"due"`
		Open   receivables.Money `json:"open"`
	} `json:"invoices"`
	Done []struct { // what was done before
		On      string         `json:"on"`
		Invoice string         `json:"invoice"`
		Step    string         `json:"step"`
		Level   reminder.Level `json:"level"`
	} `json:"done"`
}

// Answer is what is to be done about the customer.
type Answer struct {
	Contacts []reminder.Contact `json:"contacts"`
	Next     string             `json:"next,omitempty"`
}

// planner is made once and serves every event of an instance: it is immutable.
var planner = sync.OnceValues(func() (*reminder.Planner, error) {
	calendar, err := receivables.FrenchCalendar(receivables.ZoneMetropole)
	if err != nil {
		return nil, err
	}
	return reminder.New(reminder.DefaultPolicy("FR"), calendar)
})

// maxInvoices bounds what one event may ask for.
const maxInvoices = 10_000

// Handle plans the reminders of a customer. The day is in the event, not in the machine: the same event has the same answer whenever it
// is delivered, and however often.
func Handle(_ context.Context, event Event) (Answer, error) {
	p, err := planner()
	if err != nil {
		return Answer{}, err
	}
	asOf, err := dayOf("as_of", event.AsOf)
	if err != nil {
		return Answer{}, err
	}
	if len(event.Invoices) > maxInvoices {
		return Answer{}, fmt.Errorf("%d invoices, more than %d: %w", len(event.Invoices), maxInvoices, receivables.ErrLimit)
	}
	account := reminder.Account{Customer: receivables.Customer{ID: event.Customer.ID, Name: event.Customer.Name, Kind: event.Customer.Kind, Country: "FR"}}
	for i, x := range event.Invoices {
		item := receivables.OpenItem{Document: x.ID, Customer: event.Customer.ID, Open: x.Open, Original: x.Open}
		if item.IssuedOn, err = dayOf(fmt.Sprintf("invoices[%d].issued", i), x.Issued); err != nil {
			return Answer{}, err
		}
		if item.DueOn, err = dayOf(fmt.Sprintf("invoices[%d].due", i), x.Due); err != nil {
			return Answer{}, err
		}
		account.Items = append(account.Items, item)
	}
	for i, x := range event.Done {
		on, err := dayOf(fmt.Sprintf("done[%d].on", i), x.On)
		if err != nil {
			return Answer{}, err
		}
		if !knows(p, x.Step) {
			return Answer{}, &receivables.FieldError{Path: fmt.Sprintf("done[%d].step", i), Value: x.Step, Rule: receivables.RuleUnknownReference, Detail: "no such step in the policy"}
		}
		account.Actions = append(account.Actions, reminder.Action{On: on, Document: x.Invoice, Step: x.Step, Level: x.Level})
	}
	plan, err := p.Plan(account, asOf)
	if err != nil {
		return Answer{}, err
	}
	answer := Answer{Contacts: plan.Contacts}
	if plan.Next != 0 {
		answer.Next = plan.Next.String()
	}
	return answer, nil
}

// dayOf reads a day of an event.
func dayOf(name, text string) (date.Date, error) {
	day, err := receivables.ParseDate(text)
	if err != nil {
		return 0, &receivables.FieldError{Path: name, Value: text, Rule: receivables.RuleDate, Detail: "a day such as 2026-10-31 is needed"}
	}
	return day, nil
}

// knows reports whether a step is one of a policy: what was done must not be taken for something else.
func knows(p *reminder.Planner, step string) bool {
	return slices.ContainsFunc(p.Policy().Scenarios, func(s reminder.Scenario) bool { return s.IndexOf(step) >= 0 })
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "lambda:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	var event Event
	decoder := json.NewDecoder(io.LimitReader(in, 6<<20)) // what clouds allow
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&event); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one event, or more than 6 MiB")
	}
	answer, err := Handle(context.Background(), event)
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(answer)
}
