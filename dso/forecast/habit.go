package forecast

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
)

// Habit is how a customer pays: days after the due date, early payments below zero.
type Habit struct {
	// Median is the usual lateness; one payment in five comes by Early, four in five by Late:
	// the quantiles 0.5, 0.2 and 0.8, each an observed value (nearest rank).
	Median int `json:"median"`
	Early  int `json:"early"`
	Late   int `json:"late"`
	Lines  int `json:"lines"` // payments it was read from; 0: assumed
	// Run is the days on which the customer pays at all; the zero value is any day.
	Run PayRun `json:"run"`
}

// PayRun is the days of payment runs. A day qualifies if it is one of the weekdays and one
// of the days of the month, where given.
type PayRun struct {
	Weekdays  []time.Weekday `json:"weekdays"`
	MonthDays []int          `json:"month_days"` // 1 to 31; one that a month does not have is its last day
}

// Check reports a day of the month or of the week that does not exist.
//
// Errors:
//   - [receivables.ErrInvalidInput].
func (r PayRun) Check() error {
	for _, d := range r.MonthDays {
		if d < 1 || d > 31 {
			return &receivables.FieldError{Path: "pay run: day of the month", Value: fmt.Sprint(d), Rule: receivables.RuleRange, Detail: "1 to 31"}
		}
	}
	for _, d := range r.Weekdays {
		if d < time.Sunday || d > time.Saturday {
			return &receivables.FieldError{Path: "pay run: weekday", Value: fmt.Sprint(int(d)), Rule: receivables.RuleRange, Detail: "Sunday to Saturday"}
		}
	}
	return nil
}

// next returns the first day of a run from day on.
func (r PayRun) next(day date.Date) date.Date {
	if len(r.Weekdays) == 0 && len(r.MonthDays) == 0 {
		return day
	}
	const longest = 28 * 366 // a weekday on a given day of the month comes within this
	for d := day; d < day+longest; d++ {
		last := receivables.EndOfMonth(d)
		_, _, n := d.Date()
		_, _, end := last.Date()
		onMonthDay := len(r.MonthDays) == 0 || slices.ContainsFunc(r.MonthDays, func(x int) bool { return min(x, end) == n })
		onWeekday := len(r.Weekdays) == 0 || slices.Contains(r.Weekdays, d.Weekday())
		if onMonthDay && onWeekday {
			return d
		}
	}
	return day
}

// HabitsOf reads the habits of customers off what they paid up to a day, each payment line
// of an invoice with due date counting once. Customers without one are not in it.
func HabitsOf(timelines iter.Seq[receivables.Timeline], asOf date.Date) map[string]Habit {
	late := map[string][]int{}
	for t := range timelines {
		if t.Item.DueOn == 0 || t.Item.Original.Sign() <= 0 {
			continue
		}
		for _, c := range t.Changes {
			money := c.Kind == receivables.EntryCollected ||
				c.Kind == receivables.EntryAllocated && (c.Source == receivables.KindPayment || c.Source == receivables.KindDeposit)
			if !money || c.On > asOf {
				continue
			}
			on := c.For
			if on == 0 {
				on = c.On
			}
			days := receivables.DaysBetween(t.Item.DueOn, on)
			list := late[t.Item.Customer]
			if c.Amount.Sign() < 0 {
				late[t.Item.Customer] = append(list, days)
			} else if i := slices.Index(list, days); i >= 0 { // a payment taken back
				late[t.Item.Customer] = slices.Delete(list, i, i+1)
			}
		}
	}
	habits := map[string]Habit{}
	for customer, days := range late {
		if len(days) == 0 {
			continue
		}
		slices.Sort(days)
		habits[customer] = Habit{
			Median: quantile(days, 5), Early: quantile(days, 2), Late: quantile(days, 8), Lines: len(days),
		}
	}
	return habits
}

// quantile returns the value of nearest rank at so many tenths of a sorted list.
func quantile(sorted []int, tenths int) int {
	rank := (len(sorted)*tenths + 9) / 10
	return sorted[max(rank, 1)-1]
}

// Period is the length of the periods of a forecast.
type Period uint8

// The periods.
const (
	Weekly  Period = iota // Monday to Sunday
	Monthly               // calendar months
)

// String returns the period in one word.
func (p Period) String() string {
	switch p {
	case Weekly:
		return "weekly"
	case Monthly:
		return "monthly"
	}
	return fmt.Sprintf("period %d", uint8(p))
}

