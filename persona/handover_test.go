package persona_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/persona"
)

// Every customer goes to one taker or waits, no taker gets more than his room,
// and nobody waits while there is room.
func TestSpread_laws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var customers []siyu.UserID
		for i := range rapid.IntRange(0, 30).Draw(t, "customers") {
			customers = append(customers, siyu.UserID(fmt.Sprint("c", i)))
		}
		takers := []persona.Taker{{ID: "leaver", Room: 99}}
		room := 0
		for i := range rapid.IntRange(0, 4).Draw(t, "takers") {
			r := rapid.IntRange(0, 9).Draw(t, "room")
			room += r
			takers = append(takers, persona.Taker{ID: persona.AdviserID(fmt.Sprint("T", i)), Room: r})
		}
		given, waiting := persona.Spread(customers, "leaver", takers)
		seen := map[siyu.UserID]int{}
		for _, taker := range takers {
			if len(given[taker.ID]) > taker.Room || taker.ID == "leaver" && len(given[taker.ID]) > 0 {
				t.Fatalf("%s with room %d got %v", taker.ID, taker.Room, given[taker.ID])
			}
			for _, c := range given[taker.ID] {
				seen[c]++
			}
		}
		for _, c := range waiting {
			seen[c]++
		}
		for _, c := range customers {
			if seen[c] != 1 {
				t.Fatalf("%s was placed %d times", c, seen[c])
			}
		}
		if want := max(0, len(customers)-room); len(waiting) != want {
			t.Fatalf("%d wait, want %d", len(waiting), want)
		}
	})
}

func TestTransferStateAt(t *testing.T) {
	asked := at(1, 10)
	refused := []persona.TransferEvent{{At: at(2, 10), State: persona.TransferRefused}}
	late := []persona.TransferEvent{{At: at(2, 11), State: persona.TransferRefused}}
	for name, tt := range map[string]struct {
		events []persona.TransferEvent
		hour   int
		want   persona.TransferState
	}{
		"before the day is over":      {nil, 33, persona.TransferWaiting},
		"silence is consent":          {nil, 34, persona.TransferDone},
		"refused at the last instant": {refused, 34, persona.TransferRefused},
		"refused too late":            {late, 40, persona.TransferDone},
	} {
		if got := persona.TransferStateAt(asked, tt.events, at(1, tt.hour)); got != tt.want {
			t.Errorf("%s: got %s, want %s", name, got, tt.want)
		}
	}
}

func ExampleRelation_HandTo() {
	before := persona.Relation{Adviser: "li", Known: map[string]json.RawMessage{"tags": json.RawMessage(`["risk:high"]`)}}
	after := before.HandTo("wang")
	fmt.Println(after.Adviser, before.Unchanged(after))
	// Output: wang [tags]
}

func ExampleSpread() {
	given, waiting := persona.Spread([]siyu.UserID{"c1", "c2", "c3", "c4"}, "li", []persona.Taker{{ID: "wang", Room: 2}, {ID: "zhao", Room: 1}})
	fmt.Println(given, waiting)
	// Output: map[wang:[c1 c3] zhao:[c2]] [c4]
}
