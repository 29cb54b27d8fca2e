package coupontest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
	"github.com/siyu-go/siyu/internal/strictjson"
)

// RunRace runs many calls at once on an empty store and returns how the
// outcome differs from the expected one: the operation "concurrent" of the
// coupon specification.
func RunRace(ctx context.Context, store coupon.Store, input, expect []byte) error {
	in, err := strictjson.Decode[race](input, maxScript)
	if err != nil {
		return err
	}
	want, err := strictjson.Decode[raceOutcome](expect, maxScript)
	if err != nil {
		return err
	}
	clock := siyu.NewManualClock(time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC))
	r := &runner{service: coupon.New(store, &coupon.Options{Clock: clock})}
	if err := in.save(ctx, r.service); err != nil {
		return err
	}
	held, err := in.prepare(ctx, r.service)
	if err != nil {
		return err
	}
	tally, err := in.run(ctx, r.service, held)
	if err != nil {
		return err
	}
	return in.compare(ctx, r, tally, want)
}

type race struct {
	Batch  *batch          `json:"batch"`
	Code   *code           `json:"code"`
	Action string          `json:"action"`
	Calls  int             `json:"calls"`
	Users  json.RawMessage `json:"users"`  // distinct, same, or a number of users in turn
	Orders string          `json:"orders"` // distinct or same
	Key    string          `json:"key"`    // same, or one for each call
	Amount siyu.Money      `json:"amount"`
}

type raceOutcome struct {
	OK              int                   `json:"ok"`
	Errors          map[coupon.Reason]int `json:"errors"`
	DistinctCoupons *int                  `json:"distinct_coupons"`
	MaxPerUser      *int                  `json:"max_per_user"`
	Counters        json.RawMessage       `json:"counters"`
}

func (in *race) save(ctx context.Context, service *coupon.Service) error {
	var s setup
	if in.Batch != nil {
		if in.Batch.ID == "" {
			in.Batch.ID = "B"
		}
		s.Batches = append(s.Batches, *in.Batch)
	}
	if in.Code != nil {
		if in.Code.Code == "" {
			in.Code.Code = "CODE"
		}
		s.Codes = append(s.Codes, *in.Code)
	}
	return s.save(ctx, service)
}

// prepare claims the coupon that the calls are about.
func (in *race) prepare(ctx context.Context, service *coupon.Service) (coupon.CouponID, error) {
	if in.Action != "lock" && in.Action != "redeem" {
		return "", nil
	}
	result, err := service.Claim(ctx, coupon.ClaimRequest{Batch: in.Batch.ID, User: "u0", Key: "prepare"})
	if err == nil && !result.OK() {
		err = fmt.Errorf("the first claim was refused: %s", result.Reason)
	}
	return result.Coupon.ID, err
}

func (in *race) user(i int) (siyu.UserID, error) {
	users := string(in.Users)
	switch users {
	case "", `"same"`:
		return "u0", nil
	case `"distinct"`:
		return siyu.UserID(fmt.Sprintf("u%d", i)), nil
	}
	var n int
	if err := json.Unmarshal(in.Users, &n); err != nil || n < 1 {
		return "", fmt.Errorf("users %s is not known", users)
	}
	return siyu.UserID(fmt.Sprintf("u%d", i%n)), nil
}

// raceTally counts what the calls came to.
type raceTally struct {
	mu      sync.Mutex
	ok      int
	errors  map[coupon.Reason]int
	coupons map[coupon.CouponID]siyu.UserID
	failed  error
}

func (t *raceTally) count(user siyu.UserID, id coupon.CouponID, reason coupon.Reason, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case err != nil:
		t.failed = errors.Join(t.failed, err)
	case reason != "":
		t.errors[reason]++
	default:
		t.ok++
		if id != "" {
			t.coupons[id] = user
		}
	}
}

func (in *race) run(ctx context.Context, service *coupon.Service, held coupon.CouponID) (*raceTally, error) {
	tally := &raceTally{errors: make(map[coupon.Reason]int), coupons: make(map[coupon.CouponID]siyu.UserID)}
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	for i := range in.Calls {
		user, err := in.user(i)
		if err != nil {
			return nil, err
		}
		ready.Add(1)
		done.Go(func() {
			ready.Done()
			<-start
			id, reason, err := in.call(ctx, service, i, user, held)
			tally.count(user, id, reason, err)
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
	return tally, tally.failed
}

func (in *race) call(
	ctx context.Context, service *coupon.Service, i int, user siyu.UserID, held coupon.CouponID,
) (coupon.CouponID, coupon.Reason, error) {
	key, order := fmt.Sprintf("k%d", i), coupon.OrderID(fmt.Sprintf("o%d", i))
	if in.Key == "same" {
		key = "k"
	}
	if in.Orders == "same" {
		order = "o"
	}
	switch in.Action {
	case "claim":
		r, err := service.Claim(ctx, coupon.ClaimRequest{Batch: in.Batch.ID, User: user, Key: key})
		return r.Coupon.ID, r.Reason, err
	case "lock":
		r, err := service.Lock(ctx, coupon.LockRequest{Coupon: held, Order: order, User: user})
		return r.Coupon.ID, r.Reason, err
	case "redeem":
		r, err := service.Redeem(ctx, coupon.RedeemRequest{Coupon: held, Order: order, User: user})
		return r.Coupon.ID, r.Reason, err
	case "use", "use_then_cancel":
		g, err := service.Use(ctx, coupon.UseRequest{Code: in.Code.Code, User: user, Order: order, Amount: in.Amount})
		if err != nil || !g.OK() || in.Action == "use" {
			return "", g.Reason, err
		}
		g, err = service.Cancel(ctx, coupon.CancelRequest{Code: in.Code.Code, Order: order})
		return "", g.Reason, err
	}
	return "", "", fmt.Errorf("action %q is not known", in.Action)
}

func (in *race) compare(ctx context.Context, r *runner, got *raceTally, want raceOutcome) error {
	if got.ok != want.OK {
		return fmt.Errorf("ok: got %d, want %d; refused %v", got.ok, want.OK, got.errors)
	}
	for _, reasons := range []map[coupon.Reason]int{want.Errors, got.errors} {
		for reason := range reasons {
			if want.Errors != nil && got.errors[reason] != want.Errors[reason] {
				return fmt.Errorf("errors: got %v, want %v", got.errors, want.Errors)
			}
		}
	}
	if n := len(got.coupons); want.DistinctCoupons != nil && n != *want.DistinctCoupons {
		return fmt.Errorf("distinct_coupons: got %d, want %d", n, *want.DistinctCoupons)
	}
	most, each := 0, make(map[siyu.UserID]int)
	for _, user := range got.coupons {
		each[user]++
		most = max(most, each[user])
	}
	if want.MaxPerUser != nil && most != *want.MaxPerUser {
		return fmt.Errorf("max_per_user: got %d, want %d", most, *want.MaxPerUser)
	}
	if want.Counters == nil {
		return nil
	}
	batch, code := coupon.BatchID(""), ""
	if in.Batch != nil {
		batch = in.Batch.ID
	} else {
		code = in.Code.Code
	}
	counters, err := r.counters(ctx, batch, code)
	if err != nil {
		return err
	}
	return compare(counters, want.Counters)
}
