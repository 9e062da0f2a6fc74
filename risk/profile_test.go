package risk_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/risk"
)

func day(text string) date.Date         { return receivables.MustDate(text) }
func eur(text string) receivables.Money { return receivables.MustMoney(text, "EUR") }

func is(t testing.TB, want string, places int32, f receivables.Figure, what ...any) {
	t.Helper()
	_, ok := f.Value()
	require.True(t, ok, "%s: %v", f.Status(), what)
	assert.Equal(t, want, f.Text(places), what...)
}

func accumulator(t testing.TB, config risk.Config, options ...risk.Option) *risk.Accumulator {
	t.Helper()
	a, err := risk.New(config, options...)
	require.NoError(t, err)
	return a
}

// small is a ledger whose profile is worked out by hand below.
func small(t testing.TB) *receivables.Ledger {
	t.Helper()
	l, err := receivables.NewLedger(
		receivables.Invoice{ID: "F1", Customer: "C", IssuedOn: day("2026-01-10"), DueOn: day("2026-02-09"), Amount: eur("1000.00")},
		receivables.Invoice{ID: "F2", Customer: "C", IssuedOn: day("2026-02-10"), DueOn: day("2026-03-12"), Amount: eur("600.00")},
		receivables.Invoice{ID: "F3", Customer: "C", IssuedOn: day("2026-03-05"), DueOn: day("2026-04-04"), Amount: eur("400.00")},
		receivables.Invoice{ID: "F4", Customer: "C", IssuedOn: day("2026-03-10"), DueOn: day("2026-04-09"), Amount: eur("250.00")},
		receivables.Payment{ID: "P1", Customer: "C", ReceivedOn: day("2026-02-19"), Amount: eur("400.00")},
		receivables.Payment{ID: "P2", Customer: "C", ReceivedOn: day("2026-03-31"), Amount: eur("600.00")},
		receivables.Payment{ID: "P3", Customer: "C", ReceivedOn: day("2026-04-02"), Amount: eur("600.00")},
		receivables.Payment{ID: "P4", Customer: "C", ReceivedOn: day("2026-04-03"), Amount: eur("400.00")},
		receivables.Allocation{From: "P1", To: "F1", Amount: eur("400.00"), On: day("2026-02-19")},           // 10 late, a part
		receivables.Allocation{From: "P2", To: "F1", Amount: eur("600.00"), On: day("2026-03-31")},           // 50 late, a part
		receivables.Allocation{From: "P3", To: "F2", Amount: eur("600.00"), On: day("2026-04-02")},           // 21 late
		receivables.Allocation{ID: "A4", From: "P4", To: "F3", Amount: eur("400.00"), On: day("2026-04-03")}, // 1 early
		receivables.Hold{ID: "L1", Scope: receivables.Scope{Document: "F4"}, From: day("2026-04-20"), Cause: receivables.CausePrice},
		receivables.Hold{ID: "L2", Scope: receivables.Scope{Document: "F2"}, From: day("2026-02-20"), Until: day("2026-03-01")},
	)
	require.NoError(t, err)
	return l
}

