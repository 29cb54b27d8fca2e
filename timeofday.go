package siyu

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// TimeOfDay is a reading of the wall clock, as the time since midnight: 0 is
// midnight, 24h the midnight that ends the day. Its text form is "HH:MM", or
// "HH:MM:SS" where there are seconds.
type TimeOfDay time.Duration

// EndOfDay is 24:00, the midnight that ends a day.
const EndOfDay = TimeOfDay(24 * time.Hour)

// HourMinute returns the time of day at hour:minute.
func HourMinute(hour, minute int) TimeOfDay {
	return TimeOfDay(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
}

// ParseTimeOfDay reads "HH:MM" or "HH:MM:SS" between 00:00 and 24:00.
func ParseTimeOfDay(s string) (TimeOfDay, error) {
	var v TimeOfDay
	unit := TimeOfDay(time.Hour)
	parts := strings.Split(s, ":")
	ok := len(parts) == 2 || len(parts) == 3
	for i, part := range parts {
		if !ok || len(part) != 2 || part[0] < '0' || part[0] > '9' || part[1] < '0' || part[1] > '9' || (i > 0 && part[0] > '5') {
			return 0, Invalid("time", "%q is not HH:MM", s)
		}
		v += TimeOfDay(part[0]-'0')*10*unit + TimeOfDay(part[1]-'0')*unit
		unit /= 60
	}
	if !v.Valid() {
		return 0, Invalid("time", "%q is after 24:00", s)
	}
	return v, nil
}

// TimeOfDayOf returns what the wall clock of loc shows at t.
func TimeOfDayOf(t time.Time, loc *time.Location) TimeOfDay {
	w := wall(t, loc)
	return TimeOfDay(w.Sub(midnight(w)))
}

// Valid reports whether c lies between 00:00 and 24:00.
func (c TimeOfDay) Valid() bool { return c >= 0 && c <= EndOfDay }

// Duration returns the time since midnight.
func (c TimeOfDay) Duration() time.Duration { return time.Duration(c) }

// String writes HH:MM, or HH:MM:SS where there are seconds.
func (c TimeOfDay) String() string {
	d := time.Duration(c)
	h, m, s := int(d/time.Hour), int(d/time.Minute)%60, int(d/time.Second)%60
	if s == 0 {
		return fmt.Sprintf("%02d:%02d", h, m)
	}
	return fmt.Sprintf("%02d:%02d:%02d", h, m, s)
}

// MarshalText writes HH:MM.
func (c TimeOfDay) MarshalText() ([]byte, error) {
	if !c.Valid() {
		return nil, Invalid("time", "%s is not between 00:00 and 24:00", c)
	}
	return []byte(c.String()), nil
}

// UnmarshalText reads HH:MM.
func (c *TimeOfDay) UnmarshalText(text []byte) error {
	v, err := ParseTimeOfDay(string(text))
	if err == nil {
		*c = v
	}
	return err
}

// Weekdays is a set of days of the week. The zero set means every day. Its
// JSON form is a list such as ["mon","fri"].
type Weekdays uint8

var weekdayNames = [...]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// DaysOf returns the set of these days.
func DaysOf(days ...time.Weekday) Weekdays {
	var w Weekdays
	for _, d := range days {
		w |= 1 << (d % 7)
	}
	return w
}

// Contains reports whether d is in the set; every day is in the zero set.
func (w Weekdays) Contains(d time.Weekday) bool { return w == 0 || w>>(d%7)&1 == 1 }

// MarshalJSON writes the names of the days, Monday first; the zero set writes
// all seven.
func (w Weekdays) MarshalJSON() ([]byte, error) {
	names := make([]string, 0, 7)
	for i := range 7 {
		if d := time.Weekday((i + 1) % 7); w.Contains(d) {
			names = append(names, weekdayNames[d])
		}
	}
	return json.Marshal(names)
}

// UnmarshalJSON reads a list of names of days. An empty list is refused: a
// rule that holds on no day is a mistake.
func (w *Weekdays) UnmarshalJSON(data []byte) error {
	var names []string
	if err := json.Unmarshal(data, &names); err != nil || len(names) == 0 {
		return Invalid("days", "is not a list of days such as [\"mon\"]")
	}
	var set Weekdays
	for i, name := range names {
		d := slices.Index(weekdayNames[:], name)
		if d < 0 {
			return Invalid(fmt.Sprintf("days[%d]", i), "%q is none of %v", name, weekdayNames)
		}
		set |= 1 << d
	}
	*w = set
	return nil
}

// WeeklyWindow is a stretch of wall-clock time [Start, End) that comes back on
// certain days, such as opening hours, a shift or quiet hours. An End before
// Start runs over midnight; the window belongs to the day on which it starts.
type WeeklyWindow struct {
	Start TimeOfDay `json:"start"`
	End   TimeOfDay `json:"end"`
	Days  Weekdays  `json:"days,omitzero"`
}

// Validate refuses an empty window, a start at or after 24:00, and days that
// do not exist.
func (w WeeklyWindow) Validate() error {
	switch {
	case !w.Start.Valid() || w.Start == EndOfDay:
		return Invalid("start", "is not between 00:00 and 23:59")
	case !w.End.Valid():
		return Invalid("end", "is not between 00:00 and 24:00")
	case w.Start == w.End:
		return Invalid("end", "equals start: the window is empty")
	case w.Days>>7 != 0:
		return Invalid("days", "holds a day that does not exist")
	}
	return nil
}

// Contains reports whether the wall clock of loc is inside the window at t.
func (w WeeklyWindow) Contains(t time.Time, loc *time.Location) bool {
	_, ok := w.end(wall(t, loc))
	return ok
}

// Until reports whether the window contains t, and if so the instant up to
// which that is certain: the end of the window, or the next change of the
// zone's offset if that comes first. At that instant ask again.
func (w WeeklyWindow) Until(t time.Time, loc *time.Location) (time.Time, bool) {
	now := wall(t, loc)
	end, ok := w.end(now)
	if !ok {
		return time.Time{}, false
	}
	until := t.Add(end.Sub(now))
	if _, change := t.In(loc).ZoneBounds(); !change.IsZero() && change.Before(until) {
		until = change
	}
	return until.UTC(), true
}

// end returns the wall time at which the occurrence that contains now ends.
func (w WeeklyWindow) end(now time.Time) (time.Time, bool) {
	length := time.Duration(w.End - w.Start)
	if length < 0 {
		length += 24 * time.Hour
	}
	today := midnight(now)
	for _, day := range [...]time.Time{today, today.AddDate(0, 0, -1)} {
		start := day.Add(time.Duration(w.Start))
		end := start.Add(length)
		if w.Days.Contains(day.Weekday()) && !now.Before(start) && now.Before(end) {
			return end, true
		}
	}
	return time.Time{}, false
}

// wall returns what the clock of loc shows at t, as if it were UTC.
func wall(t time.Time, loc *time.Location) time.Time {
	_, offset := t.In(loc).Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

func midnight(wall time.Time) time.Time {
	y, m, d := wall.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
