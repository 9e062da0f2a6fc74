package main

import (
	"fmt"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
	"github.com/receivables-go/receivables/procedure/cost"
	"github.com/receivables-go/receivables/procedure/court"
	"github.com/receivables-go/receivables/procedure/enforcement"
	"github.com/receivables-go/receivables/procedure/paymentorder"
)

var courts = map[string]court.Court{
	"tribunal_de_commerce": court.Commercial, "tribunal_des_activites_economiques": court.EconomicActivity, "chambre_commerciale_tribunal_judiciaire": court.CommercialChamber,
	"tribunal_judiciaire": court.Civil, "juge_des_contentieux_de_la_protection": court.Protection,
}

func (in *inputs) court() court.Court { return oneOf(in, "court", courts) }

// follow follows a payment order long after its events.
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
