package dso

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/fixed"
)

// Result is what an accumulator added up. It is immutable and safe for concurrent use.
type Result struct {
	config   Config
	keys     []string
	excluded []string
	rows     []*row    // lowest level, sorted by path, then currency
	totals   []*row    // by currency
	first    date.Date // of which the books show something; zero: nothing
}

// Result returns what was added so far. The accumulator can go on.
func (a *Accumulator) Result() *Result {
	r := &Result{config: a.config, keys: a.Keys(), excluded: slices.Clone(a.excluded)}
	if a.rows == nil {
		return r // not made by New: nothing was added
	}
	var rows []*row
	for row := range a.rows.All() {
		rows = append(rows, row)
	}
	r.rows = gather(rows, len(a.keys))
	r.totals = r.rows
	if len(a.keys) > 0 {
		r.totals = gather(r.rows, 0)
	}
	for _, row := range r.totals {
		if day := row.firstBooked(); day != 0 && (r.first == 0 || day < r.first) {
			r.first = day
		}
	}
	return r
}

// First returns the first day of which the books show something; zero: nothing at all.
func (r *Result) First() date.Date { return r.first }

// firstBooked returns the first day of which a row has something.
func (r *row) firstBooked() date.Date {
	var first int32
	for i := range r.entries {
		if first == 0 || r.entries[i].booked < first {
			first = r.entries[i].booked
		}
	}
	for k := range r.exact {
		if first == 0 || k.booked < first {
			first = k.booked
		}
	}
	return date.Date(first)
}

// gather merges copies of rows by the first n names of their path and sorts them by
// these, then by currency, and their entries for reading.
func gather(rows []*row, n int) []*row {
	sorted := slices.Clone(rows)
	slices.SortFunc(sorted, func(x, y *row) int {
		return cmp.Or(slices.Compare(x.path[:n], y.path[:n]), strings.Compare(x.currency.Code(), y.currency.Code()))
	})
	var result []*row
	for _, r := range sorted {
		if len(result) > 0 {
			last := result[len(result)-1]
			if last.currency == r.currency && slices.Equal(last.path, r.path[:n]) {
				last.merge(r)
				continue
			}
		}
		c := r.clone()
		c.path = r.path[:n:n]
		result = append(result, c)
	}
	for _, r := range result {
		r.sort()
	}
	return result
}

// Keys returns the names of the levels of grouping, highest first.
func (r *Result) Keys() []string { return slices.Clone(r.keys) }

// Lines yields a line for each group and currency, sorted by group, then by currency
// code.
func (r *Result) Lines() iter.Seq[Line] { return r.lines(r.rows) }

// Totals yields the total of each currency, sorted by code.
func (r *Result) Totals() iter.Seq[Line] { return r.lines(r.totals) }

// Subtotals yields the lines summed over the first levels of grouping: Subtotals(0) is
// [Result.Totals], Subtotals(number of keys) is [Result.Lines]. A level outside is taken as
// the nearest.
func (r *Result) Subtotals(level int) iter.Seq[Line] {
	level = min(max(level, 0), len(r.keys))
	switch level {
	case len(r.keys):
		return r.lines(r.rows)
	case 0:
		return r.lines(r.totals)
	}
	return r.lines(gather(r.rows, level))
}

// Line returns the line of a group, named from the highest level down; false if there is
// none, and then [Line.At] is an error. Without names it is the total. A group of a higher
// level is asked for by fewer names.
func (r *Result) Line(currency receivables.Currency, group ...string) (Line, bool) {
	rows := r.rows
	switch {
	case len(group) == 0:
		rows = r.totals
	case len(group) < len(r.keys):
		rows = gather(r.rows, len(group))
	}
	at, found := slices.BinarySearchFunc(rows, currency, func(x *row, c receivables.Currency) int {
		return cmp.Or(slices.Compare(x.path, group), strings.Compare(x.currency.Code(), c.Code()))
	})
	if !found {
		return Line{result: r, missing: strings.Join(append([]string{currency.Code()}, group...), " ")}, false
	}
	return Line{result: r, row: rows[at]}, true
}

func (r *Result) lines(rows []*row) iter.Seq[Line] {
	return func(yield func(Line) bool) {
		for _, x := range rows {
			if !yield(Line{result: r, row: x}) {
				return
			}
		}
	}
}

// Line is one group in one currency, on all days.
type Line struct {
	result  *Result
	row     *row   // nil: there is no such group
	missing string // what was asked for then
}

// Group returns the names of the group, from the highest level down; empty for a total.
func (l Line) Group() []string {
	if l.row == nil {
		return nil
	}
	return slices.Clone(l.row.path)
}

// Name returns the name of the lowest level of the group, "" for a total.
func (l Line) Name() string {
	path := l.Group()
	if len(path) == 0 {
		return ""
	}
	return path[len(path)-1]
}

