package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
	"github.com/receivables-go/receivables/dso"
	"github.com/receivables-go/receivables/examples/internal/sample"
	"github.com/receivables-go/receivables/examples/ledgerdb/store"
	"github.com/receivables-go/receivables/procedure/reminder"
)

var theSample = sync.OnceValues(func() (*book, error) {
	ledger, err := sample.Ledger(1)
	if err != nil {
		return nil, err
	}
	return newBook(ledger, sample.Seller, sample.AsOf(), reminder.Past{})
})

func sampleBook(t *testing.T) *book {
	t.Helper()
	b, err := theSample()
	require.NoError(t, err)
	return b
}

// What the pages are made of is what the library says when it is asked directly.
func TestTheBookIsTheLibrary(t *testing.T) {
	b := sampleBook(t)
	ledger, err := sample.Ledger(1)
	require.NoError(t, err)
	day := sample.AsOf()
	balance, _, err := aging.FromLedger(ledger, day, day, aging.Config{})
	require.NoError(t, err)
	result, err := dso.FromLedger(ledger, day, day, dso.Config{})
	require.NoError(t, err)
	require.Len(t, b.currencies, 2)
	for _, p := range b.currencies {
		total, ok := balance.Total(p.currency)
		require.True(t, ok)
		assert.Equal(t, total.Total().Amount.Text(), p.balance.Total().Amount.Text())
		sum, overdue, segments := decimal.Zero, decimal.Zero, decimal.Zero
		for _, line := range p.customers {
			sum, overdue = sum.Add(line.Total().Amount.Amount()), overdue.Add(line.Overdue().Amount())
		}
		for _, line := range p.segments {
			segments = segments.Add(line.Overdue().Amount())
		}
		assert.True(t, sum.Equal(total.Total().Amount.Amount()))
		assert.True(t, overdue.Equal(total.Overdue().Amount()))
		assert.True(t, segments.Equal(overdue))
		require.Len(t, p.months, shownMonths)
		for line := range result.Totals() {
			if line.Currency() != p.currency {
				continue
			}
			view, err := line.At(receivables.MustDate("2026-06-30"))
			require.NoError(t, err)
			m := p.months[shownMonths-5]
			assert.Equal(t, "2026-06-30", m.Day().String())
			assert.Equal(t, raw(view.DSO(dso.LastDays(view.AsOf(), 90)).Figure), raw(m.dso[0].Figure))
			assert.Equal(t, raw(view.CEI(dso.MethodCEIPeriod, dso.LastMonths(view.AsOf(), 3)).Figure), raw(m.cei.Figure))
		}
	}
}

