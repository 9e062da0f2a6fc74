// Arrow ages open items that come as Arrow record batches or a Parquet file, and gives the aged balance back as a record batch or a
// Parquet file. See the README beside it.
//
//	go run . -generate 1000000 -in items.parquet
//	go run . -in items.parquet -as-of 2026-06-30 -out balance.parquet
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "arrow:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("arrow", flag.ContinueOnError)
	in := flags.String("in", "", "Parquet file of open items")
	balance := flags.String("out", "", "Parquet file of the aged balance to be written; empty: none")
	generate := flags.Int("generate", 0, "write so many items to -in instead of reading it")
	day := flags.String("as-of", "2026-06-30", "day of the balance")
	code := flags.String("currency", "EUR", "currency of a file without a column of it")
	workers := flags.Int("workers", 2, "goroutines")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	asOf, err := receivables.ParseDate(*day)
	if err != nil {
		return err
	}
	if *in == "" {
		return errors.New("give the file of items with -in")
	}
	if *generate > 0 {
		return writeFile(*in, func(w io.Writer) error { return generateItems(w, *generate, asOf) })
	}
	currency, err := receivables.ParseCurrency(*code)
	if err != nil {
		return err
	}
	p, err := readPortfolio(ctx, *in, currency)
	if err != nil {
		return err
	}
	table, err := aging.Tabulate(p, aging.Config{}, *workers, asOf)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d items of %d customers and currencies on %s\n", p.Len(), p.GroupCount(), asOf)
	for _, total := range table.Totals(0) {
		for i, name := range table.Names() {
			fmt.Fprintf(out, "%-12s %6d %20s\n", name, total.Cells[i].Items, total.Cells[i].Amount)
		}
	}
	if *balance == "" {
		return nil
	}
	batch, err := balanceBatch(memory.DefaultAllocator, table, 0)
	if err != nil {
		return err
	}
	defer batch.Release()
	return writeFile(*balance, func(w io.Writer) error { return writeParquet(w, memory.DefaultAllocator, batch.Schema(), batch) })
}

func readPortfolio(ctx context.Context, name string, currency receivables.Currency) (*receivables.Portfolio, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	b := newPortfolioBuilder(currency)
	if err := readParquet(ctx, file, memory.DefaultAllocator, b.add); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return b.done()
}

func writeFile(name string, write func(io.Writer) error) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := write(file); err != nil { // the writer closes the file
		return errors.Join(err, file.Close())
	}
	return nil
}

// itemSchema is that of generated items.
var itemSchema = arrow.NewSchema([]arrow.Field{
	{Name: customerColumn, Type: arrow.BinaryTypes.String},
	{Name: currencyColumn, Type: arrow.BinaryTypes.String},
	{Name: dueColumn, Type: arrow.FixedWidthTypes.Date32, Nullable: true},
	{Name: issuedColumn, Type: arrow.FixedWidthTypes.Date32},
	{Name: openColumn, Type: &arrow.Decimal128Type{Precision: 18, Scale: 2}},
}, nil)

// generateItems writes a file of items.
func generateItems(w io.Writer, n int, asOf date.Date) error {
	var batches []arrow.RecordBatch
	defer func() {
		for _, batch := range batches {
			batch.Release()
		}
	}()
	random := rand.New(rand.NewPCG(1, 2))
	for from := 0; from < n; from += batchRows {
		batches = append(batches, generateBatch(memory.DefaultAllocator, random, min(batchRows, n-from), asOf))
	}
	return writeParquet(w, memory.DefaultAllocator, itemSchema, batches...)
}

func generateBatch(allocator memory.Allocator, random *rand.Rand, n int, asOf date.Date) arrow.RecordBatch {
	b := array.NewRecordBuilder(allocator, itemSchema)
	defer b.Release()
	for range n {
		cents := random.Int64N(1_000_000) + 1
		if random.IntN(20) == 0 {
			cents = -cents
		}
		due := receivables.AddDays(asOf, random.IntN(200)-160)
		b.Field(0).(*array.StringBuilder).Append(fmt.Sprintf("C%05d", random.IntN(max(1, n/10))))
		b.Field(1).(*array.StringBuilder).Append([]string{"EUR", "USD", "JPY"}[random.IntN(3)])
		if random.IntN(50) == 0 {
			b.Field(2).AppendNull()
		} else {
			b.Field(2).(*array.Date32Builder).Append(arrow.Date32(due - epoch))
		}
		b.Field(3).(*array.Date32Builder).Append(arrow.Date32(due - epoch - 30))
		if b.Field(1).(*array.StringBuilder).Value(b.Field(1).Len()-1) == "JPY" {
			cents *= 100 // a yen has no smaller unit
		}
		b.Field(4).(*array.Decimal128Builder).Append(decimal128.FromI64(cents))
	}
	return b.NewRecordBatch()
}
