package receivables

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"iter"
	"math"
	"slices"
	"strings"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables/internal/columns"
	"github.com/receivables-go/receivables/internal/fixed"
)

// Portfolio is many open items in columns (portefeuille de créances): grouped by customer and currency, sorted by due date
// inside a group, 18 bytes an item (20 if their dates of issue span more than 179 years, 8 more if some are disputed). It answers the same questions as a slice of items, faster; the plain functions are what it
// is tested against. It is immutable and safe for concurrent use; [Portfolio.Append] makes a new one that shares what the old one
// holds.
//
// It keeps what ages and interest need: customer, currency, due date, date of issue, open and disputed amount, and the
// position of the item in what it was made of. Everything else stays with the caller's items.
//
// Amounts that are no whole number of minor units, or have more than 18 digits, are kept beside it as they are, and so are all
// items if their amounts could together exceed 63 bits: every sum is exact.
type Portfolio struct {
	groups   []PortfolioGroup // by number
	index    groupIndex
	segments []*columns.Segment
	exact    []ExactItem
	size     fixed.Int // sum of the absolute amounts in columns
	items    int
}

// PortfolioGroup is a customer in one currency.
type PortfolioGroup struct {
	Customer string
	Currency Currency
}

// ExactItem is an item that does not fit into columns, with its position in what the portfolio was made of; it has the fields that a
// portfolio keeps.
type ExactItem struct {
	Position int
	Item     OpenItem
}

// mostItems bounds a portfolio to what positions can name.
const mostItems = math.MaxInt32

// mostSegments is the number of appended parts from which a portfolio is put together anew.
const mostSegments = 16

// NewPortfolio makes a portfolio of items.
//
// Errors:
//   - [ErrInvalidInput] for an item whose open amount has no currency, whose dates are none or whose disputed part is not
//     between 0 and the open amount;
//   - [ErrCurrencyMismatch] for a disputed part in another currency;
//   - [ErrLimit] for more than 2,147,483,647 items.
func NewPortfolio(items []OpenItem) (*Portfolio, error) {
	return (&Portfolio{}).AppendItems(items)
}

// CollectPortfolio makes a portfolio of a stream that can fail, such as a database cursor; it stops at the first error.
//
// Errors: those of the stream and of [NewPortfolio].
func CollectPortfolio(items iter.Seq2[OpenItem, error]) (*Portfolio, error) {
	return (&Portfolio{}).Append(items)
}

// Portfolio makes a portfolio of what is open at the end of a day, as known on another one, see [Ledger.OpenItems]. What was open
// before and is paid on that day is not in it: for what was open at the end of several months, make a portfolio of each.
//
// Errors: those of [NewPortfolio].
func (l *Ledger) Portfolio(asOf, knownOn date.Date) (*Portfolio, error) {
	return CollectPortfolio(func(yield func(OpenItem, error) bool) {
		for item := range l.OpenItems(asOf, knownOn) {
			if !yield(item, nil) {
				return
			}
		}
	})
}

// AppendItems is [Portfolio.Append] for a list.
func (p *Portfolio) AppendItems(items []OpenItem) (*Portfolio, error) {
	b := newPortfolioBuilder(p, len(items))
	defer b.close()
	for i := range items {
		if err := b.add(&items[i]); err != nil {
			return nil, fmt.Errorf("items[%d]: %w", i, err)
		}
	}
	return b.portfolio(), nil
}

// Append makes a portfolio of what this one holds and further items, whose positions go on from its number of items. What was
// there is shared, not copied; after 16 such parts they are put together anew.
//
// Errors: those of the stream and of [NewPortfolio].
func (p *Portfolio) Append(items iter.Seq2[OpenItem, error]) (*Portfolio, error) {
	b := newPortfolioBuilder(p, 0)
	defer b.close()
	var current OpenItem
	for item, err := range items {
		if err != nil {
			return nil, err
		}
		current = item
		if err := b.add(&current); err != nil {
			return nil, fmt.Errorf("items[%d]: %w", b.next, err)
		}
	}
	return b.portfolio(), nil
}

