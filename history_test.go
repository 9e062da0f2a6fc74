package receivables_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// histories writes what reduced each due date.
func histories(l *receivables.Ledger, asOf, knownOn string) (list []string) {
	for h := range l.Histories(day(asOf), day(knownOn)) {
		text := fmt.Sprintf("%s#%d %s due %s:", h.Document, h.Instalment, h.Amount.Text(), h.DueOn)
		for _, r := range h.Reductions {
			text += fmt.Sprintf(" %s %s %s", r.On, r.Kind, r.Amount.Text())
		}
		list = append(list, text)
	}
	return list
}

func TestHistoriesGoByTheDayOfReceipt(t *testing.T) {
	l := ledger(t,
		receivables.Invoice{
			ID: "F1", Customer: "C1", IssuedOn: day("2026-01-10"), Amount: eur("100"),
			Instalments: []receivables.Instalment{{DueOn: day("2026-03-10"), Amount: eur("70")}, {DueOn: day("2026-02-10"), Amount: eur("30")}},
		},
		receivables.Payment{ID: "D1", Customer: "C1", ReceivedOn: day("2026-01-02"), Amount: eur("10"), Deposit: true},
		allocation("D1", "F1", "10", "2026-01-12"),
		payment("P1", "50", "2026-02-20"), allocation("P1", "F1", "50", "2026-04-01"), // applied long after it came
		receivables.CreditNote{ID: "N1", Customer: "C1", IssuedOn: day("2026-02-15"), Amount: eur("15")},
		receivables.Allocation{From: "N1", To: "F1", Instalment: 2, Amount: eur("15"), On: day("2026-02-15")},
		receivables.WriteOff{Document: "F1", Amount: eur("5"), On: day("2026-04-15")},
	)
	assert.Equal(t, []string{
		"F1#1 30.00 due 2026-02-10: 2026-01-02 collected 10.00 2026-02-20 collected 20.00",
		"F1#2 70.00 due 2026-03-10: 2026-02-15 credited 15.00 2026-02-20 collected 30.00 2026-04-15 written off 5.00",
	}, histories(l, "2026-06-30", "2026-06-30"))
	assert.Equal(t, []string{
		"F1#1 30.00 due 2026-02-10: 2026-01-02 collected 10.00", "F1#2 70.00 due 2026-03-10: 2026-02-15 credited 15.00",
	}, histories(l, "2026-03-31", "2026-06-30"), "not yet applied")
	require.NoError(t, l.Record(receivables.Reversal{Of: "P1", On: day("2026-05-01")}))
	assert.Equal(t, "F1#1 30.00 due 2026-02-10: 2026-01-02 collected 10.00 2026-04-15 written off 5.00", histories(l, "2026-06-30", "2026-06-30")[0])
}

// Amount less reductions is what is open, for every due date on every day.
func TestHistoriesAddUpToTheOpenItems(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t)
		l, err := receivables.NewLedger(h.facts...)
		if err != nil {
			t.Fatal(err)
		}
		asOf, knownOn := h.day(t, "as of"), h.day(t, "known on")
		open := map[string]decimal.Decimal{}
		for i := range l.OpenItems(asOf, knownOn) {
			if i.Kind == receivables.KindInvoice {
				open[i.Document] = open[i.Document].Add(i.Open.Amount())
			}
		}
		left := map[string]decimal.Decimal{}
		for h := range l.Histories(asOf, knownOn) {
			sum := h.Amount.Amount()
			for _, r := range h.Reductions {
				sum = sum.Sub(r.Amount.Amount())
			}
			left[h.Document] = left[h.Document].Add(sum)
		}
		for id, sum := range left {
			assert.True(t, sum.Equal(open[id]), "%s: %s left, %s open", id, sum, open[id])
		}
	})
}
