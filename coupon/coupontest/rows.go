package coupontest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

var errRefused = errors.New("refused by the test")

func unknownIDs(ctx context.Context, b Backend) error {
	s := b.Coupons()
	_, errBatch := s.Batch(ctx, "none")
	_, errCode := s.Code(ctx, "none")
	_, errCoupon := s.Coupon(ctx, "none")
	_, _, errClaim := s.Claim(ctx, aCall("claim", "k", ""), "none", claims())
	_, _, errChange := s.Change(ctx, siyu.Call{}, "none", func(c coupon.Coupon) (coupon.CouponChange, error) {
		return coupon.CouponChange{Coupon: c}, nil
	})
	_, errUse := s.Use(ctx, "none", "o", func(coupon.CodeState, *coupon.Use, coupon.Tallies) (coupon.UseChange, error) {
		return coupon.UseChange{}, nil
	})
	for what, err := range map[string]error{
		"Batch": errBatch, "Code": errCode, "Coupon": errCoupon, "Claim": errClaim, "Change": errChange, "Use": errUse,
	} {
		if err := checkError(what, err, siyu.ErrNotFound); err != nil {
			return err
		}
	}
	return nil
}

func batchFields(ctx context.Context, b Backend) error {
	s := b.Coupons()
	for _, want := range []coupon.Batch{
		{ID: someID, Quota: coupon.Unlimited},
		{
			ID: "full", Promo: "满减", Quota: 1 << 62, PerUser: 3, ValidFor: 72*time.Hour + time.Microsecond, KeepOnRefund: true,
			Limits: []coupon.Cap{{Limit: 5, Per: coupon.PerDay, EachUser: true, Zone: "Asia/Shanghai"}},
			Claim:  siyu.Window{Start: noon, End: noon.Add(time.Hour)}, Use: siyu.Window{Start: noon},
		},
		{ID: "parts", Quota: 9, Parts: []coupon.Part{{Promo: "p", ValidFor: time.Hour}, {After: time.Hour}, {Use: siyu.Window{Start: noon}}}},
	} {
		if err := saveBatch(ctx, s, want); err != nil {
			return err
		}
		got, err := s.Batch(ctx, want.ID)
		if err != nil {
			return err
		}
		if err := check("batch", got, coupon.BatchState{Batch: want}); err != nil {
			return err
		}
	}
	return nil
}

func codeFields(ctx context.Context, b Backend) error {
	s := b.Coupons()
	for _, want := range []coupon.Code{
		{Code: someID, Limit: coupon.Unlimited},
		{
			Code: "FULL", Promo: "满减", Owner: "u-用户", Limit: 1 << 62, PerUser: 3, SpentOnCancel: true, Window: siyu.Window{Start: noon, End: noon.Add(1000)},
			Budget: &coupon.Budget{Limit: 1 << 62, Partial: true, Caps: []coupon.Cap{{Limit: 7, Per: coupon.PerMonth}}},
		},
	} {
		if err := s.SaveCode(ctx, want); err != nil {
			return err
		}
		got, err := s.Code(ctx, want.Code)
		if err != nil {
			return err
		}
		if err := check("code", got, coupon.CodeState{Code: want}); err != nil {
			return err
		}
	}
	return nil
}

func couponFields(ctx context.Context, b Backend) error {
	s := b.Coupons()
	full := coupon.Coupon{
		ID: someID, Batch: "B", Promo: "满减", User: "u-用户", ClaimedAt: noon, KeepOnRefund: true,
		Usable: siyu.Window{Start: noon.Add(time.Microsecond), End: noon.Add(time.Hour)},
		State:  coupon.StateLocked, Order: "订单", LockedUntil: noon.Add(time.Minute), Version: 1 << 40,
	}
	if err := claim(ctx, s, aCoupon("plain"), full); err != nil {
		return err
	}
	for _, want := range []coupon.Coupon{aCoupon("plain"), full} {
		got, err := s.Coupon(ctx, want.ID)
		if err != nil {
			return err
		}
		if err := check("coupon", got, want); err != nil {
			return err
		}
	}
	return nil
}

