package main

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"github.com/receivables-go/receivables/aging"
)

//go:embed report.html
var page string

// writeHTML writes one self-contained page: no script, no request.
func writeHTML(out io.Writer, r *report) error {
	t, err := template.New("report").Funcs(template.FuncMap{
		"money": money, "percent": percent, "days": daysRounded, "heading": heading, "title": title,
		"shown": shown, "recentMonths": recentMonths,
		"recent": func(v monthlyValue) []string { return v.recent(monthsInText) },
		"legend": legend, "hasUndated": hasUndated, "negated": negated, "clean": clean,
		"largest": func(c currencyReport) []customerReport {
			return largestFirst(c, func(x customerReport) string { return x.Total })
		},
		"number": func(text *string) string { return rounded(text, 0, 4, "") },
		"color": func(s aging.Scheme, i int) string { // of a column: green if not late, else warmer with age
			notLate := 0
			for _, c := range s.Columns {
				if c.To <= 0 && s.Unit == aging.Days || c.To < 0 {
					notLate++
				}
			}
			switch {
			case i >= len(s.Columns):
				return "undated"
			case i < notLate:
				return "c0"
			}
			return fmt.Sprintf("c%d", min(i-notLate+1, 5))
		},
		"share": func(text *string) string { // width of a bar
			if text == nil {
				return "0"
			}
			return rounded(text, 2, 2, "")
		},
	}).Parse(page)
	if err != nil {
		return err
	}
	return t.Execute(out, r)
}
