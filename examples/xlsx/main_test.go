package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
	"github.com/receivables-go/receivables/examples/internal/sample"
)

func open(t *testing.T, data []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Close()) })
	return f
}

func book(t *testing.T, ledger *receivables.Ledger, day, customer string) *excelize.File {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, writeBook(&b, ledger, receivables.MustDate(day), customer))
	return open(t, b.Bytes())
}

// raw reads a sheet as the values are stored, not as they are shown.
func raw(t *testing.T, f *excelize.File, sheet string) [][]string {
	t.Helper()
	rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
	require.NoError(t, err)
	return rows
}

// The workbook says what the library says, cell by cell.
func TestTheAgedBalance(t *testing.T) {
	ledger, err := sample.Ledger(1)
	require.NoError(t, err)
	f := book(t, ledger, "2026-10-31", "C003")
	assert.Equal(t, []string{"Aged balance 2026-10-31", "Work list", "Claim 2026-10-31"}, f.GetSheetList())
	rows := raw(t, f, "Aged balance 2026-10-31")
	balance, _, err := aging.FromLedger(ledger, sample.AsOf(), sample.AsOf(), aging.Config{})
	require.NoError(t, err)
	assert.Equal(t, []string{"Customer", "Name", "Currency", "not due", "1-30", "31-60", "61-90", "91+", "undated", "unapplied", "total", "overdue", "disputed", "weighted days late"}, rows[0])
	n := 1
	same := func(want receivables.Money, got string) {
		t.Helper()
		assert.True(t, want.Amount().Equal(decimal.RequireFromString(got)), "%s and %s", want, got)
	}
	sums := map[string]decimal.Decimal{}
	for line := range balance.Lines() {
		row := rows[n]
		assert.Equal(t, line.Group()[0], row[0])
		for i := range balance.Scheme().Names() {
			same(line.Column(i).Amount, row[3+i])
		}
		same(line.Total().Amount, row[10])
		same(line.Overdue(), row[11])
		sums[row[2]] = sums[row[2]].Add(decimal.RequireFromString(row[10]))
		n++
	}
	for line := range balance.Totals() {
		same(line.Total().Amount, rows[n][10])
		assert.True(t, sums[line.Currency().Code()].Equal(line.Total().Amount.Amount()), "rows add up to the total")
		n++
	}
	assert.Len(t, rows, n)
	shown, err := f.GetRows("Aged balance 2026-10-31")
	require.NoError(t, err)
	assert.Contains(t, strings.Join(slices.Concat(shown...), " "), "71,424.64", "amounts are shown with separators")
	panes, err := f.GetPanes("Aged balance 2026-10-31")
	require.NoError(t, err)
	assert.True(t, panes.Freeze)
	assert.Equal(t, 1, panes.YSplit)
	layout, err := f.GetPageLayout("Aged balance 2026-10-31")
	require.NoError(t, err)
	assert.Equal(t, "landscape", *layout.Orientation)
	props, err := f.GetSheetProps("Aged balance 2026-10-31")
	require.NoError(t, err)
	assert.True(t, *props.FitToPage)
}

func TestTheClaim(t *testing.T) {
	ledger, err := sample.Ledger(1)
	require.NoError(t, err)
	f := book(t, ledger, "2026-10-31", "C003")
	rows := raw(t, f, "Claim 2026-10-31")
	at := slices.IndexFunc(rows, func(r []string) bool { return r[3] == "F2026-0073" })
	require.Positive(t, at)
	// 2,484.36 x 12.4 % x 92 / 365 = 77.6484
	assert.Equal(t, []string{"C003", "Carrosserie Valmy", "fr.b2b"}, rows[at][:3])
	assert.Equal(t, []string{"92", "2484.36", "12.4", "77.65", "2484.36", "EUR", "40", "EUR"}, rows[at][7:15])
	assert.Contains(t, rows[at][15], "C. com. L441-10 II")
	shown, err := f.GetRows("Claim 2026-10-31")
	require.NoError(t, err)
	assert.Equal(t, []string{"2026-07-31", "2026-08-01", "2026-10-31"}, shown[at][4:7], "days are days")
	total := shown[len(shown)-1]
	assert.Equal(t, "Total", total[0])
	assert.Contains(t, total[15], "claimed in all: ")
	work := raw(t, f, "Work list")
	assert.Greater(t, len(work), 20)
	for _, row := range work[1:] {
		assert.Regexp(t, `^\d+(\.\d+)?$`, row[7], "a score")
	}
}

