package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
	"github.com/receivables-go/receivables/examples/internal/sample"
	"github.com/receivables-go/receivables/examples/ledgerdb/internal/pgtest"
	"github.com/receivables-go/receivables/procedure/reminder"
)

var server *pgtest.Server

func TestMain(m *testing.M) {
	os.Exit(pgtest.Run(m, func(s *pgtest.Server) { server = s }))
}

// carrier does actions with a function; none that was begun is out.
type carrier func(Planned) error

func (c carrier) Do(p Planned) error        { return c(p) }
func (c carrier) Out(Planned) (bool, error) { return false, nil }

// opener opens the same database again.
type opener func(before func(string)) (*Store, error)

// onEach runs a test on an empty database of each kind.
func onEach(t *testing.T, f func(t *testing.T, db *Store, again opener)) {
	t.Helper()
	ctx := context.Background()
	for kind, make := range map[string]func(t *testing.T) opener{
		"SQLite": func(t *testing.T) opener {
			name := filepath.Join(t.TempDir(), "a ledger?.db")
			return func(before func(string)) (*Store, error) { return OpenSQLite(ctx, name, true, before) }
		},
		"PostgreSQL": func(t *testing.T) opener {
			if server == nil {
				t.Skip("no PostgreSQL on this machine")
			}
			dsn, err := server.Database()
			require.NoError(t, err)
			return func(before func(string)) (*Store, error) { return OpenPostgreSQL(ctx, dsn, before) }
		},
	} {
		t.Run(kind, func(t *testing.T) {
			open := make(t)
			db, err := open(nil)
			require.NoError(t, err)
			defer func() { require.NoError(t, db.Close()) }()
			f(t, db, open)
		})
	}
}

func planner(t *testing.T) *reminder.Planner {
	t.Helper()
	calendar, err := receivables.FrenchCalendar(receivables.ZoneMetropole)
	require.NoError(t, err)
	policy := reminder.DefaultPolicy("FR")
	policy.Missed = reminder.Jump
	p, err := reminder.New(policy, calendar)
	require.NoError(t, err)
	return p
}

func sampleLedger(t *testing.T) *receivables.Ledger {
	t.Helper()
	ledger, err := sample.Ledger(1)
	require.NoError(t, err)
	return ledger
}

func sorted(items []receivables.OpenItem) []string {
	var list []string
	for _, i := range items {
		list = append(list, fmt.Sprint(i.Customer, " ", i.Document, " ", i.Instalment, " ", i.Kind, " ", i.IssuedOn, " ", i.DueOn, " ", i.Original, " ", i.Open, " ", i.Disputed, " ", i.Entity, " ", i.Salesperson, " ", i.Labels))
	}
	slices.Sort(list)
	return list
}

// What the cursor yields is what the ledger yields, on every kind of day, by the knowledge of every kind of day.
func TestTheCursorIsTheLedger(t *testing.T) {
	ledger := sampleLedger(t)
	onEach(t, func(t *testing.T, db *Store, _ opener) {
		ctx := context.Background()
		require.NoError(t, db.Record(ctx, []Source{{Digest: "1"}}, ledger.Facts(), nil))
		for _, days := range [][2]string{
			{"2025-01-15", "2025-01-15"}, {"2025-12-31", "2025-12-31"}, {"2025-12-31", "2026-10-31"}, {"2026-06-30", "2026-06-30"}, {"2026-10-31", "2026-10-31"},
		} {
			asOf, known := receivables.MustDate(days[0]), receivables.MustDate(days[1])
			var got []receivables.OpenItem
			for item, err := range db.OpenItems(ctx, asOf, known) {
				require.NoError(t, err)
				got = append(got, item)
			}
			assert.Equal(t, sorted(slices.Collect(ledger.OpenItems(asOf, known))), sorted(got), "%v", days)
		}
		// The whole of it comes back as it was recorded.
		again, err := db.Ledger(ctx)
		require.NoError(t, err)
		want, got := slices.Collect(ledger.Facts()), slices.Collect(again.Facts())
		require.Len(t, got, len(want))
		for i := range want {
			assert.Equal(t, fmt.Sprintf("%+v", want[i]), fmt.Sprintf("%+v", got[i]))
		}
	})
}

