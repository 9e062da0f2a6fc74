package dso_test

import (
	"fmt"
	"log"
	"slices"
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/dso"
)

// drawDocuments draws invoices and credit notes with what is paid of them, some too fine for columns.
func drawDocuments(t *rapid.T) (*receivables.Ledger, []receivables.OpenItem) {
	l := &receivables.Ledger{}
	var sales []receivables.OpenItem
	fine := rapid.Bool().Draw(t, "fine")
	large := rapid.IntRange(0, 4).Draw(t, "large") == 0
	for i := range rapid.IntRange(1, 40).Draw(t, "documents") {
		currency := receivables.MustCurrency(rapid.SampledFrom([]string{"EUR", "JPY"}).Draw(t, "currency"))
		units, places := rapid.OneOf(rapid.Int64Range(1, 100_000), rapid.Int64Range(1, 3)).Draw(t, "units"), int32(currency.MinorUnits())
		if fine && rapid.IntRange(0, 9).Draw(t, "places") == 0 {
			places += 2
		}
		if large && places <= 2 {
			units *= 9_000_000_000_000
		}
		amount := receivables.Zero(currency).AddAmount(decimal.New(units, -places))
		id, customer, on := fmt.Sprint("X", i), rapid.SampledFrom([]string{"C1", "C2", "C3"}).Draw(t, "customer"), receivables.AddDays(firstDay, rapid.IntRange(0, 200).Draw(t, "day"))
		x := receivables.OpenItem{Document: id, Customer: customer, IssuedOn: on, Open: amount}
		if rapid.IntRange(0, 5).Draw(t, "credit") == 0 {
			require.NoError(t, l.Record(receivables.CreditNote{ID: id, Customer: customer, IssuedOn: on, Amount: amount}))
			x.Open = amount.Neg()
			sales = append(sales, x)
			continue
		}
		f := receivables.Invoice{ID: id, Customer: customer, IssuedOn: on, Amount: amount}
		if rapid.IntRange(0, 5).Draw(t, "undated") > 0 {
			f.DueOn = receivables.AddDays(on, rapid.SampledFrom([]int{0, 30, 45}).Draw(t, "terms"))
		}
		require.NoError(t, l.Record(f))
		sales = append(sales, x)
		switch rapid.IntRange(0, 3).Draw(t, "what") {
		case 0: // paid, wholly or in part, or too much
			paid := receivables.Zero(currency).AddAmount(decimal.New(rapid.Int64Range(1, 100_000).Draw(t, "paid"), -int32(currency.MinorUnits())))
			day := receivables.AddDays(on, rapid.IntRange(0, 60).Draw(t, "paid on"))
			require.NoError(t, l.Record(receivables.Payment{ID: id + "/paid", Customer: customer, ReceivedOn: day, Amount: paid}))
			if c, err := paid.Cmp(amount); err == nil && c <= 0 {
				require.NoError(t, l.Record(receivables.Allocation{From: id + "/paid", To: id, Amount: paid, On: day}))
			}
		case 1:
			require.NoError(t, l.Record(receivables.Hold{ID: id + "/hold", Kind: receivables.HoldDispute, Scope: receivables.Scope{Document: id}, From: on}))
		}
	}
	return l, sales
}

