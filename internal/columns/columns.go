// Package columns holds many open items as plain columns, grouped by customer and currency and sorted by due day inside a
// group, so that a group is one contiguous scan.
package columns

import (
	"slices"
	"sync"
)

// Segment is a part of a store. It is immutable once sorted; nobody changes its slices.
type Segment struct {
	// Groups are the numbers of the groups with items here, ascending; Ends the position after the last item of each.
	Groups, Ends []int32
	// Due and Issued are days, 0: none; Units the open amount in minor units, below zero a credit. Within a group items are
	// sorted by due day, those without first, equal ones in the order in which they came.
	Due    []int32
	Issued Days
	Units  []int64
	// Disputed is the disputed part in minor units; nil: nothing is disputed.
	Disputed []int64
	// Row is the position of the item among those that the store was made of.
	Row []uint32
	// LastIssued is the latest day of issue.
	LastIssued int32
}

// Len returns the number of items.
func (s *Segment) Len() int { return len(s.Due) }

// Each visits the items of every group in every segment, one contiguous run at a time, on as many goroutines as workers says, at
// least one. All runs of a group come to one goroutine, in the order of the segments; visit must not share more than that.
func Each(segments []*Segment, groups, workers int, visit func(s *Segment, group, from, to int)) {
	bounds := split(segments, groups, workers)
	var wait sync.WaitGroup
	for w := range len(bounds) - 1 {
		wait.Go(func() {
			for _, s := range segments {
				s.each(bounds[w], bounds[w+1], visit)
			}
		})
	}
	wait.Wait()
}

// Of visits the items of one group, one contiguous run in each segment that has some.
func Of(segments []*Segment, group int, visit func(s *Segment, from, to int)) {
	for _, s := range segments {
		s.each(group, group+1, func(s *Segment, _, from, to int) { visit(s, from, to) })
	}
}

// FirstError keeps the error of the lowest position, whichever goroutine finds it. The zero value has none.
type FirstError struct {
	mutex    sync.Mutex
	position int
	err      error
}

// Add adds an error.
func (f *FirstError) Add(position int, err error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.err == nil || position < f.position {
		f.position, f.err = position, err
	}
}

// Get returns the first error; nil: none.
func (f *FirstError) Get() (position int, err error) { return f.position, f.err }

// each visits the groups from one number to another.
func (s *Segment) each(from, to int, visit func(s *Segment, group, from, to int)) {
	first, _ := slices.BinarySearch(s.Groups, int32(from))
	at := 0
	if first > 0 {
		at = int(s.Ends[first-1])
	}
	for k := first; k < len(s.Groups) && int(s.Groups[k]) < to; k++ {
		end := int(s.Ends[k])
		visit(s, int(s.Groups[k]), at, end)
		at = end
	}
}

// split divides the groups into ranges with about the same number of items.
func split(segments []*Segment, groups, workers int) []int {
	workers = max(1, min(workers, groups))
	bounds := []int{0}
	if len(segments) > 0 {
		largest := slices.MaxFunc(segments, func(x, y *Segment) int { return x.Len() - y.Len() })
		for w := 1; w < workers; w++ {
			at, _ := slices.BinarySearch(largest.Ends, int32(int64(largest.Len())*int64(w)/int64(workers)))
			if g := int(largest.Groups[min(at, len(largest.Groups)-1)]); g > bounds[len(bounds)-1] {
				bounds = append(bounds, g)
			}
		}
	}
	return append(bounds, groups)
}

// Rows collects items before they are sorted. It grows by parts that stay where they are.
type Rows struct {
	parts []part
	n     int
}

// part is some of the rows, in columns.
type part struct {
	group, due, issued []int32
	units              []int64
	disputed           []int64 // nil, or as long as the others
	row                []uint32
}

// partRows is the number of rows by which rows grow.
const partRows = 1 << 16

