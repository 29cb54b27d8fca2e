package segment_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
)

func ExampleBehaviourSegment() {
	regulars := segment.BehaviourSegment{
		Name:  "regulars",
		Enter: segment.Behaviour{Event: "buy", Cmp: segment.OpGe, Value: "2", Within: "30d"},
		Exit:  &segment.Behaviour{Event: "buy", Cmp: segment.OpEq, Value: "0", Within: "60d"},
	}
	m, err := regulars.Compile(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	events := buys("2026-01-05T10:00:00Z", "2026-01-20T18:30:00Z")
	for _, f := range m.Flips(events, when("2026-01-01T00:00:00Z"), when("2026-12-31T00:00:00Z")) {
		fmt.Println(f.At.Format(time.DateTime), f.Type)
	}
	// Output:
	// 2026-01-20 18:30:00 enter
	// 2026-03-21 18:30:00 exit
}

// The membership found from event times is the one found by looking at the two
// conditions every minute.
func TestBehaviourSegment_equalsPolling(t *testing.T) {
	t.Parallel()
	from := when("2026-01-30T22:00:00Z")
	behaviour := func(t *rapid.T, label string) segment.Behaviour {
		return segment.Behaviour{
			Event: "buy", Value: json.Number(fmt.Sprint(rapid.IntRange(0, 3).Draw(t, label+" value"))),
			Cmp:    rapid.SampledFrom([]segment.Op{segment.OpEq, segment.OpLt, segment.OpGe}).Draw(t, label+" cmp"),
			Within: rapid.SampledFrom([]string{"1h", "5h"}).Draw(t, label+" within"),
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := segment.BehaviourSegment{
			Name: "s", Enter: behaviour(t, "enter"),
			MinStay:  segment.Period(rapid.IntRange(0, 180).Draw(t, "stay")) * segment.Period(time.Minute),
			CoolDown: segment.Period(rapid.IntRange(0, 180).Draw(t, "cool")) * segment.Period(time.Minute),
		}
		enter, err := s.Enter.Compile(nil)
		if err != nil {
			t.Fatal(err)
		}
		exits := func(events []siyu.Event, at time.Time) bool { return !enter.Holds(events, at) }
		if rapid.Bool().Draw(t, "exit") {
			b := behaviour(t, "exit")
			s.Exit = &b
			exit, err := b.Compile(nil)
			if err != nil {
				t.Fatal(err)
			}
			exits = exit.Holds
		}
		m, err := s.Compile(nil)
		if err != nil {
			t.Fatal(err)
		}
		var events []siyu.Event
		for range rapid.IntRange(0, 6).Draw(t, "events") {
			events = append(events, siyu.Event{Name: "buy", At: from.Add(time.Duration(rapid.IntRange(1, 8*60).Draw(t, "at")) * time.Minute)})
		}
		to := from.Add(16 * time.Hour)
		inside := enter.Holds(events, from) && !exits(events, from)
		since := time.Time{}
		var want []segment.Flip
		for at := from; !at.After(to); at = at.Add(time.Minute) {
			in, out := enter.Holds(events, at), exits(events, at)
			switch {
			case inside && out && (since.IsZero() || !at.Before(since.Add(time.Duration(s.MinStay)))):
				want = append(want, segment.Flip{At: at, Type: segment.Exit})
			case !inside && in && !out && (since.IsZero() || !at.Before(since.Add(time.Duration(s.CoolDown)))):
				want = append(want, segment.Flip{At: at, Type: segment.Enter})
			default:
				continue
			}
			inside, since = !inside, at
		}
		if got := m.Flips(events, from, to); !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		last := from
		for _, e := range events {
			if e.At.After(last) {
				last = e.At
			}
		}
		next, ok := m.Next(events, last)
		if i := slices.IndexFunc(want, func(f segment.Flip) bool { return f.At.After(last) }); i >= 0 != ok || ok && next != want[i] {
			t.Fatalf("next after %v: got %v %v, flips %v", last, next, ok, want)
		}
		if got := m.At(events, to); got.Inside != inside || !got.Since.Equal(since) {
			t.Fatalf("at the end: got %+v, want %v since %v", got, inside, since)
		}
	})
}

func TestBehaviourSegment_refuses(t *testing.T) {
	t.Parallel()
	good := segment.Behaviour{Event: "buy", Cmp: segment.OpGe, Value: "1"}
	bad := segment.Behaviour{Event: "buy", Cmp: segment.OpGe, Value: "x"}
	for field, s := range map[string]segment.BehaviourSegment{
		"name":        {Enter: good},
		"enter.value": {Name: "s", Enter: bad},
		"exit.value":  {Name: "s", Enter: good, Exit: &bad},
		"min_stay":    {Name: "s", Enter: good, MinStay: -1},
		"cool_down":   {Name: "s", Enter: good, CoolDown: -1},
	} {
		_, err := s.Compile(nil)
		var invalid *siyu.InvalidError
		if !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("got %v, want a fault in %s", err, field)
		}
	}
}

