package matching

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/intake/bank"
)

func money(text string) receivables.Money {
	amount, code, ok := strings.Cut(text, " ")
	if !ok {
		code = "EUR"
	}
	return receivables.MustMoney(amount, code)
}

// open makes an item: document, customer, due, open.
func open(document, customer, due, amount string) receivables.OpenItem {
	item := receivables.OpenItem{Document: document, Customer: customer, IssuedOn: receivables.MustDate("2026-01-02"), Open: money(amount), Original: money(amount)}
	if due != "" {
		item.DueOn = receivables.MustDate(due)
	}
	if item.Open.Sign() < 0 {
		item.Kind = receivables.KindCreditNote
	}
	return item
}

// paid makes a payment of 20 October: ID, amount, then "name", "account", "ref", "text" by their letter: n= a= r= t= c=.
func paid(id, amount string, words ...string) bank.Payment {
	p := bank.Payment{Payment: receivables.Payment{ID: id, ReceivedOn: receivables.MustDate("2026-10-20"), Amount: money(amount)}}
	for _, word := range words {
		switch value := word[2:]; word[:2] {
		case "n=":
			p.Transaction.Name = value
		case "a=":
			p.Transaction.Account = value
		case "r=":
			p.Transaction.Structured = append(p.Transaction.Structured, value)
		case "t=":
			p.Transaction.Text = value
		case "e=":
			p.Transaction.EndToEnd = value
		case "c=":
			p.Customer = value
		}
	}
	return p
}

func items() []receivables.OpenItem {
	withReference := open("F-2026-30", "LER", "2026-09-30", "75.50")
	withReference.Labels = receivables.Labels{"payment_reference": "RF18 5390 0754 7034"}
	second := open("F-2026-20", "DUR", "2026-12-01", "250.00")
	second.Instalment = 2
	first := open("F-2026-20", "DUR", "2026-11-01", "150.00")
	first.Instalment = 1
	return []receivables.OpenItem{
		open("F-2026-17", "DUR", "2026-09-01", "400.00"),
		open("F-2026-18", "DUR", "2026-10-01", "100.00"),
		open("F-2026-19", "DUR", "2026-11-01", "60.00"),
		second, first,
		open("A-2026-05", "DUR", "", "-40.00"),
		withReference,
		open("F-2026-31", "LER", "2026-09-15", "120.00"),
		open("F-2026-32", "LER", "2026-10-15", "120.00"),
		open("17", "MAR", "2026-10-15", "33.00"),
		open("F-2026-40", "MAR", "2026-10-15", "999.00 USD"),
		open("F-2026-41", "NEU", "", "87.13"),
	}
}

func directory() Directory {
	return Directory{
		Customers: []receivables.Customer{{ID: "DUR", Name: "Durand & Fils SARL"}, {ID: "LER", Name: "Société Leroy"}, {ID: "MAR", Name: "Martin"}, {ID: "MA2", Name: "MARTIN SAS"}},
		Accounts:  map[string]string{"FR7612345": "LER"},
	}
}

func propose(t *testing.T, payments ...bank.Payment) *Result {
	t.Helper()
	result, err := Propose(payments, items(), directory())
	require.NoError(t, err)
	return result
}

func (m *Match) text() string {
	var parts []string
	for _, p := range m.Parts {
		document := p.Document
		if p.Instalment > 0 {
			document += fmt.Sprintf("#%d", p.Instalment)
		}
		if p.From != m.Payment.ID {
			document = p.From + ">" + document
		}
		parts = append(parts, document+" "+p.Amount.Text())
	}
	return fmt.Sprintf("%s %s %s: %s; %s left", m.Reason, m.Confidence, m.Customer, strings.Join(parts, ", "), m.Unapplied.Text())
}

