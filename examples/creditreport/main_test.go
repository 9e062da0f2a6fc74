package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
	"github.com/receivables-go/receivables/internal/golden"
)

// do runs the program.
func do(t *testing.T, stdin string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(args, strings.NewReader(stdin), &out, &errs)
	return out.String(), errs.String(), code
}

// reportOf runs the program with -format json and decodes the keys of its
// documented form.
func reportOf(t *testing.T, args ...string) result {
	t.Helper()
	stdout, stderr, code := do(t, "", append(args, "-format", "json")...)
	require.Zero(t, code, stderr)
	var r result
	require.NoError(t, json.Unmarshal([]byte(stdout), &r))
	return r
}

type result struct {
	AsOf       string `json:"as_of"`
	Problems   []any  `json:"problems"`
	Currencies []struct {
		Currency  string       `json:"currency"`
		Penalties penaltyTotal `json:"penalties"`
		Aged      line         `json:"aged"`
		Customers []struct {
			Customer string `json:"customer"`
			line
		} `json:"customers"`
		Health []struct {
			Check string `json:"check"`
			Items []struct {
				Customer string   `json:"customer"`
				With     []string `json:"with"`
			} `json:"items"`
		} `json:"health"`
	} `json:"currencies"`
}

type line struct {
	Columns []struct {
		Name   string `json:"name"`
		Amount string `json:"amount"`
		Items  int    `json:"items"`
	} `json:"columns"`
	Undated      string `json:"undated"`
	Unapplied    string `json:"unapplied"`
	Total        string `json:"total"`
	Overdue      string `json:"overdue"`
	Items        int    `json:"items"`
	OverdueItems int    `json:"overdue_items"`
}

func TestTheSampleReport(t *testing.T) {
	text, stderr, code := do(t, "")
	require.Zero(t, code, stderr)
	golden.Assert(t, "sample.txt", []byte(text))
	page, _, code := do(t, "", "-format", "html")
	require.Zero(t, code)
	golden.Assert(t, "sample.html", []byte(page))
	data, _, code := do(t, "", "-format", "json")
	require.Zero(t, code)
	golden.Assert(t, "sample.json", []byte(data))

	for _, outside := range []string{"http://", "https://", "<script", "src=", "url(", "@import"} {
		assert.NotContains(t, page, outside, "the page is self-contained")
	}
	lines := strings.Split(text, "\n")
	assert.Contains(t, text, "difference 0.00")
	for i, l := range lines { // tables are aligned: every row of the first table ends where the rule ends
		if strings.HasPrefix(l, "---") && strings.HasPrefix(lines[i-1], "customer") {
			assert.Equal(t, len([]rune(l)), len([]rune(lines[i-1])))
			assert.Equal(t, len([]rune(l)), len([]rune(lines[i+1])))
		}
	}
}

// The totals of the report add up from its own lines.
func TestTotalsAddUp(t *testing.T) {
	for _, args := range [][]string{nil, {"-credits", "oldest-first"}, {"-credits", "own-date"}, {"-scheme", "odoo-11"}, {"-scheme", "fr-months"}, {"-buckets", "15,45"}} {
		r := reportOf(t, args...)
		for _, c := range r.Currencies {
			sums := map[string]decimal.Decimal{}
			add := func(key, amount string) { sums[key] = sums[key].Add(decimal.RequireFromString(amount)) }
			for _, x := range c.Customers {
				for _, col := range x.Columns {
					add(col.Name, col.Amount)
				}
				add("total", x.Total)
				add("unapplied", x.Unapplied)
				add("undated", x.Undated)
				add("overdue", x.Overdue)
			}
			all := decimal.RequireFromString(c.Aged.Undated).Add(decimal.RequireFromString(c.Aged.Unapplied))
			for _, col := range c.Aged.Columns {
				assert.True(t, sums[col.Name].Equal(decimal.RequireFromString(col.Amount)), "%v %s", args, col.Name)
				all = all.Add(sums[col.Name])
			}
			for key, want := range map[string]string{
				"total": c.Aged.Total, "unapplied": c.Aged.Unapplied, "undated": c.Aged.Undated, "overdue": c.Aged.Overdue,
			} {
				assert.True(t, sums[key].Equal(decimal.RequireFromString(want)), "%v %s", args, key)
			}
			assert.True(t, all.Equal(sums["total"]), "%v columns", args)
		}
	}
}

