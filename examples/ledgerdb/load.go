package main

import (
	"archive/zip"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"math"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/examples/internal/plain"
	"github.com/receivables-go/receivables/examples/internal/sample"
	"github.com/receivables-go/receivables/examples/ledgerdb/store"
	"github.com/receivables-go/receivables/intake/bank"
	"github.com/receivables-go/receivables/intake/einvoice"
	"github.com/receivables-go/receivables/intake/fec"
	"github.com/receivables-go/receivables/intake/matching"
)

// Limits of what is unpacked: a ZIP archive may say anything of itself.
const (
	maxZipFiles = 1000
	maxZipBytes = 1 << 30 // of all files together
	maxZipRatio = 200
)

// loader reads one file into facts.
type loader struct {
	format                              string
	columns, dates, currency, separator string // of a CSV file
	decimal, encoding                   string
	terms, confidence, customer         string // of books, a bank statement, an invoice
	out, progress                       io.Writer
}

func load(ctx context.Context, db *store.Store, flags *flag.FlagSet, args []string, out, progress io.Writer) error {
	l := &loader{out: out, progress: progress}
	flags.StringVar(&l.format, "format", "", "sample, csv, fec, invoice or bank")
	flags.StringVar(&l.columns, "columns", "", "csv: which column is which, key=name,...")
	flags.StringVar(&l.dates, "dates", "", "csv: layouts of dates")
	flags.StringVar(&l.currency, "currency", "", "csv: currency of a file without such a column")
	flags.StringVar(&l.separator, "separator", ",", "csv: separator")
	flags.StringVar(&l.decimal, "decimal", ".", "csv: decimal point or comma")
	flags.StringVar(&l.encoding, "encoding", "utf-8", "csv: utf-8, utf-8-bom or windows-1252")
	flags.StringVar(&l.terms, "terms", "", `fec: payment terms of all invoices, such as "30 days"`)
	flags.StringVar(&l.customer, "customer", "", "invoice: the customer's number in this ledger")
	flags.StringVar(&l.confidence, "confidence", "high", "bank: least confidence of a match that is recorded: low, medium, high or certain")
	if err := parse(flags, args, math.MaxInt); err != nil {
		return err
	}
	if l.format == "sample" {
		if flags.NArg() > 0 {
			return errors.Join(errUsage, errors.New("the sample is no file"))
		}
		ledger, err := sample.Ledger(1)
		if err != nil {
			return err
		}
		return l.record(ctx, db, []store.Source{{Digest: "sample 1", Name: "sample", Format: l.format}}, ledger.Facts())
	}
	if flags.NArg() == 0 {
		return errors.Join(errUsage, errors.New("a file is needed"))
	}
	if l.format == "fec" {
		return l.books(ctx, db, flags.Args())
	}
	for _, name := range flags.Args() {
		if err := l.file(ctx, db, name); err != nil {
			if errors.Is(err, store.ErrLoaded) {
				l.say("%v", err)
				continue
			}
			return err
		}
	}
	return nil
}

