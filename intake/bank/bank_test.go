package bank

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"

	"github.com/receivables-go/receivables"
)

func shared(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "bank", name))
	if err != nil {
		t.Skip("the public files are not here: ", err)
	}
	return text
}

func read(t *testing.T, text []byte, options Options) *Import {
	t.Helper()
	result, err := Read(bytes.NewReader(text), options)
	require.NoError(t, err)
	return result
}

// refused are the public files that do not add up or say something impossible, and what the message must say.
var refused = map[string]string{
	"cfonb120-akretion-bank_statement.cfo":                        "line 1, column \"currency (17-19)\"",
	"cfonb120-pennylane-invalid_date.txt":                         "line 1, column \"date (35-40)\": date (35-40) \"CART\": date: a day that exists is needed, written DDMMYY",
	"cfonb120-pennylane-new_statement_without_previous_ended.txt": "line 1, column \"closing balance\": closing balance: required: the statement has none",
	"cfonb120-pennylane-operation.txt":                            "a movement before the opening balance (01)",
	"cfonb240-silarhi-complex-test.txt":                           "is CFONB 240",
	"genkgo-camt053.v2.all-balance-types.xml":                     "give 9.86: the difference is -5.82",
	"genkgo-camt053.v2.five.decimals.xml":                         "the difference is 0.05",
	"genkgo-camt053.v2.minimal.xml":                               "\"-27.00 SEK\": currency: the opening balance is in EUR",
	"genkgo-camt053.v2.with-party-ids.xml":                        "\"-27.00 SEK\": currency: the opening balance is in EUR",
	"genkgo-camt053.v2.wrong.xml":                                 "there is no statement in the message",
	"genkgo-camt053.v3.xml":                                       "line 110, column \"entry\": entry \"8.85\": sum: its transactions add up to 105.75",
	"genkgo-camt053.v4.xml":                                       "\"-27.00 SEK\": currency",
	"genkgo-camt053.v8.xml":                                       "\"-27.00 SEK\": currency",
	"genkgo-camt054.v8.xml":                                       "the amount of each part of an entry in SEK is needed",
	"mt940-betterplace-sepa_snippet.sta":                          "the difference is 300.08",
	"mt940-cmxl-mt940.sta":                                        "line 4, column \":60F:\": :60F: \"DEM\": unknown_currency",
	"mt940-jejik-abnamro.sta":                                     "the difference is -2038",
	"mt940-jejik-ing.sta":                                         "the difference is 49.06",
	"mt940-jejik-knab.sta":                                        "the difference is 4500",
	"mt940-jejik-postfinance.sta":                                 "line 15, column \"closing balance\": closing balance \"159.60\": sum",
	"mt940-jejik-rabobank.sta":                                    "the difference is 1135.93",
	"mt940-jejik-triodos.sta":                                     "the difference is 111.4",
	"mt940-self-provided-february_30.sta":                         "line 6, column \":61:\": :61: \"160230\": date",
	"mt940-self-provided-multiline.sta":                           "line 38, column \":61:\": :61: \"2212191220C119,NMSC341241773/1XXXXX//O/341241774\": order: a field outside of a statement",
	"mt940-self-provided-raphaelm.sta":                            "\"DEM\": unknown_currency",
	"oca-test-camt053.xml":                                        "the difference is -434.16",
}

// Every public file loads with the figures that other programs found in it, or is refused for what is wrong in it. Collecting problems,
// what can be read of the wrong ones is the same.
func TestPublicFiles(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "public-figures.txt"))
	require.NoError(t, err)
	want := map[string][]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		if name, row, ok := strings.Cut(line, "|"); ok && !strings.HasPrefix(line, "#") {
			want[name] = append(want[name], row)
		}
	}
	shared(t, "README-is-beside-it/../cfonb120-pennylane-example.txt")
	paths, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "data", "bank", "*"))
	require.NoError(t, err)
	require.Len(t, paths, 44)
	for _, path := range paths {
		name := filepath.Base(path)
		t.Run(name, func(t *testing.T) {
			text := shared(t, name)
			_, err := Read(bytes.NewReader(text), Options{File: name})
			if detail, wrong := refused[name]; wrong {
				require.Error(t, err)
				assert.Contains(t, err.Error(), detail)
				assert.Contains(t, err.Error(), name)
			} else {
				require.NoError(t, err)
			}
			options := Options{File: name, BadRows: receivables.BadRowsCollect}
			if strings.Contains(name, "akretion") {
				options.Currency = receivables.MustCurrency("EUR") // which its balances do not name
			}
			result, err := Read(bytes.NewReader(text), options)
			switch {
			case name == "genkgo-camt053.v2.wrong.xml":
				require.Error(t, err)
				return
			case strings.HasPrefix(name, "cfonb240"):
				assert.Empty(t, result.Statements)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, refused[name] != "", len(result.Problems) > 0, result.Problems)
			compare(t, name, want[name], result)
		})
	}
}

