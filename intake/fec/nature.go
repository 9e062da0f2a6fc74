package fec

import (
	"strings"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/fixed"
)

// Nature says what a line of a customer account is about, by the other accounts of its entry (comptes de contrepartie). It is the
// label "nature" of the documents.
type Nature string

// The natures.
const (
	NatureSale       Nature = "sale"       // against income (7) or VAT (445): an invoice; on the other side a credit note (avoir)
	NatureMoney      Nature = "money"      // against bank or cash (5): a payment; on the other side one returned or paid back
	NatureOpening    Nature = "opening"    // balance carried forward (à-nouveau)
	NatureSetOff     Nature = "set-off"    // against a supplier account (40): a payment without money (compensation)
	NatureBadDebt    Nature = "bad-debt"   // against 654 or 6714: given up (créance irrécouvrable)
	NatureDiscount   Nature = "discount"   // against 665: early-payment discount (escompte accordé)
	NatureDifference Nature = "difference" // against 658 or 758 alone: small difference of a payment (écart de règlement)
	NatureTransfer   Nature = "transfer"   // between customer accounts alone: made a bill (413), made doubtful (416)
	NatureOther      Nature = "other"      // anything else
)

// classes are the other accounts of an entry.
type classes uint16

const (
	hasIncome classes = 1 << iota
	hasVAT
	hasMoney
	hasSupplier
	hasBadDebt
	hasDiscount
	hasDifference
	hasOther
)

func classOf(account string) classes {
	for _, known := range []struct {
		begin string
		class classes
	}{
		{"758", hasDifference},
		{"658", hasDifference},
		{"654", hasBadDebt},
		{"6714", hasBadDebt},
		{"665", hasDiscount},
		{"7", hasIncome},
		{"445", hasVAT},
		{"5", hasMoney},
		{"40", hasSupplier},
	} {
		if strings.HasPrefix(account, known.begin) {
			return known.class
		}
	}
	return hasOther
}

// nature of a line of a customer account whose entry has these other accounts.
func (c classes) nature(isDebit bool) Nature {
	sale := c&(hasIncome|hasVAT) != 0
	switch {
	case c == 0:
		return NatureTransfer
	case isDebit && sale:
		return NatureSale
	case c&hasMoney != 0:
		return NatureMoney
	case c&hasBadDebt != 0:
		return NatureBadDebt // with the VAT that is recovered
	case c&hasDiscount != 0:
		return NatureDiscount
	case sale:
		return NatureSale
	case c&hasSupplier != 0:
		return NatureSetOff
	case c == hasDifference:
		return NatureDifference
	}
	return NatureOther
}

// entryKey names an entry. The day is part of it because some programs number by day or month, or write 0 throughout.
type entryKey struct {
	file            int
	journal, number string
	on              date.Date
}

// entry is what is kept of an entry.
type entry struct {
	others classes
	sum    fixed.Sum
}

// writeOffReason of a nature that gives something up.
func (n Nature) writeOffReason() (receivables.WriteOffReason, bool) {
	switch n {
	case NatureBadDebt:
		return receivables.WriteOffBadDebt, true
	case NatureDiscount:
		return receivables.WriteOffDiscount, true
	case NatureDifference:
		return receivables.WriteOffDifference, true
	default:
		return 0, false
	}
}
