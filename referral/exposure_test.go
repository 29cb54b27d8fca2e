package referral_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral"
)

// rising draws a program whose rewards never fall with more friends, so that
// the order of qualifying does not matter.
func rising(t *rapid.T, roles ...referral.Role) *referral.Plan {
	amount := func(most int) siyu.Money { return siyu.Money(rapid.IntRange(0, most).Draw(t, "amount")) }
	p := referral.Program{Currency: siyu.CNY}
	for i, role := range roles {
		r := referral.Rule{ID: fmt.Sprint("r", i), To: role}
		switch rapid.IntRange(0, 5).Draw(t, "kind") {
		case 4:
			r.Kind, r.BPS = referral.Percent, siyu.BPS(rapid.IntRange(0, 3000).Draw(t, "bps"))
		case 5:
			low := siyu.BPS(rapid.IntRange(0, 1500).Draw(t, "bps"))
			r.Kind, r.Mode = referral.TieredVolume, rapid.SampledFrom([]referral.TierMode{referral.Marginal, referral.Whole}).Draw(t, "mode")
			r.Tiers = []referral.Tier{{From: 0, BPS: low}, {From: 250, BPS: low + 1500}}
		case 0:
			r.Kind, r.Amount = referral.Flat, amount(50)
		case 1, 2:
			r.Kind, r.Mode = referral.TieredCount, rapid.SampledFrom([]referral.TierMode{referral.Stack, referral.Whole}).Draw(t, "mode")
			low := amount(30)
			r.Tiers = []referral.Tier{{From: 1, Amount: low}, {From: 3, Amount: low + amount(30)}}
		case 3:
			r.Kind, r.Steps = referral.Milestone, []referral.Step{{At: 2, Amount: amount(60)}, {At: 4, Amount: amount(90)}}
		}
		p.Rules = append(p.Rules, r)
	}
	if rapid.Bool().Draw(t, "capped") {
		p.Caps.InviterAmount = new(amount(200))
	}
	if rapid.Bool().Draw(t, "counted") {
		p.Caps.InviterCount = new(int64(rapid.IntRange(0, 4).Draw(t, "count")))
	}
	if rapid.Bool().Draw(t, "budgeted") {
		p.Caps.Budget = new(amount(400))
	}
	// Where a reward is paid in full or not at all, the order in which the budget
	// and the parts of a re-rating are used matters: those are left out.
	whole := slices.ContainsFunc(p.Rules, func(r referral.Rule) bool { return r.Mode == referral.Whole })
	if !whole && !slices.Contains(roles, referral.Inviter2) && rapid.Bool().Draw(t, "skip") {
		p.Caps.OnCap, p.Caps.Budget = referral.Skip, nil
	}
	plan, err := p.Compile()
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// orderAmount is what every friend's order comes to.
const orderAmount = 101

// play binds invitee i to inviter[i] and lets all qualify in turn. It returns
// the program's net.
func play(t *rapid.T, plan *referral.Plan, inviter []siyu.UserID) siyu.Money {
	book := referral.NewBook(plan)
	for i, up := range inviter {
		do(t, book, referral.Bind{Invitee: fake(i), Inviter: up, At: launch})
	}
	for i := range inviter {
		do(t, book, referral.Qualify{Invitee: fake(i), Key: referral.Key(fake(i)), Amount: orderAmount, At: launch})
	}
	totals, err := book.Totals()
	if err != nil {
		t.Fatal(err)
	}
	return totals.Net
}

func fake(i int) siyu.UserID { return siyu.UserID(fmt.Sprint("fake", i)) }

// everyTree calls use for each tree of n fakes below a member: each fake is
// invited by the member or by an earlier fake.
func everyTree(n int, use func(inviter []siyu.UserID)) {
	inviter := make([]siyu.UserID, n)
	var set func(i int)
	set = func(i int) {
		if i == n {
			use(inviter)
			return
		}
		inviter[i] = "member"
		set(i + 1)
		for up := range i {
			inviter[i] = fake(up)
			set(i + 1)
		}
	}
	set(0)
}

// The best profit is that of the best of all trees, played through the engine.
func TestPlan_sybilIsTheBestTree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		roles := []referral.Role{referral.Inviter, rapid.SampledFrom([]referral.Role{referral.Inviter, referral.Inviter2, referral.Invitee}).Draw(t, "role")}
		plan := rising(t, roles...)
		cost := siyu.Money(rapid.IntRange(0, 60).Draw(t, "cost"))
		const most = 5
		var want referral.Exploit
		for n := range most + 1 {
			everyTree(n, func(inviter []siyu.UserID) {
				if profit := play(t, plan, inviter) - cost*siyu.Money(n); profit > want.Profit {
					want = referral.Exploit{Profit: profit, Fakes: int64(n), Exploitable: true}
				}
			})
		}
		got, err := plan.Sybil(referral.Attack{MaxFakes: most, Cost: cost, Amount: orderAmount})
		if err != nil || got != want {
			t.Fatalf("got %+v, %v; the best tree gives %+v", got, err, want)
		}
	})
}

// The liability is that of the worst spread over inviters, played through the
// engine.
func TestPlan_liabilityIsTheWorstSpread(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan := rising(t, referral.Inviter, rapid.SampledFrom([]referral.Role{referral.Inviter, referral.Invitee}).Draw(t, "role"))
		const n = 5
		var want siyu.Money
		inviter := make([]siyu.UserID, n)
		var set func(i, used int)
		set = func(i, used int) {
			if i == n {
				want = max(want, play(t, plan, slices.Clone(inviter)))
				return
			}
			for up := range used + 1 {
				inviter[i] = siyu.UserID(fmt.Sprint("inviter", up))
				set(i+1, max(used, up+1))
			}
		}
		set(0, 0)
		got, err := plan.Liability(referral.Exposure{Qualified: n, Amount: orderAmount})
		if err != nil || got != want {
			t.Fatalf("got %d, %v; the worst spread costs %d", got, err, want)
		}
	})
}

