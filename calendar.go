package receivables

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/aa"
	"github.com/rickar/cal/v2/fr"
	"github.com/rickb777/date/v2"
)

// Calendar answers whether a day is a business day. Implementations must be
// safe for concurrent use and give the same answer every time. A day the
// calendar does not know is an error, never "a business day".
type Calendar interface {
	IsBusinessDay(day date.Date) (bool, error)
}

// Zone is a part of French territory with its own public holidays, spelt as in
// procedure texts. The zero value is not a zone.
type Zone string

// The French zones. Alsace-Moselle is the departments 57, 67 and 68.
const (
	ZoneMetropole       Zone = "metropole"
	ZoneAlsaceMoselle   Zone = "alsace-moselle"
	ZoneGuadeloupe      Zone = "guadeloupe"
	ZoneGuyane          Zone = "guyane"
	ZoneMartinique      Zone = "martinique"
	ZoneMayotte         Zone = "mayotte"
	ZoneReunion         Zone = "la-reunion"
	ZoneSaintBarthelemy Zone = "saint-barthelemy"
	ZoneSaintMartin     Zone = "saint-martin"
)

// Holiday is one public holiday (jour férié).
type Holiday struct {
	Day  date.Date
	Name string // in the language of the country
}

// HolidayCalendar is a [Calendar] of Saturdays, Sundays and public holidays. It
// is immutable and safe for concurrent use.
type HolidayCalendar struct {
	zone        Zone
	holidays    []*cal.Holiday
	first, last int // years covered, both included
	// days holds every holiday of the years covered; made when it is first asked for.
	days func() map[date.Date]bool
}

// FrenchCalendar returns the public holidays of a French zone: those of Code du
// travail art. L3133-1 (1 January, Easter Monday, 1 May, 8 May, Ascension, Whit
// Monday, 14 July, 15 August, 1 November, 11 November, 25 December), Good Friday
// and 26 December in Alsace-Moselle (art. L3134-13), and overseas the day of the
// abolition of slavery (law 83-550 of 30 June 1983; in Saint-Martin 27 May until
// 2017 and 28 May since 2018, by the Etalab table). Saturdays and Sundays are not
// business days.
//
// Coverage: 1982 (8 May is a holiday again by law 81-893) to 2050 for metropole
// and Alsace-Moselle, 2006 to 2031 overseas. The rules come from
// github.com/rickar/cal and are compared, every year, with the tables published
// by Etalab (2006 to 2031) and data.gouv.fr (to 2050). Good Friday is a holiday
// by law only in communes with a Protestant or mixed church; like the official
// tables, the calendar applies it to the three departments.
//
// Errors:
//   - [ErrUnknown], rule unknown_reference, for another zone.
func FrenchCalendar(zone Zone) (*HolidayCalendar, error) {
	c := frenchCalendars()[zone]
	if c == nil {
		return nil, &FieldError{Path: "zone", Value: string(zone), Rule: RuleUnknownReference, Detail: "not a French zone"}
	}
	return c, nil
}

// frenchCalendars are made once, so that their days are computed once.
var frenchCalendars = sync.OnceValue(func() map[Zone]*HolidayCalendar {
	all := map[Zone]*HolidayCalendar{}
	for _, zone := range []Zone{
		ZoneMetropole, ZoneAlsaceMoselle, ZoneGuadeloupe, ZoneGuyane, ZoneMartinique, ZoneMayotte, ZoneReunion, ZoneSaintBarthelemy, ZoneSaintMartin,
	} {
		all[zone] = frenchCalendar(zone)
	}
	return all
})

