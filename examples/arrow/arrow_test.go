package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
)

var (
	asOf = receivables.MustDate("2026-06-30")
	eur  = receivables.MustCurrency("EUR")
)

// itemsOf reads a generated batch cell by cell, as the slow way.
func itemsOf(t *testing.T, batch arrow.RecordBatch) []receivables.OpenItem {
	t.Helper()
	var items []receivables.OpenItem
	for row := range int(batch.NumRows()) {
		currency := receivables.MustCurrency(batch.Column(1).ValueStr(row))
		amount, err := decimal.NewFromString(batch.Column(4).ValueStr(row))
		require.NoError(t, err)
		x := receivables.OpenItem{Customer: batch.Column(0).ValueStr(row), Open: receivables.Zero(currency).AddAmount(amount), IssuedOn: receivables.MustDate(batch.Column(3).ValueStr(row))}
		if batch.Column(2).IsValid(row) {
			x.DueOn = receivables.MustDate(batch.Column(2).ValueStr(row))
		}
		items = append(items, x)
	}
	return items
}

// A file of items gives the balance of its items read one by one, and the balance comes back from its own file.
func TestThereAndBack(t *testing.T) {
	dir := t.TempDir()
	in, out := filepath.Join(dir, "items.parquet"), filepath.Join(dir, "balance.parquet")
	var text bytes.Buffer
	require.NoError(t, run(context.Background(), []string{"-in", in, "-generate", "70000"}, &text))
	require.NoError(t, run(context.Background(), []string{"-in", in, "-out", out}, &text))

	want, err := aging.New(asOf, aging.Config{})
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(1, 2))
	for from := 0; from < 70_000; from += batchRows {
		batch := generateBatch(memory.DefaultAllocator, random, min(batchRows, 70_000-from), asOf)
		require.NoError(t, want.AddAll(itemsOf(t, batch)))
		batch.Release()
	}
	balance := want.Balance()
	for line := range balance.Totals() {
		assert.Contains(t, text.String(), line.Unapplied().Amount.String())
		assert.Contains(t, text.String(), line.Undated().Amount.String())
		assert.Contains(t, text.String(), line.Column(4).Amount.String())
	}
	file, err := os.Open(out)
	require.NoError(t, err)
	defer file.Close()
	groups := 0
	require.NoError(t, readAll(file, func(batch arrow.RecordBatch) {
		amounts, items := batch.Column(3).(array.ListLike), batch.Column(4).(array.ListLike)
		for row := range int(batch.NumRows()) {
			currency := receivables.MustCurrency(batch.Column(1).ValueStr(row))
			line, ok := balance.Line(currency, batch.Column(0).ValueStr(row))
			require.True(t, ok)
			groups++
			from, _ := amounts.ValueOffsets(row)
			for i, c := range append(line.Columns(), line.Undated(), line.Unapplied(), line.NotIssued()) {
				units := amounts.ListValues().(*array.Int64).Value(int(from) + i)
				assert.True(t, c.Amount.Amount().Equal(decimal.New(units, -int32(currency.MinorUnits()))))
				assert.Equal(t, c.Items, int(items.ListValues().(*array.Int32).Value(int(from)+i)))
			}
		}
	}))
	lines := 0
	for range balance.Lines() {
		lines++
	}
	assert.Equal(t, lines, groups)
}

// readAll reads every column of a file.
func readAll(file *os.File, use func(arrow.RecordBatch)) error {
	return readColumns(context.Background(), file, memory.DefaultAllocator, nil, func(batch arrow.RecordBatch) error {
		use(batch)
		return nil
	})
}

// The amounts of the result are those of the table, at the same address, and nothing is left when it is released.
func TestTheResultIsNoCopy(t *testing.T) {
	allocator := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer allocator.AssertSize(t, 0)
	batch := generateBatch(allocator, rand.New(rand.NewPCG(3, 4)), 1000, asOf)
	b := newPortfolioBuilder(eur)
	require.NoError(t, b.add(batch))
	p, err := b.done()
	require.NoError(t, err)
	batch.Release() // the portfolio keeps nothing of it
	table, err := aging.Tabulate(p, aging.Config{}, 2, receivables.AddDays(asOf, -30), asOf)
	require.NoError(t, err)
	result, err := balanceBatch(allocator, table, 1)
	require.NoError(t, err)
	defer result.Release()
	amounts, items, ok := table.MinorUnits(1)
	require.True(t, ok)
	list := result.Column(3).(*array.FixedSizeList)
	assert.Same(t, &amounts[0], &list.ListValues().(*array.Int64).Values()[0])
	assert.Same(t, &items[0], &result.Column(4).(*array.FixedSizeList).ListValues().(*array.Int32).Values()[0])
	require.NoError(t, array.ValidateRecordFull(result))
	metadata := result.Schema().Metadata()
	names, _ := metadata.GetValue("cells")
	assert.Equal(t, "not_due;1-30;31-60;61-90;91+;undated;unapplied;not issued", names)
}

