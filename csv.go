package receivables

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rickb777/date/v2"
	"golang.org/x/text/encoding/charmap"
)

// CSVKey names what a column of a file of documents holds.
type CSVKey string

// The keys. Amount or Open, Customer and Issued are needed; the rest is used if
// it is there.
const (
	CSVID          CSVKey = "id"          // document number; left out, rows are named by their line
	CSVCustomer    CSVKey = "customer"    // customer number
	CSVName        CSVKey = "name"        // customer name; the first one met is kept
	CSVIssued      CSVKey = "issued"      // date of the document
	CSVDue         CSVKey = "due"         // due date
	CSVTerms       CSVKey = "terms"       // payment terms, give the due date where due is blank
	CSVReceived    CSVKey = "received"    // day of receipt, for terms that run from it
	CSVDelivered   CSVKey = "delivered"   // day of delivery, for terms that run from it
	CSVAmount      CSVKey = "amount"      // amount including VAT; below zero: a credit note
	CSVOpen        CSVKey = "open"        // still open on the day of the extract
	CSVApplied     CSVKey = "applied"     // amount paid, on the settled day
	CSVSettled     CSVKey = "settled"     // day of payment; blank: not paid
	CSVCurrency    CSVKey = "currency"    // ISO 4217 code
	CSVDisputed    CSVKey = "disputed"    // yes or no (oui, non, 1, 0, true, false)
	CSVLost        CSVKey = "lost"        // yes: the dispute was lost, nothing was paid
	CSVKind        CSVKey = "kind"        // invoice, credit_note, payment, deposit (facture, avoir, règlement, acompte)
	CSVSalesperson CSVKey = "salesperson" // who sold
	CSVEntity      CSVKey = "entity"      // selling company or agency
)

// CSVKeys lists the keys in the order of the documentation.
func CSVKeys() []CSVKey {
	return []CSVKey{
		CSVID, CSVCustomer, CSVName, CSVIssued, CSVDue, CSVTerms, CSVReceived, CSVDelivered, CSVAmount, CSVOpen, CSVApplied,
		CSVSettled, CSVCurrency, CSVDisputed, CSVLost, CSVKind, CSVSalesperson, CSVEntity,
	}
}

// LostDisputes says what the settled day of a lost dispute means.
type LostDisputes uint8

// The readings.
const (
	LostWrittenOff LostDisputes = iota // the claim was written off on that day
	LostStaysOpen                      // nothing happened: the claim stays open
)

// BadRows says what happens on a row that cannot be read.
type BadRows uint8

// The choices.
const (
	BadRowsStop    BadRows = iota // the first one ends the reading
	BadRowsCollect                // all are listed in Problems of the result, or yielded by a stream, and the others are read
)

// Encoding names the encoding of a file.
type Encoding uint8

// The encodings.
const (
	EncodingUTF8        Encoding = iota // UTF-8 without byte order mark
	EncodingUTF8BOM                     // UTF-8, beginning with a byte order mark, as spreadsheets write it
	EncodingWindows1252                 // windows-1252, the old Western European one
)

// CSVOptions describe a file of documents, one a line, with a header line.
type CSVOptions struct {
	File string // name used in messages
	// Columns gives the file's name of each column used. Nil: the file uses the
	// keys themselves, and no other column.
	Columns map[CSVKey]string
	// DateLayouts are the layouts of dates, see [ParseDateLayouts]. Nil: ISO.
	DateLayouts []string
	// Currency is used when no currency column is named, and where it is blank.
	Currency Currency
	Comma    rune // separator of fields; zero: a comma
	// DecimalComma reads amounts with a comma instead of a point: 1234,56.
	DecimalComma bool
	Encoding     Encoding
	// EndOfMonth is the reading of terms such as "45 days end of month".
	EndOfMonth EndOfMonthReading
	Lost       LostDisputes
	BadRows    BadRows
	// Calendar is for terms that move to a business day; nil if there are none.
	Calendar Calendar
	// Progress, if given, is called about once for each MiB that is read, and at the end of the file: the rows taken and the bytes
	// read so far.
	Progress func(rows int, bytes int64)
}

// Import is what was read from a file.
type Import struct {
	Ledger *Ledger
	Rows   int // rows of data, good and bad
	// Problems lists the rows left out, in the order of the file. The ledger is
	// incomplete when there are any.
	Problems []*RowError
}

