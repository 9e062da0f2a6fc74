package receivables_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
)

const goodHeader = "id,customer,issued,due,amount\n"

func readCSV(text string, change ...func(*receivables.CSVOptions)) (*receivables.Import, error) {
	o := receivables.CSVOptions{File: "test.csv", Currency: receivables.MustCurrency("EUR")}
	for _, c := range change {
		c(&o)
	}
	return receivables.ReadCSV(strings.NewReader(text), o)
}

func TestRowsBecomeDocuments(t *testing.T) {
	read, err := readCSV(`id,customer,name,issued,due,terms,amount,applied,settled,currency,disputed,kind,salesperson,entity
F1,C1,Lenoir,2026-01-10,2026-02-09,,100.00,,,EUR,no,,Dumas,Nevers
F2,C1,Le Noir,2026-01-10,,Net 30,200,,2026-02-01,EUR,,invoice,,
F3,C2,,2026-01-10,,,300,50,2026-02-01,USD,yes,facture,,
F4,C1,,2026-01-10,2026-02-09,,100,120,2026-02-01,EUR,0,,,
N1,C1,,2026-01-20,,,-40,,,EUR,,,,
N2,C1,,2026-01-20,,,40,10,2026-02-01,EUR,,credit_note,,
P1,,,2026-01-21,,,25,,,EUR,,payment,,
D1,C2,,2026-01-22,,,-5,,,EUR,,acompte,,
`)
	require.NoError(t, err)
	assert.Empty(t, read.Problems)
	assert.Equal(t, 8, read.Rows)
	l := read.Ledger
	assert.Equal(t, "F1 100.00, F2 200.00, F3 300.00, F4 100.00, N1 -40.00, N2 -40.00, P1 -25.00, D1 -5.00", open(t, l, "2026-01-31", "2026-01-31"))
	assert.Equal(t, "F1 100.00, F3 250.00, N1 -40.00, N2 -30.00, P1 -25.00, D1 -5.00, F4/paid -20.00", open(t, l, "2026-02-01", "2026-02-01"))
	for item := range l.OpenItems(day("2026-01-31"), day("2026-01-31")) {
		switch item.Document {
		case "F1":
			assert.Equal(t, "Dumas", item.Salesperson)
			assert.Equal(t, "Nevers", item.Entity)
			assert.False(t, item.Disputed.IsValid())
		case "F2":
			assert.Equal(t, day("2026-02-09"), item.DueOn, "from the terms")
		case "F3":
			assert.Equal(t, "USD", item.Open.Currency().Code())
			assert.Equal(t, "300.00", item.Disputed.Text())
			assert.Zero(t, item.DueOn, "neither due date nor terms")
		case "D1":
			assert.Equal(t, receivables.KindDeposit, item.Kind)
		}
	}
	c, _ := l.Customer("C1")
	assert.Equal(t, "Lenoir", c.Name, "the first name met is kept")
}

func TestAppliedAmountsWithoutDayCountFromTheFirst(t *testing.T) {
	read, err := readCSV("id,customer,issued,amount,applied\nF1,C1,2026-01-10,100,30.5\nF2,C1,2026-01-10,100,100\nF3,C1,2026-01-10,100,\n")
	require.NoError(t, err)
	assert.Equal(t, "F1 69.50, F3 100.00", open(t, read.Ledger, "2026-01-10", "2026-01-10"))

	read, err = readCSV("id,customer,issued,amount,open\nF1,C1,2026-01-10,100,30\nF2,C1,2026-01-10,100,0\nN1,C1,2026-01-10,-50,-20\n")
	require.NoError(t, err)
	assert.Equal(t, "F1 30.00, N1 -20.00", open(t, read.Ledger, "2026-01-10", "2026-01-10"))

	read, err = readCSV("id,customer,issued,open\nF1,C1,2026-01-10,30\n")
	require.NoError(t, err)
	assert.Equal(t, "F1 30.00", open(t, read.Ledger, "2026-01-10", "2026-01-10"))
}

