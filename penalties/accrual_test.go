package penalties_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/penalties"
)

var day = receivables.MustDate

func eur(s string) receivables.Money { return receivables.MustMoney(s, "EUR") }

func calculator(t testing.TB, config penalties.Config) *penalties.Calculator {
	t.Helper()
	law, err := penalties.Standard()
	require.NoError(t, err)
	c, err := penalties.New(law, config)
	require.NoError(t, err)
	return c
}

func accrue(t testing.TB, config penalties.Config, claim penalties.Claim, until string) *penalties.Accrual {
	t.Helper()
	a, err := calculator(t, config).Accrue(claim, day(until))
	require.NoError(t, err)
	return a
}

func TestFrenchProfessionals(t *testing.T) {
	a := accrue(t, penalties.Config{Regime: "fr.b2b"}, penalties.Claim{ID: "F1", Principal: eur("10000.00"), DueOn: day("2026-01-31")}, "2026-03-02")
	require.Len(t, a.Segments, 1)
	assert.Equal(t, "2026-02-01 to 2026-03-02: 10000.00 EUR x 12.15 % x 30/365 = 99.86", a.Segments[0].String())
	assert.Equal(t, "99.86", a.Interest.Text())
	assert.Equal(t, "40.00", a.FixedSum.Amount.Text())
	assert.Equal(t, "10139.86", a.Total().Text())
	assert.Equal(t, "3.328767", a.PerDay.String())
}

func payments(pairs ...string) (list []penalties.Payment) {
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, penalties.Payment{On: day(pairs[i]), Amount: eur(pairs[i+1])})
	}
	return list
}

func lines(a *penalties.Accrual) (list []string) {
	for _, s := range a.Segments {
		list = append(list, s.String())
	}
	return list
}

func TestBoundaryDays(t *testing.T) {
	claim := penalties.Claim{ID: "F1", Principal: eur("5000.00"), DueOn: day("2024-06-30")}
	for until, want := range map[string]string{"2024-06-29": "0.00", "2024-06-30": "0.00", "2024-07-01": "1.95", "2024-12-31": "359.18", "2025-01-01": "360.98"} {
		a := accrue(t, penalties.Config{Regime: "fr.b2b"}, claim, until)
		assert.Equal(t, want, a.Interest.Text(), until)
		assert.Equal(t, want != "0.00", a.FixedSum != nil, "%s: paid on the due date nothing is owed", until)
	}
}

// A leap year: 365 always, or 366 by calendar year.
func TestLeapYears(t *testing.T) {
	claim := penalties.Claim{ID: "F1", Principal: eur("1000.00"), DueOn: day("2023-12-31")}
	a := accrue(t, penalties.Config{Regime: "fr.b2b"}, claim, "2024-02-29")
	assert.Equal(t, "23.84", a.Interest.Text()) // 1000 x 14.50 % x 60/365
	a = accrue(t, penalties.Config{Regime: "fr.b2b", DayCount: penalties.ActAct}, claim, "2024-02-29")
	assert.Equal(t, "23.77", a.Interest.Text()) // 60/366
	a = accrue(t, penalties.Config{Regime: "fr.b2b", DayCount: penalties.Act360}, claim, "2024-02-29")
	assert.Equal(t, "24.17", a.Interest.Text()) // 60/360
	a = accrue(t, penalties.Config{Regime: "fr.b2b", DayCount: penalties.Thirty360}, claim, "2024-02-29")
	assert.Equal(t, "23.76", a.Interest.Text()) // 30/360 from 31 December to 29 February: 59 days
	claim.DueOn = day("2024-06-30")
	a = accrue(t, penalties.Config{Regime: "fr.b2b", DayCount: penalties.ActAct}, claim, "2025-01-31")
	assert.Equal(t, []string{
		"2024-07-01 to 2024-12-31: 1000.00 EUR x 14.25 % x 184/366 = 71.64", "2025-01-01 to 2025-01-31: 1000.00 EUR x 13.15 % x 31/365 = 11.17",
	}, lines(a))
}

// Floating or kept from the start: the two readings of the French text.
func TestFloatingAndFrozen(t *testing.T) {
	claim := penalties.Claim{ID: "F1", Principal: eur("10000.00"), DueOn: day("2024-06-30")}
	floating := accrue(t, penalties.Config{Regime: "fr.b2b"}, claim, "2025-06-30")
	assert.Equal(t, "1370.46", floating.Interest.Text()) // 718.36 at 14.25 % for 184 days + 652.10 at 13.15 % for 181 days
	frozen := accrue(t, penalties.Config{Regime: "fr.b2b", Mode: penalties.Frozen}, claim, "2025-06-30")
	assert.Equal(t, "1425.00", frozen.Interest.Text()) // a whole year at 14.25 %
	require.Len(t, frozen.Segments, 1)
}

