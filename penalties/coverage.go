package penalties

import (
	"fmt"
	"strings"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
)

// RegimeCoverage says in one line what a regime is and for which days it is known.
type RegimeCoverage struct {
	Regime, Jurisdiction, Title string
	Formula                     string    // of the version that holds last: "ecb_mro + 10, floating"
	From                        date.Date // first day of the first version
	Through                     date.Date // last day of delay for which the rate is verified; zero: without end
	FixedSum                    string    // "40.00 EUR", "40.00 to 100.00 GBP", empty: none
	Confidence                  string    // of the last version
}

// RegimeCoverage returns what is known of a regime.
//
// Errors:
//   - [receivables.ErrUnknown].
func (l *Law) RegimeCoverage(id string) (RegimeCoverage, error) {
	r, err := l.Regime(id)
	if err != nil {
		return RegimeCoverage{}, err
	}
	last := r.Versions[len(r.Versions)-1]
	c := RegimeCoverage{
		Regime: r.ID, Jurisdiction: r.Jurisdiction, Title: r.Title, From: r.Versions[0].From, Confidence: last.Citation.Confidence,
		Formula: last.formula(),
	}
	if r.Compounding != NoCompounding {
		c.Formula += ", compounds " + strings.ReplaceAll(string(r.Compounding), "_", " ")
	}
	if n := len(r.FixedSums); n > 0 && r.FixedSums[n-1].Until != 0 {
		c.FixedSum = "yes, not known today"
	} else if n > 0 {
		f := r.FixedSums[n-1]
		c.FixedSum = f.Tiers[0].Amount.String()
		if n := len(f.Tiers); n > 1 {
			c.FixedSum = f.Tiers[0].Amount.Text() + " to " + f.Tiers[n-1].Amount.String()
		}
	}
	if last.Mode == Flat {
		return c, nil
	}
	known := l.series[last.Reference].VerifiedThrough
	switch last.Fixing {
	case FixedEachDay, FixedOnFirstDelayDay:
		c.Through = known
	case FixedOnEve: // the value of 30 June is that of the second half-year
		c.Through = receivables.AddDays(nextHalfYear(receivables.AddDays(known, 1)), -1)
	case FixedOnFirstDay:
		c.Through = receivables.AddDays(nextHalfYear(known), -1)
	}
	return c, nil
}

// formula writes the rule of a version.
func (v Version) formula() string {
	if v.Mode == Flat {
		return v.FlatPercent.String() + " % flat"
	}
	text := fmt.Sprintf("%s + %s", v.Reference, v.Margin)
	if v.Margin.IsZero() {
		text = v.Reference
	}
	switch v.RateRounding {
	case HalfPointUpOnReference:
		text = fmt.Sprintf("(%s up to the half point) + %s", v.Reference, v.Margin)
	case HalfPointUpOnSum:
		text += ", up to the half point"
	case RateNotRounded:
	}
	return text + ", " + string(v.Mode)
}
