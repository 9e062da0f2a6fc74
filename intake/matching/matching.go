// Package matching sets payments against open items (lettrage, rapprochement bancaire): by structured reference, by the numbers a payer
// wrote, by customer and amount. Every match has a typed reason and a confidence, and nothing is matched twice.
//
// # What it answers
//
// "Which invoices does this money pay, how sure is that, and what is left to look at?" [Propose] makes proposals; [Result.Facts] makes facts of
// what is sure enough for the caller.
//
// # Order
//
// The strongest reason of all payments comes first, then the next one, so that a weak match never takes an invoice that another payment
// names. Within one reason the payment received first comes first. An invoice is used up to what is open of it; what a payment has
// beyond that stays unapplied. Nothing is written off: a payment short by a discount leaves the rest open.
package matching

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/intake/bank"
)

// Confidence says how sure a match is.
type Confidence uint8

// The degrees, from the lowest.
const (
	Low     Confidence = iota // one of several explanations: for a person to look at
	Medium                    // probable: customer and amount agree; an invoice is named, but the amount or the customer is another
	High                      // the number is named and the amount agrees; or a sure reference, of which the amount is another
	Certain                   // a creditor reference with its check digits, or one that was given to the payer, and the amount agrees
)

// String returns the degree in a word.
func (c Confidence) String() string {
	return [...]string{"low", "medium", "high", "certain"}[min(c, Certain)]
}

// MarshalText writes the word.
func (c Confidence) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// Reason says why a payment was matched, or why not. Codes are stable.
type Reason string

// Reasons of a match, the strongest first.
const (
	StructuredReference Reason = "structured_reference" // a reference that the bank passes on as such (RF, ISR, document number)
	NumberInText        Reason = "number_in_text"       // the number of the document in the free text
	CustomerAmount      Reason = "customer_amount"      // one open item of the customer is of this amount
	CustomerOldest      Reason = "customer_oldest"      // several are: the one due first
	CustomerOverdue     Reason = "customer_overdue"     // all that the customer owes by that day add up to it
	CustomerBalance     Reason = "customer_balance"     // all that is open of the customer adds up to it
	CustomerCombination Reason = "customer_combination" // one combination of items of the customer, and only one, adds up to it
	AmountAlone         Reason = "amount_alone"         // one item of all customers is of this amount, and one payment
)

// Reasons for which a payment stays unmatched.
const (
	NothingFits     Reason = "nothing_fits"     // no reference, no customer, no amount
	AlreadyPaid     Reason = "already_paid"     // what it names is paid by an earlier payment: perhaps paid twice
	CustomerOnly    Reason = "customer_only"    // the customer is known, the invoice is not
	SeveralAmounts  Reason = "several_amounts"  // several items are of this amount, or named, and nothing tells them apart
	SeveralPayments Reason = "several_payments" // one item is of this amount, and several payments are
)

// Directory is what is known of customers beside their open items.
type Directory struct {
	Customers []receivables.Customer // known by their names: letters and digits, without accents, legal forms and "and"
	Accounts  map[string]string      // IBAN or other account: the number of the customer who pays from it
	// References are further references of documents: the reference that was printed, and the document. What an item has in its labels
	// payment_reference and piece counts without being named here.
	References map[string]string
}

// Part is an amount set against an invoice.
type Part struct {
	From       string // the payment, or a credit note that was deducted with it
	Document   string
	Instalment int
	Amount     receivables.Money
}

// Match is a payment with what it pays.
type Match struct {
	Payment    bank.Payment
	Customer   string // who owes what is paid
	Payer      string // who paid, if he is known: another one, where a company pays for a second
	Parts      []Part
	Unapplied  receivables.Money // of the payment: more than what is open
	Reason     Reason
	Confidence Confidence
	Evidence   string // the words or figures that led to it
}

// Unmatched is a payment that nothing was found for.
type Unmatched struct {
	Payment    bank.Payment
	Customer   string // empty: not known
	Reason     Reason
	Candidates []string // documents that it may mean, at most ten
}

// Result is what [Propose] finds, in the order of the payments.
type Result struct {
	Matches   []Match
	Unmatched []Unmatched
}