func TestOnePayment(t *testing.T) {
	for name, c := range map[string]struct {
		payment bank.Payment
		want    string
	}{
		"reference of the invoice":     {paid("P", "75.50", "r=RF18539007547034"), "structured_reference certain LER: F-2026-30 75.50; 0.00 left"},
		"reference with blanks, text":  {paid("P", "75.50", "t=REF RF18 5390 0754 7034 MERCI"), "structured_reference certain LER: F-2026-30 75.50; 0.00 left"},
		"reference in the order":       {paid("P", "75.50", "e=RF18539007547034"), "structured_reference certain LER: F-2026-30 75.50; 0.00 left"},
		"reference made of the number": {paid("P", "400.00", "r=RF74F202617"), "structured_reference certain DUR: F-2026-17 400.00; 0.00 left"},
		"number given as structured":   {paid("P", "400.00", "r=F202617"), "structured_reference high DUR: F-2026-17 400.00; 0.00 left"},
		"short number as structured":   {paid("P", "5000.00", "r=17"), ""},
		"number and words after it":    {paid("P", "400.00", "t=FACTURE F-2026-17 1 PALETTE"), "number_in_text high DUR: F-2026-17 400.00; 0.00 left"},
		"a day":                        {paid("P", "1.00", "t=VIR DU 17/09/2026"), ""},
		"a number with blanks":         {paid("P", "400.00", "t=F 2026 17"), "number_in_text high DUR: F-2026-17 400.00; 0.00 left"},
		"a credit alone":               {paid("P", "87.13", "t=A-2026-05"), "amount_alone low NEU: F-2026-41 87.13; 0.00 left"},
		"reference, part":              {paid("P", "70.00", "r=RF18539007547034"), "structured_reference high LER: F-2026-30 70.00; 0.00 left"},
		"reference, too much":          {paid("P", "80.00", "r=RF18539007547034"), "structured_reference high LER: F-2026-30 75.50; 4.50 left"},
		"number":                       {paid("P", "400.00", "t=VIR FACTURE F-2026-17 DU 01/08"), "number_in_text high DUR: F-2026-17 400.00; 0.00 left"},
		"number, other separators":     {paid("P", "400.00", "t=fact.F2026/17"), "number_in_text high DUR: F-2026-17 400.00; 0.00 left"},
		"two numbers":                  {paid("P", "500.00", "t=F-2026-17 et F-2026-18"), "number_in_text high DUR: F-2026-17 400.00, F-2026-18 100.00; 0.00 left"},
		"less a credit note":           {paid("P", "360.00", "t=F-2026-17 - A-2026-05"), "number_in_text high DUR: A-2026-05>F-2026-17 40.00, F-2026-17 360.00; 0.00 left"},
		"number, part":                 {paid("P", "392.00", "t=F-2026-17 -2%"), "number_in_text medium DUR: F-2026-17 392.00; 0.00 left"},
		"two numbers, part":            {paid("P", "450.00", "t=F-2026-17 F-2026-18"), "number_in_text medium DUR: F-2026-17 400.00, F-2026-18 50.00; 0.00 left"},
		"paid for another":             {paid("P", "400.00", "a=FR76 12345", "t=F-2026-17"), "number_in_text medium DUR: F-2026-17 400.00; 0.00 left"},
		"an instalment":                {paid("P", "250.00", "t=F-2026-20"), "number_in_text high DUR: F-2026-20#2 250.00; 0.00 left"},
		"both instalments":             {paid("P", "400.00", "t=F-2026-20"), "number_in_text high DUR: F-2026-20#1 150.00, F-2026-20#2 250.00; 0.00 left"},
		"a part of instalments":        {paid("P", "200.00", "t=F-2026-20"), "number_in_text medium DUR: F-2026-20#1 150.00, F-2026-20#2 50.00; 0.00 left"},
		"short number and its amount":  {paid("P", "33.00", "t=FACTURE 17"), "number_in_text medium MAR: 17 33.00; 0.00 left"},
		"name written otherwise":       {paid("P", "60.00", "n=DURAND ET FILS"), "customer_amount medium DUR: F-2026-19 60.00; 0.00 left"},
		"customer by name as written":  {paid("P", "60.00", "n=DURAND & FILS"), "customer_amount medium DUR: F-2026-19 60.00; 0.00 left"},
		"customer by account":          {paid("P", "75.50", "a=FR76 12345"), "customer_amount medium LER: F-2026-30 75.50; 0.00 left"},
		"the first of two":             {paid("P", "120.00", "a=FR7612345"), "customer_oldest low LER: F-2026-31 120.00; 0.00 left"},
		"all that is overdue":          {paid("P", "500.00", "c=DUR"), "customer_overdue medium DUR: F-2026-17 400.00, F-2026-18 100.00; 0.00 left"},
		"all that is open":             {paid("P", "920.00", "c=DUR"), "customer_balance medium DUR: A-2026-05>F-2026-17 40.00, F-2026-17 360.00, F-2026-18 100.00, F-2026-19 60.00, F-2026-20#1 150.00, F-2026-20#2 250.00; 0.00 left"},
		"one combination":              {paid("P", "350.00", "c=DUR"), "customer_combination low DUR: F-2026-18 100.00, F-2026-20#2 250.00; 0.00 left"},
		"two combinations":             {paid("P", "310.00", "c=DUR"), ""}, // 60 + 250, 100 + 60 + 150
		"the amount alone":             {paid("P", "87.13"), "amount_alone low NEU: F-2026-41 87.13; 0.00 left"},
		"an amount of two":             {paid("P", "120.00"), ""},
		"another currency":             {paid("P", "400.00 USD", "t=F-2026-17"), ""},
		"its own currency":             {paid("P", "999.00 USD", "t=F-2026-40"), "number_in_text high MAR: F-2026-40 999.00; 0.00 left"},
		"a number within a longer one": {paid("P", "1.00", "t=XF-2026-17"), ""},
		"a longer number":              {paid("P", "1.00", "t=F-2026-171"), ""},
		"a short number alone":         {paid("P", "1.00", "t=le 17 octobre"), ""},
		"nothing":                      {paid("P", "1.23", "t=merci"), ""},
		"a name of two customers":      {paid("P", "5.00", "n=Martin"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			result := propose(t, c.payment)
			if c.want == "" {
				require.Len(t, result.Unmatched, 1, "%v", result.Matches)
				return
			}
			require.Len(t, result.Matches, 1, "%v", result.Unmatched)
			assert.Equal(t, c.want, result.Matches[0].text())
			assert.NotEmpty(t, result.Matches[0].Evidence)
		})
	}
}

