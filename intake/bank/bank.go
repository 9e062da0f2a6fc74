// Package bank reads bank statements: ISO 20022 camt.053 (statement) and camt.054 (notification), SWIFT MT940 and CFONB 120 (relevé de
// compte), into payments received.
//
// # What it answers
//
// "What money came in, when, from whom, and what did he write?" [Read] gives the statements of a file with their balances and entries;
// [Import.Payments] makes payments of the credits, for a ledger and for package matching.
//
// # Strict where money is counted
//
// A statement adds up: its opening balance and its booked entries give its closing balance, in one currency; the transactions of an
// entry add up to it. What does not, and a day or an amount that is none, is a problem: the first one ends the reading, or, with
// BadRowsCollect, all are listed and what could be read is returned.
//
// # Source
//
// ISO 20022 camt.053.001.02 to .13 and camt.054; SWIFT Category 9 MT940 and the dialects met of it (German ?20 subfields, Dutch /REMI/ codes);
// CFONB, relevé de compte sur support informatique, enregistrements de 120 caractères.
package bank

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
	"golang.org/x/text/encoding/charmap"

	"github.com/receivables-go/receivables"
)

// Format is a format of bank statements.
type Format string

// The formats.
const (
	Camt053  Format = "camt.053"
	Camt054  Format = "camt.054" // single entries, without balances
	MT940    Format = "MT940"
	CFONB120 Format = "CFONB 120"
)

// Options of [Read].
type Options struct {
	File     string // name used in messages
	MaxBytes int64  // of the file; 0: 256 MiB
	// Currency of statements that do not name theirs (CFONB without a code).
	Currency receivables.Currency
	// BadRows says what happens at a problem.
	BadRows receivables.BadRows
	// Progress, if given, is called about once for each MiB that is read, and at the end: the entries and bytes read so far.
	Progress func(entries int, bytes int64)
}

// Import is what a file holds.
type Import struct {
	Format     Format
	Statements []Statement
	// Problems are what is wrong, in the order of the file. Statements may be incomplete when there are any.
	Problems []*receivables.RowError
}

// Balance is what is on an account at the end of a day. A Balance without currency is none.
type Balance struct {
	On     date.Date
	Amount receivables.Money // below zero: overdrawn
}

// Statement is one statement, or one page of it where a bank divides it into pages with balances of their own (MT940).
type Statement struct {
	Line             int    // on which it begins
	ID               string // number of the bank
	Account          string // IBAN, or bank, branch and number
	Currency         receivables.Currency
	Opening, Closing Balance // of what is booked; camt.054 has none
	Entries          []Entry
}

// Entry is one booking on an account. Its transactions add up to it; one that is not divided has one.
type Entry struct {
	Line     int
	BookedOn date.Date // zero: not given
	ValueOn  date.Date // day from which it bears interest; zero: not given
	// Amount is above zero for money that came in.
	Amount receivables.Money
	// Reversal: it takes back an earlier entry. A payment returned is one below zero.
	Reversal bool
	// Pending: announced, not booked. It does not count in the balances, and makes no payment.
	Pending      bool
	Reference    string // of the bank
	Transactions []Transaction
}

// Transaction is a part of an entry with a party of its own.
type Transaction struct {
	Amount receivables.Money
	// Name and Account are those of the other side, as far as the bank tells them.
	Name, Account string
	EndToEnd      string   // the reference that the payer gave his order
	Structured    []string // structured references to what is paid (RF, ISR, numbers of documents)
	Text          string   // free text (libellé, Verwendungszweck)
}

// On is the day a payment counts from: the day of booking, else the value date.
func (e *Entry) On() date.Date {
	if e.BookedOn != 0 {
		return e.BookedOn
	}
	return e.ValueOn
}

// Payment is money received, with the words it came with.
type Payment struct {
	receivables.Payment
	Transaction Transaction
	ValueOn     date.Date
	Reference   string // of the bank: the same money in a notification (camt.054) and in a statement has the same one
	Statement   string // account, number and day of the statement
}

// Payments returns the transactions that came in, as payments of a customer that is not known yet. Reversals are not among them: see
// Returned. The ID is made of account, number and day of the statement and the position in it, and is the same whenever the file is read
// again; the same money in another file (a camt.054 beside the statement) has another one, and the same Reference. Money that the books of a
// ledger hold already (a FEC of the same days) would count twice: take statements from the day after them.
func (in *Import) Payments() []Payment {
	return in.payments(func(e *Entry, t *Transaction) bool { return !e.Reversal && t.Amount.Sign() > 0 })
}

