package matching

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

const (
	// longestNumber is the most parts of which a number in a text may consist: F-2026-17-A has four.
	longestNumber = 5
	// tellingNumber is the least length of a number that means a document wherever it is written; a shorter one could be anything, and
	// counts only where customer or amount agree.
	tellingNumber = 5
	// mostCombined is the most items of a customer among which a combination is looked for.
	mostCombined = 16
	mostWords    = 2000
)

// byReference finds structured references.
func (m *matcher) byReference(p *incoming) *Match {
	var found []*item
	var evidence []string
	sure := true
	references := slices.Clone(p.Transaction.Structured)
	for _, text := range []string{p.Transaction.EndToEnd, p.Transaction.Text} {
		references = append(references, creditorReferences(text)...)
	}
	for _, reference := range references {
		key := normal(reference)
		items := m.byKey[key]
		if len(items) == 0 && IsCreditorReference(reference) {
			key = strings.TrimLeft(key[4:], "0") // the number within
			items = m.byKey[key]
		}
		if len(items) == 0 {
			continue
		}
		if strings.HasPrefix(compact(reference), "RF") && !IsCreditorReference(reference) {
			sure = false // the check digits are wrong: another number may be meant
		}
		found, evidence = add(found, items), append(evidence, reference)
	}
	confidence := Certain
	if !sure {
		confidence = High
	}
	return m.named(p, found, StructuredReference, confidence, strings.Join(evidence, ", "))
}

// creditorReferences finds RF references in a text, with or without blanks within.
func creditorReferences(text string) []string {
	var found []string
	words := runs(text)
	for i, word := range words {
		if !strings.HasPrefix(word, "RF") {
			continue
		}
		// The longest one: a shorter one within it may be right by chance.
		for end := min(len(words), i+8); end > i; end-- {
			if candidate := strings.Join(words[i:end], ""); IsCreditorReference(candidate) {
				found = append(found, candidate)
				break
			}
		}
	}
	return found
}

func add(list, items []*item) []*item {
	for _, i := range items {
		if !slices.Contains(list, i) {
			list = append(list, i)
		}
	}
	return list
}

// byNumber finds numbers of documents in what the payer wrote.
func (m *matcher) byNumber(p *incoming) *Match {
	words := runs(p.Transaction.Text + " " + p.Transaction.EndToEnd)
	if len(words) > mostWords {
		words = words[:mostWords]
	}
	var telling, short []*item
	var evidence []string
	for i := 0; i < len(words); i++ {
		for n := min(longestNumber, len(words)-i); n > 0; n-- {
			key := strings.TrimLeft(strings.Join(words[i:i+n], ""), "0")
			items := m.byKey[key]
			if len(items) == 0 || !strings.ContainsAny(key, "0123456789") {
				continue
			}
			if len(key) >= tellingNumber {
				telling = add(telling, items)
			} else {
				short = add(short, items)
			}
			evidence = append(evidence, strings.Join(words[i:i+n], " "))
			i += n - 1 // the longest number counts, not those within it
			break
		}
	}
	if len(telling) > 0 {
		return m.named(p, telling, NumberInText, High, strings.Join(evidence, ", "))
	}
	// A short number needs the customer or the amount beside it.
	short = slices.DeleteFunc(short, func(i *item) bool {
		return i.Customer != p.customer && !i.Open.Equal(p.Amount) || i.Open.Currency() != p.currency()
	})
	return m.named(p, short, NumberInText, Medium, strings.Join(evidence, ", "))
}

// named matches a payment with the items that it names. Of two customers who use the same number, the one who pays is meant; of the
// instalments of a document, the one of this amount.
func (m *matcher) named(p *incoming, items []*item, reason Reason, confidence Confidence, evidence string) *Match {
	items = slices.DeleteFunc(slices.Clone(items), func(i *item) bool { return i.Open.Currency() != p.currency() })
	if len(items) == 0 {
		return nil
	}
	if own := slices.DeleteFunc(slices.Clone(items), func(i *item) bool { return i.Customer != p.customer }); len(own) > 0 {
		items = own
	} else if p.customer != "" || !oneCustomer(items) {
		confidence = min(confidence, Medium) // pays for another, or one number of two customers
	}
	open := slices.DeleteFunc(slices.Clone(items), func(i *item) bool { return i.left.Sign() == 0 })
	sum, debits := decimal.Zero, 0
	for _, i := range open {
		sum = sum.Add(i.left)
		if i.left.Sign() > 0 {
			debits++
		}
	}
	if debits == 0 {
		m.miss(p, AlreadyPaid, items)
		return nil
	}
	amount := p.Amount.Amount()
	if exact := slices.IndexFunc(open, func(i *item) bool { return i.left.Equal(amount) }); exact >= 0 && !sum.Equal(amount) && oneDocument(open) {
		return m.apply(p, open[exact:exact+1], reason, confidence, evidence)
	}
	switch {
	case sum.Equal(amount):
	case !oneCustomer(open):
		m.miss(p, SeveralAmounts, open)
		return nil
	case amount.GreaterThan(sum):
		confidence = min(confidence, High)
		if reason == NumberInText {
			confidence = min(confidence, Medium)
		}
		evidence += fmt.Sprintf("; open %s, paid %s", sum, p.Amount.Text())
	case debits == 1:
		confidence = min(confidence, High)
		if reason == NumberInText {
			confidence = min(confidence, Medium)
		}
		evidence += fmt.Sprintf("; paid in part: open %s", sum)
	default:
		confidence = min(confidence, Medium)
		evidence += fmt.Sprintf("; paid in part: open %s, those due first are paid", sum)
	}
	if sum.Sign() <= 0 { // more credit than debt is named: the credits are not what is paid
		open = slices.DeleteFunc(open, func(i *item) bool { return i.left.Sign() < 0 })
		confidence = min(confidence, Medium)
	}
	return m.apply(p, open, reason, confidence, evidence)
}

