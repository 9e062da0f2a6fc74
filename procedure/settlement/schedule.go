package settlement

import (
	"fmt"
	"slices"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

var one = decimal.NewFromInt(1)

func newInt(n int) decimal.Decimal { return decimal.NewFromInt(int64(n)) }

func fail(path, value string, rule receivables.Rule, detail string) error {
	return &receivables.FieldError{Path: path, Value: value, Rule: rule, Detail: detail}
}

const mostInstalments = 1200

// checkNumber checks a balance and a number of instalments.
func checkNumber(balance receivables.Money, n int) error {
	switch {
	case balance.Sign() <= 0:
		return fail("balance", balance.String(), receivables.RuleSign, "must be more than zero")
	case !balance.Round().Equal(balance):
		return fail("balance", balance.String(), receivables.RuleAmount, "finer than the minor unit of the currency")
	case n < 1 || n > mostInstalments:
		return fail("instalments", fmt.Sprint(n), receivables.RuleRange, fmt.Sprintf("from 1 to %d", mostInstalments))
	}
	return nil
}

// Remainder says where the minor units go that do not divide.
type Remainder string

// The remainders.
const (
	ToLast  Remainder = "last"  // 1000.00 in three: 333.33, 333.33, 333.34
	ToFirst Remainder = "first" // 1000.00 in three: 333.34, 333.33, 333.33
)

// Split divides an amount into equal parts, in minor units: the floor for each, and what is left
// over to the last part, or one unit each to the first ones. The parts add up to the amount.
//
// An amount of fewer minor units than parts leaves parts of zero.
//
// Errors:
//   - [receivables.ErrInvalidInput] for an amount that is not above zero or finer than the minor
//     unit, a number outside 1 to 1200, an unknown remainder.
func Split(amount receivables.Money, n int, to Remainder) ([]receivables.Money, error) {
	if err := checkNumber(amount, n); err != nil {
		return nil, err
	}
	if to != ToLast && to != ToFirst {
		return nil, fail("remainder", string(to), receivables.RuleRange, "want last or first")
	}
	places := int32(amount.Currency().MinorUnits())
	units := amount.Amount().Shift(places)
	each, rest := units.QuoRem(newInt(n), 0)
	parts := make([]receivables.Money, n)
	for i := range parts {
		part := each
		switch {
		case to == ToLast && i == n-1:
			part = part.Add(rest)
		case to == ToFirst && newInt(i).Cmp(rest) < 0:
			part = part.Add(one)
		}
		parts[i] = receivables.Zero(amount.Currency()).AddAmount(part.Shift(-places))
	}
	return parts, nil
}

// Dates says when instalments are due: the first day + k steps.
type Dates struct {
	First      date.Date
	StepMonths int // either months
	StepDays   int // or days
	// Roll moves a day that is not a working day of the calendar.
	Roll     receivables.Roll
	Calendar receivables.Calendar
}

// Days returns n days.
//
// Errors:
//   - [receivables.ErrInvalidInput] for a first day that is none, not exactly one step above
//     zero, or days beyond the calendar of the library;
//   - those of the calendar.
func (d Dates) Days(n int) ([]date.Date, error) {
	switch {
	case n < 1 || n > mostInstalments:
		return nil, fail("days", fmt.Sprint(n), receivables.RuleRange, fmt.Sprintf("from 1 to %d", mostInstalments))
	case !receivables.IsDay(d.First):
		return nil, fail("first day", d.First.String(), receivables.RuleRange, "outside 1900-01-01 to 9999-12-31")
	case d.StepMonths < 0 || d.StepDays < 0 || n > 1 && (d.StepMonths > 0) == (d.StepDays > 0):
		return nil, fail("step", fmt.Sprintf("%d months, %d days", d.StepMonths, d.StepDays), receivables.RuleRange, "either months or days, above zero")
	case d.StepMonths > mostInstalments || d.StepDays > 36500:
		return nil, fail("step", fmt.Sprintf("%d months, %d days", d.StepMonths, d.StepDays), receivables.RuleRange, "at most a hundred years")
	}
	days := make([]date.Date, n)
	for k := range days {
		day := receivables.AddDays(receivables.AddMonths(d.First, k*d.StepMonths), k*d.StepDays)
		if !receivables.IsDay(day) {
			return nil, fail("first day", d.First.String(), receivables.RuleRange, fmt.Sprintf("instalment %d is after 9999-12-31", k+1))
		}
		var err error
		if days[k], err = receivables.RollDay(d.Calendar, day, d.Roll); err != nil {
			return nil, err
		}
	}
	return days, nil
}

// Instalment is one payment of a plan.
type Instalment struct {
	N         int               `json:"n"`
	On        date.Date         `json:"on"`
	Payment   receivables.Money `json:"payment"`
	Interest  receivables.Money `json:"interest"`
	Principal receivables.Money `json:"principal"`
	Balance   receivables.Money `json:"balance"` // after it
}

// Schedule is a payment plan. Principal and interest of its rows add up to their payments, the
// principal to the balance, and the balance after the last is zero.
type Schedule struct {
	Balance       receivables.Money `json:"balance"`
	Instalments   []Instalment      `json:"instalments"`
	TotalInterest receivables.Money `json:"total_interest"`
	TotalPaid     receivables.Money `json:"total_paid"`
}

// newSchedule makes a schedule of n empty instalments.
func newSchedule(balance receivables.Money, n int, dates Dates) (Schedule, error) {
	if err := checkNumber(balance, n); err != nil {
		return Schedule{}, err
	}
	days, err := dates.Days(n)
	if err != nil {
		return Schedule{}, err
	}
	zero := receivables.Zero(balance.Currency())
	s := Schedule{Balance: balance, Instalments: make([]Instalment, n), TotalInterest: zero, TotalPaid: zero}
	for k := range days {
		s.Instalments[k] = Instalment{N: k + 1, On: days[k]}
	}
	return s, nil
}

// Check reports the first thing in a schedule that does not add up: days that fall, an instalment
// that is not above zero or not its principal and interest, balances, totals.
//
// Errors:
//   - [receivables.ErrInvalidInput] without instalments or for one without day or amount;
//   - [receivables.ErrConflict], rule sum.
func (s Schedule) Check() error {
	if len(s.Instalments) == 0 || s.Balance.Sign() <= 0 {
		return fail("plan", s.Balance.String(), receivables.RuleRequired, "a balance above zero and instalments")
	}
	left, interest := s.Balance, receivables.Zero(s.Balance.Currency())
	for i, x := range s.Instalments {
		place := fmt.Sprintf("plan: instalments[%d]", i)
		switch {
		case !receivables.IsDay(x.On) || i > 0 && x.On < s.Instalments[i-1].On:
			return fail(place, x.On.String(), receivables.RuleOrder, "a day, not before the one before")
		case x.Payment.Sign() <= 0 || x.Payment.Currency() != left.Currency():
			return fail(place, x.Payment.String(), receivables.RuleSign, "an amount above zero in "+left.Currency().Code())
		}
		left, interest = left.AddAmount(x.Principal.Amount().Neg()), interest.AddAmount(x.Interest.Amount())
		if !x.Payment.Amount().Equal(x.Principal.Amount().Add(x.Interest.Amount())) || !x.Balance.Amount().Equal(left.Amount()) {
			return fail(place, x.Payment.String(), receivables.RuleSum, "payment = principal + interest, and what is left after it")
		}
	}
	if !left.IsZero() || !s.TotalInterest.Equal(interest) || !s.TotalPaid.Equal(s.Balance.AddAmount(interest.Amount())) {
		return fail("plan", s.TotalPaid.String(), receivables.RuleSum, "balance + interest, with nothing left at the end")
	}
	return nil
}

// set fills instalment k, given what is left before it; it returns what is left after it.
func (s *Schedule) set(k int, left, principal, interest receivables.Money) receivables.Money {
	x := &s.Instalments[k]
	x.Principal, x.Interest, x.Payment = principal, interest, principal.AddAmount(interest.Amount())
	x.Balance = left.AddAmount(principal.Amount().Neg())
	s.TotalInterest = s.TotalInterest.AddAmount(interest.Amount())
	s.TotalPaid = s.TotalPaid.AddAmount(x.Payment.Amount())
	return x.Balance
}

// instalmentsOf splits a balance into parts above zero.
func instalmentsOf(balance receivables.Money, n int, to Remainder) ([]receivables.Money, error) {
	parts, err := Split(balance, n, to)
	if err == nil && slices.ContainsFunc(parts, func(m receivables.Money) bool { return m.IsZero() }) {
		err = fail("instalments", fmt.Sprint(n), receivables.RuleLimit, "more than "+balance.String()+" has minor units")
	}
	return parts, err
}

// Equal divides a balance into equal instalments without interest.
//
// Errors: those of [Split] and [Dates.Days], and [receivables.ErrLimit] for a balance of fewer minor
// units than instalments.
//
// 1000.00 in 3 monthly instalments from 2026-11-30: 333.33, 333.33 on 2026-12-30, 333.34 on
// 2027-01-30.
func Equal(balance receivables.Money, n int, dates Dates, to Remainder) (Schedule, error) {
	parts, err := instalmentsOf(balance, n, to)
	if err != nil {
		return Schedule{}, err
	}
	s, err := newSchedule(balance, n, dates)
	if err != nil {
		return Schedule{}, err
	}
	left := balance
	for k, part := range parts {
		left = s.set(k, left, part, receivables.Zero(balance.Currency()))
	}
	return s, nil
}

// AnnuityPayment returns the constant payment at the end of each of n periods that pays a
// principal off with interest, not rounded:
//
//	C i / (1 - (1 + i)^-n), C / n without interest
//
// Out of domain for a principal that is not above zero, a number outside 1 to 1200, or a rate below
// 0 or above 10 a period. 150,000 over 108 months at 0.25 percent: 1586.54.
func AnnuityPayment(principal receivables.Money, n int, periodRate decimal.Decimal) receivables.Figure {
	unit := receivables.UnitCount
	if principal.IsValid() {
		unit = receivables.UnitOf(principal.Currency())
	}
	if principal.Sign() <= 0 || n < 1 || n > mostInstalments || !isRate(periodRate) {
		return receivables.NoFigure(receivables.StatusOutOfDomain, unit)
	}
	if periodRate.IsZero() {
		return receivables.Quotient(principal.Amount(), newInt(n), unit)
	}
	q := growth(periodRate, n) // C i q / (q - 1)
	return receivables.Quotient(principal.Amount().Mul(periodRate).Mul(q), q.Sub(one), unit)
}

// isRate bounds a rate: from 0 to 10, at most 16 decimals.
func isRate(r decimal.Decimal) bool {
	return r.Sign() >= 0 && r.Cmp(newInt(10)) <= 0 && r.Equal(r.Truncate(receivables.RatioPlaces))
}

// growth is (1 + rate)^n to far more digits than any amount has.
func growth(rate decimal.Decimal, n int) decimal.Decimal {
	const places = 64
	q := one
	base := one.Add(rate)
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			q = q.Mul(base).Round(places)
		}
		base = base.Mul(base).Round(places)
	}
	return q
}

