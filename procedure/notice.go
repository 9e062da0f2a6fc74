package procedure

import (
	"fmt"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
)

// NoticePolicy says when a formal notice is proposed. It is plain data.
type NoticePolicy struct {
	// PayWithinDays is the time to pay that the notice gives.
	PayWithinDays int `json:"pay_within_days"`
	// CourtBelowMonths: with fewer months than this left until limitation, court is proposed.
	CourtBelowMonths int `json:"court_below_months"`
}

// DefaultNoticePolicy gives 8 days and proposes court with less than 6 months left: practice, no law.
func DefaultNoticePolicy() NoticePolicy { return NoticePolicy{PayWithinDays: 8, CourtBelowMonths: 6} }

// NoticeFacts are what is known when a formal notice is considered.
type NoticeFacts struct {
	Claim receivables.Money // due, open and undisputed
	DueOn date.Date
	// AmicableOver says that the last amicable step was taken; SilentAfterLast that nothing came
	// after the last reminder; Alert that a sign does not wait (returned payment, cover cut).
	AmicableOver, SilentAfterLast, Alert Truth
	Disputed                             Truth // in whole
	// OpenedOn is the day of an opening judgment (collective proceedings), OverIndebtedOn that on
	// which an over-indebtedness file was admitted; zero: none.
	OpenedOn, OverIndebtedOn date.Date
	// DueDateIsNotice says that by the contract the due date alone puts in default.
	DueDateIsNotice Truth
	// LimitationOn is the last day on which a court can be seized; zero: not known.
	LimitationOn date.Date
}

// NoticeProposal is what is proposed.
type NoticeProposal string

// The proposals.
const (
	NoNotice      NoticeProposal = "go on with the amicable phase"
	FormalNotice  NoticeProposal = "formal notice"
	GoToCourt     NoticeProposal = "court"
	InsolvencyWay NoticeProposal = "declare the claim"
	// CommissionWay is after the admission of an over-indebtedness file, which stays enforcement, not
	// action: the claim is justified to the commission, and limitation goes on being watched.
	CommissionWay NoticeProposal = "justify the claim to the commission"
	FindOut       NoticeProposal = "find out what is unknown"
	TooLate       NoticeProposal = "limitation has passed"
)

// NoticeDecision is a proposal with its conditions: of the notice, all of which are needed, and the
// Occasions, of which one is enough. Needed says whether a notice is needed for its effects at all.
type NoticeDecision struct {
	Proposal   NoticeProposal `json:"proposal"`
	Reason     string         `json:"reason"`
	Conditions []Condition    `json:"conditions"`
	Occasions  []Condition    `json:"occasions"`
	Limitation Condition      `json:"limitation"` // met: enough time is left
	Needed     Condition      `json:"needed"`
	// PayBy is the last day to pay of a notice received today.
	PayBy date.Date `json:"pay_by,omitzero"`
	// Effects are what a notice does and does not do.
	Effects []receivables.Citation `json:"effects"`
}

