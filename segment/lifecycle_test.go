package segment_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
)

var month = segment.Lifecycle{New: segment.Days(7), Active: segment.Days(30), Dormant: segment.Days(90), Wake: segment.Days(20)}

func TestLifecycle_Stage(t *testing.T) {
	t.Parallel()
	asOf := when("2026-06-30T00:00:00Z")
	for _, tt := range []struct {
		name string
		ago  []int // days
		want segment.Stage
	}{
		{"never", nil, segment.Registered},
		{"in the future", []int{-1}, segment.Registered},
		{"today", []int{0}, segment.New},
		{"six days", []int{6, 2}, segment.New},
		{"a week", []int{7}, segment.Active},
		{"29 days", []int{29}, segment.Active},
		{"30 days", []int{30}, segment.Dormant},
		{"89 days", []int{89}, segment.Dormant},
		{"90 days", []int{90}, segment.Churned},
		{"back after 30 days", []int{49, 19}, segment.Reactivated},
		{"20 days after the return", []int{50, 20}, segment.Active},
		{"still in the wake after another visit", []int{60, 15, 1}, segment.Reactivated},
	} {
		var activity []time.Time
		for _, d := range tt.ago {
			activity = append(activity, asOf.Add(-days(d)))
		}
		if got := month.Stage(activity, asOf); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

// The stage holds until the moment that StageUntil says, and no longer; the
// order of the activity does not matter.
func TestLifecycle_StageUntil(t *testing.T) {
	t.Parallel()
	start := when("2026-01-01T00:00:00Z")
	rapid.Check(t, func(t *rapid.T) {
		var activity []time.Time
		for _, h := range rapid.SliceOfN(rapid.IntRange(0, 200*24), 0, 6).Draw(t, "hours") {
			activity = append(activity, start.Add(time.Duration(h)*time.Hour))
		}
		asOf := start.Add(time.Duration(rapid.IntRange(0, 400*24).Draw(t, "as of")) * time.Hour)
		before := slices.Clone(activity)
		stage, until := month.StageUntil(activity, asOf)
		if !slices.Equal(activity, before) {
			t.Fatal("the caller's activity was reordered")
		}
		seen := slices.DeleteFunc(before, func(a time.Time) bool { return a.After(asOf) })
		slices.SortFunc(seen, time.Time.Compare)
		if again := month.Stage(seen, asOf); again != stage {
			t.Fatalf("sorted: %s, unsorted: %s", again, stage)
		}
		if until.IsZero() {
			if stage != segment.Registered && stage != segment.Churned {
				t.Fatalf("%s for ever", stage)
			}
			return
		}
		if !until.After(asOf) || month.Stage(seen, until.Add(-time.Microsecond)) != stage || month.Stage(seen, until) == stage {
			t.Fatalf("%s at %s does not end at %s: %v", stage, asOf, until, seen)
		}
	})
}

func TestLifecycle_Validate(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*segment.Lifecycle){
		"new":     func(l *segment.Lifecycle) { l.New = -1 },
		"active":  func(l *segment.Lifecycle) { l.Active = 0 },
		"dormant": func(l *segment.Lifecycle) { l.Dormant = segment.Days(29) },
		"wake":    func(l *segment.Lifecycle) { l.Wake = -1 },
	} {
		l := month
		change(&l)
		var invalid *siyu.InvalidError
		if err := l.Validate(); !errors.As(err, &invalid) || invalid.Field != name {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// Whoever is active is new, returning or resurrecting; whoever was active the
// unit before returns or is dormant.
func TestLifecycleGrid_tiesUp(t *testing.T) {
	t.Parallel()
	from := when("2026-03-20T00:00:00Z")
	rapid.Check(t, func(t *rapid.T) {
		unit := rapid.SampledFrom([]string{"", "day", "week", "month"}).Draw(t, "unit")
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		var people []segment.ActivityRecord
		for range 20 {
			r := segment.ActivityRecord{Created: from.Add(days(random.IntN(90) - 45))}
			for range random.IntN(30) {
				r.Active = append(r.Active, r.Created.Add(days(random.IntN(90))))
			}
			people = append(people, r)
		}
		to := from.Add(days(60))
		grid, err := segment.LifecycleGrid(slices.Values(people), from, to, &segment.GridOptions{Unit: unit, WeekStart: time.Monday})
		if err != nil {
			t.Fatal(err)
		}
		active := func(start, end time.Time) (n int) {
			for _, p := range people {
				if slices.ContainsFunc(p.Active, func(a time.Time) bool { return !a.Before(start) && a.Before(end) }) {
					n++
				}
			}
			return n
		}
		for i := 1; i+1 < len(grid); i++ {
			now, before := active(grid[i].Start, grid[i+1].Start), active(grid[i-1].Start, grid[i].Start)
			if got := grid[i].New + grid[i].Returning + grid[i].Resurrecting; got != now {
				t.Fatalf("unit %d: %+v, but %d active", i, grid[i], now)
			}
			if got := grid[i].Returning + grid[i].Dormant; got != before {
				t.Fatalf("unit %d: %+v, but %d active before", i, grid[i], before)
			}
		}
	})
}

func TestLifecycleGrid_refuses(t *testing.T) {
	t.Parallel()
	nobody := slices.Values([]segment.ActivityRecord(nil))
	from := when("2026-03-20T00:00:00Z")
	for name, err := range map[string]error{
		"unit":     errOf(segment.LifecycleGrid(nobody, from, from, &segment.GridOptions{Unit: "year"})),
		"order":    errOf(segment.LifecycleGrid(nobody, from, from.Add(-1), nil)),
		"too long": errOf(segment.LifecycleGrid(nobody, from, from.AddDate(1000, 0, 0), nil)),
	} {
		if !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestHabit(t *testing.T) {
	t.Parallel()
	now := when("2026-06-24T12:00:00Z") // a Wednesday
	week := func(ago int) time.Time { return now.AddDate(0, 0, -7*ago) }
	activity := []time.Time{week(1), week(2), week(2), week(4), week(9), now.Add(time.Hour)}
	h := segment.Habit{K: 3, N: 4, WeekStart: time.Monday}
	if got := fmt.Sprintf("%b", h.Weeks(activity, now)); got != "110" {
		t.Errorf("weeks %s", got)
	}
	if h.Holds(activity, now) || !h.Holds(append(activity, now), now) {
		t.Error("two weeks of four are no habit of three, three are")
	}
	if got := h.Streak(activity, now); got != 2 {
		t.Errorf("streak %d, want 2: this week may still come", got)
	}
	h.N = 5
	if !h.Holds(activity, now) {
		t.Error("three weeks of five are")
	}
	// Monday belongs to the week it starts.
	monday := segment.Habit{K: 1, N: 1, WeekStart: time.Monday}
	if !monday.Holds([]time.Time{when("2026-06-22T00:00:00Z")}, now) || monday.Holds([]time.Time{when("2026-06-21T23:59:59Z")}, now) {
		t.Error("the week does not start on Monday")
	}
	for _, bad := range []segment.Habit{{K: 1, N: 0}, {K: 1, N: 65}, {K: 0, N: 4}, {K: 5, N: 4}, {K: 1, N: 4, WeekStart: 9}} {
		if err := bad.Validate(); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%+v: got %v", bad, err)
		}
	}
	if err := h.Validate(); err != nil {
		t.Error(err)
	}
}
