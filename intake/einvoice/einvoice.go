// Package einvoice reads electronic invoices: UBL 2.1 (Peppol, XRechnung) and UN/CEFACT Cross Industry Invoice (Factur-X, ZUGFeRD).
//
// # What it answers
//
// "Who owes what, since when, until when, and by which reference will it be paid?" [Read] takes what a receivable needs out of an
// invoice: parties, dates, payment terms and discounts, prepaid and payable amounts, references, and what it contradicts itself in.
// [Document.Facts] makes facts of a ledger of it.
//
// # What it does not do
//
// It does not validate an invoice against EN 16931 or a national profile, and it takes the XML only: of a Factur-X PDF, the file
// attached to it. Lines, taxes by rate and attachments are passed over.
//
// # Source
//
// EN 16931-1:2017 (business terms BT-1 to BT-165), its syntax bindings CEN/TS 16931-3-2 (UBL) and 3-3 (CII); UNTDID 1001 for types of
// document; XRechnung for discounts written as #SKONTO#.
package einvoice

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// Syntax is the language an invoice is written in.
type Syntax string

// The syntaxes.
const (
	UBL      Syntax = "UBL 2.1"
	CII      Syntax = "CII"         // UN/CEFACT D16B: Factur-X, ZUGFeRD 2
	ZUGFeRD1 Syntax = "ZUGFeRD 1.0" // the older names of CII
)

// Options of [Read].
type Options struct {
	File     string // name used in messages
	MaxBytes int64  // of the file; 0: 64 MiB
}

// Due says where a due date is from.
type Due uint8

// The origins of a due date.
const (
	DueNotKnown  Due = iota // neither a date nor terms that are understood
	DueStated               // a date of its own (BT-9)
	DueFromTerms            // worked out from the text of the payment terms (BT-20)
)

// String returns the origin in words.
func (d Due) String() string {
	return [...]string{"not known", "stated", "from terms"}[min(d, DueFromTerms)]
}

// Party is seller, buyer or payee.
type Party struct {
	Name string // BT-27, BT-44, BT-59
	// ID is the number that the other side gave it, or a global one (BT-29, BT-46); Legal its registration, in France the SIREN (BT-30,
	// BT-47), VAT its number for value added tax (BT-31, BT-48).
	ID, Legal, VAT string
	Country        string // ISO 3166-1 alpha-2
}

// IsZero reports whether nothing is known of the party.
func (p Party) IsZero() bool { return p == Party{} }

// Note is a text with the subject it is about (BT-21, UNTDID 4451): PMT fixed sum, PMD penalty, AAB discount.
type Note struct{ Subject, Text string }

// Reference is an earlier document (BG-3).
type Reference struct {
	ID       string
	IssuedOn date.Date // zero: not given
}

// Discount is a reduction for paying early (escompte, Skonto).
type Discount struct {
	Percent decimal.Decimal // 2 is 2 percent
	LastDay date.Date       // on which it is granted; zero: not known
	Text    string          // the words or the element it is from
}

// Document is an invoice or a credit note as it says itself. Amounts are as written: a credit note (381) has positive ones. An
// amount that is not there has no currency (Money.IsValid).
type Document struct {
	Syntax      Syntax
	ID          string    // BT-1
	Type        string    // BT-3, UNTDID 1001: 380 invoice, 381 credit note, 384 correction, 386 prepayment, 389 self-billed
	IssuedOn    date.Date // BT-2
	DueOn       date.Date // see Due
	Due         Due
	DeliveredOn date.Date // BT-72
	Terms       []string  // BT-20, the words
	Discounts   []Discount
	Currency    receivables.Currency // BT-5

	TaxExclusive, Tax, TaxInclusive receivables.Money // BT-109, BT-110 in Currency, BT-112
	Prepaid, Rounding               receivables.Money // BT-113, BT-114
	// Payable is the amount due (BT-115): TaxInclusive less Prepaid plus Rounding. After over-payment it is below zero.
	Payable receivables.Money

	Seller, Buyer, Payee           Party
	Accounts                       []string // BT-84, each once, without blanks
	PaymentReference               []string // BT-83: what the buyer will write on his payment
	BuyerReference, OrderReference string   // BT-10, BT-13
	Preceding                      []Reference
	Notes                          []Note
	Contradictions                 []*receivables.FieldError // what the document says in two ways
	file                           string
}

