package penalties_test

import (
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/penalties"
)

func standard(t testing.TB) *penalties.Law {
	t.Helper()
	law, err := penalties.Standard()
	require.NoError(t, err)
	return law
}

// daysWithoutSource counts the days inside a series for which no source was found.
var daysWithoutSource = map[string]int{
	"be_statutory_to_2008": 365 + 366, // 2005-07 to 2006-06, 2007-07 to 2008-06
	"es_statutory_to_2008": 184,       // second half of 2005
	"us_prompt_payment":    184,       // second half of 2025
}

// Every day of every series has exactly one value or says that none was found; the
// day before and the day after are a CoverageError that names series and days.
func TestEveryDayOfEverySeries(t *testing.T) {
	law := standard(t)
	for _, id := range law.SeriesIDs() {
		c, err := law.Coverage(id)
		require.NoError(t, err)
		unknown := 0
		for d := c.From; d <= c.VerifiedThrough; d++ {
			rate, err := law.Reference(id, d)
			if err != nil {
				require.ErrorIs(t, err, receivables.ErrNoCoverage)
				require.ErrorContains(t, err, "no source found", "%s on %s", id, d)
				unknown++
				continue
			}
			require.LessOrEqual(t, rate.From, d)
			require.NotEmpty(t, rate.Citation.Text)
			require.NotEmpty(t, rate.Citation.Confidence)
		}
		assert.Equal(t, daysWithoutSource[id], unknown, "%s: days without a source", id)
		for _, d := range []int{-1, receivables.DaysBetween(c.From, c.VerifiedThrough) + 1} {
			on := receivables.AddDays(c.From, d)
			_, err := law.Reference(id, on)
			var coverage *receivables.CoverageError
			require.ErrorAs(t, err, &coverage, "%s on %s", id, on)
			assert.Equal(t, on, coverage.Day)
			assert.Equal(t, c.VerifiedThrough, coverage.LastCovered)
			assert.Equal(t, c.NextExpected, coverage.NextExpected)
			assert.ErrorContains(t, err, id)
			assert.ErrorContains(t, err, c.VerifiedThrough.String())
		}
	}
}

// rateFor is the rate of a claim due on a day, on another day.
func rateFor(t *testing.T, regime, due, on string) (decimal.Decimal, error) {
	t.Helper()
	claim := penalties.Claim{ID: "x", Principal: receivables.MustMoney("1", "EUR"), DueOn: day(due), NoticeOn: day(due)}
	r, err := calculator(t, penalties.Config{Regime: regime}).Rate(claim, day(on))
	return r.Percent, err
}

