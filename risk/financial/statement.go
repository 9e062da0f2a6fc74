package financial

import (
	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// FunctionalBalance is a balance sheet by function (bilan fonctionnel): gross stable uses, with
// depreciation among stable resources, as French convention has it.
type FunctionalBalance struct {
	StableUses, StableResources decimal.Decimal // emplois stables bruts, ressources stables
	// OperatingUses and OperatingResources are those of the cycle, operating and not (actif et
	// passif circulants d'exploitation et hors exploitation).
	OperatingUses, OperatingResources decimal.Decimal
	CashAssets, CashLiabilities       decimal.Decimal // trésorerie active, passive
}

// Equilibrium is what holds a balance sheet together.
type Equilibrium struct {
	FRNG decimal.Decimal // fonds de roulement net global: stable resources - stable uses
	BFR  decimal.Decimal // besoin en fonds de roulement: operating uses - resources
	// NetCash is the trésorerie nette: cash assets - cash liabilities.
	NetCash decimal.Decimal
}

// EquilibriumOf returns FRNG, BFR and net cash.
//
// Errors:
//   - [receivables.ErrConflict], rule sum, when FRNG - BFR is not the net cash: the balance
//     sheet does not balance.
//
// 5,270 - 5,106 = 164; 655 - 824 = -169; 333 - 0 = 333 = 164 + 169.
func EquilibriumOf(b FunctionalBalance) (Equilibrium, error) {
	e := Equilibrium{
		FRNG: FRNG(b.StableResources, b.StableUses), BFR: b.OperatingUses.Sub(b.OperatingResources), NetCash: b.CashAssets.Sub(b.CashLiabilities),
	}
	if by := e.FRNG.Sub(e.BFR); !by.Equal(e.NetCash) {
		return e, &receivables.FieldError{
			Path: "functional balance", Value: e.NetCash.String(), Rule: receivables.RuleSum, Detail: "net cash by its items, but FRNG - BFR is " + by.String(),
		}
	}
	return e, nil
}

// FRNG returns stable resources - stable uses (fonds de roulement net global).
func FRNG(stableResources, stableUses decimal.Decimal) decimal.Decimal {
	return stableResources.Sub(stableUses)
}

// CashFlow returns the self-financing capacity (capacité d'autofinancement, CAF) from the gross
// operating surplus (EBE): EBE + other cashable products - other cash charges.
func CashFlow(ebe, cashProducts, cashCharges decimal.Decimal) decimal.Decimal {
	return ebe.Add(cashProducts).Sub(cashCharges)
}

// CashFlowItems is what the CAF is made of from the result.
type CashFlowItems struct {
	NetResult, Allowances, Reversals                             decimal.Decimal
	BookValueOfDisposals, ProceedsOfDisposals, SubsidiesTransfer decimal.Decimal
}

// CashFlowFromResult returns the CAF from the result: result + allowances - reversals + book
// value of disposals - their proceeds - subsidies transferred to the result. It is that of
// [CashFlow].
func CashFlowFromResult(i CashFlowItems) decimal.Decimal {
	return i.NetResult.Add(i.Allowances).Sub(i.Reversals).Add(i.BookValueOfDisposals).Sub(i.ProceedsOfDisposals).Sub(i.SubsidiesTransfer)
}

// Accounts are the figures of a company that the ratios take. What is not given
// ([decimal.NullDecimal], see [Known]) leaves the ratios that need it without data.
type Accounts struct {
	ClosedOn                                       date.Date
	Equity, TotalAssets, FinancialDebt, CashAssets decimal.NullDecimal
	CurrentAssets, Stocks, CurrentLiabilities      decimal.NullDecimal
	EBE, FinancialCharges, CAF                     decimal.NullDecimal
	SalesExclVAT, SalesInclVAT                     decimal.NullDecimal
	ReceivablesInclVAT, PayablesInclVAT            decimal.NullDecimal
	PurchasesInclVAT, CostOfSales                  decimal.NullDecimal
	BFR                                            decimal.NullDecimal
}

// Ratios are those of French financial analysis. Each is undefined where its denominator is
// zero or below.
type Ratios struct {
	Autonomy        receivables.Figure // autonomie financière: equity / balance-sheet total
	EquityToDebt    receivables.Figure // equity / financial debt, another reading of the same name
	Gearing         receivables.Figure // endettement: (financial debt - cash) / equity
	RepaymentYears  receivables.Figure // capacité de remboursement: financial debt / CAF, in years
	InterestCover   receivables.Figure // couverture des charges financières: EBE / financial charges
	CurrentRatio    receivables.Figure // liquidité générale: current assets / current liabilities
	QuickRatio      receivables.Figure // liquidité réduite: without stocks
	CashRatio       receivables.Figure // liquidité immédiate: cash only
	OperatingMargin receivables.Figure // taux de marge brute d'exploitation: EBE / sales without VAT
	CustomerDays    receivables.Figure // crédit clients: receivables x 360 / sales, both with VAT
	SupplierDays    receivables.Figure // crédit fournisseurs: payables x 360 / purchases, both with VAT
	StockDays       receivables.Figure // rotation des stocks: stocks x 360 / cost of sales
	BFRDays         receivables.Figure // poids du BFR: BFR x 360 / sales without VAT
}

// Known is a figure of accounts that is known.
func Known(value decimal.Decimal) decimal.NullDecimal { return decimal.NewNullDecimal(value) }

// RatiosOf returns the ratios of a company: insufficient data where a figure is not given.
func RatiosOf(a Accounts) Ratios {
	const year = 360
	ratioIn := func(unit receivables.Unit, numerator, denominator decimal.NullDecimal) receivables.Figure {
		if !numerator.Valid || !denominator.Valid {
			return receivables.NoFigure(receivables.StatusInsufficientData, unit)
		}
		return receivables.Quotient(numerator.Decimal, denominator.Decimal, unit)
	}
	ratio := func(numerator, denominator decimal.NullDecimal) receivables.Figure {
		return ratioIn(receivables.UnitCount, numerator, denominator)
	}
	days := func(amount, flow decimal.NullDecimal) receivables.Figure {
		amount.Decimal = amount.Decimal.Mul(decimal.NewFromInt(year))
		return ratioIn(receivables.UnitDays, amount, flow)
	}
	less := func(x, y decimal.NullDecimal) decimal.NullDecimal {
		return decimal.NullDecimal{Decimal: x.Decimal.Sub(y.Decimal), Valid: x.Valid && y.Valid}
	}
	return Ratios{
		Autonomy: ratio(a.Equity, a.TotalAssets), EquityToDebt: ratio(a.Equity, a.FinancialDebt),
		Gearing: ratio(less(a.FinancialDebt, a.CashAssets), a.Equity), RepaymentYears: ratio(a.FinancialDebt, a.CAF),
		InterestCover: ratio(a.EBE, a.FinancialCharges), CurrentRatio: ratio(a.CurrentAssets, a.CurrentLiabilities),
		QuickRatio: ratio(less(a.CurrentAssets, a.Stocks), a.CurrentLiabilities), CashRatio: ratio(a.CashAssets, a.CurrentLiabilities),
		OperatingMargin: ratio(a.EBE, a.SalesExclVAT), CustomerDays: days(a.ReceivablesInclVAT, a.SalesInclVAT),
		SupplierDays: days(a.PayablesInclVAT, a.PurchasesInclVAT), StockDays: days(a.Stocks, a.CostOfSales), BFRDays: days(a.BFR, a.SalesExclVAT),
	}
}

// ExternalRating is a note that somebody else gives by a method of his own: AFDCC, Banque de
// France, a credit insurer, PAYDEX, Intelliscore. It is taken as it is.
type ExternalRating struct {
	Issuer string
	Note   string // as issued: "12/20", "B3", "78"
	On     date.Date
	// Rank orders the notes of one issuer, higher is better; it compares with no other.
	Rank decimal.Decimal
}
