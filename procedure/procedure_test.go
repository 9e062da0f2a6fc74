package procedure_test

import (
	"encoding/json"
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
)

func day(text string) date.Date         { return receivables.MustDate(text) }
func eur(text string) receivables.Money { return receivables.MustMoney(text, "EUR") }

func TestRulesAreDatedAndSourced(t *testing.T) {
	ids, err := procedure.RuleIDs()
	require.NoError(t, err)
	require.NotEmpty(t, ids)
	for _, id := range ids {
		rows, err := procedure.Rows(id)
		require.NoError(t, err, id)
		for _, r := range rows {
			on := r.From
			if on == 0 {
				on = day("1990-01-01")
			}
			same, err := procedure.RuleAt(id, on)
			require.NoError(t, err, id)
			assert.Equal(t, r, same)
		}
	}
	r, err := procedure.RuleAt("GRACE.MAX", day("2016-10-01"))
	require.NoError(t, err)
	assert.Equal(t, "24", r.Value.String())
	assert.Equal(t, "C. civ. 1343-5: GRACE.MAX [T]", r.Citation.String())
	_, err = procedure.RuleAt("GRACE.MAX", day("2016-09-30"))
	require.ErrorIs(t, err, receivables.ErrNoCoverage)
	assert.Contains(t, err.Error(), "2016-10-01")
	_, err = procedure.RuleAt("NOBODY", day("2026-01-01"))
	require.ErrorIs(t, err, receivables.ErrUnknown)
}

func delivery(t *testing.T, change func(*procedure.DeliveryFacts)) procedure.DeliveryDecision {
	t.Helper()
	f := procedure.DeliveryFacts{
		Overdue: eur("4000"), Exposure: eur("10000"), OldestOverdueDays: 20, SameContract: procedure.Met, Serious: procedure.Met,
		FailureObvious: procedure.NotMet, LimitExceeded: procedure.NotMet, CoverEnded: procedure.NotMet,
	}
	change(&f)
	d, err := procedure.DecideDelivery(day("2026-11-26"), f, procedure.DefaultDeliveryPolicy())
	require.NoError(t, err)
	return d
}

func TestDeliveries(t *testing.T) {
	proposal := func(change func(*procedure.DeliveryFacts)) procedure.DeliveryProposal {
		return delivery(t, change).Proposal
	}
	assert.Equal(t, procedure.BlockDelivery, proposal(func(*procedure.DeliveryFacts) {}), "40 percent of the exposure")
	assert.Equal(t, procedure.ReleaseDelivery, proposal(func(f *procedure.DeliveryFacts) { f.Overdue = eur("3299.99") }))
	assert.Equal(t, procedure.BlockDelivery, proposal(func(f *procedure.DeliveryFacts) { f.Overdue = eur("3300") }))
	assert.Equal(t, procedure.BlockDelivery, proposal(func(f *procedure.DeliveryFacts) { f.Overdue, f.OldestOverdueDays = eur("1"), 30 }))
	assert.Equal(t, procedure.ReleaseDelivery, proposal(func(f *procedure.DeliveryFacts) { f.Overdue, f.OldestOverdueDays = eur("0"), 30 }))
	assert.Equal(t, procedure.CashBeforeDelivery, proposal(func(f *procedure.DeliveryFacts) { f.Serious = procedure.Unknown }))
	assert.Equal(t, procedure.ReleaseDelivery, proposal(func(f *procedure.DeliveryFacts) { f.Serious = procedure.NotMet }))
	anticipated := func(f *procedure.DeliveryFacts) {
		f.Overdue, f.LimitExceeded = eur("0"), procedure.Met
		f.FailureObvious, f.EffectsSerious, f.NoticeGiven = procedure.Met, procedure.Met, procedure.Met
	}
	assert.Equal(t, procedure.BlockDelivery, proposal(anticipated))
	d := delivery(t, func(f *procedure.DeliveryFacts) { anticipated(f); f.NoticeGiven = procedure.NotMet })
	assert.Equal(t, procedure.ReleaseDelivery, d.Proposal, "1220 needs the notice")
	assert.Equal(t, "C. civ. 1220", d.Suspension[2].Basis.Text)
	assert.Equal(t, procedure.CashBeforeDelivery, proposal(func(f *procedure.DeliveryFacts) { f.Overdue, f.CoverEnded = eur("100"), procedure.Unknown }), "an unknown trigger is not one that is not met")
	assert.Equal(t, procedure.CashBeforeDelivery, proposal(func(f *procedure.DeliveryFacts) { f.Serious = 9 }), "no truth at all is unknown")
	assert.Equal(t, procedure.BlockDelivery, proposal(func(f *procedure.DeliveryFacts) {
		f.OpenedOn, f.RunningContract, f.PriorOnly = day("2026-11-20"), procedure.Met, procedure.NotMet
	}), "unpaid since the judgment")
	d = delivery(t, func(f *procedure.DeliveryFacts) { f.OpenedOn = day("2026-11-26") })
	assert.Contains(t, d.Reason, "unknown decides")
	d = delivery(t, func(f *procedure.DeliveryFacts) {
		f.OpenedOn, f.RunningContract, f.PriorOnly = day("2026-11-26"), procedure.Met, procedure.Met
	})
	assert.Equal(t, procedure.CashBeforeDelivery, d.Proposal)
	assert.Contains(t, d.Insolvency[0].Basis.Text, "L622-13")
	assert.Equal(t, procedure.BlockDelivery, proposal(func(f *procedure.DeliveryFacts) { f.OpenedOn, f.RunningContract = day("2026-11-20"), procedure.NotMet }))
	assert.Equal(t, procedure.BlockDelivery, proposal(func(f *procedure.DeliveryFacts) { f.OpenedOn, f.RunningContract = day("2026-11-27"), procedure.Met }), "not yet")
	data, err := json.Marshal(d)
	require.NoError(t, err)
	assert.Contains(t, string(data), `"state":"met"`)
	_, err = procedure.DecideDelivery(day("2026-11-26"), procedure.DeliveryFacts{Overdue: eur("1"), Exposure: receivables.MustMoney("1", "USD")}, procedure.DefaultDeliveryPolicy())
	require.ErrorIs(t, err, receivables.ErrCurrencyMismatch)
	_, err = procedure.DecideDelivery(day("2026-11-26"), procedure.DeliveryFacts{}, procedure.DefaultDeliveryPolicy())
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = procedure.DecideDelivery(day("2026-11-26"), procedure.DeliveryFacts{Overdue: eur("1"), Exposure: eur("1")}, procedure.DeliveryPolicy{OverdueShare: decimal.NewFromInt(2)})
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
}

