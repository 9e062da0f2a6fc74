package penalties

import (
	"math/big"
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
	c     *Calculator
	until date.Date
	// periods by version of the rule, in the order of the regime; each ascending.
	periods [][]period
	frozen  []bool
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
	t := &Table{c: c, until: until}
	for i := range r.Versions {
		periods, frozen, err := c.periodsOf(&r.Versions[i], from, until)
		if err != nil {
			return nil, err
		}
		t.periods = append(t.periods, periods)
		t.frozen = append(t.frozen, frozen)
	}
	return t, nil
}

// periodsOf lists the half-years of one version.
func (c *Calculator) periodsOf(v *Version, from, until date.Date) ([]period, bool, error) {
	frozen := v.Mode != Floating || c.mode(v) == Frozen
	var list []period
	sum := int64(0)
	for start := from; start <= until; {
		last := receivables.AddDays(nextHalfYear(start), -1)
		if v.By == ByAccrualDay {
			switch { // only the days of this version
			case v.Until != 0 && start >= v.Until:
				return list, frozen, nil
			case last < v.From:
				start = receivables.AddDays(last, 1)
				continue
			case start < v.From:
				start = v.From
			}
			if v.Until != 0 && last >= v.Until {
				last = receivables.AddDays(v.Until, -1)
			}
		}
		if v.Fixing == FixedEachDay || v.Fixing == FixedOnFirstDelayDay {
			return nil, false, fieldError("table: fixing", string(v.Fixing), "is read each day")
		}
		claim := Claim{DueOn: receivables.AddDays(start, -1)}
		rate := Rate{Percent: v.FlatPercent}
		if v.Mode != Flat {
			var err error
			if rate, err = c.indexed(v, &claim, start); err != nil {
				return nil, false, err
			}
		}
		units, ok := fixed.Minor(rate.Percent, rateScale)
		if !ok {
			return nil, false, fieldError("table: rate", rate.Percent.String(), "has more than 6 decimals")
		}
		last = min(last, until)
		list = append(list, period{start, last, units, sum})
		sum += units * int64(receivables.DaysBetween(start, last)+1)
		start = receivables.AddDays(last, 1)
	}
	return list, frozen, nil
}

// Interest returns the interest of an amount due on a day, through the last day of
// the table. The due date also decides where the law asks for the date of the
// contract.
//
// Errors:
//   - [receivables.ErrNoCoverage] for a first day of delay before the table.
func (t *Table) Interest(principal receivables.Money, dueOn date.Date) (receivables.Money, error) {
	units, ok := fixed.Minor(principal.Amount(), int32(principal.Currency().MinorUnits()))
	if !ok {
		a, err := t.c.Accrue(Claim{Principal: principal, DueOn: dueOn}, t.until)
		if err != nil {
			return receivables.Money{}, err
		}
		return a.Interest, nil
	}
	cents, err := t.Units(units, dueOn)
	if err != nil {
		return receivables.Money{}, err
	}
	return receivables.Zero(principal.Currency()).AddAmount(decimal.New(cents, -int32(principal.Currency().MinorUnits()))), nil
}

// Units is [Table.Interest] in minor units of the currency: cents in, cents out. It
// does not allocate.
//
// Errors: those of [Table.Interest]; [receivables.ErrLimit] when the interest does not
// fit into 64 bits.
func (t *Table) Units(principal int64, dueOn date.Date) (int64, error) {
	first := receivables.AddDays(dueOn, 1)
	if first > t.until {
		return 0, nil
	}
	total, rateDays := int64(0), int64(0)
	for i := range t.periods {
		n, unrounded, done, err := t.version(i, principal, first, dueOn)
		if err != nil {
			return 0, err
		}
		total += n
		rateDays += unrounded
		if done {
			break
		}
	}
	if rateDays == 0 {
		return total, nil
	}
	return rounded(principal, rateDays) // rounded once, at the end
}

// version returns what a claim bears under one version: the interest of its segments,
// each rounded, or with AtEnd the sum of rate x days. done means that no other
// version applies.
func (t *Table) version(i int, principal int64, first, dueOn date.Date) (interest, rateDays int64, done bool, err error) {
	v := &t.c.regime.Versions[i]
	key := first
	if v.By == ByDueDate || v.By == ByContractDate {
		key = dueOn
	}
	if v.By != ByAccrualDay || t.frozen[i] {
		if key < v.From || v.Until != 0 && key >= v.Until {
			return 0, 0, false, nil
		}
		done = true
	}
	periods := t.periods[i]
	if len(periods) == 0 {
		return 0, 0, false, nil // none of its days is in the table
	}
	at, found := slices.BinarySearchFunc(periods, first, func(p period, d date.Date) int { return int(p.first - d) })
	if !found {
		at--
	}
	if at < 0 {
		if v.By != ByAccrualDay || t.frozen[i] || i == 0 {
			return 0, 0, false, &receivables.CoverageError{Parameter: "table of " + t.c.regime.ID, Day: first, FirstCovered: t.periods[0][0].first, LastCovered: t.until}
		}
		at = 0 // the delay began under an earlier version
	}
	if at == len(periods) || first > periods[at].last && at == len(periods)-1 && !t.frozen[i] {
		return 0, 0, false, nil // it ended before
	}
	if t.frozen[i] {
		sum := periods[at].rate * int64(receivables.DaysBetween(first, t.until)+1)
		if t.c.regime.Scope == AtEnd {
			return 0, sum, done, nil
		}
		n, err := rounded(principal, sum)
		return n, 0, done, err
	}
	if t.c.regime.Scope == AtEnd {
		last := periods[len(periods)-1]
		sum := last.before + last.rate*int64(receivables.DaysBetween(last.first, last.last)+1)
		start := max(first, periods[at].first)
		sum -= periods[at].before + periods[at].rate*int64(receivables.DaysBetween(periods[at].first, start))
		return 0, sum, done, nil
	}
	for _, p := range periods[at:] {
		days := int64(receivables.DaysBetween(max(first, p.first), p.last) + 1)
		n, err := rounded(principal, p.rate*days)
		if err != nil {
			return 0, 0, false, err
		}
		interest += n
	}
	return interest, 0, done, nil
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
		n := new(big.Int).Mul(big.NewInt(principal), big.NewInt(rateDays))
		return 0, &receivables.FieldError{Path: "interest", Value: n.String(), Rule: receivables.RuleLimit, Detail: "does not fit into 64 bits"}
	}
	q, _ := bits.Div64(hi, lo, divisor)
	if q > 1<<63-1 {
		return 0, &receivables.FieldError{Path: "interest", Rule: receivables.RuleLimit, Detail: "does not fit into 64 bits"}
	}
	if negative {
		return -int64(q), nil
	}
	return int64(q), nil
}
