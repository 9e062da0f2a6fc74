package penalties

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// Selector is the day that decides which version of a rule applies to a claim.
type Selector string

// The selectors.
const (
	ByAccrualDay      Selector = "day"      // the day for which interest is computed
	ByFirstDayOfDelay Selector = "delay"    // the first day of delay
	ByDueDate         Selector = "due"      // the due date
	ByContractDate    Selector = "contract" // the date of the contract; if not given, the due date
)

// Fixing says on which day the reference rate is read.
type Fixing string

// The fixings.
const (
	FixedOnFirstDay      Fixing = "first_day"          // on the first day of the half-year
	FixedOnEve           Fixing = "eve"                // on the day before the half-year
	FixedOnFirstDelayDay Fixing = "first_day_of_delay" // on the first day of delay
	FixedEachDay         Fixing = "day"                // on each day
)

// Mode says whether the rate moves during one delay.
type Mode string

// The modes.
const (
	Floating Mode = "floating" // the rate of each half-year
	Frozen   Mode = "frozen"   // the rate of the half-year in which the delay begins
	Flat     Mode = "flat"     // one rate without reference
)

// RateRounding says how the rate itself is rounded.
type RateRounding string

// The roundings of rates.
const (
	RateNotRounded         RateRounding = "none"
	HalfPointUpOnReference RateRounding = "up_to_half_point_on_reference" // up to the next half point, before the margin
	HalfPointUpOnSum       RateRounding = "up_to_half_point_on_sum"       // up to the next half point, with the margin
)

// DayCount is the year on which daily interest is based.
type DayCount string

// The day counts.
const (
	Act365    DayCount = "act/365F" // 365 always, leap years included
	ActAct    DayCount = "act/act"  // 365 or 366, by calendar year
	Act360    DayCount = "act/360"  // 360 always
	Thirty360 DayCount = "30/360"   // months of 30 days in a year of 360 (European)
)

// Scope says what is rounded to the minor unit.
type Scope string

// The scopes of rounding.
const (
	PerSegment Scope = "segment" // each segment; they add up to the whole
	AtEnd      Scope = "final"   // the sum only
	PerDay     Scope = "daily"   // the interest of one day, then times the days
)

var (
	dayCounts = []DayCount{Act365, ActAct, Act360, Thirty360}
	scopes    = []Scope{PerSegment, AtEnd, PerDay}
)

// Rounding says how an amount is rounded to the minor unit.
type Rounding string

// The roundings, of the magnitude.
const (
	HalfUp   Rounding = "half_up"   // 0.005 becomes 0.01
	HalfEven Rounding = "half_even" // to the even neighbour: 0.005 becomes 0.00, 0.015 0.02
	Down     Rounding = "down"      // cut off
)

// PaymentDay says whether the day of a payment or credit note still bears interest on
// what it pays.
type PaymentDay string

// The readings. Where the law is silent tools differ; days = payment - due holds with
// the first one.
const (
	PaymentDayCounts PaymentDay = "counts"
	PaymentDayFree   PaymentDay = "free"
)

// Imputation is the order in which a payment is imputed within a debt. Costs are the
// fixed sum and the further costs on proof, once they have arisen.
type Imputation string

// The imputations.
const (
	CostsFirst     Imputation = "costs_first"     // costs, interest, principal
	InterestFirst  Imputation = "interest_first"  // interest, principal, costs
	PrincipalFirst Imputation = "principal_first" // principal, interest, costs
)

// part is a part of a debt.
type part int

const (
	costs part = iota
	interest
	principal
)

var imputationOrders = map[Imputation][3]part{
	CostsFirst:     {costs, interest, principal},
	InterestFirst:  {interest, principal, costs},
	PrincipalFirst: {principal, interest, costs},
}

// Compounding says when unpaid interest joins the capital by law.
type Compounding string

