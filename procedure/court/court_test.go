package court_test

import (
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
	"github.com/receivables-go/receivables/procedure/court"
)

func day(text string) date.Date         { return receivables.MustDate(text) }
func eur(text string) receivables.Money { return receivables.MustMoney(text, "EUR") }

func merchants(amount, department string) court.Case {
	return court.Case{CreditorTrades: procedure.Met, DebtorTrades: procedure.Met, Matter: court.Trade, Department: department, Amount: eur(amount), FiledOn: day("2026-11-23")}
}

func TestWhichCourt(t *testing.T) {
	consumer := func(amount string, matter court.Matter) court.Case {
		return court.Case{CreditorTrades: procedure.Met, DebtorTrades: procedure.NotMet, Matter: matter, Department: "33", Amount: eur(amount), FiledOn: day("2026-11-23")}
	}
	seat := merchants("100", "69")
	seat.Seat = " lyon"
	wrongSeat := merchants("100", "75")
	wrongSeat.Seat = "Lyonn"
	other := merchants("100", "69")
	other.Seat = "Villefranche-Tarare"
	before, after, unknown, reversed, public := merchants("100", "75"), merchants("100", "75"), merchants("100", "59"), merchants("100", "59"), merchants("100", "59")
	before.FiledOn, after.FiledOn = day("2024-12-31"), day("2029-01-01")
	unknown.DebtorTrades, reversed.CreditorTrades, public.DebtorIsPublic = procedure.Unknown, procedure.NotMet, true
	const met, not, open = procedure.Met, procedure.NotMet, procedure.Unknown
	for name, c := range map[string]struct {
		c                      court.Case
		want                   court.Court
		last, lawyer, amicable procedure.Truth
	}{
		"merchants":             {merchants("10000.00", "59"), court.Commercial, not, not, not},
		"above 10000":           {merchants("10000.01", "59"), court.Commercial, not, met, not},
		"5000":                  {merchants("5000.00", "59"), court.Commercial, met, not, not},
		"Strasbourg":            {merchants("10000.01", "67"), court.CommercialChamber, not, open, not},
		"Strasbourg below 5000": {merchants("4500.00", "67"), court.CommercialChamber, met, open, open},
		"no department":         {merchants("100", ""), court.UnknownCourt, met, not, not},
		"no such seat in Paris": {wrongSeat, court.UnknownCourt, met, not, not},
		"Paris":                 {merchants("5000.01", "75"), court.EconomicActivity, not, not, not},
		"the day before TAE":    {before, court.Commercial, met, not, not},
		"after the experiment":  {after, court.Commercial, met, not, not},
		"Rhône without seat":    {merchants("100", "69"), court.UnknownCourt, met, not, not},
		"Lyon":                  {seat, court.EconomicActivity, met, not, not},
		"Villefranche":          {other, court.Commercial, met, not, not},
		"consumer":              {consumer("4999.99", court.Sale), court.Civil, met, not, met},
		"consumer at 5000":      {consumer("5000.00", court.Sale), court.Civil, met, not, met},
		"consumer above":        {consumer("5000.01", court.Sale), court.Civil, not, not, not},
		"consumer above 10000":  {consumer("10000.01", court.Sale), court.Civil, not, met, not},
		"rent":                  {consumer("12000", court.DwellingRent), court.Protection, not, not, not},
		"credit":                {consumer("3000", court.ConsumerCredit), court.Protection, met, not, met},
		"quality not known":     {unknown, court.UnknownCourt, open, open, open},
		"against a merchant":    {reversed, court.Civil, met, not, met},
		"public body":           {public, court.Administrative, open, open, not},
	} {
		d, err := court.Choose(c.c)
		require.NoError(t, err, name)
		assert.Equal(t, c.want, d.Court, name)
		assert.Equal(t, []procedure.Truth{c.last, c.lawyer, c.amicable}, []procedure.Truth{d.LastResort.State, d.Lawyer.State, d.Amicable.State}, name)
		assert.NotEmpty(t, d.Basis, name)
	}
	d, err := court.Choose(reversed)
	require.NoError(t, err)
	assert.Equal(t, []court.Court{court.Commercial}, d.Also, "the creditor's choice")
	old := merchants("4500.00", "59")
	old.FiledOn = day("2019-12-31")
	d, err = court.Choose(old)
	require.NoError(t, err)
	assert.Equal(t, procedure.NotMet, d.LastResort.State, "4000 until 2019")
	assert.Equal(t, procedure.Unknown, d.Lawyer.State, "no row")
	for _, bad := range []func(*court.Case){
		func(c *court.Case) { c.FiledOn = 0 }, func(c *court.Case) { c.Amount = eur("0") }, func(c *court.Case) { c.Matter = "x" }, func(c *court.Case) { c.Exemption = "x" },
		func(c *court.Case) { c.Amount = receivables.MustMoney("1", "USD") }, func(c *court.Case) { c.Department = "Paris" }, func(c *court.Case) { c.Department = "20" },
	} {
		c := merchants("100", "59")
		bad(&c)
		_, err := court.Choose(c)
		require.Error(t, err)
	}
}

