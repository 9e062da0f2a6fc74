package insolvency_test

import (
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/penalties"
	"github.com/receivables-go/receivables/procedure"
	"github.com/receivables-go/receivables/procedure/insolvency"
)

func day(text string) date.Date         { return receivables.MustDate(text) }
func eur(text string) receivables.Money { return receivables.MustMoney(text, "EUR") }

func TestDaysOfACreditor(t *testing.T) {
	in, out, perhaps := insolvency.Creditor{OutsideTerritory: procedure.NotMet}, insolvency.Creditor{OutsideTerritory: procedure.Met}, insolvency.Creditor{}
	secured := insolvency.Creditor{OutsideTerritory: procedure.NotMet, Secured: true, WarnedOn: day("2026-11-09")}
	for _, c := range []struct {
		who       insolvency.Creditor
		published string
		want      string
	}{
		{in, "2026-10-06", "2026-12-07"},
		{in, "2026-12-31", "2027-03-01"},
		{in, "2027-12-31", "2028-02-29"},
		{out, "2026-10-06", "2027-02-08"},
		{perhaps, "2026-10-06", "2026-12-07"},
		{secured, "2026-10-06", "2027-01-11"},
	} {
		d, err := insolvency.Declaration(day(c.published), c.who, procedure.Place{})
		require.NoError(t, err)
		assert.Equal(t, day(c.want), d.Expires, "%+v", c)
		assert.Equal(t, day(c.want), d.LastSafe)
		assert.Equal(t, c.who.OutsideTerritory == procedure.Unknown, len(d.Uncertain) > 0)
	}
	secured.WarnedOn = 0
	_, err := insolvency.Declaration(day("2026-10-06"), secured, procedure.Place{})
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	one := func(d procedure.Deadline, err error) string {
		require.NoError(t, err)
		return d.Expires.String()
	}
	assert.Equal(t, "2027-04-06", one(insolvency.Relief(day("2026-10-06"), procedure.Place{})))
	assert.Equal(t, "2027-06-03", one(insolvency.AfterRelief(day("2027-05-03"), in, procedure.Place{})))
	assert.Equal(t, "2027-07-05", one(insolvency.AfterRelief(day("2027-05-03"), out, procedure.Place{})), "two months, a Saturday")
	assert.Equal(t, "2027-01-04", one(insolvency.ContractDeclaration(insolvency.Terminated, day("2026-12-03"), in, procedure.Place{})))
	assert.Equal(t, "2027-02-03", one(insolvency.ContractDeclaration(insolvency.Later, day("2026-12-03"), in, procedure.Place{})))
	assert.Equal(t, "2026-11-17", one(insolvency.PublicationExpected(day("2026-11-02"))))
	assert.Equal(t, "2027-02-15", one(insolvency.ContestReply(day("2027-01-15"), procedure.Place{})))
	assert.Equal(t, "2027-01-06", one(insolvency.Goods(day("2026-10-06"), procedure.Place{})))
	assert.Equal(t, "2026-12-03", one(insolvency.ContractOption(day("2026-11-03"), 0)))
	assert.Equal(t, "2027-02-03", one(insolvency.ContractOption(day("2026-11-03"), 2)))
	assert.Equal(t, "2027-09-30", one(insolvency.Privilege(day("2026-09-30"))))
	assert.Equal(t, "2027-03-30", one(insolvency.LiquidationPrivilege(day("2026-09-30"), false)))
	assert.Equal(t, "2027-09-30", one(insolvency.LiquidationPrivilege(day("2026-09-30"), true)))
	_, err = insolvency.ContractOption(day("2026-11-03"), 3)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	reply, judge, err := insolvency.GoodsSteps(day("2026-12-08"))
	require.NoError(t, err)
	assert.Equal(t, "2027-01-08 2027-02-08", reply.Expires.String()+" "+judge.Expires.String())
	p, err := insolvency.PriorPayment(day("2026-11-02"), day("2026-11-02"))
	require.NoError(t, err)
	assert.True(t, p.Avoidable, "on the day of the judgment")
	assert.Equal(t, day("2029-11-02"), p.Until.Expires)
	p, err = insolvency.PriorPayment(day("2026-11-01"), day("2026-11-02"))
	require.NoError(t, err)
	assert.False(t, p.Avoidable)
	assert.True(t, insolvency.FixedSumClaimable(day("2026-09-21"), day("2026-09-22")))
	assert.False(t, insolvency.FixedSumClaimable(day("2026-09-22"), day("2026-09-22")))
	x, err := insolvency.TimelineOf(day("2026-09-22"), day("2026-10-06"), in, procedure.Place{})
	require.NoError(t, err)
	assert.Equal(t, day("2026-12-07"), x.Declare.Expires)
	warned := in
	warned.WarnedOn = day("2026-12-15") // every known creditor is
	x, err = insolvency.TimelineOf(day("2026-09-22"), day("2026-10-06"), warned, procedure.Place{})
	require.NoError(t, err)
	assert.Equal(t, day("2027-04-06"), x.Relief.Expires, "from publication")
	x, err = insolvency.TimelineOf(day("2026-09-22"), day("2026-10-06"), insolvency.Creditor{Secured: true}, procedure.Place{})
	require.NoError(t, err)
	assert.Nil(t, x.Declare)
	assert.Equal(t, day("2027-01-06"), x.Goods.Expires)
	_, err = insolvency.PriorPayment(0, day("2026-11-02"))
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = insolvency.TimelineOf(day("2026-10-07"), day("2026-10-06"), in, procedure.Place{})
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
}

