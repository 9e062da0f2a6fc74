// Package trade gives the days of means of payment and guarantees in foreign trade: documentary credits, standbys, demand
// guarantees, and the indemnity of a credit insurance.
package trade

import (
	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
)

func fail(path, value string, rule receivables.Rule, detail string) error {
	return &receivables.FieldError{Path: "trade: " + path, Value: value, Rule: rule, Detail: detail}
}

// Present is the last day to present documents under a documentary credit: 21 days after shipment, and not after the
// expiry of the credit (UCP 600 art. 14 c). With a calendar of the bank, a day on which it is closed moves to the next
// banking day (art. 29); without one it stays.
//
// Errors:
//   - [receivables.ErrInvalidInput] for an expiry before shipment; those of [procedure.DeadlineOf].
func Present(shippedOn, expiry date.Date, bank receivables.Calendar) (procedure.Deadline, error) {
	if !receivables.IsDay(expiry) || expiry < shippedOn {
		return procedure.Deadline{}, fail("expiry", expiry.String(), receivables.RuleOrder, "a day, not before shipment on "+shippedOn.String())
	}
	d, err := procedure.DeadlineOf("LC.PRESENT", procedure.Event{Name: "shipment", On: shippedOn}, procedure.Place{})
	if err != nil {
		return d, err
	}
	if expiry < d.Expires {
		d.Raw, d.Expires, d.LastSafe = expiry, expiry, expiry
		d.Uncertain = append(d.Uncertain, "the credit expires before the 21 days")
	}
	if bank == nil {
		return d, nil
	}
	moved, err := procedure.Count{Event: procedure.Event{Name: "last day", On: d.Expires}, Regime: procedure.Banking, Place: procedure.Place{Calendar: bank}}.Deadline()
	if err != nil {
		return d, err
	}
	if d.Extended = append(d.Extended, moved.Extended...); moved.Expires != d.Expires {
		d.Uncertain = append(d.Uncertain, "that a closed bank moves the day was not verified")
	}
	d.Expires = moved.Expires // the last safe day stays
	return d, nil
}

// Instrument is an instrument that is examined.
type Instrument string

// The instruments, with the days their examination takes at most.
const (
	DocumentaryCredit Instrument = "documentary credit" // 5 banking days following presentation (UCP 600 art. 14 b)
	Standby           Instrument = "standby"            // 3 banking days are reasonable (ISP98)
	DemandGuarantee   Instrument = "demand guarantee"   // 5 business days (URDG 758 art. 20)
)

// Examine is the last banking day to examine and, once, to refuse. Presented on Friday 2026-11-06 with a holiday on 11
// November: Monday 2026-11-16.
//
// Errors:
//   - [receivables.ErrInvalidInput] for an unknown instrument; those of [procedure.DeadlineOf].
func Examine(i Instrument, presentedOn date.Date, bank receivables.Calendar) (procedure.Deadline, error) {
	id, known := map[Instrument]string{DocumentaryCredit: "LC.EXAMINE", Standby: "SBLC.EXAMINE", DemandGuarantee: "URDG.EXAMINE"}[i]
	if !known {
		return procedure.Deadline{}, fail("instrument", string(i), receivables.RuleRange, "unknown instrument")
	}
	return procedure.DeadlineOf(id, procedure.Event{Name: "presentation", On: presentedOn}, procedure.Place{Calendar: bank})
}

// ExtendOrPay is the end of the longest suspension of a demand to extend or pay: 30 days (URDG 758 art. 23).
//
// Errors: those of [procedure.DeadlineOf].
func ExtendOrPay(demandedOn date.Date) (procedure.Deadline, error) {
	return procedure.DeadlineOf("URDG.EXTEND_OR_PAY", procedure.Event{Name: "demand", On: demandedOn}, procedure.Place{})
}

