package main

import (
	"fmt"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
	"github.com/receivables-go/receivables/procedure/cheque"
	"github.com/receivables-go/receivables/procedure/cost"
	"github.com/receivables-go/receivables/procedure/court"
	"github.com/receivables-go/receivables/procedure/enforcement"
	"github.com/receivables-go/receivables/procedure/insolvency"
	"github.com/receivables-go/receivables/procedure/limitation"
	"github.com/receivables-go/receivables/procedure/overindebtedness"
	"github.com/receivables-go/receivables/procedure/paymentorder"
	"github.com/receivables-go/receivables/procedure/publicdebtor"
	"github.com/receivables-go/receivables/procedure/trade"
)

// day reads a day that may be missing.
func (in *inputs) day(name string) date.Date {
	if !in.has(name) {
		return 0
	}
	return in.date(name)
}

// truth reads a condition: missing is unknown.
func (in *inputs) truth(name string) procedure.Truth {
	if !in.has(name) {
		return procedure.Unknown
	}
	return procedure.TruthOf(in.flag(name))
}

// whole reads a number that may be missing.
func (in *inputs) whole(name string) int {
	if !in.has(name) {
		return 0
	}
	return in.integer(name)
}

// number reads a whole number; nil if it is missing.
func (in *inputs) number(name string) *int {
	if !in.has(name) {
		return nil
	}
	n := in.integer(name)
	return &n
}

// place is the zone of an example, metropole if none is given.
func (in *inputs) place() procedure.Place {
	return procedure.Place{Zone: receivables.Zone(in.text("zone"))}
}

// oneOf reads a text that is one of a list.
func oneOf[T any](in *inputs, name string, known map[string]T) T {
	x, ok := known[in.text(name)]
	if !ok {
		in.fail(name, fmt.Errorf("%q is not known", in.text(name)))
	}
	return x
}

// ends is a deadline as the examples write it.
func ends(d procedure.Deadline, err error) (map[string]any, error) {
	return map[string]any{"raw": d.Raw, "expires": d.Expires}, err
}

// single is a family of one deadline, counted from one day by a function.
func single(event string, count func(on date.Date, at procedure.Place) (procedure.Deadline, error)) adapter {
	return func(in *inputs) (map[string]any, error) {
		on := in.date(event)
		if in.err != nil {
			return nil, in.err
		}
		return ends(count(on, in.place()))
	}
}

// plainDay is a family of one day.
func plainDay(event, result string, count func(on date.Date) (procedure.Deadline, error)) adapter {
	return func(in *inputs) (map[string]any, error) {
		on := in.date(event)
		if in.err != nil {
			return nil, in.err
		}
		d, err := count(on)
		return map[string]any{result: d.Expires}, err
	}
}

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

var courts = map[string]court.Court{
	"tribunal_de_commerce": court.Commercial, "tribunal_des_activites_economiques": court.EconomicActivity, "chambre_commerciale_tribunal_judiciaire": court.CommercialChamber,
	"tribunal_judiciaire": court.Civil, "juge_des_contentieux_de_la_protection": court.Protection,
}

func (in *inputs) court() court.Court { return oneOf(in, "court", courts) }

// orderCase is a payment order, followed long after its events.
func (in *inputs) follow(c paymentorder.Case) (paymentorder.Timeline, error) {
	if in.err != nil {
		return paymentorder.Timeline{}, in.err
	}
	return paymentorder.Follow(c, receivables.MustDate("2049-12-31"))
}

func ipDeposit(in *inputs) (map[string]any, error) {
	t, err := in.follow(paymentorder.Case{Court: in.court(), FiledOn: in.date("request_filed_on"), Place: in.place()})
	if err != nil {
		return nil, err
	}
	if t.Deposit == nil { // not before this court
		return map[string]any{"raw": nil, "expires": nil}, nil
	}
	return ends(*t.Deposit, nil)
}

