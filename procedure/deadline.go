package procedure

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
)

// Regime says how a period is counted and what moves its end.
type Regime string

// The regimes. In all of them the day of the event does not count, months end on the day of the same
// number or the last day of the month, and years and months are counted before days.
const (
	// CPC: an end on a Saturday, Sunday, holiday or closed day moves to the next working day (CPC 641,
	// 642).
	CPC Regime = "cpc"
	// Limitation is never moved (prescription; Cass. com. 10 Jan. 2006 n° 04-10.482).
	Limitation Regime = "limitation"
	// EU1182 moves as CPC does, by the holidays of the Member State, and a period of two days or more
	// holds at least two working days (Regulation 1182/71 art. 3).
	EU1182 Regime = "eu1182"
	// ClearPeriod counts neither the first nor the last day, then moves as CPC does (délai franc, CJA
	// R421-1).
	ClearPeriod Regime = "clear"
	// ChequesAndBills moves over Sundays and statutory holidays only (CMF R131-4, C. com. L511-79).
	ChequesAndBills Regime = "cheque"
	// Banking counts and moves by the days on which banks are open at the place.
	Banking Regime = "banking"
	// PlainCalendar is never moved: contracts, policies, ceilings.
	PlainCalendar Regime = "calendar"
	// Backward counts back from the event, such as a hearing, and moves to the working day before.
	Backward Regime = "backward"
)

func (r Regime) check() error {
	if slices.Contains([]Regime{CPC, Limitation, EU1182, ClearPeriod, ChequesAndBills, Banking, PlainCalendar, Backward}, r) {
		return nil
	}
	return &receivables.FieldError{Path: "regime", Value: string(r), Rule: receivables.RuleRange, Detail: "unknown regime"}
}

// Role says what a period is for.
type Role string

// The roles.
const (
	Duty    Role = "duty"    // the user must act by its end: the safe side is earlier
	Wait    Role = "wait"    // the user may act after its end: the safe side is later
	Ceiling Role = "ceiling" // bounds what others do: no act of the user is due
)

func (r Role) check() error {
	if slices.Contains([]Role{Duty, Wait, Ceiling}, r) {
		return nil
	}
	return &receivables.FieldError{Path: "role", Value: string(r), Rule: receivables.RuleRange, Detail: "want duty, wait or ceiling"}
}

// Period is a length of time. Months are never turned into days. BusinessDays are those of the regime:
// days that are open in it.
type Period struct {
	Years        int `json:"years,omitempty"`
	Months       int `json:"months,omitempty"`
	Days         int `json:"days,omitempty"`
	BusinessDays int `json:"business_days,omitempty"`
}

// String writes the period: "2 months", "1 year 15 days".
func (p Period) String() string {
	var parts []string
	for _, x := range []struct {
		n    int
		unit string
	}{{p.Years, "year"}, {p.Months, "month"}, {p.Days, "day"}, {p.BusinessDays, "business day"}} {
		switch {
		case x.n == 1:
			parts = append(parts, "1 "+x.unit)
		case x.n != 0:
			parts = append(parts, fmt.Sprint(x.n, " ", x.unit, "s"))
		}
	}
	return cmp.Or(strings.Join(parts, " "), "no time")
}

const farYears = 200

func (p Period) check() error {
	if p.Years < 0 || p.Years > farYears || p.Months < 0 || p.Months > 12*farYears || p.Days < 0 || p.Days > 366*farYears || p.BusinessDays < 0 || p.BusinessDays > 10000 ||
		p.BusinessDays > 0 && p.Years+p.Months+p.Days > 0 {
		return &receivables.FieldError{Path: "period", Value: fmt.Sprintf("%+v", p), Rule: receivables.RuleRange, Detail: "from 0 to 200 years, business days by themselves"}
	}
	return nil
}

// end counts a period from a day.
func (p Period) end(on date.Date) date.Date {
	return receivables.AddDays(receivables.AddMonths(on, 12*p.Years+p.Months), p.Days)
}

// Place says which days are closed and how far the person is.
type Place struct {
	// Zone is the French zone whose holidays count; empty: metropole.
	Zone receivables.Zone
	// Calendar counts instead of a zone: another State, a bank.
	Calendar receivables.Calendar
	Distance Distance
}

// Event is what a period starts from.
type Event struct {
	Name string
	On   date.Date
}

// Deadline is a last day, or the end of a wait (délai).
type Deadline struct {
	Rule   string    `json:"rule,omitempty"`
	Title  string    `json:"title"`
	Event  string    `json:"event"`
	From   date.Date `json:"from"`
	Period Period    `json:"period"`
	Regime Regime    `json:"regime"`
	Role   Role      `json:"role"`
	// Raw is the plain end on the calendar, Expires the end under the regime: the best reading. Both are
	// last days and end at 24:00.
	Raw     date.Date `json:"raw"`
	Expires date.Date `json:"expires"`
	// LastSafe is, for a duty, the earliest end that can be defended, without any doubtful extension; for
	// a wait, the latest.
	LastSafe date.Date `json:"last_safe_day"`
	// Extended says why the end moved.
	Extended   []string               `json:"extended_because,omitempty"`
	LegalBasis []receivables.Citation `json:"legal_basis"`
	Uncertain  []string               `json:"uncertain,omitempty"`
}

