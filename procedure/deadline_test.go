package procedure_test

import (
	"bufio"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/rickb777/date/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
)

func count(t testing.TB, on string, p procedure.Period, regime procedure.Regime, role procedure.Role, at procedure.Place) procedure.Deadline {
	t.Helper()
	d, err := procedure.Count{Event: procedure.Event{Name: "event", On: day(on)}, Period: p, Regime: regime, Role: role, Place: at}.Deadline()
	require.NoError(t, err)
	return d
}

func zone(z receivables.Zone) procedure.Place { return procedure.Place{Zone: z} }

// The official table of Service-Public F31111, and days by hand from a calendar: 31st of months, 29 February, Easter-bound
// days, overseas.
func TestCivilProcedure(t *testing.T) {
	days := func(n int) procedure.Period { return procedure.Period{Days: n} }
	months := func(n int) procedure.Period { return procedure.Period{Months: n} }
	for _, c := range []struct {
		on           string
		p            procedure.Period
		zone         receivables.Zone
		raw, expires string
		safe         string // empty: expires
	}{
		{"2025-02-05", days(10), "", "2025-02-15", "2025-02-17", ""}, // Saturday
		{"2025-03-03", days(10), "", "2025-03-13", "2025-03-13", ""},
		{"2025-04-08", days(10), "", "2025-04-18", "2025-04-18", ""},                                       // Good Friday, a working day in metropole
		{"2025-04-08", days(10), receivables.ZoneAlsaceMoselle, "2025-04-18", "2025-04-22", "2025-04-18"},  // to the Tuesday after Easter
		{"2025-05-19", days(10), "", "2025-05-29", "2025-05-30", ""},                                       // Ascension
		{"2025-08-05", days(10), "", "2025-08-15", "2025-08-18", ""},                                       // Friday 15 August
		{"2024-02-07", days(10), "", "2024-02-17", "2024-02-19", ""},                                       // in a leap year
		{"2025-04-15", months(4), "", "2025-08-15", "2025-08-18", ""},                                      //
		{"2025-03-28", procedure.Period{Years: 1}, "", "2026-03-28", "2026-03-30", ""},                     //
		{"2025-05-14", procedure.Period{Years: 1}, "", "2026-05-14", "2026-05-15", ""},                     // Ascension 2026
		{"2024-01-31", months(1), "", "2024-02-29", "2024-02-29", ""},                                      // no 31 February
		{"2025-01-31", months(1), "", "2025-02-28", "2025-02-28", ""},                                      //
		{"2024-02-29", procedure.Period{Years: 1}, "", "2025-02-28", "2025-02-28", ""},                     //
		{"2026-03-31", months(1), "", "2026-04-30", "2026-04-30", ""},                                      //
		{"2026-01-30", procedure.Period{Months: 1, Days: 2}, "", "2026-03-02", "2026-03-02", ""},           // months first: 28 February, then two days
		{"2026-03-05", months(1), "", "2026-04-05", "2026-04-07", ""},                                      // Easter Sunday, then Easter Monday
		{"2026-04-24", months(1), "", "2026-05-24", "2026-05-26", ""},                                      // Whit Sunday, Whit Monday
		{"2026-11-25", months(1), "", "2026-12-25", "2026-12-28", ""},                                      // a Friday
		{"2026-11-26", months(1), receivables.ZoneAlsaceMoselle, "2026-12-26", "2026-12-28", ""},           // a Saturday in any case
		{"2025-11-26", months(1), receivables.ZoneAlsaceMoselle, "2025-12-26", "2025-12-29", "2025-12-26"}, // a Friday
		{"2026-05-12", days(10), receivables.ZoneMartinique, "2026-05-22", "2026-05-26", "2026-05-22"},     // then weekend and Whit Monday
		{"2027-05-17", days(10), receivables.ZoneGuadeloupe, "2027-05-27", "2027-05-28", "2027-05-27"},     //
		{"2027-04-17", days(10), receivables.ZoneMayotte, "2027-04-27", "2027-04-28", "2027-04-27"},        //
		{"2027-06-01", days(9), receivables.ZoneGuyane, "2027-06-10", "2027-06-11", "2027-06-10"},          //
		{"2027-12-10", days(10), receivables.ZoneReunion, "2027-12-20", "2027-12-21", "2027-12-20"},        //
		{"2026-12-17", days(15), "", "2027-01-01", "2027-01-04", ""},                                       // New Year, a Friday
		{"2026-10-24", days(8), "", "2026-11-01", "2026-11-02", ""},                                        // All Saints, a Sunday
	} {
		d := count(t, c.on, c.p, procedure.CPC, procedure.Duty, zone(c.zone))
		assert.Equal(t, day(c.raw), d.Raw, "%s + %s", c.on, c.p)
		assert.Equal(t, day(c.expires), d.Expires, "%s + %s", c.on, c.p)
		safe := c.safe
		if safe == "" {
			safe = c.expires
		}
		assert.Equal(t, day(safe), d.LastSafe, "%s + %s", c.on, c.p)
		assert.Equal(t, c.raw != c.expires, len(d.Extended) > 0)
		wait := count(t, c.on, c.p, procedure.CPC, procedure.Wait, zone(c.zone))
		assert.Equal(t, wait.Expires, wait.LastSafe)
	}
	d := count(t, "2026-04-24", months(1), procedure.CPC, procedure.Duty, procedure.Place{})
	assert.Equal(t, []string{"2026-05-24 Sunday", "2026-05-25 Lundi de Pentecôte"}, d.Extended)
}

