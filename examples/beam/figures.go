package main

import (
	"fmt"
	"strings"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables/aging"
	"github.com/receivables-go/receivables/dso"
	"github.com/receivables-go/receivables/penalties"
	"github.com/receivables-go/receivables/risk"
)

// figures writes what an accumulator has found, to the cent.
func figures(at accumulator, asOf date.Date) (string, error) {
	var b strings.Builder
	switch a := at.(type) {
	case *aging.Accumulator:
		balance := a.Balance()
		for line := range balance.Totals() {
			for i, name := range balance.Scheme().Names() {
				fmt.Fprintf(&b, "%s %s, ", name, line.Column(i).Amount)
			}
			fmt.Fprintf(&b, "unapplied %s, total %s, %d items overdue\n", line.Unapplied().Amount, line.Total().Amount, line.OverdueItems())
		}
	case *dso.Accumulator:
		for line := range a.Result().Totals() {
			v, err := line.At(asOf)
			if err != nil {
				return "", err
			}
			window := dso.LastMonths(asOf, 3)
			fmt.Fprintf(&b, "receivables %s, DSO %s, count-back %s, CEI %s\n", v.Receivables(), v.DSO(window), v.CountBackMonths(dso.CountBack{}), v.CEI(dso.MethodCEIPeriod, window))
		}
	case *penalties.Accumulator:
		for _, x := range a.Charges().Totals() {
			fmt.Fprintf(&b, "%d items late, principal %s, interest %s, fixed sums %v\n", x.Late, x.Principal, x.Interest, x.FixedSums)
		}
	case *risk.Accumulator:
		profiles := a.Profiles()
		lines, overdue := 0, 0
		for _, p := range profiles {
			lines += p.Lateness.Lines
			if p.OldestOverdue > 0 {
				overdue++
			}
		}
		fmt.Fprintf(&b, "%d profiles, %d paid lines, %d customers overdue", len(profiles), lines, overdue)
		if len(profiles) > 0 {
			p := &profiles[0]
			fmt.Fprintf(&b, "; %s pays %s late, weighted %s, median %s", p.Group[0], p.Lateness.Mean, p.Lateness.WeightedMean, p.Lateness.Median)
		}
		b.WriteByte('\n')
	default:
		return "", fmt.Errorf("no accumulator: %T", at)
	}
	return b.String(), nil
}