// ledgers are the real files with the command lines of the README.
var ledgers = map[string][]string{
	"ibm-late-payment-histories.csv": {
		"-columns", "id=invoiceNumber,customer=customerID,issued=InvoiceDate,due=DueDate,amount=InvoiceAmount,settled=SettledDate,disputed=Disputed",
		"-dates", "1/2/2006", "-currency", "USD",
	},
	"yellevate-invoices.csv": {
		"-columns", "id=invoice_number,customer=customer_ID,issued=invoice_date,due=due_date,amount=invoice_amount_usd,settled=settled_date,disputed=disputed,lost=dispute_lost",
		"-currency", "USD",
	},
	"highradius-open-items-2020.csv": {
		"-columns", "id=doc_id,customer=cust_number,name=name_customer,issued=posting_date,due=due_in_date,amount=total_open_amount,currency=invoice_currency",
	},
	"unicorn-inc-ledger.csv": {
		"-columns", "id=InvoiceNumber,customer=CustomerName,issued=InvoiceDate,due=DueDate,terms=CustomerTerms,amount=BillTotal,applied=Applied,currency=Currency",
		"-dates", "1/2/06,1/2/06 15:04",
	},
}

// sharedFile finds a real ledger beside the repository, or skips.
func sharedFile(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "data", "receivables", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the reference data are not beside the repository: %v", err)
	}
	return path
}

// row is a document of a real file, read without the library.
type row struct {
	currency     string
	issued, due  time.Time
	open         decimal.Decimal // on the day, by the rules of the file
	settled      time.Time
	lost, stays  bool
	customer, id string
}

// naiveAge ages rows by the default scheme with plain loops and decimals.
func naiveAge(rows []row, asOf time.Time) map[string]map[string]decimal.Decimal {
	sums := map[string]map[string]decimal.Decimal{}
	for _, r := range rows {
		closed := !r.settled.IsZero() && !r.settled.After(asOf) && !r.stays
		if r.issued.After(asOf) || closed || r.open.IsZero() {
			continue
		}
		late := int(asOf.Sub(r.due).Hours() / 24)
		name := "91+"
		switch {
		case late <= 0:
			name = "not_due"
		case late <= 30:
			name = "1-30"
		case late <= 60:
			name = "31-60"
		case late <= 90:
			name = "61-90"
		}
		if sums[r.currency] == nil {
			sums[r.currency] = map[string]decimal.Decimal{}
		}
		for _, key := range []string{name, "total"} {
			sums[r.currency][key] = sums[r.currency][key].Add(r.open)
		}
	}
	return sums
}

// records reads a file into maps by column name.
func records(t *testing.T, path string) []map[string]string {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	var list []map[string]string
	for _, r := range all[1:] {
		m := map[string]string{}
		for i, name := range all[0] {
			m[name] = r[i]
		}
		list = append(list, m)
	}
	return list
}

func at(t *testing.T, layout, text string) time.Time {
	t.Helper()
	d, err := time.Parse(layout, text)
	require.NoError(t, err)
	return d
}

