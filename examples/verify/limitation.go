package main

import (
	"fmt"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
	"github.com/receivables-go/receivables/procedure/cheque"
	"github.com/receivables-go/receivables/procedure/limitation"
)

func cpcDelay(in *inputs) (map[string]any, error) {
	period := procedure.Period{Years: in.whole("years"), Months: in.whole("months"), Days: in.whole("days")}
	on := in.date("event")
	if in.err != nil {
		return nil, in.err
	}
	return ends(procedure.Count{Event: procedure.Event{Name: "event", On: on}, Period: period, Regime: procedure.CPC, Place: in.place()}.Deadline())
}

func cpcExtension(in *inputs) (map[string]any, error) {
	on := in.date("raw")
	if in.err != nil {
		return nil, in.err
	}
	day, err := procedure.Extend(on, in.place())
	return map[string]any{"expires": day}, err
}

func cpcDistance(in *inputs) (map[string]any, error) {
	at := in.place()
	at.Distance = procedure.Distance{Months: in.integer("extra_months")}
	c := procedure.Count{Event: procedure.Event{Name: "event", On: in.date("event")}, Period: procedure.Period{Months: in.integer("months"), Days: in.whole("days")}, Regime: procedure.CPC, Place: at}
	if in.err != nil {
		return nil, in.err
	}
	return ends(c.Deadline())
}

// limited is a claim of a length of its own, under the French rules of interruption and suspension.
func limited(dueOn date.Date, p procedure.Period, events ...limitation.Event) (limitation.Result, error) {
	return limitation.Of(limitation.Claim{Kind: limitation.OtherLaw, DueOn: dueOn, Agreed: p}, events)
}

// after counts a period under the rules of limitation.
func after(on date.Date, p procedure.Period) (date.Date, error) {
	d, err := procedure.Count{Event: procedure.Event{Name: "start", On: on}, Period: p, Regime: procedure.Limitation}.Deadline()
	return d.Expires, err
}

func prescriptionExpiry(in *inputs) (map[string]any, error) {
	if in.has("raw_last_day") {
		return map[string]any{"last_day": in.date("raw_last_day")}, in.err
	}
	name := "exigible_on"
	if in.has("starts_on") {
		name = "starts_on"
	}
	on, p := in.date(name), procedure.Period{Years: in.whole("years"), Months: in.whole("months")}
	if in.err != nil {
		return nil, in.err
	}
	last, err := after(on, p)
	if in.text("first_day_counted") == "same_day_0h" { // that day counts
		last = receivables.AddDays(last, -1)
	}
	return map[string]any{"last_day": last}, err
}

var eventKinds = map[string]limitation.EventKind{
	"acknowledgement": limitation.Acknowledgement, "court_claim": limitation.CourtClaim, "conservatory_measure": limitation.ConservatoryMeasure, "enforcement_act": limitation.EnforcementAct,
	"payment_order_service": limitation.OrderService, "formal_notice": limitation.FormalNotice, "reminder": limitation.Reminder, "payment_order_request": limitation.OrderRequest,
}

func prescriptionInterruption(in *inputs) (map[string]any, error) {
	e := limitation.Event{Kind: limitation.Acknowledgement, On: in.day("acknowledged_on")}
	if in.has("event") {
		e.Kind, e.On = oneOf(in, "event", eventKinds), in.date("event_on")
	}
	if e.Kind == limitation.CourtClaim {
		e.EndedOn = e.On
	}
	due, p := in.date("exigible_on"), procedure.Period{Years: in.whole("years"), Months: in.whole("months")}
	if in.err != nil {
		return nil, in.err
	}
	if e.On == 0 {
		return nil, in.notSupported("acknowledged_on")
	}
	r, err := limited(due, p, e)
	if err != nil {
		return nil, err
	}
	effect := map[limitation.Effect]string{limitation.Interrupted: "interrupted", limitation.AlreadyExpired: "none_already_expired", limitation.NotInterruptive: "none_not_interruptive"}[r.Steps[0].Effect]
	return map[string]any{"last_day": r.Last, "effect": effect}, nil
}

// prescriptionSuspension counts from the start of the suspension, also where the period had not begun or was over.
func prescriptionSuspension(in *inputs) (map[string]any, error) {
	due, p, least := in.date("exigible_on"), procedure.Period{Years: in.whole("years"), Months: in.whole("months")}, in.whole("min_months_after_resume")
	from, resumed := in.date("suspended_from"), in.date("resumed_on")
	if in.err != nil {
		return nil, in.err
	}
	plain, err := limited(due, p)
	if err != nil {
		return nil, err
	}
	days := receivables.DaysBetween(from, resumed)
	last := receivables.AddDays(plain.Last, days)
	if least > 0 {
		floor, err := after(resumed, procedure.Period{Months: least})
		if err != nil {
			return nil, err
		}
		last = max(last, floor)
	}
	if from > due && from <= plain.Last && least == 6 {
		r, err := limited(due, p, limitation.Event{Kind: limitation.Mediation, On: from, EndedOn: resumed})
		if err != nil {
			return nil, err
		}
		days, last = r.Steps[0].Days, r.Last
	}
	return map[string]any{"raw_last_day": plain.Last, "suspended_days": days, "last_day": last}, nil
}

