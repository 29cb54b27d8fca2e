package main

import (
	"fmt"
	"runtime"
	"time"

	"github.com/siyu-go/siyu/bench/gen"
	"github.com/siyu-go/siyu/funnel"
)

// windowFunnel: 100 million events of 10 million users, five steps within seven
// days, answered with the number of users by the last step they reached.
var windowFunnel = workload{
	name:     "funnel/windowfunnel",
	peer:     "ClickHouse windowFunnel on a MergeTree ordered by user and time, aggregation in order, warm",
	goal:     20,
	openOurs: openFunnel,
	openPeer: openWindowFunnel,
	exact:    []int64{602881, 3765927, 3836154, 1339347, 327606, 128085},
}

const (
	funnelEvents = 1e8
	funnelUsers  = 1e7
	funnelWindow = 60480000 // ticks
	tick         = 10 * time.Millisecond
)

var funnelSteps = []string{"visit", "view", "cart", "order", "pay"}

func fiveSteps() funnel.Definition {
	d := funnel.Definition{Window: funnelWindow * tick}
	for _, name := range funnelSteps {
		d.Steps = append(d.Steps, funnel.Step{Event: name})
	}
	return d
}

func openFunnel(scale float64) (side, error) {
	events, users := scaled(funnelEvents, scale), scaled(funnelUsers, scale)
	who, when, what := make([]uint32, events), make([]uint32, events), make([]uint8, events)
	for i := range events {
		who[i], when[i], what[i] = gen.Event(i, events, users)
	}
	var log *funnel.Log
	build := func() (err error) {
		b := funnel.NewBuilder(int(users), funnelSteps, &funnel.BuilderOptions{Tick: tick})
		b.AddColumns(who, when, what)
		log, err = b.Log()
		who, when, what = nil, nil, nil
		return err
	}
	return inProcess(build, func() ([]int64, error) { return countLast(log, users) })
}

// countLast returns the number of users by the last step they reached, 0 for
// those who reached none.
func countLast(log *funnel.Log, users uint64) ([]int64, error) {
	counts, err := funnel.Count(log, fiveSteps())
	if err != nil {
		return nil, err
	}
	answer := []int64{int64(users)}
	for step, reached := range counts.Steps {
		answer[step] -= int64(reached)
		answer = append(answer, int64(reached))
	}
	return answer, nil
}

func openWindowFunnel(scale float64) (side, error) {
	events, users := scaled(funnelEvents, scale), scaled(funnelUsers, scale)
	return openEngine("chdb", eventsSQL(events, users, "(user, ts)"), windowFunnelSQL(users,
		fmt.Sprintf("optimize_aggregation_in_order = 1, max_threads = %d", runtime.GOMAXPROCS(0))))
}

// eventsSQL makes the same events in ClickHouse.
func eventsSQL(events, users uint64, order string) []string {
	return []string{
		`CREATE DATABASE bench ENGINE = Atomic`,
		`CREATE TABLE bench.events (user UInt32, ts UInt32, ev UInt8) ENGINE = MergeTree ORDER BY ` + order,
		fmt.Sprintf(`INSERT INTO bench.events
			WITH %s, bitShiftRight(h, 32) AS u, bitAnd(h, 0xfffe) AS r
			SELECT bitShiftRight(bitShiftRight(u * u, 32) * %d, 32) * 7368787 %% %d, intDiv(number * 259200000, %d),
				multiIf(r < 26214, 0, r < 42598, 1, r < 53740, 2, r < 60948, 3, 4)
			FROM numbers_mt(%d)`, mixSQL(42, "h"), users, users, events, events),
		`OPTIMIZE TABLE bench.events FINAL`,
	}
}

func windowFunnelSQL(users uint64, settings string) string {
	return fmt.Sprintf(`SELECT countIf(level = 0) + %d - count(), countIf(level = 1), countIf(level = 2), countIf(level = 3), countIf(level = 4), countIf(level = 5)
		FROM (SELECT windowFunnel(%d)(ts, ev = 0, ev = 1, ev = 2, ev = 3, ev = 4) AS level FROM bench.events GROUP BY user)
		SETTINGS %s`, users, funnelWindow, settings)
}
