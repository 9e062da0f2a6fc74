// Package letters writes reminders, formal notices, statements of account, payment plans and receipts
// of promises (lettres de relance, mise en demeure, relevé de compte, échéancier), in French and English,
// for companies, public bodies and consumers, as text and as HTML.
//
// Everything is checked before anything is written: missing data is an error that names the field.
// A consumer is asked for no fixed sum and no costs of recovery (CPCE L111-8, C. conso L121-21), by refusing
// them as data; the words of the package threaten no public body with seizure and look like no act of a
// court or an officer (C. pén. 433-13). The finished letter, with a user's own words and names in it, is
// searched for such words too: that is a net with holes, no proof. Values are escaped in HTML, cannot break
// lines in text, and lose invisible and direction-changing characters.
package letters

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure/settlement"
)

// Kind is the kind of a letter.
type Kind string

// The kinds.
const (
	PreReminder    Kind = "pre_reminder"  // before the due date (prévenance)
	FirstReminder  Kind = "reminder_1"    // courteous
	SecondReminder Kind = "reminder_2"    // firm
	LastReminder   Kind = "reminder_3"    // last, with the charges
	FormalNotice   Kind = "formal_notice" // mise en demeure
	Statement      Kind = "statement"     // relevé de compte
	PlanAgreement  Kind = "plan"          // échéancier
	PromiseReceipt Kind = "promise"       // accusé de promesse
)

// Kinds lists the kinds.
func Kinds() []Kind {
	return []Kind{PreReminder, FirstReminder, SecondReminder, LastReminder, FormalNotice, Statement, PlanAgreement, PromiseReceipt}
}

// Language is the language of a letter.
type Language string

// The languages.
const (
	French  Language = "fr"
	English Language = "en"
)

// Party is who writes or receives.
type Party struct {
	Name  string
	Lines []string // address, registration number, telephone: as they are to be printed
}

// Line is a document of a letter.
type Line struct {
	Document   string
	Instalment int
	IssuedOn   date.Date
	DueOn      date.Date         // zero for credits of a statement
	Amount     receivables.Money // asked for; in a statement open, credits below zero
	// Interest and FixedSum are charges up to the day of the letter; the zero values: none.
	Interest receivables.Money
	FixedSum receivables.Money
}

// Promise is what was promised.
type Promise struct {
	Amount     receivables.Money
	MadeOn, By date.Date
}

// Letter is the data of a letter.
type Letter struct {
	Kind     Kind
	Language Language
	// Audience decides what may be asked for: a company, a public body or a consumer.
	Audience  receivables.CustomerKind
	On        date.Date
	Place     string // "Nevers"; empty: the date alone
	Reference string // file or customer number
	// Registered prints that the letter is registered with acknowledgement of receipt.
	Registered bool
	Creditor   Party
	Debtor     Party
	Lines      []Line
	// Credits are set off against the lines, above zero; the zero value: none.
	Credits receivables.Money
	// Costs are proven costs of recovery above the fixed sum, which only a company or public body
	// may owe; the zero value: none.
	Costs receivables.Money
	// RateNote says at which rate interest was computed, and since when; needed for interest asked of a
	// consumer, who owes it by contract only before a formal notice.
	RateNote string
	PayBy    date.Date // last day to pay
	// HowToPay is printed as it is: bank details, payment link.
	HowToPay []string
	Schedule settlement.Schedule // of a plan
	// NoticeDays is the time a formal notice gives before the balance of a plan falls due at once;
	// 0: the plan has no such clause.
	NoticeDays int
	Promise    Promise
	Signatory  string
	Contact    string // whom to call, in the letter's own words
}

const (
	mostLines = 10_000
	mostText  = 1000
)

// Check reports the first thing that is missing or must not be.
//
// Errors:
//   - [receivables.ErrInvalidInput] for an unknown kind, language or audience; no day, name, address, signatory
//     or document, or one of invisible characters only; dates that do not fit the kind (a line of a
//     reminder that is not overdue, of a pre-reminder that is, a document issued after the letter, a last day
//     to pay that is missing or not after the day of the letter); amounts finer than the minor unit; no way
//     to pay; interest of a consumer without its rate; a plan or promise without its data, or whose days have
//     passed; a total that is not above zero where one is asked for;
//   - [receivables.ErrConflict] for a fixed sum or costs asked of a consumer, charges in a letter that asks
//     for none or on what is not overdue, or a plan that does not add up;
//   - [receivables.ErrCurrencyMismatch], [receivables.ErrDuplicate] for a document named twice,
//     [receivables.ErrLimit] for more than 10,000 lines or texts above 1000 bytes.
func (l Letter) Check() error {
	l = cleaned(l)
	return l.check()
}

