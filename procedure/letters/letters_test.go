package letters_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/golden"
	"github.com/receivables-go/receivables/procedure/letters"
	"github.com/receivables-go/receivables/procedure/settlement"
)

func day(text string) date.Date         { return receivables.MustDate(text) }
func eur(text string) receivables.Money { return receivables.MustMoney(text, "EUR") }

func renderer(t testing.TB, own ...letters.Template) *letters.Renderer {
	t.Helper()
	r, err := letters.NewRenderer(own...)
	require.NoError(t, err)
	return r
}

var audiences = []receivables.CustomerKind{receivables.KindCompany, receivables.KindPublicBody, receivables.KindConsumer}

// letter is a complete letter of a kind.
func letter(t testing.TB, kind letters.Kind, language letters.Language, audience receivables.CustomerKind) letters.Letter {
	t.Helper()
	l := letters.Letter{
		Kind: kind, Language: language, Audience: audience, On: day("2026-11-26"), Place: "Nevers", Reference: "C014",
		Creditor: letters.Party{Name: "Ateliers du Morvan SAS", Lines: []string{"12 rue des Forges", "58000 Nevers"}}, Debtor: letters.Party{Name: "Aménagements Cévenols", Lines: []string{"4 quai Neuf", "30100 Alès"}},
		Lines: []letters.Line{
			{Document: "F-63", IssuedOn: day("2026-08-01"), DueOn: day("2026-08-31"), Amount: eur("1180.00")},
			{Document: "F-87", Instalment: 2, IssuedOn: day("2026-09-01"), DueOn: day("2026-10-01"), Amount: eur("20350.50")},
		},
		HowToPay: []string{"IBAN FR76 0000 0000 0000 0000 0000 000"}, Signatory: "Anne Dumas", Contact: "03 00 00 00 00",
	}
	switch kind {
	case letters.PreReminder:
		l.Lines[0].DueOn, l.Lines[1].DueOn = day("2026-12-01"), day("2026-12-05")
	case letters.SecondReminder, letters.LastReminder, letters.FormalNotice:
		l.PayBy = day("2026-12-04")
	case letters.PlanAgreement:
		l.Lines, l.NoticeDays = nil, 8
		var err error
		l.Schedule, err = settlement.Equal(eur("21530.50"), 3, settlement.Dates{First: day("2026-12-31"), StepMonths: 1}, settlement.ToLast)
		require.NoError(t, err)
	case letters.PromiseReceipt:
		l.Promise = letters.Promise{Amount: eur("1180.00"), MadeOn: day("2026-11-26"), By: day("2026-12-01")}
		l.Lines = l.Lines[:1]
	case letters.Statement:
		l.Lines = append(l.Lines, letters.Line{Document: "P-12", IssuedOn: day("2026-10-20"), Amount: eur("-500.00")})
	case letters.FirstReminder:
	}
	if kind == letters.FormalNotice {
		l.Registered = true
	}
	if (kind == letters.LastReminder || kind == letters.FormalNotice) && audience != receivables.KindConsumer {
		l.Lines[0].Interest, l.Lines[1].Interest = eur("35.32"), eur("390.11")
		l.Lines[0].FixedSum, l.Lines[1].FixedSum = eur("40.00"), eur("40.00")
		l.Credits = eur("500.00")
	}
	return l
}

// One file for each kind and language, with the three audiences in it.
func TestEveryLetter(t *testing.T) {
	r := renderer(t)
	for _, kind := range letters.Kinds() {
		for _, language := range []letters.Language{letters.French, letters.English} {
			var all strings.Builder
			for _, audience := range audiences {
				out, err := r.Render(letter(t, kind, language, audience))
				require.NoError(t, err, "%s %s %s", kind, language, audience)
				fmt.Fprintf(&all, "======== %s ========\n%s", audience, out.Text)
				assert.NotContains(t, out.Text, "\n\n\n")
				assert.NotContains(t, out.Text, "%!")
				if kind == letters.FormalNotice && audience == receivables.KindCompany {
					golden.Assert(t, string(kind)+"."+string(language)+".html", []byte(out.HTML))
				}
				_, err = html.Parse(strings.NewReader(out.HTML))
				require.NoError(t, err)
			}
			golden.Assert(t, string(kind)+"."+string(language)+".txt", []byte(all.String()))
		}
	}
}

