package receivables

import (
	"fmt"

	"github.com/rickb777/date/v2"
)

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

// CheckOpen reports whether an item can be added up: an open amount with a currency, dates that are days, a disputed part
// between 0 and the open amount.
//
// Errors:
//   - [ErrInvalidInput] when it cannot;
//   - [ErrCurrencyMismatch] when the disputed part is in another currency.
func (item *OpenItem) CheckOpen() error {
	fail := func(field, value string, rule Rule, detail string) error {
		return &FieldError{Path: fmt.Sprintf("item %q of %q: %s", item.Document, item.Customer, field), Value: value, Rule: rule, Detail: detail}
	}
	for _, d := range [2]date.Date{item.DueOn, item.IssuedOn} {
		if d != 0 && !IsDay(d) {
			return fail("date", d.String(), RuleRange, "outside 1900-01-01 to 9999-12-31")
		}
	}
	if !item.Open.IsValid() {
		return fail("open", "", RuleRequired, "an amount with a currency is needed")
	}
	if !item.Disputed.IsValid() {
		return nil
	}
	c, err := item.Disputed.Cmp(item.Open)
	switch {
	case err != nil:
		return fail("disputed", item.Disputed.String(), RuleCurrency, "open is "+item.Open.String())
	case item.Disputed.Sign() < 0 || c > 0 && item.Disputed.Sign() != 0:
		return fail("disputed", item.Disputed.String(), RuleRange, "must be between 0 and the open amount "+item.Open.String())
	}
	return nil
}
