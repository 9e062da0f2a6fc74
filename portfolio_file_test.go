package receivables_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/rickb777/date/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/receivables-go/receivables"
)

func saved(t require.TestingT, p *receivables.Portfolio) []byte {
	var b bytes.Buffer
	n, err := p.WriteTo(&b)
	require.NoError(t, err)
	require.EqualValues(t, b.Len(), n)
	return b.Bytes()
}

// What is saved is loaded, and saved again byte for byte.
func TestASavedPortfolioIsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, err := receivables.NewPortfolio(anyItems(t, 30))
		require.NoError(t, err)
		more, err := p.Append(stream(anyItems(t, 30), nil))
		require.NoError(t, err)
		for _, x := range []*receivables.Portfolio{p, more, {}} {
			file := saved(t, x)
			loaded, err := receivables.ReadPortfolio(iotest.OneByteReader(bytes.NewReader(file)))
			require.NoError(t, err)
			assert.Equal(t, file, saved(t, loaded))
			assert.Equal(t, texts(t, x), texts(t, loaded))
			assert.Equal(t, x.Groups(), append([]receivables.PortfolioGroup(nil), loaded.Groups()...))
			again, err := loaded.Append(stream(anyItems(t, 5), nil)) // goes on as the first one would
			require.NoError(t, err)
			assert.GreaterOrEqual(t, again.Len(), x.Len())
		}
	})
}

// Every bit that is turned and every byte that is missing is noticed.
func TestADamagedPortfolioIsRefused(t *testing.T) {
	items := []receivables.OpenItem{
		{Customer: "A", Open: receivables.MustMoney("10.00", "EUR"), DueOn: receivables.MustDate("2026-01-31"), Disputed: receivables.MustMoney("1.00", "EUR")},
		{Customer: "B", Open: receivables.MustMoney("-3", "JPY"), IssuedOn: receivables.MustDate("2026-01-31")},
		{Customer: "A", Open: receivables.MustMoney("0.001", "EUR")},
	}
	p, err := receivables.NewPortfolio(items)
	require.NoError(t, err)
	file := saved(t, p)
	for i := range file {
		for bit := range 8 {
			damaged := bytes.Clone(file)
			damaged[i] ^= 1 << bit
			_, err := receivables.ReadPortfolio(bytes.NewReader(damaged))
			require.Error(t, err, "byte %d bit %d", i, bit)
		}
		_, err := receivables.ReadPortfolio(bytes.NewReader(file[:i]))
		require.ErrorIs(t, err, io.ErrUnexpectedEOF, "cut at %d", i)
	}
	_, err = receivables.ReadPortfolio(bytes.NewReader(append(bytes.Clone(file), 0)))
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	newer := bytes.Clone(file)
	newer[4] = 2
	_, err = receivables.ReadPortfolio(bytes.NewReader(newer))
	require.ErrorContains(t, err, "version")
	lost := errors.New("connection lost")
	_, err = receivables.ReadPortfolio(io.MultiReader(bytes.NewReader(file[:9]), iotest.ErrReader(lost)))
	require.ErrorIs(t, err, lost)
}

// A length that lies reserves no memory before its bytes are there.
func TestALyingLengthIsCheap(t *testing.T) {
	head := []byte("RCVP\x01\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00AEUR\x01\x00\x00\x00\x01\x00\x00\x00") // a group, a segment
	head = append(head, 0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := receivables.ReadPortfolio(bytes.NewReader(head))
	runtime.ReadMemStats(&after)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(4<<20))
	many := append([]byte("RCVP\x01\x00\x00\x00"), bytes.Repeat([]byte{0xff}, 20)...)
	_, err = receivables.ReadPortfolio(bytes.NewReader(many))
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
}

func TestWhatIsTooLongIsNotSaved(t *testing.T) {
	p, err := receivables.NewPortfolio([]receivables.OpenItem{{Customer: strings.Repeat("x", 1<<20+1), Open: receivables.MustMoney("1", "EUR")}})
	require.NoError(t, err)
	_, err = p.WriteTo(io.Discard)
	require.ErrorIs(t, err, receivables.ErrLimit)
	_, err = p.WriteTo(failing{})
	require.Error(t, err)
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("disk full") }

