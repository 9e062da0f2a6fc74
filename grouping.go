package receivables

import "slices"

// Key groups open items: by customer, by salesperson, by anything (axe d'analyse). The
// packages take one or several, from the highest level to the lowest.
type Key struct {
	Name string
	Of   func(item *OpenItem) string // must not change the item
	// customer marks the key that is the customer number.
	customer bool
}

// ByCustomer groups by customer number.
func ByCustomer() Key {
	return Key{Name: "customer", Of: func(i *OpenItem) string { return i.Customer }, customer: true}
}

// BySalesperson groups by salesperson.
func BySalesperson() Key {
	return Key{Name: "salesperson", Of: func(i *OpenItem) string { return i.Salesperson }}
}

// ByEntity groups by selling company or agency.
func ByEntity() Key {
	return Key{Name: "entity", Of: func(i *OpenItem) string { return i.Entity }}
}

// ByLabel groups by a label of the documents.
func ByLabel(name string) Key {
	return Key{Name: name, Of: func(i *OpenItem) string { return i.Labels[name] }}
}

// ByParent groups by the head of the group of companies, as the ledger knows it
// today.
func ByParent(ledger *Ledger) Key {
	return Key{Name: "parent", Of: func(i *OpenItem) string { return ledger.UltimateParent(i.Customer) }}
}

// BySegment groups by the segment of the customer, as the ledger knows it today.
func BySegment(ledger *Ledger) Key {
	return Key{Name: "segment", Of: func(i *OpenItem) string {
		c, _ := ledger.Customer(i.Customer)
		return c.Segment
	}}
}

// IsCustomer reports whether the key is that of [ByCustomer].
func (k Key) IsCustomer() bool { return k.customer }

// CheckKeys reports whether items can be grouped by keys: at least one, each with a
// function, no name twice.
//
// Errors:
//   - [ErrInvalidInput] without a key or function;
//   - [ErrDuplicate] for a name given twice.
func CheckKeys(keys ...Key) error {
	if len(keys) == 0 || slices.ContainsFunc(keys, func(k Key) bool { return k.Of == nil }) {
		return &FieldError{Path: "group by", Rule: RuleRequired, Detail: "at least one key, each with a function"}
	}
	for i, k := range keys {
		if slices.ContainsFunc(keys[:i], func(other Key) bool { return other.Name == k.Name }) {
			return &FieldError{Path: "group by", Value: k.Name, Rule: RuleDuplicate, Detail: "two keys of this name"}
		}
	}
	return nil
}
