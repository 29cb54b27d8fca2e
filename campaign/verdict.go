package campaign

import (
	"slices"
	"time"

	"github.com/siyu-go/siyu/internal/calendar"
)

// Verdict is what caps say about one attempt.
type Verdict struct {
	BlockedBy []string  // ids of all caps that refuse, in the order of the list; none: allowed
	Next      time.Time // first instant at which it would be allowed if nothing else is sent; zero: now or never
}

// Allowed reports whether no cap refuses.
func (v Verdict) Allowed() bool { return len(v.BlockedBy) == 0 }

// Check asks every cap about one more message to a person with this history,
// in any order. A cap allows it while fewer sends than its limit count in its
// window. A transactional attempt is always allowed. The location is that of
// calendar windows and must not be nil.
func (c Caps) Check(a Attempt, history []Send, now time.Time, loc *time.Location) Verdict {
	v := Verdict{BlockedBy: c.blockedBy(nil, a, history, now, loc)}
	if !v.Allowed() {
		v.Next = c.next(a, history, now, loc)
	}
	return v
}

// blockedBy appends the ids of all caps that refuse.
func (c Caps) blockedBy(ids []string, a Attempt, history []Send, now time.Time, loc *time.Location) []string {
	if a.Class == Transactional {
		return ids
	}
	for _, cp := range c {
		if cp.blocks(a, history, now, loc) {
			ids = append(ids, cp.ID)
		}
	}
	return ids
}

// blocks reports whether the cap refuses the attempt at t.
func (c Cap) blocks(a Attempt, history []Send, t time.Time, loc *time.Location) bool {
	if !c.Match.Covers(a) {
		return false
	}
	limit := c.Limit.at(t, loc)
	if limit <= 0 {
		return true
	}
	if len(history) < limit {
		return false
	}
	var start time.Time
	if c.Window.Kind == Calendar {
		start = c.Window.start(t, loc)
	}
	n := 0
	for i := range history {
		s := &history[i]
		if s.Counts() && c.Match.Covers(s.Attempt) && c.Window.contains(s.At, start, t) {
			if n++; n >= limit {
				return true
			}
		}
	}
	return false
}

// next returns the first instant from t on at which no cap refuses.
func (c Caps) next(a Attempt, history []Send, t time.Time, loc *time.Location) time.Time {
	for {
		later := t
		for _, cp := range c {
			if !cp.blocks(a, history, t, loc) {
				continue
			}
			free := cp.frees(history, t, loc)
			if free.IsZero() {
				return free
			}
			if free.After(later) {
				later = free
			}
		}
		if later.Equal(t) {
			return t.UTC()
		}
		t = later
	}
}

// frees returns the first instant after t at which a cap that refuses at t
// may allow again; zero if it never will.
func (c Cap) frees(history []Send, t time.Time, loc *time.Location) time.Time {
	limit := c.Limit.at(t, loc)
	if limit <= 0 {
		return time.Time{}
	}
	var free time.Time
	if c.Window.Kind == Calendar {
		free = calendar.Unit(c.Window.Unit).Add(t, 1, loc, time.Monday)
	} else {
		var counted []time.Time
		for _, s := range history {
			if s.Counts() && c.Match.Covers(s.Attempt) && c.Window.contains(s.At, time.Time{}, t) {
				counted = append(counted, s.At)
			}
		}
		slices.SortFunc(counted, time.Time.Compare)
		free = counted[len(counted)-limit].Add(c.Window.length())
	}
	if c.Limit == DaysInMonth { // the limit itself changes with the month
		if month := calendar.Month.Add(t, 1, loc, time.Monday); month.Before(free) {
			free = month
		}
	}
	return free
}