func compare(t *testing.T, name string, want []string, result *Import) {
	t.Helper()
	var got []string
	for _, s := range result.Statements {
		credits, debits, transactions := decimal.Zero, decimal.Zero, 0
		for _, e := range s.Entries {
			transactions += len(e.Transactions)
			if e.Amount.Sign() > 0 {
				credits = credits.Add(e.Amount.Amount())
			} else {
				debits = debits.Sub(e.Amount.Amount())
			}
		}
		got = append(got, fmt.Sprintf("S|%s|%s|%s|%d|%d|%s|%s", s.Account, of(s.Opening), of(s.Closing), len(s.Entries), transactions, credits, debits))
		for _, e := range s.Entries {
			got = append(got, fmt.Sprintf("E|%d|%s|%s|%s", e.Line, dayOf(e.BookedOn), dayOf(e.ValueOn), plain(e.Amount)))
		}
	}
	var expected []string
	for _, row := range want {
		part := strings.Split(row, "|")
		if part[0] == "S" {
			for _, at := range []int{8, 9} {
				part[at] = decimal.RequireFromString(part[at]).String()
			}
			for _, at := range []int{2, 4} {
				part[at] = normal(part[at])
			}
		} else {
			part[4] = normal(part[4])
		}
		expected = append(expected, strings.Join(part, "|"))
	}
	skip := func(row string) bool {
		switch {
		case strings.Contains(name, "raphaelm"), strings.Contains(name, "cmxl"):
			return strings.Contains(row, "DEM") || strings.Contains(row, "|-|-|-|-|0|0") // a currency that is none any more
		case strings.HasPrefix(row, "S|") && strings.Contains(name, "akretion"):
			return true // the balances have no currency; it is given here
		case strings.HasPrefix(row, "S|") && (strings.Contains(name, "invalid_date") || strings.Contains(name, "multiline")):
			return true // a balance of no day; an entry outside
		case strings.Contains(name, "five.decimals"):
			return strings.HasPrefix(row, "S|")
		case strings.Contains(name, "camt054.v8"):
			return strings.HasPrefix(row, "S|") // its transactions are of another currency: one is made of them
		case strings.Contains(name, "multiline"):
			return strings.Contains(row, "2022-12")
		}
		return false
	}
	assert.Equal(t, without(expected, skip), without(got, skip))
}

func without(rows []string, skip func(string) bool) []string {
	var kept []string
	for _, row := range rows {
		if skip(row) {
			continue
		}
		if part := strings.Split(row, "|"); part[0] == "S" { // the account alone: banks and branches are told apart in the other programs
			fields := strings.Fields(part[1])
			part[1] = fields[len(fields)-1]
			row = strings.Join(part, "|")
		}
		kept = append(kept, row)
	}
	return kept
}

func normal(amount string) string {
	value, code, _ := strings.Cut(amount, " ")
	if value == "-" {
		return "-"
	}
	return decimal.RequireFromString(value).String() + " " + code
}

func plain(m receivables.Money) string {
	if !m.IsValid() {
		return "-"
	}
	return m.Amount().String() + " " + m.Currency().Code()
}

func of(b Balance) string { return plain(b.Amount) + "|" + dayOf(b.On) }

func dayOf(d interface{ String() string }) string {
	if d.String() == "0001-01-01" {
		return "-"
	}
	return d.String()
}

