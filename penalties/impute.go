package penalties

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// Debt is one of several debts of the same debtor.
type Debt struct {
	ID     string
	Amount receivables.Money // owed, above zero
	DueOn  date.Date
	// Since is the day the debt arose; zero: its due date.
	Since date.Date
	// Interest ranks how much the debtor gains by paying this one: higher first (it
	// bears more interest, or is secured).
	Interest int
}

// DebtPaid is the part of a payment that goes to a debt.
type DebtPaid struct {
	ID     string
	Amount receivables.Money
}

// ImputeAcross divides a payment among several debts (C. civ. art. 1342-10): the
// debts the debtor chose, in his order; then those that are due; among them the one
// the debtor had most interest in paying; then the oldest; all equal, pro rata, the odd cents going to
// the largest fractions. It returns what each debt gets, in that order,
// and what is left over.
//
// Errors:
//   - [receivables.ErrUnknown] for a choice that is no debt, [receivables.ErrDuplicate]
//     for one named twice;
//   - [receivables.ErrCurrencyMismatch], [receivables.ErrInvalidInput] for amounts.
func ImputeAcross(payment receivables.Money, on date.Date, debts []Debt, chosen ...string) ([]DebtPaid, receivables.Money, error) {
	order, err := orderDebts(payment, on, debts, chosen)
	if err != nil {
		return nil, receivables.Money{}, err
	}
	rest := payment
	var paid []DebtPaid
	for len(order) > 0 {
		n := 1
		for n < len(order) && order[n].rank == order[0].rank && order[0].rank.choice < 0 {
			n++
		}
		parts := proRata(rest, order[:n])
		for i, p := range parts {
			if p.Sign() > 0 {
				paid = append(paid, DebtPaid{order[i].ID, p})
				rest = rest.AddAmount(p.Amount().Neg())
			}
		}
		order = order[n:]
	}
	return paid, rest, nil
}

// debtRank orders debts; equal ranks are paid pro rata.
type debtRank struct {
	choice   int // position among the chosen; -1: not chosen
	notDue   bool
	interest int
	since    date.Date
}

type rankedDebt struct {
	Debt
	rank debtRank
}

func orderDebts(payment receivables.Money, on date.Date, debts []Debt, chosen []string) ([]rankedDebt, error) {
	if payment.Sign() < 0 || !payment.IsValid() {
		return nil, &receivables.FieldError{Path: "payment", Value: payment.String(), Rule: receivables.RuleSign, Detail: "must not be negative"}
	}
	var list []rankedDebt
	for i, d := range debts {
		if d.Amount.Sign() <= 0 {
			return nil, &receivables.FieldError{Path: fmt.Sprintf("debts[%d]", i), Value: d.Amount.String(), Rule: receivables.RuleSign, Detail: "must be above zero"}
		}
		if d.Amount.Currency() != payment.Currency() {
			return nil, &receivables.FieldError{Path: fmt.Sprintf("debts[%d]", i), Value: d.Amount.String(), Rule: receivables.RuleCurrency, Detail: "payment is in " + payment.Currency().Code()}
		}
		list = append(list, rankedDebt{d, debtRank{slices.Index(chosen, d.ID), d.DueOn > on, d.Interest, cmp.Or(d.Since, d.DueOn)}})
	}
	for i, id := range chosen {
		if !slices.ContainsFunc(debts, func(d Debt) bool { return d.ID == id }) {
			return nil, &receivables.FieldError{Path: "chosen", Value: id, Rule: receivables.RuleUnknownReference, Detail: "no such debt"}
		}
		if slices.Contains(chosen[:i], id) {
			return nil, &receivables.FieldError{Path: "chosen", Value: id, Rule: receivables.RuleDuplicate, Detail: "named twice"}
		}
	}
	slices.SortStableFunc(list, func(x, y rankedDebt) int {
		a, b := x.rank, y.rank
		switch {
		case a.choice >= 0 && b.choice >= 0:
			return cmp.Compare(a.choice, b.choice)
		case a.choice >= 0:
			return -1
		case b.choice >= 0:
			return 1
		case a.notDue != b.notDue && a.notDue:
			return 1
		case a.notDue != b.notDue:
			return -1
		}
		return cmp.Or(cmp.Compare(b.interest, a.interest), cmp.Compare(a.since, b.since))
	})
	return list, nil
}

// proRata divides what is there among debts of one rank, never more than each is.
func proRata(available receivables.Money, debts []rankedDebt) []receivables.Money {
	total := decimal.Zero
	for _, d := range debts {
		total = total.Add(d.Amount.Amount())
	}
	parts := make([]receivables.Money, len(debts))
	if available.Amount().GreaterThanOrEqual(total) {
		for i, d := range debts {
			parts[i] = d.Amount
		}
		return parts
	}
	// the floor of each share in minor units, then what is left by the largest fraction, ties by order
	places := int32(available.Currency().MinorUnits())
	unit := decimal.New(1, -places)
	rest := available.Amount()
	fractions := make([]decimal.Decimal, len(debts))
	order := make([]int, len(debts))
	for i, d := range debts {
		whole, fraction := available.Amount().Mul(d.Amount.Amount()).QuoRem(total, places)
		parts[i], fractions[i], order[i] = receivables.Zero(available.Currency()).AddAmount(whole), fraction, i
		rest = rest.Sub(whole)
	}
	slices.SortStableFunc(order, func(x, y int) int { return fractions[y].Cmp(fractions[x]) })
	for rest.Sign() > 0 {
		for _, i := range order {
			more := decimal.Min(unit, rest, debts[i].Amount.Amount().Sub(parts[i].Amount()))
			parts[i], rest = parts[i].AddAmount(more), rest.Sub(more)
		}
	}
	return parts
}

// ImputeWithin divides a payment among the parts of one debt in the order given, each until it is
// paid: interest before principal (C. civ. art. 1343-1), costs first by usage and contract. It returns
// what each part gets, and what is left over.
//
// Errors:
//   - [receivables.ErrInvalidInput] for a payment or part that is negative or without currency;
//   - [receivables.ErrCurrencyMismatch].
//
// 1000.00 on 250.00 of interest and 10,000.00 of principal: 250.00 and 750.00.
func ImputeWithin(payment receivables.Money, owed ...receivables.Money) (paid []receivables.Money, left receivables.Money, err error) {
	if payment.Sign() < 0 || !payment.IsValid() {
		return nil, left, &receivables.FieldError{Path: "payment", Value: payment.String(), Rule: receivables.RuleSign, Detail: "must not be negative"}
	}
	left = payment
	for i, part := range owed {
		switch {
		case part.Sign() < 0 || !part.IsValid():
			return nil, left, &receivables.FieldError{Path: fmt.Sprintf("owed[%d]", i), Value: part.String(), Rule: receivables.RuleSign, Detail: "must not be negative"}
		case part.Currency() != payment.Currency():
			return nil, left, &receivables.FieldError{Path: fmt.Sprintf("owed[%d]", i), Value: part.String(), Rule: receivables.RuleCurrency, Detail: "payment is in " + payment.Currency().Code()}
		}
		amount := decimal.Min(left.Amount(), part.Amount())
		paid = append(paid, receivables.Zero(payment.Currency()).AddAmount(amount))
		left = left.AddAmount(amount.Neg())
	}
	return paid, left, nil
}
