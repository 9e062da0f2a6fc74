package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHandler(t *testing.T) {
	handler, err := newHandler()
	require.NoError(t, err)
	server := httptest.NewServer(handler)
	defer server.Close()
	post := func(path, body string, header ...string) (int, map[string]any) {
		r, err := http.NewRequest(http.MethodPost, server.URL+path, strings.NewReader(body))
		require.NoError(t, err)
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		response, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		data, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		var value map[string]any
		if json.Unmarshal(data, &value) != nil {
			value = map[string]any{"text": string(data)}
		}
		return response.StatusCode, value
	}

	response, err := http.Get(server.URL + "/interest")
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, 405, response.StatusCode)
	assert.Equal(t, "POST", response.Header.Get("Allow"))

	// 1200.00 x 12.15 % x 43 days / 365 = 17.1764: from 1 February to 15 March 2026 at the ECB rate of 1 January, 2.15 + 10.
	code, body := post("/interest", `{"principal":{"amount":"1200.00","currency":"EUR"},"due":"2026-01-31","paid":"2026-03-15","regime":"fr.b2b"}`)
	require.Equal(t, 200, code, body)
	assert.Equal(t, map[string]any{"amount": "17.18", "currency": "EUR"}, body["Interest"])

	code, body = post("/aging?as_of=2026-03-31", "id,customer,issued,due,amount,currency\nF1,A,2026-01-05,2026-02-04,100.00,EUR\nF2,A,2026-03-05,2026-04-04,50.00,EUR\n", "Content-Type", "text/csv")
	require.Equal(t, 200, code, body)
	customer := body["customers"].([]any)[0].(map[string]any)
	assert.Equal(t, map[string]any{"amount": "150.00", "currency": "EUR"}, customer["total"])
	assert.Equal(t, map[string]any{"amount": "100.00", "currency": "EUR"}, customer["overdue"])

	// What has no due date and what is not applied stand apart, and all add up.
	_, body = post("/aging?as_of=2026-03-31", "id,customer,issued,due,amount,currency,kind\nF1,A,2026-01-05,,12.00,EUR,invoice\nF2,A,2026-01-05,2026-02-04,5.00,EUR,invoice\nP1,A,2026-03-05,,3.00,EUR,payment\n", "Content-Type", "text/csv")
	customer = body["customers"].([]any)[0].(map[string]any)
	for key, amount := range map[string]string{"undated": "12.00", "unapplied": "-3.00", "total": "14.00", "overdue": "5.00"} {
		assert.Equal(t, map[string]any{"amount": amount, "currency": "EUR"}, customer[key], key)
	}

	for name, c := range map[string]struct {
		path, body string
		header     []string
		code       int
		part       string
	}{
		"unknown field":   {"/interest", `{"principle":1}`, nil, 422, "unknown field"},
		"30 February":     {"/interest", `{"principal":{"amount":"1.00","currency":"EUR"},"due":"2026-02-30","paid":"2026-03-15","regime":"fr.b2b"}`, nil, 422, "2026-02-30"},
		"unknown regime":  {"/interest", `{"principal":{"amount":"1.00","currency":"EUR"},"due":"2026-01-30","paid":"2026-03-15","regime":"xx"}`, nil, 422, "xx"},
		"not covered":     {"/interest", `{"principal":{"amount":"1.00","currency":"EUR"},"due":"2031-01-30","paid":"2031-03-15","regime":"fr.b2b"}`, nil, 422, `"code":"coverage"`},
		"binary number":   {"/interest", `{"principal":{"amount":1.5,"currency":"EUR"},"due":"2026-01-30","paid":"2026-03-15","regime":"fr.b2b"}`, nil, 422, `"field":"principal.amount"`},
		"no object":       {"/interest", `[]`, nil, 422, `"field":"body"`},
		"twice":           {"/aging?as_of=2026-03-31", "id,customer,issued,due,amount,currency\nF1,A,2026-01-05,2026-02-04,1.00,EUR\nF1,A,2026-01-05,2026-02-04,1.00,EUR\n", []string{"Content-Type", "text/csv"}, 422, "comes twice"},
		"comma":           {"/interest", `{"principal":{"amount":"1200,00","currency":"EUR"},"due":"2026-01-30","paid":"2026-03-15","regime":"fr.b2b"}`, nil, 422, `"field":"principal.amount"`},
		"no currency":     {"/interest", `{"principal":{"amount":"1200.00","currency":"EURO"},"due":"2026-01-30","paid":"2026-03-15","regime":"fr.b2b"}`, nil, 422, `"field":"principal.currency"`},
		"too large":       {"/interest", `{"regime":"` + strings.Repeat("x", maxJSON) + `"}`, nil, 413, "more than"},
		"too large a CSV": {"/aging?as_of=2026-03-31", "id,customer,issued,due,amount,currency\n" + strings.Repeat("F,A,2026-01-05,2026-02-04,100.00,EUR\n", 1_000_000), []string{"Content-Type", "text/csv"}, 413, "more than"},
		"bad row":         {"/aging?as_of=2026-03-31", "id,customer,issued,due,amount,currency\nF1,A,2026-13-05,,1,EUR\n", []string{"Content-Type", "text/csv"}, 422, "2026-13-05"},
		"no day":          {"/aging", "", nil, 422, "as_of"},
		"compressed":      {"/aging?as_of=2026-03-31", "x", []string{"Content-Encoding", "gzip"}, 415, "not compressed"},
		"other kind":      {"/interest", "<a/>", []string{"Content-Type", "text/xml"}, 415, "application/json"},
		"more after it":   {"/interest", `{"principal":{"amount":"1.00","currency":"EUR"},"due":"2026-01-30","paid":"2026-03-15","regime":"fr.b2b"}}`, nil, 422, "more than one"},
		"too many":        {"/aging?as_of=2026-03-31", customers(maxCustomers + 1), []string{"Content-Type", "text/csv"}, 422, `"code":"limit"`},
		"other path":      {"/", "", nil, 404, "nothing is here"},
		"long value":      {"/aging?as_of=2026-03-31", "id,customer,issued,due,amount,currency\nF1,A,2026-01-05,2026-02-04," + strings.Repeat("9", 100_000) + ",EUR\n", []string{"Content-Type", "text/csv"}, 422, "9…"},
	} {
		t.Run(name, func(t *testing.T) {
			code, body := post(c.path, c.body, c.header...)
			assert.Equal(t, c.code, code)
			var text bytes.Buffer
			require.NoError(t, json.NewEncoder(&text).Encode(body))
			assert.Contains(t, text.String(), c.part)
		})
	}
	_, body = post("/aging?as_of=2026-03-31", "id,customer,issued,due,amount,currency\nF1,A,2026-13-05,,1,EUR\n", "Content-Type", "text/csv")
	assert.Equal(t, float64(2), body["line"])
	assert.Equal(t, "issued", body["field"])
	assert.Equal(t, "date", body["code"])
	assert.Equal(t, "2026-13-05", body["value"])
	_, body = post("/interest", `{"principal":{"amount":"1.00","currency":"EUR"},"due":"2026-01-30","paid":"15.03.2026","regime":"fr.b2b"}`)
	assert.Equal(t, "paid", body["field"])
	assert.Equal(t, "15.03.2026", body["value"])
}

