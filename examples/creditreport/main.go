// Creditreport prints the credit report of a company: the aged balance of its
// customers with its proof, its movement and the health of the ledger.
//
// Without flags it runs on an invented sample. With -in it reads a CSV file of
// documents, one a line:
//
//	go run ./examples/creditreport -in invoices.csv -as-of 2026-10-31 \
//	    -columns "id=Number,customer=Account,issued=Date,due=Due,amount=Total" \
//	    -dates 02/01/2006 -currency EUR
//
// It is a thin layer: every figure comes from one call into the library.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
	"github.com/receivables-go/receivables/examples/internal/sample"
	"github.com/receivables-go/receivables/penalties"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// Exit codes.
const (
	exitOK    = 0
	exitData  = 1
	exitUsage = 2
)

// run is the program without its process. Nothing is written to stdout unless
// the whole report could be made.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := parseFlags(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return exitOK
	}
	if err != nil {
		fmt.Fprintln(stderr, "creditreport:", err)
		return exitUsage
	}
	var out bytes.Buffer
	if err := o.report(stdin, &out); err != nil {
		fmt.Fprintln(stderr, "creditreport:", err)
		return exitData
	}
	if _, err := out.WriteTo(stdout); err != nil {
		fmt.Fprintln(stderr, "creditreport:", err)
		return exitData
	}
	return exitOK
}

// options are the flags once they are understood.
type options struct {
	in     string
	csv    receivables.CSVOptions
	asOf   date.Date
	aging  aging.Config
	regime string
	format string
	// forFile lists the flags given that say how a file is read.
	forFile []string
}

// parseFlags reads the command line.
func parseFlags(args []string, stderr io.Writer) (*options, error) {
	o := &options{}
	flags := flag.NewFlagSet("creditreport", flag.ContinueOnError)
	flags.SetOutput(stderr)
	strict := true
	var scheme, buckets string
	flags.StringVar(&o.in, "in", "", "CSV `file` of documents, - for standard input; default: an invented sample")
	flags.Usage = func() {} // a mistake is told in one line, -h shows all
	flags.Func("columns", "which column is which: `key=name,...`; keys: "+keyList(), o.setColumns)
	flags.Func("dates", "one or several date `layouts`, as 2006-01-02, 2/1/2006, 02-Jan-06; default 2006-01-02", func(v string) error {
		o.csv.DateLayouts = append(o.csv.DateLayouts, strings.Split(v, ",")...)
		return receivables.CheckDateLayouts(o.csv.DateLayouts...)
	})
	flags.Func("as-of", "`day` of the report, 2006-01-02; needed with -in", func(v string) (err error) {
		o.asOf, err = receivables.ParseDate(v)
		return err
	})
	flags.Func("currency", "ISO 4217 `code` of a file without currency column", func(v string) (err error) {
		o.csv.Currency, err = receivables.ParseCurrency(v)
		return err
	})
	flags.StringVar(&buckets, "buckets", "", "upper `bounds` of the columns in days late, as 30,60,90")
	flags.StringVar(&scheme, "scheme", "", "`name` of a preset scheme: "+presetList())
	flags.Func("credits", "`how` credits are shown: separate, own-date or oldest-first (default separate)", o.setCredits)
	flags.StringVar(&o.regime, "regime", "", "late-payment `regime` of the seller's claims, as fr.b2b; default: none for a file, fr.b2b for the sample")
	flags.StringVar(&o.format, "format", "text", "text, json or html")
	flags.BoolVar(&strict, "strict", true, "stop at the first bad row; false: list bad rows in the report")
	flags.Func("lost", "what the settled day of a lost dispute means: written-off or open (default written-off)", o.setLost)
	flags.Func("encoding", "utf-8, utf-8-bom or windows-1252 (default utf-8)", o.setEncoding)
	flags.Func("separator", "`character` between the fields (default a comma)", o.setSeparator)
	flags.Func("decimal", "`character` before the decimals of amounts: . or , (default a point)", o.setDecimal)
	flags.Func("end-of-month", "what terms such as \"45 days end of month\" mean: days-first or month-first", o.setEndOfMonth)
	flags.SetOutput(io.Discard) // the caller says what is wrong
	err := flags.Parse(args)
	flags.SetOutput(stderr)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(stderr, "usage: creditreport [flags]; every flag has its default")
		flags.PrintDefaults()
	}
	if err != nil {
		return nil, err
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if !strict {
		o.csv.BadRows = receivables.BadRowsCollect
	}
	if err := o.setScheme(scheme, buckets); err != nil {
		return nil, err
	}
	if o.format != "text" && o.format != "json" && o.format != "html" {
		return nil, fmt.Errorf("-format %q: want text, json or html", o.format)
	}
	flags.Visit(func(f *flag.Flag) {
		switch f.Name {
		case "as-of", "scheme", "buckets", "credits", "format", "regime":
		default:
			o.forFile = append(o.forFile, "-"+f.Name)
		}
	})
	switch {
	case o.in == "" && len(o.forFile) > 0:
		return nil, fmt.Errorf("%s without a file: name it with -in", strings.Join(o.forFile, ", "))
	case o.in != "" && o.asOf == 0:
		return nil, errors.New("-as-of is needed with -in: there is no clock")
	case o.asOf == 0:
		o.asOf = sample.AsOf()
	}
	if o.in == "" && o.regime == "" {
		o.regime = "fr.b2b"
	}
	if o.regime != "" {
		law, err := penalties.Standard()
		if err != nil {
			return nil, err
		}
		if _, err := law.Regime(o.regime); err != nil {
			return nil, err
		}
	}
	return o, nil
}

