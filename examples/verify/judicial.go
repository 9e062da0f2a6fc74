package main

import (
	"fmt"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
	"github.com/receivables-go/receivables/procedure/court"
	"github.com/receivables-go/receivables/procedure/enforcement"
	"github.com/receivables-go/receivables/procedure/insolvency"
	"github.com/receivables-go/receivables/procedure/overindebtedness"
	"github.com/receivables-go/receivables/procedure/publicdebtor"
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