func TestWordsOfCamt(t *testing.T) {
	payments := read(t, shared(t, "ledgersmb-camt053-sample.xml"), Options{}).Payments()
	var got []string
	for _, p := range payments {
		got = append(got, fmt.Sprintf("%s %s %s|%s|%s|%v|%s", p.ID, p.ReceivedOn, p.Amount, p.Transaction.Name, p.Transaction.EndToEnd, p.Transaction.Structured, p.Transaction.Text))
	}
	require.Len(t, got, 6) // 04, 05, 06, 07, 08, 21: what came in
	all := strings.Join(got, "\n")
	assert.Contains(t, all, "INVOICE US20291092")
	assert.Contains(t, all, "DEBTOR NAME")
	assert.Contains(t, all, "[RF98123456789012]")
	assert.Contains(t, all, "EndToEndIdSCT01")

	divided := read(t, shared(t, "oca-test-camt053-txdtls.xml"), Options{}).Payments()
	require.Len(t, divided, 2)
	assert.Equal(t, []string{"302388292000011111111111111"}, divided[0].Transaction.Structured)
	assert.Equal(t, []string{"2187.00", "1296.00"}, []string{divided[0].Amount.Text(), divided[1].Amount.Text()})
	assert.Equal(t, "2017-03-22", divided[0].ReceivedOn.String())
	assert.NotEqual(t, divided[0].ID, divided[1].ID)
}

func TestWordsOfMT940(t *testing.T) {
	german := read(t, shared(t, "mt940-betterplace-sepa_mt9401.sta"), Options{})
	first := german.Statements[0].Entries[0].Transactions[0]
	assert.Equal(t, "TFNR 40005 00005MTLG:Grund nicht spezifiziert Reject aus SEPA-Ueberweisungsauftrag", first.EndToEnd)
	assert.Contains(t, first.Text, "Grund nicht spezifiziert Reject aus SEPA-Ueberweisungsauftrag", "cut within words over two lines and three subfields")

	dutch := read(t, shared(t, "mt940-jejik-rabobank-iban.sta"), Options{}).Statements[0].Entries
	assert.Equal(t, "CONTRA ACCOUNT HOLDER", dutch[0].Transactions[0].Name)
	assert.Equal(t, "01-01-2013 12:00 0030000987654321", dutch[0].Transactions[0].EndToEnd)
	assert.Contains(t, dutch[1].Transactions[0].Text, "Reference 201301234")
	assert.True(t, german.Statements[0].Entries[3].Amount.IsValid())

	// RC takes back a credit: a debit, and no payment.
	reversed := german.Statements[0].Entries
	for _, e := range reversed {
		if e.Reversal {
			assert.Equal(t, "-204.88", e.Amount.Text())
		}
	}
}

func small(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return string(text)
}

// The same day at the bank in three formats: two payments, one of them in two parts, a fee, a payment returned.
func TestSmallFiles(t *testing.T) {
	for name, format := range map[string]Format{"camt053.xml": Camt053, "mt940.txt": MT940, "cfonb120.txt": CFONB120} {
		t.Run(name, func(t *testing.T) {
			result := read(t, []byte(small(t, name)), Options{File: name})
			assert.Equal(t, format, result.Format)
			require.Len(t, result.Statements, 1)
			s := result.Statements[0]
			assert.Equal(t, "1000.00 EUR 2026-10-19 → 2269.75 EUR 2026-10-20", fmt.Sprintf("%s %s → %s %s", s.Opening.Amount, s.Opening.On, s.Closing.Amount, s.Closing.On))
			require.Len(t, s.Entries, 4)
			payments := result.Payments()
			sum := decimal.Zero
			var words []string
			for _, p := range payments {
				sum = sum.Add(p.Amount.Amount())
				words = append(words, p.Transaction.Text, strings.Join(p.Transaction.Structured, " "), p.Transaction.EndToEnd)
				assert.Equal(t, "2026-10-20", p.ReceivedOn.String())
				assert.Empty(t, p.Customer)
			}
			assert.Equal(t, "1400", sum.String())
			assert.Contains(t, strings.Join(words, " "), "F-2026-17")
			assert.Contains(t, strings.Join(words, " "), "RF18539007547034")
			assert.Equal(t, "DURAND SARL", payments[0].Transaction.Name)
			again := read(t, []byte(small(t, name)), Options{File: name}).Payments()
			assert.Equal(t, payments[0].ID, again[0].ID)
			ids := map[string]bool{}
			for _, p := range payments {
				assert.False(t, ids[p.ID], p.ID)
				ids[p.ID] = true
			}
		})
	}
}