// ItemColumns is open items as plain columns: an entry of each column is an item.
type ItemColumns struct {
	Groups []PortfolioGroup
	Group  []int32     // number in Groups
	DueOn  []date.Date // zero: not known
	// IssuedOn may be nil: not known.
	IssuedOn []date.Date
	Open     []int64 // in minor units, below zero a credit; at most 18 digits
	// Disputed is the part of Open under dispute, between 0 and Open; it may be nil: none.
	Disputed []int64
}

// AppendColumns makes a portfolio of what this one holds and items that are columns already, without a Go value for each; it keeps
// none of the slices. (&Portfolio{}).AppendColumns makes the first one.
//
// Errors: those of [NewPortfolio]; [ErrInvalidInput] for columns of different lengths, a number outside Groups, a group without
// currency; [ErrLimit] for an amount of more than 18 digits.
func (p *Portfolio) AppendColumns(c ItemColumns) (*Portfolio, error) {
	n := len(c.Group)
	for _, x := range []struct {
		name   string
		length int
		need   bool
	}{{"due", len(c.DueOn), true}, {"open", len(c.Open), true}, {"issued", len(c.IssuedOn), c.IssuedOn != nil}, {"disputed", len(c.Disputed), c.Disputed != nil}} {
		if x.need && x.length != n {
			return nil, &FieldError{Path: "columns: " + x.name, Value: fmt.Sprint(x.length), Rule: RuleRange, Detail: fmt.Sprintf("must have %d entries, as group", n)}
		}
	}
	for i, g := range c.Groups {
		if !g.Currency.IsValid() {
			return nil, &FieldError{Path: fmt.Sprintf("columns: groups[%d]", i), Value: g.Customer, Rule: RuleRequired, Detail: "a currency is needed"}
		}
	}
	b := newPortfolioBuilder(p, n)
	numbers := make([]int32, len(c.Groups)) // plus one; 0: not yet
	for i, g := range c.Group {
		if g < 0 || int(g) >= len(c.Groups) {
			return nil, &FieldError{Path: fmt.Sprintf("columns: group[%d]", i), Value: fmt.Sprint(g), Rule: RuleRange, Detail: fmt.Sprintf("must be from 0 to %d", len(c.Groups)-1)}
		}
		var issued date.Date
		var disputed int64
		if c.IssuedOn != nil {
			issued = c.IssuedOn[i]
		}
		if c.Disputed != nil {
			disputed = c.Disputed[i]
		}
		if err := checkUnits(i, c.DueOn[i], issued, c.Open[i], disputed); err != nil {
			return nil, err
		}
		if numbers[g] == 0 {
			numbers[g] = b.number(c.Groups[g]) + 1
		}
		position, err := b.position()
		if err != nil {
			return nil, err
		}
		b.addUnits(numbers[g]-1, int32(c.DueOn[i]), int32(issued), c.Open[i], disputed, uint32(position))
	}
	return b.portfolio(), nil
}

// mostMinorUnits is the largest amount in columns.
const mostMinorUnits = 1e18 - 1

// checkUnits is [OpenItem.CheckOpen] for an item of columns.
func checkUnits(i int, due, issued date.Date, units, disputed int64) error {
	fail := func(column string, value any, rule Rule, detail string) error {
		return &FieldError{Path: fmt.Sprintf("columns: %s[%d]", column, i), Value: fmt.Sprint(value), Rule: rule, Detail: detail}
	}
	for _, day := range [2]date.Date{due, issued} {
		if day != 0 && !IsDay(day) {
			return fail("days", day, RuleRange, "outside 1900-01-01 to 9999-12-31")
		}
	}
	switch {
	case units < -mostMinorUnits || units > mostMinorUnits:
		return fail("open", units, RuleLimit, "at most 18 digits")
	case disputed < 0 || disputed > max(0, units):
		return fail("disputed", disputed, RuleRange, fmt.Sprintf("must be between 0 and %d", max(0, units)))
	}
	return nil
}

