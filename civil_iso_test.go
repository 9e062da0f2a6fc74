package receivables

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// Dates read by their months are those of the parser, whatever was read before.
func TestISOMonths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var months isoMonths
		for range rapid.IntRange(1, 30).Draw(t, "dates") {
			text := rapid.OneOf(
				rapid.StringMatching(`(19|20|18|99)[0-9]{2}-[01][0-9]-[0-3][0-9]`), rapid.StringMatching(`[0-9: -]{8,11}`),
				rapid.SampledFrom([]string{"2024-02-29", "2025-02-29", "1900-02-29", "9999-12-31", "1900-01-01", "1899-12-31", "2025-04-31", "2025-00-10", "2025-01-00", "2025/01/01", "-025-01-01"}),
			).Draw(t, "text")
			want, err := parseDate(text, []string{isoLayout})
			got, ok := months.day([]byte(text))
			assert.Equal(t, err == nil, ok, text)
			assert.Equal(t, want, got, text)
		}
	})
}
