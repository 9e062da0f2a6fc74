package trade_test

import (
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure/trade"
)

func day(text string) date.Date         { return receivables.MustDate(text) }
func eur(text string) receivables.Money { return receivables.MustMoney(text, "EUR") }

func TestInstruments(t *testing.T) {
	bank, err := receivables.FrenchCalendar(receivables.ZoneMetropole)
	require.NoError(t, err)
	for _, c := range []struct{ shipped, expiry, want, withBank string }{
		{"2026-03-02", "2026-04-30", "2026-03-23", "2026-03-23"},
		{"2026-03-02", "2026-03-20", "2026-03-20", "2026-03-20"},
		{"2026-03-07", "2026-04-30", "2026-03-28", "2026-03-30"},
		{"2026-03-02", "2026-03-02", "2026-03-02", "2026-03-02"},
	} {
		d, err := trade.Present(day(c.shipped), day(c.expiry), nil)
		require.NoError(t, err)
		assert.Equal(t, day(c.want), d.Expires)
		d, err = trade.Present(day(c.shipped), day(c.expiry), bank)
		require.NoError(t, err)
		assert.Equal(t, day(c.withBank), d.Expires)
		assert.Equal(t, day(c.want), d.LastSafe, "what a closed bank adds is not counted on")
	}
	_, err = trade.Present(day("2026-03-02"), day("2026-03-01"), nil)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	for i, want := range map[trade.Instrument]string{trade.DocumentaryCredit: "2026-11-16", trade.Standby: "2026-11-12", trade.DemandGuarantee: "2026-11-16"} {
		d, err := trade.Examine(i, day("2026-11-06"), bank)
		require.NoError(t, err)
		assert.Equal(t, day(want), d.Expires, i)
	}
	_, err = trade.Examine(trade.Standby, day("2026-11-06"), nil)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	d, err := trade.ExtendOrPay(day("2026-11-06"))
	require.NoError(t, err)
	assert.Equal(t, day("2026-12-06"), d.Expires)
}

func TestCreditInsurance(t *testing.T) {
	p := trade.Policy{Limit: eur("80000"), Quota: decimal.RequireFromString("0.9"), Deductible: eur("1000"), NotifyDays: 60, WaitDays: 150}
	for claim, want := range map[string]string{"100000": "71000.00", "80000": "71000.00", "10000": "8000.00", "1000": "0.00", "1111.12": "0.01"} {
		m, err := p.Indemnity(eur(claim))
		require.NoError(t, err)
		assert.Equal(t, want, m.Text(), claim)
	}
	p.LeftOfCap = eur("50000")
	m, err := p.Indemnity(eur("100000"))
	require.NoError(t, err)
	assert.Equal(t, "50000.00", m.Text())
	d, err := p.Days(day("2026-09-30"), day("2026-12-01"))
	require.NoError(t, err)
	assert.Equal(t, "2026-11-29 2027-04-30", d.Notify.Expires.String()+" "+d.Wait.Expires.String())
	d, err = trade.Policy{}.Days(day("2026-09-30"), 0)
	require.NoError(t, err)
	assert.Nil(t, d.Notify)
	for _, bad := range []trade.Policy{{Limit: eur("1"), Quota: decimal.New(2, 0)}, {Limit: eur("-1")}, {Limit: receivables.MustMoney("1", "USD")}} {
		_, err := bad.Indemnity(eur("1"))
		require.Error(t, err)
	}
}
