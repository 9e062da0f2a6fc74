package aging

import (
	"cmp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// Shares returns each amount divided by the sum of all, in the same order:
// 12000, 6500, 3200 and 1300 are 0.5217, 0.2826, 0.1391 and 0.0565. They are
// undefined when the sum is not above zero.
func Shares(amounts ...decimal.Decimal) []receivables.Figure {
	sum := decimal.Zero
	for _, a := range amounts {
		sum = sum.Add(a)
	}
	shares := make([]receivables.Figure, len(amounts))
	for i, a := range amounts {
		shares[i] = receivables.Quotient(a, sum, receivables.UnitFraction)
	}
	return shares
}

// AgedAmount is an amount with its age in days, or a column of an aged balance
// with an age that stands for it.
type AgedAmount struct {
	Amount decimal.Decimal
	Days   decimal.Decimal
}

// WeightedAge returns sum(amount x age) / sum(amount) in days over the amounts
// above zero (debits only). From the totals of an aged balance alone, the usual
// ages are 0 for what is not due, 15, 45, 75 and 105. It is undefined when there is
// no amount above zero.
func WeightedAge(amounts ...AgedAmount) receivables.Figure {
	var sum, product decimal.Decimal
	for _, a := range amounts {
		if a.Amount.Sign() > 0 {
			sum = sum.Add(a.Amount)
			product = product.Add(a.Amount.Mul(a.Days))
		}
	}
	return receivables.Quotient(product, sum, receivables.UnitDays)
}

// Exposure is a line among the largest of its currency.
type Exposure struct {
	Line       Line
	Share      receivables.Figure // of the sum of all lines above zero
	Cumulative receivables.Figure // share of this line and all larger ones
}

// Top returns the n largest lines of a currency by total, largest first, equal
// ones by group (premiers encours). Lines whose total is not above zero do not
// count.
func (b *Balance) Top(currency receivables.Currency, n int) []Exposure {
	ranked, sum := b.ranked(currency)
	var top []Exposure
	running := decimal.Zero
	for _, x := range ranked[:min(max(n, 0), len(ranked))] {
		running = running.Add(x.amount)
		top = append(top, Exposure{
			Line:       x.line,
			Share:      receivables.Quotient(x.amount, sum, receivables.UnitFraction),
			Cumulative: receivables.Quotient(running, sum, receivables.UnitFraction),
		})
	}
	return top
}

// Concentration says how much of the balance lies with few groups.
type Concentration struct {
	Groups int // lines with a total above zero
	// HHI is the Herfindahl-Hirschman index, the sum of squared shares, between
	// 1/Groups and 1; EffectiveNumber is 1/HHI, the number of equal groups that
	// would give the same index.
	HHI, EffectiveNumber receivables.Figure
	Top1, Top5, Top10    receivables.Figure // share of the largest lines
}

// Concentration measures the lines of a currency by their total. Lines whose
// total is not above zero do not count; without any line all is undefined.
func (b *Balance) Concentration(currency receivables.Currency) Concentration {
	ranked, sum := b.ranked(currency)
	squares, running := decimal.Zero, decimal.Zero
	top := map[int]decimal.Decimal{}
	for i, x := range ranked {
		squares = squares.Add(x.amount.Mul(x.amount))
		running = running.Add(x.amount)
		top[i+1] = running
	}
	topShare := func(n int) receivables.Figure {
		return receivables.Quotient(top[min(n, len(ranked))], sum, receivables.UnitFraction)
	}
	return Concentration{
		Groups:          len(ranked),
		HHI:             receivables.Quotient(squares, sum.Mul(sum), receivables.UnitFraction),
		EffectiveNumber: receivables.Quotient(sum.Mul(sum), squares, receivables.UnitCount),
		Top1:            topShare(1), Top5: topShare(5), Top10: topShare(10),
	}
}

// rankedLine is a line with its total.
type rankedLine struct {
	line   Line
	amount decimal.Decimal
}

// ranked lists the lines of a currency with a total above zero, largest first,
// and their sum.
func (b *Balance) ranked(currency receivables.Currency) (lines []rankedLine, sum decimal.Decimal) {
	for line := range b.Lines() {
		if line.Currency() != currency {
			continue
		}
		if amount := line.Total().Amount.Amount(); amount.Sign() > 0 {
			lines = append(lines, rankedLine{line, amount})
			sum = sum.Add(amount)
		}
	}
	slices.SortFunc(lines, func(x, y rankedLine) int {
		return cmp.Or(y.amount.Cmp(x.amount), slices.CompareFunc(x.line.row.path, y.line.row.path, strings.Compare))
	})
	return lines, sum
}
