package limitation_test

import (
	"slices"
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
	"github.com/receivables-go/receivables/procedure/limitation"
)

func day(text string) date.Date { return receivables.MustDate(text) }

func of(t testing.TB, kind limitation.Kind, due string, events ...limitation.Event) limitation.Result {
	t.Helper()
	r, err := limitation.Of(limitation.Claim{Kind: kind, DueOn: day(due)}, events)
	require.NoError(t, err)
	return r
}

func event(kind limitation.EventKind, on string) limitation.Event {
	return limitation.Event{Kind: kind, On: day(on)}
}

func until(kind limitation.EventKind, on, ended string) limitation.Event {
	return limitation.Event{Kind: kind, On: day(on), EndedOn: day(ended)}
}

// By hand: the same day number, the last day of a shorter month, no move over 31 July 2022 (a Sunday).
func TestLastDaysByKind(t *testing.T) {
	for _, c := range []struct {
		kind      limitation.Kind
		due, last string
	}{
		{limitation.Trade, "2017-07-31", "2022-07-31"},
		{limitation.Civil, "2020-02-29", "2025-02-28"},
		{limitation.Civil, "2024-02-29", "2029-02-28"},
		{limitation.Civil, "2023-02-28", "2028-02-28"}, // the earlier date, not the 29th
		{limitation.Consumer, "2024-03-15", "2026-03-15"},
		{limitation.Carriage, "2025-06-30", "2026-06-30"},
		{limitation.CarriageRecourse, "2026-01-31", "2026-02-28"},
		{limitation.Telecom, "2025-11-05", "2026-11-05"},
		{limitation.DwellingRent, "2025-08-01", "2028-08-01"},
		{limitation.DwellingRent, "2010-08-01", "2015-08-01"}, // the new three years would end on 2017-03-26
		{limitation.DwellingRent, "2013-01-05", "2017-03-26"}, // 27 March 2014 + 3 years, within 2018-01-05
		{limitation.Trade, "2000-05-10", "2010-05-10"},        // ten years of the old law are over before 2013-06-18
		{limitation.Trade, "2005-05-10", "2013-06-18"},        // Cass. 12 Dec. 2018: from 19 June 2008, which counts
		{limitation.Civil, "1990-05-10", "2013-06-18"},
		{limitation.Civil, "1979-05-10", "2009-05-10"}, // within the thirty years
		{limitation.PublicDebtor, "2022-01-01", "2026-12-31"},
		{limitation.PublicDebtor, "2022-12-31", "2026-12-31"},
		{limitation.Title, "2026-11-16", "2036-11-16"},
		{limitation.ChequeDrawer, "2026-11-10", "2027-05-10"},
		{limitation.BillAcceptor, "2025-11-30", "2028-11-30"},
	} {
		r := of(t, c.kind, c.due)
		assert.Equal(t, day(c.last), r.Last, "%s due on %s", c.kind, c.due)
		assert.NotEmpty(t, r.Basis)
	}
	for _, k := range limitation.Kinds() {
		if k == limitation.OtherLaw {
			continue
		}
		assert.Greater(t, of(t, k, "2024-05-10").Last, day("2024-05-10"), k)
	}
}

