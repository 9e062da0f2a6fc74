package receivables_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
)

// shared returns the path of a file of the reference data, which stands beside
// the repository; the test is skipped where it does not.
func shared(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join("..", "shared", filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the reference data are not beside the repository: %v", err)
	}
	return path
}

// table reads days by zone from an official table: column 0 is the date; zones
// are in a column or given.
func table(t *testing.T, path, zoneColumn, zone string) map[string]map[date.Date]bool {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	at := slices.Index(rows[0], zoneColumn)
	days := map[string]map[date.Date]bool{}
	for _, row := range rows[1:] {
		zones := []string{zone}
		if at >= 0 {
			zones = strings.Split(row[at], "|")
		}
		for _, z := range zones {
			if days[z] == nil {
				days[z] = map[date.Date]bool{}
			}
			days[z][day(row[0])] = true
		}
	}
	return days
}

// holidaySet asks the calendar for a span of years.
func holidaySet(t *testing.T, zone receivables.Zone, first, last int) map[date.Date]bool {
	t.Helper()
	calendar, err := receivables.FrenchCalendar(zone)
	require.NoError(t, err)
	days := map[date.Date]bool{}
	for year := first; year <= last; year++ {
		list, err := calendar.Holidays(year)
		require.NoError(t, err)
		for _, h := range list {
			days[h.Day] = true
			business, err := calendar.IsBusinessDay(h.Day)
			require.NoError(t, err)
			assert.False(t, business, "%s is a holiday", h.Day)
		}
	}
	return days
}

func TestHolidaysAreThoseOfTheEtalabTables(t *testing.T) {
	official := table(t, shared(t, "data/calendar/etalab-jours_feries.csv"), "zones", "")
	for zone, name := range map[receivables.Zone]string{
		receivables.ZoneMetropole: "Métropole", receivables.ZoneAlsaceMoselle: "Alsace-Moselle",
		receivables.ZoneGuadeloupe: "Guadeloupe", receivables.ZoneGuyane: "Guyane", receivables.ZoneMartinique: "Martinique",
		receivables.ZoneMayotte: "Mayotte", receivables.ZoneReunion: "La Réunion",
		receivables.ZoneSaintBarthelemy: "Saint-Barthélémy", receivables.ZoneSaintMartin: "Saint-Martin",
	} {
		assert.Equal(t, official[name], holidaySet(t, zone, 2006, 2031), "%s", zone)
	}
	metropole := table(t, shared(t, "data/calendar/etalab-jours_feries_metropole.csv"), "zone", "")
	assert.Equal(t, metropole["Métropole"], holidaySet(t, receivables.ZoneMetropole, 2006, 2031))
	alsace := table(t, shared(t, "data/calendar/etalab-jours_feries_alsace-moselle.csv"), "zone", "")
	assert.Equal(t, alsace["Alsace-Moselle"], holidaySet(t, receivables.ZoneAlsaceMoselle, 2006, 2031))
}

func TestHolidaysAreThoseOfTheDatagouvTables(t *testing.T) {
	for zone, file := range map[receivables.Zone]string{
		receivables.ZoneMetropole:     "datagouv-jours_feries_seuls.csv",
		receivables.ZoneAlsaceMoselle: "datagouv-jours_feries_seuls_alsace_moselle.csv",
	} {
		official := table(t, shared(t, "data/calendar/"+file), "", "all")["all"]
		for d := range official {
			if d.Year() < 1982 { // the table applies today's rules backwards
				delete(official, d)
			}
		}
		assert.Equal(t, official, holidaySet(t, zone, 1982, 2050), "%s", zone)
	}
}

// The same assertions for years that need no reference data: 2008, when 1 May
// and Ascension Day fall together, a leap year and the last years of the tables.
func TestHolidaysOfSomeYears(t *testing.T) {
	for _, c := range []struct {
		zone  receivables.Zone
		year  int
		dates string
	}{
		{receivables.ZoneMetropole, 2008, "01-01 03-24 05-01 05-08 05-12 07-14 08-15 11-01 11-11 12-25"},
		{receivables.ZoneMetropole, 2024, "01-01 04-01 05-01 05-08 05-09 05-20 07-14 08-15 11-01 11-11 12-25"},
		{receivables.ZoneMetropole, 2027, "01-01 03-29 05-01 05-06 05-08 05-17 07-14 08-15 11-01 11-11 12-25"},
		{receivables.ZoneAlsaceMoselle, 2026, "01-01 04-03 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25 12-26"},
		{receivables.ZoneMartinique, 2026, "01-01 04-06 05-01 05-08 05-14 05-22 05-25 07-14 08-15 11-01 11-11 12-25"},
	} {
		calendar, err := receivables.FrenchCalendar(c.zone)
		require.NoError(t, err)
		list, err := calendar.Holidays(c.year)
		require.NoError(t, err)
		var got []string
		for _, h := range list {
			got = append(got, h.Day.String()[5:])
		}
		assert.Equal(t, c.dates, strings.Join(got, " "), "%s %d", c.zone, c.year)
	}
}

func TestCalendarsKnowWhereTheyEnd(t *testing.T) {
	calendar, err := receivables.FrenchCalendar(receivables.ZoneMetropole)
	require.NoError(t, err)
	for _, d := range []string{"1982-01-01", "2050-12-31"} {
		_, err := calendar.IsBusinessDay(day(d))
		require.NoError(t, err, d)
	}
	for _, d := range []string{"1981-12-31", "2051-01-01"} {
		_, err := calendar.IsBusinessDay(day(d))
		var coverage *receivables.CoverageError
		require.ErrorAs(t, err, &coverage, d)
		assert.ErrorIs(t, err, receivables.ErrNoCoverage)
		assert.Equal(t, day("1982-01-01"), coverage.FirstCovered)
		assert.Equal(t, day("2050-12-31"), coverage.LastCovered)
	}
	_, err = receivables.FrenchCalendar("atlantis")
	assert.ErrorIs(t, err, receivables.ErrUnknown)
}

func TestDaysRollToBusinessDays(t *testing.T) {
	calendar, err := receivables.FrenchCalendar(receivables.ZoneMetropole)
	require.NoError(t, err)
	for _, c := range []struct {
		day  string
		roll receivables.Roll
		want string
	}{
		{"2026-05-01", receivables.RollNone, "2026-05-01"},
		{"2026-05-01", receivables.RollFollowing, "2026-05-04"}, // Friday, then a weekend
		{"2026-05-01", receivables.RollPreceding, "2026-04-30"},
		{"2026-01-31", receivables.RollModifiedFollowing, "2026-01-30"}, // Saturday at the end of the month
		{"2026-01-24", receivables.RollModifiedFollowing, "2026-01-26"},
		{"2026-11-10", receivables.RollFollowing, "2026-11-10"},
		{"2026-12-25", receivables.RollFollowing, "2026-12-28"},
	} {
		got, err := receivables.RollDay(calendar, day(c.day), c.roll)
		require.NoError(t, err)
		assert.Equal(t, day(c.want), got, "%s %s", c.day, c.roll)
	}
	_, err = receivables.RollDay(nil, day("2026-05-01"), receivables.RollFollowing)
	assert.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = receivables.RollDay(closed{}, day("2026-05-01"), receivables.RollFollowing)
	assert.ErrorIs(t, err, receivables.ErrLimit)
}

// closed is a calendar without business days.
type closed struct{}

func (closed) IsBusinessDay(date.Date) (bool, error) { return false, nil }
