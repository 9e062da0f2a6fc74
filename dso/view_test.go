package dso_test

import (
	"encoding/json"
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/dso"
)

// small is a ledger whose figures are worked out by hand beside the assertions.
func small(t testing.TB) *receivables.Ledger {
	t.Helper()
	l, err := receivables.NewLedger(
		receivables.Customer{ID: "C1", Segment: "key accounts"}, receivables.Customer{ID: "C2", Segment: "others"},
		receivables.Invoice{ID: "F1", Customer: "C1", IssuedOn: day("2026-01-10"), DueOn: day("2026-02-09"), Amount: eur("1000.00"), Salesperson: "Dumas"},
		receivables.Invoice{ID: "F2", Customer: "C1", IssuedOn: day("2026-02-10"), DueOn: day("2026-03-12"), Amount: eur("600.00"), Salesperson: "Dumas"},
		receivables.Invoice{ID: "F3", Customer: "C2", IssuedOn: day("2026-03-05"), DueOn: day("2026-04-04"), Amount: eur("400.00"), Salesperson: "Roux"},
		receivables.Invoice{ID: "F4", Customer: "C2", IssuedOn: day("2026-03-20"), Amount: eur("50.00"), Salesperson: "Roux"}, // no due date
		// corrects F1: off the sales of January from March on
		receivables.CreditNote{ID: "A1", Customer: "C1", IssuedOn: day("2026-03-15"), Amount: eur("100.00"), Corrects: "F1"},
		receivables.Payment{ID: "P1", Customer: "C1", ReceivedOn: day("2026-02-19"), Amount: eur("500.00")},
		// matched nine days after it came in
		receivables.Allocation{From: "P1", To: "F1", Amount: eur("500.00"), On: day("2026-02-28")},
		receivables.Payment{ID: "P2", Customer: "C2", ReceivedOn: day("2026-03-25"), Amount: eur("30.00")},
		receivables.WriteOff{Document: "F1", Amount: eur("20.00"), On: day("2026-03-30")},
		receivables.Hold{ID: "L1", Kind: receivables.HoldDispute, Scope: receivables.Scope{Document: "F2", Amount: eur("200.00")}, From: day("2026-03-11"), Cause: receivables.CausePrice, Owner: "Dumas"},
	)
	require.NoError(t, err)
	return l
}

func viewOf(t testing.TB, l *receivables.Ledger, asOf, knownOn date.Date, options ...dso.Option) dso.View {
	t.Helper()
	result, err := dso.FromLedger(l, asOf, knownOn, dso.Config{}, options...)
	require.NoError(t, err)
	line, ok := result.Line(receivables.MustCurrency("EUR"))
	require.True(t, ok)
	v, err := line.At(asOf)
	require.NoError(t, err)
	return v
}

