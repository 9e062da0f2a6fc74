package worklist_test

import (
	"iter"
	"strings"
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/penalties"
	"github.com/receivables-go/receivables/procedure/reminder"
	"github.com/receivables-go/receivables/procedure/worklist"
)

func day(text string) date.Date         { return receivables.MustDate(text) }
func eur(text string) receivables.Money { return receivables.MustMoney(text, "EUR") }
func dec(text string) decimal.Decimal   { return decimal.RequireFromString(text) }

func planner(t testing.TB) *reminder.Planner {
	t.Helper()
	calendar, err := receivables.FrenchCalendar(receivables.ZoneMetropole)
	require.NoError(t, err)
	p, err := reminder.New(reminder.DefaultPolicy("FR"), calendar)
	require.NoError(t, err)
	return p
}

func account(customer, due, open string) reminder.Account {
	return reminder.Account{
		Customer: receivables.Customer{ID: customer, Name: "Garage " + customer, Kind: receivables.KindCompany},
		Items: []receivables.OpenItem{{
			Document: "F" + customer, Kind: receivables.KindInvoice, Customer: customer, IssuedOn: receivables.AddDays(day(due), -30), DueOn: day(due), Original: eur(open), Open: eur(open),
		}},
	}
}

func listOf(t testing.TB, c worklist.Config, asOf string, classes map[string]string, accounts ...reminder.Account) worklist.List {
	t.Helper()
	p := planner(t)
	var stream iter.Seq2[worklist.Account, error] = func(yield func(worklist.Account, error) bool) {
		for _, a := range accounts {
			plan, err := p.Plan(a, day(asOf))
			if !yield(worklist.Account{Plan: plan, Class: classes[a.Customer.ID]}, err) {
				return
			}
		}
	}
	list, err := worklist.New(stream, c)
	require.NoError(t, err)
	return list
}

// The four of the reference: 25,000 x 0.10 x (1 + 20/30) = 4166.67; 4000 x 0.60 x (1 + 95/30) = 10,000;
// 90,000 x 0.02 x 1.1 = 1980; 12,000 x 0.25 x (1 + 50/30) = 8000.
func TestByExpectedLoss(t *testing.T) {
	c := worklist.Default()
	c.Probabilities = map[string]decimal.Decimal{"1": dec("0.10"), "2": dec("0.60"), "3": dec("0.02"), "4": dec("0.25")}
	asOf := day("2026-11-26")
	due := func(days int) string { return receivables.AddDays(asOf, -days).String() }
	accounts := []reminder.Account{account("C1", due(20), "25000"), account("C2", due(95), "4000"), account("C3", due(5), "90000"), account("C4", due(50), "12000")}
	classes := map[string]string{"C1": "1", "C2": "2", "C3": "3", "C4": "4"}
	list := listOf(t, c, "2026-11-26", classes, accounts...)
	var order []string
	for _, e := range list.Entries {
		order = append(order, e.Customer+" "+e.Score.Text(2))
	}
	assert.Equal(t, []string{"C2 10000.00", "C4 8000.00", "C1 4166.67", "C3 2100.00"}, order)
	assert.Empty(t, list.Excluded)
	again := listOf(t, c, "2026-11-26", classes, accounts[3], accounts[1], accounts[0], accounts[2])
	assert.Equal(t, list, again, "in whatever order they come")
}

// An e-mail of a minute: 0.05 x 1000 = 50 a minute; a call of 10 minutes: 0.20 x 4000 / 10 = 80.
func TestByValuePerMinute(t *testing.T) {
	c := worklist.Default()
	c.Priority, c.Minutes = worklist.ByValuePerMinute, 10
	email := account("C1", "2026-11-20", "1000")
	call := account("C2", "2026-11-17", "4000")
	call.Actions = []reminder.Action{{On: day("2026-11-21"), Step: "email_1", Level: reminder.LevelCourteous, Channel: reminder.Email, Document: "FC2"}}
	list := listOf(t, c, "2026-11-26", nil, email, call)
	require.Len(t, list.Entries, 2)
	assert.Equal(t, "C2", list.Entries[0].Customer)
	assert.Equal(t, "80.00", list.Entries[0].Score.Text(2))
	assert.Equal(t, "50.00", list.Entries[1].Score.Text(2))
	assert.Equal(t, []bool{true, false}, []bool{list.Entries[0].InTime, list.Entries[1].InTime})
	assert.Equal(t, 11, list.Minutes)
	c.Effort = nil
	_, err := worklist.New(func(yield func(worklist.Account, error) bool) {
		plan, err := planner(t).Plan(email, day("2026-11-26"))
		yield(worklist.Account{Plan: plan}, err)
	}, c)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
}

