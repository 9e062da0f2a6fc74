package einvoice

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
)

func shared(t *testing.T) string {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "data", "einvoice")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the public files are not here: ", err)
	}
	return dir
}

func readFile(t *testing.T, path string) *Document {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	d, err := Read(file, Options{File: filepath.Base(path)})
	require.NoError(t, err)
	return d
}

// due dates that come from the words alone, worked out by hand; the other files without a stated date have none.
var dueByTerms = map[string]string{
	"ubl/en16931-ubl-tc434-example7.xml":           "2013-04-10", // 30 days from 2013-03-11
	"cii/en16931-CII_example7.xml":                 "2013-06-12", // 30 days from 2013-05-13
	"ubl/peppol-vat-category-E.xml":                "2018-09-29",
	"ubl/peppol-vat-category-O.xml":                "2018-09-29",
	"ubl/xrechnung-01.02a.xml":                     "2016-07-05",
	"cii/xrechnung-01.02a.xml":                     "2016-07-05",
	"ubl/zugferd-EN16931_1_Teilrechnung.xml":       "2018-07-04",
	"cii/zugferd-EN16931_1_Teilrechnung.xml":       "2018-07-04",
	"ubl/zugferd-EN16931_SEPA_Prenotification.xml": "2018-03-20",
	"cii/zugferd-EN16931_SEPA_Prenotification.xml": "2018-03-20",
}

// what the words give where it is not the date that holds.
var contradictions = map[string]string{
	"ubl/akretion-ubl-21-en16931.xml":            "2026-07-17",
	"ubl/akretion-ubl-21-extended-ctc-fr.xml":    "2026-07-17",
	"ubl/en16931-issue116.xml":                   "2018-03-10",
	"cii/en16931-CII-BR-CO-10-RoundingIssue.xml": "2021-04-05",
	"cii/mustang-Factur-X_basic.xml":             "2024-12-25",
	"ubl/zugferd-EN16931_1_Teilrechnung.xml":     "2018-07-05",
	"cii/zugferd-EN16931_1_Teilrechnung.xml":     "2018-07-05",
}

func TestPublicInvoices(t *testing.T) {
	dir := shared(t)
	text, err := os.ReadFile(filepath.Join("testdata", "public-figures.txt"))
	require.NoError(t, err)
	count := 0
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		want := strings.Split(line, "|")
		require.Len(t, want, 22, line)
		count++
		t.Run(want[0], func(t *testing.T) {
			d := readFile(t, filepath.Join(dir, filepath.FromSlash(want[0])))
			or := func(text string) string {
				if text == "" {
					return "-"
				}
				return text
			}
			day := func(stated bool) string {
				if !stated || d.DueOn == 0 {
					return "-"
				}
				return d.DueOn.String()
			}
			delivered := "-"
			if d.DeliveredOn != 0 {
				delivered = d.DeliveredOn.String()
			}
			var preceding []string
			for _, ref := range d.Preceding {
				preceding = append(preceding, ref.ID)
			}
			assert.Equal(t, want[1:7], []string{d.ID, d.Type, d.IssuedOn.String(), day(d.Due == DueStated), delivered, d.Currency.Code()})
			for i, m := range []receivables.Money{d.TaxExclusive, d.Tax, d.TaxInclusive, d.Prepaid, d.Rounding, d.Payable} {
				if want[7+i] == "-" {
					assert.False(t, m.IsValid(), "amount %d is %s", i, m)
				} else {
					assert.True(t, decimal.RequireFromString(want[7+i]).Equal(m.Amount()), "amount %d is %s, want %s", i, m, want[7+i])
				}
			}
			assert.Equal(t, want[13:21], []string{
				or(d.Seller.Name), or(d.Buyer.Name), or(d.Payee.Name), or(strings.Join(d.Accounts, " ")), or(strings.Join(d.PaymentReference, ";")), or(d.BuyerReference),
				or(d.OrderReference), or(strings.Join(preceding, " ")),
			})
			notes, err := decimal.NewFromString(want[21])
			require.NoError(t, err)
			assert.Len(t, d.Notes, int(notes.IntPart()))
			if by, ok := dueByTerms[want[0]]; ok {
				assert.Equal(t, []string{by, "from terms"}, []string{d.DueOn.String(), d.Due.String()})
			} else if want[4] == "-" {
				assert.Equal(t, DueNotKnown, d.Due, "%v", d.Terms)
			}
			if by, ok := contradictions[want[0]]; ok {
				require.NotEmpty(t, d.Contradictions)
				assert.ErrorContains(t, d.Contradictions[0], by)
			} else {
				assert.Empty(t, d.Contradictions)
			}

			// What is open in a ledger is the payable amount.
			facts, err := d.Facts(FactOptions{})
			require.NoError(t, err)
			ledger, err := receivables.NewLedger(facts...)
			require.NoError(t, err)
			open := decimal.Zero
			for _, b := range ledger.Balances(d.IssuedOn, d.IssuedOn) {
				open = open.Add(b.Amount.Amount())
			}
			payable := d.Payable.Amount()
			if d.Type == "381" {
				payable = payable.Neg()
			}
			assert.True(t, payable.Equal(open), "open %s, payable %s", open, d.Payable)
			require.NoError(t, ledger.CheckConservation(d.IssuedOn, d.IssuedOn))
		})
	}
	assert.Equal(t, 55, count)
}

