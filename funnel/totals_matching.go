package funnel

// matchFinder finds the attempts of unordered funnels.
type matchFinder struct {
	taints
	n       int
	window  int64
	goal    int
	inside  *assignment // of the window
	behind  *assignment // of what is sure to belong to the attempt
	matched []hit
	found   attempt
}

func (p *plan) newMatchFinder() *matchFinder {
	return &matchFinder{
		n: p.n, window: p.window, inside: newAssignment(p.n), behind: newAssignment(p.n), found: attempt{path: make([]int32, p.n)},
	}
}

func (f *matchFinder) aim(hits []hit, goal int) {
	f.goal = goal
	after := ^uint64(0)
	if goal == f.n {
		after = 0
	}
	f.find(hits, after, ^uint64(0))
}

func (f *matchFinder) first(in stretch) *attempt {
	f.inside.clear()
	head := in.from
	for i := in.from; i < in.to; i++ {
		h := &f.hits[i]
		for ; head < i && h.at-f.hits[head].at > f.window; head++ {
			if f.hits[head].steps != 0 {
				f.inside.drop(&f.hits[head])
			}
		}
		if h.spoils != 0 {
			f.inside.clear()
			head = i
		}
		if h.steps != 0 {
			f.inside.enter(h)
		}
		if f.inside.size < f.goal || i+1 < in.to && f.hits[i+1].at == h.at {
			continue
		}
		for f.hits[head].steps == 0 {
			head++
		}
		if f.clean(head, stretch{i + 1, in.to}) {
			return f.shortest(head, i, stretch{i + 1, in.to})
		}
	}
	return nil
}

// clean reports whether an attempt that begins with a hit and has no more steps
// to come than it has is spoiled by nothing in the stretch that follows.
func (f *matchFinder) clean(start int, after stretch) bool {
	return !f.between(after, f.hits[start].at+f.window)
}

// shortest returns the attempt among hits[head:end+1] that began last: going
// back from the end, steps are matched until they are enough.
func (f *matchFinder) shortest(head, end int, after stretch) *attempt {
	f.behind.clear()
	start := end
	for ; ; start-- {
		if f.hits[start].steps == 0 {
			continue
		}
		f.behind.enter(&f.hits[start])
		if start == head || f.behind.size >= f.goal && f.clean(start, after) {
			break
		}
	}
	f.behind.clear()
	for i := start; f.behind.size < f.goal; i++ {
		if f.hits[i].steps != 0 {
			f.behind.enter(&f.hits[i])
		}
	}
	f.matched = f.behind.matched(f.matched[:0])
	f.found.start, f.found.last, f.found.steps = f.hits[start].at, f.hits[end].at, lowBits(f.goal)
	for i, h := range f.matched {
		f.found.path[i] = h.place
	}
	return &f.found
}
