package fec

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables"
)

// row is a line of a test file: journal, number, day, account, customer, piece, text, debit, credit, code, day of lettering.
type row [11]string

const heading = "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\tCompAuxLib\tPieceRef\tPieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\tValidDate\tMontantdevise\tIdevise"

func (r row) cells() []string {
	name := ""
	if r[4] != "" {
		name = "Name of " + r[4]
	}
	return []string{r[0], "Journal " + r[0], r[1], r[2], r[3], "Account " + r[3], r[4], name, r[5], r[2], r[6], r[7], r[8], r[9], r[10], "", "", ""}
}

func fileOf(rows ...row) string {
	var b strings.Builder
	b.WriteString(heading + "\n")
	for _, r := range rows {
		b.WriteString(strings.Join(r.cells(), "\t") + "\n")
	}
	return b.String()
}

func read(t *testing.T, options Options, texts ...string) *Import {
	t.Helper()
	result, err := tryRead(options, texts...)
	require.NoError(t, err)
	return result
}

func tryRead(options Options, texts ...string) (*Import, error) {
	var files []File
	for i, text := range texts {
		files = append(files, File{Name: fmt.Sprintf("year%d.txt", i+1), From: strings.NewReader(text)})
	}
	return Read(options, files...)
}

// open lists what is open at the end of a day, as known on that day.
func open(l *receivables.Ledger, day string) []string {
	var items []string
	asOf := receivables.MustDate(day)
	for item := range l.OpenItems(asOf, asOf) {
		items = append(items, fmt.Sprintf("%s %s %s", item.Document, item.IssuedOn, item.Open.Text()))
	}
	return items
}

// One customer through a year: an invoice paid, one paid in part and the rest given up, a payment returned, a discount, a set-off.
func year() []row {
	return []row{
		{"VE", "1", "20240110", "411000", "C1", "F1", "Facture", "120,00", "0,00", "A", ""},
		{"VE", "1", "20240110", "707000", "", "F1", "Facture", "0,00", "100,00", "", ""},
		{"VE", "1", "20240110", "445710", "", "F1", "Facture", "0,00", "20,00", "", ""},
		{"BQ", "7", "20240215", "512000", "", "R1", "Virement", "120,00", "0,00", "", ""},
		{"BQ", "7", "20240215", "411000", "C1", "R1", "Virement", "0,00", "120,00", "A", ""},
		{"VE", "2", "20240301", "411000", "C1", "F2", "Facture", "60,00", "0,00", "B", "20240620"},
		{"VE", "2", "20240301", "707000", "", "F2", "Facture", "0,00", "60,00", "", ""},
		{"BQ", "8", "20240401", "512000", "", "R2", "Virement", "50,00", "0,00", "", ""},
		{"BQ", "8", "20240401", "411000", "C1", "R2", "Virement", "0,00", "50,00", "B", "20240620"},
		{"OD", "1", "20240615", "654000", "", "P1", "Perte", "10,00", "0,00", "", ""},
		{"OD", "1", "20240615", "411000", "C1", "P1", "Perte", "0,00", "10,00", "B", "20240620"},
		{"VE", "3", "20240501", "411000", "C1", "F3", "Facture", "40,00", "0,00", "C", ""},
		{"VE", "3", "20240501", "707000", "", "F3", "Facture", "0,00", "40,00", "", ""},
		{"BQ", "9", "20240510", "512000", "", "R3", "Chèque", "40,00", "0,00", "", ""},
		{"BQ", "9", "20240510", "411000", "C1", "R3", "Chèque", "0,00", "40,00", "C", ""},
		{"BQ", "10", "20240520", "411000", "C1", "R3", "Chèque impayé", "40,00", "0,00", "C", ""},
		{"BQ", "10", "20240520", "512000", "", "R3", "Chèque impayé", "0,00", "40,00", "", ""},
		{"OD", "2", "20240701", "401000", "S1", "K1", "Compensation", "40,00", "0,00", "", ""},
		{"OD", "2", "20240701", "411000", "C1", "K1", "Compensation", "0,00", "40,00", "C", ""},
		{"VE", "4", "20241201", "411000", "C1", "F4", "Facture", "500,00", "0,00", "D", "20250105"},
		{"VE", "4", "20241201", "707000", "", "F4", "Facture", "0,00", "500,00", "", ""},
		{"VE", "5", "20241210", "411000", "C1", "A5", "Avoir", "0,00", "30,00", "", ""},
		{"VE", "5", "20241210", "707000", "", "A5", "Avoir", "30,00", "0,00", "", ""},
		{"VE", "6", "20241211", "411000", "C2", "F6", "Facture", "5,00", "0,00", "", ""},
		{"VE", "6", "20241211", "707000", "", "F6", "Facture", "0,00", "5,00", "", ""},
	}
}