func TestAViewIsTheLedgerOfTheDay(t *testing.T) {
	l := small(t)
	v := viewOf(t, l, day("2026-03-31"), day("2026-03-31"))
	// F1 1000 - 500 - 20 = 480 overdue; F2 600 overdue, 200 of it disputed; F3 400 not due; F4 50 undated; A1 -100, P2 -30
	assert.Equal(t, "1400.00", v.Receivables().Text())
	assert.Equal(t, "1530.00", v.Debits().Text())
	assert.Equal(t, "400.00", v.NotDue().Text())
	assert.Equal(t, "1080.00", v.Overdue().Text())
	assert.Equal(t, "480.00", v.OverdueBeyond(19).Text(), "F1 is 50 days late, F2 19")
	assert.Equal(t, "1080.00", v.OverdueBeyond(18).Text())
	assert.Equal(t, "50.00", v.Undated().Text())
	assert.Equal(t, "200.00", v.Disputed().Text())
	assert.Equal(t, "200.00", v.DisputedOverdue().Text())
	assert.Equal(t, "-130.00", v.Unapplied().Text())
	p := v.Parts()
	assert.Equal(t, []string{"400.00", "880.00", "200.00", "50.00", "-130.00"},
		[]string{p.NotDue.Text(), p.Overdue.Text(), p.Disputed.Text(), p.Undated.Text(), p.Unapplied.Text()})

	quarter := dso.LastMonths(v.AsOf(), 3)
	assert.Equal(t, "1950.00", v.Sales(quarter).Text(), "2050 less the credit note")
	assert.Equal(t, "900.00", v.Sales(dso.Window{First: day("2026-01-01"), Last: day("2026-01-31"), Days: 31}).Text(), "the credit note is of January")
	assert.Equal(t, "530.00", v.Collected(quarter).Text())
	assert.Equal(t, "20.00", v.WrittenOff(quarter).Text())
	is(t, "64.615", 3, v.DSO(quarter).Figure)          // 1400 / 1950 x 90
	is(t, "18.462", 3, v.BestPossible(quarter).Figure) // 400 / 1950 x 90
	add := v.AverageDaysDelinquent(quarter)
	is(t, "46.154", 3, add.Figure)
	assert.Equal(t, []string{
		"the books begin 2026-01-10, after the window begins 2026-01-01", "items without due date of 50.00 EUR count as delinquent",
		"unapplied credits of -130.00 EUR are deducted",
	}, add.Notes)
	d := v.Decompose(quarter, eur("90.00"))
	is(t, "9.231", 3, d.Disputed.Figure)
	is(t, "4.154", 3, d.Unbilled.Figure)
	is(t, "68.769", 3, d.Total.Figure) // 1490 / 1950 x 90
	// March 450: 31 days, 950 left; February 600: 28 days, 350 left; January 900: 350/900 x 31 = 12.06
	is(t, "71.056", 3, v.CountBackMonths(dso.CountBack{}).Figure)
	is(t, "71.667", 3, v.CountBackMonths(dso.CountBack{Month: dso.ThirtyDayMonth}).Figure) // 30 + 30 + 350/900 x 30
	// by days: 31 to 21 March 11 without sales, 20 March 1, 19 to 6 March 14, 5 March 1: 27, 950 left; 4 March to 11
	// February 22, 10 February 1: 50, 350 left; 9 February to 11 January 30: 80; 350/900 of 10 January
	is(t, "80.389", 3, v.CountBackDays(dso.CountBack{}).Figure)
	cei := v.CEI(dso.MethodCEIPeriod, quarter)
	is(t, "35.484", 3, cei.Figure) // (0 + 1950 - 1400) / (1950 - 400)
	assert.Contains(t, cei.Notes, "write-offs of 20.00 EUR count as collected")
	is(t, "0.2614", 4, v.PercentCurrent().Figure)        // 400 / 1530
	is(t, "0.3137", 4, v.PercentOverdue(30).Figure)      // 480 / 1530
	is(t, "0.010256", 6, v.BadDebtRatio(quarter).Figure) // 20 / 1950, irrecoverable
	x := v.Disputes()
	is(t, "0.1307", 4, x.Ratio.Figure) // 200 / 1530
	is(t, "20", 0, x.Age.Figure)
	assert.Equal(t, 1, x.Age.Count)
	is(t, "0.25", 2, x.RatioByNumber.Figure)
	assert.Equal(t, []int{4, 2}, []int{v.Items(), v.OverdueItems()})

	m, fractions := v.SalesWeighted(30)
	// March 450/450, February 600/600, January (480 - 100)/900: the credit note corrects F1
	is(t, "72.7", 1, m.Figure)
	require.Len(t, fractions, 3)
	is(t, "0.422", 3, fractions[2].Uncollected)
	// F4 11 days x 50/450, F3 26 x 400/450, F2 49 x 600/600, F1 80 x 480/900
	is(t, "116.00", 2, v.TrueInvoice().Figure)
	is(t, "51.47", 2, v.AgeOfOpen().Figure) // (11x50 + 26x400 + 49x600 + 80x480) / 1530

	pay := v.Payments(quarter)
	assert.Equal(t, 1, pay.Lines)
	is(t, "40", 0, pay.DaysToPay.Figure, "received on 19 February, whenever it was matched")
	is(t, "10", 0, pay.BeyondTerms.Figure)
	is(t, "0", 0, pay.OnTime.Figure)
	is(t, "1", 0, pay.UpTo10.Figure)
	// 500 paid 10 late, 480 open 50 late, 600 open 19 late
	is(t, "25.570", 3, pay.Blended.BeyondTerms.Figure) // (5000 + 24000 + 11400) / 1580
	paid, overdue := v.LateCost(quarter, dec("0.10"), 365)
	is(t, "1.37", 2, paid.Figure)    // 5000 x 0.10 / 365
	is(t, "9.70", 2, overdue.Figure) // 35400 x 0.10 / 365
	is(t, "21.667", 3, v.DayValue(quarter, one, decimal.Zero).OneDay.Figure)
	turnover := v.Turnover(dso.MethodTurnoverClosing, quarter)
	is(t, "1.3929", 4, turnover.Times.Figure)
	is(t, "64.615", 3, turnover.Days.Figure)
	// balances 0, 1000, 1100 (500 + 600), 1400: mean 875
	is(t, "40.385", 3, v.AverageBalanceDSO(quarter).Figure)
	assert.Equal(t, 4, v.AverageBalanceDSO(quarter).Count)
	is(t, "40.385", 3, v.Turnover(dso.MethodTurnoverMean, quarter).Days.Figure, "days / turnover is the average balance method")
}