func TestOtherRegimes(t *testing.T) {
	bank := receivables.WeekdayCalendar{}
	for _, c := range []struct {
		regime       procedure.Regime
		on           string
		p            procedure.Period
		at           procedure.Place
		raw, expires string
		safe         string
	}{
		{procedure.Limitation, "2017-07-31", procedure.Period{Years: 5}, procedure.Place{}, "2022-07-31", "2022-07-31", "2022-07-31"}, // a Sunday
		{procedure.PlainCalendar, "2026-11-14", procedure.Period{Days: 1}, procedure.Place{}, "2026-11-15", "2026-11-15", "2026-11-15"},
		{procedure.ClearPeriod, "2026-01-05", procedure.Period{Months: 2}, procedure.Place{}, "2026-03-06", "2026-03-06", "2026-03-05"},
		{procedure.ClearPeriod, "2026-03-05", procedure.Period{Months: 2}, procedure.Place{}, "2026-05-06", "2026-05-06", "2026-05-05"},
		{procedure.EU1182, "2026-11-12", procedure.Period{Days: 30}, procedure.Place{}, "2026-12-12", "2026-12-14", "2026-12-14"},
		{procedure.EU1182, "2026-11-13", procedure.Period{Days: 2}, procedure.Place{}, "2026-11-15", "2026-11-17", "2026-11-16"}, // Monday is one working day, Tuesday the second
		{procedure.EU1182, "2026-11-12", procedure.Period{Days: 30}, procedure.Place{Calendar: bank}, "2026-12-12", "2026-12-14", "2026-12-14"},
		{procedure.ChequesAndBills, "2026-11-02", procedure.Period{Days: 20}, procedure.Place{}, "2026-11-22", "2026-11-23", "2026-11-23"}, // a Sunday
		{procedure.ChequesAndBills, "2026-11-06", procedure.Period{Days: 8}, procedure.Place{}, "2026-11-14", "2026-11-14", "2026-11-14"},  // a Saturday stays
		{procedure.ChequesAndBills, "2026-11-03", procedure.Period{Days: 8}, procedure.Place{}, "2026-11-11", "2026-11-12", "2026-11-12"},
		{procedure.ChequesAndBills, "2026-11-06", procedure.Period{BusinessDays: 2}, procedure.Place{}, "2026-11-09", "2026-11-09", "2026-11-09"}, // Saturday and Monday
		{procedure.Banking, "2026-11-06", procedure.Period{BusinessDays: 5}, procedure.Place{Calendar: bank}, "2026-11-13", "2026-11-13", "2026-11-13"},
		{procedure.Backward, "2026-12-17", procedure.Period{Days: 15}, procedure.Place{}, "2026-12-02", "2026-12-02", "2026-12-02"},
		{procedure.Backward, "2026-11-26", procedure.Period{Days: 15}, procedure.Place{}, "2026-11-11", "2026-11-10", "2026-11-10"}, // a holiday: the day before
	} {
		d := count(t, c.on, c.p, c.regime, procedure.Duty, c.at)
		assert.Equal(t, c.raw+" "+c.expires+" "+c.safe, d.Raw.String()+" "+d.Expires.String()+" "+d.LastSafe.String(), "%s %s %s", c.regime, c.on, c.p)
	}
	assert.NotEmpty(t, count(t, "2026-11-06", procedure.Period{Days: 8}, procedure.ChequesAndBills, procedure.Duty, procedure.Place{}).Uncertain)
	wait := count(t, "2026-11-06", procedure.Period{Days: 8}, procedure.ChequesAndBills, procedure.Wait, procedure.Place{})
	assert.Equal(t, day("2026-11-16"), wait.LastSafe, "for a wait the Saturday is moved")
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		court, person receivables.Zone
		months        int
	}{
		{receivables.ZoneMetropole, receivables.ZoneMetropole, 0},
		{receivables.ZoneMetropole, receivables.ZoneAlsaceMoselle, 0},
		{receivables.ZoneMetropole, receivables.ZoneReunion, 1},
		{receivables.ZoneAlsaceMoselle, procedure.Abroad, 2},
		{receivables.ZoneReunion, receivables.ZoneReunion, 0},
		{receivables.ZoneReunion, receivables.ZoneMayotte, 1},
		{receivables.ZoneReunion, receivables.ZoneMetropole, 1},
		{receivables.ZoneReunion, procedure.Abroad, 2},
		{"", "", 0},
	} {
		d, err := procedure.DistanceOf(c.court, c.person, day("2026-11-26"))
		require.NoError(t, err)
		assert.Equal(t, c.months, d.Months, "%s %s", c.court, c.person)
		assert.Equal(t, c.months > 0, d.Basis.Text != "")
	}
	_, err := procedure.DistanceOf("moon", "", day("2026-11-26"))
	require.ErrorIs(t, err, receivables.ErrUnknown)
	_, err = procedure.DistanceOf(procedure.Abroad, "", day("2026-11-26"))
	require.ErrorIs(t, err, receivables.ErrUnknown)

	at := procedure.Place{Distance: procedure.Distance{Months: 2}}
	d := count(t, "2026-11-30", procedure.Period{Months: 1}, procedure.CPC, procedure.Duty, at)
	assert.Equal(t, "2027-02-28 2027-03-01", d.Raw.String()+" "+d.Expires.String(), "one step of three months, then CPC 642")
	at.Distance.Doubtful = "not known"
	d = count(t, "2026-10-15", procedure.Period{Months: 1}, procedure.CPC, procedure.Duty, at)
	assert.Equal(t, "2026-11-16 2026-11-16", d.Expires.String()+" "+d.LastSafe.String(), "a duty does not count on it")
	d = count(t, "2026-10-15", procedure.Period{Months: 1}, procedure.CPC, procedure.Wait, at)
	assert.Equal(t, "2026-11-16 2027-01-15", d.Expires.String()+" "+d.LastSafe.String(), "a wait does")
}

