package segment

import "slices"

// counts16 counts every 16-bit value.
type counts16 [1 << 16]uint32

// add counts values into four tables in turn, so that runs of one value do not
// wait for their own stores.
func countInto(values []uint16, tables *[4]counts16) {
	i := 0
	for ; i+4 <= len(values); i += 4 {
		v := values[i : i+4 : i+4]
		tables[0][v[0]]++
		tables[1][v[1]]++
		tables[2][v[2]]++
		tables[3][v[3]]++
	}
	for ; i < len(values); i++ {
		tables[0][values[i]]++
	}
}

func count16(values []uint16, workers int) *counts16 {
	tables := make([][4]counts16, workers)
	parts(len(values), workers, func(w, from, to int) { countInto(values[from:to], &tables[w]) })
	return total16(tables)
}

func total16(tables [][4]counts16) *counts16 {
	sum := new(counts16)
	for w := range tables {
		for t := range tables[w] {
			for v, n := range tables[w][t] {
				sum[v] += n
			}
		}
	}
	return sum
}

// cutCounts cuts a measure of which every value is counted.
func cutCounts(counts *counts16, n, levels int, better Better, cuts ColumnCuts) Scale[uint16] {
	blocks := func(yield func(run[uint16]) bool) {
		for v, count := range counts {
			if count > 0 && !yield(run[uint16]{uint16(v), int(count)}) {
				return
			}
		}
	}
	if cuts == MidRankCuts {
		return midRank(blocks, n, levels, better)
	}
	s := Scale[uint16]{Better: better}
	upTo := 0
	for b := range blocks {
		for upTo += b.count; len(s.Cuts) < levels-1 && upTo > (len(s.Cuts)+1)*n/levels; {
			s.Cuts = append(s.Cuts, b.value)
		}
	}
	return s
}

// cutWide cuts 32-bit values, higher being better, in two rounds.
func cutWide(values []uint32, levels int, cuts ColumnCuts, workers int) Scale[uint32] {
	n := len(values)
	tables := make([][4]counts16, workers)
	parts(n, workers, func(w, from, to int) { countUpper(values[from:to], &tables[w]) })
	upper := total16(tables)

	// A cut lies in the first upper half that reaches its rank, or, for middle
	// ranks, at the first value of the next.
	slot := new([1 << 16]uint8)
	var refine []int
	want := func(u int) {
		if slot[u] == 0 {
			refine = append(refine, u)
			slot[u] = uint8(len(refine))
		}
	}
	upTo, next := 0, false
	for u, count := range upper {
		if count == 0 {
			continue
		}
		if next {
			want(u)
			next = false
		}
		before := upTo
		upTo += int(count)
		for j := 1; j < levels; j++ {
			if rank := j * n; before*levels <= rank && rank <= upTo*levels {
				want(u)
				next = true
			}
		}
	}
	lower := countLower(values, slot, len(refine), workers)
	return refineCuts(upper, lower, slot, n, levels, cuts)
}

func countUpper(values []uint32, tables *[4]counts16) {
	i := 0
	for ; i+4 <= len(values); i += 4 {
		v := values[i : i+4 : i+4]
		tables[0][v[0]>>16]++
		tables[1][v[1]>>16]++
		tables[2][v[2]>>16]++
		tables[3][v[3]>>16]++
	}
	for ; i < len(values); i++ {
		tables[0][values[i]>>16]++
	}
}

// countLower counts the lower halves of the values whose upper half has a
// slot. The others are counted too, in a few cells of slot 0 that nobody reads:
// a branch that cannot be foretold would cost more.
func countLower(values []uint32, slot *[1 << 16]uint8, slots, workers int) []counts16 {
	all := make([][]counts16, workers)
	parts(len(values), workers, func(w, from, to int) {
		tables := make([]counts16, slots+1)
		for i, v := range values[from:to] {
			s := slot[v>>16]
			mask := uint16(int16(-int8(s)) >> 15) // all ones but for slot 0
			tables[s][uint16(v)&mask|uint16(i)&63&^mask]++
		}
		all[w] = tables
	})
	for _, tables := range all[1:] {
		for s := range tables {
			for v, n := range tables[s] {
				all[0][s][v] += n
			}
		}
	}
	return all[0]
}

// refineCuts walks the values in order, in one step over upper halves without
// a slot.
func refineCuts(upper *counts16, lower []counts16, slot *[1 << 16]uint8, n, levels int, cuts ColumnCuts) Scale[uint32] {
	s := Scale[uint32]{}
	less := 0
	for u, count := range upper {
		if slot[u] == 0 {
			less += int(count)
			continue
		}
		for l, equal := range lower[slot[u]] {
			if equal == 0 {
				continue
			}
			value, at := uint32(u)<<16|uint32(l), len(s.Cuts)+1
			if cuts == MidRankCuts {
				at = midLevel(less, int(equal), n, levels)
			} else {
				for at < levels && less+int(equal) > at*n/levels {
					at++
				}
			}
			for len(s.Cuts) < at-1 {
				s.Cuts = append(s.Cuts, value)
			}
			less += int(equal)
		}
	}
	if missing := levels - 1 - len(s.Cuts); missing > 0 { // the best value is below the best level
		last := uint32(0)
		for u := len(upper) - 1; u >= 0; u-- {
			if upper[u] > 0 {
				last = uint32(u)<<16 | 0xffff
				break
			}
		}
		s.Cuts = append(s.Cuts, slices.Repeat([]uint32{above(last)}, missing)...)
	}
	return s
}