// The report that is written down is the aged balance of the ledger, the actions those of the plans.
func TestRun(t *testing.T) {
	ledger := sampleLedger(t)
	day := sample.AsOf()
	balance, _, err := aging.FromLedger(ledger, day, day, aging.Config{})
	require.NoError(t, err)
	want := map[string]string{}
	for line := range balance.Lines() {
		for i, name := range balance.Scheme().Names() {
			if c := line.Column(i); c.Items > 0 {
				want["customer "+line.Group()[0]+" "+line.Currency().Code()+" "+name] = fmt.Sprint(c.Amount.Text(), " ", c.Items)
			}
		}
	}
	contacts := 0
	for account := range reminder.Accounts(ledger, day, day, reminder.Past{}) {
		if account.Customer.ID == "" {
			continue
		}
		for _, items := range byCurrency(account.Items) {
			account.Items = items
			plan, err := planner(t).Plan(account, day)
			require.NoError(t, err)
			contacts += len(plan.Contacts)
		}
	}
	onEach(t, func(t *testing.T, db *Store, _ opener) {
		ctx := context.Background()
		require.NoError(t, db.Record(ctx, []Source{{Digest: "1"}}, ledger.Facts(), nil))
		summary, err := db.Run(ctx, day, planner(t), aging.Config{}, nil)
		require.NoError(t, err)
		assert.False(t, summary.Already)
		assert.Equal(t, contacts, summary.Actions)
		got, totals := map[string]string{}, 0
		for cell, err := range db.Report(ctx, day) {
			require.NoError(t, err)
			switch {
			case cell.Customer == "":
				totals++
			case cell.Bucket != "undated" && cell.Bucket != "unapplied":
				got[cell.Customer+" "+cell.Amount.Currency().Code()+" "+cell.Bucket] = fmt.Sprint(cell.Amount.Text(), " ", cell.Items)
			}
		}
		assert.Equal(t, want, got)
		assert.Positive(t, totals)

		waiting, err := db.Waiting(ctx)
		require.NoError(t, err)
		assert.Len(t, waiting, contacts)
		for _, p := range waiting {
			sum := decimal.Zero
			for _, item := range p.Items {
				sum = sum.Add(item.Amount.Amount())
			}
			assert.True(t, sum.Equal(p.Asked.Amount()))
		}

		// Again the same day: nothing. Another day before anything was sent: what is due then, and what waited is withdrawn.
		summary, err = db.Run(ctx, day, planner(t), aging.Config{}, nil)
		require.NoError(t, err)
		assert.True(t, summary.Already)
		day := receivables.AddDays(day, 1)
		summary, err = db.Run(ctx, day, planner(t), aging.Config{}, nil)
		require.NoError(t, err)
		waiting, err = db.Waiting(ctx)
		require.NoError(t, err)
		assert.Len(t, waiting, summary.Actions)
		seen := map[string]bool{}
		for _, p := range waiting {
			assert.Equal(t, day, p.PlannedOn)
			for _, item := range p.Items {
				key := fmt.Sprint(item.Document, item.Instalment)
				assert.False(t, seen[key], "%s is asked for once a day", key)
				seen[key] = true
			}
		}
		// A day before it has a report, and no softer actions.
		summary, err = db.Run(ctx, receivables.AddDays(day, -10), planner(t), aging.Config{}, nil)
		require.NoError(t, err)
		assert.True(t, summary.Past)
		assert.Zero(t, summary.Actions)
		assert.Positive(t, len(slices.Collect(lines(summary.Balance))))

		for _, other := range []int{-1, 1} {
			_, err = db.Carry(ctx, receivables.AddDays(day, other), carrier(func(Planned) error { return errors.New("not called") }))
			require.ErrorIs(t, err, receivables.ErrInvalidInput, "not the day it was planned for")
		}
		// What was sent is known to the next plan.
		sent, err := db.Carry(ctx, day, carrier(func(Planned) error { return nil }))
		require.NoError(t, err)
		assert.Equal(t, len(waiting), sent)
		actions, err := db.Actions(ctx)
		require.NoError(t, err)
		assert.NotEmpty(t, actions["C003"])
		sent, err = db.Carry(ctx, day, carrier(func(Planned) error { return errors.New("not called") }))
		require.NoError(t, err)
		assert.Zero(t, sent)
	})
}

func lines(b *aging.Balance) iter.Seq[string] {
	return func(yield func(string) bool) {
		for line := range b.Lines() {
			if !yield(line.Group()[0]) {
				return
			}
		}
	}
}

