package funnel

import (
	"cmp"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/hugepage"
)

// Tracker counts a plain funnel while events come in: ordered, by users or their
// sessions, each step one event without conditions. It keeps 4 bytes for each
// user and step but the last, 16 for five steps, 4 more a user for sessions, and
// no events but those that may still be overtaken. Its answer is that of [Count]
// over the events it took. Totals are not for it: what an attempt counts for is
// known only when no later event can complete it.
//
// Events may be late by the lateness given: until then they are held back and
// put in order. An event that is later still is refused and counted. A Tracker
// is not safe for concurrent use; to use more cores give each a tracker of its
// own users and [Tracker.Merge] them.
type Tracker struct {
	trackerKind
	state   []uint32 // by user and step: (instant+1)<<3 of the latest attempt; the level in the low bits of the first
	pending []tracked
	mixed   bool // pending is not in order
	newest  uint32
	begun   bool
	refused int
	closed  []int // sessions that are over, by level; nil if they are not counted
}

// trackerKind is what two trackers must share to be merged.
type trackerKind struct {
	steps    int
	slots    int // words of a user with attempts
	width    int // words of a user
	window   uint32
	lateness uint32
	gap      uint32 // that ends a session; 0 if users are counted
	tick     time.Duration
	epoch    time.Time
	step     [256]uint8 // of each name; noStep for none
	names    []string
	labels   []string
}

type tracked struct {
	user uint32
	tick uint32
	step uint8
}

// Limits of a [Tracker].
const (
	MaxTrackerSteps = 7
	MaxTrackerTick  = 1<<29 - 2
	levelBits       = 3
	levelMask       = 1<<levelBits - 1
	noStep          = 255
)

// TrackerOptions say what the integers mean. Nil is ticks of a second since
// 1970 and no lateness. A tracker has no use for a Progress.
type TrackerOptions struct {
	BuilderOptions
	Lateness time.Duration // how late an event may come; 0: in the order of time
}

// NewTracker returns a tracker for a plain definition; it refuses others, and
// more than [MaxTrackerSteps] steps. names are those of the events, at most 256,
// given by index to [Tracker.Add].
func NewTracker(d Definition, names []string, opts *TrackerOptions) (*Tracker, error) {
	kind, err := newTrackerKind(d, names, opts)
	if err != nil {
		return nil, err
	}
	t := &Tracker{trackerKind: kind}
	if kind.gap > 0 {
		t.closed = make([]int, MaxTrackerSteps+1)
	}
	return t, nil
}

func newTrackerKind(d Definition, names []string, opts *TrackerOptions) (trackerKind, error) {
	if err := d.Validate(); err != nil {
		return trackerKind{}, err
	}
	if opts == nil {
		opts = &TrackerOptions{}
	}
	b := NewBuilder(0, names, &opts.BuilderOptions)
	if b.err != nil {
		return trackerKind{}, b.err
	}
	slots := max(len(d.Steps)-1, 1)
	k := trackerKind{steps: len(d.Steps), slots: slots, width: slots, tick: b.tick, epoch: b.epoch, names: b.names}
	if d.counting() == Totals {
		return k, siyu.Invalid("counting", "of totals is more than a tracker can follow: later events decide what an attempt counts for")
	}
	plain := d.order() == Ordered && d.Range == (Range{}) && len(d.Exclusions) == 0 && d.Filter == nil && d.Actor == (Actor{}) &&
		len(d.Hold) == 0 && d.Breakdown == nil && d.Trend == nil && d.Convert == nil && len(d.Steps) <= MaxTrackerSteps
	if !plain {
		return k, siyu.Invalid("", "is more than a tracker can follow: it takes plain ordered steps, at most %d", MaxTrackerSteps)
	}
	window, lateness, gap := int64(d.Window/b.tick), int64(opts.Lateness/b.tick), int64(0)
	if d.counting() == Sessions {
		gap = d.gapIn(b.tick)
		k.width++
	}
	if window > MaxTrackerTick || lateness > MaxTrackerTick || lateness < 0 || gap > MaxTrackerTick {
		return k, siyu.Invalid("window_s", "lateness and session gap must be at most %d ticks", MaxTrackerTick)
	}
	k.window, k.lateness, k.gap = uint32(window), uint32(lateness), uint32(gap)
	for i := range k.step {
		k.step[i] = noStep
	}
	for i, s := range d.Steps {
		name := slices.Index(names, s.Event)
		switch {
		case s.Any || len(s.AnyOf) > 0 || len(s.Where) > 0 || s.Optional || s.FirstTime != "" || s.Within != 0 || s.Group != "":
			return k, siyu.Within("steps", siyu.Invalid("", "must each be one event without conditions"))
		case name < 0:
			return k, siyu.Invalid("names", "lack %q", s.Event)
		case k.step[name] != noStep:
			return k, siyu.Invalid("steps", "use the event %q twice", s.Event)
		}
		k.step[name] = uint8(i)
		k.labels = append(k.labels, s.Label())
	}
	return k, nil
}

