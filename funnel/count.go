package funnel

import (
	"math/bits"
	"slices"

	"github.com/siyu-go/siyu"
)

// Counts is the answer of [Count].
type Counts struct {
	// Steps has the number of units that reached each step; for an optional
	// step, that did it.
	Steps []int
	// Units is how many there are, also those that reached no step. It is
	// known for users only; for other actors it is those with a step, and with
	// a Counting of Totals or Sessions the attempts or sessions with a step.
	Units int

	summary *Summary // of the general way
	log     *Log     // of the fast way: the level of each position
	levels  []uint8
}

// Count answers only how many units reach each step, and which: the question
// asked most, and many times faster than [Run] where the definition is plain,
// that is ordered, by users, and each step one event without conditions. The
// answer is that of Run in any case. Trend, time to convert and breakdown of
// the definition are not looked at.
func Count(l *Log, d Definition) (Counts, error) {
	d.Trend, d.Convert, d.Breakdown = nil, nil, nil
	p, err := compile(l, d)
	if err != nil {
		return Counts{}, err
	}
	if k, ok := p.kernel(); ok {
		return k.count(), nil
	}
	found := p.collect()
	s, err := p.summary(&found, everything)
	if err != nil {
		return Counts{}, err
	}
	c := Counts{Units: len(l.order), summary: &s}
	if p.actor != nil || p.def.counting() != Uniques {
		c.Units = s.outcomes.len()
	}
	for _, step := range s.Steps {
		c.Steps = append(c.Steps, step.Count)
	}
	return c, nil
}

// Reached returns the units that reached a step, counted from 0, as
// [Summary.Reached] does.
func (c Counts) Reached(step int) []siyu.UserID {
	if c.summary != nil {
		return c.summary.Reached(step)
	}
	return c.at(func(level uint8) bool { return int(level) > step })
}

// Dropped returns the units that reached the step before and not this one.
func (c Counts) Dropped(step int) []siyu.UserID {
	if c.summary != nil {
		return c.summary.Dropped(step)
	}
	return c.at(func(level uint8) bool { return step > 0 && int(level) == step })
}

func (c Counts) at(holds func(level uint8) bool) []siyu.UserID {
	var numbers []uint32
	for position, level := range c.levels {
		if holds(level) {
			numbers = append(numbers, c.log.order[position])
		}
	}
	slices.Sort(numbers)
	ids := make([]siyu.UserID, len(numbers))
	for i, n := range numbers {
		ids[i] = c.log.user(n)
	}
	return ids
}

// kernel is a plain funnel: a table from names to steps, and nothing else.
type kernel struct {
	*plan
	step  [256]uint8 // of each name; idle for none
	small bool       // few steps: the state of a user fits one cache line
	spent uint32     // window in ticks
}

// The slots of a user's state: one per step. An event of the first step
// continues itself, by way of slot self; one of no step reads a slot that is
// never written and so is never in time.
const (
	smallSlots = 8
	largeSlots = 64
	maxKernel  = largeSlots - 3 // steps: self, idle and the slot before it are taken
)

// kernel returns the fast form of the plan, if it has one.
func (p *plan) kernel() (kernel, bool) {
	l := p.log
	plain := p.def.order() == Ordered && p.def.counting() == Uniques && p.actor == nil && p.filter == nil && len(p.excluded) == 0 && p.optional == 0 &&
		len(p.firsts) == 0 && p.within == nil && p.hold == nil && p.orders == nil && p.n <= maxKernel && l.names8 != nil && l.ticks != nil && p.window <= maxTick &&
		p.def.Range == Range{}
	if !plain {
		return kernel{}, false
	}
	k := kernel{plan: p, small: p.n <= smallSlots-3, spent: uint32(p.window)}
	idle := uint8(largeSlots - 2)
	if k.small {
		idle = smallSlots - 2
	}
	for i := range k.step {
		k.step[i] = idle
	}
	for i, m := range p.steps {
		for _, a := range m.alternatives {
			if a.name == -1 || a.test != nil {
				return kernel{}, false
			}
			if a.name == absent {
				continue
			}
			if s := k.step[a.name]; s != idle && s != uint8(i) {
				return kernel{}, false // an event that meets two steps
			}
			k.step[a.name] = uint8(i)
		}
	}
	return k, true
}

