package store

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/procedure/reminder"
)

// errStop ends a cursor when the caller has enough.
var errStop = errors.New("stop")

// Ledgers yields the ledgers of the customers, cluster by cluster, from one cursor over the facts: each holds the facts of one customer,
// or of those of a group and those between whom something was paid. Memory is that of one of them.
func (s *Store) Ledgers(ctx context.Context) iter.Seq2[*receivables.Ledger, error] {
	return func(yield func(*receivables.Ledger, error) bool) {
		err := s.ledgers(ctx, s.reader, func(_ string, ledger *receivables.Ledger) error {
			if !yield(ledger, nil) {
				return errStop
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(nil, err)
		}
	}
}

func (s *Store) ledgers(ctx context.Context, from querier, f func(cluster string, ledger *receivables.Ledger) error) error {
	c, cluster := collector{}, ""
	finish := func() error {
		facts, err := c.done()
		if err != nil || len(facts) == 0 {
			return err
		}
		ledger, err := receivables.NewLedger(facts...)
		if err != nil {
			return fmt.Errorf("%s: %w", cluster, err)
		}
		return f(cluster, ledger)
	}
	err := s.each(ctx, from, `SELECT `+columns+` FROM facts ORDER BY cluster, seq`, nil, func(scan func(...any) error) error {
		var r row
		if err := r.scan(scan); err != nil {
			return err
		}
		if r.cluster != cluster {
			if err := finish(); err != nil {
				return err
			}
			cluster = r.cluster
		}
		return c.add(r)
	})
	if err != nil {
		return err
	}
	return finish()
}

// Ledger reads everything into one ledger, for programs that look at all of it. The order of the facts is that of recording.
func (s *Store) Ledger(ctx context.Context) (*receivables.Ledger, error) {
	c := collector{}
	err := s.each(ctx, s.reader, `SELECT `+columns+` FROM facts ORDER BY seq`, nil, c.take)
	if err != nil {
		return nil, err
	}
	facts, err := c.done()
	if err != nil {
		return nil, err
	}
	return receivables.NewLedger(facts...)
}

// OpenItems yields what is open at the end of a day, as known on another one, customer by customer, from one cursor.
func (s *Store) OpenItems(ctx context.Context, asOf, knownOn date.Date) iter.Seq2[receivables.OpenItem, error] {
	return func(yield func(receivables.OpenItem, error) bool) {
		for ledger, err := range s.Ledgers(ctx) {
			if err != nil {
				yield(receivables.OpenItem{}, err)
				return
			}
			for item := range ledger.OpenItems(asOf, knownOn) {
				if !yield(item, nil) {
					return
				}
			}
		}
	}
}

// Actions returns the actions that were taken, by customer: those that Carry began, done or not.
func (s *Store) Actions(ctx context.Context) (map[string][]reminder.Action, error) {
	all := map[string][]reminder.Action{}
	return all, s.actions(ctx, s.reader, "", func(customer string, a reminder.Action) { all[customer] = append(all[customer], a) })
}

// actions reads actions that were taken: of one customer, or of all.
func (s *Store) actions(ctx context.Context, from querier, customer string, f func(customer string, a reminder.Action)) error {
	statement := `SELECT a.customer, a.taken_on, a.channel, i.document, i.instalment, i.step, i.level
		FROM actions a JOIN action_items i ON i.action = a.id WHERE a.taken_on <> ''`
	var args []any
	if customer != "" {
		statement, args = statement+` AND a.customer = ?`, []any{customer}
	}
	return s.each(ctx, from, statement+` ORDER BY a.customer, a.id, i.document, i.instalment`, args, func(scan func(...any) error) error {
		var a reminder.Action
		var who, on, channel string
		var level int
		if err := scan(&who, &on, &channel, &a.Document, &a.Instalment, &a.Step, &level); err != nil {
			return err
		}
		var err error
		if a.On, err = receivables.ParseDate(on); err != nil {
			return err
		}
		a.Level = reminder.Level(level)
		if err := a.Channel.UnmarshalText([]byte(channel)); err != nil {
			return err
		}
		f(who, a)
		return nil
	})
}
