package settlement

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
)

// Offer is a plan that is considered, with how likely it is to be kept.
type Offer struct {
	Name     string
	Schedule Schedule
	// Kept is the probability that the plan is paid as it stands. If it is not, Recovered is
	// what comes in instead, in all, on RecoveredOn.
	Kept        decimal.Decimal
	Recovered   receivables.Money // the zero value: nothing
	RecoveredOn date.Date
	Costs       receivables.Money // of this way, paid now; the zero value: none
}

// Valued is an offer with what it is worth.
type Valued struct {
	Name string `json:"name"`
	// Total is what is paid if the plan is kept, PresentValue the same today, Expected the
	// present value by probability, less costs.
	Total        receivables.Money  `json:"total"`
	PresentValue receivables.Figure `json:"present_value"`
	Expected     receivables.Figure `json:"expected"`
}

// Compare values offers on a day and sorts them, the most expected first, then by name:
//
//	present value  sum of payment / (1 + rate x days / year basis)
//	expected       kept x present value of the plan + (1 - kept) x that of what is recovered - costs
//
// Discounting is simple, by days; what is due before the day counts in full.
//
// Errors:
//   - [receivables.ErrInvalidInput] without an offer, for a probability outside 0 to 1, a rate
//     outside 0 to 10, a year basis outside 360 to 366, amounts below zero, or a recovery without a day;
//   - those of [Schedule.Check], [receivables.ErrCurrencyMismatch].
func Compare(on date.Date, annualRate decimal.Decimal, yearBasis int, offers ...Offer) ([]Valued, error) {
	if len(offers) == 0 || !receivables.IsDay(on) || !isRate(annualRate) || yearBasis < 360 || yearBasis > 366 {
		return nil, fail("offers", fmt.Sprint(len(offers), ", ", on, ", ", annualRate, ", ", yearBasis), receivables.RuleRange, "offers, a day, a rate from 0 to 10, a year of 360 to 366 days")
	}
	currency := offers[0].Schedule.Balance.Currency()
	unit := receivables.UnitOf(currency)
	today := func(amount decimal.Decimal, day date.Date) decimal.Decimal {
		days := max(receivables.DaysBetween(on, day), 0)
		basis := newInt(yearBasis)
		return amount.Mul(basis).DivRound(basis.Add(annualRate.Mul(newInt(days))), 2*receivables.RatioPlaces)
	}
	var list []Valued
	for i, o := range offers {
		place := fmt.Sprintf("offers[%d] %q", i, o.Name)
		for _, m := range []receivables.Money{o.Recovered, o.Costs} {
			switch {
			case m.Sign() < 0:
				return nil, fail(place, m.String(), receivables.RuleSign, "must not be negative")
			case m.IsValid() && m.Currency() != currency:
				return nil, fail(place, m.String(), receivables.RuleCurrency, "want "+currency.Code())
			}
		}
		switch {
		case o.Schedule.Balance.Currency() != currency:
			return nil, fail(place, o.Schedule.Balance.String(), receivables.RuleCurrency, "want "+currency.Code())
		case o.Kept.Sign() < 0 || o.Kept.Cmp(one) > 0:
			return nil, fail(place+": kept", o.Kept.String(), receivables.RuleRange, "from 0 to 1")
		case o.Recovered.Sign() > 0 && !receivables.IsDay(o.RecoveredOn):
			return nil, fail(place+": recovered on", o.RecoveredOn.String(), receivables.RuleRequired, "a day")
		}
		if err := o.Schedule.Check(); err != nil {
			return nil, fmt.Errorf("%s: %w", place, err)
		}
		value := decimal.Zero
		for _, x := range o.Schedule.Instalments {
			value = value.Add(today(x.Payment.Amount(), x.On))
		}
		expected := o.Kept.Mul(value).Sub(o.Costs.Amount())
		if o.Recovered.Sign() > 0 {
			expected = expected.Add(one.Sub(o.Kept).Mul(today(o.Recovered.Amount(), o.RecoveredOn)))
		}
		list = append(list, Valued{
			Name: o.Name, Total: o.Schedule.TotalPaid, PresentValue: receivables.NewFigure(value.Round(receivables.RatioPlaces), unit),
			Expected: receivables.NewFigure(expected.Round(receivables.RatioPlaces), unit),
		})
	}
	slices.SortStableFunc(list, func(x, y Valued) int {
		a, _ := x.Expected.Value()
		b, _ := y.Expected.Value()
		return cmp.Or(b.Cmp(a), strings.Compare(x.Name, y.Name))
	})
	return list, nil
}

