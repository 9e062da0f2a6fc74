package cost

import (
	"strings"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
	"github.com/receivables-go/receivables/procedure/court"
)

// Line is a cost of a procedure. Money of a line that is not known has no currency.
type Line struct {
	Name      string            `json:"name"`
	ExclVAT   receivables.Money `json:"excl_vat"`
	InclVAT   receivables.Money `json:"incl_vat"`
	Recovered bool              `json:"recovered"` // part of the dépens, which the debtor bears if he loses
	// Unknown says why there is no figure, Doubt what may change it.
	Unknown string               `json:"unknown,omitempty"`
	Doubt   string               `json:"doubt,omitempty"`
	Basis   receivables.Citation `json:"basis"`
}

// Estimate is what a procedure costs. The sums hold the lines that are known.
type Estimate struct {
	Lines []Line `json:"lines"`
	// Recoverable comes back from the debtor if the claim succeeds and he pays, Lost does not. Both with VAT.
	Recoverable receivables.Money `json:"recoverable"`
	Lost        receivables.Money `json:"lost"`
	Total       receivables.Money `json:"total"`
	Open        []string          `json:"open"` // what is not in the sums
}

// OrderInput is a payment order to be estimated.
type OrderInput struct {
	Court      court.Court
	Claim      receivables.Money
	Claimant   Claimant // before an economic activity court
	Electronic bool     // service
	// Opposed says that an opposition is expected, Enforced that the order is enforced and all of it recovered.
	Opposed, Enforced bool
	// FiledOn picks the tariffs of all lines, also of acts that come later.
	FiledOn date.Date
}

// PaymentOrder estimates the costs of a payment order: registry, contributions, service of request and order, after an
// opposition the registry's fee and a lawyer, with enforcement a command to pay and both proportional fees. Mainland France:
// overseas the fees are raised (CDJ.OVERSEAS) and VAT is lower.
//
// Errors: those of [ProportionalFee] and of the rules.
func PaymentOrder(in OrderInput) (Estimate, error) {
	if err := inEuros("claim", in.Claim); err != nil {
		return Estimate{}, err
	}
	switch {
	case !receivables.IsDay(in.FiledOn):
		return Estimate{}, fail("filed on", in.FiledOn.String(), receivables.RuleRequired, "a day")
	case in.Court != court.UnknownCourt && in.Court.French() == "":
		return Estimate{}, fail("court", string(in.Court), receivables.RuleRange, "unknown court")
	}
	zero := euros(decimal.Zero)
	b := estimate{in: in, e: Estimate{Lines: []Line{}, Recoverable: zero, Lost: zero, Total: zero, Open: []string{}}}
	b.registry()
	b.service()
	if in.Opposed {
		b.opposition()
	}
	if in.Enforced {
		b.enforcement()
	}
	return b.e, b.err
}

type estimate struct {
	in  OrderInput
	e   Estimate
	err error
}

// rule reads a rule of the day of filing; false: there is none for it.
func (b *estimate) rule(id string) (procedure.Rule, bool) {
	r, err := procedure.RuleAt(id, b.in.FiledOn)
	return r, err == nil
}

func (b *estimate) vat(id string) decimal.Decimal {
	r, err := procedure.RuleAt(id, b.in.FiledOn)
	if err != nil && b.err == nil {
		b.err = err
	}
	return r.Value
}

// add adds a line of a sum that was not rounded.
func (b *estimate) add(l Line, sum receivables.Money, vatPercent decimal.Decimal) {
	if l.Unknown != "" {
		b.e.Lines, b.e.Open = append(b.e.Lines, l), append(b.e.Open, l.Name+": "+l.Unknown)
		return
	}
	l.ExclVAT, l.InclVAT = sum.Round(), WithVAT(sum, vatPercent)
	b.e.Lines = append(b.e.Lines, l)
	b.e.Total = b.e.Total.AddAmount(l.InclVAT.Amount())
	if l.Recovered {
		b.e.Recoverable = b.e.Recoverable.AddAmount(l.InclVAT.Amount())
	} else {
		b.e.Lost = b.e.Lost.AddAmount(l.InclVAT.Amount())
	}
}

// fee adds a fee of one figure.
func (b *estimate) fee(name, id string, vatPercent decimal.Decimal) {
	r, ok := b.rule(id)
	l := Line{Name: name, Recovered: true, Basis: r.Citation}
	if !ok {
		l.Unknown = "the figure for " + b.in.FiledOn.String() + " was not found"
	} else if r.Citation.Confidence == "M" || r.Citation.Confidence == "S" {
		l.Doubt = "not verified"
	}
	b.add(l, euros(r.Value), vatPercent)
}

