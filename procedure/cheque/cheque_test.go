package cheque_test

import (
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
	"github.com/receivables-go/receivables/procedure/cheque"
)

func day(text string) date.Date { return receivables.MustDate(text) }

func TestCheques(t *testing.T) {
	for _, c := range []struct {
		on           string
		from         cheque.Origin
		last         string
		drawer, bank string
	}{
		{"2026-11-02", cheque.Metropole, "2026-11-10", "2027-05-10", "2027-11-10"},
		{"2026-11-03", cheque.Metropole, "2026-11-12", "2027-05-12", "2027-11-12"}, // 11 November
		{"2026-11-06", cheque.Metropole, "2026-11-14", "2027-05-14", "2027-11-14"}, // a Saturday stays
		{"2026-11-02", cheque.Europe, "2026-11-23", "2027-05-23", "2027-11-23"},    // Sunday 22; the actions are not moved
		{"2025-12-22", cheque.World, "2026-03-02", "2026-09-02", "2027-03-02"},
	} {
		a, err := cheque.ActionsOf(day(c.on), c.from, procedure.Place{})
		require.NoError(t, err)
		assert.Equal(t, c.last+" "+c.drawer+" "+c.bank, a.Presentation.Expires.String()+" "+a.Drawer.Expires.String()+" "+a.Bank.Expires.String())
	}
	_, err := cheque.Presentation(day("2026-11-02"), "moon", procedure.Place{})
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	u, err := cheque.Follow(day("2026-11-05"), day("2026-12-08"), day("2026-12-15"))
	require.NoError(t, err)
	assert.Equal(t, "2026-12-05 2026-12-23 2026-12-30", u.CertificateFrom.Expires.String()+" "+u.Delivery.Expires.String()+" "+u.PayBy.Expires.String())
	assert.Empty(t, u.CertificateFrom.Uncertain)
	u, err = cheque.Follow(day("2026-11-05"), day("2026-12-04"), 0)
	require.NoError(t, err)
	assert.NotEmpty(t, u.CertificateFrom.Uncertain, "a day too early")
	assert.Nil(t, u.PayBy)
	_, err = cheque.Follow(day("2026-11-05"), day("2026-11-04"), 0)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	for amount, want := range map[string]string{"50.00": "30.00", "50.01": "50.00", "0.01": "30.00"} {
		fee, err := cheque.BankFeeCap(receivables.MustMoney(amount, "EUR"), day("2026-11-26"))
		require.NoError(t, err)
		assert.Equal(t, want, fee.Text())
	}
	_, err = cheque.BankFeeCap(receivables.MustMoney("0", "EUR"), day("2026-11-26"))
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
}

func TestBills(t *testing.T) {
	for _, c := range []struct{ due, payable, present string }{
		{"2026-11-03", "2026-11-03", "2026-11-05"},
		{"2026-11-11", "2026-11-12", "2026-11-14"}, // a holiday; Friday and Saturday
		{"2026-11-08", "2026-11-09", "2026-11-12"}, // a Sunday; Tuesday, Thursday after the holiday
		{"2026-11-14", "2026-11-14", "2026-11-17"}, // a Saturday stays; Monday, Tuesday
		{"2026-12-31", "2026-12-31", "2027-01-04"}, // New Year, Saturday 2, Monday 4
	} {
		b, err := cheque.BillOf(day(c.due), procedure.Place{})
		require.NoError(t, err)
		assert.Equal(t, c.payable+" "+c.present, b.PayableOn.String()+" "+b.Presentation.Expires.String(), c.due)
		assert.Equal(t, b.Presentation.Expires, b.Protest.Expires)
		assert.Greater(t, b.HolderTells.Expires, b.Protest.Expires)
	}
	tells, err := cheque.EndorserTells(day("2026-11-10"), procedure.Place{})
	require.NoError(t, err)
	assert.Equal(t, day("2026-11-13"), tells.Expires, "Thursday and Friday, after the holiday")
	for against, want := range map[cheque.Obligor]string{cheque.Acceptor: "2028-11-30", cheque.DrawerOrEndorser: "2026-11-30", cheque.BetweenThemselves: "2026-05-30"} {
		d, err := cheque.BillAction(against, day("2025-11-30"))
		require.NoError(t, err)
		assert.Equal(t, day(want), d.Expires, against)
	}
	_, err = cheque.BillAction("nobody", day("2025-11-30"))
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
}
