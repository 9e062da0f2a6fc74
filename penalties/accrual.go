package penalties

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// Segment is a stretch of days at one rate on one base.
type Segment struct {
	FirstDay, LastDay date.Date // both included
	Days              int
	Base              receivables.Money
	Rate              Rate
	YearBasis         int               // 365, 366 or 360
	Interest          receivables.Money // rounded by the scope; unrounded to 10 places with AtEnd
}

// String writes the working of the segment: "1000.00 EUR x 12.15 % x 30/365 = 9.99".
func (s Segment) String() string {
	return fmt.Sprintf("%s to %s: %s x %s %% x %d/%d = %s", s.FirstDay, s.LastDay, s.Base, s.Rate.Percent, s.Days, s.YearBasis, s.Interest.Text())
}

// Imputed is what became of one payment.
type Imputed struct {
	On                      date.Date
	Amount                  receivables.Money
	ToCosts                 receivables.Money // fixed sum and costs
	ToInterest, ToPrincipal receivables.Money
	Returned                receivables.Money // more than was owed
}

// Accrual is the interest ledger of a claim up to a day: every late day on which
// something was owed is in exactly one segment, also for money that has been paid
// since, except the days of a stay.
type Accrual struct {
	Claim       string
	DueOn       date.Date
	Regime      string
	Until       date.Date // last day counted
	Segments    []Segment
	Days        int               // that bear interest
	Interest    receivables.Money // sum of the segments; below zero only at an agreed rate below zero
	CreditNotes []Payment         // up to the day, as given; so too the next two
	Costs       []Cost
	Stays       []Stay
	Payments    []Imputed
	InterestDue receivables.Money // interest not paid yet
	Principal   receivables.Money // as it was
	// PrincipalDue is what is left of it.
	PrincipalDue receivables.Money
	FixedSum     *FixedSumDue // nil: none has arisen
	// FurtherCosts is the part of the proven costs above the fixed sum.
	FurtherCosts receivables.Money
	// CostsDue is the fixed sum, if it is in the currency of the claim, and the further
	// costs, less what was paid of them.
	CostsDue receivables.Money
	// PerDay is the interest of each further day at the rate of the last one, unrounded
	// to 6 places; zero if there is none, or with a note if its rate is not known.
	PerDay decimal.Decimal
	// Provisional: at least one rate is not verified for its day.
	Provisional bool
	Floor       []FloorCheck // of a contractual rate, where the law has a floor
	Notes       []string     // assumptions made, in words
}

// Total returns principal, interest and costs due. A fixed sum in another currency
// is not in it.
func (a *Accrual) Total() receivables.Money {
	return a.PrincipalDue.AddAmount(a.InterestDue.Amount()).AddAmount(a.CostsDue.Amount())
}

// FixedSumDue returns what of the fixed sum is not paid, zero without one: what was paid of the costs is taken off
// the further costs first. With 40.00 EUR and nothing else, of which 15.00 are paid: 25.00.
func (a *Accrual) FixedSumDue() receivables.Money {
	switch {
	case a.FixedSum == nil:
		return receivables.Zero(a.PrincipalDue.Currency())
	case a.FixedSum.Amount.Currency() != a.CostsDue.Currency(): // not in the costs, see CostsDue
		return a.FixedSum.Amount
	case a.CostsDue.Amount().Cmp(a.FixedSum.Amount.Amount()) < 0:
		return a.CostsDue
	}
	return a.FixedSum.Amount
}

