package main

import (
	"errors"
	"fmt"

	"github.com/rickb777/date/v2"
	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables"
)

// inputs reads the fields of an example. The first mistake is kept in err;
// readers after it return zero values.
type inputs struct {
	fields   map[string]any
	regime   string         // of the example
	expected map[string]any // for how results are printed, never for what they are
	err      error
}

func newInputs(data []byte) (*inputs, error) {
	in := &inputs{}
	if err := decodeNumbers(data, &in.fields); err != nil {
		return nil, fmt.Errorf("inputs: %w", err)
	}
	return in, nil
}

func (in *inputs) fail(name string, err error) {
	if in.err == nil {
		in.err = fmt.Errorf("inputs: %s: %w", name, err)
	}
}

// has reports whether a field is given and not null.
func (in *inputs) has(name string) bool { return in.fields[name] != nil }

// text reads a field as text; "" if it is missing.
func (in *inputs) text(name string) string {
	if !in.has(name) {
		return ""
	}
	return fmt.Sprint(in.fields[name])
}

func (in *inputs) decimal(name string) decimal.Decimal {
	d, err := receivables.ParseAmount(in.text(name))
	if err != nil {
		in.fail(name, err)
	}
	return d
}

func (in *inputs) integer(name string) int {
	d := in.decimal(name)
	if !d.IsInteger() {
		in.fail(name, errors.New("want a whole number"))
	}
	return int(d.IntPart())
}

func (in *inputs) date(name string) date.Date {
	d, err := receivables.ParseDate(in.text(name))
	if err != nil {
		in.fail(name, err)
	}
	return d
}

// money reads an amount; the examples have one currency each, so any will do.
func (in *inputs) money(name string) receivables.Money {
	m, err := receivables.NewMoney(in.decimal(name), receivables.MustCurrency("EUR"))
	if err != nil {
		in.fail(name, err)
	}
	return m
}

// object reads an object.
func (in *inputs) object(name string) *inputs {
	fields, ok := in.fields[name].(map[string]any)
	if !ok {
		in.fail(name, errors.New("want an object"))
	}
	return &inputs{fields: fields}
}

// objects reads a list of objects.
func (in *inputs) objects(name string) []*inputs {
	list, ok := in.fields[name].([]any)
	if !ok {
		in.fail(name, errors.New("want a list"))
	}
	var result []*inputs
	for i, element := range list {
		fields, ok := element.(map[string]any)
		if !ok {
			in.fail(fmt.Sprintf("%s[%d]", name, i), errors.New("want an object"))
		}
		result = append(result, &inputs{fields: fields})
	}
	return result
}

// adopt takes over the mistake of an object of a list.
func (in *inputs) adopt(name string, objects []*inputs) {
	for i, o := range objects {
		if o.err != nil {
			in.fail(fmt.Sprintf("%s[%d]", name, i), o.err)
		}
	}
}

// decimals reads a list of numbers.
func (in *inputs) decimals(name string) []decimal.Decimal {
	list, ok := in.fields[name].([]any)
	if !ok {
		in.fail(name, errors.New("want a list"))
	}
	result := make([]decimal.Decimal, len(list))
	for i, element := range list {
		d, err := receivables.ParseAmount(fmt.Sprint(element))
		if err != nil {
			in.fail(fmt.Sprintf("%s[%d]", name, i), err)
		}
		result[i] = d
	}
	return result
}

// unsupportedError says why an example is not computed.
type unsupportedError struct{ reason string }

func (e *unsupportedError) Error() string { return "unsupported: " + e.reason }

// notSupported refuses a text value that the adapter does not know.
func (in *inputs) notSupported(name string) error {
	return &unsupportedError{fmt.Sprintf("%s %q is not known", name, in.text(name))}
}
