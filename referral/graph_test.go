package referral_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral"
)

// The counts and generations that every bind keeps are those of a forest
// counted afresh, whatever is bound, moved, taken away or undone, with the
// circles that expired bindings close.
func TestRows_graphEqualsCounting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const people = 7
		rows := referral.NewRows()
		inviter := map[siyu.UserID]siyu.UserID{}
		person := rapid.Custom(func(t *rapid.T) siyu.UserID {
			return siyu.UserID(fmt.Sprint("p", rapid.IntRange(0, people-1).Draw(t, "person")))
		})
		binds := map[siyu.UserID][]time.Time{}
		for range rapid.IntRange(1, 40).Draw(t, "changes") {
			c := referral.Change{Result: referral.Result{Outcome: referral.OK}}
			invitee, up := person.Draw(t, "invitee"), person.Draw(t, "inviter")
			at := launch.Add(time.Duration(rapid.IntRange(0, 9).Draw(t, "at")) * time.Hour)
			undone := rapid.IntRange(0, 4).Draw(t, "undo") == 0
			if invitee == up {
				c.Unbound = []siyu.UserID{invitee}
			} else {
				c.Bound = &referral.Binding{Invitee: invitee, Inviter: up, At: at}
			}
			undo := rows.Try(c)
			switch {
			case undone:
				undo()
			case c.Bound == nil:
				delete(inviter, invitee)
			default:
				inviter[invitee] = up
				binds[up] = append(binds[up], at)
			}
			sameGraph(t, rows, inviter)
			for up, times := range binds {
				after := at.Add(-time.Microsecond)
				want := int64(0)
				for _, bound := range times {
					if bound.After(after) {
						want++
					}
				}
				if got, _ := rows.Binds(up, after); got != want {
					t.Fatalf("%s has %d binds after %s, want %d", up, got, after, want)
				}
			}
		}
	})
}

// sameGraph compares what rows keep with a count of who invited whom.
func sameGraph(t *rapid.T, rows *referral.Rows, inviter map[siyu.UserID]siyu.UserID) {
	depth := func(id siyu.UserID) int {
		n := 0
		for up, ok := inviter[id]; ok; up, ok = inviter[up] {
			if n++; n > len(inviter) {
				return -1
			}
		}
		return n
	}
	direct, second := map[siyu.UserID]int{}, map[siyu.UserID]int{}
	member := map[siyu.UserID]bool{}
	for invitee, up := range inviter {
		direct[up]++
		second[inviter[up]]++
		member[invitee], member[up] = true, true
	}
	var generations []int64
	for i := range 7 {
		id := siyu.UserID(fmt.Sprint("p", i))
		want := depth(id)
		got, ok := rows.Generation(id)
		if ok != (want >= 0) || ok && got != want {
			t.Fatalf("%s is in generation %d, %v; want %d of %v", id, got, ok, want, inviter)
		}
		if rows.Invitees(id) != direct[id] || rows.Second(id) != second[id] {
			t.Fatalf("%s has %d invitees and %d of theirs, want %d and %d of %v", id, rows.Invitees(id), rows.Second(id), direct[id], second[id], inviter)
		}
		for ; member[id] && want >= len(generations); generations = append(generations, 0) {
		}
		if member[id] && want >= 0 {
			generations[want]++
		}
	}
	if !slices.Equal(rows.Generations(), generations) {
		t.Fatalf("generations %v, want %v of %v", rows.Generations(), generations, inviter)
	}
}
