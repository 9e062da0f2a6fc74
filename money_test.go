package receivables_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables"
)

func eur(text string) receivables.Money { return receivables.MustMoney(text, "EUR") }

func TestAmountsAreReadStrictly(t *testing.T) {
	for _, text := range []string{
		"1e9", "1E9", "1,234.56", "1 234.56", "1234,56", "", "+", "-", ".", ".5", "5.", "--5", "+-5", "0x10", "NaN", "Inf", "1_000",
		"€5", "５", "1.2.3", " 1", "1 ", "(5)",
	} {
		_, err := receivables.ParseAmount(text)
		assert.ErrorIs(t, err, receivables.ErrInvalidInput, "%q", text)
	}
	for text, want := range map[string]string{"1234.56": "1234.56", "-0.01": "-0.01", "+5": "5", "007": "7", "0": "0", "1.50": "1.5"} {
		d, err := receivables.ParseAmount(text)
		require.NoError(t, err, text)
		assert.True(t, d.Equal(decimal.RequireFromString(want)), text)
	}
	_, err := receivables.ParseAmount("1" + string(make([]byte, 100)))
	assert.ErrorIs(t, err, receivables.ErrLimit)
}

func TestMoneyHasLimitsAndACurrency(t *testing.T) {
	_, err := receivables.NewMoney(decimal.New(1, 0), receivables.Currency{})
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	for _, d := range []decimal.Decimal{
		decimal.New(1, 1_000_000_000), decimal.New(1, -1_000_000_000), decimal.New(1, 31), decimal.New(1, -19),
	} {
		_, err := receivables.NewMoney(d, receivables.MustCurrency("EUR"))
		assert.ErrorIs(t, err, receivables.ErrLimit)
	}
	_, err = eur("1").Add(receivables.MustMoney("1", "USD"))
	require.ErrorIs(t, err, receivables.ErrCurrencyMismatch)
	_, err = eur("1").Add(receivables.Money{})
	require.ErrorIs(t, err, receivables.ErrCurrencyMismatch)
	_, err = receivables.Money{}.Add(receivables.Money{})
	require.ErrorIs(t, err, receivables.ErrCurrencyMismatch)
	_, err = eur("1").Cmp(receivables.MustMoney("1", "USD"))
	require.ErrorIs(t, err, receivables.ErrCurrencyMismatch)
	assert.True(t, eur("1.0").Equal(eur("1.00")))
	assert.Equal(t, "1.00 EUR", eur("1").String())
	assert.Equal(t, "0.125 EUR", eur("0.125").String())
	assert.Equal(t, "1000 JPY", receivables.MustMoney("1000", "JPY").String())
	assert.False(t, receivables.Money{}.IsValid())
}

func TestMoneyRoundsHalfAwayFromZero(t *testing.T) {
	for text, want := range map[string]string{"10.005": "10.01", "-10.005": "-10.01", "10.0049": "10.00", "10.015": "10.02"} {
		assert.Equal(t, want, eur(text).Round().Text(), text)
	}
	assert.Equal(t, "11", receivables.MustMoney("10.5", "JPY").Round().Text())
	assert.Equal(t, "1.235", receivables.MustMoney("1.2345", "TND").Round().Text())
}

// Minor units by ISO 4217, among them the ones for which CLDR, and so
// golang.org/x/text, says otherwise (RSD, PKR, COP, IDR, IQD ...).
func TestMinorUnitsAreThoseOfISO4217(t *testing.T) {
	for code, want := range map[string]int{
		"EUR": 2, "USD": 2, "GBP": 2, "CHF": 2, "JPY": 0, "KRW": 0, "CLP": 0, "ISK": 0, "VND": 0, "XOF": 0, "XAF": 0, "XPF": 0,
		"BHD": 3, "KWD": 3, "TND": 3, "JOD": 3, "OMR": 3, "LYD": 3, "IQD": 3, "CLF": 4, "UYW": 4,
		"HUF": 2, "RSD": 2, "PKR": 2, "COP": 2, "IDR": 2, "MGA": 2, "ALL": 2, "UZS": 2,
		"MRU": 2, "VES": 2, "SLE": 2, "XCG": 2, "ZWG": 2, "BGN": 2, "HRK": 2,
	} {
		c, err := receivables.ParseCurrency(code)
		require.NoError(t, err, code)
		assert.Equal(t, want, c.MinorUnits(), code)
		assert.Equal(t, code, c.String())
	}
	for _, code := range []string{"", "eur", "EU", "EURO", "XXX", "XAU", "ZZZ", "E\x00R"} {
		_, err := receivables.ParseCurrency(code)
		assert.ErrorIs(t, err, receivables.ErrUnknown, "%q", code)
	}
}

func TestSharesAddUpToTheWhole(t *testing.T) {
	parts, err := eur("0.05").SplitShares(decimal.New(5, -1), decimal.New(5, -1))
	require.NoError(t, err)
	assert.Equal(t, "0.03", parts[0].Text())
	assert.Equal(t, "0.02", parts[1].Text())

	_, err = eur("1").SplitShares(decimal.New(5, -1), decimal.New(4, -1))
	require.ErrorIs(t, err, receivables.ErrConflict)
	_, err = eur("1").SplitShares()
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = eur("1").SplitShares(decimal.New(15, -1), decimal.New(-5, -1))
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	tenth := decimal.New(1, -1)
	_, err = eur("0.05").SplitShares(tenth, tenth, tenth, tenth, tenth, tenth, tenth, tenth, tenth, tenth)
	require.ErrorIs(t, err, receivables.ErrLimit)

	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "n")
		var shares []decimal.Decimal
		rest := decimal.New(1, 0)
		for range n - 1 {
			share := rest.Mul(decimal.New(int64(rapid.IntRange(1, 9).Draw(t, "tenths")), -1))
			shares = append(shares, share)
			rest = rest.Sub(share)
		}
		shares = append(shares, rest)
		whole := receivables.MustMoney(decimal.New(rapid.Int64Range(-1e12, 1e12).Draw(t, "cents"), -2).String(), "EUR")
		parts, err := whole.SplitShares(shares...)
		if err != nil {
			return // too small to be divided
		}
		sum := receivables.Zero(whole.Currency())
		for i, p := range parts {
			sum, _ = sum.Add(p)
			if i < len(parts)-1 {
				assert.True(t, p.Equal(p.Round()), "parts are whole cents")
			}
		}
		assert.True(t, sum.Equal(whole), "%s is not %s", sum, whole)
	})
}

func FuzzParseAmount(f *testing.F) {
	for _, s := range []string{"1234.56", "-0.01", "1e9", "1,234.56", "", "+5", "00000000000000000000000000000000000001"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := receivables.ParseAmount(text)
		if err != nil {
			return
		}
		want, err := decimal.NewFromString(text)
		require.NoError(t, err)
		assert.True(t, d.Equal(want))
		if m, err := receivables.NewMoney(d, receivables.MustCurrency("EUR")); err == nil {
			back, err := receivables.ParseMoney(m.Text(), m.Currency())
			require.NoError(t, err)
			assert.True(t, back.Equal(m))
		}
	})
}