func TestFlip_Event(t *testing.T) {
	t.Parallel()
	f := segment.Flip{At: when("2026-01-05T10:00:00Z"), Type: segment.Enter}
	e := f.Event("regulars", "li")
	if err := e.Validate(); err != nil {
		t.Fatal(err)
	}
	if e.Name != segment.EventEntered || e.Props["segment"] != "regulars" || e.ID != f.Event("regulars", "li").ID {
		t.Errorf("event %+v", e)
	}
	other := f
	other.Type = segment.Exit
	seen := map[siyu.EventID]bool{e.ID: true}
	for _, o := range []siyu.Event{other.Event("regulars", "li"), f.Event("others", "li"), f.Event("regulars", "wu")} {
		if seen[o.ID] {
			t.Errorf("two changes have the id %s", o.ID)
		}
		seen[o.ID] = true
	}
}

func TestHeld(t *testing.T) {
	t.Parallel()
	start := when("2026-01-01T00:00:00Z")
	h := segment.Held{Cmp: segment.OpGe, Value: 50_000, For: segment.Days(30)}
	at := func(day int, value float64) segment.Reading {
		return segment.Reading{At: start.Add(days(day)), Value: value}
	}
	readings := []segment.Reading{at(0, 60_000), at(20, 55_000), at(40, 10_000), at(41, 70_000), at(60, math.NaN()), at(61, 50_000)}
	want := []segment.Flip{
		{At: start.Add(days(30)), Type: segment.Enter},
		{At: start.Add(days(40)), Type: segment.Exit},
		{At: start.Add(days(91)), Type: segment.Enter}, // from day 61: the gap broke the run of day 41
	}
	if got := h.Flips(readings, start.Add(days(200))); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for day, holds := range map[int]bool{0: false, 29: false, 30: true, 39: true, 40: false, 90: false, 91: true} {
		if got := h.Holds(readings, start.Add(days(day))); got != holds {
			t.Errorf("day %d: got %v", day, got)
		}
	}
	// Day 40 is not known yet on day 20; what is full already does not come again.
	for day, next := range map[int]int{-1: 0, 0: 30, 20: 30, 29: 30, 30: 0, 40: 0, 41: 71, 60: 0, 61: 91, 91: 0} {
		got, ok := h.Next(readings, start.Add(days(day)))
		if ok != (next > 0) || ok && got != (segment.Flip{At: start.Add(days(next)), Type: segment.Enter}) {
			t.Errorf("day %d: next is %v %v, want day %d", day, got, ok, next)
		}
	}
	// Broken exactly when the time is full: the time was not full.
	if got := h.Flips([]segment.Reading{at(0, 60_000), at(30, 0)}, start.Add(days(99))); len(got) != 0 {
		t.Errorf("got %v", got)
	}
	for field, bad := range map[string]segment.Held{
		"cmp":   {Cmp: segment.OpIn, For: 1},
		"value": {Cmp: segment.OpGe, Value: math.NaN(), For: 1},
		"for":   {Cmp: segment.OpGe},
	} {
		var invalid *siyu.InvalidError
		if err := bad.Validate(); !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("got %v, want a fault in %s", err, field)
		}
	}
}
