package segment

import "github.com/siyu-go/siyu/internal/hugepage"

// Gap is the way from one ring to the next one inward, over a population.
type Gap struct {
	From   string    `json:"from"`
	To     string    `json:"to"`
	People int       `json:"people"` // in From
	Facts  []GapFact `json:"facts"`  // in the order of the rule of To
}

// GapFact is a fact that would be enough on its own.
type GapFact struct {
	Path   string `json:"path"` // of the leaf in the rule of To
	Attr   string `json:"attr"`
	Rule   Rule   `json:"rule"`   // the leaf as it is written
	People int    `json:"people"` // in From, whom only this fact keeps out of To
}

// Gaps counts for every ring what keeps its people out of the next one inward:
// so many of the outer ring lack a debit card only. The first gap is the one to
// the innermost ring. It reads the table once, and once for every leaf.
func (p *RingPlan) Gaps(opts *ScanOptions) []Gap {
	members := make([][]uint64, len(p.names))
	for i := range members {
		members[i] = hugepage.Make[uint64](p.table.blocks() * blockWords)
	}
	counts := p.run(opts, members)
	gaps := make([]Gap, len(p.scans))
	for i := range gaps {
		gaps[i] = Gap{From: p.names[i+1], To: p.names[i], People: counts[i+1]}
		root := p.rings.rules[i].root
		leaves, places := root.atoms()
		for _, leaf := range leaves {
			flipped := newScan(p.table, root.flip(places[leaf]), p.now)
			source := leaf.from.test.source
			gaps[i].Facts = append(gaps[i].Facts, GapFact{
				Path:   leaf.from.path,
				Attr:   source.attr,
				Rule:   Rule{&node{leaf: *source}},
				People: p.table.overlap(flipped, members[i+1], opts),
			})
		}
	}
	return gaps
}

// overlap counts the rows of a scan that are in a set.
func (t *Table) overlap(s *scan, set []uint64, opts *ScanOptions) int {
	return t.total(opts, func(block int, w *scratch) int {
		return s.among(block, (*words)(set[block*blockWords:]), &w.out, w)
	})
}
