package letters

import (
	"embed"
	"fmt"
	htmltemplate "html/template"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/oneline"
)

//go:embed templates
var embedded embed.FS

// Rendered is a letter that can be sent.
type Rendered struct {
	Subject string
	Text    string // UTF-8, lines ended by a line feed
	HTML    string // one self-contained page
}

// View is what templates see: the letter, with what is worked out of it.
type View struct {
	Letter
	Company, Public, Consumer bool
	Salutation, Valediction   string
	FirstDue                  date.Date
	Total                     receivables.Money // asked for
	// Included names the charges in the total, in words of the language and audience, with their
	// articles: "les pénalités de retard et l'indemnité forfaitaire ..."; empty: none.
	Included     string
	Interest     bool // interest is in the total
	PlanInterest bool
	Credit       bool // the total is below zero
}

// Renderer writes letters. It is immutable and safe for concurrent use.
type Renderer struct {
	bodies map[string]*template.Template // by language and kind
	text   *template.Template
	html   *htmltemplate.Template
}

// Template is a user's own words for letters of a kind in a language, in the place of those of the
// package: a text/template of the parts "subject", "opening" (what comes before the documents) and
// "closing" (what comes after), executed on a [View], with the functions money and day. Blank lines part
// paragraphs. Values need no escaping: it is done when the whole is put together.
type Template struct {
	Kind     Kind
	Language Language
	Source   string
}

// NewRenderer reads the templates.
//
// Errors:
//   - [receivables.ErrInvalidInput] for a template of an unknown kind or language, that cannot be parsed, or
//     lacks a part.
func NewRenderer(own ...Template) (*Renderer, error) {
	r := &Renderer{bodies: map[string]*template.Template{}}
	add := func(kind Kind, language Language, source string) error {
		name := string(language) + "/" + string(kind)
		t, err := template.New(name).Option("missingkey=error").Funcs(template.FuncMap{"money": language.money, "day": language.day}).Parse(source)
		if err != nil {
			return &receivables.FieldError{Path: "template", Value: name, Rule: receivables.RuleSyntax, Detail: err.Error()}
		}
		for _, part := range []string{"subject", "opening", "closing"} {
			if t.Lookup(part) == nil {
				return &receivables.FieldError{Path: "template", Value: name, Rule: receivables.RuleRequired, Detail: "it does not define " + part}
			}
		}
		r.bodies[name] = t
		return nil
	}
	for _, language := range []Language{French, English} {
		for _, kind := range Kinds() {
			source, err := embedded.ReadFile("templates/" + string(language) + "/" + string(kind) + ".txt")
			if err != nil {
				return nil, err
			}
			if err := add(kind, language, string(source)); err != nil {
				return nil, err
			}
		}
	}
	for _, t := range own {
		if !slices.Contains(Kinds(), t.Kind) || t.Language != French && t.Language != English {
			return nil, &receivables.FieldError{Path: "template", Value: string(t.Language) + "/" + string(t.Kind), Rule: receivables.RuleRange, Detail: "unknown kind or language"}
		}
		if err := add(t.Kind, t.Language, t.Source); err != nil {
			return nil, err
		}
	}
	var err error
	if r.text, err = template.ParseFS(embedded, "templates/layout.txt"); err != nil {
		return nil, err
	}
	if r.html, err = htmltemplate.ParseFS(embedded, "templates/layout.html"); err != nil {
		return nil, err
	}
	return r, nil
}

// named is a cell or a heading.
type named struct {
	Name   string
	Number bool
}

type row struct {
	Text  string // of the text layout
	Cells []named
}

type sum struct{ Name, Amount string }

// page is what layouts see.
type page struct {
	Lang                                 Language
	Words                                words
	Creditor, Debtor                     Party
	Dateline, Subject, Reference         string
	Registered                           bool
	Opening, Closing                     string
	OpeningParagraphs, ClosingParagraphs []string
	Head                                 []named
	Rows, Instalments                    []row
	Sums                                 []sum
	Span                                 int
	HowToPay                             []string
	Signatory, Contact                   string
}

// lookAlike finds words of acts of courts and officers, which no letter of a creditor may look like;
// notForConsumers those of charges that a consumer does not owe.
var (
	lookAlike = regexp.MustCompile(`(?i)commandement de payer|sommation de payer|injonction de payer|au nom du peuple|huissier|commissaire de justice|` +
		`saisie[- ](attribution|vente|conservatoire|de vos|sur vos|sur salaire|des rémunérations)|assignation|\bwrit of|court order|bailiff|seizure of`)
	notForConsumers = regexp.MustCompile(`(?i)indemnité forfaitaire|frais de recouvrement|fixed compensation|recovery costs|costs of recovery|D441-5|L441-10`)
)

