package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
	"github.com/receivables-go/receivables/dso"
	"github.com/receivables-go/receivables/penalties"
)

// workloads are the questions. The first contestant of each is that with which the others are compared.
func (a *arena) workloads() ([]workload, error) {
	items := a.items()
	p, err := receivables.NewPortfolio(items)
	if err != nil {
		return nil, err
	}
	aged := func(workers int, days ...date.Date) func() (string, error) {
		return func() (string, error) { return tabulate(p, workers, days...) }
	}
	table, err := a.rates()
	if err != nil {
		return nil, err
	}
	charge := func(workers int) func() (string, error) {
		return func() (string, error) { return charges(table, p, workers) }
	}
	open, sales, err := a.salesPortfolios()
	if err != nil {
		return nil, err
	}
	back := func(workers int) func() (string, error) {
		return func() (string, error) { return countBack(open, sales, workers) }
	}
	file := filepath.Join(a.dir, "items_as_exported.csv")
	if err := a.writeCSV(file); err != nil {
		return nil, err
	}
	return []workload{
		{"aged balance, portfolio built", append([]contestant{
			{name: "portfolio, 2 goroutines", run: aged(2, asOf)}, {name: "portfolio, 1 goroutine", run: aged(1, asOf)}, {name: "read of the same bytes", run: func() (string, error) { return read(p) }},
		}, a.databases(agedSQL("item", filterSum), agedSQL("item", caseSum), lines)...)},
		{"trend of 12 month ends (12 balances an item)", []contestant{
			{name: "portfolio, 2 goroutines", run: aged(2, monthEnds()...)},
			{name: "portfolio, 1 goroutine", run: aged(1, monthEnds()...)},
			{name: "accumulators", plain: true, run: func() (string, error) { return accumulators(items, monthEnds()) }},
		}},
		{"aged balance from fresh items", []contestant{
			{name: "new portfolio, 2 goroutines", run: func() (string, error) {
				p, err := receivables.NewPortfolio(items)
				if err != nil {
					return "", err
				}
				return tabulate(p, 2, asOf)
			}},
			{name: "accumulator", run: func() (string, error) { return accumulators(items, []date.Date{asOf}) }},
			{name: "decimals in a map", run: func() (string, error) { return naive(items, a.customers), nil }},
		}},
		{"interest and fixed sums by French law", append(append([]contestant{
			{name: "portfolio, 2 goroutines", run: charge(2)},
			{name: "portfolio, 1 goroutine", run: charge(1)},
			{name: "item by item", plain: true, run: func() (string, error) { return a.accrue(items) }},
		}, a.databases(interestSQL, strings.ReplaceAll(interestSQL, "//", "/"), interestOf)...), a.duckByRange()...)},
		{"count-back DSO of every customer, 12 months", append([]contestant{
			{name: "portfolio, 2 goroutines", run: back(2)}, {name: "portfolio, 1 goroutine", run: back(1)},
		}, a.databases(countBackSQL(func(c string) string { return "sum(case when " + c + " then cents else 0 end)" }, "//", asOf), countBackSQL(func(c string) string { return "sum(case when " + c + " then cents else 0 end)" }, "/", asOf), func(row []string) string {
			return strings.Join(row, " ")
		})...)},
		{"CSV file to aged balance, whole process", append([]contestant{
			{name: "portfolio", run: func() (string, error) { return ownProcess(file) }},
			{name: "encoding/csv, decimals in a map", run: func() (string, error) { return naiveCSV(file, a.customers) }},
			{name: "read of the file", run: func() (string, error) { return readFile(file) }},
		}, a.duckOfCSV(file)...)},
	}, nil
}

// interestOf writes the number of late items and their interest in cents.
func interestOf(row []string) string {
	n, err := decimal.NewFromString(row[0])
	if err != nil {
		return err.Error()
	}
	return fmt.Sprint(row[1], " ", n.Shift(-2).StringFixed(2))
}

