package receivables

import (
	"fmt"

	"github.com/rickb777/date/v2"
)

// HoldKind says what holds a claim back.
type HoldKind uint8

// The kinds of hold.
const (
	HoldDispute    HoldKind = iota // litige: the customer contests it
	HoldInsolvency                 // collective proceedings or over-indebtedness: individual action is stayed
	HoldPlan                       // payment plan being kept (échéancier, moratoire)
	HoldManual                     // set by hand, by decision of the owner
)

// String returns the kind in words.
func (k HoldKind) String() string {
	switch k {
	case HoldDispute:
		return "dispute"
	case HoldInsolvency:
		return "insolvency"
	case HoldPlan:
		return "payment plan"
	case HoldManual:
		return "manual"
	}
	return fmt.Sprintf("hold kind %d", uint8(k))
}

// Cause is a cause of delay as the profession classifies them: internal ones
// the seller can mend, external ones lie with the customer.
type Cause uint8

// The causes of delay. The zero value is "not stated".
const (
	CauseNotStated Cause = iota
	// Internal causes (causes internes).
	CauseInvoiceError        // erreur de facturation
	CausePrice               // prix
	CauseDelivery            // livraison: late, incomplete, without proof
	CauseQuality             // qualité, non-conformité
	CauseMissingOrderNumber  // numéro de commande manquant
	CauseInvoiceNotReceived  // facture non reçue, wrong address or platform
	CauseUnappliedCash       // règlement non lettré
	CauseMissingCreditNote   // avoir promis, non établi
	CauseCommercialAgreement // accord commercial, remise, ristourne
	// External causes (causes externes).
	CauseCashTrouble         // difficultés de trésorerie
	CauseOrganisation        // organisation du client: approval, payment runs
	CauseBadFaith            // mauvaise foi
	CauseInsolvency          // procédure collective, surendettement
	CauseCustomersOwnDispute // désaccord interne ou avec un tiers, outside the sale
	causeCount               = iota
)

var causeNames = [causeCount]string{
	"not stated", "invoice error", "price", "delivery", "quality", "missing order number",
	"invoice not received", "unapplied cash", "missing credit note", "commercial agreement",
	"cash trouble", "organisation", "bad faith", "insolvency", "customer's own dispute",
}

// String returns the cause in words.
func (c Cause) String() string {
	if c < causeCount {
		return causeNames[c]
	}
	return fmt.Sprintf("cause %d", uint8(c))
}

// Side says with whom a cause of delay lies.
type Side uint8

// The sides.
const (
	SideNotStated Side = iota
	SideInternal       // the seller's own organisation
	SideExternal       // the customer
)

// String returns "internal", "external" or "not stated".
func (s Side) String() string {
	switch s {
	case SideInternal:
		return "internal"
	case SideExternal:
		return "external"
	case SideNotStated:
	}
	return "not stated"
}

// Side returns whether the cause is internal or external.
func (c Cause) Side() Side {
	switch {
	case c == CauseNotStated || c >= causeCount:
		return SideNotStated
	case c <= CauseCommercialAgreement:
		return SideInternal
	}
	return SideExternal
}

// Scope says what a hold bears on. Either a whole customer, or one document, or
// one instalment of it, or an amount of these.
type Scope struct {
	Customer   string // every document of the customer; exclusive with Document
	Document   string
	Instalment int   // 1-based by due date; 0: the whole document
	Amount     Money // zero value: all that is open; otherwise of a document only
}

// Hold is a dated interval during which a claim is disputed, stayed or set
// aside. What that changes (reminders, interest, indicators) is decided by each
// function and stated there. In the open items, a dispute on a debit is the
// disputed part; the other kinds change nothing there. The customer of a scope
// need not be recorded.
type Hold struct {
	ID      string
	Kind    HoldKind
	Scope   Scope
	From    date.Date // first day, effective day
	Until   date.Date // first day no longer held; zero: open until a Closure
	KnownOn date.Date
	Cause   Cause
	Owner   string // who must settle it
	Note    string
}

// Outcome says how a hold ended.
type Outcome uint8

// The outcomes. The zero value is "not stated".
const (
	OutcomeNotStated Outcome = iota
	OutcomeWon               // the customer owes it all
	OutcomeLost              // the customer owes nothing of it
	OutcomePartly            // a part is owed
	OutcomeWithdrawn         // given up by the customer, or lifted
)

// String returns the outcome in words.
func (o Outcome) String() string {
	switch o {
	case OutcomeNotStated:
		return "not stated"
	case OutcomeWon:
		return "won"
	case OutcomeLost:
		return "lost"
	case OutcomePartly:
		return "partly"
	case OutcomeWithdrawn:
		return "withdrawn"
	}
	return fmt.Sprintf("outcome %d", uint8(o))
}

// Closure ends a hold, before or after its Until. Of several, the one known last
// holds, so that a closure can be corrected. It changes no amount: a lost dispute leaves the invoice
// open until a [CreditNote] or a [WriteOff] says that it is not owed.
type Closure struct {
	Of      string    // ID of the hold
	On      date.Date // first day no longer held
	KnownOn date.Date
	Outcome Outcome
}

func (Hold) isFact()    {}
func (Closure) isFact() {}
