package procedure

import (
	"slices"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
)

// Abroad is the place of who lives outside France.
const Abroad receivables.Zone = "abroad"

// Distance is the months by which a period is longer for who lives far away.
type Distance struct {
	Months int
	Basis  receivables.Citation
	// Doubtful says why it may not apply: it is then left out of the end, and what is no duty is longer by it on
	// the safe side. Empty: it is certain.
	Doubtful string
}

// overseas reports whether a French zone has courts of its own beyond mainland France.
func overseas(z receivables.Zone) bool {
	return !slices.Contains([]receivables.Zone{receivables.ZoneMetropole, receivables.ZoneAlsaceMoselle, "", Abroad}, z)
}

// DistanceOf returns by how much a period is longer for a person, by the place of the court: court in
// mainland France, +1 month for a person overseas, +2 months abroad (CPC 643); court overseas, +1 month
// for a person outside its territory, +2 months abroad (CPC 644). It holds for periods to appear, appeal
// and oppose; those put on a creditor to serve or to file are not on the list. An act handed over in
// person where there is no distance gives none (CPC 647).
//
// Errors:
//   - [receivables.ErrUnknown] for a zone that is none.
func DistanceOf(court, person receivables.Zone, on date.Date) (Distance, error) {
	for _, z := range []receivables.Zone{court, person} {
		if z == Abroad || z == "" {
			continue
		}
		if _, err := receivables.FrenchCalendar(z); err != nil {
			return Distance{}, err
		}
	}
	if court == Abroad {
		return Distance{}, &receivables.FieldError{Path: "court", Value: string(court), Rule: receivables.RuleUnknownReference, Detail: "a French zone"}
	}
	id := ""
	switch {
	case person == Abroad && overseas(court):
		id = "DIST.OVERSEAS_COURT_ABROAD"
	case person == Abroad:
		id = "DIST.ABROAD"
	case overseas(court) && person != court:
		id = "DIST.OVERSEAS_COURT"
	case !overseas(court) && overseas(person):
		id = "DIST.OVERSEAS"
	default:
		return Distance{}, nil
	}
	r, err := RuleAt(id, on)
	if err != nil {
		return Distance{}, err
	}
	months, err := r.Whole()
	return Distance{Months: months, Basis: r.Citation}, err
}
