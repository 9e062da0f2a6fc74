package dso

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/fixed"
)

// DelayKind says in what way money is held back.
type DelayKind uint8

// The kinds.
const (
	DelayDispute DelayKind = iota // under dispute, due or not
	DelayHeld                     // overdue, under another hold: plan, insolvency, by hand
	DelayLate                     // overdue, and nobody said why
)

// String returns the kind in words.
func (k DelayKind) String() string {
	switch k {
	case DelayDispute:
		return "disputed"
	case DelayHeld:
		return "held"
	case DelayLate:
		return "late"
	}
	return fmt.Sprintf("delay kind %d", uint8(k))
}

// MarshalText writes the name.
func (k DelayKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// DelayAxis is what delays are listed by.
type DelayAxis uint8

// The axes.
const (
	ByCause DelayAxis = iota // what is behind it (cause)
	ByOwner                  // who must settle it (responsable)
	BySide                   // the seller's own organisation or the customer (interne, externe)
	ByKind                   // disputed, held or late
)

// delayKey is what is kept apart.
type delayKey struct {
	currency receivables.Currency
	kind     DelayKind
	cause    receivables.Cause
	owner    string
}

// delaySum is the sum of one key.
type delaySum struct {
	amount  fixed.Sum
	ageDays fixed.Sum // amount x days
	items   int
	bands   []fixed.Sum
}

func (s *delaySum) merge(o *delaySum) {
	s.amount.Merge(&o.amount)
	s.ageDays.Merge(&o.ageDays)
	s.items += o.items
	for i := range s.bands {
		s.bands[i].Merge(&o.bands[i])
	}
}

// Delays adds up what holds money back on one day, by cause, owner and age: what is overdue,
// and what is disputed whether due or not. Each amount is counted once: disputes first, then
// the other holds, then what is late without a hold. Make one with [NewDelays]. It is not
// safe for concurrent use: give each goroutine its own and merge them.
type Delays struct {
	asOf   date.Date
	bounds []int
	sums   map[delayKey]*delaySum
}

// NewDelays returns an empty sum for a day, with the highest age of each band in days; the
// last band is open. Without bounds they are 30, 60 and 90. The age of a dispute runs from
// its first day, that of what is late from the due date.
//
// Errors:
//   - [receivables.ErrInvalidInput] for what is no day and bounds that are not above 0 and
//     increasing.
func NewDelays(asOf date.Date, bounds ...int) (*Delays, error) {
	if !receivables.IsDay(asOf) {
		return nil, notADay("as of", asOf)
	}
	if len(bounds) == 0 {
		bounds = []int{30, 60, 90}
	}
	for i, b := range bounds {
		if b <= 0 || i > 0 && b <= bounds[i-1] {
			return nil, &receivables.FieldError{Path: fmt.Sprintf("bounds[%d]", i), Value: fmt.Sprint(b), Rule: receivables.RuleOrder, Detail: "above 0 and increasing"}
		}
	}
	return &Delays{asOf: asOf, bounds: slices.Clone(bounds), sums: map[delayKey]*delaySum{}}, nil
}

// AddSeq adds each timeline of an iterator; it stops at the first error.
func (d *Delays) AddSeq(timelines iter.Seq[receivables.Timeline]) error {
	for t := range timelines {
		if err := d.Add(t); err != nil {
			return err
		}
	}
	return nil
}

// Add adds one timeline.
//
// Errors: those of [Accumulator.Add].
func (d *Delays) Add(t receivables.Timeline) error {
	if d.sums == nil {
		return &receivables.FieldError{Path: "delays", Rule: receivables.RuleRequired, Detail: "make one with NewDelays"}
	}
	if err := t.Check(); err != nil {
		return err
	}
	open := decimal.Zero
	for i := range t.Changes {
		if t.Changes[i].On <= d.asOf {
			open = open.Add(t.Changes[i].Amount.Amount())
		}
	}
	if open.Sign() <= 0 || t.Item.Kind != receivables.KindInvoice {
		return nil
	}
	late := 0
	if t.Item.DueOn != 0 {
		late = receivables.DaysBetween(t.Item.DueOn, d.asOf)
	}
	currency := t.Item.Original.Currency()
	for _, h := range heldOn(t.Holds, d.asOf) {
		open = open.Sub(h.amount)
		key := delayKey{currency, DelayDispute, h.hold.Cause, h.hold.Owner}
		age := receivables.DaysBetween(h.hold.From, d.asOf)
		if h.hold.Kind != receivables.HoldDispute {
			if late <= 0 {
				continue // payable later: nothing is delayed
			}
			key.kind, age = DelayHeld, late
		}
		d.add(key, h.amount, age)
	}
	if late > 0 && open.Sign() > 0 {
		d.add(delayKey{currency: currency, kind: DelayLate}, open, late)
	}
	return nil
}

// heldAmount is what a hold keeps.
type heldAmount struct {
	hold   *receivables.Hold
	amount decimal.Decimal
}

// heldOn returns what each hold keeps at the end of a day.
func heldOn(changes []receivables.HoldChange, asOf date.Date) []heldAmount {
	var list []heldAmount
	for i := range changes {
		c := &changes[i]
		if c.On > asOf {
			continue
		}
		at := slices.IndexFunc(list, func(h heldAmount) bool { return h.hold.ID == c.Hold.ID })
		if at < 0 {
			at = len(list)
			list = append(list, heldAmount{hold: &c.Hold})
		}
		list[at].amount = list[at].amount.Add(c.Amount.Amount())
	}
	return slices.DeleteFunc(list, func(h heldAmount) bool { return h.amount.Sign() <= 0 })
}

func (d *Delays) add(key delayKey, amount decimal.Decimal, age int) {
	s := d.sums[key]
	if s == nil {
		s = &delaySum{bands: make([]fixed.Sum, len(d.bounds)+1)}
		d.sums[key] = s
	}
	v := fixed.ValueOf(amount, int32(key.currency.MinorUnits()))
	v.AddTo(&s.amount)
	v.AddProductTo(&s.ageDays, int64(age))
	band := 0
	for band < len(d.bounds) && age > d.bounds[band] {
		band++
	}
	v.AddTo(&s.bands[band])
	s.items++
}

// Merge adds what another sum holds; the other one stays as it is.
//
// Errors:
//   - [receivables.ErrConflict] when the two are of different days or bounds, or are one and
//     the same.
func (d *Delays) Merge(other *Delays) error {
	if other == nil || d.sums == nil {
		return &receivables.FieldError{Path: "merge", Rule: receivables.RuleRequired, Detail: "delays are made with NewDelays"}
	}
	if d == other || d.asOf != other.asOf || !slices.Equal(d.bounds, other.bounds) {
		return &receivables.FieldError{Path: "merge", Rule: receivables.RuleExclusive, Detail: "delays of different days or bounds, or one with itself"}
	}
	for key, theirs := range other.sums {
		mine := d.sums[key]
		if mine == nil {
			mine = &delaySum{bands: make([]fixed.Sum, len(d.bounds)+1)}
			d.sums[key] = mine
		}
		mine.merge(theirs)
	}
	return nil
}

// Bands names the bands of age: "0-30", "31-60" ... "91+".
func (d *Delays) Bands() []string {
	var names []string
	low := 0
	for _, b := range d.bounds {
		names = append(names, fmt.Sprintf("%d-%d", low, b))
		low = b + 1
	}
	return append(names, fmt.Sprintf("%d+", low))
}

// Delay is one line of a Pareto list.
type Delay struct {
	// Name is that of the cause, owner, side or kind; where there is none, "not stated", or by
	// cause "late, cause not stated" and the like.
	Name   string              `json:"name"`
	Amount receivables.Money   `json:"amount"`
	Items  int                 `json:"items"` // a document under two holds counts with each
	ByAge  []receivables.Money `json:"by_age"`
	Age    receivables.Figure  `json:"age"` // mean age in days, weighted by amount
	// Share is the part of all that is delayed, Cumulative that of this line and all larger
	// ones: the first few are what to mend first.
	Share      receivables.Figure `json:"share"`
	Cumulative receivables.Figure `json:"cumulative"`
	// OfOpen is its weight in the open invoices, InDays in the DSO (amount / sales x days),
	// YearlyCost in cash: amount x annual rate.
	OfOpen     Measure `json:"of_open"`
	InDays     Measure `json:"in_days"`
	YearlyCost Measure `json:"yearly_cost"`
}

// Pareto lists what is delayed by an axis, largest amount first, equal ones by name, in the
// currency of a view of the same day, whose open invoices and sales of a window give the
// weights.
//
// Errors:
//   - [receivables.ErrConflict] when the view is of another day;
//   - [receivables.ErrInvalidInput] for an unknown axis.
func (d *Delays) Pareto(axis DelayAxis, v View, w Window, annualRate decimal.Decimal) ([]Delay, error) {
	if d.sums == nil || v.line.row == nil {
		return nil, &receivables.FieldError{Path: "pareto", Rule: receivables.RuleRequired, Detail: "delays are made with NewDelays, views by Line.At"}
	}
	if v.asOf != d.asOf {
		return nil, &receivables.FieldError{Path: "view", Value: v.asOf.String(), Rule: receivables.RuleExclusive, Detail: "delays are those of " + d.asOf.String()}
	}
	if axis > ByKind {
		return nil, &receivables.FieldError{Path: "axis", Value: fmt.Sprint(uint8(axis)), Rule: receivables.RuleRange, Detail: "unknown axis"}
	}
	places := int32(v.Currency().MinorUnits())
	byName := map[string]*delaySum{}
	total := decimal.Zero
	for key, sum := range d.sums {
		if key.currency != v.Currency() {
			continue
		}
		name := key.name(axis)
		if byName[name] == nil {
			byName[name] = &delaySum{bands: make([]fixed.Sum, len(d.bounds)+1)}
		}
		byName[name].merge(sum)
		total = total.Add(sum.amount.Decimal(places))
	}
	list := make([]Delay, 0, len(byName))
	for name, sum := range byName {
		amount := sum.amount.Decimal(places)
		line := Delay{
			Name: name, Amount: v.money(amount), Items: sum.items,
			Age:        receivables.Quotient(sum.ageDays.Decimal(places), amount, receivables.UnitDays),
			Share:      receivables.Quotient(amount, total, receivables.UnitFraction),
			OfOpen:     v.shareOfOpen(v.money(amount)),
			InDays:     v.finishIn(inDays(MethodPart, v.amount(amount), Including(v.Sales(w)), w.Days), w),
			YearlyCost: v.finish(amountFigure(amount.Mul(annualRate), one, v.amount(amount))),
		}
		for i := range sum.bands {
			line.ByAge = append(line.ByAge, v.money(sum.bands[i].Decimal(places)))
		}
		list = append(list, line)
	}
	slices.SortFunc(list, func(a, b Delay) int {
		return cmp.Or(b.Amount.Amount().Cmp(a.Amount.Amount()), strings.Compare(a.Name, b.Name))
	})
	running := decimal.Zero
	for i := range list {
		running = running.Add(list[i].Amount.Amount())
		list[i].Cumulative = receivables.Quotient(running, total, receivables.UnitFraction)
	}
	return list, nil
}

// name returns the name of a key on an axis.
func (k *delayKey) name(axis DelayAxis) string {
	switch axis {
	case ByCause:
		if k.cause == receivables.CauseNotStated {
			return k.kind.String() + ", cause not stated"
		}
		return k.cause.String()
	case ByOwner:
		if k.owner == "" {
			return receivables.CauseNotStated.String()
		}
		return k.owner
	case BySide:
		return k.cause.Side().String()
	case ByKind:
	}
	return k.kind.String()
}
