package court

import (
	"slices"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
)

// Route is a way to a title or to payment.
type Route string

// The routes.
const (
	PaymentOrder      Route = "payment order"               // injonction de payer
	Simplified        Route = "simplified recovery"         // procédure simplifiée, CPCE L125-1
	Undisputed        Route = "undisputed commercial claim" // CPCE L126-1
	Interim           Route = "interim payment"             // référé-provision
	Merits            Route = "action on the merits"        // assignation au fond
	ChequeTitle       Route = "title on a cheque"           // certificat de non-paiement
	EuropeanOrder     Route = "European payment order"
	EuropeanSmall     Route = "European small claim"
	Seizure           Route = "conservatory seizure" // saisie conservatoire
	PublicRoute       Route = "public debtor"        // mandatement d'office
	InsolvencyClaim   Route = "declaration of the claim"
	CommissionOfDebts Route = "over-indebtedness commission"
)

// Facts are what is known of a claim when a route is looked for.
type Facts struct {
	Case
	// Contractual says that the claim is contractual, of a determined amount, or statutory.
	Contractual procedure.Truth
	// Certain: no serious dispute; Liquid: the amount is known; Due: its day has come.
	Certain, Liquid, Due procedure.Truth
	// ContestExpected says that the debtor is expected to contest, WillAgree that he is likely to agree to a
	// payment.
	ContestExpected, WillAgree procedure.Truth
	Invoiced                   procedure.Truth // between merchants
	// HomeKnown says that his home in France is known; State is his, ISO 3166-1.
	HomeKnown procedure.Truth
	State     string
	// Cheque says that a cheque was rejected; Threatened that recovery is; HasTitle that a seizure needs no
	// leave.
	Cheque, Threatened, HasTitle procedure.Truth
	// OpenedOn is the day of an opening judgment, OverIndebtedOn that on which a file was admitted; zero:
	// none.
	OpenedOn, OverIndebtedOn date.Date
	// ExcludingInterest is the amount without interest and costs; zero value: Amount.
	ExcludingInterest receivables.Money
	// DecreePublished says that the decree of the procedure for undisputed commercial claims is in
	// force.
	DecreePublished procedure.Truth
}

// Option is a route with its conditions. Open is met if all are, not met if one is not.
type Option struct {
	Route Route `json:"route"`
	// Court is the one it goes to, empty for routes without; Lawyer says whether one is compulsory.
	Court      Court                  `json:"court,omitempty"`
	Lawyer     procedure.Condition    `json:"lawyer"`
	Open       procedure.Truth        `json:"open"`
	Conditions []procedure.Condition  `json:"conditions"`
	Notes      []string               `json:"notes,omitempty"`
	Basis      []receivables.Citation `json:"legal_basis"`
}

// InEurope reports whether a State takes part in the European procedures: every Member State but Denmark.
func InEurope(state string) bool {
	if state == "EL" { // Greece, as the Union writes it
		state = "GR"
	}
	rows, err := procedure.Rows("EPO.SCOPE")
	return err == nil && slices.Contains(rows[len(rows)-1].List, state)
}

// Options lists every route with its conditions on the day of filing, in a fixed order, without ranking.
//
// Errors: those of [Choose].
func Options(f Facts) ([]Option, error) {
	choice, err := Choose(f.Case)
	if err != nil {
		return nil, err
	}
	b := options{law: law{on: f.FiledOn}, f: f, choice: choice}
	b.payment()
	b.small()
	b.hearings()
	b.european()
	b.special()
	return b.list, b.err
}

type options struct {
	law
	f      Facts
	choice Choice
	list   []Option
}

// add adds a route.
func (o *options) add(r Route, notes []string, basis []string, conditions ...procedure.Condition) {
	x := Option{Route: r, Lawyer: procedure.Condition{Name: "lawyer compulsory", State: procedure.NotMet}, Open: procedure.All(conditions), Conditions: conditions, Notes: notes, Basis: []receivables.Citation{}}
	for _, id := range basis {
		if rule, err := procedure.RuleAt(id, o.on); err == nil {
			x.Basis = append(x.Basis, rule.Citation)
		}
	}
	switch r {
	case PaymentOrder:
		x.Court, x.Lawyer.Basis = o.choice.Court, o.rule("LAWYER.IP_REQUEST").Citation
	case Interim, Merits:
		x.Court, x.Lawyer = o.choice.Court, o.choice.Lawyer
	case EuropeanOrder, EuropeanSmall:
		x.Court = o.choice.Court
	case Seizure:
		x.Court = Enforcement
	case PublicRoute:
		x.Court = Administrative
	case Simplified, Undisputed, ChequeTitle, InsolvencyClaim, CommissionOfDebts:
	}
	o.list = append(o.list, x)
}

