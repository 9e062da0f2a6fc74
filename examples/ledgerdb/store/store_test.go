package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
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
	var err error
	if server, err = pgtest.Start(); err != nil {
		if !errors.Is(err, pgtest.ErrNone) {
			fmt.Fprintln(os.Stderr, "PostgreSQL:", err)
			os.Exit(1)
		}
		fmt.Println("the tests on PostgreSQL are left out:", err)
	}
	code := m.Run()
	if server != nil {
		if err := server.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, "PostgreSQL:", err)
		}
	}
	os.Exit(code)
}

// onEach runs a test on an empty database of each kind.
func onEach(t *testing.T, f func(t *testing.T, db *Store, name string)) {
	t.Helper()
	names := map[string]func() (string, error){
		"SQLite": func() (string, error) { return filepath.Join(t.TempDir(), "a ledger?.db"), nil },
		"PostgreSQL": func() (string, error) {
			if server == nil {
				t.Skip("no PostgreSQL on this machine")
			}
			return server.Database()
		},
	}
	for kind, name := range names {
		t.Run(kind, func(t *testing.T) {
			name, err := name()
			require.NoError(t, err)
			db, err := Open(context.Background(), name, nil)
			require.NoError(t, err)
			defer func() { require.NoError(t, db.Close()) }()
			f(t, db, name)
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
	onEach(t, func(t *testing.T, db *Store, _ string) {
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
	onEach(t, func(t *testing.T, db *Store, _ string) {
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

		// Again the same day: nothing. Another day before anything was sent: nothing twice.
		summary, err = db.Run(ctx, day, planner(t), aging.Config{}, nil)
		require.NoError(t, err)
		assert.True(t, summary.Already)
		_, err = db.Run(ctx, receivables.AddDays(day, 1), planner(t), aging.Config{}, nil)
		require.NoError(t, err)
		waiting, err = db.Waiting(ctx)
		require.NoError(t, err)
		seen := map[string]bool{}
		for _, p := range waiting {
			for _, item := range p.Items {
				key := fmt.Sprint(item.Document, item.Instalment, item.Step)
				assert.False(t, seen[key], key)
				seen[key] = true
			}
		}

		_, err = db.Carry(ctx, receivables.AddDays(day, -1), func(Planned) error { return nil })
		require.ErrorIs(t, err, receivables.ErrInvalidInput, "before it was planned")
		// What was sent is known to the next plan.
		sent, err := db.Carry(ctx, receivables.AddDays(day, 1), func(Planned) error { return nil })
		require.NoError(t, err)
		assert.Equal(t, len(waiting), sent)
		actions, err := db.Actions(ctx)
		require.NoError(t, err)
		assert.NotEmpty(t, actions["C003"])
		sent, err = db.Carry(ctx, receivables.AddDays(day, 2), func(Planned) error { return errors.New("not called") })
		require.NoError(t, err)
		assert.Zero(t, sent)
	})
}

func TestWhatIsRefused(t *testing.T) {
	day, eur := receivables.MustDate("2026-01-10"), func(s string) receivables.Money { return receivables.MustMoney(s, "EUR") }
	first := []receivables.Fact{
		receivables.Invoice{ID: "F1", Customer: "A", IssuedOn: day, Amount: eur("100.00")},
		receivables.Payment{ID: "P1", Customer: "B", ReceivedOn: day, Amount: eur("80.00")},
	}
	onEach(t, func(t *testing.T, db *Store, name string) {
		ctx := context.Background()
		record := func(digest string, facts ...receivables.Fact) error {
			return db.Record(ctx, []Source{{Digest: digest, Name: digest}}, slices.Values(facts), nil)
		}
		require.NoError(t, record("1", first...))
		require.ErrorIs(t, record("1", first...), ErrLoaded)
		assert.ErrorContains(t, record("2", receivables.Invoice{ID: "F1", Customer: "A", IssuedOn: day, Amount: eur("1.00")}), "F1")
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
		ledgers := 0
		for _, err := range db.Ledgers(ctx) {
			require.NoError(t, err)
			ledgers++
		}
		assert.Equal(t, 1, ledgers)
		// Migrations are applied once, however often a database is opened.
		var sent []string
		again, err := Open(ctx, name, func(statement string) { sent = append(sent, statement) })
		require.NoError(t, err)
		require.NoError(t, again.Close())
		assert.Equal(t, []string{`SELECT name FROM migrations`}, sent, "nothing is locked to look at it")
		_, err = db.db.ExecContext(ctx, `INSERT INTO migrations (name) VALUES ('9999_later.sql')`)
		require.NoError(t, err)
		_, err = Open(ctx, name, nil)
		require.ErrorContains(t, err, "made by a later version, which has 9999_later.sql")
	})
}

// The memory of a run is that of one customer, not of the ledger.
func TestConstantMemory(t *testing.T) {
	heapOf := func(customers int) uint64 {
		db, err := Open(context.Background(), filepath.Join(t.TempDir(), "ledger.db"), nil)
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
	onEach(t, func(t *testing.T, db *Store, _ string) {
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

// A table of one database says what that of the other says.
func TestStatements(t *testing.T) {
	s := &Store{postgres: true}
	assert.Equal(t, "a = $1 AND b = $2", s.bind("a = ? AND b = ?"))
	assert.Len(t, statements("CREATE TABLE a (\n  b TEXT\n);\nCREATE INDEX c ON a (b);\n"), 2)
	assert.False(t, strings.Contains(columns, "?"))
	var none date.Date
	assert.Empty(t, day(none))
}