// prescriptionLongStop takes the last event; those before it kept the claim alive.
func prescriptionLongStop(in *inputs) (map[string]any, error) {
	born, p := in.date("right_born_on"), procedure.Period{Years: in.integer("years")}
	last, lifted := in.day("last_acknowledgement_on"), false
	for _, name := range []string{"last_enforcement_act_on", "last_conservatory_measure_on", "last_court_claim_on"} {
		if on := in.day(name); on != 0 {
			last, lifted = max(last, on), true
		}
	}
	if in.err != nil {
		return nil, in.err
	}
	if last == 0 {
		return nil, in.notSupported("last_acknowledgement_on")
	}
	unlimited, err := after(last, p)
	if err != nil {
		return nil, err
	}
	r, err := limitation.Of(limitation.Claim{Kind: limitation.Partners, DueOn: born}, nil)
	if err != nil || lifted {
		return map[string]any{"unlimited_last_day": unlimited, "long_stop": nil, "last_day": unlimited}, err
	}
	return map[string]any{"unlimited_last_day": unlimited, "long_stop": r.LongStop, "last_day": min(unlimited, r.LongStop)}, nil
}

func prescriptionPublic(in *inputs) (map[string]any, error) {
	on := in.date("right_acquired_on")
	if in.err != nil {
		return nil, in.err
	}
	r, err := limitation.Of(limitation.Claim{Kind: limitation.PublicDebtor, DueOn: on}, nil)
	return map[string]any{"starts_on": r.Starts, "last_day": r.Last}, err
}

func billPrescription(in *inputs) (map[string]any, error) {
	against := oneOf(in, "against", map[string]cheque.Obligor{
		"acceptor": cheque.Acceptor, "drawer_or_endorser": cheque.DrawerOrEndorser, "endorsers_between_themselves": cheque.BetweenThemselves,
	})
	from := in.date("maturity")
	if in.err != nil {
		return nil, in.err
	}
	switch {
	case against == cheque.DrawerOrEndorser && in.day("protested_on") != 0:
		from = in.day("protested_on")
	case against == cheque.DrawerOrEndorser && !in.flag("without_protest_clause"): // from the protest, which is not given
		return map[string]any{"last_day": nil}, nil
	case against == cheque.BetweenThemselves && in.day("paid_or_sued_on") != 0:
		from = in.day("paid_or_sued_on")
	}
	d, err := cheque.BillAction(against, from)
	return map[string]any{"last_day": d.Expires}, err
}

func billPresentation(in *inputs) (map[string]any, error) {
	on := in.date("maturity")
	if in.err != nil {
		return nil, in.err
	}
	b, err := cheque.BillOf(on, in.place())
	return map[string]any{"payable_on": b.PayableOn, "last_presentation_day": b.Presentation.Expires}, err
}

func (in *inputs) origin() cheque.Origin {
	if p := in.text("payable_in"); p != "" && p != "FR-metropole" {
		in.fail("payable_in", fmt.Errorf("%q is not known", p))
	}
	return oneOf(in, "issued_in", map[string]cheque.Origin{"FR-metropole": cheque.Metropole, "Europe": cheque.Europe, "World": cheque.World})
}

func chequePresentation(in *inputs) (map[string]any, error) {
	on, from := in.date("issued_on"), in.origin()
	if in.err != nil {
		return nil, in.err
	}
	d, err := cheque.Presentation(on, from, in.place())
	return map[string]any{"raw": d.Raw, "last_day": d.Expires}, err
}

func chequePrescription(in *inputs) (map[string]any, error) {
	on, from := in.date("issued_on"), in.origin()
	if in.err != nil {
		return nil, in.err
	}
	a, err := cheque.ActionsOf(on, from, in.place())
	return map[string]any{"holder_vs_drawer": a.Drawer.Expires, "holder_vs_bank": a.Bank.Expires}, err
}

func chequeUnpaid(in *inputs) (map[string]any, error) {
	first, requested, served := in.date("first_presentation"), in.day("certificate_requested_on"), in.day("certificate_served_on")
	if in.err != nil {
		return nil, in.err
	}
	u, err := cheque.Follow(first, requested, served)
	result := map[string]any{"certificate_available_from": u.CertificateFrom.Expires, "bank_delivery_deadline": nil, "payment_deadline": nil}
	if u.Delivery != nil {
		result["bank_delivery_deadline"] = u.Delivery.Expires
	}
	if u.PayBy != nil {
		result["payment_deadline"] = u.PayBy.Expires
	}
	return result, err
}

// lawDay is the day of the law for examples without a day of their own.
func lawDay() date.Date { return receivables.MustDate("2026-11-22") }

func chequeFeeCap(in *inputs) (map[string]any, error) {
	amount := in.money("cheque_amount")
	if in.err != nil {
		return nil, in.err
	}
	fee, err := cheque.BankFeeCap(amount, lawDay())
	return map[string]any{"cap": fee}, err
}