func TestLostDisputesAreALossOrStayOpen(t *testing.T) {
	text := "id,customer,issued,amount,settled,disputed,lost\nF1,C1,2026-01-10,100,2026-02-01,1,1\nF2,C1,2026-01-10,100,2026-02-01,1,0\n"
	read, err := readCSV(text)
	require.NoError(t, err)
	assert.Empty(t, open(t, read.Ledger, "2026-02-01", "2026-02-01"))
	var kinds []string
	for e := range read.Ledger.Entries(day("2026-02-01"), day("2026-02-01")) {
		kinds = append(kinds, e.Document+" "+e.Kind.String())
	}
	assert.Equal(t, []string{"F1 billed", "F2 billed", "F2/paid collected", "F1 written off"}, kinds)
	var outcomes []string
	for h := range read.Ledger.Holds(day("2026-02-01"), day("2026-02-01")) {
		outcomes = append(outcomes, h.Scope.Document+" "+h.Outcome.String())
	}
	assert.Equal(t, []string{"F1 lost", "F2 won"}, outcomes)

	read, err = readCSV(text, func(o *receivables.CSVOptions) { o.Lost = receivables.LostStaysOpen })
	require.NoError(t, err)
	assert.Equal(t, "F1 100.00", open(t, read.Ledger, "2030-01-01", "2030-01-01"))
}