// bounds returns the first and last day of the period of a day.
func (p Period) bounds(day date.Date) (first, last date.Date) {
	if p == Monthly {
		return receivables.StartOfMonth(day), receivables.EndOfMonth(day)
	}
	first = receivables.AddDays(day, -(int(day.Weekday())+6)%7)
	return first, receivables.AddDays(first, 6)
}

// Config is how a forecast is made.
type Config struct {
	AsOf   date.Date `json:"as_of"`
	Period Period    `json:"period"`
	// Periods is the number of periods. The first is what is left of the one in which the day
	// after the as-of date lies: as of a Saturday, the first week is a Sunday.
	Periods int `json:"periods"`
	// Default is the habit of customers who have none.
	Default Habit `json:"default"`
}

// mostPeriods bounds a forecast: twenty years of weeks.
const mostPeriods = 1040

// Line is one period of a forecast.
type Line struct {
	First date.Date `json:"first"`
	Last  date.Date `json:"last,omitzero"`
	// Expected is what comes in by the usual lateness. Early and Late are what would come in
	// this period if everybody paid as early as one time in five, or as late.
	Expected receivables.Money `json:"expected"`
	Early    receivables.Money `json:"early"`
	Late     receivables.Money `json:"late"`
}

// Forecast is the money to come of the open items of one currency.
type Forecast struct {
	Currency receivables.Currency `json:"currency"`
	Lines    []Line               `json:"lines"`
	// Later is what comes after the last period.
	Later Line `json:"later"`
	// Disputed is under dispute, Undated has no due date, Unapplied is credits (zero or
	// below): none of it is in a period.
	Disputed  receivables.Money `json:"disputed"`
	Undated   receivables.Money `json:"undated"`
	Unapplied receivables.Money `json:"unapplied"`
	Balance   receivables.Money `json:"balance"` // periods + later + these
	// WithoutHabit is the part of the periods and later for which the default habit was
	// assumed.
	WithoutHabit receivables.Money `json:"without_habit"`
	Assumptions  []string          `json:"assumptions"`
}

// FromHabits returns the receipts to expect of open items (prévision d'encaissements par
// profil payeur), by currency code: each undisputed amount on its due date + the usual
// lateness of its customer, moved to his next payment run and then to a business day; early
// and late cases likewise. What should have come by the as-of date comes on the first
// business day after it, or with a payment run on the first one from there. What may never
// be paid is not taken off.
//
// Errors:
//   - [receivables.ErrInvalidInput] for a day that is none, a number of periods outside 1
//     to 1040, a habit whose early case is later than its late one, or that of a payment
//     run;
//   - those of the calendar.
func FromHabits(
	items iter.Seq[receivables.OpenItem], habits map[string]Habit, calendar receivables.Calendar, c Config,
) ([]Forecast, error) {
	switch {
	case !receivables.IsDay(c.AsOf):
		return nil, &receivables.FieldError{Path: "as of", Value: c.AsOf.String(), Rule: receivables.RuleRange, Detail: "outside 1900-01-01 to 9999-12-31"}
	case c.Periods < 1 || c.Periods > mostPeriods:
		return nil, &receivables.FieldError{Path: "periods", Value: fmt.Sprint(c.Periods), Rule: receivables.RuleRange, Detail: fmt.Sprintf("from 1 to %d", mostPeriods)}
	case c.Period > Monthly:
		return nil, &receivables.FieldError{Path: "period", Value: c.Period.String(), Rule: receivables.RuleRange, Detail: "unknown period"}
	case calendar == nil:
		return nil, &receivables.FieldError{Path: "calendar", Rule: receivables.RuleRequired, Detail: "a calendar of business days is needed"}
	}
	if err := c.Default.check("default"); err != nil {
		return nil, err
	}
	for customer, h := range habits {
		if err := h.check(customer); err != nil {
			return nil, err
		}
	}
	f := forecaster{config: c, calendar: calendar, byCurrency: map[receivables.Currency]*Forecast{}}
	for item := range items {
		if err := f.add(&item, habits); err != nil {
			return nil, err
		}
	}
	var list []Forecast
	for _, x := range f.byCurrency {
		list = append(list, *x)
	}
	slices.SortFunc(list, func(a, b Forecast) int { return strings.Compare(a.Currency.Code(), b.Currency.Code()) })
	return list, nil
}

// maxDays bounds lateness so that no day leaves the calendar of the library by surprise.
const maxDays = 36525

