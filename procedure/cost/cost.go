// Package cost says what a procedure costs and what of it comes back: registry fees, the tariff of the
// commissaire de justice, the contributions of courts.
//
// Fees are without VAT unless said otherwise. A tariff is picked by the day of the act or of filing; where a part of
// it was not found, the answer is unknown, never that of another year.
package cost

import (
	"slices"
	"strconv"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
	"github.com/receivables-go/receivables/procedure/court"
)

var (
	eur     = receivables.MustCurrency("EUR")
	hundred = decimal.New(1, 2)
)

func euros(d decimal.Decimal) receivables.Money { return receivables.Zero(eur).AddAmount(d) }

func fail(path, value string, rule receivables.Rule, detail string) error {
	return &receivables.FieldError{Path: "cost: " + path, Value: value, Rule: rule, Detail: detail}
}

func inEuros(path string, m receivables.Money) error {
	switch {
	case !m.IsValid() || m.Currency() != eur:
		return fail(path, m.String(), receivables.RuleCurrency, "tariffs are in EUR")
	case m.Sign() < 0:
		return fail(path, m.String(), receivables.RuleSign, "must not be negative")
	}
	return nil
}

// WithVAT adds VAT to a sum and rounds once: 30.89 EUR with 20 percent is 37.07 EUR.
func WithVAT(m receivables.Money, percent decimal.Decimal) receivables.Money {
	return m.AddAmount(m.Amount().Mul(percent).DivRound(hundred, 16)).Round()
}

// Fee is a fee by brackets.
type Fee struct {
	// Fixed is the fee up to the threshold; zero value: the brackets count.
	Fixed receivables.Money `json:"fixed"`
	// Brackets are the parts of the brackets reached, each rounded to the cent; Uncapped is their sum, Total
	// the fee.
	Brackets []receivables.Money  `json:"brackets,omitempty"`
	Uncapped receivables.Money    `json:"uncapped"`
	Total    receivables.Money    `json:"total"`
	Basis    receivables.Citation `json:"basis"`
	// Unknown says why there is no total; empty: there is one. Doubt says what may change it.
	Unknown string `json:"unknown,omitempty"`
	Doubt   string `json:"doubt,omitempty"`
}

// scaled applies a scale to an amount, its rates times a factor.
func scaled(r procedure.Rule, amount receivables.Money, factor decimal.Decimal) Fee {
	f := Fee{Basis: r.Citation}
	s := r.Scale
	if s.Threshold.Valid && amount.Amount().Cmp(s.Threshold.Decimal) <= 0 {
		if !s.Fixed.Valid {
			f.Unknown = "the fixed fee of this tariff was not found"
			return f
		}
		f.Fixed = euros(s.Fixed.Decimal)
		f.Total = f.Fixed
		return f
	}
	sum, from := euros(decimal.Zero), decimal.Zero
	for _, b := range s.Brackets {
		if amount.Amount().Cmp(from) <= 0 {
			break
		}
		to := amount.Amount()
		if b.To.Valid {
			to = decimal.Min(to, b.To.Decimal)
		}
		part := euros(to.Sub(from).Mul(b.Percent).Mul(factor).DivRound(hundred, 16)).Round()
		f.Brackets, sum, from = append(f.Brackets, part), sum.AddAmount(part.Amount()), to
	}
	f.Uncapped = sum
	last := s.Brackets[len(s.Brackets)-1]
	switch {
	case last.To.Valid && amount.Amount().Cmp(last.To.Decimal) > 0:
		f.Unknown, f.Uncapped = "the bracket beyond "+last.To.Decimal.String()+" EUR of this tariff was not found", receivables.Money{}
	case s.Cap.Valid:
		f.Total = euros(decimal.Min(sum.Amount(), s.Cap.Decimal))
	default:
		f.Total, f.Doubt = sum, "whether this tariff has a cap was not read"
	}
	return f
}

