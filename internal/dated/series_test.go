package dated_test

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/internal/dated"
)

var day = receivables.MustDate

const header = "parameter,from,until,status,value,unit,confidence,source,locator,note\n"

func manifest() dated.Manifest {
	return dated.Manifest{
		Parameter: "rate", Unit: "percent_per_year", CoveredFrom: day("2020-01-01"), VerifiedThrough: day("2021-06-30"), NextExpected: day("2021-07-01"),
	}
}

func read(text string) (*dated.Series, error) {
	return dated.Read(strings.NewReader(header+text), manifest(), map[string]bool{"s": true})
}

func TestAGoodSeriesAnswersOnItsDaysOnly(t *testing.T) {
	s, err := read("rate,2020-01-01,2020-07-01,in_force,-0.88,percent_per_year,agreed,s,page 1,\nrate,2020-07-01,2021-01-01,unknown,,percent_per_year,unverified,s,,not found\nrate,2021-01-01,,in_force,1.5,percent_per_year,single,s,,\n")
	require.NoError(t, err)
	row, err := s.At(day("2020-06-30"))
	require.NoError(t, err)
	assert.Equal(t, "-0.88", row.Value.String(), "negative rates are legal values")
	_, err = s.At(day("2020-07-01"))
	require.ErrorContains(t, err, "unknown: not found")
	for _, d := range []string{"2019-12-31", "2021-07-01"} {
		_, err = s.At(day(d))
		require.ErrorIs(t, err, receivables.ErrNoCoverage)
		assert.ErrorContains(t, err, "next value expected 2021-07-01")
	}
	row, provisional, err := s.Extended(day("2022-01-01"), true)
	require.NoError(t, err)
	assert.True(t, provisional)
	assert.Equal(t, "1.5", row.Value.String())
	_, _, err = s.Extended(day("2019-12-31"), true)
	require.ErrorIs(t, err, receivables.ErrNoCoverage, "the first value is not stretched backwards")

	longer, err := s.Overlay(day("2021-12-31"), dated.Row{From: day("2021-04-01"), Status: dated.InForce, Value: decimal.New(3, 0), Confidence: dated.FromCaller, Source: "me"})
	require.NoError(t, err)
	row, err = longer.At(day("2021-03-31"))
	require.NoError(t, err)
	assert.Equal(t, "1.5", row.Value.String())
	row, err = longer.At(day("2021-12-31"))
	require.NoError(t, err)
	assert.Equal(t, "3", row.Value.String())
	_, err = s.At(day("2021-12-31"))
	require.ErrorIs(t, err, receivables.ErrNoCoverage, "the series itself is as it was")
}

func TestBadSeriesAreRefused(t *testing.T) {
	for name, text := range map[string]string{
		"empty":                  "",
		"begins late":            "rate,2020-01-02,,in_force,1,percent_per_year,agreed,s,,\n",
		"gap":                    "rate,2020-01-01,2020-02-01,in_force,1,percent_per_year,agreed,s,,\nrate,2020-02-02,,in_force,1,percent_per_year,agreed,s,,\n",
		"overlap":                "rate,2020-01-01,2020-02-02,in_force,1,percent_per_year,agreed,s,,\nrate,2020-02-01,,in_force,1,percent_per_year,agreed,s,,\n",
		"wrong order":            "rate,2020-01-01,,in_force,1,percent_per_year,agreed,s,,\nrate,2019-02-01,,in_force,1,percent_per_year,agreed,s,,\n",
		"ends too soon":          "rate,2020-01-01,2021-06-30,in_force,1,percent_per_year,agreed,s,,\n",
		"ends before it begins":  "rate,2020-01-01,2020-01-01,in_force,1,percent_per_year,agreed,s,,\n",
		"begins after the check": "rate,2020-01-01,2021-07-02,in_force,1,percent_per_year,agreed,s,,\nrate,2021-07-02,,in_force,1,percent_per_year,agreed,s,,\n",
		"other parameter":        "rat,2020-01-01,,in_force,1,percent_per_year,agreed,s,,\n",
		"other unit":             "rate,2020-01-01,,in_force,1,fraction,agreed,s,,\n",
		"30 February":            "rate,2020-02-30,,in_force,1,percent_per_year,agreed,s,,\n",
		"float syntax":           "rate,2020-01-01,,in_force,1e0,percent_per_year,agreed,s,,\n",
		"no value":               "rate,2020-01-01,,in_force,,percent_per_year,agreed,s,,\n",
		"value beside no value":  "rate,2020-01-01,,repealed,1,percent_per_year,agreed,s,,\n",
		"unknown status":         "rate,2020-01-01,,perhaps,,percent_per_year,agreed,s,,\n",
		"unknown confidence":     "rate,2020-01-01,,in_force,1,percent_per_year,sure,s,,\n",
		"source not in the list": "rate,2020-01-01,,in_force,1,percent_per_year,agreed,x,,\n",
		"a column too many":      "rate,2020-01-01,,in_force,1,percent_per_year,agreed,s,,,\n",
	} {
		_, err := read(text)
		assert.Error(t, err, name)
	}
	_, err := dated.Read(strings.NewReader("parameter,from\n"), manifest(), nil)
	require.ErrorContains(t, err, "header")
}
