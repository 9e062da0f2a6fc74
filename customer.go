package receivables

import "fmt"

// CustomerKind is the legal quality of a customer. It decides which rules apply
// later: no fixed compensation from a consumer, other procedures for a public
// body.
type CustomerKind uint8

// The kinds of customer.
const (
	KindUnknown    CustomerKind = iota // not stated
	KindCompany                        // a business (professionnel)
	KindPublicBody                     // State, local authority, public institution (personne publique)
	KindConsumer                       // a private person outside a trade (consommateur)
)

// String returns the name of the kind.
func (k CustomerKind) String() string {
	switch k {
	case KindUnknown:
		return "unknown"
	case KindCompany:
		return "company"
	case KindPublicBody:
		return "public body"
	case KindConsumer:
		return "consumer"
	}
	return fmt.Sprintf("customer kind %d", uint8(k))
}

// MarshalText writes the name.
func (k CustomerKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the name.
//
// Errors:
//   - [ErrInvalidInput].
func (k *CustomerKind) UnmarshalText(text []byte) error {
	for known := KindUnknown; known <= KindConsumer; known++ {
		if known.String() == string(text) {
			*k = known
			return nil
		}
	}
	return &FieldError{Path: "kind of customer", Value: string(text), Rule: RuleSyntax, Detail: "want unknown, company, public body or consumer"}
}

// Customer is a debtor (client). Documents name it by ID; a document may name a
// customer of which nothing else is recorded. Recorded again, it is replaced: what
// is known of a customer has no history, so a report grouped by parent follows
// today's parents.
type Customer struct {
	ID      string
	Name    string
	Kind    CustomerKind
	Country string // ISO 3166-1 alpha-2, capital letters; empty: not stated
	Zone    Zone   // French zone whose holidays apply; empty: not stated
	Parent  string // ID of the parent company (maison mère); empty: none
	// Salesperson and Segment are names of the seller's own.
	Salesperson string
	Segment     string
}

func (Customer) isFact() {}

// check reports the first field that breaks a rule of its own.
func (c Customer) check() *FieldError {
	if c.ID == "" {
		return &FieldError{Path: "id", Rule: RuleRequired, Detail: "a customer needs an identifier"}
	}
	if c.Kind > KindConsumer {
		return &FieldError{Path: "kind", Value: c.Kind.String(), Rule: RuleRange, Detail: "unknown kind"}
	}
	if c.Country != "" && !isCountryCode(c.Country) {
		return &FieldError{Path: "country", Value: c.Country, Rule: RuleSyntax, Detail: "want two capital letters, ISO 3166-1"}
	}
	if c.Zone != "" {
		if _, err := FrenchCalendar(c.Zone); err != nil {
			return &FieldError{Path: "zone", Value: string(c.Zone), Rule: RuleUnknownReference, Detail: "not a French zone"}
		}
	}
	return nil
}

func isCountryCode(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}
