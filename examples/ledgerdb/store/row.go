package store

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
)

// row is a fact as it stands in the table.
type row struct {
	seq                   int64
	kind, id, customer    string
	cluster               string
	document, source      string
	instalment            int
	amount, currency      string
	onDay, knownOn, dueOn string
	details               details
}

// details are what few facts have, as JSON.
type details struct {
	Name        string             `json:"name,omitempty"`
	Kind        string             `json:"kind,omitempty"`
	Country     string             `json:"country,omitempty"`
	Zone        string             `json:"zone,omitempty"`
	Parent      string             `json:"parent,omitempty"`
	Segment     string             `json:"segment,omitempty"`
	Entity      string             `json:"entity,omitempty"`
	Salesperson string             `json:"salesperson,omitempty"`
	Labels      receivables.Labels `json:"labels,omitempty"`
	Taken       *receivables.Money `json:"taken,omitempty"`
	Reason      string             `json:"reason,omitempty"`
	Cause       string             `json:"cause,omitempty"`
	Owner       string             `json:"owner,omitempty"`
	Note        string             `json:"note,omitempty"`
	Outcome     string             `json:"outcome,omitempty"`
}

// The names of enumerations that have no text of their own to read.
var (
	reasons  = []receivables.WriteOffReason{receivables.WriteOffBadDebt, receivables.WriteOffLostDispute, receivables.WriteOffDiscount, receivables.WriteOffDifference, receivables.WriteOffGoodwill}
	holds    = []receivables.HoldKind{receivables.HoldDispute, receivables.HoldInsolvency, receivables.HoldPlan, receivables.HoldManual}
	outcomes = []receivables.Outcome{receivables.OutcomeNotStated, receivables.OutcomeWon, receivables.OutcomeLost, receivables.OutcomePartly, receivables.OutcomeWithdrawn}
	causes   = func() (all []receivables.Cause) {
		for c := receivables.CauseNotStated; c <= receivables.CauseCustomersOwnDispute; c++ {
			all = append(all, c)
		}
		return all
	}()
)

func named[T fmt.Stringer](all []T, name string) (T, error) {
	at := slices.IndexFunc(all, func(v T) bool { return v.String() == name })
	if at < 0 {
		var none T
		return none, &receivables.FieldError{Path: fmt.Sprintf("%T", none), Value: name, Rule: receivables.RuleRange, Detail: "none of those that are known"}
	}
	return all[at], nil
}

func day(d date.Date) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

func dayOf(text string) (date.Date, error) {
	if text == "" {
		return 0, nil
	}
	return receivables.ParseDate(text)
}

func (r *row) money(m receivables.Money) {
	if m.IsValid() {
		r.amount, r.currency = m.Text(), m.Currency().Code()
	}
}

