package limit_test

import (
	"encoding/json"
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/risk/limit"
)

func day(text string) date.Date         { return receivables.MustDate(text) }
func dec(text string) decimal.Decimal   { return decimal.RequireFromString(text) }
func eur(text string) receivables.Money { return receivables.MustMoney(text, "EUR") }

func is(t *testing.T, want string, places int32, f receivables.Figure, what ...any) {
	t.Helper()
	_, ok := f.Value()
	require.True(t, ok, "%s: %v", f.Status(), what)
	assert.Equal(t, want, f.Text(places), what...)
}

func TestMethods(t *testing.T) {
	worth := limit.NetWorth(eur("1200000"), dec("0.10"))
	trade := limit.TradeReferences([]receivables.Money{eur("60000"), eur("100000"), eur("150000"), eur("80000"), eur("90000")})
	needs := limit.Needs(eur("54000"), 45, 15, 0, 30)
	is(t, "120000", 0, worth)
	is(t, "90000", 0, trade)
	is(t, "108000", 0, needs)
	is(t, "126000", 0, limit.Needs(eur("54000"), 45, 15, 10, 30), "with ten days of usual lateness")
	is(t, "106000", 0, limit.Mix(worth, trade, needs))
	is(t, "90000", 0, limit.Acceptable(worth, trade, needs))
	is(t, "85000", 0, limit.TradeReferences([]receivables.Money{eur("60000"), eur("100000"), eur("80000"), eur("90000")}), "the mean of the middle two")
	ruined := limit.NetWorth(eur("-1"), dec("0.10"))
	assert.Equal(t, receivables.StatusOutOfDomain, ruined.Status(), "undefined: a limit of 0 is a decision")
	is(t, "99000", 0, limit.Mix(ruined, trade, needs), "of the methods that can be used")
	assert.Equal(t, receivables.StatusInsufficientData, limit.Mix(ruined).Status())
	assert.Equal(t, receivables.StatusInsufficientData, limit.Acceptable().Status())
	assert.Equal(t, receivables.StatusInsufficientData, limit.TradeReferences(nil).Status())
	assert.Equal(t, receivables.StatusZeroDenominator, limit.Needs(eur("1"), 1, 1, 1, 0).Status())
	assert.Equal(t, receivables.StatusOutOfDomain, limit.Needs(eur("1"), -1, 1, 1, 30).Status())
	assert.Equal(t, receivables.StatusMixedBasis, limit.Mix(trade, limit.NetWorth(receivables.MustMoney("1", "USD"), dec("0.1"))).Status())
	assert.Equal(t, receivables.StatusOutOfDomain, limit.NetWorth(eur("1"), dec("1.1")).Status())
	is(t, "81000", 0, limit.Scored(needs, dec("0.75"), worth, receivables.Figure{}), "no insurance given")
	assert.Equal(t, receivables.StatusOutOfDomain, limit.Scored(needs, dec("0.75"), ruined, worth).Status(), "a ruined customer gets no theoretical limit")
	is(t, "90000", 0, limit.Scored(needs, dec("1.25"), trade, worth), "capped by the financial limit")
	assert.Equal(t, receivables.StatusOutOfDomain, limit.Scored(needs, dec("-1"), trade, worth).Status())
	base := limit.Base{Orders: eur("10000"), ToBeInvoiced: eur("5000"), OpenInvoices: eur("25000"), TermsCoefficient: dec("1.2"), BehaviourCoefficient: dec("0.9")}
	is(t, "43200", 0, limit.AFDCC(base))
	base.TermsCoefficient = dec("-1")
	assert.Equal(t, receivables.StatusOutOfDomain, limit.AFDCC(base).Status())
}