// What is sent is what is open: a payment after the run stops it until the day is run again.
func TestPaidSinceTheRun(t *testing.T) {
	day, eur := receivables.MustDate, func(s string) receivables.Money { return receivables.MustMoney(s, "EUR") }
	onEach(t, func(t *testing.T, db *Store, _ opener) {
		ctx := context.Background()
		record := func(digest string, facts ...receivables.Fact) {
			require.NoError(t, db.Record(ctx, []Source{{Digest: digest}}, slices.Values(facts), nil))
		}
		record(
			"1", receivables.Customer{ID: "A", Kind: receivables.KindCompany}, receivables.Customer{ID: "B", Kind: receivables.KindCompany},
			receivables.Invoice{ID: "F1", Customer: "A", IssuedOn: day("2026-01-05"), DueOn: day("2026-02-04"), Amount: eur("100.00")},
			receivables.Invoice{ID: "F2", Customer: "B", IssuedOn: day("2026-01-05"), DueOn: day("2026-02-04"), Amount: eur("900.00")},
		)
		run := func(on string) Summary {
			s, err := db.Run(ctx, day(on), planner(t), aging.Config{}, nil)
			require.NoError(t, err)
			return s
		}
		assert.Equal(t, 2, run("2026-03-10").Actions)
		record(
			"2", receivables.Payment{ID: "P1", Customer: "A", ReceivedOn: day("2026-03-10"), Amount: eur("100.00")},
			receivables.Allocation{From: "P1", To: "F1", Amount: eur("100.00"), On: day("2026-03-10")},
		)
		_, err := db.Carry(ctx, day("2026-03-10"), carrier(func(Planned) error { return errors.New("not called") }))
		require.ErrorIs(t, err, receivables.ErrConflict)
		require.ErrorContains(t, err, "2 facts were recorded since 2026-03-10 was run")
		summary := run("2026-03-10")
		assert.False(t, summary.Already)
		assert.Equal(t, 1, summary.Actions)
		total := ""
		for cell, err := range db.Report(ctx, day("2026-03-10")) {
			require.NoError(t, err)
			if cell.Customer == "" {
				total = cell.Amount.String()
			}
		}
		assert.Equal(t, "900.00 EUR", total, "the report was made again")
		// What failed is not out: it is planned again, and what was paid since is not asked for.
		failed := errors.New("no paper")
		_, err = db.Carry(ctx, day("2026-03-10"), carrier(func(Planned) error { return failed }))
		require.ErrorIs(t, err, failed)
		record(
			"3", receivables.Payment{ID: "P2", Customer: "B", ReceivedOn: day("2026-03-10"), Amount: eur("300.00")},
			receivables.Allocation{From: "P2", To: "F2", Amount: eur("300.00"), On: day("2026-03-10")},
		)
		_, err = db.Carry(ctx, day("2026-03-10"), carrier(func(Planned) error { return errors.New("not called") }))
		require.ErrorIs(t, err, receivables.ErrConflict)
		assert.Equal(t, 1, run("2026-03-10").Actions)
		// What was begun when the program was killed is out or it is not: the carrier knows. No day is run before.
		begun, err := db.begin(ctx, day("2026-03-10"), 0)
		require.NoError(t, err)
		assert.Positive(t, begun)
		_, err = db.Run(ctx, day("2026-03-31"), planner(t), aging.Config{}, nil)
		require.ErrorIs(t, err, receivables.ErrConflict, "the step after it would be planned though it was not done")
		_, err = db.Undo(ctx, day("2026-03-10"), 0)
		require.ErrorIs(t, err, receivables.ErrConflict)
		_, err = db.Carry(ctx, day("2026-03-10"), out{err: failed})
		require.ErrorIs(t, err, failed, "not known: it stays begun")
		waiting, err := db.Waiting(ctx)
		require.NoError(t, err)
		assert.True(t, waiting[0].Begun)
		record(
			"4", receivables.Payment{ID: "P3", Customer: "B", ReceivedOn: day("2026-03-10"), Amount: eur("100.00")},
			receivables.Allocation{From: "P3", To: "F2", Amount: eur("100.00"), On: day("2026-03-10")},
		)
		_, err = db.Carry(ctx, day("2026-03-10"), carrier(func(Planned) error { return errors.New("not called") }))
		require.ErrorIs(t, err, receivables.ErrConflict, "not out, so it is planned again, and the facts have changed")
		assert.Equal(t, 1, run("2026-03-10").Actions)
		var asked []string
		sent, err := db.Carry(ctx, day("2026-03-10"), carrier(func(p Planned) error {
			assert.Greater(t, p.ID, begun, "no number is given twice")
			asked = append(asked, p.Customer+" "+p.Asked.String())
			return nil
		}))
		require.NoError(t, err)
		assert.Equal(t, 1, sent)
		assert.Equal(t, []string{"B 500.00 EUR"}, asked)
		assert.Zero(t, run("2026-03-11").Actions)
		actions, err := db.Actions(ctx)
		require.NoError(t, err)
		require.Len(t, actions["B"], 1)
		assert.Equal(t, day("2026-03-10"), actions["B"][0].On)
	})
}

