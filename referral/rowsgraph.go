package referral

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// Bindings yields every present binding, expired ones included, in the order
// of invitees.
func (r *Rows) Bindings() iter.Seq[Binding] {
	var list []Binding
	for n := range len(r.members) {
		if b := r.bindingOf(int32(n)); b != nil {
			list = append(list, *b)
		}
	}
	slices.SortFunc(list, func(a, b Binding) int { return cmp.Compare(a.Invitee, b.Invitee) })
	return slices.Values(list)
}

// Invitees returns how many present invitees a person has, those of expired
// bindings included. It is kept with every bind and costs one look.
func (r *Rows) Invitees(inviter siyu.UserID) int {
	if n := r.find(inviter); n != none {
		return int(r.at(n).direct)
	}
	return 0
}

// Second returns how many invitees the present invitees of a person have, at
// the cost of one look.
func (r *Rows) Second(inviter siyu.UserID) int {
	if n := r.find(inviter); n != none {
		return int(r.second[n])
	}
	return 0
}

// Generation returns how many inviters are above a person by the present
// bindings: 0 for a seed and for somebody unknown. It is false for those who
// are on or below a circle, which only an expired binding can close. A look-up
// costs one look; a bind one step more for everybody below the invitee, which
// is nobody as a rule.
func (r *Rows) Generation(person siyu.UserID) (int, bool) {
	n := r.find(person)
	if n == none {
		return 0, true
	}
	g := r.at(n).generation
	return max(int(g), 0), g != none
}

// Generations returns how many people are in each generation, seeds first:
// those who have an inviter or present invitees, but for those of circles. It
// is kept with every bind.
func (r *Rows) Generations() []int64 {
	end := len(r.generations)
	for end > 0 && r.generations[end-1] == 0 {
		end--
	}
	return slices.Clone(r.generations[:end])
}

// bindingOf returns a member's present binding, or nil.
func (r *Rows) bindingOf(n int32) *Binding {
	m := r.at(n)
	if m.parent == none {
		return nil
	}
	return &Binding{Invitee: m.id, Inviter: r.at(m.parent).id, At: siyu.Instant(time.UnixMicro(r.bound[n])), Held: m.held}
}

// bind replaces a member's binding.
func (r *Rows) bind(invitee siyu.UserID, to *Binding, undo *undoing) {
	if undo != nil {
		n := r.enter(invitee)
		old := r.bindingOf(n)
		undo.add(func() { r.link(n, old) })
	}
	r.link(r.enter(invitee), to)
}

// link moves a member below another, or to the top if there is none.
func (r *Rows) link(n int32, to *Binding) {
	from, up := r.at(n).parent, int32(none)
	if to != nil {
		up = r.enter(to.Inviter) // before anything is pointed at
		r.bound[n] = to.At.UnixMicro()
		r.at(n).held = to.Held
	}
	if from == up {
		return
	}
	for _, p := range [...]int32{from, up, n} {
		r.count(p, -1)
	}
	if from != none {
		r.leave(n)
	}
	if up != none {
		r.join(n, up)
	}
	for _, p := range [...]int32{from, up, n} {
		r.count(p, 1)
	}
	r.level(n)
}

// join puts a member at the head of an inviter's list.
func (r *Rows) join(n, up int32) {
	m, p := r.at(n), r.at(up)
	m.parent, m.prev, m.next = up, none, p.child
	r.parent[n] = up
	if m.next != none {
		r.at(m.next).prev = n
	}
	p.child = n
	p.direct++
	r.second[up] += m.direct
	if p.parent != none {
		r.second[p.parent]++
	}
}

// leave takes a member out of the inviter's list.
func (r *Rows) leave(n int32) {
	m, up := r.at(n), r.at(n).parent
	p := r.at(up)
	if m.next != none {
		r.at(m.next).prev = m.prev
	}
	if m.prev != none {
		r.at(m.prev).next = m.next
	} else {
		p.child = m.next
	}
	if p.parent != none {
		r.second[p.parent]--
	}
	r.second[up] -= m.direct
	p.direct--
	m.parent, m.prev, m.next = none, none, none
	r.parent[n] = none
}

// count counts a member in its generation, or out of it.
func (r *Rows) count(n int32, by int64) {
	if n == none {
		return
	}
	m := r.at(n)
	if m.generation == none || m.direct == 0 && m.parent == none {
		return
	}
	for int(m.generation) >= len(r.generations) {
		r.generations = append(r.generations, 0)
	}
	r.generations[m.generation] += by
}

// level brings the generations of a member and of all below up to date.
func (r *Rows) level(n int32) {
	m, generation := r.at(n), int32(0)
	if up := r.at(n).parent; up != none {
		if generation = r.at(up).generation; generation != none {
			generation++
		}
	}
	if m.generation == generation && generation != none && m.child == none {
		return
	}
	if circle := r.below(n, generation); circle && generation != none {
		r.below(n, none)
	}
}

// below gives a member its generation and everybody below theirs, and reports
// whether the member is below itself.
func (r *Rows) below(top, generation int32) (circle bool) {
	step := int32(1)
	if generation == none {
		step = 0
	}
	for n := top; ; {
		r.count(n, -1)
		m := r.at(n)
		m.generation = generation
		r.count(n, 1)
		next := m.child
		if next == top {
			circle, next = true, r.at(top).next
		}
		if next != none {
			n, generation = next, generation+step
			continue
		}
		for next == none && n != top {
			if next = r.at(n).next; next == top {
				circle, next = true, r.at(top).next
			}
			if next == none {
				n, generation = r.parent[n], generation-step
			}
		}
		if next == none {
			return circle
		}
		n = next
	}
}

// accepted is an accepted bind in the list of its inviter.
type accepted struct {
	at      int64 // microseconds
	earlier int32 // the one before, or none
}

// accept adds an inviter's accepted bind at its place in time, which is the
// first as a rule.
func (r *Rows) accept(b *Binding, undo *undoing) {
	n := r.enter(b.Inviter)
	at, row := b.At.UnixMicro(), int32(len(r.binds))
	r.binds = extend(r.binds, accepted{at, none})
	place := &r.at(n).binds
	if at < r.latest {
		for *place != none && r.binds[*place].at > at {
			place = &r.binds[*place].earlier
		}
	}
	r.latest = max(r.latest, at)
	r.binds[row].earlier, *place = *place, row
	r.at(n).accepted++
	if undo != nil {
		undo.add(func() { r.unaccept(n, row) })
	}
}

// unaccept takes the bind away that was added last.
func (r *Rows) unaccept(n, row int32) {
	place := &r.at(n).binds
	for *place != row {
		place = &r.binds[*place].earlier
	}
	*place = r.binds[row].earlier
	r.binds = r.binds[:row]
	r.at(n).accepted--
}