func TestDiscounts(t *testing.T) {
	dir := shared(t)
	for name, want := range map[string][]string{
		"cii/akretion-zugferd-extended.xml":             {"2 2013-10-16"},
		"cii/mustang-extended-double-cash-discount.xml": {"2 2018-08-20", "1 2018-08-13"},
		"ubl/xrechnung-01.10a.xml":                      {"2 2016-07-04", "1 2016-07-11", "0 2016-07-27"},
		"cii/xrechnung-01.10a.xml":                      {"2 2016-07-04", "1 2016-07-11", "0 2016-07-27"},
		"ubl/en16931-guide-example2.xml":                {"2 2013-07-02"},
		"cii/en16931-CII_example2.xml":                  {"2 2013-07-02"},
		"ubl/peppol-Norwegian-example-1.xml":            {"2 2013-07-02"},
		"ubl/peppol-base-example.xml":                   nil, // "Payment within 10 days, 2% discount": of what are the 10 days?
		"ubl/xrechnung-01.21a.xml":                      {"3 2020-12-07"},
		"ubl/zugferd-EN16931_1_Teilrechnung.xml":        {"3 2018-06-15"},
		"cii/akretion-zugferd-comfort.xml":              {"3 2013-03-15"},
		"cii/mustang-Factur-X_basic.xml":                {"3 2024-11-25"},
		"ubl/en16931-ubl-tc434-example5.xml":            nil, // "50% prepaid, 50% within one month"
		"ubl/en16931-issue116.xml":                      nil, // 12 % is the penalty
	} {
		var got []string
		for _, discount := range readFile(t, filepath.Join(dir, filepath.FromSlash(name))).Discounts {
			got = append(got, discount.Percent.String()+" "+discount.LastDay.String())
		}
		assert.Equal(t, want, got, name)
	}
}

func TestNotesHaveSubjects(t *testing.T) {
	for _, name := range []string{"ubl/akretion-ubl-21-en16931.xml", "cii/akretion-factur-x-en16931.xml"} {
		var subjects []string
		d := readFile(t, filepath.Join(shared(t), filepath.FromSlash(name)))
		for _, n := range d.Notes {
			subjects = append(subjects, n.Subject)
			if n.Subject == "PMT" {
				assert.Contains(t, n.Text, "40")
				assert.NotContains(t, n.Text, "#")
			}
		}
		assert.Subset(t, subjects, []string{"PMT", "PMD", "AAB"}, name)
	}
	assert.Equal(t, Note{Text: "Ordered through our website#Ordering information"}, note("Ordered through our website#Ordering information"))
}

func small(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return string(text)
}

