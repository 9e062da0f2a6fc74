package receivables

import "github.com/rickb777/date/v2"

// OpenItem is what is still open of one document, or of one instalment of it,
// on one day (poste ouvert). It is what the other packages take; a program that
// has no [Ledger] can fill it from its own tables.
type OpenItem struct {
	Document   string
	Kind       Kind
	Instalment int // 1-based by due date; 0 when the document has no instalments
	Customer   string
	// IssuedOn is the date of the document; for a payment the day of receipt.
	IssuedOn date.Date
	// DueOn is the last day to pay on time; zero: not known. Credits have none
	// unless the source gives one.
	DueOn    date.Date
	Original Money // amount of the document or instalment, signed: credits negative
	// Open is what is left, signed: debits positive, credits negative.
	Open Money
	// Disputed is the part of Open under dispute, between 0 and Open; the zero
	// value is none. It stays in Open.
	Disputed            Money
	Entity, Salesperson string
	Labels              Labels // shared with the ledger: not to be changed
}