// idsByBytes tries ids that a lax collation takes for one another.
func idsByBytes(ctx context.Context, b Backend) error {
	s := b.Coupons()
	ids := []string{"b", "B", "b ", "é", "e", "ß", "ss", "e\u0301"}
	for i, id := range ids {
		if err := saveBatch(ctx, s, coupon.Batch{ID: coupon.BatchID(id), Quota: int64(i)}); err != nil {
			return err
		}
		if err := s.SaveCode(ctx, coupon.Code{Code: coupon.CodeID(id), Limit: int64(i)}); err != nil {
			return err
		}
		one := aCoupon(coupon.CouponID(id))
		one.Batch = coupon.BatchID(id)
		if _, _, err := s.Claim(ctx, aCall("claim", id, ""), one.Batch, claims(one)); err != nil {
			return err
		}
		if _, err := s.Use(ctx, coupon.CodeID(id), coupon.OrderID(id), func(_ coupon.CodeState, before *coupon.Use, _ coupon.Tallies) (coupon.UseChange, error) {
			return coupon.UseChange{Uses: 1}, check("use before", before, (*coupon.Use)(nil))
		}); err != nil {
			return err
		}
	}
	for i, id := range ids {
		batch, err1 := s.Batch(ctx, coupon.BatchID(id))
		code, err2 := s.Code(ctx, coupon.CodeID(id))
		one, err3 := s.Coupon(ctx, coupon.CouponID(id))
		if err := errors.Join(err1, err2, err3); err != nil {
			return err
		}
		got := []any{batch.Quota, batch.Claimed, code.Limit, code.Uses, one.Batch}
		if err := check("rows of "+id, got, []any{int64(i), int64(1), int64(i), int64(1), coupon.BatchID(id)}); err != nil {
			return err
		}
	}
	return nil
}

func termsAgain(ctx context.Context, b Backend) error {
	s := b.Coupons()
	if err := claim(ctx, s, aCoupon("c")); err != nil {
		return err
	}
	if err := use(ctx, s, "o", coupon.UseChange{Uses: 1, Spent: 7}); err != nil {
		return err
	}
	for range 2 {
		if err := saveBatch(ctx, s, coupon.Batch{ID: "B", Quota: 7, PerUser: 2}); err != nil {
			return err
		}
		if err := s.SaveCode(ctx, coupon.Code{Code: "CODE", Limit: 3}); err != nil {
			return err
		}
	}
	batch, err := s.Batch(ctx, "B")
	if err != nil {
		return err
	}
	code, err := s.Code(ctx, "CODE")
	if err != nil {
		return err
	}
	return first(
		func() error { return check("quota", batch.Quota, int64(7)) },
		func() error { return check("limit", code.Limit, int64(3)) },
		func() error { return checkBatch(ctx, s, 1, 0) },
		func() error { return checkCode(ctx, s, 1, 7) },
	)
}

func batchReplaced(ctx context.Context, b Backend) error {
	s := b.Coupons()
	var seen []*coupon.Batch
	save := func(quota int64, event string, refusal error) error {
		return s.SaveBatch(ctx, coupon.Batch{ID: "B", Quota: quota}, func(before *coupon.Batch) ([]siyu.Event, error) {
			seen = append(seen[:0], before)
			return []siyu.Event{anEvent(event)}, refusal
		})
	}
	if err := checkError("a refused batch", save(1, "e1", errRefused), errRefused); err != nil {
		return err
	}
	_, err := s.Batch(ctx, "B")
	if err := checkError("a refused batch", err, siyu.ErrNotFound); err != nil {
		return err
	}
	if err := first(
		func() error { return save(2, "e2", nil) },
		func() error { return check("nothing before", seen, []*coupon.Batch{nil}) },
		func() error { return checkError("refused terms", save(3, "e3", errRefused), errRefused) },
		func() error { return check("the terms before", seen, []*coupon.Batch{{ID: "B", Quota: 2}}) },
		func() error { return save(4, "e4", nil) },
		func() error { return check("not those refused", seen, []*coupon.Batch{{ID: "B", Quota: 2}}) },
	); err != nil {
		return err
	}
	state, err := s.Batch(ctx, "B")
	if err != nil {
		return err
	}
	return first(
		func() error { return check("quota", state.Quota, int64(4)) },
		func() error { return checkEvents(ctx, b, "e2", "e4") },
	)
}

func claimStores(ctx context.Context, b Backend) error {
	s := b.Coupons()
	if err := saveBatch(ctx, s, aBatch()); err != nil {
		return err
	}
	for i := range int64(3) {
		var seen coupon.BatchState
		var tallies []int64
		id := coupon.CouponID(fmt.Sprint("c", i))
		got, replayed, err := s.Claim(ctx, aCall("claim", fmt.Sprint(i), ""), "B", func(state coupon.BatchState, read coupon.Tallies) (coupon.ClaimChange, error) {
			var err error
			seen = state
			tallies, err = read("a", "never", "b")
			return coupon.ClaimChange{
				Coupons: []coupon.Coupon{aCoupon(id)}, Tallies: map[string]int64{"a": 1, "b": -2}, Events: []siyu.Event{anEvent(string(id))},
			}, err
		})
		if err != nil {
			return err
		}
		if err := first(
			func() error { return check("answer", got, []coupon.Coupon{aCoupon(id)}) },
			func() error { return check("replayed", replayed, false) },
			func() error { return check("claimed before", seen.Claimed, i) },
			func() error { return check("terms seen", seen.Batch, aBatch()) },
			func() error { return check("tallies before", tallies, []int64{i, 0, -2 * i}) },
		); err != nil {
			return err
		}
	}
	return first(
		func() error { return checkBatch(ctx, s, 3, 0) },
		func() error { return checkEvents(ctx, b, "c0", "c1", "c2") },
	)
}

