package forecast_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/dso"
	"github.com/receivables-go/receivables/dso/forecast"
)

func day(text string) date.Date         { return receivables.MustDate(text) }
func dec(text string) decimal.Decimal   { return decimal.RequireFromString(text) }
func eur(text string) receivables.Money { return receivables.MustMoney(text, "EUR") }

func euros(list ...string) []receivables.Money {
	var result []receivables.Money
	for _, s := range list {
		result = append(result, eur(s))
	}
	return result
}

func shares(list ...string) []decimal.Decimal {
	var result []decimal.Decimal
	for _, s := range list {
		result = append(result, dec(s))
	}
	return result
}

func texts(list []receivables.Money) []string {
	var result []string
	for _, m := range list {
		result = append(result, m.Round().Text())
	}
	return result
}

func TestPublishedPatterns(t *testing.T) {
	r, err := forecast.Pattern{Shares: shares("0", "0.4", "0.5", "0.1")}.Receipts(euros("100000"), forecast.Opening{})
	require.NoError(t, err)
	assert.Equal(t, []string{"0.00", "40000.00", "50000.00", "10000.00"}, texts(r.Periods))
	assert.Equal(t, "0.00", r.Lost.Round().Text())
	// XPLAIND: quarters, 70 percent at once and 30 in the next, opening receivables first; whole dollars there
	r, err = forecast.Pattern{Shares: shares("0.7", "0.3")}.Receipts(euros("120120", "87768", "106991", "197792"), forecast.Opening{Amount: eur("62130")})
	require.NoError(t, err)
	assert.Equal(t, []string{"146214.00", "97473.60", "101224.10", "170551.70", "59337.60"}, texts(r.Periods))
}

func TestCashDiscountLossAndOpening(t *testing.T) {
	p := forecast.Pattern{CashShare: dec("0.2"), Shares: shares("0.5"), Discounted: shares("0.1", "0.3"), Discount: dec("0.02")}
	r, err := p.Receipts(euros("1000", "0", "-100"), forecast.Opening{Amount: eur("500"), Shares: shares("0.6", "0.3")})
	require.NoError(t, err)
	// 1000: 200 cash, 400 in full, 80 and 240 with discount (78.40 and 235.20), 80 lost
	assert.Equal(t, []string{"978.40", "385.20", "-67.84", "-23.52"}, texts(r.Periods)) // 300 + 678.40; 150 + 235.20; net credit notes
	assert.Equal(t, "5.76", r.Discounts.Round().Text())                                 // 6.40 - 0.64
	assert.Equal(t, "122.00", r.Lost.Round().Text())                                    // 80 - 8 + 50
	r, err = forecast.Pattern{CashShare: dec("1")}.Receipts(euros("10", "20"), forecast.Opening{})
	require.NoError(t, err)
	assert.Equal(t, []string{"10.00", "20.00"}, texts(r.Periods))
	r, err = forecast.Pattern{}.Receipts(euros("10"), forecast.Opening{})
	require.NoError(t, err)
	assert.Equal(t, "10.00", r.Lost.Round().Text(), "no share: nothing comes in")
}

func TestUndefinedPatternsAreErrors(t *testing.T) {
	for name, p := range map[string]forecast.Pattern{
		"more than 1": {Shares: shares("0.7", "0.3001")}, "negative": {Shares: shares("-0.1")}, "cash": {CashShare: dec("1.1")},
		"with discount": {Shares: shares("0.7"), Discounted: shares("0.4")}, "discount": {Discount: dec("2")},
	} {
		_, err := p.Receipts(euros("10"), forecast.Opening{})
		require.ErrorIs(t, err, receivables.ErrInvalidInput, name)
	}
	ok := forecast.Pattern{Shares: shares("1")}
	_, err := ok.Receipts(nil, forecast.Opening{})
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = ok.Receipts(euros("1"), forecast.Opening{Amount: eur("1"), Shares: shares("2")})
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = ok.Receipts([]receivables.Money{eur("1"), receivables.MustMoney("1", "USD")}, forecast.Opening{})
	require.ErrorIs(t, err, receivables.ErrCurrencyMismatch)
	_, err = ok.Receipts([]receivables.Money{{}}, forecast.Opening{})
	require.ErrorIs(t, err, receivables.ErrCurrencyMismatch)
	_, err = forecast.FromBuckets(nil)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	for _, p := range []string{"1.01", "-0.01"} {
		_, err = forecast.FromBuckets([]forecast.Bucket{{Name: "a", Amount: eur("1"), Probability: dec(p)}})
		require.ErrorIs(t, err, receivables.ErrInvalidInput)
	}
	_, err = forecast.FromBuckets([]forecast.Bucket{{Amount: eur("1")}, {Amount: receivables.MustMoney("1", "USD")}})
	require.ErrorIs(t, err, receivables.ErrCurrencyMismatch)
}

