// Package fixed adds up decimal amounts without loss and without allocating in
// the common case.
//
// Amounts that fit are held as whole minor units in 128 bits; the others, with
// more decimals than the currency or more than 18 digits, go to an exact decimal
// beside them. A sum is the same whatever the order of its parts.
package fixed

import (
	"cmp"
	"math/big"
	"math/bits"

	"github.com/shopspring/decimal"
)

// Int is a sum of whole units, a two's complement 128-bit integer. The zero value is 0.
// It holds no pointer, so that millions of them cost the garbage collector nothing.
type Int struct {
	hi int64
	lo uint64
}

// Sum is an exact sum of decimals with a common number of places. The zero value
// is 0. All calls on one Sum must give the same places.
type Sum struct {
	Int
	rest *decimal.Decimal
}

var pow10 = [19]int64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
}

// Minor returns d in units of 10^-places if it is a whole number of them with at
// most 18 digits.
func Minor(d decimal.Decimal, places int32) (units int64, ok bool) {
	if d.NumDigits() > 18 {
		return 0, false
	}
	units = d.CoefficientInt64()
	switch shift := d.Exponent() + places; {
	case shift == 0:
		return units, true
	case shift > 0:
		if shift > 18 || d.NumDigits()+int(shift) > 18 {
			return 0, units == 0
		}
		return units * pow10[shift], true
	default:
		if shift < -18 {
			return 0, units == 0
		}
		divisor := pow10[-shift]
		return units / divisor, units%divisor == 0
	}
}

// AddUnits adds a number of minor units.
func (s *Int) AddUnits(units int64) {
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, uint64(units), 0)
	s.hi += units>>63 + int64(carry)
}

// AddProduct adds units x factor.
func (s *Int) AddProduct(units, factor int64) {
	hi, lo := bits.Mul64(magnitude(units), magnitude(factor))
	if (units < 0) != (factor < 0) {
		var borrow uint64
		lo, borrow = bits.Sub64(0, lo, 0)
		hi, _ = bits.Sub64(0, hi, borrow)
	}
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, lo, 0)
	s.hi += int64(hi) + int64(carry)
}

// Add adds another sum.
func (s *Int) Add(o Int) {
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, o.lo, 0)
	s.hi += o.hi + int64(carry)
}

// AddTimes adds another sum x factor.
func (s *Int) AddTimes(o Int, factor int64) {
	// o x factor modulo 2^128, factor sign-extended to 128 bits
	hi, lo := bits.Mul64(o.lo, uint64(factor))
	s.Add(Int{hi: int64(hi) + o.hi*factor + int64(o.lo)*(factor>>63), lo: lo})
}

// Words returns the sum as two's complement words.
func (s *Int) Words() (hi int64, lo uint64) { return s.hi, s.lo }

// IntOf is the sum of two's complement words.
func IntOf(hi int64, lo uint64) Int { return Int{hi: hi, lo: lo} }

// IsZero reports whether the sum is 0.
func (s *Int) IsZero() bool { return s.hi == 0 && s.lo == 0 }

// Fits reports whether the sum is from 0 to 2^63 - 1.
func (s *Int) Fits() bool { return s.hi == 0 && s.lo>>63 == 0 }

// Decimal returns the sum as a decimal with places.
func (s *Int) Decimal(places int32) decimal.Decimal {
	if s.hi == int64(s.lo)>>63 {
		return decimal.New(int64(s.lo), -places)
	}
	n := new(big.Int).Lsh(big.NewInt(s.hi), 64)
	return decimal.NewFromBigInt(n.Or(n, new(big.Int).SetUint64(s.lo)), -places)
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// AddExact adds an amount that does not fit into minor units.
func (s *Sum) AddExact(d decimal.Decimal) {
	if s.rest != nil {
		d = s.rest.Add(d)
	}
	s.rest = &d
}

// Add adds any amount.
func (s *Sum) Add(d decimal.Decimal, places int32) {
	if units, ok := Minor(d, places); ok {
		s.AddUnits(units)
	} else {
		s.AddExact(d)
	}
}

// Rest returns what does not fit into whole units, and false if there is nothing.
func (s *Sum) Rest() (decimal.Decimal, bool) {
	if s.rest == nil {
		return decimal.Zero, false
	}
	return *s.rest, true
}

// Merge adds another sum, which stays as it is.
func (s *Sum) Merge(o *Sum) {
	s.Int.Add(o.Int)
	if o.rest != nil {
		s.AddExact(*o.rest)
	}
}

// IsZero reports whether the sum is 0.
func (s *Sum) IsZero(places int32) bool {
	if s.rest == nil {
		return s.Int.IsZero()
	}
	return s.Decimal(places).IsZero()
}

// Sign is -1, 0 or 1.
func (s *Sum) Sign(places int32) int {
	var zero Sum
	return s.Cmp(&zero, places)
}

// Cmp compares two sums: -1, 0 or 1.
func (s *Sum) Cmp(o *Sum, places int32) int {
	if s.rest == nil && o.rest == nil {
		return cmp.Or(cmp.Compare(s.hi, o.hi), cmp.Compare(s.lo, o.lo))
	}
	return s.Decimal(places).Cmp(o.Decimal(places))
}

// Decimal returns the exact sum.
func (s *Sum) Decimal(places int32) decimal.Decimal {
	d := s.Int.Decimal(places)
	if s.rest != nil {
		d = d.Add(*s.rest)
	}
	return d
}

// Value is an amount made ready to be added several times.
type Value struct {
	amount decimal.Decimal
	units  int64 // if fits
	fits   bool
}

// ValueOf prepares an amount for sums with the given places.
func ValueOf(d decimal.Decimal, places int32) Value {
	units, ok := Minor(d, places)
	return Value{amount: d, units: units, fits: ok}
}

// Neg returns the opposite amount.
func (v *Value) Neg() Value { return Value{amount: v.amount.Neg(), units: -v.units, fits: v.fits} }

// Units returns the amount in minor units, and whether it fits.
func (v *Value) Units() (int64, bool) { return v.units, v.fits }

// Amount returns the amount.
func (v *Value) Amount() decimal.Decimal { return v.amount }

// Sign is -1, 0 or 1.
func (v *Value) Sign() int { return v.amount.Sign() }

// AddTo adds the amount to a sum.
func (v *Value) AddTo(s *Sum) {
	if v.fits {
		s.AddUnits(v.units)
	} else {
		s.AddExact(v.amount)
	}
}

// AddProductTo adds amount x factor to a sum.
func (v *Value) AddProductTo(s *Sum, factor int64) {
	if v.fits {
		s.AddProduct(v.units, factor)
	} else {
		s.AddExact(v.amount.Mul(decimal.NewFromInt(factor)))
	}
}
