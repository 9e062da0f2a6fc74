// Command ledgerdb keeps the ledger of a seller in a database: SQLite in a file, or PostgreSQL with -dsn. It loads books, invoices and
// bank statements, ages what is open, and writes down what is to be done, so that nothing is lost or done twice when it is killed.
//
//	go run . load -format sample
//	go run . load -format fec 123456789FEC20241231.txt
//	go run . load -format bank statement.xml
//	go run . run -as-of 2026-11-02
//	go run . show -as-of 2026-11-02
//	go run . send -on 2026-11-02 -out letters
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
	"github.com/receivables-go/receivables/examples/internal/plain"
	"github.com/receivables-go/receivables/examples/ledgerdb/store"
	"github.com/receivables-go/receivables/procedure/reminder"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr, nil)
	stop()
	if err != nil {
		for line := range strings.Lines("ledgerdb: " + err.Error()) { // names in it must not command the terminal
			fmt.Fprintln(os.Stderr, plain.Text(strings.TrimSuffix(line, "\n")))
		}
		if errors.Is(err, errUsage) {
			os.Exit(2)
		}
		os.Exit(1)
	}
}

// noSender stands for the customer of money whose sender is not known.
const noSender = "sender not known"

var errUsage = errors.New("wrong command line")

const usage = `usage: ledgerdb [-db FILE | -dsn DSN] COMMAND
  load -format sample|csv|fec|invoice|bank FILE...   facts from files, each file once (a .zip: each file in it; fec: all years, unpacked, in one command)
       csv: -columns -dates -currency                which column is which, layouts of dates, currency of the file
       csv: -separator -decimal -encoding            "," or ";" or \t, "." or ",", utf-8, utf-8-bom or windows-1252
       fec: -terms "30 days"                         payment terms; without them nothing is due
       bank: -confidence low|medium|high|certain     from which on a match is recorded (high); the others are printed, for apply
       invoice: -customer NUMBER                     the customer's number in this ledger; without it, that of the invoice
  items -as-of DAY [-customer NUMBER]                what is open
  apply -from PAYMENT -to INVOICE -on DAY [-far]     sets one against the other (-amount: in part)
  run  -as-of DAY [-home FR] [-far]                  the report of a day and the actions that are due; -far: long after the last fact
  show -as-of DAY                                    the report of a day
  planned                                            the actions that wait for send
  send -on DAY -out FOLDER                           writes a slip for each action that was planned for the day, the last one that was run,
                                                     and notes it as done
  undo -as-of DAY [-sent-on DAY]                     takes back the last run, of a mistyped day for example; what was sent of it is noted for
                                                     the day on which it was`

// run is the program; before is called before each statement, for tests.
func run(ctx context.Context, args []string, out, progress io.Writer, before func(string)) (err error) {
	flags := flag.NewFlagSet("ledgerdb", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	file := flags.String("db", "ledger.db", "file of SQLite")
	dsn := flags.String("dsn", "", "PostgreSQL: postgres://user@host/database")
	err = flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(out, usage)
		return nil
	}
	if err != nil || flags.NArg() == 0 {
		return errors.Join(errUsage, err, errors.New(usage))
	}
	command := map[string]func(context.Context, *store.Store, *flag.FlagSet, []string, io.Writer, io.Writer) error{
		"load": load, "run": runDay, "show": show, "send": send, "undo": undo, "items": items, "planned": planned, "apply": apply,
	}[flags.Arg(0)]
	if command == nil {
		return errors.Join(errUsage, fmt.Errorf("no command %q", flags.Arg(0)), errors.New(usage))
	}
	given := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	if given["dsn"] && (given["db"] || *dsn == "") {
		return errors.Join(errUsage, errors.New("-dsn names a PostgreSQL, and -db is for SQLite: give one of them"))
	}
	var db *store.Store
	if given["dsn"] {
		db, err = store.OpenPostgreSQL(ctx, *dsn, before)
	} else {
		db, err = store.OpenSQLite(ctx, *file, flags.Arg(0) == "load", before)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("no ledger is there, load makes one: %w", err)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	sub := flag.NewFlagSet(flags.Arg(0), flag.ContinueOnError)
	sub.SetOutput(io.Discard)
	err = command(ctx, db, sub, flags.Args()[1:], out, progress)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(out, usage)
		return nil
	}
	return err
}

