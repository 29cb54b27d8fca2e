package segment

import (
	"math/bits"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/calendar"
)

// Habit is activity in at least K of the last N calendar weeks, the week that
// contains the moment of asking included. It tells a customer with a rhythm
// from one with a single busy month.
type Habit struct {
	K         int            `json:"k"`
	N         int            `json:"n"`                    // 1 to 64
	WeekStart time.Weekday   `json:"week_start,omitempty"` // the zero is Sunday
	Location  *time.Location `json:"-"`                    // nil is UTC
}

// ParseHabit reads the JSON form strictly and validates it.
func ParseHabit(data []byte) (Habit, error) { return parseDefinition[Habit](data) }

// Validate refuses an N outside 1 to 64 and a K outside 1 to N.
func (h Habit) Validate() error {
	if h.N < 1 || h.N > 64 {
		return siyu.Invalid("n", "%d is not between 1 and 64", h.N)
	}
	if h.K < 1 || h.K > h.N {
		return siyu.Invalid("k", "%d is not between 1 and n, %d", h.K, h.N)
	}
	if h.WeekStart < time.Sunday || h.WeekStart > time.Saturday {
		return siyu.Invalid("week_start", "%d is no weekday", h.WeekStart)
	}
	return nil
}

// Weeks returns the last N weeks as bits, the present week lowest: bit i is
// set if there was activity i weeks ago. Activity after now is ignored.
func (h Habit) Weeks(activity []time.Time, now time.Time) uint64 {
	loc := h.Location
	if loc == nil {
		loc = time.UTC
	}
	start := calendar.DateOf(calendar.Week.Start(now, loc, h.WeekStart), loc)
	var weeks uint64
	for _, t := range activity {
		if t.After(now) {
			continue
		}
		ago := calendar.DateOf(calendar.Week.Start(t, loc, h.WeekStart), loc).DaysTo(start) / 7
		if ago < h.N {
			weeks |= 1 << ago
		}
	}
	return weeks
}

// Holds reports whether the person has the habit at now.
func (h Habit) Holds(activity []time.Time, now time.Time) bool {
	return bits.OnesCount64(h.Weeks(activity, now)) >= h.K
}

// Streak returns for how many weeks without a gap the person has been active,
// up to N. A present week without activity yet does not break the streak.
func (h Habit) Streak(activity []time.Time, now time.Time) int {
	weeks := h.Weeks(activity, now)
	if weeks&1 == 0 {
		weeks >>= 1
	}
	return bits.TrailingZeros64(^weeks)
}
