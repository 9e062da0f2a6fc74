package risk

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/strictjson"
)

// Facts is what a customer is classified by: measures by name, and flags that are set.
type Facts struct {
	Measures map[string]receivables.Figure `json:"measures"`
	Flags    map[string]bool               `json:"flags"`
}

// The standard measures, see [FactsOf].
const (
	MeasureBalanceShare = "balance_share"  // outstanding: mean balance / that of all customers
	MeasureLateness     = "lateness"       // risk: weighted lateness, early payments as 0, in days
	MeasureVeryLate     = "very_late"      // risk: share of the amount paid more than 30 days late
	MeasureOverdue      = "overdue_share"  // risk: overdue / open invoices, before credits
	MeasureOldest       = "oldest_overdue" // risk: lateness of the oldest open invoice, in days
	MeasureDisputes     = "dispute_rate"   // disputes: disputed invoices / invoices, 12 months
	MeasureDependence   = "dependence"     // dependence: share of the customer in our sales
	MeasureFinancial    = "financial"      // risk: a financial score or external rating, on a scale of the policy's
)

// The standard flags.
const (
	FlagInsolvent  = "insolvent"
	FlagNoAccounts = "no_accounts" // no account data are known
	FlagPublicBody = "public_body"
	FlagConsumer   = "consumer"
	FlagDegrading  = "degrading" // the trend of lateness is degrading
)

// Portfolio is what a customer is compared with.
type Portfolio struct {
	MeanBalance decimal.Decimal // sum of the mean balances above zero
	Sales       decimal.Decimal // sum of the sales above zero
}

// PortfolioOf adds up profiles of one currency.
func PortfolioOf(profiles []Profile, currency receivables.Currency) Portfolio {
	var p Portfolio
	for _, x := range profiles {
		if x.Currency != currency {
			continue
		}
		if balance, ok := x.MeanBalance.Value(); ok && balance.Sign() > 0 {
			p.MeanBalance = p.MeanBalance.Add(balance)
		}
		if x.Sales.Sign() > 0 {
			p.Sales = p.Sales.Add(x.Sales.Amount())
		}
	}
	return p
}

// FactsOf returns the standard measures of a profile beside a portfolio, with the flags of the
// quality of the customer and of the trend. Financial scores and insolvency are the caller's to
// add.
func FactsOf(p Profile, all Portfolio, kind receivables.CustomerKind) Facts {
	mean, _ := p.MeanBalance.Value()
	overdue := receivables.Quotient(p.Overdue.Amount(), p.OpenInvoices.Amount(), receivables.UnitFraction)
	f := Facts{
		Measures: map[string]receivables.Figure{
			MeasureBalanceShare: receivables.Quotient(decimal.Max(mean, decimal.Zero), all.MeanBalance, receivables.UnitFraction),
			MeasureLateness:     p.Lateness.LateOnlyWeighted, MeasureVeryLate: p.Lateness.ShareVeryLateAmount, MeasureOverdue: overdue,
			MeasureOldest: inDays(newInt(p.OldestOverdue)), MeasureDisputes: p.DisputeRate,
			MeasureDependence: receivables.Quotient(decimal.Max(p.Sales.Amount(), decimal.Zero), all.Sales, receivables.UnitFraction),
		},
		Flags: map[string]bool{},
	}
	switch kind {
	case receivables.KindPublicBody:
		f.Flags[FlagPublicBody] = true
	case receivables.KindConsumer:
		f.Flags[FlagConsumer] = true
	case receivables.KindUnknown, receivables.KindCompany:
	}
	if p.Trend.Verdict == VerdictDegrading {
		f.Flags[FlagDegrading] = true
	}
	return f
}

// Axis is one of the four axes of the segmentation.
type Axis string

// The axes.
const (
	AxisOutstanding Axis = "outstanding" // encours
	AxisRisk        Axis = "risk"        // niveau de risque
	AxisDisputes    Axis = "disputes"    // fréquence des litiges
	AxisDependence  Axis = "dependence"  // dépendance commerciale
)

// Band gives points to the values of a measure up to a bound, which is in it.
type Band struct {
	UpTo   decimal.Decimal `json:"up_to"`
	Points decimal.Decimal `json:"points"`
}

// Criterion is how one measure counts: points from 0, the best, times its weight.
type Criterion struct {
	Measure string          `json:"measure"`
	Axis    Axis            `json:"axis"`
	Weight  decimal.Decimal `json:"weight"`
	Bands   []Band          `json:"bands"`  // by rising bound
	Beyond  decimal.Decimal `json:"beyond"` // points above the last bound
	// Missing is the points when the measure has no value; nil leaves the criterion out, and
	// the others share its weight.
	Missing *decimal.Decimal `json:"missing"`
}