func get(t *testing.T, handler http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

// Every link of every page leads somewhere, in both languages, and no text is missing.
func TestEveryLink(t *testing.T) {
	handler := newSite(sampleBook(t))
	links := regexp.MustCompile(`(?:href|src)="([^"]+)"`)
	for _, language := range []string{"en", "fr"} {
		seen, queue := map[string]bool{}, []string{"/"}
		for len(queue) > 0 && len(seen) < 1500 {
			path := queue[0]
			queue = queue[1:]
			if seen[path] {
				continue
			}
			seen[path] = true
			w := get(t, handler, path, "Accept-Language", language)
			require.Less(t, w.Code, 400, path)
			body := w.Body.String()
			if strings.HasPrefix(path, "/assets") || strings.HasPrefix(path, "/display") {
				continue
			}
			assert.Contains(t, body, `<html lang="`+language+`"`)
			assert.NotContains(t, body, "<script")
			assert.NotContains(t, body, " style=")
			assert.NotContains(t, body, "ZgotmplZ")
			assert.True(t, strings.HasSuffix(strings.TrimSpace(body), "</html>"), path)
			for _, m := range links.FindAllStringSubmatch(body, -1) {
				to := strings.ReplaceAll(m[1], "&amp;", "&")
				to, _, _ = strings.Cut(to, "#")
				if to != "" && !strings.HasPrefix(to, "data:") {
					require.True(t, strings.HasPrefix(to, "/"), to)
					queue = append(queue, to)
				}
			}
		}
		assert.Greater(t, len(seen), 100)
	}
	for _, w := range words {
		assert.NotEmpty(t, w[1], w[0])
		assert.NotEmpty(t, w[2], w[0])
	}
	// A key without text is shown as it is.
	used := regexp.MustCompile(`\{\{t "([a-z0-9_]+)"\}\}`)
	files, err := filepath.Glob("templates/*.html")
	require.NoError(t, err)
	for _, name := range files {
		text, err := templateFiles.ReadFile(filepath.ToSlash(name))
		require.NoError(t, err)
		for _, m := range used.FindAllStringSubmatch(string(text), -1) {
			assert.Contains(t, languages["en"].words, m[1])
		}
	}
}

func TestHeadersAndRefusals(t *testing.T) {
	handler := newSite(sampleBook(t))
	h := get(t, handler, "/").Header()
	assert.Contains(t, h.Get("Content-Security-Policy"), "default-src 'none'")
	assert.NotContains(t, h.Get("Content-Security-Policy"), "unsafe")
	assert.Equal(t, "nosniff", h.Get("X-Content-Type-Options"))
	assert.Equal(t, "no-store", h.Get("Cache-Control"))
	assert.Equal(t, "no-referrer", h.Get("Referrer-Policy"))
	for path, code := range map[string]int{
		"/nothing": 404, "/customer?id=none": 404, "/invoice?id=none&n=x": 404, "/why?figure=none": 404, "/why?figure=cei&day=1999-01-01": 404, "/?currency=XXX": 404,
		"/display?lang=fr": 303, "/assets/style.css": 200, "/assets/../main.go": 307, "/customer?id=" + strings.Repeat("x", 10_000): 404,
	} {
		assert.Equal(t, code, get(t, handler, path).Code, path)
	}
	for _, to := range []string{"https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "/a\r\nSet-Cookie: x=1", ""} {
		w := get(t, handler, "/display?"+url.Values{"to": {to}, "theme": {"dark"}}.Encode())
		assert.Equal(t, "/", w.Header().Get("Location"), to)
	}
	assert.Equal(t, "/docket?currency=EUR", get(t, handler, "/display?to=%2Fdocket%3Fcurrency%3DEUR").Header().Get("Location"))
	for host, code := range map[string]int{"localhost:1": 200, "127.0.0.1": 200, "[::1]:8080": 200, "evil.example": 421, "localhost.evil.example": 421, "": 421} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Host = host
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		assert.Equal(t, code, w.Code, host)
	}
	r := httptest.NewRequest(http.MethodPost, "http://localhost/", strings.NewReader("x=1"))
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	assert.Equal(t, http.StatusMethodNotAllowed, w.Code)
}

// The words of the library are French on French pages; what has no translation is marked as English.
func TestFrenchWords(t *testing.T) {
	handler := newSite(sampleBook(t))
	for path, want := range map[string][]string{
		"/":                              {"difficultés de trésorerie", "organismes publics", "lettre recommandée", "à venir", "prescription : obligations entre commerçants"},
		"/customer?id=C003&currency=EUR": {"sous la tolérance", "en litige", "mise en demeure"},
		"/invoice?id=F2026-0073&n=0&currency=EUR": {"passée", "à faire"},
	} {
		body := get(t, handler, path, "Accept-Language", "fr").Body.String()
		for _, word := range want {
			assert.Contains(t, body, word, path)
		}
		for _, english := range []string{">standard deviation<", ">below tolerance<", ">registered letter<", ">coming<", ">missed<", ">late, cause"} {
			assert.NotContains(t, body, english, path)
		}
	}
	for c := receivables.CauseNotStated; c <= receivables.CauseCustomersOwnDispute; c++ {
		assert.Equal(t, "fr", languages["fr"].say(c).Lang, c)
	}
	for c := reminder.NoChannel; c <= reminder.LegalDepartment; c++ {
		if c != reminder.SMS && c != reminder.Commissaire { // French already
			assert.Equal(t, "fr", languages["fr"].say(c).Lang, c)
		}
	}
	for _, s := range reminder.DefaultPolicy("FR").Segments {
		assert.Equal(t, "fr", languages["fr"].say(s.Name).Lang, s.Name)
	}
}

