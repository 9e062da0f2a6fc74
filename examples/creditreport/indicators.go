package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/dso"
	"github.com/receivables-go/receivables/dso/forecast"
	"github.com/receivables-go/receivables/dso/scorecard"
)

// shownMonths is the number of months of the dashboard, shownWeeks that of the cash forecast.
const (
	shownMonths = 12
	shownWeeks  = 8
)

// indicatorSet is the indicators of one currency on the day of the report, by key.
type indicatorSet map[string]any

// dashboard is the indicators of one currency by month.
type dashboard struct {
	Months []date.Date    `json:"months"`
	Series []monthlyValue `json:"series"`
}

type monthlyValue struct {
	Key      string           `json:"key"`
	Name     string           `json:"name"`
	French   string           `json:"french"`
	Unit     receivables.Unit `json:"unit"`
	Values   []*string        `json:"values"` // one for each month
	YearAgo  *string          `json:"year_ago"`
	PerMonth *string          `json:"trend_per_month"`
	Tendency string           `json:"tendency,omitempty"`
}

// delay is one line of what holds money back.
type delay struct {
	Cause      string  `json:"cause"`
	Amount     string  `json:"amount"`
	Items      int     `json:"items"`
	Age        *string `json:"age"`
	Share      *string `json:"share"`
	Cumulative *string `json:"cumulative"`
	Days       *string `json:"dso_days"`
}

// cashIn is the money expected in the weeks to come.
type cashIn struct {
	Weeks        []cashWeek `json:"weeks"`
	Later        string     `json:"later"`
	Disputed     string     `json:"disputed"`
	Undated      string     `json:"undated"`
	Unapplied    string     `json:"unapplied"`
	Balance      string     `json:"balance"`
	WithoutHabit string     `json:"without_habit"`
	Assumptions  []string   `json:"assumptions"`
}

type cashWeek struct {
	First    date.Date `json:"first"`
	Last     date.Date `json:"last"`
	Expected string    `json:"expected"`
	Early    string    `json:"early"`
	Late     string    `json:"late"`
}

// credit is what the indicators of a report are made from.
type credit struct {
	asOf      date.Date
	undated   bool // payments have no dates
	card      *scorecard.Card
	totals    map[string]dso.View
	forecasts []forecast.Forecast
}

// needPayments are the indicators that mean nothing where payments have no dates.
var needPayments = []string{
	scorecard.KeyCEI, scorecard.KeyCEIMonthly, scorecard.KeyCollected, scorecard.KeyDaysToPay, scorecard.KeyBeyondTerms,
	scorecard.KeyBeyondBlended, scorecard.KeyMeanLateness, scorecard.KeyOnTime,
}

// creditOf makes the card and the forecast of a ledger.
func creditOf(in *input, asOf date.Date) (*credit, error) {
	c := &credit{asOf: asOf, undated: in.undatedPayments, totals: map[string]dso.View{}}
	var err error
	c.card, err = scorecard.FromLedger(in.ledger, asOf, scorecard.Config{
		First: receivables.AddMonths(receivables.StartOfMonth(asOf), 1-shownMonths), Last: asOf,
	}, scorecard.Standard())
	if err != nil {
		return nil, err
	}
	result, err := dso.FromLedger(in.ledger, asOf, asOf, dso.Config{})
	if err != nil {
		return nil, err
	}
	for line := range result.Totals() {
		if c.totals[line.Currency().Code()], err = line.At(asOf); err != nil {
			return nil, err
		}
	}
	habits := map[string]forecast.Habit{}
	if !c.undated {
		habits = forecast.HabitsOf(in.ledger.Timelines(asOf, asOf), asOf)
	}
	c.forecasts, err = forecast.FromHabits(
		in.ledger.OpenItems(asOf, asOf), habits, receivables.WeekdayCalendar{}, forecast.Config{AsOf: asOf, Periods: shownWeeks},
	)
	return c, err
}

// line returns the total of a currency on the card.
func (c *credit) line(currency string) (scorecard.Line, bool) {
	i := slices.IndexFunc(c.card.Lines, func(l scorecard.Line) bool { return l.Currency == currency })
	if i < 0 {
		return scorecard.Line{}, false
	}
	return c.card.Lines[i], true
}

