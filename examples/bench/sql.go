package main

import (
	"fmt"
	"strings"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
)

// The queries. Items are customer, due and issued in days relative to the day of the balance, cents; the tables are sorted by
// customer, with the smallest types that hold the values.

// agedSQL is the aged balance by customer, and the sum of each column. Sum is the way to write a sum that the
// database is fast with.
func agedSQL(from string, sum func(condition string) string) string {
	columns := []string{"cents>=0 and due>=0", "cents>=0 and due between -30 and -1", "cents>=0 and due between -60 and -31", "cents>=0 and due between -90 and -61", "cents>=0 and due<-90", "cents<0"}
	var inner, outer []string
	for i, condition := range columns {
		inner, outer = append(inner, fmt.Sprintf("%s c%d", sum(condition), i)), append(outer, fmt.Sprintf("cast(coalesce(sum(c%d),0) as bigint)", i))
	}
	return fmt.Sprintf("select %s from (select customer, %s from %s where issued<=0 group by customer) t", strings.Join(outer, ","), strings.Join(inner, ","), from)
}

func filterSum(condition string) string { return "sum(cents) filter (" + condition + ")" }
func caseSum(condition string) string {
	return "sum(case when " + condition + " then cents else 0 end)"
}

// interestSQL is the sum of the interest of late items, each rounded to the cent, half up, by a table of the sum of rate x days of
// each due day.
const interestSQL = `select cast(sum((2*cast(cents as bigint)*acc+36500000000)//73000000000) as bigint), count(*)
	from item join prefix on prefix.due=item.due where cents>0 and issued<=0`

// rangeSQL is the same without that table, the way one writes first: every item with the periods of one rate that its delay touches.
const rangeSQL = `select cast(sum((2*cast(cents as bigint)*acc+36500000000)//73000000000) as bigint), count(*) from (
	select n, any_value(cents) cents, sum(cast(rate as bigint)*(least(until_day,0)-greatest(from_day,due+1)+1)) acc
	from item join period on from_day<=0 and until_day>due where cents>0 and issued<=0 and due<0 group by n)`

// countBackSQL is the count-back DSO of every customer over the months, as the sum of whole thousandths of a day, and the number of
// customers. Sales are customer, month (0 the latest), cents and what is open of them.
func countBackSQL(sum func(condition string) string, divide string, asOf date.Date) string {
	var sums, totals, cases, lasts []string
	days := 0
	month := receivables.StartOfMonth(asOf)
	for m := range countBackMonths {
		length := receivables.DaysBetween(month, min(receivables.EndOfMonth(month), asOf)) + 1
		sums = append(sums, fmt.Sprintf("cast(coalesce(%s,0) as bigint) s%d", sum(fmt.Sprintf("month=%d", m)), m))
		totals = append(totals, fmt.Sprintf("%s as c%d", sumTo(m), m))
		previous := "0"
		if m > 0 {
			previous = fmt.Sprintf("c%d", m-1)
		}
		cases = append(cases,
			fmt.Sprintf("when s%d>0 and bal<c%d then %d+cast((bal-%s)*%d%ss%d as bigint)", m, m, days*1000, previous, length*1000, divide, m),
			fmt.Sprintf("when bal<=c%d then %d", m, (days+length)*1000))
		days += length
		lasts = append([]string{fmt.Sprintf("when s%d<>0 then %d", m, days*1000)}, lasts...)
		month = receivables.AddMonths(month, -1)
	}
	return fmt.Sprintf(`select cast(sum(case when bal<=0 then 0 %s else case %s else 0 end end) as bigint), count(*) from (select *, %s from (
		select customer, cast(sum(open) as bigint) bal, %s from sale group by customer) a) b`,
		strings.Join(cases, " "), strings.Join(lasts, " "), strings.Join(totals, ", "), strings.Join(sums, ", "))
}

// sumTo is the sales of the months up to one.
func sumTo(m int) string {
	list := make([]string, m+1)
	for i := range list {
		list[i] = fmt.Sprintf("s%d", i)
	}
	return strings.Join(list, "+")
}

// monthOf is the number of months back from the day of the balance.
func monthOf(day date.Date) int {
	y, m, _ := asOf.Date()
	y2, m2, _ := day.Date()
	return (y-y2)*12 + int(m) - int(m2)
}

const countBackMonths = 12
