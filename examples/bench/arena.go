package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // a contestant

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/penalties"
)

// arena holds the data and the databases that take part.
type arena struct {
	*data
	dir     string // of temporary files
	duckDir string
	duck    *duckDB
	sqlite  *sql.DB
	leftOut []string
}

func (a *arena) close() error {
	var errs []error
	if a.duck != nil {
		errs = append(errs, a.duck.close())
	}
	if a.sqlite != nil {
		errs = append(errs, a.sqlite.Close())
	}
	return errors.Join(errs...)
}

// openDatabases fills the databases that are at hand.
func (a *arena) openDatabases(sqlite bool) error {
	table, err := a.rates()
	if err != nil {
		return err
	}
	acc := map[int32]int64{} // sum of rate x days by due day
	for due := int32(-160); due < 0; due++ {
		const unit = 365 * 100 * 1_000_000 // what the table divides by
		if acc[due], err = table.Units(unit, dayOf(due)); err != nil {
			return err
		}
	}
	if a.duck, err = openDuckDB(a.duckDir, a.dir); err != nil {
		a.duck = nil
		a.leftOut = append(a.leftOut, "DuckDB: "+err.Error())
	} else if err := a.fillDuckDB(acc); err != nil {
		return err
	}
	if !sqlite {
		a.leftOut = append(a.leftOut, "SQLite: not wanted")
		return nil
	}
	return a.fillSQLite(acc)
}

func (a *arena) fillDuckDB(acc map[int32]int64) error {
	files := map[string]func(w io.Writer){
		"item": func(w io.Writer) {
			fmt.Fprintln(w, "n,customer,due,issued,cents")
			for i, x := range a.rows {
				fmt.Fprintf(w, "%d,%d,%d,%d,%d\n", i, x.customer, x.due, x.issued, x.cents)
			}
		},
		"sale": func(w io.Writer) {
			fmt.Fprintln(w, "customer,month,cents,open")
			for _, x := range a.sales {
				fmt.Fprintf(w, "%d,%d,%d,%d\n", x.customer, monthOf(dayOf(x.issued)), x.cents, x.open)
			}
		},
		"period": func(w io.Writer) { // days of one rate
			fmt.Fprintln(w, "from_day,until_day,rate")
			rate := func(day int32) int64 { return acc[day-1] - acc[day] }
			for from := int32(-159); from <= 0; {
				until := from
				for until < 0 && rate(until+1) == rate(from) {
					until++
				}
				fmt.Fprintf(w, "%d,%d,%d\n", from, until, rate(from))
				from = until + 1
			}
		},
		"prefix": func(w io.Writer) {
			fmt.Fprintln(w, "due,acc")
			for due, n := range acc {
				fmt.Fprintf(w, "%d,%d\n", due, n)
			}
		},
	}
	types := map[string]string{
		"item": "{'n':'INTEGER','customer':'INTEGER','due':'SMALLINT','issued':'SMALLINT','cents':'INTEGER'}", "prefix": "{'due':'SMALLINT','acc':'BIGINT'}",
		"period": "{'from_day':'SMALLINT','until_day':'SMALLINT','rate':'BIGINT'}",
		"sale":   "{'customer':'INTEGER','month':'TINYINT','cents':'INTEGER','open':'INTEGER'}",
	}
	for name, write := range files {
		file := filepath.Join(a.dir, name+".csv")
		if err := writeFile(file, write); err != nil {
			return err
		}
		order := map[string]string{"prefix": "due", "period": "from_day"}[name]
		if order == "" {
			order = "customer"
		}
		if _, err := a.duck.query(fmt.Sprintf("create table %s as select * from read_csv('%s', header=true, columns=%s) order by %s", name, file, types[name], order)); err != nil {
			return err
		}
	}
	return nil
}

func (a *arena) fillSQLite(acc map[int32]int64) error {
	var err error
	if a.sqlite, err = sql.Open("sqlite", "file::memory:"); err != nil {
		return err
	}
	a.sqlite.SetMaxOpenConns(1) // memory of its own
	tx, err := a.sqlite.BeginTx(context.Background(), nil)
	if err != nil {
		return err
	}
	fill := func(table, columns, key string, n int, row func(i int) []any) error {
		if _, err := tx.Exec(fmt.Sprintf("create table %s (%s, primary key (%s)) without rowid", table, columns, key)); err != nil {
			return err
		}
		statement, err := tx.Prepare(fmt.Sprintf("insert into %s values (?%s)", table, strings.Repeat(",?", strings.Count(columns, ","))))
		if err != nil {
			return err
		}
		for i := range n {
			if _, err := statement.Exec(row(i)...); err != nil {
				return errors.Join(err, statement.Close())
			}
		}
		return statement.Close()
	}
	days := make([]int32, 0, len(acc))
	for day := range acc {
		days = append(days, day)
	}
	err = errors.Join(
		fill("item", "customer int, n int, due int, issued int, cents int", "customer, n", len(a.rows), func(i int) []any {
			x := &a.rows[i]
			return []any{x.customer, i, x.due, x.issued, x.cents}
		}),
		fill("sale", "customer int, n int, month int, cents int, open int", "customer, n", len(a.sales), func(i int) []any {
			x := &a.sales[i]
			return []any{x.customer, i, monthOf(dayOf(x.issued)), x.cents, x.open}
		}),
		fill("prefix", "due int, acc int", "due", len(days), func(i int) []any { return []any{days[i], acc[days[i]]} }),
	)
	if err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// databases returns a query as contestants: in DuckDB and in SQLite, whose answer is written by a function.
func (a *arena) databases(duck, sqlite string, write func(row []string) string) []contestant {
	var list []contestant
	if a.duck != nil {
		list = append(list, contestant{name: "DuckDB, 2 threads", run: func() (string, error) {
			rows, err := a.duck.query(duck)
			if err != nil {
				return "", err
			}
			return write(rows[0]), nil
		}})
	}
	if a.sqlite != nil {
		list = append(list, contestant{name: "SQLite (in Go)", run: func() (_ string, err error) {
			rows, err := a.sqlite.Query(sqlite)
			if err != nil {
				return "", err
			}
			defer func() { err = errors.Join(err, rows.Close()) }()
			columns, err := rows.Columns()
			if err != nil {
				return "", err
			}
			values, to := make([]string, len(columns)), make([]any, len(columns))
			for i := range values {
				to[i] = &values[i]
			}
			for rows.Next() {
				if err := rows.Scan(to...); err != nil {
					return "", err
				}
			}
			return write(values), rows.Err()
		}})
	}
	return list
}

// rates is the table of statutory interest between professionals in France, rounded once for each item.
func (a *arena) rates() (*penalties.Table, error) {
	c, err := a.calculator()
	if err != nil {
		return nil, err
	}
	return c.Table(receivables.AddDays(asOf, -400), asOf)
}

func (a *arena) calculator() (*penalties.Calculator, error) {
	law, err := penalties.Standard()
	if err != nil {
		return nil, err
	}
	return penalties.New(law, penalties.Config{Regime: "fr.b2b", Scope: penalties.AtEnd})
}