// Names are text of unknown origin: never a formula, never longer than a cell, never what XML cannot hold. Amounts that Excel would round
// are text.
func TestHostileCells(t *testing.T) {
	ledgerOf := func(name, amount string) *receivables.Ledger {
		ledger, err := receivables.NewLedger(
			receivables.Customer{ID: "=1+1", Name: name, Kind: receivables.KindCompany},
			receivables.Invoice{ID: "@SUM(A1)", Customer: "=1+1", IssuedOn: receivables.MustDate("2026-01-01"), DueOn: receivables.MustDate("2026-01-31"), Amount: receivables.MustMoney(amount, "EUR")},
		)
		require.NoError(t, err)
		return ledger
	}
	f := book(t, ledgerOf(`=cmd|' /C calc'!A0`+"\x00\u202e", "1234567890123456.78"), "2026-03-31", "")
	for _, sheet := range f.GetSheetList() {
		for r, row := range raw(t, f, sheet) {
			for c := range row {
				at, err := excelize.CoordinatesToCellName(c+1, r+1)
				require.NoError(t, err)
				formula, err := f.GetCellFormula(sheet, at)
				require.NoError(t, err)
				assert.Empty(t, formula, at)
			}
		}
	}
	rows := raw(t, f, "Aged balance 2026-03-31")
	assert.Equal(t, "=1+1", rows[1][0])
	assert.NotContains(t, rows[1][1], "\x00")
	assert.Equal(t, "1234567890123456.78", rows[1][10])
	kind, err := f.GetCellType("Aged balance 2026-03-31", "K2")
	require.NoError(t, err)
	assert.NotEqual(t, excelize.CellTypeNumber, kind, "an exact text, not a rounded number")

	err = writeBook(io.Discard, ledgerOf(strings.Repeat("x", maxCell+1), "1.00"), receivables.MustDate("2026-03-31"), "")
	require.ErrorIs(t, err, receivables.ErrLimit)
	assert.ErrorContains(t, err, "32768 characters")
	err = writeBook(io.Discard, ledgerOf(strings.Repeat("😀", maxCell/2+1), "1.00"), receivables.MustDate("2026-03-31"), "")
	require.ErrorIs(t, err, receivables.ErrLimit, "Excel counts each twice")
}

// A customer with more documents than a cell holds has a workbook, and an invoice from before the law is named, not charged.
func TestManyDocuments(t *testing.T) {
	day := receivables.MustDate
	facts := []receivables.Fact{receivables.Customer{ID: "C", Kind: receivables.KindCompany}}
	for n := range 4000 {
		facts = append(facts, receivables.Invoice{ID: fmt.Sprintf("INVOICE-%07d", n), Customer: "C", IssuedOn: day("2026-01-01"), DueOn: day("2026-01-31"), Amount: receivables.MustMoney("10.00", "EUR")})
	}
	facts = append(facts, receivables.Invoice{ID: "OLD", Customer: "C", IssuedOn: day("1900-01-01"), DueOn: day("1900-01-01"), Amount: receivables.MustMoney("10.00", "EUR")})
	ledger, err := receivables.NewLedger(facts...)
	require.NoError(t, err)
	f := book(t, ledger, "2026-03-31", "C")
	work := raw(t, f, "Work list")
	require.Len(t, work, 2)
	listed := strings.Count(work[1][8], "INVOICE-")
	assert.Equal(t, fmt.Sprintf("and %d more", 4000-listed), work[1][8][strings.LastIndex(work[1][8], "and "):])
	assert.Greater(t, listed, 1900)
	rows := raw(t, f, "Claim 2026-03-31")
	last := rows[len(rows)-1]
	assert.Equal(t, "OLD", last[3])
	assert.Contains(t, last[15], "open, and not in the claim: ")
	assert.Contains(t, last[15], "1900-01-02")
	assert.Equal(t, "10", last[8], "what is open of it")

	// What is paid is in no claim, with or without interest; after the last rate published the claim is provisional.
	require.NoError(t, ledger.Record(
		receivables.Payment{ID: "P", Customer: "C", ReceivedOn: day("2026-03-01"), Amount: receivables.MustMoney("10.00", "EUR")},
		receivables.Allocation{From: "P", To: "OLD", Amount: receivables.MustMoney("10.00", "EUR"), On: day("2026-03-01")},
	))
	f = book(t, ledger, "2027-03-31", "C")
	shown, err := f.GetRows("Claim 2027-03-31")
	require.NoError(t, err)
	for _, row := range shown[1:] {
		assert.NotEqual(t, "OLD", row[3])
		if row[3] != "" {
			assert.Equal(t, row[5] >= "2027-01-01", strings.Contains(row[15], "provisional"), row)
		}
	}
	assert.Contains(t, shown[len(shown)-1][15], "EUR, provisional")
	require.ErrorIs(t, writeBook(io.Discard, ledger, day("2026-03-31"), "none"), receivables.ErrUnknown)
}