// parse reads the flags of a command, which takes so many files.
func parse(flags *flag.FlagSet, args []string, files int) error {
	if err := flags.Parse(args); err != nil {
		return errors.Join(errUsage, err)
	}
	if flags.NArg() > files {
		return errors.Join(errUsage, fmt.Errorf("%s: %q is too much", flags.Name(), flags.Arg(files)))
	}
	return nil
}

// parseDay reads the flags of a command that takes no files, and returns the one of them that is a day and must be given.
func parseDay(flags *flag.FlagSet, args []string, name string) (date.Date, error) {
	if err := parse(flags, args, 0); err != nil {
		return 0, err
	}
	return dayFlag(name, flags.Lookup(name).Value.String())
}

// dayFlag is a flag that must be given.
func dayFlag(name, text string) (date.Date, error) {
	if text == "" {
		return 0, errors.Join(errUsage, fmt.Errorf("-%s is needed", name))
	}
	day, err := receivables.ParseDate(text)
	if err != nil {
		return 0, errors.Join(errUsage, fmt.Errorf("-%s: %w", name, err))
	}
	return day, nil
}

// farDays after the last fact a day is rather mistyped: what is sent for it cannot be taken back.
const farDays = 180

// notFar refuses such a day, unless it is said to be right.
func notFar(ctx context.Context, db *store.Store, day date.Date, far bool) error {
	last, err := db.LastDay(ctx)
	if err != nil {
		return err
	}
	if days := receivables.DaysBetween(last, day); last != 0 && days > farDays && !far {
		return fmt.Errorf("the last document is of %s, %d days before %s: if that is the day, say -far: %w", last, days, day, receivables.ErrConflict)
	}
	return nil
}

func runDay(ctx context.Context, db *store.Store, flags *flag.FlagSet, args []string, out, progress io.Writer) error {
	flags.String("as-of", "", "day of the report")
	home := flags.String("home", "FR", "country of the seller")
	far := flags.Bool("far", false, "the day is far after the last fact")
	asOf, err := parseDay(flags, args, "as-of")
	if err != nil {
		return err
	}
	if err := notFar(ctx, db, asOf, *far); err != nil {
		return err
	}
	calendar, err := receivables.FrenchCalendar(receivables.ZoneMetropole)
	if err != nil {
		return err
	}
	if len(*home) != 2 || strings.ToUpper(*home) != *home {
		return errors.Join(errUsage, fmt.Errorf("-home %q: two letters such as FR", *home))
	}
	policy := reminder.DefaultPolicy(*home)
	policy.Name += " of " + *home
	policy.Missed = reminder.Jump // what was done before this database is not known
	planner, err := reminder.New(policy, calendar)
	if err != nil {
		return err
	}
	summary, err := db.Run(ctx, asOf, planner, aging.Config{}, func(customers int) { fmt.Fprintf(progress, "\r%d customers", customers) })
	fmt.Fprintln(progress)
	if err != nil {
		return err
	}
	switch {
	case summary.Already:
		fmt.Fprintf(out, "%s was run before, and nothing was recorded since; see show\n", asOf)
	case summary.Past:
		fmt.Fprintf(out, "%s: report made; a later day was run, so no actions are planned (undo takes back a run of a mistyped day)\n", asOf)
	default:
		fmt.Fprintf(out, "%s: %d actions planned\n", asOf, summary.Actions)
	}
	return nil
}

