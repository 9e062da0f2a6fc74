// Package insolvency gives the days and the sum of a creditor of a business in collective proceedings (procédures
// collectives): declaration of the claim, relief, contest, goods claimed back, running contracts, later claims.
//
// Periods follow the code of civil procedure (C. com. R662-1) and run from the publication in the BODACC, not from the
// judgment. The steps of a request for goods, contracts and privileges are plain days.
package insolvency

import (
	"errors"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/penalties"
	"github.com/receivables-go/receivables/procedure"
)

func fail(path, value string, rule receivables.Rule, detail string) error {
	return &receivables.FieldError{Path: "insolvency: " + path, Value: value, Rule: rule, Detail: detail}
}

func event(name string, on date.Date) procedure.Event { return procedure.Event{Name: name, On: on} }

// Creditor is who declares.
type Creditor struct {
	// OutsideTerritory says that he does not live on the territory of the court (mainland France, or the overseas
	// territory): two months more. Residence counts, not nationality.
	OutsideTerritory procedure.Truth
	// WarnedOn is, for a creditor with a published security or contract, the day on which the personal warning
	// was notified; it starts his period. Zero: not warned.
	Secured  bool
	WarnedOn date.Date
}

// far makes the place of a creditor.
func (c Creditor) far(at procedure.Place, on date.Date) (procedure.Place, error) {
	if c.OutsideTerritory == procedure.NotMet {
		return at, nil
	}
	r, err := procedure.RuleAt("DIST.INSOLVENCY", on)
	if err != nil {
		return at, err
	}
	months, err := r.Whole()
	at.Distance = procedure.Distance{Months: months, Basis: r.Citation}
	if c.OutsideTerritory == procedure.Unknown {
		at.Distance.Doubtful = "whether the creditor lives outside the territory of the court is not known"
	}
	return at, err
}

// Declaration is the last day to declare the claim: 2 months from publication (R622-24), for a creditor with a published
// security or contract from his warning, two months more for one outside the territory of the court: not counted as
// long as it is not known that he lives there. Posting counts (CPC 668). Published on 2026-10-06: Monday 2026-12-07.
//
// Errors:
//   - [receivables.ErrInvalidInput] for a secured creditor that was not warned: his period has not begun;
//   - those of [procedure.DeadlineOf].
func Declaration(publishedOn date.Date, c Creditor, at procedure.Place) (procedure.Deadline, error) {
	e := event("publication", publishedOn)
	if c.Secured {
		if c.WarnedOn == 0 {
			return procedure.Deadline{}, fail("warning", "", receivables.RuleRequired, "the period of a secured creditor starts with it")
		}
		e = event("warning", c.WarnedOn)
	}
	at, err := c.far(at, e.On)
	if err != nil {
		return procedure.Deadline{}, err
	}
	return procedure.DeadlineOf("INSOL.DECLARE", e, at)
}

// Relief is the last day to ask for relief from a missed declaration (relevé de forclusion): 6 months from publication,
// from receipt of the warning for a published security, from the day the claim could not be unknown (L622-26).
//
// Errors: those of [procedure.DeadlineOf].
func Relief(from date.Date, at procedure.Place) (procedure.Deadline, error) {
	return procedure.DeadlineOf("INSOL.RELIEF", event("publication or warning", from), at)
}

// AfterRelief is the last day to declare after relief: half the normal period, from notification of the order
// (L622-24): 1 of 2 months, 2 of 4.
//
// Errors: those of [procedure.DeadlineOf].
func AfterRelief(notifiedOn date.Date, c Creditor, at procedure.Place) (procedure.Deadline, error) {
	normal, err := procedure.RuleAt("INSOL.DECLARE", notifiedOn)
	if err != nil {
		return procedure.Deadline{}, err
	}
	half, err := procedure.RuleAt("INSOL.AFTER_RELIEF", notifiedOn)
	if err != nil {
		return procedure.Deadline{}, err
	}
	months, err := normal.Whole()
	if err != nil {
		return procedure.Deadline{}, err
	}
	far, err := c.far(at, notifiedOn)
	if err != nil {
		return procedure.Deadline{}, err
	}
	more := far.Distance.Months
	if c.OutsideTerritory == procedure.Unknown {
		more = 0
	}
	d, err := (procedure.Count{
		Rule: half.ID, Title: half.Title, Event: event("notification of the relief", notifiedOn), Period: procedure.Period{Months: (months + more) / 2}, Regime: procedure.CPC,
		Role: procedure.Duty, Place: at, Basis: []receivables.Citation{half.Citation, normal.Citation},
	}).Deadline()
	if c.OutsideTerritory == procedure.Unknown && err == nil {
		d.Uncertain = append(d.Uncertain, far.Distance.Doubtful)
	}
	return d, err
}