func TestAYearOfOneCustomer(t *testing.T) {
	result := read(t, Options{}, fileOf(year()...))
	l := result.Ledger
	for day, want := range map[string][]string{
		"2024-01-31": {"F1 2024-01-10 120.00"},
		"2024-02-15": nil,
		"2024-03-31": {"F2 2024-03-01 60.00"},
		// Lettered on 20 June: until then the payment and the invoice stand side by side.
		"2024-04-30": {"F2 2024-03-01 60.00", "R2 2024-04-01 -50.00"},
		// The cheque was returned: it never paid.
		"2024-05-10": {"F2 2024-03-01 60.00", "R2 2024-04-01 -50.00", "F3 2024-05-01 40.00", "R3 2024-05-10 -40.00"},
		"2024-05-20": {"F2 2024-03-01 60.00", "R2 2024-04-01 -50.00", "F3 2024-05-01 40.00"},
		"2024-06-20": {"F3 2024-05-01 40.00"},
		"2024-07-01": nil,
		"2024-12-31": {"F4 2024-12-01 500.00", "A5 2024-12-10 -30.00", "F6 2024-12-11 5.00"},
	} {
		assert.ElementsMatch(t, want, open(l, day), day)
	}
	asOf := receivables.MustDate("2024-12-31")
	require.NoError(t, l.CheckConservation(asOf, asOf))

	r := result.Report
	assert.Equal(t, []int{25, 12, 12}, []int{r.Lines, r.CustomerLines, r.Entries})
	assert.Equal(t, []int{5, 1, 4, 1, 1, 3}, []int{r.Invoices, r.CreditNotes, r.Payments, r.Refunds, r.WriteOffs, r.Allocations})
	assert.Equal(t, []int{4, 3}, []int{r.Letterings, r.Linked})
	require.Len(t, r.Unlinked, 1)
	assert.Equal(t, Unlinked{Customer: "C1", Code: "D", Lines: 1, Debit: r.Unlinked[0].Debit, Open: []string{"F4"}}, r.Unlinked[0])
	assert.Zero(t, r.UnbalancedCount)
	c1, ok := l.Customer("C1")
	assert.True(t, ok)
	assert.Equal(t, "Name of C1", c1.Name)
}

func TestTheNextYearGoesOn(t *testing.T) {
	second := fileOf(
		row{"AN", "1", "20250101", "411000", "C1", "F4", "A nouveau", "500,00", "0,00", "D", "20250105"},
		row{"AN", "1", "20250101", "411000", "C1", "A5", "A nouveau", "0,00", "30,00", "", ""},
		row{"AN", "1", "20250101", "411000", "C2", "", "A nouveau", "7,00", "0,00", "", ""}, // 5.00 by the year before
		row{"BQ", "1", "20250105", "411000", "C1", "R9", "Virement", "0,00", "500,00", "D", "20250105"},
		row{"BQ", "1", "20250105", "512000", "", "R9", "Virement", "500,00", "0,00", "", ""},
	)
	result := read(t, Options{}, fileOf(year()...), second)
	// The closed year stays as it was; what the new one says otherwise is of its first day.
	assert.Equal(t, []string{"F4 2024-12-01 500.00", "A5 2024-12-10 -30.00", "F6 2024-12-11 5.00"}, open(result.Ledger, "2024-12-31"))
	assert.Equal(t, []string{"A5 2024-12-10 -30.00", "F6 2024-12-11 5.00", "AN 1 2025-01-01 2.00"}, open(result.Ledger, "2025-01-05"))
	r := result.Report
	assert.Equal(t, 3, r.OpeningsReplaced)
	assert.Empty(t, r.Unlinked, "the other half of D is in the second file")
	require.Len(t, r.Openings, 1)
	assert.Equal(t, []string{"C2", "411000", "5", "7"}, []string{r.Openings[0].Customer, r.Openings[0].Account, r.Openings[0].Closed.String(), r.Openings[0].Opened.String()})

	// Alone, the second year begins with what it carries forward, dated before it.
	alone := read(t, Options{}, second)
	assert.Equal(t, []string{"F4 2024-12-31 500.00", "A5 2024-12-31 -30.00", "AN 1 2024-12-31 7.00"}, open(alone.Ledger, "2024-12-31"))

	_, err := tryRead(Options{}, second, fileOf(year()...))
	require.ErrorContains(t, err, "give the years in their order")
}