func keyList() string {
	var keys []string
	for _, k := range receivables.CSVKeys() {
		keys = append(keys, string(k))
	}
	return strings.Join(keys, " ")
}

func presetList() string {
	var names []string
	for _, s := range aging.Presets() {
		names = append(names, s.Name)
	}
	return strings.Join(names, " ")
}

func (o *options) setColumns(value string) error {
	o.csv.Columns = map[receivables.CSVKey]string{}
	for pair := range strings.SplitSeq(value, ",") {
		key, name, ok := strings.Cut(pair, "=")
		key = strings.TrimSpace(key)
		if !ok || key == "" || name == "" {
			return fmt.Errorf("%q: want key=name", pair)
		}
		if _, twice := o.csv.Columns[receivables.CSVKey(key)]; twice {
			return fmt.Errorf("key %q is given twice", key)
		}
		o.csv.Columns[receivables.CSVKey(key)] = strings.TrimSpace(name)
	}
	return nil
}

func (o *options) setCredits(value string) error {
	switch value {
	case "separate":
		o.aging.Credits = aging.CreditsSeparate
	case "own-date":
		o.aging.Credits = aging.CreditsAtOwnDate
	case "oldest-first":
		o.aging.Credits = aging.CreditsOldestFirst
	default:
		return errors.New("want separate, own-date or oldest-first")
	}
	return nil
}

func (o *options) setLost(value string) error {
	switch value {
	case "written-off":
		o.csv.Lost = receivables.LostWrittenOff
	case "open":
		o.csv.Lost = receivables.LostStaysOpen
	default:
		return errors.New("want written-off or open")
	}
	return nil
}

func (o *options) setEncoding(value string) error {
	switch value {
	case "utf-8":
		o.csv.Encoding = receivables.EncodingUTF8
	case "utf-8-bom":
		o.csv.Encoding = receivables.EncodingUTF8BOM
	case "windows-1252":
		o.csv.Encoding = receivables.EncodingWindows1252
	default:
		return errors.New("want utf-8, utf-8-bom or windows-1252")
	}
	return nil
}

func (o *options) setDecimal(value string) error {
	if value != "." && value != "," {
		return errors.New("want . or ,")
	}
	o.csv.DecimalComma = value == ","
	return nil
}

func (o *options) setEndOfMonth(value string) error {
	switch value {
	case "days-first":
		o.csv.EndOfMonth = receivables.DaysFirst
	case "month-first":
		o.csv.EndOfMonth = receivables.MonthFirst
	default:
		return errors.New("want days-first or month-first")
	}
	return nil
}

func (o *options) setSeparator(value string) error {
	if value == `\t` {
		value = "\t"
	}
	r, size := utf8.DecodeRuneInString(value)
	if size != len(value) || size == 0 || r == '"' || r == '\r' || r == '\n' || r == utf8.RuneError {
		return errors.New("want a single character, other than a quote or a line end")
	}
	o.csv.Comma = r
	return nil
}

func (o *options) setScheme(name, buckets string) (err error) {
	switch {
	case name != "" && buckets != "":
		return errors.New("give -scheme or -buckets, not both")
	case name != "":
		o.aging.Scheme, err = aging.Preset(name)
	case buckets != "":
		var bounds []int
		for text := range strings.SplitSeq(buckets, ",") {
			n, err := strconv.Atoi(strings.TrimSpace(text))
			if err != nil {
				return fmt.Errorf("-buckets %q: want whole days such as 30,60,90", buckets)
			}
			bounds = append(bounds, n)
		}
		o.aging.Scheme, err = aging.DayScheme(bounds...)
	default:
		o.aging.Scheme = aging.Default()
	}
	return err
}

// report reads the input, computes the report and writes it.
func (o *options) report(stdin io.Reader, out io.Writer) error {
	data, err := o.read(stdin)
	if err != nil {
		return err
	}
	r, err := compute(data, o.asOf, o.aging, o.regime)
	if err != nil {
		return err
	}
	switch o.format {
	case "json":
		return writeJSON(out, r)
	case "html":
		return writeHTML(out, r)
	}
	return writeText(out, r)
}

// input is a ledger and where it came from.
type input struct {
	title    string
	ledger   *receivables.Ledger
	source   source
	problems []*receivables.RowError
	// undatedPayments says that the file does not say when anything was paid.
	undatedPayments bool
}

// read returns the sample or the file.
func (o *options) read(stdin io.Reader) (*input, error) {
	if o.in == "" {
		ledger, err := sample.Ledger(1)
		return &input{title: sample.Seller, ledger: ledger, source: source{Name: "sample"}}, err
	}
	file, name := stdin, "standard input"
	if o.in != "-" {
		f, err := os.Open(o.in)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		file, name = f, o.in
	}
	sum := sha256.New()
	o.csv.File = name
	read, err := receivables.ReadCSV(io.TeeReader(file, sum), o.csv)
	if err != nil {
		return nil, err
	}
	rows := read.Rows
	_, settled := o.csv.Columns[receivables.CSVSettled]
	_, kinds := o.csv.Columns[receivables.CSVKind]
	return &input{
		title: filepath.Base(name), ledger: read.Ledger, problems: read.Problems,
		undatedPayments: o.csv.Columns != nil && !settled && !kinds,
		source:          source{Name: name, Rows: &rows, SHA256: hex.EncodeToString(sum.Sum(nil))},
	}, nil
}
