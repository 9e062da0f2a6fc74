package penalties

import (
	"errors"
	"math/bits"
	"slices"
	"sync"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/fixed"
)

// Table computes the interest of many claims of one regime through one day, without
// payments in between. What a claim bears depends on its first day of delay alone, so
// rate x days are summed once for each day as whole numbers, and a claim costs a
// lookup and a division, or with [PerSegment] one for each segment, since each is
// rounded. Results are those of [Calculator.Accrue] to the cent. It is immutable and
// safe for concurrent use.
type Table struct {
	c           *Calculator
	from, until date.Date
	days        []delay // by first day of delay, from the first day of the table on
	provisional bool
	sums        []fixedSumOn        // by due day, from the day before the table on
	tiers       []receivables.Money // of all fixed sums of the table
	print       func() string       // its fingerprint
}

// delay is what a claim bears that is late from one day on, as rate x days.
type delay struct {
	known bool    // a version of the rule applies
	first int64   // of the first segment
	rest  []int64 // of the others; days share it
	sum   int64
}

// period is a stretch of days at one rate, or for a frozen rule the first days of
// delay that have that rate.
type period struct {
	first, last date.Date
	rate        int64 // percent x 10^rateScale
}

const rateScale = 6

// Table prepares the rates of the calculator from a first day of delay through a
// day.
//
// Errors:
//   - [receivables.ErrInvalidInput] for rules the table does not cover: interest on
//     interest, other day counts than 365 days, rounding per day or not half up, agreed rates, a notice
//     that starts interest, references read on another day than that of the half-year;
//   - [receivables.ErrLimit] for more than 200 years;
//   - [receivables.ErrNoCoverage] when a rate is not known.
func (c *Calculator) Table(from, until date.Date) (*Table, error) {
	r := c.regime
	if c.config.Contract != nil || r.Compounding != NoCompounding || r.StopsAfterMonths != 0 || c.config.CapitaliseFrom != 0 || r.DayCount != Act365 || r.Scope == PerDay || r.Rounding != HalfUp || r.Start != AfterDue {
		return nil, fieldError("table: regime", r.ID, "has a rule that needs each claim on its own")
	}
	if !receivables.IsDay(from) || !receivables.IsDay(until) || from > until {
		return nil, fieldError("table: days", from.String()+" to "+until.String(), "want a first and a last day")
	}
	if receivables.DaysBetween(from, until) > maxTableDays {
		return nil, &receivables.FieldError{Path: "table: days", Value: from.String() + " to " + until.String(), Rule: receivables.RuleLimit, Detail: "more than 200 years"}
	}
	t := &Table{c: c, from: from, until: until}
	periods := make([][]period, len(r.Versions))
	for i := range r.Versions {
		var err error
		if periods[i], err = t.periodsOf(&r.Versions[i], from); err != nil {
			return nil, err
		}
	}
	t.days = make([]delay, 0, receivables.DaysBetween(from, until)+1)
	for first := from; first <= until; first++ {
		d := t.delay(periods, first)
		if n := len(t.days); n > 0 && slices.Equal(t.days[n-1].rest, d.rest) {
			d.rest = t.days[n-1].rest
		}
		t.days = append(t.days, d)
	}
	t.findSums()
	t.print = sync.OnceValue(t.fingerprint)
	return t, nil
}

const maxTableDays = 73_050

// delay adds up what a claim bears that is late from a day on.
func (t *Table) delay(periods [][]period, first date.Date) delay {
	claim := Claim{DueOn: first - 1}
	var segments []int64
	for start := first; start <= t.until; {
		i, err := t.c.version(&claim, start)
		if err != nil {
			return delay{}
		}
		v := &t.c.regime.Versions[i]
		at := slices.IndexFunc(periods[i], func(p period) bool { return start >= p.first && start <= p.last })
		if t.c.mode(v) != Floating {
			segments = append(segments, periods[i][at].rate*int64(receivables.DaysBetween(start, t.until)+1))
			break
		}
		for _, p := range periods[i][at:] {
			segments = append(segments, p.rate*int64(receivables.DaysBetween(max(start, p.first), p.last)+1))
		}
		if start = v.endOfDays(); start == 0 {
			break
		}
		// The delay goes on under another version.
	}
	d := delay{known: true, first: segments[0], rest: segments[1:]}
	for _, n := range segments {
		d.sum += n
	}
	return d
}

// periodsOf lists the half-years of one version.
func (t *Table) periodsOf(v *Version, from date.Date) ([]period, error) {
	var list []period
	for start := from; start <= t.until; {
		last := min(receivables.AddDays(nextHalfYear(start), -1), t.until)
		if end := v.endOfDays(); end != 0 { // only the days of this version
			if start >= end {
				break
			}
			last = min(last, receivables.AddDays(end, -1))
		}
		if v.By == ByAccrualDay {
			if last < v.From {
				start = receivables.AddDays(last, 1)
				continue
			}
			start = max(start, v.From)
		}
		if v.Fixing == FixedEachDay || v.Fixing == FixedOnFirstDelayDay {
			return nil, fieldError("table: fixing", string(v.Fixing), "is read each day")
		}
		claim := Claim{DueOn: receivables.AddDays(start, -1)}
		rate := Rate{Percent: v.FlatPercent}
		if v.Mode != Flat {
			var err error
			if rate, err = t.c.indexed(v, &claim, start); err != nil {
				return nil, err
			}
		}
		units, ok := fixed.Minor(rate.Percent, rateScale)
		if !ok || units > maxRate || units < -maxRate {
			return nil, fieldError("table: rate", rate.Percent.String(), "has more than 6 decimals or is above a million percent")
		}
		t.provisional = t.provisional || rate.Provisional
		list = append(list, period{start, last, units})
		start = receivables.AddDays(last, 1)
	}
	return list, nil
}