// indicators returns the indicators of a currency on the day, nil if nothing was ever issued
// in it.
func (c *credit) indicators(currency string) indicatorSet {
	line, ok := c.line(currency)
	if !ok {
		return nil
	}
	view := c.totals[currency]
	window := dso.LastDays(c.asOf, 90)
	set := indicatorSet{
		"sales_window": fmt.Sprintf("%s/%s", window.First, window.Last),
		"sales":        view.Sales(window).Text(),
	}
	for _, s := range line.Series {
		m := s.Cells[len(s.Cells)-1].Value
		if c.undated && slices.Contains(needPayments, s.Key) {
			m.Figure = receivables.NoFigure(receivables.StatusInsufficientData, m.Unit())
			m.Notes = []string{"the file does not say when anything was paid"}
		}
		set[s.Key] = m
	}
	parts := view.Decompose(window, receivables.Money{})
	set["dso_decomposition"] = map[string]dso.Measure{
		"not_due": parts.NotDue, "overdue": parts.Overdue, "disputed": parts.Disputed, "undated": parts.Undated, "unapplied": parts.Unapplied, "total": parts.Total, "disputed_overdue": parts.DisputedOverdue,
	}
	weighted, _ := view.SalesWeighted(30)
	set["dso_average_balance"] = view.AverageBalanceDSO(window)
	set["dso_countback_days"] = view.CountBackDays(dso.CountBack{})
	set["dso_sales_weighted"] = weighted
	set["dso_true_invoice"] = view.TrueInvoice()
	set["average_age_open"] = view.AgeOfOpen()
	set["dso_day_value"] = view.DayValue(window, decimal.NewFromInt(1), decimal.Zero).OneDay
	if c.undated {
		delete(set, "dso_average_balance")
	}
	if everything := (dso.Window{First: receivables.MustDate("1900-01-01"), Last: c.asOf, Days: 1}); view.Collected(everything).IsZero() && view.Debits().Sign() > 0 {
		set["note"] = "nothing was ever paid in these data: if they hold open items only, sales are understated and the DSO is overstated"
	}
	return set
}

// measure returns one indicator.
func (s indicatorSet) measure(key string) (dso.Measure, bool) {
	m, ok := s[key].(dso.Measure)
	return m, ok
}

// dashboard returns the indicators of a currency by month; nil where payments have no dates,
// for then the past is not known.
func (c *credit) dashboard(currency string) *dashboard {
	line, ok := c.line(currency)
	if !ok || c.undated {
		return nil
	}
	d := &dashboard{Months: c.card.Months}
	for _, s := range line.Series {
		last := s.Cells[len(s.Cells)-1]
		v := monthlyValue{
			Key: s.Key, Name: s.Name, French: s.French, Unit: last.Value.Unit(), YearAgo: figure(last.YearAgo),
			PerMonth: figure(s.Trend.PerMonth), Tendency: s.Trend.Tendency,
		}
		for _, cell := range s.Cells {
			v.Values = append(v.Values, figure(cell.Value.Figure))
		}
		d.Series = append(d.Series, v)
	}
	return d
}

// delays lists what holds money back by cause, largest first.
func (c *credit) delays(currency string) []delay {
	list := []delay{}
	line, ok := c.line(currency)
	if !ok || line.Delays == nil {
		return list
	}
	for _, d := range line.Delays.ByCause {
		list = append(list, delay{
			d.Name, d.Amount.Text(), d.Items, figure(d.Age), figure(d.Share), figure(d.Cumulative), figure(d.InDays.Figure),
		})
	}
	return list
}

// cashIn returns the money expected in a currency; nil if nothing is open.
func (c *credit) cashIn(currency string) *cashIn {
	for _, f := range c.forecasts {
		if f.Currency.Code() != currency {
			continue
		}
		x := &cashIn{
			Later: f.Later.Expected.Text(), Disputed: f.Disputed.Text(), Undated: f.Undated.Text(), Unapplied: f.Unapplied.Text(),
			Balance: f.Balance.Text(), WithoutHabit: f.WithoutHabit.Text(), Assumptions: f.Assumptions,
		}
		for _, l := range f.Lines {
			x.Weeks = append(x.Weeks, cashWeek{l.First, l.Last, l.Expected.Text(), l.Early.Text(), l.Late.Text()})
		}
		return x
	}
	return nil
}

// shown writes a figure for people: amounts with separators, shares in percent, one decimal.
func shown(value *string, unit receivables.Unit) string {
	switch {
	case value == nil:
		return "n/a"
	case unit == receivables.UnitFraction:
		if small, err := decimal.NewFromString(*value); err == nil && !small.IsZero() && small.Abs().LessThan(decimal.New(1, -3)) {
			return rounded(value, 2, 2, "%")
		}
		return percent(value)
	case unit == receivables.UnitPercent:
		return rounded(value, 0, 1, "%")
	case unit == receivables.UnitDays:
		return daysRounded(value)
	}
	return money(rounded(value, 0, 0, ""))
}

