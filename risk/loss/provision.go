package loss

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

var one = decimal.NewFromInt(1)

// isShare reports whether a number is from 0 to 1.
func isShare(d decimal.Decimal) bool { return d.Sign() >= 0 && d.Cmp(one) <= 0 }

func notAShare(path string, d decimal.Decimal) error {
	return &receivables.FieldError{Path: path, Value: d.String(), Rule: receivables.RuleRange, Detail: "from 0 to 1"}
}

func mismatch(path string, m receivables.Money, currency receivables.Currency) error {
	return &receivables.FieldError{Path: path, Value: m.String(), Rule: receivables.RuleCurrency, Detail: "want an amount in " + currency.Code()}
}

// Bucket is a column of the aged balance with its lifetime loss rate.
type Bucket struct {
	Name   string
	Amount receivables.Money
	Rate   decimal.Decimal
}

// Allowance is what is provided for.
type Allowance struct {
	Buckets []receivables.Money // of each bucket, in the order given
	Total   receivables.Money
}

// Matrix returns the allowance of a provision matrix (IFRS 9, 5.5.15 and B5.5.35): sum of gross
// amount x lifetime loss rate x factor. The factor adjusts historical rates for what is expected;
// 1 leaves them. A bucket with a credit balance lowers the allowance.
//
// Errors:
//   - [receivables.ErrInvalidInput] without a bucket, for a rate, or rate x factor, outside 0 to
//     1, or a factor of zero or below;
//   - [receivables.ErrCurrencyMismatch].
//
// 15.0, 7.5, 4.0, 2.5 and 1.0 million at 0.3, 1.6, 3.6, 6.6 and 10.6 percent are 580,000.
func Matrix(buckets []Bucket, factor decimal.Decimal) (Allowance, error) {
	if len(buckets) == 0 {
		return Allowance{}, &receivables.FieldError{Path: "buckets", Rule: receivables.RuleRequired, Detail: "at least one"}
	}
	if factor.Sign() <= 0 {
		return Allowance{}, &receivables.FieldError{Path: "factor", Value: factor.String(), Rule: receivables.RuleSign, Detail: "must be more than zero; 1 leaves the rates"}
	}
	currency := buckets[0].Amount.Currency()
	a := Allowance{Total: receivables.Zero(currency)}
	for i, b := range buckets {
		place := fmt.Sprintf("buckets[%d] %q", i, b.Name)
		rate := b.Rate.Mul(factor)
		switch {
		case !b.Amount.IsValid() || b.Amount.Currency() != currency:
			return Allowance{}, mismatch(place, b.Amount, currency)
		case !isShare(b.Rate):
			return Allowance{}, notAShare(place+": rate", b.Rate)
		case !isShare(rate):
			return Allowance{}, notAShare(place+": rate x factor", rate)
		}
		a.add(b.Amount.Amount().Mul(rate))
	}
	return a, nil
}

func (a *Allowance) add(amount decimal.Decimal) {
	a.Buckets = append(a.Buckets, receivables.Zero(a.Total.Currency()).AddAmount(amount))
	a.Total = a.Total.AddAmount(amount)
}

// Cohort is what became of the sales of one period.
type Cohort struct {
	// Remaining is what reached each bucket; the last one is what was never paid.
	Remaining []receivables.Money
	// Rates is final loss / remaining: the lifetime loss rate of a bucket; undefined where
	// nothing reached it.
	Rates []receivables.Figure
}

// FromCohort returns the loss rates of a cohort from its sales and what was paid while in each
// bucket. There is one bucket more than payments.
//
// Errors:
//   - [receivables.ErrInvalidInput] for an amount below zero;
//   - [receivables.ErrConflict], rule sum, when more was paid than sold;
//   - [receivables.ErrCurrencyMismatch].
//
// 100,000 of sales, 50,000, 27,000, 15,000 and 6,000 paid: 2, 4, 8.70, 25 and 100 percent.
func FromCohort(sales receivables.Money, paid []receivables.Money) (Cohort, error) {
	var c Cohort
	if !sales.IsValid() || sales.Sign() < 0 {
		return Cohort{}, &receivables.FieldError{Path: "sales", Value: sales.String(), Rule: receivables.RuleSign, Detail: "an amount of zero or above is needed"}
	}
	rest := sales
	for i, p := range append([]receivables.Money{receivables.Zero(sales.Currency())}, paid...) {
		place := fmt.Sprintf("paid[%d]", i-1)
		switch {
		case !p.IsValid() || p.Currency() != sales.Currency():
			return Cohort{}, mismatch(place, p, sales.Currency())
		case p.Sign() < 0:
			return Cohort{}, &receivables.FieldError{Path: place, Value: p.String(), Rule: receivables.RuleSign, Detail: "amounts are zero or above"}
		}
		if rest = rest.AddAmount(p.Amount().Neg()); rest.Sign() < 0 {
			return Cohort{}, &receivables.FieldError{Path: place, Value: p.String(), Rule: receivables.RuleSum, Detail: "more was paid than the sales of " + sales.String()}
		}
		c.Remaining = append(c.Remaining, rest)
	}
	for _, r := range c.Remaining {
		c.Rates = append(c.Rates, receivables.Quotient(rest.Amount(), r.Amount(), receivables.UnitFraction))
	}
	return c, nil
}

