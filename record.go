package receivables

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
)

// Record adds facts to the ledger, all of them or none. Their order within one
// call does not matter; what a fact names must be in the ledger or in the same
// call.
//
// Customers are replaced when recorded again. A document may name a customer
// that is not recorded.
//
// Errors, each a [*FieldError] whose path begins with the position of the fact, or
// with the document or customer that all facts together make impossible:
//   - [ErrInvalidInput] for a missing or impossible value;
//   - [ErrDuplicate] for an ID that is taken;
//   - [ErrUnknown] for a document, fact, parent or instalment that does not exist;
//   - [ErrCurrencyMismatch] when an amount is not in the currency of its document;
//   - [ErrConflict] when instalments do not add up, or fields exclude each other;
//   - [ErrOverAllocated] when, by today's knowledge, on some day more would be
//     applied to or taken from a document than it holds.
func (l *Ledger) Record(facts ...Fact) error {
	r := recorder{ledger: l}
	for pass := range passCount {
		for i, f := range facts {
			if passOf(f) != pass {
				continue
			}
			if err := r.record(f); err != nil {
				r.rollBack()
				return err.at(fmt.Sprintf("facts[%d] %s", i, describeFact(f)))
			}
		}
	}
	if err := r.checkTouched(); err != nil {
		r.rollBack()
		return err
	}
	l.facts = append(l.facts, facts...)
	return nil
}

// Facts are recorded in passes, so that what is named comes before what names
// it.
const (
	passCustomers = iota
	passDocuments
	passSettlements
	passEndings
	passCount
)

func passOf(f Fact) int {
	switch f.(type) {
	case Customer:
		return passCustomers
	case Invoice, CreditNote, Payment:
		return passDocuments
	case Allocation, WriteOff, Refund, Hold:
		return passSettlements
	default:
		return passEndings
	}
}

func describeFact(f Fact) string {
	switch f := f.(type) {
	case Customer:
		return fmt.Sprintf("customer %q", f.ID)
	case Invoice:
		return fmt.Sprintf("invoice %q", f.ID)
	case CreditNote:
		return fmt.Sprintf("credit_note %q", f.ID)
	case Payment:
		return fmt.Sprintf("payment %q", f.ID)
	case Allocation:
		return fmt.Sprintf("allocation %q -> %q", f.From, f.To)
	case WriteOff:
		return fmt.Sprintf("write-off of %q", f.Document)
	case Refund:
		return fmt.Sprintf("refund of %q", f.Document)
	case Hold:
		return fmt.Sprintf("hold %q", f.ID)
	case Reversal:
		return fmt.Sprintf("reversal of %q", f.Of)
	case Closure:
		return fmt.Sprintf("closure of %q", f.Of)
	default:
		return fmt.Sprintf("%T", f)
	}
}

// recorder applies one batch and can take it back.
type recorder struct {
	ledger  *Ledger
	undo    []func()
	touched map[int]bool // documents whose settlements or life changed
	parents []string     // customers recorded with a parent
}

func (r *recorder) rollBack() {
	for _, undo := range slices.Backward(r.undo) {
		undo()
	}
}

func (r *recorder) record(f Fact) *FieldError {
	switch f := f.(type) {
	case Customer:
		return r.customer(f)
	case Invoice:
		return r.invoice(f)
	case CreditNote:
		return r.document(document{
			span: span{on: f.IssuedOn, known: f.KnownOn}, id: f.ID, kind: KindCreditNote, customer: f.Customer,
			amount: f.Amount, due: f.DueOn, corrects: f.Corrects, entity: f.Entity, salesperson: f.Salesperson, labels: f.Labels,
		})
	case Payment:
		kind := KindPayment
		if f.Deposit {
			kind = KindDeposit
		}
		return r.document(document{
			span: span{on: f.ReceivedOn, known: f.KnownOn}, id: f.ID, kind: kind, customer: f.Customer,
			amount: f.Amount, entity: f.Entity, salesperson: f.Salesperson, labels: f.Labels,
		})
	case Allocation:
		return r.allocation(f)
	case WriteOff:
		return r.writeOff(f)
	case Refund:
		return r.refund(f)
	case Hold:
		return r.hold(f)
	case Reversal:
		return r.reversal(f)
	case Closure:
		return r.closure(f)
	}
	if f == nil {
		return &FieldError{Path: "fact", Rule: RuleRequired, Detail: "a nil fact cannot be recorded"}
	}
	return &FieldError{Path: "fact", Value: fmt.Sprintf("%T", f), Rule: RuleSyntax, Detail: "pass facts as values of the types of this package"}
}