func TestAProfileByHand(t *testing.T) {
	profiles, err := risk.FromLedger(small(t), day("2026-06-30"), risk.Config{AsOf: day("2026-06-30")})
	require.NoError(t, err)
	require.Len(t, profiles, 1)
	p := profiles[0]
	assert.Equal(t, []string{"C"}, p.Group)
	assert.Equal(t, day("2025-07-01"), p.From)
	l := p.Lateness // 10, 50, 21, -1 on 400, 600, 600, 400
	assert.Equal(t, 4, l.Lines)
	is(t, "20.00", 2, l.Mean)
	is(t, "23.10", 2, l.WeightedMean) // (4000 + 30000 + 12600 - 400) / 2000
	is(t, "23.30", 2, l.LateOnlyWeighted)
	is(t, "20.25", 2, l.LateOnlyMean)
	is(t, "15.50", 2, l.Median) // of 10 and 21
	is(t, "21", 0, l.WeightedMedian, "-1 and 10 are 800 of 2000, 21 makes 1400")
	is(t, "-1", 0, l.Q20)
	is(t, "50", 0, l.Q80)
	is(t, "0.75", 2, l.ShareLate)
	is(t, "0.80", 2, l.ShareLateAmount)
	is(t, "0.30", 2, l.ShareVeryLateAmount)
	is(t, "480.6667", 4, l.Variance) // (100 + 900 + 1 + 441) / 3
	is(t, "21.9241", 4, l.SD)
	is(t, "11.00", 2, l.MAD) // 5.5, 34.5, 5.5, 16.5 about 15.5
	is(t, "0.50", 2, p.PartPayments)
	is(t, "1.00", 2, p.RoundSums)
	assert.Equal(t, "250.00", p.Balance.Text())
	assert.Equal(t, "250.00", p.Overdue.Text())
	assert.Equal(t, 82, p.OldestOverdue) // 9 April to 30 June
	assert.Equal(t, "250.00", p.Over60.Text())
	assert.Equal(t, "0.00", p.Over60Before.Text(), "52 days on 31 May")
	assert.Equal(t, "2250.00", p.Sales.Text())
	assert.Equal(t, "1000.00", p.MonthlySales[6].Text())
	assert.Equal(t, "1250.00", p.MaxBalance.Text()) // end of March: 2250 - 1000
	is(t, "0.50", 2, p.DisputeRate)
	is(t, "0.3778", 4, p.DisputeRateAmount) // 850 / 2250
	is(t, "0.50", 2, p.LateDisputes, "L1 after the due date, L2 before")
	is(t, "0.30", 2, p.MonthEnd)
	require.Len(t, p.Monthly, 3)
	is(t, "12.20", 2, p.Monthly[2].Weighted) // (12600 - 400) / 1000
	assert.True(t, p.OfMonth.Fixed)
	is(t, "0.5969", 4, p.OfMonth.Concentration)
	assert.Equal(t, 1, p.OfMonth.MeanDay, "19, 31, 2 and 3: 31.85 by the angles, the turn of the month")
	assert.Equal(t, 2, p.OfMonth.ModalDay, "600 as on the 31st, and earlier")
	next, ok := p.NextPayment(day("2026-07-05"))
	require.True(t, ok)
	assert.Equal(t, day("2026-08-01"), next, "5 July and 16 days is the 21st; the run is on the 1st")
}

func TestOnlyWhatIsKnownAndWithinTheWindowCounts(t *testing.T) {
	l := small(t)
	at := func(asOf string, months int) risk.Profile {
		list, err := risk.FromLedger(l, day(asOf), risk.Config{AsOf: day(asOf), Months: months})
		require.NoError(t, err)
		return list[0]
	}
	assert.Equal(t, 0, at("2026-02-18", 12).Lateness.Lines)
	assert.Equal(t, 1, at("2026-02-19", 12).Lateness.Lines)
	assert.Equal(t, 3, at("2026-04-30", 2).Lateness.Lines, "March and April")
	assert.Equal(t, 2, at("2026-04-30", 1).Lateness.Lines)
	require.NoError(t, l.Record(receivables.Reversal{Of: "P4", On: day("2026-04-10")}))
	assert.Equal(t, 4, at("2026-04-09", 12).Lateness.Lines)
	assert.Equal(t, 3, at("2026-04-10", 12).Lateness.Lines, "the payment came back")
}

