package bank

import (
	"bufio"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
)

var (
	tagLine   = regexp.MustCompile(`^:(\d{2}[A-Z]?|NS|940):(.*)$`)
	entry61   = regexp.MustCompile(`^(\d{6})(\d{4}| {4})?(RC|RD|C|D)([A-Z])?(\d[\d,]*)(?:([A-Z])([A-Z0-9 ]{3})(.*))?$`)
	balance6x = regexp.MustCompile(`^([CD])(\d{6})([A-Z]{3})?(\d[\d,]*)\s*$`)
	subfield  = regexp.MustCompile(`([?>])(\d{2})`)
	sepaTag   = regexp.MustCompile(`(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC)\+`)
	slashCode = regexp.MustCompile(`/(EREF|NAME|REMI|IBAN|BENM|ORDP|MARF|CSID|RTRN|TRTP|BIC|ISDT|PURP|SWOD|CNTP|INIT|ULTC|ULTD|ADDR|OCMT|CHGS)/`)
)

// swiftLine is the length of a line of field 86 that goes on, within a word, in the next.
const swiftLine = 65

// mt940 reads the messages of a file: field 20 begins one, 60F or 60M opens, 61 is an entry, 86 its words, 62F or 62M closes.
func (r *reader) mt940(in *bufio.Reader) error {
	m := &message{reader: r}
	r.result.Format = MT940
	err := r.lines(in, func(text string) bool {
		text = strings.Map(func(c rune) rune {
			if c < ' ' {
				return ' '
			}
			return c
		}, text)
		trimmed := strings.TrimSpace(text)
		if tag := tagLine.FindStringSubmatch(strings.TrimLeft(text, " ")); tag != nil {
			m.flush()
			m.tag, m.at, m.lines = tag[1], r.line, []string{tag[2]}
			return r.stopped == nil
		}
		switch {
		case trimmed == "-", strings.HasPrefix(trimmed, "-}"), strings.HasPrefix(trimmed, "{"):
			m.flush()
			m.finish()
		case m.tag != "":
			m.lines = append(m.lines, text)
		}
		return r.stopped == nil
	})
	if err != nil {
		return err
	}
	m.flush()
	m.finish()
	return nil
}

// message is one message as it is read, a field at a time.
type message struct {
	*reader
	open  *Statement
	tag   string
	at    int
	lines []string
	entry bool // field 86 belongs to the entry read last
	begun bool // there was an opening balance, read or not
	ended bool // and a closing one
	// numbered: there was a number of the statement.
	numbered bool
}

// finish ends a message. One without an account is none: a heading between messages.
func (m *message) finish() {
	if m.open != nil && (m.open.Account != "" || len(m.open.Entries) > 0 || m.open.Opening.Amount.IsValid()) {
		m.add(m.open)
	}
	m.open, m.entry, m.begun, m.ended, m.numbered = nil, false, false, false, false
}

// flush takes the field that is complete.
func (m *message) flush() {
	tag, line := m.tag, m.line
	if m.tag = ""; tag == "" {
		return
	}
	m.line = m.at
	defer func() { m.line = line }()
	value := strings.TrimSpace(m.lines[0])
	if tag == "20" {
		m.finish()
		m.open = &Statement{Line: m.at, ID: value}
		return
	}
	if tag == "940" || tag == "21" || tag == "64" || tag == "65" {
		return
	}
	if m.open == nil {
		m.wrong(":"+tag+":", receivables.RuleOrder, value, "a field outside of a statement, which begins with :20:")
		return
	}
	switch tag {
	case "25":
		if m.once(":25:", value, m.open.Account != "") {
			m.open.Account = value
		}
	case "28", "28C":
		if m.once(":28:", value, m.numbered) {
			m.open.ID, m.numbered = joined(m.open.ID, value), true
		}
	case "60F", "60M":
		if m.once(":60:", value, m.begun) {
			m.open.Opening, m.begun = m.balance(tag, value), true
		}
	case "62F", "62M":
		if m.once(":62:", value, m.ended) {
			m.open.Closing, m.ended = m.balance(tag, value), true
		}
		m.entry = false
	case "61":
		m.entry = m.newEntry()
	case "86", "NS":
		if m.entry {
			e := &m.open.Entries[len(m.open.Entries)-1]
			m.words(&e.Transactions[0], m.lines)
		}
	}
}