func ipService(in *inputs) (map[string]any, error) {
	t, err := in.follow(paymentorder.Case{Court: court.Commercial, OrderedOn: in.date("order_date"), Place: in.place()})
	if err != nil {
		return nil, err
	}
	return map[string]any{"months": t.Service.Period.Months, "raw": t.Service.Raw, "expires": t.Service.Expires}, nil
}

func ipOpposition(in *inputs) (map[string]any, error) {
	debtor := receivables.Zone(in.text("debtor_location"))
	if debtor == "overseas" { // any of them
		debtor = receivables.ZoneReunion
	}
	served, first, freeze, at := in.date("served_on"), in.day("first_act_in_person_on"), in.day("first_seizure_on"), in.place()
	if in.err != nil {
		return nil, in.err
	}
	if in.truth("served_in_person") == procedure.Met && first == 0 && freeze == 0 {
		t, err := in.follow(paymentorder.Case{Court: court.Commercial, OrderedOn: served, ServedOn: served, InPerson: procedure.Met, Debtor: debtor, Place: at})
		if err != nil {
			return nil, err
		}
		return ends(*t.Opposition, nil)
	}
	start := served
	if in.truth("served_in_person") != procedure.Met {
		start = max(first, freeze)
		if min(first, freeze) != 0 {
			start = min(first, freeze)
		}
	}
	if start == 0 { // the period stays open
		return map[string]any{"raw": nil, "expires": nil}, nil
	}
	return ends(procedure.DeadlineOf("IP.OPPOSITION", procedure.Event{Name: "act or measure", On: start}, at))
}

func ipEnforceable(in *inputs) (map[string]any, error) {
	c := paymentorder.Case{Court: court.Commercial, OrderedOn: in.date("order_date"), ServedOn: in.date("served_on"), InPerson: procedure.Met, Debtor: receivables.ZoneMetropole, Place: in.place()}
	if in.flag("opposition") {
		c.OpposedOn = c.ServedOn
	}
	if in.flag("registry_notice_received") {
		c.RegistryNoticeOn = c.ServedOn
	}
	t, err := in.follow(c)
	if err != nil {
		return nil, err
	}
	result := map[string]any{"opposition_expires": nil, "two_month_wait": nil, "enforceable_after": nil} // void: not served in time
	if t.Opposition != nil {
		result["opposition_expires"] = t.Opposition.Expires
	}
	if t.NoticeWait != nil {
		result["two_month_wait"] = t.NoticeWait.Raw
	}
	if t.EnforceableAfter != 0 {
		result["enforceable_after"] = t.EnforceableAfter
	}
	return result, nil
}

func ipLawyer(in *inputs) (map[string]any, error) {
	t, err := in.follow(paymentorder.Case{Court: in.court(), OppositionNotifiedOn: in.date("notified_on"), Written: in.truth("written_procedure"), Place: in.place()})
	if err != nil {
		return nil, err
	}
	if t.Lawyer == nil {
		return map[string]any{"raw": nil, "expires": nil}, nil
	}
	return ends(*t.Lawyer, nil)
}

func l125Eligible(in *inputs) (map[string]any, error) {
	amount, contractual, between, on := in.money("principal_plus_interest"), in.truth("contractual"), in.truth("invoiced_between_merchants"), in.date("on")
	if in.err != nil {
		return nil, in.err
	}
	_, open, err := paymentorder.SimplifiedAllowed(amount, contractual, between, on)
	return map[string]any{"eligible": open == procedure.Met}, err
}

func l125Timeline(in *inputs) (map[string]any, error) {
	sent, reply := in.date("letter_sent_on"), paymentorder.NoReply
	if in.has("reply") {
		reply = paymentorder.Reply(in.text("reply"))
	}
	if in.err != nil {
		return nil, in.err
	}
	d, outcome, err := paymentorder.SimplifiedEnds(sent, reply, receivables.MustDate("9999-12-31"))
	codes := map[paymentorder.Outcome]string{paymentorder.ImplicitRefusal: "implicit_refusal", paymentorder.Agreement: "agreement", paymentorder.Refusal: "refusal"}
	return map[string]any{"ends_on": d.Expires, "outcome": codes[outcome]}, err
}