// Paid on the due date, which is the last day of each month: the mean day of the angles is 30.
func TestTheNextPaymentOfWhoPaysAtTheEndOfTheMonth(t *testing.T) {
	l, err := receivables.NewLedger()
	require.NoError(t, err)
	for n := range 12 {
		due := receivables.EndOfMonth(receivables.AddMonths(day("2025-08-01"), n))
		id := fmt.Sprintf("F%d", n)
		require.NoError(t, l.Record(
			receivables.Invoice{ID: id, Customer: "C", IssuedOn: receivables.AddDays(due, -30), DueOn: due, Amount: eur("1000.00")},
			receivables.Payment{ID: "P" + id, Customer: "C", ReceivedOn: due, Amount: eur("1000.00")},
			receivables.Allocation{From: "P" + id, To: id, Amount: eur("1000.00"), On: due},
		))
	}
	list, err := risk.FromLedger(l, day("2026-07-31"), risk.Config{AsOf: day("2026-07-31")})
	require.NoError(t, err)
	for due, want := range map[string]string{"2026-08-31": "2026-08-31", "2026-10-31": "2026-10-31", "2027-02-01": "2027-02-28", "2026-09-15": "2026-09-30"} {
		next, ok := list[0].NextPayment(day(due))
		require.True(t, ok)
		assert.Equal(t, day(want), next, due)
	}
	_, ok := list[0].NextPayment(day("9999-12-20"))
	assert.False(t, ok)
}

// F1 is one invoice in three instalments with one dispute on the second, F2 is whole, F3 was
// cancelled, F4 was paid less a credit note.
func TestInvoicesAreCountedOnce(t *testing.T) {
	l, err := receivables.NewLedger(
		receivables.Invoice{ID: "F1", Customer: "C", IssuedOn: day("2026-02-01"), Amount: eur("300.00"), Instalments: []receivables.Instalment{
			{DueOn: day("2026-03-01"), Amount: eur("100.00")}, {DueOn: day("2026-04-01"), Amount: eur("100.00")}, {DueOn: day("2026-05-01"), Amount: eur("100.00")},
		}},
		receivables.Invoice{ID: "F2", Customer: "C", IssuedOn: day("2026-02-01"), DueOn: day("2026-03-01"), Amount: eur("50.00")},
		receivables.Invoice{ID: "F3", Customer: "C", IssuedOn: day("2026-02-02"), DueOn: day("2026-03-02"), Amount: eur("70.00")},
		receivables.Reversal{Of: "F3", On: day("2026-02-05")},
		receivables.Invoice{ID: "F4", Customer: "C", IssuedOn: day("2026-02-01"), DueOn: day("2026-03-01"), Amount: eur("150.00")},
		receivables.CreditNote{ID: "A4", Customer: "C", IssuedOn: day("2026-02-10"), Amount: eur("20.00")},
		receivables.Allocation{From: "A4", To: "F4", Amount: eur("20.00"), On: day("2026-02-10")},
		receivables.Payment{ID: "P4", Customer: "C", ReceivedOn: day("2026-03-01"), Amount: eur("130.00")},
		receivables.Allocation{From: "P4", To: "F4", Amount: eur("130.00"), On: day("2026-03-01")},
		receivables.Hold{ID: "L1", Scope: receivables.Scope{Document: "F1", Instalment: 2}, From: day("2026-03-10")},
		receivables.Hold{ID: "L2", Scope: receivables.Scope{Document: "F1"}, From: day("2026-03-10")}, // late for the first instalment
		receivables.Payment{ID: "P5", Customer: "C", ReceivedOn: day("2026-04-01"), Amount: eur("500.00")},
	)
	require.NoError(t, err)
	config := risk.Config{AsOf: day("2026-04-30")}
	whole := accumulator(t, config)
	shards := []*risk.Accumulator{accumulator(t, config), accumulator(t, config)}
	n := 0
	for x := range l.Timelines(config.AsOf, config.AsOf) {
		require.NoError(t, whole.Add(x))
		require.NoError(t, shards[n%2].Add(x))
		n++
	}
	require.NoError(t, shards[0].Merge(shards[1]))
	assert.Equal(t, whole.Profiles(), shards[0].Profiles())
	p := whole.Profiles()[0]
	assert.Equal(t, 3, p.Invoices)
	is(t, "0.3333", 4, p.DisputeRate)
	is(t, "0.60", 2, p.DisputeRateAmount, "300 of 500")
	is(t, "0.50", 2, p.LateDisputes)
	is(t, "0.00", 2, p.PartPayments, "130 settled what was left")
	assert.Equal(t, "350.00", p.OpenInvoices.Text())
	assert.Equal(t, "250.00", p.Overdue.Text())
	all := risk.PortfolioOf([]risk.Profile{p}, receivables.MustCurrency("EUR"))
	share := risk.FactsOf(p, all, receivables.KindCompany).Measures[risk.MeasureOverdue]
	is(t, "0.7143", 4, share, "of the open invoices, whatever was paid on account")
	share = risk.FactsOf(risk.Profile{}, all, receivables.KindCompany).Measures[risk.MeasureOverdue]
	assert.Equal(t, receivables.StatusZeroDenominator, share.Status())
}