// Accrue computes the interest of a claim from the day after its due date (or the
// formal notice) through a day, which counts. Nothing is owed if that is not after
// it.
//
// Errors:
//   - [receivables.ErrInvalidInput] for an incomplete claim,
//     [receivables.ErrCurrencyMismatch] for amounts of another currency in it;
//   - [receivables.ErrNoCoverage] when a rate is not known for one of the days, unless
//     the configuration extends the last value.
func (c *Calculator) Accrue(claim Claim, until date.Date) (*Accrual, error) {
	if err := c.checkClaim(&claim); err != nil {
		return nil, err
	}
	if !receivables.IsDay(until) {
		return nil, &receivables.FieldError{Path: "until", Rule: receivables.RuleRequired, Detail: "the last day to count is needed"}
	}
	w := walk{c: c, claim: &claim, until: until, first: c.regime.firstDay(&claim)}
	stop := date.Date(0)
	if months := c.regime.StopsAfterMonths; months > 0 {
		stop = receivables.AddDays(receivables.AddMonths(w.first, months), -1)
		w.until = min(until, stop)
	}
	a, err := w.run(until)
	if err != nil {
		return nil, fmt.Errorf("claim %q due on %s: %w", claim.ID, claim.DueOn, err)
	}
	if n := len(a.Segments); n > 0 && a.Segments[n-1].LastDay == stop {
		a.PerDay = decimal.Zero
		a.Notes = append(a.Notes, fmt.Sprintf("interest stopped on %s, %d months after the delay began", stop, c.regime.StopsAfterMonths))
	}
	return a, nil
}

// walk goes through the days of one claim.
type walk struct {
	c     *Calculator
	claim *Claim
	first date.Date // first day of delay
	until date.Date

	result       *Accrual
	principal    decimal.Decimal // left
	exact        decimal.Decimal // interest accrued, by the scope of rounding
	paid         decimal.Decimal // interest paid
	costsPaid    decimal.Decimal
	covered      decimal.Decimal // by the fixed sum of the law: costs are due above it
	late         bool            // something was owed on a day that is not stayed
	sumKnown     bool            // the fixed sum was looked up
	overdue      decimal.Decimal // principal on the first day of delay
	anniversaryN int             // of the next anniversary
	capitalised  decimal.Decimal // unpaid interest that bears interest
}

func (w *walk) money(d decimal.Decimal) receivables.Money {
	return receivables.Zero(w.claim.Principal.Currency()).AddAmount(d)
}

// round rounds to the minor unit of the claim.
func (w *walk) round(d decimal.Decimal) decimal.Decimal {
	places := int32(w.claim.Principal.Currency().MinorUnits())
	switch w.c.regime.Rounding {
	case HalfEven:
		return d.RoundBank(places)
	case Down:
		return d.Truncate(places)
	case HalfUp:
	}
	return d.Round(places)
}

// run accrues through the last day that bears interest and settles through asOf.
func (w *walk) run(asOf date.Date) (*Accrual, error) {
	w.result = &Accrual{Claim: w.claim.ID, DueOn: w.claim.DueOn, Regime: w.c.regime.ID, Until: asOf, Principal: w.claim.Principal}
	for _, p := range w.claim.CreditNotes {
		if p.On <= asOf {
			w.result.CreditNotes = append(w.result.CreditNotes, p)
		}
	}
	for _, p := range w.claim.Costs {
		if p.On <= asOf {
			w.result.Costs = append(w.result.Costs, p)
		}
	}
	for _, p := range w.claim.Stays {
		if p.From <= asOf {
			w.result.Stays = append(w.result.Stays, p)
		}
	}
	w.principal = w.claim.Principal.Amount()
	events := w.events(asOf)
	for len(events) > 0 && events[0].on < w.first { // before the delay
		w.apply(events[0])
		events = events[1:]
	}
	w.overdue = w.principal
	starts, err := w.starts(events)
	if err != nil {
		return nil, err
	}
	for i, start := range starts {
		end := w.until
		if i+1 < len(starts) {
			end = receivables.AddDays(starts[i+1], -1)
		}
		w.late = w.late || w.principal.Sign() > 0 && !w.stayed(start)
		if err := w.fixedSum(); err != nil {
			return nil, err
		}
		w.settle(&events, start)
		w.capitalise(start)
		if err := w.segment(start, end); err != nil {
			return nil, err
		}
	}
	w.settle(&events, receivables.AddDays(asOf, 1))
	return w.finish()
}

