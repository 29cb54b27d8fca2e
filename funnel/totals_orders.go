package funnel

// orderFinder finds the attempts of funnels with groups: it follows every order
// of the steps at once.
type orderFinder struct {
	orders  [][]int
	chains  []*chains // by order
	hits    []hit
	instant []hit // with the steps of one order
	goal    int
}

func (p *plan) newOrderFinder() *orderFinder {
	f := &orderFinder{orders: p.orders}
	for range p.orders {
		f.chains = append(f.chains, p.newChains(-1))
	}
	return f
}

func (f *orderFinder) aim(hits []hit, goal int) { f.hits, f.goal = hits, goal }

func (f *orderFinder) first(in stretch) *attempt {
	for _, c := range f.chains {
		c.begin()
	}
	var best *attempt
	for i := in.from; i < in.to && best == nil; {
		j := i + 1
		for j < in.to && f.hits[j].at == f.hits[i].at {
			j++
		}
		for k, c := range f.chains {
			f.instant = reordered(f.hits[i:j], f.orders[k], f.instant)
			c.instant(f.instant, 0, everything)
			if a := &c.slots[f.goal]; a.live && (best == nil || a.start > best.start) {
				best = a
			}
		}
		i = j
	}
	return best
}

// skipFinder finds the attempts of ordered funnels with optional steps. Whether
// there is one is asked of the funnel without the optional steps before the
// goal; which of them were done on the way, of the funnel with them.
type skipFinder struct {
	*plan
	with     *chains
	without  []*chains // by step of the goal
	kept     [][]int   // by step of the goal: the steps that are not left out
	hits     []hit
	instants []hit
	goal     int
	found    attempt
}

func (p *plan) newSkipFinder() *skipFinder {
	f := &skipFinder{plan: p, with: p.newChains(-1), found: attempt{path: make([]int32, p.n)}}
	for goal := range p.n {
		kept := p.requiredAnd(1<<goal, goal+1)
		f.kept = append(f.kept, kept)
		f.without = append(f.without, p.chainsOf(kept))
	}
	return f
}

func (f *skipFinder) aim(hits []hit, goal int) { f.hits, f.goal = hits, goal }

func (f *skipFinder) first(in stretch) *attempt {
	without, kept := f.without[f.goal-1], f.kept[f.goal-1]
	without.begin()
	f.with.begin()
	for i := in.from; i < in.to; {
		j := i + 1
		for j < in.to && f.hits[j].at == f.hits[i].at {
			j++
		}
		f.instants = reordered(f.hits[i:j], kept, f.instants)
		without.instant(f.instants, 0, everything)
		short := &without.slots[len(kept)]
		if f.within != nil { // an optional step on the way may keep the bounds
			f.with.instant(f.hits[:j], i, everything)
			if long := &f.with.slots[f.goal]; long.live && (!short.live || long.start > short.start) {
				return long
			}
		}
		if short.live {
			return f.longest(short, kept, stretch{in.from, j})
		}
		i = j
	}
	return nil
}

// longest returns an attempt between the ends of a short one that goes by
// optional steps, if there is one, or else the short one.
func (f *skipFinder) longest(short *attempt, kept []int, in stretch) *attempt {
	from := in.to
	for from > in.from && f.hits[from-1].at >= short.start {
		from--
	}
	f.with.run(f.hits[from:in.to], f.goal, everything)
	if long := &f.with.slots[f.goal]; long.live {
		return long
	}
	f.found.start, f.found.last, f.found.steps = short.start, short.last, 0
	for i, step := range kept {
		f.found.steps |= 1 << step
		f.found.path[step] = short.path[i]
	}
	return &f.found
}

// requiredAnd returns the steps before the given one that are not optional or
// one of some others.
func (p *plan) requiredAnd(others uint64, before int) (steps []int) {
	for step := range before {
		if (p.optional&^others)>>step&1 == 0 {
			steps = append(steps, step)
		}
	}
	return steps
}

// chainsOf returns the machine for some of the steps, none optional.
func (p *plan) chainsOf(steps []int) *chains {
	c := newChains(len(steps), p.window, p.def.order(), 0, -1)
	if p.within != nil {
		for _, step := range steps {
			c.within = append(c.within, p.within[step])
		}
	}
	return c
}

// reordered copies hits with their steps in another order, or some of them.
func reordered(hits []hit, order []int, to []hit) []hit {
	to = append(to[:0], hits...)
	for i := range to {
		to[i].steps = reorder(to[i].steps, order)
	}
	return to
}
