package risk

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/fixed"
	"github.com/receivables-go/receivables/internal/group"
)

// Config is how payer profiles are made. It is plain data.
type Config struct {
	AsOf date.Date `json:"as_of"`
	// Months is the window, that of the as-of date included; zero: 12. Payment lines count by the
	// day the money was received.
	Months int `json:"months"`
	// Residue is the amount, in units of the currency, up to which an open invoice is a rounding
	// difference and no debt: it does not count as the oldest overdue one, nor in what is more
	// than 60 days late. Zero: every cent counts.
	Residue decimal.Decimal `json:"residue"`
	// Trend is the rule of the verdict; the zero value: [DefaultTrendRule].
	Trend TrendRule `json:"trend"`
}

const (
	defaultMonths = 12
	mostMonths    = 120
	sixtyDays     = 60
)

// Accumulator builds payer profiles from timelines in any order. Make one with [New]. It keeps the
// payment lines of the window, 24 bytes each, and sums by month. It is not safe for concurrent
// use: give each goroutine its own and merge them.
type Accumulator struct {
	config Config
	keys   []receivables.Key
	ends   []date.Date // of the months, the as-of date first
	first  date.Date   // of the window
	rows   *group.Rows[row]
	paid   []payment // of one timeline, used again

	residue fixed.Sum
}

// payment is money received for an invoice.
type payment struct {
	on     date.Date
	amount decimal.Decimal
}

// line is one payment line.
type line struct {
	on, late int32
	units    int64 // minor units; of an amount that does not fit, its position in row.exact
	flags    uint8
}

const (
	flagExact uint8 = 1 << iota // the amount is in row.exact
	flagPart                    // it did not settle a whole invoice or instalment
	flagRound                   // a whole number of hundreds
)

// row is one group in one currency.
type row struct {
	path                       []string
	currency                   receivables.Currency
	lines                      []line
	exact                      []decimal.Decimal
	sales                      []fixed.Sum  // by month, the as-of month first
	change                     []fixed.Sum  // of the balance in each month, all before the window last
	over60                     [2]fixed.Sum // now and at the end of the month before
	open, overdue              fixed.Sum    // debits
	invoiced                   fixed.Sum    // of the window
	disputed                   fixed.Sum    // of these, ever disputed
	invoices, disputedInvoices int
	instalments                map[string]bool // invoices in instalments: whether ever disputed
	disputes                   map[string]bool // opened in the window: whether after a due date
	oldestDue                  date.Date       // of what is overdue; 0: nothing
}

// Option adds behaviour that is not plain data.
type Option func(*Accumulator) error

// GroupBy sets by what profiles are made; the default is the customer.
func GroupBy(keys ...receivables.Key) Option {
	return func(a *Accumulator) error {
		if err := receivables.CheckKeys(keys...); err != nil {
			return err
		}
		a.keys = slices.Clone(keys)
		return nil
	}
}

// New returns an empty accumulator.
//
// Errors:
//   - [receivables.ErrInvalidInput] for a day that is none, months outside 1 to 120, a residue
//     below zero, a trend rule of fewer than 3 points, and those of the options.
func New(config Config, options ...Option) (*Accumulator, error) {
	if config.Months == 0 {
		config.Months = defaultMonths
	}
	if config.Trend == (TrendRule{}) {
		config.Trend = DefaultTrendRule()
	}
	switch {
	case !receivables.IsDay(config.AsOf):
		return nil, &receivables.FieldError{Path: "as of", Value: config.AsOf.String(), Rule: receivables.RuleRange, Detail: "outside 1900-01-01 to 9999-12-31"}
	case config.Months < 1 || config.Months > mostMonths:
		return nil, &receivables.FieldError{Path: "months", Value: fmt.Sprint(config.Months), Rule: receivables.RuleRange, Detail: fmt.Sprintf("from 1 to %d", mostMonths)}
	case config.Residue.Sign() < 0:
		return nil, &receivables.FieldError{Path: "residue", Value: config.Residue.String(), Rule: receivables.RuleSign, Detail: "must not be negative"}
	case config.Trend.FewestPoints < 3:
		return nil, &receivables.FieldError{Path: "trend: fewest points", Value: fmt.Sprint(config.Trend.FewestPoints), Rule: receivables.RuleRange, Detail: "at least 3"}
	}
	a := &Accumulator{config: config, keys: []receivables.Key{receivables.ByCustomer()}}
	a.residue.AddExact(config.Residue)
	for _, option := range options {
		if option == nil {
			continue
		}
		if err := option(a); err != nil {
			return nil, err
		}
	}
	end := config.AsOf
	for range config.Months {
		a.ends = append(a.ends, end)
		end = receivables.AddDays(receivables.StartOfMonth(end), -1)
	}
	a.first = receivables.AddDays(end, 1)
	a.ends = append(a.ends, end) // the balance before the window
	a.rows = group.New[row](a.keys)
	return a, nil
}

