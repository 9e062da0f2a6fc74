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
	// OpenedOn is the day of an opening judgment or of an accepted over-indebtedness file; zero:
	// none.
	OpenedOn date.Date
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
	TooLate       NoticeProposal = "limitation has passed"
)

// NoticeDecision is a proposal with its conditions: of the notice, and the Occasions, of which one is
// enough.
type NoticeDecision struct {
	Proposal   NoticeProposal `json:"proposal"`
	Reason     string         `json:"reason"`
	Conditions []Condition    `json:"conditions"`
	Occasions  []Condition    `json:"occasions"`
	Limitation Condition      `json:"limitation"` // met: enough time is left
	// PayBy is the last day to pay of a notice received today.
	PayBy date.Date `json:"pay_by,omitzero"`
	// Effects are what a notice does and does not do.
	Effects []receivables.Citation `json:"effects"`
}

// DecideNotice proposes a formal notice (mise en demeure, C. civ. 1344) when the claim is due, not
// disputed and not stayed, and an occasion is met; court at once when limitation is near, for a
// notice does not interrupt it; the declaration of the claim after an opening judgment.
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
	not := func(t Truth) Truth {
		switch t {
		case Met:
			return NotMet
		case NotMet:
			return Met
		case Unknown:
		}
		return Unknown
	}
	opened := f.OpenedOn != 0 && f.OpenedOn <= on
	d := NoticeDecision{
		Conditions: []Condition{
			{"the claim is due", TruthOf(f.DueOn < on), "due on " + f.DueOn.String(), form},
			{"the claim is not disputed", not(f.Disputed), "", practice("a dispute is settled first")},
			{"no collective proceedings or over-indebtedness", TruthOf(!opened), "", l.basis("BLOCK.INSOLVENCY_LIMIT")},
			{"the due date alone does not put in default", not(f.DueDateIsNotice), "if it does, a notice is not needed for its effects", form},
		},
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
	occasion := NotMet
	for _, c := range d.Occasions {
		if c.State == Met || c.State == Unknown && occasion == NotMet {
			occasion = c.State
		}
	}
	claimable := all(d.Conditions[:3])
	switch {
	case opened:
		d.Proposal, d.Reason = InsolvencyWay, "individual action is stayed since "+f.OpenedOn.String()
	case f.LimitationOn != 0 && on > f.LimitationOn:
		d.Proposal, d.Reason = TooLate, "the last day was "+f.LimitationOn.String()
	case d.Conditions[0].State == Met && d.Limitation.State == NotMet:
		d.Proposal, d.Reason = GoToCourt, "limitation is near and a notice does not interrupt it"
	case claimable == NotMet || occasion != Met:
		d.Proposal, d.Reason = NoNotice, "no occasion, or a condition is not met"
	case claimable == Unknown:
		d.Proposal, d.Reason = FormalNotice, "an occasion is met; a condition is unknown"
	default:
		d.Proposal, d.Reason = FormalNotice, "an occasion and the conditions are met"
	}
	if d.Proposal == FormalNotice {
		d.PayBy = receivables.AddDays(on, p.PayWithinDays)
	}
	return d, nil
}
