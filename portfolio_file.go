package receivables

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"math/big"
	"slices"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables/internal/columns"
	"github.com/receivables-go/receivables/internal/fixed"
)

// The binary form, little endian, every number 4 bytes if nothing else is said, a text its length and bytes:
//
//	"RCVP" version
//	groups   count, each: customer (text) currency (3 bytes)
//	segments count, each: groups, items, disputed (0 or 1); Groups Ends Due Issued Row Units (8 bytes) [Disputed (8 bytes)]
//	exact    count, each: position customer currency due issued open disputed; an amount is its digits (text) and exponent
//	CRC-32C of all bytes before
const (
	portfolioMagic   = "RCVP"
	portfolioVersion = 1
	longestName      = 1 << 20 // bytes
	columnChunk      = 1 << 14 // entries written or read at a time
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// WriteTo writes the portfolio in a compact binary form of about 20 bytes an item, for [ReadPortfolio]. It carries a version and a
// checksum; it is not encrypted and names every customer.
//
// Errors: those of the writer; [ErrLimit] for the name of a customer of more than 1 MiB or an amount beyond [NewMoney].
func (p *Portfolio) WriteTo(to io.Writer) (int64, error) {
	counted := &countingWriter{to: to, sum: crc32.New(castagnoli)}
	w := &portfolioWriter{w: bufio.NewWriterSize(counted, 1<<16)}
	w.bytes([]byte(portfolioMagic))
	w.fixed32(portfolioVersion)
	w.fixed32(uint32(len(p.groups)))
	for i := range p.groups {
		w.group(p.groups[i])
	}
	w.fixed32(uint32(len(p.segments)))
	for _, s := range p.segments {
		w.segment(s)
	}
	w.fixed32(uint32(len(p.exact)))
	for i := range p.exact {
		w.exact(&p.exact[i])
	}
	if w.err == nil {
		w.err = w.w.Flush()
	}
	w.fixed32(counted.sum.Sum32())
	if w.err == nil {
		w.err = w.w.Flush()
	}
	return counted.n, w.err
}

type countingWriter struct {
	to  io.Writer
	sum interface {
		io.Writer
		Sum32() uint32
	}
	n int64
}

func (c *countingWriter) Write(b []byte) (int, error) {
	n, err := c.to.Write(b)
	c.n += int64(n)
	_, _ = c.sum.Write(b[:n]) // a hash does not fail
	return n, err
}

type portfolioWriter struct {
	w       *bufio.Writer
	scratch []byte
	err     error
}

func (w *portfolioWriter) bytes(b []byte) {
	if w.err == nil {
		_, w.err = w.w.Write(b)
	}
}

func (w *portfolioWriter) fixed32(n uint32) {
	w.scratch = binary.LittleEndian.AppendUint32(w.scratch[:0], n)
	w.bytes(w.scratch)
}

func (w *portfolioWriter) text(s string) {
	if w.err == nil && len(s) > longestName {
		w.err = &FieldError{Path: "portfolio: name", Value: fmt.Sprintf("%d bytes", len(s)), Rule: RuleLimit, Detail: fmt.Sprintf("at most %d bytes", longestName)}
	}
	w.fixed32(uint32(len(s)))
	w.bytes([]byte(s))
}

func (w *portfolioWriter) group(g PortfolioGroup) {
	w.text(g.Customer)
	w.bytes([]byte(g.Currency.Code()))
}

func (w *portfolioWriter) segment(s *columns.Segment) {
	w.fixed32(uint32(len(s.Groups)))
	w.fixed32(uint32(s.Len()))
	w.fixed32(uint32(min(1, len(s.Disputed))))
	writeColumn(w, s.Groups)
	writeColumn(w, s.Ends)
	writeColumn(w, s.Due)
	var part []int32
	for from := 0; from < s.Len(); from += columnChunk {
		part = s.Issued.Append(part[:0], from, min(from+columnChunk, s.Len()))
		writeColumn(w, part)
	}
	writeColumn(w, s.Row)
	writeColumn(w, s.Units)
	writeColumn(w, s.Disputed)
}

func writeColumn[T int32 | uint32 | int64](w *portfolioWriter, column []T) {
	for part := range slices.Chunk(column, columnChunk) {
		if w.err != nil {
			return
		}
		if w.scratch, w.err = binary.Append(w.scratch[:0], binary.LittleEndian, part); w.err == nil {
			w.bytes(w.scratch)
		}
	}
}

func (w *portfolioWriter) exact(x *ExactItem) {
	w.fixed32(uint32(x.Position))
	w.group(PortfolioGroup{x.Item.Customer, x.Item.Open.Currency()})
	w.fixed32(uint32(x.Item.DueOn))
	w.fixed32(uint32(x.Item.IssuedOn))
	w.amount(x.Item.Open)
	w.amount(x.Item.Disputed)
}

func (w *portfolioWriter) amount(m Money) {
	if m.IsValid() && w.err == nil {
		_, w.err = NewMoney(m.amount, m.currency) // a sum can be longer than what is read back
	}
	w.text(m.amount.Coefficient().String())
	w.fixed32(uint32(m.amount.Exponent()))
}

// ReadPortfolio reads what [Portfolio.WriteTo] wrote, up to the end of the stream. Nothing in it is trusted: lengths do not reserve
// memory before their bytes are there, and order, ranges, positions and the proof of the sums are established anew.
//
// Errors:
//   - those of the reader; [io.ErrUnexpectedEOF] when the stream ends early;
//   - [ErrInvalidInput] for bytes of another form, another version, a wrong checksum or anything that cannot have been written;
//   - [ErrUnknown] for a currency that is none.
func ReadPortfolio(from io.Reader) (*Portfolio, error) {
	r := &portfolioReader{r: bufio.NewReaderSize(from, 1<<16), sum: crc32.New(castagnoli)}
	p, err := r.portfolio()
	if err != nil {
		return nil, fmt.Errorf("portfolio: %w", err)
	}
	return p, nil
}

type portfolioReader struct {
	r   *bufio.Reader
	sum interface {
		io.Writer
		Sum32() uint32
	}
	scratch []byte
}

// invalid reports what WriteTo cannot have written.
func invalid(path string, value any, detail string) error {
	return &FieldError{Path: path, Value: fmt.Sprint(value), Rule: RuleSyntax, Detail: detail}
}

// take reads n bytes, valid until the next call.
func (r *portfolioReader) take(n int) ([]byte, error) {
	r.scratch = slices.Grow(r.scratch[:0], n)[:n]
	if _, err := io.ReadFull(r.r, r.scratch); err != nil {
		return nil, early(err)
	}
	_, _ = r.sum.Write(r.scratch) // a hash does not fail
	return r.scratch, nil
}

func early(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (r *portfolioReader) count(path string, most int) (int, error) {
	n, err := r.fixed32()
	switch {
	case err != nil:
		return 0, fmt.Errorf("%s: %w", path, err)
	case int64(n) > int64(most):
		return 0, invalid(path, n, fmt.Sprintf("at most %d", most))
	}
	return int(n), nil
}

func (r *portfolioReader) fixed32() (uint32, error) {
	b, err := r.take(4)
	if err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint32(b), nil
}

func (r *portfolioReader) text(path string) (string, error) {
	n, err := r.count(path, longestName)
	if err != nil {
		return "", err
	}
	b, err := r.take(n)
	return string(b), err
}

func (r *portfolioReader) portfolio() (*Portfolio, error) {
	head, err := r.take(len(portfolioMagic))
	if err != nil {
		return nil, err
	}
	if string(head) != portfolioMagic {
		return nil, invalid("head", fmt.Sprintf("%q", head), "is no portfolio: must begin with "+portfolioMagic)
	}
	version, err := r.fixed32()
	if err != nil {
		return nil, err
	}
	if version != portfolioVersion {
		return nil, invalid("version", version, fmt.Sprintf("this library reads version %d", portfolioVersion))
	}
	p := &Portfolio{index: newGroupIndex()}
	if err := r.groups(p); err != nil {
		return nil, err
	}
	segments, err := r.count("segments", mostSegments)
	if err != nil {
		return nil, err
	}
	for i := range segments {
		s, err := r.segment(len(p.groups))
		if err != nil {
			return nil, fmt.Errorf("segment %d: %w", i, err)
		}
		p.segments = append(p.segments, s)
		p.items += s.Len()
	}
	exact, err := r.count("exact items", mostItems)
	if err != nil {
		return nil, err
	}
	for i := range exact {
		x, err := r.exact()
		if err != nil {
			return nil, fmt.Errorf("exact item %d: %w", i, err)
		}
		if _, known := p.Number(PortfolioGroup{x.Item.Customer, x.Item.Open.Currency()}); !known {
			return nil, invalid(fmt.Sprintf("exact item %d", i), fmt.Sprintf("%q", x.Item.Customer), "is of no group")
		}
		p.exact = append(p.exact, x)
		p.items++
	}
	want := r.sum.Sum32()
	switch got, err := r.fixed32(); {
	case err != nil:
		return nil, err
	case got != want:
		return nil, invalid("checksum", fmt.Sprintf("%08x", got), fmt.Sprintf("the bytes give %08x: damaged", want))
	}
	if _, err := r.r.ReadByte(); !errors.Is(err, io.EOF) {
		if err != nil {
			return nil, err
		}
		return nil, invalid("end", "", "bytes after the checksum")
	}
	return p, p.prove()
}

func (r *portfolioReader) groups(p *Portfolio) error {
	n, err := r.count("groups", math.MaxInt32)
	if err != nil {
		return err
	}
	for i := range n {
		g, err := r.group()
		if err != nil {
			return fmt.Errorf("group %d: %w", i, err)
		}
		key := g.key(p.index.seed)
		if p.index.find(p.groups, key, key.hash(p.index.seed), g.Customer) >= 0 {
			return invalid(fmt.Sprintf("group %d", i), fmt.Sprintf("%q %s", g.Customer, g.Currency), "is there twice")
		}
		p.index.add(key, int32(i))
		p.groups = append(p.groups, g)
	}
	return nil
}

func (r *portfolioReader) group() (PortfolioGroup, error) {
	customer, err := r.text("customer")
	if err != nil {
		return PortfolioGroup{}, err
	}
	code, err := r.take(3)
	if err != nil {
		return PortfolioGroup{}, err
	}
	currency, err := ParseCurrency(string(code))
	return PortfolioGroup{customer, currency}, err
}

func (r *portfolioReader) segment(groups int) (*columns.Segment, error) {
	inSegment, err := r.count("groups", groups)
	if err != nil {
		return nil, err
	}
	n, err := r.count("items", math.MaxInt32)
	if err != nil {
		return nil, err
	}
	disputed, err := r.count("disputed", 1)
	if err != nil {
		return nil, err
	}
	s := &columns.Segment{}
	var issued []int32
	for _, c := range []struct {
		to *[]int32
		n  int
	}{{&s.Groups, inSegment}, {&s.Ends, inSegment}, {&s.Due, n}, {&issued, n}} {
		if *c.to, err = readColumn[int32](r, c.n); err != nil {
			return nil, err
		}
	}
	s.Issued = columns.PackDays(issued)
	if s.Row, err = readColumn[uint32](r, n); err != nil {
		return nil, err
	}
	if s.Units, err = readColumn[int64](r, n); err != nil {
		return nil, err
	}
	if disputed == 1 {
		if s.Disputed, err = readColumn[int64](r, n); err != nil {
			return nil, err
		}
	}
	return s, checkSegment(s, groups)
}

// readColumn reads n entries; it reserves no more than twice what has come.
func readColumn[T int32 | uint32 | int64](r *portfolioReader, n int) ([]T, error) {
	var zero T
	column := make([]T, 0, min(n, columnChunk))
	for len(column) < n {
		if len(column) == cap(column) {
			longer := make([]T, len(column), min(n, 2*cap(column)))
			copy(longer, column)
			column = longer
		}
		part := column[len(column):min(len(column)+columnChunk, cap(column))]
		b, err := r.take(len(part) * binary.Size(zero))
		if err != nil {
			return nil, err
		}
		if _, err := binary.Decode(b, binary.LittleEndian, part); err != nil {
			return nil, err
		}
		column = column[:len(column)+len(part)]
	}
	return column, nil
}

// checkSegment proves what a segment promises, and finds its latest day of issue.
func checkSegment(s *columns.Segment, groups int) error {
	if s.Len() == 0 {
		return invalid("items", 0, "a segment has items")
	}
	at := int32(0)
	for k, g := range s.Groups {
		switch {
		case g < 0 || int(g) >= groups || k > 0 && g <= s.Groups[k-1]:
			return invalid(fmt.Sprintf("groups[%d]", k), g, fmt.Sprintf("must ascend and be below %d", groups))
		case s.Ends[k] <= at || int(s.Ends[k]) > s.Len():
			return invalid(fmt.Sprintf("ends[%d]", k), s.Ends[k], fmt.Sprintf("must ascend to %d", s.Len()))
		case !slices.IsSorted(s.Due[at:s.Ends[k]]):
			return invalid(fmt.Sprintf("due days of groups[%d]", k), g, "must be sorted")
		}
		at = s.Ends[k]
	}
	if int(at) != s.Len() {
		return invalid("ends", at, fmt.Sprintf("must reach the number of items, %d", s.Len()))
	}
	for i, units := range s.Units {
		disputed := int64(0)
		if s.Disputed != nil {
			disputed = s.Disputed[i]
		}
		if err := checkUnits(i, date.Date(s.Due[i]), date.Date(s.Issued.At(i)), units, disputed); err != nil {
			return err
		}
		s.LastIssued = max(s.LastIssued, s.Issued.At(i))
	}
	return nil
}

func (r *portfolioReader) exact() (ExactItem, error) {
	position, err := r.count("position", mostItems)
	if err != nil {
		return ExactItem{}, err
	}
	g, err := r.group()
	if err != nil {
		return ExactItem{}, err
	}
	x := ExactItem{Position: position, Item: OpenItem{Customer: g.Customer}}
	for _, day := range []*date.Date{&x.Item.DueOn, &x.Item.IssuedOn} {
		n, err := r.fixed32()
		if err != nil {
			return ExactItem{}, err
		}
		*day = date.Date(int32(n))
	}
	for _, amount := range []*Money{&x.Item.Open, &x.Item.Disputed} {
		if *amount, err = r.amount(g.Currency); err != nil {
			return ExactItem{}, err
		}
	}
	return x, x.Item.CheckOpen()
}

func (r *portfolioReader) amount(currency Currency) (Money, error) {
	text, err := r.text("amount")
	if err != nil {
		return Money{}, err
	}
	exponent, err := r.fixed32()
	if err != nil {
		return Money{}, err
	}
	const mostDigits = 1 + maxIntegerDigits + maxDecimals // with a sign
	coefficient, ok := new(big.Int), false
	if len(text) <= mostDigits {
		_, ok = coefficient.SetString(text, 10)
	}
	if !ok {
		return Money{}, invalid("amount", fmt.Sprintf("%.40q", text), fmt.Sprintf("must be a whole number of at most %d characters", mostDigits))
	}
	return NewMoney(decimal.NewFromBigInt(coefficient, int32(exponent)), currency)
}

// prove establishes what a portfolio made of items has: positions from 0 on, each once, and the size of its amounts.
func (p *Portfolio) prove() error {
	seen := make([]uint64, (p.items+63)/64)
	at := func(position int) error {
		if position >= p.items || seen[position/64]>>(position%64)&1 == 1 {
			return invalid("position", position, fmt.Sprintf("must be below %d, each once", p.items))
		}
		seen[position/64] |= 1 << (position % 64)
		return nil
	}
	p.size = fixed.Int{}
	for _, s := range p.segments {
		for i, row := range s.Row {
			if err := at(int(row)); err != nil {
				return err
			}
			p.size.AddUnits(max(s.Units[i], -s.Units[i]))
		}
	}
	for i := range p.exact {
		if err := at(p.exact[i].Position); err != nil {
			return err
		}
	}
	return nil
}
