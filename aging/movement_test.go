package aging_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
)

func TestMovementNamesWhatHappened(t *testing.T) {
	eurInvoice := func(id, amount, issued, due string) receivables.Invoice {
		return receivables.Invoice{ID: id, Customer: "C1", IssuedOn: day(issued), DueOn: day(due), Amount: eur(amount)}
	}
	l, err := receivables.NewLedger(
		eurInvoice("OLD", "1000", "2026-08-01", "2026-08-31"),  // 30 days late on 30 September, 61 on 31 October
		eurInvoice("DUE", "500", "2026-09-10", "2026-10-10"),   // not due, then 21 days late
		eurInvoice("PAID", "300", "2026-09-01", "2026-10-01"),  // paid in October
		eurInvoice("NEW", "700", "2026-10-05", "2026-11-04"),   // billed in October
		eurInvoice("BACK", "40", "2026-09-15", "2026-10-15"),   // of September, entered in October: see below
		eurInvoice("LOSS", "60", "2026-02-01", "2026-03-03"),   // written off in October
		eurInvoice("CHEQUE", "80", "2026-09-01", "2026-09-20"), // paid in September, returned in October
		receivables.Payment{ID: "P0", Customer: "C1", ReceivedOn: day("2026-09-25"), Amount: eur("80")},
		receivables.Allocation{From: "P0", To: "CHEQUE", Amount: eur("80"), On: day("2026-09-25")},
		receivables.Reversal{Of: "P0", On: day("2026-10-02")},
		receivables.Payment{ID: "P1", Customer: "C1", ReceivedOn: day("2026-10-12"), Amount: eur("650")},
		receivables.Allocation{From: "P1", To: "PAID", Amount: eur("300"), On: day("2026-10-12")},
		receivables.Allocation{From: "P1", To: "OLD", Amount: eur("250"), On: day("2026-10-12")},
		receivables.Refund{Document: "P1", Amount: eur("20"), PaidOn: day("2026-10-20")},
		receivables.CreditNote{ID: "N1", Customer: "C1", IssuedOn: day("2026-10-15"), Amount: eur("90")},
		receivables.WriteOff{Document: "LOSS", Amount: eur("60"), On: day("2026-10-30")},
		receivables.Payment{ID: "P2", Customer: "C1", ReceivedOn: day("2026-09-28"), KnownOn: day("2026-10-06"), Amount: eur("40")},
		receivables.Allocation{From: "P2", To: "BACK", Amount: eur("40"), On: day("2026-09-28"), KnownOn: day("2026-10-06")},
		receivables.Invoice{ID: "USD", Customer: "C1", IssuedOn: day("2026-10-05"), Amount: receivables.MustMoney("9", "USD")},
	)
	require.NoError(t, err)
	list, err := aging.Compare(l, aging.MovementConfig{From: day("2026-09-30"), To: day("2026-10-31")})
	require.NoError(t, err)
	require.Len(t, list, 2)
	m := list[0]
	for what, c := range map[string]struct {
		got  receivables.Money
		want string
	}{
		"published":   {m.Published, "1900.00"}, // 1000 + 500 + 300 + 40 + 60; the cheque counted as paid
		"restated":    {m.Restated, "-40.00"},
		"opening":     {m.Opening, "1860.00"},
		"billed":      {m.Billed, "700.00"},
		"credited":    {m.Credited, "-90.00"},
		"collected":   {m.Collected, "-650.00"},
		"refunded":    {m.Refunded, "20.00"},
		"written off": {m.WrittenOff, "-60.00"},
		"transferred": {m.Transferred, "0.00"},
		"reversed":    {m.Reversed, "80.00"},
		"closing":     {m.Closing, "1860.00"}, // 750 + 500 + 700 + 80 - 80 unapplied - 90 credit note
	} {
		assert.Equal(t, c.want, c.got.Text(), what)
	}
	// not due, 1-30, 31-60, 61-90, 91+, undated, unapplied
	for i, want := range []string{
		"not_due 800.00 + 700.00 + 0.00 - 500.00 - 300.00 = 700.00",
		"1-30 1000.00 + 0.00 + 500.00 - 750.00 - 250.00 = 500.00",
		"31-60 0.00 + 80.00 + 0.00 - 0.00 - 0.00 = 80.00",
		"61-90 0.00 + 0.00 + 750.00 - 0.00 - 0.00 = 750.00",
		"91+ 60.00 + 0.00 + 0.00 - 0.00 - 60.00 = 0.00",
		"undated 0.00 + 0.00 + 0.00 - 0.00 - 0.00 = 0.00",
		"unapplied 0.00 + -170.00 + 0.00 - 0.00 - 0.00 = -170.00",
	} {
		c := m.Columns[i]
		assert.Equal(t, want, c.Name+" "+c.Opening.Text()+" + "+c.New.Text()+" + "+c.In.Text()+" - "+c.Out.Text()+" - "+c.Settled.Text()+" = "+c.Closing.Text())
	}
	assert.Equal(t, "USD", list[1].Currency.Code())
	assert.Equal(t, "9.00", list[1].Billed.Text())

	_, err = aging.Compare(l, aging.MovementConfig{From: day("2026-09-30"), To: day("2026-09-30")})
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
}

