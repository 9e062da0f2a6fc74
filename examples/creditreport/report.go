package main

import (
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

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
	Regime     string           `json:"regime,omitempty"`
	Currencies []currencyReport `json:"currencies"`
	NotIssued  []notIssued      `json:"not_issued,omitempty"`
	// MovementNote says why there is no movement, when there is none.
	MovementNote string `json:"movement_note,omitempty"`
	movedFrom    date.Date
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
	Indicators     indicatorSet        `json:"indicators"`
	Dashboard      *dashboard          `json:"dashboard,omitempty"`
	Delays         []delay             `json:"delays"`
	CashIn         *cashIn             `json:"cash_in,omitempty"`
	Reconciliation reconciliation      `json:"reconciliation"`
	Penalties      *penaltyTotal       `json:"penalties,omitempty"`
	Classes        []customerClass     `json:"classes"` // the worst first
	Reminders      *reminders          `json:"reminders,omitempty"`
	Movement       *movement           `json:"movement,omitempty"`
	Health         []finding           `json:"health"`
}

type cell struct {
	Name     string  `json:"name"`
	Amount   string  `json:"amount"`
	Disputed string  `json:"disputed"`
	Items    int     `json:"items"`
	Share    *string `json:"share,omitempty"` // in totals, of the sum of columns and undated
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
	UndatedShare  *string `json:"undated_share"`
	WeightedAge   *string `json:"weighted_age"`
	OverdueItems  int     `json:"overdue_items"`
	IncompleteFor int     `json:"rows_left_out"` // bad rows of the file, in no total
}

// notIssued counts the documents issued after the day: they are in no figure.
type notIssued struct {
	Currency string `json:"currency"`
	Items    int    `json:"items"`
	Amount   string `json:"amount"`
}

type daysLate struct {
	Mean     *string `json:"mean"`
	Weighted *string `json:"weighted"`
}

type customerReport struct {
	Customer string `json:"customer"`
	Name     string `json:"name,omitempty"`
	amounts
	Class      string      `json:"class,omitempty"`       // risk class, in this currency
	NextAction *nextAction `json:"next_action,omitempty"` // of the reminder calendar
	Penalties  *string     `json:"penalties,omitempty"`   // interest and fixed sums
}

type groupReport struct {
	By    string `json:"by"`
	Name  string `json:"name"`
	Label string `json:"label,omitempty"` // name of the parent company
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
	Days     *string  `json:"days"` // null where the case has no age
}

// compute makes the report of a ledger at the end of asOf, as known on that day.
func compute(in *input, asOf date.Date, config aging.Config, regime string) (*report, error) {
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
	var moves []aging.Movement
	if in.undatedPayments {
		r.MovementNote = "the file does not say when anything was paid, so there is no movement"
	} else {
		r.movedFrom = previousMonthEnd(asOf)
		if moves, err = aging.Compare(in.ledger, aging.MovementConfig{From: r.movedFrom, To: asOf, Scheme: config.Scheme}); err != nil {
			return nil, err
		}
	}
	findings, err := aging.CheckHealth(in.ledger, asOf, asOf, aging.HealthConfig{})
	if err != nil {
		return nil, err
	}
	groups, err := groupings(in.ledger, asOf, config)
	if err != nil {
		return nil, err
	}
	owed, err := penaltiesOf(in.ledger, asOf, regime)
	if err != nil {
		return nil, err
	}
	figures, err := creditOf(in, asOf)
	if err != nil {
		return nil, err
	}
	classes, err := classesOf(in, asOf)
	if err != nil {
		return nil, err
	}
	calendars, err := remindersOf(in, asOf, regime, classes)
	if err != nil {
		return nil, err
	}
	r.Regime = regime
	r.NotIssued = notYetIssued(in.ledger, asOf)
	for _, currency := range currenciesOf(balance, moves, findings, owed) {
		total, _ := balance.Total(currency)
		names := balance.Scheme().Names()
		c := currencyReport{
			Currency: currency.Code(), Customers: []customerReport{}, Health: []finding{},
			Aged: agedTotal{
				amounts: amountsOf(total, names), WeightedAge: figure(total.WeightedAge()), OverdueItems: total.OverdueItems(),
				IncompleteFor: len(in.problems),
			},
			Concentration: concentrationOf(balance, currency, in.ledger),
			Groups:        groupsOf(groups, currency, names, in.ledger),
			Indicators:    figures.indicators(currency.Code()),
			Dashboard:     figures.dashboard(currency.Code()),
			Delays:        figures.delays(currency.Code()),
			CashIn:        figures.cashIn(currency.Code()),
			Classes:       classes[currency],
			Reminders:     calendars[currency],
		}
		nextOf := c.Reminders.byCustomer()
		classOf := map[string]string{}
		for _, x := range c.Classes {
			classOf[x.Customer] = x.Class
		}
		shares := total.Shares()
		for i := range c.Aged.Columns {
			c.Aged.Columns[i].Share = figure(shares[i])
		}
		c.Aged.UndatedShare = figure(shares[len(names)])
		for line := range balance.Lines() {
			if line.Currency() == currency {
				x := customerReport{Customer: line.Name(), Name: nameOf(in.ledger, line.Name()), amounts: amountsOf(line, names)}
				if regime != "" {
					text := owed.of(currency, line.Name()).Text()
					x.Penalties = &text
				}
				x.Class = classOf[line.Name()]
				x.NextAction = nextOf[line.Name()]
				c.Customers = append(c.Customers, x)
			}
		}
		c.Penalties = owed.total(currency, regime, in.ledger)
		for _, t := range proof.Totals {
			if t.Total.Currency() == currency {
				c.Reconciliation = reconciliation{
					t.Columns.Text(), t.Undated.Text(), t.Unapplied.Text(), t.Total.Text(), t.Ledger.Text(), t.Difference.Text(),
				}
			}
		}
		for _, m := range moves {
			if m.Currency == currency {
				c.Movement = movementOf(m, r.movedFrom)
			}
		}
		for _, f := range findings {
			if f.Currency == currency {
				c.Health = append(c.Health, findingOf(f))
			}
		}
		r.Currencies = append(r.Currencies, c)
	}
	return r, nil
}

