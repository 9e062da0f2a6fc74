package limit

import (
	"fmt"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
)

// Stage is how far a document has come. Each counts once, at the furthest stage.
type Stage uint8

// The stages.
const (
	StageOrder        Stage = iota // ordered, not delivered (commande)
	StageToBeInvoiced              // delivered, not invoiced (à facturer)
	StageOpen                      // invoiced, not due, undisputed
	StageDisputed                  // invoiced, under dispute
	StageOverdue                   // invoiced, overdue, undisputed
	stageCount        = iota
)

var stageNames = [stageCount]string{"order", "to be invoiced", "open", "disputed", "overdue"}

// String returns the stage in words.
func (s Stage) String() string {
	if int(s) < len(stageNames) {
		return stageNames[s]
	}
	return fmt.Sprintf("stage %d", uint8(s))
}

// MarshalText writes the name.
func (s Stage) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Item is a part of the exposure. Reference names the business it belongs to, such as the order:
// items of one reference at several stages are one business, of which only the furthest stage
// counts. Items without reference are all different.
type Item struct {
	Reference string
	Stage     Stage
	Amount    receivables.Money // including VAT; credits below zero
}

// Exposure is what a customer owes and will owe (encours), by component.
type Exposure struct {
	Orders       receivables.Money `json:"orders"`
	ToBeInvoiced receivables.Money `json:"to_be_invoiced"`
	Open         receivables.Money `json:"open"`
	Disputed     receivables.Money `json:"disputed"`
	Overdue      receivables.Money `json:"overdue"`
	Total        receivables.Money `json:"total"`
	// Replaced counts the items that were left out because their business has come further.
	Replaced int `json:"replaced"`
}

func (e *Exposure) component(s Stage) *receivables.Money {
	return [stageCount]*receivables.Money{&e.Orders, &e.ToBeInvoiced, &e.Open, &e.Disputed, &e.Overdue}[s]
}

// ExposureOf adds up the exposure. Of the items of one reference those of the furthest stage of
// invoicing count: an invoice (open, disputed or overdue) replaces what was to be invoiced, which
// replaces the order.
//
// Errors:
//   - [receivables.ErrInvalidInput] for an amount without currency or an unknown stage;
//   - [receivables.ErrCurrencyMismatch].
func ExposureOf(currency receivables.Currency, items []Item) (Exposure, error) {
	zero := receivables.Zero(currency)
	e := Exposure{Orders: zero, ToBeInvoiced: zero, Open: zero, Disputed: zero, Overdue: zero, Total: zero}
	furthest := map[string]Stage{}
	for i, item := range items {
		place := fmt.Sprintf("items[%d] %q", i, item.Reference)
		switch {
		case item.Stage >= stageCount:
			return Exposure{}, &receivables.FieldError{Path: place + ": stage", Value: item.Stage.String(), Rule: receivables.RuleRange, Detail: "unknown stage"}
		case !item.Amount.IsValid():
			return Exposure{}, &receivables.FieldError{Path: place, Rule: receivables.RuleRequired, Detail: "an amount with a currency is needed"}
		case item.Amount.Currency() != currency:
			return Exposure{}, &receivables.FieldError{Path: place, Value: item.Amount.String(), Rule: receivables.RuleCurrency, Detail: "want " + currency.Code()}
		}
		if item.Reference != "" {
			furthest[item.Reference] = max(furthest[item.Reference], invoiced(item.Stage))
		}
	}
	for _, item := range items {
		if item.Reference != "" && invoiced(item.Stage) < furthest[item.Reference] {
			e.Replaced++
			continue
		}
		c := e.component(item.Stage)
		*c = c.AddAmount(item.Amount.Amount())
		e.Total = e.Total.AddAmount(item.Amount.Amount())
	}
	return e, nil
}

// invoiced folds the stages of an invoice into one: its parts all count.
func invoiced(s Stage) Stage { return min(s, StageOpen) }

// Customer is what is known of a customer who orders.
type Customer struct {
	Exposure Exposure
	Limit    receivables.Figure // granted; undefined: none was set
	// ValidUntil is the last day of the limit (about three months for terms of 60 days); zero:
	// without end.
	ValidUntil date.Date
	// Insured is the cover granted by credit insurance; the zero value: none.
	Insured receivables.Money
	// OldestOverdue is the lateness in days of the oldest undisputed overdue invoice; 0: none.
	OldestOverdue int
	// Blocked is a reason to deliver nothing, such as insolvency; empty: none.
	Blocked string
}

// Policy says when an order is released. It is plain data.
type Policy struct {
	// MostOverdueDays is the lateness above which nothing is delivered.
	MostOverdueDays int `json:"most_overdue_days"`
	// MostDepositPercent is the share of an order above which a deposit is no way out and the order is
	// blocked, in percent: 100 lets any deposit do.
	MostDepositPercent int `json:"most_deposit_percent"`
	// WithoutLimit is the decision for customers without a limit in force; [AskDeposit] asks them
	// to pay in advance.
	WithoutLimit Decision `json:"without_limit"`
}

// DefaultPolicy blocks from 30 days of lateness on, accepts deposits of up to half an order, and
// asks customers without limit to pay in advance. A proposal, not a rule of law.
func DefaultPolicy() Policy {
	return Policy{MostOverdueDays: 30, MostDepositPercent: 50, WithoutLimit: AskDeposit}
}

// Decision is what becomes of an order.
type Decision uint8

