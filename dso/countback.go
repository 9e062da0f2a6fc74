package dso

import (
	"cmp"
	"slices"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// NoSales says what the count-back does with a month or day whose sales are zero or,
// with credit notes in it, negative.
type NoSales uint8

// The rules.
const (
	// CountNoSales: its days count, for time passed; what is negative makes the rest of
	// the balance grow. Better still, take credit notes off the months they correct.
	CountNoSales NoSales = iota
	// StopAtNoSales: the count stops there, and what is left is unexplained. It is what
	// Oracle Hyperion Financial Management does, which also gives nothing when the latest
	// month has no sales.
	StopAtNoSales
)

// MonthLength says how many days a month has.
type MonthLength uint8

// The lengths.
const (
	CalendarMonth  MonthLength = iota // 28 to 31
	ThirtyDayMonth                    // 30
)

// MonthInProgress says how many days the month of the as-of date has.
type MonthInProgress uint8

// The rules.
const (
	ElapsedDays MonthInProgress = iota // from the first of the month to the as-of date
	WholeMonth                         // as if it had ended
)

// CountBack is how a count-back is done. It is plain data; the zero value is calendar
// months, elapsed days, days without sales counted.
type CountBack struct {
	NoSales NoSales `json:"no_sales"`
	// Month and InProgress matter where the months are made from a ledger.
	Month      MonthLength     `json:"month"`
	InProgress MonthInProgress `json:"in_progress"`
}

// daysOf returns the days of a month, given by its first day.
func (o CountBack) daysOf(month, asOf date.Date) int {
	end := receivables.EndOfMonth(month)
	days := receivables.DaysBetween(month, end) + 1
	if o.Month == ThirtyDayMonth {
		days = 30
	}
	if end > asOf && o.InProgress == ElapsedDays {
		days = min(days, receivables.DaysBetween(month, asOf)+1)
	}
	return days
}

// MonthSales is the credit sales of one month, credit notes deducted, and its days.
type MonthSales struct {
	Sales Amount
	Days  int
}

// CountBackMonths returns the DSO by exhaustion of sales (méthode par épuisement,
// count-back, roll-back): the balance is set against the sales of the latest month, then
// of the one before and so on; each month used up counts its days, the last one the
// share of its days that the rest of the balance is of its sales. It depends on no
// window, and does not add up over customers.
//
//   - A balance of zero or below needs no sales: 0 days, with status credit balance
//     below zero.
//   - A month used up exactly counts whole, the one before it not at all.
//   - Months without sales: [NoSales].
//   - History too short: status truncated, the days so far as a lower bound and the
//     rest of the balance as [Measure.Unexplained].
//   - Undefined without a month, with a month of negative days, and when bases or
//     currencies differ.
//
// 212,000 against months of 30 days with 100,000, 80,000 and 70,000 of sales is 30 + 30 +
// 32,000 / 70,000 x 30 = 73.7 days.
func CountBackMonths(owed Amount, latestFirst []MonthSales, o CountBack) Measure {
	m := Measure{Method: MethodCountBackMonths, Tax: owed.Tax}
	e := exhaustion{rest: owed.value(), noSales: o.NoSales}
	for i, month := range latestFirst {
		if _, ok := basisOf(owed, month.Sales); !ok {
			return e.undefined(m, receivables.StatusMixedBasis)
		}
		if month.Days < 0 {
			return e.undefined(m, receivables.StatusOutOfDomain)
		}
		if i == 0 && e.refuses(month.Sales.value()) {
			return e.undefined(m, statusOfDenominator(month.Sales.value()))
		}
		e.take(month.Sales.value(), month.Days)
	}
	return e.result(m, owed)
}

// DaySales is the credit sales of one day, credit notes deducted.
type DaySales struct {
	On    date.Date
	Sales Amount
}

// CountBackDays is [CountBackMonths] by days, the finest form: it walks back from the
// as-of date, every day counts 1 and the last one the share that the rest of the balance
// is of its sales. Days may come in any order and several times; those not listed are
// days without sales. History begins with the first day listed.
//
// Undefined also for a day after the as-of date or that is no day.
//
// 1,050 against 300, two days without sales, 450, 200 and 400 is 5 + 100 / 400 = 5.25 days.
func CountBackDays(owed Amount, asOf date.Date, sales []DaySales, o CountBack) Measure {
	m := Measure{Method: MethodCountBackDays, Tax: owed.Tax, AsOf: asOf}
	e := exhaustion{rest: owed.value(), noSales: o.NoSales}
	if !receivables.IsDay(asOf) {
		return e.undefined(m, receivables.StatusOutOfDomain)
	}
	sorted := slices.SortedStableFunc(slices.Values(sales), func(a, b DaySales) int { return cmp.Compare(b.On, a.On) })
	day := asOf
	for i := 0; i < len(sorted); {
		s := sorted[i]
		if _, ok := basisOf(owed, s.Sales); !ok {
			return e.undefined(m, receivables.StatusMixedBasis)
		}
		if s.On > asOf || !receivables.IsDay(s.On) {
			return e.undefined(m, receivables.StatusOutOfDomain)
		}
		sum := decimal.Zero
		for ; i < len(sorted) && sorted[i].On == s.On; i++ {
			if _, ok := basisOf(owed, sorted[i].Sales); !ok {
				return e.undefined(m, receivables.StatusMixedBasis)
			}
			sum = sum.Add(sorted[i].Sales.value())
		}
		latest := sum
		if s.On < day {
			latest = decimal.Zero
		}
		if day == asOf && e.refuses(latest) {
			return e.undefined(m, statusOfDenominator(latest))
		}
		if gap := receivables.DaysBetween(s.On, day); gap > 0 {
			e.take(decimal.Zero, gap)
		}
		e.take(sum, 1)
		day = receivables.AddDays(s.On, -1)
	}
	return e.result(m, owed)
}

// exhaustion is the walk back.
type exhaustion struct {
	rest    decimal.Decimal // of the balance
	noSales NoSales
	days    int
	part    decimal.Decimal // of the last period: rest x days / sales
	steps   int
	done    bool
}

// refuses reports whether the Oracle rule gives nothing because the latest period has no
// sales.
func (e *exhaustion) refuses(sales decimal.Decimal) bool {
	return e.noSales == StopAtNoSales && sales.Sign() <= 0 && e.rest.Sign() > 0
}

// take sets the rest against the sales of the period before.
func (e *exhaustion) take(sales decimal.Decimal, days int) {
	e.steps++
	switch {
	case e.done || e.rest.Sign() <= 0:
		e.done = true
	case sales.Sign() <= 0 && e.noSales == StopAtNoSales:
		e.done = true
	case sales.Sign() <= 0 || e.rest.Cmp(sales) >= 0:
		e.days += days
		e.rest = e.rest.Sub(sales)
	default:
		e.part = e.rest.Mul(newInt(days)).DivRound(sales, receivables.RatioPlaces)
		e.rest, e.done = decimal.Zero, true
	}
}

func (e *exhaustion) undefined(m Measure, status receivables.Status) Measure {
	m.Figure = receivables.NoFigure(status, receivables.UnitDays)
	return m
}

// result is the measure once all periods are taken.
func (e *exhaustion) result(m Measure, owed Amount) Measure {
	switch {
	case !owed.Money.IsValid():
		return e.undefined(m, receivables.StatusMixedBasis)
	case owed.Money.Sign() < 0:
		m.Figure = receivables.NewFigure(decimal.Zero, receivables.UnitDays).Marked(receivables.StatusCreditBalance)
		return m
	case owed.Money.IsZero():
		m.Figure = receivables.NewFigure(decimal.Zero, receivables.UnitDays)
		return m
	case e.steps == 0:
		return e.undefined(m, receivables.StatusInsufficientData)
	}
	m.Figure = receivables.NewFigure(newInt(e.days).Add(e.part), receivables.UnitDays)
	if e.rest.Sign() > 0 {
		m.Figure = m.Marked(receivables.StatusTruncated)
		m.Unexplained = receivables.Zero(owed.Money.Currency()).AddAmount(e.rest)
	}
	return m
}

func statusOfDenominator(d decimal.Decimal) receivables.Status {
	if d.Sign() < 0 {
		return receivables.StatusNegativeDenominator
	}
	return receivables.StatusZeroDenominator
}

// CountBackSplit says how a count-back DSO is divided among its parts, which do not add
// up by themselves.
type CountBackSplit uint8

// The ways.
const (
	// SplitByAmount: in proportion to the amounts. The default.
	SplitByAmount CountBackSplit = iota
	// SplitNotDueFirst: what is not due is counted back alone; the rest of the days is
	// divided among the other parts by amount. What is delinquent is then the DSO less
	// its best possible part, both by count-back.
	SplitNotDueFirst
)

// DecomposeCountBack divides a count-back DSO by months among its parts.
//
// The parts add up to the total, as far as the decimals of a division allow. Undefined
// where [CountBackMonths] is, and when the parts to divide by add up to zero or less.
func DecomposeCountBack(p Parts, tax TaxBasis, latestFirst []MonthSales, o CountBack, split CountBackSplit) Decomposition {
	var d Decomposition
	parts := p.list(tax)
	total, ok := sumOf(parts)
	d.Total = CountBackMonths(total, latestFirst, o)
	if !ok {
		d.Total.Figure = receivables.NoFigure(receivables.StatusMixedBasis, receivables.UnitDays)
	}
	days, defined := d.Total.Value()
	first := 0
	base := total.value()
	if split == SplitNotDueFirst {
		d.NotDue = CountBackMonths(parts[0], latestFirst, o)
		d.NotDue.Method = MethodCountBackPart
		notDue, ok := d.NotDue.Value()
		defined = defined && ok
		days, base, first = days.Sub(notDue), base.Sub(parts[0].value()), 1
	}
	for i, m := range d.parts()[first:] {
		m.Method, m.Tax = MethodCountBackPart, tax
		if !defined {
			m.Figure = receivables.NoFigure(d.Total.Status(), receivables.UnitDays)
			continue
		}
		m.Figure = signed(parts[first+i].value().Mul(days), base, receivables.UnitDays)
		if d.Total.Status() == receivables.StatusTruncated {
			m.Figure = m.Marked(receivables.StatusTruncated)
		}
		if base.IsZero() && days.IsZero() && parts[first+i].Money.IsZero() {
			m.Figure = receivables.NewFigure(decimal.Zero, receivables.UnitDays)
		}
	}
	return d
}
