package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/coder"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/window"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/runtime/exec"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/typex"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/util/reflectx"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/passert"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/ptest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
)

func TestMain(m *testing.M) {
	temporary, err := os.MkdirTemp("", "beam") // the embedded runner leaves files
	if err != nil {
		panic(err)
	}
	if err := os.Setenv("TMPDIR", temporary); err != nil {
		panic(err)
	}
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	code := ptest.MainRet(m)
	_ = os.RemoveAll(temporary)
	os.Exit(code)
}

// expected is the answers without Beam: the plain use of the library in one process.
func expected(t *testing.T, set dataSet, names ...string) map[string]string {
	t.Helper()
	list := map[string]string{}
	for _, name := range names {
		q := question{Name: name, AsOf: set.AsOf}
		at, err := q.open()
		require.NoError(t, err)
		for n := range set.Shards {
			set.shard(n, func(d document) {
				switch a := at.(type) {
				case interface {
					Add(receivables.Timeline) error
				}:
					x, err := d.timeline()
					require.NoError(t, err)
					require.NoError(t, a.Add(x))
				case interface {
					Add(receivables.OpenItem) error
				}:
					if item, open := d.item(set.AsOf); open {
						require.NoError(t, a.Add(item))
					}
				}
			})
		}
		text, err := figures(at, set.AsOf)
		require.NoError(t, err)
		list[name] = name + ": " + strings.TrimSuffix(text, "\n")
	}
	return list
}

func TestTheEmbeddedRunnerGivesTheSameFigures(t *testing.T) {
	set := dataSet{Shards: 64, Documents: 9601, Customers: 300, Seed: 7, AsOf: receivables.MustDate("2026-06-30")}
	want := expected(t, set, questions...)
	p, s := beam.NewPipelineWithRoot()
	rows := documents(s, set)
	for _, name := range questions {
		passert.Equals(s, answer(s, set, rows, name), want[name])
	}
	require.NoError(t, ptest.Run(p))

	p, s = beam.NewPipelineWithRoot() // the assertion can fail
	passert.Equals(s, answer(s, set, documents(s, set), "ageing"), want["ageing"]+".")
	require.Error(t, ptest.Run(p))

	p, s = beam.NewPipelineWithRoot()
	answer(s, set, documents(s, set), "weather")
	require.ErrorContains(t, ptest.Run(p), "weather")
}

func TestTheProgramPrintsEveryAnswer(t *testing.T) {
	*shards, *count, *customers = 8, 4000, 50
	var out bytes.Buffer
	require.NoError(t, run(context.Background(), &out))
	want := expected(t, dataSet{Shards: 8, Documents: 4000, Customers: 50, Seed: 1, AsOf: receivables.MustDate("2026-06-30")}, questions...)
	for _, name := range questions {
		assert.Contains(t, out.String(), want[name]+"\n")
	}
	*shards = 0
	require.Error(t, run(context.Background(), &out))
}

// A million documents in 64 shards, in bundles that are lost at any point and begun anew, merged in any order, as a runner does it
// with the executor of the SDK: the same figures to the cent.
func TestARestartedBundleCountsOnce(t *testing.T) {
	set := dataSet{Shards: 64, Documents: 1_000_000, Customers: 2000, Seed: 3, AsOf: receivables.MustDate("2026-06-30")}
	want := expected(t, set, questions...)
	random := rand.New(rand.NewPCG(5, 6))
	for _, name := range questions {
		q := question{Name: name, AsOf: set.AsOf}
		var states [][]byte
		restarts := 0
		order := random.Perm(set.Shards)
		for len(order) > 0 {
			size := min(len(order), 1+random.IntN(6))
			list := order[:size]
			order = order[size:]
			if random.IntN(4) == 0 { // the worker is lost after some documents; nothing of the bundle has come out
				_, err := bundle(t, set, q, list, 1+random.IntN(size*set.Documents/set.Shards))
				require.ErrorContains(t, err, errLost.Error())
				restarts++
			}
			state, err := bundle(t, set, q, list, 0)
			require.NoError(t, err)
			states = append(states, state...)
		}
		require.NotZero(t, restarts)
		random.Shuffle(len(states), func(i, j int) { states[i], states[j] = states[j], states[i] })
		assert.Equal(t, want[name], merged(t, q, states), "%d bundles, %d restarts", len(states), restarts)
		if name == "ageing" { // a bundle that counts twice would show
			assert.NotEqual(t, want[name], merged(t, q, append(states, states[0])))
		}
	}
}

var errLost = errors.New("the worker is lost")

// bundle runs read and combine for shards as one bundle, and returns the states that came out; it is lost at a document, if that
// is not 0.
func bundle(t *testing.T, set dataSet, q question, list []int, lostAt int) ([][]byte, error) {
	t.Helper()
	g := graph.New()
	in := g.NewNode(typex.New(reflectx.Int), window.DefaultWindowingStrategy(), true)
	do, err := graph.NewDoFn(&read{set})
	require.NoError(t, err)
	edge, err := graph.NewParDo(g, g.Root(), do, []*graph.Node{in}, nil, nil)
	require.NoError(t, err)
	combine, err := graph.NewCombineFn(&CombineDocuments{q})
	require.NoError(t, err)
	out := &collector{}
	lifted := &exec.LiftedCombine{
		Combine: &exec.Combine{UID: 1, Fn: combine, Out: out}, KeyCoder: coder.NewVarInt(), WindowCoder: coder.NewGlobalWindow(),
	}
	key := &passage{out: lifted, lostAt: lostAt}
	reader := &exec.ParDo{UID: 2, Fn: edge.DoFn, Inbound: edge.Input, Out: []exec.Node{key}}
	source := &source{out: reader}
	for _, n := range list {
		source.in = append(source.in, exec.MainInput{Key: exec.FullValue{Elm: n, Windows: window.SingleGlobalWindow}})
	}
	if err := execute("bundle", source, reader, key, lifted, out); err != nil {
		require.False(t, out.done || len(out.got) > 0, "a lost bundle has an output")
		return nil, err
	}
	encoder := beam.NewElementEncoder(reflect.TypeFor[*partial]())
	var states [][]byte
	for _, p := range out.got {
		var b bytes.Buffer
		require.NoError(t, encoder.Encode(p, &b))
		states = append(states, b.Bytes())
	}
	return states, nil
}

