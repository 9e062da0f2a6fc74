package reminder

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/strictjson"
)

// Missed says what becomes of steps whose day went by without being done.
type Missed string

// The ways. In each, a step before the due date is missed once that day is over.
const (
	// CatchUp does them one after the other, each at least a day after the one before.
	CatchUp Missed = "catch up"
	// Jump does the last one whose day has come; those before it are missed.
	Jump Missed = "jump"
	// Skip does a step only on the day on which it comes, put off or not, and then waits for the next one;
	// the last step stays due.
	Skip Missed = "skip"
)

// Escalation says whose level an item has.
type Escalation string

// The escalations.
const (
	ByItem     Escalation = "by item"     // its own
	ByCustomer Escalation = "by customer" // items that are due go to the highest step due for the customer
)

// Grouping says what goes into one contact.
type Grouping string

// The groupings.
const (
	PerInvoice Grouping = "per invoice"
	PerStep    Grouping = "per step" // all items at one step together
	// PerCustomer puts reminders together, at the highest step among them; what is not yet due, what
	// goes to salespeople or the legal department, formal notices and litigation stay by themselves.
	PerCustomer Grouping = "per customer"
)

// AfterDispute says how a scenario goes on when a dispute on the whole item ends.
type AfterDispute string

// The ways.
const (
	Shift   AfterDispute = "shift"   // days that had not come when it opened move by its length
	Resume  AfterDispute = "resume"  // days stay; what fell due meanwhile is missed
	Restart AfterDispute = "restart" // the end of the dispute counts as due date if it is later, and all steps are to be done again
)

// Credits says what the free credits of a customer do: payments and credit notes not yet applied.
type Credits string

// The ways.
const (
	// LowerLevels sets them off against the items at the highest level first, so that a level
	// whose balance is a credit is not asked for: four invoices of 1000.00 at levels 1 to 4 with free
	// credits of 2000.00 come to level 2.
	LowerLevels Credits = "lower levels"
	// IgnoreCredits asks for every item as if there were none.
	IgnoreCredits Credits = "ignore"
)

// Match says which customers a segment takes. What is empty asks for nothing; all that is given
// must hold.
type Match struct {
	Kinds     []receivables.CustomerKind `json:"kinds,omitempty"`
	Classes   []string                   `json:"classes,omitempty"`   // risk classes
	Segments  []string                   `json:"segments,omitempty"`  // of the seller's own, see [receivables.Customer]
	Countries []string                   `json:"countries,omitempty"` // ISO 3166-1
	// AbroadOf takes customers of another country than this one; a customer without country
	// is not taken.
	AbroadOf string `json:"abroad_of,omitempty"`
	// OpenUpTo takes customers whose open invoices add up to at most this much in each
	// currency.
	OpenUpTo *decimal.Decimal `json:"open_up_to,omitempty"`
	Flags    []string         `json:"flags,omitempty"` // all of them set
}

// within reports whether a match takes nobody whom another does not take already.
func (m Match) within(o Match) bool {
	narrower := func(list, of []string) bool {
		return len(of) == 0 || len(list) > 0 && !slices.ContainsFunc(list, func(x string) bool { return !slices.Contains(of, x) })
	}
	kinds := len(o.Kinds) == 0 || len(m.Kinds) > 0 && !slices.ContainsFunc(m.Kinds, func(x receivables.CustomerKind) bool { return !slices.Contains(o.Kinds, x) })
	abroad := o.AbroadOf == "" || m.AbroadOf == o.AbroadOf || len(m.Countries) > 0 && !slices.Contains(m.Countries, o.AbroadOf)
	small := o.OpenUpTo == nil || m.OpenUpTo != nil && m.OpenUpTo.Cmp(*o.OpenUpTo) <= 0
	flags := !slices.ContainsFunc(o.Flags, func(x string) bool { return !slices.Contains(m.Flags, x) })
	return kinds && abroad && small && flags && narrower(m.Classes, o.Classes) && narrower(m.Segments, o.Segments) && narrower(m.Countries, o.Countries)
}

// onlyKinds reports whether nothing but the kind is asked.
func (m Match) onlyKinds() bool {
	return len(m.Classes)+len(m.Segments)+len(m.Countries)+len(m.Flags) == 0 && m.AbroadOf == "" && m.OpenUpTo == nil
}

