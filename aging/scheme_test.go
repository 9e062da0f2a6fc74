package aging_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
)

var day = receivables.MustDate

func eur(text string) receivables.Money { return receivables.MustMoney(text, "EUR") }

// asOf is the day of the boundary tests: with it day 30 is 23 October, day 31 is 22
// October, day 60 is 23 September and day 90 is 24 August.
var asOf = day("2026-11-22")

// due makes an open item that is some days late on asOf, issued 60 days before it
// was due.
func due(id string, daysLate int, amount string) receivables.OpenItem {
	on := receivables.AddDays(asOf, -daysLate)
	return receivables.OpenItem{
		Document: id, Customer: "C1", DueOn: on, IssuedOn: receivables.AddDays(on, -60), Original: eur(amount), Open: eur(amount),
	}
}

// where ages one item and names the place it went to.
func where(t *testing.T, config aging.Config, item receivables.OpenItem) string {
	t.Helper()
	a, err := aging.New(asOf, config)
	require.NoError(t, err)
	require.NoError(t, a.Add(item))
	var places []string
	for line := range a.Balance().Totals() {
		names := config.Scheme.Names()
		for i, c := range line.Columns() {
			if c.Items > 0 {
				places = append(places, names[i])
			}
		}
		for name, c := range map[string]aging.Cell{"undated": line.Undated(), "unapplied": line.Unapplied(), "not issued": line.NotIssued()} {
			if c.Items > 0 {
				places = append(places, name)
			}
		}
	}
	require.Len(t, places, 1, "an item is in exactly one place")
	return places[0]
}

