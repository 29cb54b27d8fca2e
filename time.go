package siyu

import (
	"sync"
	"time"
)

// Clock tells the time. Services take one so that tests, replays and back-runs
// decide by their own time; nil means [SystemClock].
type Clock interface {
	Now() time.Time
}

// SystemClock is the machine's clock, and the only thing in the library that
// reads it.
type SystemClock struct{}

// Now returns the present instant, as [Instant] has it.
func (SystemClock) Now() time.Time { return Instant(time.Now()) }

// ManualClock stands still until it is moved. It is safe for concurrent use.
type ManualClock struct {
	mu  sync.Mutex
	now time.Time
}

// NewManualClock returns a clock that stands at now.
func NewManualClock(now time.Time) *ManualClock { return &ManualClock{now: Instant(now)} }

// Now returns where the clock stands.
func (c *ManualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set moves the clock to t, forwards or back.
func (c *ManualClock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = Instant(t)
}

// Advance moves the clock by d.
func (c *ManualClock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = Instant(c.now.Add(d))
}

// ClockOr returns c, or [SystemClock] if c is nil.
func ClockOr(c Clock) Clock {
	if c == nil {
		return SystemClock{}
	}
	return c
}

// Instant returns t in UTC, cut to microseconds and without a monotonic
// reading: the form in which the library stores and compares time.
func Instant(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// Window is the half-open interval [Start, End). A zero Start or End leaves
// that side open, so the zero Window contains every instant.
type Window struct {
	Start time.Time `json:"start,omitzero"`
	End   time.Time `json:"end,omitzero"`
}

// Contains reports whether Start <= t < End.
func (w Window) Contains(t time.Time) bool { return !w.Before(t) && !w.After(t) }

// Before reports whether the window has not begun at t.
func (w Window) Before(t time.Time) bool { return !w.Start.IsZero() && t.Before(w.Start) }

// After reports whether the window is over at t; at End it is.
func (w Window) After(t time.Time) bool { return !w.End.IsZero() && !t.Before(w.End) }

// Validate refuses a window whose End is not after its Start.
func (w Window) Validate() error {
	if !w.Start.IsZero() && !w.End.IsZero() && !w.End.After(w.Start) {
		return Invalid("end", "%s is not after start %s", w.End.Format(time.RFC3339), w.Start.Format(time.RFC3339))
	}
	return nil
}
