package main

import (
	"slices"
	"strings"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/examples/internal/claims"
	"github.com/receivables-go/receivables/penalties"
)

// penaltyTotal is what late payment cost the debtors of one currency.
type penaltyTotal struct {
	Interest  string            `json:"interest"`
	FixedSums string            `json:"fixed_sums"`
	Customers []customerPenalty `json:"customers"` // largest first
	Skipped   int               `json:"skipped"`   // invoices late or without due date for which nothing is computed
}

type customerPenalty struct {
	Customer  string `json:"customer"`
	Name      string `json:"name,omitempty"`
	Interest  string `json:"interest"`
	FixedSums string `json:"fixed_sums"`
	Total     string `json:"total"`
}

// owedPenalties sums interest and fixed sums by currency and customer.
type owedPenalties struct {
	interest, fixed map[receivables.Currency]map[string]receivables.Money
	skipped         map[receivables.Currency]int
}

// penaltiesOf sums what every late invoice owes under a regime, paid or not.
func penaltiesOf(ledger *receivables.Ledger, asOf date.Date, regime string) (*owedPenalties, error) {
	owed := &owedPenalties{
		interest: map[receivables.Currency]map[string]receivables.Money{}, fixed: map[receivables.Currency]map[string]receivables.Money{},
		skipped: map[receivables.Currency]int{},
	}
	if regime == "" {
		return owed, nil
	}
	list, skipped, err := claims.Of(ledger, asOf, penalties.Config{Regime: regime})
	if err != nil {
		return nil, err
	}
	for _, s := range skipped {
		owed.skipped[s.Amount.Currency()]++
	}
	add := func(to map[receivables.Currency]map[string]receivables.Money, customer string, m receivables.Money) {
		c := m.Currency()
		if to[c] == nil {
			to[c] = map[string]receivables.Money{}
		}
		to[c][customer] = receivables.Zero(c).AddAmount(to[c][customer].Amount().Add(m.Amount()))
	}
	for _, x := range list {
		add(owed.interest, x.Customer, x.Accrual.Interest)
		if f := x.Accrual.FixedSum; f != nil {
			add(owed.interest, x.Customer, receivables.Zero(f.Amount.Currency())) // so that the currency has an entry
			add(owed.fixed, x.Customer, f.Amount)
		}
	}
	return owed, nil
}

// of returns interest and fixed sums of one customer in one currency.
func (o *owedPenalties) of(c receivables.Currency, customer string) receivables.Money {
	return receivables.Zero(c).AddAmount(o.interest[c][customer].Amount()).AddAmount(o.fixed[c][customer].Amount())
}

// total returns the penalties of one currency; nil without a regime.
func (o *owedPenalties) total(c receivables.Currency, regime string, ledger *receivables.Ledger) *penaltyTotal {
	if regime == "" {
		return nil
	}
	interest, fixed := receivables.Zero(c), receivables.Zero(c)
	t := &penaltyTotal{Customers: []customerPenalty{}, Skipped: o.skipped[c]}
	for customer, m := range o.interest[c] {
		f := receivables.Zero(c).AddAmount(o.fixed[c][customer].Amount())
		interest, fixed = interest.AddAmount(m.Amount()), fixed.AddAmount(f.Amount())
		t.Customers = append(t.Customers, customerPenalty{customer, nameOf(ledger, customer), m.Text(), f.Text(), o.of(c, customer).Text()})
	}
	t.Interest, t.FixedSums = interest.Text(), fixed.Text()
	slices.SortFunc(t.Customers, func(x, y customerPenalty) int {
		if n := compareAmounts(y.Total, x.Total); n != 0 {
			return n
		}
		return strings.Compare(x.Customer, y.Customer)
	})
	return t
}
