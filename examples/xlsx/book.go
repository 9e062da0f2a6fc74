package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/rickb777/date/v2"
	"github.com/xuri/excelize/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
	"github.com/receivables-go/receivables/examples/internal/claims"
	"github.com/receivables-go/receivables/examples/internal/plain"
	"github.com/receivables-go/receivables/penalties"
	"github.com/receivables-go/receivables/procedure/reminder"
	"github.com/receivables-go/receivables/procedure/worklist"
)

const (
	maxCell   = 32_767 // characters that a cell of Excel holds, as UTF-16 counts them
	maxDigits = 15     // that its numbers keep
)

// writeBook writes the workbook.
func writeBook(to io.Writer, ledger *receivables.Ledger, asOf date.Date, customer string) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	w, err := newWriter(f)
	if err != nil {
		return err
	}
	for _, sheet := range []func() error{
		func() error { return w.aged(ledger, asOf) },
		func() error { return w.work(ledger, asOf) },
		func() error { return w.claim(ledger, asOf, customer) },
	} {
		if err := sheet(); err != nil {
			return err
		}
	}
	day := asOf.String() + "T00:00:00Z" // the same ledger and day make the same workbook
	err = errors.Join(f.DeleteSheet("Sheet1"), f.SetDocProps(&excelize.DocProperties{Creator: "receivables", LastModifiedBy: "receivables", Created: day, Modified: day}))
	if err != nil {
		return err
	}
	return f.Write(to)
}

// writer writes sheets row by row.
type writer struct {
	file                                *excelize.File
	heading, amount, day, whole, totals int // styles
	percent                             int
	// styles are amount and totals for currencies of other minor units than 2.
	styles map[int]map[int]int
}

func newWriter(f *excelize.File) (*writer, error) {
	w := &writer{file: f, styles: map[int]map[int]int{}}
	money, iso, rate := "#,##0.00;[Red]-#,##0.00", "yyyy-mm-dd", `0.00##" %"`
	var errs []error
	style := func(to *int, s *excelize.Style) {
		var err error
		*to, err = f.NewStyle(s)
		errs = append(errs, err)
	}
	style(&w.heading, &excelize.Style{
		Font: &excelize.Font{Bold: true, Color: "FFFFFF"}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"14598A"}},
		Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true},
	})
	style(&w.amount, &excelize.Style{CustomNumFmt: &money})
	style(&w.day, &excelize.Style{CustomNumFmt: &iso})
	style(&w.whole, &excelize.Style{NumFmt: 1})
	style(&w.percent, &excelize.Style{CustomNumFmt: &rate})
	style(&w.totals, &excelize.Style{CustomNumFmt: &money, Font: &excelize.Font{Bold: true}, Border: []excelize.Border{{Type: "top", Style: 1, Color: "000000"}}})
	for _, of := range []int{w.amount, w.totals} {
		w.styles[of] = map[int]int{}
		for units, format := range map[int]string{0: "#,##0;[Red]-#,##0", 3: "#,##0.000;[Red]-#,##0.000", 4: "#,##0.0000;[Red]-#,##0.0000"} {
			other := excelize.Style{CustomNumFmt: &format}
			if of == w.totals {
				other.Font, other.Border = &excelize.Font{Bold: true}, []excelize.Border{{Type: "top", Style: 1, Color: "000000"}}
			}
			var id int
			style(&id, &other)
			w.styles[of][units] = id
		}
	}
	return w, errors.Join(errs...)
}

// column is a column of a sheet.
type column struct {
	name  string
	width float64
}

// sheet is a sheet that is being written.
type sheet struct {
	*writer
	name   string
	stream *excelize.StreamWriter
	row    int
}

// begin makes a sheet with headings that stay in sight and can be filtered.
func (w *writer) begin(name string, columns []column) (*sheet, error) {
	if _, err := w.file.NewSheet(name); err != nil {
		return nil, err
	}
	fit := true
	if err := w.file.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return nil, err
	}
	stream, err := w.file.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	s := &sheet{writer: w, name: name, stream: stream}
	for i, c := range columns {
		if err := stream.SetColWidth(i+1, i+1, c.width); err != nil {
			return nil, err
		}
	}
	if err := stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, XSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight"}); err != nil {
		return nil, err
	}
	var names []any
	for _, c := range columns {
		names = append(names, excelize.Cell{StyleID: w.heading, Value: c.name})
	}
	return s, s.write(names)
}

func (s *sheet) write(cells []any) error {
	s.row++
	at, err := excelize.CoordinatesToCellName(1, s.row)
	if err != nil {
		return err
	}
	return s.stream.SetRow(at, cells)
}