// file loads a file, or each file of a ZIP archive.
func (l *loader) file(ctx context.Context, db *store.Store, name string) error {
	if !strings.EqualFold(filepath.Ext(name), ".zip") {
		return l.one(ctx, db, filepath.Base(name), func() (io.ReadCloser, error) { return os.Open(name) })
	}
	archive, err := zip.OpenReader(name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	defer func() { _ = archive.Close() }() // only read
	if len(archive.File) == 0 {
		return fmt.Errorf("%s: holds no file: %w", name, receivables.ErrInvalidInput)
	}
	if len(archive.File) > maxZipFiles {
		return fmt.Errorf("%s: %d files, more than %d: %w", name, len(archive.File), maxZipFiles, receivables.ErrLimit)
	}
	left := int64(maxZipBytes) // of the whole archive
	for _, entry := range archive.File {
		inside := strings.ReplaceAll(entry.Name, `\`, "/") // as some systems write it
		base := path.Base(inside)
		switch {
		case strings.HasSuffix(inside, "/"):
			continue
		case strings.HasPrefix(inside, "__MACOSX/"), strings.HasPrefix(base, "."), base == "Thumbs.db", base == "desktop.ini":
			l.say("%s: left out, a file of the system that packed it", entry.Name)
			continue
		case entry.Flags&zipEncrypted != 0:
			return fmt.Errorf("%s: %s: encrypted: unpack it first: %w", name, plain.Text(entry.Name), receivables.ErrInvalidInput)
		}
		most := min(left, int64(min(entry.CompressedSize64, maxZipBytes))*maxZipRatio+1<<16)
		left -= int64(min(entry.UncompressedSize64, maxZipBytes))
		err := l.one(ctx, db, entry.Name, func() (io.ReadCloser, error) { return unpack(entry, most) })
		switch {
		case errors.Is(err, store.ErrLoaded):
			l.say("%v", err)
		case err != nil: // the files before it are loaded, and known when it is begun again
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// zipEncrypted is the flag of an entry that needs a password.
const zipEncrypted = 1

// unpack opens a file of an archive, and ends it where it grows beyond a limit, whatever its header says.
func unpack(entry *zip.File, most int64) (io.ReadCloser, error) {
	from, err := entry.Open()
	if err != nil {
		return nil, err
	}
	return &limitedFile{ReadCloser: from, left: most}, nil
}

type limitedFile struct {
	io.ReadCloser
	left int64
}

func (f *limitedFile) Read(p []byte) (int, error) {
	n, err := f.ReadCloser.Read(p)
	if f.left -= int64(n); f.left < 0 {
		return 0, fmt.Errorf("unpacks to far more than it is, or than is left of %d MiB for an archive: %w", maxZipBytes>>20, receivables.ErrLimit)
	}
	return n, err
}

// one loads one file, which is read twice: once for its digest.
func (l *loader) one(ctx context.Context, db *store.Store, name string, open func() (io.ReadCloser, error)) error {
	digest, err := digestOf(open)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	source := store.Source{Digest: digest, Name: plain.Text(name), Format: l.format}
	if there, _, err := db.Loaded(ctx, source); err != nil || there {
		return errors.Join(err, fmt.Errorf("%s: %w", name, store.ErrLoaded))
	}
	from, err := open()
	if err != nil {
		return err
	}
	defer func() { _ = from.Close() }() // only read
	facts, err := l.facts(ctx, db, name, from)
	if err != nil {
		return err
	}
	return l.record(ctx, db, []store.Source{source}, facts)
}

// books reads the accounting files of all years together: what a later one carries forward is in those before.
func (l *loader) books(ctx context.Context, db *store.Store, names []string) error {
	options := fec.Options{AgainstOpening: true, Progress: l.read("books")}
	if l.terms != "" {
		terms, err := receivables.ParseTerms(l.terms)
		if err != nil {
			return errors.Join(errUsage, err)
		}
		options.DueOn = fec.Due(terms, nil)
	}
	var sources []store.Source
	var files []fec.File
	for _, name := range names {
		digest, err := digestOf(func() (io.ReadCloser, error) { return os.Open(name) })
		if err != nil {
			return err
		}
		source := store.Source{Digest: digest, Name: plain.Text(filepath.Base(name)), Format: "fec"}
		same, other, err := db.Loaded(ctx, source)
		switch {
		case err != nil:
			return err
		case same:
			return fmt.Errorf("%s: %w", name, store.ErrLoaded)
		case other:
			return fmt.Errorf("%s: books were loaded before: load the files of all years in one command, into a new database: %w", name, receivables.ErrConflict)
		}
		file, err := os.Open(name)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }() // only read
		sources, files = append(sources, source), append(files, fec.File{Name: source.Name, From: file})
	}
	result, err := fec.Read(options, files...)
	fmt.Fprintln(l.progress)
	if err != nil {
		return err
	}
	r := result.Report
	fmt.Fprintf(l.out, "%d lines of customers from %s to %s, %d of %d lettering codes linked, %d entries do not balance\n", r.CustomerLines, r.FirstDay, r.LastDay, r.Linked, r.Letterings, r.UnbalancedCount)
	for _, o := range r.Openings {
		l.say("%s: customer %s, account %s: closed with %s, opened with %s", files[o.File].Name, o.Customer, o.Account, o.Closed, o.Opened)
	}
	if l.terms == "" {
		fmt.Fprintln(l.out, `due dates are not known, nothing will be overdue: give -terms, such as -terms "30 days"`)
	}
	return l.record(ctx, db, sources, result.Ledger.Facts())
}

// say prints a line; what comes from files must not command a terminal.
func (l *loader) say(format string, values ...any) {
	fmt.Fprintln(l.out, plain.Text(fmt.Sprintf(format, values...)))
}

func digestOf(open func() (io.ReadCloser, error)) (string, error) {
	from, err := open()
	if err != nil {
		return "", err
	}
	defer func() { _ = from.Close() }() // only read
	sum := sha256.New()
	if _, err := io.Copy(sum, from); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func (l *loader) record(ctx context.Context, db *store.Store, sources []store.Source, facts iter.Seq[receivables.Fact]) error {
	count, name := 0, sources[0].Name
	err := db.Record(ctx, sources, facts, func(n int) {
		count = n
		fmt.Fprintf(l.progress, "\r%s: %d facts written", name, n)
	})
	fmt.Fprintln(l.progress)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	fmt.Fprintf(l.out, "%s: %d facts\n", name, count)
	return nil
}

func (l *loader) read(name string) func(int, int64) {
	name = plain.Text(name)
	return func(rows int, bytes int64) {
		fmt.Fprintf(l.progress, "\r%s: %d rows, %d MiB read", name, rows, bytes>>20)
	}
}

func (l *loader) facts(ctx context.Context, db *store.Store, name string, from io.Reader) (iter.Seq[receivables.Fact], error) {
	switch l.format {
	case "csv":
		options, err := l.csvOptions(name)
		if err != nil {
			return nil, err
		}
		result, err := receivables.ReadCSV(from, options)
		fmt.Fprintln(l.progress)
		if err != nil {
			return nil, err
		}
		for item := range result.Ledger.OpenItems(store.EndOfTime, store.EndOfTime) {
			if line, ok := strings.CutPrefix(item.Document, "line "); ok && strings.Trim(line, "0123456789") == "" {
				return nil, fmt.Errorf("%s: %s has no number, and the rows of another file could not be told from it: a column id is needed: %w", name, item.Document, receivables.ErrInvalidInput)
			}
		}
		return result.Ledger.Facts(), nil
	case "invoice":
		document, err := einvoice.Read(from, einvoice.Options{File: name})
		if err != nil {
			return nil, err
		}
		customer := cmp.Or(l.customer, document.Customer())
		known, err := db.Knows(ctx, customer)
		if err != nil {
			return nil, err
		}
		options := einvoice.FactOptions{Customer: l.customer}
		if known {
			options.Customer = customer // and what is recorded of him stays
		}
		facts, err := document.Facts(options)
		return slices.Values(facts), err
	case "bank":
		return l.statement(ctx, db, name, from)
	}
	return nil, errors.Join(errUsage, fmt.Errorf("-format %q: sample, csv, fec, invoice or bank is needed", l.format))
}

// statement matches the payments of a bank statement with what is open on the day of the last one.
func (l *loader) statement(ctx context.Context, db *store.Store, name string, from io.Reader) (iter.Seq[receivables.Fact], error) {
	least := slices.Index([]string{"low", "medium", "high", "certain"}, l.confidence)
	if least < 0 {
		return nil, errors.Join(errUsage, fmt.Errorf("-confidence %q: low, medium, high or certain", l.confidence))
	}
	result, err := bank.Read(from, bank.Options{File: name, Progress: l.read(name)})
	fmt.Fprintln(l.progress)
	if err != nil {
		return nil, err
	}
	payments := result.Payments()
	if len(payments) == 0 {
		return slices.Values([]receivables.Fact(nil)), nil
	}
	day := payments[0].ReceivedOn
	for _, p := range payments {
		day = max(day, p.ReceivedOn)
	}
	var items []receivables.OpenItem
	var directory matching.Directory
	for ledger, err := range db.Ledgers(ctx) {
		if err != nil {
			return nil, err
		}
		directory.Customers = slices.AppendSeq(directory.Customers, ledger.Customers())
		// What was applied on a later day is not open for this statement.
		items = append(items, store.StillOpen(ledger, slices.Collect(ledger.OpenItems(day, day)))...)
	}
	matched, err := matching.Propose(payments, items, directory)
	if err != nil {
		return nil, err
	}
	for _, m := range matched.Matches {
		l.say("%s %s: %s, %s (%s)", m.Payment.ID, m.Payment.Amount, m.Reason, m.Confidence, m.Evidence)
	}
	for _, u := range matched.Unmatched {
		l.say("%s %s: %s %s", u.Payment.ID, u.Payment.Amount, u.Reason, strings.Join(u.Candidates, " "))
	}
	return slices.Values(matched.Facts(matching.Confidence(least))), nil
}

func (l *loader) csvOptions(name string) (receivables.CSVOptions, error) {
	comma := []rune(l.separator)
	if l.separator == `\t` {
		comma = []rune{'\t'}
	}
	if len(comma) != 1 {
		return receivables.CSVOptions{}, errors.Join(errUsage, fmt.Errorf(`-separator %q: one character, or \t`, l.separator))
	}
	options := receivables.CSVOptions{File: name, Comma: comma[0], Progress: l.read(name)}
	switch l.decimal {
	case ".":
	case ",":
		options.DecimalComma = true
	default:
		return options, errors.Join(errUsage, fmt.Errorf(`-decimal %q: "." or ","`, l.decimal))
	}
	switch l.encoding {
	case "utf-8":
	case "utf-8-bom":
		options.Encoding = receivables.EncodingUTF8BOM
	case "windows-1252":
		options.Encoding = receivables.EncodingWindows1252
	default:
		return options, errors.Join(errUsage, fmt.Errorf("-encoding %q: utf-8, utf-8-bom or windows-1252", l.encoding))
	}
	if l.dates != "" {
		options.DateLayouts = strings.Split(l.dates, ",")
	}
	if l.currency != "" {
		c, err := receivables.ParseCurrency(l.currency)
		if err != nil {
			return options, errors.Join(errUsage, err)
		}
		options.Currency = c
	}
	if l.columns != "" {
		options.Columns = map[receivables.CSVKey]string{}
		for pair := range strings.SplitSeq(l.columns, ",") {
			key, column, ok := strings.Cut(pair, "=")
			if !ok {
				return options, errors.Join(errUsage, fmt.Errorf("-columns %q: key=name is needed", pair))
			}
			options.Columns[receivables.CSVKey(key)] = column
		}
	}
	return options, nil
}
