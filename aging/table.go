package aging

import (
	"slices"
	"strings"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/columns"
)

// Table is the aged balance of a portfolio by customer and currency on one or several days: amounts, disputed parts and numbers
// of items, the same as those of [Accumulator], in whole numbers until they are asked for. It is immutable and safe for
// concurrent use.
type Table struct {
	portfolio *receivables.Portfolio
	scheme    Scheme
	credits   Credits
	days      []date.Date
	width     int     // cells of a group on a day: columns, undated, unapplied, not issued
	units     []int64 // by day, group and cell
	disputed  []int64 // the same; nil: nothing is disputed
	items     []int32
	beside    []*Balance // by day, of the items outside columns; nil: none
}

// Tabulate ages a portfolio on days in one pass, each day the same items without those not yet issued: how they were or will be
// late, not what was open on another day and is paid since. The scheme is by due date or date of issue.
//
// The work is split at customers over as many goroutines as workers says, at least one; the result is the same for any number. It takes 12 bytes, 20 if some items are disputed, for each group, day and cell, and 2 for each
// day asked for and day between the first and the last bound of the scheme.
//
// Errors:
//   - those of [New]; [receivables.ErrInvalidInput] for no day, or a scheme by another date.
func Tabulate(p *receivables.Portfolio, config Config, workers int, days ...date.Date) (*Table, error) {
	if len(days) == 0 {
		return nil, &receivables.FieldError{Path: "days", Rule: receivables.RuleRequired, Detail: "at least one"}
	}
	t := &Table{portfolio: p, days: slices.Clone(days), credits: config.Credits}
	segments, fits := p.Columns()
	plain := config
	if plain.Credits == CreditsOldestFirst { // set off when a line is read
		plain.Credits = CreditsSeparate
	}
	kernels := make([]kernel, len(days))
	for i, day := range days {
		a, err := New(day, plain)
		if err != nil {
			return nil, err
		}
		t.scheme = a.scheme
		kernels[i] = newKernel(a)
		if err := t.addBeside(a, fits); err != nil {
			return nil, err
		}
	}
	t.width = len(t.scheme.Columns) + extraCells
	if !fits {
		return t, nil
	}
	n := p.GroupCount() * len(days) * t.width
	t.units, t.items = make([]int64, n), make([]int32, n)
	for _, s := range segments {
		if s.Disputed != nil && t.disputed == nil {
			t.disputed = make([]int64, n)
		}
	}
	columns.Each(segments, p.GroupCount(), workers, func(s *columns.Segment, group, from, to int) {
		for d := range kernels {
			cell := (d*p.GroupCount() + group) * t.width
			row := tableRow{units: t.units[cell : cell+t.width], items: t.items[cell : cell+t.width]}
			if s.Disputed != nil {
				row.disputed = t.disputed[cell : cell+t.width]
			}
			kernels[d].age(s, from, to, row)
		}
	})
	return t, nil
}

// The cells after the columns.
const (
	undatedCell = iota
	unappliedCell
	notIssuedCell
	extraCells
)

// addBeside ages what is not in columns: exact items, or all where sums need more than 63 bits.
func (t *Table) addBeside(a *Accumulator, fits bool) error {
	list := t.portfolio.Exact()
	if fits && len(list) == 0 {
		return nil
	}
	if fits {
		for i := range list {
			if err := a.add(&list[i].Item); err != nil {
				return err
			}
		}
	} else {
		for _, item := range t.portfolio.Items() {
			if err := a.add(&item); err != nil {
				return err
			}
		}
	}
	t.beside = append(t.beside, a.Balance())
	return nil
}

// tableRow is the cells of a group on a day.
type tableRow struct {
	units, disputed []int64
	items           []int32
}

// kernel ages items of a segment on a day.
type kernel struct {
	asOf    int32
	scheme  *Scheme
	columns int // number of columns, after which the other cells follow
	// cells gives the column by date: from the day first on, one entry a day, the first and the last of which stand for all days
	// before and after.
	first   int
	cells   []uint16
	credits int // cell of credits, -1 if they are aged as debits are
}

// mostLate is more than the days between any two dates.
const mostLate = 4_000_000

