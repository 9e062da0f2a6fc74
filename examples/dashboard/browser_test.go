package main

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// chromium is the browser on this machine, "" if there is none.
func chromium() string {
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path
		}
	}
	return ""
}

// browser is a real Chromium on the pages of the sample.
type browser struct {
	context.Context
	url string

	mu      sync.Mutex
	asked   []string // addresses that the pages asked for
	console []string // what went wrong on them
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	path := chromium()
	if path == "" {
		t.Skip("no Chromium on this machine: make chromium installs it")
	}
	server := httptest.NewServer(newSite(sampleBook(t)))
	t.Cleanup(server.Close)
	options := append([]chromedp.ExecAllocatorOption{}, chromedp.DefaultExecAllocatorOptions[:]...)
	options = append(
		options, chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-background-networking", true), chromedp.WSURLReadTimeout(60*time.Second),
	)
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	b := &browser{url: server.URL}
	require.NoError(t, chromedp.Listen(ctx, func(event any) { // starts the browser
		b.mu.Lock()
		defer b.mu.Unlock()
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			b.asked = append(b.asked, e.Request.URL)
		case *runtime.EventExceptionThrown:
			b.console = append(b.console, e.ExceptionDetails.Text)
		case *runtime.EventConsoleAPICalled:
			b.console = append(b.console, fmt.Sprint(e.Type))
		}
	}))
	_, err := chromedp.Call(ctx, network.Enable, network.EnableParams{})
	require.NoError(t, err)
	b.Context, cancel = context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(cancel)
	return b
}

func (b *browser) do(t *testing.T, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	require.NoError(t, chromedp.Do(b, steps...))
}

// eval is the value of an expression on the page.
func eval[T any](t *testing.T, b *browser, expression string) T {
	t.Helper()
	value, err := chromedp.Run(b, chromedp.Evaluate[T](expression))
	require.NoError(t, err, expression)
	return value
}

// media shows the page as on another medium, or as to a user who prefers other colours.
func (b *browser) media(t *testing.T, medium, colours string) {
	t.Helper()
	params := emulation.SetEmulatedMediaParams{Media: medium}
	if colours != "" {
		params.Features = []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: colours}}
	}
	_, err := chromedp.Call(b, emulation.SetEmulatedMedia, params)
	require.NoError(t, err)
}

// values reads data-value of every element with an attribute, by that attribute.
func (b *browser) values(t *testing.T, attribute string) map[string]string {
	t.Helper()
	return eval[map[string]string](t, b, fmt.Sprintf(`Object.fromEntries([...document.querySelectorAll('[%s]')].map(e => [e.getAttribute(%q), e.dataset.value]))`, attribute, attribute))
}

// shown reads the text of an element as a user sees it.
func (b *browser) shown(t *testing.T, selector string) string {
	t.Helper()
	return strings.TrimSpace(eval[string](t, b, fmt.Sprintf(`document.querySelector(%q).innerText`, selector)))
}

