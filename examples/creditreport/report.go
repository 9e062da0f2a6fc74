package main

import (
	"encoding/json"
	"io"
	"slices"
	"strings"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
)

// report is everything that is printed, in the form of its JSON. Amounts and
// days are decimal strings; what could not be computed is null.
type report struct {
	Title      string           `json:"-"`
	AsOf       date.Date        `json:"as_of"`
	Sources    []source         `json:"sources"`
	Problems   []problem        `json:"problems"`
	Scheme     aging.Scheme     `json:"scheme"`
	Credits    aging.Credits    `json:"credits"`
	Currencies []currencyReport `json:"currencies"`
	movedFrom  date.Date
}

type source struct {
	Name   string `json:"name"`
	Rows   *int   `json:"rows,omitempty"`
	SHA256 string `json:"sha256,omitempty"`
}

type problem struct {
	Line    int    `json:"line"`
	Column  string `json:"column"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

type currencyReport struct {
	Currency       string              `json:"currency"`
	Aged           agedTotal           `json:"aged"`
	Customers      []customerReport    `json:"customers"`
	Groups         []groupReport       `json:"groups,omitempty"`
	Concentration  concentrationReport `json:"concentration"`
	Reconciliation reconciliation      `json:"reconciliation"`
	Movement       *movement           `json:"movement,omitempty"`
	Health         []finding           `json:"health"`
}

type cell struct {
	Name     string `json:"name"`
	Amount   string `json:"amount"`
	Disputed string `json:"disputed"`
	Items    int    `json:"items"`
}

// amounts are the figures that totals, customers and groups share.
type amounts struct {
	Columns   []cell   `json:"columns"`
	Undated   string   `json:"undated"`
	Unapplied string   `json:"unapplied"`
	Total     string   `json:"total"`
	Disputed  string   `json:"disputed"`
	Overdue   string   `json:"overdue"`
	Items     int      `json:"items"`
	DaysLate  daysLate `json:"days_late"`
}

type agedTotal struct {
	amounts
	Shares        []*string `json:"shares"` // of each column, then of undated
	WeightedAge   *string   `json:"weighted_age"`
	OverdueItems  int       `json:"overdue_items"`
	IncompleteFor int       `json:"rows_left_out"` // bad rows of the file, in no total
}

type daysLate struct {
	Mean     *string `json:"mean"`
	Weighted *string `json:"weighted"`
}

type customerReport struct {
	Customer string `json:"customer"`
	Name     string `json:"name,omitempty"`
	amounts
}

type groupReport struct {
	By   string `json:"by"`
	Name string `json:"name"`
	amounts
}

type concentrationReport struct {
	Customers int        `json:"customers"`
	HHI       *string    `json:"hhi"`
	Top1      *string    `json:"top_1"`
	Top5      *string    `json:"top_5"`
	Top10     *string    `json:"top_10"`
	Largest   []exposure `json:"largest"`
}

type exposure struct {
	Customer   string  `json:"customer"`
	Name       string  `json:"name,omitempty"`
	Total      string  `json:"total"`
	Share      *string `json:"share"`
	Cumulative *string `json:"cumulative"`
}

type reconciliation struct {
	Columns    string `json:"columns"`
	Undated    string `json:"undated"`
	Unapplied  string `json:"unapplied"`
	Total      string `json:"total"`
	Ledger     string `json:"ledger"`
	Difference string `json:"difference"`
}

type movement struct {
	From        date.Date      `json:"from"`
	Published   string         `json:"published"`
	Restated    string         `json:"restated"`
	Opening     string         `json:"opening"`
	Billed      string         `json:"billed"`
	Credited    string         `json:"credited"`
	Collected   string         `json:"collected"`
	Refunded    string         `json:"refunded"`
	WrittenOff  string         `json:"written_off"`
	Transferred string         `json:"transferred"`
	Reversed    string         `json:"reversed"`
	Closing     string         `json:"closing"`
	Columns     []columnChange `json:"columns"`
}

type columnChange struct {
	Name    string `json:"name"`
	Opening string `json:"opening"`
	New     string `json:"new"`
	In      string `json:"in"`
	Out     string `json:"out"`
	Settled string `json:"settled"`
	Closing string `json:"closing"`
}

type finding struct {
	Check  aging.Check   `json:"check"`
	Amount string        `json:"amount"`
	Items  []findingItem `json:"items"`
}

type findingItem struct {
	Customer string   `json:"customer"`
	Document string   `json:"document,omitempty"`
	With     []string `json:"with,omitempty"`
	Amount   string   `json:"amount"`
	Days     int      `json:"days"`
}

// compute makes the report of a ledger at the end of asOf, as known on that day.
func compute(in *input, asOf date.Date, config aging.Config) (*report, error) {
	r := &report{
		Title: in.title, AsOf: asOf, Sources: []source{in.source}, Problems: []problem{}, Scheme: config.Scheme, Credits: config.Credits,
		Currencies: []currencyReport{},
	}
	for _, p := range in.problems {
		r.Problems = append(r.Problems, problem{p.Line, p.Column, p.Code(), p.Message()})
	}
	balance, proof, err := aging.FromLedger(in.ledger, asOf, asOf, config)
	if err != nil {
		return nil, err
	}
	r.movedFrom = previousMonthEnd(asOf)
	moves, err := aging.Compare(in.ledger, aging.MovementConfig{From: r.movedFrom, To: asOf, Scheme: config.Scheme})
	if err != nil {
		return nil, err
	}
	findings, err := aging.CheckHealth(in.ledger, asOf, asOf, aging.HealthConfig{})
	if err != nil {
		return nil, err
	}
	groups, err := groupings(in.ledger, asOf, config)
	if err != nil {
		return nil, err
	}
	names := balance.Scheme().Names()
	parents := map[string]bool{}
	for c := range in.ledger.Customers() {
		parents[c.Parent] = c.Parent != ""
	}
	for total := range balance.Totals() {
		c := currencyReport{
			Currency: total.Currency().Code(), Customers: []customerReport{}, Health: []finding{},
			Aged: agedTotal{
				amounts: amountsOf(total, names), WeightedAge: days(total.WeightedAge()), OverdueItems: total.OverdueItems(),
				IncompleteFor: len(in.problems),
			},
			Concentration: concentrationOf(balance, total.Currency(), in.ledger),
		}
		for _, share := range total.Shares() {
			c.Aged.Shares = append(c.Aged.Shares, days(share))
		}
		for line := range balance.Lines() {
			if line.Currency() == total.Currency() {
				c.Customers = append(c.Customers, customerReport{line.Name(), nameOf(in.ledger, line.Name()), amountsOf(line, names)})
			}
		}
		for _, g := range groups {
			for line := range g.Lines() {
				if line.Currency() == total.Currency() && (g.Keys()[0] != "parent" || parents[line.Name()]) {
					c.Groups = append(c.Groups, groupReport{g.Keys()[0], line.Name(), amountsOf(line, names)})
				}
			}
		}
		for _, t := range proof.Totals {
			if t.Total.Currency() == total.Currency() {
				c.Reconciliation = reconciliation{
					t.Columns.Text(), t.Undated.Text(), t.Unapplied.Text(), t.Total.Text(), t.Ledger.Text(), t.Difference.Text(),
				}
			}
		}
		for _, m := range moves {
			if m.Currency == total.Currency() {
				c.Movement = movementOf(m, r.movedFrom)
			}
		}
		for _, f := range findings {
			if f.Currency == total.Currency() {
				c.Health = append(c.Health, findingOf(f))
			}
		}
		r.Currencies = append(r.Currencies, c)
	}
	return r, nil
}

// previousMonthEnd returns the last day of the month before.
func previousMonthEnd(asOf date.Date) date.Date {
	return receivables.AddDays(receivables.StartOfMonth(asOf), -1)
}

// groupings ages the ledger by salesperson and by parent company, where it has
// any.
func groupings(ledger *receivables.Ledger, asOf date.Date, config aging.Config) ([]*aging.Balance, error) {
	var keys []aging.Key
	for item := range ledger.OpenItems(asOf, asOf) {
		if item.Salesperson != "" {
			keys = append(keys, aging.BySalesperson())
			break
		}
	}
	for c := range ledger.Customers() {
		if c.Parent != "" {
			keys = append(keys, aging.ByParent(ledger))
			break
		}
	}
	var list []*aging.Balance
	for _, key := range keys {
		b, _, err := aging.FromLedger(ledger, asOf, asOf, config, aging.GroupBy(key))
		if err != nil {
			return nil, err
		}
		list = append(list, b)
	}
	return list, nil
}

func nameOf(ledger *receivables.Ledger, customer string) string {
	c, _ := ledger.Customer(customer)
	return c.Name
}

func amountsOf(line aging.Line, names []string) amounts {
	total := line.Total()
	a := amounts{
		Undated: line.Undated().Amount.Text(), Unapplied: line.Unapplied().Amount.Text(), Total: total.Amount.Text(),
		Disputed: total.Disputed.Text(), Overdue: line.Overdue().Text(), Items: total.Items,
		DaysLate: daysLate{days(line.MeanDaysLate()), days(line.WeightedDaysLate())},
	}
	for i, c := range line.Columns() {
		a.Columns = append(a.Columns, cell{names[i], c.Amount.Text(), c.Disputed.Text(), c.Items})
	}
	return a
}

// days writes a figure; nil if it could not be computed.
func days(f receivables.Figure) *string {
	v, ok := f.Value()
	if !ok {
		return nil
	}
	text := v.String()
	return &text
}

func concentrationOf(b *aging.Balance, currency receivables.Currency, ledger *receivables.Ledger) concentrationReport {
	c := b.Concentration(currency)
	r := concentrationReport{
		Customers: c.Groups, HHI: days(c.HHI), Top1: days(c.Top1), Top5: days(c.Top5), Top10: days(c.Top10), Largest: []exposure{},
	}
	for _, e := range b.Top(currency, 10) {
		r.Largest = append(r.Largest, exposure{
			e.Line.Name(), nameOf(ledger, e.Line.Name()), e.Line.Total().Amount.Text(), days(e.Share), days(e.Cumulative),
		})
	}
	return r
}

func movementOf(m aging.Movement, from date.Date) *movement {
	r := &movement{
		From: from, Published: m.Published.Text(), Restated: m.Restated.Text(), Opening: m.Opening.Text(), Billed: m.Billed.Text(),
		Credited: m.Credited.Text(), Collected: m.Collected.Text(), Refunded: m.Refunded.Text(), WrittenOff: m.WrittenOff.Text(),
		Transferred: m.Transferred.Text(), Reversed: m.Reversed.Text(), Closing: m.Closing.Text(),
	}
	for _, c := range m.Columns {
		r.Columns = append(r.Columns, columnChange{
			c.Name, c.Opening.Text(), c.New.Text(), c.In.Text(), c.Out.Text(), c.Settled.Text(), c.Closing.Text(),
		})
	}
	return r
}

func findingOf(f aging.Finding) finding {
	r := finding{Check: f.Check, Amount: f.Amount.Text()}
	for _, i := range f.Items {
		r.Items = append(r.Items, findingItem{i.Customer, i.Document, i.With, i.Amount.Text(), i.Days})
	}
	return r
}

func writeJSON(out io.Writer, r *report) error {
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// heading names a column for people: "not due", "31-60".
func heading(name string) string { return strings.ReplaceAll(name, "_", " ") }

// legend explains the columns whose printed label in the imitated system is
// another one, and those it does not show.
func legend(s aging.Scheme) []string {
	var lines []string
	for i, name := range s.Names() {
		c := s.Columns[i]
		if c.Printed != "" && c.Printed != name {
			lines = append(lines, heading(name)+": printed there as \""+c.Printed+"\"")
		}
		if c.Unlisted {
			lines = append(lines, heading(name)+": there in the total only, in no column")
		}
	}
	return lines
}

// largestFirst lists customers by total, largest first, equal ones by number.
func largestFirst(c currencyReport, total func(customerReport) string) []customerReport {
	list := slices.Clone(c.Customers)
	slices.SortStableFunc(list, func(x, y customerReport) int { return compareAmounts(total(y), total(x)) })
	return list
}
