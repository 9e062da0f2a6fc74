package strictjson_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables/internal/strictjson"
)

func TestDecodeIsStrict(t *testing.T) {
	type value struct{ A int }
	var v value
	require.NoError(t, strictjson.Decode(strings.NewReader(" {\"A\": 7}\n"), 11, &v))
	assert.Equal(t, 7, v.A)
	for text, want := range map[string]string{
		`{"A": 7, "B": 1}`: "unknown field",
		`{"A": 7} {}`:      "more than one value",
		`{"A": 7} x`:       "more than one value",
		`{"A": 7.5}`:       "cannot unmarshal",
		``:                 "EOF",
	} {
		require.ErrorContains(t, strictjson.Decode(strings.NewReader(text), 100, &v), want, text)
	}
	require.ErrorContains(t, strictjson.Decode(strings.NewReader(`{"A": 7}`), 7, &v), "longer than 7 bytes")
	require.NoError(t, strictjson.Decode(strings.NewReader(`{"A": 7}`), 8, &v))
}
