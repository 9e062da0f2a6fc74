// Package cheque gives the days of unpaid cheques and bills of exchange: presentation, certificate of non-payment,
// title, and how long the actions on them last.
//
// Periods of cheques and bills do not count their first day and are moved over statutory holidays and Sundays only; a
// Saturday does not move them, as far as is read (CMF R131-4, C. com. L511-79).
package cheque

import (
	"slices"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
)

// Origin is where a cheque payable in mainland France was issued.
type Origin string

// The origins.
const (
	Metropole Origin = "mainland France"
	Europe    Origin = "Europe" // outside mainland France, or around the Mediterranean
	World     Origin = "world"
)

func fail(path, value string, rule receivables.Rule, detail string) error {
	return &receivables.FieldError{Path: "cheque: " + path, Value: value, Rule: rule, Detail: detail}
}

// Presentation is the last day to present a cheque: 8 days from its date, 20 from Europe, 70 from elsewhere (CMF
// L131-32). The bank must still pay after it. Issued on 2026-11-02 in mainland France: 2026-11-10.
//
// Errors:
//   - [receivables.ErrInvalidInput] for an unknown origin; those of [procedure.DeadlineOf].
func Presentation(issuedOn date.Date, from Origin, at procedure.Place) (procedure.Deadline, error) {
	id, known := map[Origin]string{Metropole: "CHQ.PRESENT_METRO", Europe: "CHQ.PRESENT_EUROPE", World: "CHQ.PRESENT_WORLD"}[from]
	if !known {
		return procedure.Deadline{}, fail("issued in", string(from), receivables.RuleRange, "unknown origin")
	}
	return procedure.DeadlineOf(id, procedure.Event{Name: "date of the cheque", On: issuedOn}, at)
}

// Actions are the last days of the actions on a cheque; the claim behind it lives on (CMF L131-67).
type Actions struct {
	Presentation procedure.Deadline `json:"presentation"`
	Drawer       procedure.Deadline `json:"drawer"` // and endorsers
	Bank         procedure.Deadline `json:"bank"`
}

// ActionsOf counts from the end of presentation: 6 months against the drawer and endorsers, a year against the
// bank (CMF L131-59). Never moved.
//
// Errors: those of [Presentation].
func ActionsOf(issuedOn date.Date, from Origin, at procedure.Place) (Actions, error) {
	p, err := Presentation(issuedOn, from, at)
	if err != nil {
		return Actions{}, err
	}
	e := procedure.Event{Name: "end of presentation", On: p.Expires}
	drawer, err := procedure.DeadlineOf("PRESC.CHEQUE_DRAWER", e, at)
	if err != nil {
		return Actions{}, err
	}
	bank, err := procedure.DeadlineOf("PRESC.CHEQUE_BANK", e, at)
	return Actions{p, drawer, bank}, err
}

// Unpaid is the days from a rejected cheque to a title; nil: the step before has not been taken.
type Unpaid struct {
	CertificateFrom procedure.Deadline  `json:"certificate_from"`        // after its end the certificate can be asked for
	Delivery        *procedure.Deadline `json:"delivery_by,omitempty"`   // of the certificate, by the bank
	PayBy           *procedure.Deadline `json:"payment_until,omitempty"` // after its end the officer issues the title
}

// Follow counts 30 days from the first presentation to the certificate of non-payment, 15 from its request to its
// delivery, 15 from its service to the title, all plain (CMF L131-73, R131-48). Zero days: not yet.
//
// Errors:
//   - [receivables.ErrInvalidInput] for days in the wrong order; those of [procedure.DeadlineOf].
func Follow(firstPresentation, requestedOn, servedOn date.Date) (Unpaid, error) {
	if requestedOn != 0 && requestedOn < firstPresentation || servedOn != 0 && servedOn < max(requestedOn, firstPresentation) {
		return Unpaid{}, fail("request, service", requestedOn.String()+" "+servedOn.String(), receivables.RuleOrder, "presentation, request and service come in this order")
	}
	from, err := procedure.DeadlineOf("CHQ.CERT_DELAY", procedure.Event{Name: "first presentation", On: firstPresentation}, procedure.Place{})
	if err != nil {
		return Unpaid{}, err
	}
	u := Unpaid{CertificateFrom: from}
	if requestedOn != 0 {
		if requestedOn < from.Expires {
			u.CertificateFrom.Uncertain = append(u.CertificateFrom.Uncertain, "requested on "+requestedOn.String()+", before that day")
		}
		d, err := procedure.DeadlineOf("CHQ.CERT_DELIVERY", procedure.Event{Name: "request", On: requestedOn}, procedure.Place{})
		if err != nil {
			return Unpaid{}, err
		}
		u.Delivery = &d
	}
	if servedOn != 0 {
		d, err := procedure.DeadlineOf("CHQ.TITLE", procedure.Event{Name: "service of the certificate", On: servedOn}, procedure.Place{})
		if err != nil {
			return Unpaid{}, err
		}
		u.PayBy = &d
	}
	return u, nil
}

