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
	// right and the complete ones first: of the attempts that do all steps the
	// one that ends first counts, and of those the one that began last; the
	// next is looked for among the events after its end. Then, in the stretches
	// of time that lie before, between and behind these, attempts are taken in
	// the same manner that lack the last step, then those that lack two, down
	// to those that did the first step only. So no two attempts overlap, the
	// instants of their ends included, and a unit that counts for a step as one
	// of Uniques counts for it at least once. With Hold, each value of the
	// held properties has attempts of its own, which may overlap those of
	// another value.
	//
	// Ordered and strict funnels without optional steps, groups and exclusions
	// can be counted so, and without a [StepAttribution].
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
	case d.Counting != Totals:
		return nil
	case d.order() == Unordered:
		return siyu.Invalid("counting", "of totals does not go with an unordered funnel")
	case len(d.Exclusions) > 0:
		return siyu.Invalid("counting", "of totals does not go with exclusions")
	case len(d.groups()) > 0:
		return siyu.Invalid("counting", "of totals does not go with groups")
	case slices.ContainsFunc(d.Steps, func(s Step) bool { return s.Optional }):
		return siyu.Invalid("counting", "of totals does not go with optional steps")
	}
	if d.Breakdown != nil {
		if _, isStep := d.Breakdown.Attribution.step(); isStep {
			return siyu.Invalid("counting", "of totals does not go with attribution to a step")
		}
	}
	return nil
}

// sessionGap returns the shortest inactivity, in ticks, that ends a session.
func (p *plan) sessionGap() int64 {
	gap := p.def.SessionGap
	if gap == 0 {
		gap = DefaultSessionGap
	}
	return -floorDiv(-int64(gap), int64(p.log.tick))
}

// eachSession calls do for the hits of each session of a unit that has any.
func (w *worker) eachSession(u unit, hits []hit, do func(hits []hit)) {
	gap := w.sessionGap()
	for i := 1; i < u.len() && len(hits) > 0; i++ {
		at := w.log.at(u.place(i))
		if at-w.log.at(u.place(i-1)) < gap {
			continue
		}
		before := sort.Search(len(hits), func(k int) bool { return hits[k].at >= at })
		if before > 0 {
			do(hits[:before])
		}
		hits = hits[before:]
	}
	if len(hits) > 0 {
		do(hits)
	}
}

// total adds all attempts of Totals to the outcomes. A stretch of hits is gone
// over once for each number of steps.
func (w *worker) total(hits []hit, number uint32, group int32, into *outcomes) {
	c := w.chains
	c.step = -1
	stretches, next := [][]hit{hits}, [][]hit(nil)
	for goal := w.n; goal > 0; goal-- {
		for _, rest := range stretches {
			for len(rest) > 0 {
				c.run(rest, goal, group)
				a := &c.slots[goal]
				if !a.live {
					next = append(next, rest)
					break
				}
				into.add(number, a.steps, a.path)
				from := sort.Search(len(rest), func(k int) bool { return rest[k].at >= a.start })
				to := sort.Search(len(rest), func(k int) bool { return rest[k].at > a.last })
				if from > 0 {
					next = append(next, rest[:from])
				}
				rest = rest[to:]
			}
		}
		stretches, next = next, stretches[:0]
	}
}
