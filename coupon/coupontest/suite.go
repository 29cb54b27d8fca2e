package coupontest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
	"github.com/siyu-go/siyu/internal/conformance"
)

// Backend is what the suite needs of a store: the coupons, and the log that
// their events go to.
type Backend interface {
	Coupons() coupon.Store
	Events() siyu.EventLog
}

// TestStore runs every check as a subtest. newStore returns an empty store that
// is cleaned up with the test.
func TestStore[B Backend](t *testing.T, newStore func(t *testing.T) B) {
	conformance.TestStore(t, Checks(), func(t *testing.T) Backend { return newStore(t) })
}

// Check is one clause of the contract of coupon.Store.
type Check struct {
	Name string
	Run  func(ctx context.Context, b Backend) error // on an empty store
}

// Checks returns the clauses in a fixed order. They run alone too, so that a
// suite can be shown to catch a broken store.
func Checks() []Check {
	return []Check{
		{"unknown ids are not found", unknownIDs},
		{"batches live with every field", batchFields},
		{"codes live with every field", codeFields},
		{"coupons live with every field", couponFields},
		{"ids are compared by their bytes", idsByBytes},
		{"saving terms again keeps the counters", termsAgain},
		{"saving a batch shows what it replaces", batchReplaced},
		{"a claim adds coupons, counts, tallies and events", claimStores},
		{"a claim's key is answered once", claimReplays},
		{"a refused claim keeps nothing", claimRefused},
		{"a coupon id is used once", couponTwice},
		{"a claim of many is one step", claimMany},
		{"a group answers each call once", groupAnswers},
		{"a group of which one fails keeps nothing", groupFails},
		{"a change is stored with its events", changeStores},
		{"a refused change keeps nothing", changeRefused},
		{"a change with a key is answered once", changeReplays},
		{"redeemed coupons are counted as they are now", redeemedCount},
		{"a use is stored with counters, tallies and events", useStores},
		{"a refused use keeps nothing", useRefused},
		{"a use can be changed", useAgain},
		{"a cancelled context changes nothing", cancelled},
		{"many claims at once never exceed the quota", raceQuota},
		{"many claims of one user never exceed the limit", raceUser},
		{"one key sent at once by many makes one coupon", raceKey},
		{"claims in groups and alone never exceed the quota", raceGroups},
		{"one of many orders locks a coupon", raceLock},
		{"one of many orders redeems a coupon", raceRedeem},
		{"many uses at once never exceed the limit", raceLimit},
		{"many uses at once never exceed the budget", raceBudget},
		{"uses cancelled at once leave no trace", raceCancel},
	}
}

var noon = time.Date(2026, 1, 15, 12, 0, 0, 123456000, time.UTC)

const someID = `券-1'"\%_`

func check(what string, got, want any) error {
	if !reflect.DeepEqual(got, want) {
		return fmt.Errorf("%s: got %+v, want %+v", what, got, want)
	}
	return nil
}

func checkError(what string, err, want error) error {
	if !errors.Is(err, want) {
		return fmt.Errorf("%s: got error %w, want %w", what, err, want)
	}
	return nil
}

// first runs functions until one fails.
func first(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func aBatch() coupon.Batch { return coupon.Batch{ID: "B", Quota: 100} }

func aCode() coupon.Code { return coupon.Code{Code: "CODE", Limit: 10} }

func aCoupon(id coupon.CouponID) coupon.Coupon {
	return coupon.Coupon{ID: id, Batch: "B", User: "u", ClaimedAt: noon, State: coupon.StateClaimed, Version: 1}
}

func aCall(op, key, args string) siyu.Call { return siyu.Call{Op: op, Key: key, Digest: args} }

func anEvent(id string) siyu.Event {
	return siyu.Event{ID: siyu.EventID(id), User: "u", Name: "coupon.test", At: noon, Props: map[string]string{"k": "v"}}
}

// claims is a decision that hands out coupons.
func claims(list ...coupon.Coupon) func(coupon.BatchState, coupon.Tallies) (coupon.ClaimChange, error) {
	return func(coupon.BatchState, coupon.Tallies) (coupon.ClaimChange, error) {
		return coupon.ClaimChange{Coupons: list}, nil
	}
}

// saveBatch saves a batch whatever was there.
func saveBatch(ctx context.Context, s coupon.Store, b coupon.Batch) error {
	return s.SaveBatch(ctx, b, func(*coupon.Batch) ([]siyu.Event, error) { return nil, nil })
}

// claim puts one coupon into an empty store.
func claim(ctx context.Context, s coupon.Store, list ...coupon.Coupon) error {
	if err := saveBatch(ctx, s, aBatch()); err != nil {
		return err
	}
	_, _, err := s.Claim(ctx, aCall("claim", "first", ""), "B", claims(list...))
	return err
}

func eventIDs(ctx context.Context, b Backend) (ids []string, err error) {
	for e, err := range b.Events().Events(ctx, 0) {
		if err != nil {
			return nil, err
		}
		ids = append(ids, string(e.ID))
	}
	return ids, nil
}

func checkEvents(ctx context.Context, b Backend, want ...string) error {
	ids, err := eventIDs(ctx, b)
	if err != nil {
		return err
	}
	return check("events", ids, want)
}

func checkBatch(ctx context.Context, s coupon.Store, claimed, redeemed int64) error {
	b, err := s.Batch(ctx, "B")
	if err != nil {
		return err
	}
	return check("claimed and redeemed", []int64{b.Claimed, b.Redeemed}, []int64{claimed, redeemed})
}

func checkCode(ctx context.Context, s coupon.Store, uses int64, spent siyu.Money) error {
	c, err := s.Code(ctx, "CODE")
	if err != nil {
		return err
	}
	return check("uses and spent", []int64{c.Uses, int64(c.Spent)}, []int64{uses, int64(spent)})
}

func cancelled(ctx context.Context, b Backend) error {
	s := b.Coupons()
	if err := claim(ctx, s, aCoupon("c")); err != nil {
		return err
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	_, _, err := s.Claim(ended, aCall("claim", "k", ""), "B", claims(aCoupon("d")))
	if err := checkError("claim", err, context.Canceled); err != nil {
		return err
	}
	if err := checkError("save", saveBatch(ended, s, coupon.Batch{ID: "C"}), context.Canceled); err != nil {
		return err
	}
	_, err = s.Batch(ctx, "C")
	return first(
		func() error { return checkError("batch", err, siyu.ErrNotFound) },
		func() error { return checkBatch(ctx, s, 1, 0) },
	)
}
