// Package plain makes text from files safe to print: no control characters, no
// escape sequences, no invisible ones; and measures it.
package plain

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Text replaces what must not reach a terminal or a page by the replacement
// character.
func Text(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// Width returns the number of columns a text takes in a terminal.
func Width(s string) int {
	n := 0
	for _, r := range s {
		switch k := width.LookupRune(r).Kind(); {
		case unicode.Is(unicode.Mn, r):
		case k == width.EastAsianWide || k == width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}
