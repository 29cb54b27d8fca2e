package clickhouse_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
	"github.com/siyu-go/siyu/store/clickhouse"
	"github.com/siyu-go/siyu/store/memstore"
)

// server returns the address of a ClickHouse and a database on it for this test
// alone.
func server(t *testing.T) (address, database string) {
	t.Helper()
	return serverOf(t, "SIYU_CLICKHOUSE")
}

// serverOf is server for the address in a variable.
func serverOf(t *testing.T, variable string) (address, database string) {
	t.Helper()
	address = os.Getenv(variable)
	if address == "" {
		t.Skipf("no server: %s is not set; see make services", variable)
	}
	database = fmt.Sprintf("siyu_%d_%s", os.Getpid(), strings.ToLower(t.Name()))
	ask(t, address, "CREATE DATABASE "+database)
	t.Cleanup(func() { ask(t, address, "DROP DATABASE "+database) })
	return address, database
}

func ask(t *testing.T, address, sql string) {
	t.Helper()
	response, err := http.Post(address, "text/plain", strings.NewReader(sql))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		message, _ := io.ReadAll(response.Body)
		t.Fatalf("%s: %s", sql, message)
	}
}

var (
	eventNames = []string{"a", "b", "c", "d"}
	start      = time.Date(2026, 3, 1, 0, 0, 0, 1000, time.UTC)
)

