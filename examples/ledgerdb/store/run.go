package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
	"github.com/receivables-go/receivables/procedure/reminder"
)

// Planned is an action that a run wrote down.
type Planned struct {
	ID                      int64
	PlannedOn               date.Date
	Customer, Step, Channel string
	Level                   int
	Asked                   receivables.Money
	Items                   []PlannedItem
}

// PlannedItem is an item of an action.
type PlannedItem struct {
	Document   string
	Instalment int
	Step       string
	Amount     receivables.Money
}

// Summary is what a run did.
type Summary struct {
	AsOf    date.Date
	Already bool // the day was run before: nothing was done
	Actions int
	Balance *aging.Balance // nil if Already
}

// Run makes the report of a day and writes it down together with the actions that are due, in one transaction: if the program is killed,
// the day was run or it was not. A day that was run is not run again. What is open streams through, customer by customer.
//
// An action that was planned before for the same item and step, done or not, is not planned again.
func (s *Store) Run(ctx context.Context, asOf date.Date, planner *reminder.Planner, config aging.Config, progress func(customers int)) (Summary, error) {
	summary := Summary{AsOf: asOf}
	err := s.write(ctx, func(tx *tx) error {
		var n int
		if err := tx.one(ctx, `SELECT count(*) FROM runs WHERE as_of = ?`, asOf.String())(&n); err != nil || n > 0 {
			summary.Already = n > 0
			return err
		}
		if err := tx.exec(ctx, `INSERT INTO runs (as_of, policy, facts) SELECT ?, ?, coalesce(max(seq), 0) FROM facts`, asOf.String(), planner.Policy().Name); err != nil {
			return err
		}
		r := &runner{tx: tx, planner: planner, asOf: asOf}
		if err := tx.one(ctx, `SELECT coalesce(max(id), 0) FROM actions`)(&r.action); err != nil {
			return err
		}
		r.first = r.action
		balances, err := aging.New(asOf, config)
		if err != nil {
			return err
		}
		// The cursor is beside the transaction: while it is read, the transaction writes.
		err = s.ledgers(ctx, s.reader, func(_ string, ledger *receivables.Ledger) error {
			if err := balances.AddSeq(ledger.OpenItems(asOf, asOf)); err != nil {
				return err
			}
			if err := r.plan(ctx, ledger); err != nil {
				return err
			}
			if n++; progress != nil && n%100 == 0 {
				progress(n)
			}
			return nil
		})
		if err != nil {
			return err
		}
		if progress != nil {
			progress(n)
		}
		summary.Actions = int(r.action - r.first)
		summary.Balance = balances.Balance()
		return r.report(ctx, summary.Balance)
	})
	return summary, err
}

// runner writes the actions and the report of one run.
type runner struct {
	*tx
	planner       *reminder.Planner
	asOf          date.Date
	first, action int64
}