// Grow makes place for rows that will be added.
func (r *Rows) Grow(n int) {
	if n > 0 {
		r.parts = append(r.parts, part{
			group: make([]int32, 0, n), due: make([]int32, 0, n), issued: make([]int32, 0, n), units: make([]int64, 0, n), row: make([]uint32, 0, n),
		})
	}
}

// Len returns the number of rows.
func (r *Rows) Len() int { return r.n }

// Add adds an item.
func (r *Rows) Add(group, due, issued int32, units, disputed int64, row uint32) {
	if len(r.parts) == 0 || len(r.parts[len(r.parts)-1].due) == cap(r.parts[len(r.parts)-1].due) {
		r.Grow(max(256, min(partRows, r.n)))
	}
	p := &r.parts[len(r.parts)-1]
	if disputed != 0 && p.disputed == nil {
		p.disputed = make([]int64, len(p.due), cap(p.due))
	}
	if p.disputed != nil {
		p.disputed = append(p.disputed, disputed)
	}
	p.group, p.due, p.issued = append(p.group, group), append(p.due, due), append(p.issued, issued)
	p.units, p.row = append(p.units, units), append(p.row, row)
	r.n++
}

// Sort makes a segment of rows whose groups are below a number: a counting sort by group, then each group by due day. Both are stable.
func (r *Rows) Sort(groups int) *Segment {
	starts := make([]int32, groups+1)
	disputed := false
	for _, p := range r.parts {
		disputed = disputed || p.disputed != nil
		for _, g := range p.group {
			starts[g+1]++
		}
	}
	s := &Segment{
		Due: make([]int32, r.n), Units: make([]int64, r.n), Row: make([]uint32, r.n),
	}
	issued := make([]int32, r.n)
	if disputed {
		s.Disputed = make([]int64, r.n)
	}
	for g := range groups {
		starts[g+1] += starts[g]
		if starts[g+1] > starts[g] {
			s.Groups, s.Ends = append(s.Groups, int32(g)), append(s.Ends, starts[g+1])
		}
	}
	for i := range r.parts {
		p := &r.parts[i]
		for from, g := range p.group {
			at := starts[g]
			starts[g]++
			s.Due[at], issued[at], s.Units[at], s.Row[at] = p.due[from], p.issued[from], p.units[from], p.row[from]
			if p.disputed != nil {
				s.Disputed[at] = p.disputed[from]
			}
			s.LastIssued = max(s.LastIssued, p.issued[from])
		}
		r.parts[i] = part{} // no longer needed
	}
	r.parts, r.n = nil, 0
	var sorter sorter
	at := int32(0)
	for _, end := range s.Ends {
		sorter.sort(s, issued, int(at), int(end))
		at = end
	}
	s.Issued = PackDays(issued)
	return s
}

// sorter sorts groups by due day; it keeps its buffers.
type sorter struct {
	keys  []uint64 // due day, position in the group
	days  []int32
	units []int64
	rows  []uint32
}

func (b *sorter) sort(s *Segment, issued []int32, from, to int) {
	due := s.Due[from:to]
	if slices.IsSorted(due) {
		return
	}
	b.keys = b.keys[:0]
	for i, d := range due {
		b.keys = append(b.keys, uint64(d)<<32|uint64(i))
	}
	slices.Sort(b.keys)
	for i, key := range b.keys {
		due[i] = int32(key >> 32)
	}
	b.days, b.units, b.rows = reorder(issued[from:to], b.keys, b.days), reorder(s.Units[from:to], b.keys, b.units), reorder(s.Row[from:to], b.keys, b.rows)
	if s.Disputed != nil {
		b.units = reorder(s.Disputed[from:to], b.keys, b.units)
	}
}

// reorder puts a column into the order of keys, with a buffer that it returns.
func reorder[T any](column []T, keys []uint64, buffer []T) []T {
	buffer = append(buffer[:0], column...)
	for i, key := range keys {
		column[i] = buffer[uint32(key)]
	}
	return buffer
}