// event is a payment or credit note, those of a day together.
type event struct {
	on            date.Date
	credit, money decimal.Decimal
}

// events lists what reduces the debt up to a day, by day.
func (w *walk) events(asOf date.Date) []event {
	byDay := map[date.Date]*event{}
	at := func(d date.Date) *event {
		if byDay[d] == nil {
			byDay[d] = &event{on: d}
		}
		return byDay[d]
	}
	for _, p := range w.claim.CreditNotes {
		if p.On <= asOf {
			e := at(p.On)
			e.credit = e.credit.Add(p.Amount.Amount())
		}
	}
	for _, p := range w.claim.Payments {
		if p.On <= asOf {
			e := at(p.On)
			e.money = e.money.Add(p.Amount.Amount())
		}
	}
	list := make([]event, 0, len(byDay))
	for _, e := range byDay {
		if e.credit.Sign() > 0 || e.money.Sign() > 0 {
			list = append(list, *e)
		}
	}
	slices.SortFunc(list, func(x, y event) int { return cmp.Compare(x.on, y.on) })
	return list
}

// starts lists the first days of the segments.
func (w *walk) starts(events []event) ([]date.Date, error) {
	if w.first > w.until {
		return nil, nil
	}
	days := []date.Date{w.first}
	add := func(d date.Date) {
		if d > w.first && d <= w.until {
			days = append(days, d)
		}
	}
	for _, e := range events {
		add(w.freeFrom(e))
	}
	for _, s := range w.claim.Stays {
		if s.From != s.Until {
			add(s.From)
			add(s.Until)
		}
	}
	if w.c.regime.AfterJudgment != nil && w.claim.JudgmentServedOn != 0 && w.c.config.Contract == nil {
		add(w.c.firstIncreasedDay(w.claim))
	}
	for n := 1; w.compounds() && w.anniversary(n) <= w.until; n++ {
		add(w.anniversary(n))
	}
	for d := nextHalfYear(w.first); d <= w.until; d = nextHalfYear(d) {
		cut := w.c.regime.DayCount == ActAct && d.Month() == time.January
		if w.floats(d) || cut {
			add(d)
		}
	}
	for _, d := range w.c.changes(w.first, w.until) {
		if w.changesOn(d) {
			add(d)
		}
	}
	slices.Sort(days)
	days = slices.Compact(days)
	if len(days) > maxSegments {
		return nil, &receivables.FieldError{Path: fmt.Sprintf("claim %q", w.claim.ID), Rule: receivables.RuleLimit, Detail: fmt.Sprintf("more than %d segments", maxSegments)}
	}
	return days, nil
}

// maxSegments bounds the segments of one claim.
const maxSegments = 20_000

// floats reports whether the rate of a day is read anew at half-years.
func (w *walk) floats(day date.Date) bool {
	if w.c.config.Contract != nil {
		return w.c.config.Contract.Series != ""
	}
	if w.claim.NotResponsible && w.c.regime.NotResponsible != nil {
		return false
	}
	i, err := w.c.version(w.claim, day)
	return err != nil || w.c.mode(&w.c.regime.Versions[i]) == Floating
}

// changesOn reports whether a day of [Calculator.changes] concerns the claim: another version governs it, or its reference is read
// every day.
func (w *walk) changesOn(day date.Date) bool {
	before, err := w.c.version(w.claim, receivables.AddDays(day, -1))
	after, errAfter := w.c.version(w.claim, day)
	return err != nil || errAfter != nil || before != after || w.c.regime.Versions[after].Fixing == FixedEachDay
}

