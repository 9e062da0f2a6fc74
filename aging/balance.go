package aging

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/fixed"
)

// Balance is an aged balance. It is immutable and safe for concurrent use.
type Balance struct {
	asOf    date.Date
	scheme  Scheme
	credits Credits
	keys    []string
	rows    []*row // lowest level, sorted by path, then currency
	totals  []*row // by currency
	// byCustomer says that the customer number is the only key.
	byCustomer bool
}

// Balance returns the balance of what was added so far. The accumulator can go
// on.
func (a *Accumulator) Balance() *Balance {
	b := &Balance{asOf: a.asOf, scheme: a.scheme, credits: a.credits, byCustomer: len(a.keys) == 1 && a.keys[0].IsCustomer()}
	for _, k := range a.keys {
		b.keys = append(b.keys, k.Name)
	}
	for r := range a.rows.All() {
		if a.credits == CreditsOldestFirst {
			r = r.clone()
			r.setOff()
		}
		b.rows = append(b.rows, r)
	}
	b.rows = gather(b.rows, len(a.keys))
	b.totals = gather(b.rows, 0)
	return b
}

// gather merges copies of rows by the first n names of their path and sorts them
// by these, then by currency.
func gather(rows []*row, n int) []*row {
	sorted := slices.Clone(rows)
	slices.SortFunc(sorted, func(x, y *row) int {
		if c := slices.Compare(x.path[:n], y.path[:n]); c != 0 {
			return c
		}
		return strings.Compare(x.currency.Code(), y.currency.Code())
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
	return result
}

// setOff uses the unapplied credits of a row for its debits, oldest first.
func (r *row) setOff() {
	places := int32(r.currency.MinorUnits())
	credit := r.credits.amount.Decimal(places).Neg()
	cells := make([]*cell, 0, len(r.columns)+1)
	for i := range slices.Backward(r.columns) {
		cells = append(cells, &r.columns[i])
	}
	cells = append(cells, &r.undated)
	for _, c := range cells {
		amount := c.amount.Decimal(places)
		used := decimal.Min(credit, amount)
		if used.Sign() <= 0 {
			continue
		}
		rest := amount.Sub(used)
		c.amount = sumOf(rest, places)
		c.disputed = sumOf(decimal.Min(rest, c.disputed.Decimal(places)), places)
		credit = credit.Sub(used)
	}
	r.credits.amount = sumOf(credit.Neg(), places)
}

func sumOf(d decimal.Decimal, places int32) fixed.Sum {
	var s fixed.Sum
	s.Add(d, places)
	return s
}

// AsOf returns the day of the balance.
func (b *Balance) AsOf() date.Date { return b.asOf }

// Scheme returns the scheme by which it is divided.
func (b *Balance) Scheme() Scheme { return b.scheme.clone() }

// Credits returns how credits are shown.
func (b *Balance) Credits() Credits { return b.credits }

// Keys returns the names of the levels of grouping, highest first.
func (b *Balance) Keys() []string { return slices.Clone(b.keys) }

// Lines yields the lines of the lowest level, one for each group and currency,
// sorted by group, then by currency code.
func (b *Balance) Lines() iter.Seq[Line] { return b.lines(b.rows) }

// Subtotals yields the lines summed over the first levels of grouping: with two
// keys, Subtotals(1) has one line for each value of the first key and currency.
// Subtotals(0) is [Balance.Totals], Subtotals(number of keys) is [Balance.Lines].
// A level outside this range is taken as the nearest.
func (b *Balance) Subtotals(level int) iter.Seq[Line] {
	return b.lines(gather(b.rows, min(max(level, 0), len(b.keys))))
}

// Totals yields the total of each currency, sorted by code.
func (b *Balance) Totals() iter.Seq[Line] { return b.lines(b.totals) }

// Total returns the total of a currency; an empty line and false if nothing was
// in it.
func (b *Balance) Total(currency receivables.Currency) (Line, bool) { return b.Line(currency) }

// Line returns the line of a group, named from the highest level down; an empty
// line and false if there is none. Without names it is the total.
func (b *Balance) Line(currency receivables.Currency, group ...string) (Line, bool) {
	var rows []*row
	switch len(group) {
	case 0:
		rows = b.totals
	case len(b.keys):
		rows = b.rows
	default:
		rows = gather(b.rows, min(len(group), len(b.keys)))
	}
	at, found := slices.BinarySearchFunc(rows, currency, func(r *row, c receivables.Currency) int {
		return cmp.Or(slices.Compare(r.path, group), strings.Compare(r.currency.Code(), c.Code()))
	})
	if !found {
		return Line{balance: b, row: &row{path: group, currency: currency, columns: make([]cell, len(b.scheme.Columns))}}, false
	}
	return Line{balance: b, row: rows[at]}, true
}

func (b *Balance) lines(rows []*row) iter.Seq[Line] {
	return func(yield func(Line) bool) {
		for _, r := range rows {
			if !yield(Line{balance: b, row: r}) {
				return
			}
		}
	}
}

// Line is one group in one currency, as a [Balance] gives it. Its amounts are made
// when asked for.
type Line struct {
	balance *Balance
	row     *row
}

// Cell is one amount of a line.
type Cell struct {
	Amount   receivables.Money
	Disputed receivables.Money // part of Amount under dispute (dont litiges)
	Items    int               // number of items
}

// Group returns the names of the group, from the highest level down; empty for a
// total.
func (l Line) Group() []string { return slices.Clone(l.row.path) }

// Name returns the name of the lowest level of the group, "" for a total.
func (l Line) Name() string {
	if len(l.row.path) == 0 {
		return ""
	}
	return l.row.path[len(l.row.path)-1]
}

// Currency returns the currency of the line.
func (l Line) Currency() receivables.Currency { return l.row.currency }

// Columns returns the cells of the columns, in the order of the scheme.
func (l Line) Columns() []Cell {
	cells := make([]Cell, len(l.row.columns))
	for i := range cells {
		cells[i] = l.cell(&l.row.columns[i])
	}
	return cells
}

// Column returns one cell by its position in the scheme.
func (l Line) Column(i int) Cell { return l.cell(&l.row.columns[i]) }

// Undated returns the debits without a date.
func (l Line) Undated() Cell { return l.cell(&l.row.undated) }

// Unapplied returns the credits in no column: amount zero or negative.
func (l Line) Unapplied() Cell { return l.cell(&l.row.credits) }

// NotIssued returns the items issued after the as-of date. They are in no column
// and not in the total.
func (l Line) NotIssued() Cell { return l.cell(&l.row.later) }

// Aged returns the sum of all columns and the undated debits.
func (l Line) Aged() Cell {
	sum := l.row.undated
	for i := range l.row.columns {
		sum.merge(&l.row.columns[i])
	}
	return l.cell(&sum)
}

// Total returns columns + undated + unapplied: what the ledger says is owed.
func (l Line) Total() Cell {
	sum := l.row.undated
	sum.merge(&l.row.credits)
	for i := range l.row.columns {
		sum.merge(&l.row.columns[i])
	}
	return l.cell(&sum)
}

// Overdue returns the debits at least one day past their due date, whatever the
// scheme, before any set-off of credits.
func (l Line) Overdue() receivables.Money { return l.money(&l.row.overdue) }

// OverdueItems returns the number of debits at least one day past their due date.
func (l Line) OverdueItems() int { return l.row.late }

// MeanDaysLate returns the mean lateness in days of the overdue items, each
// counting once; undefined without any.
func (l Line) MeanDaysLate() receivables.Figure {
	return receivables.Quotient(decimal.NewFromInt(l.row.lateDays), newInt(l.row.late), receivables.UnitDays)
}

// WeightedDaysLate returns sum(amount x days late) / sum(amount) of the overdue
// items, in days; undefined without any.
func (l Line) WeightedDaysLate() receivables.Figure {
	return receivables.Quotient(l.decimal(&l.row.lateSum), l.decimal(&l.row.overdue), receivables.UnitDays)
}

// WeightedAge returns sum(amount x days since issue) / sum(amount) of the debits
// that have an issue date (âge moyen pondéré), in days; undefined without any.
func (l Line) WeightedAge() receivables.Figure {
	return receivables.Quotient(l.decimal(&l.row.agedSum), l.decimal(&l.row.aged), receivables.UnitDays)
}

// Shares returns the share of each column in the sum of columns and undated
// debits, and last that of the undated ones (structure de la balance âgée). They
// are undefined when that sum is not above zero.
func (l Line) Shares() []receivables.Figure {
	amounts := make([]decimal.Decimal, 0, len(l.row.columns)+1)
	for i := range l.row.columns {
		amounts = append(amounts, l.decimal(&l.row.columns[i].amount))
	}
	return Shares(append(amounts, l.decimal(&l.row.undated.amount))...)
}

func (l Line) cell(c *cell) Cell {
	return Cell{Amount: l.money(&c.amount), Disputed: l.money(&c.disputed), Items: c.items}
}

func (l Line) decimal(s *fixed.Sum) decimal.Decimal {
	return s.Decimal(int32(l.row.currency.MinorUnits()))
}

func (l Line) money(s *fixed.Sum) receivables.Money {
	return receivables.Zero(l.row.currency).AddAmount(l.decimal(s))
}

func newInt(n int) decimal.Decimal { return decimal.NewFromInt(int64(n)) }
