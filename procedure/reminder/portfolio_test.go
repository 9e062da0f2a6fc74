package reminder_test

import (
	"fmt"
	"log"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure/reminder"
)

// Whoever has a contact in a daily run is a candidate that day, whatever happens to him; and who is one has an item that is
// overdue or has reached a step, of more than the tolerance.
func TestWhoIsContactedIsACandidate(t *testing.T) {
	tb := t
	rapid.Check(t, func(t *rapid.T) {
		policy := anyPolicy(t, tb)
		s := &policy.Scenarios[0]
		s.Roll = rapid.SampledFrom([]receivables.Roll{receivables.RollNone, receivables.RollFollowing, receivables.RollPreceding, receivables.RollModifiedFollowing}).Draw(t, "any roll")
		if s.Steps[0].Days > 0 && rapid.Bool().Draw(t, "early step") {
			early := reminder.Step{Code: "early", Level: reminder.LevelPreDue, Channel: reminder.Email, Days: -rapid.IntRange(1, 40).Draw(t, "days before")}
			s.Steps = append([]reminder.Step{early}, s.Steps...)
		}
		policy.Tolerance = decimal.NewFromInt(int64(rapid.SampledFrom([]int{0, 100}).Draw(t, "tolerance")))
		p, err := reminder.New(policy, metropole(tb))
		require.NoError(t, err)
		items, holds, promises := world(t)
		if rapid.IntRange(0, 4).Draw(t, "fine") == 0 {
			items[0].Open = items[0].Open.AddAmount(decimal.New(1, -5))
		}
		portfolio, err := receivables.NewPortfolio(items)
		require.NoError(t, err)
		a := account(items...)
		for n := range 100 {
			asOf := receivables.AddDays(day("2026-02-15"), n)
			a.Holds, a.Promises = nil, nil
			for _, h := range holds {
				if h.From <= asOf {
					if h.EndedOn > asOf {
						h.EndedOn = 0
					}
					a.Holds = append(a.Holds, h)
				}
			}
			for _, x := range promises {
				if x.MadeOn <= asOf {
					a.Promises = append(a.Promises, x)
				}
			}
			plan, err := p.Plan(a, asOf)
			require.NoError(t, err)
			candidates, err := p.Candidates(portfolio, 1+n%3, asOf)
			require.NoError(t, err)
			if len(plan.Contacts) > 0 {
				require.Len(t, candidates, 1, "%s: %v", asOf, plan.Contacts)
			}
			want := 0
			for _, x := range items {
				reached := x.DueOn < asOf
				days, err := policy.Scenarios[0].Days(x.DueOn, metropole(tb))
				require.NoError(t, err)
				if x.Open.Amount().Cmp(policy.Tolerance) > 0 && (reached || days[0] <= asOf) {
					want++
				}
			}
			if want == 0 {
				assert.Empty(t, candidates, asOf)
			} else {
				require.Len(t, candidates, 1, asOf)
				assert.Equal(t, want, candidates[0].Items, "%s %v", asOf, policy.Scenarios[0])
			}
			a.Actions = append(a.Actions, plan.Actions()...)
		}
	})
}

func TestCandidates(t *testing.T) {
	policy := reminder.DefaultPolicy("FR") // the standard scenario begins with a check 15 days before the due date
	p, err := reminder.New(policy, metropole(t))
	require.NoError(t, err)
	item := func(customer, due, open, disputed string) receivables.OpenItem {
		x := receivables.OpenItem{Customer: customer, Open: receivables.MustMoney(open, "EUR")}
		if due != "" {
			x.DueOn = day(due)
		}
		x.Disputed = eur(disputed)
		return x
	}
	portfolio, err := receivables.NewPortfolio([]receivables.OpenItem{
		item("late", "2026-06-29", "100.00", "0.00"), item("late", "2026-05-31", "200.005", "0.00"), item("late", "2027-05-31", "100.00", "0.00"),
		item("tiny", "2026-01-31", "5.00", "0.00"), item("just more", "2026-01-31", "5.01", "0.00"), item("disputed", "2026-01-31", "100.00", "95.00"),
		item("later", "2026-12-31", "100.00", "0.00"), item("undated", "", "100.00", "0.00"),
	})
	require.NoError(t, err)
	for _, workers := range []int{0, 1, 2, 9} {
		got, err := p.Candidates(portfolio, workers, day("2026-06-30"))
		require.NoError(t, err)
		var list []string
		for _, c := range got {
			list = append(list, fmt.Sprint(portfolio.Group(c.Group).Customer, " ", c.Items, " ", c.Undisputed, " ", c.Oldest))
		}
		assert.Equal(t, []string{"late 2 300.005 EUR 2026-05-31", "just more 1 5.01 EUR 2026-01-31"}, list)
	}
	_, err = p.Candidates(portfolio, 1, 0)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	none, err := p.Candidates(&receivables.Portfolio{}, 1, day("2026-06-30"))
	require.NoError(t, err)
	assert.Empty(t, none)
}

// Plans are made for those who can be reminded today alone.
func ExamplePlanner_Candidates() {
	planner, err := reminder.New(reminder.DefaultPolicy(""), metropoleDays())
	if err != nil {
		log.Fatal(err)
	}
	item := func(customer, due, amount string) receivables.OpenItem {
		return receivables.OpenItem{Customer: customer, DueOn: receivables.MustDate(due), Open: receivables.MustMoney(amount, "EUR")}
	}
	portfolio, err := receivables.NewPortfolio([]receivables.OpenItem{
		item("Durand", "2026-06-19", "30000.00"), item("Petit", "2026-12-31", "500.00"), item("Leroy", "2026-03-31", "4.50"), item("Blanc", "2026-06-29", "80.00"),
	})
	if err != nil {
		log.Fatal(err)
	}
	candidates, err := planner.Candidates(portfolio, 2, receivables.MustDate("2026-06-30"))
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range candidates {
		fmt.Println(portfolio.Group(c.Group).Customer, c.Undisputed, "since", c.Oldest)
	}
	// Output:
	// Durand 30000.00 EUR since 2026-06-19
	// Blanc 80.00 EUR since 2026-06-29
}

func metropoleDays() receivables.Calendar {
	c, err := receivables.FrenchCalendar(receivables.ZoneMetropole)
	if err != nil {
		log.Fatal(err)
	}
	return c
}