// 1180.00 + 20,350.50 + 35.32 + 390.11 + 80.00 - 500.00
func TestTheTotalOfANotice(t *testing.T) {
	out, err := renderer(t).Render(letter(t, letters.FormalNotice, letters.French, receivables.KindCompany))
	require.NoError(t, err)
	assert.Equal(t, "Mise en demeure de payer la somme de 21\u202f535,93\u00a0€", out.Subject)
	assert.Contains(t, out.Text, "Indemnité forfaitaire 80,00\u00a0€")
	assert.Contains(t, out.Text, "F-63 du 1er août 2026, échéance 31 août 2026 (87 jours de retard)\u00a0: 1\u202f180,00\u00a0€")
	out, err = renderer(t).Render(letter(t, letters.FormalNotice, letters.English, receivables.KindCompany))
	require.NoError(t, err)
	assert.Equal(t, "Formal notice to pay EUR 21,535.93", out.Subject)
}

// What no consumer may read: fixed sums, costs of recovery, and what looks like a court or an officer.
// No public body is threatened with seizure.
func TestForbiddenWords(t *testing.T) {
	r := renderer(t)
	consumer := regexp.MustCompile(`(?i)\b40[,.]00|\b40 ?(€|EUR)|EUR 40\b|forfaitaire|fixed compensation|frais de recouvrement|costs? of recovery|recovery costs|D441-5|L441-10|pénalités`)
	court := regexp.MustCompile(`(?i)huissier|commissaire de justice|saisie|commandement|sommation|injonction|peuple français|bailiff|seizure|\bwrit\b|court order`)
	for _, kind := range letters.Kinds() {
		for _, language := range []letters.Language{letters.French, letters.English} {
			for _, audience := range audiences {
				out, err := r.Render(letter(t, kind, language, audience))
				require.NoError(t, err)
				for _, text := range []string{out.Subject, out.Text, out.HTML} {
					if audience == receivables.KindConsumer {
						assert.Empty(t, consumer.FindString(text), "%s %s", kind, language)
					}
					assert.Empty(t, court.FindString(text), "%s %s %s", kind, language, audience)
				}
			}
		}
	}
}