// Read reads one invoice.
//
// The due date is the stated one. Without one it is worked out from the payment terms, where these are understood whole: the terms of
// receivables.ParseTerms that run from the date of issue, "within 30 days", "sous 30 jours", "innerhalb von 30 Tagen", "bis zum
// 31.01.2026", "au plus tard le 31/01/2026" and their like in English, French, German, Dutch and Scandinavian languages. Anything more that could be about the
// time to pay (end of month, receipt, working days) leaves it unknown. Where words and a stated date differ, the date holds and Contradictions tells.
//
// Errors, each a *receivables.RowError with file, line and element:
//   - those of a hostile or malformed file: a document type, deep nesting, huge texts (ErrLimit, ErrInvalidInput);
//   - ErrInvalidInput for another kind of document, a missing number, date, currency or amount, a date that does not exist;
//   - ErrUnknown for a currency that is none;
//   - ErrConflict when the payable amount is not the total less what is prepaid plus rounding.
func Read(r io.Reader, options Options) (*Document, error) {
	d := &Document{file: options.File}
	if err := d.read(r, options); err != nil {
		return nil, err
	}
	return d, nil
}

// creditTypes are the types of UNTDID 1001 that EN 16931 counts as credit notes.
var creditTypes = []string{"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"}

// IsCredit reports whether the document reduces what the buyer owes: by its type, or by a total below zero on an invoice. A credit note
// with a total below zero adds to what he owes; Contradictions tells of it, because issuers also write it so by mistake.
func (d *Document) IsCredit() bool {
	return slices.Contains(creditTypes, d.Type) != (d.Total().Sign() < 0)
}

// Total is the amount including tax and rounding, before what is prepaid, with the sign that it is written with.
func (d *Document) Total() receivables.Money {
	if !d.Rounding.IsValid() {
		return d.TaxInclusive
	}
	return d.TaxInclusive.AddAmount(d.Rounding.Amount())
}

// Customer is a number for the buyer: the one the seller gave him, else his registration, his VAT number, his name.
func (d *Document) Customer() string {
	for _, id := range []string{d.Buyer.ID, d.Buyer.Legal, d.Buyer.VAT, d.Buyer.Name} {
		if id != "" {
			return id
		}
	}
	return ""
}

// FactOptions of [Document.Facts].
type FactOptions struct {
	// Customer is the seller's number of the buyer, who is then known to him: no Customer is among the facts, which would replace what is
	// recorded of him. Empty: Document.Customer, with the name and country of the document.
	Customer string
	// WithoutPrepaid leaves out what was paid before: the deposit is in the ledger already.
	WithoutPrepaid bool
}