// endOfDays is the first day for which a version no longer gives the rate; zero: open.
func (v *Version) endOfDays() date.Date {
	if v.By == ByAccrualDay {
		return v.Until
	}
	return v.DaysUntil
}

// maxRate keeps the sum of rate x days of all years within 64 bits.
const maxRate = 1_000_000 * 1_000_000

// Provisional reports whether a rate of the table is not verified for its day
// ([ExtendLastValue]).
func (t *Table) Provisional() bool { return t.provisional }

// Interest returns the interest of an amount due on a day, through the last day of
// the table. The due date also decides where the law asks for the date of the
// contract.
//
// Errors:
//   - [receivables.ErrNoCoverage] for a first day of delay before the table or the law.
func (t *Table) Interest(principal receivables.Money, dueOn date.Date) (receivables.Money, error) {
	digits := int32(principal.Currency().MinorUnits())
	if units, ok := fixed.Minor(principal.Amount(), digits); ok && principal.Sign() >= 0 {
		cents, err := t.Units(units, dueOn)
		if err == nil {
			return receivables.Zero(principal.Currency()).AddAmount(decimal.New(cents, -digits)), nil
		}
		if !errors.Is(err, receivables.ErrLimit) {
			return receivables.Money{}, err
		}
	}
	if _, err := t.delayOf(dueOn); err != nil {
		return receivables.Money{}, err
	}
	a, err := t.c.Accrue(Claim{Principal: principal, DueOn: dueOn}, t.until)
	if err != nil {
		return receivables.Money{}, err
	}
	return a.Interest, nil
}

// Units is [Table.Interest] in minor units of the currency: cents in, cents out. It
// does not allocate. An amount below zero gives interest below zero.
//
// Errors: those of [Table.Interest]; [receivables.ErrLimit] when the interest does not
// fit into 64 bits.
func (t *Table) Units(principal int64, dueOn date.Date) (int64, error) {
	d, err := t.delayOf(dueOn)
	if d == nil {
		return 0, err
	}
	if t.c.regime.Scope == AtEnd {
		return rounded(principal, d.sum)
	}
	total, err := rounded(principal, d.first)
	for i := 0; i < len(d.rest) && err == nil; i++ {
		var n int64
		if n, err = rounded(principal, d.rest[i]); err == nil {
			total, err = addChecked(total, n)
		}
	}
	return total, err
}

// usual is Units where rates are not negative and products fit into 63 bits; false: elsewhere.
func (t *Table) usual(principal uint64, d *delay) (int64, bool) {
	const most = 1<<63 - 1 - divisor/2
	if !d.known {
		return 0, false
	}
	if t.c.regime.Scope == AtEnd {
		hi, lo := bits.Mul64(principal, uint64(d.sum))
		return int64((lo + divisor/2) / divisor), hi == 0 && lo <= most && d.sum >= 0
	}
	hi, lo := bits.Mul64(principal, uint64(d.first))
	ok := hi == 0 && lo <= most && d.first >= 0
	total := int64((lo + divisor/2) / divisor)
	for _, rateDays := range d.rest {
		hi, lo := bits.Mul64(principal, uint64(rateDays))
		ok = ok && hi == 0 && lo <= most && rateDays >= 0
		total += int64((lo + divisor/2) / divisor)
	}
	return total, ok
}

// divisor makes cents of cents x millionths of a percent x days.
const divisor = 365 * 100 * 1_000_000

// delayOf returns what a claim due on a day bears; nil: nothing yet.
func (t *Table) delayOf(dueOn date.Date) (*delay, error) {
	if !receivables.IsDay(dueOn) {
		return nil, fieldError("table: due", "", "the due date is needed")
	}
	first := receivables.AddDays(dueOn, 1)
	if first > t.until {
		return nil, nil
	}
	if first < t.from {
		return nil, &receivables.CoverageError{Parameter: "table of " + t.c.regime.ID, Day: first, FirstCovered: t.from, LastCovered: t.until}
	}
	d := &t.days[first-t.from]
	if !d.known {
		_, err := t.c.version(&Claim{DueOn: dueOn}, first)
		if err == nil {
			err = &receivables.CoverageError{Parameter: "regime " + t.c.regime.ID, Day: t.until, Reason: "no version of the rule applies to a later day"}
		}
		return nil, err
	}
	return d, nil
}

func addChecked(a, b int64) (int64, error) {
	sum := a + b
	if (sum > a) != (b > 0) && b != 0 {
		return 0, tooLarge()
	}
	return sum, nil
}

func tooLarge() error {
	return &receivables.FieldError{Path: "interest", Rule: receivables.RuleLimit, Detail: "does not fit into 64 bits"}
}

// rounded is principal x rateDays / (365 x 100 x 10^rateScale), half away from zero.
func rounded(principal, rateDays int64) (int64, error) {
	negative := (principal < 0) != (rateDays < 0)
	a, b := uint64(principal), uint64(rateDays)
	if principal < 0 {
		a = -a
	}
	if rateDays < 0 {
		b = -b
	}
	hi, lo := bits.Mul64(a, b)
	lo, carry := bits.Add64(lo, divisor/2, 0)
	hi += carry
	if hi >= divisor {
		return 0, tooLarge()
	}
	q := lo / divisor // the usual case; a division by a constant is a multiplication
	if hi > 0 {
		q, _ = bits.Div64(hi, lo, divisor)
	}
	if q > 1<<63-1 {
		return 0, tooLarge()
	}
	if negative {
		return -int64(q), nil
	}
	return int64(q), nil
}
