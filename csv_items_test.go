package receivables_test

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
)

// cellsOf are cells that are plain, nearly plain, or wrong.
var cellsOf = map[receivables.CSVKey][]string{
	receivables.CSVID:          {"F1", "F2", " F3 ", "", "é"},
	receivables.CSVCustomer:    {"C1", "C2", "C3", " C1", "", "C\u00a04", "C\xff"},
	receivables.CSVName:        {"", "Dupont"},
	receivables.CSVIssued:      {"2025-01-31", "2025-02-28", "2024-02-29", "2025-06-30", "2025-02-29", "", "31/01/2025", " 2025-03-01", "2025-3-1", "0001-01-01", "9999-12-31"},
	receivables.CSVDue:         {"2025-03-31", "2025-04-30", "", "2025-13-01", "1900-01-01"},
	receivables.CSVTerms:       {"", "30 days", "nonsense"},
	receivables.CSVReceived:    {"", "2025-02-01", "2025-02-30"},
	receivables.CSVDelivered:   {"", "2025-02-01"},
	receivables.CSVAmount:      {"100", "100.00", "250.5", "-80.10", "0", "-0", "", "1e3", "+5", ".5", "5.", "1.234", "999999999999999999", "9999999999999999.99", "9999999999999999999", "1,5", "--1", " 7 ", "12.340"},
	receivables.CSVOpen:        {"100", "60", "0", "-80.1", "", "-20", "1.001"},
	receivables.CSVApplied:     {"", "0", "40", "300", "-5"},
	receivables.CSVSettled:     {"", "2025-03-15", "2025-04-30", "2025-01-01", "2026-01-01", "never"},
	receivables.CSVCurrency:    {"EUR", "USD", "JPY", "", "eur", "XXX"},
	receivables.CSVDisputed:    {"", "no", "yes", "0", "perhaps", "NON"},
	receivables.CSVLost:        {"", "no", "yes"},
	receivables.CSVKind:        {"", "invoice", "credit_note", "payment", "avoir", "RV"},
	receivables.CSVSalesperson: {"", "Anne"},
	receivables.CSVEntity:      {"", "FR", "BE"},
}

// drawFile draws a file with the cells that are usual at the front of the lists more often.
func drawFile(t *rapid.T) (rows [][]string) {
	keys := []receivables.CSVKey{receivables.CSVCustomer, receivables.CSVIssued}
	for _, key := range receivables.CSVKeys() {
		if !slices.Contains(keys, key) && rapid.Bool().Draw(t, "column") {
			keys = append(keys, key)
		}
	}
	header := make([]string, len(keys))
	for i, key := range keys {
		header[i] = string(key)
	}
	rows = append(rows, header)
	for range rapid.IntRange(0, 12).Draw(t, "rows") {
		row := make([]string, len(keys))
		for i, key := range keys {
			list := cellsOf[key]
			if rapid.IntRange(0, 9).Draw(t, "usual") > 0 {
				list = list[:2]
			}
			row[i] = rapid.SampledFrom(list).Draw(t, "cell")
		}
		rows = append(rows, row)
	}
	return rows
}

var lineNumber = regexp.MustCompile(`line \d+`)

func plainFile(rows [][]string, end string) string {
	var b strings.Builder
	for _, row := range rows {
		b.WriteString(strings.Join(row, ";") + end)
	}
	return b.String()
}