// customers is a file of so many.
func customers(n int) string {
	var b strings.Builder
	b.WriteString("id,customer,issued,due,amount,currency\n")
	for i := range n {
		fmt.Fprintf(&b, "F%d,C%d,2026-01-05,2026-02-04,100.00,EUR\n", i, i)
	}
	return b.String()
}

// A request whose client went away or whose time is over gives its place back.
func TestComputingEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := agingOf(ctx, url.Values{"as_of": {"2026-03-31"}}, []byte(customers(10)))
	require.ErrorIs(t, err, context.Canceled)

	b := &service{kind: "text/csv", most: 10, received: make(chan struct{}, 1), computed: make(chan struct{}, 1)}
	ask := func(ctx context.Context, of compute) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		b.compute = of
		b.answer(w, httptest.NewRequestWithContext(ctx, http.MethodPost, "/", strings.NewReader("")))
		return w
	}
	// Another one is being received: come again.
	b.received <- struct{}{}
	w := ask(context.Background(), nil)
	assert.Equal(t, 503, w.Code)
	assert.Equal(t, "5", w.Header().Get("Retry-After"))
	assert.Equal(t, "application/json", w.Header().Get("Content-Type"))
	assert.Contains(t, w.Body.String(), "busy")
	<-b.received
	// All compute and time is over while it waits; nothing is kept.
	b.computed <- struct{}{}
	w = ask(ctx, nil)
	assert.Equal(t, 503, w.Code)
	assert.Contains(t, w.Body.String(), "time is over")
	<-b.computed
	w = ask(context.Background(), func(context.Context, url.Values, []byte) (any, error) { return nil, io.ErrUnexpectedEOF })
	assert.Equal(t, 500, w.Code)
	assert.NotContains(t, w.Body.String(), "EOF", "nothing of the server")
	assert.Empty(t, b.received)
	assert.Empty(t, b.computed)
}
