package segment

import (
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
