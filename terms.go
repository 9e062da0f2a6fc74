package receivables

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
)

// StartEvent is the event from which a payment period runs. The zero value is
// the issue of the invoice.
type StartEvent uint8

// Events that start a payment period.
const (
	StartIssue    StartEvent = iota // date of issue of the invoice (date d'émission)
	StartReceipt                    // receipt of the invoice
	StartDelivery                   // delivery of the goods or performance of the service
)

// String returns the name of the event.
func (e StartEvent) String() string {
	switch e {
	case StartIssue:
		return "issue"
	case StartReceipt:
		return "receipt"
	case StartDelivery:
		return "delivery"
	}
	return fmt.Sprintf("start event %d", uint8(e))
}

// MoveOp is one way to move a date.
type MoveOp uint8

// The moves of which a term is made.
const (
	MoveDays           MoveOp = iota // n days later; the starting day does not count
	MoveMonths                       // n months later, same day number or last day of the month
	MoveEndOfMonth                   // to the last day of the month
	MoveEndOfTenDays                 // to the 10th, the 20th or the last day of the month (fin de décade)
	MoveDayOfMonth                   // to the next n-th of a month, the same day if it is one; n beyond the month's end means its last day
	MovePeriodOfNDays                // to the last day of the period of n days that begins with the date, which counts as day 1
	moveOpCount        = iota
	moveOpWithoutCount = 1<<MoveEndOfMonth | 1<<MoveEndOfTenDays
)

// Move is one step of a term, such as 45 days or "to the end of the month".
type Move struct {
	Op MoveOp
	N  int // days, months or day of the month; 0 for the ends of a period
}

// apply moves d.
func (m Move) apply(d date.Date) date.Date {
	switch m.Op {
	case MoveDays:
		return AddDays(d, m.N)
	case MoveMonths:
		return AddMonths(d, m.N)
	case MoveEndOfMonth:
		return EndOfMonth(d)
	case MoveEndOfTenDays:
		if day := d.Day(); day <= 20 {
			return AddDays(d, (10-day%10)%10)
		}
		return EndOfMonth(d)
	case MoveDayOfMonth:
		day := dayOfMonth(StartOfMonth(d), m.N)
		if day < d {
			day = dayOfMonth(AddDays(EndOfMonth(d), 1), m.N)
		}
		return day
	case MovePeriodOfNDays:
		return AddDays(d, m.N-1)
	}
	return d
}

// dayOfMonth returns day n of the month that begins on first, or its last day.
func dayOfMonth(first date.Date, n int) date.Date {
	return min(AddDays(first, n-1), EndOfMonth(first))
}

// String describes the move: "45 days", "end of month".
func (m Move) String() string {
	switch m.Op {
	case MoveDays:
		return fmt.Sprintf("%d days", m.N)
	case MoveMonths:
		return fmt.Sprintf("%d months", m.N)
	case MoveEndOfMonth:
		return "end of month"
	case MoveEndOfTenDays:
		return "end of ten-day period"
	case MoveDayOfMonth:
		return fmt.Sprintf("day %d of the month", m.N)
	case MovePeriodOfNDays:
		return fmt.Sprintf("last day of the %d-day period beginning with the date", m.N)
	}
	return fmt.Sprintf("move %d", uint8(m.Op))
}

// maxTermCount bounds the days or months of a single move (about 27 years).
const maxTermCount = 9999

// maxTermParts bounds the moves and the parts of a term.
const maxTermParts = 120

// check refuses moves that are not of their form.
func (m Move) check() error {
	lowest, most := 0, maxTermCount
	switch {
	case m.Op >= moveOpCount:
		return &FieldError{Path: "terms: move", Value: m.String(), Rule: RuleRange, Detail: "unknown move"}
	case moveOpWithoutCount>>m.Op&1 == 1:
		most = 0
	case m.Op == MoveDayOfMonth:
		lowest, most = 1, 31
	case m.Op == MovePeriodOfNDays:
		lowest = 1
	}
	if m.N < lowest || m.N > most {
		return &FieldError{
			Path: "terms: move", Value: strconv.Itoa(m.N), Rule: RuleRange,
			Detail: fmt.Sprintf("%s takes a number from %d to %d", m, lowest, most),
		}
	}
	return nil
}

