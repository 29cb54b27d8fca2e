package identity

import (
	"cmp"
	"maps"
	"slices"
)

// SetRules changes limits and blocked identifiers, and decides again the links
// that this can touch: those refused for a limit, of persons who have too many
// of a kind now, of identifiers that are blocked or no longer so, and whatever a
// chain of links joins to them. The graph is then the one that [Restore] makes
// of its journal under the rules, as if they had always held. What is known of
// an identifier that is blocked is forgotten.
func (g *Graph) SetRules(rules Rules) error {
	if err := rules.Validate(); err != nil {
		return err
	}
	blocked := make(map[Identifier]bool, len(rules.Blocked))
	for _, id := range rules.Blocked {
		blocked[id] = true
	}
	before := g.blocked
	g.limits, g.blocked = maps.Clone(rules.Limits), blocked
	turned := func(id Identifier) bool { return before[id] != blocked[id] }

	var seeds []*entry
	for _, e := range g.links {
		if e != nil && (e.decision.Reason == Limited || turned(e.A) || turned(e.B) || g.exceeds(e.A) || g.exceeds(e.B)) {
			seeds = append(seeds, e)
		}
	}
	for id := range blocked {
		if !before[id] {
			delete(g.nodes, id)
		}
	}
	for _, e := range seeds { // in order, so that the links of a node are
		for _, id := range e.sides() {
			if before[id] && !blocked[id] {
				n := g.node(id)
				n.links = append(n.links, e)
			}
		}
	}
	g.decideAgain(seeds)
	return nil
}

// exceeds reports whether the person of an identifier has too many of a kind.
func (g *Graph) exceeds(id Identifier) bool {
	n := g.nodes[id]
	if n == nil {
		return false
	}
	for kind, limit := range g.limits {
		if n.group.kinds[kind] > limit {
			return true
		}
	}
	return false
}

// decideAgain takes apart what chains of links join to some links, and decides
// all links in it in order.
func (g *Graph) decideAgain(seeds []*entry) {
	again := slices.Clone(seeds)
	visited := make(map[*node]bool)
	for _, e := range seeds {
		for _, n := range g.reach(e, visited) {
			n.alone()
			again = append(again, n.links...)
		}
	}
	slices.SortFunc(again, func(a, b *entry) int { return cmp.Compare(a.order, b.order) })
	for _, e := range slices.Compact(again) {
		g.decide(e)
	}
}
