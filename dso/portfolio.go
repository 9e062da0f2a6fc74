package dso

import (
	"fmt"
	"math"
	"math/bits"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/columns"
)

// Table is what the DSO of every customer is computed from, on one day: the parts of the balance and the sales of each month, made
// from two portfolios and kept in whole numbers until they are asked for. It is immutable and safe for concurrent use.
type Table struct {
	asOf   date.Date
	starts []date.Date // first days of the months, the latest first
	// lengths are the days of the months by length and by days of the month in progress.
	lengths [ThirtyDayMonth + 1][WholeMonth + 1][]int
	groups  []receivables.PortfolioGroup
	number  *receivables.Portfolio // finds those of the first groups
	later   map[receivables.PortfolioGroup]int
	width   int
	units   []int64                 // by group: the parts, then the months
	months  []uint16                // by group: those back to the first one with a document
	exact   map[int]decimal.Decimal // what does not fit, by place in units
}

// The parts of a group, before its months.
const (
	partNotDue = iota // undisputed
	partOverdue
	partDisputed
	partDisputedOverdue
	partUndated
	partUnapplied
	partCount
)

// mostMonths bounds the months of a table.
const mostMonths = 1200

// Tabulate adds up balances and monthly sales by customer and currency. Open is the open items on the day; sales is the documents
// invoiced, credit notes below zero, each with its whole amount and its day of issue. Months counts back from that of the day,
// which is in progress; sales of other days are left out, and so are open items issued after the day. Both portfolios include VAT.
// From a ledger they are [receivables.Ledger.Portfolio] and a portfolio of [receivables.Ledger.Invoiced]. A portfolio does not know
// what kind its items are: payments among the sales would count as credit notes, so leave them out.
//
// The work is split at customers over as many goroutines as workers says, at least one; the result is the same for any number. It
// takes 8 bytes for each group and month, and 50 a group.
//
// Errors:
//   - [receivables.ErrInvalidInput] for a day that is none, fewer than one month or more than 1,200, and sales without a day of
//     issue.
func Tabulate(open, sales *receivables.Portfolio, workers int, asOf date.Date, months int) (*Table, error) {
	if !receivables.IsDay(asOf) {
		return nil, notADay("as of", asOf)
	}
	if months < 1 || months > mostMonths {
		return nil, &receivables.FieldError{Path: "months", Value: fmt.Sprint(months), Rule: receivables.RuleRange, Detail: fmt.Sprintf("from 1 to %d", mostMonths)}
	}
	t := &Table{asOf: asOf, groups: open.Groups(), number: open, later: map[receivables.PortfolioGroup]int{}, width: partCount + months, exact: map[int]decimal.Decimal{}}
	for m := range months {
		start := receivables.AddMonths(receivables.StartOfMonth(asOf), -m)
		t.starts = append(t.starts, start)
		for month := range t.lengths {
			for inProgress := range t.lengths[month] {
				o := CountBack{Month: MonthLength(month), InProgress: MonthInProgress(inProgress)}
				t.lengths[month][inProgress] = append(t.lengths[month][inProgress], o.daysOf(start, asOf))
			}
		}
	}
	ofSales := make([]int, sales.GroupCount()) // their numbers here
	for n := range ofSales {
		g := sales.Group(n)
		at, known := n, n < open.GroupCount() && open.Group(n) == g // as two portfolios of the same columns are numbered
		if !known {
			at, known = open.Number(g)
		}
		if !known {
			at = len(t.groups)
			t.groups, t.later[g] = append(t.groups, g), at
		}
		ofSales[n] = at
	}
	t.units, t.months = make([]int64, len(t.groups)*t.width), make([]uint16, len(t.groups))
	t.addOpen(open, workers)
	return t, t.addSales(sales, ofSales, workers)
}

// addOpen adds the parts of the balance.
func (t *Table) addOpen(p *receivables.Portfolio, workers int) {
	segments, fits := p.Columns()
	if fits {
		asOf := int32(t.asOf)
		columns.Each(segments, p.GroupCount(), workers, func(s *columns.Segment, group, from, to int) {
			row := t.units[group*t.width:][:partCount]
			for i := from; i < to; i++ {
				if s.Issued.At(i) > asOf {
					continue
				}
				disputed := int64(0)
				if s.Disputed != nil {
					disputed = s.Disputed[i]
				}
				part := t.part(date.Date(s.Due[i]), s.Units[i] < 0)
				row[part] += s.Units[i] - disputed
				row[partDisputed] += disputed
				if part == partOverdue {
					row[partDisputedOverdue] += disputed
				}
			}
		})
	}
	t.beside(p, fits, func(_ int, item *receivables.OpenItem) {
		if item.IssuedOn > t.asOf {
			return
		}
		n := p.NumberOf(item)
		disputed := decimal.Zero
		if item.Disputed.IsValid() {
			disputed = item.Disputed.Amount()
		}
		part := t.part(item.DueOn, item.Open.Sign() < 0)
		t.addExact(n, part, item.Open.Amount().Sub(disputed))
		t.addExact(n, partDisputed, disputed)
		if part == partOverdue {
			t.addExact(n, partDisputedOverdue, disputed)
		}
	})
}