// Terms are payment terms (conditions de règlement): from a start event, moves
// applied in order, then perhaps to a business day. Their order is visible
// because it matters: invoice of 16 January 2024, 45 days then end of month is
// 31 March, end of month then 45 days is 16 March; both readings of "45 jours
// fin de mois" are lawful (C. com. art. L441-10 I, DGCCRF) and the contract says
// which. The zero value is payment on the day of issue.
type Terms struct {
	Start StartEvent
	Moves []Move
	Roll  Roll // business-day rule for the result; needs a Calendar unless RollNone
	// Parts, if any, are instalments with their own terms; then Start, Moves and
	// Roll must be empty. Shares add up to 1.
	Parts []TermsPart
}

// TermsPart is one instalment of [Terms]: a share of the amount and when it is
// due.
type TermsPart struct {
	Share decimal.Decimal
	Terms Terms // without parts of its own
}

// NetDays is payment n days after the date of issue, which does not count:
// 30 days from 21 April is 21 May.
func NetDays(n int) Terms { return Terms{Moves: []Move{{MoveDays, n}}} }

// DaysThenEndOfMonth is n days, then the end of the month reached (n jours, puis
// fin de mois).
func DaysThenEndOfMonth(n int) Terms {
	return Terms{Moves: []Move{{MoveDays, n}, {Op: MoveEndOfMonth}}}
}

// EndOfMonthThenDays is the end of the month of issue, then n days (fin de mois,
// puis n jours).
func EndOfMonthThenDays(n int) Terms {
	return Terms{Moves: []Move{{Op: MoveEndOfMonth}, {MoveDays, n}}}
}

// From returns the terms with another start event.
func (t Terms) From(event StartEvent) Terms {
	t.Start = event
	return t
}

// OnThe returns the terms with a further move to the next n-th of a month:
// DaysThenEndOfMonth(30).OnThe(10) is "30 jours fin de mois le 10".
func (t Terms) OnThe(n int) Terms {
	t.Moves = append(append([]Move{}, t.Moves...), Move{MoveDayOfMonth, n})
	return t
}

// Rolled returns the terms with a business-day rule.
func (t Terms) Rolled(r Roll) Terms {
	t.Roll = r
	return t
}

// Instalments are terms in parts, for example 0.3 at once and 0.7 at 60 days.
// Without parts they are refused by [Terms.Check].
func Instalments(parts ...TermsPart) Terms { return Terms{Parts: append([]TermsPart{}, parts...)} }

// Check reports whether the terms can be computed.
//
// Errors:
//   - [ErrInvalidInput] for a count out of range, an unknown rule or a share that
//     is not positive;
//   - [ErrConflict] for parts beside moves, parts within parts, or shares that do
//     not add up to 1;
//   - [ErrLimit] for more than 120 moves or parts.
func (t Terms) Check() error {
	for _, m := range t.Moves {
		if err := m.check(); err != nil {
			return err
		}
	}
	if t.Start > StartDelivery {
		return &FieldError{Path: "terms: start", Value: t.Start.String(), Rule: RuleRange, Detail: "unknown event"}
	}
	if t.Roll > RollModifiedFollowing {
		return &FieldError{Path: "terms: roll", Value: t.Roll.String(), Rule: RuleRange, Detail: "unknown rule"}
	}
	if len(t.Moves) > maxTermParts || len(t.Parts) > maxTermParts {
		return &FieldError{Path: "terms", Rule: RuleLimit, Detail: fmt.Sprintf("at most %d moves or parts", maxTermParts)}
	}
	if t.Parts == nil {
		return nil
	}
	if t.Start != StartIssue || len(t.Moves) > 0 || t.Roll != RollNone {
		return &FieldError{Path: "terms", Rule: RuleExclusive, Detail: "give moves or parts, not both"}
	}
	sum := decimal.Zero
	for i, p := range t.Parts {
		if len(p.Terms.Parts) > 0 {
			return &FieldError{Path: fmt.Sprintf("terms: parts[%d]", i), Rule: RuleExclusive, Detail: "parts cannot have parts"}
		}
		if err := p.Terms.Check(); err != nil {
			return err
		}
		if p.Share.Sign() <= 0 {
			return &FieldError{Path: fmt.Sprintf("terms: parts[%d]: share", i), Value: p.Share.String(), Rule: RuleSign, Detail: "must be positive"}
		}
		sum = sum.Add(p.Share)
	}
	if !sum.Equal(decimal.New(1, 0)) {
		return &FieldError{Path: "terms: parts", Value: sum.String(), Rule: RuleSum, Detail: "shares must add up to 1"}
	}
	return nil
}

