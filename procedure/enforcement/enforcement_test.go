package enforcement_test

import (
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
	"github.com/receivables-go/receivables/procedure/enforcement"
)

func day(text string) date.Date { return receivables.MustDate(text) }

func TestDaysOfEnforcement(t *testing.T) {
	d, err := enforcement.TitleUntil(day("2026-11-16"))
	require.NoError(t, err)
	assert.Equal(t, day("2036-11-16"), d.Expires, "a Sunday stays")
	b, err := enforcement.BankSeizure(day("2026-11-03"), day("2026-11-30"), procedure.Place{})
	require.NoError(t, err)
	assert.Equal(t, "2026-11-11 2026-11-12 2026-12-30", b.Tell.Raw.String()+" "+b.Tell.Expires.String()+" "+b.Contest.Expires.String())
	b, err = enforcement.BankSeizure(day("2026-11-03"), 0, procedure.Place{})
	require.NoError(t, err)
	assert.Nil(t, b.Contest)
	c, err := enforcement.ConservatoryMeasure(day("2026-10-12"), day("2026-11-16"), procedure.Place{})
	require.NoError(t, err)
	assert.Equal(t, "2027-01-12 2026-12-16 2026-11-24", c.Execute.Expires.String()+" "+c.Sue.Expires.String()+" "+c.Tell.Expires.String())
	c, err = enforcement.ConservatoryMeasure(0, 0, procedure.Place{})
	require.NoError(t, err)
	assert.Nil(t, c.Execute)
	wait, renew, err := enforcement.CommandToPay(day("2026-11-13"), procedure.Place{})
	require.NoError(t, err)
	assert.Equal(t, "2026-11-23 2028-11-13", wait.Expires.String()+" "+renew.Expires.String())
	h, err := enforcement.HeirsOf(day("2026-08-31"), day("2027-01-04"), day("2027-03-10"), procedure.Place{})
	require.NoError(t, err)
	assert.Equal(t, "2026-12-31 2027-03-04 2027-03-18", h.CallFrom.Expires.String()+" "+h.Answer.Expires.String()+" "+h.Enforce.Expires.String())
	_, _, err = enforcement.CommandToPay(0, procedure.Place{})
	require.Error(t, err)
}