func (r *recorder) customer(c Customer) *FieldError {
	if err := c.check(); err != nil {
		return err
	}
	l := r.ledger
	if at, ok := l.byCustomer[c.ID]; ok {
		before := l.customers[at]
		r.undo = append(r.undo, func() { l.customers[at] = before })
		l.customers[at] = c
	} else {
		if l.byCustomer == nil {
			l.byCustomer = map[string]int{}
		}
		l.byCustomer[c.ID] = len(l.customers)
		l.customers = append(l.customers, c)
		r.undo = append(r.undo, func() {
			delete(l.byCustomer, c.ID)
			l.customers = l.customers[:len(l.customers)-1]
		})
	}
	if c.Parent != "" {
		r.parents = append(r.parents, c.ID)
	}
	return nil
}

func (r *recorder) invoice(f Invoice) *FieldError {
	d := document{
		span: span{on: f.IssuedOn, known: f.KnownOn}, id: f.ID, kind: KindInvoice, customer: f.Customer,
		amount: f.Amount, due: f.DueOn, entity: f.Entity, salesperson: f.Salesperson, labels: f.Labels,
	}
	if f.DueOn != 0 && len(f.Instalments) > 0 {
		return &FieldError{Path: "due", Value: isoDate(f.DueOn), Rule: RuleExclusive, Detail: "give a due date or instalments, not both"}
	}
	if len(f.Instalments) > 0 {
		sum := Zero(f.Amount.currency)
		for i, in := range f.Instalments {
			path := fmt.Sprintf("instalments[%d]", i)
			if in.Amount.Sign() < 0 {
				return &FieldError{Path: path, Value: in.Amount.String(), Rule: RuleSign, Detail: "must not be negative"}
			}
			var err error
			if sum, err = sum.Add(in.Amount); err != nil {
				return &FieldError{Path: path, Value: in.Amount.String(), Rule: RuleCurrency, Detail: "invoice is in " + f.Amount.currency.Code()}
			}
		}
		if !sum.Equal(f.Amount) {
			return &FieldError{Path: "instalments", Value: sum.String(), Rule: RuleSum, Detail: "must add up to " + f.Amount.String()}
		}
		for i, in := range f.Instalments {
			if err := checkDay(fmt.Sprintf("instalments[%d]: due", i), in.DueOn); err != nil {
				return err
			}
		}
		d.instalments = slices.Clone(f.Instalments)
		d.appliedTo = make([]decimal.Decimal, len(d.instalments))
		slices.SortStableFunc(d.instalments, func(a, b Instalment) int {
			return cmp.Compare(dueOrNever(a.DueOn), dueOrNever(b.DueOn))
		})
	}
	return r.document(d)
}

// dueOrNever puts undated instalments last.
func dueOrNever(d date.Date) date.Date {
	if d == 0 {
		return never
	}
	return d
}

func (r *recorder) document(d document) *FieldError {
	switch {
	case d.id == "":
		return &FieldError{Path: "id", Rule: RuleRequired, Detail: "a document needs an identifier"}
	case d.customer == "" && (d.kind == KindInvoice || d.kind == KindCreditNote):
		return &FieldError{Path: "customer", Rule: RuleRequired, Detail: "only payments may have no customer yet"}
	case !d.amount.IsValid():
		return &FieldError{Path: "amount", Rule: RuleRequired, Detail: "an amount with a currency is needed"}
	case d.amount.Sign() < 0:
		detail := "amounts are not negative; the kind of document gives the sign"
		return &FieldError{Path: "amount", Value: d.amount.String(), Rule: RuleSign, Detail: detail}
	}
	if err := d.settle("date"); err != nil {
		return err
	}
	if err := checkDay("due", d.due); err != nil {
		return err
	}
	d.labels = cloneLabels(d.labels)
	l := r.ledger
	if err := r.name(d.id, ref{refDocument, len(l.documents)}); err != nil {
		return err
	}
	l.documents = append(l.documents, d)
	r.undo = append(r.undo, func() { l.documents = l.documents[:len(l.documents)-1] })
	return nil
}

