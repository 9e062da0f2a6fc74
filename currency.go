package receivables

import (
	iso4217 "github.com/bojanz/currency"
)

// Currency is an ISO 4217 currency. It is a small comparable value and can be
// a map key. The zero value is "no currency" and is not valid.
type Currency struct {
	code  [3]byte
	minor uint8
}

// withdrawn lists currencies that ISO 4217 has moved to its list three but that
// ledgers of the period of the late-payment directives still hold. The number
// of minor units is the one they had while in use.
func withdrawn(code string) (minorUnits uint8, ok bool) {
	switch code {
	case "BGN", // Bulgaria, euro since 2026-01-01
		"HRK", // Croatia, euro since 2023-01-01
		"LTL", // Lithuania, euro since 2015-01-01
		"LVL", // Latvia, euro since 2014-01-01
		"EEK", // Estonia, euro since 2011-01-01
		"SKK", // Slovakia, euro since 2009-01-01
		"MTL", // Malta, euro since 2008-01-01
		"CYP", // Cyprus, euro since 2008-01-01
		"SIT", // Slovenia, euro since 2007-01-01
		"ANG": // Curaçao and Sint Maarten, XCG since 2025-03-31
		return 2, true
	}
	return 0, false
}

// ParseCurrency returns the currency with the given ISO 4217 code, three
// capital letters.
//
// The list and its minor units are those of ISO 4217 list one, plus a few
// currencies withdrawn since 2007 (BGN, HRK ...). Codes without minor units
// (gold, XXX) are refused: no debt is kept in them.
//
// Errors:
//   - [ErrUnknown], rule unknown_currency.
func ParseCurrency(code string) (Currency, error) {
	minor, ok := iso4217.GetDigits(code)
	if !ok {
		minor, ok = withdrawn(code)
	}
	if !ok || len(code) != 3 {
		return Currency{}, &FieldError{
			Path: "currency", Value: code, Rule: RuleUnknownCurrency, Detail: "not an ISO 4217 code in capital letters",
		}
	}
	return Currency{code: [3]byte{code[0], code[1], code[2]}, minor: minor}, nil
}

// MustCurrency is [ParseCurrency] for constants and tests; it panics on a code
// that does not exist.
func MustCurrency(code string) Currency {
	c, err := ParseCurrency(code)
	if err != nil {
		panic(err)
	}
	return c
}

// IsValid reports whether c is a currency; false for the zero value.
func (c Currency) IsValid() bool { return c != Currency{} }

// Code returns the ISO 4217 code, "" for the zero value.
func (c Currency) Code() string {
	if !c.IsValid() {
		return ""
	}
	return string(c.code[:])
}

// String returns the code.
func (c Currency) String() string { return c.Code() }

// MinorUnits returns the number of decimals of the smallest unit by ISO 4217:
// 2 for EUR, 0 for JPY, 3 for TND.
func (c Currency) MinorUnits() int { return int(c.minor) }

// MarshalText writes the code.
func (c Currency) MarshalText() ([]byte, error) { return []byte(c.Code()), nil }

// UnmarshalText reads a code by [ParseCurrency]; empty text is no currency.
func (c *Currency) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*c = Currency{}
		return nil
	}
	parsed, err := ParseCurrency(string(text))
	if err != nil {
		return err
	}
	*c = parsed
	return nil
}