// Currency returns the currency of the line.
func (l Line) Currency() receivables.Currency {
	if l.row == nil {
		return receivables.Currency{}
	}
	return l.row.currency
}

// At returns the line at the end of a day.
//
// Errors:
//   - [receivables.ErrInvalidInput] for what is no day;
//   - [receivables.ErrUnknown] for a group that there is not;
//   - [receivables.ErrNoCoverage] for a day outside those that the timelines tell of
//     ([Config.Since], [Config.Through]).
func (l Line) At(asOf date.Date) (View, error) {
	if !receivables.IsDay(asOf) {
		return View{}, notADay("as of", asOf)
	}
	if l.row == nil {
		return View{}, &receivables.FieldError{Path: "line", Value: l.missing, Rule: receivables.RuleUnknownReference, Detail: "no such group and currency"}
	}
	c := l.result.config
	if c.Through != 0 && asOf > c.Through || asOf < c.Since {
		e := &receivables.CoverageError{Parameter: "timelines", Day: asOf, FirstCovered: c.Since, LastCovered: c.Through}
		if c.Since == 0 {
			e.FirstCovered = min(l.result.first, c.Through)
		}
		if c.Through == 0 {
			e.LastCovered = lastDay
		}
		return View{}, e
	}
	return l.at(asOf), nil
}

// at is At for a day that is known to be good.
func (l Line) at(asOf date.Date) View { return View{line: l, asOf: asOf} }

// View is one group in one currency at the end of one day. Its amounts include VAT, as
// those of a ledger do. It is immutable and safe for concurrent use.
type View struct {
	line  Line
	asOf  date.Date
	added []OffLedger
}

// OffLedger is receivables that the ledger no longer holds though the seller bears or
// finances them: bills discounted and not matured (effets escomptés non échus), receivables
// assigned to a factor (créances cédées). With them the DSO is the operating one, without
// them that of the balance sheet.
type OffLedger struct {
	Name    string            `json:"name"`
	NotDue  receivables.Money `json:"not_due"`
	Overdue receivables.Money `json:"overdue"` // the zero value: none
}

// With returns the view with receivables added to its balance, named in the perimeter of its
// figures. Figures that need the balance of another day (average balance, turnover on it, CEI)
// or its invoices (sales-weighted, true DSO) are then undefined: mixed basis.
//
// Errors:
//   - [receivables.ErrInvalidInput] without a name or amount;
//   - [receivables.ErrCurrencyMismatch].
func (v View) With(added ...OffLedger) (View, error) {
	for _, a := range added {
		if a.Name == "" || !a.NotDue.IsValid() && !a.Overdue.IsValid() {
			return View{}, &receivables.FieldError{Path: "off ledger", Value: a.Name, Rule: receivables.RuleRequired, Detail: "a name and an amount"}
		}
		for _, m := range []receivables.Money{a.NotDue, a.Overdue} {
			if m.IsValid() && m.Currency() != v.Currency() {
				return View{}, &receivables.FieldError{Path: "off ledger: " + a.Name, Value: m.String(), Rule: receivables.RuleCurrency, Detail: "the view is in " + v.Currency().Code()}
			}
		}
	}
	v.added = slices.Concat(v.added, added)
	return v, nil
}

// offLedger returns the sums of what was added.
func (v *View) offLedger() (notDue, overdue decimal.Decimal) {
	for _, a := range v.added {
		notDue, overdue = notDue.Add(a.NotDue.Amount()), overdue.Add(a.Overdue.Amount())
	}
	return notDue, overdue
}

// refused is an undefined measure where something was added that the formula cannot take.
func (v *View) refused(m Measure) Measure {
	if len(v.added) > 0 {
		m.Figure = receivables.NoFigure(receivables.StatusMixedBasis, m.Unit())
	}
	return m
}

// AsOf returns the day.
func (v View) AsOf() date.Date { return v.asOf }

// Line returns the line that the view is of.
func (v View) Line() Line { return v.line }

// Currency returns the currency of its amounts.
func (v View) Currency() receivables.Currency { return v.line.Currency() }

// config returns how the view was made.
func (v *View) config() Config {
	if v.line.result == nil {
		return Config{} // a View that was not made by At
	}
	return v.line.result.config
}

// Before returns the same line at the end of an earlier day.
//
// Errors: those of [Line.At].
func (v View) Before(day date.Date) (View, error) { return v.line.At(day) }

// entries yields what is booked by the day of the view of a statistic, over days, both
// included.
func (v *View) entries(what statistic, first, last date.Date) iter.Seq[*entry] {
	return func(yield func(*entry) bool) {
		if v.line.row == nil {
			return
		}
		first, last = max(first, noDay), min(last, lastDay)
		list := v.line.row.entries
		from := entryKey{what: what, day: int32(first)}.pack()
		at, _ := slices.BinarySearchFunc(list, from, func(e entry, packed uint64) int { return cmp.Compare(e.pack(), packed) })
		for ; at < len(list); at++ {
			e := &list[at]
			if e.what != what || date.Date(e.day) > last {
				return
			}
			if date.Date(e.booked) <= v.asOf && !yield(e) {
				return
			}
		}
	}
}