func TestCashIsUnappliedUntilItIsMatched(t *testing.T) {
	l := small(t)
	v := viewOf(t, l, day("2026-02-27"), day("2026-02-27"))
	assert.Equal(t, "1000.00", v.Overdue().Text(), "F1 is open in full")
	assert.Equal(t, "-500.00", v.Unapplied().Text())
	assert.Equal(t, 0, v.Payments(dso.LastMonths(v.AsOf(), 2)).Lines)
	v = viewOf(t, l, day("2026-02-28"), day("2026-02-28"))
	assert.Equal(t, "500.00", v.Overdue().Text())
	assert.Equal(t, "0.00", v.Unapplied().Text())
	assert.Equal(t, 1, v.Payments(dso.LastMonths(v.AsOf(), 2)).Lines)
	assert.Equal(t, "1600.00", v.Sales(dso.LastMonths(v.AsOf(), 2)).Text(), "the credit note is not known yet")
}

func TestGroupsExclusionsAndOtherPerimeters(t *testing.T) {
	l := small(t)
	end := day("2026-03-31")
	result, err := dso.FromLedger(l, end, end, dso.Config{}, dso.GroupBy(receivables.BySegment(l), receivables.ByCustomer()))
	require.NoError(t, err)
	at := func(group ...string) dso.View {
		line, ok := result.Line(receivables.MustCurrency("EUR"), group...)
		require.True(t, ok, group)
		v, err := line.At(end)
		require.NoError(t, err)
		return v
	}
	assert.Equal(t, "1400.00", at().Receivables().Text())
	assert.Equal(t, "980.00", at("key accounts").Receivables().Text()) // 480 + 600 - 100
	assert.Equal(t, "420.00", at("others", "C2").Receivables().Text())
	measure := at("others", "C2").DSO(dso.LastMonths(end, 3))
	assert.Equal(t, []string{"others", "C2"}, measure.Perimeter.Group)
	_, ok := result.Line(receivables.MustCurrency("EUR"), "none")
	assert.False(t, ok)
	nobody, ok := result.Line(receivables.MustCurrency("USD"))
	assert.False(t, ok)
	_, err = nobody.At(end)
	require.ErrorIs(t, err, receivables.ErrUnknown, "a name that is misspelt is no customer who owes nothing")
	assert.Contains(t, err.Error(), "USD")
	var levels []int
	for level := range 4 {
		n := 0
		for range result.Subtotals(level) {
			n++
		}
		levels = append(levels, n)
	}
	assert.Equal(t, []int{1, 2, 2, 2}, levels)

	v := viewOf(t, l, end, end, dso.Exclude("small amounts", func(i *receivables.OpenItem) bool { return i.Document == "F4" || i.Document == "P2" }))
	assert.Equal(t, "1380.00", v.Receivables().Text())
	assert.Equal(t, "20.00", v.Excluded().Text())
	assert.Equal(t, "1900.00", v.Sales(dso.LastMonths(end, 3)).Text())
	assert.Equal(t, []string{"small amounts"}, v.DSO(dso.LastMonths(end, 3)).Perimeter.Excluded)

	ignored, err := dso.FromLedger(l, end, end, dso.Config{Unapplied: dso.UnappliedIgnored})
	require.NoError(t, err)
	line, _ := ignored.Line(receivables.MustCurrency("EUR"))
	v, err = line.At(end)
	require.NoError(t, err)
	assert.Equal(t, "1530.00", v.Receivables().Text())
	data, err := json.Marshal(v.DSO(dso.LastMonths(end, 3)).Perimeter)
	require.NoError(t, err)
	assert.JSONEq(t, `{"unapplied":"ignored"}`, string(data))
}