// settle fills in the day on which a fact became known and checks the other.
func (s *span) settle(path string) *FieldError {
	if s.on == 0 {
		return &FieldError{Path: path, Rule: RuleRequired, Detail: "the day the fact takes effect is needed"}
	}
	if s.known == 0 {
		s.known = s.on
	}
	if err := checkDay(path, s.on); err != nil {
		return err
	}
	return checkDay("known", s.known)
}

// name takes an ID; an empty one names nothing.
func (r *recorder) name(id string, what ref) *FieldError {
	if id == "" {
		return nil
	}
	l := r.ledger
	if _, taken := l.byID[id]; taken {
		return &FieldError{Path: "id", Value: id, Rule: RuleDuplicate, Detail: "already in the ledger"}
	}
	if l.byID == nil {
		l.byID = map[string]ref{}
	}
	l.byID[id] = what
	r.undo = append(r.undo, func() { delete(l.byID, id) })
	return nil
}

// find returns the position of a document.
func (r *recorder) find(path, id string, debit, credit bool) (int, *FieldError) {
	what, ok := r.ledger.byID[id]
	if !ok || what.class != refDocument {
		return 0, &FieldError{Path: path, Value: id, Rule: RuleUnknownReference, Detail: "no such document"}
	}
	d := &r.ledger.documents[what.at]
	if d.isDebit() && !debit {
		return 0, &FieldError{Path: path, Value: id, Rule: RuleUnknownReference, Detail: "is an invoice; a credit note, payment or deposit is needed"}
	}
	if !d.isDebit() && !credit {
		return 0, &FieldError{Path: path, Value: id, Rule: RuleUnknownReference, Detail: "is a " + d.kind.String() + "; an invoice is needed"}
	}
	return what.at, nil
}

func (r *recorder) allocation(f Allocation) *FieldError {
	credit, err := r.find("from", f.From, false, true)
	if err != nil {
		return err
	}
	debit, err := r.find("to", f.To, true, false)
	if err != nil {
		return err
	}
	if f.Taken.currency == f.Amount.currency && !f.Taken.Equal(f.Amount) {
		return &FieldError{Path: "taken", Value: f.Taken.String(), Rule: RuleExclusive, Detail: "differs from the amount " + f.Amount.String() + " in the same currency"}
	}
	taken := f.Taken
	if !taken.IsValid() {
		taken = f.Amount
	}
	return r.settlement(settlement{
		span: span{on: f.On, known: f.KnownOn}, kind: EntryAllocated, id: f.ID, debit: debit, credit: credit,
		instalment: f.Instalment, amount: f.Amount, taken: taken,
	})
}

func (r *recorder) writeOff(f WriteOff) *FieldError {
	at, err := r.find("document", f.Document, true, true)
	if err != nil {
		return err
	}
	if f.Reason > WriteOffGoodwill {
		return &FieldError{Path: "reason", Value: f.Reason.String(), Rule: RuleRange, Detail: "unknown reason"}
	}
	s := settlement{
		span: span{on: f.On, known: f.KnownOn}, kind: EntryWrittenOff, id: f.ID, debit: at, credit: -1,
		instalment: f.Instalment, amount: f.Amount, reason: f.Reason,
	}
	if !r.ledger.documents[at].isDebit() {
		s.debit, s.credit, s.taken = -1, at, f.Amount
	}
	return r.settlement(s)
}

func (r *recorder) refund(f Refund) *FieldError {
	at, err := r.find("document", f.Document, false, true)
	if err != nil {
		return err
	}
	return r.settlement(settlement{
		span: span{on: f.PaidOn, known: f.KnownOn}, kind: EntryRefunded, id: f.ID, debit: -1, credit: at,
		amount: f.Amount, taken: f.Amount,
	})
}

