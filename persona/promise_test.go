package persona_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/persona"
)

// After finds the instant that counting open minutes one by one finds.
func TestHours_After_counts_minutes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc, err := time.LoadLocation(rapid.SampledFrom([]string{"Asia/Shanghai", "America/New_York", "Europe/London"}).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		var h persona.Hours
		for range rapid.IntRange(1, 3).Draw(t, "windows") {
			start := rapid.IntRange(0, 47).Draw(t, "start")
			end := rapid.IntRange(0, 48).Filter(func(n int) bool { return n != start }).Draw(t, "end")
			h.Weekly = append(h.Weekly, siyu.WeeklyWindow{
				Start: siyu.HourMinute(0, start*30), End: siyu.HourMinute(0, end*30), Days: siyu.Weekdays(rapid.IntRange(1, 127).Draw(t, "days")),
			})
		}
		from := time.Date(2026, 3, rapid.IntRange(5, 30).Draw(t, "day"), 0, rapid.IntRange(0, 1439).Draw(t, "minute"), 0, 0, time.UTC)
		work := time.Duration(rapid.IntRange(1, 900).Draw(t, "work")) * time.Minute
		got, err := h.After(from, work, loc)
		if err != nil {
			t.Fatal(err)
		}
		left, x := work, from
		for ; left > 0; x = x.Add(time.Minute) {
			for _, w := range h.Weekly {
				if w.Contains(x, loc) {
					left -= time.Minute
					break
				}
			}
		}
		if !got.Equal(x) {
			t.Fatalf("got %s, want %s", got.In(loc), x.In(loc))
		}
	})
}

func TestHours_After_never(t *testing.T) {
	h := persona.Hours{Weekly: []siyu.WeeklyWindow{{Start: 0, End: siyu.HourMinute(0, 1), Days: siyu.DaysOf(time.Sunday)}}}
	if _, err := h.After(at(1, 0), 10*time.Hour, time.UTC); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("got %v, want invalid", err)
	}
}

func TestPromise_Measure(t *testing.T) {
	minute := func(n int) time.Time { return at(1, 10).Add(time.Duration(n) * time.Minute) }
	p := persona.Promise{Target: 30 * time.Minute}
	turns, err := p.Measure([]persona.Message{
		{At: minute(50), From: persona.FromStaff, By: "A"},
		{At: minute(0), From: persona.FromCustomer},
		{At: minute(5), From: persona.FromCustomer}, // the clock is running
		{At: minute(6), From: persona.FromRobot, By: "bot"},
		{At: minute(40), Assign: "B"},
		{At: minute(51), From: persona.FromStaff, By: "A"}, // answers nothing
		{At: minute(60), From: persona.FromCustomer},
	}, "A", minute(70), time.UTC)
	if err != nil || len(turns) != 2 {
		t.Fatalf("got %v, %v", turns, err)
	}
	if x := turns[0]; x.State != persona.Breached || !x.Reply.Equal(minute(50)) || x.Holder != "A" || !x.Due.Equal(minute(30)) {
		t.Errorf("first turn: %+v", x)
	}
	if x := turns[1]; x.State != persona.TurnOpen || !x.Reply.IsZero() || x.Holder != "B" {
		t.Errorf("second turn: %+v", x)
	}
	p.AutoCounts = true
	turns, err = p.Measure([]persona.Message{
		{At: minute(0), From: persona.FromCustomer}, {At: minute(30), From: persona.FromRobot, By: "bot"},
	}, "", minute(99), time.UTC)
	if err != nil || turns[0].State != persona.Met || turns[0].By != "bot" {
		t.Errorf("a robot's reply at the last instant: %+v, %v", turns, err)
	}
	if _, err := (persona.Promise{}).Measure(nil, "", minute(0), time.UTC); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("without target: got %v", err)
	}
}

func ExamplePromise_Measure() {
	office := persona.Hours{Weekly: []siyu.WeeklyWindow{{Start: siyu.HourMinute(9, 0), End: siyu.HourMinute(18, 0)}}}
	p := persona.Promise{Target: 30 * time.Minute, Hours: &office}
	turns, err := p.Measure([]persona.Message{
		{At: at(1, 20), From: persona.FromCustomer},
		{At: at(2, 9), From: persona.FromStaff, By: "li"},
	}, "li", at(2, 12), time.UTC)
	fmt.Println(turns[0].Due.Format(time.DateTime), turns[0].State, err)
	// Output: 2026-06-02 09:30:00 met <nil>
}
