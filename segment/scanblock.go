package segment

import "math/bits"

// share tells how many rows of a block are in a result.
type share uint8

const (
	none share = iota
	some       // as the words say
	every
)

func (s share) not(neg bool) share {
	if neg {
		return every - s
	}
	return s
}

// scratch is what one goroutine works in.
type scratch struct {
	out, other words
	states     []state // of the scans of a rule, by id
	values     [maxDiagramNodes]line
	at         [maxDiagramNodes]*line
	sum        int
}

// state is what a scan has found out about the block at hand.
type state struct {
	share share
	block int

	// Of a leaf that holds for some:
	way     way
	planes  planes
	present *words // and of these only, unless nil
	base    int64
	unit    uint64
	bands   []band
	room    [lookupRanges]band
}

// way is how a leaf is evaluated.
type way uint8

const (
	byPresence way = iota
	bySet
	byBands
	byDiagram
	byLookup
)

// members evaluates a block into out and returns how many rows are in; if none
// is, out means nothing.
func (s *scan) members(t *Table, block int, out *words, w *scratch) int {
	rows := t.mask(block)
	switch s.prepare(block, w) {
	case none:
		return 0
	case every:
		fill(out, true)
		clip(out, rows)
		return rows
	}
	s.eval(w, &everyone, out)
	clip(out, rows)
	return count(out)
}

// among is members of those rows only that are in live.
func (s *scan) among(block int, live, out *words, w *scratch) int {
	switch s.prepare(block, w) {
	case none:
		return 0
	case every:
		*out = *live
		return count(out)
	}
	s.eval(w, live, out)
	and(out, live)
	return count(out)
}

// prepare looks at a block as a whole, by the ranges of its values. If the
// answer is some, eval may be called for it, until prepare is called again.
func (s *scan) prepare(block int, w *scratch) share {
	if len(w.states) < s.id+s.size {
		w.states = make([]state, s.id+s.size)
	}
	st := &w.states[s.id]
	switch {
	case s.kind != leafNode:
		st.share = s.prepareKids(block, w)
	case s.set != nil:
		st.way, st.block = bySet, block
		if st.share = none; s.set.reaches(block) {
			st.share = some
		}
	case s.cell != nil:
		st.share = s.prepareCodes(&s.cell.blocks[block], st)
	default:
		st.share = s.prepareWhole(&s.whole[block], st)
	}
	st.share = st.share.not(s.neg)
	return st.share
}

func (s *scan) prepareKids(block int, w *scratch) share {
	// An all is decided by a kid that holds for none, an any by one that holds
	// for every row; the other extreme changes nothing.
	decides, result := none, every
	if s.kind == anyNode {
		decides, result = every, none
	}
	for _, kid := range s.kids {
		switch kid.prepare(block, w) {
		case decides:
			return decides
		case some:
			result = some
		}
	}
	return result
}

func (s *scan) prepareWhole(b *wholeBlock, st *state) share {
	if b.min > b.max {
		return none // no row has a value
	}
	ranges, first := 0, 0
	for i, iv := range s.ints {
		if iv.lo <= b.max && iv.hi >= b.min {
			if ranges == 0 {
				first = i
			}
			ranges++
		}
	}
	st.planes, st.present, st.base, st.unit = b.planes, b.present, b.base, b.unit
	switch {
	case ranges == 0:
		return none
	case s.ints[first].lo <= b.min && s.ints[first].hi >= b.max:
		if st.way = byPresence; b.present == nil {
			return every
		}
	case ranges > fewRanges && s.wide != nil:
		st.way = byDiagram
	case ranges > lookupRanges:
		st.way = byLookup
	default:
		st.way = byBands
		st.bands = b.bands(s.ints[first:first+ranges], st.room[:0])
		if len(st.bands) == 0 {
			return none
		}
	}
	return some
}

// bands turns ranges that overlap the block's own into ranges of what its
// planes hold, leaving out those in which no multiple of its unit lies.
func (b *wholeBlock) bands(list intervals, out []band) []band {
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
		out = append(out, band{lo, hi})
	}
	return out
}

func (s *scan) prepareCodes(b *cellBlock, st *state) share {
	last := int64(1)<<b.planes.width() - 1
	n := len(s.ints)
	for n > 0 && s.ints[n-1].lo > last {
		n--
	}
	st.planes, st.present, st.base, st.unit = b.planes, nil, 0, 1
	switch {
	case n == 0:
		return none
	case s.ints[0].lo == 0 && s.ints[0].hi >= last:
		return every
	case n > fewRanges && s.wide != nil:
		st.way = byDiagram
	case n > lookupRanges:
		st.way = byLookup
	default:
		st.way, st.bands = byBands, st.room[:0]
		for _, iv := range s.ints[:n] {
			st.bands = append(st.bands, band{uint64(iv.lo), uint64(min(iv.hi, last))})
		}
	}
	return some
}

// eval evaluates the rows of the block that are alive; what out says of others
// means nothing. The scan must hold for some.
func (s *scan) eval(w *scratch, alive, out *words) {
	switch st := &w.states[s.id]; s.kind {
	case allNode:
		s.all(w, alive, out)
	case anyNode:
		s.any(w, alive, out)
	default:
		s.leaf(st, w, alive, out)
	}
	if s.neg {
		invert(out)
	}
}

func (s *scan) all(w *scratch, alive, out *words) {
	var kid words
	first := true
	for _, k := range s.kids {
		switch {
		case w.states[k.id].share != some:
		case first:
			k.eval(w, alive, out)
			first = false
		default:
			k.eval(w, out, &kid)
			if and(out, &kid) == 0 {
				return
			}
		}
	}
}

func (s *scan) any(w *scratch, alive, out *words) {
	var kid words
	first := true
	for _, k := range s.kids {
		switch {
		case w.states[k.id].share != some:
		case first:
			k.eval(w, alive, out)
			first = false
		default:
			k.eval(w, alive, &kid)
			or(out, &kid)
		}
	}
}

func (s *scan) leaf(st *state, w *scratch, alive, out *words) {
	switch st.way {
	case byPresence:
		*out = *st.present
		return
	case bySet:
		s.set.block(st.block, out)
		return
	case byBands:
		st.planes.within(st.bands, alive, out)
	case byDiagram:
		s.wide.eval(st.planes, alive, out, w)
	default:
		s.lookup(st, alive, out)
	}
	if st.present != nil {
		and(out, st.present)
	}
}

// lookup looks every living row up.
func (s *scan) lookup(st *state, alive, out *words) {
	const several = 8 // rows of 64 that are quicker turned back together
	var square [64]uint64
	for w, rest := range alive {
		x := st.planes.lines(w / lineWords)
		together := bits.OnesCount64(rest) >= several
		if together {
			unslice(x, w%lineWords, &square)
		}
		in := uint64(0)
		for ; rest != 0; rest &= rest - 1 {
			bit := bits.TrailingZeros64(rest)
			v := square[bit]
			if !together {
				v = row(x, w, bit)
			}
			if s.ints.contains(st.base + int64(v*st.unit)) {
				in |= 1 << bit
			}
		}
		out[w] = in
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

func fill(out *words, set bool) {
	v := uint64(0)
	if set {
		v = ^uint64(0)
	}
	for i := range out {
		out[i] = v
	}
}
