package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
	"github.com/receivables-go/receivables/dso"
	"github.com/receivables-go/receivables/dso/scorecard"
	"github.com/receivables-go/receivables/examples/internal/claims"
	"github.com/receivables-go/receivables/penalties"
	"github.com/receivables-go/receivables/procedure"
	"github.com/receivables-go/receivables/procedure/docket"
	"github.com/receivables-go/receivables/procedure/insolvency"
	"github.com/receivables-go/receivables/procedure/limitation"
	"github.com/receivables-go/receivables/procedure/reminder"
	"github.com/receivables-go/receivables/procedure/worklist"
)

// shownMonths and shownWeeks are how far the pages look back and ahead.
const (
	shownMonths = 12
	shownWeeks  = 8
	alertDays   = 180 // before a limitation ends
)

// book is everything the pages show, computed once from a ledger: each figure is one call into the library.
type book struct {
	seller     string
	asOf       date.Date
	ledger     *receivables.Ledger
	currencies []*part            // the largest first
	skipped    map[itemKey]string // due dates without interest, and why
	fixed      map[string]int     // the instalment with which the compensation of an invoice stands
	histories  map[itemKey]receivables.InvoiceHistory
}

// part is what is owed in one currency.
type part struct {
	currency  receivables.Currency
	balance   aging.Line
	scheme    aging.Scheme
	customers []aging.Line // by what is overdue, the largest first
	segments  []aging.Line
	months    []month
	delays    []dso.Delay
	list      worklist.List
	weeks     []week
	docket    docket.Docket
	items     map[string][]receivables.OpenItem // by customer
	plans     map[string]*reminder.Plan
	accruals  map[itemKey]*penalties.Accrual
	interest  receivables.Money // of what is open
	estimated bool              // a rate of it is not verified for its day
	without   []without         // what is late and bears none
	owing     []owing           // the customers who owe it, the largest first
	undated   []undated         // whose last day cannot be told
	stakes    map[stake]receivables.Money
	lost      map[stake]bool // claims whose last day is over
}

// stake is what an entry of the docket is about.
type stake struct{ claim, customer string }

// named is an item as the docket calls it.
func named(item *receivables.OpenItem) string {
	if item.Instalment == 0 {
		return item.Document
	}
	return fmt.Sprintf("%s (%d)", item.Document, item.Instalment)
}

// owing is what a customer owes in interest.
type owing struct {
	Customer string
	Interest receivables.Money
}

// without is a late due date for which no interest is computed.
type without struct {
	Document string
	N        int // instalment
	Customer string
	Open     receivables.Money
	Why      string
}

// undated is an invoice whose limitation the rules do not cover.
type undated struct{ Document, Customer, Why string }

// month is the end of a month with its view of the ledger.
type month struct {
	view dso.View
	dso  []dso.Measure // in the order of methods
	cei  dso.Measure
}

// week is what the reminder calendar holds in a week.
type week struct {
	first  date.Date
	levels [6]int // reminders by level
	amount receivables.Money
}

type itemKey struct {
	document   string
	instalment int
}

// method is a way to compute the DSO.
type method struct {
	key string
	of  func(dso.View) dso.Measure
}

func ninety(v dso.View) dso.Window { return dso.LastDays(v.AsOf(), 90) }

// methods are the five that the chart shows.
var methods = []method{
	{"dso_balance", func(v dso.View) dso.Measure { return v.DSO(ninety(v)) }},
	{"dso_year", func(v dso.View) dso.Measure { return v.DSO(dso.LastMonths(v.AsOf(), 12)) }},
	{"dso_countback", func(v dso.View) dso.Measure { return v.CountBackMonths(dso.CountBack{}) }},
	{"dso_sales_weighted", func(v dso.View) dso.Measure { m, _ := v.SalesWeighted(30); return m }},
	{"dso_true", func(v dso.View) dso.Measure { return v.TrueInvoice() }},
}

func ceiOf(v dso.View) dso.Measure { return v.CEI(dso.MethodCEIPeriod, dso.LastMonths(v.AsOf(), 3)) }

