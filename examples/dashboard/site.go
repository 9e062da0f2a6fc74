package main

import (
	"bytes"
	"embed"
	"html/template"
	"log"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed assets/style.css
var style []byte

// site answers requests from a book.
type site struct {
	book      *book
	hosts     []string // names beside those of this machine
	templates map[string]*template.Template
	mux       *http.ServeMux
}

// page is what every template gets.
type page struct {
	L     *language
	Book  *book
	Part  *part
	Theme string
	Path  string // of the page, with its query
	Name  string // key of its title
	// Subject is what it is about: a customer, a document, a figure; "": all.
	Subject string
	Pager   *pager // nil: all is on this page
	Data    any
}

// newSite makes the pages of a book. It answers only under the names of this machine and those given, so that no other site can
// reach it through a name of its own.
func newSite(b *book, hosts ...string) http.Handler {
	s := &site{book: b, templates: map[string]*template.Template{}, mux: http.NewServeMux()}
	for _, host := range hosts {
		s.hosts = append(s.hosts, nameOf(strings.TrimSpace(host)))
	}
	for code, l := range languages {
		funcs := template.FuncMap{
			"t": l.word, "say": l.say, "money": l.money, "figure": l.figure, "day": l.day, "bucket": l.bucket, "clean": clean, "number": l.number, "count": l.count, "whole": func(n int) string { return l.number(strconv.Itoa(n)) },
			"name": b.name, "add": func(a, b int) int { return a + b }, "raw": raw, "sub": func(a, b int) int { return a - b },
			"known": func(f receivables.Figure) bool { _, ok := f.Value(); return ok },
			"odd":   func(a int) int { return a % 2 }, "list": func(values ...any) []any { return values },
		}
		s.templates[code] = template.Must(template.New("").Funcs(funcs).ParseFS(templateFiles, "templates/*.html"))
	}
	s.mux.HandleFunc("GET /{$}", s.page("overview", (*site).overview))
	s.mux.HandleFunc("GET /customers", s.page("customers", (*site).customers))
	s.mux.HandleFunc("GET /customer", s.page("customer", (*site).customer))
	s.mux.HandleFunc("GET /invoice", s.page("invoice", (*site).invoice))
	s.mux.HandleFunc("GET /why", s.page("why_figure", (*site).why))
	s.mux.HandleFunc("GET /worklist", s.page("worklist", (*site).worklist))
	s.mux.HandleFunc("GET /calendar", s.page("calendar", nil))
	s.mux.HandleFunc("GET /docket", s.page("docket", (*site).docket))
	s.mux.HandleFunc("GET /display", display)
	s.mux.HandleFunc("GET /assets/style.css", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		w.Header().Set("Cache-Control", "public, max-age=300")
		_, _ = w.Write(style) // a client that went away
	})
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, http.StatusNotFound) })
	return s
}

// raw is a value as the library has it: tests compare it with what is shown.
func raw(v any) string {
	switch v := v.(type) {
	case receivables.Money:
		return v.Text()
	case receivables.Figure:
		if value, ok := v.Value(); ok {
			return value.String()
		}
		return v.Status().String()
	case decimal.Decimal:
		return v.String()
	}
	return ""
}

// ServeHTTP sets the headers that every answer has, and refuses hosts and methods that are not served.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("Cache-Control", "no-store")
	if !s.knows(r.Host) {
		http.Error(w, "this name is not served", http.StatusMisdirectedRequest)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "pages are only read", http.StatusMethodNotAllowed)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// nameOf is a host without its port, as browsers write it.
func nameOf(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.Trim(host, "[]"))
}

func (s *site) knows(host string) bool {
	host = nameOf(host)
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback() || slices.Contains(s.hosts, host)
}

// display keeps language and colours in cookies and goes back to the page.
func display(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	for name, allowed := range map[string][]string{"lang": {"en", "fr"}, "theme": {"auto", "light", "dark"}} {
		if slices.Contains(allowed, q.Get(name)) {
			http.SetCookie(w, &http.Cookie{Name: name, Value: q.Get(name), Path: "/", MaxAge: 365 * 86400, HttpOnly: true, SameSite: http.SameSiteLaxMode})
		}
	}
	to := q.Get("to")
	// Only to a page of this site: no other host, in any of the ways a browser reads one.
	if u, err := url.Parse(to); err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") {
		to = "/"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

func languageOf(r *http.Request) *language {
	if c, err := r.Cookie("lang"); err == nil && languages[c.Value] != nil {
		return languages[c.Value]
	}
	for wish := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		code, _, _ := strings.Cut(strings.TrimSpace(wish), ";")
		code, _, _ = strings.Cut(code, "-")
		if l := languages[strings.ToLower(code)]; l != nil {
			return l
		}
	}
	return languages["en"]
}

// newPage says in which language, colours and currency a page is asked for.
func (s *site) newPage(r *http.Request, name string) page {
	p := page{L: languageOf(r), Book: s.book, Theme: "auto", Path: r.URL.RequestURI(), Name: name}
	if c, err := r.Cookie("theme"); err == nil && (c.Value == "light" || c.Value == "dark") {
		p.Theme = c.Value
	}
	for i, part := range s.book.currencies {
		if code := r.URL.Query().Get("currency"); i == 0 && code == "" || part.currency.Code() == code {
			p.Part = part
		}
	}
	return p
}

// page answers with a template of that name, filled with the data that of returns; false: there is nothing of the kind.
func (s *site) page(name string, of func(*site, *page, url.Values) (any, bool)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		p := s.newPage(r, name)
		if p.Part == nil && len(s.book.currencies) > 0 {
			s.fail(w, r, http.StatusNotFound)
			return
		}
		if of != nil && p.Part != nil {
			var ok bool
			if p.Data, ok = of(s, &p, r.URL.Query()); !ok {
				s.fail(w, r, http.StatusNotFound)
				return
			}
		}
		if p.Part == nil {
			name = "nothing"
		}
		s.write(w, http.StatusOK, name, &p)
	}
}

func (s *site) fail(w http.ResponseWriter, r *http.Request, code int) {
	p := s.newPage(r, "not_found")
	if p.Part == nil && len(s.book.currencies) > 0 {
		p.Part = s.book.currencies[0]
	}
	s.write(w, code, "not_found", &p)
}

// write makes the whole page before anything is sent, so that an error is an error.
func (s *site) write(w http.ResponseWriter, code int, name string, p *page) {
	var b bytes.Buffer
	if err := s.templates[p.L.code].ExecuteTemplate(&b, name, p); err != nil {
		log.Printf("%s: %v", name, err)
		http.Error(w, "the page could not be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", p.L.code)
	w.Header().Add("Vary", "Accept-Language, Cookie")
	w.WriteHeader(code)
	_, _ = b.WriteTo(w) // a client that went away
}

// Currency is the query that keeps the currency.
func (p *page) Currency() string {
	if p.Part == nil {
		return ""
	}
	return p.Part.currency.Code()
}

// instalmentOf reads the number of an instalment.
func instalmentOf(q url.Values) int {
	n, err := strconv.Atoi(q.Get("n"))
	if err != nil {
		return 0
	}
	return n
}
