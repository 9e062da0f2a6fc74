package letters_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/penalties"
	"github.com/receivables-go/receivables/procedure/letters"
	"github.com/receivables-go/receivables/procedure/reminder"
)

// From a plan to a letter: 1000.00 due on 2026-09-28, of which 200.00 are disputed and 100.00 covered by a
// payment that is not applied; formal notice on 2026-11-12, 45 days late.
func TestTheLetterOfAContact(t *testing.T) {
	policy := reminder.DefaultPolicy("FR")
	policy.Missed = reminder.Jump
	planner, err := reminder.New(policy, receivables.WeekdayCalendar{})
	require.NoError(t, err)
	account := func(kind receivables.CustomerKind) reminder.Account {
		return reminder.Account{
			Customer: receivables.Customer{ID: "C", Kind: kind},
			Items: []receivables.OpenItem{
				{Document: "F1", Kind: receivables.KindInvoice, Customer: "C", IssuedOn: day("2026-08-31"), DueOn: day("2026-09-28"), Original: eur("1000"), Open: eur("1000"), Disputed: eur("200")},
				{Document: "P1", Kind: receivables.KindPayment, Customer: "C", IssuedOn: day("2026-10-05"), Original: eur("-100"), Open: eur("-100")},
			},
			Holds: []receivables.HoldState{{Hold: receivables.Hold{ID: "L", Scope: receivables.Scope{Document: "F1", Amount: eur("200")}, From: day("2026-10-01")}}},
		}
	}
	law, err := penalties.Standard()
	require.NoError(t, err)
	calculator, err := penalties.New(law, penalties.Config{Regime: "fr.b2b"})
	require.NoError(t, err)
	accrued, err := calculator.Accrue(penalties.Claim{ID: "F1", Principal: eur("800"), DueOn: day("2026-09-28")}, day("2026-11-12"))
	require.NoError(t, err)
	accruals := func(string, int) *penalties.Accrual { return accrued }
	for _, kind := range []receivables.CustomerKind{receivables.KindCompany, receivables.KindConsumer, receivables.KindUnknown} {
		plan, err := planner.Plan(account(kind), day("2026-11-12"))
		require.NoError(t, err)
		require.Len(t, plan.Contacts, 1)
		assert.Equal(t, "700.00", plan.Contacts[0].Asked.Text())
		audience := kind
		if kind == receivables.KindUnknown { // the writer takes it for a company, the plan does not
			audience = receivables.KindCompany
		}
		l := letter(t, letters.FirstReminder, letters.French, audience)
		l.PayBy, l.RateNote = day("2026-11-20"), "12,40 %"
		l, err = l.For(plan, plan.Contacts[0], accruals)
		require.NoError(t, err)
		assert.Equal(t, letters.FormalNotice, l.Kind)
		assert.True(t, l.Registered)
		assert.Equal(t, "800.00", l.Lines[0].Amount.Text())
		assert.Equal(t, "100.00", l.Credits.Text())
		assert.Equal(t, kind == receivables.KindCompany, l.Lines[0].FixedSum.Sign() > 0)
		_, err = renderer(t).Render(l)
		require.NoError(t, err)
		_, err = l.For(plan, plan.Contacts[0], func(string, int) *penalties.Accrual { return &penalties.Accrual{Until: day("2026-11-11")} })
		require.ErrorIs(t, err, receivables.ErrConflict)
	}
	_, err = letters.Letter{}.For(reminder.Plan{}, reminder.Contact{Level: reminder.LevelLitigation}, nil)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
}
