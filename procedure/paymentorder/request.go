package paymentorder

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/oneline"
	"github.com/receivables-go/receivables/penalties"
	"github.com/receivables-go/receivables/procedure"
	"github.com/receivables-go/receivables/procedure/court"
)

// Evidence says which proofs of a claim there are: order, delivery, invoice (the golden triangle), notice,
// statement, accepted terms.
type Evidence struct {
	OrderOrContract, DeliveryProof, Invoice, FormalNotice, StatementOfAccount, TermsAccepted bool
}

// Proof is a proof with what it is needed for.
type Proof struct {
	Name  string               `json:"name"`
	For   string               `json:"for"`
	Basis receivables.Citation `json:"basis"`
}

// Completeness is what is missing of the evidence: Complete when nothing required is.
type Completeness struct {
	Complete bool    `json:"complete"`
	Missing  []Proof `json:"missing"`
	Weak     []Proof `json:"weak"` // without it a part of the claim stands on weak ground
}

// Check looks for what is missing, in the order of the fields.
//
// Errors: those of [procedure.RuleAt].
func (e Evidence) Check(on date.Date) (Completeness, error) {
	c := Completeness{Complete: true, Missing: []Proof{}, Weak: []Proof{}}
	for _, x := range []struct {
		name, rule string
		there      bool
		required   bool
	}{
		{"order or contract", "EVID.ORDER", e.OrderOrContract, true},
		{"delivery proof", "EVID.DELIVERY", e.DeliveryProof, true},
		{"invoice", "EVID.INVOICE", e.Invoice, true},
		{"formal notice", "EVID.NOTICE", e.FormalNotice, true},
		{"statement of account", "EVID.STATEMENT", e.StatementOfAccount, true},
		{"accepted terms", "EVID.TERMS", e.TermsAccepted, false},
	} {
		if x.there {
			continue
		}
		r, err := procedure.RuleAt(x.rule, on)
		if err != nil {
			return Completeness{}, err
		}
		p := Proof{x.name, r.Title, r.Citation}
		if x.required {
			c.Complete, c.Missing = false, append(c.Missing, p)
		} else {
			c.Weak = append(c.Weak, p)
		}
	}
	return c, nil
}

// Party is a party as the request names it.
type Party struct {
	Name    string   `json:"name"`
	ID      string   `json:"id,omitempty"` // SIREN, or date and place of birth
	Address []string `json:"address"`
	Agent   string   `json:"agent,omitempty"` // who represents it
}

// Item is an invoice of the claim.
type Item struct {
	Document string            `json:"document"`
	IssuedOn date.Date         `json:"issued_on,omitzero"`
	DueOn    date.Date         `json:"due_on"`
	Original receivables.Money `json:"original"`
	Paid     receivables.Money `json:"paid"` // on the principal
	Open     receivables.Money `json:"open"`
	// Interest accrued and not paid until the day of the request, with its working; FixedSum and Costs proven beyond
	// it, not paid, only between professionals.
	Interest receivables.Money `json:"interest"`
	FixedSum receivables.Money `json:"fixed_sum"`
	Costs    receivables.Money `json:"costs"`
	// Working is the interest by segments, Payments what was paid and to what it went.
	Working  []penalties.Segment `json:"working,omitempty"`
	Payments []penalties.Imputed `json:"payments,omitempty"`
}