// out is a carrier that is asked only.
type out struct {
	is  bool
	err error
}

func (o out) Do(Planned) error          { return errors.New("not called") }
func (o out) Out(Planned) (bool, error) { return o.is, o.err }

// What came in while an action was begun stops it; what is out is noted, whatever came in.
func TestBetweenBeginAndDo(t *testing.T) {
	day, eur := receivables.MustDate, func(s string) receivables.Money { return receivables.MustMoney(s, "EUR") }
	onEach(t, func(t *testing.T, db *Store, again opener) {
		ctx, on := context.Background(), day("2026-03-10")
		record := func(digest string, facts ...receivables.Fact) {
			require.NoError(t, db.Record(ctx, []Source{{Digest: digest}}, slices.Values(facts), nil))
		}
		record(
			"1", receivables.Customer{ID: "A", Kind: receivables.KindCompany},
			receivables.Invoice{ID: "F1", Customer: "A", IssuedOn: day("2026-01-05"), DueOn: day("2026-02-04"), Amount: eur("100.00")},
		)
		_, err := db.Run(ctx, on, planner(t), aging.Config{}, nil)
		require.NoError(t, err)
		commits := 0
		other, err := again(func(statement string) {
			if statement == "COMMIT" {
				commits++
			}
			if statement == "BEGIN" && commits == 1 { // begun, and not done yet
				commits++
				record(
					"2", receivables.Payment{ID: "P1", Customer: "A", ReceivedOn: on, Amount: eur("60.00")},
					receivables.Allocation{From: "P1", To: "F1", Amount: eur("60.00"), On: on},
				)
			}
		})
		require.NoError(t, err)
		_, err = other.Carry(ctx, on, carrier(func(Planned) error { return errors.New("not called") }))
		require.ErrorIs(t, err, receivables.ErrConflict)
		require.NotContains(t, err.Error(), "not called")
		require.NoError(t, other.Close())
		summary, err := db.Run(ctx, on, planner(t), aging.Config{}, nil)
		require.NoError(t, err)
		require.Equal(t, 1, summary.Actions)
		_, err = db.begin(ctx, on, 0)
		require.NoError(t, err)
		record("3", receivables.CreditNote{ID: "N1", Customer: "A", IssuedOn: on, Amount: eur("40.00")})
		sent, err := db.Carry(ctx, on, out{is: true})
		require.NoError(t, err)
		assert.Zero(t, sent)
		actions, err := db.Actions(ctx)
		require.NoError(t, err)
		assert.Len(t, actions["A"], 1)
	})
}

// One that fails keeps nobody else waiting, and comes again.
func TestOneFails(t *testing.T) {
	ledger := sampleLedger(t)
	onEach(t, func(t *testing.T, db *Store, _ opener) {
		ctx, day := context.Background(), sample.AsOf()
		require.NoError(t, db.Record(ctx, []Source{{Digest: "1"}}, ledger.Facts(), nil))
		summary, err := db.Run(ctx, day, planner(t), aging.Config{}, nil)
		require.NoError(t, err)
		failed := errors.New("no paper")
		sent, err := db.Carry(ctx, day, carrier(func(p Planned) error {
			if p.ID == 1 || p.ID == 5 {
				return failed
			}
			return nil
		}))
		require.ErrorIs(t, err, failed)
		require.ErrorContains(t, err, "action 5")
		assert.Equal(t, summary.Actions-2, sent)
		var ids []int64
		sent, err = db.Carry(ctx, day, carrier(func(p Planned) error {
			ids = append(ids, p.ID)
			return nil
		}))
		require.NoError(t, err)
		assert.Equal(t, 2, sent)
		assert.Equal(t, []int64{1, 5}, ids)
	})
}