// check checks a letter whose texts are clean.
func (l *Letter) check() error {
	fail := func(path, value string, rule receivables.Rule, detail string) error {
		return &receivables.FieldError{Path: "letter: " + path, Value: value, Rule: rule, Detail: detail}
	}
	switch {
	case !slices.Contains(Kinds(), l.Kind):
		return fail("kind", string(l.Kind), receivables.RuleRange, "unknown kind")
	case l.Language != French && l.Language != English:
		return fail("language", string(l.Language), receivables.RuleRange, "want fr or en")
	case l.Audience != receivables.KindCompany && l.Audience != receivables.KindPublicBody && l.Audience != receivables.KindConsumer:
		return fail("audience", l.Audience.String(), receivables.RuleRequired, "a company, a public body or a consumer: it decides what may be asked for")
	case !receivables.IsDay(l.On):
		return fail("on", l.On.String(), receivables.RuleRequired, "the day of the letter")
	case l.Creditor.Name == "" || blank(l.Creditor.Lines):
		return fail("creditor", l.Creditor.Name, receivables.RuleRequired, "a name and an address")
	case l.Debtor.Name == "" || blank(l.Debtor.Lines):
		return fail("debtor", l.Debtor.Name, receivables.RuleRequired, "a name and an address")
	case l.Signatory == "":
		return fail("signatory", "", receivables.RuleRequired, "who signs")
	case len(l.Lines) > mostLines:
		return fail("lines", fmt.Sprint(len(l.Lines)), receivables.RuleLimit, fmt.Sprintf("at most %d", mostLines))
	}
	for _, text := range slices.Concat(
		[]string{l.Place, l.Reference, l.Creditor.Name, l.Debtor.Name, l.RateNote, l.Signatory, l.Contact}, l.Creditor.Lines, l.Debtor.Lines, l.HowToPay,
	) {
		if len(text) > mostText {
			return fail("text", clip(text), receivables.RuleLimit, fmt.Sprintf("longer than %d bytes", mostText))
		}
	}
	if err := l.checkLines(fail); err != nil {
		return err
	}
	return l.checkKind(fail)
}

// blank reports whether nothing is written in a list.
func blank(list []string) bool {
	return !slices.ContainsFunc(list, func(text string) bool { return text != "" })
}

func clip(text string) string { return strings.ToValidUTF8(text[:min(len(text), 40)], "") + "…" }

type failure func(path, value string, rule receivables.Rule, detail string) error

// charged reports whether letters of a kind ask for charges.
func (k Kind) charged() bool { return k == LastReminder || k == FormalNotice || k == Statement }

// asks reports whether letters of a kind ask for payment.
func (k Kind) asks() bool {
	return slices.Contains([]Kind{PreReminder, FirstReminder, SecondReminder, LastReminder, FormalNotice}, k)
}

func (l *Letter) currency() receivables.Currency {
	switch {
	case len(l.Lines) > 0:
		return l.Lines[0].Amount.Currency()
	case l.Kind == PlanAgreement:
		return l.Schedule.Balance.Currency()
	}
	return l.Promise.Amount.Currency()
}

