package aging_test

import (
	"encoding/json"
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
)

// What a hostile reading found once, and must not find again.

func TestALabelCalledCustomerIsNotTheCustomer(t *testing.T) {
	a, b := due("F", 10, "100"), due("P", 10, "-60")
	b.Customer = "C2"
	a.Labels = receivables.Labels{"customer": "retail"}
	b.Labels = a.Labels
	balance := balance(t, aging.Config{Credits: aging.CreditsOldestFirst}, []receivables.OpenItem{a, b}, aging.GroupBy(receivables.ByLabel("customer")))
	assert.Equal(t, "0.00 100.00 0.00 0.00 0.00 | 0.00 -60.00 = 40.00", cells(total(t, balance)))
	_, err := aging.Reconcile(balance, nil)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = aging.New(asOf, aging.Config{}, aging.GroupBy(receivables.ByCustomer(), receivables.ByLabel("customer")))
	require.ErrorIs(t, err, receivables.ErrDuplicate)
}

func TestAHalfFilledSchemeIsNotReplaced(t *testing.T) {
	for _, s := range []aging.Scheme{{Basis: aging.ByIssueDate}, {Unit: aging.CalendarMonths}, {Undated: aging.UndatedLast}, {Name: "mine"}} {
		_, err := aging.New(asOf, aging.Config{Scheme: s})
		require.ErrorIs(t, err, receivables.ErrInvalidInput, "%+v", s)
		_, err = aging.Compare(&receivables.Ledger{}, aging.MovementConfig{From: asOf, To: asOf + 1, Scheme: s})
		require.ErrorIs(t, err, receivables.ErrInvalidInput, "%+v", s)
	}
}

func TestEmptyAndZeroValuesDoNotPanic(t *testing.T) {
	b, err := aging.Of(asOf, nil)
	require.NoError(t, err)
	line, ok := b.Total(receivables.MustCurrency("EUR"))
	assert.False(t, ok)
	assert.Equal(t, "0.00 0.00 0.00 0.00 0.00 | 0.00 0.00 = 0.00", cells(line))
	assert.Equal(t, receivables.StatusZeroDenominator, line.WeightedAge().Status())
	line, ok = b.Line(receivables.MustCurrency("EUR"), "nobody")
	assert.False(t, ok)
	assert.Equal(t, "nobody", line.Name())

	var zero aging.Accumulator
	require.ErrorIs(t, zero.Add(due("F", 1, "1")), receivables.ErrInvalidInput)
	require.ErrorIs(t, zero.Merge(nil), receivables.ErrInvalidInput)
	a, err := aging.New(asOf, aging.Config{}, nil)
	require.NoError(t, err)
	require.ErrorIs(t, a.Merge(nil), receivables.ErrInvalidInput)
}

func TestABalanceCannotBeChangedFromOutside(t *testing.T) {
	config := aging.Config{Scheme: aging.Default()}
	a, err := aging.New(asOf, config)
	require.NoError(t, err)
	require.NoError(t, a.Add(due("F", 10, "1")))
	b := a.Balance()
	b.Scheme().Columns[1].To = 5
	config.Scheme.Columns[1].To = 7
	assert.Equal(t, []string{"not_due", "1-30", "31-60", "61-90", "91+"}, b.Scheme().Names())
	before := cells(total(t, b))
	require.NoError(t, a.Add(due("F", 10, "1")))
	assert.Equal(t, before, cells(total(t, b)), "the accumulator goes on, the balance stays")
}

func TestDaysOutsideTheCalendarAreRefused(t *testing.T) {
	for _, d := range []date.Date{date.Min(), date.Max(), -1, 1, day("9999-12-31") + 1, day("1900-01-01") - 1} {
		item := due("F", 1, "1")
		item.DueOn = d
		_, err := aging.Of(asOf, []receivables.OpenItem{item})
		require.ErrorIs(t, err, receivables.ErrInvalidInput)
		_, err = aging.New(d, aging.Config{})
		require.ErrorIs(t, err, receivables.ErrInvalidInput)
	}
	item := due("F", 1, "1")
	item.DueOn, item.IssuedOn = day("1900-01-01"), 0
	late := total(t, balance(t, aging.Config{}, []receivables.OpenItem{item}))
	assert.Equal(t, 1, late.Column(4).Items)
	item.DueOn = day("9999-12-31")
	assert.Equal(t, 1, total(t, balance(t, aging.Config{}, []receivables.OpenItem{item})).Column(0).Items)
}

func TestUnitsThatDoNotDivideTheFutureRefuseTo(t *testing.T) {
	for _, unit := range []aging.Unit{aging.RollingMonths, aging.RollingMonthsWithToday, aging.FiscalPeriods} {
		scheme := aging.Scheme{Name: "x", Unit: unit, Columns: []aging.Column{{From: aging.Lowest, To: -2}, {From: -1, To: aging.Highest}}}
		_, err := aging.New(asOf, aging.Config{Scheme: scheme})
		require.ErrorIs(t, err, receivables.ErrInvalidInput, unit)
	}
	scheme := aging.Scheme{Name: "x", Unit: aging.RollingMonths, Columns: []aging.Column{{From: aging.Lowest, To: 20_000_000}, {From: 20_000_001, To: aging.Highest}}}
	_, err := aging.New(asOf, aging.Config{Scheme: scheme})
	require.ErrorIs(t, err, receivables.ErrInvalidInput, "no loop over twenty million months")
}

