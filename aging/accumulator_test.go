package aging_test

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
)

// cells writes a line: its columns, undated, unapplied and total.
func cells(line aging.Line) string {
	text := ""
	for _, c := range line.Columns() {
		text += c.Amount.Text() + " "
	}
	return text + "| " + line.Undated().Amount.Text() + " " + line.Unapplied().Amount.Text() + " = " + line.Total().Amount.Text()
}

func balance(t testing.TB, config aging.Config, items []receivables.OpenItem, options ...aging.Option) *aging.Balance {
	t.Helper()
	a, err := aging.New(asOf, config, options...)
	require.NoError(t, err)
	require.NoError(t, a.AddAll(items))
	return a.Balance()
}

func total(t testing.TB, b *aging.Balance) aging.Line {
	t.Helper()
	line, ok := b.Total(receivables.MustCurrency("EUR"))
	require.True(t, ok)
	return line
}

func TestCreditsThreeWays(t *testing.T) {
	items := []receivables.OpenItem{
		due("F1", -5, "100"), due("F2", 10, "200"), due("F3", 100, "300"),
		due("N1", 45, "-350"), // a credit note with a date of its own
		{Document: "P1", Customer: "C2", Kind: receivables.KindPayment, IssuedOn: asOf, Open: eur("-40")},
		{Document: "F4", Customer: "C1", IssuedOn: asOf, Open: eur("25")}, // undated
	}
	for credits, want := range map[aging.Credits]string{
		aging.CreditsSeparate:  "100.00 200.00 0.00 0.00 300.00 | 25.00 -390.00 = 235.00",
		aging.CreditsAtOwnDate: "60.00 200.00 -350.00 0.00 300.00 | 25.00 0.00 = 235.00",
		// C1: 300 of the oldest, 50 of 1-30; C2 has no debt and keeps its credit.
		aging.CreditsOldestFirst: "100.00 150.00 0.00 0.00 0.00 | 25.00 -40.00 = 235.00",
	} {
		assert.Equal(t, want, cells(total(t, balance(t, aging.Config{Credits: credits}, items))), credits)
	}
	// Never between customers, whatever the grouping.
	grouped := balance(t, aging.Config{Credits: aging.CreditsOldestFirst}, items, aging.GroupBy(receivables.BySalesperson()))
	assert.Equal(t, "100.00 150.00 0.00 0.00 0.00 | 25.00 -40.00 = 235.00", cells(total(t, grouped)))
	assert.Equal(t, []string{"salesperson"}, grouped.Keys())

	// A credit beyond all debts leaves the rest; undated debts come last.
	items = append(items, due("N2", 0, "-1000"))
	assert.Equal(t, "0.00 0.00 0.00 0.00 0.00 | 0.00 -765.00 = -765.00",
		cells(total(t, balance(t, aging.Config{Credits: aging.CreditsOldestFirst}, items))))
}

func TestDisputedAmountsStandInsideTheirColumn(t *testing.T) {
	whole, part := due("F1", 10, "200"), due("F2", 10, "100")
	whole.Disputed, part.Disputed = eur("200"), eur("30")
	line := total(t, balance(t, aging.Config{}, []receivables.OpenItem{whole, part, due("F3", 40, "50")}))
	assert.Equal(t, "300.00", line.Column(1).Amount.Text(), "disputed amounts stay in the column")
	assert.Equal(t, "230.00", line.Column(1).Disputed.Text())
	assert.Equal(t, "0.00", line.Column(2).Disputed.Text())
	assert.Equal(t, "230.00", line.Total().Disputed.Text())

	// Set-off uses undisputed amounts first.
	items := []receivables.OpenItem{whole, part, due("N", 0, "-100")}
	line = total(t, balance(t, aging.Config{Credits: aging.CreditsOldestFirst}, items))
	assert.Equal(t, "200.00", line.Column(1).Amount.Text())
	assert.Equal(t, "200.00", line.Column(1).Disputed.Text())
}