// Segment gives customers a scenario.
type Segment struct {
	Name     string `json:"name"`
	Scenario string `json:"scenario"` // empty: they are not reminded
	Match    Match  `json:"match"`
}

// Policy is who is reminded how, as data: it can be stored as JSON beside its results.
type Policy struct {
	Name      string     `json:"name"`
	Scenarios []Scenario `json:"scenarios"`
	// Segments are tried in order, the first that takes a customer counts; the last takes
	// everybody.
	Segments     []Segment    `json:"segments"`
	Missed       Missed       `json:"missed"`
	Escalation   Escalation   `json:"escalation"`
	Grouping     Grouping     `json:"grouping"`
	AfterDispute AfterDispute `json:"after_dispute"`
	Credits      Credits      `json:"credits"`
	// Tolerance is the amount, in units of the currency, up to which an item is left alone.
	Tolerance decimal.Decimal `json:"tolerance"`
	// MinGapDays is the least number of days between two contacts with a customer.
	MinGapDays int `json:"min_gap_days"`
	// PromiseGraceDays after the day promised the payment is looked for, on a working day if
	// PromiseRoll says so.
	PromiseGraceDays int              `json:"promise_grace_days"`
	PromiseRoll      receivables.Roll `json:"promise_roll"`
	// TransitDays is the time a message takes to arrive, by channel; a step that counts from the
	// one before counts from its arrival.
	TransitDays map[Channel]int `json:"transit_days,omitempty"`
}

// DefaultPolicy is segments for consumers, public bodies, small balances, customers abroad, risky
// classes, key accounts and all others, with the published scenarios. A proposal; consumers get
// letters and e-mails only and are never asked for costs. Home is the country of the seller; empty:
// nobody is abroad.
func DefaultPolicy(home string) Policy {
	preset := func(name string) Scenario {
		s, _ := Preset(name) // of the list above; the test names each
		s.Roll = receivables.RollFollowing
		return s
	}
	small := decimal.NewFromInt(50)
	p := Policy{
		Name: "default",
		Scenarios: []Scenario{
			preset("standard"), preset("risky_clients"), preset("key_accounts"), preset("public_clients"), preset("erp_generic"),
			{Name: "consumer", Roll: receivables.RollFollowing, Steps: []Step{
				{Code: "email_1", Days: 5, Level: LevelCourteous, Channel: Email},
				{Code: "letter_1", Days: 15, Level: LevelFirm, Channel: Letter},
				{Code: "letter_2", Days: 30, Level: LevelLast, Channel: Letter},
				{Code: "formal_notice_letter", Days: 45, Level: LevelFormalNotice, Channel: RegisteredLetter},
			}},
			{Name: "small", Roll: receivables.RollFollowing, Steps: []Step{
				{Code: "email_1", Days: 15, Level: LevelCourteous, Channel: Email}, {Code: "email_2", Days: 45, Level: LevelFirm, Channel: Email},
			}},
		},
		Segments: []Segment{
			{Name: "consumer", Scenario: "consumer", Match: Match{Kinds: []receivables.CustomerKind{receivables.KindConsumer}}},
			{Name: "public", Scenario: "public_clients", Match: Match{Kinds: []receivables.CustomerKind{receivables.KindPublicBody}}},
			{Name: "small balance", Scenario: "small", Match: Match{OpenUpTo: &small}},
			{Name: "abroad", Scenario: "erp_generic", Match: Match{AbroadOf: home}},
			{Name: "risky", Scenario: "risky_clients", Match: Match{Classes: []string{"D", "E"}}},
			{Name: "key account", Scenario: "key_accounts", Match: Match{Flags: []string{FlagKeyAccount}}},
			{Name: "standard", Scenario: "standard"},
		},
		Missed: CatchUp, Escalation: ByItem, Grouping: PerCustomer, AfterDispute: Shift, Credits: LowerLevels,
		Tolerance: decimal.NewFromInt(5), MinGapDays: 3, PromiseGraceDays: 1, PromiseRoll: receivables.RollFollowing,
		TransitDays: map[Channel]int{Letter: 2, RegisteredLetter: 2},
	}
	if home == "" {
		p.Segments = slices.DeleteFunc(p.Segments, func(s Segment) bool { return s.Name == "abroad" })
	}
	return p
}

