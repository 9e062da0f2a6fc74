package einvoice

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

const (
	nDays   = `(\d{1,3}) (?:days?|tagen?|tage|jours?|dagen|dagar|dager|dage)`
	onDay   = `(\d{1,2})\.(\d{1,2})\.(\d{4})`
	isoDay  = `(\d{4})-(\d{2})-(\d{2})`
	slashed = `(\d{1,2})/(\d{1,2})/(\d{4})`
	account = `(?: auf (?:das |unser |unten )[\pL -]*konto)?`
)

// counted are clauses that give a number of days for paying in full, from the date of issue; the whole clause must be one of them.
var counted = compile(
	// English
	`(?:payment |payable |to be paid |due |pay )?(?:within|in) `+nDays+`(?: net)?(?: (?:of|from|after) (?:the )?(?:invoice date|date of (?:the )?invoice|invoice|issue))?`,
	nDays+` net`, `(?:payment (?:terms:? )?)?net `+nDays,
	// French
	`(?:à |sous |dans les )?`+nDays+`(?: nets?)?(?: date de facture)?`,
	// German
	`(?:zahlbar |zahlung |fällig )?innerhalb(?: von)? `+nDays+`(?: netto)?(?: (?:ab|nach) rechnungsdatum)?`,
	`bitte überweisen sie(?: den betrag)? innerhalb(?: von)? `+nDays+account,
	nDays+` netto`, `(?:zahlbar |fällig )?(?:nach )?(?:belegdatum|rechnungsdatum) ?\+ ?`+nDays,
	// Dutch and Scandinavian
	`(?:betaling |te betalen )?binnen `+nDays+`(?: netto)?`, `(?:betaling(?:sfrist)? )?(?:innen |inom |inden for )`+nDays,
)

// written are clauses that give the last day itself.
var written = compile(
	`(?:payment |payable |to be paid |due |pay )?(?:by|until|no later than) `+isoDay,
	`(?:paiement |payable |à payer |à régler |règlement )?(?:au plus tard le|jusqu'au|jusqu’au) (?:`+isoDay+`|`+onDay+`|`+slashed+`)`,
	`(?:zahlbar |zahlung |fällig )?(?:ohne abzug )?bis(?: zum)? (?:`+onDay+`|`+isoDay+`)`,
	`bitte überweisen sie(?: den betrag)? bis(?: zum)? (?:`+onDay+`|`+isoDay+`)`+account,
	`(?:zahlbar |zahlung |fällig )?innerhalb(?: von)? `+nDays+`(?: netto)? bis(?: zum)? `+onDay,
	// A direct debit is made on that day.
	`der betrag(?: in höhe von [a-z€]* ?[\d.,]+(?: ?[a-z€]+)?)? wird am `+onDay+` von ihrem konto per (?:sepa-)?lastschrift eingezogen`,
	`(?:betaling |te betalen )?uiterlijk (?:op )?(?:`+isoDay+`|`+onDay+`)`, `(?:senest|senast) (?:`+isoDay+`|`+onDay+`)`,
)

// reduced are clauses that give a discount for paying early.
var reduced = compile(
	`(?:skontovereinbarung: |skonto: )?`+rate+`(?: skonto)?(?: bei zahlung)? innerhalb(?: von)? `+nDays+`(?: bis(?: zum)? `+onDay+`)?(?: nach rechnungsdatum)?`,
	nDays+` `+rate+` skonto`, `bei zahlung innerhalb(?: von)? `+nDays+` gewähren wir `+rate+` skonto`,
	rate+` (?:cash |early.payment )?discount(?: if paid)? (?:within|in) `+nDays, rate+` d['’]escompte (?:sous|à) `+nDays, `escompte (?:de )?`+rate+` (?:sous|à) `+nDays,
)

const rate = `(?P<rate>\d{1,2}(?:[.,]\d{1,4})?) ?%`

// aside are clauses of something else than the time to pay: what comes after it, and discounts that are not given.
var aside = compile(
	`(?:penalt|pénalité|penalite|indemnité|indemnite|dröjsmålsränta|verzugszins|mahn|late|interest|intérêt|tout retard|en cas de retard|bei verzug)[^\n]*`,
	`(?:pas d['’]|aucun |sans |kein |no )(?:escompte|skonto|discount|early)[^\n]*`,
)

// telling is what a clause that is not understood must not hold: it could be about the time to pay.
var telling = regexp.MustCompile(`\d|%|tag|day|jour|dag|mois|month|monat|maand|mån|week|woche|semaine|fin de|ende|receipt|réception|erhalt|livraison|liefer`)

var (
	skonto     = regexp.MustCompile(`(?m)^[ \t]*#SKONTO#TAGE=(\d{1,3})#PROZENT=(\d{1,2}\.\d{1,4})#(?:BASISBETRAG=[0-9.]+#)?[ \t]*$`)
	structured = regexp.MustCompile(`(?m)^[ \t]*#[A-Z]+#.*$`)
	heading    = regexp.MustCompile(`^(?:paiement|règlement|reglement|payment|payable|conditions?(?: de (?:règlement|paiement))?|terms)[ :]+(?:à )?`)
	sentence   = regexp.MustCompile(`[;\n]|\.(?: |$)`)
)