// rowsOf reads a real file by its own rules.
func rowsOf(t *testing.T, name, path string) []row {
	t.Helper()
	var list []row
	for _, m := range records(t, path) {
		var r row
		switch name {
		case "ibm-late-payment-histories.csv":
			r = row{
				currency: "USD", issued: at(t, "1/2/2006", m["InvoiceDate"]), due: at(t, "1/2/2006", m["DueDate"]),
				settled: at(t, "1/2/2006", m["SettledDate"]), open: decimal.RequireFromString(m["InvoiceAmount"]),
			}
		case "yellevate-invoices.csv":
			r = row{
				currency: "USD", issued: at(t, "2006-01-02", m["invoice_date"]), due: at(t, "2006-01-02", m["due_date"]),
				settled: at(t, "2006-01-02", m["settled_date"]), open: decimal.RequireFromString(m["invoice_amount_usd"]),
				lost: m["dispute_lost"] == "1",
			}
		case "highradius-open-items-2020.csv":
			r = row{
				currency: m["invoice_currency"], issued: at(t, "2006-01-02", m["posting_date"]), due: at(t, "2006-01-02", m["due_in_date"]),
				open: decimal.RequireFromString(m["total_open_amount"]),
			}
		case "unicorn-inc-ledger.csv":
			r = row{
				currency: m["Currency"], issued: at(t, "1/2/06", m["InvoiceDate"]), customer: m["CustomerName"], id: m["InvoiceNumber"],
				open: decimal.RequireFromString(m["BillTotal"]).Sub(decimal.RequireFromString(m["Applied"])),
			}
			if m["DueDate"] != "" {
				r.due = at(t, "1/2/06 15:04", m["DueDate"])
			} else {
				days, err := strconv.Atoi(strings.TrimPrefix(m["CustomerTerms"], "Net "))
				require.NoError(t, err)
				r.due = r.issued.AddDate(0, 0, days)
			}
		}
		list = append(list, r)
	}
	return list
}

func TestRealLedgersAgeAsPlainLoopsSay(t *testing.T) {
	for _, c := range []struct {
		file, asOf string
		extra      []string
	}{
		{"ibm-late-payment-histories.csv", "2013-06-30", nil},
		{"ibm-late-payment-histories.csv", "2013-12-31", nil},
		{"ibm-late-payment-histories.csv", "2012-02-29", nil},
		{"yellevate-invoices.csv", "2021-06-30", nil},
		{"yellevate-invoices.csv", "2021-12-31", []string{"-lost", "open"}},
		{"highradius-open-items-2020.csv", "2020-04-30", nil},
		{"highradius-open-items-2020.csv", "2020-07-31", nil},
		{"unicorn-inc-ledger.csv", "2025-03-01", nil},
		{"unicorn-inc-ledger.csv", "2025-09-22", nil},
	} {
		t.Run(c.file+" "+c.asOf, func(t *testing.T) {
			path := sharedFile(t, c.file)
			rows := rowsOf(t, c.file, path)
			if c.extra != nil {
				for i := range rows {
					rows[i].stays = rows[i].lost
				}
			}
			want := naiveAge(rows, at(t, "2006-01-02", c.asOf))
			args := append([]string{"-in", path, "-as-of", c.asOf}, ledgers[c.file]...)
			got := reportOf(t, append(args, c.extra...)...)
			assert.Empty(t, got.Problems)
			assert.Len(t, got.Currencies, len(want))
			for _, currency := range got.Currencies {
				for _, col := range currency.Aged.Columns {
					assert.True(t, want[currency.Currency][col.Name].Equal(decimal.RequireFromString(col.Amount)),
						"%s %s: want %s, got %s", currency.Currency, col.Name, want[currency.Currency][col.Name], col.Amount)
				}
				assert.True(t, want[currency.Currency]["total"].Equal(decimal.RequireFromString(currency.Aged.Total)))
			}
		})
	}
}

