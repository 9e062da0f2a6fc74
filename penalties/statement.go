package penalties

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// Statement is the claim on a debtor on a day (décompte): what each invoice owes,
// with its working, and the total for each currency. It is made for a letter, a
// court form or an auditor.
type Statement struct {
	AsOf   date.Date
	Lines  []*Accrual
	Totals []StatementTotal // by currency code
}

// StatementTotal sums the lines of one currency.
type StatementTotal struct {
	Currency  receivables.Currency
	Principal receivables.Money // due
	Interest  receivables.Money // due
	Costs     receivables.Money // fixed sums and further costs, due
	Total     receivables.Money
	// PerDay is the interest of each further day until payment, unrounded to 6 places.
	PerDay decimal.Decimal
}

// NewStatement adds up accruals of one day. Each fixed sum counts once for its key.
// The accruals are kept, not copied.
//
// Errors:
//   - [receivables.ErrConflict] when an accrual is of another day;
//   - [receivables.ErrDuplicate] when a claim or a fixed sum comes twice;
//   - [receivables.ErrInvalidInput] for a nil accrual.
func NewStatement(asOf date.Date, accruals ...*Accrual) (*Statement, error) {
	s := &Statement{AsOf: asOf, Lines: slices.Clone(accruals)}
	totals := map[receivables.Currency]*StatementTotal{}
	of := func(c receivables.Currency) *StatementTotal {
		if totals[c] == nil {
			zero := receivables.Zero(c)
			totals[c] = &StatementTotal{Currency: c, Principal: zero, Interest: zero, Costs: zero, Total: zero}
		}
		return totals[c]
	}
	seen := map[string]bool{}
	type key struct {
		claim string
		due   date.Date
	}
	claims := map[key]bool{}
	for i, a := range accruals {
		if a == nil {
			return nil, &receivables.FieldError{Path: fmt.Sprintf("statement: accruals[%d]", i), Rule: receivables.RuleRequired, Detail: "is nil"}
		}
		if k := (key{a.Claim, a.DueOn}); claims[k] {
			return nil, &receivables.FieldError{Path: "statement: claim", Value: a.Claim, Rule: receivables.RuleDuplicate, Detail: "due " + a.DueOn.String() + " comes twice"}
		} else {
			claims[k] = true
		}
		if a.Until != asOf {
			return nil, &receivables.FieldError{
				Path: fmt.Sprintf("statement: claim %q", a.Claim), Value: a.Until.String(), Rule: receivables.RuleExclusive, Detail: "is not computed to " + asOf.String(),
			}
		}
		t := of(a.Principal.Currency())
		t.Principal = t.Principal.AddAmount(a.PrincipalDue.Amount())
		t.Interest = t.Interest.AddAmount(a.InterestDue.Amount())
		t.Costs = t.Costs.AddAmount(a.CostsDue.Amount())
		t.PerDay = t.PerDay.Add(a.PerDay)
		if f := a.FixedSum; f != nil {
			if seen[f.Key] {
				return nil, &receivables.FieldError{Path: "statement: fixed sum", Value: f.Key, Rule: receivables.RuleDuplicate, Detail: "is due once"}
			}
			seen[f.Key] = true
			if f.Amount.Currency() != t.Currency && !f.Amount.IsZero() {
				other := of(f.Amount.Currency())
				other.Costs = other.Costs.AddAmount(f.Amount.Amount())
			}
		}
	}
	for _, t := range totals {
		t.Total = t.Principal.AddAmount(t.Interest.Amount()).AddAmount(t.Costs.Amount())
		s.Totals = append(s.Totals, *t)
	}
	slices.SortFunc(s.Totals, func(x, y StatementTotal) int { return strings.Compare(x.Currency.Code(), y.Currency.Code()) })
	return s, nil
}

