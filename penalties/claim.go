package penalties

import (
	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
)

// Claim is a debt that may be late, with what happened to it.
type Claim struct {
	ID        string
	Principal receivables.Money // including VAT, above zero
	DueOn     date.Date         // last day to pay on time
	// ContractOn is the date of the contract, where it decides which rule applies;
	// zero: the due date is taken, and the result says so.
	ContractOn date.Date
	// NoticeOn is the day of the formal notice, for regimes that start there.
	NoticeOn date.Date
	// JudgmentServedOn is the day an enforceable judgment was served; zero: none.
	JudgmentServedOn date.Date
	Payments         []Payment // in any order
	CreditNotes      []Payment // reduce the principal from their day on
	Stays            []Stay    // days that bear no interest
	Costs            []Cost    // of recovery, on proof
	// FixedSumConverted is the fixed sum in the currency of the claim, for a law that
	// gives it in another (converted as [FixedSum].Conversion says) or one that no source
	// gave us. Not given: it stays in its own currency, or is left out with a note.
	FixedSumConverted receivables.Money
	// OverdueDebt is all that is overdue of the invoice, for the tiers of the fixed sum
	// (directive 2011/7/EU art. 5); not given: the principal.
	OverdueDebt receivables.Money
	// NoFixedSum: the fixed sum of the invoice is claimed with another instalment, where
	// the costs of the invoice belong too: they are due above it.
	NoFixedSum bool
	// NotResponsible: the debtor is not responsible for the delay, where that matters.
	NotResponsible bool
}

// Payment is an amount and its day, which still bears interest unless [PaymentDay]
// says otherwise.
type Payment struct {
	On     date.Date
	Amount receivables.Money // above zero
}

// Cost is a cost of recovery beyond reminders, claimed on proof. It bears no
// interest. What the debtor owes is the part of all costs above the fixed sum.
type Cost struct {
	On     date.Date
	Amount receivables.Money // above zero
	Proof  string            // what proves it: "bailiff's bill 2025-117"; needed
}

// Stay is an interval without interest, such as a dispute that stops it or the time
// after the opening of insolvency proceedings.
type Stay struct {
	From, Until date.Date // half-open; Until zero: open
	Reason      string
}

func (s Stay) covers(day date.Date) bool { return day >= s.From && (s.Until == 0 || day < s.Until) }