func quotedFile(rows [][]string) string {
	var b strings.Builder
	for _, row := range rows {
		for k, cell := range row {
			if k > 0 {
				b.WriteByte(';')
			}
			fmt.Fprintf(&b, "\"%s\"", cell)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// listItems writes what a stream yields.
func listItems(text string, asOf string, options receivables.CSVOptions) []string {
	var list []string
	for item, err := range receivables.ReadCSVItems(strings.NewReader(text), day(asOf), options) {
		if err != nil {
			list = append(list, err.Error())
			continue
		}
		list = append(list, describeItem(item))
	}
	return list
}

func describeItem(x receivables.OpenItem) string {
	disputed := ""
	if x.Disputed.IsValid() && !x.Disputed.IsZero() {
		disputed = " disputed " + x.Disputed.Amount().String()
	}
	return fmt.Sprintf("%s %v %q %v %v %s of %s %s%s %s/%s", x.Document, x.Kind, x.Customer, x.IssuedOn, x.DueOn, x.Open.Amount(), x.Original.Amount(), x.Open.Currency(), disputed, x.Entity, x.Salesperson)
}

// A row read from its bytes says what it says when every cell is quoted, which only encoding/csv reads: items and errors.
func TestPlainRowsAreReadAsQuotedOnes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawFile(t)
		options := receivables.CSVOptions{File: "x.csv", Comma: ';', BadRows: receivables.BadRows(rapid.IntRange(0, 1).Draw(t, "bad rows"))}
		if rapid.Bool().Draw(t, "currency") {
			options.Currency = receivables.MustCurrency("EUR")
		}
		options.DecimalComma = rapid.IntRange(0, 5).Draw(t, "decimal comma") == 0
		asOf := rapid.SampledFrom([]string{"2025-01-30", "2025-01-31", "2025-03-15", "2025-04-30", "2026-12-31"}).Draw(t, "as of")
		end := rapid.SampledFrom([]string{"\n", "\r\n", "\n\n"}).Draw(t, "line end")
		want := listItems(quotedFile(rows), asOf, options)
		got := listItems(plainFile(rows, end), asOf, options)
		if end == "\n\n" { // the same on every second line
			for i := range got {
				got[i] = lineNumber.ReplaceAllStringFunc(got[i], func(s string) string {
					var n int
					_, _ = fmt.Sscanf(s, "line %d", &n)
					return fmt.Sprintf("line %d", (n+1)/2)
				})
			}
		}
		assert.Equal(t, want, got)
	})
}

// What is open of each row is what the ledger of the file says.
func TestItemsOfAFileAreThoseOfItsLedger(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawFile(t)
		add := func(name string, cell func(row int) string) {
			if slices.Contains(rows[0], name) {
				return
			}
			rows[0] = append(rows[0], name)
			for i := range rows[1:] {
				rows[i+1] = append(rows[i+1], cell(i))
			}
		}
		add("id", func(i int) string { return fmt.Sprint(i) })
		add("settled", func(int) string { return rapid.SampledFrom(cellsOf[receivables.CSVSettled]).Draw(t, "settled") })
		for i, row := range rows[1:] { // no id twice
			row[slices.Index(rows[0], "id")] = fmt.Sprint("F", i)
		}
		options := receivables.CSVOptions{
			Comma: ';', Currency: receivables.MustCurrency("EUR"), BadRows: receivables.BadRowsCollect, Lost: receivables.LostDisputes(rapid.IntRange(0, 1).Draw(t, "lost")),
		}
		asOf := rapid.SampledFrom([]string{"2025-01-01", "2025-01-31", "2025-03-14", "2025-03-15", "2025-04-30", "2026-12-31"}).Draw(t, "as of")
		read, err := receivables.ReadCSV(strings.NewReader(plainFile(rows, "\n")), options)
		if err != nil {
			return // what ends a file is compared above
		}
		var want, got []string
		problems := 0
		cell := func(row []string, name string) string {
			if i := slices.Index(rows[0], name); i >= 0 {
				return strings.TrimSpace(row[i])
			}
			return ""
		}
		credits, before := false, false
		for _, row := range rows[1:] {
			credit := !slices.Contains([]string{"", "invoice"}, cell(row, "kind")) || strings.HasPrefix(cell(row, "amount")+cell(row, "open"), "-")
			settled := cell(row, "settled")
			credits, before = credits || credit, before || settled != "" && settled < cell(row, "issued")
		}
		if credits && before {
			return // paid before one of both is there: the same sum by other items
		}
		for item := range read.Ledger.OpenItems(day(asOf), day("2100-01-01")) {
			want = append(want, describeItem(item))
		}
		for item, err := range receivables.ReadCSVItems(strings.NewReader(plainFile(rows, "\n")), day(asOf), options) {
			switch {
			case err != nil:
				assert.Equal(t, read.Problems[problems].Error(), err.Error())
				problems++
			case item.IssuedOn <= day(asOf):
				got = append(got, describeItem(item))
			}
		}
		assert.Len(t, read.Problems, problems)
		assert.ElementsMatch(t, want, got)
	})
}

