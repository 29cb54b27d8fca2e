package segment_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
	"github.com/siyu-go/siyu/segment/segmenttest"
)

func ExampleTimeline() {
	// Has the app, bought twice in 30 days, and kept 1,000.00 for 10 days.
	rule := segment.All(
		segment.Bool("app").Is(true),
		segment.Behaviour{Event: "buy", Cmp: segment.OpGe, Value: "2", Within: "30d"}.Rule(),
		segment.Held{Event: "balance", Cmp: segment.OpGe, Value: "100000", For: segment.Days(10)}.Rule(),
	)
	m, err := segment.Compile(rule, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	li := m.Timeline(segment.Person{
		Profiles: []segment.Profile{{Attrs: map[string]any{"app": true}}},
		Events:   buys("2026-01-05T10:00:00Z", "2026-01-20T18:30:00Z"),
	})
	li.Add(siyu.Event{Name: "balance", At: when("2026-01-13T09:00:00Z"), Value: 250_000})
	for _, f := range li.Flips(when("2026-01-01T00:00:00Z"), when("2026-12-31T00:00:00Z")) {
		fmt.Println(f.At.Format(time.DateTime), f.Type)
	}
	fmt.Println(m.Rule())
	// Output:
	// 2026-01-23 09:00:00 enter
	// 2026-02-04 10:00:00 exit
	// {"all":[{"attr":"app","op":"eq","value":true},{"behaviour":{"event":"buy","cmp":"ge","value":2,"within":"30d"}},{"held":{"event":"balance","cmp":"ge","value":100000,"for":"10d"}}]}
}

func mixedRule(t *rapid.T) *segment.Matcher {
	m, err := segment.Compile(segmenttest.MixedRule().Draw(t, "rule"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func whoever(t *rapid.T) segment.Person {
	p := segment.Person{Events: segmenttest.Events().Draw(t, "events")}
	for range rapid.IntRange(0, 2).Draw(t, "profiles") {
		p.Profiles = append(p.Profiles, segment.Profile{
			From:  clock.Add(time.Duration(rapid.IntRange(-180, 180).Draw(t, "from")) * time.Minute),
			Attrs: person().Draw(t, "attrs"),
		})
	}
	return p
}

// The moments of a mixed rule are those found by asking every minute, and by
// asking a microsecond after it: strict comparisons of dates change there.
func TestTimeline_equalsPolling(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m, p := mixedRule(t), whoever(t)
		if len(p.Profiles) > 0 && rapid.Bool().Draw(t, "relative") {
			attrs := map[string]any{"seen": clock.Add(-36*time.Hour + time.Duration(rapid.IntRange(-60, 60).Draw(t, "seen"))*time.Minute).Format(time.RFC3339)}
			p.Profiles[0].Attrs = attrs
		}
		from, to := clock.Add(-3*time.Hour), clock.Add(4*time.Hour)
		tl := m.Timeline(p)
		var want []segment.Flip
		holds := m.Holds(p, from)
		for at := from; !at.After(to); at = at.Add(time.Minute) {
			for _, at := range []time.Time{at, at.Add(time.Microsecond)} {
				if now := m.Holds(p, at); now != holds && !at.After(to) {
					holds = now
					want = append(want, segment.Flip{At: at, Type: map[bool]segment.FlipType{true: segment.Enter, false: segment.Exit}[now]})
				}
			}
		}
		if got := tl.Flips(from, to); !slices.Equal(got, want) {
			t.Fatalf("%s: got %v, want %v", m.Rule(), got, want)
		}
		next, ok := tl.Next(from)
		if len(want) > 0 && (!ok || next != want[0]) || len(want) == 0 && ok && !next.At.After(to) {
			t.Fatalf("next %v %v, flips %v", next, ok, want)
		}
	})
}

// Events added one by one, in any order and repeatedly, give the timeline of
// all of them; forgetting changes nothing later.
func TestTimeline_Add(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m, p := mixedRule(t), whoever(t)
		whole := m.Timeline(p)
		grown := m.Timeline(segment.Person{})
		for _, i := range rapid.Permutation(indexes(len(p.Events))).Draw(t, "order") {
			grown.Add(p.Events[i])
			if grown.Add(p.Events[i]) {
				t.Fatal("an event counts twice")
			}
		}
		for _, profile := range p.Profiles {
			grown.Change(profile)
		}
		from, to := clock.AddDate(0, -3, 0), clock.AddDate(0, 3, 0)
		want := whole.Flips(from, to)
		if got := grown.Flips(from, to); !slices.Equal(got, want) {
			t.Fatalf("%s: got %v, want %v", m.Rule(), got, want)
		}
		at := clock.Add(time.Duration(rapid.IntRange(-300, 300).Draw(t, "forget")) * time.Minute)
		grown.Forget(at)
		if got, want := grown.Flips(at, to), whole.Flips(at, to); grown.Holds(at) != whole.Holds(at) || !slices.Equal(got, want) {
			t.Fatalf("%s: after forgetting %v, before %v", m.Rule(), got, want)
		}
		if x := whole.Explain(at); x.Holds != whole.Holds(at) {
			t.Fatalf("explained as %v", x.Holds)
		}
	})
}

func indexes(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// The JSON form of a mixed rule reads back as the same rule.
func TestRule_eventsRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := segmenttest.MixedRule().Draw(t, "rule")
		again, err := segment.ParseRule([]byte(r.String()))
		if err != nil || !again.Equal(r) {
			t.Fatalf("%s reads back as %s %v", r, again, err)
		}
	})
}

func TestParseRule_events(t *testing.T) {
	t.Parallel()
	for text, problem := range map[string]string{
		`{"behaviour":{"event":"buy","cmp":"ge","value":1,"within":"7x"}}`:                     "behaviour.within",
		`{"all":[{"held":{"event":"b","cmp":"ge","value":1,"for":"0d"}}]}`:                     "all[0].held.for",
		`{"held":{"event":"b","cmp":"ge","value":"1","for":"1d"}}`:                             "held.value",
		`{"behaviour":{"event":"buy","cmp":"ge","value":1},"attr":"a"}`:                        "behaviour",
		`{"attr":"a","op":"behaviour","value":1}`:                                              "op",
		`{"attr":"a","op":"any_elem","rule":{"behaviour":{"event":"b","cmp":"ge","value":1}}}`: "rule.behaviour",
	} {
		if _, err := segment.ParseRule([]byte(text)); err == nil || !strings.Contains(err.Error(), problem) {
			t.Errorf("%s: got %v, want a fault in %s", text, err, problem)
		}
	}
}

// Behaviour in the zone of the catalog: the day begins in Shanghai.
func TestCompile_location(t *testing.T) {
	t.Parallel()
	today := segment.Behaviour{Event: "buy", Cmp: segment.OpGe, Value: "1", This: "day"}.Rule()
	p := segment.Person{Events: buys("2026-03-01T15:59:00Z")}
	for _, tt := range []struct {
		catalog *segment.Catalog
		want    bool
	}{{nil, true}, {&segment.Catalog{Location: time.FixedZone("CST", 8*3600)}, false}} {
		m, err := segment.Compile(today, tt.catalog)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.Holds(p, when("2026-03-01T16:01:00Z")); got != tt.want {
			t.Errorf("got %v, want %v", got, tt.want)
		}
		if !m.UsesEvents() || !m.UsesNow() || m.Match(nil, clock) {
			t.Error("a person without events bought something")
		}
	}
}
