// Bench compares ways to compute the same figures on generated open items: one table with the median time an item of several rounds,
// the contestants taking turns, and whether all gave the same figures.
//
//	make bench BENCH="-items 1000000 -customers 100000 -rounds 5 -json bench.json"
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) (err error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	items := flags.Int("items", 1_000_000, "number of open items")
	customers := flags.Int("customers", 100_000, "number of customers")
	rounds := flags.Int("rounds", 5, "rounds; the median is printed")
	seed := flags.Uint64("seed", 1, "seed of the generated items")
	file := flags.String("json", "", "write the results to this file as well")
	duck := flags.String("duckdb", ".tools/duckdb", "directory in which the npm package of DuckDB was installed")
	sqlite := flags.Bool("sqlite", true, "let SQLite take part")
	only := flags.String("only", "", "only the workloads whose name contains this")
	plain := flags.Bool("plain", true, "let the plain functions take part, minutes a round with ten million items")
	ageCSV := flags.String("age-csv", "", "print the balance of this CSV file and nothing else: the contestant that is a process of its own")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	if *ageCSV != "" {
		text, err := balanceOfCSV(*ageCSV)
		if err == nil {
			_, err = io.WriteString(out, text)
		}
		return err
	}
	if *items < 1 || *customers < 1 || *rounds < 1 {
		return fmt.Errorf("items %d, customers %d and rounds %d must be at least 1", *items, *customers, *rounds)
	}
	temporary, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temporary)) }()
	a := arena{data: generate(*items, *customers, *seed), dir: temporary, duckDir: *duck}
	if err := a.openDatabases(*sqlite); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	list, err := a.workloads()
	if err != nil {
		return err
	}
	var results []result
	for _, w := range list {
		if !strings.Contains(w.name, *only) {
			continue
		}
		if !*plain {
			w.contestants = slices.DeleteFunc(w.contestants, func(c contestant) bool { return c.plain })
		}
		r, err := w.measure(*rounds, *items)
		if err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
		results = append(results, r...)
	}
	fmt.Fprintf(out, "%d items, %d customers, seed %d, %d rounds, %d processors\n\n", *items, *customers, *seed, *rounds, runtime.GOMAXPROCS(0))
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "workload\tcontestant\tns an item\ttimes the first\tsame figures")
	var first float64
	for i, r := range results {
		if i == 0 || results[i-1].Workload != r.Workload {
			first = r.Median
		}
		same := "yes"
		switch {
		case r.silent:
			same = "-"
		case !r.Identical:
			same = "NO"
		}
		fmt.Fprintf(table, "%s\t%s\t%.1f\t%.2f\t%s\n", r.Workload, r.Contestant, r.Median, r.Median/first, same)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(out, "\nThe read is the limit: it computes nothing.")
	for _, reason := range a.leftOut {
		fmt.Fprintln(out, "Left out:", reason)
	}
	if *file != "" {
		data, err := json.MarshalIndent(results, "", "  ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(*file, append(data, '\n'), 0o600); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(results, func(r result) bool { return !r.Identical }) {
		return errors.New("figures differ")
	}
	return nil
}

// workload is one question with several ways to answer it.
type workload struct {
	name        string
	contestants []contestant
}

// contestant returns its figures as text; those without text are no answers.
type contestant struct {
	name  string
	run   func() (string, error)
	plain bool // plain functions of the library, item by item
}

type result struct {
	Workload   string  `json:"workload"`
	Contestant string  `json:"contestant"`
	Median     float64 `json:"median_ns_per_item"`
	Rounds     int     `json:"rounds"`
	Identical  bool    `json:"identical"`
	silent     bool    // computes nothing
}

// measure lets the contestants take turns.
func (w workload) measure(rounds, items int) ([]result, error) {
	times := make([][]time.Duration, len(w.contestants))
	figures := make([]string, len(w.contestants))
	differ := make([]bool, len(w.contestants))
	for range rounds {
		for i, c := range w.contestants {
			runtime.GC()
			start := time.Now()
			text, err := c.run()
			times[i] = append(times[i], time.Since(start))
			if err != nil {
				return nil, fmt.Errorf("%s: %w", c.name, err)
			}
			figures[i] = text
			differ[i] = differ[i] || text != "" && text != figures[0]
		}
	}
	var list []result
	for i, c := range w.contestants {
		slices.Sort(times[i])
		list = append(list, result{
			w.name, c.name, float64(times[i][rounds/2].Nanoseconds()) / float64(items), rounds, !differ[i], figures[i] == "",
		})
	}
	return list, nil
}

var (
	asOf = receivables.MustDate("2026-06-30")
	eur  = receivables.MustCurrency("EUR")
)

// monthEnds are the last 12.
func monthEnds() []date.Date {
	var list []date.Date
	for m := range 12 {
		list = append(list, receivables.EndOfMonth(receivables.AddMonths(asOf, -m)))
	}
	return list
}
