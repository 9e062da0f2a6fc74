package receivables

import (
	"encoding/json"
	"fmt"

	"github.com/shopspring/decimal"
)

// Status says whether a figure could be computed and, if not, why. A figure
// that cannot be computed is never 0, NaN or infinite.
type Status uint8

// The statuses of a [Figure].
const (
	StatusUndefined           Status = iota // zero value: nothing was computed
	StatusOK                                // computed
	StatusZeroDenominator                   // nothing to divide by: no sales, no balance, nothing due
	StatusNegativeDenominator               // net credits exceed debits
	StatusCreditBalance                     // computed, but the numerator is a credit balance
	StatusTruncated                         // computed, but the history is too short: a lower bound
	StatusInsufficientData                  // fewer observations than the method needs
	StatusMixedBasis                        // amounts incl. and excl. VAT, currencies or scopes do not match
	StatusOutOfDomain                       // an input that the formula does not take, a model outside the population it was made for
)

var statusNames = [...]string{
	"undefined", "ok", "zero denominator", "negative denominator", "credit balance",
	"truncated", "insufficient data", "mixed basis", "out of domain",
}

// String returns the name of the status, such as "zero denominator".
func (s Status) String() string {
	if int(s) < len(statusNames) {
		return statusNames[s]
	}
	return fmt.Sprintf("status %d", uint8(s))
}

// MarshalText writes the name.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the name.
//
// Errors:
//   - [ErrInvalidInput].
func (s *Status) UnmarshalText(text []byte) error {
	for i, name := range statusNames {
		if name == string(text) {
			*s = Status(i)
			return nil
		}
	}
	return &FieldError{Path: "status", Value: string(text), Rule: RuleSyntax, Detail: "unknown status"}
}

// hasValue reports whether a figure of this status carries a value.
func (s Status) hasValue() bool {
	return s == StatusOK || s == StatusCreditBalance || s == StatusTruncated
}

// Unit names what a figure counts.
type Unit string

// Units of figures.
const (
	UnitDays     Unit = "days"     // calendar days, fractions allowed
	UnitFraction Unit = "fraction" // 0.05 is 5 percent
	UnitPercent  Unit = "percent"  // 5 is 5 percent
	UnitMonths   Unit = "months"
	UnitTimes    Unit = "times"             // how often in the period
	UnitPerYear  Unit = "fraction per year" // an annual rate: 0.05 is 5 percent a year
	UnitCount    Unit = "count"             // dimensionless
)

// UnitOf is the unit of amounts in a currency: its code, such as "EUR".
func UnitOf(c Currency) Unit { return Unit(c.Code()) }

// RatioPlaces is the number of decimals kept when a division does not come out
// even; the last one is rounded half away from zero. Presentation rounds later.
const RatioPlaces = 16

// Figure is a computed number that may be undefined.
type Figure struct {
	value  decimal.Decimal
	unit   Unit
	status Status
}

// NewFigure returns a computed figure.
func NewFigure(value decimal.Decimal, unit Unit) Figure {
	return Figure{value: value, unit: unit, status: StatusOK}
}

// FigureOf returns an amount as a figure.
func FigureOf(m Money) Figure { return NewFigure(m.amount, UnitOf(m.currency)) }

// Marked returns the figure with another status: with its value where the status has
// one (credit balance, truncated), without it otherwise. A figure without value stays
// as it is.
func (f Figure) Marked(status Status) Figure {
	if !f.status.hasValue() {
		return f
	}
	if !status.hasValue() {
		return NoFigure(status, f.unit)
	}
	f.status = status
	return f
}

// NoFigure returns a figure that could not be computed, with the reason.
func NoFigure(status Status, unit Unit) Figure { return Figure{unit: unit, status: status} }

// Quotient returns numerator / denominator to [RatioPlaces] decimals, or an
// undefined figure when the denominator is zero or negative.
func Quotient(numerator, denominator decimal.Decimal, unit Unit) Figure {
	switch denominator.Sign() {
	case 0:
		return NoFigure(StatusZeroDenominator, unit)
	case -1:
		return NoFigure(StatusNegativeDenominator, unit)
	}
	return NewFigure(numerator.DivRound(denominator, RatioPlaces), unit)
}

// Value returns the number and whether there is one. The number is 0 when
// there is none; look at the second result first.
func (f Figure) Value() (decimal.Decimal, bool) { return f.value, f.status.hasValue() }

// Money returns an amount rounded half away from zero to the minor unit of its currency;
// false if there is no value or its unit is no currency ([UnitOf]).
func (f Figure) Money() (Money, bool) {
	currency, err := ParseCurrency(string(f.unit))
	if err != nil || !f.status.hasValue() {
		return Money{}, false
	}
	return Money{amount: f.value, currency: currency}.Round(), true
}

// Unit returns what the figure counts.
func (f Figure) Unit() Unit { return f.unit }

// Status says whether the figure was computed and, if not, why.
func (f Figure) Status() Status { return f.status }

// String writes the figure with at most four decimals and its unit, "82.1 days", or the
// status if there is no value.
func (f Figure) String() string {
	if !f.status.hasValue() {
		return f.status.String()
	}
	text := f.value.Round(4).String() + " " + string(f.unit)
	if f.status != StatusOK {
		text += ", " + f.status.String()
	}
	return text
}

// MarshalJSON writes {"value":"12.5","unit":"days","status":"ok"}; the value is
// null when there is none.
func (f Figure) MarshalJSON() ([]byte, error) {
	var value *string
	if f.status.hasValue() {
		text := f.value.String()
		value = &text
	}
	return json.Marshal(struct {
		Value  *string `json:"value"`
		Unit   Unit    `json:"unit"`
		Status Status  `json:"status"`
	}{value, f.unit, f.status})
}

// UnmarshalJSON reads what MarshalJSON writes.
//
// Errors:
//   - [ErrInvalidInput] for an unknown status, a value that is no number, or a value beside a
//     status that has none, and the other way round.
func (f *Figure) UnmarshalJSON(data []byte) error {
	var read struct {
		Value  *string `json:"value"`
		Unit   Unit    `json:"unit"`
		Status Status  `json:"status"`
	}
	if err := json.Unmarshal(data, &read); err != nil {
		return err
	}
	if (read.Value != nil) != read.Status.hasValue() {
		return &FieldError{Path: "figure", Value: string(data), Rule: RuleSyntax, Detail: "a value goes with the status ok, credit balance or truncated, and with no other"}
	}
	f.value, f.unit, f.status = decimal.Zero, read.Unit, read.Status
	if read.Value != nil {
		value, err := ParseAmount(*read.Value)
		if err != nil {
			return err
		}
		f.value = value
	}
	return nil
}

// Text writes the value rounded half away from zero to the given places, or
// the status if there is none.
func (f Figure) Text(places int32) string {
	if !f.status.hasValue() {
		return f.status.String()
	}
	return f.value.StringFixed(places)
}