// OverrideMode says what an override does to the class of the points.
type OverrideMode string

// The modes.
const (
	Exactly OverrideMode = "exactly"
	AtBest  OverrideMode = "at best"  // no better than the class
	AtWorst OverrideMode = "at worst" // no worse than the class
)

// Override sets or bounds the class of customers with a flag, whatever the points.
type Override struct {
	Flag   string       `json:"flag"`
	Mode   OverrideMode `json:"mode"`
	Class  string       `json:"class"`
	Reason string       `json:"reason"`
}

// Cutoff is the highest mean of points of a class, which is in it.
type Cutoff struct {
	Class string          `json:"class"`
	UpTo  decimal.Decimal `json:"up_to"`
}

// Policy is a segmentation into risk classes, as data: it can be stored as JSON beside its
// results. The mean of the points, weighted, decides the class, then the overrides.
type Policy struct {
	Name     string      `json:"name"`
	Criteria []Criterion `json:"criteria"`
	// Cutoffs go from the best class to the last but one; Last takes the rest.
	Cutoffs   []Cutoff   `json:"cutoffs"`
	Last      string     `json:"last"`
	Overrides []Override `json:"overrides"`
	// Readings is the number of readings in a row that a change of the class by points takes;
	// zero: 2.
	Readings int `json:"readings"`
}

// DefaultPolicy is classes A to E on the four axes. A proposal: thresholds and weights are the
// user's to set.
func DefaultPolicy() Policy {
	d := decimal.RequireFromString
	bands := func(list ...string) []Band {
		var b []Band
		for i := 0; i < len(list); i += 2 {
			b = append(b, Band{UpTo: d(list[i]), Points: d(list[i+1])})
		}
		return b
	}
	middle := newInt(50)
	hundred := newInt(100)
	nothingOpen := decimal.Zero
	return Policy{
		Name: "default",
		Criteria: []Criterion{
			{MeasureLateness, AxisRisk, newInt(30), bands("3", "0", "10", "25", "20", "50", "40", "75"), hundred, &middle},
			{MeasureVeryLate, AxisRisk, newInt(15), bands("0", "0", "0.10", "40", "0.30", "70"), hundred, &middle},
			{MeasureOldest, AxisRisk, newInt(20), bands("0", "0", "15", "25", "45", "50", "90", "80"), hundred, nil},
			{MeasureOverdue, AxisRisk, newInt(10), bands("0.05", "0", "0.25", "40", "0.50", "70"), hundred, &nothingOpen},
			{MeasureDisputes, AxisDisputes, newInt(10), bands("0.02", "0", "0.10", "50"), hundred, nil},
			{MeasureBalanceShare, AxisOutstanding, newInt(10), bands("0.02", "0", "0.10", "50"), hundred, nil},
			{MeasureDependence, AxisDependence, newInt(5), bands("0.05", "0", "0.10", "50"), hundred, nil},
		},
		Cutoffs: []Cutoff{{"A", newInt(12)}, {"B", newInt(28)}, {"C", newInt(50)}, {"D", newInt(72)}},
		Last:    "E",
		Overrides: []Override{
			{FlagInsolvent, Exactly, "E", "collective proceedings or over-indebtedness"},
			{FlagNoAccounts, AtBest, "C", "no account data are known"},
			{FlagDegrading, AtBest, "C", "payments come later from month to month"},
			{FlagPublicBody, AtWorst, "C", "a public body does not fail, it pays late"},
		},
	}
}

// ReadPolicy reads a policy from JSON, strictly: an unknown key is an error. It is checked by
// [NewClassifier].
//
// Errors:
//   - [receivables.ErrInvalidInput] for what is no such JSON, or longer than 1 MiB.
func ReadPolicy(from io.Reader) (Policy, error) {
	var p Policy
	if err := strictjson.Decode(from, strictjson.MostOfPolicy, &p); err != nil {
		return Policy{}, &receivables.FieldError{Path: "policy", Rule: receivables.RuleSyntax, Detail: err.Error()}
	}
	return p, nil
}

// Classifier applies a policy. It is immutable and safe for concurrent use.
type Classifier struct {
	policy  Policy
	classes []string // from the best
}