// Nothing is lost: receipts + discounts + what is never received = sales + opening.
func TestReceiptsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) decimal.Decimal { return decimal.New(rapid.Int64Range(0, 1666).Draw(t, label), -4) }
		p := forecast.Pattern{CashShare: draw("cash"), Discount: draw("discount")}
		for range rapid.IntRange(0, 3).Draw(t, "shares") {
			p.Shares, p.Discounted = append(p.Shares, draw("share")), append(p.Discounted, draw("discounted"))
		}
		var sales []receivables.Money
		total := decimal.Zero
		for range rapid.IntRange(0, 6).Draw(t, "periods") {
			m := receivables.Zero(receivables.MustCurrency("EUR")).AddAmount(decimal.New(rapid.Int64Range(-1000, 100_000).Draw(t, "sales"), -2))
			sales, total = append(sales, m), total.Add(m.Amount())
		}
		opening := forecast.Opening{Amount: eur("123.45"), Shares: shares("0.5", "0.25")}
		r, err := p.Receipts(sales, opening)
		if err != nil {
			t.Fatal(err)
		}
		sum := r.Lost.Amount().Add(r.Discounts.Amount())
		for _, m := range r.Periods {
			sum = sum.Add(m.Amount())
		}
		assert.True(t, sum.Equal(total.Add(dec("123.45"))), "%s %s", sum, total)
	})
}

func TestFromAnAgedBalance(t *testing.T) {
	r, err := forecast.FromBuckets([]forecast.Bucket{
		{"not_due", eur("200000"), dec("0.80")},
		{"1-30", eur("60000"), dec("0.55")},
		{"31-60", eur("25000"), dec("0.35")},
		{"61-90", eur("10000"), dec("0.20")},
		{"91+", eur("8000"), dec("0.05")},
	})
	require.NoError(t, err)
	assert.Equal(t, "204150.00", r.Expected.Text())
	assert.Equal(t, "98850.00", r.Rest.Text())
	assert.Equal(t, "33000.00", r.Buckets[1].Text())
}

// cohorts is a ledger of months of sales of 1,000 collected 50 percent in the month, 30 in
// the next one, 20 in the third.
func cohorts(t testing.TB) *receivables.Ledger {
	t.Helper()
	l := &receivables.Ledger{}
	for i := range 8 {
		issued := receivables.AddMonths(day("2026-01-05"), i)
		id := fmt.Sprintf("F%d", i)
		require.NoError(t, l.Record(receivables.Invoice{ID: id, Customer: "C", IssuedOn: issued, DueOn: receivables.AddDays(issued, 30), Amount: eur("1000")}))
		for k, amount := range []string{"500", "300", "200"} {
			on := receivables.AddMonths(receivables.AddDays(issued, 10), k)
			require.NoError(t, l.Record(
				receivables.Payment{ID: fmt.Sprint("P", i, k), Customer: "C", ReceivedOn: on, Amount: eur(amount)},
				receivables.Allocation{From: fmt.Sprint("P", i, k), To: id, Amount: eur(amount), On: on},
			))
		}
	}
	return l
}

