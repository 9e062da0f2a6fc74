package aging

import (
	"encoding/json"
	"fmt"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/fixed"
	"github.com/receivables-go/receivables/internal/wire"
)

// MarshalBinary writes what the accumulator holds, to be merged elsewhere with [Accumulator.MergeBinary]: another process, another
// machine, a later day.
func (a *Accumulator) MarshalBinary() ([]byte, error) {
	if a.rows == nil {
		return nil, &receivables.FieldError{Path: "accumulator", Rule: receivables.RuleRequired, Detail: "make one with New"}
	}
	fingerprint, err := a.fingerprint()
	if err != nil {
		return nil, err
	}
	e := wire.NewEncoder(stateKind, fingerprint)
	e.Uint(uint64(a.rows.Len()))
	for r := range a.rows.All() {
		e.Group(r.path, r.currency)
		for i := range len(r.columns) + extraCells {
			c := r.at(i)
			e.Sum(&c.amount)
			e.Sum(&c.disputed)
			e.Int(int64(c.items))
		}
		e.Int(int64(r.late))
		e.Int(r.lateDays)
		for _, s := range r.sums() {
			e.Sum(s)
		}
	}
	return e.Bytes(), nil
}

// MergeBinary adds what [Accumulator.MarshalBinary] wrote of an accumulator made in the same way. A function given by [WithDate] can
// not be compared: it must be the same.
//
// Errors, after which the accumulator is as before:
//   - [receivables.ErrInvalidInput] for what is no such state, or damaged;
//   - [receivables.ErrConflict] for the state of another as-of date, scheme, treatment of credits or keys.
func (a *Accumulator) MergeBinary(data []byte) error {
	if a.rows == nil {
		return &receivables.FieldError{Path: "accumulator", Rule: receivables.RuleRequired, Detail: "make one with New"}
	}
	fingerprint, err := a.fingerprint()
	if err != nil {
		return err
	}
	d, err := wire.NewDecoder(data, stateKind, fingerprint)
	if err != nil {
		return err
	}
	read := a.empty()
	for range d.Repeat() {
		path, currency := d.Group(a.rows.Levels())
		r := &row{path: path, currency: currency, columns: make([]cell, len(a.bounds))}
		for i := range len(r.columns) + extraCells {
			*r.at(i) = cell{amount: d.Sum(), disputed: d.Sum(), items: int(d.Int())}
		}
		r.late, r.lateDays = int(d.Int()), d.Int()
		for _, s := range r.sums() {
			*s = d.Sum()
		}
		if !read.rows.Put(path, currency, r) {
			d.Fail("a group comes twice")
		}
	}
	if err := d.Close(); err != nil {
		return err
	}
	return a.Merge(read)
}

// empty is an accumulator made in the same way.
func (a *Accumulator) empty() *Accumulator {
	c := *a
	c.rows = a.rows.Empty()
	return &c
}

// sums lists the sums of a row beside its cells.
func (r *row) sums() []*fixed.Sum { return []*fixed.Sum{&r.overdue, &r.lateSum, &r.aged, &r.agedSum} }

const stateKind = "aged balance"

// fingerprint says how the accumulator was made.
func (a *Accumulator) fingerprint() (string, error) {
	plain := a.scheme
	plain.Name = "" // it divides nothing
	scheme, err := json.Marshal(plain)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s %s periods %v credits %d by %q", a.asOf, scheme, a.scheme.Periods, a.credits, a.rows.Names()), nil
}