func (h Habit) check(who string) error {
	if h.Early > h.Median || h.Median > h.Late || h.Early < -maxDays || h.Late > maxDays {
		return &receivables.FieldError{
			Path: "habit of " + who, Value: fmt.Sprintf("%d %d %d", h.Early, h.Median, h.Late), Rule: receivables.RuleOrder,
			Detail: "want early <= median <= late, within a hundred years",
		}
	}
	if err := h.Run.Check(); err != nil {
		return fmt.Errorf("habit of %s: %w", who, err)
	}
	return nil
}

type forecaster struct {
	config     Config
	calendar   receivables.Calendar
	byCurrency map[receivables.Currency]*Forecast
}

// of returns the forecast of a currency, with its empty periods.
func (f *forecaster) of(currency receivables.Currency) *Forecast {
	if x, ok := f.byCurrency[currency]; ok {
		return x
	}
	zero := receivables.Zero(currency)
	x := &Forecast{
		Currency: currency, Disputed: zero, Undated: zero, Unapplied: zero, Balance: zero, WithoutHabit: zero,
		Assumptions: []string{
			"each customer pays as before: due date + his median lateness, moved to his next payment run and to a business day",
			"what should have come already comes on the next business day; nothing undisputed is lost",
			fmt.Sprintf("customers without history pay %d days after the due date (%d early, %d late)", f.config.Default.Median, f.config.Default.Early, f.config.Default.Late),
			"early and late cases: all customers at their quantile 0.2, or all at 0.8",
		},
	}
	first, last := f.config.Period.bounds(receivables.AddDays(f.config.AsOf, 1))
	from := receivables.AddDays(f.config.AsOf, 1)
	for range f.config.Periods {
		x.Lines = append(x.Lines, Line{First: max(first, from), Last: last, Expected: zero, Early: zero, Late: zero})
		first, last = f.config.Period.bounds(receivables.AddDays(last, 1))
	}
	x.Later = Line{First: first, Expected: zero, Early: zero, Late: zero}
	f.byCurrency[currency] = x
	return x
}

func (f *forecaster) add(item *receivables.OpenItem, habits map[string]Habit) error {
	if !item.Open.IsValid() || item.DueOn != 0 && !receivables.IsDay(item.DueOn) {
		return &receivables.FieldError{Path: fmt.Sprintf("item %q of %q", item.Document, item.Customer), Rule: receivables.RuleRequired, Detail: "an open amount with a currency and a possible due date are needed"}
	}
	x := f.of(item.Open.Currency())
	open := item.Open.Amount()
	x.Balance = x.Balance.AddAmount(open)
	if open.Sign() <= 0 {
		x.Unapplied = x.Unapplied.AddAmount(open)
		return nil
	}
	disputed := item.Disputed.Amount()
	if item.Disputed.IsValid() && item.Disputed.Currency() != x.Currency || disputed.Sign() < 0 || disputed.Cmp(open) > 0 {
		return &receivables.FieldError{Path: fmt.Sprintf("item %q of %q: disputed", item.Document, item.Customer), Value: item.Disputed.String(), Rule: receivables.RuleRange, Detail: "must be between 0 and the open amount " + item.Open.String()}
	}
	x.Disputed = x.Disputed.AddAmount(disputed)
	amount := open.Sub(disputed)
	if item.DueOn == 0 {
		x.Undated = x.Undated.AddAmount(amount)
		return nil
	}
	habit, ok := habits[item.Customer]
	if !ok {
		habit = f.config.Default
		x.WithoutHabit = x.WithoutHabit.AddAmount(amount)
	}
	for _, c := range []struct {
		days int
		at   func(*Line) *receivables.Money
	}{
		{habit.Median, func(l *Line) *receivables.Money { return &l.Expected }},
		{habit.Early, func(l *Line) *receivables.Money { return &l.Early }},
		{habit.Late, func(l *Line) *receivables.Money { return &l.Late }},
	} {
		day, err := f.payDay(item.DueOn, c.days, habit.Run)
		if err != nil {
			return err
		}
		line := &x.Later
		if i, _ := slices.BinarySearchFunc(x.Lines, day, func(l Line, d date.Date) int { return cmp.Compare(l.Last, d) }); i < len(x.Lines) {
			line = &x.Lines[i]
		}
		sum := c.at(line)
		*sum = sum.AddAmount(amount)
	}
	return nil
}

// payDay returns the day on which an item is likely to be paid.
func (f *forecaster) payDay(due date.Date, late int, run PayRun) (date.Date, error) {
	day := receivables.AddDays(due, late)
	if day <= f.config.AsOf {
		day = receivables.AddDays(f.config.AsOf, 1)
	}
	return receivables.RollDay(f.calendar, run.next(day), receivables.RollFollowing)
}
