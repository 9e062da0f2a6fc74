package guarantee_test

import (
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
	"github.com/receivables-go/receivables/procedure/guarantee"
)

func day(text string) date.Date { return receivables.MustDate(text) }

func TestDaysOfGuarantees(t *testing.T) {
	g := guarantee.Guarantee{Kind: guarantee.Suretyship, By: "M. Lenoir", ExpiresOn: day("2027-06-30"), ClaimDays: 90, NaturalPerson: true}
	days := func(unpaid, asOf string) (text string) {
		list, err := g.Days(day(unpaid), day(asOf), procedure.Place{})
		require.NoError(t, err)
		for _, d := range list {
			text += " " + d.Expires.String()
		}
		return text
	}
	assert.Equal(t, " 2026-11-30 2027-01-29 2027-03-30 2027-06-30", days("2026-10-31", "2026-11-26"), "told, claimed, informed, expired")
	assert.Equal(t, " 2028-03-30", days("2026-10-31", "2027-07-01"), "what has passed is left out")
	g.NaturalPerson = false
	assert.Equal(t, " 2027-01-29 2027-06-30", days("2026-10-31", "2026-11-26"))
	for from, want := range map[string]string{"2026-03-30": "2026-03-30", "2026-03-31": "2027-03-30", "2027-12-31": "2028-03-30"} {
		d, err := guarantee.YearlyInformation(day(from))
		require.NoError(t, err)
		assert.Equal(t, day(want), d.Expires)
	}
	_, err := guarantee.YearlyInformation(day("2021-12-31"))
	require.ErrorIs(t, err, receivables.ErrNoCoverage)
	for _, bad := range []guarantee.Guarantee{{}, {Kind: guarantee.Pledge, ClaimDays: -1}} {
		_, err := bad.Days(day("2026-10-31"), day("2026-11-26"), procedure.Place{})
		require.ErrorIs(t, err, receivables.ErrInvalidInput)
	}
}