// notYetIssued sums the documents that are in the ledger but not yet issued.
func notYetIssued(ledger *receivables.Ledger, asOf date.Date) []notIssued {
	items, amounts := map[receivables.Currency]int{}, map[receivables.Currency]decimal.Decimal{}
	end := receivables.MustDate("9999-12-31")
	for e := range ledger.Entries(end, end) {
		if c := e.Amount.Currency(); e.On > asOf && (e.Kind == receivables.EntryBilled || e.Kind == receivables.EntryCredited) {
			items[c]++
			amounts[c] = amounts[c].Add(e.Amount.Amount())
		}
	}
	var list []notIssued
	for _, c := range sorted(items) {
		list = append(list, notIssued{c.Code(), items[c], receivables.Zero(c).AddAmount(amounts[c]).Text()})
	}
	return list
}

// currenciesOf lists every currency that has something to say, sorted by code.
func currenciesOf(balance *aging.Balance, moves []aging.Movement, findings []aging.Finding, owed *owedPenalties) []receivables.Currency {
	seen := map[receivables.Currency]bool{}
	for line := range balance.Totals() {
		seen[line.Currency()] = true
	}
	for _, m := range moves {
		seen[m.Currency] = true
	}
	for _, f := range findings {
		seen[f.Currency] = true
	}
	for c := range owed.interest {
		seen[c] = true
	}
	return sorted(seen)
}

// sorted lists the currencies of a map by code.
func sorted[V any](m map[receivables.Currency]V) []receivables.Currency {
	return slices.SortedFunc(maps.Keys(m), func(x, y receivables.Currency) int { return strings.Compare(x.Code(), y.Code()) })
}

// groupsOf lists the lines of the groupings in one currency. Of the groupings by
// parent only the groups of companies are listed.
func groupsOf(groups []*aging.Balance, currency receivables.Currency, names []string, ledger *receivables.Ledger) []groupReport {
	parents := map[string]bool{}
	for c := range ledger.Customers() {
		if c.Parent != "" {
			parents[c.Parent] = true
		}
	}
	var list []groupReport
	for _, g := range groups {
		by := g.Keys()[0]
		for line := range g.Lines() {
			if line.Currency() == currency && (by != "parent" || parents[line.Name()]) {
				list = append(list, groupReport{by, line.Name(), nameOf(ledger, line.Name()), amountsOf(line, names)})
			}
		}
	}
	return list
}

// previousMonthEnd returns the last day of the month before.
func previousMonthEnd(asOf date.Date) date.Date {
	return receivables.AddDays(receivables.StartOfMonth(asOf), -1)
}

// groupings ages the ledger by salesperson, selling company and parent company,
// where it has any.
func groupings(ledger *receivables.Ledger, asOf date.Date, config aging.Config) ([]*aging.Balance, error) {
	var salesperson, entity, parent bool
	for item := range ledger.OpenItems(asOf, asOf) {
		salesperson = salesperson || item.Salesperson != ""
		entity = entity || item.Entity != ""
	}
	for c := range ledger.Customers() {
		parent = parent || c.Parent != ""
	}
	var list []*aging.Balance
	for _, by := range []struct {
		used bool
		key  receivables.Key
	}{{salesperson, receivables.BySalesperson()}, {entity, receivables.ByEntity()}, {parent, receivables.ByParent(ledger)}} {
		if !by.used {
			continue
		}
		b, _, err := aging.FromLedger(ledger, asOf, asOf, config, aging.GroupBy(by.key))
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
		DaysLate: daysLate{figure(line.MeanDaysLate()), figure(line.WeightedDaysLate())},
	}
	for i, c := range line.Columns() {
		a.Columns = append(a.Columns, cell{Name: names[i], Amount: c.Amount.Text(), Disputed: c.Disputed.Text(), Items: c.Items})
	}
	return a
}

// figure writes a figure; nil if it could not be computed.
func figure(f receivables.Figure) *string {
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
		Customers: c.Groups, HHI: figure(c.HHI), Top1: figure(c.Top1), Top5: figure(c.Top5), Top10: figure(c.Top10), Largest: []exposure{},
	}
	for _, e := range b.Top(currency, 10) {
		r.Largest = append(r.Largest, exposure{
			e.Line.Name(), nameOf(ledger, e.Line.Name()), e.Line.Total().Amount.Text(), figure(e.Share), figure(e.Cumulative),
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
		item := findingItem{i.Customer, i.Document, i.With, i.Amount.Text(), nil}
		if i.Document != "" {
			age := strconv.Itoa(i.Days)
			item.Days = &age
		}
		r.Items = append(r.Items, item)
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
