package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
	"github.com/receivables-go/receivables/procedure/reminder"
)

// Summary is what a run did.
type Summary struct {
	AsOf    date.Date
	Already bool // the day was run on the same facts by the same policy: nothing was done
	Past    bool // a later day was run: the report was made, nothing was planned
	Actions int
	Balance *aging.Balance // nil if Already
}

// Run makes the report of a day and writes it down together with the actions that are due, in one transaction: if the program is killed,
// the day was run or it was not. What is open streams through, customer by customer.
//
// What an earlier run planned and Carry did not begin is withdrawn, and planned anew from what is known now: paid items are no longer asked
// for, and of several steps of an item the one of this day comes. A day that was run is not run again unless facts were recorded since, or
// by another policy; its report is replaced then. A day before the last one that was run gets its report, and no actions: see [Store.Undo]. What is asked for
// is what is open on the day and still open by all that is recorded, of later days too.
// Memory is that of a ledger of [Store.Ledgers], and of the balance: a line for each customer.
//
// Errors: ErrConflict when an action was begun by a Carry that was killed, since what follows it counts from the day it is done; those of
// the library.
func (s *Store) Run(ctx context.Context, asOf date.Date, planner *reminder.Planner, config aging.Config, progress func(customers int)) (Summary, error) {
	summary := Summary{AsOf: asOf}
	err := s.write(ctx, func(tx *tx) error {
		day := asOf.String()
		last, err := tx.lastRun(ctx)
		if err != nil {
			return err
		}
		if err := tx.one(ctx, `SELECT count(*) > 0 FROM runs WHERE as_of = ? AND policy = ? AND facts = (SELECT coalesce(max(seq), 0) FROM facts)`, day, planner.Policy().Name)(&summary.Already); err != nil || summary.Already {
			return err
		}
		var begun int
		if err := tx.one(ctx, `SELECT count(*) FROM actions WHERE done = 0 AND taken_on <> ''`)(&begun); err != nil {
			return err
		}
		if begun > 0 {
			return fmt.Errorf("%d actions were begun and are not noted as done, or are being done now: send first: %w", begun, receivables.ErrConflict)
		}
		summary.Past = last.day > day
		if err := tx.exec(ctx, `DELETE FROM report_cells WHERE as_of = ?`, day); err != nil {
			return err
		}
		if err := tx.exec(ctx, `INSERT INTO runs (as_of, policy, facts) SELECT ?, ?, coalesce(max(seq), 0) FROM facts WHERE true
			ON CONFLICT (as_of) DO UPDATE SET policy = excluded.policy, facts = excluded.facts`, day, planner.Policy().Name); err != nil {
			return err
		}
		if !summary.Past {
			if err := tx.withdraw(ctx); err != nil {
				return err
			}
		}
		n := 0
		r := &runner{tx: tx, planner: planner, asOf: asOf}
		if err := tx.one(ctx, `SELECT last FROM numbers`)(&r.action); err != nil {
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
			if !summary.Past {
				if err := r.plan(ctx, ledger); err != nil {
					return err
				}
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
		if err := tx.exec(ctx, `UPDATE numbers SET last = ?`, r.action); err != nil {
			return err
		}
		summary.Actions = int(r.action - r.first)
		summary.Balance = balances.Balance()
		return r.report(ctx, summary.Balance)
	})
	return summary, err
}

// Undo takes back the last run, one of a mistyped day for example: its report and what it planned. If actions of it were sent, sentOn is the
// day on which they were, and they are noted for that day. Undo returns the day of the run before it, 0 if there is none: what that had
// planned was withdrawn, and is planned anew when it is run again.
//
// Errors: ErrInvalidInput for another day than the last one that was run; ErrConflict when actions were sent and no other day is given, or one
// is begun: send first.
func (s *Store) Undo(ctx context.Context, asOf, sentOn date.Date) (before date.Date, err error) {
	err = s.write(ctx, func(tx *tx) error {
		day := asOf.String()
		last, err := tx.lastRun(ctx)
		if err != nil {
			return err
		}
		if last.day != day {
			return &receivables.FieldError{Path: "as of", Value: day, Rule: receivables.RuleOrder, Detail: "only the last run is taken back, " + cmp.Or(last.day, "there is none")}
		}
		var taken, begun int
		if err := tx.one(ctx, `SELECT count(*), coalesce(sum(1 - done), 0) FROM actions WHERE planned_on = ? AND taken_on <> ''`, day)(&taken, &begun); err != nil {
			return err
		}
		switch {
		case begun > 0:
			return fmt.Errorf("%d actions of %s were begun: send first: %w", begun, day, receivables.ErrConflict)
		case taken > 0 && sentOn == 0:
			return fmt.Errorf("%d actions of %s were sent: the day on which they were is needed: %w", taken, day, receivables.ErrConflict)
		case sentOn == asOf:
			return &receivables.FieldError{Path: "sent on", Value: sentOn.String(), Rule: receivables.RuleExclusive, Detail: "another day than the one that is taken back"}
		}
		if err := tx.withdraw(ctx); err != nil {
			return err
		}
		if taken > 0 {
			if err := tx.exec(ctx, `INSERT INTO runs (as_of, policy, facts) SELECT ?, policy, ? FROM runs WHERE as_of = ? ON CONFLICT DO NOTHING`, sentOn.String(), toRunAgain, day); err != nil {
				return err
			}
			if err := tx.exec(ctx, `UPDATE actions SET planned_on = ?, taken_on = ? WHERE planned_on = ?`, sentOn.String(), sentOn.String(), day); err != nil {
				return err
			}
		}
		for _, statement := range []string{`DELETE FROM report_cells WHERE as_of = ?`, `DELETE FROM runs WHERE as_of = ?`} {
			if err := tx.exec(ctx, statement, day); err != nil {
				return err
			}
		}
		if last, err = tx.lastRun(ctx); err != nil || last.day == "" {
			return err
		}
		if before, err = receivables.ParseDate(last.day); err != nil {
			return err
		}
		return tx.exec(ctx, `UPDATE runs SET facts = ? WHERE as_of = ?`, toRunAgain, last.day)
	})
	return before, err
}

// toRunAgain stands for the last fact of a run whose actions were withdrawn.
const toRunAgain = -1

// withdraw takes back what is planned and was not begun.
func (t *tx) withdraw(ctx context.Context) error {
	if err := t.exec(ctx, `DELETE FROM action_items WHERE action IN (SELECT id FROM actions WHERE taken_on = '')`); err != nil {
		return err
	}
	return t.exec(ctx, `DELETE FROM actions WHERE taken_on = ''`)
}

// lastRun is the latest day that was run, and the last fact it knew; an empty day: none.
type lastRun struct {
	day   string
	facts int64
}

func (t *tx) lastRun(ctx context.Context) (lastRun, error) {
	var last lastRun
	err := t.one(ctx, `SELECT as_of, facts FROM runs ORDER BY as_of DESC LIMIT 1`)(&last.day, &last.facts)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return last, err
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
	latest := latestOf(ledger)
	for account := range reminder.Accounts(ledger, r.asOf, r.asOf, reminder.Past{}) {
		account.Items = append(latest.limit(account.Items), latest.creditsBeside(account.Customer.ID, account.Items)...)
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

// write writes an action.
func (r *runner) write(ctx context.Context, customer string, c *reminder.Contact) error {
	r.action++
	err := r.exec(ctx, `INSERT INTO actions (id, planned_on, customer, step, level, channel, currency, asked, taken_on, done) VALUES (?, ?, ?, ?, ?, ?, ?, ?, '', 0)`,
		r.action, r.asOf.String(), customer, c.Step, int(c.Level), c.Channel.String(), c.Asked.Currency().Code(), c.Asked.Text())
	for _, item := range c.Items {
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

// LastDay is the latest day of a document or payment; 0 if there is none.
func (s *Store) LastDay(ctx context.Context) (day date.Date, err error) {
	err = s.each(ctx, s.reader, `SELECT coalesce(max(on_day), '') FROM facts WHERE kind IN ('invoice', 'credit_note', 'payment', 'deposit')`, nil, func(scan func(...any) error) error {
		var text string
		if err := scan(&text); err != nil {
			return err
		}
		day, err = dayOf(text)
		return err
	})
	return day, err
}

// sumOf reads an amount that was written here: a sum may have more digits than a document may have.
func sumOf(amount, currency string) (receivables.Money, error) {
	c, err := receivables.ParseCurrency(currency)
	if err != nil {
		return receivables.Money{}, err
	}
	d, err := decimal.NewFromString(amount)
	return receivables.Zero(c).AddAmount(d), err
}

// Report yields the cells of the report of a day in the order customer, currency, bucket; the total has no customer.
func (s *Store) Report(ctx context.Context, asOf date.Date) iter.Seq2[ReportCell, error] {
	return func(yield func(ReportCell, error) bool) {
		err := s.each(ctx, s.reader, `SELECT customer, currency, bucket, amount, items FROM report_cells WHERE as_of = ? ORDER BY customer, currency, position`, []any{asOf.String()}, func(scan func(...any) error) error {
			var c ReportCell
			var currency, amount string
			err := scan(&c.Customer, &currency, &c.Bucket, &amount, &c.Items)
			if err != nil {
				return err
			}
			if c.Amount, err = sumOf(amount, currency); err != nil {
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