func TestTheAmicableAttempt(t *testing.T) {
	for _, c := range []struct {
		court  court.Court
		amount string
		reason court.Exemption
		on     string
		want   procedure.Truth
	}{
		{court.Civil, "5000.00", "", "2026-11-22", procedure.Met},
		{court.Civil, "5000.01", "", "2026-11-22", procedure.NotMet},
		{court.Protection, "100", "", "2023-10-01", procedure.Met},
		{court.Civil, "3200.00", court.FailedSimplified, "2026-11-22", procedure.NotMet},
		{court.Commercial, "100", "", "2026-11-22", procedure.NotMet},
		{court.Civil, "100", "", "2023-09-30", procedure.Unknown},
		{court.UnknownCourt, "100", "", "2026-11-22", procedure.Unknown},
	} {
		x, err := court.AmicableAttempt(c.court, eur(c.amount), c.reason, day(c.on))
		require.NoError(t, err)
		assert.Equal(t, c.want, x.State, "%+v", c)
	}
}

func TestDaysOfAHearing(t *testing.T) {
	h, err := court.BeforeHearing(court.Commercial, day("2026-12-17"), procedure.Place{})
	require.NoError(t, err)
	assert.Equal(t, day("2026-12-02"), h.Serve.Expires)
	assert.Equal(t, day("2026-12-09"), h.File.Expires)
	h, err = court.BeforeHearing(court.Commercial, day("2026-05-29"), procedure.Place{}) // 14 May is Ascension
	require.NoError(t, err)
	assert.Equal(t, day("2026-05-13"), h.Serve.Expires)
	h, err = court.BeforeHearing(court.Civil, day("2026-12-17"), procedure.Place{})
	require.NoError(t, err)
	assert.Nil(t, h.Serve)
	assert.Equal(t, day("2026-12-02"), h.File.Expires)
	_, err = court.BeforeHearing(court.UnknownCourt, day("2026-12-17"), procedure.Place{})
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	d, err := court.ServeDefaultJudgment(day("2026-08-31"), procedure.Place{})
	require.NoError(t, err)
	assert.Equal(t, "2027-02-28 2027-03-01", d.Raw.String()+" "+d.Expires.String(), "a Sunday")
	d, err = court.Appeal(true, day("2026-11-18"), procedure.Place{})
	require.NoError(t, err)
	assert.Equal(t, day("2026-12-03"), d.Expires)
	far, err := procedure.DistanceOf("", procedure.Abroad, day("2026-11-18"))
	require.NoError(t, err)
	d, err = court.Appeal(false, day("2026-11-18"), procedure.Place{Distance: far})
	require.NoError(t, err)
	assert.Equal(t, day("2027-02-18"), d.Expires, "one month and two")
}

