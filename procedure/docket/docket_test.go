package docket_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	ics "github.com/arran4/golang-ical"
	"github.com/rickb777/date/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
	"github.com/receivables-go/receivables/procedure/docket"
	"github.com/receivables-go/receivables/procedure/limitation"
)

func day(text string) date.Date { return receivables.MustDate(text) }

func deadline(t testing.TB, id, on string, at procedure.Place) procedure.Deadline {
	t.Helper()
	d, err := procedure.DeadlineOf(id, procedure.Event{Name: "event", On: day(on)}, at)
	require.NoError(t, err)
	return d
}

func items(t testing.TB) []docket.Item {
	t.Helper()
	alsace := procedure.Place{Zone: receivables.ZoneAlsaceMoselle}
	list := []docket.Item{
		{Claim: "A", Customer: "=1+1", Deadline: deadline(t, "IP.SERVICE_MONTHS", "2026-09-01", procedure.Place{})},         // 2026-12-01
		{Claim: "B", Deadline: deadline(t, "INSOL.DECLARE", "2026-08-20", procedure.Place{})},                               // 2026-10-20, gone
		{Claim: "C", Deadline: deadline(t, "IP.OPPOSITION", "2026-11-02", procedure.Place{})},                               // a wait to 2026-12-02
		{Claim: "D", Deadline: deadline(t, "CHQ.TITLE", "2026-11-05", procedure.Place{})},                                   // over on 2026-11-20
		{Claim: "E", Deadline: deadline(t, "INSOL.DISCUSSION", "2026-10-20", procedure.Place{}), DoneOn: day("2026-11-10")}, // by 2026-11-19
		{Claim: "F", Deadline: deadline(t, "INSOL.DISCUSSION", "2026-10-20", procedure.Place{}), DoneOn: day("2026-11-20")}, // a day late
		{Claim: "G", Deadline: deadline(t, "INSOL.DECLARE", "2026-11-20", procedure.Place{})},                               // 2027-01-20
		{Claim: "H", Deadline: deadline(t, "INSOL.DISCUSSION", "2025-11-26", alsace)},                                       // Friday 26 December 2025: 29 in Alsace
	}
	w, err := limitation.Monitor(limitation.Claim{DueOn: day("2021-12-10")}, []limitation.Kind{limitation.Trade}, nil, day("2026-11-26"))
	require.NoError(t, err)
	x, ok := docket.Limitation("I", "Garage", w)
	require.True(t, ok)
	return append(list, x)
}

func TestTheDocket(t *testing.T) {
	d, err := docket.New(items(t), day("2026-11-26"), 14)
	require.NoError(t, err)
	got := map[string]docket.State{}
	order := ""
	for _, e := range d.Entries {
		got[e.Claim] = e.State
		order += e.Claim
	}
	assert.Equal(t, map[string]docket.State{
		"A": docket.Alert, "B": docket.Lost, "C": docket.Waiting, "D": docket.Over, "E": docket.Done, "F": docket.Late, "G": docket.Coming, "H": docket.Lost, "I": docket.Alert,
	}, got)
	assert.Equal(t, "HBAIDGCFE", order)
	assert.Equal(t, 5, d.Entries[2].Left)
	assert.Equal(t, day("2026-12-10"), d.Entries[3].Day, "limitation")
	at, err := docket.New(items(t)[7:8], day("2025-12-27"), 14)
	require.NoError(t, err)
	assert.Equal(t, docket.Risky, at.Entries[0].State, "26 December: whether the local holiday helps is not settled")
	first, err := docket.New(items(t)[:1], day("2026-12-01"), 0)
	require.NoError(t, err)
	assert.Equal(t, docket.Alert, first.Entries[0].State, "on its last day")
	first, err = docket.New(items(t)[:1], day("2026-12-02"), 0)
	require.NoError(t, err)
	assert.Equal(t, docket.Lost, first.Entries[0].State)
	for _, bad := range [][]docket.Item{{{}}, {{Claim: "A"}}, {{Claim: "A", Deadline: items(t)[0].Deadline, DoneOn: day("2026-08-31")}}} {
		_, err := docket.New(bad, day("2026-11-26"), 14)
		require.Error(t, err)
	}
	_, err = docket.New(nil, 0, 14)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = docket.New(nil, day("2026-11-26"), -1)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestExports(t *testing.T) {
	d, err := docket.New(items(t), day("2026-11-26"), 14)
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, d.WriteCalendar(&out))
	c, err := ics.ParseCalendar(bytes.NewReader(out.Bytes()))
	require.NoError(t, err)
	require.Len(t, c.Events(), 7, "what is not done")
	on, err := c.Events()[2].GetAllDayStartAt()
	require.NoError(t, err)
	assert.Equal(t, "2026-12-01", on.Format("2006-01-02"))
	assert.Contains(t, c.Events()[2].GetProperty(ics.ComponentPropertyDescription).Value, "CPC 1411")
	assert.Len(t, c.Events()[2].Alarms(), 1)
	assert.Contains(t, out.String(), "TRIGGER:-P14D")
	require.Error(t, d.WriteCalendar(broken{}))
	one := deadline(t, "CHQ.TITLE", "2026-11-05", procedure.Place{})
	assert.Len(t, docket.Items("A", "", nil, &one, nil), 1)
	out.Reset()
	require.NoError(t, d.WriteCSV(&out))
	rows, err := csv.NewReader(&out).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 10)
	assert.True(t, strings.HasPrefix(rows[3][1], "'="))
	data, err := json.Marshal(d)
	require.NoError(t, err)
	var back docket.Docket
	require.NoError(t, json.Unmarshal(data, &back))
	assert.Equal(t, d, back)
}