func TestOverpunch(t *testing.T) {
	line := func(amount string) string {
		return strings.Replace(small(t, "cfonb120.txt"), "0000000010000{", amount, 1)
	}
	for amount, want := range map[string]string{
		"0000000010000{": "1000.00", "0000000010000A": "1000.01", "0000000010000I": "1000.09", "0000000010000}": "-1000.00", "0000000010000J": "-1000.01",
		"0000000010000R": "-1000.09", "9999999999999I": "999999999999.99", "        10000{": "1000.00",
	} {
		result := read(t, []byte(line(amount)), Options{BadRows: receivables.BadRowsCollect})
		assert.Equal(t, want, result.Statements[0].Opening.Amount.Text(), amount)
	}
	for _, amount := range []string{"00000001000000", "0000000100000S", "000000 100000{", "-000000100000{", "0000000100000@"} {
		_, err := Read(strings.NewReader(line(amount)), Options{})
		require.ErrorContains(t, err, "13 digits", amount)
	}
}

func TestWhatIsRefused(t *testing.T) {
	camt, mt, cfonb := small(t, "camt053.xml"), small(t, "mt940.txt"), small(t, "cfonb120.txt")
	change := func(text, old, with string) string {
		require.Contains(t, text, old)
		return strings.Replace(text, old, with, 1)
	}
	for name, c := range map[string]struct {
		text  string
		kind  error
		parts []string
	}{
		"empty":                 {"", receivables.ErrInvalidInput, []string{"empty"}},
		"something else":        {"id,amount\n1,2\n", receivables.ErrInvalidInput, []string{"no MT940"}},
		"zip":                   {"PK\x03\x04....", receivables.ErrInvalidInput, []string{"unpack it first"}},
		"camt.052":              {change(camt, "camt.053.001.08", "camt.052.001.08"), receivables.ErrInvalidInput, []string{"camt.052"}},
		"pain.001":              {`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"/>`, receivables.ErrInvalidInput, []string{"no camt.053"}},
		"entity bomb":           {change(camt, "<Document", "<!DOCTYPE a [<!ENTITY b 'c'>]><Document"), receivables.ErrInvalidInput, []string{"document type"}},
		"nesting":               {change(camt, "<Ntry>", strings.Repeat("<x>", 100)), receivables.ErrLimit, []string{"nested"}},
		"no mark":               {change(camt, "<CdtDbtInd>CRDT</CdtDbtInd>", "<CdtDbtInd>X</CdtDbtInd>"), receivables.ErrInvalidInput, []string{"CRDT or DBIT"}},
		"comma in camt":         {change(camt, ">400.00<", ">400,00<"), receivables.ErrInvalidInput, []string{"decimal point"}},
		"negative in camt":      {change(camt, ">400.00<", ">-400.00<"), receivables.ErrInvalidInput, []string{"without sign"}},
		"30 February in camt":   {change(camt, "<Dt>2026-10-20</Dt>", "<Dt>2026-02-30</Dt>"), receivables.ErrInvalidInput, []string{"2026-02-30"}},
		"other currency":        {change(camt, `<Ntry><Amt Ccy="EUR">400.00`, `<Ntry><Amt Ccy="USD">400.00`), receivables.ErrCurrencyMismatch, []string{"the account is in EUR"}},
		"parts do not add up":   {change(camt, ">600.00<", ">600.01<"), receivables.ErrConflict, []string{"its transactions add up to 1000.01"}},
		"does not add up":       {change(mt, "C400,", "C400,01"), receivables.ErrConflict, []string{"the difference is -0.01"}},
		"no closing":            {change(mt, ":62F:", ":65:"), receivables.ErrInvalidInput, []string{"closing balance"}},
		"thousands in MT940":    {change(mt, "C400,", "C1.400,"), receivables.ErrInvalidInput, []string{":61:"}},
		"two commas":            {change(mt, "C400,", "C4,0,0"), receivables.ErrInvalidInput, []string{"4,0,0"}},
		"entry outside":         {mt + ":61:261020C1,00NTRFX\n", receivables.ErrInvalidInput, []string{"outside of a statement"}},
		"entry before balance":  {change(mt, ":60F:C261019EUR1000,00\n", ""), receivables.ErrInvalidInput, []string{"before the opening balance"}},
		"month 13":              {change(mt, ":61:2610201020C400", ":61:2613201020C400"), receivables.ErrInvalidInput, []string{"261320"}},
		"huge line":             {mt + strings.Repeat("x", 1<<21), receivables.ErrLimit, []string{"longer than"}},
		"short record":          {change(cfonb, "0000000004000{DUR-2026-88     ", ""), receivables.ErrInvalidInput, []string{"90 characters"}},
		"other account":         {strings.Replace(cfonb, "00012345678", "00012345679", 1), receivables.ErrConflict, []string{"account (22-32)"}},
		"day with a tail":       {change(camt, "<Dt>2026-10-20</Dt></BookgDt>", "<Dt>2026-10-20999</Dt></BookgDt>"), receivables.ErrInvalidInput, []string{"2026-10-20999"}},
		"no day":                {strings.NewReplacer("<BookgDt><Dt>2026-10-20</Dt></BookgDt>", "", "<ValDt><Dt>2026-10-20</Dt></ValDt>", "").Replace(camt), receivables.ErrInvalidInput, []string{"neither the day of booking"}},
		"reversal mark":         {change(camt, "<RvslInd>true", "<RvslInd>TRUE"), receivables.ErrInvalidInput, []string{"true or false"}},
		"two openings in camt":  {change(camt, "<Cd>CLBD</Cd>", "<Cd>OPBD</Cd>"), receivables.ErrDuplicate, []string{"OPBD"}},
		"two openings":          {change(mt, ":61:", ":60F:C261019EUR1,00\n:61:"), receivables.ErrDuplicate, []string{":60:"}},
		"two closings":          {change(mt, ":62F:", ":62F:C261020EUR1,00\n:62F:"), receivables.ErrDuplicate, []string{":62:"}},
		"two accounts":          {change(mt, ":28C:", ":25:X\n:28C:"), receivables.ErrDuplicate, []string{":25:"}},
		"29 February nowhere":   {change(mt, ":61:2610201020C400", ":61:2703010229C400"), receivables.ErrInvalidInput, []string{"0229", "near the value date"}},
		"text without end":      {change(mt, ":86:FRAIS", ":86:FRAIS\n"+strings.Repeat("LIBELLE DE 20 LETTRES\n", 1000)), receivables.ErrLimit, []string{"a text of more than 8192 bytes"}},
		"record 09":             {change(cfonb, "\n04", "\n09"), receivables.ErrInvalidInput, []string{"01, 04, 05 or 07"}},
		"detail before its own": {change(cfonb, "\n04", "\n05"), receivables.ErrInvalidInput, []string{"a detail without its movement"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read(strings.NewReader(c.text), Options{File: "f.txt"})
			require.ErrorIs(t, err, c.kind)
			for _, part := range append(c.parts, "f.txt") {
				assert.ErrorContains(t, err, part)
			}
			// Collecting does not panic, and names the same.
			if result, err := Read(strings.NewReader(c.text), Options{File: "f.txt", BadRows: receivables.BadRowsCollect}); err == nil {
				assert.NotEmpty(t, result.Problems)
			}
		})
	}
	_, err := Read(strings.NewReader(camt), Options{MaxBytes: 700})
	require.ErrorIs(t, err, receivables.ErrLimit)
	_, err = Read(strings.NewReader(mt), Options{MaxBytes: 100})
	require.ErrorIs(t, err, receivables.ErrLimit)
}

