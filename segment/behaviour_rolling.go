package segment

import (
	"strconv"
	"strings"
	"time"
)

// rolling is a length of time counted backwards: n hours, or n calendar months.
type rolling struct {
	n      int
	months bool
}

// maxRollingHours keeps spans below 200 years.
const maxRollingHours = 200 * 366 * 24

var rollingUnits = []struct {
	suffix string
	factor int
	months bool
}{
	{"mo", 1, true}, {"y", 12, true}, {"w", 7 * 24, false}, {"d", 24, false}, {"h", 1, false},
}

// parseRolling reads a positive count and a unit: h, d (24 hours), w, mo, y.
func parseRolling(s string) (rolling, bool) {
	for _, u := range rollingUnits {
		digits, ok := strings.CutSuffix(s, u.suffix)
		if !ok {
			continue
		}
		n, err := strconv.ParseUint(digits, 10, 31)
		limit := maxRollingHours
		if u.months {
			limit = 200 * 12
		}
		if err != nil || n == 0 || int(n) > limit/u.factor {
			return rolling{}, false
		}
		return rolling{n: int(n) * u.factor, months: u.months}, true
	}
	return rolling{}, false
}

// before returns the instant that lies the span before t. Months clamp to the
// last day of the month, so one month before March 31 is the end of February.
func (s rolling) before(t time.Time) time.Time {
	if !s.months {
		return t.Add(-time.Duration(s.n) * time.Hour)
	}
	return addMonths(t.UTC(), -s.n)
}

// ends returns the moments at which an instant e can leave or re-enter
// (t-span, t] as t moves on. For hours that is one. Clamped months map several
// days of a long month to one day of a short one, so for them it is e's clock
// time on every day that reaches e's day, and the midnights around.
func (s rolling) ends(e time.Time) []time.Time {
	if !s.months {
		return []time.Time{e.Add(time.Duration(s.n) * time.Hour)}
	}
	e = e.UTC()
	y, m, _ := e.Date()
	month := time.Date(y, m+time.Month(s.n), 1, 0, 0, 0, 0, time.UTC)
	clock := e.Sub(time.Date(y, m, e.Day(), 0, 0, 0, 0, time.UTC))
	days := []int{e.Day() - 1}
	if e.Day() == daysIn(y, m) {
		days = days[:0]
		for d := e.Day() - 1; d < 31; d++ {
			days = append(days, d)
		}
	}
	next := month.AddDate(0, 1, 0)
	ends := []time.Time{next}
	for _, d := range days {
		if midnight := month.AddDate(0, 0, d); midnight.Before(next) {
			ends = append(ends, midnight, midnight.Add(clock))
		}
	}
	return ends
}

func addMonths(t time.Time, n int) time.Time {
	y, m, d := t.Date()
	first := time.Date(y, m+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	d = min(d, daysIn(first.Year(), first.Month()))
	clock := t.Sub(time.Date(y, m, t.Day(), 0, 0, 0, 0, time.UTC))
	return first.AddDate(0, 0, d-1).Add(clock)
}

func daysIn(y int, m time.Month) int { return time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC).Day() }
