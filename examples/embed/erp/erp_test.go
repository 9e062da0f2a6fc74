package erp

import (
	"encoding/csv"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/receivables-go/receivables"
	"github.com/receivables-go/receivables/aging"
)

// The figures that the ERP printed, recomputed by the library: examples/verify fails, and says where, when one differs. In a module of
// your own: go run github.com/receivables-go/receivables/examples/verify -strict figures.json.
func TestFiguresOfTheERP(t *testing.T) {
	out, err := exec.Command("go", "run", "github.com/receivables-go/receivables/examples/verify", "-strict", "testdata/figures.json").CombinedOutput()
	require.NoError(t, err, string(out))
	assert.Contains(t, string(out), "3 passed, 0 failed, 0 unsupported")
}

// A test that cannot fail proves nothing: a wrong figure is found.
func TestAWrongFigureIsFound(t *testing.T) {
	text, err := os.ReadFile("testdata/figures.json")
	require.NoError(t, err)
	wrong := t.TempDir() + "/figures.json"
	changed := []byte(string(text[:len(text)-1]))
	for i := range changed { // 17.18 becomes 17.19
		if i+4 < len(changed) && string(changed[i:i+5]) == "17.18" {
			changed[i+4] = '9'
			break
		}
	}
	require.NoError(t, os.WriteFile(wrong, changed, 0o600))
	out, err := exec.Command("go", "run", "github.com/receivables-go/receivables/examples/verify", "-strict", wrong).CombinedOutput()
	require.Error(t, err)
	assert.Contains(t, string(out), "interest-of-the-dunning-letter-4711")
	assert.Contains(t, string(out), "1 failed")
}

// A whole report of the ERP against the library, from the same open items.
func TestReportOfTheERP(t *testing.T) {
	item := func(id, customer, due, amount string) receivables.OpenItem {
		m := receivables.MustMoney(amount, "EUR")
		return receivables.OpenItem{Document: id, Customer: customer, IssuedOn: receivables.MustDate("2026-01-15"), DueOn: receivables.MustDate(due), Original: m, Open: m}
	}
	balance, err := aging.Of(receivables.MustDate("2026-03-31"), []receivables.OpenItem{
		item("INV-1", "A", "2026-04-15", "1000.00"), item("INV-2", "B", "2026-03-31", "250.00"), item("INV-3", "A", "2026-03-01", "80.50"), item("INV-4", "B", "2026-02-28", "19.50"),
	})
	require.NoError(t, err)
	file, err := os.Open("testdata/AR-100.csv")
	require.NoError(t, err)
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	for _, row := range rows[1:] {
		line, ok := balance.Line(receivables.MustCurrency("EUR"), row[0])
		require.True(t, ok, row[0])
		for i, name := range balance.Scheme().Names() {
			require.Equal(t, rows[0][1+i], name)
			assert.Equal(t, row[1+i], line.Column(i).Amount.Text(), "customer %s, column %s", row[0], name)
		}
		assert.Equal(t, row[len(row)-1], line.Total().Amount.Text(), row[0])
	}
}
