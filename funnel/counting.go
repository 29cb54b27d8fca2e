package funnel

import (
	"slices"
	"sort"
	"time"

	"github.com/siyu-go/siyu"
)

// Counting says what the counts of a report are of.
type Counting string

// The countings.
const (
	// Uniques: units, each once with the attempt that got deepest.
	Uniques Counting = "uniques"

	// Totals: attempts, any number of one unit. They are taken from left to
	// right and those that get to the last step first: of these the one that
	// ends first counts, and of those the one that began last; the next is looked
	// for among the events after its end. Then, in the stretches of time that lie
	// before, between and behind these, attempts are taken in the same manner
	// that get to the last step but one, and so on down to those that did the
	// first step only. So no two attempts overlap, the instants of their ends
	// included, and a unit that counts for a step as one of Uniques counts for it
	// at least once, optional steps aside.
	//
	// In an unordered funnel an attempt gets to step k with any k steps. An
	// optional step may be skipped on the way to a later one; of attempts between
	// the same two instants the one that goes by optional steps counts. An
	// attempt that an exclusion of its stretch spoils is none; in an ordered or
	// strict funnel, of the attempts with the same end only the one that began
	// last is looked at for that. With Hold, each value of the held properties
	// has attempts of its own, which may overlap those of another value. With a
	// [StepAttribution] each attempt is in the group of its own event, and those
	// that skip the step or end before it are in none.
	Totals Counting = "totals"

	// Sessions: visits. The events of a unit, also those that the funnel does
	// not see, are cut where [Definition.SessionGap] or more lies between two of
	// them, and each piece is counted as if it were a unit. FirstTime still
	// looks at all events of the unit.
	Sessions Counting = "sessions"
)

// DefaultSessionGap is the inactivity that ends a session unless said.
const DefaultSessionGap = 30 * time.Minute

func (d Definition) counting() Counting {
	if d.Counting == "" {
		return Uniques
	}
	return d.Counting
}

func (d Definition) checkCounting() error {
	switch {
	case !slices.Contains([]Counting{Uniques, Totals, Sessions}, d.counting()):
		return siyu.Invalid("counting", "%q is none of uniques, totals, sessions", string(d.Counting))
	case d.SessionGap < 0:
		return siyu.Invalid("session_gap_s", "is negative")
	case d.SessionGap > 0 && d.Counting != Sessions:
		return siyu.Invalid("session_gap_s", "goes with counting of sessions only")
	}
	return nil
}

// gapIn returns the shortest inactivity, in ticks, that ends a session.
func (d Definition) gapIn(tick time.Duration) int64 {
	gap := d.SessionGap
	if gap == 0 {
		gap = DefaultSessionGap
	}
	return -floorDiv(-int64(gap), int64(tick))
}

// eachSession calls do for the hits of each session of a unit that has any, with
// the range of events that the session is.
func (w *worker) eachSession(u unit, hits []hit, do func(hits []hit, events stretch)) {
	gap := w.def.gapIn(w.log.tick)
	from := 0
	for i := 1; i < u.len() && len(hits) > 0; i++ {
		at := w.log.at(u.place(i))
		if at-w.log.at(u.place(i-1)) < gap {
			continue
		}
		before := sort.Search(len(hits), func(k int) bool { return hits[k].at >= at })
		if before > 0 {
			do(hits[:before], stretch{from, i})
		}
		hits, from = hits[before:], i
	}
	if len(hits) == 0 {
		return
	}
	do(hits, stretch{from, u.len()})
}
