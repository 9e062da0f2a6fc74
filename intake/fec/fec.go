// Package fec reads the French accounting file (fichier des écritures comptables): the form in which the books of every company in
// France leave any software.
//
// # What it answers
//
// "What did customers owe by the books, and what has been set against what?" [Read] makes a ledger of the entries of the customer
// accounts (41x), one file or several years together, and a [Report] of what could not be linked. [Lines] yields the lines of a file
// of any size one by one, for other accounts and other uses.
//
// # What is tolerated
//
// Files differ from the legal text in form: a byte order mark, tabs, vertical bars or semicolons, lines that end in LF, CR LF or CR
// CR LF, headings in any case and padded, cells padded with blanks, amounts padded with zeros or with a plus sign, with comma or
// point, amounts below zero (an entry taken back), texts in windows-1252, a separator too many at the end of a line, further columns
// after the legal ones, columns Montant and Sens instead of Debit and Credit. All of this is read.
//
// What would change a figure is refused with file, line, column, value and rule: a missing column, a line with fewer or more cells than the others, a day that does
// not exist, an amount with thousands separators, a file that is something else (XML, ZIP, UTF-16).
//
// # Source
//
// Livre des procédures fiscales, art. A47 A-1 VII and VIII (arrêté of 29 July 2013): 18 columns, dates YYYYMMDD, amounts in euros
// with a decimal comma. The customer accounts are those of the general chart (PCG art. 944-41).
package fec

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"strings"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// File is one file, usually of one financial year.
type File struct {
	Name string // used in messages
	From io.Reader
}

// Options say what is not in the files. The zero value reads customer accounts 41x in euros; due dates are then not known.
type Options struct {
	// Accounts are the beginnings of the numbers of customer accounts. Nil: 41.
	Accounts []string
	// Currency of the columns Debit and Credit. Zero: EUR, by the legal text.
	Currency receivables.Currency
	// DueOn gives the due date of a debit, which a FEC does not hold; the zero date is "not known". Nil: none is known. See [Due].
	DueOn func(line Line, issued date.Date) (date.Date, error)
	// Opening tells the lines that carry balances forward (à-nouveaux) from those of the year. Nil: [IsOpening].
	Opening func(line Line) bool
	// AgainstOpening sets what is lettered with documents of an earlier year that is not read against the opening balance of the
	// customer in the same account, oldest first: credits beyond the debits of their code pay unlettered opening debits. Without it
	// both stay open, as in these books: the balance of the customer is the same, its age is not.
	AgainstOpening bool
	// BadRows says what happens on a line that cannot be read.
	BadRows receivables.BadRows
	// Progress, if given, is called about once for each MiB that is read, and at the end of each file: the lines and bytes read so
	// far, of all files.
	Progress func(lines int, bytes int64)
}

// Due is for Options.DueOn: the same terms for every invoice.
func Due(terms receivables.Terms, calendar receivables.Calendar) func(Line, date.Date) (date.Date, error) {
	return func(_ Line, issued date.Date) (date.Date, error) {
		return terms.DueDate(receivables.Events{Issued: issued}, calendar)
	}
}

// Line is one line of an entry (ligne d'écriture), blanks around its values taken off.
type Line struct {
	File                string // as named by the caller
	Number              int    // 1-based, in the file
	Journal             string // JournalCode
	JournalName         string // JournalLib
	Entry               string // EcritureNum
	On                  date.Date
	Account             string // CompteNum
	AccountName         string // CompteLib
	Auxiliary           string // CompAuxNum: the customer, in files that keep customers apart from accounts
	AuxiliaryName       string // CompAuxLib
	Piece               string // PieceRef
	PieceOn             date.Date
	Text                string // EcritureLib
	Debit, Credit       decimal.Decimal
	Lettering           string // EcritureLet: lines of a customer with the same code were set against each other
	LetteredOn          date.Date
	ValidatedOn         date.Date
	ForeignAmount       decimal.Decimal // Montantdevise; 0: none
	ForeignCurrency     string          // Idevise, as written
	Recoded, HasForeign bool            // a text was windows-1252; Montantdevise is given
}

// Amount is debit less credit: above zero it adds to what a customer owes.
func (l *Line) Amount() decimal.Decimal { return l.Debit.Sub(l.Credit) }

// Customer is the number of the customer: the auxiliary account if there is one, else the account.
func (l *Line) Customer() string {
	if l.Auxiliary != "" {
		return l.Auxiliary
	}
	return l.Account
}

// CustomerName is the name that goes with Customer.
func (l *Line) CustomerName() string {
	if l.Auxiliary != "" {
		return l.AuxiliaryName
	}
	return l.AccountName
}

// IsOpening reports whether a line carries a balance forward: its journal has the code AN, ANO or RAN, or is named "à nouveau(x)" with
// or without accent. The text of the entry does not count, because "à nouveau" is also "once more".
func IsOpening(l Line) bool {
	switch strings.ToUpper(l.Journal) {
	case "AN", "ANO", "RAN":
		return true
	}
	name := strings.ToLower(strings.ReplaceAll(l.JournalName, "-", " "))
	name = " " + strings.Join(strings.Fields(name), " ") + " "
	return strings.Contains(name, " à nouveau") || strings.Contains(name, " a nouveau")
}

// Lines yields the lines of a file in its order, holding one at a time. Options.Accounts, Currency, DueOn and Opening do not matter
// here.
//
// Errors, each a *receivables.RowError with file, line, column and cause:
//   - a file that is none: XML, ZIP, UTF-16, no heading, a column missing or named twice (always ends the reading);
//   - a line of more than 1 MiB (ErrLimit, always ends the reading);
//   - with BadRowsStop the first bad line; with BadRowsCollect it is yielded with an empty Line, and reading goes on.
func Lines(from File, options Options) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		in := newReader(from, options, new(int), new(int64))
		for {
			line, err := in.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if !yield(line, err) || in.done {
				return
			}
		}
	}
}

// signature says what a file is that begins with these bytes and is no FEC.
func signature(first []byte) string {
	for _, known := range []struct{ begin, is string }{
		{"PK\x03\x04", "a ZIP archive: unpack it first"},
		{"\x1f\x8b", "a gzip file: unpack it first"},
		{"\xff\xfe", "UTF-16: UTF-8 or windows-1252 is needed"},
		{"\xfe\xff", "UTF-16: UTF-8 or windows-1252 is needed"},
		{"%PDF", "a PDF file"},
		{"<", "XML: of the two legal forms only the flat file is read"},
	} {
		if bytes.HasPrefix(first, []byte(known.begin)) {
			return known.is
		}
	}
	return ""
}
