// Package paymentorder follows the orders for payment (injonctions de payer): the French one under both its
// regimes, the European one, small claims, and the request as data and as text.
package paymentorder

import (
	"cmp"
	"fmt"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
	"github.com/receivables-go/receivables/procedure/court"
	"github.com/receivables-go/receivables/procedure/enforcement"
)

// Case is what has happened to a French payment order; zero days: not yet.
type Case struct {
	Court   court.Court
	FiledOn date.Date // of the request
	// OrderedOn is the date of the order: it picks the regime, that of six months to serve until 2026-08-31, of
	// three from 2026-09-01.
	OrderedOn date.Date
	ServedOn  date.Date
	InPerson  procedure.Truth // handed over to the debtor himself
	// FirstActInPersonOn and FirstFreezeOn are, where the order was not served in person, the days of the first
	// act served in person and of the first measure that froze assets.
	FirstActInPersonOn, FirstFreezeOn date.Date
	OpposedOn                         date.Date
	// RegistryNoticeOn is the day of the registry's notice of an opposition or of its demand for fees,
	// FeeDemandOn that of the demand of the commercial court after an opposition.
	RegistryNoticeOn, FeeDemandOn date.Date
	// OppositionNotifiedOn is the day on which the opposition was notified to the creditor, before the civil
	// court in written procedure.
	OppositionNotifiedOn date.Date
	Written              procedure.Truth
	// Debtor is where he lives, see [procedure.Abroad]; empty: not known, so that he may live overseas.
	Debtor receivables.Zone
	Place  procedure.Place // of the court, without distance
}

// Timeline is the days of a payment order; nil: does not apply, or not known yet.
type Timeline struct {
	Deposit    *procedure.Deadline `json:"deposit,omitempty"`    // fees at the commercial court
	Service    *procedure.Deadline `json:"service,omitempty"`    // else the order is void
	Opposition *procedure.Deadline `json:"opposition,omitempty"` // of the debtor; nil while its period stays open
	// NoticeWait is the two months after service without notice of an opposition, for orders from 2026-09-01.
	NoticeWait *procedure.Deadline `json:"notice_wait,omitempty"`
	// EnforceableAfter is the day after whose end the order is enforceable, on the safe side: the later of the end of
	// the opposition period and of that wait; 0: not known, or an opposition in time is known of.
	EnforceableAfter date.Date           `json:"enforceable_after,omitzero"`
	TitleUntil       *procedure.Deadline `json:"title_until,omitempty"` // once enforceable, if it is one of the titles of ten years
	Lawyer           *procedure.Deadline `json:"lawyer,omitempty"`      // the creditor appoints one
	OppositionFees   *procedure.Deadline `json:"opposition_fees,omitempty"`
	State            State               `json:"state"`
	Notes            []string            `json:"notes,omitempty"`
}

// State is where an order stands.
type State string

// The states.
const (
	Requested   State = "requested"
	Ordered     State = "ordered, to be served"
	ServedState State = "served, opposition possible"
	Open        State = "served, the opposition period stays open"
	Opposed     State = "opposed"
	Enforceable State = "enforceable"
	Void        State = "void" // not served in time
)

