package funnel

import (
	"math/bits"
	"slices"
)

// levelOnce is the engine's scan with strict_once, where every chain is kept
// and no row fills two steps of one chain. A chain can meet the same row twice
// only inside one instant, so between instants the latest start of a step says
// all. Inside an instant a chain can go from step k to step m when the rows can
// be matched, one to each step between: that is found by augmenting paths.
func (w WindowFunnel) levelOnce(rows []Row) int {
	if w.dedup {
		return w.levelOnceDedup(rows)
	}
	var steps [MaxEngineSteps]onceStep
	begun := false
	for i := 0; i < len(rows); {
		j := group(rows, i)
		at := rows[i].At
		met := uint32(0)
		for _, r := range rows[i:j] {
			if r.Met == 0 && begun {
				return w.deepestOnce(&steps)
			}
			met |= r.Met
		}
		begun = begun || met&1 != 0
		old := steps
		var reach [MaxEngineSteps + 1]int // deepest step (from 0) from a start or from step k-1
		w.findReach(rows[i:j], &old, &reach)
		for s := range w.steps {
			if met>>s&1 == 0 {
				continue
			}
			if s > 0 && w.order && begun && !steps[s-1].any {
				if w.reentry {
					continue
				}
				return w.firstEmptyOnce(&steps)
			}
			if start, ok := w.latest(s, at, &old, &reach); ok {
				steps[s] = onceStep{true, start}
			}
		}
		if steps[w.steps-1].any {
			return w.steps
		}
		i = j
	}
	return w.deepestOnce(&steps)
}

type onceStep struct {
	any   bool
	start int64 // the latest of the chains that reached it
}

// latest returns the latest start of the chains at step s after the instant,
// if the instant adds one.
func (w WindowFunnel) latest(s int, at int64, old *[MaxEngineSteps]onceStep, reach *[MaxEngineSteps + 1]int) (int64, bool) {
	if reach[0] >= s {
		return at, true
	}
	best, ok := int64(0), false
	for k := range s {
		if old[k].any && at-old[k].start <= w.window && reach[k+1] >= s && (!ok || old[k].start > best) {
			best, ok = old[k].start, true
		}
	}
	if ok && old[s].any && old[s].start > best {
		best = old[s].start
	}
	return best, ok
}

// findReach fills, for a chain that starts in the instant (0) and for one that
// stands at step k-1 before it (k), the deepest step that the rows can take it
// to; -1 or k-1 is no further.
func (w WindowFunnel) findReach(rows []Row, old *[MaxEngineSteps]onceStep, reach *[MaxEngineSteps + 1]int) {
	rows = w.sample(rows)
	for k := 0; k <= w.steps; k++ {
		reach[k] = k - 1
		if k > 0 && !old[k-1].any {
			continue
		}
		var m matching
		for s := k; s < w.steps; s++ {
			if w.increase && s > k || !m.grow(rows, s) {
				break
			}
			reach[k] = s
		}
	}
}

// sample drops rows that cannot matter: of the rows that meet a condition, as
// many as there are steps are enough.
func (w WindowFunnel) sample(rows []Row) []Row {
	if len(rows) <= w.steps {
		return rows
	}
	var count [MaxEngineSteps]int
	var kept []Row
	for _, r := range rows {
		useful := false
		for rest := r.Met; rest != 0; rest &= rest - 1 {
			s := bits.TrailingZeros32(rest)
			useful = useful || count[s] < w.steps
			count[s]++
		}
		if useful {
			kept = append(kept, r)
		}
	}
	return kept
}

// matching gives every step a row of its own.
type matching struct {
	row [MaxEngineSteps]int // by step: index of the row, plus one
}

// grow finds a row for one more step, moving others if need be.
func (m *matching) grow(rows []Row, step int) bool {
	return m.augment(rows, step, make([]bool, len(rows)))
}

