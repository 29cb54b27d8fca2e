package sqlstore_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/siyu-go/siyu/coupon/coupontest"
	"github.com/siyu-go/siyu/store/memstore"
	"github.com/siyu-go/siyu/store/sqlstore"
)

func TestCoupons(t *testing.T) {
	onEachEngine(t, func(t *testing.T, newStore func(*testing.T) *sqlstore.Store) {
		coupontest.TestStore(t, newStore)
	})
}

// The store in memory is the oracle of every engine.
func TestCoupons_historiesEqualMemory(t *testing.T) {
	onEachEngine(t, func(t *testing.T, newStore func(*testing.T) *sqlstore.Store) {
		s := newStore(t)
		for seed := range couponRuns(8, 300) {
			tenant := s.Tenant(fmt.Sprint(seed))
			if err := coupontest.CompareHistories(t.Context(), memstore.New(), tenant, seed, 120); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestCoupons_linearizable(t *testing.T) {
	onEachEngine(t, func(t *testing.T, newStore func(*testing.T) *sqlstore.Store) {
		s := newStore(t)
		for seed := range couponRuns(6, 300) {
			if err := coupontest.CheckLinearizable(t.Context(), s.Tenant(fmt.Sprint(seed)), seed, 8, 12); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestCoupons_quotaUnderStorm(t *testing.T) {
	onEachEngine(t, func(t *testing.T, newStore func(*testing.T) *sqlstore.Store) {
		s := newStore(t)
		for seed := range couponRuns(10, 1000) {
			if err := coupontest.CheckQuota(t.Context(), s.Tenant(fmt.Sprint(seed)), seed); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// The case files of the lifecycle and of concurrent claims run on every engine.
func TestCoupons_cases(t *testing.T) {
	root := os.Getenv("SIYU_CASES")
	if root == "" {
		root = filepath.Join("..", "..", "internal", "cases", "testdata")
	}
	paths, err := filepath.Glob(filepath.Join(root, "coupon", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) == 0 {
		t.Skip("no case files")
	}
	onEachEngine(t, func(t *testing.T, newStore func(*testing.T) *sqlstore.Store) {
		s := newStore(t)
		for _, path := range paths {
			runCouponCases(t, s, path)
		}
	})
}

func runCouponCases(t *testing.T, s *sqlstore.Store, path string) {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			ID     string          `json:"id"`
			Op     string          `json:"op"`
			Input  json.RawMessage `json:"input"`
			Expect json.RawMessage `json:"expect"`
		} `json:"cases"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	for _, c := range file.Cases {
		var err error
		switch tenant := s.Tenant(c.ID); c.Op {
		case "steps":
			err = coupontest.RunScript(t.Context(), tenant.Coupons(), c.Input)
		case "concurrent":
			err = coupontest.RunRace(t.Context(), tenant.Coupons(), c.Input, c.Expect)
		}
		if err != nil {
			t.Errorf("%s: %v", c.ID, err)
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
