package referral

import (
	"math"
	"slices"
	"sort"
	"time"

	"github.com/siyu-go/siyu"
)

var _ View = (*Rows)(nil)

// Totals implements [View].
func (r *Rows) Totals() (Totals, error) { return r.totals, nil }

// Person implements [View].
func (r *Rows) Person(id siyu.UserID) (Person, error) {
	if m := r.members[id]; m != nil {
		return m.Person, nil
	}
	return Person{ID: id}, nil
}

// Tally implements [View].
func (r *Rows) Tally(person siyu.UserID, series string) (Tally, error) {
	if m := r.members[person]; m != nil {
		return m.tallies[series], nil
	}
	return Tally{}, nil
}

// Touches implements [View].
func (r *Rows) Touches(invitee siyu.UserID, after time.Time) ([]Touch, error) {
	m := r.members[invitee]
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
func (r *Rows) Binding(invitee siyu.UserID) (*Binding, error) {
	if m := r.members[invitee]; m != nil && m.binding != nil {
		return new(*m.binding), nil
	}
	return nil, nil
}

// Descends implements [View]. It is one step an ancestor, and none if the
// ancestor has no invitees.
func (r *Rows) Descends(person, ancestor siyu.UserID, since time.Time) (bool, error) {
	from, to := r.members[person], r.members[ancestor]
	if from == nil || to == nil || r.brood[to.number] == 0 {
		return false, nil
	}
	alive := int64(math.MinInt64)
	if !since.IsZero() {
		alive = since.UnixMicro()
	}
	// Expired bindings may close a circle, which nobody needs to climb twice.
	n := from.number
	for range r.parent {
		if r.parent[n] < 0 || r.bound[n] <= alive {
			break
		}
		if n = r.parent[n]; n == to.number {
			return true, nil
		}
	}
	return false, nil
}

// Binds implements [View].
func (r *Rows) Binds(inviter siyu.UserID, after time.Time) (n int64, _ error) {
	if m := r.members[inviter]; m != nil {
		for _, at := range m.binds {
			if at.After(after) {
				n++
			}
		}
	}
	return n, nil
}

// Siblings implements [View].
func (r *Rows) Siblings(q SiblingQuery) (n int64, _ error) {
	m := r.members[q.Inviter]
	if m == nil {
		return 0, nil
	}
	for s := m.invitees; s != nil; s = s.next {
		if s.ID != q.Except && s.Signals[q.Signal] == q.Value && s.binding.At.After(q.Since) {
			n++
		}
	}
	return n, nil
}

// Qualification implements [View].
func (r *Rows) Qualification(key Key) (*Qualification, error) {
	if q := r.quals[key]; q != nil {
		return new(q.Qualification), nil
	}
	return nil, nil
}

// Qualifications implements [View].
func (r *Rows) Qualifications(invitee siyu.UserID) ([]Qualification, error) {
	m := r.members[invitee]
	if m == nil {
		return nil, nil
	}
	list := make([]Qualification, len(m.quals))
	for i, q := range m.quals {
		list[i] = q.Qualification
	}
	return list, nil
}

// Refunded implements [View].
func (r *Rows) Refunded(refundKey Key) (*Refund, error) {
	if e, ok := r.refunds[refundKey]; ok {
		return &e, nil
	}
	return nil, nil
}

// Awards implements [View].
func (r *Rows) Awards(qualification Key) ([]Award, error) {
	q := r.quals[qualification]
	if q == nil {
		return nil, nil
	}
	list := make([]Award, len(q.awards))
	for i, a := range q.awards {
		list[i] = *a
	}
	return list, nil
}

// Series implements [View].
func (r *Rows) Series(q SeriesQuery) ([]Award, error) {
	m := r.members[q.Person]
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
func (r *Rows) Due(person siyu.UserID, at time.Time, limit int) ([]Award, error) {
	set := r.pending
	if person != "" {
		m := r.members[person]
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
