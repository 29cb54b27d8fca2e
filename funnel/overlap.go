package funnel

// overlap is the sweep for events that meet several steps: it slides the window
// over the events and keeps an assignment of those inside.
type overlap struct {
	*sweep
	*assignment
	window []*hit // events in the window, from head on
	head   int
}

// runOverlapping is run for hits of which some meet several steps.
func (s *sweep) runOverlapping(hits []hit, want int32) {
	o := &overlap{sweep: s, assignment: newAssignment(s.n)}
	s.best = s.best[:0]
	for i := range hits {
		h := &hits[i]
		o.leave(h.at, false)
		if len(s.best) == s.n && s.entered == nil {
			return
		}
		if h.spoils != 0 {
			o.window, o.head = o.window[:0], 0
			o.assignment.clear()
		}
		if h.steps != 0 && (s.step < 0 || o.size != s.step || h.group == want) {
			o.window = append(o.window, h)
			o.enter(h)
		}
	}
	if s.entered != nil {
		o.leave(0, true)
	}
	o.keep()
}

// leave drops the events before the window that ends at the given instant. A
// window with every step is done and moves on.
func (o *overlap) leave(at int64, all bool) {
	for o.head < len(o.window) {
		first := o.window[o.head]
		if !all && o.size < o.n && at-first.at <= o.sweep.window {
			return
		}
		o.keep()
		if o.entered != nil {
			o.entered(*first, o.size)
		}
		o.head++
		o.drop(first)
	}
	o.window, o.head = o.window[:0], 0
}

// keep notes the events assigned if they are more than ever before.
func (o *overlap) keep() {
	if o.size > len(o.best) {
		o.best = o.matched(o.best[:0])
	}
}
