package dso_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/dso"
)

const (
	benchCustomers = 100_000
	benchMonths    = 12
)

// billed are 12 months of sales of 100,000 customers, one invoice a month, of which the
// latest one to four are open.
var billed = sync.OnceValue(func() []receivables.Timeline {
	random := rand.New(rand.NewPCG(1, 2))
	eur := receivables.MustCurrency("EUR")
	list := make([]receivables.Timeline, 0, benchCustomers*benchMonths)
	for c := range benchCustomers {
		customer := fmt.Sprintf("C%06d", c)
		open := 1 + random.IntN(4)
		for m := range benchMonths {
			issued := receivables.AddDays(receivables.AddMonths(day("2025-01-01"), m), random.IntN(28))
			amount := receivables.Zero(eur).AddAmount(decimal.New(random.Int64N(1_000_000)+1, -2))
			item := receivables.OpenItem{Document: "F", Customer: customer, IssuedOn: issued, DueOn: receivables.AddDays(issued, 30), Original: amount}
			if m < benchMonths-open {
				list = append(list, timelineOf(item, receivables.Reduction{
					On: receivables.AddDays(issued, 20+random.IntN(40)), Kind: receivables.EntryCollected, Amount: amount,
				}))
			} else {
				list = append(list, timelineOf(item))
			}
		}
	}
	return list
})

// BenchmarkCountBack counts back 100,000 customers over 12 months: from the accumulator of
// their timelines, and from bare figures.
func BenchmarkCountBack(b *testing.B) {
	end := day("2025-12-31")
	b.Run("from timelines", func(b *testing.B) {
		list := billed()
		a := accumulator(b, dso.GroupBy(receivables.ByCustomer()))
		for i := range list {
			if err := a.Add(list[i]); err != nil {
				b.Fatal(err)
			}
		}
		result := a.Result()
		b.ReportAllocs()
		for b.Loop() {
			for line := range result.Lines() {
				v, err := line.At(end)
				if err != nil {
					b.Fatal(err)
				}
				if _, ok := v.CountBackMonths(dso.CountBack{}).Value(); !ok {
					b.Fatal("undefined")
				}
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchCustomers, "ns/customer")
	})
	b.Run("bare figures", func(b *testing.B) {
		random := rand.New(rand.NewPCG(1, 2))
		amount := func(n int64) dso.Amount {
			return dso.Including(receivables.Zero(receivables.MustCurrency("EUR")).AddAmount(decimal.New(n, -2)))
		}
		months := make([][]dso.MonthSales, benchCustomers)
		owed := make([]dso.Amount, benchCustomers)
		for c := range months {
			for range benchMonths {
				months[c] = append(months[c], dso.MonthSales{Sales: amount(random.Int64N(1_000_000)), Days: 30})
			}
			owed[c] = amount(random.Int64N(3_000_000))
		}
		b.ReportAllocs()
		for b.Loop() {
			for c := range months {
				dso.CountBackMonths(owed[c], months[c], dso.CountBack{})
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchCustomers, "ns/customer")
	})
}

// BenchmarkAdd adds 1,200,000 timelines, for the whole and by customer.
func BenchmarkAdd(b *testing.B) {
	list := billed()
	for name, options := range map[string][]dso.Option{"whole": nil, "by customer": {dso.GroupBy(receivables.ByCustomer())}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				a := accumulator(b, options...)
				for i := range list {
					if err := a.Add(list[i]); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(list)), "ns/document")
		})
	}
}
