package coupontest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

// changes is a decision that stores a coupon.
func changes(to coupon.Coupon, event string) func(coupon.Coupon) (coupon.CouponChange, error) {
	return func(coupon.Coupon) (coupon.CouponChange, error) {
		return coupon.CouponChange{Coupon: to, Returned: true, Events: []siyu.Event{anEvent(event)}}, nil
	}
}

func changeStores(ctx context.Context, b Backend) error {
	s := b.Coupons()
	before := aCoupon("c")
	if err := claim(ctx, s, before); err != nil {
		return err
	}
	after := before
	after.State, after.Order, after.LockedUntil, after.Version = coupon.StateLocked, "o", noon.Add(time.Minute), 2
	var seen coupon.Coupon
	change, replayed, err := s.Change(ctx, siyu.Call{}, "c", func(c coupon.Coupon) (coupon.CouponChange, error) {
		seen = c
		return changes(after, "e")(c)
	})
	if err != nil {
		return err
	}
	got, err := s.Coupon(ctx, "c")
	return first(
		func() error { return err },
		func() error { return check("seen", seen, before) },
		func() error { return check("answer", change.Coupon, after) },
		func() error { return check("replayed", replayed, false) },
		func() error { return check("stored", got, after) },
		func() error { return checkEvents(ctx, b, "e") },
	)
}

func changeRefused(ctx context.Context, b Backend) error {
	s := b.Coupons()
	before := aCoupon("c")
	if err := claim(ctx, s, before); err != nil {
		return err
	}
	for _, call := range []siyu.Call{{}, aCall("refund", "k", "")} {
		_, _, err := s.Change(ctx, call, "c", func(c coupon.Coupon) (coupon.CouponChange, error) {
			c.State = coupon.StateVoided
			return coupon.CouponChange{Coupon: c, Events: []siyu.Event{anEvent("e")}}, errRefused
		})
		if err := checkError("refusal", err, errRefused); err != nil {
			return err
		}
	}
	got, err := s.Coupon(ctx, "c")
	return first(
		func() error { return err },
		func() error { return check("stored", got, before) },
		func() error { return checkEvents(ctx, b) },
	)
}

func changeReplays(ctx context.Context, b Backend) error {
	s := b.Coupons()
	if err := claim(ctx, s, aCoupon("c")); err != nil {
		return err
	}
	want := aCoupon("c")
	want.Version = 2
	for n := range 3 {
		next := aCoupon("c")
		next.Version = int64(n) + 2
		change, replayed, err := s.Change(ctx, aCall("refund", "k", "args"), "c", changes(next, fmt.Sprint("e", n)))
		if err != nil {
			return err
		}
		if err := first(
			func() error { return check("answer", change.Coupon, want) },
			func() error { return check("returned", change.Returned, true) },
			func() error { return check("replayed", replayed, n > 0) },
		); err != nil {
			return err
		}
	}
	_, _, errOther := s.Change(ctx, aCall("refund", "k", "other"), "c", changes(want, "x"))
	got, err := s.Coupon(ctx, "c")
	return first(
		func() error { return err },
		func() error { return checkError("other arguments", errOther, siyu.ErrConflict) },
		func() error { return check("stored", got, want) },
		func() error { return checkEvents(ctx, b, "e0") },
	)
}

func redeemedCount(ctx context.Context, b Backend) error {
	s := b.Coupons()
	if err := claim(ctx, s, aCoupon("c"), aCoupon("d")); err != nil {
		return err
	}
	version := int64(1)
	for _, step := range []struct {
		id    coupon.CouponID
		state coupon.State
		want  int64
	}{
		{"c", coupon.StateLocked, 0},
		{"c", coupon.StateRedeemed, 1},
		{"c", coupon.StateRedeemed, 1},
		{"d", coupon.StateRedeemed, 2},
		{"c", coupon.StateClaimed, 1},
		{"c", coupon.StateVoided, 1},
		{"d", coupon.StateClaimed, 0},
	} {
		version++
		to := aCoupon(step.id)
		to.State, to.Version = step.state, version
		if _, _, err := s.Change(ctx, siyu.Call{}, step.id, changes(to, fmt.Sprint("e", version))); err != nil {
			return err
		}
		if err := checkBatch(ctx, s, 2, step.want); err != nil {
			return err
		}
	}
	return nil
}

// use stores a use of the code, which it adds to an empty store.
func use(ctx context.Context, s coupon.Store, order coupon.OrderID, change coupon.UseChange) error {
	if _, err := s.Code(ctx, "CODE"); errors.Is(err, siyu.ErrNotFound) {
		if err := s.SaveCode(ctx, aCode()); err != nil {
			return err
		}
	}
	change.Use.Code, change.Use.Order = "CODE", order
	_, err := s.Use(ctx, "CODE", order, func(coupon.CodeState, *coupon.Use, coupon.Tallies) (coupon.UseChange, error) {
		return change, nil
	})
	return err
}

