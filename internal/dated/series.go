// Package dated holds legal numbers that change over time: each value with the
// days on which it holds and its source, and a coverage outside which nothing is
// answered.
package dated

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// Status says whether a row has a value.
type Status string

// The statuses of a row.
const (
	InForce  Status = "in_force" // the value holds
	Repealed Status = "repealed" // there is none any more
	Unknown  Status = "unknown"  // there was one, but no source was found
)

// Confidence says how far a row can be trusted.
type Confidence string

// The degrees of confidence.
const (
	Agreed     Confidence = "agreed"     // two or more independent sources agree
	Single     Confidence = "single"     // one secondary source
	Derived    Confidence = "derived"    // worked out by the rule of the text
	Unverified Confidence = "unverified" // a weak source: to be checked
	FromCaller Confidence = "caller"     // supplied by the caller
)

// Row is one value with the days on which it holds.
type Row struct {
	From       date.Date
	Until      date.Date // first day on which it no longer holds; zero: open
	Status     Status
	Value      decimal.Decimal
	Confidence Confidence
	Source     string // key into the list of sources
	Locator    string // where in it
	Note       string
}

// Manifest describes a series and what is known of it.
type Manifest struct {
	Parameter       string
	Title           string
	Jurisdiction    string
	Unit            string
	CoveredFrom     date.Date
	VerifiedThrough date.Date // last day known, included
	VerifiedOn      date.Date // day of the last check
	NextExpected    date.Date // day the next value is due; zero: none
	Update          string    // where a new value comes from
}

// Series is a list of rows without hole or overlap. It is immutable.
type Series struct {
	Manifest
	rows []Row
}

var columns = []string{"parameter", "from", "until", "status", "value", "unit", "confidence", "source", "locator", "note"}

// Read reads a series from CSV, one row a value, and refuses what is not exactly
// of its form: unknown columns, wrong order, gaps, overlaps, unknown sources.
func Read(r io.Reader, m Manifest, sources map[string]bool) (*Series, error) {
	reader := csv.NewReader(r)
	records, err := reader.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.Parameter, err)
	}
	if len(records) == 0 || !slices.Equal(records[0], columns) {
		return nil, fmt.Errorf("%s: header is not %s", m.Parameter, strings.Join(columns, ","))
	}
	var rows []Row
	for i, record := range records[1:] {
		row, err := readRow(record, m, sources)
		if err != nil {
			return nil, fmt.Errorf("%s: line %d: %w", m.Parameter, i+2, err)
		}
		rows = append(rows, row)
	}
	return New(m, rows)
}

func readRow(record []string, m Manifest, sources map[string]bool) (Row, error) {
	row := Row{
		Status: Status(record[3]), Confidence: Confidence(record[6]), Source: record[7], Locator: record[8], Note: record[9],
	}
	if record[0] != m.Parameter || record[5] != m.Unit {
		return row, fmt.Errorf("parameter %q in %q, want %q in %q", record[0], record[5], m.Parameter, m.Unit)
	}
	var err error
	if row.From, err = receivables.ParseDate(record[1]); err != nil {
		return row, err
	}
	if record[2] != "" {
		if row.Until, err = receivables.ParseDate(record[2]); err != nil {
			return row, err
		}
	}
	if row.Status == InForce {
		if row.Value, err = receivables.ParseAmount(record[4]); err != nil {
			return row, err
		}
	} else if record[4] != "" {
		return row, fmt.Errorf("a value beside status %q", row.Status)
	}
	if sources != nil && !sources[row.Source] {
		return row, fmt.Errorf("source %q is not in the list of sources", row.Source)
	}
	return row, nil
}

