package segment

import (
	"slices"
	"sort"
	"time"

	"github.com/siyu-go/siyu"
)

// Member is one person under a [BehaviourSegment], kept up to date event by
// event: what is settled is not computed again, and a late event goes back to
// its own time only. The result is always the one that all events together
// give. It is not safe for concurrent use.
type Member struct {
	m           *BehaviourMembership
	enter, exit *Timeline // exit is nil if leaving is not entering
	began       Membership
	flips       []Flip    // settled, in order
	settled     time.Time // up to and including; zero before the first Advance
	start       time.Time // where settling began; there was no change before
	floor       time.Time // nothing up to it is taken back; zero if all may be
	told        []Flip    // were flips once, and may have to be withdrawn
}

// Update is what changed in the memberships that are known: flips that are new,
// and flips told before that are not there after all, because an event came
// late.
type Update struct {
	Flips     []Flip `json:"flips,omitempty"`
	Withdrawn []Flip `json:"withdrawn,omitempty"`
}

// Events makes the events that tell of the update, withdrawals first, as they
// became known at a moment.
func (u Update) Events(segment string, user siyu.UserID, at time.Time) []siyu.Event {
	var out []siyu.Event
	for _, f := range u.Withdrawn {
		out = append(out, f.Withdrawal(segment, user, at))
	}
	for _, f := range u.Flips {
		out = append(out, f.Event(segment, user))
	}
	return out
}

// Member takes up one person; nothing is settled yet.
func (m *BehaviourMembership) Member(p Person) *Member {
	member := &Member{m: m, enter: m.enter.Timeline(p)}
	if m.exit != nil {
		member.exit = m.exit.Timeline(p)
	}
	return member
}

// Resume takes up a person whose membership is known as of a moment; of the
// past it needs only the events that conditions still reach. Nothing before
// that moment is computed or withdrawn, whatever comes late. The membership must
// be what this definition gave, as of the same moment.
func (m *BehaviourMembership) Resume(known Membership, asOf time.Time, p Person) *Member {
	member := m.Member(p)
	member.began, member.floor = known, siyu.Instant(asOf)
	member.settled, member.start = member.floor, member.floor
	return member
}

// Add takes up one more event, in any order, and reports whether it counts.
func (m *Member) Add(e siyu.Event) bool {
	counts := m.enter.Add(e)
	if m.exit != nil {
		counts = m.exit.Add(e) || counts
	}
	if counts {
		m.rewind(siyu.Instant(e.At))
	}
	return counts
}

// Change takes up other attributes from a moment on.
func (m *Member) Change(p Profile) {
	m.enter.Change(p)
	if m.exit != nil {
		m.exit.Change(p)
	}
	m.rewind(siyu.Instant(p.From))
}

// Advance settles the membership up to a moment and returns what is new: the
// flips since the last Advance, and corrections of what it returned before.
func (m *Member) Advance(to time.Time) Update {
	to = siyu.Instant(to)
	m.begin(to)
	var fresh []Flip
	for moments := m.moments(to); ; {
		next, ok := m.step(moments, to)
		if !ok {
			break
		}
		fresh = append(fresh, next)
		m.flips, m.settled = append(m.flips, next), next.At
	}
	if to.After(m.settled) {
		m.settled = to
	}
	old := m.told[:sort.Search(len(m.told), func(i int) bool { return m.told[i].At.After(to) })]
	m.told = slices.Clone(m.told[len(old):])
	return revise(old, fresh)
}

// at returns the membership as of a moment up to which it is settled.
func (m *Member) at(t time.Time) Membership {
	t = siyu.Instant(t)
	i := sort.Search(len(m.flips), func(i int) bool { return m.flips[i].At.After(t) })
	if i == 0 {
		return m.began
	}
	return Membership{Inside: m.flips[i-1].Type == Enter, Since: m.flips[i-1].At}
}

// Now returns the membership as of the moment that Advance reached.
func (m *Member) Now() Membership { return m.at(m.settled) }

// Flips returns the changes in (from, to] that are settled.
func (m *Member) Flips(from, to time.Time) []Flip { return between(m.flips, from, to) }

