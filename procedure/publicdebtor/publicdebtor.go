// Package publicdebtor gives the days of claims on public bodies (recouvrement sur personnes publiques): time to pay,
// interest, and what comes instead of a seizure, which public assets do not suffer. All days are plain.
package publicdebtor

import (
	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
)

// Buyer is a kind of public body.
type Buyer string

// The buyers.
const (
	State          Buyer = "State"
	LocalAuthority Buyer = "local authority"
	PublicHospital Buyer = "public health establishment" // and the health service of the armies
	Enterprise     Buyer = "public enterprise"
)

func fail(path, value string, rule receivables.Rule, detail string) error {
	return &receivables.FieldError{Path: "public debtor: " + path, Value: value, Rule: rule, Detail: detail}
}

func event(name string, on date.Date) procedure.Event { return procedure.Event{Name: name, On: on} }

// Payment is when a public buyer must pay.
type Payment struct {
	Due          procedure.Deadline `json:"due"`
	InterestFrom date.Date          `json:"interest_from"` // the day after
}

// PaymentDue is 30 days from receipt of the complete request, 50 for hospitals, 60 for public enterprises (CCP R2192-10,
// R2192-11). The regime fr.public of the package penalties computes the interest.
//
// Errors:
//   - [receivables.ErrInvalidInput] for an unknown buyer; those of [procedure.DeadlineOf].
func PaymentDue(b Buyer, receivedOn date.Date) (Payment, error) {
	id, known := map[Buyer]string{State: "PUB.DELAY", LocalAuthority: "PUB.DELAY", PublicHospital: "PUB.DELAY_HEALTH", Enterprise: "PUB.DELAY_ENTERPRISE"}[b]
	if !known {
		return Payment{}, fail("buyer", string(b), receivables.RuleRange, "unknown buyer")
	}
	d, err := procedure.DeadlineOf(id, event("receipt of the complete request", receivedOn), procedure.Place{})
	return Payment{d, receivables.AddDays(d.Expires, 1)}, err
}

// InterestDue is the day by which interest and the fixed sum are paid: 45 days after the principal (R2192-36).
//
// Errors: those of [procedure.DeadlineOf].
func InterestDue(principalPaidOn date.Date) (procedure.Deadline, error) {
	return procedure.DeadlineOf("PUB.INTEREST_PAID", event("payment of the principal", principalPaidOn), procedure.Place{})
}

// ExOfficio is the day after whose end a payment is ordered ex officio (mandatement d'office): 1 month from the prefect's
// formal notice, 2 for an expense of 5 percent of the operating budget or more (CGCT L1612-16). Share is a fraction.
//
// Errors:
//   - [receivables.ErrInvalidInput] for a share outside 0 to 1; those of [procedure.DeadlineOf].
func ExOfficio(noticeOn date.Date, share decimal.Decimal) (procedure.Deadline, error) {
	if share.Sign() < 0 || share.Cmp(decimal.New(1, 0)) > 0 {
		return procedure.Deadline{}, fail("share of the operating budget", share.String(), receivables.RuleRange, "a fraction from 0 to 1")
	}
	large, err := procedure.RuleAt("PUB.EX_OFFICIO_SHARE", noticeOn)
	if err != nil {
		return procedure.Deadline{}, err
	}
	id := "PUB.EX_OFFICIO"
	if share.Mul(decimal.New(1, 2)).Cmp(large.Value) >= 0 {
		id = "PUB.EX_OFFICIO_LARGE"
	}
	return procedure.DeadlineOf(id, event("notice of the prefect", noticeOn), procedure.Place{})
}

// Audit is the days of the audit chamber seized of an expense that was not budgeted (CGCT L1612-15); Comply is nil
// before its notice.
type Audit struct {
	Finding procedure.Deadline  `json:"finding"`
	Comply  *procedure.Deadline `json:"comply,omitempty"`
}

// AuditChamber gives a month to find and a month to comply.
//
// Errors: those of [procedure.DeadlineOf].
func AuditChamber(seizedOn, noticeOn date.Date) (Audit, error) {
	finding, err := procedure.DeadlineOf("PUB.AUDIT_FINDING", event("seizing", seizedOn), procedure.Place{})
	a := Audit{Finding: finding}
	if err != nil || noticeOn == 0 {
		return a, err
	}
	if noticeOn < seizedOn {
		return Audit{}, fail("notice", noticeOn.String(), receivables.RuleOrder, "before seizing on "+seizedOn.String())
	}
	comply, err := procedure.DeadlineOf("PUB.AUDIT_COMPLY", event("notice", noticeOn), procedure.Place{})
	a.Comply = &comply
	return a, err
}

// Then is what follows when a judgment is not paid.
type Then string

// What follows.
const (
	AccountantPays Then = "the accountant pays on the judgment"
	PrefectPays    Then = "the prefect pays ex officio"
)

// Judgment is the day by which a final judgment is paid and what follows: 2 months from notification, for the State 4 when
// credits lack (CJA L911-9).
//
// Errors:
//   - [receivables.ErrInvalidInput] for another debtor than the State or a local authority; those of
//     [procedure.DeadlineOf].
func Judgment(b Buyer, notifiedOn date.Date, creditsLack bool) (procedure.Deadline, Then, error) {
	then, known := map[Buyer]Then{State: AccountantPays, LocalAuthority: PrefectPays}[b]
	if !known {
		return procedure.Deadline{}, "", fail("debtor", string(b), receivables.RuleRange, "the State or a local authority")
	}
	id := "PUB.JUDGMENT"
	if creditsLack && b == State {
		id = "PUB.JUDGMENT_CREDITS"
	}
	d, err := procedure.DeadlineOf(id, event("notification", notifiedOn), procedure.Place{})
	return d, then, err
}

// Refusal is the silent refusal of a claim after 2 months and the last day to sue: 2 clear months more, by distance one
// or two months longer (CJA R421-1, R421-2, R421-7). It does not hold for challenges to measures of a contract.
//
// Errors: those of [procedure.DeadlineOf].
func Refusal(claimReceivedOn date.Date, at procedure.Place) (refused, sue procedure.Deadline, err error) {
	if refused, err = procedure.DeadlineOf("PUB.PRIOR_DECISION", event("receipt of the claim", claimReceivedOn), procedure.Place{}); err != nil {
		return refused, sue, err
	}
	sue, err = procedure.DeadlineOf("PUB.SUE", event("refusal", refused.Expires), at)
	return refused, sue, err
}
