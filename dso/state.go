package dso

import (
	"fmt"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/wire"
)

// MarshalBinary writes what the accumulator holds, to be merged elsewhere with [Accumulator.MergeBinary]: another process, another
// machine, a later day.
func (a *Accumulator) MarshalBinary() ([]byte, error) {
	if a.rows == nil {
		return nil, &receivables.FieldError{Path: "accumulator", Rule: receivables.RuleRequired, Detail: "make one with New"}
	}
	e := wire.NewEncoder(stateKind, a.fingerprint())
	e.Uint(uint64(a.rows.Len()))
	for r := range a.rows.All() {
		e.Group(r.path, r.currency)
		e.Uint(uint64(len(r.entries)))
		for i := range r.entries {
			x := &r.entries[i]
			encodeKey(e, x.entryKey)
			e.Whole(&x.sum)
		}
		e.Uint(uint64(len(r.exact)))
		for key, amount := range r.exact {
			encodeKey(e, key)
			e.Decimal(amount)
		}
	}
	return e.Bytes(), nil
}

// MergeBinary adds what [Accumulator.MarshalBinary] wrote of an accumulator made in the same way. Functions given by [Exclude] and
// [GroupBy] are known by their names: they must be the same.
//
// Errors, after which the accumulator is as before:
//   - [receivables.ErrInvalidInput] for what is no such state, or damaged;
//   - [receivables.ErrConflict] for the state of another config, keys or exclusions.
func (a *Accumulator) MergeBinary(data []byte) error {
	if a.rows == nil {
		return &receivables.FieldError{Path: "accumulator", Rule: receivables.RuleRequired, Detail: "make one with New"}
	}
	d, err := wire.NewDecoder(data, stateKind, a.fingerprint())
	if err != nil {
		return err
	}
	read := *a
	read.rows = a.rows.Empty()
	for range d.Repeat() {
		path, currency := d.Group(a.rows.Levels())
		r := &row{path: path, currency: currency}
		for range d.Repeat() {
			key := decodeKey(d)
			r.at(key).Add(d.Whole())
		}
		for range d.Repeat() {
			key := decodeKey(d)
			r.addExact(key, d.Decimal())
		}
		if !read.rows.Put(path, currency, r) {
			d.Fail("a group comes twice")
		}
	}
	if err := d.Close(); err != nil {
		return err
	}
	return a.Merge(&read)
}

func encodeKey(e *wire.Encoder, k entryKey) {
	e.Int(int64(k.what))
	e.Int(int64(k.day))
	e.Int(int64(k.booked))
}

func decodeKey(d *wire.Decoder) entryKey {
	what := d.Within(0, int64(statisticCount)-1)
	return entryKey{statistic(what), int32(d.Within(int64(noDay), int64(lastDay))), int32(d.Within(int64(noDay), int64(lastDay)))}
}

const stateKind = "indicators"

// fingerprint says how the accumulator was made.
func (a *Accumulator) fingerprint() string {
	return fmt.Sprintf("unapplied %s since %s through %s by %q without %q", a.config.Unapplied, a.config.Since, a.config.Through, a.rows.Names(), a.excluded)
}
