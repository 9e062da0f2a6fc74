// Package terms goes through the protective clauses of general terms of sale (conditions générales de vente) and says
// what each changes in the computations.
package terms

import (
	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
)

// Terms says which clauses there are. It is plain data.
type Terms struct {
	Accepted         procedure.Truth `json:"accepted"`           // by the customer, before the contract
	LateInterest     procedure.Truth `json:"late_interest"`      // its rate
	FixedSum         procedure.Truth `json:"fixed_sum"`          // mention of the 40 EUR
	Discount         procedure.Truth `json:"discount"`           // for early payment, or that there is none
	PenaltyClause    procedure.Truth `json:"penalty_clause"`     // clause pénale
	Acceleration     procedure.Truth `json:"acceleration"`       // déchéance du terme
	WithoutNotice    procedure.Truth `json:"without_notice"`     // the due date alone puts in default
	RetentionOfTitle procedure.Truth `json:"retention_of_title"` // réserve de propriété
	Jurisdiction     procedure.Truth `json:"jurisdiction"`       // clause attributive de juridiction
	Termination      procedure.Truth `json:"termination"`        // clause résolutoire
	Imputation       procedure.Truth `json:"imputation"`         // order in which payments are set off
	Capitalisation   procedure.Truth `json:"capitalisation"`     // anatocisme
}

// Parties says who contracts.
type Parties struct {
	Debtor            receivables.CustomerKind
	BothMerchants     procedure.Truth
	ClauseVeryVisible procedure.Truth // of the clause on the court
}

// Finding is a clause with what it changes.
type Finding struct {
	Clause string          `json:"clause"`
	There  procedure.Truth `json:"there"`
	// Works says whether it has its effect between these parties.
	Works   procedure.Condition `json:"works"`
	With    string              `json:"with"`    // what the computations do with it
	Without string              `json:"without"` // and without it
	Where   string              `json:"where"`   // the package that takes it
}

// Check goes through the clauses in the order of the fields.
//
// Errors:
//   - [receivables.CoverageError] for a day before the rules.
func Check(t Terms, p Parties, on date.Date) ([]Finding, error) {
	c := checker{on: on, t: t}
	consumer := p.Debtor == receivables.KindConsumer
	professional := procedure.Unknown
	switch p.Debtor {
	case receivables.KindCompany, receivables.KindPublicBody:
		professional = procedure.Met
	case receivables.KindConsumer:
		professional = procedure.NotMet
	case receivables.KindUnknown:
	}
	c.add("accepted terms", t.Accepted, procedure.Met, "EVID.TERMS", "the clauses bind", "none of them binds: the law alone counts", "all")
	if p.Debtor == receivables.KindPublicBody {
		c.add("late interest", t.LateInterest, procedure.NotMet, "PUB.RATE", "nothing changes: a public body owes the rate of the law", "ECB rate plus eight points, by law", "penalties: regime fr.public")
	} else {
		c.add("late interest", t.LateInterest, professional, "MED.NO_REMINDER_NEEDED", "the contractual rate, not below three times the legal one", "ECB rate plus ten points, by law; from a consumer the legal rate after formal notice", "penalties: Config.Contract")
	}
	c.add("fixed sum", t.FixedSum, professional, "COST.B2B_FLAT", "40 EUR for each late invoice, due by law", "the same: the mention is a duty of invoices, the sum is due by law", "penalties")
	c.add("discount", t.Discount, procedure.Met, "EVID.INVOICE", "what early payment saves", "no discount; the mention is a duty of invoices between professionals", "dso/price")
	penalty := procedure.Met
	if consumer { // an unfair term is presumed where it is out of proportion
		penalty = procedure.Unknown
	}
	c.add("penalty clause", t.PenaltyClause, penalty, "MED.PENALTY_CLAUSE", "a sum of its own after formal notice, which the judge may change", "damages on proof only", "procedure/paymentorder: Request.Clause")
	c.add("acceleration", t.Acceleration, procedure.Met, "ACC.CLAUSE_NOTICE", "the balance falls due after a notice not heeded", "each instalment falls due on its day", "procedure/settlement: Clause")
	c.add("due date without notice", t.WithoutNotice, procedure.Met, "MED.FORM", "default on the due date", "default by formal notice, but for late-payment penalties", "procedure: DecideNotice")
	c.add("retention of title", t.RetentionOfTitle, procedure.Met, "RDP.CLAUSE", "goods can be claimed back within three months of publication", "the seller is an ordinary creditor", "procedure/insolvency: Goods")
	court := p.BothMerchants
	if court == procedure.Met {
		court = p.ClauseVeryVisible
	}
	c.add("jurisdiction", t.Jurisdiction, court, "TERR.CLAUSE", "the court of the clause, but not for payment orders", "where the debtor lives, or where delivery was made", "procedure/court: Choose")
	c.add("termination", t.Termination, procedure.Met, "MED.TERMINATION", "the contract ends after a notice that quotes the clause", "a judge, or a notice at one's own risk", "procedure/letters")
	c.add("imputation", t.Imputation, procedure.Met, "IMP.CONTRACT", "payments go in the agreed order", "interest first, then principal; the oldest debt first", "penalties: Impute")
	c.add("capitalisation", t.Capitalisation, procedure.Met, "CLAIM.CAPITALISATION", "interest of a whole year bears interest", "only if a judge says so", "penalties: Config")
	return c.list, c.err
}

type checker struct {
	on   date.Date
	t    Terms
	list []Finding
	err  error
}

func (c *checker) add(clause string, there, possible procedure.Truth, rule, with, without, where string) {
	r, err := procedure.RuleAt(rule, c.on)
	if err != nil && c.err == nil {
		c.err = err
	}
	f := Finding{Clause: clause, There: there, With: with, Without: without, Where: where, Works: procedure.Condition{Name: "has its effect", Basis: r.Citation}}
	accepted := c.t.Accepted
	if clause == "accepted terms" {
		accepted = procedure.Met
	}
	for _, x := range []struct {
		state procedure.Truth
		text  string
	}{{there, "the clause"}, {accepted, "accepted by the customer"}, {possible, "possible between these parties"}} {
		switch {
		case x.state == procedure.NotMet:
			f.Works.State, f.Works.Evidence = procedure.NotMet, "not met: "+x.text
			c.list = append(c.list, f)
			return
		case x.state == procedure.Unknown && f.Works.Evidence == "":
			f.Works.Evidence = "unknown: " + x.text
		}
	}
	if f.Works.Evidence == "" {
		f.Works.State = procedure.Met
	}
	c.list = append(c.list, f)
}
