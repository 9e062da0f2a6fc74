package receivables

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
)

const (
	// maxDecimals is the number of decimals an amount may have. Ledgers of unit
	// prices and bank files have up to five; more than this is damage.
	maxDecimals = 18
	// maxIntegerDigits bounds the size of an amount (below 10^30).
	maxIntegerDigits = 30
	// maxAmountText bounds the text of an amount before it is read.
	maxAmountText = 64
)

// Money is an exact decimal amount of one currency. The zero value has no
// currency and is not valid.
//
// An amount keeps all its decimals: rounding to minor units happens only in
// [Money.Round] and where a document says so. Values are compared with
// [Money.Equal] and [Money.Cmp]; == does not compile, because 1.0 and 1.00 are
// the same money with different digits.
type Money struct {
	_        [0]func()
	amount   decimal.Decimal
	currency Currency
}

// NewMoney returns amount in currency.
//
// Errors:
//   - [ErrInvalidInput], rule required, when the currency is not valid;
//   - [ErrLimit] for more than 18 decimals or 30 digits before the point.
func NewMoney(amount decimal.Decimal, currency Currency) (Money, error) {
	if !currency.IsValid() {
		return Money{}, &FieldError{Path: "money", Rule: RuleRequired, Detail: "no currency"}
	}
	exp := int(amount.Exponent())
	if exp < -maxDecimals || exp > maxIntegerDigits || amount.NumDigits()+exp > maxIntegerDigits {
		return Money{}, &FieldError{
			Path: "money", Rule: RuleLimit,
			Detail: fmt.Sprintf("at most %d decimals and %d digits before the point", maxDecimals, maxIntegerDigits),
		}
	}
	return Money{amount: amount, currency: currency}, nil
}

// ParseAmount reads a plain decimal number: an optional sign, digits, an
// optional point with digits. Thousands separators, decimal commas, exponents
// ("1e9"), currency signs and empty text are refused: each would be a guess.
//
// Errors:
//   - [ErrInvalidInput], rule required or amount;
//   - [ErrLimit] for a text of more than 64 bytes.
func ParseAmount(text string) (decimal.Decimal, error) {
	if text == "" {
		return decimal.Decimal{}, &FieldError{Path: "amount", Rule: RuleRequired, Detail: "an amount is needed"}
	}
	if len(text) > maxAmountText {
		return decimal.Decimal{}, &FieldError{
			Path: "amount", Value: text, Rule: RuleLimit, Detail: fmt.Sprintf("longer than %d bytes", maxAmountText),
		}
	}
	if !isPlainDecimal(text) {
		return decimal.Decimal{}, &FieldError{
			Path: "amount", Value: text, Rule: RuleAmount,
			Detail: "want digits with an optional sign and decimal point, such as -1234.56",
		}
	}
	d, err := decimal.NewFromString(text)
	if err != nil {
		return decimal.Decimal{}, &FieldError{Path: "amount", Value: text, Rule: RuleAmount, Detail: err.Error()}
	}
	return d, nil
}

// isPlainDecimal reports whether text, which is not empty, is
// [+-]?digits[.digits].
func isPlainDecimal(text string) bool {
	if text[0] == '+' || text[0] == '-' {
		text = text[1:]
	}
	whole, fraction, pointed := strings.Cut(text, ".")
	return isDigits(whole) && (!pointed || isDigits(fraction))
}

// isDigits reports whether text is one or more ASCII digits.
func isDigits(text string) bool {
	for _, c := range []byte(text) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return text != ""
}

// ParseMoney reads an amount as [ParseAmount] does, in the given currency.
//
// Errors: those of [ParseAmount] and [NewMoney].
func ParseMoney(text string, currency Currency) (Money, error) {
	amount, err := ParseAmount(text)
	if err != nil {
		return Money{}, err
	}
	return NewMoney(amount, currency)
}

// MustMoney is [ParseMoney] with a currency code, for constants and tests; it
// panics on a bad text.
func MustMoney(text, currency string) Money {
	m, err := ParseMoney(text, MustCurrency(currency))
	if err != nil {
		panic(err)
	}
	return m
}

// Zero returns no money of the currency.
func Zero(currency Currency) Money { return Money{currency: currency} }

// IsValid reports whether m has a currency; false for the zero value.
func (m Money) IsValid() bool { return m.currency.IsValid() }

// Amount returns the decimal amount, signed.
func (m Money) Amount() decimal.Decimal { return m.amount }

// Currency returns the currency.
func (m Money) Currency() Currency { return m.currency }

// Sign returns -1, 0 or 1.
func (m Money) Sign() int { return m.amount.Sign() }

// IsZero reports whether the amount is 0, whatever the currency.
func (m Money) IsZero() bool { return m.amount.IsZero() }

// Neg returns the amount with the opposite sign.
func (m Money) Neg() Money { return Money{amount: m.amount.Neg(), currency: m.currency} }

// Abs returns the amount without its sign.
func (m Money) Abs() Money { return Money{amount: m.amount.Abs(), currency: m.currency} }

