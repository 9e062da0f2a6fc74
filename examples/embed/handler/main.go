// Command handler is an HTTP backend that embeds the library: late-payment interest of a claim, and the aged balance of a CSV file, as
// JSON. It is one file to begin from: limits on size and time, errors with place, value and rule, nothing kept between requests.
//
//	go run ./examples/embed/handler
//	curl -d '{"principal":{"amount":"1200.00","currency":"EUR"},"due":"2026-01-31","paid":"2026-03-15","regime":"fr.b2b"}' http://127.0.0.1:8080/interest
//	curl --data-binary @books.csv 'http://127.0.0.1:8080/aging?as_of=2026-10-31'
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"mime"
	"net/http"
	"os"
	"os/signal"
	"time"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
	"github.com/receivables-go/receivables/penalties"
)

const (
	maxJSON   = 64 << 10
	maxCSV    = 32 << 20
	maxAtOnce = 4 // requests that are computed at one time; others wait, then are told to come again
	timeLimit = 20 * time.Second
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	handler, err := newHandler()
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{
		Addr: "127.0.0.1:8080", Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: timeLimit, WriteTimeout: timeLimit + 5*time.Second,
		IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
	}
	ended := make(chan error, 1)
	go func() {
		<-ctx.Done()
		ending, cancel := context.WithTimeout(context.Background(), timeLimit)
		defer cancel()
		ended <- server.Shutdown(ending)
	}()
	log.Print("http://", server.Addr)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
	if err := <-ended; err != nil { // what is being answered has its time
		log.Print(err)
	}
}

// newHandler loads the law once: it is immutable and safe for every request at the same time.
func newHandler() (http.Handler, error) {
	law, err := penalties.Standard()
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /interest", func(w http.ResponseWriter, r *http.Request) {
		answer(w, r, maxJSON, "application/json", interestOf(law))
	})
	mux.HandleFunc("POST /aging", func(w http.ResponseWriter, r *http.Request) { answer(w, r, maxCSV, "text/csv", agingOf) })
	return http.TimeoutHandler(limited(mux), timeLimit, `{"error":"time is over"}`), nil
}

// limited lets so many requests compute at one time.
func limited(next http.Handler) http.Handler {
	slots := make(chan struct{}, maxAtOnce)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case slots <- struct{}{}:
			defer func() { <-slots }()
			next.ServeHTTP(w, r)
		case <-r.Context().Done():
		case <-time.After(5 * time.Second):
			w.Header().Set("Retry-After", "5")
			http.Error(w, "busy", http.StatusServiceUnavailable)
		}
	})
}

// problem is what a client learns of an error: what the library says of place, value and rule, and nothing of the server.
type problem struct {
	Error  string `json:"error"`
	Code   string `json:"code,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column string `json:"column,omitempty"`
}

// answer reads a request of one kind and size, computes, and writes JSON.
func answer(w http.ResponseWriter, r *http.Request, most int64, kind string, compute func(*http.Request, io.Reader) (any, error)) {
	write := func(code int, body any) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.WriteHeader(code)
		if err := json.NewEncoder(w).Encode(body); err != nil {
			log.Print(err) // the client went away
		}
	}
	if encoding := r.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" { // a small body could unpack to a huge one
		write(http.StatusUnsupportedMediaType, problem{Error: "send the body as it is, not compressed"})
		return
	}
	if given := r.Header.Get("Content-Type"); given != "" {
		if media, _, err := mime.ParseMediaType(given); err != nil || media != kind && media != "application/x-www-form-urlencoded" { // what curl -d says
			write(http.StatusUnsupportedMediaType, problem{Error: "Content-Type " + kind + " is needed"})
			return
		}
	}
	body, err := compute(r, http.MaxBytesReader(w, r.Body, most))
	var large *http.MaxBytesError
	var row *receivables.RowError
	switch {
	case err == nil:
		write(http.StatusOK, body)
	case errors.As(err, &large):
		write(http.StatusRequestEntityTooLarge, problem{Error: fmt.Sprintf("more than %d bytes", most)})
	case errors.As(err, &row):
		write(http.StatusUnprocessableEntity, problem{Error: row.Message(), Code: row.Code(), Line: row.Line, Column: row.Column})
	case errors.Is(err, receivables.ErrNoCoverage), errors.Is(err, receivables.ErrInvalidInput), errors.Is(err, receivables.ErrUnknown), errors.Is(err, receivables.ErrConflict),
		errors.Is(err, receivables.ErrCurrencyMismatch), errors.Is(err, receivables.ErrLimit):
		var field *receivables.FieldError
		p := problem{Error: err.Error()}
		if errors.As(err, &field) {
			p.Code, p.Column = string(field.Rule), field.Path
		}
		write(http.StatusUnprocessableEntity, p)
	default:
		log.Print(err)
		write(http.StatusInternalServerError, problem{Error: "the server failed"})
	}
}

// claim is the body of a request for interest.
type claim struct {
	Principal receivables.Money `json:"principal"`
	Due       string            `json:"due"`
	Paid      string            `json:"paid"`
	Regime    string            `json:"regime"`
}

// interestOf computes the interest of a claim through the day it was paid.
func interestOf(law *penalties.Law) func(*http.Request, io.Reader) (any, error) {
	return func(_ *http.Request, body io.Reader) (any, error) {
		var c claim
		decoder := json.NewDecoder(body)
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&c); err != nil {
			var large *http.MaxBytesError
			if errors.As(err, &large) {
				return nil, err
			}
			return nil, &receivables.FieldError{Path: "body", Rule: receivables.RuleSyntax, Detail: err.Error()}
		}
		due, err := receivables.ParseDate(c.Due)
		if err != nil {
			return nil, fmt.Errorf("due: %w", err)
		}
		paid, err := receivables.ParseDate(c.Paid)
		if err != nil {
			return nil, fmt.Errorf("paid: %w", err)
		}
		calculator, err := penalties.New(law, penalties.Config{Regime: c.Regime})
		if err != nil {
			return nil, err
		}
		accrual, err := calculator.Accrue(penalties.Claim{Principal: c.Principal, DueOn: due}, paid)
		if err != nil {
			return nil, err
		}
		return accrual, nil
	}
}

// agingOf makes the aged balance of a CSV file, row by row: the memory is that of the customers, not of the file.
func agingOf(r *http.Request, body io.Reader) (any, error) {
	asOf, err := receivables.ParseDate(r.URL.Query().Get("as_of"))
	if err != nil {
		return nil, fmt.Errorf("as_of: %w", err)
	}
	balances, err := aging.New(asOf, aging.Config{})
	if err != nil {
		return nil, err
	}
	if err := balances.AddStream(receivables.ReadCSVItems(body, asOf, receivables.CSVOptions{File: "body"})); err != nil {
		return nil, err
	}
	type column struct {
		Name   string            `json:"name"`
		Amount receivables.Money `json:"amount"`
		Items  int               `json:"items"`
	}
	type line struct {
		Customer string            `json:"customer"`
		Columns  []column          `json:"columns"`
		Total    receivables.Money `json:"total"`
		Overdue  receivables.Money `json:"overdue"`
	}
	lines := []line{}
	balance := balances.Balance()
	for l := range balance.Lines() {
		x := line{Customer: l.Group()[0], Total: l.Total().Amount, Overdue: l.Overdue()}
		for i, name := range balance.Scheme().Names() {
			x.Columns = append(x.Columns, column{name, l.Column(i).Amount, l.Column(i).Items})
		}
		lines = append(lines, x)
	}
	return map[string]any{"as_of": asOf.String(), "customers": lines}, nil
}