// rowsOf returns the rows of a fact: one, and one more for each instalment of an invoice.
func rowsOf(fact receivables.Fact) ([]row, error) {
	var r row
	switch f := fact.(type) {
	case receivables.Customer:
		r = row{kind: "customer", customer: f.ID, details: details{
			Name: f.Name, Kind: f.Kind.String(), Country: f.Country, Zone: string(f.Zone), Parent: f.Parent, Segment: f.Segment, Salesperson: f.Salesperson,
		}}
	case receivables.Invoice:
		r = row{kind: "invoice", id: f.ID, customer: f.Customer, onDay: day(f.IssuedOn), knownOn: day(f.KnownOn), dueOn: day(f.DueOn), details: details{Entity: f.Entity, Salesperson: f.Salesperson, Labels: f.Labels}}
		r.money(f.Amount)
		rows := []row{r}
		for i, part := range f.Instalments {
			p := row{kind: "instalment", customer: f.Customer, document: f.ID, instalment: i + 1, dueOn: day(part.DueOn)}
			p.money(part.Amount)
			rows = append(rows, p)
		}
		return rows, nil
	case receivables.CreditNote:
		r = row{kind: "credit_note", id: f.ID, customer: f.Customer, document: f.Corrects, onDay: day(f.IssuedOn), knownOn: day(f.KnownOn), dueOn: day(f.DueOn), details: details{Entity: f.Entity, Salesperson: f.Salesperson, Labels: f.Labels}}
		r.money(f.Amount)
	case receivables.Payment:
		r = row{kind: "payment", id: f.ID, customer: f.Customer, onDay: day(f.ReceivedOn), knownOn: day(f.KnownOn), details: details{Entity: f.Entity, Salesperson: f.Salesperson, Labels: f.Labels}}
		if f.Deposit {
			r.kind = "deposit"
		}
		r.money(f.Amount)
	case receivables.Allocation:
		r = row{kind: "allocation", id: f.ID, document: f.To, source: f.From, instalment: f.Instalment, onDay: day(f.On), knownOn: day(f.KnownOn)}
		if f.Taken.IsValid() {
			r.details.Taken = &f.Taken
		}
		r.money(f.Amount)
	case receivables.WriteOff:
		r = row{kind: "write_off", id: f.ID, document: f.Document, instalment: f.Instalment, onDay: day(f.On), knownOn: day(f.KnownOn), details: details{Reason: f.Reason.String()}}
		r.money(f.Amount)
	case receivables.Refund:
		r = row{kind: "refund", id: f.ID, document: f.Document, onDay: day(f.PaidOn), knownOn: day(f.KnownOn)}
		r.money(f.Amount)
	case receivables.Reversal:
		r = row{kind: "reversal", document: f.Of, onDay: day(f.On), knownOn: day(f.KnownOn), details: details{Reason: f.Reason}}
	case receivables.Hold:
		r = row{kind: "hold", id: f.ID, customer: f.Scope.Customer, document: f.Scope.Document, instalment: f.Scope.Instalment, onDay: day(f.From), knownOn: day(f.KnownOn), dueOn: day(f.Until), details: details{
			Kind: f.Kind.String(), Cause: f.Cause.String(), Owner: f.Owner, Note: f.Note,
		}}
		r.money(f.Scope.Amount)
	case receivables.Closure:
		r = row{kind: "closure", document: f.Of, onDay: day(f.On), knownOn: day(f.KnownOn), details: details{Outcome: f.Outcome.String()}}
	default:
		return nil, fmt.Errorf("a fact of type %T is not kept: %w", fact, receivables.ErrInvalidInput)
	}
	return []row{r}, nil
}

// maxID is the most bytes of a number: an index of PostgreSQL holds no much longer ones.
const maxID = 1000

// check refuses what a database does not hold.
func (r *row) check() error {
	for _, id := range []string{r.id, r.customer, r.document, r.source, r.details.Parent} {
		if len(id) > maxID {
			return &receivables.FieldError{Path: r.kind, Value: fmt.Sprintf("%.20s...", id), Rule: receivables.RuleLimit, Detail: fmt.Sprintf("a number of %d bytes, more than %d", len(id), maxID)}
		}
	}
	if r.instalment < 0 || r.instalment > math.MaxInt32 {
		return &receivables.FieldError{Path: r.kind + ": instalment", Value: strconv.Itoa(r.instalment), Rule: receivables.RuleRange, Detail: "no such instalment"}
	}
	d := &r.details
	texts := []string{r.id, r.customer, r.document, r.source, d.Name, d.Country, d.Zone, d.Parent, d.Segment, d.Entity, d.Salesperson, d.Reason, d.Owner, d.Note}
	for key, value := range d.Labels {
		texts = append(texts, key, value)
	}
	for _, text := range texts {
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return &receivables.FieldError{Path: r.kind + " " + cmp.Or(r.id, r.document, r.customer), Value: text, Rule: receivables.RuleEncoding, Detail: "a text with NUL or that is not UTF-8"}
		}
	}
	return nil
}

const columns = `seq, kind, id, customer, cluster, document, source, instalment, amount, currency, on_day, known_on, due_on, details`

func (r *row) values() ([]any, error) {
	text, err := json.Marshal(r.details)
	if err != nil {
		return nil, err
	}
	var amount any
	if r.amount != "" {
		amount = r.amount
	}
	return []any{r.seq, r.kind, r.id, r.customer, r.cluster, r.document, r.source, r.instalment, amount, r.currency, r.onDay, r.knownOn, r.dueOn, string(text)}, nil
}

