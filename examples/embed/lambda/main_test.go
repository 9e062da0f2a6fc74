package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRun(t *testing.T) {
	event := `{"customer":{"id":"C1","kind":"company"},"as_of":"2026-09-04","invoices":[
		{"id":"F1","issued":"2026-08-01","due":"2026-08-31","open":{"amount":"980.00","currency":"EUR"}},
		{"id":"F2","issued":"2026-08-20","due":"2026-09-19","open":{"amount":"20.00","currency":"EUR"}}],
		"done":[{"on":"2026-08-21","invoice":"F1","step":"pre_reminder_email","level":"pre-due"}]}`
	event = strings.Replace(event, `"level":"pre-due"`, `"level":"before due"`, 1)
	var first, second bytes.Buffer
	require.NoError(t, run(strings.NewReader(event), &first))
	require.NoError(t, run(strings.NewReader(event), &second))
	assert.Equal(t, first.String(), second.String(), "delivered twice, the answer is the same")
	// Four days after the due date the standard calendar has its first reminder.
	assert.Contains(t, first.String(), `"amount":"980.00"`)
	assert.Contains(t, first.String(), `"document":"F1"`)
	assert.NotContains(t, first.String(), `"document":"F2"`)

	for _, bad := range []string{
		`{"as_of":"2026-02-30"}`, `{"as-of":"2026-02-03"}`, `{"as_of":"2026-09-04","invoices":[{"id":"F1","issued":"2026-08-01","due":"","open":{"amount":"1.00","currency":"EUR"}}]}`,
		`{"as_of":"2026-09-04","customer":{"id":"C1"},"invoices":[{"id":"F1","issued":"2026-08-01","due":"2026-08-31","open":{"amount":1.5,"currency":"EUR"}}]}`, ``, event + "}", strings.Replace(event, "pre_reminder_email", "zz", 1), event + event,
	} {
		require.Error(t, run(strings.NewReader(bad), &bytes.Buffer{}), bad)
	}
}
