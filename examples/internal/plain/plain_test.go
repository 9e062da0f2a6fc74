package plain_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/receivables-go/receivables/examples/internal/plain"
)

func TestTextIsHarmless(t *testing.T) {
	assert.Equal(t, "Hôtel\uFFFD[31m\uFFFD日本", plain.Text("Hôtel\x1b[31m\u202e日本"))
	assert.Equal(t, "a\uFFFDb\uFFFDc\uFFFD", plain.Text("a\u200bb\u2028c\ufeff"))
}

func TestWidthIsThatOfATerminal(t *testing.T) {
	for s, want := range map[string]int{"": 0, "abc": 3, "Échéance": 8, "e\u0301": 1, "日本": 4} {
		assert.Equal(t, want, plain.Width(s), s)
	}
}
