package receivables

import (
	"fmt"
	"strings"
	"time"

	"github.com/rickb777/date/v2"
)

// This file is the only place that parses, subtracts or adds to dates. Dates
// have three traps: the ISO parser of the date package rolls 30 February over
// into March, the difference of two dates has type Date, and adding a month to
// 31 January gives 3 March. Everything else goes through the functions below.

const (
	isoLayout = "2006-01-02"
	// firstYear and lastYear bound the years accepted from outside. 0001-01-01
	// is the zero Date and means "not given", so it can never be read.
	firstYear = 1900
	lastYear  = 9999
)

// NewDate returns the civil date of year, month and day.
//
// Unlike [date.New] it does not normalise: 30 February is an error.
//
// Errors:
//   - [ErrInvalidInput] when the day does not exist or the year is outside
//     1900 to 9999.
func NewDate(year int, month time.Month, day int) (date.Date, error) {
	d := date.New(year, month, day)
	y, m, dd := d.Date()
	if y != year || m != month || dd != day || year < firstYear || year > lastYear {
		return 0, &FieldError{
			Path: "date", Value: fmt.Sprintf("%04d-%02d-%02d", year, int(month), day),
			Rule: RuleDate, Detail: "no such day between 1900-01-01 and 9999-12-31",
		}
	}
	return d, nil
}

// ParseDate reads an ISO 8601 calendar date, YYYY-MM-DD and nothing else.
//
// Errors:
//   - [ErrInvalidInput] for any other form, a day that does not exist
//     (2025-02-30) or a year outside 1900 to 9999.
func ParseDate(text string) (date.Date, error) {
	return parseDate(text, isoLayouts)
}

