package columns_test

import (
	"cmp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables/internal/columns"
)

// The counting sorts give what a comparison sort gives.
func TestRowsAreSortedAsByComparison(t *testing.T) {
	type item struct {
		group, due, issued int32
		units, disputed    int64
		row                uint32
	}
	rapid.Check(t, func(t *rapid.T) {
		groups := rapid.IntRange(1, 9).Draw(t, "groups")
		var rows columns.Rows
		var items []item
		for i := range rapid.IntRange(0, 80).Draw(t, "items") {
			x := item{
				int32(rapid.IntRange(0, groups-1).Draw(t, "group")), rapid.SampledFrom([]int32{0, 1, 65535, 65536, 739000, 739001, 3652058}).Draw(t, "due"),
				int32(rapid.IntRange(0, 5).Draw(t, "issued")), rapid.Int64().Draw(t, "units"), int64(rapid.IntRange(0, 3).Draw(t, "disputed")) / 3, uint32(i),
			}
			items = append(items, x)
			rows.Add(x.group, x.due, x.issued, x.units, x.disputed, x.row)
		}
		slices.SortStableFunc(items, func(x, y item) int { return cmp.Or(cmp.Compare(x.group, y.group), cmp.Compare(x.due, y.due)) })
		s := rows.Sort(groups)
		assert.Equal(t, len(items), s.Len())
		at := 0
		for k, g := range s.Groups {
			for ; at < int(s.Ends[k]); at++ {
				got := item{g, s.Due[at], s.Issued.At(at), s.Units[at], 0, s.Row[at]}
				if s.Disputed != nil {
					got.disputed = s.Disputed[at]
				}
				assert.Equal(t, items[at], got)
			}
		}
		assert.Equal(t, len(items), at)
	})
}
