package main

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// data is what the contestants compute on.
type data struct {
	customers int
	rows      []row
	sales     []sale
}

// row is an open item in whole numbers: days from that of the balance, cents.
type row struct {
	customer, due, issued int32
	cents                 int64
}

// sale is a document invoiced, and what is open of it.
type sale struct {
	customer, issued int32
	cents, open      int64
}

// generate makes open items, 5 percent of them credits, and as many sales of 12 months; few customers have most.
func generate(n, customers int, seed uint64) *data {
	random := rand.New(rand.NewPCG(seed, 2))
	customer := func() int32 {
		size := random.Float64()
		return int32(size * size * float64(customers))
	}
	d := &data{customers: customers, rows: make([]row, n), sales: make([]sale, n)}
	for i := range d.rows {
		x := row{customer: customer(), due: int32(random.IntN(200) - 160), cents: random.Int64N(1_000_000) + 1}
		x.issued = x.due - 30
		if random.IntN(20) == 0 {
			x.cents = -x.cents
		}
		d.rows[i] = x
	}
	year := receivables.DaysBetween(receivables.AddMonths(receivables.StartOfMonth(asOf), 1-countBackMonths), asOf)
	for i := range d.sales {
		x := sale{customer: customer(), issued: int32(-random.IntN(year + 1)), cents: random.Int64N(1_000_000) + 1}
		if x.issued > -100 && random.IntN(2) == 0 {
			x.open = x.cents
		}
		if random.IntN(20) == 0 {
			x.cents, x.open = -x.cents, -x.open
		}
		d.sales[i] = x
	}
	return d
}

func (d *data) names() []string {
	names := make([]string, d.customers)
	for i := range names {
		names[i] = fmt.Sprintf("C%07d", i)
	}
	return names
}

func dayOf(n int32) date.Date { return receivables.AddDays(asOf, int(n)) }

// items are the rows as values of the library.
func (d *data) items() []receivables.OpenItem {
	names, list := d.names(), make([]receivables.OpenItem, len(d.rows))
	for i, x := range d.rows {
		list[i] = receivables.OpenItem{
			Customer: names[x.customer], DueOn: dayOf(x.due), IssuedOn: dayOf(x.issued), Open: receivables.Zero(eur).AddAmount(decimal.New(x.cents, -2)),
		}
	}
	return list
}

// salesPortfolios are what is open of the sales, and the sales.
func (d *data) salesPortfolios() (open, all *receivables.Portfolio, err error) {
	var columns [2]receivables.ItemColumns
	for _, name := range d.names() {
		g := receivables.PortfolioGroup{Customer: name, Currency: eur}
		columns[0].Groups, columns[1].Groups = append(columns[0].Groups, g), append(columns[1].Groups, g)
	}
	for _, x := range d.sales {
		for i, cents := range [2]int64{x.open, x.cents} {
			if c := &columns[i]; cents != 0 {
				c.Group, c.DueOn, c.IssuedOn, c.Open = append(c.Group, x.customer), append(c.DueOn, dayOf(x.issued+30)), append(c.IssuedOn, dayOf(x.issued)), append(c.Open, cents)
			}
		}
	}
	if open, err = (&receivables.Portfolio{}).AppendColumns(columns[0]); err != nil {
		return nil, nil, err
	}
	all, err = (&receivables.Portfolio{}).AppendColumns(columns[1])
	return open, all, err
}

// writeCSV writes the items as a program would export them.
func (d *data) writeCSV(file string) error {
	return writeFile(file, func(w io.Writer) {
		names := d.names()
		fmt.Fprintln(w, "id,customer,issued,due,amount")
		for i, x := range d.rows {
			sign, cents := "", x.cents
			if cents < 0 {
				sign, cents = "-", -cents
			}
			fmt.Fprintf(w, "F%08d,%s,%s,%s,%s%d.%02d\n", i, names[x.customer], dayOf(x.issued), dayOf(x.due), sign, cents/100, cents%100)
		}
	})
}

// writeFile writes a file through a buffer, whose error comes last.
func writeFile(file string, write func(w io.Writer)) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	write(w)
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}
