package coupontest_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
	"github.com/siyu-go/siyu/coupon/coupontest"
	"github.com/siyu-go/siyu/internal/conformance"
	"github.com/siyu-go/siyu/store/memstore"
)

// broken is a store with a fault planted over a sound one.
type broken struct {
	coupon.Store
	log   siyu.EventLog
	fault string

	mu     sync.Mutex
	calls  int
	offset map[coupon.BatchID]int64
	most   int64
	reads  atomic.Int64
}

func (b *broken) Coupons() coupon.Store { return b }
func (b *broken) Events() siyu.EventLog { return b.log }

// faults lists each planted fault with a check that must catch it.
var faults = map[string]string{
	"oversells":                             "many claims at once never exceed the quota",
	"forgets the keys of claims":            "a claim's key is answered once",
	"ignores the arguments of claims":       "a claim's key is answered once",
	"logs replayed claims":                  "a claim's key is answered once",
	"keeps refused claims":                  "a refused claim keeps nothing",
	"drops the events of claims":            "a claim adds coupons, counts, tallies and events",
	"drops the tallies of claims":           "many claims of one user never exceed the limit",
	"reads no tallies":                      "a claim adds coupons, counts, tallies and events",
	"overwrites coupons":                    "a coupon id is used once",
	"cuts long lists":                       "a claim of many is one step",
	"loses updates":                         "one of many orders locks a coupon",
	"keeps refused changes":                 "a refused change keeps nothing",
	"forgets the keys of changes":           "a change with a key is answered once",
	"forgets what was returned":             "a change with a key is answered once",
	"drops the events of changes":           "a change is stored with its events",
	"never counts redemptions down":         "redeemed coupons are counted as they are now",
	"forgets uses":                          "a use can be changed",
	"forgets the caps of uses":              "a use can be changed",
	"drops the counters of uses":            "many uses at once never exceed the limit",
	"drops the money of uses":               "many uses at once never exceed the budget",
	"keeps refused uses":                    "a refused use keeps nothing",
	"drops the events of uses":              "a use is stored with counters, tallies and events",
	"resets counters with new terms":        "saving terms again keeps the counters",
	"invents batches":                       "unknown ids are not found",
	"invents codes":                         "unknown ids are not found",
	"loses the end of locks":                "coupons live with every field",
	"cuts instants to seconds":              "coupons live with every field",
	"loses the limits of batches":           "batches live with every field",
	"hides the terms that a batch replaces": "saving a batch shows what it replaces",
	"loses the budget of codes":             "codes live with every field",
	"loses the owner of codes":              "codes live with every field",
	"takes small letters for capitals":      "ids are compared by their bytes",
	"goes on when the context is over":      "a cancelled context changes nothing",
	"answers one key with many coupons":     "one key sent at once by many makes one coupon",
	"gives a redeemed coupon to another":    "one of many orders redeems a coupon",
	"takes cancelled uses back only half":   "uses cancelled at once leave no trace",
}

func TestChecks_catchBrokenStores(t *testing.T) {
	conformance.Catches(t, coupontest.Checks(), faults, func(fault string) coupontest.Backend {
		sound := memstore.New()
		return &broken{Store: sound.Coupons(), log: sound.Events(), fault: fault, offset: make(map[coupon.BatchID]int64)}
	})
}

func (b *broken) is(fault string) bool { return b.fault == fault }

func (b *broken) SaveBatch(ctx context.Context, batch coupon.Batch, decide func(*coupon.Batch) ([]siyu.Event, error)) error {
	switch {
	case b.is("goes on when the context is over"):
		ctx = context.WithoutCancel(ctx)
	case b.is("hides the terms that a batch replaces"):
		inner := decide
		decide = func(*coupon.Batch) ([]siyu.Event, error) { return inner(nil) }
	case b.is("loses the limits of batches"):
		batch.Limits = nil
	case b.is("takes small letters for capitals"):
		batch.ID = coupon.BatchID(strings.ToUpper(string(batch.ID)))
	case b.is("resets counters with new terms"):
		if old, err := b.Store.Batch(ctx, batch.ID); err == nil {
			b.offset[batch.ID] = old.Claimed
		}
	}
	return b.Store.SaveBatch(ctx, batch, decide)
}