func TestWhatIsExcludedSaysWhy(t *testing.T) {
	a := account("C1", "2026-11-20", "1000")
	a.Items[0].Disputed = eur("1000")
	a.Holds = []receivables.HoldState{{Hold: receivables.Hold{ID: "L1", Scope: receivables.Scope{Document: "FC1"}, From: day("2026-11-21"), Owner: "Dumas"}}}
	b := account("C2", "2026-11-20", "500")
	b.Promises = []reminder.Promise{{ID: "V", Amount: eur("500"), MadeOn: day("2026-11-24"), By: day("2026-11-30")}}
	list := listOf(t, worklist.Default(), "2026-11-26", nil, a, b)
	assert.Empty(t, list.Entries)
	require.Len(t, list.Excluded, 2)
	assert.Equal(t, reminder.Disputed, list.Excluded[0].Reason)
	assert.Equal(t, "L1, to be resolved by Dumas", list.Excluded[0].Detail)
	assert.Equal(t, day("2026-12-01"), list.Excluded[1].Until)
	for name, change := range map[string]func(*worklist.Config){
		"priority":    func(c *worklist.Config) { c.Priority = "" },
		"probability": func(c *worklist.Config) { c.Probabilities["A"] = dec("1.1") },
		"effort":      func(c *worklist.Config) { c.Effort[reminder.Call] = worklist.Effort{} },
		"minutes":     func(c *worklist.Config) { c.Minutes = -1 },
	} {
		c := worklist.Default()
		change(&c)
		_, err := worklist.New(nil, c)
		require.ErrorIs(t, err, receivables.ErrInvalidInput, name)
	}
}

func TestACallSheet(t *testing.T) {
	a := account("C1", "2026-09-30", "1000")
	a.Items = append(a.Items, receivables.OpenItem{Document: "F2", Kind: receivables.KindInvoice, Customer: "C1", IssuedOn: day("2026-11-20"), DueOn: day("2026-12-20"), Original: eur("2000"), Open: eur("2000")})
	a.Actions = []reminder.Action{{On: day("2026-10-05"), Step: "email_1", Level: reminder.LevelCourteous, Channel: reminder.Email, Document: "FC1"}}
	a.Promises = []reminder.Promise{{ID: "V1", Document: "FC1", Amount: eur("1000"), MadeOn: day("2026-10-08"), By: day("2026-10-15")}}
	plan, err := planner(t).Plan(a, day("2026-11-26"))
	require.NoError(t, err)
	law, err := penalties.Standard()
	require.NoError(t, err)
	calculator, err := penalties.New(law, penalties.Config{Regime: "fr.b2b"})
	require.NoError(t, err)
	accrual, err := calculator.Accrue(penalties.Claim{ID: "FC1", Principal: eur("1000"), DueOn: day("2026-09-30")}, day("2026-11-26"))
	require.NoError(t, err)
	extras := worklist.Extras{Accruals: []worklist.AccrualOf{{Document: "FC1", Accrual: accrual}}, DiscountRate: dec("0.01")}
	s, err := worklist.SheetOf(plan, a, extras)
	require.NoError(t, err)
	require.Len(t, s.Totals, 1)
	assert.Equal(t, "3000.00", s.Totals[0].Open.Text())
	assert.Equal(t, "1000.00", s.Totals[0].Overdue.Text())
	assert.Equal(t, "1000.00", s.Totals[0].Asked.Text())
	assert.Equal(t, accrual.InterestDue, s.Debts[0].Interest)
	assert.Equal(t, "40.00", s.Totals[0].FixedSum.Text())
	assert.Equal(t, []worklist.Past{{day("2026-10-08"), "promised 1000.00 EUR by 2026-10-15"}, {day("2026-10-05"), "e-mail: email_1 for FC1"}}, s.History)
	var kinds []worklist.ArgumentKind
	for _, x := range s.Arguments {
		kinds = append(kinds, x.Kind)
	}
	assert.Equal(t, []worklist.ArgumentKind{worklist.CostOfDelay, worklist.FixedSums, worklist.Discount, worklist.BrokenTrust}, kinds)
	assert.Equal(t, "20.00", s.Arguments[2].Amount.Text(), "1 percent of 2000")
	text := s.Text()
	for _, want := range []string{"CALL SHEET C1 Garage C1", "FC1 1000.00 EUR, due 2026-09-30 (+57 days)", "broken", "1 promises broken"} {
		assert.Contains(t, text, want)
	}
	for _, kind := range []receivables.CustomerKind{receivables.KindConsumer, receivables.KindUnknown} {
		a.Customer.Kind = kind
		s, err = worklist.SheetOf(plan, a, extras)
		require.NoError(t, err)
		assert.NotContains(t, s.Text(), "40.00", "a consumer, or who may be one, owes no fixed sum")
	}
	a.Holds = []receivables.HoldState{
		{Hold: receivables.Hold{ID: "PLAN", Kind: receivables.HoldPlan, Scope: receivables.Scope{Document: "FC1"}, From: day("2026-11-01")}},
		{Hold: receivables.Hold{ID: "OLD", Kind: receivables.HoldManual, Scope: receivables.Scope{Document: "F2"}, From: day("2026-11-01"), Until: day("2026-11-20")}},
	}
	a.Items = append(a.Items, receivables.OpenItem{
		Document: "PLAN", Kind: receivables.KindInvoice, Instalment: 1, Customer: "C1", IssuedOn: day("2026-11-01"), DueOn: day("2026-12-01"), Original: eur("1000"), Open: eur("1000"),
	})
	plan, err = planner(t).Plan(a, day("2026-11-26"))
	require.NoError(t, err)
	s, err = worklist.SheetOf(plan, a, extras)
	require.NoError(t, err)
	assert.Equal(t, "3000.00 1000.00", s.Totals[0].Open.Text()+" "+s.Totals[0].OnPlan.Text(), "the instalments stand for the invoice")
	assert.Len(t, s.Disputes, 1, "the hold of 20 November is over")
	_, err = worklist.SheetOf(plan, account("C2", "2026-09-30", "1"), extras)
	require.ErrorIs(t, err, receivables.ErrConflict)
	assert.False(t, strings.Contains(text, "\x00"))
}