// Names of customers are text of unknown origin.
func TestHostileNames(t *testing.T) {
	day := receivables.MustDate("2026-03-31")
	ledger, err := receivables.NewLedger(
		receivables.Customer{ID: `"><script>alert(1)</script>`, Name: "<img src=x onerror=alert(1)>\u202e\x00"},
		receivables.Invoice{ID: `F"&<1>/?#`, Customer: `"><script>alert(1)</script>`, IssuedOn: receivables.MustDate("2026-01-01"), DueOn: receivables.MustDate("2026-01-31"), Amount: receivables.MustMoney("41.37", "EUR")},
	)
	require.NoError(t, err)
	b, err := newBook(ledger, "<b>Seller</b>", day, reminder.Past{})
	require.NoError(t, err)
	handler := newSite(b)
	for _, path := range []string{"/", "/customers", "/customer?id=" + url.QueryEscape(`"><script>alert(1)</script>`), "/invoice?n=0&id=" + url.QueryEscape(`F"&<1>/?#`)} {
		w := get(t, handler, path)
		require.Equal(t, 200, w.Code, path)
		body := w.Body.String()
		for _, bad := range []string{"<script", "<img", "onerror=alert(1)>", "\u202e", "<b>Seller", "\x00"} {
			assert.NotContains(t, body, bad, path)
		}
	}
}

// Each due date has its own interest; a currency in which all is paid has no page.
func TestInstalments(t *testing.T) {
	day, eur := receivables.MustDate, func(s string) receivables.Money { return receivables.MustMoney(s, "EUR") }
	two := func(id, first, second string) receivables.Invoice {
		return receivables.Invoice{ID: id, Customer: "C", IssuedOn: day("2026-01-01"), Amount: eur("2000.00"), Instalments: []receivables.Instalment{{DueOn: day(first), Amount: eur("1000.00")}, {DueOn: day(second), Amount: eur("1000.00")}}}
	}
	ledger, err := receivables.NewLedger(
		receivables.Customer{ID: "C", Kind: receivables.KindCompany}, two("A", "2026-01-31", "2026-12-31"), two("B", "2026-01-31", "2026-09-30"),
		receivables.Invoice{ID: "U", Customer: "C", IssuedOn: day("2026-01-01"), Amount: receivables.MustMoney("10.00", "USD")},
		receivables.Payment{ID: "P", Customer: "C", ReceivedOn: day("2026-01-02"), Amount: receivables.MustMoney("10.00", "USD")},
		receivables.Allocation{From: "P", To: "U", Amount: receivables.MustMoney("10.00", "USD"), On: day("2026-01-02")},
	)
	require.NoError(t, err)
	b, err := newBook(ledger, "S", day("2026-10-31"), reminder.Past{})
	require.NoError(t, err)
	require.Len(t, b.currencies, 1)
	assert.Equal(t, 404, get(t, newSite(b), "/?currency=USD").Code)
	p := b.currencies[0]
	assert.Nil(t, p.accruals[itemKey{"A", 2}], "not due")
	assert.Equal(t, day("2026-09-30"), p.accruals[itemKey{"B", 2}].DueOn)
	assert.Equal(t, p.accruals[itemKey{"A", 1}].Interest.Text(), p.accruals[itemKey{"B", 1}].Interest.Text())
	sum := decimal.Zero
	for _, key := range []itemKey{{"A", 1}, {"B", 1}, {"B", 2}} {
		sum = sum.Add(p.accruals[key].Interest.Amount())
	}
	assert.True(t, sum.Equal(p.interest.Amount()), p.interest)
}

