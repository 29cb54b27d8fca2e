// Package month runs one month of private-domain operations over the bank's
// customers: whom to write to, who joins which group, the course, coupons,
// invitations. What customers do is drawn from a seed; what the bank does is
// decided by the library and kept in its stores.
package month

import (
	"time"
	_ "time/tzdata" // for machines without time zones
)

// Zone is where the month takes place.
const Zone = "Asia/Shanghai"

// Name of the month, and its days.
const (
	Name = "March 2026"
	Days = 31
)

var zone = func() *time.Location {
	l, err := time.LoadLocation(Zone)
	if err != nil {
		panic(err) // tzdata is compiled in
	}
	return l
}()

// on is a wall-clock moment of the month; days past its end lie in April.
func on(day, hour, minute int) time.Time {
	return time.Date(2026, time.March, day, hour, minute, 0, 0, zone).UTC()
}

// Begins and Ends bound the month.
func Begins() time.Time { return on(1, 0, 0) }

// Ends is the first instant after the month.
func Ends() time.Time { return on(Days+1, 0, 0) }

// DayOf is the day of the month at an instant, from 1.
func DayOf(t time.Time) int { return t.In(zone).Day() }