// The compoundings. The French one, after a year and if a contract or court says so,
// is [Config].CapitaliseFrom.
const (
	NoCompounding Compounding = ""
	Yearly        Compounding = "yearly"        // after each year of delay
	Each30Days    Compounding = "every_30_days" // at the end of each 30 days of delay
)

// Start is the event after which interest runs.
type Start string

// The starts.
const (
	AfterDue    Start = "day_after_due"    // without any notice
	AfterNotice Start = "day_after_notice" // after the formal notice (mise en demeure)
)

// Regime is one set of rules for late-payment interest.
type Regime struct {
	ID               string // "fr.b2b"
	Jurisdiction     string // country, ISO 3166-1
	Title            string
	Currency         receivables.Currency
	Versions         []Version // by the selector of each, in order
	DayCount         DayCount
	Scope            Scope
	Rounding         Rounding
	PaymentDay       PaymentDay
	Start            Start
	Imputation       Imputation
	ImputationUnder  string // the text that orders it; empty: no source was found, the debtor's reading was taken
	Compounding      Compounding
	CompoundingUnder string
	// StopsAfterMonths ends interest that long after the first day of delay; 0: never.
	StopsAfterMonths int
	FixedSums        []FixedSum // by the dates of the claim; empty: none
	Floors           []Floor    // of an agreed rate, by the day on which it is tested
	// AfterJudgment raises the rate some time after a judgment was served; nil: never.
	AfterJudgment *AfterJudgment
	// NotResponsible is the flat rate owed by a debtor who is not responsible for the
	// delay; nil: no such rule.
	NotResponsible *FlatRate
	// NoCosts is the rule under which costs of recovery stay with the creditor until
	// there is an enforceable title (taken from the judgment served); nil: he may claim
	// them on proof, beyond the fixed sum.
	NoCosts *receivables.Citation
	// Consumer marks regimes for claims that are not between professionals: no fixed
	// sum.
	Consumer bool
}

// Version is a rule with the days on which it is selected.
type Version struct {
	From, Until date.Date // half-open, by By; Until zero: open
	By          Selector
	// DaysUntil ends a version that another day selects: the first day for which it no
	// longer gives the rate; zero: open.
	DaysUntil    date.Date
	Reference    string // series; empty for Flat
	Fixing       Fixing
	Mode         Mode
	Margin       decimal.Decimal // points
	FlatPercent  decimal.Decimal // of mode Flat
	RateRounding RateRounding
	Citation     receivables.Citation
	Note         string
}

// FixedSum is a lump sum for the costs of recovery.
type FixedSum struct {
	Currency receivables.Currency // of the sums
	// Of is the currency in which the claim is measured against the tiers.
	Of         receivables.Currency
	Tiers      []Tier
	By         Selector  // ByDueDate or ByContractDate
	From       date.Date // from this day on; zero: always
	Until      date.Date // and before this one; zero: open
	Conversion string    // how the law converts the sum, if it does
	Citation   receivables.Citation
}

// Tier is a sum for claims up to an amount.
type Tier struct {
	UpTo      decimal.Decimal // zero: no limit
	Inclusive bool            // a claim of exactly UpTo belongs here
	Amount    receivables.Money
}

// For returns the sum for a claim of an amount: in the United Kingdom 40 below
// 1000.00 and 70 from 1000.00; in Ireland 40 up to and including 1000.00.
//
// Errors:
//   - [receivables.ErrCurrencyMismatch] when the tiers are in another currency.
func (f *FixedSum) For(claim receivables.Money) (receivables.Money, error) {
	i, err := f.tierOf(claim)
	if err != nil {
		return receivables.Money{}, err
	}
	return f.Tiers[i].Amount, nil
}

