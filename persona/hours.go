package persona

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// Span is a stretch [Start, End) of one day.
type Span struct {
	Start siyu.TimeOfDay `json:"start"`
	End   siyu.TimeOfDay `json:"end"`
}

// Hours are business hours: the windows of every week, the dates on which
// there are none, and the dates with hours of their own (调休) in place of
// their weekday's. A window that runs over midnight belongs to the day on
// which it starts, and so do holidays to it.
type Hours struct {
	Weekly        []siyu.WeeklyWindow `json:"weekly"`
	Holidays      []Date              `json:"holidays,omitempty"`
	ExtraWorkdays map[Date][]Span     `json:"extra_workdays,omitempty"`
}

// Limits of business hours.
const (
	maxWindows = 256
	maxDates   = 4000
	horizon    = 800 // days ahead in which work must be found
)

// Validate refuses broken windows, spans that do not end after their start,
// and more than 256 windows or 4,000 dates.
func (h Hours) Validate() error {
	if len(h.Weekly) > maxWindows || len(h.Holidays) > maxDates || len(h.ExtraWorkdays) > maxDates {
		return siyu.Invalid("hours", "has more than %d windows or %d dates", maxWindows, maxDates)
	}
	for i, w := range h.Weekly {
		if err := siyu.Within(fmt.Sprintf("weekly[%d]", i), w.Validate()); err != nil {
			return err
		}
	}
	for _, d := range slices.SortedFunc(maps.Keys(h.ExtraWorkdays), func(a, b Date) int { return b.daysTo(a) }) {
		for i, s := range h.ExtraWorkdays[d] {
			if !s.Start.Valid() || !s.End.Valid() || s.End <= s.Start {
				return siyu.Invalid(fmt.Sprintf("extra_workdays.%s[%d]", d, i), "does not end after its start")
			}
		}
	}
	return nil
}

// After returns the instant at which the given working time has run since
// from, in the wall clock of loc: where clocks change, real time counts. An
// error means that the hours leave too little time within two years.
func (h Hours) After(from time.Time, work time.Duration, loc *time.Location) (time.Time, error) {
	cursor, left := from, work
	day := DateOf(from, loc).AddDays(-1) // its windows may run over midnight
	for range horizon {
		for _, s := range h.on(day, loc) {
			if s.Start.After(cursor) {
				cursor = s.Start
			}
			if open := s.End.Sub(cursor); open >= left {
				return cursor.Add(left).UTC(), nil
			} else if open > 0 {
				left -= open
				cursor = s.End
			}
		}
		day = day.AddDays(1)
	}
	return time.Time{}, siyu.Invalid("hours", "leave less than %s of work within %d days", work, horizon)
}

// on returns the working windows that start on a day, in order of time.
func (h Hours) on(day Date, loc *time.Location) []siyu.Window {
	if slices.Contains(h.Holidays, day) {
		return nil
	}
	var out []siyu.Window
	if extra, ok := h.ExtraWorkdays[day]; ok {
		for _, s := range extra {
			out = append(out, siyu.Window{Start: day.at(s.Start, loc), End: day.at(s.End, loc)})
		}
	} else {
		for _, w := range h.Weekly {
			if !w.Days.Contains(day.Weekday()) {
				continue
			}
			last := day
			if w.End < w.Start {
				last = day.AddDays(1)
			}
			out = append(out, siyu.Window{Start: day.at(w.Start, loc), End: last.at(w.End, loc)})
		}
	}
	slices.SortFunc(out, func(a, b siyu.Window) int {
		return cmp.Or(a.Start.Compare(b.Start), a.End.Compare(b.End))
	})
	return out
}
