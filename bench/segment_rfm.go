package main

import (
	"fmt"
	"runtime"
	"slices"

	"github.com/siyu-go/siyu/bench/gen"
	"github.com/siyu-go/siyu/segment"
)

// segmentRFM: exact quintiles of recency, frequency and amount of 50 million
// customers, every customer scored by them, and the sizes of the 125 cells.
var segmentRFM = workload{
	name:     "segment/rfm",
	peer:     "ClickHouse, quantilesExact and scores by comparison, on a MergeTree, warm",
	goal:     8,
	openOurs: openRFM,
	openPeer: openQuantilesExact,
	exact:    []int64{29, 116, 262, 467, 1, 11, 52, 164, 27000, 429860, 2174557, 6871627, 3087105748},
}

const (
	rfmUsers  = 5e7
	rfmLevels = 5
)

func openRFM(scale float64) (side, error) {
	n := scaled(rfmUsers, scale)
	columns := segment.RFMColumns{Recency: make([]uint16, n), Frequency: make([]uint16, n), Monetary: make([]uint32, n)}
	cells := make([]uint8, n)
	build := func() error {
		for i := range n {
			columns.Recency[i], columns.Frequency[i], columns.Monetary[i] = gen.RFM(i)
		}
		return nil
	}
	opts := &segment.ColumnOptions{Cuts: segment.QuantileCuts, Workers: runtime.GOMAXPROCS(0)}
	return inProcess(build, func() ([]int64, error) {
		scales, err := columns.Scales(rfmLevels, opts)
		if err != nil {
			return nil, err
		}
		scales.Recency.RightClosed, scales.Frequency.RightClosed, scales.Monetary.RightClosed = true, true, true
		counts, err := columns.Score(scales, cells, opts)
		if err != nil {
			return nil, err
		}
		sum := 0 // of codes 25R + 5F + M, R counted from the most recent
		for cell, n := range counts {
			sum += n * (25*(4-cell/25) + cell%25)
		}
		return slices.Concat(integers(scales.Recency.Cuts), integers(scales.Frequency.Cuts),
			integers(scales.Monetary.Cuts), []int64{int64(sum)}, integers(counts)), nil
	})
}

func openQuantilesExact(scale float64) (side, error) {
	const quintiles = "quantilesExact(0.2, 0.4, 0.6, 0.8)"
	level := func(column string, cuts int) string {
		return fmt.Sprintf("((%[1]s > cuts.%[2]d[1]) + (%[1]s > cuts.%[2]d[2]) + (%[1]s > cuts.%[2]d[3]) + (%[1]s > cuts.%[2]d[4]))", column, cuts)
	}
	return openEngine("chdb", []string{
		`CREATE DATABASE bench ENGINE = Atomic`,
		`CREATE TABLE bench.rfm (r UInt16, f UInt16, m UInt32) ENGINE = MergeTree ORDER BY tuple()`,
		fmt.Sprintf(`INSERT INTO bench.rfm
			WITH %s, bitAnd(h, 65535) AS a, bitAnd(bitShiftRight(h, 16), 65535) AS b, bitShiftRight(b * b, 16) AS b2,
				bitShiftRight(h, 32) AS c, bitShiftRight(c * c, 32) AS c2
			SELECT bitShiftRight(a * a * 730, 32), 1 + bitShiftRight(b2 * b2 * 400, 32),
				bitShiftRight(c2 * c2, 40) + bitAnd(bitShiftRight(h, 20), 255)
			FROM numbers_mt(%d)`, mixSQL(9, "h"), scaled(rfmUsers, scale)),
		`OPTIMIZE TABLE bench.rfm FINAL`,
	}, fmt.Sprintf(`WITH (SELECT (%[1]s(r), %[1]s(f), %[1]s(m)) FROM bench.rfm) AS cuts
		SELECT cuts.1, cuts.2, cuts.3, sum(users * (25 * (4 - intDiv(cell, 25)) + cell %% 25)), groupArrayInsertAt(0, 125)(users, toUInt8(cell)) FROM (
			SELECT 25 * (4 - %[2]s) + 5 * %[3]s + %[4]s AS cell, count() AS users FROM bench.rfm GROUP BY cell
		) SETTINGS max_threads = %[5]d`, quintiles, level("r", 1), level("f", 2), level("m", 3), runtime.GOMAXPROCS(0)))
}