func l126Eligible(in *inputs) (map[string]any, error) {
	// the family says nothing about the missing decree
	_, open, err := paymentorder.UndisputedAllowed(in.truth("certain"), in.truth("liquid"), in.truth("due"), in.truth("invoiced_between_merchants"), procedure.Met, lawDay())
	if in.err != nil {
		return nil, in.err
	}
	return map[string]any{"eligible": open == procedure.Met}, err
}

func l126Timeline(in *inputs) (map[string]any, error) {
	served := in.date("command_served_on")
	contested := in.day("contested_on")
	if in.flag("contested") && contested == 0 {
		contested = served
	}
	paid := in.flag("paid")
	if in.err != nil {
		return nil, in.err
	}
	t, err := paymentorder.Undisputed(served, contested, paid, 0, in.place())
	if err != nil {
		return nil, err
	}
	result := map[string]any{"reply_deadline": nil, "non_contest_record_from": nil, "outcome": nil}
	switch t.Outcome {
	case paymentorder.EndedByContest:
		result["outcome"] = "procedure_ends"
	case paymentorder.PaidOff:
		result["outcome"] = "paid"
	default:
		result["reply_deadline"], result["non_contest_record_from"] = t.Reply.Expires, t.Record.Expires
	}
	return result, nil
}

func trades(party string) procedure.Truth {
	if party == "" || party == "unknown" {
		return procedure.Unknown
	}
	return procedure.TruthOf(party == "merchant")
}

func jurisdictionChoose(in *inputs) (map[string]any, error) {
	c := court.Case{
		CreditorTrades: trades(in.text("creditor")), DebtorTrades: trades(in.text("debtor")), Department: in.text("debtor_dept"), Seat: in.text("court_seat"), Amount: in.money("amount"), FiledOn: in.date("filed_on"),
		Matter: map[string]court.Matter{"residential_rent": court.DwellingRent, "consumer_credit": court.ConsumerCredit, "trade": court.Trade}[in.text("matter")],
	}
	if c.Matter == "" {
		c.Matter = court.Sale
	}
	if in.err != nil {
		return nil, in.err
	}
	d, err := court.Choose(c)
	if err != nil {
		return nil, err
	}
	name := "unknown"
	for code, x := range courts {
		if x == d.Court {
			name = code
		}
	}
	result := map[string]any{"court": name}
	for key, x := range map[string]procedure.Truth{"last_resort": d.LastResort.State, "lawyer_required": d.Lawyer.State, "amicable_required": d.Amicable.State} {
		result[key] = known(x)
	}
	return result, nil
}

// known writes a condition: null is unknown.
func known(t procedure.Truth) any {
	if t == procedure.Unknown {
		return nil
	}
	return t == procedure.Met
}

func amicableRequired(in *inputs) (map[string]any, error) {
	exemption := court.NoExemption
	if in.has("exemption") {
		exemption = oneOf(in, "exemption", map[string]court.Exemption{
			"failed_l125": court.FailedSimplified, "agreement_to_approve": court.AgreementToApprove, "prior_recourse": court.PriorRecourse, "legitimate_reason": court.LegitimateReason,
			"judge_must_conciliate": court.JudgeConciliates,
		})
	}
	c, amount := in.court(), in.money("amount")
	if in.err != nil {
		return nil, in.err
	}
	x, err := court.AmicableAttempt(c, amount, exemption, lawDay())
	return map[string]any{"required": known(x.State)}, err
}

func summonsCommercial(in *inputs) (map[string]any, error) {
	on := in.date("hearing_on")
	if in.err != nil {
		return nil, in.err
	}
	h, err := court.BeforeHearing(court.Commercial, on, in.place())
	if err != nil {
		return nil, err
	}
	return map[string]any{"serve_no_later_than": h.Serve.Expires, "file_no_later_than": h.File.Expires}, nil
}

func judgmentDefault(in *inputs) (map[string]any, error) {
	on := in.date("judgment_on")
	if in.err != nil {
		return nil, in.err
	}
	if !in.flag("default") {
		return map[string]any{"raw": nil, "expires": nil}, nil
	}
	return ends(court.ServeDefaultJudgment(on, in.place()))
}