// part returns the part of an item.
func (t *Table) part(due date.Date, credit bool) int {
	switch {
	case credit:
		return partUnapplied
	case due == 0:
		return partUndated
	case due < t.asOf:
		return partOverdue
	}
	return partNotDue
}

// addSales adds the sales of the months.
func (t *Table) addSales(p *receivables.Portfolio, numbers []int, workers int) error {
	segments, fits := p.Columns()
	months := t.monthsByDay()
	first := int32(t.starts[len(t.starts)-1])
	noIssue := &receivables.FieldError{Path: "issued", Rule: receivables.RuleRequired, Detail: "sales need the day of issue"}
	var failed columns.FirstError
	for _, s := range segments {
		for i := range s.Len() {
			if s.Issued.At(i) == 0 {
				failed.Add(int(s.Row[i]), noIssue)
			}
		}
	}
	if fits {
		columns.Each(segments, p.GroupCount(), workers, func(s *columns.Segment, group, from, to int) {
			row, history := t.units[numbers[group]*t.width:][partCount:t.width], uint16(0)
			for i := from; i < to; i++ {
				if at := uint32(s.Issued.At(i) - first); at < uint32(len(months)) {
					row[months[at]] += s.Units[i]
					history = max(history, months[at]+1)
				}
			}
			t.months[numbers[group]] = max(t.months[numbers[group]], history)
		})
	}
	t.beside(p, fits, func(position int, item *receivables.OpenItem) {
		n := p.NumberOf(item)
		if item.IssuedOn == 0 {
			failed.Add(position, noIssue)
		}
		if at := int64(item.IssuedOn) - int64(first); at >= 0 && at < int64(len(months)) {
			t.addExact(numbers[n], partCount+int(months[at]), item.Open.Amount())
			t.months[numbers[n]] = max(t.months[numbers[n]], months[at]+1)
		}
	})
	if position, err := failed.Get(); err != nil {
		return fmt.Errorf("sales[%d]: %w", position, err)
	}
	return nil
}

// monthsByDay returns the month of each day from the first one on.
func (t *Table) monthsByDay() []uint16 {
	first := t.starts[len(t.starts)-1]
	list := make([]uint16, receivables.DaysBetween(first, t.asOf)+1)
	for m, start := range t.starts {
		end := min(receivables.EndOfMonth(start), t.asOf)
		for day := start; day <= end; day++ {
			list[day-first] = uint16(m)
		}
	}
	return list
}

// beside visits what is not in columns, or all if sums need more than 63 bits.
func (t *Table) beside(p *receivables.Portfolio, fits bool, visit func(position int, item *receivables.OpenItem)) {
	if fits {
		for _, x := range p.Exact() {
			visit(x.Position, &x.Item)
		}
		return
	}
	for position, item := range p.Items() {
		visit(position, &item)
	}
}

func (t *Table) addExact(group, cell int, amount decimal.Decimal) {
	if at := group*t.width + cell; !amount.IsZero() {
		t.exact[at] = t.exact[at].Add(amount)
	}
}

// Len returns the number of groups: those of the open items, by their number in that portfolio, then those that have only sales.
func (t *Table) Len() int { return len(t.groups) }

// Group returns a group by its number.
func (t *Table) Group(n int) receivables.PortfolioGroup { return t.groups[n] }

// Number returns the number of a group, and false if it has none.
func (t *Table) Number(g receivables.PortfolioGroup) (int, bool) {
	if n, ok := t.number.Number(g); ok {
		return n, true
	}
	n, ok := t.later[g]
	return n, ok
}

// money returns a cell of a group.
func (t *Table) money(group, cell int) receivables.Money {
	at, currency := group*t.width+cell, t.groups[group].Currency
	amount := decimal.New(t.units[at], -int32(currency.MinorUnits()))
	if more, ok := t.exact[at]; ok {
		amount = amount.Add(more)
	}
	return receivables.Zero(currency).AddAmount(amount)
}