func TestWhatInterrupts(t *testing.T) {
	for _, c := range []struct {
		events []limitation.Event
		last   string
		effect limitation.Effect
	}{
		{[]limitation.Event{event(limitation.Acknowledgement, "2025-01-20")}, "2030-01-20", limitation.Interrupted},
		{[]limitation.Event{event(limitation.OrderService, "2025-01-20")}, "2030-01-20", limitation.Interrupted},
		{[]limitation.Event{event(limitation.OrderRequest, "2025-01-20")}, "2027-05-10", limitation.NotInterruptive},
		{[]limitation.Event{event(limitation.FormalNotice, "2025-01-20")}, "2027-05-10", limitation.NotInterruptive},
		{[]limitation.Event{event(limitation.PartPayment, "2025-01-20")}, "2027-05-10", limitation.MayInterrupt},
		{[]limitation.Event{event(limitation.Acknowledgement, "2027-05-10")}, "2032-05-10", limitation.Interrupted}, // on the last day
		{[]limitation.Event{event(limitation.Acknowledgement, "2027-05-11")}, "2027-05-10", limitation.AlreadyExpired},
		{[]limitation.Event{until(limitation.CourtClaim, "2026-01-01", "2028-03-01")}, "2033-03-01", limitation.Interrupted},
		{[]limitation.Event{event(limitation.CourtClaim, "2026-01-01")}, "", limitation.Pending},
		{[]limitation.Event{{Kind: limitation.CourtClaim, On: day("2026-01-01"), Lost: true}}, "2027-05-10", limitation.NothingLeft},
		{[]limitation.Event{until(limitation.Mediation, "2025-03-01", "2025-06-01")}, "2027-08-10", limitation.Suspended}, // 92 days
		{[]limitation.Event{until(limitation.Mediation, "2027-05-01", "2027-05-03")}, "2027-11-03", limitation.Suspended}, // at least six months
		{[]limitation.Event{until(limitation.Impossible, "2027-05-01", "2027-05-03")}, "2027-05-12", limitation.Suspended},
		{[]limitation.Event{event(limitation.Mediation, "2027-05-01")}, "", limitation.Standing},
		{[]limitation.Event{event(limitation.RegisteredLetter, "2025-01-20")}, "2027-05-10", limitation.NotInterruptive}, // premiums only
	} {
		r := of(t, limitation.Trade, "2022-05-10", c.events...)
		want := date.Date(0)
		if c.last != "" {
			want = day(c.last)
		}
		assert.Equal(t, want, r.Last, "%+v", c.events)
		assert.Equal(t, c.effect, r.Steps[0].Effect)
		assert.Equal(t, day("2027-05-10"), r.Plain)
	}
	r := of(t, limitation.Trade, "2022-05-10", event(limitation.PartPayment, "2025-01-20"))
	assert.Equal(t, day("2030-01-20"), r.Possible)
	assert.NotEmpty(t, r.Uncertain)
	assert.Equal(t, day("2027-01-20"), of(t, limitation.Premium, "2024-05-10", event(limitation.RegisteredLetter, "2025-01-20")).Last)
	r = of(t, limitation.PublicDebtor, "2022-05-10", event(limitation.FormalNotice, "2025-01-20"))
	assert.Equal(t, day("2026-12-31"), r.Last)
	assert.Equal(t, day("2029-12-31"), r.Possible, "a written claim may stop the four years")
	assert.Equal(t, day("2029-12-31"), of(t, limitation.PublicDebtor, "2022-05-10", until(limitation.CourtClaim, "2025-01-20", "2025-01-20")).Last)
}

func TestTheLongStop(t *testing.T) {
	acknowledged := []limitation.Event{event(limitation.Acknowledgement, "2010-01-01"), event(limitation.Acknowledgement, "2014-06-01"), event(limitation.Acknowledgement, "2019-05-01"), event(limitation.Acknowledgement, "2023-03-15")}
	claim := limitation.Claim{Kind: limitation.Civil, DueOn: day("2006-04-01")}
	r, err := limitation.Of(claim, acknowledged)
	require.NoError(t, err)
	assert.Equal(t, day("2028-03-15"), r.Uncapped)
	assert.Equal(t, day("2026-04-01"), r.LongStop)
	assert.Equal(t, day("2026-04-01"), r.Last)
	r, err = limitation.Of(claim, append(acknowledged[:3:3], event(limitation.EnforcementAct, "2023-03-15")))
	require.NoError(t, err)
	assert.Zero(t, r.LongStop)
	assert.Equal(t, day("2028-03-15"), r.Last)
	claim.BornOn = day("2005-01-01")
	r, err = limitation.Of(claim, acknowledged)
	require.NoError(t, err)
	assert.Equal(t, day("2025-01-01"), r.Last)
}