func TestWhatIsNoDeadline(t *testing.T) {
	good := procedure.Count{Event: procedure.Event{On: day("2026-11-26")}, Period: procedure.Period{Days: 8}, Regime: procedure.CPC}
	_, err := good.Deadline()
	require.NoError(t, err)
	for name, change := range map[string]func(*procedure.Count){
		"day": func(c *procedure.Count) { c.Event.On = 0 }, "regime": func(c *procedure.Count) { c.Regime = "x" }, "role": func(c *procedure.Count) { c.Role = "x" },
		"negative": func(c *procedure.Count) { c.Period.Days = -1 }, "far": func(c *procedure.Count) { c.Period.Years = 201 }, "zone": func(c *procedure.Count) { c.Place.Zone = "moon" },
		"business": func(c *procedure.Count) { c.Period = procedure.Period{BusinessDays: 2} }, "bank": func(c *procedure.Count) { c.Regime = procedure.Banking },
		"coverage": func(c *procedure.Count) { c.Period.Years = 60 }, "distance": func(c *procedure.Count) { c.Place.Distance.Months = -1 },
		"late": func(c *procedure.Count) { c.Regime, c.Event.On = procedure.PlainCalendar, day("9999-12-31") },
	} {
		c := good
		change(&c)
		_, err := c.Deadline()
		require.Error(t, err, name)
	}
	_, err = procedure.DeadlineOf("GRACE.LOST", procedure.Event{On: day("2026-11-26")}, procedure.Place{})
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = procedure.DeadlineOf("NOBODY", procedure.Event{On: day("2026-11-26")}, procedure.Place{})
	require.ErrorIs(t, err, receivables.ErrUnknown)
	r, err := procedure.RuleAt("LASTRESORT.TC", day("2019-12-31"))
	require.NoError(t, err)
	ok, err := r.Covers(eur("4000.01"))
	require.NoError(t, err)
	assert.False(t, ok)
	_, err = r.Covers(receivables.MustMoney("1", "USD"))
	require.ErrorIs(t, err, receivables.ErrCurrencyMismatch)
	day, err := procedure.Extend(receivables.MustDate("2016-04-23"), procedure.Place{})
	require.NoError(t, err)
	assert.Equal(t, receivables.MustDate("2016-04-25"), day)
}