// exact returns the sum of what does not fit minor units, each times what factor makes of
// its day.
func (v *View) exact(what statistic, first, last date.Date, factor func(day date.Date) int64) decimal.Decimal {
	sum := decimal.Zero
	if v.line.row == nil {
		return sum
	}
	for k, d := range v.line.row.exact {
		if day := date.Date(k.day); k.what == what && day >= first && day <= last && date.Date(k.booked) <= v.asOf {
			sum = sum.Add(d.Mul(decimal.NewFromInt(factor(day))))
		}
	}
	return sum
}

func once(date.Date) int64        { return 1 }
func byDay(day date.Date) int64   { return int64(day) }
func (v *View) minorUnits() int32 { return int32(v.Currency().MinorUnits()) }

// between returns the sum of a statistic of amounts over days, both included.
func (v *View) between(what statistic, first, last date.Date) decimal.Decimal {
	var sum fixed.Int
	for e := range v.entries(what, first, last) {
		sum.Add(e.sum)
	}
	return sum.Decimal(v.minorUnits()).Add(v.exact(what, first, last, once))
}

// number returns a statistic of whole numbers over days, both included.
func (v *View) number(what statistic, first, last date.Date) decimal.Decimal {
	var sum fixed.Int
	for e := range v.entries(what, first, last) {
		sum.Add(e.sum)
	}
	return sum.Decimal(0)
}

// product returns the sum of amount x day of a statistic over days, both included; with
// places 0, of whole numbers.
func (v *View) product(what statistic, first, last date.Date, places int32) decimal.Decimal {
	var sum fixed.Int
	for e := range v.entries(what, first, last) {
		sum.AddTimes(e.sum, int64(e.day))
	}
	return sum.Decimal(places).Add(v.exact(what, first, last, byDay))
}

// dayAmount is an amount of one day.
type dayAmount struct {
	day    date.Date
	amount decimal.Decimal
}

// byDays returns a statistic of amounts by day, those of days up to last.
func (v *View) byDays(what statistic, last date.Date) []dayAmount {
	var list []dayAmount
	var sum fixed.Int
	var day date.Date
	flush := func() {
		if day != 0 {
			list = append(list, dayAmount{day, sum.Decimal(v.minorUnits())})
		}
	}
	for e := range v.entries(what, firstDay, last) {
		if date.Date(e.day) != day {
			flush()
			day, sum = date.Date(e.day), fixed.Int{}
		}
		sum.Add(e.sum)
	}
	flush()
	if v.line.row == nil || len(v.line.row.exact) == 0 {
		return list
	}
	for k, d := range v.line.row.exact {
		if k.what == what && date.Date(k.day) <= last && date.Date(k.booked) <= v.asOf {
			list = append(list, dayAmount{date.Date(k.day), d})
		}
	}
	slices.SortFunc(list, func(a, b dayAmount) int { return cmp.Compare(a.day, b.day) })
	merged := list[:0]
	for _, x := range list {
		if n := len(merged); n > 0 && merged[n-1].day == x.day {
			merged[n-1].amount = merged[n-1].amount.Add(x.amount)
			continue
		}
		merged = append(merged, x)
	}
	return merged
}

// all returns the sum of a statistic over all days.
func (v *View) all(what statistic) decimal.Decimal { return v.between(what, noDay, lastDay) }

const (
	noDay    date.Date = 0 // of what has no date
	firstDay date.Date = 1 // before every day with a date
	lastDay  date.Date = 1<<22 - 1
)

func (v *View) money(d decimal.Decimal) receivables.Money {
	return receivables.Zero(v.Currency()).AddAmount(d)
}

func (v *View) amount(d decimal.Decimal) Amount { return Including(v.money(d)) }

// Receivables returns the balance (encours): debits less unapplied credits, or the debits
// alone if so configured.
func (v View) Receivables() receivables.Money {
	debits := v.Debits()
	if v.config().Unapplied == UnappliedDeducted {
		return debits.AddAmount(v.credits())
	}
	return debits
}

// Debits returns the open invoices, and what was added to them.
func (v View) Debits() receivables.Money {
	notDue, overdue := v.offLedger()
	return v.money(v.all(sumDebits).Add(notDue).Add(overdue))
}

// Items returns the number of open invoices, each due date counting once.
func (v View) Items() int { return int(v.number(sumItems, noDay, lastDay).IntPart()) }

