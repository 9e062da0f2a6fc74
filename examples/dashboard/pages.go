package main

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
	"github.com/receivables-go/receivables/dso"
	"github.com/receivables-go/receivables/penalties"
	"github.com/receivables-go/receivables/procedure/docket"
	"github.com/receivables-go/receivables/procedure/reminder"
	"github.com/receivables-go/receivables/procedure/worklist"
)

// row is a line of the aged balance with its bar.
type row struct {
	ID, Name  string
	Cells     []aging.Cell
	Undated   aging.Cell
	Unapplied aging.Cell
	Total     receivables.Money
	Overdue   receivables.Money
	Bar       bar
}

const barLength = 240

func rowOf(id, name string, line aging.Line, most decimal.Decimal) row {
	r := row{ID: id, Name: name, Cells: line.Columns(), Undated: line.Undated(), Unapplied: line.Unapplied(), Total: line.Total().Amount, Overdue: line.Overdue()}
	r.Bar = stacked(amountsOf(line), most, barLength)
	return r
}

func amountsOf(line aging.Line) []decimal.Decimal {
	var amounts []decimal.Decimal
	for _, c := range line.Columns() {
		amounts = append(amounts, c.Amount.Amount())
	}
	return append(amounts, line.Undated().Amount.Amount())
}

// largest is the sum of the longest bar.
func largest(lines []aging.Line) decimal.Decimal {
	most := decimal.Zero
	for _, l := range lines {
		sum := decimal.Zero
		for _, a := range amountsOf(l) {
			sum = sum.Add(decimal.Max(a, decimal.Zero))
		}
		most = decimal.Max(most, sum)
	}
	return most
}

// Names of the columns.
func (p *part) Names() []string { return p.scheme.Names() }

// Code of the currency.
func (p *part) Code() string { return p.currency.Code() }

// Total is the line of all customers.
func (p *part) Total() row { return rowOf("", "", p.balance, largest([]aging.Line{p.balance})) }

// Shares of the columns.
func (p *part) Shares() []receivables.Figure { return p.balance.Shares() }

// UndatedShare is the share of what has no due date, of the columns and itself.
func (p *part) UndatedShare() receivables.Figure {
	sum := p.balance.Undated().Amount.Amount()
	for _, c := range p.balance.Columns() {
		sum = sum.Add(c.Amount.Amount())
	}
	return receivables.Quotient(p.balance.Undated().Amount.Amount(), sum, receivables.UnitFraction)
}

// rows are lines of customers.
func (p *part) rows(b *book, list []aging.Line) []row {
	most := largest(list)
	var rows []row
	for _, line := range list {
		rows = append(rows, rowOf(line.Group()[0], b.name(line.Group()[0]), line, most))
	}
	return rows
}

// Segments are the lines by segment.
func (p *part) Segments() []row {
	most := largest(p.segments)
	var rows []row
	for _, line := range p.segments {
		rows = append(rows, rowOf("", line.Group()[0], line, most))
	}
	return rows
}

// Last is the month of the day of the pages.
func (p *part) Last() month { return p.months[len(p.months)-1] }

// View of the ledger at the end of the month.
func (m month) View() dso.View { return m.view }

// Day on which the month is measured.
func (m month) Day() date.Date { return m.view.AsOf() }

// CEI of the three months up to the end of the month.
func (m month) CEI() receivables.Figure { return m.cei.Figure }

// Values of the DSO by each method.
func (m month) Values() []receivables.Figure {
	var list []receivables.Figure
	for _, x := range m.dso {
		list = append(list, x.Figure)
	}
	return list
}

// Months of the chart, the latest last.
func (p *part) Months() []month { return p.months }

// Methods are the keys of the methods.
func (p *part) Methods() []string {
	var keys []string
	for _, m := range methods {
		keys = append(keys, m.key)
	}
	return keys
}

// Interest of the open invoices.
func (p *part) Interest() receivables.Money { return p.interest }

