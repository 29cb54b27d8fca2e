package identity

import (
	"fmt"
	"maps"
	"slices"

	"github.com/siyu-go/siyu"
)

// Graph decides links and knows the persons that follow from them.
type Graph struct {
	limits  map[string]int
	blocked map[Identifier]bool
	nodes   map[Identifier]*node
	links   []*entry // in order; nil where one was taken back
	byID    map[string]*entry
	gone    int // nils in links
	undone  map[string]Withdrawal
}

type node struct {
	id    Identifier
	links []*entry // that name it
	seen  []Observation
	group *group
}

// group is a person: nodes joined by links that stand.
type group struct {
	nodes []*node
	kinds map[string]int
}

type entry struct {
	Link
	order    int
	decision Decision
}

// New makes an empty graph. Rules that do not validate are [siyu.ErrInvalid].
func New(rules Rules) (*Graph, error) {
	if err := rules.Validate(); err != nil {
		return nil, err
	}
	g := &Graph{
		limits:  maps.Clone(rules.Limits),
		blocked: make(map[Identifier]bool, len(rules.Blocked)),
		nodes:   make(map[Identifier]*node),
		byID:    make(map[string]*entry),
		undone:  make(map[string]Withdrawal),
	}
	for _, id := range rules.Blocked {
		g.blocked[id] = true
	}
	return g, nil
}

// Link takes up a link and says what became of it. Refused links stay in the
// journal: they are decided again when a link before them is taken back. The
// same link again gets the same answer, also after it was taken back, so links
// may be delivered more than once; its ID with other contents is
// [siyu.ErrConflict].
func (g *Graph) Link(l Link) (Decision, error) {
	if err := l.validate(); err != nil {
		return Decision{}, err
	}
	if known, decision, ok := g.known(l.ID); ok {
		if !known.same(l) {
			return Decision{}, fmt.Errorf("identity: link %q has other contents: %w", l.ID, siyu.ErrConflict)
		}
		return decision, nil
	}
	e := &entry{Link: l, order: len(g.links)}
	g.links = append(g.links, e)
	g.byID[l.ID] = e
	for _, id := range e.sides() {
		if !g.blocked[id] {
			n := g.node(id)
			n.links = append(n.links, e)
		}
	}
	g.decide(e)
	return e.decision, nil
}

// known returns a link of the journal by its ID, and what became of it.
func (g *Graph) known(id string) (Link, Decision, bool) {
	if e, ok := g.byID[id]; ok {
		return e.Link, e.decision, true
	}
	w, ok := g.undone[id]
	return w.Link, Decision{Reason: TakenBack}, ok
}

// Unlink takes a link back (unmerge). The persons are then exactly those that
// would be there had the link never been made. Taking it back again changes
// nothing; an unknown ID is [siyu.ErrNotFound].
func (g *Graph) Unlink(id string, by Undo) error {
	if _, done := g.undone[id]; done {
		return nil
	}
	gone, ok := g.byID[id]
	if !ok {
		return fmt.Errorf("identity: link %q: %w", id, siyu.ErrNotFound)
	}
	reach := g.reach(gone, make(map[*node]bool))
	delete(g.byID, id)
	g.undone[id] = Withdrawal{Link: gone.Link, Undo: by}
	g.links[gone.order] = nil
	g.gone++
	for _, side := range gone.sides() {
		if n := g.nodes[side]; n != nil {
			n.links = slices.DeleteFunc(n.links, func(e *entry) bool { return e == gone })
		}
	}
	var again []*entry
	for _, n := range reach {
		n.alone()
		again = append(again, n.links...)
		if len(n.links) == 0 && len(n.seen) == 0 {
			delete(g.nodes, n.id)
		}
	}
	g.decideAgain(again)
	g.compact()
	return nil
}

// reach returns every node that a chain of links, standing or refused, joins
// to the sides of e: nothing outside can change when e goes. A blocked
// identifier is no node and so joins nothing. Nodes that were visited are left
// out.
func (g *Graph) reach(e *entry, visited map[*node]bool) []*node {
	var out []*node
	visit := func(e *entry) {
		for _, id := range e.sides() {
			if n := g.nodes[id]; n != nil && !visited[n] {
				visited[n] = true
				out = append(out, n)
			}
		}
	}
	visit(e)
	for done := 0; done < len(out); { // out grows
		n := out[done]
		done++
		for _, next := range n.links {
			visit(next)
		}
	}
	return out
}

// compact drops the gaps that Unlink leaves once they are half of the journal.
func (g *Graph) compact() {
	if g.gone <= len(g.links)/2 {
		return
	}
	g.links = slices.DeleteFunc(g.links, func(e *entry) bool { return e == nil })
	g.gone = 0
	for i, e := range g.links {
		e.order = i
	}
}

// decide joins the sides of a link or refuses it.
func (g *Graph) decide(e *entry) {
	if e.decision = g.judge(e.Link); e.decision.Reason == Joined {
		g.nodes[e.A].group.join(g.nodes[e.B].group)
	}
}

// judge says what would become of a link now.
func (g *Graph) judge(l Link) Decision {
	if g.blocked[l.A] || g.blocked[l.B] {
		return Decision{Reason: Blocked}
	}
	a, b := g.groupOf(l.A), g.groupOf(l.B)
	if a == b || l.A == l.B {
		return Decision{Reason: Known}
	}
	over := Decision{Reason: Joined}
	for kind, limit := range g.limits {
		count := a.kinds[kind] + b.kinds[kind]
		if count > limit && (over.Reason == Joined || kind < over.Kind) {
			over = Decision{Reason: Limited, Kind: kind, Limit: limit, Count: count}
		}
	}
	return over
}

func (g *Graph) groupOf(id Identifier) *group {
	if n := g.nodes[id]; n != nil {
		return n.group
	}
	return &group{nodes: []*node{{id: id}}, kinds: map[string]int{id.Kind: 1}}
}

func (g *Graph) node(id Identifier) *node {
	n := g.nodes[id]
	if n == nil {
		n = &node{id: id}
		n.alone()
		g.nodes[id] = n
	}
	return n
}

func (n *node) alone() {
	n.group = &group{nodes: []*node{n}, kinds: map[string]int{n.id.Kind: 1}}
}

// join merges the smaller group into the larger one.
func (a *group) join(b *group) {
	if len(a.nodes) < len(b.nodes) {
		a, b = b, a
	}
	for _, n := range b.nodes {
		n.group = a
	}
	a.nodes = append(a.nodes, b.nodes...)
	for kind, count := range b.kinds {
		a.kinds[kind] += count
	}
}
