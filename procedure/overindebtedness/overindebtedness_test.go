package overindebtedness_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
	"github.com/receivables-go/receivables/procedure/overindebtedness"
)

func TestDaysBeforeTheCommission(t *testing.T) {
	for _, c := range []struct {
		step     overindebtedness.Step
		on, want string
	}{
		{overindebtedness.Liabilities, "2026-10-05", "2026-11-04"},
		{overindebtedness.ProposedPlan, "2026-11-12", "2026-12-14"},
		{overindebtedness.Measures, "2026-11-24", "2026-12-24"},
		{overindebtedness.PersonalRecovery, "2026-11-25", "2026-12-28"},
		{overindebtedness.Admissibility, "2026-10-27", "2026-11-12"},
		{overindebtedness.Observations, "2026-11-03", "2026-11-18"},
		{overindebtedness.Hopeless, "2026-11-03", "2026-12-03"},
		{overindebtedness.RecoveryPublished, "2026-12-31", "2027-03-01"},
		{overindebtedness.WithLiquidation, "2026-10-06", "2026-12-07"},
		{overindebtedness.LiquidationRelief, "2026-10-06", "2027-04-06"},
		{overindebtedness.DebtorContests, "2026-11-03", "2026-11-23"},
	} {
		d, err := overindebtedness.Answer(c.step, receivables.MustDate(c.on), procedure.Place{})
		require.NoError(t, err)
		assert.Equal(t, c.want, d.Expires.String(), c.step)
	}
	_, err := overindebtedness.Answer("x", receivables.MustDate("2026-11-03"), procedure.Place{})
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	stay, err := overindebtedness.Stay(receivables.MustDate("2026-10-01"))
	require.NoError(t, err)
	assert.Equal(t, "2028-10-01", stay.Expires.String(), "a Sunday stays")
	lapse, err := overindebtedness.PlanLapse(receivables.MustDate("2026-11-03"))
	require.NoError(t, err)
	assert.Equal(t, "2026-11-18", lapse.Expires.String())
	annul, err := overindebtedness.AnnulUntil(receivables.MustDate("2024-02-29"))
	require.NoError(t, err)
	assert.Equal(t, "2025-02-28", annul.Expires.String())
}