// FlagKeyAccount is the flag of key accounts (grands comptes) in [DefaultPolicy].
const FlagKeyAccount = "key account"

// ReadPolicy reads a policy from JSON, strictly: an unknown key is an error. It is checked by [New].
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

// Check reports the first thing in a policy that breaks a rule.
//
// Errors:
//   - those of [Scenario.Check];
//   - [receivables.ErrInvalidInput] for an unknown way, a negative tolerance or number of days, no
//     segment, a segment without name or for an unknown kind, a last segment that does not take
//     everybody, a segment that is never reached because those before take all it could, a segment
//     that may take consumers with a scenario that asks for costs (customers of unknown kind are not
//     asked for them, see [Contact]);
//   - [receivables.ErrDuplicate] for scenarios or segments of one name;
//   - [receivables.ErrUnknown] for a scenario there is not.
func (p Policy) Check() error {
	if err := p.checkWays(); err != nil {
		return err
	}
	scenarios := map[string]Scenario{}
	for _, s := range p.Scenarios {
		if err := s.Check(); err != nil {
			return err
		}
		if _, twice := scenarios[s.Name]; twice {
			return p.fail("scenarios", s.Name, receivables.RuleDuplicate, "two scenarios of this name")
		}
		scenarios[s.Name] = s
	}
	if len(p.Segments) == 0 {
		return p.fail("segments", "", receivables.RuleRequired, "at least one, that takes everybody")
	}
	seen := map[string]bool{}
	all := false
	var gone []receivables.CustomerKind // kinds of which nobody comes to the next segment
	for i, s := range p.Segments {
		place := fmt.Sprintf("segments[%d] %q", i, s.Name)
		scenario, known := scenarios[s.Scenario]
		switch {
		case s.Name == "":
			return p.fail(place, "", receivables.RuleRequired, "a name")
		case seen[s.Name]:
			return p.fail(place, s.Name, receivables.RuleDuplicate, "two segments of this name")
		case all:
			return p.fail(place, s.Name, receivables.RuleOrder, "unreachable: a segment before takes everybody")
		case len(s.Match.Kinds) > 0 && !slices.ContainsFunc(s.Match.Kinds, func(x receivables.CustomerKind) bool { return !slices.Contains(gone, x) }):
			return p.fail(place, s.Name, receivables.RuleOrder, "unreachable: segments before take all customers of these kinds")
		case s.Scenario != "" && !known:
			return p.fail(place+": scenario", s.Scenario, receivables.RuleUnknownReference, "no such scenario")
		case s.Match.OpenUpTo != nil && s.Match.OpenUpTo.Sign() < 0:
			return p.fail(place+": open up to", s.Match.OpenUpTo.String(), receivables.RuleSign, "must not be negative")
		}
		for _, before := range p.Segments[:i] {
			if s.Match.within(before.Match) {
				return p.fail(place, s.Name, receivables.RuleOrder, fmt.Sprintf("unreachable: segment %q before takes all it could", before.Name))
			}
		}
		for _, kind := range s.Match.Kinds {
			if kind > receivables.KindConsumer {
				return p.fail(place+": kinds", kind.String(), receivables.RuleRange, "unknown kind of customer")
			}
		}
		seen[s.Name] = true
		mayTake := !slices.Contains(gone, receivables.KindConsumer) && (len(s.Match.Kinds) == 0 || slices.Contains(s.Match.Kinds, receivables.KindConsumer))
		if i := slices.IndexFunc(scenario.Steps, func(x Step) bool { return x.Costs }); mayTake && i >= 0 {
			return p.fail(place, scenario.Steps[i].Code, receivables.RuleExclusive,
				"the step asks for costs of recovery and the segment may take consumers, who do not owe them (CPCE L111-8, C. conso L121-21): put a segment of their own before")
		}
		if s.Match.onlyKinds() {
			all = len(s.Match.Kinds) == 0
			gone = append(gone, s.Match.Kinds...)
		}
	}
	if !all {
		return p.fail("segments", p.Segments[len(p.Segments)-1].Name, receivables.RuleRequired, "the last segment must take everybody")
	}
	return nil
}

