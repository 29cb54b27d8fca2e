package journey_test

import (
	"context"
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign/journey"
	"github.com/siyu-go/siyu/store/memstore"
)

// A course in a store: people enroll, check in, and a loop of the host runs
// what is due.
func ExampleCourses() {
	ctx, clock := context.Background(), siyu.NewManualClock(entry)
	course := sevenDays()
	course.Days, course.Need = 2, 1
	courses, err := journey.NewCourses(memstore.New().Journeys(), course, time.UTC, &journey.Options{Clock: clock})
	if err != nil {
		panic(err)
	}
	for _, user := range []siyu.UserID{"u1", "u2"} {
		if _, err := courses.Enroll(ctx, "enroll/"+string(user), user); err != nil {
			panic(err)
		}
	}
	if _, err := courses.Record(ctx, "u1", journey.Input{ID: "e1", Event: "checkin", At: entry.Add(24 * time.Hour)}); err != nil {
		panic(err)
	}
	clock.Advance(72 * time.Hour)
	due, err := courses.Due(ctx, 100)
	if err != nil {
		panic(err)
	}
	for _, r := range due {
		key := fmt.Sprint("advance/", r.User, "/", r.Due().UnixMicro())
		a, err := courses.Advance(ctx, key, r.User)
		if err != nil {
			panic(err)
		}
		fmt.Println(r.User, a.State, a.CheckIns, a.Sends[len(a.Sends)-1].Message)
	}
	// Output:
	// u1 graduated 1 graduate
	// u2 finished 0 encourage
}

// A flow in a store, once per person and flight.
func ExampleFlows() {
	ctx, clock := context.Background(), siyu.NewManualClock(entry)
	flows, err := journey.NewFlows(memstore.New().Journeys(), time.UTC, &journey.Options{Clock: clock}, journey.Flow{
		ID: "flight-delay", Key: []string{"flight"}, Steps: []journey.Step{{ID: "pay", Do: journey.DoSend, Message: "claim_paid"}},
	})
	if err != nil {
		panic(err)
	}
	for i, flight := range []string{"MU5101", "MU5102", "MU5101"} {
		a, err := flows.Enter(ctx, journey.EnterRequest{Key: fmt.Sprint(i), User: "u1", Data: map[string]string{"flight": flight}})
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s %d %q\n", flight, len(a.Sends), a.Refused)
	}
	// Output:
	// MU5101 1 ""
	// MU5102 1 ""
	// MU5101 0 "entry_used"
}