func enforcementConservatory(in *inputs) (map[string]any, error) {
	c, err := enforcement.ConservatoryMeasure(in.day("authorised_on"), in.day("executed_on"), in.place())
	if in.err != nil || err != nil {
		return nil, fmt.Errorf("%w", firstOf(in.err, err))
	}
	result := map[string]any{"execute_before": nil, "sue_before": nil}
	if c.Execute != nil {
		result["execute_before"] = c.Execute.Expires
	}
	if c.Sue != nil {
		result["sue_before"] = c.Sue.Expires
	}
	return result, nil
}

func firstOf(list ...error) error {
	for _, err := range list {
		if err != nil {
			return err
		}
	}
	return nil
}

func epoOpposition(in *inputs) (map[string]any, error) {
	if s := in.text("action_state"); s != "" && s != "FR" {
		return nil, in.notSupported("action_state")
	}
	on, days := in.date("served_on"), in.integer("days")
	if in.err != nil {
		return nil, in.err
	}
	return ends(procedure.Count{Event: procedure.Event{Name: "service", On: on}, Period: procedure.Period{Days: days}, Regime: procedure.EU1182, Place: in.place()}.Deadline())
}

func epoEnforceable(in *inputs) (map[string]any, error) {
	on, days := in.date("opposition_expires"), in.integer("transport_days")
	if in.err != nil {
		return nil, in.err
	}
	d, err := procedure.Count{Event: procedure.Event{Name: "end of opposition", On: on}, Period: procedure.Period{Days: days}, Regime: procedure.PlainCalendar, Role: procedure.Wait}.Deadline()
	return map[string]any{"not_before": d.Expires}, err
}

func escpEligible(in *inputs) (map[string]any, error) {
	_, open, err := paymentorder.SmallClaimAllowed(in.money("amount_excl_interest_costs"), in.truth("cross_border"), in.text("state"), lawDay())
	if in.err != nil {
		return nil, in.err
	}
	return map[string]any{"eligible": open == procedure.Met}, err
}

func evidenceCompleteness(in *inputs) (map[string]any, error) {
	e := paymentorder.Evidence{
		OrderOrContract: in.flag("order_or_contract"), DeliveryProof: in.flag("delivery_proof"), Invoice: in.flag("invoice"), FormalNotice: in.flag("formal_notice"),
		StatementOfAccount: in.flag("statement_of_account"), TermsAccepted: in.flag("terms_accepted"),
	}
	if in.err != nil {
		return nil, in.err
	}
	c, err := e.Check(lawDay())
	keys := map[string]string{
		"order or contract": "order_or_contract", "delivery proof": "delivery_proof", "invoice": "invoice", "formal notice": "formal_notice",
		"statement of account": "statement_of_account", "accepted terms": "terms_accepted",
	}
	names := func(list []paymentorder.Proof) []any {
		out := []any{}
		for _, p := range list {
			out = append(out, keys[p.Name])
		}
		return out
	}
	return map[string]any{"complete": c.Complete, "missing": names(c.Missing), "weak": names(c.Weak)}, err
}

func percent(rate decimal.Decimal) decimal.Decimal { return rate.Mul(decimal.New(1, 2)) }

func greffeFee(in *inputs) (map[string]any, error) {
	rate := in.decimal("vat_rate")
	sum := receivables.MustMoney("0.00", "EUR")
	for _, m := range in.moneys("components_excl_vat") {
		sum = sum.AddAmount(m.Amount())
	}
	if in.err != nil {
		return nil, in.err
	}
	return map[string]any{"excl_vat": sum, "incl_vat": cost.WithVAT(sum, percent(rate))}, nil
}

// tariff is a day of the tariff of an example.
func (in *inputs) tariff() date.Date {
	return oneOf(in, "tariff", map[string]date.Date{"until_2024-02-29": receivables.MustDate("2024-02-29"), "from_2024-03-01": receivables.MustDate("2024-03-01")})
}