// NewClassifier checks a policy.
//
// Errors:
//   - [receivables.ErrInvalidInput] for a policy without criterion or class, a measure without
//     name, a weight that is not above zero, points outside 0 to 100, bounds that do not rise,
//     points that fall with the bounds, an unknown axis or mode, readings below 0;
//   - [receivables.ErrDuplicate] for a measure or class named twice;
//   - [receivables.ErrUnknown] for an override of a class there is not.
func NewClassifier(p Policy) (*Classifier, error) {
	fail := func(path, value string, rule receivables.Rule, detail string) (*Classifier, error) {
		return nil, &receivables.FieldError{Path: "policy: " + path, Value: value, Rule: rule, Detail: detail}
	}
	if p.Readings == 0 {
		p.Readings = 2
	}
	switch {
	case p.Readings < 0:
		return fail("readings", fmt.Sprint(p.Readings), receivables.RuleRange, "at least 1")
	case len(p.Criteria) == 0:
		return fail("criteria", "", receivables.RuleRequired, "at least one")
	}
	isPoints := func(d decimal.Decimal) bool { return d.Sign() >= 0 && d.Cmp(newInt(100)) <= 0 }
	seen := map[string]bool{}
	for i, c := range p.Criteria {
		place := fmt.Sprintf("criteria[%d] %q", i, c.Measure)
		switch {
		case c.Measure == "":
			return fail(place, "", receivables.RuleRequired, "the name of a measure")
		case seen[c.Measure]:
			return fail(place, c.Measure, receivables.RuleDuplicate, "two criteria of this measure")
		case c.Weight.Sign() <= 0:
			return fail(place+": weight", c.Weight.String(), receivables.RuleSign, "must be more than zero")
		case !slices.Contains([]Axis{AxisOutstanding, AxisRisk, AxisDisputes, AxisDependence}, c.Axis):
			return fail(place+": axis", string(c.Axis), receivables.RuleUnknownReference, "want outstanding, risk, disputes or dependence")
		case !isPoints(c.Beyond):
			return fail(place+": beyond", c.Beyond.String(), receivables.RuleRange, "points from 0 to 100")
		case c.Missing != nil && (c.Missing.Sign() < 0 || c.Missing.Cmp(c.Beyond) > 0):
			return fail(place+": missing", c.Missing.String(), receivables.RuleRange, "points from 0 to those of the worst value")
		}
		seen[c.Measure] = true
		for k, b := range append(slices.Clone(c.Bands), Band{Points: c.Beyond}) {
			switch {
			case !isPoints(b.Points):
				return fail(fmt.Sprintf("%s: bands[%d]", place, k), b.Points.String(), receivables.RuleRange, "points from 0 to 100")
			case k > 0 && b.Points.Cmp(c.Bands[k-1].Points) < 0:
				return fail(fmt.Sprintf("%s: bands[%d]", place, k), b.Points.String(), receivables.RuleOrder, "points must not fall: higher is worse")
			case k > 0 && k < len(c.Bands) && b.UpTo.Cmp(c.Bands[k-1].UpTo) <= 0:
				return fail(fmt.Sprintf("%s: bands[%d]", place, k), b.UpTo.String(), receivables.RuleOrder, "bounds must rise")
			}
		}
	}
	classifier := &Classifier{policy: p.clone()}
	for i, c := range append(slices.Clone(p.Cutoffs), Cutoff{Class: p.Last}) {
		switch {
		case c.Class == "":
			return fail(fmt.Sprintf("cutoffs[%d]", i), "", receivables.RuleRequired, "the name of a class")
		case slices.Contains(classifier.classes, c.Class):
			return fail(fmt.Sprintf("cutoffs[%d]", i), c.Class, receivables.RuleDuplicate, "two classes of this name")
		case i < len(p.Cutoffs) && !isPoints(c.UpTo):
			return fail(fmt.Sprintf("cutoffs[%d]", i), c.UpTo.String(), receivables.RuleRange, "points from 0 to 100")
		case i > 0 && i < len(p.Cutoffs) && c.UpTo.Cmp(p.Cutoffs[i-1].UpTo) <= 0:
			return fail(fmt.Sprintf("cutoffs[%d]", i), c.UpTo.String(), receivables.RuleOrder, "cut-offs must rise")
		}
		classifier.classes = append(classifier.classes, c.Class)
	}
	for i, o := range p.Overrides {
		place := fmt.Sprintf("overrides[%d]", i)
		switch {
		case o.Flag == "" || o.Reason == "":
			return fail(place, o.Flag, receivables.RuleRequired, "a flag and a reason")
		case !slices.Contains(classifier.classes, o.Class):
			return fail(place+": class", o.Class, receivables.RuleUnknownReference, "no such class")
		case !slices.Contains([]OverrideMode{Exactly, AtBest, AtWorst}, o.Mode):
			return fail(place+": mode", string(o.Mode), receivables.RuleUnknownReference, "want exactly, at best or at worst")
		}
	}
	return classifier, nil
}