// ProportionalFee is the fee on what an officer recovers (A444-31 paid by the debtor, A444-32 by the creditor), on the
// total recovered, without VAT: the whole amount by bracket from the first euro. For maintenance claims the rates of
// the debtor are doubled, and there is no fee of the creditor. 4000.00 EUR from a debtor until 2024-02-29: 12.09 +
// 30.51 + 30.93 + 7.18 = 80.71 EUR.
//
// Errors:
//   - [receivables.ErrInvalidInput] below zero;
//   - [receivables.ErrCurrencyMismatch] for another currency;
//   - [receivables.CoverageError] for a day without tariff.
func ProportionalFee(payer Payer, recovered receivables.Money, maintenance bool, on date.Date) (Fee, error) {
	if err := inEuros("recovered", recovered); err != nil {
		return Fee{}, err
	}
	one := decimal.New(1, 0)
	switch payer {
	case ByDebtor:
		r, err := procedure.RuleAt("CDJ.PROP_DEBTOR", on)
		if err != nil {
			return Fee{}, err
		}
		if maintenance {
			double, err := procedure.RuleAt("CDJ.PROP_MAINTENANCE", on)
			if err != nil {
				return Fee{}, err
			}
			one = double.Value
		}
		return scaled(r, recovered, one), nil
	case ByCreditor:
		if maintenance {
			exempt, err := procedure.RuleAt("CDJ.PROP_EXEMPT", on)
			zero := euros(decimal.Zero)
			return Fee{Uncapped: zero, Total: zero, Basis: exempt.Citation}, err
		}
		r, err := procedure.RuleAt("CDJ.PROP_CREDITOR", on)
		if err != nil {
			return Fee{}, err
		}
		return scaled(r, recovered, one), nil
	}
	return Fee{}, fail("payer", string(payer), receivables.RuleRange, "want creditor or debtor")
}

// Payer says who pays a fee.
type Payer string

// The payers.
const (
	ByDebtor   Payer = "debtor"
	ByCreditor Payer = "creditor"
)

// EngagementFee is the fee of starting enforcement, once for each claim, on the acts of A444-14 such as a command to
// pay (A444-15): up to 76 EUR 4.29, above by brackets up to 268.13. It is set off against the proportional fee of
// whoever bears the act. 100.00 EUR until 2024-02-29: 5.60 EUR.
//
// Errors: those of [ProportionalFee].
func EngagementFee(claim receivables.Money, on date.Date) (Fee, error) {
	if err := inEuros("claim", claim); err != nil {
		return Fee{}, err
	}
	r, err := procedure.RuleAt("CDJ.ENGAGEMENT", on)
	if err != nil {
		return Fee{}, err
	}
	return scaled(r, claim, decimal.New(1, 0)), nil
}

// Act is the cost of an act of a commissaire de justice, without the postage of the letter of CPC 658.
type Act struct {
	Coefficient decimal.Decimal   `json:"coefficient"`
	ExclVAT     receivables.Money `json:"excl_vat"`
	InclVAT     receivables.Money `json:"incl_vat"`
}

// ActCost is base fee x coefficient + travel + the engagement fee, if the act carries one, and VAT on the sum that was
// not rounded: service of an order over 1280 EUR, 25.79 x 2 + 9.40 = 60.98, with 20 percent 73.18 EUR. The
// coefficient is 0.5 up to 128 EUR, 1 up to 1280 EUR, 2 above (A444-46).
//
// Errors: those of [ProportionalFee].
func ActCost(base, claim, travel, engagement receivables.Money, vatPercent decimal.Decimal, on date.Date) (Act, error) {
	if !engagement.IsValid() { // the act carries none
		engagement = euros(decimal.Zero)
	}
	for _, x := range []struct {
		name string
		m    receivables.Money
	}{{"base fee", base}, {"claim", claim}, {"travel", travel}, {"engagement fee", engagement}} {
		if err := inEuros(x.name, x.m); err != nil {
			return Act{}, err
		}
	}
	if vatPercent.Sign() < 0 {
		return Act{}, fail("VAT", vatPercent.String(), receivables.RuleSign, "must not be negative")
	}
	rule, err := procedure.RuleAt("CDJ.COEF", on)
	if err != nil {
		return Act{}, err
	}
	coefficient := rule.Tiers[0].Percent.Shift(-2) // of a claim of 0 too
	for _, t := range rule.Tiers[1:] {
		if claim.Amount().Cmp(t.Above) > 0 {
			coefficient = t.Percent.Shift(-2)
		}
	}
	sum := euros(base.Amount().Mul(coefficient).Add(travel.Amount()).Add(engagement.Amount()))
	return Act{coefficient, sum.Round(), WithVAT(sum, vatPercent)}, nil
}

// Claimant is who sues before an economic activity court.
type Claimant struct {
	Natural   bool `json:"natural"`
	Employees *int `json:"employees"` // nil: not known
	// Turnover and Profit of a legal person are means of three years; TaxIncome of a natural person is the reference
	// income the scale looks at.
	Turnover  decimal.Decimal `json:"turnover"`
	Profit    decimal.Decimal `json:"profit"`
	TaxIncome decimal.Decimal `json:"tax_income"`
	// Public is the State, a local authority or the prosecutor.
	Public bool `json:"public"`
}

