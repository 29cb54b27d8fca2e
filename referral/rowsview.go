package referral

import (
	"math"
	"sort"
	"time"

	"github.com/siyu-go/siyu"
)

var _ View = (*Rows)(nil)

// Totals implements [View].
func (r *Rows) Totals() (Totals, error) { return r.totals, nil }

// Person implements [View].
func (r *Rows) Person(id siyu.UserID) (Person, error) {
	if a := r.of(id); a != nil {
		return a.Person, nil
	}
	return Person{ID: id}, nil
}

// Tally implements [View].
func (r *Rows) Tally(person siyu.UserID, series string) (Tally, error) {
	t := Tally{Person: person, Series: series}
	if a := r.of(person); a != nil {
		if row := a.tally(series); row != nil {
			t.N, t.Amount = row.n, row.amount
		}
	}
	return t, nil
}

// Touches implements [View].
func (r *Rows) Touches(invitee siyu.UserID, after time.Time) ([]Touch, error) {
	a := r.of(invitee)
	if a == nil {
		return nil, nil
	}
	var list []Touch
	for _, t := range a.touches {
		if t.At.After(after) {
			list = append(list, t)
		}
	}
	return list, nil
}

// Binding implements [View].
func (r *Rows) Binding(invitee siyu.UserID) (*Binding, error) {
	if n := r.find(invitee); n != none {
		return r.bindingOf(n), nil
	}
	return nil, nil
}

// Descends implements [View]. It is one step an ancestor, and none if the
// ancestor has no invitees.
func (r *Rows) Descends(person, ancestor siyu.UserID, since time.Time) (bool, error) {
	n, to := r.find(person), r.find(ancestor)
	if n == none || to == none || r.at(to).direct == 0 {
		return false, nil
	}
	alive := int64(math.MinInt64)
	if !since.IsZero() {
		alive = since.UnixMicro()
	}
	// Expired bindings may close a circle, which nobody needs to climb twice.
	for range r.parent {
		if r.parent[n] == none || r.bound[n] <= alive {
			break
		}
		if n = r.parent[n]; n == to {
			return true, nil
		}
	}
	return false, nil
}

// Binds implements [View].
func (r *Rows) Binds(inviter siyu.UserID, after time.Time) (n int64, _ error) {
	number := r.find(inviter)
	if number == none {
		return 0, nil
	}
	m := r.at(number)
	if after.IsZero() {
		return int64(m.accepted), nil
	}
	for i := m.binds; i != none && r.binds[i].at > after.UnixMicro(); i = r.binds[i].earlier {
		n++
	}
	return n, nil
}

// Siblings implements [View].
func (r *Rows) Siblings(q SiblingQuery) (n int64, _ error) {
	up := r.find(q.Inviter)
	if up == none {
		return 0, nil
	}
	for i := r.at(up).child; i != none; i = r.at(i).next {
		m := r.at(i)
		if m.account == nil || m.id == q.Except || m.account.Signals[q.Signal] != q.Value {
			continue
		}
		if q.Since.IsZero() || r.bound[i] > q.Since.UnixMicro() {
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
	a := r.of(invitee)
	if a == nil {
		return nil, nil
	}
	list := make([]Qualification, len(a.quals))
	for i, q := range a.quals {
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
	a := r.of(q.Person)
	if a == nil {
		return nil, nil
	}
	earned := a.earned(q.Rule, q.Series)
	if earned == nil {
		return nil, nil
	}
	var list []Award
	first := sort.Search(len(earned.awards), func(i int) bool { return earned.awards[i].Seq >= q.FromSeq })
	for _, a := range earned.awards[first:] {
		if a.Live && a.Step >= q.FromStep {
			list = append(list, *a)
		}
	}
	return list, nil
}

// Due implements [View].
func (r *Rows) Due(person siyu.UserID, at time.Time, limit int) ([]Award, error) {
	if person == "" {
		return r.waiting.due(at, limit), nil
	}
	if a := r.of(person); a != nil {
		return a.waiting.due(at, limit), nil
	}
	return nil, nil
}