func feeMap(f cost.Fee, key string) map[string]any {
	result := map[string]any{key: nil, "fixed": nil, "brackets": nil, "uncapped": nil}
	for name, m := range map[string]receivables.Money{key: f.Total, "fixed": f.Fixed, "uncapped": f.Uncapped} {
		if m.IsValid() {
			result[name] = m
		}
	}
	if len(f.Brackets) > 0 {
		brackets := []any{}
		for _, b := range f.Brackets {
			brackets = append(brackets, b)
		}
		result["brackets"] = brackets
	}
	return result
}

func cdjProportional(in *inputs) (map[string]any, error) {
	payer, amount, on := cost.Payer(in.text("payer")), in.money("amount"), in.tariff()
	if in.err != nil {
		return nil, in.err
	}
	f, err := cost.ProportionalFee(payer, amount, in.flag("maintenance_claim"), on)
	if err != nil {
		return nil, err
	}
	return feeMap(f, "total"), nil
}

func cdjEngagement(in *inputs) (map[string]any, error) {
	claim, on := in.money("claim"), in.tariff()
	if in.err != nil {
		return nil, in.err
	}
	f, err := cost.EngagementFee(claim, on)
	if err != nil {
		return nil, err
	}
	return feeMap(f, "fee"), nil
}

func cdjAct(in *inputs) (map[string]any, error) {
	base, claim, travel, rate := in.money("base_fee"), in.money("claim"), in.money("travel"), in.decimal("vat_rate")
	var engagement receivables.Money
	if in.has("engagement_fee") {
		engagement = in.money("engagement_fee")
	}
	if in.err != nil {
		return nil, in.err
	}
	a, err := cost.ActCost(base, claim, travel, engagement, percent(rate), lawDay())
	return map[string]any{"coefficient": a.Coefficient, "excl_vat": a.ExclVAT, "incl_vat": a.InclVAT}, err
}

func taeContribution(in *inputs) (map[string]any, error) {
	c := cost.Claimant{Natural: oneOf(in, "claimant", map[string]bool{"legal": false, "natural": true}), Employees: in.number("employees")}
	for name, to := range map[string]*decimal.Decimal{"turnover_avg3": &c.Turnover, "profit_avg3": &c.Profit, "tax_income": &c.TaxIncome} {
		if in.has(name) {
			*to = in.decimal(name)
		}
	}
	claim, on := in.money("claim"), lawDay()
	if in.has("filed_on") {
		on = in.date("filed_on")
	}
	if in.err != nil {
		return nil, in.err
	}
	m, err := cost.TAEContribution(claim, c, on)
	return map[string]any{"contribution": m}, err
}

func cajContribution(in *inputs) (map[string]any, error) {
	on, aid := in.date("filed_on"), in.flag("legal_aid")
	if in.err != nil {
		return nil, in.err
	}
	x := cost.LegalAid{Amount: receivables.MustMoney("0.00", "EUR")} // another court
	var err error
	switch in.text("court") {
	case "conseil_de_prudhommes":
		x, err = cost.LabourContribution(aid || !in.flag("civil_matter"), on)
	case "tribunal_judiciaire":
		x, err = cost.LegalAidContribution(court.Civil, in.flag("civil_matter"), aid, on)
	}
	return map[string]any{"contribution": x.Amount, "disputed": x.Disputed}, err
}

func insolvencyDeclaration(in *inputs) (map[string]any, error) {
	c := insolvency.Creditor{OutsideTerritory: procedure.NotMet, Secured: in.flag("secured_published"), WarnedOn: in.day("warning_notified_on")}
	if in.has("creditor_in_court_territory") && !in.flag("creditor_in_court_territory") {
		c.OutsideTerritory = procedure.Met
	}
	on := in.day("bodacc_published_on")
	if in.err != nil {
		return nil, in.err
	}
	if c.Secured && c.WarnedOn == 0 { // the period has not begun
		return map[string]any{"raw": nil, "expires": nil}, nil
	}
	return ends(insolvency.Declaration(on, c, in.place()))
}