// Allowance applies the unrounded rates of a cohort to an aged balance: amount x final loss /
// remaining, in the order of the buckets.
//
// Errors:
//   - [receivables.ErrInvalidInput] when the number of buckets differs, or a bucket has an
//     amount and no rate;
//   - [receivables.ErrCurrencyMismatch].
func (c Cohort) Allowance(balances []receivables.Money) (Allowance, error) {
	if len(balances) != len(c.Remaining) || len(balances) == 0 {
		return Allowance{}, &receivables.FieldError{Path: "balances", Value: fmt.Sprint(len(balances)), Rule: receivables.RuleRange, Detail: fmt.Sprintf("want %d, one for each bucket", len(c.Remaining))}
	}
	last := c.Remaining[len(c.Remaining)-1]
	a := Allowance{Total: receivables.Zero(last.Currency())}
	for i, b := range balances {
		place := fmt.Sprintf("balances[%d]", i)
		remaining := c.Remaining[i].Amount()
		switch {
		case !b.IsValid() || b.Currency() != last.Currency():
			return Allowance{}, mismatch(place, b, last.Currency())
		case remaining.IsZero() && !b.IsZero():
			return Allowance{}, &receivables.FieldError{Path: place, Value: b.String(), Rule: receivables.RuleRange, Detail: "nothing of the cohort reached this bucket: no rate is known"}
		case remaining.IsZero():
			a.add(decimal.Zero)
		default:
			a.add(b.Amount().Mul(last.Amount()).DivRound(remaining, receivables.RatioPlaces))
		}
	}
	return a, nil
}

// RollRate returns balance of the next bucket now / balance of a bucket one period before (taux
// de glissement). The period must be the width of a bucket; into an open last bucket take what
// flowed in, not what stands there. Above 1 it is a sign of re-ageing or of an error in the
// data. Undefined when the source is zero or below.
func RollRate(before, next decimal.Decimal) receivables.Figure {
	f := receivables.Quotient(next, before, receivables.UnitFraction)
	if next.Sign() < 0 {
		return f.Marked(receivables.StatusCreditBalance)
	}
	return f
}

// Flow is a roll of one month.
type Flow struct {
	Before, Next decimal.Decimal
}

// MeanRollRate returns the roll rate of several months: sum of what rolled / sum of the
// sources. Undefined when the sources add up to zero or below.
func MeanRollRate(months []Flow) receivables.Figure {
	before, next := decimal.Zero, decimal.Zero
	for _, m := range months {
		before, next = before.Add(m.Before), next.Add(m.Next)
	}
	return RollRate(before, next)
}

// Chain is a chain of roll rates to the charge-off.
type Chain struct {
	Rates []decimal.Decimal // loss rate of each bucket: the product of the roll rates from it on
	Loss  Allowance         // expected of each bucket
}

// RollChain returns the loss rates that chained roll rates make and what they mean for balances, one
// for each bucket; the last rate rolls into charge-off.
//
// Errors:
//   - [receivables.ErrInvalidInput] without a rate, for a negative one, or when there is not one
//     balance for each;
//   - [receivables.ErrCurrencyMismatch].
//
// 0.12, 0.40, 0.60, 0.75: 0.0216, 0.18, 0.45 and 0.75.
func RollChain(rates []decimal.Decimal, balances []receivables.Money) (Chain, error) {
	if len(rates) == 0 || len(rates) != len(balances) {
		return Chain{}, &receivables.FieldError{Path: "roll rates", Value: fmt.Sprint(len(rates)), Rule: receivables.RuleRange, Detail: fmt.Sprintf("want one for each of %d balances, and at least one", len(balances))}
	}
	c := Chain{Rates: make([]decimal.Decimal, len(rates)), Loss: Allowance{Total: receivables.Zero(balances[0].Currency())}}
	product := one
	for i := len(rates) - 1; i >= 0; i-- {
		if rates[i].Sign() < 0 {
			return Chain{}, &receivables.FieldError{Path: fmt.Sprintf("roll rates[%d]", i), Value: rates[i].String(), Rule: receivables.RuleSign, Detail: "must not be negative"}
		}
		product = product.Mul(rates[i])
		c.Rates[i] = product
	}
	for i, b := range balances {
		if !b.IsValid() || b.Currency() != c.Loss.Total.Currency() {
			return Chain{}, mismatch(fmt.Sprintf("balances[%d]", i), b, c.Loss.Total.Currency())
		}
		c.Loss.add(b.Amount().Mul(c.Rates[i]))
	}
	return c, nil
}