// A run of a mistyped day is taken back, and the day before it planned anew.
func TestUndo(t *testing.T) {
	ledger := sampleLedger(t)
	onEach(t, func(t *testing.T, db *Store, _ opener) {
		ctx, day, typo := context.Background(), sample.AsOf(), receivables.AddDays(sample.AsOf(), 365)
		undo := func(day date.Date) error {
			_, err := db.Undo(ctx, day, 0)
			return err
		}
		require.ErrorIs(t, undo(day), receivables.ErrInvalidInput, "there is none")
		require.NoError(t, db.Record(ctx, []Source{{Digest: "1"}}, ledger.Facts(), nil))
		run := func(day date.Date) Summary {
			s, err := db.Run(ctx, day, planner(t), aging.Config{}, nil)
			require.NoError(t, err)
			return s
		}
		first := run(day).Actions
		run(typo)
		_, err := db.Carry(ctx, day, carrier(func(Planned) error { return errors.New("not called") }))
		require.ErrorContains(t, err, "undo that run")
		require.ErrorIs(t, undo(day), receivables.ErrInvalidInput, "not the last one")
		before, err := db.Undo(ctx, typo, 0)
		require.NoError(t, err)
		assert.Equal(t, day, before)
		_, err = db.Carry(ctx, day, carrier(func(Planned) error { return errors.New("not called") }))
		require.ErrorContains(t, err, "run it again")
		for cell, err := range db.Report(ctx, typo) {
			require.NoError(t, err)
			t.Fatal("a report is left", cell)
		}
		waiting, err := db.Waiting(ctx)
		require.NoError(t, err)
		assert.Empty(t, waiting)
		again := run(day)
		assert.False(t, again.Already)
		assert.Equal(t, first, again.Actions)
		sent, err := db.Carry(ctx, day, carrier(func(Planned) error { return nil }))
		require.NoError(t, err)
		assert.Equal(t, first, sent)
		require.ErrorIs(t, undo(day), receivables.ErrConflict, "it was sent")
	})
}

// What was paid after a day, or is known only later, is not asked for on that day; what came in and is not applied is set off.
func TestPaidAfterTheDay(t *testing.T) {
	day, eur := receivables.MustDate, func(s string) receivables.Money { return receivables.MustMoney(s, "EUR") }
	onEach(t, func(t *testing.T, db *Store, _ opener) {
		ctx := context.Background()
		var first []receivables.Fact
		for _, c := range []string{"A", "B", "C", "D", "E", "G"} {
			first = append(first, receivables.Customer{ID: c, Kind: receivables.KindCompany}, receivables.Invoice{ID: "F" + c, Customer: c, IssuedOn: day("2026-01-05"), DueOn: day("2026-02-04"), Amount: eur("100.00")})
		}
		require.NoError(t, db.Record(ctx, []Source{{Digest: "1"}}, slices.Values(first), nil))
		summary, err := db.Run(ctx, day("2026-03-10"), planner(t), aging.Config{}, nil)
		require.NoError(t, err)
		assert.Equal(t, 6, summary.Actions)
		require.NoError(t, db.Record(ctx, []Source{{Digest: "2"}}, slices.Values([]receivables.Fact{
			receivables.Payment{ID: "PA", Customer: "A", ReceivedOn: day("2026-03-11"), Amount: eur("100.00")},
			receivables.Allocation{From: "PA", To: "FA", Amount: eur("100.00"), On: day("2026-03-11")},
			receivables.Payment{ID: "PB", Customer: "B", ReceivedOn: day("2026-03-09"), KnownOn: day("2026-03-12"), Amount: eur("70.00")},
			receivables.Allocation{From: "PB", To: "FB", Amount: eur("70.00"), On: day("2026-03-09"), KnownOn: day("2026-03-12")},
			receivables.Reversal{Of: "FC", On: day("2026-03-12")},
			receivables.Payment{ID: "PG", Customer: "G", ReceivedOn: day("2026-03-09"), KnownOn: day("2026-03-12"), Amount: eur("25.00")},
			receivables.Payment{ID: "PD", Customer: "D", ReceivedOn: day("2062-03-11"), Amount: eur("40.00")},
		}), nil))
		_, err = db.Run(ctx, day("2026-03-10"), planner(t), aging.Config{}, nil)
		require.NoError(t, err)
		asked := map[string]string{}
		_, err = db.Carry(ctx, day("2026-03-10"), carrier(func(p Planned) error {
			asked[p.Customer] = p.Asked.Text()
			return nil
		}))
		require.NoError(t, err)
		assert.Equal(t, map[string]string{"B": "30.00", "D": "60.00", "E": "100.00", "G": "75.00"}, asked)
	})
}

