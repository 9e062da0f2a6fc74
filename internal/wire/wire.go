// Package wire writes the state of accumulators as bytes and reads it back: numbers of variable length, a fingerprint of the
// configuration in front, a checksum behind.
package wire

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"iter"
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/fixed"
)

const (
	magic   = "RCVA"
	version = 1
	// mostDecimalBytes and mostExponent bound decimals, far beyond any sum of amounts.
	mostDecimalBytes = 128
	mostExponent     = 64
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Encoder writes a message. Make one with [NewEncoder].
type Encoder struct{ b []byte }

// NewEncoder begins a message of a kind of state, made with the configuration of a fingerprint.
func NewEncoder(kind, fingerprint string) *Encoder {
	e := &Encoder{b: append([]byte(magic), version)}
	e.Text(kind)
	e.Text(fingerprint)
	return e
}

// Bytes ends the message.
func (e *Encoder) Bytes() []byte {
	return binary.LittleEndian.AppendUint32(e.b, crc32.Checksum(e.b, castagnoli))
}

// Uint writes a whole number from 0.
func (e *Encoder) Uint(n uint64) { e.b = binary.AppendUvarint(e.b, n) }

// Int writes a whole number.
func (e *Encoder) Int(n int64) { e.b = binary.AppendVarint(e.b, n) }

// Bool writes a yes or no.
func (e *Encoder) Bool(yes bool) {
	if yes {
		e.Uint(1)
	} else {
		e.Uint(0)
	}
}

// Text writes a text.
func (e *Encoder) Text(s string) {
	e.Uint(uint64(len(s)))
	e.b = append(e.b, s...)
}

// Group writes the path of a group and its currency.
func (e *Encoder) Group(path []string, c receivables.Currency) {
	e.Text(c.Code())
	e.Uint(uint64(len(path)))
	for _, part := range path {
		e.Text(part)
	}
}

// Decimal writes a decimal.
func (e *Encoder) Decimal(d decimal.Decimal) {
	e.Int(int64(d.Exponent()))
	e.Bool(d.Sign() < 0)
	e.Text(string(d.Coefficient().Bytes()))
}

// Whole writes a sum of whole units.
func (e *Encoder) Whole(s *fixed.Int) {
	hi, lo := s.Words()
	e.Int(hi)
	e.Uint(lo)
}

// Sum writes a sum.
func (e *Encoder) Sum(s *fixed.Sum) {
	e.Whole(&s.Int)
	rest, ok := s.Rest()
	e.Bool(ok)
	if ok {
		e.Decimal(rest)
	}
}

// Decoder reads a message. After the first error every value is zero; [Decoder.Close] returns it.
type Decoder struct {
	b   []byte
	err error
}

// NewDecoder opens a message.
//
// Errors:
//   - [receivables.ErrInvalidInput] for what is no such message, or damaged;
//   - [receivables.ErrConflict] for one of another configuration.
func NewDecoder(data []byte, kind, fingerprint string) (*Decoder, error) {
	invalid := func(detail string) error {
		return &receivables.FieldError{Path: kind, Rule: receivables.RuleSyntax, Detail: detail}
	}
	head := len(magic) + 1
	if len(data) < head+4 || string(data[:len(magic)]) != magic {
		return nil, invalid("is no state of an accumulator")
	}
	if data[len(magic)] != version {
		return nil, invalid(fmt.Sprintf("version %d, this library reads %d", data[len(magic)], version))
	}
	body, sum := data[:len(data)-4], binary.LittleEndian.Uint32(data[len(data)-4:])
	if got := crc32.Checksum(body, castagnoli); got != sum {
		return nil, invalid(fmt.Sprintf("checksum %08x, the bytes give %08x: damaged", sum, got))
	}
	d := &Decoder{b: body[head:]}
	if of := d.Text(); of != kind {
		return nil, invalid(fmt.Sprintf("is the state of %q", of))
	}
	if of := d.Text(); d.err == nil && of != fingerprint {
		theirs, ours := difference(of, fingerprint)
		return nil, &receivables.FieldError{
			Path: kind, Value: theirs, Rule: receivables.RuleExclusive, Detail: fmt.Sprintf("made with another configuration: here it is %q", ours),
		}
	}
	return d, d.err
}

// difference returns the parts of two texts around the first place in which they differ.
func difference(a, b string) (string, string) {
	const before, after = 20, 40
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	part := func(s string) string { return s[max(0, at-before):min(len(s), at+after)] }
	return part(a), part(b)
}

// Close returns the first error, or one if bytes are left.
func (d *Decoder) Close() error {
	if d.err == nil && len(d.b) > 0 {
		d.Fail("bytes after the end")
	}
	return d.err
}

// Fail makes the message wrong.
func (d *Decoder) Fail(detail string) {
	if d.err == nil {
		d.err = &receivables.FieldError{Path: "state", Rule: receivables.RuleSyntax, Detail: detail}
	}
	d.b = nil
}

// Uint reads a whole number from 0.
func (d *Decoder) Uint() uint64 {
	n, size := binary.Uvarint(d.b)
	if size <= 0 {
		d.Fail("a number is cut off or too large")
		return 0
	}
	d.b = d.b[size:]
	return n
}

// Int reads a whole number.
func (d *Decoder) Int() int64 {
	n, size := binary.Varint(d.b)
	if size <= 0 {
		d.Fail("a number is cut off or too large")
		return 0
	}
	d.b = d.b[size:]
	return n
}

// Within reads a whole number from low to high.
func (d *Decoder) Within(low, high int64) int64 {
	n := d.Int()
	if n < low || n > high {
		d.Fail(fmt.Sprintf("%d is not from %d to %d", n, low, high))
		return 0
	}
	return n
}

// Bool reads a yes or no.
func (d *Decoder) Bool() bool {
	n := d.Uint()
	if n > 1 {
		d.Fail(fmt.Sprintf("%d is neither yes nor no", n))
	}
	return n == 1
}

// Count reads a number of things that take at least a byte each, so that a false one takes no memory.
func (d *Decoder) Count() int {
	n := d.Uint()
	if n > uint64(len(d.b)) {
		d.Fail(fmt.Sprintf("%d things in %d bytes", n, len(d.b)))
		return 0
	}
	return int(n)
}

// Repeat yields for each of a number of things that was written in front of them, until one of them is wrong.
func (d *Decoder) Repeat() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range d.Count() {
			if d.err != nil || !yield(i) {
				return
			}
		}
	}
}