// Contract is what happened to a running contract or a claim of its own.
type Contract string

// The contracts.
const (
	Terminated Contract = "terminated"  // from the end or its notification: 1 month
	Successive Contract = "made after"  // from the first unpaid instalment: 2 months
	Later      Contract = "later claim" // without privilege, from its due date: 2 months
)

// ContractDeclaration is the last day to declare what arises from a contract (R622-21, R622-22, L622-24 al. 6).
//
// Errors:
//   - [receivables.ErrInvalidInput] for another kind; those of [procedure.DeadlineOf].
func ContractDeclaration(kind Contract, on date.Date, c Creditor, at procedure.Place) (procedure.Deadline, error) {
	id, known := map[Contract]string{Terminated: "INSOL.TERMINATED_CONTRACT", Successive: "INSOL.SUCCESSIVE", Later: "INSOL.AFTER_JUDGMENT_DECLARABLE"}[kind]
	if !known {
		return procedure.Deadline{}, fail("contract", string(kind), receivables.RuleRange, "unknown kind")
	}
	if kind != Terminated {
		var err error
		if at, err = c.far(at, on); err != nil {
			return procedure.Deadline{}, err
		}
		if at.Distance.Months > 0 && at.Distance.Doubtful == "" {
			at.Distance.Doubtful = "whether the distance adds to this period is a reading"
		}
	}
	return procedure.DeadlineOf(id, event(string(kind), on), at)
}

// PublicationExpected is the day by which the registry publishes the judgment, without sanction: 15 days.
//
// Errors: those of [procedure.DeadlineOf].
func PublicationExpected(openedOn date.Date) (procedure.Deadline, error) {
	return procedure.DeadlineOf("INSOL.PUBLICATION", event("judgment", openedOn), procedure.Place{})
}

// ContestReply is the last day to answer the mandataire's letter that contests the claim: 30 days from receipt; silence
// bars a later challenge (L622-27).
//
// Errors: those of [procedure.DeadlineOf].
func ContestReply(receivedOn date.Date, at procedure.Place) (procedure.Deadline, error) {
	return procedure.DeadlineOf("INSOL.DISCUSSION", event("receipt of the letter", receivedOn), at)
}

// ListChallenge is the last day to challenge the list of claims: 1 month from its publication (R624-8).
//
// Errors: those of [procedure.DeadlineOf].
func ListChallenge(publishedOn date.Date, at procedure.Place) (procedure.Deadline, error) {
	return procedure.DeadlineOf("INSOL.LIST_CLAIM", event("publication of the list", publishedOn), at)
}

// PlanReply is the last day to answer proposals of a plan: 30 days; silence accepts (L626-5).
//
// Errors: those of [procedure.DeadlineOf].
func PlanReply(receivedOn date.Date, at procedure.Place) (procedure.Deadline, error) {
	return procedure.DeadlineOf("INSOL.PLAN_SILENCE", event("receipt of the proposals", receivedOn), at)
}

// Goods is the last day to claim goods back (revendication): 3 months from publication, of a running contract from its
// end (L624-9).
//
// Errors: those of [procedure.DeadlineOf].
func Goods(from date.Date, at procedure.Place) (procedure.Deadline, error) {
	return procedure.DeadlineOf("RDP.CLAIM", event("publication", from), at)
}

// GoodsSteps are the month of the administrator to answer a request for goods, and then the month to seize the
// juge-commissaire, both plain (R624-13). Received on 2026-12-08: 2027-01-08, then 2027-02-08.
//
// Errors: those of [procedure.DeadlineOf].
func GoodsSteps(requestReceivedOn date.Date) (reply, judge procedure.Deadline, err error) {
	if reply, err = procedure.DeadlineOf("RDP.STEP2_REPLY", event("receipt of the request", requestReceivedOn), procedure.Place{}); err != nil {
		return reply, judge, err
	}
	judge, err = procedure.DeadlineOf("RDP.STEP2_JUDGE", event("end of the time to answer", reply.Expires), procedure.Place{})
	return reply, judge, err
}

