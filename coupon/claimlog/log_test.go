package claimlog_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon/claimlog"
)

func Example() {
	dir, _ := os.MkdirTemp("", "claimlog")
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "flash.log")

	log, _ := claimlog.Open(path, nil)
	_ = log.Offer("wednesday", 2)
	for _, user := range []siyu.UserID{"ann", "bo", "ann", "cy"} {
		claim, _ := log.Claim(context.Background(), "wednesday", user)
		fmt.Println(user, claim.Outcome, claim.Number)
	}
	_ = log.Close()

	log, _ = claimlog.Open(path, nil) // as after a crash
	defer log.Close()
	stock, _ := log.Stock("wednesday")
	fmt.Println("left:", stock.Left())
	for grant, err := range log.Grants() {
		fmt.Println(grant.Number, grant.User, err)
	}
	// Output:
	// ann granted 1
	// bo granted 2
	// ann already 1
	// cy sold_out 0
	// left: 0
	// 1 ann <nil>
	// 2 bo <nil>
}

func openLog(t testing.TB, path string) *claimlog.Log {
	t.Helper()
	l, err := claimlog.Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func TestRefusals(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	l := openLog(t, path)
	if err := l.Offer("", 1); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("no name: %v", err)
	}
	if err := l.Offer("x", 0); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("no seats: %v", err)
	}
	if err := l.Offer("x", 5); err != nil {
		t.Fatal(err)
	}
	if err := l.Offer("x", 5); err != nil {
		t.Errorf("the same again: %v", err)
	}
	if err := l.Offer("x", 6); !errors.Is(err, siyu.ErrConflict) {
		t.Errorf("another quota: %v", err)
	}
	if c, err := l.Claim(t.Context(), "y", "u"); c.Outcome != claimlog.Unknown || err != nil {
		t.Errorf("no such offer: %v, %v", c, err)
	}
	if _, err := l.Claim(t.Context(), "x", ""); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("no user: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.Claim(ctx, "x", "u"); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if s, err := l.Stock("x"); s != (claimlog.Stock{Quota: 5}) || err != nil {
		t.Errorf("stock = %v, %v; refusals must take no seat", s, err)
	}
	if _, err := l.Stock("y"); !errors.Is(err, siyu.ErrNotFound) {
		t.Errorf("stock of no offer: %v", err)
	}
	if _, err := claimlog.Open(path, nil); err == nil {
		t.Error("a second process may open the log")
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	if _, err := l.Claim(t.Context(), "x", "u"); !errors.Is(err, claimlog.ErrClosed) {
		t.Errorf("closed: %v", err)
	}
	if err := l.Offer("z", 1); !errors.Is(err, claimlog.ErrClosed) {
		t.Errorf("closed: %v", err)
	}
}

// A crowd of more users than seats, each asking several times at once.
func TestCrowd(t *testing.T) {
	const quota, users, times = 100, 160, 3
	path := filepath.Join(t.TempDir(), "log")
	l := openLog(t, path)
	if err := l.Offer("x", quota); err != nil {
		t.Fatal(err)
	}
	var (
		wg       sync.WaitGroup
		mu       sync.Mutex
		outcomes = map[claimlog.Outcome]int{}
		numbers  = map[siyu.UserID]int64{}
	)
	for i := range users * times {
		wg.Go(func() {
			user := siyu.UserID(strconv.Itoa(i % users))
			c, err := l.Claim(t.Context(), "x", user)
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			outcomes[c.Outcome]++
			if known := numbers[user]; c.Number != 0 && known != 0 && known != c.Number {
				t.Errorf("user %s has seats %d and %d", user, known, c.Number)
			}
			if c.Number != 0 {
				numbers[user] = c.Number
			}
		})
	}
	wg.Wait()
	if outcomes[claimlog.Granted] != quota || len(numbers) != quota {
		t.Errorf("outcomes = %v for %d users with seats, want %d granted", outcomes, len(numbers), quota)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	l = openLog(t, path)
	seen := 0
	for g, err := range l.Grants() {
		if err != nil {
			t.Fatal(err)
		}
		if numbers[g.User] != g.Number {
			t.Errorf("%s was told seat %d, the log has %d", g.User, numbers[g.User], g.Number)
		}
		seen++
	}
	if seen != quota {
		t.Errorf("the log holds %d grants, want %d", seen, quota)
	}
}

func BenchmarkClaim(b *testing.B) {
	for _, noSync := range []bool{false, true} {
		b.Run(fmt.Sprintf("sync=%t/claimers=256", !noSync), func(b *testing.B) {
			l, err := claimlog.Open(filepath.Join(b.TempDir(), "log"), &claimlog.Options{NoSync: noSync})
			if err != nil {
				b.Fatal(err)
			}
			defer l.Close()
			if err := l.Offer("x", 1<<40); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			var next int64
			var mu sync.Mutex
			b.SetParallelism(128)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					mu.Lock()
					next++
					user := siyu.UserID(strconv.FormatInt(next, 10))
					mu.Unlock()
					if _, err := l.Claim(context.Background(), "x", user); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "claims/s")
		})
	}
}
