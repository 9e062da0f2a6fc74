package columns

import "math"

// Days is a column of days, 0: none. It takes two bytes a day where all lie within 179 years, four elsewhere. It is immutable.
type Days struct {
	short []uint16 // days after base, 0: none
	base  int32
	long  []int32
}

// PackDays makes a column of days; it may keep the slice.
func PackDays(days []int32) Days {
	first, last := int32(math.MaxInt32), int32(0)
	for _, d := range days {
		if d != 0 {
			first, last = min(first, d), max(last, d)
		}
	}
	if last != 0 && (first < 0 || last-first >= math.MaxUint16) {
		return Days{long: days}
	}
	c := Days{short: make([]uint16, len(days)), base: first - 1}
	for i, d := range days {
		if d != 0 {
			c.short[i] = uint16(d - c.base)
		}
	}
	return c
}

// At returns the day of an item.
func (c *Days) At(i int) int32 {
	if c.long != nil {
		return c.long[i]
	}
	if d := c.short[i]; d != 0 {
		return c.base + int32(d)
	}
	return 0
}

// After returns the column as far as it is short, and the value above which a day is after another one; nil: ask At.
func (c *Days) After(day int32) (short []uint16, limit uint16) {
	return c.short, uint16(min(max(int64(day)-int64(c.base), 0), math.MaxUint16))
}

// Append appends the days from one position to another to a slice.
func (c *Days) Append(to []int32, from, until int) []int32 {
	for i := from; i < until; i++ {
		to = append(to, c.At(i))
	}
	return to
}

// Len returns the number of items.
func (c *Days) Len() int { return len(c.short) + len(c.long) }