func newKernel(a *Accumulator) kernel {
	n := len(a.bounds)
	k := kernel{asOf: int32(a.asOf), scheme: &a.scheme, columns: n, credits: n + unappliedCell}
	if a.credits == CreditsAtOwnDate {
		k.credits = -1
	}
	earliest, latest := 0, 0 // days late
	if n > 1 {
		earliest, latest = max(a.bounds[0], -mostLate), min(a.bounds[n-2]+1, mostLate)
	}
	k.first = int(a.asOf) - latest
	k.cells = make([]uint16, latest-earliest+1)
	at := 0
	for i := range k.cells {
		for earliest+i > a.bounds[at] {
			at++
		}
		k.cells[latest-earliest-i] = uint16(at)
	}
	return k
}

// age adds the items of one group from one position to another.
func (k *kernel) age(s *columns.Segment, from, to int, row tableRow) {
	byIssue := k.scheme.Basis == ByIssueDate
	notIssued := k.columns + notIssuedCell
	later := s.LastIssued > k.asOf
	short, limit := s.Issued.After(k.asOf)
	for i := from; i < to; i++ {
		u, day := s.Units[i], s.Due[i]
		if byIssue {
			day = s.Issued.At(i)
		}
		cell := 0
		switch {
		case later && (short != nil && short[i] > limit || short == nil && s.Issued.At(i) > k.asOf):
			cell = notIssued
		case day == 0:
			cell = k.undated(s.Issued.At(i), u)
		default:
			cell = k.cell(int(day), u)
		}
		row.units[cell] += u
		row.items[cell] += int32(uint64(u|-u) >> 63) // 1, or 0 for an amount of 0
		if row.disputed != nil {
			row.disputed[cell] += s.Disputed[i]
		}
	}
}

// cell returns the cell of an item by its date.
func (k *kernel) cell(day int, units int64) int {
	if units < 0 && k.credits >= 0 {
		return k.credits
	}
	return int(k.cells[min(max(day-k.first, 0), len(k.cells)-1)])
}

// undated returns the cell of an item without the date of the scheme.
func (k *kernel) undated(issued int32, units int64) int {
	switch {
	case issued != 0 && (units < 0 || k.scheme.Undated == UndatedByIssueDate): // a credit is dated by itself
		return k.cell(int(issued), units)
	case units < 0:
		return k.columns + unappliedCell
	case k.scheme.Undated == UndatedFirst:
		return 0
	case k.scheme.Undated == UndatedLast:
		return k.columns - 1
	}
	return k.columns + undatedCell
}

// Days returns the days of the table.
func (t *Table) Days() []date.Date { return slices.Clone(t.days) }

// Scheme returns the scheme by which it is divided.
func (t *Table) Scheme() Scheme { return t.scheme.clone() }

// Portfolio returns what was aged; its group numbers are those of [Table.Cells].
func (t *Table) Portfolio() *receivables.Portfolio { return t.portfolio }

// Names returns the names of the cells: those of the columns, then undated, unapplied, not issued. The last one is not in the
// total.
func (t *Table) Names() []string {
	return append(t.scheme.Names(), "undated", "unapplied", "not issued")
}

// MinorUnits returns the amounts and the numbers of items of a day as they are kept: for each group of the portfolio by number, one
// after the other, the cells in the order of [Table.Names], amounts in minor units of the currency of the group. They are not to be
// changed. It returns false where some items are kept beside the columns, so that only [Table.Cells] has all, and with
// [CreditsOldestFirst], which is worked out when a line is read.
func (t *Table) MinorUnits(day int) (amounts []int64, items []int32, ok bool) {
	if t.units == nil || t.beside != nil || t.credits == CreditsOldestFirst {
		return nil, nil, false
	}
	n := t.portfolio.GroupCount() * t.width
	return t.units[day*n:][:n], t.items[day*n:][:n], true
}

// Cells appends the cells of a group of the portfolio on a day, by position, in the order of [Table.Names]: pass a slice of
// length 0 to use it again.
func (t *Table) Cells(to []Cell, day, group int) []Cell {
	g := t.portfolio.Group(group)
	r := t.row(day, group)
	if t.credits == CreditsOldestFirst {
		r.setOff()
	}
	return r.appendCells(to, g.Currency)
}