// The interest on money paid late does not vanish when it is paid.
func TestInterestSurvivesPayment(t *testing.T) {
	claim := penalties.Claim{ID: "F1", Principal: eur("10000.00"), DueOn: day("2025-01-31"), Payments: payments("2025-03-02", "4000.00", "2025-04-01", "6000.00")}
	a := accrue(t, penalties.Config{Regime: "fr.b2b", Imputation: penalties.PrincipalFirst}, claim, "2025-12-31")
	assert.Equal(t, []string{
		"2025-02-01 to 2025-03-02: 10000.00 EUR x 13.15 % x 30/365 = 108.08",
		"2025-03-03 to 2025-04-01: 6000.00 EUR x 13.15 % x 30/365 = 64.85",
	}, lines(a))
	assert.Equal(t, "172.93", a.InterestDue.Text())
	assert.Equal(t, "0.00", a.PrincipalDue.Text())
	assert.Equal(t, "40.00", a.FixedSum.Amount.Text())
	assert.True(t, a.PerDay.IsZero())

	// The Code civil imputes to interest before principal (art. 1343-1).
	a = accrue(t, penalties.Config{Regime: "fr.b2b", Imputation: penalties.InterestFirst}, claim, "2025-04-01")
	assert.Equal(t, "108.08", a.Payments[0].ToInterest.Text())
	assert.Equal(t, "3891.92", a.Payments[0].ToPrincipal.Text())
	assert.Equal(t, "6108.08 EUR", a.Segments[1].Base.String())
	assert.Equal(t, "174.10", a.PrincipalDue.AddAmount(a.InterestDue.Amount()).Text()) // 108.08 + 66.02 of interest in all
	assert.Equal(t, "174.10", a.Interest.Text())
}

func TestOverpaymentCreditNotesAndStays(t *testing.T) {
	claim := penalties.Claim{
		ID: "F1", Principal: eur("1000.00"), DueOn: day("2025-01-31"),
		CreditNotes: payments("2025-02-10", "200.00"),
		Stays:       []penalties.Stay{{From: day("2025-02-21"), Until: day("2025-03-03"), Reason: "dispute accepted"}},
		Payments:    payments("2025-03-12", "900.00"),
	}
	a := accrue(t, penalties.Config{Regime: "fr.b2b", Imputation: penalties.InterestFirst}, claim, "2025-06-30")
	assert.Equal(t, []string{
		"2025-02-01 to 2025-02-10: 1000.00 EUR x 13.15 % x 10/365 = 3.60",
		"2025-02-11 to 2025-02-20: 800.00 EUR x 13.15 % x 10/365 = 2.88",
		"2025-03-03 to 2025-03-12: 800.00 EUR x 13.15 % x 10/365 = 2.88",
	}, lines(a))
	p := a.Payments[0]
	assert.Equal(t, "40.00 9.36 800.00 50.64", p.ToCosts.Text()+" "+p.ToInterest.Text()+" "+p.ToPrincipal.Text()+" "+p.Returned.Text())
	assert.True(t, a.Total().IsZero())
}

// 10000.00 at 13.15 % for 30 days is 108.08. With a fixed sum of 40.00 and costs of
// 130.00, of which 90.00 are above it, a payment of 4000.00 leaves 10000 - 3761.92.
func TestCostsAndTheOrderOfImputation(t *testing.T) {
	claim := penalties.Claim{
		ID: "F1", Principal: eur("10000.00"), DueOn: day("2025-01-31"), Payments: payments("2025-03-02", "4000.00"),
		Costs: []penalties.Cost{
			{On: day("2025-02-10"), Amount: eur("100.00"), Proof: "bill 1"},
			{On: day("2025-03-02"), Amount: eur("30.00"), Proof: "bill 2"},
			{On: day("2025-03-20"), Amount: eur("25.00"), Proof: "bill 3"},
			{On: day("2026-01-01"), Amount: eur("7.00"), Proof: "later"},
		},
	}
	split := func(a *penalties.Accrual) string {
		p := a.Payments[0]
		return p.ToCosts.Text() + " " + p.ToInterest.Text() + " " + p.ToPrincipal.Text()
	}
	a := accrue(t, penalties.Config{Regime: "fr.b2b"}, claim, "2025-04-01")
	assert.Equal(t, "130.00 108.08 3761.92", split(a), "the default in France")
	assert.Equal(t, "115.00 25.00", a.FurtherCosts.Text()+" "+a.CostsDue.Text())
	assert.Equal(t, "6238.08", a.PrincipalDue.Text())
	a = accrue(t, penalties.Config{Regime: "fr.b2b", Imputation: penalties.InterestFirst}, claim, "2025-04-01")
	assert.Equal(t, "0.00 108.08 3891.92", split(a))
	assert.Equal(t, "155.00", a.CostsDue.Text())
	a = accrue(t, penalties.Config{Regime: "fr.b2b", Imputation: penalties.PrincipalFirst}, claim, "2025-04-01")
	assert.Equal(t, "0.00 0.00 4000.00", split(a))
	a = accrue(t, penalties.Config{Regime: "fr.b2b", WaiveFixedSum: "gesture"}, claim, "2025-04-01")
	assert.Equal(t, "90.00 108.08 3801.92", split(a), "a waived sum still covers the first 40.00 of costs")

	claim.NoticeOn = claim.DueOn
	a = accrue(t, penalties.Config{Regime: "fr.consumer"}, claim, "2025-04-01")
	assert.Nil(t, a.FixedSum)
	assert.Equal(t, "0.00 0.00", a.FurtherCosts.Text()+" "+a.CostsDue.Text(), "a consumer owes no costs without a title")
	assert.Contains(t, a.Notes[0], "L111-8")
	claim.JudgmentServedOn = day("2025-03-20")
	a = accrue(t, penalties.Config{Regime: "fr.consumer"}, claim, "2025-04-01")
	assert.Equal(t, "25.00", a.FurtherCosts.Text(), "from the title on he does")
	claim.JudgmentServedOn = 0

	for name, cost := range map[string]penalties.Cost{
		"no proof": {On: day("2025-02-10"), Amount: eur("1")}, "too soon": {On: day("2025-01-31"), Amount: eur("1"), Proof: "x"},
		"negative": {On: day("2025-02-10"), Amount: eur("-1"), Proof: "x"}, "dollars": {On: day("2025-02-10"), Amount: receivables.MustMoney("1", "USD"), Proof: "x"},
	} {
		claim.Costs = []penalties.Cost{cost}
		_, err := calculator(t, penalties.Config{Regime: "fr.b2b"}).Accrue(claim, day("2025-04-01"))
		require.ErrorIs(t, err, receivables.ErrInvalidInput, name)
	}
}

