package columns_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables/internal/columns"
)

func TestDaysComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := rapid.OneOf(rapid.Int32Range(739000, 740000), rapid.SampledFrom([]int32{0, 1, 693596, 739000 - 65534, 739000 + 65533, 739000 + 65534, 739000 + 65535, 3652059, -1}))
		days := rapid.SliceOfN(day, 0, 20).Draw(t, "days")
		c := columns.PackDays(slices.Clone(days))
		assert.Equal(t, len(days), c.Len())
		asOf := day.Draw(t, "as of")
		short, limit := c.After(asOf)
		for i, d := range days {
			assert.Equal(t, d, c.At(i))
			if short != nil && asOf > 0 {
				assert.Equal(t, d > asOf, short[i] > limit, "%d after %d", d, asOf)
			}
		}
	})
}
