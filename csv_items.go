package receivables

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"unicode/utf8"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
)

// ReadCSVItems reads a file of documents as [ReadCSV] does and yields what is open of each at the end of a day, row by row. It
// keeps one copy of every text that repeats (customers, entities, salespersons) and nothing else, so that a file of any size
// can be aged.
//
// An item is what [Ledger.OpenItems] of the same file gives on that day, with what a stream can not know or need not leave out:
//   - two rows with the same id are two items, not an error;
//   - a document dated after the day is yielded with all that will be open of it, for its date says that it does not count yet;
//   - what is applied beyond the amount of an invoice, or before its date, is yielded as an unapplied payment right after it;
//   - an invoice set against a credit of a later date counts as paid from the settled day, not from that of the credit;
//   - where a file has applied amounts but no settled column, only the day of the extract can be aged.
//
// Rows whose values are plain are read from the bytes of their line, all others through encoding/csv and the code of ReadCSV,
// which alone makes errors: they are the same, whichever way was taken. A plain row takes about a microsecond, half of that in
// [ReadCSVPortfolio]; one with quotes, payments or disputes several times that.
//
// Errors: those of ReadCSV, each a [*RowError] with an empty item. With [BadRowsCollect] the reading goes on after a bad row for
// as long as the caller does; the error after which nothing comes is then one that ends the file. Who takes a stream (AddStream,
// [CollectPortfolio]) stops at the first error: to leave bad rows out, range over it and keep them.
func ReadCSVItems(r io.Reader, asOf date.Date, options CSVOptions) iter.Seq2[OpenItem, error] {
	return func(yield func(OpenItem, error) bool) {
		x, err := newCSVItems(r, asOf, options)
		if err != nil {
			yield(OpenItem{}, err)
			return
		}
		for row := range x.rows() {
			if row.problem != nil {
				if !yield(OpenItem{}, row.problem) {
					return
				}
				continue
			}
			if row.plain && !yield(x.item(row), nil) {
				return
			}
			for _, item := range row.items {
				if !yield(item, nil) {
					return
				}
			}
		}
	}
}

// PortfolioImport is what [ReadCSVPortfolio] has read.
type PortfolioImport struct {
	Portfolio *Portfolio
	Rows      int // rows of data, good and bad
	// Problems lists the rows left out, in the order of the file. The portfolio is incomplete when there are any.
	Problems []*RowError
}

// ReadCSVPortfolio makes a portfolio of the items that [ReadCSVItems] yields, without a Go value for each plain row: what is open
// on one day, so that an earlier day needs a reading of its own, and an id that comes twice is two items. Positions count the items.
//
// Read without applied, open and settled columns, and without rows of payments, it is what was invoiced.
//
// Errors: those of [ReadCSV] and [NewPortfolio].
func ReadCSVPortfolio(r io.Reader, asOf date.Date, options CSVOptions) (*PortfolioImport, error) {
	x, err := newCSVItems(r, asOf, options)
	if err != nil {
		return nil, err
	}
	b := newPortfolioBuilder(&Portfolio{}, 0)
	defer b.close()
	result := &PortfolioImport{}
	for row := range x.rows() {
		switch {
		case row.problem != nil && (row.fatal || options.BadRows == BadRowsStop):
			return nil, row.problem
		case row.problem != nil:
			result.Problems = append(result.Problems, row.problem)
		case row.plain:
			err = b.addText(row.customer, row.currency, row.due, row.issued, row.open)
		}
		for i := range row.items {
			if err == nil {
				err = b.add(&row.items[i])
			}
		}
		if err != nil {
			return nil, x.in.fail(row.line, "", err)
		}
	}
	result.Portfolio, result.Rows = b.portfolio(), x.in.count
	return result, nil
}

// csvItems reads the open items of a file.
type csvItems struct {
	in      *csvImport
	asOf    date.Date
	comma   byte // 0: no row is plain
	columns csvColumns
	// cells are the cells of a line.
	cells [][]byte
	iso   bool // dates are 2006-01-02 and nothing else
	// months are those that were met.
	months isoMonths
	// code is the currency code read last.
	code     string
	currency Currency
	row      csvItemRow
}

