package main

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
	"github.com/receivables-go/receivables/dso"
	"github.com/receivables-go/receivables/penalties"
	"github.com/receivables-go/receivables/risk"
)

// The questions that can be asked of the data set.
var questions = []string{"ageing", "indicators", "interest", "profiles"}

// accumulator is what the accumulators of the library have in common.
type accumulator interface {
	MarshalBinary() ([]byte, error)
	MergeBinary(data []byte) error
}

// partial is the answer for a part of the data set: an accumulator at work, or its state as it came from elsewhere.
type partial struct {
	at    accumulator
	state []byte
}

func (p *partial) bytes() ([]byte, error) {
	if p.at == nil {
		return p.state, nil
	}
	return p.at.MarshalBinary()
}

// encodePartial and decodePartial are the coder: without one of its own, Beam would silently send the exported fields alone.
func encodePartial(p *partial) ([]byte, error) { return p.bytes() }
func decodePartial(b []byte) (*partial, error) { return &partial{state: slices.Clone(b)}, nil }

// question is one question with its configuration, which Beam sends along as JSON.
type question struct {
	Name string
	AsOf date.Date
}

// open makes an empty accumulator.
func (q *question) open() (accumulator, error) {
	switch q.Name {
	case "ageing":
		return aging.New(q.AsOf, aging.Config{})
	case "indicators":
		return dso.New(dso.Config{})
	case "interest":
		table, err := rates(q.AsOf)
		if err != nil {
			return nil, err
		}
		return table.Accumulator(), nil
	case "profiles":
		return risk.New(risk.Config{AsOf: q.AsOf, Months: 12})
	}
	return nil, fmt.Errorf("no question %q; there are %v", q.Name, questions)
}

// rates is the table of statutory interest of claims due within two years before a day; it is read once on each machine.
func rates(asOf date.Date) (*penalties.Table, error) {
	tables.Lock()
	defer tables.Unlock()
	if t := tables.byDay[asOf]; t != nil {
		return t, nil
	}
	law, err := penalties.Standard()
	if err != nil {
		return nil, err
	}
	c, err := penalties.New(law, penalties.Config{Regime: "fr.b2b"})
	if err != nil {
		return nil, err
	}
	t, err := c.Table(receivables.AddDays(asOf, -730), asOf)
	if err == nil {
		tables.byDay[asOf] = t
	}
	return t, err
}

var tables = struct {
	sync.Mutex
	byDay map[date.Date]*penalties.Table
}{byDay: map[date.Date]*penalties.Table{}}

// live returns the accumulator of a partial, made from its state if that is what there is.
func (q *question) live(p *partial) (accumulator, error) {
	if p.at == nil {
		at, err := q.open()
		if err != nil {
			return nil, err
		}
		if len(p.state) > 0 { // a part with nothing in it has none
			if err := at.MergeBinary(p.state); err != nil {
				return nil, err
			}
		}
		p.at, p.state = at, nil
	}
	return p.at, nil
}

// add adds a document.
func (q *question) add(p *partial, d *document) error {
	at, err := q.live(p)
	if err != nil {
		return err
	}
	switch a := at.(type) {
	case *aging.Accumulator:
		if item, open := d.item(q.AsOf); open {
			return a.Add(item)
		}
		return nil
	case *penalties.Accumulator:
		if item, open := d.item(q.AsOf); open {
			return a.Add(item)
		}
		return nil
	case interface {
		Add(receivables.Timeline) error
	}: // indicators and profiles
		t, err := d.timeline()
		if err != nil {
			return err
		}
		return a.Add(t)
	}
	return fmt.Errorf("no accumulator: %T", at)
}

// merge adds b to a; b stays as it is.
func (q *question) merge(a, b *partial) (*partial, error) {
	if a == nil || b == nil {
		return nil, errors.New("a partial answer is missing")
	}
	at, err := q.live(a)
	if err != nil {
		return nil, err
	}
	state, err := b.bytes()
	if err != nil || len(state) == 0 { // nothing was added
		return a, err
	}
	return a, at.MergeBinary(state)
}

// CombineDocuments is the CombineFn over the documents of a key: an accumulator of the library from beginning to end.
type CombineDocuments struct{ Question question }

// CreateAccumulator returns an empty partial answer.
func (f *CombineDocuments) CreateAccumulator() *partial { return &partial{} }

// AddInput adds a document.
func (f *CombineDocuments) AddInput(p *partial, d document) (*partial, error) {
	return p, f.Question.add(p, &d)
}

// MergeAccumulators adds the second partial answer to the first.
func (f *CombineDocuments) MergeAccumulators(a, b *partial) (*partial, error) {
	return f.Question.merge(a, b)
}

// ExtractOutput keeps the answer mergeable.
func (f *CombineDocuments) ExtractOutput(p *partial) *partial { return p }

// CombineShards is the CombineFn over the answers of the shards; its output is the text of the figures.
type CombineShards struct{ Question question }

// CreateAccumulator returns an empty answer.
func (f *CombineShards) CreateAccumulator() *partial { return &partial{} }

// AddInput adds the answer of a shard, which stays as it is.
func (f *CombineShards) AddInput(a, b *partial) (*partial, error) { return f.Question.merge(a, b) }

// MergeAccumulators adds the second answer to the first.
func (f *CombineShards) MergeAccumulators(a, b *partial) (*partial, error) {
	return f.Question.merge(a, b)
}

// ExtractOutput writes the figures.
func (f *CombineShards) ExtractOutput(p *partial) (string, error) {
	at, err := f.Question.live(p)
	if err != nil {
		return "", err
	}
	text, err := figures(at, f.Question.AsOf)
	return f.Question.Name + ": " + strings.TrimSuffix(text, "\n"), err
}

// read yields the documents of a shard.
type read struct{ Set dataSet }

// ProcessElement emits the documents with their shard as key.
func (f *read) ProcessElement(shard int, emit func(int, document)) {
	f.Set.shard(shard, func(d document) { emit(shard, d) })
}

func dropKey(_ int, p *partial) *partial { return p }

func init() {
	beam.RegisterCoder(reflect.TypeFor[document](), encode, decode)
	beam.RegisterCoder(reflect.TypeFor[*partial](), encodePartial, decodePartial)
	register.Combiner2[*partial, document](&CombineDocuments{})
	register.Combiner2[*partial, string](&CombineShards{})
	register.DoFn2x0[int, func(int, document)](&read{})
	register.Emitter2[int, document]()
	register.Function2x1(dropKey)
}

// answer adds to a pipeline the text of the figures of a question.
func answer(s beam.Scope, set dataSet, documents beam.PCollection, name string) beam.PCollection {
	s = s.Scope(name)
	q := question{Name: name, AsOf: set.AsOf}
	shards := beam.ParDo(s, dropKey, beam.CombinePerKey(s, &CombineDocuments{q}, documents))
	return beam.Combine(s, &CombineShards{q}, shards)
}

// documents adds to a pipeline the documents of the data set by shard.
func documents(s beam.Scope, set dataSet) beam.PCollection {
	shards := make([]int, set.Shards)
	for i := range shards {
		shards[i] = i
	}
	return beam.ParDo(s, &read{set}, beam.Reshuffle(s, beam.CreateList(s, shards)))
}