// walked is the end of a period by going from day to day: the anniversary of each month is looked for on the calendar.
func walked(on date.Date, months, days int) date.Date {
	year, month, number := on.Date()
	day := on
	for range months { // to the same number, or the last day, of the next month
		if month++; month > time.December {
			year, month = year+1, time.January
		}
		for day.Month() != month || day.Year() != year {
			day++
		}
		for day.Day() < number && (day+1).Month() == month {
			day++
		}
	}
	return day + date.Date(days)
}

// The closed form equals a walk on the calendar, an extension never shortens, and the safe side is on its side, over more
// than 10,000 random periods.
func TestDaysByWalking(t *testing.T) {
	zones := []receivables.Zone{"", receivables.ZoneAlsaceMoselle, receivables.ZoneMartinique, receivables.ZoneReunion}
	regimes := []procedure.Regime{procedure.CPC, procedure.EU1182, procedure.ClearPeriod, procedure.ChequesAndBills, procedure.PlainCalendar, procedure.Limitation, procedure.Backward}
	rapid.Check(t, func(t *rapid.T) {
		for range 120 {
			on := receivables.AddDays(day("2011-01-01"), rapid.IntRange(0, 5000).Draw(t, "on"))
			p := procedure.Period{Years: rapid.IntRange(0, 3).Draw(t, "years"), Months: rapid.IntRange(0, 14).Draw(t, "months"), Days: rapid.IntRange(0, 70).Draw(t, "days")}
			z, regime := rapid.SampledFrom(zones).Draw(t, "zone"), rapid.SampledFrom(regimes).Draw(t, "regime")
			role := rapid.SampledFrom([]procedure.Role{procedure.Duty, procedure.Wait, procedure.Ceiling}).Draw(t, "role")
			d, err := procedure.Count{Event: procedure.Event{On: on}, Period: p, Regime: regime, Role: role, Place: zone(z)}.Deadline()
			require.NoError(t, err)
			if regime == procedure.Backward {
				require.LessOrEqual(t, d.Expires, d.Raw)
				continue
			}
			want := walked(on, 12*p.Years+p.Months, p.Days)
			if regime == procedure.ClearPeriod {
				want++
			}
			require.Equal(t, want, d.Raw, "%s %s", on, p)
			require.GreaterOrEqual(t, d.Expires, d.Raw)
			if role == procedure.Duty {
				require.LessOrEqual(t, d.LastSafe, d.Expires)
			} else {
				require.GreaterOrEqual(t, d.LastSafe, d.Expires)
			}
			if regime == procedure.CPC { // the first open day from the plain end on
				calendar, err := receivables.FrenchCalendar(z)
				if z == "" {
					calendar, err = receivables.FrenchCalendar(receivables.ZoneMetropole)
				}
				require.NoError(t, err)
				open := d.Raw
				for {
					ok, err := calendar.IsBusinessDay(open)
					require.NoError(t, err)
					if ok {
						break
					}
					open++
				}
				require.Equal(t, open, d.Expires)
			}
		}
	})
}