// What is learned later changes the past only where today's knowledge is asked for.
func TestAsKnownOnADay(t *testing.T) {
	l := small(t)
	require.NoError(t, l.Record(
		receivables.Payment{ID: "P9", Customer: "C1", ReceivedOn: day("2026-03-10"), KnownOn: day("2026-04-02"), Amount: eur("600.00")},
		receivables.Allocation{ID: "X9", From: "P9", To: "F2", Amount: eur("600.00"), On: day("2026-03-10"), KnownOn: day("2026-04-02")},
		receivables.Invoice{ID: "F5", Customer: "C2", IssuedOn: day("2026-02-20"), DueOn: day("2026-03-22"), Amount: eur("70.00")},
		receivables.Reversal{Of: "F5", On: day("2026-04-10"), Reason: "wrong customer"},
	))
	march, april := day("2026-03-31"), day("2026-04-30")
	february := dso.Window{First: day("2026-02-01"), Last: day("2026-02-28"), Days: 28}
	assert.Equal(t, "1470.00", viewOf(t, l, march, march).Receivables().Text())
	assert.Equal(t, "870.00", viewOf(t, l, march, april).Receivables().Text())
	then, err := dso.FromLedger(l, april, 0, dso.Config{})
	require.NoError(t, err)
	line, _ := then.Line(receivables.MustCurrency("EUR"))
	v, err := line.At(march)
	require.NoError(t, err)
	assert.Equal(t, "1470.00", v.Receivables().Text(), "as published at the end of March")
	assert.Equal(t, "670.00", v.Sales(february).Text())
	v, err = line.At(april)
	require.NoError(t, err)
	assert.Equal(t, "800.00", v.Receivables().Text())
	assert.Equal(t, "600.00", v.Sales(february).Text(), "a cancelled invoice is no sale any more")
	is(t, "33.45", 2, v.Payments(dso.LastMonths(april, 3)).DaysToPay.Figure, "(500 x 40 + 600 x 28) / 1100")
}

// Reasons to write off are told apart: a discount taken is no bad debt.
func TestBadDebtsAreThoseThatAreIrrecoverable(t *testing.T) {
	l := small(t)
	require.NoError(t, l.Record(
		receivables.WriteOff{Document: "F2", Amount: eur("12.00"), On: day("2026-03-20"), Reason: receivables.WriteOffDiscount},
		receivables.WriteOff{Document: "F3", Amount: eur("7.00"), On: day("2026-03-20"), Reason: receivables.WriteOffLostDispute},
	))
	v := viewOf(t, l, day("2026-03-31"), day("2026-03-31"))
	quarter := dso.LastMonths(v.AsOf(), 3)
	assert.Equal(t, "39.00", v.WrittenOff(quarter).Text())
	assert.Equal(t, "12.00", v.WrittenOffFor(receivables.WriteOffDiscount, quarter).Text())
	is(t, "0.010256", 6, v.BadDebtRatio(quarter).Figure) // 20 / 1950
	assert.Equal(t, "0.00", v.WrittenOffFor(99, quarter).Text())
}

