// Command handler is an HTTP backend that embeds the library: late-payment interest of a claim, and the aged balance of a CSV file, as
// JSON. It is one file to begin from: limits on size and time, errors with place, value and rule, nothing kept between requests.
//
//	go run ./examples/embed/handler
//	curl -d '{"principal":{"amount":"1200.00","currency":"EUR"},"due":"2026-01-31","paid":"2026-03-15","regime":"fr.b2b"}' http://127.0.0.1:8080/interest
//	curl --data-binary @books.csv 'http://127.0.0.1:8080/aging?as_of=2026-10-31'
package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"log"
	"mime"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"reflect"
	"time"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
	"github.com/receivables-go/receivables/penalties"
)

const (
	maxJSON      = 64 << 10
	maxCSV       = 8 << 20
	maxCustomers = 20_000 // of a CSV file: the memory of a balance is that of its customers
	maxReceived  = 32     // CSV files that are read at one time, and
	maxSmall     = 512    // requests of JSON; others are told to come again
	maxComputed  = 4      // requests that are computed at one time; others wait
	timeLimit    = 20 * time.Second
)

func main() {
	address := flag.String("listen", "127.0.0.1:8080", "address")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	handler, err := newHandler()
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{
		Addr: *address, Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: timeLimit, WriteTimeout: timeLimit + 5*time.Second,
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
	computed := make(chan struct{}, maxComputed)
	services := map[string]*service{
		"/interest": {kind: "application/json", most: maxJSON, compute: interestOf(law), received: make(chan struct{}, maxSmall), computed: computed},
		"/aging":    {kind: "text/csv", most: maxCSV, compute: agingOf, received: make(chan struct{}, maxReceived), computed: computed},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := services[r.URL.Path]
		switch {
		case s == nil:
			write(w, http.StatusNotFound, problem{Error: "nothing is here"})
		case r.Method != http.MethodPost:
			w.Header().Set("Allow", http.MethodPost)
			write(w, http.StatusMethodNotAllowed, problem{Error: "POST is needed"})
		default:
			s.answer(w, r)
		}
	}), nil
}

// service answers the requests of one path, and bounds what all of them together may take. A body is read before the request computes, so
// that slow senders keep no place of those that compute.
type service struct {
	kind               string // of the body
	most               int64  // bytes of it
	compute            compute
	received, computed chan struct{}
}

// problem is what a client learns of an error: what the library says of place, value and rule, and nothing of the server.
type problem struct {
	Error string `json:"error"`
	Code  string `json:"code,omitempty"`
	Line  int    `json:"line,omitempty"`
	Field string `json:"field,omitempty"` // or column
	Value string `json:"value,omitempty"`
}

// compute makes the answer to a body; it ends early with the error of the context.
type compute func(ctx context.Context, query url.Values, body []byte) (any, error)

// problemOf says what a client may know of an error.
func problemOf(err error) problem {
	p := problem{Error: err.Error()}
	var row *receivables.RowError
	var field *receivables.FieldError
	switch {
	case errors.As(err, &field):
		p.Code, p.Field, p.Value = string(field.Rule), field.Path, field.Value
	case errors.Is(err, receivables.ErrNoCoverage):
		p.Code = "coverage"
	case errors.Is(err, receivables.ErrLimit):
		p.Code = string(receivables.RuleLimit)
	}
	if errors.As(err, &row) {
		p.Error, p.Code, p.Line, p.Field = row.Message(), row.Code(), row.Line, row.Column
	}
	if r := []rune(p.Value); len(r) > 100 {
		p.Value = string(r[:100]) + "…"
	}
	return p
}

// answer reads a request, computes, and writes JSON.
func (s *service) answer(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), timeLimit)
	defer cancel()
	body, code, err := s.result(ctx, w, r)
	switch {
	case code == http.StatusInternalServerError:
		log.Print(err)
		body = problem{Error: "the server failed"}
	case err != nil:
		body = problemOf(err)
	}
	if code == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
	}
	write(w, code, body)
}

func write(w http.ResponseWriter, code int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(code)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		log.Print(err) // the client went away
	}
}

// Errors of the backend itself.
var (
	errKind = errors.New("this kind of body is not read")
	errBusy = errors.New("busy: come again")
	errTime = errors.New("time is over")
)

// result is the answer with its code, or an error with its code.
func (s *service) result(ctx context.Context, w http.ResponseWriter, r *http.Request) (any, int, error) {
	if encoding := r.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" { // a small body could unpack to a huge one
		return nil, http.StatusUnsupportedMediaType, fmt.Errorf("%w: send it as it is, not compressed", errKind)
	}
	if given := r.Header.Get("Content-Type"); given != "" {
		if media, _, err := mime.ParseMediaType(given); err != nil || media != s.kind && media != "application/x-www-form-urlencoded" { // what curl -d says
			return nil, http.StatusUnsupportedMediaType, fmt.Errorf("%w: Content-Type %s is needed", errKind, s.kind)
		}
	}
	select {
	case s.received <- struct{}{}:
		defer func() { <-s.received }()
	default:
		return nil, http.StatusServiceUnavailable, errBusy
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, s.most))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, http.StatusRequestEntityTooLarge, fmt.Errorf("more than %d bytes", s.most)
	case err != nil:
		return nil, http.StatusBadRequest, errors.New("the body did not come")
	}
	select {
	case s.computed <- struct{}{}:
		defer func() { <-s.computed }()
	case <-ctx.Done():
		return nil, http.StatusServiceUnavailable, errTime
	}
	result, err := s.compute(ctx, r.URL.Query(), body)
	switch {
	case err == nil:
		return result, http.StatusOK, nil
	case ctx.Err() != nil:
		return nil, http.StatusServiceUnavailable, errTime
	case errors.Is(err, receivables.ErrNoCoverage), errors.Is(err, receivables.ErrInvalidInput), errors.Is(err, receivables.ErrUnknown), errors.Is(err, receivables.ErrConflict),
		errors.Is(err, receivables.ErrCurrencyMismatch), errors.Is(err, receivables.ErrDuplicate), errors.Is(err, receivables.ErrLimit):
		return nil, http.StatusUnprocessableEntity, err
	default:
		return nil, http.StatusInternalServerError, err
	}
}