// An instalment that was paid late is in the claim with the one that is open: its interest, and the one fixed sum of the invoice.
func TestInstalments(t *testing.T) {
	day, eur := receivables.MustDate, func(s string) receivables.Money { return receivables.MustMoney(s, "EUR") }
	ledger, err := receivables.NewLedger(
		receivables.Customer{ID: "C", Kind: receivables.KindCompany},
		receivables.Invoice{ID: "F", Customer: "C", IssuedOn: day("2026-01-01"), Amount: eur("3000.00"), Instalments: []receivables.Instalment{
			{DueOn: day("2026-02-28"), Amount: eur("1000.00")}, {DueOn: day("2026-04-30"), Amount: eur("1000.00")}, {DueOn: day("2026-12-30"), Amount: eur("1000.00")},
		}},
		receivables.Payment{ID: "P", Customer: "C", ReceivedOn: day("2026-03-20"), Amount: eur("1000.00")},
		receivables.Allocation{From: "P", To: "F", Amount: eur("1000.00"), On: day("2026-03-20"), Instalment: 1},
	)
	require.NoError(t, err)
	rows := raw(t, book(t, ledger, "2026-06-30", "C"), "Claim 2026-06-30")
	// 1000 x 12.15 % / 365: 20 days to the payment (6.66), 61 days to 30 June (20.31); 1000.00 and 40.00
	assert.Equal(t, "claimed in all: 1066.97 EUR", rows[len(rows)-1][15])

	require.NoError(t, ledger.Record(receivables.Hold{ID: "RJ", Kind: receivables.HoldInsolvency, Scope: receivables.Scope{Customer: "C"}, From: day("2026-04-01")}))
	rows = raw(t, book(t, ledger, "2026-06-30", "C"), "Claim 2026-06-30")
	last := rows[len(rows)-1]
	assert.Equal(t, []string{"F (2)", "1000"}, []string{last[3], last[8]}, "that due date alone, and not what is not due")
}

// An amount is shown with the minor units of its currency; what is less than one is a text, not rounded away.
func TestMinorUnits(t *testing.T) {
	for currency, c := range map[string][2]string{"KWD": {"1234.567", "1,234.567"}, "JPY": {"123456", "123,456"}, "EUR": {"1234.5678", "1234.5678"}, "USD": {"1234.5", "1,234.50"}} {
		ledger, err := receivables.NewLedger(receivables.Invoice{ID: "F", Customer: "C", IssuedOn: receivables.MustDate("2026-03-01"), DueOn: receivables.MustDate("2026-04-30"), Amount: receivables.MustMoney(c[0], currency)})
		require.NoError(t, err)
		shown, err := book(t, ledger, "2026-03-31", "").GetRows("Aged balance 2026-03-31")
		require.NoError(t, err)
		assert.Equal(t, c[1], shown[1][10], currency)
		assert.Equal(t, c[1], shown[2][10], currency)
	}
}

func TestCommandLine(t *testing.T) {
	folder := t.TempDir()
	books := filepath.Join(folder, "books.csv")
	require.NoError(t, os.WriteFile(books, []byte("id,customer,name,issued,due,amount,currency\nF1,A,Durand,2026-01-05,2026-02-04,100.00,EUR\n"), 0o600))
	var out bytes.Buffer
	name := filepath.Join(folder, "report.xlsx")
	require.NoError(t, run([]string{"-in", books, "-as-of", "2026-03-31", "-out", name}, &out))
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.Equal(t, "Durand", raw(t, open(t, data), "Aged balance 2026-03-31")[1][1])
	for _, args := range [][]string{{"-in", books}, {"-in", "none.csv", "-as-of", "2026-03-31"}, {"-customer", "none", "-out", name}, {"-x"}, {"extra", "-out", name}} {
		require.Error(t, run(args, io.Discard), "%v", args)
	}
	none := &receivables.Ledger{}
	assert.Equal(t, []string{"Aged balance 2026-03-31", "Work list"}, book(t, none, "2026-03-31", "").GetSheetList())
	after, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.Equal(t, data, after, "a run that fails leaves the workbook as it was")
	left, err := filepath.Glob(filepath.Join(folder, ".xlsx-*"))
	require.NoError(t, err)
	assert.Empty(t, left)
	require.NoError(t, run([]string{"-in", filepath.Join("testdata", "books.csv"), "-as-of", "2026-10-31", "-out", name}, io.Discard))
}