// Parts returns what the balance of a group is made of, as [View.Parts] does.
func (t *Table) Parts(group int) Parts {
	return Parts{
		NotDue: t.money(group, partNotDue), Overdue: t.money(group, partOverdue), Disputed: t.money(group, partDisputed),
		DisputedOverdue: t.money(group, partDisputedOverdue), Undated: t.money(group, partUndated), Unapplied: t.money(group, partUnapplied),
	}
}

// Receivables returns the balance of a group: what is open less credits (encours).
func (t *Table) Receivables(group int) Amount {
	sum := receivables.Zero(t.groups[group].Currency)
	for _, part := range []int{partNotDue, partOverdue, partDisputed, partUndated, partUnapplied} {
		sum = sum.AddAmount(t.money(group, part).Amount())
	}
	return Including(sum)
}

// Sales returns the sales of a group in the last so many months, the one in progress included: at most those of the table.
func (t *Table) Sales(group, months int) Amount {
	sum := receivables.Zero(t.groups[group].Currency)
	for m := range min(months, len(t.starts)) {
		sum = sum.AddAmount(t.money(group, partCount+m).Amount())
	}
	return Including(sum)
}

// MonthSales returns the sales of a group by month, the latest first.
func (t *Table) MonthSales(group int, o CountBack) []MonthSales {
	return t.monthSales(group, len(t.starts), o)
}

func (t *Table) monthSales(group, months int, o CountBack) []MonthSales {
	list := make([]MonthSales, months)
	for m := range list {
		list[m] = MonthSales{Including(t.money(group, partCount+m)), o.daysOf(t.starts[m], t.asOf)}
	}
	return list
}

// CountBackMonths returns the DSO of a group by exhaustion of sales, see [CountBackMonths] and [View.CountBackMonths]. History
// begins with the first month of the table that has a document of the group.
func (t *Table) CountBackMonths(group int, o CountBack) Measure {
	if m, ok := t.countBackUnits(group, o); ok {
		return m
	}
	m := CountBackMonths(t.Receivables(group), t.monthSales(group, int(t.months[group]), o), o)
	m.AsOf = t.asOf
	return m
}

// countBackUnits counts back in whole numbers where the balance is not below zero and used up within the history; elsewhere it returns
// false.
func (t *Table) countBackUnits(group int, o CountBack) (Measure, bool) {
	row := t.units[group*t.width:][:t.width]
	rest := row[partNotDue] + row[partOverdue] + row[partDisputed] + row[partUndated] + row[partUnapplied]
	if len(t.exact) > 0 || rest < 0 || o.Month > ThirtyDayMonth || o.InProgress > WholeMonth {
		return Measure{}, false
	}
	count := func(days int, part decimal.Decimal) Measure {
		figure := receivables.NewFigure(decimal.NewFromInt(int64(days)).Add(part), receivables.UnitDays)
		return Measure{Figure: figure, Method: MethodCountBackMonths, Tax: TaxIncluded, AsOf: t.asOf}
	}
	days, lengths := 0, t.lengths[o.Month][o.InProgress]
	if rest == 0 {
		return count(0, decimal.Zero), true
	}
	for m, sales := range row[partCount:][:t.months[group]] {
		length := lengths[m]
		if sales <= 0 { // its days count; credit notes make the rest grow
			if rest -= sales; rest < 0 || o.NoSales != CountNoSales {
				return Measure{}, false
			}
			days += length
			continue
		}
		if rest < sales {
			part, ok := fraction(rest, length, sales)
			return count(days, part), ok
		}
		days += length
		if rest -= sales; rest == 0 {
			return count(days, decimal.Zero), true
		}
	}
	return Measure{}, false
}

// fraction is rest x days / sales, for rest below sales, to the decimals of a figure; false: it takes more than 128 bits.
func fraction(rest int64, days int, sales int64) (decimal.Decimal, bool) {
	const scale = 1e16 // 10 ^ receivables.RatioPlaces
	over, product := bits.Mul64(uint64(rest), uint64(days))
	if over > 0 {
		return decimal.Zero, false
	}
	hi, lo := bits.Mul64(product, scale)
	if hi >= uint64(sales) {
		return decimal.Zero, false
	}
	quotient, left := bits.Div64(hi, lo, uint64(sales))
	if left >= uint64(sales)-left { // half is rounded up
		quotient++
	}
	if quotient > math.MaxInt64 {
		return decimal.Zero, false
	}
	return decimal.New(int64(quotient), -receivables.RatioPlaces), true
}
