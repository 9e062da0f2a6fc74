package aging

import (
	"slices"
	"strings"

	"github.com/receivables-go/receivables"
)

// Default is the scheme used when none is named: not due (0 days late or less),
// 1-30, 31-60, 61-90 and 91+ days late, undated items in a column of their own.
func Default() Scheme {
	return Scheme{Name: "default", Columns: late(0, 30, 60, 90)}
}

// late lists a column open below up to first, then columns with the given upper
// bounds, the last one open.
func late(first int, bounds ...int) []Column {
	list := []Column{{From: Lowest, To: first}}
	for _, bound := range bounds {
		list = append(list, Column{From: first + 1, To: bound})
		first = bound
	}
	return append(list, Column{From: first + 1, To: Highest})
}

// printed puts what a system prints over its columns; "-" marks a column it does
// not show.
func printed(columns []Column, labels ...string) []Column {
	for i, label := range labels {
		if label == "-" {
			columns[i].Unlisted = true
			continue
		}
		columns[i].Printed = label
	}
	return columns
}

// Presets returns the named schemes: the usual ones, and the reports of known
// systems as their source computes them, so that figures can be compared to the
// cent before they are improved. Where a system prints a label that is not what
// its column holds, the column is named by what it holds and the label is in
// [Column.Printed]; what it shows in no column is [Column.Unlisted]. The systems'
// labels were read in their source code (2022 to 2026).
//
//   - default: not due | 1-30 | 31-60 | 61-90 | 91+
//   - fr: the same with 91-120 | 121+
//   - fr-months: not due | M | M-1 | M-2 | M-3 and older (fin de mois)
//   - fr-schedule: default with not due split into 61+, 31-60 and 0-30 days to come
//     (échéancier)
//   - issue-date: 0-30 | 31-60 | 61-90 | 91+ from the date of the document
//   - erpnext, odoo-11, odoo, oca-aged, oca-statement, oca-statement-months,
//     oca-days-overdue, tryton, business-central, business-central-months,
//     business-central-chart, idempiere, invoice-ninja, stateset, datasynth,
//     psledger
func Presets() []Scheme {
	return []Scheme{
		Default(),
		{Name: "fr", Columns: late(0, 30, 60, 90, 120)},
		{Name: "fr-months", Unit: CalendarMonths, Columns: steps(-1, 4)},
		{Name: "fr-schedule", Columns: late(-61, -31, 0, 30, 60, 90)},
		{Name: "issue-date", Basis: ByIssueDate, Columns: late(-1, 30, 60, 90)[1:]},
		{
			// Future due dates are in the outstanding total and in no column; an item
			// without due date is aged by its posting date.
			Name: "erpnext", Undated: UndatedByIssueDate,
			Columns: printed(late(-1, 30, 60, 90, 120), "-", "0-30", "31-60", "61-90", "91-120", "121-Above"),
		},
		{
			// Each period is one day longer than its label says.
			Name: "odoo-11", Undated: UndatedByIssueDate,
			Columns: printed(late(-1, 30, 61, 92, 123), "Not due", "0-30", "30-60", "60-90", "90-120", "+120"),
		},
		{
			Name: "odoo", Undated: UndatedByIssueDate,
			Columns: printed(late(0, 30, 60, 90, 120), "Not due", "1-30", "31-60", "61-90", "91-120", "Older"),
		},
		{
			// account_financial_report, 14.0 and later.
			Name: "oca-aged", Undated: UndatedFirst,
			Columns: printed(late(0, 30, 60, 90, 120), "Current", "1 - 30 d.", "31 - 60 d.", "61 - 90 d.", "91 - 120 d.", "> 120 d."),
		},
		{
			// partner_statement by days: "1 - 30 Days" holds 1 to 29.
			Name: "oca-statement", Undated: UndatedByIssueDate,
			Columns: printed(late(0, 29, 59, 89, 119), "Current", "1 - 30 Days", "31 - 60 Days", "61 - 90 Days", "91 - 120 Days", "121 Days +"),
		},
		{
			Name: "oca-statement-months", Unit: CalendarMonths, Undated: UndatedByIssueDate,
			Columns: printed(steps(-1, 5), "Current", "1 Month", "2 Months", "3 Months", "4 Months", "Older"),
		},
		{
			// account_due_list_days_overdue: nothing that is not late is listed.
			Name:    "oca-days-overdue",
			Columns: printed(late(0, 30, 60, 90), "-", "1-30", "31-60", "61-90", "+91"),
		},
		{
			// Limits 30, 60, 90 days: a column begins on its limit. Future due dates are
			// in the balance and in no column.
			Name: "tryton", Undated: UndatedByIssueDate,
			Columns: printed(late(-1, 29, 59, 89), "-", "0 Days", "30 Days", "60 Days", "90+ Days"),
		},
		{
			// Report 120, period 30D, headings by number of days: every printed number is
			// one more than the lateness. A blank due date sorts before all others.
			Name: "business-central", Undated: UndatedLast,
			Columns: printed(late(-1, 29, 59, 89), "Not Due", "1 - 30 days", "31 - 60 days", "61 - 90 days", "After 90 days"),
		},
		{
			// Report 120 with its default period 1M, headings by dates.
			Name: "business-central-months", Unit: RollingMonthsWithToday, Undated: UndatedLast,
			Columns: printed(steps(-1, 4), "Not Due"),
		},
		{
			// Chart of codeunit 763 by months.
			Name: "business-central-chart", Unit: RollingMonths, Undated: UndatedLast,
			Columns: printed(steps(-1, 13), "Not Overdue", "1M", "2M", "3M", "4M", "5M", "6M", "7M", "8M", "9M", "10M", "11M", "12M", "Older"),
		},
		{
			// The columns of MAging that do not overlap; metasfresh has the same ones.
			Name:    "idempiere",
			Columns: printed(late(-91, -61, -31, -8, -1, 0, 7, 30, 60, 90), "Due91_Plus", "Due61_90", "Due31_60", "Due8_30", "Due1_7", "Due0", "PastDue1_7", "PastDue8_30", "PastDue31_60", "PastDue61_90", "PastDue91_Plus"),
		},
		{
			Name: "invoice-ninja", Undated: UndatedFirst,
			Columns: printed(late(-1, 30, 60, 90, 120), "Current", "0 - 30 Days", "30 - 60 Days", "60 - 90 Days", "90 - 120 Days", "120+ Days"),
		},
		{
			// As it answers after midnight, because it compares time stamps.
			Name:    "stateset",
			Columns: printed(late(-1, 29, 59, 89), "current", "days_1_30", "days_31_60", "days_61_90", "days_over_90"),
		},
		{
			Name:    "datasynth",
			Columns: printed(late(0, 30, 60, 90), "Current", "1-30 Days", "31-60 Days", "61-90 Days", "Over 90 Days"),
		},
		{
			Name:    "psledger",
			Columns: printed(late(0, 30, 60, 90), "current", "1-30", "31-60", "61-90", "90+"),
		},
	}
}

// Preset returns the scheme of a name in [Presets].
//
// Errors:
//   - [receivables.ErrUnknown], listing the names there are.
func Preset(name string) (Scheme, error) {
	presets := Presets()
	at := slices.IndexFunc(presets, func(s Scheme) bool { return s.Name == name })
	if at >= 0 {
		return presets[at], nil
	}
	names := make([]string, len(presets))
	for i, s := range presets {
		names[i] = s.Name
	}
	return Scheme{}, &receivables.FieldError{
		Path: "scheme", Value: name, Rule: receivables.RuleUnknownReference, Detail: "presets are " + strings.Join(names, ", "),
	}
}
