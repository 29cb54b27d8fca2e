package segment

import (
	"cmp"
	"slices"
)

// scan is a rule made ready for the blocks of one table: ranges of integers
// with the moment of evaluation put in, and sets of codes with every distinct
// value judged. It is not changed by use.
type scan struct {
	kind  nodeKind
	neg   bool
	kids  []*scan
	whole wholeColumn
	cell  *cellColumn
	set   *Set      // of a leaf about events or a set
	ints  intervals // of values, or of codes
	wide  *diagram  // of the same set, if it is small and has several ranges
	id    int       // among the scans of the rule
	size  int       // how many they are from here down
}

// fewRanges is how many ranges are better looked at one by one.
const fewRanges = 2

// lookupRanges is how many ranges, where there is no diagram, are better
// looked up row by row.
const lookupRanges = 12

// newScan prepares a bound rule for a table at a moment.
func newScan(t *Table, b *bound, now int64) *scan {
	s := &scan{kind: b.kind, neg: b.neg, size: 1}
	for _, kid := range b.kids {
		s.kids = append(s.kids, newScan(t, kid, now))
	}
	switch {
	case b.kind != leafNode:
		s.order(t)
		s.number(0)
		return s
	case b.set != nil:
		s.set = b.set
		return s
	case b.slot.typ.whole():
		s.whole = t.wholes[b.slot.index]
		s.ints = b.integersAt(now)
	default:
		s.cell = &t.cells[b.slot.index]
		s.ints = s.cell.codes(b.test, now)
	}
	if len(s.ints) > fewRanges {
		if width := s.width(); width <= maxDiagram {
			s.wide = newDiagram(width, func(v uint32) bool { return s.ints.contains(int64(v)) })
		}
	}
	return s
}

// codes returns the codes of the values that pass a test; 0 is a missing one.
func (c *cellColumn) codes(t *test, now int64) intervals {
	var out intervals
	add := func(code int64) {
		if n := len(out); n > 0 && out[n-1].hi == code-1 {
			out[n-1].hi = code
		} else {
			out = append(out, interval{code, code})
		}
	}
	if t.cell(&cell{}, now) {
		add(0)
	}
	for i := range c.values {
		if t.cell(&c.values[i], now) {
			add(int64(i) + 1)
		}
	}
	return out
}

// width returns the planes that the widest block has, if all hold values as they are.
func (s *scan) width() int {
	width := 0
	for i := range s.whole {
		if b := &s.whole[i]; b.min <= b.max {
			if b.base != 0 || b.unit != 1 {
				return maxDiagram + 1
			}
			width = max(width, b.planes.width())
		}
	}
	if s.cell != nil {
		for i := range s.cell.blocks {
			width = max(width, s.cell.blocks[i].planes.width())
		}
	}
	return width
}

// order puts first the kids that decide most rows for what they read, so that
// they spare the others: after an all, those whom it holds for seldom, after an
// any those whom it holds for often (Hellerstein and Stonebraker 1993). What
// holds how often is looked up in a few blocks, unless they are all there is.
func (s *scan) order(t *Table) {
	const samples, worth = 4, 32
	blocks := t.blocks()
	if len(s.kids) < 2 {
		return
	}
	if blocks < worth {
		slices.SortStableFunc(s.kids, func(x, y *scan) int { return x.cost() - y.cost() })
		return
	}
	room := &scratch{}
	ranks := make(map[*scan]float64, len(s.kids))
	for _, kid := range s.kids {
		in := 0
		for i := range samples {
			in += kid.members(t, i*(blocks-1)/samples, &room.out, room)
		}
		decided := 1 - float64(in)/(samples*blockRows)
		if s.kind == anyNode {
			decided = 1 - decided
		}
		ranks[kid] = float64(kid.cost()) / max(decided, 1e-6)
	}
	slices.SortStableFunc(s.kids, func(x, y *scan) int { return cmp.Compare(ranks[x], ranks[y]) })
}

// cost estimates what a scan reads and works, in planes.
func (s *scan) cost() int {
	planes := 0
	switch {
	case s.kind != leafNode:
		for _, kid := range s.kids {
			planes += kid.cost()
		}
		return planes
	case s.set != nil:
		return 1
	case len(s.ints) == 0:
		return 0
	case len(s.whole) > 0:
		planes = s.whole[0].planes.width()
	case s.cell != nil && len(s.cell.blocks) > 0:
		planes = s.cell.blocks[0].planes.width()
	}
	switch n := len(s.ints); {
	case n > fewRanges && s.wide != nil:
		return planes + len(s.wide.nodes)
	case n > lookupRanges:
		return planes + 1000
	default:
		return planes * n
	}
}

// number gives every scan of the rule its id.
func (s *scan) number(id int) {
	s.id, s.size = id, 1
	for _, kid := range s.kids {
		kid.number(id + s.size)
		s.size += kid.size
	}
}