// A day that stands for none, an invoice in another currency, a credit note, an insolvency that names a document: each has its page.
func TestUnusualItems(t *testing.T) {
	day, money := receivables.MustDate, receivables.MustMoney
	ledger, err := receivables.NewLedger(
		receivables.Customer{ID: "C", Name: "Durand", Kind: receivables.KindCompany}, receivables.Customer{ID: "P", Name: "Mairie", Kind: receivables.KindPublicBody},
		receivables.Invoice{ID: "OLD", Customer: "P", IssuedOn: day("1900-01-01"), DueOn: day("1900-01-01"), Amount: money("10.00", "EUR")},
		receivables.Invoice{ID: "F1", Customer: "C", IssuedOn: day("2026-08-01"), DueOn: day("2026-08-31"), Amount: money("1000.00", "EUR")},
		receivables.CreditNote{ID: "N1", Customer: "C", IssuedOn: day("2026-08-01"), Amount: money("5.00", "EUR")},
		receivables.Invoice{ID: "U1", Customer: "C", IssuedOn: day("2026-08-01"), DueOn: day("2026-08-31"), Amount: money("1000.00", "USD")},
		receivables.Invoice{ID: "IN", Customer: "C", IssuedOn: day("2026-01-01"), Amount: money("300.00", "EUR"), Instalments: []receivables.Instalment{{DueOn: day("2026-02-10"), Amount: money("100.00", "EUR")}, {DueOn: day("2026-03-10"), Amount: money("200.00", "EUR")}}},
		receivables.Customer{ID: "L", Kind: receivables.KindCompany}, receivables.Hold{ID: "LJ", Kind: receivables.HoldInsolvency, Scope: receivables.Scope{Customer: "L"}, From: day("2026-08-15")},
		receivables.Invoice{ID: "L1", Customer: "L", IssuedOn: day("2026-08-01"), DueOn: day("2026-08-31"), Amount: money("70.00", "EUR")},
		receivables.Invoice{ID: "L2", Customer: "L", IssuedOn: day("2026-08-20"), DueOn: day("2026-08-31"), Amount: money("80.00", "EUR")},
		receivables.Hold{ID: "RJ", Kind: receivables.HoldInsolvency, Scope: receivables.Scope{Document: "F1"}, From: day("2026-10-01")},
	)
	require.NoError(t, err)
	b, err := newBook(ledger, "S", day("2026-10-31"), reminder.Past{})
	require.NoError(t, err)
	handler := newSite(b)
	body := func(path string) string {
		w := get(t, handler, path)
		require.Equal(t, 200, w.Code, path)
		return w.Body.String()
	}
	old := body("/invoice?id=OLD&n=0&currency=EUR")
	assert.Contains(t, old, "No interest is computed: ")
	assert.Contains(t, old, "1900-01-0")
	docket := body("/docket?currency=EUR")
	assert.Contains(t, docket, "<li>OLD (Mairie)")
	assert.Contains(t, docket, ">RJ<", "the declaration in the insolvency")
	assert.Equal(t, 2, strings.Count(docket, `<td class="n">1,000.00</td>`), "what is at stake: of the limitation, and of the declaration")
	assert.NotContains(t, body("/invoice?id=N1&n=0&currency=EUR"), `id="interest"`)
	usd := body("/invoice?id=U1&n=0&currency=USD")
	assert.Contains(t, usd, "40.00 EUR")
	assert.Contains(t, usd, "the compensation is due beside it in its own currency")
	assert.Contains(t, usd, "<title>U1 – Invoice – ")
	assert.Contains(t, body("/invoice?id=F1&n=0&currency=EUR"), "Principal, interest and compensation<")
	assert.Contains(t, body("/customer?id=C&currency=EUR"), "<title>Durand – ")
	// Of an invoice in instalments each due date has its own last day and amount; what was invoiced before an insolvency bears no interest.
	assert.Contains(t, docket, `>IN (1)</th>`)
	assert.Equal(t, 1, strings.Count(docket, `<td class="n">100.00</td>`))
	assert.Equal(t, 1, strings.Count(docket, `<td class="n">200.00</td>`))
	assert.Contains(t, body("/invoice?id=L1&n=0&currency=EUR"), "an insolvency, opened before it was late")
	assert.Contains(t, body("/invoice?id=L2&n=0&currency=EUR"), `data-figure="interest"`, "invoiced after the opening")
	assert.Equal(t, 2, strings.Count(docket, `<td class="n">70.00</td>`), "what is declared is what was invoiced before the opening")
	assert.NotContains(t, docket, `150.00</td>`)
	all := body("/why?figure=interest&currency=EUR")
	assert.Contains(t, all, "Late, and no interest is computed (2)")
	assert.Contains(t, all, `n=0&amp;currency=EUR">L1</a>`)
	// The interest by customer adds up to that of the tile.
	why := body("/why?figure=interest&currency=USD")
	assert.Contains(t, why, `data-figure="interest" data-value="`+b.currencies[1].interest.Text()+`"`)
	assert.Contains(t, why, `<a href="/customer?currency=USD&amp;id=C">Durand</a>`)
}