// ContractOption is the day after whose end a running contract is terminated without answer to the formal notice: 1
// month from receipt, and up to 2 more that the judge granted (L622-13).
//
// Errors:
//   - [receivables.ErrInvalidInput] for more than the judge can grant; those of [procedure.RuleAt].
func ContractOption(noticeReceivedOn date.Date, grantedMonths int) (procedure.Deadline, error) {
	r, err := procedure.RuleAt("INSOL.CONTRACT_NOTICE", noticeReceivedOn)
	if err != nil {
		return procedure.Deadline{}, err
	}
	most, err := procedure.RuleAt("INSOL.CONTRACT_NOTICE_MORE", noticeReceivedOn)
	if err != nil {
		return procedure.Deadline{}, err
	}
	limit, err := most.Whole()
	if err != nil {
		return procedure.Deadline{}, err
	}
	if grantedMonths < 0 || grantedMonths > limit {
		return procedure.Deadline{}, fail("extension granted", decimal.NewFromInt(int64(grantedMonths)).String(), receivables.RuleRange, "at most two months")
	}
	return r.Deadline(event("receipt of the notice", noticeReceivedOn), procedure.Place{Distance: procedure.Distance{Months: grantedMonths, Basis: most.Citation}})
}

// Privilege is the last day to report a later claim with priority: a year after the end of the observation period
// (L622-17 IV).
//
// Errors: those of [procedure.DeadlineOf].
func Privilege(observationEndedOn date.Date) (procedure.Deadline, error) {
	return procedure.DeadlineOf("INSOL.PRIVILEGE_NOTICE", event("end of the observation period", observationEndedOn), procedure.Place{})
}

// LiquidationPrivilege is the same in a liquidation: 6 months from its publication or, with a transfer plan, a year from
// the publication of the judgment that adopts it (L641-13).
//
// Errors: those of [procedure.DeadlineOf].
func LiquidationPrivilege(publishedOn date.Date, transferPlan bool) (procedure.Deadline, error) {
	id := "INSOL.PRIVILEGE_NOTICE_LIQ"
	if transferPlan {
		id = "INSOL.PRIVILEGE_NOTICE_PLAN"
	}
	return procedure.DeadlineOf(id, event("publication", publishedOn), procedure.Place{})
}

// Payment says whether a payment of a prior claim can be annulled: made on or after the day of the judgment, for 3
// years (L622-7).
type Payment struct {
	Avoidable bool                `json:"avoidable"`
	Until     *procedure.Deadline `json:"until,omitempty"`
}

// PriorPayment judges the payment of a prior claim.
//
// Errors: those of [procedure.DeadlineOf].
func PriorPayment(receivedOn, openedOn date.Date) (Payment, error) {
	if !receivables.IsDay(openedOn) || !receivables.IsDay(receivedOn) {
		return Payment{}, fail("judgment, payment", openedOn.String()+" "+receivedOn.String(), receivables.RuleRequired, "a day of both")
	}
	if receivedOn < openedOn {
		return Payment{}, nil
	}
	d, err := procedure.DeadlineOf("INSOL.NO_PAYMENT", event("payment", receivedOn), procedure.Place{})
	return Payment{true, &d}, err
}

// FixedSumClaimable says whether the fixed sum for costs of recovery of an invoice can be declared: due before the day
// of the judgment (reading).
func FixedSumClaimable(dueOn, openedOn date.Date) bool {
	return receivables.IsDay(dueOn) && receivables.IsDay(openedOn) && dueOn < openedOn
}

// Invoice is an unpaid invoice of the debtor.
type Invoice struct {
	Document string
	DueOn    date.Date
	// Accrual of its interest until the eve of the judgment; nil only for one that is not yet due.
	Accrual *penalties.Accrual
	// Open is what is unpaid of the principal at the judgment, with VAT.
	Open receivables.Money
	// Loan says that it is a loan or a deferred payment of a year or more, whose interest runs on (L622-28).
	Loan bool
}

// Line is a line of a declaration.
type Line struct {
	Document  string            `json:"document"`
	DueOn     date.Date         `json:"due_on"`
	Principal receivables.Money `json:"principal"`
	Interest  receivables.Money `json:"interest"`
	FixedSum  receivables.Money `json:"fixed_sum"`
	Costs     receivables.Money `json:"costs"` // of recovery, on proof beyond the fixed sum
	Days      int               `json:"days"`
	Note      string            `json:"note,omitempty"`
}

