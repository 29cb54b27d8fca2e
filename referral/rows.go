package referral

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// Rows is the state of one program in memory: a [View] to decide on, and the
// place to write changes. It is not safe for concurrent use.
type Rows struct {
	totals  Totals
	members map[siyu.UserID]*member
	quals   map[Key]*record
	refunds map[Key]Refund
	pending map[*Award]bool
	entries []Entry

	// The graph by member number: whose invitee one is, or -1, and since when.
	parent []int32
	bound  []int64 // microseconds
	brood  []int32 // present invitees
}

type member struct {
	Person
	known   bool // has a row, and is not only somebody's inviter
	number  int32
	binding *Binding
	touches []Touch
	binds   []time.Time // accepted, as inviter
	quals   []*record   // as invitee
	tallies map[string]Tally
	series  map[seriesKey][]*Award
	pending map[*Award]bool

	// Present invitees are a list without order.
	up         *member // whose invitee this is, or nil
	invitees   *member // one of them
	prev, next *member // others of the same inviter
}

type seriesKey struct{ rule, series string }

type record struct {
	Qualification
	awards []*Award
}

// NewRows returns the state of a program before its first event.
func NewRows() *Rows {
	return &Rows{members: map[siyu.UserID]*member{}, quals: map[Key]*record{}, refunds: map[Key]Refund{}, pending: map[*Award]bool{}}
}

