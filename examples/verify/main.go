// Verify recomputes worked examples through the public API of the library and
// compares the results.
//
//	go run ./examples/verify [-family GLOB] [-strict] FILE...
//
// A file is a JSON array of {id, metric | rule | inputs.kind, inputs, expected,
// source, note}. Amounts, dates, counts and texts must agree exactly; other
// figures within 1e-9 relative. Fields of expected that begin with "published" are
// what a source prints and are not compared.
//
// The exit code is 1 if an example failed, if none was found, or with -strict if
// one is not supported; 2 for a wrong command line or an unreadable file.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/receivables-go/receivables/examples/internal/plain"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// maxFileBytes bounds a file of examples.
const maxFileBytes = 64 << 20

// example is one worked example.
type example struct {
	ID       string          `json:"id"`
	Metric   string          `json:"metric"`
	Rule     string          `json:"rule"`
	Regime   string          `json:"regime"`
	Inputs   json.RawMessage `json:"inputs"`
	Expected json.RawMessage `json:"expected"`
}

// family names the computation an example is about.
func (e example) family() string {
	var kind struct {
		Kind string `json:"kind"`
	}
	switch {
	case e.Metric != "":
		return e.Metric
	case e.Rule != "":
		return e.Rule
	case json.Unmarshal(e.Inputs, &kind) == nil && kind.Kind != "":
		return kind.Kind
	}
	return "(no family)"
}

// tally counts the outcomes of one family.
type tally struct{ passed, failed, unsupported int }

func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("verify", flag.ContinueOnError)
	flags.SetOutput(stderr)
	glob := flags.String("family", "*", "only families that match `GLOB`, as aged*")
	strict := flags.Bool("strict", false, "fail if an example is not supported")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	if _, err := path.Match(*glob, ""); err != nil || flags.NArg() == 0 {
		fmt.Fprintln(stderr, "usage: verify [-family GLOB] [-strict] FILE...")
		return 2
	}
	v := verifier{out: stdout, families: map[string]*tally{}, reasons: map[string]map[string]int{}}
	for _, file := range flags.Args() {
		examples, err := readExamples(file)
		if err != nil {
			fmt.Fprintf(stderr, "verify: %s: %v\n", file, err)
			return 2
		}
		for _, e := range examples {
			if ok, _ := path.Match(*glob, e.family()); ok {
				v.verify(file, e)
			}
		}
	}
	total := v.summary()
	if total == (tally{}) {
		fmt.Fprintf(stderr, "verify: no example of a family that matches %q\n", *glob)
		return 1
	}
	if total.failed > 0 || *strict && total.unsupported > 0 {
		return 1
	}
	return 0
}

// readExamples reads one file.
func readExamples(name string) ([]example, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFileBytes+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxFileBytes {
		return nil, fmt.Errorf("larger than %d bytes", maxFileBytes)
	}
	var list []example
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, fmt.Errorf("not an array of examples: %w", err)
	}
	for i, e := range list {
		if len(e.Inputs) == 0 || len(e.Expected) == 0 {
			return nil, fmt.Errorf("example %d (%q): inputs and expected are needed", i, e.ID)
		}
	}
	return list, nil
}

// verifier runs examples and keeps count.
type verifier struct {
	out      io.Writer
	families map[string]*tally
	reasons  map[string]map[string]int // why examples of a family are not supported, and how many
}

// verify computes one example and compares.
func (v *verifier) verify(file string, e example) {
	family := e.family()
	if v.families[family] == nil {
		v.families[family] = &tally{}
	}
	count := v.families[family]
	differences, err := check(family, e)
	if u, ok := errors.AsType[*unsupportedError](err); ok {
		count.unsupported++
		if v.reasons[family] == nil {
			v.reasons[family] = map[string]int{}
		}
		v.reasons[family][u.reason]++
		return
	}
	if err == nil && len(differences) == 0 {
		count.passed++
		return
	}
	count.failed++
	var inputs bytes.Buffer
	if json.Compact(&inputs, e.Inputs) != nil {
		inputs.Write(e.Inputs)
	}
	fmt.Fprintf(v.out, "FAIL %s (%s) in %s\n  inputs: %s\n", plain.Text(e.ID), plain.Text(family), plain.Text(file), plain.Text(inputs.String()))
	if err != nil {
		fmt.Fprintf(v.out, "  error: %s\n", plain.Text(err.Error()))
	}
	for _, d := range differences {
		fmt.Fprintf(v.out, "  %s\n", plain.Text(d))
	}
}

// check returns how the computed figures differ from the expected ones.
func check(family string, e example) ([]string, error) {
	adapter, ok := adapters()[family]
	if !ok {
		return nil, &unsupportedError{"this version of the library does not compute it"}
	}
	in, err := newInputs(e.Inputs)
	if err != nil {
		return nil, err
	}
	var expected map[string]any
	if err := decodeNumbers(e.Expected, &expected); err != nil {
		return nil, fmt.Errorf("expected: %w", err)
	}
	in.regime, in.expected = e.Regime, expected
	computed, err := adapter(in)
	if err = errors.Join(err, in.err); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(slices.Collect(maps.Keys(expected)), isResult) {
		return nil, &unsupportedError{"nothing is expected of it"}
	}
	return compareFields("", expected, computed), nil
}

// isResult reports whether a field of expected is one to compare.
func isResult(name string) bool { return !strings.HasPrefix(name, "published") }

// summary prints the table by family and the last line.
func (v *verifier) summary() tally {
	var names []string
	width := len("family")
	for name := range v.families {
		names = append(names, name)
		width = max(width, len(name))
	}
	slices.Sort(names)
	var total tally
	fmt.Fprintf(v.out, "%-*s  passed  failed  unsupported\n", width, "family")
	for _, name := range names {
		t := v.families[name]
		fmt.Fprintf(v.out, "%-*s  %6d  %6d  %11d\n", width, plain.Text(name), t.passed, t.failed, t.unsupported)
		for _, reason := range slices.Sorted(maps.Keys(v.reasons[name])) {
			fmt.Fprintf(v.out, "  %d not supported: %s\n", v.reasons[name][reason], plain.Text(reason))
		}
		total.passed += t.passed
		total.failed += t.failed
		total.unsupported += t.unsupported
	}
	fmt.Fprintf(v.out, "%d passed, %d failed, %d unsupported\n", total.passed, total.failed, total.unsupported)
	return total
}