// ItemOf makes an item of an accrual of the day of the request.
//
// Errors:
//   - [receivables.ErrInvalidInput] without accrual;
//   - [receivables.ErrConflict] for an accrual of another day;
//   - [receivables.ErrCurrencyMismatch] for one in another currency, or whose fixed sum is.
func ItemOf(document string, issuedOn date.Date, original receivables.Money, a *penalties.Accrual, on date.Date) (Item, error) {
	if a == nil {
		return Item{}, fail("accrual of "+document, "", receivables.RuleRequired, "the interest of the item")
	}
	if a.PrincipalDue.Currency() != original.Currency() || a.FixedSumDue().Currency() != original.Currency() {
		return Item{}, fail("accrual of "+document, a.Total().String()+", "+a.FixedSumDue().String(), receivables.RuleCurrency, "the item is in "+original.Currency().Code()+": state a sum in another currency by itself")
	}
	if a.Until != on {
		return Item{}, fail("accrual of "+document, a.Until.String(), receivables.RuleExclusive, "the request is of "+on.String())
	}
	i := Item{Document: document, IssuedOn: issuedOn, DueOn: a.DueOn, Original: original, Open: a.PrincipalDue, Interest: a.InterestDue.Round(), FixedSum: a.FixedSumDue(), Working: a.Segments, Payments: a.Payments}
	i.Paid = original.AddAmount(i.Open.Amount().Neg())
	i.Costs = a.CostsDue.AddAmount(i.FixedSum.Amount().Neg())
	return i, nil
}

// Request is a request for a payment order (requête en injonction de payer), as data.
type Request struct {
	On       date.Date   `json:"on"`
	Court    court.Court `json:"court"`
	Place    string      `json:"place"` // seat of the court
	Creditor Party       `json:"creditor"`
	Debtor   Party       `json:"debtor"`
	Contract string      `json:"contract"` // what the claim rests on: orders, contract, statute
	Items    []Item      `json:"items"`
	// Clause is the penalty clause (clause pénale), Art700 the free amount asked for, Costs those of procedure already
	// borne (dépens); zero values: none.
	Clause receivables.Money `json:"penalty_clause"`
	Art700 receivables.Money `json:"article_700"`
	Costs  receivables.Money `json:"costs"`
	// FutureInterest says how interest runs on, in words: "at the rate of the invoices from 2026-11-27".
	FutureInterest string `json:"future_interest,omitempty"`
	// Exhibits is the list of exhibits, in order.
	Exhibits []string `json:"exhibits"`
	// SwitchOnOpposition asks for the competent court in case of opposition (CPC 1408).
	SwitchOnOpposition bool   `json:"switch_on_opposition"`
	Signatory          string `json:"signatory"`
}

// Sums are the sums of a request: Total is principal, interest, fixed sums, further costs of recovery, clause, article 700
// and costs of procedure.
type Sums struct {
	Principal receivables.Money `json:"principal"`
	Interest  receivables.Money `json:"interest"`
	FixedSums receivables.Money `json:"fixed_sums"`
	Further   receivables.Money `json:"further_costs"`
	Clause    receivables.Money `json:"penalty_clause"`
	Art700    receivables.Money `json:"article_700"`
	Costs     receivables.Money `json:"costs"`
	Total     receivables.Money `json:"total"`
}

// Sums adds a request up.
//
// Errors: those of [Request.Check].
func (r Request) Sums() (Sums, error) {
	if err := r.Check(); err != nil {
		return Sums{}, err
	}
	zero := receivables.Zero(r.Items[0].Open.Currency())
	s := Sums{zero, zero, zero, zero, zero, zero, zero, zero}
	for _, i := range r.Items {
		s.Principal = s.Principal.AddAmount(i.Open.Amount())
		s.Interest = s.Interest.AddAmount(i.Interest.Amount())
		s.FixedSums = s.FixedSums.AddAmount(i.FixedSum.Amount())
		s.Further = s.Further.AddAmount(i.Costs.Amount())
	}
	s.Clause, s.Art700, s.Costs = s.Clause.AddAmount(r.Clause.Amount()), s.Art700.AddAmount(r.Art700.Amount()), s.Costs.AddAmount(r.Costs.Amount())
	for _, x := range []receivables.Money{s.Principal, s.Interest, s.FixedSums, s.Further, s.Clause, s.Art700, s.Costs} {
		s.Total = s.Total.AddAmount(x.Amount())
	}
	return s, nil
}