// Policy returns the policy, to be stored beside its results.
func (c *Classifier) Policy() Policy { return c.policy.clone() }

// clone returns a copy that shares nothing.
func (p Policy) clone() Policy {
	p.Criteria = slices.Clone(p.Criteria)
	for i := range p.Criteria {
		k := &p.Criteria[i]
		k.Bands = slices.Clone(k.Bands)
		if k.Missing != nil {
			missing := *k.Missing
			k.Missing = &missing
		}
	}
	p.Cutoffs, p.Overrides = slices.Clone(p.Cutoffs), slices.Clone(p.Overrides)
	return p
}

// Classes returns the classes, the best first.
func (c *Classifier) Classes() []string { return slices.Clone(c.classes) }

// Evidence is how one criterion counted.
type Evidence struct {
	Measure string             `json:"measure"`
	Axis    Axis               `json:"axis"`
	Value   receivables.Figure `json:"value"`
	Points  decimal.Decimal    `json:"points"`
	Weight  decimal.Decimal    `json:"weight"` // 0: left out
	// Band says where the value lies: "more than 10, up to 20".
	Band string `json:"band"`
}

// Applied is an override that counted.
type Applied struct {
	Override
	// From is the class before it.
	From string `json:"from"`
}

// Move is a change of one measure that alone would make the class better by the points.
type Move struct {
	Measure string             `json:"measure"`
	Now     receivables.Figure `json:"now"`
	// To is the highest value that is enough, Class the one it gives, overrides included.
	To    decimal.Decimal `json:"to"`
	Class string          `json:"class"`
}

// Pending is a change of class that waits for further readings.
type Pending struct {
	Class    string `json:"class"`    // of the last reading
	Better   bool   `json:"better"`   // the direction
	Readings int    `json:"readings"` // in a row in this direction
}

// Classification is the class of a customer with its reasons.
type Classification struct {
	Policy string `json:"policy"`
	Class  string `json:"class"`
	// ByPoints is the class by the points of this reading alone, Reading the same with overrides.
	Reading  string             `json:"reading"`
	ByPoints string             `json:"by_points"`
	Points   receivables.Figure `json:"points"` // weighted mean, 0 is best; undefined: no criterion has a value
	Evidence []Evidence         `json:"evidence"`
	Applied  []Applied          `json:"overrides"`
	// Settled is the class by points after so many readings; Class is this with overrides.
	Settled string   `json:"settled"`
	Pending *Pending `json:"pending,omitempty"`
	// MoveUp lists the smallest change of one measure that would make this reading better, for
	// each measure that can (the class follows after so many readings); Hindered names the overrides that hold the class back.
	MoveUp   []Move   `json:"move_up"`
	Hindered []string `json:"hindered,omitempty"`
	Reasons  []string `json:"reasons"`
}

// Classify classifies a customer, given the last classification by the same policy, if any: a
// class by points that differs takes so many readings in a row on the same side, then the one
// nearest to the last; overrides set or bound what comes of it, at once and as long as their
// flag is set. With no earlier classification the reading is the class.
//
// Where no criterion has a value, the points are undefined and the last class is read, with that
// as its reason: an unknown customer is no good one.
func (c *Classifier) Classify(f Facts, last *Classification) Classification {
	r := Classification{Policy: c.policy.Name, Evidence: []Evidence{}, Applied: []Applied{}, MoveUp: []Move{}}
	sum, weights := decimal.Zero, decimal.Zero
	for _, k := range c.policy.Criteria {
		e := k.evidence(f.Measures[k.Measure])
		sum, weights = sum.Add(e.Points.Mul(e.Weight)), weights.Add(e.Weight)
		r.Evidence = append(r.Evidence, e)
	}
	r.Points = receivables.Quotient(sum, weights, receivables.UnitCount)
	r.ByPoints = c.policy.Last
	if _, ok := r.Points.Value(); ok {
		r.ByPoints = c.classOf(sum, weights)
		r.reason("%s by points: %s of 100, 0 being best", r.ByPoints, r.Points.Text(1))
	} else {
		r.reason("%s: no criterion has a value", r.ByPoints)
	}
	for _, e := range r.Evidence {
		if e.Points.Sign() > 0 && e.Weight.Sign() > 0 {
			r.reason("%s %s (%s): %s points, weight %s", e.Measure, e.Value, e.Band, e.Points, e.Weight)
		}
	}
	r.Reading, _ = c.override(r.ByPoints, f)
	c.settle(&r, last)
	r.Class, r.Applied = c.override(r.Settled, f)
	for _, a := range r.Applied {
		r.reason("%s %s, not %s: %s", a.Mode, a.Class, a.From, a.Reason)
	}
	c.moves(&r, f, sum, weights)
	return r
}

