package coupontest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

// groupStore returns the store's groups, or nil if it makes none: the checks of
// groups pass then.
func groupStore(b Backend) coupon.GroupStore {
	g, _ := b.Coupons().(coupon.GroupStore)
	return g
}

func groupAnswers(ctx context.Context, b Backend) error {
	g, s := groupStore(b), b.Coupons()
	if g == nil {
		return nil
	}
	_, errUnknown := g.ClaimGroup(ctx, "none", []siyu.Call{aCall("claim", "k", "")}, nil)
	if err := checkError("unknown batch", errUnknown, siyu.ErrNotFound); err != nil {
		return err
	}
	if err := claim(ctx, s, aCoupon("c0")); err != nil { // under the key "first"
		return err
	}
	calls := []siyu.Call{aCall("claim", "a", "1"), aCall("claim", "first", ""), aCall("claim", "b", "2"), aCall("claim", "refused", "3")}
	for round := range 2 {
		var asked []int
		answers, err := g.ClaimGroup(ctx, "B", calls, func(state coupon.BatchState, fresh []int, read coupon.Tallies) (coupon.GroupChange, error) {
			asked = fresh
			tallies, err := read("t")
			if err != nil {
				return coupon.GroupChange{}, err
			}
			change := coupon.GroupChange{Coupons: make(map[int][]coupon.Coupon)}
			if round == 0 {
				change.Coupons[0], change.Coupons[2] = []coupon.Coupon{aCoupon("ca"), aCoupon("ca2")}, []coupon.Coupon{aCoupon("cb")}
				change.Tallies, change.Events = map[string]int64{"t": 2}, []siyu.Event{anEvent("e")}
			}
			return change, first(
				func() error { return check("claimed before", state.Claimed, int64(1+3*round)) },
				func() error { return check("tally before", tallies[0], int64(2*round)) },
			)
		})
		if err != nil {
			return err
		}
		want := []coupon.GroupAnswer{
			{Coupons: []coupon.Coupon{aCoupon("ca"), aCoupon("ca2")}, Replayed: round == 1},
			{Coupons: []coupon.Coupon{aCoupon("c0")}, Replayed: true},
			{Coupons: []coupon.Coupon{aCoupon("cb")}, Replayed: round == 1},
			{},
		}
		if err := first(
			func() error { return check("fresh calls", asked, [][]int{{0, 2, 3}, {3}}[round]) },
			func() error { return check("answers", answers, want) },
		); err != nil {
			return err
		}
	}
	// What a group kept, a claim alone replays, and the other way round.
	alone, replayed, err := s.Claim(ctx, calls[0], "B", claims(aCoupon("x")))
	if err != nil {
		return err
	}
	answers, err := g.ClaimGroup(ctx, "B", []siyu.Call{aCall("claim", "a", "other")}, nil)
	if err != nil {
		return err
	}
	return first(
		func() error { return check("alone", alone, []coupon.Coupon{aCoupon("ca"), aCoupon("ca2")}) },
		func() error { return check("replayed", replayed, true) },
		func() error { return checkError("other arguments", answers[0].Err, siyu.ErrConflict) },
		func() error { return checkBatch(ctx, s, 4, 0) },
		func() error { return checkEvents(ctx, b, "e") },
	)
}

func groupFails(ctx context.Context, b Backend) error {
	g, s := groupStore(b), b.Coupons()
	if g == nil {
		return nil
	}
	if err := claim(ctx, s, aCoupon("c0")); err != nil {
		return err
	}
	calls := []siyu.Call{aCall("claim", "a", ""), aCall("claim", "b", "")}
	for _, tt := range []struct {
		second coupon.CouponID
		err    error
		want   error
	}{{"c2", errRefused, errRefused}, {"c0", nil, siyu.ErrConflict}} {
		_, err := g.ClaimGroup(ctx, "B", calls, func(_ coupon.BatchState, fresh []int, _ coupon.Tallies) (coupon.GroupChange, error) {
			if len(fresh) != 2 {
				return coupon.GroupChange{}, fmt.Errorf("fresh calls: %v", fresh)
			}
			return coupon.GroupChange{
				Coupons: map[int][]coupon.Coupon{0: {aCoupon("c1")}, 1: {aCoupon(tt.second)}}, Events: []siyu.Event{anEvent("e")},
			}, tt.err
		})
		if err := checkError("group", err, tt.want); err != nil {
			return err
		}
	}
	_, err := s.Coupon(ctx, "c1")
	return first(
		func() error { return checkError("coupon", err, siyu.ErrNotFound) },
		func() error { return checkBatch(ctx, s, 1, 0) },
		func() error { return checkEvents(ctx, b) },
	)
}

func raceGroups(ctx context.Context, b Backend) error {
	s := b.Coupons()
	if groupStore(b) == nil {
		return nil
	}
	service := coupon.New(s, nil)
	if err := service.SaveBatch(ctx, coupon.Batch{ID: "B", Quota: 40, PerUser: 1}); err != nil {
		return err
	}
	batcher, err := service.NewBatcher(7)
	if err != nil {
		return err
	}
	var granted atomic.Int64
	var wg sync.WaitGroup
	errs := make([]error, 120)
	for i := range errs {
		wg.Go(func() {
			req := coupon.ClaimRequest{Batch: "B", User: siyu.UserID(fmt.Sprint("u", i%60)), Key: fmt.Sprint("k", i%60)}
			claim := batcher.Claim
			if i%3 == 0 {
				claim = service.Claim
			}
			r, err := claim(ctx, req)
			if err == nil && r.OK() && !r.Replayed {
				granted.Add(1)
			}
			errs[i] = err
		})
	}
	wg.Wait()
	return first(
		func() error { return errors.Join(errs...) },
		func() error { return check("granted", granted.Load(), int64(40)) },
		func() error { return checkBatch(ctx, s, 40, 0) },
	)
}