// Text writes the statement with the working of every figure.
func (s Statement) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Statement of claim as of %s\n", s.AsOf)
	for _, a := range s.Lines {
		fmt.Fprintf(&b, "\n%s, due on %s (%s): principal %s, left %s\n", a.Claim, a.DueOn, a.Regime, a.Principal, a.PrincipalDue)
		for _, seg := range a.Segments {
			fmt.Fprintf(&b, "  %s\n", seg)
		}
		for _, c := range citations(a) {
			fmt.Fprintf(&b, "  under %s\n", c)
		}
		for _, p := range a.CreditNotes {
			fmt.Fprintf(&b, "  credit note of %s: %s\n", p.On, p.Amount)
		}
		for _, p := range a.Stays {
			until := "open"
			if p.Until != 0 {
				until = p.Until.String()
			}
			fmt.Fprintf(&b, "  no interest from %s until %s: %s\n", p.From, until, p.Reason)
		}
		for _, p := range a.Payments {
			fmt.Fprintf(&b, "  paid on %s: %s, of which costs %s, interest %s, principal %s, returned %s\n", p.On, p.Amount, p.ToCosts.Text(), p.ToInterest.Text(), p.ToPrincipal.Text(), p.Returned.Text())
		}
		fmt.Fprintf(&b, "  interest %s, of which due %s; %s for each further day\n", a.Interest, a.InterestDue, a.PerDay)
		if f := a.FixedSum; f != nil {
			if f.Waived != "" {
				fmt.Fprintf(&b, "  fixed sum waived: %s\n", f.Waived)
			} else {
				fmt.Fprintf(&b, "  fixed sum %s under %s\n", f.Amount, f.Citation)
			}
		}
		for _, p := range a.Costs {
			fmt.Fprintf(&b, "  costs of %s: %s, proven by %s\n", p.On, p.Amount, p.Proof)
		}
		if !a.FurtherCosts.IsZero() {
			fmt.Fprintf(&b, "  further costs on proof, above the fixed sum: %s\n", a.FurtherCosts)
		}
		for _, check := range a.Floor {
			fmt.Fprintf(&b, "  floor of the agreed rate, %s (%s): %s %% against %s %%, respected: %t\n", check.What, check.On, check.Percent, check.Floor, check.Respected)
		}
		fmt.Fprintf(&b, "  total due %s\n", a.Total())
		for _, note := range a.Notes {
			fmt.Fprintf(&b, "  note: %s\n", note)
		}
	}
	for _, t := range s.Totals {
		fmt.Fprintf(&b, "\nTotal %s: principal %s + interest %s + costs %s = %s; %s for each further day\n",
			t.Currency, t.Principal.Text(), t.Interest.Text(), t.Costs.Text(), t.Total.Text(), t.PerDay)
	}
	return b.String()
}

// citations lists the texts and rows on which an accrual rests, each once.
func citations(a *Accrual) []receivables.Citation {
	var list []receivables.Citation
	for _, s := range a.Segments {
		for _, c := range s.Rate.Citations {
			if !slices.Contains(list, c) {
				list = append(list, c)
			}
		}
	}
	return list
}

