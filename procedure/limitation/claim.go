package limitation

import (
	"slices"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
)

// Kind is a kind of claim with a period of its own.
type Kind string

// The kinds.
const (
	Civil            Kind = "civil"
	Trade            Kind = "trade"           // between merchants, or of a merchant's trade
	Consumer         Kind = "consumer"        // of a professional against a consumer
	Carriage         Kind = "carriage"        // transport of goods; it starts with delivery
	CarriageRecourse Kind = "recourse"        // between carriers
	Ship             Kind = "ship supplies"   // supplies and works for a ship
	Telecom          Kind = "telecom"         // against the user of an operator
	Post             Kind = "post"            // against the operator
	Energy           Kind = "energy"          // against a consumer
	Water            Kind = "water"           // private supplier against a consumer
	PublicWater      Kind = "public water"    // public service with an accountant
	DwellingRent     Kind = "dwelling rent"   // rent and charges
	RentReview       Kind = "rent review"     // of a dwelling
	BusinessRent     Kind = "business rent"   // of business premises
	ConsumerCredit   Kind = "consumer credit" // a forfeiture: it starts with the first instalment not made good
	Premium          Kind = "insurance premium"
	CreditInsurance  Kind = "credit insurance"
	ChequeDrawer     Kind = "cheque, drawer" // starts with the end of presentation
	ChequeBank       Kind = "cheque, bank"
	BillAcceptor     Kind = "bill, acceptor"
	BillHolder       Kind = "bill, holder"
	BillEndorsers    Kind = "bill, endorsers"
	Title            Kind = "enforceable title"
	PublicDebtor     Kind = "public debtor" // starts on 1 January after
	PublicCreditor   Kind = "public creditor"
	Partners         Kind = "partners of a dissolved company"
	Building         Kind = "works for a consumer"
	OtherLaw         Kind = "other law" // a length of its own, given in Agreed (C. civ. 2221); no long stop
)

var ruleOf = map[Kind]string{
	Civil: "PRESC.CIVIL", Trade: "PRESC.COMMERCIAL", Consumer: "PRESC.CONSUMER", Carriage: "PRESC.TRANSPORT", CarriageRecourse: "PRESC.TRANSPORT_RECOURSE",
	Ship: "PRESC.SHIP", Telecom: "PRESC.TELECOM", Post: "PRESC.POST", Energy: "PRESC.ENERGY", Water: "PRESC.WATER", PublicWater: "PRESC.WATER_PUBLIC",
	DwellingRent: "PRESC.RENT", RentReview: "PRESC.RENT_REVIEW", BusinessRent: "PRESC.RENT_COMMERCIAL", ConsumerCredit: "PRESC.CONSUMER_CREDIT", Premium: "PRESC.INSURANCE",
	CreditInsurance: "PRESC.CREDIT_INSURANCE", ChequeDrawer: "PRESC.CHEQUE_DRAWER", ChequeBank: "PRESC.CHEQUE_BANK", BillAcceptor: "PRESC.BILL_ACCEPTOR",
	BillHolder: "PRESC.BILL_HOLDER", BillEndorsers: "PRESC.BILL_ENDORSERS", Title: "PRESC.TITLE", PublicDebtor: "PRESC.PUBLIC_DEBTOR", PublicCreditor: "PRESC.PUBLIC_CREDITOR",
	Partners: "PRESC.PARTNERS", Building: "PRESC.BUILDING", OtherLaw: "ABROAD.LAW",
}