// batchOf makes a batch of columns.
func batchOf(columns map[string]arrow.Array) arrow.RecordBatch {
	var fields []arrow.Field
	var arrays []arrow.Array
	n := 0
	for name, a := range columns {
		fields, arrays, n = append(fields, arrow.Field{Name: name, Type: a.DataType(), Nullable: true}), append(arrays, a), a.Len()
	}
	return array.NewRecordBatch(arrow.NewSchema(fields, nil), arrays, int64(n))
}

func dictionary(t *testing.T, texts ...string) arrow.Array {
	t.Helper()
	b := array.NewDictionaryBuilder(memory.DefaultAllocator, &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}).(*array.BinaryDictionaryBuilder)
	for _, text := range texts {
		if text == "" {
			b.AppendNull()
			continue
		}
		require.NoError(t, b.AppendString(text))
	}
	return b.NewArray()
}

func dates(list ...string) arrow.Array {
	b := array.NewDate32Builder(memory.DefaultAllocator)
	for _, text := range list {
		if text == "" {
			b.AppendNull()
			continue
		}
		day, err := time.Parse(time.DateOnly, text)
		if err != nil {
			panic(err)
		}
		b.Append(arrow.Date32FromTime(day))
	}
	return b.NewArray()
}

func decimals(precision, scale int32, list ...decimal128.Num) arrow.Array {
	b := array.NewDecimal128Builder(memory.DefaultAllocator, &arrow.Decimal128Type{Precision: precision, Scale: scale})
	b.AppendValues(list, nil)
	return b.NewArray()
}

func int64s(list ...int64) arrow.Array {
	b := array.NewInt64Builder(memory.DefaultAllocator)
	b.AppendValues(list, nil)
	return b.NewArray()
}

// Amounts of any scale and size come in exactly, from a slice of a batch too.
func TestAmountsOfEveryKind(t *testing.T) {
	large, err := decimal128.FromString("12345678901234567890123456789.12345", 38, 5)
	require.NoError(t, err)
	batch := batchOf(map[string]arrow.Array{
		customerColumn: dictionary(t, "skipped", "A", "B", "A", "C"),
		currencyColumn: dictionary(t, "EUR", "EUR", "JPY", "KWD", "EUR"),
		dueColumn:      dates("2026-01-01", "2026-06-30", "2026-06-29", "", "1970-01-01"),
		openColumn:     decimals(38, 5, decimal128.FromI64(1), decimal128.FromI64(1_234_500_000), decimal128.FromI64(-700_000), decimal128.FromI64(12_345), large),
	}).NewSlice(1, 5)
	b := newPortfolioBuilder(receivables.Currency{})
	require.NoError(t, b.add(batch))
	p, err := b.done()
	require.NoError(t, err)
	got := map[string]string{}
	for _, item := range p.Items() {
		got[item.Customer+" "+item.Open.Currency().Code()] = item.Open.Amount().String() + " " + item.DueOn.String()
	}
	assert.Equal(t, map[string]string{
		"A EUR": "12345 2026-06-30", "B JPY": "-7 2026-06-29", "A KWD": "0.12345 0001-01-01", "C EUR": "12345678901234567890123456789.12345 1970-01-01",
	}, got)
	table, err := aging.Tabulate(p, aging.Config{}, 1, asOf)
	require.NoError(t, err)
	_, err = balanceBatch(memory.DefaultAllocator, table, 0)
	require.ErrorContains(t, err, "Cells")
}