// MarshalJSON writes the statement with amounts and days as text.
func (s Statement) MarshalJSON() ([]byte, error) {
	type segment struct {
		FirstDay  date.Date              `json:"first_day"`
		LastDay   date.Date              `json:"last_day"`
		Days      int                    `json:"days"`
		Base      receivables.Money      `json:"base"`
		Percent   string                 `json:"annual_rate_percent"`
		Reference string                 `json:"reference_percent"`
		Margin    string                 `json:"margin_points"`
		YearBasis int                    `json:"year_basis"`
		Interest  receivables.Money      `json:"interest"`
		Citations []receivables.Citation `json:"citations"`
	}
	type payment struct {
		On          date.Date         `json:"on"`
		Amount      receivables.Money `json:"amount"`
		ToCosts     receivables.Money `json:"to_costs"`
		ToInterest  receivables.Money `json:"to_interest"`
		ToPrincipal receivables.Money `json:"to_principal"`
		Returned    receivables.Money `json:"returned"`
	}
	type floor struct {
		On        date.Date `json:"on"`
		What      string    `json:"what"`
		Percent   string    `json:"percent"`
		Floor     string    `json:"floor_percent"`
		Respected bool      `json:"respected"`
	}
	type dated struct {
		On     date.Date         `json:"on"`
		Amount receivables.Money `json:"amount"`
		Proof  string            `json:"proof,omitempty"`
	}
	type stay struct {
		From   date.Date `json:"from"`
		Until  string    `json:"until"` // empty: open
		Reason string    `json:"reason"`
	}
	type line struct {
		Claim        string                `json:"claim"`
		DueOn        date.Date             `json:"due_on"`
		Regime       string                `json:"regime"`
		Principal    receivables.Money     `json:"principal"`
		PrincipalDue receivables.Money     `json:"principal_due"`
		Interest     receivables.Money     `json:"interest"`
		InterestDue  receivables.Money     `json:"interest_due"`
		FixedSum     *receivables.Money    `json:"fixed_sum"`
		Waived       string                `json:"fixed_sum_waived,omitempty"`
		SumUnder     *receivables.Citation `json:"fixed_sum_under,omitempty"`
		Conversion   string                `json:"fixed_sum_conversion,omitempty"`
		Costs        []dated               `json:"costs,omitempty"`
		CreditNotes  []dated               `json:"credit_notes,omitempty"`
		Stays        []stay                `json:"stays,omitempty"`
		FurtherCosts receivables.Money     `json:"further_costs"`
		CostsDue     receivables.Money     `json:"costs_due"`
		Total        receivables.Money     `json:"total_due"`
		PerDay       string                `json:"per_day"`
		Provisional  bool                  `json:"provisional"`
		Segments     []segment             `json:"segments"`
		Payments     []payment             `json:"payments"`
		Floor        []floor               `json:"agreed_rate_floor,omitempty"`
		Notes        []string              `json:"notes,omitempty"`
	}
	type total struct {
		Currency  receivables.Currency `json:"currency"`
		Principal receivables.Money    `json:"principal"`
		Interest  receivables.Money    `json:"interest"`
		Costs     receivables.Money    `json:"costs"`
		Total     receivables.Money    `json:"total"`
		PerDay    string               `json:"per_day"`
	}
	out := struct {
		AsOf   date.Date `json:"as_of"`
		Lines  []line    `json:"claims"`
		Totals []total   `json:"totals"`
	}{AsOf: s.AsOf, Lines: []line{}, Totals: []total{}}
	for _, a := range s.Lines {
		l := line{
			Claim: a.Claim, DueOn: a.DueOn, Regime: a.Regime, Total: a.Total(), Principal: a.Principal, PrincipalDue: a.PrincipalDue, Interest: a.Interest, InterestDue: a.InterestDue,
			FurtherCosts: a.FurtherCosts, CostsDue: a.CostsDue,
			PerDay: a.PerDay.String(), Provisional: a.Provisional, Segments: []segment{}, Payments: []payment{}, Notes: a.Notes,
		}
		if a.FixedSum != nil {
			l.FixedSum, l.Waived = &a.FixedSum.Amount, a.FixedSum.Waived
			l.SumUnder, l.Conversion = &a.FixedSum.Citation, a.FixedSum.Conversion
		}
		for _, g := range a.Segments {
			l.Segments = append(l.Segments, segment{
				g.FirstDay, g.LastDay, g.Days, g.Base, g.Rate.Percent.String(), g.Rate.Reference.String(), g.Rate.Margin.String(), g.YearBasis, g.Interest, g.Rate.Citations,
			})
		}
		for _, p := range a.Costs {
			l.Costs = append(l.Costs, dated(p))
		}
		for _, p := range a.CreditNotes {
			l.CreditNotes = append(l.CreditNotes, dated{On: p.On, Amount: p.Amount})
		}
		for _, p := range a.Stays {
			until := ""
			if p.Until != 0 {
				until = p.Until.String()
			}
			l.Stays = append(l.Stays, stay{p.From, until, p.Reason})
		}
		for _, c := range a.Floor {
			l.Floor = append(l.Floor, floor{c.On, c.What, c.Percent.String(), c.Floor.String(), c.Respected})
		}
		for _, p := range a.Payments {
			l.Payments = append(l.Payments, payment(p))
		}
		out.Lines = append(out.Lines, l)
	}
	for _, t := range s.Totals {
		out.Totals = append(out.Totals, total{t.Currency, t.Principal, t.Interest, t.Costs, t.Total, t.PerDay.String()})
	}
	return json.Marshal(out)
}
