package main

import (
	"fmt"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
	"github.com/receivables-go/receivables/procedure/insolvency"
	"github.com/receivables-go/receivables/procedure/overindebtedness"
	"github.com/receivables-go/receivables/procedure/publicdebtor"
	"github.com/receivables-go/receivables/procedure/trade"
)

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