// OverdueItems returns the number of open invoices at least one day late.
func (v View) OverdueItems() int { return int(v.number(sumItems, firstDay, v.asOf-1).IntPart()) }

// NotDue returns the open invoices that are not due, disputed ones included (non échu).
func (v View) NotDue() receivables.Money {
	notDue, _ := v.offLedger()
	return v.money(v.between(sumDue, v.asOf, lastDay).Add(notDue))
}

// Overdue returns the open invoices at least one day late, disputed ones included (échu).
func (v View) Overdue() receivables.Money {
	_, overdue := v.offLedger()
	return v.OverdueBeyond(0).AddAmount(overdue)
}

// OverdueBeyond returns the open invoices of the ledger late by more than a number of days.
func (v View) OverdueBeyond(days int) receivables.Money {
	return v.money(v.between(sumDue, firstDay, receivables.AddDays(v.asOf, -1-max(0, days))))
}

// Undated returns the open invoices without due date.
func (v View) Undated() receivables.Money { return v.money(v.between(sumDue, noDay, noDay)) }

// Disputed returns what is under dispute, due or not (litiges).
func (v View) Disputed() receivables.Money { return v.money(v.all(sumDisputed)) }

// DisputedOverdue returns what is under dispute and at least one day late.
func (v View) DisputedOverdue() receivables.Money {
	return v.money(v.between(sumDisputed, firstDay, v.asOf-1))
}

// Unapplied returns the open credits: zero or below (non lettré).
func (v View) Unapplied() receivables.Money { return v.money(v.credits()) }

// credits returns the open credits.
func (v *View) credits() decimal.Decimal { return v.all(sumCredits).Add(v.all(sumCreditNotes)) }

// Excluded returns what is open of the items that were excluded.
func (v View) Excluded() receivables.Money { return v.money(v.all(sumExcluded)) }

// Parts returns what the balance is made of. Nothing unbilled is in it: a ledger of
// invoices does not know it.
func (v View) Parts() Parts {
	disputedUndated := v.between(sumDisputed, noDay, noDay)
	disputedNotDue := v.between(sumDisputed, v.asOf, lastDay)
	p := Parts{
		NotDue:   v.NotDue().AddAmount(disputedNotDue.Neg()),
		Overdue:  v.Overdue().AddAmount(v.DisputedOverdue().Amount().Neg()),
		Disputed: v.Disputed(), DisputedOverdue: v.DisputedOverdue(),
		Undated: v.Undated().AddAmount(disputedUndated.Neg()),
	}
	p.Unapplied = receivables.Zero(v.Currency())
	if v.config().Unapplied == UnappliedDeducted {
		p.Unapplied = v.Unapplied()
	}
	return p
}

// Sales returns the invoices of a window less credit notes, including VAT. A credit note
// counts in the month of the invoice it corrects, if that is known, from its own day on; a
// cancelled invoice no longer counts.
func (v View) Sales(w Window) receivables.Money { return v.money(v.between(sumSales, w.First, w.Last)) }

// Collected returns the money received in a window.
func (v View) Collected(w Window) receivables.Money {
	return v.money(v.between(sumCollected, w.First, w.Last))
}

// WrittenOff returns what was given up in a window for any reason, less credits that
// customers gave up.
func (v View) WrittenOff(w Window) receivables.Money {
	sum := decimal.Zero
	for reason := range writeOffReasons {
		sum = sum.Add(v.between(sumWrittenOff+statistic(reason), w.First, w.Last))
	}
	return v.money(sum)
}

// WrittenOffFor is [View.WrittenOff] for one reason.
func (v View) WrittenOffFor(reason receivables.WriteOffReason, w Window) receivables.Money {
	if int(reason) >= writeOffReasons {
		return v.money(decimal.Zero)
	}
	return v.money(v.between(sumWrittenOff+statistic(reason), w.First, w.Last))
}

// Flows is what changed the balance in a window, by the days on which the books show it:
// opening balance + Sales - Collected - WrittenOff + Refunded = closing balance, but for
// allocations from or to other groups and currencies. A payment that was returned, an invoice
// that was cancelled or a credit note on an earlier month counts where it was booked, so that
// the months of a series add up.
type Flows struct {
	Sales      receivables.Money `json:"sales"`
	Collected  receivables.Money `json:"collected"`
	WrittenOff receivables.Money `json:"written_off"`
	Refunded   receivables.Money `json:"refunded"`
}

