package penalties

import (
	"time"

	"github.com/rickb777/date/v2"

	"github.com/receivables-go/receivables"
)

// count returns the days of a stretch, both ends included, and the year they are of.
func (dc DayCount) count(start, end date.Date) (days int, basis int64) {
	days = receivables.DaysBetween(start, end) + 1
	switch dc {
	case ActAct:
		if first := start.Year(); receivables.DaysBetween(yearStart(first), yearStart(first+1)) == 366 {
			return days, 366
		}
		return days, 365
	case Act360:
		return days, 360
	case Thirty360:
		return thirty360(receivables.AddDays(start, -1), end), 360
	case Act365:
	}
	return days, 365
}

func yearStart(year int) date.Date {
	d, _ := receivables.NewDate(year, time.January, 1)
	return d
}

// thirty360 counts days from one date to another with months of 30 days (European
// rule: the 31st is taken as the 30th).
func thirty360(from, to date.Date) int {
	y1, m1, d1 := from.Date()
	y2, m2, d2 := to.Date()
	return 360*(y2-y1) + 30*(int(m2)-int(m1)) + min(d2, 30) - min(d1, 30)
}
