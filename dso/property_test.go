package dso_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/dso"
)

var firstDay = day("2025-11-15")

// lastDrawn is after every drawn day.
var lastDrawn = receivables.AddDays(firstDay, 260)

// drawLedger draws facts of all kinds on three customers in euro.
func drawLedger(t *rapid.T) *receivables.Ledger {
	l := &receivables.Ledger{}
	on := func() date.Date { return receivables.AddDays(firstDay, rapid.IntRange(0, 200).Draw(t, "day")) }
	known := func(d date.Date) date.Date {
		return receivables.AddDays(d, rapid.SampledFrom([]int{0, 0, 0, 1, 40}).Draw(t, "known"))
	}
	money := func() receivables.Money {
		return receivables.Zero(receivables.MustCurrency("EUR")).AddAmount(decimal.New(rapid.Int64Range(1, 100_000).Draw(t, "cents"), -2))
	}
	customer := rapid.SampledFrom([]string{"C1", "C2", "C3"})
	var debits, credits, all []string
	record := func(f receivables.Fact, id string, to ...*[]string) {
		if l.Record(f) == nil { // what is impossible is not part of the ledger
			for _, list := range to {
				*list = append(*list, id)
			}
		}
	}
	for i := range rapid.IntRange(1, 40).Draw(t, "facts") {
		id, d := fmt.Sprintf("X%d", i), on()
		switch rapid.IntRange(0, 9).Draw(t, "what") {
		case 0, 1, 2:
			f := receivables.Invoice{ID: id, Customer: customer.Draw(t, "customer"), IssuedOn: d, KnownOn: known(d), Amount: money()}
			switch rapid.IntRange(0, 3).Draw(t, "due") {
			case 0:
			case 1:
				half, err := f.Amount.SplitShares(decimal.New(5, -1), decimal.New(5, -1))
				if err == nil {
					f.Instalments = []receivables.Instalment{{DueOn: receivables.AddDays(d, 60), Amount: half[0]}, {DueOn: receivables.AddDays(d, 30), Amount: half[1]}}
				}
			default:
				f.DueOn = receivables.AddDays(d, rapid.SampledFrom([]int{0, 30, 45}).Draw(t, "terms"))
			}
			record(f, id, &debits, &all)
		case 3:
			f := receivables.CreditNote{ID: id, Customer: customer.Draw(t, "customer"), IssuedOn: d, KnownOn: known(d), Amount: money()}
			if len(debits) > 0 && rapid.Bool().Draw(t, "corrects") {
				f.Corrects = rapid.SampledFrom(debits).Draw(t, "of")
			}
			record(f, id, &credits, &all)
		case 4, 5:
			record(receivables.Payment{ID: id, Customer: customer.Draw(t, "customer"), ReceivedOn: d, KnownOn: known(d), Amount: money()}, id, &credits, &all)
		case 6, 7:
			if len(debits) > 0 && len(credits) > 0 {
				record(receivables.Allocation{
					ID: id, From: rapid.SampledFrom(credits).Draw(t, "from"), To: rapid.SampledFrom(debits).Draw(t, "to"),
					Amount: money(), On: d, KnownOn: known(d),
				}, id, &all)
			}
		case 8:
			if len(debits) > 0 && rapid.Bool().Draw(t, "write-off") {
				record(receivables.WriteOff{ID: id, Document: rapid.SampledFrom(debits).Draw(t, "of"), Amount: money(), On: d, KnownOn: known(d)}, id, &all)
			} else if len(debits) > 0 {
				record(receivables.Hold{
					ID: id, Kind: receivables.HoldKind(rapid.IntRange(0, 3).Draw(t, "kind")), Scope: receivables.Scope{Document: rapid.SampledFrom(debits).Draw(t, "of")},
					From: d, KnownOn: known(d), Until: receivables.AddDays(d, rapid.IntRange(1, 90).Draw(t, "until")),
				}, id)
			}
		case 9:
			if len(all) > 0 {
				record(receivables.Reversal{Of: rapid.SampledFrom(all).Draw(t, "of"), On: d, KnownOn: known(d)}, id)
			}
		}
	}
	return l
}

// amounts writes the amounts of a view.
func amounts(v dso.View) []string {
	w := dso.LastDays(v.AsOf(), 90)
	return []string{
		v.Receivables().Text(), v.NotDue().Text(), v.Overdue().Text(), v.OverdueBeyond(30).Text(), v.Undated().Text(), v.Disputed().Text(),
		v.DisputedOverdue().Text(), v.Unapplied().Text(), v.Sales(w).Text(), v.Collected(w).Text(), v.WrittenOff(w).Text(),
	}
}

