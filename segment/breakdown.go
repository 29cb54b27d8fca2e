package segment

// Breakdown says how a rule divides a population, and which single facts keep
// people out of it or in it.
type Breakdown struct {
	Holds int         `json:"holds"` // people whom the rule holds for
	Rows  int         `json:"rows"`  // people in the table
	Facts []FactCount `json:"facts"` // in the order of the rule
}

// FactCount is one leaf of a rule over a population. A leaf that stands in
// several places is taken as one fact.
type FactCount struct {
	Path string `json:"path"`
	Attr string `json:"attr"`
	Rule Rule   `json:"rule"` // the leaf as it is written
	Held int    `json:"held"` // people for whom the leaf holds
	// Out counts the people whom only this fact keeps out: were it the other
	// way round, the rule would hold for them.
	Out int `json:"out"`
	// In counts the people whom only this fact keeps in.
	In int `json:"in"`
}

// Explain counts the facts of the rule over the table. It reads the table once
// for every leaf.
func (p *Plan) Explain(opts *ScanOptions) Breakdown {
	out := Breakdown{Holds: p.Count(opts), Rows: p.table.rows}
	leaves, atoms := p.bound.root.atoms()
	whole := newScan(p.table, p.bound.root, p.now)
	for _, leaf := range leaves {
		test := leaf.from.test
		single := *leaf
		single.neg = single.neg != leaf.from.neg != (test.op != test.source.op)
		flipped := newScan(p.table, p.bound.root.flip(atoms[leaf]), p.now)
		fact := FactCount{Path: leaf.from.path, Attr: test.source.attr, Rule: Rule{&node{leaf: *test.source}}}
		fact.Held = (&Plan{p.table, p.bound, p.now, newScan(p.table, &single, p.now)}).Count(opts)
		fact.Out = p.table.difference(flipped, whole, opts)
		fact.In = p.table.difference(whole, flipped, opts)
		out.Facts = append(out.Facts, fact)
	}
	return out
}

// atoms returns the leaves in order, each test once, and for each of them all
// places in which its test stands.
func (b *bound) atoms() (leaves []*bound, places map[*bound][]*bound) {
	first := map[string]*bound{}
	places = map[*bound][]*bound{}
	b.visit(func(leaf *bound) {
		key := string(appendLeaf(nil, leaf.from.test.positive()))
		if first[key] == nil {
			first[key] = leaf
			leaves = append(leaves, leaf)
		}
		places[first[key]] = append(places[first[key]], leaf)
	})
	return leaves, places
}

// visit calls fn for the leaves in order.
func (b *bound) visit(fn func(*bound)) {
	if b.kind == leafNode {
		fn(b)
	}
	for _, kid := range b.kids {
		kid.visit(fn)
	}
}

// flip returns the tree with some leaves negated.
func (b *bound) flip(leaves []*bound) *bound {
	out := *b
	for _, leaf := range leaves {
		if b == leaf {
			out.neg = !b.neg
		}
	}
	out.kids = make([]*bound, len(b.kids))
	for i, kid := range b.kids {
		out.kids[i] = kid.flip(leaves)
	}
	return &out
}

// difference counts the rows in a that are not in b.
func (t *Table) difference(a, b *scan, opts *ScanOptions) int {
	return t.total(opts, func(block int, s *scratch) int {
		inA := a.members(t, block, &s.out, s)
		if inA == 0 {
			return 0
		}
		return inA - b.among(block, &s.out, &s.other, s)
	})
}