// csvColumns says where the columns are, -1 where there is none.
type csvColumns struct {
	id, customer, issued, due, amount, open, currency, settled, applied, kind, terms, entity, salesperson int
	dates, flags                                                                                          []int
}

// csvItemRow is a row: a problem, or a plain one with an open amount, or the items made of it.
type csvItemRow struct {
	problem *RowError
	fatal   bool // nothing comes after the problem
	items   []OpenItem
	plain   bool

	// The rest is of a plain row.
	id, customer, entity, salesperson []byte
	line                              int
	issued, due                       date.Date
	currency                          Currency
	amount, open                      int64 // signed, in minor units
}

func newCSVItems(r io.Reader, asOf date.Date, options CSVOptions) (*csvItems, error) {
	if !IsDay(asOf) {
		return nil, &FieldError{Path: "as of", Value: isoDate(asOf), Rule: RuleRange, Detail: "the day of the items is needed, 1900-01-01 to 9999-12-31"}
	}
	in, err := newCSVImport(r, options)
	if err != nil {
		return nil, err
	}
	at := func(key CSVKey) int {
		if i, ok := in.columns[key]; ok {
			return i
		}
		return -1
	}
	x := &csvItems{in: in, asOf: asOf, cells: make([][]byte, len(in.names)), columns: csvColumns{
		id: at(CSVID), customer: at(CSVCustomer), issued: at(CSVIssued), due: at(CSVDue), amount: at(CSVAmount), open: at(CSVOpen),
		currency: at(CSVCurrency), settled: at(CSVSettled), applied: at(CSVApplied), kind: at(CSVKind), terms: at(CSVTerms),
		entity: at(CSVEntity), salesperson: at(CSVSalesperson),
		dates: []int{at(CSVReceived), at(CSVDelivered)}, flags: []int{at(CSVDisputed), at(CSVLost)},
	}}
	x.iso = len(in.options.DateLayouts) == 1 && in.options.DateLayouts[0] == isoLayout
	if comma := in.rows.csv.Comma; comma < utf8.RuneSelf {
		x.comma = byte(comma)
	}
	return x, nil
}

// rows yields every row that has an item or a problem. The row is valid until the next one.
func (x *csvItems) rows() iter.Seq[*csvItemRow] {
	return func(yield func(*csvItemRow) bool) {
		in := x.in
		for {
			if line, plain := in.rows.line(); plain && x.read(line) {
				in.count++
				x.row.line = in.rows.next()
				more := x.row.open == 0 || yield(&x.row)
				in.rows.passBy() // the cells are not needed any more
				if !more {
					return
				}
				continue
			}
			record, err := in.rows.row()
			if errors.Is(err, io.EOF) {
				in.report()
				return
			}
			row, problem, fatal := in.row(record, err)
			x.row = csvItemRow{problem: problem, fatal: fatal}
			if problem == nil {
				x.row.line = row.line
				x.row.items = row.document.openItems(x.asOf, in)
			}
			if !yield(&x.row) || problem != nil && (fatal || in.options.BadRows == BadRowsStop) {
				return
			}
		}
	}
}

