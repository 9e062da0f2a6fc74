package penalties

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// CoveragePolicy says what happens on days for which a reference rate was not
// verified.
type CoveragePolicy string

// The policies.
const (
	RefuseUnknown   CoveragePolicy = ""                  // a CoverageError
	ExtendLastValue CoveragePolicy = "extend_last_value" // the last known value, marked provisional
)

// IncreaseFrom says on which day a judgment raises the rate.
type IncreaseFrom string

// The two readings of CMF art. L313-3.
const (
	DayAfterPeriod  IncreaseFrom = ""                   // the day after the two months, as the official page counts
	LastDayOfPeriod IncreaseFrom = "last_day_of_period" // the day on which they end
)

// Config is what decides the figures. It is plain data and can be stored beside the
// result. Zero values are those of the regime.
type Config struct {
	Regime     string         `json:"regime"`
	Mode       Mode           `json:"mode,omitempty"`
	DayCount   DayCount       `json:"day_count,omitempty"`
	Scope      Scope          `json:"rounding_scope,omitempty"`
	Rounding   Rounding       `json:"rounding,omitempty"`
	PaymentDay PaymentDay     `json:"payment_day,omitempty"`
	Imputation Imputation     `json:"imputation,omitempty"`
	Coverage   CoveragePolicy `json:"coverage,omitempty"`
	Increase   IncreaseFrom   `json:"increase_from,omitempty"`
	// Contract replaces the statutory rate; nil: the statutory one.
	Contract *ContractRate `json:"contract,omitempty"`
	// CapitaliseFrom is the day from which interest due for a whole year bears interest,
	// by contract or court order (C. civ. 1343-2): on that day if a year is due, or else
	// when it is, and then each year. Zero: never.
	CapitaliseFrom date.Date `json:"capitalise_from,omitempty"`
	// WaiveFixedSum gives the reason for which the fixed sum is not claimed; empty: it
	// is. The waiver shows in the result.
	WaiveFixedSum string `json:"waive_fixed_sum,omitempty"`
}

// Calculator computes under one configuration. It is immutable and safe for
// concurrent use.
type Calculator struct {
	law    *Law
	regime *Regime
	config Config
}

// New returns a calculator.
//
// Errors:
//   - [receivables.ErrUnknown] for a regime that does not exist;
//   - [receivables.ErrInvalidInput] for a value that is none of its field.
func New(law *Law, config Config) (*Calculator, error) {
	if law == nil {
		return nil, &receivables.FieldError{Path: "law", Rule: receivables.RuleRequired, Detail: "use Standard"}
	}
	regime, err := law.regime(config.Regime)
	if err != nil {
		return nil, err
	}
	copied := *regime
	c := &Calculator{law: law, regime: &copied, config: config}
	copied.DayCount = cmp.Or(config.DayCount, copied.DayCount)
	copied.Scope = cmp.Or(config.Scope, copied.Scope)
	copied.Rounding = cmp.Or(config.Rounding, copied.Rounding)
	copied.PaymentDay = cmp.Or(config.PaymentDay, copied.PaymentDay)
	copied.Imputation = cmp.Or(config.Imputation, copied.Imputation)
	if err := copied.check(); err != nil {
		return nil, err
	}
	if !slices.Contains([]Mode{"", Floating, Frozen}, config.Mode) {
		return nil, fieldError("mode", string(config.Mode), "want floating or frozen")
	}
	if config.Coverage != RefuseUnknown && config.Coverage != ExtendLastValue {
		return nil, fieldError("coverage", string(config.Coverage), "unknown policy")
	}
	if config.Increase != DayAfterPeriod && config.Increase != LastDayOfPeriod {
		return nil, fieldError("increase from", string(config.Increase), "unknown reading")
	}
	if from := config.CapitaliseFrom; from != 0 {
		if !receivables.IsDay(from) {
			return nil, fieldError("capitalise from", from.String(), "is no day")
		}
		if copied.Compounding != NoCompounding {
			return nil, &receivables.FieldError{Path: "capitalise from", Value: from.String(), Rule: receivables.RuleExclusive, Detail: regime.ID + " compounds by law"}
		}
	}
	if config.Contract != nil {
		contract := *config.Contract
		c.config.Contract = &contract
		return c, contract.check(law)
	}
	return c, nil
}

