package main

import (
	"bufio"
	"fmt"
	"runtime"
	"strings"

	"github.com/siyu-go/siyu/bench/gen"
	"github.com/siyu-go/siyu/funnel"
)

// funnelSQL: the events of the first million of those users, 10 million, asked
// the way a warehouse without a funnel function answers exactly.
var funnelSQL = workload{
	name:     "funnel/sql",
	peer:     "DuckDB in memory, four nested window functions",
	goal:     150,
	openOurs: openFunnelSubset,
	openPeer: openNestedWindows,
	exact:    []int64{939615, 563030, 178943, 45351, 12827}, // users who reached each step
}

// subset yields the events of the first tenth of the users.
func subset(scale float64, yield func(user, ts uint32, step uint8)) (users int) {
	events, all := scaled(funnelEvents, scale), scaled(funnelUsers, scale)
	for i := range events {
		if user, ts, step := gen.Event(i, events, all); uint64(user) < all/10 {
			yield(user, ts, step)
		}
	}
	return int(all / 10)
}

func openFunnelSubset(scale float64) (side, error) {
	var who, when []uint32
	var what []uint8
	users := subset(scale, func(user, ts uint32, step uint8) {
		who, when, what = append(who, user), append(when, ts), append(what, step)
	})
	var log *funnel.Log
	build := func() (err error) {
		b := funnel.NewBuilder(users, funnelSteps, &funnel.BuilderOptions{Tick: tick})
		b.AddColumns(who, when, what)
		log, err = b.Log()
		return err
	}
	return inProcess(build, func() ([]int64, error) {
		counts, err := funnel.Count(log, fiveSteps())
		if err != nil {
			return nil, err
		}
		return integers(counts.Steps), nil
	})
}

func openNestedWindows(scale float64) (side, error) {
	file, remove, err := csvFile(func(out *bufio.Writer) {
		subset(scale, func(user, ts uint32, step uint8) { fmt.Fprintf(out, "%d,%d,%d\n", user, ts, step) })
	})
	if err != nil {
		return side{}, err
	}
	defer remove()

	// s1 to s4 are, at each event, the latest start of a chain that has reached
	// so many steps.
	query := "SELECT *, max(CASE WHEN ev = 0 THEN ts END) OVER so_far AS s1 FROM events WINDOW so_far AS (PARTITION BY user ORDER BY ts)"
	for step := 1; step <= 3; step++ {
		query = fmt.Sprintf(`SELECT *, max(CASE WHEN ev = %[1]d AND ts - s%[1]d <= %[2]d THEN s%[1]d END) OVER so_far AS s%[3]d
			FROM (%[4]s) WINDOW so_far AS (PARTITION BY user ORDER BY ts)`, step, funnelWindow, step+1, query)
	}
	reached := []string{"count(s1)", "count(s2)", "count(s3)", "count(s4)", "count(*) FILTER (last)"}
	query = fmt.Sprintf(`SELECT %s FROM (SELECT max(s1) AS s1, max(s2) AS s2, max(s3) AS s3, max(s4) AS s4,
		bool_or(ev = 4 AND s4 IS NOT NULL AND ts - s4 <= %d) AS last FROM (%s) GROUP BY user)`,
		strings.Join(reached, ", "), funnelWindow, query)
	return openEngine("duckdb", []string{
		fmt.Sprintf("SET threads = %d", runtime.GOMAXPROCS(0)),
		fmt.Sprintf(`CREATE TABLE events AS FROM read_csv('%s', header = false,
			columns = {'user': 'INTEGER', 'ts': 'INTEGER', 'ev': 'TINYINT'})`, file),
	}, query)
}