// DeadlineOf counts the period of a rule from an event, by its row in force on the day of the event: the bare count of a row
// ([RuleIDs] lists them). The packages of the parts know what else counts, such as where a creditor lives.
//
// Errors: those of [RuleAt] and [Rule.Deadline]; [receivables.ErrInvalidInput] for a rule with a Selector, whose row is
// that of another day.
func DeadlineOf(id string, e Event, at Place) (Deadline, error) {
	r, err := RuleAt(id, e.On)
	if err != nil {
		return Deadline{}, err
	}
	if r.Selector != "" {
		return Deadline{}, &receivables.FieldError{Path: "rule " + id, Value: r.Selector, Rule: receivables.RuleRequired, Detail: "its row is picked by that day: use RuleAt"}
	}
	return r.Deadline(e, at)
}

// Deadline counts the period of a rule from an event: 2 months from a publication on 2026-10-06 end on
// Sunday 6 December, under CPC 642 on Monday 2026-12-07.
//
// Errors:
//   - [receivables.ErrInvalidInput] for an event without day, a rule that is no period;
//   - those of the calendar.
func (r Rule) Deadline(e Event, at Place) (Deadline, error) {
	period, err := r.Period()
	if err != nil || r.Regime == "" {
		return Deadline{}, errors.Join(err, r.noPeriod())
	}
	c := Count{Event: e, Period: period, Regime: r.Regime, Role: r.Role, Place: at, Rule: r.ID, Title: r.Title, Basis: []receivables.Citation{r.Citation}}
	return c.Deadline()
}

func (r Rule) noPeriod() error {
	if r.Regime != "" {
		return nil
	}
	return &receivables.FieldError{Path: "rule " + r.ID, Rule: receivables.RuleRange, Detail: "is no period"}
}

// Count is a period to be counted; [Rule.Deadline] makes it of a rule.
type Count struct {
	Rule, Title string
	Event       Event
	Period      Period
	Regime      Regime
	Role        Role // empty: duty
	Place       Place
	Basis       []receivables.Citation
}

// Deadline counts the period.
//
// The end is moved day by day until it is open. A local holiday (Alsace-Moselle, overseas) moves the
// best reading; for a duty the last safe day is not moved by it (no court has ruled). What a Member State
// or a bank closes is the caller's calendar.
//
// Errors:
//   - [receivables.ErrInvalidInput] for a day that is none, an unknown regime or role, a period beyond 200
//     years, business days in a regime that knows none;
//   - [receivables.ErrUnknown] for a zone that is none;
//   - [receivables.ErrNoCoverage] for an end beyond the calendar.
func (c Count) Deadline() (Deadline, error) {
	c.Role = cmp.Or(c.Role, Duty)
	if err := errors.Join(c.Regime.check(), c.Role.check(), c.Period.check()); err != nil {
		return Deadline{}, err
	}
	if !receivables.IsDay(c.Event.On) {
		return Deadline{}, &receivables.FieldError{Path: cmp.Or(c.Event.Name, "event"), Value: c.Event.On.String(), Rule: receivables.RuleRequired, Detail: "a day from 1900-01-01 to 9999-12-31"}
	}
	place, err := c.Place.open(c.Regime)
	if err != nil {
		return Deadline{}, err
	}
	d := Deadline{
		Rule: c.Rule, Title: c.Title, Event: c.Event.Name, From: c.Event.On, Period: c.Period, Regime: c.Regime, Role: c.Role, LegalBasis: slices.Clone(c.Basis),
	}
	for _, basis := range c.Basis {
		if basis.Confidence == "S" || basis.Confidence == "M" {
			d.Uncertain = append(d.Uncertain, "not verified: "+basis.Text)
		}
	}
	far := c.Place.Distance
	switch {
	case far.Months < 0 || far.Months > 12*farYears:
		return Deadline{}, &receivables.FieldError{Path: "distance", Value: fmt.Sprint(far.Months), Rule: receivables.RuleRange, Detail: "months from 0"}
	case far.Months > 0 && (c.Regime == Backward || c.Period.BusinessDays > 0):
		return Deadline{}, &receivables.FieldError{Path: "distance", Value: fmt.Sprint(far.Months), Rule: receivables.RuleExclusive, Detail: "none with days counted back or business days"}
	}
	switch {
	case far.Months > 0 && far.Doubtful != "":
		d.Uncertain = append(d.Uncertain, fmt.Sprintf("perhaps %s longer: %s", Period{Months: far.Months}, far.Doubtful))
	case far.Months > 0:
		d.Period.Months += far.Months
		d.Extended = append(d.Extended, fmt.Sprintf("%s more", Period{Months: far.Months}))
		d.LegalBasis = append(d.LegalBasis, far.Basis)
	}
	if d.Raw, err = place.count(c.Event.On, d.Period); err != nil {
		return Deadline{}, err
	}
	if d.Expires, err = place.move(d.Raw, &d.Extended); err != nil {
		return Deadline{}, err
	}
	if d.Expires, err = place.atLeast(c.Event.On, d.Period, d.Expires, &d); err != nil {
		return Deadline{}, err
	}
	if !receivables.IsDay(d.Expires) || !receivables.IsDay(d.Raw) {
		return Deadline{}, &receivables.FieldError{Path: "deadline", Value: d.Expires.String(), Rule: receivables.RuleRange, Detail: "outside 1900-01-01 to 9999-12-31"}
	}
	if d, err = place.safe(c, d); err == nil && !receivables.IsDay(d.LastSafe) {
		err = &receivables.FieldError{Path: "last safe day", Value: d.LastSafe.String(), Rule: receivables.RuleRange, Detail: "outside 1900-01-01 to 9999-12-31"}
	}
	return d, err
}