// Parts are the parts of a claim.
type Parts struct {
	Principal receivables.Money `json:"principal"`
	Interest  receivables.Money `json:"interest"`
	Costs     receivables.Money `json:"costs"` // fixed sums and costs on proof
}

// Total adds up the parts.
func (p Parts) Total() receivables.Money {
	return p.Principal.AddAmount(p.Interest.Amount()).AddAmount(p.Costs.Amount())
}

// Protocol is the figures of a settlement (protocole transactionnel).
type Protocol struct {
	Claim   Parts             `json:"claim"`
	Waived  Parts             `json:"waived"`
	Settled receivables.Money `json:"settled"` // claim - waived, what the plan pays without its own interest
	Plan    Schedule          `json:"plan"`
	// WaivedShare is what is waived / the claim.
	WaivedShare receivables.Figure    `json:"waived_share"`
	Conditions  []procedure.Condition `json:"conditions"`
}

// Concessions say whether each side concedes enough and whether it is in writing: whether a concession is
// derisory is a qualification, so that it is the caller's to say.
type Concessions struct {
	Creditor  procedure.Truth // not met, whatever is said, where he waives nothing and gives no time
	Debtor    procedure.Truth // acknowledges the debt, pays by a plan, gives up objections
	InWriting procedure.Truth
}

// ProtocolOf puts together the figures of a settlement and the conditions of C. civ. 2044: concessions
// of both sides, in writing.
//
// Errors:
//   - [receivables.ErrInvalidInput] for parts below zero or without currency, or more waived than
//     claimed;
//   - those of [Schedule.Check];
//   - [receivables.ErrConflict], rule sum, when the plan is not made for what is settled;
//   - [receivables.ErrCurrencyMismatch], [receivables.CoverageError] before 2016-11-20.
func ProtocolOf(on date.Date, claim, waived Parts, plan Schedule, c Concessions) (Protocol, error) {
	currency := claim.Principal.Currency()
	for name, pair := range map[string][2]receivables.Money{
		"principal": {claim.Principal, waived.Principal}, "interest": {claim.Interest, waived.Interest}, "costs": {claim.Costs, waived.Costs},
	} {
		switch {
		case !pair[0].IsValid() || !pair[1].IsValid() || pair[1].Sign() < 0 || pair[1].Amount().Cmp(pair[0].Amount()) > 0:
			return Protocol{}, fail(name, pair[1].String()+" of "+pair[0].String(), receivables.RuleRange, "amounts with a currency, waived from 0 to what is claimed")
		case pair[0].Currency() != currency || pair[1].Currency() != currency:
			return Protocol{}, fail(name, pair[0].String()+" "+pair[1].String(), receivables.RuleCurrency, "want "+currency.Code())
		}
	}
	rule, err := procedure.RuleAt("SETTLEMENT", on)
	if err != nil {
		return Protocol{}, err
	}
	p := Protocol{Claim: claim, Waived: waived, Settled: claim.Total().AddAmount(waived.Total().Amount().Neg()), Plan: plan}
	if err := plan.Check(); err != nil {
		return Protocol{}, err
	}
	if !plan.Balance.Equal(p.Settled) {
		return Protocol{}, fail("plan", plan.Balance.String(), receivables.RuleSum, "claim less what is waived is "+p.Settled.String())
	}
	p.WaivedShare = receivables.Quotient(waived.Total().Amount(), claim.Total().Amount(), receivables.UnitFraction)
	last := plan.Instalments[len(plan.Instalments)-1].On
	if waived.Total().IsZero() && last <= on {
		c.Creditor = procedure.NotMet
	}
	p.Conditions = []procedure.Condition{
		{
			Name: "the creditor concedes something", State: c.Creditor,
			Evidence: fmt.Sprintf("waives %s, gives time until %s", waived.Total(), last), Basis: rule.Citation,
		},
		{Name: "the debtor concedes something", State: c.Debtor, Basis: rule.Citation},
		{Name: "in writing", State: c.InWriting, Basis: rule.Citation},
	}
	return p, nil
}
