package funnel

import (
	"cmp"
	"iter"
	"math"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// Explanation tells how far one user got, by which events, and why no further.
type Explanation struct {
	User   siyu.UserID `json:"user"`
	Done   []Passed    `json:"done"`            // the steps on his path
	Stop   Stop        `json:"stop"`            // why it ends there
	Missed string      `json:"missed,omitzero"` // label of the first step that lacks
	// At is the event that shows the reason: the one that came too late or
	// early, did not meet the conditions, interrupted or spoiled. Zero for none.
	At    time.Time     `json:"at,omitzero"`
	Event string        `json:"event,omitempty"` // its name
	Late  time.Duration `json:"late,omitzero"`   // TooLate: by how much
	Until time.Time     `json:"until,omitzero"`  // StillOpen, NotDone: when the window closes
}

// Passed is a step that was done.
type Passed struct {
	Step  int          `json:"step"` // counted from 0; in an unordered funnel by time
	Name  string       `json:"name"`
	Event siyu.EventID `json:"event,omitempty"` // empty if the log keeps no ids
	At    time.Time    `json:"at"`
}

// Explain tells about one user how far he got and why no further; now decides
// whether his window is still open. An unknown user is [siyu.ErrNotFound]. It
// is for unique users, not for another [Actor] or [Counting].
func Explain(l *Log, d Definition, user siyu.UserID, now time.Time) (Explanation, error) {
	if err := d.explainable(); err != nil {
		return Explanation{}, err
	}
	d.Trend, d.Convert, d.Breakdown = nil, nil, nil
	p, err := compile(l, d)
	if err != nil {
		return Explanation{}, err
	}
	number, known := l.numberOf(user)
	if !known {
		return Explanation{}, siyu.ErrNotFound
	}
	from, to := l.span(l.position(number))
	e := newExplainer(p, now).explain(unit{number: number, from: from, to: to})
	e.User = user
	return e, nil
}

// explainable refuses what has no one attempt of a user to explain.
func (d Definition) explainable() error {
	switch {
	case d.Actor != (Actor{}):
		return siyu.Invalid("actor", "is not the user")
	case d.counting() != Uniques:
		return siyu.Invalid("counting", "of %s has no one attempt of a user to explain", string(d.Counting))
	}
	return nil
}

// Path is an attempt of a unit that counts.
type Path struct {
	Unit siyu.UserID `json:"unit"` // or the key of another actor
	Done []Passed    `json:"done"`
}

// Paths yields the attempts behind the counts, each with its events and their
// instants, in no stated order of units. A unit that did no step has none.
func (s Summary) Paths() iter.Seq[Path] {
	return func(yield func(Path) bool) {
		if s.plan == nil {
			return // read back from JSON
		}
		for i, unit := range s.outcomes.unit {
			if !yield(Path{siyu.UserID(s.plan.key(unit)), s.plan.passed(s.outcomes, i)}) {
				return
			}
		}
	}
}

// passed returns the steps on the path of outcome i.
func (p *plan) passed(o *outcomes, i int) []Passed {
	var done []Passed
	for step := range p.n {
		if !o.has(i, step) {
			continue
		}
		place := o.place(i, step)
		passed := Passed{Step: step, Name: p.def.stepLabel(step), At: p.log.instant(p.log.at(place))}
		if p.def.Order == Unordered {
			passed.Name = p.log.name[p.log.nameAt(place)]
		}
		if p.log.ids != nil {
			passed.Event = p.log.ids[place]
		}
		done = append(done, passed)
	}
	return done
}

// StopCount is how many users stopped before a step for one reason.
type StopCount struct {
	Step  int  `json:"step"` // that lacks, counted from 0; the number of steps for Completed
	Stop  Stop `json:"stop"`
	Users int  `json:"users"`
}

// Stops counts the explanations of all users: where they stopped and why, by
// step and then by number, largest first.
func Stops(l *Log, d Definition, now time.Time) ([]StopCount, error) {
	if err := d.explainable(); err != nil {
		return nil, err
	}
	d.Trend, d.Convert, d.Breakdown = nil, nil, nil
	p, err := compile(l, d)
	if err != nil {
		return nil, err
	}
	type key struct {
		step int
		stop Stop
	}
	parts, visit := p.parts()
	counts := make([]map[key]int, parts)
	inParallel(parts, func() func(int) {
		x := newExplainer(p, now)
		return func(part int) {
			counts[part] = map[key]int{}
			visit(part, func(u unit) {
				x.look(u)
				counts[part][key{x.missing, x.e.Stop}]++
			})
		}
	})
	total := map[key]int{}
	for _, part := range counts {
		for k, n := range part {
			total[k] += n
		}
	}
	var all []StopCount
	for k, n := range total {
		all = append(all, StopCount{k.step, k.stop, n})
	}
	slices.SortFunc(all, func(a, b StopCount) int {
		return cmp.Or(cmp.Compare(a.Step, b.Step), cmp.Compare(b.Users, a.Users), cmp.Compare(a.Stop, b.Stop))
	})
	return all, nil
}

// explainer finds reasons for one user after the other.
type explainer struct {
	*worker
	now     int64 // ticks
	found   outcomes
	e       Explanation
	missing int // the first step that lacks
}

func newExplainer(p *plan, now time.Time) *explainer {
	ticks := floorDiv(now.UnixMicro()-p.log.epoch.UnixMicro(), p.log.tick.Microseconds())
	return &explainer{worker: p.newWorker(), now: ticks}
}

func (x *explainer) explain(u unit) Explanation {
	x.look(u)
	if x.found.len() == 0 {
		return x.e
	}
	x.e.Done = x.passed(&x.found, 0)
	return x.e
}

// look fills e but for its User and Done.
func (x *explainer) look(u unit) {
	x.e = Explanation{}
	x.found = outcomes{n: x.n, unit: x.found.unit[:0], steps: x.found.steps[:0], places: x.found.places[:0]}
	hits := x.read(u)
	x.solve(hits, u.number, everything, &x.found)
	x.missing = 0
	last, start := int64(0), int64(0) // instants of the last and first step done
	if x.found.len() > 0 {
		first := true
		for step := range x.n {
			if !x.found.has(0, step) {
				continue
			}
			at := x.log.at(x.found.place(0, step))
			if first {
				start, first = at, false
			}
			last = at
			x.missing = step + 1
		}
		for x.missing < x.n && x.optional>>x.missing&1 != 0 {
			x.missing++ // an optional step does not hold anybody up
		}
	}
	if x.missing == x.n {
		x.e.Stop = Completed
		return
	}
	x.e.Missed = x.def.stepLabel(x.missing)
	if x.def.Order == Unordered {
		x.e.Missed = ""
	}
	x.reason(u, hits, start, last)
}

// reason finds the event that says most: first one that meets the missing step
// and does not count, then one that only has its name.
func (x *explainer) reason(u unit, hits []hit, start, last int64) {
	begun := x.found.len() > 0
	if !begun {
		started := false
		for _, h := range hits {
			if started && h.spoils != 0 {
				x.show(Spoiled, int(h.place))
				return
			}
			started = started || h.steps&1 != 0
		}
		x.never(u)
		return
	}
	end := start + x.window
	for _, h := range hits {
		after := h.at > last
		switch meets := x.meets(h); {
		case after && h.at <= end && x.def.Order == Strict && !meets:
			x.show(Interrupted, int(h.place))
			return
		case after && h.at > end && meets:
			x.show(TooLate, int(h.place))
			x.e.Late = time.Duration(h.at-end) * x.log.tick
			return
		}
	}
	if x.now <= end {
		x.e.Stop, x.e.Until = StillOpen, x.log.instant(end)
		return
	}
	if place, ok := x.named(u, last+1, end); ok {
		x.show(x.whyNot(place), place)
		return
	}
	for _, h := range hits {
		if h.at < start && x.meets(h) {
			x.show(TooEarly, int(h.place))
			return
		}
	}
	x.e.Stop, x.e.Until = NotDone, x.log.instant(end)
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

// never explains a user without a first step.
func (x *explainer) never(u unit) {
	x.e.Stop = NeverBegan
	if place, ok := x.named(u, math.MinInt64, math.MaxInt64); ok {
		x.show(x.whyNot(place), place)
	}
}

// named returns the first event of the user in a time that has the name of the
// missing step.
func (x *explainer) named(u unit, from, to int64) (place int, ok bool) {
	for place := u.from; place < u.to; place++ {
		if at := x.log.at(place); at >= from && at <= to && x.steps[x.missing].named(x.log.nameAt(place)) {
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
