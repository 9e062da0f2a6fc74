package cost_test

import (
	"strings"
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure/cost"
	"github.com/receivables-go/receivables/procedure/court"
)

func day(text string) date.Date         { return receivables.MustDate(text) }
func eur(text string) receivables.Money { return receivables.MustMoney(text, "EUR") }
func staff(n int) *int                  { return &n }
func dec(text string) decimal.Decimal   { return decimal.RequireFromString(text) }

// Brackets by hand: 125 x 9.77 % = 12.2125, 485 x 6.35 % = 30.7975, 915 x 3.41 % = 31.2015, 2475 x 0.29 % = 7.1775.
func TestProportionalFees(t *testing.T) {
	for _, c := range []struct {
		payer       cost.Payer
		amount, on  string
		maintenance bool
		want        string // empty: unknown
	}{
		{cost.ByDebtor, "4000.00", "2024-02-29", false, "80.71"},
		{cost.ByDebtor, "4000.00", "2024-02-29", true, "161.40"},
		{cost.ByDebtor, "4000.00", "2026-11-26", false, "81.39"},
		{cost.ByDebtor, "44.00", "2026-11-26", false, "4.30"},
		{cost.ByDebtor, "44.01", "2026-11-26", false, "4.30"}, // 44.01 x 9.77 %
		{cost.ByDebtor, "44.00", "2024-02-29", false, ""},
		{cost.ByDebtor, "400000.00", "2026-11-26", false, "550.00"},
		{cost.ByCreditor, "188.00", "2024-02-29", false, "21.28"},
		{cost.ByCreditor, "4000.00", "2024-02-29", false, "254.85"},
		{cost.ByCreditor, "200000.00", "2024-02-29", false, "5540.00"},
		{cost.ByCreditor, "4000.00", "2024-03-01", false, "257.45"},
		{cost.ByCreditor, "188.00", "2024-03-01", false, ""},
		{cost.ByCreditor, "52400.00", "2024-03-01", false, "2149.89"},
		{cost.ByCreditor, "52400.01", "2024-03-01", false, ""},
		{cost.ByCreditor, "4000.00", "2024-03-01", true, "0.00"},
	} {
		f, err := cost.ProportionalFee(c.payer, eur(c.amount), c.maintenance, day(c.on))
		require.NoError(t, err)
		if c.want == "" {
			assert.NotEmpty(t, f.Unknown, "%+v", c)
			assert.False(t, f.Total.IsValid())
			continue
		}
		assert.Equal(t, c.want, f.Total.Text(), "%+v", c)
	}
	_, err := cost.ProportionalFee(cost.ByDebtor, eur("-1"), false, day("2026-11-26"))
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = cost.ProportionalFee(cost.ByDebtor, receivables.MustMoney("1", "USD"), false, day("2026-11-26"))
	require.ErrorIs(t, err, receivables.ErrCurrencyMismatch)
	_, err = cost.ProportionalFee(cost.ByDebtor, eur("1"), false, day("2028-03-01"))
	require.ErrorIs(t, err, receivables.ErrNoCoverage)
	_, err = cost.ProportionalFee("nobody", eur("1"), false, day("2026-11-26"))
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
}

func TestEngagementAndActs(t *testing.T) {
	for amount, want := range map[string]string{"76.00": "4.29", "76.01": "4.26", "100.00": "5.60", "3040.00": "63.83", "200000.00": "268.13"} { // by bracket from the first euro
		f, err := cost.EngagementFee(eur(amount), day("2024-02-29"))
		require.NoError(t, err)
		assert.Equal(t, want, f.Total.Text(), amount)
	}
	for _, c := range []struct{ base, claim, travel, coefficient, excl, incl string }{
		{"25.79", "128.00", "9.40", "0.5", "22.30", "26.75"},
		{"25.79", "128.01", "9.40", "1", "35.19", "42.23"},
		{"25.79", "1280.00", "9.40", "1", "35.19", "42.23"},
		{"25.79", "1280.01", "9.40", "2", "60.98", "73.18"},
		{"25.53", "5000.00", "7.67", "2", "58.73", "70.48"},
	} {
		a, err := cost.ActCost(eur(c.base), eur(c.claim), eur(c.travel), receivables.Money{}, dec("20"), day("2026-11-26"))
		require.NoError(t, err)
		assert.Equal(t, []string{c.coefficient, c.excl, c.incl}, []string{a.Coefficient.String(), a.ExclVAT.Text(), a.InclVAT.Text()})
	}
}