// A portfolio of a file holds the items of the stream.
func TestAPortfolioOfAFile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawFile(t)
		options := receivables.CSVOptions{Comma: ';', Currency: receivables.MustCurrency("EUR"), BadRows: receivables.BadRows(rapid.IntRange(0, 1).Draw(t, "bad rows"))}
		text := plainFile(rows, "\n")
		read, err := receivables.ReadCSVPortfolio(strings.NewReader(text), day("2025-04-30"), options)
		var items []receivables.OpenItem
		var problems []string
		for item, err := range receivables.ReadCSVItems(strings.NewReader(text), day("2025-04-30"), options) {
			if err != nil {
				problems = append(problems, err.Error())
				continue
			}
			items = append(items, item)
		}
		if err != nil {
			assert.Equal(t, problems[len(problems)-1], err.Error())
			return
		}
		assert.Len(t, read.Problems, len(problems))
		assert.Equal(t, len(rows)-1, read.Rows)
		want, err := receivables.NewPortfolio(items)
		require.NoError(t, err)
		assert.Equal(t, listPortfolio(want), listPortfolio(read.Portfolio))
	})
}

func listPortfolio(p *receivables.Portfolio) []string {
	var list []string
	for at, item := range p.Items() {
		list = append(list, fmt.Sprint(at, " ", describeItem(item)))
	}
	return list
}

// rowReader writes a file of any number of rows.
type rowReader struct {
	rows, written int
	row           func(i int) string
	rest          string
}

