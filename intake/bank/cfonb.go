package bank

import (
	"bufio"
	"fmt"
	"strings"
	"time"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// record is a CFONB line; positions are those of the standard, from 1, one for each character, whatever the encoding was.
type record []rune

func (r record) at(from, to int) string {
	return strings.TrimSpace(r.raw(from, to))
}

func (r record) raw(from, to int) string {
	if from > len(r) {
		return ""
	}
	return string(r[from-1 : min(to, len(r))])
}

const (
	cfonbLength = 120
	cfonbAmount = 104 // last position of the amount; what follows may be blank and cut off
)

// cfonb reads records of 120 characters: 01 opening balance, 04 movement, 05 its details, 07 closing balance.
func (r *reader) cfonb(in *bufio.Reader) error {
	r.result.Format = CFONB120
	var open *Statement
	var lost bool // a record that could not be read: its details belong to nothing
	finish := func() {
		if open != nil {
			r.add(open)
			open = nil
		}
	}
	each := func(text string) bool {
		if strings.TrimSpace(text) == "" {
			return true
		}
		rec, ok := r.record(text)
		if !ok {
			lost = lost || !strings.HasPrefix(text, "05") // a detail that is lost is one, a movement takes its details with it
			return r.stopped == nil
		}
		code := rec.at(1, 2)
		switch code {
		case "01":
			finish()
			open = &Statement{Line: r.line, Account: rec.account()}
			if currency, ok := r.currency("currency (17-19)", rec.at(17, 19)); ok {
				open.Currency = currency
				open.Opening = r.balance(rec, currency)
			}
		case "04":
			if lost = open == nil; lost {
				return !r.wrong("record (1-2)", receivables.RuleOrder, code, "a movement before the opening balance (01) of its account")
			}
			lost = !r.movement(open, rec)
		case "05":
			if n := 0; open != nil && !lost {
				if n = len(open.Entries); n > 0 {
					r.detail(&open.Entries[n-1].Transactions[0], rec)
					return true
				}
			}
			if !lost {
				return !r.wrong("record (1-2)", receivables.RuleOrder, code, "a detail without its movement (04)")
			}
		case "07":
			if open == nil {
				return !r.wrong("record (1-2)", receivables.RuleOrder, code, "a closing balance without the opening one (01)")
			}
			if r.sameAccount(open, rec) {
				currency := open.Currency
				if code := rec.at(17, 19); code != "" && currency.IsValid() && code != currency.Code() {
					r.wrong("currency (17-19)", receivables.RuleCurrency, code, "the opening balance is in "+currency.Code())
				} else if currency.IsValid() {
					open.Closing = r.balance(rec, currency)
				}
			}
			open.ID = open.Closing.On.String()
			if open.Closing.On == 0 {
				open.ID = ""
			}
			finish()
		default:
			return !r.wrong("record (1-2)", receivables.RuleSyntax, code, "01, 04, 05 or 07 is needed")
		}
		return true
	}
	err := r.lines(in, func(text string) bool {
		for _, record := range records(text) {
			if !each(record) {
				return false
			}
		}
		return true
	})
	if err != nil {
		return err
	}
	finish()
	return nil
}

// records divides a line that is several records without an end between them, as some banks write them.
func records(text string) []string {
	runes := []rune(text)
	if len(runes) <= cfonbLength || len(runes)%cfonbLength != 0 {
		return []string{text}
	}
	var list []string
	for at := 0; at < len(runes); at += cfonbLength {
		part := string(runes[at : at+cfonbLength])
		if !strings.HasPrefix(part, "01") && !strings.HasPrefix(part, "04") && !strings.HasPrefix(part, "05") && !strings.HasPrefix(part, "07") {
			return []string{text}
		}
		list = append(list, part)
	}
	return list
}

// record checks the length of a line.
func (r *reader) record(text string) (record, bool) {
	rec := record([]rune(text))
	code := rec.at(1, 2)
	switch {
	case len(rec) >= 200 || code == "31" || code == "34" || code == "39":
		r.wrong("line", receivables.RuleFieldCount, fmt.Sprintf("%d characters", len(rec)), "is CFONB 240 (bills, transfers received): no account statement")
		return nil, false
	case rec.at(cfonbLength+1, len(rec)) != "",
		len(rec) < cfonbAmount && (code != "05" || len(rec) < 45):
		r.wrong("line", receivables.RuleFieldCount, fmt.Sprintf("%d characters", len(rec)), "records of 120 characters are needed")
		return nil, false
	}
	return rec, true
}

func (rec record) account() string {
	return strings.Join(strings.Fields(rec.at(3, 7)+" "+rec.at(12, 16)+" "+rec.at(22, 32)), " ")
}

// sameAccount reports whether a record is of the account of the statement. Bank and branch are not compared: programs write them anew.
func (r *reader) sameAccount(s *Statement, rec record) bool {
	if number := rec.at(22, 32); !strings.HasSuffix(s.Account, number) {
		r.wrong("account (22-32)", receivables.RuleExclusive, number, "the statement is of account "+s.Account)
		return false
	}
	return true
}

func (r *reader) balance(rec record, currency receivables.Currency) Balance {
	on, ok := r.ddmmyy("date (35-40)", rec.at(35, 40))
	amount, has := r.overpunched(rec, currency)
	if !ok || !has {
		return Balance{}
	}
	return Balance{On: on, Amount: amount}
}

func (r *reader) movement(s *Statement, rec record) bool {
	if !s.Currency.IsValid() || !r.sameAccount(s, rec) {
		return false
	}
	if code := rec.at(17, 19); code != "" && code != s.Currency.Code() {
		r.wrong("currency (17-19)", receivables.RuleCurrency, code, "the account is in "+s.Currency.Code())
		return false
	}
	booked, ok := r.ddmmyy("date (35-40)", rec.at(35, 40))
	amount, has := r.overpunched(rec, s.Currency)
	if !ok || !has {
		return false
	}
	value := booked
	if text := rec.at(43, 48); text != "" {
		value, _ = r.ddmmyy("value date (43-48)", text)
	}
	r.entries++
	s.Entries = append(s.Entries, Entry{
		Line: r.line, BookedOn: booked, ValueOn: value, Amount: amount, Reversal: rec.at(41, 42) != "" && rec.at(41, 42) != "00", Reference: rec.at(82, 88),
		Transactions: []Transaction{{Amount: amount, Text: rec.at(49, 79), EndToEnd: rec.at(105, 120)}},
	})
	return true
}

// detail adds what a record 05 says.
func (r *reader) detail(t *Transaction, rec record) {
	text := rec.at(49, 118)
	switch rec.at(46, 48) {
	case "NPY", "NPO": // name of the payer
		r.extend("name", &t.Name, text)
	case "RCN": // reference of the customer
		t.EndToEnd = rec.at(49, 83)
	case "REF":
		if len(t.Structured) < 100 || !r.wrong("record (46-48)", receivables.RuleLimit, "REF", "more than 100 references of one movement") {
			t.Structured = append(t.Structured, text)
		}
	case "MMO", "CRE", "IPY", "IBE", "LBE", "NBE": // amounts and parties of the other side
	default: // LIB, LCC, LC2, LCS: what the payer wrote
		r.extend("text", &t.Text, text)
	}
}

// ddmmyy reads a day; two digits of year mean 2000 to 2099: the format is of 1994 and later files only are met.
func (r *reader) ddmmyy(field, text string) (date.Date, bool) {
	var d, m, y int
	if _, err := fmt.Sscanf(text+"|", "%2d%2d%2d|", &d, &m, &y); err == nil && len(text) == 6 && digits(text) {
		if day, err := receivables.NewDate(2000+y, time.Month(m), d); err == nil {
			return day, true
		}
	}
	r.wrong(field, receivables.RuleDate, text, "a day that exists is needed, written DDMMYY")
	return 0, false
}

func digits(text string) bool {
	for _, c := range text {
		if c < '0' || c > '9' {
			return false
		}
	}
	return text != ""
}

// overpunched reads an amount whose last character holds a digit and the sign: { and A to I are +0 to +9, } and J to R are -0 to -9.
func (r *reader) overpunched(rec record, currency receivables.Currency) (receivables.Money, bool) {
	text := rec.raw(91, 104)
	places := int32(currency.MinorUnits())
	switch decimals := rec.at(20, 20); {
	case digits(decimals):
		places = int32(decimals[0] - '0')
	case !r.options.Currency.IsValid():
		r.wrong("decimals (20)", receivables.RuleRequired, decimals, "the number of decimals is needed, or Options.Currency")
		return receivables.Money{}, false
	}
	fail := func() (receivables.Money, bool) {
		r.wrong("amount (91-104)", receivables.RuleAmount, text, "13 digits and a last one with the sign are needed")
		return receivables.Money{}, false
	}
	if len(text) != 14 || !digits(strings.TrimLeft(text[:13], " ")+"0") {
		return fail()
	}
	last, sign := int64(0), int64(1)
	switch c := text[13]; {
	case c == '{':
	case c == '}':
		sign = -1
	case c >= 'A' && c <= 'I':
		last = int64(c-'A') + 1
	case c >= 'J' && c <= 'R':
		last, sign = int64(c-'J')+1, -1
	default:
		return fail()
	}
	units := int64(0)
	for _, c := range strings.TrimLeft(text[:13], " ") {
		units = units*10 + int64(c-'0')
	}
	m, err := receivables.NewMoney(decimal.New(sign*(units*10+last), -places), currency)
	return m, err == nil
}
