package campaign

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/calendar"
)

// Cap limits how many messages one person gets in a window of time (频次上限).
type Cap struct {
	ID     string    `json:"id"`
	Limit  Limit     `json:"limit"`
	Window CapWindow `json:"window"`
	Match  Match     `json:"match,omitzero"`
}

// Limit is the number of sends that a cap allows in its window; 0 allows none.
type Limit int

// DaysInMonth is the limit that is as high as the local month has days. In
// JSON it is "days_in_month".
const DaysInMonth Limit = -1

// Match says which messages a cap is about: those whose field is in each of
// the lists that are not empty. The zero Match is about all.
type Match struct {
	Channels  []Channel `json:"channels,omitempty"`
	Topics    []Topic   `json:"topics,omitempty"`
	Campaigns []ID      `json:"campaigns,omitempty"`
	Senders   []string  `json:"senders,omitempty"`
}

// Covers reports whether the match is about the attempt.
func (m Match) Covers(a Attempt) bool {
	return in(m.Channels, a.Channel) && in(m.Topics, a.Topic) && in(m.Campaigns, a.Campaign) && in(m.Senders, a.Sender)
}

func in[T comparable](list []T, v T) bool { return len(list) == 0 || slices.Contains(list, v) }

// Unit is a unit of the calendar.
type Unit string

// The units of calendar windows. Weeks start on Monday.
const (
	Day   Unit = "day"
	Week  Unit = "week"
	Month Unit = "month"
)

// CapWindow is the stretch of time in which a cap counts; make one with
// [RollingWindow] or [CalendarWindow].
type CapWindow struct {
	Kind    WindowKind `json:"kind"`
	Seconds int64      `json:"seconds,omitempty"` // of a rolling window
	Unit    Unit       `json:"unit,omitempty"`    // of a calendar window
}

// WindowKind says how a window moves with time.
type WindowKind string

// The kinds of windows.
const (
	Rolling  WindowKind = "rolling"  // the last so many seconds: t-W < s <= t
	Calendar WindowKind = "calendar" // since the start of the local day, week or month
)

// RollingWindow is the time d before the attempt, cut to seconds.
func RollingWindow(d time.Duration) CapWindow {
	return CapWindow{Kind: Rolling, Seconds: int64(d / time.Second)}
}

// CalendarWindow is the local day, week or month of the attempt, in the
// person's zone at that moment.
func CalendarWindow(u Unit) CapWindow { return CapWindow{Kind: Calendar, Unit: u} }

// maxRolling bounds a rolling window to ten years.
const maxRolling = 10 * 366 * 24 * 3600

// Validate refuses a cap without id, with a negative limit, or with a window
// of no or unknown length.
func (c Cap) Validate() error {
	if err := siyu.CheckID("id", c.ID); err != nil {
		return err
	}
	if c.Limit < 0 && c.Limit != DaysInMonth {
		return siyu.Invalid("limit", "is negative")
	}
	w := c.Window
	switch w.Kind {
	case Rolling:
		if w.Seconds <= 0 || w.Seconds > maxRolling || w.Unit != "" {
			return siyu.Invalid("window", "rolling wants 1 to %d seconds and no unit", maxRolling)
		}
	case Calendar:
		if (w.Unit != Day && w.Unit != Week && w.Unit != Month) || w.Seconds != 0 {
			return siyu.Invalid("window", "calendar wants a unit (day, week or month) and no seconds")
		}
	default:
		return siyu.Invalid("window.kind", "%q is neither rolling nor calendar", string(w.Kind))
	}
	return nil
}

// start returns the instant from which the window at t counts.
func (w CapWindow) start(t time.Time, loc *time.Location) time.Time {
	return calendar.Unit(w.Unit).Start(t, loc, time.Monday)
}

// contains reports whether a send at s lies in the window that begins at
// start and ends with t.
func (w CapWindow) contains(s, start, t time.Time) bool {
	if s.After(t) {
		return false
	}
	if w.Kind == Rolling {
		return s.After(t.Add(-w.length()))
	}
	return !s.Before(start)
}

func (w CapWindow) length() time.Duration { return time.Duration(w.Seconds) * time.Second }

// at returns the limit that holds at t.
func (l Limit) at(t time.Time, loc *time.Location) int {
	if l != DaysInMonth {
		return int(l)
	}
	d := calendar.DateOf(t, loc)
	first := calendar.Date{Year: d.Year, Month: d.Month, Day: 1}
	next := calendar.DateOf(time.Date(d.Year, d.Month+1, 1, 0, 0, 0, 0, time.UTC), time.UTC)
	return first.DaysTo(next)
}

// MarshalJSON writes a number or "days_in_month".
func (l Limit) MarshalJSON() ([]byte, error) {
	if l == DaysInMonth {
		return []byte(`"days_in_month"`), nil
	}
	return strconv.AppendInt(nil, int64(l), 10), nil
}

// UnmarshalJSON reads a number that is not negative, or "days_in_month".
func (l *Limit) UnmarshalJSON(data []byte) error {
	if string(data) == `"days_in_month"` {
		*l = DaysInMonth
		return nil
	}
	n, err := strconv.Atoi(string(data))
	if err != nil || n < 0 {
		return siyu.Invalid("limit", "is neither a whole number of at least 0 nor \"days_in_month\"")
	}
	*l = Limit(n)
	return nil
}

// Caps is a list of caps that all have to agree.
type Caps []Cap

// MaxCaps is how many caps a policy may have.
const MaxCaps = 64

// Validate refuses a broken cap, an id used twice, and more than [MaxCaps].
func (c Caps) Validate() error {
	if len(c) > MaxCaps {
		return siyu.Invalid("", "has more than %d entries", MaxCaps)
	}
	for i, cp := range c {
		path := fmt.Sprintf("[%d]", i)
		if err := cp.Validate(); err != nil {
			return siyu.Within(path, err)
		}
		if slices.ContainsFunc(c[:i], func(other Cap) bool { return other.ID == cp.ID }) {
			return siyu.Invalid(path+".id", "%q is used twice", cp.ID)
		}
	}
	return nil
}
