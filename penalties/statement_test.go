package penalties_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/golden"
	"github.com/receivables-go/receivables/penalties"
)

func statement(t *testing.T) *penalties.Statement {
	t.Helper()
	c := calculator(t, penalties.Config{Regime: "fr.b2b"})
	var list []*penalties.Accrual
	for _, claim := range []penalties.Claim{
		{ID: "F-101", Principal: eur("10000.00"), DueOn: day("2025-11-30"), Payments: payments("2026-01-20", "3000.00")},
		{ID: "F-102", Principal: eur("250.00"), DueOn: day("2026-02-15")},
	} {
		a, err := c.Accrue(claim, day("2026-03-31"))
		require.NoError(t, err)
		list = append(list, a)
	}
	s, err := penalties.NewStatement(day("2026-03-31"), list...)
	require.NoError(t, err)
	return s
}

func TestStatementOfClaim(t *testing.T) {
	s := statement(t)
	golden.Assert(t, "statement.txt", []byte(s.Text()))
	data, err := json.MarshalIndent(s, "", "  ")
	require.NoError(t, err)
	golden.Assert(t, "statement.json", append(data, '\n'))
	require.Len(t, s.Totals, 1)
	total := s.Totals[0]
	// F-101: 10000 x 12.15 % x 31/365 = 103.19, x 20/365 = 66.58; the payment pays the
	// fixed sum of 40.00, 169.77 of interest and 2790.23 of principal; 7209.77 x 12.15 % x
	// 70/365 = 168.00. F-102: 250 x 12.15 % x 44/365 = 3.66.
	assert.Equal(t, "7459.77 171.66 40.00 7671.43", total.Principal.Text()+" "+total.Interest.Text()+" "+total.Costs.Text()+" "+total.Total.Text())
	_, err = penalties.NewStatement(day("2026-03-31"), s.Lines[0], s.Lines[0])
	require.ErrorIs(t, err, receivables.ErrDuplicate, "a fixed sum is due once")
	_, err = penalties.NewStatement(day("2026-03-31"), nil)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = penalties.NewStatement(day("2026-04-01"), s.Lines[0])
	require.ErrorIs(t, err, receivables.ErrConflict)
}

func TestInterestFromALedger(t *testing.T) {
	l, err := receivables.NewLedger(
		receivables.Customer{ID: "C1", Kind: receivables.KindCompany}, receivables.Customer{ID: "M", Kind: receivables.KindConsumer},
		receivables.Invoice{ID: "F1", Customer: "C1", IssuedOn: day("2026-01-01"), DueOn: day("2026-01-31"), Amount: eur("10000.00")},
		// Paid a month late, applied only in May: what counts is the day of receipt.
		receivables.Payment{ID: "P1", Customer: "C1", ReceivedOn: day("2026-03-02"), Amount: eur("10000.00")},
		receivables.Allocation{From: "P1", To: "F1", Amount: eur("10000.00"), On: day("2026-05-04")},
		receivables.Invoice{
			ID: "F2", Customer: "C1", IssuedOn: day("2026-01-01"), Amount: eur("600.00"),
			Instalments: []receivables.Instalment{{DueOn: day("2026-02-28"), Amount: eur("300.00")}, {DueOn: day("2026-03-31"), Amount: eur("300.00")}},
		},
		receivables.CreditNote{ID: "N1", Customer: "C1", IssuedOn: day("2026-03-10"), Amount: eur("100.00")},
		receivables.Allocation{From: "N1", To: "F2", Amount: eur("100.00"), On: day("2026-03-15")},
		receivables.Invoice{ID: "F3", Customer: "M", IssuedOn: day("2026-01-01"), DueOn: day("2026-01-31"), Amount: eur("50.00")},
		receivables.Invoice{ID: "F4", Customer: "C1", IssuedOn: day("2026-01-01"), Amount: eur("70.00")},
		receivables.Invoice{ID: "F5", Customer: "C1", IssuedOn: day("2026-01-01"), DueOn: day("2026-06-30"), Amount: eur("90.00")},
	)
	require.NoError(t, err)
	business := calculator(t, penalties.Config{Regime: "fr.b2b", Imputation: penalties.PrincipalFirst})
	list, skipped, err := penalties.FromLedger(l, day("2026-06-30"), func(h receivables.InvoiceHistory, _ *penalties.Claim) (*penalties.Calculator, string) {
		if c, _ := l.Customer(h.Customer); c.Kind == receivables.KindConsumer {
			return nil, "consumer without formal notice"
		}
		return business, ""
	})
	require.NoError(t, err)
	var got []string
	for _, x := range list {
		sum := "no fixed sum"
		if x.Accrual.FixedSum != nil {
			sum = x.Accrual.FixedSum.Amount.Text()
		}
		assert.Equal(t, x.Document, x.Accrual.Claim)
		got = append(got, fmt.Sprint(x.Customer, " ", x.Document, "/", x.Instalment, " ")+x.Accrual.Interest.Text()+" "+sum)
	}
	assert.Equal(t, []string{
		"C1 F1/0 99.86 40.00",       // 10000 x 12.15 % x 30/365
		"C1 F2/1 8.46 40.00",        // 300 x 10/365 until the credit note (1.00), then 200 x 112/365 (7.46)
		"C1 F2/2 9.09 no fixed sum", // 300 x 91/365; one fixed sum for the invoice
	}, got)
	assert.Equal(t, []penalties.Skipped{{"M", "F3", 0, eur("50.00"), "consumer without formal notice"}, {"C1", "F4", 0, eur("70.00"), "no due date"}}, skipped)
	_, _, err = penalties.FromLedger(l, day("2027-06-30"), func(receivables.InvoiceHistory, *penalties.Claim) (*penalties.Calculator, string) {
		return business, ""
	})
	require.ErrorIs(t, err, receivables.ErrNoCoverage)

	// What fell due before the rates begin stops nothing else.
	require.NoError(t, l.Record(receivables.Invoice{ID: "F0", Customer: "C1", IssuedOn: day("1900-01-01"), DueOn: day("1900-01-01"), Amount: eur("1.00")}))
	list, skipped, err = penalties.FromLedger(l, day("2026-06-30"), func(receivables.InvoiceHistory, *penalties.Claim) (*penalties.Calculator, string) {
		return business, ""
	})
	require.NoError(t, err)
	assert.Len(t, list, 4)
	at := slices.IndexFunc(skipped, func(s penalties.Skipped) bool { return s.Document == "F0" })
	require.GreaterOrEqual(t, at, 0)
	assert.Contains(t, skipped[at].Reason, "1900-01-02")
}

