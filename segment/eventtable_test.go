package segment_test

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
	"github.com/siyu-go/siyu/segment/segmenttest"
)

func ExampleTable_PlanEvents() {
	// The people, and what they did.
	app := segment.Bool("app")
	schema, err := segment.NewSchema(app)
	if err != nil {
		fmt.Println(err)
		return
	}
	users, people := segment.NewUsers(), segment.NewTableBuilder(schema)
	record := schema.NewRecord()
	for _, id := range []siyu.UserID{"li", "wu", "yu"} {
		_, _, _ = users.Add(id)
		record.Reset()
		record.SetBool(app, id != "yu")
		_ = people.Append(record)
	}
	log := segment.NewEventTableBuilder(users)
	for _, e := range buys("2026-06-29T10:00:00Z", "2026-06-30T10:00:00Z") {
		e.User = "li"
		log.Append(e)
	}

	// Who has the app, and bought nothing this month?
	rule := segment.All(app.Is(true), segment.Behaviour{Event: "buy", Cmp: segment.OpEq, Value: "0", This: "month"}.Rule())
	m, err := segment.Compile(rule, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	bound, err := m.Bind(schema)
	if err != nil {
		fmt.Println(err)
		return
	}
	plan, err := people.Table().PlanEvents(bound, log.Table(), clock)
	if err != nil {
		fmt.Println(err)
		return
	}
	for id := range users.IDs(plan.Select(nil)) {
		fmt.Println(id)
	}
	// Output: wu
}

// Columns answer a mixed rule as the timeline of each person does, and so do
// the counts of what keeps people out.
func TestPlanEvents_equalsTimeline(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		schema := people(nil)
		users, table := segment.NewUsers(), segment.NewTableBuilder(schema)
		log := segment.NewEventTableBuilder(users)
		who := make([]segment.Person, rapid.IntRange(1, 90).Draw(t, "people"))
		var stream []siyu.Event
		record := schema.NewRecord()
		for i := range who {
			attrs := person().Example(rapid.IntRange(0, 500).Draw(t, "person"))
			who[i] = segment.Person{Profiles: []segment.Profile{{Attrs: attrs}}}
			id := siyu.UserID(fmt.Sprint("u", i))
			if _, _, err := users.Add(id); err != nil {
				t.Fatal(err)
			}
			record.Fill(attrs)
			if err := table.Append(record); err != nil {
				t.Fatal(err)
			}
			if i%3 == 0 {
				continue // did nothing
			}
			who[i].Events = segmenttest.Events().Example(rapid.IntRange(0, 500).Draw(t, "did"))
			for _, e := range who[i].Events {
				e.User = id
				stream = append(stream, e)
			}
		}
		for _, i := range rapid.Permutation(indexes(len(stream))).Draw(t, "order") {
			log.Append(stream[i])
		}
		log.Append(siyu.Event{User: "nobody", Name: "buy"})
		if log.Unknown() != 1 {
			t.Fatalf("%d unknown people", log.Unknown())
		}
		events, m := log.Table(), mixedRule(t)
		bound, err := m.Bind(schema)
		if err != nil {
			t.Fatal(err)
		}
		population := table.Table()
		plan, err := population.PlanEvents(bound, events, clock)
		if err != nil {
			t.Fatal(err)
		}
		set := plan.Select(nil)
		for i := range who {
			if got, want := set.Contains(uint32(i)), m.Holds(who[i], clock); got != want {
				t.Fatalf("%s: person %d: got %v, want %v", m.Rule(), i, got, want)
			}
		}
		facts := plan.Explain(nil)
		if facts.Holds != set.Count() || plan.Count(nil) != set.Count() || events.Len() != len(stream) {
			t.Fatalf("explained %d, counted %d, selected %d", facts.Holds, plan.Count(nil), set.Count())
		}
		for _, f := range facts.Facts {
			leaf, n := matcher(t, f.Rule), 0
			for i := range who {
				if leaf.Holds(who[i], clock) {
					n++
				}
			}
			if n != f.Held {
				t.Fatalf("%s holds for %d, counted %d", f.Rule, n, f.Held)
			}
		}
	})
}

func TestPlanEvents_refuses(t *testing.T) {
	t.Parallel()
	schema := people(t)
	table := segment.NewTableBuilder(schema)
	if err := table.Append(schema.NewRecord()); err != nil {
		t.Fatal(err)
	}
	population := table.Table()
	bought := segment.Behaviour{Event: "buy", Cmp: segment.OpEq, Value: "0"}.Rule()
	if _, err := population.Query(bought, nil, clock); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("planned without events: %v", err)
	}
	bound, err := compiled(t, bought).Bind(schema)
	if err != nil {
		t.Fatal(err)
	}
	nobody := segment.NewEventTableBuilder(segment.NewUsers()).Table()
	if _, err := population.PlanEvents(bound, nobody, clock); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("planned with the events of fewer people: %v", err)
	}
	if !bound.Match(schema.NewRecord(), clock) {
		t.Error("a record did something")
	}
}
