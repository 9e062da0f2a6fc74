package receivables

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/rickb777/date/v2"
)

// EntryKind says how a fact changes the balance of a customer.
type EntryKind uint8

// The kinds of entry.
const (
	EntryBilled     EntryKind = iota // invoice: +
	EntryCredited                    // credit note: -
	EntryCollected                   // payment or deposit: -
	EntryWrittenOff                  // given up: - of an invoice, + of a credit
	EntryRefunded                    // paid back: +
	EntryAllocated                   // moved between customers or currencies: off one, onto the other
)

// String returns the kind in one word.
func (k EntryKind) String() string {
	switch k {
	case EntryBilled:
		return "billed"
	case EntryCredited:
		return "credited"
	case EntryCollected:
		return "collected"
	case EntryWrittenOff:
		return "written off"
	case EntryRefunded:
		return "refunded"
	case EntryAllocated:
		return "transferred"
	}
	return fmt.Sprintf("entry kind %d", uint8(k))
}

// MarshalText writes the name.
func (k EntryKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Entry is one fact as it counts in the balance of a customer.
type Entry struct {
	// Key tells entries of one ledger apart: the same fact has the same key at
	// every date.
	Key      EntryKey
	Kind     EntryKind
	Document string // the document, or the one reduced
	Customer string
	On       date.Date // effective day of the fact
	Amount   Money     // signed
	// WriteOff is the reason of a write-off, without meaning for other kinds.
	WriteOff WriteOffReason
}

// EntryKey identifies an entry within its ledger. It can be a map key.
type EntryKey struct {
	class refClass
	at    int
	side  int8
}

// Entries returns every fact that makes up the balance at the end of asOf, as
// known on knownOn. Their sum per customer and currency is the ledger balance;
// it is computed without regard to instalments and is what open items are
// checked against. An allocation within one customer and currency moves nothing
// and is left out.
func (l *Ledger) Entries(asOf, knownOn date.Date) iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		for i := range l.documents {
			d := &l.documents[i]
			if !d.active(asOf, knownOn) {
				continue
			}
			kind := EntryCollected
			switch d.kind {
			case KindInvoice:
				kind = EntryBilled
			case KindCreditNote:
				kind = EntryCredited
			case KindPayment, KindDeposit:
			}
			if !yield(Entry{
				Key: EntryKey{refDocument, i, 0}, Kind: kind, Document: d.id,
				Customer: d.customer, On: d.on, Amount: d.signed(),
			}) {
				return
			}
		}
		for i := range l.settlements {
			s := &l.settlements[i]
			if !l.active(s, asOf, knownOn) || l.isInternal(s) {
				continue
			}
			for side, at := range []int{s.debit, s.credit} {
				if at < 0 {
					continue
				}
				d := &l.documents[at]
				amount := s.amount.Neg()
				if side == 1 {
					amount = s.taken
				}
				if !yield(Entry{
					Key: EntryKey{refSettlement, i, int8(side)}, Kind: s.kind, Document: d.id,
					Customer: d.customer, On: s.on, Amount: amount, WriteOff: s.reason,
				}) {
					return
				}
			}
		}
	}
}

// isInternal reports whether a settlement leaves every balance as it is.
func (l *Ledger) isInternal(s *settlement) bool {
	return s.debit >= 0 && s.credit >= 0 &&
		l.documents[s.debit].customer == l.documents[s.credit].customer && s.amount.Equal(s.taken)
}

// AccountBalance is the balance of one customer in one currency: debits
// positive.
type AccountBalance struct {
	Customer string
	Amount   Money
}

// Balances returns the ledger balance of each customer and currency at the end
// of asOf, as known on knownOn: the sum of [Ledger.Entries], sorted by customer,
// then currency.
func (l *Ledger) Balances(asOf, knownOn date.Date) []AccountBalance {
	return sumBalances(func(yield func(string, Money) bool) {
		for e := range l.Entries(asOf, knownOn) {
			if !yield(e.Customer, e.Amount) {
				return
			}
		}
	})
}

// CheckConservation verifies that for every customer and currency the open items
// add up to the ledger balance.
//
// Errors:
//   - [ErrConflict], rule sum, naming the first customer and the difference.
func (l *Ledger) CheckConservation(asOf, knownOn date.Date) error {
	open := sumBalances(func(yield func(string, Money) bool) {
		for item := range l.OpenItems(asOf, knownOn) {
			if !yield(item.Customer, item.Open) {
				return
			}
		}
	})
	rest := sumBalances(func(yield func(string, Money) bool) {
		for _, b := range l.Balances(asOf, knownOn) {
			if !yield(b.Customer, b.Amount) {
				return
			}
		}
		for _, b := range open {
			if !yield(b.Customer, b.Amount.Neg()) {
				return
			}
		}
	})
	for _, b := range rest {
		if !b.Amount.IsZero() {
			return &FieldError{
				Path: fmt.Sprintf("customer %q", b.Customer), Value: b.Amount.String(), Rule: RuleSum,
				Detail: "difference between ledger balance and open items",
			}
		}
	}
	return nil
}

// sumBalances adds amounts by customer and currency and sorts the result.
func sumBalances(amounts iter.Seq2[string, Money]) []AccountBalance {
	type account struct {
		customer string
		currency Currency
	}
	sums := map[account]Money{}
	for customer, amount := range amounts {
		key := account{customer, amount.currency}
		sum := sums[key]
		sum.currency = amount.currency
		sums[key] = sum.AddAmount(amount.amount)
	}
	list := make([]AccountBalance, 0, len(sums))
	for key, sum := range sums {
		list = append(list, AccountBalance{key.customer, sum})
	}
	slices.SortFunc(list, func(a, b AccountBalance) int {
		if c := strings.Compare(a.Customer, b.Customer); c != 0 {
			return c
		}
		return strings.Compare(a.Amount.currency.Code(), b.Amount.currency.Code())
	})
	return list
}