func TestAPatternIsReadOffALedger(t *testing.T) {
	result, err := dso.FromLedger(cohorts(t), day("2026-08-31"), day("2026-08-31"), dso.Config{})
	require.NoError(t, err)
	line, _ := result.Line(receivables.MustCurrency("EUR"))
	for _, last := range []string{"2026-08-31", "2026-08-30"} { // August has not ended on the 30th: cohorts end with July
		p, err := forecast.PatternOf(line, day(last), 3, 3)
		require.NoError(t, err, last)
		assert.Equal(t, []string{"0.5", "0.3", "0.2"}, []string{p.Shares[0].String(), p.Shares[1].String(), p.Shares[2].String()}, last)
	}
	short, err := forecast.PatternOf(line, day("2026-08-31"), 2, 2)
	require.NoError(t, err)
	assert.Len(t, short.Shares, 2)
	r, err := short.Receipts(euros("1000"), forecast.Opening{})
	require.NoError(t, err)
	assert.Equal(t, "200.00", r.Lost.Round().Text(), "what comes later than the pattern is not in it")
	// a credit note that is not matched yet is off the month it corrects
	noted := cohorts(t)
	require.NoError(t, noted.Record(receivables.CreditNote{ID: "N", Customer: "C", IssuedOn: day("2026-08-20"), Amount: eur("100"), Corrects: "F7"}))
	result, err = dso.FromLedger(noted, day("2026-08-31"), day("2026-08-31"), dso.Config{})
	require.NoError(t, err)
	other, _ := result.Line(receivables.MustCurrency("EUR"))
	p, err := forecast.PatternOf(other, day("2026-08-31"), 1, 1)
	require.NoError(t, err)
	assert.Equal(t, "0.5556", p.Shares[0].StringFixed(4), "500 of 900 in the month")
	for name, call := range map[string]func() error{
		"no cohort":    func() error { _, err := forecast.PatternOf(line, day("2026-08-31"), 0, 3); return err },
		"no length":    func() error { _, err := forecast.PatternOf(line, day("2026-08-31"), 3, 0); return err },
		"no day":       func() error { _, err := forecast.PatternOf(line, 0, 3, 3); return err },
		"before sales": func() error { _, err := forecast.PatternOf(line, day("2025-08-31"), 3, 3); return err },
	} {
		require.ErrorIs(t, call(), receivables.ErrInvalidInput, name)
	}
	_, err = forecast.PatternOf(line, day("2026-10-31"), 3, 3)
	require.ErrorIs(t, err, receivables.ErrNoCoverage)
}

func TestHabitsAreQuantilesOfWhatWasPaid(t *testing.T) {
	item := receivables.OpenItem{Document: "F", Customer: "C", IssuedOn: day("2026-01-01"), DueOn: day("2026-01-31"), Original: eur("100")}
	var list []receivables.Timeline
	for _, late := range []int{-5, 0, 2, 10, 40} {
		list = append(list, timelineOf(item, receivables.Reduction{On: receivables.AddDays(item.DueOn, late), Kind: receivables.EntryCollected, Amount: eur("100")}))
	}
	list = append(list,
		timelineOf(item, receivables.Reduction{On: day("2026-02-01"), Kind: receivables.EntryCredited, Amount: eur("100")}),  // not a payment
		timelineOf(item, receivables.Reduction{On: day("2026-12-01"), Kind: receivables.EntryCollected, Amount: eur("100")}), // later
	)
	undated := item
	undated.DueOn, undated.Customer = 0, "D"
	list = append(list, timelineOf(undated, receivables.Reduction{On: day("2026-02-01"), Kind: receivables.EntryCollected, Amount: eur("100")}))
	habits := forecast.HabitsOf(slices.Values(list), day("2026-06-30"))
	assert.Equal(t, map[string]forecast.Habit{"C": {Median: 2, Early: -5, Late: 10, Lines: 5}}, habits)

	l, err := receivables.NewLedger(
		receivables.Invoice{ID: "F", Customer: "C", IssuedOn: day("2026-01-01"), DueOn: day("2026-01-31"), Amount: eur("100")},
		receivables.Payment{ID: "P", Customer: "C", ReceivedOn: day("2026-02-10"), Amount: eur("100")},
		receivables.Allocation{ID: "A", From: "P", To: "F", Amount: eur("100"), On: day("2026-02-12")},
		receivables.Reversal{Of: "P", On: day("2026-02-20")},
	)
	require.NoError(t, err)
	assert.Equal(t, 10, forecast.HabitsOf(l.Timelines(day("2026-02-15"), day("2026-03-31")), day("2026-02-15"))["C"].Median)
	assert.Empty(t, forecast.HabitsOf(l.Timelines(day("2026-03-31"), day("2026-03-31")), day("2026-03-31")), "the payment was returned")
}

