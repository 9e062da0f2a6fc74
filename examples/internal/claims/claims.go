// Package claims computes what late payment costs the debtors of a French seller, for the examples that show it: which regime an invoice falls
// under is decided here once.
package claims

import (
	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/penalties"
)

// French computes interest and fixed sums of every late due date through a day, paid or not, in the order of the ledger: businesses by fr.b2b,
// public bodies by fr.public, consumers not at all without a formal notice. From the day of an insolvency on no interest runs (C. com.
// L622-28).
//
// Errors: those of the law and of penalties.FromLedger.
func French(ledger *receivables.Ledger, asOf date.Date) ([]penalties.CustomerAccrual, error) {
	law, err := penalties.Standard()
	if err != nil {
		return nil, err
	}
	calculators := map[string]*penalties.Calculator{}
	for _, regime := range []string{"fr.b2b", "fr.public"} {
		if calculators[regime], err = penalties.New(law, penalties.Config{Regime: regime, Imputation: penalties.PrincipalFirst}); err != nil {
			return nil, err
		}
	}
	stays := penalties.StaysOf(ledger, asOf, func(h receivables.HoldState) bool { return h.Kind == receivables.HoldInsolvency })
	accruals, _, err := penalties.FromLedger(ledger, asOf, func(h receivables.InvoiceHistory, claim *penalties.Claim) (*penalties.Calculator, string) {
		claim.Stays = stays(h)
		switch c, _ := ledger.Customer(h.Customer); c.Kind {
		case receivables.KindConsumer:
			return nil, "a consumer, without formal notice"
		case receivables.KindPublicBody:
			return calculators["fr.public"], ""
		default:
			return calculators["fr.b2b"], ""
		}
	})
	return accruals, err
}