// Returned returns the transactions that take back earlier ones: payments that were returned, with an amount below zero, and money of one's
// own that came back. They are no payments of customers; a returned payment is a receivables.Reversal of the payment it takes back.
func (in *Import) Returned() []Payment {
	return in.payments(func(e *Entry, _ *Transaction) bool { return e.Reversal })
}

func (in *Import) payments(which func(*Entry, *Transaction) bool) []Payment {
	var payments []Payment
	used := map[string]int{}
	for s := range in.Statements {
		statement := &in.Statements[s]
		name := strings.TrimSpace(statement.Account + " " + statement.ID)
		if day := statement.day(); day != 0 && day.String() != statement.ID {
			name += " " + day.String() // numbers are often the same every day
		}
		for e := range statement.Entries {
			entry := &statement.Entries[e]
			for t := range entry.Transactions {
				if entry.Pending || !which(entry, &entry.Transactions[t]) {
					continue
				}
				id := fmt.Sprintf("%s/%d", name, e+1)
				if len(entry.Transactions) > 1 {
					id += fmt.Sprintf(".%d", t+1)
				}
				if used[id]++; used[id] > 1 { // two statements of one number and day
					id = fmt.Sprintf("%s (%d)", id, used[id])
				}
				transaction := entry.Transactions[t]
				payments = append(payments, Payment{
					Payment:     receivables.Payment{ID: id, ReceivedOn: entry.On(), Amount: transaction.Amount},
					Transaction: transaction, ValueOn: entry.ValueOn, Reference: entry.Reference, Statement: name,
				})
			}
		}
	}
	return payments
}

// day is the day a statement ends, as far as it is known.
func (s *Statement) day() date.Date {
	if s.Closing.On == 0 && len(s.Entries) > 0 {
		return s.Entries[0].On()
	}
	return s.Closing.On
}

const (
	maxBytes     = 256 << 20
	maxLineBytes = 1 << 20
	mebibyte     = 1 << 20
)

// reader is what the formats share: the place, the problems, the progress.
type reader struct {
	options Options
	result  *Import
	line    int
	entries int
	bytes   int64
	told    int64
	stopped error
}

// Read reads the statements of a file. The format is known by its first bytes.
//
// Errors, each a *receivables.RowError with file, line and field; with BadRowsCollect those of the second group are listed instead:
//   - a file that is none of the formats, or a hostile one (a document type, nesting, size);
//   - ErrInvalidInput for a missing or malformed value, a day that does not exist, a line of the wrong length, a line outside of a
//     statement; ErrUnknown for a currency that is none; ErrCurrencyMismatch for an amount in another one; ErrConflict when balances,
//     entries or transactions do not add up.
func Read(from io.Reader, options Options) (*Import, error) {
	if options.MaxBytes == 0 {
		options.MaxBytes = maxBytes
	}
	r := &reader{options: options, result: &Import{}}
	in := bufio.NewReaderSize(&counted{from: from, reader: r}, 1<<16)
	first, err := in.Peek(256)
	switch row, limit := errors.AsType[*receivables.RowError](err); {
	case limit:
		return nil, row
	case len(first) == 0 && (err == nil || errors.Is(err, io.EOF)):
		return nil, r.error("file", receivables.RuleRequired, "", "the file is empty")
	case err != nil && !errors.Is(err, io.EOF):
		return nil, r.error("file", receivables.RuleSyntax, "", err.Error())
	}
	err = nil
	text := strings.TrimLeft(strings.TrimPrefix(string(first), "\xef\xbb\xbf"), " \t\r\n\x01")
	switch {
	case strings.HasPrefix(text, "<"):
		err = r.camt(in)
	case strings.HasPrefix(text, "{1:"), strings.HasPrefix(text, ":20:"), strings.HasPrefix(text, ":940:"), strings.Contains(text, "\n:20:"):
		err = r.mt940(in)
	case len(text) >= 2 && strings.Contains("01 04 05 07 31 34 39", text[:2]) && !strings.ContainsAny(text[:min(7, len(text))], ",;\t"):
		err = r.cfonb(in)
	case strings.HasPrefix(text, "PK\x03\x04"), strings.HasPrefix(text, "\x1f\x8b"):
		return nil, r.error("file", receivables.RuleSyntax, "", "is an archive: unpack it first")
	default:
		return nil, r.error("file", receivables.RuleSyntax, "", "is no camt.053 or camt.054, no MT940 and no CFONB 120")
	}
	if err == nil {
		err = r.stopped
	}
	if err != nil {
		return nil, err
	}
	r.tell()
	if len(r.result.Statements) == 0 && len(r.result.Problems) == 0 {
		return nil, r.error("file", receivables.RuleRequired, "", "there is no statement in it")
	}
	return r.result, nil
}