// A later file may letter its opening line, and not the invoice that this carries forward.
func TestLetteringOfAnOpeningLine(t *testing.T) {
	first := fileOf(
		row{"VE", "1", "20241201", "411000", "C1", "F1", "", "50,00", "", "", ""},
		row{"VE", "2", "20241202", "411000", "C1", "F2", "", "50,00", "", "", ""},
		row{"VE", "3", "20241203", "411000", "C1", "F3", "", "70,00", "", "", ""},
	)
	second := fileOf(
		row{"AN", "1", "20250101", "411000", "C1", "F2", "", "50,00", "", "A", "20250201"},
		row{"AN", "1", "20250101", "411000", "C1", "F1", "", "50,00", "", "", ""},
		row{"AN", "1", "20250101", "411000", "C1", "other", "", "70,00", "", "B", "20250201"},
		row{"BQ", "1", "20250110", "411000", "C1", "R1", "", "", "50,00", "A", "20250201"},
		row{"BQ", "2", "20250111", "411000", "C1", "R2", "", "", "70,00", "B", "20250201"},
	)
	result := read(t, Options{}, first, second)
	assert.Equal(t, 2, result.Report.Adopted)
	assert.Equal(t, []string{"F1 2024-12-01 50.00"}, open(result.Ledger, "2025-02-01"))
	assert.Len(t, open(result.Ledger, "2025-01-31"), 5, "lettered on 1 February")
}

func TestACodeUsedAgainIsTakenApart(t *testing.T) {
	result := read(t, Options{}, fileOf(
		row{"VE", "1", "20240110", "411000", "C1", "F1", "", "10,00", "", "A", "20240131"},
		row{"BQ", "1", "20240120", "411000", "C1", "R1", "", "", "10,00", "A", "20240131"},
		row{"VE", "2", "20240610", "411000", "C1", "F2", "", "20,00", "", "A", "20240831"},
		row{"BQ", "2", "20240620", "411000", "C1", "R2", "", "", "15,00", "A", "20240831"},
		row{"VE", "3", "20240610", "416000", "C1", "F3", "", "7,00", "", "A", "20240831"},
	))
	// F1 and R1 balance on their day; R2 does not reach F1, and pays the oldest of the rest.
	assert.ElementsMatch(t, []string{"F2 2024-06-10 5.00", "F3 2024-06-10 7.00"}, open(result.Ledger, "2024-12-31"))
}

// The same books in every form that files come in give the same ledger.
func TestFormsOfFiles(t *testing.T) {
	plain := fileOf(year()...)
	want := open(read(t, Options{}, plain).Ledger, "2024-05-20")
	lines := strings.Split(strings.TrimSuffix(plain, "\n"), "\n")
	each := func(change func(line int, cells []string) []string, separator, end string) string {
		var b strings.Builder
		for i, line := range lines {
			b.WriteString(strings.Join(change(i, strings.Split(line, "\t")), separator) + end)
		}
		return b.String()
	}
	same := func(_ int, cells []string) []string { return cells }
	amounts := func(change func(string) string) func(int, []string) []string {
		return func(line int, cells []string) []string {
			if line > 0 {
				cells[11], cells[12] = change(cells[11]), change(cells[12])
			}
			return cells
		}
	}
	windows1252, err := charmap.Windows1252.NewEncoder().String(plain)
	require.NoError(t, err)
	for name, text := range map[string]string{
		"byte order mark":    "\xef\xbb\xbf" + plain,
		"CR LF":              strings.ReplaceAll(plain, "\n", "\r\n"),
		"CR CR LF":           strings.ReplaceAll(plain, "\n", "\r\r\n"),
		"vertical bars":      strings.ReplaceAll(plain, "\t", "|"),
		"semicolons":         strings.ReplaceAll(plain, "\t", ";"),
		"trailing separator": each(same, "|", "|\n"),
		"no last line end":   strings.TrimSuffix(plain, "\n"),
		"blank lines":        strings.ReplaceAll(plain, "\n", "\n\n"),
		"padded": each(func(_ int, cells []string) []string {
			for i := range cells {
				cells[i] = " " + cells[i] + strings.Repeat(" ", 12)
			}
			return cells
		}, "\t", "\n"),
		"capitals": strings.Replace(plain, heading, strings.ToUpper(heading), 1),
		"zeros":    each(amounts(func(a string) string { return fmt.Sprintf("%012s", a) }), "\t", "\n"),
		"signs":    each(amounts(func(a string) string { return "+" + fmt.Sprintf("%012s", a) }), "\t", "\n"),
		"points":   each(amounts(func(a string) string { return strings.ReplaceAll(a, ",", ".") }), "\t", "\n"),
		"no zeros": each(amounts(func(a string) string { return strings.TrimPrefix(a, "0,00") }), "\t", "\n"),
		"whole":    each(amounts(func(a string) string { return strings.TrimSuffix(a, ",00") }), "\t", "\n"),
		"reversed sign": each(func(line int, cells []string) []string {
			if line > 0 && line%2 == 0 {
				cells[11], cells[12] = "-"+cells[12], "-"+cells[11]
			}
			return cells
		}, "\t", "\n"),
		"further columns": each(func(line int, cells []string) []string {
			return append(cells, []string{"DateRglt", "20240101"}[min(line, 1)], "ModeRglt")
		}, "\t", "\n"),
		"ends early":   each(func(line int, cells []string) []string { return cells[:18-3*min(line, 1)] }, "\t", "\n"),
		"windows-1252": windows1252,
		"amount and side": each(func(line int, cells []string) []string {
			side, amount := "D", cells[11]
			switch {
			case line == 0:
				side, amount = "Sens", "Montant"
			case amount == "0,00":
				side, amount = "C", cells[12]
			}
			cells[11], cells[12] = amount, side
			return cells
		}, "\t", "\n"),
	} {
		t.Run(name, func(t *testing.T) {
			result := read(t, Options{}, text)
			assert.Equal(t, want, open(result.Ledger, "2024-05-20"))
			assert.Equal(t, 25, result.Report.Lines)
			for item := range result.Ledger.OpenItems(receivables.MustDate("2024-05-20"), receivables.MustDate("2024-05-20")) {
				assert.NotContains(t, item.Labels["text"], "\ufffd")
			}
			if name == "windows-1252" {
				assert.Equal(t, 4, result.Report.Recoded)
			}
		})
	}
}

