package receivables

import (
	"hash/maphash"
	"slices"
)

// groupIndex finds the number of a group by customer and currency. It is an open-addressing table with 8 bytes a slot: finding one
// customer among many touches half the memory that a map does, and a copy is one move.
type groupIndex struct {
	seed  maphash.Seed
	slots []groupSlot // a power of two of them, at most two thirds used
	used  int
}

// groupSlot is a part of the hash, and the number of the group plus one; 0: free.
type groupSlot struct{ hash, group uint32 }

func newGroupIndex() groupIndex {
	return groupIndex{seed: maphash.MakeSeed(), slots: make([]groupSlot, 16)}
}

// clone returns a copy that grows on its own.
func (x *groupIndex) clone() groupIndex {
	return groupIndex{seed: x.seed, slots: slices.Clone(x.slots), used: x.used}
}

// groupHash mixes the currency into the hash of a customer.
func groupHash(customer uint64, c Currency) uint32 {
	code := uint64(c.code[0])<<16 | uint64(c.code[1])<<8 | uint64(c.code[2])
	return uint32((customer ^ code*0x9e3779b97f4a7c15) >> 32)
}

// find returns the number of a group, -1 if there is none. The hash is that of the group.
func (x *groupIndex) find(groups []PortfolioGroup, hash uint32, group PortfolioGroup) int32 {
	mask := uint32(len(x.slots) - 1)
	for at := hash & mask; ; at = (at + 1) & mask {
		slot := x.slots[at]
		if slot.group == 0 {
			return -1
		}
		if slot.hash == hash {
			if groups[slot.group-1] == group {
				return int32(slot.group - 1)
			}
		}
	}
}

// guess returns the number of the group in the first slot of a hash, -1 if it has another hash.
func (x *groupIndex) guess(hash uint32) int32 {
	slot := x.slots[hash&uint32(len(x.slots)-1)]
	if slot.hash != hash {
		return -1
	}
	return int32(slot.group) - 1
}

// add adds the number of a group that is not there.
func (x *groupIndex) add(hash uint32, group int32) {
	if 3*(x.used+1) > 2*len(x.slots) {
		old := x.slots
		x.slots = make([]groupSlot, 2*len(old))
		for _, slot := range old {
			if slot.group != 0 {
				x.put(slot)
			}
		}
	}
	x.put(groupSlot{hash, uint32(group) + 1})
	x.used++
}

func (x *groupIndex) put(slot groupSlot) {
	mask := uint32(len(x.slots) - 1)
	at := slot.hash & mask
	for x.slots[at].group != 0 {
		at = (at + 1) & mask
	}
	x.slots[at] = slot
}