// end writes what is left of a sheet and gives the rows with figures a filter.
func (s *sheet) end(columns, last int) error {
	if last >= 2 {
		corner, err := excelize.CoordinatesToCellName(columns, last)
		if err != nil {
			return err
		}
		landscape, width, height := "landscape", 1, 0
		// Before the flush: it writes what the sheet has, and nothing is added after it.
		err = errors.Join(
			s.file.AutoFilter(s.name, "A1:"+corner, nil),
			s.file.SetPageLayout(s.name, &excelize.PageLayoutOptions{Orientation: &landscape, FitToWidth: &width, FitToHeight: &height}),
			s.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$1:$1", s.name), Scope: s.name}),
		)
		if err != nil {
			return err
		}
	}
	return s.stream.Flush()
}

// text is a cell of text. It is a string of the workbook, never a formula, whatever it begins with.
func text(s string) (any, error) {
	s = plain.Text(s)
	if n := length(s); n > maxCell {
		return nil, fmt.Errorf("a text of %d characters, a cell holds %d: %w", n, maxCell, receivables.ErrLimit)
	}
	return excelize.Cell{Value: s}, nil
}

// length is the number of characters of a text as Excel counts them: those beyond the basic plane, such as emoji, are two.
func length(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// listed is a cell with names, as many as it holds, and how many more there are.
func listed(names []string) (any, error) {
	const room = maxCell - 40
	var b strings.Builder
	used := 0
	for i, name := range names {
		if used += length(name) + 2; used > room {
			fmt.Fprintf(&b, " … and %d more", len(names)-i)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(name)
	}
	return text(b.String())
}

// money is a cell with an amount: a number, or a text where Excel would round it.
func (w *writer) money(m receivables.Money, style int) any {
	if decimals := -m.Amount().Exponent(); int(decimals) > m.Currency().MinorUnits() && !m.Round().Equal(m) {
		return excelize.Cell{Value: m.Text()} // less than a minor unit, which no format would show
	}
	if units := m.Currency().MinorUnits(); units != 2 {
		style = w.styles[style][units]
	}
	return w.number(m.Text(), style)
}

// number is a cell with a decimal number: a text where Excel would round it.
func (w *writer) number(text string, style int) any {
	digits := strings.TrimLeft(strings.NewReplacer("-", "", ".", "").Replace(text), "0")
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || len(digits) > maxDigits {
		return excelize.Cell{Value: text}
	}
	return excelize.Cell{StyleID: style, Value: value}
}

// date is a cell with a day; blank for none.
func (w *writer) date(d date.Date) any {
	if d == 0 {
		return nil
	}
	return excelize.Cell{StyleID: w.day, Value: time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, time.UTC)}
}

// aged writes the aged balance: a row for each customer and currency, and totals.
func (w *writer) aged(ledger *receivables.Ledger, asOf date.Date) error {
	balance, _, err := aging.FromLedger(ledger, asOf, asOf, aging.Config{})
	if err != nil {
		return err
	}
	columns := []column{{"Customer", 12}, {"Name", 34}, {"Currency", 10}}
	for _, name := range balance.Scheme().Names() {
		columns = append(columns, column{strings.ReplaceAll(name, "_", " "), 14})
	}
	columns = append(columns, column{"undated", 14}, column{"unapplied", 14}, column{"total", 16}, column{"overdue", 16}, column{"disputed", 14}, column{"weighted days late", 12})
	s, err := w.begin("Aged balance "+asOf.String(), columns)
	if err != nil {
		return err
	}
	write := func(line aging.Line, id, name string, style int) error {
		first, err := text(id)
		if err != nil {
			return fmt.Errorf("customer: %w", err)
		}
		second, err := text(name)
		if err != nil {
			return fmt.Errorf("name of customer %s: %w", id, err)
		}
		cells := []any{first, second, excelize.Cell{Value: line.Currency().Code()}}
		for _, c := range line.Columns() {
			cells = append(cells, w.money(c.Amount, style))
		}
		cells = append(cells, w.money(line.Undated().Amount, style), w.money(line.Unapplied().Amount, style), w.money(line.Total().Amount, style), w.money(line.Overdue(), style), w.money(line.Total().Disputed, style))
		if late, ok := line.WeightedDaysLate().Value(); ok {
			cells = append(cells, excelize.Cell{StyleID: w.whole, Value: late.Round(0).IntPart()})
		}
		return s.write(cells)
	}
	for line := range balance.Lines() {
		id := line.Group()[0]
		c, _ := ledger.Customer(id)
		if id == "" {
			c.Name = "(sender not known)"
		}
		if err := write(line, id, c.Name, w.amount); err != nil {
			return err
		}
	}
	last := s.row
	for line := range balance.Totals() {
		if err := write(line, "Total", "", w.totals); err != nil {
			return err
		}
	}
	return s.end(len(columns), last)
}

// work writes the work list of the day.
func (w *writer) work(ledger *receivables.Ledger, asOf date.Date) error {
	calendar, err := receivables.FrenchCalendar(receivables.ZoneMetropole)
	if err != nil {
		return err
	}
	policy := reminder.DefaultPolicy("FR")
	policy.Missed = reminder.Jump
	planner, err := reminder.New(policy, calendar)
	if err != nil {
		return err
	}
	list, err := worklist.New(func(yield func(worklist.Account, error) bool) {
		for account := range reminder.Accounts(ledger, asOf, asOf, reminder.Past{}) {
			plan, err := planner.Plan(account, asOf)
			if !yield(worklist.Account{Plan: plan, Salesperson: account.Customer.Salesperson}, err) {
				return
			}
		}
	}, worklist.Default())
	if err != nil {
		return err
	}
	columns := []column{{"Customer", 12}, {"Name", 34}, {"Step", 26}, {"Channel", 18}, {"Currency", 10}, {"Asked", 16}, {"Days late", 10}, {"Score", 14}, {"Documents", 60}}
	s, err := w.begin("Work list", columns)
	if err != nil {
		return err
	}
	for _, e := range list.Entries {
		var documents []string
		for _, item := range e.Contact.Items {
			documents = append(documents, item.Document)
		}
		var cells []any
		for _, value := range []string{e.Customer, e.Name, e.Contact.Level.String(), e.Contact.Channel.String(), e.Contact.Asked.Currency().Code()} {
			cell, err := text(value)
			if err != nil {
				return fmt.Errorf("customer %s: %w", e.Customer, err)
			}
			cells = append(cells, cell)
		}
		cells = append(cells, w.money(e.Contact.Asked, w.amount), excelize.Cell{StyleID: w.whole, Value: e.DaysLate})
		var score any
		if value, ok := e.Score.Value(); ok {
			score = w.number(value.StringFixed(2), w.amount)
		}
		list, err := listed(documents)
		if err != nil {
			return fmt.Errorf("documents of customer %s: %w", e.Customer, err)
		}
		if err := s.write(append(cells, score, list)); err != nil {
			return err
		}
	}
	return s.end(len(columns), s.row)
}

// claim writes the statement of claim on a customer, or on the one who owes most interest: each segment of interest with its rate and law, and the totals.
func (w *writer) claim(ledger *receivables.Ledger, asOf date.Date, customer string) error {
	accruals, skipped, err := accrualsOf(ledger, asOf)
	if err != nil {
		return err
	}
	if customer == "" {
		if customer = mostInterest(accruals); customer == "" {
			return nil // nobody owes any: no claim
		}
	}
	var own []*penalties.Accrual
	for _, a := range accruals {
		if a.Customer == customer {
			own = append(own, a.Accrual)
		}
	}
	skipped = slices.DeleteFunc(skipped, func(s penalties.Skipped) bool { return s.Customer != customer })
	if len(own) == 0 && len(skipped) == 0 && !known(ledger, asOf, customer) {
		return fmt.Errorf("customer %q is not in the ledger: %w", customer, receivables.ErrUnknown)
	}
	if len(own) == 0 && len(skipped) > 0 {
		return fmt.Errorf("customer %q owes no interest on %s: %s: %s", customer, asOf, skipped[0].Document, skipped[0].Reason)
	}
	if len(own) == 0 {
		return fmt.Errorf("customer %q owes no interest on %s", customer, asOf)
	}
	statement, err := penalties.NewStatement(asOf, own...)
	if err != nil {
		return err
	}
	columns := []column{
		{"Customer", 12},
		{"Name", 30},
		{"Regime", 10},
		{"Invoice", 16},
		{"Due", 12},
		{"First day", 12},
		{"Last day", 12},
		{"Days", 8},
		{"Base", 16},
		{"Rate", 10},
		{"Interest", 14},
		{"Principal due", 16},
		{"Currency", 10},
		{"Compensation", 14},
		{"in", 10},
		{"Legal basis", 80},
	}
	s, err := w.begin("Claim "+asOf.String(), columns)
	if err != nil {
		return err
	}
	debtor, _ := ledger.Customer(customer)
	who, err := text(customer)
	if err != nil {
		return err
	}
	name, err := text(debtor.Name)
	if err != nil {
		return err
	}
	for _, line := range statement.Lines {
		for i, part := range line.Segments {
			id, err := text(line.Claim)
			if err != nil {
				return err
			}
			var basis []string
			for _, c := range part.Rate.Citations {
				basis = append(basis, c.String())
			}
			if part.Rate.Provisional {
				basis = append(basis, "provisional: a rate is not published for its day")
			}
			rate, err := strconv.ParseFloat(part.Rate.Percent.String(), 64)
			if err != nil {
				return err
			}
			cells := []any{
				who, name,
				excelize.Cell{Value: line.Regime},
				id, w.date(line.DueOn), w.date(part.FirstDay), w.date(part.LastDay),
				excelize.Cell{StyleID: w.whole, Value: part.Days},
				w.money(part.Base, w.amount),
				excelize.Cell{StyleID: w.percent, Value: rate},
				w.money(part.Interest, w.amount), nil,
				excelize.Cell{Value: part.Base.Currency().Code()},
				nil, nil, nil,
			}
			if i == 0 { // what belongs to the invoice stands once
				cells[11] = w.money(line.PrincipalDue, w.amount)
				if line.FixedSum != nil {
					cells[13], cells[14] = w.money(line.FixedSum.Amount, w.amount), excelize.Cell{Value: line.FixedSum.Amount.Currency().Code()}
					basis = append(basis, line.FixedSum.Citation.String())
				}
			}
			if cells[15], err = text(strings.Join(basis, "; ")); err != nil {
				return err
			}
			if err := s.write(cells); err != nil {
				return err
			}
		}
	}
	last := s.row
	provisional := ""
	if slices.ContainsFunc(own, func(a *penalties.Accrual) bool { return a.Provisional }) {
		provisional = ", provisional: a rate is not published for its day"
	}
	for _, t := range statement.Totals {
		if err := s.write([]any{
			excelize.Cell{StyleID: w.totals, Value: "Total"},
			name, nil, nil, nil, nil, nil, nil, nil, nil, w.money(t.Interest, w.totals), w.money(t.Principal, w.totals),
			excelize.Cell{Value: t.Currency.Code()},
			w.money(t.Costs, w.totals),
			excelize.Cell{Value: t.Currency.Code()},
			excelize.Cell{Value: "claimed in all: " + t.Total.Text() + " " + t.Total.Currency().Code() + provisional},
		}); err != nil {
			return err
		}
	}
	// What no interest is computed for stands below, with the reason.
	for _, x := range skipped {
		document := x.Document
		if x.Instalment > 0 {
			document = fmt.Sprintf("%s (%d)", document, x.Instalment)
		}
		id, err := text(document)
		if err != nil {
			return err
		}
		reason, err := text("open, and not in the claim: " + x.Reason)
		if err != nil {
			return err
		}
		if err := s.write([]any{who, name, nil, id, nil, nil, nil, nil, w.money(x.Amount, w.amount), nil, nil, nil, excelize.Cell{Value: x.Amount.Currency().Code()}, nil, nil, reason}); err != nil {
			return err
		}
	}
	return s.end(len(columns), last)
}

// known reports whether a customer is recorded or has an invoice.
func known(ledger *receivables.Ledger, asOf date.Date, customer string) bool {
	if _, ok := ledger.Customer(customer); ok {
		return true
	}
	for h := range ledger.Histories(asOf, asOf) {
		if h.Customer == customer {
			return true
		}
	}
	return false
}

// accrualsOf computes the interest of every late invoice of which something is open, by the law of a French seller; after the last rate published, at that
// one. What is open and bears none comes with its amount and the reason.
func accrualsOf(ledger *receivables.Ledger, asOf date.Date) ([]penalties.CustomerAccrual, []penalties.Skipped, error) {
	accruals, skipped, err := claims.Of(ledger, asOf, penalties.Config{Regime: "fr.b2b", Coverage: penalties.ExtendLastValue})
	type dueDate struct {
		document   string
		instalment int
	}
	open := map[dueDate]receivables.Money{}
	documents := map[string]bool{} // with something open
	for item := range ledger.OpenItems(asOf, asOf) {
		if item.Open.Sign() > 0 {
			open[dueDate{item.Document, item.Instalment}], documents[item.Document] = item.Open, true
		}
	}
	var left []penalties.Skipped
	for _, s := range skipped {
		if amount, ok := open[dueDate{s.Document, s.Instalment}]; ok {
			s.Amount = amount
			left = append(left, s)
		}
	}
	// An instalment that was paid late stands with the others of its invoice: its interest is owed, and the fixed sum of all.
	return slices.DeleteFunc(accruals, func(a penalties.CustomerAccrual) bool { return !documents[a.Document] }), left, err
}

// mostInterest is the customer who owes most interest in one currency; amounts of several are compared as numbers.
func mostInterest(accruals []penalties.CustomerAccrual) string {
	type account struct {
		customer string
		currency receivables.Currency
	}
	sums := map[account]receivables.Money{}
	var most account
	for _, a := range accruals {
		key := account{a.Customer, a.Accrual.Interest.Currency()}
		sums[key] = receivables.Zero(key.currency).AddAmount(sums[key].Amount()).AddAmount(a.Accrual.Interest.Amount())
		if most.customer == "" || sums[key].Amount().GreaterThan(sums[most].Amount()) {
			most = key
		}
	}
	return most.customer
}
