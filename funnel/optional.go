package funnel

import "math/bits"

// required is the funnel without its optional steps. An attempt that goes by an
// optional step may have begun earlier than one that skips it, and so run out of
// time where the other would not; nobody shall get less far for having done an
// optional step.
type required struct {
	chains *chains
	steps  []int // the steps that are not optional
	hits   []hit
	path   []int32
}

func (p *plan) newRequired() *required {
	steps := p.requiredAnd(0, p.n)
	return &required{chains: p.chainsOf(steps), steps: steps, path: make([]int32, p.n)}
}

// tryWithout runs the funnel, and again without the optional steps, and keeps
// the second outcome if it got further.
func (w *worker) tryWithout(hits []hit, number uint32, group int32, step int, into *outcomes) {
	var with outcomes
	w.chains.step = step
	w.chains.run(hits, w.n, group)
	w.chains.found(number, &with)
	r := w.required
	r.hits = reordered(hits, r.steps, r.hits)
	r.chains.step = -1
	for i, s := range r.steps {
		if s == step {
			r.chains.step = i
		}
	}
	r.chains.run(r.hits, len(r.steps), group)
	further := r.chains.depth
	if with.len() > 0 {
		further -= bits.OnesCount64(with.steps[0] &^ w.optional)
	}
	if further > 0 {
		with = outcomes{}
		steps := uint64(0)
		for i, s := range r.steps[:r.chains.depth] {
			steps |= 1 << s
			r.path[s] = r.chains.deepest.path[i]
		}
		with.add(number, steps, r.path)
	}
	if with.len() > 0 && (step < 0 || with.has(0, step)) {
		into.append(&with)
	}
}