// Booked returns the flows of a window.
func (v View) Booked(w Window) Flows {
	sum := func(first statistic, n int) receivables.Money {
		var units fixed.Int
		exact := decimal.Zero
		for what := first; what < first+statistic(n); what++ {
			for e := range v.entries(what, noDay, lastDay) {
				if date.Date(e.booked) >= w.First && date.Date(e.booked) <= w.Last {
					units.Add(e.sum)
				}
			}
			if v.line.row == nil {
				continue
			}
			for k, d := range v.line.row.exact {
				if b := date.Date(k.booked); k.what == what && b >= w.First && b <= w.Last && b <= v.asOf {
					exact = exact.Add(d)
				}
			}
		}
		return v.money(units.Decimal(v.minorUnits()).Add(exact))
	}
	return Flows{
		Sales: sum(sumSales, 1), Collected: sum(sumCollected, 1), WrittenOff: sum(sumWrittenOff, writeOffReasons), Refunded: sum(sumRefunded, 1),
	}
}

// Refunded returns what was paid back in a window.
func (v View) Refunded(w Window) receivables.Money {
	return v.money(v.between(sumRefunded, w.First, w.Last))
}

// finish adds to a measure what all measures of a view share.
func (v *View) finish(m Measure) Measure {
	m.AsOf, m.Tax = v.asOf, TaxIncluded
	m.Perimeter = &Perimeter{Group: v.line.Group(), Unapplied: v.config().Unapplied}
	if v.line.result != nil {
		m.Perimeter.Excluded = slices.Clone(v.line.result.excluded)
	}
	for _, a := range v.added {
		m.Perimeter.Added = append(m.Perimeter.Added, a.Name)
	}
	return m
}

// finishIn is finish for a measure of a window, which it checks.
func (v *View) finishIn(m Measure, w Window) Measure {
	m = v.finish(m)
	m.Window = w
	fail := func(status receivables.Status, note string) Measure {
		m.Figure = receivables.NoFigure(status, m.Unit())
		m.Notes = []string{note}
		return m
	}
	switch {
	case !w.isSpan():
		return fail(receivables.StatusOutOfDomain, fmt.Sprintf("no window: %s to %s in %d days", w.First, w.Last, w.Days))
	case w.Last > v.asOf:
		return fail(receivables.StatusOutOfDomain, fmt.Sprintf("the window ends %s, after the day of the view %s", w.Last, v.asOf))
	case w.First < v.config().Since:
		return fail(receivables.StatusInsufficientData, fmt.Sprintf("the window begins %s, before the first day told of %s", w.First, v.config().Since))
	}
	if first := v.line.result.first; first > w.First {
		m.Notes = append(m.Notes, fmt.Sprintf("the books begin %s, after the window begins %s", first, w.First))
	}
	return m
}

// Amount makes an amount of the view a measure, for [View.Receivables] and the like.
func (v View) Amount(m receivables.Money) Measure {
	f := receivables.FigureOf(m)
	if m.Sign() < 0 {
		f = f.Marked(receivables.StatusCreditBalance)
	}
	return v.finish(Measure{Method: MethodBalanceAmount, Figure: f})
}

// DSO returns the DSO by the balance method over a window of sales, see [ByBalance].
// Out of domain also for a window without days, out of order or past the view, with a note.
// Where the window begins before the first document there is a note: the sales are those of
// fewer days.
func (v View) DSO(w Window) Measure {
	return v.finishIn(ByBalance(Including(v.Receivables()), Including(v.Sales(w)), w.Days), w)
}

// AverageBalanceDSO returns the DSO on the mean of the balances before the window, at each
// month end in it and on its last day, see [ByAverageBalance].
func (v View) AverageBalanceDSO(w Window) Measure {
	balances := v.balances(w)
	m := v.finishIn(ByAverageBalance(balances, Including(v.Sales(w)), w.Days), w)
	m.Count = len(balances)
	return v.refused(m)
}

// balances returns the balances before, within and at the end of a window.
func (v *View) balances(w Window) []Amount {
	if !w.isSpan() || w.Last > v.asOf {
		return nil
	}
	var list []Amount
	for day := receivables.AddDays(w.First, -1); ; {
		list = append(list, Including(v.line.at(day).Receivables()))
		if day >= w.Last {
			return list
		}
		day = min(w.Last, receivables.EndOfMonth(receivables.AddDays(day, 1)))
	}
}

// BestPossible returns the best possible DSO, see [BestPossible].
func (v View) BestPossible(w Window) Measure {
	return v.finishIn(BestPossible(Including(v.NotDue()), Including(v.Sales(w)), w.Days), w)
}

// AverageDaysDelinquent returns DSO - best possible DSO, see [AverageDaysDelinquent]. It
// holds all that is in the balance and not payable later: what is overdue, less unapplied
// credits, and items without due date.
func (v View) AverageDaysDelinquent(w Window) Measure {
	m := v.finishIn(AverageDaysDelinquent(Including(v.Receivables()), Including(v.NotDue()), Including(v.Sales(w)), w.Days), w)
	if undated := v.Undated(); !undated.IsZero() {
		m.Notes = append(m.Notes, "items without due date of "+undated.String()+" count as delinquent")
	}
	if credits := v.Unapplied(); !credits.IsZero() && v.config().Unapplied == UnappliedDeducted {
		m.Notes = append(m.Notes, "unapplied credits of "+credits.String()+" are deducted")
	}
	return m
}

