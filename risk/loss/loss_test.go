package loss_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/risk/loss"
)

func dec(text string) decimal.Decimal   { return decimal.RequireFromString(text) }
func eur(text string) receivables.Money { return receivables.MustMoney(text, "EUR") }

func euros(list ...string) []receivables.Money {
	var result []receivables.Money
	for _, s := range list {
		result = append(result, eur(s))
	}
	return result
}

func decs(list ...string) []decimal.Decimal {
	var result []decimal.Decimal
	for _, s := range list {
		result = append(result, dec(s))
	}
	return result
}

func is(t *testing.T, want string, places int32, f receivables.Figure, what ...any) {
	t.Helper()
	_, ok := f.Value()
	require.True(t, ok, "%s: %v", f.Status(), what)
	assert.Equal(t, want, f.Text(places), what...)
}

func TestProvisionMatrices(t *testing.T) {
	ifrs := []loss.Bucket{ // IFRS 9, Example 12
		{"current", eur("15000000"), dec("0.003")},
		{"1-30", eur("7500000"), dec("0.016")},
		{"31-60", eur("4000000"), dec("0.036")},
		{"61-90", eur("2500000"), dec("0.066")},
		{"over 90", eur("1000000"), dec("0.106")},
	}
	a, err := loss.Matrix(ifrs, dec("1"))
	require.NoError(t, err)
	assert.Equal(t, "580000.00", a.Total.Round().Text())
	a, err = loss.Matrix(ifrs, dec("1.1"))
	require.NoError(t, err)
	assert.Equal(t, "638000.00", a.Total.Round().Text())
	for name, b := range map[string][]loss.Bucket{"none": nil, "above 1": {{"x", eur("1"), dec("1.01")}}, "negative": {{"x", eur("1"), dec("-0.1")}}} {
		_, err := loss.Matrix(b, dec("1"))
		require.ErrorIs(t, err, receivables.ErrInvalidInput, name)
	}
	_, err = loss.Matrix(ifrs, decimal.Zero)
	require.ErrorIs(t, err, receivables.ErrInvalidInput, "a factor that is not given provides for nothing")
	_, err = loss.Matrix([]loss.Bucket{{"x", eur("1"), dec("0.6")}}, dec("2"))
	require.ErrorIs(t, err, receivables.ErrInvalidInput, "120 percent")
	_, err = loss.Matrix([]loss.Bucket{{"x", eur("1"), dec("0.6")}, {"y", receivables.MustMoney("1", "USD"), dec("0.1")}}, dec("1"))
	require.ErrorIs(t, err, receivables.ErrCurrencyMismatch)

	c, err := loss.FromCohort(eur("100000"), euros("50000", "27000", "15000", "6000"))
	require.NoError(t, err)
	is(t, "0.0869565", 7, c.Rates[2], "2,000 / 23,000, not 8.7 percent")
	allowance, err := c.Allowance(euros("300000", "140000", "60000", "23000", "5000"))
	require.NoError(t, err)
	assert.Equal(t, "27567.39", allowance.Total.Round().Text())
	all, err := loss.FromCohort(eur("100"), euros("60", "40"))
	require.NoError(t, err)
	is(t, "0", 0, all.Rates[0])
	assert.Equal(t, receivables.StatusZeroDenominator, all.Rates[2].Status(), "nothing reached it")
	_, err = all.Allowance(euros("1", "1", "1"))
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = all.Allowance(euros("1", "1", "0"))
	require.NoError(t, err)
	_, err = loss.FromCohort(eur("100"), euros("60", "41"))
	require.ErrorIs(t, err, receivables.ErrConflict)
	_, err = loss.FromCohort(eur("100"), euros("-1"))
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
}

func TestRollRates(t *testing.T) {
	is(t, "0.2", 1, loss.RollRate(dec("1000000"), dec("200000")))
	is(t, "1.5", 1, loss.RollRate(dec("10"), dec("15")), "a sign of re-ageing, not clipped")
	assert.Equal(t, receivables.StatusZeroDenominator, loss.RollRate(decimal.Zero, dec("1")).Status())
	is(t, "0.3", 1, loss.MeanRollRate([]loss.Flow{{dec("100"), dec("10")}, {dec("300"), dec("110")}}), "120 / 400, not the mean of 0.1 and 0.37")
	c, err := loss.RollChain(decs("0.12", "0.40", "0.60", "0.75"), euros("800000", "90000", "35000", "20000"))
	require.NoError(t, err)
	assert.Equal(t, "0.0216", c.Rates[0].String())
	assert.Equal(t, "64230.00", c.Loss.Total.Round().Text())
	_, err = loss.RollChain(decs("0.1"), nil)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = loss.RollChain(decs("-0.1"), euros("1"))
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
}

