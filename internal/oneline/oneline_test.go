package oneline_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/receivables-go/receivables/internal/oneline"
)

func TestTextStaysOnItsLine(t *testing.T) {
	for text, want := range map[string]string{
		"Garage Lénoir":               "Garage Lénoir",
		" a\r\nb\tc\u2028d\x1b[1m ":   "a b c d [1m",
		"in\u00advisi\u200bble\ufeff": "invisible",
		"a\u202egnp.exe":              "agnp.exe",
		"\xff":                        "\uFFFD",
		"":                            "",
	} {
		assert.Equal(t, want, oneline.Text(text))
	}
}
