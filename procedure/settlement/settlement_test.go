package settlement_test

import (
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
	"github.com/receivables-go/receivables/procedure/settlement"
)

func day(text string) date.Date         { return receivables.MustDate(text) }
func eur(text string) receivables.Money { return receivables.MustMoney(text, "EUR") }
func dec(text string) decimal.Decimal   { return decimal.RequireFromString(text) }

func monthly(first string) settlement.Dates {
	return settlement.Dates{First: day(first), StepMonths: 1}
}

func written(s settlement.Schedule) (rows []string) {
	for _, x := range s.Instalments {
		rows = append(rows, x.On.String()+" "+x.Payment.Text()+" "+x.Interest.Text()+" "+x.Principal.Text()+" "+x.Balance.Text())
	}
	return rows
}

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		amount string
		n      int
		to     settlement.Remainder
		want   []string
	}{
		{"1000.00", 3, settlement.ToLast, []string{"333.33", "333.33", "333.34"}},
		{"1000.00", 3, settlement.ToFirst, []string{"333.34", "333.33", "333.33"}},
		{"0.05", 3, settlement.ToFirst, []string{"0.02", "0.02", "0.01"}},
		{"0.05", 3, settlement.ToLast, []string{"0.01", "0.01", "0.03"}},
		{"10.00", 1, settlement.ToLast, []string{"10.00"}},
	} {
		parts, err := settlement.Split(eur(c.amount), c.n, c.to)
		require.NoError(t, err)
		var got []string
		for _, p := range parts {
			got = append(got, p.Text())
		}
		assert.Equal(t, c.want, got)
	}
	yen, err := settlement.Split(receivables.MustMoney("100", "JPY"), 3, settlement.ToLast)
	require.NoError(t, err)
	assert.Equal(t, "34", yen[2].Text())
	for name, f := range map[string]func() error{
		"zero":      func() error { _, err := settlement.Split(eur("0"), 3, settlement.ToLast); return err },
		"finer":     func() error { _, err := settlement.Split(eur("1.001"), 3, settlement.ToLast); return err },
		"number":    func() error { _, err := settlement.Split(eur("1"), 0, settlement.ToLast); return err },
		"remainder": func() error { _, err := settlement.Split(eur("1"), 2, "middle"); return err },
	} {
		require.ErrorIs(t, f(), receivables.ErrInvalidInput, name)
	}
	parts, err := settlement.Split(eur("0.02"), 3, settlement.ToFirst)
	require.NoError(t, err)
	assert.Equal(t, "0.01 0.01 0.00", parts[0].Text()+" "+parts[1].Text()+" "+parts[2].Text())
	_, err = settlement.Equal(eur("0.02"), 3, monthly("2026-01-31"), settlement.ToLast)
	require.ErrorIs(t, err, receivables.ErrLimit, "an instalment of nothing is none")
}

func TestEqualInstalmentsDoNotDrift(t *testing.T) {
	s, err := settlement.Equal(eur("1000.00"), 3, monthly("2026-11-30"), settlement.ToLast)
	require.NoError(t, err)
	assert.Equal(t, []string{"2026-11-30 333.33 0.00 333.33 666.67", "2026-12-30 333.33 0.00 333.33 333.34", "2027-01-30 333.34 0.00 333.34 0.00"}, written(s))
	s, err = settlement.Equal(eur("400.00"), 4, monthly("2027-12-31"), settlement.ToLast)
	require.NoError(t, err)
	var days []string
	for _, x := range s.Instalments {
		days = append(days, x.On.String())
	}
	assert.Equal(t, []string{"2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31"}, days)
	calendar, err := receivables.FrenchCalendar(receivables.ZoneMetropole)
	require.NoError(t, err)
	s, err = settlement.Equal(eur("200.00"), 2, settlement.Dates{First: day("2026-05-01"), StepDays: 24, Roll: receivables.RollFollowing, Calendar: calendar}, settlement.ToLast)
	require.NoError(t, err)
	assert.Equal(t, day("2026-05-04"), s.Instalments[0].On, "1 May is a holiday, a Friday")
	assert.Equal(t, day("2026-05-26"), s.Instalments[1].On, "Whit Monday; counted from 1 May")
	for name, d := range map[string]settlement.Dates{"no step": {First: day("2026-05-01")}, "both": {First: day("2026-05-01"), StepDays: 1, StepMonths: 1}, "no day": {StepMonths: 1}, "far": {First: day("9999-12-01"), StepMonths: 1}} {
		_, err = settlement.Equal(eur("200.00"), 2, d, settlement.ToLast)
		require.ErrorIs(t, err, receivables.ErrInvalidInput, name)
	}
}

