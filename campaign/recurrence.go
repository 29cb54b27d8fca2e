package campaign

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/calendar"
	"github.com/siyu-go/siyu/internal/strictjson"
)

// Recurrence is a campaign that comes back on certain days (周期活动), such as
// half price every Wednesday, or a live show daily at 08:00 and 19:00.
type Recurrence struct {
	Slots        []siyu.WeeklyWindow `json:"slots"`
	EarlySeconds int64               `json:"early_seconds,omitempty"` // how long before a slot members may begin
}

// Occurrence is one coming of a recurrence.
type Occurrence struct {
	ID     string      // of the occurrence: the local date and time of its start
	Window siyu.Window // of the slot
	Early  time.Time   // when members may begin
}

// maxAhead bounds how far occurrences are listed.
const maxAhead = 400

// ParseRecurrence reads a recurrence from JSON of at most 1 MiB and validates
// it. Unknown fields are refused; the error names the field.
func ParseRecurrence(data []byte) (Recurrence, error) {
	r, err := strictjson.Decode[Recurrence](data, maxDefinition)
	if err == nil {
		err = r.Validate()
	}
	return r, siyu.Within("recurrence", err)
}

// Validate refuses a recurrence without slots, with broken ones, or with an
// early start of more than a week.
func (r Recurrence) Validate() error {
	if len(r.Slots) == 0 || len(r.Slots) > MaxQuietWindows {
		return siyu.Invalid("slots", "has %d entries, wants 1 to %d", len(r.Slots), MaxQuietWindows)
	}
	for i, s := range r.Slots {
		if err := siyu.Within(fmt.Sprintf("slots[%d]", i), s.Validate()); err != nil {
			return err
		}
	}
	if r.EarlySeconds < 0 || r.EarlySeconds > 7*24*3600 {
		return siyu.Invalid("early_seconds", "is not between 0 and a week")
	}
	return nil
}

// Text says when it comes in Chinese or English, such as "每天08:00-10:00、
// 19:00-21:00", so that a page never announces hours that the schedule lacks.
func (r Recurrence) Text(lang siyu.Lang) string {
	parts := make([]string, len(r.Slots))
	for i, s := range r.Slots {
		parts[i] = s.Start.String() + "-" + s.End.String()
		if i == 0 || s.Days != r.Slots[i-1].Days {
			parts[i] = dayNames(s.Days, lang) + siyu.Text{EN: " "}.In(lang) + parts[i]
		}
	}
	return strings.Join(parts, siyu.Text{ZH: "、", EN: ", "}.In(lang))
}

// dayNames lists days from Monday on, and says daily for all.
func dayNames(days siyu.Weekdays, lang siyu.Lang) string {
	var names []string
	for i := range 7 {
		if d := time.Weekday((i + 1) % 7); days.Contains(d) {
			names = append(names, siyu.Text{ZH: "周" + string([]rune("日一二三四五六")[d]), EN: d.String()[:3]}.In(lang))
		}
	}
	if len(names) == 7 {
		return siyu.Text{ZH: "每天", EN: "daily"}.In(lang)
	}
	return strings.Join(names, siyu.Text{ZH: "、", EN: ", "}.In(lang))
}

// Between returns the occurrences that begin in a window, in order of time,
// in the wall clock of loc. The window must have both ends, at most 400 days
// apart.
func (r Recurrence) Between(window siyu.Window, loc *time.Location) ([]Occurrence, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	if err := siyu.Within("window", window.Validate()); err != nil {
		return nil, err
	}
	if window.Start.IsZero() || window.End.IsZero() || window.End.Sub(window.Start) > maxAhead*24*time.Hour {
		return nil, siyu.Invalid("window", "wants both ends, at most %d days apart", maxAhead)
	}
	var out []Occurrence
	last := calendar.DateOf(window.End, loc)
	for day := calendar.DateOf(window.Start, loc); day.DaysTo(last) >= 0; day = day.AddDays(1) {
		for _, s := range r.Slots {
			if o := r.on(day, s, loc); s.Days.Contains(day.Weekday()) && window.Contains(o.Window.Start) {
				out = append(out, o)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Occurrence) int { return a.Window.Start.Compare(b.Window.Start) })
	return out, nil
}

// Next returns the first occurrence that begins at or after an instant.
func (r Recurrence) Next(after time.Time, loc *time.Location) (Occurrence, error) {
	list, err := r.Between(siyu.Window{Start: after, End: after.AddDate(0, 0, 8)}, loc)
	if err != nil {
		return Occurrence{}, err
	}
	return list[0], nil // every slot comes once a week
}

func (r Recurrence) on(day calendar.Date, s siyu.WeeklyWindow, loc *time.Location) Occurrence {
	end := day
	if s.End < s.Start {
		end = day.AddDays(1)
	}
	start := day.At(s.Start.Duration(), loc)
	return Occurrence{
		ID:     fmt.Sprintf("%04d-%02d-%02dT%s", day.Year, day.Month, day.Day, s.Start),
		Window: siyu.Window{Start: start, End: end.At(s.End.Duration(), loc)},
		Early:  start.Add(-time.Duration(r.EarlySeconds) * time.Second),
	}
}

// For returns the message for one occurrence: with the occurrence in its id, so
// that each person gets it once per occurrence, and expiring at its end. It may
// go out from lead before the slot on, as a reminder does.
func (m Message) For(o Occurrence, lead time.Duration) Message {
	m.ID += ID("@" + o.ID)
	m.Window = siyu.Window{Start: o.Window.Start.Add(-lead), End: o.Window.End}
	return m
}
