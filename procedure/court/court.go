// Package court says which court hears a claim, whether a lawyer and an amicable attempt are needed, which
// routes there are, and the days of an action on the merits.
//
// It shows conditions as met, not met or unknown and ranks nothing: which quality a party has, and which route
// to take, is for the user and his counsel to say. Every threshold is a dated row, picked by the day of filing.
package court

import (
	"regexp"
	"slices"
	"strings"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
)

// Court is a court of first instance.
type Court string

// The courts.
const (
	UnknownCourt      Court = "unknown"
	Commercial        Court = "commercial court"        // tribunal de commerce
	EconomicActivity  Court = "economic activity court" // tribunal des activités économiques
	CommercialChamber Court = "commercial chamber"      // of the civil court in Alsace-Moselle
	Civil             Court = "civil court"             // tribunal judiciaire
	Protection        Court = "protection judge"        // juge des contentieux de la protection
	Administrative    Court = "administrative court"    // tribunal administratif
	Enforcement       Court = "enforcement judge"       // juge de l'exécution
)

// French returns the French name of a court.
func (c Court) French() string {
	return map[Court]string{
		Commercial: "tribunal de commerce", EconomicActivity: "tribunal des activités économiques", CommercialChamber: "chambre commerciale du tribunal judiciaire",
		Civil: "tribunal judiciaire", Protection: "juge des contentieux de la protection", Administrative: "tribunal administratif", Enforcement: "juge de l'exécution",
	}[c]
}

// Matter is what a claim is about.
type Matter string

// The matters. The zero value is a sale.
const (
	Sale           Matter = "sale"  // of goods or services
	Trade          Matter = "trade" // between merchants; the quality of the parties decides, as for a sale
	DwellingRent   Matter = "dwelling rent"
	ConsumerCredit Matter = "consumer credit"
)

// Case is a claim for payment.
type Case struct {
	// CreditorTrades and DebtorTrades say whether a party is a merchant (commerçant) acting as such: legal form
	// suggests it, and does not prove it.
	CreditorTrades, DebtorTrades procedure.Truth
	DebtorIsPublic               bool
	Matter                       Matter
	// Department of the debtor, such as "67"; Seat of the commercial court of his place, such as "Lyon": needed in the
	// departments with an economic activity court beside others (13, 22, 54, 69, 76, 89).
	Department, Seat string
	// Amount is what is asked for: principal and interest, connected claims together (CPC 35).
	Amount  receivables.Money
	FiledOn date.Date
	// Exemption from the amicable attempt; empty: none.
	Exemption Exemption
}

// Choice is the court of a case with what it asks for.
type Choice struct {
	Court Court `json:"court"`
	// Also lists courts that the creditor may choose instead.
	Also       []Court                `json:"also,omitempty"`
	LastResort procedure.Condition    `json:"last_resort"` // met: no appeal
	Lawyer     procedure.Condition    `json:"lawyer"`      // met: compulsory
	Amicable   procedure.Condition    `json:"amicable"`    // met: an attempt comes before
	Territory  []receivables.Citation `json:"territory"`
	Basis      []receivables.Citation `json:"legal_basis"`
	Uncertain  []string               `json:"uncertain,omitempty"`
}

// law reads rules on a day and keeps the first error.
type law struct {
	on  date.Date
	err error
}

func (l *law) rule(id string) procedure.Rule {
	r, err := procedure.RuleAt(id, l.on)
	if err != nil && l.err == nil {
		l.err = err
	}
	return r
}

func (l *law) covers(id string, m receivables.Money) (procedure.Truth, procedure.Rule) {
	r, err := procedure.RuleAt(id, l.on)
	if err != nil { // no row for the day: not known
		return procedure.Unknown, procedure.Rule{ID: id, Citation: receivables.Citation{Text: "no row for " + l.on.String(), Confidence: "M", Row: id}}
	}
	ok, err := r.Covers(m)
	if err != nil && l.err == nil {
		l.err = err
	}
	return procedure.TruthOf(ok), r
}

func fail(path, value string, rule receivables.Rule, detail string) error {
	return &receivables.FieldError{Path: "court: " + path, Value: value, Rule: rule, Detail: detail}
}