// clone copies a policy with all that it refers to.
func (p Policy) clone() Policy {
	p.Scenarios = slices.Clone(p.Scenarios)
	for i := range p.Scenarios {
		p.Scenarios[i].Steps = slices.Clone(p.Scenarios[i].Steps)
	}
	p.Segments = slices.Clone(p.Segments)
	for i := range p.Segments {
		m := &p.Segments[i].Match
		m.Kinds, m.Classes, m.Segments = slices.Clone(m.Kinds), slices.Clone(m.Classes), slices.Clone(m.Segments)
		m.Countries, m.Flags = slices.Clone(m.Countries), slices.Clone(m.Flags)
		if m.OpenUpTo != nil {
			upTo := *m.OpenUpTo
			m.OpenUpTo = &upTo
		}
	}
	p.TransitDays = maps.Clone(p.TransitDays)
	return p
}

func (p Policy) fail(path, value string, rule receivables.Rule, detail string) error {
	return &receivables.FieldError{Path: "policy: " + path, Value: value, Rule: rule, Detail: detail}
}

// checkWays checks what is no list.
func (p Policy) checkWays() error {
	switch {
	case !slices.Contains([]Missed{CatchUp, Jump, Skip}, p.Missed):
		return p.fail("missed", string(p.Missed), receivables.RuleRange, "want catch up, jump or skip")
	case p.Escalation != ByItem && p.Escalation != ByCustomer:
		return p.fail("escalation", string(p.Escalation), receivables.RuleRange, "want by item or by customer")
	case !slices.Contains([]Grouping{PerInvoice, PerStep, PerCustomer}, p.Grouping):
		return p.fail("grouping", string(p.Grouping), receivables.RuleRange, "want per invoice, per step or per customer")
	case !slices.Contains([]AfterDispute{Shift, Resume, Restart}, p.AfterDispute):
		return p.fail("after dispute", string(p.AfterDispute), receivables.RuleRange, "want shift, resume or restart")
	case p.Credits != LowerLevels && p.Credits != IgnoreCredits:
		return p.fail("credits", string(p.Credits), receivables.RuleRange, "want lower levels or ignore")
	case p.Tolerance.Sign() < 0:
		return p.fail("tolerance", p.Tolerance.String(), receivables.RuleSign, "must not be negative")
	case p.MinGapDays < 0 || p.MinGapDays > farDays:
		return p.fail("min gap days", fmt.Sprint(p.MinGapDays), receivables.RuleRange, "from 0 to ten years")
	case p.PromiseGraceDays < 0 || p.PromiseGraceDays > farDays:
		return p.fail("promise grace days", fmt.Sprint(p.PromiseGraceDays), receivables.RuleRange, "from 0 to ten years")
	case p.PromiseRoll > receivables.RollModifiedFollowing:
		return p.fail("promise roll", p.PromiseRoll.String(), receivables.RuleRange, "unknown rule")
	}
	for c, days := range p.TransitDays {
		if c == NoChannel || c >= channelCount || days < 0 || days > farDays {
			return p.fail("transit days", fmt.Sprint(c, " ", days), receivables.RuleRange, "a channel and days from 0")
		}
	}
	return nil
}

// takes reports whether a segment takes a customer with the given open debits by currency.
func (m Match) takes(a *Account, open []decimal.Decimal) bool {
	c := a.Customer
	among := func(list []string, x string) bool { return len(list) == 0 || slices.Contains(list, x) }
	if len(m.Kinds) > 0 && !slices.Contains(m.Kinds, c.Kind) || !among(m.Classes, a.Class) || !among(m.Segments, c.Segment) || !among(m.Countries, c.Country) {
		return false
	}
	if m.AbroadOf != "" && (c.Country == "" || c.Country == m.AbroadOf) {
		return false
	}
	for _, flag := range m.Flags {
		if !a.Flags[flag] {
			return false
		}
	}
	if m.OpenUpTo != nil {
		for _, amount := range open {
			if amount.Cmp(*m.OpenUpTo) > 0 {
				return false
			}
		}
	}
	return true
}
