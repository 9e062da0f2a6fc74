package interchange_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/interchange"
)

func TestCellsAreNoFormulas(t *testing.T) {
	for text, want := range map[string]string{
		"F-12": "F-12", "": "", "=1+1": "'=1+1", "@x": "'@x", " =1": "' =1", "\u200b=1": "'\u200b=1", "\u00a0-1": "'\u00a0-1", "＝1": "'＝1", "\tx": "'\tx", "a=b": "a=b",
		"x;=1": "x;'=1", "a; b;\t@c": "a; b;\t'@c", ";": ";", "-1;-2": "'-1;'-2",
	} {
		assert.Equal(t, want, interchange.Cell(text))
	}
}

func TestEventsStayWithinTheirLines(t *testing.T) {
	var out strings.Builder
	c := interchange.NewCalendar(&out)
	e := interchange.Event{On: receivables.MustDate("2026-12-31"), Summary: "a;b,c\\d\r\nEND:VCALENDAR \x00\xff" + strings.Repeat("é", 80), Identity: []string{"x"}}
	require.NoError(t, c.Add(e, receivables.MustDate("2026-11-26")))
	require.NoError(t, c.End())
	assert.Equal(t, 1, strings.Count(out.String(), "\r\nEND:VCALENDAR"))
	assert.Contains(t, out.String(), "DTEND;VALUE=DATE:20270101")
	for _, line := range strings.Split(out.String(), "\r\n") {
		assert.LessOrEqual(t, len(line), 75)
	}
}