// counted counts bytes, tells the progress, and ends a file that is too large.
type counted struct {
	from   io.Reader
	reader *reader
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	r := c.reader
	if r.bytes += int64(n); r.bytes > r.options.MaxBytes {
		return 0, r.error("file", receivables.RuleLimit, "", fmt.Sprintf("larger than %d bytes", r.options.MaxBytes))
	}
	if r.bytes-r.told >= mebibyte {
		r.tell()
	}
	return n, err
}

func (r *reader) tell() {
	r.told = r.bytes
	if r.options.Progress != nil {
		r.options.Progress(r.entries, r.bytes)
	}
}

func (r *reader) error(field string, rule receivables.Rule, value, detail string) *receivables.RowError {
	return &receivables.RowError{File: r.options.File, Line: r.line, Column: field, Err: &receivables.FieldError{Path: field, Value: value, Rule: rule, Detail: detail}}
}

// problem notes that something is wrong, and reports whether reading ends.
func (r *reader) problem(err *receivables.RowError) bool {
	if r.options.BadRows == receivables.BadRowsStop {
		if r.stopped == nil {
			r.stopped = err
		}
		return true
	}
	r.result.Problems = append(r.result.Problems, err)
	return false
}

func (r *reader) wrong(field string, rule receivables.Rule, value, detail string) bool {
	return r.problem(r.error(field, rule, value, detail))
}

// add takes a statement that is complete.
func (r *reader) add(s *Statement) {
	for e := range s.Entries {
		if entry := &s.Entries[e]; entry.On() == 0 {
			line := r.line
			r.line = entry.Line
			r.wrong("entry", receivables.RuleRequired, entry.Amount.String(), "neither the day of booking nor a value date is there")
			r.line = line
		}
	}
	r.check(s)
	r.result.Statements = append(r.result.Statements, *s)
}

// check establishes that a statement adds up.
func (r *reader) check(s *Statement) {
	line := r.line
	defer func() { r.line = line }()
	r.line = s.Line
	if r.result.Format == Camt054 {
		return
	}
	sum := decimal.Zero
	for i := range s.Entries {
		e := &s.Entries[i]
		if e.Pending || !e.Amount.IsValid() {
			continue
		}
		if e.Amount.Currency() != s.Currency && s.Currency.IsValid() {
			r.line = e.Line
			r.wrong("entry", receivables.RuleCurrency, e.Amount.String(), "the account is in "+s.Currency.Code())
			r.line = s.Line
		}
		sum = sum.Add(e.Amount.Amount())
	}
	opening, closing := s.Opening.Amount, s.Closing.Amount
	switch {
	case !opening.IsValid():
		r.wrong("opening balance", receivables.RuleRequired, "", "the statement has none")
	case !closing.IsValid():
		r.wrong("closing balance", receivables.RuleRequired, "", "the statement has none")
	case opening.Currency() != closing.Currency():
		r.wrong("closing balance", receivables.RuleCurrency, closing.String(), "the opening balance is in "+opening.Currency().Code())
	default:
		if want := opening.Amount().Add(sum); !want.Equal(closing.Amount()) {
			r.wrong("closing balance", receivables.RuleSum, closing.Text(), fmt.Sprintf("the opening balance %s and entries of %s give %s: the difference is %s",
				opening.Text(), sum, want, closing.Amount().Sub(want)))
		}
	}
}

