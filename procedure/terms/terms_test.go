package terms_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
	"github.com/receivables-go/receivables/procedure/terms"
)

func TestClauses(t *testing.T) {
	const met, not, open = procedure.Met, procedure.NotMet, procedure.Unknown
	all := terms.Terms{met, met, met, met, met, met, met, met, met, met, met, met}
	check := func(x terms.Terms, p terms.Parties) map[string]procedure.Truth {
		list, err := terms.Check(x, p, receivables.MustDate("2026-11-26"))
		require.NoError(t, err)
		require.Len(t, list, 12)
		states := map[string]procedure.Truth{}
		for _, f := range list {
			states[f.Clause] = f.Works.State
			assert.NotEmpty(t, f.With+f.Without)
			assert.NotEmpty(t, f.Works.Basis.Text, f.Clause)
		}
		return states
	}
	firm := check(all, terms.Parties{Debtor: receivables.KindCompany, BothMerchants: met, ClauseVeryVisible: met})
	for clause, state := range firm {
		assert.Equal(t, met, state, clause)
	}
	consumer := check(all, terms.Parties{Debtor: receivables.KindConsumer, BothMerchants: not})
	assert.Equal(t, not, consumer["fixed sum"])
	assert.Equal(t, not, consumer["jurisdiction"], "merchants only")
	assert.Equal(t, open, consumer["penalty clause"])
	assert.Equal(t, met, consumer["retention of title"])
	unknown := check(all, terms.Parties{BothMerchants: met})
	assert.Equal(t, open, unknown["late interest"])
	assert.Equal(t, open, unknown["jurisdiction"])
	refused := all
	refused.Accepted = not
	for clause, state := range check(refused, terms.Parties{Debtor: receivables.KindCompany, BothMerchants: met, ClauseVeryVisible: met}) {
		assert.Equal(t, not, state, clause)
	}
	_, err := terms.Check(all, terms.Parties{}, receivables.MustDate("2010-01-01"))
	require.ErrorIs(t, err, receivables.ErrNoCoverage)
}