// reading is a place under a regime.
type reading struct {
	regime Regime
	closed func(day date.Date) (string, error) // why a day is closed; empty: it is open
	safe   func(c Count, d Deadline) (Deadline, error)
}

// open reads the calendar of a place.
func (p Place) open(regime Regime) (*reading, error) {
	r := &reading{regime: regime}
	switch {
	case regime == Limitation || regime == PlainCalendar:
		r.closed = func(date.Date) (string, error) { return "", nil }
		r.safe = func(c Count, d Deadline) (Deadline, error) {
			d.LastSafe = d.Expires
			if c.Role != Duty && c.Place.Distance.Doubtful != "" {
				d.LastSafe = Period{Years: d.Period.Years, Months: d.Period.Months + c.Place.Distance.Months, Days: d.Period.Days}.end(d.From)
			}
			return d, nil
		}
		return r, nil
	case p.Calendar == nil && regime == Banking:
		return nil, &receivables.FieldError{Path: "place: calendar", Rule: receivables.RuleRequired, Detail: "banking days need the calendar of the bank"}
	}
	zone := cmp.Or(p.Zone, receivables.ZoneMetropole)
	calendar := p.Calendar
	var holidays func(year int) ([]receivables.Holiday, error)
	if calendar == nil {
		french, err := receivables.FrenchCalendar(zone)
		if err != nil {
			return nil, err
		}
		calendar, holidays = french, french.Holidays
	}
	r.closed = func(day date.Date) (string, error) { return closedBecause(regime, calendar, holidays, day) }
	r.safe = func(c Count, d Deadline) (Deadline, error) { return p.safe(zone, c, d) }
	return r, nil
}

// closedBecause says why a day is closed under a regime.
func closedBecause(regime Regime, calendar receivables.Calendar, holidays func(int) ([]receivables.Holiday, error), day date.Date) (string, error) {
	weekday := day.Weekday()
	business, err := calendar.IsBusinessDay(day)
	if err != nil || business {
		return "", err
	}
	isHoliday, name := false, "closed day"
	if holidays != nil {
		list, err := holidays(day.Year())
		if err != nil {
			return "", err
		}
		if i := slices.IndexFunc(list, func(h receivables.Holiday) bool { return h.Day == day }); i >= 0 {
			isHoliday, name = true, list[i].Name
		}
	}
	switch {
	case isHoliday:
		return day.String() + " " + name, nil
	case weekday == time.Saturday && regime == ChequesAndBills: // a Saturday is a working day there
		return "", nil
	case weekday == time.Saturday || weekday == time.Sunday:
		return day.String() + " " + weekday.String(), nil
	}
	return day.String() + " " + name, nil
}

const mostClosed = 60 // days in a row

// step walks from a day to the next open one.
func (r *reading) step(day date.Date, by int, because *[]string) (date.Date, error) {
	for range mostClosed {
		why, err := r.closed(day)
		if err != nil || why == "" {
			return day, err
		}
		if because != nil {
			*because = append(*because, why)
		}
		day = receivables.AddDays(day, by)
	}
	return 0, &receivables.FieldError{Path: "calendar", Value: day.String(), Rule: receivables.RuleLimit, Detail: fmt.Sprintf("no open day within %d days", mostClosed)}
}