// naive computes the same from open items and entries of the ledger, one by one.
func naive(l *receivables.Ledger, asOf, knownOn date.Date) []string {
	zero := receivables.Zero(receivables.MustCurrency("EUR"))
	var total, notDue, overdue, over30, undated, disputed, disputedOverdue, unapplied, sales, collected, lost decimal.Decimal
	for i := range l.OpenItems(asOf, knownOn) {
		open, held := i.Open.Amount(), i.Disputed.Amount()
		total = total.Add(open)
		if i.Kind != receivables.KindInvoice {
			unapplied = unapplied.Add(open)
			continue
		}
		disputed = disputed.Add(held)
		switch late := receivables.DaysBetween(i.DueOn, asOf); {
		case i.DueOn == 0:
			undated = undated.Add(open)
		case late <= 0:
			notDue = notDue.Add(open)
		default:
			overdue = overdue.Add(open)
			disputedOverdue = disputedOverdue.Add(held)
			if late > 30 {
				over30 = over30.Add(open)
			}
		}
	}
	w := dso.LastDays(asOf, 90)
	in := func(d date.Date) bool { return d >= w.First && d <= w.Last }
	issued, corrects := map[string]date.Date{}, map[string]string{}
	for f := range l.Facts() {
		switch f := f.(type) {
		case receivables.Invoice:
			issued[f.ID] = f.IssuedOn
		case receivables.CreditNote:
			corrects[f.ID] = f.Corrects
		}
	}
	for e := range l.Entries(asOf, knownOn) {
		switch e.Kind {
		case receivables.EntryBilled:
			if in(e.On) {
				sales = sales.Add(e.Amount.Amount())
			}
		case receivables.EntryCredited:
			on := e.On
			if d, ok := issued[corrects[e.Document]]; ok {
				on = d
			}
			if in(on) {
				sales = sales.Add(e.Amount.Amount())
			}
		case receivables.EntryCollected:
			if in(e.On) {
				collected = collected.Sub(e.Amount.Amount())
			}
		case receivables.EntryWrittenOff:
			if in(e.On) {
				lost = lost.Sub(e.Amount.Amount())
			}
		case receivables.EntryRefunded, receivables.EntryAllocated:
		}
	}
	var list []string
	for _, d := range []decimal.Decimal{total, notDue, overdue, over30, undated, disputed, disputedOverdue, unapplied, sales, collected, lost} {
		list = append(list, zero.AddAmount(d).Text())
	}
	return list
}

func lineOf(r *dso.Result) dso.Line {
	line, _ := r.Line(receivables.MustCurrency("EUR"))
	return line
}

func at(t *rapid.T, line dso.Line, asOf date.Date) dso.View {
	v, err := line.At(asOf)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// A view of any day is what the ledger says of that day: as known on a fixed day, and as
// known then. Slice, shards in any order and totals of customers agree with it.
func TestViewsAgreeWithTheLedgerHoweverTheyAreMade(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLedger(t)
		asOf := receivables.AddDays(firstDay, rapid.IntRange(0, 250).Draw(t, "as of"))
		knownOn := receivables.AddDays(firstDay, rapid.IntRange(0, 250).Draw(t, "known on"))
		for name, known := range map[string]date.Date{"fixed": knownOn, "then": 0} {
			timelines := slices.Collect(l.Timelines(lastDrawn, known))
			whole, err := dso.New(dso.Config{})
			if err != nil {
				t.Fatal(err)
			}
			if err := whole.AddSeq(sequence(timelines)); err != nil {
				t.Fatal(err)
			}
			byCustomer, _ := dso.New(dso.Config{}, dso.GroupBy(receivables.ByCustomer()))
			shards := []*dso.Accumulator{nil, nil, nil}
			for i := range shards {
				shards[i], _ = dso.New(dso.Config{})
			}
			for _, tl := range rapid.Permutation(timelines).Draw(t, "order") {
				if err := shards[rapid.IntRange(0, 2).Draw(t, "shard")].Add(tl); err != nil {
					t.Fatal(err)
				}
				if err := byCustomer.Add(tl); err != nil {
					t.Fatal(err)
				}
			}
			for _, s := range shards[1:] {
				if err := shards[0].Merge(s); err != nil {
					t.Fatal(err)
				}
			}
			knowledge := known
			if known == 0 {
				knowledge = asOf
			}
			want := naive(l, asOf, knowledge)
			if len(timelines) == 0 {
				continue
			}
			for how, r := range map[string]*dso.Result{"whole": whole.Result(), "shards": shards[0].Result(), "customers": byCustomer.Result()} {
				v := at(t, lineOf(r), asOf)
				assert.Equal(t, want, amounts(v), "%s, as known %s", how, name)
			}
			a, b := at(t, lineOf(whole.Result()), asOf), at(t, lineOf(shards[0].Result()), asOf)
			w := dso.LastMonths(asOf, 3)
			assert.Equal(t, a.Payments(w), b.Payments(w))
			assert.Equal(t, a.CountBackDays(dso.CountBack{}), b.CountBackDays(dso.CountBack{}))
			assert.Equal(t, a.Disputes(), b.Disputes())
		}
	})
}