func TestWhatIsRefused(t *testing.T) {
	plain := fileOf(year()...)
	change := func(old, with string) string {
		require.Contains(t, plain, old)
		return strings.Replace(plain, old, with, 1)
	}
	for name, c := range map[string]struct {
		text  string
		rule  receivables.Rule
		parts []string
	}{
		"empty":               {"", receivables.RuleRequired, []string{"the file is empty"}},
		"XML":                 {"<?xml version=\"1.0\"?>", receivables.RuleSyntax, []string{"is XML"}},
		"ZIP":                 {"PK\x03\x04rest", receivables.RuleSyntax, []string{"is a ZIP archive: unpack it first"}},
		"UTF-16":              {"\xff\xfeJ\x00", receivables.RuleSyntax, []string{"is UTF-16"}},
		"no headings":         {"a,b,c\n", receivables.RuleSyntax, []string{"no headings of a FEC"}},
		"column missing":      {change("CompAuxNum", "Auxiliaire"), receivables.RuleRequired, []string{"line 1", "CompAuxNum", "this column is needed"}},
		"column twice":        {change("CompAuxLib", "compauxnum"), receivables.RuleDuplicate, []string{"two columns"}},
		"both forms":          {change("CompteLib", "Montant"), receivables.RuleExclusive, []string{"not both"}},
		"thousands":           {change("120,00", "1 120,00"), receivables.RuleAmount, []string{"line 2", "Debit", `"1 120,00"`}},
		"thousands by point":  {change("120,00", "1.120,00"), receivables.RuleAmount, []string{`"1.120,00"`}},
		"exponent":            {change("120,00", "1e9"), receivables.RuleAmount, []string{`"1e9"`}},
		"no amount":           {change("120,00\t0,00", "\t"), receivables.RuleRequired, []string{"line 2", "Debit"}},
		"day":                 {change("20240110\t411000", "20240230\t411000"), receivables.RuleDate, []string{"line 2", "EcritureDate", `"20240230"`, "YYYYMMDD"}},
		"day of another form": {change("20240110\t411000", "10/01/2024\t411000"), receivables.RuleDate, []string{`"10/01/2024"`}},
		"no day":              {change("20240110\t411000", "\t411000"), receivables.RuleRequired, []string{"EcritureDate"}},
		"day of lettering":    {change("20240620", "20240631"), receivables.RuleDate, []string{"line 7", "DateLet"}},
		"no account":          {change("411000\tAccount", "\tAccount"), receivables.RuleRequired, []string{"CompteNum"}},
		"separator in a text": {change("Account 411000", "Account\t411000"), receivables.RuleDate, []string{"line 2"}},
		"cells missing":       {change("VE\tJournal VE", "VE"), receivables.RuleDate, []string{"line 2"}},
		"line too short":      {change("\tFacture\t120,00\t0,00\tA\t\t\t\t", ""), receivables.RuleFieldCount, []string{"line 2", "10 cells, the header has 18"}},
		"huge cell":           {change("Facture", strings.Repeat("x", 1<<20)), receivables.RuleLimit, []string{"line 2", "longer than 1048576 bytes"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tryRead(Options{}, c.text)
			require.Error(t, err)
			for _, part := range append(c.parts, "year1.txt") {
				assert.Contains(t, err.Error(), part)
			}
			var row *receivables.RowError
			require.ErrorAs(t, err, &row)
			assert.Equal(t, string(c.rule), row.Code(), err)
		})
	}
	t.Run("collected", func(t *testing.T) {
		result := read(t, Options{BadRows: receivables.BadRowsCollect}, change("120,00", "x"))
		require.Len(t, result.Problems, 1)
		assert.Equal(t, 2, result.Problems[0].Line)
		assert.Equal(t, 24, result.Report.Lines)
	})
	_, err := Read(Options{})
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = tryRead(Options{DueOn: Due(receivables.NetDays(-1), nil)}, plain)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	broken := errors.New("broken")
	_, err = Read(Options{}, File{Name: "f", From: io.MultiReader(strings.NewReader(plain), badReader{broken})})
	require.ErrorIs(t, err, broken)
}