func TestGroupsHaveSubtotals(t *testing.T) {
	l, err := receivables.NewLedger(
		receivables.Customer{ID: "G"}, receivables.Customer{ID: "A", Parent: "G"}, receivables.Customer{ID: "B", Parent: "G"},
	)
	require.NoError(t, err)
	item := func(customer, salesperson, amount, currency string) receivables.OpenItem {
		i := due("F", 10, amount)
		i.Customer, i.Salesperson, i.Open = customer, salesperson, receivables.MustMoney(amount, currency)
		i.Entity, i.Labels = "Paris", receivables.Labels{"region": "north"}
		return i
	}
	items := []receivables.OpenItem{
		item("A", "Ann", "1", "EUR"), item("B", "Ann", "2", "EUR"), item("A", "Bob", "4", "EUR"), item("C", "Bob", "8", "USD"), item("G", "Bob", "16", "EUR"),
		item("1:", "x", "32", "EUR"), item("", "x1:", "64", "EUR"), // names that look like joins
	}
	write := func(lines iter.Seq[aging.Line]) (list []string) {
		for line := range lines {
			list = append(list, fmt.Sprint(line.Group(), " ", line.Total().Amount))
		}
		return list
	}
	b := balance(t, aging.Config{}, items, aging.GroupBy(receivables.BySalesperson(), receivables.ByCustomer()))
	assert.Equal(t, []string{
		"[Ann A] 1.00 EUR", "[Ann B] 2.00 EUR", "[Bob A] 4.00 EUR", "[Bob C] 8.00 USD", "[Bob G] 16.00 EUR", "[x 1:] 32.00 EUR", "[x1: ] 64.00 EUR",
	}, write(b.Lines()))
	assert.Equal(t, []string{"[Ann] 3.00 EUR", "[Bob] 20.00 EUR", "[Bob] 8.00 USD", "[x] 32.00 EUR", "[x1:] 64.00 EUR"}, write(b.Subtotals(1)))
	assert.Equal(t, []string{"[] 119.00 EUR", "[] 8.00 USD"}, write(b.Totals()), "currencies are never added")
	line, ok := b.Line(receivables.MustCurrency("EUR"), "Bob")
	require.True(t, ok)
	assert.Equal(t, "20.00", line.Total().Amount.Text())
	_, ok = b.Line(receivables.MustCurrency("GBP"), "Bob")
	assert.False(t, ok)

	b = balance(t, aging.Config{}, items[:5], aging.GroupBy(receivables.ByParent(l)))
	assert.Equal(t, []string{"[C] 8.00 USD", "[G] 23.00 EUR"}, write(b.Lines()))
	b = balance(t, aging.Config{}, items[:5], aging.GroupBy(receivables.ByEntity(), receivables.ByLabel("region")))
	assert.Equal(t, []string{"[Paris north] 23.00 EUR", "[Paris north] 8.00 USD"}, write(b.Lines()))
}

func TestFiguresOfLateness(t *testing.T) {
	items := []receivables.OpenItem{due("F1", 10, "100"), due("F2", 40, "300"), due("F3", 0, "50"), due("F4", -20, "50"), due("N", 99, "-70")}
	line := total(t, balance(t, aging.Config{}, items))
	assert.Equal(t, "400.00", line.Overdue().Text(), "0 days late is not late; credits are apart")
	assert.Equal(t, 2, line.OverdueItems())
	assert.Equal(t, "25.0", line.MeanDaysLate().Text(1))     // (10 + 40) / 2
	assert.Equal(t, "32.5", line.WeightedDaysLate().Text(1)) // (100x10 + 300x40) / 400
	assert.Equal(t, "84.0000", line.WeightedAge().Text(4))   // (100x70 + 300x100 + 50x60 + 50x40) / 500
	assert.Equal(t, "0.2000", line.Shares()[0].Text(4))      // 100 of 500
	assert.Equal(t, receivables.UnitDays, line.MeanDaysLate().Unit())

	none := total(t, balance(t, aging.Config{}, []receivables.OpenItem{due("F", -3, "10"), due("N", 0, "-10")}))
	assert.Equal(t, receivables.StatusZeroDenominator, none.MeanDaysLate().Status(), "undefined, not 0")
	assert.Equal(t, receivables.StatusZeroDenominator, none.WeightedDaysLate().Status())
	credit := total(t, balance(t, aging.Config{Credits: aging.CreditsAtOwnDate}, []receivables.OpenItem{due("F", 3, "10"), due("N", 0, "-30")}))
	assert.Equal(t, receivables.StatusNegativeDenominator, credit.Shares()[0].Status())
}

