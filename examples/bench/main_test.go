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

func TestAllContestantsAgree(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bench.json")
	var out bytes.Buffer
	require.NoError(t, run([]string{"-items", "3000", "-customers", "70", "-rounds", "2", "-json", file}, &out))
	assert.Contains(t, out.String(), "decimals in a map")
	assert.NotContains(t, out.String(), "NO")
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	var results []result
	require.NoError(t, json.Unmarshal(data, &results))
	assert.Len(t, results, 12)
	for _, r := range results {
		assert.Equal(t, 2, r.Rounds)
		assert.True(t, r.Identical)
	}
	require.Error(t, run([]string{"-items", "0"}, &out))
}