// A chain of roll rates and the rates of the cohort that they describe are the same.
func TestRollRatesAgreeWithTheCohort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sales := rapid.Int64Range(1000, 1_000_000).Draw(t, "sales")
		money := func(n int64) receivables.Money {
			return receivables.Zero(receivables.MustCurrency("EUR")).AddAmount(decimal.NewFromInt(n))
		}
		rest, paid := sales, []receivables.Money{}
		var rolls []decimal.Decimal
		for range rapid.IntRange(1, 6).Draw(t, "buckets") {
			p := rapid.Int64Range(0, rest-1).Draw(t, "paid")
			paid = append(paid, money(p))
			rolls = append(rolls, decimal.NewFromInt(rest-p).DivRound(decimal.NewFromInt(rest), 60))
			rest -= p
		}
		cohort, err := loss.FromCohort(money(sales), paid)
		if err != nil {
			t.Fatal(err)
		}
		balances := make([]receivables.Money, len(rolls))
		for i := range balances {
			balances[i] = money(1)
		}
		chain, err := loss.RollChain(rolls, balances)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range chain.Rates {
			want, _ := cohort.Rates[i].Value()
			assert.True(t, want.Sub(r).Abs().LessThan(decimal.New(1, -14)), "%s %s", want, r)
		}
	})
}

func TestAbsorbingChains(t *testing.T) {
	render := loss.Transitions{
		Between: [][]decimal.Decimal{decs("0.2", "0.2"), decs("0.3", "0.2")}, Absorbed: [][]decimal.Decimal{decs("0.6", "0"), decs("0.4", "0.1")},
	}
	a, err := loss.Absorb(render)
	require.NoError(t, err)
	assert.Equal(t, "1.3793103448", a.Fundamental[0][0].StringFixed(10)) // 0.8 / 0.58
	assert.Equal(t, "0.8620689655", a.Paid[1].StringFixed(10))
	f, err := a.Of(euros("2000", "5000"))
	require.NoError(t, err)
	assert.Equal(t, "6241.38", f.Paid.Round().Text(), "Render and Stair print 6,240 from rounded probabilities")
	assert.Equal(t, "758.62", f.Lost.Round().Text())
	receipts, err := render.Receipts(euros("2000", "5000"), 3)
	require.NoError(t, err)
	assert.Equal(t, "3200.00", receipts[0].Round().Text()) // 2000 x 0.6 + 5000 x 0.4
	assert.Equal(t, "1700.00", receipts[1].Round().Text()) // 1900 x 0.6 + 1400 x 0.4
	for name, x := range map[string]struct {
		t    loss.Transitions
		want error
	}{
		"empty":                     {loss.Transitions{}, receivables.ErrInvalidInput},
		"not square":                {loss.Transitions{Between: [][]decimal.Decimal{decs("0.5", "0.5")}, Absorbed: [][]decimal.Decimal{decs("0", "0")}}, receivables.ErrInvalidInput},
		"sum":                       {loss.Transitions{Between: [][]decimal.Decimal{decs("0.5")}, Absorbed: [][]decimal.Decimal{decs("0.4", "0")}}, receivables.ErrConflict},
		"negative":                  {loss.Transitions{Between: [][]decimal.Decimal{decs("-0.5")}, Absorbed: [][]decimal.Decimal{decs("1", "0.5")}}, receivables.ErrInvalidInput},
		"absorbed by rounding only": {loss.Transitions{Between: [][]decimal.Decimal{decs("0.9999999999")}, Absorbed: [][]decimal.Decimal{decs("0", "0")}}, receivables.ErrInvalidInput},
		"never absorbed":            {loss.Transitions{Between: [][]decimal.Decimal{decs("1")}, Absorbed: [][]decimal.Decimal{decs("0", "0")}}, receivables.ErrInvalidInput},
	} {
		_, err := loss.Absorb(x.t)
		require.ErrorIs(t, err, x.want, name)
	}
	thirds := loss.Transitions{Between: [][]decimal.Decimal{decs("0.3333333333")}, Absorbed: [][]decimal.Decimal{decs("0.3333333333", "0.3333333333")}}
	b, err := loss.Absorb(thirds)
	require.NoError(t, err)
	assert.Equal(t, "1.000000000000000", b.Paid[0].Add(b.Lost[0]).StringFixed(15), "rows are scaled to 1: nothing is lost to rounding")
	_, err = render.Receipts(euros("1", "1"), 0)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = a.Of(euros("1"))
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
}

