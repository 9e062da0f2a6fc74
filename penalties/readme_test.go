package penalties_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables/internal/golden"
)

// The table of the README is made from the data.
func TestTheReadmeTableIsThatOfTheData(t *testing.T) {
	law := standard(t)
	var b strings.Builder
	b.WriteString("| country | regime | rate, percent per year | fixed sum | from | verified through | read as |\n|---|---|---|---|---|---|---|\n")
	for _, id := range law.RegimeIDs() {
		c, err := law.RegimeCoverage(id)
		require.NoError(t, err)
		through := "open"
		if c.Through != 0 {
			through = c.Through.String()
			// The day named is known, the next one is not.
			due := c.Through - 1
			_, err := rateFor(t, id, due.String(), c.Through.String())
			require.NoError(t, err, id)
			next := c.Through + 1
			_, err = rateFor(t, id, c.Through.String(), next.String())
			require.Error(t, err, "%s on %s", id, next)
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s | %s | %s | %s |\n", c.Jurisdiction, c.Regime, c.Formula, c.FixedSum, c.From, through, c.Confidence)
	}
	golden.Section(t, "../README.md", "regimes", b.String())
}
