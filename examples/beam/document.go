package main

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// document is an invoice or credit note with what was paid of it: a row of the data set.
type document struct {
	id          string
	customer    string
	issued, due date.Date
	cents       int64 // below zero: a credit note
	paid        int64 // of an invoice
	paidOn      date.Date
}

var eur = receivables.MustCurrency("EUR")

func money(cents int64) receivables.Money {
	return receivables.Zero(eur).AddAmount(decimal.New(cents, -2))
}

// item is what is open of the document at the end of a day, and false if nothing is.
func (d *document) item(asOf date.Date) (receivables.OpenItem, bool) {
	open := d.cents
	if d.paid > 0 && d.paidOn <= asOf {
		open -= d.paid
	}
	x := receivables.OpenItem{Document: d.id, Customer: d.customer, IssuedOn: d.issued, DueOn: d.due, Original: money(d.cents), Open: money(open)}
	if d.cents < 0 {
		x.Kind = receivables.KindCreditNote
	}
	return x, open != 0
}

// timeline is the document through time.
func (d *document) timeline() (receivables.Timeline, error) {
	x := receivables.OpenItem{Document: d.id, Customer: d.customer, IssuedOn: d.issued, DueOn: d.due, Original: money(d.cents)}
	if d.cents < 0 {
		x.Kind = receivables.KindCreditNote
	}
	if d.paid == 0 {
		return receivables.NewTimeline(x)
	}
	return receivables.NewTimeline(x, receivables.Reduction{Kind: receivables.EntryCollected, On: d.paidOn, Amount: money(d.paid)})
}

// encode writes a document as it travels between machines.
func encode(d document) []byte {
	b := make([]byte, 0, 64)
	for _, text := range []string{d.id, d.customer} {
		b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
	}
	for _, n := range []int64{int64(d.issued), int64(d.due), d.cents, d.paid, int64(d.paidOn)} {
		b = binary.AppendVarint(b, n)
	}
	return b
}

func decode(b []byte) (document, error) {
	var d document
	for _, text := range []*string{&d.id, &d.customer} {
		n, size := binary.Uvarint(b)
		if size <= 0 || n > uint64(len(b)-size) {
			return d, fmt.Errorf("document: text cut off in %d bytes", len(b))
		}
		*text, b = string(b[size:][:n]), b[size+int(n):]
	}
	var numbers [5]int64
	for i := range numbers {
		n, size := binary.Varint(b)
		if size <= 0 {
			return d, fmt.Errorf("document %q: number %d cut off", d.id, i)
		}
		numbers[i], b = n, b[size:]
	}
	d.issued, d.due, d.cents, d.paid, d.paidOn = date.Date(numbers[0]), date.Date(numbers[1]), numbers[2], numbers[3], date.Date(numbers[4])
	return d, nil
}

// dataSet is a generated data set: the same documents for a shard on every machine and in every run.
type dataSet struct {
	Shards, Documents, Customers int
	Seed                         uint64
	AsOf                         date.Date
}

// shard yields the documents of a shard.
func (s dataSet) shard(n int, yield func(document)) {
	random := rand.New(rand.NewPCG(s.Seed, uint64(n)))
	for i := range s.Documents*(n+1)/s.Shards - s.Documents*n/s.Shards {
		size := random.Float64()
		d := document{
			id: fmt.Sprintf("F%d-%d", n, i), customer: fmt.Sprintf("C%06d", int(size*size*float64(s.Customers))),
			issued: receivables.AddDays(s.AsOf, -random.IntN(360)), cents: random.Int64N(1_000_000) + 1,
		}
		d.due = receivables.AddDays(d.issued, 30)
		switch kind := random.IntN(20); {
		case kind == 0:
			d.cents = -d.cents
		case kind < 12:
			d.paid, d.paidOn = d.cents, receivables.AddDays(d.due, random.IntN(60)-15)
		case kind == 12 && d.cents > 1:
			d.paid, d.paidOn = d.cents/2, receivables.AddDays(d.due, random.IntN(60)-15)
		}
		yield(d)
	}
}