func oneCustomer(items []*item) bool {
	return !slices.ContainsFunc(items, func(i *item) bool { return i.Customer != items[0].Customer })
}

func oneDocument(items []*item) bool {
	return !slices.ContainsFunc(items, func(i *item) bool { return i.Document != items[0].Document })
}

// byCustomer matches the amount with what a known customer owes.
func (m *matcher) byCustomer(p *incoming) *Match {
	if p.customer == "" {
		return nil
	}
	var open, same, overdue []*item
	all, due := decimal.Zero, decimal.Zero
	amount := p.Amount.Amount()
	for _, i := range m.ofCustomer[p.customer] {
		if i.Open.Currency() != p.currency() || i.left.Sign() == 0 {
			continue
		}
		open, all = append(open, i), all.Add(i.left)
		if i.left.Equal(amount) {
			same = append(same, i)
		}
		if i.DueOn != 0 && i.DueOn <= p.ReceivedOn && i.left.Sign() > 0 {
			overdue, due = append(overdue, i), due.Add(i.left)
		}
	}
	who := "customer " + p.customer
	switch {
	case len(same) == 1:
		return m.apply(p, same, CustomerAmount, Medium, who+", "+p.Amount.Text())
	case len(same) > 1:
		return m.apply(p, same[:1], CustomerOldest, Low, fmt.Sprintf("%s, %d items of %s", who, len(same), p.Amount.Text()))
	case len(overdue) > 1 && due.Equal(amount):
		return m.apply(p, overdue, CustomerOverdue, Medium, fmt.Sprintf("%s, %d items due by %s", who, len(overdue), p.ReceivedOn))
	case len(open) > 1 && all.Equal(amount):
		return m.apply(p, open, CustomerBalance, Medium, fmt.Sprintf("%s, all %d open items", who, len(open)))
	}
	if chosen := combination(open, amount); chosen != nil {
		return m.apply(p, chosen, CustomerCombination, Low, fmt.Sprintf("%s, %d of %d items", who, len(chosen), len(open)))
	}
	m.miss(p, CustomerOnly, open)
	return nil
}

// combination returns the items that add up to an amount, if there is one such choice and only one.
func combination(items []*item, amount decimal.Decimal) []*item {
	if len(items) < 2 || len(items) > mostCombined {
		return nil
	}
	// The sum of every choice, made from the one without its lowest item.
	sums := make([]decimal.Decimal, 1<<len(items))
	found := 0
	for choice := 1; choice < len(sums); choice++ {
		low := choice & -choice
		at := 0
		for low>>at != 1 {
			at++
		}
		sums[choice] = sums[choice-low].Add(items[at].left)
		if !sums[choice].Equal(amount) {
			continue
		}
		if found != 0 {
			return nil
		}
		found = choice
	}
	var chosen []*item
	for at, i := range items {
		if found&(1<<at) != 0 {
			chosen = append(chosen, i)
		}
	}
	if !slices.ContainsFunc(chosen, func(i *item) bool { return i.left.Sign() > 0 }) {
		return nil
	}
	return chosen
}

// byAmount matches what is left by the amount alone, where one payment and one item have it.
func (m *matcher) byAmount() {
	type sum struct {
		currency receivables.Currency
		amount   string
	}
	items, payments := map[sum][]*item{}, map[sum]int{}
	for _, i := range m.items {
		if i.left.Sign() > 0 {
			key := sum{i.Open.Currency(), i.left.String()}
			items[key] = append(items[key], i)
		}
	}
	keyOf := func(p *incoming) sum { return sum{p.currency(), p.Amount.Amount().String()} }
	for _, p := range m.order {
		if m.matches[p.at] == nil {
			payments[keyOf(p)]++
		}
	}
	for _, p := range m.order {
		if m.matches[p.at] != nil || p.customer != "" || m.misses[p.at].Reason == AlreadyPaid {
			continue
		}
		switch found := items[keyOf(p)]; {
		case len(found) == 1 && payments[keyOf(p)] == 1:
			m.matches[p.at] = m.apply(p, found, AmountAlone, Low, p.Amount.Text())
		case len(found) > 0:
			m.miss(p, SeveralAmounts, found)
		}
	}
}
