package fec

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
	"golang.org/x/text/encoding/charmap"

	"github.com/receivables-go/receivables"
)

// The columns of the legal text, and what may stand in for Debit and Credit.
const (
	journalCode = iota
	journalLib
	ecritureNum
	ecritureDate
	compteNum
	compteLib
	compAuxNum
	compAuxLib
	pieceRef
	pieceDate
	ecritureLib
	debit
	credit
	ecritureLet
	dateLet
	validDate
	montantDevise
	iDevise
	montant
	sens
	columns
)

var legalNames = [columns]string{
	"JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib", "PieceRef",
	"PieceDate", "EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise", "Montant", "Sens",
}

// needed are the columns without which a figure, a link or an age would be another.
var needed = []int{
	journalCode, journalLib, ecritureNum, ecritureDate, compteNum, compAuxNum, pieceRef, pieceDate, ecritureLib, ecritureLet, dateLet,
}

const (
	maxLineBytes = 1 << 20
	mostColumns  = 1 << 10
	mebibyte     = 1 << 20
)

// reader reads the lines of one file.
type reader struct {
	file    string
	options Options
	in      *bufio.Reader
	buffer  []byte // of a line longer than the buffer of in
	number  int    // of the line read last
	done    bool

	separator byte
	names     []string // headings as written
	at        [columns]int
	width     int // cells of the first line
	cells     [][]byte

	texts map[string]string    // one copy of each text that repeats
	days  map[string]date.Date // of days read

	lines *int
	bytes *int64
	told  int64
}

func newReader(from File, options Options, lines *int, read *int64) *reader {
	return &reader{
		file: from.Name, options: options, in: bufio.NewReaderSize(from.From, 1<<16), lines: lines, bytes: read, told: *read,
		texts: map[string]string{}, days: map[string]date.Date{},
	}
}

func (r *reader) fail(column string, err error) error {
	return &receivables.RowError{File: r.file, Line: r.number, Column: column, Err: err}
}

// next returns the next line of an entry; io.EOF after the last one. done is set when nothing can come after an error.
func (r *reader) next() (Line, error) {
	if r.names == nil {
		if err := r.header(); err != nil {
			r.done = true
			return Line{}, err
		}
	}
	for {
		text, err := r.line()
		if err != nil {
			r.done = true
			if errors.Is(err, io.EOF) {
				r.tell()
			}
			return Line{}, err
		}
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		*r.lines++
		line, err := r.parse(text)
		if err != nil {
			r.done = r.options.BadRows == receivables.BadRowsStop
			return Line{}, err
		}
		return line, nil
	}
}

// line returns the bytes of the next line without its end, valid until the next call.
func (r *reader) line() ([]byte, error) {
	r.number++
	r.buffer = r.buffer[:0]
	for {
		part, err := r.in.ReadSlice('\n')
		*r.bytes += int64(len(part))
		if len(r.buffer)+len(part) > maxLineBytes {
			return nil, r.fail(fmt.Sprintf("byte %d", maxLineBytes+1), &receivables.FieldError{
				Path: "line", Rule: receivables.RuleLimit, Detail: fmt.Sprintf("longer than %d bytes; lines end in LF or CR LF", maxLineBytes),
			})
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			r.buffer = append(r.buffer, part...)
			continue
		}
		if err != nil && err != io.EOF {
			return nil, r.fail("", err)
		}
		if len(r.buffer) > 0 {
			r.buffer = append(r.buffer, part...)
			part = r.buffer
		}
		if errors.Is(err, io.EOF) && len(part) == 0 {
			return nil, io.EOF
		}
		if *r.bytes-r.told >= mebibyte {
			r.tell()
		}
		return bytes.TrimRight(part, "\r\n"), nil
	}
}

func (r *reader) tell() {
	r.told = *r.bytes
	if r.options.Progress != nil {
		r.options.Progress(*r.lines, *r.bytes)
	}
}

