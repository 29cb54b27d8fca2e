package segment_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
)

func when(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

func days(n int) time.Duration { return time.Duration(segment.Days(n)) }

func compile(t testing.TB, b segment.Behaviour, opts *segment.BehaviourOptions) *segment.BehaviourCondition {
	t.Helper()
	c, err := b.Compile(opts)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func buys(at ...string) []siyu.Event {
	var out []siyu.Event
	for _, s := range at {
		out = append(out, siyu.Event{Name: "buy", At: when(s)})
	}
	return out
}

func TestBehaviour_windows(t *testing.T) {
	t.Parallel()
	now := when("2026-03-31T12:00:00Z")
	once := segment.Behaviour{Event: "buy", Cmp: segment.OpGe, Value: "1"}
	for _, tt := range []struct {
		name  string
		b     segment.Behaviour
		event string
		want  bool
	}{
		{"no window is all the past", once, "1999-01-01T00:00:00Z", true},
		{"but not the future", once, "2026-03-31T12:00:01Z", false},
		{"a week back, open", segment.Behaviour{Within: "7d"}, "2026-03-24T12:00:00Z", false},
		{"just inside", segment.Behaviour{Within: "1w"}, "2026-03-24T12:00:00.000001Z", true},
		{"hours", segment.Behaviour{Within: "12h"}, "2026-03-31T00:00:01Z", true},
		{"a month back from the 31st is the 28th", segment.Behaviour{Within: "1mo"}, "2026-02-28T12:00:01Z", true},
		{"and not the 28th at noon", segment.Behaviour{Within: "1mo"}, "2026-02-28T12:00:00Z", false},
		{"a year", segment.Behaviour{Within: "1y"}, "2025-03-31T12:00:01Z", true},
		{"today", segment.Behaviour{This: "day"}, "2026-03-31T00:00:00Z", true},
		{"not yesterday", segment.Behaviour{This: "day"}, "2026-03-30T23:59:59Z", false},
		{"this week from Monday", segment.Behaviour{This: "week"}, "2026-03-30T00:00:00Z", true},
		{"not on Sunday", segment.Behaviour{This: "week"}, "2026-03-29T23:00:00Z", false},
		{"this month", segment.Behaviour{This: "month"}, "2026-03-01T00:00:00Z", true},
		{"after is closed", segment.Behaviour{After: when("2026-01-01T00:00:00Z")}, "2026-01-01T00:00:00Z", true},
		{"before is open", segment.Behaviour{Before: when("2026-02-01T00:00:00Z")}, "2026-02-01T00:00:00Z", false},
		{"windows intersect", segment.Behaviour{Within: "7d", Before: when("2026-02-01T00:00:00Z")}, "2026-01-31T00:00:00Z", false},
	} {
		tt.b.Event, tt.b.Cmp, tt.b.Value = once.Event, once.Cmp, once.Value
		c := compile(t, tt.b, nil)
		events := []siyu.Event{{Name: "buy", At: when(tt.event)}, {Name: "view", At: now}}
		if got := c.Holds(events, now); got != tt.want {
			t.Errorf("%s: got %v", tt.name, got)
		}
		if got := c.History(events).Holds(now); got != tt.want {
			t.Errorf("%s, by history: got %v", tt.name, got)
		}
	}
}

func TestBehaviour_sum(t *testing.T) {
	t.Parallel()
	now := when("2026-03-31T12:00:00Z")
	events := buys("2026-03-30T00:00:00Z", "2026-03-29T00:00:00Z", "2026-03-28T00:00:00Z")
	events[0].Props = map[string]string{"amount": "0.1", "sku": "A"}
	events[1].Props = map[string]string{"amount": "0.2", "sku": "A"}
	events[2].Props = map[string]string{"amount": "many", "sku": "B"}
	events[0].Value, events[2].Value = 500, 250
	for _, tt := range []struct {
		name string
		b    segment.Behaviour
		want bool
	}{
		{"decimals are exact", segment.Behaviour{Agg: segment.SumOf, Field: "amount", Cmp: segment.OpEq, Value: "0.3"}, true},
		{"the events' values", segment.Behaviour{Agg: segment.SumOf, Cmp: segment.OpEq, Value: "750"}, true},
		{"what is no number adds nothing", segment.Behaviour{Agg: segment.SumOf, Field: "amount", Cmp: segment.OpLe, Value: "0", Where: map[string]string{"sku": "B"}}, true},
		{"nothing there", segment.Behaviour{Agg: segment.SumOf, Field: "none", Cmp: segment.OpEq, Value: "0"}, true},
		{"zero times", segment.Behaviour{Cmp: segment.OpEq, Value: "0", Where: map[string]string{"sku": "C"}}, true},
		{"ne", segment.Behaviour{Cmp: segment.OpNe, Value: "3"}, false},
		{"lt", segment.Behaviour{Cmp: segment.OpLt, Value: "3.5"}, true},
		{"gt", segment.Behaviour{Cmp: segment.OpGt, Value: "3"}, false},
	} {
		tt.b.Event = "buy"
		if got := compile(t, tt.b, nil).Holds(events, now); got != tt.want {
			t.Errorf("%s: got %v", tt.name, got)
		}
	}
}

func TestParseBehaviour(t *testing.T) {
	t.Parallel()
	b, err := segment.ParseBehaviour([]byte(`{"event":"buy","cmp":"ge","value":1.50,"within":"7d","where":{"n":1.0,"vip":true,"sku":"1.0"}}`))
	if err != nil {
		t.Fatal(err)
	}
	if b.Where["n"] != "1" || b.Where["vip"] != "true" || b.Where["sku"] != "1.0" {
		t.Errorf("where %v", b.Where)
	}
	text, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := segment.ParseBehaviour(text); err != nil || fmt.Sprint(again) != fmt.Sprint(b) {
		t.Errorf("%s reads back as %+v %v", text, again, err)
	}
	for field, text := range map[string]string{
		"extra":   `{"event":"buy","cmp":"ge","value":1,"extra":1}`,
		"event":   `{"cmp":"ge","value":1}`,
		"cmp":     `{"event":"buy","cmp":"in","value":1}`,
		"value":   `{"event":"buy","cmp":"ge"}`,
		"within":  `{"event":"buy","cmp":"ge","value":1,"within":"0d"}`,
		"this":    `{"event":"buy","cmp":"ge","value":1,"this":"year"}`,
		"agg":     `{"event":"buy","cmp":"ge","value":1,"agg":"avg"}`,
		"field":   `{"event":"buy","cmp":"ge","value":1,"field":"amount"}`,
		"before":  `{"event":"buy","cmp":"ge","value":1,"after":"2026-01-02T00:00:00Z","before":"2026-01-02T00:00:00Z"}`,
		"where.a": `{"event":"buy","cmp":"ge","value":1,"where":{"a":[1]}}`,
	} {
		_, err := segment.ParseBehaviour([]byte(text))
		var invalid *siyu.InvalidError
		if !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("%s: got %v, want a fault in %s", text, err, field)
		}
	}
}

func FuzzParseBehaviour(f *testing.F) {
	f.Add([]byte(`{"event":"buy","agg":"sum","field":"a","cmp":"ge","value":1.5,"within":"2mo","where":{"n":1}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := segment.ParseBehaviour(data)
		if err != nil {
			if !errors.Is(err, siyu.ErrInvalid) {
				t.Fatal(err)
			}
			return
		}
		c := compile(t, b, nil)
		if events := buys("2026-01-01T00:00:00Z"); c.Holds(events, events[0].At) != c.History(events).Holds(events[0].At) {
			t.Fatal("history and condition differ")
		}
	})
}

// Flips are found without asking, and equal those found by asking every
// minute (all events are at whole minutes); Next and Add agree with them.
func TestHistory_Flips_equalPolling(t *testing.T) {
	t.Parallel()
	from := when("2026-01-30T22:00:00Z")
	shanghai := time.FixedZone("CST", 8*3600)
	rapid.Check(t, func(t *rapid.T) {
		b := segment.Behaviour{
			Event: "buy", Value: json.Number(fmt.Sprint(rapid.IntRange(0, 3).Draw(t, "value"))),
			Cmp:    rapid.SampledFrom([]segment.Op{segment.OpEq, segment.OpNe, segment.OpLt, segment.OpGe}).Draw(t, "cmp"),
			Within: rapid.SampledFrom([]string{"", "1h", "5h", "1d"}).Draw(t, "within"),
			This:   rapid.SampledFrom([]string{"", "hour", "day", "month"}).Draw(t, "this"),
		}
		if rapid.Bool().Draw(t, "absolute") {
			b.After = from.Add(3 * time.Hour)
			b.Before = from.Add(20 * time.Hour)
		}
		c, err := b.Compile(&segment.BehaviourOptions{Location: shanghai})
		if err != nil {
			t.Fatal(err)
		}
		var events []siyu.Event
		h := c.History(nil)
		for range rapid.IntRange(0, 6).Draw(t, "events") {
			e := siyu.Event{Name: "buy", At: from.Add(time.Duration(rapid.IntRange(-120, 20*60).Draw(t, "at")) * time.Minute)}
			events = append(events, e)
			h.Add(e)
		}
		to := from.Add(46 * time.Hour)
		var want []segment.Flip
		holds := c.Holds(events, from)
		for at := from.Add(time.Minute); !at.After(to); at = at.Add(time.Minute) {
			if now := h.Holds(at); now != holds {
				holds = now
				want = append(want, segment.Flip{At: at, Type: map[bool]segment.FlipType{true: segment.Enter, false: segment.Exit}[now]})
			}
		}
		got := h.Flips(from, to)
		if !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		if whole := c.History(events).Flips(from, to); !slices.Equal(whole, want) {
			t.Fatalf("history of all events: got %v, want %v", whole, want)
		}
		for _, f := range want {
			if c.Holds(events, f.At) != (f.Type == segment.Enter) {
				t.Fatalf("at %v the condition says otherwise", f.At)
			}
		}
		last := from
		for _, e := range events {
			if e.At.After(last) {
				last = e.At
			}
		}
		next, ok := h.Next(last)
		i := slices.IndexFunc(want, func(f segment.Flip) bool { return f.At.After(last) })
		if i >= 0 && (!ok || next != want[i]) || i < 0 && ok && !next.At.After(to) {
			t.Fatalf("next %v %v, flips %v", next, ok, want)
		}
	})
}

// Clamped months: the last days of a long month all look back to the end of a
// short one, so an answer can change several times a day apart.
func TestHistory_Flips_months(t *testing.T) {
	t.Parallel()
	b := segment.Behaviour{Event: "buy", Cmp: segment.OpGe, Value: "1", Within: "1mo"}
	c := compile(t, b, nil)
	for _, e := range []string{"2026-02-28T12:00:00Z", "2026-01-31T10:00:00Z", "2026-01-15T00:00:00Z", "2024-02-29T23:59:00Z"} {
		events := buys(e)
		from, to := events[0].At.AddDate(0, 0, -2), events[0].At.AddDate(0, 0, 45)
		h := c.History(events)
		var want []time.Time
		holds := c.Holds(events, from)
		for at := from.Add(time.Minute); !at.After(to); at = at.Add(time.Minute) {
			if now := c.Holds(events, at); now != holds {
				holds = now
				want = append(want, at)
			}
		}
		var got []time.Time
		for _, f := range h.Flips(from, to) {
			got = append(got, f.At)
		}
		if !slices.EqualFunc(got, want, time.Time.Equal) {
			t.Errorf("event at %s: got %v, want %v", e, got, want)
		}
	}
}

func TestHistory_Add(t *testing.T) {
	t.Parallel()
	c := compile(t, segment.Behaviour{Event: "buy", Cmp: segment.OpGe, Value: "2", Within: "7d"}, nil)
	h := c.History(nil)
	e := siyu.Event{ID: "e1", Name: "buy", At: when("2026-03-01T00:00:00Z")}
	if !h.Add(e) || h.Add(e) {
		t.Error("an event delivered twice counts twice")
	}
	if h.Add(siyu.Event{ID: "e2", Name: "view", At: e.At}) {
		t.Error("another event counts")
	}
	e.ID = "e3"
	if !h.Add(e) || !h.Holds(e.At) {
		t.Error("two events at one instant are one")
	}
	flip, ok := h.Next(e.At)
	if want := (segment.Flip{At: e.At.AddDate(0, 0, 7), Type: segment.Exit}); !ok || flip != want {
		t.Errorf("next %v %v, want %v", flip, ok, want)
	}
	if n := h.Forget(e.At.AddDate(0, 0, 7)); n != 2 {
		t.Errorf("forgot %d events, want 2", n)
	}
	if _, ok := h.Next(e.At); ok {
		t.Error("an empty history changes")
	}
}

// What is forgotten is never asked for again, clamped months included.
func TestHistory_Forget(t *testing.T) {
	t.Parallel()
	start := when("2026-02-20T00:00:00Z")
	rapid.Check(t, func(t *rapid.T) {
		b := segment.Behaviour{Event: "buy", Cmp: segment.OpGe, Value: "2", Within: rapid.SampledFrom([]string{"", "5d", "1mo"}).Draw(t, "within")}
		c, err := b.Compile(nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Definition(); got.Within != b.Within || got.Agg != segment.CountOf {
			t.Fatalf("definition %+v", got)
		}
		var events []siyu.Event
		for range rapid.IntRange(0, 12).Draw(t, "events") {
			events = append(events, siyu.Event{Name: "buy", At: start.Add(time.Duration(rapid.IntRange(0, 50*24).Draw(t, "at")) * time.Hour)})
		}
		whole, short := c.History(events), c.History(events)
		from := start.Add(time.Duration(rapid.IntRange(0, 60*24).Draw(t, "from")) * time.Hour)
		short.Forget(from)
		to := from.AddDate(0, 2, 0)
		if got, want := short.Flips(from, to), whole.Flips(from, to); short.Holds(from) != whole.Holds(from) || !slices.Equal(got, want) {
			t.Fatalf("after forgetting: %v, before: %v", got, want)
		}
	})
}

func TestHysteresis(t *testing.T) {
	t.Parallel()
	start := when("2026-01-01T00:00:00Z")
	h := segment.Hysteresis{EnterAtOrAbove: "10", ExitBelow: "8", MinStay: segment.Days(2), CoolDown: segment.Days(3)}
	values := []json.Number{"10", "0", "0", "10", "10.0", "10", "", "none"}
	var readings []segment.Reading
	for day, v := range values {
		readings = append(readings, segment.Reading{At: start.Add(days(day)), Value: v})
	}
	got := h.Flips(readings)
	want := []segment.Flip{
		{At: start, Type: segment.Enter},
		{At: start.Add(days(2)), Type: segment.Exit},  // the stay is over
		{At: start.Add(days(5)), Type: segment.Enter}, // and so is the cool-down
		{At: start.Add(days(7)), Type: segment.Exit},  // missing counts as below
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for name, bad := range map[string]segment.Hysteresis{
		"crossed":   {EnterAtOrAbove: "1", ExitBelow: "1.000000001"},
		"no enter":  {ExitBelow: "1"},
		"no exit":   {EnterAtOrAbove: "1"},
		"stay":      {EnterAtOrAbove: "1", ExitBelow: "1", MinStay: -1},
		"cool-down": {EnterAtOrAbove: "1", ExitBelow: "1", CoolDown: -1},
	} {
		if err := bad.Validate(); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// Between two changes there is always the minimum stay or the cool-down, and
// enter and exit alternate.
func TestHysteresis_spacing(t *testing.T) {
	t.Parallel()
	start := when("2026-01-01T00:00:00Z")
	rapid.Check(t, func(t *rapid.T) {
		h := segment.Hysteresis{
			EnterAtOrAbove: "5", ExitBelow: json.Number(fmt.Sprint(rapid.IntRange(0, 5).Draw(t, "exit"))),
			MinStay: segment.Days(rapid.IntRange(0, 4).Draw(t, "stay")), CoolDown: segment.Days(rapid.IntRange(0, 4).Draw(t, "cool")),
		}
		var readings []segment.Reading
		for day, v := range rapid.SliceOfN(rapid.IntRange(0, 9), 0, 40).Draw(t, "values") {
			readings = append(readings, segment.Reading{At: start.Add(days(day)), Value: json.Number(fmt.Sprint(v))})
		}
		flips := h.Flips(readings)
		for i, f := range flips {
			if (f.Type == segment.Enter) != (i%2 == 0) {
				t.Fatalf("%v do not alternate", flips)
			}
			if i == 0 {
				continue
			}
			least := h.MinStay
			if f.Type == segment.Enter {
				least = h.CoolDown
			}
			if segment.Period(f.At.Sub(flips[i-1].At)) < least {
				t.Fatalf("%v are too close", flips)
			}
		}
	})
}
