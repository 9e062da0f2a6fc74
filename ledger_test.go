package receivables_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
)

// invoice, payment and allocation are short forms for tests.
func invoice(id, amount, issued, due string) receivables.Invoice {
	f := receivables.Invoice{ID: id, Customer: "C1", IssuedOn: day(issued), Amount: eur(amount)}
	if due != "" {
		f.DueOn = day(due)
	}
	return f
}

func payment(id, amount, on string) receivables.Payment {
	return receivables.Payment{ID: id, Customer: "C1", ReceivedOn: day(on), Amount: eur(amount)}
}

func allocation(from, to, amount, on string) receivables.Allocation {
	return receivables.Allocation{ID: from + ">" + to, From: from, To: to, Amount: eur(amount), On: day(on)}
}

func ledger(t testing.TB, facts ...receivables.Fact) *receivables.Ledger {
	t.Helper()
	l, err := receivables.NewLedger(facts...)
	require.NoError(t, err)
	return l
}

// open writes the open items of a day: "F1 100.00, F2#1 30.00".
func open(t testing.TB, l *receivables.Ledger, asOf, knownOn string) string {
	t.Helper()
	require.NoError(t, l.CheckConservation(day(asOf), day(knownOn)))
	text := ""
	for item := range l.OpenItems(day(asOf), day(knownOn)) {
		if text != "" {
			text += ", "
		}
		text += item.Document
		if item.Instalment > 0 {
			text += fmt.Sprintf("#%d", item.Instalment)
		}
		text += " " + item.Open.Text()
	}
	return text
}

func TestAFactCountsFromItsDay(t *testing.T) {
	l := ledger(t,
		invoice("F1", "100", "2026-01-10", "2026-02-09"),
		payment("P1", "100", "2026-02-20"), allocation("P1", "F1", "100", "2026-02-20"),
	)
	assert.Empty(t, open(t, l, "2026-01-09", "2026-12-31"), "issued after the as-of day")
	assert.Equal(t, "F1 100.00", open(t, l, "2026-01-10", "2026-12-31"), "on the day of issue")
	assert.Equal(t, "F1 100.00", open(t, l, "2026-02-19", "2026-12-31"), "the day before the payment")
	assert.Empty(t, open(t, l, "2026-02-20", "2026-12-31"), "a payment on the as-of day counts")
}

func TestThePastIsWhatWasKnown(t *testing.T) {
	l := ledger(t,
		invoice("F1", "100", "2026-01-10", "2026-02-09"),
		// Received in January, entered in March.
		receivables.Payment{ID: "P1", Customer: "C1", ReceivedOn: day("2026-01-30"), KnownOn: day("2026-03-02"), Amount: eur("60")},
		receivables.Allocation{ID: "A1", From: "P1", To: "F1", Amount: eur("60"), On: day("2026-01-30"), KnownOn: day("2026-03-02")},
	)
	assert.Equal(t, "F1 100.00", open(t, l, "2026-01-31", "2026-01-31"), "the report as it was published")
	assert.Equal(t, "F1 40.00", open(t, l, "2026-01-31", "2026-03-02"), "the same day with today's knowledge")

	// The matching is undone in April, as from then.
	require.NoError(t, l.Record(receivables.Reversal{Of: "A1", On: day("2026-04-15")}))
	assert.Equal(t, "F1 100.00", open(t, l, "2026-01-31", "2026-01-31"))
	assert.Equal(t, "F1 40.00", open(t, l, "2026-04-14", "2026-12-31"))
	assert.Equal(t, "F1 100.00, P1 -60.00", open(t, l, "2026-04-15", "2026-12-31"))

	// The payment turns out never to have been: entered in May, true from January.
	require.NoError(t, l.Record(receivables.Reversal{Of: "P1", On: day("2026-01-30"), KnownOn: day("2026-05-04")}))
	assert.Equal(t, "F1 40.00", open(t, l, "2026-01-31", "2026-05-03"))
	assert.Equal(t, "F1 100.00", open(t, l, "2026-01-31", "2026-05-04"))
}

