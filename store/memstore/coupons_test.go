package memstore_test

import (
	"testing"

	"github.com/siyu-go/siyu/coupon/coupontest"
	"github.com/siyu-go/siyu/store/memstore"
)

func TestCoupons(t *testing.T) {
	coupontest.TestStore(t, func(*testing.T) *memstore.Store { return memstore.New() })
}

func TestCoupons_sameHistoryTwice(t *testing.T) {
	for seed := range uint64(50) {
		if err := coupontest.CompareHistories(t.Context(), memstore.New(), memstore.New(), seed, 300); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCoupons_linearizable(t *testing.T) {
	for seed := range uint64(40) {
		if err := coupontest.CheckLinearizable(t.Context(), memstore.New(), seed, 8, 20); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCoupons_quotaUnderStorm(t *testing.T) {
	for seed := range uint64(1000) {
		if err := coupontest.CheckQuota(t.Context(), memstore.New(), seed); err != nil {
			t.Fatal(err)
		}
	}
}
