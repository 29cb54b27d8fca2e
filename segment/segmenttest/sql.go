package segmenttest

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
)

// Sizes of one run of TestSQL.
const (
	sqlPeople = 250
	sqlRules  = 400
)

// Row is one random person as a database holds it; nil is NULL.
type Row struct {
	ID      int        `json:"id"`
	Follow  *bool      `json:"follow"`
	Age     *int64     `json:"age"`
	Balance *int64     `json:"balance"` // of field wealth.balance
	City    *string    `json:"city"`
	Seen    *int64     `json:"seen"`    // microseconds
	SeenAt  *time.Time `json:"seen_at"` // the same in the database's own type, if it has one
	Tags    []string   `json:"tags"`
	App     *string    `json:"app"` // segment.VersionKey
	IP      *string    `json:"ip"`  // segment.AddressKey
}

// EventRow is one random event as a database holds it; nil is NULL.
type EventRow struct {
	User   int       `json:"user"` // Row.ID
	Name   string    `json:"name"`
	At     int64     `json:"at"`    // microseconds
	Stamp  time.Time `json:"stamp"` // the same in the database's own type, if it has one
	Value  int64     `json:"value"`
	SKU    *string   `json:"sku"`    // property sku
	Points *int64    `json:"points"` // property points, if it is a number
}

// Database is an engine that conditions run on, with one table that has a
// column for each field of Row, named as in its JSON form, and one that has
// those of EventRow.
type Database interface {
	Dialect() segment.Dialect
	// Load makes the table and fills it.
	Load(ctx context.Context, rows []Row) error
	// LoadEvents makes the table of events, fills it, and returns its name.
	LoadEvents(ctx context.Context, rows []EventRow) (table string, err error)
	// Select returns the ids of the rows that meet a condition, in order.
	Select(ctx context.Context, where segment.Where) ([]int, error)
}

// TestSQL loads random people and compares the rows that the SQL of random
// rules selects with the people whom the matcher holds for.
func TestSQL(t testing.TB, db Database) {
	ctx := t.Context()
	who, rows := make([]segment.Person, sqlPeople), make([]Row, sqlPeople)
	var events []EventRow
	for i := range who {
		attrs := Person().Example(i)
		who[i] = segment.Person{Profiles: []segment.Profile{{Attrs: attrs}}, Events: Events().Example(i)}
		rows[i] = row(i, attrs)
		for _, e := range who[i].Events {
			events = append(events, eventRow(i, e))
		}
	}
	if err := db.Load(ctx, rows); err != nil {
		t.Fatal(err)
	}
	table, err := db.LoadEvents(ctx, events)
	if err != nil {
		t.Fatal(err)
	}
	schema := Schema()
	ran := 0
	for seed := range sqlRules {
		drawn := Rule()
		if seed%4 >= 2 {
			drawn = MixedRule()
		}
		m, err := segment.Compile(drawn.Example(seed), nil)
		if err != nil {
			t.Fatal(err)
		}
		bound, err := m.Bind(schema)
		if err != nil {
			t.Fatal(err)
		}
		opts := &segment.SQLOptions{
			Columns: map[string]string{"wealth.balance": "balance"},
			Events: &segment.EventColumns{
				Table: table, Person: "id", User: "user", Name: "name", At: "at", Value: "value",
				Props: map[string]string{"sku": "sku"}, Numbers: map[string]string{"points": "points"},
			},
		}
		if seed%2 == 0 && db.Dialect() != segment.SQLite {
			opts.Columns["seen"], opts.Events.At, opts.Timestamps = "seen_at", "stamp", true
		}
		where, err := bound.SQL(db.Dialect(), Now, opts)
		if err != nil {
			continue // what the dialect cannot do is refused, not done otherwise
		}
		ran++
		var want []int
		for i, p := range who {
			if m.Holds(p, Now) {
				want = append(want, i)
			}
		}
		got, err := db.Select(ctx, where)
		if err != nil {
			t.Fatalf("%s\n%s\n%v\n%v", m.Rule(), where.Text, where.Args, err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s\n%s\n%v\nselects %v\nmatches %v", m.Rule(), where.Text, where.Args, got, want)
		}
	}
	if ran < sqlRules/2 {
		t.Errorf("only %d of %d rules could be written in SQL", ran, sqlRules)
	}
}

func eventRow(user int, e siyu.Event) EventRow {
	r := EventRow{User: user, Name: e.Name, At: e.At.UnixMicro(), Stamp: e.At, Value: int64(e.Value)}
	if sku, ok := e.Props["sku"]; ok {
		r.SKU = &sku
	}
	if n, err := strconv.ParseInt(e.Props["points"], 10, 64); err == nil {
		r.Points = &n
	}
	return r
}

func row(id int, attrs map[string]any) Row {
	r := Row{ID: id}
	if v, ok := attrs["follow"].(bool); ok {
		r.Follow = &v
	}
	if n, ok := attrs["age"].(json.Number); ok {
		if v, err := n.Int64(); err == nil {
			r.Age = &v
		}
	}
	if wealth, ok := attrs["wealth"].(map[string]any); ok {
		if v, ok := wealth["balance"].(int64); ok {
			r.Balance = &v
		}
	}
	if v, ok := attrs["city"].(string); ok {
		r.City = &v
	}
	if v, ok := attrs["seen"].(string); ok {
		if r.Seen = micros(v); r.Seen != nil {
			at := time.UnixMicro(*r.Seen).UTC()
			r.SeenAt = &at
		}
	}
	if v, ok := attrs["tags"].([]string); ok {
		r.Tags = append([]string{}, v...)
	}
	if v, ok := attrs["app"].(string); ok {
		key := segment.VersionKey(v)
		r.App = &key
	}
	if v, ok := attrs["ip"].(string); ok {
		key := segment.AddressKey(v)
		r.IP = &key
	}
	return r
}

// micros reads the dates that Person draws.
func micros(text string) *int64 {
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02"} {
		if at, err := time.Parse(layout, text); err == nil {
			v := at.UnixMicro()
			return &v
		}
	}
	return nil
}
