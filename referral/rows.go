package referral

import (
	"iter"
	"math"
	"slices"

	"github.com/siyu-go/siyu"
)

// Rows is the state of one program in memory: a [View] to decide on, and the
// place to write changes. It is not safe for concurrent use.
type Rows struct {
	roster
	totals      Totals
	generations []int64 // how many people are in each
	binds       []accepted
	latest      int64 // no bind is later, in microseconds
	quals       map[Key]*record
	refunds     map[Key]Refund
	waiting     queue
	entries     pages[Entry]
}

// NewRows returns the state of a program before its first event.
func NewRows() *Rows {
	return &Rows{roster: newRoster(), quals: map[Key]*record{}, refunds: map[Key]Refund{}, latest: math.MinInt64}
}

// People yields everybody that has a row, in the order of ids.
func (r *Rows) People() iter.Seq[siyu.UserID] {
	var ids []siyu.UserID
	for a := range r.accounts() {
		if a.known {
			ids = append(ids, a.ID)
		}
	}
	slices.Sort(ids)
	return slices.Values(ids)
}

func (r *Rows) accounts() iter.Seq[*account] {
	return func(yield func(*account) bool) {
		for i := range r.members {
			if a := r.members[i].account; a != nil && !yield(a) {
				return
			}
		}
	}
}

// Entries yields the ledger in order.
func (r *Rows) Entries() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		for i := range r.entries.len() {
			if !yield(*r.entries.at(i)) {
				return
			}
		}
	}
}

// Apply writes a change that was decided on these rows as they are.
func (r *Rows) Apply(c Change) { r.apply(&c, nil) }

// Try writes a change like Apply and returns what takes it back, as long as
// nothing was written since.
func (r *Rows) Try(c Change) (undo func()) {
	var log undoing
	r.apply(&c, &log)
	return func() {
		for _, f := range slices.Backward(log) {
			f()
		}
	}
}

// undoing collects how to take a change back; nil collects nothing.
type undoing []func()

func (u *undoing) add(f func()) { *u = append(*u, f) }

func (r *Rows) apply(c *Change, undo *undoing) {
	if c.Empty() {
		return
	}
	if undo != nil {
		totals, entries := r.totals, r.entries.len()
		undo.add(func() { r.totals = totals; r.entries.cut(entries) })
	}
	r.totals = c.Totals
	for i := range c.Entries {
		*r.entries.add() = c.Entries[i]
	}
	r.applyGraph(c, undo)
	if c.Refund != nil {
		key := c.Refund.RefundKey
		r.refunds[key] = *c.Refund
		if undo != nil {
			undo.add(func() { delete(r.refunds, key) })
		}
	}
	for i := range c.People {
		a := r.account(c.People[i].ID)
		if undo != nil {
			old, known := a.Person, a.known
			undo.add(func() { a.Person, a.known = old, known })
		}
		a.Person, a.known = c.People[i], true
	}
	for i := range c.Tallies {
		r.account(c.Tallies[i].Person).setTally(&c.Tallies[i], undo)
	}
	for i := range c.Qualifications {
		r.setQualification(&c.Qualifications[i], undo)
	}
	for i := range c.Awards {
		r.setAward(&c.Awards[i], undo)
	}
}

func (r *Rows) applyGraph(c *Change, undo *undoing) {
	if c.Touch != nil {
		a := r.account(c.Touch.Invitee)
		a.touches = append(a.touches, *c.Touch)
		if undo != nil {
			undo.add(func() { a.touches = a.touches[:len(a.touches)-1] })
		}
	}
	if c.Bound != nil {
		r.accept(c.Bound, undo)
		r.bind(c.Bound.Invitee, c.Bound, undo)
	}
	for i := range c.Bindings {
		r.bind(c.Bindings[i].Invitee, &c.Bindings[i], undo)
	}
	for _, invitee := range c.Unbound {
		r.bind(invitee, nil, undo)
	}
}