// Add takes an event. It returns false, and the event does not count, if it is
// later than the lateness allows, or out of range.
func (t *Tracker) Add(user, tick uint32, name uint8) bool {
	if tick > MaxTrackerTick || int(name) >= len(t.names) || user > 1<<31 {
		t.refused++
		return false
	}
	if t.begun && tick+t.lateness < t.newest {
		t.refused++
		return false
	}
	t.newest, t.begun = max(t.newest, tick), true
	step := t.step[name]
	if step == noStep && t.gap == 0 {
		return true
	}
	e := tracked{user, tick, step}
	if n := len(t.pending); n > 0 && e.key() < t.pending[n-1].key() {
		t.mixed = true
	}
	t.pending = append(t.pending, e)
	if len(t.pending) == cap(t.pending) {
		t.settle()
	}
	return true
}

// Refused returns how many events were not taken.
func (t *Tracker) Refused() int { return t.refused }

// Bytes returns how much memory the users take: 4 for each of their words. Events
// held back come on top, 12 bytes each.
func (t *Tracker) Bytes() int { return 4 * len(t.state) }

// settle applies the events that nothing can overtake any more.
func (t *Tracker) settle() {
	t.sort()
	last := len(t.pending)
	for last > 0 && t.pending[last-1].tick+t.lateness >= t.newest {
		last--
	}
	t.apply(t.pending[:last])
	rest := copy(t.pending, t.pending[last:])
	t.pending = t.pending[:rest]
	if size := max(2*rest, 1<<12); cap(t.pending) < size {
		t.pending = slices.Grow(t.pending, size-rest)
	}
}

// key orders events: by instant, those of one by step.
func (e tracked) key() uint64 { return uint64(e.tick)<<8 | uint64(e.step) }

// sort puts the events held back into order.
func (t *Tracker) sort() {
	if t.mixed {
		slices.SortFunc(t.pending, func(a, b tracked) int { return cmp.Compare(a.key(), b.key()) })
		t.mixed = false
	}
}

// apply moves the attempts of users on. Users are all over the memory, so the
// lines of a group are fetched first: the fetches run side by side, the updates
// then find them at hand.
func (t *Tracker) apply(events []tracked) {
	const ahead = 256
	for len(events) > 0 {
		now := events[:min(ahead, len(events))]
		events = events[len(now):]
		highest := uint32(0)
		for _, e := range now {
			highest = max(highest, e.user)
		}
		t.grow((int(highest) + 1) * t.width)
		touched := uint32(0)
		for _, e := range now {
			touched |= t.state[int(e.user)*t.width]
		}
		t.touch(touched)
		for _, e := range now {
			at := int(e.user) * t.width
			state := t.state[at : at+t.width]
			if t.gap > 0 {
				if level := t.visit(state, e); level > 0 {
					t.closed[level]++
				}
			}
			t.advance(state, e)
		}
	}
}

// grow makes room for so many words.
func (t *Tracker) grow(words int) {
	if words <= len(t.state) {
		return
	}
	if words > cap(t.state) {
		wider := hugepage.Make[uint32](max(words, cap(t.state)+cap(t.state)/4))
		copy(wider, t.state)
		t.state = wider[:len(t.state)]
	}
	t.state = t.state[:words]
}

// touch keeps the fetches of apply from being left out as unused.
//
//go:noinline
func (t *Tracker) touch(uint32) {}

// visit ends the session of a user if the event comes too long after his last
// one, and returns the level that it had.
func (t *Tracker) visit(state []uint32, e tracked) (level uint32) {
	last := &state[t.slots]
	now := e.tick + 1
	if *last != 0 && now-*last >= t.gap {
		level = state[0] & levelMask
		clear(state)
	}
	*last = now
	return level
}

// advance moves the attempts of one user on by one event.
func (t *Tracker) advance(state []uint32, e tracked) {
	if e.step == noStep {
		return
	}
	now := e.tick + 1
	began := now
	if e.step > 0 {
		if began = state[e.step-1] >> levelBits; began == 0 || now-began > t.window {
			return
		}
	}
	level := max(state[0]&levelMask, uint32(e.step)+1)
	if int(e.step) < t.slots {
		state[e.step] = began<<levelBits | state[e.step]&levelMask
	}
	state[0] = state[0]&^levelMask | level
}

