package reminder

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
)

// WriteCalendar writes plans as an iCalendar file (RFC 5545): an event of a whole day for each
// contact that is due, and for each step that is planned, with customer, documents and amount. Events
// keep their UID from run to run as long as day, customer, step and documents stay. It stops at the first
// error of the plans.
//
// Errors: those of the plans and of the writer.
func WriteCalendar(w io.Writer, plans iter.Seq2[Plan, error]) error {
	c := calendarWriter{w: w}
	c.line("BEGIN:VCALENDAR")
	c.line("VERSION:2.0")
	c.line("PRODID:-//receivables-go//receivables//EN")
	c.line("CALSCALE:GREGORIAN")
	for p, err := range plans {
		if err != nil {
			return err
		}
		c.plan(&p)
		if c.err != nil {
			return c.err
		}
	}
	c.line("END:VCALENDAR")
	return c.err
}

type calendarWriter struct {
	w   io.Writer
	err error
}

func (c *calendarWriter) plan(p *Plan) {
	name := p.Customer
	if p.Name != "" {
		name += " " + p.Name
	}
	for _, x := range p.Contacts {
		var documents []string
		for _, i := range x.Items {
			documents = append(documents, i.reference()+" "+i.Amount.String())
		}
		c.event(p.AsOf, p.AsOf, fmt.Sprintf("%s: %s, %s", name, x.Step, x.Asked), fmt.Sprintf("%s, level %s, segment %s\n%s", x.Channel, x.Level, p.Segment, strings.Join(documents, "\n")), p.Customer, x.Step, strings.Join(documents, " "))
	}
	for i := range p.Items {
		x := &p.Items[i]
		for _, s := range x.Steps {
			if s.State != Planned || s.On <= p.AsOf || x.Left == CoveredByCredits {
				continue
			}
			reference := ContactItem{Document: x.Document, Instalment: x.Instalment}.reference()
			c.event(p.AsOf, s.On, fmt.Sprintf("%s: %s, %s %s", name, s.Code, reference, x.Amount), fmt.Sprintf("%s, level %s, segment %s\ndue on %s", s.Channel, s.Level, p.Segment, x.DueOn), p.Customer, s.Code, reference)
		}
	}
}

// event writes one event; identity is what its UID is made of, beside the day.
func (c *calendarWriter) event(asOf, on date.Date, summary, description string, identity ...string) {
	hash := sha256.New()
	for _, part := range append(identity, on.String()) {
		fmt.Fprintf(hash, "%d:%s", len(part), part)
	}
	basic := func(d date.Date) string { return strings.ReplaceAll(d.String(), "-", "") }
	c.line("BEGIN:VEVENT")
	c.line("UID:" + hex.EncodeToString(hash.Sum(nil)[:16]) + "@receivables")
	c.line("DTSTAMP:" + basic(asOf) + "T000000Z")
	c.line("DTSTART;VALUE=DATE:" + basic(on))
	c.line("DTEND;VALUE=DATE:" + basic(receivables.AddDays(on, 1)))
	c.line("SUMMARY:" + calendarText(summary))
	c.line("DESCRIPTION:" + calendarText(description))
	c.line("TRANSP:TRANSPARENT")
	c.line("END:VEVENT")
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
func (c *calendarWriter) line(text string) {
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

// reference names an item: "F-12", or "F-12/2" for its second instalment.
func (x ContactItem) reference() string {
	if x.Instalment > 0 {
		return x.Document + "/" + strconv.Itoa(x.Instalment)
	}
	return x.Document
}

// WriteCSV writes plans as CSV with a header line, one line for each item. Text that a spreadsheet
// would take for a formula is given a leading apostrophe. It stops at the first error of the plans.
//
// Errors: those of the plans and of the writer.
func WriteCSV(w io.Writer, plans iter.Seq2[Plan, error]) error {
	c := csv.NewWriter(w)
	err := c.Write([]string{
		"customer", "name", "segment", "scenario", "as_of", "document", "instalment", "due_on", "days_late", "currency", "open", "amount", "level",
		"due_step", "due_level", "left_alone", "detail", "until", "next",
	})
	if err != nil {
		return err
	}
	written := func(d date.Date) string {
		if d == 0 {
			return ""
		}
		return d.String()
	}
	for p, err := range plans {
		if err != nil {
			return err
		}
		for i := range p.Items {
			x := &p.Items[i]
			level, due, instalment := "", "", ""
			if x.Reached {
				level = x.Level.String()
			}
			if x.Due != "" {
				due = x.DueLevel.String()
			}
			if x.Instalment > 0 {
				instalment = strconv.Itoa(x.Instalment)
			}
			late := ""
			if x.DueOn != 0 {
				late = strconv.Itoa(x.DaysLate)
			}
			err := c.Write([]string{
				cell(p.Customer), cell(p.Name), cell(p.Segment), cell(p.Scenario), p.AsOf.String(), cell(x.Document), instalment, written(x.DueOn), late,
				x.Open.Currency().Code(), x.Open.Text(), x.Amount.Text(), level, cell(x.Due), due, string(x.Left), cell(x.Detail), written(x.Until), written(x.Next),
			})
			if err != nil {
				return err
			}
		}
	}
	c.Flush()
	return c.Error()
}

// cell makes a text harmless in a spreadsheet.
func cell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n", rune(text[0])) {
		return "'" + text
	}
	return text
}