// merged runs the merge of states and the extraction of the figures.
func merged(t *testing.T, q question, states [][]byte) string {
	t.Helper()
	decoder := beam.NewElementDecoder(reflect.TypeFor[*partial]())
	var values []exec.FullValue
	for _, state := range states {
		p, err := decoder.Decode(bytes.NewReader(state))
		require.NoError(t, err)
		values = append(values, exec.FullValue{Elm: p})
	}
	combine, err := graph.NewCombineFn(&CombineShards{q})
	require.NoError(t, err)
	out := &collector{}
	extract := &exec.ExtractOutput{Combine: &exec.Combine{UID: 1, Fn: combine, Out: out}}
	merge := &exec.MergeAccumulators{Combine: &exec.Combine{UID: 2, Fn: combine, Out: extract}}
	source := &source{out: merge, in: []exec.MainInput{{
		Key: exec.FullValue{Elm: int64(0), Windows: window.SingleGlobalWindow}, Values: []exec.ReStream{&exec.FixedReStream{Buf: values}},
	}}}
	require.NoError(t, execute("merge", source, merge, extract, out))
	require.Len(t, out.got, 1)
	return fmt.Sprint(out.got[0])
}

func execute(id string, units ...exec.Unit) error {
	plan, err := exec.NewPlan(id, units)
	if err != nil {
		return err
	}
	err = plan.Execute(context.Background(), id, exec.DataContext{})
	return errors.Join(err, plan.Down(context.Background()))
}

// node is what is the same for the nodes below.
type node struct{ id exec.UnitID }

func (n node) ID() exec.UnitID          { return n.id }
func (node) Up(context.Context) error   { return nil }
func (node) Down(context.Context) error { return nil }

// source gives a bundle its inputs.
type source struct {
	node
	in  []exec.MainInput
	out exec.Node
}

func (s *source) StartBundle(ctx context.Context, id string, data exec.DataContext) error {
	return s.out.StartBundle(ctx, id, data)
}
func (s *source) FinishBundle(ctx context.Context) error { return s.out.FinishBundle(ctx) }
func (s *source) Process(ctx context.Context) ([]*exec.Checkpoint, error) {
	for i := range s.in {
		if err := s.out.ProcessElement(ctx, &s.in[i].Key, s.in[i].Values...); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// passage lets documents pass until the worker is lost, all with one key.
type passage struct {
	node
	out    exec.Node
	count  int
	lostAt int
}

func (p *passage) StartBundle(ctx context.Context, id string, data exec.DataContext) error {
	return p.out.StartBundle(ctx, id, data)
}
func (p *passage) FinishBundle(ctx context.Context) error { return p.out.FinishBundle(ctx) }
func (p *passage) ProcessElement(ctx context.Context, v *exec.FullValue, _ ...exec.ReStream) error {
	if p.count++; p.count == p.lostAt {
		return errLost
	}
	return p.out.ProcessElement(ctx, &exec.FullValue{Elm: int64(0), Elm2: v.Elm2, Windows: v.Windows, Timestamp: v.Timestamp})
}

// collector keeps what comes out of a bundle that ended.
type collector struct {
	node
	got  []any
	done bool
}

func (c *collector) StartBundle(context.Context, string, exec.DataContext) error { return nil }
func (c *collector) FinishBundle(context.Context) error                          { c.done = true; return nil }

func (c *collector) ProcessElement(_ context.Context, v *exec.FullValue, _ ...exec.ReStream) error {
	c.got = append(c.got, v.Elm2)
	return nil
}

func TestDocumentsTravel(t *testing.T) {
	set := dataSet{Shards: 1, Documents: 200, Customers: 5, Seed: 1, AsOf: receivables.MustDate("2026-06-30")}
	set.shard(0, func(d document) {
		b := encode(d)
		back, err := decode(b)
		require.NoError(t, err)
		require.Equal(t, d, back)
		for n := range b {
			_, err := decode(b[:n])
			require.Error(t, err)
		}
	})
	q := question{Name: "ageing", AsOf: set.AsOf}
	_, err := q.live(&partial{state: []byte("nonsense")})
	require.ErrorIs(t, err, receivables.ErrInvalidInput)
	_, err = q.merge(nil, &partial{})
	require.Error(t, err)
	empty, err := encodePartial(&partial{}) // a part with nothing in it travels too
	require.NoError(t, err)
	back, err := decodePartial(empty)
	require.NoError(t, err)
	a, err := q.merge(&partial{}, back)
	require.NoError(t, err)
	_, err = q.merge(back, &partial{})
	require.NoError(t, err)
	assert.IsType(t, &aging.Accumulator{}, a.at)
}
