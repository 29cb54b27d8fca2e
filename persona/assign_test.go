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

// No adviser takes more than a cap allows, nobody waits while someone is free,
// and who has an adviser keeps him.
func TestRoster_Assign_laws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := persona.Roster{ID: "r", Zone: "Asia/Shanghai", Strategy: rapid.SampledFrom([]persona.Strategy{
			"", persona.RoundRobin, persona.LeastLoaded, persona.Weighted,
		}).Draw(t, "strategy")}
		for i := range rapid.IntRange(1, 4).Draw(t, "advisers") {
			r.Advisers = append(r.Advisers, persona.Adviser{
				ID: persona.AdviserID(fmt.Sprint("A", i)), Offline: rapid.IntRange(0, 5).Draw(t, "offline") == 0,
				DailyCap: rapid.IntRange(0, 3).Draw(t, "daily"), TotalCap: rapid.IntRange(0, 6).Draw(t, "total"), Weight: rapid.IntRange(0, 3).Draw(t, "weight"),
			})
		}
		if err := r.Validate(); err != nil {
			t.Fatal(err)
		}
		var s persona.RosterState
		now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
		has := map[string]persona.AdviserID{}
		daily, all := map[string]int{}, map[persona.AdviserID]int{}
		for range rapid.IntRange(1, 40).Draw(t, "customers") {
			now = now.Add(time.Duration(rapid.IntRange(0, 12).Draw(t, "hours")) * time.Hour)
			user := fmt.Sprint("u", rapid.IntRange(0, 30).Draw(t, "user"))
			a, err := r.Assign(s, persona.Customer{Adviser: has[user]}, now)
			if err != nil {
				t.Fatal(err)
			}
			s = a.State
			if has[user] != "" {
				if !a.Kept || a.Adviser != has[user] {
					t.Fatalf("%s was not kept: %+v", has[user], a)
				}
				continue
			}
			day := now.Add(8 * time.Hour).Format(time.DateOnly)
			free := 0
			for _, x := range r.Advisers {
				if !x.Offline && (x.DailyCap == 0 || daily[day+string(x.ID)] < x.DailyCap) && (x.TotalCap == 0 || all[x.ID] < x.TotalCap) {
					free++
					continue
				}
				if a.Adviser == x.ID {
					t.Fatalf("%s is off duty or full", x.ID)
				}
			}
			if (a.Reason == persona.NoCapacity) != (free == 0) {
				t.Fatalf("%d are free, answer %+v", free, a)
			}
			if a.Adviser != "" {
				has[user] = a.Adviser
				daily[day+string(a.Adviser)]++
				all[a.Adviser]++
			}
		}
		for id, n := range all {
			if s.Loads[id].Total != n {
				t.Fatalf("%s has taken %d, the state says %d", id, n, s.Loads[id].Total)
			}
		}
	})
}

// Over whole rounds each adviser takes exactly his weight.
func TestRoster_Assign_weights(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, sum := persona.Roster{ID: "r", Zone: "UTC", Strategy: persona.Weighted}, 0
		for i := range rapid.IntRange(1, 5).Draw(t, "advisers") {
			w := rapid.IntRange(1, 6).Draw(t, "weight")
			sum += w
			r.Advisers = append(r.Advisers, persona.Adviser{ID: persona.AdviserID(fmt.Sprint("A", i)), Weight: w})
		}
		var s persona.RosterState
		for range 2 * sum {
			a, err := r.Assign(s, persona.Customer{}, at(1, 0))
			if err != nil {
				t.Fatal(err)
			}
			s = a.State
		}
		for _, a := range r.Advisers {
			if s.Loads[a.ID].Total != 2*a.Weight {
				t.Fatalf("%s of weight %d took %d of %d", a.ID, a.Weight, s.Loads[a.ID].Total, 2*sum)
			}
		}
	})
}

func TestRoster_Assign_clock_set_back(t *testing.T) {
	r := persona.Roster{ID: "r", Zone: "UTC", Advisers: []persona.Adviser{{ID: "A", DailyCap: 1}}}
	a, err := r.Assign(persona.RosterState{}, persona.Customer{}, at(2, 9))
	if err != nil {
		t.Fatal(err)
	}
	if a, err = r.Assign(a.State, persona.Customer{}, at(1, 9)); err != nil || a.Reason != persona.NoCapacity {
		t.Errorf("after the clock was set back: %+v, %v", a, err)
	}
}

func TestRoster_Validate(t *testing.T) {
	for field, r := range map[string]persona.Roster{
		"zone":                      {ID: "r", Zone: "Local"},
		"strategy":                  {ID: "r", Zone: "UTC", Strategy: "dice"},
		"backup[0].id":              {ID: "r", Zone: "UTC", Advisers: []persona.Adviser{{ID: "A"}}, Backup: []persona.Adviser{{ID: "A"}}},
		"advisers[0].daily_cap":     {ID: "r", Zone: "UTC", Advisers: []persona.Adviser{{ID: "A", DailyCap: -1}}},
		"advisers[0].shifts[0].end": {ID: "r", Zone: "UTC", Advisers: []persona.Adviser{{ID: "A", Shifts: []siyu.WeeklyWindow{{}}}}},
	} {
		var invalid *siyu.InvalidError
		if err := r.Validate(); !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("got %v, want a fault at %s", err, field)
		}
	}
}

func FuzzParseRoster(f *testing.F) {
	f.Add([]byte(`{"id":"r","zone":"UTC","strategy":"weighted","advisers":[{"id":"A","weight":2,"shifts":[{"start":"09:00","end":"18:00"}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := persona.ParseRoster(data)
		if err != nil {
			if !errors.Is(err, siyu.ErrInvalid) {
				t.Fatalf("error %v is not invalid", err)
			}
			return
		}
		if _, err := r.Assign(persona.RosterState{}, persona.Customer{Regions: []string{"x"}}, at(1, 9)); err != nil {
			t.Fatalf("accepted %s, and then %v", data, err)
		}
	})
}

func ExampleRoster_Assign() {
	r := persona.Roster{ID: "sz", Zone: "Asia/Shanghai", Advisers: []persona.Adviser{{ID: "li", DailyCap: 1}, {ID: "wang", DailyCap: 1}}}
	var s persona.RosterState
	for range 3 {
		a, err := r.Assign(s, persona.Customer{}, at(1, 2))
		s = a.State
		fmt.Println(a.Adviser, a.Reason.Text(siyu.English), err)
	}
	// Output:
	// li  <nil>
	// wang  <nil>
	//  no adviser has room now: queued <nil>
}
