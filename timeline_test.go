package receivables_test

import (
	"slices"
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
)

func TestATimelineSaysWhatChangedAndForWhichDay(t *testing.T) {
	eur := func(s string) receivables.Money { return receivables.MustMoney(s, "EUR") }
	l, err := receivables.NewLedger(
		receivables.Invoice{ID: "F", Customer: "C", IssuedOn: day("2026-01-10"), Amount: eur("100.00"), Instalments: []receivables.Instalment{
			{DueOn: day("2026-02-28"), Amount: eur("60.00")}, {DueOn: day("2026-01-31"), Amount: eur("40.00")},
		}},
		receivables.Payment{ID: "P", Customer: "C", ReceivedOn: day("2026-02-03"), Amount: eur("50.00")},
		receivables.Allocation{ID: "A", From: "P", To: "F", Amount: eur("50.00"), On: day("2026-02-05")},
		receivables.CreditNote{ID: "N", Customer: "C", IssuedOn: day("2026-03-01"), Amount: eur("5.00"), Corrects: "F"},
		receivables.WriteOff{Document: "F", Instalment: 2, Amount: eur("1.00"), On: day("2026-03-02"), Reason: receivables.WriteOffDifference},
		receivables.Reversal{Of: "P", On: day("2026-03-10")}, // the cheque came back
		receivables.Hold{ID: "L", Scope: receivables.Scope{Document: "F", Amount: eur("45.00")}, From: day("2026-02-04"), Until: day("2026-02-20")},
	)
	require.NoError(t, err)
	all := slices.Collect(l.Timelines(day("2026-03-31"), day("2026-03-31")))
	require.Len(t, all, 4)
	first, second, payment, note := all[0], all[1], all[2], all[3]
	assert.Equal(t, []int{1, 2}, []int{first.Item.Instalment, second.Item.Instalment})
	assert.Equal(t, day("2026-01-31"), first.Item.DueOn, "instalments by due date")
	assert.Equal(t, "40.00", first.Item.Open.Text())

	allocated := receivables.Change{On: day("2026-02-05"), For: day("2026-02-03"), Kind: receivables.EntryAllocated, Source: receivables.KindPayment, Amount: eur("-40.00")}
	undone := allocated
	undone.On, undone.Amount = day("2026-03-10"), eur("40.00")
	assert.Equal(t, []receivables.Change{
		{On: day("2026-01-10"), For: day("2026-01-10"), Kind: receivables.EntryBilled, Amount: eur("40.00")}, allocated, undone,
	}, first.Changes)
	assert.Equal(t, []string{"60.00", "-10.00", "-1.00", "10.00"}, changes(second))
	assert.Equal(t, receivables.WriteOffDifference, second.Changes[2].WriteOff)
	assert.Equal(t, []string{"-50.00", "50.00", "50.00", "-50.00"}, changes(payment), "received, matched, taken back: the document and its use")
	assert.Equal(t, receivables.EntryCollected, payment.Changes[2].Kind, "the payment itself ceases to count")
	assert.Equal(t, day("2026-01-10"), note.Changes[0].For, "it counts for the month of the invoice")
	assert.Equal(t, day("2026-03-01"), note.Changes[0].On)

	// in dispute: 40 and 5; from 5 February on, when 40 of the first instalment are paid, 45 of the second
	held := func(t receivables.Timeline) []string {
		var list []string
		for _, h := range t.Holds {
			list = append(list, h.On.String()+" "+h.Amount.Text())
		}
		return list
	}
	assert.Equal(t, []string{"2026-02-04 40.00", "2026-02-05 -40.00"}, held(first))
	assert.Equal(t, []string{"2026-02-04 5.00", "2026-02-05 -5.00", "2026-02-05 45.00", "2026-02-20 -45.00"}, held(second))
}

func changes(t receivables.Timeline) []string {
	var list []string
	for _, c := range t.Changes {
		list = append(list, c.Amount.Text())
	}
	return list
}