// read reads a plain row. It returns false for all that is not plain, right or wrong.
func (x *csvItems) read(line []byte) bool {
	if x.comma == 0 || !utf8.Valid(line) || !x.cut(line) {
		return false
	}
	c, in, row := &x.columns, x.in, &x.row
	*row = csvItemRow{
		plain: true, id: x.cell(c.id), customer: x.cell(c.customer), entity: x.cell(c.entity), salesperson: x.cell(c.salesperson),
	}
	if len(row.customer) == 0 || c.id >= 0 && len(row.id) == 0 || len(x.cell(c.applied)) > 0 || !x.readCurrency() {
		return false
	}
	for _, flag := range c.flags {
		if text := x.cell(flag); len(text) > 0 && string(text) != "0" && string(text) != "no" {
			return false
		}
	}
	var ok bool
	if row.issued, ok = x.day(c.issued); !ok || row.issued == 0 {
		return false
	}
	if row.due, ok = x.day(c.due); !ok || row.due == 0 && len(x.cell(c.terms)) > 0 {
		return false
	}
	for _, other := range c.dates {
		if _, ok := x.day(other); !ok {
			return false
		}
	}
	settled, ok := x.day(c.settled)
	if !ok || !x.readAmounts(settled) {
		return false
	}
	if kind := x.cell(c.kind); len(kind) > 0 && (string(kind) != "invoice" || row.amount < 0) {
		return false
	}
	for _, i := range in.currency {
		if string(x.cell(i)) != in.options.Currency.Code() {
			return false
		}
	}
	return true
}

// readAmounts reads the amount and what is open of it.
func (x *csvItems) readAmounts(settled date.Date) bool {
	c, row := &x.columns, &x.row
	places := row.currency.MinorUnits()
	open, ok := x.in.units(x.cell(c.open), places)
	hasOpen := c.open >= 0 && len(x.cell(c.open)) > 0
	if hasOpen && !ok {
		return false
	}
	row.amount, row.open = open, open
	if c.amount >= 0 {
		if row.amount, ok = x.in.units(x.cell(c.amount), places); !ok {
			return false
		}
	} else if !hasOpen {
		return false
	}
	if !hasOpen {
		row.open = row.amount
		switch {
		case settled == 0:
		case settled <= x.asOf && row.issued <= x.asOf:
			row.open = 0
		case settled < row.issued:
			return false
		}
		return true
	}
	partly := row.open != row.amount
	return settled == 0 && (!partly || c.settled < 0 && opened(row.open, row.amount))
}

// opened reports whether an amount can be what is left of another.
func opened(open, amount int64) bool {
	if amount < 0 {
		return open <= 0 && open >= amount
	}
	return open >= 0 && open <= amount
}

// cut divides a line into as many cells as the header has.
func (x *csvItems) cut(line []byte) bool {
	last := len(x.cells) - 1
	for i := range x.cells[:last] {
		end := bytes.IndexByte(line, x.comma)
		if end < 0 {
			return false
		}
		x.cells[i], line = line[:end], line[end+1:]
	}
	x.cells[last] = line
	return bytes.IndexByte(line, x.comma) < 0
}

// cell returns a cell without white space around it, nil if there is no such column.
func (x *csvItems) cell(column int) []byte {
	if column < 0 {
		return nil
	}
	cell := x.cells[column]
	if n := len(cell); n == 0 || isGraph(cell[0]) && isGraph(cell[n-1]) {
		return cell
	}
	return bytes.TrimSpace(cell)
}

// isGraph reports whether a byte is a visible character of ASCII.
func isGraph(c byte) bool { return c > ' ' && c < 0x7f }

// day reads a date; blank is the zero date.
func (x *csvItems) day(column int) (date.Date, bool) {
	text := x.cell(column)
	if len(text) == 0 {
		return 0, true
	}
	if x.iso {
		if d, ok := x.months.day(text); ok {
			return d, true
		}
	}
	if d, ok := x.in.days[string(text)]; ok {
		return d, true
	}
	d, err := x.in.day(string(text))
	return d, err == nil
}

// readCurrency reads the currency of the row; a code is looked up when it changes.
func (x *csvItems) readCurrency() bool {
	if text := x.cell(x.columns.currency); len(text) > 0 {
		if string(text) != x.code {
			currency, err := ParseCurrency(string(text))
			if err != nil {
				return false
			}
			x.code, x.currency = string(text), currency
		}
		x.row.currency = x.currency
	} else {
		x.row.currency = x.in.options.Currency
	}
	return x.row.currency.IsValid()
}

