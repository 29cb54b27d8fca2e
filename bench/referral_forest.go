package main

import (
	"bufio"
	"fmt"
	"runtime"
	"slices"

	"github.com/siyu-go/siyu/bench/gen"
	"github.com/siyu-go/siyu/referral/forest"
)

// referralForest: 10 million members by inviter: how many each brought directly
// and at second hand, how many stand in each of five tiers, what two levels of
// rewards come to, and how many there are in each generation.
var referralForest = workload{
	name:     "referral/forest",
	peer:     "DuckDB in memory, joins and a recursive query",
	goal:     10,
	openOurs: openForest,
	openPeer: openRecursive,
	exact:    []int64{6182936, 2886836, 841352, 85564, 3312, 6886295300},
}

const forestMembers = 1e7

func openForest(scale float64) (side, error) {
	return openReckoning(scale, func(f *forest.Forest, report forest.Report) []int64 {
		return slices.Concat(report.Members, []int64{int64(report.Total)}, f.Generations())
	})
}

// openReckoning builds the forest at each turn, anew, reckons its rewards, and
// answers with what a function takes from them.
func openReckoning(scale float64, answer func(*forest.Forest, forest.Report) []int64) (side, error) {
	parent := make([]int32, scaled(forestMembers, scale))
	build := func() error {
		for i := range parent {
			parent[i] = gen.Parent(uint64(i))
		}
		return nil
	}
	tiers := []forest.Tier{
		{From: 1, Direct: 500, Second: 100},
		{From: 3, Direct: 600, Second: 150},
		{From: 10, Direct: 800, Second: 200},
		{From: 50, Direct: 1000, Second: 300},
	}
	return inProcess(build, func() ([]int64, error) {
		f, err := forest.Build(parent)
		if err != nil {
			return nil, err
		}
		report, err := f.Reckon(tiers)
		if err != nil {
			return nil, err
		}
		return answer(f, report), nil
	})
}

func openRecursive(scale float64) (side, error) {
	members := scaled(forestMembers, scale)
	file, remove, err := csvFile(func(out *bufio.Writer) {
		for i := range members {
			fmt.Fprintf(out, "%d,%d\n", i, gen.Parent(i))
		}
	})
	if err != nil {
		return side{}, err
	}
	defer remove()
	return openEngine("duckdb", []string{
		fmt.Sprintf("SET threads = %d", runtime.GOMAXPROCS(0)),
		fmt.Sprintf("CREATE TABLE members AS FROM read_csv('%s', header = false, columns = {'id': 'INTEGER', 'parent': 'INTEGER'})", file),
	}, `WITH RECURSIVE direct AS (
			SELECT parent AS id, count(*) AS n FROM members WHERE parent >= 0 GROUP BY parent
		), second AS (
			SELECT m.parent AS id, sum(d.n) AS n FROM direct d JOIN members m ON m.id = d.id WHERE m.parent >= 0 GROUP BY m.parent
		), paid AS (
			SELECT d.n, coalesce(s.n, 0) AS second FROM direct d LEFT JOIN second s ON s.id = d.id
		), reckoned AS (
			SELECT count(*) FILTER (n < 3) AS tier1, count(*) FILTER (n BETWEEN 3 AND 9) AS tier2,
				count(*) FILTER (n BETWEEN 10 AND 49) AS tier3, count(*) FILTER (n >= 50) AS tier4,
				sum(CASE WHEN n >= 50 THEN 1000 * n + 300 * second WHEN n >= 10 THEN 800 * n + 200 * second
					WHEN n >= 3 THEN 600 * n + 150 * second ELSE 500 * n + 100 * second END) AS total
			FROM paid
		), line(id, depth) AS (
			SELECT id, 0 FROM members WHERE parent < 0
			UNION ALL SELECT m.id, line.depth + 1 FROM line JOIN members m ON m.parent = line.id
		), generations AS (
			SELECT list(n ORDER BY depth) AS sizes FROM (SELECT depth, count(*) AS n FROM line GROUP BY depth)
		)
		SELECT (SELECT count(*) FROM members) - tier1 - tier2 - tier3 - tier4, tier1, tier2, tier3, tier4, total, sizes
		FROM reckoned, generations`)
}
