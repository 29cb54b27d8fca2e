package persona_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/persona"
)

func at(day, hour int) time.Time { return time.Date(2026, 6, day, hour, 0, 0, 0, time.UTC) }

func TestRhythm_Gaps(t *testing.T) {
	r := persona.Rhythm{
		Channel: "moments", MaxGapSeconds: 30 * 3600,
		Slots: []siyu.WeeklyWindow{{Start: siyu.HourMinute(8, 0), End: siyu.HourMinute(10, 0)}},
	}
	posts := []persona.Post{
		{Channel: "moments", At: at(3, 9)}, {Channel: "moments", At: at(1, 8)}, {Channel: "article", At: at(2, 9)}, {Channel: "moments", At: at(9, 9)},
	}
	got, err := r.Gaps(posts, siyu.Window{Start: at(1, 0), End: at(5, 0)}, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	window := func(from, to time.Time) siyu.Window { return siyu.Window{Start: from, End: to} }
	want := []persona.Gap{
		{Channel: "moments", Window: window(at(1, 8), at(3, 9))},
		{Channel: "moments", Window: window(at(2, 8), at(2, 10)), Slot: true},
		{Channel: "moments", Window: window(at(3, 9), at(5, 0))},
		{Channel: "moments", Window: window(at(4, 8), at(4, 10)), Slot: true},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestRhythm_Gaps_refuses(t *testing.T) {
	r := persona.Rhythm{Channel: "moments", MaxGapSeconds: 1}
	for name, w := range map[string]siyu.Window{
		"open end": {Start: at(1, 0)}, "too long": {Start: at(1, 0), End: at(1, 0).AddDate(2, 0, 0)}, "backwards": {Start: at(2, 0), End: at(1, 0)},
	} {
		if _, err := r.Gaps(nil, w, time.UTC); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: got %v, want invalid", name, err)
		}
	}
	if err := (persona.Rhythm{Channel: "moments"}).Validate(); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("a rhythm that promises nothing: got %v", err)
	}
}

func ExampleRhythm_Gaps() {
	weekly := persona.Rhythm{Channel: "朋友圈", Slots: []siyu.WeeklyWindow{
		{Start: siyu.HourMinute(18, 0), End: siyu.HourMinute(21, 0), Days: siyu.DaysOf(time.Wednesday)},
	}}
	plan := []persona.Post{{Channel: "朋友圈", At: at(3, 19), Topic: "周三5折"}}
	gaps, err := weekly.Gaps(plan, siyu.Window{Start: at(1, 0), End: at(15, 0)}, time.UTC)
	for _, g := range gaps {
		fmt.Println(g.Text(siyu.Chinese, time.UTC))
	}
	fmt.Println(err)
	// Output:
	// 朋友圈 在 2026-06-10 18:00 至 2026-06-10 21:00 没有安排内容
	// <nil>
}