// The plan of the reference: 5000.00 in six at 0.5 percent a month.
func TestAnnuities(t *testing.T) {
	p := settlement.AnnuityPayment(eur("150000"), 108, dec("0.0025"))
	assert.Equal(t, "1586.5410526134", p.Text(10))
	p = settlement.AnnuityPayment(eur("1000"), 3, dec("0"))
	assert.Equal(t, "333.3333333333", p.Text(10))
	s, err := settlement.Annuity(eur("5000"), 6, dec("0.005"), monthly("2026-01-31"))
	require.NoError(t, err)
	assert.Equal(t, []string{
		"2026-01-31 847.98 25.00 822.98 4177.02", "2026-02-28 847.98 20.89 827.09 3349.93", "2026-03-31 847.98 16.75 831.23 2518.70",
		"2026-04-30 847.98 12.59 835.39 1683.31", "2026-05-31 847.98 8.42 839.56 843.75", "2026-06-30 847.97 4.22 843.75 0.00",
	}, written(s))
	assert.Equal(t, "87.87", s.TotalInterest.Text())
	assert.Equal(t, "5087.87", s.TotalPaid.Text())
	s, err = settlement.ConstantPrincipal(eur("900"), 3, dec("0.01"), monthly("2026-01-31"), settlement.ToLast)
	require.NoError(t, err)
	assert.Equal(t, []string{"2026-01-31 309.00 9.00 300.00 600.00", "2026-02-28 306.00 6.00 300.00 300.00", "2026-03-31 303.00 3.00 300.00 0.00"}, written(s))
	_, err = settlement.Annuity(eur("1.00"), 150, dec("0"), monthly("2026-01-31"))
	require.ErrorIs(t, err, receivables.ErrLimit, "0.01 a month pays it in 100")
	for _, rate := range []string{"-0.01", "10.01", "0.12345678901234567"} {
		_, err = settlement.Annuity(eur("10.00"), 2, dec(rate), monthly("2026-01-31"))
		require.ErrorIs(t, err, receivables.ErrInvalidInput, rate)
		assert.Equal(t, receivables.StatusOutOfDomain, settlement.AnnuityPayment(eur("10"), 2, dec(rate)).Status())
	}
	total, cost, err := settlement.CostOfCredit(eur("12000"), 36, eur("365"))
	require.NoError(t, err)
	assert.Equal(t, "13140.00 1140.00", total.Text()+" "+cost.Text())
}

// 1000.00 on 2026-01-01 at 3.65 percent: 0.10 a day. Moratorium of 100 days: 10.00. Two payments after 30
// and 60 days: (1000 x 1.003 x 1.003) / (1.003 + 1) = 502.2509 and the rest.
func TestSimpleInterestByDays(t *testing.T) {
	s, err := settlement.Moratorium(eur("1000"), day("2026-01-01"), day("2026-04-11"), dec("0.0365"), 365)
	require.NoError(t, err)
	assert.Equal(t, []string{"2026-04-11 1010.00 10.00 1000.00 0.00"}, written(s))
	s, err = settlement.OnDays(eur("1000"), day("2026-01-01"), []date.Date{day("2026-01-31"), day("2026-03-02")}, dec("0.0365"), 365)
	require.NoError(t, err)
	assert.Equal(t, []string{"2026-01-31 502.25 3.00 499.25 500.75", "2026-03-02 502.25 1.50 500.75 0.00"}, written(s))
	s, err = settlement.Moratorium(eur("900"), day("2026-01-01"), day("2026-01-02"), dec("0.03"), 360)
	require.NoError(t, err)
	assert.Equal(t, "0.08", s.TotalInterest.Text(), "0.075 exactly")
	_, err = settlement.OnDays(eur("1000"), day("2026-01-01"), []date.Date{day("2026-01-31"), day("2026-01-31")}, dec("0.0365"), 365)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
}

func TestPlansAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		balance := receivables.Zero(receivables.MustCurrency("EUR")).AddAmount(decimal.New(rapid.Int64Range(1, 1_000_000_000_000).Draw(t, "cents"), -2))
		n := rapid.IntRange(1, 60).Draw(t, "n")
		rate := decimal.New(rapid.Int64Range(0, 30_000).Draw(t, "rate"), -6)
		dates := settlement.Dates{First: receivables.AddDays(day("2026-01-01"), rapid.IntRange(0, 800).Draw(t, "first")), StepMonths: 1}
		to := rapid.SampledFrom([]settlement.Remainder{settlement.ToLast, settlement.ToFirst}).Draw(t, "to")
		var days []date.Date
		for k := range n {
			days = append(days, receivables.AddDays(dates.First, 10*(k+1)))
		}
		for name, make := range map[string]func() (settlement.Schedule, error){
			"equal":              func() (settlement.Schedule, error) { return settlement.Equal(balance, n, dates, to) },
			"annuity":            func() (settlement.Schedule, error) { return settlement.Annuity(balance, n, rate, dates) },
			"constant principal": func() (settlement.Schedule, error) { return settlement.ConstantPrincipal(balance, n, rate, dates, to) },
			"on days":            func() (settlement.Schedule, error) { return settlement.OnDays(balance, dates.First, days, rate, 365) },
		} {
			s, err := make()
			if err != nil {
				require.ErrorIs(t, err, receivables.ErrLimit, name)
				continue
			}
			require.NoError(t, s.Check(), name)
			principal, interest, paid := decimal.Zero, decimal.Zero, decimal.Zero
			left := balance.Amount()
			for k, x := range s.Instalments {
				principal, interest, paid = principal.Add(x.Principal.Amount()), interest.Add(x.Interest.Amount()), paid.Add(x.Payment.Amount())
				left = left.Sub(x.Principal.Amount())
				assert.True(t, left.Equal(x.Balance.Amount()), name)
				assert.True(t, x.Payment.Round().Equal(x.Payment), name)
				assert.GreaterOrEqual(t, x.Principal.Sign(), 0, name)
				if k > 0 {
					assert.Greater(t, x.On, s.Instalments[k-1].On)
				}
			}
			assert.True(t, principal.Equal(balance.Amount()), name)
			assert.True(t, s.Instalments[n-1].Balance.IsZero(), name)
			assert.True(t, paid.Equal(balance.Amount().Add(interest)), name)
			assert.True(t, s.TotalPaid.Amount().Equal(paid) && s.TotalInterest.Amount().Equal(interest), name)
		}
	})
}

