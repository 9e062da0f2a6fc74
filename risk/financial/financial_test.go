package financial_test

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/risk/financial"
)

func dec(text string) decimal.Decimal       { return decimal.RequireFromString(text) }
func known(text string) decimal.NullDecimal { return financial.Known(dec(text)) }
func ratio(text string) receivables.Figure  { return financial.Ratio(dec(text)) }

func is(t *testing.T, want string, places int32, f receivables.Figure, what ...any) {
	t.Helper()
	_, ok := f.Value()
	require.True(t, ok, "%s: %v", f.Status(), what)
	assert.Equal(t, want, f.Text(places), what...)
}

func undefined(t *testing.T, want receivables.Status, s financial.Score, what ...any) {
	t.Helper()
	_, ok := s.Value.Value()
	assert.False(t, ok, what...)
	assert.Equal(t, want, s.Value.Status(), what...)
	assert.Empty(t, s.Zone, what...)
}

var altman = financial.AltmanAmounts{
	WorkingCapital: dec("500000"), RetainedEarnings: dec("350000"), EBIT: dec("210000"), Equity: dec("800000"), TotalLiabilities: dec("1700000"), Sales: dec("4100000"), TotalAssets: dec("2500000"),
}

func TestScoresAndTheirZones(t *testing.T) {
	x := altman.Ratios()
	is(t, "2.3573350588", 10, financial.AltmanZPrimeScore(x).Value)
	assert.Equal(t, financial.Grey, financial.AltmanZPrimeScore(x).Zone)
	is(t, "2.8269976471", 10, financial.AltmanZDoublePrimeScore(x).Value)
	is(t, "6.0769976471", 10, financial.AltmanZEmergingScore(x).Value)
	published := financial.AltmanRatios{X1: ratio("0.25"), X2: ratio("0.15"), X3: ratio("0.20"), X4: ratio("0.60"), X5: ratio("1.50")}
	is(t, "3.03", 2, financial.AltmanZScore(published, dec("1.0")).Value, "a source prints 2.96 for these")
	is(t, "3.0285", 4, financial.AltmanZScore(published, financial.SalesCoefficient()).Value)
	for value, zone := range map[string]financial.Zone{"1.8099": financial.Distress, "1.81": financial.Grey, "2.99": financial.Grey, "2.9901": financial.Safe} {
		s := financial.AltmanZScore(financial.AltmanRatios{X1: ratio("0"), X2: ratio("0"), X3: ratio("0"), X4: ratio("0"), X5: ratio(value)}, dec("1"))
		assert.Equal(t, zone, s.Zone, value)
	}
	weak := financial.ConanHolderScore(financial.ConanHolderAmounts{
		EBE: dec("-20000"), TotalDebt: dec("900000"), PermanentCapital: dec("250000"), TotalAssets: dec("1000000"), ReceivablesAndCash: dec("300000"),
		FinancialCharges: dec("38000"), SalesExclVAT: dec("1500000"), Personnel: dec("480000"), ValueAdded: dec("450000"),
	})
	is(t, "-3.104", 3, weak.Value)
	is(t, "-0.03104", 5, weak.Unit)
	assert.Equal(t, financial.Zone("danger"), weak.Zone)
	taffler := financial.TafflerScore(financial.TafflerAmounts{
		PretaxProfit: dec("160000"), CurrentLiabilities: dec("900000"), CurrentAssets: dec("1400000"), TotalLiabilities: dec("1700000"), TotalAssets: dec("2500000"),
		QuickAssets: dec("500000"), Sales: dec("4100000"), Depreciation: dec("120000"),
	})
	is(t, "2.4709798994", 10, taffler.Value)
	is(t, "-38.219895288", 9, taffler.NoCreditInterval)
	z := financial.ZmijewskiScore(financial.ZmijewskiAmounts{NetIncome: dec("110000"), TotalAssets: dec("2500000"), TotalLiabilities: dec("1700000"), CurrentAssets: dec("1400000"), CurrentLiabilities: dec("900000")})
	is(t, "0.2525043218", 10, z.Probability)
	is(t, "0.672232", 6, financial.GroverScore(financial.GroverAmounts{WorkingCapital: dec("500000"), TotalAssets: dec("2500000"), EBIT: dec("210000"), NetIncome: dec("110000")}).Value)
	m := financial.BeneishScore(financial.BeneishIndices{DSRI: ratio("1.10"), GMI: ratio("0.98"), AQI: ratio("1.05"), SGI: ratio("1.20"), DEPI: ratio("1.02"), SGAI: ratio("0.97"), TATA: ratio("0.03"), LVGI: ratio("1.08")})
	is(t, "-2.07829", 5, m.Value)
	assert.Equal(t, financial.Zone("unlikely"), m.Zone)
	assert.Equal(t, financial.Zone("likely manipulator"), m.In([]financial.Band{{Zone: "unlikely"}, {Zone: "likely manipulator", Above: dec("-2.22")}}).Zone, "by the other cut-off")
	// 100 Z = -125.5 + 200.3 - 82.4 + 522.1 - 68.9 - 116.4 + 70.6 + 140.8 - 85.544 for ratios of 100 percent each
	all := [8]receivables.Figure{}
	for i := range all {
		all[i] = ratio("100")
	}
	is(t, "4.55056", 5, financial.BanqueDeFranceScore(all).Value)
	s := financial.SpringateScore(financial.SpringateAmounts{WorkingCapital: dec("20"), TotalAssets: dec("100"), EBIT: dec("10"), PretaxProfit: dec("8"), CurrentLiabilities: dec("40"), Sales: dec("150")})
	is(t, "1.245", 3, s.Value) // 0.206 + 0.307 + 0.132 + 0.6
	assert.Equal(t, financial.Zone("sound"), s.Zone)
}