func (b *broken) SaveCode(ctx context.Context, code coupon.Code) error {
	if b.is("loses the budget of codes") {
		code.Budget = nil
	}
	if b.is("loses the owner of codes") {
		code.Owner = ""
	}
	return b.Store.SaveCode(ctx, code)
}

func (b *broken) Batch(ctx context.Context, id coupon.BatchID) (coupon.BatchState, error) {
	if b.is("takes small letters for capitals") {
		id = coupon.BatchID(strings.ToUpper(string(id)))
	}
	state, err := b.Store.Batch(ctx, id)
	if b.is("invents batches") {
		err = nil
	}
	if b.is("never counts redemptions down") {
		b.most = max(b.most, state.Redeemed)
		state.Redeemed = b.most
	}
	state.Claimed -= b.offset[id]
	return state, err
}

func (b *broken) Code(ctx context.Context, code coupon.CodeID) (coupon.CodeState, error) {
	state, err := b.Store.Code(ctx, code)
	if b.is("invents codes") {
		err = nil
	}
	return state, err
}

func (b *broken) Coupon(ctx context.Context, id coupon.CouponID) (coupon.Coupon, error) {
	c, err := b.Store.Coupon(ctx, id)
	if b.is("loses the end of locks") {
		c.LockedUntil = time.Time{}
	}
	if b.is("cuts instants to seconds") {
		c.ClaimedAt = c.ClaimedAt.Truncate(time.Second)
	}
	return c, err
}

func (b *broken) Claim(
	ctx context.Context, call siyu.Call, batch coupon.BatchID,
	decide func(coupon.BatchState, coupon.Tallies) (coupon.ClaimChange, error),
) ([]coupon.Coupon, bool, error) {
	b.mu.Lock()
	b.calls++
	n := b.calls
	b.mu.Unlock()
	switch {
	case b.is("goes on when the context is over"):
		ctx = context.WithoutCancel(ctx)
	case b.is("forgets the keys of claims"), b.is("answers one key with many coupons"):
		call.Key = fmt.Sprint(call.Key, n)
	case b.is("ignores the arguments of claims"):
		call.Digest = ""
	case b.is("takes small letters for capitals"):
		batch = coupon.BatchID(strings.ToUpper(string(batch)))
	}
	var refused error
	list, replayed, err := b.Store.Claim(ctx, call, batch, func(state coupon.BatchState, tallies coupon.Tallies) (coupon.ClaimChange, error) {
		if b.is("oversells") {
			state.Claimed = 0
		}
		if b.is("reads no tallies") {
			tallies = func(keys ...string) ([]int64, error) { return make([]int64, len(keys)), nil }
		}
		change, err := decide(state, tallies)
		return b.claimed(ctx, n, change, &err, &refused), err
	})
	if b.is("logs replayed claims") && replayed {
		if _, err := b.log.Append(ctx, siyu.Event{ID: siyu.EventID(fmt.Sprint("again", n)), User: "u", Name: "n", At: time.Unix(1, 0)}); err != nil {
			return nil, false, err
		}
	}
	if err == nil {
		err = refused
	}
	return list, replayed, err
}

// claimed spoils what a claim is going to store.
func (b *broken) claimed(ctx context.Context, n int, change coupon.ClaimChange, err, refused *error) coupon.ClaimChange {
	switch b.fault {
	case "keeps refused claims":
		*refused, *err = *err, nil
	case "drops the events of claims":
		change.Events = nil
	case "drops the tallies of claims":
		change.Tallies = nil
	case "cuts long lists":
		change.Coupons = change.Coupons[:min(len(change.Coupons), 1000)]
	case "answers one key with many coupons":
		for i := range change.Coupons {
			change.Coupons[i].ID += coupon.CouponID(fmt.Sprint(n))
		}
		change.Events = nil
	case "overwrites coupons":
		list := change.Coupons
		change.Coupons = nil
		for _, c := range list {
			if c.ID != "c" || n == 1 {
				change.Coupons = append(change.Coupons, c)
			}
		}
	}
	return change
}

