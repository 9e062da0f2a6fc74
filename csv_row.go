package receivables

import (
	"errors"
	"fmt"
	"strings"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
)

// csvRow turns one row into facts. The first problem met is kept; readers after
// it return zero values.
type csvRow struct {
	in      *csvImport
	record  []string
	line    int
	problem *RowError
	// document is what the row says, if there is no problem.
	document csvDocument
}

// facts returns what the row says.
func (r *csvRow) facts() []Fact {
	doc := r.document
	var facts []Fact
	if name := r.value(CSVName); name != "" {
		if _, known := r.in.ledger.Customer(doc.customer); !known {
			facts = append(facts, Customer{ID: doc.customer, Name: r.in.text(name)})
		}
	}
	return append(facts, doc.fact())
}

// csvDocument is a row once it is understood.
type csvDocument struct {
	id, customer        string
	kind                Kind
	issued, due         date.Date
	amount              Money           // not negative
	applied             decimal.Decimal // not negative
	allocated           decimal.Decimal // of applied, once it is matched
	settled             date.Date       // day of applied; zero: blank or no such column
	received, delivered date.Date
	disputed, lost      bool
	entity, salesperson string
}

// fact returns the document itself.
func (d csvDocument) fact() Fact {
	switch d.kind {
	case KindCreditNote:
		return CreditNote{
			ID: d.id, Customer: d.customer, IssuedOn: d.issued, DueOn: d.due, Amount: d.amount,
			Entity: d.entity, Salesperson: d.salesperson,
		}
	case KindPayment, KindDeposit:
		return Payment{
			ID: d.id, Customer: d.customer, ReceivedOn: d.issued, Amount: d.amount, Deposit: d.kind == KindDeposit,
			Entity: d.entity, Salesperson: d.salesperson,
		}
	case KindInvoice:
	}
	return Invoice{
		ID: d.id, Customer: d.customer, IssuedOn: d.issued, DueOn: d.due, Amount: d.amount,
		Entity: d.entity, Salesperson: d.salesperson,
	}
}

// settle records what was applied and disputed, once all documents are there.
func (in *csvImport) settle() error {
	type account struct {
		customer string
		currency Currency
		on       date.Date
	}
	credits := map[account][]*csvDocument{} // credits with something applied
	for i := range in.later {
		if d := &in.later[i]; d.kind != KindInvoice {
			key := account{d.customer, d.amount.currency, d.settled}
			credits[key] = append(credits[key], d)
		}
	}
	var facts []Fact
	for i := range in.later {
		d := &in.later[i]
		facts = append(facts, in.disputeOf(d)...)
		if d.kind != KindInvoice || d.applied.Sign() == 0 || d.lost {
			continue
		}
		key := account{d.customer, d.amount.currency, d.settled}
		for _, c := range credits[key] {
			take := decimal.Min(decimal.Min(d.applied, d.amount.amount.Sub(d.allocated)), c.applied)
			if take.Sign() > 0 {
				facts = append(facts, Allocation{From: c.id, To: d.id, Amount: d.moneyOf(take), On: d.appliedOn()})
				d.applied, d.allocated, c.applied = d.applied.Sub(take), d.allocated.Add(take), c.applied.Sub(take)
			}
		}
	}
	for i := range in.later {
		facts = append(facts, in.restOf(&in.later[i])...)
	}
	if err := in.ledger.Record(facts...); err != nil {
		return in.fail(0, "", err)
	}
	return nil
}

// appliedOn is the day from which applied amounts count: the settled day, or the
// first day if nothing says when.
func (d *csvDocument) appliedOn() date.Date {
	if d.settled == 0 {
		return d.issued
	}
	return d.settled
}

func (d *csvDocument) moneyOf(amount decimal.Decimal) Money {
	return Money{amount: amount, currency: d.amount.currency}
}

// restOf returns what reduces a document and was not matched within the file.
func (in *csvImport) restOf(d *csvDocument) []Fact {
	if d.applied.Sign() == 0 {
		return nil
	}
	applied, on := d.moneyOf(d.applied), d.appliedOn()
	switch {
	case d.kind != KindInvoice:
		return []Fact{Refund{Document: d.id, Amount: applied, PaidOn: on}}
	case d.lost && in.options.Lost == LostStaysOpen:
		return nil
	case d.lost:
		return []Fact{WriteOff{Document: d.id, Amount: applied, On: on, Reason: WriteOffLostDispute}}
	}
	payment := Payment{
		ID: in.freeID(d.id + "/paid"), Customer: d.customer, ReceivedOn: on, Amount: applied, Entity: d.entity, Salesperson: d.salesperson,
	}
	allocated := decimal.Min(d.applied, d.amount.amount.Sub(d.allocated))
	if allocated.Sign() == 0 {
		return []Fact{payment}
	}
	return []Fact{payment, Allocation{From: payment.ID, To: d.id, Amount: d.moneyOf(allocated), On: on}}
}

