package fixed_test

import (
	"math"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables/internal/fixed"
)

// amounts draws decimals around every border of the fast path.
func amounts() *rapid.Generator[decimal.Decimal] {
	return rapid.Custom(func(t *rapid.T) decimal.Decimal {
		coefficient := rapid.OneOf(
			rapid.Int64Range(-1_000_000, 1_000_000),
			rapid.SampledFrom([]int64{math.MaxInt64, math.MinInt64, 999999999999999999, 1000000000000000000, -999999999999999999}),
			rapid.Int64(),
		).Draw(t, "coefficient")
		return decimal.New(coefficient, int32(rapid.IntRange(-6, 20).Draw(t, "exponent")))
	})
}

func TestSumIsExactInAnyOrderAndSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(amounts(), 0, 40).Draw(t, "amounts")
		places := int32(rapid.IntRange(0, 4).Draw(t, "places"))
		cut := rapid.IntRange(0, len(list)).Draw(t, "cut")

		want := decimal.Zero
		var whole, left, right fixed.Sum
		for i, d := range list {
			want = want.Add(d)
			whole.Add(d, places)
			if i < cut {
				left.Add(d, places)
			} else {
				right.Add(d, places)
			}
		}
		right.Merge(&left)
		assert.True(t, want.Equal(whole.Decimal(places)), "want %s, got %s", want, whole.Decimal(places))
		assert.Equal(t, whole.Decimal(places).String(), right.Decimal(places).String())
	})
}

func TestProductsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var sum fixed.Sum
		want := decimal.Zero
		for range rapid.IntRange(0, 10).Draw(t, "n") {
			units, days := rapid.Int64().Draw(t, "units"), rapid.Int64Range(-3_000_000, 3_000_000).Draw(t, "days")
			sum.AddProduct(units, days)
			want = want.Add(decimal.New(units, -2).Mul(decimal.NewFromInt(days)))
		}
		assert.True(t, want.Equal(sum.Decimal(2)), "want %s, got %s", want, sum.Decimal(2))
	})
}

func TestMinorAcceptsOnlyWholeMinorUnits(t *testing.T) {
	for _, c := range []struct {
		text   string
		places int32
		units  int64
		ok     bool
	}{
		{"12.34", 2, 1234, true},
		{"12.340", 2, 1234, true},
		{"12.345", 2, 0, false},
		{"-0.01", 2, -1, true},
		{"5", 0, 5, true},
		{"9999999999999999.99", 2, 999999999999999999, true},
		{"10000000000000000.00", 2, 0, false},
		{"0", 2, 0, true},
	} {
		units, ok := fixed.Minor(decimal.RequireFromString(c.text), c.places)
		assert.Equal(t, c.ok, ok, c.text)
		if c.ok {
			assert.Equal(t, c.units, units, c.text)
		}
	}
}

func TestIntTimesAFactorIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var sum fixed.Int
		want := decimal.Zero
		for range rapid.IntRange(0, 6).Draw(t, "n") {
			var part fixed.Int
			value := decimal.Zero
			for range rapid.IntRange(0, 3).Draw(t, "parts") { // beyond 64 bits
				units := rapid.Int64().Draw(t, "units")
				part.AddUnits(units)
				value = value.Add(decimal.New(units, -2))
			}
			factor := rapid.Int64Range(-4_000_000, 4_000_000).Draw(t, "factor")
			sum.AddTimes(part, factor)
			want = want.Add(value.Mul(decimal.NewFromInt(factor)))
		}
		assert.True(t, want.Equal(sum.Decimal(2)), "want %s, got %s", want, sum.Decimal(2))
		assert.Equal(t, want.IsZero(), sum.IsZero())
	})
}
