package dso

import (
	"cmp"
	"slices"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// Disputes measures what is under dispute.
type Disputes struct {
	Ratio Measure `json:"ratio"` // disputed / receivables (taux de litiges)
	// RatioByNumber is disputed items / open items; undefined from bare figures.
	RatioByNumber Measure `json:"ratio_by_number"`
	// Age is the mean number of days since a dispute was opened, each once, AgeByAmount
	// that weighted by amount (ancienneté moyenne des litiges).
	Age         Measure `json:"age"`
	AgeByAmount Measure `json:"age_by_amount"`
}

// DisputesOf measures disputed amounts with their days since opening. The ratio is
// undefined when receivables are zero or below, the ages without a dispute.
//
// 30,000 for 12 days, 12,000 for 45 and 7,000 for 100 of 980,000 are 5 percent, 52.3 days
// on average, 32.7 weighted.
func DisputesOf(total Amount, disputes []AmountDays) Disputes {
	var amount, product decimal.Decimal
	days := 0
	for _, d := range disputes {
		amount = amount.Add(d.Amount)
		product = product.Add(d.Amount.Mul(newInt(d.Days)))
		days += d.Days
	}
	return disputesOf(total, amount, product, newInt(days), len(disputes), 0)
}

func disputesOf(total Amount, amount, product, days decimal.Decimal, n, items int) Disputes {
	disputed := Amount{Money: receivables.Zero(total.Money.Currency()).AddAmount(amount), Tax: total.Tax}
	d := Disputes{
		Ratio: Ratio(disputed, total),
		RatioByNumber: Measure{
			Method: MethodShareOfItems, Figure: receivables.Quotient(newInt(n), newInt(items), receivables.UnitFraction),
		},
		Age:         Measure{Method: MethodDisputeAge, Figure: receivables.Quotient(days, newInt(n), receivables.UnitDays)},
		AgeByAmount: Measure{Method: MethodDisputeAgeAmount, Figure: receivables.Quotient(product, amount, receivables.UnitDays)},
	}
	for _, m := range []*Measure{&d.Ratio, &d.RatioByNumber, &d.Age, &d.AgeByAmount} {
		m.Count = n
	}
	if n == 0 {
		for _, m := range []*Measure{&d.Age, &d.AgeByAmount} {
			m.Figure = receivables.NoFigure(receivables.StatusInsufficientData, receivables.UnitDays)
		}
	}
	return d
}

// KeptPromise is a promise that has matured, with what was paid on time for it.
type KeptPromise struct {
	Promised, Paid decimal.Decimal
}

// PromisesKept says how promises to pay were kept (taux de promesses tenues).
type PromisesKept struct {
	ByNumber Measure `json:"by_number"` // kept in full / matured
	// ByAmount is sum of min(paid, promised) / sum of promised: part payments count in
	// proportion.
	ByAmount Measure `json:"by_amount"`
	Full     Measure `json:"full"` // sum of the promises kept in full / sum of all
}

// PromisesKeptOf measures promises whose day and tolerance have passed. Undefined without
// one, the amounts also when they add up to zero; an amount below zero is out of
// domain.
//
// 1,000 of 1,000, 1,500 of 2,000, 0 of 3,000, 500 of 500, 800 of 800: 0.6 by number, 0.52 by
// amount, 0.315 in full.
func PromisesKeptOf(matured []KeptPromise) PromisesKept {
	var promised, paid, full decimal.Decimal
	kept, status := 0, receivables.StatusOK
	for _, p := range matured {
		if p.Promised.Sign() < 0 || p.Paid.Sign() < 0 {
			status = receivables.StatusOutOfDomain
		}
		promised = promised.Add(p.Promised)
		paid = paid.Add(decimal.Min(p.Paid, p.Promised))
		if p.Paid.Cmp(p.Promised) >= 0 {
			kept++
			full = full.Add(p.Promised)
		}
	}
	if len(matured) == 0 {
		status = receivables.StatusInsufficientData
	}
	measure := func(method Method, numerator, denominator decimal.Decimal) Measure {
		f := receivables.Quotient(numerator, denominator, receivables.UnitFraction)
		if status != receivables.StatusOK {
			f = receivables.NoFigure(status, receivables.UnitFraction)
		}
		return Measure{Figure: f, Method: method, Count: len(matured)}
	}
	return PromisesKept{
		ByNumber: measure(MethodPromiseCount, newInt(kept), newInt(len(matured))),
		ByAmount: measure(MethodPromiseAmount, paid, promised),
		Full:     measure(MethodPromiseFull, full, promised),
	}
}

// Promise is a promise to pay (promesse de règlement) of one customer.
type Promise struct {
	MadeOn, PayBy date.Date
	Amount        decimal.Decimal
}

// Receipt is money received from the same customer.
type Receipt struct {
	On     date.Date
	Amount decimal.Decimal
}

// MaturedPromises sets receipts against promises of one customer: a promise matures when
// its day and the tolerance, in business days of the calendar, have passed before asOf. A
// receipt counts once, for the oldest matured promise that was made by its day and can
// still take it; what is received after the deadline counts for a later promise or for
// none. The result is in the order of the days promised.
//
// Errors: those of the calendar; [receivables.ErrInvalidInput] for what is no day, an
// amount below zero or a tolerance below zero.
func MaturedPromises(
	asOf date.Date, promises []Promise, receipts []Receipt, calendar receivables.Calendar, tolerance int,
) ([]KeptPromise, error) {
	if tolerance < 0 {
		return nil, &receivables.FieldError{Path: "tolerance", Value: newInt(tolerance).String(), Rule: receivables.RuleRange, Detail: "business days, not below 0"}
	}
	for _, p := range promises {
		if err := checkPromised("promise", p.PayBy, p.Amount); err != nil {
			return nil, err
		}
		if err := checkPromised("promise made", p.MadeOn, p.Amount); err != nil {
			return nil, err
		}
	}
	for _, r := range receipts {
		if err := checkPromised("receipt", r.On, r.Amount); err != nil {
			return nil, err
		}
	}
	receipts = slices.SortedStableFunc(slices.Values(receipts), func(a, b Receipt) int { return cmp.Compare(a.On, b.On) })
	promises = slices.SortedStableFunc(slices.Values(promises), func(a, b Promise) int { return cmp.Compare(a.PayBy, b.PayBy) })
	var matured []KeptPromise
	for _, p := range promises {
		deadline := p.PayBy
		if tolerance > 0 {
			var err error
			if deadline, err = receivables.AddBusinessDays(calendar, p.PayBy, tolerance); err != nil {
				return nil, err
			}
		}
		if deadline >= asOf {
			continue
		}
		kept := KeptPromise{Promised: p.Amount}
		for i := range receipts {
			r := &receipts[i]
			if r.On < p.MadeOn || r.On > deadline {
				continue
			}
			take := decimal.Min(r.Amount, p.Amount.Sub(kept.Paid))
			kept.Paid = kept.Paid.Add(take)
			r.Amount = r.Amount.Sub(take)
		}
		matured = append(matured, kept)
	}
	return matured, nil
}

func checkPromised(what string, on date.Date, amount decimal.Decimal) error {
	if !receivables.IsDay(on) {
		return &receivables.FieldError{Path: what + ": day", Rule: receivables.RuleRequired, Detail: "a day from 1900-01-01 to 9999-12-31"}
	}
	if amount.Sign() < 0 {
		return &receivables.FieldError{Path: what + ": amount", Value: amount.String(), Rule: receivables.RuleSign, Detail: "must not be negative"}
	}
	return nil
}
