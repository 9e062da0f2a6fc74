package risk

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/approx"
)

var (
	one = decimal.NewFromInt(1)
	two = decimal.NewFromInt(2)
)

func newInt(n int) decimal.Decimal { return decimal.NewFromInt(int64(n)) }

func inDays(d decimal.Decimal) receivables.Figure {
	return receivables.NewFigure(d, receivables.UnitDays)
}

func noDays(status receivables.Status) receivables.Figure {
	return receivables.NoFigure(status, receivables.UnitDays)
}

// Late is the lateness of one payment line in days, early payments below zero, with its amount.
type Late struct {
	Days   int
	Amount decimal.Decimal // above zero
}

// Lateness is location and dispersion of the lateness of payment lines (retards de paiement), in
// days, early payments below zero. Medians of an even number are the mean of the middle two;
// quantiles are observed values of nearest rank.
type Lateness struct {
	Lines int `json:"lines"`
	// Mean, Median and the quantiles count each line once; WeightedMean and WeightedMedian
	// weigh it by its amount (the weighted median is the first value at which half of the amount
	// is reached).
	Mean         receivables.Figure `json:"mean"`
	WeightedMean receivables.Figure `json:"weighted_mean"`
	// LateOnlyMean and LateOnlyWeighted count early payments as 0: what early ones bring does not
	// make up for late ones.
	LateOnlyMean     receivables.Figure `json:"late_only_mean"`
	LateOnlyWeighted receivables.Figure `json:"late_only_weighted"`
	Median           receivables.Figure `json:"median"`
	WeightedMedian   receivables.Figure `json:"weighted_median"`
	Q20              receivables.Figure `json:"q20"`
	Q80              receivables.Figure `json:"q80"`
	Q90              receivables.Figure `json:"q90"`
	Min              receivables.Figure `json:"min"`
	Max              receivables.Figure `json:"max"`
	// ShareLate is the part above 0 days, ShareVeryLate above 30, by number and by amount.
	ShareLate           receivables.Figure `json:"share_late"`
	ShareLateAmount     receivables.Figure `json:"share_late_amount"`
	ShareVeryLate       receivables.Figure `json:"share_very_late"`
	ShareVeryLateAmount receivables.Figure `json:"share_very_late_amount"`
	// Variance and SD are those of the sample (n - 1), WeightedSD is the root of sum(a (x -
	// weighted mean)^2) / sum(a), MAD the median of |x - median|, not scaled by 1.4826. All are
	// undefined below two lines. Roots are float64, good to 1e-9.
	Variance   receivables.Figure `json:"variance"`
	SD         receivables.Figure `json:"sd"`
	WeightedSD receivables.Figure `json:"weighted_sd"`
	MAD        receivables.Figure `json:"mad"`
}

// veryLate is the lateness above which a payment is very late.
const veryLate = 30

