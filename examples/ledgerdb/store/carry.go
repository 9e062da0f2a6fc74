package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
)

// Planned is an action that a run wrote down.
type Planned struct {
	ID                      int64
	PlannedOn               date.Date
	Customer, Step, Channel string
	Level                   int
	Asked                   receivables.Money
	Items                   []PlannedItem
	Begun                   bool // by a Carry that was killed, or goes on
}

// PlannedItem is an item of an action.
type PlannedItem struct {
	Document   string
	Instalment int
	Step       string
	Amount     receivables.Money
}

// Waiting returns the actions that are planned or begun and not done, by number.
func (s *Store) Waiting(ctx context.Context) ([]Planned, error) {
	return s.planned(ctx, s.reader, `a.done = 0`)
}

// planned returns the actions that a condition takes.
func (s *Store) planned(ctx context.Context, from querier, condition string, args ...any) ([]Planned, error) {
	var list []Planned
	err := s.each(ctx, from, `SELECT a.id, a.planned_on, a.taken_on <> '', a.customer, a.step, a.level, a.channel, a.currency, a.asked, i.document, i.instalment, i.step, i.amount
		FROM actions a JOIN action_items i ON i.action = a.id WHERE `+condition+` ORDER BY a.id, i.document, i.instalment`, args, func(scan func(...any) error) error {
		var p Planned
		var item PlannedItem
		var on, currency, asked, amount string
		if err := scan(&p.ID, &on, &p.Begun, &p.Customer, &p.Step, &p.Level, &p.Channel, &currency, &asked, &item.Document, &item.Instalment, &item.Step, &amount); err != nil {
			return err
		}
		var errs [3]error
		p.PlannedOn, errs[0] = receivables.ParseDate(on)
		p.Asked, errs[1] = sumOf(asked, currency)
		item.Amount, errs[2] = sumOf(amount, currency)
		if n := len(list); n == 0 || list[n-1].ID != p.ID {
			list = append(list, p)
		}
		list[len(list)-1].Items = append(list[len(list)-1].Items, item)
		return errors.Join(errs[:]...)
	})
	return list, err
}

// Carrier does actions. Out tells by the number of an action whether it is out, as a file of that name or a message with that key does; it is
// asked for the action at which a Carry was killed. Do is called in the transaction that notes the action as done; if it returns an
// error, nothing is out.
type Carrier interface {
	Do(action Planned) error
	Out(action Planned) (bool, error)
}

// Carry takes what was planned for a day, the last that was run, one action after the other. An action is begun in one transaction, and done
// and noted in another: two Carry at once do each action once, and if the program is killed between them, the next Carry asks whether
// the action is out, notes it or plans it again, and nothing is left out. An action for which Do returns an error waits as before, and the
// others come. Before each action the facts are looked at. Carry returns how many actions it did.
//
// Errors: ErrInvalidInput for another day than that of the last run, and ErrConflict when facts were recorded since, if anything is planned:
// what is asked for would not be what is open; run the day first. Those of the carrier, each with the number of its action.
func (s *Store) Carry(ctx context.Context, on date.Date, carrier Carrier) (int, error) {
	n, all := 0, s.settle(ctx, carrier)
	for after := int64(0); ; {
		id, err := s.begin(ctx, on, after)
		if err != nil || id == 0 {
			return n, errors.Join(all, err)
		}
		after = id
		did := false
		var failed error
		err = s.write(ctx, func(tx *tx) error {
			rows, err := tx.change(ctx, `UPDATE actions SET done = 1 WHERE id = ? AND done = 0 AND taken_on <> ''`, id)
			if err != nil || rows == 0 { // another Carry looked after it
				return err
			}
			if err := tx.current(ctx, on); err != nil {
				failed = err
				return err
			}
			list, err := s.planned(ctx, tx.Tx, `a.id = ?`, id)
			if err != nil || len(list) == 0 {
				return err
			}
			failed = carrier.Do(list[0])
			did = failed == nil
			return failed
		})
		if failed != nil {
			all = errors.Join(all, fmt.Errorf("action %d: %w", id, failed))
			err = s.release(ctx, id)
		}
		if err != nil {
			return n, errors.Join(all, fmt.Errorf("action %d: %w", id, err))
		}
		if did {
			n++
		}
	}
}

// settle asks for each action that was begun and not done whether it is out. It is not known of those of a Carry that goes on: they are done or
// released before it is asked.
func (s *Store) settle(ctx context.Context, carrier Carrier) error {
	begun, err := s.planned(ctx, s.reader, `a.done = 0 AND a.taken_on <> ''`)
	for _, p := range begun {
		settled := s.write(ctx, func(tx *tx) error {
			var still int
			if err := tx.one(ctx, `SELECT count(*) FROM actions WHERE id = ? AND done = 0 AND taken_on <> ''`, p.ID)(&still); err != nil || still == 0 {
				return err
			}
			out, err := carrier.Out(p)
			if err != nil {
				return err
			}
			if out {
				return tx.exec(ctx, `UPDATE actions SET done = 1 WHERE id = ?`, p.ID)
			}
			return tx.exec(ctx, `UPDATE actions SET taken_on = '' WHERE id = ?`, p.ID)
		})
		if settled != nil {
			err = errors.Join(err, fmt.Errorf("action %d, which was begun: %w", p.ID, settled))
		}
	}
	return err
}

// release plans an action again that was begun and is not out.
func (s *Store) release(ctx context.Context, id int64) error {
	return s.write(ctx, func(tx *tx) error {
		return tx.exec(ctx, `UPDATE actions SET taken_on = '' WHERE id = ? AND done = 0`, id)
	})
}

// begin notes that the first action that is planned, of those after a number, goes out on a day, and returns its number; 0 if there is none.
func (s *Store) begin(ctx context.Context, on date.Date, after int64) (id int64, err error) {
	err = s.write(ctx, func(tx *tx) error {
		err := tx.one(ctx, `SELECT id FROM actions WHERE done = 0 AND taken_on = '' AND id > ? ORDER BY id LIMIT 1`, after)(&id)
		none := errors.Is(err, sql.ErrNoRows)
		if err != nil && !none {
			return err
		}
		last, err := tx.lastRun(ctx)
		if err != nil {
			return err
		}
		switch day := on.String(); {
		case last.facts == toRunAgain:
			return fmt.Errorf("what %s had planned was withdrawn: run it again: %w", last.day, receivables.ErrConflict)
		case last.day < day:
			return &receivables.FieldError{Path: "on", Value: day, Rule: receivables.RuleOrder, Detail: "the last day that was run is " + cmp.Or(last.day, "none") + ": run this day first"}
		case last.day > day:
			return &receivables.FieldError{Path: "on", Value: day, Rule: receivables.RuleOrder, Detail: "a later day was run, " + last.day + ": send on it, or undo that run"}
		case none:
			return nil
		}
		if err := tx.current(ctx, on); err != nil {
			return err
		}
		return tx.exec(ctx, `UPDATE actions SET taken_on = ? WHERE id = ?`, last.day, id)
	})
	if err != nil {
		return 0, err
	}
	return id, nil
}

// current checks that the last run knew all facts.
func (t *tx) current(ctx context.Context, on date.Date) error {
	last, err := t.lastRun(ctx)
	if err != nil {
		return err
	}
	var facts int64
	if err := t.one(ctx, `SELECT coalesce(max(seq), 0) FROM facts`)(&facts); err != nil {
		return err
	}
	if facts != last.facts || last.day != on.String() {
		return fmt.Errorf("%d facts were recorded since %s was run: run it again: %w", facts-last.facts, last.day, receivables.ErrConflict)
	}
	return nil
}
