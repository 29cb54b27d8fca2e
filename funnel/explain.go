package funnel

import (
	"cmp"
	"iter"
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

// Explain tells about one unit how far it got and why no further; now decides
// whether its window is still open. An unknown unit is [siyu.ErrNotFound]. With a
// Counting of Totals or Sessions there is more than one answer: see
// [ExplainAll].
func Explain(l *Log, d Definition, unit siyu.UserID, now time.Time) (Explanation, error) {
	if d.counting() != Uniques {
		return Explanation{}, siyu.Invalid("counting", "of %s has several answers for a unit", string(d.Counting))
	}
	all, err := ExplainAll(l, d, unit, now)
	if err != nil {
		return Explanation{}, err
	}
	return all[0], nil
}

// ExplainAll is [Explain] for every attempt or session of a unit that counts, by
// time: with a Counting of Uniques for the one that got deepest. A unit that
// never began has one explanation in any case.
func ExplainAll(l *Log, d Definition, unit siyu.UserID, now time.Time) ([]Explanation, error) {
	d.Trend, d.Convert, d.Breakdown = nil, nil, nil
	p, err := compile(l, d)
	if err != nil {
		return nil, err
	}
	u, known := p.unitOf(unit)
	if !known {
		return nil, siyu.ErrNotFound
	}
	var all []Explanation
	x := newExplainer(p, now)
	x.each(u, func() {
		x.e.User = unit
		if x.found.len() > 0 {
			x.e.Done = x.passed(&x.found, x.one)
		}
		all = append(all, x.e)
	})
	return all, nil
}

// unitOf finds a unit by its key.
func (p *plan) unitOf(key siyu.UserID) (u unit, known bool) {
	if p.actor == nil {
		number, known := p.log.numberOf(key)
		if !known {
			return unit{}, false
		}
		from, to := p.log.span(p.log.position(number))
		return unit{number: number, from: from, to: to}, true
	}
	for _, u := range p.actorUnits() {
		if p.key(u.number) == string(key) {
			return u, true
		}
	}
	return unit{}, false
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

// StopCount is how many units stopped before a step for one reason; with a
// Counting of Totals or Sessions, how many attempts or sessions.
type StopCount struct {
	Step  int  `json:"step"` // that lacks, counted from 0; the number of steps for Completed
	Stop  Stop `json:"stop"`
	Users int  `json:"users"`
}

// Stops counts the explanations of all units: where they stopped and why, by
// step and then by number, largest first.
func Stops(l *Log, d Definition, now time.Time) ([]StopCount, error) {
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
				x.each(u, func() { counts[part][key{x.missing, x.e.Stop}]++ })
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