// Delays by cause.
func (p *part) Delays() []dso.Delay { return p.delays }

// WorkCount is the number of entries of the work list.
func (p *part) WorkCount() int { return len(p.list.Entries) }

// First entries of the work list.
func (p *part) FirstWork() []worklist.Entry { return p.list.Entries[:min(6, len(p.list.Entries))] }

// DocketCount is the number of entries of the docket.
func (p *part) DocketCount() int { return len(p.docket.Entries) }

// Undated are the invoices whose last day cannot be told.
func (p *part) Undated() []undated { return p.undated }

// Estimated reports whether a rate of the interest is not verified for its day.
func (p *part) Estimated() bool { return p.estimated }

// Lost are the documents of an entry of the work list whose last day is over.
func (p *part) Lost(e worklist.Entry) []string {
	var list []string
	for _, x := range e.Contact.Items {
		name := named(&receivables.OpenItem{Document: x.Document, Instalment: x.Instalment})
		if p.lost[stake{name, e.Customer}] && len(list) < 5 {
			list = append(list, clean(name))
		}
	}
	return list
}

// Stake is what is open of what an entry is about: a document, or all that the customer owes.
func (p *part) Stake(e docket.Entry) receivables.Money { return p.stakes[stake{e.Claim, e.Customer}] }

// FirstDocket is the nearest last days.
func (p *part) FirstDocket() []docket.Entry { return p.docket.Entries[:min(6, len(p.docket.Entries))] }

// Weeks of the calendar.
func (p *part) Weeks() []week { return p.weeks }

// First day of the week.
func (w week) First() date.Date { return w.first }

// Levels are the numbers of reminders by level.
func (w week) Levels() [6]int { return w.levels }

// Amount that is asked for.
func (w week) Amount() receivables.Money { return w.amount }

// Bar of the levels.
func (w week) Bar() bar {
	var amounts []decimal.Decimal
	for _, n := range w.levels {
		amounts = append(amounts, decimal.NewFromInt(int64(n)))
	}
	return stacked(amounts, decimal.NewFromInt(60), barLength)
}

// Seller is who is owed.
func (b *book) Seller() string { return b.seller }

// AsOf is the day of the pages.
func (b *book) AsOf() date.Date { return b.asOf }

// Currencies are the codes.
func (b *book) Currencies() []string {
	var codes []string
	for _, p := range b.currencies {
		codes = append(codes, p.currency.Code())
	}
	return codes
}

// overviewData is the first page.
type overviewData struct {
	Rows     []row
	DSO, CEI lines
}

func (s *site) overview(p *page, _ url.Values) (any, bool) {
	months := make([]string, 0, len(p.Part.months))
	values := make([][]receivables.Figure, len(methods))
	var cei []receivables.Figure
	for _, m := range p.Part.months {
		months = append(months, m.Day().Format("01/06"))
		for i, x := range m.dso {
			values[i] = append(values[i], x.Figure)
		}
		cei = append(cei, m.cei.Figure)
	}
	var names []string
	for _, m := range methods {
		names = append(names, p.L.word(m.key))
	}
	d := overviewData{
		Rows: p.Part.rows(s.book, p.Part.customers[:min(8, len(p.Part.customers))]),
		DSO:  newLines(p.L, names, months, values),
		CEI:  newLines(p.L, []string{p.L.word("cei_short")}, months, [][]receivables.Figure{cei}),
	}
	d.DSO.Title, d.DSO.Described = p.L.word("dso"), p.L.word("dso_note")
	d.CEI.Title, d.CEI.Described = p.L.word("cei"), p.L.word("cei_note")
	return d, true
}

func (s *site) customers(p *page, q url.Values) (any, bool) {
	return p.Part.rows(s.book, pageOf(p, q, p.Part.customers)), true
}

func (s *site) worklist(p *page, q url.Values) (any, bool) {
	return pageOf(p, q, p.Part.list.Entries), true
}