// Two instalments of one day, the first paid on time: what is late is the second.
func TestTwoInstalmentsOfOneDay(t *testing.T) {
	day, eur := receivables.MustDate, func(s string) receivables.Money { return receivables.MustMoney(s, "EUR") }
	ledger, err := receivables.NewLedger(
		receivables.Customer{ID: "C", Kind: receivables.KindCompany},
		receivables.Invoice{ID: "F1", Customer: "C", IssuedOn: day("2026-01-01"), Amount: eur("2000.00"), Instalments: []receivables.Instalment{{DueOn: day("2026-02-28"), Amount: eur("1000.00")}, {DueOn: day("2026-02-28"), Amount: eur("1000.00")}}},
		receivables.Payment{ID: "P", Customer: "C", ReceivedOn: day("2026-02-20"), Amount: eur("1000.00")},
		receivables.Allocation{From: "P", To: "F1", Amount: eur("1000.00"), On: day("2026-02-20"), Instalment: 1},
		receivables.Invoice{ID: "F2", Customer: "C", IssuedOn: day("2026-01-01"), Amount: eur("2000.00"), Instalments: []receivables.Instalment{{DueOn: day("2026-02-28"), Amount: eur("1000.00")}, {DueOn: day("2026-04-30"), Amount: eur("1000.00")}}},
		receivables.Payment{ID: "Q", Customer: "C", ReceivedOn: day("2026-03-20"), Amount: eur("1000.00")},
		receivables.Allocation{From: "Q", To: "F2", Amount: eur("1000.00"), On: day("2026-03-20"), Instalment: 1},
		receivables.Customer{ID: "D", Kind: receivables.KindCompany},
		receivables.Invoice{ID: "F3", Customer: "D", IssuedOn: day("2026-05-01"), DueOn: day("2026-05-31"), Amount: eur("500.00")},
		receivables.Hold{ID: "RJ", Kind: receivables.HoldInsolvency, Scope: receivables.Scope{Customer: "D"}, From: day("2026-04-15")},
		receivables.Hold{ID: "SJ", Kind: receivables.HoldInsolvency, Scope: receivables.Scope{Document: "F2", Instalment: 2}, From: day("2026-06-15")},
		receivables.Invoice{ID: "K1", Customer: "C", IssuedOn: day("2026-01-01"), DueOn: day("2026-02-28"), Amount: receivables.MustMoney("1234", "KWD")},
	)
	require.NoError(t, err)
	b, err := newBook(ledger, "S", day("2026-06-30"), reminder.Past{})
	require.NoError(t, err)
	eurs := b.currencies[0]
	assert.Nil(t, eurs.accruals[itemKey{"F1", 1}])
	// 1000 x 12.15 % x 122 / 365 = 40.61
	assert.Equal(t, "40.61 EUR", eurs.accruals[itemKey{"F1", 2}].Interest.String())
	assert.Equal(t, "40.00 EUR", eurs.accruals[itemKey{"F1", 2}].FixedSum.Amount.String())
	handler := newSite(b)
	assert.Contains(t, get(t, handler, "/invoice?id=F1&n=2&currency=EUR").Body.String(), "40.61")
	second := get(t, handler, "/invoice?id=F2&n=2&currency=EUR").Body.String()
	assert.Contains(t, second, "it stands with instalment 1")
	assert.Contains(t, second, "<dt>Principal and interest</dt>")
	docket := get(t, handler, "/docket?currency=EUR").Body.String()
	assert.NotContains(t, docket, ">RJ<", "nothing to declare")
	assert.Regexp(t, `>SJ</th>.*<td class="n">1,000.00</td>`, docket)
	why := get(t, handler, "/why?figure=interest&currency=KWD").Body.String()
	assert.Equal(t, "KWD", b.currencies[1].currency.Code())
	assert.Contains(t, why, languages["en"].money(b.currencies[1].interest)+" KWD")
	assert.Contains(t, b.currencies[1].interest.Text(), ".", "three decimals")
}