func TestTermsThatAreRead(t *testing.T) {
	issued := receivables.MustDate("2026-01-31")
	for text, want := range map[string]string{
		"30 jours net":                          "2026-03-02",
		"Paiement à 30 jours":                   "2026-03-02",
		"PAIEMENT 30 JOURS NET":                 "2026-03-02",
		"Règlement : 45 jours puis fin de mois": "2026-03-31",
		"Net 30":                                "2026-03-02",
		"Payment within 14 days.":               "2026-02-14",
		"Zahlbar innerhalb von 10 Tagen":        "2026-02-10",
		"Zahlbar bis 15.02.2026":                "2026-02-15",
		"Payable by 2026-02-28":                 "2026-02-28",
		"à régler au plus tard le 15/02/2026":   "2026-02-15",
		"30 jours net. En cas de retard, 40 euros et trois fois le taux légal. Pas d'escompte en cas de paiement sous 10 jours.": "2026-03-02",
		"2.125 % Skonto innerhalb 10 Tagen, 30 Tage netto":                                                                       "2026-03-02",
		"30 dagar netto":                          "2026-03-02",
		"betaling binnen 14 dagen":                "2026-02-14",
		"30 days net, 2% discount within 10 days": "2026-03-02",
		"comptant": "2026-01-31",
		// What can mean two things, or is not understood, gives no date.
		"45 jours fin de mois":                                          "",
		"Payment within 10 days, 2% discount":                           "",
		"2% within 10 days":                                             "",
		"50% now, 50% within 30 days":                                   "",
		"bis 31.02.2026":                                                "",
		"see contract":                                                  "",
		"Paiement à 45 jours fin de mois":                               "", // two readings
		"Règlement à 30 jours fin de mois le 10":                        "",
		"30 jours net fin de mois":                                      "",
		"Payment 30 days end of month":                                  "",
		"Zahlbar 30 Tage zum Monatsende":                                "",
		"Paiement à 30 jours à réception de la facture":                 "", // from a day that is not in the document
		"Payment within 30 days of receipt":                             "",
		"Zahlbar innerhalb 14 Tagen nach Lieferung":                     "",
		"Paiement sous 10 jours ouvrés":                                 "",
		"Rückgaberecht innerhalb von 14 Tagen bei Internet-Bestellung":  "",
		"Garantie 365 Tage ab Zahlung":                                  "",
		"Betrag dankend erhalten: Zahlung am 05.01.2026":                "",
		"Paid on 2026-01-05 by card":                                    "",
		"Indemnité forfaitaire de 40 euros due 30 jours après échéance": "",
		"Payment within 3 months or 10 days":                            "",
		"Paiement avant le 15.02.2026":                                  "", // on the 15th or the 14th?
		"payable by 02/03/2026":                                         "", // 2 March or 3 February?
		"100 % Skonto innerhalb 10 Tagen":                               "",
		"Die 30 Tage im Vertrag":                                        "",
		"":                                                              "",
	} {
		d := &Document{IssuedOn: issued, Terms: []string{text}}
		d.dueFromTerms()
		got := ""
		if d.DueOn != 0 {
			got = d.DueOn.String()
		}
		assert.Equal(t, want, got, text)
	}
}

