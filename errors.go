package receivables

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/rickb777/date/v2"
)

// Kinds of failure. Test with [errors.Is]; the structs below carry the facts.
var (
	// ErrInvalidInput: a value breaks a rule of its own (syntax, sign, range).
	ErrInvalidInput = errors.New("invalid input")
	// ErrDuplicate: an identifier is used twice.
	ErrDuplicate = errors.New("duplicate")
	// ErrUnknown: a name that must exist does not (document, column, preset).
	ErrUnknown = errors.New("unknown reference")
	// ErrCurrencyMismatch: amounts of different currencies met.
	ErrCurrencyMismatch = errors.New("currency mismatch")
	// ErrOverAllocated: more was applied to or taken from a document than it holds.
	ErrOverAllocated = errors.New("over-allocated")
	// ErrConflict: two statements that exclude each other.
	ErrConflict = errors.New("conflict")
	// ErrLimit: a documented limit is exceeded.
	ErrLimit = errors.New("limit exceeded")
	// ErrNoCoverage: asked outside the span for which the data are known.
	ErrNoCoverage = errors.New("outside coverage")
)

// Rule is the stable code of a broken rule. Codes do not change between
// versions; messages may.
type Rule string

// The rules, each with the kind of error ([errors.Is]) it leads to.
const (
	RuleRequired         Rule = "required"          // a value that must be given is missing
	RuleSyntax           Rule = "syntax"            // the text is not of the expected form
	RuleAmount           Rule = "amount"            // not a plain decimal number
	RuleSign             Rule = "sign"              // the sign contradicts the kind
	RuleDate             Rule = "date"              // no such day
	RuleDateLayout       Rule = "date_layout"       // the layout cannot describe a date
	RuleAmbiguousDate    Rule = "ambiguous_date"    // layouts disagree (ErrConflict)
	RuleRange            Rule = "range"             // outside the allowed range
	RuleOrder            Rule = "order"             // ends before it begins, not increasing
	RuleSum              Rule = "sum"               // parts do not add up (ErrConflict)
	RuleExclusive        Rule = "exclusive"         // two values that exclude each other (ErrConflict)
	RuleAmbiguousTerms   Rule = "ambiguous_terms"   // a term with two readings (ErrConflict)
	RuleCurrency         Rule = "currency"          // currencies differ (ErrCurrencyMismatch)
	RuleUnknownCurrency  Rule = "unknown_currency"  // not an ISO 4217 code (ErrUnknown)
	RuleUnknownReference Rule = "unknown_reference" // names something that does not exist (ErrUnknown)
	RuleUnknownColumn    Rule = "unknown_column"    // names a column or key that does not exist (ErrUnknown)
	RuleDuplicate        Rule = "duplicate"         // identifier used twice (ErrDuplicate)
	RuleOverAllocated    Rule = "over_allocated"    // more than the document holds (ErrOverAllocated)
	RuleLimit            Rule = "limit"             // a documented limit (ErrLimit)
	RuleEncoding         Rule = "encoding"          // bytes that are not UTF-8, or a byte order mark
	RuleQuote            Rule = "quote"             // a quoted field is malformed or never closed
	RuleFieldCount       Rule = "field_count"       // a row is shorter or longer than the header
)

// Kind returns the sentinel to which the rule leads.
func (r Rule) Kind() error {
	switch r {
	case RuleAmbiguousDate, RuleSum, RuleExclusive, RuleAmbiguousTerms:
		return ErrConflict
	case RuleCurrency:
		return ErrCurrencyMismatch
	case RuleUnknownCurrency, RuleUnknownReference, RuleUnknownColumn:
		return ErrUnknown
	case RuleDuplicate:
		return ErrDuplicate
	case RuleOverAllocated:
		return ErrOverAllocated
	case RuleLimit:
		return ErrLimit
	default:
		return ErrInvalidInput
	}
}

// FieldError says which value broke which rule. It unwraps to the kind of the
// rule.
type FieldError struct {
	Path   string // where: "invoice F-1: amount", "facts[3].due"
	Value  string // the value, as given; empty when missing
	Rule   Rule   // stable code
	Detail string // what was expected, with the figures
}

// Error gives path, value and rule in one line.
func (e *FieldError) Error() string {
	var b strings.Builder
	b.WriteString("receivables: ")
	b.WriteString(e.Path)
	if e.Value != "" {
		b.WriteString(" ")
		b.WriteString(strconv.Quote(shorten(e.Value)))
	}
	b.WriteString(": ")
	b.WriteString(string(e.Rule))
	if e.Detail != "" {
		b.WriteString(": ")
		b.WriteString(e.Detail)
	}
	return b.String()
}

// Unwrap returns the sentinel of the broken rule.
func (e *FieldError) Unwrap() error { return e.Rule.Kind() }

// at returns a copy of the error with a place put in front of its path.
func (e *FieldError) at(place string) *FieldError {
	c := *e
	c.Path = place + ": " + e.Path
	return &c
}

// RowError says which cell of which file is at fault. It unwraps to its cause.
type RowError struct {
	File string // as named by the caller
	Line int    // 1-based line on which the row begins; 0 when the whole file is meant
	// Column is the name of the column in the file, "byte 12" where the line could
	// not be divided into columns, empty when the row as a whole is meant.
	Column string
	Err    error // the cause, usually a *FieldError
}

// Error gives file, line, column and cause in one line.
func (e *RowError) Error() string {
	var b strings.Builder
	b.WriteString("receivables: ")
	b.WriteString(cmp.Or(e.File, "file"))
	if e.Line > 0 {
		fmt.Fprintf(&b, ": line %d", e.Line)
	}
	if e.Column != "" {
		fmt.Fprintf(&b, ", column %q", shorten(e.Column))
	}
	b.WriteString(": ")
	b.WriteString(e.Message())
	return b.String()
}

// Message is the cause without the place.
func (e *RowError) Message() string {
	return strings.TrimPrefix(e.Err.Error(), "receivables: ")
}

// Code is the stable code of the broken rule, "invalid" if the cause has none.
func (e *RowError) Code() string {
	if field, ok := errors.AsType[*FieldError](e.Err); ok {
		return string(field.Rule)
	}
	return "invalid"
}

// Unwrap returns the cause.
func (e *RowError) Unwrap() error { return e.Err }

// CoverageError says that a dated table was asked outside its span. It unwraps
// to [ErrNoCoverage].
type CoverageError struct {
	Parameter    string    // what was asked for: "holidays of alsace-moselle"
	Day          date.Date // the day asked
	FirstCovered date.Date // first day known
	LastCovered  date.Date // last day known, included
	// NextExpected is the day on which a further value is expected; zero: not known,
	// or there will be none.
	NextExpected date.Date
	// Reason says more where the span does not: "no source found", "repealed".
	Reason string
}

// Error names the parameter, the day asked, the covered span and what is known of
// the next value.
func (e *CoverageError) Error() string {
	where := "outside coverage"
	if e.Day >= e.FirstCovered && e.Day <= e.LastCovered {
		where = "no value inside coverage"
	}
	text := fmt.Sprintf("receivables: %s on %s: %s %s to %s", e.Parameter, isoDate(e.Day), where, isoDate(e.FirstCovered), isoDate(e.LastCovered))
	if e.Reason != "" {
		text += ", " + e.Reason
	}
	if e.NextExpected != 0 {
		text += ", next value expected " + isoDate(e.NextExpected)
	}
	return text
}

// Unwrap returns [ErrNoCoverage].
func (e *CoverageError) Unwrap() error { return ErrNoCoverage }

// shorten keeps hostile values from flooding a message.
func shorten(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "\uFFFD") + "... (" + strconv.Itoa(len(s)) + " bytes)"
}

// quoteList writes "a", "b".
func quoteList(list []string) string {
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = strconv.Quote(shorten(s))
	}
	return strings.Join(quoted, ", ")
}
