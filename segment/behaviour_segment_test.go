package segment_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
)

func ExampleBehaviourSegment() {
	gone := segment.Behaviour{Event: "buy", Cmp: segment.OpEq, Value: "0", Within: "60d"}.Rule()
	regulars := segment.BehaviourSegment{
		Name:  "regulars",
		Enter: segment.Behaviour{Event: "buy", Cmp: segment.OpGe, Value: "2", Within: "30d"}.Rule(),
		Exit:  &gone,
	}
	m, err := regulars.Compile(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	li := segment.Person{Events: buys("2026-01-05T10:00:00Z", "2026-01-20T18:30:00Z")}
	for _, f := range m.Flips(li, when("2026-01-01T00:00:00Z"), when("2026-12-31T00:00:00Z")) {
		fmt.Println(f.At.Format(time.DateTime), f.Type)
	}
	// Output:
	// 2026-01-20 18:30:00 enter
	// 2026-03-21 18:30:00 exit
}

func TestBehaviourSegment_refuses(t *testing.T) {
	t.Parallel()
	good := segment.Behaviour{Event: "buy", Cmp: segment.OpGe, Value: "1"}.Rule()
	bad := segment.Behaviour{Event: "buy", Cmp: segment.OpGe, Value: "x"}.Rule()
	for field, s := range map[string]segment.BehaviourSegment{
		"name":                  {Enter: good},
		"enter.behaviour.value": {Name: "s", Enter: bad},
		"exit.behaviour.value":  {Name: "s", Enter: good, Exit: &bad},
		"min_stay":              {Name: "s", Enter: good, MinStay: -1},
		"cool_down":             {Name: "s", Enter: good, CoolDown: -1},
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
