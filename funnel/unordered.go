package funnel

import (
	"cmp"
	"math/bits"
	"slices"
)

// sweep runs unordered funnels whose events meet one step each, and leaves the
// others to overlap: it slides the window over the events of one
// unit and keeps, for each step, the events inside it.
type sweep struct {
	n      int
	window int64
	step   int // of a StepAttribution, or -1
	queues []queue
	done   int // steps with events in the window
	best   []hit

	// entered, if not nil, is told of every event that leaves the window, with
	// the number of different steps in the window that it began.
	entered func(first hit, steps int)
}

type queue struct {
	hits []hit
	head int
}

func (q *queue) empty() bool { return q.head == len(q.hits) }
func (q *queue) front() *hit { return &q.hits[q.head] }

func newSweep(n int, window int64, step int) *sweep {
	return &sweep{n: n, window: window, step: step, queues: make([]queue, n)}
}

func (s *sweep) clear() {
	for i := range s.queues {
		s.queues[i].hits, s.queues[i].head = s.queues[i].hits[:0], 0
	}
	s.done = 0
}

// run finds the window with the most different steps; the first such counts.
func (s *sweep) run(hits []hit, want int32) {
	if !singleSteps(hits) {
		s.runOverlapping(hits, want)
		return
	}
	s.clear()
	s.best = s.best[:0]
	for i := range hits {
		h := &hits[i]
		s.leave(h.at, false)
		if len(s.best) == s.n && s.entered == nil {
			return
		}
		if h.spoils != 0 {
			s.clear()
		}
		if h.steps != 0 {
			s.take(h, want)
		}
	}
	if s.entered != nil {
		s.leave(0, true)
	}
	s.keep()
}

// leave drops the events before the window that ends at the given instant. A
// window with every step is done and moves on.
func (s *sweep) leave(at int64, all bool) {
	for {
		oldest := -1
		for i := range s.queues {
			if q := &s.queues[i]; !q.empty() && (oldest < 0 || q.front().at < s.queues[oldest].front().at) {
				oldest = i
			}
		}
		if oldest < 0 {
			return
		}
		first := s.queues[oldest].front()
		if !all && s.done < s.n && at-first.at <= s.window {
			return
		}
		s.keep()
		if s.entered != nil {
			s.entered(*first, s.done)
		}
		s.queues[oldest].head++
		if s.queues[oldest].empty() {
			s.done--
		}
	}
}

// take puts an event into the queue of its step.
func (s *sweep) take(h *hit, want int32) {
	if s.step >= 0 && s.done == s.step && h.group != want {
		return
	}
	q := &s.queues[bits.TrailingZeros64(h.steps)]
	if q.empty() {
		s.done++
		q.hits, q.head = q.hits[:0], 0
	}
	q.hits = append(q.hits, *h)
}

func (s *sweep) keep() {
	if s.done <= len(s.best) {
		return
	}
	s.best = s.best[:0]
	for i := range s.queues {
		if !s.queues[i].empty() {
			s.best = append(s.best, *s.queues[i].front())
		}
	}
	slices.SortStableFunc(s.best, func(a, b hit) int { return cmp.Compare(a.at, b.at) })
}

// found adds the best window to the outcomes: as steps the first so many, as
// path its events by time.
func (s *sweep) found(number uint32, into *outcomes) {
	if len(s.best) == 0 {
		return
	}
	path := make([]int32, s.n)
	for i, h := range s.best {
		path[i] = h.place
	}
	into.add(number, lowBits(len(s.best)), path)
}