func TestWeightedAgeAndSharesFromTotals(t *testing.T) {
	d := decimal.RequireFromString
	shares := aging.Shares(d("12000"), d("6500"), d("3200"), d("1300"))
	for i, want := range []string{"0.5217391304", "0.2826086957", "0.1391304348", "0.0565217391"} {
		assert.Equal(t, want, shares[i].Text(10))
	}
	// (1000x0 + 500x15 + 300x45 + 200x105) / 2000 = 21
	age := aging.WeightedAge(
		aging.AgedAmount{Amount: d("1000")}, aging.AgedAmount{Amount: d("500"), Days: d("15")}, aging.AgedAmount{Amount: d("300"), Days: d("45")},
		aging.AgedAmount{Amount: d("200"), Days: d("105")}, aging.AgedAmount{Amount: d("-900"), Days: d("75")},
	)
	assert.Equal(t, "21.00", age.Text(2), "credits do not count")
	assert.Equal(t, receivables.StatusZeroDenominator, aging.WeightedAge().Status())
	assert.Equal(t, receivables.StatusZeroDenominator, aging.Shares(d("0"))[0].Status())
	assert.Equal(t, receivables.StatusNegativeDenominator, aging.Shares(d("-5"), d("1"))[0].Status())
}

func TestConcentration(t *testing.T) {
	var items []receivables.OpenItem
	for customer, amount := range map[string]string{"A": "500", "B": "300", "C": "200", "D": "-50"} {
		i := due("F", 5, amount)
		i.Customer = customer
		items = append(items, i)
	}
	b := balance(t, aging.Config{}, items)
	c := b.Concentration(receivables.MustCurrency("EUR"))
	assert.Equal(t, 3, c.Groups)
	assert.Equal(t, "0.3800", c.HHI.Text(4)) // 0.25 + 0.09 + 0.04
	assert.Equal(t, "2.6316", c.EffectiveNumber.Text(4))
	assert.Equal(t, "0.50", c.Top1.Text(2))
	assert.Equal(t, "1.00", c.Top10.Text(2))
	top := b.Top(receivables.MustCurrency("EUR"), 2)
	require.Len(t, top, 2)
	assert.Equal(t, "B", top[1].Line.Name())
	assert.Equal(t, "0.80", top[1].Cumulative.Text(2))
	none := b.Concentration(receivables.MustCurrency("USD"))
	assert.Equal(t, receivables.StatusZeroDenominator, none.HHI.Status())
	assert.Equal(t, receivables.StatusZeroDenominator, none.Top5.Status())
}

func TestBadItemsAreRefused(t *testing.T) {
	good := due("F1", 10, "100")
	for name, c := range map[string]struct {
		change func(*receivables.OpenItem)
		kind   error
	}{
		"no currency":             {func(i *receivables.OpenItem) { i.Open = receivables.Money{} }, receivables.ErrInvalidInput},
		"disputed beyond open":    {func(i *receivables.OpenItem) { i.Disputed = eur("100.01") }, receivables.ErrInvalidInput},
		"disputed negative":       {func(i *receivables.OpenItem) { i.Disputed = eur("-1") }, receivables.ErrInvalidInput},
		"disputed credit":         {func(i *receivables.OpenItem) { i.Open, i.Disputed = eur("-5"), eur("1") }, receivables.ErrInvalidInput},
		"disputed other currency": {func(i *receivables.OpenItem) { i.Disputed = receivables.MustMoney("1", "USD") }, receivables.ErrCurrencyMismatch},
	} {
		item := good
		c.change(&item)
		_, err := aging.Of(asOf, []receivables.OpenItem{good, item})
		require.ErrorIs(t, err, c.kind, name)
		assert.ErrorContains(t, err, "items[1]", name)
		assert.ErrorContains(t, err, `"F1"`, name)
	}
	zero := good
	zero.Open, zero.Disputed = eur("0"), eur("0")
	b, err := aging.Of(asOf, []receivables.OpenItem{zero})
	require.NoError(t, err)
	assert.Zero(t, countLines(b), "nothing open, no item")

	boom := errors.New("cursor lost")
	a, err := aging.New(asOf, aging.Config{})
	require.NoError(t, err)
	err = a.AddStream(func(yield func(receivables.OpenItem, error) bool) {
		_ = yield(good, nil) && yield(receivables.OpenItem{}, boom)
	})
	require.ErrorIs(t, err, boom)
}

