package funnel

import (
	"cmp"
	"math/bits"
	"slices"
)

// stepGroups runs a plain ordered funnel once for all groups of a
// [StepAttribution]. Up to the attribution step attempts are of nobody; the event
// that fills it gives an attempt to its group, where it stays. A group's attempt
// is moved on by the first event that can do so and not looked at again before
// another takes its place, so a unit costs its events however many groups it
// has.
type stepGroups struct {
	n, step int
	window  int64
	shared  []attempt // by number of steps done, up to the attribution step
	hits    []hit
	of      map[int32]*groupAttempts
	order   []int32            // groups, as they came
	waiting [][]*groupAttempts // by number of steps done: those that the next step may move
	spare   []*groupAttempts
}

// groupAttempts are the attempts of one group.
type groupAttempts struct {
	slots   []attempt // by number of steps done
	waits   uint64    // by number of steps done - 1: in waiting
	deepest attempt
}

// newStepGroups returns nil if the funnel is not plain.
func (p *plan) newStepGroups() *stepGroups {
	plain := p.group != nil && p.group.step >= 0 && p.def.order() == Ordered && p.def.counting() != Totals && len(p.excluded) == 0 &&
		p.optional == 0 && p.within == nil && p.hold == nil && p.orders == nil && p.def.Trend == nil
	if !plain {
		return nil
	}
	s := &stepGroups{n: p.n, step: p.group.step, window: p.window, of: map[int32]*groupAttempts{}, waiting: make([][]*groupAttempts, p.n+1)}
	for range s.step + 1 {
		s.shared = append(s.shared, attempt{path: make([]int32, p.n)})
	}
	return s
}

// run takes the hits of a unit, which meet one step each.
func (s *stepGroups) run(hits []hit) {
	s.clear()
	s.hits = append(s.hits[:0], hits...)
	slices.SortStableFunc(s.hits, func(a, b hit) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.steps, b.steps)) })
	for i := range s.hits {
		h := &s.hits[i]
		s.shared[0].live, s.shared[0].start = true, h.at
		switch done := bits.TrailingZeros64(h.steps); {
		case done < s.step:
			if from, to := &s.shared[done], &s.shared[done+1]; from.goesOn(h.at, s.window, to) {
				to.set(from)
				to.add(done+1, h)
			}
		case done == s.step:
			if g := s.group(h.group); s.shared[done].goesOn(h.at, s.window, &g.slots[done+1]) {
				s.move(g, &s.shared[done], h, done)
			}
		default:
			s.moveAll(h, done)
		}
	}
}

// goesOn reports whether an attempt can take a step at an instant that the one
// in the slot behind has not taken already.
func (a *attempt) goesOn(at, window int64, behind *attempt) bool {
	return a.live && at-a.start <= window && !(behind.live && behind.start == a.start)
}

// moveAll moves the attempts of all groups that wait for a step.
func (s *stepGroups) moveAll(h *hit, done int) {
	groups := s.waiting[done]
	s.waiting[done] = groups[:0]
	for _, g := range groups {
		g.waits &^= 1 << (done - 1)
		if from := &g.slots[done]; from.goesOn(h.at, s.window, &g.slots[done+1]) {
			s.move(g, from, h, done)
		}
	}
}

func (s *stepGroups) move(g *groupAttempts, from *attempt, h *hit, done int) {
	to := &g.slots[done+1]
	to.set(from)
	to.add(done+1, h)
	if bits.OnesCount64(g.deepest.steps) <= done {
		g.deepest.set(to)
	}
	if done+1 < s.n && g.waits>>done&1 == 0 {
		g.waits |= 1 << done
		s.waiting[done+1] = append(s.waiting[done+1], g)
	}
}

// group returns the attempts of a group.
func (s *stepGroups) group(code int32) *groupAttempts {
	if g := s.of[code]; g != nil {
		return g
	}
	var g *groupAttempts
	if last := len(s.spare) - 1; last >= 0 {
		g, s.spare = s.spare[last], s.spare[:last]
	} else {
		g = &groupAttempts{slots: make([]attempt, s.n+1), deepest: attempt{path: make([]int32, s.n)}}
		for i := range g.slots {
			g.slots[i].path = make([]int32, s.n)
		}
	}
	s.of[code] = g
	s.order = append(s.order, code)
	return g
}

func (s *stepGroups) clear() {
	for i := range s.shared {
		s.shared[i].live, s.shared[i].steps = false, 0
	}
	for i := range s.waiting {
		s.waiting[i] = s.waiting[i][:0]
	}
	for _, code := range s.order {
		g := s.of[code]
		g.waits, g.deepest.steps = 0, 0
		for i := range g.slots {
			g.slots[i].live, g.slots[i].steps = false, 0
		}
		s.spare = append(s.spare, g)
	}
	clear(s.of)
	s.order = s.order[:0]
}

// found adds what each group came to.
func (s *stepGroups) found(number uint32, into *findings) {
	for _, code := range s.order {
		if a := &s.of[code].deepest; a.steps != 0 {
			into.of(code).add(number, a.steps, a.path)
		}
	}
}
