package segment

import (
	"math/bits"
	"slices"
)

// share tells how many rows of a block are in a result.
type share uint8

const (
	none share = iota
	some       // as the words say
	every
)

func (s share) not(out *words, neg bool) share {
	switch {
	case !neg:
		return s
	case s == some:
		invert(out)
		return some
	}
	return every - s
}

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
	depth int       // scratch words that it needs
}

// fewRanges is how many ranges are better looked at one by one.
const fewRanges = 2

// lookupRanges is how many ranges, where there is no diagram, are better
// looked up row by row.
const lookupRanges = 12

// newScan prepares a bound rule for a table at a moment.
func newScan(t *Table, b *bound, now int64) *scan {
	s := &scan{kind: b.kind, neg: b.neg, depth: 1}
	for _, kid := range b.kids {
		k := newScan(t, kid, now)
		s.kids = append(s.kids, k)
		s.depth = max(s.depth, k.depth+1)
	}
	switch {
	case b.kind != leafNode:
		slices.SortStableFunc(s.kids, func(x, y *scan) int { return x.cost() - y.cost() })
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

// cost estimates the planes that a scan reads, so that cheap conditions come
// first and may spare the others.
func (s *scan) cost() int {
	switch {
	case s.kind != leafNode:
		n := 0
		for _, kid := range s.kids {
			n += kid.cost()
		}
		return n
	case len(s.ints) == 0:
		return 0
	case len(s.whole) > 0:
		return s.whole[0].planes.width() * min(len(s.ints), 4)
	case s.cell != nil && len(s.cell.blocks) > 0:
		return s.cell.blocks[0].planes.width() * min(len(s.ints), 4)
	}
	return 0
}

// block evaluates one block. out is written only if the answer is some; rows
// beyond the table's last hold anything.
func (s *scan) block(at int, out *words, scratch []words) share {
	if s.kind == leafNode {
		if s.set != nil {
			return s.set.block(at, out).not(out, s.neg)
		}
		if s.cell != nil {
			return s.codeBlock(&s.cell.blocks[at], out, &scratch[0]).not(out, s.neg)
		}
		return s.wholeBlock(&s.whole[at], out, &scratch[0]).not(out, s.neg)
	}
	// An all is decided by a kid that holds for none, an any by one that holds
	// for every row; the other extreme changes nothing.
	decides, neutral := none, every
	if s.kind == anyNode {
		decides, neutral = every, none
	}
	result := neutral
	for _, kid := range s.kids {
		into := out
		if result == some {
			into = &scratch[0]
		}
		switch kid.block(at, into, scratch[1:]) {
		case decides:
			return decides.not(out, s.neg)
		case some:
			if result == some && s.join(out, into) {
				return decides.not(out, s.neg)
			}
			result = some
		}
	}
	return result.not(out, s.neg)
}

// join adds a kid's rows to those of the kids before, and reports whether that
// decides the block.
func (s *scan) join(out, kid *words) bool {
	if s.kind == anyNode {
		return or(out, kid) == ^uint64(0)
	}
	return and(out, kid) == 0
}

func (s *scan) wholeBlock(b *wholeBlock, out, tmp *words) share {
	if b.min > b.max {
		return none // no row has a value
	}
	ranges := 0
	first := 0
	for i, iv := range s.ints {
		if iv.lo <= b.max && iv.hi >= b.min {
			if ranges == 0 {
				first = i
			}
			ranges++
		}
	}
	switch {
	case ranges == 0:
		return none
	case s.ints[first].lo <= b.min && s.ints[first].hi >= b.max:
		if b.present == nil {
			return every
		}
		*out = *b.present
		return some
	case ranges > fewRanges && s.wide != nil:
		s.wide.eval(b.planes, out)
	case ranges > lookupRanges:
		s.lookup(b.planes, b.base, b.unit, out)
	default:
		if !s.ranges(b, s.ints[first:first+ranges], out, tmp) {
			return none
		}
	}
	if b.present != nil {
		and(out, b.present)
	}
	return some
}

// ranges sets out for the rows in any of the ranges, which overlap the block's
// own. It reports false if no multiple of the block's unit lies in any.
func (s *scan) ranges(b *wholeBlock, list intervals, out, tmp *words) bool {
	found := false
	for _, iv := range list {
		lo, hi := uint64(max(iv.lo, b.min)-b.base), uint64(min(iv.hi, b.max)-b.base)
		lo, hi = lo/b.unit+min(lo%b.unit, 1), hi/b.unit
		switch {
		case lo > hi:
			continue
		case iv.hi >= b.max:
			hi = 1<<b.planes.width() - 1 // no row is above
		}
		if iv.lo <= b.min {
			lo = 0
		}
		orWithin(b.planes, lo, hi, out, tmp, found)
		found = true
	}
	return found
}

func (s *scan) codeBlock(b *cellBlock, out, tmp *words) share {
	last := int64(1)<<b.planes.width() - 1
	n := len(s.ints)
	for n > 0 && s.ints[n-1].lo > last {
		n--
	}
	switch {
	case n == 0:
		return none
	case s.ints[0].lo == 0 && s.ints[0].hi >= last:
		return every
	case n > fewRanges && s.wide != nil:
		s.wide.eval(b.planes, out)
	case n > lookupRanges:
		s.lookup(b.planes, 0, 1, out)
	default:
		for i, iv := range s.ints[:n] {
			orWithin(b.planes, uint64(iv.lo), uint64(min(iv.hi, last)), out, tmp, i > 0)
		}
	}
	return some
}

// orWithin adds a range to out, or sets out if it is the first.
func orWithin(p planes, lo, hi uint64, out, tmp *words, more bool) {
	if !more {
		within(p, lo, hi, out, tmp)
		return
	}
	var part words
	within(p, lo, hi, &part, tmp)
	or(out, &part)
}

// lookup turns the planes back into values and looks each up.
func (s *scan) lookup(p planes, base int64, unit uint64, out *words) {
	var square [64]uint64
	for w := range out {
		unslice(p, w, &square)
		out[w] = 0
		for i, v := range square {
			if s.ints.contains(base + int64(v*unit)) {
				out[w] |= 1 << i
			}
		}
	}
}

// mask returns the rows that a block of a table has.
func (t *Table) mask(block int) int { return min(blockRows, t.rows-block*blockRows) }

// clip clears the bits of out beyond the first n rows.
func clip(out *words, n int) {
	if n == blockRows {
		return
	}
	out[n>>6] &= 1<<(n&63) - 1
	clear(out[n>>6+1:])
}

// members evaluates a block into out and returns how many rows are in.
func (s *scan) members(t *Table, block int, out *words, scratch []words) int {
	rows := t.mask(block)
	switch s.block(block, out, scratch) {
	case none:
		return 0
	case every:
		fill(out, true)
		clip(out, rows)
		return rows
	}
	clip(out, rows)
	n := 0
	for _, w := range out {
		n += bits.OnesCount64(w)
	}
	return n
}