func TestWhatIsRefused(t *testing.T) {
	ubl, cii := small(t, "invoice-ubl.xml"), small(t, "invoice-cii.xml")
	change := func(text, old, with string) string {
		require.Contains(t, text, old)
		return strings.Replace(text, old, with, 1)
	}
	for name, c := range map[string]struct {
		text  string
		kind  error
		parts []string
	}{
		"no number":              {change(ubl, "<cbc:ID>F-2026-17</cbc:ID>", ""), receivables.ErrInvalidInput, []string{"ID", "needed"}},
		"30 February":            {change(ubl, "2026-03-02", "2026-02-30"), receivables.ErrInvalidInput, []string{"DueDate", "2026-02-30", "line 7"}},
		"30 February in CII":     {change(cii, ">20260302<", ">20260230<"), receivables.ErrInvalidInput, []string{"DateTimeString", "20260230"}},
		"format of a date":       {change(cii, `format="102">20260302`, `format="203">202603021200`), receivables.ErrInvalidInput, []string{"format 102"}},
		"unknown currency":       {change(ubl, ">EUR</cbc:Doc", ">EUX</cbc:Doc"), receivables.ErrUnknown, []string{"EUX"}},
		"other currency":         {change(ubl, `<cbc:PayableAmount currencyID="EUR">`, `<cbc:PayableAmount currencyID="USD">`), receivables.ErrCurrencyMismatch, []string{"USD", "the document is in EUR"}},
		"decimal comma":          {change(ubl, ">80.00</cbc:Pay", ">80,00</cbc:Pay"), receivables.ErrInvalidInput, []string{"80,00"}},
		"exponent":               {change(ubl, ">80.00</cbc:Pay", ">8e1</cbc:Pay"), receivables.ErrInvalidInput, []string{"8e1"}},
		"payable does not fit":   {change(ubl, ">80.00</cbc:Pay", ">80.01</cbc:Pay"), receivables.ErrConflict, []string{"the total 120.00 less prepaid 40", "is 80"}},
		"payable does not fit 2": {change(cii, ">80.00</ram:Due", ">80.01</ram:Due"), receivables.ErrConflict, []string{"80.01"}},
		"no payable amount":      {change(ubl, `<cbc:PayableAmount currencyID="EUR">80.00</cbc:PayableAmount>`, ""), receivables.ErrInvalidInput, []string{"payable amount is needed"}},
		"two totals":             {change(ubl, `<cbc:PayableAmount`, `<cbc:PayableAmount currencyID="EUR">80.00</cbc:PayableAmount><cbc:PayableAmount`), receivables.ErrDuplicate, []string{"two amounts"}},
		"no settlement":          {change(cii, "ApplicableHeaderTradeSettlement>", "Settlement>"), receivables.ErrInvalidInput, nil},
		"an order":               {`<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"/>`, receivables.ErrInvalidInput, []string{"Order", "no UBL invoice"}},
		"another Invoice":        {`<Invoice/>`, receivables.ErrInvalidInput, []string{"no UBL invoice"}},
		"entity bomb":            {`<!DOCTYPE a [<!ENTITY x "y">]>` + ubl, receivables.ErrInvalidInput, []string{"document type"}},
		"entity bomb inside":     {strings.Replace(ubl, "<Invoice", `<!DOCTYPE a [<!ENTITY x "y">]><Invoice`, 1), receivables.ErrInvalidInput, []string{"document type"}},
		"deep nesting":           {strings.Replace(ubl, "<cbc:ID>", strings.Repeat("<x>", 100)+"<cbc:ID>", 1), receivables.ErrLimit, []string{"nested"}},
		"huge text":              {change(ubl, "30 jours net", strings.Repeat("x", 100_000)), receivables.ErrLimit, []string{"a text of more than 65536 bytes"}},
		"discount beyond 100":    {change(cii, ">2.00</ram:Calc", ">200</ram:Calc"), receivables.ErrInvalidInput, []string{"0 to 100"}},
		"discount in months":     {change(cii, `unitCode="DAY">10`, `unitCode="MON">10`), receivables.ErrInvalidInput, []string{"unit DAY"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read(strings.NewReader(c.text), Options{File: "f.xml"})
			require.ErrorIs(t, err, c.kind)
			for _, part := range append(c.parts, "f.xml") {
				assert.ErrorContains(t, err, part)
			}
		})
	}
	_, err := Read(strings.NewReader(ubl), Options{File: "f.xml", MaxBytes: 500})
	require.ErrorIs(t, err, receivables.ErrLimit)
	nobody, err := Read(strings.NewReader(change(change(ubl, ">Durand SARL</cbc:RegistrationName>", "></cbc:RegistrationName>"), ">C-12<", "><")), Options{})
	require.NoError(t, err)
	_, err = nobody.Facts(FactOptions{})
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
}

// What is open is the payable amount, whatever was paid before or back.
func TestPayableIsOpen(t *testing.T) {
	ubl := small(t, "invoice-ubl.xml")
	with := func(kind, total, prepaid, payable string) string {
		text := strings.NewReplacer(">380<", ">"+kind+"<", ">100.00</cbc:TaxEx", ">"+total+"</cbc:TaxEx", ">20.00</cbc:TaxA", ">0</cbc:TaxA", ">120.00</cbc:TaxIn", ">"+total+"</cbc:TaxIn",
			">40.00</cbc:Prep", ">"+prepaid+"</cbc:Prep", ">80.00</cbc:Pay", ">"+payable+"</cbc:Pay").Replace(ubl)
		if kind == "381" {
			text = strings.ReplaceAll(strings.ReplaceAll(text, "<Invoice ", "<CreditNote "), "</Invoice>", "</CreditNote>")
			text = strings.NewReplacer("InvoiceTypeCode", "CreditNoteTypeCode").Replace(text)
		}
		return text
	}
	for _, c := range []struct{ kind, total, prepaid, payable, open string }{
		{"380", "120", "40", "80", "80"},
		{"380", "120", "120", "0", "0"},
		{"380", "120", "150", "-30", "-30"},
		{"381", "120", "40", "80", "-80"},
		{"381", "120", "120", "0", "0"},
		{"380", "-100", "-100", "0", "0"},
		{"384", "-100", "-40", "-60", "-60"},
		{"384", "0", "0", "0", "0"},
	} {
		d, err := Read(strings.NewReader(with(c.kind, c.total, c.prepaid, c.payable)), Options{})
		require.NoError(t, err)
		facts, err := d.Facts(FactOptions{})
		require.NoError(t, err)
		ledger, err := receivables.NewLedger(facts...)
		require.NoError(t, err)
		open := decimal.Zero
		for item := range ledger.OpenItems(d.IssuedOn, d.IssuedOn) {
			open = open.Add(item.Open.Amount())
		}
		assert.Equal(t, c.open, open.String(), "%v", c)
	}
	for _, c := range []struct{ kind, total, prepaid, payable string }{{"380", "100", "-20", "120"}, {"381", "120", "150", "-30"}} {
		d, err := Read(strings.NewReader(with(c.kind, c.total, c.prepaid, c.payable)), Options{})
		require.NoError(t, err)
		_, err = d.Facts(FactOptions{})
		require.ErrorIs(t, err, receivables.ErrConflict, "%v", c)
	}
	for _, text := range []string{with("381", "-120", "0", "-120"), strings.Replace(with("381", "120", "0", "120"), ">381<", ">380<", 1)} {
		d, err := Read(strings.NewReader(text), Options{})
		require.NoError(t, err)
		assert.Len(t, d.Contradictions, 1)
	}
}