// disputeOf returns the dispute on a document and its end.
func (in *csvImport) disputeOf(d *csvDocument) []Fact {
	if !d.disputed {
		return nil
	}
	dispute := Hold{ID: in.freeID(d.id + "/dispute"), Kind: HoldDispute, Scope: Scope{Document: d.id}, From: d.issued}
	_, decided := in.columns[CSVLost]
	if d.settled < d.issued || !decided {
		return []Fact{dispute}
	}
	outcome := OutcomeWon
	if d.lost {
		outcome = OutcomeLost
	}
	return []Fact{dispute, Closure{Of: dispute.ID, On: d.settled, Outcome: outcome}}
}

// freeID returns an identifier that no document of the file has.
func (in *csvImport) freeID(id string) string {
	for {
		if _, taken := in.ledger.byID[id]; !taken {
			return id
		}
		id += "'"
	}
}

// read reads the cells of the row.
func (r *csvRow) read() csvDocument {
	d := csvDocument{
		id:          strings.Clone(r.value(CSVID)),
		customer:    r.in.text(r.value(CSVCustomer)),
		issued:      r.date(CSVIssued),
		due:         r.date(CSVDue),
		settled:     r.date(CSVSettled),
		received:    r.date(CSVReceived),
		delivered:   r.date(CSVDelivered),
		disputed:    r.flag(CSVDisputed),
		lost:        r.flag(CSVLost),
		entity:      r.in.text(r.value(CSVEntity)),
		salesperson: r.in.text(r.value(CSVSalesperson)),
	}
	currency := r.currency()
	signed, hasAmount := r.number(CSVAmount)
	open, hasOpen := r.number(CSVOpen)
	if r.problem != nil {
		return d
	}
	if !r.in.has(CSVAmount) {
		signed, hasAmount = open, hasOpen
	}
	switch {
	case !hasAmount:
		key := CSVAmount
		if !r.in.has(key) {
			key = CSVOpen
		}
		r.fail(key, &FieldError{Path: "amount", Rule: RuleRequired, Detail: "an amount is needed"})
	case d.issued == 0:
		r.fail(CSVIssued, &FieldError{Path: "issued", Rule: RuleRequired, Detail: "the date of the document is needed"})
	case r.in.has(CSVID) && d.id == "":
		r.fail(CSVID, &FieldError{Path: "id", Rule: RuleRequired, Detail: "the document number is needed"})
	case d.id == "":
		d.id = fmt.Sprintf("line %d", r.line)
	}
	d.kind = r.kind(signed)
	r.apply(&d, signed, open, hasOpen)
	amount, err := NewMoney(signed.Abs(), currency)
	if err != nil {
		r.fail(CSVAmount, err)
	}
	d.amount = amount
	switch {
	case d.customer != "":
	case d.kind != KindPayment && d.kind != KindDeposit:
		r.fail(CSVCustomer, &FieldError{Path: "customer", Rule: RuleRequired, Detail: "only payments may have no customer"})
	case r.value(CSVName) != "":
		r.fail(CSVCustomer, &FieldError{Path: "customer", Rule: RuleRequired, Detail: "a name needs a customer number"})
	}
	r.dueFromTerms(&d)
	return d
}

// apply works out what is applied of the amount.
func (r *csvRow) apply(d *csvDocument, signed, open decimal.Decimal, hasOpen bool) {
	total := signed.Abs()
	applied, hasApplied := r.number(CSVApplied)
	if r.problem != nil {
		return
	}
	if d.kind == KindInvoice && applied.Sign() < 0 {
		r.fail(CSVApplied, &FieldError{Path: "applied", Value: applied.String(), Rule: RuleSign, Detail: "must not be negative"})
		return
	}
	if hasOpen && opposed(open, signed) {
		r.fail(CSVOpen, &FieldError{Path: "open", Value: open.String(), Rule: RuleSign, Detail: "has not the sign of the amount"})
		return
	}
	rest := total.Sub(open.Abs())
	switch {
	case hasApplied && hasOpen && !applied.Abs().Equal(rest):
		r.fail(CSVApplied, &FieldError{Path: "applied", Value: applied.String(), Rule: RuleSum, Detail: "amount less applied is not the open amount " + open.String()})
	case hasApplied:
		d.applied = applied.Abs()
	case hasOpen:
		d.applied = rest
	case d.settled != 0:
		d.applied = total
	}
	switch {
	case r.problem != nil:
	case hasOpen && rest.Sign() < 0:
		r.fail(CSVOpen, &FieldError{Path: "open", Value: open.String(), Rule: RuleSum, Detail: "more than the amount " + signed.String()})
	case r.in.has(CSVSettled) && d.settled == 0 && d.applied.Sign() > 0:
		r.fail(CSVSettled, &FieldError{Path: "settled", Rule: RuleRequired, Detail: d.applied.String() + " is applied, but the day of payment is blank"})
	case (d.kind != KindInvoice || d.lost) && d.applied.GreaterThan(total):
		r.fail(CSVApplied, &FieldError{Path: "applied", Value: applied.String(), Rule: RuleOverAllocated, Detail: "more than the amount " + signed.String()})
	}
}

// opposed reports whether two numbers have opposite signs.
func opposed(a, b decimal.Decimal) bool { return a.Sign()*b.Sign() < 0 }