// Add returns m + o, exact.
//
// Errors:
//   - [ErrCurrencyMismatch] when the currencies differ or one is missing.
func (m Money) Add(o Money) (Money, error) {
	if m.currency != o.currency || !m.IsValid() {
		return Money{}, &FieldError{
			Path: "money", Value: o.String(), Rule: RuleCurrency, Detail: "cannot be added to " + m.String(),
		}
	}
	return m.AddAmount(o.amount), nil
}

// Sub returns m - o, exact. Errors as [Money.Add].
func (m Money) Sub(o Money) (Money, error) { return m.Add(o.Neg()) }

// AddAmount adds a bare amount, taken to be in the currency of m. It cannot
// fail; a sum may be larger than what [NewMoney] accepts from outside.
func (m Money) AddAmount(amount decimal.Decimal) Money {
	return Money{amount: m.amount.Add(amount), currency: m.currency}
}

// Equal reports whether both are the same amount of the same currency.
func (m Money) Equal(o Money) bool { return m.currency == o.currency && m.amount.Equal(o.amount) }

// Cmp compares two amounts: -1, 0 or 1.
//
// Errors:
//   - [ErrCurrencyMismatch] when the currencies differ.
func (m Money) Cmp(o Money) (int, error) {
	if m.currency != o.currency {
		return 0, &FieldError{
			Path: "money", Value: o.String(), Rule: RuleCurrency, Detail: "cannot be compared with " + m.String(),
		}
	}
	return m.amount.Cmp(o.amount), nil
}

// Round rounds to the minor unit of the currency, half away from zero:
// 10.005 EUR becomes 10.01, -10.005 becomes -10.01, 10.5 JPY becomes 11.
func (m Money) Round() Money {
	return Money{amount: m.amount.Round(int32(m.currency.minor)), currency: m.currency}
}

// Text writes the amount with at least the minor units of its currency and
// without currency code: "1234.50", "1234", "0.125".
func (m Money) Text() string {
	places := max(int32(m.currency.minor), -m.amount.Exponent())
	return m.amount.StringFixed(places)
}

// String writes amount and currency: "1234.50 EUR".
func (m Money) String() string {
	if !m.IsValid() {
		return m.amount.String() + " (no currency)"
	}
	return m.Text() + " " + m.currency.Code()
}

// moneyJSON is the form of Money in JSON: amounts as text, so that no reader
// makes binary floats of them.
type moneyJSON struct {
	Amount   string   `json:"amount"`
	Currency Currency `json:"currency"`
}

// MarshalJSON writes {"amount":"12.50","currency":"EUR"}; null without currency.
func (m Money) MarshalJSON() ([]byte, error) {
	if !m.IsValid() {
		return []byte("null"), nil
	}
	return json.Marshal(moneyJSON{m.Text(), m.currency})
}

// UnmarshalJSON reads what MarshalJSON writes, as strictly as [ParseMoney].
func (m *Money) UnmarshalJSON(data []byte) error {
	*m = Money{}
	if string(data) == "null" {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	var read moneyJSON
	if err := d.Decode(&read); err != nil {
		return err
	}
	parsed, err := ParseMoney(read.Amount, read.Currency)
	if err != nil {
		return err
	}
	*m = parsed
	return nil
}

// SplitShares divides m into parts proportional to shares, which must add up
// to 1. Each part but the last is rounded to the minor unit, half away from
// zero; the last takes what is left, so that the parts always add up to m.
// 100.00 EUR in three shares of 0.3, 0.3 and 0.4 is 30.00, 30.00 and 40.00;
// 0.05 EUR in shares of 0.5 and 0.5 is 0.03 and 0.02.
//
// Errors:
//   - [ErrInvalidInput] when there is no share or one is not positive;
//   - [ErrConflict], rule sum, when the shares do not add up to 1;
//   - [ErrLimit] when a part would change sign, because m is too small to be
//     divided so.
func (m Money) SplitShares(shares ...decimal.Decimal) ([]Money, error) {
	if len(shares) == 0 {
		return nil, &FieldError{Path: "shares", Rule: RuleRequired, Detail: "at least one share"}
	}
	sum := decimal.Zero
	for i, share := range shares {
		if share.Sign() <= 0 {
			return nil, &FieldError{Path: fmt.Sprintf("shares[%d]", i), Value: share.String(), Rule: RuleSign, Detail: "must be positive"}
		}
		sum = sum.Add(share)
	}
	if !sum.Equal(decimal.New(1, 0)) {
		return nil, &FieldError{Path: "shares", Value: sum.String(), Rule: RuleSum, Detail: "shares must add up to 1"}
	}
	parts := make([]Money, len(shares))
	rest := m
	for i, share := range shares[:len(shares)-1] {
		parts[i] = Money{amount: m.amount.Mul(share), currency: m.currency}.Round()
		rest = rest.AddAmount(parts[i].amount.Neg())
	}
	parts[len(parts)-1] = rest
	if rest.Sign() == -m.Sign() && m.Sign() != 0 {
		return nil, &FieldError{
			Path: "shares", Value: m.String(), Rule: RuleLimit, Detail: "too small to be divided into these shares",
		}
	}
	return parts, nil
}