// 1000.00 on the 10th of each month, paid on the due date: no sign on any day, however short the
// history.
func TestASteadyCustomerShowsNoSign(t *testing.T) {
	for months := 1; months <= 14; months++ {
		l, err := receivables.NewLedger()
		require.NoError(t, err)
		for n := range months {
			issued := receivables.AddMonths(day("2026-10-10"), -n)
			due := receivables.AddDays(issued, 60)
			id := fmt.Sprintf("F%d", n)
			require.NoError(t, l.Record(
				receivables.Invoice{ID: id, Customer: "C", IssuedOn: issued, DueOn: due, Amount: eur("1000.00")},
				receivables.Payment{ID: "P" + id, Customer: "C", ReceivedOn: due, Amount: eur("1000.00")},
				receivables.Allocation{From: "P" + id, To: id, Amount: eur("1000.00"), On: due},
			))
		}
		for _, asOf := range []string{"2026-10-10", "2026-10-31", "2026-11-02", "2026-11-09"} {
			list, err := risk.FromLedger(l, day(asOf), risk.Config{AsOf: day(asOf)})
			require.NoError(t, err)
			for _, p := range list {
				assert.Empty(t, risk.Signals(p, risk.Knowledge{}, risk.DefaultThresholds(), nil), "%d months, %s", months, asOf)
			}
		}
	}
}

// ibm reads the IBM ledger as timelines, or skips.
func ibm(t testing.TB) []receivables.Timeline {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "..", "shared", "data", "receivables", "ibm-late-payment-histories.csv"))
	if err != nil {
		t.Skipf("the ledger is not beside the repository: %v", err)
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	read := func(text string) date.Date {
		d, err := receivables.ParseDateLayouts(text, "1/2/2006")
		require.NoError(t, err)
		return d
	}
	var list []receivables.Timeline
	for _, r := range records[1:] {
		amount, err := receivables.ParseMoney(r[6], receivables.MustCurrency("USD"))
		require.NoError(t, err)
		tl, err := receivables.NewTimeline(
			receivables.OpenItem{Document: r[3], Customer: r[1], IssuedOn: read(r[4]), DueOn: read(r[5]), Original: amount},
			receivables.Reduction{On: read(r[8]), Kind: receivables.EntryCollected, Amount: amount},
		)
		require.NoError(t, err)
		list = append(list, tl)
	}
	return list
}