func TestWhyNotMatched(t *testing.T) {
	result := propose(
		t,
		paid("1", "400.00", "t=F-2026-17"),
		paid("2", "400.00", "t=F-2026-17"), // paid twice
		paid("3", "7.00", "c=DUR"),
		paid("4", "120.00"),
		paid("5", "1.23"),
	)
	require.Len(t, result.Matches, 1)
	var why []string
	for _, u := range result.Unmatched {
		why = append(why, fmt.Sprintf("%s %s %s %v", u.Payment.ID, u.Customer, u.Reason, u.Candidates))
	}
	assert.Equal(t, []string{
		"2  already_paid [F-2026-17]",
		"3 DUR customer_only [F-2026-18 F-2026-19 F-2026-20 A-2026-05]",
		"4  several_amounts [F-2026-31 F-2026-32]",
		"5  nothing_fits []",
	}, why)
}

// A weak reason does not take what another payment names, whatever their order.
func TestStrongReasonsFirst(t *testing.T) {
	result := propose(t, paid("weak", "400.00", "c=DUR"), paid("strong", "400.00", "t=F-2026-17"), paid("sure", "100.00", "r=F-2026-18"))
	require.Len(t, result.Matches, 3)
	assert.Equal(t, "customer_combination low DUR: F-2026-20#1 150.00, F-2026-20#2 250.00; 0.00 left", result.Matches[0].text())
	assert.Equal(t, "number_in_text high DUR: F-2026-17 400.00; 0.00 left", result.Matches[1].text())
	assert.Equal(t, "structured_reference high DUR: F-2026-18 100.00; 0.00 left", result.Matches[2].text())
}