// BankFeeCap is the most that the bank may charge the drawer for a rejection: 30 EUR for a cheque up to 50.00 EUR,
// 50 EUR above (CMF D131-25).
//
// Errors:
//   - [receivables.ErrInvalidInput] below zero; those of [procedure.RuleAt].
func BankFeeCap(amount receivables.Money, on date.Date) (receivables.Money, error) {
	if amount.Sign() <= 0 {
		return receivables.Money{}, fail("amount", amount.String(), receivables.RuleSign, "must be more than zero")
	}
	limit, err := procedure.RuleAt("CHQ.COST_LIMIT", on)
	if err != nil {
		return receivables.Money{}, err
	}
	small, err := limit.Covers(amount)
	if err != nil {
		return receivables.Money{}, err
	}
	id := "CHQ.COST"
	if small {
		id = "CHQ.COST_SMALL"
	}
	r, err := procedure.RuleAt(id, on)
	return receivables.Zero(amount.Currency()).AddAmount(r.Value), err
}

// Bill is the days of a bill of exchange for payment.
type Bill struct {
	PayableOn    date.Date          `json:"payable_on"` // maturity, or the next day that is no Sunday or holiday
	Presentation procedure.Deadline `json:"presentation"`
	Protest      procedure.Deadline `json:"protest"` // not needed with "retour sans frais"
	// HolderTells is the last day on which the holder tells his endorser of non-payment, if the protest was made on its
	// last day.
	HolderTells procedure.Deadline `json:"holder_tells"`
}

// BillOf gives the days of a bill by its maturity: payable on a holiday or Sunday the next working day (C. com.
// L511-79), presented then or within two working days (L511-26), protested within two (L511-39), noticed within four
// (L511-42). Due on Tuesday 2026-11-03: presented by Thursday 2026-11-05. A Saturday counts as a working day,
// which is not settled.
//
// Errors: those of [procedure.DeadlineOf].
func BillOf(maturity date.Date, at procedure.Place) (Bill, error) {
	on, err := (procedure.Count{Event: procedure.Event{Name: "maturity", On: maturity}, Regime: procedure.ChequesAndBills, Place: at}).Deadline()
	if err != nil {
		return Bill{}, err
	}
	b := Bill{PayableOn: on.Expires}
	e := procedure.Event{Name: "day payable", On: b.PayableOn}
	for _, x := range []struct {
		id string
		to *procedure.Deadline
	}{{"BILL.PRESENT", &b.Presentation}, {"BILL.PROTEST", &b.Protest}} {
		if *x.to, err = procedure.DeadlineOf(x.id, e, at); err != nil {
			return Bill{}, err
		}
	}
	b.HolderTells, err = procedure.DeadlineOf("BILL.NOTICE_HOLDER", procedure.Event{Name: "protest", On: b.Protest.Expires}, at)
	return b, err
}

// EndorserTells is the last day on which an endorser tells the one before him: two working days after he was told
// (L511-42; that they run from then was not read).
//
// Errors: those of [procedure.DeadlineOf].
func EndorserTells(toldOn date.Date, at procedure.Place) (procedure.Deadline, error) {
	d, err := procedure.DeadlineOf("BILL.NOTICE_ENDORSER", procedure.Event{Name: "told", On: toldOn}, at)
	if err == nil {
		d.Uncertain = append(d.Uncertain, "that the two days run from receipt of the notice was not read")
	}
	return d, err
}

// Obligor is against whom an action on a bill goes.
type Obligor string

// The obligors.
const (
	Acceptor          Obligor = "acceptor"
	DrawerOrEndorser  Obligor = "drawer or endorser"
	BetweenThemselves Obligor = "endorsers between themselves"
)

// BillAction is the last day of an action on a bill or note: 3 years from maturity against the acceptor, a year for the
// holder against drawer and endorsers from a timely protest, or from maturity with "retour sans frais", 6 months between
// endorsers from payment or from being sued (C. com. L511-78). From is that day. Never moved.
//
// Errors:
//   - [receivables.ErrInvalidInput] for an unknown obligor; those of [procedure.DeadlineOf].
func BillAction(against Obligor, from date.Date) (procedure.Deadline, error) {
	if !slices.Contains([]Obligor{Acceptor, DrawerOrEndorser, BetweenThemselves}, against) {
		return procedure.Deadline{}, fail("against", string(against), receivables.RuleRange, "unknown obligor")
	}
	x := map[Obligor][2]string{
		Acceptor: {"PRESC.BILL_ACCEPTOR", "maturity"}, DrawerOrEndorser: {"PRESC.BILL_HOLDER", "protest, or maturity without costs"},
		BetweenThemselves: {"PRESC.BILL_ENDORSERS", "payment or claim"},
	}[against]
	return procedure.DeadlineOf(x[0], procedure.Event{Name: x[1], On: from}, procedure.Place{})
}