// FromLedger makes the profiles of a ledger at the end of a day, as known on knownOn.
//
// Errors: those of [New] and [Accumulator.Add].
func FromLedger(ledger *receivables.Ledger, knownOn date.Date, config Config, options ...Option) ([]Profile, error) {
	a, err := New(config, options...)
	if err != nil {
		return nil, err
	}
	if err := a.AddSeq(ledger.Timelines(config.AsOf, knownOn)); err != nil {
		return nil, err
	}
	return a.Profiles(), nil
}

// AddSeq adds each timeline of an iterator; it stops at the first error, and what was added
// before stays in.
func (a *Accumulator) AddSeq(timelines iter.Seq[receivables.Timeline]) error {
	for t := range timelines {
		if err := a.add(&t); err != nil {
			return err
		}
	}
	return nil
}

// AddStream adds each timeline of a stream that can fail; it stops at the first error.
func (a *Accumulator) AddStream(timelines iter.Seq2[receivables.Timeline, error]) error {
	for t, err := range timelines {
		if err != nil {
			return err
		}
		if err := a.add(&t); err != nil {
			return err
		}
	}
	return nil
}

// Add adds one timeline; what it tells of days after the as-of date does not count.
//
// Errors, after which the accumulator is as before:
//   - [receivables.ErrInvalidInput] for a document without date or currency, a day that is none, or
//     an accumulator that was not made by New;
//   - [receivables.ErrCurrencyMismatch] for a change in another currency than its document.
func (a *Accumulator) Add(t receivables.Timeline) error { return a.add(&t) }

func (a *Accumulator) add(t *receivables.Timeline) error {
	if a.rows == nil {
		return &receivables.FieldError{Path: "accumulator", Rule: receivables.RuleRequired, Detail: "make one with New"}
	}
	if err := t.Check(); err != nil {
		return err
	}
	item := &t.Item
	currency := item.Original.Currency()
	r := a.rows.Of(item, currency, func(path []string) *row {
		return &row{path: path, currency: currency, sales: make([]fixed.Sum, len(a.ends)), change: make([]fixed.Sum, len(a.ends))}
	})
	places := int32(currency.MinorUnits())
	debit := item.Kind == receivables.KindInvoice
	for i := range t.Changes {
		c := &t.Changes[i]
		if c.On > a.config.AsOf {
			continue
		}
		v := fixed.ValueOf(c.Amount.Amount(), places)
		m := len(a.ends) - 1
		for a.ends[m] < c.On {
			m--
		}
		v.AddTo(&r.change[m])
		if c.Kind == receivables.EntryBilled || c.Kind == receivables.EntryCredited {
			day := c.For
			if day == 0 || debit && c.Kind == receivables.EntryCredited {
				day = item.IssuedOn
			}
			if m := a.month(day); m >= 0 {
				v.AddTo(&r.sales[m])
			}
		}
	}
	if debit {
		a.addInvoice(r, t, places)
	}
	return nil
}

// month returns the position of the month of a day in the window, -1 if it is outside.
func (a *Accumulator) month(day date.Date) int {
	if day < a.first || day > a.config.AsOf {
		return -1
	}
	for m, end := range a.ends {
		if day > a.ends[min(m+1, len(a.ends)-1)] && day <= end {
			return m
		}
	}
	return -1
}

