package clickhouse_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/siyu-go/siyu/funnel"
	"github.com/siyu-go/siyu/store/clickhouse"
)

// Debian's ClickHouse 18.16 is a server with an HTTP interface of its own, and
// old: what it lacks it refuses by name, and the client passes that on.
func TestOldServer_refuses(t *testing.T) {
	address, database := serverOf(t, "SIYU_CLICKHOUSE_OLD")
	db, err := clickhouse.Open(address, &clickhouse.Options{Database: database})
	if err != nil {
		t.Fatal(err)
	}
	d := funnel.Definition{Steps: []funnel.Step{{Event: "a"}, {Event: "b"}}, Window: time.Hour}
	_, err = db.Funnel(t.Context(), clickhouse.Events{Table: "events"}, d)
	for what, err := range map[string]error{
		"Unknown setting param_": err,
		"Unknown data type":      db.CreateTable(t.Context(), clickhouse.Events{Table: "events"}),
	} {
		var refused *clickhouse.ServerError
		if !errors.As(err, &refused) || refused.Status == http.StatusOK || !strings.Contains(refused.Message, what) {
			t.Errorf("%s: got %v", what, err)
		}
	}
}

// windowFunnel, where an event meets one step, and sequences answered in 18.16 as
// they do in 26.7. Its retention did not: an event counted for the first condition
// that it meets only. Nor did it know strict_once, (?t==1) and maps.
func TestOldServer_functions(t *testing.T) {
	e := newEngine(t, "SIYU_CLICKHOUSE_OLD")
	testSequences(t, e, patterns)
	r := rand.New(rand.NewPCG(5, 6))
	for range 12 {
		people := histories(r, 400, 1+r.IntN(4), false)
		e.load(t, people)
		testPlainFunnel(t, e, people, int64(r.IntN(14)))
	}
}

// Two shards of one server, each in a database of its own, over TCP.
func TestOldServer_distributed(t *testing.T) {
	e := newEngine(t, "SIYU_CLICKHOUSE_OLD")
	r := rand.New(rand.NewPCG(7, 8))
	for _, key := range []string{"u", "t"} {
		for shard := range 2 {
			ask(t, e.address, fmt.Sprintf("CREATE DATABASE IF NOT EXISTS siyu_shard_%d", shard))
			ask(t, e.address, fmt.Sprintf("DROP TABLE IF EXISTS siyu_shard_%d.rows", shard))
			ask(t, e.address, fmt.Sprintf("CREATE TABLE siyu_shard_%d.rows (u UInt32, t UInt32, m UInt32) ENGINE = Memory", shard))
		}
		over := engine{e.address, e.table + "_by_" + key}
		ask(t, e.address, "CREATE TABLE "+over.table+" (u UInt32, t UInt32, m UInt32) ENGINE = Distributed('two', '', 'rows')")
		people := histories(r, 400, 3, false)
		e.load(t, people)
		for shard := range 2 {
			ask(t, e.address, fmt.Sprintf("INSERT INTO siyu_shard_%d.rows SELECT * FROM %s WHERE cityHash64(%s) %% 2 = %d", shard, e.table, key, shard))
		}
		testPlainFunnel(t, over, people, 9)
	}
}

// testPlainFunnel holds windowFunnel against ours, with the first step that an
// event meets only.
func testPlainFunnel(t *testing.T, e engine, people []history, window int64) {
	t.Helper()
	w, err := funnel.NewWindowFunnel(4, window)
	if err != nil {
		t.Fatal(err)
	}
	function := fmt.Sprintf("windowFunnel(%d)(t, %s)", window, "bitAnd(m, 1) = 1, bitAnd(m, 3) = 2, bitAnd(m, 7) = 4, bitAnd(m, 15) = 8")
	for u, want := range e.answers(t, len(people), function) {
		first := make(history, len(people[u]))
		for i, row := range people[u] {
			first[i] = funnel.Row{At: row.At, Met: row.Met & -row.Met}
		}
		if got := fmt.Sprint(w.Level(first)); got != want {
			t.Fatalf("%s of %v is %s in the engine, %s here", function, first, want, got)
		}
	}
}
