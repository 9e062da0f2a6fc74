package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func do(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(args, &out, &errs)
	return out.String(), errs.String(), code
}

// lastLine returns the last line of an output.
func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}

func TestOwnExamplesPass(t *testing.T) {
	stdout, stderr, code := do(t, "-strict", filepath.Join("testdata", "ageing.json"))
	assert.Zero(t, code, stdout+stderr)
	assert.Equal(t, "9 passed, 0 failed, 0 unsupported", lastLine(stdout))
	stdout, stderr, code = do(t, "-strict", filepath.Join("testdata", "late-payment.json"))
	assert.Zero(t, code, stdout+stderr)
	assert.Equal(t, "13 passed, 0 failed, 0 unsupported", lastLine(stdout))
	stdout, stderr, code = do(t, "-strict", filepath.Join("testdata", "indicators.json"))
	assert.Zero(t, code, stdout+stderr)
	assert.Equal(t, "49 passed, 0 failed, 0 unsupported", lastLine(stdout), "46 examples of 45 families, 3 undefined ones")
	stdout, stderr, code = do(t, "-strict", filepath.Join("testdata", "procedure.json"))
	assert.Zero(t, code, stdout+stderr)
	assert.Equal(t, "15 passed, 0 failed, 0 unsupported", lastLine(stdout))
	stdout, stderr, code = do(t, "-strict", filepath.Join("testdata", "judicial.json"))
	assert.Zero(t, code, stdout+stderr)
	assert.Equal(t, "74 passed, 0 failed, 0 unsupported", lastLine(stdout), "at least one of each family")
	stdout, stderr, code = do(t, "-strict", filepath.Join("testdata", "risk.json"))
	assert.Zero(t, code, stdout+stderr)
	assert.Equal(t, "31 passed, 0 failed, 0 unsupported", lastLine(stdout))
}

func TestReferenceExamplesPass(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "reference", "vectors")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the reference data are not beside the repository: %v", err)
	}
	for family, n := range map[string]string{"aged*": "1", "bucket_shares": "1", "due_date": "8", "holidays.list": "6"} {
		stdout, _, code := do(t, "-strict", "-family", family,
			filepath.Join(dir, "metrics.json"), filepath.Join(dir, "late-payment.json"), filepath.Join(dir, "procedure.json"))
		assert.Zero(t, code, stdout)
		assert.Equal(t, n+" passed, 0 failed, 0 unsupported", lastLine(stdout), family)
	}
	for what, c := range map[string]struct {
		families []string
		want     int
	}{
		"sections 1, 2 and 6.2 of the reference": {indicatorFamilies, 57},
		"sections 4, 5 and 6.1 of the reference": {riskFamilies, 30},
	} {
		passed := 0
		for _, family := range c.families {
			stdout, stderr, code := do(t, "-strict", "-family", family, filepath.Join(dir, "metrics.json"))
			if strings.Contains(stderr, "no example") {
				continue // the file has none of this family
			}
			assert.Zero(t, code, stdout)
			n, _, _ := strings.Cut(lastLine(stdout), " ")
			count, err := strconv.Atoi(n)
			require.NoError(t, err)
			passed += count
		}
		assert.Equal(t, c.want, passed, what)
	}
	for family, n := range map[string]string{
		"dunning.*": "7", "plan.*": "1", "payment.*": "4", "promise*": "1", "instalment*": "2", "annuity*": "1", "worklist*": "1", "cost_of_credit": "1", "simple_interest*": "1",
		"grace.*": "1",
	} {
		stdout, _, code := do(t, "-strict", "-family", family, filepath.Join(dir, "metrics.json"), filepath.Join(dir, "procedure.json"))
		assert.Zero(t, code, stdout)
		assert.Equal(t, n+" passed, 0 failed, 0 unsupported", lastLine(stdout), family)
	}
	stdout, _, code := do(t, "-strict", filepath.Join(dir, "metrics.json"))
	assert.Zero(t, code, stdout)
	assert.Equal(t, "94 passed, 0 failed, 0 unsupported", lastLine(stdout))
	stdout, _, code = do(t, "-strict", filepath.Join(dir, "procedure.json"))
	assert.Zero(t, code, stdout)
	assert.Equal(t, "129 passed, 0 failed, 0 unsupported", lastLine(stdout))
	stdout, _, code = do(t, "-strict", filepath.Join(dir, "late-payment.json"))
	assert.Zero(t, code, stdout)
	assert.Equal(t, "155 passed, 0 failed, 0 unsupported", lastLine(stdout))
}