// A long list is shown in pages, with every row on one of them.
func TestPages(t *testing.T) {
	day := receivables.MustDate
	var facts []receivables.Fact
	for n := range 1203 {
		id := fmt.Sprintf("C%04d", n)
		facts = append(facts, receivables.Customer{ID: id, Kind: receivables.KindCompany}, receivables.Invoice{ID: fmt.Sprintf("F%04d", n), Customer: id, IssuedOn: day("2026-08-01"), DueOn: day("2026-08-31"), Amount: receivables.MustMoney("1000.00", "EUR")})
	}
	ledger, err := receivables.NewLedger(facts...)
	require.NoError(t, err)
	b, err := newBook(ledger, "S", day("2026-10-31"), reminder.Past{})
	require.NoError(t, err)
	handler := newSite(b)
	customers := regexp.MustCompile(`/customer\?id=(C\d+)`)
	for _, list := range []string{"/customers", "/worklist", "/docket"} {
		seen := map[string]bool{}
		path, pages := list+"?currency=EUR", 0
		for path != "" {
			body := get(t, handler, path).Body.String()
			pages++
			for _, m := range customers.FindAllStringSubmatch(body, -1) {
				seen[m[1]] = true
			}
			next := regexp.MustCompile(`rel="next" href="([^"]+)"`).FindStringSubmatch(body)
			path = ""
			if next != nil {
				path = strings.ReplaceAll(next[1], "&amp;", "&")
			}
			if pages == 2 {
				assert.Contains(t, body, "501 to 1000 of 1203")
			}
		}
		assert.Equal(t, 3, pages, list)
		assert.Len(t, seen, 1203, list)
	}
	for _, n := range []string{"0", "-1", "x", "99999999999999999999", "4"} {
		assert.Equal(t, 200, get(t, handler, "/customers?page="+n).Code)
	}
}

// What is below zero is drawn below zero, and what is not known not at all.
func TestLines(t *testing.T) {
	figures := []receivables.Figure{
		receivables.NewFigure(decimal.NewFromInt(80), receivables.UnitPercent), receivables.NewFigure(decimal.NewFromInt(-35), receivables.UnitPercent),
		receivables.NoFigure(receivables.StatusOutOfDomain, receivables.UnitPercent),
	}
	c := newLines(languages["en"], []string{"CEI"}, []string{"01/26", "02/26", "03/26"}, [][]receivables.Figure{figures})
	require.Len(t, c.Series[0].Points, 2)
	zero := slices.IndexFunc(c.Ticks, func(x tick) bool { return x.Text == "0" })
	require.Positive(t, zero)
	assert.Less(t, c.Series[0].Points[0].Y, c.Ticks[zero].At)
	assert.Greater(t, c.Series[0].Points[1].Y, c.Ticks[zero].At)
	assert.LessOrEqual(t, c.Series[0].Points[1].Y, c.Bottom)
	assert.GreaterOrEqual(t, c.Series[0].Points[0].Y, c.Top)
	assert.Equal(t, c.Bottom, c.Ticks[0].At)
	assert.Equal(t, c.Top, c.Ticks[len(c.Ticks)-1].At)
}

// After the last published rate the pages go on, and say so; a week counts an invoice once.
func TestLater(t *testing.T) {
	day := receivables.MustDate
	ledger, err := receivables.NewLedger(
		receivables.Customer{ID: "K", Kind: receivables.KindCompany},
		receivables.Invoice{ID: "F1", Customer: "K", IssuedOn: day("2027-01-01"), DueOn: day("2027-02-10"), Amount: receivables.MustMoney("300.00", "EUR")},
		receivables.Invoice{ID: "F2", Customer: "K", IssuedOn: day("2026-01-01"), DueOn: day("2026-02-10"), Amount: receivables.MustMoney("1000.00", "EUR")},
	)
	require.NoError(t, err)
	b, err := newBook(ledger, "S", day("2027-01-31"), reminder.Past{})
	require.NoError(t, err)
	assert.Contains(t, get(t, newSite(b), "/").Body.String(), "at a rate not yet published")
	most := receivables.Zero(b.currencies[0].currency)
	for _, w := range b.currencies[0].weeks {
		most = receivables.Zero(most.Currency()).AddAmount(decimal.Max(most.Amount(), w.amount.Amount()))
	}
	assert.True(t, most.Amount().LessThanOrEqual(decimal.NewFromInt(1300)), most)
}