// A run of a mistyped day that was sent in part: what was sent is noted for its day, the rest is planned on it.
func TestUndoWhatWasSent(t *testing.T) {
	ledger := sampleLedger(t)
	onEach(t, func(t *testing.T, db *Store, _ opener) {
		ctx, typo := context.Background(), receivables.AddDays(sample.AsOf(), 100)
		real := receivables.AddDays(sample.AsOf(), 1)
		require.NoError(t, db.Record(ctx, []Source{{Digest: "1"}}, ledger.Facts(), nil))
		_, err := db.Run(ctx, typo, planner(t), aging.Config{}, nil)
		require.NoError(t, err)
		var sent []string
		_, err = db.Carry(ctx, typo, carrier(func(p Planned) error {
			if len(sent) == 3 {
				return errors.New("no paper")
			}
			sent = append(sent, p.Customer)
			return nil
		}))
		require.ErrorContains(t, err, "no paper")
		_, err = db.Undo(ctx, typo, 0)
		require.ErrorIs(t, err, receivables.ErrConflict)
		_, err = db.Undo(ctx, typo, typo)
		require.ErrorIs(t, err, receivables.ErrConflict)
		_, err = db.Undo(ctx, typo, real)
		require.NoError(t, err)
		summary, err := db.Run(ctx, real, planner(t), aging.Config{}, nil)
		require.NoError(t, err)
		assert.False(t, summary.Past)
		assert.Positive(t, summary.Actions)
		actions, err := db.Actions(ctx)
		require.NoError(t, err)
		n := 0
		for _, list := range actions {
			for _, a := range list {
				assert.Equal(t, real, a.On)
				n++
			}
		}
		assert.Positive(t, n)
		waiting, err := db.Waiting(ctx)
		require.NoError(t, err)
		for _, p := range waiting {
			for _, a := range actions[p.Customer] {
				for _, item := range p.Items {
					assert.False(t, a.Document == item.Document && a.Instalment == item.Instalment, "asked for once a day: %v", a)
				}
			}
		}
	})
}

// A carrier that panics leaves nothing open behind it.
func TestPanic(t *testing.T) {
	ledger := sampleLedger(t)
	onEach(t, func(t *testing.T, db *Store, _ opener) {
		ctx := context.Background()
		require.NoError(t, db.Record(ctx, []Source{{Digest: "1"}}, ledger.Facts(), nil))
		summary, err := db.Run(ctx, sample.AsOf(), planner(t), aging.Config{}, nil)
		require.NoError(t, err)
		assert.Panics(t, func() {
			_, _ = db.Carry(ctx, sample.AsOf(), carrier(func(Planned) error { panic("x") }))
		})
		sent, err := db.Carry(ctx, sample.AsOf(), carrier(func(Planned) error { return nil }))
		require.NoError(t, err)
		assert.Equal(t, summary.Actions, sent)
	})
}

// Two that carry at once do each action once.
func TestTwoCarryAtOnce(t *testing.T) {
	ledger := sampleLedger(t)
	onEach(t, func(t *testing.T, db *Store, again opener) {
		ctx := context.Background()
		require.NoError(t, db.Record(ctx, []Source{{Digest: "1"}}, ledger.Facts(), nil))
		summary, err := db.Run(ctx, sample.AsOf(), planner(t), aging.Config{}, nil)
		require.NoError(t, err)
		var lock sync.Mutex
		done := map[int64]int{}
		var group sync.WaitGroup
		var errs [3]error
		var sent [3]int
		for i := range errs {
			group.Go(func() {
				other, err := again(nil)
				if err != nil {
					errs[i] = err
					return
				}
				sent[i], err = other.Carry(ctx, sample.AsOf(), carrier(func(p Planned) error {
					lock.Lock()
					defer lock.Unlock()
					done[p.ID]++
					return nil
				}))
				errs[i] = errors.Join(err, other.Close())
			})
		}
		group.Wait()
		require.NoError(t, errors.Join(errs[:]...))
		assert.Equal(t, summary.Actions, sent[0]+sent[1]+sent[2])
		assert.Len(t, done, summary.Actions)
		for id, n := range done {
			assert.Equal(t, 1, n, "action %d", id)
		}
	})
}

// A sum may have more digits than an amount of a document.
func TestLargeSums(t *testing.T) {
	day := receivables.MustDate
	onEach(t, func(t *testing.T, db *Store, _ opener) {
		ctx := context.Background()
		facts := []receivables.Fact{receivables.Customer{ID: "A", Kind: receivables.KindCompany}}
		for n := range 20 {
			facts = append(facts, receivables.Invoice{ID: fmt.Sprintf("F%02d", n), Customer: "A", IssuedOn: day("2026-01-05"), DueOn: day("2026-02-04"), Amount: receivables.MustMoney("9999999999999999999999999999.99", "EUR")})
		}
		require.NoError(t, db.Record(ctx, []Source{{Digest: "1"}}, slices.Values(facts), nil))
		_, err := db.Run(ctx, day("2026-03-10"), planner(t), aging.Config{}, nil)
		require.NoError(t, err)
		for cell, err := range db.Report(ctx, day("2026-03-10")) {
			require.NoError(t, err)
			assert.Equal(t, "199999999999999999999999999999.80 EUR", cell.Amount.String())
		}
		_, err = db.Carry(ctx, day("2026-03-10"), carrier(func(p Planned) error {
			assert.Equal(t, "199999999999999999999999999999.80 EUR", p.Asked.String())
			return nil
		}))
		require.NoError(t, err)
	})
}

