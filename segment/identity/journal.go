package identity

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// Undo says who took a link back, and when.
type Undo struct {
	Source string    `json:"source,omitempty"`
	At     time.Time `json:"at,omitzero"`
}

// Withdrawal is a link that was taken back.
type Withdrawal struct {
	Link Link `json:"link"`
	Undo Undo `json:"undo"`
}

// Journal is all that a [Graph] knows, as plain data to keep: the links that
// stand in their order, those taken back, and the attributes.
type Journal struct {
	Links        []Link        `json:"links"`
	Withdrawals  []Withdrawal  `json:"withdrawals,omitempty"`  // by link ID
	Observations []Observation `json:"observations,omitempty"` // by identifier, name and source
}

// Journal returns the journal of the graph.
func (g *Graph) Journal() Journal {
	var j Journal
	for l := range g.Links() {
		j.Links = append(j.Links, l.Link)
	}
	for _, id := range slices.Sorted(maps.Keys(g.undone)) {
		j.Withdrawals = append(j.Withdrawals, g.undone[id])
	}
	for _, n := range g.nodes {
		j.Observations = append(j.Observations, n.seen...)
	}
	slices.SortFunc(j.Observations, func(a, b Observation) int {
		return cmp.Or(a.Of.Compare(b.Of), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Source, b.Source))
	})
	return j
}

// Restore makes the graph of a journal. Under other rules than before the
// links are decided anew, as if those rules had always held.
func Restore(rules Rules, j Journal) (*Graph, error) {
	g, err := New(rules)
	if err != nil {
		return nil, err
	}
	for _, w := range j.Withdrawals {
		if err := w.Link.validate(); err != nil {
			return nil, siyu.Within("withdrawals", err)
		}
		g.undone[w.Link.ID] = w
	}
	for _, l := range j.Links {
		if _, err := g.Link(l); err != nil {
			return nil, err
		}
	}
	for _, o := range j.Observations {
		if g.blocked[o.Of] {
			continue // by rules that are younger than the observation
		}
		if err := g.Observe(o); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// LinkState is a link that stands and what became of it.
type LinkState struct {
	Link
	Decision
}

// Links yields every link that was not taken back, refused ones too, in order
// and with its present decision.
func (g *Graph) Links() iter.Seq[LinkState] {
	return func(yield func(LinkState) bool) {
		for _, e := range g.links {
			if e != nil && !yield(LinkState{e.Link, e.decision}) {
				return
			}
		}
	}
}