// With two levels it is that of the worst way to spread invitees over inviters
// and inviters over theirs, played through the engine. Where members have no
// upline, the inviter of the first to qualify is bound after that.
func TestPlan_liabilityOfTwoLevels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan := rising(t, referral.Inviter, referral.Inviter2)
		const n = 4
		members := rapid.Bool().Draw(t, "members have uplines")
		var want siyu.Money
		inviter, upline := make([]int, n), make([]int, n)
		var group func(i, used, inviters int)
		group = func(i, used, inviters int) {
			if i == inviters {
				want = max(want, playLevels(t, plan, inviter, upline[:inviters], members))
				return
			}
			for up := range used + 1 {
				upline[i] = up
				group(i+1, max(used, up+1), inviters)
			}
		}
		var set func(i, used int)
		set = func(i, used int) {
			if i == n {
				group(0, 0, used)
				return
			}
			for up := range used + 1 {
				inviter[i] = up
				set(i+1, max(used, up+1))
			}
		}
		set(0, 0)
		x := referral.Exposure{Qualified: n, Amount: orderAmount, MembersHaveUpline: members}
		got, err := plan.Liability(x)
		if err != nil || got != want {
			t.Fatalf("got %d, %v; the worst spread costs %d", got, err, want)
		}
		if bound, err := plan.LiabilityBound(x); err != nil || bound < got {
			t.Fatalf("the bound is %d, %v, below %d", bound, err, got)
		}
	})
}

// playLevels lets invitee i qualify under inviter[i], who is under an upline.
func playLevels(t *rapid.T, plan *referral.Plan, inviter, upline []int, members bool) siyu.Money {
	book := referral.NewBook(plan)
	name := func(what string, i int) siyu.UserID { return siyu.UserID(fmt.Sprint(what, i)) }
	above := func(i int) {
		do(t, book, referral.Bind{Invitee: name("inviter", i), Inviter: name("upline", upline[i]), At: launch})
	}
	for i := range upline {
		if members || i != inviter[0] {
			above(i)
		}
	}
	for i, up := range inviter {
		do(t, book, referral.Bind{Invitee: fake(i), Inviter: name("inviter", up), At: launch})
		do(t, book, referral.Qualify{Invitee: fake(i), Key: referral.Key(fake(i)), Amount: orderAmount, At: launch})
		if i == 0 && !members {
			above(up)
		}
	}
	totals, err := book.Totals()
	if err != nil {
		t.Fatal(err)
	}
	return totals.Net
}

// Nobody can make a program cost more, in whatever tree.
func TestPlan_liabilityIsNeverPassed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan := rising(t, referral.Inviter, rapid.SampledFrom([]referral.Role{referral.Inviter2, referral.Invitee}).Draw(t, "role"))
		const n = 5
		most, err := plan.Liability(referral.Exposure{Qualified: n, Amount: orderAmount})
		if err != nil {
			t.Fatal(err)
		}
		everyTree(n, func(inviter []siyu.UserID) {
			if cost := play(t, plan, inviter); cost > most {
				t.Fatalf("%q cost %d, more than %d", inviter, cost, most)
			}
		})
	})
}

// A large campaign is no more work than its ladder has bends.
func TestPlan_liabilityOfMillions(t *testing.T) {
	steep := ladder()
	steep.Tiers = append(steep.Tiers, referral.Tier{From: 1000, Amount: 90_00})
	plan := compile(t, referral.Program{Currency: siyu.CNY, Caps: referral.Caps{InviterAmount: new(siyu.Money(2000_00))}, Rules: []referral.Rule{
		steep, {ID: "second", To: referral.Inviter2, Kind: referral.Flat, Amount: 5_00},
	}})
	x := referral.Exposure{Qualified: 1_000_000}
	bound, err := plan.LiabilityBound(x)
	if err != nil {
		t.Fatal(err)
	}
	x.Qualified = 1000
	small, err := plan.Liability(x)
	if err != nil || small > bound/1000+2000_00 || small < bound/1000-2000_00 {
		t.Errorf("a thousand cost %d, %v; a million at most %d", small, err, bound)
	}
}

func TestPlan_exposureRefuses(t *testing.T) {
	plan := compile(t, referral.Program{Currency: siyu.CNY, Rules: []referral.Rule{ladder(), {ID: "second", To: referral.Inviter2, Kind: referral.Flat, Amount: 1}}})
	for _, x := range []referral.Exposure{{Qualified: -1}, {Qualified: referral.MaxExposure + 1}, {Amount: -1}} {
		if _, err := plan.Liability(x); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%+v: %v", x, err)
		}
		if _, err := plan.LiabilityBound(x); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("bound of %+v: %v", x, err)
		}
	}
	for _, a := range []referral.Attack{{MaxFakes: -1}, {MaxFakes: referral.MaxFakeTree + 1}, {Cost: -1}, {Amount: -1}} {
		if _, err := plan.Sybil(a); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%+v: %v", a, err)
		}
	}
	huge := compile(t, referral.Program{Currency: siyu.CNY, Rules: []referral.Rule{{ID: "r", To: referral.Inviter, Kind: referral.Flat, Amount: 1 << 60}}})
	if _, err := huge.Liability(referral.Exposure{Qualified: 100}); !errors.Is(err, siyu.ErrOverflow) {
		t.Errorf("beyond 64 bits: %v", err)
	}
}