// What is dead stays dead, and what may act is carried on.
func TestWhatTheLongStopKilled(t *testing.T) {
	claim := limitation.Claim{Kind: limitation.Partners, DueOn: day("2000-01-01")}
	alive := []limitation.Event{event(limitation.Acknowledgement, "2004-06-01"), event(limitation.Acknowledgement, "2009-03-01"), event(limitation.Acknowledgement, "2014-01-01"), event(limitation.Acknowledgement, "2018-06-01")}
	for _, kind := range []limitation.EventKind{limitation.EnforcementAct, limitation.Acknowledgement} {
		r, err := limitation.Of(claim, append(alive[:4:4], event(kind, "2022-06-01")))
		require.NoError(t, err)
		assert.Equal(t, limitation.AlreadyExpired, r.Steps[4].Effect)
		assert.Equal(t, day("2020-01-01"), r.Last)
	}
	r, err := limitation.Of(claim, append(alive[:4:4], event(limitation.EnforcementAct, "2020-01-01"), event(limitation.Acknowledgement, "2024-12-31")))
	require.NoError(t, err)
	assert.Equal(t, day("2029-12-31"), r.Last, "in time: the long stop is lifted")
	late := limitation.Claim{Kind: limitation.Trade, DueOn: day("2019-01-01"), BornOn: day("2000-01-01")}
	r, err = limitation.Of(late, nil)
	require.NoError(t, err)
	assert.Equal(t, day("2020-01-01"), r.Last, "a start put off by late knowledge")

	paid := []limitation.Event{event(limitation.PartPayment, "2019-01-01"), event(limitation.Acknowledgement, "2022-01-01")}
	r = of(t, limitation.Trade, "2015-01-01", paid...)
	assert.Equal(t, "2020-01-01 2027-01-01", r.Last.String()+" "+r.Possible.String(), "if the payment interrupted, so did what followed")
	r = of(t, limitation.Trade, "2015-01-01", paid[0], until(limitation.Mediation, "2019-06-01", "2019-12-01"))
	assert.Equal(t, "2020-07-02 2024-07-02", r.Last.String()+" "+r.Possible.String())
	r = of(t, limitation.ConsumerCredit, "2022-01-01", until(limitation.Mediation, "2023-01-01", "2023-12-01"))
	assert.Equal(t, "2024-01-01 2024-11-30", r.Last.String()+" "+r.Possible.String(), "a forfeiture is not suspended for sure")
	r = of(t, limitation.Trade, "2022-01-01", event(limitation.CourtClaim, "2023-01-01"), event(limitation.Reminder, "2023-06-01"), limitation.Event{Kind: limitation.CourtClaim, On: day("2023-07-01"), Lost: true})
	assert.Equal(t, []limitation.Effect{limitation.Pending, limitation.NotInterruptive, limitation.NothingLeft}, []limitation.Effect{r.Steps[0].Effect, r.Steps[1].Effect, r.Steps[2].Effect})
	other, err := limitation.Of(limitation.Claim{Kind: limitation.OtherLaw, DueOn: day("2020-02-29"), Agreed: procedure.Period{Years: 30}}, nil)
	require.NoError(t, err)
	assert.Equal(t, day("2050-02-28"), other.Last)
	_, err = limitation.Of(limitation.Claim{Kind: limitation.Trade, DueOn: day("9998-06-01")}, nil)
	require.Error(t, err)
}