func (k kernel) count() Counts {
	l := k.log
	c := Counts{Units: len(l.order), Steps: make([]int, k.n), log: l, levels: make([]uint8, len(l.order))}
	levels := make([][largeSlots + 1]int, len(l.shards))
	inParallel(len(l.shards), func() func(int) {
		general := newChains(k.n, k.window, Ordered, 0, -1)
		hits := &reader{plan: k.plan}
		return func(s int) {
			for _, class := range l.classes[l.shards[s].from:l.shards[s].to] {
				if k.small {
					k.scanSmall(class, c.levels)
				} else {
					k.scanLarge(class, c.levels)
				}
				for i, level := range c.levels[class.first : class.first+class.users] {
					if l.isTied(class.first + i) {
						from := class.place + i*class.events
						level = general.level(hits.read(unit{from: from, to: from + class.events}))
						c.levels[class.first+i] = level
					}
					levels[s][level]++
				}
			}
		}
	})
	for step := range c.Steps {
		for s := range levels {
			for level := step + 1; level <= k.n; level++ {
				c.Steps[step] += levels[s][level]
			}
		}
	}
	return c
}

func (c *chains) level(hits []hit) uint8 {
	c.run(hits, c.n, everything)
	if c.deepest.spoiled {
		return 0
	}
	return uint8(bits.Len64(c.deepest.steps))
}

// scanSmall finds the levels of the users of one class, without a branch that
// depends on an event: state[s] is when the latest attempt at step s began,
// moved up so that 0 is never. An event of step s takes over the attempt of the
// step before whether it is in time or not: one too late to go on replaces one
// that began earlier and is too late as well.
func (k *kernel) scanSmall(c class, levels []uint8) {
	ticks := k.log.ticks[c.place : c.place+c.users*c.events]
	names := k.log.names8[c.place : c.place+c.users*c.events]
	levels = levels[c.first : c.first+c.users]
	window := k.spent
	mask := uint32(1)<<k.n - 1
	for u := range levels {
		var state [smallSlots]uint32
		reached := uint32(0)
		own := ticks[u*c.events : (u+1)*c.events]
		kinds := names[u*c.events:]
		kinds = kinds[:len(own)]
		for i, tick := range own {
			now := tick + window + 1
			s := uint32(k.step[kinds[i]])
			state[smallSlots-1] = now
			began := state[(s-1)%smallSlots]
			state[s%smallSlots] = began
			// The sign of (now-began) - (window+1): whether it is in time.
			reached |= (now - began - window - 1) >> 31 << (s % 32)
		}
		levels[u] = uint8(bits.Len32(reached & mask))
	}
}

// scanLarge is scanSmall for more steps.
func (k *kernel) scanLarge(c class, levels []uint8) {
	ticks := k.log.ticks[c.place : c.place+c.users*c.events]
	names := k.log.names8[c.place : c.place+c.users*c.events]
	levels = levels[c.first : c.first+c.users]
	window := k.spent
	mask := lowBits(k.n)
	for u := range levels {
		var state [largeSlots]uint32
		reached := uint64(0)
		for i := u * c.events; i < (u+1)*c.events; i++ {
			now := ticks[i] + window + 1
			s := uint32(k.step[names[i]])
			state[largeSlots-1] = now
			began := state[(s-1)%largeSlots]
			state[s%largeSlots] = began
			reached |= uint64((now-began-window-1)>>31) << (s % 64)
		}
		levels[u] = uint8(bits.Len64(reached & mask))
	}
}