// Figures that the publisher of the file prints: 28 past-due items on 2025-03-01,
// the oldest two, the invoices of November 2024.
func TestPublishedResultsOfTheUnicornLedger(t *testing.T) {
	path := sharedFile(t, "unicorn-inc-ledger.csv")
	r := reportOf(t, append([]string{"-in", path, "-as-of", "2025-03-01"}, ledgers["unicorn-inc-ledger.csv"]...)...)
	pastDue := 0
	for _, c := range r.Currencies {
		pastDue += c.Aged.OverdueItems
	}
	assert.Equal(t, 28, pastDue)

	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	o, err := parseFlags(append([]string{"-in", path, "-as-of", "2025-03-01"}, ledgers["unicorn-inc-ledger.csv"]...), os.Stderr)
	require.NoError(t, err)
	read, err := receivables.ReadCSV(f, o.csv)
	require.NoError(t, err)
	found := map[string]bool{}
	oldest := map[string]int{}
	for item := range read.Ledger.OpenItems(o.asOf, o.asOf) {
		days := receivables.DaysBetween(item.DueOn, o.asOf)
		oldest[item.Document] = days
		switch item.Document {
		case "DF2014658":
			assert.Equal(t, "LogicNest 2261.10 of 9400.00, 325 days", item.Customer+" "+item.Open.Text()+" of "+item.Original.Text()+", "+strconv.Itoa(days)+" days")
			found[item.Document] = true
		case "DF2014959":
			assert.Equal(t, "LogicNest 782.25 of 1200.00, 323 days", item.Customer+" "+item.Open.Text()+" of "+item.Original.Text()+", "+strconv.Itoa(days)+" days")
			found[item.Document] = true
		}
	}
	assert.Len(t, found, 2)
	for id, days := range oldest {
		assert.LessOrEqual(t, days, 325, id)
	}
	november, lens := receivables.MustMoney("0", "USD"), receivables.MustMoney("0", "USD")
	invoices, lensInvoices := 0, 0
	for e := range read.Ledger.Entries(receivables.MustDate("2026-01-01"), receivables.MustDate("2026-01-01")) {
		if e.Kind != receivables.EntryBilled || e.On.String()[:7] != "2024-11" || e.Amount.Currency().Code() != "USD" {
			continue
		}
		invoices++
		november = november.AddAmount(e.Amount.Amount())
		if e.Customer == "Lens & Light" {
			lensInvoices++
			lens = lens.AddAmount(e.Amount.Amount())
		}
	}
	assert.Equal(t, "143 318565.14", strconv.Itoa(invoices)+" "+november.Text())
	assert.Equal(t, "2 4550.00", strconv.Itoa(lensInvoices)+" "+lens.Text())
}

// Figures that an analysis of the file prints: mean days to settle 26, of disputes
// won 37, 17.69 percent of disputes lost, 4.67 percent of the invoiced amount lost.
func TestPublishedResultsOfTheYellevateLedger(t *testing.T) {
	path := sharedFile(t, "yellevate-invoices.csv")
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	o, err := parseFlags(append([]string{"-in", path, "-as-of", "2022-12-31"}, ledgers["yellevate-invoices.csv"]...), os.Stderr)
	require.NoError(t, err)
	read, err := receivables.ReadCSV(f, o.csv)
	require.NoError(t, err)

	issued := map[string]receivables.Entry{}
	settled := map[string]int{} // days to settle, paid or lost
	billed, lost := decimal.Zero, decimal.Zero
	for e := range read.Ledger.Entries(o.asOf, o.asOf) {
		id := strings.TrimSuffix(e.Document, "/paid")
		switch e.Kind {
		case receivables.EntryBilled:
			issued[id] = e
			billed = billed.Add(e.Amount.Amount())
		case receivables.EntryWrittenOff:
			lost = lost.Sub(e.Amount.Amount())
			settled[id] = receivables.DaysBetween(issued[id].On, e.On)
		case receivables.EntryCollected:
			settled[id] = receivables.DaysBetween(issued[id].On, e.On)
		case receivables.EntryCredited, receivables.EntryRefunded, receivables.EntryAllocated:
		}
	}
	sum, disputes, won, wonDays := 0, 0, 0, 0
	for _, days := range settled {
		sum += days
	}
	for h := range read.Ledger.Holds(o.asOf, o.asOf) {
		disputes++
		if h.Outcome == receivables.OutcomeWon {
			won++
			wonDays += settled[h.Scope.Document]
		}
	}
	percent := func(part, whole decimal.Decimal) string {
		return part.Mul(decimal.New(100, 0)).DivRound(whole, 2).String()
	}
	whole := func(n int) decimal.Decimal { return decimal.NewFromInt(int64(n)) }
	require.Len(t, settled, 2466)
	assert.Equal(t, "26", whole(sum).DivRound(whole(len(settled)), 0).String())
	assert.Equal(t, "37", whole(wonDays).DivRound(whole(won), 0).String())
	assert.Equal(t, "17.69", percent(whole(disputes-won), whole(disputes)))
	assert.Equal(t, "4.67", percent(lost, billed))
}

