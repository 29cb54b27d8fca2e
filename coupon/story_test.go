package coupon_test

import (
	"context"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
	"github.com/siyu-go/siyu/store/memstore"
)

// get is for examples, whose errors would be mistakes in the example.
func get[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// deskOf returns a service with batches, and its clock.
func deskOf(batches ...coupon.Batch) (*coupon.Service, *siyu.ManualClock) {
	clock := siyu.NewManualClock(time.Date(2026, 3, 4, 2, 0, 0, 0, time.UTC)) // Wednesday, 10:00 in Shanghai
	desk := coupon.New(memstore.New().Coupons(), &coupon.Options{Clock: clock})
	for _, b := range batches {
		if err := desk.SaveBatch(context.Background(), b); err != nil {
			panic(err)
		}
	}
	return desk, clock
}
