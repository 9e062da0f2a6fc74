package settlement

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
)

// Payment is money received under a plan.
type Payment struct {
	On     date.Date
	Amount receivables.Money // above zero
}

// InstalmentState says how an instalment stands.
type InstalmentState string

// The states.
const (
	Ahead    InstalmentState = "ahead"     // its day, with the tolerance, has not passed
	Paid     InstalmentState = "paid"      // in time
	PaidLate InstalmentState = "paid late" // in full, after its day and the tolerance
	Missed   InstalmentState = "missed"    // its day has passed and it is not paid in full
)

// InstalmentProgress is an instalment with what was paid.
type InstalmentProgress struct {
	N      int               `json:"n"`
	On     date.Date         `json:"on"`
	Due    receivables.Money `json:"due"`
	Paid   receivables.Money `json:"paid"`
	PaidOn date.Date         `json:"paid_on,omitzero"` // day of the last part
	State  InstalmentState   `json:"state"`
}

// PlanState says how a plan stands.
type PlanState string

// The states.
const (
	Kept      PlanState = "kept"      // nothing is missing today; what was missed once is in MissedOn
	Completed PlanState = "completed" // paid in full
	Broken    PlanState = "broken"    // an instalment is missed
)

// Progress is how a plan stands on a day.
type Progress struct {
	AsOf        date.Date            `json:"as_of"`
	State       PlanState            `json:"state"`
	Instalments []InstalmentProgress `json:"instalments"`
	Paid        receivables.Money    `json:"paid"`
	Remaining   receivables.Money    `json:"remaining"` // of the plan
	Arrears     receivables.Money    `json:"arrears"`   // of the instalments missed
	Excess      receivables.Money    `json:"excess"`    // paid beyond the plan
	// MissedOn is the last day on which the first instalment that was missed could be paid, its day +
	// tolerance, also if it was paid since: an event of the plan; 0: none was.
	MissedOn date.Date `json:"missed_on,omitzero"`
	// Next is the day of the next instalment that is not paid; 0: none.
	Next date.Date `json:"next,omitzero"`
}

// Progress says how a plan stands at the end of a day: payments fill the instalments in their order,
// by day. An instalment is missed when it is not paid in full by its day + tolerance.
//
// Errors:
//   - [receivables.ErrInvalidInput] for a plan without instalments, a payment that is not above
//     zero, a tolerance outside 0 to 365 days;
//   - [receivables.ErrCurrencyMismatch].
func (s Schedule) Progress(payments []Payment, asOf date.Date, toleranceDays int) (Progress, error) {
	if len(s.Instalments) == 0 || toleranceDays < 0 || toleranceDays > 365 {
		return Progress{}, fail("plan", fmt.Sprint(len(s.Instalments), " instalments, tolerance ", toleranceDays), receivables.RuleRange, "instalments, and a tolerance from 0 to 365 days")
	}
	currency := s.Balance.Currency()
	sorted := slices.SortedStableFunc(slices.Values(payments), func(a, b Payment) int { return cmp.Compare(a.On, b.On) })
	zero := receivables.Zero(currency)
	p := Progress{AsOf: asOf, State: Kept, Paid: zero, Remaining: s.TotalPaid, Arrears: zero, Excess: zero}
	for _, x := range s.Instalments {
		p.Instalments = append(p.Instalments, InstalmentProgress{N: x.N, On: x.On, Due: x.Payment, Paid: zero, State: Ahead})
	}
	at := 0
	for i, x := range sorted {
		switch {
		case x.Amount.Sign() <= 0:
			return Progress{}, fail(fmt.Sprintf("payments[%d]", i), x.Amount.String(), receivables.RuleSign, "must be more than zero")
		case x.Amount.Currency() != currency:
			return Progress{}, fail(fmt.Sprintf("payments[%d]", i), x.Amount.String(), receivables.RuleCurrency, "want "+currency.Code())
		case x.On > asOf:
			continue
		}
		p.Paid = p.Paid.AddAmount(x.Amount.Amount())
		left := x.Amount.Amount()
		for ; at < len(p.Instalments) && left.Sign() > 0; at++ {
			row := &p.Instalments[at]
			part := decimal.Min(left, row.Due.Amount().Sub(row.Paid.Amount()))
			row.Paid, row.PaidOn, left = row.Paid.AddAmount(part), x.On, left.Sub(part)
			if row.Paid.Amount().Cmp(row.Due.Amount()) < 0 {
				break
			}
		}
		p.Excess = p.Excess.AddAmount(left)
	}
	p.Remaining = s.TotalPaid.AddAmount(p.Paid.Amount().Neg()).AddAmount(p.Excess.Amount())
	for i := range p.Instalments {
		p.judge(&p.Instalments[i], toleranceDays)
	}
	if p.Remaining.IsZero() {
		p.State = Completed
	}
	return p, nil
}