func claimReplays(ctx context.Context, b Backend) error {
	s := b.Coupons()
	if err := saveBatch(ctx, s, aBatch()); err != nil {
		return err
	}
	call := aCall("claim", "k", "args")
	for n := range 3 {
		id := coupon.CouponID(fmt.Sprint("c", n))
		got, replayed, err := s.Claim(ctx, call, "B", func(coupon.BatchState, coupon.Tallies) (coupon.ClaimChange, error) {
			return coupon.ClaimChange{
				Coupons: []coupon.Coupon{aCoupon(id)}, Tallies: map[string]int64{"a": 1}, Events: []siyu.Event{anEvent(string(id))},
			}, nil
		})
		if err != nil {
			return err
		}
		if err := check("answer", got, []coupon.Coupon{aCoupon("c0")}); err != nil {
			return err
		}
		if err := check("replayed", replayed, n > 0); err != nil {
			return err
		}
	}
	_, _, err := s.Claim(ctx, aCall("claim", "k", "other"), "B", claims(aCoupon("x")))
	if err := checkError("other arguments", err, siyu.ErrConflict); err != nil {
		return err
	}
	if _, replayed, err := s.Claim(ctx, aCall("other", "k", "other"), "B", claims(aCoupon("y"))); err != nil || replayed {
		return fmt.Errorf("the key of another operation: replayed %t, %w", replayed, err)
	}
	return first(
		func() error { return checkBatch(ctx, s, 2, 0) },
		func() error { return checkEvents(ctx, b, "c0") },
	)
}

func claimRefused(ctx context.Context, b Backend) error {
	s := b.Coupons()
	if err := saveBatch(ctx, s, aBatch()); err != nil {
		return err
	}
	call := aCall("claim", "k", "args")
	_, _, err := s.Claim(ctx, call, "B", func(coupon.BatchState, coupon.Tallies) (coupon.ClaimChange, error) {
		return coupon.ClaimChange{Coupons: []coupon.Coupon{aCoupon("c")}, Events: []siyu.Event{anEvent("c")}}, errRefused
	})
	if err := checkError("refusal", err, errRefused); err != nil {
		return err
	}
	// The key is unused: it may ask again, even for something else.
	_, replayed, err := s.Claim(ctx, aCall("claim", "k", "other"), "B", claims(aCoupon("d")))
	if err != nil {
		return err
	}
	_, errCoupon := s.Coupon(ctx, "c")
	return first(
		func() error { return check("replayed", replayed, false) },
		func() error { return checkError("coupon", errCoupon, siyu.ErrNotFound) },
		func() error { return checkBatch(ctx, s, 1, 0) },
		func() error { return checkEvents(ctx, b) },
	)
}

func couponTwice(ctx context.Context, b Backend) error {
	s := b.Coupons()
	if err := claim(ctx, s, aCoupon("c")); err != nil {
		return err
	}
	_, _, err := s.Claim(ctx, aCall("claim", "k", ""), "B", claims(aCoupon("d"), aCoupon("c")))
	_, errCoupon := s.Coupon(ctx, "d")
	return first(
		func() error { return checkError("claim", err, siyu.ErrConflict) },
		func() error { return checkError("the other coupon", errCoupon, siyu.ErrNotFound) },
		func() error { return checkBatch(ctx, s, 1, 0) },
	)
}

func claimMany(ctx context.Context, b Backend) error {
	s := b.Coupons()
	if err := saveBatch(ctx, s, aBatch()); err != nil {
		return err
	}
	const n = 1201
	list, tallies := make([]coupon.Coupon, n), make(map[string]int64, n)
	keys := make([]string, n)
	for i := range list {
		list[i] = aCoupon(coupon.CouponID(fmt.Sprint("c", i)))
		keys[i] = fmt.Sprint("t", i)
		tallies[keys[i]] = int64(i)
	}
	if _, _, err := s.Claim(ctx, aCall("claim", "k", ""), "B", func(coupon.BatchState, coupon.Tallies) (coupon.ClaimChange, error) {
		return coupon.ClaimChange{Coupons: list, Tallies: tallies}, nil
	}); err != nil {
		return err
	}
	_, _, err := s.Claim(ctx, aCall("claim", "l", ""), "B", func(_ coupon.BatchState, read coupon.Tallies) (coupon.ClaimChange, error) {
		got, err := read(keys...)
		for i := range got {
			err = errors.Join(err, check("tally", got[i], int64(i)))
		}
		return coupon.ClaimChange{}, err
	})
	return first(
		func() error { return err },
		func() error { return checkBatch(ctx, s, n, 0) },
	)
}