// dueFromTerms fills a blank due date of an invoice from its terms.
func (r *csvRow) dueFromTerms(d *csvDocument) {
	text := r.value(CSVTerms)
	if r.problem != nil || d.due != 0 || text == "" || d.kind != KindInvoice {
		return
	}
	terms, err := ParseTermsAs(text, r.in.options.EndOfMonth)
	if err == nil {
		d.due, err = terms.DueDate(Events{Issued: d.issued, Received: d.received, Delivered: d.delivered}, r.in.options.Calendar)
	}
	if err != nil {
		r.fail(CSVTerms, err)
	}
}

// kind reads the kind of document; the sign of the amount gives it if the file
// does not say.
func (r *csvRow) kind(amount decimal.Decimal) Kind {
	text := r.value(CSVKind)
	if text == "" {
		if amount.Sign() < 0 {
			return KindCreditNote
		}
		return KindInvoice
	}
	switch strings.ToLower(text) {
	case "invoice", "facture":
		if amount.Sign() < 0 {
			r.fail(CSVAmount, &FieldError{Path: "amount", Value: amount.String(), Rule: RuleSign, Detail: "an invoice is not negative; say credit_note"})
		}
		return KindInvoice
	case "credit_note", "credit note", "avoir":
		return KindCreditNote
	case "payment", "règlement", "paiement":
		return KindPayment
	case "deposit", "acompte":
		return KindDeposit
	}
	r.fail(CSVKind, &FieldError{Path: "kind", Value: text, Rule: RuleSyntax, Detail: "want invoice, credit_note, payment or deposit"})
	return KindInvoice
}

// value returns the trimmed text of a cell, "" if the file has no such column.
func (r *csvRow) value(key CSVKey) string {
	at, ok := r.in.columns[key]
	if !ok {
		return ""
	}
	return strings.TrimSpace(r.record[at])
}

// fail keeps the first problem of the row.
func (r *csvRow) fail(key CSVKey, err error) {
	if r.problem != nil {
		return
	}
	column := string(key)
	if at, ok := r.in.columns[key]; ok {
		column = r.in.names[at]
	}
	if field, ok := errors.AsType[*FieldError](err); ok && field.Value == "" {
		withValue := *field
		withValue.Value = r.value(key)
		err = &withValue
	}
	r.problem = r.in.fail(r.line, column, err)
}

// date reads a date; blank is the zero date.
func (r *csvRow) date(key CSVKey) date.Date {
	text := r.value(key)
	if text == "" || r.problem != nil {
		return 0
	}
	d, err := r.in.day(text)
	if err != nil {
		r.fail(key, err)
	}
	return d
}

// number reads an amount; ok is false for a blank cell.
func (r *csvRow) number(key CSVKey) (amount decimal.Decimal, ok bool) {
	text := r.value(key)
	if text == "" || r.problem != nil {
		return decimal.Zero, false
	}
	if r.in.options.DecimalComma {
		if strings.Contains(text, ".") {
			r.fail(key, &FieldError{Path: "amount", Value: text, Rule: RuleAmount, Detail: "has a point, but amounts have a decimal comma"})
			return decimal.Zero, false
		}
		text = strings.Replace(text, ",", ".", 1)
	}
	amount, err := ParseAmount(text)
	if err != nil {
		r.fail(key, r.amountError(key, err))
		return decimal.Zero, false
	}
	return amount, true
}

// amountError says what an amount looks like in this file.
func (r *csvRow) amountError(key CSVKey, err error) error {
	field, ok := errors.AsType[*FieldError](err)
	if !ok || field.Rule != RuleAmount {
		return err
	}
	c := *field
	c.Value = r.value(key)
	switch {
	case r.in.options.DecimalComma:
		c.Detail = "want digits with an optional sign and decimal comma, such as -1234,56, without separators of thousands"
	case strings.Contains(c.Value, ","):
		c.Detail += ", without separators of thousands; amounts with a decimal comma are read when the options say so (decimal comma)"
	}
	return &c
}

// flag reads yes or no; blank is no.
func (r *csvRow) flag(key CSVKey) bool {
	text := r.value(key)
	switch strings.ToLower(text) {
	case "", "0", "no", "n", "false", "non":
		return false
	case "1", "yes", "y", "true", "oui", "o":
		return true
	}
	r.fail(key, &FieldError{Path: string(key), Value: text, Rule: RuleSyntax, Detail: "want yes or no"})
	return false
}

// currency reads the currency of the row.
func (r *csvRow) currency() Currency {
	if !r.in.has(CSVCurrency) {
		return r.in.options.Currency
	}
	text := r.value(CSVCurrency)
	if text == "" && r.in.options.Currency.IsValid() {
		return r.in.options.Currency
	}
	if text == "" {
		r.fail(CSVCurrency, &FieldError{Path: "currency", Rule: RuleRequired, Detail: "a currency is needed on each row"})
		return Currency{}
	}
	c, err := ParseCurrency(text)
	if err != nil {
		r.fail(CSVCurrency, err)
	}
	return c
}
