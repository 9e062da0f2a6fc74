// Package oneline makes text of unknown origin safe for a line of a document.
package oneline

import "strings"

// Visible drops what is not seen: soft hyphens, characters without width, marks that change the
// direction of what follows.
func Visible(text string) string {
	return strings.Map(func(r rune) rune {
		if r == 0xad || r == 0x61c || r >= 0x200b && r <= 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2060 && r <= 0x2069 || r == 0xfeff {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
}

// Text returns a text as it is seen, on one line: control characters become spaces, and spaces one.
func Text(text string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, Visible(text))), " ")
}