func frenchCalendar(zone Zone) *HolidayCalendar {
	c := &HolidayCalendar{zone: zone, holidays: fr.Holidays, first: 1982, last: 2050}
	add := func(extra ...*cal.Holiday) {
		c.holidays = append(append([]*cal.Holiday{}, fr.Holidays...), extra...)
	}
	abolition := func(month time.Month, day int) *cal.Holiday {
		c.first, c.last = 2006, 2031
		return &cal.Holiday{Name: "Abolition de l'esclavage", Month: month, Day: day, Func: cal.CalcDayOfMonth}
	}
	switch zone {
	case ZoneMetropole:
	case ZoneAlsaceMoselle:
		add(
			aa.GoodFriday.Clone(&cal.Holiday{Name: "Vendredi saint"}),
			aa.ChristmasDay2.Clone(&cal.Holiday{Name: "Saint-Étienne"}),
		)
	case ZoneMayotte:
		add(abolition(time.April, 27))
	case ZoneMartinique:
		add(abolition(time.May, 22))
	case ZoneGuadeloupe:
		add(abolition(time.May, 27))
	case ZoneSaintMartin:
		until, since := abolition(time.May, 27), abolition(time.May, 28)
		until.EndYear, since.StartYear = 2017, 2018
		add(until, since)
	case ZoneGuyane:
		add(abolition(time.June, 10))
	case ZoneSaintBarthelemy:
		add(abolition(time.October, 9))
	case ZoneReunion:
		add(abolition(time.December, 20))
	}
	c.days = sync.OnceValue(c.allDays)
	return c
}

// allDays returns every holiday of the years covered.
func (c *HolidayCalendar) allDays() map[date.Date]bool {
	days := map[date.Date]bool{}
	for year := c.first; year <= c.last; year++ {
		for _, h := range c.holidays {
			if day := occurrence(h, year); day != 0 {
				days[day] = true
			}
		}
	}
	return days
}

// Zone returns the zone of the calendar.
func (c *HolidayCalendar) Zone() Zone { return c.zone }

// Holidays returns the public holidays of a year in the order of the calendar.
// A day on which two holidays fall together (1 May and Ascension in 2008) is
// listed once, with both names.
//
// Errors:
//   - [ErrNoCoverage] for a year outside the coverage.
func (c *HolidayCalendar) Holidays(year int) ([]Holiday, error) {
	if err := c.covers(startOfYear(year)); err != nil {
		return nil, err
	}
	names := map[date.Date]string{}
	for _, h := range c.holidays {
		day := occurrence(h, year)
		if day == 0 {
			continue
		}
		if names[day] != "" {
			names[day] += ", "
		}
		names[day] += h.Name
	}
	return sortedHolidays(names), nil
}

// IsBusinessDay reports whether day is neither Saturday, Sunday nor a public
// holiday of the zone.
//
// Errors:
//   - [ErrNoCoverage] for a day outside the coverage.
func (c *HolidayCalendar) IsBusinessDay(day date.Date) (bool, error) {
	if err := c.covers(day); err != nil {
		return false, err
	}
	return !isWeekend(day) && !c.days()[day], nil
}

// occurrence returns the day of a holiday in a year, the zero date if it is not
// kept in that year.
func occurrence(h *cal.Holiday, year int) date.Date {
	actual, _ := h.Calc(year)
	return dateOf(actual)
}

// covers returns a CoverageError for a day outside the years covered.
func (c *HolidayCalendar) covers(day date.Date) error {
	if y := day.Year(); y >= c.first && y <= c.last {
		return nil
	}
	return &CoverageError{
		Parameter:    fmt.Sprintf("public holidays of %s", c.zone),
		Day:          day,
		FirstCovered: startOfYear(c.first),
		LastCovered:  AddDays(startOfYear(c.last+1), -1),
	}
}

// WeekdayCalendar is a [Calendar] without holidays: Monday to Friday are
// business days, on any date.
type WeekdayCalendar struct{}

// IsBusinessDay reports whether day is Monday to Friday. It never fails.
func (WeekdayCalendar) IsBusinessDay(day date.Date) (bool, error) { return !isWeekend(day), nil }

func isWeekend(day date.Date) bool {
	w := day.Weekday()
	return w == time.Saturday || w == time.Sunday
}

// Roll says where a day moves that is not a business day.
type Roll uint8

// The ways to move a day. The zero value leaves it where it is.
const (
	RollNone              Roll = iota // unadjusted
	RollFollowing                     // to the next business day
	RollPreceding                     // to the business day before
	RollModifiedFollowing             // to the next one, unless that is in another month: then to the one before
)