// Text reads a text.
func (d *Decoder) Text() string {
	n := d.Count()
	s := string(d.b[:n])
	d.b = d.b[n:]
	return s
}

// Group reads the path of a group of so many levels, and its currency.
func (d *Decoder) Group(levels int) ([]string, receivables.Currency) {
	code := d.Text()
	c, err := receivables.ParseCurrency(code)
	if err != nil {
		d.Fail(fmt.Sprintf("currency %q", code))
	}
	if n := d.Count(); n != levels && d.err == nil {
		d.Fail(fmt.Sprintf("a group of %d levels instead of %d", n, levels))
	}
	path := make([]string, levels)
	for i := range path {
		path[i] = d.Text()
	}
	return path, c
}

// Decimal reads a decimal.
func (d *Decoder) Decimal() decimal.Decimal {
	exponent, negative := d.Within(-mostExponent, mostExponent), d.Bool()
	digits := d.Text()
	if len(digits) > mostDecimalBytes {
		d.Fail("a decimal of too many digits")
		return decimal.Zero
	}
	n := new(big.Int).SetBytes([]byte(digits))
	if negative {
		n.Neg(n)
	}
	return decimal.NewFromBigInt(n, int32(exponent))
}

// Whole reads a sum of whole units.
func (d *Decoder) Whole() fixed.Int {
	hi := d.Int()
	return fixed.IntOf(hi, d.Uint())
}

// Sum reads a sum.
func (d *Decoder) Sum() fixed.Sum {
	s := fixed.Sum{Int: d.Whole()}
	if d.Bool() {
		s.AddExact(d.Decimal())
	}
	return s
}
