package paymentorder

import (
	"slices"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
	"github.com/receivables-go/receivables/procedure/court"
)

// Outcome is how a procedure without judge ends.
type Outcome string

// The outcomes.
const (
	Running         Outcome = "running"
	Agreement       Outcome = "agreement" // the officer issues a title
	Refusal         Outcome = "refusal"
	ImplicitRefusal Outcome = "implicit refusal" // silence
	PaidOff         Outcome = "paid"
	EndedByContest  Outcome = "ended by contest"
	Uncontested     Outcome = "not contested"
)

// Reply is what the debtor answers.
type Reply string

// The replies.
const (
	NoReply  Reply = ""
	Accepted Reply = "accepted"
	Refused  Reply = "refused"
)

// SimplifiedAllowed says whether the simplified recovery of small claims (CPCE L125-1) is open: principal and
// interest up to 5000.00 EUR (4000.00 before 2020), contractual or statutory, from 2026-04-25 no invoice between
// merchants.
//
// Errors: those of [procedure.RuleAt] and [procedure.Rule.Covers].
func SimplifiedAllowed(amount receivables.Money, contractual, betweenMerchants procedure.Truth, on date.Date) ([]procedure.Condition, procedure.Truth, error) {
	small, err := upTo("L125.LIMIT", "principal and interest", amount, on)
	if err != nil {
		return nil, procedure.Unknown, err
	}
	claim, err := procedure.RuleAt("L125.CLAIM", on)
	if err != nil {
		return nil, procedure.Unknown, err
	}
	list := []procedure.Condition{
		small,
		{Name: "contractual or statutory", State: contractual, Basis: claim.Citation},
	}
	if excluded, err := procedure.RuleAt("L125.EXCLUDED", on); err == nil {
		list = append(list, procedure.Condition{Name: "no invoice between merchants", State: betweenMerchants.Not(), Basis: excluded.Citation})
	}
	return list, procedure.All(list), nil
}

// upTo is the condition that an amount is more than zero and within the limit of a rule.
func upTo(rule, name string, amount receivables.Money, on date.Date) (procedure.Condition, error) {
	if amount.Sign() <= 0 {
		return procedure.Condition{}, fail("amount", amount.String(), receivables.RuleSign, "must be more than zero")
	}
	limit, err := procedure.RuleAt(rule, on)
	if err != nil {
		return procedure.Condition{}, err
	}
	within, err := limit.Covers(amount)
	if err != nil {
		return procedure.Condition{}, err
	}
	return procedure.Condition{Name: name, State: procedure.TruthOf(within), Evidence: amount.String() + ", up to " + limit.Value.String() + " EUR", Basis: limit.Citation}, nil
}

// SimplifiedEnds is the end of that procedure, a plain month from sending, and how it stands: silence until then
// refuses (CPCE R125-2, R125-5).
//
// Errors: those of [procedure.DeadlineOf]; [receivables.ErrInvalidInput] for an unknown reply.
func SimplifiedEnds(sentOn date.Date, reply Reply, asOf date.Date) (procedure.Deadline, Outcome, error) {
	if !slices.Contains([]Reply{NoReply, Accepted, Refused}, reply) {
		return procedure.Deadline{}, "", fail("reply", string(reply), receivables.RuleRange, "unknown reply")
	}
	d, err := procedure.DeadlineOf("L125.DURATION", procedure.Event{Name: "sending", On: sentOn}, procedure.Place{})
	switch {
	case reply == Accepted:
		return d, Agreement, err
	case reply == Refused:
		return d, Refusal, err
	case asOf > d.Expires:
		return d, ImplicitRefusal, err
	}
	return d, Running, err
}

// UndisputedAllowed says whether the procedure for undisputed commercial claims (CPCE L126-1) is open to a claim:
// certain, liquid, due and invoiced between merchants, without ceiling. The law is in force since 2026-04-25; its
// decree was not found, so whether it can be used is a condition of its own, unknown unless the caller knows.
//
// Errors:
//   - [receivables.CoverageError] before the law.
func UndisputedAllowed(certain, liquid, due, betweenMerchants, decree procedure.Truth, on date.Date) ([]procedure.Condition, procedure.Truth, error) {
	r, err := procedure.RuleAt("L126.CONDITIONS", on)
	if err != nil {
		return nil, procedure.Unknown, err
	}
	lawInForce, err := procedure.RuleAt("L126.LAW", on)
	if err != nil {
		return nil, procedure.Unknown, err
	}
	list := []procedure.Condition{
		{Name: "certain", State: certain, Basis: r.Citation},
		{Name: "liquid", State: liquid, Basis: r.Citation},
		{Name: "due", State: due, Basis: r.Citation},
		{Name: "invoiced between merchants", State: betweenMerchants, Basis: r.Citation},
		{Name: "the decree is in force", State: decree, Evidence: "law in force, decree not found", Basis: lawInForce.Citation},
	}
	return list, procedure.All(list), nil
}