func TestListen(t *testing.T) {
	require.ErrorContains(t, run(context.Background(), []string{"ledger.db"}, io.Discard), "-db")
	for _, address := range []string{"0.0.0.0:0", ":0", "192.0.2.1:80", "nothing"} {
		err := run(context.Background(), []string{"-listen", address}, io.Discard)
		require.ErrorContains(t, err, "-listen", address)
	}
	handler := newSite(sampleBook(t), " Dash.Example:8080")
	r := httptest.NewRequest(http.MethodGet, "http://dash.example:8080/", nil)
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	assert.Equal(t, 200, w.Code)
}

// The formula of the CEI with the inputs that the page names gives the figure.
func TestTheInputsGiveTheCEI(t *testing.T) {
	s := &site{book: sampleBook(t)}
	for _, m := range s.book.currencies[0].months {
		data, ok := s.why(&page{L: languages["en"], Book: s.book, Part: s.book.currencies[0]}, url.Values{"figure": {"cei"}, "day": {m.Day().String()}})
		require.True(t, ok)
		var v []decimal.Decimal
		for _, in := range data.(whyData).Inputs {
			value, ok := in.Value.Value()
			require.True(t, ok)
			v = append(v, value)
		}
		base := v[0].Add(v[1])
		want := base.Sub(v[2]).Mul(decimal.NewFromInt(100)).DivRound(base.Sub(v[3]), 8)
		got, ok := m.cei.Value()
		require.True(t, ok)
		assert.True(t, want.Sub(got).Abs().LessThan(decimal.New(1, -6)), "%s: %s and %s", m.Day(), want, got)
	}
}

func TestAnEmptyLedger(t *testing.T) {
	b, err := newBook(&receivables.Ledger{}, "Seller", receivables.MustDate("2026-03-31"), reminder.Past{})
	require.NoError(t, err)
	for _, path := range []string{"/", "/customers", "/why?figure=cei"} {
		w := get(t, newSite(b), path)
		assert.Equal(t, 200, w.Code)
		assert.Contains(t, w.Body.String(), "Nothing is open")
	}
}

// The ledger of examples/ledgerdb is shown as it is there.
func TestFromADatabase(t *testing.T) {
	ctx := context.Background()
	name := filepath.Join(t.TempDir(), "ledger.db")
	db, err := store.OpenSQLite(ctx, name, true, nil)
	require.NoError(t, err)
	ledger, err := sample.Ledger(1)
	require.NoError(t, err)
	require.NoError(t, db.Record(ctx, []store.Source{{Digest: "1"}}, ledger.Facts(), nil))
	require.NoError(t, db.Close())
	b, err := open(ctx, source{file: name}, "2026-10-31", "Seller")
	require.NoError(t, err)
	assert.Equal(t, sampleBook(t).currencies[0].balance.Total().Amount.Text(), b.currencies[0].balance.Total().Amount.Text())
	_, err = open(ctx, source{file: name}, "", "")
	require.ErrorContains(t, err, "-as-of is needed")
	_, err = open(ctx, source{file: filepath.Join(t.TempDir(), "none.db")}, "2026-10-31", "")
	require.ErrorIs(t, err, fs.ErrNotExist)
}

func TestServe(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- serve(ctx, listener, newSite(sampleBook(t))) }()
	response, err := http.Get("http://" + listener.Addr().String() + "/")
	require.NoError(t, err)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Contains(t, string(body), "Ateliers du Morvan")
	cancel()
	require.NoError(t, <-done)
}
