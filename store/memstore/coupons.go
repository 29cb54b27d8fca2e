package memstore

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

// couponData is one tenant's part of package coupon.
type couponData struct {
	batches map[coupon.BatchID]coupon.BatchState
	codes   map[coupon.CodeID]coupon.CodeState
	coupons map[coupon.CouponID]coupon.Coupon
	uses    map[useKey]coupon.Use
	tallies map[string]int64
}

type useKey struct {
	code  coupon.CodeID
	order coupon.OrderID
}

func newCouponData() couponData {
	return couponData{
		batches: make(map[coupon.BatchID]coupon.BatchState),
		codes:   make(map[coupon.CodeID]coupon.CodeState),
		coupons: make(map[coupon.CouponID]coupon.Coupon),
		uses:    make(map[useKey]coupon.Use),
		tallies: make(map[string]int64),
	}
}

// Coupons returns the tenant's coupons.
func (s *Store) Coupons() coupon.Store { return coupons{s} }

type coupons struct{ s *Store }

func (c coupons) SaveBatch(ctx context.Context, batch coupon.Batch, decide func(*coupon.Batch) ([]siyu.Event, error)) error {
	return c.s.update(ctx, func(x *tx, t *tenant) error {
		state, known := t.coupons.batches[batch.ID]
		var before *coupon.Batch
		if known {
			old := state.Batch
			before = &old
		}
		events, err := decide(before)
		if err != nil {
			return err
		}
		state.Batch = batch
		state.Limits, state.Parts = slices.Clone(batch.Limits), slices.Clone(batch.Parts)
		put(x, t.coupons.batches, batch.ID, state)
		_, err = t.log.append(x, events)
		return err
	})
}

func (c coupons) SaveCode(ctx context.Context, code coupon.Code) error {
	return c.s.update(ctx, func(x *tx, t *tenant) error {
		state := t.coupons.codes[code.Code]
		state.Code = code
		if code.Budget != nil {
			budget := *code.Budget
			budget.Caps = slices.Clone(budget.Caps)
			state.Budget = &budget
		}
		put(x, t.coupons.codes, code.Code, state)
		return nil
	})
}

func (c coupons) Batch(ctx context.Context, id coupon.BatchID) (state coupon.BatchState, err error) {
	err = c.s.view(ctx, func(t *tenant) (err error) {
		state, err = found(t.coupons.batches, id, "batch")
		state.Limits, state.Parts = slices.Clone(state.Limits), slices.Clone(state.Parts)
		return err
	})
	return state, err
}

func (c coupons) Code(ctx context.Context, code coupon.CodeID) (state coupon.CodeState, err error) {
	err = c.s.view(ctx, func(t *tenant) (err error) {
		state, err = found(t.coupons.codes, code, "code")
		if state.Budget != nil {
			budget := *state.Budget
			budget.Caps = slices.Clone(budget.Caps)
			state.Budget = &budget
		}
		return err
	})
	return state, err
}

func (c coupons) Coupon(ctx context.Context, id coupon.CouponID) (one coupon.Coupon, err error) {
	err = c.s.view(ctx, func(t *tenant) (err error) {
		one, err = found(t.coupons.coupons, id, "coupon")
		return err
	})
	return one, err
}

func (c coupons) Claim(
	ctx context.Context, call siyu.Call, batch coupon.BatchID,
	decide func(coupon.BatchState, coupon.Tallies) (coupon.ClaimChange, error),
) ([]coupon.Coupon, bool, error) {
	return step(ctx, c.s, call, func(x *tx, t *tenant) ([]coupon.Coupon, []siyu.Event, error) {
		state, err := found(t.coupons.batches, batch, "batch")
		if err != nil {
			return nil, nil, err
		}
		change, err := decide(state, t.coupons.tally)
		if err != nil {
			return nil, nil, err
		}
		for _, one := range change.Coupons {
			if _, taken := t.coupons.coupons[one.ID]; taken {
				return nil, nil, fmt.Errorf("memstore: the coupon exists: %w", siyu.ErrConflict)
			}
			put(x, t.coupons.coupons, one.ID, one)
		}
		state.Claimed += int64(len(change.Coupons))
		put(x, t.coupons.batches, batch, state)
		t.coupons.add(x, change.Tallies)
		return change.Coupons, change.Events, nil
	})
}

