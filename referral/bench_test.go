package referral_test

import (
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral"
)

func ids(prefix string, n int) []siyu.UserID {
	list := make([]siyu.UserID, n)
	for i := range list {
		list[i] = siyu.UserID(prefix + strconv.Itoa(i))
	}
	return list
}

// Whether a member descends from another, the full ancestry climbed: the check
// of every bind.
func BenchmarkRows_Descends(b *testing.B) {
	for _, depth := range []int{10, 1000} {
		b.Run("depth="+strconv.Itoa(depth), func(b *testing.B) {
			rows := referral.NewRows()
			chain := ids("p", depth+1)
			for i := 1; i <= depth; i++ {
				rows.Apply(referral.Change{
					Result: referral.Result{Outcome: referral.OK},
					Bound:  &referral.Binding{Invitee: chain[i], Inviter: chain[i-1], At: launch},
				})
			}
			b.ReportAllocs()
			for b.Loop() {
				if yes, err := rows.Descends(chain[depth], chain[0], time.Time{}); !yes || err != nil {
					b.Fatal(yes, err)
				}
			}
		})
	}
}

// Binds of new invitees to a growing tree, each under a random earlier member,
// until it has so many and another begins. Members and ids lie all over the
// memory: of a large tree every look is a miss of the processor's cache.
func BenchmarkBook_bind(b *testing.B) {
	plan := compile(b, referral.Program{Currency: siyu.CNY, Rules: []referral.Rule{ladder()}})
	for _, members := range []int{1e4, 1e5, 1e6} {
		b.Run("members="+strconv.Itoa(members), func(b *testing.B) {
			people := ids("p", members)
			book := referral.NewBook(plan)
			i := 0
			b.ReportAllocs()
			for b.Loop() {
				if i++; i == len(people) {
					b.StopTimer()
					book, i = referral.NewBook(plan), 1
					b.StartTimer()
				}
				if _, err := book.Do(referral.Bind{Invitee: people[i], Inviter: people[int(uint32(i)*2654435761>>1)%i], At: launch}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A qualification with a stacking ladder, a second level, a welcome gift, a
// hold, a cap by person and a budget.
func BenchmarkBook_qualify(b *testing.B) {
	plan := compile(b, referral.Program{
		Currency: siyu.CNY, RewardOn: referral.Every, Hold: referral.Day,
		Caps: referral.Caps{InviterAmount: new(siyu.Money(1 << 50)), Budget: new(siyu.Money(1 << 60))},
		Rules: []referral.Rule{
			ladder(),
			{ID: "second", To: referral.Inviter2, Kind: referral.Percent, BPS: 100},
			{ID: "welcome", To: referral.Invitee, Kind: referral.Flat, Amount: 1000},
		},
	})
	const members = 1 << 16
	people, keys := ids("p", members), ids("order-", 1<<20)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	book := referral.NewBook(plan)
	for i := 1; i < members; i++ {
		if _, err := book.Do(referral.Bind{Invitee: people[i], Inviter: people[i/4], At: launch}); err != nil {
			b.Fatal(err)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		if i++; i == len(keys) {
			b.Fatal("more orders than keys")
		}
		if _, err := book.Do(referral.Qualify{Invitee: people[1+i%(members-1)], Key: referral.Key(keys[i]), Amount: 200_00, At: launch}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/members, "B/person")
}
