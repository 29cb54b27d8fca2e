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

// A user whose claim is still under way has nothing to give back: else what was
// never taken could be claimed by another.
func TestFlash_releaseDuringAClaim(t *testing.T) {
	const rounds = 3000
	var turn atomic.Pointer[coupon.Flash]
	var wg sync.WaitGroup
	turn.Store(newFlash(t, 0, 64))
	wg.Go(func() {
		for f := turn.Load(); f != nil; f = turn.Load() {
			if f.Release(7) {
				t.Error("released what nobody has")
				return
			}
		}
	})
	for range rounds {
		f := newFlash(t, 0, 64)
		turn.Store(f)
		if got := f.Claim(7); got != coupon.SoldOut {
			t.Errorf("claim of nothing: %q", got)
			break
		}
	}
	turn.Store(nil)
	wg.Wait()
}

// A crowd of all cores claims a quota that is a little short, again and again.
func BenchmarkFlash(b *testing.B) {
	const users, quota = 1 << 20, 1<<20 - 1000
	granted := make([]int64, runtime.GOMAXPROCS(0))
	for b.Loop() {
		f := newFlash(b, quota, users)
		var wg sync.WaitGroup
		for g := range granted {
			wg.Go(func() {
				n := int64(0)
				for user := g; user < users; user += len(granted) {
					if f.Claim(uint32(user)) == "" {
						n++
					}
				}
				granted[g] = n
			})
		}
		wg.Wait()
		sum := int64(0)
		for _, n := range granted {
			sum += n
		}
		if sum != quota || f.Remaining() != 0 {
			b.Fatalf("%d granted of %d, %d left", sum, quota, f.Remaining())
		}
	}
	b.ReportMetric(quota*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mgranted/s")
}

// Sold out, and all keep asking.
func BenchmarkFlash_refused(b *testing.B) {
	f := newFlash(b, 0, 1<<20)
	var next atomic.Uint32
	b.RunParallel(func(pb *testing.PB) {
		for i := next.Add(1) << 16; pb.Next(); i++ {
			f.Claim(i % (1 << 20))
		}
	})
}