// Numbers of the same letters and digits in other parts, and one within another.
func TestNumbersThatLookAlike(t *testing.T) {
	list := []receivables.OpenItem{
		open("2026-1-12", "C", "2026-09-01", "100.00"), open("2026-11-2", "C", "2026-08-01", "80.00"), open("F-2026-1", "C", "", "100.00"), open("F-2026-17", "D", "", "400.00"),
		open("1234", "C", "", "5.00"), open("12345", "C", "", "400.00"), open("20102026", "C", "", "700.00"),
	}
	for text, want := range map[string]string{
		"FACTURE 2026-1-12": "2026-1-12", "FACTURE 2026/11/2": "2026-11-2", "FACTURE F-2026-1 7 PALETTES": "F-2026-1", "F20261": "F-2026-1", "F202617": "F-2026-17", "20102026": "20102026",
	} {
		result, err := Propose([]bank.Payment{paid("P", "100.00", "t="+text)}, list, Directory{})
		require.NoError(t, err)
		require.Len(t, result.Matches, 1, text)
		assert.Equal(t, want, result.Matches[0].Parts[0].Document, text)
		structured, err := Propose([]bank.Payment{paid("P", "100.00", "r="+text)}, list, Directory{})
		require.NoError(t, err)
		if !strings.Contains(text, " ") {
			assert.Equal(t, want, structured.Matches[0].Parts[0].Document, text)
		}
	}
	result, err := Propose([]bank.Payment{paid("P", "5.00", "t=FACT 1234 5 EUR"), paid("Q", "12.00", "t=VIR DU 20/10/2026")}, list, Directory{})
	require.NoError(t, err)
	require.Len(t, result.Matches, 1)
	assert.Equal(t, "1234", result.Matches[0].Parts[0].Document)
}

// What names an invoice that is paid is not taken for another one; two payments of one amount are told so.
func TestPaidTwice(t *testing.T) {
	list := []receivables.OpenItem{open("F-2026-17", "DUR", "", "400.00"), open("F-2026-99", "DUR", "", "400.00"), open("F-2026-50", "X", "", "75.00")}
	result, err := Propose([]bank.Payment{paid("1", "400.00", "t=F-2026-17", "c=DUR"), paid("2", "400.00", "t=F-2026-17", "c=DUR"), paid("3", "75.00"), paid("4", "75.00")}, list, Directory{})
	require.NoError(t, err)
	require.Len(t, result.Matches, 1)
	assert.Equal(t, []Reason{AlreadyPaid, SeveralPayments, SeveralPayments}, []Reason{result.Unmatched[0].Reason, result.Unmatched[1].Reason, result.Unmatched[2].Reason})
}

// A payment that was recorded unapplied is matched later, with the same money once.
func TestMatchedLater(t *testing.T) {
	day := receivables.MustDate("2026-10-20")
	ledger, err := receivables.NewLedger(
		receivables.Invoice{ID: "F1", Customer: "DUR", IssuedOn: receivables.MustDate("2026-08-01"), Amount: money("200.00")},
		receivables.Payment{ID: "P", Customer: "DUR", ReceivedOn: day, Amount: money("100.00")},
	)
	require.NoError(t, err)
	p := paid("P", "100.00", "c=DUR")
	result, err := Propose([]bank.Payment{p}, slices.Collect(ledger.OpenItems(day, day)), Directory{})
	require.NoError(t, err)
	require.Empty(t, result.Matches, "100.00 of 200.00 is no amount of the customer")
	p.Transaction.Text = "acompte sur facture F1"
	result, err = Propose([]bank.Payment{p}, slices.Collect(ledger.OpenItems(day, day)), Directory{})
	require.NoError(t, err)
	require.Len(t, result.Matches, 1)
	require.NoError(t, ledger.Record(result.Allocations(Low)...))
	assert.Equal(t, "100.00 EUR", slices.Collect(ledger.OpenItems(day, day))[0].Open.String())
}

