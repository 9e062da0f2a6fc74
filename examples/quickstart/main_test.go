package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The program and the output in the README are this program and its output.
func Example() {
	main()
	// Output:
	// not_due          0.00
	// 1-30           350.50
	// 31-60            0.00
	// 61-90          500.00
	// 91+              0.00
	// unapplied      -20.00
	// total          830.50
	// difference to the ledger: 0.00 EUR
}

func TestTheReadmeShowsThisProgram(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	source, err := os.ReadFile("main.go")
	require.NoError(t, err)
	_, program, found := strings.Cut(string(source), "package main")
	require.True(t, found)
	assert.Contains(t, string(readme), "```go\npackage main"+program+"```")
	test, err := os.ReadFile("main_test.go")
	require.NoError(t, err)
	_, output, _ := strings.Cut(string(test), "// Output:\n")
	output, _, _ = strings.Cut(output, "}\n")
	output = strings.TrimSpace(strings.ReplaceAll(output, "\t// ", ""))
	assert.Contains(t, string(readme), "```\n"+output+"\n```")
}