// events draws what a handful of users did, with many ties in time if asked.
func events(t *rapid.T, history int, ties bool) []siyu.Event {
	n := rapid.IntRange(1, 60).Draw(t, "events")
	out := make([]siyu.Event, n)
	for i := range out {
		out[i] = siyu.Event{
			ID:   siyu.EventID(fmt.Sprintf("h%d-e%d", history, i)),
			User: siyu.UserID(rapid.SampledFrom([]string{"u1", "u2", "u3", "用户'4", `u\5`}).Draw(t, "user")),
			Name: rapid.SampledFrom(eventNames).Draw(t, "name"),
			At:   start.Add(time.Duration(rapid.IntRange(0, 20).Draw(t, "at")) * time.Minute),
		}
		if !ties {
			out[i].At = out[i].At.Add(time.Duration(i) * time.Microsecond)
		}
		if rapid.Bool().Draw(t, "has props") {
			out[i].Props = map[string]string{
				"p": rapid.SampledFrom([]string{"", "x", "xy", "满减", `q"'\`}).Draw(t, "p"),
			}
		}
		out[i].Channel = rapid.SampledFrom([]string{"", "wecom", "sms"}).Draw(t, "channel")
		out[i].Value = siyu.Money(rapid.IntRange(-1, 2).Draw(t, "value"))
	}
	return out
}

func condition(t *rapid.T, depth int) funnel.Condition {
	if depth > 0 && rapid.IntRange(0, 3).Draw(t, "group") == 0 {
		inner := []funnel.Condition{condition(t, depth-1), condition(t, depth-1)}
		if rapid.Bool().Draw(t, "and") {
			return funnel.Condition{And: inner}
		}
		return funnel.Condition{Or: inner}
	}
	c := funnel.Condition{
		Prop: rapid.SampledFrom([]string{"p", "$channel", "$value", "none"}).Draw(t, "prop"),
		Op:   rapid.SampledFrom([]funnel.Op{funnel.Equal, funnel.NotEqual, funnel.Contains, funnel.IsSet}).Draw(t, "op"),
	}
	if c.Op != funnel.IsSet {
		c.Value = funnel.Text(rapid.SampledFrom([]string{"", "x", "y", "wecom", "1", "满", `"'\`}).Draw(t, "text"))
	}
	return c
}

func step(t *rapid.T) funnel.Step {
	var s funnel.Step
	switch rapid.IntRange(0, 5).Draw(t, "kind") {
	case 0:
		s.Any = true
	case 1:
		s.AnyOf = []funnel.Step{{Event: "a"}, {Event: rapid.SampledFrom(eventNames[1:]).Draw(t, "other")}}
	default:
		s.Event = rapid.SampledFrom(eventNames).Draw(t, "event")
	}
	if rapid.IntRange(0, 3).Draw(t, "where") == 0 {
		s.Where = []funnel.Condition{condition(t, 1)}
	}
	return s
}

func definition(t *rapid.T, plain bool) funnel.Definition {
	d := funnel.Definition{Window: time.Duration(rapid.IntRange(1, 25).Draw(t, "window")) * time.Minute}
	if plain { // distinct events: windowFunnel's default mode
		for _, name := range rapid.Permutation(eventNames).Draw(t, "steps")[:rapid.IntRange(2, 4).Draw(t, "n")] {
			d.Steps = append(d.Steps, funnel.Step{Event: name})
		}
	} else {
		for range rapid.IntRange(1, 4).Draw(t, "n") {
			d.Steps = append(d.Steps, step(t))
		}
	}
	if rapid.IntRange(0, 2).Draw(t, "filtered") == 0 {
		filter := condition(t, 2)
		d.Filter = &filter
	}
	if rapid.IntRange(0, 3).Draw(t, "by prop") == 0 {
		d.Actor.Prop = "p"
	}
	if rapid.IntRange(0, 3).Draw(t, "by session") == 0 {
		d.Counting, d.SessionGap = funnel.Sessions, time.Duration(rapid.IntRange(1, 8).Draw(t, "gap"))*time.Minute
	}
	if rapid.IntRange(0, 2).Draw(t, "ranged") == 0 {
		d.Range.From = start.Add(time.Duration(rapid.IntRange(0, 8).Draw(t, "from")) * time.Minute)
		d.Range.To = d.Range.From.Add(time.Duration(rapid.IntRange(1, 12).Draw(t, "to")) * time.Minute)
	}
	return d
}

// The same definition gives the same counts in ClickHouse and in process.
func TestEqualsInProcess(t *testing.T) {
	address, database := server(t)
	db, err := clickhouse.Open(address, &clickhouse.Options{Settings: map[string]string{"max_threads": "2"}})
	if err != nil {
		t.Fatal(err)
	}
	var histories, asked, reached int
	rapid.Check(t, func(rt *rapid.T) {
		histories++
		ties := rapid.Bool().Draw(rt, "ties")
		list := events(rt, histories, ties)
		table := clickhouse.Events{Table: fmt.Sprintf("%s.h%d", database, histories)}
		if err := load(t.Context(), db, table, list); err != nil {
			rt.Fatal(err)
		}
		log, err := funnel.NewLog(funnel.FromSlice(list), nil)
		if err != nil {
			rt.Fatal(err)
		}
		for range 20 {
			d := definition(rt, rapid.Bool().Draw(rt, "plain"))
			report, err := funnel.Run(log, d)
			if err != nil {
				rt.Fatalf("%+v: %v", d, err)
			}
			result, err := db.Funnel(t.Context(), table, d)
			if err != nil {
				rt.Fatalf("%+v: %v", d, err)
			}
			var want []int64
			for _, s := range report.Steps {
				want = append(want, int64(s.Count))
				reached += s.Count
			}
			asked++
			if !slices.Equal(result.Counts, want) {
				query, _ := clickhouse.CompileFunnel(table, d)
				rt.Fatalf("ClickHouse counts %v, in process %v\n%+v\n%s %q", result.Counts, want, d, query.SQL, query.Params)
			}
		}
	})
	t.Logf("%d definitions over %d histories, %d steps reached", asked, histories, reached)
	if reached == 0 {
		t.Error("no step was ever reached: nothing was compared")
	}
}

func load(ctx context.Context, db *clickhouse.DB, table clickhouse.Events, list []siyu.Event) error {
	log := memstore.New().Events()
	if _, err := log.Append(ctx, list...); err != nil {
		return err
	}
	if err := db.CreateTable(ctx, table); err != nil {
		return err
	}
	last, err := db.Export(ctx, table, log, 0)
	if err == nil && last != int64(len(list)) {
		err = fmt.Errorf("exported up to %d of %d", last, len(list))
	}
	if err != nil {
		return err
	}
	// Exporting a part again changes no answer.
	_, err = db.Export(ctx, table, log, last/2)
	return err
}
