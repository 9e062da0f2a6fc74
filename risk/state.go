package risk

import (
	"fmt"
	"math"

	"github.com/rickb777/date/v2"

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
	e := wire.NewEncoder(stateKind, a.fingerprint())
	e.Uint(uint64(a.rows.Len()))
	for r := range a.rows.All() {
		e.Group(r.path, r.currency)
		e.Uint(uint64(len(r.exact)))
		for _, amount := range r.exact {
			e.Decimal(amount)
		}
		e.Uint(uint64(len(r.lines)))
		for _, l := range r.lines {
			e.Int(int64(l.on))
			e.Int(int64(l.late))
			e.Int(l.units)
			e.Int(int64(l.flags))
		}
		for _, s := range r.sums() {
			e.Sum(s)
		}
		e.Int(int64(r.invoices))
		e.Int(int64(r.disputedInvoices))
		for _, names := range []map[string]bool{r.instalments, r.disputes} {
			e.Uint(uint64(len(names)))
			for name, was := range names {
				e.Text(name)
				e.Bool(was)
			}
		}
		e.Int(int64(r.oldestDue))
	}
	return e.Bytes(), nil
}

// MergeBinary adds what [Accumulator.MarshalBinary] wrote of an accumulator made in the same way. Keys given by [GroupBy] are known
// by their names: they must be the same.
//
// Errors, after which the accumulator is as before:
//   - [receivables.ErrInvalidInput] for what is no such state, or damaged;
//   - [receivables.ErrConflict] for the state of another config or other keys.
func (a *Accumulator) MergeBinary(data []byte) error {
	if a.rows == nil {
		return &receivables.FieldError{Path: "accumulator", Rule: receivables.RuleRequired, Detail: "make one with New"}
	}
	d, err := wire.NewDecoder(data, stateKind, a.fingerprint())
	if err != nil {
		return err
	}
	read := *a
	read.rows, read.paid = a.rows.Empty(), nil
	for range d.Repeat() {
		path, currency := d.Group(a.rows.Levels())
		r := &row{path: path, currency: currency, sales: make([]fixed.Sum, len(a.ends)), change: make([]fixed.Sum, len(a.ends))}
		for range d.Repeat() {
			r.exact = append(r.exact, d.Decimal())
		}
		for range d.Repeat() {
			l := line{on: int32(d.Within(int64(a.first), int64(a.config.AsOf))), late: int32(d.Within(-farDays, farDays)), units: d.Int()}
			l.flags = uint8(d.Within(0, int64(flagExact|flagPart|flagRound)))
			if l.flags&flagExact != 0 && (l.units < 0 || l.units >= int64(len(r.exact))) {
				d.Fail("a line names an amount that is not there")
			}
			r.lines = append(r.lines, l)
		}
		for _, s := range r.sums() {
			*s = d.Sum()
		}
		r.invoices, r.disputedInvoices = int(d.Within(0, math.MaxInt32)), int(d.Within(0, math.MaxInt32))
		for _, names := range []*map[string]bool{&r.instalments, &r.disputes} {
			for range d.Repeat() {
				name := d.Text()
				note(names, name, d.Bool())
			}
		}
		r.oldestDue = date.Date(d.Within(0, int64(a.config.AsOf)))
		if !read.rows.Put(path, currency, r) {
			d.Fail("a group comes twice")
		}
	}
	if err := d.Close(); err != nil {
		return err
	}
	return a.Merge(&read)
}

// sums lists the sums of a row.
func (r *row) sums() []*fixed.Sum {
	list := []*fixed.Sum{&r.over60[0], &r.over60[1], &r.open, &r.overdue, &r.invoiced, &r.disputed}
	for i := range r.sales {
		list = append(list, &r.sales[i])
	}
	for i := range r.change {
		list = append(list, &r.change[i])
	}
	return list
}

const stateKind = "payer profiles"

// fingerprint says how the accumulator was made.
func (a *Accumulator) fingerprint() string {
	return fmt.Sprintf("%s months %d residue %s trend %v by %q", a.config.AsOf, a.config.Months, a.config.Residue, a.config.Trend, a.rows.Names())
}
