package main

import (
	_ "embed"
	"html/template"
	"io"
)

//go:embed report.html
var page string

// writeHTML writes one self-contained page: no script, no request.
func writeHTML(out io.Writer, r *report) error {
	t, err := template.New("report").Funcs(template.FuncMap{
		"money": money, "percent": percent, "days": daysRounded, "heading": heading, "title": title,
		"legend": legend, "hasUndated": hasUndated, "negated": negated,
		"largest": func(c currencyReport) []customerReport {
			return largestFirst(c, func(x customerReport) string { return x.Total })
		},
		"number": func(text *string) string { return rounded(text, 0, 4, "") },
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