// The figures on the pages are those of the library.
func TestFiguresInABrowser(t *testing.T) {
	b := newBrowser(t)
	book := sampleBook(t)
	eur := book.currencies[0]
	b.do(t, chromedp.Navigate(b.url+"/"))
	got := b.values(t, "data-figure")
	total := eur.balance
	want := map[string]string{
		"balance": total.Total().Amount.Text(), "overdue": total.Overdue().Text(), "disputed": total.Total().Disputed.Text(), "interest": eur.interest.Text(),
		"aged-unapplied": total.Unapplied().Amount.Text(), "cei": raw(eur.Last().cei.Figure), "dso": raw(eur.Last().dso[0].Figure),
	}
	for i, name := range eur.scheme.Names() {
		want["aged-"+name] = total.Column(i).Amount.Text()
	}
	for i, m := range methods {
		want[m.key] = raw(eur.Last().dso[i].Figure)
	}
	for key, value := range want {
		assert.Equal(t, value, got[key], key)
	}
	// What is written is what is in the attribute, with separators.
	for key, value := range map[string]string{"balance": total.Total().Amount.Text(), "aged-31-60": total.Column(2).Amount.Text()} {
		text := b.shown(t, fmt.Sprintf("[data-figure=%q]", key))
		assert.Equal(t, value, strings.ReplaceAll(strings.Fields(text)[0], ",", ""), key)
	}

	// From the aged balance to a customer, to his invoice, to the working of its interest.
	b.do(t, chromedp.Click(`//a[. = 'Customers']`), chromedp.WaitVisible(`//h1[. = 'Customers']`), chromedp.Click(`//th/a[contains(@href, 'id=C003&')]`), chromedp.WaitVisible(`td[data-item]`))
	items := b.values(t, "data-item")
	require.Len(t, items, len(eur.items["C003"]))
	for _, item := range eur.items["C003"] {
		assert.Equal(t, item.Open.Text(), items[fmt.Sprintf("%s/%d", item.Document, item.Instalment)])
	}
	b.do(t, chromedp.Click(`//th/a[contains(., 'F2026-0073')]`), chromedp.WaitVisible(`#interest tfoot`))
	accrual := eur.accruals[itemKey{"F2026-0073", 0}]
	require.NotNil(t, accrual)
	segments := b.values(t, "data-segment")
	require.Len(t, segments, len(accrual.Segments))
	for _, s := range accrual.Segments {
		assert.Equal(t, s.Interest.Text(), segments[s.FirstDay.String()])
	}
	assert.Equal(t, accrual.Interest.Text(), b.values(t, "data-figure")["interest"])
	assert.Contains(t, b.shown(t, "#interest"), "L441-10")
}

func TestLanguageAndColours(t *testing.T) {
	b := newBrowser(t)
	const background = `getComputedStyle(document.body).backgroundColor`
	b.do(t, chromedp.Navigate(b.url+"/worklist?currency=GBP"), chromedp.Click(`//a[. = 'Français']`), chromedp.WaitVisible(`html[lang="fr"]`))
	assert.Equal(t, "Liste de travail", b.shown(t, "h1"))
	assert.Equal(t, b.url+"/worklist?currency=GBP", eval[string](t, b, `location.href`), "the page that was left")
	b.do(t, chromedp.Click(`//a[. = 'sombres']`), chromedp.WaitVisible(`html[data-theme="dark"]`))
	assert.Equal(t, "fr", eval[string](t, b, `document.documentElement.lang`))
	assert.Equal(t, "rgb(16, 21, 28)", eval[string](t, b, background))
	b.do(t, chromedp.Navigate(b.url+"/"))
	assert.Contains(t, b.shown(t, `[data-figure="balance"]`), "606\u202f583,66")
	b.do(t, chromedp.Click(`//a[. = 'claires']`), chromedp.WaitVisible(`html[data-theme="light"]`))
	assert.Equal(t, "rgb(244, 246, 249)", eval[string](t, b, background))
	b.do(t, chromedp.Click(`//a[. = 'du système']`), chromedp.WaitVisible(`html[data-theme="auto"]`))
	b.media(t, "", "dark")
	assert.Equal(t, "rgb(16, 21, 28)", eval[string](t, b, background))
	b.media(t, "", "light")
	assert.Equal(t, "rgb(244, 246, 249)", eval[string](t, b, background))
}

