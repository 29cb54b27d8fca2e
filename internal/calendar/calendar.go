// Package calendar finds days, weeks, months and wall-clock times in a
// location, with one rule for daylight saving: a wall time that a change skips
// is the first instant after the gap, one that comes twice is the first.
package calendar

import "time"

// At returns the instant at which the wall clock of loc shows clock past
// midnight on the date. Day and month may be out of range and are normalised;
// clock may be 24h or more.
func At(year int, month time.Month, day int, clock time.Duration, loc *time.Location) time.Time {
	wall := time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Add(clock)
	before := wall.Add(-offset(wall.Add(-36*time.Hour), loc))
	after := wall.Add(-offset(wall.Add(36*time.Hour), loc))
	early, late := before, after
	if late.Before(early) {
		early, late = late, early
	}
	for _, t := range []time.Time{early, late} {
		if wall.Sub(t) == offset(t, loc) {
			return t
		}
	}
	// Skipped: the zone that holds just after the gap begins at its end.
	start, _ := late.In(loc).ZoneBounds()
	return start.UTC()
}

func offset(t time.Time, loc *time.Location) time.Duration {
	_, seconds := t.In(loc).Zone()
	return time.Duration(seconds) * time.Second
}

// Unit is a length of the calendar.
type Unit string

// The units; a week starts on the day that the caller says.
const (
	Hour  Unit = "hour"
	Day   Unit = "day"
	Week  Unit = "week"
	Month Unit = "month"
)

// Valid reports whether u is one of the units.
func (u Unit) Valid() bool { return u == Hour || u == Day || u == Week || u == Month }

// Start returns the first instant of the unit that contains t in loc.
func (u Unit) Start(t time.Time, loc *time.Location, weekStart time.Weekday) time.Time {
	return u.Add(t, 0, loc, weekStart)
}

// Add returns the first instant of the unit n after the one that contains t.
func (u Unit) Add(t time.Time, n int, loc *time.Location, weekStart time.Weekday) time.Time {
	local := t.In(loc)
	y, m, d := local.Date()
	switch u {
	case Hour:
		wall := time.Duration(local.Minute())*time.Minute + time.Duration(local.Second())*time.Second + time.Duration(local.Nanosecond())
		return t.Add(-wall).Add(time.Duration(n) * time.Hour).UTC()
	case Week:
		d -= (int(local.Weekday()) - int(weekStart) + 7) % 7
		return At(y, m, d+7*n, 0, loc)
	case Month:
		return At(y, m+time.Month(n), 1, 0, loc)
	}
	return At(y, m, d+n, 0, loc)
}

// Date is a day of the calendar without a location, and comparable.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf returns the local date of t in loc.
func DateOf(t time.Time, loc *time.Location) Date {
	y, m, d := t.In(loc).Date()
	return Date{y, m, d}
}

// AddDays returns the date n days later.
func (d Date) AddDays(n int) Date { return DateOf(d.utc().AddDate(0, 0, n), time.UTC) }

// DaysTo returns the number of days from d to e.
func (d Date) DaysTo(e Date) int { return int(e.utc().Sub(d.utc()) / (24 * time.Hour)) }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// At returns the instant of the wall time clock past midnight on d in loc.
func (d Date) At(clock time.Duration, loc *time.Location) time.Time {
	return At(d.Year, d.Month, d.Day, clock, loc)
}

func (d Date) utc() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }
