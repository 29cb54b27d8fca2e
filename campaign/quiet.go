package campaign

import (
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
)

// QuietHours are the hours in which marketing does not disturb (免打扰时段),
// in the person's wall-clock time.
type QuietHours struct {
	Windows []siyu.WeeklyWindow `json:"windows,omitempty"`
	Policy  QuietPolicy         `json:"policy,omitempty"`
}

// QuietPolicy says what happens to a message in quiet hours.
type QuietPolicy string

// The policies. The empty policy is DeferQuiet.
const (
	DeferQuiet QuietPolicy = "defer" // wait for the first instant that is not quiet
	DropQuiet  QuietPolicy = "drop"
)

// Errors of quiet hours. All match [siyu.ErrInvalid].
var (
	// ErrNoZone: neither the person nor the policy names a time zone. The
	// library does not guess one.
	ErrNoZone = fmt.Errorf("campaign: no time zone: the person has none and the policy no fallback: %w", siyu.ErrInvalid)
	// ErrEmptyWindow: a quiet window that ends where it starts.
	ErrEmptyWindow = fmt.Errorf("campaign: quiet window is empty: %w", siyu.ErrInvalid)
	// ErrNeverOpen: the quiet hours leave no open instant within 8 days.
	ErrNeverOpen = fmt.Errorf("campaign: quiet hours never end: %w", siyu.ErrInvalid)
)

// patience is how far ahead Release looks for an open instant: a week of
// windows and a day for changes of the clock.
const patience = 8 * 24 * time.Hour

// MaxQuietWindows is how many windows quiet hours may have.
const MaxQuietWindows = 64

// Validate refuses an unknown policy, too many windows, and windows that are
// empty ([ErrEmptyWindow]) or broken.
func (q QuietHours) Validate() error {
	if q.Policy != "" && q.Policy != DeferQuiet && q.Policy != DropQuiet {
		return siyu.Invalid("policy", "%q is neither defer nor drop", string(q.Policy))
	}
	if len(q.Windows) > MaxQuietWindows {
		return siyu.Invalid("windows", "has more than %d entries", MaxQuietWindows)
	}
	for i, w := range q.Windows {
		if w.Start == w.End {
			return fmt.Errorf("windows[%d]: %w", i, ErrEmptyWindow)
		}
		if err := w.Validate(); err != nil {
			return siyu.Within(fmt.Sprintf("windows[%d]", i), err)
		}
	}
	return nil
}

// Quiet reports whether the wall clock of loc shows quiet hours at t.
func (q QuietHours) Quiet(t time.Time, loc *time.Location) bool {
	_, quiet := q.until(t, loc)
	return quiet
}

// Release returns the first instant not before t that is not quiet; t itself
// if t is not. Where clocks are changed the wall clock decides: an hour that
// comes twice is quiet twice, a window that ends in a skipped hour ends at the
// change. [ErrNeverOpen] if there is none within 8 days.
func (q QuietHours) Release(t time.Time, loc *time.Location) (time.Time, error) {
	for at := t; at.Sub(t) <= patience; {
		until, quiet := q.until(at, loc)
		if !quiet {
			return at.UTC(), nil
		}
		at = until
	}
	return time.Time{}, ErrNeverOpen
}

// until returns up to when it is surely quiet, over all windows at t.
func (q QuietHours) until(t time.Time, loc *time.Location) (time.Time, bool) {
	var latest time.Time
	quiet := false
	for _, w := range q.Windows {
		if end, ok := w.Until(t, loc); ok {
			quiet = true
			if end.After(latest) {
				latest = end
			}
		}
	}
	return latest, quiet
}
