package coupon_test

import (
	"context"
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

// The list of benefits before somebody adds the teacher, made of coupons that
// there really are: what is used up or over is not promised.
func ExampleBatchState_Remaining() {
	now := time.Date(2026, 3, 4, 2, 0, 0, 0, time.UTC)
	desk, _ := deskOf(
		coupon.Batch{ID: "study-pack", Quota: coupon.Unlimited},
		coupon.Batch{ID: "400 yuan off", Quota: 200},
		coupon.Batch{ID: "gold bean", Quota: 0},
		coupon.Batch{ID: "new year", Quota: 10, Claim: siyu.Window{End: now}},
	)
	for _, id := range []coupon.BatchID{"study-pack", "400 yuan off", "gold bean", "new year"} {
		b := get(desk.Batch(context.Background(), id))
		switch left := b.Remaining(); {
		case left == 0 || !b.Claim.Contains(b.AsOf):
			continue
		case left == coupon.Unlimited:
			fmt.Println(b.ID)
		default:
			fmt.Println(b.ID, "-", left, "left")
		}
	}
	// Output:
	// study-pack
	// 400 yuan off - 200 left
}
