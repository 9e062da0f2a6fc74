// Command xlsx writes the aged balance, the work list and a statement of claim as an Excel workbook, with formats and frozen headings.
//
//	go run . -out report.xlsx                       the sample
//	go run . -out report.xlsx -customer C003        and the claim on that customer
//	go run . -in testdata/books.csv -as-of 2026-10-31        a CSV file whose headings are the keys of the library
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/examples/internal/sample"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "xlsx:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("xlsx", flag.ContinueOnError)
	in := flags.String("in", "", "CSV file of documents; without one, the sample")
	text := flags.String("as-of", "", "day of the report; needed with -in")
	currency := flags.String("currency", "", "currency of a file without such a column")
	name := flags.String("out", "report.xlsx", "workbook to write")
	customer := flags.String("customer", "", "customer of the statement of claim; empty: the one who owes most interest")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("%q is too much: a file is named by -in", flags.Arg(0))
	}
	ledger, asOf, err := read(*in, *text, *currency)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(*name), ".xlsx-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }() // gone once it has its name
	err = writeBook(file, ledger, asOf, *customer)
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	if err := os.Rename(file.Name(), *name); err != nil {
		return err
	}
	fmt.Fprintln(out, *name)
	return nil
}

func read(name, day, code string) (*receivables.Ledger, date.Date, error) {
	asOf := sample.AsOf()
	if name != "" && day == "" {
		return nil, 0, errors.New("-as-of is needed with -in")
	}
	if day != "" {
		var err error
		if asOf, err = receivables.ParseDate(day); err != nil {
			return nil, 0, fmt.Errorf("-as-of: %w", err)
		}
	}
	if name == "" {
		ledger, err := sample.Ledger(1)
		return ledger, asOf, err
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, 0, err
	}
	defer file.Close()
	options := receivables.CSVOptions{File: filepath.Base(name)}
	if code != "" {
		if options.Currency, err = receivables.ParseCurrency(code); err != nil {
			return nil, 0, fmt.Errorf("-currency: %w", err)
		}
	}
	result, err := receivables.ReadCSV(file, options)
	if err != nil {
		return nil, 0, err
	}
	return result.Ledger, asOf, nil
}