// Propose says what each payment pays of the open items, credits among them: a credit note that is named in a payment is deducted.
// Payments of other currencies than an item do not meet it. A payment whose Customer is given is one of that customer; otherwise he is
// known by his account, his name, or by what he pays. A payment that is recorded already, and among the items as an unapplied credit, is
// matched with what else is open; record [Result.Allocations] then.
//
// Numbers are compared by letters and digits, whatever stands between them: F-2026-17 is written F2026/17 or "F 2026 17", but a number
// written exactly comes before one that has the same letters and digits in other parts. A number or reference that more than 1,000 items
// share names none of them; of a text the first 10,000 words are looked at.
//
// Errors: ErrInvalidInput for a payment without an amount above zero or with an ID that is empty, for an item that CheckOpen refuses;
// ErrDuplicate for a payment or an item that is there twice.
func Propose(payments []bank.Payment, items []receivables.OpenItem, directory Directory) (*Result, error) {
	m := &matcher{known: directory, matches: make([]*Match, len(payments)), misses: make([]Unmatched, len(payments))}
	if err := m.take(payments, items); err != nil {
		return nil, err
	}
	m.index()
	for _, pass := range []func(*incoming) *Match{m.byReference, m.byNumber, m.byCustomer} {
		for _, p := range m.order {
			if m.matches[p.at] == nil {
				m.matches[p.at] = pass(p)
			}
		}
	}
	m.byAmount()
	result := &Result{}
	for i, match := range m.matches {
		if match != nil {
			result.Matches = append(result.Matches, *match)
		} else {
			result.Unmatched = append(result.Unmatched, m.misses[i])
		}
	}
	return result, nil
}

// Facts are the payments, with who paid where he is known, and [Result.Allocations]. A payment with a weaker match, or none, is recorded
// unapplied: its money is there, whatever it pays. One whose payer is not known is of the customer whose invoice it pays.
func (r *Result) Facts(atLeast Confidence) []receivables.Fact {
	var facts []receivables.Fact
	for _, m := range r.Matches {
		payment := m.Payment.Payment
		payment.Customer = cmp.Or(payment.Customer, m.Payer)
		if m.Confidence >= atLeast {
			payment.Customer = cmp.Or(payment.Customer, m.Customer)
		}
		facts = append(facts, payment)
	}
	for _, u := range r.Unmatched {
		payment := u.Payment.Payment
		payment.Customer = cmp.Or(payment.Customer, u.Customer)
		facts = append(facts, payment)
	}
	return append(facts, r.Allocations(atLeast)...)
}

// Allocations are what the matches that are sure enough set against each other, for payments that are in the ledger.
func (r *Result) Allocations(atLeast Confidence) []receivables.Fact {
	var facts []receivables.Fact
	for _, m := range r.Matches {
		if m.Confidence < atLeast {
			continue
		}
		for _, part := range m.Parts {
			facts = append(facts, receivables.Allocation{From: part.From, To: part.Document, Instalment: part.Instalment, Amount: part.Amount, On: m.Payment.ReceivedOn})
		}
	}
	return facts
}

// item is an open item with what is left of it.
type item struct {
	receivables.OpenItem
	left    decimal.Decimal // signed
	account *account
}

// name is a way to name an item.
type name struct {
	*item
	parts string // its parts between anything that is neither letter nor digit
	given bool   // it was given to the payer as a reference
}

func (i *item) money(amount decimal.Decimal) receivables.Money {
	return receivables.Zero(i.Open.Currency()).AddAmount(amount)
}

// incoming is a payment with its position.
type incoming struct {
	bank.Payment
	at       int
	customer string
}

func (p *incoming) currency() receivables.Currency { return p.Amount.Currency() }

type matcher struct {
	known   Directory
	items   []*item
	order   []*incoming // by day received
	matches []*Match
	misses  []Unmatched

	byKey    map[string][]name // of each normal form of a number or reference
	accounts map[accountKey]*account
	names    map[string]string // normal form of a name: customer, "" if two have it
}

// take checks what is given.
func (m *matcher) take(payments []bank.Payment, items []receivables.OpenItem) error {
	type place struct {
		document   string
		instalment int
	}
	ids := map[string]bool{}
	for n := range payments {
		p := &payments[n]
		path := fmt.Sprintf("payments[%d]", n)
		switch {
		case p.ID == "":
			return &receivables.FieldError{Path: path + ".ID", Rule: receivables.RuleRequired, Detail: "an identifier is needed"}
		case ids[p.ID]:
			return &receivables.FieldError{Path: path + ".ID", Value: p.ID, Rule: receivables.RuleDuplicate, Detail: "this payment is there twice"}
		case p.Amount.Sign() <= 0:
			return &receivables.FieldError{Path: path + ".Amount", Value: p.Amount.String(), Rule: receivables.RuleSign, Detail: "an amount above zero is needed"}
		case !receivables.IsDay(p.ReceivedOn):
			return &receivables.FieldError{Path: path + ".ReceivedOn", Value: p.ReceivedOn.String(), Rule: receivables.RuleDate, Detail: "the day it was received is needed"}
		}
		ids[p.ID] = true
		m.order = append(m.order, &incoming{Payment: *p, at: n})
	}
	slices.SortStableFunc(m.order, func(a, b *incoming) int { return cmp.Compare(a.ReceivedOn, b.ReceivedOn) })
	seen := map[place]bool{}
	m.items = make([]*item, 0, len(items))
	for n := range items {
		key := place{items[n].Document, items[n].Instalment}
		if err := items[n].CheckOpen(); err != nil {
			return fmt.Errorf("item %d (%s): %w", n, items[n].Document, err)
		}
		if seen[key] {
			return &receivables.FieldError{Path: fmt.Sprintf("items[%d]", n), Value: key.document, Rule: receivables.RuleDuplicate, Detail: "this item is there twice"}
		}
		seen[key] = true
		if ids[items[n].Document] && items[n].Open.Sign() <= 0 {
			continue // the same money, recorded before
		}
		m.items = append(m.items, &item{OpenItem: items[n], left: items[n].Open.Amount()})
	}
	slices.SortStableFunc(m.items, order)
	return nil
}

