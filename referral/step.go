package referral

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// Decide says what an event does to a program in the state that the view
// shows. It changes nothing itself: a store writes the [Change] as a whole. An
// outcome other than OK changes nothing.
//
// Errors are those of the view, [siyu.ErrInvalid] for a broken event,
// [siyu.ErrOverflow] for amounts beyond 64 bits, and [siyu.ErrConflict] if the
// state was begun by a plan with other terms.
func (p *Plan) Decide(view View, e Event) (Change, error) {
	change, err := p.decide(new(step), view, e)
	if err != nil {
		return Change{}, err
	}
	return *change, nil
}

// decide is Decide with room to work in, which is not used again before the
// change is written.
func (p *Plan) decide(s *step, view View, e Event) (*Change, error) {
	if err := Check(e); err != nil {
		return nil, err
	}
	s.begin(p, view, siyu.Instant(e.when()))
	totals, err := view.Totals()
	if err != nil {
		return nil, err
	}
	if totals.Terms != "" && totals.Terms != p.terms {
		return nil, fmt.Errorf("referral: the program began with other terms: %w", siyu.ErrConflict)
	}
	s.change.Totals = Totals{Terms: p.terms, Seq: totals.Seq + 1, At: later(totals.At, s.at), Net: totals.Net}
	e.decide(s)
	if s.err != nil {
		return nil, s.err
	}
	s.finish()
	return &s.change, nil
}

