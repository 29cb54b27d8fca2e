package memstore_test

import (
	"errors"
	"iter"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral"
	"github.com/siyu-go/siyu/referral/referraltest"
	"github.com/siyu-go/siyu/store/memstore"
)

func TestReferrals(t *testing.T) {
	referraltest.TestStore(t, func(*testing.T) *memstore.Store { return memstore.New() })
}

func TestReferrals_historiesEqualCore(t *testing.T) {
	runs := uint64(1000)
	if os.Getenv("SIYU_SOAK") != "" {
		runs = 100_000
	}
	for seed := range runs {
		d := referraltest.Draw(rand.New(rand.NewPCG(seed, 1)).IntN)
		if err := referraltest.CompareHistories(t.Context(), memstore.New().Referrals(), "p", d, 60); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

type seqOf[T any] = iter.Seq2[T, error]

func isConflict(err error) bool { return errors.Is(err, siyu.ErrConflict) }

func do(t *testing.T, service *referral.Service, e referral.Event) referral.Result {
	t.Helper()
	result, err := service.Do(t.Context(), e)
	if err != nil {
		t.Fatalf("%+v: %v", e, err)
	}
	if result.Outcome != referral.OK {
		t.Fatalf("%+v: %+v", e, result)
	}
	return result
}