// maxTerms is the most characters of terms that are read: more are no terms.
const maxTerms = 4096

func compile(patterns ...string) []*regexp.Regexp {
	var list []*regexp.Regexp
	for _, p := range patterns {
		list = append(list, regexp.MustCompile(`^(?:`+p+`)$`))
	}
	return list
}

// match returns the parts of a clause that one of the patterns understands whole, nil if none does.
func match(patterns []*regexp.Regexp, clause string) []string {
	for _, p := range patterns {
		if m := p.FindStringSubmatch(clause); m != nil {
			if at := p.SubexpIndex("rate"); at > 0 { // first
				m = append([]string{m[0], m[at]}, slices.Delete(slices.Clone(m[1:]), at-1, at)...)
			}
			return m
		}
	}
	return nil
}

// dueFromTerms reads the payment terms: the due date where none is stated, and discounts.
func (d *Document) dueFromTerms() {
	if d.DueOn != 0 {
		d.Due = DueStated
	}
	fromElements := len(d.Discounts)
	var due []date.Date
	understood, size := true, 0
	for _, text := range d.Terms {
		if size += len(text); size > maxTerms {
			return
		}
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
			break
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
// false for a text of which something is not understood that could be about the time to pay.
func readTerms(text string, issued date.Date) (due []date.Date, discounts []Discount, understood bool) {
	for _, m := range skonto.FindAllStringSubmatch(text, -1) {
		value, err := decimal.NewFromString(m[2])
		n, err2 := strconv.Atoi(m[1])
		if err == nil && err2 == nil {
			discounts = append(discounts, Discount{Percent: value, LastDay: receivables.AddDays(issued, n), Text: strings.TrimSpace(m[0])})
		}
	}
	text = strings.ToLower(structured.ReplaceAllString(text, ""))
	plain := strings.Trim(heading.ReplaceAllString(strings.Join(strings.Fields(text), " "), ""), " .")
	if terms, err := receivables.ParseTerms(plain); err == nil && plain != "" && terms.Start == receivables.StartIssue {
		if day, err := terms.DueDate(receivables.Events{Issued: issued}, nil); err == nil {
			return []date.Date{day}, discounts, true
		}
	}
	var later []date.Date
	understood = true
	for _, clause := range clauses(text) {
		if m := match(reduced, clause); m != nil {
			if discount, ok := discountOf(m, issued); ok {
				discounts = append(discounts, discount)
				continue
			}
		}
		if m := match(written, clause); m != nil {
			days, n := daysOf(m[1:], issued)
			if len(days) == 1 {
				due, later = append(due, days...), append(later, n...)
				continue
			}
		}
		if m := match(counted, clause); m != nil {
			_, n := daysOf(m[1:], issued)
			later = append(later, n...)
			continue
		}
		if match(aside, clause) == nil && telling.MatchString(clause) {
			understood = false
		}
	}
	return append(due, later...), discounts, understood
}

func discountOf(m []string, issued date.Date) (Discount, bool) {
	value, err := decimal.NewFromString(strings.ReplaceAll(m[1], ",", "."))
	days, n := daysOf(m[2:], issued)
	if err != nil || value.Sign() <= 0 || len(days)+len(n) == 0 {
		return Discount{}, false
	}
	return Discount{Percent: value, LastDay: append(days, n...)[0], Text: m[0]}, true
}

// clauses divides a text into sentences, before a penalty, and at commas; sentences of something else are left out.
func clauses(text string) []string {
	text = strings.ReplaceAll(text, " penalt", "\npenalt")
	var parts []string
	for _, whole := range sentence.Split(text, -1) {
		whole = strings.Join(strings.Fields(whole), " ")
		if match(aside, whole) != nil {
			continue
		}
		for part := range strings.SplitSeq(whole, ", ") {
			if part = strings.Trim(part, " ."); part != "" {
				parts = append(parts, part)
			}
		}
	}
	return parts
}

// daysOf reads what a pattern has found: a number of days is one part, a written day three, with the year first or last.
func daysOf(parts []string, issued date.Date) (days, counted []date.Date) {
	for i := 0; i < len(parts); i++ {
		switch {
		case parts[i] == "":
		case i+2 < len(parts) && len(parts[i]) == 4: // 2026 01 31
			days = appendDay(days, parts[i], parts[i+1], parts[i+2])
			i += 2
		case i+2 < len(parts) && len(parts[i+2]) == 4: // 31 01 2026
			days = appendDay(days, parts[i+2], parts[i+1], parts[i])
			i += 2
		default:
			if n, err := strconv.Atoi(parts[i]); err == nil {
				counted = append(counted, receivables.AddDays(issued, n))
			}
		}
	}
	return days, counted
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
