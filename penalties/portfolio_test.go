package penalties_test

import (
	"fmt"
	"log"
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/penalties"
)

// The charges of a portfolio are those of its items one by one, under every regime that a table takes, in any currency, with amounts
// of every size, for any number of workers; an error is that of the first item.
func TestChargesAreThoseOfEachItem(t *testing.T) {
	law, err := penalties.Standard()
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		from, until := day("2014-01-01"), receivables.AddDays(day("2014-06-01"), rapid.IntRange(0, 4400).Draw(t, "until"))
		config := penalties.Config{Regime: rapid.SampledFrom(law.RegimeIDs()).Draw(t, "regime")}
		if rapid.IntRange(0, 5).Draw(t, "waive") == 0 {
			config.WaiveFixedSum = "goodwill"
		}
		c, err := penalties.New(law, config)
		require.NoError(t, err)
		table, err := c.Table(from, until)
		if err != nil {
			return
		}
		type expected struct {
			late, with, unknown int
			principal, interest decimal.Decimal
			sums                map[string]decimal.Decimal
		}
		want := map[receivables.PortfolioGroup]*expected{}
		var items []receivables.OpenItem
		var wantErr error
		for i := range rapid.IntRange(0, 40).Draw(t, "items") {
			currency := rapid.SampledFrom([]receivables.Currency{c.Regime().Currency, receivables.MustCurrency("EUR"), receivables.MustCurrency("JPY")}).Draw(t, "currency")
			coefficient := rapid.OneOf(rapid.Int64Range(-100_000, 10_000_000), rapid.SampledFrom([]int64{0, 99_999, 100_000, 100_001, 999_999_999_999_999_999, 1<<63 - 1})).Draw(t, "coefficient")
			x := receivables.OpenItem{
				Customer: rapid.SampledFrom([]string{"A", "B", "C"}).Draw(t, "customer"),
				Open:     receivables.Zero(currency).AddAmount(decimal.New(coefficient, -rapid.Int32Range(0, 3).Draw(t, "places"))),
			}
			if rapid.IntRange(0, 9).Draw(t, "dated") > 0 {
				x.DueOn = receivables.AddDays(from, rapid.IntRange(-2, receivables.DaysBetween(from, until)+3).Draw(t, "due"))
			}
			if rapid.IntRange(0, 9).Draw(t, "issued") > 0 {
				x.IssuedOn = receivables.AddDays(until, rapid.IntRange(-600, 2).Draw(t, "issue"))
			}
			items = append(items, x)
			g := receivables.PortfolioGroup{Customer: x.Customer, Currency: currency}
			if want[g] == nil {
				want[g] = &expected{sums: map[string]decimal.Decimal{}}
			}
			if x.Open.Sign() <= 0 || x.DueOn == 0 || x.DueOn >= until || x.IssuedOn > until {
				continue
			}
			a, err := c.Accrue(penalties.Claim{ID: "x", Principal: x.Open, DueOn: x.DueOn}, until)
			if err == nil && x.DueOn < from-1 {
				err = &receivables.CoverageError{Parameter: "table"}
			}
			if err != nil {
				if wantErr == nil {
					wantErr = fmt.Errorf("items[%d]: %w", i, err)
				}
				continue
			}
			w := want[g]
			w.late++
			w.principal, w.interest = w.principal.Add(x.Open.Amount()), w.interest.Add(a.Interest.Amount())
			switch {
			case config.WaiveFixedSum != "":
			case a.FixedSum != nil:
				w.with++
				code := a.FixedSum.Amount.Currency().Code()
				w.sums[code] = w.sums[code].Add(a.FixedSum.Amount.Amount())
			case len(a.Notes) > 0:
				w.unknown++
			}
		}
		p, err := receivables.NewPortfolio(items)
		require.NoError(t, err)
		for _, workers := range []int{1, 2, 7} {
			charges, err := table.Charge(p, workers)
			if wantErr != nil {
				require.ErrorIs(t, err, receivables.ErrNoCoverage)
				require.Equal(t, wantErr.Error()[:9], err.Error()[:9], "%v, want %v", err, wantErr)
				require.ErrorContains(t, err, "customer \"")
				continue
			}
			require.NoError(t, err)
			if workers == 7 { // by accumulators of two shards, the second one from its bytes
				cut := rapid.IntRange(0, len(items)).Draw(t, "cut")
				a, b := table.Accumulator(), table.Accumulator()
				for i, x := range items {
					require.NoError(t, []*penalties.Accumulator{a, b}[min(1, i/max(1, cut))].Add(x))
				}
				state, err := b.MarshalBinary()
				require.NoError(t, err)
				require.NoError(t, a.MergeBinary(state))
				charges = a.Charges()
			}
			require.Equal(t, len(want), charges.Len())
			all, late := 0, 0
			for n := range charges.Len() {
				got := charges.Charge(n)
				w := want[got.Group]
				require.Equal(t, w.late, got.Late)
				require.Equal(t, w.with, got.WithFixedSum)
				require.LessOrEqual(t, w.unknown, got.Late)
				require.True(t, w.principal.Equal(got.Principal.Amount()) && w.interest.Equal(got.Interest.Amount()), "%+v, want %+v", got, w)
				require.Len(t, got.FixedSums, len(w.sums))
				for _, m := range got.FixedSums {
					require.True(t, w.sums[m.Currency().Code()].Equal(m.Amount()), "%s, want %s", m, w.sums)
				}
				all += got.Late + got.NotLate + got.Credits + got.Undated
				late += got.Late
			}
			assert.Equal(t, len(items), all)
			for _, total := range charges.Totals() {
				late -= total.Late
			}
			assert.Zero(t, late)
		}
	})
}