// Poland gives its sum in euros for a claim in zloty; converted it joins the total.
func TestFixedSumInAnotherCurrency(t *testing.T) {
	pln := func(s string) receivables.Money { return receivables.MustMoney(s, "PLN") }
	claim := penalties.Claim{ID: "F1", Principal: pln("1000.00"), DueOn: day("2025-01-31"), ContractOn: day("2024-01-01")}
	a := accrue(t, penalties.Config{Regime: "pl.b2b"}, claim, "2025-03-02")
	assert.Equal(t, "40.00 EUR, 0.00 PLN", a.FixedSum.Amount.String()+", "+a.CostsDue.String())
	s, err := penalties.NewStatement(day("2025-03-02"), a)
	require.NoError(t, err)
	require.Len(t, s.Totals, 2)
	assert.Equal(t, "40.00 EUR", s.Totals[0].Total.String())
	claim.FixedSumConverted = pln("170.50")
	a = accrue(t, penalties.Config{Regime: "pl.b2b"}, claim, "2025-03-02")
	assert.Equal(t, "170.50 PLN, 170.50 PLN", a.FixedSum.Amount.String()+", "+a.CostsDue.String())
	claim.FixedSumConverted = receivables.Money{}
	claim.Costs = []penalties.Cost{{On: day("2025-02-10"), Amount: pln("300.00"), Proof: "bill"}}
	_, err = calculator(t, penalties.Config{Regime: "pl.b2b"}).Accrue(claim, day("2025-03-02"))
	require.ErrorContains(t, err, "another currency")
}

// Dutch commercial interest joins the capital after each year (BW 6:119a(3)).
func TestYearlyCompounding(t *testing.T) {
	claim := penalties.Claim{ID: "F1", Principal: eur("10000.00"), DueOn: day("2021-06-30")}
	a := accrue(t, penalties.Config{Regime: "nl.b2b"}, claim, "2022-12-31")
	assert.Equal(t, []string{
		"2021-07-01 to 2021-12-31: 10000.00 EUR x 8 % x 184/365 = 403.29", "2022-01-01 to 2022-06-30: 10000.00 EUR x 8 % x 181/365 = 396.71",
		"2022-07-01 to 2022-12-31: 10800.00 EUR x 8 % x 184/365 = 435.55",
	}, lines(a))
	assert.Equal(t, "1235.55", a.Interest.Text())

	// In France only from a claim in court on, and for interest of a whole year.
	claim.DueOn = day("2022-12-31") // 10000 x 12.5 % x 181/365 + 14 % x 184/365 = 619.86 + 705.75 in 2023
	plain := accrue(t, penalties.Config{Regime: "fr.b2b"}, claim, "2025-06-30")
	asked := accrue(t, penalties.Config{Regime: "fr.b2b", CapitaliseFrom: day("2023-07-01")}, claim, "2025-06-30")
	assert.Equal(t, "10000.00 EUR", plain.Segments[len(plain.Segments)-1].Base.String())
	assert.Equal(t, "10000.00 EUR, 11325.61 EUR, 11325.61 EUR", asked.Segments[1].Base.String()+", "+asked.Segments[2].Base.String()+", "+asked.Segments[3].Base.String(), "a year is due on 2024-01-01")
	late := accrue(t, penalties.Config{Regime: "fr.b2b", CapitaliseFrom: day("2024-07-01")}, claim, "2025-06-30")
	assert.True(t, late.Segments[2].Base.Equal(eur("10000.00")))
	assert.Equal(t, day("2024-07-01"), late.Segments[3].FirstDay)
	assert.True(t, late.Segments[3].Base.Equal(eur("11325.61").AddAmount(late.Segments[2].Interest.Amount())), "on the day of the claim in court, for a year is due")
}