func TestAPlanThroughItsDays(t *testing.T) {
	s, err := settlement.Equal(eur("900.00"), 3, monthly("2026-01-31"), settlement.ToLast)
	require.NoError(t, err)
	payments := []settlement.Payment{{day("2026-03-05"), eur("450.00")}, {day("2026-01-31"), eur("300.00")}}
	at := func(asOf string, tolerance int) settlement.Progress {
		p, err := s.Progress(payments, day(asOf), tolerance)
		require.NoError(t, err)
		return p
	}
	p := at("2026-02-28", 0)
	assert.Equal(t, settlement.Kept, p.State)
	assert.Equal(t, day("2026-02-28"), p.Next)
	p = at("2026-03-01", 0)
	assert.Equal(t, settlement.Broken, p.State)
	assert.Equal(t, day("2026-02-28"), p.MissedOn)
	assert.Equal(t, "300.00", p.Arrears.Text())
	assert.Equal(t, settlement.Kept, at("2026-03-03", 3).State, "within the tolerance")
	p = at("2026-03-31", 0)
	assert.Equal(t, settlement.PaidLate, p.Instalments[1].State)
	assert.Equal(t, settlement.Kept, p.State)
	assert.Equal(t, day("2026-02-28"), p.MissedOn, "paid since, but it was missed")
	assert.Equal(t, "150.00", p.Remaining.Text())
	assert.Equal(t, settlement.Broken, at("2026-04-01", 0).State)
	payments = append(payments, settlement.Payment{On: day("2026-04-01"), Amount: eur("200.00")})
	p = at("2026-04-01", 0)
	assert.Equal(t, settlement.Completed, p.State)
	assert.Equal(t, "50.00", p.Excess.Text())
	assert.Zero(t, p.Next)
	_, err = s.Progress([]settlement.Payment{{day("2026-04-01"), receivables.MustMoney("1", "USD")}}, day("2026-04-01"), 0)
	require.ErrorIs(t, err, receivables.ErrCurrencyMismatch)
}

func TestInstalmentsAreRemindedLikeInvoices(t *testing.T) {
	s, err := settlement.Equal(eur("900.00"), 3, monthly("2026-01-31"), settlement.ToLast)
	require.NoError(t, err)
	p, err := s.Progress([]settlement.Payment{{day("2026-01-31"), eur("400.00")}}, day("2026-03-01"), 0)
	require.NoError(t, err)
	items := p.Items("C", "PLAN-1", day("2026-11-20"))
	require.Len(t, items, 2)
	assert.Equal(t, "200.00 300.00", items[0].Open.Text()+" "+items[0].Original.Text())
	assert.Equal(t, 2, items[0].Instalment)
	assert.Equal(t, day("2026-02-28"), items[0].DueOn)
}

func TestAcceleration(t *testing.T) {
	notice := settlement.Clause{Kind: settlement.AfterNotice, NoticeDays: 8}
	for _, c := range []struct {
		clause       settlement.Clause
		noticeOn     string
		cured        bool
		want, amount string
	}{
		{notice, "2026-03-02", false, "2026-03-11", "600.00"}, // 8 days end on the 10th
		{notice, "2026-03-02", true, "", "0.00"},
		{notice, "", false, "", "0.00"},
		{settlement.Clause{Kind: settlement.WithoutNotice}, "", false, "2026-03-02", "600.00"},
		{settlement.Clause{}, "2026-03-02", false, "", "0.00"},
	} {
		var noticeOn date.Date
		if c.noticeOn != "" {
			noticeOn = day(c.noticeOn)
		}
		a, err := settlement.Accelerate(c.clause, day("2026-03-01"), noticeOn, c.cured, eur("600.00"))
		require.NoError(t, err)
		assert.Equal(t, c.amount, a.DueAtOnce.Text())
		if c.want == "" {
			assert.Zero(t, a.On)
		} else {
			assert.Equal(t, day(c.want), a.On)
		}
	}
	_, err := settlement.Accelerate(notice, day("2026-03-01"), day("2026-02-28"), false, eur("600.00"))
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
}

func TestGrace(t *testing.T) {
	until, err := settlement.GraceUntil(day("2026-06-15"), true, 0)
	require.NoError(t, err)
	assert.Equal(t, day("2028-06-15"), until)
	until, err = settlement.GraceUntil(day("2024-02-20"), false, day("2024-02-29"))
	require.NoError(t, err)
	assert.Equal(t, day("2026-02-28"), until)
	_, err = settlement.GraceUntil(day("2026-06-15"), false, 0)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = settlement.GraceUntil(day("2016-09-30"), true, 0)
	require.ErrorIs(t, err, receivables.ErrNoCoverage)
	_, err = settlement.GraceUntil(day("2016-10-01"), true, 0)
	require.NoError(t, err)
}

