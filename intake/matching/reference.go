package matching

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/receivables-go/receivables"
)

// CreditorReference makes the structured creditor reference (ISO 11649) of a number: RF, two check digits, the number. What is neither a
// letter nor a digit is left out: "F-2026-17" gives "RF74F202617". A payer's bank passes it on unchanged and refuses a mistyped one.
//
// Errors: ErrInvalidInput for a number without letters and digits of ASCII; ErrLimit for more than 21 of them.
func CreditorReference(number string) (string, error) {
	var b strings.Builder
	for _, c := range strings.ToUpper(number) {
		if c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' {
			b.WriteRune(c)
		} else if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return "", &receivables.FieldError{Path: "reference", Value: number, Rule: receivables.RuleSyntax, Detail: "letters A to Z and digits are needed"}
		}
	}
	text := b.String()
	switch {
	case text == "":
		return "", &receivables.FieldError{Path: "reference", Value: number, Rule: receivables.RuleRequired, Detail: "letters A to Z and digits are needed"}
	case len(text) > 21:
		return "", &receivables.FieldError{Path: "reference", Value: number, Rule: receivables.RuleLimit, Detail: "at most 21 letters and digits"}
	}
	check := 98 - mod97(text+"RF00")
	return "RF" + string([]byte{byte('0' + check/10), byte('0' + check%10)}) + text, nil
}

// IsCreditorReference reports whether a text, blanks left out, is a creditor reference whose check digits are right (ISO 7064 mod 97-10).
func IsCreditorReference(text string) bool {
	text = compact(text)
	if len(text) < 5 || len(text) > 25 || text[:2] != "RF" || !isDigit(text[2]) || !isDigit(text[3]) {
		return false
	}
	for i := range len(text) {
		if !isDigit(text[i]) && (text[i] < 'A' || text[i] > 'Z') {
			return false
		}
	}
	return mod97(text[4:]+text[:4]) == 1
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// mod97 is the remainder of a text of digits and capital letters, A being 10.
func mod97(text string) int {
	rest := 0
	for i := range len(text) {
		if c := text[i]; isDigit(c) {
			rest = (rest*10 + int(c-'0')) % 97
		} else {
			rest = (rest*100 + int(c-'A') + 10) % 97
		}
	}
	return rest
}

// compact leaves blanks out and writes capital letters.
func compact(text string) string {
	return strings.ToUpper(strings.Join(strings.Fields(text), ""))
}

// fold takes accents off: é becomes e.
func fold(text string) string {
	return strings.Map(func(c rune) rune {
		if unicode.Is(unicode.Mn, c) {
			return -1
		}
		return c
	}, norm.NFD.String(text))
}

// normal is the form in which numbers are compared: letters and digits alone, capital, without accents and leading zeros.
func normal(text string) string {
	return strings.TrimLeft(strings.Join(runs(text), ""), "0")
}

// partsOf are the parts of a number, leading zeros left out as in normal: 2026-1-12 and 2026-11-2 have the same letters and digits in other parts.
func partsOf(text string) string { return strings.TrimLeft(strings.Join(runs(text), " "), "0 ") }

// runs are the parts of a text between anything that is neither letter nor digit.
func runs(text string) []string {
	return strings.FieldsFunc(strings.ToUpper(fold(text)), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
}

// legalForms are left out of names, and so is "and".
var legalForms = map[string]bool{
	"SA": true, "SAS": true, "SASU": true, "SARL": true, "EURL": true, "SCI": true, "SNC": true, "EI": true, "SCOP": true, "STE": true, "SOCIETE": true, "ETS": true,
	"GMBH": true, "AG": true, "KG": true, "UG": true, "LTD": true, "LIMITED": true, "PLC": true, "LLC": true, "INC": true, "CORP": true, "BV": true, "NV": true,
	"SRL": true, "SPA": true, "SL": true, "LDA": true, "OY": true, "AB": true, "AS": true, "M": true, "MME": true, "MR": true, "MRS": true, "MONSIEUR": true, "MADAME": true,
	"ET": true, "AND": true, "UND": true,
}

// normalName is a name without legal form, in letters and digits.
func normalName(name string) string {
	var kept []string
	for _, run := range runs(name) {
		if !legalForms[run] {
			kept = append(kept, run)
		}
	}
	return strings.Join(kept, " ")
}