// Regime returns the rules under which the calculator works.
func (c *Calculator) Regime() Regime {
	return *c.regime.clone()
}

// Rate returns the yearly rate that a claim bears on a day.
//
// Errors: [receivables.ErrNoCoverage]; those of an incomplete claim.
func (c *Calculator) Rate(claim Claim, day date.Date) (Rate, error) {
	if err := c.checkClaim(&claim); err != nil {
		return Rate{}, err
	}
	return c.rateOn(&claim, day)
}

func (c *Calculator) firstIncreasedDay(claim *Claim) date.Date {
	first := c.regime.AfterJudgment.FirstIncreasedDay(claim.JudgmentServedOn)
	if c.config.Increase == LastDayOfPeriod {
		return receivables.AddDays(first, -1)
	}
	return first
}

func fieldError(path, value, detail string) *receivables.FieldError {
	return &receivables.FieldError{Path: path, Value: value, Rule: receivables.RuleRange, Detail: detail}
}

// checkClaim refuses what cannot be computed.
func (c *Calculator) checkClaim(claim *Claim) error {
	at := func(field, value string, rule receivables.Rule, detail string) error {
		return &receivables.FieldError{Path: fmt.Sprintf("claim %q: %s", claim.ID, field), Value: value, Rule: rule, Detail: detail}
	}
	if c.regime == nil {
		return fieldError("calculator", "", "use New")
	}
	if m := claim.OverdueDebt; m.IsValid() && (m.Sign() <= 0 || m.Currency() != claim.Principal.Currency()) {
		return at("overdue debt", m.String(), receivables.RuleRange, "want an amount above zero in "+claim.Principal.Currency().Code())
	}
	if !claim.Principal.IsValid() || claim.Principal.Sign() <= 0 {
		return at("principal", claim.Principal.String(), receivables.RuleSign, "an amount above zero is needed; credit notes reduce it")
	}
	if !receivables.IsDay(claim.DueOn) {
		return at("due", "", receivables.RuleRequired, "the due date is needed")
	}
	if c.regime.Start == AfterNotice && !receivables.IsDay(claim.NoticeOn) {
		return at("notice", "", receivables.RuleRequired, "under "+c.regime.ID+" interest runs from a formal notice")
	}
	for name, list := range map[string][]Payment{"payments": claim.Payments, "credit notes": claim.CreditNotes} {
		for i, p := range list {
			place := fmt.Sprintf("%s[%d]", name, i)
			switch {
			case !receivables.IsDay(p.On):
				return at(place+": on", "", receivables.RuleRequired, "a day is needed")
			case p.Amount.Currency() != claim.Principal.Currency():
				return at(place+": amount", p.Amount.String(), receivables.RuleCurrency, "the claim is in "+claim.Principal.Currency().Code())
			case p.Amount.Sign() < 0:
				return at(place+": amount", p.Amount.String(), receivables.RuleSign, "must not be negative")
			}
		}
	}
	for _, cost := range claim.Costs {
		switch {
		case !receivables.IsDay(cost.On) || cost.On <= claim.DueOn:
			return at("costs", cost.On.String(), receivables.RuleOrder, "a cost of recovery arises after the due date")
		case cost.Amount.Sign() <= 0 || cost.Amount.Currency() != claim.Principal.Currency():
			return at("costs", cost.Amount.String(), receivables.RuleRange, "want an amount above zero in "+claim.Principal.Currency().Code())
		case cost.Proof == "":
			return at("costs: proof", "", receivables.RuleRequired, "costs are claimed on proof")
		}
	}
	if m := claim.FixedSumConverted; m.IsValid() && (m.Sign() <= 0 || m.Currency() != claim.Principal.Currency()) {
		return at("fixed sum converted", m.String(), receivables.RuleRange, "want an amount above zero in "+claim.Principal.Currency().Code())
	}
	for _, s := range claim.Stays {
		if !receivables.IsDay(s.From) || s.Until != 0 && s.Until < s.From {
			return at("stays", s.From.String(), receivables.RuleOrder, "ends before it begins")
		}
	}
	return nil
}

// interestOf is base x rate x days / basis, exact to 24 places.
func interestOf(base, percent decimal.Decimal, days int, basis int64) decimal.Decimal {
	return base.Mul(percent).Mul(decimal.NewFromInt(int64(days))).DivRound(decimal.New(basis, 2), 24)
}