// Follow works out the days of a payment order on a day.
//
// Steps: fees at the commercial court within 15 days of the request, if its day is given (CPC 1425); service within 6 or 3 months of
// the order, by its own date (CPC 1411); opposition within a month of service in person, else of the first act
// in person or measure that freezes assets, the earlier (CPC 1416), longer by the distance of the debtor;
// enforceable the day after, for orders from 2026-09-01 not before two months from service passed without notice
// of an opposition (CPC 1422, the cautious reading).
//
// An order served on 2026-10-05: opposition until 2026-11-05, two months until 2026-12-05, a Saturday, so
// enforceable after Monday 2026-12-07.
//
// Errors:
//   - [receivables.ErrInvalidInput] for days in the wrong order, none at all, service without the date of the order;
//   - those of the calendar.
func Follow(c Case, asOf date.Date) (Timeline, error) {
	if err := c.check(asOf); err != nil {
		return Timeline{}, err
	}
	for _, on := range []*date.Date{
		&c.OrderedOn, &c.ServedOn, &c.FirstActInPersonOn, &c.FirstFreezeOn, &c.OpposedOn, &c.RegistryNoticeOn, &c.FeeDemandOn, &c.OppositionNotifiedOn,
	} {
		if *on > asOf { // not known yet
			*on = 0
		}
	}
	t := Timeline{State: Requested}
	b := builder{c: c, t: &t}
	commercial := c.Court == court.Commercial || c.Court == court.EconomicActivity
	if commercial && c.FiledOn != 0 {
		t.Deposit = b.deadline("IP.FEE_DEPOSIT_TC", "request", c.FiledOn, c.FiledOn)
	}
	if c.OrderedOn != 0 {
		t.State = Ordered
		t.Service = b.deadline("IP.SERVICE_MONTHS", "order", c.OrderedOn, c.OrderedOn)
		if t.Service != nil && (c.ServedOn == 0 && asOf > t.Service.Expires || c.ServedOn > t.Service.Expires) {
			t.State = Void
		}
	}
	if c.ServedOn != 0 && t.State != Void {
		b.served(asOf)
	}
	if commercial && c.FeeDemandOn != 0 {
		t.OppositionFees = b.deadline("IP.FEE_DEPOSIT_OPPOSITION_TC", "demand of the registry", c.FeeDemandOn, c.FeeDemandOn)
	}
	ofCivilCourt := c.Court == court.Civil || c.Court == court.CommercialChamber
	if ofCivilCourt && c.Written == procedure.Met && c.OppositionNotifiedOn != 0 {
		t.Lawyer = b.deadline("IP.LAWYER_TJ", "notification of the opposition", c.OppositionNotifiedOn, c.OppositionNotifiedOn)
	}
	return t, b.err
}

func (c Case) check(asOf date.Date) error {
	switch {
	case !receivables.IsDay(asOf):
		return fail("as of", asOf.String(), receivables.RuleRequired, "a day")
	case c.FiledOn == 0 && c.OrderedOn == 0 && c.OppositionNotifiedOn == 0 && c.FeeDemandOn == 0:
		return fail("case", "", receivables.RuleRequired, "a day of the request or of the order")
	case c.Court != court.UnknownCourt && c.Court.French() == "":
		return fail("court", string(c.Court), receivables.RuleRequired, "a court, or that it is unknown")
	case c.Place.Distance.Months != 0:
		return fail("place: distance", fmt.Sprint(c.Place.Distance.Months), receivables.RuleExclusive, "it follows from where the debtor lives")
	case c.ServedOn != 0 && c.OrderedOn == 0:
		return fail("order", "", receivables.RuleRequired, "its date picks the regime of what was served")
	}
	before := c.FiledOn
	for _, x := range []struct {
		name string
		on   date.Date
	}{{"order", c.OrderedOn}, {"service", c.ServedOn}, {"opposition", c.OpposedOn}} {
		if x.on != 0 && x.on < before {
			return fail(x.name, x.on.String(), receivables.RuleOrder, "before "+before.String())
		}
		before = max(before, x.on)
	}
	for _, on := range []date.Date{c.FirstActInPersonOn, c.FirstFreezeOn} {
		if on != 0 && on < c.ServedOn {
			return fail("first act", on.String(), receivables.RuleOrder, "before the service of "+c.ServedOn.String())
		}
	}
	return nil
}

func fail(path, value string, rule receivables.Rule, detail string) error {
	return &receivables.FieldError{Path: "payment order: " + path, Value: value, Rule: rule, Detail: detail}
}

// builder fills a timeline and keeps the first error.
type builder struct {
	c   Case
	t   *Timeline
	err error
}

// deadline counts the period of a rule, whose row is that of a day of its own.
func (b *builder) deadline(id, event string, on, selector date.Date) *procedure.Deadline {
	return b.far(id, event, on, selector, procedure.Distance{})
}

func (b *builder) far(id, event string, on, selector date.Date, distance procedure.Distance) *procedure.Deadline {
	if b.err != nil {
		return nil
	}
	r, err := procedure.RuleAt(id, selector)
	if err != nil {
		b.err = err
		return nil
	}
	place := b.c.Place
	place.Distance = distance
	d, err := r.Deadline(procedure.Event{Name: event, On: on}, place)
	if err != nil {
		b.err = err
		return nil
	}
	return &d
}