// Steps returns how many users, or sessions, reached each step, by all events
// taken so far.
func (t *Tracker) Steps() []int {
	levels := make([]int, MaxTrackerSteps+1)
	copy(levels, t.closed)
	for at := 0; at < len(t.state); at += t.width {
		levels[t.state[at]&levelMask]++
	}
	for user, ahead := range t.ahead() {
		before := uint32(0)
		if at := int(user) * t.width; at < len(t.state) {
			before = t.state[at] & levelMask
		}
		levels[before]--
		for _, level := range append(ahead.closed, ahead.state[0]&levelMask) {
			levels[level]++
		}
	}
	counts := make([]int, t.steps)
	for step := range counts {
		for _, n := range levels[step+1:] {
			counts[step] += n
		}
	}
	return counts
}

// Level returns how many steps a user has reached, in his last session if these
// are counted.
func (t *Tracker) Level(user uint32) int {
	if ahead, ok := t.ahead()[user]; ok {
		return int(ahead.state[0] & levelMask)
	}
	if at := int(user) * t.width; at < len(t.state) {
		return int(t.state[at] & levelMask)
	}
	return 0
}

// ahead is the state of a user as it would be if all events held back were
// applied, and the levels of the sessions that they end.
type ahead struct {
	state  []uint32
	closed []uint32
}

// ahead returns the users with events held back.
func (t *Tracker) ahead() map[uint32]*ahead {
	t.sort()
	users := map[uint32]*ahead{}
	for _, e := range t.pending {
		u, ok := users[e.user]
		if !ok {
			u = &ahead{state: make([]uint32, t.width)}
			if at := int(e.user) * t.width; at < len(t.state) {
				copy(u.state, t.state[at:])
			}
			users[e.user] = u
		}
		if t.gap > 0 {
			if level := t.visit(u.state, e); level > 0 {
				u.closed = append(u.closed, level)
			}
		}
		t.advance(u.state, e)
	}
	return users
}

// Merge takes over what another tracker of the same funnel knows, and leaves
// the other as it is. What is merged are users, not events of one user: every
// user's events must all have gone to one of the two, for instance by the user's
// number modulo the number of trackers. Taken over are the level and the open
// attempts of each user, the events held back for lateness, and the number of
// refused events. A user of whom both know an attempt or hold back an event is
// [siyu.ErrConflict] and nothing changes; the same error keeps a tracker from
// being merged twice, if anybody in it has begun. It does not find a user of
// whom one of the two saw later steps only, which leave no trace.
//
// Afterwards the newest event of both decides which event is too late. So what
// either has taken counts, but the one that was behind may refuse an event from
// then on that it would have taken alone: merge when no more events come, or
// trackers that are about as far. Steps and Level do not depend on the order in
// which trackers are merged.
//
// Two trackers merge if they agree in the steps and their labels, the window,
// the names, tick, epoch and lateness; else it is [siyu.ErrInvalid].
func (t *Tracker) Merge(other *Tracker) error {
	if !t.same(&other.trackerKind) {
		return siyu.Invalid("tracker", "follows another funnel")
	}
	mine, theirs := t.seen(), other.seen()
	for user := range theirs {
		if mine[user] {
			return siyu.ErrConflict
		}
	}
	t.grow(len(other.state))
	for i, word := range other.state {
		t.state[i] |= word // one of the two is 0
	}
	t.pending = append(t.pending, other.pending...)
	t.mixed = true
	t.newest, t.begun = max(t.newest, other.newest), t.begun || other.begun
	t.refused += other.refused
	for level, n := range other.closed {
		t.closed[level] += n
	}
	t.settle()
	return nil
}

// seen returns the users with any event.
func (t *Tracker) seen() map[uint32]bool {
	users := map[uint32]bool{}
	for at := 0; at < len(t.state); at += t.width {
		if slices.ContainsFunc(t.state[at:at+t.width], func(w uint32) bool { return w != 0 }) {
			users[uint32(at/t.width)] = true
		}
	}
	for _, e := range t.pending {
		users[e.user] = true
	}
	return users
}

func (k *trackerKind) same(other *trackerKind) bool {
	return k.steps == other.steps && k.window == other.window && k.lateness == other.lateness && k.gap == other.gap && k.tick == other.tick &&
		k.epoch.Equal(other.epoch) && slices.Equal(k.labels, other.labels) && slices.Equal(k.names, other.names) && k.step == other.step
}
