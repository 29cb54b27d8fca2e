package assist_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral/assist"
	"github.com/siyu-go/siyu/store/memstore"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func service(t testing.TB, terms assist.Terms) (*assist.Service, *siyu.ManualClock) {
	t.Helper()
	clock := siyu.NewManualClock(noon)
	s, err := assist.New(memstore.New().Assists(), "spring", terms, &assist.Options{Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	return s, clock
}

// A task list (任务宝) with tiers: a gift at two helpers, a bigger one at three.
func ExampleService() {
	ctx := context.Background()
	tasks, err := assist.New(memstore.New().Assists(), "spring", assist.Terms{
		Duration: 24 * 3600, NewOnly: true,
		Tiers: []assist.Tier{{Helpers: 2, Reward: 5_00}, {Helpers: 3, Reward: 20_00}},
	}, &assist.Options{Clock: siyu.NewManualClock(noon)})
	if err != nil {
		panic(err)
	}
	if _, err := tasks.Start(ctx, assist.StartRequest{Key: "s", Task: "t1", Owner: "lee"}); err != nil {
		panic(err)
	}
	for i, h := range []siyu.UserID{"lee", "ann", "ann", "bo", "cy", "di", "ed"} {
		r, _ := tasks.Help(ctx, assist.HelpRequest{Key: fmt.Sprint(i), Task: "t1", Helper: h, Existing: h == "bo"})
		fmt.Printf("%s %d %d %d %q\n", h, r.Helpers, r.Missing, r.Reward, r.Reason.Text(siyu.English))
	}
	// Output:
	// lee 0 2 0 "nobody can help themselves"
	// ann 1 1 0 ""
	// ann 1 1 0 "has helped already"
	// bo 1 1 0 "only new customers can help"
	// cy 2 1 500 ""
	// di 3 0 2000 ""
	// ed 3 0 0 "the task is complete"
}

func TestService_deadline(t *testing.T) {
	s, clock := service(t, assist.Terms{Required: 2, Duration: 60, Reward: 10})
	if _, err := s.Start(t.Context(), assist.StartRequest{Key: "s", Task: "t", Owner: "lee"}); err != nil {
		t.Fatal(err)
	}
	clock.Set(noon.Add(time.Minute))
	help := assist.HelpRequest{Key: "h", Task: "t", Helper: "bo"}
	if r, err := s.Help(t.Context(), help); err != nil || r.Reason != assist.Expired {
		t.Errorf("at the end: %+v, %v", r, err)
	}
	clock.Set(noon.Add(time.Minute - 1)) // the refusal used neither the key nor the helper
	if r, err := s.Help(t.Context(), help); err != nil || !r.OK() || r.Helpers != 1 || r.Replayed {
		t.Errorf("just before the end: %+v, %v", r, err)
	}
	if r, err := s.Help(t.Context(), help); err != nil || r.Helpers != 1 || !r.Replayed {
		t.Errorf("sent again: %+v, %v", r, err)
	}
}

func TestService_refuses(t *testing.T) {
	s, _ := service(t, assist.Terms{Required: 2, Duration: 60})
	start := assist.StartRequest{Key: "s", Task: "t", Owner: "lee"}
	if _, err := s.Start(t.Context(), start); err != nil {
		t.Fatal(err)
	}
	start.Key = "s2"
	if _, err := s.Start(t.Context(), start); !errors.Is(err, siyu.ErrConflict) {
		t.Errorf("a task twice: %v", err)
	}
	if _, err := s.Help(t.Context(), assist.HelpRequest{Key: "h", Task: "t9", Helper: "bo"}); !errors.Is(err, siyu.ErrNotFound) {
		t.Errorf("an unknown task: %v", err)
	}
	if _, err := s.Help(t.Context(), assist.HelpRequest{Key: "h", Task: "t"}); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("no helper: %v", err)
	}
	for name, terms := range map[string]assist.Terms{
		"nothing to reach": {Duration: 1}, "both": {Duration: 1, Required: 1, Tiers: []assist.Tier{{Helpers: 1}}},
		"no duration": {Required: 1}, "tiers that fall": {Duration: 1, Tiers: []assist.Tier{{Helpers: 2}, {Helpers: 2}}},
		"a negative reward": {Duration: 1, Required: 1, Reward: -1}, "a reward beside tiers": {Duration: 1, Reward: 1, Tiers: []assist.Tier{{Helpers: 1}}},
	} {
		if _, err := assist.New(memstore.New().Assists(), "c", terms, nil); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := assist.ParseTerms([]byte(`{"required": 2, "duration_seconds": 9, "helpers": 1}`)); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("an unknown field: %v", err)
	}
}

// Whatever is asked in whatever order, tasks have the helpers that counted, a
// helper counts once in the campaign, and owners get the tiers reached.
func TestService_helpersCountOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms := assist.Terms{Duration: 50, Tiers: []assist.Tier{{Helpers: 1, Reward: 3}, {Helpers: 3, Reward: 7}}}
		clock := siyu.NewManualClock(noon)
		s, err := assist.New(memstore.New().Assists(), "c", terms, &assist.Options{Clock: clock})
		if err != nil {
			t.Fatal(err)
		}
		ctx := context.Background()
		for _, id := range []assist.TaskID{"t0", "t1", "t2"} {
			if _, err := s.Start(ctx, assist.StartRequest{Key: string(id), Task: id, Owner: siyu.UserID(id)}); err != nil {
				t.Fatal(err)
			}
		}
		helped, helpers, paid := map[siyu.UserID]bool{}, map[assist.TaskID]int{}, map[assist.TaskID]siyu.Money{}
		for i := range rapid.IntRange(0, 30).Draw(t, "requests") {
			clock.Set(clock.Now().Add(time.Duration(rapid.IntRange(0, 4).Draw(t, "later")) * time.Second))
			id := assist.TaskID(fmt.Sprint("t", rapid.IntRange(0, 2).Draw(t, "task")))
			helper := siyu.UserID(fmt.Sprint("h", rapid.IntRange(0, 8).Draw(t, "helper")))
			r, err := s.Help(ctx, assist.HelpRequest{Key: fmt.Sprint(i), Task: id, Helper: helper})
			if err != nil {
				t.Fatal(err)
			}
			want := assist.Reason("")
			switch {
			case helpers[id] == 3:
				want = assist.Complete
			case !clock.Now().Before(noon.Add(50 * time.Second)):
				want = assist.Expired
			case helped[helper]:
				want = assist.AlreadyHelped
			default:
				helped[helper] = true
				helpers[id]++
				paid[id] += map[int]siyu.Money{1: 3, 3: 7}[helpers[id]]
			}
			if r.Reason != want || r.Helpers != helpers[id] {
				t.Fatalf("%s helps %s: %+v; want %q and %d helpers", helper, id, r, want, helpers[id])
			}
			paid[id] -= r.Reward
			if paid[id] != 0 {
				t.Fatalf("%s was paid %d by the %d-th helper", id, r.Reward, helpers[id])
			}
		}
	})
}