// LatenessOf measures the lateness of payment lines. Amounts count only in what is weighted;
// without amounts above zero that is undefined.
func LatenessOf(lines []Late) Lateness {
	sorted := slices.Clone(lines)
	slices.SortStableFunc(sorted, func(a, b Late) int { return a.Days - b.Days })
	n := len(sorted)
	l := Lateness{Lines: n}
	if n == 0 {
		none, share := noDays(receivables.StatusInsufficientData), receivables.NoFigure(receivables.StatusInsufficientData, receivables.UnitFraction)
		l.LateOnlyMean, l.LateOnlyWeighted = none, none
		l.Mean, l.WeightedMean, l.Median, l.WeightedMedian, l.Q20, l.Q80, l.Q90, l.Min, l.Max = none, none, none, none, none, none, none, none, none
		l.ShareLate, l.ShareLateAmount, l.ShareVeryLate, l.ShareVeryLateAmount = share, share, share, share
		l.Variance, l.SD, l.WeightedSD, l.MAD = none, none, none, none
		return l
	}
	var sum, squares, lateSum int64
	late, very := 0, 0
	var amount, product, squareProduct, lateAmount, veryAmount, lateProduct decimal.Decimal
	for _, x := range sorted {
		days := int64(x.Days)
		sum, squares = sum+days, squares+days*days
		d := newInt(x.Days)
		amount = amount.Add(x.Amount)
		product = product.Add(x.Amount.Mul(d))
		squareProduct = squareProduct.Add(x.Amount.Mul(d).Mul(d))
		if x.Days > 0 {
			late++
			lateSum += days
			lateAmount = lateAmount.Add(x.Amount)
			lateProduct = lateProduct.Add(x.Amount.Mul(d))
		}
		if x.Days > veryLate {
			very++
			veryAmount = veryAmount.Add(x.Amount)
		}
	}
	count := newInt(n)
	l.Mean = receivables.Quotient(decimal.NewFromInt(sum), count, receivables.UnitDays)
	l.WeightedMean = receivables.Quotient(product, amount, receivables.UnitDays)
	l.LateOnlyMean = receivables.Quotient(decimal.NewFromInt(lateSum), count, receivables.UnitDays)
	l.LateOnlyWeighted = receivables.Quotient(lateProduct, amount, receivables.UnitDays)
	l.Median = inDays(median(n, func(i int) decimal.Decimal { return newInt(sorted[i].Days) }))
	rank := func(tenths int) receivables.Figure { return inDays(newInt(sorted[max((n*tenths+9)/10, 1)-1].Days)) }
	l.Q20, l.Q80, l.Q90 = rank(2), rank(8), rank(9)
	l.Min, l.Max = inDays(newInt(sorted[0].Days)), inDays(newInt(sorted[n-1].Days))
	l.WeightedMedian = noDays(receivables.StatusZeroDenominator)
	if amount.Sign() > 0 {
		half, running := amount, decimal.Zero
		for _, x := range sorted {
			if running = running.Add(x.Amount.Mul(two)); running.Cmp(half) >= 0 {
				l.WeightedMedian = inDays(newInt(x.Days))
				break
			}
		}
	}
	share := func(part, whole decimal.Decimal) receivables.Figure {
		return receivables.Quotient(part, whole, receivables.UnitFraction)
	}
	l.ShareLate, l.ShareVeryLate = share(newInt(late), count), share(newInt(very), count)
	l.ShareLateAmount, l.ShareVeryLateAmount = share(lateAmount, amount), share(veryAmount, amount)
	if n < 2 {
		none := noDays(receivables.StatusInsufficientData)
		l.Variance, l.SD, l.WeightedSD, l.MAD = none, none, none, none
		return l
	}
	// (n sum x^2 - (sum x)^2) / (n (n - 1))
	variance := decimal.NewFromInt(squares).Mul(count).Sub(decimal.NewFromInt(sum).Mul(decimal.NewFromInt(sum)))
	l.Variance = receivables.Quotient(variance, count.Mul(newInt(n-1)), receivables.UnitDays)
	l.SD = root(l.Variance)
	l.WeightedSD = root(receivables.Quotient(squareProduct.Mul(amount).Sub(product.Mul(product)), amount.Mul(amount), receivables.UnitDays))
	center, _ := l.Median.Value()
	deviations := make([]decimal.Decimal, n)
	for i, x := range sorted {
		deviations[i] = newInt(x.Days).Sub(center).Abs()
	}
	slices.SortFunc(deviations, decimal.Decimal.Cmp)
	l.MAD = inDays(median(n, func(i int) decimal.Decimal { return deviations[i] }))
	return l
}

// median returns the middle of n sorted values, of an even number the mean of the middle two.
func median(n int, at func(i int) decimal.Decimal) decimal.Decimal {
	return at((n-1)/2).Add(at(n/2)).DivRound(two, receivables.RatioPlaces)
}

// root is the square root of a figure.
func root(f receivables.Figure) receivables.Figure {
	value, ok := f.Value()
	if !ok {
		return f
	}
	r, ok := approx.Sqrt(value)
	if !ok {
		return receivables.NoFigure(receivables.StatusOutOfDomain, f.Unit())
	}
	return receivables.NewFigure(r, f.Unit())
}
