package penalties

import (
	"fmt"
	"slices"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// ContractRate is a rate agreed between the parties. It is flat, or a reference
// series plus points, read on the first day of each half-year.
type ContractRate struct {
	Percent decimal.Decimal `json:"percent"` // flat rate, or points over the series
	Series  string          `json:"series,omitempty"`
	Source  string          `json:"source"` // clause of the contract
}

func (r ContractRate) check(law *Law) error {
	if r.Source == "" {
		return &receivables.FieldError{Path: "contract rate: source", Rule: receivables.RuleRequired, Detail: "name the clause"}
	}
	if r.Series != "" {
		_, err := law.find(r.Series)
		return err
	}
	if r.Percent.Sign() < 0 {
		return &receivables.FieldError{Path: "contract rate", Value: r.Percent.String(), Rule: receivables.RuleSign, Detail: "must not be negative"}
	}
	return nil
}

// contractRate returns the agreed rate for one day.
func (c *Calculator) contractRate(claim *Claim, day date.Date) (Rate, error) {
	r := c.config.Contract
	clause := receivables.Citation{Text: r.Source, Confidence: "caller"}
	if r.Series == "" {
		return Rate{Percent: r.Percent, Citations: []receivables.Citation{clause}}, nil
	}
	return c.indexed(&Version{
		Reference: r.Series, Fixing: FixedOnFirstDay, Mode: Floating, Margin: r.Percent, RateRounding: RateNotRounded, Citation: clause,
	}, claim, day)
}

// FloorCheck compares a contractual rate with the legal floor on one day.
type FloorCheck struct {
	On        date.Date
	What      string // "date of the contract", "during the delay"
	Percent   decimal.Decimal
	Floor     decimal.Decimal
	Respected bool
	Citation  receivables.Citation
}

// floorChecks tests an agreed rate against the floor of the law (in France three times
// the legal rate of the "other cases", C. com. L441-10 II) at the date of the contract
// and, in each half-year, during the delay, since the text does not settle which. A
// rate below the floor is reported, not replaced; a day for which the floor is not
// known is a note.
func (c *Calculator) floorChecks(claim *Claim, a *Accrual) {
	if c.config.Contract == nil || len(c.regime.Floors) == 0 {
		return
	}
	if claim.ContractOn != 0 {
		c.floorCheck(claim, a, claim.ContractOn, "date of the contract")
	} else {
		c.floorCheck(claim, a, claim.DueOn, "due date, for the date of the contract is not given")
	}
	if len(a.Segments) == 0 {
		return
	}
	last := a.Segments[len(a.Segments)-1].LastDay
	for day := a.Segments[0].FirstDay; day <= last; day = nextHalfYear(day) {
		c.floorCheck(claim, a, day, "during the delay")
	}
}

func (c *Calculator) floorCheck(claim *Claim, a *Accrual, day date.Date, what string) {
	unknown := func() {
		a.Notes = append(a.Notes, fmt.Sprintf("the floor of the agreed rate on %s (%s) is not known", day, what))
	}
	i := slices.IndexFunc(c.regime.Floors, func(f Floor) bool { return day >= f.From && (f.Until == 0 || day < f.Until) })
	if i < 0 {
		unknown()
		return
	}
	floor := c.regime.Floors[i]
	legal, _, err := c.law.reference(floor.Series, day, c.config.Coverage == ExtendLastValue)
	if err != nil {
		unknown()
		return
	}
	rate, err := c.contractRate(claim, day)
	if err != nil {
		unknown()
		return
	}
	check := FloorCheck{On: day, What: what, Percent: rate.Percent, Floor: MinimumContractRate(legal.Percent, floor.Multiple), Citation: floor.Citation}
	check.Respected = check.Percent.GreaterThanOrEqual(check.Floor)
	a.Floor = append(a.Floor, check)
}
