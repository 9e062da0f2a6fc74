package forecast

import (
	"fmt"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/dso"
)

var one = decimal.NewFromInt(1)

// Pattern is how sales are collected over the periods after them (échéancier
// d'encaissement). Share k is received k periods after the sale; k = 0 is the period of the
// sale. It is plain data.
type Pattern struct {
	// CashShare is the part of all sales paid at once; the other shares are of the rest, the
	// credit sales.
	CashShare decimal.Decimal `json:"cash_share"`
	// Shares are paid in full, Discounted are paid with the discount taken off. Together they
	// are at most 1; the remainder is never received.
	Shares     []decimal.Decimal `json:"shares"`
	Discounted []decimal.Decimal `json:"discounted,omitempty"`
	Discount   decimal.Decimal   `json:"discount"` // flat, as a fraction
}

// Check reports the first field that breaks a rule.
//
// Errors:
//   - [receivables.ErrInvalidInput] for a share outside 0 to 1, or shares of more than 1
//     together.
func (p Pattern) Check() error {
	sum := decimal.Zero
	check := func(path string, d decimal.Decimal) error {
		if d.Sign() < 0 || d.Cmp(one) > 0 {
			return &receivables.FieldError{Path: "pattern: " + path, Value: d.String(), Rule: receivables.RuleRange, Detail: "from 0 to 1"}
		}
		return nil
	}
	if err := check("cash share", p.CashShare); err != nil {
		return err
	}
	if err := check("discount", p.Discount); err != nil {
		return err
	}
	for _, list := range []struct {
		name   string
		shares []decimal.Decimal
	}{{"shares", p.Shares}, {"discounted", p.Discounted}} {
		for k, s := range list.shares {
			if err := check(fmt.Sprintf("%s[%d]", list.name, k), s); err != nil {
				return err
			}
			sum = sum.Add(s)
		}
	}
	if sum.Cmp(one) > 0 {
		return &receivables.FieldError{Path: "pattern: shares", Value: sum.String(), Rule: receivables.RuleRange, Detail: "more than 1 together"}
	}
	return nil
}

// share returns share k of a list; 0 beyond its end.
func share(list []decimal.Decimal, k int) decimal.Decimal {
	if k >= len(list) {
		return decimal.Zero
	}
	return list[k]
}

// length is the number of periods in which something is received.
func (p Pattern) length() int {
	n := max(len(p.Shares), len(p.Discounted))
	if n == 0 && p.CashShare.Sign() > 0 {
		return 1
	}
	return n
}

// Opening is the receivables at the beginning of the first period.
type Opening struct {
	Amount receivables.Money
	// Shares are received in the first period, the second and so on; none: all of it in the
	// first.
	Shares []decimal.Decimal
}

// Receipts is what a pattern makes of sales.
type Receipts struct {
	// Periods are the receipts from the first period of sales to the last one reached, which
	// is after the last sales.
	Periods   []receivables.Money `json:"periods"`
	Discounts receivables.Money   `json:"discounts"` // taken off
	Lost      receivables.Money   `json:"lost"`      // never received
}

// Receipts returns the receipts of each period from the sales of each period and the
// opening receivables (the zero value: none):
//
//	receipts of t = sum over k of sales of t-k x share k
//
// Sum of receipts + discounts + lost = sum of sales + opening. Sales below zero, net credit
// notes, give receipts below zero.
//
// 100,000 by 0, 0.4, 0.5, 0.1 are 0, 40,000, 50,000 and 10,000 in the periods after.
//
// Errors:
//   - those of [Pattern.Check]; [receivables.ErrInvalidInput] for shares of the opening
//     receivables that are outside 0 to 1 or above 1 together, and without any amount;
//   - [receivables.ErrCurrencyMismatch].
func (p Pattern) Receipts(sales []receivables.Money, opening Opening) (Receipts, error) {
	if err := p.Check(); err != nil {
		return Receipts{}, err
	}
	if err := (Pattern{Shares: opening.Shares}).Check(); err != nil {
		return Receipts{}, fmt.Errorf("opening: %w", err)
	}
	amounts := sales
	if opening.Amount.IsValid() {
		amounts = append([]receivables.Money{opening.Amount}, sales...)
	}
	if len(amounts) == 0 {
		return Receipts{}, &receivables.FieldError{Path: "sales", Rule: receivables.RuleRequired, Detail: "sales or opening receivables are needed"}
	}
	currency := amounts[0].Currency()
	for i, m := range amounts {
		if !m.IsValid() || m.Currency() != currency {
			return Receipts{}, &receivables.FieldError{Path: fmt.Sprintf("amounts[%d]", i), Value: m.String(), Rule: receivables.RuleCurrency, Detail: "the first amount is in " + currency.Code()}
		}
	}
	zero := receivables.Zero(currency)
	r := Receipts{Discounts: zero, Lost: zero}
	openingShares := opening.Shares
	if len(openingShares) == 0 {
		openingShares = []decimal.Decimal{one}
	}
	periods := 0
	if len(sales) > 0 {
		periods = len(sales) - 1 + max(1, p.length())
	}
	if opening.Amount.IsValid() {
		periods = max(periods, len(openingShares))
	}
	sums := make([]decimal.Decimal, periods)
	credit := one.Sub(p.CashShare)
	for t, s := range sales {
		left := s.Amount()
		for k := range max(1, p.length()) {
			part := credit.Mul(share(p.Shares, k))
			if k == 0 {
				part = part.Add(p.CashShare)
			}
			full := s.Amount().Mul(part)
			discounted := s.Amount().Mul(credit).Mul(share(p.Discounted, k))
			off := discounted.Mul(p.Discount)
			sums[t+k] = sums[t+k].Add(full).Add(discounted).Sub(off)
			r.Discounts = r.Discounts.AddAmount(off)
			left = left.Sub(full).Sub(discounted)
		}
		r.Lost = r.Lost.AddAmount(left)
	}
	if opening.Amount.IsValid() {
		left := opening.Amount.Amount()
		for k, s := range openingShares {
			part := opening.Amount.Amount().Mul(s)
			sums[k] = sums[k].Add(part)
			left = left.Sub(part)
		}
		r.Lost = r.Lost.AddAmount(left)
	}
	for _, s := range sums {
		r.Periods = append(r.Periods, zero.AddAmount(s))
	}
	return r, nil
}