func (m *message) balance(tag, text string) Balance {
	part := balance6x.FindStringSubmatch(text)
	if part == nil {
		m.wrong(":"+tag+":", receivables.RuleSyntax, text, "C or D, a day YYMMDD, a currency and an amount are needed")
		return Balance{}
	}
	code := part[3]
	if code == "" && m.open.Currency.IsValid() {
		code = m.open.Currency.Code()
	}
	currency, ok := m.currency(":"+tag+":", code)
	if !ok {
		return Balance{}
	}
	if !m.open.Currency.IsValid() {
		m.open.Currency = currency
	}
	on, ok := m.yymmdd(":"+tag+":", part[2])
	amount, has := m.money(":"+tag+":", part[4], currency, part[1] == "D")
	if !ok || !has {
		return Balance{}
	}
	return Balance{On: on, Amount: amount}
}

// newEntry reads field 61.
func (m *message) newEntry() bool {
	const field = ":61:"
	part := entry61.FindStringSubmatch(strings.TrimRight(m.lines[0], " "))
	if part == nil {
		m.wrong(field, receivables.RuleSyntax, m.lines[0], "a day YYMMDD, C, D, RC or RD, an amount and a type are needed")
		return false
	}
	if !m.open.Currency.IsValid() {
		if !m.begun {
			m.wrong(field, receivables.RuleOrder, m.lines[0], "an entry before the opening balance (:60F:)")
		}
		return false
	}
	// RC takes back a credit and is a debit; RD takes back a debit.
	mark := part[3]
	amount, ok := m.money(field, part[5], m.open.Currency, mark == "D" || mark == "RC")
	if !ok {
		return false
	}
	value, ok := m.yymmdd(field, part[1])
	if !ok && m.stopped != nil {
		return false
	}
	e := Entry{Line: m.at, ValueOn: value, Amount: amount, Reversal: strings.HasPrefix(mark, "R")}
	if text := strings.TrimSpace(part[2]); text != "" {
		e.BookedOn = m.booked(part[1][:2], text, value)
	}
	ours, banks, _ := strings.Cut(strings.TrimSpace(part[8]), "//")
	e.Reference = banks
	t := Transaction{Amount: amount}
	if ours != "NONREF" && ours != "KREF+" && ours != "EREF" {
		t.EndToEnd = ours
	}
	for _, further := range m.lines[1:] {
		m.extend(field, &t.Text, further)
	}
	e.Transactions = []Transaction{t}
	m.entries++
	m.open.Entries = append(m.open.Entries, e)
	return true
}

// booked reads MMDD: the day nearest to the value date, whose year it does not repeat.
func (m *message) booked(yy, text string, value date.Date) date.Date {
	year, err := strconv.Atoi(yy)
	year += century(year)
	if value != 0 {
		year = value.Year()
	}
	month, err2 := strconv.Atoi(text[:2])
	day, err3 := strconv.Atoi(text[2:])
	var best date.Date
	if errors.Join(err, err2, err3) == nil {
		for y := year - 1; y <= year+1; y++ {
			on, err := receivables.NewDate(y, time.Month(month), day)
			switch {
			case err != nil:
			case value == 0 && y == year, value != 0 && distance(on, value) < 183 && (best == 0 || distance(on, value) < distance(best, value)):
				best = on
			}
		}
	}
	if best == 0 {
		m.wrong(":61:", receivables.RuleDate, text, "a day that exists near the value date is needed, written MMDD")
	}
	return best
}

// century is that of two digits of a year: 2000 to 2079, or 1980 to 1999.
func century(yy int) int {
	if yy >= 80 {
		return 1900
	}
	return 2000
}

func distance(a, b date.Date) int {
	return max(receivables.DaysBetween(a, b), receivables.DaysBetween(b, a))
}