func insolvencyAfterRelief(in *inputs) (map[string]any, error) {
	c := insolvency.Creditor{OutsideTerritory: procedure.NotMet}
	switch in.integer("normal_months") {
	case 2:
	case 4:
		c.OutsideTerritory = procedure.Met
	default:
		return nil, in.notSupported("normal_months")
	}
	on := in.date("relief_notified_on")
	if in.err != nil {
		return nil, in.err
	}
	d, err := insolvency.AfterRelief(on, c, in.place())
	return map[string]any{"months": d.Period.Months, "raw": d.Raw, "expires": d.Expires}, err
}

func insolvencyGoodsSteps(in *inputs) (map[string]any, error) {
	on := in.date("request_received_on")
	if in.err != nil {
		return nil, in.err
	}
	reply, judge, err := insolvency.GoodsSteps(on)
	return map[string]any{"reply_deadline": reply.Expires, "judge_deadline": judge.Expires}, err
}

func insolvencyContract(in *inputs) (map[string]any, error) {
	if in.has("reply") { // answered: nothing ends by silence
		return map[string]any{"terminated_after": nil}, nil
	}
	on, more := in.date("notice_received_on"), in.whole("extension_granted_months")
	if in.err != nil {
		return nil, in.err
	}
	d, err := insolvency.ContractOption(on, more)
	return map[string]any{"terminated_after": d.Expires}, err
}

func insolvencyPrivilege(in *inputs) (map[string]any, error) {
	ended, published := in.day("observation_period_ended_on"), in.day("liquidation_published_on")
	if in.err != nil {
		return nil, in.err
	}
	if in.flag("assignment_plan") { // from a day that the example does not carry
		return map[string]any{"notify_before": nil}, nil
	}
	var d procedure.Deadline
	var err error
	if ended != 0 {
		d, err = insolvency.Privilege(ended)
	} else {
		d, err = insolvency.LiquidationPrivilege(published, false)
	}
	return map[string]any{"notify_before": d.Expires}, err
}

func insolvencyPayment(in *inputs) (map[string]any, error) {
	received, opened := in.date("payment_received_on"), in.date("opened_on")
	if in.err != nil {
		return nil, in.err
	}
	p, err := insolvency.PriorPayment(received, opened)
	result := map[string]any{"avoidable": p.Avoidable, "until": nil}
	if p.Until != nil {
		result["until"] = p.Until.Expires
	}
	return result, err
}

func insolvencyFlatFee(in *inputs) (map[string]any, error) {
	due, opened := in.date("invoice_due_on"), in.date("opened_on")
	return map[string]any{"claimable": insolvency.FixedSumClaimable(due, opened)}, in.err
}

func overindebtednessDeclaration(in *inputs) (map[string]any, error) {
	on := in.date("bodacc_published_on")
	if in.err != nil {
		return nil, in.err
	}
	declare, err := overindebtedness.Answer(overindebtedness.WithLiquidation, on, in.place())
	if err != nil {
		return nil, err
	}
	relief, err := overindebtedness.Answer(overindebtedness.LiquidationRelief, on, in.place())
	return map[string]any{"declare_raw": declare.Raw, "declare_expires": declare.Expires, "relief_expires": relief.Expires}, err
}

func overindebtednessLapse(in *inputs) (map[string]any, error) {
	on := in.date("formal_notice_on")
	if in.err != nil {
		return nil, in.err
	}
	if in.flag("remedied") {
		return map[string]any{"lapses_after": nil}, nil
	}
	d, err := overindebtedness.PlanLapse(on)
	return map[string]any{"lapses_after": d.Expires}, err
}

func answer(s overindebtedness.Step) func(date.Date, procedure.Place) (procedure.Deadline, error) {
	return func(on date.Date, at procedure.Place) (procedure.Deadline, error) {
		return overindebtedness.Answer(s, on, at)
	}
}

var buyers = map[string]publicdebtor.Buyer{
	"local_authority": publicdebtor.LocalAuthority, "state": publicdebtor.State, "public_health_establishment": publicdebtor.PublicHospital, "public_enterprise": publicdebtor.Enterprise,
}

