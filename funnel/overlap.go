package funnel

import (
	"cmp"
	"math/bits"
	"slices"
)

// overlap is the sweep for events that meet several steps: it slides the window
// over the events and keeps a largest matching of those inside to the steps,
// each to one of its own (Kuhn's augmenting paths). Events that meet the same
// steps are one class, so an event costs the square of the number of steps and
// the number of classes at most.
type overlap struct {
	*sweep
	window  []*hit // events in the window, from head on
	head    int
	classes []overlapClass
	classOf map[uint64]int // by set of steps
	owner   []int          // by step: the class of its event, or -1
	size    int            // steps with an event
}

// overlapClass is the events in the window that meet the same steps.
type overlapClass struct {
	steps uint64
	hits  []*hit // from head on
	head  int
	used  int // how many fill a step
}

func (c *overlapClass) free() bool { return c.used < len(c.hits)-c.head }

// runOverlapping is run for hits of which some meet several steps.
func (s *sweep) runOverlapping(hits []hit, want int32) {
	o := &overlap{sweep: s, classOf: map[uint64]int{}, owner: make([]int, s.n)}
	o.clear()
	s.best = s.best[:0]
	for i := range hits {
		h := &hits[i]
		o.leave(h.at, false)
		if len(s.best) == s.n && s.entered == nil {
			return
		}
		if h.spoils != 0 {
			o.clear()
		}
		if h.steps != 0 && (s.step < 0 || o.size != s.step || h.group == want) {
			o.enter(h)
		}
	}
	if s.entered != nil {
		o.leave(0, true)
	}
}

func (o *overlap) clear() {
	o.window, o.head, o.size = o.window[:0], 0, 0
	for i := range o.classes {
		o.classes[i].hits, o.classes[i].head, o.classes[i].used = o.classes[i].hits[:0], 0, 0
	}
	for s := range o.owner {
		o.owner[s] = -1
	}
}

// enter takes an event into the window and into the matching, if it helps.
func (o *overlap) enter(h *hit) {
	class, known := o.classOf[h.steps]
	if !known {
		class = len(o.classes)
		o.classOf[h.steps] = class
		o.classes = append(o.classes, overlapClass{steps: h.steps})
	}
	o.window = append(o.window, h)
	c := &o.classes[class]
	c.hits = append(c.hits, h)
	seen := uint64(0)
	if o.grow(class, &seen) {
		o.keep()
	}
}

// leave drops the events before the window that ends at the given instant. A
// window with every step is done and moves on.
func (o *overlap) leave(at int64, all bool) {
	for o.head < len(o.window) {
		first := o.window[o.head]
		if !all && o.size < o.n && at-first.at <= o.sweep.window {
			return
		}
		if o.entered != nil {
			o.entered(*first, o.size)
		}
		o.head++
		c := &o.classes[o.classOf[first.steps]]
		c.head++
		if c.used > len(c.hits)-c.head {
			o.refill(o.classOf[first.steps])
		}
	}
	o.window, o.head = o.window[:0], 0
}

// refill takes a step from a class that has an event too few, and looks for
// another event that makes up for it.
func (o *overlap) refill(class int) {
	o.owner[slices.Index(o.owner, class)] = -1
	o.classes[class].used--
	o.size--
	seen := uint64(0)
	for i := range o.classes {
		if o.classes[i].free() && o.grow(i, &seen) {
			return
		}
	}
}

// grow lets an event of a class that fills no step fill one, if others can be
// moved so that there is a step for each. Steps seen in vain need no second look.
func (o *overlap) grow(class int, seen *uint64) bool {
	if !o.augment(class, seen) {
		return false
	}
	o.classes[class].used++
	o.size++
	return true
}

func (o *overlap) augment(class int, seen *uint64) bool {
	for rest := o.classes[class].steps &^ *seen; rest != 0; rest &= rest - 1 {
		s := bits.TrailingZeros64(rest)
		if *seen>>s&1 != 0 {
			continue // seen on the way
		}
		*seen |= 1 << s
		if o.owner[s] < 0 || o.augment(o.owner[s], seen) {
			o.owner[s] = class
			return true
		}
	}
	return false
}

// keep notes the events of the matching, the first of each class, if they are
// more than ever before.
func (o *overlap) keep() {
	if o.size <= len(o.best) {
		return
	}
	o.best = o.best[:0]
	for _, c := range o.classes {
		for _, h := range c.hits[c.head : c.head+c.used] {
			o.best = append(o.best, *h)
		}
	}
	slices.SortStableFunc(o.best, func(a, b hit) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.place, b.place)) })
}
