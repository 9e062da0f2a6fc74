package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/receivables-go/receivables/aging"
	"github.com/receivables-go/receivables/examples/internal/plain"
)

// table lays out rows: the first column to the left, the others to the right. A
// nil row is a rule.
type table struct {
	rows [][]string
}

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }
func (t *table) rule()               { t.rows = append(t.rows, nil) }

func (t *table) write(out io.Writer) {
	var widths []int
	for _, r := range t.rows {
		for i, c := range r {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], plain.Width(c))
		}
	}
	total := 0
	for _, w := range widths {
		total += w + 2
	}
	for _, r := range t.rows {
		if r == nil {
			fmt.Fprintln(out, strings.Repeat("-", max(total-2, 0)))
			continue
		}
		var line strings.Builder
		for i, c := range r {
			pad := strings.Repeat(" ", widths[i]-plain.Width(c))
			if i == 0 {
				line.WriteString(c + pad)
			} else {
				line.WriteString("  " + pad + c)
			}
		}
		fmt.Fprintln(out, strings.TrimRight(line.String(), " "))
	}
	fmt.Fprintln(out)
}

// money writes a decimal with thousands separators; zero is a dash.
func money(text string) string {
	sign := ""
	if rest, ok := strings.CutPrefix(text, "-"); ok {
		sign, text = "-", rest
	}
	whole, fraction, pointed := strings.Cut(text, ".")
	if strings.Trim(whole+fraction, "0") == "" {
		return "-"
	}
	var groups []string
	for len(whole) > 3 {
		groups = append([]string{whole[len(whole)-3:]}, groups...)
		whole = whole[:len(whole)-3]
	}
	text = sign + strings.Join(append([]string{whole}, groups...), ",")
	if pointed {
		text += "." + fraction
	}
	return text
}

// rounded writes a figure with a number of decimals; "n/a" if there is none.
func rounded(text *string, shift, places int32, suffix string) string {
	if text == nil {
		return "n/a"
	}
	d, err := decimal.NewFromString(*text)
	if err != nil {
		return "n/a"
	}
	return d.Shift(shift).StringFixed(places) + suffix
}

func percent(text *string) string     { return rounded(text, 2, 1, "%") }
func daysRounded(text *string) string { return rounded(text, 0, 1, "") }

// compareAmounts orders two amounts written as text.
func compareAmounts(a, b string) int {
	x, _ := decimal.NewFromString(a)
	y, _ := decimal.NewFromString(b)
	return x.Cmp(y)
}

// clean is plain.Text under a short name.
func clean(s string) string { return plain.Text(s) }

// clip shortens a name to fit a column.
func clip(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return s
}

// label names a customer in a table.
func label(id, name string) string {
	if id == "" {
		id = "(no customer)"
	}
	if name != "" && name != id {
		id += " " + name
	}
	return clip(clean(id), 30)
}

func writeText(out io.Writer, r *report) error {
	fmt.Fprintf(out, "CREDIT REPORT of %s as of %s\n", clean(r.Title), r.AsOf)
	fmt.Fprintf(out, "Aged by %s, scheme %s; credits: %s. Amounts including VAT.\n", r.Scheme.Basis, r.Scheme.Name, r.Credits)
	for _, line := range legend(r.Scheme) {
		fmt.Fprintln(out, "  "+line)
	}
	fmt.Fprintln(out)
	writeProblems(out, r)
	if len(r.Currencies) == 0 {
		fmt.Fprintln(out, "Nothing is open on this day.")
	}
	for _, n := range r.NotIssued {
		fmt.Fprintf(out, "Issued after this day, in no figure of this report: %d documents, %s %s.\n\n", n.Items, money(n.Amount), n.Currency)
	}
	if r.MovementNote != "" {
		fmt.Fprintf(out, "Note: %s.\n\n", r.MovementNote)
	}
	for _, c := range r.Currencies {
		writeAged(out, c)
		writeGroups(out, c)
		writeClasses(out, c)
		writeReminders(out, c)
		writeIndicators(out, c)
		writeCashIn(out, c)
		writePenalties(out, r, c)
		writeConcentration(out, c)
		writeProof(out, c)
		writeMovement(out, c)
		writeHealth(out, c)
	}
	return nil
}

