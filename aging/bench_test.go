package aging_test

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
)

// generated makes n open items of n/100 customers, skewed towards the first ones,
// 5 percent of them credits.
var generated = sync.OnceValue(func() []receivables.OpenItem {
	const n = 1_000_000
	random := rand.New(rand.NewPCG(1, 2))
	eur := receivables.MustCurrency("EUR")
	items := make([]receivables.OpenItem, n)
	for i := range items {
		size := random.Float64()
		customer := int(size * size * n / 100)
		cents := random.Int64N(1_000_000) + 1
		if random.IntN(20) == 0 {
			cents = -cents
		}
		amount, err := receivables.NewMoney(decimal.New(cents, -2), eur)
		if err != nil {
			panic(err)
		}
		due := receivables.AddDays(asOf, random.IntN(200)-140)
		items[i] = receivables.OpenItem{
			Document: "F", Customer: fmt.Sprintf("C%06d", customer), DueOn: due, IssuedOn: receivables.AddDays(due, -30), Open: amount,
		}
	}
	return items
})

func accumulator(b testing.TB) *aging.Accumulator {
	a, err := aging.New(asOf, aging.Config{})
	if err != nil {
		b.Fatal(err)
	}
	return a
}

func BenchmarkAge(b *testing.B) {
	for _, n := range []int{1_000, 100_000, 1_000_000} {
		items := generated()[:n]
		stream := func(yield func(receivables.OpenItem, error) bool) {
			for i := range items {
				if !yield(items[i], nil) {
					return
				}
			}
		}
		for name, age := range map[string]func() *aging.Accumulator{
			"slice": func() *aging.Accumulator {
				a := accumulator(b)
				if err := a.AddAll(items); err != nil {
					b.Fatal(err)
				}
				return a
			},
			"stream": func() *aging.Accumulator {
				a := accumulator(b)
				if err := a.AddStream(iter.Seq2[receivables.OpenItem, error](stream)); err != nil {
					b.Fatal(err)
				}
				return a
			},
			"merged": func() *aging.Accumulator {
				return ageInShards(b, items, runtime.GOMAXPROCS(0))
			},
			"naive": func() *aging.Accumulator {
				naive(items)
				return accumulator(b)
			},
		} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					age().Balance()
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/item")
			})
		}
	}
}

// ageInShards ages parts of the items at the same time and merges them.
func ageInShards(b testing.TB, items []receivables.OpenItem, n int) *aging.Accumulator {
	shards := make([]*aging.Accumulator, 0, n)
	var wait sync.WaitGroup
	for part := range slices.Chunk(items, (len(items)+n-1)/n) {
		a := accumulator(b)
		shards = append(shards, a)
		wait.Go(func() {
			if err := a.AddAll(part); err != nil {
				b.Error(err)
			}
		})
	}
	wait.Wait()
	for _, a := range shards[1:] {
		if err := shards[0].Merge(a); err != nil {
			b.Fatal(err)
		}
	}
	return shards[0]
}

// naive is what a program would do without the library: decimals in a map.
func naive(items []receivables.OpenItem) map[string][7]decimal.Decimal {
	rows := map[string][7]decimal.Decimal{}
	for _, i := range items {
		row := rows[i.Customer]
		late := receivables.DaysBetween(i.DueOn, asOf)
		column := 0
		for _, bound := range []int{0, 30, 60, 90} {
			if late > bound {
				column++
			}
		}
		if i.Open.Sign() < 0 {
			column = 6
		}
		row[column] = row[column].Add(i.Open.Amount())
		rows[i.Customer] = row
	}
	return rows
}

// The memory of an accumulator is that of its customers: ten times the items of
// the same customers need no more.
func TestMemoryGrowsWithCustomersNotItems(t *testing.T) {
	if testing.Short() {
		t.Skip("measures memory")
	}
	items := generated()[:100_000]
	measure := func(rounds int) (*aging.Accumulator, uint64) {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		a := accumulator(t)
		for range rounds {
			if err := a.AddAll(items); err != nil {
				t.Fatal(err)
			}
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		return a, after.HeapAlloc - before.HeapAlloc
	}
	small, one := measure(1)
	large, ten := measure(10)
	if ten > one*3/2 {
		t.Errorf("%d bytes for 100,000 items, %d for 1,000,000 of the same customers", one, ten)
	}
	runtime.KeepAlive(small)
	runtime.KeepAlive(large)
}