// What each further day costs depends on what is left after the last one.
func TestInterestOfEachFurtherDay(t *testing.T) {
	claim := penalties.Claim{ID: "F1", Principal: eur("10000.00"), DueOn: day("2025-12-31"), Payments: payments("2026-03-31", "9000.00")}
	a := accrue(t, penalties.Config{Regime: "fr.b2b", Imputation: penalties.PrincipalFirst}, claim, "2026-03-31")
	assert.Equal(t, "0.332877", a.PerDay.String()) // 1000 x 12.15 % / 365
	claim.Payments, claim.Stays = nil, []penalties.Stay{{From: day("2026-04-01"), Reason: "insolvency"}}
	assert.True(t, accrue(t, penalties.Config{Regime: "fr.b2b"}, claim, "2026-03-31").PerDay.IsZero())
	claim.Stays = nil
	assert.Equal(t, "3.328767", accrue(t, penalties.Config{Regime: "fr.b2b"}, claim, "2025-12-31").PerDay.String(), "on the due date the next day is the first")
	assert.True(t, accrue(t, penalties.Config{Regime: "fr.b2b"}, claim, "2025-12-30").PerDay.IsZero())
}

// A notice before the due date takes effect with it.
func TestNoticeBeforeTheDueDate(t *testing.T) {
	claim := penalties.Claim{ID: "F1", Principal: eur("1000.00"), DueOn: day("2024-06-30"), NoticeOn: day("2024-01-31")}
	a := accrue(t, penalties.Config{Regime: "fr.legal_rate.other"}, claim, "2024-07-10")
	assert.Equal(t, day("2024-07-01"), a.Segments[0].FirstDay)
}

// A frozen rate stays whatever happens to the debt, across a change of the law too.
func TestFrozenAcrossAChangeOfTheLaw(t *testing.T) {
	claim := penalties.Claim{ID: "F1", Principal: eur("10000.00"), DueOn: day("2012-12-31"), CreditNotes: payments("2013-06-30", "0.01")}
	a := accrue(t, penalties.Config{Regime: "es.b2b", Mode: penalties.Frozen}, claim, "2013-12-31")
	for _, s := range a.Segments {
		assert.Equal(t, "7.75", s.Rate.Percent.String(), "BOE: first half of 2013, before the change of 24 February")
	}
	// Italian contracts before 2013 keep 7 points, those before 2009 too.
	claim = penalties.Claim{ID: "F2", Principal: eur("10000.00"), DueOn: day("2012-12-31"), ContractOn: day("2005-05-01")}
	a = accrue(t, penalties.Config{Regime: "it.b2b"}, claim, "2013-01-31")
	assert.Equal(t, "7.75", a.Segments[0].Rate.Percent.String())
	// Belgian contracts before 2013-03-16 kept 7 points to 2015-03-15.
	claim = penalties.Claim{ID: "F2", Principal: eur("10000.00"), DueOn: day("2014-12-31"), ContractOn: day("2013-03-15")}
	a = accrue(t, penalties.Config{Regime: "be.b2b"}, claim, "2015-03-31")
	require.Len(t, a.Segments, 2)
	assert.Equal(t, "2015-03-15 7.5, 2015-03-16 8.5", a.Segments[0].LastDay.String()+" "+a.Segments[0].Rate.Percent.String()+", "+a.Segments[1].FirstDay.String()+" "+a.Segments[1].Rate.Percent.String())
	claim.ContractOn = day("2005-05-01")
	_, err := calculator(t, penalties.Config{Regime: "pt.b2b"}).Accrue(claim, day("2015-12-31"))
	require.ErrorContains(t, err, "the date of the contract")
	require.ErrorContains(t, err, "2005-05-01")
}

func TestTheLawCannotBeChangedByACaller(t *testing.T) {
	r, err := standard(t).Regime("fr.b2b")
	require.NoError(t, err)
	r.Versions[0].Margin = eur("0").Amount()
	r.FixedSums[0].Tiers[0].Amount = eur("1")
	calculator(t, penalties.Config{Regime: "fr.b2b"}).Regime().Versions[0].Margin = eur("0").Amount()
	TestFrenchProfessionals(t)
}