type badReader struct{ err error }

func (r badReader) Read([]byte) (int, error) { return 0, r.err }

// A cell left out, or a separator within a text, would make a debit of a credit: all lines have the cells of the first one.
func TestCellsOutOfPlace(t *testing.T) {
	left := strings.Replace(fileOf(year()...), "\tVirement\t0,00\t120,00", "\t0,00\t120,00", 1)
	_, err := tryRead(Options{}, left)
	require.ErrorContains(t, err, "line 6: line: field_count: 17 cells, the first line has 18")
	more := strings.Replace(fileOf(year()...), "\tVirement\t0,00\t120,00", "\tVirement\t\t0,00\t120,00", 1)
	_, err = tryRead(Options{}, more)
	require.ErrorContains(t, err, "field_count")
	alone := strings.Replace(fileOf(year()[0]), "\tFacture\t120,00\t0,00\tA", "\tFacture\t\t120,00\t0,00", 1)
	_, err = tryRead(Options{}, alone)
	require.ErrorContains(t, err, "an amount instead of a lettering code")
}

// What is in two files would count twice.
func TestFilesThatOverlap(t *testing.T) {
	first := fileOf(row{"VE", "1", "20240301", "411000", "C1", "F1", "", "100,00", "", "", ""}, row{"VE", "2", "20240901", "411000", "C1", "F2", "", "50,00", "", "", ""})
	second := fileOf(row{"VE", "2", "20240901", "411000", "C1", "F2", "", "50,00", "", "", ""})
	_, err := tryRead(Options{}, first, second)
	require.ErrorContains(t, err, "give the years in their order, each once")
	_, err = tryRead(Options{}, first, heading+"\n", first)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = tryRead(Options{}, first, heading+"\n")
	require.NoError(t, err)
}

// A difference belongs to nobody's piece, and to no day of the year before; what is booked in the opening journal later is an entry of the year.
func TestOpenings(t *testing.T) {
	first := fileOf(row{"VE", "1", "20240301", "411000", "C1", "F1", "Facture F1", "100,00", "", "", ""}, row{"VE", "2", "20240302", "411000", "C2", "F2", "", "50,00", "", "", ""})
	second := strings.ReplaceAll(fileOf(row{"AN", "1", "20250101", "411000", "C1", "F1", "ouverture F1", "130,00", "", "", ""}), "F1\t20250101", "F1\t20240301")
	result := read(t, Options{}, first, second)
	assert.Equal(t, []string{"F1 2024-03-01 100.00"}, open(result.Ledger, "2024-03-01"))
	assert.Equal(t, []string{"F1 2024-03-01 100.00", "F2 2024-03-02 50.00"}, open(result.Ledger, "2024-12-31"))
	assert.ElementsMatch(t, []string{"F1 2024-03-01 100.00", "F2 2024-03-02 50.00", "AN 1 2025-01-01 30.00", "AN 1 (2) 2025-01-01 -50.00"}, open(result.Ledger, "2025-01-01"))
	for item := range result.Ledger.OpenItems(receivables.MustDate("2025-01-01"), receivables.MustDate("2025-01-01")) {
		if strings.HasPrefix(item.Document, "AN") {
			assert.Empty(t, item.Labels["piece"]+item.Labels["text"])
		}
	}

	late := fileOf(
		row{"AN", "1", "20250101", "411000", "C1", "", "", "100,00", "", "", ""}, row{"AN", "1", "20250101", "411000", "C2", "", "", "50,00", "", "", ""},
		row{"VE", "1", "20250102", "411000", "C2", "F3", "", "1,00", "", "", ""}, row{"AN", "2", "20250630", "411000", "C1", "", "", "", "30,00", "", ""},
	)
	result = read(t, Options{}, first, late)
	assert.Empty(t, result.Report.Openings)
	assert.Len(t, open(result.Ledger, "2025-06-29"), 3)
	assert.Contains(t, open(result.Ledger, "2025-06-30"), "AN 2 2025-06-30 -30.00")

	// Two years in one account: oldest first, whatever the order of the lines.
	carried := strings.NewReplacer("NEW\t20250101", "NEW\t20241130", "OLD\t20250101", "OLD\t20240601").Replace(fileOf(
		row{"AN", "1", "20250101", "411000", "C1", "NEW", "", "100,00", "", "", ""}, row{"AN", "1", "20250101", "411000", "C1", "OLD", "", "100,00", "", "", ""},
		row{"BQ", "1", "20250201", "411000", "C1", "R1", "", "", "100,00", "A", ""},
	))
	assert.Equal(t, []string{"NEW 2024-11-30 100.00"}, open(read(t, Options{AgainstOpening: true}, carried).Ledger, "2025-02-01"))

	// Lettering of opening lines that stand for nothing is counted.
	lost := read(t, Options{}, first, fileOf(row{"AN", "1", "20250101", "411000", "C1", "X", "", "70,00", "", "Z", ""}, row{"AN", "1", "20250101", "411000", "C1", "Y", "", "30,00", "", "Z", ""}))
	assert.Equal(t, 2, lost.Report.NotAdopted)
}