// Check reports the first thing that a request lacks (CPC 54, 57, 1407).
//
// Errors:
//   - [receivables.ErrInvalidInput] for what is missing, empty or below zero, parts of a cent, an item not due, a court
//     that makes no payment orders;
//   - [receivables.ErrConflict] for an item whose paid and open parts do not make its amount;
//   - [receivables.ErrCurrencyMismatch] for a second currency.
func (r Request) Check() error {
	need := func(path, value string) error {
		if oneline.Text(value) == "" {
			return fail(path, "", receivables.RuleRequired, "the request names it (CPC 54, 57, 1407)")
		}
		return nil
	}
	switch {
	case !receivables.IsDay(r.On):
		return fail("on", r.On.String(), receivables.RuleRequired, "a day")
	case len(r.Items) == 0:
		return fail("items", "", receivables.RuleRequired, "at least one")
	case !slices.Contains([]court.Court{court.Commercial, court.EconomicActivity, court.CommercialChamber, court.Civil, court.Protection}, r.Court):
		return fail("court", string(r.Court), receivables.RuleRange, "none that makes payment orders (CPC 1406)")
	case len(r.Exhibits) == 0:
		return fail("exhibits", "", receivables.RuleRequired, "a list of exhibits (CPC 1407)")
	}
	for n, x := range r.Exhibits {
		if err := need(fmt.Sprintf("exhibits[%d]", n), x); err != nil {
			return err
		}
	}
	for _, x := range []struct{ path, value string }{
		{"creditor", r.Creditor.Name},
		{"debtor", r.Debtor.Name},
		{"address of the creditor", strings.Join(r.Creditor.Address, " ")},
		{"address of the debtor", strings.Join(r.Debtor.Address, " ")},
		{"place", r.Place},
		{"contract", r.Contract},
		{"signatory", r.Signatory},
	} {
		if err := need(x.path, x.value); err != nil {
			return err
		}
	}
	unit := r.Items[0].Open.Currency()
	for i, x := range r.Items {
		place := fmt.Sprintf("items[%d] %q", i, x.Document)
		for _, m := range []receivables.Money{x.Original, x.Paid, x.Open, x.Interest, x.FixedSum, x.Costs} {
			if !m.IsValid() || m.Currency() != unit {
				return fail(place, m.String(), receivables.RuleCurrency, "in "+unit.Code())
			}
			if m.Sign() < 0 {
				return fail(place, m.String(), receivables.RuleSign, "must not be negative")
			}
			if !m.Amount().Equal(m.Round().Amount()) {
				return fail(place, m.String(), receivables.RuleRange, "no whole number of cents")
			}
		}
		if err := need(place+": document", x.Document); err != nil {
			return err
		}
		switch {
		case !receivables.IsDay(x.DueOn):
			return fail(place, x.DueOn.String(), receivables.RuleRequired, "a due date")
		case x.Open.Sign() == 0:
			return fail(place, x.Open.String(), receivables.RuleSign, "nothing is open")
		case x.DueOn >= r.On:
			return fail(place, x.DueOn.String(), receivables.RuleOrder, "not due on "+r.On.String())
		case !x.Original.Amount().Equal(x.Paid.Amount().Add(x.Open.Amount())):
			return fail(place, x.Original.String(), receivables.RuleSum, "is not what is paid and open")
		}
	}
	for _, x := range []struct {
		path string
		m    receivables.Money
	}{{"penalty clause", r.Clause}, {"article 700", r.Art700}, {"costs", r.Costs}} {
		switch {
		case !x.m.IsValid():
		case x.m.Currency() != unit:
			return fail(x.path, x.m.String(), receivables.RuleCurrency, "in "+unit.Code())
		case x.m.Sign() < 0 || !x.m.Amount().Equal(x.m.Round().Amount()):
			return fail(x.path, x.m.String(), receivables.RuleSign, "from zero, in whole cents")
		}
	}
	return nil
}