// The order in which events are given does not matter, and no start lies after its end.
func TestTheOrderOfEventsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]limitation.Kind{limitation.Trade, limitation.Telecom, limitation.PublicDebtor, limitation.ConsumerCredit}).Draw(t, "kind")
		var events []limitation.Event
		for range rapid.IntRange(2, 5).Draw(t, "events") {
			on := receivables.AddDays(day("2019-01-01"), 40*rapid.IntRange(0, 25).Draw(t, "on"))
			k := rapid.SampledFrom([]limitation.EventKind{limitation.Mediation, limitation.Impossible, limitation.Acknowledgement, limitation.CourtClaim, limitation.PartPayment, limitation.Reminder}).Draw(t, "event")
			e := limitation.Event{Kind: k, On: on}
			if slices.Contains([]limitation.EventKind{limitation.Mediation, limitation.Impossible, limitation.CourtClaim}, k) {
				e.EndedOn = receivables.AddDays(on, rapid.IntRange(0, 300).Draw(t, "lasts"))
			}
			events = append(events, e)
		}
		claim := limitation.Claim{Kind: kind, DueOn: day("2018-06-30")}
		a, err := limitation.Of(claim, events)
		require.NoError(t, err)
		b, err := limitation.Of(claim, rapid.Permutation(events).Draw(t, "shuffled"))
		require.NoError(t, err)
		assert.Equal(t, a, b)
		assert.LessOrEqual(t, a.Starts, receivables.AddDays(a.Last, 1))
		if a.Possible != 0 {
			assert.Greater(t, a.Possible, a.Last)
		}
	})
}

func TestAgreedLengths(t *testing.T) {
	agreed := func(kind limitation.Kind, p procedure.Period) (limitation.Result, error) {
		return limitation.Of(limitation.Claim{Kind: kind, DueOn: day("2024-05-10"), Agreed: p}, nil)
	}
	r, err := agreed(limitation.Trade, procedure.Period{Years: 1})
	require.NoError(t, err)
	assert.Equal(t, day("2025-05-10"), r.Last)
	r, err = agreed(limitation.Trade, procedure.Period{Years: 10})
	require.NoError(t, err)
	assert.Equal(t, day("2034-05-10"), r.Last)
	for kind, p := range map[limitation.Kind]procedure.Period{
		limitation.Trade: {Months: 11}, limitation.Civil: {Years: 10, Months: 1}, limitation.Consumer: {Years: 3}, limitation.DwellingRent: {Years: 2}, limitation.Ship: {Days: 500},
	} {
		_, err := agreed(kind, p)
		require.Error(t, err, kind)
	}
}

func TestMonitor(t *testing.T) {
	claim := limitation.Claim{DueOn: day("2024-11-30")}
	w, err := limitation.Monitor(claim, limitation.KindsFor(procedure.Met, receivables.KindUnknown), []limitation.Event{event(limitation.Acknowledgement, "2026-12-01")}, day("2026-11-26"))
	require.NoError(t, err)
	assert.Equal(t, day("2026-11-30"), w.Last, "the shortest: a consumer's, and what comes later is not known yet")
	assert.Equal(t, 4, w.Left)
	assert.Equal(t, []limitation.Kind{limitation.Consumer, limitation.Civil, limitation.PublicDebtor, limitation.Trade}, limitation.KindsFor(procedure.Unknown, receivables.KindUnknown))
	assert.Equal(t, []limitation.Kind{limitation.Consumer, limitation.Civil}, limitation.KindsFor(procedure.Unknown, receivables.KindConsumer))
	assert.Equal(t, []limitation.Kind{limitation.Civil}, limitation.KindsFor(procedure.NotMet, receivables.KindConsumer))
	assert.Equal(t, limitation.Consumer, w.Candidates[0].Kind)
	assert.Equal(t, []limitation.Warning{{12, day("2025-11-30"), true}, {6, day("2026-05-30"), true}, {3, day("2026-08-30"), true}, {1, day("2026-10-30"), true}}, w.Warnings)
	assert.Contains(t, w.NotEnough[0].Text, "formal notice does not interrupt")
	w, err = limitation.Monitor(claim, []limitation.Kind{limitation.Trade}, []limitation.Event{until(limitation.CourtClaim, "2026-01-05", "2027-01-05")}, day("2026-11-26"))
	require.NoError(t, err)
	assert.Zero(t, w.Last, "the case is pending")
	for kind, want := range map[receivables.CustomerKind][]limitation.Kind{
		receivables.KindCompany: {limitation.Trade}, receivables.KindPublicBody: {limitation.PublicDebtor}, receivables.KindConsumer: {limitation.Consumer},
	} {
		assert.Equal(t, want, limitation.KindsFor(procedure.Met, kind))
	}
	_, err = limitation.Monitor(claim, nil, nil, day("2026-11-26"))
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
}

