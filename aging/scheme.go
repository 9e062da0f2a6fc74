package aging

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
)

// Basis is the date from which an item is aged.
type Basis uint8

// The bases. By the issue date ages run from 0 and there is no "not due".
const (
	ByDueDate   Basis = iota // date d'échéance
	ByIssueDate              // date of the document
	ByOtherDate              // accounting date, statement date ...: given by [WithDate]
)

// String returns "due date", "issue date" or "other date".
func (b Basis) String() string {
	switch b {
	case ByDueDate:
		return "due date"
	case ByIssueDate:
		return "issue date"
	case ByOtherDate:
		return "other date"
	}
	return fmt.Sprintf("basis %d", uint8(b))
}

// MarshalText writes the name.
func (b Basis) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// Unit is what the bounds of columns count. In every unit but Days, age -1 means
// "on the as-of date or later" and age 0 the youngest late period.
type Unit uint8

// The units.
const (
	// Days: as-of date minus basis date.
	Days Unit = iota
	// CalendarMonths: 0 is the month of the as-of date up to the day before it, 1
	// the month before, and so on. -1 is the rest of the month, -2 the next one.
	CalendarMonths
	// FiscalPeriods: as CalendarMonths, with the periods of Scheme.Periods. All
	// that is not before the as-of date is -1.
	FiscalPeriods
	// RollingMonths: 0 is the month that ends the day before the as-of date, 1 the
	// month before that, each step taken from the last, clamped at the month's end.
	RollingMonths
	// RollingMonthsWithToday is RollingMonths ending on the as-of date itself: what
	// is due today is in month 0.
	RollingMonthsWithToday
)

// String returns the name of the unit.
func (u Unit) String() string {
	switch u {
	case Days:
		return "days"
	case CalendarMonths:
		return "calendar months"
	case FiscalPeriods:
		return "fiscal periods"
	case RollingMonths:
		return "rolling months"
	case RollingMonthsWithToday:
		return "rolling months with today"
	}
	return fmt.Sprintf("unit %d", uint8(u))
}

// MarshalText writes the name.
func (u Unit) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// isZero reports whether nothing of the scheme was filled in.
func (s Scheme) isZero() bool {
	return s.Name == "" && s.Basis == 0 && s.Unit == 0 && s.Columns == nil && s.Undated == 0 && s.Periods == nil
}

// clone copies a scheme, so that nobody else can change it.
func (s Scheme) clone() Scheme {
	s.Columns, s.Periods = slices.Clone(s.Columns), slices.Clone(s.Periods)
	return s
}

// Undated says where debits without a basis date go.
type Undated uint8

// The choices. Whatever the choice, an item that has no date at all is undated.
const (
	UndatedColumn      Undated = iota // a column of their own
	UndatedByIssueDate                // aged by the issue date instead
	UndatedFirst                      // the first column
	UndatedLast                       // the last column
)

// String returns the name of the choice.
func (u Undated) String() string {
	switch u {
	case UndatedColumn:
		return "own column"
	case UndatedByIssueDate:
		return "by issue date"
	case UndatedFirst:
		return "first column"
	case UndatedLast:
		return "last column"
	}
	return fmt.Sprintf("undated %d", uint8(u))
}

// MarshalText writes the name.
func (u Undated) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// Lowest and Highest leave a column open below or above.
const (
	Lowest  = math.MinInt32
	Highest = math.MaxInt32
)

// Column is one column of a scheme: the ages From to To, both included, in the
// unit of the scheme.
type Column struct {
	From, To int
	// Printed is what an imitated system prints over the column, when that is not
	// what the column holds or how it is called here.
	Printed string
	// Unlisted marks what an imitated system counts in its total but shows in no
	// column.
	Unlisted bool
}

// Scheme is a way to divide items by age. It is plain data; [New] refuses a
// scheme with a hole or an overlap.
type Scheme struct {
	Name    string
	Basis   Basis
	Unit    Unit
	Columns []Column // from the future to the oldest, without hole or overlap
	Undated Undated
	// Periods are the first days of the fiscal periods, in order, for the unit
	// FiscalPeriods: from the one in which the last column begins to the one after the
	// as-of date.
	Periods []date.Date
}

