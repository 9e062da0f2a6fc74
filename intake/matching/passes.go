package matching

import (
	"fmt"
	"regexp"
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
	mostWords    = 10_000
	// mostSharing is the most items that one number may name.
	mostSharing = 1000
)

// find returns the items of a number or reference: those that write it in the same parts before those that do not.
func (m *matcher) find(text string, exact bool) []name {
	key, parts := normal(text), partsOf(text)
	list := m.byKey[key]
	if len(list) == 0 || len(list) > mostSharing || !strings.ContainsAny(key, "0123456789") {
		return nil
	}
	same := slices.DeleteFunc(slices.Clone(list), func(n name) bool { return n.parts != parts })
	if len(same) > 0 || exact {
		return same
	}
	return list
}

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
		checked := IsCreditorReference(reference)
		names := m.find(reference, false)
		if len(names) == 0 && checked {
			names = m.find(compact(reference)[4:], false) // the number within
		}
		// One without check digits that was not given to the payer is the number of a document, and may be too short to tell.
		names = slices.DeleteFunc(slices.Clone(names), func(n name) bool {
			return !checked && !n.given && len(normal(reference)) < tellingNumber && n.Customer != p.customer && !n.Open.Equal(p.Amount)
		})
		if len(names) == 0 {
			continue
		}
		sure = sure && (checked || names[0].given && !strings.HasPrefix(compact(reference), "RF"))
		found, evidence = add(found, names), append(evidence, reference)
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

// add adds the items of names to a list, each once.
func add(list []*item, names []name) []*item {
	there := map[*item]bool{}
	for _, i := range list {
		there[i] = true
	}
	for _, n := range names {
		if !there[n.item] {
			there[n.item] = true
			list = append(list, n.item)
		}
	}
	return list
}

// word is a part of a text between anything that is neither letter nor digit.
type word struct {
	text       string
	afterBlank bool
}

// wordsOf are the parts of a text; a date is none.
func wordsOf(text string) []word {
	var words []word
	for _, field := range strings.Fields(dates.ReplaceAllString(text, " ")) {
		for n, run := range runs(field) {
			words = append(words, word{run, n == 0})
		}
	}
	return words[:min(len(words), mostWords)]
}

// dates are days as people write them, so that 20/10/2026 is not the number 20102026.
var dates = regexp.MustCompile(`\b\d{1,2}([./-])\d{1,2}[./-](?:\d{4}|\d{2})\b|\b\d{4}-\d{2}-\d{2}\b`)

// byNumber finds numbers of documents in what the payer wrote: at each word the longest number that is written exactly, or else the longest
// that has the same letters and digits and no blank within.
func (m *matcher) byNumber(p *incoming) *Match {
	var telling, short []*item
	var evidence []string
	for _, text := range []string{p.Transaction.Text, p.Transaction.EndToEnd} {
		words := wordsOf(text)
		if names := m.find(text, true); len(names) > 0 { // also a number that looks like a date
			words = nil
			telling, evidence = add(telling, names), append(evidence, text)
		}
		for i := 0; i < len(words); i++ {
			names, n := m.at(words[i:])
			if len(names) == 0 {
				continue
			}
			written := make([]string, 0, n)
			for _, w := range words[i : i+n] {
				written = append(written, w.text)
			}
			if number := strings.Join(written, ""); len(strings.TrimLeft(number, "0")) >= tellingNumber {
				telling = add(telling, names)
			} else {
				short = add(short, names)
			}
			evidence = append(evidence, strings.Join(written, " "))
			i += n - 1
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

// at finds the number that begins with the first of some words, and of how many it consists.
func (m *matcher) at(words []word) ([]name, int) {
	most := min(longestNumber, len(words))
	texts := make([]string, most)
	for n := range most {
		texts[n] = words[n].text
	}
	for n := most; n > 0; n-- {
		if names := m.find(strings.Join(texts[:n], " "), true); len(names) > 0 {
			return names, n
		}
	}
	for n := most; n > 0; n-- {
		if slices.ContainsFunc(words[1:n], func(w word) bool { return w.afterBlank }) {
			continue
		}
		if names := m.find(strings.Join(texts[:n], " "), false); len(names) > 0 {
			return names, n
		}
	}
	return nil, 0
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
		if len(open) == 0 { // and no credit alone
			m.miss(p, AlreadyPaid, items)
		}
		return nil
	}
	amount, shown := p.Amount.Amount(), receivables.Zero(p.currency()).AddAmount(sum).Text()
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
		evidence += fmt.Sprintf("; open %s, paid %s", shown, p.Amount.Text())
	case debits == 1:
		confidence = min(confidence, High)
		if reason == NumberInText {
			confidence = min(confidence, Medium)
		}
		evidence += fmt.Sprintf("; paid in part: open %s", shown)
	default:
		confidence = min(confidence, Medium)
		evidence += fmt.Sprintf("; paid in part: open %s, those due first are paid", shown)
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

// byCustomer matches the amount with what a known customer owes. A payment that names what is paid already is left to a person.
func (m *matcher) byCustomer(p *incoming) *Match {
	a := m.accounts[accountKey{p.customer, p.currency()}]
	if p.customer == "" || a == nil || m.misses[p.at].Reason == AlreadyPaid {
		return nil
	}
	amount := p.Amount.Amount()
	same, overdue := a.byAmount[amount.String()], a.overdue(p.ReceivedOn)
	who := "customer " + p.customer
	switch {
	case len(same) == 1:
		return m.apply(p, slices.Clone(same), CustomerAmount, Medium, who+", "+p.Amount.Text())
	case len(same) > 1:
		return m.apply(p, slices.Clone(same[:1]), CustomerOldest, Low, fmt.Sprintf("%s, %d items of %s", who, len(same), p.Amount.Text()))
	case overdue.Equal(amount):
		due := slices.DeleteFunc(slices.Clone(a.left()), func(i *item) bool { return !i.isDue(p.ReceivedOn) })
		return m.apply(p, due, CustomerOverdue, Medium, fmt.Sprintf("%s, %d items due by %s", who, len(due), p.ReceivedOn))
	case a.all.Equal(amount):
		open := slices.Clone(a.left())
		return m.apply(p, open, CustomerBalance, Medium, fmt.Sprintf("%s, all %d open items", who, len(open)))
	}
	if chosen := a.combination(amount); chosen != nil {
		return m.apply(p, slices.Clone(chosen), CustomerCombination, Low, fmt.Sprintf("%s, %d of %d items", who, len(chosen), len(a.items)-a.paid))
	}
	m.miss(p, CustomerOnly, firstOpen(a.items))
	return nil
}

// firstOpen are the first open items, as many as are named of a payment.
func firstOpen(items []*item) []*item {
	var open []*item
	for _, i := range items {
		if i.left.Sign() != 0 {
			if open = append(open, i); len(open) == mostCandidates {
				break
			}
		}
	}
	return open
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
		case len(found) == 1:
			m.miss(p, SeveralPayments, found)
		case len(found) > 0:
			m.miss(p, SeveralAmounts, found)
		}
	}
}