func TestABusinessCountsOnce(t *testing.T) {
	of := func(items ...limit.Item) []string {
		e, err := limit.ExposureOf(receivables.MustCurrency("EUR"), items)
		require.NoError(t, err)
		return []string{e.Orders.Text(), e.ToBeInvoiced.Text(), e.Open.Text(), e.Disputed.Text(), e.Overdue.Text(), e.Total.Text(), e.Replaced.Text()}
	}
	item := func(reference string, stage limit.Stage, amount string) limit.Item {
		return limit.Item{Reference: reference, Stage: stage, Amount: eur(amount)}
	}
	assert.Equal(t, []string{"200.00", "450.00", "50.00", "300.00", "700.00", "1700.00", "2450.00"}, of(
		item("O1", limit.StageOrder, "1000"), item("O1", limit.StageToBeInvoiced, "1000"), item("O1", limit.StageOverdue, "700"), item("O1", limit.StageDisputed, "300"),
		item("O2", limit.StageOrder, "450"), item("O2", limit.StageToBeInvoiced, "450"),
		item("O3", limit.StageOrder, "200"), item("", limit.StageOpen, "60"), item("", limit.StageOpen, "-10"),
	))
	assert.Equal(t, []string{"6000.00", "0.00", "4000.00", "0.00", "0.00", "10000.00", "4000.00"}, of(
		item("O1", limit.StageOrder, "10000"), item("O1", limit.StageOpen, "4000"),
	), "what is not invoiced yet stays ordered")
	assert.Equal(t, []string{"1000.00", "0.00", "-300.00", "0.00", "0.00", "700.00", "0.00"}, of(
		item("O1", limit.StageOrder, "1000"), item("O1", limit.StageOpen, "-300"),
	), "a deposit replaces nothing")
	_, err := limit.ExposureOf(receivables.MustCurrency("EUR"), []limit.Item{{Document: "F1", Stage: limit.StageOpen, Amount: eur("1")}, {Document: "F1", Stage: limit.StageOverdue, Amount: eur("1")}})
	require.ErrorIs(t, err, receivables.ErrDuplicate)
	for name, item := range map[string]limit.Item{"stage": {Stage: 9, Amount: eur("1")}, "amount": {Stage: limit.StageOpen}} {
		_, err := limit.ExposureOf(receivables.MustCurrency("EUR"), []limit.Item{item})
		require.ErrorIs(t, err, receivables.ErrInvalidInput, name)
	}
	_, err = limit.ExposureOf(receivables.MustCurrency("USD"), []limit.Item{item("x", limit.StageOpen, "1")})
	require.ErrorIs(t, err, receivables.ErrCurrencyMismatch)
}

// An order of 10,000: 4,000 were invoiced, of which 3,500 are paid; a second invoice is paid in full.
func TestWhatWasPaidIsNotOrderedStill(t *testing.T) {
	e, err := limit.ExposureOf(receivables.MustCurrency("EUR"), []limit.Item{
		{Reference: "BC", Stage: limit.StageOrder, Amount: eur("10000")},
		{Reference: "BC", Document: "F1", Stage: limit.StageOpen, Amount: eur("500"), Invoiced: eur("4000")},
	})
	require.NoError(t, err)
	assert.Equal(t, "6500.00", e.Total.Text())
	assert.Equal(t, "6000.00", e.Orders.Text())
	e, err = limit.ExposureOf(receivables.MustCurrency("EUR"), []limit.Item{
		{Reference: "BC", Stage: limit.StageOrder, Amount: eur("10000")},
		{Reference: "BC", Document: "F1", Stage: limit.StageOpen, Amount: eur("500"), Invoiced: eur("4000")},
		{Reference: "BC", Document: "F2", Stage: limit.StageOpen, Amount: eur("0"), Invoiced: eur("1000")},
	})
	require.NoError(t, err)
	assert.Equal(t, "5500.00", e.Total.Text())
	for name, item := range map[string]limit.Item{
		"less than open": {Stage: limit.StageOpen, Amount: eur("2"), Invoiced: eur("1")}, "of an order": {Stage: limit.StageOrder, Amount: eur("2"), Invoiced: eur("3")},
	} {
		_, err = limit.ExposureOf(receivables.MustCurrency("EUR"), []limit.Item{item})
		require.ErrorIs(t, err, receivables.ErrInvalidInput, name)
	}
}