func TestLettersThatMayNotBe(t *testing.T) {
	r := renderer(t)
	for name, c := range map[string]struct {
		kind     letters.Kind
		audience receivables.CustomerKind
		change   func(*letters.Letter)
		want     error
		text     string
	}{
		"fixed sum of a consumer": {letters.FormalNotice, receivables.KindConsumer, func(l *letters.Letter) { l.Lines[0].FixedSum = eur("40") }, receivables.ErrConflict, "L111-8"},
		"costs of a consumer":     {letters.FormalNotice, receivables.KindConsumer, func(l *letters.Letter) { l.Costs = eur("12") }, receivables.ErrConflict, "L111-8"},
		"charges too early":       {letters.FirstReminder, receivables.KindCompany, func(l *letters.Letter) { l.Lines[0].Interest = eur("1") }, receivables.ErrConflict, "no charges"},
		"audience":                {letters.FirstReminder, receivables.KindUnknown, func(*letters.Letter) {}, receivables.ErrInvalidInput, "audience"},
		"kind":                    {letters.FirstReminder, receivables.KindCompany, func(l *letters.Letter) { l.Kind = "x" }, receivables.ErrInvalidInput, "kind"},
		"language":                {letters.FirstReminder, receivables.KindCompany, func(l *letters.Letter) { l.Language = "de" }, receivables.ErrInvalidInput, "language"},
		"no lines":                {letters.FirstReminder, receivables.KindCompany, func(l *letters.Letter) { l.Lines = nil }, receivables.ErrInvalidInput, "at least one document"},
		"no address":              {letters.FirstReminder, receivables.KindCompany, func(l *letters.Letter) { l.Debtor.Lines = nil }, receivables.ErrInvalidInput, "debtor"},
		"no signatory":            {letters.FirstReminder, receivables.KindCompany, func(l *letters.Letter) { l.Signatory = "" }, receivables.ErrInvalidInput, "who signs"},
		"no way to pay":           {letters.FirstReminder, receivables.KindCompany, func(l *letters.Letter) { l.HowToPay = nil }, receivables.ErrInvalidInput, "how to pay"},
		"no day":                  {letters.FirstReminder, receivables.KindCompany, func(l *letters.Letter) { l.On = 0 }, receivables.ErrInvalidInput, "day of the letter"},
		"not overdue":             {letters.FirstReminder, receivables.KindCompany, func(l *letters.Letter) { l.Lines[0].DueOn = l.On }, receivables.ErrInvalidInput, "not overdue"},
		"overdue already":         {letters.PreReminder, receivables.KindCompany, func(l *letters.Letter) { l.Lines[0].DueOn = l.On - 1 }, receivables.ErrInvalidInput, "overdue already"},
		"no last day":             {letters.FormalNotice, receivables.KindCompany, func(l *letters.Letter) { l.PayBy = 0 }, receivables.ErrInvalidInput, "last day to pay"},
		"last day today":          {letters.FormalNotice, receivables.KindCompany, func(l *letters.Letter) { l.PayBy = l.On }, receivables.ErrInvalidInput, "a day after"},
		"twice":                   {letters.FirstReminder, receivables.KindCompany, func(l *letters.Letter) { l.Lines[1] = l.Lines[0] }, receivables.ErrDuplicate, "already"},
		"currency":                {letters.FirstReminder, receivables.KindCompany, func(l *letters.Letter) { l.Lines[1].Amount = receivables.MustMoney("1", "USD") }, receivables.ErrCurrencyMismatch, "one currency"},
		"nothing left":            {letters.FirstReminder, receivables.KindCompany, func(l *letters.Letter) { l.Credits = eur("21530.50") }, receivables.ErrInvalidInput, "nothing to ask for"},
		"long text":               {letters.FirstReminder, receivables.KindCompany, func(l *letters.Letter) { l.Contact = strings.Repeat("é", 600) }, receivables.ErrLimit, "longer"},
		"plan without plan":       {letters.PlanAgreement, receivables.KindCompany, func(l *letters.Letter) { l.Schedule = settlement.Schedule{Balance: eur("1")} }, receivables.ErrInvalidInput, "instalments"},
		"plan of the past":        {letters.PlanAgreement, receivables.KindCompany, func(l *letters.Letter) { l.On = day("2027-01-01") }, receivables.ErrInvalidInput, "from the day of the letter"},
		"plan that is none":       {letters.PlanAgreement, receivables.KindCompany, func(l *letters.Letter) { l.Schedule.TotalPaid = eur("1") }, receivables.ErrConflict, "nothing left"},
		"credits of a plan":       {letters.PlanAgreement, receivables.KindCompany, func(l *letters.Letter) { l.Credits = eur("1") }, receivables.ErrConflict, "not in a plan"},
		"blank creditor":          {letters.FormalNotice, receivables.KindCompany, func(l *letters.Letter) { l.Creditor.Name = " \u200b" }, receivables.ErrInvalidInput, "creditor"},
		"blank address":           {letters.FormalNotice, receivables.KindCompany, func(l *letters.Letter) { l.Debtor.Lines = []string{"", "\u00a0"} }, receivables.ErrInvalidInput, "debtor"},
		"blank way to pay":        {letters.FormalNotice, receivables.KindCompany, func(l *letters.Letter) { l.HowToPay = []string{""} }, receivables.ErrInvalidInput, "how to pay"},
		"blank document":          {letters.FormalNotice, receivables.KindCompany, func(l *letters.Letter) { l.Lines[0].Document = "\u200b" }, receivables.ErrInvalidInput, "number of the document"},
		"twice but for a space":   {letters.FirstReminder, receivables.KindCompany, func(l *letters.Letter) { l.Lines[1].Document, l.Lines[1].Instalment = "F-63 ", 0 }, receivables.ErrDuplicate, "already"},
		"issued after":            {letters.FirstReminder, receivables.KindCompany, func(l *letters.Letter) { l.Lines[0].IssuedOn = l.On + 1 }, receivables.ErrInvalidInput, "not after that of the letter"},
		"finer than a cent":       {letters.FirstReminder, receivables.KindCompany, func(l *letters.Letter) { l.Lines[0].Amount = eur("10.005") }, receivables.ErrInvalidInput, "finer"},
		"interest without a rate": {letters.FormalNotice, receivables.KindConsumer, func(l *letters.Letter) { l.Lines[0].Interest = eur("5") }, receivables.ErrInvalidInput, "rate note"},
		"charges not yet due":     {letters.Statement, receivables.KindCompany, func(l *letters.Letter) { l.Lines[0].DueOn, l.Lines[0].FixedSum = l.On, eur("40") }, receivables.ErrConflict, "not overdue"},
		"an officer":              {letters.FormalNotice, receivables.KindCompany, func(l *letters.Letter) { l.Signatory = "Maître X, huis\u200bsier de justice" }, receivables.ErrConflict, "433-13"},
		"seizure":                 {letters.FormalNotice, receivables.KindPublicBody, func(l *letters.Letter) { l.HowToPay = append(l.HowToPay, "À défaut : saisie de vos biens") }, receivables.ErrConflict, "433-13"},
		"promise of the past":     {letters.PromiseReceipt, receivables.KindCompany, func(l *letters.Letter) { l.Promise.By, l.Promise.MadeOn = day("2026-11-25"), day("2026-11-20") }, receivables.ErrInvalidInput, "promise"},
	} {
		audience := c.audience
		l := letter(t, c.kind, letters.French, audience)
		c.change(&l)
		out, err := r.Render(l)
		require.ErrorIs(t, err, c.want, name)
		assert.Contains(t, err.Error(), c.text, name)
		assert.Empty(t, out, name)
	}
}