func TestNotices(t *testing.T) {
	decide := func(change func(*procedure.NoticeFacts)) procedure.NoticeDecision {
		f := procedure.NoticeFacts{
			Claim: eur("1000"), DueOn: day("2026-09-30"), AmicableOver: procedure.Met, SilentAfterLast: procedure.NotMet, Alert: procedure.NotMet, Disputed: procedure.NotMet,
			LimitationOn: day("2031-09-30"),
		}
		change(&f)
		d, err := procedure.DecideNotice(day("2026-11-26"), f, procedure.DefaultNoticePolicy())
		require.NoError(t, err)
		return d
	}
	d := decide(func(*procedure.NoticeFacts) {})
	assert.Equal(t, procedure.FormalNotice, d.Proposal)
	assert.Equal(t, day("2026-12-04"), d.PayBy)
	assert.Len(t, d.Effects, 4)
	proposal := func(change func(*procedure.NoticeFacts)) procedure.NoticeProposal { return decide(change).Proposal }
	assert.Equal(t, procedure.NoNotice, proposal(func(f *procedure.NoticeFacts) { f.AmicableOver = procedure.NotMet }))
	assert.Equal(t, procedure.FormalNotice, proposal(func(f *procedure.NoticeFacts) { f.AmicableOver, f.Alert = procedure.NotMet, procedure.Met }))
	assert.Equal(t, procedure.NoNotice, proposal(func(f *procedure.NoticeFacts) { f.Disputed = procedure.Met }))
	assert.Equal(t, procedure.NoNotice, proposal(func(f *procedure.NoticeFacts) { f.DueOn = day("2026-11-26") }), "payable until the end of its due day")
	assert.Equal(t, procedure.FormalNotice, proposal(func(f *procedure.NoticeFacts) { f.LimitationOn = day("2027-05-26") }), "six months to the day")
	assert.Equal(t, procedure.GoToCourt, proposal(func(f *procedure.NoticeFacts) { f.LimitationOn = day("2027-05-25") }))
	assert.Equal(t, procedure.GoToCourt, proposal(func(f *procedure.NoticeFacts) { f.LimitationOn = day("2026-11-26") }), "the last day")
	assert.Equal(t, procedure.TooLate, proposal(func(f *procedure.NoticeFacts) { f.LimitationOn = day("2026-11-25") }))
	assert.Equal(t, procedure.InsolvencyWay, proposal(func(f *procedure.NoticeFacts) { f.OpenedOn = day("2026-11-01") }))
	assert.Equal(t, procedure.TooLate, proposal(func(f *procedure.NoticeFacts) { f.OpenedOn, f.LimitationOn = day("2026-11-01"), day("2026-10-01") }))
	admitted := func(f *procedure.NoticeFacts) { f.OverIndebtedOn = day("2026-11-01") }
	assert.Equal(t, procedure.CommissionWay, proposal(admitted))
	assert.Equal(t, procedure.GoToCourt, proposal(func(f *procedure.NoticeFacts) { admitted(f); f.LimitationOn = day("2026-12-17") }), "enforcement is stayed, action is not")
	d = decide(func(f *procedure.NoticeFacts) { f.LimitationOn, f.Disputed = 0, procedure.Unknown })
	assert.Equal(t, procedure.Unknown, d.Limitation.State)
	assert.Equal(t, procedure.FindOut, d.Proposal)
	assert.Equal(t, procedure.FindOut, proposal(func(f *procedure.NoticeFacts) { f.AmicableOver = procedure.Unknown }))
	d = decide(func(f *procedure.NoticeFacts) { f.DueDateIsNotice = procedure.Met })
	assert.Equal(t, procedure.FormalNotice, d.Proposal)
	assert.Equal(t, procedure.NotMet, d.Needed.State, "but it is not needed for its effects")
	_, err := procedure.DecideNotice(day("2026-11-26"), procedure.NoticeFacts{DueOn: day("2026-09-30")}, procedure.DefaultNoticePolicy())
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = procedure.DecideNotice(day("2016-09-30"), procedure.NoticeFacts{Claim: eur("1"), DueOn: day("2016-01-01")}, procedure.DefaultNoticePolicy())
	require.ErrorIs(t, err, receivables.ErrNoCoverage)
}
