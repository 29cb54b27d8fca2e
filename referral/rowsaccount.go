package referral

import (
	"cmp"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// account is what the rows have of a person beside the graph. Lists are short
// and are looked through from the end, where what is going on is.
type account struct {
	Person
	known   bool // has a row, and is not only in somebody else's
	touches []Touch
	quals   []*record // as invitee
	tallies []tally
	series  []awardSeries
	waiting queue
}

type tally struct {
	series string
	n      int64
	amount siyu.Money
}

type awardSeries struct {
	rule, series string
	awards       []*Award
}

// record is a qualification with what it earned.
type record struct {
	Qualification
	awards []*Award
}

func (r *Rows) account(id siyu.UserID) *account {
	m := r.at(r.enter(id))
	if m.account == nil {
		m.account = &account{Person: Person{ID: id}}
	}
	return m.account
}

// of returns a person's account, or nil.
func (r *Rows) of(id siyu.UserID) *account {
	if n := r.find(id); n != none {
		return r.at(n).account
	}
	return nil
}

func (a *account) tally(series string) *tally {
	for i := len(a.tallies) - 1; i >= 0; i-- {
		if a.tallies[i].series == series {
			return &a.tallies[i]
		}
	}
	return nil
}

func (a *account) setTally(t *Tally, undo *undoing) {
	row := a.tally(t.Series)
	if row == nil {
		a.tallies = append(a.tallies, tally{series: t.Series})
		row = &a.tallies[len(a.tallies)-1]
	}
	if undo != nil {
		n, amount := row.n, row.amount
		undo.add(func() { k := a.tally(t.Series); k.n, k.amount = n, amount })
	}
	row.n, row.amount = t.N, t.Amount
}

// earned returns a person's awards by one rule in one series.
func (a *account) earned(rule, series string) *awardSeries {
	for i := len(a.series) - 1; i >= 0; i-- {
		if s := &a.series[i]; s.rule == rule && s.series == series {
			return s
		}
	}
	return nil
}

func (a *account) earn(row *Award) {
	s := a.earned(row.Rule, row.Series)
	if s == nil {
		a.series = append(a.series, awardSeries{rule: row.Rule, series: row.Series})
		s = &a.series[len(a.series)-1]
	}
	s.awards = append(s.awards, row)
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
	a := r.account(q.Invitee)
	a.quals = append(a.quals, row)
	if undo != nil {
		undo.add(func() {
			delete(r.quals, row.Key)
			a.quals = a.quals[:len(a.quals)-1]
		})
	}
}

func (r *Rows) setAward(a *Award, undo *undoing) {
	q, m := r.quals[a.Qualification], r.account(a.Person)
	i := slices.IndexFunc(q.awards, func(k *Award) bool { return k.Rule == a.Rule })
	if i >= 0 {
		row, old := q.awards[i], *q.awards[i]
		r.replace(m, row, a)
		if undo != nil {
			undo.add(func() { r.replace(m, row, &old) })
		}
		return
	}
	row := new(*a)
	q.awards = append(q.awards, row)
	m.earn(row)
	r.wait(m, row)
	if undo != nil {
		undo.add(func() {
			q.awards = q.awards[:len(q.awards)-1]
			s := m.earned(row.Rule, row.Series)
			s.awards = s.awards[:len(s.awards)-1]
			m.waiting.drop(row)
			r.waiting.drop(row)
		})
	}
}

func (r *Rows) replace(m *account, row, by *Award) {
	if compareDue(row, by) != 0 {
		m.waiting.drop(row)
		r.waiting.drop(row)
	}
	*row = *by
	r.wait(m, row)
}

// wait keeps the queues of what can become due.
func (r *Rows) wait(m *account, row *Award) {
	for _, q := range [...]*queue{&m.waiting, &r.waiting} {
		if waits(row) {
			q.put(row)
		} else {
			q.trim()
		}
	}
}

func waits(a *Award) bool { return a.Bucket == Pending && a.Granted > 0 }

// queue holds pending awards, the earliest due first. Those that wait no longer
// stay until they are its first.
type queue struct {
	rows []*Award
	head int // those before are gone
}

func (q *queue) put(row *Award) {
	if n := len(q.rows); n == q.head || compareDue(q.rows[n-1], row) < 0 {
		q.rows = append(q.rows, row)
		return
	}
	if i, found := q.place(row); !found {
		q.rows = slices.Insert(q.rows, i, row)
	}
}

// place returns where a row is, or would be.
func (q *queue) place(row *Award) (int, bool) {
	i, _ := slices.BinarySearchFunc(q.rows[q.head:], row, compareDue)
	for i += q.head; i < len(q.rows) && compareDue(q.rows[i], row) == 0; i++ {
		if q.rows[i] == row {
			return i, true
		}
	}
	return i, false
}

func (q *queue) drop(row *Award) {
	if i, found := q.place(row); found {
		q.rows = slices.Delete(q.rows, i, i+1)
	}
}

// trim forgets the first that wait no longer, and moves up when most are gone.
func (q *queue) trim() {
	for q.head < len(q.rows) && !waits(q.rows[q.head]) {
		q.rows[q.head] = nil
		q.head++
	}
	if q.head > len(q.rows)/2 {
		n := copy(q.rows, q.rows[q.head:])
		clear(q.rows[n:])
		q.rows, q.head = q.rows[:n], 0
	}
}

// due returns what waits no longer than to an instant; a limit of 0 means all.
func (q *queue) due(at time.Time, limit int) (list []Award) {
	for _, a := range q.rows[q.head:] {
		if a.Due.After(at) || limit > 0 && len(list) == limit {
			break
		}
		if waits(a) {
			list = append(list, *a)
		}
	}
	return list
}

func compareDue(a, b *Award) int {
	return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Rule, b.Rule))
}
