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

// Tabulate ages a portfolio on days in one pass: a trend is the same items on several days, without those not yet issued. The
// scheme is by due date or date of issue. The work is split at customers over as many goroutines as workers says, at least one;
// the result is the same for any number. It takes 12 bytes, 20 if some items are disputed, for each group, day and cell.
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
			if t.disputed != nil {
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

func (r tableRow) add(s *columns.Segment, i, cell int) {
	r.units[cell] += s.Units[i]
	r.items[cell]++
	if s.Disputed != nil {
		r.disputed[cell] += s.Disputed[i]
	}
}

// kernel ages items of a segment on a day.
type kernel struct {
	asOf      int32
	bounds    []int64 // highest days late of each column
	from      []int64 // earliest due day of each column
	basis     Basis
	undated   Undated
	ownDate   bool
	undatedAt int
}

func newKernel(a *Accumulator) kernel {
	k := kernel{asOf: int32(a.asOf), basis: a.scheme.Basis, undated: a.scheme.Undated, ownDate: a.credits == CreditsAtOwnDate, undatedAt: len(a.bounds) + undatedCell}
	for _, b := range a.bounds {
		k.bounds, k.from = append(k.bounds, int64(b)), append(k.from, int64(a.asOf)-int64(b))
	}
	return k
}

// age adds the items from one position to another, one group in the order of their due days, so that each column is one run. A run
// is added up without branches: credits and debits are told by the sign bit.
func (k *kernel) age(s *columns.Segment, from, to int, row tableRow) {
	n := len(k.bounds)
	i := from
	if k.basis != ByDueDate || k.ownDate {
		k.each(s, from, to, row)
		return
	}
	for i < to && s.Due[i] == 0 {
		i++
	}
	k.each(s, from, i, row)
	if to-i <= shortGroup {
		k.walk(s, i, to, row)
		return
	}
	later := s.LastIssued > k.asOf
	for column := n - 1; i < to; {
		for column > 0 && int64(s.Due[i]) >= k.from[column-1] {
			column--
		}
		end := to
		if column > 0 {
			end = i + earlier(s.Due[i:to], k.from[column-1])
		}
		var r run
		r.add(s.Units[i:end])
		if later {
			r.takeLater(s.Units[i:end], s.Issued[i:end], k.asOf)
		}
		row.units[column] += r.debits
		row.items[column] += r.debitItems
		row.units[n+unappliedCell] += r.credits
		row.items[n+unappliedCell] += r.creditItems
		row.units[n+notIssuedCell] += r.later
		row.items[n+notIssuedCell] += r.laterItems
		if s.Disputed != nil {
			for at := i; at < end; at++ {
				if s.Disputed[at] != 0 {
					row.disputed[k.cell(s.Due[at], s.Issued[at], s.Units[at])] += s.Disputed[at]
				}
			}
		}
		i = end
	}
}

// shortGroup is the number of items up to which runs are not worth their setup.
const shortGroup = 48

// walk adds dated items in the order of their due days one by one.
func (k *kernel) walk(s *columns.Segment, from, to int, row tableRow) {
	n := len(k.bounds)
	column := n - 1
	for i := from; i < to; i++ {
		for column > 0 && int64(s.Due[i]) >= k.from[column-1] {
			column--
		}
		cell := column
		switch u := s.Units[i]; {
		case u == 0:
			continue
		case s.Issued[i] > k.asOf:
			cell = n + notIssuedCell
		case u < 0:
			cell = n + unappliedCell
		}
		row.add(s, i, cell)
	}
}

// each adds items one by one.
func (k *kernel) each(s *columns.Segment, from, to int, row tableRow) {
	for i := from; i < to; i++ {
		if s.Units[i] != 0 {
			row.add(s, i, k.cell(s.Due[i], s.Issued[i], s.Units[i]))
		}
	}
}

// earlier returns the number of days at the start of a sorted list that are before a day.
func earlier(due []int32, day int64) int {
	step := 8
	for step < len(due) && int64(due[step]) < day {
		step *= 2
	}
	low, high := step/2, min(step, len(due))
	if step == 8 {
		low = 0
	}
	for low < high {
		if middle := (low + high) / 2; int64(due[middle]) < day {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}

// run is the sums of items in one column.
type run struct {
	debits, credits, later              int64
	debitItems, creditItems, laterItems int32
}

// add adds items up. Only what is rare branches: an amount of 0.
func (r *run) add(units []int64) {
	var sum, credits, negative, zeros int64
	for _, u := range units {
		sign := u >> 63
		sum += u
		credits += u & sign
		negative -= sign
		if u == 0 {
			zeros++
		}
	}
	r.debits, r.credits = sum-credits, credits
	r.debitItems, r.creditItems = int32(int64(len(units))-negative-zeros), int32(negative)
}

// takeLater moves out what was not yet issued: nearly nothing of what is past due.
func (r *run) takeLater(units []int64, issued []int32, asOf int32) {
	for i, day := range issued {
		if day <= asOf {
			continue
		}
		switch u := units[i]; {
		case u > 0:
			r.debits -= u
			r.debitItems--
			r.laterItems++
			r.later += u
		case u < 0:
			r.credits -= u
			r.creditItems--
			r.laterItems++
			r.later += u
		}
	}
}

// cell returns the cell of any item.
func (k *kernel) cell(due, issued int32, units int64) int {
	n := len(k.bounds)
	switch {
	case issued > k.asOf:
		return n + notIssuedCell
	case units < 0 && !k.ownDate:
		return n + unappliedCell
	}
	day := due
	if k.basis == ByIssueDate {
		day = issued
	}
	switch {
	case day == 0 && units < 0:
		day = issued // a credit is dated by itself
	case day == 0 && k.undated == UndatedByIssueDate:
		day = issued
	case day == 0 && k.undated == UndatedFirst:
		return 0
	case day == 0 && k.undated == UndatedLast:
		return n - 1
	}
	switch {
	case day == 0 && units < 0:
		return n + unappliedCell
	case day == 0:
		return n + undatedCell
	}
	late := int64(k.asOf) - int64(day)
	for i, b := range k.bounds {
		if late <= b {
			return i
		}
	}
	return n + undatedCell // not reached: the last bound is the highest number
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