// tierOf returns the position of the tier of a claim.
func (f *FixedSum) tierOf(claim receivables.Money) (int, error) {
	if len(f.Tiers) > 1 && claim.Currency() != f.Of {
		return 0, &receivables.FieldError{
			Path: "fixed sum: claim", Value: claim.String(), Rule: receivables.RuleCurrency, Detail: "tiers are in " + f.Of.Code(),
		}
	}
	if len(f.Tiers) == 0 {
		return 0, &receivables.FieldError{Path: "fixed sum: tiers", Rule: receivables.RuleRequired, Detail: "there are none"}
	}
	for i, t := range f.Tiers {
		c := claim.Amount().Cmp(t.UpTo)
		if t.UpTo.IsZero() || c < 0 || c == 0 && t.Inclusive {
			return i, nil
		}
	}
	return len(f.Tiers) - 1, nil
}

// Floor is the least rate that may be agreed: a multiple of a legal rate.
type Floor struct {
	From, Until date.Date // half-open; Until zero: open
	Series      string
	Multiple    decimal.Decimal
	Citation    receivables.Citation
}

// AfterJudgment is a rise of the rate after a judgment.
type AfterJudgment struct {
	Points   decimal.Decimal
	Months   int // after service
	Citation receivables.Citation
}

// FirstIncreasedDay returns the first day at the higher rate: the day after the
// months from service have ended, as the official page of the French State counts.
// A commentary takes the last day itself; it is one day of points that is open.
// Served on 2019-09-17: two months end on 2019-11-17, increased from 2019-11-18.
func (a *AfterJudgment) FirstIncreasedDay(served date.Date) date.Date {
	return receivables.AddDays(receivables.AddMonths(served, a.Months), 1)
}

// FlatRate is a rate without reference.
type FlatRate struct {
	Percent  decimal.Decimal
	Citation receivables.Citation
}

// version picks the version for one day of a claim, by its place in the list.
func (c *Calculator) version(claim *Claim, day date.Date) (int, error) {
	r := c.regime
	for i := range r.Versions {
		v := &r.Versions[i]
		key := c.selectorDay(v, claim, day)
		if key >= v.From && (v.Until == 0 || key < v.Until) && (v.DaysUntil == 0 || day < v.DaysUntil) {
			return i, nil
		}
	}
	last := &r.Versions[len(r.Versions)-1]
	e := &receivables.CoverageError{
		Parameter: "regime " + r.ID, Day: c.selectorDay(last, claim, day), FirstCovered: r.Versions[0].From,
		Reason: "no version of the rule applies; it is chosen by " + selectorNames[last.By],
	}
	if last.Until != 0 {
		e.LastCovered = receivables.AddDays(last.Until, -1)
	}
	return 0, e
}

var selectorNames = map[Selector]string{
	ByAccrualDay: "the day for which interest is computed", ByFirstDayOfDelay: "the first day of delay", ByDueDate: "the due date",
	ByContractDate: "the date of the contract",
}

// selectorDay returns the day that decides about a version. A frozen rate is
// decided by the first day of delay.
func (c *Calculator) selectorDay(v *Version, claim *Claim, day date.Date) date.Date {
	switch v.By {
	case ByFirstDayOfDelay:
		return c.regime.firstDay(claim)
	case ByDueDate:
		return claim.DueOn
	case ByContractDate:
		return cmp.Or(claim.ContractOn, claim.DueOn)
	case ByAccrualDay:
	}
	if c.mode(v) == Frozen {
		return c.regime.firstDay(claim)
	}
	return day
}

// firstDay is the first day of delay: a notice before the due date takes effect with
// it.
func (r *Regime) firstDay(c *Claim) date.Date {
	if r.Start == AfterNotice {
		return receivables.AddDays(max(c.NoticeOn, c.DueOn), 1)
	}
	return receivables.AddDays(c.DueOn, 1)
}

// FixedSumFor returns the rule of the fixed sum for a claim; nil: there is none.
func (r *Regime) FixedSumFor(c Claim) *FixedSum {
	for i := range r.FixedSums {
		f := &r.FixedSums[i]
		if key := f.key(&c); key >= f.From && (f.Until == 0 || key < f.Until) {
			return f
		}
	}
	return nil
}