// Next returns the first change after t that will come without any further
// event; ok is false if there is none. It settles nothing.
func (m *Member) Next(t time.Time) (flip Flip, ok bool) {
	ahead := *m // what it finds is not settled here
	ahead.flips, ahead.told = slices.Clip(m.flips), nil
	ahead.Advance(t)
	if later := between(ahead.flips, t, forever); len(later) > 0 {
		return later[0], true // was settled further than t
	}
	return ahead.step(ahead.moments(forever), forever)
}

// Forget drops what is not needed to go on from a moment, which must be settled:
// earlier flips, and events that no condition reaches. What comes late and lies
// before it is judged by what is left.
func (m *Member) Forget(before time.Time) {
	before = siyu.Instant(before)
	if m.settled.IsZero() || before.After(m.settled) || !before.After(m.floor) {
		return
	}
	m.began, m.floor = m.at(before), before
	m.flips = slices.Clone(between(m.flips, before, forever))
	m.enter.Forget(before)
	if m.exit != nil {
		m.exit.Forget(before)
	}
}

// rewind takes back what was settled from t on.
func (m *Member) rewind(t time.Time) {
	if m.settled.IsZero() || t.After(m.settled) {
		return
	}
	before := t.Add(-time.Microsecond)
	if before.Before(m.floor) {
		before = m.floor
	}
	kept := sort.Search(len(m.flips), func(i int) bool { return m.flips[i].At.After(before) })
	m.told = append(slices.Clone(m.flips[kept:]), m.told...)
	m.flips, m.settled = m.flips[:kept], before
	if m.floor.IsZero() && before.Before(m.start) {
		m.settled = time.Time{} // begin anew
	}
}

// step finds the next flip after what is settled, up to a moment.
func (m *Member) step(moments []time.Time, to time.Time) (Flip, bool) {
	now := m.at(m.settled)
	change, wait := m.in, m.m.def.CoolDown
	if now.Inside {
		change, wait = m.out, m.m.def.MinStay
	}
	at := m.settled
	if since := wait.after(now.Since); !now.Since.IsZero() && since.After(at) {
		at = since
	}
	if at.After(to) {
		return Flip{}, false
	}
	if at.After(m.settled) && change(at) {
		return Flip{At: at, Type: flipTo(!now.Inside)}, true
	}
	for _, t := range moments[sort.Search(len(moments), func(i int) bool { return moments[i].After(at) }):] {
		if change(t) {
			return Flip{At: t, Type: flipTo(!now.Inside)}, true
		}
	}
	return Flip{}, false
}

// moments lists in order when the answer may change after what is settled.
func (m *Member) moments(to time.Time) []time.Time {
	all := m.enter.moments(m.settled, to)
	if m.exit != nil {
		all = append(all, m.exit.moments(m.settled, to)...)
	}
	return inOrder(all)
}

// begin finds the membership that has always been, before the first thing that
// is known.
func (m *Member) begin(to time.Time) {
	if !m.settled.IsZero() {
		return
	}
	first, ok := m.enter.start()
	if m.exit != nil {
		if at, exits := m.exit.start(); exits && (!ok || at.Before(first)) {
			first, ok = at, true
		}
	}
	if !ok || first.After(to) {
		first = to
	}
	m.settled = first.Add(-time.Microsecond)
	m.start, m.began = m.settled, Membership{Inside: m.in(m.settled)}
}

func (m *Member) in(t time.Time) bool { return m.enter.Holds(t) && !m.out(t) }

func (m *Member) out(t time.Time) bool {
	if m.exit == nil {
		return !m.enter.Holds(t)
	}
	return m.exit.Holds(t)
}

// between returns the flips in (from, to].
func between(list []Flip, from, to time.Time) []Flip {
	from, to = siyu.Instant(from), siyu.Instant(to)
	i := sort.Search(len(list), func(i int) bool { return list[i].At.After(from) })
	j := sort.Search(len(list), func(i int) bool { return list[i].At.After(to) })
	return list[i:max(i, j)]
}

// revise returns what to tell of new flips where old ones were told.
func revise(old, fresh []Flip) Update {
	var u Update
	same := func(list []Flip, f Flip) bool {
		return slices.ContainsFunc(list, func(g Flip) bool { return g.Type == f.Type && g.At.Equal(f.At) })
	}
	for _, f := range old {
		if !same(fresh, f) {
			u.Withdrawn = append(u.Withdrawn, f)
		}
	}
	for _, f := range fresh {
		if !same(old, f) {
			u.Flips = append(u.Flips, f)
		}
	}
	return u
}
