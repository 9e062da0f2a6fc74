package receivables_test

import (
	"fmt"
	"iter"
	"slices"
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables"
)

// history draws a random ledger history: facts with random effective and known
// days, on three customers and two currencies.
type history struct {
	facts []receivables.Fact
	first date.Date
}

func (h *history) day(t *rapid.T, label string) date.Date {
	return receivables.AddDays(h.first, rapid.IntRange(0, 120).Draw(t, label))
}

// known is the effective day or some days on either side.
func known(t *rapid.T, on date.Date) date.Date {
	return receivables.AddDays(on, rapid.SampledFrom([]int{0, 0, 0, 1, 10, 45, -3}).Draw(t, "known"))
}

func drawHistory(t *rapid.T) *history {
	h := &history{first: day("2026-01-01")}
	customer := rapid.SampledFrom([]string{"C1", "C2", "C3"})
	currency := rapid.SampledFrom([]string{"EUR", "JPY"})
	money := func(c string) receivables.Money {
		n := decimal.New(rapid.Int64Range(1, 100_000).Draw(t, "units"), -int32(receivables.MustCurrency(c).MinorUnits()))
		m, err := receivables.NewMoney(n, receivables.MustCurrency(c))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	l := &receivables.Ledger{}
	var debits, credits, all, holds []string
	amounts := map[string]receivables.Money{}
	record := func(f receivables.Fact) bool {
		if l.Record(f) != nil {
			return false // over-allocated and the like: not part of the history
		}
		h.facts = append(h.facts, f)
		return true
	}
	for i := range rapid.IntRange(1, 30).Draw(t, "facts") {
		id := fmt.Sprintf("X%d", i)
		on := h.day(t, "on")
		switch rapid.IntRange(0, 10).Draw(t, "what") {
		case 0, 1:
			m := money(currency.Draw(t, "currency"))
			f := receivables.Invoice{ID: id, Customer: customer.Draw(t, "customer"), IssuedOn: on, KnownOn: known(t, on), Amount: m}
			if rapid.Bool().Draw(t, "instalments") {
				parts, err := m.SplitShares(decimal.New(5, -1), decimal.New(5, -1))
				if err != nil {
					continue
				}
				for k, p := range parts {
					f.Instalments = append(f.Instalments, receivables.Instalment{DueOn: receivables.AddDays(on, 40-30*k), Amount: p})
				}
			} else if rapid.Bool().Draw(t, "dated") {
				f.DueOn = receivables.AddDays(on, 30)
			}
			if record(f) {
				debits, amounts[id], all = append(debits, id), m, append(all, id)
			}
		case 2, 3:
			m := money(currency.Draw(t, "currency"))
			var f receivables.Fact = receivables.Payment{ID: id, Customer: customer.Draw(t, "customer"), ReceivedOn: on, KnownOn: known(t, on), Amount: m}
			if rapid.Bool().Draw(t, "note") {
				f = receivables.CreditNote{ID: id, Customer: customer.Draw(t, "customer"), IssuedOn: on, KnownOn: known(t, on), Amount: m}
			}
			if record(f) {
				credits, amounts[id], all = append(credits, id), m, append(all, id)
			}
		case 4, 5, 6:
			if len(debits) == 0 || len(credits) == 0 {
				continue
			}
			to, from := rapid.SampledFrom(debits).Draw(t, "to"), rapid.SampledFrom(credits).Draw(t, "from")
			f := receivables.Allocation{ID: id, From: from, To: to, Amount: money(amounts[to].Currency().Code()), On: on, KnownOn: known(t, on)}
			f.Instalment = rapid.IntRange(0, 2).Draw(t, "instalment")
			if amounts[from].Currency() != amounts[to].Currency() {
				f.Taken = money(amounts[from].Currency().Code())
			}
			if record(f) {
				all = append(all, id)
			}
		case 7:
			if len(all) == 0 {
				continue
			}
			of := rapid.SampledFrom(all).Draw(t, "of")
			if m, ok := amounts[of]; ok && record(receivables.WriteOff{ID: id, Document: of, Amount: money(m.Currency().Code()), On: on, KnownOn: known(t, on)}) {
				all = append(all, id)
			}
		case 8:
			if len(all) > 0 {
				record(receivables.Reversal{Of: rapid.SampledFrom(all).Draw(t, "of"), On: on, KnownOn: known(t, on)})
			}
		case 9:
			f := receivables.Hold{ID: id, From: on, KnownOn: known(t, on), Kind: receivables.HoldKind(rapid.IntRange(0, 3).Draw(t, "kind"))}
			if rapid.Bool().Draw(t, "until") {
				f.Until = receivables.AddDays(on, rapid.IntRange(0, 40).Draw(t, "days"))
			}
			if len(debits) == 0 || rapid.Bool().Draw(t, "of a customer") {
				f.Scope.Customer = customer.Draw(t, "customer")
			} else {
				f.Scope.Document = rapid.SampledFrom(debits).Draw(t, "document")
				f.Scope.Instalment = rapid.IntRange(0, 2).Draw(t, "instalment")
				if rapid.Bool().Draw(t, "amount") {
					f.Scope.Amount = money(amounts[f.Scope.Document].Currency().Code())
				}
			}
			if record(f) {
				holds = append(holds, id)
			}
		case 10:
			if len(holds) > 0 {
				record(receivables.Closure{Of: rapid.SampledFrom(holds).Draw(t, "of"), On: on, KnownOn: known(t, on)})
			}
		}
	}
	return h
}

// items writes the open items of a day in a form that can be compared.
func items(l *receivables.Ledger, asOf, knownOn date.Date) []string {
	var list []string
	for i := range l.OpenItems(asOf, knownOn) {
		list = append(list, fmt.Sprint(i.Document, "#", i.Instalment, " ", i.Customer, " ", i.Open, " ", i.DueOn, " ", i.Disputed))
	}
	slices.Sort(list)
	return list
}

// Open items add up to the sum of the facts, for every customer and currency, on
// every day, as known on every day.
func TestOpenItemsAreConserved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t)
		l, err := receivables.NewLedger(h.facts...)
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			if err := l.CheckConservation(h.day(t, "as of"), h.day(t, "known on")); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// The order in which facts are recorded does not matter, nor whether they come
// in one call or in several.
func TestTheOrderOfRecordingDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t)
		straight, err := receivables.NewLedger(h.facts...)
		if err != nil {
			t.Fatal(err)
		}
		shuffled, err := receivables.NewLedger(rapid.Permutation(h.facts).Draw(t, "order")...)
		if err != nil {
			t.Fatal(err)
		}
		single := &receivables.Ledger{}
		for _, f := range h.facts {
			if err := single.Record(f); err != nil {
				t.Fatal(err)
			}
		}
		asOf, knownOn := h.day(t, "as of"), h.day(t, "known on")
		assert.Equal(t, items(straight, asOf, knownOn), items(shuffled, asOf, knownOn))
		assert.Equal(t, items(straight, asOf, knownOn), items(single, asOf, knownOn))
	})
}

