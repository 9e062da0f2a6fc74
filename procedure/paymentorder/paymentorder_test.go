package paymentorder_test

import (
	"strings"
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/penalties"
	"github.com/receivables-go/receivables/procedure"
	"github.com/receivables-go/receivables/procedure/court"
	"github.com/receivables-go/receivables/procedure/paymentorder"
)

func day(text string) date.Date         { return receivables.MustDate(text) }
func eur(text string) receivables.Money { return receivables.MustMoney(text, "EUR") }

func follow(t testing.TB, c paymentorder.Case, asOf string) paymentorder.Timeline {
	t.Helper()
	x, err := paymentorder.Follow(c, day(asOf))
	require.NoError(t, err)
	return x
}

// The order's own date picks the regime; a month end that is a Sunday or Saturday moves.
func TestServiceUnderBothRegimes(t *testing.T) {
	for _, c := range []struct{ ordered, months, raw, expires string }{
		{"2026-08-31", "6 months", "2027-02-28", "2027-03-01"},
		{"2026-09-01", "3 months", "2026-12-01", "2026-12-01"},
		{"2026-11-30", "3 months", "2027-02-28", "2027-03-01"},
		{"2026-02-15", "6 months", "2026-08-15", "2026-08-17"},
		{"2025-08-31", "6 months", "2026-02-28", "2026-03-02"},
	} {
		x := follow(t, paymentorder.Case{Court: court.Commercial, OrderedOn: day(c.ordered)}, c.ordered)
		assert.Equal(t, c.months+" "+c.raw+" "+c.expires, x.Service.Period.String()+" "+x.Service.Raw.String()+" "+x.Service.Expires.String())
		assert.Equal(t, paymentorder.Ordered, x.State)
		next := receivables.AddDays(x.Service.Expires, 1)
		late, err := paymentorder.Follow(paymentorder.Case{Court: court.Commercial, OrderedOn: day(c.ordered)}, next)
		require.NoError(t, err)
		assert.Equal(t, paymentorder.Void, late.State)
		late, err = paymentorder.Follow(paymentorder.Case{Court: court.Commercial, OrderedOn: day(c.ordered), ServedOn: next, InPerson: procedure.Met}, next)
		require.NoError(t, err)
		assert.Equal(t, paymentorder.Void, late.State)
		assert.Nil(t, late.Opposition)
	}
}

func TestFromServiceToTitle(t *testing.T) {
	c := paymentorder.Case{Court: court.Commercial, FiledOn: day("2026-11-16"), OrderedOn: day("2026-11-20"), ServedOn: day("2026-12-01"), InPerson: procedure.Met, Debtor: receivables.ZoneMetropole}
	x := follow(t, c, "2026-12-15")
	assert.Equal(t, day("2026-12-01"), x.Deposit.Expires)
	assert.Equal(t, day("2027-01-04"), x.Opposition.Expires, "1 January is a holiday, then a weekend")
	assert.Equal(t, day("2027-02-01"), x.NoticeWait.Expires)
	assert.Equal(t, day("2027-02-01"), x.EnforceableAfter)
	assert.Equal(t, paymentorder.ServedState, x.State)
	assert.Equal(t, paymentorder.ServedState, follow(t, c, "2027-02-01").State)
	x = follow(t, c, "2027-02-02")
	assert.Equal(t, paymentorder.Enforceable, x.State)
	assert.Equal(t, day("2037-02-02"), x.TitleUntil.Expires)
	assert.NotEmpty(t, x.TitleUntil.Uncertain)
	c.FiledOn, c.OrderedOn = 0, day("2026-08-31") // old regime: no two months
	x = follow(t, c, "2027-01-05")
	assert.Nil(t, x.NoticeWait)
	assert.Equal(t, day("2027-01-04"), x.EnforceableAfter)
	assert.Equal(t, paymentorder.Enforceable, x.State)
	c.OpposedOn, c.FeeDemandOn = day("2026-12-20"), day("2026-12-22")
	x = follow(t, c, "2027-01-05")
	assert.Equal(t, paymentorder.Opposed, x.State)
	assert.Zero(t, x.EnforceableAfter)
	assert.Equal(t, day("2027-01-06"), x.OppositionFees.Expires)
	assert.Equal(t, paymentorder.ServedState, follow(t, c, "2026-12-19").State, "not known yet")
	c.OpposedOn = 0
	assert.Equal(t, paymentorder.Opposed, follow(t, c, "2027-01-05").State, "a demand for fees tells of an opposition")
	c.FeeDemandOn, c.RegistryNoticeOn = 0, day("2026-12-24")
	assert.Equal(t, paymentorder.Opposed, follow(t, c, "2027-01-05").State)
	c.RegistryNoticeOn, c.OpposedOn = 0, day("2027-01-05")
	x = follow(t, c, "2027-01-05")
	assert.Equal(t, paymentorder.Enforceable, x.State, "an opposition after the period stays nothing")
	assert.NotEmpty(t, x.Notes)
}

