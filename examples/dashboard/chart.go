package main

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// Pixels are the only whole numbers made of figures here: what is drawn is rounded, what is written is not.

// pixels is value / most of a length.
func pixels(value, most decimal.Decimal, length int) int {
	if most.Sign() <= 0 || value.Sign() <= 0 {
		return 0
	}
	return int(value.Mul(decimal.NewFromInt(int64(length))).DivRound(most, 0).IntPart())
}

// bar is a stacked bar.
type bar struct {
	Width int
	Parts []barPart
}

type barPart struct{ X, Width, Class int }

// stacked divides a length among amounts above zero; what is below is not drawn.
func stacked(amounts []decimal.Decimal, most decimal.Decimal, length int) bar {
	b := bar{Width: length}
	sum, at := decimal.Zero, 0
	for i, a := range amounts {
		if a.Sign() <= 0 {
			continue
		}
		sum = sum.Add(a)
		end := pixels(sum, most, length)
		if end > at {
			b.Parts = append(b.Parts, barPart{at, end - at, i})
		}
		at = end
	}
	return b
}

// lines is a chart of several series over months.
type lines struct {
	Width, Height    int
	Left, Right      int // of the plot
	Top, Bottom      int
	Ticks            []tick
	Labels           []tick
	Series           []series
	LabelEvery       int
	Title, Described string
}

type tick struct {
	At   int
	Text string
}

type series struct {
	Class  int
	Path   string
	Points []point
	Name   string
}

type point struct {
	X, Y  int
	Title string
}

// newLines scales figures to a plot; one that has no value is a gap.
func newLines(l *language, names []string, months []string, values [][]receivables.Figure) lines {
	c := lines{Width: 720, Height: 300, Left: 56, Right: 708, Top: 14, Bottom: 262, LabelEvery: 1}
	most, least := decimal.NewFromInt(1), decimal.Zero
	for _, list := range values {
		for _, f := range list {
			if v, ok := f.Value(); ok {
				most, least = decimal.Max(most, v), decimal.Min(least, v)
			}
		}
	}
	step := nice(most.Sub(least))
	top, low := step, decimal.Zero // multiples of the step; zero is always in sight
	for top.LessThan(most) {
		top = top.Add(step)
	}
	for low.GreaterThan(least) {
		low = low.Sub(step)
	}
	y := func(v decimal.Decimal) int { return c.Bottom - pixels(v.Sub(low), top.Sub(low), c.Bottom-c.Top) }
	for v := low; !v.GreaterThan(top); v = v.Add(step) {
		c.Ticks = append(c.Ticks, tick{y(v), l.number(v.String())})
	}
	x := func(i int) int {
		if len(months) < 2 {
			return (c.Left + c.Right) / 2
		}
		return c.Left + 12 + i*(c.Right-c.Left-24)/(len(months)-1)
	}
	for i, m := range months {
		c.Labels = append(c.Labels, tick{x(i), m})
	}
	for n, list := range values {
		s := series{Class: n, Name: names[n]}
		var path strings.Builder
		move := "M"
		for i, f := range list {
			v, ok := f.Value()
			if !ok {
				move = "M"
				continue
			}
			p := point{x(i), y(v), fmt.Sprintf("%s, %s: %s", names[n], months[i], l.figure(f))}
			fmt.Fprintf(&path, "%s%d %d", move, p.X, p.Y)
			move = "L"
			s.Points = append(s.Points, p)
		}
		s.Path = path.String()
		c.Series = append(c.Series, s)
	}
	return c
}

// nice is a round step that divides a span into about five.
func nice(most decimal.Decimal) decimal.Decimal {
	step := decimal.NewFromInt(1)
	for _, factor := range []int64{1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000} {
		step = decimal.NewFromInt(factor)
		if step.Mul(decimal.NewFromInt(6)).GreaterThanOrEqual(most) {
			return step
		}
	}
	for step.Mul(decimal.NewFromInt(6)).LessThan(most) {
		step = step.Mul(decimal.NewFromBigInt(big.NewInt(10), 0))
	}
	return step
}