// TAEContribution is the contribution before an economic activity court (2025 to 2028): nil up to 50000 EUR, with fewer
// than 250 employees, for public claimants; else a share of the claim, without article 700, up to a cap: 3 percent to
// 50000 above 50 M of turnover and 3 M of profit, 5 percent to 100000 above 1500 M with a profit; for a natural
// person 1 to 3 percent by his income. A claim of 3000000.00 by the first: 50000.00 EUR.
//
// Errors: those of [ProportionalFee]; [receivables.ErrInvalidInput] where the number of employees decides and is not known;
// [receivables.CoverageError] outside 2025 to 2028.
func TAEContribution(claim receivables.Money, c Claimant, filedOn date.Date) (receivables.Money, error) {
	if err := inEuros("claim", claim); err != nil {
		return receivables.Money{}, err
	}
	if c.Employees != nil && *c.Employees < 0 {
		return receivables.Money{}, fail("employees", strconv.Itoa(*c.Employees), receivables.RuleSign, "must not be negative")
	}
	trigger, err := procedure.RuleAt("TAE.TRIGGER", filedOn)
	if err != nil {
		return receivables.Money{}, err
	}
	staff, err := procedure.RuleAt("TAE.EMPLOYEES", filedOn)
	if err != nil {
		return receivables.Money{}, err
	}
	id, size := "TAE.LEGAL", c.Turnover
	if c.Natural {
		id, size = "TAE.NATURAL", c.TaxIncome
	}
	scale, err := procedure.RuleAt(id, filedOn)
	if err != nil {
		return receivables.Money{}, err
	}
	zero := euros(decimal.Zero)
	switch {
	case c.Public || claim.Amount().Cmp(trigger.Value) <= 0:
		return zero, nil
	case c.Employees == nil:
		return receivables.Money{}, fail("employees", "", receivables.RuleRequired, "their number decides")
	case decimal.NewFromInt(int64(*c.Employees)).Cmp(staff.Value) < 0:
		return zero, nil
	}
	result := zero
	for _, t := range scale.Tiers {
		if size.Cmp(t.Above) > 0 && (!t.ProfitAbove.Valid || c.Profit.Cmp(t.ProfitAbove.Decimal) > 0) {
			result = euros(decimal.Min(claim.Amount().Mul(t.Percent).DivRound(hundred, 16), t.Cap)).Round()
		}
	}
	return result, nil
}

// LegalAid is the contribution for legal aid (contribution pour l'aide juridique) of a case.
type LegalAid struct {
	Amount receivables.Money `json:"amount"`
	// Disputed says that filing fell into the time for which its start is disputed; Amount is then the most.
	Disputed bool                 `json:"disputed"`
	Basis    receivables.Citation `json:"basis"`
}

// LegalAidContribution is 50.00 EUR for a civil case before the civil court, paid by the claimant, none with legal aid, at
// the commercial court or before 2026-03-01; from then to 2026-04-30 its start is disputed. Whether a request for a
// payment order is exempt is reported by one source only: the caller says so by civil = false.
//
// Errors: none but those of the data.
func LegalAidContribution(c court.Court, civil, legalAid bool, filedOn date.Date) (LegalAid, error) {
	zero := LegalAid{Amount: euros(decimal.Zero)}
	if !slices.Contains([]court.Court{court.Civil, court.Protection}, c) || !civil || legalAid {
		return zero, nil
	}
	return legalAidOn(filedOn)
}

// LabourContribution is the same before the conseil de prud'hommes.
//
// Errors: none but those of the data.
func LabourContribution(legalAid bool, filedOn date.Date) (LegalAid, error) {
	if legalAid {
		return LegalAid{Amount: euros(decimal.Zero)}, nil
	}
	return legalAidOn(filedOn)
}

func legalAidOn(filedOn date.Date) (LegalAid, error) {
	rows, err := procedure.Rows("CAJ")
	if err != nil {
		return LegalAid{}, err
	}
	for _, r := range rows {
		if filedOn >= r.From && (r.Until == 0 || filedOn < r.Until) {
			return LegalAid{euros(r.Value), r.Citation.Confidence == "M", r.Citation}, nil
		}
	}
	return LegalAid{Amount: euros(decimal.Zero)}, nil
}
