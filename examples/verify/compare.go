package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// decodeNumbers decodes JSON and keeps numbers as they are written.
func decodeNumbers(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return d.Decode(into)
}

// compareFields lists what differs between an expected object and the computed
// one. What is computed beyond the expectation does not matter.
func compareFields(place string, expected map[string]any, computed map[string]any) []string {
	var names []string
	for name := range expected {
		if isResult(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var list []string
	for _, name := range names {
		got, ok := computed[name]
		if !ok {
			list = append(list, fmt.Sprintf("%s%s: expected %v, not computed", place, name, expected[name]))
			continue
		}
		list = append(list, compare(place+name, expected[name], got)...)
	}
	return list
}

// compare lists what differs between an expected and a computed value. The type
// of the computed value says how: money, dates, counts and texts agree exactly,
// figures and bare decimals within 1e-9 x max(1, |expected|).
func compare(place string, expected, computed any) []string {
	differ := func() []string {
		return []string{fmt.Sprintf("%s: expected %v, computed %s", place, expected, show(computed))}
	}
	switch got := computed.(type) {
	case map[string]any:
		want, ok := expected.(map[string]any)
		if !ok {
			return differ()
		}
		return compareFields(place+".", want, got)
	case []any:
		want, ok := expected.([]any)
		if !ok || len(want) != len(got) {
			return differ()
		}
		var list []string
		for i := range want {
			list = append(list, compare(fmt.Sprintf("%s[%d]", place, i), want[i], got[i])...)
		}
		return list
	case nil:
		if expected != nil {
			return differ()
		}
		return nil
	case bool:
		if want, ok := expected.(bool); !ok || want != got {
			return differ()
		}
		return nil
	}
	if f, ok := computed.(receivables.Figure); ok && expected == nil {
		if _, defined := f.Value(); !defined {
			return nil
		}
	}
	if expected == nil || !agree(fmt.Sprint(expected), computed) {
		return differ()
	}
	return nil
}

// agree compares a text or number with a computed value.
func agree(expected string, computed any) bool {
	switch got := computed.(type) {
	case string:
		return got == expected
	case date.Date:
		return got.String() == expected
	case int:
		want, err := decimal.NewFromString(expected)
		return err == nil && want.Equal(decimal.NewFromInt(int64(got)))
	case receivables.Money:
		want, err := receivables.ParseAmount(expected)
		return err == nil && want.Equal(got.Amount())
	case receivables.Figure:
		value, ok := got.Value()
		return ok && near(expected, value)
	case decimal.Decimal:
		return near(expected, got)
	}
	return false
}

// near reports |a-b| <= 1e-9 x max(1, |b|).
func near(expected string, got decimal.Decimal) bool {
	want, err := receivables.ParseAmount(expected)
	if err != nil {
		return false
	}
	tolerance := decimal.New(1, -9).Mul(decimal.Max(decimal.New(1, 0), want.Abs()))
	return want.Sub(got).Abs().LessThanOrEqual(tolerance)
}

// show writes a computed value for a message.
func show(computed any) string {
	switch got := computed.(type) {
	case receivables.Money:
		return got.Text()
	case receivables.Figure:
		if v, ok := got.Value(); ok {
			return v.String()
		}
		return "undefined (" + got.Status().String() + ")"
	case []any:
		parts := make([]string, len(got))
		for i, g := range got {
			parts[i] = show(g)
		}
		return "[" + strings.Join(parts, " ") + "]"
	}
	return fmt.Sprint(computed)
}