// Choose says which court hears a case.
//
// Merchant against merchant goes to the commercial court, in the departments 57, 67 and 68 to the commercial
// chamber of the civil court, where an economic activity court took its place (2025 to 2028) to that;
// leases of dwellings and consumer credit go to the protection judge; a public body to the
// administrative court; all the rest to the civil court, as soon as one party is no merchant. Which of the courts of
// merchants it is stays unknown without department, or seat where that decides.
//
// Errors:
//   - [receivables.ErrInvalidInput] for no day, an amount that is not above zero, an unknown matter, exemption or
//     department;
//   - [receivables.ErrCurrencyMismatch] for an amount that is not in EUR.
func Choose(c Case) (Choice, error) {
	switch {
	case !receivables.IsDay(c.FiledOn):
		return Choice{}, fail("filed on", c.FiledOn.String(), receivables.RuleRequired, "a day")
	case c.Amount.Sign() <= 0:
		return Choice{}, fail("amount", c.Amount.String(), receivables.RuleSign, "must be more than zero")
	case !slices.Contains([]Matter{"", Sale, Trade, DwellingRent, ConsumerCredit}, c.Matter):
		return Choice{}, fail("matter", string(c.Matter), receivables.RuleRange, "unknown matter")
	}
	if c.Amount.Currency().Code() != "EUR" {
		return Choice{}, fail("amount", c.Amount.String(), receivables.RuleCurrency, "thresholds are in EUR")
	}
	c.Department, c.Seat = strings.TrimSpace(c.Department), strings.TrimSpace(c.Seat)
	if c.Department != "" && !departments.MatchString(c.Department) {
		return Choice{}, fail("department", c.Department, receivables.RuleSyntax, "want its number, such as 59, 2A or 974")
	}
	l := &law{on: c.FiledOn}
	d := Choice{Basis: []receivables.Citation{}, Territory: []receivables.Citation{l.rule("TERR.DEFAULT").Citation, l.rule("TERR.OPTION").Citation, l.rule("TERR.CLAUSE").Citation}}
	d.find(l, c)
	d.thresholds(l, c)
	asked := d.Court
	if asked == UnknownCourt && c.CreditorTrades == procedure.Met && c.DebtorTrades == procedure.Met {
		asked = Commercial // whichever of both it is
	}
	amicable, err := AmicableAttempt(asked, c.Amount, c.Exemption, c.FiledOn)
	if err != nil {
		return Choice{}, err
	}
	d.Amicable = amicable
	return d, l.err
}

func (d *Choice) cite(r procedure.Rule) {
	d.Basis = append(d.Basis, r.Citation)
	if r.Citation.Confidence == "M" {
		d.Uncertain = append(d.Uncertain, r.Title+": not verified")
	}
}

// find finds the court.
func (d *Choice) find(l *law, c Case) {
	merchants := procedure.Unknown
	switch {
	case c.CreditorTrades == procedure.NotMet || c.DebtorTrades == procedure.NotMet:
		merchants = procedure.NotMet
	case c.CreditorTrades == procedure.Met && c.DebtorTrades == procedure.Met:
		merchants = procedure.Met
	}
	switch {
	case c.DebtorIsPublic:
		d.Court = Administrative
		d.cite(l.rule("PUB.SUE"))
	case c.Matter == DwellingRent:
		d.Court = Protection
		d.cite(l.rule("JUR.JCP_RENT"))
	case c.Matter == ConsumerCredit:
		d.Court = Protection
		d.cite(l.rule("JUR.JCP_CREDIT"))
	case merchants == procedure.Met:
		d.commercial(l, c)
	case merchants == procedure.NotMet:
		d.Court = Civil
		d.cite(l.rule("JUR.TJ"))
		switch {
		case c.CreditorTrades == procedure.Met:
			d.cite(l.rule("JUR.MIXED"))
		case c.DebtorTrades != procedure.NotMet:
			d.Also = []Court{Commercial}
			d.cite(l.rule("JUR.MIXED_REVERSED"))
			if c.DebtorTrades == procedure.Unknown {
				d.Uncertain = append(d.Uncertain, "the choice is the creditor's only if the debtor is a merchant, which is not known")
			}
		}
	default:
		d.Court = UnknownCourt
		d.Uncertain = append(d.Uncertain, "whether both parties are merchants")
		d.cite(l.rule("JUR.COMMERCIAL"))
	}
}

// commercial finds the court of merchants.
func (d *Choice) commercial(l *law, c Case) {
	d.Court = Commercial
	if local := l.rule("JUR.ALSACE_MOSELLE"); slices.Contains(local.List, c.Department) {
		d.Court = CommercialChamber
		d.cite(local)
		return
	}
	d.cite(l.rule("JUR.COMMERCIAL"))
	unknown := func(why string) {
		d.Court = UnknownCourt
		d.Uncertain = append(d.Uncertain, why)
	}
	courts, err := procedure.RuleAt("JUR.TAE", c.FiledOn)
	if err != nil { // before or after the experiment
		if c.Department == "" {
			unknown("without department: it can be a commercial chamber")
		}
		return
	}
	only, beside := l.rule("JUR.TAE_ONLY"), l.rule("JUR.TAE_BESIDE")
	var seats, here []string
	lies := ""
	for _, x := range courts.List { // "13 Marseille"
		department, seat, _ := strings.Cut(x, " ")
		seats = append(seats, seat)
		if strings.EqualFold(seat, c.Seat) {
			lies = department
		}
		if department == c.Department {
			here = append(here, seat)
		}
	}
	switch {
	case lies != "":
		d.Court = EconomicActivity
		d.cite(courts)
		if c.Department != "" && lies != c.Department {
			d.Uncertain = append(d.Uncertain, c.Seat+" lies in the department "+lies+", not in "+c.Department)
		}
	case c.Department == "":
		unknown("without department: it can be a commercial chamber or an economic activity court")
	case slices.Contains(only.List, c.Department) && c.Seat != "":
		unknown("no commercial court at " + c.Seat + " in the department " + c.Department + " is known")
	case slices.Contains(only.List, c.Department):
		d.Court = EconomicActivity
		d.cite(courts)
		d.cite(only)
	case slices.Contains(beside.List, c.Department) && c.Seat == "":
		d.cite(beside)
		unknown("the seat of the court decides in the department " + c.Department + ": an economic activity court sits in " + strings.Join(here, ", "))
	case c.Seat != "":
		d.Uncertain = append(d.Uncertain, "taken for an ordinary commercial court: economic activity courts sit in "+strings.Join(seats, ", "))
	}
}