// What is booked in a month is what changed the balance in it: credit notes on earlier months,
// cancelled invoices, returned payments.
func TestFlowsAreBookedWhereTheBooksShowThem(t *testing.T) {
	l, err := receivables.NewLedger(
		receivables.Invoice{ID: "F", Customer: "C", IssuedOn: day("2026-01-05"), DueOn: day("2026-01-31"), Amount: eur("1000.00")},
		receivables.Invoice{ID: "G", Customer: "C", IssuedOn: day("2026-01-06"), DueOn: day("2026-01-31"), Amount: eur("400.00")},
		receivables.Payment{ID: "P", Customer: "C", ReceivedOn: day("2026-01-20"), Amount: eur("1000.00")},
		receivables.Allocation{From: "P", To: "F", Amount: eur("1000.00"), On: day("2026-01-20")},
		receivables.Reversal{Of: "P", On: day("2026-02-05")},
		receivables.Reversal{Of: "G", On: day("2026-02-06")},
		receivables.CreditNote{ID: "N", Customer: "C", IssuedOn: day("2026-02-20"), Amount: eur("300.00"), Corrects: "F"},
	)
	require.NoError(t, err)
	flows := func(asOf string) []string {
		v := viewOf(t, l, day(asOf), day("2026-03-31"))
		f := v.Booked(dso.LastMonths(v.AsOf(), 1))
		return []string{v.Receivables().Text(), f.Sales.Text(), f.Collected.Text()}
	}
	assert.Equal(t, []string{"400.00", "1400.00", "1000.00"}, flows("2026-01-31"))
	assert.Equal(t, []string{"700.00", "-700.00", "-1000.00"}, flows("2026-02-28"))
	assert.Equal(t, []string{"700.00", "0.00", "0.00"}, flows("2026-03-31"))
	v := viewOf(t, l, day("2026-02-28"), day("2026-02-28"))
	cei := v.CEI(dso.MethodCEIPeriod, dso.LastMonths(v.AsOf(), 1))
	undefined(t, negativeDenominator, cei.Figure, "400 - 700 - 0: more was taken back than there was")
	assert.Equal(t, "700.00", v.Sales(dso.LastMonths(v.AsOf(), 2)).Text(), "all of it is off the sales of January")
}

// A credit note on last month's invoice is no collection.
func TestCreditNotesAreNotCollected(t *testing.T) {
	l, err := receivables.NewLedger(
		receivables.Invoice{ID: "F", Customer: "C", IssuedOn: day("2026-01-05"), DueOn: day("2026-01-31"), Amount: eur("1000.00")},
		receivables.CreditNote{ID: "N", Customer: "C", IssuedOn: day("2026-02-10"), Amount: eur("1000.00"), Corrects: "F"},
		receivables.Allocation{From: "N", To: "F", Amount: eur("1000.00"), On: day("2026-02-10")},
		receivables.Invoice{ID: "G", Customer: "C", IssuedOn: day("2026-02-11"), DueOn: day("2026-02-20"), Amount: eur("100.00")},
	)
	require.NoError(t, err)
	v := viewOf(t, l, day("2026-02-28"), day("2026-02-28"))
	is(t, "0", 0, v.CEI(dso.MethodCEIPeriod, dso.LastMonths(v.AsOf(), 1)).Figure) // 1000 - 900 - 100
	quarter := dso.LastDays(v.AsOf(), 45)
	undefined(t, outOfDomain, v.CEI(dso.MethodCEIMonthly, quarter).Figure, "45 days are no number of months")
	undefined(t, outOfDomain, v.Turnover(dso.MethodTurnoverClosing, quarter).Months.Figure)
}