// DecideNotice proposes a formal notice (mise en demeure, C. civ. 1344) when all conditions and an
// occasion are met, and to find out when only what is unknown keeps it back; court at once when
// limitation is near, for a notice does not interrupt it; the declaration of the claim after an opening
// judgment, which stays action (C. com. L622-21); the commission after an over-indebtedness file was
// admitted, which stays enforcement only (C. conso L722-2).
//
// Errors:
//   - [receivables.ErrInvalidInput] for a day that is none, a claim that is not above zero, no due
//     date, or a policy below 0;
//   - [receivables.CoverageError] for a day before the rules.
func DecideNotice(on date.Date, f NoticeFacts, p NoticePolicy) (NoticeDecision, error) {
	fail := func(path, value string, rule receivables.Rule, detail string) (NoticeDecision, error) {
		return NoticeDecision{}, &receivables.FieldError{Path: path, Value: value, Rule: rule, Detail: detail}
	}
	const far = 3650
	switch {
	case !receivables.IsDay(on):
		return fail("on", on.String(), receivables.RuleRange, "outside 1900-01-01 to 9999-12-31")
	case f.Claim.Sign() <= 0:
		return fail("claim", f.Claim.String(), receivables.RuleSign, "must be more than zero")
	case !receivables.IsDay(f.DueOn):
		return fail("due date", f.DueOn.String(), receivables.RuleRequired, "a day")
	case p.PayWithinDays < 0 || p.PayWithinDays > far || p.CourtBelowMonths < 0 || p.CourtBelowMonths > far:
		return fail("notice policy", fmt.Sprint(p.PayWithinDays, " ", p.CourtBelowMonths), receivables.RuleRange, "days and months from 0")
	}
	l := law{on: on}
	form := l.basis("MED.FORM")
	opened := f.OpenedOn != 0 && f.OpenedOn <= on
	admitted := f.OverIndebtedOn != 0 && f.OverIndebtedOn <= on
	d := NoticeDecision{
		Conditions: []Condition{
			{"the claim is due", TruthOf(f.DueOn < on), "due on " + f.DueOn.String(), form},
			{"the claim is not disputed", f.Disputed.Not(), "", practice("a dispute is settled first")},
			{"no collective proceedings", TruthOf(!opened), "", l.basis("INSOL.STAY")},
			{"no over-indebtedness file admitted", TruthOf(!admitted), "", l.basis("SUR.STAY")},
		},
		Needed: Condition{"the due date alone does not put in default", f.DueDateIsNotice.Not(), "if it does, a notice is not needed for its effects", form},
		Occasions: []Condition{
			{"the amicable phase is over", f.AmicableOver, "", practice("reminder calendar")},
			{"silence after the last reminder", f.SilentAfterLast, "", practice("reminder calendar")},
			{"a sign that does not wait", f.Alert, "", practice("returned payment, legal notice, cover cut")},
		},
		Effects: []receivables.Citation{l.basis("MED.INTEREST"), l.basis("MED.NOT_INTERRUPTIVE"), l.basis("MED.CONTENT"), l.basis("MED.DELAY")},
	}
	d.Limitation = Condition{Name: fmt.Sprintf("at least %d months until limitation", p.CourtBelowMonths), Basis: l.basis("MED.NOT_INTERRUPTIVE")}
	if f.LimitationOn != 0 {
		d.Limitation.State = TruthOf(receivables.AddMonths(on, p.CourtBelowMonths) <= f.LimitationOn)
		d.Limitation.Evidence = "last day " + f.LimitationOn.String()
	}
	if l.err != nil {
		return NoticeDecision{}, l.err
	}
	conditions, occasion := All(d.Conditions), anyOf(d.Occasions)
	switch {
	case f.LimitationOn != 0 && on > f.LimitationOn:
		d.Proposal, d.Reason = TooLate, "the last day was "+f.LimitationOn.String()
	case opened:
		d.Proposal, d.Reason = InsolvencyWay, "individual action is stayed since "+f.OpenedOn.String()
	case d.Conditions[0].State == Met && d.Limitation.State == NotMet:
		d.Proposal, d.Reason = GoToCourt, "limitation is near and a notice does not interrupt it"
	case admitted:
		d.Proposal, d.Reason = CommissionWay, "enforcement is stayed since "+f.OverIndebtedOn.String()
	case conditions == NotMet:
		d.Proposal, d.Reason = NoNotice, "a condition is not met"
	case occasion == NotMet:
		d.Proposal, d.Reason = NoNotice, "no occasion is met"
	case conditions == Met && occasion == Met:
		d.Proposal, d.Reason = FormalNotice, "an occasion and the conditions are met"
	default:
		d.Proposal, d.Reason = FindOut, "what is unknown decides"
	}
	if d.Proposal == FormalNotice {
		d.PayBy = receivables.AddDays(on, p.PayWithinDays)
	}
	return d, nil
}