func TestAReturnedPaymentOpensTheInvoiceAgain(t *testing.T) {
	l := ledger(t,
		invoice("F1", "100", "2026-01-10", "2026-02-09"),
		payment("P1", "100", "2026-02-20"), allocation("P1", "F1", "100", "2026-02-20"),
		receivables.Reversal{Of: "P1", On: day("2026-02-27"), Reason: "returned unpaid"},
	)
	assert.Empty(t, open(t, l, "2026-02-26", "2026-12-31"))
	assert.Equal(t, "F1 100.00", open(t, l, "2026-02-27", "2026-12-31"))
}

func TestOverpaymentsDepositsRefundsAndWriteOffs(t *testing.T) {
	l := ledger(t,
		invoice("F1", "100", "2026-01-10", "2026-02-09"),
		receivables.Payment{ID: "D1", Customer: "C1", ReceivedOn: day("2026-01-02"), Amount: eur("30"), Deposit: true},
		allocation("D1", "F1", "30", "2026-01-05"), // before the invoice is there
		payment("P1", "80", "2026-02-20"),
		allocation("P1", "F1", "69.98", "2026-02-20"),
		receivables.WriteOff{ID: "W1", Document: "F1", Amount: eur("0.02"), On: day("2026-03-01"), Reason: receivables.WriteOffDifference},
		receivables.Refund{ID: "R1", Document: "P1", Amount: eur("10"), PaidOn: day("2026-03-10")},
		receivables.WriteOff{ID: "W2", Document: "P1", Amount: eur("0.02"), On: day("2026-03-20"), Reason: receivables.WriteOffDifference},
	)
	for on, want := range map[string]string{
		"2026-01-02": "D1 -30.00",
		"2026-01-09": "D1 -30.00", // the allocation waits for the invoice
		"2026-01-10": "F1 70.00",
		"2026-02-20": "F1 0.02, P1 -10.02",
		"2026-03-01": "P1 -10.02",
		"2026-03-10": "P1 -0.02",
		"2026-03-20": "",
	} {
		assert.Equal(t, want, open(t, l, on, "2026-12-31"), on)
	}
}

// Figures of the receivables report tests of an ERP: payments fill the earliest
// instalment first, a credit note on the invoice clears it and goes on to the next,
// one that stands alone stays a credit.
func TestInstalmentsAreFilledEarliestFirst(t *testing.T) {
	invoice := receivables.Invoice{
		ID: "F1", Customer: "C1", IssuedOn: day("2026-01-01"), Amount: eur("100"),
		Instalments: []receivables.Instalment{ // given out of order
			{DueOn: day("2026-03-02"), Amount: eur("50")}, {DueOn: day("2026-01-31"), Amount: eur("30")}, {DueOn: day("2026-04-01"), Amount: eur("20")},
		},
	}
	l := ledger(t, invoice)
	assert.Equal(t, "F1#1 30.00, F1#2 50.00, F1#3 20.00", open(t, l, "2026-01-10", "2026-01-10"))
	require.NoError(t, l.Record(payment("P1", "40", "2026-01-15"), allocation("P1", "F1", "40", "2026-01-15")))
	assert.Equal(t, "F1#2 40.00, F1#3 20.00", open(t, l, "2026-01-15", "2026-01-15"))
	require.NoError(t, l.Record(receivables.CreditNote{ID: "N1", Customer: "C1", IssuedOn: day("2026-01-20"), Amount: eur("100")}))
	assert.Equal(t, "F1#2 40.00, F1#3 20.00, N1 -100.00", open(t, l, "2026-01-20", "2026-01-20"))

	second := receivables.Invoice{
		ID: "F1", Customer: "C1", IssuedOn: day("2026-01-01"), Amount: eur("200"),
		Instalments: []receivables.Instalment{
			{DueOn: day("2026-01-31"), Amount: eur("60")}, {DueOn: day("2026-03-02"), Amount: eur("100")}, {DueOn: day("2026-04-01"), Amount: eur("40")},
		},
	}
	l = ledger(t, second, payment("P1", "40", "2026-01-15"), allocation("P1", "F1", "40", "2026-01-15"))
	assert.Equal(t, "F1#1 20.00, F1#2 100.00, F1#3 40.00", open(t, l, "2026-01-15", "2026-01-15"))
	require.NoError(t, l.Record(
		receivables.CreditNote{ID: "N1", Customer: "C1", IssuedOn: day("2026-01-20"), Amount: eur("100"), Corrects: "F1"},
		allocation("N1", "F1", "100", "2026-01-20"),
	))
	assert.Equal(t, "F1#2 20.00, F1#3 40.00", open(t, l, "2026-01-20", "2026-01-20"))
	for item := range l.OpenItems(day("2026-01-20"), day("2026-01-20")) {
		if item.Instalment == 2 {
			assert.Equal(t, "100.00", item.Original.Text())
			assert.Equal(t, day("2026-03-02"), item.DueOn)
		}
	}
}