// DayScheme is a scheme by due date with the given upper bounds in days late:
// not due (0 days late or less), 1 to the first bound, and so on; the last
// column is open. DayScheme(30, 60, 90) has not_due, 1-30, 31-60, 61-90, 91+.
//
// Errors:
//   - [receivables.ErrInvalidInput] when there is no bound, one is below 1, or
//     they do not increase.
func DayScheme(bounds ...int) (Scheme, error) {
	columns, err := columnsFrom(1, bounds)
	if err != nil {
		return Scheme{}, err
	}
	return Scheme{Name: "days", Columns: append([]Column{{From: Lowest, To: 0}}, columns...)}, nil
}

// IssueScheme is a scheme by issue date: 0 to the first bound, and so on; the
// last column is open. Errors as [DayScheme].
func IssueScheme(bounds ...int) (Scheme, error) {
	columns, err := columnsFrom(0, bounds)
	if err != nil {
		return Scheme{}, err
	}
	return Scheme{Name: "issue", Basis: ByIssueDate, Columns: columns}, nil
}

// MonthScheme is a scheme by the calendar month of the due date (fin de mois):
// not due, M (this month, before the as-of date), M-1 ... and the last of the
// given number of late columns open: MonthScheme(4) ends with "M-3 and older".
//
// Errors:
//   - [receivables.ErrInvalidInput] for less than one column.
func MonthScheme(columns int) (Scheme, error) {
	if columns < 1 || columns > maxColumns-1 {
		return Scheme{}, &receivables.FieldError{
			Path: "scheme: columns", Value: fmt.Sprint(columns), Rule: receivables.RuleRange, Detail: fmt.Sprintf("want 1 to %d", maxColumns-1),
		}
	}
	return Scheme{Name: "months", Unit: CalendarMonths, Columns: steps(-1, columns)}, nil
}

// steps lists an open first column up to first and then n columns of one unit
// each, the last one open.
func steps(first, n int) []Column {
	list := []Column{{From: Lowest, To: first}}
	for k := range n {
		list = append(list, Column{From: first + 1 + k, To: first + 1 + k})
	}
	list[n].To = Highest
	return list
}

// columnsFrom lists columns with the given upper bounds, the first from first,
// and an open last one.
func columnsFrom(first int, bounds []int) ([]Column, error) {
	if len(bounds) == 0 {
		return nil, &receivables.FieldError{Path: "scheme: bounds", Rule: receivables.RuleRequired, Detail: "at least one bound"}
	}
	var columns []Column
	for i, bound := range bounds {
		if bound < max(first, 1) || bound >= Highest {
			return nil, &receivables.FieldError{
				Path: fmt.Sprintf("scheme: bounds[%d]", i), Value: fmt.Sprint(bound), Rule: receivables.RuleOrder,
				Detail: "bounds are whole days above zero, each above the one before",
			}
		}
		columns = append(columns, Column{From: first, To: bound})
		first = bound + 1
	}
	return append(columns, Column{From: first, To: Highest}), nil
}

// maxColumns bounds the width of a scheme.
const maxColumns = 400