func TestWhatIsRefused(t *testing.T) {
	day, eur := receivables.MustDate("2026-01-10"), func(s string) receivables.Money { return receivables.MustMoney(s, "EUR") }
	first := []receivables.Fact{
		receivables.Invoice{ID: "F1", Customer: "A", IssuedOn: day, Amount: eur("100.00")},
		receivables.Payment{ID: "P1", Customer: "B", ReceivedOn: day, Amount: eur("80.00")},
	}
	onEach(t, func(t *testing.T, db *Store, open opener) {
		ctx := context.Background()
		record := func(digest string, facts ...receivables.Fact) error {
			return db.Record(ctx, []Source{{Digest: digest, Name: digest}}, slices.Values(facts), nil)
		}
		require.NoError(t, record("1", first...))
		require.ErrorIs(t, record("1", first...), ErrLoaded)
		assert.ErrorIs(t, record("2", receivables.Invoice{ID: "F1", Customer: "A", IssuedOn: day, Amount: eur("1.00")}), receivables.ErrDuplicate)
		assert.ErrorIs(t, record("2", receivables.Invoice{ID: strings.Repeat("é", 501), Customer: "A", IssuedOn: day, Amount: eur("1.00")}), receivables.ErrLimit)
		for _, text := range []string{"a\x00b", "\xff"} {
			assert.ErrorIs(t, record("2", receivables.Customer{ID: "N", Name: text}), receivables.ErrInvalidInput)
			assert.ErrorIs(t, record("2", receivables.Invoice{ID: "F2", Customer: "A", IssuedOn: day, Amount: eur("1.00"), Labels: receivables.Labels{"a": text}}), receivables.ErrInvalidInput)
		}
		assert.ErrorIs(t, record("3", receivables.Allocation{From: "P9", To: "F1", Amount: eur("1.00"), On: day}), receivables.ErrUnknown)
		assert.ErrorIs(t, record("4", receivables.Allocation{From: "P1", To: "F1", Amount: eur("80.01"), On: day}), receivables.ErrOverAllocated)
		// None of it is there; what is right goes in. A pays for B, so that both are read together.
		require.NoError(t, record("4", receivables.Allocation{From: "P1", To: "F1", Amount: eur("80.00"), On: day}))
		assert.ErrorIs(t, record("5", receivables.WriteOff{Document: "F1", Amount: eur("20.01"), On: day}), receivables.ErrOverAllocated)
		var got []string
		for item, err := range db.OpenItems(ctx, day, day) {
			require.NoError(t, err)
			got = append(got, item.Document+" "+item.Open.Text())
		}
		assert.Equal(t, []string{"F1 20.00"}, got)
		ledgers := func() (n int) {
			for _, err := range db.Ledgers(ctx) {
				require.NoError(t, err)
				n++
			}
			return n
		}
		assert.Equal(t, 1, ledgers())
		// A group is read together; a parent must be there, and no circle.
		assert.ErrorIs(t, record("6", receivables.Customer{ID: "D", Parent: "M"}), receivables.ErrUnknown)
		require.NoError(t, record("6", receivables.Customer{ID: "D", Parent: "M"}, receivables.Customer{ID: "M"}))
		assert.ErrorIs(t, record("7", receivables.Customer{ID: "M", Parent: "D"}), receivables.ErrConflict)
		assert.Equal(t, 2, ledgers())
		whole, err := db.Ledger(ctx)
		require.NoError(t, err)
		assert.Equal(t, "M", whole.UltimateParent("D"))
		// The order within a file does not matter.
		require.NoError(t, record(
			"8", receivables.Reversal{Of: "L", On: day, KnownOn: day}, receivables.Allocation{ID: "L", From: "P3", To: "F3", Amount: eur("1.00"), On: day},
			receivables.Payment{ID: "P3", Customer: "A", ReceivedOn: day, Amount: eur("1.00")}, receivables.Invoice{ID: "F3", Customer: "A", IssuedOn: day, Amount: eur("1.00")},
		))
		assert.ErrorIs(t, record("9", receivables.Reversal{Of: "none", On: day}), receivables.ErrUnknown)
		// Migrations are applied once, however often a database is opened.
		var sent []string
		again, err := open(func(statement string) { sent = append(sent, statement) })
		require.NoError(t, err)
		require.NoError(t, again.Close())
		assert.Equal(t, []string{`SELECT name FROM migrations`}, sent, "nothing is locked to look at it")
		_, err = db.db.ExecContext(ctx, `INSERT INTO migrations (name) VALUES ('9999_later.sql')`)
		require.NoError(t, err)
		_, err = open(nil)
		require.ErrorContains(t, err, "made by another version, which has 9999_later.sql")
	})
}

