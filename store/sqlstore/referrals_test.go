package sqlstore_test

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/siyu-go/siyu/referral"
	"github.com/siyu-go/siyu/referral/referraltest"
	"github.com/siyu-go/siyu/store/sqlstore"
)

func TestReferrals(t *testing.T) {
	onEachEngine(t, func(t *testing.T, newStore func(*testing.T) *sqlstore.Store) {
		referraltest.TestStore(t, newStore)
	})
}

// The plain core in memory is the oracle of every engine.
func TestReferrals_historiesEqualCore(t *testing.T) {
	onEachEngine(t, func(t *testing.T, newStore func(*testing.T) *sqlstore.Store) {
		s := newStore(t)
		runs := uint64(25)
		if os.Getenv("SIYU_SOAK") != "" {
			runs = 2000
		}
		for seed := range runs {
			// A tenant each: call keys are the tenant's.
			d := referraltest.Draw(rand.New(rand.NewPCG(seed, 1)).IntN)
			store := s.Tenant(strconv.FormatUint(seed, 10)).Referrals()
			if err := referraltest.CompareHistories(t.Context(), store, referral.ProgramID("p"), d, 60); err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
		}
	})
}
