// Command batch is a nightly job that embeds the library: it reads a CSV file of documents of any size, and writes the aged balance by
// customer as CSV. It can be begun again at any time: the result appears complete or not at all, and is its owner's to read alone.
//
//	go run ./examples/embed/batch -in books.csv -out aged.csv -as-of 2026-10-31
package main

import (
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
)

// Codes of exit, for the scheduler.
const (
	exitFailed = 1 // try again
	exitInput  = 2 // the command line or the file is wrong: trying again does not help
)

func main() {
	err := run(os.Args[1:], os.Stderr)
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
	case errors.Is(err, receivables.ErrInvalidInput), errors.Is(err, receivables.ErrUnknown), errors.Is(err, receivables.ErrConflict), errors.Is(err, receivables.ErrLimit),
		errors.Is(err, receivables.ErrDuplicate), errors.Is(err, receivables.ErrCurrencyMismatch), errors.Is(err, fs.ErrNotExist):
		fmt.Fprintln(os.Stderr, "batch:", err)
		os.Exit(exitInput)
	default:
		fmt.Fprintln(os.Stderr, "batch:", err)
		os.Exit(exitFailed)
	}
}

func run(args []string, progress io.Writer) error {
	flags := flag.NewFlagSet("batch", flag.ContinueOnError)
	in := flags.String("in", "", "the CSV file of documents")
	out := flags.String("out", "", "the CSV file of the aged balance")
	text := flags.String("as-of", "", "the day of the balance, such as 2026-10-31")
	if err := flags.Parse(args); err != nil {
		return errors.Join(receivables.ErrInvalidInput, err)
	}
	if flags.NArg() > 0 {
		return &receivables.FieldError{Path: "command line", Value: flags.Arg(0), Rule: receivables.RuleExclusive, Detail: "nothing stands after the flags"}
	}
	for _, name := range []string{"in", "out", "as-of"} {
		if f := flags.Lookup(name); f.Value.String() == "" {
			return &receivables.FieldError{Path: "-" + name, Rule: receivables.RuleRequired, Detail: f.Usage}
		}
	}
	asOf, err := receivables.ParseDate(*text)
	if err != nil {
		return fmt.Errorf("-as-of: %w", err)
	}
	file, err := os.Open(*in)
	if err != nil {
		return err
	}
	defer file.Close()
	balances, err := aging.New(asOf, aging.Config{})
	if err != nil {
		return err
	}
	// One row at a time: the memory is that of the customers.
	rows := receivables.ReadCSVItems(file, asOf, receivables.CSVOptions{File: filepath.Base(*in), Progress: func(rows int, bytes int64) {
		fmt.Fprintf(progress, "\r%d rows, %d MiB", rows, bytes>>20)
	}})
	err = balances.AddStream(rows)
	fmt.Fprintln(progress)
	if err != nil {
		return err
	}
	return replace(*out, func(to io.Writer) error { return write(to, balances.Balance(), asOf) })
}

// replace writes a file beside the one of that name and puts it in its place when it is complete.
func replace(name string, write func(io.Writer) error) error {
	file, err := os.CreateTemp(filepath.Dir(name), ".batch-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }() // gone once it has its name
	err = write(file)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), name)
}

func write(to io.Writer, balance *aging.Balance, asOf date.Date) error {
	w := csv.NewWriter(to)
	heads := append([]string{"as_of", "customer", "currency"}, balance.Scheme().Names()...)
	if err := w.Write(append(heads, "undated", "unapplied", "total", "items")); err != nil {
		return err
	}
	for line := range balance.Lines() {
		row := []string{asOf.String(), cell(line.Group()[0]), line.Currency().Code()}
		for _, c := range append(line.Columns(), line.Undated(), line.Unapplied(), line.Total()) {
			row = append(row, c.Amount.Text())
		}
		if err := w.Write(append(row, strconv.Itoa(line.Total().Items))); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// cell keeps a spreadsheet from taking a text for a formula.
func cell(text string) string {
	if strings.IndexAny(text, "=+-@\t\r\n") == 0 {
		return "'" + text
	}
	return text
}