// How what was paid was paid is what the histories of the ledger say, line by line; flows add
// up to the change of the balance.
func TestPaymentsAndFlowsAgreeWithTheLedger(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLedger(t)
		asOf := receivables.AddDays(firstDay, rapid.IntRange(0, 250).Draw(t, "as of"))
		r, err := dso.FromLedger(l, asOf, asOf, dso.Config{})
		if err != nil {
			t.Fatal(err)
		}
		line, ok := r.Line(receivables.MustCurrency("EUR"))
		if !ok {
			return
		}
		v, w := at(t, line, asOf), dso.LastDays(asOf, rapid.IntRange(1, 300).Draw(t, "window"))
		var lines []dso.PaymentLine
		undated := 0
		for h := range l.Histories(asOf, asOf) {
			for _, x := range h.Reductions {
				if x.Kind != receivables.EntryCollected || x.On < w.First || x.On > w.Last {
					continue
				}
				if h.DueOn == 0 {
					undated++
				}
				lines = append(lines, dso.PaymentLine{Amount: x.Amount.Amount(), Issued: h.IssuedOn, Due: h.DueOn, PaidOn: x.On})
			}
		}
		want, got := dso.PaymentsOf(lines), v.Payments(w)
		assert.Equal(t, want.Lines, got.Lines)
		assert.Equal(t, undated, got.Undated)
		for i, pair := range [][2]dso.Measure{
			{want.DaysToPay, got.DaysToPay},
			{want.DaysToPaySimple, got.DaysToPaySimple},
			{want.Terms, got.Terms},
			{want.BeyondTerms, got.BeyondTerms},
			{want.BeyondTermsLate, got.BeyondTermsLate},
			{want.BeyondTermsSimple, got.BeyondTermsSimple},
			{want.LatenessSimple, got.LatenessSimple},
			{want.OnTime, got.OnTime},
			{want.UpTo10, got.UpTo10},
			{want.UpTo30, got.UpTo30},
			{want.Over30, got.Over30},
		} {
			assert.Equal(t, pair[0].Figure.String(), pair[1].Figure.String(), i)
		}
		before := at(t, line, receivables.AddDays(w.First, -1))
		f := v.Booked(w)
		closing := before.Receivables().AddAmount(f.Sales.Amount()).AddAmount(f.Collected.Amount().Neg()).
			AddAmount(f.WrittenOff.Amount().Neg()).AddAmount(f.Refunded.Amount())
		assert.Equal(t, v.Receivables().Text(), closing.Text())
	})
}

// value returns a figure, or false.
func value(m dso.Measure) (decimal.Decimal, bool) { return m.Value() }

// near reports whether two figures agree but for the last digits of a division.
func near(a, b decimal.Decimal) bool {
	return a.Sub(b).Abs().LessThan(decimal.New(1, -9))
}