// Rates that national notices print, as the regimes compute them; a few of each
// country, among them the ones that break "reference + 8".
func TestPublishedRates(t *testing.T) {
	for _, c := range []struct{ regime, due, on, want string }{
		{"fr.b2b", "2024-07-01", "2024-12-31", "14.25"},
		{"fr.b2b", "2026-07-01", "2026-12-31", "12.40"},
		{"fr.public", "2023-06-30", "2025-12-31", "12.00"}, // frozen at the start
		{"fr.legal_rate.other", "2024-07-01", "2024-08-01", "4.92"},
		{"fr.legal_rate.individual", "2014-01-01", "2014-06-01", "0.04"},
		{"de.b2b", "2016-07-01", "2016-12-31", "8.12"}, // negative reference -0.88
		{"de.b2b", "2014-07-28", "2026-07-01", "9.52"}, // contract before the change: + 8
		{"de.consumer", "2016-07-01", "2016-12-31", "4.12"},
		{"at.b2b", "2026-07-01", "2026-12-31", "10.73"}, // did not move although the ECB did
		{"at.b2b", "2008-07-01", "2008-12-31", "11.19"},
		{"be.b2b", "2025-07-01", "2025-12-31", "10.50"}, // 10.15 rounded up
		{"be.b2b", "2007-01-01", "2007-06-30", "11.00"},
		{"bg.b2b", "2025-07-01", "2025-12-31", "11.91"},
		{"bg.b2b", "2026-01-01", "2026-06-30", "10.15"},
		{"cz.b2b", "2013-01-01", "2013-06-30", "7.05"}, // last day of the half-year before, + 7
		{"cz.b2b", "2013-07-01", "2013-12-31", "8.05"},
		{"cz.b2b", "2022-07-01", "2025-12-31", "15.00"}, // frozen
		{"dk.b2b", "2022-07-01", "2022-12-31", "7.55"},
		{"dk.b2b", "2013-02-28", "2020-06-30", "7.05"}, // due before 2013-03-01 keeps + 7
		{"ee.b2b", "2013-04-15", "2013-06-30", "8.75"},
		{"es.b2b", "2013-01-01", "2013-02-23", "7.75"},
		{"es.b2b", "2013-01-01", "2013-02-24", "8.75"},
		{"es.b2b", "2008-01-01", "2008-06-30", "11.20"},
		{"fi.b2b", "2025-01-01", "2025-06-30", "11.50"},
		{"gb.b2b", "2023-12-31", "2025-06-30", "13.25"}, // Bank Rate of 31 December 2023, frozen
		{"ie.b2b", "2024-07-01", "2026-01-01", "12.25"},
		{"it.b2b", "2008-07-01", "2008-12-31", "11.10"}, // other than NL and ES
		{"it.b2b", "2025-01-01", "2025-06-30", "11.15"},
		{"nl.b2b", "2013-01-01", "2013-03-15", "7.75"},
		{"nl.b2b", "2013-01-01", "2013-03-16", "8.75"},
		{"no.b2b", "2022-07-01", "2022-12-31", "9.25"},
		{"pl.b2b", "2024-01-01", "2024-06-30", "15.75"},
		{"pl.health", "2024-01-01", "2024-06-30", "13.75"},
		{"pt.b2b", "2025-01-01", "2025-06-30", "11.15"},
		{"se.b2b", "2023-07-01", "2023-12-31", "11.50"}, // 3.75 decided, 3.50 in effect
		{"si.b2b", "2024-07-01", "2024-12-31", "12.25"},
		{"ch.general", "2020-01-01", "2026-12-31", "5"},
	} {
		got, err := rateFor(t, c.regime, c.due, c.on)
		require.NoError(t, err, c.regime)
		assert.True(t, decimal.RequireFromString(c.want).Equal(got), "%s due %s on %s: want %s, got %s", c.regime, c.due, c.on, c.want, got)
	}
}