func writeProblems(out io.Writer, r *report) {
	if len(r.Problems) == 0 {
		return
	}
	fmt.Fprintf(out, "INCOMPLETE: %d of %d rows could not be read and are in no figure below\n", len(r.Problems), *r.Sources[0].Rows)
	for _, p := range r.Problems {
		fmt.Fprintf(out, "  line %d, column %q: %s\n", p.Line, clean(p.Column), clean(p.Message))
	}
	fmt.Fprintln(out)
}

// figures lists the cells of one line of the aged balance.
func (a amounts) figures(withUndated bool) []string {
	var cells []string
	for _, c := range a.Columns {
		cells = append(cells, money(c.Amount))
	}
	if withUndated {
		cells = append(cells, money(a.Undated))
	}
	return append(cells, money(a.Unapplied), money(a.Total), money(a.Overdue), daysRounded(a.DaysLate.Weighted))
}

// headings names the columns of the aged balance.
func headings(first string, c currencyReport, withUndated bool) []string {
	cells := []string{first}
	for _, col := range c.Aged.Columns {
		cells = append(cells, heading(col.Name))
	}
	if withUndated {
		cells = append(cells, "undated")
	}
	return append(cells, "unapplied", "total", "overdue", "days late")
}

// hasUndated reports whether the undated column is worth its place.
func hasUndated(c currencyReport) bool { return money(c.Aged.Undated) != "-" }

func writeAged(out io.Writer, c currencyReport) {
	fmt.Fprintf(out, "AGED BALANCE (balance âgée) - %s\n\n", c.Currency)
	undated := hasUndated(c)
	var t table
	t.row(headings("customer", c, undated)...)
	t.rule()
	for _, x := range largestFirst(c, func(x customerReport) string { return x.Total }) {
		t.row(append([]string{label(x.Customer, x.Name)}, x.figures(undated)...)...)
	}
	t.rule()
	name := fmt.Sprintf("TOTAL %s (%d items)", c.Currency, c.Aged.Items)
	if n := c.Aged.IncompleteFor; n > 0 {
		name += fmt.Sprintf(", %d rows left out", n)
	}
	t.row(append([]string{name}, c.Aged.figures(undated)...)...)
	shares := []string{"share"}
	disputed := []string{"of which disputed (litiges)"}
	for _, col := range c.Aged.Columns {
		shares = append(shares, percent(col.Share))
		disputed = append(disputed, money(col.Disputed))
	}
	if undated {
		shares = append(shares, percent(c.Aged.UndatedShare))
		disputed = append(disputed, "")
	}
	t.row(shares...)
	t.row(append(disputed, "", money(c.Aged.Disputed))...)
	t.write(out)
	fmt.Fprintf(out, "Overdue items: %d; mean lateness %s days, weighted by amount %s days. Weighted age since issue: %s days.\n\n",
		c.Aged.OverdueItems, daysRounded(c.Aged.DaysLate.Mean), daysRounded(c.Aged.DaysLate.Weighted), daysRounded(c.Aged.WeightedAge))
}

func writeGroups(out io.Writer, c currencyReport) {
	by := ""
	var t table
	undated := hasUndated(c)
	flush := func() {
		if len(t.rows) == 0 {
			return
		}
		if by != "parent" { // only groups of companies are listed by parent
			t.rule()
			t.row(append([]string{"TOTAL " + c.Currency}, c.Aged.figures(undated)...)...)
		}
		t.write(out)
		t = table{}
	}
	for _, g := range c.Groups {
		if g.By != by {
			flush()
			by = g.By
			first := "by " + by
			if by == "parent" {
				first = "groups of companies"
			}
			t.row(headings(first, c, undated)...)
			t.rule()
		}
		name := g.Name
		if name == "" {
			name = "(none)"
		}
		t.row(append([]string{label(name, g.Label)}, g.figures(undated)...)...)
	}
	flush()
}

func writePenalties(out io.Writer, r *report, c currencyReport) {
	p := c.Penalties
	if p == nil || len(p.Customers) == 0 {
		return
	}
	fmt.Fprintf(out, "LATE-PAYMENT INTEREST AND COMPENSATION (pénalités de retard) under %s - %s\n\n", r.Regime, c.Currency)
	var t table
	t.row("customer", "interest", "fixed sums", "total")
	t.rule()
	for _, x := range p.Customers {
		t.row(label(x.Customer, x.Name), money(x.Interest), money(x.FixedSums), money(x.Total))
	}
	t.rule()
	t.row("TOTAL "+c.Currency, money(p.Interest), money(p.FixedSums), "")
	t.write(out)
	fmt.Fprintf(out, "Of all invoices paid late or still late, also of those paid since. %d invoices left out (late consumers without formal notice; no due date).\n\n", p.Skipped)
}

