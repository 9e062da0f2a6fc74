package aging_test

import (
	"fmt"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
)

func TestHealthNamesWhatKeepsALedgerFromBeingUsable(t *testing.T) {
	l, err := receivables.NewLedger(
		receivables.Invoice{ID: "F1", Customer: "0042", IssuedOn: day("2026-10-01"), DueOn: day("2026-10-31"), Amount: eur("100")},
		receivables.Invoice{ID: "F2", Customer: "42", IssuedOn: day("2026-10-01"), Amount: eur("50")},                              // no due date, second spelling
		receivables.Invoice{ID: "F3", Customer: "C3", IssuedOn: day("2026-10-01"), DueOn: day("2026-09-21"), Amount: eur("70")},    // due before it was issued
		receivables.Invoice{ID: "F4", Customer: "C4", IssuedOn: day("2026-10-02"), DueOn: day("2026-11-01"), Amount: eur("33.33")}, // twice
		receivables.Invoice{ID: "F5", Customer: "C4", IssuedOn: day("2026-10-02"), DueOn: day("2026-11-01"), Amount: eur("33.33")},
		receivables.Payment{ID: "P5", Customer: "C4", ReceivedOn: day("2026-10-10"), Amount: eur("33.33")},
		receivables.Allocation{From: "P5", To: "F5", Amount: eur("33.33"), On: day("2026-10-10")},
		receivables.Invoice{ID: "F6", Customer: "C6", IssuedOn: day("2026-10-01"), DueOn: day("2026-10-31"), Amount: eur("500")}, // 0.40 left
		receivables.Payment{ID: "P6", Customer: "C6", ReceivedOn: day("2026-10-10"), Amount: eur("499.60")},
		receivables.Allocation{From: "P6", To: "F6", Amount: eur("499.60"), On: day("2026-10-10")},
		receivables.Invoice{ID: "F7", Customer: "C6", IssuedOn: day("2026-10-01"), DueOn: day("2026-10-31"), Amount: eur("0.80")}, // small, but whole
		receivables.Payment{ID: "P7", Customer: "C7", ReceivedOn: day("2026-11-02"), Amount: eur("20")},                           // credit balance
		receivables.Payment{ID: "P8", ReceivedOn: day("2026-11-12"), Amount: eur("15")},                                           // from whom?
		receivables.CreditNote{ID: "N1", Customer: "C3", IssuedOn: day("2026-11-01"), Amount: eur("10")},
		receivables.Hold{ID: "D1", Kind: receivables.HoldDispute, Scope: receivables.Scope{Document: "F1", Amount: eur("60")}, From: day("2026-10-22")},
		receivables.Hold{ID: "D2", Kind: receivables.HoldDispute, Scope: receivables.Scope{Document: "F3"}, From: day("2026-10-23")}, // 30 days: not yet stale
		receivables.Hold{ID: "D3", Kind: receivables.HoldDispute, Scope: receivables.Scope{Customer: "42"}, From: day("2026-10-01")},
		receivables.Hold{ID: "D4", Kind: receivables.HoldDispute, Scope: receivables.Scope{Document: "F4"}, From: day("2026-10-03"), Until: day("2026-10-20")},
		receivables.Invoice{ID: "USD", Customer: "C3", IssuedOn: day("2026-10-01"), Amount: receivables.MustMoney("5", "USD")},
	)
	require.NoError(t, err)
	findings, err := aging.CheckHealth(l, asOf, asOf, aging.HealthConfig{})
	require.NoError(t, err)
	var got []string
	for _, f := range findings {
		text := fmt.Sprintf("%s %s:", f.Check, f.Amount)
		for _, i := range f.Items {
			text += fmt.Sprintf(" [%s %s %v %s %d]", i.Customer, i.Document, i.With, i.Amount.Text(), i.Days)
		}
		got = append(got, text)
	}
	assert.Equal(t, []string{
		"unapplied_cash -35.00 EUR: [C7 P7 [] -20.00 20] [ P8 [] -15.00 10]",
		"unmatched_credit_note -10.00 EUR: [C3 N1 [] -10.00 21]",
		"unknown_payer -15.00 EUR: [ P8 [] -15.00 10]",
		"missing_due_date 50.00 EUR: [42 F2 [] 50.00 52]",
		"missing_due_date 5.00 USD: [C3 USD [] 5.00 52]",
		"impossible_due_date 70.00 EUR: [C3 F3 [] 70.00 10]",
		"possible_duplicate 33.33 EUR: [C4 F4 [F5] 33.33 51]",
		"two_spellings 150.00 EUR: [0042  [42] 150.00 0]",
		"small_residue 0.40 EUR: [C6 F6 [] 0.40 52]",
		"stale_dispute 110.00 EUR: [0042 F1 [] 60.00 31] [42 F2 [] 50.00 52]",
		"credit_balance -20.00 EUR: [C7  [] -20.00 0]",
	}, got)

	findings, err = aging.CheckHealth(l, asOf, asOf, aging.HealthConfig{SmallResidue: decimal.New(3, -1), StaleDisputeDays: 60})
	require.NoError(t, err)
	for _, f := range findings {
		assert.NotContains(t, []aging.Check{aging.CheckSmallResidue, aging.CheckStaleDispute}, f.Check)
	}
	_, err = aging.CheckHealth(l, asOf, asOf, aging.HealthConfig{StaleDisputeDays: -1})
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	findings, err = aging.CheckHealth(&receivables.Ledger{}, asOf, asOf, aging.HealthConfig{})
	require.NoError(t, err)
	assert.Empty(t, findings)
}