func TestWrongBatchesAreRefused(t *testing.T) {
	good := func() map[string]arrow.Array {
		return map[string]arrow.Array{customerColumn: dictionary(t, "A"), dueColumn: dates("2026-06-30"), openColumn: int64s(100)}
	}
	b := newPortfolioBuilder(eur)
	require.NoError(t, b.add(batchOf(good())))
	p, err := b.done()
	require.NoError(t, err)
	assert.Equal(t, 1, p.Len())
	for name, change := range map[string]func(map[string]arrow.Array){
		"customer":                        func(c map[string]arrow.Array) { delete(c, customerColumn) },
		"due":                             func(c map[string]arrow.Array) { delete(c, dueColumn) },
		"open":                            func(c map[string]arrow.Array) { delete(c, openColumn) },
		"column open":                     func(c map[string]arrow.Array) { c[openColumn] = dates("2026-06-30") },
		"column due":                      func(c map[string]arrow.Array) { c[dueColumn] = int64s(1) },
		"column issued":                   func(c map[string]arrow.Array) { c[issuedColumn] = int64s(1) },
		"column customer":                 func(c map[string]arrow.Array) { c[customerColumn] = int64s(1) },
		"row 0, column due":               func(c map[string]arrow.Array) { c[dueColumn] = dates("0001-01-01") },
		"row 0, column issued":            func(c map[string]arrow.Array) { c[issuedColumn] = dates("1899-12-31") },
		"row 0, column customer":          func(c map[string]arrow.Array) { c[customerColumn] = dictionary(t, "") },
		"row 0, column currency":          func(c map[string]arrow.Array) { c[currencyColumn] = dictionary(t, "") },
		"row 0, column currency: receiva": func(c map[string]arrow.Array) { c[currencyColumn] = dictionary(t, "euro") },
		"row 0, column open": func(c map[string]arrow.Array) {
			a := array.NewInt64Builder(memory.DefaultAllocator)
			a.AppendNull()
			c[openColumn] = a.NewArray()
		},
	} {
		columns := good()
		change(columns)
		err := newPortfolioBuilder(eur).add(batchOf(columns))
		require.ErrorContains(t, err, name)
	}
	for _, args := range [][]string{{}, {"-in", "x", "-as-of", "yesterday"}, {"-in", "x", "-currency", "euro"}, {"-in", filepath.Join(t.TempDir(), "none")}, {"-nonsense"}} {
		require.Error(t, run(context.Background(), args, &bytes.Buffer{}))
	}
}

// A damaged file is an error or another balance, never a panic.
func TestDamagedFiles(t *testing.T) {
	name := filepath.Join(t.TempDir(), "items.parquet")
	require.NoError(t, writeFile(name, func(w io.Writer) error { return generateItems(w, 300, asOf) }))
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(5, 6))
	refused := 0
	for range 300 {
		bad := append([]byte{}, data...)
		for range 1 + random.IntN(4) {
			bad[random.IntN(len(bad))] ^= 1 << random.IntN(8)
		}
		if random.IntN(4) == 0 {
			bad = bad[:random.IntN(len(bad))]
		}
		b := newPortfolioBuilder(eur)
		if err := readParquet(context.Background(), bytes.NewReader(bad), memory.NewGoAllocator(), b.add); err != nil {
			refused++
		}
	}
	assert.Greater(t, refused, 50)
	stop := errors.New("enough")
	require.ErrorIs(t, readParquet(context.Background(), bytes.NewReader(data), memory.NewGoAllocator(), func(arrow.RecordBatch) error { return stop }), stop)
}

// poison overwrites what is given back, as another use of the memory would.
type poison struct{ memory.Allocator }

func (p poison) Free(b []byte) {
	for i := range b {
		b[i] = '#'
	}
	p.Allocator.Free(b)
}

// The portfolio keeps nothing of a batch: neither its texts nor its numbers.
func TestABatchCanBeReleased(t *testing.T) {
	for _, of := range []arrow.DataType{arrow.BinaryTypes.String, &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}} {
		allocator := poison{memory.NewGoAllocator()}
		schema := arrow.NewSchema([]arrow.Field{{Name: customerColumn, Type: of}, {Name: dueColumn, Type: arrow.FixedWidthTypes.Date32}, {Name: openColumn, Type: arrow.PrimitiveTypes.Int64}}, nil)
		b := newPortfolioBuilder(eur)
		for _, names := range [][]string{{"Martin et fils", "Durand"}, {"Petit & Cie SA", "Durand"}} {
			r := array.NewRecordBuilder(allocator, schema)
			for _, name := range names {
				require.NoError(t, r.Field(0).AppendValueFromString(name))
				r.Field(1).(*array.Date32Builder).Append(20000)
				r.Field(2).(*array.Int64Builder).Append(100)
			}
			batch := r.NewRecordBatch()
			r.Release()
			require.NoError(t, b.add(batch))
			batch.Release()
		}
		p, err := b.done()
		require.NoError(t, err)
		var got []string
		for _, n := range p.Sorted() {
			got = append(got, p.Group(n).Customer)
		}
		assert.Equal(t, []string{"Durand", "Martin et fils", "Petit & Cie SA"}, got)
	}
}
