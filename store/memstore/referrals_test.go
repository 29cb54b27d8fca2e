package memstore_test

import (
	"math/rand/v2"
	"testing"

	"github.com/siyu-go/siyu/referral/referraltest"
	"github.com/siyu-go/siyu/store/memstore"
)

func TestReferrals(t *testing.T) {
	referraltest.TestStore(t, func(*testing.T) *memstore.Store { return memstore.New() })
}

func TestReferrals_historiesEqualCore(t *testing.T) {
	for seed := range uint64(300) {
		d := referraltest.Draw(rand.New(rand.NewPCG(seed, 1)).IntN)
		if err := referraltest.CompareHistories(t.Context(), memstore.New().Referrals(), "p", d, 60); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}