// when is a condition with its rule; a rule that has no row for the day is not met: it was not yet law.
func (o *options) when(name string, state procedure.Truth, id string) procedure.Condition {
	r, err := procedure.RuleAt(id, o.on)
	if err != nil {
		return procedure.Condition{Name: name, State: procedure.NotMet, Evidence: "no rule on " + o.on.String(), Basis: receivables.Citation{Text: id, Confidence: "M", Row: id}}
	}
	return procedure.Condition{Name: name, State: state, Basis: r.Citation}
}

func (o *options) below(name, id string, m receivables.Money) procedure.Condition {
	r, err := procedure.RuleAt(id, o.on)
	if err != nil {
		return o.when(name, procedure.NotMet, id)
	}
	ok, err := r.Covers(m)
	if err != nil && o.err == nil {
		o.err = err
	}
	return procedure.Condition{Name: name, State: procedure.TruthOf(ok), Evidence: m.String() + ", up to " + r.Value.String() + " EUR", Basis: r.Citation}
}

// stays are the conditions that neither collective proceedings nor a public debtor stand in the way.
func (o *options) stays() []procedure.Condition {
	return []procedure.Condition{
		o.when("no collective proceedings", procedure.TruthOf(o.f.OpenedOn == 0 || o.f.OpenedOn > o.on), "INSOL.STAY"),
		o.when("no public debtor", procedure.TruthOf(!o.f.DebtorIsPublic), "PUB.SUE"),
	}
}

func (o *options) payment() {
	notes := []string{"the request does not interrupt limitation: it must still run on the day of service", "a contest makes it an action on the merits"}
	if o.f.ContestExpected == procedure.Met {
		notes = append(notes, "a contest is expected")
	}
	if o.choice.Court != UnknownCourt {
		notes = append(notes, "judge: "+string(o.choice.Court)+", where the debtor lives, whatever a clause says")
	}
	o.add(PaymentOrder, notes, []string{"IP.CLAIM", "IP.JUDGE", "TERR.IP", "LAWYER.IP_REQUEST", "IP.LIMITATION", "AMICABLE.IP"}, append(o.stays(),
		o.when("contractual of a determined amount, or statutory", o.f.Contractual, "IP.CLAIM"),
		o.when("the debtor has a known home in France", o.f.HomeKnown, "IP.NO_ADDRESS"),
		o.when("the claim is due", o.f.Due, "IP.CLAIM"))...)
	decree := o.when("the decree is in force", o.f.DecreePublished, "L126.LAW")
	if decree.State == procedure.Unknown {
		decree.Evidence = "law in force, decree and tariff not found: not yet known to be usable"
	}
	o.add(Undisputed, []string{"any contest ends it"}, []string{"L126.LAW", "L126.CONDITIONS", "L126.COST"}, append(o.stays(),
		o.when("certain", o.f.Certain, "L126.CONDITIONS"), o.when("liquid", o.f.Liquid, "L126.CONDITIONS"), o.when("due", o.f.Due, "L126.CONDITIONS"),
		o.when("invoiced between merchants", o.f.Invoiced, "L126.CONDITIONS"), decree)...)
}

func (o *options) small() {
	between := o.f.Invoiced
	if _, err := procedure.RuleAt("L125.EXCLUDED", o.on); err != nil { // not yet excluded
		between = procedure.NotMet
	}
	excluded := procedure.Condition{Name: "not an invoice between merchants", State: between.Not(), Basis: receivables.Citation{Text: "loi 2026-307", Confidence: "P", Row: "L125.EXCLUDED"}}
	o.add(Simplified, []string{"silence is refusal", "the creditor bears the costs", "another officer enforces"}, []string{"L125.OFFICER", "L125.COST", "L125.TITLE"}, append(o.stays(),
		o.below("principal and interest", "L125.LIMIT", o.f.Amount),
		o.when("contractual or statutory", o.f.Contractual, "L125.CLAIM"), excluded,
		o.when("the debtor is likely to agree", o.f.WillAgree, "L125.TITLE"))...)
}