func TestACreditFreedByAPaymentIsUsedElsewhere(t *testing.T) {
	l := ledger(t,
		invoice("A", "100", "2026-01-01", "2026-01-31"), payment("P1", "100", "2026-01-20"), allocation("P1", "A", "100", "2026-01-20"),
		receivables.CreditNote{ID: "N1", Customer: "C1", IssuedOn: day("2026-02-01"), Amount: eur("100"), Corrects: "A"},
		invoice("B", "100", "2026-02-05", "2026-03-07"), allocation("N1", "B", "100", "2026-02-06"),
	)
	assert.Equal(t, "N1 -100.00", open(t, l, "2026-02-04", "2026-12-31"))
	assert.Empty(t, open(t, l, "2026-02-06", "2026-12-31"))
}

func TestAllocationsBetweenCustomersAndCurrenciesAreConserved(t *testing.T) {
	l := ledger(t,
		invoice("F1", "100", "2026-01-10", "2026-02-09"),
		receivables.Payment{ID: "P1", Customer: "PARENT", ReceivedOn: day("2026-02-01"), Amount: eur("100")},
		allocation("P1", "F1", "100", "2026-02-01"),
		receivables.Invoice{ID: "F2", Customer: "C2", IssuedOn: day("2026-01-10"), Amount: receivables.MustMoney("110", "USD")},
		receivables.Payment{ID: "P2", Customer: "C2", ReceivedOn: day("2026-02-01"), Amount: eur("95")},
		receivables.Allocation{From: "P2", To: "F2", Amount: receivables.MustMoney("104.50", "USD"), Taken: eur("95"), On: day("2026-02-01")},
	)
	assert.Equal(t, "F2 5.50", open(t, l, "2026-02-01", "2026-02-01"))
	var got []string
	for _, b := range l.Balances(day("2026-02-01"), day("2026-02-01")) {
		got = append(got, b.Customer+" "+b.Amount.String())
	}
	assert.Equal(t, []string{"C1 0.00 EUR", "C2 0.00 EUR", "C2 5.50 USD", "PARENT 0.00 EUR"}, got)
}

