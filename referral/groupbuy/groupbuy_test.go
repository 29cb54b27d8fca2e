package groupbuy_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral/groupbuy"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func Example() {
	terms := groupbuy.Terms{Size: 3, Duration: 24 * 3600, LeaderReward: 5_00, MemberReward: 2_00}
	group, _, err := terms.Open("g1", "lee", noon)
	if err != nil {
		panic(err)
	}
	for i, person := range []siyu.UserID{"ann", "ann", "bo", "cy"} {
		var o groupbuy.Outcome
		group, o, _ = terms.Join(group, person, noon.Add(time.Duration(i)*time.Hour))
		fmt.Println(person, group.State, o.Reason.Text(siyu.English), o.Moved)
	}
	// Output:
	// ann open  []
	// ann open already a member []
	// bo success  [{lee 500} {ann 200} {bo 200}]
	// cy success the group is complete []
}

// Rewards are what the moves add up to, and nobody outside holds any.
func TestTerms_rewardsFollowMoves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms := groupbuy.Terms{
			Size: rapid.IntRange(1, 4).Draw(t, "size"), Duration: 100, LeaderReward: 5, MemberReward: 2,
			LeaderLeave: rapid.SampledFrom([]groupbuy.LeavePolicy{groupbuy.Disband, groupbuy.Succeed}).Draw(t, "leave"),
			Clawback:    rapid.SampledFrom([]groupbuy.LeaderForfeit{groupbuy.Never, groupbuy.IfBelowSize}).Draw(t, "clawback"),
		}
		group, o, err := terms.Open("g", "p0", noon)
		if err != nil {
			t.Fatal(err)
		}
		held := map[siyu.UserID]siyu.Money{}
		at := noon
		for {
			for _, m := range o.Moved {
				if held[m.Person] += m.Amount; held[m.Person] < 0 {
					t.Fatalf("%s holds %d", m.Person, held[m.Person])
				}
			}
			for p, amount := range held {
				if group.Rewards[p] != amount {
					t.Fatalf("%s holds %d of the moves, %d of the group", p, amount, group.Rewards[p])
				}
			}
			if group.State == groupbuy.Success && len(o.Moved) > 0 && o.Moved[0].Amount > 0 && len(group.Members) != terms.Size {
				t.Fatalf("rewarded at %d of %d", len(group.Members), terms.Size)
			}
			if at = at.Add(time.Duration(rapid.IntRange(0, 20).Draw(t, "later")) * time.Second); at.After(noon.Add(150 * time.Second)) {
				return
			}
			person := siyu.UserID(fmt.Sprint("p", rapid.IntRange(0, 5).Draw(t, "person")))
			before := group
			if rapid.Bool().Draw(t, "join") {
				group, o, err = terms.Join(group, person, at)
			} else {
				group, o, err = terms.Leave(group, person, at)
			}
			if err != nil {
				t.Fatal(err)
			}
			if o.Reason != "" && (len(o.Moved) > 0 || len(before.Members) != len(group.Members)) {
				t.Fatalf("refused for %s, and yet changed", o.Reason)
			}
			if late := !at.Before(noon.Add(100 * time.Second)); late && before.State == groupbuy.Open && o.Reason != groupbuy.Expired {
				t.Fatalf("after the deadline: %q", o.Reason)
			}
		}
	})
}

func TestTerms_leaderLeaves(t *testing.T) {
	for policy, want := range map[groupbuy.LeavePolicy]struct {
		state  groupbuy.State
		leader siyu.UserID
		next   groupbuy.Reason
	}{
		groupbuy.Disband: {groupbuy.Disbanded, "lee", groupbuy.Closed},
		groupbuy.Succeed: {groupbuy.Open, "ann", ""},
	} {
		terms := groupbuy.Terms{Size: 3, Duration: 100, LeaderLeave: policy}
		g, _, _ := terms.Open("g", "lee", noon)
		g, _, _ = terms.Join(g, "ann", noon)
		g, _, _ = terms.Leave(g, "lee", noon)
		_, o, _ := terms.Join(g, "bo", noon)
		if g.State != want.state || g.Leader != want.leader || o.Reason != want.next {
			t.Errorf("%s: %s led by %s, next %q; want %+v", policy, g.State, g.Leader, o.Reason, want)
		}
	}
}

func TestTerms_validate(t *testing.T) {
	for name, terms := range map[string]groupbuy.Terms{
		"no size": {Duration: 1}, "no duration": {Size: 2}, "a negative reward": {Size: 2, Duration: 1, MemberReward: -1},
		"an unknown policy": {Size: 2, Duration: 1, LeaderLeave: "x"}, "an unknown clawback": {Size: 2, Duration: 1, Clawback: "x"},
	} {
		if _, _, err := terms.Open("g", "lee", noon); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