// portfolioBuilder collects the items of one part. Once there are many, a second goroutine looks for their groups while the first one
// reads on.
type portfolioBuilder struct {
	next  int // position of the next item
	seed  maphash.Seed
	batch batch
	full  chan batch // to the second goroutine; nil: there is none
	free  chan batch
	ended chan struct{}
	apart int // full batches until the second goroutine begins

	// The rest belongs to the goroutine that looks for groups.
	p      *Portfolio
	shared bool // the groups are those of the portfolio before
	rows   columns.Rows
}

// batch is items whose groups are looked for together.
type batch struct {
	items []waitingItem
	texts []byte // customers that came as bytes
}

type waitingItem struct {
	exact            *OpenItem // an item that does not fit into columns, or nil
	group            PortfolioGroup
	textFrom, textTo int // customer in texts, if it came as bytes and is long
	due, issued      int32
	hash, position   uint32
	key              groupKey
	first            groupSlot // where the search for it begins
	units, disputed  int64
}

const (
	batchItems   = 256
	batchesApart = 64 // what a second goroutine is worth
	mostBatches  = 8
)

func newPortfolioBuilder(before *Portfolio, n int) *portfolioBuilder {
	b := &portfolioBuilder{shared: true, next: before.items, apart: batchesApart, p: &Portfolio{
		groups: before.groups, index: before.index, segments: slices.Clone(before.segments), exact: slices.Clone(before.exact), size: before.size, items: before.items,
	}}
	if b.p.index.slots == nil {
		b.shared, b.p.index = false, newGroupIndex()
	}
	b.seed = b.p.index.seed
	b.rows.Grow(n)
	return b
}

func (b *portfolioBuilder) add(item *OpenItem) error {
	if err := item.CheckOpen(); err != nil {
		return err
	}
	g := PortfolioGroup{item.Customer, item.Open.Currency()}
	places := int32(item.Open.Currency().MinorUnits())
	units, ok := fixed.Minor(item.Open.Amount(), places)
	disputed, okDisputed := int64(0), true
	if item.Disputed.IsValid() {
		disputed, okDisputed = fixed.Minor(item.Disputed.Amount(), places)
	}
	w, err := b.wait(g.key(b.seed))
	if err != nil {
		return err
	}
	w.group, w.due, w.issued, w.units, w.disputed = g, int32(item.DueOn), int32(item.IssuedOn), units, disputed
	if !ok || !okDisputed {
		w.exact = &OpenItem{Customer: item.Customer, DueOn: item.DueOn, IssuedOn: item.IssuedOn, Open: item.Open, Disputed: item.Disputed}
	}
	return nil
}

// addText is add for an item in minor units whose customer is bytes that will not stay.
func (b *portfolioBuilder) addText(customer []byte, currency Currency, due, issued date.Date, units int64) error {
	w, err := b.wait(keyOfBytes(b.seed, customer, currency))
	if err != nil {
		return err
	}
	if w.key.length == longText {
		w.textFrom = len(b.batch.texts)
		b.batch.texts = append(b.batch.texts, customer...)
		w.textTo = len(b.batch.texts)
	}
	w.group.Currency, w.due, w.issued, w.units = currency, int32(due), int32(issued), units
	return nil
}

// wait returns an item to be filled in, whose group is looked for with those of others. It is empty but for its key and position.
func (b *portfolioBuilder) wait(k groupKey) (*waitingItem, error) {
	position, err := b.position()
	if err != nil {
		return nil, err
	}
	if len(b.batch.items) == batchItems {
		b.pass()
	}
	if b.batch.items == nil {
		b.batch.items = make([]waitingItem, 0, batchItems)
	}
	b.batch.items = b.batch.items[:len(b.batch.items)+1]
	w := &b.batch.items[len(b.batch.items)-1]
	w.key, w.hash, w.position = k, k.hash(b.seed), uint32(position)
	return w, nil
}