// Every customer of the IBM ledger against loops over its rows.
func TestProfilesOfTheIBMLedgerAgainstItsRows(t *testing.T) {
	rows := ibm(t)
	asOf := day("2013-06-30")
	whole := accumulator(t, risk.Config{AsOf: asOf})
	shards := []*risk.Accumulator{accumulator(t, risk.Config{AsOf: asOf}), accumulator(t, risk.Config{AsOf: asOf}), accumulator(t, risk.Config{AsOf: asOf})}
	customers := map[string]bool{}
	for i, r := range rows {
		require.NoError(t, whole.Add(r))
		require.NoError(t, shards[i%3].Add(r))
		if r.Item.IssuedOn <= asOf {
			customers[r.Item.Customer] = true
		}
	}
	require.NoError(t, shards[2].Merge(shards[0]))
	require.NoError(t, shards[2].Merge(shards[1]))
	profiles := whole.Profiles()
	assert.Equal(t, profiles, shards[2].Profiles(), "merged shards are the whole")
	require.Len(t, customers, 100)
	require.Len(t, profiles, 100)
	for _, p := range profiles {
		var late []int
		sum, product, balance, overdue := decimal.Zero, decimal.Zero, decimal.Zero, decimal.Zero
		positive := 0
		for _, r := range rows {
			if r.Item.Customer != p.Group[0] {
				continue
			}
			amount, paid := r.Item.Original.Amount(), r.Changes[1].On
			if r.Item.IssuedOn <= asOf && paid > asOf {
				balance = balance.Add(amount)
				if r.Item.DueOn < asOf {
					overdue = overdue.Add(amount)
				}
			}
			if paid < day("2012-07-01") || paid > asOf {
				continue
			}
			d := receivables.DaysBetween(r.Item.DueOn, paid)
			late = append(late, d)
			sum, product = sum.Add(amount), product.Add(amount.Mul(decimal.NewFromInt(int64(d))))
			if d > 0 {
				positive++
			}
		}
		require.NotEmpty(t, late, p.Group)
		slices.Sort(late)
		n := len(late)
		total, squares := 0, 0
		for _, d := range late {
			total, squares = total+d, squares+d*d
		}
		what := p.Group[0]
		assert.Equal(t, n, p.Lateness.Lines, what)
		is(t, decimal.NewFromInt(int64(total)).DivRound(decimal.NewFromInt(int64(n)), 12).StringFixed(9), 9, p.Lateness.Mean, what)
		is(t, product.DivRound(sum, 12).StringFixed(9), 9, p.Lateness.WeightedMean, what)
		is(t, decimal.NewFromInt(int64(late[(n-1)/2]+late[n/2])).Shift(-1).Mul(decimal.NewFromInt(5)).StringFixed(1), 1, p.Lateness.Median, what)
		is(t, fmt.Sprint(late[n-1]), 0, p.Lateness.Max, what)
		is(t, decimal.NewFromInt(int64(positive)).DivRound(decimal.NewFromInt(int64(n)), 12).StringFixed(9), 9, p.Lateness.ShareLate, what)
		variance := decimal.NewFromInt(int64(n*squares-total*total)).DivRound(decimal.NewFromInt(int64(n*(n-1))), 12)
		is(t, variance.StringFixed(8), 8, p.Lateness.Variance, what)
		assert.True(t, balance.Equal(p.Balance.Amount()), what)
		assert.True(t, overdue.Equal(p.Overdue.Amount()), what)
	}
}

// Amounts times a factor leave every class and its points as they are.
func TestScalingAmountsLeavesClasses(t *testing.T) {
	rows := ibm(t)
	classes := func(factor string) map[string]string {
		a := accumulator(t, risk.Config{AsOf: day("2013-06-30")})
		for _, r := range rows {
			k := dec(factor)
			money := func(m receivables.Money) receivables.Money {
				return receivables.Zero(m.Currency()).AddAmount(m.Amount().Mul(k))
			}
			changes := slices.Clone(r.Changes)
			for i := range changes {
				changes[i].Amount = money(changes[i].Amount)
			}
			r.Item.Original, r.Changes = money(r.Item.Original), changes
			require.NoError(t, a.Add(r))
		}
		classifier, err := risk.NewClassifier(risk.DefaultPolicy())
		require.NoError(t, err)
		profiles := a.Profiles()
		all := risk.PortfolioOf(profiles, receivables.MustCurrency("USD"))
		list := map[string]string{}
		for _, p := range profiles {
			c := classifier.Classify(risk.FactsOf(p, all, receivables.KindCompany), nil)
			list[p.Group[0]] = c.Class + " " + c.Points.Text(9)
		}
		return list
	}
	want := classes("1")
	require.Len(t, want, 100)
	for _, factor := range []string{"0.001", "7", "123456789.01"} { // in cents, beside them, and beyond 18 digits
		assert.Equal(t, want, classes(factor), factor)
	}
}

