package funnel

import (
	"cmp"
	"math/bits"
	"slices"
)

// assignment gives events to the steps that they meet, each to one of its own,
// as many as can be (Kuhn's augmenting paths), kept up while events enter and
// the oldest drop out. Events that meet the same steps are one class, so an
// event costs the square of the number of steps and the number of classes at
// most.
type assignment struct {
	classes []eventClass
	classOf map[uint64]int // by set of steps
	owner   []int          // by step: the class of its event, or -1
	size    int            // steps with an event
}

// eventClass are the events that meet the same steps.
type eventClass struct {
	steps uint64
	hits  []*hit // from head on
	head  int
	used  int // how many fill a step
}

func (c *eventClass) free() bool { return c.used < len(c.hits)-c.head }

func newAssignment(steps int) *assignment {
	a := &assignment{classOf: map[uint64]int{}, owner: make([]int, steps)}
	a.clear()
	return a
}

func (a *assignment) clear() {
	a.size = 0
	for i := range a.classes {
		a.classes[i].hits, a.classes[i].head, a.classes[i].used = a.classes[i].hits[:0], 0, 0
	}
	for s := range a.owner {
		a.owner[s] = -1
	}
}

// enter takes an event in.
func (a *assignment) enter(h *hit) {
	class, known := a.classOf[h.steps]
	if !known {
		class = len(a.classes)
		a.classOf[h.steps] = class
		a.classes = append(a.classes, eventClass{steps: h.steps})
	}
	c := &a.classes[class]
	c.hits = append(c.hits, h)
	seen := uint64(0)
	a.grow(class, &seen)
}

// drop takes the event out that entered first of those still in.
func (a *assignment) drop(h *hit) {
	class := a.classOf[h.steps]
	c := &a.classes[class]
	c.head++
	if c.used > len(c.hits)-c.head {
		a.refill(class)
	}
}

// matched appends the events that fill a step, of each class those that entered
// first, by time.
func (a *assignment) matched(to []hit) []hit {
	for _, c := range a.classes {
		for _, h := range c.hits[c.head : c.head+c.used] {
			to = append(to, *h)
		}
	}
	slices.SortStableFunc(to, func(a, b hit) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.place, b.place)) })
	return to
}

// refill takes a step from a class that has an event too few, and looks for
// another event that makes up for it.
func (a *assignment) refill(class int) {
	a.owner[slices.Index(a.owner, class)] = -1
	a.classes[class].used--
	a.size--
	seen := uint64(0)
	for i := range a.classes {
		if a.classes[i].free() && a.grow(i, &seen) {
			return
		}
	}
}

// grow lets an event of a class that fills no step fill one, if others can be
// moved so that there is a step for each. Steps seen in vain need no second look.
func (a *assignment) grow(class int, seen *uint64) bool {
	if !a.augment(class, seen) {
		return false
	}
	a.classes[class].used++
	a.size++
	return true
}

func (a *assignment) augment(class int, seen *uint64) bool {
	for rest := a.classes[class].steps &^ *seen; rest != 0; rest &= rest - 1 {
		s := bits.TrailingZeros64(rest)
		if *seen>>s&1 != 0 {
			continue // seen on the way
		}
		*seen |= 1 << s
		if a.owner[s] < 0 || a.augment(a.owner[s], seen) {
			a.owner[s] = class
			return true
		}
	}
	return false
}