// The memory of the cursor is that of one customer, not of the ledger.
func TestConstantMemory(t *testing.T) {
	heapOf := func(customers int) uint64 {
		db, err := OpenSQLite(context.Background(), filepath.Join(t.TempDir(), "ledger.db"), true, nil)
		require.NoError(t, err)
		defer func() { require.NoError(t, db.Close()) }()
		ctx, day := context.Background(), receivables.MustDate("2026-01-10")
		facts := func(yield func(receivables.Fact) bool) {
			for n := range customers * 5 {
				if !yield(receivables.Invoice{ID: fmt.Sprintf("F%07d", n), Customer: fmt.Sprintf("C%05d", n%customers), IssuedOn: day, Amount: receivables.MustMoney("12.50", "EUR")}) {
					return
				}
			}
		}
		require.NoError(t, db.Record(ctx, []Source{{Digest: "1"}}, facts, nil))
		var most uint64
		n, total := 0, decimal.Zero
		for item, err := range db.OpenItems(ctx, day, day) {
			require.NoError(t, err)
			total = total.Add(item.Open.Amount())
			if n++; n%customers == 0 {
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
			}
		}
		assert.Equal(t, decimal.New(int64(customers*5*1250), -2).String(), total.String())
		return most
	}
	small, large := heapOf(500), heapOf(5000)
	assert.Less(t, large, small*2, "%d and %d bytes of heap", small, large)
}

// A payer who pays for thousands of others binds them all; that costs what it is, not its square.
func TestOnePaysForAll(t *testing.T) {
	const customers = 2000
	day, eur := receivables.MustDate("2026-01-10"), func(s string) receivables.Money { return receivables.MustMoney(s, "EUR") }
	facts := []receivables.Fact{receivables.Payment{ID: "P", Customer: "payer", ReceivedOn: day, Amount: eur("20000.00")}}
	for n := range customers {
		id := fmt.Sprintf("F%d", n)
		facts = append(facts, receivables.Invoice{ID: id, Customer: fmt.Sprintf("C%d", n), IssuedOn: day, Amount: eur("10.00")}, receivables.Allocation{From: "P", To: id, Amount: eur("10.00"), On: day})
	}
	onEach(t, func(t *testing.T, db *Store, _ opener) {
		ctx := context.Background()
		require.NoError(t, db.Record(ctx, []Source{{Digest: "1"}}, slices.Values(facts), nil))
		n := 0
		for ledger, err := range db.Ledgers(ctx) {
			require.NoError(t, err)
			require.NoError(t, ledger.CheckConservation(day, day))
			n++
		}
		assert.Equal(t, 1, n)
		for item, err := range db.OpenItems(ctx, day, day) {
			require.NoError(t, err)
			t.Fatal("nothing is open", item)
		}
	})
}

func TestFilesOfSQLite(t *testing.T) {
	ctx := context.Background()
	for _, name := range []string{"", ":memory:"} {
		_, err := OpenSQLite(ctx, name, true, nil)
		require.ErrorIs(t, err, receivables.ErrInvalidInput)
	}
	name := filepath.Join(t.TempDir(), "host=none dbname=x.db")
	_, err := OpenSQLite(ctx, name, false, nil)
	require.ErrorIs(t, err, os.ErrNotExist)
	db, err := OpenSQLite(ctx, name, true, nil)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	assert.FileExists(t, name)
}

// A table of one database says what that of the other says.
func TestStatements(t *testing.T) {
	s := &Store{postgres: true}
	assert.Equal(t, "a = $1 AND b = $2", s.bind("a = ? AND b = ?"))
	assert.Len(t, statements("CREATE TABLE a (\n  b TEXT\n);\nCREATE INDEX c ON a (b);\n"), 2)
	assert.False(t, strings.Contains(columns, "?"))
	var none date.Date
	assert.Empty(t, day(none))
}
