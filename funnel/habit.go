package funnel

import (
	"cmp"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/calendar"
	"github.com/siyu-go/siyu/internal/strictjson"
)

// Habit asks who does something regularly: in at least so many of the last
// intervals of the calendar, such as 3 of 4 weeks.
type Habit struct {
	Event          Step     `json:"event"`
	Interval       Interval `json:"interval,omitempty"`        // Week unless said
	AtLeast        int      `json:"at_least"`                  // k
	Of             int      `json:"of"`                        // n, at most MaxIntervals
	MinOccurrences int      `json:"min_occurrences,omitempty"` // events in one interval; 1 unless said
	WeekStart      Weekday  `json:"week_start,omitempty"`      // Sunday unless said
	Timezone       string   `json:"timezone,omitempty"`        // UTC unless said
}

// HabitReport is the answer to a [Habit].
type HabitReport struct {
	From time.Time `json:"from"` // of the first interval, UTC
	To   time.Time `json:"to"`   // end of the last, exclusive
	// Intervals has at i how many users were active in exactly i of the
	// intervals, from 1 on; at 0 are the users of the log that were in none.
	Intervals []int `json:"intervals"`
	Active    int   `json:"active"`   // users active in at least one
	Habitual  int   `json:"habitual"` // users active in at least k
	// Young are the active users whose first event of any kind came too late
	// for k intervals: they could not be habitual yet.
	Young int `json:"young"`
	// Rate is the habitual of the active who were there long enough.
	Rate Rate `json:"rate"`

	log    *Log
	active []habitOf
}

type habitOf struct {
	user      uint32
	intervals int
}

// Who returns the users active in at least so many intervals, 1 or more, in the
// order of their first appearance in the log.
func (r HabitReport) Who(atLeast int) []siyu.UserID {
	var ids []siyu.UserID
	for _, a := range r.active {
		if a.intervals >= atLeast {
			ids = append(ids, r.log.user(a.user))
		}
	}
	return ids
}

// ParseHabit reads a question from strict JSON and validates it.
func ParseHabit(data []byte) (Habit, error) {
	h, err := strictjson.Decode[Habit](data, maxJSON)
	if err != nil {
		return h, err
	}
	return h, h.Validate()
}

// Validate refuses a question that means nothing; the error matches
// [siyu.ErrInvalid] and tells the path of the fault.
func (h Habit) Validate() error {
	switch {
	case !calendar.Unit(h.interval()).Valid():
		return siyu.Invalid("interval", "%q is none of hour, day, week, month", string(h.Interval))
	case h.Of < 1 || h.Of > MaxIntervals:
		return siyu.Invalid("of", "must be 1 to %d", MaxIntervals)
	case h.AtLeast < 1 || h.AtLeast > h.Of:
		return siyu.Invalid("at_least", "must be 1 to %d", h.Of)
	case h.MinOccurrences < 0:
		return siyu.Invalid("min_occurrences", "is negative")
	}
	count := 0
	if err := h.Event.check(0, &count); err != nil {
		return siyu.Within("event", err)
	}
	return Definition{Steps: []Step{{Any: true}}, Window: 1, WeekStart: h.WeekStart, Timezone: h.Timezone}.Validate()
}

func (h Habit) interval() Interval { return cmp.Or(h.Interval, Week) }

// RunHabit answers from a log for the last whole intervals before an instant:
// the one that contains now is not over and is not counted.
func RunHabit(l *Log, h Habit, now time.Time) (HabitReport, error) {
	if err := h.Validate(); err != nil {
		return HabitReport{}, err
	}
	loc, _ := Definition{Timezone: h.Timezone}.location() // validated
	every, week := calendar.Unit(h.interval()), weekdays[h.WeekStart]
	starts := make([]time.Time, h.Of+1) // of the intervals, and of the present one
	for i := range starts {
		starts[i] = every.Add(now, i-h.Of, loc, week)
	}
	r := HabitReport{From: starts[0], To: starts[h.Of], Intervals: make([]int, h.Of+1), log: l}
	p, err := compile(l, Definition{
		Steps: []Step{h.Event}, Window: 1, Range: Range{From: r.From, To: r.To.Add(-time.Microsecond)},
	})
	if err != nil {
		return HabitReport{}, err
	}
	young := starts[h.Of-h.AtLeast+1] // from here on k intervals are no longer to be had
	reads, found := reader{plan: p}, make([]int, h.Of)
	l.userUnits(l.classes, func(_ int, u unit) {
		clear(found)
		for _, hit := range reads.read(u) {
			i, _ := slices.BinarySearchFunc(starts, l.instant(hit.at), func(s, at time.Time) int {
				if s.After(at) {
					return 1
				}
				return -1
			})
			found[i-1]++
		}
		active := 0
		for _, n := range found {
			if n >= max(h.MinOccurrences, 1) {
				active++
			}
		}
		r.Intervals[active]++
		if active == 0 {
			return
		}
		r.Active++
		r.active = append(r.active, habitOf{u.number, active})
		if active >= h.AtLeast {
			r.Habitual++
		} else if !l.instant(l.at(u.from)).Before(young) {
			r.Young++
		}
	})
	slices.SortFunc(r.active, func(a, b habitOf) int { return cmp.Compare(a.user, b.user) })
	r.Rate = NewRate(r.Habitual, r.Active-r.Young)
	return r, nil
}
