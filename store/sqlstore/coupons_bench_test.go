package sqlstore_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

// Claims of hundreds of callers at once on one batch: each a transaction of its own, or
// in groups through a batcher.
func BenchmarkCoupons_claim(b *testing.B) {
	for _, e := range engines {
		for _, way := range []string{"alone", "groups"} {
			b.Run(e.name+"/"+way, func(b *testing.B) {
				e.skipWithout(b)
				s, _ := e.newStore(b)
				service := coupon.New(s.Coupons(), nil)
				if err := service.SaveBatch(b.Context(), coupon.Batch{ID: "B", Quota: coupon.Unlimited, PerUser: 1}); err != nil {
					b.Fatal(err)
				}
				claim := service.Claim
				if way == "groups" {
					batcher, err := service.NewBatcher(0)
					if err != nil {
						b.Fatal(err)
					}
					claim = batcher.Claim
				}
				var user atomic.Int64
				b.SetParallelism(256) // of 2 processors: 512 callers
				b.ResetTimer()
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						r, err := claim(b.Context(), coupon.ClaimRequest{Batch: "B", User: siyu.UserID(fmt.Sprint("u", user.Add(1))), Key: "k"})
						if err != nil || !r.OK() {
							b.Errorf("%+v, %v", r, err)
							return
						}
					}
				})
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "claims/s")
			})
		}
	}
}
