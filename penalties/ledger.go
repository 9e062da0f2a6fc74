package penalties

import (
	"errors"
	"strings"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
)

// ClaimOf turns one due date of an invoice into a claim: its payments and credit
// notes reduce it from their day on; what was written off is owed no more from its
// day. A payment applied to the invoice is imputed to its principal by the
// creditor's own books: compute with [PrincipalFirst] to follow them.
func ClaimOf(h receivables.InvoiceHistory) Claim {
	c := Claim{ID: h.Document, Principal: h.Amount, DueOn: h.DueOn}
	for _, r := range h.Reductions {
		p := Payment{On: r.On, Amount: r.Amount}
		if r.Kind == receivables.EntryCollected {
			c.Payments = append(c.Payments, p)
		} else {
			c.CreditNotes = append(c.CreditNotes, p)
		}
	}
	return c
}

// Skipped is an invoice for which nothing was computed, with the reason.
type Skipped struct {
	Customer, Document string
	Instalment         int               // 1-based by due date; 0: the invoice has none
	Amount             receivables.Money // of the due date
	Reason             string
}

// CustomerAccrual is the accrual of one due date with the customer who owes it.
type CustomerAccrual struct {
	Customer, Document string
	Instalment         int // 1-based by due date; 0: the invoice has none
	Accrual            *Accrual
}

// FromLedger computes the interest of every invoice of a ledger through asOf, as
// known on that day, paid or not: what was paid late still owes its interest. pick
// names the calculator for an invoice, or nil and the reason why there is none (a
// consumer who had no formal notice); it may complete the claim: date of the contract,
// formal notice, costs, days without interest ([StaysOf]).
// An invoice in instalments owes one fixed sum, measured on what is overdue of it.
// An invoice that fell due before the rates and the law begin, such as one due on 1900-01-01, is skipped with that reason.
// Accruals without a late day are left out. Results are in the order of the ledger.
//
// Errors: those of [Calculator.Accrue], naming the invoice; [receivables.ErrNoCoverage] among them for an asOf after the
// rates that are known.
func FromLedger(
	ledger *receivables.Ledger, asOf date.Date, pick func(receivables.InvoiceHistory, *Claim) (*Calculator, string),
) ([]CustomerAccrual, []Skipped, error) {
	var list []CustomerAccrual
	var skipped []Skipped
	charged := map[string]bool{}              // invoices with a fixed sum
	overdue := map[string]receivables.Money{} // by invoice
	for h := range ledger.Histories(asOf, asOf) {
		if h.DueOn != 0 && h.DueOn < asOf {
			sum, ok := overdue[h.Document]
			if !ok {
				sum = receivables.Zero(h.Amount.Currency())
			}
			late := h.Amount
			for _, r := range h.Reductions {
				if r.On <= h.DueOn {
					late = late.AddAmount(r.Amount.Amount().Neg())
				}
			}
			if late.Sign() > 0 {
				sum = sum.AddAmount(late.Amount())
			}
			overdue[h.Document] = sum
		}
	}
	for h := range ledger.Histories(asOf, asOf) {
		skip := func(reason string) {
			skipped = append(skipped, Skipped{h.Customer, h.Document, h.Instalment, h.Amount, reason})
		}
		if h.Amount.IsZero() {
			continue
		}
		if h.DueOn == 0 {
			skip("no due date")
			continue
		}
		if h.DueOn >= asOf {
			continue
		}
		claim := ClaimOf(h)
		if sum := overdue[h.Document]; sum.Sign() > 0 {
			claim.OverdueDebt = sum
		}
		calculator, reason := pick(h, &claim)
		if calculator == nil {
			skip(reason)
			continue
		}
		claim.NoFixedSum = claim.NoFixedSum || charged[h.Document]
		a, err := calculator.Accrue(claim, asOf)
		var gap *receivables.CoverageError
		if errors.As(err, &gap) && gap.Day < gap.FirstCovered {
			skip(gap.Error())
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		charged[h.Document] = charged[h.Document] || a.FixedSum != nil
		if len(a.Segments) > 0 || a.FixedSum != nil {
			list = append(list, CustomerAccrual{h.Customer, h.Document, h.Instalment, a})
		}
	}
	return list, skipped, nil
}

// StaysOf finds the days without interest of each invoice in the holds of a ledger.
// stops says which holds stop interest: no law says it of every dispute, but in France
// the judgment that opens insolvency proceedings does (C. com. L622-28). A hold of a
// customer stays all his invoices; one of a part of an amount stays none: the credit
// note that settles it does. The reason is the kind and the note of the hold.
func StaysOf(ledger *receivables.Ledger, asOf date.Date, stops func(receivables.HoldState) bool) func(receivables.InvoiceHistory) []Stay {
	var holds []receivables.HoldState
	for h := range ledger.Holds(asOf, asOf) {
		if h.Scope.Amount.IsZero() && stops(h) {
			holds = append(holds, h)
		}
	}
	return func(invoice receivables.InvoiceHistory) []Stay {
		var stays []Stay
		for _, h := range holds {
			s := h.Scope
			whole := s.Customer != "" && s.Customer == invoice.Customer
			if whole || s.Document == invoice.Document && (s.Instalment == 0 || s.Instalment == invoice.Instalment) {
				stays = append(stays, Stay{From: h.From, Until: h.EndedOn, Reason: strings.TrimSpace(h.Kind.String() + " " + h.Note)})
			}
		}
		return stays
	}
}
