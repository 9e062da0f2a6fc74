package store

import "github.com/receivables-go/receivables"

// EndOfTime is after every fact.
var EndOfTime = receivables.MustDate("9999-12-31")

// itemKey names an open item.
type itemKey struct {
	document   string
	instalment int
}

func keyOf(item *receivables.OpenItem) itemKey { return itemKey{item.Document, item.Instalment} }

// latest is what is open by all that is recorded, of whatever day and whenever it was known.
type latest struct {
	left    map[itemKey]receivables.Money
	credits map[string][]receivables.OpenItem // by customer
}

func latestOf(ledger *receivables.Ledger) latest {
	l := latest{map[itemKey]receivables.Money{}, map[string][]receivables.OpenItem{}}
	for item := range ledger.OpenItems(EndOfTime, EndOfTime) {
		l.left[keyOf(&item)] = item.Open
		if item.Open.Sign() < 0 {
			l.credits[item.Customer] = append(l.credits[item.Customer], item)
		}
	}
	return l
}

// limit takes off items what is not open of them any more.
func (l latest) limit(items []receivables.OpenItem) []receivables.OpenItem {
	var still []receivables.OpenItem
	for _, item := range items {
		rest, ok := l.left[keyOf(&item)]
		if !ok || rest.Sign() != item.Open.Sign() {
			continue
		}
		if rest.Amount().Abs().LessThan(item.Open.Amount().Abs()) {
			item.Open = rest
			if item.Disputed.IsValid() && item.Disputed.Amount().GreaterThan(rest.Amount()) {
				item.Disputed = rest
			}
		}
		still = append(still, item)
	}
	return still
}

// creditsBeside are the credits of a customer that are not among items: they came later, or were known later.
func (l latest) creditsBeside(customer string, items []receivables.OpenItem) []receivables.OpenItem {
	here := map[itemKey]bool{}
	for i := range items {
		here[keyOf(&items[i])] = true
	}
	var beside []receivables.OpenItem
	for _, item := range l.credits[customer] {
		if !here[keyOf(&item)] {
			beside = append(beside, item)
		}
	}
	return beside
}

// StillOpen takes off items of a ledger what was paid, credited or cancelled on later days, or was known later, by all that is recorded.
func StillOpen(ledger *receivables.Ledger, items []receivables.OpenItem) []receivables.OpenItem {
	return latestOf(ledger).limit(items)
}