// changes lists the days on which a version begins, or a reference that is read
// every day moves.
func (c *Calculator) changes(first, until date.Date) []date.Date {
	var days []date.Date
	if c.config.Contract != nil {
		return nil
	}
	for _, v := range c.regime.Versions {
		if v.By == ByAccrualDay && c.mode(&v) != Frozen {
			days = append(days, v.From)
		}
		if v.DaysUntil != 0 {
			days = append(days, v.DaysUntil)
		}
		if v.Fixing == FixedEachDay && c.mode(&v) == Floating {
			for _, row := range c.law.series[v.Reference].Rows() {
				if row.From > first && row.From <= until {
					days = append(days, row.From)
				}
			}
		}
	}
	return days
}

// compounds reports whether unpaid interest bears interest after some time.
func (w *walk) compounds() bool {
	return w.c.regime.Compounding != NoCompounding || w.c.config.CapitaliseFrom != 0
}

// anniversary returns the n-th day on which interest joins the capital.
func (w *walk) anniversary(n int) date.Date {
	if w.c.regime.Compounding == Each30Days {
		return receivables.AddDays(w.first, 30*n)
	}
	if from := w.c.config.CapitaliseFrom; from > receivables.AddMonths(w.first, 12) {
		return receivables.AddMonths(from, 12*(n-1)) // a whole year was due before
	}
	return receivables.AddMonths(w.first, 12*n)
}

// capitalise adds unpaid interest to the capital on an anniversary.
func (w *walk) capitalise(day date.Date) {
	if !w.compounds() {
		return
	}
	for ; w.anniversary(w.anniversaryN+1) <= day; w.anniversaryN++ {
		w.capitalised = decimal.Zero
		if w.unpaid().Sign() > 0 {
			w.capitalised = w.exact.Sub(w.paid)
		}
	}
}

// unpaid is the interest not paid yet, to the cent.
func (w *walk) unpaid() decimal.Decimal {
	return w.round(w.exact).Sub(w.paid)
}

// segment adds the interest of a stretch of days.
func (w *walk) segment(start, end date.Date) error {
	base := w.principal.Add(w.capitalised)
	if base.Sign() <= 0 || w.stayed(start) {
		return nil
	}
	rate, err := w.c.rateOn(w.claim, start)
	if err != nil {
		return err
	}
	days, basis := w.c.regime.DayCount.count(start, end)
	interest := interestOf(base, rate.Percent, days, basis)
	shown := w.money(interest.Round(10))
	switch w.c.regime.Scope {
	case PerSegment:
		interest = w.round(interest)
		shown = w.money(interest)
	case PerDay:
		interest = w.round(interestOf(base, rate.Percent, 1, basis)).Mul(decimal.NewFromInt(int64(days)))
		shown = w.money(interest)
	case AtEnd:
	}
	w.exact = w.exact.Add(interest)
	w.result.Days += days
	w.result.Provisional = w.result.Provisional || rate.Provisional
	w.result.Segments = append(w.result.Segments, Segment{
		FirstDay: start, LastDay: end, Days: days, Base: w.money(base), Rate: rate, YearBasis: int(basis), Interest: shown,
	})
	return nil
}

// stayed reports whether a day bears no interest.
func (w *walk) stayed(day date.Date) bool {
	return slices.ContainsFunc(w.claim.Stays, func(s Stay) bool { return s.covers(day) })
}

// freeFrom is the first day on which what was paid bears no interest.
func (w *walk) freeFrom(e event) date.Date {
	if w.c.regime.PaymentDay == PaymentDayFree {
		return e.on
	}
	return receivables.AddDays(e.on, 1)
}

// settle applies what bears no interest on a day any more.
func (w *walk) settle(events *[]event, day date.Date) {
	for len(*events) > 0 && w.freeFrom((*events)[0]) <= day {
		w.apply((*events)[0])
		*events = (*events)[1:]
	}
}

