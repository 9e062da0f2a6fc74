package dso_test

import (
	"encoding/csv"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/dso"
)

// ibmFigures are the indicators of the IBM ledger at each month end, computed outside Go from
// the rows of the file with exact fractions: balance, past due, DSO of 90 days, count-back
// by months, best possible DSO, ADD, CEI of three months with the sales of the period and
// with their monthly average. In the first two months a third of the sales so far is
// less than what is not due: the denominator of the monthly CEI is negative.
const ibmFigures = `
2012-01-31 4893.59 0.00 77.829494 26.807937 77.829494 0.000000 100.000000 negative
2012-02-29 6015.31 925.72 46.719322 29.472492 39.529500 7.189822 85.754406 negative
2012-03-31 6183.10 569.23 30.378111 28.478562 27.581434 2.796677 95.519479 -15.633697
2012-04-30 5944.56 881.01 28.664399 29.697903 24.416209 4.248190 95.236411 85.441661
2012-05-31 6042.61 801.90 28.311463 27.380534 24.554318 3.757145 96.059762 89.015450
2012-06-30 5504.09 909.73 27.229787 29.616828 22.729179 4.500609 95.453728 88.230132
2012-07-31 5984.98 893.83 29.578568 28.216526 25.161141 4.417427 95.496053 87.558219
2012-08-31 6025.87 909.82 30.523338 30.595487 25.914752 4.608587 95.257100 87.024753
2012-09-30 6029.22 612.67 28.380947 25.876888 25.496966 2.883981 96.899184 90.779259
2012-10-31 5926.23 710.43 28.290060 27.735475 24.898678 3.391382 96.532521 90.324074
2012-11-30 5809.21 394.78 26.559505 26.666141 24.754585 1.804920 98.098415 94.612586
2012-12-31 5725.06 788.74 26.840678 27.329907 23.142845 3.697833 96.198114 89.681499
2013-01-31 5846.87 1026.68 27.546629 26.992533 22.709584 4.837045 95.075953 86.644761
2013-02-28 5465.28 644.01 25.437128 24.971499 22.439703 2.997425 96.831414 91.336468
2013-03-31 5903.74 681.37 27.556594 28.424715 24.376197 3.180397 96.556013 90.167689
2013-04-30 5834.10 1006.57 27.349666 26.990562 22.630968 4.718697 94.984868 86.341926
2013-05-31 6918.35 819.53 31.078638 27.621080 27.397142 3.681496 95.913457 86.913539
2013-06-30 5119.85 835.56 23.150796 26.257481 19.372584 3.778212 96.152741 89.956093
2013-07-31 5400.11 422.98 25.098385 27.255521 23.132478 1.965907 97.948018 94.316613
2013-08-31 4925.57 381.23 24.623404 23.208994 22.717598 1.905806 98.179820 95.548571
2013-09-30 5029.22 465.48 23.589962 22.094322 21.406590 2.183371 97.684858 93.418641
2013-10-31 5090.86 614.68 24.081659 26.710558 21.173994 2.907665 96.963060 91.651383
2013-11-30 4788.88 542.56 22.989530 22.573546 20.384913 2.604617 97.257134 92.300207
2013-12-31 761.90 555.65 5.495713 32.536020 1.487716 4.007997 96.830613 93.866483
`

// ibmRow is a line of the file.
type ibmRow struct {
	number, customer     string
	issued, due, settled date.Date
	amount               receivables.Money
}

// ibmRows reads the file; the test is skipped where it is not beside the repository.
func ibmRows(t testing.TB) []ibmRow {
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
	var rows []ibmRow
	for _, r := range records[1:] {
		amount, err := receivables.ParseMoney(r[6], receivables.MustCurrency("USD"))
		require.NoError(t, err)
		rows = append(rows, ibmRow{number: r[3], customer: r[1], issued: read(r[4]), due: read(r[5]), settled: read(r[8]), amount: amount})
	}
	require.Len(t, rows, 2466)
	return rows
}

// timeline is a row as a stream has it.
func (r ibmRow) timeline() receivables.Timeline {
	return timelineOf(receivables.OpenItem{
		Document: r.number, Customer: r.customer, IssuedOn: r.issued, DueOn: r.due, Original: r.amount,
	}, receivables.Reduction{On: r.settled, Kind: receivables.EntryCollected, Amount: r.amount})
}

func accumulator(t testing.TB, options ...dso.Option) *dso.Accumulator {
	t.Helper()
	a, err := dso.New(dso.Config{}, options...)
	require.NoError(t, err)
	return a
}

