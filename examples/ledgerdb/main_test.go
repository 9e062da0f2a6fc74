package main

import (
	"archive/zip"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/examples/ledgerdb/internal/pgtest"
)

var server *pgtest.Server

// As a child, the test program is ledgerdb, and kills itself (as kill -9 does) before a given statement.
func TestMain(m *testing.M) {
	if at := os.Getenv("LEDGERDB_KILL_AT"); at != "" {
		os.Exit(child(at))
	}
	os.Exit(pgtest.Run(m, func(s *pgtest.Server) { server = s }))
}

// child runs the commands of LEDGERDB_COMMANDS, one a line.
func child(at string) int {
	kill, err := strconv.Atoi(at)
	if err != nil {
		return 3
	}
	n := 0
	before := func(string) {
		if n++; n == kill {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
	for _, line := range strings.Split(os.Getenv("LEDGERDB_COMMANDS"), "\n") {
		if err := run(context.Background(), strings.Split(line, "\t"), io.Discard, io.Discard, before); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	fmt.Println(n)
	return 0
}

const books = `id,customer,name,issued,due,amount,currency,kind
F1,A,Durand,2026-01-05,2026-02-04,100.00,EUR,invoice
F2,A,Durand,2026-01-06,2026-02-05,50.00,EUR,invoice
F3,B,Leroy,2026-01-06,2026-02-05,70.00,EUR,invoice
A1,B,Leroy,2026-01-07,,20.00,EUR,credit_note
`

// Killed before any statement, and begun again, the program has done everything once: facts, report, actions, letters.
func TestKilledAtAnyStatement(t *testing.T) {
	file := filepath.Join(t.TempDir(), "books.csv")
	require.NoError(t, os.WriteFile(file, []byte(books), 0o600))
	later := filepath.Join(t.TempDir(), "later.csv")
	require.NoError(t, os.WriteFile(later, []byte("id,customer,issued,due,amount,currency,kind\nA2,A,2026-03-09,,30.00,EUR,credit_note\n"), 0o600))
	commands := func(database, letters string) string {
		var lines []string
		for _, command := range []string{
			"load\t-format\tcsv\t" + file, "run\t-as-of\t2026-03-10", "load\t-format\tcsv\t" + later, "run\t-as-of\t2026-03-10", "send\t-on\t2026-03-10\t-out\t" + letters, "run\t-as-of\t2026-03-31",
		} {
			lines = append(lines, database+"\t"+command)
		}
		return strings.Join(lines, "\n")
	}
	start := func(at int, lines string) (killed bool, out string) {
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), "LEDGERDB_KILL_AT="+strconv.Itoa(at), "LEDGERDB_COMMANDS="+lines)
		var text bytes.Buffer
		c.Stdout, c.Stderr = &text, &text
		err := c.Run()
		var exit *exec.ExitError
		if errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL {
			return true, text.String()
		}
		require.NoError(t, err, text.String())
		return false, text.String()
	}
	for kind, database := range map[string]func(n int) (flag, driver, dsn string){
		"SQLite": func(n int) (string, string, string) {
			name := filepath.Join(t.TempDir(), fmt.Sprintf("%d.db", n))
			return "-db\t" + name, "sqlite", name
		},
		"PostgreSQL": func(int) (string, string, string) {
			dsn, err := server.Database()
			require.NoError(t, err)
			return "-dsn\t" + dsn, "pgx", dsn
		},
	} {
		t.Run(kind, func(t *testing.T) {
			if kind == "PostgreSQL" && server == nil {
				t.Skip("no PostgreSQL on this machine")
			}
			flag, driver, dsn := database(0)
			folder := filepath.Join(t.TempDir(), "letters")
			killed, out := start(-1, commands(flag, folder))
			require.False(t, killed)
			statements, err := strconv.Atoi(strings.TrimSpace(out))
			require.NoError(t, err)
			want := dump(t, driver, dsn) + lettersIn(t, folder)
			assert.Contains(t, want, "F1|0|")
			assert.Equal(t, 2, strings.Count(want, "asked"), want)
			assert.Contains(t, want, "120.00 EUR\n", "150.00 less the credit note")
			assert.NotContains(t, want, "150.00 EUR\n")
			assert.Contains(t, want, "6|2026-03-31|B|formal_notice_letter", "of 1 and 2, which were withdrawn, no number is given again")
			step := 1
			if testing.Short() {
				step = 17
			}
			for at := 1; at <= statements; at += step {
				flag, driver, dsn := database(at)
				folder := filepath.Join(t.TempDir(), "letters")
				killed, _ := start(at, commands(flag, folder))
				require.True(t, killed, "statement %d", at)
				killed, _ = start(-1, commands(flag, folder))
				require.False(t, killed)
				require.Equal(t, want, dump(t, driver, dsn)+lettersIn(t, folder), "killed before statement %d of %d", at, statements)
			}
			t.Logf("killed before each of %d statements", statements)
		})
	}
}

// dump writes every row of every table.
func dump(t *testing.T, driver, dsn string) string {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	var b strings.Builder
	for _, query := range []string{
		"SELECT format, facts FROM sources ORDER BY 1", "SELECT customer, cluster FROM clusters ORDER BY 1", "SELECT seq, kind, id, customer, document, amount FROM facts ORDER BY 1",
		"SELECT as_of, policy, facts FROM runs ORDER BY 1", "SELECT as_of, customer, currency, bucket, amount, items FROM report_cells ORDER BY 1, 2, 3, position",
		"SELECT id, planned_on, customer, step, level, asked, taken_on, done FROM actions ORDER BY 1", "SELECT document, instalment, step, action, level, amount FROM action_items ORDER BY action, 1, 2",
		"SELECT name FROM migrations ORDER BY 1", "SELECT id, name FROM customers ORDER BY 1", "SELECT id, kind, amount FROM documents ORDER BY 1",
	} {
		rows, err := db.Query(query)
		require.NoError(t, err, query)
		names, err := rows.Columns()
		require.NoError(t, err)
		for rows.Next() {
			cells := make([]any, len(names))
			for i := range cells {
				cells[i] = new(sql.NullString)
			}
			require.NoError(t, rows.Scan(cells...))
			for _, cell := range cells {
				b.WriteString(cell.(*sql.NullString).String + "|")
			}
			b.WriteByte('\n')
		}
		require.NoError(t, rows.Err())
		require.NoError(t, rows.Close())
	}
	return b.String()
}

func lettersIn(t *testing.T, folder string) string {
	t.Helper()
	var b strings.Builder
	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, f := range files {
		if strings.HasSuffix(f.Name(), ".part") {
			continue // of a letter that was being written; the next one replaces it
		}
		text, err := os.ReadFile(filepath.Join(folder, f.Name()))
		require.NoError(t, err)
		b.WriteString(f.Name() + "\n" + string(text))
	}
	return b.String()
}

func ledgerdb(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(context.Background(), args, &out, io.Discard, nil)
	return out.String(), err
}

// From a book of accounts, an electronic invoice and a bank statement to what is open.
func TestEveryKindOfFile(t *testing.T) {
	db := filepath.Join(t.TempDir(), "ledger.db")
	intake := filepath.Join("..", "..", "intake")
	out, err := ledgerdb(t, "-db", db, "load", "-format", "invoice", filepath.Join(intake, "einvoice", "testdata", "invoice-ubl.xml"))
	require.NoError(t, err)
	assert.Contains(t, out, "4 facts") // customer, invoice, deposit, allocation
	out, err = ledgerdb(t, "-db", db, "load", "-format", "bank", filepath.Join(intake, "bank", "testdata", "camt053.xml"))
	require.NoError(t, err)
	assert.Contains(t, out, "structured_reference, high (RF18539007547034; open 80.00, paid 600.00)", "the reference that the invoice gave")
	assert.Contains(t, out, "already_paid F-2026-17")
	out, err = ledgerdb(t, "-db", db, "load", "-format", "bank", filepath.Join(intake, "bank", "testdata", "camt053.xml"))
	require.NoError(t, err)
	assert.Contains(t, out, "loaded before")
	out, err = ledgerdb(t, "-db", db, "run", "-as-of", "2026-11-01")
	require.NoError(t, err)
	assert.Contains(t, out, "actions planned")
	out, err = ledgerdb(t, "-db", db, "show", "-as-of", "2026-11-01")
	require.NoError(t, err)
	assert.Contains(t, out, "unapplied")
	assert.Contains(t, out, "-1320.00 EUR")

	books := filepath.Join(t.TempDir(), "123456789FEC20241231.txt")
	text := "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\tCompAuxLib\tPieceRef\tPieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\tValidDate\tMontantdevise\tIdevise\n" +
		"VE\tVentes\t1\t20241005\t411000\tClients\tDUR\tDurand\tF-101\t20241005\tFacture\t120,00\t0,00\t\t\t\t\t\n" +
		"VE\tVentes\t1\t20241005\t707000\tVentes\t\t\tF-101\t20241005\tFacture\t0,00\t120,00\t\t\t\t\t\n"
	require.NoError(t, os.WriteFile(books, []byte(text), 0o600))
	out, err = ledgerdb(t, "-db", db, "load", "-format", "fec", "-terms", "30 days", books)
	require.NoError(t, err)
	assert.Contains(t, out, "1 lines of customers")
	assert.NotContains(t, out, "due dates are not known")
	// A year is read with the year before, or not at all.
	next := filepath.Join(t.TempDir(), "123456789FEC20251231.txt")
	heads, _, _ := strings.Cut(text, "\n")
	require.NoError(t, os.WriteFile(next, []byte(heads+"\nAN\tA nouveaux\t1\t20250101\t411000\tClients\tDUR\tDurand\t\t20250101\tReport\t120,00\t0,00\t\t\t\t\t\n"), 0o600))
	_, err = ledgerdb(t, "-db", db, "load", "-format", "fec", next)
	require.ErrorIs(t, err, receivables.ErrConflict)
	both := filepath.Join(t.TempDir(), "both.db")
	out, err = ledgerdb(t, "-db", both, "load", "-format", "fec", books, next)
	require.NoError(t, err)
	assert.Contains(t, out, "due dates are not known")
	_, err = ledgerdb(t, "-db", both, "run", "-as-of", "2025-01-31")
	require.NoError(t, err)
	out, err = ledgerdb(t, "-db", both, "show", "-as-of", "2025-01-31")
	require.NoError(t, err)
	assert.Contains(t, out, "120.00 EUR      1", "once, not carried forward beside it")
}

func TestCommandLine(t *testing.T) {
	db, made := filepath.Join(t.TempDir(), "ledger.db"), filepath.Join(t.TempDir(), "made.db")
	_, err := ledgerdb(t, "-db", made, "load", "-format", "sample")
	require.NoError(t, err)
	for _, args := range [][]string{
		{},
		{"-db", db},
		{"-db", db, "nothing"},
		{"-db", made, "run"},
		{"-db", made, "run", "-as-of", "2026-02-30"},
		{"-db", db, "load", "-format", "csv"},
		{"-db", db, "load", "-format", "pdf", "main_test.go"},
		{"-db", db, "load", "-format", "csv", "-separator", "||", "main_test.go"},
		{"-db", db, "load", "-format", "csv", "-decimal", "comma", "main_test.go"},
		{"-db", db, "load", "-format", "csv", "-encoding", "latin", "main_test.go"},
		{"-db", db, "load", "-format", "sample", "main_test.go"},
		{"-db", made, "run", "-as-of", "2026-02-03", "2026-02-04"},
		{"-db", made, "run", "-as-of", "2026-02-03", "-home", "france"},
		{"-db", made, "apply", "-on", "2026-02-03"},
		{"-dsn", "", "show", "-as-of", "2026-02-03"},
		{"-db", made, "-dsn", "postgres://x/y", "show", "-as-of", "2026-02-03"},
		{"-db", db, "load", "-format", "bank", "-confidence", "sure", "main_test.go"},
	} {
		_, err := ledgerdb(t, args...)
		assert.ErrorIs(t, err, errUsage, "%v", args)
	}
	_, err = ledgerdb(t, "-dsn", "postgres://127.0.0.1:1/none?connect_timeout=1", "show", "-as-of", "2026-01-01")
	require.Error(t, err)
	out, err := ledgerdb(t, "-db", made, "show", "-as-of", "2026-01-01")
	require.NoError(t, err)
	assert.Contains(t, out, "there is no report")
	out, err = ledgerdb(t, "-db", made, "run", "-h")
	require.NoError(t, err)
	assert.Contains(t, out, "usage: ledgerdb")
	_, err = ledgerdb(t, "-db", made, "run", "-as-of", "2036-11-02")
	require.ErrorContains(t, err, "if that is the day, say -far")
	out, err = ledgerdb(t, "-db", made, "run", "-as-of", "2036-11-02", "-far")
	require.NoError(t, err)
	assert.Contains(t, out, "actions planned")
	out, err = ledgerdb(t, "-db", made, "undo", "-as-of", "2036-11-02")
	require.NoError(t, err)
	assert.Contains(t, out, "is taken back")
	_, err = ledgerdb(t, "-db", made, "send", "-on", "2036-11-02", "-out", t.TempDir())
	require.ErrorContains(t, err, "the last day that was run is none")
	none := filepath.Join(t.TempDir(), "none.db")
	_, err = ledgerdb(t, "-db", none, "show", "-as-of", "2026-01-01")
	require.ErrorIs(t, err, os.ErrNotExist)
	assert.NoFileExists(t, none, "only load makes one")
}

// What a statement was not sure of is applied by hand, and is not asked for.
func TestAppliedByHand(t *testing.T) {
	folder := t.TempDir()
	db, file := filepath.Join(folder, "ledger.db"), filepath.Join(folder, "books.csv")
	require.NoError(t, os.WriteFile(file, []byte("id,customer,issued,due,amount,currency,kind\nF1,A,2026-01-05,2026-02-04,100.00,EUR,invoice\nP1,,2026-02-20,,97.00,EUR,payment\nF2,B,2026-01-05,2026-12-04,20.00,EUR,invoice\nP2,B,2026-02-20,,20.00,EUR,payment\n"), 0o600))
	do := func(args ...string) string {
		out, err := ledgerdb(t, append([]string{"-db", db}, args...)...)
		require.NoError(t, err)
		return out
	}
	do("load", "-format", "csv", file)
	assert.Regexp(t, `sender not known +payment +P1 +- +-97.00 EUR\n`, do("items", "-as-of", "2026-03-10"))
	do("run", "-as-of", "2026-03-10")
	assert.Regexp(t, `1 2026-03-10 A .* 100.00 EUR\n1 actions planned\n`, do("planned"))
	assert.Contains(t, do("apply", "-from", "P1", "-to", "F1", "-on", "2026-03-10"), "97.00 EUR of P1 applied to F1")
	_, err := ledgerdb(t, "-db", db, "apply", "-from", "P1", "-to", "F1", "-on", "2026-03-10")
	require.ErrorIs(t, err, receivables.ErrConflict, "nothing is left of it")
	noID := filepath.Join(folder, "noid.csv")
	require.NoError(t, os.WriteFile(noID, []byte("customer,issued,amount,currency\nA,2026-01-05,1.00,EUR\n"), 0o600))
	_, err = ledgerdb(t, "-db", db, "load", "-format", "csv", noID)
	require.ErrorContains(t, err, "a column id is needed")
	for _, args := range [][]string{{"-on", "2062-03-10"}, {"-on", "2026-03-10", "-amount", "-5"}, {"-on", "2026-03-05"}, {"-on", "2026-03-10", "-to", "none"}} {
		_, err := ledgerdb(t, append([]string{"-db", db, "apply", "-from", "P1", "-to", "F1"}, args...)...)
		require.Error(t, err, args)
	}
	do("apply", "-from", "P2", "-to", "F2", "-on", "2026-03-10", "-amount", "5")
	do("apply", "-from", "P2", "-to", "F2", "-on", "2026-03-10", "-amount", "5")
	assert.Contains(t, do("apply", "-from", "P2", "-to", "F2", "-on", "2026-03-05"), "10.00 EUR of P2", "what is left after the later ones")
	assert.Contains(t, do("items", "-as-of", "2026-03-10", "-customer", "A"), "3.00 EUR\n1 open items")
	assert.Contains(t, do("run", "-as-of", "2026-03-10"), "0 actions planned", "3.00 is below the tolerance")
}

// A letter of another database is not written over, and the same letter is the same file.
func TestLettersOfTwoDatabases(t *testing.T) {
	folder := t.TempDir()
	send := func(db, customer string) error {
		file := filepath.Join(folder, customer+".csv")
		require.NoError(t, os.WriteFile(file, []byte("id;customer;name;issued;due;amount;currency;kind\nF1;"+customer+";Ren\xe9;2026-01-05;2026-02-04;1234,50;EUR;invoice\n"), 0o600))
		_, err := ledgerdb(t, "-db", db, "load", "-format", "csv", "-separator", ";", "-decimal", ",", "-encoding", "windows-1252", file)
		require.NoError(t, err)
		_, err = ledgerdb(t, "-db", db, "run", "-as-of", "2026-03-10")
		require.NoError(t, err)
		_, err = ledgerdb(t, "-db", db, "send", "-on", "2026-03-10", "-out", filepath.Join(folder, "letters"))
		return err
	}
	require.NoError(t, send(filepath.Join(folder, "1.db"), "A"))
	err := send(filepath.Join(folder, "2.db"), "B")
	require.ErrorIs(t, err, receivables.ErrConflict)
	assert.ErrorContains(t, err, "a letter of another database or this one changed")
	text := lettersIn(t, filepath.Join(folder, "letters"))
	assert.Contains(t, text, "Customer A")
	assert.Contains(t, text, "1234.50 EUR")
	out, err := ledgerdb(t, "-db", filepath.Join(folder, "2.db"), "send", "-on", "2026-03-10", "-out", filepath.Join(folder, "others"))
	require.NoError(t, err)
	assert.Contains(t, out, "1 actions done")
}

// A day of a spreadsheet that stands for none stops nothing, and names do not command the terminal.
func TestWhatFilesHold(t *testing.T) {
	folder := t.TempDir()
	file, db := filepath.Join(folder, "books.csv"), filepath.Join(folder, "ledger.db")
	text := "id;customer;name;issued;due;amount;currency;kind\nF1;A;Durand;1900-01-01;1900-01-01;100.00;EUR;invoice\nF2;A;Durand;2026-01-05;2026-02-04;50.00;EUR;invoice\nF3;\x1b[31mB;Leroy;2026-01-05;2026-02-04;70.00;EUR;invoice\n"
	require.NoError(t, os.WriteFile(file, []byte(strings.ReplaceAll(text, ";", "\t")), 0o600))
	_, err := ledgerdb(t, "-db", db, "load", "-format", "csv", "-separator", `\t`, file)
	require.NoError(t, err)
	out, err := ledgerdb(t, "-db", db, "run", "-as-of", "2026-03-10")
	require.NoError(t, err)
	assert.Contains(t, out, "2 actions planned")
	out, err = ledgerdb(t, "-db", db, "show", "-as-of", "2026-03-10")
	require.NoError(t, err)
	assert.NotContains(t, out, "\x1b")
	assert.Regexp(t, `total +31-60 +120\.00 EUR +2\ntotal +91\+ +100\.00 EUR +1\n`, out)
}

// What a system put in beside the files is left out; what is encrypted is named.
func TestZipBeside(t *testing.T) {
	make := func(t *testing.T, encrypted bool) string {
		name := filepath.Join(t.TempDir(), "books.zip")
		file, err := os.Create(name)
		require.NoError(t, err)
		w := zip.NewWriter(file)
		for _, entry := range []string{"__MACOSX/._books.csv", ".DS_Store", "books.csv"} {
			header := zip.FileHeader{Name: entry}
			if encrypted && entry == "books.csv" {
				header.Flags |= zipEncrypted
			}
			to, err := w.CreateHeader(&header)
			require.NoError(t, err)
			_, err = io.WriteString(to, books)
			require.NoError(t, err)
		}
		require.NoError(t, w.Close())
		require.NoError(t, file.Close())
		return name
	}
	db, name := filepath.Join(t.TempDir(), "ledger.db"), make(t, false)
	out, err := ledgerdb(t, "-db", db, "load", "-format", "csv", name)
	require.NoError(t, err)
	assert.Contains(t, out, "__MACOSX/._books.csv: left out")
	assert.Contains(t, out, "books.csv: 6 facts")
	out, err = ledgerdb(t, "-db", db, "load", "-format", "csv", name)
	require.NoError(t, err)
	assert.Contains(t, out, "books.csv: this file was loaded before")
	_, err = ledgerdb(t, "-db", db, "load", "-format", "csv", make(t, true))
	require.ErrorContains(t, err, "books.csv: encrypted")
}

func TestZip(t *testing.T) {
	make := func(size int) string {
		name := filepath.Join(t.TempDir(), "books.zip")
		file, err := os.Create(name)
		require.NoError(t, err)
		w := zip.NewWriter(file)
		entry, err := w.Create("books.csv")
		require.NoError(t, err)
		_, err = io.WriteString(entry, books)
		require.NoError(t, err)
		blank := bytes.Repeat([]byte(" "), 1<<16)
		for range size >> 16 {
			_, err = entry.Write(blank)
			require.NoError(t, err)
		}
		require.NoError(t, w.Close())
		require.NoError(t, file.Close())
		return name
	}
	out, err := ledgerdb(t, "-db", filepath.Join(t.TempDir(), "ledger.db"), "load", "-format", "csv", make(0))
	require.NoError(t, err)
	assert.Contains(t, out, "books.csv: 6 facts")
	_, err = ledgerdb(t, "-db", filepath.Join(t.TempDir(), "ledger.db"), "load", "-format", "csv", make(64<<20))
	require.ErrorIs(t, err, receivables.ErrLimit)
	assert.ErrorContains(t, err, "unpacks to far more than it is")
}