func TestHealthCountsEachDisputedAmountOnce(t *testing.T) {
	l, err := receivables.NewLedger(
		receivables.Invoice{
			ID: "F4", Customer: "C", IssuedOn: day("2026-08-01"), Amount: eur("1000"),
			Instalments: []receivables.Instalment{{DueOn: day("2026-09-01"), Amount: eur("100")}, {DueOn: day("2026-10-01"), Amount: eur("900")}},
		},
		receivables.Hold{ID: "D1", Kind: receivables.HoldDispute, Scope: receivables.Scope{Document: "F4", Instalment: 1}, From: day("2026-08-05")},
		receivables.Hold{ID: "D2", Kind: receivables.HoldDispute, Scope: receivables.Scope{Document: "F4", Amount: eur("100")}, From: day("2026-08-10")},
		receivables.Payment{ID: "P", Customer: "C", ReceivedOn: day("2026-08-20"), Amount: eur("30")},
		receivables.Invoice{ID: "G1", Customer: "0012", IssuedOn: day("2026-08-01"), Amount: eur("5")},
		receivables.Invoice{ID: "G2", Customer: "12", IssuedOn: day("2026-08-01"), Amount: receivables.MustMoney("7", "USD")},
		receivables.Invoice{ID: "H1", Customer: "D", IssuedOn: day("2026-08-01"), Amount: eur("100")},
		receivables.Invoice{ID: "H2", Customer: "D", IssuedOn: day("2026-08-01"), Amount: eur("100.0000")},
	)
	require.NoError(t, err)
	findings, err := aging.CheckHealth(l, asOf, asOf, aging.HealthConfig{})
	require.NoError(t, err)
	seen := map[aging.Check]int{}
	for _, f := range findings {
		seen[f.Check]++
		if f.Check == aging.CheckStaleDispute {
			assert.Equal(t, "200.00", f.Amount.Text(), "the first instalment, and 100 of the rest: disputes add up to what is open")
			assert.Equal(t, 109, f.Items[0].Days)
		}
	}
	assert.Equal(t, 1, seen[aging.CheckStaleDispute])
	assert.Equal(t, 2, seen[aging.CheckTwoSpellings], "one for each currency")
	assert.Equal(t, 1, seen[aging.CheckPossibleDuplicate])
}

func TestWriteOffsAreToldApart(t *testing.T) {
	l, err := receivables.NewLedger(
		receivables.Invoice{ID: "F", Customer: "C", IssuedOn: day("2026-08-01"), Amount: eur("100")},
		receivables.WriteOff{ID: "W1", Document: "F", Amount: eur("60"), On: day("2026-10-01"), Reason: receivables.WriteOffLostDispute},
		receivables.WriteOff{ID: "W2", Document: "F", Amount: eur("2"), On: day("2026-10-02"), Reason: receivables.WriteOffDiscount},
	)
	require.NoError(t, err)
	m, err := aging.Compare(l, aging.MovementConfig{From: day("2026-09-30"), To: day("2026-10-31")})
	require.NoError(t, err)
	assert.Equal(t, "-62.00", m[0].WrittenOff.Text())
	assert.Equal(t, "-60.00", m[0].WrittenOffBy[receivables.WriteOffLostDispute].Text())
	assert.Equal(t, "-2.00", m[0].WrittenOffBy[receivables.WriteOffDiscount].Text())
}

func TestItemsSurviveJSON(t *testing.T) {
	item := due("F", 10, "12.5")
	data, err := json.Marshal(item)
	require.NoError(t, err)
	assert.Contains(t, string(data), `"Open":{"amount":"12.50","currency":"EUR"}`)
	assert.Contains(t, string(data), `"Disputed":null`)
	var money receivables.Money
	require.NoError(t, json.Unmarshal([]byte(`{"amount":"12.50","currency":"EUR"}`), &money))
	assert.True(t, money.Equal(eur("12.5")))
	for _, bad := range []string{`{"amount":"1e3","currency":"EUR"}`, `{"amount":12.5,"currency":"EUR"}`, `{"amount":"1","currency":"ZZZ"}`, `{"amount":"1"}`, `{"amount":"1","currency":"EUR","vat":"0"}`} {
		require.Error(t, json.Unmarshal([]byte(bad), &money), bad)
	}
	figure, err := json.Marshal(aging.WeightedAge())
	require.NoError(t, err)
	assert.JSONEq(t, `{"value":null,"unit":"days","status":"zero denominator"}`, string(figure))
}