// The same figures come out of a ledger, a stream and merged shards, and are those computed
// elsewhere.
func TestIBMLedgerAtEveryMonthEnd(t *testing.T) {
	rows := ibmRows(t)
	ledger := &receivables.Ledger{}
	for _, r := range rows {
		require.NoError(t, ledger.Record(
			receivables.Invoice{ID: r.number, Customer: r.customer, IssuedOn: r.issued, DueOn: r.due, Amount: r.amount},
			receivables.Payment{ID: "P" + r.number, Customer: r.customer, ReceivedOn: r.settled, Amount: r.amount},
			receivables.Allocation{From: "P" + r.number, To: r.number, Amount: r.amount, On: r.settled},
		))
	}
	end := day("2013-12-31")
	fromLedger, err := dso.FromLedger(ledger, end, end, dso.Config{})
	require.NoError(t, err)

	stream := accumulator(t)
	require.NoError(t, stream.AddStream(func(yield func(receivables.Timeline, error) bool) {
		for _, r := range rows {
			if !yield(r.timeline(), nil) {
				return
			}
		}
	}))
	byCustomer := accumulator(t, dso.GroupBy(receivables.ByCustomer()))
	shards := make([]*dso.Accumulator, 3)
	for i := range shards {
		shards[i] = accumulator(t)
	}
	for i, r := range rows {
		require.NoError(t, shards[i%3].Add(r.timeline()))
		require.NoError(t, byCustomer.Add(r.timeline()))
	}
	for _, s := range shards[1:] {
		require.NoError(t, shards[0].Merge(s))
	}
	for name, result := range map[string]*dso.Result{
		"ledger": fromLedger, "stream": stream.Result(), "merged shards": shards[0].Result(), "total of customers": byCustomer.Result(),
	} {
		t.Run(name, func(t *testing.T) {
			line, ok := result.Line(receivables.MustCurrency("USD"))
			require.True(t, ok)
			for want := range strings.Lines(strings.TrimSpace(ibmFigures)) {
				f := strings.Fields(want)
				view, err := line.At(day(f[0]))
				require.NoError(t, err)
				w, quarter := dso.LastDays(view.AsOf(), 90), dso.LastMonths(view.AsOf(), 3)
				assert.Equal(t, f[1], view.Receivables().Text(), f[0])
				assert.Equal(t, f[2], view.Overdue().Text(), f[0])
				is(t, f[3], 6, view.DSO(w).Figure, f[0], "DSO")
				is(t, f[4], 6, view.CountBackMonths(dso.CountBack{}).Figure, f[0], "count-back")
				is(t, f[5], 6, view.BestPossible(w).Figure, f[0], "best possible")
				is(t, f[6], 6, view.AverageDaysDelinquent(w).Figure, f[0], "ADD")
				is(t, f[7], 6, view.CEI(dso.MethodCEIPeriod, quarter).Figure, f[0], "CEI")
				monthly := view.CEI(dso.MethodCEIMonthly, quarter).Figure
				if f[8] == "negative" {
					undefined(t, negativeDenominator, monthly, f[0])
					continue
				}
				is(t, f[8], 6, monthly, f[0], "CEI, CRF")
			}
		})
	}
}

// How the IBM customers pay, against a loop over the rows: each row is one payment line.
func TestIBMPaymentsAgainstTheRows(t *testing.T) {
	rows := ibmRows(t)
	a := accumulator(t)
	for _, r := range rows {
		require.NoError(t, a.Add(r.timeline()))
	}
	line, _ := a.Result().Line(receivables.MustCurrency("USD"))
	view, err := line.At(day("2013-06-30"))
	require.NoError(t, err)
	w := dso.LastMonths(view.AsOf(), 6)
	var lines []dso.PaymentLine
	for _, r := range rows {
		if r.settled >= w.First && r.settled <= w.Last {
			lines = append(lines, dso.PaymentLine{Amount: r.amount.Amount(), Issued: r.issued, Due: r.due, PaidOn: r.settled})
		}
	}
	want, got := dso.PaymentsOf(lines), view.Payments(w)
	require.Greater(t, got.Lines, 500)
	assert.Equal(t, want.Lines, got.Lines)
	for name, pair := range map[string][2]dso.Measure{
		"days to pay": {want.DaysToPay, got.DaysToPay}, "simple": {want.DaysToPaySimple, got.DaysToPaySimple}, "terms": {want.Terms, got.Terms},
		"beyond terms": {want.BeyondTerms, got.BeyondTerms}, "late only": {want.BeyondTermsLate, got.BeyondTermsLate},
		"lateness": {want.LatenessSimple, got.LatenessSimple}, "beyond, simple": {want.BeyondTermsSimple, got.BeyondTermsSimple},
		"on time": {want.OnTime, got.OnTime}, "1-10": {want.UpTo10, got.UpTo10}, "11-30": {want.UpTo30, got.UpTo30}, "over 30": {want.Over30, got.Over30},
	} {
		is(t, pair[0].Text(12), 12, pair[1].Figure, name)
	}
	is(t, "30", 0, got.Terms.Figure, "every invoice has 30 days")
	blended, late := decimal.Zero, decimal.Zero
	for _, r := range rows { // overdue at the end of the day: as if paid then
		if r.issued <= view.AsOf() && r.settled > view.AsOf() && r.due < view.AsOf() {
			lines = append(lines, dso.PaymentLine{Amount: r.amount.Amount(), Issued: r.issued, Due: r.due, PaidOn: view.AsOf()})
			blended, late = blended.Add(one), late.Add(r.amount.Amount())
		}
	}
	require.True(t, blended.IsPositive())
	assert.Equal(t, late.StringFixed(2), view.Overdue().Text())
	is(t, dso.PaymentsOf(lines).DaysToPay.Text(12), 12, got.Blended.DaysToPay.Figure)
	is(t, dso.PaymentsOf(lines).BeyondTerms.Text(12), 12, got.Blended.BeyondTerms.Figure)
}

// sequence yields a slice.
func sequence(list []receivables.Timeline) iter.Seq[receivables.Timeline] {
	return func(yield func(receivables.Timeline) bool) {
		for _, t := range list {
			if !yield(t) {
				return
			}
		}
	}
}

// timelineOf makes the timeline of a document that is known to be good.
func timelineOf(item receivables.OpenItem, reductions ...receivables.Reduction) receivables.Timeline {
	t, err := receivables.NewTimeline(item, reductions...)
	if err != nil {
		panic(err)
	}
	return t
}