// A payment announced is not booked: it counts in no balance and is no payment.
func TestPending(t *testing.T) {
	text := strings.Replace(small(t, "camt053.xml"), "<Sts><Cd>BOOK</Cd></Sts>", "<Sts><Cd>PDNG</Cd></Sts>", 1)
	_, err := Read(strings.NewReader(text), Options{})
	require.ErrorContains(t, err, "the difference is 400")
	result := read(t, []byte(text), Options{BadRows: receivables.BadRowsCollect})
	assert.Len(t, result.Payments(), 2)
}

func TestWhatIsKeptOfATransaction(t *testing.T) {
	// A charge within a receipt: the customer paid the whole.
	camt := strings.Replace(small(t, "camt053.xml"), `<Amt Ccy="EUR">600.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>`, `<Amt Ccy="EUR">620.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>`, 1)
	camt = strings.Replace(camt, `<TxDtls><Amt Ccy="EUR">400.00</Amt>`, `<TxDtls><Amt Ccy="EUR">20.00</Amt><CdtDbtInd>DBIT</CdtDbtInd></TxDtls><TxDtls><Amt Ccy="EUR">400.00</Amt>`, 1)
	assert.Equal(t, []string{"400.00 EUR", "620.00 EUR", "400.00 EUR"}, amounts(read(t, []byte(camt), Options{}).Payments()))
	assert.Equal(t, []string{"-120.00 EUR"}, amounts(read(t, []byte(camt), Options{}).Returned()))
	// A batch without amounts is one payment.
	batch := strings.NewReplacer(`<Amt Ccy="EUR">600.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>`, "", `<TxDtls><Amt Ccy="EUR">400.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>`, "<TxDtls>").Replace(small(t, "camt053.xml"))
	assert.Equal(t, []string{"400.00 EUR", "1000.00 EUR"}, amounts(read(t, []byte(batch), Options{}).Payments()))
	// What stands before a code, accents, and details after one that cannot be read.
	slash := strings.Replace(small(t, "mt940.txt"), ":86:VIREMENT RECU LEROY", ":86:FACTURE F-2026-18 /REMI/ merci", 1)
	assert.Equal(t, "FACTURE F-2026-18 merci", read(t, []byte(slash), Options{}).Payments()[1].Transaction.Text)
	cfonb := strings.Replace(small(t, "cfonb120.txt"), "NPYDURAND SARL ", "NPYSOCIÉTÉ ÉPÉE", 1)
	assert.Equal(t, "SOCIÉTÉ ÉPÉE", read(t, []byte(cfonb), Options{}).Payments()[0].Transaction.Name)
	latin, err := charmap.Windows1252.NewEncoder().String(cfonb)
	require.NoError(t, err)
	assert.Equal(t, "SOCIÉTÉ ÉPÉE", read(t, []byte(latin), Options{}).Payments()[0].Transaction.Name)
	broken := strings.Replace(small(t, "cfonb120.txt"), "NPYDURAND SARL", "NPYDURAND SARL"+strings.Repeat(" ", 60)+"xx", 1)
	assert.Contains(t, read(t, []byte(broken), Options{BadRows: receivables.BadRowsCollect}).Payments()[0].Transaction.Text, "F-2026-17")
	block := strings.ReplaceAll(small(t, "cfonb120.txt"), "\n", "")
	assert.Len(t, read(t, []byte(block), Options{}).Payments(), 2, "without line ends")
	// The same number every day: the day tells payments apart.
	monday := read(t, []byte(small(t, "mt940.txt")), Options{}).Payments()
	tuesday := read(t, []byte(strings.NewReplacer("261020", "261021", "261019", "261020").Replace(small(t, "mt940.txt"))), Options{}).Payments()
	assert.NotEqual(t, monday[0].ID, tuesday[0].ID)
	assert.Equal(t, "BANK-1", monday[0].Reference)
	// Of the last century.
	old := strings.NewReplacer(":61:2610201020C400", ":61:9912301231C400", "261020", "991230", "261019", "991229", "1020", "1230").Replace(small(t, "mt940.txt"))
	assert.Equal(t, "1999-12-31", read(t, []byte(old), Options{}).Statements[0].Entries[0].BookedOn.String())
}