// Both spellings of a customer stay apart in the balance and are named.
func TestCustomersWithAndWithoutLeadingZeros(t *testing.T) {
	path := sharedFile(t, "highradius-open-items-2020.csv")
	r := reportOf(t, append([]string{"-in", path, "-as-of", "2020-05-31"}, ledgers["highradius-open-items-2020.csv"]...)...)
	spellings, affected := map[string]bool{}, map[string]bool{}
	for _, c := range r.Currencies {
		for _, x := range c.Customers {
			spellings[x.Customer] = true
		}
		for _, f := range c.Health {
			for _, i := range f.Items {
				if f.Check == "two_spellings" {
					affected[strings.TrimLeft(i.Customer, "0")] = true
				}
			}
		}
	}
	assert.Len(t, spellings, 664)
	assert.Len(t, affected, 138)
}

// smallFile is how a small file of our own is read.
var smallFile = []string{
	"-in", filepath.Join("testdata", "small.csv"), "-as-of", "2026-11-22", "-dates", "02/01/2006", "-separator", ";",
	"-columns", "id=Pièce,customer=Compte,name=Client,issued=Date,due=Échéance,terms=Conditions,amount=Montant,settled=Réglée le,disputed=Litige,currency=Devise",
}

// The same assertions on it.
func TestASmallFile(t *testing.T) {
	r := reportOf(t, smallFile...)
	require.Len(t, r.Currencies, 2)
	eur := r.Currencies[0]
	var got []string
	for _, c := range eur.Aged.Columns {
		got = append(got, c.Name+" "+c.Amount+" "+strconv.Itoa(c.Items))
	}
	assert.Equal(t, []string{"not_due 1500.00 2", "1-30 200.50 1", "31-60 400.00 1", "61-90 0.00 0", "91+ 800.00 1"}, got)
	assert.Equal(t, "50.00", eur.Aged.Undated)
	assert.Equal(t, "-150.00", eur.Aged.Unapplied)
	assert.Equal(t, "2800.50", eur.Aged.Total)
	assert.Equal(t, 7, eur.Aged.Items)
	assert.Equal(t, "USD", r.Currencies[1].Currency)
	text, _, code := do(t, "", smallFile...)
	require.Zero(t, code)
	golden.Assert(t, "small.txt", []byte(text))
}