// UndisputedTimeline is the days of that procedure.
type UndisputedTimeline struct {
	Reply   *procedure.Deadline `json:"reply,omitempty"`  // the debtor pays or contests
	Record  *procedure.Deadline `json:"record,omitempty"` // from its end on the record of non-contest
	Serve   *procedure.Deadline `json:"serve,omitempty"`  // the enforceable record
	Outcome Outcome             `json:"outcome"`
}

// Undisputed works out its days from the service of the command to pay: a month to pay or contest, the record 8 days
// after that month at the earliest, both plain; served within 6 months once it is enforceable (zero: not yet). A
// contest within the month, or payment, ends it.
//
// Errors:
//   - [receivables.ErrInvalidInput] for days in the wrong order; those of [procedure.DeadlineOf].
func Undisputed(commandServedOn, contestedOn date.Date, paid bool, enforceableOn date.Date, at procedure.Place) (UndisputedTimeline, error) {
	reply, err := procedure.DeadlineOf("L126.STEP1", procedure.Event{Name: "command to pay", On: commandServedOn}, at)
	if err != nil {
		return UndisputedTimeline{}, err
	}
	switch {
	case paid:
		return UndisputedTimeline{Outcome: PaidOff}, nil
	case contestedOn != 0 && contestedOn < commandServedOn:
		return UndisputedTimeline{}, fail("contest", contestedOn.String(), receivables.RuleOrder, "before the command of "+commandServedOn.String())
	case contestedOn != 0 && contestedOn <= reply.Expires:
		return UndisputedTimeline{Outcome: EndedByContest}, nil
	}
	record, err := procedure.DeadlineOf("L126.STEP2", procedure.Event{Name: "end of the month", On: reply.Expires}, at)
	if err != nil {
		return UndisputedTimeline{}, err
	}
	t := UndisputedTimeline{Reply: &reply, Record: &record, Outcome: Uncontested}
	if enforceableOn != 0 {
		if enforceableOn <= record.Expires {
			return UndisputedTimeline{}, fail("enforceable record", enforceableOn.String(), receivables.RuleOrder, "no record before the day after "+record.Expires.String())
		}
		serve, err := procedure.DeadlineOf("L126.SERVE", procedure.Event{Name: "enforceable record", On: enforceableOn}, at)
		if err != nil {
			return UndisputedTimeline{}, err
		}
		serve.Uncertain = append(serve.Uncertain, "from when the six months run was not read")
		t.Serve = &serve
	}
	return t, nil
}

// EuropeanOpposition is the last day to oppose a European payment order: 30 days from service under Regulation
// 1182/71, by the holidays of the State where the act is due (art. 16).
//
// Errors: those of [procedure.DeadlineOf].
func EuropeanOpposition(servedOn date.Date, at procedure.Place) (procedure.Deadline, error) {
	return procedure.DeadlineOf("EPO.OPPOSITION", procedure.Event{Name: "service", On: servedOn}, at)
}

// EuropeanEnforceable is the end of the ten days for the post that the registry waits after the opposition period
// before it declares the order enforceable (CPC 1424-14).
//
// Errors: those of [procedure.DeadlineOf].
func EuropeanEnforceable(oppositionExpires date.Date) (procedure.Deadline, error) {
	return procedure.DeadlineOf("EPO.POST_BUFFER", procedure.Event{Name: "end of the opposition period", On: oppositionExpires}, procedure.Place{})
}

// SmallClaimAllowed says whether the European small claims procedure is open: up to 5000.00 EUR (2000.00 before
// 2017-07-14) without interest and costs, cross-border, in a Member State other than Denmark.
//
// Errors: those of [procedure.RuleAt] and [procedure.Rule.Covers].
func SmallClaimAllowed(amount receivables.Money, crossBorder procedure.Truth, state string, on date.Date) ([]procedure.Condition, procedure.Truth, error) {
	small, err := upTo("ESCP.LIMIT", "amount without interest and costs", amount, on)
	if err != nil {
		return nil, procedure.Unknown, err
	}
	scope, err := procedure.RuleAt("ESCP.SCOPE", on)
	if err != nil {
		return nil, procedure.Unknown, err
	}
	list := []procedure.Condition{
		small,
		{Name: "cross-border", State: crossBorder, Basis: scope.Citation},
		{Name: "a Member State other than Denmark", State: procedure.TruthOf(court.InEurope(state)), Evidence: state, Basis: scope.Citation},
	}
	return list, procedure.All(list), nil
}