// Render writes a letter.
//
// Errors, and then nothing is written:
//   - those of [Letter.Check];
//   - [receivables.ErrInvalidInput] for a template that fails on the letter;
//   - [receivables.ErrConflict] for a letter that looks like an act of a court or an officer (C. pén. 433-13),
//     or asks a consumer for what he does not owe, by its words.
func (r *Renderer) Render(l Letter) (Rendered, error) {
	l = cleaned(l)
	if err := l.check(); err != nil {
		return Rendered{}, err
	}
	w := wordsOf(l.Language)
	view := View{
		Letter: l, Company: l.Audience == receivables.KindCompany, Public: l.Audience == receivables.KindPublicBody, Consumer: l.Audience == receivables.KindConsumer,
		Salutation: w.salutation[l.Audience], Valediction: w.valediction[l.Audience], Total: l.total(), Credit: l.total().Sign() < 0,
		PlanInterest: l.Schedule.TotalInterest.Sign() > 0,
	}
	fixedSums := false
	for _, x := range l.Lines {
		view.Interest = view.Interest || x.Interest.Sign() > 0
		fixedSums = fixedSums || x.FixedSum.Sign() > 0
		if x.DueOn != 0 && (view.FirstDue == 0 || x.DueOn < view.FirstDue) {
			view.FirstDue = x.DueOn
		}
	}
	view.Included = w.included(l.Audience, view.Interest, fixedSums, l.Costs.Sign() > 0)
	name := string(l.Language) + "/" + string(l.Kind)
	p := page{Lang: l.Language, Words: w, Creditor: l.Creditor, Debtor: l.Debtor, Reference: l.Reference, Registered: l.Registered, HowToPay: l.HowToPay, Signatory: l.Signatory, Contact: l.Contact}
	for part, to := range map[string]*string{"subject": &p.Subject, "opening": &p.Opening, "closing": &p.Closing} {
		var b strings.Builder
		if err := r.bodies[name].ExecuteTemplate(&b, part, view); err != nil {
			return Rendered{}, &receivables.FieldError{Path: "template", Value: name + " " + part, Rule: receivables.RuleSyntax, Detail: err.Error()}
		}
		*to = tidy(oneline.Visible(b.String()))
	}
	p.Subject = strings.ReplaceAll(p.Subject, "\n", " ")
	p.OpeningParagraphs, p.ClosingParagraphs = strings.Split(p.Opening, "\n\n"), strings.Split(p.Closing, "\n\n")
	p.Dateline = l.Language.dateline(l.Place, l.On)
	l.rows(&p, w)
	if view.Credit {
		p.HowToPay = nil
	}
	if err := allowed(p, l.Audience); err != nil {
		return Rendered{}, err
	}
	var text, page strings.Builder
	if err := r.text.Execute(&text, p); err != nil {
		return Rendered{}, err
	}
	if err := r.html.Execute(&page, p); err != nil {
		return Rendered{}, err
	}
	return Rendered{Subject: p.Subject, Text: tidy(text.String()) + "\n", HTML: page.String()}, nil
}

// allowed searches what the creditor says for words that he may not use.
func allowed(p page, audience receivables.CustomerKind) error {
	var rows []string
	for _, x := range slices.Concat(p.Rows, p.Instalments) {
		rows = append(rows, x.Text)
	}
	said := strings.Join(strings.Fields(strings.Join(slices.Concat(rows, []string{p.Dateline, p.Creditor.Name}, p.Creditor.Lines, []string{p.Subject, p.Opening, p.Closing}, p.HowToPay, []string{p.Signatory, p.Contact, p.Reference}), " ")), " ")
	if found := lookAlike.FindString(said); found != "" {
		return &receivables.FieldError{Path: "letter", Value: found, Rule: receivables.RuleExclusive, Detail: "must not look like an act of a court or an officer (C. pén. 433-13)"}
	}
	if found := notForConsumers.FindString(said); found != "" && audience == receivables.KindConsumer {
		return &receivables.FieldError{Path: "letter", Value: found, Rule: receivables.RuleExclusive, Detail: "a consumer owes no such thing (CPCE L111-8, C. conso L121-21)"}
	}
	return nil
}

