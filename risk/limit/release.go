package limit

import (
	"fmt"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// Stage is how far a business has come.
type Stage uint8

// The stages.
const (
	StageOrder        Stage = iota // ordered (commande)
	StageToBeInvoiced              // delivered (livré, à facturer)
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

// UnmarshalText reads the name.
//
// Errors:
//   - [receivables.ErrInvalidInput].
func (s *Stage) UnmarshalText(text []byte) error {
	for known := range Stage(stageCount) {
		if known.String() == string(text) {
			*s = known
			return nil
		}
	}
	return &receivables.FieldError{Path: "stage", Value: string(text), Rule: receivables.RuleSyntax, Detail: "unknown stage"}
}

// Item is a part of the exposure.
type Item struct {
	// Reference names the business it belongs to, such as the order. Amounts under one reference
	// are cumulative: the order as a whole, all that was delivered of it, all that was invoiced.
	// Items without reference are all different and count as they are, such as what a system
	// already gives as not delivered or not invoiced.
	Reference string
	// Document names the invoice or credit note of an invoiced item; none may come twice. Parts
	// of an invoice at several stages (an instalment overdue, another not) have documents of their
	// own, or none.
	Document string
	Stage    Stage
	Amount   receivables.Money // including VAT; credits below zero; of what is invoiced the open amount
	// Invoiced is the original amount of an invoice under a reference, so that what was paid of it
	// is not taken for ordered still; the zero value: Amount. An invoice that is paid is given
	// with an amount of zero.
	Invoiced receivables.Money
}

// Exposure is what a customer owes and will owe (encours), by component.
type Exposure struct {
	Orders       receivables.Money `json:"orders"`
	ToBeInvoiced receivables.Money `json:"to_be_invoiced"`
	Open         receivables.Money `json:"open"`
	Disputed     receivables.Money `json:"disputed"`
	Overdue      receivables.Money `json:"overdue"`
	Total        receivables.Money `json:"total"`
	// Replaced is what was ordered or to be invoiced and is counted at a later stage.
	Replaced receivables.Money `json:"replaced"`
}

// business is what one reference has come to.
type business struct {
	order, toBeInvoiced, invoiced decimal.Decimal // debits
}

// ExposureOf adds up the exposure, each business once: what is invoiced, and of what is to be
// invoiced or ordered under the same reference only what goes beyond it. An order of 10,000 of which
// 4,000 are invoiced is 10,000; once 3,500 of these are paid, 6,500. Credits count at their stage
// and replace nothing.
//
// Errors:
//   - [receivables.ErrInvalidInput] for an amount without currency or an unknown stage;
//   - [receivables.ErrDuplicate] for a document named twice;
//   - [receivables.ErrCurrencyMismatch].
func ExposureOf(currency receivables.Currency, items []Item) (Exposure, error) {
	zero := receivables.Zero(currency)
	e := Exposure{Orders: zero, ToBeInvoiced: zero, Open: zero, Disputed: zero, Overdue: zero, Total: zero, Replaced: zero}
	businesses := map[string]*business{}
	var order []string
	documents := map[string]bool{}
	add := func(to *receivables.Money, amount decimal.Decimal) {
		*to = to.AddAmount(amount)
		e.Total = e.Total.AddAmount(amount)
	}
	for i, item := range items {
		place := fmt.Sprintf("items[%d] %q %q", i, item.Reference, item.Document)
		switch {
		case item.Stage >= stageCount:
			return Exposure{}, &receivables.FieldError{Path: place + ": stage", Value: item.Stage.String(), Rule: receivables.RuleRange, Detail: "unknown stage"}
		case !item.Amount.IsValid():
			return Exposure{}, &receivables.FieldError{Path: place, Rule: receivables.RuleRequired, Detail: "an amount with a currency is needed"}
		case item.Amount.Currency() != currency:
			return Exposure{}, &receivables.FieldError{Path: place, Value: item.Amount.String(), Rule: receivables.RuleCurrency, Detail: "want " + currency.Code()}
		case item.Invoiced.IsValid() && (item.Invoiced.Currency() != currency || item.Stage < StageOpen || item.Invoiced.Amount().Cmp(item.Amount.Amount()) < 0):
			return Exposure{}, &receivables.FieldError{Path: place + ": invoiced", Value: item.Invoiced.String(), Rule: receivables.RuleRange, Detail: "of an invoice, in " + currency.Code() + ", and no less than is open"}
		case item.Document != "" && documents[item.Document]:
			return Exposure{}, &receivables.FieldError{Path: place, Value: item.Document, Rule: receivables.RuleDuplicate, Detail: "this document is in the list already"}
		}
		documents[item.Document] = true
		amount := item.Amount.Amount()
		b := businesses[item.Reference]
		if b == nil && item.Reference != "" {
			b = &business{}
			businesses[item.Reference] = b
			order = append(order, item.Reference)
		}
		invoiced := item.Invoiced.Amount()
		if !item.Invoiced.IsValid() {
			invoiced = amount
		}
		counted := b != nil && invoiced.Sign() > 0
		switch {
		case counted && item.Stage == StageOrder:
			b.order = b.order.Add(amount)
		case counted && item.Stage == StageToBeInvoiced:
			b.toBeInvoiced = b.toBeInvoiced.Add(amount)
		default:
			if counted {
				b.invoiced = b.invoiced.Add(invoiced)
			}
			add([stageCount]*receivables.Money{&e.Orders, &e.ToBeInvoiced, &e.Open, &e.Disputed, &e.Overdue}[item.Stage], amount)
		}
	}
	for _, reference := range order {
		b := businesses[reference]
		delivered := decimal.Max(b.toBeInvoiced.Sub(b.invoiced), decimal.Zero)
		ordered := decimal.Max(b.order.Sub(decimal.Max(b.invoiced, b.toBeInvoiced)), decimal.Zero)
		add(&e.ToBeInvoiced, delivered)
		add(&e.Orders, ordered)
		e.Replaced = e.Replaced.AddAmount(b.order.Sub(ordered)).AddAmount(b.toBeInvoiced.Sub(delivered))
	}
	return e, nil
}

// Customer is what is known of a customer who orders.
type Customer struct {
	Exposure Exposure
	Limit    receivables.Figure // granted; undefined: none was set
	// ValidUntil is the last day of the limit (about three months for terms of 60 days); zero:
	// without end.
	ValidUntil date.Date
	// Insured is the cover granted by credit insurance; the zero value: none.
	Insured receivables.Money
	// OldestOverdue is the lateness in days of the oldest undisputed overdue invoice; 0: none,
	// which is refused where a part of the exposure is overdue.
	OldestOverdue int
	// Blocked is a reason to deliver nothing, such as insolvency; empty: none.
	Blocked string
}

// Policy says when an order is released. It is plain data.
type Policy struct {
	// MostOverdueDays is the lateness above which nothing is delivered.
	MostOverdueDays int `json:"most_overdue_days"`
	// MostDepositPercent is the share of an order above which a deposit is no way out and the order is
	// blocked, in percent; 100 takes payment in advance, but no more than that.
	MostDepositPercent int `json:"most_deposit_percent"`
	// WithoutLimit is the decision for customers without a limit in force; [AskDeposit] asks them
	// to pay in advance. It must be given.
	WithoutLimit Decision `json:"without_limit"`
}

// DefaultPolicy blocks above 30 days of lateness, accepts deposits of up to half an order, and
// asks customers without limit to pay in advance. A proposal, not a rule of law.
func DefaultPolicy() Policy {
	return Policy{MostOverdueDays: 30, MostDepositPercent: 50, WithoutLimit: AskDeposit}
}

// Decision is what becomes of an order.
type Decision uint8

// The decisions.
const (
	Undecided  Decision = iota // zero value: nothing was decided
	Release                    // livrer
	AskDeposit                 // demander un acompte
	Block                      // bloquer
)

// String returns the decision in words.
func (d Decision) String() string {
	switch d {
	case Undecided:
		return "undecided"
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
	for _, known := range []Decision{Undecided, Release, AskDeposit, Block} {
		if known.String() == string(text) {
			*d = known
			return nil
		}
	}
	return &receivables.FieldError{Path: "decision", Value: string(text), Rule: receivables.RuleSyntax, Detail: "want undecided, release, ask for a deposit or block"}
}

// Outcome is a decision with its reasons.
type Outcome struct {
	Decision  Decision           `json:"decision"`
	Deposit   receivables.Money  `json:"deposit"`            // to be asked, rounded up; zero otherwise
	Exposure  receivables.Money  `json:"exposure"`           // with the order
	Available receivables.Figure `json:"available"`          // limit - exposure without the order, below zero if exceeded; undefined without a limit in force
	Uninsured receivables.Money  `json:"uninsured"`          // part of the exposure with the order that no insurance covers
	Reasons   []string           `json:"reasons"`            // in the order in which they were looked at
	ReviewOn  date.Date          `json:"review_on,omitzero"` // the day after the limit ends; zero: none
}

// Decide says whether an order is released (libération de commande): blocked for a customer who
// is blocked or has an invoice later than the policy allows; without a limit in force, as the
// policy says; released within the limit; else a deposit of what exceeds it is asked, or the order
// is blocked if that is more than the policy's share of it. The order must not be in the exposure
// already.
//
// Errors, and then nothing is decided:
//   - [receivables.ErrInvalidInput] for an order of zero or below, days that are none, a customer
//     with overdue amounts and no lateness, a negative insurance, or a policy with a percentage
//     outside 0 to 100, negative days or without decision for customers without limit;
//   - [receivables.ErrCurrencyMismatch] when order, exposure, limit and insurance differ.
func Decide(on date.Date, order receivables.Money, c Customer, p Policy) (Outcome, error) {
	currency := c.Exposure.Total.Currency()
	fail := func(path, value string, rule receivables.Rule, detail string) (Outcome, error) {
		return Outcome{}, &receivables.FieldError{Path: path, Value: value, Rule: rule, Detail: detail}
	}
	limit, limited := c.Limit.Value()
	inCurrency := "the exposure is in " + currency.Code()
	switch {
	case !receivables.IsDay(on):
		return fail("on", on.String(), receivables.RuleRange, "outside 1900-01-01 to 9999-12-31")
	case c.ValidUntil != 0 && !receivables.IsDay(c.ValidUntil):
		return fail("limit: valid until", c.ValidUntil.String(), receivables.RuleRange, "outside 1900-01-01 to 9999-12-31")
	case order.Sign() <= 0:
		return fail("order", order.String(), receivables.RuleSign, "must be more than zero")
	case order.Currency() != currency:
		return fail("order", order.String(), receivables.RuleCurrency, inCurrency)
	case limited && c.Limit.Unit() != receivables.UnitOf(currency):
		return fail("limit", c.Limit.String(), receivables.RuleCurrency, inCurrency)
	case c.Insured.IsValid() && c.Insured.Currency() != currency:
		return fail("insured", c.Insured.String(), receivables.RuleCurrency, inCurrency)
	case c.Insured.Sign() < 0:
		return fail("insured", c.Insured.String(), receivables.RuleSign, "must not be negative")
	case c.Exposure.Overdue.IsValid() && c.Exposure.Overdue.Currency() != currency:
		return fail("exposure: overdue", c.Exposure.Overdue.String(), receivables.RuleCurrency, inCurrency)
	case c.OldestOverdue < 0 || c.Exposure.Overdue.Sign() > 0 && c.OldestOverdue == 0:
		return fail("oldest overdue", fmt.Sprint(c.OldestOverdue), receivables.RuleRange, "days of lateness of the overdue "+c.Exposure.Overdue.String())
	case p.MostOverdueDays < 0:
		return fail("policy: most overdue days", fmt.Sprint(p.MostOverdueDays), receivables.RuleRange, "must not be negative")
	case p.MostDepositPercent < 0 || p.MostDepositPercent > 100:
		return fail("policy: most deposit", fmt.Sprint(p.MostDepositPercent), receivables.RuleRange, "a percentage from 0 to 100")
	case p.WithoutLimit == Undecided || p.WithoutLimit > Block:
		return fail("policy: without limit", p.WithoutLimit.String(), receivables.RuleRequired, "release, ask for a deposit or block")
	}
	exposure := c.Exposure.Total.AddAmount(order.Amount())
	zero := receivables.Zero(currency)
	o := Outcome{Exposure: exposure, Deposit: zero, Available: undefined(receivables.StatusInsufficientData, zero), Uninsured: exposure.AddAmount(c.Insured.Amount().Neg())}
	if o.Uninsured.Sign() < 0 {
		o.Uninsured = zero
	}
	shown := func(d decimal.Decimal) string {
		return d.StringFixed(int32(currency.MinorUnits())) + " " + currency.Code()
	}
	reason := func(format string, values ...any) { o.Reasons = append(o.Reasons, fmt.Sprintf(format, values...)) }
	if next := receivables.AddDays(c.ValidUntil, 1); c.ValidUntil != 0 && receivables.IsDay(next) {
		o.ReviewOn = next
	}
	if limited && c.ValidUntil != 0 && on > c.ValidUntil {
		limited = false
		reason("the limit ended on %s", c.ValidUntil)
	}
	if limited {
		o.Available = amount(limit.Sub(c.Exposure.Total.Amount()), one, zero)
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
			o.Deposit = zero.AddAmount(order.Amount().RoundUp(int32(currency.MinorUnits())))
			reason("the order is to be paid in advance")
		}
		return o, nil
	}
	excess := zero.AddAmount(exposure.Amount().Sub(limit))
	if excess.Sign() <= 0 {
		o.Decision = Release
		reason("exposure with the order %s is within the limit of %s", shown(exposure.Amount()), shown(limit))
		return o, nil
	}
	reason("exposure with the order %s exceeds the limit of %s by %s", shown(exposure.Amount()), shown(limit), shown(excess.Amount()))
	most := order.Amount().Shift(-2).Mul(newInt(p.MostDepositPercent))
	if excess.Amount().Cmp(most) > 0 {
		o.Decision = Block
		reason("a deposit of %s would be more than %d percent of the order", shown(excess.Amount()), p.MostDepositPercent)
		return o, nil
	}
	o.Decision, o.Deposit = AskDeposit, zero.AddAmount(excess.Amount().RoundUp(int32(currency.MinorUnits())))
	reason("a deposit of %s keeps the exposure within the limit", o.Deposit)
	return o, nil
}
