package group_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/group"
)

type row struct {
	path []string
	n    int
}

func TestEveryGroupAndCurrencyHasItsRow(t *testing.T) {
	keys := []receivables.Key{receivables.BySalesperson(), receivables.ByCustomer()}
	fresh := func(path []string) *row { return &row{path: path} }
	eur, usd := receivables.MustCurrency("EUR"), receivables.MustCurrency("USD")
	a, b := group.New[row](keys), group.New[row](keys)
	add := func(r *group.Rows[row], salesperson, customer string, c receivables.Currency) {
		r.Of(&receivables.OpenItem{Salesperson: salesperson, Customer: customer}, c, fresh).n++
	}
	add(a, "1:2", "3", eur) // paths that would read alike without lengths
	add(a, "1", ":23", eur)
	add(a, "1", ":23", eur)
	add(a, "1", ":23", usd)
	add(b, "1", ":23", eur)
	add(b, "", "", eur)
	a.Merge(b, func(mine, theirs *row) { mine.n += theirs.n }, func(r *row) *row { c := *r; return &c })
	var counts []int
	for r := range a.All() {
		counts = append(counts, r.n)
	}
	slices.Sort(counts)
	assert.Equal(t, []int{1, 1, 1, 3}, counts)
	add(a, "", "", eur)
	for r := range b.All() {
		assert.Equal(t, 1, r.n, "the other set stays as it is")
	}
}