// A sum names the charges that are in it, and no others.
func TestASumNamesWhatIsInIt(t *testing.T) {
	r := renderer(t)
	text := func(audience receivables.CustomerKind, change func(*letters.Letter)) string {
		l := letter(t, letters.FormalNotice, letters.French, receivables.KindConsumer) // without charges
		l.Audience = audience
		change(&l)
		out, err := r.Render(l)
		require.NoError(t, err)
		return out.Text
	}
	assert.NotContains(t, text(receivables.KindCompany, func(*letters.Letter) {}), "comprend")
	only := text(receivables.KindCompany, func(l *letters.Letter) { l.Lines[0].FixedSum = eur("40") })
	assert.Contains(t, only, "comprend l'indemnité forfaitaire pour frais de recouvrement (article D441-5 du code de commerce).")
	assert.NotContains(t, only, "comprend les pénalités")
	only = text(receivables.KindCompany, func(l *letters.Letter) { l.Costs = eur("120") })
	assert.Contains(t, only, "comprend les frais de recouvrement justifiés")
	all := text(receivables.KindPublicBody, func(l *letters.Letter) {
		l.Lines[0].Interest, l.Lines[0].FixedSum, l.RateNote = eur("5"), eur("40"), "10,15 % depuis le 1er septembre 2026"
	})
	assert.Contains(t, all, "comprend les intérêts moratoires (article L2192-13 du code de la commande publique) et l'indemnité")
	assert.Contains(t, all, ": 10,15 % depuis le 1er septembre 2026.")
	consumer := text(receivables.KindConsumer, func(l *letters.Letter) {
		l.Lines[0].Interest, l.RateNote = eur("55.55"), "3 % par an, article 5 du contrat"
	})
	assert.Contains(t, consumer, "comprend les intérêts de retard prévus au contrat : 3 % par an, article 5 du contrat.")
	assert.Contains(t, consumer, "Les intérêts continuent de courir sur le principal")
	assert.NotContains(t, consumer, "taux légal")
}