func TestBadInputEndsWithItsPlaceAndNoReport(t *testing.T) {
	dir := t.TempDir()
	file := func(text string) string {
		path := filepath.Join(dir, "in.csv")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	const header = "id,customer,issued,due,amount\n"
	for name, c := range map[string]struct {
		text string
		args []string
		want string // after the file name
	}{
		"unknown column":  {header, []string{"-columns", "id=number"}, `: line 1, column "number": .*unknown_column`},
		"30 February":     {header + "F1,C1,2025-02-30,,1\n", nil, `: line 2, column "issued": .*2025-02-30.*`},
		"two layouts":     {header + "F1,C1,3/4/2025,,1\n", []string{"-dates", "1/2/2006,2/1/2006"}, `: line 2, column "issued": .*2025-03-04.*2025-04-03`},
		"exponent":        {header + "F1,C1,2025-02-01,,1e9\n", nil, `: line 2, column "amount": .*1e9`},
		"thousands":       {header + "F1,C1,2025-02-01,,\"1,234.56\"\n", nil, `: line 2, column "amount": .*1,234.56`},
		"empty amount":    {header + "F1,C1,2025-02-01,,\n", nil, `: line 2, column "amount": .*required`},
		"duplicate id":    {header + "F1,C1,2025-02-01,,1\nF1,C2,2025-02-01,,2\n", nil, `: line 3, column "id": .*duplicate`},
		"truncated quote": {header + "\"F1,C1,2025-02-01,,1\n", nil, `: line 2, column "byte \d+.*": .*quote`},
		"long line":       {header + strings.Repeat("x", 3<<20) + "\n", nil, `: line 2, column "byte \d+": .*limit`},
		"not UTF-8":       {header + "F1,C\xff1,2025-02-01,,1\n", nil, `: line 2, column "customer": .*UTF-8`},
		"byte order mark": {"\uFEFF" + header, nil, `: line 1, column "byte 1": .*byte order mark`},
	} {
		t.Run(name, func(t *testing.T) {
			path := file(c.text)
			args := append([]string{"-in", path, "-as-of", "2025-12-31", "-currency", "EUR"}, c.args...)
			for _, format := range []string{"text", "json", "html"} {
				stdout, stderr, code := do(t, "", append(args, "-format", format)...)
				assert.Equal(t, exitData, code)
				assert.Empty(t, stdout, "no part of a report")
				assert.Regexp(t, regexp.QuoteMeta(path)+c.want, stderr)
			}
		})
	}
	stdout, stderr, code := do(t, header+"F1,C1,2025-02-01,,1\n", "-in", "-", "-as-of", "2025-12-31")
	assert.Equal(t, exitData, code)
	assert.Empty(t, stdout)
	assert.Contains(t, stderr, `standard input: line 1, column "currency"`)
	_, stderr, code = do(t, "", "-in", filepath.Join(dir, "none.csv"), "-as-of", "2025-12-31")
	assert.Equal(t, exitData, code)
	assert.Contains(t, stderr, "none.csv")
}

func TestBadRowsAreListedWithStrictFalse(t *testing.T) {
	const text = "id,customer,issued,due,amount\nF1,C1,2025-02-01,2025-03-01,100\nF2,C1,2025-02-30,,50\nF3,<b>C3</b>,2025-02-01,,x\n"
	args := []string{"-in", "-", "-as-of", "2025-03-31", "-currency", "EUR", "-strict=false"}
	stdout, stderr, code := do(t, text, args...)
	require.Zero(t, code, stderr)
	assert.Contains(t, stdout, "INCOMPLETE: 2 of 3 rows")
	assert.Contains(t, stdout, `line 3, column "issued"`)
	assert.Contains(t, stdout, "TOTAL EUR (1 items), 2 rows left out")
	stdout, _, code = do(t, text, append(args, "-format", "json")...)
	require.Zero(t, code)
	var r struct {
		Problems []problem `json:"problems"`
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &r))
	require.Len(t, r.Problems, 2)
	assert.Equal(t, problem{3, "issued", "date", r.Problems[0].Message}, r.Problems[0])
	assert.Equal(t, problem{4, "amount", "amount", r.Problems[1].Message}, r.Problems[1])
	assert.Contains(t, r.Problems[0].Message, "2025-02-30")
}

func TestTheCommandLineIsChecked(t *testing.T) {
	for _, args := range [][]string{
		{"-in", "x.csv"},
		{"-as-of", "2025-02-30"},
		{"-format", "pdf"},
		{"-buckets", "30,x"},
		{"-buckets", "30,30"},
		{"-scheme", "sap"},
		{"-scheme", "fr", "-buckets", "30"},
		{"-currency", "EURO"},
		{"-dates", "yyyy"},
		{"-columns", "id"},
		{"-columns", "id=a,id=b"},
		{"-credits", "no"},
		{"-lost", "no"},
		{"-encoding", "latin-1"},
		{"-separator", "ab"},
		{"extra"},
		{"-nonsense"},
		{"-in", "", "-as-of", "2025-12-31", "-currency", "EUR"},
		{"-columns", "id=x"},
		{"-decimal", ";"},
		{"-end-of-month", "no"},
	} {
		stdout, stderr, code := do(t, "", args...)
		assert.Equal(t, exitUsage, code, "%v", args)
		assert.Empty(t, stdout, "%v", args)
		assert.Equal(t, 1, strings.Count(stderr, "\n"), "one line: %s", stderr)
	}
	_, stderr, code := do(t, "", "-h")
	assert.Zero(t, code)
	for _, s := range aging.Presets() {
		assert.Contains(t, stderr, s.Name)
	}
}

