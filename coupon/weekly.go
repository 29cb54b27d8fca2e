package coupon

import (
	"fmt"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/calendar"
)

// Weekly is a part of the week by the wall clock of a place, such as Wednesday
// from 10:00 to 14:00 in Shanghai (周三半价).
type Weekly struct {
	Days []time.Weekday
	From time.Duration // past midnight
	To   time.Duration // past midnight, exclusive; 0 is the end of the day
	In   *time.Location
}

// Contains reports whether the wall clock at t is on one of the days and in
// [From, To).
func (w *Weekly) Contains(t time.Time) bool {
	local := t.In(w.In)
	if !slices.Contains(w.Days, local.Weekday()) {
		return false
	}
	clock := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute +
		time.Duration(local.Second())*time.Second + time.Duration(local.Nanosecond())
	return clock >= w.From && (w.To == 0 || clock < w.To)
}

// next returns an instant from t on that is in w: t itself, or the next
// beginning.
func (w *Weekly) next(t time.Time) time.Time {
	if t.IsZero() {
		t = time.Unix(0, 0)
	}
	if w.Contains(t) {
		return t
	}
	for n := range 9 {
		start := calendar.DateOf(t, w.In).AddDays(n).At(w.From, w.In)
		if !start.Before(t) && w.Contains(start) {
			return start
		}
	}
	return t
}

const day = 24 * time.Hour

func (w *Weekly) validate() error {
	switch {
	case w == nil:
		return nil
	case len(w.Days) == 0:
		return siyu.Invalid("days", "is empty")
	case len(w.Days) > 7:
		return siyu.Invalid("days", "are %d", len(w.Days))
	case w.In == nil:
		return siyu.Invalid("zone", "is missing")
	case w.From < 0 || w.From >= day || w.From%time.Minute != 0:
		return siyu.Invalid("from", "is no minute of a day")
	case w.To < 0 || w.To > day || w.To%time.Minute != 0:
		return siyu.Invalid("to", "is no minute of a day")
	case w.To != 0 && w.To <= w.From:
		return siyu.Invalid("to", "is not after from")
	}
	for i, d := range w.Days {
		if d < time.Sunday || d > time.Saturday {
			return siyu.Invalid(fmt.Sprintf("days[%d]", i), "is no day of the week")
		}
		if slices.Contains(w.Days[:i], d) {
			return siyu.Invalid(fmt.Sprintf("days[%d]", i), "is named twice")
		}
	}
	return nil
}

var dayNames = [...]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func formatClock(d time.Duration) string {
	return fmt.Sprintf("%02d:%02d", d/time.Hour, d%time.Hour/time.Minute)
}

func parseClock(s string) (time.Duration, error) {
	if s == "24:00" {
		return day, nil
	}
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0, siyu.Invalid("", "%q is no time of day such as 09:30", s)
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, nil
}
