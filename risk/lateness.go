package risk

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/approx"
	"github.com/receivables-go/receivables/internal/fixed"
)

var (
	one     = decimal.NewFromInt(1)
	two     = decimal.NewFromInt(2)
	oneHalf = decimal.New(5, -1)
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

// LatenessOf measures the lateness of payment lines. Amounts count only in what is weighted:
// without amounts above zero that is undefined, with one below zero out of its domain.
func LatenessOf(lines []Late) Lateness {
	weighed := make([]weighed, len(lines))
	for i, l := range lines {
		weighed[i] = weigh(l.Days, l.Amount, finest)
	}
	return latenessOf(weighed, finest)
}

// finest is the number of decimals of amounts whose currency is not known: four, as no currency
// has more. Finer ones are exact too, but slower.
const finest = 4

// weighed is a number of days with its amount: whole units, or exactly what does not fit.
type weighed struct {
	days  int
	units int64
	exact *decimal.Decimal
}

func weigh(days int, amount decimal.Decimal, places int32) weighed {
	if units, ok := fixed.Minor(amount, places); ok {
		return weighed{days: days, units: units}
	}
	return weighed{days: days, exact: &amount}
}

func (w *weighed) sign() int {
	if w.exact != nil {
		return w.exact.Sign()
	}
	return cmp.Compare(w.units, 0)
}

// addTo adds amount x factor to a sum.
func (w *weighed) addTo(s *fixed.Sum, factor int64) {
	if w.exact != nil {
		s.AddExact(w.exact.Mul(decimal.NewFromInt(factor)))
		return
	}
	s.AddProduct(w.units, factor)
}

// farDays bounds the days whose squares are added up, beyond any two days of the calendar.
const farDays = 1 << 22

// latenessOf measures lines, which it sorts by days.
func latenessOf(sorted []weighed, places int32) Lateness {
	slices.SortFunc(sorted, func(a, b weighed) int { return cmp.Compare(a.days, b.days) })
	n := len(sorted)
	l := Lateness{Lines: n}
	status := receivables.StatusOK
	switch {
	case n == 0:
		status = receivables.StatusInsufficientData
	case sorted[0].days < -farDays || sorted[n-1].days > farDays:
		status = receivables.StatusOutOfDomain
	}
	if status != receivables.StatusOK {
		none, share := noDays(status), receivables.NoFigure(status, receivables.UnitFraction)
		l.LateOnlyMean, l.LateOnlyWeighted = none, none
		l.Mean, l.WeightedMean, l.Median, l.WeightedMedian, l.Q20, l.Q80, l.Q90, l.Min, l.Max = none, none, none, none, none, none, none, none, none
		l.ShareLate, l.ShareLateAmount, l.ShareVeryLate, l.ShareVeryLateAmount = share, share, share, share
		l.Variance, l.SD, l.WeightedSD, l.MAD = none, none, none, none
		return l
	}
	var sum, lateSum int64
	late, very, negative := 0, 0, false
	var squares fixed.Int
	var amount, product, squareProduct, lateAmount, veryAmount, lateProduct fixed.Sum
	for i := range sorted {
		x := &sorted[i]
		days := int64(x.days)
		sum += days
		squares.AddProduct(days, days)
		x.addTo(&amount, 1)
		x.addTo(&product, days)
		x.addTo(&squareProduct, days*days)
		negative = negative || x.sign() < 0
		if days > 0 {
			late++
			lateSum += days
			x.addTo(&lateAmount, 1)
			x.addTo(&lateProduct, days)
		}
		if days > veryLate {
			very++
			x.addTo(&veryAmount, 1)
		}
	}
	count := newInt(n)
	all := amount.Decimal(places)
	byCount := func(part int64, unit receivables.Unit) receivables.Figure {
		return receivables.Quotient(decimal.NewFromInt(part), count, unit)
	}
	byAmount := func(part *fixed.Sum, unit receivables.Unit) receivables.Figure {
		if negative {
			return receivables.NoFigure(receivables.StatusOutOfDomain, unit)
		}
		return receivables.Quotient(part.Decimal(places), all, unit)
	}
	l.Mean, l.WeightedMean = byCount(sum, receivables.UnitDays), byAmount(&product, receivables.UnitDays)
	l.LateOnlyMean, l.LateOnlyWeighted = byCount(lateSum, receivables.UnitDays), byAmount(&lateProduct, receivables.UnitDays)
	l.ShareLate, l.ShareVeryLate = byCount(int64(late), receivables.UnitFraction), byCount(int64(very), receivables.UnitFraction)
	l.ShareLateAmount, l.ShareVeryLateAmount = byAmount(&lateAmount, receivables.UnitFraction), byAmount(&veryAmount, receivables.UnitFraction)
	l.WeightedMedian = byAmount(&amount, receivables.UnitDays)
	if _, ok := l.WeightedMedian.Value(); ok {
		l.WeightedMedian = inDays(newInt(weightedMedian(sorted, &amount, places)))
	}
	rank := func(tenths int) receivables.Figure { return inDays(newInt(sorted[max((n*tenths+9)/10, 1)-1].days)) }
	l.Q20, l.Q80, l.Q90 = rank(2), rank(8), rank(9)
	l.Min, l.Max = inDays(newInt(sorted[0].days)), inDays(newInt(sorted[n-1].days))
	center := sorted[(n-1)/2].days + sorted[n/2].days // twice the median
	l.Median = halves(center)
	if n < 2 {
		none := noDays(receivables.StatusInsufficientData)
		l.Variance, l.SD, l.WeightedSD, l.MAD = none, none, none, none
		return l
	}
	// (n sum x^2 - (sum x)^2) / (n (n - 1))
	variance := squares.Decimal(0).Mul(count).Sub(decimal.NewFromInt(sum).Mul(decimal.NewFromInt(sum)))
	l.Variance = receivables.Quotient(variance, count.Mul(newInt(n-1)), receivables.UnitDays)
	l.SD = root(l.Variance)
	l.WeightedSD = noDays(receivables.StatusOutOfDomain)
	if !negative {
		weighted := product.Decimal(places)
		l.WeightedSD = root(receivables.Quotient(squareProduct.Decimal(places).Mul(all).Sub(weighted.Mul(weighted)), all.Mul(all), receivables.UnitDays))
	}
	deviations := make([]int, n) // twice each, so that they are whole
	for i := range sorted {
		deviations[i] = max(2*sorted[i].days-center, center-2*sorted[i].days)
	}
	slices.Sort(deviations)
	l.MAD = inDays(newInt(deviations[(n-1)/2] + deviations[n/2]).Mul(oneHalf).Mul(oneHalf))
	return l
}

// weightedMedian returns the first days at which half of the amount is reached.
func weightedMedian(sorted []weighed, all *fixed.Sum, places int32) int {
	var twice fixed.Sum
	for i := range sorted {
		if sorted[i].addTo(&twice, 2); twice.Cmp(all, places) >= 0 {
			return sorted[i].days
		}
	}
	return sorted[len(sorted)-1].days
}

// halves returns a number of half days.
func halves(n int) receivables.Figure { return inDays(newInt(n).Mul(oneHalf)) }

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