// indicatorFamilies are those of sections 1, 2 and 6.2 of the reference.
var indicatorFamilies = strings.Fields(`
	average_days_to_pay average_days_to_pay_simple break_even_discount cash_conversion_cycle
	cash_in_first_month cash_in_from_ageing cash_in_pattern cash_in_pattern_with_opening
	cash_in_with_discount cei_crf cei_period contribution_of_new_sales
	credit_policy_break_even_bad_debt credit_policy_comparison credit_standards_change crf_kpis
	days_beyond_terms deposit_benefit discount_amount_annual_rate discount_amount_flat
	discounts_taken_cost dispute_ratio dso_bpdso_add dso_by_customer
	dso_countback_days dso_countback_months dso_day_value dso_decomposition
	dso_sales_weighted dso_simple dso_simple_from_net_sales dso_true_invoice
	early_payment_discount_cost expected_collection_days_mix late_payment_cost normative_bfr_days
	price_increase_for_terms promise_kept_ratio receivables_carrying_cost receivables_level_after_terms_change
	receivables_opportunity_cost receivables_turnover receivables_turnover_months sales_to_offset_loss
	seller_max_discount`)

// riskFamilies are those of sections 4, 5 and 6.1.
var riskFamilies = strings.Fields(`
	abc_classes altman_z_1968 altman_z_1968_percent_form altman_z_double_prime altman_z_prime bdf_z
	beneish_m conan_holder credit_limit_afdcc credit_limit_mix dbt_experian delay_dispersion
	delay_trend doubtful_receivable_allowance_fr expected_loss functional_balance
	functional_balance_frng grover_g hhi markov_receivables ohlson_o paydex_days
	paydex_weighted provision_matrix provision_matrix_from_cohort roll_rate roll_rate_chain
	springate taffler_1983 worklist_score zmijewski`)

