package reminder_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"iter"
	"strings"
	"testing"

	ics "github.com/arran4/golang-ical"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure/reminder"
)

func one(plan reminder.Plan, err error) iter.Seq2[reminder.Plan, error] {
	return func(yield func(reminder.Plan, error) bool) { yield(plan, err) }
}

// hostile is a customer whose names try to break out of every format.
func hostile(t testing.TB) reminder.Plan {
	t.Helper()
	a := account(invoice("F;1,\\\r\nEND:VCALENDAR", "2026-10-30", "1000.00"), credit("@P", "-50.00"))
	a.Customer.Name = "=cmd|'/c calc'!A1 \x00\"Écluse\" " + strings.Repeat("à", 60)
	return planOf(t, planner(t, plain(t, "standard")), a, "2026-11-03")
}

func TestCalendarsAreReadBack(t *testing.T) {
	plan := hostile(t)
	var out bytes.Buffer
	require.NoError(t, reminder.WriteCalendar(&out, one(plan, nil)))
	for _, line := range strings.Split(strings.TrimSuffix(out.String(), "\r\n"), "\r\n") {
		assert.LessOrEqual(t, len(line), 75)
		assert.NotContains(t, line, "\n")
	}
	c, err := ics.ParseCalendar(bytes.NewReader(out.Bytes()))
	require.NoError(t, err)
	events := c.Events()
	require.Len(t, events, 8, "one due, seven planned")
	seen := map[string]bool{}
	var days []string
	for _, e := range events {
		id := e.GetProperty(ics.ComponentPropertyUniqueId).Value
		assert.False(t, seen[id])
		seen[id] = true
		start, err := e.GetAllDayStartAt()
		require.NoError(t, err)
		days = append(days, start.Format("2006-01-02"))
	}
	assert.Equal(t, []string{"2026-11-03", "2026-11-06", "2026-11-13", "2026-11-20", "2026-11-27", "2026-12-02", "2026-12-12", "2026-12-19"}, days)
	summary := events[0].GetProperty(ics.ComponentPropertySummary).Value
	assert.Equal(t, "C =cmd|'/c calc'!A1  \"Écluse\" "+strings.Repeat("à", 60)+": email_1, 950.00 EUR", summary)
	assert.Contains(t, events[0].GetProperty(ics.ComponentPropertyDescription).Value, "F;1,\\\nEND:VCALENDAR 950.00 EUR")
	var again bytes.Buffer
	require.NoError(t, reminder.WriteCalendar(&again, one(plan, nil)))
	assert.Equal(t, out.String(), again.String())
	require.ErrorIs(t, reminder.WriteCalendar(&out, one(reminder.Plan{}, receivables.ErrUnknown)), receivables.ErrUnknown)
	require.Error(t, reminder.WriteCalendar(broken{}, one(plan, nil)))
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestCSVIsHarmless(t *testing.T) {
	plan := hostile(t)
	var out bytes.Buffer
	require.NoError(t, reminder.WriteCSV(&out, one(plan, nil)))
	rows, err := csv.NewReader(bytes.NewReader(out.Bytes())).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 3)
	assert.Equal(t, "'@P", rows[1][5], "the credit has no due date and comes first")
	assert.Equal(t, "-50.00", rows[1][10], "amounts stay numbers")
	assert.Equal(t, "credit", rows[1][15])
	assert.True(t, strings.HasPrefix(rows[2][1], "'=cmd"))
	assert.Equal(t, []string{"1000.00", "950.00", "", "email_1", "courteous", "", "", "", "2026-11-03"}, rows[2][10:])
	require.ErrorIs(t, reminder.WriteCSV(&out, one(reminder.Plan{}, receivables.ErrUnknown)), receivables.ErrUnknown)
}

func TestPlansAndPoliciesAsJSON(t *testing.T) {
	plan := hostile(t)
	data, err := json.Marshal(plan)
	require.NoError(t, err)
	var back reminder.Plan
	require.NoError(t, json.Unmarshal(data, &back))
	again, err := json.Marshal(back)
	require.NoError(t, err)
	assert.JSONEq(t, string(data), string(again))
	assert.Contains(t, string(data), `"due":"email_1","due_level":"courteous"`)

	policy := reminder.DefaultPolicy("FR")
	data, err = json.Marshal(policy)
	require.NoError(t, err)
	read, err := reminder.ReadPolicy(bytes.NewReader(data))
	require.NoError(t, err)
	require.NoError(t, read.Check())
	again, err = json.Marshal(read)
	require.NoError(t, err)
	assert.JSONEq(t, string(data), string(again))
	for _, text := range []string{`{"nmae":""}`, `{} {}`, `{}]`, `{`, `{"scenarios":[{"steps":[{"channel":"pigeon"}]}]}`, `{"name":"` + strings.Repeat("x", 1<<20) + `"}`} {
		_, err := reminder.ReadPolicy(strings.NewReader(text))
		require.ErrorIs(t, err, receivables.ErrInvalidInput)
	}
}