// Decompose divides the DSO among its parts, see [Decompose]. Unbilled may be the zero
// value.
func (v View) Decompose(w Window, unbilled receivables.Money) Decomposition {
	p := v.Parts()
	p.Unbilled = unbilled
	d := Decompose(p, Including(v.Sales(w)), w.Days)
	for _, m := range append(d.parts(), &d.Total, &d.DisputedOverdue) {
		*m = v.finishIn(*m, w)
	}
	return d
}

// months returns the months of sales from that of the view back to that of the first
// sale.
func (v *View) months(o CountBack) []MonthSales {
	sales := v.byDays(sumSales, v.asOf)
	if len(sales) == 0 {
		return nil
	}
	var list []MonthSales
	first := receivables.StartOfMonth(sales[0].day)
	for month := receivables.StartOfMonth(v.asOf); month >= first; month = receivables.AddMonths(month, -1) {
		sum := decimal.Zero
		for len(sales) > 0 && sales[len(sales)-1].day >= month {
			sum = sum.Add(sales[len(sales)-1].amount)
			sales = sales[:len(sales)-1]
		}
		list = append(list, MonthSales{Sales: v.amount(sum), Days: o.daysOf(month, v.asOf)})
	}
	return list
}

// CountBackMonths returns the count-back DSO by months, see [CountBackMonths]. History
// begins with the month of the first sale of the group.
func (v View) CountBackMonths(o CountBack) Measure {
	return v.finish(CountBackMonths(Including(v.Receivables()), v.months(o), o))
}

// CountBackDays returns the count-back DSO by days, see [CountBackDays].
func (v View) CountBackDays(o CountBack) Measure {
	var sales []DaySales
	for _, d := range v.byDays(sumSales, v.asOf) {
		sales = append(sales, DaySales{On: d.day, Sales: v.amount(d.amount)})
	}
	return v.finish(CountBackDays(Including(v.Receivables()), v.asOf, sales, o))
}

// DecomposeCountBack divides the count-back DSO by months among its parts, see
// [DecomposeCountBack].
func (v View) DecomposeCountBack(o CountBack, split CountBackSplit) Decomposition {
	d := DecomposeCountBack(v.Parts(), TaxIncluded, v.months(o), o, split)
	for _, m := range append(d.parts(), &d.Total) {
		*m = v.finish(*m)
	}
	return d
}

// MonthFraction is what is uncollected of the sales of one month.
type MonthFraction struct {
	Month date.Date `json:"month"` // its first day
	// Open is what is open of its invoices, less open credit notes that count for the month;
	// Sales are its invoices less all such credit notes.
	Open        receivables.Money  `json:"open"`
	Sales       receivables.Money  `json:"sales"`
	Uncollected receivables.Figure `json:"uncollected"` // open / sales
}

// SalesWeighted returns the sales-weighted DSO of the open invoices, with the uncollected
// fraction of each month from that of the view back to the oldest with something open, see
// [SalesWeighted]. Unapplied payments are of no month and are not in it.
func (v View) SalesWeighted(daysPerMonth int) (Measure, []MonthFraction) {
	var months []MonthOpen
	var fractions []MonthFraction
	open := slices.DeleteFunc(v.byDays(sumDebits, v.asOf), func(d dayAmount) bool { return d.amount.IsZero() })
	if len(open) > 0 {
		first := receivables.StartOfMonth(open[0].day)
		for month := receivables.StartOfMonth(v.asOf); month >= first; month = receivables.AddMonths(month, -1) {
			f := v.Uncollected(month)
			fractions = append(fractions, f)
			months = append(months, MonthOpen{Open: Including(f.Open), Sales: Including(f.Sales)})
		}
	}
	m, figures := SalesWeighted(months, daysPerMonth)
	for i := range fractions {
		fractions[i].Uncollected = figures[i]
	}
	days := m.Window.Days
	m = v.finish(m)
	m.Window.Days = days
	return v.refused(m), fractions
}

// Uncollected returns what of the sales of a month, named by any day of it, was open at
// the end of the day of the view. The fraction is undefined when the month had no sales.
func (v View) Uncollected(month date.Date) MonthFraction {
	first, last := receivables.StartOfMonth(month), receivables.EndOfMonth(month)
	open := v.between(sumDebits, first, last).Add(v.between(sumCreditNotes, first, last))
	sales := v.between(sumSales, first, last)
	return MonthFraction{
		Month: first, Open: v.money(open), Sales: v.money(sales), Uncollected: signed(open, sales, receivables.UnitFraction),
	}
}