// pass passes a full batch on.
func (b *portfolioBuilder) pass() {
	if b.apart > 0 {
		b.apart--
		b.resolve(&b.batch)
		return
	}
	if b.full == nil {
		b.full, b.free, b.ended = make(chan batch, mostBatches), make(chan batch, mostBatches), make(chan struct{})
		for range mostBatches {
			b.free <- batch{items: make([]waitingItem, 0, batchItems)}
		}
		go func() {
			defer close(b.ended)
			for x := range b.full {
				b.resolve(&x)
				b.free <- x
			}
		}()
	}
	b.full <- b.batch
	b.batch = <-b.free
}

// close ends the second goroutine.
func (b *portfolioBuilder) close() {
	if b.full != nil {
		close(b.full)
		<-b.ended
		b.full = nil
	}
}

// resolve adds the items of a batch to the rows, and empties it.
func (b *portfolioBuilder) resolve(x *batch) {
	texts := string(x.texts)
	for i := range x.items { // memory is asked for many slots at once
		w := &x.items[i]
		w.first = b.p.index.slots[w.hash&uint32(len(b.p.index.slots)-1)]
	}
	for i := range x.items {
		w := &x.items[i]
		if w.textTo > 0 {
			w.group.Customer = texts[w.textFrom:w.textTo]
		}
		n := int32(w.first.group) - 1
		if n < 0 || w.first.key != w.key || w.key.length == longText {
			if n = b.p.index.find(b.p.groups, w.key, w.hash, w.group.Customer); n < 0 {
				n = b.newGroup(w)
			}
		}
		if w.exact != nil {
			b.p.exact = append(b.p.exact, ExactItem{int(w.position), *w.exact})
			continue
		}
		b.addUnits(n, w.due, w.issued, w.units, w.disputed, w.position)
	}
	clear(x.items)
	x.items, x.texts = x.items[:0], x.texts[:0]
}

func (b *portfolioBuilder) newGroup(w *waitingItem) int32 {
	if b.shared { // the portfolio before keeps its own
		b.shared = false
		b.p.index, b.p.groups = b.p.index.clone(), slices.Clip(b.p.groups)
	}
	g := w.group
	if w.textTo > 0 {
		g.Customer = strings.Clone(g.Customer) // not a part of all texts
	} else if g.Customer == "" {
		g.Customer = w.key.customer()
	}
	n := int32(len(b.p.groups))
	b.p.groups = append(b.p.groups, g)
	b.p.index.add(w.key, n)
	return n
}

// number returns the number of a group, a new one for a new group.
func (b *portfolioBuilder) number(g PortfolioGroup) int32 {
	k := g.key(b.seed)
	n := b.p.index.find(b.p.groups, k, k.hash(b.seed), g.Customer)
	if n < 0 {
		n = b.newGroup(&waitingItem{group: g, key: k})
	}
	return n
}

// addUnits adds an item that fits into columns.
func (b *portfolioBuilder) addUnits(group, due, issued int32, units, disputed int64, position uint32) {
	b.p.size.AddUnits(max(units, -units))
	b.rows.Add(group, due, issued, units, disputed, position)
}

// position returns the position of the next item.
func (b *portfolioBuilder) position() (int, error) {
	if b.next >= mostItems {
		return 0, &FieldError{Path: "portfolio", Value: fmt.Sprint(b.next), Rule: RuleLimit, Detail: "too many items"}
	}
	b.next++
	return b.next - 1, nil
}

func (b *portfolioBuilder) portfolio() *Portfolio {
	b.close()
	b.resolve(&b.batch)
	p := b.p
	p.items = b.next
	if b.rows.Len() > 0 {
		p.segments = append(p.segments, b.rows.Sort(len(p.groups)))
	}
	if len(p.segments) > mostSegments {
		p.compact()
	}
	return p
}