func TestWhatCannotBeAddedOrAskedIsRefused(t *testing.T) {
	good := receivables.OpenItem{Document: "F", Customer: "C", IssuedOn: day("2026-01-01"), DueOn: day("2026-01-31"), Original: eur("10.00")}
	with := func(change func(*receivables.Timeline)) receivables.Timeline {
		tl := timelineOf(good)
		change(&tl)
		return tl
	}
	for name, c := range map[string]struct {
		timeline receivables.Timeline
		want     error
	}{
		"no currency":      {with(func(t *receivables.Timeline) { t.Item.Original = receivables.Money{} }), receivables.ErrInvalidInput},
		"no date":          {with(func(t *receivables.Timeline) { t.Item.IssuedOn = 0 }), receivables.ErrInvalidInput},
		"year 10000":       {with(func(t *receivables.Timeline) { t.Item.DueOn = day("9999-12-31") + 1 }), receivables.ErrInvalidInput},
		"change undated":   {with(func(t *receivables.Timeline) { t.Changes[0].On = 0 }), receivables.ErrInvalidInput},
		"other currency":   {with(func(t *receivables.Timeline) { t.Changes[0].Amount = receivables.MustMoney("1", "USD") }), receivables.ErrCurrencyMismatch},
		"hold undated":     {with(func(t *receivables.Timeline) { t.Holds = []receivables.HoldChange{{Amount: eur("1")}} }), receivables.ErrInvalidInput},
		"positive payment": {with(func(t *receivables.Timeline) { t.Item.Kind = receivables.KindPayment }), receivables.ErrInvalidInput},
	} {
		a := accumulator(t)
		require.ErrorIs(t, a.Add(c.timeline), c.want, name)
		assert.Contains(t, a.Add(c.timeline).Error(), `timeline of "F" of "C"`, name)
		for range a.Result().Lines() {
			t.Error("nothing must have been added", name)
		}
	}
	var zero dso.Accumulator
	require.ErrorIs(t, zero.Add(timelineOf(good)), receivables.ErrInvalidInput)
	require.ErrorIs(t, accumulator(t).Merge(nil), receivables.ErrInvalidInput)
	self := accumulator(t)
	require.ErrorIs(t, self.Merge(self), receivables.ErrConflict)
	assert.Empty(t, zero.Result().Keys())
	_, err := dso.Line{}.At(day("2026-01-01"))
	require.ErrorIs(t, err, receivables.ErrUnknown)
	undefined(t, outOfDomain, dso.View{}.DSO(dso.LastDays(day("2026-01-01"), 90)).Figure)
	assert.False(t, dso.View{}.Receivables().IsValid())
	require.ErrorIs(t, accumulator(t).Merge(accumulator(t, dso.GroupBy(receivables.ByCustomer()))), receivables.ErrConflict)
	for name, option := range map[string]dso.Option{
		"no key": dso.GroupBy(), "no function": dso.Exclude("x", nil), "no name": dso.Exclude("", func(*receivables.OpenItem) bool { return true }),
	} {
		_, err := dso.New(dso.Config{}, option)
		require.ErrorIs(t, err, receivables.ErrInvalidInput, name)
	}
	for name, c := range map[string]struct {
		asOf, known string
		config      dso.Config
	}{
		"no day":            {"", "2026-03-31", dso.Config{}},
		"known too early":   {"2026-03-31", "2026-03-30", dso.Config{}},
		"more than is told": {"2026-03-31", "2026-03-31", dso.Config{Through: day("2026-04-01")}},
		"backwards":         {"2026-03-31", "2026-03-31", dso.Config{Since: day("2026-03-01"), Through: day("2026-02-01")}},
		"since no day":      {"2026-03-31", "2026-03-31", dso.Config{Since: 5}},
	} {
		var asOf date.Date
		if c.asOf != "" {
			asOf = day(c.asOf)
		}
		_, err := dso.FromLedger(small(t), asOf, day(c.known), c.config)
		require.ErrorIs(t, err, receivables.ErrInvalidInput, name)
	}
	since, err := dso.FromLedger(small(t), day("2026-03-31"), day("2026-03-31"), dso.Config{Since: day("2026-02-01")})
	require.NoError(t, err)
	told, _ := since.Line(receivables.MustCurrency("EUR"))
	_, err = told.At(day("2026-01-31"))
	require.ErrorIs(t, err, receivables.ErrNoCoverage)
	late, err := told.At(day("2026-03-31"))
	require.NoError(t, err)
	undefined(t, insufficient, late.DSO(dso.LastMonths(late.AsOf(), 3)).Figure)
	is(t, "78.667", 3, late.DSO(dso.LastMonths(late.AsOf(), 2)).Figure) // 1400 / 1050 x 59
	result, err := dso.FromLedger(small(t), day("2026-03-31"), day("2026-03-31"), dso.Config{})
	require.NoError(t, err)
	line, _ := result.Line(receivables.MustCurrency("EUR"))
	_, err = line.At(day("2026-04-01"))
	require.ErrorIs(t, err, receivables.ErrNoCoverage)
	assert.Contains(t, err.Error(), "2026-04-01")
	_, err = line.At(0)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	v, err := line.At(day("2026-03-31"))
	require.NoError(t, err)
	assert.Equal(t, "1950.00", v.Sales(dso.LastDays(v.AsOf(), 800_000)).Text(), "a window from before there were years")
	future := dso.Window{First: day("2026-03-01"), Last: day("2026-04-01"), Days: 32}
	for name, w := range map[string]dso.Window{
		"past the view": future, "backwards": {First: day("2026-03-31"), Last: day("2026-03-01"), Days: 30}, "no days": {First: day("2026-03-01"), Last: day("2026-03-31")},
		"none": {Days: 90},
	} {
		for what, f := range map[string]dso.Measure{
			"DSO": v.DSO(w), "average": v.AverageBalanceDSO(w), "best": v.BestPossible(w), "ADD": v.AverageDaysDelinquent(w), "CEI": v.CEI(dso.MethodCEIPeriod, w),
			"bad debts": v.BadDebtRatio(w), "closing turnover": v.Turnover(dso.MethodTurnoverClosing, w).Times, "payments": v.Payments(w).DaysToPay, "turnover": v.Turnover(dso.MethodTurnoverMean, w).Times,
		} {
			undefined(t, outOfDomain, f.Figure, name, what)
		}
	}
}