func (m *matching) augment(rows []Row, step int, seen []bool) bool {
	for i, r := range rows {
		if seen[i] || r.Met>>step&1 == 0 {
			continue
		}
		seen[i] = true
		owner := m.owner(i)
		if owner < 0 || m.augment(rows, owner, seen) {
			m.row[step] = i + 1
			return true
		}
	}
	return false
}

func (m *matching) owner(row int) int {
	for s, r := range m.row {
		if r == row+1 {
			return s
		}
	}
	return -1
}

func (w WindowFunnel) deepestOnce(steps *[MaxEngineSteps]onceStep) int {
	for s := w.steps; s > 0; s-- {
		if steps[s-1].any {
			return s
		}
	}
	return 0
}

func (w WindowFunnel) firstEmptyOnce(steps *[MaxEngineSteps]onceStep) int {
	for s := range w.steps {
		if !steps[s].any {
			return s
		}
	}
	return w.steps
}

// onceChains are the chains at a step when repeats end the scan: the rows of
// the steps after the first are then the same in all of them, and only the
// start differs. As a row can shut out one start only, the latest starts, one
// more than there are steps, are enough.
type onceChains struct {
	starts []onceStart
	rows   []int // of the steps after the first
	last   int64
}

type onceStart struct {
	at  int64
	row int
}

func (w WindowFunnel) levelOnceDedup(rows []Row) int {
	var steps [MaxEngineSteps]onceChains
	for i := 0; i < len(rows); {
		j := group(rows, i)
		for k := i; k < j; k++ {
			if rows[k].Met == 0 && len(steps[0].starts) > 0 {
				return w.deepestDedup(&steps)
			}
		}
		for k := i; k < j; k++ {
			if rows[k].Met&1 != 0 {
				s := &steps[0].starts
				if *s = append(*s, onceStart{rows[k].At, k}); len(*s) > 4*MaxEngineSteps {
					*s = append((*s)[:0], (*s)[len(*s)-MaxEngineSteps-1:]...)
				}
				if w.steps == 1 {
					return 1
				}
			}
		}
		for s := 1; s < w.steps; s++ {
			for k := i; k < j; k++ {
				if rows[k].Met>>s&1 == 0 {
					continue
				}
				switch {
				case len(steps[s].starts) > 0:
					return w.deepestDedup(&steps)
				case w.order && len(steps[0].starts) > 0 && len(steps[s-1].starts) == 0:
					if !w.reentry {
						return w.firstEmptyDedup(&steps)
					}
				default:
					w.extend(&steps[s], &steps[s-1], rows[k].At, k)
				}
			}
			if len(steps[w.steps-1].starts) > 0 {
				return w.steps
			}
		}
		i = j
	}
	return w.deepestDedup(&steps)
}

// extend adds a row to the chains of the step before that can take it.
func (w WindowFunnel) extend(to, from *onceChains, at int64, row int) {
	if slices.Contains(from.rows, row) {
		return
	}
	for i := len(from.starts) - 1; i >= 0 && len(to.starts) <= MaxEngineSteps; i-- {
		s := from.starts[i]
		last := s.at
		if len(from.rows) > 0 {
			last = from.last
		}
		if at-s.at <= w.window && s.row != row && (!w.increase || last < at) {
			to.starts = append(to.starts, s)
		}
	}
	// Latest last, as in the first step.
	slices.Reverse(to.starts)
	if len(to.starts) > 0 {
		to.rows = append(append([]int{}, from.rows...), row)
		to.last = at
	}
}

func (w WindowFunnel) deepestDedup(steps *[MaxEngineSteps]onceChains) int {
	for s := w.steps; s > 0; s-- {
		if len(steps[s-1].starts) > 0 {
			return s
		}
	}
	return 0
}

func (w WindowFunnel) firstEmptyDedup(steps *[MaxEngineSteps]onceChains) int {
	for s := range w.steps {
		if len(steps[s].starts) == 0 {
			return s
		}
	}
	return w.steps
}
