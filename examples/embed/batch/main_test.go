package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
)

func TestRun(t *testing.T) {
	folder := t.TempDir()
	in, out := filepath.Join(folder, "books.csv"), filepath.Join(folder, "aged.csv")
	write := func(text string) { require.NoError(t, os.WriteFile(in, []byte(text), 0o600)) }
	write("id,customer,issued,due,amount,currency\nF1,A,2026-01-05,2026-02-04,100.00,EUR\nF2,A,2026-03-05,2026-04-04,50.00,EUR\nF3,B,2026-01-01,,7.50,EUR\n")
	var told bytes.Buffer
	args := []string{"-in", in, "-out", out, "-as-of", "2026-03-31"}
	require.NoError(t, run(args, &told))
	assert.Contains(t, told.String(), "3 rows")
	got, err := os.ReadFile(out)
	require.NoError(t, err)
	assert.Equal(t, "as_of,customer,currency,not_due,1-30,31-60,61-90,91+,undated,unapplied,total,items\n"+
		"2026-03-31,A,EUR,50.00,0.00,100.00,0.00,0.00,0.00,0.00,150.00,2\n2026-03-31,B,EUR,0.00,0.00,0.00,0.00,0.00,7.50,0.00,7.50,1\n", string(got))

	// What is wrong leaves the result of the night before, and nothing beside it.
	write("id,customer,issued,due,amount,currency\nF1,A,2026-01-05,2026-02-30,100.00,EUR\n")
	require.ErrorIs(t, run(args, io.Discard), receivables.ErrInvalidInput)
	after, err := os.ReadFile(out)
	require.NoError(t, err)
	assert.Equal(t, got, after)
	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Len(t, files, 2)
	require.ErrorIs(t, run([]string{"-as-of", "31.03.2026"}, io.Discard), receivables.ErrInvalidInput)
	require.ErrorIs(t, run([]string{"-out", out, "-as-of", "2026-03-31"}, io.Discard), receivables.ErrInvalidInput)
	require.ErrorIs(t, run([]string{"-in", in, "-as-of", "2026-03-31"}, io.Discard), receivables.ErrInvalidInput)
	require.ErrorIs(t, run([]string{"-in", "none", "-out", out, "-as-of", "2026-03-31"}, io.Discard), os.ErrNotExist)

	write("id,customer,issued,due,amount,currency\nF1,=1+1,2026-01-05,2026-02-04,100.00,EUR\n")
	require.NoError(t, run(args, io.Discard))
	got, err = os.ReadFile(out)
	require.NoError(t, err)
	assert.Contains(t, string(got), ",'=1+1,EUR,")
}