// at names the field of a request to which an error belongs.
func at(name string, err error) error {
	var field *receivables.FieldError
	if !errors.As(err, &field) {
		return fmt.Errorf("%s: %w", name, err)
	}
	named := *field
	named.Path = name
	return &named
}

// dayOf reads a day of a request.
func dayOf(name, text string) (date.Date, error) {
	day, err := receivables.ParseDate(text)
	if err != nil {
		return 0, &receivables.FieldError{Path: name, Value: text, Rule: receivables.RuleDate, Detail: "a day such as 2026-10-31"}
	}
	return day, nil
}

// claim is the body of a request for interest.
type claim struct {
	Principal struct {
		Amount   string `json:"amount"` // never a JSON number, which many programs read as a binary one
		Currency string `json:"currency"`
	} `json:"principal"`
	Due    string `json:"due"`
	Paid   string `json:"paid"`
	Regime string `json:"regime"`
}

// interestOf computes the interest of a claim through the day it was paid.
func interestOf(law *penalties.Law) compute {
	return func(_ context.Context, _ url.Values, body []byte) (any, error) {
		var c claim
		decoder := json.NewDecoder(bytes.NewReader(body))
		decoder.DisallowUnknownFields()
		var kind *json.UnmarshalTypeError
		if err := decoder.Decode(&c); errors.As(err, &kind) {
			detail := `a text in quotes, such as "1200.00"`
			if kind.Type.Kind() == reflect.Struct {
				detail = "an object in braces"
			}
			return nil, &receivables.FieldError{Path: cmp.Or(kind.Field, "body"), Rule: receivables.RuleSyntax, Detail: detail + " is needed, here is another kind: " + kind.Value}
		} else if err != nil {
			return nil, &receivables.FieldError{Path: "body", Rule: receivables.RuleSyntax, Detail: err.Error()}
		}
		if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
			return nil, &receivables.FieldError{Path: "body", Rule: receivables.RuleSyntax, Detail: "more than one value"}
		}
		currency, err := receivables.ParseCurrency(c.Principal.Currency)
		if err != nil {
			return nil, at("principal.currency", err)
		}
		principal, err := receivables.ParseMoney(c.Principal.Amount, currency)
		if err != nil {
			return nil, at("principal.amount", err)
		}
		due, err := dayOf("due", c.Due)
		if err != nil {
			return nil, err
		}
		paid, err := dayOf("paid", c.Paid)
		if err != nil {
			return nil, err
		}
		calculator, err := penalties.New(law, penalties.Config{Regime: c.Regime})
		if err != nil {
			return nil, err
		}
		return calculator.Accrue(penalties.Claim{ID: "principal", Principal: principal, DueOn: due}, paid)
	}
}

// agingOf makes the aged balance of a CSV file.
func agingOf(ctx context.Context, query url.Values, body []byte) (any, error) {
	asOf, err := dayOf("as_of", query.Get("as_of"))
	if err != nil {
		return nil, err
	}
	balances, err := aging.New(asOf, aging.Config{})
	if err != nil {
		return nil, err
	}
	rows := receivables.ReadCSVItems(bytes.NewReader(body), asOf, receivables.CSVOptions{File: "body"})
	if err := balances.AddStream(bounded(ctx, rows)); err != nil {
		return nil, err
	}
	type column struct {
		Name   string            `json:"name"`
		Amount receivables.Money `json:"amount"`
		Items  int               `json:"items"`
	}
	type line struct {
		Customer  string            `json:"customer"`
		Columns   []column          `json:"columns"`
		Undated   receivables.Money `json:"undated"`
		Unapplied receivables.Money `json:"unapplied"`
		Total     receivables.Money `json:"total"` // the sum of those above
		Overdue   receivables.Money `json:"overdue"`
	}
	lines := []line{}
	balance := balances.Balance()
	for l := range balance.Lines() {
		x := line{Customer: l.Group()[0], Undated: l.Undated().Amount, Unapplied: l.Unapplied().Amount, Total: l.Total().Amount, Overdue: l.Overdue()}
		for i, name := range balance.Scheme().Names() {
			x.Columns = append(x.Columns, column{name, l.Column(i).Amount, l.Column(i).Items})
		}
		lines = append(lines, x)
	}
	return map[string]any{"as_of": asOf.String(), "customers": lines}, nil
}

// bounded ends rows when the context does, when they are of too many customers, and when a document comes twice, which a stream does not see.
func bounded(ctx context.Context, rows iter.Seq2[receivables.OpenItem, error]) iter.Seq2[receivables.OpenItem, error] {
	return func(yield func(receivables.OpenItem, error) bool) {
		customers, documents := map[string]bool{}, map[string]bool{}
		for item, err := range rows {
			if err == nil {
				err = ctx.Err()
			}
			if customers[item.Customer] = true; err == nil && len(customers) > maxCustomers {
				err = fmt.Errorf("more than %d customers: %w", maxCustomers, receivables.ErrLimit)
			}
			if err == nil && documents[item.Document] {
				err = &receivables.FieldError{Path: "id", Value: item.Document, Rule: receivables.RuleDuplicate, Detail: "this document comes twice"}
			}
			documents[item.Document] = true
			if !yield(item, err) || err != nil {
				return
			}
		}
	}
}
