package penalties

import (
	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// FixedSumDue is the fixed sum of a claim.
type FixedSumDue struct {
	// Key identifies the sum: it is due once for each key, however often it is computed.
	Key      string
	Amount   receivables.Money // zero if waived
	Waived   string            // the reason
	Citation receivables.Citation
	// Conversion says how the law converts the sum into the currency of the claim.
	Conversion string
}

// furtherCosts is the part of the costs proven up to a day that is above the fixed
// sum.
func (w *walk) furtherCosts(day date.Date) decimal.Decimal {
	sum := decimal.Zero
	if !w.late {
		return sum
	}
	for _, cost := range w.claim.Costs {
		if cost.On <= day && !w.staysWithCreditor(cost) {
			sum = sum.Add(cost.Amount.Amount())
		}
	}
	return decimal.Max(sum.Sub(w.covered), decimal.Zero)
}

// staysWithCreditor reports whether a cost arose without an enforceable title where
// that leaves it to the creditor.
func (w *walk) staysWithCreditor(cost Cost) bool {
	served := w.claim.JudgmentServedOn
	return w.c.regime.NoCosts != nil && (served == 0 || cost.On < served)
}

// costsDue is what is left of the fixed sum and the further costs on a day.
func (w *walk) costsDue(day date.Date) decimal.Decimal {
	sum := w.furtherCosts(day)
	if f := w.result.FixedSum; f != nil && f.Amount.Currency() == w.claim.Principal.Currency() {
		sum = sum.Add(f.Amount.Amount())
	}
	return sum.Sub(w.costsPaid)
}

// withoutFixedSum notes why there is no fixed sum; costs above it cannot be measured.
func (w *walk) withoutFixedSum(why string) error {
	if len(w.claim.Costs) > 0 {
		return &receivables.FieldError{Path: "costs", Rule: receivables.RuleRequired, Detail: "are due above the fixed sum: " + why + "; give it converted"}
	}
	w.result.Notes = append(w.result.Notes, why)
	return nil
}

// fixedSum adds the fixed sum once the claim was late by a day.
func (w *walk) fixedSum() error {
	if w.sumKnown || !w.late {
		return nil
	}
	w.sumKnown = true
	f := w.c.regime.FixedSumFor(*w.claim)
	given := w.claim.FixedSumConverted
	unknown := f == nil && w.c.regime.fixedSumUnknown(w.claim)
	switch {
	case unknown && given.IsValid():
		f = &FixedSum{Citation: receivables.Citation{Text: "given with the claim", Confidence: "caller"}}
	case unknown:
		return w.withoutFixedSum("no source was found for the fixed sum of a claim due on " + w.claim.DueOn.String())
	case f == nil:
		return nil
	}
	whole := w.money(w.overdue)
	if w.claim.OverdueDebt.IsValid() {
		whole = w.claim.OverdueDebt
	}
	own := w.claim.Principal.Currency()
	amount, err := f.For(whole)
	switch {
	case (err != nil || amount.Currency() != own) && given.IsValid():
		amount = given
	case err != nil:
		return w.withoutFixedSum("the fixed sum depends on the amount in " + f.Of.Code() + " and was not added")
	}
	if amount.Currency() == own {
		w.covered = amount.Amount()
	} else if len(w.claim.Costs) > 0 {
		return &receivables.FieldError{
			Path: "costs", Value: amount.String(), Rule: receivables.RuleRequired,
			Detail: "costs are due above the fixed sum, which is in another currency: give it converted",
		}
	}
	if w.claim.NoFixedSum {
		return nil
	}
	due := FixedSumDue{Key: "fixed sum of " + w.claim.ID, Amount: amount, Citation: f.Citation, Conversion: f.Conversion}
	if reason := w.c.config.WaiveFixedSum; reason != "" {
		due.Amount, due.Waived = receivables.Zero(amount.Currency()), reason
	}
	w.result.FixedSum = &due
	return nil
}