func TestNotServedInPerson(t *testing.T) {
	c := paymentorder.Case{Court: court.Civil, OrderedOn: day("2026-09-15"), ServedOn: day("2026-10-05"), InPerson: procedure.NotMet, Debtor: receivables.ZoneMetropole}
	x := follow(t, c, "2027-01-10")
	assert.Nil(t, x.Opposition)
	assert.Equal(t, day("2026-12-07"), x.EnforceableAfter, "that the period stays open does not stay enforcement")
	assert.Equal(t, paymentorder.Enforceable, x.State)
	assert.NotEmpty(t, x.Notes)
	c.FirstActInPersonOn, c.FirstFreezeOn = day("2027-01-20"), day("2027-01-15")
	assert.Equal(t, day("2027-02-15"), follow(t, c, "2027-01-21").Opposition.Expires, "the earlier of both")
	assert.Nil(t, follow(t, c, "2027-01-10").Opposition, "known on its day")
	c.FirstFreezeOn = 0
	assert.Equal(t, day("2027-02-22"), follow(t, c, "2027-01-21").Opposition.Expires, "20 February 2027 is a Saturday")
	c.Debtor = procedure.Abroad
	x = follow(t, c, "2027-01-21")
	assert.Equal(t, day("2027-01-05"), x.EnforceableAfter, "with the months of distance, on the safe side")
	assert.Equal(t, day("2027-02-22"), x.Opposition.Expires)
	assert.Equal(t, day("2027-04-20"), x.Opposition.LastSafe)
	c.InPerson = procedure.Met
	assert.Equal(t, day("2027-01-05"), follow(t, c, "2027-01-21").Opposition.Expires, "two months more abroad")
	c.Debtor, c.Written, c.OppositionNotifiedOn = receivables.ZoneMartinique, procedure.Met, day("2026-11-20")
	x = follow(t, c, "2027-01-21")
	assert.Equal(t, day("2026-12-07"), x.Opposition.Expires)
	assert.Equal(t, day("2026-12-07"), x.Lawyer.Expires)
	for _, bad := range []paymentorder.Case{
		{},
		{ServedOn: day("2026-11-01")},
		{FiledOn: day("2026-11-02"), OrderedOn: day("2026-11-01")},
		{OrderedOn: day("2026-11-02"), ServedOn: day("2026-11-01")},
		{OrderedOn: day("2026-11-02"), ServedOn: day("2026-11-03"), FirstFreezeOn: day("2026-11-02")},
		{OrderedOn: day("2026-11-02"), ServedOn: day("2026-11-03"), Debtor: "moon"},
	} {
		_, err := paymentorder.Follow(bad, day("2027-01-01"))
		require.Error(t, err)
	}
}

