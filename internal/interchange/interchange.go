// Package interchange writes what other programs read: calendars (RFC 5545) and cells of spreadsheets, from text of
// unknown origin.
package interchange

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
)

// Event is an event of a whole day. Identity is what its UID is made of, beside nothing else.
type Event struct {
	On                   date.Date
	Summary, Description string
	Identity             []string
	AlarmDays            int // an alarm so many days before; 0: none
}

// Calendar writes an iCalendar file. The first error stays, see [Calendar.End].
type Calendar struct {
	w   io.Writer
	err error
}

// NewCalendar begins a file.
func NewCalendar(w io.Writer) *Calendar {
	c := &Calendar{w: w}
	c.line("BEGIN:VCALENDAR")
	c.line("VERSION:2.0")
	c.line("PRODID:-//receivables-go//receivables//EN")
	c.line("CALSCALE:GREGORIAN")
	return c
}

// Add writes an event, stamped with a day.
//
// Errors: those of the writer.
func (c *Calendar) Add(e Event, stamp date.Date) error {
	hash := sha256.New()
	for _, part := range e.Identity {
		fmt.Fprintf(hash, "%d:%s", len(part), part)
	}
	basic := func(d date.Date) string { return strings.ReplaceAll(d.String(), "-", "") }
	c.line("BEGIN:VEVENT")
	c.line("UID:" + hex.EncodeToString(hash.Sum(nil)[:16]) + "@receivables")
	c.line("DTSTAMP:" + basic(stamp) + "T000000Z")
	c.line("DTSTART;VALUE=DATE:" + basic(e.On))
	if next := receivables.AddDays(e.On, 1); receivables.IsDay(next) { // a day without end lasts one day
		c.line("DTEND;VALUE=DATE:" + basic(next))
	}
	c.line("SUMMARY:" + calendarText(e.Summary))
	c.line("DESCRIPTION:" + calendarText(e.Description))
	c.line("TRANSP:TRANSPARENT")
	if e.AlarmDays > 0 {
		c.line("BEGIN:VALARM")
		c.line("ACTION:DISPLAY")
		c.line("DESCRIPTION:" + calendarText(e.Summary))
		c.line(fmt.Sprintf("TRIGGER:-P%dD", e.AlarmDays))
		c.line("END:VALARM")
	}
	c.line("END:VEVENT")
	return c.err
}

// End ends the file.
//
// Errors: the first one of the writer.
func (c *Calendar) End() error {
	c.line("END:VCALENDAR")
	return c.err
}

// calendarText escapes a text; control characters but the line feed are dropped from view as
// spaces.
func calendarText(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`).Replace(text))
}

// line writes a content line, folded at 75 octets between characters.
func (c *Calendar) line(text string) {
	const most = 75
	var b strings.Builder
	width := 0
	for _, r := range text {
		size := len(string(r))
		if width+size > most {
			b.WriteString("\r\n ")
			width = 1
		}
		b.WriteRune(r)
		width += size
	}
	b.WriteString("\r\n")
	if c.err == nil {
		_, c.err = io.WriteString(c.w, b.String())
	}
}

// Cell makes a text harmless in a spreadsheet, which may look behind leading blanks and may take a semicolon or tab for the
// end of a cell: what could be a formula gets an apostrophe before it.
func Cell(text string) string {
	var b strings.Builder
	start := 0
	for i, r := range text + ";" {
		if r != ';' && r != '\t' {
			continue
		}
		part := text[start:i]
		shown := strings.TrimLeftFunc(part, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) })
		if strings.IndexAny(shown, "=+-@＝＋－＠") == 0 || start == 0 && strings.IndexAny(text, "\t\r\n") == 0 {
			b.WriteByte('\'')
		}
		b.WriteString(part)
		if i < len(text) {
			b.WriteRune(r)
		}
		start = i + 1
	}
	return b.String()
}