func TestScoresWithoutDenominator(t *testing.T) {
	change := func(f func(*financial.AltmanAmounts)) financial.Score {
		a := altman
		f(&a)
		return financial.AltmanZPrimeScore(a.Ratios())
	}
	undefined(t, receivables.StatusZeroDenominator, change(func(a *financial.AltmanAmounts) { a.TotalAssets = decimal.Zero }))
	undefined(t, receivables.StatusNegativeDenominator, change(func(a *financial.AltmanAmounts) { a.TotalAssets = dec("-1") }))
	undefined(t, receivables.StatusOutOfDomain, change(func(a *financial.AltmanAmounts) { a.TotalLiabilities = decimal.Zero }), "without debt: not infinitely sound")
	undefined(t, receivables.StatusNegativeDenominator, change(func(a *financial.AltmanAmounts) { a.TotalLiabilities = dec("-1") }))
	undefined(t, receivables.StatusUndefined, financial.AltmanZScore(financial.AltmanRatios{}, dec("1")), "no ratio given")
	undefined(t, receivables.StatusOutOfDomain, financial.ConanHolderScore(financial.ConanHolderAmounts{}).Score)
	undefined(t, receivables.StatusZeroDenominator, financial.SpringateScore(financial.SpringateAmounts{CurrentLiabilities: dec("1")}))
	undefined(t, receivables.StatusZeroDenominator, financial.ZmijewskiScore(financial.ZmijewskiAmounts{}))
	undefined(t, receivables.StatusZeroDenominator, financial.OhlsonScore(financial.OhlsonAmounts{}))
	undefined(t, receivables.StatusZeroDenominator, financial.OhlsonScore(financial.OhlsonAmounts{GNPPriceIndex: dec("100")}))
	undefined(t, receivables.StatusOutOfDomain, financial.TafflerScore(financial.TafflerAmounts{}).Score)
	undefined(t, receivables.StatusZeroDenominator, financial.GroverScore(financial.GroverAmounts{}))
	undefined(t, receivables.StatusUndefined, financial.BeneishScore(financial.BeneishIndices{}))
	undefined(t, receivables.StatusUndefined, financial.BanqueDeFranceScore([8]receivables.Figure{}))
	z := financial.ZmijewskiScore(financial.ZmijewskiAmounts{})
	_, ok := z.Probability.Value()
	assert.False(t, ok)
}