// notInData are rows of the specification that are found otherwise, see ARCHITECTURE.md.
var notInData = map[string]string{
	"EU1182": "EU1182.PERIOD", "DIST.ADMIN": "DIST.ADMIN_OVERSEAS", "JUR.TAE_DEPT": "JUR.TAE_ONLY", "REF.TC": "REF.CLAIM", "REF.TJ": "REF.CLAIM", "REF.APPEAL": "APPEAL.REFERE",
	"HEIRS": "HEIRS.ANSWER", "GREFFE.JUDGMENT_2_PARTIES": "GREFFE.JUDGMENT", "TAE.CONTRIBUTION": "TAE.LEGAL", "CDJ.OVERSEAS": "CDJ.OVERSEAS_REUNION",
	"CHQ.CONSERVATORY": "CONS.WITHOUT_LEAVE", "BILL.NOTICE": "BILL.NOTICE_HOLDER", "INSOL.DECLARE_DISTANCE": "DIST.INSOLVENCY", "RDP.STEP2": "RDP.STEP2_REPLY",
	"L126.FEATURE_FLAG": "L126.LAW",
	// no row: presets of the reminders are code of their package, one figure is contradicted by its sources
	"DUN.STANDARD": "", "DUN.RISKY": "", "DUN.KEY_ACCOUNT": "", "DUN.PUBLIC": "", "DUN.OCA_3": "", "DUN.OCA_2": "", "DUN.SMALL_FIRM": "", "DUN.ERP_GENERIC": "",
	"DUN.AMICABLE_MAX": "", "DUN.PROMISE_FOLLOW_UP": "", "DUN.GROUPING": "", "GREFFE.ORDER_ON_REQUEST": "",
}

func TestEveryRuleOfTheSpecificationIsARow(t *testing.T) {
	file, err := os.Open("../../shared/reference/procedure-fr.md")
	if err != nil {
		t.Skip("the specification is not here")
	}
	defer file.Close()
	row, name := regexp.MustCompile("^\\| ((?:`[A-Z0-9_.]+`(?: / )?)+)"), regexp.MustCompile("`([A-Z0-9_.]+)`")
	seen := 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		m := row.FindStringSubmatch(lines.Text())
		if m == nil {
			continue
		}
		for _, x := range name.FindAllStringSubmatch(m[1], -1) {
			id := x[1]
			seen++
			if other, known := notInData[id]; known {
				if id = other; id == "" {
					continue
				}
			}
			_, err := procedure.Rows(id)
			assert.NoError(t, err, x[1])
		}
	}
	assert.Greater(t, seen, 400)
}