// count returns the plain end.
func (r *reading) count(on date.Date, p Period) (date.Date, error) {
	switch {
	case p.BusinessDays > 0 && r.regime != ChequesAndBills && r.regime != Banking:
		return 0, &receivables.FieldError{Path: "period", Value: p.String(), Rule: receivables.RuleRange, Detail: "the regime " + string(r.regime) + " counts no business days"}
	case p.BusinessDays > 0:
		day := on
		for range p.BusinessDays {
			var err error
			if day, err = r.step(receivables.AddDays(day, 1), 1, nil); err != nil {
				return 0, err
			}
		}
		return day, nil
	case r.regime == Backward:
		return receivables.AddDays(receivables.AddMonths(on, -12*p.Years-p.Months), -p.Days), nil
	case r.regime == ClearPeriod:
		return receivables.AddDays(p.end(on), 1), nil
	}
	return p.end(on), nil
}

// move moves an end to an open day.
func (r *reading) move(raw date.Date, because *[]string) (date.Date, error) {
	if r.regime == Backward {
		return r.step(raw, -1, because)
	}
	return r.step(raw, 1, because)
}

// atLeast gives an EU period its two working days.
func (r *reading) atLeast(on date.Date, p Period, end date.Date, d *Deadline) (date.Date, error) {
	if r.regime != EU1182 || p.Years+p.Months > 0 || p.Days < 2 {
		return end, nil
	}
	open := 0
	for day := receivables.AddDays(on, 1); ; day = receivables.AddDays(day, 1) {
		if day > end && open >= 2 {
			return end, nil
		}
		why, err := r.closed(day)
		if err != nil {
			return 0, err
		}
		if why != "" {
			continue
		}
		if open++; day > end && open == 2 {
			d.Extended = append(d.Extended, "at least two working days")
			d.Uncertain = append(d.Uncertain, "not verified: Regulation 1182/71 art. 3(5)")
			return day, nil
		}
	}
}

// safe adds the last safe day.
func (p Place) safe(zone receivables.Zone, c Count, d Deadline) (Deadline, error) {
	d.LastSafe = d.Expires
	if c.Role != Duty && p.Distance.Months > 0 && p.Distance.Doubtful != "" { // a wait with the months that are in doubt
		far := c
		far.Place.Distance.Doubtful = ""
		long, err := far.Deadline()
		if err != nil {
			return d, err
		}
		d.LastSafe = long.LastSafe
		return d, nil
	}
	if c.Regime == ClearPeriod {
		d.Uncertain = append(d.Uncertain, "clear months: by case law not read")
	}
	if onSaturday := d.Expires.Weekday() == time.Saturday; c.Regime == ChequesAndBills && (onSaturday || c.Period.BusinessDays > 0 && acrossSaturday(d.From, d.Expires)) {
		d.Uncertain = append(d.Uncertain, "whether a Saturday is a working day of cheques and bills is not settled")
		if c.Role != Duty {
			later, err := (Place{Zone: p.Zone, Calendar: p.Calendar}).open(CPC)
			if err != nil {
				return d, err
			}
			end := d.Expires
			if !onSaturday { // each Saturday counted gives a day more
				end = receivables.AddDays(end, 1)
			}
			if d.LastSafe, err = later.step(end, 1, nil); err != nil {
				return d, err
			}
		}
	}
	if c.Role != Duty {
		return d, nil
	}
	// the same with all that is in doubt left out
	cautious, regime := Place{Calendar: p.Calendar}, c.Regime
	if regime == ClearPeriod {
		regime = CPC
	}
	local := p.Calendar == nil && zone != receivables.ZoneMetropole && c.Regime != Backward
	if !local {
		cautious.Zone = p.Zone
	}
	r, err := cautious.open(regime)
	if err != nil {
		return d, err
	}
	raw, err := r.count(c.Event.On, d.Period)
	if err != nil {
		return d, err
	}
	if d.LastSafe, err = r.move(raw, nil); err != nil {
		return d, err
	}
	d.LastSafe = min(d.LastSafe, d.Expires)
	if local && d.LastSafe < d.Expires {
		d.Uncertain = append(d.Uncertain, "whether local holidays move the end is not settled")
	}
	if c.Regime == Backward {
		d.Uncertain = append(d.Uncertain, "that a period counted back ends on the working day before: practice")
	}
	return d, nil
}

// acrossSaturday reports whether a Saturday lies after a day, up to another.
func acrossSaturday(from, to date.Date) bool {
	for day := receivables.AddDays(from, 1); day <= to; day = receivables.AddDays(day, 1) {
		if day.Weekday() == time.Saturday {
			return true
		}
	}
	return false
}

// Extend moves a day that is no working day to the next one (CPC 642): Saturday 2016-04-23 to Monday 25
// April.
//
// Errors: those of [Count.Deadline].
func Extend(day date.Date, at Place) (date.Date, error) {
	r, err := at.open(CPC)
	if err != nil {
		return 0, err
	}
	return r.step(day, 1, nil)
}