// Interest and fixed sums of many items at once.
func ExampleTable_Charge() {
	item := func(customer, open, due string) receivables.OpenItem {
		return receivables.OpenItem{Customer: customer, Open: receivables.MustMoney(open, "EUR"), DueOn: receivables.MustDate(due)}
	}
	portfolio, err := receivables.NewPortfolio([]receivables.OpenItem{
		item("Durand", "1000.00", "2024-06-30"), item("Durand", "1000.00", "2026-09-30"), item("Durand", "-50.00", "2026-01-31"), item("Petit", "80.00", "2026-11-30"),
	})
	if err != nil {
		log.Fatal(err)
	}
	law, err := penalties.Standard()
	if err != nil {
		log.Fatal(err)
	}
	c, err := penalties.New(law, penalties.Config{Regime: "fr.b2b"})
	if err != nil {
		log.Fatal(err)
	}
	table, err := c.Table(receivables.MustDate("2024-01-01"), receivables.MustDate("2026-10-31"))
	if err != nil {
		log.Fatal(err)
	}
	charges, err := table.Charge(portfolio, 2)
	if err != nil {
		log.Fatal(err)
	}
	for n := range charges.Len() {
		c := charges.Charge(n)
		fmt.Println(c.Group.Customer, "late", c.Late, "interest", c.Interest, "fixed sums", c.FixedSums, "credits", c.Credits)
	}
	// Output:
	// Durand late 2 interest 310.87 EUR fixed sums [80.00 EUR] credits 1
	// Petit late 0 interest 0.00 EUR fixed sums [] credits 0
}

func BenchmarkCharge(b *testing.B) {
	law, err := penalties.Standard()
	require.NoError(b, err)
	c, err := penalties.New(law, penalties.Config{Regime: "fr.b2b"})
	require.NoError(b, err)
	until := day("2026-10-31")
	table, err := c.Table(day("2020-01-01"), until)
	require.NoError(b, err)
	const n = 1_000_000
	columns := receivables.ItemColumns{Group: make([]int32, n), DueOn: make([]date.Date, n), Open: make([]int64, n)}
	for i := range 10_000 {
		columns.Groups = append(columns.Groups, receivables.PortfolioGroup{Customer: fmt.Sprint(i), Currency: receivables.MustCurrency("EUR")})
	}
	for i := range n {
		columns.Group[i] = int32(i * 7919 % 10_000)
		columns.DueOn[i] = receivables.AddDays(until, 60-i*31%200)
		columns.Open[i] = int64(i%20-1) * 12_345
	}
	p, err := (&receivables.Portfolio{}).AppendColumns(columns)
	require.NoError(b, err)
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprint(workers), func(b *testing.B) {
			for b.Loop() {
				if _, err := table.Charge(p, workers); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/item")
		})
	}
}