// Exposure is what can be lost on one debtor.
type Exposure struct {
	PD, LGD decimal.Decimal   // probability of default, share lost then
	EAD     receivables.Money // exposure at default, including VAT
	// RecoverableVAT is the rate of the VAT in the exposure that is recovered on a loss; zero:
	// none.
	RecoverableVAT decimal.Decimal
	// Cover is the share that credit insurance pays, Deductible what it keeps of each loss; the
	// zero values: no insurance.
	Cover      decimal.Decimal
	Deductible receivables.Money
}

// Expected is the expected loss.
type Expected struct {
	Rate   receivables.Figure // PD x LGD
	Amount receivables.Figure // PD x (LGD x (1 - cover) x exposure + deductible), never above PD x LGD x exposure
}

// ExpectedLoss returns PD x LGD x EAD (perte attendue), the exposure without the VAT that is
// recovered, less what insurance pays. Out of domain for shares outside 0 to 1, a negative
// exposure, rate of VAT or deductible; mixed basis when currencies differ.
func ExpectedLoss(e Exposure) Expected {
	unit := receivables.UnitCount
	if e.EAD.IsValid() {
		unit = receivables.UnitOf(e.EAD.Currency())
	}
	fail := func(status receivables.Status) Expected {
		return Expected{receivables.NoFigure(status, receivables.UnitFraction), receivables.NoFigure(status, unit)}
	}
	switch {
	case !e.EAD.IsValid() || e.Deductible.IsValid() && e.Deductible.Currency() != e.EAD.Currency():
		return fail(receivables.StatusMixedBasis)
	case !isShare(e.PD) || !isShare(e.LGD) || !isShare(e.Cover) || e.EAD.Sign() < 0 || !isShare(e.RecoverableVAT) || e.Deductible.Sign() < 0:
		return fail(receivables.StatusOutOfDomain)
	}
	lost := e.EAD.Amount().Mul(e.LGD)
	factor := one.Add(e.RecoverableVAT)
	kept := lost
	if e.Cover.Sign() > 0 {
		// over the common denominator 1 + VAT
		kept = decimal.Min(lost, lost.Mul(one.Sub(e.Cover)).Add(e.Deductible.Amount().Mul(factor)))
	}
	return Expected{
		Rate:   receivables.NewFigure(e.PD.Mul(e.LGD), receivables.UnitFraction),
		Amount: receivables.Quotient(e.PD.Mul(kept), factor, unit),
	}
}

// Doubtful is a doubtful receivable (créance douteuse, compte 416).
type Doubtful struct {
	Name     string
	InclVAT  receivables.Money
	LossRate decimal.Decimal // probable loss, assessed one by one
	VATRate  decimal.Decimal
}

// FrenchAllowance is the allowance (dépréciation, compte 491) by receivable.
type FrenchAllowance struct {
	ExclVAT    []receivables.Money
	Allowances []receivables.Money
	Total      receivables.Money
}

// DoubtfulAllowance returns the French allowance for doubtful receivables: amount without VAT x
// probable loss rate, exact. VAT is recovered on a final loss and is not provided for. A debt that
// is contested on its merits calls for a provision for risk instead; the tax conditions (CGI art.
// 39-1-5 and 272-1) were not verified here.
//
// Errors:
//   - [receivables.ErrInvalidInput] without a receivable, for a loss rate or rate of VAT outside 0
//     to 1, or a negative receivable;
//   - [receivables.ErrCurrencyMismatch].
//
// 1,200 at 30 percent and 10,800 at 60, VAT 20 percent: 300 + 5,400 = 5,700.
func DoubtfulAllowance(list []Doubtful) (FrenchAllowance, error) {
	if len(list) == 0 {
		return FrenchAllowance{}, &receivables.FieldError{Path: "doubtful", Rule: receivables.RuleRequired, Detail: "at least one receivable"}
	}
	currency := list[0].InclVAT.Currency()
	zero := receivables.Zero(currency)
	a := FrenchAllowance{Total: zero}
	for i, d := range list {
		place := fmt.Sprintf("doubtful[%d] %q", i, d.Name)
		switch {
		case !d.InclVAT.IsValid() || d.InclVAT.Currency() != currency:
			return FrenchAllowance{}, mismatch(place, d.InclVAT, currency)
		case !isShare(d.LossRate):
			return FrenchAllowance{}, notAShare(place+": loss rate", d.LossRate)
		case !isShare(d.VATRate):
			return FrenchAllowance{}, notAShare(place+": VAT rate", d.VATRate)
		case d.InclVAT.Sign() < 0:
			return FrenchAllowance{}, &receivables.FieldError{Path: place, Value: d.InclVAT.String(), Rule: receivables.RuleSign, Detail: "must not be negative"}
		}
		factor := one.Add(d.VATRate)
		a.ExclVAT = append(a.ExclVAT, zero.AddAmount(d.InclVAT.Amount().DivRound(factor, receivables.RatioPlaces)))
		allowance := zero.AddAmount(d.InclVAT.Amount().Mul(d.LossRate).DivRound(factor, receivables.RatioPlaces))
		a.Allowances = append(a.Allowances, allowance)
		a.Total = a.Total.AddAmount(allowance.Amount())
	}
	return a, nil
}