func TestModelsSayWhatTheyAreFor(t *testing.T) {
	seen := map[financial.ModelID]bool{}
	for _, m := range financial.Models() {
		assert.False(t, seen[m.ID], m.ID)
		seen[m.ID] = true
		assert.NotEmpty(t, m.Source, m.ID)
		assert.NotEmpty(t, m.Population, m.ID)
		assert.GreaterOrEqual(t, m.Year, 1968, m.ID)
		assert.Contains(t, []string{"higher", "lower"}, m.Better, m.ID)
		for i := 2; i < len(m.Bands); i++ {
			assert.True(t, m.Bands[i].Above.GreaterThanOrEqual(m.Bands[i-1].Above), m.ID)
		}
	}
	_, err := financial.ModelOf("crystal ball")
	require.ErrorIs(t, err, receivables.ErrUnknown)
	s := financial.AltmanZPrimeScore(altman.Ratios())
	assert.Equal(t, s, s.For(financial.Company{}), "what is not known is not held against it")
	assert.Equal(t, s, s.For(financial.Company{Listed: financial.No, Industry: financial.Yes}))
	undefined(t, receivables.StatusOutOfDomain, s.For(financial.Company{Industry: financial.No}))
	conan := financial.ConanHolderScore(financial.ConanHolderAmounts{
		EBE: dec("1"), TotalDebt: dec("1"), TotalAssets: dec("1"), SalesExclVAT: dec("1"), ValueAdded: dec("1"),
	}).Score
	undefined(t, receivables.StatusOutOfDomain, conan.For(financial.Company{Sales: receivables.MustMoney("1499999", "EUR")}))
	is(t, "24", 0, conan.For(financial.Company{Sales: receivables.MustMoney("1500000", "EUR")}).Value)
}

func TestTheFunctionalBalance(t *testing.T) {
	b := financial.FunctionalBalance{StableUses: dec("5106"), StableResources: dec("5270"), OperatingUses: dec("655"), OperatingResources: dec("824"), CashAssets: dec("333")}
	e, err := financial.EquilibriumOf(b)
	require.NoError(t, err)
	assert.Equal(t, []string{"164", "-169", "333"}, []string{e.FRNG.String(), e.BFR.String(), e.NetCash.String()})
	b.CashAssets = dec("334")
	_, err = financial.EquilibriumOf(b)
	require.ErrorIs(t, err, receivables.ErrConflict)
	// result 80 + allowances 30 - reversals 5 + book value 10 - proceeds 15 - subsidies 4 = 96
	assert.Equal(t, "96", financial.CashFlowFromResult(financial.CashFlowItems{
		NetResult: dec("80"), Allowances: dec("30"), Reversals: dec("5"), BookValueOfDisposals: dec("10"), ProceedsOfDisposals: dec("15"), SubsidiesTransfer: dec("4"),
	}).String())
	assert.Equal(t, "96", financial.CashFlow(dec("130"), dec("6"), dec("40")).String())
	r := financial.RatiosOf(financial.Accounts{
		Equity: known("400"), TotalAssets: known("1000"), FinancialDebt: known("300"), CashAssets: known("50"), CurrentAssets: known("450"), Stocks: known("150"), CurrentLiabilities: known("300"),
		EBE: known("120"), FinancialCharges: known("20"), CAF: known("100"), SalesExclVAT: known("1500"), SalesInclVAT: known("1800"), ReceivablesInclVAT: known("250"),
		PayablesInclVAT: known("200"), PurchasesInclVAT: known("900"), CostOfSales: known("1000"), BFR: known("150"),
	})
	for name, x := range map[string]struct {
		want string
		got  receivables.Figure
	}{
		"autonomy": {"0.400", r.Autonomy}, "equity to debt": {"1.333", r.EquityToDebt}, "gearing": {"0.625", r.Gearing}, "years": {"3.000", r.RepaymentYears}, "cover": {"6.000", r.InterestCover},
		"current": {"1.500", r.CurrentRatio}, "quick": {"1.000", r.QuickRatio}, "cash": {"0.167", r.CashRatio}, "margin": {"0.080", r.OperatingMargin},
		"customers": {"50.000", r.CustomerDays}, "suppliers": {"80.000", r.SupplierDays}, "stocks": {"54.000", r.StockDays}, "bfr": {"36.000", r.BFRDays},
	} {
		is(t, x.want, 3, x.got, name)
	}
	none := financial.RatiosOf(financial.Accounts{Equity: known("-1"), CAF: known("-1"), FinancialDebt: known("5"), CashAssets: known("1")})
	assert.Equal(t, receivables.StatusNegativeDenominator, none.RepaymentYears.Status(), "cannot repay")
	assert.Equal(t, receivables.StatusInsufficientData, none.OperatingMargin.Status(), "what is not known is not 0")
	for _, f := range []receivables.Figure{none.Gearing, none.RepaymentYears, none.InterestCover, none.Autonomy} {
		_, ok := f.Value()
		assert.False(t, ok)
	}
}

