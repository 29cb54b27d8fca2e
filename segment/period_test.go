package segment_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
)

func TestPeriod(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]segment.Period{
		"30d": segment.Days(30), "36h": segment.Period(36 * time.Hour), "90m": segment.Period(90 * time.Minute),
		"1500ms": segment.Period(1500 * time.Millisecond), "7us": segment.Period(7 * time.Microsecond), "0d": 0, "-2h": segment.Period(-2 * time.Hour),
	} {
		got, err := segment.ParsePeriod(text)
		if err != nil || got != want || got.String() != text {
			t.Errorf("%s: got %s %v", text, got, err)
		}
	}
	if got, err := segment.ParsePeriod("2w"); err != nil || got != segment.Days(14) {
		t.Errorf("two weeks: got %v %v", got, err)
	}
	for _, bad := range []string{"", "d", "1", "1.5d", "+1d", " 1d", "1 d", "1y", "99999999999999d", "1dd"} {
		if got, err := segment.ParsePeriod(bad); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%q: got %v %v", bad, got, err)
		}
	}
	if _, err := segment.Period(1).MarshalText(); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("a nanosecond: got %v", err)
	}
	rapid.Check(t, func(t *rapid.T) {
		p := segment.Period(rapid.Int64Range(-1<<52, 1<<52).Draw(t, "us") * 1000)
		if got, err := segment.ParsePeriod(p.String()); err != nil || got != p {
			t.Fatalf("%s reads back as %d, not %d: %v", p, got, p, err)
		}
	})
}

// Every definition reads back what it writes, refuses unknown fields, and is
// validated.
func TestDefinitions_JSON(t *testing.T) {
	t.Parallel()
	bought := segment.Behaviour{Event: "buy", Cmp: segment.OpGe, Value: "2", Within: "30d"}.Rule()
	for name, tt := range map[string]struct {
		value any
		parse func([]byte) (any, error)
		bad   string
		field string
	}{
		"lifecycle": {
			month, func(b []byte) (any, error) { return segment.ParseLifecycle(b) },
			`{"new":"7d","active":"30d","dormant":"29d","wake":"0d"}`, "dormant",
		},
		"hysteresis": {
			segment.Hysteresis{EnterAtOrAbove: "10", ExitBelow: "8", MinStay: segment.Days(3)},
			func(b []byte) (any, error) { return segment.ParseHysteresis(b) },
			`{"enter_at_or_above":1,"exit_below":2}`, "exit_below",
		},
		"held": {
			segment.Held{Event: "balance", Cmp: segment.OpGe, Value: "5", For: segment.Days(30)},
			func(b []byte) (any, error) { return segment.ParseHeld(b) },
			`{"event":"balance","cmp":"ge","value":5,"for":"0d"}`, "for",
		},
		"ladder": {
			courses, func(b []byte) (any, error) { return segment.ParseLadder(b) },
			`{"steps":[{"id":""}]}`, "steps[0].id",
		},
		"habit": {
			segment.Habit{K: 3, N: 4, WeekStart: time.Monday},
			func(b []byte) (any, error) { return segment.ParseHabit(b) },
			`{"k":5,"n":4}`, "k",
		},
		"segment": {
			segment.BehaviourSegment{Name: "regulars", Enter: bought, Exit: &bought, CoolDown: segment.Days(1)},
			func(b []byte) (any, error) { return segment.ParseBehaviourSegment(b) },
			`{"name":"x","enter":{"behaviour":{"event":"buy","cmp":"ge","value":"2"}}}`, "enter.behaviour.value",
		},
	} {
		text, err := json.Marshal(tt.value)
		if err != nil {
			t.Fatal(err)
		}
		got, err := tt.parse(text)
		if err != nil {
			t.Errorf("%s: %s: %v", name, text, err)
			continue
		}
		if again, _ := json.Marshal(got); string(again) != string(text) {
			t.Errorf("%s: %s reads back as %s", name, text, again)
		}
		var invalid *siyu.InvalidError
		if _, err := tt.parse([]byte(tt.bad)); !errors.As(err, &invalid) || invalid.Field != tt.field {
			t.Errorf("%s: %s: got %v", name, tt.bad, err)
		}
		if _, err := tt.parse([]byte(`{"unknown":1,` + string(text[1:]))); !errors.As(err, &invalid) || invalid.Field != "unknown" {
			t.Errorf("%s: an unknown field: got %v", name, err)
		}
	}
}
