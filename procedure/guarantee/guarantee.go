// Package guarantee lists the guarantees of a claim (sûretés et garanties) with the days that keep them alive.
package guarantee

import (
	"slices"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
)

// Kind is a kind of guarantee.
type Kind string

// The kinds.
const (
	Suretyship       Kind = "suretyship"             // cautionnement
	FirstDemand      Kind = "first-demand guarantee" // independent of the debt, but for manifest fraud (C. civ. 2321)
	Pledge           Kind = "pledge"                 // nantissement, gage
	RetentionOfTitle Kind = "retention of title"     // réserve de propriété, see package insolvency
	Assignment       Kind = "assignment of receivables"
	CoDebtor         Kind = "co-debtor"
	CreditInsurance  Kind = "credit insurance" // see package trade
	Factoring        Kind = "factoring"
)

var kinds = []Kind{Suretyship, FirstDemand, Pledge, RetentionOfTitle, Assignment, CoDebtor, CreditInsurance, Factoring}

// Guarantee is one guarantee.
type Guarantee struct {
	Kind      Kind              `json:"kind"`
	By        string            `json:"by"`    // who stands in
	Limit     receivables.Money `json:"limit"` // zero value: without limit
	ExpiresOn date.Date         `json:"expires_on,omitzero"`
	// ClaimDays is the time after an unpaid due date within which its terms ask for a claim; 0: not stated.
	ClaimDays int `json:"claim_days,omitempty"`
	// NaturalPerson says that the guarantor is a private person, who is to be informed (C. civ. 2302, 2303).
	NaturalPerson bool `json:"natural_person"`
}

func fail(path, value string, rule receivables.Rule, detail string) error {
	return &receivables.FieldError{Path: "guarantee: " + path, Value: value, Rule: rule, Detail: detail}
}

// Days lists the days of a guarantee that lie ahead once a debt due on unpaidOn was not paid, by day: its expiry, the claim
// that its terms ask for, and for a private person who stands surety the first unpaid instalment (within 1 month, else
// interest and penalties until he is told are lost) and the next yearly information (before 31 March, so that 30 March is
// the last day). The first two are plain days of the contract.
//
// Errors:
//   - [receivables.ErrInvalidInput] for an unknown kind, days that are none, claim days below 0;
//   - those of [procedure.DeadlineOf].
func (g Guarantee) Days(unpaidOn, asOf date.Date, at procedure.Place) ([]procedure.Deadline, error) {
	const far = 36500
	switch {
	case !slices.Contains(kinds, g.Kind):
		return nil, fail("kind", string(g.Kind), receivables.RuleRange, "unknown kind")
	case !receivables.IsDay(unpaidOn) || !receivables.IsDay(asOf):
		return nil, fail("unpaid on, as of", unpaidOn.String()+" "+asOf.String(), receivables.RuleRequired, "a day of both")
	case g.ExpiresOn != 0 && !receivables.IsDay(g.ExpiresOn):
		return nil, fail("expires on", g.ExpiresOn.String(), receivables.RuleRange, "a day")
	case g.ClaimDays < 0 || g.ClaimDays > far:
		return nil, fail("claim days", "", receivables.RuleRange, "from 0 to a hundred years")
	}
	list := []procedure.Deadline{}
	contract := receivables.Citation{Text: "terms of the guarantee", Confidence: "caller"}
	add := func(c procedure.Count) error {
		d, err := c.Deadline()
		if err == nil && d.Expires >= asOf {
			list = append(list, d)
		}
		return err
	}
	if g.ExpiresOn != 0 {
		err := add(procedure.Count{Title: string(g.Kind) + " expires", Event: procedure.Event{Name: "expiry", On: g.ExpiresOn}, Regime: procedure.PlainCalendar, Basis: []receivables.Citation{contract}})
		if err != nil {
			return nil, err
		}
	}
	if g.ClaimDays > 0 {
		err := add(procedure.Count{
			Title: "claim under the " + string(g.Kind), Event: procedure.Event{Name: "unpaid due date", On: unpaidOn}, Period: procedure.Period{Days: g.ClaimDays}, Regime: procedure.PlainCalendar,
			Basis: []receivables.Citation{contract},
		})
		if err != nil {
			return nil, err
		}
	}
	if g.Kind == Suretyship && g.NaturalPerson {
		tell, err := TellSurety(unpaidOn, at)
		if err != nil {
			return nil, err
		}
		if tell.Expires >= asOf {
			list = append(list, tell)
		}
		yearly, err := YearlyInformation(asOf)
		if err != nil {
			return nil, err
		}
		list = append(list, yearly)
	}
	slices.SortStableFunc(list, func(x, y procedure.Deadline) int { return int(x.Expires - y.Expires) })
	return list, nil
}

// TellSurety is the last day to tell a private person who stands surety of the first instalment not made good: 1 month (C.
// civ. 2303).
//
// Errors: those of [procedure.DeadlineOf].
func TellSurety(unpaidOn date.Date, at procedure.Place) (procedure.Deadline, error) {
	return procedure.DeadlineOf("GUAR.FIRST_UNPAID", procedure.Event{Name: "instalment not made good", On: unpaidOn}, at)
}

// YearlyInformation is the last day, from a day on, to inform a private person who stands surety of principal, interest and
// accessories on 31 December: before 31 March (C. civ. 2302), so 30 March.
//
// Errors: those of [procedure.RuleAt].
func YearlyInformation(from date.Date) (procedure.Deadline, error) {
	r, err := procedure.RuleAt("GUAR.YEARLY", from)
	if err != nil {
		return procedure.Deadline{}, err
	}
	period, err := r.Period() // from 31 December
	if err != nil {
		return procedure.Deadline{}, err
	}
	for year := from.Year(); ; year++ {
		start, err := receivables.NewDate(year-1, 12, 31)
		if err != nil {
			return procedure.Deadline{}, err
		}
		d, err := procedure.Count{
			Rule: r.ID, Title: r.Title, Event: procedure.Event{Name: "end of the year", On: start}, Period: period, Regime: procedure.PlainCalendar,
			Basis: []receivables.Citation{r.Citation},
		}.Deadline()
		if err != nil {
			return procedure.Deadline{}, err
		}
		eve := receivables.AddDays(d.Expires, -1) // "before"
		d.Raw, d.Expires, d.LastSafe = eve, eve, eve
		if eve >= from {
			return d, nil
		}
	}
}