// Text writes the request in French, filled in, as a private document of the creditor: it is for him to check and
// sign. Texts of the user stay on their line.
//
// Errors: those of [Request.Check].
func (r Request) Text() (string, error) {
	s, err := r.Sums()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	line := func(format string, values ...any) { b.WriteString(oneline.Text(fmt.Sprintf(format, values...)) + "\n") }
	day := func(d date.Date) string { return fmt.Sprintf("%02d/%02d/%04d", d.Day(), int(d.Month()), d.Year()) }
	money := func(m receivables.Money) string {
		return comma(m.Text()) + " " + map[bool]string{true: "€", false: m.Currency().Code()}[m.Currency().Code() == "EUR"]
	}
	party := func(title string, p Party) {
		line("%s : %s", title, p.Name)
		if p.ID != "" {
			line("Identification : %s", p.ID)
		}
		line("Adresse : %s", strings.Join(p.Address, ", "))
		if p.Agent != "" {
			line("Représenté par : %s", p.Agent)
		}
		b.WriteString("\n")
	}
	line("REQUÊTE EN INJONCTION DE PAYER (articles 1405 et suivants du code de procédure civile)")
	line("à l'attention du %s de %s", judge(r.Court), r.Place)
	b.WriteString("\n")
	party("Créancier demandeur", r.Creditor)
	party("Débiteur", r.Debtor)
	line("Fondement de la créance : %s", r.Contract)
	b.WriteString("\nDécompte au " + day(r.On) + "\n")
	for _, i := range r.Items {
		issued := ""
		if i.IssuedOn != 0 {
			issued = " du " + day(i.IssuedOn)
		}
		line("- facture %s%s, échue le %s : %s, réglé sur le principal %s, reste dû %s ; intérêts restant dus %s", i.Document, issued, day(i.DueOn), money(i.Original), money(i.Paid), money(i.Open), money(i.Interest))
		for _, p := range i.Payments {
			b.WriteString("    ")
			line("règlement du %s : %s, imputé sur les frais %s, les intérêts %s, le principal %s", day(p.On), money(p.Amount), money(p.ToCosts), money(p.ToInterest), money(p.ToPrincipal))
		}
		for _, w := range i.Working {
			b.WriteString("    ")
			line("du %s au %s : %s x %s %% x %d/%d = %s", day(w.FirstDay), day(w.LastDay), money(w.Base), comma(w.Rate.Percent.String()), w.Days, w.YearBasis, money(w.Interest.Round()))
		}
	}
	b.WriteString("\nSommes demandées\n")
	for _, x := range []struct {
		title string
		m     receivables.Money
	}{
		{"Principal", s.Principal},
		{"Intérêts de retard échus", s.Interest},
		{"Indemnité forfaitaire pour frais de recouvrement", s.FixedSums},
		{"Indemnisation complémentaire, sur justification", s.Further},
		{"Clause pénale", s.Clause},
		{"Article 700 du code de procédure civile", s.Art700},
		{"Dépens exposés", s.Costs},
	} {
		if x.m.Sign() > 0 {
			line("%s : %s", x.title, money(x.m))
		}
	}
	line("Total : %s", money(s.Total))
	if r.FutureInterest != "" {
		line("Intérêts à courir : %s", r.FutureInterest)
	}
	b.WriteString("\n")
	if r.SwitchOnOpposition {
		line("En cas d'opposition, le demandeur sollicite le renvoi de l'affaire devant la juridiction compétente (article 1408).")
	}
	b.WriteString("\nBordereau des pièces\n")
	for n, x := range r.Exhibits {
		line("%d. %s", n+1, x)
	}
	b.WriteString("\n")
	line("Fait le %s, %s", day(r.On), r.Signatory)
	return b.String(), nil
}

// comma writes a number with a decimal comma.
func comma(number string) string { return strings.ReplaceAll(number, ".", ",") }

// judge names who decides (CPC 1406).
func judge(c court.Court) string {
	switch c {
	case court.Protection:
		return c.French()
	case court.CommercialChamber:
		return "président de la " + c.French()
	default:
		return "président du " + c.French()
	}
}
