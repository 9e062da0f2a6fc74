package aging

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
)

// Reconciliation proves an aged balance against the ledger (rapprochement): for
// each customer and currency, and for each currency in total, columns + undated
// + unapplied is the ledger balance.
type Reconciliation struct {
	Customers []ReconciliationLine // sorted by customer, then currency
	Totals    []ReconciliationLine // one for each currency, sorted
}

// ReconciliationLine compares one balance with the ledger.
type ReconciliationLine struct {
	Customer string // empty in totals
	// Columns is the sum of the columns, Undated and Unapplied what stands beside
	// them, Total their sum.
	Columns, Undated, Unapplied, Total receivables.Money
	// Ledger is the sum of the facts; Difference is Total - Ledger and is zero.
	Ledger, Difference receivables.Money
}

// Balanced reports whether every difference is zero.
func (r *Reconciliation) Balanced() bool {
	off := func(l ReconciliationLine) bool { return !l.Difference.IsZero() }
	return !slices.ContainsFunc(r.Customers, off) && !slices.ContainsFunc(r.Totals, off)
}

// Reconcile compares an aged balance grouped by customer alone with ledger
// balances, such as [receivables.Ledger.Balances] of the same day or the
// receivables accounts of another system. A customer missing on one side counts
// as zero there.
//
// Errors:
//   - [receivables.ErrInvalidInput] when the balance is not grouped by customer
//     alone.
func Reconcile(b *Balance, ledger []receivables.AccountBalance) (*Reconciliation, error) {
	if !b.byCustomer {
		return nil, &receivables.FieldError{
			Path: "balance: keys", Value: strings.Join(b.keys, ", "), Rule: receivables.RuleRange, Detail: "want a balance grouped by customer alone",
		}
	}
	type account struct {
		customer string
		currency receivables.Currency
	}
	lines, totals := map[account]*ReconciliationLine{}, map[account]*ReconciliationLine{}
	find := func(m map[account]*ReconciliationLine, key account) *ReconciliationLine {
		if m[key] == nil {
			zero := receivables.Zero(key.currency)
			m[key] = &ReconciliationLine{
				Customer: key.customer, Columns: zero, Undated: zero, Unapplied: zero, Total: zero, Ledger: zero, Difference: zero,
			}
		}
		return m[key]
	}
	for line := range b.Lines() {
		for _, r := range []*ReconciliationLine{
			find(lines, account{line.Name(), line.Currency()}), find(totals, account{"", line.Currency()}),
		} {
			undated := line.Undated().Amount
			r.Columns = r.Columns.AddAmount(line.Aged().Amount.Amount().Sub(undated.Amount()))
			r.Undated = r.Undated.AddAmount(undated.Amount())
			r.Unapplied = r.Unapplied.AddAmount(line.Unapplied().Amount.Amount())
		}
	}
	for _, a := range ledger {
		for _, r := range []*ReconciliationLine{
			find(lines, account{a.Customer, a.Amount.Currency()}), find(totals, account{"", a.Amount.Currency()}),
		} {
			r.Ledger = r.Ledger.AddAmount(a.Amount.Amount())
		}
	}
	finish := func(m map[account]*ReconciliationLine) []ReconciliationLine {
		list := make([]ReconciliationLine, 0, len(m))
		for _, r := range m {
			r.Total = r.Columns.AddAmount(r.Undated.Amount()).AddAmount(r.Unapplied.Amount())
			r.Difference = r.Total.AddAmount(r.Ledger.Amount().Neg())
			list = append(list, *r)
		}
		slices.SortFunc(list, func(x, y ReconciliationLine) int {
			return cmp.Or(strings.Compare(x.Customer, y.Customer), strings.Compare(x.Ledger.Currency().Code(), y.Ledger.Currency().Code()))
		})
		return list
	}
	return &Reconciliation{Customers: finish(lines), Totals: finish(totals)}, nil
}

// FromLedger ages the open items of a ledger, by customer unless options say
// otherwise, at the end of asOf as known on knownOn, and proves the result against
// the sum of the facts: every customer, and the totals of the balance returned.
//
// Errors: those of [New], [Accumulator.Add]; [receivables.ErrConflict], rule sum,
// if the two did not agree.
func FromLedger(
	ledger *receivables.Ledger, asOf, knownOn date.Date, config Config, options ...Option,
) (*Balance, *Reconciliation, error) {
	a, err := New(asOf, config, options...)
	if err != nil {
		return nil, nil, err
	}
	if err := a.AddSeq(ledger.OpenItems(asOf, knownOn)); err != nil {
		return nil, nil, err
	}
	b := a.Balance()
	byCustomer := b
	if !b.byCustomer {
		if byCustomer, err = ofItems(ledger, asOf, knownOn, config, a.otherDate); err != nil {
			return nil, nil, err
		}
	}
	r, err := Reconcile(byCustomer, ledger.Balances(asOf, knownOn))
	if err != nil {
		return nil, nil, err
	}
	for _, t := range r.Totals { // a balance grouped otherwise has the same totals
		if line, _ := b.Total(t.Total.Currency()); !line.Total().Amount.Equal(t.Ledger) {
			t.Total = line.Total().Amount
			t.Difference = t.Total.AddAmount(t.Ledger.Amount().Neg())
			r.Totals = append(r.Totals, t)
		}
	}
	for _, l := range slices.Concat(r.Totals, r.Customers) {
		if !l.Difference.IsZero() {
			return nil, nil, &receivables.FieldError{
				Path: "reconciliation of " + l.Customer, Value: l.Difference.String(), Rule: receivables.RuleSum,
				Detail: "aged total " + l.Total.String() + ", ledger " + l.Ledger.String(),
			}
		}
	}
	return b, r, nil
}

// ofItems ages a ledger by customer, for the proof of a balance that is grouped
// otherwise.
func ofItems(
	ledger *receivables.Ledger, asOf, knownOn date.Date, config Config,
	otherDate func(*receivables.OpenItem) (date.Date, bool),
) (*Balance, error) {
	var options []Option
	if otherDate != nil {
		options = append(options, WithDate(otherDate))
	}
	a, err := New(asOf, config, options...)
	if err != nil {
		return nil, err
	}
	if err := a.AddSeq(ledger.OpenItems(asOf, knownOn)); err != nil {
		return nil, err
	}
	return a.Balance(), nil
}