func TestContributions(t *testing.T) {
	large := cost.Claimant{Employees: staff(600), Turnover: dec("200000000"), Profit: dec("5000000")}
	huge := cost.Claimant{Employees: staff(600), Turnover: dec("2000000000"), Profit: dec("1")}
	for _, c := range []struct {
		claim string
		who   cost.Claimant
		want  string
	}{
		{"50000.00", large, "0.00"},
		{"50000.01", large, "1500.00"},
		{"3000000.00", large, "50000.00"},
		{"5000000.00", huge, "100000.00"},
		{"100000.00", huge, "5000.00"},
		{"1000000.00", cost.Claimant{Employees: staff(249), Turnover: large.Turnover, Profit: large.Profit}, "0.00"},
		{"1000000.00", cost.Claimant{Employees: staff(250), Turnover: dec("50000000"), Profit: large.Profit}, "0.00"},
		{"1000000.00", cost.Claimant{Employees: staff(250), Turnover: dec("50000000.01"), Profit: dec("3000000")}, "0.00"},
		{"1000000.00", cost.Claimant{Employees: staff(250), Turnover: dec("1500000000"), Profit: dec("3000000.01")}, "30000.00"},
		{"500000.00", cost.Claimant{Natural: true, Employees: staff(300), TaxIncome: dec("300000")}, "5000.00"},
		{"5000000.00", cost.Claimant{Natural: true, Employees: staff(300), TaxIncome: dec("250000.01")}, "17000.00"},
		{"5000000.00", cost.Claimant{Natural: true, Employees: staff(300), TaxIncome: dec("1000000.01")}, "50000.00"},
		{"5000000.00", cost.Claimant{Employees: staff(600), Turnover: large.Turnover, Profit: large.Profit, Public: true}, "0.00"},
	} {
		m, err := cost.TAEContribution(eur(c.claim), c.who, day("2026-11-26"))
		require.NoError(t, err)
		assert.Equal(t, c.want, m.Text(), "%+v", c)
	}
	_, err := cost.TAEContribution(eur("60000"), cost.Claimant{Turnover: large.Turnover, Profit: large.Profit}, day("2026-11-26"))
	require.ErrorIs(t, err, receivables.ErrInvalidInput, "the number of employees decides")
	nil50, err := cost.TAEContribution(eur("50000"), cost.Claimant{}, day("2026-11-26"))
	require.NoError(t, err)
	assert.True(t, nil50.IsZero())
	_, err = cost.TAEContribution(eur("60000"), large, day("2024-12-31"))
	require.ErrorIs(t, err, receivables.ErrNoCoverage)
	for on, want := range map[string]string{"2026-02-28": "0.00 false", "2026-03-01": "50.00 true", "2026-04-30": "50.00 true", "2026-05-01": "50.00 false"} {
		x, err := cost.LegalAidContribution(court.Civil, true, false, day(on))
		require.NoError(t, err)
		assert.Equal(t, want, x.Amount.Text()+map[bool]string{true: " true", false: " false"}[x.Disputed], on)
	}
	for _, c := range []struct {
		court      court.Court
		civil, aid bool
	}{{court.Commercial, true, false}, {court.Civil, false, false}, {court.Civil, true, true}} {
		x, err := cost.LegalAidContribution(c.court, c.civil, c.aid, day("2026-11-26"))
		require.NoError(t, err)
		assert.True(t, x.Amount.IsZero())
	}
}

// Registry 25.19 x 1.2 = 30.23; service (25.79 x 2 + 9.40) x 1.2 = 73.18; command (20.42 x 2 + 9.40 + engagement) ...
func TestWhatAPaymentOrderCosts(t *testing.T) {
	e, err := cost.PaymentOrder(cost.OrderInput{Court: court.Commercial, Claim: eur("4000"), FiledOn: day("2026-11-26")})
	require.NoError(t, err)
	assert.Equal(t, "103.41", e.Total.Text())
	assert.Equal(t, e.Total, e.Recoverable)
	e, err = cost.PaymentOrder(cost.OrderInput{Court: court.Civil, Claim: eur("4000"), FiledOn: day("2026-11-26")})
	require.NoError(t, err)
	assert.Equal(t, "73.18", e.Total.Text(), "no registry fee, the contribution reported exempt")
	e, err = cost.PaymentOrder(cost.OrderInput{Court: court.Commercial, Claim: eur("4000"), FiledOn: day("2026-11-26"), Electronic: true, Opposed: true, Enforced: true})
	require.NoError(t, err)
	// engagement 304 x 5.66 % + 608 x 2.83 % + 2128 x 1.41 % + 960 x 0.28 % = 17.21 + 17.21 + 30.00 + 2.69 = 67.11;
	// debtor's fee 81.39 - 67.11 = 14.28; creditor's 257.45
	byName := map[string]string{}
	for _, l := range e.Lines {
		if l.Unknown == "" {
			byName[l.Name] = l.InclVAT.Text()
		}
	}
	assert.Equal(t, map[string]string{
		"registry fee": "30.23", "service of request and order": "72.46", "command to pay, with the engagement fee": "140.82", "proportional fee of the debtor, less the engagement fee": "17.14",
		"proportional fee of the creditor": "308.94",
	}, byName)
	assert.Equal(t, "308.94", e.Lost.Text())
	require.Len(t, e.Open, 3, "the opposition and two postages")
	assert.Contains(t, strings.Join(e.Open, " "), "opposition")
	e, err = cost.PaymentOrder(cost.OrderInput{Court: court.UnknownCourt, Claim: eur("4000"), FiledOn: day("2035-01-01")})
	require.NoError(t, err)
	assert.Len(t, e.Open, 3)
	assert.True(t, e.Total.IsZero())
}

// A fee never falls when more is recovered, and splitting an amount never makes it cheaper but for the rounding of brackets.
func TestFeesRise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		payer := rapid.SampledFrom([]cost.Payer{cost.ByDebtor, cost.ByCreditor}).Draw(t, "payer")
		a := rapid.Int64Range(18900, 5240000).Draw(t, "amount")
		b := rapid.Int64Range(a, 5240000).Draw(t, "more")
		total := func(cents int64) decimal.Decimal {
			f, err := cost.ProportionalFee(payer, eur(decimal.New(cents, -2).String()), false, day("2026-11-26"))
			require.NoError(t, err)
			require.Empty(t, f.Unknown)
			return f.Total.Amount()
		}
		assert.True(t, total(a).LessThanOrEqual(total(b)))
	})
}