// 1000.00 due on 2026-06-30, judgment on 2026-09-22: 83 days of interest, 1 July to 21 September, at the ECB rate of 1 July
// 2026 + 10 points: 12.40 percent, so 1000 x 12.40 % x 83 / 365 = 28.20.
func TestTheSumToDeclare(t *testing.T) {
	law, err := penalties.Standard()
	require.NoError(t, err)
	calculator, err := penalties.New(law, penalties.Config{Regime: "fr.b2b"})
	require.NoError(t, err)
	claim := penalties.Claim{ID: "F1", Principal: eur("1000"), DueOn: day("2026-06-30")}
	a, err := calculator.Accrue(claim, day("2026-09-21"))
	require.NoError(t, err)
	invoices := []insolvency.Invoice{
		{Document: "F1", DueOn: day("2026-06-30"), Accrual: a, Open: eur("1000")}, {Document: "F2", DueOn: day("2026-09-22"), Open: eur("500")},
	}
	d, err := insolvency.Declare(day("2026-09-22"), invoices, eur("100"))
	require.NoError(t, err)
	require.Len(t, d.Due, 1)
	assert.Equal(t, 83, d.Due[0].Days)
	assert.Equal(t, "28.20", d.Due[0].Interest.Text())
	assert.Equal(t, "40.00", d.Due[0].FixedSum.Text())
	assert.Equal(t, "500.00", d.TotalNotDue.Text())
	assert.Equal(t, a.InterestDue.Round().Amount().Add(eur("1140").Amount()).StringFixed(2), d.TotalDue.Text())
	assert.Equal(t, day("2026-09-21"), d.LastDay)
	_, err = insolvency.Declare(day("2026-09-22"), invoices, eur("-1"))
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	dollars, err := calculator.Accrue(penalties.Claim{ID: "F3", Principal: receivables.MustMoney("1000", "USD"), DueOn: day("2026-06-30")}, day("2026-09-21"))
	require.NoError(t, err)
	usd, err := insolvency.Declare(day("2026-09-22"), []insolvency.Invoice{{Document: "F3", DueOn: day("2026-06-30"), Accrual: dollars, Open: receivables.MustMoney("1000", "USD")}}, receivables.Money{})
	require.NoError(t, err)
	assert.True(t, usd.Due[0].FixedSum.IsZero())
	assert.Len(t, usd.Notes, 1, "40.00 EUR are named, not called dollars")
	proven, err := calculator.Accrue(penalties.Claim{ID: "F4", Principal: eur("1000"), DueOn: day("2026-06-30"), Costs: []penalties.Cost{{On: day("2026-08-01"), Amount: eur("300"), Proof: "invoice of the officer"}}}, day("2026-09-21"))
	require.NoError(t, err)
	costs, err := insolvency.Declare(day("2026-09-22"), []insolvency.Invoice{{Document: "F4", DueOn: day("2026-06-30"), Accrual: proven, Open: eur("1000")}}, receivables.Money{})
	require.NoError(t, err)
	assert.Equal(t, proven.Total().Round().Text(), costs.Total.Text())
	late, err := calculator.Accrue(claim, day("2026-09-22"))
	require.NoError(t, err)
	for name, bad := range map[string][]insolvency.Invoice{
		"none": nil, "day": {{Document: "F1", DueOn: day("2026-06-30"), Accrual: late, Open: eur("1000")}}, "open": {{Document: "F1", DueOn: day("2026-06-30"), Open: eur("0")}},
		"principal": {{Document: "F1", DueOn: day("2026-06-30"), Accrual: a, Open: eur("999")}}, "due": {{Document: "F1", Open: eur("1")}},
		"twice": {invoices[0], invoices[0]}, "another claim": {{Document: "F9", DueOn: day("2026-06-30"), Accrual: a, Open: eur("1000")}},
		"accrual": {{Document: "F1", DueOn: day("2026-06-30"), Open: eur("1000")}}, "other due date": {{Document: "F1", DueOn: day("2026-09-20"), Accrual: a, Open: eur("1000")}},
		"currency": {invoices[0], {Document: "F2", DueOn: day("2026-06-30"), Open: receivables.MustMoney("1", "USD")}},
	} {
		_, err := insolvency.Declare(day("2026-09-22"), bad, receivables.Money{})
		require.Error(t, err, name)
	}
}