// addInvoice adds the payment lines, the disputes and what is overdue of an invoice.
func (a *Accumulator) addInvoice(r *row, t *receivables.Timeline, places int32) {
	item := &t.Item
	var open, before, billed fixed.Sum // now, at the end of the month before, as invoice
	paid := a.paid[:0]
	for i := range t.Changes {
		c := &t.Changes[i]
		if c.On > a.config.AsOf {
			continue
		}
		open.Add(c.Amount.Amount(), places)
		if c.Kind == receivables.EntryBilled {
			billed.Add(c.Amount.Amount(), places)
		}
		if c.On <= a.ends[1] {
			before.Add(c.Amount.Amount(), places)
		}
		money := c.Kind == receivables.EntryCollected ||
			c.Kind == receivables.EntryAllocated && (c.Source == receivables.KindPayment || c.Source == receivables.KindDeposit)
		if !money {
			continue
		}
		on := c.For
		if on == 0 {
			on = c.On
		}
		amount := c.Amount.Amount().Neg()
		if amount.Sign() > 0 {
			paid = append(paid, payment{on, amount})
			continue
		}
		// what is taken back is the same line with the opposite sign
		if i := slices.IndexFunc(paid, func(p payment) bool { return p.on == on && p.amount.Equal(amount.Neg()) }); i >= 0 {
			paid = slices.Delete(paid, i, i+1)
		}
	}
	a.paid = paid
	if open.Sign(places) > 0 {
		r.open.Merge(&open)
	}
	part := len(paid) > 1 || open.Cmp(&a.residue, places) > 0
	for _, p := range paid {
		if item.DueOn == 0 || p.on < a.first || p.on > a.config.AsOf {
			continue
		}
		l := line{on: int32(p.on), late: int32(receivables.DaysBetween(item.DueOn, p.on))}
		round := false
		if units, ok := fixed.Minor(p.amount, places); ok {
			hundred, _ := fixed.Minor(newInt(100), places)
			l.units, round = units, units%hundred == 0
		} else {
			l.units, l.flags, round = int64(len(r.exact)), flagExact, p.amount.Mod(newInt(100)).IsZero()
			r.exact = append(r.exact, p.amount)
		}
		if part {
			l.flags |= flagPart
		}
		if round {
			l.flags |= flagRound
		}
		r.lines = append(r.lines, l)
	}
	if item.DueOn != 0 {
		if late := receivables.DaysBetween(item.DueOn, a.config.AsOf); late > 0 && open.Sign(places) > 0 {
			r.overdue.Merge(&open)
			debt := open.Cmp(&a.residue, places) > 0
			if debt && (r.oldestDue == 0 || item.DueOn < r.oldestDue) {
				r.oldestDue = item.DueOn
			}
			if debt && late > sixtyDays {
				r.over60[0].Merge(&open)
			}
		}
		if receivables.DaysBetween(item.DueOn, a.ends[1]) > sixtyDays && before.Cmp(&a.residue, places) > 0 {
			r.over60[1].Merge(&before)
		}
	}
	ever := false
	for i := range t.Holds {
		h := &t.Holds[i]
		if h.Hold.Kind != receivables.HoldDispute || h.On > a.config.AsOf || h.Amount.Sign() <= 0 {
			continue
		}
		ever = true
		if h.Hold.From >= a.first && h.Hold.From <= a.config.AsOf {
			note(&r.disputes, h.Hold.ID, item.DueOn != 0 && h.Hold.From > item.DueOn)
		}
	}
	if item.IssuedOn < a.first || item.IssuedOn > a.config.AsOf || billed.Sign(places) <= 0 { // or cancelled
		return
	}
	r.invoiced.Add(item.Original.Amount(), places)
	if ever {
		r.disputed.Add(item.Original.Amount(), places)
	}
	if item.Instalment > 0 {
		note(&r.instalments, item.Document, ever)
		return
	}
	r.invoices++
	if ever {
		r.disputedInvoices++
	}
}