// settlement checks a settlement against its documents and links it to them.
func (r *recorder) settlement(s settlement) *FieldError {
	if err := s.settle("on"); err != nil {
		return err
	}
	l := r.ledger
	for _, side := range []struct {
		at     int
		amount Money
	}{{s.debit, s.amount}, {s.credit, s.taken}} {
		if side.at < 0 {
			continue
		}
		d := &l.documents[side.at]
		if side.amount.currency != d.amount.currency {
			return &FieldError{Path: "amount", Value: side.amount.String(), Rule: RuleCurrency, Detail: d.describe() + " is in " + d.amount.currency.Code()}
		}
		if side.amount.Sign() <= 0 {
			return &FieldError{Path: "amount", Value: side.amount.String(), Rule: RuleSign, Detail: "must be more than zero"}
		}
	}
	if s.instalment != 0 {
		if s.debit < 0 || s.instalment < 0 || s.instalment > len(l.documents[s.debit].instalments) {
			return &FieldError{Path: "instalment", Value: fmt.Sprint(s.instalment), Rule: RuleUnknownReference, Detail: "no such instalment"}
		}
	}
	at := len(l.settlements)
	if s.id == "" {
		s.id = l.identity(&s)
	}
	if err := r.name(s.id, ref{refSettlement, at}); err != nil {
		return err
	}
	l.settlements = append(l.settlements, s)
	r.undo = append(r.undo, func() { l.settlements = l.settlements[:at] })
	r.link(s.debit, at, s.instalment, s.amount)
	r.link(s.credit, at, 0, s.taken)
	return nil
}

// identity names a settlement without ID by what it says, so that the same one is
// not recorded twice.
func (l *Ledger) identity(s *settlement) string {
	name := func(at int) string {
		if at < 0 {
			return ""
		}
		return l.documents[at].id
	}
	return fmt.Sprintf("%s %q -> %q instalment %d: %s %s on %s", s.kind, name(s.credit), name(s.debit), s.instalment, s.amount, s.taken, s.on)
}

// link notes a settlement on a document.
func (r *recorder) link(document, settlement, instalment int, amount Money) {
	if document < 0 {
		return
	}
	add := func(to *decimal.Decimal) {
		before := *to
		*to = to.Add(amount.amount)
		r.undo = append(r.undo, func() { *to = before })
	}
	d := &r.ledger.documents[document]
	d.settlements = append(d.settlements, settlement)
	r.undo = append(r.undo, func() {
		d := &r.ledger.documents[document]
		d.settlements = d.settlements[:len(d.settlements)-1]
	})
	add(&d.applied)
	if instalment > 0 {
		add(&d.appliedTo[instalment-1])
	}
	r.touch(document)
}

// touch notes a document that is to be checked once the whole batch is in.
func (r *recorder) touch(document int) {
	if r.touched == nil {
		r.touched = map[int]bool{}
	}
	r.touched[document] = true
}

