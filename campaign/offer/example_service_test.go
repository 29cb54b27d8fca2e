package offer_test

import (
	"context"
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign/offer"
	"github.com/siyu-go/siyu/store/memstore"
)

// Ten seats, of which one is held, not paid in time, and free again.
func ExampleService() {
	ctx, clock := context.Background(), siyu.NewManualClock(noon)
	svc := offer.New(memstore.New().Offers(), &offer.Options{Clock: clock})
	if err := svc.Open(ctx, "open", "course-july", offer.Seats{Total: 10, Hold: 15 * time.Minute}); err != nil {
		panic(err)
	}
	c, err := svc.Claim(ctx, "claim/u1", "course-july", "u1")
	fmt.Println(c.Result, c.Left, err)
	clock.Advance(15 * time.Minute)
	c, err = svc.Pay(ctx, "pay/u1", "course-july", "u1")
	fmt.Println(c.Result, c.Left, err)
	// Output:
	// held 9 <nil>
	// expired 10 <nil>
}