func (b *broken) Change(
	ctx context.Context, call siyu.Call, id coupon.CouponID, decide func(coupon.Coupon) (coupon.CouponChange, error),
) (coupon.CouponChange, bool, error) {
	b.mu.Lock()
	b.calls++
	n := b.calls
	b.mu.Unlock()
	if b.is("forgets the keys of changes") && call.Key != "" {
		call.Key = fmt.Sprint(call.Key, n)
	}
	if b.is("loses updates") || b.is("gives a redeemed coupon to another") {
		return b.lostUpdate(ctx, call, id, decide)
	}
	var refused error
	change, replayed, err := b.Store.Change(ctx, call, id, func(c coupon.Coupon) (coupon.CouponChange, error) {
		change, err := decide(c)
		switch b.fault {
		case "keeps refused changes":
			if err != nil {
				c.Version, refused = c.Version+1, err
				return coupon.CouponChange{Coupon: c}, nil //nolint:nilerr // that is the fault
			}
		case "drops the events of changes":
			change.Events = nil
		case "forgets what was returned":
			change.Returned = false
		}
		return change, err
	})
	if err == nil {
		err = refused
	}
	return change, replayed, err
}

// lostUpdate decides on a coupon that others may have changed since.
func (b *broken) lostUpdate(
	ctx context.Context, call siyu.Call, id coupon.CouponID, decide func(coupon.Coupon) (coupon.CouponChange, error),
) (coupon.CouponChange, bool, error) {
	seen, err := b.Store.Coupon(ctx, id)
	if err != nil {
		return coupon.CouponChange{}, false, err
	}
	mine := b.reads.Add(1)
	for n := 0; n < 100_000 && b.reads.Load() == mine; n++ { // until another has read as well
		runtime.Gosched()
	}
	change, err := decide(seen)
	if err != nil {
		return coupon.CouponChange{}, false, err
	}
	change.Events = nil

	return b.Store.Change(ctx, call, id, func(coupon.Coupon) (coupon.CouponChange, error) { return change, nil })
}

func (b *broken) Use(
	ctx context.Context, code coupon.CodeID, order coupon.OrderID,
	decide func(coupon.CodeState, *coupon.Use, coupon.Tallies) (coupon.UseChange, error),
) (coupon.Use, error) {
	var refused error
	use, err := b.Store.Use(ctx, code, order, func(state coupon.CodeState, before *coupon.Use, tallies coupon.Tallies) (coupon.UseChange, error) {
		if b.is("forgets uses") {
			before = nil
		}
		change, err := decide(state, before, tallies)
		switch b.fault {
		case "drops the counters of uses":
			change.Uses = 0
		case "drops the money of uses":
			change.Spent = 0
		case "drops the events of uses":
			change.Events = nil
		case "forgets the caps of uses":
			change.Use.Tallies = nil
		case "takes cancelled uses back only half":
			if change.Spent < 0 {
				change.Spent /= 2
			}
		case "keeps refused uses":
			if err != nil {
				refused, err = err, nil
			}
		}
		return change, err
	})
	if err == nil {
		err = refused
	}
	return use, err
}

// The linearizability check finds faults by itself, within a few seeds.
func TestCheckLinearizable_catchesBrokenStores(t *testing.T) {
	for _, fault := range []string{"oversells", "loses updates", "drops the money of uses", "forgets uses"} {
		t.Run(fault, func(t *testing.T) {
			for seed := range uint64(50) {
				sound := memstore.New()
				b := &broken{Store: sound.Coupons(), log: sound.Events(), fault: fault, offset: make(map[coupon.BatchID]int64)}
				if coupontest.CheckLinearizable(t.Context(), b, seed, 6, 15) != nil {
					return
				}
			}
			t.Error("not caught by 50 seeds")
		})
	}
}