// MustDate is [ParseDate] for constants and tests; it panics on a bad text.
func MustDate(text string) date.Date {
	d, err := ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

// ParseDateLayouts reads a date written in one of the given layouts, which use
// the reference date of package time (2006-01-02, 2/1/2006, 02-Jan-06 ...).
//
// All layouts are tried. If two of them match with different meanings the text
// is refused: 3/4/2013 is 3 April under 2/1/2006 and 4 March under 1/2/2006.
// A time of day in the layout is read and dropped; it never moves the day. Two
// digits of year mean 1969 to 2068.
//
// Errors:
//   - [ErrInvalidInput], rule date_layout, for a layout without year, month or
//     day, or with a time zone;
//   - [ErrInvalidInput], rule date, when no layout matches or the day does not
//     exist;
//   - [ErrConflict], rule ambiguous_date, when layouts disagree.
func ParseDateLayouts(text string, layouts ...string) (date.Date, error) {
	if err := CheckDateLayouts(layouts...); err != nil {
		return 0, err
	}
	return parseDate(text, layouts)
}

// CheckDateLayouts reports whether each layout names a year, a month and a day
// and no time zone, so that a date can be read from it.
//
// Errors:
//   - [ErrInvalidInput], rule date_layout, naming the layout at fault.
func CheckDateLayouts(layouts ...string) error {
	if len(layouts) == 0 {
		return &FieldError{Path: "date layout", Rule: RuleDateLayout, Detail: "no layout given"}
	}
	for _, layout := range layouts {
		// A layout is complete if a date with distinct parts survives the trip.
		probe := time.Date(2013, time.November, 27, 0, 0, 0, 0, time.UTC)
		back, err := time.Parse(layout, probe.Format(layout))
		zoned := strings.Contains(layout, "MST") || strings.Contains(layout, "Z07") || strings.Contains(layout, "-07")
		if err != nil || !back.Equal(probe) || zoned {
			return &FieldError{
				Path: "date layout", Value: layout, Rule: RuleDateLayout,
				Detail: "needs a year, a month and a day written with the reference date 2006-01-02, and no time zone",
			}
		}
	}
	return nil
}

var isoLayouts = []string{isoLayout}

// parseDate is ParseDateLayouts for layouts that have been checked.
func parseDate(text string, layouts []string) (date.Date, error) {
	var found date.Date
	var by string
	for _, layout := range layouts {
		t, err := time.Parse(layout, text)
		if err != nil || t.Year() < firstYear || t.Year() > lastYear {
			continue
		}
		d := dateOf(t)
		if by != "" && d != found {
			return 0, &FieldError{
				Path: "date", Value: text, Rule: RuleAmbiguousDate,
				Detail: fmt.Sprintf("%s by layout %q but %s by layout %q", found, by, d, layout),
			}
		}
		found, by = d, layout
	}
	if by == "" {
		return 0, &FieldError{
			Path: "date", Value: text, Rule: RuleDate,
			Detail: "no day in layout " + quoteList(layouts) + ": written otherwise, or there is no such day",
		}
	}
	return found, nil
}

var firstDay, lastDay = startOfYear(firstYear), startOfYear(lastYear+1) - 1

// checkDay refuses a day outside the years that can be read. The zero date, "not
// given", passes.
func checkDay(path string, d date.Date) *FieldError {
	if d == 0 || d >= firstDay && d <= lastDay {
		return nil
	}
	return &FieldError{Path: path, Value: isoDate(d), Rule: RuleRange, Detail: "outside 1900-01-01 to 9999-12-31"}
}

// IsDay reports whether d is a day that the library takes: 1900-01-01 to
// 9999-12-31. The zero date, "not given", is none.
func IsDay(d date.Date) bool { return d != 0 && d >= firstDay && d <= lastDay }

// DaysBetween returns the number of days from one date to another: 0 for the
// same day, 1 from a day to the next, negative backwards. With from = the due
// date and to = the as-of date it is the lateness in days.
func DaysBetween(from, to date.Date) int { return int(to - from) }

// AddDays returns the date n days later (earlier if n is negative).
func AddDays(d date.Date, n int) date.Date { return d + date.Date(n) }

// AddMonths returns the date n months later with the same day number, or the
// last day of that month where the day number does not exist: 31 January plus
// one month is 28 or 29 February, never 3 March (the rule of CPC art. 641 al. 2
// for French periods in months).
func AddMonths(d date.Date, n int) date.Date {
	y, m, day := d.Date()
	first := date.New(y, m+time.Month(n), 1)
	return min(first+date.Date(day-1), EndOfMonth(first))
}

// EndOfMonth returns the last day of the month of d.
func EndOfMonth(d date.Date) date.Date {
	y, m, _ := d.Date()
	return date.New(y, m+1, 1) - 1
}

// StartOfMonth returns the first day of the month of d.
func StartOfMonth(d date.Date) date.Date {
	y, m, _ := d.Date()
	return date.New(y, m, 1)
}

// startOfYear returns 1 January.
func startOfYear(year int) date.Date { return date.New(year, time.January, 1) }

// dateOf returns the civil date that a time shows in its own zone.
func dateOf(t time.Time) date.Date { return date.New(t.Date()) }

// isoDate writes d for messages; the zero date is "none".
func isoDate(d date.Date) string {
	if d == 0 {
		return "none"
	}
	return d.String()
}

// isoMonths reads dates as 2006-01-02 by what it remembers of their months. The zero value knows none.
type isoMonths [256]struct {
	text  [7]byte // 2006-01
	days  uint8
	first date.Date
}

// day returns the date of a text, and false for what is none in the years that can be read.
func (m *isoMonths) day(text []byte) (date.Date, bool) {
	if len(text) != len(isoLayout) || text[7] != '-' {
		return 0, false
	}
	month := [7]byte(text)
	tens, ones := text[8]-'0', text[9]-'0'
	if tens > 9 || ones > 9 {
		return 0, false
	}
	known := &m[(month[6]+month[5]*10+(month[3]+month[2]*10)*12)&255]
	if known.text != month {
		d, err := parseDate(string(month[:])+"-01", isoLayouts)
		if err != nil {
			return 0, false
		}
		known.text, known.first, known.days = month, d, uint8(EndOfMonth(d)-d+1)
	}
	if n := tens*10 + ones; n >= 1 && n <= known.days {
		return known.first + date.Date(n-1), true
	}
	return 0, false
}