func TestTimelinesStopAtTheirDay(t *testing.T) {
	l, err := receivables.NewLedger(
		receivables.Invoice{ID: "F", Customer: "C", IssuedOn: day("2026-01-10"), KnownOn: day("2026-01-20"), DueOn: day("2026-02-09"), Amount: receivables.MustMoney("10", "EUR")},
		receivables.WriteOff{Document: "F", Amount: receivables.MustMoney("10", "EUR"), On: day("2026-02-10")},
	)
	require.NoError(t, err)
	count := func(asOf, knownOn string) (n int) {
		var known date.Date
		if knownOn != "" {
			known = day(knownOn)
		}
		for tl := range l.Timelines(day(asOf), known) {
			n += len(tl.Changes)
		}
		return n
	}
	assert.Equal(t, 0, count("2026-01-09", "2026-12-31"))
	assert.Equal(t, 1, count("2026-01-10", "2026-12-31"))
	assert.Equal(t, 1, count("2026-02-09", "2026-12-31"))
	assert.Equal(t, 2, count("2026-02-10", "2026-12-31"))
	assert.Equal(t, 0, count("2026-01-19", ""), "not known yet")
	assert.Equal(t, 1, count("2026-01-20", ""))
	assert.Equal(t, 0, count("2026-12-31", "2026-01-19"))
	for range l.Timelines(day("2026-12-31"), 0) {
		break // leaves nothing behind
	}
}

func TestNewTimelineOfDocumentsOutsideALedger(t *testing.T) {
	eur := func(s string) receivables.Money { return receivables.MustMoney(s, "EUR") }
	invoice := timelineOf(
		receivables.OpenItem{Document: "F", IssuedOn: day("2026-01-10"), Original: eur("10.00"), Open: eur("5.00")},
		receivables.Reduction{On: day("2026-03-01"), Kind: receivables.EntryCollected, Amount: eur("4.00")},
		receivables.Reduction{On: day("2026-02-01"), Kind: receivables.EntryWrittenOff, Amount: eur("1.00")},
	)
	assert.Equal(t, []string{"10.00", "-1.00", "-4.00"}, changes(invoice), "by day")
	assert.Equal(t, "10.00", invoice.Item.Open.Text())
	assert.False(t, invoice.Item.Disputed.IsValid())
	credit := timelineOf(
		receivables.OpenItem{Document: "P", Kind: receivables.KindDeposit, IssuedOn: day("2026-01-10"), Original: eur("-10.00")},
		receivables.Reduction{On: day("2026-03-01"), Kind: receivables.EntryRefunded, Amount: eur("4.00")},
	)
	assert.Equal(t, []string{"-10.00", "4.00"}, changes(credit))
	assert.Equal(t, receivables.EntryCollected, credit.Changes[0].Kind)

	deposit := timelineOf(
		receivables.OpenItem{Document: "F", IssuedOn: day("2026-03-01"), Original: eur("10.00")},
		receivables.Reduction{On: day("2026-02-10"), Kind: receivables.EntryCollected, Amount: eur("3.00")},
	)
	assert.Equal(t, day("2026-03-01"), deposit.Changes[1].On, "nothing is open before there is an invoice")
	assert.Equal(t, day("2026-02-10"), deposit.Changes[1].For)
}

