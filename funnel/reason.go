package funnel

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"time"
)

// explainer finds reasons for one unit after the other.
type explainer struct {
	*worker
	now   int64 // ticks
	found outcomes
	order []int // of what is found, by time

	e       Explanation // but for its User and Done
	one     int         // of found, that e explains
	missing int         // the first step that lacks
}

// scope bounds where the reason of one attempt is looked for.
type scope struct {
	events stretch // of the unit
	after  int64   // the end of the attempt before
	until  int64   // the start of the next attempt
	next   int     // its first place
	over   int64   // the last instant of the session
}

func newExplainer(p *plan, now time.Time) *explainer {
	ticks := floorDiv(now.UnixMicro()-p.log.epoch.UnixMicro(), p.log.tick.Microseconds())
	return &explainer{worker: p.newWorker(), now: ticks}
}

// each explains the attempts of a unit that count, one after the other.
func (x *explainer) each(u unit, do func()) {
	hits := x.read(u)
	all := scope{events: stretch{0, u.len()}, after: math.MinInt64, until: math.MaxInt64, over: math.MaxInt64}
	switch {
	case len(hits) == 0:
		x.clear()
		x.explain(u, hits, all)
		do()
	case x.def.Counting == Sessions:
		gap := x.def.gapIn(x.log.tick)
		x.eachSession(u, hits, func(own []hit, events stretch) {
			session := all
			session.events, session.over = events, x.log.at(u.place(events.to-1))+gap-1
			x.look(u, own, session, do)
		})
	case x.def.Counting == Totals && x.hold != nil:
		x.eachHeld(hits, func(own []hit) { x.look(u, own, all, do) })
	default:
		x.look(u, hits, all, do)
	}
}

func (x *explainer) clear() {
	x.found = outcomes{n: x.n, unit: x.found.unit[:0], steps: x.found.steps[:0], places: x.found.places[:0]}
}

// look explains the attempts among some hits of a unit.
func (x *explainer) look(u unit, hits []hit, in scope, do func()) {
	x.clear()
	if x.totals != nil {
		x.totals.count(hits, u.number, &x.found)
	} else {
		x.solve(hits, u.number, everything, &x.found)
	}
	if x.found.len() == 0 {
		x.explain(u, hits, in)
		do()
		return
	}
	x.order = x.order[:0]
	for i := range x.found.len() {
		x.order = append(x.order, i)
	}
	slices.SortFunc(x.order, func(a, b int) int { return cmp.Compare(x.log.at(x.found.place(a, 0)), x.log.at(x.found.place(b, 0))) })
	for k, i := range x.order {
		x.one = i
		in.until = math.MaxInt64
		if k+1 < len(x.order) {
			in.next = x.found.place(x.order[k+1], 0)
			in.until = x.log.at(in.next)
		}
		in.after = x.explain(u, hits, in)
		do()
	}
}

// explain fills e and missing for an attempt, or for a unit without any, and
// returns the instant at which the attempt ended.
func (x *explainer) explain(u unit, hits []hit, in scope) (last int64) {
	x.e, x.missing = Explanation{}, 0
	begun := x.found.len() > 0
	for step := 0; begun && step < x.n; step++ {
		if x.found.has(x.one, step) {
			last = x.log.at(x.found.place(x.one, step))
			x.missing = step + 1
		}
	}
	for begun && x.missing < x.n && x.optional>>x.missing&1 != 0 {
		x.missing++ // an optional step does not hold anybody up
	}
	switch {
	case x.missing == x.n:
		x.e.Stop = Completed
		return last
	case x.def.Order != Unordered:
		x.e.Missed = x.def.stepLabel(x.missing)
	}
	if begun {
		x.reason(u, hits, last, in)
	} else {
		x.never(u, hits, in)
	}
	return last
}

// reason finds the event that says most: first one that meets the missing step
// and does not count, then one that only has its name.
func (x *explainer) reason(u unit, hits []hit, last int64, in scope) {
	start := x.log.at(x.found.place(x.one, 0))
	closes := start + x.window
	end := min(closes, in.over)
	hits = hits[firstAfter(hits, in.after):]
	hits = hits[:firstAfter(hits, in.until-1)]
	for _, h := range hits {
		after := h.at > last
		switch meets := x.meets(h); {
		case after && h.at <= end && x.def.Order == Strict && !meets:
			x.show(Interrupted, int(h.place))
			return
		case after && h.at > closes && meets:
			x.show(TooLate, int(h.place))
			x.e.Late = time.Duration(h.at-closes) * x.log.tick
			return
		}
	}
	if x.now <= end && in.until > end {
		x.e.Stop, x.e.Until = StillOpen, x.log.instant(end)
		return
	}
	if place, ok := x.named(u, in.events, last+1, min(end, in.until-1)); ok {
		x.show(x.whyNot(place), place)
		return
	}
	for _, h := range hits {
		if h.at < start && x.meets(h) {
			x.show(TooEarly, int(h.place))
			return
		}
	}
	switch {
	case in.until <= end:
		x.show(BeganAgain, in.next)
		return
	case in.over < closes:
		x.e.Stop = SessionOver
	default:
		x.e.Stop = NotDone
	}
	x.e.Until = x.log.instant(end)
}

// firstAfter returns the index of the first hit after an instant.
func firstAfter(hits []hit, at int64) int {
	return sort.Search(len(hits), func(k int) bool { return hits[k].at > at })
}

// meets reports whether an event meets the missing step, or one of its group.
func (x *explainer) meets(h hit) bool {
	for _, g := range x.def.groups() {
		if x.missing >= g.from && x.missing < g.to {
			return h.steps&(lowBits(g.to)&^lowBits(g.from)) != 0
		}
	}
	if x.def.Order != Unordered {
		return h.steps>>x.missing&1 != 0
	}
	return h.steps != 0
}

// never explains a unit without an attempt.
func (x *explainer) never(u unit, hits []hit, in scope) {
	started := false
	for _, h := range hits {
		if started && h.spoils != 0 {
			x.show(Spoiled, int(h.place))
			return
		}
		started = started || h.steps&1 != 0 || x.def.Order == Unordered && h.steps != 0
	}
	x.e.Stop = NeverBegan
	if place, ok := x.named(u, in.events, math.MinInt64, math.MaxInt64); ok {
		x.show(x.whyNot(place), place)
	}
}

// named returns the first of some events of the unit, in a time, that has the
// name of the missing step.
func (x *explainer) named(u unit, events stretch, from, to int64) (place int, ok bool) {
	begin := events.from + sort.Search(events.to-events.from, func(k int) bool { return x.log.at(u.place(events.from+k)) >= from })
	for i := begin; i < events.to; i++ {
		place := u.place(i)
		if x.log.at(place) > to {
			break
		}
		if x.steps[x.missing].named(x.log.nameAt(place)) {
			return place, true
		}
	}
	return 0, false
}

func (x *explainer) whyNot(place int) Stop {
	if at := x.log.at(place); at < x.from || at > x.to {
		return OutOfRange
	}
	return Unmet
}

func (x *explainer) show(stop Stop, place int) {
	x.e.Stop, x.e.At, x.e.Event = stop, x.log.instant(x.log.at(place)), x.log.name[x.log.nameAt(place)]
}