func show(ctx context.Context, db *store.Store, flags *flag.FlagSet, args []string, out, _ io.Writer) error {
	flags.String("as-of", "", "day of the report")
	asOf, err := parseDay(flags, args, "as-of")
	if err != nil {
		return err
	}
	n := 0
	for cell, err := range db.Report(ctx, asOf) {
		if err != nil {
			return err
		}
		who := plain.Text(cell.Customer)
		switch who {
		case "":
			who = "total"
		case "customer ":
			who = noSender
		}
		fmt.Fprintf(out, "%-24s %-10s %16s %s %6d\n", who, cell.Bucket, cell.Amount.Text(), cell.Amount.Currency(), cell.Items)
		n++
	}
	if n == 0 {
		fmt.Fprintf(out, "there is no report of %s\n", asOf)
	}
	return nil
}

func send(ctx context.Context, db *store.Store, flags *flag.FlagSet, args []string, out, _ io.Writer) error {
	flags.String("on", "", "day on which the letters go out: the last one that was run")
	folder := flags.String("out", "letters", "folder for the letters")
	on, err := parseDay(flags, args, "on")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(*folder, 0o700); err != nil {
		return err
	}
	n, err := db.Carry(ctx, on, letters{*folder})
	if err == nil || n > 0 {
		fmt.Fprintf(out, "%d actions done\n", n)
	}
	return err
}

func undo(ctx context.Context, db *store.Store, flags *flag.FlagSet, args []string, out, _ io.Writer) error {
	flags.String("as-of", "", "day of the last run")
	sent := flags.String("sent-on", "", "day on which what was sent of it was sent")
	day, err := parseDay(flags, args, "as-of")
	if err != nil {
		return err
	}
	var sentOn date.Date
	if *sent != "" {
		if sentOn, err = dayFlag("sent-on", *sent); err != nil {
			return err
		}
		if err := notFar(ctx, db, sentOn, false); err != nil {
			return err
		}
	}
	before, err := db.Undo(ctx, day, sentOn)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "the run of %s is taken back\n", day)
	if before != 0 {
		fmt.Fprintf(out, "run %s again: what waited of it was withdrawn\n", before)
	}
	return nil
}

// letters are a folder of letters, one database's. The name of a file is that of its action, so that one that is written again is the same
// file.
type letters struct{ folder string }

func (l letters) name(p store.Planned) string {
	return filepath.Join(l.folder, fmt.Sprintf("action-%06d.txt", p.ID))
}

// text is the letter of an action.
func (l letters) text(p store.Planned) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "Customer %s: %s by %s, planned on %s\n\n", plain.Text(p.Customer), p.Step, p.Channel, p.PlannedOn)
	for _, item := range p.Items {
		document := plain.Text(item.Document)
		if item.Instalment > 0 {
			document = fmt.Sprintf("%s (%d)", document, item.Instalment)
		}
		fmt.Fprintf(&b, "%-28s %16s %s\n", document, item.Amount.Text(), item.Amount.Currency())
	}
	fmt.Fprintf(&b, "%-28s %16s %s\n", "asked", p.Asked.Text(), p.Asked.Currency())
	return b.Bytes()
}

// Out reports whether the letter of an action is written.
func (l letters) Out(p store.Planned) (bool, error) {
	there, err := os.ReadFile(l.name(p))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err == nil && !bytes.Equal(there, l.text(p)):
		return false, fmt.Errorf("%s holds something else, a letter of another database or this one changed: look at it, and give each database a folder of its own with -out: %w", l.name(p), receivables.ErrConflict)
	}
	return err == nil, err
}

// Do writes the letter of an action: it is complete and on the disk, or not there.
func (l letters) Do(p store.Planned) error {
	if out, err := l.Out(p); out || err != nil {
		return err
	}
	folder, err := os.Open(l.folder)
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }() // only synchronised
	name := l.name(p)
	file, err := os.OpenFile(name+".part", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(l.text(p))
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	if err := os.Rename(name+".part", name); err != nil {
		return err
	}
	if err := folder.Sync(); err != nil { // the name is in the folder
		return errors.Join(err, os.Remove(name))
	}
	return nil
}
