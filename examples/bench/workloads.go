package main

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
	"github.com/receivables-go/receivables/penalties"
)

func workloads(items []receivables.OpenItem, customers int) ([]workload, error) {
	p, err := receivables.NewPortfolio(items)
	if err != nil {
		return nil, err
	}
	tabulate := func(p *receivables.Portfolio, workers int, days ...date.Date) (string, error) {
		table, err := aging.Tabulate(p, aging.Config{}, workers, days...)
		if err != nil {
			return "", err
		}
		var text strings.Builder
		for d := range days {
			for _, total := range table.Totals(d) {
				for _, c := range total.Cells[:len(total.Cells)-1] {
					fmt.Fprintln(&text, c.Amount, c.Items)
				}
			}
		}
		return text.String(), nil
	}
	aged := func(workers int, days ...date.Date) func() (string, error) {
		return func() (string, error) { return tabulate(p, workers, days...) }
	}
	charge, accrue, err := interest(items, p)
	if err != nil {
		return nil, err
	}
	return []workload{
		{"aged balance, portfolio built", []contestant{
			{"portfolio, 2 goroutines", aged(2, asOf)}, {"portfolio, 1 goroutine", aged(1, asOf)}, {"read of the same bytes", func() (string, error) { return read(p) }},
		}},
		{"trend of 12 month ends (12 balances an item)", []contestant{
			{"portfolio, 2 goroutines", aged(2, monthEnds()...)},
			{"portfolio, 1 goroutine", aged(1, monthEnds()...)},
			{"accumulators", func() (string, error) { return accumulators(items, monthEnds()) }},
		}},
		{"aged balance from fresh items", []contestant{
			{"accumulator", func() (string, error) { return accumulators(items, []date.Date{asOf}) }},
			{"new portfolio, 2 goroutines", func() (string, error) {
				p, err := receivables.NewPortfolio(items)
				if err != nil {
					return "", err
				}
				return tabulate(p, 2, asOf)
			}},
			{"decimals in a map", func() (string, error) { return naive(items, customers), nil }},
		}},
		{"interest and fixed sums by French law", []contestant{
			{"portfolio, 2 goroutines", charge(2)}, {"portfolio, 1 goroutine", charge(1)}, {"item by item", accrue},
		}},
	}, nil
}

func read(p *receivables.Portfolio) (string, error) {
	segments, _ := p.Columns()
	var sum int64
	for _, s := range segments {
		for i, u := range s.Units {
			sum += u + int64(s.Due[i])
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
			for _, c := range append(line.Columns(), line.Undated(), line.Unapplied()) {
				fmt.Fprintln(&text, c.Amount, c.Items)
			}
		}
	}
	return text.String(), nil
}

// naive is the loop that one writes first: by customer and column in a map.
func naive(items []receivables.OpenItem, customers int) string {
	const undated, unapplied, cells = 5, 6, 7
	type line struct {
		amounts [cells]decimal.Decimal
		counts  [cells]int
	}
	lines := make(map[string]*line, customers)
	for i := range items {
		x := &items[i]
		if x.IssuedOn > asOf {
			continue
		}
		cell := 0
		switch late := receivables.DaysBetween(x.DueOn, asOf); {
		case x.Open.Sign() < 0:
			cell = unapplied
		case late > 90:
			cell = 4
		case late > 0:
			cell = 1 + (late-1)/30
		}
		l := lines[x.Customer]
		if l == nil {
			l = &line{}
			lines[x.Customer] = l
		}
		l.amounts[cell] = l.amounts[cell].Add(x.Open.Amount())
		l.counts[cell]++
	}
	var total line
	for _, l := range lines {
		for cell := range total.amounts {
			total.amounts[cell] = total.amounts[cell].Add(l.amounts[cell])
			total.counts[cell] += l.counts[cell]
		}
	}
	var text strings.Builder
	for cell := range total.amounts {
		fmt.Fprintln(&text, receivables.Zero(eur).AddAmount(total.amounts[cell]), total.counts[cell])
	}
	return text.String()
}

// interest prepares both ways to charge the late items through the last day.
func interest(items []receivables.OpenItem, p *receivables.Portfolio) (charge func(workers int) func() (string, error), accrue func() (string, error), err error) {
	law, err := penalties.Standard()
	if err != nil {
		return nil, nil, err
	}
	c, err := penalties.New(law, penalties.Config{Regime: "fr.b2b"})
	if err != nil {
		return nil, nil, err
	}
	table, err := c.Table(receivables.AddDays(asOf, -400), asOf)
	if err != nil {
		return nil, nil, err
	}
	charge = func(workers int) func() (string, error) {
		return func() (string, error) {
			charges, err := table.Charge(p, workers)
			if err != nil {
				return "", err
			}
			total := charges.Totals()[0]
			return fmt.Sprint(total.Late, total.Principal, total.Interest, total.FixedSums), nil
		}
	}
	accrue = func() (string, error) {
		late, zero := 0, receivables.Zero(eur)
		principal, interest, sums := zero, zero, zero
		for i := range items {
			x := &items[i]
			if x.Open.Sign() <= 0 || x.DueOn >= asOf || x.IssuedOn > asOf {
				continue
			}
			a, err := c.Accrue(penalties.Claim{ID: "x", Principal: x.Open, DueOn: x.DueOn}, asOf)
			if err != nil {
				return "", err
			}
			late++
			principal, interest, sums = principal.AddAmount(x.Open.Amount()), interest.AddAmount(a.Interest.Amount()), sums.AddAmount(a.FixedSum.Amount.Amount())
		}
		return fmt.Sprint(late, principal, interest, []receivables.Money{sums}), nil
	}
	return charge, accrue, nil
}
