package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/risk"
)

// customerClass is the risk class of a customer with its reasons.
type customerClass struct {
	Class    string   `json:"class"`
	Points   *string  `json:"points"` // 0 is best, 100 worst
	Reasons  []string `json:"reasons"`
	MoveUp   []string `json:"move_up"`
	Signals  []string `json:"signals"`
	Lateness *string  `json:"lateness"` // weighted, early payments as 0
	Trend    string   `json:"trend"`
	// NextPayments is not shown; see the package risk.
}

// classesOf classifies every customer and currency of a ledger by the default policy. Where
// payments have no dates, lateness is not known and counts as the policy says.
func classesOf(in *input, asOf date.Date) (map[string]customerClass, error) {
	classifier, err := risk.NewClassifier(risk.DefaultPolicy())
	if err != nil {
		return nil, err
	}
	profiles, err := risk.FromLedger(in.ledger, asOf, risk.Config{AsOf: asOf})
	if err != nil {
		return nil, err
	}
	portfolios := map[receivables.Currency]risk.Portfolio{}
	for _, p := range profiles {
		if _, ok := portfolios[p.Currency]; !ok {
			portfolios[p.Currency] = risk.PortfolioOf(profiles, p.Currency)
		}
	}
	classes := map[string]customerClass{}
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
		for h := range in.ledger.Holds(asOf, asOf) {
			if h.Kind == receivables.HoldInsolvency && h.EndedOn == 0 && h.Scope.Customer == p.Group[0] {
				facts.Flags[risk.FlagInsolvent] = true
			}
		}
		c := classifier.Classify(facts, nil)
		x := customerClass{
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
		classes[p.Currency.Code()+" "+p.Group[0]] = x
	}
	return classes, nil
}

func writeClasses(out io.Writer, c currencyReport) {
	counts := map[string]int{}
	var t table
	t.row("risk classes (classes de risque)", "class", "points", "late, days", "trend", "signs", "what would move it up")
	t.rule()
	for _, x := range largestFirst(c, func(x customerReport) string { return x.Total }) {
		if x.Class == nil {
			continue
		}
		counts[x.Class.Class]++
		up := "-"
		if len(x.Class.MoveUp) > 0 {
			up = clip(x.Class.MoveUp[0], 60)
		}
		t.row(label(x.Customer, x.Name), x.Class.Class, daysRounded(x.Class.Points), daysRounded(x.Class.Lateness), x.Class.Trend, strings.Join(x.Class.Signals, ", "), up)
	}
	if len(counts) == 0 {
		return
	}
	t.write(out)
	fmt.Fprintf(out, "By the default policy, 0 points being best; -format json gives every reason. A %d, B %d, C %d, D %d, E %d.\n\n",
		counts["A"], counts["B"], counts["C"], counts["D"], counts["E"])
}
