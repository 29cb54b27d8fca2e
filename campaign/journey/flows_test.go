package journey_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign/journey"
	"github.com/siyu-go/siyu/store/memstore"
)

// twoDays waits until nine on two days and sends each time.
func twoDays(version int) journey.Flow {
	until := func(id string) journey.Step {
		return journey.Step{ID: id, Do: journey.DoWaitUntil, Days: 1, Time: siyu.HourMinute(9, 0)}
	}
	return journey.Flow{ID: "f", Version: version, OnResume: journey.SkipOverdue, ExitOn: []string{"purchase"}, Steps: []journey.Step{
		until("w1"), {ID: "s1", Do: journey.DoSend, Message: "day1"}, until("w2"), {ID: "s2", Do: journey.DoSend, Message: "day2"},
	}}
}

func flows(t *testing.T, store journey.Store, clock siyu.Clock, versions ...journey.Flow) *journey.Flows {
	t.Helper()
	f, err := journey.NewFlows(store, time.UTC, &journey.Options{Clock: clock}, versions...)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFlows_Resume_skips_what_was_overdue(t *testing.T) {
	clock := siyu.NewManualClock(entry)
	f := flows(t, memstore.New().Journeys(), clock, twoDays(1))
	if _, err := f.Enter(t.Context(), journey.EnterRequest{Key: "k", User: "u1"}); err != nil {
		t.Fatal(err)
	}
	clock.Advance(36 * time.Hour) // the flow is paused: nobody calls Advance
	at := journey.Key{Journey: "f", User: "u1"}
	a, err := f.Resume(t.Context(), "resume", at, nil)
	if err != nil || len(a.Sends) != 1 || a.Sends[0].Skip != journey.Overdue {
		t.Fatalf("resumed: %+v, %v", a, err)
	}
	clock.Advance(24 * time.Hour)
	if a, err = f.Advance(t.Context(), "on", at, nil); err != nil || len(a.Sends) != 1 || a.Sends[0].Message != "day2" || a.State != journey.Completed {
		t.Fatalf("after that: %+v, %v", a, err)
	}
}

func TestFlows_people_stay_on_their_version(t *testing.T) {
	clock, store := siyu.NewManualClock(entry), memstore.New().Journeys()
	old := flows(t, store, clock, twoDays(1))
	if _, err := old.Enter(t.Context(), journey.EnterRequest{Key: "k1", User: "u1"}); err != nil {
		t.Fatal(err)
	}
	next := twoDays(2)
	next.Steps[1].Message = "new day1"
	both := flows(t, store, clock, twoDays(1), next)
	if _, err := both.Enter(t.Context(), journey.EnterRequest{Key: "k2", User: "u2"}); err != nil {
		t.Fatal(err)
	}
	clock.Advance(36 * time.Hour)
	due, err := both.Due(t.Context(), 9)
	if err != nil || len(due) != 2 {
		t.Fatalf("due: %v, %v", due, err)
	}
	for i, want := range []string{"day1", "new day1"} {
		if a, err := both.Advance(t.Context(), "t"+string(due[i].User), due[i].Key, nil); err != nil || a.Sends[0].Message != want {
			t.Errorf("%s: %+v, %v, want %s", due[i].User, a, err, want)
		}
	}
	clock.Advance(24 * time.Hour)
	only := flows(t, store, clock, next)
	if _, err := only.Advance(t.Context(), "t3", due[0].Key, nil); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("a version that is gone: %v", err)
	}
}

// One event may concern several journeys, each of which takes it once.
func TestFlows_Hear_one_event_in_two_journeys(t *testing.T) {
	clock, store := siyu.NewManualClock(entry), memstore.New().Journeys()
	other := twoDays(1)
	other.ID = strings.Repeat("long id ", 20)
	for _, def := range []journey.Flow{twoDays(1), other} {
		f := flows(t, store, clock, def)
		if _, err := f.Enter(t.Context(), journey.EnterRequest{Key: "k", User: "u1"}); err != nil {
			t.Fatal(err)
		}
		bought := journey.EventRequest{User: "u1", Input: journey.Input{ID: "order-1", Event: "purchase", At: entry.Add(time.Hour)}}
		for i := range 2 {
			a, err := f.Hear(t.Context(), bought)
			if err != nil || a.State != journey.Exited || a.Replayed != (i == 1) {
				t.Errorf("told %d times: %+v, %v", i+1, a, err)
			}
		}
	}
}

func TestNewFlows_refuses(t *testing.T) {
	store, wrong := memstore.New().Journeys(), twoDays(2)
	wrong.ID = "g"
	for name, versions := range map[string][]journey.Flow{"none": nil, "twice": {twoDays(1), twoDays(1)}, "of two flows": {twoDays(1), wrong}, "broken": {{ID: "f"}}} {
		if _, err := journey.NewFlows(store, time.UTC, nil, versions...); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: got %v, want invalid", name, err)
		}
	}
	if _, err := journey.NewCourses(store, journey.Course{ID: "c"}, time.UTC, nil); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("a broken course: got %v", err)
	}
}

func TestFlow_Migrate(t *testing.T) {
	wait := func(version int, seconds int64) journey.Flow {
		return journey.Flow{ID: "f", Version: version, Steps: []journey.Step{
			{ID: "w", Do: journey.DoWait, Seconds: seconds}, {ID: "s", Do: journey.DoSend, Message: "m"},
		}}
	}
	r, _ := wait(1, 7200).Enter(nil, "u1", nil, entry, time.UTC)
	at := entry.Add(time.Hour)
	for name, tt := range map[string]struct {
		to    journey.Flow
		steps map[string]string
		due   time.Time
	}{
		"measured from the arrival":     {wait(2, 5400), map[string]string{"w": "w"}, entry.Add(90 * time.Minute)},
		"due by that already":           {wait(2, 60), nil, at},
		"not in the map: stays":         {wait(2, 60), map[string]string{"x": "w"}, entry.Add(2 * time.Hour)},
		"mapped to what does not exist": {wait(2, 60), map[string]string{"w": "x"}, entry.Add(2 * time.Hour)},
	} {
		got := tt.to.Migrate(r, 1, tt.steps, at, time.UTC)
		if moved := got.Version == 2; !got.Due.Equal(tt.due) || moved == tt.due.Equal(r.Due) {
			t.Errorf("%s: version %d, due %s, want %s", name, got.Version, got.Due, tt.due)
		}
	}
	if got := wait(3, 60).Migrate(r, 2, nil, at, time.UTC); got.Version != 1 {
		t.Errorf("from another version: moved to %d", got.Version)
	}
}
