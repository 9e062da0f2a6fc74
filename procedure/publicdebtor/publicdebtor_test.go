package publicdebtor_test

import (
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
	"github.com/receivables-go/receivables/procedure/publicdebtor"
)

func day(text string) date.Date { return receivables.MustDate(text) }

func TestDaysOfPublicDebtors(t *testing.T) {
	for buyer, want := range map[publicdebtor.Buyer]string{
		publicdebtor.LocalAuthority: "2026-10-15 2026-10-16", publicdebtor.State: "2026-10-15 2026-10-16", publicdebtor.PublicHospital: "2026-11-04 2026-11-05", publicdebtor.Enterprise: "2026-11-14 2026-11-15",
	} {
		p, err := publicdebtor.PaymentDue(buyer, day("2026-09-15"))
		require.NoError(t, err)
		assert.Equal(t, want, p.Due.Expires.String()+" "+p.InterestFrom.String(), buyer)
	}
	_, err := publicdebtor.PaymentDue("x", day("2026-09-15"))
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	d, err := publicdebtor.InterestDue(day("2026-10-17"))
	require.NoError(t, err)
	assert.Equal(t, day("2026-12-01"), d.Expires)
	for share, want := range map[string]string{"0.05": "2026-12-07", "0.0499": "2026-11-07", "0": "2026-11-07", "1": "2026-12-07"} {
		d, err := publicdebtor.ExOfficio(day("2026-10-07"), decimal.RequireFromString(share))
		require.NoError(t, err)
		assert.Equal(t, day(want), d.Expires, share)
	}
	_, err = publicdebtor.ExOfficio(day("2026-10-07"), decimal.RequireFromString("5"))
	require.ErrorIs(t, err, receivables.ErrInvalidInput, "a fraction, not percent")
	a, err := publicdebtor.AuditChamber(day("2026-09-10"), day("2026-10-09"))
	require.NoError(t, err)
	assert.Equal(t, "2026-10-10 2026-11-09", a.Finding.Expires.String()+" "+a.Comply.Expires.String())
	for _, c := range []struct {
		who   publicdebtor.Buyer
		lacks bool
		want  string
		then  publicdebtor.Then
	}{{publicdebtor.LocalAuthority, true, "2026-11-10", publicdebtor.PrefectPays}, {publicdebtor.State, false, "2026-11-10", publicdebtor.AccountantPays}, {publicdebtor.State, true, "2027-01-10", publicdebtor.AccountantPays}} {
		d, then, err := publicdebtor.Judgment(c.who, day("2026-09-10"), c.lacks)
		require.NoError(t, err)
		assert.Equal(t, c.want, d.Expires.String())
		assert.Equal(t, c.then, then)
	}
	refused, sue, err := publicdebtor.Refusal(day("2025-11-05"), procedure.Place{})
	require.NoError(t, err)
	assert.Equal(t, "2026-01-05 2026-03-06 2026-03-05", refused.Expires.String()+" "+sue.Expires.String()+" "+sue.LastSafe.String(), "two clear months")
}
