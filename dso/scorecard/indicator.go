package scorecard

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/dso"
)

// Direction says which way is better.
type Direction uint8

// The directions.
const (
	Neither Direction = iota // neither: sales, balance
	Lower                    // lower is better: DSO, lateness
	Higher                   // higher is better: CEI, share not due
)

// String returns the direction in words.
func (d Direction) String() string {
	switch d {
	case Neither:
		return "neither"
	case Lower:
		return "lower is better"
	case Higher:
		return "higher is better"
	}
	return fmt.Sprintf("direction %d", uint8(d))
}

// MarshalText writes the name.
func (d Direction) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// Indicator is a line of a scorecard.
type Indicator struct {
	Key    string // stable, such as "dso_balance"
	Name   string // in English
	French string // in French
	Better Direction
	// Of measures the view of the end of a month. It must give the same result for the same
	// view and may be called by several goroutines.
	Of func(v dso.View) dso.Measure
}

// Keys of the standard indicators.
const (
	KeyBalance        = "balance"
	KeySales          = "sales_month"
	KeyCollected      = "collected_month"
	KeyOverdue        = "overdue"
	KeyOverdueShare   = "overdue_share"
	KeyOver90         = "over_90_share"
	KeyDisputed       = "disputed_share"
	KeyDSO            = "dso_balance"
	KeyDSOYear        = "dso_balance_12_months"
	KeyCountBack      = "dso_countback"
	KeyBestPossible   = "dso_best_possible"
	KeyDelinquent     = "average_days_delinquent"
	KeyCEI            = "cei"
	KeyCEIMonthly     = "cei_crf"
	KeyDaysToPay      = "days_to_pay"
	KeyBeyondTerms    = "days_beyond_terms"
	KeyBeyondBlended  = "days_beyond_terms_blended"
	KeyOnTime         = "paid_on_time_share"
	KeyBadDebts       = "bad_debt_ratio"
	KeyMeanLateness   = "mean_lateness"
	quarterDays       = 90
	monthsOfQuarter   = 3
	monthsOfYear      = 12
	daysBeyondWorried = 90
)

// Standard returns the indicators that every credit function follows. Windows: 90 days for
// the DSO family, three calendar months for the CEI and how customers pay, twelve for bad
// debts and the annual DSO. Sales and collections of a month are what was booked in it, so
// that months add up. The CEI is in percent, shares are fractions: each measure says its unit.
func Standard() []Indicator {
	days := func(v dso.View) dso.Window { return dso.LastDays(v.AsOf(), quarterDays) }
	quarter := func(v dso.View) dso.Window { return dso.LastMonths(v.AsOf(), monthsOfQuarter) }
	year := func(v dso.View) dso.Window { return dso.LastMonths(v.AsOf(), monthsOfYear) }
	month := func(v dso.View) dso.Window { return dso.LastMonths(v.AsOf(), 1) }
	return []Indicator{
		{KeyBalance, "receivables", "encours clients", Neither, func(v dso.View) dso.Measure { return v.Amount(v.Receivables()) }},
		{KeySales, "sales of the month", "chiffre d'affaires du mois TTC", Neither, func(v dso.View) dso.Measure { return v.Amount(v.Booked(month(v)).Sales) }},
		{KeyCollected, "collected in the month", "encaissements du mois", Neither, func(v dso.View) dso.Measure { return v.Amount(v.Booked(month(v)).Collected) }},
		{KeyOverdue, "overdue", "échu", Lower, func(v dso.View) dso.Measure { return v.Amount(v.Overdue()) }},
		{KeyOverdueShare, "overdue share", "taux d'échu", Lower, func(v dso.View) dso.Measure { return v.PercentOverdue(0) }},
		{KeyOver90, "share over 90 days late", "part à plus de 90 jours", Lower, func(v dso.View) dso.Measure { return v.PercentOverdue(daysBeyondWorried) }},
		{KeyDisputed, "disputed share", "taux de litiges", Lower, func(v dso.View) dso.Measure { return v.Disputes().Ratio }},
		{KeyDSO, "DSO, 90 days", "DSO, 90 jours", Lower, func(v dso.View) dso.Measure { return v.DSO(days(v)) }},
		{KeyDSOYear, "DSO, 12 months", "DSO, 12 mois", Lower, func(v dso.View) dso.Measure { return v.DSO(year(v)) }},
		{KeyCountBack, "DSO by count-back", "DSO par épuisement", Lower, func(v dso.View) dso.Measure { return v.CountBackMonths(dso.CountBack{}) }},
		{KeyBestPossible, "best possible DSO", "DSO contractuel", Neither, func(v dso.View) dso.Measure { return v.BestPossible(days(v)) }},
		{KeyDelinquent, "average days delinquent", "jours de retard moyens", Lower, func(v dso.View) dso.Measure { return v.AverageDaysDelinquent(days(v)) }},
		{KeyCEI, "CEI, 3 months", "taux d'efficacité du recouvrement", Higher, func(v dso.View) dso.Measure { return v.CEI(dso.MethodCEIPeriod, quarter(v)) }},
		{KeyCEIMonthly, "CEI, 3 months, CRF", "idem, moyenne mensuelle", Higher, func(v dso.View) dso.Measure { return v.CEI(dso.MethodCEIMonthly, quarter(v)) }},
		{KeyDaysToPay, "days to pay", "délai moyen de règlement", Lower, func(v dso.View) dso.Measure { return v.Payments(quarter(v)).DaysToPay }},
		{KeyBeyondTerms, "days beyond terms", "retard moyen pondéré", Lower, func(v dso.View) dso.Measure { return v.Payments(quarter(v)).BeyondTerms }},
		{KeyBeyondBlended, "days beyond terms with overdue", "retard moyen, échu compris", Lower, func(v dso.View) dso.Measure { return v.Payments(quarter(v)).Blended.BeyondTerms }},
		{KeyMeanLateness, "mean lateness of payments", "retard moyen des paiements", Lower, func(v dso.View) dso.Measure { return v.Payments(quarter(v)).LatenessSimple }},
		{KeyOnTime, "paid on time", "payé sans retard", Higher, func(v dso.View) dso.Measure { return v.Payments(quarter(v)).OnTime }},
		{KeyBadDebts, "bad-debt ratio, 12 months", "taux de pertes, 12 mois", Lower, func(v dso.View) dso.Measure { return v.BadDebtRatio(year(v)) }},
	}
}

// Select returns the indicators of the given keys, in that order.
//
// Errors:
//   - [receivables.ErrUnknown] for a key that is not among them.
func Select(from []Indicator, keys ...string) ([]Indicator, error) {
	var list []Indicator
	for _, key := range keys {
		found := false
		for _, i := range from {
			if i.Key == key {
				list, found = append(list, i), true
				break
			}
		}
		if !found {
			return nil, &receivables.FieldError{Path: "indicators", Value: key, Rule: receivables.RuleUnknownReference, Detail: "no indicator of this key"}
		}
	}
	return list, nil
}

// Target is what an indicator should be.
type Target struct {
	Indicator string `json:"indicator"` // key
	// Group is the group it is for, from the highest level down; empty: the whole and every
	// group without a target of its own.
	Group []string `json:"group"`
	// Value is in the unit of the indicator: 45 days, 0.05 for a share, 90 percent for a CEI.
	// With Unit given, a target in another unit is no target but a gap that says mixed basis.
	Value decimal.Decimal  `json:"value"`
	Unit  receivables.Unit `json:"unit,omitempty"`
}