// Every page: nothing from elsewhere, no script error, no sideways scrolling of the page at either width, names for what is drawn,
// headings for tables, and it can be walked with the keyboard.
func TestEveryPage(t *testing.T) {
	b := newBrowser(t)
	host := strings.TrimPrefix(b.url, "http://")
	for _, path := range []string{
		"/", "/?currency=GBP", "/customers?currency=EUR", "/worklist?currency=EUR", "/calendar?currency=EUR", "/docket?currency=EUR", "/customer?id=C003&currency=EUR",
		"/invoice?id=F2026-0073&n=0&currency=EUR", "/why?figure=dso_balance&currency=EUR", "/why?figure=dso_countback&currency=EUR", "/why?figure=dso_sales_weighted&currency=EUR",
		"/why?figure=cei&day=2026-06-30&currency=EUR", "/nothing",
	} {
		for _, width := range []int64{1440, 390} {
			b.do(t, chromedp.EmulateViewport(width, 900), chromedp.Navigate(b.url+path))
			overflow := eval[int](t, b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`)
			assert.LessOrEqual(t, overflow, 0, "%s at %d pixels is wider than the screen", path, width)
			assert.Zero(t, eval[int](t, b, `[...document.querySelectorAll('svg:not([aria-hidden]):not([aria-label]), [role]:not([aria-label]), a:empty')].length`), path)
			assert.Zero(t, eval[int](t, b, `[...document.querySelectorAll('table')].filter(t => !t.caption || t.querySelectorAll('th[scope]').length < 1).length`), path)
			assert.NotEmpty(t, eval[string](t, b, `[...document.querySelectorAll('h1')].map(h => h.textContent).join('|')`), path)
		}
	}
	// Keyboard: the first stop skips to the content, and links follow in order.
	b.do(t, chromedp.Navigate(b.url+"/"), chromedp.KeyEvent("\t"))
	assert.Equal(t, "#main", eval[string](t, b, `document.activeElement.getAttribute('href')`))
	b.do(t, chromedp.KeyEvent("\t"))
	assert.Equal(t, "Overview", eval[string](t, b, `document.activeElement.textContent`))

	// Paper: it prints, and the navigation stays away.
	b.media(t, "print", "")
	assert.Equal(t, "none", eval[string](t, b, `getComputedStyle(document.querySelector('nav')).display`))
	pdf, err := chromedp.Run(b, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperSize{Width: 8.27, Height: 11.69})))
	require.NoError(t, err)
	assert.Greater(t, len(pdf), 20_000)
	assert.Equal(t, "%PDF", string(pdf[:4]))

	b.mu.Lock()
	defer b.mu.Unlock()
	assert.Empty(t, b.console)
	for _, address := range b.asked {
		assert.True(t, strings.HasPrefix(address, "http://"+host+"/") || strings.HasPrefix(address, "data:"), address)
	}
}

// With DASHBOARD_PICTURES naming a folder, the pages are drawn into it: that of the README among them.
func TestPictures(t *testing.T) {
	folder := os.Getenv("DASHBOARD_PICTURES")
	if folder == "" {
		t.Skip("DASHBOARD_PICTURES names no folder")
	}
	b := newBrowser(t)
	for name, p := range map[string]struct {
		path          string
		width, height int64
		media         string
	}{
		"dashboard.png": {"/", 1440, 1180, "light"}, "overview-1440.png": {"/", 1440, 0, "light"}, "overview-390.png": {"/", 390, 0, "light"}, "overview-dark.png": {"/", 1440, 0, "dark"},
		"customer-1440.png": {"/customer?id=C003&currency=EUR", 1440, 0, "light"}, "customer-390.png": {"/customer?id=C003&currency=EUR", 390, 0, "light"},
		"invoice-1440.png": {"/invoice?id=F2026-0073&n=0&currency=EUR", 1440, 0, "light"}, "invoice-390.png": {"/invoice?id=F2026-0073&n=0&currency=EUR", 390, 0, "dark"},
		"why-1440.png": {"/why?figure=dso_countback&currency=EUR", 1440, 0, "light"}, "interest-390.png": {"/why?figure=interest&currency=EUR", 390, 1400, "light"}, "docket-1440.png": {"/docket?currency=EUR", 1440, 1200, "light"},
		"worklist-390.png": {"/worklist?currency=EUR", 390, 1200, "light"},
	} {
		b.media(t, "", p.media)
		b.do(t, chromedp.EmulateViewport(p.width, max(p.height, 900)), chromedp.Navigate(b.url+p.path))
		draw := chromedp.FullScreenshot(100)
		if p.height > 0 {
			draw = chromedp.CaptureScreenshot()
		}
		picture, err := chromedp.Run(b, draw)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), picture, 0o600))
	}
}
