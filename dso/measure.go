package dso

import (
	"encoding/json"
	"fmt"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// TaxBasis says whether an amount includes VAT. Receivables do, the sales of an income
// statement do not; a quotient of the two means nothing, so it is refused.
type TaxBasis uint8

// The bases.
const (
	TaxNotStated TaxBasis = iota
	TaxIncluded           // including VAT (TTC)
	TaxExcluded           // excluding VAT (HT)
)

// String returns the basis in words.
func (b TaxBasis) String() string {
	switch b {
	case TaxNotStated:
		return "not stated"
	case TaxIncluded:
		return "including VAT"
	case TaxExcluded:
		return "excluding VAT"
	}
	return fmt.Sprintf("tax basis %d", uint8(b))
}

// MarshalText writes the name.
func (b TaxBasis) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// Amount is a sum of money with its tax basis.
type Amount struct {
	Money receivables.Money `json:"amount"`
	Tax   TaxBasis          `json:"tax_basis"`
}

func (a Amount) value() decimal.Decimal { return a.Money.Amount() }

// Including returns an amount that includes VAT (TTC).
func Including(m receivables.Money) Amount { return Amount{Money: m, Tax: TaxIncluded} }

// Excluding returns an amount without VAT (HT).
func Excluding(m receivables.Money) Amount { return Amount{Money: m, Tax: TaxExcluded} }

// TaxedSales is the part of the sales that bears one rate of VAT.
type TaxedSales struct {
	Excluding receivables.Money // without VAT
	// Rate of VAT: 0.20 for 20 percent; 0 for exports, supplies within the Union and
	// reverse charge.
	Rate decimal.Decimal
}

// GrossSales returns the sales including VAT: sum of sales x (1 + rate), each part at
// its own rate. It is what receivables can be divided by: 1,000,000 at 20 percent are
// 1,200,000.
//
// Errors:
//   - [receivables.ErrInvalidInput] without a part, for an amount without currency, a rate
//     of -1 or below, or above 1: 20 percent is 0.20;
//   - [receivables.ErrCurrencyMismatch].
func GrossSales(parts ...TaxedSales) (Amount, error) {
	if len(parts) == 0 {
		return Amount{}, &receivables.FieldError{Path: "sales", Rule: receivables.RuleRequired, Detail: "at least one part"}
	}
	sum := receivables.Zero(parts[0].Excluding.Currency())
	for i, p := range parts {
		factor := one.Add(p.Rate)
		place := fmt.Sprintf("sales[%d]", i)
		switch {
		case !p.Excluding.IsValid():
			return Amount{}, &receivables.FieldError{Path: place, Rule: receivables.RuleRequired, Detail: "an amount with a currency is needed"}
		case factor.Sign() <= 0 || p.Rate.Cmp(one) > 0:
			return Amount{}, &receivables.FieldError{Path: place + ": rate", Value: p.Rate.String(), Rule: receivables.RuleRange, Detail: "a fraction above -1 and at most 1"}
		case p.Excluding.Currency() != sum.Currency():
			return Amount{}, &receivables.FieldError{Path: place, Value: p.Excluding.String(), Rule: receivables.RuleCurrency, Detail: "the parts before are in " + sum.Currency().Code()}
		}
		sum = sum.AddAmount(p.Excluding.Amount().Mul(factor))
	}
	return Including(sum), nil
}

var (
	one     = decimal.NewFromInt(1)
	hundred = decimal.NewFromInt(100)
)

func newInt(n int) decimal.Decimal { return decimal.NewFromInt(int64(n)) }

// Method names how a measure was computed. Figures of different methods are not to be
// compared.
type Method string

// The methods.
const (
	MethodBalance          Method = "balance"                          // closing balance / sales x days
	MethodAverageBalance   Method = "average balance"                  // mean of the balances / sales x days
	MethodCountBackMonths  Method = "count-back by months"             // épuisement du chiffre d'affaires
	MethodCountBackDays    Method = "count-back by days"               // the same, day by day
	MethodSalesWeighted    Method = "sales-weighted"                   // open by month of issue / sales of that month
	MethodTrueInvoice      Method = "true DSO at invoice level"        // sum of age x open / sales of the month of issue
	MethodAgeOfOpen        Method = "weighted age of open receivables" // sum of amount x age / sum of amounts
	MethodBestPossible     Method = "best possible"                    // not due / sales x days
	MethodDelinquent       Method = "average days delinquent"          // DSO - best possible DSO
	MethodPart             Method = "part of the balance method"       // amount of the part / sales x days
	MethodCountBackPart    Method = "part of the count-back"           // share of the count-back DSO, or its difference
	MethodDaysToPay        Method = "days to pay, weighted by amount"  // sum of amount x (paid - issued) / sum of amounts
	MethodDaysToPaySimple  Method = "days to pay, simple mean"         // each line once
	MethodTerms            Method = "terms, weighted by amount"        // sum of amount x (due - issued) / sum of amounts
	MethodBeyondTerms      Method = "days beyond terms, net"           // early payments count below zero
	MethodBeyondTermsLate  Method = "days beyond terms, late only"     // early payments count as 0
	MethodBeyondSimple     Method = "days beyond terms, simple mean"   // each line once, early ones below zero
	MethodLatenessSimple   Method = "lateness, simple mean"            // each line once, early ones as 0
	MethodDaysToPayBlended Method = "days to pay, paid and overdue"    // overdue items as if paid on the day
	MethodBeyondBlended    Method = "days beyond terms, paid and overdue"
	MethodPaymentShare     Method = "share of payment lines"            // by number
	MethodPayerMix         Method = "mix of payers"                     // sum of share x days
	MethodTurnoverMean     Method = "turnover on the mean balance"      // sales / mean balance
	MethodTurnoverClosing  Method = "turnover on the closing balance"   // sales / closing balance
	MethodCEIPeriod        Method = "CEI, sales of the period"          // (B + X - E) / (B + X - C)
	MethodCEIMonthly       Method = "CEI, monthly average of the sales" // the same with X / months
	MethodRatio            Method = "ratio"                             // part / whole
	MethodShareOfOpen      Method = "share of the open invoices"        // part / open invoices, by amount
	MethodShareOfItems     Method = "share of the open items"           // the same by number
	MethodBadDebts         Method = "bad debts / sales"                 // taux de pertes
	MethodDisputeAge       Method = "age of disputes, simple mean"
	MethodDisputeAgeAmount Method = "age of disputes, weighted by amount"
	MethodPromiseCount     Method = "promises kept, by number"
	MethodPromiseAmount    Method = "promises kept, by amount"
	MethodPromiseFull      Method = "promises kept in full, by amount"
	MethodBalanceAmount    Method = "balance of the ledger" // an amount
	MethodCash             Method = "cash value"            // an amount
	MethodCycle            Method = "cash cycle"
)

// Window is a period: First to Last, both days included, taken as Days days. Days is
// the number in the formulas: real calendar days unless a convention says otherwise.
// Months is the number of months that it stands for, for formulas that need one; 0: no
// whole number of months.
type Window struct {
	First  date.Date `json:"first"`
	Last   date.Date `json:"last"`
	Days   int       `json:"days"`
	Months int       `json:"months"`
}

// LastDays returns the n days that end with asOf.
func LastDays(asOf date.Date, n int) Window {
	return Window{First: receivables.AddDays(asOf, 1-n), Last: asOf, Days: n}
}

// LastMonths returns the last n calendar months, that of asOf included; a month in
// progress counts its elapsed days. 3 months at 2026-03-31 are 90 days, at 2026-03-12
// they begin on 1 January too and are 71.
func LastMonths(asOf date.Date, n int) Window {
	first := receivables.AddMonths(receivables.StartOfMonth(asOf), 1-n)
	return Window{First: first, Last: asOf, Days: receivables.DaysBetween(first, asOf) + 1, Months: n}
}

// As returns the window with a conventional number of days: 30 for a month, 90 or 91
// for a quarter, 360 for a year.
func (w Window) As(days int) Window {
	w.Days = days
	return w
}

// isSpan reports whether the window has a first and a last day in order.
func (w Window) isSpan() bool {
	return receivables.IsDay(w.First) && receivables.IsDay(w.Last) && w.First <= w.Last && w.Days > 0
}

// Perimeter says what is in a figure.
type Perimeter struct {
	// Group is the customer, salesperson or other group, from the highest level down;
	// empty: the whole.
	Group []string `json:"group,omitempty"`
	// Unapplied says whether unapplied credits are deducted.
	Unapplied Unapplied `json:"unapplied"`
	// Excluded names what was left out of receivables and sales.
	Excluded []string `json:"excluded,omitempty"`
	// Added names what was added to the receivables and is in no ledger ([View.With]).
	Added []string `json:"added,omitempty"`
}

// Measure is an indicator with what it takes to read it.
type Measure struct {
	receivables.Figure
	Method Method
	AsOf   date.Date // zero: from bare figures
	// Window is the period of sales or payments; First and Last are zero where only its
	// days were given, and all is zero where there is none.
	Window    Window
	Tax       TaxBasis
	Perimeter *Perimeter // nil: from bare figures
	// Count is the number of lines behind it, where it is made of lines.
	Count int
	// Unexplained is the balance that a truncated count-back could not explain.
	Unexplained receivables.Money
	Notes       []string // what a reader must know, in sentences
}

// String writes the figure with its method, window and tax basis.
func (m Measure) String() string {
	text := m.Figure.String() + " (" + string(m.Method)
	if m.Window.Days > 0 {
		text += fmt.Sprintf(", %d days", m.Window.Days)
	}
	if m.Tax != TaxNotStated {
		text += ", " + m.Tax.String()
	}
	return text + ")"
}

// MarshalJSON writes value, unit, status and method, and of the rest what is given.
func (m Measure) MarshalJSON() ([]byte, error) {
	head, err := json.Marshal(m.Figure)
	if err != nil {
		return nil, err
	}
	rest := struct {
		Method      Method             `json:"method"`
		AsOf        *date.Date         `json:"as_of,omitempty"`
		First       *date.Date         `json:"window_first,omitempty"`
		Last        *date.Date         `json:"window_last,omitempty"`
		Days        int                `json:"window_days,omitempty"`
		Tax         TaxBasis           `json:"tax_basis"`
		Perimeter   *Perimeter         `json:"perimeter,omitempty"`
		Count       int                `json:"count,omitempty"`
		Unexplained *receivables.Money `json:"unexplained,omitempty"`
		Notes       []string           `json:"notes,omitempty"`
	}{
		Method: m.Method, AsOf: given(m.AsOf), First: given(m.Window.First), Last: given(m.Window.Last), Days: m.Window.Days, Tax: m.Tax,
		Perimeter: m.Perimeter, Count: m.Count, Notes: m.Notes,
	}
	if m.Unexplained.IsValid() {
		rest.Unexplained = &m.Unexplained
	}
	tail, err := json.Marshal(rest)
	if err != nil {
		return nil, err
	}
	head[len(head)-1] = ','
	return append(head, tail[1:]...), nil
}

func given(d date.Date) *date.Date {
	if d == 0 {
		return nil
	}
	return &d
}

// basisOf returns the common tax basis of amounts, and whether they can be computed
// with: one currency, one basis.
func basisOf(amounts ...Amount) (TaxBasis, bool) {
	for _, a := range amounts {
		if !a.Money.IsValid() || a.Money.Currency() != amounts[0].Money.Currency() || a.Tax != amounts[0].Tax {
			return TaxNotStated, false
		}
	}
	return amounts[0].Tax, true
}

// quotient is numerator / denominator of amounts that have one basis. A negative
// numerator gives its signed value with status credit balance.
func quotient(method Method, unit receivables.Unit, numerator, denominator decimal.Decimal, of ...Amount) Measure {
	m := Measure{Method: method}
	tax, ok := basisOf(of...)
	if !ok {
		m.Figure = receivables.NoFigure(receivables.StatusMixedBasis, unit)
		m.Notes = []string{mixedNote(of)}
		return m
	}
	m.Tax, m.Figure = tax, signed(numerator, denominator, unit)
	return m
}

// mixedNote says which amounts do not match.
func mixedNote(of []Amount) string {
	text := "amounts that do not match:"
	for i, a := range of {
		if i > 0 {
			text += ","
		}
		text += fmt.Sprintf(" %s %s", a.Money, a.Tax)
	}
	return text
}

// signed is [receivables.Quotient] that marks a negative numerator.
func signed(numerator, denominator decimal.Decimal, unit receivables.Unit) receivables.Figure {
	f := receivables.Quotient(numerator, denominator, unit)
	if numerator.Sign() < 0 {
		return f.Marked(receivables.StatusCreditBalance)
	}
	return f
}

// inDays is part / sales x days.
func inDays(method Method, part, sales Amount, days int) Measure {
	m := quotient(method, receivables.UnitDays, part.value().Mul(newInt(days)), sales.value(), part, sales)
	m.Window.Days = days
	if days <= 0 {
		m.Figure = receivables.NoFigure(receivables.StatusOutOfDomain, receivables.UnitDays)
	}
	return m
}

// Ratio returns part / whole as a fraction: the overdue part of the balance (taux de
// retard), the part older than 90 days, write-offs / sales (taux de pertes, both without
// VAT). Undefined when the whole is zero or negative or the two differ in currency or
// tax basis. With credits in the whole it can exceed 1.
func Ratio(part, whole Amount) Measure {
	return quotient(MethodRatio, receivables.UnitFraction, part.value(), whole.value(), part, whole)
}