// ReadCSV reads a file of documents into a ledger.
//
// Each row is one document. With a settled column, the row was paid on that day
// (applied: how much; default all of it) and is open before it. Without one, an
// applied amount, or the difference between amount and open, is taken as paid
// from the first day on, because nothing says when: only the day of the extract
// can then be aged exactly. What is applied beyond the amount stays as
// unapplied credit of the customer. An amount below zero is a credit note unless
// kind says payment or deposit; credits may be written with either sign when a
// kind is given.
//
// A credit row with an applied amount was set against invoices of the same
// customer, which carry it in their own applied amount: the two are matched by
// customer, currency and settled day. What an invoice has beyond that is taken as
// a payment that is not in the file, what a credit has beyond that as refunded.
//
// Amounts are plain decimals ([ParseAmount]), dates follow the layouts exactly;
// white space around a value is ignored, a line break within a used cell is
// refused. Nothing is guessed: a column that is called like a currency, is not
// named in Columns, and does not hold Currency throughout, is an error.
//
// Errors, each a [*RowError] with file, line, column and cause:
//   - the header or the file as a whole (always ends the reading): unknown, missing
//     or repeated columns, a byte order mark not announced, no currency;
//   - a row of more than 1 MiB ([ErrLimit]) or a quote that is never closed,
//     because both hide the rows after them (always ends the reading);
//   - with [BadRowsStop], the first bad row; with [BadRowsCollect] they are
//     listed in the result.
func ReadCSV(r io.Reader, options CSVOptions) (*Import, error) {
	in, err := newCSVImport(r, options)
	if err != nil {
		return nil, err
	}
	result := &Import{Ledger: in.ledger}
	for {
		record, err := in.rows.row()
		if errors.Is(err, io.EOF) {
			result.Rows = in.count
			in.report()
			return result, in.settle()
		}
		row, problem, fatal := in.row(record, err)
		if problem == nil {
			problem = in.record(row)
		}
		switch {
		case problem == nil:
		case fatal || options.BadRows == BadRowsStop:
			return nil, problem
		default:
			result.Problems = append(result.Problems, problem)
		}
	}
}

// csvImport is the state of one reading.
type csvImport struct {
	options  CSVOptions
	rows     *csvRows
	ledger   *Ledger
	names    []string       // header
	columns  map[CSVKey]int // where each key stands
	currency []int          // columns that look like a currency but are not named
	intern   map[string]string
	fields   int                  // number of fields of the last row
	count    int                  // rows of data, good and bad
	days     map[string]date.Date // dates read before
	later    []csvDocument        // documents with something to be recorded at the end
}

// newCSVImport reads the header.
func newCSVImport(r io.Reader, options CSVOptions) (*csvImport, error) {
	in := &csvImport{options: options, ledger: &Ledger{}, columns: map[CSVKey]int{}, intern: map[string]string{}, days: map[string]date.Date{}}
	if options.DateLayouts == nil {
		in.options.DateLayouts = []string{isoLayout}
	}
	if err := CheckDateLayouts(in.options.DateLayouts...); err != nil {
		return nil, err
	}
	counter := &countingReader{r: r, report: in.report}
	var source io.Reader = counter
	if options.Encoding == EncodingWindows1252 {
		source = charmap.Windows1252.NewDecoder().Reader(counter)
	}
	in.rows = newCSVRows(source, counter, options.Comma)
	if err := in.byteOrderMark(in.rows.lines); err != nil {
		return nil, err
	}
	return in, in.header()
}

// report tells how far the reading is.
func (in *csvImport) report() {
	if in.options.Progress != nil {
		in.options.Progress(in.count, in.rows.counter.n)
	}
}

// fail makes a RowError.
func (in *csvImport) fail(line int, column string, err error) *RowError {
	return &RowError{File: in.options.File, Line: line, Column: column, Err: err}
}

// header reads the header line and finds the columns.
func (in *csvImport) header() error {
	header, err := in.rows.row()
	if errors.Is(err, io.EOF) {
		return in.fail(1, "", &FieldError{Path: "header", Rule: RuleRequired, Detail: "the file is empty"})
	}
	if err != nil {
		return in.readError(err)
	}
	names := slices.Clone(header)
	known := map[string]bool{}
	for i, name := range names {
		if !utf8.ValidString(name) {
			return in.fail(1, in.byteColumn(i), &FieldError{Path: "header", Value: name, Rule: RuleEncoding, Detail: "not UTF-8; an old file may be windows-1252, which the options can say (encoding)"})
		}
		names[i] = strings.TrimSpace(name)
		known[names[i]] = true
	}
	in.names = names
	if err := in.findColumns(known); err != nil {
		return err
	}
	return in.checkCurrency()
}

