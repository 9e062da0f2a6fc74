package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) {
	if os.Getenv(childMark) != "" { // the contestant that is a process of its own
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// Every contestant that is at hand finds the same figures; DuckDB is one where its npm package is.
func TestAllContestantsAgree(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bench.json")
	var out bytes.Buffer
	require.NoError(t, run([]string{"-items", "3000", "-customers", "70", "-rounds", "2", "-json", file, "-duckdb", "../../.tools/duckdb"}, &out))
	assert.Contains(t, out.String(), "decimals in a map")
	assert.Contains(t, out.String(), "SQLite")
	assert.NotContains(t, out.String(), "NO")
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	var results []result
	require.NoError(t, json.Unmarshal(data, &results))
	assert.GreaterOrEqual(t, len(results), 20)
	for _, r := range results {
		assert.Equal(t, 2, r.Rounds)
		assert.True(t, r.Identical, r)
	}
	require.Error(t, run([]string{"-items", "0"}, &out))
}

func TestWhoIsLeftOutIsSaid(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run([]string{"-items", "100", "-customers", "3", "-rounds", "1", "-duckdb", t.TempDir(), "-sqlite=false"}, &out))
	assert.Contains(t, out.String(), "Left out: DuckDB: ")
	assert.Contains(t, out.String(), "Left out: SQLite")
}
