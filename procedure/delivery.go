package procedure

import (
	"fmt"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// DeliveryPolicy says when deliveries are looked at. It is plain data.
type DeliveryPolicy struct {
	// OverdueShare of the exposure from which deliveries are looked at, and OldestDays the lateness
	// in days from which they are.
	OverdueShare decimal.Decimal `json:"overdue_share"`
	OldestDays   int             `json:"oldest_days"`
}

// DefaultDeliveryPolicy is a third of the exposure overdue, or 30 days late: a proposal.
func DefaultDeliveryPolicy() DeliveryPolicy {
	return DeliveryPolicy{OverdueShare: decimal.New(33, -2), OldestDays: 30}
}

// DeliveryFacts are what is known when a delivery is to be decided.
type DeliveryFacts struct {
	Overdue, Exposure receivables.Money
	OldestOverdueDays int
	LimitExceeded     Truth
	// CoverEnded says that the cut-off date of the credit insurer has come.
	CoverEnded Truth
	// SameContract says that what is unpaid and what is to be delivered answer each other;
	// Serious that the failure is serious enough.
	SameContract, Serious Truth
	// FailureObvious says that it is obvious that the customer will not pay when due,
	// EffectsSerious that this would have serious effects, NoticeGiven that he was told that
	// performance is suspended.
	FailureObvious, EffectsSerious, NoticeGiven Truth
	// OpenedOn is the day of an opening judgment; zero: none. RunningContract says that the
	// delivery belongs to a contract that was running then and goes on, PriorOnly that what is
	// unpaid arose before the judgment.
	OpenedOn        date.Date
	RunningContract Truth
	PriorOnly       Truth
}

// DeliveryProposal is what is proposed.
type DeliveryProposal string

// The proposals.
const (
	ReleaseDelivery    DeliveryProposal = "release"
	CashBeforeDelivery DeliveryProposal = "cash before delivery"
	BlockDelivery      DeliveryProposal = "block"
)

// DeliveryDecision is a proposal with its conditions: Triggers are the policy's, of which one is
// enough; Refusal those of refusing to perform (C. civ. 1219), Suspension those of suspending
// before the due date (C. civ. 1220), Insolvency the exception.
type DeliveryDecision struct {
	Proposal   DeliveryProposal `json:"proposal"`
	Reason     string           `json:"reason"`
	Triggers   []Condition      `json:"triggers"`
	Refusal    []Condition      `json:"refusal"`
	Suspension []Condition      `json:"suspension"`
	Insolvency []Condition      `json:"insolvency"`
}

// DecideDelivery proposes whether to deliver (blocage des livraisons): to block when a trigger of
// the policy is met and all conditions of one of the two grounds are; cash before delivery when only
// what is unknown decides, and for a running contract after an opening judgment, which is to be
// performed despite prior claims (C. com. L622-13); else to release.
//
// Errors:
//   - [receivables.ErrInvalidInput] for amounts without currency, negative, more overdue than the
//     exposure, days below 0, or a policy outside 0 to 1 or below 0 days;
//   - [receivables.ErrCurrencyMismatch];
//   - [receivables.CoverageError] for a day before the rules.
func DecideDelivery(on date.Date, f DeliveryFacts, p DeliveryPolicy) (DeliveryDecision, error) {
	one := decimal.NewFromInt(1)
	fail := func(path, value string, rule receivables.Rule, detail string) (DeliveryDecision, error) {
		return DeliveryDecision{}, &receivables.FieldError{Path: path, Value: value, Rule: rule, Detail: detail}
	}
	switch {
	case !receivables.IsDay(on):
		return fail("on", on.String(), receivables.RuleRange, "outside 1900-01-01 to 9999-12-31")
	case !f.Overdue.IsValid() || !f.Exposure.IsValid() || f.Overdue.Sign() < 0 || f.Exposure.Sign() < 0:
		return fail("overdue and exposure", f.Overdue.String()+" "+f.Exposure.String(), receivables.RuleSign, "amounts from 0 with a currency")
	case f.Overdue.Currency() != f.Exposure.Currency():
		return fail("exposure", f.Exposure.String(), receivables.RuleCurrency, "want "+f.Overdue.Currency().Code())
	case f.Overdue.Amount().Cmp(f.Exposure.Amount()) > 0:
		return fail("overdue", f.Overdue.String(), receivables.RuleRange, "more than the exposure of "+f.Exposure.String())
	case f.OldestOverdueDays < 0:
		return fail("oldest overdue days", fmt.Sprint(f.OldestOverdueDays), receivables.RuleRange, "from 0")
	case p.OverdueShare.Sign() < 0 || p.OverdueShare.Cmp(one) > 0 || p.OldestDays < 0:
		return fail("delivery policy", fmt.Sprint(p.OverdueShare, " ", p.OldestDays), receivables.RuleRange, "a share from 0 to 1 and days from 0")
	}
	l := law{on: on}
	overdue := f.Overdue.Sign() > 0
	share := receivables.Quotient(f.Overdue.Amount(), f.Exposure.Amount(), receivables.UnitFraction)
	ofExposure := NotMet
	if value, ok := share.Value(); ok {
		ofExposure = TruthOf(overdue && value.Cmp(p.OverdueShare) >= 0)
	}
	policy := practice("policy of the seller")
	d := DeliveryDecision{
		Triggers: []Condition{
			{"overdue share of the exposure", ofExposure, share.String() + ", from " + p.OverdueShare.String(), policy},
			{"lateness of the oldest invoice", TruthOf(overdue && f.OldestOverdueDays >= p.OldestDays), fmt.Sprintf("%d days, from %d", f.OldestOverdueDays, p.OldestDays), policy},
			{"credit limit exceeded", f.LimitExceeded, "", policy},
			{"cut-off date of the credit insurer", f.CoverEnded, "", policy},
		},
		Refusal: []Condition{
			{"what the other owes is due and unpaid", TruthOf(overdue), f.Overdue.String(), l.basis("BLOCK.PERFORMED_NOT_PAID")},
			{"the two obligations answer each other", f.SameContract, "", l.basis("BLOCK.PERFORMED_NOT_PAID")},
			{"the failure is serious enough", f.Serious, "", l.basis("BLOCK.PERFORMED_NOT_PAID")},
		},
		Suspension: []Condition{
			{"it is obvious that the other will not perform when due", f.FailureObvious, "", l.basis("BLOCK.ANTICIPATED")},
			{"the effects are serious enough", f.EffectsSerious, "", l.basis("BLOCK.ANTICIPATED")},
			{"notice given as soon as possible", f.NoticeGiven, "", l.basis("BLOCK.ANTICIPATED")},
		},
		Insolvency: []Condition{},
	}
	if f.OpenedOn != 0 && f.OpenedOn <= on {
		d.Insolvency = append(
			d.Insolvency, Condition{"opening judgment", Met, f.OpenedOn.String(), l.basis("BLOCK.INSOLVENCY_LIMIT")},
			Condition{"contract running then, which goes on", f.RunningContract, "", l.basis("BLOCK.INSOLVENCY_LIMIT")},
			Condition{"what is unpaid arose before the judgment", f.PriorOnly, "", l.basis("BLOCK.INSOLVENCY_LIMIT")},
		)
	}
	if l.err != nil {
		return DeliveryDecision{}, l.err
	}
	d.propose()
	return d, nil
}

func (d *DeliveryDecision) propose() {
	triggered, insolvency := anyOf(d.Triggers), All(d.Insolvency)
	if len(d.Insolvency) == 0 {
		insolvency = NotMet
	}
	ground := anyOf([]Condition{{State: All(d.Refusal)}, {State: All(d.Suspension)}})
	switch {
	case insolvency == Met:
		d.Proposal, d.Reason = CashBeforeDelivery, "a running contract is performed despite unpaid prior claims"
	case insolvency == Unknown:
		d.Proposal, d.Reason = CashBeforeDelivery, "there is an opening judgment, and what is unknown decides whether the contract is to be performed despite unpaid prior claims"
	case triggered == NotMet:
		d.Proposal, d.Reason = ReleaseDelivery, "no trigger of the policy is met"
	case ground == NotMet:
		d.Proposal, d.Reason = ReleaseDelivery, "no ground to refuse or suspend performance"
	case triggered == Met && ground == Met:
		d.Proposal, d.Reason = BlockDelivery, "a trigger and all conditions of a ground are met"
	default:
		d.Proposal, d.Reason = CashBeforeDelivery, "what is unknown decides whether to block"
	}
}