func TestRoutes(t *testing.T) {
	facts := func(change func(*court.Facts)) map[court.Route]court.Option {
		f := court.Facts{
			Case: merchants("4000", "59"), Contractual: procedure.Met, Certain: procedure.Met, Liquid: procedure.Met, Due: procedure.Met, ContestExpected: procedure.NotMet,
			WillAgree: procedure.Met, Invoiced: procedure.Met, HomeKnown: procedure.Met, State: "FR", Cheque: procedure.NotMet, Threatened: procedure.NotMet,
		}
		change(&f)
		list, err := court.Options(f)
		require.NoError(t, err)
		all := map[court.Route]court.Option{}
		for _, x := range list {
			all[x.Route] = x
		}
		require.Len(t, all, 12)
		return all
	}
	all := facts(func(*court.Facts) {})
	assert.Equal(t, procedure.Met, all[court.PaymentOrder].Open)
	assert.Equal(t, court.Commercial, all[court.PaymentOrder].Court)
	assert.Equal(t, procedure.NotMet, all[court.PaymentOrder].Lawyer.State)
	assert.Equal(t, procedure.Unknown, all[court.Undisputed].Open, "law in force, decree not found")
	assert.Equal(t, procedure.NotMet, all[court.Simplified].Open, "an invoice between merchants")
	assert.Equal(t, procedure.Met, all[court.Interim].Open)
	assert.Equal(t, procedure.Met, all[court.Merits].Open)
	assert.Equal(t, procedure.NotMet, all[court.EuropeanOrder].Open)
	assert.Equal(t, procedure.NotMet, all[court.InsolvencyClaim].Open)
	all = facts(func(f *court.Facts) { f.FiledOn = day("2026-04-24") })
	assert.Equal(t, procedure.Met, all[court.Simplified].Open, "the day before the law excluded them")
	assert.Equal(t, procedure.NotMet, all[court.Undisputed].Open, "no law yet")
	all = facts(func(f *court.Facts) { f.DecreePublished = procedure.Met })
	assert.Equal(t, procedure.Met, all[court.Undisputed].Open)
	all = facts(func(f *court.Facts) { f.OpenedOn = day("2026-11-01") })
	for _, r := range []court.Route{court.PaymentOrder, court.Interim, court.Merits, court.Seizure} {
		assert.Equal(t, procedure.NotMet, all[r].Open, r)
	}
	assert.Equal(t, procedure.Met, all[court.InsolvencyClaim].Open)
	all = facts(func(f *court.Facts) { f.State, f.HomeKnown = "DE", procedure.NotMet })
	assert.Equal(t, procedure.Met, all[court.EuropeanOrder].Open)
	assert.Equal(t, procedure.Met, all[court.EuropeanSmall].Open)
	assert.Equal(t, procedure.NotMet, all[court.PaymentOrder].Open)
	all = facts(func(f *court.Facts) { f.State = "DK" })
	assert.Equal(t, procedure.NotMet, all[court.EuropeanOrder].Open)
	all = facts(func(f *court.Facts) { f.State = "DE"; f.ExcludingInterest = eur("5000.01") })
	assert.Equal(t, procedure.NotMet, all[court.EuropeanSmall].Open)
	all = facts(func(f *court.Facts) { f.ContestExpected = procedure.Met })
	assert.Equal(t, procedure.Met, all[court.PaymentOrder].Open, "that is prudence, no condition")
	assert.Contains(t, all[court.PaymentOrder].Notes, "a contest is expected")
	all = facts(func(f *court.Facts) { f.DebtorTrades, f.Invoiced = procedure.NotMet, procedure.NotMet })
	assert.Equal(t, procedure.NotMet, all[court.Merits].Open, "4000 before the civil court: an amicable attempt first")
	all = facts(func(f *court.Facts) {
		f.DebtorTrades, f.Invoiced, f.Exemption = procedure.NotMet, procedure.NotMet, court.FailedSimplified
	})
	assert.Equal(t, procedure.Met, all[court.Merits].Open)
}
