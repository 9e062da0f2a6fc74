package matching

import (
	"slices"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// accountKey is a customer in one currency.
type accountKey struct {
	customer string
	currency receivables.Currency
}

// account is what is open of a customer in one currency, with the sums that payments are compared with. They are kept as items are paid, so
// that a payment costs the same whatever the number of items.
type account struct {
	items    []*item // by due date; some of them paid by now
	paid     int
	byAmount map[string][]*item
	all      decimal.Decimal
	// due is the sum of the debits due up to a day; days only go on.
	due      decimal.Decimal
	dueUntil date.Date
	dueItems int // first item that is not in it
	// choices are the sums of all choices of few items, by amount: 0 where several have it. Nil: not made since something changed.
	choices map[string]int
}

// open takes an item into its account, in the order of due dates.
func (m *matcher) open(i *item) {
	key := accountKey{i.Customer, i.Open.Currency()}
	a := m.accounts[key]
	if a == nil {
		a = &account{byAmount: map[string][]*item{}}
		m.accounts[key] = a
	}
	i.account = a
	if i.left.Sign() == 0 {
		return
	}
	a.items = append(a.items, i)
	a.all = a.all.Add(i.left)
	amount := i.left.String()
	a.byAmount[amount] = append(a.byAmount[amount], i)
}

// take takes an amount off an item, with the sign of what is left of it.
func (i *item) take(amount decimal.Decimal) {
	a, before := i.account, i.left.String()
	same := a.byAmount[before]
	a.byAmount[before] = slices.Delete(same, slices.Index(same, i), slices.Index(same, i)+1)
	if i.isDue(a.dueUntil) {
		a.due = a.due.Sub(amount)
	}
	i.left, a.all, a.choices = i.left.Sub(amount), a.all.Sub(amount), nil
	if i.left.Sign() == 0 {
		a.paid++
		return
	}
	after := i.left.String()
	at, _ := slices.BinarySearchFunc(a.byAmount[after], i, order)
	a.byAmount[after] = slices.Insert(a.byAmount[after], at, i)
}

// isDue reports whether an item is a debit that is due by a day.
func (i *item) isDue(by date.Date) bool { return i.DueOn != 0 && i.DueOn <= by && i.Open.Sign() > 0 }

// left are the items of which something is open.
func (a *account) left() []*item {
	if a.paid > len(a.items)/2 {
		a.items = slices.DeleteFunc(a.items, func(i *item) bool { return i.left.Sign() == 0 })
		a.paid, a.dueItems, a.due, a.dueUntil = 0, 0, decimal.Zero, 0
	}
	if a.paid == 0 {
		return a.items
	}
	var open []*item
	for _, i := range a.items {
		if i.left.Sign() != 0 {
			open = append(open, i)
		}
	}
	return open
}

// overdue is the sum of the debits due by a day.
func (a *account) overdue(by date.Date) decimal.Decimal {
	if by < a.dueUntil {
		a.dueItems, a.due, a.dueUntil = 0, decimal.Zero, 0
	}
	for ; a.dueItems < len(a.items); a.dueItems++ {
		i := a.items[a.dueItems]
		if i.DueOn == 0 || i.DueOn > by {
			break
		}
		if i.Open.Sign() > 0 {
			a.due = a.due.Add(i.left)
		}
	}
	a.dueUntil = by
	return a.due
}

// combination returns the items that add up to an amount, if there is one such choice and only one.
func (a *account) combination(amount decimal.Decimal) []*item {
	if n := len(a.items) - a.paid; n < 2 || n > mostCombined {
		return nil
	}
	items := a.left()
	if a.choices == nil {
		// The sum of every choice, made from the one without its lowest item.
		sums := make([]decimal.Decimal, 1<<len(items))
		a.choices = make(map[string]int, len(sums))
		for choice := 1; choice < len(sums); choice++ {
			low, at := choice&-choice, 0
			for low>>at != 1 {
				at++
			}
			sums[choice] = sums[choice-low].Add(items[at].left)
			key := sums[choice].String()
			if _, several := a.choices[key]; several {
				a.choices[key] = 0
			} else {
				a.choices[key] = choice
			}
		}
	}
	choice := a.choices[amount.String()]
	var chosen []*item
	for at, i := range items {
		if choice&(1<<at) != 0 {
			chosen = append(chosen, i)
		}
	}
	if !slices.ContainsFunc(chosen, func(i *item) bool { return i.left.Sign() > 0 }) {
		return nil
	}
	return chosen
}