// Events are the days from which payment periods run. The zero date is "not
// known".
type Events struct {
	Issued, Received, Delivered date.Date
}

// on returns the day of an event.
func (e Events) on(event StartEvent) (date.Date, error) {
	day := e.Issued
	switch event {
	case StartReceipt:
		day = e.Received
	case StartDelivery:
		day = e.Delivered
	case StartIssue:
	}
	if day == 0 {
		return 0, &FieldError{Path: "terms: day of " + event.String(), Rule: RuleRequired, Detail: "the payment period starts there"}
	}
	return day, nil
}

// DueDate returns the last day on which payment is on time. The starting day
// does not count, the due day does. calendar may be nil when no business-day
// rule is set.
//
// Errors:
//   - those of [Terms.Check] and [RollDay];
//   - [ErrInvalidInput], rule required, when the day of the start event is not
//     known;
//   - [ErrConflict], rule exclusive, for terms in parts: use [Terms.Schedule].
func (t Terms) DueDate(events Events, calendar Calendar) (date.Date, error) {
	days, err := t.Trace(events, calendar)
	if err != nil {
		return 0, err
	}
	return days[len(days)-1], nil
}

// Trace returns the dates passed on the way to the due date: the start, the
// result of each move, and the business day if one applies. 45 days then end of
// month from 2025-02-15 gives 2025-02-15, 2025-04-01, 2025-04-30.
//
// Errors: those of [Terms.DueDate].
func (t Terms) Trace(events Events, calendar Calendar) ([]date.Date, error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	if len(t.Parts) > 0 {
		return nil, &FieldError{Path: "terms", Rule: RuleExclusive, Detail: "terms in parts have several due dates"}
	}
	day, err := events.on(t.Start)
	if err != nil {
		return nil, err
	}
	days := []date.Date{day}
	for _, m := range t.Moves {
		day = m.apply(day)
		days = append(days, day)
	}
	if day.Year() > lastYear {
		return nil, &FieldError{Path: "terms: due date", Value: isoDate(day), Rule: RuleRange, Detail: "after 9999-12-31"}
	}
	if t.Roll != RollNone {
		if day, err = RollDay(calendar, day, t.Roll); err != nil {
			return nil, err
		}
		days = append(days, day)
	}
	return days, nil
}

// Schedule returns the instalments of an amount under the terms, in the order of
// the parts: a single one for terms without parts. Each part but the last is
// rounded to the minor unit, the last takes the odd cents ([Money.SplitShares]).
//
// Errors: those of [Terms.DueDate] and [Money.SplitShares].
func (t Terms) Schedule(amount Money, events Events, calendar Calendar) ([]Instalment, error) {
	if len(t.Parts) == 0 {
		due, err := t.DueDate(events, calendar)
		if err != nil {
			return nil, err
		}
		return []Instalment{{DueOn: due, Amount: amount}}, nil
	}
	if err := t.Check(); err != nil {
		return nil, err
	}
	shares := make([]decimal.Decimal, len(t.Parts))
	for i, p := range t.Parts {
		shares[i] = p.Share
	}
	amounts, err := amount.SplitShares(shares...)
	if err != nil {
		return nil, err
	}
	list := make([]Instalment, len(t.Parts))
	for i, p := range t.Parts {
		due, err := p.Terms.DueDate(events, calendar)
		if err != nil {
			return nil, err
		}
		list[i] = Instalment{DueOn: due, Amount: amounts[i]}
	}
	return list, nil
}

// String describes the terms so that [ParseTerms] reads them back, as far as
// their form has a text.
func (t Terms) String() string {
	if len(t.Parts) > 0 {
		parts := make([]string, len(t.Parts))
		for i, p := range t.Parts {
			parts[i] = p.Share.String() + ": " + p.Terms.String()
		}
		return strings.Join(parts, "; ")
	}
	moves := make([]string, len(t.Moves))
	for i, m := range t.Moves {
		moves[i] = m.String()
	}
	text := strings.Join(moves, " then ")
	if text == "" {
		text = "0 days"
	}
	if t.Start != StartIssue {
		text += " from " + t.Start.String()
	}
	if t.Roll != RollNone {
		text += ", " + t.Roll.String()
	}
	return text
}
