package funnel

// takeMatched handles events of one instant of which some meet several steps.
// No event may fill two steps of one attempt, so from the step k where an
// attempt stood the instant takes it to step s if the events can be matched to
// the steps between, each to one of its own.
func (c *chains) takeMatched(hits []hit, want int32) {
	if c.before == nil {
		c.before = make([]attempt, len(c.slots))
		for i := range c.before {
			c.before[i].path = make([]int32, c.n)
		}
	}
	for i := range c.slots {
		c.before[i].set(&c.slots[i])
	}
	m := newMatcher(c, hits, want)
	best := make([]advance, c.n+1)
	for k := range c.n {
		from := &c.before[k]
		if !c.open(from, k+1, hits[0].at) {
			continue
		}
		m.reset()
		for s := k + 1; s <= c.n && m.grow(s); s++ {
			if a := &best[s]; a.rows == nil || from.better(&c.before[a.from]) {
				*a = advance{k, m.matched(k+1, s)}
			}
		}
	}
	for s := 1; s <= c.n; s++ {
		if best[s].rows != nil {
			c.apply(s, best[s], hits)
		}
	}
}

// advance is how an instant takes an attempt to a step: from which one, and by
// which events for the steps between.
type advance struct {
	from int
	rows []int
}

// better reports whether an attempt is to be preferred: one that is not
// spoiled, then the latest.
func (a *attempt) better(b *attempt) bool {
	if a.spoiled != b.spoiled {
		return b.spoiled
	}
	return a.start > b.start
}

func (c *chains) apply(s int, a advance, hits []hit) {
	from := &c.before[a.from]
	if c.within == nil && c.slots[s].live && c.slots[s].start == from.start {
		return
	}
	to := &c.slots[s]
	if from.spoiled {
		if !c.deeper(s) {
			return
		}
		to = &c.deepest
		c.depth, c.wentOn = s, true
	}
	to.set(from)
	for i, row := range a.rows {
		to.add(a.from+1+i, &hits[row])
	}
	if !from.spoiled && c.deeper(s) {
		c.deepest.set(to)
		c.depth, c.wentOn = s, false
	}
}

// eventMatcher matches steps to events by augmenting paths.
type eventMatcher struct {
	able  [][]int // by step: events that can fill it; as many as there are steps are enough
	row   []int   // by step: its event, or -1
	taken map[int]int
	seen  map[int]bool
}

func newMatcher(c *chains, hits []hit, want int32) *eventMatcher {
	m := &eventMatcher{able: make([][]int, c.n+1), row: make([]int, c.n+1), taken: map[int]int{}, seen: map[int]bool{}}
	for i := range hits {
		for s := 1; s <= c.n; s++ {
			if hits[i].steps>>(s-1)&1 != 0 && len(m.able[s]) < c.n && (c.step != s-1 || hits[i].group == want) {
				m.able[s] = append(m.able[s], i)
			}
		}
	}
	return m
}

func (m *eventMatcher) reset() { clear(m.taken) }

// grow finds an event for one more step, moving others if need be.
func (m *eventMatcher) grow(step int) bool {
	clear(m.seen)
	return m.augment(step)
}

func (m *eventMatcher) augment(step int) bool {
	for _, row := range m.able[step] {
		if m.seen[row] {
			continue
		}
		m.seen[row] = true
		owner, taken := m.taken[row]
		if !taken || m.augment(owner) {
			m.taken[row] = step
			m.row[step] = row
			return true
		}
	}
	return false
}

func (m *eventMatcher) matched(from, to int) []int {
	return append([]int{}, m.row[from:to+1]...)
}