func publicPayment(in *inputs) (map[string]any, error) {
	buyer, on := oneOf(in, "buyer", buyers), in.date("complete_request_received_on")
	if in.err != nil {
		return nil, in.err
	}
	p, err := publicdebtor.PaymentDue(buyer, on)
	return map[string]any{"days": p.Due.Period.Days, "due": p.Due.Expires, "interest_from": p.InterestFrom}, err
}

func publicOrder(in *inputs) (map[string]any, error) {
	on, share := in.date("prefect_notice_on"), in.decimal("expense_share_of_operating_budget")
	if in.err != nil {
		return nil, in.err
	}
	d, err := publicdebtor.ExOfficio(on, share)
	return map[string]any{"months": d.Period.Months, "after": d.Expires}, err
}

func publicAudit(in *inputs) (map[string]any, error) {
	seized, notice := in.date("seized_on"), in.day("formal_notice_on")
	if in.err != nil {
		return nil, in.err
	}
	a, err := publicdebtor.AuditChamber(seized, notice)
	result := map[string]any{"finding_by": a.Finding.Expires, "authority_must_act_by": nil}
	if a.Comply != nil {
		result["authority_must_act_by"] = a.Comply.Expires
	}
	return result, err
}

func publicJudgment(in *inputs) (map[string]any, error) {
	debtor, on := oneOf(in, "debtor", buyers), in.date("judgment_notified_on")
	if in.err != nil {
		return nil, in.err
	}
	if debtor != publicdebtor.State && debtor != publicdebtor.LocalAuthority { // another rule
		return map[string]any{"order_deadline": nil, "then": nil}, nil
	}
	d, then, err := publicdebtor.Judgment(debtor, on, false)
	codes := map[publicdebtor.Then]string{publicdebtor.PrefectPays: "prefect_pays_ex_officio", publicdebtor.AccountantPays: "accountant_pays_on_judgment"}
	return map[string]any{"order_deadline": d.Expires, "then": codes[then]}, err
}

func lcPresentation(in *inputs) (map[string]any, error) {
	shipped, expiry := in.date("shipped_on"), in.date("credit_expiry")
	if in.err != nil {
		return nil, in.err
	}
	if expiry < shipped { // the earlier of both
		return map[string]any{"last_day": expiry}, nil
	}
	d, err := trade.Present(shipped, expiry, nil)
	return map[string]any{"last_day": d.Expires}, err
}

// bankDays is a calendar of weekdays without some days.
type bankDays map[date.Date]bool

func (b bankDays) IsBusinessDay(day date.Date) (bool, error) {
	open, err := receivables.WeekdayCalendar{}.IsBusinessDay(day)
	return open && !b[day], err
}

func lcExamination(in *inputs) (map[string]any, error) {
	on, bank := in.date("presented_on"), bankDays{}
	list, _ := in.fields["banking_holidays"].([]any)
	for _, x := range list {
		day, err := receivables.ParseDate(fmt.Sprint(x))
		if err != nil {
			in.fail("banking_holidays", err)
		}
		bank[day] = true
	}
	if in.err != nil {
		return nil, in.err
	}
	d, err := trade.Examine(trade.DocumentaryCredit, on, bank)
	return map[string]any{"last_day": d.Expires}, err
}