// A currency in which nothing is open any more still has its movement, and what is
// issued later is named.
func TestNothingOfTheFileGoesMissing(t *testing.T) {
	const text = "id,customer,issued,due,amount,settled,currency\nE1,C1,2026-10-01,2026-10-31,10,,EUR\nG1,C1,2026-08-01,2026-08-31,500,2026-10-20,GBP\nU1,C1,2027-01-01,2027-01-31,7,,USD\n"
	args := []string{"-in", "-", "-as-of", "2026-10-31"}
	stdout, stderr, code := do(t, text, append(args, "-format", "json")...)
	require.Zero(t, code, stderr)
	var r struct {
		Currencies []struct {
			Currency string `json:"currency"`
			Aged     struct {
				Total string `json:"total"`
			} `json:"aged"`
			Movement *movement `json:"movement"`
		} `json:"currencies"`
		NotIssued []notIssued `json:"not_issued"`
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &r))
	require.Len(t, r.Currencies, 2)
	assert.Equal(t, "GBP 0.00", r.Currencies[1].Currency+" "+r.Currencies[1].Aged.Total)
	assert.Equal(t, "-500.00", r.Currencies[1].Movement.Collected)
	assert.Equal(t, []notIssued{{"USD", 1, "7.00"}}, r.NotIssued)
	plain, _, code := do(t, text, args...)
	require.Zero(t, code)
	assert.Contains(t, plain, "Issued after this day, in no figure of this report: 1 documents, 7.00 USD")
}

// An extract that does not say when anything was paid has no movement.
func TestNoMovementWithoutDaysOfPayment(t *testing.T) {
	const text = "n,c,d,a\nF1,C1,2026-08-01,10\n"
	stdout, stderr, code := do(t, text, "-in", "-", "-as-of", "2026-10-31", "-currency", "EUR", "-columns", "id=n,customer=c,issued=d,amount=a")
	require.Zero(t, code, stderr)
	assert.Contains(t, stdout, "does not say when anything was paid")
	assert.NotContains(t, stdout, "collected")
}

func TestHostileNamesAreHarmless(t *testing.T) {
	const text = "id,customer,name,issued,due,amount\nF1,<script>alert(1)</script>,\"\x1b[31mred\u202e\u200b\",2025-02-01,2025-03-01,100\n"
	page, stderr, code := do(t, text, "-in", "-", "-as-of", "2025-03-31", "-currency", "EUR", "-format", "html")
	require.Zero(t, code, stderr)
	assert.NotContains(t, page, "<script")
	assert.NotContains(t, page, "\x1b")
	plain, _, code := do(t, text, "-in", "-", "-as-of", "2025-03-31", "-currency", "EUR")
	require.Zero(t, code)
	for _, bad := range []string{"\x1b", "\u202e", "\u200b"} {
		assert.NotContains(t, plain, bad)
	}
}

func TestTheReadmeHasTheCommandLines(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	for file, args := range ledgers {
		assert.Contains(t, string(readme), "-in "+file)
		for _, a := range args {
			assert.Contains(t, string(readme), a, file)
		}
	}
}

// By hand, at 12.40 % (2.40 + 10) in the second half of 2026: F3 200.50 for 30 days is
// 2.04; F4 400.00 for 31 and F5 800.00 for 91 are 4.21 + 24.73; F7 75.25, paid after 52
// days, 1.33; 40.00 for each of the four. F1 is due on the day itself, F6 has no due date.
func TestPenaltiesOfASmallFile(t *testing.T) {
	report := reportOf(t, append(slices.Clone(smallFile), "-regime", "fr.b2b")...)
	require.Len(t, report.Currencies, 2)
	eur := report.Currencies[0].Penalties
	assert.Equal(t, "32.31", eur.Interest)
	assert.Equal(t, "160.00", eur.FixedSums)
	assert.Equal(t, 1, eur.Skipped)
	var rows []string
	for _, c := range eur.Customers {
		rows = append(rows, c.Customer+" "+c.Interest+" "+c.FixedSums+" "+c.Total)
	}
	assert.Equal(t, []string{"C002 28.94 80.00 108.94", "C001 2.04 40.00 42.04", "C003 1.33 40.00 41.33"}, rows)
	assert.Equal(t, 0, report.Currencies[1].Penalties.Skipped, "the one without due date is in euros")
}