// polish counts the companies of the Polish sample by zone and by what became of them: 0 lasted, 1
// went bankrupt within a year. The counts were computed outside Go from the file.
const polish = `
double distress 0 1164
double distress 1 266
double grey 0 870
double grey 1 38
double none 0 15
double none 1 4
double safe 0 3451
double safe 1 102
prime distress 0 674
prime distress 1 190
prime grey 0 2483
prime grey 1 129
prime none 0 15
prime none 1 4
prime safe 0 2328
prime safe 1 87
`

// The scores of 5,910 real balance sheets.
func TestPolishBalanceSheets(t *testing.T) {
	file, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", "altman", "polish-bankruptcy-5year.arff"))
	if err != nil {
		t.Skipf("the balance sheets are not beside the repository: %v", err)
	}
	defer file.Close()
	counts := map[string]int{}
	rows := 0
	lines := bufio.NewScanner(file)
	lines.Buffer(make([]byte, 1<<20), 1<<20)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '@' || line[0] == '%' {
			continue
		}
		rows++
		fields := strings.Split(line, ",")
		at := func(column int) receivables.Figure {
			d, err := decimal.NewFromString(fields[column-1])
			if err != nil {
				return receivables.NoFigure(receivables.StatusInsufficientData, receivables.UnitCount)
			}
			return financial.Ratio(d)
		}
		x := financial.AltmanRatios{X1: at(3), X2: at(6), X3: at(7), X4: at(8), X5: at(9)}
		outcome := fields[len(fields)-1]
		for name, s := range map[string]financial.Score{"prime": financial.AltmanZPrimeScore(x), "double": financial.AltmanZDoublePrimeScore(x)} {
			zone := string(s.Zone)
			if _, ok := s.Value.Value(); !ok {
				require.Equal(t, receivables.StatusInsufficientData, s.Value.Status())
				zone = "none"
			}
			counts[name+" "+zone+" "+outcome]++
		}
	}
	require.NoError(t, lines.Err())
	assert.Equal(t, 5910, rows)
	want := map[string]int{}
	for entry := range strings.Lines(strings.TrimSpace(polish)) {
		f := strings.Fields(entry)
		n := decimal.RequireFromString(f[3])
		want[strings.Join(f[:3], " ")] = int(n.IntPart())
	}
	assert.Equal(t, want, counts)
}