// ClaimGroup makes the store a coupon.GroupStore.
func (c coupons) ClaimGroup(
	ctx context.Context, batch coupon.BatchID, calls []siyu.Call,
	decide func(coupon.BatchState, []int, coupon.Tallies) (coupon.GroupChange, error),
) (answers []coupon.GroupAnswer, err error) {
	err = c.s.update(ctx, func(x *tx, t *tenant) error {
		state, err := found(t.coupons.batches, batch, "batch")
		if err != nil {
			return err
		}
		answers = make([]coupon.GroupAnswer, len(calls))
		var fresh []int
		for i, call := range calls {
			known, ok := t.calls[callKey{call.Op, call.Key}]
			if !ok {
				fresh = append(fresh, i)
			} else if answers[i].Err = call.Match(known.call); answers[i].Err == nil {
				answers[i].Replayed = true
				if err := json.Unmarshal(known.answer, &answers[i].Coupons); err != nil {
					return err
				}
			}
		}
		if len(fresh) == 0 {
			return nil
		}
		change, err := decide(state, fresh, t.coupons.tally)
		if err != nil {
			return err
		}
		for _, i := range fresh {
			list := change.Coupons[i]
			if len(list) == 0 {
				continue
			}
			for _, one := range list {
				if _, taken := t.coupons.coupons[one.ID]; taken {
					return fmt.Errorf("memstore: the coupon exists: %w", siyu.ErrConflict)
				}
				put(x, t.coupons.coupons, one.ID, one)
			}
			answers[i].Coupons = slices.Clone(list)
			state.Claimed += int64(len(list))
			data, err := json.Marshal(answers[i].Coupons)
			if err != nil {
				return err
			}
			put(x, t.calls, callKey{calls[i].Op, calls[i].Key}, answered{calls[i], data})
		}
		put(x, t.coupons.batches, batch, state)
		t.coupons.add(x, change.Tallies)
		_, err = t.log.append(x, change.Events)
		return err
	})
	if err != nil {
		return nil, err
	}
	return answers, nil
}

func (c coupons) Change(
	ctx context.Context, call siyu.Call, id coupon.CouponID, decide func(coupon.Coupon) (coupon.CouponChange, error),
) (change coupon.CouponChange, replayed bool, err error) {
	move := func(x *tx, t *tenant) (coupon.CouponChange, []siyu.Event, error) {
		before, err := found(t.coupons.coupons, id, "coupon")
		if err != nil {
			return coupon.CouponChange{}, nil, err
		}
		change, err := decide(before)
		if err != nil {
			return coupon.CouponChange{}, nil, err
		}
		put(x, t.coupons.coupons, id, change.Coupon)
		if moved := redeemed(change.Coupon) - redeemed(before); moved != 0 {
			state := t.coupons.batches[before.Batch]
			state.Redeemed += moved
			put(x, t.coupons.batches, before.Batch, state)
		}
		return change, change.Events, nil
	}
	if call.Key != "" {
		return step(ctx, c.s, call, move)
	}
	err = c.s.update(ctx, func(x *tx, t *tenant) error {
		made, events, err := move(x, t)
		if err != nil {
			return err
		}
		change = made
		_, err = t.log.append(x, events)
		return err
	})
	return change, false, err
}

func (c coupons) Use(
	ctx context.Context, code coupon.CodeID, order coupon.OrderID,
	decide func(coupon.CodeState, *coupon.Use, coupon.Tallies) (coupon.UseChange, error),
) (use coupon.Use, err error) {
	err = c.s.update(ctx, func(x *tx, t *tenant) error {
		state, err := found(t.coupons.codes, code, "code")
		if err != nil {
			return err
		}
		var before *coupon.Use
		if known, ok := t.coupons.uses[useKey{code, order}]; ok {
			before = &known
		}
		change, err := decide(state, before, t.coupons.tally)
		if err != nil {
			return err
		}
		state.Uses += change.Uses
		state.Spent += change.Spent
		put(x, t.coupons.codes, code, state)
		put(x, t.coupons.uses, useKey{code, order}, change.Use)
		t.coupons.add(x, change.Tallies)
		use = change.Use
		_, err = t.log.append(x, change.Events)
		return err
	})
	if err != nil {
		return coupon.Use{}, err
	}
	return use, nil
}

func (d couponData) tally(keys ...string) ([]int64, error) {
	values := make([]int64, len(keys))
	for i, key := range keys {
		values[i] = d.tallies[key]
	}
	return values, nil
}

func (d couponData) add(x *tx, tallies map[string]int64) {
	for key, n := range tallies {
		put(x, d.tallies, key, d.tallies[key]+n)
	}
}

func redeemed(c coupon.Coupon) int64 {
	if c.State == coupon.StateRedeemed {
		return 1
	}
	return 0
}

func found[K comparable, V any](m map[K]V, k K, what string) (V, error) {
	v, ok := m[k]
	if !ok {
		return v, fmt.Errorf("memstore: %s: %w", what, siyu.ErrNotFound)
	}
	return v, nil
}