// Facts are the facts of the seller's ledger: the customer, the invoice or credit note, and what was prepaid as a deposit received on
// the day of issue, applied as far as it reaches, or of a credit note as paid back on that day. A document of type 380 with a total below zero is
// a credit note, as is one of type 381. What is left open is the payable amount; after over-payment the rest of the deposit stays
// unapplied.
//
// Errors: ErrInvalidInput when nothing names the customer; ErrConflict for a prepaid amount of the other sign than the total, or more paid
// back than a credit note holds.
func (d *Document) Facts(options FactOptions) ([]receivables.Fact, error) {
	var facts []receivables.Fact
	customer := options.Customer
	if customer == "" {
		if customer = d.Customer(); customer == "" {
			return nil, d.fault("buyer", receivables.RuleRequired, "", "nothing names the buyer")
		}
		facts = append(facts, receivables.Customer{ID: customer, Name: d.Buyer.Name, Country: d.Buyer.Country})
	}
	total, prepaid := d.Total().Abs(), d.Prepaid.Abs()
	if d.Prepaid.Sign()*d.Total().Sign() < 0 {
		return nil, d.fault("prepaid", receivables.RuleExclusive, d.Prepaid.Text(), "has not the sign of the total "+d.Total().Text())
	}
	labels := d.labels()
	if d.IsCredit() {
		corrects := ""
		if len(d.Preceding) == 1 && d.Preceding[0].ID != d.ID {
			corrects = d.Preceding[0].ID
		}
		facts = append(facts, receivables.CreditNote{
			ID: d.ID, Customer: customer, IssuedOn: d.IssuedOn, DueOn: d.DueOn, Amount: total, Corrects: corrects, Labels: labels,
		})
		if options.WithoutPrepaid || prepaid.Sign() == 0 {
			return facts, nil
		}
		if prepaid.Amount().GreaterThan(total.Amount()) {
			return nil, d.fault("prepaid", receivables.RuleSum, d.Prepaid.Text(), "more was paid back than the credit note holds, "+total.Text())
		}
		return append(facts, receivables.Refund{ID: d.ID + "/paid back", Document: d.ID, Amount: prepaid, PaidOn: d.IssuedOn}), nil
	}
	facts = append(facts, receivables.Invoice{ID: d.ID, Customer: customer, IssuedOn: d.IssuedOn, DueOn: d.DueOn, Amount: total, Labels: labels})
	if options.WithoutPrepaid || prepaid.Sign() == 0 {
		return facts, nil
	}
	deposit := receivables.Payment{ID: d.ID + "/prepaid", Customer: customer, ReceivedOn: d.IssuedOn, Amount: prepaid, Deposit: true, Labels: labels}
	applied := prepaid
	if applied.Amount().GreaterThan(total.Amount()) {
		applied = total
	}
	facts = append(facts, deposit)
	if applied.Sign() > 0 {
		facts = append(facts, receivables.Allocation{From: deposit.ID, To: d.ID, Amount: applied, On: d.IssuedOn})
	}
	return facts, nil
}

// labels are the references by which the document is found again.
func (d *Document) labels() receivables.Labels {
	labels := receivables.Labels{}
	for name, value := range map[string]string{
		"order": d.OrderReference, "buyer_reference": d.BuyerReference, "payment_reference": strings.Join(d.PaymentReference, " "), "type": d.Type,
	} {
		if value != "" {
			labels[name] = value
		}
	}
	return labels
}

func (d *Document) fault(path string, rule receivables.Rule, value, detail string) error {
	return &receivables.RowError{File: d.file, Column: path, Err: &receivables.FieldError{Path: path, Value: value, Rule: rule, Detail: detail}}
}

// contradicts notes that the document says something in two ways.
func (d *Document) contradicts(path, value, detail string) {
	if len(d.Contradictions) >= maxTexts {
		return // there are enough to see that something is wrong
	}
	d.Contradictions = append(d.Contradictions, &receivables.FieldError{Path: path, Value: value, Rule: receivables.RuleExclusive, Detail: detail})
}

// check establishes what must hold between the values.
func (d *Document) check() error {
	want := d.TaxInclusive.Amount().Sub(d.Prepaid.Amount()).Add(d.Rounding.Amount())
	if !want.Equal(d.Payable.Amount()) {
		return d.fault("payable", receivables.RuleSum, d.Payable.Text(), fmt.Sprintf("the total %s less prepaid %s plus rounding %s is %s",
			d.TaxInclusive.Text(), d.Prepaid.Amount(), d.Rounding.Amount(), want))
	}
	if d.TaxExclusive.IsValid() && d.Tax.IsValid() && !d.TaxExclusive.Amount().Add(d.Tax.Amount()).Equal(d.TaxInclusive.Amount()) {
		d.contradicts("tax", d.Tax.Text(), fmt.Sprintf("with %s it is not the total of %s", d.TaxExclusive.Text(), d.TaxInclusive.Text()))
	}
	if slices.Contains(creditTypes, d.Type) && d.Total().Sign() < 0 {
		d.contradicts("total", d.Total().Text(), "below zero on a credit note (type "+d.Type+"): it adds to what the buyer owes")
	}
	d.dueFromTerms()
	if d.DueOn != 0 && d.DueOn < d.IssuedOn {
		d.contradicts("due date", d.DueOn.String(), "lies before the date of issue, "+d.IssuedOn.String())
	}
	return nil
}