// What is paid and lost adds up to 1; the receipts of many periods approach what is paid.
func TestChainsLoseNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "ages")
		var x loss.Transitions
		for range n {
			left := int64(100)
			var row []decimal.Decimal
			for range n {
				p := rapid.Int64Range(0, left-1).Draw(t, "p") // something always leaves
				row, left = append(row, decimal.New(p, -2)), left-p
			}
			paid := rapid.Int64Range(0, left).Draw(t, "paid")
			x.Between, x.Absorbed = append(x.Between, row), append(x.Absorbed, []decimal.Decimal{decimal.New(paid, -2), decimal.New(left-paid, -2)})
		}
		a, err := loss.Absorb(x)
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			assert.True(t, a.Paid[i].Add(a.Lost[i]).Sub(decimal.NewFromInt(1)).Abs().LessThan(decimal.New(1, -14)))
		}
	})
}

func TestExpectedLossWithInsuranceAndVAT(t *testing.T) {
	e := loss.ExpectedLoss(loss.Exposure{PD: dec("0.02"), LGD: dec("0.6"), EAD: eur("12000")})
	is(t, "0.012", 3, e.Rate)
	is(t, "144.00", 2, e.Amount)
	is(t, "120.00", 2, loss.ExpectedLoss(loss.Exposure{PD: dec("0.02"), LGD: dec("0.6"), EAD: eur("12000"), RecoverableVAT: dec("0.2")}).Amount, "10,000 without VAT")
	insured := loss.Exposure{PD: dec("0.02"), LGD: dec("0.6"), EAD: eur("12000"), RecoverableVAT: dec("0.2"), Cover: dec("0.9"), Deductible: eur("500")}
	is(t, "22.00", 2, loss.ExpectedLoss(insured).Amount) // 0.02 x (6000 x 0.1 + 500)
	insured.Deductible = eur("9000")
	is(t, "120.00", 2, loss.ExpectedLoss(insured).Amount, "insurance never costs more than none")
	for name, x := range map[string]loss.Exposure{
		"pd": {PD: dec("1.1"), EAD: eur("1")}, "lgd": {LGD: dec("-0.1"), EAD: eur("1")}, "cover": {Cover: dec("2"), EAD: eur("1")}, "ead": {EAD: eur("-1")}, "vat": {EAD: eur("1"), RecoverableVAT: dec("-1")},
	} {
		assert.Equal(t, receivables.StatusOutOfDomain, loss.ExpectedLoss(x).Amount.Status(), name)
	}
	assert.Equal(t, receivables.StatusMixedBasis, loss.ExpectedLoss(loss.Exposure{}).Amount.Status())
}

func TestFrenchAllowance(t *testing.T) {
	a, err := loss.DoubtfulAllowance([]loss.Doubtful{{"HAMID", eur("1200"), dec("0.30"), dec("0.20")}, {"PABLO", eur("10800"), dec("0.60"), dec("0.20")}})
	require.NoError(t, err)
	assert.Equal(t, "1000.00", a.ExclVAT[0].Round().Text())
	assert.Equal(t, "5400.00", a.Allowances[1].Round().Text())
	assert.Equal(t, "5700.00", a.Total.Round().Text())
	for name, list := range map[string][]loss.Doubtful{"none": nil, "rate": {{"a", eur("1"), dec("1.5"), dec("0.2")}}, "vat": {{"a", eur("1"), dec("0.5"), dec("-0.2")}}, "20 for 20 percent": {{"a", eur("1"), dec("0.5"), dec("20")}}, "negative": {{"a", eur("-1"), dec("0.5"), dec("0.2")}}} {
		_, err := loss.DoubtfulAllowance(list)
		require.ErrorIs(t, err, receivables.ErrInvalidInput, name)
	}
}