// byteOrderMark takes the mark off the input if it was announced and refuses it
// otherwise.
func (in *csvImport) byteOrderMark(r *bufio.Reader) error {
	const mark = "\uFEFF"
	first, _ := r.Peek(len(mark)) // a shorter file has no mark
	marked := string(first) == mark
	detail := ""
	switch {
	case in.options.Encoding == EncodingUTF8BOM && marked:
		_, err := r.Discard(len(mark))
		return err
	case in.options.Encoding == EncodingUTF8BOM:
		detail = "a byte order mark was announced but there is none"
	case marked:
		detail = "begins with a UTF-8 byte order mark; say that it may (encoding utf-8-bom) or take it out"
	case strings.HasPrefix(string(first), "\xff\xfe") || strings.HasPrefix(string(first), "\xfe\xff"):
		detail = "is UTF-16; UTF-8 is needed"
	default:
		return nil
	}
	return in.fail(1, "byte 1", &FieldError{Path: "file", Rule: RuleEncoding, Detail: detail})
}

// findColumns matches the keys with the header.
func (in *csvImport) findColumns(known map[string]bool) error {
	wanted := in.options.Columns
	keys := CSVKeys()
	if wanted == nil {
		wanted = map[CSVKey]string{}
		for _, name := range in.names {
			if !slices.Contains(keys, CSVKey(name)) {
				return in.fail(1, name, &FieldError{Path: "header", Value: name, Rule: RuleUnknownColumn, Detail: "not one of the keys; name the columns to use" + in.separatorHint()})
			}
			wanted[CSVKey(name)] = name
		}
	}
	for _, key := range slices.Sorted(maps.Keys(wanted)) {
		name := wanted[key]
		if !slices.Contains(keys, key) {
			return in.fail(1, name, &FieldError{Path: "columns", Value: string(key), Rule: RuleUnknownColumn, Detail: "no such key; keys are " + fmt.Sprint(keys)})
		}
		if !known[name] {
			return in.fail(1, name, &FieldError{Path: "columns: " + string(key), Value: name, Rule: RuleUnknownColumn, Detail: "not in the header, which has " + quoteList(in.names) + in.separatorHint()})
		}
		at := slices.Index(in.names, name)
		if slices.Contains(in.names[at+1:], name) {
			return in.fail(1, name, &FieldError{Path: "header", Value: name, Rule: RuleDuplicate, Detail: "two columns of this name"})
		}
		in.columns[key] = at
	}
	for _, key := range []CSVKey{CSVCustomer, CSVIssued} {
		if !in.has(key) {
			return in.fail(1, string(key), &FieldError{Path: "columns", Value: string(key), Rule: RuleRequired, Detail: "this column is needed"})
		}
	}
	if !in.has(CSVAmount) && !in.has(CSVOpen) {
		return in.fail(1, string(CSVAmount), &FieldError{Path: "columns", Value: "amount", Rule: RuleRequired, Detail: "a column of amounts is needed (amount or open)"})
	}
	return nil
}

// separatorHint says what a header of one column may mean.
func (in *csvImport) separatorHint() string {
	if len(in.names) > 1 {
		return ""
	}
	return "; a header of one column may have another separator or line end"
}

// currencyName matches the usual names of a currency column.
var currencyName = regexp.MustCompile(`(?i)currency|devise|monnaie|währung|^(cur|curr|ccy|waers|iso)(_?code)?$`)

// checkCurrency makes sure that currencies cannot be mixed by mistake.
func (in *csvImport) checkCurrency() error {
	if in.has(CSVCurrency) {
		return nil
	}
	if !in.options.Currency.IsValid() {
		return in.fail(1, string(CSVCurrency), &FieldError{Path: "currency", Rule: RuleRequired, Detail: "name the currency column, or the one currency of the file"})
	}
	for i, name := range in.names {
		if currencyName.MatchString(name) {
			in.currency = append(in.currency, i)
		}
	}
	return nil
}

func (in *csvImport) has(key CSVKey) bool {
	_, ok := in.columns[key]
	return ok
}