// openInvoices returns the open debits by day of issue, with the sales of their month.
func (v *View) openInvoices() []OpenInvoice {
	var list []OpenInvoice
	for _, d := range v.byDays(sumDebits, v.asOf) {
		if d.amount.IsZero() {
			continue
		}
		list = append(list, OpenInvoice{
			Amount: v.amount(d.amount), AgeDays: receivables.DaysBetween(d.day, v.asOf),
			MonthSales: v.amount(v.between(sumSales, receivables.StartOfMonth(d.day), receivables.EndOfMonth(d.day))),
		})
	}
	return list
}

// TrueInvoice returns the true DSO at invoice level, see [TrueInvoice]. Its count is the
// number of days of issue with something open.
func (v View) TrueInvoice() Measure {
	return v.refused(v.finish(TrueInvoice(v.openInvoices())))
}

// AgeOfOpen returns the weighted age of the open invoices, see [AgeOfOpen].
func (v View) AgeOfOpen() Measure {
	return v.refused(v.finish(AgeOfOpen(v.openInvoices())))
}

// Turnover returns the turnover over a window on the mean balance or, by
// [MethodTurnoverClosing], on the closing one, see [TurnoverOf].
func (v View) Turnover(method Method, w Window) Turnover {
	balance := Including(v.Receivables())
	if method != MethodTurnoverClosing {
		if mean, status := meanOf(v.balances(w)); status == receivables.StatusOK {
			balance = mean
		}
	}
	t := TurnoverOf(method, Including(v.Sales(w)), balance, w.Days, w.Months)
	for _, m := range []*Measure{&t.Times, &t.Days, &t.Months} {
		*m = v.finishIn(*m, w)
		switch method {
		case MethodTurnoverClosing:
		case MethodTurnoverMean:
			*m = v.refused(*m)
		default:
			m.Figure = receivables.NoFigure(receivables.StatusOutOfDomain, m.Unit())
		}
	}
	return t
}

// CEI returns the collection effectiveness index over a window that ends with the view, see
// [CEI]. The opening balance is that of the day before it, the sales are those booked in it
// ([View.Booked]): credit notes and cancellations of earlier months are in them, so that they do
// not count as collected. What does, without being money, is named in the notes: write-offs,
// and refunds with the opposite sign. By [MethodCEIMonthly] the window must be one of whole
// months ([LastMonths], [Window.Months]).
func (v View) CEI(method Method, w Window) Measure {
	m := Measure{Figure: receivables.NoFigure(receivables.StatusOutOfDomain, receivables.UnitPercent), Method: method}
	months := w.Months
	if method == MethodCEIPeriod {
		months = max(1, months)
	}
	if w.isSpan() && w.Last == v.asOf {
		opening, flows := v.line.at(receivables.AddDays(w.First, -1)), v.Booked(w)
		m = CEI(method, Including(opening.Receivables()), Including(flows.Sales), Including(v.Receivables()), Including(v.NotDue()), months)
		if !flows.WrittenOff.IsZero() {
			m.Notes = append(m.Notes, "write-offs of "+flows.WrittenOff.String()+" count as collected")
		}
		if !flows.Refunded.IsZero() {
			m.Notes = append(m.Notes, "refunds of "+flows.Refunded.String()+" count against what was collected")
		}
		if m.Status() == receivables.StatusCreditBalance {
			m.Notes = append(m.Notes, "the balance grew by more than the sales counted")
		}
	}
	return v.refused(v.finishIn(m, w))
}

// PercentCurrent returns the share of the open invoices that is not due (part non échue).
func (v View) PercentCurrent() Measure {
	return v.shareOfOpen(v.NotDue())
}

// PercentOverdue returns the share of the open invoices that is late by more than a number
// of days: 0 for all that is late (taux d'échu), 90 for what is over 90 days. Beyond 0 days
// it is undefined where something was added whose age is not known ([View.With]).
func (v View) PercentOverdue(beyondDays int) Measure {
	if beyondDays <= 0 {
		return v.shareOfOpen(v.Overdue())
	}
	return v.refused(v.shareOfOpen(v.OverdueBeyond(beyondDays)))
}

// shareOfOpen returns part / open invoices.
func (v *View) shareOfOpen(part receivables.Money) Measure {
	m := v.finish(Ratio(Including(part), Including(v.Debits())))
	m.Method = MethodShareOfOpen
	return m
}

// BadDebtRatio returns what was written off as irrecoverable / sales of a window (taux de
// pertes). Both include VAT, which is noted: the ratio is that of the amounts without VAT where
// one rate applies to both. Discounts, differences and lost disputes are no bad debts
// ([View.WrittenOffFor]), and recoveries are in no ledger.
func (v View) BadDebtRatio(w Window) Measure {
	m := v.finishIn(Ratio(Including(v.WrittenOffFor(receivables.WriteOffBadDebt, w)), Including(v.Sales(w))), w)
	m.Method = MethodBadDebts
	m.Notes = append(m.Notes, "both amounts include VAT")
	return m
}