// Declared is the sum to declare.
type Declared struct {
	Due    []Line            `json:"due"`     // before the judgment
	NotDue []Line            `json:"not_due"` // on the day of the judgment or after: a line of its own
	Clause receivables.Money `json:"clause"`  // contract indemnities
	// TotalDue and TotalNotDue add the lines up, TotalDue with the clause.
	TotalDue    receivables.Money      `json:"total_due"`
	TotalNotDue receivables.Money      `json:"total_not_due"`
	Total       receivables.Money      `json:"total"`
	LastDay     date.Date              `json:"interest_until"` // last day of interest: the eve of the judgment
	Basis       []receivables.Citation `json:"legal_basis"`
	Notes       []string               `json:"notes,omitempty"`
}

// Declare adds up what is to be declared: the principal unpaid at the judgment, interest and penalties until the eve of
// the judgment (the cautious cut-off of L622-28), fixed sums and costs of recovery of invoices due before it, contract
// indemnities; what is not yet due on a line of its own. Whether the judgment makes later debts due, as in a liquidation, is not
// decided here: the two lines stay apart.
//
// Errors:
//   - [receivables.ErrInvalidInput] without invoices, for one without open principal or, if it was due, without accrual,
//     for an indemnity below zero;
//   - [receivables.ErrDuplicate] for a document given twice;
//   - [receivables.ErrConflict] for an accrual of another claim, day than the eve, due date or principal;
//   - [receivables.ErrCurrencyMismatch] for a second currency: convert at the judgment (L622-25).
func Declare(openedOn date.Date, invoices []Invoice, clause receivables.Money) (Declared, error) {
	if !receivables.IsDay(openedOn) || len(invoices) == 0 {
		return Declared{}, fail("judgment, invoices", openedOn.String(), receivables.RuleRequired, "a day and at least one invoice")
	}
	eve := receivables.AddDays(openedOn, -1)
	zero := receivables.Zero(invoices[0].Open.Currency())
	switch {
	case clause.IsValid() && clause.Currency() != zero.Currency():
		return Declared{}, fail("clause", clause.String(), receivables.RuleCurrency, "in "+zero.Currency().Code())
	case clause.Sign() < 0:
		return Declared{}, fail("clause", clause.String(), receivables.RuleSign, "must not be negative")
	}
	d := Declared{Due: []Line{}, NotDue: []Line{}, Clause: zero.AddAmount(clause.Amount()), TotalDue: zero.AddAmount(clause.Amount()), TotalNotDue: zero, LastDay: eve}
	seen := map[string]bool{}
	for i, x := range invoices {
		if seen[x.Document] {
			return Declared{}, fail("invoices", x.Document, receivables.RuleDuplicate, "declared twice")
		}
		seen[x.Document] = true
		place := "invoices[" + decimal.NewFromInt(int64(i)).String() + "] " + x.Document
		switch {
		case !x.Open.IsValid() || x.Open.Currency() != zero.Currency():
			return Declared{}, fail(place, x.Open.String(), receivables.RuleCurrency, "in "+zero.Currency().Code()+", converted at the judgment")
		case x.Open.Sign() <= 0:
			return Declared{}, fail(place, x.Open.String(), receivables.RuleSign, "must be more than zero")
		case !receivables.IsDay(x.DueOn):
			return Declared{}, fail(place, x.DueOn.String(), receivables.RuleRequired, "a due date")
		case x.Accrual != nil && x.Accrual.Until != eve:
			return Declared{}, fail(place, x.Accrual.Until.String(), receivables.RuleExclusive, "interest stops on the eve of the judgment, "+eve.String())
		case x.Accrual == nil && x.DueOn < openedOn:
			return Declared{}, fail(place, "", receivables.RuleRequired, "the accrual of an invoice that was due")
		case x.Accrual != nil && x.Accrual.PrincipalDue.Currency() != zero.Currency():
			return Declared{}, fail(place, x.Accrual.PrincipalDue.String(), receivables.RuleCurrency, "the accrual is in another currency than "+x.Open.String())
		case x.Accrual != nil && x.Accrual.Claim != "" && x.Accrual.Claim != x.Document:
			return Declared{}, fail(place, x.Accrual.Claim, receivables.RuleExclusive, "the accrual is of another claim")
		case x.Accrual != nil && x.Accrual.DueOn != x.DueOn:
			return Declared{}, fail(place, x.Accrual.DueOn.String(), receivables.RuleExclusive, "the accrual is of another due date than "+x.DueOn.String())
		case x.Accrual != nil && !x.Accrual.PrincipalDue.Amount().Equal(x.Open.Amount()):
			return Declared{}, fail(place, x.Accrual.PrincipalDue.String(), receivables.RuleSum, "the accrual leaves another principal than "+x.Open.String())
		}
		line := Line{Document: x.Document, DueOn: x.DueOn, Principal: x.Open, Interest: zero, FixedSum: zero, Costs: zero}
		if x.Loan {
			line.Note = "interest runs on (loan or deferral of a year or more)"
		}
		if x.DueOn >= openedOn {
			d.NotDue = append(d.NotDue, line)
			d.TotalNotDue = d.TotalNotDue.AddAmount(line.Principal.Amount())
			continue
		}
		line.Interest = x.Accrual.InterestDue.Round()
		for _, s := range x.Accrual.Segments {
			line.Days += s.Days
		}
		fixed := x.Accrual.FixedSumDue()
		switch {
		case fixed.Currency() == zero.Currency():
			line.FixedSum, line.Costs = fixed, x.Accrual.CostsDue.AddAmount(fixed.Amount().Neg())
		case fixed.Sign() > 0:
			line.Costs = x.Accrual.CostsDue
			d.Notes = append(d.Notes, x.Document+": the fixed sum of "+fixed.String()+" is not in the total: convert it at the judgment (L622-25)")
		}
		d.Due = append(d.Due, line)
		for _, m := range []receivables.Money{line.Principal, line.Interest, line.FixedSum, line.Costs} {
			d.TotalDue = d.TotalDue.AddAmount(m.Amount())
		}
	}
	d.Total = d.TotalDue.AddAmount(d.TotalNotDue.Amount())
	for _, id := range []string{"INSOL.CONTENT", "INSOL.INTEREST_STOP", "INSOL.FLAT_FEE", "INSOL.CAPITALISATION"} {
		r, err := procedure.RuleAt(id, openedOn)
		if errors.Is(err, receivables.ErrNoCoverage) {
			continue // not yet law
		}
		if err != nil {
			return Declared{}, err
		}
		d.Basis = append(d.Basis, r.Citation)
	}
	return d, nil
}