// compact puts all segments together.
func (p *Portfolio) compact() {
	n := 0
	for _, s := range p.segments {
		n += s.Len()
	}
	var rows columns.Rows
	rows.Grow(n)
	for _, s := range p.segments {
		at := 0
		for k, g := range s.Groups {
			for ; at < int(s.Ends[k]); at++ {
				disputed := int64(0)
				if s.Disputed != nil {
					disputed = s.Disputed[at]
				}
				rows.Add(g, s.Due[at], s.Issued.At(at), s.Units[at], disputed, s.Row[at])
			}
		}
	}
	p.segments = []*columns.Segment{rows.Sort(len(p.groups))}
}

// Len returns the number of items.
func (p *Portfolio) Len() int { return p.items }

// Groups returns the groups by number: the order in which they came first.
func (p *Portfolio) Groups() []PortfolioGroup { return slices.Clone(p.groups) }

// GroupCount returns the number of groups.
func (p *Portfolio) GroupCount() int { return len(p.groups) }

// Group returns a group by its number.
func (p *Portfolio) Group(n int) PortfolioGroup { return p.groups[n] }

// Number returns the number of a group, and false if it has none.
func (p *Portfolio) Number(g PortfolioGroup) (int, bool) {
	if len(p.groups) == 0 {
		return -1, false
	}
	k := g.key(p.index.seed)
	n := p.index.find(p.groups, k, k.hash(p.index.seed), g.Customer)
	return int(n), n >= 0
}

// NumberOf returns the number of the group of an item of this portfolio, -1 for one that is not of it.
func (p *Portfolio) NumberOf(item *OpenItem) int {
	n, _ := p.Number(PortfolioGroup{item.Customer, item.Open.Currency()})
	return n
}

// Sorted returns the numbers of the groups by customer, then currency code.
func (p *Portfolio) Sorted() []int {
	list := make([]int, len(p.groups))
	for i := range list {
		list[i] = i
	}
	slices.SortFunc(list, func(x, y int) int {
		a, b := &p.groups[x], &p.groups[y]
		return cmp.Or(strings.Compare(a.Customer, b.Customer), strings.Compare(a.Currency.Code(), b.Currency.Code()))
	})
	return list
}

// Columns returns the items as columns, for the packages of this module. They are not to be changed. It returns false where the
// sums of the items can exceed 63 bits, so that they must be added up exactly.
func (p *Portfolio) Columns() ([]*columns.Segment, bool) {
	return p.segments, p.size.Fits()
}

// Exact returns the items that do not fit into columns.
func (p *Portfolio) Exact() []ExactItem { return slices.Clone(p.exact) }

// Items yields every item with its position, as far as the portfolio keeps it: those in columns by part and group, then the
// exact ones.
func (p *Portfolio) Items() iter.Seq2[int, OpenItem] {
	return func(yield func(int, OpenItem) bool) {
		for _, s := range p.segments {
			at := 0
			for k, g := range s.Groups {
				group := &p.groups[g]
				for ; at < int(s.Ends[k]); at++ {
					item := OpenItem{Customer: group.Customer, DueOn: date.Date(s.Due[at]), IssuedOn: date.Date(s.Issued.At(at)), Open: minorMoney(s.Units[at], group.Currency)}
					if s.Disputed != nil && s.Disputed[at] != 0 {
						item.Disputed = minorMoney(s.Disputed[at], group.Currency)
					}
					if !yield(int(s.Row[at]), item) {
						return
					}
				}
			}
		}
		for _, x := range p.exact {
			if !yield(x.Position, x.Item) {
				return
			}
		}
	}
}

// minorMoney is an amount of minor units.
func minorMoney(units int64, c Currency) Money {
	return Zero(c).AddAmount(decimal.New(units, -int32(c.MinorUnits())))
}