func (l *Letter) checkLines(fail failure) error {
	currency := l.currency()
	if len(l.Lines) == 0 && (l.Kind.asks() || l.Kind == Statement) {
		return fail("lines", "", receivables.RuleRequired, "at least one document")
	}
	seen := map[string]bool{}
	for i, x := range l.Lines {
		place := fmt.Sprintf("lines[%d] %q", i, clipped(x.Document))
		key := fmt.Sprint(x.Instalment, " ", x.Document)
		switch {
		case x.Document == "" || len(x.Document) > mostText:
			return fail(place, "", receivables.RuleRequired, "the number of the document")
		case seen[key]:
			return fail(place, x.Document, receivables.RuleDuplicate, "this document is in the letter already")
		case !x.Amount.IsValid():
			return fail(place, "", receivables.RuleRequired, "an amount with a currency")
		case !receivables.IsDay(x.IssuedOn) || x.IssuedOn > l.On:
			return fail(place+": issued on", x.IssuedOn.String(), receivables.RuleRequired, "a day, not after that of the letter")
		case l.Kind != Statement && x.Amount.Sign() <= 0:
			return fail(place, x.Amount.String(), receivables.RuleSign, "must be more than zero")
		case x.DueOn == 0 && l.Kind.asks() || x.DueOn != 0 && !receivables.IsDay(x.DueOn):
			return fail(place+": due on", x.DueOn.String(), receivables.RuleRequired, "a day")
		case l.Kind == PreReminder && x.DueOn < l.On:
			return fail(place+": due on", x.DueOn.String(), receivables.RuleOrder, "overdue already: a reminder")
		case l.Kind.asks() && l.Kind != PreReminder && x.DueOn >= l.On:
			return fail(place+": due on", x.DueOn.String(), receivables.RuleOrder, "not overdue")
		case (x.Interest.Sign() > 0 || x.FixedSum.Sign() > 0) && !l.Kind.charged():
			return fail(place, x.Interest.String()+" "+x.FixedSum.String(), receivables.RuleExclusive, "a "+string(l.Kind)+" asks for no charges")
		case (x.Interest.Sign() > 0 || x.FixedSum.Sign() > 0) && (x.DueOn == 0 || x.DueOn >= l.On):
			return fail(place, x.Interest.String()+" "+x.FixedSum.String(), receivables.RuleExclusive, "charges on what is not overdue")
		case x.Interest.Sign() > 0 && l.Audience == receivables.KindConsumer && l.RateNote == "":
			return fail(place+": interest", x.Interest.String(), receivables.RuleRequired, "a rate note: a consumer owes interest by contract, or from a formal notice on")
		case x.FixedSum.Sign() > 0 && l.Audience == receivables.KindConsumer:
			return fail(place+": fixed sum", x.FixedSum.String(), receivables.RuleExclusive, "a consumer owes none (CPCE L111-8, C. conso L121-21)")
		}
		for _, m := range []receivables.Money{x.Amount, x.Interest, x.FixedSum} {
			switch {
			case m.IsValid() && m.Currency() != currency:
				return fail(place, m.String(), receivables.RuleCurrency, "want "+currency.Code()+": a letter has one currency")
			case !m.Round().Equal(m):
				return fail(place, m.String(), receivables.RuleAmount, "finer than the minor unit: parts would not add up")
			}
		}
		if x.Interest.Sign() < 0 || x.FixedSum.Sign() < 0 {
			return fail(place, x.Interest.String()+" "+x.FixedSum.String(), receivables.RuleSign, "charges must not be negative")
		}
		seen[key] = true
	}
	for name, m := range map[string]receivables.Money{"credits": l.Credits, "costs": l.Costs} {
		switch {
		case m.Sign() < 0 || !m.Round().Equal(m):
			return fail(name, m.String(), receivables.RuleAmount, "an amount from 0, no finer than the minor unit")
		case m.IsValid() && m.Currency() != currency:
			return fail(name, m.String(), receivables.RuleCurrency, "want "+currency.Code())
		case m.Sign() > 0 && (l.Kind == PlanAgreement || l.Kind == PromiseReceipt):
			return fail(name, m.String(), receivables.RuleExclusive, "not in a "+string(l.Kind))
		}
	}
	if l.Costs.Sign() > 0 && (l.Audience == receivables.KindConsumer || !l.Kind.charged()) {
		return fail("costs", l.Costs.String(), receivables.RuleExclusive, "asked of nobody but a company or public body, with the last reminder or after it (CPCE L111-8)")
	}
	return nil
}

func clipped(text string) string {
	if len(text) > 40 {
		return clip(text)
	}
	return text
}

func (l *Letter) checkKind(fail failure) error {
	needsDay := l.Kind == SecondReminder || l.Kind == LastReminder || l.Kind == FormalNotice
	switch {
	case needsDay && l.PayBy == 0:
		return fail("pay by", "", receivables.RuleRequired, "the last day to pay")
	case l.PayBy != 0 && (!receivables.IsDay(l.PayBy) || l.PayBy <= l.On):
		return fail("pay by", l.PayBy.String(), receivables.RuleOrder, "want a day after "+l.On.String())
	case l.Kind.asks() && blank(l.HowToPay):
		return fail("how to pay", "", receivables.RuleRequired, "bank details or another way to pay")
	case l.Kind.asks() && l.total().Sign() <= 0:
		return fail("total", l.total().String(), receivables.RuleSign, "credits leave nothing to ask for")
	case l.NoticeDays < 0 || l.NoticeDays > 365:
		return fail("notice days", fmt.Sprint(l.NoticeDays), receivables.RuleRange, "from 0 to 365")
	}
	if l.Kind == PlanAgreement {
		if err := l.Schedule.Check(); err != nil {
			return err
		}
		if first := l.Schedule.Instalments[0].On; first < l.On || len(l.Lines) > 0 {
			return fail("plan", first.String(), receivables.RuleOrder, "instalments from the day of the letter on, and no lines")
		}
	}
	if l.Kind == PromiseReceipt {
		p := l.Promise
		switch {
		case p.Amount.Sign() <= 0 || p.Amount.Currency() != l.currency():
			return fail("promise", p.Amount.String(), receivables.RuleSign, "an amount above zero in the currency of the letter")
		case !receivables.IsDay(p.MadeOn) || !receivables.IsDay(p.By) || p.By < l.On || p.MadeOn > l.On:
			return fail("promise", p.MadeOn.String()+" "+p.By.String(), receivables.RuleOrder, "made by the day of the letter, for that day or later")
		}
	}
	return nil
}

// total is what the letter asks for: lines, charges and costs less credits.
func (l *Letter) total() receivables.Money {
	total := receivables.Zero(l.currency())
	for _, x := range l.Lines {
		total = total.AddAmount(x.Amount.Amount()).AddAmount(x.Interest.Amount()).AddAmount(x.FixedSum.Amount())
	}
	return total.AddAmount(l.Costs.Amount()).AddAmount(l.Credits.Amount().Neg())
}