func TestFailuresAndUnsupportedExamplesShow(t *testing.T) {
	write := func(text string) string {
		path := filepath.Join(t.TempDir(), "x.json")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	for name, c := range map[string]struct {
		text, want, last string
		code, strict     int
	}{
		"wrong share": {
			`[{"id":"a","metric":"bucket_shares","inputs":{"amounts":["1","3"]},"expected":{"shares":["0.25","0.750000002"]}}]`,
			"shares[1]: expected 0.750000002, computed 0.75", "0 passed, 1 failed, 0 unsupported", 1, 1,
		},
		"within the tolerance": {
			`[{"id":"a","metric":"bucket_shares","inputs":{"amounts":["1","3"]},"expected":{"shares":["0.25","0.7500000009"]}}]`,
			"", "1 passed, 0 failed, 0 unsupported", 0, 0,
		},
		"amounts are exact": {
			`[{"id":"a","metric":"aged_balance","inputs":{"as_of":"2026-01-01","upper_bounds":[30],"items":[{"id":"A","due":"2025-12-31","amount":"1"}]},"expected":{"total":"1.0000000001"}}]`,
			"total: expected 1.0000000001, computed 1.00", "0 passed, 1 failed, 0 unsupported", 1, 1,
		},
		"a list of another length": {
			`[{"id":"a","metric":"bucket_shares","inputs":{"amounts":["1"]},"expected":{"shares":[]}}]`, "shares: expected []", "0 passed, 1 failed, 0 unsupported", 1, 1,
		},
		"a field not computed": {
			`[{"id":"a","metric":"bucket_shares","inputs":{"amounts":["1"]},"expected":{"median":"1"}}]`, "median: expected 1, not computed", "0 passed, 1 failed, 0 unsupported", 1, 1,
		},
		"bad inputs": {
			`[{"id":"a","metric":"aged_balance","inputs":{"as_of":"2026-02-30","upper_bounds":[30],"items":[]},"expected":{"total":"0"}}]`, "2026-02-30", "0 passed, 1 failed, 0 unsupported", 1, 1,
		},
		"an item without amount": {
			`[{"id":"a","metric":"aged_balance","inputs":{"as_of":"2026-02-28","upper_bounds":[30],"items":[{"id":"A"}]},"expected":{"total":"0"}}]`, "items[0]", "0 passed, 1 failed, 0 unsupported", 1, 1,
		},
		"nothing to compare": {
			`[{"id":"a","metric":"bucket_shares","inputs":{"amounts":["1"]},"expected":{"published_total":"9"}}]`, "nothing is expected of it", "0 passed, 0 failed, 1 unsupported", 0, 1,
		},
		"bounds in fractions": {
			`[{"id":"a","metric":"aged_balance","inputs":{"as_of":"2026-02-28","upper_bounds":[30.7],"items":[]},"expected":{"total":"0"}}]`, "30.7", "0 passed, 1 failed, 0 unsupported", 1, 1,
		},
		"undefined shares": {
			`[{"id":"a","metric":"bucket_shares","inputs":{"amounts":[]},"expected":{"defined":false,"reason":"zero denominator","shares":[]}},
			  {"id":"b","metric":"bucket_shares","inputs":{"amounts":["1","-2"]},"expected":{"status":"negative denominator","shares":[null,null]}}]`, "", "2 passed, 0 failed, 0 unsupported", 0, 0,
		},
		"the rule names the start": {
			`[{"id":"a","inputs":{"kind":"due_date","rule":"30 days after receipt or performance","invoice_date":"2026-01-01","delivery_date":"2026-01-20"},"expected":{"due_date":"2026-02-19"}},
			  {"id":"b","inputs":{"kind":"due_date","rule":"30 days","invoice_date":"2026-01-01","delivery_date":"2026-01-20"},"expected":{"due_date":"2026-01-31"}}]`, "", "2 passed, 0 failed, 0 unsupported", 0, 0,
		},
		"the start is missing": {
			`[{"id":"a","inputs":{"kind":"due_date","rule":"30 days after the invoice date","delivery_date":"2026-01-20"},"expected":{"due_date":"2026-02-19"}}]`, "invoice_date is needed", "0 passed, 1 failed, 0 unsupported", 1, 1,
		},
		"wrong interest": {
			`[{"id":"a","regime":"fr.b2b","inputs":{"kind":"statutory_interest","principal":"3650.00","currency":"EUR","due":"2026-01-31","paid":"2026-02-10"},"expected":{"interest":"12.16"}}]`, "interest: expected 12.16, computed 12.15", "0 passed, 1 failed, 0 unsupported", 1, 1,
		},
		"a day without rate": {
			`[{"id":"a","regime":"fr.b2b","inputs":{"kind":"statutory_interest","principal":"1.00","currency":"EUR","due":"2030-01-31","paid":"2030-02-10"},"expected":{"interest":"1"}}]`, "ecb_mro", "0 passed, 1 failed, 0 unsupported", 1, 1,
		},
		"a negative amount": {
			`[{"id":"a","regime":"fr.b2b","inputs":{"kind":"statutory_interest","principal":"-1.00","currency":"EUR","due":"2026-01-31","paid":"2026-02-10"},"expected":{"interest":"1"}}]`, "above zero", "0 passed, 1 failed, 0 unsupported", 1, 1,
		},
		"an unknown family": {
			`[{"id":"a","metric":"phrenology","inputs":{},"expected":{}}]`, "does not compute it", "0 passed, 0 failed, 1 unsupported", 0, 1,
		},
		"an unknown variant": {
			`[{"id":"a","metric":"aged_balance","inputs":{"as_of":"2026-02-28","upper_bounds":[30],"credits":"hidden","items":[]},"expected":{"total":"0"}}]`, `1 not supported: credits "hidden" is not known`, "0 passed, 0 failed, 1 unsupported", 0, 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := write(c.text)
			stdout, _, code := do(t, path)
			assert.Equal(t, c.code, code, stdout)
			assert.Equal(t, c.last, lastLine(stdout))
			assert.Contains(t, stdout, c.want)
			_, _, code = do(t, "-strict", path)
			assert.Equal(t, c.strict, code)
		})
	}
	_, stderr, code := do(t, "-family", "aged*", write(`[]`))
	assert.Equal(t, 1, code, "nothing checked is not a success")
	assert.Contains(t, stderr, "no example")
	for _, args := range [][]string{{}, {"none.json"}, {"-family", "[", "x"}, {write(`{}`)}, {write(`[{"id":"a"}]`)}, {"-nonsense"}} {
		_, _, code := do(t, args...)
		assert.Equal(t, 2, code, "%v", args)
	}
}
