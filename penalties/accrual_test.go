package penalties_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/penalties"
)

var day = receivables.MustDate

func eur(s string) receivables.Money { return receivables.MustMoney(s, "EUR") }

func calculator(t testing.TB, config penalties.Config) *penalties.Calculator {
	t.Helper()
	law, err := penalties.Standard()
	require.NoError(t, err)
	c, err := penalties.New(law, config)
	require.NoError(t, err)
	return c
}

func accrue(t testing.TB, config penalties.Config, claim penalties.Claim, until string) *penalties.Accrual {
	t.Helper()
	a, err := calculator(t, config).Accrue(claim, day(until))
	require.NoError(t, err)
	return a
}

func TestFrenchProfessionals(t *testing.T) {
	a := accrue(t, penalties.Config{Regime: "fr.b2b"}, penalties.Claim{ID: "F1", Principal: eur("10000.00"), DueOn: day("2026-01-31")}, "2026-03-02")
	require.Len(t, a.Segments, 1)
	assert.Equal(t, "2026-02-01 to 2026-03-02: 10000.00 EUR x 12.15 % x 30/365 = 99.86", a.Segments[0].String())
	assert.Equal(t, "99.86", a.Interest.Text())
	assert.Equal(t, "40.00", a.FixedSum.Amount.Text())
	assert.Equal(t, "10139.86", a.Total().Text())
	assert.Equal(t, "3.328767", a.PerDay.String())
}
