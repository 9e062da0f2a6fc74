package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
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

	// 1200.00 x 12.15 % x 43 days / 365 = 17.1764: from 1 February to 15 March 2026 at the ECB rate of 1 January, 2.15 + 10.
	code, body := post("/interest", `{"principal":{"amount":"1200.00","currency":"EUR"},"due":"2026-01-31","paid":"2026-03-15","regime":"fr.b2b"}`)
	require.Equal(t, 200, code, body)
	assert.Equal(t, map[string]any{"amount": "17.18", "currency": "EUR"}, body["Interest"])

	code, body = post("/aging?as_of=2026-03-31", "id,customer,issued,due,amount,currency\nF1,A,2026-01-05,2026-02-04,100.00,EUR\nF2,A,2026-03-05,2026-04-04,50.00,EUR\n", "Content-Type", "text/csv")
	require.Equal(t, 200, code, body)
	customer := body["customers"].([]any)[0].(map[string]any)
	assert.Equal(t, map[string]any{"amount": "150.00", "currency": "EUR"}, customer["total"])
	assert.Equal(t, map[string]any{"amount": "100.00", "currency": "EUR"}, customer["overdue"])

	for name, c := range map[string]struct {
		path, body string
		header     []string
		code       int
		part       string
	}{
		"unknown field":   {"/interest", `{"principle":1}`, nil, 422, "unknown field"},
		"30 February":     {"/interest", `{"principal":{"amount":"1.00","currency":"EUR"},"due":"2026-02-30","paid":"2026-03-15","regime":"fr.b2b"}`, nil, 422, "2026-02-30"},
		"unknown regime":  {"/interest", `{"principal":{"amount":"1.00","currency":"EUR"},"due":"2026-01-30","paid":"2026-03-15","regime":"xx"}`, nil, 422, "xx"},
		"not covered":     {"/interest", `{"principal":{"amount":"1.00","currency":"EUR"},"due":"2031-01-30","paid":"2031-03-15","regime":"fr.b2b"}`, nil, 422, "2031"},
		"binary number":   {"/interest", `{"principal":{"amount":1.5,"currency":"EUR"},"due":"2026-01-30","paid":"2026-03-15","regime":"fr.b2b"}`, nil, 422, "body"},
		"too large":       {"/interest", `{"regime":"` + strings.Repeat("x", maxJSON) + `"}`, nil, 413, "more than"},
		"too large a CSV": {"/aging?as_of=2026-03-31", "id,customer,issued,due,amount,currency\n" + strings.Repeat("F,A,2026-01-05,2026-02-04,100.00,EUR\n", 1_000_000), []string{"Content-Type", "text/csv"}, 413, "more than"},
		"bad row":         {"/aging?as_of=2026-03-31", "id,customer,issued,due,amount,currency\nF1,A,2026-13-05,,1,EUR\n", []string{"Content-Type", "text/csv"}, 422, "2026-13-05"},
		"no day":          {"/aging", "", nil, 422, "as_of"},
		"compressed":      {"/aging?as_of=2026-03-31", "x", []string{"Content-Encoding", "gzip"}, 415, "not compressed"},
		"other kind":      {"/interest", "<a/>", []string{"Content-Type", "text/xml"}, 415, "application/json"},
		"other path":      {"/", "", nil, 404, ""},
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
	assert.Equal(t, "issued", body["column"])
	assert.Equal(t, "date", body["code"])
}