// fixedSumUnknown reports whether there was a sum that no source gives.
func (r *Regime) fixedSumUnknown(c *Claim) bool {
	return len(r.FixedSums) > 0 && r.FixedSums[0].key(c) >= r.FixedSums[0].From && r.FixedSumFor(*c) == nil
}

func (f *FixedSum) key(c *Claim) date.Date {
	if f.By == ByContractDate && c.ContractOn != 0 {
		return c.ContractOn
	}
	return c.DueOn
}

// clone copies a regime, so that no caller can change the law of another.
func (r *Regime) clone() *Regime {
	c := *r
	c.Versions = slices.Clone(r.Versions)
	c.Floors = slices.Clone(r.Floors)
	c.FixedSums = slices.Clone(r.FixedSums)
	for i, f := range c.FixedSums {
		c.FixedSums[i].Tiers = slices.Clone(f.Tiers)
	}
	c.AfterJudgment = cloned(r.AfterJudgment)
	c.NotResponsible = cloned(r.NotResponsible)
	c.NoCosts = cloned(r.NoCosts)
	return &c
}

func cloned[T any](p *T) *T {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}

// check refuses a regime whose versions leave holes or whose values are unknown.
func (r *Regime) check() error {
	fail := func(what string, value any) error {
		return &receivables.FieldError{Path: "regime " + r.ID + ": " + what, Value: fmt.Sprint(value), Rule: receivables.RuleRange, Detail: "not a value of this field"}
	}
	if !slices.Contains(dayCounts, r.DayCount) {
		return fail("day count", r.DayCount)
	}
	if !slices.Contains(scopes, r.Scope) {
		return fail("rounding scope", r.Scope)
	}
	if !slices.Contains([]Rounding{HalfUp, HalfEven, Down}, r.Rounding) {
		return fail("rounding", r.Rounding)
	}
	if r.PaymentDay != PaymentDayCounts && r.PaymentDay != PaymentDayFree {
		return fail("payment day", r.PaymentDay)
	}
	if r.Start != AfterDue && r.Start != AfterNotice {
		return fail("start", r.Start)
	}
	for _, f := range r.FixedSums {
		if f.By != ByDueDate && f.By != ByContractDate {
			return fail("fixed sum: by", f.By)
		}
	}
	if _, ok := imputationOrders[r.Imputation]; !ok {
		return fail("imputation", r.Imputation)
	}
	if !slices.Contains([]Compounding{NoCompounding, Yearly, Each30Days}, r.Compounding) {
		return fail("compounding", r.Compounding)
	}
	if len(r.Versions) == 0 {
		return fail("versions", "none")
	}
	for i, v := range r.Versions {
		// Versions by one key follow each other; by another key one may begin earlier.
		if i > 0 && r.Versions[i-1].Until != v.From && (r.Versions[i-1].By == v.By || v.From > r.Versions[i-1].Until) {
			return fail("versions: gap or overlap at", v.From)
		}
		if !slices.Contains([]Selector{ByAccrualDay, ByFirstDayOfDelay, ByDueDate, ByContractDate}, v.By) {
			return fail("by", v.By)
		}
		if !slices.Contains([]Mode{Floating, Frozen, Flat}, v.Mode) {
			return fail("mode", v.Mode)
		}
		if v.Citation.Text == "" {
			return fail("source", "")
		}
		if v.Mode == Flat {
			continue
		}
		if !slices.Contains([]Fixing{FixedOnFirstDay, FixedOnEve, FixedOnFirstDelayDay, FixedEachDay}, v.Fixing) {
			return fail("fixing", v.Fixing)
		}
		if !slices.Contains([]RateRounding{RateNotRounded, HalfPointUpOnReference, HalfPointUpOnSum}, v.RateRounding) {
			return fail("rate rounding", v.RateRounding)
		}
	}
	return nil
}
