package segment

import (
	"iter"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/calendar"
)

// ActivityRecord is when a person came to be and when the person was active.
type ActivityRecord struct {
	Created time.Time
	Active  []time.Time // in any order
}

// LifecycleCount is how many people were in each state in one calendar unit.
type LifecycleCount struct {
	Start        time.Time // first instant of the unit
	New          int       // active in the unit they were created in
	Returning    int       // active here and in the unit before
	Resurrecting int       // active here, not before, and not new
	Dormant      int       // not active here, but in the unit before
}

// GridOptions are the settings of [LifecycleGrid].
type GridOptions struct {
	Unit      string         // "hour", "day" (default), "week" or "month"
	WeekStart time.Weekday   // the zero is Sunday
	Location  *time.Location // nil is UTC
}

// maxGrid is the most units that a grid may have.
const maxGrid = 100_000

// LifecycleGrid counts people per calendar unit, from the unit that contains
// from to the one that contains to. Who falls silent is dormant once, in the
// first unit missed; activity in the unit before the first counts as the past
// of the first.
//
// The counts tie up: Returning plus Dormant is the number active in the unit
// before, and New plus Returning plus Resurrecting is the number active now.
// The definitions are those of PostHog's lifecycle insight, with dormant
// counted positive.
func LifecycleGrid(people iter.Seq[ActivityRecord], from, to time.Time, opts *GridOptions) ([]LifecycleCount, error) {
	o := GridOptions{}
	if opts != nil {
		o = *opts
	}
	unit, loc := calendar.Unit(o.Unit), o.Location
	if o.Unit == "" {
		unit = calendar.Day
	}
	if !unit.Valid() {
		return nil, siyu.Invalid("unit", "%q is none of hour, day, week, month", o.Unit)
	}
	if loc == nil {
		loc = time.UTC
	}
	if to.Before(from) {
		return nil, siyu.Invalid("to", "is before from")
	}
	// starts[0] is the unit before the grid, the last one the unit after it.
	starts := []time.Time{unit.Add(from, -1, loc, o.WeekStart)}
	for at := unit.Start(from, loc, o.WeekStart); !at.After(to); at = unit.Add(at, 1, loc, o.WeekStart) {
		if starts = append(starts, at); len(starts) > maxGrid {
			return nil, siyu.Invalid("to", "is more than %d units after from", maxGrid)
		}
	}
	end := unit.Add(starts[len(starts)-1], 1, loc, o.WeekStart)
	counts := make([]LifecycleCount, len(starts))
	for i, at := range starts {
		counts[i].Start = at
	}
	index := func(t time.Time) int { // of the unit that contains t, or -1
		if t.Before(starts[0]) || !t.Before(end) {
			return -1
		}
		i, found := slices.BinarySearchFunc(starts, t, time.Time.Compare)
		if !found {
			i--
		}
		return i
	}
	active := make([]bool, len(starts))
	for p := range people {
		clear(active)
		for _, t := range p.Active {
			if i := index(t); i >= 0 {
				active[i] = true
			}
		}
		countPerson(counts, active, index(p.Created))
	}
	return counts[1:], nil
}

func countPerson(counts []LifecycleCount, active []bool, created int) {
	for i := 1; i < len(active); i++ {
		switch {
		case active[i] && active[i-1]:
			counts[i].Returning++
		case active[i] && i == created:
			counts[i].New++
		case active[i]:
			counts[i].Resurrecting++
		case active[i-1]:
			counts[i].Dormant++
		}
	}
}