func (r *rowReader) Read(p []byte) (int, error) {
	if r.rest == "" {
		if r.written == r.rows {
			return 0, io.EOF
		}
		r.rest = r.row(r.written)
		r.written++
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// A file of any size is aged in the memory of its customers.
func TestALongFileIsAgedInBoundedMemory(t *testing.T) {
	const rows = 300_000
	random := rand.New(rand.NewPCG(1, 2))
	bytes, total := int64(len("id,customer,issued,due,amount\n")), int64(0)
	file := io.MultiReader(strings.NewReader("id,customer,issued,due,amount\n"), &rowReader{rows: rows, row: func(i int) string {
		cents := random.Int64N(1_000_000)
		total += cents
		text := fmt.Sprintf("F%d,C%d,2025-01-%02d,2025-02-%02d,%d.%02d\n", i, i%100, 1+i%31, 1+i%28, cents/100, cents%100)
		if i%1000 == 0 {
			text = strings.Replace(text, ",C", ",\"C", 1)
			text = strings.Replace(text, ",2025", "\",2025", 1)
		}
		bytes += int64(len(text))
		return text
	}})
	var reports []int64
	last := 0
	options := receivables.CSVOptions{Currency: receivables.MustCurrency("EUR"), Progress: func(rows int, bytes int64) {
		reports = append(reports, bytes)
		last = rows
	}}
	live := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := live()
	a, err := aging.New(day("2025-03-31"), aging.Config{})
	require.NoError(t, err)
	require.NoError(t, a.AddStream(receivables.ReadCSVItems(file, day("2025-03-31"), options)))
	assert.Less(t, live()-before, int64(2<<20), "a hundred customers, not 300,000 rows")
	for line := range a.Balance().Totals() {
		assert.Equal(t, fmt.Sprintf("%d.%02d", total/100, total%100), line.Total().Amount.Text())
	}
	assert.True(t, slices.IsSorted(reports))
	assert.Greater(t, len(reports), 10)
	assert.Equal(t, bytes, reports[len(reports)-1])
	assert.Equal(t, rows, last)
}

// What ends a file ends the stream, with its place.
func TestAStreamEndsWithItsFile(t *testing.T) {
	broken := errors.New("disk")
	file := io.MultiReader(strings.NewReader(goodHeader+"F1,C1,2025-02-01,,1\n\nF2,C1,2025-02-01,,2\nF3,C1"), readerFunc(func([]byte) (int, error) { return 0, broken }))
	options := receivables.CSVOptions{File: "x.csv", Currency: receivables.MustCurrency("EUR"), BadRows: receivables.BadRowsCollect}
	var got []string
	for item, err := range receivables.ReadCSVItems(file, day("2025-02-01"), options) {
		if err != nil {
			require.ErrorIs(t, err, broken)
			got = append(got, err.Error())
			continue
		}
		got = append(got, item.Document)
	}
	assert.Equal(t, []string{"F1", "F2", "receivables: x.csv: line 5: disk"}, got)
	for _, err := range receivables.ReadCSVItems(strings.NewReader(""), 0, options) {
		require.ErrorIs(t, err, receivables.ErrInvalidInput)
	}
	for _, err := range receivables.ReadCSVItems(strings.NewReader("a,b\n"), day("2025-02-01"), options) {
		require.ErrorIs(t, err, receivables.ErrUnknown)
	}
	for _, err := range receivables.ReadCSVItems(strings.NewReader(goodHeader+"F1,C1,2025-02-01,,1\nF2,C1,2025-02-01,,1\n"), day("2025-02-01"), options) {
		require.NoError(t, err)
		break // the caller may stop
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func FuzzReadCSVItems(f *testing.F) {
	f.Add(goodHeader+"F1,C1,2025-02-01,2025-03-01,1.50\nF2,C\"1,2025-02-01,,2\n\"F3\nx\",C1,2025-02-01,,2\n", true)
	f.Add("id,customer,issued,amount,applied,settled\nF1,C1,2025-02-01,1,1,2025-02-03\r\n\r\r\n", false)
	f.Fuzz(func(t *testing.T, text string, collect bool) {
		options := receivables.CSVOptions{File: "x", Currency: receivables.MustCurrency("EUR")}
		if collect {
			options.BadRows = receivables.BadRowsCollect
		}
		// the ledger reads every row through encoding/csv
		read, err := receivables.ReadCSV(strings.NewReader(text), options)
		items, last := 0, error(nil)
		for item, err := range receivables.ReadCSVItems(strings.NewReader(text), day("2100-01-01"), options) {
			if err != nil {
				last = err
				continue
			}
			require.NoError(t, item.CheckOpen())
			if item.IssuedOn <= day("2100-01-01") {
				items++
			}
		}
		switch {
		case err != nil && !errors.Is(err, receivables.ErrDuplicate):
			require.Error(t, last)
			assert.Equal(t, err.Error(), last.Error())
		case err == nil && len(read.Problems) == 0 && !strings.Contains(text, "kind") && !strings.Contains(text, ",-"): // credits can be later than what they pay
			want := 0
			for range read.Ledger.OpenItems(day("2100-01-01"), day("2100-01-01")) {
				want++
			}
			assert.Equal(t, want, items)
		}
	})
}

// Blank lines are passed by in the same way in both readings: they count for no row's length, and errors name the line after them.
func TestBlankLines(t *testing.T) {
	options := receivables.CSVOptions{File: "x.csv", Currency: receivables.MustCurrency("EUR"), BadRows: receivables.BadRowsCollect}
	blank := strings.Repeat("\n", 1<<20+1)
	long := strings.Repeat("x", 1<<20)
	for name, text := range map[string]string{
		"many":              goodHeader + blank + "F1,C1,2025-02-01,,1\n" + blank,
		"before a failure":  goodHeader + "F1,C1,2025-02-01,,1\n\n\n654,0,C2,\n",
		"before a long one": goodHeader + "\n\n" + long + "\n",
	} {
		read, err := receivables.ReadCSV(strings.NewReader(text), options)
		var problems []string
		for _, err := range receivables.ReadCSVItems(strings.NewReader(text), day("2025-02-01"), options) {
			if err != nil {
				problems = append(problems, err.Error())
			}
		}
		if err != nil {
			assert.Equal(t, []string{err.Error()}, problems, name)
			assert.Contains(t, err.Error(), "line 4", name)
			continue
		}
		for i, p := range read.Problems {
			assert.Equal(t, p.Error(), problems[i], name)
			assert.Equal(t, 5, p.Line, name)
		}
		assert.Len(t, problems, len(read.Problems), name)
	}
}