// A table gives the parts and the count-back that the ledger gives, for any number of workers.
func TestATableAgreesWithTheLedger(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, documents := drawDocuments(t)
		asOf := receivables.AddDays(firstDay, rapid.IntRange(0, 260).Draw(t, "as of"))
		open, err := receivables.NewPortfolio(slices.Collect(l.OpenItems(asOf, asOf)))
		require.NoError(t, err)
		if rapid.Bool().Draw(t, "of the ledger") {
			documents = slices.Collect(l.Invoiced(asOf, asOf))
		}
		sales, err := receivables.NewPortfolio(documents)
		require.NoError(t, err)
		r, err := dso.FromLedger(l, asOf, asOf, dso.Config{}, dso.GroupBy(receivables.ByCustomer()))
		require.NoError(t, err)
		o := dso.CountBack{
			NoSales: dso.NoSales(rapid.IntRange(0, 1).Draw(t, "no sales")), Month: dso.MonthLength(rapid.IntRange(0, 1).Draw(t, "month")),
			InProgress: dso.MonthInProgress(rapid.IntRange(0, 1).Draw(t, "in progress")),
		}
		for _, workers := range []int{1, 2, 7} {
			table, err := dso.Tabulate(open, sales, workers, asOf, 10) // all of the 260 days
			require.NoError(t, err)
			for line := range r.Lines() {
				n, known := table.Number(receivables.PortfolioGroup{Customer: line.Name(), Currency: line.Currency()})
				require.True(t, known, "%q %s", line.Name(), line.Currency())
				v, err := line.At(asOf)
				require.NoError(t, err)
				got, want := table.Parts(n), v.Parts()
				for i, pair := range [][2]receivables.Money{
					{got.NotDue, want.NotDue},
					{got.Overdue, want.Overdue},
					{got.Disputed, want.Disputed},
					{got.DisputedOverdue, want.DisputedOverdue},
					{got.Undated, want.Undated},
					{got.Unapplied, want.Unapplied},
					{table.Receivables(n).Money, v.Receivables()},
					{table.Sales(n, 99).Money, v.Sales(dso.Window{First: receivables.AddDays(firstDay, -31), Last: asOf, Days: 365})},
				} {
					require.True(t, pair[0].Equal(pair[1]), "%d: %s, want %s", i, pair[0], pair[1])
				}
				back, wantBack := table.CountBackMonths(n, o), v.CountBackMonths(o)
				assert.Equal(t, wantBack.String(), back.String())
				assert.Equal(t, wantBack.Status(), back.Status())
				assert.True(t, wantBack.Unexplained.Equal(back.Unexplained))
			}
		}
	})
}

// Figures of the article: 212,000 against months of 100,000, 80,000 and 70,000.
func TestATableCountsBack(t *testing.T) {
	eur := receivables.MustCurrency("EUR")
	item := func(on, due string, amount int64) receivables.OpenItem {
		return receivables.OpenItem{Customer: "C", IssuedOn: day(on), DueOn: day(due), Open: receivables.Zero(eur).AddAmount(decimal.NewFromInt(amount))}
	}
	open, err := receivables.NewPortfolio([]receivables.OpenItem{item("2025-04-10", "2025-05-10", 12_000), item("2025-06-10", "2025-06-30", 200_000), item("2025-07-01", "2025-07-31", 5)})
	require.NoError(t, err)
	sales, err := receivables.NewPortfolio([]receivables.OpenItem{item("2025-06-30", "2025-07-31", 100_000), item("2025-05-01", "2025-05-31", 80_000), item("2025-04-30", "2025-05-31", 75_000), item("2025-04-01", "2025-05-31", -5_000), item("2025-07-01", "2025-07-31", 5)})
	require.NoError(t, err)
	table, err := dso.Tabulate(open, sales, 2, day("2025-06-30"), 3)
	require.NoError(t, err)
	m := table.CountBackMonths(0, dso.CountBack{Month: dso.ThirtyDayMonth})
	value, ok := m.Value()
	require.True(t, ok)
	assert.Equal(t, "73.71", value.StringFixed(2))
	assert.Equal(t, "12000.00", table.Parts(0).Overdue.Text())
	assert.Equal(t, "200000.00", table.Parts(0).NotDue.Text(), "due on the day is not overdue; what is issued later is not there")
	assert.Equal(t, "180000.00", table.Sales(0, 2).Money.Text())
	assert.Len(t, table.MonthSales(0, dso.CountBack{}), 3)

	for name, wrong := range map[string]func() error{
		"no day":    func() error { _, err := dso.Tabulate(open, sales, 1, 0, 3); return err },
		"no month":  func() error { _, err := dso.Tabulate(open, sales, 1, day("2025-06-30"), 0); return err },
		"centuries": func() error { _, err := dso.Tabulate(open, sales, 1, day("2025-06-30"), 1201); return err },
		"no issue": func() error {
			undated, err := receivables.NewPortfolio([]receivables.OpenItem{{Customer: "C", Open: receivables.Zero(eur), DueOn: date.Date(739000)}})
			require.NoError(t, err)
			_, err = dso.Tabulate(open, undated, 1, day("2025-06-30"), 3)
			return err
		},
	} {
		assert.ErrorIs(t, wrong(), receivables.ErrInvalidInput, name)
	}
	empty, err := dso.Tabulate(&receivables.Portfolio{}, &receivables.Portfolio{}, 4, day("2025-06-30"), 3)
	require.NoError(t, err)
	assert.Zero(t, empty.Len())
}