func TestHostileValues(t *testing.T) {
	l := letter(t, letters.FormalNotice, letters.French, receivables.KindCompany)
	l.Debtor.Name = "<script>alert(1)</script>\r\nObjet : rien"
	l.Lines[0].Document = "F\u202e\"><img src=x onerror=alert(1)>"
	l.RateNote = "12 % {{.Signatory}}\n\n\nfaux paragraphe"
	out, err := renderer(t).Render(l)
	require.NoError(t, err)
	doc, err := html.Parse(strings.NewReader(out.HTML))
	require.NoError(t, err)
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		assert.NotContains(t, []string{"script", "img"}, n.Data)
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(doc)
	assert.Contains(t, out.Text, "<script>alert(1)</script> Objet : rien\n", "on one line")
	assert.Contains(t, out.Text, "12 % {{.Signatory}} faux paragraphe")
	assert.NotContains(t, out.Text+out.HTML, "\u202e", "nothing changes the direction")
}

func TestOwnTemplates(t *testing.T) {
	own := letters.Template{Kind: letters.FirstReminder, Language: letters.French, Source: `{{define "subject"}}Petit mot : {{money .Total}}{{end}}{{define "opening"}}Bonjour {{.Debtor.Name}},{{end}}{{define "closing"}}Merci !{{end}}`}
	l := letter(t, letters.FirstReminder, letters.French, receivables.KindCompany)
	l.Debtor.Name = "A & B"
	out, err := renderer(t, own).Render(l)
	require.NoError(t, err)
	assert.Equal(t, "Petit mot : 21\u202f530,50\u00a0€", out.Subject)
	assert.Contains(t, out.HTML, "<p>Bonjour A &amp; B,</p>")
	for name, source := range map[string]string{
		"syntax": `{{define "subject"}}{{.X`, "part missing": `{{define "subject"}}x{{end}}{{define "opening"}}x{{end}}`,
	} {
		_, err := letters.NewRenderer(letters.Template{Kind: letters.FirstReminder, Language: letters.French, Source: source})
		require.ErrorIs(t, err, receivables.ErrInvalidInput, name)
	}
	_, err = letters.NewRenderer(letters.Template{Kind: "x", Language: letters.French})
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	own.Source = `{{define "subject"}}{{.Nobody}}{{end}}{{define "opening"}}x{{end}}{{define "closing"}}x{{end}}`
	_, err = renderer(t, own).Render(l)
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	own.Source = `{{define "subject"}}Commandement de payer{{end}}{{define "opening"}}x{{end}}{{define "closing"}}x{{end}}`
	_, err = renderer(t, own).Render(l)
	require.ErrorIs(t, err, receivables.ErrConflict)
	assert.Contains(t, err.Error(), "433-13")
	own.Source = `{{define "subject"}}x{{end}}{{define "opening"}}x{{end}}{{define "closing"}}Plus 90 € de frais de recouvrement{{end}}`
	l.Audience = receivables.KindConsumer
	_, err = renderer(t, own).Render(l)
	require.ErrorIs(t, err, receivables.ErrConflict)
	assert.Contains(t, err.Error(), "L111-8")
}

func TestWordsInTheTableAndThePlaceAreSearchedToo(t *testing.T) {
	l := letter(t, letters.LastReminder, letters.French, receivables.KindConsumer)
	l.Place = "Étude d'huissier, commandement de payer"
	_, err := renderer(t).Render(l)
	require.ErrorIs(t, err, receivables.ErrConflict)
	l = letter(t, letters.LastReminder, letters.French, receivables.KindConsumer)
	l.Lines[0].Document = "Frais de recouvrement"
	_, err = renderer(t).Render(l)
	require.ErrorIs(t, err, receivables.ErrConflict)
}
