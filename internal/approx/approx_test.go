package approx_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables/internal/approx"
)

// Values of printed tables.
func TestTables(t *testing.T) {
	d := decimal.RequireFromString
	is := func(want string, places int32, got decimal.Decimal, ok bool) {
		t.Helper()
		require.True(t, ok)
		assert.Equal(t, want, got.StringFixed(places))
	}
	value, ok := approx.Sqrt(d("2"))
	is("1.414213562373", 12, value, ok)
	value, ok = approx.Normal(d("1.96"))
	is("0.9750021", 7, value, ok)
	value, ok = approx.TwoSided(d("-1.959964"))
	is("0.050000", 6, value, ok)
	for df, quantile := range map[int]string{1: "12.7062047", 4: "2.7764451", 10: "2.2281389", 30: "2.0422725"} {
		value, ok = approx.Student(d(quantile), df)
		is("0.0500000", 7, value, ok)
	}
	value, ok = approx.Logistic(d("0"))
	is("0.5", 1, value, ok)
	length, position, ok := approx.Circular([]decimal.Decimal{d("0"), d("3"), d("0"), d("0")})
	is("1.000000000", 9, length, ok)
	is("1.000000000", 9, position, ok)
	length, _, ok = approx.Circular([]decimal.Decimal{d("1"), d("0"), d("1"), d("0")})
	is("0.000000000", 9, length, ok)
}

func TestWhatHasNoValue(t *testing.T) {
	huge := decimal.New(1, 400)
	_, ok := approx.Sqrt(decimal.NewFromInt(-1))
	assert.False(t, ok)
	_, ok = approx.Sqrt(huge)
	assert.False(t, ok)
	_, ok = approx.Normal(huge)
	assert.False(t, ok)
	_, ok = approx.Logistic(huge)
	assert.False(t, ok)
	_, ok = approx.Student(decimal.NewFromInt(1), 0)
	assert.False(t, ok)
	_, ok = approx.TwoSided(huge)
	assert.False(t, ok)
	_, _, ok = approx.Circular([]decimal.Decimal{decimal.Zero})
	assert.False(t, ok)
	_, _, ok = approx.Circular([]decimal.Decimal{decimal.NewFromInt(-1), decimal.NewFromInt(3)})
	assert.False(t, ok)
}