// note remembers a name, and whether it ever was.
func note(names *map[string]bool, name string, was bool) {
	if *names == nil {
		*names = map[string]bool{}
	}
	(*names)[name] = (*names)[name] || was
}

// counted returns how many names there are, and how many were.
func counted(names map[string]bool) (all, were int) {
	for _, was := range names {
		if was {
			were++
		}
	}
	return len(names), were
}

// Merge adds what another accumulator holds; the other one stays as it is.
//
// Errors:
//   - [receivables.ErrInvalidInput] when one was not made by New;
//   - [receivables.ErrConflict] when the two were made with another config or other keys, or are
//     one and the same.
func (a *Accumulator) Merge(other *Accumulator) error {
	if other == nil || a.rows == nil || other.rows == nil {
		return &receivables.FieldError{Path: "merge", Rule: receivables.RuleRequired, Detail: "accumulators are made with New"}
	}
	same := a != other && a.config.AsOf == other.config.AsOf && a.config.Months == other.config.Months && a.config.Residue.Equal(other.config.Residue) && a.config.Trend.equal(other.config.Trend) &&
		slices.EqualFunc(a.keys, other.keys, func(x, y receivables.Key) bool { return x.Name == y.Name })
	if !same {
		return &receivables.FieldError{Path: "merge", Rule: receivables.RuleExclusive, Detail: "accumulators of different days, months or keys, or one with itself"}
	}
	a.rows.Merge(other.rows, (*row).merge, (*row).clone)
	return nil
}

func (r *row) merge(o *row) {
	for _, l := range o.lines {
		if l.flags&flagExact != 0 {
			l.units += int64(len(r.exact))
		}
		r.lines = append(r.lines, l)
	}
	r.exact = append(r.exact, o.exact...)
	for i := range r.sales {
		r.sales[i].Merge(&o.sales[i])
		r.change[i].Merge(&o.change[i])
	}
	for i := range r.over60 {
		r.over60[i].Merge(&o.over60[i])
	}
	r.open.Merge(&o.open)
	r.overdue.Merge(&o.overdue)
	r.invoiced.Merge(&o.invoiced)
	r.disputed.Merge(&o.disputed)
	r.invoices += o.invoices
	r.disputedInvoices += o.disputedInvoices
	for name, was := range o.instalments {
		note(&r.instalments, name, was)
	}
	for name, was := range o.disputes {
		note(&r.disputes, name, was)
	}
	if o.oldestDue != 0 && (r.oldestDue == 0 || o.oldestDue < r.oldestDue) {
		r.oldestDue = o.oldestDue
	}
}

func (r *row) clone() *row {
	c := *r
	c.lines, c.exact, c.sales, c.change = slices.Clone(r.lines), slices.Clone(r.exact), slices.Clone(r.sales), slices.Clone(r.change)
	c.instalments, c.disputes = maps.Clone(r.instalments), maps.Clone(r.disputes)
	return &c
}

// MonthLateness is the weighted lateness of the payments of one month.
type MonthLateness struct {
	Month    date.Date          `json:"month"` // its first day
	Lines    int                `json:"lines"`
	Weighted receivables.Figure `json:"weighted"`
}