// Check reports whether the scheme gives every age exactly one column.
//
// Errors:
//   - [receivables.ErrInvalidInput], rule order, naming the columns between which
//     there is a hole or an overlap;
//   - [receivables.ErrLimit] for more than 400 columns.
func (s Scheme) Check() error {
	fail := func(i int, rule receivables.Rule, detail string) error {
		return &receivables.FieldError{Path: fmt.Sprintf("scheme %q: columns[%d]", s.Name, i), Rule: rule, Detail: detail}
	}
	if len(s.Columns) == 0 {
		return fail(0, receivables.RuleRequired, "at least one column")
	}
	if len(s.Columns) > maxColumns {
		return fail(len(s.Columns), receivables.RuleLimit, fmt.Sprintf("at most %d columns", maxColumns))
	}
	if s.Basis > ByOtherDate || s.Unit > RollingMonthsWithToday || s.Undated > UndatedLast {
		return fail(0, receivables.RuleRange, "unknown basis, unit or undated rule")
	}
	next := Lowest
	if s.Basis == ByIssueDate && s.Unit == Days && s.Columns[0].From == 0 {
		next = 0 // nothing is issued after the as-of date
	}
	for i, c := range s.Columns {
		switch {
		case c.From != next && i == 0:
			return fail(i, receivables.RuleOrder, "the first column must be open below")
		case c.From > next:
			return fail(i, receivables.RuleOrder, fmt.Sprintf("a hole: %d to %d is in no column", next, c.From-1))
		case c.From < next:
			return fail(i, receivables.RuleOrder, fmt.Sprintf("an overlap: %d to %d is in two columns", c.From, next-1))
		case c.To < c.From:
			return fail(i, receivables.RuleOrder, fmt.Sprintf("ends at %d before it begins at %d", c.To, c.From))
		case c.To != Highest && (c.To > s.Unit.most() || c.To < s.Unit.least()):
			return fail(i, receivables.RuleRange, fmt.Sprintf("ends at %d; bounds in %s go from %d to %d", c.To, s.Unit, s.Unit.least(), s.Unit.most()))
		}
		next = c.To + 1
	}
	if s.Columns[len(s.Columns)-1].To != Highest {
		return fail(len(s.Columns)-1, receivables.RuleOrder, "the last column must be open above")
	}
	if (s.Unit == FiscalPeriods) != (len(s.Periods) > 0) {
		return fail(0, receivables.RuleExclusive, "fiscal periods need their first days, other units have none")
	}
	for i, d := range s.Periods {
		if !receivables.IsDay(d) || i > 0 && d <= s.Periods[i-1] {
			return fail(0, receivables.RuleOrder, fmt.Sprintf("periods[%d]: each first day must be after the one before", i))
		}
	}
	return nil
}

// most and least are the highest and lowest bound of a column in the unit. Fiscal
// periods and rolling months do not divide what is not late.
func (u Unit) most() int {
	if u == Days {
		return 1_000_000
	}
	return 12_000
}

func (u Unit) least() int {
	switch u {
	case Days:
		return -1_000_000
	case CalendarMonths:
		return -12_000
	case FiscalPeriods, RollingMonths, RollingMonthsWithToday:
	}
	return -1
}

// Names returns the names of the columns, made from their bounds.
func (s Scheme) Names() []string {
	names := make([]string, len(s.Columns))
	for i, c := range s.Columns {
		names[i] = s.name(c)
	}
	return names
}

// name makes the name of a column from its bounds.
func (s Scheme) name(c Column) string {
	notLate := 0
	if s.Unit != Days {
		notLate = -1
	}
	if c.From == Lowest && c.To == notLate && s.Unit != RollingMonthsWithToday && s.Basis != ByIssueDate {
		return "not_due"
	}
	switch s.Unit {
	case CalendarMonths:
		return periodName("M", c)
	case FiscalPeriods:
		return periodName("P", c)
	case RollingMonths, RollingMonthsWithToday:
		return rollingName(c)
	case Days:
	}
	return dayName(c)
}

// dayName writes a range of days late: "1-30", "91+", "due_in_1-30".
func dayName(c Column) string {
	switch {
	case c.From == Lowest && c.To == Highest:
		return "all"
	case c.From == Lowest && c.To < 0:
		return fmt.Sprintf("due_in_%d+", -c.To)
	case c.From == Lowest:
		return fmt.Sprintf("up_to_%d", c.To)
	case c.To == Highest:
		return fmt.Sprintf("%d+", c.From)
	case c.From == c.To && c.From >= 0:
		return fmt.Sprint(c.From)
	case c.From == c.To:
		return fmt.Sprintf("due_in_%d", -c.To)
	case c.To <= 0:
		return fmt.Sprintf("due_in_%d-%d", -c.To, -c.From)
	case c.From < 0:
		return fmt.Sprintf("%d..%d", c.From, c.To)
	}
	return fmt.Sprintf("%d-%d", c.From, c.To)
}

