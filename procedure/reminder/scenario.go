package reminder

import (
	"fmt"
	"slices"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// Level is how firm a step is (niveau de relance).
type Level uint8

// The levels.
const (
	LevelPreDue       Level = iota // check before the due date (prévenance)
	LevelCourteous                 // courteous reminder
	LevelFirm                      // firm reminder
	LevelLast                      // last reminder, with the charges
	LevelFormalNotice              // mise en demeure
	LevelLitigation                // contentieux
	levelCount        = iota
)

var levelNames = [levelCount]string{"before due", "courteous", "firm", "last", "formal notice", "litigation"}

// String returns the level in words.
func (l Level) String() string { return nameOf(levelNames[:], uint8(l), "level") }

// MarshalText writes the name.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads the name.
//
// Errors:
//   - [receivables.ErrInvalidInput].
func (l *Level) UnmarshalText(text []byte) error { return parseName(levelNames[:], text, "level", l) }

// Channel is how a step reaches the customer, or whom it goes to.
type Channel uint8

// The channels. The zero value is none.
const (
	NoChannel        Channel = iota
	Letter                   // lettre simple
	Email                    // courriel
	Call                     // appel
	SMS                      // SMS
	Visit                    // visite
	RegisteredLetter         // lettre recommandée, on paper or electronic
	Salesperson              // asks the salesperson or his manager to act
	Commissaire              // act of a commissaire de justice
	LegalDepartment          // handed over to the legal department or a lawyer
	channelCount     = iota
)

var channelNames = [channelCount]string{
	"none", "letter", "e-mail", "call", "SMS", "visit", "registered letter", "salesperson", "commissaire de justice", "legal department",
}

// String returns the channel in words.
func (c Channel) String() string { return nameOf(channelNames[:], uint8(c), "channel") }

// MarshalText writes the name.
func (c Channel) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads the name.
//
// Errors:
//   - [receivables.ErrInvalidInput].
func (c *Channel) UnmarshalText(text []byte) error {
	return parseName(channelNames[:], text, "channel", c)
}

// Base is from where the days of a step count.
type Base uint8

// The bases.
const (
	AfterDue      Base = iota // due date + days
	EndOfMonth                // last day of the month of due date + days
	AfterPrevious             // arrival of the step before + days
	baseCount     = iota
)

var baseNames = [baseCount]string{"due date", "end of month", "previous step"}

// String returns the base in words.
func (b Base) String() string { return nameOf(baseNames[:], uint8(b), "base") }

// MarshalText writes the name.
func (b Base) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// UnmarshalText reads the name.
//
// Errors:
//   - [receivables.ErrInvalidInput].
func (b *Base) UnmarshalText(text []byte) error { return parseName(baseNames[:], text, "base", b) }

func nameOf(names []string, value uint8, what string) string {
	if int(value) < len(names) {
		return names[value]
	}
	return fmt.Sprintf("%s %d", what, value)
}

func parseName[T ~uint8](names []string, text []byte, what string, to *T) error {
	i := slices.Index(names, string(text))
	if i < 0 {
		return &receivables.FieldError{Path: what, Value: string(text), Rule: receivables.RuleSyntax, Detail: "unknown name"}
	}
	*to = T(i)
	return nil
}

// Step is one action of a scenario.
type Step struct {
	Code    string  `json:"code"` // unique in its scenario
	Level   Level   `json:"level"`
	Channel Channel `json:"channel"`
	Base    Base    `json:"base"`
	Days    int     `json:"days"`
	// Minimum is the amount, in units of the currency of the item, below which an item does not
	// come to this step. It must not fall from step to step.
	Minimum decimal.Decimal `json:"minimum"`
	// Costs says that the step asks for the fixed sum and the costs of recovery, which no
	// consumer owes (CPCE L111-8, C. conso L121-21).
	Costs bool `json:"costs"`
}

// Scenario is a calendar of steps (scénario de relance).
type Scenario struct {
	Name  string `json:"name"`
	Steps []Step `json:"steps"`
	// Roll moves a day that is not a working day, but not to the other side of the due date.
	Roll receivables.Roll `json:"roll"`
	// Source says where the steps were read; empty for the user's own.
	Source string `json:"source,omitempty"`
}

const (
	mostSteps = 100
	farDays   = 3650
	// longMonth is the most days from a day to the end of its month.
	longMonth = 30
)

// Check reports the first step that breaks a rule.
//
// Errors:
//   - [receivables.ErrInvalidInput] for a scenario without name or steps, a step without code,
//     with an unknown level, channel, base or days beyond ten years, one without channel, a first
//     step that counts from the step before, days below 0 from there, a step that can fall before the
//     one before it, a level or minimum lower than before, a minimum below 0, a check before the due
//     date that can fall after it, a formal notice or litigation that can fall on or before it;
//   - [receivables.ErrDuplicate] for a code used twice;
//   - [receivables.ErrLimit] above 100 steps.
func (s Scenario) Check() error {
	fail := func(place, value string, rule receivables.Rule, detail string) error {
		return &receivables.FieldError{Path: fmt.Sprintf("scenario %q%s", s.Name, place), Value: value, Rule: rule, Detail: detail}
	}
	switch {
	case s.Name == "":
		return fail("", "", receivables.RuleRequired, "a name")
	case len(s.Steps) == 0:
		return fail(": steps", "", receivables.RuleRequired, "at least one")
	case len(s.Steps) > mostSteps:
		return fail(": steps", fmt.Sprint(len(s.Steps)), receivables.RuleLimit, fmt.Sprintf("at most %d", mostSteps))
	case s.Roll > receivables.RollModifiedFollowing:
		return fail(": roll", s.Roll.String(), receivables.RuleRange, "unknown rule")
	}
	codes := map[string]bool{}
	// days after the due date by which the steps so far can have come, and the most days of those
	// that end a month: of two of these the later never comes first
	latest, endOfMonth := -farDays, -farDays-longMonth
	soonest := 0 // days after the due date on which the step before can have come at the earliest
	for i, x := range s.Steps {
		place := fmt.Sprintf(": steps[%d] %q", i, x.Code)
		before := max(latest, endOfMonth+longMonth)
		earliest, last := x.Days, x.Days
		switch x.Base {
		case AfterDue:
		case EndOfMonth:
			before = max(latest, endOfMonth)
			last += longMonth
		case AfterPrevious:
			earliest, last, soonest = before, before+x.Days, soonest+x.Days
		}
		if x.Base != AfterPrevious {
			soonest = x.Days
		}
		switch {
		case x.Code == "":
			return fail(place, "", receivables.RuleRequired, "a code")
		case codes[x.Code]:
			return fail(place, x.Code, receivables.RuleDuplicate, "two steps of this code")
		case x.Level >= levelCount:
			return fail(place+": level", x.Level.String(), receivables.RuleRange, "unknown level")
		case x.Channel == NoChannel || x.Channel >= channelCount:
			return fail(place+": channel", x.Channel.String(), receivables.RuleRequired, "a step reaches somebody by a channel")
		case x.Base >= baseCount:
			return fail(place+": base", x.Base.String(), receivables.RuleRange, "unknown base")
		case x.Days < -farDays || x.Days > farDays:
			return fail(place+": days", fmt.Sprint(x.Days), receivables.RuleRange, "within ten years")
		case i == 0 && x.Base == AfterPrevious:
			return fail(place+": base", x.Base.String(), receivables.RuleOrder, "unreachable: there is no step before the first")
		case x.Base == AfterPrevious && x.Days < 0:
			return fail(place+": days", fmt.Sprint(x.Days), receivables.RuleSign, "must not be negative after the step before")
		case earliest < before:
			return fail(place+": days", fmt.Sprint(x.Days), receivables.RuleOrder, fmt.Sprintf("wrong order: the step before can come %d days after the due date", before))
		case i > 0 && x.Level < s.Steps[i-1].Level:
			return fail(place+": level", x.Level.String(), receivables.RuleOrder, "lower than the step before, "+s.Steps[i-1].Level.String())
		case x.Level == LevelPreDue && last > 0:
			return fail(place+": days", fmt.Sprint(x.Days), receivables.RuleOrder, "a check before the due date must not come after it")
		case x.Level >= LevelFormalNotice && soonest <= 0:
			return fail(place+": days", fmt.Sprint(x.Days), receivables.RuleOrder, "nobody is put on notice before the day after the due date")
		case x.Minimum.Sign() < 0:
			return fail(place+": minimum", x.Minimum.String(), receivables.RuleSign, "must not be negative")
		case i > 0 && x.Minimum.Cmp(s.Steps[i-1].Minimum) < 0:
			return fail(place+": minimum", x.Minimum.String(), receivables.RuleOrder, "lower than that of the step before: a payment would bring a later step")
		}
		codes[x.Code] = true
		switch x.Base {
		case AfterDue:
			latest = x.Days
		case EndOfMonth:
			endOfMonth = x.Days
		case AfterPrevious:
			latest = before + x.Days
		}
	}
	return nil
}

// dayOf returns the day of a step, before it is moved to a working day.
func (x *Step) dayOf(due, previous date.Date) date.Date {
	switch x.Base {
	case EndOfMonth:
		return receivables.EndOfMonth(receivables.AddDays(due, x.Days))
	case AfterPrevious:
		return receivables.AddDays(previous, x.Days)
	case AfterDue:
	}
	return receivables.AddDays(due, x.Days)
}

// Days returns the day of each step of an item due on a day, if nothing happens and each is done
// on its day (without time for the mail). An invoice due on 2026-10-30 in the standard scenario
// gets its first reminder on 2026-11-03.
//
// Errors:
//   - [receivables.ErrInvalidInput] for a due date that is none;
//   - those of [Scenario.Check] and of the calendar, which is needed only where days are moved.
func (s Scenario) Days(due date.Date, calendar receivables.Calendar) ([]date.Date, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	if !receivables.IsDay(due) {
		return nil, &receivables.FieldError{Path: "due date", Value: due.String(), Rule: receivables.RuleRange, Detail: "outside 1900-01-01 to 9999-12-31"}
	}
	days := make([]date.Date, len(s.Steps))
	previous := date.Date(0)
	for i := range s.Steps {
		raw := s.Steps[i].dayOf(due, previous)
		day, err := receivables.RollDay(calendar, raw, s.Roll)
		switch { // on its own side of the due date
		case err != nil:
		case raw > due && day <= due:
			day, err = receivables.RollDay(calendar, raw, receivables.RollFollowing)
		case raw <= due && day > due && beforeDue(&s.Steps[i]):
			day, err = receivables.RollDay(calendar, raw, receivables.RollPreceding)
		}
		if err != nil {
			return nil, fmt.Errorf("scenario %q: %q: %w", s.Name, s.Steps[i].Code, err)
		}
		days[i], previous = day, day
	}
	return days, nil
}

// IndexOf returns the position of a step by its code, -1 if there is none.
func (s Scenario) IndexOf(code string) int {
	return slices.IndexFunc(s.Steps, func(x Step) bool { return x.Code == code })
}