func (r *recorder) hold(f Hold) *FieldError {
	h := hold{span: span{on: f.From, known: f.KnownOn}, Hold: f}
	switch {
	case f.ID == "":
		return &FieldError{Path: "id", Rule: RuleRequired, Detail: "a hold needs an identifier, to be closed by"}
	case f.Kind > HoldManual:
		return &FieldError{Path: "kind", Value: f.Kind.String(), Rule: RuleRange, Detail: "unknown kind"}
	case f.Cause >= causeCount:
		return &FieldError{Path: "cause", Value: f.Cause.String(), Rule: RuleRange, Detail: "unknown cause"}
	case f.Until != 0 && f.Until < f.From:
		return &FieldError{Path: "until", Value: isoDate(f.Until), Rule: RuleOrder, Detail: "before its first day " + isoDate(f.From)}
	case (f.Scope.Customer == "") == (f.Scope.Document == ""):
		return &FieldError{Path: "scope", Rule: RuleExclusive, Detail: "name a customer or a document"}
	case f.Scope.Customer != "" && (f.Scope.Instalment != 0 || f.Scope.Amount.IsValid()):
		return &FieldError{Path: "scope", Value: f.Scope.Customer, Rule: RuleExclusive, Detail: "an instalment or amount needs a document"}
	}
	if err := h.settle("from"); err != nil {
		return err
	}
	if err := checkDay("until", f.Until); err != nil {
		return err
	}
	h.KnownOn = h.known
	l := r.ledger
	at := len(l.holds)
	if f.Scope.Document != "" {
		document, err := r.find("scope: document", f.Scope.Document, true, true)
		if err != nil {
			return err
		}
		d := &l.documents[document]
		if n := f.Scope.Instalment; n < 0 || n > len(d.instalments) {
			return &FieldError{Path: "scope: instalment", Value: fmt.Sprint(n), Rule: RuleUnknownReference, Detail: "no such instalment"}
		}
		if a := f.Scope.Amount; a.IsValid() && (a.currency != d.amount.currency || a.Sign() <= 0) {
			return &FieldError{Path: "scope: amount", Value: a.String(), Rule: RuleCurrency, Detail: "want an amount above zero in " + d.amount.currency.Code()}
		}
		d.holds = append(d.holds, at)
		r.undo = append(r.undo, func() {
			d := &l.documents[document]
			d.holds = d.holds[:len(d.holds)-1]
		})
	} else {
		if l.customerHolds == nil {
			l.customerHolds = map[string][]int{}
		}
		customer := f.Scope.Customer
		l.customerHolds[customer] = append(l.customerHolds[customer], at)
		r.undo = append(r.undo, func() {
			list := l.customerHolds[customer]
			l.customerHolds[customer] = list[:len(list)-1]
		})
	}
	if err := r.name(f.ID, ref{refHold, at}); err != nil {
		return err
	}
	l.holds = append(l.holds, h)
	r.undo = append(r.undo, func() { l.holds = l.holds[:at] })
	return nil
}

func (r *recorder) reversal(f Reversal) *FieldError {
	what, ok := r.ledger.byID[f.Of]
	if !ok || what.class == refHold {
		return &FieldError{Path: "of", Value: f.Of, Rule: RuleUnknownReference, Detail: "no such document, allocation, write-off or refund"}
	}
	if what.class == refDocument {
		// What ends frees other documents; it cannot over-apply its own.
		return r.reverse(&r.ledger.documents[what.at].span, f)
	}
	return r.reverse(&r.ledger.settlements[what.at].span, f)
}

// reverse ends a fact that was entered, or that was never true.
func (r *recorder) reverse(s *span, f Reversal) *FieldError {
	if f.On == s.on && f.KnownOn == 0 {
		return &FieldError{
			Path: "known", Rule: RuleRequired,
			Detail: "a reversal from the fact's own day on must say when that became known, or it would change reports already made",
		}
	}
	return r.end(s, ending{on: f.On, known: f.KnownOn})
}

func (r *recorder) closure(f Closure) *FieldError {
	what, ok := r.ledger.byID[f.Of]
	if !ok || what.class != refHold {
		return &FieldError{Path: "of", Value: f.Of, Rule: RuleUnknownReference, Detail: "no such hold"}
	}
	if f.Outcome > OutcomeWithdrawn {
		return &FieldError{Path: "outcome", Value: f.Outcome.String(), Rule: RuleRange, Detail: "unknown outcome"}
	}
	return r.end(&r.ledger.holds[what.at].span, ending{on: f.On, known: f.KnownOn, outcome: f.Outcome})
}

// end adds an ending to the life of a fact.
func (r *recorder) end(s *span, e ending) *FieldError {
	if e.on == 0 {
		return &FieldError{Path: "on", Rule: RuleRequired, Detail: "the first day it no longer counts is needed"}
	}
	if e.on < s.on {
		return &FieldError{Path: "on", Value: isoDate(e.on), Rule: RuleOrder, Detail: "before the fact takes effect on " + isoDate(s.on)}
	}
	if e.known == 0 {
		e.known = e.on
	}
	if err := checkDay("on", e.on); err != nil {
		return err
	}
	if err := checkDay("known", e.known); err != nil {
		return err
	}
	s.ends = append(s.ends, e)
	r.undo = append(r.undo, func() { s.ends = s.ends[:len(s.ends)-1] })
	return nil
}

// cloneLabels copies labels, so that the ledger does not share the caller's map.
func cloneLabels(labels Labels) Labels {
	if len(labels) == 0 {
		return nil
	}
	return maps.Clone(labels)
}
