package fec

import (
	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
)

// Report says what was read, what was made of it, and what could not be linked.
type Report struct {
	Lines         int // of entries, zero lines included
	CustomerLines int // of customer accounts
	ZeroLines     int // of these, with debit less credit 0: no document
	Entries       int
	FirstDay      date.Date // earliest and latest day of an entry
	LastDay       date.Date
	// Debit and Credit are the sums of all lines, CustomerDebit and CustomerCredit those of customer accounts, as written.
	Debit, Credit                 decimal.Decimal
	CustomerDebit, CustomerCredit decimal.Decimal
	// What became of the customer lines: documents, and lines that are a fact of their own because they are lettered.
	Invoices, CreditNotes, Payments int
	Refunds, WriteOffs, Allocations int
	Recoded                         int // lines with a text in windows-1252
	// Lettered and Unlettered count documents; Letterings are the codes, of a customer each, of which Linked were set off in full.
	Lettered, Unlettered int
	Letterings, Linked   int
	// Unlinked are the codes that do not add up to nothing: a part is in the books of another year, or an invoice was lettered with a part of
	// its amount. What is not settled stays open here.
	Unlinked []Unlinked
	// Unbalanced are entries whose debits and credits differ, at most [MostUnbalanced] of UnbalancedCount: the file was cut, or is wrong.
	Unbalanced      []Unbalanced
	UnbalancedCount int
	// Unnumbered counts lines whose entry has no number, or 0: their entries are taken by journal and day.
	Unnumbered int
	// Adopted counts opening lines of later files whose lettering was given to the document of a file before that they stand for; NotAdopted those for which no such document was found, so that their lettering is in nothing.
	Adopted, NotAdopted int
	// Openings are accounts whose opening balance is not the closing balance of the file before; OpeningsReplaced counts opening
	// lines of later files, which the documents of the files before stand for.
	Openings         []Opening
	OpeningsReplaced int
}

// MostUnbalanced is the number of unbalanced entries that a report lists.
const MostUnbalanced = 1000

// Unlinked is a lettering code whose lines do not add up to nothing.
type Unlinked struct {
	Customer, Code string
	Lines          int
	Debit, Credit  decimal.Decimal
	Open           []string // the documents that are not settled in full
	// Opening is what was then set against the opening balance, see Options.AgainstOpening.
	Opening decimal.Decimal
}

// Unbalanced is an entry whose debits and credits differ.
type Unbalanced struct {
	File           int // position of the file
	Journal, Entry string
	On             date.Date
	Difference     decimal.Decimal // debit less credit
}

// Opening is an account that a later file does not begin as the file before ended.
type Opening struct {
	File              int // position of the later file
	Customer, Account string
	Closed, Opened    decimal.Decimal // debit less credit
	// Missing: the later file has no opening lines at all. Its figures go on from those of the file before.
	Missing bool
}

// unbalanced lists the entries that do not balance.
func (in *importer) unbalanced() {
	report := &in.result.Report
	report.Entries = len(in.order)
	for _, key := range in.order {
		e := in.entries[key]
		if e.sum.IsZero(in.places()) {
			continue
		}
		report.UnbalancedCount++
		if len(report.Unbalanced) < MostUnbalanced {
			report.Unbalanced = append(report.Unbalanced, Unbalanced{
				File: key.file, Journal: key.journal, Entry: key.number, On: key.on, Difference: e.sum.Decimal(in.places()),
			})
		}
	}
}