// judge gives an instalment its state.
func (p *Progress) judge(row *InstalmentProgress, toleranceDays int) {
	last := receivables.AddDays(row.On, toleranceDays)
	full := row.Paid.Amount().Cmp(row.Due.Amount()) >= 0
	switch {
	case full && row.PaidOn <= last:
		row.State = Paid
	case full:
		row.State = PaidLate
		p.missed(last)
	case p.AsOf > last:
		row.State, p.State = Missed, Broken
		p.Arrears = p.Arrears.AddAmount(row.Due.Amount().Sub(row.Paid.Amount()))
		p.missed(last)
	}
	if !full && p.Next == 0 {
		p.Next = row.On
	}
}

func (p *Progress) missed(last date.Date) {
	if p.MissedOn == 0 {
		p.MissedOn = last
	}
}

// Items returns the instalments of a plan signed on a day that are not paid in full as open items of a
// customer, so that they are reminded like invoices while the invoices they pay are held by a plan.
func (p Progress) Items(customer, document string, signedOn date.Date) []receivables.OpenItem {
	var items []receivables.OpenItem
	for _, x := range p.Instalments {
		open := x.Due.AddAmount(x.Paid.Amount().Neg())
		if open.Sign() <= 0 {
			continue
		}
		items = append(items, receivables.OpenItem{
			Document: document, Kind: receivables.KindInvoice, Instalment: x.N, Customer: customer, IssuedOn: signedOn, DueOn: x.On, Original: x.Due, Open: open,
		})
	}
	return items
}

// ClauseKind says how the balance of a plan falls due.
type ClauseKind string

// The clauses.
const (
	NoClause      ClauseKind = ""               // a missed instalment does not make the balance due
	AfterNotice   ClauseKind = "after notice"   // after a formal notice that was not heeded
	WithoutNotice ClauseKind = "without notice" // at once, if the agreement clearly says so
)

// Clause is what an agreement says of a missed instalment. It is plain data.
type Clause struct {
	Kind ClauseKind `json:"kind"`
	// NoticeDays is the time that the notice gives, often 8.
	NoticeDays int `json:"notice_days"`
}

// Acceleration is what becomes due at once (déchéance du terme).
type Acceleration struct {
	// On is the day on which the balance is due; 0: it is not, or not yet.
	On        date.Date            `json:"on,omitzero"`
	DueAtOnce receivables.Money    `json:"due_at_once"`
	Reason    string               `json:"reason"`
	Basis     receivables.Citation `json:"basis"`
}