func TestOnlyLikeIsMerged(t *testing.T) {
	base, err := aging.New(asOf, aging.Config{})
	require.NoError(t, err)
	fr, err := aging.Preset("fr")
	require.NoError(t, err)
	for name, make := range map[string]func() (*aging.Accumulator, error){
		"day":    func() (*aging.Accumulator, error) { return aging.New(receivables.AddDays(asOf, 1), aging.Config{}) },
		"scheme": func() (*aging.Accumulator, error) { return aging.New(asOf, aging.Config{Scheme: fr}) },
		"credits": func() (*aging.Accumulator, error) {
			return aging.New(asOf, aging.Config{Credits: aging.CreditsAtOwnDate})
		},
		"keys": func() (*aging.Accumulator, error) {
			return aging.New(asOf, aging.Config{}, aging.GroupBy(receivables.ByEntity()))
		},
	} {
		other, err := make()
		require.NoError(t, err)
		require.ErrorIs(t, base.Merge(other), receivables.ErrConflict, name)
	}
}

// drawItems draws open items of several customers and currencies, with amounts
// around every border of the fixed-point path.
func drawItems(t *rapid.T) []receivables.OpenItem {
	currencies := []string{"EUR", "JPY", "TND"}
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) receivables.OpenItem {
		currency := receivables.MustCurrency(rapid.SampledFrom(currencies).Draw(t, "currency"))
		units := rapid.OneOf(rapid.Int64Range(-1e6, 1e6), rapid.Int64()).Draw(t, "units")
		amount, err := receivables.NewMoney(decimal.New(units, -int32(rapid.IntRange(0, 5).Draw(t, "places"))), currency)
		if err != nil {
			t.Fatal(err)
		}
		item := receivables.OpenItem{
			Document: "F", Customer: rapid.SampledFrom([]string{"A", "B", "C", ""}).Draw(t, "customer"), Open: amount,
			Salesperson: rapid.SampledFrom([]string{"x", "y"}).Draw(t, "salesperson"),
		}
		if rapid.IntRange(0, 9).Draw(t, "dated") > 0 {
			item.DueOn = receivables.AddDays(asOf, rapid.IntRange(-200, 100).Draw(t, "due"))
		}
		item.IssuedOn = receivables.AddDays(asOf, rapid.IntRange(-250, 20).Draw(t, "issued"))
		if amount.Sign() > 0 && rapid.Bool().Draw(t, "disputed") {
			item.Disputed = amount
		}
		return item
	}), 0, 60).Draw(t, "items")
}

// write renders everything a balance says, so that two can be compared.
func write(b *aging.Balance) (list []string) {
	for line := range b.Lines() {
		text := fmt.Sprint(line.Group(), line.Currency(), cells(line), line.Overdue(), line.OverdueItems(), line.Total().Items, line.NotIssued())
		text += fmt.Sprint(line.MeanDaysLate().Text(16), line.WeightedDaysLate().Text(16), line.WeightedAge().Text(16))
		for _, c := range line.Columns() {
			text += fmt.Sprint(c.Disputed, c.Items)
		}
		list = append(list, text)
	}
	return list
}

