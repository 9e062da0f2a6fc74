package procedure

import (
	"fmt"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
)

// Truth says whether a condition is met.
type Truth uint8

// The truths. The zero value is Unknown.
const (
	Unknown Truth = iota
	Met
	NotMet
)

// String returns the truth in words.
func (t Truth) String() string {
	switch t {
	case Unknown:
		return "unknown"
	case Met:
		return "met"
	case NotMet:
		return "not met"
	}
	return fmt.Sprintf("truth %d", uint8(t))
}

// MarshalText writes the name.
func (t Truth) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads the name.
//
// Errors:
//   - [receivables.ErrInvalidInput].
func (t *Truth) UnmarshalText(text []byte) error {
	for _, known := range []Truth{Unknown, Met, NotMet} {
		if known.String() == string(text) {
			*t = known
			return nil
		}
	}
	return &receivables.FieldError{Path: "condition", Value: string(text), Rule: receivables.RuleSyntax, Detail: "want unknown, met or not met"}
}

// TruthOf is Met or NotMet.
func TruthOf(met bool) Truth {
	if met {
		return Met
	}
	return NotMet
}

// Not turns a truth round; what is not known stays so.
func (t Truth) Not() Truth {
	switch t {
	case Met:
		return NotMet
	case NotMet:
		return Met
	case Unknown:
	}
	return Unknown
}

// Condition is one condition of a decision.
type Condition struct {
	Name     string               `json:"name"`
	State    Truth                `json:"state"`
	Evidence string               `json:"evidence,omitempty"`
	Basis    receivables.Citation `json:"basis"`
}

// All returns whether all conditions are met: NotMet if one is not, else Unknown if one is unknown.
func All(conditions []Condition) Truth {
	state := Met
	for _, c := range conditions {
		switch c.State {
		case NotMet:
			return NotMet
		case Met:
		case Unknown:
			state = Unknown
		default: // no truth at all
			state = Unknown
		}
	}
	return state
}

// anyOf returns whether one condition is met: Met if one is, else Unknown if one is unknown.
func anyOf(conditions []Condition) Truth {
	state := NotMet
	for _, c := range conditions {
		switch c.State {
		case Met:
			return Met
		case NotMet:
		case Unknown:
			state = Unknown
		default:
			state = Unknown
		}
	}
	return state
}

// law collects the citations of rules on a day, and the first error.
type law struct {
	on  date.Date
	err error
}

func (l *law) rule(id string) Rule {
	r, err := RuleAt(id, l.on)
	if err != nil && l.err == nil {
		l.err = err
	}
	return r
}

func (l *law) basis(id string) receivables.Citation { return l.rule(id).Citation }

// practice is the basis of what no text says.
func practice(what string) receivables.Citation {
	return receivables.Citation{Text: what, Confidence: "practice"}
}