// Policy is the terms of a credit insurance: all are contractual.
type Policy struct {
	Limit      receivables.Money // approved for the buyer
	Quota      decimal.Decimal   // share insured, from 0 to 1 (quotité)
	Deductible receivables.Money // zero value: none
	// LeftOfCap is what is left of the most paid in a year; zero value: no cap.
	LeftOfCap receivables.Money
	// NotifyDays after the due date, WaitDays from the request for intervention: terms of the policy; 0: not
	// stated.
	NotifyDays, WaitDays int
}

// Indemnity is min(claim, limit) x quota - deductible, not below zero nor above what is left of the yearly cap, rounded to
// the cent: 100000 without VAT, limit 80000, 90 percent, deductible 1000: 71000.00.
//
// Errors:
//   - [receivables.ErrInvalidInput] for a quota outside 0 to 1, sums below zero, no claim or limit;
//   - [receivables.ErrCurrencyMismatch].
func (p Policy) Indemnity(claimExclVAT receivables.Money) (receivables.Money, error) {
	if p.Quota.Sign() < 0 || p.Quota.Cmp(decimal.New(1, 0)) > 0 {
		return receivables.Money{}, fail("quota", p.Quota.String(), receivables.RuleRange, "from 0 to 1")
	}
	if !claimExclVAT.IsValid() || !p.Limit.IsValid() {
		return receivables.Money{}, fail("claim, limit", claimExclVAT.String()+" "+p.Limit.String(), receivables.RuleRequired, "both")
	}
	for _, m := range []receivables.Money{claimExclVAT, p.Limit, p.Deductible, p.LeftOfCap} {
		if m.IsValid() && m.Currency() != claimExclVAT.Currency() {
			return receivables.Money{}, fail("policy", m.String(), receivables.RuleCurrency, "the claim is in "+claimExclVAT.Currency().Code())
		}
		if m.Sign() < 0 {
			return receivables.Money{}, fail("policy", m.String(), receivables.RuleSign, "must not be negative")
		}
	}
	amount := decimal.Min(claimExclVAT.Amount(), p.Limit.Amount()).Mul(p.Quota).Sub(p.Deductible.Amount())
	amount = decimal.Max(amount, decimal.Zero)
	if p.LeftOfCap.IsValid() {
		amount = decimal.Min(amount, p.LeftOfCap.Amount())
	}
	return receivables.Zero(claimExclVAT.Currency()).AddAmount(amount).Round(), nil
}

// Insured is the days of a claim under a policy, plain days of the contract; nil: the policy does not state them.
type Insured struct {
	Notify *procedure.Deadline `json:"notify,omitempty"`
	Wait   *procedure.Deadline `json:"wait,omitempty"`
}

// Days gives the last day to notify the overdue claim and the end of the waiting period from the request for intervention
// (zero: none made).
//
// Errors: those of [procedure.Count.Deadline].
func (p Policy) Days(dueOn, interventionOn date.Date) (Insured, error) {
	basis, err := procedure.RuleAt("CREDIT_INSURANCE", dueOn)
	if err != nil {
		return Insured{}, err
	}
	var i Insured
	for _, x := range []struct {
		title, event string
		on           date.Date
		days         int
		role         procedure.Role
		to           **procedure.Deadline
	}{{"notify the insurer", "due date", dueOn, p.NotifyDays, procedure.Duty, &i.Notify}, {"indemnity after the waiting period", "request for intervention", interventionOn, p.WaitDays, procedure.Wait, &i.Wait}} {
		if x.on == 0 || x.days == 0 {
			continue
		}
		d, err := procedure.Count{
			Title: x.title, Event: procedure.Event{Name: x.event, On: x.on}, Period: procedure.Period{Days: x.days}, Regime: procedure.PlainCalendar, Role: x.role,
			Basis: []receivables.Citation{basis.Citation},
		}.Deadline()
		if err != nil {
			return Insured{}, err
		}
		*x.to = &d
	}
	return i, nil
}