func (s *site) docket(p *page, q url.Values) (any, bool) {
	return pageOf(p, q, p.Part.docket.Entries), true
}

// pageLength is the number of rows of a table that one page shows.
const pageLength = 500

// pageOf is the part of a list that the query asks for, of which the page then shows the way to the others.
func pageOf[T any](p *page, q url.Values, list []T) []T {
	n, err := strconv.Atoi(q.Get("page"))
	last := max(1, (len(list)+pageLength-1)/pageLength)
	if err != nil || n < 1 {
		n = 1
	}
	n = min(n, last)
	to := func(n int) string {
		if n < 1 || n > last {
			return ""
		}
		other := url.Values{}
		for key, values := range q {
			other[key] = values
		}
		other.Set("page", strconv.Itoa(n))
		path, _, _ := strings.Cut(p.Path, "?")
		return path + "?" + other.Encode()
	}
	first := (n - 1) * pageLength
	end := min(first+pageLength, len(list))
	if last > 1 {
		p.Pager = &pager{First: first + 1, Last: end, Of: len(list), Before: to(n - 1), After: to(n + 1)}
	}
	return list[first:end]
}

// FirstOf is what a page shows of a list that has no pages.
func (p *page) FirstOf(list []undated) []undated { return list[:min(len(list), pageLength)] }

// FirstOfNote says how much that is; "": all.
func (p *page) FirstOfNote(list []undated) string {
	if len(list) <= pageLength {
		return ""
	}
	return fmt.Sprintf(p.L.word("first_of"), pageLength, len(list))
}

// pager is where a page stands in a list.
type pager struct {
	First, Last, Of int
	Before, After   string // "": none
}

// customerData is the page of a customer.
type customerData struct {
	ID       string
	Customer receivables.Customer
	Row      row
	Items    []receivables.OpenItem
	Plan     *reminder.Plan
}

func (s *site) customer(p *page, q url.Values) (any, bool) {
	id := q.Get("id")
	items, ok := p.Part.items[id]
	if !ok {
		return nil, false
	}
	d := customerData{ID: id, Items: slices.Clone(items), Plan: p.Part.plans[id]}
	d.Customer, _ = s.book.ledger.Customer(id)
	p.Subject = clean(s.book.name(id))
	for _, line := range p.Part.customers {
		if line.Group()[0] == id {
			d.Row = rowOf(id, s.book.name(id), line, largest([]aging.Line{line}))
		}
	}
	slices.SortStableFunc(d.Items, func(a, b receivables.OpenItem) int { return int(a.DueOn) - int(b.DueOn) })
	d.Items = pageOf(p, q, d.Items)
	if d.Plan != nil { // of the items that are shown
		plan := *d.Plan
		plan.Items = slices.DeleteFunc(slices.Clone(plan.Items), func(x reminder.ItemPlan) bool {
			return !slices.ContainsFunc(d.Items, func(y receivables.OpenItem) bool { return x.Document == y.Document && x.Instalment == y.Instalment })
		})
		d.Plan = &plan
	}
	return d, true
}

// invoiceData is the page of an invoice, or of an instalment of it.
type invoiceData struct {
	Item receivables.OpenItem
	// Reductions are what was paid, credited and written off.
	Reductions []receivables.Reduction
	Accrual    *penalties.Accrual
	Plan       *reminder.ItemPlan
	Claim      receivables.Money // what is owed in all, in the currency of the invoice
	Skipped    string            // why no interest is computed
	FixedWith  int               // the instalment with which the compensation of the invoice stands; 0: none, or this one
}

// Charged reports whether interest can be asked for at all: not on a payment or a credit note.
func (d invoiceData) Charged() bool { return d.Item.Kind == receivables.KindInvoice }

// Apart reports whether the compensation is due in another currency, so that it does not add to the claim.
func (d invoiceData) Apart() bool {
	return d.Accrual.FixedSum != nil && d.Accrual.FixedSum.Amount.Currency() != d.Item.Open.Currency()
}