func TestBadFilesAreRefusedWithTheirPlace(t *testing.T) {
	columns := func(pairs ...string) func(*receivables.CSVOptions) {
		return func(o *receivables.CSVOptions) {
			o.Columns = map[receivables.CSVKey]string{}
			for i := 0; i < len(pairs); i += 2 {
				o.Columns[receivables.CSVKey(pairs[i])] = pairs[i+1]
			}
		}
	}
	noCurrency := func(o *receivables.CSVOptions) { o.Currency = receivables.Currency{} }
	twoLayouts := func(o *receivables.CSVOptions) { o.DateLayouts = []string{"1/2/2006", "2/1/2006"} }
	for name, c := range map[string]struct {
		text   string
		change func(*receivables.CSVOptions)
		line   int
		column string
		code   receivables.Rule
	}{
		"empty file":               {"", nil, 1, "", receivables.RuleRequired},
		"unknown column":           {"id,customer,issued,amount,dispted\n", nil, 1, "dispted", receivables.RuleUnknownColumn},
		"column not in the file":   {goodHeader, columns("id", "number"), 1, "number", receivables.RuleUnknownColumn},
		"unknown key":              {goodHeader, columns("ident", "id"), 1, "id", receivables.RuleUnknownColumn},
		"two columns of one name":  {"id,customer,issued,amount,amount\n", nil, 1, "amount", receivables.RuleDuplicate},
		"no amount":                {"id,customer,issued\n", nil, 1, "amount", receivables.RuleRequired},
		"no customer":              {"id,issued,amount\n", nil, 1, "customer", receivables.RuleRequired},
		"no issue date":            {"id,customer,amount\n", nil, 1, "issued", receivables.RuleRequired},
		"no currency":              {goodHeader, noCurrency, 1, "currency", receivables.RuleRequired},
		"byte order mark":          {"\uFEFF" + goodHeader, nil, 1, "byte 1", receivables.RuleEncoding},
		"UTF-16":                   {"\xff\xfei\x00d\x00", nil, 1, "byte 1", receivables.RuleEncoding},
		"header not UTF-8":         {"id,customer,issued,amount,\xff\n", columns("id", "id"), 1, "byte 27", receivables.RuleEncoding},
		"30 February":              {goodHeader + "F1,C1,2025-02-30,,1\n", nil, 2, "issued", receivables.RuleDate},
		"other layout":             {goodHeader + "F1,C1,2025-02-01,01/03/2025,1\n", nil, 2, "due", receivables.RuleDate},
		"two layouts":              {goodHeader + "F1,C1,25/12/2025,,1\nF2,C1,3/4/2025,,1\n", twoLayouts, 3, "issued", receivables.RuleAmbiguousDate},
		"exponent":                 {goodHeader + "F1,C1,2025-02-01,,1e9\n", nil, 2, "amount", receivables.RuleAmount},
		"thousands":                {goodHeader + "F1,C1,2025-02-01,,\"1,234.56\"\n", nil, 2, "amount", receivables.RuleAmount},
		"empty amount":             {goodHeader + "F1,C1,2025-02-01,,\n", nil, 2, "amount", receivables.RuleRequired},
		"empty date":               {goodHeader + "F1,C1,,,1\n", nil, 2, "issued", receivables.RuleRequired},
		"empty id":                 {goodHeader + ",C1,2025-02-01,,1\n", nil, 2, "id", receivables.RuleRequired},
		"empty customer":           {goodHeader + "F1,,2025-02-01,,1\n", nil, 2, "customer", receivables.RuleRequired},
		"duplicate id":             {goodHeader + "F1,C1,2025-02-01,,1\nF1,C1,2025-02-01,,1\n", nil, 3, "id", receivables.RuleDuplicate},
		"huge amount":              {goodHeader + "F1,C1,2025-02-01,," + strings.Repeat("9", 40) + "\n", nil, 2, "amount", receivables.RuleLimit},
		"truncated quote":          {goodHeader + "F1,C1,2025-02-01,,1\nF2,\"C1,2025-02-01,,1\n", nil, 3, "byte 22", receivables.RuleQuote},
		"bare quote":               {goodHeader + "F2,C\"1,2025-02-01,,1\n", nil, 2, "byte 5", receivables.RuleQuote},
		"short row":                {goodHeader + "F1,C1\n", nil, 2, "byte 1", receivables.RuleFieldCount},
		"not UTF-8":                {goodHeader + "F1,C\xff,2025-02-01,,1\n", nil, 2, "customer", receivables.RuleEncoding},
		"line break in a value":    {goodHeader + "\"F\n1\",C1,2025-02-01,,1\n", nil, 2, "id", receivables.RuleSyntax},
		"line after a long field":  {"id,customer,issued,amount,memo\nF1,C1,2025-02-01,1,\"a\nb\"\nF2,C1,2025-02-01,x,\n", columns("id", "id", "customer", "customer", "issued", "issued", "amount", "amount"), 4, "amount", receivables.RuleAmount},
		"negative applied of zero": {"id,customer,issued,amount,applied\nF1,C1,2025-02-01,0,-1\n", nil, 2, "applied", receivables.RuleSign},
		"lost beyond the amount":   {"id,customer,issued,amount,applied,settled,lost\nF1,C1,2025-02-01,10,11,2025-03-01,1\n", nil, 2, "applied", receivables.RuleOverAllocated},
		"column called cur":        {"id,customer,issued,amount,Cur\nF1,C1,2025-02-01,1,USD\n", columns("id", "id", "customer", "customer", "issued", "issued", "amount", "amount"), 2, "Cur", receivables.RuleCurrency},
		"other separator":          {"id;customer;issued;amount\n", nil, 1, "id;customer;issued;amount", receivables.RuleUnknownColumn},
		"unnamed currency column":  {"id,customer,issued,amount,invoice_currency\nF1,C1,2025-02-01,1,EUR\nF2,C1,2025-02-01,1,USD\n", columns("id", "id", "customer", "customer", "issued", "issued", "amount", "amount"), 3, "invoice_currency", receivables.RuleCurrency},
		"unknown currency":         {"id,customer,issued,amount,currency\nF1,C1,2025-02-01,1,EURO\n", nil, 2, "currency", receivables.RuleUnknownCurrency},
		"blank currency":           {"id,customer,issued,amount,currency\nF1,C1,2025-02-01,1,\n", noCurrency, 2, "currency", receivables.RuleRequired},
		"negative invoice":         {"id,customer,issued,amount,kind\nF1,C1,2025-02-01,-1,invoice\n", nil, 2, "amount", receivables.RuleSign},
		"unknown kind":             {"id,customer,issued,amount,kind\nF1,C1,2025-02-01,1,RV\n", nil, 2, "kind", receivables.RuleSyntax},
		"applied without day":      {"id,customer,issued,amount,applied,settled\nF1,C1,2025-02-01,1,1,\n", nil, 2, "settled", receivables.RuleRequired},
		"applied of another sign":  {"id,customer,issued,amount,applied\nF1,C1,2025-02-01,1,-1\n", nil, 2, "applied", receivables.RuleSign},
		"amount, applied and open": {"id,customer,issued,amount,applied,open\nF1,C1,2025-02-01,10,3,6\n", nil, 2, "applied", receivables.RuleSum},
		"open beyond the amount":   {"id,customer,issued,amount,open\nF1,C1,2025-02-01,10,11\n", nil, 2, "open", receivables.RuleSum},
		"credit used beyond it":    {"id,customer,issued,amount,applied\nN1,C1,2025-02-01,-10,11\n", nil, 2, "applied", receivables.RuleOverAllocated},
		"terms with two readings":  {"id,customer,issued,amount,terms\nF1,C1,2025-02-01,1,45 jours fin de mois\n", nil, 2, "terms", receivables.RuleAmbiguousTerms},
		"terms not understood":     {"id,customer,issued,amount,terms\nF1,C1,2025-02-01,1,NAA8\n", nil, 2, "terms", receivables.RuleSyntax},
		"disputed perhaps":         {"id,customer,issued,amount,disputed\nF1,C1,2025-02-01,1,perhaps\n", nil, 2, "disputed", receivables.RuleSyntax},
	} {
		t.Run(name, func(t *testing.T) {
			change := func(*receivables.CSVOptions) {}
			if c.change != nil {
				change = c.change
			}
			read, err := readCSV(c.text, change)
			require.Error(t, err)
			assert.Nil(t, read, "no part of a bad file looks whole")
			var row *receivables.RowError
			require.ErrorAs(t, err, &row)
			assert.Equal(t, "test.csv", row.File)
			assert.Equal(t, c.line, row.Line, err)
			assert.Equal(t, c.column, row.Column, err)
			assert.Equal(t, string(c.code), row.Code(), err)
			assert.ErrorIs(t, err, c.code.Kind())
			assert.Contains(t, err.Error(), "test.csv")
		})
	}
	_, err := readCSV(goodHeader, func(o *receivables.CSVOptions) { o.DateLayouts = []string{"2006"} })
	assert.ErrorIs(t, err, receivables.ErrInvalidInput)
}