// divide checks that transactions add up to their entry, and makes one of the entry where there are none, where they have no amounts, or
// where they do not add up.
func (r *reader) divide(e *Entry) {
	if len(e.Transactions) > 1 && !slices.ContainsFunc(e.Transactions, func(t Transaction) bool { return t.Amount.IsValid() }) {
		r.whole(e)
		return
	}
	sum := decimal.Zero
	for i := range e.Transactions {
		t := &e.Transactions[i]
		if len(e.Transactions) == 1 && (!t.Amount.IsValid() || t.Amount.Currency() != e.Amount.Currency()) {
			t.Amount = e.Amount // not told, or in the currency in which it was sent
		}
		if !t.Amount.IsValid() || t.Amount.Currency() != e.Amount.Currency() {
			r.line = e.Line
			r.wrong("transaction", receivables.RuleCurrency, t.Amount.String(), "the amount of each part of an entry in "+e.Amount.Currency().Code()+" is needed")
			r.whole(e)
			return
		}
		sum = sum.Add(t.Amount.Amount())
	}
	if len(e.Transactions) > 0 && !sum.Equal(e.Amount.Amount()) {
		r.line = e.Line
		r.wrong("entry", receivables.RuleSum, e.Amount.Text(), "its transactions add up to "+sum.String())
		r.whole(e)
	}
	if len(e.Transactions) == 0 {
		e.Transactions = []Transaction{{Amount: e.Amount}}
	}
}

// whole makes one transaction of those of an entry, with all of their words.
func (r *reader) whole(e *Entry) {
	one := Transaction{Amount: e.Amount}
	for _, t := range e.Transactions {
		one.Structured = append(one.Structured, t.Structured...)
		r.extend("text", &one.Text, t.Text)
	}
	e.Transactions = []Transaction{one}
}

func joined(a, b string) string {
	return strings.TrimSpace(a + " " + b)
}

// maxText is the most bytes of a text or name of a transaction.
const maxText = 8 << 10

// extend adds to a text. What would make it longer than the limit is a problem, and left out.
func (r *reader) extend(field string, to *string, text string) {
	text = strings.TrimSpace(text)
	if len(*to)+len(text) > maxText {
		r.wrong(field, receivables.RuleLimit, "", fmt.Sprintf("a text of more than %d bytes", maxText))
		return
	}
	*to = joined(*to, text)
}

// once notes that a field is there a second time.
func (r *reader) once(field, value string, there bool) bool {
	if there {
		r.wrong(field, receivables.RuleDuplicate, value, "the statement has this field already")
	}
	return !there
}

// money reads an amount whose sign is told apart. digits may end in a comma, or have none.
func (r *reader) money(field, text string, currency receivables.Currency, negative bool) (receivables.Money, bool) {
	plain := strings.TrimSuffix(strings.Replace(text, ",", ".", 1), ".")
	m, err := receivables.ParseMoney(plain, currency)
	if err != nil || m.Sign() < 0 {
		r.wrong(field, receivables.RuleAmount, text, "an amount without sign and thousands separators is needed")
		return receivables.Money{}, false
	}
	if negative {
		m = m.Neg()
	}
	return m, true
}

// currency reads a code.
func (r *reader) currency(field, code string) (receivables.Currency, bool) {
	if code == "" && r.options.Currency.IsValid() {
		return r.options.Currency, true
	}
	c, err := receivables.ParseCurrency(code)
	if err != nil {
		r.wrong(field, receivables.RuleUnknownCurrency, code, "an ISO 4217 code that is in use is needed")
	}
	return c, err == nil
}

// lines yields the lines of a text file, without their ends; what is not UTF-8 is taken for windows-1252.
func (r *reader) lines(in *bufio.Reader, each func(text string) bool) error {
	scanner := bufio.NewScanner(in)
	scanner.Buffer(make([]byte, 0, 4096), maxLineBytes)
	for scanner.Scan() {
		r.line++
		line := bytes.TrimRight(scanner.Bytes(), "\r")
		if r.line == 1 {
			line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
		}
		if !utf8.Valid(line) {
			if decoded, err := charmap.Windows1252.NewDecoder().Bytes(line); err == nil {
				line = decoded
			}
		}
		if !each(string(line)) || r.stopped != nil {
			return r.stopped
		}
	}
	if err := scanner.Err(); err != nil {
		r.line++
		if row, ok := errors.AsType[*receivables.RowError](err); ok {
			return row
		}
		if errors.Is(err, bufio.ErrTooLong) {
			return r.error("line", receivables.RuleLimit, "", fmt.Sprintf("longer than %d bytes", maxLineBytes))
		}
		return r.error("file", receivables.RuleSyntax, "", err.Error())
	}
	return nil
}
