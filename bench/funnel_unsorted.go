package main

import (
	"fmt"
	"runtime"

	"github.com/siyu-go/siyu/bench/gen"
	"github.com/siyu-go/siyu/funnel"
)

// funnelUnsorted: the funnel of funnel/windowfunnel from events as they lie in
// a stream, in the order of time. Our turn lays the log out and counts; what
// went before is only to have the columns in memory.
var funnelUnsorted = workload{
	name:     "funnel/unsorted",
	peer:     "ClickHouse windowFunnel on a MergeTree ordered by time, hash aggregation, warm",
	goal:     6,
	openOurs: openUnsortedFunnel,
	openPeer: openHashedFunnel,
	exact:    windowFunnel.exact,
}

func openUnsortedFunnel(scale float64) (side, error) {
	events, users := scaled(funnelEvents, scale), scaled(funnelUsers, scale)
	who, when, what := make([]uint32, events), make([]uint32, events), make([]uint8, events)
	columns := func() error {
		for i := range events {
			who[i], when[i], what[i] = gen.Event(i, events, users)
		}
		return nil
	}
	return inProcess(columns, func() ([]int64, error) {
		b := funnel.NewBuilder(int(users), funnelSteps, &funnel.BuilderOptions{Tick: tick})
		b.AddColumns(who, when, what)
		log, err := b.Log()
		if err != nil {
			return nil, err
		}
		return countLast(log, users)
	})
}

func openHashedFunnel(scale float64) (side, error) {
	events, users := scaled(funnelEvents, scale), scaled(funnelUsers, scale)
	return openEngine("chdb", eventsSQL(events, users, "ts"),
		windowFunnelSQL(users, fmt.Sprintf("max_threads = %d", runtime.GOMAXPROCS(0))))
}