// periodName writes a range of periods counted back: "M", "M-1", "M-3 and older".
func periodName(letter string, c Column) string {
	one := func(age int) string {
		switch {
		case age == 0:
			return letter
		case age < 0:
			return fmt.Sprintf("%s+%d", letter, -age-1)
		}
		return fmt.Sprintf("%s-%d", letter, age)
	}
	switch {
	case c.From == Lowest && c.To == Highest:
		return "all"
	case c.From == Lowest:
		return one(c.To) + " and later"
	case c.To == Highest:
		return one(c.From) + " and older"
	case c.From == c.To:
		return one(c.From)
	}
	return one(c.From) + " to " + one(c.To)
}

// rollingName writes a range of months before the as-of date: "1M", "4M+".
func rollingName(c Column) string {
	switch {
	case c.From == Lowest && c.To == Highest:
		return "all"
	case c.From == Lowest && c.To == -1:
		return "due_in_1+"
	case c.From == Lowest:
		return fmt.Sprintf("up_to_%dM", c.To+1)
	case c.To == Highest:
		return fmt.Sprintf("%dM+", c.From+1)
	case c.From == c.To:
		return fmt.Sprintf("%dM", c.From+1)
	}
	return fmt.Sprintf("%dM-%dM", c.From+1, c.To+1)
}

// upperBounds turns the scheme into the highest number of days late of each
// column, for one as-of date.
func (s Scheme) upperBounds(asOf date.Date) ([]int, error) {
	bounds := make([]int, len(s.Columns))
	for i, c := range s.Columns {
		if c.To == Highest {
			bounds[i] = math.MaxInt
			continue
		}
		first, err := s.firstDay(asOf, c.To)
		if err != nil {
			return nil, err
		}
		bounds[i] = receivables.DaysBetween(first, asOf)
	}
	return bounds, nil
}

// firstDay returns the earliest date whose age is at most the given one.
func (s Scheme) firstDay(asOf date.Date, age int) (date.Date, error) {
	switch s.Unit {
	case CalendarMonths:
		switch {
		case age == -1:
			return asOf, nil
		case age < 0:
			return receivables.StartOfMonth(receivables.AddMonths(asOf, -age-1)), nil
		}
		return receivables.StartOfMonth(receivables.AddMonths(asOf, -age)), nil
	case FiscalPeriods:
		return s.firstDayOfPeriod(asOf, age)
	case RollingMonths, RollingMonthsWithToday:
		day := asOf
		if s.Unit == RollingMonthsWithToday {
			day = receivables.AddDays(asOf, 1)
		}
		for range age + 1 {
			day = receivables.AddMonths(day, -1)
		}
		return day, nil
	case Days:
	}
	return receivables.AddDays(asOf, -age), nil
}

func (s Scheme) firstDayOfPeriod(asOf date.Date, age int) (date.Date, error) {
	if age < 0 {
		return asOf, nil
	}
	current, found := slices.BinarySearch(s.Periods, asOf)
	if !found {
		current-- // the period that has begun
	}
	if at := current - age; at >= 0 && current < len(s.Periods)-1 {
		return s.Periods[at], nil
	}
	return 0, &receivables.CoverageError{
		Parameter: fmt.Sprintf("scheme %q: fiscal period %d before the one of the as-of date", s.Name, age),
		Day:       asOf, FirstCovered: s.Periods[0], LastCovered: receivables.AddDays(s.Periods[len(s.Periods)-1], -1),
	}
}

// MarshalJSON writes the scheme with the names of its columns.
func (s Scheme) MarshalJSON() ([]byte, error) {
	type column struct {
		Name     string `json:"name"`
		From     *int   `json:"from"`
		To       *int   `json:"to"`
		Printed  string `json:"printed,omitempty"`
		Unlisted bool   `json:"unlisted,omitempty"`
	}
	columns := make([]column, len(s.Columns))
	for i, name := range s.Names() {
		c := s.Columns[i]
		columns[i] = column{Name: name, Printed: c.Printed, Unlisted: c.Unlisted}
		if c.From != Lowest {
			columns[i].From = &c.From
		}
		if c.To != Highest {
			columns[i].To = &c.To
		}
	}
	return json.Marshal(struct {
		Name    string   `json:"name"`
		Basis   Basis    `json:"basis"`
		Unit    Unit     `json:"unit"`
		Undated Undated  `json:"undated"`
		Columns []column `json:"columns"`
	}{s.Name, s.Basis, s.Unit, s.Undated, columns})
}