func TestBadRowsAreListedWhenAskedFor(t *testing.T) {
	collect := func(o *receivables.CSVOptions) { o.BadRows = receivables.BadRowsCollect }
	read, err := readCSV(goodHeader+`F1,C1,2025-02-01,,1
F2,C1,2025-02-30,,1
F3,C1
F1,C1,2025-02-01,,5
F4,C1,2025-02-01,,2
F5,"C"1,2025-02-01,,3
F6,C1,2025-02-01,,4
`, collect)
	require.NoError(t, err)
	var got []string
	for _, p := range read.Problems {
		got = append(got, fmt.Sprint(p.Line, " ", p.Column, " ", p.Code()))
	}
	assert.Equal(t, []string{"3 issued date", "4 byte 1 field_count", "5 id duplicate", "7 byte 6 quote"}, got)
	assert.ErrorContains(t, read.Problems[1], "2 fields, the header has 5")
	assert.Equal(t, "F1 1.00, F4 2.00, F6 4.00", open(t, read.Ledger, "2025-02-01", "2025-02-01"))

	// A quote that is not closed swallows the rows after it: that is no bad row but a
	// bad file.
	_, err = readCSV(goodHeader+"F1,C1,2025-02-01,,1\nF2,\"C1,2025-02-01,,3\nF3,C1,2025-02-01,,4\n", collect)
	require.ErrorContains(t, err, "line 3")
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
}