// The count-back DSO of every customer, from what is open and what was invoiced.
func ExampleTabulate() {
	item := func(customer, issued, due, amount string) receivables.OpenItem {
		return receivables.OpenItem{Customer: customer, IssuedOn: receivables.MustDate(issued), DueOn: receivables.MustDate(due), Open: receivables.MustMoney(amount, "EUR")}
	}
	open, err := receivables.NewPortfolio([]receivables.OpenItem{
		item("Durand", "2026-05-20", "2026-06-19", "30000.00"), item("Durand", "2026-06-10", "2026-07-10", "20000.00"), item("Petit", "2026-06-20", "2026-07-20", "500.00"),
	})
	if err != nil {
		log.Fatal(err)
	}
	sales, err := receivables.NewPortfolio([]receivables.OpenItem{
		item("Durand", "2026-05-20", "2026-06-19", "62000.00"), item("Durand", "2026-06-10", "2026-07-10", "20000.00"), item("Petit", "2026-06-20", "2026-07-20", "1000.00"),
	})
	if err != nil {
		log.Fatal(err)
	}
	table, err := dso.Tabulate(open, sales, 2, receivables.MustDate("2026-06-30"), 12)
	if err != nil {
		log.Fatal(err)
	}
	for n := range table.Len() {
		fmt.Println(table.Group(n).Customer, table.Parts(n).Overdue, table.CountBackMonths(n, dso.CountBack{}))
	}
	// Output:
	// Durand 30000.00 EUR 45 days (count-back by months, including VAT)
	// Petit 0.00 EUR 15 days (count-back by months, including VAT)
}

// A month whose documents cancel is history: it has days, of no sales.
func TestAMonthThatCancelsIsHistory(t *testing.T) {
	for _, cancelled := range []string{"100.00", "100.001"} {
		item := func(on, amount string, sign int64) receivables.OpenItem {
			return receivables.OpenItem{Customer: "C", IssuedOn: day(on), DueOn: day(on), Open: receivables.Zero(receivables.MustCurrency("EUR")).AddAmount(decimal.RequireFromString(amount).Mul(decimal.NewFromInt(sign)))}
		}
		sales, err := receivables.NewPortfolio([]receivables.OpenItem{item("2025-04-10", cancelled, 1), item("2025-04-20", cancelled, -1), item("2025-06-10", "50", 1)})
		require.NoError(t, err)
		open, err := receivables.NewPortfolio([]receivables.OpenItem{item("2025-06-10", "60", 1)})
		require.NoError(t, err)
		table, err := dso.Tabulate(open, sales, 1, day("2025-06-30"), 6)
		require.NoError(t, err)
		m := table.CountBackMonths(0, dso.CountBack{})
		value, ok := m.Value()
		require.True(t, ok)
		assert.Equal(t, "91", value.String())
		assert.Equal(t, receivables.StatusTruncated, m.Status())
		assert.Equal(t, "10", m.Unexplained.Amount().String())
	}
}