// The days at the edges of every preset, by the names of the columns. What the
// peers' columns hold was read in their source: see the labels in Presets.
func TestDaysAtTheEdgesOfEveryPreset(t *testing.T) {
	days := []int{-45, -1, 0, 1, 29, 30, 31, 59, 60, 61, 89, 90, 91}
	edges := map[string]string{
		//           -45     -1      0       1    29   30   31    59    60    61    89    90    91 | undated
		"default":                 "not_due not_due not_due 1-30 1-30 1-30 31-60 31-60 31-60 61-90 61-90 61-90 91+ undated",
		"fr":                      "not_due not_due not_due 1-30 1-30 1-30 31-60 31-60 31-60 61-90 61-90 61-90 91-120 undated",
		"datasynth":               "not_due not_due not_due 1-30 1-30 1-30 31-60 31-60 31-60 61-90 61-90 61-90 91+ undated",
		"psledger":                "not_due not_due not_due 1-30 1-30 1-30 31-60 31-60 31-60 61-90 61-90 61-90 91+ undated",
		"oca-days-overdue":        "not_due not_due not_due 1-30 1-30 1-30 31-60 31-60 31-60 61-90 61-90 61-90 91+ undated",
		"fr-schedule":             "due_in_31-60 due_in_0-30 due_in_0-30 1-30 1-30 1-30 31-60 31-60 31-60 61-90 61-90 61-90 91+ undated",
		"fr-months":               "not_due not_due not_due M M-1 M-1 M-1 M-2 M-2 M-2 M-3_and_older M-3_and_older M-3_and_older undated",
		"issue-date":              "0-30 31-60 31-60 61-90 61-90 61-90 91+ 91+ 91+ 91+ 91+ 91+ 91+ undated",
		"erpnext":                 "due_in_1+ due_in_1+ 0-30 0-30 0-30 0-30 31-60 31-60 31-60 61-90 61-90 61-90 91-120 91-120",
		"odoo-11":                 "due_in_1+ due_in_1+ 0-30 0-30 0-30 0-30 31-61 31-61 31-61 31-61 62-92 62-92 62-92 93-123",
		"odoo":                    "not_due not_due not_due 1-30 1-30 1-30 31-60 31-60 31-60 61-90 61-90 61-90 91-120 91-120",
		"oca-aged":                "not_due not_due not_due 1-30 1-30 1-30 31-60 31-60 31-60 61-90 61-90 61-90 91-120 not_due",
		"oca-statement":           "not_due not_due not_due 1-29 1-29 30-59 30-59 30-59 60-89 60-89 60-89 90-119 90-119 90-119",
		"oca-statement-months":    "not_due not_due not_due M M-1 M-1 M-1 M-2 M-2 M-2 M-3 M-3 M-3 M-3",
		"tryton":                  "due_in_1+ due_in_1+ 0-29 0-29 0-29 30-59 30-59 30-59 60-89 60-89 60-89 90+ 90+ 90+",
		"business-central":        "due_in_1+ due_in_1+ 0-29 0-29 0-29 30-59 30-59 30-59 60-89 60-89 60-89 90+ 90+ 90+",
		"business-central-months": "due_in_1+ due_in_1+ 1M 1M 1M 1M 2M 2M 2M 3M 3M 3M 3M 4M+",
		"business-central-chart":  "not_due not_due not_due 1M 1M 1M 1M 2M 2M 2M 3M 3M 3M 13M+",
		"idempiere":               "due_in_31-60 due_in_1-7 0 1-7 8-30 8-30 31-60 31-60 31-60 61-90 61-90 61-90 91+ undated",
		"invoice-ninja":           "due_in_1+ due_in_1+ 0-30 0-30 0-30 0-30 31-60 31-60 31-60 61-90 61-90 61-90 91-120 due_in_1+",
		"stateset":                "due_in_1+ due_in_1+ 0-29 0-29 0-29 30-59 30-59 30-59 60-89 60-89 60-89 90+ 90+ undated",
	}
	require.Len(t, edges, len(aging.Presets()), "every preset is pinned")
	for _, scheme := range aging.Presets() {
		t.Run(scheme.Name, func(t *testing.T) {
			want := strings.Fields(edges[scheme.Name])
			require.Len(t, want, len(days)+1)
			config := aging.Config{Scheme: scheme}
			var got []string
			for _, d := range days {
				item := due("F", d, "10")
				if scheme.Basis == aging.ByIssueDate {
					// Issued 60 days before the due date: the day counts from there.
					require.Equal(t, d+60, receivables.DaysBetween(item.IssuedOn, asOf))
				}
				got = append(got, strings.ReplaceAll(where(t, config, item), " ", "_"))
			}
			undated := due("F", 0, "10")
			undated.DueOn, undated.IssuedOn = 0, receivables.AddDays(asOf, -100)
			if scheme.Basis == aging.ByIssueDate {
				undated.IssuedOn = 0
			}
			got = append(got, strings.ReplaceAll(where(t, config, undated), " ", "_"))
			assert.Equal(t, want, got)

			later := due("F", -10, "10")
			later.IssuedOn = receivables.AddDays(asOf, 1)
			assert.Equal(t, "not issued", where(t, config, later), "issued after the as-of day")
			credit := due("N", 45, "-10")
			assert.Equal(t, "unapplied", where(t, config, credit))

			// A credit larger than the debts: columns and credit stand apart, the total is a
			// credit, whatever the scheme; and they add up.
			a, err := aging.New(asOf, config)
			require.NoError(t, err)
			require.NoError(t, a.AddAll([]receivables.OpenItem{due("F1", 30, "100"), due("F2", 31, "50"), undated, due("N", 5, "-1000")}))
			total, ok := a.Balance().Total(receivables.MustCurrency("EUR"))
			require.True(t, ok)
			assert.Equal(t, "160.00", total.Aged().Amount.Text())
			assert.Equal(t, "-1000.00", total.Unapplied().Amount.Text())
			assert.Equal(t, "-840.00", total.Total().Amount.Text())
			for _, share := range total.Shares() {
				_, defined := share.Value()
				assert.True(t, defined)
			}
		})
	}
}

// A payment on the as-of day has settled the item, for every preset.
func TestAPaymentOnTheDayIsPaid(t *testing.T) {
	l, err := receivables.NewLedger(
		receivables.Invoice{ID: "F1", Customer: "C1", IssuedOn: day("2026-08-01"), DueOn: day("2026-10-23"), Amount: eur("100")},
		receivables.Payment{ID: "P1", Customer: "C1", ReceivedOn: asOf, Amount: eur("100")},
		receivables.Allocation{From: "P1", To: "F1", Amount: eur("100"), On: asOf},
	)
	require.NoError(t, err)
	before := receivables.AddDays(asOf, -1)
	for _, scheme := range aging.Presets() {
		b, proof, err := aging.FromLedger(l, asOf, asOf, aging.Config{Scheme: scheme})
		require.NoError(t, err, scheme.Name)
		assert.Zero(t, countLines(b), scheme.Name)
		assert.True(t, proof.Balanced())
		b, _, err = aging.FromLedger(l, before, before, aging.Config{Scheme: scheme})
		require.NoError(t, err)
		total, _ := b.Total(receivables.MustCurrency("EUR"))
		assert.Equal(t, "100.00", total.Total().Amount.Text(), scheme.Name)
	}
}

