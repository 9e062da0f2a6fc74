package receivables

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// The words of which a written term is made, each with the move it stands for.
// Longer words come first.
var (
	termDays     = regexp.MustCompile(`^(?:net ?)?(\d{1,4})(?: ?(?:days?|jours?|j|d))?(?: nets?)?$`)
	termMonths   = regexp.MustCompile(`^(\d{1,3}) (?:months?|mois)$`)
	termDay      = regexp.MustCompile(`^(?:day (\d{1,2}) of the month|(?:on )?(?:the|le) (\d{1,2})(?:st|nd|rd|th)?)$`)
	termPeriod   = regexp.MustCompile(`^last day of the (\d{1,4})-day period beginning with the date$`)
	termFrom     = regexp.MustCompile(`^(.*?) ?(?:from|after|on|à|de|date de) (issue|invoice date|invoice|facture|receipt|réception|delivery|livraison)$`)
	termAtOnce   = regexp.MustCompile(`^(?:0 days|comptant|cash|cod|due on issue|immediate)$`)
	termEOM      = regexp.MustCompile(`^(?:end of month|eom|fin de mois|fdm)$`)
	termEOTen    = regexp.MustCompile(`^(?:end of ten-day period|fin de décade)$`)
	termEOMFirst = regexp.MustCompile(`^(fin de mois|end of month|eom) (\d.*)$`)
	termLoose    = regexp.MustCompile(`^(?:net ?)?(\d{1,4}) ?(?:days?|jours?|j|d)? (?:end of month|eom|fin de mois|fdm)(.*)$`)
	termOnThe    = regexp.MustCompile(`^(.*\S) ((?:on the|le) \d{1,2}(?:st|nd|rd|th)?)$`)
)

// EndOfMonthReading is what "n days end of month" (n jours fin de mois) means.
type EndOfMonthReading uint8

// The readings. Both are lawful in France; the contract says which.
const (
	EndOfMonthNotStated EndOfMonthReading = iota // refuse such terms
	DaysFirst                                    // n days, then to the end of the month reached
	MonthFirst                                   // to the end of the month, then n days
)

// ParseTerms reads payment terms as they stand in ledgers and on invoices, in
// English or French: "Net 30", "30 days", "30 jours nets", "60 j", "45 days then
// end of month", "end of month then 45 days", "45 jours puis fin de mois le 10",
// "2 months", "30 days from receipt", "30 jours à réception", "comptant".
//
// "45 jours fin de mois" alone has two lawful readings that differ by up to a
// month; it is refused, and the message gives both ways to write it.
//
// Errors:
//   - [ErrInvalidInput], rule syntax, for anything that is not understood whole;
//   - [ErrConflict], rule ambiguous_terms, for "n days end of month".
func ParseTerms(text string) (Terms, error) { return ParseTermsAs(text, EndOfMonthNotStated) }

// ParseTermsAs is [ParseTerms] with the reading of "n days end of month" that the
// contract states.
//
// Errors: those of [ParseTerms]; the ambiguity only without a reading.
func ParseTermsAs(text string, reading EndOfMonthReading) (Terms, error) {
	fail := func(rule Rule, detail string) (Terms, error) {
		return Terms{}, &FieldError{Path: "terms", Value: text, Rule: rule, Detail: detail}
	}
	if len(text) > 200 {
		return fail(RuleLimit, "longer than 200 bytes")
	}
	rest := strings.ToLower(strings.Join(strings.Fields(text), " "))
	var terms Terms
	if m := termFrom.FindStringSubmatch(rest); m != nil {
		switch m[2] {
		case "receipt", "réception":
			terms.Start = StartReceipt
		case "delivery", "livraison":
			terms.Start = StartDelivery
		}
		rest = m[1]
		if rest == "" || rest == "due" || rest == "payable" {
			return terms, nil
		}
	}
	if termAtOnce.MatchString(rest) {
		return terms, nil
	}
	if m := termLoose.FindStringSubmatch(rest); m != nil {
		daysFirst, monthFirst := m[1]+" days then end of month", "end of month then "+m[1]+" days"
		switch reading {
		case DaysFirst:
			rest = daysFirst + m[2]
		case MonthFirst:
			rest = monthFirst + m[2]
		case EndOfMonthNotStated:
			return fail(RuleAmbiguousTerms, fmt.Sprintf("two readings: write %q or %q", daysFirst, monthFirst))
		}
	}
	for part := range strings.SplitSeq(splitTerms(rest), " then ") {
		move, ok := parseMove(part)
		if !ok {
			return fail(RuleSyntax, "want terms such as \"Net 30\", \"45 days then end of month\" or \"end of month then 45 days\"")
		}
		terms.Moves = append(terms.Moves, move)
	}
	if err := terms.Check(); err != nil {
		return Terms{}, err
	}
	return terms, nil
}

// splitTerms puts " then " between the moves of a term.
func splitTerms(text string) string {
	for _, word := range []string{" puis ", ", then ", ", "} {
		text = strings.ReplaceAll(text, word, " then ")
	}
	if m := termOnThe.FindStringSubmatch(text); m != nil && !strings.HasSuffix(m[1], " then") {
		text = m[1] + " then " + m[2]
	}
	if m := termEOMFirst.FindStringSubmatch(text); m != nil {
		text = m[1] + " then " + m[2]
	}
	return text
}

// parseMove reads a single move.
func parseMove(text string) (Move, bool) {
	number := func(op MoveOp, digits ...string) (Move, bool) {
		n, err := strconv.Atoi(strings.Join(digits, ""))
		return Move{op, n}, err == nil
	}
	if m := termDays.FindStringSubmatch(text); m != nil {
		return number(MoveDays, m[1])
	}
	if m := termMonths.FindStringSubmatch(text); m != nil {
		return number(MoveMonths, m[1])
	}
	if m := termDay.FindStringSubmatch(text); m != nil {
		return number(MoveDayOfMonth, m[1], m[2])
	}
	if m := termPeriod.FindStringSubmatch(text); m != nil {
		return number(MovePeriodOfNDays, m[1])
	}
	if termEOM.MatchString(text) {
		return Move{Op: MoveEndOfMonth}, true
	}
	if termEOTen.MatchString(text) {
		return Move{Op: MoveEndOfTenDays}, true
	}
	return Move{}, false
}
