// Package enforcement gives the days of enforcement (voies d'exécution): how long a title lasts, seizures, conservatory
// measures, heirs.
package enforcement

import (
	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure"
)

// TitleUntil is the last day of an enforceable title of CPCE L111-3 1° to 3°: 10 years from the day it became
// enforceable, never moved; so too for titles from before the code of 2012. Whether a payment order is one of them is not
// settled.
//
// Errors: those of [procedure.DeadlineOf].
func TitleUntil(enforceableOn date.Date) (procedure.Deadline, error) {
	r, err := procedure.RuleSince("PRESC.TITLE", enforceableOn)
	if err != nil {
		return procedure.Deadline{}, err
	}
	return r.Deadline(procedure.Event{Name: "enforceable", On: enforceableOn}, procedure.Place{})
}

func fail(path, value string, detail string) error {
	return &receivables.FieldError{Path: "enforcement: " + path, Value: value, Rule: receivables.RuleOrder, Detail: detail}
}

// Bank is the days of the seizure of a bank account (saisie-attribution).
type Bank struct {
	Tell    procedure.Deadline  `json:"tell"`              // the debtor is told, or the seizure lapses
	Contest *procedure.Deadline `json:"contest,omitempty"` // the debtor contests, from being told; then the bank pays
}

// BankSeizure gives 8 days to tell the debtor (R211-3) and, once told, his month to contest (R211-11). Zero: not told
// yet. Seized on 2026-11-03: told by Thursday 2026-11-12, for 11 November is a holiday.
//
// Errors:
//   - [receivables.ErrInvalidInput] for one told before the seizure; those of [procedure.DeadlineOf].
func BankSeizure(seizedOn, toldOn date.Date, at procedure.Place) (Bank, error) {
	tell, err := procedure.DeadlineOf("EXEC.BANK_DENUNCIATION", procedure.Event{Name: "seizure", On: seizedOn}, at)
	b := Bank{Tell: tell}
	switch {
	case err != nil || toldOn == 0:
		return b, err
	case toldOn < seizedOn:
		return Bank{}, fail("told", toldOn.String(), "before the seizure of "+seizedOn.String())
	case toldOn > tell.Expires:
		b.Tell.Uncertain = append(b.Tell.Uncertain, "told on "+toldOn.String()+", after that day: the seizure has lapsed")
	}
	contest, err := procedure.DeadlineOf("EXEC.BANK_CONTEST", procedure.Event{Name: "told", On: toldOn}, at)
	b.Contest = &contest
	return b, err
}

// Conservatory is the days of a conservatory measure; nil: the step before is not known.
type Conservatory struct {
	Execute *procedure.Deadline `json:"execute,omitempty"` // from the leave of the judge
	Sue     *procedure.Deadline `json:"sue,omitempty"`     // from its execution, or from the refusal of an order asked for
	Tell    *procedure.Deadline `json:"tell,omitempty"`    // the debtor, from the seizure
}

// ConservatoryMeasure gives 3 months to carry it out from the order (R511-6), a month to sue from then (R511-7), 8 days to
// tell the debtor (R523-3). A zero day: without leave, or not carried out yet. The first two are plain days, on the safe
// side.
//
// Errors:
//   - [receivables.ErrInvalidInput] for an execution before the order; those of [procedure.DeadlineOf].
func ConservatoryMeasure(authorisedOn, executedOn date.Date, at procedure.Place) (Conservatory, error) {
	var c Conservatory
	if executedOn != 0 && executedOn < authorisedOn {
		return c, fail("executed", executedOn.String(), "before the order of "+authorisedOn.String())
	}
	for _, x := range []struct {
		id, event string
		on        date.Date
		to        **procedure.Deadline
	}{{"CONS.EXECUTE", "order", authorisedOn, &c.Execute}, {"CONS.SUE", "execution", executedOn, &c.Sue}, {"CONS.DENOUNCE", "execution", executedOn, &c.Tell}} {
		if x.on == 0 {
			continue
		}
		d, err := procedure.DeadlineOf(x.id, procedure.Event{Name: x.event, On: x.on}, at)
		if err != nil {
			return Conservatory{}, err
		}
		*x.to = &d
	}
	if c.Execute != nil && executedOn > c.Execute.Expires {
		c.Execute.Uncertain = append(c.Execute.Uncertain, "carried out on "+executedOn.String()+", after that day: the leave has lapsed")
	}
	return c, nil
}

// CommandToPay is the days of a command to pay (commandement): 8 days to wait before goods are seized (R221-1), a new one
// if nothing was done within 2 years (R221-5).
//
// Errors: those of [procedure.DeadlineOf].
func CommandToPay(servedOn date.Date, at procedure.Place) (wait, renew procedure.Deadline, err error) {
	e := procedure.Event{Name: "command to pay", On: servedOn}
	if wait, err = procedure.DeadlineOf("EXEC.COMMAND_8", e, at); err != nil {
		return wait, renew, err
	}
	renew, err = procedure.DeadlineOf("EXEC.COMMAND_2Y", e, at)
	return wait, renew, err
}

// Heirs is the days of a claim against heirs; nil: the fact is not known.
type Heirs struct {
	CallFrom *procedure.Deadline `json:"call_from,omitempty"` // after its end they can be called upon to choose
	Answer   *procedure.Deadline `json:"answer,omitempty"`    // else they have accepted
	Enforce  *procedure.Deadline `json:"enforce,omitempty"`   // after its end the title is enforced against them
}

// HeirsOf gives 4 months from the death before heirs can be called upon, 2 months to answer, 8 days after service on the
// heir before enforcing (C. civ. 771, 772, 877).
//
// Errors: those of [procedure.DeadlineOf].
func HeirsOf(diedOn, calledOn, servedOn date.Date, at procedure.Place) (Heirs, error) {
	var h Heirs
	for _, x := range []struct {
		id, event string
		on        date.Date
		to        **procedure.Deadline
	}{{"HEIRS.CHOOSE_FROM", "death", diedOn, &h.CallFrom}, {"HEIRS.ANSWER", "call", calledOn, &h.Answer}, {"HEIRS.ENFORCE", "service", servedOn, &h.Enforce}} {
		if x.on == 0 {
			continue
		}
		d, err := procedure.DeadlineOf(x.id, procedure.Event{Name: x.event, On: x.on}, at)
		if err != nil {
			return Heirs{}, err
		}
		*x.to = &d
	}
	return h, nil
}
