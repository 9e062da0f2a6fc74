package receivables

import (
	"hash/maphash"
	"slices"
)

// groupIndex finds the number of a group by customer and currency. It is an open-addressing table with 16 bytes a slot, which hold
// the customer itself if that is short: finding one among many then touches a single place of memory, and a copy of the table is one
// move.
type groupIndex struct {
	seed  maphash.Seed
	slots []groupSlot // a power of two of them, at most two thirds used
	used  int
}

// groupSlot is a key and the number of its group plus one; 0: free.
type groupSlot struct {
	key   groupKey
	group uint32
}

// groupKey is a group as far as 12 bytes can tell.
type groupKey struct {
	text     uint64 // a customer of at most 8 bytes, or the hash of a longer one
	currency [3]byte
	length   uint8 // of the customer, longText if it is longer
}

const (
	shortText = 8
	longText  = shortText + 1
)

func newGroupIndex() groupIndex {
	return groupIndex{seed: maphash.MakeSeed(), slots: make([]groupSlot, 16)}
}

// clone returns a copy that grows on its own.
func (x *groupIndex) clone() groupIndex {
	return groupIndex{seed: x.seed, slots: slices.Clone(x.slots), used: x.used}
}

// key returns the key of a group.
func (g *PortfolioGroup) key(seed maphash.Seed) groupKey {
	if k, short := shortKey(g.Customer, g.Currency); short {
		return k
	}
	return groupKey{text: maphash.String(seed, g.Customer), currency: g.Currency.code, length: longText}
}

// keyOfBytes is the key of a group whose customer is bytes.
func keyOfBytes(seed maphash.Seed, customer []byte, c Currency) groupKey {
	if k, short := shortKey(customer, c); short {
		return k
	}
	return groupKey{text: maphash.Bytes(seed, customer), currency: c.code, length: longText}
}

func shortKey[T string | []byte](customer T, c Currency) (groupKey, bool) {
	if len(customer) > shortText {
		return groupKey{}, false
	}
	k := groupKey{currency: c.code, length: uint8(len(customer))}
	for i := len(customer) - 1; i >= 0; i-- {
		k.text = k.text<<8 | uint64(customer[i])
	}
	return k, true
}

// customer returns a customer that the key holds.
func (k groupKey) customer() string {
	var b [shortText]byte
	for i := range b {
		b[i] = byte(k.text >> (8 * i))
	}
	return string(b[:min(k.length, shortText)])
}

// hash says where the search for a key begins. The seed is not known to those who choose customers.
func (k groupKey) hash(seed maphash.Seed) uint32 { return uint32(maphash.Comparable(seed, k)) }

// find returns the number of a group, -1 if there is none. The hash is that of the key.
func (x *groupIndex) find(groups []PortfolioGroup, k groupKey, hash uint32, customer string) int32 {
	for at := hash; ; at++ {
		slot := &x.slots[at&uint32(len(x.slots)-1)]
		switch {
		case slot.group == 0:
			return -1
		case slot.key == k && (k.length != longText || groups[slot.group-1].Customer == customer):
			return int32(slot.group - 1)
		}
	}
}

// add adds the number of a group that is not there.
func (x *groupIndex) add(k groupKey, group int32) {
	if 3*(x.used+1) > 2*len(x.slots) {
		old := x.slots
		x.slots = make([]groupSlot, 2*len(old))
		for _, slot := range old {
			if slot.group != 0 {
				x.put(slot)
			}
		}
	}
	x.put(groupSlot{k, uint32(group) + 1})
	x.used++
}

func (x *groupIndex) put(slot groupSlot) {
	mask := uint32(len(x.slots) - 1)
	at := slot.key.hash(x.seed) & mask
	for x.slots[at].group != 0 {
		at = (at + 1) & mask
	}
	x.slots[at] = slot
}