func TestResiduesAreNoDebts(t *testing.T) {
	l := small(t) // F4, 250.00, is 82 days late
	at := func(residue string) risk.Profile {
		list, err := risk.FromLedger(l, day("2026-06-30"), risk.Config{AsOf: day("2026-06-30"), Residue: dec(residue)})
		require.NoError(t, err)
		return list[0]
	}
	p := at("249.99")
	assert.Equal(t, 82, p.OldestOverdue)
	assert.Equal(t, "250.00", p.Over60.Text())
	p = at("250")
	assert.Equal(t, 0, p.OldestOverdue)
	assert.Equal(t, "0.00", p.Over60.Text())
	assert.Equal(t, "250.00", p.Overdue.Text(), "the amount stays")
	_, err := risk.New(risk.Config{AsOf: day("2026-06-30"), Residue: dec("-1")})
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	a, b := accumulator(t, risk.Config{AsOf: day("2026-06-30"), Residue: dec("1.0")}), accumulator(t, risk.Config{AsOf: day("2026-06-30"), Residue: dec("2")})
	require.ErrorIs(t, a.Merge(b), receivables.ErrConflict)
	require.NoError(t, a.Merge(accumulator(t, risk.Config{AsOf: day("2026-06-30"), Residue: dec("1")})))
}

// drawLines draws payment lines.
func drawLines(t *rapid.T) []risk.Late {
	var list []risk.Late
	for range rapid.IntRange(1, 30).Draw(t, "lines") {
		list = append(list, risk.Late{Days: rapid.IntRange(-40, 120).Draw(t, "days"), Amount: decimal.New(rapid.Int64Range(1, 1_000_000).Draw(t, "cents"), -2)})
	}
	return list
}

func TestAnOnTimePaymentNeverWorsensAProfile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := drawLines(t)
		before := risk.LatenessOf(lines)
		on := risk.Late{Days: -rapid.IntRange(0, 30).Draw(t, "early"), Amount: decimal.New(rapid.Int64Range(1, 1_000_000).Draw(t, "cents"), -2)}
		after := risk.LatenessOf(append(slices.Clone(lines), on))
		for i, pair := range [][2]receivables.Figure{
			{before.LateOnlyMean, after.LateOnlyMean},
			{before.LateOnlyWeighted, after.LateOnlyWeighted},
			{before.ShareLate, after.ShareLate},
			{before.ShareLateAmount, after.ShareLateAmount},
			{before.ShareVeryLate, after.ShareVeryLate},
			{before.ShareVeryLateAmount, after.ShareVeryLateAmount},
			{before.Max, after.Max},
		} {
			x, _ := pair[0].Value()
			y, _ := pair[1].Value()
			x = decimal.Max(x, decimal.Zero) // of who always pays early the latest may come nearer to 0
			assert.True(t, y.LessThanOrEqual(x), "%d: %s %s", i, x, y)
		}
	})
}

func TestScalingAmountsLeavesALateness(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := drawLines(t)
		factor := decimal.NewFromInt(rapid.Int64Range(2, 1_000_000).Draw(t, "factor"))
		scaled := slices.Clone(lines)
		for i := range scaled {
			scaled[i].Amount = scaled[i].Amount.Mul(factor)
		}
		a, b := risk.LatenessOf(lines), risk.LatenessOf(scaled)
		for i, pair := range [][2]receivables.Figure{{a.WeightedMean, b.WeightedMean}, {a.WeightedMedian, b.WeightedMedian}, {a.ShareLateAmount, b.ShareLateAmount}, {a.MAD, b.MAD}, {a.WeightedSD, b.WeightedSD}} {
			assert.Equal(t, pair[0].Text(9), pair[1].Text(9), i)
		}
	})
}

func TestConcentrationLiesBetweenItsBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []decimal.Decimal
		for range rapid.IntRange(1, 30).Draw(t, "n") {
			list = append(list, decimal.NewFromInt(rapid.Int64Range(1, 1_000_000).Draw(t, "amount")))
		}
		c := risk.ConcentrationOf(list)
		h, ok := c.HHI.Value()
		assert.True(t, ok)
		assert.True(t, h.LessThanOrEqual(decimal.NewFromInt(1)))
		assert.True(t, h.Add(decimal.New(1, -15)).Mul(decimal.NewFromInt(int64(len(list)))).GreaterThanOrEqual(decimal.NewFromInt(1)))
	})
}
