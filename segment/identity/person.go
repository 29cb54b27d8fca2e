package identity

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// Observation is an attribute that a source reported of an identifier, with
// the consent under which it may be used.
type Observation struct {
	Of      Identifier `json:"of"`
	Name    string     `json:"name"`
	Value   string     `json:"value"`
	Source  string     `json:"source"`
	At      time.Time  `json:"at"`
	Consent []string   `json:"consent,omitempty"` // purposes, such as "service", "marketing"
}

// Person is the identifiers that belong together, and what is known of them.
type Person struct {
	IDs          []Identifier  `json:"ids"`
	Observations []Observation `json:"observations,omitempty"` // by name, then newest first
}

// Key is the person's first identifier in order. It is stable for as long as
// the person is: a merge or unmerge may change it.
func (p Person) Key() Identifier { return p.IDs[0] }

// Attribute returns the observation that speaks for an attribute: of those
// allowed for a purpose ("" allows all), the one whose source comes first in
// sources, and of that source the newest. Sources not listed come last.
func (p Person) Attribute(name, purpose string, sources ...string) (Observation, bool) {
	rank := func(o Observation) int {
		if i := slices.Index(sources, o.Source); i >= 0 {
			return i
		}
		return len(sources)
	}
	best, found := Observation{}, false
	for _, o := range p.Observations {
		if o.Name != name || purpose != "" && !slices.Contains(o.Consent, purpose) {
			continue
		}
		if !found || rank(o) < rank(best) {
			best, found = o, true
		}
	}
	return best, found
}

// Conflicts lists the attributes of which sources report different values,
// each with all that was reported.
func (p Person) Conflicts() map[string][]Observation {
	conflicts := make(map[string][]Observation)
	for i := 0; i < len(p.Observations); {
		j, differ := i+1, false
		for ; j < len(p.Observations) && p.Observations[j].Name == p.Observations[i].Name; j++ {
			differ = differ || p.Observations[j].Value != p.Observations[i].Value
		}
		if differ {
			conflicts[p.Observations[i].Name] = p.Observations[i:j]
		}
		i = j
	}
	return conflicts
}

// Observe takes up an attribute of an identifier. It stays with the identifier
// through merges and unmerges. Of the same attribute, source and identifier
// the newer one stands. An attribute of a blocked identifier is
// [siyu.ErrInvalid].
func (g *Graph) Observe(o Observation) error {
	if err := o.Of.Validate(); err != nil {
		return siyu.Within("of", err)
	}
	if err := siyu.CheckID("name", o.Name); err != nil {
		return err
	}
	if err := siyu.CheckID("source", o.Source); err != nil {
		return err
	}
	if g.blocked[o.Of] {
		return siyu.Invalid("of", "is blocked")
	}
	o.At, o.Consent = siyu.Instant(o.At), slices.Clone(o.Consent)
	n := g.node(o.Of)
	for i, old := range n.seen {
		if old.Name == o.Name && old.Source == o.Source {
			if !o.At.Before(old.At) {
				n.seen[i] = o
			}
			return nil
		}
	}
	n.seen = append(n.seen, o)
	return nil
}

// Person returns the person that an identifier belongs to; ok is false if it
// is unknown or blocked.
func (g *Graph) Person(id Identifier) (p Person, ok bool) {
	n := g.nodes[id]
	if n == nil {
		return Person{}, false
	}
	return n.group.person(), true
}

func (a *group) person() Person {
	var p Person
	for _, n := range a.nodes {
		p.IDs = append(p.IDs, n.id)
		p.Observations = append(p.Observations, n.seen...)
	}
	slices.SortFunc(p.IDs, Identifier.Compare)
	slices.SortFunc(p.Observations, func(a, b Observation) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), b.At.Compare(a.At),
			cmp.Compare(a.Source, b.Source), a.Of.Compare(b.Of))
	})
	return p
}

// Persons yields every person, in order of Key.
func (g *Graph) Persons() iter.Seq[Person] {
	return func(yield func(Person) bool) {
		var all []Person
		done := make(map[*group]bool, len(g.nodes))
		for _, n := range g.nodes {
			if !done[n.group] {
				done[n.group] = true
				all = append(all, n.group.person())
			}
		}
		slices.SortFunc(all, func(a, b Person) int { return a.Key().Compare(b.Key()) })
		for _, p := range all {
			if !yield(p) {
				return
			}
		}
	}
}

// Len returns the number of identifiers known.
func (g *Graph) Len() int { return len(g.nodes) }

// Preview is what a link would do.
type Preview struct {
	Decision
	A, B   Person                   // the two sides as they are
	Result Person                   // the joined person; empty if refused
	Differ map[string][]Observation // attributes that conflict in Result
}

// Preview says what a link would do, and changes nothing.
func (g *Graph) Preview(l Link) (Preview, error) {
	if err := l.validate(); err != nil {
		return Preview{}, err
	}
	a, b := g.groupOf(l.A), g.groupOf(l.B)
	p := Preview{Decision: g.judge(l), A: a.person(), B: b.person()}
	if p.Refused() {
		return p, nil
	}
	both := &group{nodes: slices.Clone(a.nodes)}
	if a != b && l.A != l.B {
		both.nodes = append(both.nodes, b.nodes...)
	}
	p.Result = both.person()
	p.Differ = p.Result.Conflicts()
	return p, nil
}
