package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/risk"
)

// customerClass is the risk class of a customer with its reasons.
type customerClass struct {
	Customer string   `json:"customer"`
	Name     string   `json:"name,omitempty"`
	Class    string   `json:"class"`
	Balance  string   `json:"balance"`
	Points   *string  `json:"points"` // 0 is best, 100 worst
	Reasons  []string `json:"reasons"`
	MoveUp   []string `json:"move_up"`
	Signals  []string `json:"signals"`
	Lateness *string  `json:"lateness"` // weighted, early payments as 0
	Trend    string   `json:"trend"`
}

// points returns the points, the worst where they are not known.
func (c *customerClass) points() string {
	if c.Points == nil {
		return "100"
	}
	return *c.Points
}

// residue is the amount up to which an open invoice is a rounding difference.
const residue = 5

// classesOf classifies every customer of each currency by the default policy, the worst class
// first, within it the most points, then by number, whether they owe anything or not. Where
// payments have no dates, lateness is not known and counts as the policy says.
func classesOf(in *input, asOf date.Date) (map[receivables.Currency][]customerClass, error) {
	classifier, err := risk.NewClassifier(risk.DefaultPolicy())
	if err != nil {
		return nil, err
	}
	profiles, err := risk.FromLedger(in.ledger, asOf, risk.Config{AsOf: asOf, Residue: decimal.NewFromInt(residue)})
	if err != nil {
		return nil, err
	}
	portfolios := map[receivables.Currency]risk.Portfolio{}
	for _, p := range profiles {
		if _, ok := portfolios[p.Currency]; !ok {
			portfolios[p.Currency] = risk.PortfolioOf(profiles, p.Currency)
		}
	}
	insolvent := map[string]bool{}
	for h := range in.ledger.Holds(asOf, asOf) {
		if h.Kind == receivables.HoldInsolvency && h.EndedOn == 0 {
			insolvent[h.Scope.Customer] = true
		}
	}
	classes := map[receivables.Currency][]customerClass{}
	for _, p := range profiles {
		if p.Group[0] == "" {
			continue // payments whose sender is not known
		}
		customer, _ := in.ledger.Customer(p.Group[0])
		if in.undatedPayments {
			p.Lateness = risk.LatenessOf(nil)
			p.Trend.Verdict = risk.VerdictUnknown
		}
		facts := risk.FactsOf(p, portfolios[p.Currency], customer.Kind)
		facts.Flags[risk.FlagInsolvent] = insolvent[p.Group[0]]
		c := classifier.Classify(facts, nil)
		x := customerClass{
			Customer: p.Group[0], Name: nameOf(in.ledger, p.Group[0]), Balance: p.Balance.Text(),
			Class: c.Class, Points: figure(c.Points), Reasons: c.Reasons, MoveUp: []string{}, Signals: []string{},
			Lateness: figure(p.Lateness.LateOnlyWeighted), Trend: string(p.Trend.Verdict),
		}
		for _, m := range c.MoveUp {
			x.MoveUp = append(x.MoveUp, fmt.Sprintf("%s at most %s (now %s) gives %s", strings.ReplaceAll(m.Measure, "_", " "), m.To, m.Now, m.Class))
		}
		if !in.undatedPayments {
			for _, s := range risk.Signals(p, risk.Knowledge{}, risk.DefaultThresholds(), nil) {
				x.Signals = append(x.Signals, string(s.Kind))
			}
		}
		classes[p.Currency] = append(classes[p.Currency], x)
	}
	for _, list := range classes {
		slices.SortStableFunc(list, func(x, y customerClass) int {
			return cmp.Or(strings.Compare(y.Class, x.Class), compareAmounts(y.points(), x.points()))
		})
	}
	return classes, nil
}

func writeClasses(out io.Writer, c currencyReport) {
	counts := map[string]int{}
	var t table
	t.row("risk classes (classes de risque)", "class", "points", "balance", "late, days", "trend", "what would move it up", "signs")
	t.rule()
	for _, x := range c.Classes {
		counts[x.Class]++
		up := "-"
		if len(x.MoveUp) > 0 {
			up = clip(x.MoveUp[0], 60)
		}
		t.row(label(x.Customer, x.Name), x.Class, daysRounded(x.Points), money(x.Balance), daysRounded(x.Lateness), x.Trend, up, strings.Join(x.Signals, ", "))
	}
	if len(counts) == 0 {
		return
	}
	t.write(out)
	fmt.Fprintf(out, "By the default policy, 0 points being best; what is open up to %d.00 is no debt; -format json gives every reason. A %d, B %d, C %d, D %d, E %d.\n\n",
		residue, counts["A"], counts["B"], counts["C"], counts["D"], counts["E"])
}