// Annuity makes a plan of constant payments with interest on what is left ([AnnuityPayment],
// rounded). The last one clears the balance: it takes up what the rounding of all the others left,
// which grows with their number and the rate. 5000.00 in 6 at 0.5 percent: 847.98, the last 847.97;
// 10,000.00 in 360 at 1 percent: 102.86, the last 107.43.
//
// Errors:
//   - those of [Split] and [Dates.Days];
//   - [receivables.ErrInvalidInput] for a rate outside 0 to 10 or with more than 16 decimals;
//   - [receivables.ErrLimit] when the rounded payment does not exceed the first interest, or pays
//     the balance before the last instalment.
func Annuity(principal receivables.Money, n int, periodRate decimal.Decimal, dates Dates) (Schedule, error) {
	s, err := newSchedule(principal, n, dates)
	if err != nil {
		return Schedule{}, err
	}
	if !isRate(periodRate) {
		return Schedule{}, fail("rate of a period", periodRate.String(), receivables.RuleRange, "from 0 to 10, at most 16 decimals")
	}
	payment, _ := AnnuityPayment(principal, n, periodRate).Money()
	return s.constant(payment, func(_ int, left receivables.Money) receivables.Money {
		return receivables.Zero(left.Currency()).AddAmount(left.Amount().Mul(periodRate)).Round()
	})
}