func amounts(payments []Payment) []string {
	var list []string
	for _, p := range payments {
		list = append(list, p.Amount.String())
	}
	return list
}

func TestBookedAcrossTheYearsEnd(t *testing.T) {
	text := strings.Replace(small(t, "mt940.txt"), ":61:2610201020C400", ":61:2601011231C400", 1)
	result := read(t, []byte(text), Options{})
	assert.Equal(t, "2025-12-31 2026-01-01", result.Statements[0].Entries[0].BookedOn.String()+" "+result.Statements[0].Entries[0].ValueOn.String())
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"camt053.xml", "mt940.txt", "cfonb120.txt"} {
		f.Add([]byte(small(f, name)), true)
	}
	f.Fuzz(func(t *testing.T, text []byte, collect bool) {
		options := Options{}
		if collect {
			options.BadRows = receivables.BadRowsCollect
		}
		result, err := Read(bytes.NewReader(text), options)
		if err != nil {
			return
		}
		for _, s := range result.Statements {
			for _, e := range s.Entries {
				sum := decimal.Zero
				for _, part := range e.Transactions {
					sum = sum.Add(part.Amount.Amount())
				}
				if !sum.Equal(e.Amount.Amount()) {
					t.Fatalf("parts of %s add up to %s", e.Amount, sum)
				}
			}
		}
		ids := map[string]bool{}
		for _, p := range result.Payments() {
			if ids[p.ID] || p.Amount.Sign() <= 0 {
				t.Fatal(p.ID, p.Amount)
			}
			ids[p.ID] = true
		}
	})
}
