// Package approx is the only place of the library that computes in binary floating point:
// square roots, angles and the distributions of statistics, for which decimals have no exact
// result either. Results are good to about 1e-12 relative; callers promise 1e-9. Amounts of
// money never come through here.
package approx

import (
	"math"

	"github.com/shopspring/decimal"
	"gonum.org/v1/gonum/stat/distuv"
)

// toFloat converts a decimal; false if it is too large.
func toFloat(d decimal.Decimal) (float64, bool) {
	f := d.InexactFloat64()
	return f, !math.IsInf(f, 0) && !math.IsNaN(f)
}

func fromFloat(f float64) (decimal.Decimal, bool) {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return decimal.Decimal{}, false
	}
	return decimal.NewFromFloat(f), true
}

// Sqrt returns the square root; false for a negative number or one too large.
func Sqrt(d decimal.Decimal) (decimal.Decimal, bool) {
	f, ok := toFloat(d)
	if !ok || f < 0 {
		return decimal.Decimal{}, false
	}
	return fromFloat(math.Sqrt(f))
}

// Normal returns the distribution function of the standard normal distribution.
func Normal(x decimal.Decimal) (decimal.Decimal, bool) {
	f, ok := toFloat(x)
	if !ok {
		return decimal.Decimal{}, false
	}
	return fromFloat(distuv.UnitNormal.CDF(f))
}

// Logistic returns e^x / (1 + e^x).
func Logistic(x decimal.Decimal) (decimal.Decimal, bool) {
	f, ok := toFloat(x)
	if !ok {
		return decimal.Decimal{}, false
	}
	return fromFloat(1 / (1 + math.Exp(-f)))
}

// Student returns the two-sided p value of a t statistic.
func Student(t decimal.Decimal, degreesOfFreedom int) (decimal.Decimal, bool) {
	f, ok := toFloat(t)
	if !ok || degreesOfFreedom < 1 {
		return decimal.Decimal{}, false
	}
	d := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(degreesOfFreedom)}
	return fromFloat(2 * d.CDF(-math.Abs(f))) // the lower tail: 1 - CDF loses its digits
}

// TwoSided returns the two-sided p value of a z statistic.
func TwoSided(z decimal.Decimal) (decimal.Decimal, bool) {
	f, ok := toFloat(z)
	if !ok {
		return decimal.Decimal{}, false
	}
	return fromFloat(math.Erfc(math.Abs(f) / math.Sqrt2))
}

// Circular returns the mean resultant length and the mean position of weights at the
// positions 0 to period - 1 of a circle, the position from 0 to below period; false without
// weight. The position means nothing where the length is 0.
func Circular(weights []decimal.Decimal) (length, position decimal.Decimal, ok bool) {
	var c, s, sum float64
	period := float64(len(weights))
	for i, w := range weights {
		if w.IsZero() {
			continue
		}
		f, fits := toFloat(w)
		if !fits || f < 0 {
			return length, position, false
		}
		angle := 2 * math.Pi * float64(i) / period
		c, s, sum = c+f*math.Cos(angle), s+f*math.Sin(angle), sum+f
	}
	if sum == 0 {
		return length, position, false
	}
	r := math.Hypot(c, s) / sum
	at := math.Atan2(s, c) / (2 * math.Pi) * period
	if at < 0 {
		at += period
	}
	if at >= period-1e-9 {
		at = 0
	}
	length, ok1 := fromFloat(math.Min(r, 1))
	position, ok2 := fromFloat(at)
	return length, position, ok1 && ok2
}