// Timeline is the days of a creditor from the judgment on; nil: the fact it starts from is not known.
type Timeline struct {
	Publication *procedure.Deadline `json:"publication,omitempty"`
	Declare     *procedure.Deadline `json:"declare,omitempty"`
	Relief      *procedure.Deadline `json:"relief,omitempty"`
	Goods       *procedure.Deadline `json:"goods,omitempty"`
}

// TimelineOf gives the first days of a creditor: publication, declaration, relief, goods. Zero: not published yet. Periods
// of a secured creditor start with his warning.
//
// Errors: those of [Declaration].
func TimelineOf(openedOn, publishedOn date.Date, c Creditor, at procedure.Place) (Timeline, error) {
	expected, err := PublicationExpected(openedOn)
	if err != nil {
		return Timeline{}, err
	}
	t := Timeline{Publication: &expected}
	if publishedOn == 0 {
		return t, nil
	}
	if publishedOn < openedOn {
		return Timeline{}, fail("publication", publishedOn.String(), receivables.RuleOrder, "before the judgment of "+openedOn.String())
	}
	from := publishedOn
	if c.Secured {
		from = c.WarnedOn
	}
	for _, x := range []struct {
		to    **procedure.Deadline
		known bool
		make  func() (procedure.Deadline, error)
	}{
		{&t.Declare, from != 0, func() (procedure.Deadline, error) { return Declaration(publishedOn, c, at) }},
		{&t.Relief, from != 0, func() (procedure.Deadline, error) { return Relief(from, at) }},
		{&t.Goods, true, func() (procedure.Deadline, error) { return Goods(publishedOn, at) }},
	} {
		if !x.known { // a secured creditor that was not warned
			continue
		}
		d, err := x.make()
		if err != nil {
			return Timeline{}, err
		}
		*x.to = &d
	}
	return t, nil
}
