package penalties_test

import (
	"fmt"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/penalties"
)

func TestAgreedTermsAgainstTheMaximum(t *testing.T) {
	for _, c := range []struct {
		sector, from, due string
		want              penalties.Verdict
		latest, written   string
	}{
		{"general", "2023-01-15", "2023-03-16", penalties.Lawful, "2023-03-16", "2023-03-31"}, // day 60
		{"general", "2023-01-15", "2023-03-17", penalties.IfWritten, "2023-03-16", "2023-03-31"},
		{"general", "2023-01-15", "2023-03-31", penalties.IfWritten, "2023-03-16", "2023-03-31"},
		{"general", "2023-01-15", "2023-04-01", penalties.TooLate, "2023-03-16", "2023-03-31"},
		{"general", "2015-08-07", "2015-09-30", penalties.Lawful, "2015-10-15", "2015-10-15"}, // either way, then
		{"periodic_invoice", "2024-01-01", "2024-02-15", penalties.Lawful, "2024-02-15", "2024-02-15"},
		{"periodic_invoice", "2024-01-01", "2024-02-16", penalties.TooLate, "2024-02-15", "2024-02-15"},
		{"transport", "2024-01-31", "2024-03-01", penalties.Lawful, "2024-03-01", "2024-03-01"},
		{"transport", "2024-01-31", "2024-03-02", penalties.TooLate, "2024-03-01", "2024-03-01"},
		{"toys", "2024-09-30", "2025-01-03", penalties.Lawful, "2025-01-03", "2025-01-03"},  // 95 days
		{"toys", "2024-10-01", "2025-01-03", penalties.TooLate, "2024-12-15", "2024-12-15"}, // 75 days
		{"perishable_food", "2026-02-24", "2026-03-26", penalties.Lawful, "2026-03-26", "2026-03-26"},
		{"perishable_food_periodic", "2026-02-24", "2026-03-30", penalties.Lawful, "2026-03-30", "2026-03-30"},
		{"spirits", "2026-02-10", "2026-03-31", penalties.TooLate, "2026-03-30", "2026-03-30"},
		{"export", "2024-01-01", "2024-03-31", penalties.IfWritten, "2024-03-01", "2024-03-31"},
		{"public", "2026-03-02", "2026-04-01", penalties.Lawful, "2026-04-01", "2026-04-01"},
		{"public_health", "2026-03-02", "2026-04-22", penalties.TooLate, "2026-04-21", "2026-04-21"},
	} {
		d := day(c.from)
		v, err := penalties.CheckFrenchTerm(c.sector, receivables.Events{Issued: d, Received: d, Delivered: d}, day(c.due))
		require.NoError(t, err, c.sector)
		assert.Equal(t, c.want, v.Verdict, "%s from %s due %s", c.sector, c.from, c.due)
		assert.Equal(t, day(c.latest), v.Latest, "%s from %s", c.sector, c.from)
		assert.Equal(t, day(c.written), v.LatestIfWritten, "%s from %s", c.sector, c.from)
		assert.NotEmpty(t, v.Citation.Text)
	}
	_, err := penalties.CheckFrenchTerm("general", receivables.Events{Issued: day("2008-12-31")}, day("2009-01-30"))
	require.ErrorIs(t, err, receivables.ErrNoCoverage)
	_, err = penalties.CheckFrenchTerm("perishable_food", receivables.Events{Issued: day("2024-01-01")}, day("2024-01-30"))
	require.ErrorIs(t, err, receivables.ErrInvalidInput, "the day of delivery is needed")
	_, err = penalties.CheckFrenchTerm("moon", receivables.Events{Issued: day("2024-01-01")}, day("2024-01-30"))
	require.ErrorIs(t, err, receivables.ErrUnknown)

	due, citation, err := penalties.FrenchDefaultDueDate(receivables.Events{Delivered: day("2013-01-09")})
	require.NoError(t, err)
	assert.Equal(t, day("2013-02-08"), due)
	assert.Equal(t, "C. com. L441-10 I al. 1", citation.Text)
	sectors, err := penalties.FrenchSectors()
	require.NoError(t, err)
	assert.Len(t, sectors, 18)
}

func TestPublicPaymentPeriodAfterAnInterruption(t *testing.T) {
	source := receivables.Citation{Text: "Code de la commande publique R2192-27 to R2192-29", Confidence: "T"}
	_, err := penalties.InterruptPaymentPeriod(30, day("2019-02-01"), day("2019-02-10"), day("2019-03-31"))
	require.ErrorIs(t, err, receivables.ErrNoCoverage, "the rule was read from 2019-04-01 on")
	p, err := penalties.InterruptPaymentPeriod(30, day("2026-03-02"), day("2026-03-20"), day("2026-04-10"))
	require.NoError(t, err)
	assert.Equal(t, penalties.InterruptedPeriod{RemainingDays: 12, NewPeriodDays: 30, DueOn: day("2026-05-10"), Citation: source}, p)
	p, err = penalties.InterruptPaymentPeriod(50, day("2026-03-02"), day("2026-03-05"), day("2026-04-10"))
	require.NoError(t, err)
	assert.Equal(t, penalties.InterruptedPeriod{RemainingDays: 47, NewPeriodDays: 47, DueOn: day("2026-05-27"), Citation: source}, p)
	_, err = penalties.InterruptPaymentPeriod(30, day("2026-03-02"), day("2026-04-02"), day("2026-04-10"))
	require.ErrorIs(t, err, receivables.ErrInvalidInput, "after the period")
	_, err = penalties.InterruptPaymentPeriod(30, day("2026-03-02"), day("2026-03-01"), day("2026-04-10"))
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
}