// row puts the cells of a group together.
func (t *Table) row(day, group int) *row {
	g := t.portfolio.Group(group)
	r := &row{currency: g.Currency, columns: make([]cell, len(t.scheme.Columns))}
	if t.units != nil {
		at := (day*t.portfolio.GroupCount() + group) * t.width
		for i := range t.width {
			c := r.at(i)
			c.amount.AddUnits(t.units[at+i])
			c.items += int(t.items[at+i])
			if t.disputed != nil {
				c.disputed.AddUnits(t.disputed[at+i])
			}
		}
	}
	if t.beside != nil {
		if line, ok := t.beside[day].Line(g.Currency, g.Customer); ok {
			r.merge(line.row)
		}
	}
	return r
}

// at returns a cell of a row in the order of a table.
func (r *row) at(i int) *cell {
	switch i - len(r.columns) {
	case undatedCell:
		return &r.undated
	case unappliedCell:
		return &r.credits
	case notIssuedCell:
		return &r.later
	}
	return &r.columns[i]
}

func (r *row) appendCells(to []Cell, currency receivables.Currency) []Cell {
	places := int32(currency.MinorUnits())
	money := func(d decimal.Decimal) receivables.Money { return receivables.Zero(currency).AddAmount(d) }
	for i := range len(r.columns) + extraCells {
		c := r.at(i)
		to = append(to, Cell{Amount: money(c.amount.Decimal(places)), Disputed: money(c.disputed.Decimal(places)), Items: c.items})
	}
	return to
}

// TableTotal is the total of a currency on a day.
type TableTotal struct {
	Currency receivables.Currency
	Cells    []Cell // in the order of [Table.Names]
}

// Totals returns the totals of a day, by position, sorted by currency code.
func (t *Table) Totals(day int) []TableTotal {
	sums := map[receivables.Currency]*row{}
	for group := range t.portfolio.GroupCount() {
		if currency := t.portfolio.Group(group).Currency; sums[currency] == nil {
			sums[currency] = &row{currency: currency, columns: make([]cell, len(t.scheme.Columns))}
		}
	}
	if t.credits == CreditsOldestFirst { // set off customer by customer
		for group := range t.portfolio.GroupCount() {
			r := t.row(day, group)
			r.setOff()
			sums[r.currency].merge(r)
		}
	} else {
		t.addUnits(sums, day)
		if t.beside != nil {
			for line := range t.beside[day].Totals() {
				sums[line.Currency()].merge(line.row)
			}
		}
	}
	list := make([]TableTotal, 0, len(sums))
	for currency, r := range sums {
		list = append(list, TableTotal{currency, r.appendCells(nil, currency)})
	}
	slices.SortFunc(list, func(x, y TableTotal) int { return strings.Compare(x.Currency.Code(), y.Currency.Code()) })
	return list
}

// addUnits adds up the cells by currency; the portfolio has proven that 63 bits hold every sum of its amounts.
func (t *Table) addUnits(sums map[receivables.Currency]*row, day int) {
	if t.units == nil {
		return
	}
	type total struct {
		units, disputed []int64
		items           []int
	}
	totals := make(map[receivables.Currency]*total, len(sums))
	for currency := range sums {
		totals[currency] = &total{make([]int64, t.width), make([]int64, t.width), make([]int, t.width)}
	}
	var currency receivables.Currency
	var sum *total
	for group := range t.portfolio.GroupCount() {
		if c := t.portfolio.Group(group).Currency; sum == nil || c != currency {
			currency, sum = c, totals[c]
		}
		at := (day*t.portfolio.GroupCount() + group) * t.width
		for i, u := range t.units[at : at+t.width] {
			sum.units[i] += u
			sum.items[i] += int(t.items[at+i])
		}
		if t.disputed != nil {
			for i, u := range t.disputed[at : at+t.width] {
				sum.disputed[i] += u
			}
		}
	}
	for currency, total := range totals {
		for i := range t.width {
			c := sums[currency].at(i)
			c.amount.AddUnits(total.units[i])
			c.disputed.AddUnits(total.disputed[i])
			c.items += total.items[i]
		}
	}
}