// A row that is refused leaves nothing behind that is recorded at the end.
func TestARefusedRowIsNotAppliedLater(t *testing.T) {
	read, err := readCSV("id,customer,issued,amount,applied\nF1,C1,2025-02-01,10,0\nF1,C1,2025-02-01,10,10\n",
		func(o *receivables.CSVOptions) { o.BadRows = receivables.BadRowsCollect })
	require.NoError(t, err)
	assert.Len(t, read.Problems, 1)
	assert.Equal(t, "F1 10.00", open(t, read.Ledger, "2025-02-01", "2025-02-01"))
}

// Payments and credit notes that are rows of the file are what paid the invoices:
// nothing is collected twice.
func TestCreditsOfTheFileAreMatchedWithItsInvoices(t *testing.T) {
	read, err := readCSV(`id,customer,issued,amount,applied,settled,kind
F1,C1,2025-01-01,100,100,2025-02-01,invoice
P1,C1,2025-02-01,100,100,2025-02-01,payment
F2,C1,2025-01-01,50,50,2025-03-01,invoice
N1,C1,2025-02-15,-20,-20,2025-03-01,credit_note
F3,C2,2025-01-01,70,70,2025-03-01,invoice
P3,C2,2025-03-01,70,80,2025-03-01,invoice
P4,C2,2025-03-01,90,70,2025-03-01,payment
F1/paid,C2,2025-03-01,5,,,invoice
`)
	require.NoError(t, err)
	assert.Equal(t, "P4 -20.00, F1/paid 5.00, P3/paid -10.00", open(t, read.Ledger, "2025-03-01", "2025-03-01"))
	sums := map[string]string{}
	for e := range read.Ledger.Entries(day("2025-03-01"), day("2025-03-01")) {
		sum := eur("0")
		if before, ok := sums[e.Kind.String()]; ok {
			sum = eur(before)
		}
		sums[e.Kind.String()] = sum.AddAmount(e.Amount.Amount()).Text()
	}
	// Received: P1 100, P4 90, 30 for F2 and 80 for P3 that are not in the file.
	assert.Equal(t, map[string]string{"billed": "295.00", "credited": "-20.00", "collected": "-300.00"}, sums)
}

func TestFrenchFiles(t *testing.T) {
	text := "id;customer;issued;terms;received;amount\nF\xe9v-1;C\xf4te;15/01/2023;45 jours fin de mois;;1234,56\nF2;C1;15/01/2023;30 jours \xe0 r\xe9ception;20/01/2023;-0,50\nF3;C1;15/01/2023;\xe0 r\xe9ception;20/01/2023;7\n"
	french := func(o *receivables.CSVOptions) {
		o.Comma, o.DateLayouts, o.Encoding, o.DecimalComma = ';', []string{"02/01/2006"}, receivables.EncodingWindows1252, true
	}
	_, err := readCSV(text, french)
	require.ErrorIs(t, err, receivables.ErrConflict, "two readings")
	for reading, due := range map[receivables.EndOfMonthReading]string{receivables.DaysFirst: "2023-03-31", receivables.MonthFirst: "2023-03-17"} {
		read, err := readCSV(text, french, func(o *receivables.CSVOptions) { o.EndOfMonth = reading })
		require.NoError(t, err)
		for item := range read.Ledger.OpenItems(day("2023-02-01"), day("2023-02-01")) {
			switch item.Document {
			case "Fév-1":
				assert.Equal(t, "Côte 1234.56", item.Customer+" "+item.Open.Text())
				assert.Equal(t, day(due), item.DueOn)
			case "F2":
				assert.Equal(t, "-0.50", item.Open.Text())
			case "F3":
				assert.Equal(t, day("2023-01-20"), item.DueOn, "from the day of receipt")
			default:
				assert.Fail(t, item.Document)
			}
		}
	}
	for _, amount := range []string{"1.234,56", "1,234,56", "12.5", "1 234,56"} {
		_, err := readCSV("id;customer;issued;amount\nF1;C1;15/01/2023;"+amount+"\n", french)
		assert.ErrorIs(t, err, receivables.ErrInvalidInput, amount)
	}
}

