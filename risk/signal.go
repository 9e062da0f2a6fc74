package risk

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// SignalKind is a sign of deterioration (signe de dégradation).
type SignalKind string

// The signs.
const (
	SignalDelayDrift   SignalKind = "delay drift"                    // lateness rises from month to month
	SignalJump         SignalKind = "jump"                           // the last months are much later than those before
	SignalPromises     SignalKind = "broken promises"                // of the last six months
	SignalPartPayments SignalKind = "part payments"                  // more of them than before
	SignalLateDisputes SignalKind = "disputes after due date"        // raised when it was time to pay
	SignalInstrument   SignalKind = "instrument worsens"             // bill to cheque, direct debit rejected, unpaid bill
	SignalLimitUse     SignalKind = "limit use"                      // near the limit for long
	SignalAgeing       SignalKind = "ageing slide"                   // amounts over 60 days appear or double
	SignalSalesDown    SignalKind = "sales down at a stable balance" // buys less and owes as much
	SignalOrderPeak    SignalKind = "order peak"                     // buys far more than usual
	SignalExternal     SignalKind = "external event"                 // privileges, accounts not filed, insurer, management, insolvency
	daysLimitWindow               = 30
	recentMonths                  = 3
)

// Thresholds are when a sign is one. They are plain data and proposals.
type Thresholds struct {
	JumpDays        decimal.Decimal `json:"jump_days"`         // of the weighted lateness
	JumpMADs        decimal.Decimal `json:"jump_mads"`         // times the median absolute deviation
	BrokenPromises  int             `json:"broken_promises"`   // this many or more
	KeptBelow       decimal.Decimal `json:"kept_below"`        // share of promises kept
	PartPaymentsUp  decimal.Decimal `json:"part_payments_up"`  // rise of the share
	LateDisputes    decimal.Decimal `json:"late_disputes"`     // share above
	LimitUse        decimal.Decimal `json:"limit_use"`         // balance / limit above
	LimitDays       int             `json:"limit_days"`        // for this many days
	Over60Factor    decimal.Decimal `json:"over_60_factor"`    // growth in a month
	SalesDown       decimal.Decimal `json:"sales_down"`        // fall of the last three months against the norm
	SalesUp         decimal.Decimal `json:"sales_up"`          // rise of the last month against the norm
	BalanceStableBy decimal.Decimal `json:"balance_stable_by"` // a balance that fell by less is stable
}

// DefaultThresholds are those of the reference: 10 days and 2 MAD; 2 promises or fewer than 0.6
// kept; 20 points of part payments; half of the disputes; 0.9 of the limit for 30 days; double; 30
// percent down; 50 percent up.
func DefaultThresholds() Thresholds {
	d := decimal.RequireFromString
	return Thresholds{
		JumpDays: newInt(10), JumpMADs: two, BrokenPromises: 2, KeptBelow: d("0.6"), PartPaymentsUp: d("0.20"), LateDisputes: d("0.5"),
		LimitUse: d("0.9"), LimitDays: daysLimitWindow, Over60Factor: two, SalesDown: d("0.30"), SalesUp: d("0.50"), BalanceStableBy: d("0.10"),
	}
}

// Event is something that happened outside the ledger: a direct debit rejected, a privilege of
// the URSSAF or the Treasury registered, accounts not filed, cover reduced by the insurer, a change
// of management, an insolvency notice.
type Event struct {
	Kind SignalKind // SignalInstrument or SignalExternal
	On   date.Date
	Note string
}

// Knowledge is what the signs need beside a profile.
type Knowledge struct {
	// PromisesMatured and PromisesKept are those of the last six months.
	PromisesMatured, PromisesKept int
	Events                        []Event
	// Limit is the credit limit, zero value: none. DaysNearLimit is how many days in a row the
	// balance has been above the threshold of it.
	Limit         receivables.Money
	DaysNearLimit int
	// PartPaymentsBefore is the share of part payments of an earlier window; undefined: not
	// known.
	PartPaymentsBefore receivables.Figure
}

// Signal is a sign of deterioration with its evidence.
type Signal struct {
	Kind SignalKind `json:"kind"`
	// Since is the first day on which it was seen: of an event its day, else that of the first
	// reading in a row that had it.
	Since    date.Date           `json:"since"`
	Evidence []SignalMeasurement `json:"evidence"`
}

// SignalMeasurement is a measure beside its threshold.
type SignalMeasurement struct {
	Name      string             `json:"name"`
	Value     receivables.Figure `json:"value"`
	Threshold string             `json:"threshold"`
}

