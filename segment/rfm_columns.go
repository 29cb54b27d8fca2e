package segment

import (
	"slices"
	"sync"

	"github.com/siyu-go/siyu"
)

// RFMColumns are the three measures of many customers, customer i at index i:
// the form for tens of millions. Recency and frequency beyond 65,535 are to be
// cut there; the unit of Monetary is the host's, such as whole yuan.
type RFMColumns struct {
	Recency   []uint16
	Frequency []uint16
	Monetary  []uint32
}

// RFMColumnScales score [RFMColumns].
type RFMColumnScales struct {
	Recency   Scale[uint16]
	Frequency Scale[uint16]
	Monetary  Scale[uint32]
}

// MaxColumnLevels is the most levels of each measure in [RFMColumns], so that a
// cell fits a byte.
const MaxColumnLevels = 6

// ColumnCuts says how [RFMColumns.Scales] cuts.
type ColumnCuts uint8

// The ways to cut.
const (
	MidRankCuts  ColumnCuts = iota // see [MidRankScale]
	QuantileCuts                   // at the values of rank floor(j*n/levels), as ClickHouse's quantilesExact
)

// ColumnOptions are the settings of the methods of [RFMColumns].
type ColumnOptions struct {
	Cuts    ColumnCuts
	Workers int // goroutines to use; 0 means 1
}

func (c RFMColumns) check(levels int, o *ColumnOptions) (workers int, err error) {
	switch n := len(c.Recency); {
	case n == 0:
		return 0, siyu.Invalid("recency", "holds no customer")
	case len(c.Frequency) != n:
		return 0, siyu.Invalid("frequency", "has %d customers, recency %d", len(c.Frequency), n)
	case len(c.Monetary) != n:
		return 0, siyu.Invalid("monetary", "has %d customers, recency %d", len(c.Monetary), n)
	case levels < 1 || levels > MaxColumnLevels:
		return 0, siyu.Invalid("levels", "%d is not between 1 and %d", levels, MaxColumnLevels)
	}
	if o == nil || o.Workers < 1 {
		return 1, nil
	}
	return min(o.Workers, len(c.Recency)), nil
}

// Scales cuts all three measures exactly, without sorting: by counting values,
// and for the amounts by counting their upper halves first and then the lower
// halves where a cut falls.
func (c RFMColumns) Scales(levels int, o *ColumnOptions) (RFMColumnScales, error) {
	workers, err := c.check(levels, o)
	if err != nil {
		return RFMColumnScales{}, err
	}
	cuts := MidRankCuts
	if o != nil {
		cuts = o.Cuts
	}
	n := len(c.Recency)
	recency := count16(c.Recency, workers)
	frequency := count16(c.Frequency, workers)
	s := RFMColumnScales{
		Recency:   cutCounts(recency, n, levels, Lower, cuts),
		Frequency: cutCounts(frequency, n, levels, Higher, cuts),
	}
	s.Monetary = cutWide(c.Monetary, levels, cuts, workers)
	return s, nil
}

// parts splits n rows among workers and waits for them.
func parts(n, workers int, work func(worker, from, to int)) {
	if workers == 1 {
		work(0, 0, n)
		return
	}
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() { work(w, n*w/workers, n*(w+1)/workers) })
	}
	wait.Wait()
}

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

// Score writes each customer's cell into cells, which must be as long as the
// columns, and returns the number of customers per cell. The cell of levels
// r, f, m of k is ((r-1)*k + f-1)*k + m-1; see [CellScore].
func (c RFMColumns) Score(s RFMColumnScales, cells []uint8, o *ColumnOptions) ([]int, error) {
	levels := s.Monetary.Levels()
	workers, err := c.check(levels, o)
	switch {
	case err != nil:
		return nil, err
	case s.Recency.Levels() != levels || s.Frequency.Levels() != levels:
		return nil, siyu.Invalid("scales", "have different numbers of levels")
	case len(cells) != len(c.Recency):
		return nil, siyu.Invalid("cells", "are %d for %d customers", len(cells), len(c.Recency))
	}
	recency, frequency := table16(s.Recency, levels*levels), table16(s.Frequency, levels)
	// Cuts that do not exist are never reached; those of 32 bits need 33.
	cuts := [MaxColumnLevels - 1]uint64{1 << 32, 1 << 32, 1 << 32, 1 << 32, 1 << 32}
	for i, cut := range s.Monetary.Cuts {
		cuts[i] = uint64(cut)
		if s.Monetary.RightClosed {
			cuts[i]++
		}
	}
	counts := make([][4][256]int, workers)
	parts(len(cells), workers, func(w, from, to int) {
		score(c, recency, frequency, cuts, s.Monetary.Better == Lower, levels, cells, from, to, &counts[w])
	})
	total := make([]int, levels*levels*levels)
	for w := range counts {
		for t := range counts[w] {
			for cell := range total {
				total[cell] += counts[w][t][cell]
			}
		}
	}
	return total, nil
}

func score(c RFMColumns, recency, frequency *[1 << 16]uint8, cuts [MaxColumnLevels - 1]uint64, low bool, levels int, cells []uint8, from, to int, counts *[4][256]int) {
	r, f, m, out := c.Recency[from:to], c.Frequency[from:to], c.Monetary[from:to], cells[from:to]
	f, m, out = f[:len(r)], m[:len(r)], out[:len(r)]
	sign, base := uint8(1), uint8(len(cuts)) // the level is the number of cuts that are not above
	if low {
		sign, base = 255, uint8(levels-1-len(cuts)) // -1
	}
	cell := func(i int) uint8 {
		// The sign bit of v-cut tells v < cut, without a branch.
		v := uint64(m[i])
		below := (v-cuts[0])>>63 + (v-cuts[1])>>63 + (v-cuts[2])>>63 + (v-cuts[3])>>63 + (v-cuts[4])>>63
		return recency[r[i]] + frequency[f[i]] + base - sign*uint8(below)
	}
	i := 0
	for ; i+4 <= len(r); i += 4 { // four tables, so that equal cells do not wait for each other
		a, b, c, d := cell(i), cell(i+1), cell(i+2), cell(i+3)
		out[i], out[i+1], out[i+2], out[i+3] = a, b, c, d
		counts[0][a]++
		counts[1][b]++
		counts[2][c]++
		counts[3][d]++
	}
	for ; i < len(r); i++ {
		out[i] = cell(i)
		counts[0][out[i]]++
	}
}

// table16 is the level of every 16-bit value, from 0, times a factor.
func table16(s Scale[uint16], factor int) *[1 << 16]uint8 {
	table := new([1 << 16]uint8)
	for v := range table {
		table[v] = uint8((s.Level(uint16(v)) - 1) * factor)
	}
	return table
}

// CellScore returns the score of a cell of [RFMColumns.Score].
func CellScore(cell uint8, levels int) RFMScore {
	c := int(cell)
	return RFMScore{R: c/(levels*levels) + 1, F: c/levels%levels + 1, M: c%levels + 1}
}
