package reminder

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/interchange"
)

// WriteCalendar writes plans as an iCalendar file (RFC 5545): an event of a whole day for what is
// to be done about a customer by one step on that day, due or planned, with documents and sum. Events
// keep their UID from run to run as long as customer, step, currency and day stay. It stops at the
// first error of the plans.
//
// Errors: those of the plans and of the writer.
func WriteCalendar(w io.Writer, plans iter.Seq2[Plan, error]) error {
	c := interchange.NewCalendar(w)
	for p, err := range plans {
		if err != nil {
			return err
		}
		name := p.Customer
		if p.Name != "" {
			name += " " + p.Name
		}
		for _, e := range eventsOf(&p) {
			event := interchange.Event{
				On: e.on, Summary: fmt.Sprintf("%s: %s, %s", name, e.step, e.sum),
				Description: fmt.Sprintf("%s, level %s, segment %s\n%s", e.channel, e.level, p.Segment, strings.Join(e.documents, "\n")),
				Identity:    []string{p.Customer, e.step, e.sum.Currency().Code(), e.on.String()},
			}
			if err := c.Add(event, p.AsOf); err != nil {
				return err
			}
		}
	}
	return c.End()
}

// event is what is to be done about a customer on a day by one step in one currency.
type event struct {
	on        date.Date
	step      string
	level     Level
	channel   Channel
	sum       receivables.Money
	documents []string
}

// eventsOf lists the contacts of a plan and the steps planned after its day, by day.
func eventsOf(p *Plan) []*event {
	type key struct {
		on       date.Date
		step     string
		currency receivables.Currency
	}
	known := map[key]*event{}
	var list []*event
	add := func(on date.Date, step string, level Level, channel Channel, item ContactItem) {
		k := key{on, step, item.Amount.Currency()}
		e := known[k]
		if e == nil {
			e = &event{on: on, step: step, level: level, channel: channel, sum: receivables.Zero(k.currency)}
			known[k] = e
			list = append(list, e)
		}
		e.sum = e.sum.AddAmount(item.Amount.Amount())
		e.documents = append(e.documents, fmt.Sprintf("%s %s, due on %s", item.reference(), item.Amount, item.DueOn))
	}
	for _, c := range p.Contacts {
		for _, x := range c.Items {
			add(p.AsOf, c.Step, c.Level, c.Channel, x)
		}
	}
	for i := range p.Items {
		x := &p.Items[i]
		for _, s := range x.Steps {
			if s.State == Planned && s.On > p.AsOf {
				add(s.On, s.Code, s.Level, s.Channel, ContactItem{Document: x.Document, Instalment: x.Instalment, DueOn: x.DueOn, Amount: x.Amount})
			}
		}
	}
	slices.SortStableFunc(list, func(x, y *event) int {
		return cmp.Or(cmp.Compare(x.on, y.on), cmp.Compare(y.level, x.level), strings.Compare(x.step, y.step), strings.Compare(x.sum.Currency().Code(), y.sum.Currency().Code()))
	})
	return list
}

// reference names an item: "F-12", or "F-12/2" for its second instalment.
func (x ContactItem) reference() string {
	if x.Instalment > 0 {
		return x.Document + "/" + strconv.Itoa(x.Instalment)
	}
	return x.Document
}

// WriteCSV writes plans as CSV with a header line, one line for each item. Text that a spreadsheet
// would take for a formula is given a leading apostrophe. It stops at the first error of the plans.
//
// Errors: those of the plans and of the writer.
func WriteCSV(w io.Writer, plans iter.Seq2[Plan, error]) error {
	c := csv.NewWriter(w)
	err := c.Write([]string{
		"customer", "name", "segment", "scenario", "as_of", "document", "instalment", "due_on", "days_late", "currency", "open", "amount", "level",
		"due_step", "due_level", "left_alone", "detail", "until", "next",
	})
	if err != nil {
		return err
	}
	written := func(d date.Date) string {
		if d == 0 {
			return ""
		}
		return d.String()
	}
	for p, err := range plans {
		if err != nil {
			return err
		}
		for i := range p.Items {
			x := &p.Items[i]
			level, due, instalment := "", "", ""
			if x.Reached {
				level = x.Level.String()
			}
			if x.Due != "" {
				due = x.DueLevel.String()
			}
			if x.Instalment > 0 {
				instalment = strconv.Itoa(x.Instalment)
			}
			late := ""
			if x.DueOn != 0 {
				late = strconv.Itoa(x.DaysLate)
			}
			err := c.Write([]string{
				interchange.Cell(p.Customer), interchange.Cell(p.Name), interchange.Cell(p.Segment), interchange.Cell(p.Scenario), p.AsOf.String(), interchange.Cell(x.Document), instalment, written(x.DueOn), late,
				x.Open.Currency().Code(), x.Open.Text(), x.Amount.Text(), level, interchange.Cell(x.Due), due, string(x.Left), interchange.Cell(x.Detail), written(x.Until), written(x.Next),
			})
			if err != nil {
				return err
			}
		}
	}
	c.Flush()
	return c.Error()
}