// C. civ. 1342-10: the debtor's choice, then due debts, the one he has most interest
// in paying, the oldest, and pro rata.
func written(paid []penalties.DebtPaid) (text string) {
	for _, p := range paid {
		text += p.ID + " " + p.Amount.Text() + " "
	}
	return text
}

// 1.52 on three debts of 1.00 and one of 0.01: 1.52 / 3.01 of each is 50.498 cents, three times, and 0.505; the two
// cents left go to the largest fractions, the small debt and the first of the three.
func TestNoDebtIsPaidMoreThanItIs(t *testing.T) {
	on := day("2026-11-15")
	debts := []penalties.Debt{{ID: "A", Amount: eur("1.00"), DueOn: on}, {ID: "B", Amount: eur("1.00"), DueOn: on}, {ID: "C", Amount: eur("1.00"), DueOn: on}, {ID: "S", Amount: eur("0.01"), DueOn: on}}
	paid, left, err := penalties.ImputeAcross(eur("1.52"), on, debts)
	require.NoError(t, err)
	assert.True(t, left.IsZero())
	assert.Equal(t, "A 0.51 B 0.50 C 0.50 S 0.01 ", written(paid))
	rapid.Check(t, func(t *rapid.T) {
		var debts []penalties.Debt
		owed := map[string]receivables.Money{}
		for i := range rapid.IntRange(1, 12).Draw(t, "debts") {
			d := penalties.Debt{ID: fmt.Sprint(i), DueOn: on, Amount: receivables.Zero(receivables.MustCurrency("EUR")).AddAmount(decimal.New(rapid.Int64Range(1, 20_000).Draw(t, "cents"), -2))}
			debts, owed[d.ID] = append(debts, d), d.Amount
		}
		payment := receivables.Zero(receivables.MustCurrency("EUR")).AddAmount(decimal.New(rapid.Int64Range(0, 100_000).Draw(t, "payment"), -2))
		paid, left, err := penalties.ImputeAcross(payment, on, debts)
		require.NoError(t, err)
		sum := left
		for _, p := range paid {
			assert.LessOrEqual(t, p.Amount.Amount().Cmp(owed[p.ID].Amount()), 0)
			sum = sum.AddAmount(p.Amount.Amount())
		}
		assert.True(t, sum.Equal(payment))
	})
}

func TestImputationAmongDebts(t *testing.T) {
	debts := []penalties.Debt{
		{ID: "later", Amount: eur("100"), DueOn: day("2026-06-01")},
		{ID: "old", Amount: eur("100"), DueOn: day("2026-01-01")},
		{ID: "dear", Amount: eur("100"), DueOn: day("2026-02-01"), Interest: 1},
		{ID: "twin a", Amount: eur("100"), DueOn: day("2026-03-01")},
		{ID: "twin b", Amount: eur("50.01"), DueOn: day("2026-03-01")},
	}
	write := func(paid []penalties.DebtPaid, rest receivables.Money, err error) string {
		require.NoError(t, err)
		text := ""
		for _, p := range paid {
			text += p.ID + " " + p.Amount.Text() + ", "
		}
		return text + "rest " + rest.Text()
	}
	on := day("2026-04-01")
	assert.Equal(t, "dear 100.00, old 100.00, twin a 33.33, twin b 16.67, rest 0.00", write(penalties.ImputeAcross(eur("250"), on, debts)))
	assert.Equal(t, "twin b 50.01, later 99.99, rest 0.00", write(penalties.ImputeAcross(eur("150"), on, debts, "twin b", "later")))
	assert.Equal(t, "dear 100.00, old 100.00, twin a 100.00, twin b 50.01, later 100.00, rest 49.99", write(penalties.ImputeAcross(eur("500"), on, debts)))
	_, _, err := penalties.ImputeAcross(eur("1"), on, debts, "none")
	require.ErrorIs(t, err, receivables.ErrUnknown)
	_, _, err = penalties.ImputeAcross(eur("1"), on, debts, "old", "old")
	require.ErrorIs(t, err, receivables.ErrDuplicate)
	_, _, err = penalties.ImputeAcross(receivables.MustMoney("1", "USD"), on, debts)
	require.ErrorIs(t, err, receivables.ErrCurrencyMismatch)
	_, _, err = penalties.ImputeAcross(eur("-1"), on, debts)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
}