// begin clears what the decision before left. A bind leaves little, and clearing
// everything would be a good part of its work.
func (s *step) begin(p *Plan, view View, at time.Time) {
	c := &s.change
	if s.order != nil || s.people != nil || s.tallies != nil || s.quals != nil || s.awards != nil || s.err != nil ||
		c.Touch != nil || c.Refund != nil || c.Bindings != nil || c.Unbound != nil {
		*s = step{}
	}
	if s.plan != p {
		s.plan = p
	}
	s.view, s.at = view, at
	clear(s.near[:s.met])
	s.met = 0
	c.Bound = nil
	c.Result = Result{Outcome: OK}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Check refuses an event with missing or broken fields.
func Check(e Event) error {
	if e == nil {
		return siyu.Invalid("event", "is missing")
	}
	if e.when().IsZero() {
		return siyu.Invalid("at", "is missing")
	}
	return e.check()
}

// step is one decision under way: rows as they will be, read through from the
// view on first use. The first error sticks, and everything after it is void.
type step struct {
	plan   *Plan
	view   View
	at     time.Time
	change Change
	err    error

	near    [2]Person // the first that are read: most steps need no more
	met     int       // how many of them
	people  map[siyu.UserID]*Person
	tallies map[tallyKey]*Tally
	quals   map[Key]*Qualification
	awards  map[awardKey]*Award
	order   []any // changed rows in the order of their first change
	dirty   map[any]bool
	deltas  map[siyu.UserID]siyu.Money
	bound   Binding // what the change binds
}

type tallyKey struct {
	person siyu.UserID
	series string
}

type awardKey struct {
	qualification Key
	rule          string
}

// put sets m[k] = v in a map that most steps never need.
func put[K comparable, V any](m *map[K]V, k K, v V) {
	if *m == nil {
		*m = make(map[K]V)
	}
	(*m)[k] = v
}

func (s *step) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

func (s *step) reject(r Reason) { s.change.Result = Result{Outcome: Rejected, Reason: r} }
func (s *step) duplicate()      { s.change.Result = Result{Outcome: Duplicate} }

// add adds to an amount.
func (s *step) add(m *siyu.Money, d siyu.Money) {
	sum, err := m.Add(d)
	if err != nil {
		s.fail(err)
		return
	}
	*m = sum
}

// money passes an amount through and keeps its error.
func (s *step) money(m siyu.Money, err error) siyu.Money {
	if err != nil {
		s.fail(err)
	}
	return m
}

func (s *step) person(id siyu.UserID) *Person {
	for i := range s.met {
		if s.near[i].ID == id {
			return &s.near[i]
		}
	}
	if p := s.people[id]; p != nil {
		return p
	}
	row, err := s.view.Person(id)
	if err != nil {
		s.fail(err)
	}
	row.ID = id
	if s.met < len(s.near) {
		p := &s.near[s.met]
		*p, s.met = row, s.met+1
		return p
	}
	p := new(row)
	put(&s.people, id, p)
	return p
}

func (s *step) tally(person siyu.UserID, series string) *Tally {
	key := tallyKey{person, series}
	if t := s.tallies[key]; t != nil {
		return t
	}
	t, err := s.view.Tally(person, series)
	if err != nil {
		s.fail(err)
	}
	t.Person, t.Series = person, series
	put(&s.tallies, key, &t)
	return &t
}

func (s *step) qualification(key Key) *Qualification {
	if q := s.quals[key]; q != nil {
		return q
	}
	q, err := s.view.Qualification(key)
	if err != nil {
		s.fail(err)
	}
	if q != nil {
		put(&s.quals, key, q)
	}
	return q
}

// known returns the step's own row of an award.
func (s *step) known(a Award) *Award {
	key := awardKey{a.Qualification, a.Rule}
	if k := s.awards[key]; k != nil {
		return k
	}
	put(&s.awards, key, &a)
	return &a
}

func (s *step) awardsOf(q *Qualification) []*Award {
	list, err := s.view.Awards(q.Key)
	if err != nil {
		s.fail(err)
	}
	slices.SortFunc(list, func(a, b Award) int { return cmp.Compare(s.plan.index(a.Rule), s.plan.index(b.Rule)) })
	own := make([]*Award, len(list))
	for i := range list {
		own[i] = s.known(list[i])
	}
	return own
}

// series returns live awards as they are by now, none of those that this step
// makes.
func (s *step) series(q SeriesQuery) []*Award {
	list, err := s.view.Series(q)
	if err != nil {
		s.fail(err)
	}
	own := make([]*Award, 0, len(list))
	for i := range list {
		if a := s.known(list[i]); a.Live {
			own = append(own, a)
		}
	}
	return own
}

func (s *step) binding(invitee siyu.UserID) *Binding {
	b, err := s.view.Binding(invitee)
	if err != nil {
		s.fail(err)
	}
	return b
}

// active returns the invitee's binding if it has not expired.
func (s *step) active(invitee siyu.UserID) *Binding {
	if b := s.binding(invitee); b != nil && !s.plan.expired(b, s.at) {
		return b
	}
	return nil
}

func (p *Plan) expired(b *Binding, at time.Time) bool {
	ttl := p.program.Binding.TTL
	return ttl > 0 && !at.Before(b.At.Add(ttl.Duration()))
}

// since is the instant after which a binding must have been made to be active.
func (s *step) since() time.Time {
	if ttl := s.plan.program.Binding.TTL; ttl > 0 {
		return s.at.Add(-ttl.Duration())
	}
	return time.Time{}
}

func (p *Plan) window() siyu.Window {
	return siyu.Window{Start: p.program.StartsAt, End: p.program.EndsAt}
}

func (p *Plan) index(id string) int {
	return slices.IndexFunc(p.rules, func(r rule) bool { return r.ID == id })
}

// few is how many changed rows are looked through one by one.
const few = 16

// touched marks a row of this step as changed.
func (s *step) touched(row any) {
	switch {
	case len(s.order) < few:
		if slices.Contains(s.order, row) {
			return
		}
	case s.dirty[row]:
		return
	case s.dirty == nil:
		for _, r := range s.order {
			put(&s.dirty, r, true)
		}
		if s.dirty[row] {
			return
		}
	}
	if s.order = append(s.order, row); s.dirty != nil {
		s.dirty[row] = true
	}
}

// finish writes the changed rows into the change.
func (s *step) finish() {
	c := &s.change
	if c.Result.Outcome != OK {
		*c = Change{Result: c.Result}
		return
	}
	if len(s.order) == 0 {
		return
	}
	people, tallies, quals, awards := 0, 0, 0, 0
	for _, row := range s.order {
		switch row.(type) {
		case *Person:
			people++
		case *Tally:
			tallies++
		case *Qualification:
			quals++
		case *Award:
			awards++
		}
	}
	c.People, c.Tallies = slices.Grow(c.People, people), slices.Grow(c.Tallies, tallies)
	c.Qualifications, c.Awards = slices.Grow(c.Qualifications, quals), slices.Grow(c.Awards, awards)
	for _, row := range s.order {
		switch row := row.(type) {
		case *Person:
			c.People = append(c.People, *row)
		case *Tally:
			c.Tallies = append(c.Tallies, *row)
		case *Qualification:
			c.Qualifications = append(c.Qualifications, *row)
		case *Award:
			c.Awards = append(c.Awards, *row)
		}
	}
	for person, amount := range s.deltas {
		if amount != 0 {
			c.Result.Deltas = append(c.Result.Deltas, Delta{person, amount})
		}
	}
	slices.SortFunc(c.Result.Deltas, func(a, b Delta) int { return cmp.Compare(a.Person, b.Person) })
}