// Whatever the bytes, with a right checksum or not: no panic, and what is taken can be saved and read again.
func FuzzReadPortfolio(f *testing.F) {
	p, err := receivables.NewPortfolio([]receivables.OpenItem{
		{Customer: "A", Open: receivables.MustMoney("10.00", "EUR"), Disputed: receivables.MustMoney("1.00", "EUR")},
		{Customer: "B", Open: receivables.MustMoney("-3", "JPY")},
		{Customer: "A", Open: receivables.MustMoney("0.001", "EUR")},
	})
	require.NoError(f, err)
	file := saved(f, p)
	f.Add(file[:len(file)-4])
	f.Fuzz(func(t *testing.T, body []byte) {
		_, _ = receivables.ReadPortfolio(bytes.NewReader(body))
		sum := crc32.Checksum(body, crc32.MakeTable(crc32.Castagnoli))
		p, err := receivables.ReadPortfolio(bytes.NewReader(binary.LittleEndian.AppendUint32(bytes.Clone(body), sum)))
		if err != nil {
			return
		}
		for range p.Items() {
		}
		again, err := receivables.ReadPortfolio(bytes.NewReader(saved(t, p)))
		require.NoError(t, err)
		assert.Equal(t, texts(t, p), texts(t, again))
	})
}

// Columns give the portfolio that their items give.
func TestColumnsAreItems(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c receivables.ItemColumns
		var items []receivables.OpenItem
		numbers := map[receivables.PortfolioGroup]int32{}
		for _, x := range anyItems(t, 30) {
			if x.Open.Amount().Exponent() < -int32(x.Open.Currency().MinorUnits()) {
				continue
			}
			g := receivables.PortfolioGroup{Customer: x.Customer, Currency: x.Open.Currency()}
			n, known := numbers[g]
			if !known {
				n = int32(len(c.Groups))
				numbers[g], c.Groups = n, append(c.Groups, g)
			}
			minor := func(m receivables.Money) int64 { return m.Amount().Shift(int32(g.Currency.MinorUnits())).IntPart() }
			c.Group, c.DueOn, c.IssuedOn = append(c.Group, n), append(c.DueOn, x.DueOn), append(c.IssuedOn, x.IssuedOn)
			c.Open, c.Disputed = append(c.Open, minor(x.Open)), append(c.Disputed, minor(x.Disputed))
			items = append(items, x)
		}
		want, err := receivables.NewPortfolio(items)
		require.NoError(t, err)
		got, err := (&receivables.Portfolio{}).AppendColumns(c)
		require.NoError(t, err)
		assert.Equal(t, saved(t, want), saved(t, got))
	})
}

func TestWhatAreNoColumns(t *testing.T) {
	good := func() receivables.ItemColumns {
		return receivables.ItemColumns{
			Groups: []receivables.PortfolioGroup{{Customer: "A", Currency: receivables.MustCurrency("EUR")}},
			Group:  []int32{0}, DueOn: []date.Date{0}, Open: []int64{100},
		}
	}
	for name, change := range map[string]func(*receivables.ItemColumns){
		"columns: due":         func(c *receivables.ItemColumns) { c.DueOn = nil },
		"columns: open":        func(c *receivables.ItemColumns) { c.Open = append(c.Open, 1) },
		"columns: issued":      func(c *receivables.ItemColumns) { c.IssuedOn = []date.Date{} },
		"columns: groups[0]":   func(c *receivables.ItemColumns) { c.Groups[0].Currency = receivables.Currency{} },
		"columns: group[0]":    func(c *receivables.ItemColumns) { c.Group[0] = 1 },
		"columns: days[0]":     func(c *receivables.ItemColumns) { c.DueOn[0] = 1 },
		"columns: disputed[0]": func(c *receivables.ItemColumns) { c.Disputed = []int64{101} },
		"columns: open[0]":     func(c *receivables.ItemColumns) { c.Open[0] = -1 << 63 },
	} {
		c := good()
		change(&c)
		_, err := (&receivables.Portfolio{}).AppendColumns(c)
		require.ErrorContains(t, err, name)
	}
	p, err := (&receivables.Portfolio{}).AppendColumns(good())
	require.NoError(t, err)
	assert.Equal(t, 1, p.Len())
}

// An exact item is of a group of the file.
func TestAnExactItemOfNoGroupIsRefused(t *testing.T) {
	on := day("2026-01-31")
	p, err := receivables.NewPortfolio([]receivables.OpenItem{{Customer: "AAAA", DueOn: on, IssuedOn: on, Open: receivables.MustMoney("5.001", "EUR")}})
	require.NoError(t, err)
	var b bytes.Buffer
	_, err = p.WriteTo(&b)
	require.NoError(t, err)
	data := b.Bytes()
	copy(data[bytes.LastIndex(data, []byte("AAAA")):], "BBBB")
	body := data[:len(data)-4]
	_, err = receivables.ReadPortfolio(bytes.NewReader(binary.LittleEndian.AppendUint32(body, crc32.Checksum(body, crc32.MakeTable(crc32.Castagnoli)))))
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	require.ErrorContains(t, err, "BBBB")
}
