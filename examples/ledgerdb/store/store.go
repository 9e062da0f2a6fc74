// Package store keeps a ledger in a database through database/sql: SQLite in a file, or PostgreSQL.
//
// The database holds facts, as the library's ledger does, and nothing that could be computed from them but what was reported. What is
// open is always computed by the library, customer by customer, from a cursor: there is no second set of rules in SQL.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver of PostgreSQL
	_ "modernc.org/sqlite"             // the driver of SQLite

	"github.com/receivables-go/receivables"
)

// Store is a ledger in a database. It is safe for concurrent use; writers wait for each other.
type Store struct {
	db       *sql.DB // for writing: one transaction at a time
	reader   *sql.DB // for cursors beside it
	told     func(statement string)
	postgres bool
}

// OpenSQLite opens the database in a file and brings its tables up to date; create says whether a file that is not there is made. before,
// if given, is called before each statement that is sent, begin and commit among them: for logs and tests.
func OpenSQLite(ctx context.Context, name string, create bool, before func(statement string)) (*Store, error) {
	if name == "" || name == ":memory:" {
		return nil, &receivables.FieldError{Path: "database", Value: name, Rule: receivables.RuleRequired, Detail: "the name of a file: a database in memory is gone with the program"}
	}
	if !create {
		if _, err := os.Stat(name); err != nil {
			return nil, err
		}
	}
	// A write-ahead log lets a cursor read while the transaction beside it writes; synchronous full keeps what was committed even if the
	// machine stops; a writer waits two minutes for another, such as a long load.
	name = filepath.Clean(name)
	query := url.Values{"_pragma": {"journal_mode(WAL)", "synchronous(FULL)", "busy_timeout(120000)", "foreign_keys(1)"}}
	file := "file:" + (&url.URL{Path: name}).EscapedPath() + "?" + query.Encode()
	db, err := sql.Open("sqlite", file+"&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	reader, err := sql.Open("sqlite", file)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return (&Store{db: db, reader: reader, told: before}).opened(ctx, name)
}

// OpenPostgreSQL opens a database by its connection string, such as "postgres://user@host/database" or "host=... dbname=...", and brings its
// tables up to date; before as of [OpenSQLite].
func OpenPostgreSQL(ctx context.Context, dsn string, before func(statement string)) (*Store, error) {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, err
	}
	return (&Store{db: db, reader: db, told: before, postgres: true}).opened(ctx, "PostgreSQL")
}

func (s *Store) opened(ctx context.Context, name string) (*Store, error) {
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("opening the database %s: %w", name, err), s.Close())
	}
	return s, nil
}

// Close closes the database.
func (s *Store) Close() error {
	if s.postgres {
		return s.db.Close()
	}
	return errors.Join(s.reader.Close(), s.db.Close())
}

//go:embed migrations/*.sql
var migrations embed.FS

// migrate applies the migrations that are not applied yet, each in a transaction with the note that it is.
func (s *Store) migrate(ctx context.Context) error {
	files, err := migrations.ReadDir("migrations")
	if err != nil {
		return err
	}
	// What is up to date is only read: a report can be looked at while a long load writes.
	applied := map[string]bool{}
	if s.each(ctx, s.reader, `SELECT name FROM migrations`, nil, func(scan func(...any) error) error {
		var name string
		err := scan(&name)
		applied[name] = true
		return err
	}) == nil {
		missing := false
		for _, file := range files {
			missing = missing || !applied[file.Name()]
			delete(applied, file.Name())
		}
		for name := range applied {
			return fmt.Errorf("the database was made by another version, which has %s: %w", name, receivables.ErrConflict)
		}
		if !missing {
			return nil
		}
	}
	return s.write(ctx, func(tx *tx) error {
		if err := tx.exec(ctx, `CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY)`); err != nil {
			return err
		}
		for _, file := range files { // sorted by name
			var n int
			if err := tx.one(ctx, `SELECT count(*) FROM migrations WHERE name = ?`, file.Name())(&n); err != nil || n > 0 {
				if err != nil {
					return err
				}
				continue
			}
			text, err := migrations.ReadFile("migrations/" + file.Name())
			if err != nil {
				return err
			}
			types := strings.NewReplacer("{{decimal}}", "TEXT", "{{json}}", "TEXT")
			if s.postgres {
				types = strings.NewReplacer("{{decimal}}", "NUMERIC", "{{json}}", "JSONB")
			}
			for _, statement := range statements(types.Replace(string(text))) {
				if err := tx.exec(ctx, statement); err != nil {
					return fmt.Errorf("%s: %w", file.Name(), err)
				}
			}
			if err := tx.exec(ctx, `INSERT INTO migrations (name) VALUES (?)`, file.Name()); err != nil {
				return err
			}
		}
		return nil
	})
}