// Many notes, many accounts, long terms: refused or left alone, never a matter of time or memory.
func TestManyOfAKind(t *testing.T) {
	ubl := small(t, "invoice-ubl.xml")
	for _, element := range []string{"<cac:PaymentTerms><cbc:Note>n%d</cbc:Note></cac:PaymentTerms>", "<cac:PaymentMeans><cbc:PaymentID>p%d</cbc:PaymentID></cac:PaymentMeans>"} {
		var b strings.Builder
		for n := range 10_000 {
			b.WriteString(strings.ReplaceAll(element, "%d", decimal.NewFromInt(int64(n)).String()))
		}
		_, err := Read(strings.NewReader(strings.Replace(ubl, "<cac:PaymentMeans>", b.String()+"<cac:PaymentMeans>", 1)), Options{})
		require.ErrorIs(t, err, receivables.ErrLimit)
	}
	long := strings.Replace(ubl, "30 jours net", strings.Repeat("Zahlbar bis 01.01.2026, Zahlbar bis 02.01.2026, ", 1000), 1)
	d, err := Read(strings.NewReader(long), Options{})
	require.NoError(t, err)
	assert.Empty(t, d.Contradictions)
}

// Both languages say the same.
func TestSmallFiles(t *testing.T) {
	for _, name := range []string{"invoice-ubl.xml", "invoice-cii.xml"} {
		d, err := Read(strings.NewReader(small(t, name)), Options{File: name})
		require.NoError(t, err)
		assert.Equal(t, []string{"F-2026-17", "380", "2026-01-31", "2026-03-02", "stated", "EUR"}, []string{d.ID, d.Type, d.IssuedOn.String(), d.DueOn.String(), d.Due.String(), d.Currency.Code()})
		assert.Equal(t, []string{"100.00", "20.00", "120.00", "40.00", "80.00"}, []string{d.TaxExclusive.Text(), d.Tax.Text(), d.TaxInclusive.Text(), d.Prepaid.Text(), d.Payable.Text()})
		assert.Equal(t, Party{Name: "Durand SARL", ID: "C-12", Country: "FR"}, d.Buyer)
		assert.Equal(t, []string{"FR7630006000011234567890189"}, d.Accounts)
		assert.Equal(t, []string{"RF18539007547034"}, d.PaymentReference)
		require.Len(t, d.Discounts, 1)
		assert.Equal(t, "2 2026-02-10", d.Discounts[0].Percent.String()+" "+d.Discounts[0].LastDay.String())
		assert.Equal(t, []Note{{Subject: "PMT", Text: "Indemnité forfaitaire : 40 €"}}, d.Notes)

		facts, err := d.Facts(FactOptions{Customer: "411DUR", WithoutPrepaid: true})
		require.NoError(t, err)
		assert.Equal(t, "411DUR", facts[0].(receivables.Invoice).Customer)
		assert.Len(t, facts, 1, "a known customer stays as he is")
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"invoice-ubl.xml", "invoice-cii.xml"} {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("<CrossIndustryDocument/>"))
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := Read(bytes.NewReader(text), Options{})
		if err != nil {
			return
		}
		facts, err := d.Facts(FactOptions{Customer: "C"})
		if err != nil {
			return // prepaid and total of different signs
		}
		ledger, err := receivables.NewLedger(facts...)
		if err != nil {
			t.Fatal(err, d)
		}
		if err := ledger.CheckConservation(d.IssuedOn, d.IssuedOn); err != nil {
			t.Fatal(err)
		}
	})
}
