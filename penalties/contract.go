package penalties

import (
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

// floorChecks tests a contractual rate under French law: at least three times the
// legal rate of the "other cases" (C. com. L441-10 II), at the date of the contract
// and on the first day of each segment, since the text does not settle which. A rate
// below the floor is reported, not replaced.
func (c *Calculator) floorChecks(claim *Claim, a *Accrual) ([]FloorCheck, error) {
	if c.config.Contract == nil || c.regime.ID != "fr.b2b" {
		return nil, nil
	}
	contractOn := claim.ContractOn
	if contractOn == 0 {
		contractOn = claim.DueOn
	}
	days := []date.Date{contractOn}
	for _, s := range a.Segments {
		if h := halfYearStart(s.FirstDay); h > days[len(days)-1] {
			days = append(days, max(h, s.FirstDay))
		}
	}
	var checks []FloorCheck
	for i, day := range days {
		legal, _, err := c.law.reference("fr_legal_other", day, c.config.Coverage == ExtendLastValue)
		if err != nil {
			return nil, err
		}
		rate, err := c.contractRate(claim, day)
		if err != nil {
			return nil, err
		}
		check := FloorCheck{
			On: day, What: "during the delay", Percent: rate.Percent, Floor: MinimumContractRate(legal.Percent, decimal.New(3, 0)), Citation: legal.Citation,
		}
		if i == 0 {
			check.What = "date of the contract"
		}
		check.Respected = check.Percent.GreaterThanOrEqual(check.Floor)
		checks = append(checks, check)
	}
	return checks, nil
}