// Every rate that the reference table marks as published comes out of the regime.
// What is not covered is listed with its reason.
func TestEveryPublishedRateOfTheReferenceTable(t *testing.T) {
	path := filepath.Join("..", "..", "shared", "reference", "rates", "late_payment_rates_published.csv")
	f, err := os.Open(path)
	if err != nil {
		t.Skipf("the reference data are not beside the repository: %v", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	notCovered := map[string]string{
		"NO 2005-07-01": "no series of the key rate before 2016-07-01", "NO 2006-01-01": "idem", "NO 2010-07-01": "idem", "NO 2011-01-01": "idem",
		"HR 2015-08-01": "mean rate of company loans: no series", "HR 2017-01-01": "idem", "HR 2018-01-01": "idem", "HR 2020-01-01": "idem",
	}
	checked, left := 0, []string{}
	for _, row := range rows[1:] {
		country, from, to, rate, source := row[0], row[1], row[2], row[3], row[4]
		if !strings.HasPrefix(source, "published:") {
			continue
		}
		regime := strings.ToLower(country) + ".b2b"
		got, err := rateFor(t, regime, from, to)
		if err != nil {
			key := country + " " + from
			require.NotEmpty(t, notCovered[key], "%s: %v", key, err)
			require.True(t, errors.Is(err, receivables.ErrNoCoverage))
			left = append(left, key+": "+notCovered[key])
			continue
		}
		checked++
		assert.True(t, decimal.RequireFromString(rate).Equal(got), "%s %s to %s: want %s, got %s", country, from, to, rate, got)
	}
	assert.Len(t, left, len(notCovered))
	t.Logf("%d rates reproduced; not covered: %s", checked, strings.Join(left, "; "))
}

func TestBeyondWhatIsVerified(t *testing.T) {
	claim := penalties.Claim{ID: "F1", Principal: eur("1000"), DueOn: day("2026-11-30")}
	_, err := calculator(t, penalties.Config{Regime: "fr.b2b"}).Accrue(claim, day("2027-01-01"))
	var coverage *receivables.CoverageError
	require.ErrorAs(t, err, &coverage)
	assert.Equal(t, day("2027-01-01"), coverage.Day)
	assert.Equal(t, "ecb_mro", coverage.Parameter)
	assert.ErrorContains(t, err, "2026-10-03")
	assert.ErrorContains(t, err, "next value expected 2026-10-29")

	a := accrue(t, penalties.Config{Regime: "fr.b2b", Coverage: penalties.ExtendLastValue}, claim, "2027-01-31")
	assert.True(t, a.Provisional)
	assert.False(t, a.Segments[0].Rate.Provisional)
	assert.True(t, a.Segments[1].Rate.Provisional)
	assert.Equal(t, "12.65", a.Segments[1].Rate.Percent.StringFixed(2))

	law, err := standard(t).WithRates("ecb_mro", day("2027-01-10"), penalties.RateRow{From: day("2026-12-23"), Percent: decimal.RequireFromString("2.90"), Source: "ECB press release"})
	require.NoError(t, err)
	c, err := penalties.New(law, penalties.Config{Regime: "fr.b2b"})
	require.NoError(t, err)
	a, err = c.Accrue(claim, day("2027-01-31"))
	require.NoError(t, err)
	assert.False(t, a.Provisional)
	assert.Equal(t, "12.9", a.Segments[1].Rate.Percent.String())
	assert.Equal(t, "caller", a.Segments[1].Rate.Citations[1].Confidence)
	_, err = law.Reference("ecb_mro", day("2026-12-01"))
	require.ErrorContains(t, err, "neither verified nor given", "nobody looked at the days before the row")
	law, err = standard(t).WithRates("ecb_mro", day("2027-01-10"))
	require.NoError(t, err)
	rate, err := law.Reference("ecb_mro", day("2027-01-10"))
	require.NoError(t, err)
	assert.Equal(t, "2.65", rate.Percent.StringFixed(2), "confirmed by the caller: no change")
	_, err = standard(t).WithRates("ecb_mro", day("2026-01-01"))
	require.ErrorIs(t, err, receivables.ErrInvalidInput, "what was verified is not forgotten")
	_, err = standard(t).Reference("ecb_mro", day("2027-01-01"))
	require.ErrorIs(t, err, receivables.ErrNoCoverage, "the standard law is as it was")
	for _, rows := range [][]penalties.RateRow{
		{{From: day("2027-02-01"), Source: "x"}},
		{{From: day("2026-12-23")}},
		{{From: day("2026-12-24"), Source: "x"}, {From: day("2026-12-23"), Source: "x"}},
	} {
		_, err := standard(t).WithRates("ecb_mro", day("2027-01-10"), rows...)
		require.ErrorIs(t, err, receivables.ErrInvalidInput)
	}
	_, err = standard(t).WithRates("libor", day("2027-01-10"))
	require.ErrorIs(t, err, receivables.ErrUnknown)
}

// Every member state of the Union has a business regime, and each says how sure it
// is.
func TestEveryMemberStateHasARegime(t *testing.T) {
	ids := standard(t).RegimeIDs()
	for _, cc := range strings.Fields("at be bg cy cz de dk ee el es fi fr hr hu ie it lt lu lv mt nl pl pt ro se si sk gb no") {
		assert.Contains(t, ids, cc+".b2b")
	}
	for _, id := range ids {
		r, err := standard(t).Regime(id)
		require.NoError(t, err)
		for _, v := range r.Versions {
			assert.True(t, slices.Contains([]string{"T", "O", "P", "M"}, v.Citation.Confidence), "%s: %s", id, v.Citation)
		}
		assert.False(t, r.Consumer && len(r.FixedSums) > 0, "%s: a consumer owes no fixed sum", id)
		for _, f := range r.FixedSums {
			assert.NotEmpty(t, f.Citation.Text, id)
		}
	}
	_, err := standard(t).Regime("xx.b2b")
	require.ErrorIs(t, err, receivables.ErrUnknown)
}