// units reads digits with a minus sign and a decimal separator, if they are a whole number of minor units of at most 18 digits.
func (in *csvImport) units(text []byte, places int) (int64, bool) {
	point := byte('.')
	if in.options.DecimalComma {
		point = ','
	}
	text, negative := bytes.CutPrefix(text, []byte("-"))
	if len(text) > 18 || len(text) == 0 || text[0] == point || text[len(text)-1] == point {
		return 0, false
	}
	units, decimals := int64(0), -1
	for _, c := range text {
		switch {
		case c >= '0' && c <= '9':
			units = units*10 + int64(c-'0')
			if decimals >= 0 {
				decimals++
			}
		case c == point && decimals < 0:
			decimals = 0
		default:
			return 0, false
		}
	}
	for decimals = max(0, decimals); decimals < places && units <= int64(mostMinorUnits)/10; decimals++ {
		units *= 10
	}
	if decimals != places {
		return 0, false
	}
	if negative {
		units = -units
	}
	return units, true
}

// item is the open item of a plain row.
func (x *csvItems) item(row *csvItemRow) OpenItem {
	item := OpenItem{
		Document: string(row.id), Customer: x.in.textOf(row.customer), IssuedOn: row.issued, DueOn: row.due,
		Original: minorMoney(row.amount, row.currency), Entity: x.in.textOf(row.entity), Salesperson: x.in.textOf(row.salesperson),
	}
	if item.Open = item.Original; row.open != row.amount {
		item.Open = minorMoney(row.open, row.currency)
	}
	if row.amount < 0 {
		item.Kind = KindCreditNote
	}
	if x.columns.id < 0 {
		item.Document = fmt.Sprintf("line %d", row.line)
	}
	return item
}

// textOf is text for bytes.
func (in *csvImport) textOf(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if kept, ok := in.intern[string(b)]; ok {
		return kept
	}
	return in.text(string(b))
}

// openItems returns what is open of a document at the end of a day: itself, and a payment for what is applied beyond it.
func (d *csvDocument) openItems(asOf date.Date, in *csvImport) []OpenItem {
	item := OpenItem{
		Document: d.id, Kind: d.kind, Customer: d.customer, IssuedOn: d.issued, DueOn: d.due, Entity: d.entity, Salesperson: d.salesperson,
	}
	if d.kind == KindPayment || d.kind == KindDeposit {
		item.DueOn = 0
	}
	on, applied := d.appliedOn(), d.applied
	begun := d.issued <= asOf
	if on > asOf && d.settled != 0 || d.kind == KindInvoice && d.lost && in.options.Lost == LostStaysOpen {
		applied = decimal.Zero // not yet, or never
	}
	taken := decimal.Min(applied, d.amount.amount)
	if !begun && d.settled != 0 {
		taken = decimal.Zero // money from before the document
	}
	open := d.amount.AddAmount(taken.Neg())
	item.Original, item.Open = d.amount, open
	if d.kind != KindInvoice {
		item.Original, item.Open = d.amount.Neg(), open.Neg()
	}
	var items []OpenItem
	if !item.Open.IsZero() {
		if d.isDisputed(asOf, in) {
			item.Disputed = item.Open
		}
		items = append(items, item)
	}
	if beyond := applied.Sub(taken); d.kind == KindInvoice && !d.lost && beyond.Sign() > 0 {
		paid := d.moneyOf(beyond).Neg()
		items = append(items, OpenItem{
			Document: d.id + "/paid", Kind: KindPayment, Customer: d.customer, IssuedOn: on,
			Original: d.moneyOf(d.applied).Neg(), Open: paid, Entity: d.entity, Salesperson: d.salesperson,
		})
	}
	return items
}

// isDisputed reports whether an invoice is under dispute at the end of a day.
func (d *csvDocument) isDisputed(asOf date.Date, in *csvImport) bool {
	if !d.disputed || d.kind != KindInvoice || d.issued > asOf {
		return false
	}
	decided := in.has(CSVLost) && d.settled >= d.issued
	return !decided || d.settled > asOf
}