// header finds the separator and the columns.
func (r *reader) header() error {
	text, err := r.line()
	if errors.Is(err, io.EOF) {
		return r.fail("", &receivables.FieldError{Path: "file", Rule: receivables.RuleRequired, Detail: "the file is empty"})
	}
	if err != nil {
		return err
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	if is := signature(text); is != "" {
		return r.fail("byte 1", &receivables.FieldError{Path: "file", Rule: receivables.RuleSyntax, Detail: "is " + is})
	}
	most := 0
	for _, b := range []byte("\t|;") {
		if n := bytes.Count(text, []byte{b}); n > most {
			r.separator, most = b, n
		}
	}
	if most == 0 || most >= mostColumns {
		return r.fail("", &receivables.FieldError{Path: "header", Value: string(text), Rule: receivables.RuleSyntax, Detail: "no headings of a FEC, separated by tabs, vertical bars or semicolons"})
	}
	for i := range r.at {
		r.at[i] = -1
	}
	for at, cell := range bytes.Split(text, []byte{r.separator}) {
		name, _ := decode(bytes.TrimSpace(cell))
		r.names = append(r.names, name)
		for column, legal := range legalNames {
			if !strings.EqualFold(legal, name) {
				continue
			}
			if r.at[column] >= 0 {
				return r.fail(name, &receivables.FieldError{Path: "header", Value: name, Rule: receivables.RuleDuplicate, Detail: "two columns of this name"})
			}
			r.at[column] = at
		}
	}
	wanted := append([]int{debit, credit}, needed...)
	if r.at[montant] >= 0 || r.at[sens] >= 0 {
		wanted = append([]int{montant, sens}, needed...)
		if r.at[debit] >= 0 || r.at[credit] >= 0 {
			return r.fail(r.names[max(r.at[montant], r.at[sens])], &receivables.FieldError{Path: "header", Rule: receivables.RuleExclusive, Detail: "Debit and Credit, or Montant and Sens: not both"})
		}
	}
	for _, column := range wanted {
		if r.at[column] < 0 {
			return r.fail(legalNames[column], &receivables.FieldError{
				Path: "header", Value: legalNames[column], Rule: receivables.RuleRequired, Detail: "this column is needed; the file has " + r.headings(),
			})
		}
	}
	return nil
}

// headings lists the first columns of the file, shortened.
func (r *reader) headings() string {
	text := fmt.Sprintf("%q", r.names[:min(len(r.names), 25)])
	return strings.ToValidUTF8(text[:min(len(text), 400)], "")
}

// parse reads one line.
func (r *reader) parse(text []byte) (Line, error) {
	if err := r.cut(text); err != nil {
		return Line{}, err
	}
	line := Line{File: r.file, Number: r.number}
	for _, text := range []struct {
		to     *string
		column int
		repeat bool
	}{
		{&line.Journal, journalCode, true},
		{&line.JournalName, journalLib, true},
		{&line.Entry, ecritureNum, false},
		{&line.Account, compteNum, true},
		{&line.AccountName, compteLib, true},
		{&line.Auxiliary, compAuxNum, true},
		{&line.AuxiliaryName, compAuxLib, true},
		{&line.Piece, pieceRef, false},
		{&line.Text, ecritureLib, false},
		{&line.Lettering, ecritureLet, true},
		{&line.ForeignCurrency, iDevise, true},
	} {
		value, recoded := r.text(text.column, text.repeat)
		*text.to = value
		line.Recoded = line.Recoded || recoded
	}
	var err error
	for _, day := range []struct {
		to     *date.Date
		column int
	}{{&line.On, ecritureDate}, {&line.PieceOn, pieceDate}, {&line.LetteredOn, dateLet}, {&line.ValidatedOn, validDate}} {
		if *day.to, err = r.day(day.column); err != nil {
			return Line{}, err
		}
	}
	if line.On == 0 {
		return Line{}, r.wrong(ecritureDate, receivables.RuleRequired, "the day of the entry is needed")
	}
	if line.Account == "" {
		return Line{}, r.wrong(compteNum, receivables.RuleRequired, "the account is needed")
	}
	if _, isAmount := plainAmount(r.cell(ecritureLet)); isAmount && strings.Contains(line.Lettering, ",") {
		return Line{}, r.wrong(ecritureLet, receivables.RuleSyntax, "an amount instead of a lettering code: the cells are not those of the headings")
	}
	if line.ForeignAmount, line.HasForeign, err = r.amount(montantDevise); err != nil {
		return Line{}, err
	}
	return line, r.amounts(&line)
}

// cut divides a line into cells.
func (r *reader) cut(text []byte) error {
	r.cells = r.cells[:0]
	for {
		cell, rest, more := bytes.Cut(text, []byte{r.separator})
		r.cells = append(r.cells, bytes.TrimSpace(cell))
		if !more {
			break
		}
		if len(r.cells) > len(r.names) && len(r.cells[len(r.cells)-1]) > 0 {
			break
		}
		text = rest
	}
	for at := len(r.names); at < len(r.cells); at++ {
		if len(r.cells[at]) > 0 {
			return r.fail("", &receivables.FieldError{Path: "line", Rule: receivables.RuleFieldCount, Detail: fmt.Sprintf("more cells than the %d headings: a separator within a text", len(r.names))})
		}
	}
	// A file may leave out blank cells at the end, or have a separator too many, but then in every line: else a cell is missing or too many
	// in the middle, and all those after it are another column.
	if r.width == 0 {
		r.width = len(r.cells)
	}
	if len(r.cells) != r.width {
		return r.fail("", &receivables.FieldError{Path: "line", Rule: receivables.RuleFieldCount, Detail: fmt.Sprintf("%d cells, the first line has %d", len(r.cells), r.width)})
	}
	for column, at := range r.at {
		if at >= len(r.cells) && column != montantDevise && column != iDevise && column != validDate {
			return r.fail(r.names[at], &receivables.FieldError{Path: "line", Rule: receivables.RuleFieldCount, Detail: fmt.Sprintf("%d cells, the header has %d", len(r.cells), len(r.names))})
		}
	}
	return nil
}

// cell returns a cell, nil where there is none.
func (r *reader) cell(column int) []byte {
	if at := r.at[column]; at >= 0 && at < len(r.cells) {
		return r.cells[at]
	}
	return nil
}

func (r *reader) wrong(column int, rule receivables.Rule, detail string) error {
	written := legalNames[column]
	if at := r.at[column]; at >= 0 {
		written = r.names[at]
	}
	return r.fail(written, &receivables.FieldError{Path: legalNames[column], Value: string(r.cell(column)), Rule: rule, Detail: detail})
}

// mostTexts bounds the texts and days of which one copy is kept.
const mostTexts = 1 << 16

func (r *reader) text(column int, repeats bool) (string, bool) {
	cell := r.cell(column)
	if len(cell) == 0 {
		return "", false
	}
	if kept, ok := r.texts[string(cell)]; ok {
		return kept, false
	}
	text, recoded := decode(cell)
	if repeats && !recoded && len(text) <= 64 && len(r.texts) < mostTexts {
		r.texts[text] = text
	}
	return text, recoded
}

// decode returns a text as UTF-8, and whether it was windows-1252.
func decode(cell []byte) (string, bool) {
	if utf8.Valid(cell) {
		return string(cell), false
	}
	text, err := charmap.Windows1252.NewDecoder().Bytes(cell)
	if err != nil {
		text = bytes.ToValidUTF8(cell, []byte("\ufffd"))
	}
	return string(text), true
}

// day reads YYYYMMDD; blank or only zeros is "not given".
func (r *reader) day(column int) (date.Date, error) {
	cell := r.cell(column)
	if len(bytes.Trim(cell, "0")) == 0 {
		return 0, nil
	}
	if day, ok := r.days[string(cell)]; ok {
		return day, nil
	}
	var day date.Date
	number, err := digits(cell)
	if err == nil && len(cell) == 8 {
		day, err = receivables.NewDate(number/10000, time.Month(number/100%100), number%100)
	}
	if err != nil || len(cell) != 8 {
		return 0, r.wrong(column, receivables.RuleDate, "a day that exists is needed, written YYYYMMDD")
	}
	if len(r.days) < mostTexts {
		r.days[string(cell)] = day
	}
	return day, nil
}

var errNoDigits = errors.New("no digits")

func digits(text []byte) (int, error) {
	if len(text) > 9 {
		return 0, errNoDigits
	}
	n := 0
	for _, b := range text {
		if b < '0' || b > '9' {
			return 0, errNoDigits
		}
		n = n*10 + int(b-'0')
	}
	return n, nil
}

// amount reads an amount; false for a blank cell.
func (r *reader) amount(column int) (decimal.Decimal, bool, error) {
	cell := r.cell(column)
	if len(cell) == 0 {
		return decimal.Zero, false, nil
	}
	if value, ok := plainAmount(cell); ok {
		return value, true, nil
	}
	text := string(cell)
	if comma := strings.IndexByte(text, ','); comma >= 0 && !strings.Contains(text, ".") {
		text = text[:comma] + "." + text[comma+1:]
	}
	value, err := receivables.ParseAmount(text)
	if err != nil {
		return decimal.Zero, false, r.wrong(column, receivables.RuleAmount, "a number with a decimal comma is needed, without thousands separators")
	}
	return value, true, nil
}

// plainAmount reads what nearly all cells hold: at most 15 digits with two decimals or none.
func plainAmount(cell []byte) (decimal.Decimal, bool) {
	if len(cell) == 0 {
		return decimal.Zero, false
	}
	negative := cell[0] == '-'
	if negative || cell[0] == '+' {
		cell = cell[1:]
	}
	places := 0
	whole, cents, comma := bytes.Cut(cell, []byte(","))
	if comma {
		places = len(cents)
	}
	if len(whole) == 0 || len(whole)+places > 17 || (comma && places == 0) {
		return decimal.Zero, false
	}
	var units int64
	for _, part := range [2][]byte{whole, cents} {
		for _, b := range part {
			if b < '0' || b > '9' {
				return decimal.Zero, false
			}
			units = units*10 + int64(b-'0')
		}
	}
	if negative {
		units = -units
	}
	return decimal.New(units, -int32(places)), true
}

// amounts reads debit and credit, in either form.
func (r *reader) amounts(line *Line) error {
	if r.at[montant] < 0 {
		var hasDebit, hasCredit bool
		var err error
		if line.Debit, hasDebit, err = r.amount(debit); err != nil {
			return err
		}
		if line.Credit, hasCredit, err = r.amount(credit); err != nil {
			return err
		}
		if !hasDebit && !hasCredit {
			return r.wrong(debit, receivables.RuleRequired, "an amount is needed in Debit or Credit")
		}
		return nil
	}
	value, has, err := r.amount(montant)
	if err != nil {
		return err
	}
	if !has {
		return r.wrong(montant, receivables.RuleRequired, "an amount is needed")
	}
	switch strings.ToUpper(string(r.cell(sens))) {
	case "D", "+1", "+", "1":
		line.Debit = value
	case "C", "-1", "-":
		line.Credit = value
	default:
		return r.wrong(sens, receivables.RuleSyntax, "D or C is needed, or +1 or -1")
	}
	return nil
}
