package einvoice

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

var (
	skonto     = regexp.MustCompile(`(?m)^\s*#SKONTO#TAGE=(\d{1,4})#PROZENT=(\d{1,3}\.\d{1,4})#(?:BASISBETRAG=[0-9.]+#)?\s*$`)
	structured = regexp.MustCompile(`(?m)^\s*#[A-Z]+#.*$`)
	// days is a number of days for paying, in the languages of the invoices met: English, French, German, Dutch, Swedish, Norwegian, Danish.
	days = regexp.MustCompile(`(?:within|innerhalb(?: von)?|binnen|inom|innen|inden for|sous|dans les|à|net|\+) ?(\d{1,3}) (?:days?|tagen?|tage|jours?|dagen|dagar|dager|dage)\b` +
		`|\b(\d{1,3}) (?:days?|tagen?|tage|jours?|dagen|dagar|dager|dage) ?(?:netto?|nets?)?\b`)
	untilDate = regexp.MustCompile(`(?:bis(?: zum)?|by|until|before|am|on|avant le|jusqu'au|le|den|uiterlijk|senest|senast) (\d{1,2})\.(\d{1,2})\.(\d{4})\b`)
	untilISO  = regexp.MustCompile(`(?:bis(?: zum)?|by|until|before|am|on|avant le|jusqu'au|le|den|uiterlijk|senest|senast) (\d{4})-(\d{2})-(\d{2})\b`)
	percent   = regexp.MustCompile(`(\d{1,2}(?:[.,]\d{1,2})?) ?%`)
	payment   = regexp.MustCompile(`^(?:paiement|règlement|reglement|payment|payable|conditions?(?: de (?:règlement|paiement))?|terms)[ :à]*`)
	breaks    = regexp.MustCompile(`[;\n]|\. |, `)
	// netWords are those that make a number of days, or a day, the time for paying in full.
	netWords = regexp.MustCompile(`zahl|überweis|fällig|payment|payable|paid|pay |paiement|règlement|réglement|net|betal|eingezogen|abgebucht|due`)
	// later are words of what happens after the due date.
	later = regexp.MustCompile(`penalt|pénalit|verzug|ränta|rente|intérêt|interest|mahn`)
)

// dueFromTerms reads the payment terms: the due date where none is stated, and discounts.
func (d *Document) dueFromTerms() {
	if d.DueOn != 0 {
		d.Due = DueStated
	}
	fromElements := len(d.Discounts)
	var due []date.Date
	understood := true
	for _, text := range d.Terms {
		net, discounts, ok := readTerms(text, d.IssuedOn)
		due = append(due, net...)
		understood = understood && ok
		if fromElements == 0 {
			d.Discounts = append(d.Discounts, discounts...)
		}
	}
	if !understood || len(due) == 0 {
		return
	}
	for _, day := range due[1:] {
		if day != due[0] {
			d.contradicts("payment terms", strings.Join(d.Terms, " / "), fmt.Sprintf("they give %s and %s", due[0], day))
		}
	}
	switch {
	case d.DueOn == 0:
		d.DueOn, d.Due = due[0], DueFromTerms
	case d.DueOn != due[0]:
		d.contradicts("due date", d.DueOn.String(), fmt.Sprintf("the payment terms %q give %s", strings.Join(d.Terms, " / "), due[0]))
	}
}

// readTerms returns the days that a text gives for paying in full, a written day before one that is counted, and the discounts. It is
// false for a text with a percentage that is neither a discount with its own time nor said of what comes after the due date: the days
// beside it may then be those of the discount.
func readTerms(text string, issued date.Date) (due []date.Date, discounts []Discount, understood bool) {
	for _, m := range skonto.FindAllStringSubmatch(text, -1) {
		value, err := decimal.NewFromString(m[2])
		n, _ := strconv.Atoi(m[1])
		if err == nil {
			discounts = append(discounts, Discount{Percent: value, LastDay: receivables.AddDays(issued, n), Text: strings.TrimSpace(m[0])})
		}
	}
	text = strings.ToLower(structured.ReplaceAllString(text, ""))
	plain := payment.ReplaceAllString(strings.Join(strings.Fields(text), " "), "")
	if terms, err := receivables.ParseTerms(plain); err == nil && plain != "" {
		if day, err := terms.DueDate(receivables.Events{Issued: issued}, nil); err == nil {
			return []date.Date{day}, discounts, true
		}
	}
	understood = true
	var counted []date.Date
	for _, clause := range clauses(text) {
		written, n := daysOf(clause, issued)
		rates := percent.FindAllStringSubmatch(clause, -1)
		switch {
		case later.MatchString(clause):
		case len(rates) == 1 && len(written)+len(n) > 0 && !strings.Contains(clause, "prepaid"):
			value, err := decimal.NewFromString(strings.ReplaceAll(rates[0][1], ",", "."))
			if err == nil && isDiscount(clause) {
				discounts = append(discounts, Discount{Percent: value, LastDay: append(written, n...)[0], Text: clause})
			} else {
				understood = false
			}
		case len(rates) > 0:
			understood = false
		case netWords.MatchString(clause):
			due, counted = append(due, written...), append(counted, n...)
		}
	}
	return append(due, counted...), discounts, understood
}

func isDiscount(clause string) bool {
	for _, word := range []string{"skonto", "discount", "escompte", "rabatt", "korting"} {
		if strings.Contains(clause, word) {
			return true
		}
	}
	return strings.Contains(clause, "bei zahlung")
}

// clauses divides a text where a sentence or a part of it ends, and before a penalty.
func clauses(text string) []string {
	text = strings.ReplaceAll(text, " penalt", "\npenalt")
	var parts []string
	for _, part := range breaks.Split(text, -1) {
		if part = strings.Trim(strings.Join(strings.Fields(part), " "), " ."); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// daysOf returns the days written in a clause, and those it counts from the date of issue.
func daysOf(clause string, issued date.Date) (written, counted []date.Date) {
	for _, m := range untilDate.FindAllStringSubmatch(clause, -1) {
		written = appendDay(written, m[3], m[2], m[1])
	}
	for _, m := range untilISO.FindAllStringSubmatch(clause, -1) {
		written = appendDay(written, m[1], m[2], m[3])
	}
	for _, m := range days.FindAllStringSubmatch(clause, -1) {
		if n, err := strconv.Atoi(m[1] + m[2]); err == nil {
			counted = append(counted, receivables.AddDays(issued, n))
		}
	}
	return written, counted
}

func appendDay(list []date.Date, year, month, day string) []date.Date {
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(day)
	if day, err := receivables.NewDate(y, time.Month(m), d); err == nil {
		list = append(list, day)
	}
	return list
}
