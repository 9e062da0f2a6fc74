package limit

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

var one = decimal.NewFromInt(1)

func newInt(n int) decimal.Decimal { return decimal.NewFromInt(int64(n)) }

// amount is numerator / denominator as an amount of the currency of like.
func amount(numerator, denominator decimal.Decimal, like receivables.Money) receivables.Figure {
	if !like.IsValid() {
		return receivables.NoFigure(receivables.StatusMixedBasis, receivables.UnitCount)
	}
	return receivables.Quotient(numerator, denominator, receivables.UnitOf(like.Currency()))
}

func undefined(status receivables.Status, like receivables.Money) receivables.Figure {
	if !like.IsValid() {
		return receivables.NoFigure(receivables.StatusMixedBasis, receivables.UnitCount)
	}
	return receivables.NoFigure(status, receivables.UnitOf(like.Currency()))
}

// NetWorth returns share x equity, usually 10 percent. Out of domain when equity is zero or
// below, or for a share outside 0 to 1.
func NetWorth(equity receivables.Money, share decimal.Decimal) receivables.Figure {
	if share.Sign() < 0 || share.Cmp(one) > 0 {
		return undefined(receivables.StatusOutOfDomain, equity)
	}
	if equity.Sign() <= 0 {
		return undefined(receivables.StatusOutOfDomain, equity)
	}
	return amount(equity.Amount().Mul(share), one, equity)
}

// WorkingCapital returns share x working capital or average monthly sales of the customer,
// usually 10 percent; as [NetWorth].
func WorkingCapital(capital receivables.Money, share decimal.Decimal) receivables.Figure {
	return NetWorth(capital, share)
}

// OwnPortfolio returns the most that one customer may be of our own sales: share x sales, usually
// 10 or 5 percent; as [NetWorth].
func OwnPortfolio(ownSales receivables.Money, share decimal.Decimal) receivables.Figure {
	return NetWorth(ownSales, share)
}

// PurchasesShare returns a share, by score class, of the customer's purchases or trade payables;
// as [NetWorth].
func PurchasesShare(purchases receivables.Money, share decimal.Decimal) receivables.Figure {
	return NetWorth(purchases, share)
}

// TradeReferences returns the median of the limits that other suppliers grant; of an even number
// the mean of the middle two. Insufficient data without one; out of domain for a negative one; mixed
// basis when currencies differ.
func TradeReferences(limits []receivables.Money) receivables.Figure {
	if len(limits) == 0 {
		return receivables.NoFigure(receivables.StatusInsufficientData, receivables.UnitCount)
	}
	values := make([]decimal.Decimal, len(limits))
	for i, l := range limits {
		if !l.IsValid() || l.Currency() != limits[0].Currency() {
			return undefined(receivables.StatusMixedBasis, limits[0])
		}
		if l.Sign() < 0 {
			return undefined(receivables.StatusOutOfDomain, limits[0])
		}
		values[i] = l.Amount()
	}
	slices.SortFunc(values, decimal.Decimal.Cmp)
	n := len(values)
	return amount(values[(n-1)/2].Add(values[n/2]), decimal.NewFromInt(2), limits[0])
}

// Needs returns the theoretical limit (limite théorique): what a customer owes when he buys as
// usual: monthly purchases including VAT x (terms + invoicing lag + usual lateness) / days per
// month. Undefined when a month has no days; out of domain for negative purchases or days.
//
// 54,000 a month, 45 days of terms and 15 until the invoice, over 30: 108,000.
func Needs(monthlyPurchases receivables.Money, termsDays, invoicingDays, latenessDays, daysPerMonth int) receivables.Figure {
	days := newInt(termsDays).Add(newInt(invoicingDays)).Add(newInt(latenessDays))
	if monthlyPurchases.Sign() < 0 || termsDays < 0 || invoicingDays < 0 || latenessDays < 0 {
		return undefined(receivables.StatusOutOfDomain, monthlyPurchases)
	}
	return amount(monthlyPurchases.Amount().Mul(days), newInt(daysPerMonth), monthlyPurchases)
}

