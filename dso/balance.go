package dso

import (
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// ByBalance returns the DSO by the balance method (méthode comptable): receivables /
// sales x days. Sales are the credit sales of the window of so many days, on the tax
// basis of the receivables. The window makes the variant: a year (365, 366 or 360), a
// quarter (90 to 92), a month, n rolling months.
//
// No value when sales are zero or below; out of domain when days are not above zero; mixed
// basis when tax bases or currencies differ. A credit balance gives a negative figure of that
// status.
//
// 1,000 of receivables and 1,300 of sales in 91 days are 70 days.
func ByBalance(owed, sales Amount, days int) Measure {
	return inDays(MethodBalance, owed, sales, days)
}

// ByAverageBalance returns the DSO on the mean of several balances: opening and
// closing, or better all month ends from the opening one on. It is days / turnover.
// Undefined as [ByBalance], and without a balance.
func ByAverageBalance(balances []Amount, sales Amount, days int) Measure {
	mean, status := meanOf(balances)
	if status != receivables.StatusOK {
		return Measure{Figure: receivables.NoFigure(status, receivables.UnitDays), Method: MethodAverageBalance, Window: Window{Days: days}}
	}
	return inDays(MethodAverageBalance, mean, sales, days)
}

// meanOf returns the mean of balances of one basis.
func meanOf(balances []Amount) (Amount, receivables.Status) {
	if len(balances) == 0 {
		return Amount{}, receivables.StatusInsufficientData
	}
	tax, ok := basisOf(balances...)
	if !ok {
		return Amount{}, receivables.StatusMixedBasis
	}
	sum := decimal.Zero
	for _, b := range balances {
		sum = sum.Add(b.value())
	}
	mean := sum.DivRound(newInt(len(balances)), meanPlaces)
	return Amount{Money: receivables.Zero(balances[0].Money.Currency()).AddAmount(mean), Tax: tax}, receivables.StatusOK
}

// meanPlaces is the number of decimals of a mean that is divided again.
const meanPlaces = 2 * receivables.RatioPlaces

// BestPossible returns the best possible DSO (DSO contractuel): the receivables that
// are not due / sales x days. Undefined as [ByBalance]. JD Edwards calls it the days credit
// granted, and what is left of it after the payment terms the extended DSO.
func BestPossible(notDue, sales Amount, days int) Measure {
	return inDays(MethodBestPossible, notDue, sales, days)
}

// AverageDaysDelinquent returns DSO - best possible DSO (jours de retard moyens, DSO
// retard, ADD): the receivables that are due / sales x days. JD Edwards calls it the
// delinquent DSO. Undefined as [ByBalance]; below zero when due credits exceed due
// debits.
//
// 15,000 of receivables, 4,000 of them not due, 10,000 of sales in 30 days: 45 - 12 = 33.
func AverageDaysDelinquent(owed, notDue, sales Amount, days int) Measure {
	if _, ok := basisOf(owed, notDue, sales); !ok {
		return Measure{Figure: receivables.NoFigure(receivables.StatusMixedBasis, receivables.UnitDays), Method: MethodDelinquent, Window: Window{Days: days}}
	}
	overdue := Amount{Money: owed.Money.AddAmount(notDue.value().Neg()), Tax: owed.Tax}
	return inDays(MethodDelinquent, overdue, sales, days)
}

// Parts is what receivables are made of. Each amount is in one part; all are in one
// currency and on one tax basis.
type Parts struct {
	NotDue  receivables.Money `json:"not_due"` // payable later, undisputed (part contractuelle)
	Overdue receivables.Money `json:"overdue"` // at least one day late, undisputed (part retard)
	// Disputed is under dispute, due or not (part litiges). DisputedOverdue is the part of it
	// that is late: for information, and in no sum.
	Disputed        receivables.Money `json:"disputed"`
	DisputedOverdue receivables.Money `json:"disputed_overdue"`
	Undated         receivables.Money `json:"undated"` // without due date, undisputed
	// Unbilled is delivered and not invoiced yet (factures à établir). It is in no ledger
	// of invoices: give it where it is wanted.
	Unbilled receivables.Money `json:"unbilled"`
	// Unapplied is credit notes, deposits and payments not matched, zero or negative
	// (acomptes, règlements non lettrés).
	Unapplied receivables.Money `json:"unapplied"`
}

// list returns the parts in their order; what is not given is zero.
func (p Parts) list(tax TaxBasis) []Amount {
	given := [...]receivables.Money{p.NotDue, p.Overdue, p.Disputed, p.Undated, p.Unbilled, p.Unapplied}
	var currency receivables.Currency
	for _, m := range given {
		if m.IsValid() {
			currency = m.Currency()
			break
		}
	}
	list := make([]Amount, len(given))
	for i, m := range given {
		if !m.IsValid() {
			m = receivables.Zero(currency)
		}
		list[i] = Amount{Money: m, Tax: tax}
	}
	return list
}

// Decomposition is a DSO in days, by part. The parts add up to the total before
// rounding.
type Decomposition struct {
	NotDue    Measure `json:"not_due"`
	Overdue   Measure `json:"overdue"`
	Disputed  Measure `json:"disputed"`
	Undated   Measure `json:"undated"`
	Unbilled  Measure `json:"unbilled"`
	Unapplied Measure `json:"unapplied"`
	Total     Measure `json:"total"`
	// DisputedOverdue is the part of Disputed that is late, in no sum.
	DisputedOverdue Measure `json:"disputed_overdue"`
}

func (d *Decomposition) parts() []*Measure {
	return []*Measure{&d.NotDue, &d.Overdue, &d.Disputed, &d.Undated, &d.Unbilled, &d.Unapplied}
}

// Decompose divides the DSO by the balance method among its parts (décomposition du
// DSO): amount of the part / sales x days, the total being that of their sum. The tax
// basis is that of the sales.
//
// Undefined as [ByBalance], all parts together.
func Decompose(p Parts, sales Amount, days int) Decomposition {
	var d Decomposition
	parts := p.list(sales.Tax)
	for i, m := range d.parts() {
		*m = inDays(MethodPart, parts[i], sales, days)
	}
	total, ok := sumOf(parts)
	d.Total = inDays(MethodBalance, total, sales, days)
	late := Amount{Money: p.DisputedOverdue, Tax: sales.Tax}
	if !late.Money.IsValid() {
		late.Money = receivables.Zero(total.Money.Currency())
	}
	d.DisputedOverdue = inDays(MethodPart, late, sales, days)
	if !ok {
		for _, m := range append(d.parts(), &d.Total, &d.DisputedOverdue) {
			m.Figure = receivables.NoFigure(receivables.StatusMixedBasis, receivables.UnitDays)
		}
	}
	return d
}

func sumOf(amounts []Amount) (Amount, bool) {
	if _, ok := basisOf(amounts...); !ok {
		return amounts[0], false
	}
	sum := amounts[0]
	for _, a := range amounts[1:] {
		sum.Money = sum.Money.AddAmount(a.value())
	}
	return sum, true
}

// CustomerSales is the balance and the sales of one customer, branch or segment.
type CustomerSales struct {
	Name        string
	Owed, Sales Amount
}

// ByCustomer returns the DSO of each customer by the balance method, in the order
// given, and that of all together: sum of receivables / sum of sales x days, which is
// the mean of theirs weighted by sales. A mean without weights is another figure and
// means nothing.
//
// A customer without sales has no DSO of his own, and counts in the whole.
func ByCustomer(customers []CustomerSales, days int) (each []Measure, portfolio Measure) {
	var owed, sales []Amount
	for _, c := range customers {
		each = append(each, ByBalance(c.Owed, c.Sales, days))
		owed, sales = append(owed, c.Owed), append(sales, c.Sales)
	}
	if len(customers) == 0 {
		return nil, Measure{Figure: receivables.NoFigure(receivables.StatusInsufficientData, receivables.UnitDays), Method: MethodBalance, Window: Window{Days: days}}
	}
	if _, ok := basisOf(append(owed, sales...)...); !ok {
		return each, Measure{Figure: receivables.NoFigure(receivables.StatusMixedBasis, receivables.UnitDays), Method: MethodBalance, Window: Window{Days: days}}
	}
	o, _ := sumOf(owed)
	s, _ := sumOf(sales)
	portfolio = ByBalance(o, s, days)
	portfolio.Count = len(customers)
	return each, portfolio
}

// Turnover says how often receivables were renewed.
type Turnover struct {
	Times Measure `json:"times"` // sales / balance, in the period
	// Days and Months are the length of the period divided by Times.
	Days   Measure `json:"days"`
	Months Measure `json:"months"`
}

// TurnoverOf returns the turnover of receivables (rotation des créances): sales of the
// period / balance, with the days and months it takes: those of the period divided by
// it. The method says whether the
// balance is the mean one ([MethodTurnoverMean]) or, as in the indicators of the CRF,
// the closing one ([MethodTurnoverClosing]).
//
// Undefined when the balance is zero or below; days and months also when sales are, or
// when those of the period are; all for another method.
//
// 6,205,000 of sales on a mean of 335,000 are 18.52 times, 19.71 of 365 days.
func TurnoverOf(method Method, sales, balance Amount, days, months int) Turnover {
	t := Turnover{
		Times:  quotient(method, receivables.UnitTimes, sales.value(), balance.value(), sales, balance),
		Days:   inDays(method, balance, sales, days),
		Months: quotient(method, receivables.UnitMonths, balance.value().Mul(newInt(months)), sales.value(), sales, balance),
	}
	t.Times.Window.Days, t.Months.Window.Days = days, days
	if method != MethodTurnoverMean && method != MethodTurnoverClosing {
		t.Times.Figure = receivables.NoFigure(receivables.StatusOutOfDomain, receivables.UnitTimes)
	}
	if months <= 0 {
		t.Months.Figure = receivables.NoFigure(receivables.StatusOutOfDomain, receivables.UnitMonths)
	}
	if _, ok := t.Times.Value(); !ok { // no turnover, no length of it
		for _, m := range []*Measure{&t.Days, &t.Months} {
			m.Figure = receivables.NoFigure(t.Times.Status(), m.Unit())
		}
	}
	return t
}

// CEI returns the collection effectiveness index in percent (taux d'efficacité du
// recouvrement): of what could be collected in the period, how much was.
//
//	(B + X - E) / (B + X - C) x 100
//
// B is the opening balance, E the closing one, C its part that is not due, X the sales
// of the period by [MethodCEIPeriod], or these divided by the number of months by
// [MethodCEIMonthly], the variant of the CRF. The two agree for one month only, and
// differ much: 6,200 + 10,890 in three months, closing 6,340 with 3,590 not due, is 79.6
// by the first and 55.9 by the second.
//
// What left the balance without being paid, such as write-offs, counts as collected;
// more than 100 is possible when what is due nets to a credit. Undefined when nothing
// could be collected (denominator zero or below), when months is not above zero or the
// method is another.
func CEI(method Method, opening, sales, closing, closingNotDue Amount, months int) Measure {
	if months <= 0 || method != MethodCEIPeriod && method != MethodCEIMonthly {
		return Measure{Figure: receivables.NoFigure(receivables.StatusOutOfDomain, receivables.UnitPercent), Method: method}
	}
	n := one
	if method == MethodCEIMonthly {
		n = newInt(months)
	}
	collectible := opening.value().Mul(n).Add(sales.value())
	m := quotient(
		method, receivables.UnitPercent,
		collectible.Sub(closing.value().Mul(n)).Mul(hundred), collectible.Sub(closingNotDue.value().Mul(n)),
		opening, sales, closing, closingNotDue,
	)
	m.Count = months
	return m
}