// plan plans the customers of a ledger.
func (r *runner) plan(ctx context.Context, ledger *receivables.Ledger) error {
	for account := range reminder.Accounts(ledger, r.asOf, r.asOf, reminder.Past{}) {
		if account.Customer.ID == "" {
			continue // money of nobody yet
		}
		err := r.store.actions(ctx, r.Tx, account.Customer.ID, func(_ string, a reminder.Action) { account.Actions = append(account.Actions, a) })
		if err != nil {
			return err
		}
		for _, items := range byCurrency(account.Items) {
			account.Items = items
			plan, err := r.planner.Plan(account, r.asOf)
			if err != nil {
				return fmt.Errorf("customer %s: %w", account.Customer.ID, err)
			}
			for i := range plan.Contacts {
				if err := r.write(ctx, account.Customer.ID, &plan.Contacts[i]); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func byCurrency(items []receivables.OpenItem) [][]receivables.OpenItem {
	var order []receivables.Currency
	lists := map[receivables.Currency][]receivables.OpenItem{}
	for _, x := range items {
		if _, ok := lists[x.Open.Currency()]; !ok {
			order = append(order, x.Open.Currency())
		}
		lists[x.Open.Currency()] = append(lists[x.Open.Currency()], x)
	}
	var all [][]receivables.OpenItem
	for _, c := range order {
		all = append(all, lists[c])
	}
	return all
}

// write writes an action, without the items for which the same step was planned before.
func (r *runner) write(ctx context.Context, customer string, c *reminder.Contact) error {
	var fresh []reminder.ContactItem
	for _, item := range c.Items {
		var n int
		if err := r.one(ctx, `SELECT count(*) FROM action_items WHERE document = ? AND instalment = ? AND step = ?`, item.Document, item.Instalment, item.Step)(&n); err != nil {
			return err
		}
		if n == 0 {
			fresh = append(fresh, item)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	asked := receivables.Zero(c.Asked.Currency())
	for _, item := range fresh {
		asked = asked.AddAmount(item.Amount.Amount())
	}
	r.action++
	err := r.exec(ctx, `INSERT INTO actions (id, planned_on, customer, step, level, channel, currency, asked, done_on) VALUES (?, ?, ?, ?, ?, ?, ?, ?, '')`,
		r.action, r.asOf.String(), customer, c.Step, int(c.Level), c.Channel.String(), asked.Currency().Code(), asked.Text())
	for _, item := range fresh {
		if err == nil {
			err = r.exec(ctx, `INSERT INTO action_items (document, instalment, step, action, level, amount) VALUES (?, ?, ?, ?, ?, ?)`,
				item.Document, item.Instalment, item.Step, r.action, int(item.Level), item.Amount.Text())
		}
	}
	return err
}

// report writes the aged balance: each customer, and the total under no name.
func (r *runner) report(ctx context.Context, balance *aging.Balance) error {
	names := balance.Scheme().Names()
	write := func(customer string, line aging.Line) error {
		cells := []aging.Cell{}
		for i := range names {
			cells = append(cells, line.Column(i))
		}
		cells = append(cells, line.Undated(), line.Unapplied())
		for i, name := range append(slices.Clone(names), "undated", "unapplied") {
			if cells[i].Items == 0 {
				continue
			}
			err := r.exec(ctx, `INSERT INTO report_cells (as_of, customer, currency, bucket, position, amount, items) VALUES (?, ?, ?, ?, ?, ?, ?)`,
				r.asOf.String(), customer, line.Currency().Code(), name, i, cells[i].Amount.Text(), cells[i].Items)
			if err != nil {
				return err
			}
		}
		return nil
	}
	for line := range balance.Lines() {
		if err := write("customer "+line.Group()[0], line); err != nil {
			return err
		}
	}
	for line := range balance.Totals() {
		if err := write("", line); err != nil {
			return err
		}
	}
	return nil
}

// Waiting returns the actions that are planned and not done, by number.
func (s *Store) Waiting(ctx context.Context) ([]Planned, error) {
	var list []Planned
	err := s.each(ctx, s.reader, `SELECT a.id, a.planned_on, a.customer, a.step, a.level, a.channel, a.currency, a.asked, i.document, i.instalment, i.step, i.amount
		FROM actions a JOIN action_items i ON i.action = a.id WHERE a.done_on = '' ORDER BY a.id, i.document, i.instalment`, nil, func(scan func(...any) error) error {
		var p Planned
		var item PlannedItem
		var on, currency, asked, amount string
		if err := scan(&p.ID, &on, &p.Customer, &p.Step, &p.Level, &p.Channel, &currency, &asked, &item.Document, &item.Instalment, &item.Step, &amount); err != nil {
			return err
		}
		c, err := receivables.ParseCurrency(currency)
		if err != nil {
			return err
		}
		var errs [3]error
		p.PlannedOn, errs[0] = receivables.ParseDate(on)
		p.Asked, errs[1] = receivables.ParseMoney(asked, c)
		item.Amount, errs[2] = receivables.ParseMoney(amount, c)
		if n := len(list); n == 0 || list[n-1].ID != p.ID {
			list = append(list, p)
		}
		list[len(list)-1].Items = append(list[len(list)-1].Items, item)
		return errors.Join(errs[:]...)
	})
	return list, err
}

// Carry does what waits, one action after the other, and notes each as done on the day. If the program is killed between the two, the
// action is done again, so do must be able to tell by the ID: a file of that name, a message with that key. Nothing is left out, and
// nothing is noted twice. The ledger is not looked at again: what was paid since the run is still asked for. One Carry runs at a time: two would
// each do what waits.
//
// Errors: ErrInvalidInput for a day before an action was planned; those of do.
func (s *Store) Carry(ctx context.Context, on date.Date, do func(Planned) error) (int, error) {
	waiting, err := s.Waiting(ctx)
	if err != nil {
		return 0, err
	}
	for n, p := range waiting {
		if on < p.PlannedOn {
			return n, &receivables.FieldError{Path: "on", Value: on.String(), Rule: receivables.RuleOrder, Detail: "before action " + strconv.FormatInt(p.ID, 10) + " was planned, on " + p.PlannedOn.String()}
		}
		if err := do(p); err != nil {
			return n, fmt.Errorf("action %d: %w", p.ID, err)
		}
		err := s.write(ctx, func(tx *tx) error {
			return tx.exec(ctx, `UPDATE actions SET done_on = ? WHERE id = ? AND done_on = ''`, on.String(), p.ID)
		})
		if err != nil {
			return n, err
		}
	}
	return len(waiting), nil
}

// Report yields the cells of the report of a day in the order customer, currency, bucket; the total has no customer.
func (s *Store) Report(ctx context.Context, asOf date.Date) iter.Seq2[ReportCell, error] {
	return func(yield func(ReportCell, error) bool) {
		err := s.each(ctx, s.reader, `SELECT customer, currency, bucket, amount, items FROM report_cells WHERE as_of = ? ORDER BY customer, currency, position`, []any{asOf.String()}, func(scan func(...any) error) error {
			var c ReportCell
			var currency, amount string
			if err := scan(&c.Customer, &currency, &c.Bucket, &amount, &c.Items); err != nil {
				return err
			}
			code, err := receivables.ParseCurrency(currency)
			if err != nil {
				return err
			}
			if c.Amount, err = receivables.ParseMoney(amount, code); err != nil {
				return err
			}
			if !yield(c, nil) {
				return errStop
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(ReportCell{}, err)
		}
	}
}

// ReportCell is one amount of a report.
type ReportCell struct {
	Customer string // "customer " and its number; empty: the total
	Bucket   string
	Amount   receivables.Money
	Items    int
}