// duckByRange is the interest in DuckDB without the table of sums.
func (a *arena) duckByRange() []contestant {
	if a.duck == nil {
		return nil
	}
	return []contestant{{name: "DuckDB, 2 threads, periods of one rate", run: func() (string, error) {
		rows, err := a.duck.query(rangeSQL)
		if err != nil {
			return "", err
		}
		return interestOf(rows[0]), nil
	}}}
}

// lines writes whole cents as amounts, one a line.
func lines(row []string) string {
	var text strings.Builder
	for _, cell := range row {
		n, err := decimal.NewFromString(cell)
		if err != nil {
			return err.Error()
		}
		fmt.Fprintln(&text, receivables.Zero(eur).AddAmount(n.Shift(-2)))
	}
	return text.String()
}

func tabulate(p *receivables.Portfolio, workers int, days ...date.Date) (string, error) {
	table, err := aging.Tabulate(p, aging.Config{}, workers, days...)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	for d := range days {
		for _, total := range table.Totals(d) {
			writeCells(&text, total.Cells)
		}
	}
	return text.String(), nil
}

// writeCells writes the columns and what is unapplied; nothing is undated.
func writeCells(w io.Writer, cells []aging.Cell) {
	for i, c := range cells[:7] {
		if i != 5 {
			fmt.Fprintln(w, c.Amount)
		}
	}
}

func read(p *receivables.Portfolio) (string, error) {
	segments, _ := p.Columns()
	var sum int64
	for _, s := range segments {
		issued, _ := s.Issued.After(0) // two bytes each
		for i, u := range s.Units {
			sum += u + int64(s.Due[i]) + int64(issued[i])
		}
	}
	runtime.KeepAlive(sum) // so that the read is not left out
	return "", nil
}

func accumulators(items []receivables.OpenItem, days []date.Date) (string, error) {
	var text strings.Builder
	for _, day := range days {
		a, err := aging.New(day, aging.Config{})
		if err != nil {
			return "", err
		}
		if err := a.AddAll(items); err != nil {
			return "", err
		}
		for line := range a.Balance().Totals() {
			writeCells(&text, append(line.Columns(), line.Undated(), line.Unapplied()))
		}
	}
	return text.String(), nil
}

// naiveBalance is the loop that one writes first: by customer and column in a map.
type naiveBalance map[string]*[6]decimal.Decimal

func (b naiveBalance) add(customer string, due, issued date.Date, open decimal.Decimal) {
	if issued > asOf {
		return
	}
	cell := 0
	switch late := receivables.DaysBetween(due, asOf); {
	case open.Sign() < 0:
		cell = 5
	case late > 90:
		cell = 4
	case late > 0:
		cell = 1 + (late-1)/30
	}
	l := b[customer]
	if l == nil {
		l = &[6]decimal.Decimal{}
		b[customer] = l
	}
	l[cell] = l[cell].Add(open)
}

func (b naiveBalance) text() string {
	var total [6]decimal.Decimal
	for _, l := range b {
		for cell := range total {
			total[cell] = total[cell].Add(l[cell])
		}
	}
	var text strings.Builder
	for _, d := range total {
		fmt.Fprintln(&text, receivables.Zero(eur).AddAmount(d))
	}
	return text.String()
}

func naive(items []receivables.OpenItem, customers int) string {
	b := make(naiveBalance, customers)
	for i := range items {
		x := &items[i]
		b.add(x.Customer, x.DueOn, x.IssuedOn, x.Open.Amount())
	}
	return b.text()
}

func naiveCSV(file string, customers int) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.ReuseRecord = true
	if _, err := r.Read(); err != nil {
		return "", err
	}
	b := make(naiveBalance, customers)
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return b.text(), nil
		}
		if err != nil {
			return "", err
		}
		issued, err := receivables.ParseDate(record[2])
		if err != nil {
			return "", err
		}
		due, err := receivables.ParseDate(record[3])
		if err != nil {
			return "", err
		}
		open, err := decimal.NewFromString(record[4])
		if err != nil {
			return "", err
		}
		b.add(strings.Clone(record[1]), due, issued, open)
	}
}

