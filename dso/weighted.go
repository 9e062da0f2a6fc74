package dso

import (
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// MonthOpen is what is still open of the invoices of one month, and the credit sales of
// that month.
type MonthOpen struct {
	Open, Sales Amount
}

// SalesWeighted returns the sales-weighted DSO and the uncollected fraction of each
// month, in the order given:
//
//	sum(open of the month / sales of the month) x days per month
//
// The fractions alone (balance fractions, Lewellen and Johnson 1972) are the best sign
// of how customers pay, because the trend of sales is not in them. The usual number of
// days is 30. A month without sales of which nothing is open counts 0; with something
// open, or with sales below zero, it and the sum are undefined. So is the sum without a
// month.
//
// 4,500 of 6,000, 1,500 of 5,000 and 400 of 4,000 open are (0.75 + 0.3 + 0.1) x 30 = 34.5.
func SalesWeighted(months []MonthOpen, daysPerMonth int) (Measure, []receivables.Figure) {
	m := Measure{Method: MethodSalesWeighted, Window: Window{Days: daysPerMonth}, Count: len(months)}
	fractions := make([]receivables.Figure, len(months))
	sum, status := decimal.Zero, receivables.StatusOK
	if len(months) == 0 {
		status = receivables.StatusInsufficientData
	}
	if daysPerMonth <= 0 {
		status = receivables.StatusOutOfDomain
	}
	for i, month := range months {
		tax, ok := basisOf(month.Open, month.Sales, months[0].Open)
		switch {
		case !ok:
			fractions[i] = receivables.NoFigure(receivables.StatusMixedBasis, receivables.UnitFraction)
		case month.Open.Money.IsZero() && month.Sales.Money.IsZero():
			fractions[i] = receivables.NewFigure(decimal.Zero, receivables.UnitFraction)
		default:
			fractions[i] = signed(month.Open.value(), month.Sales.value(), receivables.UnitFraction)
		}
		m.Tax = tax
		switch _, ok := fractions[i].Value(); {
		case ok && !month.Sales.Money.IsZero():
			sum = sum.Add(month.Open.value().DivRound(month.Sales.value(), meanPlaces))
		case !ok && status == receivables.StatusOK:
			status = fractions[i].Status()
		}
	}
	m.Figure = figureWithStatus(sum.Mul(newInt(daysPerMonth)), status)
	return m, fractions
}

// OpenInvoice is an open invoice with its age in days since issue and the credit sales
// of the month of its issue.
type OpenInvoice struct {
	Amount     Amount
	AgeDays    int
	MonthSales Amount
}

// TrueInvoice returns what some call the true DSO, at invoice level: sum over the open
// invoices of age x amount / sales of the month of issue. It is a sum and not a mean, and
// grows with the backlog. Two other figures go by the same name: [AgeOfOpen] and the
// observed days to pay ([PaymentsOf]).
//
// Undefined when an invoice is of a month whose sales are zero or below, and without an
// invoice.
//
// 1,200 of 12 days, 900 of 40 and 500 of 75 in months of 6,000, 4,500 and 5,000 are 17.9.
func TrueInvoice(invoices []OpenInvoice) Measure {
	m := Measure{Method: MethodTrueInvoice, Count: len(invoices)}
	sum, status := decimal.Zero, receivables.StatusOK
	if len(invoices) == 0 {
		status = receivables.StatusInsufficientData
	}
	for _, i := range invoices {
		tax, ok := basisOf(i.Amount, i.MonthSales, invoices[0].Amount)
		m.Tax = tax
		f := receivables.Quotient(i.Amount.value().Mul(newInt(i.AgeDays)), i.MonthSales.value(), receivables.UnitDays)
		if !ok {
			f = receivables.NoFigure(receivables.StatusMixedBasis, receivables.UnitDays)
		}
		switch _, defined := f.Value(); {
		case defined:
			sum = sum.Add(i.Amount.value().Mul(newInt(i.AgeDays)).DivRound(i.MonthSales.value(), meanPlaces))
		case status == receivables.StatusOK:
			status = f.Status()
		}
	}
	m.Figure = figureWithStatus(sum, status)
	return m
}

// AgeOfOpen returns the weighted age of the open receivables in days since issue:
// sum(amount x age) / sum(amount). Undefined without an invoice and when the amounts add
// up to zero or below. The invoices of [TrueInvoice] are 33.8 days old.
func AgeOfOpen(invoices []OpenInvoice) Measure {
	m := Measure{Method: MethodAgeOfOpen, Count: len(invoices)}
	if len(invoices) == 0 {
		m.Figure = receivables.NoFigure(receivables.StatusInsufficientData, receivables.UnitDays)
		return m
	}
	sum, product := decimal.Zero, decimal.Zero
	for _, i := range invoices {
		tax, ok := basisOf(i.Amount, invoices[0].Amount)
		if !ok {
			m.Figure = receivables.NoFigure(receivables.StatusMixedBasis, receivables.UnitDays)
			return m
		}
		m.Tax = tax
		sum = sum.Add(i.Amount.value())
		product = product.Add(i.Amount.value().Mul(newInt(i.AgeDays)))
	}
	m.Figure = receivables.Quotient(product, sum, receivables.UnitDays)
	return m
}

// figureWithStatus is a number of days, rounded for the first time, or the reason why there
// is none.
func figureWithStatus(value decimal.Decimal, status receivables.Status) receivables.Figure {
	if status != receivables.StatusOK {
		return receivables.NoFigure(status, receivables.UnitDays)
	}
	value = value.Round(receivables.RatioPlaces)
	if value.Sign() < 0 {
		return receivables.NewFigure(value, receivables.UnitDays).Marked(receivables.StatusCreditBalance)
	}
	return receivables.NewFigure(value, receivables.UnitDays)
}
