// Beam ages a sharded data set, takes its indicators, interest and payer profiles on Apache Beam, with the accumulators of the library
// as CombineFns. See the README beside it.
//
//	go run . -shards 64 -documents 1000000
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/local" // for -output
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/textio"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/runners/prism" // embedded, and universal with it

	"github.com/receivables-go/receivables"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "beam:", err)
		os.Exit(1)
	}
}

// The flags. Those of Beam, -runner and -endpoint among them, are beside them.
var (
	shards    = flag.Int("shards", 64, "number of shards")
	count     = flag.Int("documents", 1_000_000, "number of documents in all shards")
	customers = flag.Int("customers", 10_000, "number of customers")
	seed      = flag.Uint64("seed", 1, "seed of the generated documents")
	asOf      = flag.String("as-of", "2026-06-30", "day of the figures")
	output    = flag.String("output", "", "where the figures are written, a path that every worker can reach; empty: a temporary file of this machine")
)

func run(ctx context.Context, out io.Writer) (err error) {
	flag.Parse()
	beam.Init()
	day, err := receivables.ParseDate(*asOf)
	switch {
	case err != nil:
		return err
	case *shards < 1 || *count < *shards || *customers < 1:
		return fmt.Errorf("%d shards, %d documents and %d customers: at least one customer, one shard and one document for each", *shards, *count, *customers)
	}
	file := *output
	if file == "" {
		temporary, err := os.CreateTemp("", "figures-*.txt")
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.Remove(temporary.Name())) }()
		if err := temporary.Close(); err != nil {
			return err
		}
		file = temporary.Name()
	}
	set := dataSet{Shards: *shards, Documents: *count, Customers: *customers, Seed: *seed, AsOf: day}
	p, s := beam.NewPipelineWithRoot()
	textio.Write(s, file, lines(s, set))
	name := *runners.Runner
	if name == "" {
		name = "prism"
	}
	if _, err := beam.Run(ctx, name, p); err != nil {
		return err
	}
	return show(ctx, file, out)
}

// lines adds to a pipeline the answers to all questions.
func lines(s beam.Scope, set dataSet) beam.PCollection {
	rows := documents(s, set)
	var answers []beam.PCollection
	for _, name := range questions {
		answers = append(answers, answer(s, set, rows, name))
	}
	return beam.Flatten(s, answers...)
}

// show prints the file of the figures.
func show(ctx context.Context, file string, out io.Writer) (err error) {
	fs, err := filesystem.New(ctx, file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, fs.Close()) }()
	data, err := filesystem.Read(ctx, fs, file)
	if err != nil {
		return err
	}
	list := slices.DeleteFunc(strings.Split(string(data), "\n"), func(line string) bool { return line == "" })
	slices.Sort(list) // answers come in any order
	for _, line := range list {
		fmt.Fprintln(out, line)
	}
	return nil
}