func countLines(b *aging.Balance) (n int) {
	for range b.Lines() {
		n++
	}
	return n
}

func TestSchemesWithHolesOrOverlapsDoNotBuild(t *testing.T) {
	low, high := aging.Lowest, aging.Highest
	for name, c := range map[string]struct {
		columns []aging.Column
		says    string
	}{
		"none":          {[]aging.Column{}, "at least one column"},
		"hole":          {[]aging.Column{{From: low, To: 0}, {From: 2, To: high}}, "a hole: 1 to 1"},
		"overlap":       {[]aging.Column{{From: low, To: 30}, {From: 30, To: high}}, "an overlap: 30 to 30"},
		"closed below":  {[]aging.Column{{From: 0, To: high}}, "open below"},
		"closed above":  {[]aging.Column{{From: low, To: 90}}, "open above"},
		"backwards":     {[]aging.Column{{From: low, To: 0}, {From: 1, To: 0}, {From: 1, To: high}}, "before it begins"},
		"after the end": {[]aging.Column{{From: low, To: high}, {From: high, To: high}}, "an overlap"},
		"beyond reason": {[]aging.Column{{From: low, To: 2_000_000}, {From: 2_000_001, To: high}}, "bounds in days"},
	} {
		_, err := aging.New(asOf, aging.Config{Scheme: aging.Scheme{Name: name, Columns: c.columns}})
		require.ErrorIs(t, err, receivables.ErrInvalidInput, name)
		assert.ErrorContains(t, err, c.says, name)
	}
	for _, bounds := range [][]int{{}, {0}, {-5}, {30, 30}, {60, 30}, {30, aging.Highest}} {
		_, err := aging.DayScheme(bounds...)
		assert.ErrorIs(t, err, receivables.ErrInvalidInput, "%v", bounds)
	}
	_, err := aging.MonthScheme(0)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = aging.New(0, aging.Config{})
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = aging.New(asOf, aging.Config{Scheme: aging.Scheme{Basis: aging.ByOtherDate, Columns: aging.Default().Columns}})
	require.ErrorIs(t, err, receivables.ErrConflict, "no date is given")
	_, err = aging.Preset("sap")
	require.ErrorIs(t, err, receivables.ErrUnknown)
	assert.ErrorContains(t, err, "business-central")
}

func TestNamesComeFromTheBounds(t *testing.T) {
	scheme, err := aging.DayScheme(10, 20, 120)
	require.NoError(t, err)
	assert.Equal(t, []string{"not_due", "1-10", "11-20", "21-120", "121+"}, scheme.Names())
	scheme, err = aging.IssueScheme(30, 60)
	require.NoError(t, err)
	assert.Equal(t, []string{"0-30", "31-60", "61+"}, scheme.Names())
	scheme, err = aging.MonthScheme(3)
	require.NoError(t, err)
	assert.Equal(t, []string{"not_due", "M", "M-1", "M-2 and older"}, scheme.Names())
	for _, s := range aging.Presets() {
		seen := map[string]bool{}
		for _, name := range s.Names() {
			assert.False(t, seen[name], "%s: %s twice", s.Name, name)
			seen[name] = true
		}
	}
	data, err := json.Marshal(aging.Default())
	require.NoError(t, err)
	assert.JSONEq(t, `{"name":"default","basis":"due date","unit":"days","undated":"own column","columns":[
		{"name":"not_due","from":null,"to":0},{"name":"1-30","from":1,"to":30},{"name":"31-60","from":31,"to":60},
		{"name":"61-90","from":61,"to":90},{"name":"91+","from":91,"to":null}]}`, string(data))
}