// served adds what follows service.
func (b *builder) served(asOf date.Date) {
	c, t := b.c, b.t
	start, event := c.ServedOn, "service in person"
	if c.InPerson != procedure.Met {
		start, event = 0, "first act in person or measure"
		for _, on := range []date.Date{c.FirstActInPersonOn, c.FirstFreezeOn} {
			if on != 0 && (start == 0 || on < start) {
				start = on
			}
		}
	}
	distance, err := procedure.DistanceOf(cmp.Or(c.Place.Zone, receivables.ZoneMetropole), cmp.Or(c.Debtor, c.Place.Zone, receivables.ZoneMetropole), c.ServedOn)
	if err != nil {
		b.err = err
		return
	}
	if c.Debtor == "" {
		r, err := procedure.RuleAt("DIST.OVERSEAS", c.ServedOn)
		if err != nil {
			b.err = err
			return
		}
		months, err := r.Whole()
		if err != nil {
			b.err = err
			return
		}
		distance = procedure.Distance{Months: months, Basis: r.Citation, Doubtful: "where the debtor lives is not known"}
	}
	if distance.Months > 0 && c.InPerson != procedure.Met {
		distance.Doubtful = "whether the distance adds to a period that starts with an act or measure is a reading"
	}
	if start != 0 {
		t.Opposition = b.far("IP.OPPOSITION", event, start, start, distance)
	}
	if _, err := procedure.RuleAt("IP.ENFORCEABLE_NOTICE", c.OrderedOn); err == nil {
		t.NoticeWait = b.deadline("IP.ENFORCEABLE_NOTICE", "service", c.ServedOn, c.OrderedOn)
	}
	b.enforceable(asOf, distance)
}

// enforceable finds the day from which the order is a title.
func (b *builder) enforceable(asOf date.Date, distance procedure.Distance) {
	c, t := b.c, b.t
	if b.err != nil {
		return
	}
	// a month from service in any case stays enforcement, with the months of distance on the safe side; the longer
	// period of 1416 al. 2 is not said to
	plain := b.far("IP.OPPOSITION", "service", c.ServedOn, c.ServedOn, distance)
	if b.err != nil {
		return
	}
	after := plain.LastSafe
	if t.NoticeWait != nil {
		after = max(after, t.NoticeWait.LastSafe)
	}
	t.State = ServedState
	if c.InPerson != procedure.Met && t.Opposition == nil {
		t.State = Open
		t.Notes = append(t.Notes, "not served in person and no act in person or measure known: opposition stays possible; that does not stay enforcement, as far as the text says (CPC 1422)")
	}
	late := t.Opposition != nil && c.OpposedOn > t.Opposition.LastSafe
	switch {
	case c.OpposedOn != 0 && late:
		t.Notes = append(t.Notes, "the opposition of "+c.OpposedOn.String()+" came after "+t.Opposition.LastSafe.String()+": only one in time stays enforcement; the court says what it is worth")
	case c.OpposedOn != 0:
		t.State = Opposed
		return
	case c.RegistryNoticeOn != 0 || c.FeeDemandOn != 0 || c.OppositionNotifiedOn != 0:
		t.State = Opposed
		t.Notes = append(t.Notes, "the registry told of an opposition or asked for fees")
		return
	}
	t.EnforceableAfter = after
	if c.Debtor == "" {
		t.Notes = append(t.Notes, "where the debtor lives is not known: reckoned as overseas")
	}
	if t.Opposition != nil && t.Opposition.LastSafe > after {
		t.Notes = append(t.Notes, "opposition is possible until "+t.Opposition.LastSafe.String()+"; that this longer period stays enforcement is not said (CPC 1422)")
	}
	if asOf <= after {
		return
	}
	t.State = Enforceable
	title, err := enforcement.TitleUntil(receivables.AddDays(after, 1))
	if err != nil {
		b.err = err
		return
	}
	title.Uncertain = append(title.Uncertain, "whether a payment order is one of the titles of ten years is not settled")
	t.TitleUntil = &title
}