// The decisions.
const (
	Release    Decision = iota // livrer
	AskDeposit                 // demander un acompte
	Block                      // bloquer
)

// String returns the decision in words.
func (d Decision) String() string {
	switch d {
	case Release:
		return "release"
	case AskDeposit:
		return "ask for a deposit"
	case Block:
		return "block"
	}
	return fmt.Sprintf("decision %d", uint8(d))
}

// MarshalText writes the name.
func (d Decision) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the name.
//
// Errors:
//   - [receivables.ErrInvalidInput].
func (d *Decision) UnmarshalText(text []byte) error {
	for _, known := range []Decision{Release, AskDeposit, Block} {
		if known.String() == string(text) {
			*d = known
			return nil
		}
	}
	return &receivables.FieldError{Path: "decision", Value: string(text), Rule: receivables.RuleSyntax, Detail: "want release, ask for a deposit or block"}
}

// Outcome is a decision with its reasons.
type Outcome struct {
	Decision  Decision          `json:"decision"`
	Deposit   receivables.Money `json:"deposit"`            // to be asked; zero otherwise
	Exposure  receivables.Money `json:"exposure"`           // with the order
	Available receivables.Money `json:"available"`          // limit - exposure without the order, below zero if exceeded
	Uninsured receivables.Money `json:"uninsured"`          // part of the exposure with the order that no insurance covers
	Reasons   []string          `json:"reasons"`            // in the order in which they were looked at
	ReviewOn  date.Date         `json:"review_on,omitzero"` // the day after the limit ends; zero: none
}

// Decide says whether an order is released (libération de commande): blocked for a customer who
// is blocked or has an invoice later than the policy allows; without a limit in force, as the
// policy says; released within the limit; else a deposit of what exceeds it is asked, or the order
// is blocked if that is more than the policy's share of it.
//
// Errors:
//   - [receivables.ErrInvalidInput] for an order of zero or below, a day that is none, or a policy
//     with a percentage outside 0 to 100;
//   - [receivables.ErrCurrencyMismatch] when order, exposure, limit and insurance differ.
func Decide(on date.Date, order receivables.Money, c Customer, p Policy) (Outcome, error) {
	currency := c.Exposure.Total.Currency()
	fail := func(path, value string, rule receivables.Rule, detail string) (Outcome, error) {
		return Outcome{}, &receivables.FieldError{Path: path, Value: value, Rule: rule, Detail: detail}
	}
	limit, limited := c.Limit.Value()
	switch {
	case !receivables.IsDay(on):
		return fail("on", on.String(), receivables.RuleRange, "outside 1900-01-01 to 9999-12-31")
	case order.Sign() <= 0:
		return fail("order", order.String(), receivables.RuleSign, "must be more than zero")
	case p.MostDepositPercent < 0 || p.MostDepositPercent > 100:
		return fail("policy: most deposit", fmt.Sprint(p.MostDepositPercent), receivables.RuleRange, "a percentage from 0 to 100")
	case order.Currency() != currency, limited && c.Limit.Unit() != receivables.UnitOf(currency), c.Insured.IsValid() && c.Insured.Currency() != currency:
		return fail("order", order.String(), receivables.RuleCurrency, "the exposure is in "+currency.Code())
	}
	exposure := c.Exposure.Total.AddAmount(order.Amount())
	zero := receivables.Zero(currency)
	o := Outcome{Exposure: exposure, Deposit: zero, Available: zero, Uninsured: exposure.AddAmount(c.Insured.Amount().Neg())}
	if o.Uninsured.Sign() < 0 {
		o.Uninsured = zero
	}
	reason := func(format string, values ...any) { o.Reasons = append(o.Reasons, fmt.Sprintf(format, values...)) }
	if c.ValidUntil != 0 {
		o.ReviewOn = receivables.AddDays(c.ValidUntil, 1)
	}
	if limited && c.ValidUntil != 0 && on > c.ValidUntil {
		limited = false
		reason("the limit ended on %s", c.ValidUntil)
	}
	if limited {
		o.Available = zero.AddAmount(limit.Sub(c.Exposure.Total.Amount()))
	}
	switch {
	case c.Blocked != "":
		o.Decision = Block
		reason("the customer is blocked: %s", c.Blocked)
		return o, nil
	case c.OldestOverdue > p.MostOverdueDays:
		o.Decision = Block
		reason("an invoice is %d days late, more than %d", c.OldestOverdue, p.MostOverdueDays)
		return o, nil
	case !limited:
		o.Decision = p.WithoutLimit
		reason("no limit is in force")
		if o.Decision == AskDeposit {
			o.Deposit = order
			reason("the order is to be paid in advance")
		}
		return o, nil
	}
	excess := zero.AddAmount(exposure.Amount().Sub(limit))
	if excess.Sign() <= 0 {
		reason("exposure with the order %s is within the limit of %s", exposure, zero.AddAmount(limit))
		return o, nil
	}
	reason("exposure with the order %s exceeds the limit of %s by %s", exposure, zero.AddAmount(limit), excess)
	most := order.Amount().Shift(-2).Mul(newInt(p.MostDepositPercent))
	if excess.Amount().Cmp(most) > 0 {
		o.Decision = Block
		reason("a deposit of %s would be more than %d percent of the order", excess, p.MostDepositPercent)
		return o, nil
	}
	o.Decision, o.Deposit = AskDeposit, excess
	reason("a deposit of %s keeps the exposure within the limit", excess)
	return o, nil
}
