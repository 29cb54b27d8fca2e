package segment

import (
	"slices"
	"sort"
	"time"

	"github.com/siyu-go/siyu"
)

// Person is what is known of one person in time.
type Person struct {
	ID       siyu.UserID // for conditions on sets; may be empty
	Profiles []Profile
	Events   []siyu.Event // in any order; of those with one name, instant and ID one counts
}

// Profile is the attributes that a person has from a moment on, up to the next
// profile: as [Matcher.Match] takes them.
type Profile struct {
	From  time.Time // zero: always
	Attrs map[string]any
}

// Holds reports whether the rule holds for a person as of a moment: with the
// attributes of that moment and the events up to it.
func (m *Matcher) Holds(p Person, t time.Time) bool { return m.Timeline(p).Holds(t) }

// Timeline is one person under a rule: it answers for any moment, past ones
// included, and knows every moment at which the answer changes, so that nobody
// has to poll. It takes conditions on events, attributes that change and dates
// relative to the present into account, however they are joined. What is added
// is placed by its own time and may be late.
//
// A Timeline is not safe for concurrent use while it is added to.
type Timeline struct {
	m         *Matcher
	id        siyu.UserID
	profiles  []Profile
	histories map[*test]eventHistory
}

// Timeline takes up one person.
func (m *Matcher) Timeline(p Person) *Timeline {
	t := &Timeline{m: m, id: p.ID, histories: map[*test]eventHistory{}}
	for _, profile := range p.Profiles {
		t.Change(profile)
	}
	m.root.eachLeaf(func(leaf *test) {
		if leaf.events != nil {
			t.histories[leaf] = leaf.events.follow(p.Events)
		}
	})
	return t
}

// Add takes up one more event and reports whether some condition counts it.
func (t *Timeline) Add(e siyu.Event) bool {
	counts := false
	for _, h := range t.histories {
		counts = h.Add(e) || counts
	}
	return counts
}

// Change takes up other attributes from a moment on, up to the next profile
// that is known. A profile from the same moment is replaced. The attributes are
// kept, not copied.
func (t *Timeline) Change(p Profile) {
	p.From = siyu.Instant(p.From)
	i := t.profileAt(p.From)
	if i > 0 && t.profiles[i-1].From.Equal(p.From) {
		t.profiles[i-1] = p
		return
	}
	t.profiles = slices.Insert(t.profiles, i, p)
}

// Forget drops what no answer at or after a moment needs any more.
func (t *Timeline) Forget(before time.Time) {
	for _, h := range t.histories {
		h.Forget(before)
	}
	if i := t.profileAt(siyu.Instant(before)); i > 1 {
		t.profiles = slices.Delete(t.profiles, 0, i-1)
	}
}

// Holds answers as of a moment.
func (t *Timeline) Holds(at time.Time) bool { return t.m.root.passes(t.leaves(at)) }

// Explain says why the rule holds or not as of a moment, as [Matcher.Explain]
// does.
func (t *Timeline) Explain(at time.Time) Explanation { return explain(t.m.root, t.leaves(at)) }

// Flips lists every moment in (from, to] at which the answer changes, in order
// of time.
func (t *Timeline) Flips(from, to time.Time) []Flip { return flips(t, from, to) }

// Next returns the first change after a moment that will come without any
// further event; ok is false if there is none. It is when to look at this
// person again.
func (t *Timeline) Next(after time.Time) (flip Flip, ok bool) { return next(t, after) }

// leaves returns how each leaf comes out at a moment.
func (t *Timeline) leaves(at time.Time) func(*test) bool {
	attrs := t.attrs(at)
	return func(leaf *test) bool {
		switch {
		case leaf.events != nil:
			return t.histories[leaf].Holds(at)
		case leaf.set != nil:
			return leaf.set.Has(t.id)
		}
		return leaf.value(leaf.lookup(attrs), at.UnixMicro())
	}
}

// attrs returns the attributes as of a moment.
func (t *Timeline) attrs(at time.Time) map[string]any {
	if i := t.profileAt(siyu.Instant(at)); i > 0 {
		return t.profiles[i-1].Attrs
	}
	return nil
}

// profileAt returns the number of profiles from t or before.
func (t *Timeline) profileAt(at time.Time) int {
	return sort.Search(len(t.profiles), func(i int) bool { return t.profiles[i].From.After(at) })
}

func (t *Timeline) moments(from, to time.Time) []time.Time {
	var all []time.Time
	for _, h := range t.histories {
		all = append(all, h.moments(from, to)...)
	}
	add := func(at time.Time) {
		if at.After(from) && !at.After(to) {
			all = append(all, at)
		}
	}
	for _, p := range t.profiles {
		add(p.From)
		t.m.root.turns(p.Attrs, add)
	}
	return all
}

// start returns a moment before which the answer never changed.
func (t *Timeline) start() (time.Time, bool) {
	var first time.Time
	earlier := func(at time.Time) {
		if first.IsZero() || at.Before(first) {
			first = at
		}
	}
	for _, h := range t.histories {
		if at, ok := h.start(); ok {
			earlier(at)
		}
	}
	for _, p := range t.profiles {
		if !p.From.IsZero() {
			earlier(p.From)
		}
		t.m.root.turns(p.Attrs, earlier)
	}
	return first, !first.IsZero()
}

// eachLeaf calls fn for the tests of p in order.
func (p *pred) eachLeaf(fn func(*test)) {
	if p.kind == leafNode {
		fn(p.test)
	}
	for _, kid := range p.kids {
		kid.eachLeaf(fn)
	}
}

// passes evaluates p, given how its tests come out.
func (p *pred) passes(passed func(*test) bool) bool {
	if p.kind == leafNode {
		return passed(p.test) != p.neg
	}
	for _, kid := range p.kids {
		if kid.passes(passed) == (p.kind == anyNode) {
			return (p.kind == anyNode) != p.neg
		}
	}
	return (p.kind == allNode) != p.neg
}

// turns calls add for the moments at which dates relative to the present change
// the answer of p for attributes, or for an element of a list, and maybe for
// others.
func (p *pred) turns(root any, add func(time.Time)) {
	p.eachLeaf(func(leaf *test) {
		switch {
		case leaf.rel != nil:
			if at, ok := wholeOf(TimeType, leaf.lookup(root)); ok {
				leaf.rel.turns(at, add)
			}
		case leaf.elem != nil:
			v := leaf.lookup(root)
			if scalarOf(v).kind != arrayKind {
				return
			}
			list := elements(v)
			for i := range list.len() {
				leaf.elem.turns(list.at(i), add)
			}
		}
	})
}

// turns calls add for the moments now at which an instant, in microseconds, may
// come to lie before, at or after the one that is the span from now.
func (s span) turns(at int64, add func(time.Time)) {
	r := rolling{n: -s.n}
	switch s.unit {
	case "d":
		r.n *= 24
	case "w":
		r.n *= 7 * 24
	case "mo":
		r.months = true
	case "y":
		r.n, r.months = r.n*12, true
	}
	for _, end := range r.ends(time.UnixMicro(at).UTC()) {
		add(end)
		add(end.Add(time.Microsecond))
	}
}