// Kinds lists the kinds, sorted.
func Kinds() []Kind {
	var list []Kind
	for k := range ruleOf {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}

// KindsFor returns the kinds that a sale of goods or services can be: all that cannot be ruled out, so that the shortest is
// watched. Professional says that the creditor acts in his trade or profession, merchant or not: his claims on consumers last two
// years. An unknown debtor may be a consumer.
func KindsFor(professional procedure.Truth, debtor receivables.CustomerKind) []Kind {
	var kinds []Kind
	mayBe := func(k receivables.CustomerKind) bool { return debtor == k || debtor == receivables.KindUnknown }
	if mayBe(receivables.KindConsumer) && professional != procedure.NotMet {
		kinds = append(kinds, Consumer)
	}
	if mayBe(receivables.KindConsumer) && professional != procedure.Met {
		kinds = append(kinds, Civil)
	}
	if mayBe(receivables.KindPublicBody) {
		kinds = append(kinds, PublicDebtor)
	}
	if mayBe(receivables.KindCompany) {
		kinds = append(kinds, Trade)
	}
	return kinds
}

// Claim is a claim whose limitation is watched.
type Claim struct {
	Kind Kind
	// DueOn is the day from which it can be claimed: the due date of the invoice, of each instalment
	// its own, of an accelerated balance the day of acceleration. Before it nothing runs (C. civ. 2233
	// 3°).
	DueOn date.Date
	// BornOn is the birth of a right whose start was put off because it could not be known (C. civ. 2224): the long
	// stop counts from it. A term, such as the time to pay of an invoice, puts nothing off in that sense (2233). Zero:
	// DueOn.
	BornOn date.Date
	// Agreed is a length agreed by the parties, from one to ten years (C. civ. 2254), or that of [OtherLaw]; zero:
	// that of the law.
	Agreed procedure.Period
}

// EventKind is what happens to a limitation.
type EventKind string

// The events: those that interrupt, may interrupt, do not, and those that suspend.
const (
	Acknowledgement       EventKind = "acknowledgement"
	CourtClaim            EventKind = "court claim" // lasts until EndedOn; also before the wrong court
	ConservatoryMeasure   EventKind = "conservatory measure"
	EnforcementAct        EventKind = "enforcement act"
	OrderService          EventKind = "payment order service"
	InsolvencyDeclaration EventKind = "insolvency declaration" // lasts until EndedOn
	OverIndebtedness      EventKind = "over-indebtedness request"
	PublicNotice          EventKind = "notice by a public accountant" // for his claims
	RegisteredLetter      EventKind = "registered letter"             // for insurance premiums only

	PartPayment EventKind = "part payment" // may acknowledge the whole

	FormalNotice EventKind = "formal notice"
	Reminder     EventKind = "reminder"
	OrderRequest EventKind = "payment order request"

	Mediation     EventKind = "mediation" // or conciliation
	Participative EventKind = "participative agreement"
	Simplified    EventKind = "simplified procedure" // the debtor's consent to that of CPCE L125-1
	Inquiry       EventKind = "inquiry"              // granted before trial
	Impossible    EventKind = "impossibility"
)

// Event is one of them on a day.
type Event struct {
	Kind EventKind
	On   date.Date
	// EndedOn is the day on which a case or the proceedings ended, or the first on which a suspended
	// limitation runs again; zero: not yet.
	EndedOn date.Date
	// Lost says that a claim in court was withdrawn, lapsed or finally dismissed: it interrupted
	// nothing (C. civ. 2243).
	Lost bool
}

// lasting are the events that last.
var lasting = []EventKind{CourtClaim, InsolvencyDeclaration, Mediation, Participative, Simplified, Inquiry, Impossible}

// uncapped are the events after which there is no long stop (C. civ. 2232 al. 2).
var uncapped = []EventKind{CourtClaim, ConservatoryMeasure, EnforcementAct, OrderService}

// basisOf names the rule of an event; minimum says that it gives the least time after a suspension.
var basisOf = map[EventKind]struct {
	rule     string
	suspends bool
}{
	Acknowledgement: {"INT.CAUSES", false}, CourtClaim: {"INT.CLAIM_DURATION", false}, ConservatoryMeasure: {"INT.CAUSES", false}, EnforcementAct: {"INT.CAUSES", false},
	OrderService: {"INT.IP_REQUEST", false}, InsolvencyDeclaration: {"INT.INSOLVENCY_DECLARATION", false}, OverIndebtedness: {"INT.OVERINDEBTEDNESS_REQUEST", false},
	PublicNotice: {"INT.TAX_NOTICE", false}, RegisteredLetter: {"INT.INSURANCE_LETTER", false}, PartPayment: {"INT.PARTIAL_PAYMENT", false},
	FormalNotice: {"MED.NOT_INTERRUPTIVE", false}, Reminder: {"MED.NOT_INTERRUPTIVE", false}, OrderRequest: {"INT.IP_REQUEST", false},
	Mediation: {"SUSP.MEDIATION", true}, Participative: {"SUSP.PARTICIPATIVE", true}, Simplified: {"SUSP.L125", true}, Inquiry: {"SUSP.EXPERT", true}, Impossible: {"SUSP.IMPOSSIBILITY", true},
}
