package dso

import (
	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// AmountDays is an amount with a number of days: paid so many days after issue, late by
// so many days.
type AmountDays struct {
	Amount decimal.Decimal
	Days   int
}

// DaysToPay returns the mean number of days (délai moyen de règlement): weighted by
// amount, sum(amount x days) / sum(amount), and the simple mean, which counts each line
// once. Amounts below zero (refunds) are left out of both.
//
// Undefined without a line; the weighted mean also when the amounts add up to zero.
//
// 10 after 5 days and 100 after 10 are 9.55 days weighted, 7.5 simple.
func DaysToPay(lines []AmountDays) (weighted, simple Measure) {
	var amount, product decimal.Decimal
	n, days := 0, 0
	for _, l := range lines {
		if l.Amount.Sign() < 0 {
			continue
		}
		n++
		days += l.Days
		amount = amount.Add(l.Amount)
		product = product.Add(l.Amount.Mul(newInt(l.Days)))
	}
	weighted = Measure{Method: MethodDaysToPay, Count: n, Figure: receivables.Quotient(product, amount, receivables.UnitDays)}
	simple = Measure{Method: MethodDaysToPaySimple, Count: n, Figure: receivables.Quotient(newInt(days), newInt(n), receivables.UnitDays)}
	if n == 0 {
		for _, m := range []*Measure{&weighted, &simple} {
			m.Figure = receivables.NoFigure(receivables.StatusInsufficientData, receivables.UnitDays)
		}
	}
	return weighted, simple
}

// PaymentLine is an amount paid on an invoice: a part payment is a line of its own.
type PaymentLine struct {
	Amount              decimal.Decimal
	Issued, Due, PaidOn date.Date
}

// Payments says how what was paid was paid. All means run over the same lines, so that
// days beyond terms = days to pay - terms, weighted or not.
//
// What is unpaid is in none of them: a customer who stops paying improves them. Read
// them beside what is overdue of the same customer, or take [Payments.Blended].
type Payments struct {
	Lines int `json:"lines"` // payment lines with an issue date and a due date
	// Undated counts the lines without due date, which are in no mean.
	Undated int `json:"undated"`
	// DaysToPay is the weighted average days to pay (délai moyen de règlement pondéré),
	// Terms the weighted average terms (délai contractuel moyen), DaysToPaySimple and
	// TermsSimple the means that count each line once.
	DaysToPay       Measure `json:"days_to_pay"`
	DaysToPaySimple Measure `json:"days_to_pay_simple"`
	Terms           Measure `json:"terms"`
	// BeyondTerms is the mean lateness, early payments counting below zero (retard moyen
	// pondéré, net); BeyondTermsLate counts them as 0. The simple means count each line
	// once.
	BeyondTerms       Measure `json:"beyond_terms"`
	BeyondTermsLate   Measure `json:"beyond_terms_late"`
	BeyondTermsSimple Measure `json:"beyond_terms_simple"`
	LatenessSimple    Measure `json:"lateness_simple"`
	// OnTime, UpTo10, UpTo30 and Over30 are the shares, by number of lines, paid by the due
	// date, 1 to 10, 11 to 30 and more than 30 days after it, as the statistics of Altares
	// give them. They add up to 1.
	OnTime Measure `json:"on_time"`
	UpTo10 Measure `json:"up_to_10"`
	UpTo30 Measure `json:"up_to_30"`
	Over30 Measure `json:"over_30"`
	// Blended are days to pay and days beyond terms when what is overdue counts as if it
	// were paid on the as-of date: a flagged estimate that a customer who stops paying
	// cannot improve. From bare lines it is that of the lines.
	Blended struct{ DaysToPay, BeyondTerms Measure }
}

// PaymentsOf measures payment lines. Amounts below zero (refunds) are left out. Every
// mean is undefined without a line, the weighted ones when the amounts add up to zero.
func PaymentsOf(lines []PaymentLine) Payments {
	var s paymentSums
	for _, l := range lines {
		if l.Amount.Sign() >= 0 {
			s.add(l)
		}
	}
	return s.measures(Measure{})
}

// band is a class of lateness of payment lines.
type band int

const (
	bandOnTime band = iota
	bandUpTo10
	bandUpTo30
	bandOver30
	bandCount
)

func bandOf(daysLate int) band {
	switch {
	case daysLate <= 0:
		return bandOnTime
	case daysLate <= 10:
		return bandUpTo10
	case daysLate <= 30:
		return bandUpTo30
	}
	return bandOver30
}

// paymentSums is what the measures of payment lines are made of.
type paymentSums struct {
	undated                             int
	lines                               [bandCount]int
	days, terms, lateDays               decimal.Decimal // each line once
	amount, amountDays, amountTerms     decimal.Decimal // weighted
	amountLate                          decimal.Decimal // weighted, late only
	overdue, overdueDays, overdueBeyond decimal.Decimal // open and late, for the blended form
}

func (s *paymentSums) add(l PaymentLine) {
	if l.Due == 0 || l.Issued == 0 {
		s.undated++
		return
	}
	days, terms := receivables.DaysBetween(l.Issued, l.PaidOn), receivables.DaysBetween(l.Issued, l.Due)
	late := max(0, days-terms)
	s.lines[bandOf(days-terms)]++
	s.days, s.terms, s.lateDays = s.days.Add(newInt(days)), s.terms.Add(newInt(terms)), s.lateDays.Add(newInt(late))
	s.amount = s.amount.Add(l.Amount)
	s.amountDays = s.amountDays.Add(l.Amount.Mul(newInt(days)))
	s.amountTerms = s.amountTerms.Add(l.Amount.Mul(newInt(terms)))
	s.amountLate = s.amountLate.Add(l.Amount.Mul(newInt(late)))
}

// measures makes the measures; common is what all of them share.
func (s *paymentSums) measures(common Measure) Payments {
	n := 0
	for _, lines := range s.lines {
		n += lines
	}
	common.Count = n
	mean := func(method Method, unit receivables.Unit, numerator, denominator decimal.Decimal) Measure {
		m := common
		m.Method = method
		m.Figure = receivables.Quotient(numerator, denominator, unit)
		if n == 0 {
			m.Figure = receivables.NoFigure(receivables.StatusInsufficientData, unit)
		}
		return m
	}
	days, count := receivables.UnitDays, newInt(n)
	share := func(b band) Measure {
		return mean(MethodPaymentShare, receivables.UnitFraction, newInt(s.lines[b]), count)
	}
	p := Payments{
		Lines: n, Undated: s.undated,
		DaysToPay:         mean(MethodDaysToPay, days, s.amountDays, s.amount),
		DaysToPaySimple:   mean(MethodDaysToPaySimple, days, s.days, count),
		Terms:             mean(MethodTerms, days, s.amountTerms, s.amount),
		BeyondTerms:       mean(MethodBeyondTerms, days, s.amountDays.Sub(s.amountTerms), s.amount),
		BeyondTermsLate:   mean(MethodBeyondTermsLate, days, s.amountLate, s.amount),
		BeyondTermsSimple: mean(MethodBeyondSimple, days, s.days.Sub(s.terms), count),
		LatenessSimple:    mean(MethodLatenessSimple, days, s.lateDays, count),
		OnTime:            share(bandOnTime), UpTo10: share(bandUpTo10), UpTo30: share(bandUpTo30), Over30: share(bandOver30),
	}
	blended := func(method Method, paid, overdue decimal.Decimal) Measure {
		m := common
		m.Method = method
		m.Figure = receivables.Quotient(paid.Add(overdue), s.amount.Add(s.overdue), days)
		return m
	}
	p.Blended.DaysToPay = blended(MethodDaysToPayBlended, s.amountDays, s.overdueDays)
	p.Blended.BeyondTerms = blended(MethodBeyondBlended, s.amountDays.Sub(s.amountTerms), s.overdueBeyond)
	return p
}

// ShareDays is a share of the sales that is paid after so many days.
type ShareDays struct {
	Share decimal.Decimal
	Days  int
}

// ExpectedCollectionDays returns the collection period to expect from a mix of payers
// (délai moyen d'un mélange de payeurs): sum(share x days). Undefined when a share is
// negative or they do not add up to 1.
//
// 60 percent at 10 days, 30 at 20 and 10 at 30 are 15 days.
func ExpectedCollectionDays(mix []ShareDays) Measure {
	m := Measure{Method: MethodPayerMix, Count: len(mix)}
	sum, product := decimal.Zero, decimal.Zero
	for _, s := range mix {
		if s.Share.Sign() < 0 {
			sum = decimal.Zero
			break
		}
		sum = sum.Add(s.Share)
		product = product.Add(s.Share.Mul(newInt(s.Days)))
	}
	m.Figure = receivables.NewFigure(product, receivables.UnitDays)
	if !sum.Equal(one) {
		m.Figure = receivables.NoFigure(receivables.StatusOutOfDomain, receivables.UnitDays)
	}
	return m
}