func (s *site) invoice(p *page, q url.Values) (any, bool) {
	id, n := q.Get("id"), instalmentOf(q)
	for _, items := range p.Part.items {
		for _, item := range items {
			if item.Document != id || item.Instalment != n {
				continue
			}
			d := invoiceData{Item: item, Accrual: p.Part.accruals[itemKey{id, n}], Skipped: s.book.skipped[itemKey{id, n}]}
			p.Subject = clean(id)
			if n > 0 {
				p.Subject += " (" + strconv.Itoa(n) + ")"
			}
			if h, ok := s.book.histories[itemKey{id, n}]; ok {
				d.Reductions = pageOf(p, q, h.Reductions)
			}
			if plan := p.Part.plans[item.Customer]; plan != nil {
				for i := range plan.Items {
					if x := &plan.Items[i]; x.Document == id && x.Instalment == n {
						d.Plan = x
					}
				}
			}
			if d.Accrual != nil {
				d.Claim = d.Accrual.Total()
			}
			if with, ok := s.book.fixed[id]; ok && with != n && d.Accrual != nil {
				d.FixedWith = with
			}
			return d, true
		}
	}
	return nil, false
}

// Citations of the rates of an accrual, each once.
func (d invoiceData) Citations() []receivables.Citation {
	var list []receivables.Citation
	for _, s := range d.Accrual.Segments {
		for _, c := range s.Rate.Citations {
			if !slices.Contains(list, c) {
				list = append(list, c)
			}
		}
	}
	return list
}

// whyData is how a figure is made.
type whyData struct {
	Key     string
	Measure dso.Measure
	Inputs  []input
	Months  []dso.MonthFraction
	Day     date.Date
	Without []without // of the interest: for what none is computed
	Late    int       // how many those are
}

// input is a figure that goes into another one.
type input struct {
	Name  string
	Value receivables.Figure
	Path  string // of its own working, if it has one
}

func (s *site) why(p *page, q url.Values) (any, bool) {
	key := q.Get("figure")
	at := slices.IndexFunc(p.Part.months, func(m month) bool { return q.Get("day") == "" || m.Day().String() == q.Get("day") })
	if q.Get("day") == "" {
		at = len(p.Part.months) - 1
	}
	if at < 0 {
		return nil, false
	}
	m := p.Part.months[at]
	d := whyData{Key: key, Day: m.Day()}
	money := func(name string, m receivables.Money) {
		d.Inputs = append(d.Inputs, input{Name: p.L.word(name), Value: receivables.FigureOf(m)})
	}
	if key == "interest" {
		if d.Day != s.book.asOf {
			return nil, false
		}
		p.Subject = p.L.word("interest")
		d.Late = len(p.Part.without)
		d.Without = p.Part.without[:min(d.Late, pageLength)]
		d.Measure = dso.Measure{Figure: receivables.FigureOf(p.Part.interest)}
		for _, x := range pageOf(p, q, p.Part.owing) {
			path := "/customer?" + url.Values{"id": {x.Customer}, "currency": {p.Currency()}}.Encode()
			d.Inputs = append(d.Inputs, input{clean(s.book.name(x.Customer)), receivables.FigureOf(x.Interest), path})
		}
		return d, true
	}
	if key == "cei" {
		p.Subject = p.L.word("cei")
		d.Measure = m.cei
		opening, err := m.view.Before(receivables.AddDays(m.cei.Window.First, -1))
		if err != nil {
			return nil, false
		}
		money("opening", opening.Receivables())
		money("sales", m.view.Booked(m.cei.Window).Sales)
		money("closing", m.view.Receivables())
		money("closing_not_due", m.view.NotDue())
		return d, true
	}
	i := slices.IndexFunc(methods, func(m method) bool { return m.key == key })
	if i < 0 {
		return nil, false
	}
	p.Subject = "DSO – " + p.L.word(key)
	d.Measure = m.dso[i]
	switch key {
	case "dso_true":
		money("open_invoices", m.view.Debits())
		_, d.Months = m.view.SalesWeighted(30) // sales of the months, by which it divides
	case "dso_sales_weighted":
		_, d.Months = m.view.SalesWeighted(30)
	default:
		money("receivables", m.view.Receivables())
		if key == "dso_countback" {
			// The months that are used up, the last of them in part.
			first, left := receivables.StartOfMonth(d.Day), m.view.Receivables().Amount()
			used, _ := d.Measure.Value()
			for back := 0; left.Sign() > 0 && decimal.NewFromInt(int64(28*back)).Cmp(used) <= 0; back++ {
				start := receivables.AddMonths(first, -back)
				last := min(receivables.EndOfMonth(start), d.Day)
				days := receivables.DaysBetween(start, last) + 1
				sales := m.view.Sales(dso.Window{First: start, Last: last, Days: days})
				left = left.Sub(sales.Amount())
				if sales.IsZero() {
					continue // its days are used up
				}
				d.Inputs = append(d.Inputs, input{Name: p.L.word("sales_of") + " " + start.Format("01/2006"), Value: receivables.FigureOf(sales)})
			}
		} else {
			money("sales", m.view.Sales(d.Measure.Window))
		}
	}
	d.Months, d.Inputs = pageOf(p, q, d.Months), pageOf(p, q, d.Inputs)
	return d, true
}