// order is that in which items are paid.
func order(a, b *item) int {
	return cmp.Or(compareDue(a, b), cmp.Compare(a.IssuedOn, b.IssuedOn), cmp.Compare(a.Document, b.Document), cmp.Compare(a.Instalment, b.Instalment))
}

// compareDue puts what is due first first, what has no due date last.
func compareDue(a, b *item) int {
	switch {
	case a.DueOn == b.DueOn:
		return 0
	case a.DueOn == 0:
		return 1
	case b.DueOn == 0:
		return -1
	}
	return cmp.Compare(a.DueOn, b.DueOn)
}

// index prepares the lookups and finds who paid.
func (m *matcher) index() {
	m.byKey, m.accounts, m.names = map[string][]name{}, map[accountKey]*account{}, map[string]string{}
	add := func(text string, i *item, given bool) {
		key := normal(text)
		if list := m.byKey[key]; key == "" || len(list) > 0 && list[len(list)-1].item == i && (!given || list[len(list)-1].given) {
			return
		}
		m.byKey[key] = append(m.byKey[key], name{i, partsOf(text), given})
	}
	given := map[string][]string{} // references by document
	for reference, document := range m.known.References {
		given[document] = append(given[document], reference)
	}
	for _, i := range m.items {
		for _, reference := range append(strings.Fields(i.Labels["payment_reference"]), i.Labels["payment_reference"]) {
			add(reference, i, true)
		}
		for _, reference := range given[i.Document] {
			add(reference, i, true)
		}
		add(i.Document, i, false)
		add(i.Labels["piece"], i, false)
		m.open(i)
	}
	for _, c := range m.known.Customers {
		name := normalName(c.Name)
		if other, taken := m.names[name]; taken && other != c.ID {
			m.names[name] = ""
			continue
		}
		m.names[name] = c.ID
	}
	delete(m.names, "")
	accounts := map[string]string{}
	for account, customer := range m.known.Accounts {
		accounts[compact(account)] = customer
	}
	for _, p := range m.order {
		p.customer = cmp.Or(p.Customer, accounts[compact(p.Transaction.Account)], m.names[normalName(p.Transaction.Name)])
		m.misses[p.at] = Unmatched{Payment: p.Payment, Customer: p.customer, Reason: NothingFits}
		if p.customer != "" {
			m.misses[p.at].Reason = CustomerOnly
		}
	}
}

// mostCandidates is the most documents that are named of a payment that was not matched.
const mostCandidates = 10

// miss notes why a payment is not matched, unless something more telling is known already.
func (m *matcher) miss(p *incoming, reason Reason, candidates []*item) {
	u := &m.misses[p.at]
	if u.Reason == AlreadyPaid {
		return
	}
	u.Reason, u.Candidates = reason, nil
	for _, i := range candidates {
		if len(u.Candidates) == mostCandidates {
			break
		}
		if !slices.Contains(u.Candidates, i.Document) {
			u.Candidates = append(u.Candidates, i.Document)
		}
	}
}

// apply sets a payment against items, in their order, after deducting the credits among them. It takes what is left of each.
func (m *matcher) apply(p *incoming, items []*item, reason Reason, confidence Confidence, evidence string) *Match {
	match := &Match{Payment: p.Payment, Payer: p.customer, Reason: reason, Confidence: confidence, Evidence: evidence}
	var debits, credits []*item
	for _, i := range items {
		if i.left.Sign() > 0 {
			debits = append(debits, i)
		} else if i.left.Sign() < 0 {
			credits = append(credits, i)
		}
	}
	match.Customer = debits[0].Customer
	for _, c := range credits {
		for _, d := range debits {
			if amount := decimal.Min(c.left.Neg(), d.left); amount.Sign() > 0 {
				match.Parts = append(match.Parts, Part{From: c.Document, Document: d.Document, Instalment: d.Instalment, Amount: d.money(amount)})
				c.take(amount.Neg())
				d.take(amount)
			}
		}
	}
	rest := p.Amount.Amount()
	for _, d := range debits {
		if amount := decimal.Min(rest, d.left); amount.Sign() > 0 {
			match.Parts = append(match.Parts, Part{From: p.ID, Document: d.Document, Instalment: d.Instalment, Amount: d.money(amount)})
			rest = rest.Sub(amount)
			d.take(amount)
		}
	}
	match.Unapplied = receivables.Zero(p.currency()).AddAmount(rest)
	return match
}
