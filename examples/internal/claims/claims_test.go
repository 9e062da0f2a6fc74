package claims

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/penalties"
)

func TestOf(t *testing.T) {
	day := receivables.MustDate
	invoice := func(id, customer string) receivables.Invoice {
		return receivables.Invoice{ID: id, Customer: customer, IssuedOn: day("2026-01-01"), DueOn: day("2026-01-31"), Amount: receivables.MustMoney("1200.00", "EUR")}
	}
	ledger, err := receivables.NewLedger(
		receivables.Customer{ID: "A", Kind: receivables.KindCompany}, invoice("F1", "A"),
		receivables.Customer{ID: "B", Kind: receivables.KindCompany}, invoice("F2", "B"),
		receivables.Hold{ID: "RJ", Kind: receivables.HoldInsolvency, Scope: receivables.Scope{Customer: "B"}, From: day("2026-02-15")},
		receivables.Customer{ID: "C", Kind: receivables.KindConsumer}, invoice("F3", "C"),
		receivables.Customer{ID: "D", Kind: receivables.KindCompany}, receivables.Hold{ID: "LJ", Kind: receivables.HoldInsolvency, Scope: receivables.Scope{Customer: "D"}, From: day("2026-01-15")},
		invoice("F5", "D"),
		receivables.Invoice{ID: "F6", Customer: "D", IssuedOn: day("2026-01-20"), DueOn: day("2026-01-31"), Amount: receivables.MustMoney("1200.00", "EUR")},
		receivables.Invoice{ID: "F4", Customer: "A", IssuedOn: day("1900-01-01"), DueOn: day("1900-01-01"), Amount: receivables.MustMoney("1200.00", "EUR")},
	)
	require.NoError(t, err)
	list, skipped, err := Of(ledger, day("2026-03-15"), penalties.Config{Regime: "fr.b2b"})
	require.NoError(t, err)
	require.Len(t, skipped, 3)
	assert.Equal(t, "an insolvency, opened before it was late (C. com. L622-28)", skipped[1].Reason)
	assert.Equal(t, "F5", skipped[1].Document)
	assert.Equal(t, "a consumer, without formal notice", skipped[0].Reason)
	assert.Equal(t, "F4", skipped[2].Document)
	assert.Contains(t, skipped[2].Reason, "1900-01-02")
	require.Len(t, list, 3)
	// 1200.00 x 12.15 % (ECB 2.15 of 1 January 2026 + 10) / 365: 43 days from 1 February to 15 March, 14 to the eve of the judgment.
	assert.Equal(t, "17.18 EUR", list[0].Accrual.Interest.String())
	assert.Equal(t, 43, list[0].Accrual.Days)
	assert.Equal(t, "5.59 EUR", list[1].Accrual.Interest.String())
	assert.Equal(t, 14, list[1].Accrual.Days)
	assert.Equal(t, "17.18 EUR", list[2].Accrual.Interest.String(), "invoiced after the opening")
}