// Slices, streams and merged shards, in any order and with any number of shards,
// give identical results.
func TestSliceStreamAndShardsAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := drawItems(t)
		config := aging.Config{
			Scheme:  rapid.SampledFrom(aging.Presets()).Draw(t, "scheme"),
			Credits: aging.Credits(rapid.IntRange(0, 2).Draw(t, "credits")),
		}
		options := []aging.Option{aging.GroupBy(receivables.BySalesperson(), receivables.ByCustomer())}
		if rapid.Bool().Draw(t, "by salesperson only") {
			options = []aging.Option{aging.GroupBy(receivables.BySalesperson())}
		}
		accumulator := func() *aging.Accumulator {
			a, err := aging.New(asOf, config, options...)
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		slice, sequence, stream := accumulator(), accumulator(), accumulator()
		if err := slice.AddAll(items); err != nil {
			t.Fatal(err)
		}
		if err := sequence.AddSeq(slices.Values(rapid.Permutation(items).Draw(t, "order"))); err != nil {
			t.Fatal(err)
		}
		err := stream.AddStream(func(yield func(receivables.OpenItem, error) bool) {
			for _, i := range items {
				if !yield(i, nil) {
					return
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		shards := make([]*aging.Accumulator, rapid.IntRange(1, 5).Draw(t, "shards"))
		for i := range shards {
			shards[i] = accumulator()
		}
		for _, item := range items {
			if err := shards[rapid.IntRange(0, len(shards)-1).Draw(t, "shard")].Add(item); err != nil {
				t.Fatal(err)
			}
		}
		merged := accumulator()
		for _, shard := range shards {
			before := write(shard.Balance())
			if err := merged.Merge(shard); err != nil {
				t.Fatal(err)
			}
			assert.Equal(t, before, write(shard.Balance()), "merging leaves the other as it is")
		}
		want := write(slice.Balance())
		assert.Equal(t, want, write(sequence.Balance()))
		assert.Equal(t, want, write(stream.Balance()))
		assert.Equal(t, want, write(merged.Balance()))
	})
}

// The sums equal those of plain decimals added one by one, and every item is
// counted exactly once, under every preset and treatment of credits.
func TestBalanceEqualsPlainDecimals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := drawItems(t)
		scheme := rapid.SampledFrom(aging.Presets()).Draw(t, "scheme")
		credits := aging.Credits(rapid.IntRange(0, 2).Draw(t, "credits"))
		a, err := aging.New(asOf, aging.Config{Scheme: scheme, Credits: credits})
		if err != nil {
			t.Fatal(err)
		}
		if err := a.AddAll(items); err != nil {
			t.Fatal(err)
		}
		want, overdue, later, count := map[string]decimal.Decimal{}, map[string]decimal.Decimal{}, map[string]decimal.Decimal{}, 0
		for _, i := range items {
			key := i.Customer + i.Open.Currency().Code()
			if i.IssuedOn > asOf {
				later[key] = later[key].Add(i.Open.Amount())
				continue
			}
			want[key] = want[key].Add(i.Open.Amount())
			if i.Open.Sign() > 0 && i.DueOn != 0 && i.DueOn < asOf {
				overdue[key] = overdue[key].Add(i.Open.Amount())
			}
			if !i.Open.IsZero() {
				count++
			}
		}
		for line := range a.Balance().Lines() {
			key := line.Name() + line.Currency().Code()
			assert.True(t, want[key].Equal(line.Total().Amount.Amount()), "total of %s", key)
			assert.True(t, overdue[key].Equal(line.Overdue().Amount()), "overdue of %s", key)
			assert.True(t, later[key].Equal(line.NotIssued().Amount.Amount()), "later of %s", key)
			count -= line.Total().Items
		}
		assert.Zero(t, count, "every item counts once")
	})
}

func TestItemsAgedByAnotherDate(t *testing.T) {
	scheme := aging.Default()
	scheme.Basis = aging.ByOtherDate
	booked := func(i *receivables.OpenItem) (date.Date, bool) {
		d, err := receivables.ParseDate(i.Labels["booked"])
		return d, err == nil
	}
	a, err := aging.New(asOf, aging.Config{Scheme: scheme}, aging.WithDate(booked))
	require.NoError(t, err)
	item := due("F", 200, "10")
	item.Labels = receivables.Labels{"booked": "2026-10-23"} // 30 days
	require.NoError(t, a.Add(item))
	item.Labels = nil
	require.NoError(t, a.Add(item))
	line := total(t, a.Balance())
	assert.Equal(t, "0.00 10.00 0.00 0.00 0.00 | 10.00 0.00 = 20.00", cells(line))
}