// Accelerate says when the balance of a plan becomes due after a missed instalment, which could be paid
// until missedOn ([Progress.MissedOn]):
//
//	no clause       it does not (C. civ. 1305-4)
//	without notice  the day after the missed day
//	after notice    the day after notice + days, unless cured by then
//
// Acceleration does not bind co-debtors and guarantors (1305-5). Interest that was waived as long as the plan was
// kept is for the caller to add to the remaining balance.
//
// Errors:
//   - [receivables.ErrInvalidInput] for a missed day that is none, an unknown clause, a notice before the
//     missed day, a remaining balance that is not above zero (from zero if cured), days outside 0 to ten
//     years, or a result beyond 9999-12-31;
//   - [receivables.CoverageError] without a clause before 2016-10-01.
func Accelerate(c Clause, missedOn, noticeOn date.Date, cured bool, remaining receivables.Money) (Acceleration, error) {
	const far = 3650
	switch {
	case !receivables.IsDay(missedOn):
		return Acceleration{}, fail("missed on", missedOn.String(), receivables.RuleRange, "outside 1900-01-01 to 9999-12-31")
	case noticeOn != 0 && noticeOn < missedOn:
		return Acceleration{}, fail("notice on", noticeOn.String(), receivables.RuleOrder, "before the instalment was missed, on "+missedOn.String())
	case c.NoticeDays < 0 || c.NoticeDays > far:
		return Acceleration{}, fail("notice days", fmt.Sprint(c.NoticeDays), receivables.RuleRange, "from 0 to ten years")
	case c.Kind != NoClause && c.Kind != AfterNotice && c.Kind != WithoutNotice:
		return Acceleration{}, fail("clause", string(c.Kind), receivables.RuleRange, "want after notice, without notice or none")
	case remaining.Sign() < 0 || remaining.Sign() == 0 && !cured || !remaining.IsValid():
		return Acceleration{}, fail("remaining", remaining.String(), receivables.RuleSign, "must be more than zero")
	}
	id := "ACC.CLAUSE_NOTICE"
	if c.Kind == NoClause {
		id = "ACC.NO_DEFAULT_RULE"
	}
	rule, err := procedure.RuleAt(id, missedOn)
	if err != nil {
		return Acceleration{}, err
	}
	a := Acceleration{DueAtOnce: receivables.Zero(remaining.Currency()), Basis: rule.Citation}
	switch {
	case c.Kind == NoClause:
		a.Reason = "no clause: a missed instalment does not make the balance due"
	case c.Kind == WithoutNotice:
		a.On, a.DueAtOnce, a.Reason = receivables.AddDays(missedOn, 1), remaining, "the clause needs no notice: the day after "+missedOn.String()
	case cured:
		a.Reason = "paid within the time of the notice"
	case noticeOn == 0:
		a.Reason = "the clause needs a formal notice, and none was given"
	default:
		a.On, a.DueAtOnce = receivables.AddDays(noticeOn, c.NoticeDays+1), remaining
		a.Reason = fmt.Sprintf("notice of %s, %d days, the day after", noticeOn, c.NoticeDays)
	}
	if a.On != 0 && !receivables.IsDay(a.On) {
		return Acceleration{}, fail("notice on", noticeOn.String(), receivables.RuleRange, "the balance would fall due after 9999-12-31")
	}
	return a, nil
}

// GraceUntil returns the last day until which a judge may put payment off (délais de grâce): 24
// months from the judgment if it was given in the presence of both sides, else from its
// notification (C. civ. 1343-5, CPC 511).
//
// Errors:
//   - [receivables.ErrInvalidInput] for a judgment that is no day, or a judgment without the
//     debtor that was not notified or before it;
//   - [receivables.CoverageError] for a judgment before 2016-10-01.
//
// A judgment of 2026-06-15 between both: 2028-06-15.
func GraceUntil(judgmentOn date.Date, adversarial bool, notifiedOn date.Date) (date.Date, error) {
	start := judgmentOn
	if !adversarial {
		start = notifiedOn
	}
	if !receivables.IsDay(judgmentOn) || !receivables.IsDay(start) || start < judgmentOn {
		return 0, fail("judgment, notification", judgmentOn.String()+" "+notifiedOn.String(), receivables.RuleRequired, "a day of the judgment and, if it was not adversarial, one of its notification from then on")
	}
	rule, err := procedure.RuleAt("GRACE.MAX", judgmentOn)
	if err != nil {
		return 0, err
	}
	months, err := rule.Whole()
	return receivables.AddMonths(start, months), err
}
