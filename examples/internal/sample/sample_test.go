package sample_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/examples/internal/sample"
)

func TestTheSampleIsTheSameEveryTimeAndAddsUp(t *testing.T) {
	for seed := range uint64(20) {
		a, err := sample.Ledger(seed)
		require.NoError(t, err)
		b, err := sample.Ledger(seed)
		require.NoError(t, err)
		for _, on := range []string{"2025-06-30", "2026-09-30", "2026-10-31"} {
			d := receivables.MustDate(on)
			require.NoError(t, a.CheckConservation(d, d))
			assert.Equal(t, write(a.Balances(d, d)), write(b.Balances(d, d)))
		}
	}
}

func write(balances []receivables.AccountBalance) (list []string) {
	for _, b := range balances {
		list = append(list, b.Customer+" "+b.Amount.String())
	}
	return list
}
