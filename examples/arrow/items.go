package main

import (
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// The columns of a batch of open items. Customer, due and open are needed; currency may be left out if there is one for all.
const (
	customerColumn = "customer" // text, or a dictionary of texts
	currencyColumn = "currency" // the same
	dueColumn      = "due"      // date32, null: not known
	issuedColumn   = "issued"   // date32, null: not known
	openColumn     = "open"     // decimal128, or int64 in minor units of the currency
)

// epoch is 1970-01-01, from which Arrow counts days.
var epoch = receivables.MustDate("1970-01-01")

// portfolioBuilder makes a portfolio of record batches. It reads the buffers of a batch where they are and keeps nothing of them.
type portfolioBuilder struct {
	currency  receivables.Currency // where there is no column
	portfolio *receivables.Portfolio
	columns   receivables.ItemColumns
	numbers   map[receivables.PortfolioGroup]int32 // in columns.Groups
	exact     []receivables.OpenItem               // amounts that are no whole number of minor units
	rows      int
}

func newPortfolioBuilder(currency receivables.Currency) *portfolioBuilder {
	return &portfolioBuilder{currency: currency, portfolio: &receivables.Portfolio{}, numbers: map[receivables.PortfolioGroup]int32{}}
}

// mostPending is the number of rows that are collected before they are sorted into the portfolio.
const mostPending = 1 << 20

// add adds the items of a batch, which can be released afterwards. Errors name rows counted from the first batch on; positions in the
// portfolio are not these, for exact amounts are added after the others.
func (b *portfolioBuilder) add(batch arrow.RecordBatch) error {
	due, err := days(batch, dueColumn, true)
	if err != nil {
		return err
	}
	issued, err := days(batch, issuedColumn, false)
	if err != nil {
		return err
	}
	open, err := amounts(batch)
	if err != nil {
		return err
	}
	customers, err := texts(batch, customerColumn)
	if err != nil {
		return err
	}
	var currencies func(row int) (string, int32, bool)
	if len(batch.Schema().FieldIndices(currencyColumn)) > 0 {
		if currencies, err = texts(batch, currencyColumn); err != nil {
			return err
		}
	}
	groups := map[[2]int32]int32{} // by codes of customer and currency
	for row := range int(batch.NumRows()) {
		fail := func(column string, err error) error {
			return fmt.Errorf("row %d, column %s: %w", b.rows+row, column, err)
		}
		customer, code, ok := customers(row)
		if !ok {
			return fail(customerColumn, errNull)
		}
		key := [2]int32{code, -1}
		currency := b.currency
		var text string
		if currencies != nil {
			if text, key[1], ok = currencies(row); !ok {
				return fail(currencyColumn, errNull)
			}
		}
		group, known := groups[key]
		if !known {
			if currencies != nil {
				if currency, err = receivables.ParseCurrency(text); err != nil {
					return fail(currencyColumn, err)
				}
			}
			group = b.group(receivables.PortfolioGroup{Customer: customer, Currency: currency})
			groups[key] = group
		}
		dueOn, ok := due(row)
		if !ok {
			return fail(dueColumn, errNoDay)
		}
		issuedOn, ok := issued(row)
		if !ok {
			return fail(issuedColumn, errNoDay)
		}
		if err := b.item(group, dueOn, issuedOn, open, row); err != nil {
			return fail(openColumn, err)
		}
	}
	b.rows += int(batch.NumRows())
	if len(b.columns.Group)+len(b.exact) >= mostPending {
		return b.flush()
	}
	return nil
}

// item adds a row to what is collected.
func (b *portfolioBuilder) item(group int32, due, issued date.Date, open amountReader, row int) error {
	g := b.columns.Groups[group]
	units, exact, err := open(row, int32(g.Currency.MinorUnits()))
	if err != nil {
		return err
	}
	if exact != nil {
		b.exact = append(b.exact, receivables.OpenItem{
			Customer: g.Customer, DueOn: due, IssuedOn: issued, Open: receivables.Zero(g.Currency).AddAmount(*exact),
		})
		return nil
	}
	c := &b.columns
	c.Group, c.DueOn, c.IssuedOn, c.Open = append(c.Group, group), append(c.DueOn, due), append(c.IssuedOn, issued), append(c.Open, units)
	return nil
}

func (b *portfolioBuilder) group(g receivables.PortfolioGroup) int32 {
	n, known := b.numbers[g]
	if !known {
		g.Customer = strings.Clone(g.Customer) // it was a view of the batch
		n = int32(len(b.columns.Groups))
		b.numbers[g], b.columns.Groups = n, append(b.columns.Groups, g)
	}
	return n
}

// flush sorts what is collected into the portfolio.
func (b *portfolioBuilder) flush() error {
	p, err := b.portfolio.AppendColumns(b.columns)
	if err == nil && len(b.exact) > 0 {
		p, err = p.Append(func(yield func(receivables.OpenItem, error) bool) {
			for _, item := range b.exact {
				if !yield(item, nil) {
					return
				}
			}
		})
	}
	if err != nil {
		return err
	}
	c := &b.columns
	c.Group, c.DueOn, c.IssuedOn, c.Open, b.exact = c.Group[:0], c.DueOn[:0], c.IssuedOn[:0], c.Open[:0], b.exact[:0]
	b.portfolio = p
	return nil
}

// done returns the portfolio of all batches.
func (b *portfolioBuilder) done() (*receivables.Portfolio, error) {
	err := b.flush()
	return b.portfolio, err
}

var errNoDay = &receivables.FieldError{Path: "date", Rule: receivables.RuleRange, Detail: "outside 1900-01-01 to 9999-12-31; what is not known is null"}

var errNull = &receivables.FieldError{Path: "value", Rule: receivables.RuleRequired, Detail: "must not be null"}

// column finds a column by its name.
func column(batch arrow.RecordBatch, name string) (arrow.Array, error) {
	list := batch.Schema().FieldIndices(name)
	if len(list) != 1 {
		return nil, &receivables.FieldError{Path: "batch", Value: name, Rule: receivables.RuleUnknownColumn, Detail: fmt.Sprintf("%d columns of this name instead of one, among %v", len(list), names(batch.Schema()))}
	}
	return batch.Column(list[0]), nil
}

func names(s *arrow.Schema) []string {
	list := make([]string, 0, s.NumFields())
	for _, f := range s.Fields() {
		list = append(list, f.Name)
	}
	return list
}

func wrongType(name string, a arrow.Array, want string) error {
	return &receivables.FieldError{Path: "column " + name, Value: a.DataType().String(), Rule: receivables.RuleSyntax, Detail: "want " + want}
}

// days reads a column of dates: null is the zero date, and false says that a date is no day. Without a column that is not needed, none
// is known.
func days(batch arrow.RecordBatch, name string, needed bool) (func(row int) (date.Date, bool), error) {
	if !needed && len(batch.Schema().FieldIndices(name)) == 0 {
		return func(int) (date.Date, bool) { return 0, true }, nil
	}
	a, err := column(batch, name)
	if err != nil {
		return nil, err
	}
	dates, ok := a.(*array.Date32)
	if !ok {
		return nil, wrongType(name, a, "date32")
	}
	values := dates.Values()
	return func(row int) (date.Date, bool) {
		if dates.IsNull(row) {
			return 0, true
		}
		day := epoch + date.Date(values[row])
		return day, receivables.IsDay(day)
	}, nil
}

// amountReader returns an amount in minor units, or as it is if it is no whole number of at most 18 digits of them.
type amountReader func(row int, places int32) (units int64, exact *decimal.Decimal, err error)

func amounts(batch arrow.RecordBatch) (amountReader, error) {
	a, err := column(batch, openColumn)
	if err != nil {
		return nil, err
	}
	switch a := a.(type) {
	case *array.Int64:
		values := a.Values()
		return func(row int, places int32) (int64, *decimal.Decimal, error) {
			if a.IsNull(row) {
				return 0, nil, errNull
			}
			return minor(values[row], places, places)
		}, nil
	case *array.Decimal128:
		values, scale := a.Values(), a.DataType().(*arrow.Decimal128Type).Scale
		return func(row int, places int32) (int64, *decimal.Decimal, error) {
			if a.IsNull(row) {
				return 0, nil, errNull
			}
			n := values[row]
			if low := int64(n.LowBits()); n.HighBits() == low>>63 {
				return minor(low, scale, places)
			}
			return 0, ofDecimal128(n, scale), nil
		}, nil
	}
	return nil, wrongType(openColumn, a, "decimal128 or int64")
}

func ofDecimal128(n decimal128.Num, scale int32) *decimal.Decimal {
	d := decimal.NewFromBigInt(n.BigInt(), -scale)
	return &d
}

// minor makes a number of one scale one of another.
func minor(n int64, scale, places int32) (int64, *decimal.Decimal, error) {
	const most int64 = 1e18 - 1
	exact := func() (int64, *decimal.Decimal, error) {
		d := decimal.New(n, -scale)
		return 0, &d, nil
	}
	units := n
	for at := scale; at < places; at++ {
		if units > most/10 || units < -most/10 {
			return exact()
		}
		units *= 10
	}
	for at := scale; at > places; at-- {
		if units%10 != 0 {
			return exact()
		}
		units /= 10
	}
	if units > most || units < -most {
		return exact()
	}
	return units, nil, nil
}

// texts reads a column of texts: the text of a row, a code that is the same for the same text, and false for null.
func texts(batch arrow.RecordBatch, name string) (func(row int) (string, int32, bool), error) {
	a, err := column(batch, name)
	if err != nil {
		return nil, err
	}
	switch a := a.(type) {
	case *array.Dictionary:
		if dictionary, ok := a.Dictionary().(*array.String); ok {
			return func(row int) (string, int32, bool) {
				if a.IsNull(row) {
					return "", 0, false
				}
				at := a.GetValueIndex(row)
				if dictionary.IsNull(at) {
					return "", 0, false
				}
				return dictionary.Value(at), int32(at), true
			}, nil
		}
	case *array.String:
		codes := map[string]int32{}
		return func(row int) (string, int32, bool) {
			if a.IsNull(row) {
				return "", 0, false
			}
			text := a.Value(row)
			code, known := codes[text]
			if !known {
				code = int32(len(codes))
				codes[text] = code
			}
			return text, code, true
		}, nil
	}
	return nil, wrongType(name, a, "utf8, or a dictionary of utf8")
}