// drawLedger draws a small ledger with every kind of fact.
func drawLedger(t *rapid.T) *receivables.Ledger {
	l := &receivables.Ledger{}
	first := day("2026-06-01")
	on := func() (d, known int) {
		d = rapid.IntRange(0, 120).Draw(t, "on")
		return d, d + rapid.SampledFrom([]int{0, 0, 15}).Draw(t, "known")
	}
	var invoices, credits, all []string
	for i := range rapid.IntRange(1, 25).Draw(t, "n") {
		id := string(rune('a'+i/26)) + string(rune('a'+i%26))
		d, k := on()
		when, known := receivables.AddDays(first, d), receivables.AddDays(first, k)
		amount := receivables.MustMoney(decimal.New(int64(rapid.IntRange(1, 9999).Draw(t, "cents")), -2).String(), "EUR")
		var f receivables.Fact
		switch rapid.IntRange(0, 6).Draw(t, "what") {
		case 0, 1:
			f = receivables.Invoice{ID: id, Customer: "C", IssuedOn: when, KnownOn: known, DueOn: receivables.AddDays(when, 30), Amount: amount}
		case 2:
			f = receivables.Payment{ID: id, Customer: "C", ReceivedOn: when, KnownOn: known, Amount: amount}
		case 3:
			f = receivables.CreditNote{ID: id, Customer: "C", IssuedOn: when, KnownOn: known, Amount: amount}
		case 4:
			if len(invoices) == 0 || len(credits) == 0 {
				continue
			}
			f = receivables.Allocation{
				ID: id, From: rapid.SampledFrom(credits).Draw(t, "from"), To: rapid.SampledFrom(invoices).Draw(t, "to"), Amount: amount, On: when, KnownOn: known,
			}
		case 5:
			if len(invoices) == 0 {
				continue
			}
			f = receivables.WriteOff{ID: id, Document: rapid.SampledFrom(invoices).Draw(t, "of"), Amount: amount, On: when, KnownOn: known}
		default:
			if len(all) == 0 {
				continue
			}
			f = receivables.Reversal{Of: rapid.SampledFrom(all).Draw(t, "reversed"), On: when, KnownOn: known}
		}
		if l.Record(f) != nil {
			continue
		}
		switch f.(type) {
		case receivables.Invoice:
			invoices, all = append(invoices, id), append(all, id)
		case receivables.Payment, receivables.CreditNote:
			credits, all = append(credits, id), append(all, id)
		case receivables.Allocation, receivables.WriteOff:
			all = append(all, id)
		}
	}
	return l
}

// The movement adds up, in total and column by column, and its columns are those
// of the aged balances of the two days.
func TestMovementAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLedger(t)
		from := receivables.AddDays(day("2026-06-01"), rapid.IntRange(0, 100).Draw(t, "from"))
		to := receivables.AddDays(from, rapid.IntRange(1, 60).Draw(t, "days"))
		list, err := aging.Compare(l, aging.MovementConfig{From: from, To: to})
		if err != nil {
			t.Fatal(err)
		}
		opening, _, err := aging.FromLedger(l, from, to, aging.Config{})
		if err != nil {
			t.Fatal(err)
		}
		closing, proof, err := aging.FromLedger(l, to, to, aging.Config{})
		if err != nil {
			t.Fatal(err)
		}
		assert.True(t, proof.Balanced())
		for _, m := range list {
			sum := m.Published
			for _, part := range []receivables.Money{
				m.Restated, m.Billed, m.Credited, m.Collected, m.Refunded, m.WrittenOff, m.Transferred, m.Reversed,
			} {
				sum = sum.AddAmount(part.Amount())
			}
			assert.True(t, sum.Equal(m.Closing), "%s is not %s", sum, m.Closing)
			columns := receivables.Zero(m.Currency)
			for i, c := range m.Columns {
				sum := c.Opening.AddAmount(c.New.Amount()).AddAmount(c.In.Amount()).AddAmount(c.Out.Amount().Neg()).AddAmount(c.Settled.Amount().Neg())
				assert.True(t, sum.Equal(c.Closing), "column %s", c.Name)
				assert.True(t, amountAt(opening, m.Currency, i).Equal(c.Opening), "opening of %s", c.Name)
				assert.True(t, amountAt(closing, m.Currency, i).Equal(c.Closing), "closing of %s", c.Name)
				columns = columns.AddAmount(c.Closing.Amount())
			}
			assert.True(t, columns.Equal(m.Closing))
		}
	})
}

// amountAt returns a cell of the total: columns, then undated, then unapplied.
func amountAt(b *aging.Balance, currency receivables.Currency, i int) receivables.Money {
	line, ok := b.Total(currency)
	if !ok {
		return receivables.Zero(currency)
	}
	return append(line.Columns(), line.Undated(), line.Unapplied())[i].Amount
}
