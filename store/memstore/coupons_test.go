package memstore_test

import (
	"os"
	"testing"

	"github.com/siyu-go/siyu/coupon/coupontest"
	"github.com/siyu-go/siyu/store/memstore"
)

func TestCoupons(t *testing.T) {
	coupontest.TestStore(t, func(*testing.T) *memstore.Store { return memstore.New() })
}

func TestCoupons_sameHistoryTwice(t *testing.T) {
	for seed := range couponRuns(50, 100_000) {
		if err := coupontest.CompareHistories(t.Context(), memstore.New(), memstore.New(), seed, 300); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCoupons_linearizable(t *testing.T) {
	for seed := range couponRuns(40, 100_000) {
		if err := coupontest.CheckLinearizable(t.Context(), memstore.New(), seed, 8, 20); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCoupons_quotaUnderStorm(t *testing.T) {
	for seed := range couponRuns(1000, 15_625) {
		if err := coupontest.CheckQuota(t.Context(), memstore.New(), seed); err != nil {
			t.Fatal(err)
		}
	}
}

// couponRuns is how often a random check runs: in CI, or in a soak.
func couponRuns(ci, soak uint64) uint64 {
	if os.Getenv("SIYU_SOAK") != "" {
		return soak
	}
	return ci
}