func TestDisputesShowAsAPartOfTheOpenAmount(t *testing.T) {
	l := ledger(t,
		invoice("F1", "100", "2026-01-10", "2026-02-09"), invoice("F2", "50", "2026-01-10", "2026-02-09"),
		receivables.Hold{
			ID: "D1", Kind: receivables.HoldDispute, Scope: receivables.Scope{Document: "F1", Amount: eur("60")}, From: day("2026-02-01"),
			Cause: receivables.CauseQuality, Owner: "quality",
		},
		receivables.Hold{
			ID: "D2", Kind: receivables.HoldDispute, Scope: receivables.Scope{Document: "F1", Amount: eur("70")}, From: day("2026-02-05"),
			Until: day("2026-02-20"), Cause: receivables.CausePrice,
		},
		receivables.Hold{ID: "I1", Kind: receivables.HoldInsolvency, Scope: receivables.Scope{Customer: "C1"}, From: day("2026-02-01")},
		receivables.Closure{Of: "D1", On: day("2026-03-01"), Outcome: receivables.OutcomeLost},
	)
	disputed := func(on, known string) string {
		for item := range l.OpenItems(day(on), day(known)) {
			if item.Document == "F1" && item.Disputed.IsValid() {
				return item.Disputed.Text()
			}
		}
		return "none"
	}
	assert.Equal(t, "none", disputed("2026-01-31", "2026-12-31"))
	assert.Equal(t, "60.00", disputed("2026-02-01", "2026-12-31"), "the first day is disputed")
	assert.Equal(t, "100.00", disputed("2026-02-05", "2026-12-31"), "never more than is open")
	assert.Equal(t, "60.00", disputed("2026-02-20", "2026-12-31"), "until is the first day no longer held")
	assert.Equal(t, "none", disputed("2026-03-01", "2026-12-31"))
	assert.Equal(t, "60.00", disputed("2026-03-01", "2026-02-28"), "as known before the closure")
	assert.Equal(t, "F1 100.00, F2 50.00", open(t, l, "2026-03-01", "2026-12-31"), "a lost dispute stays open until it is written off")

	require.NoError(t, l.Record(receivables.Hold{ID: "D3", Kind: receivables.HoldDispute, Scope: receivables.Scope{Customer: "C1"}, From: day("2026-04-01")}))
	assert.Equal(t, "100.00", disputed("2026-04-01", "2026-12-31"))
	var states []string
	for h := range l.Holds(day("2026-03-15"), day("2026-12-31")) {
		ended := "open"
		if h.EndedOn != 0 {
			ended = h.EndedOn.String()
		}
		states = append(states, fmt.Sprint(h.ID, " ", h.Cause.Side(), " ", ended, " ", h.Outcome))
	}
	assert.Equal(t, []string{
		"D1 internal 2026-03-01 lost", "D2 internal 2026-02-20 not stated", "I1 not stated open not stated",
	}, states)
}

func TestDisputedAmountsAreSpreadOverInstalments(t *testing.T) {
	l := ledger(t,
		receivables.Invoice{
			ID: "F1", Customer: "C1", IssuedOn: day("2026-01-01"), Amount: eur("100"),
			Instalments: []receivables.Instalment{{DueOn: day("2026-01-31"), Amount: eur("30")}, {DueOn: day("2026-02-28"), Amount: eur("70")}},
		},
		receivables.Hold{ID: "D1", Kind: receivables.HoldDispute, Scope: receivables.Scope{Document: "F1", Amount: eur("45")}, From: day("2026-01-05")},
	)
	var got []string
	for item := range l.OpenItems(day("2026-01-10"), day("2026-01-10")) {
		got = append(got, item.Disputed.Text())
	}
	assert.Equal(t, []string{"30.00", "15.00"}, got)
}