// HasWindow reports whether the measure has a period.
func (d whyData) HasWindow() bool { return d.Measure.Window.First != 0 }

// Formula is the key of the formula.
func (d whyData) Formula() string { return "formula_" + d.Key }

// Items is the number of open items.
func (p *part) Items() int { return p.balance.Total().Items }

// CustomerCount is the number of customers with something open.
func (p *part) CustomerCount() int { return len(p.customers) }

// Disputed is the part under dispute.
func (p *part) Disputed() receivables.Money { return p.balance.Total().Disputed }

// DisputedShare is its share of the receivables.
func (p *part) DisputedShare() receivables.Figure { return p.share(p.Disputed()) }

// OverdueShare is the share of what is overdue.
func (p *part) OverdueShare() receivables.Figure { return p.share(p.balance.Overdue()) }

func (p *part) share(of receivables.Money) receivables.Figure {
	return receivables.Quotient(of.Amount(), p.balance.Total().Amount.Amount(), receivables.UnitFraction)
}

// link is a page with its key.
type link struct{ Name, Path string }

// Pages are those of the navigation.
func (p *page) Pages() []link {
	query := "?currency=" + p.Currency()
	return []link{{"overview", "/" + query}, {"customers", "/customers" + query}, {"worklist", "/worklist" + query}, {"calendar", "/calendar" + query}, {"docket", "/docket" + query}}
}

// Show is the address that changes how pages are shown and comes back here.
func (p *page) Show(name, value string) string {
	return "/display?" + url.Values{name: {value}, "to": {p.Path}}.Encode()
}

// Accrual is the interest of an item; nil if there is none.
func (p *page) Accrual(document string, instalment int) *itemInterest {
	a := p.Part.accruals[itemKey{document, instalment}]
	if a == nil {
		return nil
	}
	return &itemInterest{a, "/invoice?" + url.Values{"id": {document}, "n": {strconv.Itoa(instalment)}, "currency": {p.Currency()}}.Encode() + "#interest"}
}

// itemInterest is the interest of an item and where its working is.
type itemInterest struct {
	*penalties.Accrual
	Path string
}

// RateOf says how a rate came about.
func (p *page) RateOf(r penalties.Rate) string {
	return fmt.Sprintf(p.L.word("rate_of"), p.L.number(r.Reference.String()), p.L.day(r.ReferenceOn), p.L.number(r.Margin.String()))
}

// Code of the language.
func (l *language) Code() string { return l.code }

// FromTo writes a period.
func (l *language) FromTo(w dso.Window) string { return l.fromTo(w.First, w.Last, w.Days) }
