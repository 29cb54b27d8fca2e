package funnel

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/calendar"
)

// TrendPoint is the conversion of the units whose first step fell into one
// interval of the calendar. A unit counts once in each of its intervals, with
// Hold or groups by the best of its attempts there; with a Counting of [Totals]
// each attempt counts once. Of optional steps only those that the trend asks for
// are looked at; a unit that skips FromStep is not in it.
type TrendPoint struct {
	Start time.Time `json:"start"` // UTC
	Label string    `json:"label"` // local date, or date and hour
	From  int       `json:"from"`  // units that reached Trend.FromStep
	To    int       `json:"to"`    // units that reached Trend.ToStep
	Rate  Rate      `json:"rate"`
}

// entry is what a unit that began in an interval came to.
type entry struct {
	start int64 // of the interval, microseconds since 1970
	done  bool  // reached the last step of the trend
}

func (f *findings) addEntries(entries map[int32][]entry) {
	if f.entries == nil && len(entries) > 0 {
		f.entries = map[int32][]entry{}
	}
	for group, e := range entries {
		f.entries[group] = append(f.entries[group], e...)
	}
}

// trender follows one unit's attempts interval by interval.
type trender struct {
	w        *worker
	from, to int // steps, counted from 0
	step     int // of a StepAttribution, or -1
	loc      *time.Location
	unit     calendar.Unit
	week     time.Weekday
	kept     []int // the steps that are looked at, with optional ones; nil is all
	chains   *chains
	plain    bool // backward may be used
	hits     []hit
	some     []hit // with the steps in kept
	starts   []int64
}

func newTrender(w *worker) *trender {
	loc, _ := w.def.location() // validated
	t := &trender{w: w, loc: loc, unit: calendar.Unit(w.def.Trend.Interval), week: weekdays[w.def.WeekStart]}
	t.from, t.to = w.def.trendSteps()
	t.chains = w.chains
	t.step = -1
	if w.group != nil {
		t.step = w.group.step
	}
	if w.required != nil {
		t.leaveOut()
	}
	t.plain = w.def.order() == Ordered && len(w.excluded) == 0 && t.chains.optional == 0 && w.within == nil && t.step < 0
	return t
}

// leaveOut leaves the optional steps out that the trend does not ask for: nobody
// shall be late for having done one.
func (t *trender) leaveOut() {
	asked := uint64(1)<<t.from | 1<<t.to
	if t.step >= 0 {
		asked |= 1 << t.step
	}
	t.kept = t.w.requiredAnd(asked, t.to+1)
	t.chains = t.w.chainsOf(t.kept)
	t.from, t.to = slices.Index(t.kept, t.from), len(t.kept)-1
	t.step = slices.Index(t.kept, t.step)
}

// interval returns the start of the interval that contains an instant.
func (t *trender) interval(at int64) int64 {
	return t.unit.Start(t.w.log.instant(at), t.loc, t.week).UnixMicro()
}

func (t *trender) look(hits []hit, group int32, into *findings) {
	var found []entry
	if t.w.hold == nil {
		found = t.eachOrder(hits, group)
	} else {
		t.w.eachHeld(hits, func(own []hit) { found = append(found, t.eachOrder(own, group)...) })
	}
	if len(found) == 0 {
		return
	}
	into.addEntries(map[int32][]entry{group: oncePerInterval(found)})
}

// eachOrder finds the entries of every order that the groups allow.
func (t *trender) eachOrder(hits []hit, group int32) []entry {
	if t.w.orders == nil {
		return t.find(hits, group)
	}
	var found []entry
	for _, order := range t.w.orders {
		found = append(found, t.find(t.w.inOrder(hits, order), group)...)
	}
	return found
}

func (t *trender) find(hits []hit, group int32) []entry {
	if t.kept != nil {
		t.some = reordered(hits, t.kept, t.some)
		hits = t.some
	}
	switch {
	case t.w.def.Order == Unordered:
		return t.unordered(hits, group)
	case t.plain && singleSteps(hits):
		return t.backward(hits)
	}
	return t.ordered(hits, group)
}

// oncePerInterval leaves one entry of each interval: done if one of them is.
func oncePerInterval(entries []entry) []entry {
	at := make(map[int64]int, len(entries))
	kept := entries[:0]
	for _, e := range entries {
		i, known := at[e.start]
		if !known {
			at[e.start] = len(kept)
			kept = append(kept, e)
			continue
		}
		kept[i].done = kept[i].done || e.done
	}
	return kept
}

// attempts takes the outcomes from the given one on as entries of their own.
func (t *trender) attempts(o *outcomes, first int, group int32, into *findings) {
	var found []entry
	for i := first; i < o.len(); i++ {
		if o.has(i, t.from) {
			found = append(found, entry{t.interval(t.w.log.at(o.place(i, 0))), o.has(i, t.to)})
		}
	}
	if len(found) > 0 {
		into.addEntries(map[int32][]entry{group: found})
	}
}

// singleSteps reports whether every event meets one step.
func singleSteps(hits []hit) bool {
	for _, h := range hits {
		if h.steps&(h.steps-1) != 0 {
			return false
		}
	}
	return true
}

// backward finds the entries of a plain funnel in one pass from the last event
// to the first: end[s] is the earliest instant by which the steps from s to the
// goal can be done after the present one. What ordered does interval by
// interval, for as many as the window spans, this does once.
func (t *trender) backward(hits []hit) []entry {
	t.hits = append(t.hits[:0], hits...)
	slices.SortStableFunc(t.hits, func(a, b hit) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.steps, b.steps)) })
	toFrom, toEnd := t.ends(t.from), t.ends(t.to)
	var found []entry
	for _, h := range slices.Backward(t.hits) {
		s := bits.TrailingZeros64(h.steps)
		moveEnd(toFrom, s, h.at)
		moveEnd(toEnd, s, h.at)
		if s != 0 || toFrom[0]-h.at > t.w.window {
			continue
		}
		start, done := t.interval(h.at), toEnd[0]-h.at <= t.w.window
		if n := len(found); n > 0 && found[n-1].start == start {
			found[n-1].done = found[n-1].done || done
		} else {
			found = append(found, entry{start, done})
		}
	}
	return found
}