// Signals lists the signs of deterioration of a profile, in a fixed order, events last by day.
// Pass the signals of the reading before, so that a sign that stays keeps its first day. A measure
// without value gives no sign.
func Signals(p Profile, k Knowledge, t Thresholds, before []Signal) []Signal {
	var list []Signal
	add := func(kind SignalKind, since date.Date, evidence ...SignalMeasurement) {
		if i := slices.IndexFunc(before, func(s Signal) bool { return s.Kind == kind }); i >= 0 && since == p.AsOf {
			since = before[i].Since
		}
		list = append(list, Signal{Kind: kind, Since: since, Evidence: evidence})
	}
	above := func(f receivables.Figure, bound decimal.Decimal) bool {
		value, ok := f.Value()
		return ok && value.Cmp(bound) > 0
	}
	measured := func(name string, f receivables.Figure, format string, values ...any) SignalMeasurement {
		return SignalMeasurement{name, f, fmt.Sprintf(format, values...)}
	}
	if p.Trend.Verdict == VerdictDegrading {
		add(SignalDelayDrift, p.AsOf, measured("slope per month", p.Trend.Slope, "degrading"), measured("p", p.Trend.P, "significant"))
	}
	if jump, mad, ok := p.jump(); ok && jump.Cmp(t.JumpDays) > 0 && jump.Cmp(mad.Mul(t.JumpMADs)) > 0 {
		add(SignalJump, p.AsOf, measured("last 3 months less those before", inDays(jump), "more than %s days and %s x %s", t.JumpDays, t.JumpMADs, mad))
	}
	if broken := k.PromisesMatured - k.PromisesKept; k.PromisesMatured > 0 {
		kept := receivables.Quotient(newInt(k.PromisesKept), newInt(k.PromisesMatured), receivables.UnitFraction)
		value, _ := kept.Value()
		if broken >= t.BrokenPromises || value.Cmp(t.KeptBelow) < 0 {
			add(
				SignalPromises, p.AsOf, measured("broken", receivables.NewFigure(newInt(broken), receivables.UnitCount), "%d or more", t.BrokenPromises),
				measured("kept", kept, "below %s", t.KeptBelow),
			)
		}
	}
	if now, ok := p.PartPayments.Value(); ok {
		if earlier, known := k.PartPaymentsBefore.Value(); known && now.Sub(earlier).Cmp(t.PartPaymentsUp) >= 0 {
			add(SignalPartPayments, p.AsOf, measured("part payments", p.PartPayments, "up by %s from %s", t.PartPaymentsUp, earlier))
		}
	}
	if above(p.LateDisputes, t.LateDisputes) {
		add(SignalLateDisputes, p.AsOf, measured("disputes after due date", p.LateDisputes, "more than %s", t.LateDisputes))
	}
	if k.Limit.IsValid() && k.Limit.Currency() == p.Currency {
		use := receivables.Quotient(p.Balance.Amount(), k.Limit.Amount(), receivables.UnitFraction)
		if above(use, t.LimitUse) && k.DaysNearLimit >= t.LimitDays {
			add(SignalLimitUse, receivables.AddDays(p.AsOf, 1-k.DaysNearLimit), measured("balance / limit", use, "more than %s for %d days", t.LimitUse, t.LimitDays))
		}
	}
	if now, earlier := p.Over60.Amount(), p.Over60Before.Amount(); now.Sign() > 0 && now.Cmp(earlier.Mul(t.Over60Factor)) >= 0 {
		add(SignalAgeing, p.AsOf, measured("more than 60 days late", receivables.FigureOf(p.Over60), "%s times %s of the month before", t.Over60Factor, p.Over60Before))
	}
	p.buying(t, add)
	events := slices.SortedStableFunc(slices.Values(k.Events), func(a, b Event) int { return cmp.Compare(a.On, b.On) })
	for _, e := range events {
		if e.On <= p.AsOf {
			list = append(list, Signal{Kind: e.Kind, Since: e.On, Evidence: []SignalMeasurement{{Name: e.Note, Value: receivables.NewFigure(one, receivables.UnitCount), Threshold: "any event"}}})
		}
	}
	return list
}

// jump returns the weighted lateness of the last three months less that of the months before,
// with the median absolute deviation; false where either has no payments.
func (p Profile) jump() (jump, mad decimal.Decimal, ok bool) {
	now, ok1 := p.Recent.Value()
	then, ok2 := p.Earlier.Value()
	mad, ok3 := p.Lateness.MAD.Value()
	return now.Sub(then), mad, ok1 && ok2 && ok3
}

// buying looks at the sales of whole months, from the first with sales on: the last three, or the
// last one, against the mean of those before these three, of which there must be three.
func (p Profile) buying(t Thresholds, add func(SignalKind, date.Date, ...SignalMeasurement)) {
	months := p.MonthlySales
	if p.AsOf != receivables.EndOfMonth(p.AsOf) && len(months) > 0 {
		months = months[:len(months)-1]
	}
	for len(months) > 0 && months[0].Sign() <= 0 {
		months = months[1:]
	}
	n := len(months)
	if n < 2*recentMonths {
		return
	}
	mean := func(months []receivables.Money) decimal.Decimal {
		sum := decimal.Zero
		for _, m := range months {
			sum = sum.Add(m.Amount())
		}
		return sum.DivRound(newInt(len(months)), receivables.RatioPlaces)
	}
	norm, recent := mean(months[:n-recentMonths]), mean(months[n-recentMonths:])
	if norm.Sign() <= 0 {
		return
	}
	change := func(now decimal.Decimal) receivables.Figure {
		return receivables.Quotient(now.Sub(norm), norm, receivables.UnitFraction)
	}
	unit := receivables.UnitOf(p.Currency)
	meanBalance, ok := p.MeanBalance.Value()
	stable := ok && meanBalance.Sign() > 0 && p.Balance.Amount().Cmp(meanBalance.Mul(one.Sub(t.BalanceStableBy))) >= 0
	if recent.Cmp(norm.Mul(one.Sub(t.SalesDown))) <= 0 && stable {
		add(
			SignalSalesDown, p.AsOf, SignalMeasurement{"sales of 3 months against the norm", change(recent), "down by " + percentText(t.SalesDown)},
			SignalMeasurement{"balance", receivables.FigureOf(p.Balance), "not below " + meanBalance.StringFixed(2) + " by more than " + percentText(t.BalanceStableBy)},
		)
	}
	last := months[n-1].Amount()
	if last.Cmp(norm.Mul(one.Add(t.SalesUp))) >= 0 {
		add(
			SignalOrderPeak, p.AsOf, SignalMeasurement{"sales of the month against the norm", change(last), "up by " + percentText(t.SalesUp)},
			SignalMeasurement{"norm", receivables.NewFigure(norm, unit), "mean of the months before"},
		)
	}
}

func percentText(d decimal.Decimal) string { return d.Shift(2).String() + " percent" }