// Parts add up to the total; best possible + delinquent = DSO; days beyond terms = days to
// pay - terms; shares of lines add up to 1; the DSO of customers, weighted by sales, is that
// of the whole.
func TestWhatAddsUpAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLedger(t)
		asOf := receivables.AddDays(firstDay, rapid.IntRange(0, 250).Draw(t, "as of"))
		r, err := dso.FromLedger(l, asOf, asOf, dso.Config{}, dso.GroupBy(receivables.ByCustomer()))
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := r.Line(receivables.MustCurrency("EUR")); !ok {
			return // nothing yet
		}
		v, w := at(t, lineOf(r), asOf), dso.LastDays(asOf, 90)
		parts := v.Parts()
		sum := parts.NotDue.AddAmount(parts.Overdue.Amount()).AddAmount(parts.Disputed.Amount()).AddAmount(parts.Undated.Amount()).AddAmount(parts.Unapplied.Amount())
		assert.Equal(t, v.Receivables().Text(), sum.Text())
		check := func(d dso.Decomposition) {
			total, ok := value(d.Total)
			sum := decimal.Zero
			for _, p := range []dso.Measure{d.NotDue, d.Overdue, d.Disputed, d.Undated, d.Unbilled, d.Unapplied} {
				x, defined := value(p)
				if defined != ok {
					return // parts that net to zero or less cannot be divided by
				}
				sum = sum.Add(x)
			}
			assert.True(t, near(sum, total), "%s %s", sum, total)
		}
		check(v.Decompose(w, receivables.Money{}))
		check(v.DecomposeCountBack(dso.CountBack{}, dso.SplitByAmount))
		if total, ok := value(v.DSO(w)); ok {
			best, _ := value(v.BestPossible(w))
			late, _ := value(v.AverageDaysDelinquent(w))
			assert.True(t, near(best.Add(late), total))
			weighted, sales := decimal.Zero, decimal.Zero
			all := true
			for line := range r.Lines() {
				c := at(t, line, asOf)
				x, ok := value(c.DSO(w))
				if !ok {
					all = all && c.Sales(w).IsZero() && c.Receivables().IsZero()
					continue
				}
				weighted, sales = weighted.Add(x.Mul(c.Sales(w).Amount())), sales.Add(c.Sales(w).Amount())
			}
			if all {
				assert.True(t, near(weighted.DivRound(sales, 20), total), "%s %s", weighted.DivRound(sales, 20), total)
			}
		}
		p := v.Payments(dso.LastMonths(asOf, 9))
		if beyond, ok := value(p.BeyondTerms); ok {
			days, _ := value(p.DaysToPay)
			terms, _ := value(p.Terms)
			assert.True(t, near(days.Sub(terms), beyond))
			late, _ := value(p.BeyondTermsLate)
			assert.True(t, late.GreaterThanOrEqual(beyond.Sub(decimal.New(1, -9))))
			shares := decimal.Zero
			for _, m := range []dso.Measure{p.OnTime, p.UpTo10, p.UpTo30, p.Over30} {
				x, _ := value(m)
				shares = shares.Add(x)
			}
			assert.True(t, near(shares, decimal.NewFromInt(1)))
		}
	})
}

// Amounts multiplied by a constant leave every quotient as it is.
func TestScalingAmountsLeavesIndicators(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLedger(t)
		asOf := receivables.AddDays(firstDay, rapid.IntRange(0, 250).Draw(t, "as of"))
		factor := decimal.NewFromInt(rapid.Int64Range(2, 1_000_000_000).Draw(t, "factor"))
		scaled := func(m receivables.Money) receivables.Money {
			return receivables.Zero(m.Currency()).AddAmount(m.Amount().Mul(factor))
		}
		plain, _ := dso.New(dso.Config{})
		large, _ := dso.New(dso.Config{})
		for tl := range l.Timelines(asOf, asOf) {
			if err := plain.Add(tl); err != nil {
				t.Fatal(err)
			}
			tl.Item.Original = scaled(tl.Item.Original)
			tl.Changes, tl.Holds = slices.Clone(tl.Changes), slices.Clone(tl.Holds)
			for i := range tl.Changes {
				tl.Changes[i].Amount = scaled(tl.Changes[i].Amount)
			}
			for i := range tl.Holds {
				tl.Holds[i].Amount = scaled(tl.Holds[i].Amount)
			}
			if err := large.Add(tl); err != nil {
				t.Fatal(err)
			}
		}
		if _, ok := plain.Result().Line(receivables.MustCurrency("EUR")); !ok {
			return // nothing yet
		}
		a, b := at(t, lineOf(plain.Result()), asOf), at(t, lineOf(large.Result()), asOf)
		w := dso.LastMonths(asOf, 6)
		weightedA, _ := a.SalesWeighted(30)
		weightedB, _ := b.SalesWeighted(30)
		for i, pair := range [][2]dso.Measure{
			{a.DSO(w), b.DSO(w)},
			{a.AverageBalanceDSO(w), b.AverageBalanceDSO(w)},
			{a.CountBackMonths(dso.CountBack{}), b.CountBackMonths(dso.CountBack{})},
			{a.CountBackDays(dso.CountBack{}), b.CountBackDays(dso.CountBack{})},
			{weightedA, weightedB},
			{a.TrueInvoice(), b.TrueInvoice()},
			{a.AgeOfOpen(), b.AgeOfOpen()},
			{a.CEI(dso.MethodCEIMonthly, w), b.CEI(dso.MethodCEIMonthly, w)},
			{a.PercentCurrent(), b.PercentCurrent()},
			{a.PercentOverdue(90), b.PercentOverdue(90)},
			{a.Disputes().AgeByAmount, b.Disputes().AgeByAmount},
			{a.Payments(w).BeyondTerms, b.Payments(w).BeyondTerms},
			{a.Payments(w).Blended.DaysToPay, b.Payments(w).Blended.DaysToPay},
			{a.BadDebtRatio(w), b.BadDebtRatio(w)},
			{a.Turnover(dso.MethodTurnoverMean, w).Days, b.Turnover(dso.MethodTurnoverMean, w).Days},
		} {
			assert.Equal(t, pair[0].Status(), pair[1].Status(), i)
			x, _ := value(pair[0])
			y, _ := value(pair[1])
			assert.True(t, near(x, y), "%d: %s %s", i, x, y)
		}
	})
}