// constant fills a schedule with a constant payment and the interest of each period on what is left.
func (s Schedule) constant(payment receivables.Money, interestOn func(k int, left receivables.Money) receivables.Money) (Schedule, error) {
	left := s.Balance
	last := len(s.Instalments) - 1
	for k := range s.Instalments {
		interest := interestOn(k, left)
		principal := payment.AddAmount(interest.Amount().Neg())
		switch {
		case k == last:
			principal = left
		case principal.Sign() <= 0:
			return Schedule{}, fail(fmt.Sprintf("instalment %d", k+1), payment.String(), receivables.RuleLimit, "does not exceed its interest of "+interest.String())
		case principal.Amount().Cmp(left.Amount()) >= 0:
			return Schedule{}, fail(fmt.Sprintf("instalment %d", k+1), payment.String(), receivables.RuleLimit, "pays "+left.String()+" off before the last one: fewer instalments")
		}
		left = s.set(k, left, principal, interest)
	}
	return s, nil
}

// ConstantPrincipal makes a plan of equal parts of the principal, each with the interest on what is
// left.
//
// Errors: those of [Annuity].
func ConstantPrincipal(principal receivables.Money, n int, periodRate decimal.Decimal, dates Dates, to Remainder) (Schedule, error) {
	parts, err := instalmentsOf(principal, n, to)
	if err != nil {
		return Schedule{}, err
	}
	s, err := newSchedule(principal, n, dates)
	if err != nil {
		return Schedule{}, err
	}
	if !isRate(periodRate) {
		return Schedule{}, fail("rate of a period", periodRate.String(), receivables.RuleRange, "from 0 to 10, at most 16 decimals")
	}
	left := principal
	for k, part := range parts {
		left = s.set(k, left, part, receivables.Zero(left.Currency()).AddAmount(left.Amount().Mul(periodRate)).Round())
	}
	return s, nil
}