// PatternOf reads the collection pattern of a group off its history: for the invoices of
// each of the last full cohorts, months whose sales are at least length months old on the
// last day, how much of them was no longer open at each month end, weighted by sales. What
// was written off counts as collected, as the books show it; credit notes are off the sales
// and the open amounts of the month they correct.
//
// Errors: those of [dso.Line.At]; [receivables.ErrInvalidInput] for counts below 1, when the
// cohorts had no sales, or when a share comes out outside 0 to 1, as when more payments
// were returned than received in a month.
func PatternOf(line dso.Line, last date.Date, cohorts, length int) (Pattern, error) {
	const most = 1200 // a hundred years of months
	if cohorts < 1 || length < 1 || cohorts > most || length > most {
		return Pattern{}, &receivables.FieldError{Path: "pattern", Value: fmt.Sprintf("%d cohorts of %d months", cohorts, length), Rule: receivables.RuleRange, Detail: "each from 1 to 1200"}
	}
	if !receivables.IsDay(last) {
		return Pattern{}, &receivables.FieldError{Path: "pattern: last day", Value: last.String(), Rule: receivables.RuleRange, Detail: "outside 1900-01-01 to 9999-12-31"}
	}
	newest := receivables.StartOfMonth(receivables.AddDays(last, 1)) // the month after the last full one
	sales, collected := decimal.Zero, make([]decimal.Decimal, length)
	for c := range cohorts {
		month := receivables.AddMonths(newest, -length-c)
		before := decimal.Zero
		for k := range length {
			view, err := line.At(receivables.EndOfMonth(receivables.AddMonths(month, k)))
			if err != nil {
				return Pattern{}, err
			}
			f := view.Uncollected(month)
			if k == 0 {
				before = f.Sales.Amount()
				sales = sales.Add(before)
			}
			open := f.Open.Amount()
			collected[k] = collected[k].Add(before.Sub(open))
			before = open
		}
	}
	if sales.Sign() <= 0 {
		return Pattern{}, &receivables.FieldError{Path: "pattern: sales", Value: sales.String(), Rule: receivables.RuleSign, Detail: "the cohorts must have sales above zero"}
	}
	var p Pattern
	sum := decimal.Zero
	for _, c := range collected {
		sum = sum.Add(c)
		p.Shares = append(p.Shares, c.DivRound(sales, receivables.RatioPlaces))
	}
	if sum.Equal(sales) { // all of it: the rounded shares shall not exceed 1 by a digit
		rest := one
		for _, s := range p.Shares[:length-1] {
			rest = rest.Sub(s)
		}
		p.Shares[length-1] = rest
	}
	return p, p.Check()
}

// Bucket is a column of the aged balance with the probability that it is paid within the
// horizon of the forecast.
type Bucket struct {
	Name        string
	Amount      receivables.Money
	Probability decimal.Decimal
}

// BucketReceipts is the money expected of the columns of an aged balance.
type BucketReceipts struct {
	Buckets  []receivables.Money `json:"buckets"`  // expected of each, in the order given
	Expected receivables.Money   `json:"expected"` // their sum
	Rest     receivables.Money   `json:"rest"`     // balance - expected: later or never
}

// FromBuckets returns the receipts to expect of an aged balance within a horizon: sum of
// balance x probability.
//
// Errors:
//   - [receivables.ErrInvalidInput] without a bucket or for a probability outside 0 to 1;
//   - [receivables.ErrCurrencyMismatch].
func FromBuckets(buckets []Bucket) (BucketReceipts, error) {
	if len(buckets) == 0 {
		return BucketReceipts{}, &receivables.FieldError{Path: "buckets", Rule: receivables.RuleRequired, Detail: "at least one"}
	}
	zero := receivables.Zero(buckets[0].Amount.Currency())
	r := BucketReceipts{Expected: zero, Rest: zero}
	for i, b := range buckets {
		place := fmt.Sprintf("buckets[%d] %q", i, b.Name)
		if b.Probability.Sign() < 0 || b.Probability.Cmp(one) > 0 {
			return BucketReceipts{}, &receivables.FieldError{Path: place + ": probability", Value: b.Probability.String(), Rule: receivables.RuleRange, Detail: "from 0 to 1"}
		}
		if !b.Amount.IsValid() || b.Amount.Currency() != zero.Currency() {
			return BucketReceipts{}, &receivables.FieldError{Path: place, Value: b.Amount.String(), Rule: receivables.RuleCurrency, Detail: "the first is in " + zero.Currency().Code()}
		}
		expected := b.Amount.Amount().Mul(b.Probability)
		r.Buckets = append(r.Buckets, zero.AddAmount(expected))
		r.Expected = r.Expected.AddAmount(expected)
		r.Rest = r.Rest.AddAmount(b.Amount.Amount().Sub(expected))
	}
	return r, nil
}