func TestWhatCannotBeIsRefusedAndLeavesNoTrace(t *testing.T) {
	base := []receivables.Fact{
		invoice("F1", "100", "2026-01-10", "2026-02-09"), payment("P1", "60", "2026-02-01"), allocation("P1", "F1", "50", "2026-02-01"),
		receivables.Customer{ID: "C1", Name: "One"},
		receivables.Hold{ID: "H1", Kind: receivables.HoldDispute, Scope: receivables.Scope{Document: "F1"}, From: day("2026-02-01")},
	}
	usd := receivables.MustMoney("10", "USD")
	instalments := func(amounts ...string) receivables.Invoice {
		f := invoice("F9", "100", "2026-01-10", "")
		for _, a := range amounts {
			f.Instalments = append(f.Instalments, receivables.Instalment{DueOn: day("2026-02-01"), Amount: eur(a)})
		}
		return f
	}
	both := instalments("100")
	both.DueOn = day("2026-02-01")
	for name, c := range map[string]struct {
		fact receivables.Fact
		kind error
		says string
	}{
		"nil":                         {nil, receivables.ErrInvalidInput, "nil fact"},
		"duplicate id":                {invoice("F1", "5", "2026-03-01", ""), receivables.ErrDuplicate, `"F1"`},
		"payment under an invoice id": {payment("F1", "5", "2026-03-01"), receivables.ErrDuplicate, `"F1"`},
		"no id":                       {invoice("", "5", "2026-03-01", ""), receivables.ErrInvalidInput, "id"},
		"no customer":                 {receivables.Invoice{ID: "F9", IssuedOn: day("2026-01-01"), Amount: eur("1")}, receivables.ErrInvalidInput, "customer"},
		"no date":                     {receivables.Invoice{ID: "F9", Customer: "C1", Amount: eur("1")}, receivables.ErrInvalidInput, "date"},
		"no amount":                   {receivables.Invoice{ID: "F9", Customer: "C1", IssuedOn: day("2026-01-01")}, receivables.ErrInvalidInput, "amount"},
		"negative amount":             {invoice("F9", "-5", "2026-03-01", ""), receivables.ErrInvalidInput, "-5.00 EUR"},
		"instalments short":           {instalments("50", "49.99"), receivables.ErrConflict, "99.99 EUR"},
		"instalment negative":         {instalments("101", "-1"), receivables.ErrInvalidInput, "instalments[1]"},
		"due date and instalments":    {both, receivables.ErrConflict, "not both"},
		"unknown invoice":             {allocation("P1", "F7", "5", "2026-03-01"), receivables.ErrUnknown, `"F7"`},
		"unknown payment":             {allocation("P7", "F1", "5", "2026-03-01"), receivables.ErrUnknown, `"P7"`},
		"sides swapped":               {allocation("F1", "P1", "5", "2026-03-01"), receivables.ErrUnknown, "is an invoice"},
		"zero allocation":             {allocation("P1", "F1", "0", "2026-03-01"), receivables.ErrInvalidInput, "more than zero"},
		"other currency":              {receivables.Allocation{From: "P1", To: "F1", Amount: usd, On: day("2026-03-01")}, receivables.ErrCurrencyMismatch, "EUR"},
		"taken differs":               {receivables.Allocation{From: "P1", To: "F1", Amount: eur("5"), Taken: eur("6"), On: day("2026-03-01")}, receivables.ErrConflict, "6.00 EUR"},
		"no such instalment":          {receivables.Allocation{From: "P1", To: "F1", Amount: eur("5"), Instalment: 1, On: day("2026-03-01")}, receivables.ErrUnknown, "instalment"},
		"more than the payment":       {receivables.Allocation{From: "P1", To: "F1", Amount: eur("10.01"), On: day("2026-03-01")}, receivables.ErrOverAllocated, "60.01 EUR"},
		"more than the invoice":       {receivables.WriteOff{Document: "F1", Amount: eur("50.01"), On: day("2026-03-01")}, receivables.ErrOverAllocated, "100.01 EUR"},
		"refund of an invoice":        {receivables.Refund{Document: "F1", Amount: eur("1"), PaidOn: day("2026-03-01")}, receivables.ErrUnknown, "is an invoice"},
		"reversal of nothing":         {receivables.Reversal{Of: "X", On: day("2026-03-01")}, receivables.ErrUnknown, `"X"`},
		"reversal of a hold":          {receivables.Reversal{Of: "H1", On: day("2026-03-01")}, receivables.ErrUnknown, `"H1"`},
		"reversal too early":          {receivables.Reversal{Of: "F1", On: day("2026-01-09")}, receivables.ErrInvalidInput, "2026-01-10"},
		"closure of an invoice":       {receivables.Closure{Of: "F1", On: day("2026-03-01")}, receivables.ErrUnknown, "no such hold"},
		"hold on nothing":             {receivables.Hold{ID: "H2", From: day("2026-03-01")}, receivables.ErrConflict, "name a customer or a document"},
		"hold ends before it begins":  {receivables.Hold{ID: "H2", Scope: receivables.Scope{Document: "F1"}, From: day("2026-03-02"), Until: day("2026-03-01")}, receivables.ErrInvalidInput, "until"},
		"hold in other currency":      {receivables.Hold{ID: "H2", Scope: receivables.Scope{Document: "F1", Amount: usd}, From: day("2026-03-02")}, receivables.ErrCurrencyMismatch, "USD"},
		"own parent":                  {receivables.Customer{ID: "C1", Parent: "C1"}, receivables.ErrConflict, "circle"},
		"unknown parent":              {receivables.Customer{ID: "C2", Parent: "C7"}, receivables.ErrUnknown, `"C7"`},
		"country in words":            {receivables.Customer{ID: "C2", Country: "France"}, receivables.ErrInvalidInput, "France"},
		"unknown zone":                {receivables.Customer{ID: "C2", Zone: "mars"}, receivables.ErrUnknown, "mars"},
	} {
		t.Run(name, func(t *testing.T) {
			l := ledger(t, base...)
			before := fmt.Sprintf("%v", *l)
			// A good fact in the same call must not stay either.
			err := l.Record(invoice("GOOD", "1", "2026-03-01", ""), c.fact)
			require.ErrorIs(t, err, c.kind)
			assert.ErrorContains(t, err, c.says)
			var field *receivables.FieldError
			require.ErrorAs(t, err, &field)
			assert.Equal(t, before, fmt.Sprintf("%v", *l), "the ledger is as before")
			require.NoError(t, l.Record(invoice("GOOD", "1", "2026-03-01", "")), "its number is free")
		})
	}
}