func TestFixedSumsByDueDate(t *testing.T) {
	for _, c := range []struct{ regime, due, want string }{
		{"fr.b2b", "2012-12-31", ""},
		{"fr.b2b", "2013-01-01", "40.00 EUR"},
		{"ie.b2b", "2013-03-15", ""},
		{"ie.b2b", "2013-03-16", "70.00 EUR"},
		{"pl.b2b", "2019-12-31", "40.00 EUR"},
		{"pl.b2b", "2020-01-01", "70.00 EUR"},
		{"no.b2b", "2022-12-31", "400.00 NOK"},
		{"no.b2b", "2023-06-30", "410.00 NOK"},
	} {
		r, err := standard(t).Regime(c.regime)
		require.NoError(t, err)
		f := r.FixedSumFor(penalties.Claim{DueOn: day(c.due)})
		if c.want == "" {
			assert.Nil(t, f, c)
			continue
		}
		require.NotNil(t, f, c)
		got, err := f.For(receivables.MustMoney("9000.00", r.Currency.Code()))
		require.NoError(t, err)
		assert.Equal(t, c.want, got.String(), "%s %s", c.regime, c.due)
	}
	r, err := standard(t).Regime("de.b2b")
	require.NoError(t, err)
	assert.Nil(t, r.FixedSumFor(penalties.Claim{DueOn: day("2015-01-31"), ContractOn: day("2013-01-10")}), "an older contract keeps the old rules")
	a := accrue(t, penalties.Config{Regime: "no.b2b"}, penalties.Claim{ID: "N", Principal: receivables.MustMoney("5000.00", "NOK"), DueOn: day("2024-01-31")}, "2024-03-31")
	assert.Nil(t, a.FixedSum)
	assert.Contains(t, a.Notes[0], "no source was found for the fixed sum")
	nok := func(s string) receivables.Money { return receivables.MustMoney(s, "NOK") }
	a = accrue(t, penalties.Config{Regime: "no.b2b"}, penalties.Claim{
		ID: "N", Principal: nok("5000.00"), DueOn: day("2024-01-31"), FixedSumConverted: nok("420.00"),
		Costs: []penalties.Cost{{On: day("2024-03-01"), Amount: nok("500.00"), Proof: "bill"}},
	}, "2024-03-31")
	assert.Equal(t, "80.00 500.00", a.FurtherCosts.Text()+" "+a.CostsDue.Text())
	// A debt of 1200 of which 300 were credited before it was late is one of 900.
	gbp := func(s string) receivables.Money { return receivables.MustMoney(s, "GBP") }
	a = accrue(t, penalties.Config{Regime: "gb.b2b"}, penalties.Claim{ID: "G", Principal: gbp("1200.00"), DueOn: day("2025-01-31"), CreditNotes: []penalties.Payment{{On: day("2025-01-15"), Amount: gbp("300.00")}}}, "2025-04-30")
	assert.Equal(t, "40.00 GBP", a.FixedSum.Amount.String())
	a = accrue(t, penalties.Config{Regime: "ie.b2b"}, penalties.Claim{ID: "I", Principal: receivables.MustMoney("5000.00", "USD"), DueOn: day("2025-01-31"), FixedSumConverted: receivables.MustMoney("75.00", "USD")}, "2025-04-30")
	assert.Equal(t, "75.00 USD", a.CostsDue.String())
	a = accrue(t, penalties.Config{Regime: "gb.b2b"}, penalties.Claim{ID: "E", Principal: eur("5000.00"), DueOn: day("2025-01-31")}, "2025-12-31")
	assert.Nil(t, a.FixedSum, "tiers in pounds do not fit a claim in euros")
	assert.Contains(t, a.Notes[0], "GBP")
	assert.Positive(t, a.Interest.Sign())
}

// Federal agencies of the United States: the formula of 5 CFR 1315.17 is what the
// accrual comes to, at the rate of the day after the due date, for a year at most.
func TestPromptPayment(t *testing.T) {
	usd := receivables.MustMoney("1500.00", "USD")
	claim := penalties.Claim{ID: "V1", Principal: usd, DueOn: day("2024-12-31")}
	rate := eur("4.625").Amount() // 90 FR 10678, first half of 2025
	for until, want := range map[string][2]int{"2025-01-15": {0, 15}, "2025-01-30": {1, 0}, "2025-01-31": {1, 1}, "2025-07-05": {6, 6}, "2025-12-31": {12, 5}} {
		a := accrue(t, penalties.Config{Regime: "us.federal"}, claim, until)
		formula, err := penalties.MonthlyCompound(usd.Amount(), rate, want[0], want[1], eur("360").Amount(), 2)
		require.NoError(t, err)
		assert.Equal(t, formula.StringFixed(2), a.Interest.Text(), until)
	}
	a := accrue(t, penalties.Config{Regime: "us.federal"}, claim, "2025-12-31")
	assert.True(t, a.PerDay.IsZero(), "no further day bears interest")
	paid := claim
	paid.Payments = []penalties.Payment{{On: day("2024-12-31"), Amount: usd}}
	assert.Empty(t, accrue(t, penalties.Config{Regime: "us.federal", Imputation: penalties.InterestFirst}, paid, "2026-06-30").Notes, "there was no delay")
	paid.Payments[0] = penalties.Payment{On: day("2025-01-20"), Amount: receivables.MustMoney("5000.00", "USD")}
	assert.Equal(t, 20, accrue(t, penalties.Config{Regime: "us.federal"}, paid, "2025-06-30").Days, "nothing runs on after all was paid")
	a = accrue(t, penalties.Config{Regime: "us.federal"}, claim, "2026-06-30")
	assert.Equal(t, 365, a.Days)
	assert.True(t, a.PerDay.IsZero())
	assert.Contains(t, a.Notes[0], "interest stopped on 2025-12-31")
	claim.DueOn = day("2025-06-30")
	_, err := calculator(t, penalties.Config{Regime: "us.federal"}).Accrue(claim, day("2025-08-01"))
	require.ErrorIs(t, err, receivables.ErrNoCoverage, "no source was found for the second half of 2025")
}

