package receivables_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables"
)

var day = receivables.MustDate

func TestDatesThatDoNotExistAreRefused(t *testing.T) {
	for _, text := range []string{
		"2025-02-30", "2025-02-29", "2025-13-01", "2025-00-10", "2025-04-31", "2025-1-1", "20250101", "2025-01-01T00:00:00Z",
		" 2025-01-01", "0001-01-01", "1899-12-31", "10000-01-01", "+2025-01-01", "2025-217", "",
	} {
		_, err := receivables.ParseDate(text)
		assert.ErrorIs(t, err, receivables.ErrInvalidInput, "%q", text)
	}
	leap, err := receivables.ParseDate("2024-02-29")
	require.NoError(t, err)
	assert.Equal(t, "2024-02-29", leap.String())

	_, err = receivables.NewDate(2025, time.February, 30)
	assert.ErrorIs(t, err, receivables.ErrInvalidInput)
}

func TestLayoutsThatDisagreeAreRefused(t *testing.T) {
	d, err := receivables.ParseDateLayouts("13/4/2013", "1/2/2006", "2/1/2006")
	require.NoError(t, err, "only one layout can read the 13th")
	assert.Equal(t, day("2013-04-13"), d)

	d, err = receivables.ParseDateLayouts("4/4/2013", "1/2/2006", "2/1/2006")
	require.NoError(t, err, "both layouts mean the same day")
	assert.Equal(t, day("2013-04-04"), d)

	_, err = receivables.ParseDateLayouts("3/4/2013", "1/2/2006", "2/1/2006")
	require.ErrorIs(t, err, receivables.ErrConflict)
	assert.Contains(t, err.Error(), "2013-03-04")
	assert.Contains(t, err.Error(), "2013-04-03")
}

func TestIncompleteLayoutsAreRefused(t *testing.T) {
	for _, layout := range []string{"", "2006-01", "02/01", "15:04", "2006-01-02T15:04:05Z07:00", "2006-01-02 MST", "yyyy-mm-dd"} {
		assert.ErrorIs(t, receivables.CheckDateLayouts(layout), receivables.ErrInvalidInput, "%q", layout)
	}
	require.NoError(t, receivables.CheckDateLayouts("1/2/06 15:04", "02-Jan-06", "January 2 2006"))
	d, err := receivables.ParseDateLayouts("12/19/24 00:00", "1/2/06", "1/2/06 15:04")
	require.NoError(t, err)
	assert.Equal(t, day("2024-12-19"), d)
}

func TestMonthsAreAddedToTheSameDayOrTheLast(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2025-01-31", 1, "2025-02-28"},
		{"2024-01-31", 1, "2024-02-29"},
		{"2024-02-29", 12, "2025-02-28"},
		{"2024-03-31", -1, "2024-02-29"},
		{"2025-12-15", 1, "2026-01-15"},
		{"2025-01-15", -1, "2024-12-15"},
		{"2025-08-31", 0, "2025-08-31"},
		{"2025-10-31", -20, "2024-02-29"},
	} {
		assert.Equal(t, day(c.want), receivables.AddMonths(day(c.from), c.n), "%s %+d", c.from, c.n)
	}
	assert.Equal(t, day("2024-02-29"), receivables.EndOfMonth(day("2024-02-01")))
	assert.Equal(t, day("2025-12-31"), receivables.EndOfMonth(day("2025-12-31")))
	assert.Equal(t, 366, receivables.DaysBetween(day("2024-01-01"), day("2025-01-01")))
	assert.Equal(t, -1, receivables.DaysBetween(day("2024-03-01"), day("2024-02-29")))
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2025-02-28", "2025-02-30", "3/4/2013", "12/19/24 00:00", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if d, err := receivables.ParseDate(text); err == nil {
			assert.Equal(t, text, d.String(), "what is read is written back")
		}
		if d, err := receivables.ParseDateLayouts(text, "1/2/2006", "2/1/2006", "1/2/06 15:04"); err == nil {
			assert.GreaterOrEqual(t, d.Year(), 1900)
		}
	})
}

func TestBusinessDaysAreCountedAsTheyAreAdded(t *testing.T) {
	calendar, err := receivables.FrenchCalendar(receivables.ZoneMetropole)
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		from := receivables.AddDays(day("2000-01-01"), rapid.IntRange(0, 15_000).Draw(t, "from"))
		n := rapid.IntRange(1, 60).Draw(t, "n")
		to, err := receivables.AddBusinessDays(calendar, from, n)
		if err != nil {
			t.Fatal(err)
		}
		count, err := receivables.BusinessDaysBetween(calendar, from, to)
		if err != nil || count != n {
			t.Fatalf("%d business days after %s is %s, but %d lie between (%v)", n, from, to, count, err)
		}
	})
}