func (r *Classification) reason(format string, values ...any) {
	r.Reasons = append(r.Reasons, fmt.Sprintf(format, values...))
}

// evidence gives points to a value.
func (k *Criterion) evidence(value receivables.Figure) Evidence {
	e := Evidence{Measure: k.Measure, Axis: k.Axis, Value: value, Weight: k.Weight}
	x, ok := value.Value()
	if !ok {
		e.Band = "no value"
		if k.Missing == nil {
			e.Weight = decimal.Zero
			return e
		}
		e.Points = *k.Missing
		return e
	}
	low := ""
	for _, b := range k.Bands {
		if x.Cmp(b.UpTo) <= 0 {
			e.Points, e.Band = b.Points, low+"up to "+b.UpTo.String()
			return e
		}
		low = "more than " + b.UpTo.String() + ", "
	}
	e.Points, e.Band = k.Beyond, "any"
	if len(k.Bands) > 0 {
		e.Band = "more than " + k.Bands[len(k.Bands)-1].UpTo.String()
	}
	return e
}

// classOf returns the class of a weighted mean, without dividing.
func (c *Classifier) classOf(sum, weights decimal.Decimal) string {
	for _, k := range c.policy.Cutoffs {
		if sum.Cmp(k.UpTo.Mul(weights)) <= 0 {
			return k.Class
		}
	}
	return c.policy.Last
}

func (c *Classifier) rank(class string) int { return slices.Index(c.classes, class) }

// override applies the overrides in their order to a class by points, and says what moved it.
func (c *Classifier) override(byPoints string, f Facts) (reading string, applied []Applied) {
	reading, applied = byPoints, []Applied{}
	for _, o := range c.policy.Overrides {
		if !f.Flags[o.Flag] {
			continue
		}
		now, to := c.rank(reading), c.rank(o.Class)
		if o.Mode == Exactly && now != to || o.Mode == AtBest && now < to || o.Mode == AtWorst && now > to {
			applied = append(applied, Applied{Override: o, From: reading})
			reading = o.Class
		}
		if o.Mode == Exactly {
			break // nothing after it counts
		}
	}
	return reading, applied
}

// settle decides the class by points from this reading and the last classification.
func (c *Classifier) settle(r *Classification, last *Classification) {
	r.Settled = r.ByPoints
	if last == nil {
		return
	}
	lastSettled := cmp.Or(last.Settled, last.Class)
	before, now := c.rank(lastSettled), c.rank(r.ByPoints)
	if before < 0 || before == now {
		return
	}
	p := &Pending{Class: r.ByPoints, Better: now < before, Readings: 1}
	if last.Pending != nil && last.Pending.Better == p.Better {
		p.Readings = last.Pending.Readings + 1
		if earlier := c.rank(last.Pending.Class); earlier >= 0 { // the nearest to the last class of all readings in a row
			if p.Better {
				p.Class = c.classes[max(now, earlier)]
			} else {
				p.Class = c.classes[min(now, earlier)]
			}
		}
	}
	if p.Readings >= c.policy.Readings {
		r.Settled = p.Class
		r.reason("from %s to %s after %d readings", lastSettled, r.Settled, p.Readings)
		return
	}
	r.Settled, r.Pending = lastSettled, p
	r.reason("%s stays until %d readings in a row say otherwise; this is reading %d for %s", lastSettled, c.policy.Readings, p.Readings, r.ByPoints)
}

// moves lists which measure alone, brought into a better band, makes the reading better.
func (c *Classifier) moves(r *Classification, f Facts, sum, weights decimal.Decimal) {
	now := c.rank(r.Reading)
	for i, k := range c.policy.Criteria {
		e := r.Evidence[i]
		if e.Weight.IsZero() {
			continue
		}
		for b := len(k.Bands) - 1; b >= 0; b-- { // the least change first
			if k.Bands[b].Points.Cmp(e.Points) >= 0 {
				continue
			}
			class, _ := c.override(c.classOf(sum.Sub(e.Points.Sub(k.Bands[b].Points).Mul(k.Weight)), weights), f)
			if c.rank(class) < now {
				r.MoveUp = append(r.MoveUp, Move{Measure: k.Measure, Now: e.Value, To: k.Bands[b].UpTo, Class: class})
				break
			}
		}
	}
	for _, o := range c.policy.Overrides {
		if f.Flags[o.Flag] && (o.Mode == Exactly || o.Mode == AtBest) && c.rank(o.Class) >= now {
			r.Hindered = append(r.Hindered, o.Reason)
		}
	}
}