func TestProceduresWithoutJudge(t *testing.T) {
	for _, c := range []struct {
		amount, on string
		between    procedure.Truth
		want       procedure.Truth
	}{
		{"5000.00", "2026-11-06", procedure.NotMet, procedure.Met},
		{"5000.01", "2026-11-06", procedure.NotMet, procedure.NotMet},
		{"4000.01", "2019-12-31", procedure.Met, procedure.NotMet},
		{"4000.00", "2019-12-31", procedure.Met, procedure.Met},
		{"100", "2026-04-24", procedure.Met, procedure.Met},
		{"100", "2026-04-25", procedure.Met, procedure.NotMet},
		{"100", "2026-04-25", procedure.Unknown, procedure.Unknown},
	} {
		_, open, err := paymentorder.SimplifiedAllowed(eur(c.amount), procedure.Met, c.between, day(c.on))
		require.NoError(t, err)
		assert.Equal(t, c.want, open, "%+v", c)
	}
	d, outcome, err := paymentorder.SimplifiedEnds(day("2026-10-15"), paymentorder.NoReply, day("2026-11-15"))
	require.NoError(t, err)
	assert.Equal(t, day("2026-11-15"), d.Expires, "a Sunday stays: no act is due")
	assert.Equal(t, paymentorder.Running, outcome)
	_, outcome, err = paymentorder.SimplifiedEnds(day("2026-10-15"), paymentorder.NoReply, day("2026-11-16"))
	require.NoError(t, err)
	assert.Equal(t, paymentorder.ImplicitRefusal, outcome)
	u, err := paymentorder.Undisputed(day("2026-11-04"), 0, false, day("2026-12-15"), procedure.Place{})
	require.NoError(t, err)
	assert.Equal(t, "2026-12-04 2026-12-12 2027-06-15", u.Reply.Expires.String()+" "+u.Record.Expires.String()+" "+u.Serve.Expires.String())
	u, err = paymentorder.Undisputed(day("2026-11-04"), day("2026-12-04"), false, 0, procedure.Place{})
	require.NoError(t, err)
	assert.Equal(t, paymentorder.EndedByContest, u.Outcome)
	u, err = paymentorder.Undisputed(day("2026-11-04"), day("2026-12-05"), false, 0, procedure.Place{})
	require.NoError(t, err)
	assert.Equal(t, paymentorder.Uncontested, u.Outcome, "too late")
	_, err = paymentorder.Undisputed(day("2026-04-24"), 0, false, 0, procedure.Place{})
	require.ErrorIs(t, err, receivables.ErrNoCoverage)
	e, err := paymentorder.EuropeanOpposition(day("2026-11-12"), procedure.Place{})
	require.NoError(t, err)
	assert.Equal(t, day("2026-12-14"), e.Expires)
	e, err = paymentorder.EuropeanEnforceable(day("2026-12-16"))
	require.NoError(t, err)
	assert.Equal(t, day("2026-12-26"), e.Expires)
	for state, want := range map[string]procedure.Truth{"FR": procedure.Met, "DK": procedure.NotMet, "GB": procedure.NotMet, "DE": procedure.Met} {
		_, open, err := paymentorder.SmallClaimAllowed(eur("5000"), procedure.Met, state, day("2026-11-26"))
		require.NoError(t, err)
		assert.Equal(t, want, open, state)
	}
	_, open, err := paymentorder.SmallClaimAllowed(eur("2000.01"), procedure.Met, "DE", day("2017-07-13"))
	require.NoError(t, err)
	assert.Equal(t, procedure.NotMet, open)
}

func request(t testing.TB) paymentorder.Request {
	t.Helper()
	law, err := penalties.Standard()
	require.NoError(t, err)
	calculator, err := penalties.New(law, penalties.Config{Regime: "fr.b2b"})
	require.NoError(t, err)
	a, err := calculator.Accrue(penalties.Claim{ID: "F-12", Principal: eur("1200"), DueOn: day("2026-06-30"), Payments: []penalties.Payment{{On: day("2026-09-30"), Amount: eur("400")}}}, day("2026-11-26"))
	require.NoError(t, err)
	i, err := paymentorder.ItemOf("F-12", day("2026-05-31"), eur("1200"), a, day("2026-11-26"))
	require.NoError(t, err)
	return paymentorder.Request{
		On: day("2026-11-26"), Court: court.Commercial, Place: "Lille",
		Creditor: paymentorder.Party{Name: "Ateliers du Nord SAS", ID: "SIREN 123 456 789", Address: []string{"1 rue Neuve", "59000 Lille"}, Agent: "Mme Dumas, présidente"},
		Debtor:   paymentorder.Party{Name: "Garage Lenoir\r\nSARL", ID: "SIREN 987 654 321", Address: []string{"2 quai Vieux", "59140 Dunkerque"}},
		Contract: "commande du 4 mai 2026, conditions générales acceptées", Items: []paymentorder.Item{i}, Clause: eur("120"), Art700: eur("300"), Costs: eur("0"),
		FutureInterest: "au taux des factures à compter du 27/11/2026", Exhibits: []string{"commande", "bon de livraison", "facture F-12", "mise en demeure et avis"}, SwitchOnOpposition: true,
		Signatory: "Mme Dumas",
	}
}

