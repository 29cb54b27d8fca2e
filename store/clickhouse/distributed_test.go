package clickhouse_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
	"github.com/siyu-go/siyu/store/clickhouse"
)

// Over a Distributed table of two shards the counts are those in process: with
// the events of a user on one shard or all over, and with the shards finishing
// their users where they may. Told so where it is not true they miscount, which
// shows that the shards do work on their own.
func TestDistributed(t *testing.T) {
	address, database := server(t)
	db, err := clickhouse.Open(address, nil)
	if err != nil {
		t.Fatal(err)
	}
	var wrong, reached int
	for history := range 10 { // a query of two shards takes its time
		drawn := asked().Example(history)
		table := clickhouse.Events{Table: fmt.Sprintf("%s.h%d", database, history)}
		if err := load(t.Context(), db, table, drawn.events); err != nil {
			t.Fatal(err)
		}
		log, err := funnel.NewLog(funnel.FromSlice(drawn.events), nil)
		if err != nil {
			t.Fatal(err)
		}
		byUser, byEvent := distribute(t, address, table, "user_id"), distribute(t, address, table, "event_id")
		finishing, misled := byUser, byEvent
		finishing.ShardedByUser, misled.ShardedByUser = true, true
		for _, d := range drawn.definitions {
			report, err := funnel.Run(log, d)
			if err != nil {
				t.Fatal(err)
			}
			var want []int64
			for _, s := range report.Steps {
				want = append(want, int64(s.Count))
				reached += s.Count
			}
			for _, over := range []clickhouse.Events{byUser, byEvent, finishing, misled} {
				result, err := db.Funnel(t.Context(), over, d)
				if err != nil {
					t.Fatalf("%+v: %v", d, err)
				}
				switch equal := slices.Equal(result.Counts, want); {
				case over == misled && !equal:
					wrong++
				case over != misled && !equal:
					query, _ := clickhouse.CompileFunnel(over, d)
					t.Fatalf("over %s ClickHouse counts %v, in process %v\n%+v\n%s %q", over.Table, result.Counts, want, d, query.SQL, query.Params)
				}
			}
		}
	}
	if reached == 0 || wrong == 0 {
		t.Errorf("%d steps reached, %d miscounted: nothing was shown", reached, wrong)
	}
}

// question is what a few users did and what is asked of it.
type question struct {
	events      []siyu.Event
	definitions []funnel.Definition
}

func asked() *rapid.Generator[question] {
	return rapid.Custom(func(t *rapid.T) question {
		q := question{events: events(t, 0, false)}
		for i := range 4 {
			q.definitions = append(q.definitions, definition(t, i < 2))
		}
		return q
	})
}

// distribute makes a Distributed table over two shards: each sees its half of
// the rows of a table, by a column.
func distribute(t *testing.T, address string, table clickhouse.Events, column string) clickhouse.Events {
	t.Helper()
	view := table.Table + "_" + column
	ask(t, address, "CREATE VIEW "+view+" AS SELECT * FROM "+table.Table+" WHERE cityHash64("+column+") % 2 = shardNum() - 1")
	over := clickhouse.Events{Table: view + "_d"}
	database, name, _ := strings.Cut(view, ".")
	ask(t, address, "CREATE TABLE "+over.Table+" AS "+table.Table+" ENGINE = Distributed('twice', '"+database+"', '"+name+"')")
	return over
}
