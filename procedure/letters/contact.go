package letters

import (
	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/penalties"
	"github.com/receivables-go/receivables/procedure/reminder"
)

// KindOf returns the kind of letter of a level; false for litigation, which is no letter.
func KindOf(level reminder.Level) (Kind, bool) {
	kinds := map[reminder.Level]Kind{
		reminder.LevelPreDue: PreReminder, reminder.LevelCourteous: FirstReminder, reminder.LevelFirm: SecondReminder, reminder.LevelLast: LastReminder,
		reminder.LevelFormalNotice: FormalNotice,
	}
	kind, ok := kinds[level]
	return kind, ok
}

// For fills a letter for a contact of a plan: kind by its level, day, documents with what is asked for, free
// credits set off. Everything else (parties, language, last day to pay, signature) is the letter's. A last
// reminder or formal notice asks for the interest not paid and, where the contact asks for costs and the
// audience is no consumer, the fixed sums of the accruals, which may be nil.
//
// Errors:
//   - [receivables.ErrInvalidInput] for a contact of litigation;
//   - [receivables.ErrConflict] for an accrual of another day.
func (l Letter) For(plan reminder.Plan, c reminder.Contact, accrual func(document string, instalment int) *penalties.Accrual) (Letter, error) {
	kind, ok := KindOf(c.Level)
	if !ok {
		return Letter{}, &receivables.FieldError{Path: "letter: level", Value: c.Level.String(), Rule: receivables.RuleRange, Detail: "litigation is no letter"}
	}
	l.Kind, l.On, l.Registered, l.Lines, l.Credits = kind, plan.AsOf, c.Channel == reminder.RegisteredLetter, nil, receivables.Money{}
	if c.Credits.Sign() > 0 {
		l.Credits = c.Credits
	}
	for _, x := range c.Items {
		line := Line{Document: x.Document, Instalment: x.Instalment, IssuedOn: x.IssuedOn, DueOn: x.DueOn, Amount: x.Undisputed}
		if accrual != nil && kind.charged() {
			if a := accrual(x.Document, x.Instalment); a != nil {
				if a.Until != plan.AsOf {
					return Letter{}, &receivables.FieldError{Path: "letter: accrual of " + x.Document, Value: a.Until.String(), Rule: receivables.RuleExclusive, Detail: "the plan is of " + plan.AsOf.String()}
				}
				line.Interest = a.InterestDue.Round()
				if fixed := a.FixedSumDue(); fixed.Sign() > 0 && c.Costs && l.Audience != receivables.KindConsumer {
					line.FixedSum = fixed
				}
			}
		}
		l.Lines = append(l.Lines, line)
	}
	return l, nil
}