// 1200.00 at 12.40 % from 1 July to 30 September, 92 days: 37.51. The 400.00 of that day go to the fixed sum (40.00), this
// interest, and 322.49 to the principal: 877.51, which bears 16.99 in the 57 days to 26 November.
func TestTheRequest(t *testing.T) {
	r := request(t)
	i := r.Items[0]
	assert.True(t, i.Original.Amount().Equal(i.Paid.Amount().Add(i.Open.Amount())))
	s, err := r.Sums()
	require.NoError(t, err)
	assert.Equal(t, "877.51 16.99 0.00 1314.50", s.Principal.Text()+" "+s.Interest.Text()+" "+s.FixedSums.Text()+" "+s.Total.Text(), "the fixed sum is paid")
	text, err := r.Text()
	require.NoError(t, err)
	for _, part := range []string{
		"REQUÊTE EN INJONCTION DE PAYER", "président du tribunal de commerce de Lille", "Débiteur : Garage Lenoir SARL", "Principal : " + strings.ReplaceAll(s.Principal.Text(), ".", ",") + " €",
		"Total : " + strings.ReplaceAll(s.Total.Text(), ".", ",") + " €", "article 1408", "4. mise en demeure et avis", "du 01/07/2026 au 30/09/2026 : 1200,00 € x 12,4 % x 92/365 = 37,51 €", "Clause pénale : 120,00 €",
		"règlement du 30/09/2026 : 400,00 €, imputé sur les frais 40,00 €, les intérêts 37,51 €, le principal 322,49 €", "facture F-12 du 31/05/2026",
	} {
		assert.Contains(t, text, part)
	}
	assert.NotContains(t, text, "Dépens exposés")
	for name, change := range map[string]func(*paymentorder.Request){
		"day": func(r *paymentorder.Request) { r.On = 0 }, "items": func(r *paymentorder.Request) { r.Items = nil }, "court": func(r *paymentorder.Request) { r.Court = court.UnknownCourt },
		"exhibits": func(r *paymentorder.Request) { r.Exhibits = nil }, "debtor": func(r *paymentorder.Request) { r.Debtor.Name = " " }, "address": func(r *paymentorder.Request) { r.Debtor.Address = nil },
		"not due": func(r *paymentorder.Request) { r.Items[0].DueOn = r.On }, "sum": func(r *paymentorder.Request) { r.Items[0].Original = eur("1201") },
		"currency": func(r *paymentorder.Request) { r.Items[0].Interest = receivables.MustMoney("1", "USD") }, "clause": func(r *paymentorder.Request) { r.Clause = eur("-1") },
		"signatory": func(r *paymentorder.Request) { r.Signatory = "" }, "empty address": func(r *paymentorder.Request) { r.Debtor.Address = []string{"\u200b"} },
		"empty exhibit": func(r *paymentorder.Request) { r.Exhibits = []string{""} }, "no judge": func(r *paymentorder.Request) { r.Court = court.Administrative },
		"document": func(r *paymentorder.Request) { r.Items[0].Document = "" }, "no due date": func(r *paymentorder.Request) { r.Items[0].DueOn = 0 },
		"parts of a cent": func(r *paymentorder.Request) { r.Art700 = eur("0.001") }, "costs in dollars": func(r *paymentorder.Request) { r.Costs = receivables.MustMoney("1", "USD") },
	} {
		r := request(t)
		change(&r)
		_, err := r.Text()
		require.Error(t, err, name)
	}
	chamber := request(t)
	chamber.Court = court.CommercialChamber
	text, err = chamber.Text()
	require.NoError(t, err)
	assert.Contains(t, text, "président de la chambre commerciale du tribunal judiciaire de Lille")
	_, err = paymentorder.ItemOf("F", 0, eur("1"), nil, day("2026-11-26"))
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	c, err := paymentorder.Evidence{OrderOrContract: true, DeliveryProof: false, Invoice: true, FormalNotice: true, StatementOfAccount: true}.Check(day("2026-11-26"))
	require.NoError(t, err)
	assert.False(t, c.Complete)
	assert.Equal(t, "delivery proof", c.Missing[0].Name)
	assert.Equal(t, "accepted terms", c.Weak[0].Name)
}
