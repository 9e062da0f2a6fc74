package risk

import (
	"time"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/approx"
	"github.com/receivables-go/receivables/internal/fixed"
)

// Rhythm is the habit of paying on certain days (habitude de paiement), of the month or of the
// week, by circular statistics weighted by amount.
type Rhythm struct {
	// Concentration is the mean resultant length R, from 0 (any day) to 1 (always the same): a
	// float64, good to 1e-9. MeanDay is the mean day, 1 to 31 of the month or 1 (Monday) to 7 of the
	// week; without meaning for an R near 0.
	Concentration receivables.Figure `json:"concentration"`
	MeanDay       int                `json:"mean_day"`
	// ModalDay has the largest amount, of equal ones the earliest; NearModal is the share of the
	// amount on it and on the days beside it.
	ModalDay  int                `json:"modal_day"`
	NearModal receivables.Figure `json:"near_modal"`
	// Fixed says that the customer has a payment run: a concentration of at least 0.5.
	Fixed bool `json:"fixed"`
}

// fixedFrom is the concentration from which a habit is one: a proposal.
var fixedFrom = decimal.New(5, -1)

// PaidOn is an amount paid on a day.
type PaidOn struct {
	On     date.Date
	Amount decimal.Decimal
}

// Days of the circles.
const (
	daysOfMonth   = 31
	daysOfWeek    = 7
	shortestMonth = 28
)

// RhythmOfMonth returns the habit by day of the month, day d at the angle 2 pi (d - 1) / 31; and
// the share of the amount paid on the last day of a month.
func RhythmOfMonth(payments []PaidOn) (Rhythm, receivables.Figure) {
	var c circle
	for _, p := range payments {
		x := weigh(0, p.Amount, finest)
		c.addOfMonth(p.On, &x)
	}
	return c.rhythm(daysOfMonth, finest)
}

// RhythmOfWeek returns the habit by day of the week, Monday first.
func RhythmOfWeek(payments []PaidOn) Rhythm {
	var c circle
	for _, p := range payments {
		x := weigh(0, p.Amount, finest)
		c.addOfWeek(p.On, &x)
	}
	r, _ := c.rhythm(daysOfWeek, finest)
	return r
}

// circle holds amounts by the days of a circle.
type circle struct {
	days  [daysOfMonth]fixed.Sum
	atEnd fixed.Sum // on the last day of a month
}

func (c *circle) addOfMonth(on date.Date, x *weighed) {
	_, _, day := on.Date()
	x.addTo(&c.days[day-1], 1)
	if day >= shortestMonth && on == receivables.EndOfMonth(on) {
		x.addTo(&c.atEnd, 1)
	}
}

func (c *circle) addOfWeek(on date.Date, x *weighed) {
	x.addTo(&c.days[(int(on.Weekday())+daysOfWeek-1)%daysOfWeek], 1)
}

// rhythm measures the first n days, with the share at the end of a month.
func (c *circle) rhythm(n int, places int32) (Rhythm, receivables.Figure) {
	weights := make([]decimal.Decimal, n)
	sum, modal := decimal.Zero, 0
	for i := range weights {
		weights[i] = c.days[i].Decimal(places)
		sum = sum.Add(weights[i])
		if weights[i].Cmp(weights[modal]) > 0 {
			modal = i
		}
	}
	atEnd := receivables.Quotient(c.atEnd.Decimal(places), sum, receivables.UnitFraction)
	none := receivables.NoFigure(receivables.StatusInsufficientData, receivables.UnitFraction)
	r := Rhythm{Concentration: none, NearModal: none}
	length, position, ok := approx.Circular(weights)
	if !ok {
		return r, atEnd
	}
	r.Concentration = receivables.NewFigure(length, receivables.UnitFraction)
	r.Fixed = length.Cmp(fixedFrom) >= 0
	r.MeanDay = int(position.Round(0).IntPart())%n + 1
	r.ModalDay = modal + 1
	near := weights[modal].Add(weights[(modal+1)%n]).Add(weights[(modal+n-1)%n])
	r.NearModal = receivables.Quotient(near, sum, receivables.UnitFraction)
	return r, atEnd
}

// next returns the first day of the rhythm from a day on; day itself without a fixed one.
func (r Rhythm) next(from date.Date, ofWeek bool) date.Date {
	if !r.Fixed {
		return from
	}
	for d := from; d < from+2*daysOfMonth; d++ {
		if ofWeek {
			if (d.Weekday()+daysOfWeek-1)%daysOfWeek+1 == time.Weekday(r.MeanDay) {
				return d
			}
			continue
		}
		_, _, day := d.Date()
		_, _, last := receivables.EndOfMonth(d).Date()
		if day == min(r.MeanDay, last) {
			return d
		}
	}
	return from
}