func TestOrdersAreReleasedAskedForADepositOrBlocked(t *testing.T) {
	exposure := func(amount string) limit.Exposure {
		e, err := limit.ExposureOf(receivables.MustCurrency("EUR"), []limit.Item{{Stage: limit.StageOpen, Amount: eur(amount)}})
		require.NoError(t, err)
		return e
	}
	customer := limit.Customer{
		Exposure: exposure("8000"), Limit: receivables.FigureOf(eur("10000")), ValidUntil: day("2026-12-31"), Insured: eur("7000"),
	}
	decide := func(on, order string, c limit.Customer) limit.Outcome {
		o, err := limit.Decide(day(on), eur(order), c, limit.DefaultPolicy())
		require.NoError(t, err)
		return o
	}
	with := func(change func(*limit.Customer)) limit.Customer {
		c := customer
		change(&c)
		return c
	}
	o := decide("2026-12-31", "2000", customer)
	assert.Equal(t, limit.Release, o.Decision, "exactly the limit, on its last day")
	is(t, "2000.00", 2, o.Available)
	assert.Equal(t, "3000.00", o.Uninsured.Text())
	assert.Equal(t, day("2027-01-01"), o.ReviewOn)
	o = decide("2026-12-01", "2000.01", customer)
	assert.Equal(t, limit.AskDeposit, o.Decision)
	assert.Equal(t, "0.01", o.Deposit.Text())
	o = decide("2026-12-01", "4000", customer)
	assert.Equal(t, limit.AskDeposit, o.Decision, "a deposit of exactly half the order")
	assert.Equal(t, "2000.00", o.Deposit.Text())
	assert.Equal(t, limit.Block, decide("2026-12-01", "4000.01", customer).Decision)
	o = decide("2027-01-01", "100", customer)
	assert.Equal(t, limit.AskDeposit, o.Decision, "the day after: no limit")
	assert.Equal(t, "100.00", o.Deposit.Text())
	assert.Contains(t, o.Reasons[0], "2026-12-31")
	_, ok := o.Available.Value()
	assert.False(t, ok, "without a limit nothing is available, which is not 0")
	third := with(func(c *limit.Customer) {
		c.Limit = receivables.NewFigure(dec("10000").DivRound(dec("3"), 16), "EUR")
		c.Exposure = exposure("3300")
	})
	assert.Equal(t, "16.67", decide("2026-12-01", "50", third).Deposit.Text(), "rounded up: 3350 - 3333.33")
	assert.Equal(t, limit.Release, decide("2026-12-01", "1", with(func(c *limit.Customer) { c.OldestOverdue = 30 })).Decision)
	assert.Equal(t, limit.Block, decide("2026-12-01", "1", with(func(c *limit.Customer) { c.OldestOverdue = 31 })).Decision)
	blocked := decide("2026-12-01", "1", with(func(c *limit.Customer) { c.Blocked = "insolvency" }))
	assert.Equal(t, limit.Block, blocked.Decision)
	assert.Equal(t, []string{"the customer is blocked: insolvency"}, blocked.Reasons)
	assert.Equal(t, limit.Block, decide("2026-12-01", "1", with(func(c *limit.Customer) { c.Exposure = exposure("10000.01") })).Decision, "over the limit already: the deposit would exceed the order")
	for name, c := range map[string]struct {
		on, order string
		customer  limit.Customer
		want      error
	}{
		"order of zero": {"2026-12-01", "0", customer, receivables.ErrInvalidInput},
		"currency":      {"2026-12-01", "1", with(func(c *limit.Customer) { c.Insured = receivables.MustMoney("1", "USD") }), receivables.ErrCurrencyMismatch},
		"limit":         {"2026-12-01", "1", with(func(c *limit.Customer) { c.Limit = receivables.FigureOf(receivables.MustMoney("1", "USD")) }), receivables.ErrCurrencyMismatch},
	} {
		_, err := limit.Decide(day(c.on), eur(c.order), c.customer, limit.DefaultPolicy())
		require.ErrorIs(t, err, c.want, name)
	}
	overdue := with(func(c *limit.Customer) { c.Exposure.Overdue = eur("900") })
	for name, p := range map[string]limit.Policy{
		"zero": {}, "without limit": {MostOverdueDays: 30, MostDepositPercent: 50}, "unknown": {WithoutLimit: 9}, "days": {MostOverdueDays: -1, WithoutLimit: limit.Block},
	} {
		o, err := limit.Decide(day("2026-12-01"), eur("1"), customer, p)
		require.ErrorIs(t, err, receivables.ErrInvalidInput, name)
		assert.Equal(t, limit.Undecided, o.Decision, "an error releases nothing")
	}
	_, err := limit.Decide(day("2026-12-01"), eur("1"), overdue, limit.DefaultPolicy())
	require.ErrorIs(t, err, receivables.ErrInvalidInput, "overdue, but how late is not said")
	_, err = limit.Decide(day("2026-12-01"), eur("1"), with(func(c *limit.Customer) { c.Insured = eur("-1") }), limit.DefaultPolicy())
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = limit.Decide(0, eur("1"), customer, limit.DefaultPolicy())
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = limit.Decide(day("2026-12-01"), eur("1"), customer, limit.Policy{MostDepositPercent: 101})
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	data, err := json.Marshal(limit.DefaultPolicy())
	require.NoError(t, err)
	var back limit.Policy
	require.NoError(t, json.Unmarshal(data, &back))
	assert.Equal(t, limit.DefaultPolicy(), back)
	require.Error(t, json.Unmarshal([]byte(`{"without_limit":"maybe"}`), &back))
}
