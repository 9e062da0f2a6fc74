// Package overindebtedness gives the days of a creditor of a private person before the commission (surendettement des
// particuliers).
//
// Periods to answer and contest follow the code of civil procedure; stays and lapses are plain days (readings).
package overindebtedness

import (
	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
)

// Step is what a creditor is told.
type Step string

// The steps, with what he does and how long he has.
const (
	Admissibility     Step = "admissibility"          // recourse: 15 days from notification (R722-1)
	Liabilities       Step = "list of liabilities"    // justify the claim, else the debtor's figures count: 30 days (R723-3)
	ProposedPlan      Step = "proposed plan"          // refuse it, silence is consent: 30 days (D732-3)
	Observations      Step = "request for measures"   // observations: 15 days (R733-3)
	Hopeless          Step = "hopeless conciliation"  // observations: 30 days (R733-4)
	Measures          Step = "imposed measures"       // contest: 30 days (R733-6)
	PersonalRecovery  Step = "personal recovery"      // contest by a party: 30 days (R741-1)
	RecoveryPublished Step = "recovery published"     // contest by a creditor not informed: 2 months (R741-2)
	WithLiquidation   Step = "recovery, liquidation"  // declare the claim: 2 months from publication (R742-11)
	LiquidationRelief Step = "relief in liquidation"  // 6 months from publication (R742-13)
	DebtorContests    Step = "debtor contests a list" // a wait: 20 days (R723-8)
)

var ruleOf = map[Step]string{
	Admissibility: "SUR.APPEAL_ADMISSIBILITY", Liabilities: "SUR.LIABILITIES_REPLY", ProposedPlan: "SUR.PLAN_REFUSE", Observations: "SUR.OBSERVATIONS", Hopeless: "SUR.OBSERVATIONS_HOPELESS",
	Measures: "SUR.CONTEST_MEASURES", PersonalRecovery: "SUR.RP_CONTEST", RecoveryPublished: "SUR.RP_CONTEST_OTHER", WithLiquidation: "SUR.RPLJ_DECLARE",
	LiquidationRelief: "SUR.RPLJ_RELIEF", DebtorContests: "SUR.DEBTOR_CONTEST",
}

// Answer is the last day to answer a step, from its notification or publication. Informed of the list on 2026-10-05:
// 2026-11-04.
//
// Errors:
//   - [receivables.ErrInvalidInput] for an unknown step; those of [procedure.DeadlineOf].
func Answer(s Step, on date.Date, at procedure.Place) (procedure.Deadline, error) {
	id, known := ruleOf[s]
	if !known {
		return procedure.Deadline{}, &receivables.FieldError{Path: "over-indebtedness: step", Value: string(s), Rule: receivables.RuleRange, Detail: "unknown step"}
	}
	return procedure.DeadlineOf(id, procedure.Event{Name: string(s), On: on}, at)
}

// Stay is the day until which admission stays enforcement at most: 2 years (L722-3). Interest and penalties of the
// claims on the list stop from admission to the measures (L722-14).
//
// Errors: those of [procedure.DeadlineOf].
func Stay(admittedOn date.Date) (procedure.Deadline, error) {
	return procedure.DeadlineOf("SUR.STAY_MAX", procedure.Event{Name: "admission", On: admittedOn}, procedure.Place{})
}

// PlanLapse is the day after whose end a plan lapses that was not kept after a formal notice: 15 days (R732-2).
//
// Errors: those of [procedure.DeadlineOf].
func PlanLapse(noticeOn date.Date) (procedure.Deadline, error) {
	return procedure.DeadlineOf("SUR.PLAN_LAPSE", procedure.Event{Name: "formal notice", On: noticeOn}, procedure.Place{})
}

// AnnulUntil is the last day on which an act in breach of the stay of payments can be annulled: 1 year (L761-2).
//
// Errors: those of [procedure.DeadlineOf].
func AnnulUntil(actOn date.Date) (procedure.Deadline, error) {
	return procedure.DeadlineOf("SUR.NO_PAYMENT", procedure.Event{Name: "act", On: actOn}, procedure.Place{})
}