// recent returns the last few values of a monthly series.
func (v monthlyValue) recent(n int) []string {
	var list []string
	for _, value := range v.Values[max(0, len(v.Values)-n):] {
		list = append(list, shown(value, v.Unit))
	}
	return list
}

// family are the methods of the DSO that are listed side by side.
var family = []struct{ Key, Label string }{
	{scorecard.KeyDSO, "balance method, 90 days"},
	{scorecard.KeyDSOYear, "balance method, 12 months"},
	{"dso_average_balance", "average balance, 90 days"},
	{scorecard.KeyCountBack, "count-back by months (épuisement)"},
	{"dso_countback_days", "count-back by days"},
	{"dso_sales_weighted", "sales-weighted"},
	{scorecard.KeyBestPossible, "best possible (contractuel)"},
	{scorecard.KeyDelinquent, "average days delinquent (retard)"},
}

// Methods lists the DSO by each method for the report.
func (s indicatorSet) Methods() [][2]string {
	var list [][2]string
	for _, f := range family {
		if m, ok := s.measure(f.Key); ok {
			text := m.Text(1)
			if m.Status() == receivables.StatusTruncated {
				text = "over " + text
			}
			list = append(list, [2]string{f.Label, text})
		}
	}
	return list
}

func writeIndicators(out io.Writer, c currencyReport) {
	if c.Indicators == nil {
		return
	}
	fmt.Fprintf(out, "INDICATORS OF THE CREDIT FUNCTION (indicateurs) - %s, sales including VAT of %s: %s\n\n",
		c.Currency, c.Indicators["sales_window"], money(c.Indicators["sales"].(string)))
	var t table
	t.row("days sales outstanding (DSO, délai moyen de paiement)", "days")
	t.rule()
	for _, line := range c.Indicators.Methods() {
		t.row(line[0], line[1])
	}
	t.write(out)
	if note, ok := c.Indicators["note"].(string); ok {
		fmt.Fprintf(out, "Note: %s.\n\n", note)
	}
	writeDashboard(out, c)
	writeDelays(out, c)
}

// monthsInText is the number of months that fit a line of text.
const monthsInText = 6

// recentMonths names the last months, as 2026-10.
func recentMonths(days []date.Date) []string {
	var names []string
	for _, d := range days[max(0, len(days)-monthsInText):] {
		names = append(names, d.String()[:len("2006-01")])
	}
	return names
}

func writeDashboard(out io.Writer, c currencyReport) {
	if c.Dashboard == nil {
		return
	}
	var t table
	heads := append([]string{"by month (tableau de bord)"}, recentMonths(c.Dashboard.Months)...)
	t.row(append(heads, "year ago", "tendency")...)
	t.rule()
	for _, s := range c.Dashboard.Series {
		cells := append([]string{s.Name}, s.recent(monthsInText)...)
		t.row(append(cells, shown(s.YearAgo, s.Unit), s.Tendency)...)
	}
	t.write(out)
}

func writeDelays(out io.Writer, c currencyReport) {
	if len(c.Delays) == 0 {
		return
	}
	var t table
	t.row("what holds money back, by cause (causes de retard)", "amount", "items", "age", "share", "cumulative", "days of DSO")
	t.rule()
	for _, d := range c.Delays {
		t.row(d.Cause, money(d.Amount), fmt.Sprint(d.Items), daysRounded(d.Age), percent(d.Share), percent(d.Cumulative), daysRounded(d.Days))
	}
	t.write(out)
}

func writeCashIn(out io.Writer, c currencyReport) {
	f := c.CashIn
	if f == nil {
		return
	}
	var t table
	t.row("expected cash-in (prévision d'encaissements)", "expected", "early case", "late case")
	t.rule()
	for _, w := range f.Weeks {
		t.row(fmt.Sprintf("%s to %s", w.First, w.Last), money(w.Expected), money(w.Early), money(w.Late))
	}
	t.row("later", money(f.Later))
	t.row("disputed", money(f.Disputed))
	t.row("undated", money(f.Undated))
	t.row("unapplied credits", money(f.Unapplied))
	t.rule()
	t.row("balance", money(f.Balance))
	t.row("of which expected without history", money(f.WithoutHabit))
	t.write(out)
	for _, a := range f.Assumptions {
		fmt.Fprintln(out, "  "+a)
	}
	fmt.Fprintln(out)
}
