package coupon_test

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/siyu-go/siyu/coupon"
)

func newFlash(t testing.TB, quota int64, users int) *coupon.Flash {
	f, err := coupon.NewFlash(quota, users)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFlash_oneByOne(t *testing.T) {
	f := newFlash(t, 2, 100)
	for i, want := range []struct {
		user   uint32
		reason coupon.Reason
	}{
		{5, ""}, {5, coupon.UserLimit}, {99, ""}, {6, coupon.SoldOut}, {5, coupon.UserLimit}, {6, coupon.SoldOut}, {128, coupon.Unknown},
	} {
		if got := f.Claim(want.user); got != want.reason {
			t.Errorf("claim %d: %q, want %q", i, got, want.reason)
		}
	}
	if f.Release(6) || !f.Release(5) || f.Release(5) || f.Release(999) {
		t.Error("only who has one can give it back, once")
	}
	if f.Remaining() != 1 || f.Claim(6) != "" || f.Remaining() != 0 {
		t.Error("what came back is claimed again")
	}
}

// Whatever the crowd does, those who have one and the stock are the quota.
func TestFlash_crowd(t *testing.T) {
	const users, quota = 4096, 1000
	f := newFlash(t, quota, users)
	var granted, released atomic.Int64
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range uint32(20_000) {
				user := (i*2654435761 + uint32(g)*977) % users
				if f.Claim(user) == "" {
					granted.Add(1)
				}
				if i%5 == 0 && f.Release(user) {
					released.Add(1)
				}
				if i%64 == 0 {
					runtime.Gosched()
				}
			}
		})
	}
	wg.Wait()
	if out := granted.Load() - released.Load(); out+f.Remaining() != quota || out > quota {
		t.Fatalf("%d out and %d left of %d", out, f.Remaining(), quota)
	}
	// Nobody is told sold out while anything is left.
	left := f.Remaining()
	for user := range uint32(users) {
		switch f.Claim(user) {
		case "":
			left--
		case coupon.SoldOut:
			if left != 0 {
				t.Fatalf("sold out with %d left", left)
			}
		}
	}
	if left != 0 {
		t.Errorf("%d left after all have claimed", left)
	}
}

// granted is a claim that gets one and gives it back; refused one that does not.
func BenchmarkFlash(b *testing.B) {
	const users = 1 << 20
	for name, quota := range map[string]int64{"granted": users / 2, "refused": 0} {
		b.Run(name, func(b *testing.B) {
			f := newFlash(b, quota, users)
			var next atomic.Uint32
			b.RunParallel(func(pb *testing.PB) {
				start := next.Add(1) << 16
				for i := uint32(0); pb.Next(); i++ {
					user := (start + i) % users
					if f.Claim(user) == "" {
						f.Release(user)
					}
				}
			})
		})
	}
}