// readError turns an error of the CSV reader into one that names the place.
func (in *csvImport) readError(err error) *RowError {
	if errors.Is(err, errRecordTooLong) {
		return in.fail(in.rows.start, fmt.Sprintf("byte %d", maxRecordBytes+1), &FieldError{
			Path: "row", Rule: RuleLimit, Detail: fmt.Sprintf("longer than %d bytes", maxRecordBytes),
		})
	}
	parse, ok := errors.AsType[*csv.ParseError](err)
	if !ok {
		return in.fail(in.rows.start, "", err)
	}
	line := parse.StartLine + in.rows.passedBy
	place := fmt.Sprintf("byte %d", parse.Column)
	if parse.Line != parse.StartLine {
		place += fmt.Sprintf(" of line %d", parse.Line+in.rows.passedBy)
	}
	switch {
	case errors.Is(parse.Err, csv.ErrFieldCount):
		return in.fail(line, place, &FieldError{Path: "row", Rule: RuleFieldCount, Detail: fmt.Sprintf("%d fields, the header has %d", in.fields, len(in.names))})
	case errors.Is(parse.Err, csv.ErrQuote):
		return in.fail(line, place, &FieldError{Path: "row", Rule: RuleQuote, Detail: "a quoted field is malformed or never closed"})
	case errors.Is(parse.Err, csv.ErrBareQuote):
		return in.fail(line, place, &FieldError{Path: "row", Rule: RuleQuote, Detail: "a quote stands inside a field that is not quoted"})
	}
	return in.fail(line, place, parse.Err)
}

// byteColumn names a field by its position when there is no header yet.
func (in *csvImport) byteColumn(field int) string {
	_, column := in.rows.at(field)
	return fmt.Sprintf("byte %d", column)
}

// row reads one row. fatal means that nothing can be trusted after it.
func (in *csvImport) row(record []string, err error) (row *csvRow, problem *RowError, fatal bool) {
	in.count++
	if err != nil {
		in.fields = len(record)
		problem = in.readError(err)
		parse, ok := errors.AsType[*csv.ParseError](err)
		return nil, problem, !ok || parse.Line != parse.StartLine // a quote has swallowed rows
	}
	line, _ := in.rows.at(0)
	for i, field := range record {
		if !utf8.ValidString(field) {
			return nil, in.fail(line, in.names[i], &FieldError{Path: "value", Value: field, Rule: RuleEncoding, Detail: "not UTF-8"}), false
		}
	}
	for _, i := range in.currency {
		if code := strings.TrimSpace(record[i]); code != in.options.Currency.Code() {
			return nil, in.fail(line, in.names[i], &FieldError{
				Path: "currency", Value: code, Rule: RuleCurrency,
				Detail: "the file is read as " + in.options.Currency.Code() + " but this column, which is not named as currency, says otherwise",
			}), false
		}
	}
	row = &csvRow{in: in, record: record, line: line}
	for _, key := range CSVKeys() {
		i, used := in.columns[key]
		if used && strings.ContainsAny(record[i], "\r\n") {
			row.fail(key, &FieldError{Path: string(key), Rule: RuleSyntax, Detail: "a line break within the value: perhaps a quote that is not closed"})
		}
	}
	row.document = row.read()
	return row, row.problem, false
}

// record records the document of a row.
func (in *csvImport) record(row *csvRow) *RowError {
	if err := in.ledger.Record(row.facts()...); err != nil {
		return in.fail(row.line, in.nameOf(err), err)
	}
	if doc := row.document; doc.applied.Sign() > 0 || doc.disputed {
		in.later = append(in.later, doc)
	}
	return nil
}

// nameOf returns the column that a ledger error is about, as far as it has one.
func (in *csvImport) nameOf(err error) string {
	if errors.Is(err, ErrDuplicate) && in.has(CSVID) {
		return in.names[in.columns[CSVID]]
	}
	return ""
}

// mostDays is the number of dates that are kept.
const mostDays = 1 << 16

// day reads a date; those read before are looked up.
func (in *csvImport) day(text string) (date.Date, error) {
	if d, ok := in.days[text]; ok {
		return d, nil
	}
	d, err := parseDate(text, in.options.DateLayouts)
	if err == nil && len(in.days) < mostDays && len(text) <= len("2006-01-02T15:04:05") {
		in.days[strings.Clone(text)] = d
	}
	return d, err
}

// text keeps one copy of each repeated text.
func (in *csvImport) text(s string) string {
	if kept, ok := in.intern[s]; ok {
		return kept
	}
	s = strings.Clone(s)
	in.intern[s] = s
	return s
}