func TestForecastByHabits(t *testing.T) {
	calendar, err := receivables.FrenchCalendar(receivables.ZoneMetropole)
	require.NoError(t, err)
	open := func(customer, due, amount string) receivables.OpenItem {
		i := receivables.OpenItem{Document: customer + due, Customer: customer, Open: eur(amount)}
		if due != "" {
			i.DueOn = day(due)
		}
		return i
	}
	disputed := open("A", "2026-11-10", "100")
	disputed.Disputed = eur("40")
	items := []receivables.OpenItem{
		disputed,
		open("A", "2026-09-01", "10"), // should have come: Monday 2 November
		open("B", "2026-11-20", "1000"),
		open("B", "", "7"), open("A", "", "-25"), open("A", "2027-06-01", "5"),
	}
	habits := map[string]forecast.Habit{"A": {Median: 3, Early: 0, Late: 8, Lines: 9}}
	config := forecast.Config{AsOf: day("2026-10-31"), Period: forecast.Weekly, Periods: 4, Default: forecast.Habit{Median: 5, Early: 0, Late: 20}}
	list, err := forecast.FromHabits(slices.Values(items), habits, calendar, config)
	require.NoError(t, err)
	require.Len(t, list, 1)
	f := list[0]
	// 31 October is a Saturday: the first week is what is left of it, Sunday
	assert.Equal(t, []string{"2026-11-01 2026-11-01", "2026-11-02 2026-11-08", "2026-11-09 2026-11-15", "2026-11-16 2026-11-22"}, spans(f))
	assert.Equal(t, []string{"0.00", "10.00", "60.00", "0.00"}, column(f, func(l forecast.Line) receivables.Money { return l.Expected }), "60 on Friday 13 November")
	assert.Equal(t, []string{"0.00", "10.00", "60.00", "1000.00"}, column(f, func(l forecast.Line) receivables.Money { return l.Early }), "the 10th; 20 November")
	assert.Equal(t, []string{"0.00", "10.00", "0.00", "60.00"}, column(f, func(l forecast.Line) receivables.Money { return l.Late }), "the 18th")
	assert.Equal(t, "1005.00", f.Later.Expected.Text())
	assert.Equal(t, []string{"40.00", "7.00", "-25.00", "1000.00", "1097.00"},
		[]string{f.Disputed.Text(), f.Undated.Text(), f.Unapplied.Text(), f.WithoutHabit.Text(), f.Balance.Text()})
	assert.NotEmpty(t, f.Assumptions)

	config.Period, config.Periods = forecast.Monthly, 2
	habits["A"] = forecast.Habit{Median: 3, Early: 0, Late: 8, Run: forecast.PayRun{MonthDays: []int{15, 31}}}
	list, err = forecast.FromHabits(slices.Values(items), habits, calendar, config)
	require.NoError(t, err)
	assert.Equal(t, []string{"2026-11-01 2026-11-30", "2026-12-01 2026-12-31"}, spans(list[0]))
	assert.Equal(t, []string{"1070.00", "0.00"}, column(list[0], func(l forecast.Line) receivables.Money { return l.Expected }))
	assert.Equal(t, []string{"70.00", "1000.00"}, column(list[0], func(l forecast.Line) receivables.Money { return l.Late }), "60 waits for 30 November")

	config.Period, config.Periods = forecast.Weekly, 3
	habits["A"] = forecast.Habit{Run: forecast.PayRun{Weekdays: []time.Weekday{time.Wednesday}}} // Wednesday 11 November is a holiday
	list, err = forecast.FromHabits(slices.Values(items[:1]), habits, calendar, config)
	require.NoError(t, err)
	assert.Equal(t, "60.00", list[0].Lines[2].Expected.Text(), "the run of Wednesday the 11th is paid on Thursday")

	// as of Friday 13 February 2026 with a run on the 15th, a Sunday: what is overdue is paid on Monday the 16th
	habits["A"] = forecast.Habit{Run: forecast.PayRun{MonthDays: []int{15}}}
	list, err = forecast.FromHabits(slices.Values([]receivables.OpenItem{open("A", "2026-01-31", "9")}), habits, receivables.WeekdayCalendar{},
		forecast.Config{AsOf: day("2026-02-13"), Periods: 2})
	require.NoError(t, err)
	assert.Equal(t, []string{"0.00", "9.00"}, column(list[0], func(l forecast.Line) receivables.Money { return l.Expected }))
	foreign := open("A", "2026-01-31", "9")
	foreign.Disputed = receivables.MustMoney("1", "USD")
	_, err = forecast.FromHabits(slices.Values([]receivables.OpenItem{foreign}), habits, receivables.WeekdayCalendar{}, config)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)

	for name, change := range map[string]func(*forecast.Config){
		"no day": func(c *forecast.Config) { c.AsOf = 0 }, "no period": func(c *forecast.Config) { c.Periods = 0 }, "too many": func(c *forecast.Config) { c.Periods = 9999 },
		"unknown period": func(c *forecast.Config) { c.Period = 7 }, "backwards": func(c *forecast.Config) { c.Default = forecast.Habit{Median: 1, Early: 2, Late: 3} },
		"pay run": func(c *forecast.Config) { c.Default.Run.MonthDays = []int{32} },
	} {
		c := config
		change(&c)
		_, err := forecast.FromHabits(slices.Values(items), habits, calendar, c)
		require.ErrorIs(t, err, receivables.ErrInvalidInput, name)
	}
	_, err = forecast.FromHabits(slices.Values(items), habits, nil, config)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	items[0].Disputed = eur("101")
	_, err = forecast.FromHabits(slices.Values(items), habits, calendar, config)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
}

