package segment

import (
	"strconv"
	"strings"
	"time"
)

// parseDate reads a date text in microseconds since 1970: a day, alone or with
// a clock after "T" or a space, with a fraction and an offset or not. Without
// an offset it is UTC.
func parseDate(s string) (int64, bool) {
	day, rest, ok := parseDay(s)
	if !ok {
		return 0, false
	}
	if rest == "" {
		return day.UnixMicro(), true
	}
	if c := rest[0]; c != 'T' && c != 't' && c != ' ' {
		return 0, false
	}
	clock, rest, ok := parseClock(rest[1:])
	if !ok {
		return 0, false
	}
	offset, ok := parseOffset(strings.TrimPrefix(rest, " "))
	if !ok {
		return 0, false
	}
	return day.UnixMicro() + clock.Microseconds() - offset.Microseconds(), true
}

func parseDay(s string) (day time.Time, rest string, ok bool) {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' {
		return day, "", false
	}
	y, ok1 := digits(s[:4])
	m, ok2 := digits(s[5:7])
	d, ok3 := digits(s[8:10])
	day = time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	return day, s[10:], ok1 && ok2 && ok3 && m >= 1 && m <= 12 && d >= 1 && day.Day() == d
}

// parseClock reads 15:04, 15:04:05 or 15:04:05.999….
func parseClock(s string) (clock time.Duration, rest string, ok bool) {
	if len(s) < 5 || s[2] != ':' {
		return 0, "", false
	}
	h, ok1 := digits(s[:2])
	m, ok2 := digits(s[3:5])
	if !ok1 || !ok2 || h > 23 || m > 59 {
		return 0, "", false
	}
	clock, rest = time.Duration(h)*time.Hour+time.Duration(m)*time.Minute, s[5:]
	if len(rest) < 3 || rest[0] != ':' {
		return clock, rest, true
	}
	sec, ok := digits(rest[1:3])
	if !ok || sec > 59 {
		return 0, "", false
	}
	clock, rest = clock+time.Duration(sec)*time.Second, rest[3:]
	if rest == "" || rest[0] != '.' {
		return clock, rest, true
	}
	rest = rest[1:]
	unit, n := time.Second, 0
	for ; n < len(rest) && '0' <= rest[n] && rest[n] <= '9'; n++ {
		unit /= 10
		clock += time.Duration(rest[n]-'0') * unit
	}
	return clock, rest[n:], n > 0
}

// parseOffset reads Z, +08:00, +0800, +08 or nothing.
func parseOffset(s string) (time.Duration, bool) {
	if s == "" || s == "Z" || s == "z" || s == "UTC" {
		return 0, true
	}
	sign := time.Duration(1)
	switch s[0] {
	case '-':
		sign = -1
	case '+':
	default:
		return 0, false
	}
	s = s[1:]
	if len(s) == 5 && s[2] == ':' {
		s = s[:2] + s[3:]
	}
	if len(s) == 2 {
		s += "00"
	}
	if len(s) != 4 {
		return 0, false
	}
	h, ok1 := digits(s[:2])
	m, ok2 := digits(s[2:])
	if !ok1 || !ok2 || h > 23 || m > 59 {
		return 0, false
	}
	return sign * (time.Duration(h)*time.Hour + time.Duration(m)*time.Minute), true
}

func digits(s string) (n int, ok bool) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

// Ago is a span before the clock's present, for the now-relative conditions
// of a [TimeField]: Ago{Days: 7} is {"now": "-7d"}. Exactly one unit is set;
// negative counts lie ahead. A day is 24 hours; months and years are those of
// the UTC calendar and clamp to the last day of the month.
type Ago struct {
	Hours, Days, Weeks, Months, Years int
}

// maxSpan bounds the count of a relative span, in any unit.
const maxSpan = 1_000_000

// span is an offset from now.
type span struct {
	n    int
	unit string // h d w mo y
}

// span returns the offset of a; ok is false unless one unit at most is set.
func (a Ago) span() (span, bool) {
	set, out := 0, span{0, "d"}
	for _, u := range []span{{a.Hours, "h"}, {a.Days, "d"}, {a.Weeks, "w"}, {a.Months, "mo"}, {a.Years, "y"}} {
		if u.n != 0 {
			set++
			out = span{-u.n, u.unit}
		}
	}
	return out, set <= 1
}

func parseSpan(s string) (span, bool) {
	end := len(s)
	for end > 0 && (s[end-1] < '0' || s[end-1] > '9') {
		end--
	}
	n, err := strconv.Atoi(s[:end])
	if err != nil || n < -maxSpan || n > maxSpan {
		return span{}, false
	}
	unit := s[end:]
	switch unit {
	case "h", "d", "w", "mo", "y":
		return span{n, unit}, true
	}
	return span{}, false
}

func (s span) String() string { return strconv.Itoa(s.n) + s.unit }

// from returns the instant that lies the span after now, in microseconds.
func (s span) from(now int64) int64 {
	const hour = int64(time.Hour / time.Microsecond)
	switch s.unit {
	case "h":
		return now + int64(s.n)*hour
	case "d":
		return now + int64(s.n)*24*hour
	case "w":
		return now + int64(s.n)*7*24*hour
	}
	months := s.n
	if s.unit == "y" {
		months *= 12
	}
	t := time.UnixMicro(now).UTC()
	first := time.Date(t.Year(), t.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	midnight := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	return first.AddDate(0, 0, min(t.Day(), last)-1).Add(t.Sub(midnight)).UnixMicro()
}