// OnDays makes a plan of constant payments on any days, with simple interest by days on what is
// left: rate x days / year basis, from a day on.
//
// Errors:
//   - those of [Split];
//   - [receivables.ErrInvalidInput] for days that do not rise, from before the first on, a rate
//     outside 0 to 10, or a year basis outside 360 to 366;
//   - [receivables.ErrLimit] as [Annuity].
func OnDays(principal receivables.Money, from date.Date, days []date.Date, annualRate decimal.Decimal, yearBasis int) (Schedule, error) {
	if err := checkNumber(principal, len(days)); err != nil {
		return Schedule{}, err
	}
	if !isRate(annualRate) || yearBasis < 360 || yearBasis > 366 {
		return Schedule{}, fail("annual rate, year basis", fmt.Sprint(annualRate, " ", yearBasis), receivables.RuleRange, "a rate from 0 to 10, at most 16 decimals, a year of 360 to 366 days")
	}
	zero := receivables.Zero(principal.Currency())
	s := Schedule{Balance: principal, TotalInterest: zero, TotalPaid: zero}
	before := from
	rateDays := make([]decimal.Decimal, len(days)) // rate x days of each period, exact
	basis := newInt(yearBasis)
	owed, paid := one, decimal.Zero // of a balance of one without payments; of payments of one, at the end
	for k, day := range days {
		if !receivables.IsDay(before) || !receivables.IsDay(day) || day <= before {
			return Schedule{}, fail(fmt.Sprintf("days[%d]", k), day.String(), receivables.RuleOrder, "want rising days after "+before.String())
		}
		rateDays[k] = annualRate.Mul(newInt(receivables.DaysBetween(before, day)))
		factor := one.Add(rateDays[k].DivRound(basis, 2*receivables.RatioPlaces))
		owed = owed.Mul(factor).Round(2 * 2 * receivables.RatioPlaces)
		paid = paid.Mul(factor).Round(2 * 2 * receivables.RatioPlaces).Add(one)
		s.Instalments = append(s.Instalments, Instalment{N: k + 1, On: day})
		before = day
	}
	payment, _ := receivables.Quotient(principal.Amount().Mul(owed), paid, receivables.UnitOf(principal.Currency())).Money()
	places := int32(principal.Currency().MinorUnits())
	return s.constant(payment, func(k int, left receivables.Money) receivables.Money {
		return receivables.Zero(left.Currency()).AddAmount(left.Amount().Mul(rateDays[k]).DivRound(basis, places))
	})
}

