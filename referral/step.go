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

// begin clears what the decision before left, and keeps its room.
func (s *step) begin(p *Plan, view View, at time.Time) {
	s.plan, s.view, s.at, s.err = p, view, at, nil
	s.people.reset()
	s.tallies.reset()
	s.quals.reset()
	s.awards.reset()
	s.deltas.reset()
	s.order, s.dirty = s.order[:0], nil
	s.change.clear()
	s.change.Result = Result{Outcome: OK}
}

// clear empties a change, and keeps the room of what is copied when it is
// written. Answers go out of the house: they are made anew.
func (c *Change) clear() {
	*c = Change{
		Bindings: c.Bindings[:0], Unbound: c.Unbound[:0], People: c.People[:0], Tallies: c.Tallies[:0],
		Qualifications: c.Qualifications[:0], Awards: c.Awards[:0], Entries: c.Entries[:0],
	}
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

	people  notes[siyu.UserID, Person]
	tallies notes[tallyKey, Tally]
	quals   notes[Key, Qualification]
	awards  notes[awardKey, Award]
	deltas  notes[siyu.UserID, siyu.Money]
	order   []any // changed rows in the order of their first change
	dirty   map[any]bool
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
	if p := s.people.get(id); p != nil {
		return p
	}
	row, err := s.view.Person(id)
	if err != nil {
		s.fail(err)
	}
	row.ID = id
	return s.people.add(id, row)
}

func (s *step) tally(person siyu.UserID, series string) *Tally {
	key := tallyKey{person, series}
	if t := s.tallies.get(key); t != nil {
		return t
	}
	t, err := s.view.Tally(person, series)
	if err != nil {
		s.fail(err)
	}
	t.Person, t.Series = person, series
	return s.tallies.add(key, t)
}

func (s *step) qualification(key Key) *Qualification {
	if q := s.quals.get(key); q != nil {
		return q
	}
	q, err := s.view.Qualification(key)
	if err != nil {
		s.fail(err)
	}
	if q == nil {
		return nil
	}
	return s.quals.add(key, *q)
}

// known returns the step's own row of an award.
func (s *step) known(a *Award) *Award {
	key := awardKey{a.Qualification, a.Rule}
	if k := s.awards.get(key); k != nil {
		return k
	}
	return s.awards.add(key, *a)
}

func (s *step) awardsOf(q *Qualification) []*Award {
	list, err := s.view.Awards(q.Key)
	if err != nil {
		s.fail(err)
	}
	slices.SortFunc(list, func(a, b Award) int { return cmp.Compare(s.plan.index(a.Rule), s.plan.index(b.Rule)) })
	own := make([]*Award, len(list))
	for i := range list {
		own[i] = s.known(&list[i])
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
		if a := s.known(&list[i]); a.Live {
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
	if result := c.Result; result.Outcome != OK {
		c.clear()
		c.Result = result
		return
	}
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
	for i, person := range s.deltas.keys {
		if amount := *s.deltas.rows[i]; amount != 0 {
			c.Result.Deltas = append(c.Result.Deltas, Delta{person, amount})
		}
	}
	slices.SortFunc(c.Result.Deltas, func(a, b Delta) int { return cmp.Compare(a.Person, b.Person) })
}