// never is later than any instant and window.
const never = math.MaxInt64 / 2

func (t *trender) ends(goal int) []int64 {
	end := make([]int64, goal+1)
	for s := range end {
		end[s] = never
	}
	return end
}

// moveEnd takes an event of a step into account.
func moveEnd(end []int64, step int, at int64) {
	switch last := len(end) - 1; {
	case step == last:
		end[step] = at
	case step < last:
		end[step] = end[step+1]
	}
}

// ordered runs a funnel for every interval that holds a first step, in which
// only the first steps of that interval count.
func (t *trender) ordered(hits []hit, group int32) []entry {
	t.starts = t.starts[:0]
	var seen []int64 // start per hit with a first step, by index of hit
	for i := range hits {
		start := int64(0)
		if hits[i].steps&1 != 0 {
			start = t.interval(hits[i].at)
			if len(t.starts) == 0 || t.starts[len(t.starts)-1] != start {
				t.starts = append(t.starts, start)
			}
		}
		seen = append(seen, start)
	}
	var found []entry
	spoiled := false
	first := 0
	for _, start := range t.starts {
		for first < len(hits) && (hits[first].steps&1 == 0 || seen[first] != start) {
			first++
		}
		t.hits = t.hits[:0]
		last := hits[first].at // of the last first step in the interval
		for i := first; i < len(hits) && (hits[i].steps&1 == 0 || seen[i] == start); i++ {
			if hits[i].steps&1 != 0 {
				last = hits[i].at
			}
		}
		begin := first
		for begin > 0 && hits[begin-1].at == hits[first].at {
			begin-- // events of the same instant that came first
		}
		for i := begin; i < len(hits); i++ {
			h := hits[i]
			if h.at-last > t.w.window {
				break
			}
			if seen[i] != start {
				h.steps &^= 1
			}
			t.hits = append(t.hits, h)
		}
		began, done, lost := t.follow(group)
		spoiled = spoiled || lost
		if began {
			found = append(found, entry{start, done})
		}
	}
	if spoiled {
		found = slices.DeleteFunc(found, func(e entry) bool { return !e.done })
	}
	return found
}

// follow runs the hits of one interval and tells whether the trend's steps were
// reached, and whether the deepest attempt went on after it was spoiled, which
// takes the unit out of the trend.
func (t *trender) follow(group int32) (began, done, lost bool) {
	c := t.chains
	c.step = -1
	if group != everything {
		c.step = t.step
	}
	goal := t.to + 1
	c.run(t.hits, goal, group)
	if a := &c.slots[goal]; a.live {
		return a.steps>>t.from&1 != 0, true, false
	}
	if c.deepest.spoiled {
		return false, false, c.wentOn
	}
	return c.deepest.steps>>t.from&1 != 0, false, false
}

// unordered assigns each window to the interval of its first event.
func (t *trender) unordered(hits []hit, group int32) []entry {
	most := map[int64]int{}
	s := t.w.sweep
	s.step = -1
	if group != everything {
		s.step = t.step
	}
	s.entered = func(first hit, steps int) {
		start := t.interval(first.at)
		most[start] = max(most[start], steps)
	}
	s.run(hits, group)
	s.entered = nil
	var found []entry
	for start, steps := range most {
		if steps > t.from {
			found = append(found, entry{start, steps > t.to})
		}
	}
	return found
}

// trendPoints counts entries by interval; without a range from the first to the
// last interval that has any.
func (p *plan) trendPoints(entries []entry) ([]TrendPoint, error) {
	loc, _ := p.def.location()
	unit, week := calendar.Unit(p.def.Trend.Interval), weekdays[p.def.WeekStart]
	counts := map[int64]*TrendPoint{}
	first, last := p.def.Range.From, p.def.Range.To
	for i, e := range entries {
		point := counts[e.start]
		if point == nil {
			point = &TrendPoint{}
			counts[e.start] = point
		}
		point.From++
		if e.done {
			point.To++
		}
		start := time.UnixMicro(e.start).UTC()
		if p.def.Range.From.IsZero() && (i == 0 || start.Before(first)) {
			first = start
		}
		if p.def.Range.To.IsZero() && (i == 0 || start.After(last)) {
			last = start
		}
	}
	var points []TrendPoint
	if first.IsZero() || last.IsZero() {
		return nil, nil
	}
	for at := unit.Start(first, loc, week); !at.After(last); at = unit.Add(at, 1, loc, week) {
		if len(points) == MaxPoints {
			return nil, siyu.Invalid("trend.interval", "gives more than %d points over the range", MaxPoints)
		}
		point := TrendPoint{Start: at, Label: label(at, unit, loc)}
		if counted := counts[at.UnixMicro()]; counted != nil {
			point.From, point.To = counted.From, counted.To
		}
		point.Rate = NewRate(point.To, point.From)
		points = append(points, point)
	}
	return points, nil
}

// MaxPoints is how many intervals a trend may have.
const MaxPoints = 100_000

func label(at time.Time, unit calendar.Unit, loc *time.Location) string {
	if unit == calendar.Hour {
		return at.In(loc).Format("2006-01-02T15:04:05")
	}
	return at.In(loc).Format(time.DateOnly)
}
