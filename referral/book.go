package referral

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// Book is a program's state in memory: the [View] that a [Plan] decides on, and
// the place to write its changes. It serves replays, simulations and what-if
// questions on a recorded history, and is what the database stores are held
// against. It is not safe for concurrent use.
type Book struct {
	plan    *Plan
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
	number   int32
	binding  *Binding
	touches  []Touch
	binds    []time.Time // accepted, as inviter
	invitees map[siyu.UserID]bool
	quals    []*record // as invitee
	tallies  map[string]Tally
	series   map[seriesKey][]*Award
	pending  map[*Award]bool
}

type seriesKey struct{ rule, series string }

type record struct {
	Qualification
	awards []*Award
}

// NewBook returns an empty book of the plan.
func NewBook(plan *Plan) *Book {
	return &Book{
		plan: plan, members: map[siyu.UserID]*member{}, quals: map[Key]*record{},
		refunds: map[Key]Refund{}, pending: map[*Award]bool{},
	}
}

// Plan returns the plan that the book is kept by.
func (b *Book) Plan() *Plan { return b.plan }

// Do decides on an event and writes what it changes.
func (b *Book) Do(e Event) (Result, error) {
	change, err := b.plan.Decide(b, e)
	if err != nil {
		return Result{}, err
	}
	b.Apply(change)
	return change.Result, nil
}

// Statement returns a person's account at an instant not before the last event.
func (b *Book) Statement(person siyu.UserID, at time.Time) (Statement, error) {
	return StatementOf(b, person, at)
}

// People yields everybody that the book has a row of, in the order of ids.
func (b *Book) People() iter.Seq[siyu.UserID] {
	return slices.Values(slices.Sorted(maps.Keys(b.members)))
}

// Bindings yields every present binding, expired ones included, in the order
// of invitees.
func (b *Book) Bindings() iter.Seq[Binding] {
	return func(yield func(Binding) bool) {
		for id := range b.People() {
			if x := b.members[id].binding; x != nil && !yield(*x) {
				return
			}
		}
	}
}

// Entries yields the ledger in order.
func (b *Book) Entries() iter.Seq[Entry] { return slices.Values(b.entries) }

// Apply writes a change that was decided on this book as it is.
func (b *Book) Apply(c Change) { b.apply(c, func(func()) {}) }

// Try writes a change like Apply and returns what takes it back, as long as
// nothing was written since.
func (b *Book) Try(c Change) (undo func()) {
	var undos []func()
	b.apply(c, func(f func()) { undos = append(undos, f) })
	return func() {
		for _, f := range slices.Backward(undos) {
			f()
		}
	}
}

func (b *Book) apply(c Change, undo func(func())) {
	if c.Empty() {
		return
	}
	totals, entries := b.totals, len(b.entries)
	b.totals = c.Totals
	b.entries = append(b.entries, c.Entries...)
	undo(func() { b.totals, b.entries = totals, b.entries[:entries] })
	if c.Touch != nil {
		m := b.member(c.Touch.Invitee)
		m.touches = append(m.touches, *c.Touch)
		undo(func() { m.touches = m.touches[:len(m.touches)-1] })
	}
	if c.Bound != nil {
		m := b.member(c.Bound.Inviter)
		m.binds = append(m.binds, c.Bound.At)
		undo(func() { m.binds = m.binds[:len(m.binds)-1] })
		b.setBinding(c.Bound.Invitee, c.Bound, undo)
	}
	for i := range c.Bindings {
		b.setBinding(c.Bindings[i].Invitee, &c.Bindings[i], undo)
	}
	for _, invitee := range c.Unbound {
		b.setBinding(invitee, nil, undo)
	}
	if c.Refund != nil {
		key := c.Refund.RefundKey
		b.refunds[key] = *c.Refund
		undo(func() { delete(b.refunds, key) })
	}
	for i := range c.People {
		m := b.member(c.People[i].ID)
		old := m.Person
		m.Person = c.People[i]
		undo(func() { m.Person = old })
	}
	for _, t := range c.Tallies {
		m := b.member(t.Person)
		old := m.tallies[t.Series]
		m.tallies[t.Series] = t
		undo(func() { m.tallies[t.Series] = old })
	}
	for i := range c.Qualifications {
		b.setQualification(&c.Qualifications[i], undo)
	}
	for i := range c.Awards {
		b.setAward(&c.Awards[i], undo)
	}
}

func (b *Book) member(id siyu.UserID) *member {
	m := b.members[id]
	if m == nil {
		m = &member{Person: Person{ID: id}, number: int32(len(b.parent)), tallies: map[string]Tally{}}
		b.members[id] = m
		b.parent = append(b.parent, -1)
		b.bound = append(b.bound, 0)
		b.brood = append(b.brood, 0)
	}
	return m
}

func (b *Book) setBinding(invitee siyu.UserID, to *Binding, undo func(func())) {
	m := b.member(invitee)
	old := m.binding
	b.link(m, to)
	undo(func() { b.link(m, old) })
}

// link replaces a member's binding in the row and in the graph.
func (b *Book) link(m *member, to *Binding) {
	if m.binding != nil {
		up := b.member(m.binding.Inviter)
		delete(up.invitees, m.ID)
		b.brood[up.number]--
	}
	m.binding = to
	b.parent[m.number] = -1
	if to == nil {
		return
	}
	up := b.member(to.Inviter)
	if up.invitees == nil {
		up.invitees = map[siyu.UserID]bool{}
	}
	up.invitees[m.ID] = true
	b.brood[up.number]++
	b.parent[m.number], b.bound[m.number] = up.number, to.At.UnixMicro()
}

func (b *Book) setQualification(q *Qualification, undo func(func())) {
	r := b.quals[q.Key]
	if r != nil {
		old := r.Qualification
		r.Qualification = *q
		undo(func() { r.Qualification = old })
		return
	}
	r = &record{Qualification: *q}
	b.quals[q.Key] = r
	m := b.member(q.Invitee)
	m.quals = append(m.quals, r)
	undo(func() {
		delete(b.quals, r.Key)
		m.quals = m.quals[:len(m.quals)-1]
	})
}

func (b *Book) setAward(a *Award, undo func(func())) {
	r, m := b.quals[a.Qualification], b.member(a.Person)
	i := slices.IndexFunc(r.awards, func(k *Award) bool { return k.Rule == a.Rule })
	if i >= 0 {
		row, old := r.awards[i], *r.awards[i]
		*row = *a
		b.wait(m, row)
		undo(func() {
			*row = old
			b.wait(m, row)
		})
		return
	}
	row := new(*a)
	r.awards = append(r.awards, row)
	if m.series == nil {
		m.series, m.pending = map[seriesKey][]*Award{}, map[*Award]bool{}
	}
	key := seriesKey{a.Rule, a.Series}
	m.series[key] = append(m.series[key], row)
	b.wait(m, row)
	undo(func() {
		r.awards = r.awards[:len(r.awards)-1]
		m.series[key] = m.series[key][:len(m.series[key])-1]
		delete(m.pending, row)
		delete(b.pending, row)
	})
}

// wait keeps the sets of what can become due.
func (b *Book) wait(m *member, row *Award) {
	if row.Bucket == Pending && row.Granted > 0 {
		m.pending[row], b.pending[row] = true, true
		return
	}
	delete(m.pending, row)
	delete(b.pending, row)
}

func compareDue(a, b Award) int {
	return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Rule, b.Rule))
}