// newBook computes everything for a day.
func newBook(ledger *receivables.Ledger, seller string, asOf date.Date, past reminder.Past) (*book, error) {
	b := &book{seller: seller, asOf: asOf, ledger: ledger}
	parts := map[receivables.Currency]*part{}
	of := func(c receivables.Currency) *part {
		p, ok := parts[c]
		if !ok {
			p = &part{
				currency: c, items: map[string][]receivables.OpenItem{}, plans: map[string]*reminder.Plan{},
				accruals: map[itemKey]*penalties.Accrual{}, interest: receivables.Zero(c),
			}
			parts[c] = p
			b.currencies = append(b.currencies, p)
		}
		return p
	}
	for item := range ledger.OpenItems(asOf, asOf) {
		p := of(item.Open.Currency())
		p.items[item.Customer] = append(p.items[item.Customer], item)
	}
	for _, step := range []func(func(receivables.Currency) *part) error{
		b.age, b.indicators, func(func(receivables.Currency) *part) error { return b.remind(past) }, b.charge, b.court,
	} {
		if err := step(of); err != nil {
			return nil, err
		}
	}
	// A currency in which all is paid has no page.
	b.currencies = slices.DeleteFunc(b.currencies, func(p *part) bool { return len(p.items) == 0 })
	for _, p := range b.currencies {
		if err := b.segment(p); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(b.currencies, func(x, y *part) int {
		return cmp.Or(cmp.Compare(len(y.items), len(x.items)), cmp.Compare(x.currency.Code(), y.currency.Code()))
	})
	return b, nil
}

// age makes the aged balance.
func (b *book) age(of func(receivables.Currency) *part) error {
	balance, proof, err := aging.FromLedger(b.ledger, b.asOf, b.asOf, aging.Config{})
	if err != nil {
		return err
	}
	for _, t := range proof.Totals {
		if !t.Difference.IsZero() {
			return fmt.Errorf("the aged balance is not that of the ledger: difference %s", t.Difference)
		}
	}
	for line := range balance.Totals() {
		p := of(line.Currency())
		p.balance, p.scheme = line, balance.Scheme()
	}
	for line := range balance.Lines() {
		p := of(line.Currency())
		p.customers = append(p.customers, line)
	}
	for _, p := range b.currencies {
		slices.SortStableFunc(p.customers, func(x, y aging.Line) int {
			return cmp.Or(y.Overdue().Amount().Cmp(x.Overdue().Amount()), y.Total().Amount.Amount().Cmp(x.Total().Amount.Amount()))
		})
	}
	return nil
}

// indicators computes the DSO by each method and the CEI at the end of each month.
func (b *book) indicators(of func(receivables.Currency) *part) error {
	result, err := dso.FromLedger(b.ledger, b.asOf, b.asOf, dso.Config{})
	if err != nil {
		return err
	}
	for line := range result.Totals() {
		p := of(line.Currency())
		for n := shownMonths - 1; n >= 0; n-- {
			day := b.asOf
			if n > 0 {
				day = receivables.EndOfMonth(receivables.AddMonths(receivables.StartOfMonth(b.asOf), -n))
			}
			view, err := line.At(day)
			if err != nil {
				return err
			}
			m := month{view: view, cei: ceiOf(view)}
			for _, way := range methods {
				m.dso = append(m.dso, way.of(view))
			}
			p.months = append(p.months, m)
		}
	}
	card, err := scorecard.FromLedger(b.ledger, b.asOf, scorecard.Config{First: b.asOf, Last: b.asOf}, scorecard.Standard())
	if err != nil {
		return err
	}
	for _, p := range b.currencies {
		if line, ok := card.Line(p.currency); ok && line.Delays != nil {
			p.delays = line.Delays.ByCause
		}
	}
	return nil
}

// remind plans every customer and makes the work list and the calendar.
func (b *book) remind(past reminder.Past) error {
	calendar, err := receivables.FrenchCalendar(receivables.ZoneMetropole)
	if err != nil {
		return err
	}
	policy := reminder.DefaultPolicy("FR")
	policy.Missed = reminder.Jump
	planner, err := reminder.New(policy, calendar)
	if err != nil {
		return err
	}
	order := map[receivables.Currency][]worklist.Account{}
	for account := range reminder.Accounts(b.ledger, b.asOf, b.asOf, past) {
		if account.Customer.ID == "" {
			continue // money whose sender is not known
		}
		items := map[receivables.Currency][]receivables.OpenItem{}
		for _, item := range account.Items {
			items[item.Open.Currency()] = append(items[item.Open.Currency()], item)
		}
		for _, p := range b.currencies {
			if len(items[p.currency]) == 0 {
				continue
			}
			account.Items = items[p.currency]
			plan, err := planner.Plan(account, b.asOf)
			if err != nil {
				return err
			}
			p.plans[account.Customer.ID] = &plan
			order[p.currency] = append(order[p.currency], worklist.Account{Plan: plan, Salesperson: account.Customer.Salesperson})
		}
	}
	for _, p := range b.currencies {
		accounts := order[p.currency]
		p.list, err = worklist.New(func(yield func(worklist.Account, error) bool) {
			for _, a := range accounts {
				if !yield(a, nil) {
					return
				}
			}
		}, worklist.Default())
		if err != nil {
			return err
		}
		p.weeks = weeksOf(accounts, b.asOf, p.currency)
	}
	return nil
}

// weeksOf counts what is due and planned by week, from the one that holds the day on; weeks begin on Monday.
func weeksOf(accounts []worklist.Account, asOf date.Date, currency receivables.Currency) []week {
	first := receivables.AddDays(asOf, -(int(asOf.Weekday())+6)%7)
	weeks := make([]week, shownWeeks)
	for i := range weeks {
		weeks[i] = week{first: receivables.AddDays(first, 7*i), amount: receivables.Zero(currency)}
	}
	// An invoice counts once a week, and once at each level.
	type counted struct{ item, week, level int }
	seen, n := map[counted]bool{}, 0
	once := func(c counted) bool {
		was := seen[c]
		seen[c] = true
		return !was
	}
	add := func(on date.Date, level reminder.Level, amount receivables.Money) {
		at := receivables.DaysBetween(first, on) / 7
		if on < first || at >= len(weeks) || int(level) >= len(weeks[at].levels) {
			return
		}
		if once(counted{n, at, int(level)}) {
			weeks[at].levels[level]++
		}
		if once(counted{n, at, -1}) {
			weeks[at].amount = weeks[at].amount.AddAmount(amount.Amount())
		}
	}
	for _, a := range accounts {
		for i := range a.Plan.Items {
			item := &a.Plan.Items[i]
			n++
			for _, s := range item.Steps {
				switch {
				case s.State == reminder.Due:
					add(asOf, s.Level, item.Amount)
				case s.State == reminder.Planned && s.On > asOf:
					add(s.On, s.Level, item.Amount)
				}
			}
		}
	}
	return weeks
}

// charge computes what late payment costs the debtors of open invoices.
func (b *book) charge(of func(receivables.Currency) *part) error {
	accruals, skipped, err := claims.Of(b.ledger, b.asOf, penalties.Config{Regime: "fr.b2b", Coverage: penalties.ExtendLastValue})
	if err != nil {
		return err
	}
	b.skipped, b.histories, b.fixed = map[itemKey]string{}, map[itemKey]receivables.InvoiceHistory{}, map[string]int{}
	for _, x := range skipped {
		b.skipped[itemKey{x.Document, x.Instalment}] = x.Reason
	}
	for h := range b.ledger.Histories(b.asOf, b.asOf) {
		b.histories[itemKey{h.Document, h.Instalment}] = h
	}
	sums := map[receivables.Currency]map[string]receivables.Money{}
	for _, x := range accruals {
		p := of(x.Accrual.Interest.Currency())
		p.accruals[itemKey{x.Document, x.Instalment}] = x.Accrual
		if x.Accrual.FixedSum != nil {
			b.fixed[x.Document] = x.Instalment
		}
		if x.Accrual.PrincipalDue.Sign() <= 0 {
			continue
		}
		p.interest = p.interest.AddAmount(x.Accrual.Interest.Amount())
		p.estimated = p.estimated || x.Accrual.Provisional
		if sums[p.currency] == nil {
			sums[p.currency] = map[string]receivables.Money{}
		}
		sums[p.currency][x.Customer] = receivables.Zero(p.currency).AddAmount(sums[p.currency][x.Customer].Amount()).AddAmount(x.Accrual.Interest.Amount())
	}
	for _, p := range b.currencies {
		for _, items := range p.items {
			for _, x := range items {
				key := itemKey{x.Document, x.Instalment}
				if x.Kind != receivables.KindInvoice || x.DueOn == 0 || x.DueOn >= b.asOf || p.accruals[key] != nil || x.Open.Sign() <= 0 {
					continue
				}
				p.without = append(p.without, without{x.Document, x.Instalment, x.Customer, x.Open, b.skipped[key]})
			}
		}
		slices.SortFunc(p.without, func(x, y without) int {
			return cmp.Or(y.Open.Amount().Cmp(x.Open.Amount()), cmp.Compare(x.Document, y.Document), cmp.Compare(x.N, y.N))
		})
		for customer, sum := range sums[p.currency] {
			p.owing = append(p.owing, owing{customer, sum})
		}
		slices.SortFunc(p.owing, func(x, y owing) int {
			return cmp.Or(y.Interest.Amount().Cmp(x.Interest.Amount()), cmp.Compare(x.Customer, y.Customer))
		})
	}
	return nil
}

// court keeps the last days: limitation of overdue invoices, declaration in insolvency.
func (b *book) court(func(receivables.Currency) *part) error {
	for _, p := range b.currencies {
		var entries []docket.Item
		p.stakes = map[stake]receivables.Money{}
		add := func(claim, customer string, item *receivables.OpenItem) {
			key := stake{claim, customer}
			p.stakes[key] = receivables.Zero(p.currency).AddAmount(p.stakes[key].Amount()).AddAmount(item.Open.Amount())
		}
		owner := map[string]string{} // of documents
		for customer, items := range p.items {
			c, _ := b.ledger.Customer(customer)
			for _, item := range items {
				owner[item.Document] = customer
				if item.Open.Sign() <= 0 || item.DueOn == 0 || item.DueOn >= b.asOf {
					continue
				}
				watch, err := limitation.Monitor(limitation.Claim{DueOn: item.DueOn}, limitation.KindsFor(procedure.TruthOf(true), c.Kind), nil, b.asOf)
				if errors.Is(err, receivables.ErrNoCoverage) {
					p.undated = append(p.undated, undated{item.Document, customer, err.Error()})
					continue
				}
				if err != nil {
					return fmt.Errorf("limitation of %s: %w", item.Document, err)
				}
				if entry, ok := docket.Limitation(named(&item), customer, watch); ok {
					entry.Owner = item.Salesperson
					entries = append(entries, entry)
					add(named(&item), customer, &item)
				}
			}
		}
		for hold := range b.ledger.Holds(b.asOf, b.asOf) {
			customer := cmp.Or(hold.Scope.Customer, owner[hold.Scope.Document])
			if hold.Kind != receivables.HoldInsolvency || hold.EndedOn != 0 || len(p.items[customer]) == 0 {
				continue
			}
			declared := false
			for i := range p.items[customer] {
				item, scope := &p.items[customer][i], hold.Scope // what was invoiced after the opening is not declared
				if item.IssuedOn < hold.From && (scope.Document == "" || item.Document == scope.Document) && (scope.Instalment == 0 || item.Instalment == scope.Instalment) {
					add(hold.ID, customer, item)
					declared = true
				}
			}
			if !declared {
				continue
			}
			last, err := insolvency.Declaration(hold.From, insolvency.Creditor{}, procedure.Place{Zone: receivables.ZoneMetropole})
			if err != nil {
				return err
			}
			entries = append(entries, docket.Items(hold.ID, customer, &last)...)
		}
		slices.SortFunc(entries, func(x, y docket.Item) int { return cmp.Compare(x.Claim, y.Claim) })
		slices.SortFunc(p.undated, func(x, y undated) int { return cmp.Compare(x.Document, y.Document) })
		var err error
		if p.docket, err = docket.New(entries, b.asOf, alertDays); err != nil {
			return err
		}
		p.lost = map[stake]bool{}
		for i := range p.docket.Entries {
			if e := &p.docket.Entries[i]; e.State == docket.Lost {
				p.lost[stake{e.Claim, e.Customer}] = true
			}
		}
	}
	return nil
}

// segment ages what is open by the segments of the reminder policy.
func (b *book) segment(p *part) error {
	key := receivables.Key{Name: "segment", Of: func(item *receivables.OpenItem) string {
		if plan := p.plans[item.Customer]; plan != nil {
			return plan.Segment
		}
		return ""
	}}
	a, err := aging.New(b.asOf, aging.Config{}, aging.GroupBy(key))
	if err != nil {
		return err
	}
	for _, items := range p.items {
		if err := a.AddAll(items); err != nil {
			return err
		}
	}
	for line := range a.Balance().Lines() {
		p.segments = append(p.segments, line)
	}
	slices.SortStableFunc(p.segments, func(x, y aging.Line) int { return y.Overdue().Amount().Cmp(x.Overdue().Amount()) })
	return nil
}

// name is what a customer is called.
func (b *book) name(customer string) string {
	if c, ok := b.ledger.Customer(customer); ok && c.Name != "" {
		return c.Name
	}
	return customer
}