func TestWhatIsNoClaim(t *testing.T) {
	for _, c := range []struct {
		claim  limitation.Claim
		events []limitation.Event
	}{
		{limitation.Claim{Kind: "x", DueOn: day("2024-05-10")}, nil},
		{limitation.Claim{Kind: limitation.Trade}, nil},
		{limitation.Claim{Kind: limitation.Trade, DueOn: day("2024-05-10"), BornOn: day("2024-05-11")}, nil},
		{limitation.Claim{Kind: limitation.Trade, DueOn: day("2024-05-10")}, []limitation.Event{{Kind: "x", On: day("2024-05-10")}}},
		{limitation.Claim{Kind: limitation.Trade, DueOn: day("2024-05-10")}, []limitation.Event{{Kind: limitation.Mediation}}},
		{limitation.Claim{Kind: limitation.Trade, DueOn: day("2024-05-10")}, []limitation.Event{until(limitation.Mediation, "2025-02-01", "2025-01-31")}},
		{limitation.Claim{Kind: limitation.Trade, DueOn: day("2024-05-10")}, []limitation.Event{until(limitation.Acknowledgement, "2025-02-01", "2025-03-31")}},
		{limitation.Claim{Kind: limitation.Trade, DueOn: day("2024-05-10")}, []limitation.Event{{Kind: limitation.Mediation, On: day("2025-02-01"), Lost: true}}},
	} {
		_, err := limitation.Of(c.claim, c.events)
		require.Error(t, err, "%+v", c)
	}
	_, err := limitation.Of(limitation.Claim{Kind: limitation.Consumer, DueOn: day("2007-01-01")}, nil)
	require.ErrorIs(t, err, receivables.ErrNoCoverage)
}

// Whatever happened before, one more interruption never brings the last day forward.
func TestAnInterruptionNeverBringsLimitationForward(t *testing.T) {
	kinds := slices.DeleteFunc(limitation.Kinds(), func(k limitation.Kind) bool { return k == limitation.OtherLaw })
	all := []limitation.EventKind{
		limitation.Acknowledgement, limitation.CourtClaim, limitation.ConservatoryMeasure, limitation.EnforcementAct, limitation.OrderService, limitation.PartPayment,
		limitation.FormalNotice, limitation.OrderRequest, limitation.Mediation, limitation.Inquiry, limitation.Impossible, limitation.OverIndebtedness,
	}
	rapid.Check(t, func(t *rapid.T) {
		claim := limitation.Claim{Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), DueOn: receivables.AddDays(day("2016-07-01"), rapid.IntRange(0, 3000).Draw(t, "due"))}
		draw := func() limitation.Event {
			e := limitation.Event{Kind: rapid.SampledFrom(all).Draw(t, "event"), On: receivables.AddDays(claim.DueOn, rapid.IntRange(1, 4000).Draw(t, "on"))}
			if slices.Contains([]limitation.EventKind{limitation.CourtClaim, limitation.Mediation, limitation.Inquiry, limitation.Impossible}, e.Kind) {
				e.EndedOn = receivables.AddDays(e.On, rapid.IntRange(0, 900).Draw(t, "lasts"))
			}
			return e
		}
		var events []limitation.Event
		for range rapid.IntRange(0, 4).Draw(t, "events") {
			events = append(events, draw())
		}
		before, err := limitation.Of(claim, events)
		require.NoError(t, err)
		after, err := limitation.Of(claim, append(events, draw()))
		require.NoError(t, err)
		assert.GreaterOrEqual(t, after.Last, before.Last, "%+v", after)
		assert.GreaterOrEqual(t, before.Uncapped, before.Last)
		assert.GreaterOrEqual(t, before.Last, min(before.Plain, max(before.LongStop, before.Last)))
	})
}
