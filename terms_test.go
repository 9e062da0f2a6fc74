package receivables_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
)

// Dates published or worked out from the texts: C. com. L441-10 (both readings of
// 45 days end of month), L441-11 II (ten-day period), UK 1998 Act s. 4.
func TestDueDates(t *testing.T) {
	for _, c := range []struct {
		terms, from, want string
	}{
		{"Net 30", "2026-04-21", "2026-05-21"},
		{"60 days", "2026-12-15", "2027-02-13"},
		{"45 days then end of month", "2025-02-15", "2025-04-30"},
		{"45 days then end of month", "2024-01-16", "2024-03-31"}, // leap year
		{"end of month then 45 days", "2024-01-16", "2024-03-16"},
		{"45 jours puis fin de mois", "2023-01-15", "2023-03-31"},
		{"fin de mois 45 jours", "2023-01-15", "2023-03-17"},
		{"30 jours puis fin de mois le 10", "2026-01-20", "2026-03-10"},
		{"30 days then end of month then day 31 of the month", "2026-01-20", "2026-02-28"},
		{"le 15", "2026-01-15", "2026-01-15"},
		{"le 15", "2026-01-16", "2026-02-15"},
		{"le 31", "2026-02-28", "2026-02-28"},
		{"end of ten-day period then 30 days", "2026-02-24", "2026-03-30"},
		{"end of ten-day period", "2026-02-10", "2026-02-10"},
		{"end of ten-day period", "2026-02-11", "2026-02-20"},
		{"end of ten-day period", "2026-02-20", "2026-02-20"},
		{"end of ten-day period", "2026-02-21", "2026-02-28"},
		{"last day of the 30-day period beginning with the date", "2026-03-01", "2026-03-30"},
		{"1 month", "2025-01-31", "2025-02-28"},
		{"comptant", "2026-01-20", "2026-01-20"},
		{"30 jours nets date de facture", "2026-01-20", "2026-02-19"},
		{"30 j", "2026-01-20", "2026-02-19"},
	} {
		terms, err := receivables.ParseTerms(c.terms)
		require.NoError(t, err, c.terms)
		due, err := terms.DueDate(receivables.Events{Issued: day(c.from)}, nil)
		require.NoError(t, err, c.terms)
		assert.Equal(t, day(c.want), due, "%s from %s", c.terms, c.from)

		again, err := receivables.ParseTerms(terms.String())
		require.NoError(t, err, terms.String())
		assert.Equal(t, terms, again, "what is written is read back")
	}
}

func TestTermsWithTwoReadingsAreRefused(t *testing.T) {
	for _, text := range []string{"45 days end of month", "45 jours fin de mois", "30 jours FDM le 10", "60 EOM", "Net 30 EOM"} {
		_, err := receivables.ParseTerms(text)
		assert.ErrorIs(t, err, receivables.ErrConflict, text)
		assert.ErrorContains(t, err, " days then end of month", text)
	}
	for _, text := range []string{"", "soon", "30 days or so", "NAA8", "2/10 net 30", "-5 days", "99999 days", "day 32 of the month", "30 days then"} {
		_, err := receivables.ParseTerms(text)
		assert.ErrorIs(t, err, receivables.ErrInvalidInput, text)
	}
}

func TestTermsStartFromTheirEvent(t *testing.T) {
	terms, err := receivables.ParseTerms("30 jours à réception")
	require.NoError(t, err)
	assert.Equal(t, receivables.NetDays(30).From(receivables.StartReceipt), terms)
	due, err := terms.DueDate(receivables.Events{Issued: day("2013-01-02"), Received: day("2013-01-09")}, nil)
	require.NoError(t, err)
	assert.Equal(t, day("2013-02-08"), due, "thirty days, not one month")
	_, err = terms.DueDate(receivables.Events{Issued: day("2013-01-02")}, nil)
	assert.ErrorIs(t, err, receivables.ErrInvalidInput, "the day of receipt is not known")
}

func TestTermsRollAndShowTheirWay(t *testing.T) {
	calendar, err := receivables.FrenchCalendar(receivables.ZoneMetropole)
	require.NoError(t, err)
	trace, err := receivables.DaysThenEndOfMonth(45).Rolled(receivables.RollFollowing).
		Trace(receivables.Events{Issued: day("2026-03-20")}, calendar)
	require.NoError(t, err)
	var got []string
	for _, d := range trace {
		got = append(got, d.String())
	}
	assert.Equal(t, []string{"2026-03-20", "2026-05-04", "2026-05-31", "2026-06-01"}, got)
	_, err = receivables.NetDays(30).Rolled(receivables.RollFollowing).DueDate(receivables.Events{Issued: day("2026-03-20")}, nil)
	assert.ErrorIs(t, err, receivables.ErrInvalidInput, "a business-day rule needs a calendar")
}

func TestInstalmentsAddUp(t *testing.T) {
	third := decimal.New(333, -3)
	terms := receivables.Instalments(
		receivables.TermsPart{Share: third, Terms: receivables.NetDays(0)},
		receivables.TermsPart{Share: third, Terms: receivables.NetDays(30)},
		receivables.TermsPart{Share: decimal.New(334, -3), Terms: receivables.EndOfMonthThenDays(45)},
	)
	list, err := terms.Schedule(eur("100.01"), receivables.Events{Issued: day("2026-01-10")}, nil)
	require.NoError(t, err)
	require.Len(t, list, 3)
	assert.Equal(t, "33.30", list[0].Amount.Text())
	assert.Equal(t, "33.30", list[1].Amount.Text())
	assert.Equal(t, "33.41", list[2].Amount.Text(), "the last takes the odd cents")
	assert.Equal(t, day("2026-03-17"), list[2].DueOn)

	_, err = terms.DueDate(receivables.Events{Issued: day("2026-01-10")}, nil)
	require.ErrorIs(t, err, receivables.ErrConflict)
	terms.Parts[0].Share = decimal.New(1, -1)
	_, err = terms.Schedule(eur("100"), receivables.Events{Issued: day("2026-01-10")}, nil)
	require.ErrorIs(t, err, receivables.ErrConflict)
	terms.Moves = []receivables.Move{{Op: receivables.MoveDays, N: 1}}
	require.ErrorIs(t, terms.Check(), receivables.ErrConflict)
	for _, m := range []receivables.Move{
		{Op: receivables.MoveDays, N: -1},
		{Op: receivables.MoveEndOfMonth, N: 1},
		{Op: receivables.MoveDayOfMonth, N: 0},
		{Op: 99},
		{Op: receivables.MoveMonths, N: 1e9},
	} {
		assert.ErrorIs(t, receivables.Terms{Moves: []receivables.Move{m}}.Check(), receivables.ErrInvalidInput, "%v", m)
	}
}

func FuzzParseTerms(f *testing.F) {
	for _, s := range []string{"Net 30", "45 jours puis fin de mois le 10", "fin de mois 45 jours", "30 days from receipt", "2/10 net 30"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		terms, err := receivables.ParseTerms(text)
		if err != nil {
			return
		}
		require.NoError(t, terms.Check())
		again, err := receivables.ParseTerms(terms.String())
		require.NoError(t, err, "%q was read as %q", text, terms)
		assert.Equal(t, terms.String(), again.String())
	})
}
