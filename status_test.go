package receivables_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
)

func TestFiguresAreReadBack(t *testing.T) {
	for _, text := range []string{
		`{"value":"-12.50","unit":"days","status":"ok"}`, `{"value":"3","unit":"EUR","status":"truncated"}`, `{"value":null,"unit":"fraction","status":"zero denominator"}`,
		`{"value":null,"unit":"","status":"undefined"}`,
	} {
		var f receivables.Figure
		require.NoError(t, json.Unmarshal([]byte(text), &f), text)
		again, err := json.Marshal(f)
		require.NoError(t, err)
		var want, got map[string]any
		require.NoError(t, json.Unmarshal([]byte(text), &want))
		require.NoError(t, json.Unmarshal(again, &got))
		if want["value"] == "-12.50" {
			want["value"] = "-12.5"
		}
		assert.Equal(t, want, got)
	}
	for _, text := range []string{
		`{"value":"1","unit":"days","status":"zero denominator"}`, `{"value":null,"unit":"days","status":"ok"}`, `{"value":"x","unit":"days","status":"ok"}`, `{"unit":"days","status":"fine"}`,
	} {
		var f receivables.Figure
		require.ErrorIs(t, json.Unmarshal([]byte(text), &f), receivables.ErrInvalidInput, text)
	}
}

func TestNamesAreReadBack(t *testing.T) {
	for r := receivables.RollNone; r <= receivables.RollModifiedFollowing; r++ {
		var back receivables.Roll
		require.NoError(t, back.UnmarshalText([]byte(r.String())))
		assert.Equal(t, r, back)
	}
	for k := receivables.KindUnknown; k <= receivables.KindConsumer; k++ {
		var back receivables.CustomerKind
		require.NoError(t, back.UnmarshalText([]byte(k.String())))
		assert.Equal(t, k, back)
	}
	require.ErrorIs(t, new(receivables.Roll).UnmarshalText([]byte("x")), receivables.ErrInvalidInput)
	require.ErrorIs(t, new(receivables.CustomerKind).UnmarshalText([]byte("x")), receivables.ErrInvalidInput)
}