func spans(f forecast.Forecast) []string {
	var list []string
	for _, l := range f.Lines {
		list = append(list, l.First.String()+" "+l.Last.String())
	}
	return list
}

func column(f forecast.Forecast, of func(forecast.Line) receivables.Money) []string {
	var list []string
	for _, l := range f.Lines {
		list = append(list, of(l).Text())
	}
	return list
}

// Every item is in one place in each case.
func TestForecastsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		config := forecast.Config{AsOf: day("2026-10-31"), Period: forecast.Period(rapid.IntRange(0, 1).Draw(t, "period")), Periods: rapid.IntRange(1, 20).Draw(t, "periods")}
		habits := map[string]forecast.Habit{}
		for _, c := range []string{"A", "B"} {
			m := rapid.IntRange(-40, 100).Draw(t, "median")
			habits[c] = forecast.Habit{Median: m, Early: m - rapid.IntRange(0, 30).Draw(t, "early"), Late: m + rapid.IntRange(0, 60).Draw(t, "late")}
			if rapid.Bool().Draw(t, "run") {
				h := habits[c]
				h.Run.MonthDays = []int{rapid.IntRange(1, 31).Draw(t, "day")}
				habits[c] = h
			}
		}
		var items []receivables.OpenItem
		for range rapid.IntRange(0, 20).Draw(t, "items") {
			cents := rapid.Int64Range(-5_000, 100_000).Draw(t, "open")
			i := receivables.OpenItem{Customer: rapid.SampledFrom([]string{"A", "B", "C"}).Draw(t, "customer"), Open: receivables.Zero(receivables.MustCurrency("EUR")).AddAmount(decimal.New(cents, -2))}
			if rapid.IntRange(0, 9).Draw(t, "dated") > 0 {
				i.DueOn = receivables.AddDays(config.AsOf, rapid.IntRange(-200, 200).Draw(t, "due"))
			}
			if cents > 0 {
				i.Disputed = receivables.Zero(receivables.MustCurrency("EUR")).AddAmount(decimal.New(rapid.Int64Range(0, cents).Draw(t, "disputed"), -2))
			}
			items = append(items, i)
		}
		list, err := forecast.FromHabits(slices.Values(items), habits, receivables.WeekdayCalendar{}, config)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list {
			for name, of := range map[string]func(forecast.Line) receivables.Money{
				"expected": func(l forecast.Line) receivables.Money { return l.Expected },
				"early":    func(l forecast.Line) receivables.Money { return l.Early },
				"late":     func(l forecast.Line) receivables.Money { return l.Late },
			} {
				sum := of(f.Later).AddAmount(f.Disputed.Amount()).AddAmount(f.Undated.Amount()).AddAmount(f.Unapplied.Amount())
				for _, l := range f.Lines {
					sum = sum.AddAmount(of(l).Amount())
				}
				assert.Equal(t, f.Balance.Text(), sum.Text(), name)
			}
			for i, l := range f.Lines {
				assert.LessOrEqual(t, l.First, l.Last)
				if i > 0 {
					assert.Equal(t, receivables.AddDays(f.Lines[i-1].Last, 1), l.First)
				}
			}
		}
	})
}

// timelineOf makes the timeline of a document that is known to be good.
func timelineOf(item receivables.OpenItem, reductions ...receivables.Reduction) receivables.Timeline {
	t, err := receivables.NewTimeline(item, reductions...)
	if err != nil {
		panic(err)
	}
	return t
}