// judicial are the families of the judicial procedure.
func judicial() map[string]adapter {
	return map[string]adapter{
		"cpc.delay": cpcDelay, "cpc.extension": cpcExtension, "cpc.distance_extension": cpcDistance,
		"prescription.expiry": prescriptionExpiry, "prescription.interruption": prescriptionInterruption, "prescription.suspension": prescriptionSuspension,
		"prescription.long_stop": prescriptionLongStop, "prescription.public_debtor": prescriptionPublic,
		"bill.prescription": billPrescription, "bill.presentation": billPresentation, "cheque.presentation_deadline": chequePresentation, "cheque.prescription": chequePrescription,
		"cheque.unpaid_timeline": chequeUnpaid, "cheque.bank_fee_cap": chequeFeeCap,
		"ip.registry_fee_deposit": ipDeposit, "ip.service_deadline": ipService, "ip.opposition_deadline": ipOpposition, "ip.enforceable_from": ipEnforceable, "ip.lawyer_after_opposition": ipLawyer,
		"l125.eligible": l125Eligible, "l125.timeline": l125Timeline, "l126.eligible": l126Eligible, "l126.timeline": l126Timeline,
		"jurisdiction.choose": jurisdictionChoose, "amicable.required": amicableRequired, "summons.commercial": summonsCommercial, "judgment.default_service": judgmentDefault,
		"judgment.refere_appeal":  single("served_on", func(on date.Date, at procedure.Place) (procedure.Deadline, error) { return court.Appeal(true, on, at) }),
		"judgment.title_lifetime": plainDay("enforceable_on", "last_day", enforcement.TitleUntil),
		"enforcement.bank_seizure_notice": single("seizure_on", func(on date.Date, at procedure.Place) (procedure.Deadline, error) {
			b, err := enforcement.BankSeizure(on, 0, at)
			return b.Tell, err
		}),
		"enforcement.conservatory": enforcementConservatory,
		"epo.opposition_deadline":  epoOpposition, "epo.enforceable_declaration": epoEnforceable, "escp.eligible": escpEligible, "evidence.completeness": evidenceCompleteness,
		"greffe.ip_fee": greffeFee, "cdj.act_cost": cdjAct, "cdj.engagement_fee": cdjEngagement, "cdj.proportional_fee": cdjProportional, "tae.contribution": taeContribution, "caj.contribution": cajContribution,
		"insolvency.publication_expected":     plainDay("opened_on", "expected_by", insolvency.PublicationExpected),
		"insolvency.declaration_deadline":     insolvencyDeclaration,
		"insolvency.relief_deadline":          single("bodacc_published_on", insolvency.Relief),
		"insolvency.declaration_after_relief": insolvencyAfterRelief,
		"insolvency.declaration_after_termination": single("terminated_on", func(on date.Date, at procedure.Place) (procedure.Deadline, error) {
			return insolvency.ContractDeclaration(insolvency.Terminated, on, insolvency.Creditor{OutsideTerritory: procedure.NotMet}, at)
		}),
		"insolvency.contest_reply":        single("letter_received_on", insolvency.ContestReply),
		"insolvency.claim_goods_deadline": single("bodacc_published_on", insolvency.Goods),
		"insolvency.claim_goods_steps":    insolvencyGoodsSteps, "insolvency.contract_option": insolvencyContract, "insolvency.post_judgment_privilege": insolvencyPrivilege,
		"insolvency.prohibited_payment_window": insolvencyPayment, "insolvency.flat_fee_claimable": insolvencyFlatFee,
		"overindebtedness.appeal_admissibility":         single("notified_on", answer(overindebtedness.Admissibility)),
		"overindebtedness.liabilities_reply":            single("informed_on", answer(overindebtedness.Liabilities)),
		"overindebtedness.refuse_plan":                  single("notified_on", answer(overindebtedness.ProposedPlan)),
		"overindebtedness.contest_measures":             single("notified_on", answer(overindebtedness.Measures)),
		"overindebtedness.contest_personal_recovery":    single("notified_on", answer(overindebtedness.PersonalRecovery)),
		"overindebtedness.declaration_with_liquidation": overindebtednessDeclaration,
		"overindebtedness.enforcement_stay":             plainDay("admissible_on", "max_until", overindebtedness.Stay),
		"overindebtedness.plan_lapse":                   overindebtednessLapse,
		"public.payment_deadline":                       publicPayment, "public.compulsory_payment_order": publicOrder, "public.audit_chamber": publicAudit, "public.judgment_payment": publicJudgment,
		"public.late_interest_payment": plainDay("principal_paid_on", "interest_and_fee_due_by", publicdebtor.InterestDue),
		"lc.presentation_deadline":     lcPresentation, "lc.examination_deadline": lcExamination,
	}
}
