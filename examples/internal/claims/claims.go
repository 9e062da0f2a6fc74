// Package claims computes what late payment costs the debtors of a seller, for the examples that show it: which regime an invoice falls under
// is decided here once.
package claims

import (
	"strings"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/penalties"
)

// Of computes interest and fixed sums of every late due date through a day, paid or not, in the order of the ledger: businesses by the regime
// of the configuration, such as fr.b2b, consumers not at all without a formal notice. Of a French seller public bodies fall under fr.public,
// and what was invoiced before an insolvency bears no interest from its opening on (C. com. L622-28; what comes after it is due as
// usual, L622-17). Payments are imputed as in the books. What is not computed comes with its reason.
//
// Errors: those of the law and of penalties.FromLedger.
func Of(ledger *receivables.Ledger, asOf date.Date, config penalties.Config) ([]penalties.CustomerAccrual, []penalties.Skipped, error) {
	law, err := penalties.Standard()
	if err != nil {
		return nil, nil, err
	}
	regime := config.Regime
	config.Imputation = penalties.PrincipalFirst
	calculators := map[string]*penalties.Calculator{}
	for _, id := range []string{regime, "fr.public"} {
		config.Regime = id
		if calculators[id], err = penalties.New(law, config); err != nil {
			return nil, nil, err
		}
	}
	french := strings.HasPrefix(regime, "fr.")
	stays := penalties.StaysOf(ledger, asOf, func(h receivables.HoldState) bool { return french && h.Kind == receivables.HoldInsolvency })
	return penalties.FromLedger(ledger, asOf, func(h receivables.InvoiceHistory, claim *penalties.Claim) (*penalties.Calculator, string) {
		for _, s := range stays(h) {
			if s.From <= h.IssuedOn {
				continue
			}
			if s.From <= receivables.AddDays(h.DueOn, 1) && (s.Until == 0 || s.Until > asOf) {
				return nil, "an insolvency, opened before it was late (C. com. L622-28)"
			}
			claim.Stays = append(claim.Stays, s)
		}
		switch c, _ := ledger.Customer(h.Customer); {
		case c.Kind == receivables.KindConsumer:
			return nil, "a consumer, without formal notice"
		case c.Kind == receivables.KindPublicBody && regime == "fr.b2b":
			return calculators["fr.public"], ""
		}
		return calculators[regime], ""
	})
}