// Who paid is known although the match is not sure; keys of accounts are written in any way; several references of one invoice are each one.
func TestWhoPaid(t *testing.T) {
	list := []receivables.OpenItem{open("F1", "LER", "", "75.00"), open("F2", "LER", "", "75.00")}
	list[0].Labels = receivables.Labels{"payment_reference": "RF18539007547034 OTHER-1"}
	directory := Directory{Accounts: map[string]string{"fr76 12345": "LER"}}
	result, err := Propose([]bank.Payment{paid("P", "75.00", "a=FR7612345")}, list, directory)
	require.NoError(t, err)
	assert.Equal(t, "LER", result.Facts(High)[0].(receivables.Payment).Customer)
	for _, reference := range []string{"RF18 5390 0754 7034", "OTHER-1"} {
		result, err = Propose([]bank.Payment{paid("P", "75.00", "r="+reference)}, list, Directory{})
		require.NoError(t, err)
		assert.Equal(t, "structured_reference certain LER: F1 75.00; 0.00 left", result.Matches[0].text())
	}
	_, err = Propose([]bank.Payment{{Payment: receivables.Payment{ID: "P", Amount: money("1.00")}}}, nil, Directory{})
	require.ErrorIs(t, err, receivables.ErrInvalidInput, "without a day")
}

// Many items and payments of one customer cost what they are, not their square.
func BenchmarkPropose(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		list := make([]receivables.OpenItem, n)
		payments := make([]bank.Payment, n)
		for i := range n {
			list[i] = open(fmt.Sprintf("F-%07d", i), "DUR", "2026-09-01", fmt.Sprintf("%d.00", 100+i))
			payments[i] = paid(fmt.Sprintf("P%d", i), fmt.Sprintf("%d.50", 100+i), "c=DUR", "t=VIREMENT SANS REFERENCE")
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if _, err := Propose(payments, list, Directory{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/payment")
		})
	}
}

func TestFacts(t *testing.T) {
	ledger, err := receivables.NewLedger(
		receivables.Invoice{ID: "F-2026-17", Customer: "DUR", IssuedOn: receivables.MustDate("2026-08-01"), Amount: money("400.00")},
		receivables.Invoice{ID: "F-2026-18", Customer: "DUR", IssuedOn: receivables.MustDate("2026-08-01"), Amount: money("50.00")},
		receivables.CreditNote{ID: "A-2026-05", Customer: "DUR", IssuedOn: receivables.MustDate("2026-08-02"), Amount: money("40.00")},
	)
	require.NoError(t, err)
	day := receivables.MustDate("2026-10-20")
	result, err := Propose([]bank.Payment{
		paid("1", "360.00", "t=F-2026-17 A-2026-05"), paid("2", "50.00", "c=DUR"), paid("3", "9.99"),
	}, slices.Collect(ledger.OpenItems(day, day)), Directory{})
	require.NoError(t, err)
	require.NoError(t, ledger.Record(result.Facts(High)...))
	var left []string
	for item := range ledger.OpenItems(day, day) {
		left = append(left, fmt.Sprintf("%s %s %s", item.Document, item.Customer, item.Open.Text()))
	}
	assert.Equal(t, []string{"F-2026-18 DUR 50.00", "2 DUR -50.00", "3  -9.99"}, left)
	require.NoError(t, ledger.CheckConservation(day, day))
}

func TestWhatIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		payments []bank.Payment
		items    []receivables.OpenItem
		kind     error
	}{
		"no ID":           {[]bank.Payment{paid("", "1.00")}, nil, receivables.ErrInvalidInput},
		"zero":            {[]bank.Payment{paid("P", "0.00")}, nil, receivables.ErrInvalidInput},
		"money paid out":  {[]bank.Payment{paid("P", "-1.00")}, nil, receivables.ErrInvalidInput},
		"payment twice":   {[]bank.Payment{paid("P", "1.00"), paid("P", "1.00")}, nil, receivables.ErrDuplicate},
		"item twice":      {nil, []receivables.OpenItem{open("F", "C", "", "1.00"), open("F", "C", "", "1.00")}, receivables.ErrDuplicate},
		"without amount":  {nil, []receivables.OpenItem{{Document: "F"}}, receivables.ErrInvalidInput},
		"without money 2": {[]bank.Payment{{Payment: receivables.Payment{ID: "P"}}}, nil, receivables.ErrInvalidInput},
	} {
		_, err := Propose(c.payments, c.items, Directory{})
		require.ErrorIs(t, err, c.kind, name)
	}
}

