package receivables_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
)

// What a hostile reading found once, and must not find again.

func TestTheSameSettlementIsNotRecordedTwice(t *testing.T) {
	anonymous := receivables.Allocation{From: "P1", To: "F1", Amount: eur("40"), On: day("2026-02-01")}
	l := ledger(t, invoice("F1", "100", "2026-01-10", ""), payment("P1", "100", "2026-02-01"), anonymous)
	require.ErrorIs(t, l.Record(anonymous), receivables.ErrDuplicate)
	anonymous.ID = "second"
	require.NoError(t, l.Record(anonymous), "another one has an ID of its own")
	assert.Equal(t, "F1 20.00, P1 -20.00", open(t, l, "2026-02-01", "2026-02-01"))
}

func TestAFactThatNeverWasKeepsPublishedReports(t *testing.T) {
	l := ledger(t, invoice("F1", "100", "2026-01-10", ""))
	err := l.Record(receivables.Reversal{Of: "F1", On: day("2026-01-10")})
	require.ErrorIs(t, err, receivables.ErrInvalidInput, "when did that become known?")
	require.NoError(t, l.Record(receivables.Reversal{Of: "F1", On: day("2026-01-10"), KnownOn: day("2026-03-01")}))
	assert.Equal(t, "F1 100.00", open(t, l, "2026-01-31", "2026-01-31"))
	assert.Empty(t, open(t, l, "2026-01-31", "2026-03-01"))
}

func TestAClosureOverrulesUntilAndCanBeCorrected(t *testing.T) {
	l := ledger(t, invoice("F1", "100", "2026-01-10", ""),
		receivables.Hold{ID: "D1", Kind: receivables.HoldDispute, Scope: receivables.Scope{Document: "F1"}, From: day("2026-01-15"), Until: day("2026-02-01")},
		receivables.Closure{Of: "D1", On: day("2026-02-01"), Outcome: receivables.OutcomeLost},
		receivables.Closure{Of: "D1", On: day("2026-02-10"), KnownOn: day("2026-03-01"), Outcome: receivables.OutcomePartly},
	)
	state := func(asOf, knownOn string) string {
		for h := range l.Holds(day(asOf), day(knownOn)) {
			return fmt.Sprint(h.EndedOn, " ", h.Outcome)
		}
		return ""
	}
	assert.Equal(t, "2026-02-01 lost", state("2026-02-20", "2026-02-20"))
	assert.Equal(t, "2026-02-10 partly", state("2026-02-20", "2026-03-01"))
	disputed := func(asOf, knownOn string) bool {
		for i := range l.OpenItems(day(asOf), day(knownOn)) {
			return i.Disputed.Sign() > 0
		}
		return false
	}
	assert.False(t, disputed("2026-02-05", "2026-02-20"))
	assert.True(t, disputed("2026-02-05", "2026-03-01"), "as known later it went on to 10 February")
}

func TestDaysOutsideTheCalendarAreRefused(t *testing.T) {
	for _, d := range []date.Date{date.Min(), date.Max(), -1, 1} {
		f := invoice("F1", "100", "2026-01-10", "")
		f.DueOn = d
		_, err := receivables.NewLedger(f)
		require.ErrorIs(t, err, receivables.ErrInvalidInput)
		f = invoice("F1", "100", "2026-01-10", "")
		f.IssuedOn = d
		_, err = receivables.NewLedger(f)
		require.ErrorIs(t, err, receivables.ErrInvalidInput)
		f = invoice("F1", "100", "2026-01-10", "")
		f.KnownOn = d
		_, err = receivables.NewLedger(f)
		require.ErrorIs(t, err, receivables.ErrInvalidInput)
	}
	_, err := receivables.NetDays(9999).DueDate(receivables.Events{Issued: day("9999-12-31")}, nil)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = receivables.AddBusinessDays(receivables.WeekdayCalendar{}, day("2026-01-01"), math.MinInt)
	require.ErrorIs(t, err, receivables.ErrLimit)
}

func TestFactsComeBackAsGiven(t *testing.T) {
	facts := []receivables.Fact{
		allocation("P1", "F1", "40", "2026-02-01"), invoice("F1", "100", "2026-01-10", ""), payment("P1", "100", "2026-02-01"),
		receivables.WriteOff{ID: "W", Document: "F1", Amount: eur("1"), On: day("2026-02-02"), Reason: receivables.WriteOffGoodwill},
	}
	l := ledger(t, facts...)
	require.Error(t, l.Record(invoice("F1", "1", "2026-01-01", "")))
	var back []receivables.Fact
	for f := range l.Facts() {
		back = append(back, f)
	}
	assert.Equal(t, fmt.Sprint(facts), fmt.Sprint(back), "refused facts are not among them")
	again := ledger(t, back...)
	assert.Equal(t, open(t, l, "2026-02-02", "2026-02-02"), open(t, again, "2026-02-02", "2026-02-02"))
}

func TestPointersAndUnknownReasonsAreRefused(t *testing.T) {
	f := invoice("F1", "100", "2026-01-10", "")
	_, err := receivables.NewLedger(&f)
	require.ErrorContains(t, err, "*receivables.Invoice")
	_, err = receivables.NewLedger(f, receivables.WriteOff{Document: "F1", Amount: eur("1"), On: day("2026-02-01"), Reason: 77})
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	require.ErrorIs(t, receivables.Instalments().Check(), receivables.ErrConflict)
	require.ErrorIs(t, receivables.Terms{Roll: 9}.Check(), receivables.ErrInvalidInput)
}

// Rematching a document again and again costs a sweep for each call, not for each
// settlement of a call.
func TestManySettlementsOfOneDocument(t *testing.T) {
	const n = 4000
	facts := []receivables.Fact{
		receivables.Payment{ID: "P", Customer: "C1", ReceivedOn: day("2026-01-01"), Amount: eur("4000")},
		invoice("F", "1", "2026-01-01", ""), allocation("P", "F", "1", "2026-01-02"),
		receivables.Reversal{Of: "P>F", On: day("2026-01-03")},
	}
	for i := range n {
		id := fmt.Sprint("F", i)
		facts = append(facts, invoice(id, "1", "2026-01-01", ""), allocation("P", id, "1", "2026-01-03"))
	}
	l := ledger(t, facts...)
	assert.Equal(t, "F 1.00", open(t, l, "2026-01-03", "2026-01-03"))
}