// The months of lateness around month ends, and on the first of a month, when the
// current month has no late day yet.
func TestCalendarMonths(t *testing.T) {
	scheme, err := aging.MonthScheme(4)
	require.NoError(t, err)
	for _, c := range []struct{ asOf, due, want string }{
		{"2026-03-31", "2026-03-31", "not_due"},
		{"2026-03-31", "2026-03-30", "M"},
		{"2026-03-31", "2026-03-01", "M"},
		{"2026-03-31", "2026-02-28", "M-1"},
		{"2026-03-31", "2026-01-31", "M-2"},
		{"2026-03-31", "2025-12-31", "M-3 and older"},
		{"2026-03-01", "2026-03-01", "not_due"},
		{"2026-03-01", "2026-02-28", "M-1"},
		{"2024-02-29", "2024-01-31", "M-1"},
		{"2026-01-15", "2025-12-31", "M-1"},
	} {
		a, err := aging.New(day(c.asOf), aging.Config{Scheme: scheme})
		require.NoError(t, err)
		require.NoError(t, a.Add(receivables.OpenItem{Document: "F", Customer: "C", DueOn: day(c.due), Open: eur("1")}))
		total, _ := a.Balance().Total(receivables.MustCurrency("EUR"))
		for i, name := range scheme.Names() {
			assert.Equal(t, name == c.want, total.Column(i).Items == 1, "%s due %s: %s", c.asOf, c.due, name)
		}
	}
}

// Day ranges of a business-management system's report by months, for three as-of
// dates around month ends (steps are chained from the day after the as-of date).
func TestRollingMonthsAroundMonthEnds(t *testing.T) {
	scheme, err := aging.Preset("business-central-months")
	require.NoError(t, err)
	for asOf, lastDays := range map[string][]int{
		"2024-10-15": {29, 60, 91}, "2024-01-31": {30, 61, 91}, "2024-02-29": {28, 59, 90},
	} {
		a, err := aging.New(day(asOf), aging.Config{Scheme: scheme})
		require.NoError(t, err)
		for i, last := range lastDays {
			for offset, column := range map[int]int{0: i + 1, 1: i + 2} {
				b, err := aging.New(day(asOf), aging.Config{Scheme: scheme})
				require.NoError(t, err)
				require.NoError(t, b.Add(receivables.OpenItem{
					Document: "F", Customer: "C", DueOn: receivables.AddDays(day(asOf), -last-offset), Open: eur("1"),
				}))
				total, _ := b.Balance().Total(receivables.MustCurrency("EUR"))
				assert.Equal(t, 1, total.Column(column).Items, "%s: %d days late", asOf, last+offset)
				require.NoError(t, a.Merge(b))
			}
		}
	}
}

func TestFiscalPeriods(t *testing.T) {
	periods := []date.Date{day("2026-08-31"), day("2026-09-28"), day("2026-11-02"), day("2026-11-30")} // 4, 5 weeks
	scheme := aging.Scheme{
		Name: "4-5-4", Unit: aging.FiscalPeriods, Periods: periods,
		Columns: []aging.Column{{From: aging.Lowest, To: -1}, {From: 0, To: 0}, {From: 1, To: 1}, {From: 2, To: aging.Highest}},
	}
	assert.Equal(t, []string{"not_due", "P", "P-1", "P-2 and older"}, scheme.Names())
	for due, want := range map[string]string{
		"2026-11-22": "not_due", "2026-11-21": "P", "2026-11-02": "P", "2026-11-01": "P-1", "2026-09-28": "P-1", "2026-09-27": "P-2 and older",
	} {
		item := receivables.OpenItem{Document: "F", Customer: "C", DueOn: day(due), Open: eur("1")}
		assert.Equal(t, want, where(t, aging.Config{Scheme: scheme}, item), due)
	}
	for _, d := range []string{"2026-09-01", "2026-11-30"} {
		_, err := aging.New(day(d), aging.Config{Scheme: scheme})
		require.ErrorIs(t, err, receivables.ErrNoCoverage, "the periods do not reach from the last column to after %s", d)
	}
	scheme.Periods = []date.Date{day("2026-01-01"), day("2026-01-01"), day("2027-01-01")}
	_, err := aging.New(asOf, aging.Config{Scheme: scheme})
	require.ErrorIs(t, err, receivables.ErrInvalidInput, "a period of no days")
	scheme.Periods = nil
	_, err = aging.New(asOf, aging.Config{Scheme: scheme})
	require.ErrorIs(t, err, receivables.ErrConflict)
}