// statements divides a script whose comments hold no semicolon of their own at the end of a line.
func statements(script string) []string {
	return slices.DeleteFunc(strings.SplitAfter(script, ";\n"), func(s string) bool { return strings.TrimSpace(s) == "" })
}

// tx is a transaction that writes.
type tx struct {
	*sql.Tx
	store    *Store
	prepared map[string]*sql.Stmt // closed with the transaction
}

// prepare prepares a statement once for a transaction: a load sends the same ones a hundred thousand times.
func (t *tx) prepare(ctx context.Context, statement string) (*sql.Stmt, error) {
	if s, ok := t.prepared[statement]; ok {
		return s, nil
	}
	s, err := t.PrepareContext(ctx, t.store.bind(statement))
	if err == nil {
		t.prepared[statement] = s
	}
	return s, err
}

// lock is the number under which writers of PostgreSQL wait for each other.
const lock = 7_215_530_411

// write runs f in a transaction, which is committed if f returns nil. One writer runs at a time.
func (s *Store) write(ctx context.Context, f func(tx *tx) error) error {
	s.before("BEGIN")
	var options *sql.TxOptions
	if s.postgres { // writers wait for a lock, and then see what the one before wrote
		options = &sql.TxOptions{Isolation: sql.LevelReadCommitted}
	}
	begun, err := s.db.BeginTx(ctx, options)
	if err != nil {
		return err
	}
	ended := false
	defer func() {
		if !ended { // f panicked: nothing of it stays, and nobody waits for it
			_ = begun.Rollback()
		}
	}()
	t := &tx{Tx: begun, store: s, prepared: map[string]*sql.Stmt{}}
	if s.postgres {
		err = t.exec(ctx, fmt.Sprintf(`SELECT pg_advisory_xact_lock(%d)`, lock))
	}
	if err == nil {
		err = f(t)
	}
	ended = true
	if ctx.Err() != nil { // whatever it came to
		err = ctx.Err()
	}
	if err != nil {
		if failed := begun.Rollback(); !errors.Is(failed, sql.ErrTxDone) { // it is, when the context ended
			err = errors.Join(err, failed)
		}
		return err
	}
	s.before("COMMIT")
	return begun.Commit()
}

func (s *Store) before(statement string) {
	if s.told != nil {
		s.told(statement)
	}
}

// bind writes ? as $1, $2 ... where the database wants that. Statements hold no other question mark.
func (s *Store) bind(statement string) string {
	if !s.postgres {
		return statement
	}
	var b strings.Builder
	n := 0
	for part := range strings.SplitSeq(statement, "?") {
		if n > 0 {
			b.WriteString("$" + strconv.Itoa(n))
		}
		b.WriteString(part)
		n++
	}
	return b.String()
}

func (t *tx) exec(ctx context.Context, statement string, args ...any) error {
	_, err := t.change(ctx, statement, args...)
	return err
}

// change runs a statement and returns the number of rows that it changed.
func (t *tx) change(ctx context.Context, statement string, args ...any) (int64, error) {
	t.store.before(statement)
	if len(args) == 0 { // of a migration, or run once
		_, err := t.ExecContext(ctx, statement)
		return 0, err
	}
	s, err := t.prepare(ctx, statement)
	if err != nil {
		return 0, err
	}
	result, err := s.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// one returns a function that reads the only row of a query.
func (t *tx) one(ctx context.Context, statement string, args ...any) func(to ...any) error {
	t.store.before(statement)
	s, err := t.prepare(ctx, statement)
	if err != nil {
		return func(...any) error { return err }
	}
	return s.QueryRowContext(ctx, args...).Scan
}

// querier is a connection or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// each calls f with every row of a query, which reads it with scan.
func (s *Store) each(ctx context.Context, from querier, statement string, args []any, f func(scan func(...any) error) error) (err error) {
	s.before(statement)
	rows, err := from.QueryContext(ctx, s.bind(statement), args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := f(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