// After a judgment the French legal rate rises by five points: official example of
// service-public F783 (2000.00 EUR, served on 2019-09-17).
func TestAfterJudgment(t *testing.T) {
	claim := penalties.Claim{ID: "J", Principal: eur("2000.00"), DueOn: day("2019-09-16"), NoticeOn: day("2019-09-16"), JudgmentServedOn: day("2019-09-17")}
	a := accrue(t, penalties.Config{Regime: "fr.legal_rate.individual"}, claim, "2020-04-09")
	assert.Equal(t, []string{
		"2019-09-17 to 2019-11-17: 2000.00 EUR x 3.26 % x 62/365 = 11.08", "2019-11-18 to 2019-12-31: 2000.00 EUR x 8.26 % x 44/365 = 19.91",
		"2020-01-01 to 2020-04-09: 2000.00 EUR x 8.15 % x 100/365 = 44.66",
	}, lines(a))
	assert.Equal(t, "75.65", a.Interest.Text())
	assert.Nil(t, a.FixedSum)
	other := accrue(t, penalties.Config{Regime: "fr.legal_rate.individual", Increase: penalties.LastDayOfPeriod}, claim, "2020-04-09")
	assert.Equal(t, day("2019-11-17"), other.Segments[1].FirstDay)
	claim.NoticeOn = 0
	_, err := calculator(t, penalties.Config{Regime: "fr.legal_rate.other"}).Accrue(claim, day("2020-04-09"))
	require.ErrorContains(t, err, "formal notice")
}

func TestContractRatesAndTheirFloor(t *testing.T) {
	claim := penalties.Claim{ID: "F1", Principal: eur("1000.00"), DueOn: day("2024-05-31"), ContractOn: day("2022-09-01")}
	config := penalties.Config{Regime: "fr.b2b", Contract: &penalties.ContractRate{Percent: eur("10").Amount(), Source: "art. 7 of the terms of sale"}}
	a := accrue(t, config, claim, "2024-12-31")
	require.Len(t, a.Segments, 1, "a flat rate does not move")
	assert.Equal(t, "58.63", a.Interest.Text()) // 1000 x 10 % x 214/365
	require.Len(t, a.Floor, 3)
	assert.Equal(t, "2.31 true", a.Floor[0].Floor.String()+" "+boolText(a.Floor[0].Respected), "3 x 0.77 at the date of the contract")
	assert.Equal(t, "15.21 false", a.Floor[1].Floor.String()+" "+boolText(a.Floor[1].Respected), "3 x 5.07 during the delay")
	assert.Equal(t, "14.76 false", a.Floor[2].Floor.String()+" "+boolText(a.Floor[2].Respected), "3 x 4.92 in the second half-year")
	claim.ContractOn = day("2008-06-01")
	a = accrue(t, config, claim, "2024-06-30")
	assert.Equal(t, "5.985", a.Floor[0].Floor.String(), "before 2009: 1.5 x 3.99")
	claim.ContractOn = day("1985-06-01")
	a = accrue(t, config, claim, "2024-06-30")
	require.Len(t, a.Floor, 1)
	assert.Contains(t, a.Notes[len(a.Notes)-1], "1985-06-01")
	claim.ContractOn = day("2022-09-01")

	config.Contract = &penalties.ContractRate{Percent: eur("12").Amount(), Series: "ecb_mro", Source: "art. 7"}
	a = accrue(t, config, claim, "2024-12-31")
	require.Len(t, a.Segments, 2)
	assert.Equal(t, "16.5", a.Segments[0].Rate.Percent.String())
	assert.Equal(t, "16.25", a.Segments[1].Rate.Percent.String())

	law, err := penalties.Standard()
	require.NoError(t, err)
	_, err = penalties.New(law, penalties.Config{Regime: "fr.b2b", Contract: &penalties.ContractRate{Percent: eur("10").Amount()}})
	require.ErrorIs(t, err, receivables.ErrInvalidInput, "the clause is needed")
}

