package segment_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
)

var courses = segment.Ladder{CoolDown: segment.Days(7), Steps: []segment.Step{
	{ID: "free"}, {ID: "trial", Price: 100}, {ID: "course", Price: 19900, Needs: []string{"trial"}}, {ID: "advisor", Price: 99900, Needs: []string{"course"}},
}}

func TestLadder_Next(t *testing.T) {
	t.Parallel()
	now := when("2026-06-30T00:00:00Z")
	for _, tt := range []struct {
		name   string
		c      segment.Climber
		step   string
		reason segment.OfferReason
	}{
		{"a stranger gets the first", segment.Climber{}, "free", segment.OfferNext},
		{"then the next", segment.Climber{Owned: []string{"free"}}, "trial", segment.OfferNext},
		{"held back", segment.Climber{Owned: []string{"free"}, Held: []string{"trial"}}, "", segment.OfferBlocked},
		{"never one below", segment.Climber{Owned: []string{"course"}}, "advisor", segment.OfferNext},
		{"the top", segment.Climber{Owned: []string{"advisor"}}, "", segment.OfferTop},
		{"cool-down", segment.Climber{Last: now.Add(-days(7) + 1)}, "", segment.OfferCooldown},
		{"its end is free", segment.Climber{Last: now.Add(-days(7))}, "free", segment.OfferNext},
	} {
		got := courses.Next(tt.c, now)
		if got.Step.ID != tt.step || got.Reason != tt.reason {
			t.Errorf("%s: got %+v", tt.name, got)
		}
		if got.Reason == segment.OfferCooldown && !got.Until.Equal(tt.c.Last.Add(days(7))) {
			t.Errorf("%s: until %s", tt.name, got.Until)
		}
		if got.Reason.Text(siyu.Chinese) == "" || got.Reason.Text(siyu.English) == "" {
			t.Errorf("%s has no text", got.Reason)
		}
	}
	blocked := courses.Next(segment.Climber{Owned: []string{"free"}, Held: []string{"trial"}}, now)
	if want := (map[string][]string{"trial": {}, "course": {"trial"}, "advisor": {"course"}}); fmt.Sprint(blocked.Missing) != fmt.Sprint(want) {
		t.Errorf("missing %v, want %v", blocked.Missing, want)
	}
}

// An offer is above everything owned, not held back, and has what it needs.
func TestLadder_laws(t *testing.T) {
	t.Parallel()
	ids := []string{"free", "trial", "course", "advisor"}
	rapid.Check(t, func(t *rapid.T) {
		some := rapid.SliceOfDistinct(rapid.SampledFrom(ids), rapid.ID[string])
		c := segment.Climber{Owned: some.Draw(t, "owned"), Held: some.Draw(t, "held")}
		got := courses.Next(c, when("2026-06-30T00:00:00Z"))
		if got.Reason != segment.OfferNext {
			return
		}
		at := slices.Index(ids, got.Step.ID)
		for _, o := range c.Owned {
			if slices.Index(ids, o) >= at {
				t.Fatalf("%s is not above %s", got.Step.ID, o)
			}
		}
		for _, need := range got.Step.Needs {
			if !slices.Contains(c.Owned, need) {
				t.Fatalf("%s lacks %s", got.Step.ID, need)
			}
		}
		if slices.Contains(c.Held, got.Step.ID) {
			t.Fatalf("%s is held back", got.Step.ID)
		}
	})
}

func TestLadder_Validate(t *testing.T) {
	t.Parallel()
	if err := courses.Validate(); err != nil {
		t.Error(err)
	}
	elsewhere := segment.Ladder{Steps: []segment.Step{{ID: "insurance", Needs: []string{"a car"}}}}
	if err := elsewhere.Validate(); err != nil {
		t.Error(err)
	}
	if got := elsewhere.Next(segment.Climber{Owned: []string{"a car"}}, when("2026-06-30T00:00:00Z")); got.Reason != segment.OfferNext {
		t.Errorf("a need from elsewhere: got %+v", got)
	}
	for field, l := range map[string]segment.Ladder{
		"steps[0].id":       {Steps: []segment.Step{{}}},
		"steps[1].id":       {Steps: []segment.Step{{ID: "a"}, {ID: "a"}}},
		"steps[0].price":    {Steps: []segment.Step{{ID: "a", Price: -1}}},
		"steps[0].needs[0]": {Steps: []segment.Step{{ID: "a", Needs: []string{"b"}}, {ID: "b"}}},
		"cool_down":         {CoolDown: -1},
	} {
		var invalid *siyu.InvalidError
		if err := l.Validate(); !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("got %v, want a fault in %s", err, field)
		}
	}
}

func TestQuadrant(t *testing.T) {
	t.Parallel()
	cuts := segment.DefaultQuadrantCuts()
	for _, tt := range []struct {
		often, online float64
		want          segment.Quadrant
	}{
		{12, 0.5, segment.HighFrequencyHighOnline},
		{30, 0.49, segment.HighFrequencyLowOnline},
		{11.9, 1, segment.LowFrequencyHighOnline},
		{0, 0, segment.LowFrequencyLowOnline},
	} {
		got, err := cuts.Quadrant(tt.often, tt.online)
		if err != nil || got != tt.want {
			t.Errorf("%+v: got %s %v", tt, got, err)
		}
		p, ok := got.Profile()
		if !ok || p.Quadrant != got || p.Lifecycle.Validate() != nil || len(p.Industries) == 0 || p.Goal == "" || p.Measure == "" || p.ConversionDays < 1 || p.MaxPerWeek < p.MaxPerDay {
			t.Errorf("%s has the profile %+v", got, p)
		}
		p.Industries[0] = "changed"
		if again, _ := got.Profile(); again.Industries[0] == "changed" {
			t.Error("a caller can change the preset")
		}
	}
	for _, bad := range [][2]float64{{-1, 0}, {1, -0.1}, {1, 1.1}, {math.NaN(), 0}, {1, math.NaN()}, {math.Inf(1), 0}} {
		if _, err := cuts.Quadrant(bad[0], bad[1]); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%v: got %v", bad, err)
		}
	}
	if _, ok := segment.Quadrant("other").Profile(); ok {
		t.Error("an unknown quadrant has a profile")
	}
}