func writeConcentration(out io.Writer, c currencyReport) {
	var t table
	t.row("largest exposures (premiers encours)", "total", "share", "cumulative")
	t.rule()
	for _, e := range c.Concentration.Largest {
		t.row(label(e.Customer, e.Name), money(e.Total), percent(e.Share), percent(e.Cumulative))
	}
	t.write(out)
	fmt.Fprintf(out, "%d customers with a debit balance; the 5 largest owe %s, the 10 largest %s; Herfindahl index %s.\n\n",
		c.Concentration.Customers, percent(c.Concentration.Top5), percent(c.Concentration.Top10), rounded(c.Concentration.HHI, 0, 4, ""))
}

func writeProof(out io.Writer, c currencyReport) {
	p := c.Reconciliation
	fmt.Fprintf(out, "Proof: columns %s + undated %s + unapplied %s = %s; ledger %s; difference %s\n\n",
		money(p.Columns), money(p.Undated), money(p.Unapplied), money(p.Total), money(p.Ledger), p.Difference)
}

func writeMovement(out io.Writer, c currencyReport) {
	m := c.Movement
	if m == nil {
		return
	}
	var t table
	t.row("movement since "+m.From.String(), c.Currency)
	t.rule()
	t.row("balance as published then", money(m.Published))
	t.row("learned since (back-dated)", money(m.Restated))
	t.row("opening balance", money(m.Opening))
	t.row("billed", money(m.Billed))
	t.row("credit notes", money(m.Credited))
	t.row("collected", money(m.Collected))
	t.row("refunded", money(m.Refunded))
	t.row("written off", money(m.WrittenOff))
	t.row("transferred between currencies", money(m.Transferred))
	t.row("returned or reversed", money(m.Reversed))
	t.rule()
	t.row("closing balance", money(m.Closing))
	t.write(out)
	t = table{}
	t.row("by column, credits separate", "opening", "new", "from others", "to others", "settled", "closing")
	t.rule()
	for _, x := range m.Columns {
		t.row(heading(x.Name), money(x.Opening), money(x.New), money(x.In), money(negated(x.Out)), money(negated(x.Settled)), money(x.Closing))
	}
	t.write(out)
}

// negated writes the opposite amount.
func negated(text string) string {
	if rest, ok := strings.CutPrefix(text, "-"); ok {
		return rest
	}
	return "-" + text
}

// titles says in words what a check found.
func title(check aging.Check) string {
	switch check {
	case aging.CheckUnappliedCash:
		return "cash received, not applied (règlements non lettrés)"
	case aging.CheckUnmatchedCreditNote:
		return "credit notes not matched (avoirs non lettrés)"
	case aging.CheckUnknownPayer:
		return "payments without customer"
	case aging.CheckMissingDueDate:
		return "invoices without due date"
	case aging.CheckImpossibleDueDate:
		return "due before it was issued"
	case aging.CheckPossibleDuplicate:
		return "possible duplicates"
	case aging.CheckTwoSpellings:
		return "one customer under several numbers"
	case aging.CheckSmallResidue:
		return "small residues"
	case aging.CheckStaleDispute:
		return "disputes open for long"
	case aging.CheckCreditBalance:
		return "customers with a credit balance"
	}
	return string(check)
}

// mostShown is the number of cases listed for each finding in text.
const mostShown = 5

func writeHealth(out io.Writer, c currencyReport) {
	fmt.Fprintf(out, "HEALTH OF THE LEDGER - %s\n\n", c.Currency)
	if len(c.Health) == 0 {
		fmt.Fprintln(out, "Nothing found.")
	}
	for _, f := range c.Health {
		fmt.Fprintf(out, "%s: %d, %s\n", title(f.Check), len(f.Items), money(f.Amount))
		for i, x := range f.Items {
			if i == mostShown {
				fmt.Fprintf(out, "    and %d more (all of them with -format json)\n", len(f.Items)-mostShown)
				break
			}
			who := label(x.Customer, x.Document)
			if len(x.With) > 0 {
				who += " with " + clip(clean(strings.Join(x.With, ", ")), 60)
			}
			fmt.Fprintf(out, "    %s: %s", who, money(x.Amount))
			if x.Days != nil {
				fmt.Fprintf(out, ", %s days", *x.Days)
			}
			fmt.Fprintln(out)
		}
	}
	fmt.Fprintln(out)
}