// A ledger does not hold contracts, notices and days without interest: the caller
// adds them. Tiers are measured on all that is overdue of an invoice.
func TestClaimsOfALedgerCanBeCompleted(t *testing.T) {
	gbp := func(s string) receivables.Money { return receivables.MustMoney(s, "GBP") }
	l, err := receivables.NewLedger(
		receivables.Customer{ID: "C", Kind: receivables.KindCompany},
		receivables.Invoice{
			ID: "F", Customer: "C", IssuedOn: day("2025-01-01"), Amount: gbp("12000.00"),
			Instalments: []receivables.Instalment{{DueOn: day("2025-02-28"), Amount: gbp("900.00")}, {DueOn: day("2025-03-31"), Amount: gbp("11100.00")}},
		},
	)
	require.NoError(t, err)
	c := calculator(t, penalties.Config{Regime: "gb.b2b"})
	for asOf, want := range map[string]string{"2025-03-31": "40.00", "2025-04-01": "100.00"} {
		list, _, err := penalties.FromLedger(l, day(asOf), func(receivables.InvoiceHistory, *penalties.Claim) (*penalties.Calculator, string) { return c, "" })
		require.NoError(t, err)
		sum := gbp("0")
		for _, x := range list {
			if x.Accrual.FixedSum != nil {
				sum = sum.AddAmount(x.Accrual.FixedSum.Amount.Amount())
			}
		}
		assert.Equal(t, want, sum.Text(), asOf)
	}
	list, _, err := penalties.FromLedger(l, day("2025-06-30"), func(_ receivables.InvoiceHistory, claim *penalties.Claim) (*penalties.Calculator, string) {
		claim.Stays = []penalties.Stay{{From: day("2025-04-01"), Reason: "dispute"}}
		return c, ""
	})
	require.NoError(t, err)
	require.Len(t, list, 1, "the second instalment bears no interest")
	assert.Equal(t, 31, list[0].Accrual.Days)
}

func TestHoldsOfALedgerStopInterest(t *testing.T) {
	l, err := receivables.NewLedger(
		receivables.Customer{ID: "C", Kind: receivables.KindCompany}, receivables.Customer{ID: "D", Kind: receivables.KindCompany},
		receivables.Invoice{ID: "F1", Customer: "C", IssuedOn: day("2025-12-01"), DueOn: day("2025-12-31"), Amount: eur("10000.00")},
		receivables.Invoice{ID: "F2", Customer: "D", IssuedOn: day("2025-12-01"), DueOn: day("2025-12-31"), Amount: eur("10000.00")},
		receivables.Invoice{ID: "F3", Customer: "D", IssuedOn: day("2025-12-01"), DueOn: day("2025-12-31"), Amount: eur("10000.00")},
		receivables.Hold{ID: "H1", Kind: receivables.HoldInsolvency, Scope: receivables.Scope{Customer: "C"}, From: day("2026-01-31"), Note: "judgment of 31 January"},
		receivables.Hold{ID: "H2", Kind: receivables.HoldDispute, Scope: receivables.Scope{Document: "F2"}, From: day("2026-01-11"), Until: day("2026-01-21")},
		receivables.Hold{ID: "H3", Kind: receivables.HoldDispute, Scope: receivables.Scope{Document: "F3", Amount: eur("10.00")}, From: day("2026-01-11")},
	)
	require.NoError(t, err)
	c := calculator(t, penalties.Config{Regime: "fr.b2b"})
	for name, want := range map[string][]int{"insolvency": {30, 59, 59}, "disputes too": {30, 49, 59}} {
		stays := penalties.StaysOf(l, day("2026-02-28"), func(h receivables.HoldState) bool {
			return h.Kind == receivables.HoldInsolvency || name == "disputes too"
		})
		list, _, err := penalties.FromLedger(l, day("2026-02-28"), func(h receivables.InvoiceHistory, claim *penalties.Claim) (*penalties.Calculator, string) {
			claim.Stays = stays(h)
			return c, ""
		})
		require.NoError(t, err)
		require.Len(t, list, 3)
		for i, x := range list {
			assert.Equal(t, want[i], x.Accrual.Days, "%s %s", name, x.Accrual.Claim)
		}
		assert.Equal(t, "insolvency judgment of 31 January", list[0].Accrual.Stays[0].Reason)
	}
}
