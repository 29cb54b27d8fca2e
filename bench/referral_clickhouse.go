package main

import (
	"fmt"
	"runtime"

	"github.com/siyu-go/siyu/referral/forest"
)

// referralClickHouse: the tiers and rewards of the same forest, without its
// generations.
var referralClickHouse = workload{
	name:     "referral/forest-clickhouse",
	peer:     "ClickHouse, joins on a MergeTree ordered by id, warm",
	goal:     5,
	byCPU:    true,
	openOurs: openRewards,
	openPeer: openJoins,
	exact:    referralForest.exact,
}

func openRewards(scale float64) (side, error) {
	return openReckoning(scale, func(_ *forest.Forest, report forest.Report) []int64 {
		return append(report.Members, int64(report.Total))
	})
}

func openJoins(scale float64) (side, error) {
	return openEngine("chdb", []string{
		`CREATE DATABASE bench ENGINE = Atomic`,
		`CREATE TABLE bench.members (id UInt32, parent Int32) ENGINE = MergeTree ORDER BY id`,
		fmt.Sprintf(`INSERT INTO bench.members
			WITH %s, bitShiftRight(h, 32) AS u
			SELECT number, if(number = 0 OR bitAnd(h, 65535) < 6554, -1,
				toInt32(bitShiftRight(bitShiftRight(u * u, 32) * number, 32)))
			FROM numbers_mt(%d)`, mixSQL(11, "h"), scaled(forestMembers, scale)),
		`OPTIMIZE TABLE bench.members FINAL`,
	}, fmt.Sprintf(`WITH direct AS (
			SELECT toUInt32(parent) AS id, count() AS n FROM bench.members WHERE parent >= 0 GROUP BY id
		), second AS (
			SELECT toUInt32(m.parent) AS id, sum(d.n) AS n FROM bench.members AS m JOIN direct AS d ON m.id = d.id
			WHERE m.parent >= 0 GROUP BY id
		)
		SELECT (SELECT count() FROM bench.members) - count(), countIf(d.n < 3), countIf(d.n BETWEEN 3 AND 9),
			countIf(d.n BETWEEN 10 AND 49), countIf(d.n >= 50),
			sum(multiIf(d.n >= 50, 1000 * d.n + 300 * s.n, d.n >= 10, 800 * d.n + 200 * s.n,
				d.n >= 3, 600 * d.n + 150 * s.n, 500 * d.n + 100 * s.n))
		FROM direct AS d LEFT JOIN second AS s ON s.id = d.id
		SETTINGS max_threads = %d`, runtime.GOMAXPROCS(0)))
}
