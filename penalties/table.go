package penalties

import (
	"cmp"
	"errors"
	"math/bits"
	"slices"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/fixed"
)

// Table computes the interest of many claims of one regime through one day, without
// payments in between: rates are looked up once and kept as whole numbers, and a
// claim costs a few multiplications. Results are those of [Calculator.Accrue] to the
// cent. It is immutable and safe for concurrent use.
type Table struct {
	c           *Calculator
	from, until date.Date
	// periods by version of the rule, in the order of the regime; each ascending.
	periods     [][]period
	floating    []bool // by version
	provisional bool
}

// period is a stretch of days at one rate, or for a frozen rule the first days of
// delay that have that rate.
type period struct {
	first, last date.Date
	rate        int64 // percent x 10^rateScale
	before      int64 // sum of rate x days of the periods before it
}

const rateScale = 6

// Table prepares the rates of the calculator from a first day of delay through a
// day.
//
// Errors:
//   - [receivables.ErrInvalidInput] for rules the table does not cover: interest on
//     interest, other day counts than 365 days, rounding per day, agreed rates;
//   - [receivables.ErrNoCoverage] when a rate is not known.
func (c *Calculator) Table(from, until date.Date) (*Table, error) {
	r := c.regime
	if c.config.Contract != nil || r.Compounding != NoCompounding || r.StopsAfterMonths != 0 || c.config.CapitaliseFrom != 0 || r.DayCount != Act365 || r.Scope == PerDay || r.Start != AfterDue {
		return nil, fieldError("table: regime", r.ID, "has a rule that needs each claim on its own")
	}
	if !receivables.IsDay(from) || !receivables.IsDay(until) || from > until {
		return nil, fieldError("table: days", from.String()+" to "+until.String(), "want a first and a last day")
	}
	t := &Table{c: c, from: from, until: until}
	for i := range r.Versions {
		v := &r.Versions[i]
		periods, err := t.periodsOf(v, from)
		if err != nil {
			return nil, err
		}
		t.periods = append(t.periods, periods)
		t.floating = append(t.floating, c.mode(v) == Floating)
	}
	return t, nil
}

// periodsOf lists the half-years of one version.
func (t *Table) periodsOf(v *Version, from date.Date) ([]period, error) {
	var list []period
	sum := int64(0)
	for start := from; start <= t.until; {
		last := min(receivables.AddDays(nextHalfYear(start), -1), t.until)
		if v.By == ByAccrualDay { // only the days of this version
			if v.Until != 0 && start >= v.Until {
				break
			}
			if last < v.From {
				start = receivables.AddDays(last, 1)
				continue
			}
			start = max(start, v.From)
			if v.Until != 0 {
				last = min(last, receivables.AddDays(v.Until, -1))
			}
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
		list = append(list, period{start, last, units, sum})
		sum += units * int64(receivables.DaysBetween(start, last)+1)
		start = receivables.AddDays(last, 1)
	}
	return list, nil
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
	if !receivables.IsDay(dueOn) {
		return 0, fieldError("table: due", "", "the due date is needed")
	}
	first := receivables.AddDays(dueOn, 1)
	if first > t.until {
		return 0, nil
	}
	if first < t.from {
		return 0, &receivables.CoverageError{Parameter: "table of " + t.c.regime.ID, Day: first, FirstCovered: t.from, LastCovered: t.until}
	}
	claim := Claim{DueOn: dueOn}
	total, rateDays := int64(0), int64(0)
	for start := first; start <= t.until; {
		i, err := t.c.version(&claim, start)
		if err != nil {
			return 0, err
		}
		v := &t.c.regime.Versions[i]
		if t.c.regime.Scope == AtEnd {
			rateDays += t.rateDays(i, start)
		} else if total, err = t.addRounded(total, principal, i, start); err != nil {
			return 0, err
		}
		if v.By != ByAccrualDay || !t.floating[i] || v.Until == 0 {
			break
		}
		start = v.Until // the delay goes on under another version
	}
	if t.c.regime.Scope == AtEnd {
		return rounded(principal, rateDays)
	}
	return total, nil
}

// rateDays is the sum of rate x days of one version from a day on.
func (t *Table) rateDays(i int, start date.Date) int64 {
	periods, at := t.periods[i], t.find(i, start)
	if !t.floating[i] {
		return periods[at].rate * int64(receivables.DaysBetween(start, t.until)+1)
	}
	last := periods[len(periods)-1]
	sum := last.before + last.rate*int64(receivables.DaysBetween(last.first, last.last)+1)
	return sum - periods[at].before - periods[at].rate*int64(receivables.DaysBetween(periods[at].first, start))
}

// addRounded adds the interest of one version from a day on, each segment rounded.
func (t *Table) addRounded(total, principal int64, i int, start date.Date) (int64, error) {
	if !t.floating[i] {
		n, err := rounded(principal, t.rateDays(i, start))
		if err != nil {
			return 0, err
		}
		return addChecked(total, n)
	}
	for _, p := range t.periods[i][t.find(i, start):] {
		days := int64(receivables.DaysBetween(max(start, p.first), p.last) + 1)
		n, err := rounded(principal, p.rate*days)
		if err != nil {
			return 0, err
		}
		if total, err = addChecked(total, n); err != nil {
			return 0, err
		}
	}
	return total, nil
}

// find returns the period of a day. The periods of a version that applies to a day of
// the table hold that day.
func (t *Table) find(i int, day date.Date) int {
	at, found := slices.BinarySearchFunc(t.periods[i], day, func(p period, d date.Date) int { return cmp.Compare(p.first, d) })
	if !found {
		at--
	}
	return at
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
	const divisor = 365 * 100 * 1_000_000
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
	q, _ := bits.Div64(hi, lo, divisor)
	if q > 1<<63-1 {
		return 0, tooLarge()
	}
	if negative {
		return -int64(q), nil
	}
	return int64(q), nil
}