// yymmdd reads a day; two digits of year mean 2000 to 2079, or 1980 to 1999.
func (m *message) yymmdd(field, text string) (date.Date, bool) {
	var y, mm, d int
	if _, err := fmt.Sscanf(text+"|", "%2d%2d%2d|", &y, &mm, &d); err == nil && digits(text) {
		if day, err := receivables.NewDate(century(y)+y, time.Month(mm), d); err == nil {
			return day, true
		}
	}
	m.wrong(field, receivables.RuleDate, text, "a day that exists is needed, written YYMMDD")
	return 0, false
}

// full reports whether a line is as long as it may be, or one less, so that a word may go on in the next; the first one has the tag before
// it, which some banks count.
func full(line string, first bool) bool {
	n := len([]rune(line))
	return n == swiftLine || n == swiftLine-1 || first && n == swiftLine-len(":86:")
}

// words reads field 86 in the dialects met: German subfields, Dutch codes between slashes, or plain text.
func (m *message) words(t *Transaction, lines []string) {
	var b strings.Builder
	for i, line := range lines {
		if i > 0 && !full(lines[i-1], i == 1) {
			b.WriteByte(' ')
		}
		b.WriteString(line)
	}
	text := strings.TrimSpace(b.String())
	whole := text
	if subfields := subfield.FindAllStringSubmatchIndex(text, -1); len(subfields) > 1 && subfields[0][0] <= 3 {
		text = m.german(t, strings.Join(lines, "")) // subfields go on over lines
	} else if codes := slashCode.FindAllStringSubmatchIndex(text, -1); len(codes) > 0 {
		text = t.dutch(text, codes)
	}
	if text == "" {
		text = whole
	}
	m.extend(":86:", &t.Text, text)
}

// german reads ?20 to ?29 and ?60 to ?63 (what the payer wrote), ?31 or ?38 (account), ?32 and ?33 (name).
func (m *message) german(t *Transaction, text string) string {
	marks := subfield.FindAllStringSubmatchIndex(text, -1)
	var wrote strings.Builder
	for i, mark := range marks {
		end := len(text)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		value := text[mark[1]:end]
		switch code := text[mark[4]:mark[5]]; {
		case code >= "20" && code <= "29", code >= "60" && code <= "63":
			wrote.WriteString(value)
		case code == "31", code == "38":
			t.Account = strings.TrimSpace(value)
		case code == "32", code == "33":
			m.extend(":86: name", &t.Name, value)
		}
	}
	purpose := wrote.String()
	tags := sepaTag.FindAllStringSubmatchIndex(purpose, -1)
	if len(tags) == 0 {
		return strings.TrimSpace(purpose)
	}
	free := strings.TrimSpace(purpose[:tags[0][0]])
	for i, tag := range tags {
		end := len(purpose)
		if i+1 < len(tags) {
			end = tags[i+1][0]
		}
		value := strings.TrimSpace(purpose[tag[1]:end])
		switch purpose[tag[2]:tag[3]] {
		case "EREF":
			t.EndToEnd = value
		case "SVWZ":
			free = joined(free, value)
		case "IBAN":
			t.Account = value
		}
	}
	if free == "" {
		return strings.TrimSpace(purpose)
	}
	return free
}

// dutch reads /NAME/, /IBAN/, /EREF/ and /REMI/.
func (t *Transaction) dutch(text string, codes [][]int) string {
	free := strings.TrimSpace(text[:codes[0][0]]) // what stands before the first code
	for i, code := range codes {
		end := len(text)
		if i+1 < len(codes) {
			end = codes[i+1][0]
		}
		value := strings.Trim(text[code[1]:max(code[1], end)], "/ ")
		switch text[code[2]:code[3]] {
		case "NAME":
			t.Name = value
		case "IBAN":
			t.Account = value
		case "EREF":
			if value != "NOTPROVIDED" {
				t.EndToEnd = value
			}
		case "REMI":
			value = strings.TrimPrefix(value, "USTD//")
			if ref, ok := strings.CutPrefix(value, "STRD/CUR/"); ok {
				t.Structured = append(t.Structured, ref)
			}
			free = joined(free, value)
		}
	}
	return free
}