// balanceOfCSV is the work of the process that ages a CSV file.
func balanceOfCSV(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	in, err := receivables.ReadCSVPortfolio(f, asOf, receivables.CSVOptions{File: file, Currency: eur})
	if err != nil {
		return "", err
	}
	return tabulate(in.Portfolio, 2, asOf)
}

// ownProcess ages a CSV file in a process of its own.
func ownProcess(file string) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	command := exec.Command(self, "-age-csv", file)
	command.Env = append(os.Environ(), childMark+"=1")
	out, err := command.Output()
	return string(out), err
}

// childMark tells a test binary that it is to do the work of the program.
const childMark = "RECEIVABLES_BENCH_CHILD"

func readFile(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	buffer := make([]byte, 1<<20)
	for {
		if _, err := f.Read(buffer); err != nil {
			if errors.Is(err, io.EOF) {
				return "", nil
			}
			return "", err
		}
	}
}

// duckOfCSV is DuckDB on a CSV file, in a process of its own.
func (a *arena) duckOfCSV(file string) []contestant {
	if a.duck == nil {
		return nil
	}
	from := fmt.Sprintf(`(select customer, cast(date_diff('day', date '%s', due) as smallint) due, cast(date_diff('day', date '%[1]s', issued) as smallint) issued, cast(amount*100 as integer) cents
		from read_csv('%s', auto_detect=false, header=true, delim=',', quote='', escape='', new_line='\n', columns={'id':'VARCHAR','customer':'VARCHAR','issued':'DATE','due':'DATE','amount':'DECIMAL(9,2)'}))`, asOf, file)
	query := agedSQL(from, filterSum)
	answer := func(d *duckDB) (string, error) {
		rows, err := d.query("set preserve_insertion_order=false; " + query)
		if err != nil {
			return "", err
		}
		return lines(rows[0]), nil
	}
	return []contestant{
		{name: "DuckDB, 2 threads, with the start of Node.js", run: func() (_ string, err error) {
			d, err := openDuckDB(a.duckDir, a.dir)
			if err != nil {
				return "", err
			}
			defer func() { err = errors.Join(err, d.close()) }()
			return answer(d)
		}},
		{name: "DuckDB, 2 threads, started before", run: func() (string, error) { return answer(a.duck) }},
	}
}

func charges(table *penalties.Table, p *receivables.Portfolio, workers int) (string, error) {
	list, err := table.Charge(p, workers)
	if err != nil {
		return "", err
	}
	total := list.Totals()[0]
	return fmt.Sprint(total.Late, " ", total.Interest.Text()), nil
}

func (a *arena) accrue(items []receivables.OpenItem) (string, error) {
	c, err := a.calculator()
	if err != nil {
		return "", err
	}
	late, interest := 0, receivables.Zero(eur)
	for i := range items {
		x := &items[i]
		if x.Open.Sign() <= 0 || x.DueOn >= asOf || x.IssuedOn > asOf {
			continue
		}
		accrual, err := c.Accrue(penalties.Claim{ID: "x", Principal: x.Open, DueOn: x.DueOn}, asOf)
		if err != nil {
			return "", err
		}
		late++
		interest = interest.AddAmount(accrual.Interest.Amount())
	}
	return fmt.Sprint(late, " ", interest.Text()), nil
}

// countBack returns the sum of the count-back DSO of all customers in whole thousandths of a day, and the number of customers.
func countBack(open, sales *receivables.Portfolio, workers int) (string, error) {
	table, err := dso.Tabulate(open, sales, workers, asOf, countBackMonths)
	if err != nil {
		return "", err
	}
	sums := make([]int64, workers)
	var wait sync.WaitGroup
	for w := range workers { // a table can be asked by many at once
		wait.Go(func() {
			for n := table.Len() * w / workers; n < table.Len()*(w+1)/workers; n++ {
				if value, ok := table.CountBackMonths(n, dso.CountBack{}).Value(); ok {
					sums[w] += value.Shift(3).IntPart() // whole thousandths
				}
			}
		})
	}
	wait.Wait()
	sum := int64(0)
	for _, n := range sums {
		sum += n
	}
	return fmt.Sprint(sum, " ", table.Len()), nil
}