func (b *estimate) registry() {
	switch b.in.Court {
	case court.Commercial, court.EconomicActivity:
		b.fee("registry fee", "GREFFE.IP", b.vat("GREFFE.VAT"))
	case court.Civil, court.Protection, court.CommercialChamber:
		b.fee("registry fee", "GREFFE.TJ_IP", decimal.Zero)
	case court.UnknownCourt, court.Administrative, court.Enforcement:
		b.add(Line{Name: "registry fee", Unknown: "it depends on the court"}, receivables.Money{}, decimal.Zero)
	}
	aid, err := LegalAidContribution(b.in.Court, true, false, b.in.FiledOn)
	if err != nil && b.err == nil {
		b.err = err
	}
	if aid.Amount.Sign() > 0 { // reported exempt by one source: shown at nil, with a flag
		b.add(Line{Name: "contribution for legal aid", Recovered: true, Doubt: "one source reports requests for payment orders as exempt; else " + aid.Amount.String(), Basis: aid.Basis}, euros(decimal.Zero), decimal.Zero)
	}
	if b.in.Court == court.EconomicActivity {
		due, err := TAEContribution(b.in.Claim, b.in.Claimant, b.in.FiledOn)
		l := Line{Name: "contribution of the economic activity court", Recovered: true}
		if r, ok := b.rule("TAE.TRIGGER"); ok {
			l.Basis = r.Citation
		}
		if err != nil {
			l.Unknown = err.Error()
		}
		b.add(l, due, decimal.Zero)
	}
}

func (b *estimate) service() {
	base, ok := b.rule("CDJ.SERVE_IP")
	travelID := "CDJ.TRAVEL"
	if b.in.Electronic {
		travelID = "CDJ.TRAVEL_ELECTRONIC"
	}
	travel, known := b.rule(travelID)
	b.act("service of request and order", base, travel, ok && known, receivables.Money{})
}

func (b *estimate) act(name string, base, travel procedure.Rule, known bool, engagement receivables.Money) {
	l := Line{Name: name, Recovered: true, Basis: base.Citation}
	b.e.Open = append(b.e.Open, name+": postage of the letter of CPC 658")
	if !known {
		l.Unknown = "the tariff for " + b.in.FiledOn.String() + " was not found"
		b.add(l, receivables.Money{}, decimal.Zero)
		return
	}
	percent := b.vat("CDJ.VAT")
	cost, err := ActCost(euros(base.Value), b.in.Claim, euros(travel.Value), engagement, percent, b.in.FiledOn)
	if err != nil {
		b.err = err
		return
	}
	sum := euros(base.Value.Mul(cost.Coefficient).Add(travel.Value).Add(engagement.Amount()))
	b.add(l, sum, percent)
}

func (b *estimate) opposition() {
	if b.in.Court == court.Commercial || b.in.Court == court.EconomicActivity {
		b.fee("registry fee of the opposition", "GREFFE.IP_OPPOSITION", b.vat("GREFFE.VAT"))
	}
	id := map[court.Court]string{court.Commercial: "LAWYER.TC", court.EconomicActivity: "LAWYER.TC", court.Civil: "LAWYER.TJ"}[b.in.Court]
	r, ok := b.rule(id)
	if b.in.Court == court.CommercialChamber {
		b.add(Line{Name: "lawyer", Unknown: "whether one is compulsory before the commercial chamber is not settled"}, receivables.Money{}, decimal.Zero)
	}
	if !ok {
		return
	}
	if small, err := r.Covers(b.in.Claim); err == nil && !small {
		b.add(Line{Name: "lawyer", Unknown: "free fee; article 700 may give a part back", Basis: r.Citation}, receivables.Money{}, decimal.Zero)
	}
}

func (b *estimate) enforcement() {
	engagement, err := EngagementFee(b.in.Claim, b.in.FiledOn)
	base, ok := b.rule("CDJ.COMMAND_BEFORE_SALE")
	travel, known := b.rule("CDJ.TRAVEL")
	b.act("command to pay, with the engagement fee", base, travel, err == nil && ok && known && engagement.Unknown == "", engagement.Total)
	for _, x := range []struct {
		payer Payer
		name  string
	}{{ByDebtor, "proportional fee of the debtor"}, {ByCreditor, "proportional fee of the creditor"}} {
		fee, err := ProportionalFee(x.payer, b.in.Claim, false, b.in.FiledOn)
		l := Line{Name: x.name, Recovered: x.payer == ByDebtor, Basis: fee.Basis, Unknown: fee.Unknown, Doubt: fee.Doubt}
		switch {
		case err != nil:
			l.Unknown = err.Error()
		case x.payer == ByDebtor && fee.Total.IsValid() && engagement.Total.IsValid():
			l.Name += ", less the engagement fee"
			l.Doubt = strings.TrimPrefix(fee.Doubt+"; the engagement fee is set off against it", "; ")
			fee.Total = euros(decimal.Max(decimal.Zero, fee.Total.Amount().Sub(engagement.Total.Amount())))
		}
		b.add(l, fee.Total, b.vat("CDJ.VAT"))
	}
}
