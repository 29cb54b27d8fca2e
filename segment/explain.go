package segment

import (
	"cmp"
	"slices"
	"time"
)

// Fact is one leaf of a rule and whether it held.
type Fact struct {
	Path string `json:"path"` // of the leaf in the rule, such as "all[1].any[0]"
	Attr string `json:"attr"`
	Rule Rule   `json:"rule"` // the leaf as it is written
	Held bool   `json:"held"`
}

// Explanation says why a rule holds or not.
type Explanation struct {
	Holds bool `json:"holds"`
	// Facts are the leaves in the order of the rule, those of named rules
	// included.
	Facts []Fact `json:"facts"`
	// Flips are the smallest sets of facts that would change the answer if all
	// of them were the other way round: no set contains another, smaller sets
	// come first. Facts about one attribute are taken as independent. At most
	// MaxFlips sets are listed, and none for rules of more than MaxExplained
	// facts.
	Flips [][]Fact `json:"flips"`
}

// MaxFlips bounds the sets of facts that an [Explanation] lists, MaxExplained
// the facts of a rule that it looks for them in.
const (
	MaxFlips     = 32
	MaxExplained = 200
)

// Explain evaluates every leaf for one person and finds what would change the
// answer.
func (m *Matcher) Explain(attrs map[string]any, now time.Time) Explanation {
	at := now.UnixMicro()
	return explain(m.root, func(t *test) bool { return t.value(t.lookup(attrs), at) })
}

// explain finds the facts of p, given how its tests came out.
func explain(p *pred, passed func(*test) bool) Explanation {
	x := explainer{atoms: map[string]int{}}
	x.collect(p, passed)
	out := Explanation{Holds: x.eval(p, nil), Facts: x.facts, Flips: [][]Fact{}}
	for _, set := range x.flips(p, !out.Holds) {
		facts := make([]Fact, len(set))
		for i, atom := range set {
			facts[i] = x.facts[x.first[atom]]
		}
		out.Flips = append(out.Flips, facts)
	}
	return out
}

// explainer numbers the distinct tests of a rule as atoms: leaves that differ
// in their place or in being negated are one atom.
type explainer struct {
	facts  []Fact
	atoms  map[string]int // by positive form
	first  []int          // fact of each atom
	passes []bool         // of each atom
	of     map[*pred]int  // atom of each leaf
	twice  bool           // some atom stands in two places
}

func (x *explainer) collect(p *pred, passed func(*test) bool) {
	for _, kid := range p.kids {
		x.collect(kid, passed)
	}
	if p.kind != leafNode {
		return
	}
	key := string(appendLeaf(nil, p.test.positive()))
	atom, seen := x.atoms[key]
	if !seen {
		atom = len(x.passes)
		x.atoms[key] = atom
		x.passes = append(x.passes, passed(p.test))
		x.first = append(x.first, len(x.facts))
	}
	x.twice = x.twice || seen
	if x.of == nil {
		x.of = map[*pred]int{}
	}
	x.of[p] = atom
	source := p.test.source
	x.facts = append(x.facts, Fact{
		Path: p.path,
		Attr: source.attr,
		Rule: Rule{&node{leaf: *source}},
		Held: x.passes[atom] != (describe(source.op).of != ""),
	})
}

// eval evaluates p with some atoms the other way round.
func (x *explainer) eval(p *pred, flipped []int) bool {
	if p.kind == leafNode {
		atom := x.of[p]
		return x.passes[atom] != slices.Contains(flipped, atom) != p.neg
	}
	for _, kid := range p.kids {
		if x.eval(kid, flipped) == (p.kind == anyNode) {
			return (p.kind == anyNode) != p.neg
		}
	}
	return (p.kind == allNode) != p.neg
}

// exhaustiveAtoms is how many atoms may stand in several places for all their
// sets to be tried.
const exhaustiveAtoms = 10

func (x *explainer) flips(p *pred, want bool) [][]int {
	if len(x.passes) > MaxExplained {
		return nil
	}
	var sets [][]int
	if x.twice && len(x.passes) <= exhaustiveAtoms {
		for mask := uint(1); mask < 1<<len(x.passes); mask++ {
			var set []int
			for atom := range x.passes {
				if mask>>atom&1 == 1 {
					set = append(set, atom)
				}
			}
			sets = append(sets, set)
		}
	} else {
		sets = x.toward(p, want)
	}
	slices.SortStableFunc(sets, compareSets)
	var found [][]int
	for _, set := range sets {
		if !covers(found, set) && x.eval(p, set) == want {
			found = append(found, set)
		}
		if len(found) == MaxFlips {
			break
		}
	}
	return found
}

// toward returns sets of atoms that make p come out as want, exact if no atom
// stands in two places.
func (x *explainer) toward(p *pred, want bool) [][]int {
	if x.eval(p, nil) == want {
		return [][]int{nil}
	}
	if p.kind == leafNode {
		return [][]int{{x.of[p]}}
	}
	inner := want != p.neg
	if every := (p.kind == allNode) == inner; !every {
		var sets [][]int
		for _, kid := range p.kids {
			sets = append(sets, x.toward(kid, inner)...)
		}
		return fewest(sets)
	}
	sets := [][]int{nil}
	for _, kid := range p.kids {
		if x.eval(kid, nil) == inner {
			continue
		}
		ways := x.toward(kid, inner)
		product := make([][]int, 0, len(sets)*len(ways))
		for _, a := range sets {
			for _, b := range ways {
				union := slices.Concat(a, b)
				slices.Sort(union)
				product = append(product, slices.Compact(union))
			}
		}
		sets = fewest(product)
	}
	return sets
}

// fewest keeps the smallest sets, at most MaxFlips of them.
func fewest(sets [][]int) [][]int {
	slices.SortStableFunc(sets, compareSets)
	var out [][]int
	for _, set := range sets {
		if !covers(out, set) {
			out = append(out, set)
		}
		if len(out) == MaxFlips {
			break
		}
	}
	return out
}

func compareSets(a, b []int) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), slices.Compare(a, b))
}

// covers reports whether set contains one of the found sets.
func covers(found [][]int, set []int) bool {
	return slices.ContainsFunc(found, func(f []int) bool {
		for _, atom := range f {
			if !slices.Contains(set, atom) {
				return false
			}
		}
		return true
	})
}
