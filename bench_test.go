package receivables_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/receivables-go/receivables"
)

// generatedCSV makes n rows of n/100 customers, half of them paid.
func generatedCSV(n int) string {
	random := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString("id,customer,issued,due,amount,settled\n")
	for i := range n {
		settled := ""
		if random.IntN(2) == 0 {
			settled = "2026-10-01"
		}
		fmt.Fprintf(&b, "F%d,C%d,2026-0%d-1%d,2026-09-1%d,%d.%02d,%s\n", i, random.IntN(n/100), 1+random.IntN(8), random.IntN(9), random.IntN(9), random.IntN(1000), random.IntN(100), settled)
	}
	return b.String()
}

func BenchmarkReadCSV(b *testing.B) {
	const n = 100_000
	text := generatedCSV(n)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := readCSV(text); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/row")
}

func BenchmarkOpenItems(b *testing.B) {
	const n = 100_000
	read, err := readCSV(generatedCSV(n))
	if err != nil {
		b.Fatal(err)
	}
	asOf := receivables.MustDate("2026-10-31")
	b.ReportAllocs()
	for b.Loop() {
		count := 0
		for range read.Ledger.OpenItems(asOf, asOf) {
			count++
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/document")
}