func useStores(ctx context.Context, b Backend) error {
	s := b.Coupons()
	if err := s.SaveCode(ctx, aCode()); err != nil {
		return err
	}
	for i := range int64(3) {
		order := coupon.OrderID(fmt.Sprint("订单", i))
		want := coupon.Use{Code: "CODE", Order: order, User: "u-用户", Granted: 5, At: noon, Counted: true, Tallies: []string{"a", "c"}, Version: 1}
		got, err := s.Use(ctx, "CODE", order, func(c coupon.CodeState, before *coupon.Use, read coupon.Tallies) (coupon.UseChange, error) {
			tallies, err := read("b", "a")
			if err != nil {
				return coupon.UseChange{}, err
			}
			change := coupon.UseChange{Use: want, Uses: 1, Spent: 5, Tallies: map[string]int64{"a": 1}, Events: []siyu.Event{anEvent(string(order))}}
			return change, first(
				func() error { return check("before", before, (*coupon.Use)(nil)) },
				func() error { return check("counters before", []int64{c.Uses, int64(c.Spent)}, []int64{i, 5 * i}) },
				func() error { return check("terms seen", c.Code, aCode()) },
				func() error { return check("tallies before", tallies, []int64{0, i}) },
			)
		})
		if err != nil {
			return err
		}
		if err := check("answer", got, want); err != nil {
			return err
		}
	}
	return first(
		func() error { return checkCode(ctx, s, 3, 15) },
		func() error { return checkEvents(ctx, b, "订单0", "订单1", "订单2") },
	)
}

func useRefused(ctx context.Context, b Backend) error {
	s := b.Coupons()
	if err := s.SaveCode(ctx, aCode()); err != nil {
		return err
	}
	_, err := s.Use(ctx, "CODE", "o", func(coupon.CodeState, *coupon.Use, coupon.Tallies) (coupon.UseChange, error) {
		return coupon.UseChange{Uses: 1, Spent: 5, Tallies: map[string]int64{"a": 1}, Events: []siyu.Event{anEvent("e")}}, errRefused
	})
	if err := checkError("refusal", err, errRefused); err != nil {
		return err
	}
	_, err = s.Use(ctx, "CODE", "o", func(_ coupon.CodeState, before *coupon.Use, read coupon.Tallies) (coupon.UseChange, error) {
		tallies, err := read("a")
		if err == nil && (before != nil || tallies[0] != 0) {
			err = fmt.Errorf("the refused use is there: %+v, tally %d", before, tallies[0])
		}
		if err == nil {
			err = errRefused
		}
		return coupon.UseChange{}, err
	})
	return first(
		func() error { return checkError("second refusal", err, errRefused) },
		func() error { return checkCode(ctx, s, 0, 0) },
		func() error { return checkEvents(ctx, b) },
	)
}

func useAgain(ctx context.Context, b Backend) error {
	s := b.Coupons()
	one := coupon.Use{User: "u", Granted: 5, At: noon, Counted: true, Tallies: []string{"a", "b"}, Version: 1}
	if err := use(ctx, s, "o", coupon.UseChange{Use: one, Uses: 1, Spent: 5}); err != nil {
		return err
	}
	if err := use(ctx, s, "p", coupon.UseChange{Use: one, Uses: 1, Spent: 5}); err != nil {
		return err
	}
	var seen *coupon.Use
	_, err := s.Use(ctx, "CODE", "o", func(_ coupon.CodeState, before *coupon.Use, _ coupon.Tallies) (coupon.UseChange, error) {
		if before == nil {
			return coupon.UseChange{}, errors.New("the use is gone")
		}
		copied := *before
		seen = &copied
		after := *before
		after.Cancelled, after.Counted, after.Version = true, false, 2
		return coupon.UseChange{Use: after, Uses: -1, Spent: -5}, nil
	})
	if err != nil {
		return err
	}
	one.Code, one.Order = "CODE", "o"
	if err := check("seen", seen, &one); err != nil {
		return err
	}
	one.Cancelled, one.Counted, one.Version = true, false, 2
	_, err = s.Use(ctx, "CODE", "o", func(_ coupon.CodeState, before *coupon.Use, _ coupon.Tallies) (coupon.UseChange, error) {
		return coupon.UseChange{}, errors.Join(errRefused, check("changed", before, &one))
	})
	return first(
		func() error { return check("error", err.Error(), errRefused.Error()) },
		func() error { return checkCode(ctx, s, 1, 5) },
	)
}
