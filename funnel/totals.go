package funnel

// totals counts all attempts of a unit as [Totals] says.
type totals struct {
	n      int
	finder finder
	left   []stretch // of the goal at hand
	next   []stretch // of the goal below
}

// stretch is a range [from, to) of the hits of a unit.
type stretch struct{ from, to int }

// finder finds attempts among the hits of one unit.
type finder interface {
	// aim takes the hits, and how many steps on attempts must get.
	aim(hits []hit, goal int)
	// first returns, of the attempts in a stretch that get to the goal, the one
	// that ends first, and of those the one that began last; nil if there is
	// none. It looks at no more hits than up to the end that it finds, and is
	// valid until the next call.
	first(in stretch) *attempt
}

func (p *plan) newTotals() *totals {
	t := &totals{n: p.n}
	switch {
	case p.def.Order == Unordered:
		t.finder = p.newMatchFinder()
	case p.orders != nil:
		t.finder = p.newOrderFinder()
	case len(p.excluded) > 0:
		t.finder = &cleanFinder{chainFinder: chainFinder{chains: p.newChains(-1)}}
	case p.optional != 0 && p.def.order() == Ordered:
		t.finder = p.newSkipFinder()
	default:
		t.finder = &chainFinder{chains: p.newChains(-1)}
	}
	return t
}

// count adds the attempts of a unit to the outcomes. What is left of the hits is
// gone over once for each number of steps.
func (t *totals) count(hits []hit, number uint32, into *outcomes) {
	t.left = append(t.left[:0], stretch{0, len(hits)})
	for goal := t.n; goal > 0; goal-- {
		t.finder.aim(hits, goal)
		t.next = t.next[:0]
		for _, rest := range t.left {
			for rest.from < rest.to {
				a := t.finder.first(rest)
				if a == nil {
					t.next = append(t.next, rest)
					break
				}
				into.add(number, a.steps, a.path)
				own := hits[rest.from:rest.to]
				start := rest.from + firstAfter(own, a.start-1)
				end := rest.from + firstAfter(own, a.last)
				if start > rest.from {
					t.next = append(t.next, stretch{rest.from, start})
				}
				rest.from = end
			}
		}
		t.left, t.next = t.next, t.left
	}
}

// assign puts the attempts of a unit, which are those of the whole from the
// given one on, each into the group of the event that filled the attribution
// step.
func (w *worker) assign(u unit, first int, into *findings) {
	all, step := into.of(everything), w.group.step
	for i := first; i < all.len(); i++ {
		if !all.has(i, step) {
			continue
		}
		place := all.place(i, step)
		group := w.group.code(place, w.userAt(u, place), u.number, w.plan)
		o := into.of(group)
		o.add(u.number, all.steps[i], all.places[i*all.n:(i+1)*all.n])
		if w.trend != nil {
			w.trend.attempts(o, o.len()-1, group, into)
		}
	}
}

// chainFinder finds attempts whose steps have one order.
type chainFinder struct {
	chains *chains
	hits   []hit
	goal   int
}

func (f *chainFinder) aim(hits []hit, goal int) { f.hits, f.goal = hits, goal }

func (f *chainFinder) first(in stretch) *attempt {
	f.chains.run(f.hits[in.from:in.to], f.goal, everything)
	if a := &f.chains.slots[f.goal]; a.live {
		return a
	}
	return nil
}

// cleanFinder is a chainFinder for funnels with exclusions.
type cleanFinder struct {
	chainFinder
	after taints
}

func (f *cleanFinder) aim(hits []hit, goal int) {
	f.chainFinder.aim(hits, goal)
	repeats := ^uint64(0)
	if f.chains.strict {
		repeats = 1 << (goal - 1)
	}
	f.after.find(hits, f.chains.after(goal), repeats)
}

// after returns the steps that an attempt may take next.
func (c *chains) after(goal int) uint64 {
	open := uint64(0)
	for step := goal; step < c.n; step++ {
		open |= 1 << step
		if c.optional>>step&1 == 0 {
			break
		}
	}
	return open
}

func (f *cleanFinder) first(in stretch) *attempt {
	f.chains.begin()
	hits := f.hits[:in.to]
	for i := in.from; i < in.to; {
		at := hits[i].at
		i = f.chains.instant(hits, i, everything)
		a := &f.chains.slots[f.goal]
		if a.live && !a.spoiled && a.last == at && !f.after.between(stretch{i, in.to}, a.start+f.chains.window) {
			return a
		}
	}
	return nil
}

// taints are the hits that spoil what goes on after a goal.
type taints struct {
	hits []hit
	next []int // by hit: the first taint from it on
}

// find looks for the hits that spoil the way to one of the steps. A hit that
// meets none of the repeats ends a strict attempt before it can be spoiled.
func (t *taints) find(hits []hit, steps, repeats uint64) {
	t.hits, t.next = hits, append(t.next[:0], make([]int, len(hits)+1)...)
	last := len(hits)
	t.next[last] = last
	for i := len(hits) - 1; i >= 0; i-- {
		switch {
		case hits[i].spoils&steps != 0:
			last = i
		case hits[i].steps&repeats == 0 && repeats != ^uint64(0):
			last = len(hits)
		}
		t.next[i] = last
	}
}

// between reports whether there is a taint in a stretch, up to an instant.
func (t *taints) between(in stretch, until int64) bool {
	i := t.next[in.from]
	return i < in.to && t.hits[i].at <= until
}