func boolText(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

func TestNotResponsibleAndWaiver(t *testing.T) {
	claim := penalties.Claim{ID: "F1", Principal: eur("1000.00"), DueOn: day("2025-12-31"), NotResponsible: true}
	a := accrue(t, penalties.Config{Regime: "at.b2b", WaiveFixedSum: "long-standing customer"}, claim, "2026-12-31")
	assert.Equal(t, "40.00", a.Interest.Text()) // 4 % of a whole year
	assert.Equal(t, "0.00 long-standing customer", a.FixedSum.Amount.Text()+" "+a.FixedSum.Waived)
	assert.Contains(t, a.Notes[0], "date of the contract")
}

func TestFixedSumsByTier(t *testing.T) {
	for _, c := range []struct{ regime, amount, want string }{
		{"gb.b2b", "999.99 GBP", "40.00 GBP"},
		{"gb.b2b", "1000.00 GBP", "70.00 GBP"},
		{"gb.b2b", "9999.99 GBP", "70.00 GBP"},
		{"gb.b2b", "10000.00 GBP", "100.00 GBP"},
		{"ie.b2b", "1000.00 EUR", "40.00 EUR"},
		{"ie.b2b", "1000.01 EUR", "70.00 EUR"},
		{"ie.b2b", "10000.01 EUR", "100.00 EUR"},
		{"pl.b2b", "5000.00 PLN", "40.00 EUR"},
		{"pl.b2b", "49999.99 PLN", "70.00 EUR"},
		{"pl.b2b", "50000.00 PLN", "100.00 EUR"},
		{"dk.b2b", "1.00 DKK", "310.00 DKK"},
	} {
		r, err := standard(t).Regime(c.regime)
		require.NoError(t, err)
		got, err := r.FixedSums[len(r.FixedSums)-1].For(receivables.MustMoney(c.amount[:len(c.amount)-4], c.amount[len(c.amount)-3:]))
		require.NoError(t, err)
		assert.Equal(t, c.want, got.String(), "%s %s", c.regime, c.amount)
	}
	r, err := standard(t).Regime("gb.b2b")
	require.NoError(t, err)
	_, err = r.FixedSums[0].For(eur("5"))
	require.ErrorIs(t, err, receivables.ErrCurrencyMismatch)
}

func TestIncompleteClaimsAreRefused(t *testing.T) {
	c := calculator(t, penalties.Config{Regime: "fr.b2b"})
	good := penalties.Claim{ID: "F1", Principal: eur("1000.00"), DueOn: day("2025-12-31")}
	for name, change := range map[string]func(*penalties.Claim){
		"no principal":       func(c *penalties.Claim) { c.Principal = receivables.Money{} },
		"negative principal": func(c *penalties.Claim) { c.Principal = eur("-1") },
		"no due date":        func(c *penalties.Claim) { c.DueOn = 0 },
		"negative payment":   func(c *penalties.Claim) { c.Payments = payments("2026-01-05", "-1") },
		"payment on no day":  func(c *penalties.Claim) { c.Payments = []penalties.Payment{{Amount: eur("1")}} },
		"stay ends too soon": func(c *penalties.Claim) {
			c.Stays = []penalties.Stay{{From: day("2026-02-01"), Until: day("2026-01-01")}}
		},
	} {
		claim := good
		change(&claim)
		_, err := c.Accrue(claim, day("2026-06-30"))
		require.ErrorIs(t, err, receivables.ErrInvalidInput, name)
	}
	dollars := good
	dollars.Payments = []penalties.Payment{{On: day("2026-01-04"), Amount: eur("1")}, {On: day("2026-01-05"), Amount: receivables.MustMoney("1", "USD")}}
	_, err := c.Accrue(dollars, day("2026-06-30"))
	require.ErrorIs(t, err, receivables.ErrCurrencyMismatch)
	require.ErrorContains(t, err, `claim "F1": payments[1]`)
	_, err = c.Accrue(good, 0)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	law := standard(t)
	for _, config := range []penalties.Config{{Regime: "fr.b2b", Mode: "sometimes"}, {Regime: "fr.b2b", DayCount: "act/364"}, {Regime: "fr.b2b", Scope: "never"}, {Regime: "fr.b2b", Imputation: "both"}, {Regime: "fr.b2b", Coverage: "guess"}, {Regime: "fr.b2b", CapitaliseFrom: -999999999}} {
		_, err := penalties.New(law, config)
		require.ErrorIs(t, err, receivables.ErrInvalidInput, "%+v", config)
	}
	_, err = penalties.New(law, penalties.Config{Regime: "nl.b2b", CapitaliseFrom: day("2026-01-01")})
	require.ErrorIs(t, err, receivables.ErrConflict, "the law compounds already")
	_, err = new(penalties.Calculator).Accrue(good, day("2026-06-30"))
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = new(penalties.FixedSum).For(eur("1"))
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = penalties.New(law, penalties.Config{})
	require.ErrorIs(t, err, receivables.ErrUnknown)
	_, err = penalties.New(nil, penalties.Config{Regime: "fr.b2b"})
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
}

// A period by the conventions of other systems, by hand.
func TestPeriodsByOtherConventions(t *testing.T) {
	rates := []penalties.RateStep{{From: day("2024-01-01"), Percent: eur("10").Amount()}}
	for _, c := range []struct {
		count penalties.DayCount
		scope penalties.Scope
		want  string
	}{
		{penalties.Act360, penalties.PerSegment, "310.00"},    // 36000 x 10 % x 31/360
		{penalties.Thirty360, penalties.PerSegment, "300.00"}, // x 30/360
		{penalties.Act365, penalties.AtEnd, "305.75"},         // x 31/365
		{penalties.Act365, penalties.PerDay, "305.66"},        // 9.86 x 31
	} {
		_, sum, err := penalties.PeriodInterest(eur("36000").Amount(), day("2025-01-01"), day("2025-01-31"), rates, penalties.PeriodConfig{Mode: penalties.Floating, DayCount: c.count, Scope: c.scope, Places: 2})
		require.NoError(t, err)
		assert.Equal(t, c.want, sum.StringFixed(2), "%s %s", c.count, c.scope)
	}
}

// The day of payment counts or not: the long example of service-public F783 leaves it
// out, so that paid on 2020-04-10 it has the figures of the day before.
func TestTheDayOfPayment(t *testing.T) {
	claim := penalties.Claim{ID: "J", Principal: eur("2000.00"), DueOn: day("2019-09-16"), NoticeOn: day("2019-09-16"), JudgmentServedOn: day("2019-09-17"), Payments: payments("2020-04-10", "2075.65")}
	config := penalties.Config{Regime: "fr.legal_rate.individual", PaymentDay: penalties.PaymentDayFree}
	a := accrue(t, config, claim, "2020-04-10")
	assert.Equal(t, "75.65", a.Interest.Text())
	assert.Equal(t, 206, a.Days)
	assert.True(t, a.Total().IsZero())
	config.PaymentDay = ""
	assert.Equal(t, 207, accrue(t, config, claim, "2020-04-10").Days)

	// Paid on the first day of delay: no interest, but late.
	claim = penalties.Claim{ID: "F", Principal: eur("1000.00"), DueOn: day("2025-01-31"), Payments: payments("2025-02-01", "1000.00")}
	a = accrue(t, penalties.Config{Regime: "fr.b2b", PaymentDay: penalties.PaymentDayFree}, claim, "2025-06-30")
	assert.Equal(t, "40.00", a.FixedSum.Amount.Text())
	assert.Equal(t, day("2025-02-01"), a.Payments[0].On)
	assert.Equal(t, "960.00", a.Payments[0].ToPrincipal.Text(), "the sum was due when it came")
	claim.Payments = payments("2025-01-31", "1000.00")
	a = accrue(t, penalties.Config{Regime: "fr.b2b", PaymentDay: penalties.PaymentDayFree}, claim, "2025-06-30")
	assert.Nil(t, a.FixedSum)
}

// Half cents, by hand.
func TestRoundings(t *testing.T) {
	claim := penalties.Claim{ID: "R", Principal: eur("18.25"), DueOn: day("2025-01-31")} // 18.25 x 10 % / 365 = 0.005 a day
	for rounding, want := range map[penalties.Rounding][2]string{"": {"0.01", "0.02"}, penalties.HalfUp: {"0.01", "0.02"}, penalties.HalfEven: {"0.00", "0.02"}, penalties.Down: {"0.00", "0.01"}} {
		config := penalties.Config{Regime: "ch.general", Rounding: rounding, Contract: &penalties.ContractRate{Percent: eur("10").Amount(), Source: "art. 1"}}
		assert.Equal(t, want[0], accrue(t, config, claim, "2025-02-01").Interest.Text(), "%s: 0.005", rounding)
		assert.Equal(t, want[1], accrue(t, config, claim, "2025-02-03").Interest.Text(), "%s: 0.015", rounding)
	}
	_, err := penalties.New(standard(t), penalties.Config{Regime: "fr.b2b", Rounding: "up"})
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = penalties.New(standard(t), penalties.Config{Regime: "fr.b2b", PaymentDay: "maybe"})
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
}

// A claim is not cut where a rule ends that does not govern it: in Belgium contracts before 16 March 2013 kept 7 points until 15
// March 2015, others 8 points throughout. 2015-01-01 to 2015-04-18 is one segment: 9,999.90 x 8.5 % x 108 / 365 = 251.50.
func TestAClaimIsCutOnlyByItsOwnRule(t *testing.T) {
	law, err := penalties.Standard()
	require.NoError(t, err)
	c, err := penalties.New(law, penalties.Config{Regime: "be.b2b"})
	require.NoError(t, err)
	claim := penalties.Claim{ID: "x", Principal: receivables.MustMoney("9999.90", "EUR"), DueOn: day("2014-01-01")}
	a, err := c.Accrue(claim, day("2015-04-18"))
	require.NoError(t, err)
	require.Len(t, a.Segments, 3)
	require.Equal(t, "1099.16 EUR", a.Interest.String())
	claim.ContractOn = day("2012-06-01")
	a, err = c.Accrue(claim, day("2015-04-18"))
	require.NoError(t, err)
	require.Len(t, a.Segments, 4)
	require.Equal(t, day("2015-03-16"), a.Segments[3].FirstDay)
}