func (o *options) hearings() {
	o.add(Interim, []string{"provisional, enforceable at once", "appeal within 15 days"}, []string{"REF.CLAIM", "REF.EFFECT", "REF.BRIDGE"}, append(o.stays(),
		o.when("the obligation is not seriously disputable", o.f.Certain, "REF.CLAIM"), o.when("the claim is due", o.f.Due, "REF.CLAIM"))...)
	attempt := o.choice.Amicable
	done := procedure.Condition{Name: "an amicable attempt was made, or none is needed", State: attempt.State.Not(), Basis: attempt.Basis, Evidence: attempt.Evidence}
	if o.f.Exemption != NoExemption {
		done.Evidence = string(o.f.Exemption)
	}
	o.add(Merits, []string{"court: " + string(o.choice.Court)}, []string{"MERITS.TC_SERVE", "ART700", "PROVISIONAL_ENFORCEMENT"}, append(o.stays(), o.when("the claim is due", o.f.Due, "TERR.DEFAULT"), done)...)
	o.add(ChequeTitle, []string{"30 days after the first presentation, then a certificate of non-payment is served"}, []string{"CHQ.CERT_DELAY", "CHQ.TITLE"}, append(o.stays(),
		o.when("a cheque was rejected", o.f.Cheque, "CHQ.TITLE"))...)
	leave := "with leave of the enforcement judge"
	if o.f.HasTitle == procedure.Met {
		leave = "without leave"
	}
	o.add(Seizure, []string{leave, "action within a month of its execution"}, []string{"CONS.WITHOUT_LEAVE", "CONS.EXECUTE", "CONS.SUE"}, append(o.stays(),
		o.when("no over-indebtedness file admitted", procedure.TruthOf(o.f.OverIndebtedOn == 0 || o.f.OverIndebtedOn > o.on), "SUR.STAY"),
		o.when("recovery is threatened", o.f.Threatened, "CONS.WITHOUT_LEAVE"))...)
}

func (o *options) european() {
	abroad := procedure.Unknown
	if o.f.State != "" {
		abroad = procedure.TruthOf(o.f.State != "FR" && InEurope(o.f.State))
	}
	amount := o.f.ExcludingInterest
	if !amount.IsValid() {
		amount = o.f.Amount
	}
	cross := func(id string) procedure.Condition {
		c := o.when("the debtor lives in another Member State than Denmark", abroad, id)
		c.Evidence = o.f.State
		return c
	}
	o.add(EuropeanOrder, []string{"any amount, no exequatur"}, []string{"EPO.SCOPE", "EPO.FORM", "EPO.EXEQUATUR"}, append(o.stays(), cross("EPO.SCOPE"), o.when("the claim is due", o.f.Due, "EPO.SCOPE"))...)
	o.add(EuropeanSmall, []string{"in writing, no lawyer"}, []string{"ESCP.LIMIT", "ESCP.NO_LAWYER", "ESCP.FR_PROCEDURE"}, append(o.stays(), cross("ESCP.SCOPE"), o.below("without interest and costs", "ESCP.LIMIT", amount))...)
}

func (o *options) special() {
	o.add(PublicRoute, []string{"no seizure of public assets"}, []string{"PUB.DELAY", "PUB.EX_OFFICIO", "PUB.REFERE"}, o.when("a public debtor", procedure.TruthOf(o.f.DebtorIsPublic), "PUB.SUE"))
	o.add(InsolvencyClaim, []string{"individual actions are stayed"}, []string{"INSOL.DECLARE", "INSOL.STAY"},
		o.when("an opening judgment", procedure.TruthOf(o.f.OpenedOn != 0 && o.f.OpenedOn <= o.on), "INSOL.DECLARE"))
	o.add(CommissionOfDebts, []string{"enforcement is stayed, action is not"}, []string{"SUR.STAY", "SUR.LIABILITIES_REPLY"},
		o.when("an over-indebtedness file was admitted", procedure.TruthOf(o.f.OverIndebtedOn != 0 && o.f.OverIndebtedOn <= o.on), "SUR.STAY"))
}