// Profile is how a customer, or another group, pays (profil payeur), in one currency, over a
// window of months.
type Profile struct {
	Group    []string             `json:"group"`
	Currency receivables.Currency `json:"currency"`
	AsOf     date.Date            `json:"as_of"`
	From     date.Date            `json:"from"` // first day of the window
	Lateness Lateness             `json:"lateness"`
	// Monthly is the weighted lateness of each month with payments, oldest first; Trend that of
	// this series, per month.
	Monthly []MonthLateness `json:"monthly"`
	Trend   Trend           `json:"trend"`
	// Recent is the weighted lateness of the last three months, the one in progress included,
	// Earlier that of the months before.
	Recent  receivables.Figure `json:"recent"`
	Earlier receivables.Figure `json:"earlier"`
	// OfMonth and OfWeek are the days on which money comes, MonthEnd the share that comes on the
	// last day of a month.
	OfMonth  Rhythm             `json:"of_month"`
	OfWeek   Rhythm             `json:"of_week"`
	MonthEnd receivables.Figure `json:"month_end"`
	// PartPayments is the share of payment lines that did not settle a whole invoice or
	// instalment (there were several, or more than the residue is open), RoundSums that of whole hundreds.
	PartPayments receivables.Figure `json:"part_payments"`
	RoundSums    receivables.Figure `json:"round_sums"`
	// Balance is what is owed less credits, OpenInvoices the debits, Overdue and Over60 the debits more than 0 and 60 days
	// late, Over60Before those at the end of the month before. OldestOverdue is the lateness in
	// days of the oldest of them, 0 without any; residues excepted (see [Config]).
	Balance       receivables.Money `json:"balance"`
	OpenInvoices  receivables.Money `json:"open_invoices"`
	Overdue       receivables.Money `json:"overdue"`
	Over60        receivables.Money `json:"over_60"`
	Over60Before  receivables.Money `json:"over_60_before"`
	OldestOverdue int               `json:"oldest_overdue"`
	// MaxBalance and MeanBalance are over the ends of the months of the window.
	MaxBalance  receivables.Money  `json:"max_balance"`
	MeanBalance receivables.Figure `json:"mean_balance"`
	// Sales of the window, and of each month, the oldest first, less credit notes.
	Sales        receivables.Money   `json:"sales"`
	MonthlySales []receivables.Money `json:"monthly_sales"`
	// DisputeRate is invoices ever disputed / invoices of the window by number, DisputeRateAmount
	// by amount; an invoice in instalments is one, one that was cancelled none. LateDisputes is the
	// share of the disputes of the window opened after a due date.
	Invoices          int                `json:"invoices"`
	DisputeRate       receivables.Figure `json:"dispute_rate"`
	DisputeRateAmount receivables.Figure `json:"dispute_rate_amount"`
	LateDisputes      receivables.Figure `json:"late_disputes"`
}

// Profiles returns the profile of each group and currency, sorted by group, then by currency
// code. The accumulator can go on.
func (a *Accumulator) Profiles() []Profile {
	var list []Profile
	if a.rows == nil {
		return list
	}
	for r := range a.rows.All() {
		list = append(list, a.profile(r))
	}
	slices.SortFunc(list, func(x, y Profile) int {
		return cmp.Or(slices.Compare(x.Group, y.Group), strings.Compare(x.Currency.Code(), y.Currency.Code()))
	})
	return list
}

