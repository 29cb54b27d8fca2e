package funnel

import "math/bits"

// chains runs ordered and strict funnels over the events of one unit at a time.
//
// For every step it keeps the attempt with the latest start that has reached
// it. That is enough: of two attempts at a step, whatever the later one cannot
// reach within the window the earlier one cannot either. So a unit costs its
// number of events times the number of steps that an event meets, at most.
// slots[0] is the attempt that an event at the present instant would start.
type chains struct {
	n        int
	window   int64
	strict   bool
	optional uint64  // steps that may be skipped
	step     int     // of a StepAttribution, or -1
	within   []int64 // by step: the longest time since the one before; nil without bounds
	slots    []attempt
	before   []attempt // the slots before an instant, for takeMatched
	deepest  attempt
	depth    int  // slot of the deepest attempt, 0 is none
	wentOn   bool // the deepest attempt took its last step after it was spoiled
}

type attempt struct {
	live    bool
	spoiled bool
	start   int64
	last    int64 // instant of its last step
	steps   uint64
	path    []int32 // places by step
}

func newChains(n int, window int64, order Order, optional uint64, step int) *chains {
	c := &chains{n: n, window: window, strict: order == Strict, optional: optional, step: step}
	c.slots = make([]attempt, n+1)
	for i := range c.slots {
		c.slots[i] = attempt{path: make([]int32, n)}
	}
	c.deepest = attempt{path: make([]int32, n)}
	return c
}

// newChains returns the machine for an ordered or strict plan.
func (p *plan) newChains(step int) *chains {
	c := newChains(p.n, p.window, p.def.order(), p.optional, step)
	c.within = p.within
	return c
}

func (a *attempt) set(from *attempt) {
	a.live, a.spoiled, a.start, a.last, a.steps = from.live, from.spoiled, from.start, from.last, from.steps
	copy(a.path, from.path)
}

// run finds the deepest attempt in the hits of one unit. With a goal below the
// last step it stops there. In a group of all events the others are not seen;
// want is the group for which the attribution step must match.
func (c *chains) run(hits []hit, goal int, want int32) {
	c.begin()
	for i := 0; i < len(hits); {
		i = c.instant(hits, i, want)
		if c.slots[goal].live {
			return
		}
	}
}

// begin forgets what was before.
func (c *chains) begin() {
	for i := range c.slots {
		c.slots[i].live = false
	}
	c.deepest.live, c.deepest.spoiled, c.deepest.steps, c.depth = false, false, 0, 0
	c.wentOn = false
}

// instant takes hits[i] and the hits of the same instant that follow it, and
// returns where the next instant begins.
func (c *chains) instant(hits []hit, i int, want int32) int {
	j := i + 1
	same := true
	for j < len(hits) && hits[j].at == hits[i].at {
		same = same && hits[j].steps == hits[i].steps && hits[j].spoils == hits[i].spoils && (c.step < 0 || hits[j].group == hits[i].group)
		j++
	}
	c.slots[0].live, c.slots[0].spoiled, c.slots[0].start, c.slots[0].steps = true, false, hits[i].at, 0
	if same {
		for k := i; k < j; k++ {
			c.take(&hits[k], want)
		}
	} else {
		c.takeTogether(hits[i:j], want)
	}
	return j
}

// take handles one event: first what it spoils, then the deepest step that it
// can fill, so that it cannot fill two steps of one attempt.
func (c *chains) take(h *hit, want int32) {
	for rest := h.spoils; rest != 0; {
		s := bits.Len64(rest)
		rest &^= 1 << (s - 1)
		c.spoil(s, h.at)
	}
	for rest := h.steps; rest != 0; {
		s := bits.Len64(rest)
		rest &^= 1 << (s - 1)
		c.fill(s, h, want, false)
	}
	if !c.strict {
		return
	}
	for s := 1; s <= c.n; s++ {
		if h.steps>>(s-1)&1 == 0 {
			c.slots[s].live = false
		}
	}
}

// takeTogether handles different events of one instant: they count as being in
// the order of the steps, and neither strictness nor exclusions apply.
func (c *chains) takeTogether(hits []hit, want int32) {
	for k := range hits {
		if h := hits[k].steps; h&(h-1) != 0 && c.optional == 0 {
			c.takeMatched(hits, want)
			return
		}
	}
	for s := 1; s <= c.n; s++ {
		for k := range hits {
			if hits[k].steps>>(s-1)&1 != 0 {
				c.fill(s, &hits[k], want, true)
			}
		}
	}
}

// previous returns the slot that an event for step s continues: the nearest
// earlier one with an open window, across optional steps only.
func (c *chains) previous(s int, at int64) (slot int, open bool) {
	slot = s - 1
	for {
		a := &c.slots[slot]
		open = c.open(a, s, at)
		if open || slot == 0 || c.optional>>(slot-1)&1 == 0 {
			return slot, open
		}
		slot--
	}
}

// open reports whether an attempt can go on to step s at an instant.
func (c *chains) open(a *attempt, s int, at int64) bool {
	return a.live && at-a.start <= c.window && (c.within == nil || a.steps == 0 || at-a.last <= c.within[s-1])
}

// reached reports whether the attempt in a slot has taken step s before.
func (c *chains) reached(s, previous int) bool {
	return c.slots[s].live && c.slots[s].start == c.slots[previous].start
}

func (c *chains) spoil(s int, at int64) {
	slot, open := c.previous(s, at)
	// With bounds between steps an attempt may yet take the step anew, later.
	if !open || c.within == nil && c.reached(s, slot) || c.slots[slot].spoiled {
		return
	}
	c.slots[slot].spoiled = true
	if c.depth == slot && at-c.deepest.start <= c.window {
		c.deepest.spoiled = true
	}
}

func (c *chains) fill(s int, h *hit, want int32, together bool) {
	slot, open := c.previous(s, h.at)
	// With bounds between steps the latest time at a step is the one to keep.
	if !open || c.within == nil && c.reached(s, slot) {
		return
	}
	if c.step == slot && h.group != want {
		return
	}
	from := &c.slots[slot]
	if together && from.uses(h.place) {
		return
	}
	to := &c.slots[s]
	if from.spoiled {
		if c.deeper(s) {
			c.deepest.set(from)
			c.deepest.add(s, h)
			c.depth, c.wentOn = s, true
		}
		return
	}
	to.set(from)
	to.add(s, h)
	if c.deeper(s) {
		c.deepest.set(to)
		c.depth, c.wentOn = s, false
	}
}

func (c *chains) deeper(s int) bool {
	return s > c.depth || s == c.depth && c.deepest.spoiled
}

func (a *attempt) add(s int, h *hit) {
	a.live, a.last = true, h.at
	a.steps |= 1 << (s - 1)
	a.path[s-1] = h.place
}

func (a *attempt) uses(place int32) bool {
	for i, p := range a.path {
		if a.steps>>i&1 != 0 && p == place {
			return true
		}
	}
	return false
}

// found adds the deepest attempt to the outcomes, if there is one that counts.
func (c *chains) found(number uint32, into *outcomes) {
	if c.depth > 0 && !c.deepest.spoiled {
		into.add(number, c.deepest.steps, c.deepest.path)
	}
}
