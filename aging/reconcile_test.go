package aging_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
)

func TestReconciliationShowsEveryDifference(t *testing.T) {
	items := []receivables.OpenItem{due("F1", 10, "100"), due("F2", 0, "-30")}
	undated := due("F3", 0, "5")
	undated.Customer, undated.DueOn = "C2", 0
	b, err := aging.Of(asOf, append(items, undated))
	require.NoError(t, err)

	r, err := aging.Reconcile(b, []receivables.AccountBalance{{Customer: "C1", Amount: eur("70")}, {Customer: "C2", Amount: eur("5")}})
	require.NoError(t, err)
	assert.True(t, r.Balanced())
	require.Len(t, r.Customers, 2)
	assert.Equal(t, "100.00", r.Customers[0].Columns.Text())
	assert.Equal(t, "-30.00", r.Customers[0].Unapplied.Text())
	assert.Equal(t, "5.00", r.Customers[1].Undated.Text())
	assert.Equal(t, "75.00", r.Totals[0].Total.Text())

	// Another system's accounts: one customer off by a cent, one unknown here, and
	// the total right by chance.
	r, err = aging.Reconcile(b, []receivables.AccountBalance{{Customer: "C1", Amount: eur("69.99")}, {Customer: "C2", Amount: eur("5")}, {Customer: "C9", Amount: eur("0.01")}})
	require.NoError(t, err)
	assert.False(t, r.Balanced())
	assert.True(t, r.Totals[0].Difference.IsZero())
	assert.Equal(t, "0.01", r.Customers[0].Difference.Text())
	assert.Equal(t, "-0.01", r.Customers[2].Difference.Text())

	grouped := balance(t, aging.Config{}, items, aging.GroupBy(receivables.ByEntity()))
	_, err = aging.Reconcile(grouped, nil)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
}
