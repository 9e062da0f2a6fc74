// Command dashboard shows the receivables of a seller as web pages: aged balance, DSO, disputes, work list, reminder calendar and court
// docket, with the working of every figure one click away. The pages are made on the server, without script, and ask for nothing from
// elsewhere.
//
//	go run .                                   the sample
//	go run . -db ../ledgerdb/ledger.db -as-of 2026-10-31 -seller "Ateliers du Morvan SAS"
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/examples/internal/sample"
	"github.com/receivables-go/receivables/examples/ledgerdb/store"
	"github.com/receivables-go/receivables/procedure/reminder"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "dashboard:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("dashboard", flag.ContinueOnError)
	listen := flags.String("listen", "127.0.0.1:8080", "address to listen on; only this machine can reach the default")
	var from source
	flags.StringVar(&from.file, "db", "", "ledger of examples/ledgerdb: the file of SQLite; without one, and without -dsn, the sample")
	flags.StringVar(&from.dsn, "dsn", "", "ledger of examples/ledgerdb: PostgreSQL, postgres://user@host/database")
	hosts := flags.String("host", "", "names under which the pages are asked for besides those of this machine, separated by commas; needed with -listen on another address")
	asOf := flags.String("as-of", "", "day of the pages; needed with -db")
	seller := flags.String("seller", "", "name of the seller")
	flags.SetOutput(out)
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("%q is too much: a ledger is named by -db or -dsn", flags.Arg(0))
	}
	if from.file != "" && from.dsn != "" {
		return errors.New("-dsn names a PostgreSQL, and -db is for SQLite: give one of them")
	}
	var names []string
	if *hosts != "" {
		names = strings.Split(*hosts, ",")
	}
	if name, _, err := net.SplitHostPort(*listen); err != nil {
		return fmt.Errorf("-listen: %w", err)
	} else if ip := net.ParseIP(name); len(names) == 0 && name != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("-listen %s: the pages are answered to names that are known only: give those of this address with -host", *listen)
	}
	b, err := open(ctx, from, *asOf, *seller)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "http://%s/\n", listener.Addr())
	return serve(ctx, listener, newSite(b, names...))
}

// source names a database; the sample if none.
type source struct{ file, dsn string }

// open reads the ledger.
func open(ctx context.Context, from source, day, seller string) (*book, error) {
	if from == (source{}) {
		ledger, err := sample.Ledger(1)
		if err != nil {
			return nil, err
		}
		asOf := sample.AsOf()
		if day != "" {
			if asOf, err = receivables.ParseDate(day); err != nil {
				return nil, err
			}
		}
		if seller == "" {
			seller = sample.Seller
		}
		return newBook(ledger, seller, asOf, reminder.Past{})
	}
	if day == "" {
		return nil, errors.New("-as-of is needed with -db and -dsn")
	}
	var asOf date.Date
	asOf, err := receivables.ParseDate(day)
	if err != nil {
		return nil, fmt.Errorf("-as-of: %w", err)
	}
	var s *store.Store
	if from.dsn != "" {
		s, err = store.OpenPostgreSQL(ctx, from.dsn, nil)
	} else {
		s, err = store.OpenSQLite(ctx, from.file, false, nil)
	}
	if err != nil {
		return nil, err
	}
	ledger, err := s.Ledger(ctx)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	actions, err := s.Actions(ctx)
	if err = errors.Join(err, s.Close()); err != nil {
		return nil, err
	}
	return newBook(ledger, seller, asOf, reminder.Past{Actions: actions})
}

// serve answers until the context ends, with limits on time and size.
func serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: time.Minute,
		MaxHeaderBytes: 16 << 10,
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		// The context is over: what is being written has a few seconds of its own.
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		return server.Shutdown(ending)
	}
}