// A moratorium of 73 days without interest at 5 percent: 1000 / 1.01 = 990.10. In expectation 0.9 of
// it and 0.1 of 505 after a year / 1.05.
func TestOffers(t *testing.T) {
	moratorium, err := settlement.Moratorium(eur("1000"), day("2026-01-01"), day("2026-03-15"), dec("0"), 365)
	require.NoError(t, err)
	cash, err := settlement.Moratorium(eur("890"), day("2025-12-31"), day("2026-01-01"), dec("0"), 365)
	require.NoError(t, err)
	list, err := settlement.Compare(day("2026-01-01"), dec("0.05"), 365,
		settlement.Offer{Name: "890 now", Schedule: cash, Kept: dec("1")},
		settlement.Offer{Name: "1000 in March", Schedule: moratorium, Kept: dec("0.9"), Recovered: eur("525"), RecoveredOn: day("2027-01-01"), Costs: eur("10")},
	)
	require.NoError(t, err)
	assert.Equal(t, "1000 in March", list[0].Name)
	assert.Equal(t, "990.0990", list[0].PresentValue.Text(4))
	assert.Equal(t, "931.0891", list[0].Expected.Text(4)) // 891.0891 + 50 - 10
	assert.Equal(t, "890.0000", list[1].Expected.Text(4))
	_, err = settlement.Compare(day("2026-01-01"), dec("0.05"), 365, settlement.Offer{Schedule: cash, Kept: dec("1.1")})
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
}

func TestProtocols(t *testing.T) {
	claim := settlement.Parts{Principal: eur("10000"), Interest: eur("850.00"), Costs: eur("40")}
	waived := settlement.Parts{Principal: eur("0"), Interest: eur("850.00"), Costs: eur("40")}
	plan, err := settlement.Equal(eur("10000"), 4, monthly("2026-12-31"), settlement.ToLast)
	require.NoError(t, err)
	p, err := settlement.ProtocolOf(day("2026-11-26"), claim, waived, plan, settlement.Concessions{Creditor: procedure.Met, Debtor: procedure.Met})
	require.NoError(t, err)
	assert.Equal(t, "10000.00", p.Settled.Text())
	assert.Equal(t, "0.0817", p.WaivedShare.Text(4))
	assert.Equal(t, procedure.Met, p.Conditions[0].State)
	assert.Equal(t, procedure.Unknown, p.Conditions[2].State)
	assert.Contains(t, p.Conditions[0].Basis.Text, "2044")
	waived.Interest = eur("850.01")
	_, err = settlement.ProtocolOf(day("2026-11-26"), claim, waived, plan, settlement.Concessions{})
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	waived.Interest = eur("800.00")
	_, err = settlement.ProtocolOf(day("2026-11-26"), claim, waived, plan, settlement.Concessions{})
	require.ErrorIs(t, err, receivables.ErrConflict)
}

func TestLimits(t *testing.T) {
	s, err := settlement.Equal(eur("900.00"), 9, monthly("2026-03-15"), settlement.ToLast)
	require.NoError(t, err)
	assert.Empty(t, settlement.Limits{}.Check(s, day("2026-01-01")))
	assert.Empty(t, settlement.Limits{MostInstalments: 9, MostMonths: 12, Least: dec("100"), LeastFirst: dec("0.1"), LatestFirst: 73}.Check(s, day("2026-01-01")))
	assert.Len(t, settlement.Limits{MostInstalments: 8, MostMonths: 10, Least: dec("100.01"), LeastFirst: dec("0.3"), LatestFirst: 72}.Check(s, day("2026-01-01")), 5)
}