// RF18 5390 0754 7034 is the example of ISO 11649 as published by the European Payments Council and Wikipedia.
func TestCreditorReference(t *testing.T) {
	got, err := CreditorReference("539007547034")
	require.NoError(t, err)
	assert.Equal(t, "RF18539007547034", got)
	for text, want := range map[string]bool{
		"RF18539007547034": true, "RF18 5390 0754 7034": true, "rf18539007547034": true, "RF18539007547035": false, "RF81539007547034": false,
		"RF98123456789012": false, "RF18": false, "": false, "RF1853900754703412345678901": false, "RF18é39007547034": false,
	} {
		assert.Equal(t, want, IsCreditorReference(text), text)
	}
	for text, kind := range map[string]error{"": receivables.ErrInvalidInput, "--": receivables.ErrInvalidInput, "é1": receivables.ErrInvalidInput, strings.Repeat("1", 22): receivables.ErrLimit} {
		_, err := CreditorReference(text)
		require.ErrorIs(t, err, kind, text)
	}
	rapid.Check(t, func(t *rapid.T) {
		text, err := CreditorReference(rapid.StringMatching(`[A-Z0-9-]{1,21}`).Filter(func(s string) bool { return strings.Trim(s, "-") != "" }).Draw(t, "number"))
		if err != nil || !IsCreditorReference(text) {
			t.Fatal(text, err)
		}
		at := rapid.IntRange(4, len(text)-1).Draw(t, "at")
		if c := text[at]; c >= '0' && c <= '9' { // one digit mistyped is always found
			other := text[:at] + string('0'+(c-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10) + text[at+1:]
			if IsCreditorReference(other) {
				t.Fatal(text, other)
			}
		}
	})
}

// Whatever comes in: nothing is matched twice, every cent of a payment is told, and a ledger takes it.
func TestNothingIsMatchedTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.SampledFrom([]string{"10.00", "20.00", "30.00", "12.34", "0.01", "100.00"})
		customer := rapid.SampledFrom([]string{"A", "B", "C"})
		ledger := &receivables.Ledger{}
		var documents []string
		for n := range rapid.IntRange(0, 12).Draw(t, "documents") {
			id := rapid.SampledFrom([]string{"F-2026-%d", "%d", "X%d"}).Draw(t, "form")
			id = fmt.Sprintf(id, n+1)
			documents = append(documents, id)
			var fact receivables.Fact = receivables.Invoice{ID: id, Customer: customer.Draw(t, "customer"), IssuedOn: receivables.MustDate("2026-01-01"), Amount: money(amount.Draw(t, "amount"))}
			if rapid.IntRange(0, 4).Draw(t, "credit") == 0 {
				fact = receivables.CreditNote{ID: id, Customer: customer.Draw(t, "customer"), IssuedOn: receivables.MustDate("2026-01-01"), Amount: money(amount.Draw(t, "amount"))}
			}
			if err := ledger.Record(fact); err != nil {
				continue // the same number
			}
		}
		var payments []bank.Payment
		for n := range rapid.IntRange(0, 8).Draw(t, "payments") {
			var words []string
			if rapid.Bool().Draw(t, "known") {
				words = append(words, "c="+customer.Draw(t, "payer"))
			}
			if len(documents) > 0 && rapid.Bool().Draw(t, "names") {
				words = append(words, "t="+strings.Join(rapid.SliceOfN(rapid.SampledFrom(documents), 1, 3).Draw(t, "named"), " "))
			}
			if len(documents) > 0 && rapid.IntRange(0, 3).Draw(t, "reference") == 0 {
				words = append(words, "r="+rapid.SampledFrom(documents).Draw(t, "structured"))
			}
			p := paid(fmt.Sprintf("pay %d", n), amount.Draw(t, "paid"), words...)
			p.ReceivedOn = receivables.AddDays(p.ReceivedOn, rapid.IntRange(0, 3).Draw(t, "day"))
			payments = append(payments, p)
		}
		day := receivables.MustDate("2026-12-31")
		open := slices.Collect(ledger.OpenItems(day, day))
		result, err := Propose(payments, open, Directory{})
		if err != nil {
			t.Fatal(err)
		}
		if len(result.Matches)+len(result.Unmatched) != len(payments) {
			t.Fatal("a payment is missing or there twice")
		}
		for _, m := range result.Matches {
			sum := m.Unapplied.Amount()
			for _, part := range m.Parts {
				if part.Amount.Sign() <= 0 {
					t.Fatal("a part of", part.Amount)
				}
				if part.From == m.Payment.ID {
					sum = sum.Add(part.Amount.Amount())
				}
			}
			if !sum.Equal(m.Payment.Amount.Amount()) || m.Unapplied.Sign() < 0 {
				t.Fatalf("of %s only %s is told", m.Payment.Amount, sum)
			}
		}
		if err := ledger.Record(result.Facts(Low)...); err != nil {
			t.Fatal(err) // over-allocated
		}
		if err := ledger.CheckConservation(day, day); err != nil {
			t.Fatal(err)
		}
		// The order in which payments are given does not matter beyond their days.
		other := slices.Clone(payments)
		slices.SortStableFunc(other, func(a, b bank.Payment) int { return int(a.ReceivedOn) - int(b.ReceivedOn) })
		again, err := Propose(other, open, Directory{})
		if err != nil {
			t.Fatal(err)
		}
		told := map[string]string{}
		for _, m := range result.Matches {
			told[m.Payment.ID] = m.text()
		}
		for _, m := range again.Matches {
			if told[m.Payment.ID] != m.text() {
				t.Fatal(told[m.Payment.ID], m.text())
			}
		}
	})
}

