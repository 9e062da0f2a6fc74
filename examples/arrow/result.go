package main

import (
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/receivables-go/receivables/aging"
)

// balanceSchema is the columns of an aged balance: a row for each customer and currency, with a list of its cells. Amounts are whole
// numbers of minor units, of which a unit of the currency has 10^minor_units. The names of the cells are in the metadata.
func balanceSchema(t *aging.Table) *arrow.Schema {
	cells := int32(len(t.Names()))
	metadata := arrow.NewMetadata([]string{"cells"}, []string{strings.Join(t.Names(), ";")})
	return arrow.NewSchema([]arrow.Field{
		{Name: "customer", Type: arrow.BinaryTypes.String},
		{Name: "currency", Type: arrow.BinaryTypes.String},
		{Name: "minor_units", Type: arrow.PrimitiveTypes.Int8},
		{Name: "amounts", Type: arrow.FixedSizeListOfNonNullable(cells, arrow.PrimitiveTypes.Int64)},
		{Name: "items", Type: arrow.FixedSizeListOfNonNullable(cells, arrow.PrimitiveTypes.Int32)},
	}, &metadata)
}

// balanceBatch returns the aged balance of a day of a table as a record batch, to be released. Amounts and numbers of items are those
// of the table, not a copy; customers and currencies are written anew.
//
// It fails where amounts are no whole numbers of minor units: those of a few customers are to be asked for with [aging.Table.Cells].
func balanceBatch(memory memory.Allocator, t *aging.Table, day int) (arrow.RecordBatch, error) {
	amounts, items, ok := t.MinorUnits(day)
	if !ok {
		return nil, fmt.Errorf("the table has amounts that are no whole number of minor units, or sets credits off: use Cells")
	}
	schema, groups := balanceSchema(t), t.Portfolio().GroupCount()
	customers, currencies, places := array.NewStringBuilder(memory), array.NewStringBuilder(memory), array.NewInt8Builder(memory)
	defer customers.Release()
	defer currencies.Release()
	defer places.Release()
	for n := range groups {
		g := t.Portfolio().Group(n)
		customers.Append(g.Customer)
		currencies.Append(g.Currency.Code())
		places.Append(int8(g.Currency.MinorUnits()))
	}
	columns := []arrow.Array{
		customers.NewArray(), currencies.NewArray(), places.NewArray(), lists(schema.Field(3).Type, groups, amounts), lists(schema.Field(4).Type, groups, items),
	}
	defer func() {
		for _, c := range columns {
			c.Release()
		}
	}()
	return array.NewRecordBatch(schema, columns, int64(groups)), nil
}

// lists makes an array of lists of a fixed size over values that stay where they are.
func lists[T int32 | int64](of arrow.DataType, n int, values []T) arrow.Array {
	element := of.(*arrow.FixedSizeListType).Elem()
	inner := array.NewData(element, len(values), []*memory.Buffer{nil, memory.NewBufferBytes(arrow.GetBytes(values))}, nil, 0, 0)
	defer inner.Release()
	outer := array.NewData(of, n, []*memory.Buffer{nil}, []arrow.ArrayData{inner}, 0, 0)
	defer outer.Release()
	return array.MakeFromData(outer)
}