// String returns the name of the rule.
func (r Roll) String() string {
	switch r {
	case RollNone:
		return "none"
	case RollFollowing:
		return "following"
	case RollPreceding:
		return "preceding"
	case RollModifiedFollowing:
		return "modified following"
	}
	return fmt.Sprintf("roll %d", uint8(r))
}

// MarshalText writes the name.
func (r Roll) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads the name.
//
// Errors:
//   - [ErrInvalidInput].
func (r *Roll) UnmarshalText(text []byte) error {
	for known := RollNone; known <= RollModifiedFollowing; known++ {
		if known.String() == string(text) {
			*r = known
			return nil
		}
	}
	return &FieldError{Path: "roll", Value: string(text), Rule: RuleSyntax, Detail: "want none, following, preceding or modified following"}
}

// maxRollDays bounds the search for a business day, so that a calendar that
// knows none cannot loop for ever.
const maxRollDays = 366

// RollDay moves day to a business day of c by the rule r. A day that is a
// business day stays; RollNone needs no calendar.
//
// Errors:
//   - those of the calendar;
//   - [ErrInvalidInput] for an unknown rule or a missing calendar;
//   - [ErrLimit] when there is no business day within 366 days.
func RollDay(c Calendar, day date.Date, r Roll) (date.Date, error) {
	switch r {
	case RollNone:
		return day, nil
	case RollFollowing:
		return nearestBusinessDay(c, day, 1)
	case RollPreceding:
		return nearestBusinessDay(c, day, -1)
	case RollModifiedFollowing:
		next, err := nearestBusinessDay(c, day, 1)
		if err != nil || next.Month() == day.Month() {
			return next, err
		}
		return nearestBusinessDay(c, day, -1)
	}
	return 0, &FieldError{Path: "roll", Value: r.String(), Rule: RuleRange, Detail: "unknown rule"}
}

// nearestBusinessDay walks from day in steps of +1 or -1 day.
func nearestBusinessDay(c Calendar, day date.Date, step int) (date.Date, error) {
	if c == nil {
		return 0, &FieldError{Path: "calendar", Rule: RuleRequired, Detail: "business days need a calendar"}
	}
	for n := range maxRollDays {
		d := AddDays(day, n*step)
		ok, err := c.IsBusinessDay(d)
		if err != nil {
			return 0, err
		}
		if ok {
			return d, nil
		}
	}
	return 0, &FieldError{
		Path: "calendar", Value: isoDate(day), Rule: RuleLimit,
		Detail: fmt.Sprintf("no business day within %d days", maxRollDays),
	}
}

// maxBusinessDays bounds a count of business days (about 40 years).
const maxBusinessDays = 10_000

// AddBusinessDays returns the n-th business day after day (before it if n is
// negative). day itself does not count; n = 0 returns day as it is. On a Friday,
// 1 gives the Monday after, if that is a business day.
//
// Errors: those of [RollDay]; [ErrLimit] for more than 10,000 days.
func AddBusinessDays(c Calendar, day date.Date, n int) (date.Date, error) {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	if n < 0 || n > maxBusinessDays {
		return 0, &FieldError{Path: "business days", Value: strconv.Itoa(n), Rule: RuleLimit, Detail: fmt.Sprintf("at most %d", maxBusinessDays)}
	}
	for range n {
		next, err := nearestBusinessDay(c, AddDays(day, step), step)
		if err != nil {
			return 0, err
		}
		day = next
	}
	return day, nil
}

// BusinessDaysBetween counts the business days d with from < d <= to: the day of
// the event does not count, the last day does. It is 0 when to is not after
// from.
//
// Errors: those of the calendar.
func BusinessDaysBetween(c Calendar, from, to date.Date) (int, error) {
	n := 0
	for d := AddDays(from, 1); d <= to; d++ {
		ok, err := c.IsBusinessDay(d)
		if err != nil {
			return 0, err
		}
		if ok {
			n++
		}
	}
	return n, nil
}

// sortedHolidays lists days in order.
func sortedHolidays(names map[date.Date]string) []Holiday {
	list := make([]Holiday, 0, len(names))
	for day, name := range names {
		list = append(list, Holiday{Day: day, Name: name})
	}
	slices.SortFunc(list, func(a, b Holiday) int { return cmp.Compare(a.Day, b.Day) })
	return list
}
