package receivables

import (
	"fmt"

	"github.com/rickb777/date/v2"
)

// Fact is anything that is recorded in a [Ledger]: a [Customer], the documents
// [Invoice], [CreditNote] and [Payment], what was done with them ([Allocation],
// [WriteOff], [Refund]), a [Hold] and what ends these ([Reversal], [Closure]).
//
// Pass facts as values, not as pointers. [Ledger.Facts] gives them back.
//
// Facts have two days. The effective day is the day the fact counts from; a
// payment received on the as-of day counts on that day. KnownOn is the day the
// ledger learned of it; left zero, it is the effective day. A back-dated entry
// is one with KnownOn after its effective day.
type Fact interface{ isFact() }

// Kind is the kind of a document.
type Kind uint8

// The kinds of document. Invoices are debits, the others credits.
const (
	KindInvoice    Kind = iota // facture
	KindCreditNote             // avoir
	KindPayment                // règlement
	KindDeposit                // acompte, paid before there is an invoice
)

// String returns the name of the kind as used in files: "credit_note".
func (k Kind) String() string {
	switch k {
	case KindInvoice:
		return "invoice"
	case KindCreditNote:
		return "credit_note"
	case KindPayment:
		return "payment"
	case KindDeposit:
		return "deposit"
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// MarshalText writes the name.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Instalment is one due date of an invoice (échéance) with its part of the
// amount. A zero DueOn means the due date is not known.
type Instalment struct {
	DueOn  date.Date
	Amount Money
}

// Labels carries names of the seller's own on a document: cost centre, region,
// project. They can be grouped by.
type Labels map[string]string

// Invoice is a sales invoice (facture). Give either DueOn or Instalments; with
// neither the invoice is undated and stays visible as such.
type Invoice struct {
	ID       string // unique among all facts of the ledger
	Customer string
	IssuedOn date.Date // effective day
	KnownOn  date.Date
	Amount   Money // including VAT, zero or more
	DueOn    date.Date
	// Instalments in any order; their amounts add up to Amount.
	Instalments []Instalment
	// Entity is the selling company or agency, Salesperson who sold.
	Entity, Salesperson string
	Labels              Labels
}

// CreditNote is a credit given by the seller (avoir). It is a free credit until
// an [Allocation] sets it against an invoice.
type CreditNote struct {
	ID       string
	Customer string
	IssuedOn date.Date // effective day
	KnownOn  date.Date
	Amount   Money // including VAT, zero or more
	// DueOn is a date of its own, if it has one: it is aged by it when credits
	// are aged at their own date.
	DueOn date.Date
	// Corrects is the invoice it corrects, if one is named on it. It does not
	// allocate the credit, and need not be in the ledger.
	Corrects            string
	Entity, Salesperson string
	Labels              Labels
}

// Payment is money received (règlement, encaissement). It is unapplied until an
// [Allocation] sets it against an invoice. Customer may be empty: money whose
// sender is not known yet.
type Payment struct {
	ID         string
	Customer   string
	ReceivedOn date.Date // effective day
	KnownOn    date.Date
	Amount     Money // zero or more
	// Deposit marks a payment on an order, before there is an invoice (acompte).
	Deposit             bool
	Entity, Salesperson string
	Labels              Labels
}

// Allocation applies a credit document to an invoice (lettrage, imputation). It
// counts from its day on, once both documents count.
type Allocation struct {
	// ID is needed to reverse it. Without one, the same allocation (documents,
	// instalment, amount and day) is refused a second time; so for WriteOff and Refund.
	ID string
	// From is the credit note, payment or deposit, To the invoice. They may
	// belong to different customers: a group company paying for another.
	From, To string
	// Instalment is the 1-based position among the invoice's instalments by due
	// date; 0 fills the earliest due first.
	Instalment int
	Amount     Money // taken off the invoice, more than zero
	// Taken is what it takes from the credit when that is in another currency;
	// left zero, it is Amount.
	Taken   Money
	On      date.Date // effective day
	KnownOn date.Date
}

// WriteOffReason says why an open amount was given up.
type WriteOffReason uint8

// Reasons to write off.
const (
	WriteOffBadDebt     WriteOffReason = iota // irrecoverable (créance irrécouvrable)
	WriteOffLostDispute                       // a dispute decided against the seller, or not worth pursuing
	WriteOffDiscount                          // early-payment discount taken (escompte)
	WriteOffDifference                        // small difference (écart de règlement)
	WriteOffGoodwill                          // given up of free will (geste commercial)
)

// String returns the reason in words.
func (r WriteOffReason) String() string {
	switch r {
	case WriteOffBadDebt:
		return "bad debt"
	case WriteOffLostDispute:
		return "lost dispute"
	case WriteOffDiscount:
		return "early-payment discount"
	case WriteOffDifference:
		return "small difference"
	case WriteOffGoodwill:
		return "goodwill"
	}
	return fmt.Sprintf("write-off reason %d", uint8(r))
}

// WriteOff gives up a part of a document without counterpart: of an invoice it
// is a loss, of a credit it is a gain (an over-payment of 0.02 kept).
//
// Nothing is written off by itself: a lost dispute or a residue stays open until
// a WriteOff says otherwise.
type WriteOff struct {
	ID         string
	Document   string
	Instalment int   // as in Allocation
	Amount     Money // more than zero, whichever side the document is on
	On         date.Date
	KnownOn    date.Date
	Reason     WriteOffReason
}

// Refund is money paid back to the customer out of a credit document.
type Refund struct {
	ID       string
	Document string // the credit note, payment or deposit paid back
	Amount   Money  // more than zero
	PaidOn   date.Date
	KnownOn  date.Date
}

// Reversal ends a fact from a day on (contre-passation): a returned payment, an
// invoice cancelled, an allocation undone (délettrage). Allocations, write-offs
// and refunds of a reversed document stop counting with it. With On equal to the
// effective day of the fact it says the fact never was; KnownOn must then be given,
// and reports as known before it still show the fact. A reversal cannot be
// reversed: record the fact anew, under another ID.
type Reversal struct {
	Of      string // ID of an invoice, credit note, payment, allocation, write-off or refund
	On      date.Date
	KnownOn date.Date
	Reason  string
}

func (Invoice) isFact()    {}
func (CreditNote) isFact() {}
func (Payment) isFact()    {}
func (Allocation) isFact() {}
func (WriteOff) isFact()   {}
func (Refund) isFact()     {}
func (Reversal) isFact()   {}