// New makes a series of rows.
//
// Errors: a row without source, of unknown status or confidence; rows out of order,
// with a gap or an overlap; a coverage that the rows do not fill.
func New(m Manifest, rows []Row) (*Series, error) {
	fail := func(row Row, what string) error {
		return &receivables.FieldError{
			Path: fmt.Sprintf("series %q: row of %s", m.Parameter, row.From), Rule: receivables.RuleOrder, Detail: what,
		}
	}
	if len(rows) == 0 || rows[0].From != m.CoveredFrom || m.VerifiedThrough < m.CoveredFrom {
		return nil, &receivables.FieldError{
			Path: fmt.Sprintf("series %q", m.Parameter), Rule: receivables.RuleOrder, Detail: "the first row must begin with the coverage",
		}
	}
	for i, row := range rows {
		switch {
		case row.Source == "":
			return nil, fail(row, "no source")
		case !slices.Contains([]Status{InForce, Repealed, Unknown}, row.Status):
			return nil, fail(row, fmt.Sprintf("unknown status %q", row.Status))
		case !slices.Contains([]Confidence{Agreed, Single, Derived, Unverified, FromCaller}, row.Confidence):
			return nil, fail(row, fmt.Sprintf("unknown confidence %q", row.Confidence))
		case row.From > m.VerifiedThrough:
			return nil, fail(row, "begins after the last verified day "+m.VerifiedThrough.String())
		case row.Until != 0 && row.Until <= row.From:
			return nil, fail(row, "ends before it begins")
		case i+1 < len(rows) && row.Until != rows[i+1].From:
			return nil, fail(row, "a gap or an overlap: the next row begins on "+rows[i+1].From.String())
		case i+1 == len(rows) && row.Until != 0 && row.Until <= m.VerifiedThrough:
			return nil, fail(row, "the rows end before the last verified day "+m.VerifiedThrough.String())
		}
	}
	return &Series{Manifest: m, rows: slices.Clone(rows)}, nil
}

// Rows returns the rows in order.
func (s *Series) Rows() []Row { return slices.Clone(s.rows) }

// At returns the row that holds on a day.
//
// Errors:
//   - [receivables.ErrNoCoverage] before the first and after the last verified day,
//     and where no source was found.
func (s *Series) At(day date.Date) (Row, error) {
	row, _, err := s.Extended(day, false)
	return row, err
}

// Extended is At; with extend, the last row also answers for days after the last
// verified one, or between it and the rows of a caller, and provisional is true.
func (s *Series) Extended(day date.Date, extend bool) (row Row, provisional bool, err error) {
	coverage := &receivables.CoverageError{
		Parameter: s.Parameter, Day: day, FirstCovered: s.CoveredFrom, LastCovered: s.VerifiedThrough, NextExpected: s.NextExpected,
	}
	if day < s.CoveredFrom || day > s.VerifiedThrough && !extend {
		return Row{}, false, coverage
	}
	at, found := slices.BinarySearchFunc(s.rows, day, func(r Row, d date.Date) int {
		switch {
		case r.From < d:
			return -1
		case r.From > d:
			return 1
		}
		return 0
	})
	if !found {
		at--
	}
	if row = s.rows[at]; extend && row.Note == notGiven {
		return s.rows[at-1], true, nil
	}
	if row.Status != InForce {
		coverage.Reason = string(row.Status)
		if row.Note != "" {
			coverage.Reason += ": " + row.Note
		}
		return Row{}, false, coverage
	}
	return row, day > s.VerifiedThrough, nil
}

// notGiven marks the days between what was verified and the rows of a caller.
const notGiven = "neither verified nor given"

// Overlay returns the series with rows of the caller from their first day on; what
// was there from that day is replaced. Days between what was verified and the first
// row stay unknown. Without rows the last value holds through verifiedThrough.
//
// Errors: those of [New]; what was verified cannot be forgotten.
func (s *Series) Overlay(verifiedThrough date.Date, rows ...Row) (*Series, error) {
	if verifiedThrough < s.VerifiedThrough {
		return nil, &receivables.FieldError{
			Path: s.Parameter + ": verified through", Value: verifiedThrough.String(), Rule: receivables.RuleOrder, Detail: "was verified through " + s.VerifiedThrough.String(),
		}
	}
	m := s.Manifest
	m.VerifiedThrough = verifiedThrough
	m.NextExpected = 0
	if len(rows) == 0 {
		return New(m, s.rows)
	}
	if gap := s.VerifiedThrough + 1; rows[0].From > gap {
		rows = append([]Row{{From: gap, Until: rows[0].From, Status: Unknown, Confidence: Unverified, Source: rows[0].Source, Note: notGiven}}, rows...)
	}
	var merged []Row
	for _, r := range s.rows {
		if r.From >= rows[0].From {
			break
		}
		if r.Until == 0 || r.Until > rows[0].From {
			r.Until = rows[0].From
		}
		merged = append(merged, r)
	}
	if len(merged) == 0 {
		m.CoveredFrom = rows[0].From
	}
	return New(m, append(merged, rows...))
}