// apply takes credit notes off the principal and imputes payments.
func (w *walk) apply(e event) {
	if e.credit.Sign() > 0 {
		used := decimal.Min(e.credit, w.principal)
		w.principal = w.principal.Sub(used)
		e.money = e.money.Add(e.credit.Sub(used)) // a credit beyond the debt is paid into it
	}
	if e.money.Sign() > 0 {
		w.pay(e)
	}
}

// pay imputes a payment.
func (w *walk) pay(e event) {
	owed := [...]decimal.Decimal{costs: w.costsDue(e.on), interest: w.unpaid(), principal: w.principal}
	var to [len(owed)]decimal.Decimal
	rest := e.money
	for _, p := range imputationOrders[w.c.regime.Imputation] {
		to[p] = decimal.Max(decimal.Min(rest, owed[p]), decimal.Zero)
		rest = rest.Sub(to[p])
	}
	w.costsPaid = w.costsPaid.Add(to[costs])
	w.paid = w.paid.Add(to[interest])
	w.principal = w.principal.Sub(to[principal])
	w.capitalised = decimal.Min(w.capitalised, decimal.Max(w.unpaid(), decimal.Zero))
	w.result.Payments = append(w.result.Payments, Imputed{
		On: e.on, Amount: w.money(e.money), ToCosts: w.money(to[costs]), ToInterest: w.money(to[interest]), ToPrincipal: w.money(to[principal]),
		Returned: w.money(rest),
	})
}

// finish works out the totals.
func (w *walk) finish() (*Accrual, error) {
	r := w.result
	r.Interest = w.money(w.round(w.exact))
	r.InterestDue = w.money(r.Interest.Amount().Sub(w.paid))
	r.PrincipalDue = w.money(w.principal)
	w.perDay()
	r.FurtherCosts, r.CostsDue = w.money(w.furtherCosts(r.Until)), w.money(w.costsDue(r.Until))
	if len(r.Payments) > 0 && w.c.config.Imputation == "" && w.c.regime.ImputationUnder == "" {
		r.Notes = append(r.Notes, "no source was found for the order of imputation under "+w.c.regime.ID+"; "+string(w.c.regime.Imputation)+" was taken")
	}
	if !w.late && w.first <= w.until && w.overdue.Sign() > 0 {
		r.Notes = append(r.Notes, "no day bore interest: neither a fixed sum nor costs are added")
	}
	if slices.ContainsFunc(r.Costs, w.staysWithCreditor) {
		r.Notes = append(r.Notes, "costs of recovery stay with the creditor under "+w.c.regime.NoCosts.String())
	}
	for _, v := range w.c.regime.Versions {
		if v.By == ByContractDate && w.claim.ContractOn == 0 && w.c.config.Contract == nil {
			r.Notes = append(r.Notes, "the date of the contract is not given; the due date was taken for it")
			break
		}
	}
	if r.Provisional {
		r.Notes = append(r.Notes, "a reference rate is not verified for its day; the last known value was taken")
	}
	w.c.floorChecks(w.claim, r)
	if w.c.config.Contract != nil && slices.ContainsFunc(r.Segments, func(s Segment) bool { return s.Rate.Percent.Sign() < 0 }) {
		r.Notes = append(r.Notes, "the agreed rate is below zero on some days, which lowers the interest")
	}
	return r, nil
}

// perDay works out the interest of the day after the last one, at the rate of the
// last one.
func (w *walk) perDay() {
	next := receivables.AddDays(w.until, 1)
	w.capitalise(next)
	base := w.principal.Add(w.capitalised)
	if next < w.first || base.Sign() <= 0 || w.stayed(next) {
		return
	}
	rate, err := w.c.rateOn(w.claim, max(w.until, w.first))
	if err != nil {
		w.result.Notes = append(w.result.Notes, "the interest of a further day is not known: "+err.Error())
		return
	}
	_, basis := w.c.regime.DayCount.count(next, next)
	w.result.PerDay = interestOf(base, rate.Percent, 1, basis).Round(6)
}
