// Package group keeps one row for each group of open items and currency.
package group

import (
	"fmt"
	"iter"
	"maps"

	"github.com/receivables-go/receivables"
)

// Rows finds the row of an item by keys and currency. Make one with [New].
type Rows[R any] struct {
	keys   []receivables.Key
	rows   map[string]*R
	buffer []byte
}

// New returns an empty set of rows for items grouped by keys.
func New[R any](keys []receivables.Key) *Rows[R] {
	return &Rows[R]{keys: keys, rows: map[string]*R{}}
}

// Of returns the row of an item in a currency; one that is new is what fresh makes of
// the names of its group.
func (r *Rows[R]) Of(item *receivables.OpenItem, currency receivables.Currency, fresh func(path []string) *R) *R {
	key := append(r.buffer[:0], currency.Code()...)
	for i, k := range r.keys {
		key = appendPart(key, k.Of(item), i == len(r.keys)-1)
	}
	r.buffer = key
	if row, ok := r.rows[string(key)]; ok {
		return row
	}
	path := make([]string, len(r.keys))
	for i, k := range r.keys {
		path[i] = k.Of(item)
	}
	row := fresh(path)
	r.rows[string(key)] = row
	return row
}

// Put keeps a row as that of a group in a currency; it returns false if there is one.
func (r *Rows[R]) Put(path []string, currency receivables.Currency, row *R) bool {
	key := []byte(currency.Code())
	for i, part := range path {
		key = appendPart(key, part, i == len(path)-1)
	}
	if _, known := r.rows[string(key)]; known {
		return false
	}
	r.rows[string(key)] = row
	return true
}

// appendPart writes a name of a path so that no two paths are written alike.
func appendPart(key []byte, part string, last bool) []byte {
	if !last {
		key = fmt.Appendf(key, "%d:", len(part))
	}
	return append(key, part...)
}

// Empty returns an empty set of rows for the same keys.
func (r *Rows[R]) Empty() *Rows[R] { return New[R](r.keys) }

// Len returns the number of rows.
func (r *Rows[R]) Len() int { return len(r.rows) }

// Names returns the names of the keys.
func (r *Rows[R]) Names() []string {
	names := make([]string, len(r.keys))
	for i, k := range r.keys {
		names[i] = k.Name
	}
	return names
}

// Levels returns the number of names in a path.
func (r *Rows[R]) Levels() int { return len(r.keys) }

// Merge joins the rows of other, made with the same keys: into the row of the same
// group, or as a copy.
func (r *Rows[R]) Merge(other *Rows[R], into func(mine, theirs *R), clone func(*R) *R) {
	for key, theirs := range other.rows {
		if mine, ok := r.rows[key]; ok {
			into(mine, theirs)
		} else {
			r.rows[key] = clone(theirs)
		}
	}
}

// All yields the rows in no order.
func (r *Rows[R]) All() iter.Seq[*R] { return maps.Values(r.rows) }
