package segment_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
)

func TestHeld(t *testing.T) {
	t.Parallel()
	start := when("2026-01-01T00:00:00Z")
	h, err := segment.Held{Event: "balance", Cmp: segment.OpGe, Value: "50000", For: segment.Days(30)}.Compile()
	if err != nil {
		t.Fatal(err)
	}
	at := func(day int, value siyu.Money) siyu.Event {
		return siyu.Event{Name: "balance", At: start.Add(days(day)), Value: value}
	}
	readings := []siyu.Event{at(61, 50_000), at(0, 60_000), at(20, 55_000), at(40, 10_000), at(41, 70_000), at(60, 0)}
	want := []segment.Flip{
		{At: start.Add(days(30)), Type: segment.Enter},
		{At: start.Add(days(40)), Type: segment.Exit},
		{At: start.Add(days(91)), Type: segment.Enter}, // from day 61: the gap broke the run of day 41
	}
	history := h.History(readings)
	if got := history.Flips(start.Add(-1), start.Add(days(200))); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for day, holds := range map[int]bool{-1: false, 0: false, 29: false, 30: true, 39: true, 40: false, 90: false, 91: true} {
		if got := h.Holds(readings, start.Add(days(day))); got != holds {
			t.Errorf("day %d: got %v", day, got)
		}
	}
	// What is known on day 20 is full on day 30.
	next, ok := h.History(readings[1:3]).Next(start.Add(days(20)))
	if want := (segment.Flip{At: start.Add(days(30)), Type: segment.Enter}); !ok || next != want {
		t.Errorf("next is %v %v, want %v", next, ok, want)
	}
	if next, ok := history.Next(start.Add(days(91))); ok {
		t.Errorf("next is %v", next)
	}
	// Broken exactly when the time is full: the time was not full. And of two
	// readings at one instant both must be good, in either order.
	for _, list := range [][]siyu.Event{{at(0, 60_000), at(30, 0)}, {at(0, 60_000), at(0, 1)}, {at(0, 1), at(0, 60_000)}} {
		if got := h.History(list).Flips(start.Add(-1), start.Add(days(99))); len(got) != 0 {
			t.Errorf("got %v", got)
		}
	}
}

func TestHeld_field(t *testing.T) {
	t.Parallel()
	h, err := segment.Held{Event: "rate", Field: "pct", Cmp: segment.OpLt, Value: "0.3", For: segment.Days(1), Where: map[string]string{"kind": "loan"}}.Compile()
	if err != nil {
		t.Fatal(err)
	}
	at := func(day int, pct, kind string) siyu.Event {
		return siyu.Event{Name: "rate", At: when("2026-01-01T00:00:00Z").Add(days(day)), Props: map[string]string{"pct": pct, "kind": kind}}
	}
	now := when("2026-01-03T00:00:00Z")
	for _, tt := range []struct {
		events []siyu.Event
		want   bool
	}{
		{[]siyu.Event{at(0, "0.299999999", "loan")}, true},
		{[]siyu.Event{at(0, "0.3", "loan")}, false},
		{[]siyu.Event{at(0, "0.1", "card")}, false},
		{[]siyu.Event{at(0, "0.1", "loan"), at(1, "9", "card")}, true},
		{[]siyu.Event{at(0, "0.1", "loan"), at(1, "none", "loan")}, false}, // a reading without a number
	} {
		if got := h.Holds(tt.events, now); got != tt.want {
			t.Errorf("%v: got %v", tt.events, got)
		}
	}
}

func TestHeld_refuses(t *testing.T) {
	t.Parallel()
	for field, bad := range map[string]segment.Held{
		"event": {Cmp: segment.OpGe, Value: "1", For: segment.Days(1)},
		"cmp":   {Event: "b", Cmp: segment.OpIn, Value: "1", For: segment.Days(1)},
		"value": {Event: "b", Cmp: segment.OpGe, Value: "NaN", For: segment.Days(1)},
		"for":   {Event: "b", Cmp: segment.OpGe, Value: "1"},
	} {
		var invalid *siyu.InvalidError
		if err := bad.Validate(); !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("got %v, want a fault in %s", err, field)
		}
	}
}