// Base is what the AFDCC counts of a customer: orders not invoiced, to be invoiced, open.
type Base struct {
	Orders, ToBeInvoiced, OpenInvoices receivables.Money
	// TermsCoefficient (CDP) and BehaviourCoefficient (CCP) scale it; a good payer has a
	// behaviour above 1.
	TermsCoefficient, BehaviourCoefficient decimal.Decimal
}

// AFDCC returns the base of a limit of the AFDCC: (orders + to be invoiced + open invoices) x
// terms coefficient x behaviour coefficient. Out of domain for a negative coefficient; mixed
// basis when currencies differ. Amounts that are not given count as zero.
func AFDCC(b Base) receivables.Figure {
	sum := b.OpenInvoices
	for _, m := range []receivables.Money{b.Orders, b.ToBeInvoiced} {
		switch {
		case !m.IsValid():
		case !sum.IsValid():
			sum = m
		case m.Currency() != sum.Currency():
			return undefined(receivables.StatusMixedBasis, sum)
		default:
			sum = sum.AddAmount(m.Amount())
		}
	}
	if b.TermsCoefficient.Sign() < 0 || b.BehaviourCoefficient.Sign() < 0 {
		return undefined(receivables.StatusOutOfDomain, sum)
	}
	f := amount(sum.Amount().Mul(b.TermsCoefficient).Mul(b.BehaviourCoefficient), one, sum)
	if sum.Sign() < 0 {
		return f.Marked(receivables.StatusCreditBalance)
	}
	return f
}

// Mix returns the mean of the methods that have a value; insufficient data without one, mixed
// basis when their currencies differ.
func Mix(limits ...receivables.Figure) receivables.Figure {
	sum, n := decimal.Zero, int64(0)
	var unit receivables.Unit
	for _, l := range limits {
		value, ok := l.Value()
		if !ok {
			continue
		}
		if n > 0 && l.Unit() != unit {
			return receivables.NoFigure(receivables.StatusMixedBasis, unit)
		}
		sum, n, unit = sum.Add(value), n+1, l.Unit()
	}
	if n == 0 {
		return receivables.NoFigure(receivables.StatusInsufficientData, receivables.UnitCount)
	}
	return receivables.Quotient(sum, decimal.NewFromInt(n), unit)
}

// Acceptable returns the least of the methods that have a value (limite acceptable);
// insufficient data without one, mixed basis when their currencies differ.
func Acceptable(limits ...receivables.Figure) receivables.Figure {
	var least receivables.Figure
	found := false
	for _, l := range limits {
		value, ok := l.Value()
		if !ok {
			continue
		}
		if found {
			if l.Unit() != least.Unit() {
				return receivables.NoFigure(receivables.StatusMixedBasis, least.Unit())
			}
			if other, _ := least.Value(); value.Cmp(other) >= 0 {
				continue
			}
		}
		least, found = l, true
	}
	if !found {
		return receivables.NoFigure(receivables.StatusInsufficientData, receivables.UnitCount)
	}
	return least
}

// Scored returns needs x class coefficient, capped by the financial limit and by insurance cover
// + own risk. The zero Figure is a cap that is not given and does not bind; one that was computed
// and is undefined (equity of zero or below) makes the limit undefined. So do needs; out of domain
// for a negative coefficient.
func Scored(needs receivables.Figure, classCoefficient decimal.Decimal, financial, insuredPlusOwnRisk receivables.Figure) receivables.Figure {
	value, ok := needs.Value()
	switch {
	case !ok:
		return needs
	case classCoefficient.Sign() < 0:
		return receivables.NoFigure(receivables.StatusOutOfDomain, needs.Unit())
	}
	for _, limitCap := range []receivables.Figure{financial, insuredPlusOwnRisk} {
		if _, ok := limitCap.Value(); !ok && limitCap.Status() != receivables.StatusUndefined {
			return receivables.NoFigure(limitCap.Status(), needs.Unit())
		}
	}
	return Acceptable(receivables.NewFigure(value.Mul(classCoefficient), needs.Unit()), financial, insuredPlusOwnRisk)
}