func (r *row) scan(scan func(...any) error) error {
	*r = row{}
	var amount *string
	var text []byte
	if err := scan(&r.seq, &r.kind, &r.id, &r.customer, &r.cluster, &r.document, &r.source, &r.instalment, &amount, &r.currency, &r.onDay, &r.knownOn, &r.dueOn, &text); err != nil {
		return err
	}
	if amount != nil {
		r.amount = *amount
	}
	if err := json.Unmarshal(text, &r.details); err != nil {
		return fmt.Errorf("fact %d: details: %w", r.seq, err)
	}
	return nil
}

// reader of the values of a row; the first error stays.
type values struct {
	*row
	err error
}

func (v *values) keep(err error) {
	if v.err == nil && err != nil {
		v.err = fmt.Errorf("fact %d (%s %s): %w", v.seq, v.kind, cmp.Or(v.id, v.document, v.customer), err)
	}
}

func (v *values) day(text string) date.Date {
	d, err := dayOf(text)
	v.keep(err)
	return d
}

func (v *values) sum() receivables.Money {
	if v.amount == "" {
		return receivables.Money{}
	}
	currency, err := receivables.ParseCurrency(v.currency)
	v.keep(err)
	m, err := receivables.ParseMoney(v.amount, currency)
	v.keep(err)
	return m
}

// fact makes the fact of a row. Instalments belong to the invoice before them.
func (r *row) fact(instalments []receivables.Instalment) (receivables.Fact, error) {
	v := values{row: r}
	d := r.details
	on, known := v.day(r.onDay), v.day(r.knownOn)
	var fact receivables.Fact
	switch r.kind {
	case "customer":
		c := receivables.Customer{ID: r.customer, Name: d.Name, Country: d.Country, Zone: receivables.Zone(d.Zone), Parent: d.Parent, Segment: d.Segment, Salesperson: d.Salesperson}
		v.keep(c.Kind.UnmarshalText([]byte(d.Kind)))
		fact = c
	case "invoice":
		fact = receivables.Invoice{ID: r.id, Customer: r.customer, IssuedOn: on, KnownOn: known, Amount: v.sum(), DueOn: v.day(r.dueOn), Instalments: instalments, Entity: d.Entity, Salesperson: d.Salesperson, Labels: d.Labels}
	case "credit_note":
		fact = receivables.CreditNote{ID: r.id, Customer: r.customer, IssuedOn: on, KnownOn: known, Amount: v.sum(), DueOn: v.day(r.dueOn), Corrects: r.document, Entity: d.Entity, Salesperson: d.Salesperson, Labels: d.Labels}
	case "payment", "deposit":
		fact = receivables.Payment{ID: r.id, Customer: r.customer, ReceivedOn: on, KnownOn: known, Amount: v.sum(), Deposit: r.kind == "deposit", Entity: d.Entity, Salesperson: d.Salesperson, Labels: d.Labels}
	case "allocation":
		a := receivables.Allocation{ID: r.id, From: r.source, To: r.document, Instalment: r.instalment, Amount: v.sum(), On: on, KnownOn: known}
		if d.Taken != nil {
			a.Taken = *d.Taken
		}
		fact = a
	case "write_off":
		reason, err := named(reasons, d.Reason)
		v.keep(err)
		fact = receivables.WriteOff{ID: r.id, Document: r.document, Instalment: r.instalment, Amount: v.sum(), On: on, KnownOn: known, Reason: reason}
	case "refund":
		fact = receivables.Refund{ID: r.id, Document: r.document, Amount: v.sum(), PaidOn: on, KnownOn: known}
	case "reversal":
		fact = receivables.Reversal{Of: r.document, On: on, KnownOn: known, Reason: d.Reason}
	case "hold":
		kind, err := named(holds, d.Kind)
		v.keep(err)
		cause, err := named(causes, d.Cause)
		v.keep(err)
		fact = receivables.Hold{ID: r.id, Kind: kind, Scope: receivables.Scope{Customer: r.customer, Document: r.document, Instalment: r.instalment, Amount: v.sum()}, From: on, Until: v.day(r.dueOn), KnownOn: known, Cause: cause, Owner: d.Owner, Note: d.Note}
	case "closure":
		outcome, err := named(outcomes, d.Outcome)
		v.keep(err)
		fact = receivables.Closure{Of: r.document, On: on, KnownOn: known, Outcome: outcome}
	default:
		v.keep(fmt.Errorf("unknown kind %q", r.kind))
	}
	return fact, v.err
}