// Moratorium is a plan of one payment on a later day, with simple interest by days until then
// (moratoire); a rate of zero for one without.
//
// Errors: those of [OnDays].
func Moratorium(principal receivables.Money, from, until date.Date, annualRate decimal.Decimal, yearBasis int) (Schedule, error) {
	return OnDays(principal, from, []date.Date{until}, annualRate, yearBasis)
}

// CostOfCredit returns what n payments cost above the principal (coût du crédit), and their total.
//
// Errors:
//   - [receivables.ErrInvalidInput] for a number outside 1 to 1200;
//   - [receivables.ErrCurrencyMismatch].
func CostOfCredit(principal receivables.Money, n int, payment receivables.Money) (total, cost receivables.Money, err error) {
	if n < 1 || n > mostInstalments {
		return total, cost, fail("instalments", fmt.Sprint(n), receivables.RuleRange, fmt.Sprintf("from 1 to %d", mostInstalments))
	}
	if principal.Currency() != payment.Currency() {
		return total, cost, fail("payment", payment.String(), receivables.RuleCurrency, "want "+principal.Currency().Code())
	}
	total = receivables.Zero(payment.Currency()).AddAmount(payment.Amount().Mul(newInt(n)))
	return total, total.AddAmount(principal.Amount().Neg()), nil
}

// Limits are what a creditor accepts. It is plain data.
type Limits struct {
	MostInstalments int             `json:"most_instalments"`
	MostMonths      int             `json:"most_months"`  // from the day of the offer to the last instalment
	Least           decimal.Decimal `json:"least"`        // instalment, in units of the currency
	LeastFirst      decimal.Decimal `json:"least_first"`  // share of the balance in the first one: the deposit
	LatestFirst     int             `json:"latest_first"` // days from the offer to the first one
}

// Check returns what a plan offered on a day breaks, one reason each; none: it is accepted. Zero
// limits ask for nothing.
func (l Limits) Check(s Schedule, offered date.Date) []string {
	var reasons []string
	no := func(format string, values ...any) { reasons = append(reasons, fmt.Sprintf(format, values...)) }
	if len(s.Instalments) == 0 {
		return []string{"a plan without instalments"}
	}
	first, last := s.Instalments[0], s.Instalments[len(s.Instalments)-1]
	if l.MostInstalments > 0 && len(s.Instalments) > l.MostInstalments {
		no("%d instalments, at most %d", len(s.Instalments), l.MostInstalments)
	}
	if l.MostMonths > 0 && last.On > receivables.AddMonths(offered, l.MostMonths) {
		no("last instalment on %s, at most %d months from %s", last.On, l.MostMonths, offered)
	}
	for _, x := range s.Instalments {
		if x.Payment.Amount().Cmp(l.Least) < 0 {
			no("instalment %d of %s, at least %s", x.N, x.Payment, l.Least)
			break
		}
	}
	if first.Payment.Amount().Cmp(s.Balance.Amount().Mul(l.LeastFirst)) < 0 {
		no("first instalment of %s, at least %s of %s", first.Payment, l.LeastFirst, s.Balance)
	}
	if l.LatestFirst > 0 && receivables.DaysBetween(offered, first.On) > l.LatestFirst {
		no("first instalment on %s, at most %d days from %s", first.On, l.LatestFirst, offered)
	}
	return reasons
}
