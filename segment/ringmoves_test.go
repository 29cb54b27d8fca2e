package segment_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
	"github.com/siyu-go/siyu/segment/segmenttest"
)

func ExampleClassifier_Changes() {
	// Inner: two purchases in 30 days; outer: has the app.
	app := segment.Bool("app").Is(true)
	rings := get(segment.CompileRings(segment.Rings{Outside: "outside", Rings: []segment.Ring{
		{Name: "inner", Rule: segment.All(app, segment.Behaviour{Event: "buy", Cmp: segment.OpGe, Value: "2", Within: "30d"}.Rule())},
		{Name: "outer", Rule: app},
	}}, nil))
	li := segment.Person{
		Profiles: []segment.Profile{{From: when("2026-01-02T00:00:00Z"), Attrs: map[string]any{"app": true}}},
		Events:   buys("2026-01-05T10:00:00Z", "2026-01-20T18:30:00Z"),
	}
	for _, m := range rings.Changes(li, when("2026-01-01T00:00:00Z"), when("2026-12-31T00:00:00Z")) {
		fmt.Println(m.At.Format(time.DateTime), m.From, "to", m.To, m.Gained, m.Facts[0].Held, m.Facts[0].Rule)
	}
	// Output:
	// 2026-01-02 00:00:00 outside to outer [app] true {"attr":"app","op":"eq","value":true}
	// 2026-01-20 18:30:00 outer to inner [] true {"behaviour":{"event":"buy","cmp":"ge","value":2,"within":"30d"}}
	// 2026-02-04 10:00:00 inner to outer [] false {"behaviour":{"event":"buy","cmp":"ge","value":2,"within":"30d"}}
}

func drawRings(t *rapid.T) *segment.Classifier {
	rings := segment.Rings{Outside: "outside"}
	for i := range rapid.IntRange(1, 3).Draw(t, "rings") {
		rings.Rings = append(rings.Rings, segment.Ring{Name: fmt.Sprint("ring", i), Rule: segmenttest.MixedRule().Draw(t, "rule")})
	}
	return get(segment.CompileRings(rings, nil))
}

// Following the moves shows the ring that asking at every minute shows, and
// every move has a fact that turned.
func TestClassifier_changesOfMixedRules(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rings, p := drawRings(t), whoever(t)
		from, to := clock.Add(-4*time.Hour), clock.Add(4*time.Hour)
		moves := rings.Changes(p, from, to)
		names := rings.Names()
		level := names[rings.LevelOf(p, from)]
		for now := from; !now.After(to); now = now.Add(time.Minute) {
			for len(moves) > 0 && !moves[0].At.After(now) {
				m := moves[0]
				if m.From != level || m.To == level || len(m.Facts) == 0 {
					t.Fatalf("move %+v from %s", m, level)
				}
				level, moves = m.To, moves[1:]
			}
			if got := names[rings.LevelOf(p, now)]; got != level {
				t.Fatalf("at %s: %s, by the moves %s", now, got, level)
			}
		}
	})
}

// Rings about events over a table are those of each person, and the gaps count
// whom one fact keeps out.
func TestPlanRingsEvents_equalsTimelines(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rings, schema, users := drawRings(t), people(nil), segment.NewUsers()
		builder, record := segment.NewTableBuilder(schema), schema.NewRecord()
		who := make([]segment.Person, rapid.IntRange(1, 60).Draw(t, "people"))
		for i := range who {
			who[i] = segment.Person{ID: siyu.UserID(fmt.Sprint("u", i)), Profiles: []segment.Profile{{Attrs: person().Example(i)}}, Events: segmenttest.Events().Example(2 * i)}
			_, _, err := users.Add(who[i].ID)
			get(i, err)
			record.Fill(who[i].Profiles[0].Attrs)
			get(i, builder.Append(record))
		}
		log := segment.NewEventTableBuilder(users)
		for _, p := range who {
			for _, e := range p.Events {
				e.User = p.ID
				log.Append(e)
			}
		}
		plan := get(builder.Table().PlanRingsEvents(get(rings.Bind(schema)), log.Table(), clock))
		assigned := plan.Assign(nil)
		want := make([]int, len(rings.Names()))
		for i, p := range who {
			level := rings.LevelOf(p, clock)
			want[level]++
			if !assigned.Ring(level).Contains(uint32(i)) {
				t.Fatalf("person %d is not in ring %d", i, level)
			}
		}
		for level, n := range plan.Count(nil) {
			if n != want[level] {
				t.Fatalf("ring %d has %d, want %d", level, n, want[level])
			}
		}
		for _, gap := range plan.Gaps(nil) {
			for _, f := range gap.Facts {
				if f.People > gap.People {
					t.Fatalf("%d of %d lack %s", f.People, gap.People, f.Rule)
				}
			}
		}
	})
}

func TestMove_Event(t *testing.T) {
	t.Parallel()
	m := segment.Move{At: when("2026-01-05T10:00:00Z"), From: "outer", To: "inner"}
	e := m.Event("bank", "li")
	if err := e.Validate(); err != nil {
		t.Fatal(err)
	}
	if e.Name != segment.EventMoved || e.Props["from"] != "outer" || e.Props["to"] != "inner" || e.Props["rings"] != "bank" {
		t.Errorf("event %+v", e)
	}
	other := m
	other.To = "middle"
	for _, o := range []siyu.Event{other.Event("bank", "li"), m.Event("card", "li"), m.Event("bank", "wu")} {
		if o.ID == e.ID {
			t.Error("two moves have one id")
		}
	}
}