// On every day, the ledger as known on that day, and as known today, is the books: the sum of the customer lines up to that day. Whatever was
// lettered with what, on whatever day.
func TestTheLedgerIsTheBooks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rows []row
		type posted struct {
			on       date.Date
			customer string
			amount   int64
		}
		var books []posted
		begin := receivables.MustDate("2024-02-20")
		for n := range rapid.IntRange(1, 14).Draw(t, "entries") {
			on := receivables.AddDays(begin, rapid.IntRange(0, 20).Draw(t, "day"))
			day := strings.ReplaceAll(on.String(), "-", "")
			customer := rapid.SampledFrom([]string{"C1", "C2"}).Draw(t, "customer")
			amount := rapid.SampledFrom([]int64{500, 1000, 1500, -500}).Draw(t, "amount")
			isDebit := rapid.Bool().Draw(t, "debit")
			other := rapid.SampledFrom([]string{"707000", "512000", "654000", "665000", "658000", "401000", "471000", "416000"}).Draw(t, "other")
			code := rapid.SampledFrom([]string{"", "A", "B"}).Draw(t, "code")
			lettered := ""
			if code != "" && rapid.Bool().Draw(t, "dated") {
				lettered = "20240401"
			}
			text := fmt.Sprintf("%d,%02d", amount/100, max(amount, -amount)%100)
			sides, against := [2]string{text, ""}, [2]string{"", text}
			signed := amount
			if !isDebit {
				sides, against, signed = against, sides, -amount
			}
			journal := rapid.SampledFrom([]string{"VE", "BQ", "AN"}).Draw(t, "journal")
			if journal == "AN" {
				journal = "OD"
			}
			number := fmt.Sprint(n)
			if rapid.IntRange(0, 5).Draw(t, "unnumbered") == 0 {
				number = "0"
			}
			rows = append(rows, row{journal, number, day, "411000", customer, fmt.Sprintf("P%d", n%5), "", sides[0], sides[1], code, lettered}, row{journal, number, day, other, "", "", "", against[0], against[1], "", ""})
			books = append(books, posted{on, customer, signed})
			if strings.HasPrefix(other, "41") {
				books = append(books, posted{on, other, -signed})
			}
		}
		result, err := tryRead(Options{}, fileOf(rows...))
		if err != nil {
			t.Fatal(err)
		}
		for n := range 25 {
			day := receivables.AddDays(begin, n-1)
			for _, known := range []date.Date{day, receivables.MustDate("2025-12-31")} {
				want := map[string]int64{}
				for _, b := range books {
					if b.on <= day {
						want[b.customer] += b.amount
					}
				}
				got := map[string]int64{}
				for item := range result.Ledger.OpenItems(day, known) {
					got[item.Customer] += item.Open.Amount().Shift(2).IntPart()
				}
				for customer := range want {
					if want[customer] != got[customer] {
						t.Fatalf("customer %s on %s, known %s: the books %d, the ledger %d", customer, day, known, want[customer], got[customer])
					}
				}
				if err := result.Ledger.CheckConservation(day, known); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

func TestDueDates(t *testing.T) {
	result := read(t, Options{DueOn: Due(receivables.NetDays(30), nil)}, fileOf(year()...))
	for item := range result.Ledger.OpenItems(receivables.MustDate("2024-01-31"), receivables.MustDate("2024-01-31")) {
		assert.Equal(t, "2024-02-09", item.DueOn.String())
		assert.Equal(t, receivables.Labels{"nature": "sale", "account": "411000", "journal": "VE", "piece": "F1", "text": "Facture"}, item.Labels)
	}
}

func shared(t *testing.T, name string) *os.File {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", "fec", name))
	if err != nil {
		t.Skip("the public files are not here: ", err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}

// The figures were computed independently of this package, by three other programs.
func TestPublicFiles(t *testing.T) {
	for name, want := range map[string]struct {
		lines, customerLines, zero, entries   int
		debit, credit                         string // of customers
		unbalanced, letterings, linked        int
		recoded, lettered, unlettered         int
		first, last                           string
		balances                              string
		opening                               int
		invoices, creditNotes, payments, open int
	}{
		"fec-tab-utf8bom-18col.txt": {
			lines: 1463, customerLines: 538, entries: 531, debit: "1185535.04", credit: "1133017.80", unbalanced: 1, letterings: 134, linked: 119,
			lettered: 528, unlettered: 10, first: "2021-09-01", last: "2022-08-31", opening: 7,
			balances: "C0002 6661.27, C0005 18070.04, C0006 27123.29, C0008 438.88, C0015 302.89, C0017 -79.13",
		},
		"fec-tab-utf8-22col.txt": {
			lines: 313, customerLines: 153, entries: 94, debit: "187770.84", credit: "159999.14", unbalanced: 9, unlettered: 153,
			first: "2022-01-18", last: "2023-06-30", opening: 9, balances: "C0001 1510.52, C0002 25719.18, C0004 542.00",
		},
		"fec-pipe-trailing-zeropadded.txt": {
			lines: 634, customerLines: 151, entries: 138, debit: "53638.78", credit: "39222.26", unbalanced: 1, letterings: 45, linked: 45,
			lettered: 117, unlettered: 34, first: "2023-01-01", last: "2023-06-29", opening: 14, recoded: 108,
			balances: "C0002 259.90, C0003 -56.03, C0006 2489.13, C0007 186.82, C0011 186.77, C0013 440.12, C0015 664.65, C0016 74.70, C0018 373.65, " +
				"C0020 122.51, C0021 6439.94, C0022 37.04, C0023 149.14, C0024 372.35, C0025 93.41, C0026 580.01, C0027 56.05, C0029 1871.65, C0034 74.71",
		},
		"fec-tab-crcrlf.txt": {
			lines: 7, customerLines: 4, entries: 4, debit: "130353.88", credit: "2153.38", unbalanced: 1, letterings: 1, linked: 1, lettered: 2,
			unlettered: 2, first: "2022-04-01", last: "2023-04-26", opening: 1, balances: "411100000 128200.50",
		},
		"fec-tab-crlf-padded-signed.txt": {
			lines: 661, customerLines: 290, zero: 3, entries: 84, debit: "122705.61", credit: "92805.47", unbalanced: 10, unlettered: 287,
			first: "2022-04-01", last: "2022-07-07", opening: 90, // 91 lines, one of them 0
			balances: "41115100 1117.92, 41115200 1477.92, 41115300 26836.10, 41153000 468.20",
		},
		"fec-tab-receipts-only.txt": {
			lines: 16, customerLines: 8, entries: 8, debit: "0", credit: "363.70", letterings: 8, lettered: 8, first: "2020-01-09", last: "2020-03-05",
			balances: "C0001 -363.70",
		},
	} {
		t.Run(name, func(t *testing.T) {
			result := read2(t, name, Options{})
			r := result.Report
			assert.Equal(t, []int{want.lines, want.customerLines, want.zero, want.entries}, []int{r.Lines, r.CustomerLines, r.ZeroLines, r.Entries})
			assert.True(t, decimal.RequireFromString(want.debit).Equal(r.CustomerDebit), r.CustomerDebit)
			assert.True(t, decimal.RequireFromString(want.credit).Equal(r.CustomerCredit), r.CustomerCredit)
			assert.Equal(t, []int{want.unbalanced, want.letterings, want.linked}, []int{r.UnbalancedCount, r.Letterings, r.Linked})
			assert.Equal(t, []int{want.recoded, want.lettered, want.unlettered}, []int{r.Recoded, r.Lettered, r.Unlettered})
			assert.Equal(t, []string{want.first, want.last}, []string{r.FirstDay.String(), r.LastDay.String()})
			assert.Equal(t, want.balances, balances(result))
			opening := 0
			for item := range result.Ledger.Timelines(r.LastDay, r.LastDay) {
				if item.Item.Labels["nature"] == string(NatureOpening) {
					opening++
				}
			}
			assert.Equal(t, want.opening, opening)
			require.NoError(t, result.Ledger.CheckConservation(r.LastDay, r.LastDay))
		})
	}
}

func read2(t *testing.T, name string, options Options) *Import {
	t.Helper()
	result, err := Read(options, File{Name: name, From: shared(t, name)})
	require.NoError(t, err)
	return result
}

func balances(result *Import) string {
	var parts []string
	for _, b := range result.Ledger.Balances(result.Report.LastDay, result.Report.LastDay) {
		if !b.Amount.IsZero() {
			parts = append(parts, b.Customer+" "+b.Amount.Text())
		}
	}
	return strings.Join(parts, ", ")
}

// Lettering over the year's end: the halves that are not in the file, and the opening balance that hides their invoices.
func TestLetteringOverTheYearsEnd(t *testing.T) {
	const name = "fec-tab-utf8bom-18col.txt"
	differences := map[string]string{}
	result := read2(t, name, Options{})
	for _, u := range result.Report.Unlinked {
		differences[u.Customer+" "+u.Code] = u.Debit.Sub(u.Credit).String()
	}
	assert.Equal(t, map[string]string{
		"C0001 AABD": "-34.71", "C0002 AAAT": "-2780.98", "C0002 AAAX": "-3354.9", "C0002 AABJ": "6661.27", "C0004 AAAB": "-675.2",
		"C0005 AAEI": "-15689.96", "C0005 AAEQ": "18070.04", "C0006 AARP": "-7178.24", "C0006 AARQ": "-7861.33", "C0006 AARR": "-20685.38",
		"C0006 AATF": "13401.95", "C0006 AATG": "13721.34", "C0007 AAAY": "-791.25", "C0008 AAED": "438.88", "C0015 AACO": "302.89",
	}, differences)
	byDocument := len(open(result.Ledger, "2022-08-31"))

	// Set against the opening balance, all of these receipts find their debit: what stays open is what has its other half next year,
	// and what was never lettered (C0003: 94.95 and -94.95; C0017: -79.13).
	settled := read2(t, name, Options{AgainstOpening: true})
	assert.Equal(t, balances(result), balances(settled))
	opening := decimal.Zero
	for _, u := range settled.Report.Unlinked {
		opening = opening.Add(u.Opening)
	}
	assert.Equal(t, "59051.95", opening.String()) // 59146.90 carried forward, less the 94.95 of C0003
	assert.Less(t, len(open(settled.Ledger, "2022-08-31")), byDocument)
	for _, item := range open(settled.Ledger, "2022-08-31") {
		if strings.Contains(item, "2021-08-31") {
			assert.Contains(t, item, " 94.95")
		}
	}
}

// made writes a FEC of a given size as it is read.
type made struct {
	left int64
	line int
	rest []byte
}

func (m *made) Read(p []byte) (int, error) {
	if len(m.rest) == 0 {
		if m.left <= 0 {
			return 0, io.EOF
		}
		if m.line == 0 {
			m.rest = []byte(heading + "\n")
		} else {
			customer, day := m.line%5000, 1+m.line%28
			m.rest = fmt.Appendf(nil, "VE\tVentes\t%d\t202401%02d\t411000\tClients\tC%04d\tClient %d\tF%d\t202401%02d\tFacture de marchandises\t%d,00\t0,00\t\t\t\t\t\n"+
				"VE\tVentes\t%d\t202401%02d\t707000\tVentes de marchandises\t\t\tF%d\t202401%02d\tFacture de marchandises\t0,00\t%d,00\t\t\t\t\t\n",
				m.line, day, customer, customer, m.line, day, m.line%1000, m.line, day, m.line, day, m.line%1000)
		}
		m.line++
	}
	n := copy(p, m.rest)
	m.rest = m.rest[n:]
	m.left -= int64(n)
	return n, nil
}

// A file of any size streams in the memory of one line. FEC_MIB makes it larger than the usual 32.
func TestStreamsInBoundedMemory(t *testing.T) {
	size := int64(32 << 20)
	if n := os.Getenv("FEC_MIB"); n != "" {
		_, err := fmt.Sscan(n, &size)
		require.NoError(t, err)
		size <<= 20
	}
	var told []int64
	var most uint64
	lines, sum := 0, decimal.Zero
	for line, err := range Lines(File{Name: "large", From: &made{left: size}}, Options{Progress: func(_ int, bytes int64) {
		told = append(told, bytes)
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		most = max(most, m.HeapAlloc)
	}}) {
		require.NoError(t, err)
		lines++
		if strings.HasPrefix(line.Account, "41") {
			sum = sum.Add(line.Amount())
		}
	}
	assert.GreaterOrEqual(t, len(told), int(size>>20))
	assert.IsIncreasing(t, told)
	assert.Positive(t, sum.Sign())
	assert.Less(t, most, uint64(64<<20), "bytes of heap while %d lines were read", lines)
	t.Logf("%d MiB, %d lines, at most %d KiB of heap", size>>20, lines, most>>10)
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(fileOf(year()...)), true)
	f.Add([]byte(strings.ReplaceAll(fileOf(year()...), "\t", "|")), false)
	f.Add([]byte("Montant|Sens\n"), false)
	f.Fuzz(func(t *testing.T, text []byte, against bool) {
		result, err := Read(Options{AgainstOpening: against, BadRows: receivables.BadRowsCollect}, File{Name: "fuzz", From: bytes.NewReader(text)})
		if err != nil {
			return
		}
		r := result.Report
		if r.LastDay == 0 {
			return
		}
		asOf := receivables.MustDate("9999-12-31")
		if err := result.Ledger.CheckConservation(asOf, asOf); err != nil {
			t.Fatal(err)
		}
		sum := decimal.Zero
		for _, b := range result.Ledger.Balances(asOf, asOf) {
			sum = sum.Add(b.Amount.Amount())
		}
		if !sum.Equal(r.CustomerDebit.Sub(r.CustomerCredit)) {
			t.Fatalf("the ledger has %s, the file %s - %s", sum, r.CustomerDebit, r.CustomerCredit)
		}
	})
}
