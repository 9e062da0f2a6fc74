package court

import (
	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables/procedure"
)

// Hearing is the days before a hearing on the merits.
type Hearing struct {
	// Serve is the last day to serve the summons, only where a rule gives one; File that to file its
	// copy.
	Serve *procedure.Deadline `json:"serve,omitempty"`
	File  procedure.Deadline  `json:"file"`
}

// BeforeHearing counts back from a hearing: before the commercial court 15 days to serve the summons and 8 to file
// its copy (CPC 856, 857), before the civil court 15 days to file (CPC 754, if the date was given more than 15
// days ahead). A day that is none of work moves to the one before. A hearing on Thursday 2026-12-17: serve by 2
// December, file by 9 December.
//
// Errors: those of [procedure.DeadlineOf]; [receivables.ErrInvalidInput] for another court.
func BeforeHearing(c Court, hearingOn date.Date, at procedure.Place) (Hearing, error) {
	e := procedure.Event{Name: "hearing", On: hearingOn}
	switch c {
	case Commercial, EconomicActivity:
		serve, err := procedure.DeadlineOf("MERITS.TC_SERVE", e, at)
		if err != nil {
			return Hearing{}, err
		}
		file, err := procedure.DeadlineOf("MERITS.TC_FILE", e, at)
		return Hearing{Serve: &serve, File: file}, err
	case Civil, Protection, CommercialChamber:
		file, err := procedure.DeadlineOf("MERITS.TJ_FILE", e, at)
		return Hearing{File: file}, err
	case UnknownCourt, Administrative, Enforcement:
	}
	return Hearing{}, fail("court", string(c), "range", "no such rule for this court")
}

// ServeDefaultJudgment is the last day to serve a judgment by default, or deemed adversarial, which is void
// otherwise: 6 months from its date (CPC 478).
//
// Errors: those of [procedure.DeadlineOf].
func ServeDefaultJudgment(judgmentOn date.Date, at procedure.Place) (procedure.Deadline, error) {
	return procedure.DeadlineOf("MERITS.DEFAULT_JUDGMENT", procedure.Event{Name: "judgment", On: judgmentOn}, at)
}

// Appeal is the last day to appeal from service: 1 month on the merits (CPC 538), 15 days against an interim
// order (référé, CPC 490), longer by the distance of the place.
//
// Errors: those of [procedure.DeadlineOf].
func Appeal(interim bool, servedOn date.Date, at procedure.Place) (procedure.Deadline, error) {
	id := "APPEAL.PERIOD"
	if interim {
		id = "APPEAL.REFERE"
	}
	return procedure.DeadlineOf(id, procedure.Event{Name: "service", On: servedOn}, at)
}