// People yields everybody that has a row, in the order of ids.
func (r *Rows) People() iter.Seq[siyu.UserID] {
	var ids []siyu.UserID
	for id, m := range r.members {
		if m.known {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Values(ids)
}

// Bindings yields every present binding, expired ones included, in the order
// of invitees.
func (r *Rows) Bindings() iter.Seq[Binding] {
	var list []Binding
	for _, m := range r.members {
		if m.binding != nil {
			list = append(list, *m.binding)
		}
	}
	slices.SortFunc(list, func(a, b Binding) int { return cmp.Compare(a.Invitee, b.Invitee) })
	return slices.Values(list)
}

// Invitees returns how many present invitees a person has, those of expired
// bindings included. It is kept with every bind and costs one look.
func (r *Rows) Invitees(inviter siyu.UserID) int {
	if m := r.members[inviter]; m != nil {
		return int(r.brood[m.number])
	}
	return 0
}

// Entries yields the ledger in order.
func (r *Rows) Entries() iter.Seq[Entry] { return slices.Values(r.entries) }

// Apply writes a change that was decided on these rows as they are.
func (r *Rows) Apply(c Change) { r.apply(c, nil) }

// Try writes a change like Apply and returns what takes it back, as long as
// nothing was written since.
func (r *Rows) Try(c Change) (undo func()) {
	var log undoing
	r.apply(c, &log)
	return func() {
		for _, f := range slices.Backward(log) {
			f()
		}
	}
}

// undoing collects how to take a change back; nil collects nothing.
type undoing []func()

func (u *undoing) add(f func()) { *u = append(*u, f) }

func (r *Rows) apply(c Change, undo *undoing) {
	if c.Empty() {
		return
	}
	totals, entries := r.totals, len(r.entries)
	r.totals = c.Totals
	r.entries = append(r.entries, c.Entries...)
	if undo != nil {
		undo.add(func() { r.totals, r.entries = totals, r.entries[:entries] })
	}
	if c.Touch != nil {
		m := r.member(c.Touch.Invitee)
		m.touches = append(m.touches, *c.Touch)
		if undo != nil {
			undo.add(func() { m.touches = m.touches[:len(m.touches)-1] })
		}
	}
	if c.Bound != nil {
		m := r.member(c.Bound.Inviter)
		m.binds = append(m.binds, c.Bound.At)
		if undo != nil {
			undo.add(func() { m.binds = m.binds[:len(m.binds)-1] })
		}
		r.setBinding(c.Bound.Invitee, c.Bound, undo)
	}
	for i := range c.Bindings {
		r.setBinding(c.Bindings[i].Invitee, &c.Bindings[i], undo)
	}
	for _, invitee := range c.Unbound {
		r.setBinding(invitee, nil, undo)
	}
	if c.Refund != nil {
		key := c.Refund.RefundKey
		r.refunds[key] = *c.Refund
		if undo != nil {
			undo.add(func() { delete(r.refunds, key) })
		}
	}
	for i := range c.People {
		m := r.member(c.People[i].ID)
		old, known := m.Person, m.known
		m.Person, m.known = c.People[i], true
		if undo != nil {
			undo.add(func() { m.Person, m.known = old, known })
		}
	}
	for _, t := range c.Tallies {
		m := r.member(t.Person)
		old := m.tallies[t.Series]
		put(&m.tallies, t.Series, t)
		if undo != nil {
			undo.add(func() { m.tallies[t.Series] = old })
		}
	}
	for i := range c.Qualifications {
		r.setQualification(&c.Qualifications[i], undo)
	}
	for i := range c.Awards {
		r.setAward(&c.Awards[i], undo)
	}
}

func (r *Rows) member(id siyu.UserID) *member {
	m := r.members[id]
	if m == nil {
		m = &member{Person: Person{ID: id}, number: int32(len(r.parent))}
		r.members[id] = m
		r.parent = append(r.parent, -1)
		r.bound = append(r.bound, 0)
		r.brood = append(r.brood, 0)
	}
	return m
}

func (r *Rows) setBinding(invitee siyu.UserID, to *Binding, undo *undoing) {
	m := r.member(invitee)
	old := m.binding
	r.link(m, to)
	if undo != nil {
		undo.add(func() { r.link(m, old) })
	}
}

// link replaces a member's binding in the row and in the graph.
func (r *Rows) link(m *member, to *Binding) {
	if m.up != nil {
		m.leave()
		r.brood[m.up.number]--
	}
	m.binding, m.up = to, nil
	r.parent[m.number] = -1
	if to == nil {
		return
	}
	m.join(r.member(to.Inviter))
	r.brood[m.up.number]++
	r.parent[m.number], r.bound[m.number] = m.up.number, to.At.UnixMicro()
}

// join puts a member at the head of an inviter's list.
func (m *member) join(up *member) {
	m.up, m.prev, m.next = up, nil, up.invitees
	if m.next != nil {
		m.next.prev = m
	}
	up.invitees = m
}

// leave takes a member out of the inviter's list.
func (m *member) leave() {
	if m.next != nil {
		m.next.prev = m.prev
	}
	if m.prev != nil {
		m.prev.next = m.next
	} else {
		m.up.invitees = m.next
	}
}

func (r *Rows) setQualification(q *Qualification, undo *undoing) {
	row := r.quals[q.Key]
	if row != nil {
		old := row.Qualification
		row.Qualification = *q
		if undo != nil {
			undo.add(func() { row.Qualification = old })
		}
		return
	}
	row = &record{Qualification: *q}
	r.quals[q.Key] = row
	m := r.member(q.Invitee)
	m.quals = append(m.quals, row)
	if undo != nil {
		undo.add(func() {
			delete(r.quals, row.Key)
			m.quals = m.quals[:len(m.quals)-1]
		})
	}
}

func (r *Rows) setAward(a *Award, undo *undoing) {
	q, m := r.quals[a.Qualification], r.member(a.Person)
	i := slices.IndexFunc(q.awards, func(k *Award) bool { return k.Rule == a.Rule })
	if i >= 0 {
		row, old := q.awards[i], *q.awards[i]
		*row = *a
		r.wait(m, row)
		if undo != nil {
			undo.add(func() {
				*row = old
				r.wait(m, row)
			})
		}
		return
	}
	row := new(*a)
	q.awards = append(q.awards, row)
	if m.series == nil {
		m.series, m.pending = map[seriesKey][]*Award{}, map[*Award]bool{}
	}
	key := seriesKey{a.Rule, a.Series}
	m.series[key] = append(m.series[key], row)
	r.wait(m, row)
	if undo != nil {
		undo.add(func() {
			q.awards = q.awards[:len(q.awards)-1]
			m.series[key] = m.series[key][:len(m.series[key])-1]
			delete(m.pending, row)
			delete(r.pending, row)
		})
	}
}

// wait keeps the sets of what can become due.
func (r *Rows) wait(m *member, row *Award) {
	if row.Bucket == Pending && row.Granted > 0 {
		m.pending[row], r.pending[row] = true, true
		return
	}
	delete(m.pending, row)
	delete(r.pending, row)
}

func compareDue(a, b Award) int {
	return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Rule, b.Rule))
}