func TestNewTimelineRefusesWhatALedgerWould(t *testing.T) {
	eur := func(s string) receivables.Money { return receivables.MustMoney(s, "EUR") }
	invoice := receivables.OpenItem{Document: "F", Customer: "C", IssuedOn: day("2026-01-10"), Original: eur("10.00")}
	note := receivables.OpenItem{Document: "A", Kind: receivables.KindCreditNote, IssuedOn: day("2026-01-10"), Original: eur("-10.00")}
	paid := receivables.Reduction{On: day("2026-02-10"), Kind: receivables.EntryCollected, Amount: eur("10.00")}
	with := func(item receivables.OpenItem, change func(*receivables.OpenItem)) receivables.OpenItem {
		change(&item)
		return item
	}
	less := func(change func(*receivables.Reduction)) []receivables.Reduction {
		r := paid
		change(&r)
		return []receivables.Reduction{r}
	}
	for name, c := range map[string]struct {
		item       receivables.OpenItem
		reductions []receivables.Reduction
		want       error
	}{
		"no amount":        {with(invoice, func(i *receivables.OpenItem) { i.Original = receivables.Money{} }), nil, receivables.ErrInvalidInput},
		"no date":          {with(invoice, func(i *receivables.OpenItem) { i.IssuedOn = 0 }), nil, receivables.ErrInvalidInput},
		"negative invoice": {with(invoice, func(i *receivables.OpenItem) { i.Original = eur("-1") }), nil, receivables.ErrInvalidInput},
		"positive credit":  {with(note, func(i *receivables.OpenItem) { i.Original = eur("1") }), nil, receivables.ErrInvalidInput},
		"disputed":         {with(invoice, func(i *receivables.OpenItem) { i.Disputed = eur("1") }), nil, receivables.ErrConflict},
		"another rest":     {with(invoice, func(i *receivables.OpenItem) { i.Open = eur("9.99") }), nil, receivables.ErrConflict},
		"no kind":          {invoice, less(func(r *receivables.Reduction) { r.Kind = 0 }), receivables.ErrInvalidInput},
		"refund":           {invoice, less(func(r *receivables.Reduction) { r.Kind = receivables.EntryRefunded }), receivables.ErrInvalidInput},
		"money on a note":  {note, []receivables.Reduction{paid}, receivables.ErrInvalidInput},
		"no day":           {invoice, less(func(r *receivables.Reduction) { r.On = 0 }), receivables.ErrInvalidInput},
		"negative":         {invoice, less(func(r *receivables.Reduction) { r.Amount = eur("-1") }), receivables.ErrInvalidInput},
		"currency":         {invoice, less(func(r *receivables.Reduction) { r.Amount = receivables.MustMoney("1", "USD") }), receivables.ErrCurrencyMismatch},
		"too much":         {invoice, less(func(r *receivables.Reduction) { r.Amount = eur("10.01") }), receivables.ErrOverAllocated},
	} {
		_, err := receivables.NewTimeline(c.item, c.reductions...)
		require.ErrorIs(t, err, c.want, name)
	}
	used := timelineOf(invoice, less(func(r *receivables.Reduction) { r.Kind = receivables.EntryAllocated })...)
	assert.Equal(t, receivables.KindPayment, used.Changes[1].Source)
}

func TestFiguresAreMarkedAndRounded(t *testing.T) {
	three := receivables.NewFigure(receivables.MustMoney("2.675", "EUR").Amount(), "EUR")
	m, ok := three.Money()
	require.True(t, ok)
	assert.Equal(t, "2.68 EUR", m.String(), "half away from zero")
	_, ok = receivables.NewFigure(m.Amount(), receivables.UnitDays).Money()
	assert.False(t, ok, "days are no money")
	marked := three.Marked(receivables.StatusTruncated)
	v, ok := marked.Value()
	assert.True(t, ok)
	assert.Equal(t, "2.675", v.String())
	_, ok = three.Marked(receivables.StatusOutOfDomain).Value()
	assert.False(t, ok)
	assert.Equal(t, receivables.StatusZeroDenominator, receivables.NoFigure(receivables.StatusZeroDenominator, "EUR").Marked(receivables.StatusOK).Status(), "no value can be made")
}

// timelineOf makes the timeline of a document that is known to be good.
func timelineOf(item receivables.OpenItem, reductions ...receivables.Reduction) receivables.Timeline {
	t, err := receivables.NewTimeline(item, reductions...)
	if err != nil {
		panic(err)
	}
	return t
}