func (l Language) dateline(place string, on date.Date) string {
	switch {
	case place == "":
		return l.day(on)
	case l == French:
		return place + ", le " + l.day(on)
	}
	return place + ", " + l.day(on)
}

// rows lists the documents or instalments with their sums.
func (l *Letter) rows(p *page, w words) {
	money, day := l.Language.money, l.Language.day
	colon := ": "
	if l.Language == French {
		colon = "\u00a0: "
	}
	if l.Kind == PlanAgreement {
		p.Head, p.Span = []named{{w.instalment, false}, {w.on, false}, {w.payment, true}}, 2
		for _, x := range l.Schedule.Instalments {
			text := fmt.Sprintf("%s %d, %s%s%s", w.instalment, x.N, day(x.On), colon, money(x.Payment))
			if x.Interest.Sign() > 0 {
				text += fmt.Sprintf(" (%s %s)", w.ofWhich, money(x.Interest))
			}
			p.Instalments = append(p.Instalments, row{text, []named{{fmt.Sprint(x.N), false}, {day(x.On), false}, {money(x.Payment), true}}})
		}
		p.Sums = []sum{{w.total, money(l.Schedule.TotalPaid)}}
		return
	}
	charges := false
	for _, x := range l.Lines {
		charges = charges || x.Interest.Sign() > 0 || x.FixedSum.Sign() > 0
	}
	p.Head = []named{{w.invoice, false}, {w.on, false}, {w.due, false}, {w.amount, true}}
	principal, interest, fixed := receivables.Zero(l.currency()), receivables.Zero(l.currency()), receivables.Zero(l.currency())
	for _, x := range l.Lines {
		principal, interest, fixed = principal.AddAmount(x.Amount.Amount()), interest.AddAmount(x.Interest.Amount()), fixed.AddAmount(x.FixedSum.Amount())
		document, due := x.Document, ""
		if x.Instalment > 0 {
			document += fmt.Sprintf(" (%d)", x.Instalment)
		}
		text := fmt.Sprintf("%s %s %s", document, w.issued, day(x.IssuedOn))
		if x.DueOn != 0 {
			due = day(x.DueOn)
			text += ", " + strings.ToLower(w.due) + " " + due
			if late := receivables.DaysBetween(x.DueOn, l.On); late > 0 && x.Amount.Sign() > 0 {
				text += " (" + w.late(late) + ")"
				due += " (" + w.late(late) + ")"
			}
		}
		text += colon + money(x.Amount)
		p.Rows = append(p.Rows, row{text, []named{{document, false}, {day(x.IssuedOn), false}, {due, false}, {money(x.Amount), true}}})
	}
	p.Span = len(p.Head) - 1
	if charges || l.Credits.Sign() > 0 || l.Costs.Sign() > 0 {
		p.Sums = append(p.Sums, sum{w.principal, money(principal)})
	}
	for _, x := range []struct {
		name   string
		amount receivables.Money
	}{{w.interest, interest}, {w.fixedSum, fixed}, {w.costs, l.Costs}} {
		if x.amount.Sign() > 0 {
			p.Sums = append(p.Sums, sum{x.name, money(x.amount)})
		}
	}
	if l.Credits.Sign() > 0 {
		p.Sums = append(p.Sums, sum{w.credits, money(l.Credits.Neg())})
	}
	if len(l.Lines) > 0 {
		p.Sums = append(p.Sums, sum{w.total, money(l.total())})
	}
}

var blankLines = regexp.MustCompile(`\n[ \t]*\n(?:[ \t]*\n)+`)

// tidy leaves no more than one blank line between paragraphs.
func tidy(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.Trim(blankLines.ReplaceAllString(text, "\n\n"), "\n ")
}

// cleaned returns the letter with texts on one line: control characters become spaces.
func cleaned(l Letter) Letter {
	one := oneline.Text
	all := func(list []string) []string {
		list = slices.Clone(list)
		for i := range list {
			list[i] = one(list[i])
		}
		return list
	}
	l.Place, l.Reference, l.RateNote, l.Signatory, l.Contact = one(l.Place), one(l.Reference), one(l.RateNote), one(l.Signatory), one(l.Contact)
	l.Creditor, l.Debtor = Party{one(l.Creditor.Name), all(l.Creditor.Lines)}, Party{one(l.Debtor.Name), all(l.Debtor.Lines)}
	l.HowToPay = all(l.HowToPay)
	l.Lines = slices.Clone(l.Lines)
	for i := range l.Lines {
		l.Lines[i].Document = one(l.Lines[i].Document)
	}
	return l
}