func (a *Accumulator) profile(r *row) Profile {
	places := int32(r.currency.MinorUnits())
	zero := receivables.Zero(r.currency)
	money := func(s *fixed.Sum) receivables.Money { return zero.AddAmount(s.Decimal(places)) }
	p := Profile{
		Group: slices.Clone(r.path), Currency: r.currency, AsOf: a.config.AsOf, From: a.first,
		OpenInvoices: money(&r.open), Overdue: money(&r.overdue), Over60: money(&r.over60[0]), Over60Before: money(&r.over60[1]),
	}
	if r.oldestDue != 0 {
		p.OldestOverdue = receivables.DaysBetween(r.oldestDue, a.config.AsOf)
	}
	share := func(part, whole int) receivables.Figure {
		return receivables.Quotient(newInt(part), newInt(whole), receivables.UnitFraction)
	}
	split, splitDisputed := counted(r.instalments)
	p.Invoices = r.invoices + split
	p.DisputeRate = share(r.disputedInvoices+splitDisputed, p.Invoices)
	p.DisputeRateAmount = receivables.Quotient(r.disputed.Decimal(places), r.invoiced.Decimal(places), receivables.UnitFraction)
	disputes, lateDisputes := counted(r.disputes)
	p.LateDisputes = share(lateDisputes, disputes)
	late := make([]weighed, len(r.lines))
	months := make([]weighedMean, a.config.Months)
	var recent, earlier weighedMean
	var ofMonth, ofWeek circle
	parts, rounds := 0, 0
	for i, l := range r.lines {
		x := weighed{days: int(l.late), units: l.units}
		if l.flags&flagExact != 0 {
			x.exact = &r.exact[l.units]
		}
		late[i] = x
		if l.flags&flagPart != 0 {
			parts++
		}
		if l.flags&flagRound != 0 {
			rounds++
		}
		ofMonth.addOfMonth(date.Date(l.on), &x)
		ofWeek.addOfWeek(date.Date(l.on), &x)
		m := a.month(date.Date(l.on))
		months[m].add(&x)
		if m < recentMonths {
			recent.add(&x)
		} else {
			earlier.add(&x)
		}
	}
	p.Lateness = latenessOf(late, places)
	p.Recent, p.Earlier = recent.figure(places), earlier.figure(places)
	p.PartPayments, p.RoundSums = share(parts, len(late)), share(rounds, len(late))
	p.OfMonth, p.MonthEnd = ofMonth.rhythm(daysOfMonth, places)
	p.OfWeek, _ = ofWeek.rhythm(daysOfWeek, places)
	var points []Point
	for m := len(months) - 1; m >= 0; m-- {
		if months[m].lines == 0 {
			continue
		}
		x := MonthLateness{Month: receivables.StartOfMonth(a.ends[m]), Lines: months[m].lines, Weighted: months[m].figure(places)}
		if value, ok := x.Weighted.Value(); ok {
			points = append(points, Point{At: len(months) - 1 - m, Value: value})
		}
		p.Monthly = append(p.Monthly, x)
	}
	if t, err := TrendOf(points, a.config.Trend); err == nil { // the periods are distinct and few
		p.Trend = t
	}
	balance := r.change[a.config.Months]
	var sum, sales fixed.Sum
	for m := a.config.Months - 1; m >= 0; m-- {
		balance.Merge(&r.change[m])
		sum.Merge(&balance)
		if p.Balance = money(&balance); m == a.config.Months-1 || p.Balance.Amount().Cmp(p.MaxBalance.Amount()) > 0 {
			p.MaxBalance = p.Balance
		}
		sales.Merge(&r.sales[m])
		p.MonthlySales = append(p.MonthlySales, money(&r.sales[m]))
	}
	p.Sales = money(&sales)
	p.MeanBalance = receivables.Quotient(sum.Decimal(places), newInt(a.config.Months), receivables.UnitOf(r.currency))
	return p
}

// weighedMean is a mean weighted by amount in the making.
type weighedMean struct {
	amount, product fixed.Sum
	lines           int
}

func (m *weighedMean) add(x *weighed) {
	x.addTo(&m.amount, 1)
	x.addTo(&m.product, int64(x.days))
	m.lines++
}

func (m *weighedMean) figure(places int32) receivables.Figure {
	if m.lines == 0 {
		return noDays(receivables.StatusInsufficientData)
	}
	return receivables.Quotient(m.product.Decimal(places), m.amount.Decimal(places), receivables.UnitDays)
}

// NextPayment returns the day on which an invoice due on a day is likely to be paid: due date +
// median lateness, then the next day of the payment run: the end of the month if half of the
// amount comes then, else the day of the month if that is fixed, else the day of the week if that
// is. False without a payment line to judge by, or for a day beyond the calendar.
func (p Profile) NextPayment(due date.Date) (date.Date, bool) {
	value, ok := p.Lateness.Median.Value()
	if !ok || !receivables.IsDay(due) {
		return 0, false
	}
	day := receivables.AddDays(due, int(value.Round(0).IntPart()))
	atEnd, _ := p.MonthEnd.Value()
	switch {
	case !receivables.IsDay(receivables.AddDays(day, daysOfMonth)):
		return 0, false
	case atEnd.Cmp(fixedFrom) >= 0:
		return receivables.EndOfMonth(day), true
	case p.OfMonth.Fixed:
		return p.OfMonth.next(day, false), true
	}
	return p.OfWeek.next(day, true), true
}