// Points by hand. C001: lateness and very late are not known (50 x 30 + 50 x 15), F3 is 30 days
// late (50 x 20), 200.50 of 1550.50 is overdue (40 x 10), 1 of 3 invoices is disputed (100 x 10),
// its share of the balances and of the sales is above a tenth (100 x 10 + 100 x 5): 6150 / 100.
// C003 paid its only invoice 52 days late (100 x 30 + 100 x 15) and owes nothing.
func TestClassesOfASmallFile(t *testing.T) {
	stdout, stderr, code := do(t, "", append(slices.Clone(smallFile), "-format", "json")...)
	require.Zero(t, code, stderr)
	var r struct {
		Currencies []struct {
			Classes []struct {
				Customer, Class, Balance, Trend string
				Points, Lateness                *string
				Reasons                         []string
				MoveUp                          []string `json:"move_up"`
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &r))
	classes := r.Currencies[0].Classes
	require.Len(t, classes, 3)
	var order []string
	for _, c := range classes {
		order = append(order, c.Customer+" "+c.Class+" "+*c.Points+" "+c.Balance)
	}
	assert.Equal(t, []string{"C002 D 67.5 1250.00", "C001 D 61.5 1550.50", "C003 C 45 0.00"}, order)
	assert.Nil(t, classes[0].Lateness)
	assert.Equal(t, "52", *classes[2].Lateness)
	assert.Equal(t, "unknown", classes[0].Trend)
	assert.Contains(t, classes[1].Reasons, "dispute_rate 0.3333 fraction (more than 0.1): 100 points, weight 10")
	assert.Equal(t, "lateness at most 10 (now 52 days) gives B", classes[2].MoveUp[0], "25 x 30 and 100 x 15 are 22.5")
}

// The indicators of the IBM ledger, computed outside Go from its rows, and of an extract that
// does not say when anything was paid.
func TestIndicatorsOfRealLedgers(t *testing.T) {
	type indicator struct {
		Value  *string `json:"value"`
		Unit   string  `json:"unit"`
		Status string  `json:"status"`
		Days   int     `json:"window_days"`
	}
	read := func(file, asOf string) (indicators map[string]json.RawMessage, dashboard json.RawMessage) {
		args := append([]string{"-in", sharedFile(t, file), "-as-of", asOf, "-format", "json"}, ledgers[file]...)
		stdout, stderr, code := do(t, "", args...)
		require.Zero(t, code, stderr)
		var r struct {
			Currencies []struct {
				Indicators map[string]json.RawMessage `json:"indicators"`
				Dashboard  json.RawMessage            `json:"dashboard"`
			} `json:"currencies"`
		}
		require.NoError(t, json.Unmarshal([]byte(stdout), &r))
		require.NotEmpty(t, r.Currencies)
		return r.Currencies[0].Indicators, r.Currencies[0].Dashboard
	}
	one := func(all map[string]json.RawMessage, key string) indicator {
		var i indicator
		require.NoError(t, json.Unmarshal(all[key], &i), key)
		return i
	}
	ibm, dashboard := read("ibm-late-payment-histories.csv", "2013-06-30")
	assert.JSONEq(t, `"2013-04-02/2013-06-30"`, string(ibm["sales_window"]))
	for key, want := range map[string]string{
		"dso_balance": "23.150796", "dso_countback": "26.257481", "dso_best_possible": "19.372584", "average_days_delinquent": "3.778212",
		"cei": "96.152741", "cei_crf": "89.956093",
	} {
		i := one(ibm, key)
		require.NotNil(t, i.Value, key)
		assert.Equal(t, want, decimal.RequireFromString(*i.Value).StringFixed(6), key)
		assert.Equal(t, "ok", i.Status, key)
	}
	assert.Equal(t, 90, one(ibm, "dso_balance").Days)
	assert.Equal(t, "days", one(ibm, "dso_balance").Unit)
	assert.NotEmpty(t, dashboard)

	open, dashboard := read("highradius-open-items-2020.csv", "2020-04-30")
	assert.Equal(t, "insufficient data", one(open, "cei").Status)
	assert.Nil(t, one(open, "days_to_pay").Value)
	assert.NotNil(t, one(open, "dso_balance").Value)
	assert.Contains(t, string(open["note"]), "open items only")
	assert.Empty(t, dashboard, "its past is not known")
}