// A report of the past does not change when something is learned later.
func TestThePastDoesNotChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t)
		asOf, knownOn := h.day(t, "as of"), h.day(t, "known on")
		l := &receivables.Ledger{}
		var before []string
		for i, f := range h.facts {
			before = items(l, asOf, knownOn)
			if err := l.Record(f); err != nil {
				t.Fatal(err)
			}
			if knownOf(f) > knownOn {
				assert.Equal(t, before, items(l, asOf, knownOn), "facts[%d] %#v", i, f)
			}
		}
	})
}

// knownOf returns the day on which a fact became known.
func knownOf(f receivables.Fact) date.Date {
	switch f := f.(type) {
	case receivables.Invoice:
		return f.KnownOn
	case receivables.CreditNote:
		return f.KnownOn
	case receivables.Payment:
		return f.KnownOn
	case receivables.Allocation:
		return f.KnownOn
	case receivables.WriteOff:
		return f.KnownOn
	case receivables.Reversal:
		return f.KnownOn
	case receivables.Hold:
		return f.KnownOn
	case receivables.Closure:
		return f.KnownOn
	}
	return 0
}

// The changes of a timeline up to a day give the open items of that day, as known on a
// fixed day or, without one, as known on the day itself.
func TestTimelinesGiveTheOpenItemsOfEveryDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t)
		l, err := receivables.NewLedger(h.facts...)
		if err != nil {
			t.Fatal(err)
		}
		end := receivables.AddDays(h.first, 170)
		for range 3 {
			asOf, knownOn := h.day(t, "as of"), h.day(t, "known on")
			assert.Equal(t, items(l, asOf, knownOn), itemsOf(l.Timelines(end, knownOn), asOf), "as known on %s", knownOn)
			assert.Equal(t, items(l, asOf, asOf), itemsOf(l.Timelines(end, 0), asOf), "as known then")
			assert.Equal(t, items(l, asOf, asOf), itemsOf(l.Timelines(asOf, 0), asOf), "not further than the day")
		}
	})
}

// itemsOf writes what timelines say of a day in the form of items.
func itemsOf(timelines iter.Seq[receivables.Timeline], asOf date.Date) []string {
	var list []string
	for line := range timelines {
		i := line.Item
		i.Open = receivables.Zero(i.Original.Currency())
		for _, c := range line.Changes {
			if c.On <= asOf {
				i.Open = i.Open.AddAmount(c.Amount.Amount())
			}
		}
		disputed := decimal.Zero
		for _, c := range line.Holds {
			if c.On <= asOf && c.Hold.Kind == receivables.HoldDispute {
				disputed = disputed.Add(c.Amount.Amount())
			}
		}
		if !disputed.IsZero() {
			i.Disputed = receivables.Zero(i.Original.Currency()).AddAmount(disputed)
		}
		if !i.Open.IsZero() {
			list = append(list, fmt.Sprint(i.Document, "#", i.Instalment, " ", i.Customer, " ", i.Open, " ", i.DueOn, " ", i.Disputed))
		}
	}
	slices.Sort(list)
	return list
}
