package referral

import (
	"slices"
	"sort"
	"time"

	"github.com/siyu-go/siyu"
)

var _ View = (*Book)(nil)

// Totals implements [View].
func (b *Book) Totals() (Totals, error) { return b.totals, nil }

// Person implements [View].
func (b *Book) Person(id siyu.UserID) (Person, error) {
	if m := b.members[id]; m != nil {
		return m.Person, nil
	}
	return Person{ID: id}, nil
}

// Tally implements [View].
func (b *Book) Tally(person siyu.UserID, series string) (Tally, error) {
	if m := b.members[person]; m != nil {
		return m.tallies[series], nil
	}
	return Tally{}, nil
}

// Touches implements [View].
func (b *Book) Touches(invitee siyu.UserID, after time.Time) ([]Touch, error) {
	m := b.members[invitee]
	if m == nil {
		return nil, nil
	}
	var list []Touch
	for _, t := range m.touches {
		if t.At.After(after) {
			list = append(list, t)
		}
	}
	return list, nil
}

// Binding implements [View].
func (b *Book) Binding(invitee siyu.UserID) (*Binding, error) {
	if m := b.members[invitee]; m != nil && m.binding != nil {
		return new(*m.binding), nil
	}
	return nil, nil
}

// Descends implements [View]. It is one step an ancestor, and none if the
// ancestor has no invitees.
func (b *Book) Descends(person, ancestor siyu.UserID, since time.Time) (bool, error) {
	from, to := b.members[person], b.members[ancestor]
	if from == nil || to == nil || b.brood[to.number] == 0 {
		return false, nil
	}
	if since.IsZero() {
		for n := b.parent[from.number]; n >= 0; n = b.parent[n] {
			if n == to.number {
				return true, nil
			}
		}
		return false, nil
	}
	alive := since.UnixMicro()
	for n := from.number; b.parent[n] >= 0 && b.bound[n] > alive; {
		if n = b.parent[n]; n == to.number {
			return true, nil
		}
	}
	return false, nil
}

// Binds implements [View].
func (b *Book) Binds(inviter siyu.UserID, after time.Time) (n int64, _ error) {
	if m := b.members[inviter]; m != nil {
		for _, at := range m.binds {
			if at.After(after) {
				n++
			}
		}
	}
	return n, nil
}

// Siblings implements [View].
func (b *Book) Siblings(q SiblingQuery) (n int64, _ error) {
	m := b.members[q.Inviter]
	if m == nil {
		return 0, nil
	}
	for id := range m.invitees {
		s := b.members[id]
		if id != q.Except && s.Signals[q.Signal] == q.Value && s.binding.At.After(q.Since) {
			n++
		}
	}
	return n, nil
}

// Qualification implements [View].
func (b *Book) Qualification(key Key) (*Qualification, error) {
	if r := b.quals[key]; r != nil {
		return new(r.Qualification), nil
	}
	return nil, nil
}

// Qualifications implements [View].
func (b *Book) Qualifications(invitee siyu.UserID) ([]Qualification, error) {
	m := b.members[invitee]
	if m == nil {
		return nil, nil
	}
	list := make([]Qualification, len(m.quals))
	for i, r := range m.quals {
		list[i] = r.Qualification
	}
	return list, nil
}

// Refunded implements [View].
func (b *Book) Refunded(refundKey Key) (*Refund, error) {
	if r, ok := b.refunds[refundKey]; ok {
		return &r, nil
	}
	return nil, nil
}

// Awards implements [View].
func (b *Book) Awards(qualification Key) ([]Award, error) {
	r := b.quals[qualification]
	if r == nil {
		return nil, nil
	}
	list := make([]Award, len(r.awards))
	for i, a := range r.awards {
		list[i] = *a
	}
	return list, nil
}

// Series implements [View].
func (b *Book) Series(q SeriesQuery) ([]Award, error) {
	m := b.members[q.Person]
	if m == nil {
		return nil, nil
	}
	var list []Award
	rows := m.series[seriesKey{q.Rule, q.Series}]
	first := sort.Search(len(rows), func(i int) bool { return rows[i].Seq >= q.FromSeq })
	for _, a := range rows[first:] {
		if a.Live && a.Step >= q.FromStep {
			list = append(list, *a)
		}
	}
	return list, nil
}

// Due implements [View].
func (b *Book) Due(person siyu.UserID, at time.Time, limit int) ([]Award, error) {
	set := b.pending
	if person != "" {
		m := b.members[person]
		if m == nil {
			return nil, nil
		}
		set = m.pending
	}
	var list []Award
	for a := range set {
		if !a.Due.After(at) {
			list = append(list, *a)
		}
	}
	slices.SortFunc(list, compareDue)
	if limit > 0 && len(list) > limit {
		list = list[:limit]
	}
	return list, nil
}