// departments are the numbers of the French departments and collectivities.
var departments = regexp.MustCompile(`^(0[1-9]|1[0-9]|2[1-9AB]|[3-8][0-9]|9[0-5]|97[1-8]|98[678])$`)

// thresholds adds what depends on the amount.
func (d *Choice) thresholds(l *law, c Case) {
	d.LastResort = procedure.Condition{Name: "no appeal"}
	d.Lawyer = procedure.Condition{Name: "lawyer compulsory"}
	last, lawyer := map[Court]string{
		Commercial: "LASTRESORT.TC", EconomicActivity: "LASTRESORT.TC", CommercialChamber: "LASTRESORT.TC", Civil: "LASTRESORT.TJ", Protection: "LASTRESORT.JCP",
	}[d.Court], map[Court]string{Commercial: "LAWYER.TC", EconomicActivity: "LAWYER.TC", Civil: "LAWYER.TJ"}[d.Court]
	if d.Court == UnknownCourt && c.CreditorTrades == procedure.Met && c.DebtorTrades == procedure.Met { // one of both of merchants
		last, lawyer = "LASTRESORT.TC", "LAWYER.TC"
	}
	if last != "" {
		state, r := l.covers(last, c.Amount)
		d.LastResort.State, d.LastResort.Basis, d.LastResort.Evidence = state, r.Citation, "up to "+r.Value.String()+" EUR"
	}
	switch {
	case d.Court == Protection:
		d.Lawyer.State, d.Lawyer.Basis = procedure.NotMet, l.rule("LAWYER.TJ").Citation
	case d.Court == CommercialChamber:
		d.Lawyer.Evidence = "not settled for the commercial chamber"
	case lawyer != "":
		state, r := l.covers(lawyer, c.Amount)
		d.Lawyer.State, d.Lawyer.Basis, d.Lawyer.Evidence = state.Not(), r.Citation, "above "+r.Value.String()+" EUR"
	}
}

// Exemption is a reason for which no amicable attempt is needed (CPC 750-1).
type Exemption string

// The exemptions.
const (
	NoExemption        Exemption = ""
	AgreementToApprove Exemption = "agreement to approve"
	PriorRecourse      Exemption = "prior recourse"
	LegitimateReason   Exemption = "legitimate reason" // urgency, impossibility, decision without hearing, no conciliator within three months
	JudgeConciliates   Exemption = "judge must conciliate"
	FailedSimplified   Exemption = "failed simplified procedure"
)

// AmicableAttempt says whether a conciliation, mediation or participative procedure must come before a claim
// for payment: before the civil court and its protection judge up to 5000.00 EUR, included, without an
// exemption (CPC 750-1, from 2023-10-01); never before the commercial court.
//
// Errors:
//   - [receivables.ErrInvalidInput] for an unknown exemption;
//   - [receivables.ErrCurrencyMismatch] for an amount that is not in EUR.
func AmicableAttempt(court Court, amount receivables.Money, exemption Exemption, on date.Date) (procedure.Condition, error) {
	if !slices.Contains([]Exemption{NoExemption, AgreementToApprove, PriorRecourse, LegitimateReason, JudgeConciliates, FailedSimplified}, exemption) {
		return procedure.Condition{}, fail("exemption", string(exemption), receivables.RuleRange, "unknown exemption")
	}
	l := &law{on: on}
	c := procedure.Condition{Name: "amicable attempt before the claim"}
	switch court {
	case Civil, Protection:
		state, r := l.covers("AMICABLE.REQUIRED", amount)
		c.State, c.Basis, c.Evidence = state, r.Citation, "up to "+r.Value.String()+" EUR"
		if state == procedure.Met && exemption != NoExemption {
			c.State, c.Evidence, c.Basis = procedure.NotMet, string(exemption), l.rule("AMICABLE.EXEMPT").Citation
		}
	case UnknownCourt:
	case CommercialChamber: // of the civil court, but for merchants
		state, r := l.covers("AMICABLE.REQUIRED", amount)
		c.Basis, c.Evidence = r.Citation, "not settled for the commercial chamber"
		if state == procedure.NotMet || exemption != NoExemption {
			c.State, c.Evidence = procedure.NotMet, "above the limit, or exempt"
		}
	case Commercial, EconomicActivity, Administrative, Enforcement:
		c.State, c.Basis = procedure.NotMet, l.rule("AMICABLE.TC").Citation
	default:
		return c, fail("court", string(court), receivables.RuleRange, "unknown court")
	}
	return c, l.err
}