func TestALineWithoutEndIsRefusedBeforeItFillsTheMemory(t *testing.T) {
	for start, fill := range map[string]string{"F2,": "x", "F2,\"": "x\n"} {
		endless := &endlessReader{fill: fill}
		source := io.MultiReader(strings.NewReader(goodHeader+"F1,C1,2025-02-01,,1\n"+start), endless)
		_, err := receivables.ReadCSV(source, receivables.CSVOptions{File: "big.csv", Currency: receivables.MustCurrency("EUR"), BadRows: receivables.BadRowsCollect})
		require.ErrorIs(t, err, receivables.ErrLimit, start)
		assert.ErrorContains(t, err, "big.csv: line 3", start)
		assert.Less(t, endless.given, 2<<20, start)
	}
}

// endlessReader repeats a text up to 100 MB.
type endlessReader struct {
	fill  string
	given int
}

func (r *endlessReader) Read(p []byte) (int, error) {
	if r.given > 100<<20 {
		return 0, errors.New("the reader did not stop")
	}
	for i := range p {
		p[i] = r.fill[i%len(r.fill)]
	}
	r.given += len(p)
	return len(p), nil
}

func TestAnAnnouncedByteOrderMarkIsTakenOff(t *testing.T) {
	bom := func(o *receivables.CSVOptions) { o.Encoding = receivables.EncodingUTF8BOM }
	read, err := readCSV("\uFEFF\"id\",customer,issued,amount\nF1,C1,2025-02-01,1\n", bom)
	require.NoError(t, err)
	assert.Equal(t, "F1 1.00", open(t, read.Ledger, "2025-02-01", "2025-02-01"))
	_, err = readCSV(goodHeader, bom)
	assert.ErrorIs(t, err, receivables.ErrInvalidInput)
}

func TestRowsWithoutIDAreNamedByTheirLine(t *testing.T) {
	read, err := readCSV("customer;issued;amount\nC1;2025-02-01;1\nC1;2025-02-01;2\n", func(o *receivables.CSVOptions) { o.Comma = ';' })
	require.NoError(t, err)
	assert.Equal(t, "line 2 1.00, line 3 2.00", open(t, read.Ledger, "2025-02-01", "2025-02-01"))
}

func FuzzReadCSV(f *testing.F) {
	f.Add(goodHeader+"F1,C1,2025-02-01,2025-03-01,1.50\n", false)
	f.Add("id,customer,issued,amount,applied,settled,kind\nF1,C1,2025-02-01,1,1,2025-02-03,payment\n", true)
	f.Add("\uFEFFid,\"customer\n", true)
	f.Fuzz(func(t *testing.T, text string, collect bool) {
		read, err := readCSV(text, func(o *receivables.CSVOptions) {
			if collect {
				o.BadRows = receivables.BadRowsCollect
			}
		})
		if err != nil {
			var row *receivables.RowError
			require.ErrorAs(t, err, &row, "%v", err)
			return
		}
		require.NoError(t, read.Ledger.CheckConservation(day("2100-01-01"), day("2100-01-01")))
		assert.LessOrEqual(t, len(read.Problems), read.Rows)
	})
}

// What is said of an amount fits the way in which amounts are written here, and shows the cell as it is.
func TestAmountsThatAreNone(t *testing.T) {
	for text, want := range map[string]string{"1 234,56": "such as -1234,56, without separators of thousands", "12.50": "has a point"} {
		_, err := readCSV("id;customer;issued;amount\nF1;C1;2025-02-01;"+text+"\n", func(o *receivables.CSVOptions) { o.Comma, o.DecimalComma = ';', true })
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, text)
	}
	_, err := readCSV("id;customer;issued;amount\nF1;C1;2025-02-01;12,50\n", func(o *receivables.CSVOptions) { o.Comma = ';' })
	require.ErrorContains(t, err, "decimal comma")
	_, err = readCSV("id;customer;issued;amount\nF1;C1;2025-02-01;x\n", func(o *receivables.CSVOptions) { o.Comma, o.File = ';', "" })
	require.ErrorContains(t, err, "receivables: file: line 2")
}