// The slow way to a combination: every choice written out.
func TestCombination(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []*item
		for range rapid.IntRange(0, 8).Draw(t, "items") {
			amount := decimal.New(int64(rapid.IntRange(-3, 9).Draw(t, "amount")), 0)
			if amount.Sign() != 0 {
				list = append(list, &item{left: amount})
			}
		}
		want := decimal.New(int64(rapid.IntRange(1, 12).Draw(t, "want")), 0)
		var choices []string
		var choose func(at int, sum decimal.Decimal, chosen string)
		choose = func(at int, sum decimal.Decimal, chosen string) {
			if at == len(list) {
				if sum.Equal(want) && chosen != "" {
					choices = append(choices, chosen)
				}
				return
			}
			choose(at+1, sum, chosen)
			choose(at+1, sum.Add(list[at].left), chosen+fmt.Sprint(at))
		}
		choose(0, decimal.Zero, "")
		got := ""
		m := &matcher{accounts: map[accountKey]*account{{}: {byAmount: map[string][]*item{}}}}
		for _, i := range list {
			m.open(i)
		}
		for _, i := range m.accounts[accountKey{}].combination(want) {
			got += fmt.Sprint(slices.Index(list, i))
		}
		if len(choices) == 1 && len(list) > 1 && got != choices[0] || (len(choices) != 1 || len(list) < 2) && got != "" {
			t.Fatal(choices, got)
		}
	})
}

func FuzzPropose(f *testing.F) {
	f.Add("F-2026-17 RF18 5390 0754 7034", "Durand & Fils", "FR7612345", "RF18539007547034")
	f.Fuzz(func(t *testing.T, text, name, account, reference string) {
		p := paid("P", "400.00")
		p.Transaction = bank.Transaction{Amount: p.Amount, Name: name, Account: account, Text: text, Structured: []string{reference}, EndToEnd: reference}
		if _, err := Propose([]bank.Payment{p}, items(), directory()); err != nil {
			t.Fatal(err)
		}
	})
}