// Count-back is the balance method when sales are constant and the balance lies within the
// window; it grows with the balance; more history never shortens it.
func TestCountBackAgainstTheBalanceMethod(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 24).Draw(t, "months")
		sales := rapid.Int64Range(1, 1_000_000).Draw(t, "sales of a month")
		owed := rapid.Int64Range(0, sales*int64(n)).Draw(t, "owed")
		amount := func(n int64) dso.Amount {
			return dso.Including(receivables.Zero(receivables.MustCurrency("EUR")).AddAmount(decimal.New(n, -2)))
		}
		list := slices.Repeat([]dso.MonthSales{{Sales: amount(sales), Days: 30}}, n)
		back, _ := value(dso.CountBackMonths(amount(owed), list, dso.CountBack{}))
		simple, _ := value(dso.ByBalance(amount(owed), amount(sales*int64(n)), 30*n))
		assert.True(t, near(back, simple), "%s %s", back, simple)

		var random []dso.MonthSales
		for range n {
			random = append(random, dso.MonthSales{Sales: amount(rapid.Int64Range(-1000, 10_000).Draw(t, "sales")), Days: rapid.IntRange(1, 31).Draw(t, "days")})
		}
		less, more := owed, owed+rapid.Int64Range(0, 100_000).Draw(t, "more")
		a, _ := value(dso.CountBackMonths(amount(less), random, dso.CountBack{}))
		b, _ := value(dso.CountBackMonths(amount(more), random, dso.CountBack{}))
		assert.True(t, a.LessThanOrEqual(b), "%s of %d, %s of %d", a, less, b, more)
		shorter := dso.CountBackMonths(amount(more), random[:n-1], dso.CountBack{})
		if x, ok := value(shorter); ok {
			assert.True(t, x.LessThanOrEqual(b))
		}
	})
}

// Whatever the ledger, no figure is a value where its denominator is not above zero, and
// nothing panics.
func TestNoIndicatorInventsAValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLedger(t)
		asOf := receivables.AddDays(firstDay, rapid.IntRange(-30, 250).Draw(t, "as of"))
		r, err := dso.FromLedger(l, asOf, 0, dso.Config{}, dso.GroupBy(receivables.ByCustomer()))
		if err != nil {
			t.Fatal(err)
		}
		for line := range r.Lines() {
			v, w := at(t, line, asOf), dso.LastDays(asOf, rapid.IntRange(-3, 400).Draw(t, "window"))
			_, defined := value(v.DSO(w))
			assert.Equal(t, w.Days > 0 && v.Sales(w).Sign() > 0, defined)
			_, defined = value(v.PercentCurrent())
			assert.Equal(t, v.Debits().Sign() > 0, defined)
			p := v.Payments(w)
			_, defined = value(p.DaysToPaySimple)
			assert.Equal(t, w.Days > 0 && p.Lines > 0, defined)
			_, defined = value(v.CountBackMonths(dso.CountBack{NoSales: dso.StopAtNoSales}))
			if v.Receivables().Sign() <= 0 {
				assert.True(t, defined)
			}
		}
	})
}