// Disputes measures what is under dispute, see [DisputesOf], as a share of the open invoices.
// Each item of each dispute counts once.
func (v View) Disputes() Disputes {
	places := v.minorUnits()
	amount := v.all(sumDisputeAge)
	today := decimal.NewFromInt(int64(v.asOf))
	n := v.number(sumDisputes, noDay, lastDay)
	d := disputesOf(
		Including(v.Debits()), amount,
		amount.Mul(today).Sub(v.product(sumDisputeAge, noDay, lastDay, places)),
		n.Mul(today).Sub(v.product(sumDisputes, noDay, lastDay, 0)), int(n.IntPart()), v.Items(),
	)
	for _, m := range []*Measure{&d.Ratio, &d.RatioByNumber, &d.Age, &d.AgeByAmount} {
		*m = v.finish(*m)
	}
	d.Ratio.Method = MethodShareOfOpen
	return d
}

// Payments says how what was paid in a window was paid, see [Payments]. Money counts on the
// day it was received, once it is matched with an invoice. A deposit received before the
// invoice was paid so many days before issue.
func (v View) Payments(w Window) Payments {
	places := v.minorUnits()
	var s paymentSums
	if w.isSpan() {
		s.undated = int(v.number(sumPaidUndated, w.First, w.Last).IntPart())
		lines, days, paid := decimal.Zero, decimal.Zero, decimal.Zero
		for b := range statistic(bandCount) {
			n := v.number(sumPaidLines+b, w.First, w.Last)
			s.lines[b] = int(n.IntPart())
			lines = lines.Add(n)
			days = days.Add(v.product(sumPaidLines+b, w.First, w.Last, 0))
			s.amount = s.amount.Add(v.between(sumPaid+b, w.First, w.Last))
			paid = paid.Add(v.product(sumPaid+b, w.First, w.Last, places))
		}
		issued, due := v.number(sumLinesIssue, w.First, w.Last), v.number(sumLinesDue, w.First, w.Last)
		s.days, s.terms = days.Sub(issued), due.Sub(issued)
		s.lateDays = v.number(sumLinesLate, w.First, w.Last)
		amountIssued, amountDue := v.between(sumPaidIssue, w.First, w.Last), v.between(sumPaidDue, w.First, w.Last)
		s.amountDays, s.amountTerms = paid.Sub(amountIssued), amountDue.Sub(amountIssued)
		s.amountLate = v.between(sumPaidLate, w.First, w.Last)
	}
	today := decimal.NewFromInt(int64(v.asOf))
	s.overdue = v.between(sumDue, firstDay, v.asOf-1)
	s.overdueDays = s.overdue.Mul(today).Sub(v.between(sumDueIssue, firstDay, v.asOf-1))
	s.overdueBeyond = s.overdue.Mul(today).Sub(v.product(sumDue, firstDay, v.asOf-1, places))
	return s.measures(Measure{}).in(v, w)
}

// in sets the window of every measure.
func (p Payments) in(v View, w Window) Payments {
	for _, m := range []*Measure{
		&p.DaysToPay, &p.DaysToPaySimple, &p.Terms, &p.BeyondTerms, &p.BeyondTermsLate, &p.BeyondTermsSimple, &p.LatenessSimple,
		&p.OnTime, &p.UpTo10, &p.UpTo30, &p.Over30, &p.Blended.DaysToPay, &p.Blended.BeyondTerms,
	} {
		*m = v.finishIn(*m, w)
	}
	return p
}

// DayValue returns what a day of DSO is worth at the sales of a window, taken as a year in
// proportion to its days, see [ValueOfDays].
func (v View) DayValue(w Window, daysGained, annualRate decimal.Decimal) DayValue {
	d := ValueOfDays(Including(v.Sales(w)), w.Days, daysGained, annualRate)
	for _, m := range []*Measure{&d.OneDay, &d.Released, &d.YearlySaving} {
		*m = v.finishIn(*m, w)
	}
	return d
}

// LateCost returns what lateness costs in financing at an annual rate: of what was paid
// late in a window, for the days it was late; and of what is overdue, so far.
func (v View) LateCost(w Window, annualRate decimal.Decimal, yearBasis int) (paid, overdue Measure) {
	places := v.minorUnits()
	late := v.between(sumPaidLate, w.First, w.Last)
	open := v.between(sumDue, firstDay, v.asOf-1).Mul(decimal.NewFromInt(int64(v.asOf))).Sub(v.product(sumDue, firstDay, v.asOf-1, places))
	like := v.amount(decimal.Zero)
	paid = v.finishIn(amountFigure(late.Mul(annualRate), newInt(yearBasis), like), w)
	overdue = v.finish(amountFigure(open.Mul(annualRate), newInt(yearBasis), like))
	return paid, overdue
}