func TestReceivablesOutsideTheLedger(t *testing.T) {
	v := viewOf(t, small(t), day("2026-03-31"), day("2026-03-31"))
	quarter := dso.LastMonths(v.AsOf(), 3)
	more, err := v.With(dso.OffLedger{Name: "bills discounted", NotDue: eur("300.00")}, dso.OffLedger{Name: "factored", NotDue: eur("50.00"), Overdue: eur("25.00")})
	require.NoError(t, err)
	assert.Equal(t, "1775.00", more.Receivables().Text())
	assert.Equal(t, "750.00", more.NotDue().Text())
	assert.Equal(t, "1105.00", more.Overdue().Text())
	is(t, "81.923", 3, more.DSO(quarter).Figure)          // 1775 / 1950 x 90
	is(t, "34.615", 3, more.BestPossible(quarter).Figure) // 750 / 1950 x 90
	assert.Equal(t, []string{"bills discounted", "factored"}, more.DSO(quarter).Perimeter.Added)
	is(t, "81.923", 3, more.Decompose(quarter, receivables.Money{}).Total.Figure)
	is(t, "64.615", 3, v.DSO(quarter).Figure, "the view itself stays as it is")
	for name, m := range map[string]dso.Measure{
		"CEI": more.CEI(dso.MethodCEIPeriod, quarter), "average": more.AverageBalanceDSO(quarter), "true": more.TrueInvoice(), "age": more.AgeOfOpen(),
		"turnover": more.Turnover(dso.MethodTurnoverMean, quarter).Days, "over 90": more.PercentOverdue(90),
	} {
		undefined(t, mixed, m.Figure, name)
	}
	is(t, "0.5801", 4, more.PercentOverdue(0).Figure) // 1105 / 1905
	_, err = v.With(dso.OffLedger{NotDue: eur("1")})
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = v.With(dso.OffLedger{Name: "x"})
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = v.With(dso.OffLedger{Name: "x", NotDue: receivables.MustMoney("1", "USD")})
	require.ErrorIs(t, err, receivables.ErrCurrencyMismatch)
}