func TestRoomIsMadeBeforeItIsUsed(t *testing.T) {
	l := ledger(t,
		invoice("F1", "100", "2026-01-10", "2026-02-09"), payment("P1", "100", "2026-02-01"), payment("P2", "100", "2026-02-05"),
		allocation("P1", "F1", "100", "2026-02-01"),
	)
	require.ErrorIs(t, l.Record(allocation("P2", "F1", "100", "2026-02-10")), receivables.ErrOverAllocated)
	require.NoError(t, l.Record(
		allocation("P2", "F1", "100", "2026-02-10"), receivables.Reversal{Of: "P1>F1", On: day("2026-02-10")},
	), "undone and applied anew on the same day")
	assert.Equal(t, "P2 -100.00", open(t, l, "2026-02-09", "2026-12-31"))
	assert.Equal(t, "P1 -100.00", open(t, l, "2026-02-10", "2026-12-31"))

	// As known between the two entries, both allocations counted: the excess shows.
	l = ledger(t,
		invoice("F1", "100", "2026-01-10", "2026-02-09"), payment("P1", "100", "2026-02-01"), payment("P2", "100", "2026-02-05"),
		allocation("P1", "F1", "100", "2026-02-01"), allocation("P2", "F1", "100", "2026-02-10"),
		receivables.Reversal{Of: "P1>F1", On: day("2026-02-10"), KnownOn: day("2026-02-20")},
	)
	assert.Equal(t, "F1 -100.00", open(t, l, "2026-02-10", "2026-02-19"), "visible, not hidden")
}

func TestParentsAreFollowedToTheHead(t *testing.T) {
	l := ledger(t,
		receivables.Customer{ID: "C"}, receivables.Customer{ID: "B", Parent: "C"}, receivables.Customer{ID: "A", Parent: "B"},
	)
	assert.Equal(t, "C", l.UltimateParent("A"))
	assert.Equal(t, "X", l.UltimateParent("X"))
	require.ErrorIs(t, l.Record(receivables.Customer{ID: "C", Parent: "A"}), receivables.ErrConflict)
	assert.Equal(t, "C", l.UltimateParent("A"))
}

func TestTheLedgerKeepsNoHoldOfItsInputs(t *testing.T) {
	labels := receivables.Labels{"region": "north"}
	f := invoice("F1", "100", "2026-01-10", "")
	f.Labels = labels
	f.Instalments = []receivables.Instalment{{DueOn: day("2026-02-01"), Amount: eur("100")}}
	l := ledger(t, f)
	labels["region"] = "south"
	f.Instalments[0].DueOn = day("2030-01-01")
	for item := range l.OpenItems(day("2026-01-10"), day("2026-01-10")) {
		assert.Equal(t, "north", item.Labels["region"])
		assert.Equal(t, day("2026-02-01"), item.DueOn)
	}
}

func TestEveryCauseHasASideAndAName(t *testing.T) {
	seen := map[string]bool{}
	for c := receivables.CauseNotStated; c <= receivables.CauseCustomersOwnDispute; c++ {
		assert.False(t, seen[c.String()], c.String())
		seen[c.String()] = true
		assert.Equal(t, c != receivables.CauseNotStated, c.Side() != receivables.SideNotStated)
	}
	assert.Equal(t, receivables.SideInternal, receivables.CauseCommercialAgreement.Side())
	assert.Equal(t, receivables.SideExternal, receivables.CauseCashTrouble.Side())
	assert.Equal(t, receivables.SideNotStated, receivables.Cause(200).Side())
}
