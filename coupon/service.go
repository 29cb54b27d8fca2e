package coupon

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/siyu-go/siyu"
)

// Service carries coupons and shared codes through their lives. It holds no
// state of its own, is safe for concurrent use if its store is, and costs
// nothing to make: one per request, or over the store of a transaction.
//
// Outcomes that the trade knows, such as sold out or already redeemed, are the
// Reason of a result and no error: look at [Result.OK], or make an error of it by
// [Result.Err]. An error means that
// nothing happened because of bad input (siyu.ErrInvalid), an unknown id
// (siyu.ErrNotFound), a key used with other arguments (siyu.ErrConflict), the
// context or the store; only siyu.ErrUnknownOutcome leaves it open, and is
// settled by sending the same request again.
type Service struct {
	store Store
	clock siyu.Clock
	terms Terms
}

// Options of [New]; nil and zero fields mean the defaults.
type Options struct {
	Clock siyu.Clock // nil: siyu.SystemClock
	Terms Terms
}

// New returns a service over a store.
func New(store Store, options *Options) *Service {
	s := &Service{store: store}
	if options != nil {
		s.clock, s.terms = options.Clock, options.Terms
	}
	s.clock = siyu.ClockOr(s.clock)
	if s.terms.LockTTL <= 0 {
		s.terms.LockTTL = defaultLockTTL
	}
	return s
}

// Result is the outcome of a step of a coupon's life.
type Result struct {
	Reason   Reason    // why it did not happen; empty if it did
	Until    time.Time // when that reason ends, where that is known
	Coupon   Coupon    // after the step; zero if it did not happen
	Coupons  []Coupon  // by Claim: all that it gave; several of a batch with parts
	State    State     // of the coupon by the service's clock
	Replayed bool      // it had happened before; this is the same answer
	Returned bool      // by Refund: the coupon can be used again
}

// OK reports whether the step happened, now or before.
func (r Result) OK() bool { return r.Reason == "" }

// Err returns nil if the step happened and a [*Refusal] if not, for callers that
// end their own transaction by errors.
func (r Result) Err() error { return refusal(r.Reason, r.Until) }

// SaveBatch adds a batch or replaces its terms; coupons already claimed keep
// theirs and the counters go on. More than was announced as final is
// siyu.ErrInvalid, see [Service.Extend].
func (s *Service) SaveBatch(ctx context.Context, batch Batch) error {
	if err := batch.Validate(); err != nil {
		return siyu.Within("batch", err)
	}
	return s.store.SaveBatch(ctx, batch, func(before *Batch) ([]siyu.Event, error) {
		if before == nil {
			return nil, nil
		}
		return nil, siyu.Within("batch", before.keeps(batch))
	})
}

// Batch returns a batch with its counters as they are now.
func (s *Service) Batch(ctx context.Context, id BatchID) (BatchState, error) {
	now := s.clock.Now()
	batch, err := s.store.Batch(ctx, id)
	if err == nil {
		batch.AsOf = now
	}
	return batch, err
}

// Coupon returns a coupon and its state.
func (s *Service) Coupon(ctx context.Context, id CouponID) (Result, error) {
	c, err := s.store.Coupon(ctx, id)
	if err != nil {
		return Result{}, err
	}
	return Result{Coupon: c, State: c.StateAt(s.clock.Now(), s.terms)}, nil
}

// LockRequest asks to hold a coupon for an order that is not paid yet.
type LockRequest struct {
	Coupon CouponID
	Order  OrderID
	User   siyu.UserID
	TTL    time.Duration // 0: the terms' LockTTL
}

// Lock holds a coupon for an order (锁券). Sent again for the order it changes
// nothing; the lock is not prolonged.
func (s *Service) Lock(ctx context.Context, req LockRequest) (Result, error) {
	if req.TTL < 0 {
		return Result{}, siyu.Invalid("ttl", "is negative")
	}
	if err := siyu.CheckID("user", string(req.User)); err != nil {
		return Result{}, err
	}
	if req.TTL == 0 {
		req.TTL = s.terms.LockTTL
	}
	return s.change(ctx, req.Coupon, req.Order, "coupon.locked", 0, func(c *Coupon, now time.Time) (bool, error) {
		return c.lock(req.Order, req.User, siyu.Instant(now.Add(req.TTL)), now, s.terms)
	})
}

// RedeemRequest asks to spend a coupon on a paid order.
type RedeemRequest struct {
	Coupon CouponID
	Order  OrderID
	User   siyu.UserID // empty: whoever owns it
	Amount siyu.Money  // what it gave, for the event; 0 if that is not known
}

// Redeem spends a coupon on an order (核销). Sent again for the order it changes
// nothing.
func (s *Service) Redeem(ctx context.Context, req RedeemRequest) (Result, error) {
	if req.Amount < 0 {
		return Result{}, siyu.Invalid("amount", "is negative")
	}
	return s.change(ctx, req.Coupon, req.Order, "coupon.redeemed", req.Amount, func(c *Coupon, now time.Time) (bool, error) {
		return c.redeem(req.Order, req.User, now, s.terms)
	})
}

// ReleaseRequest asks to free a coupon that an order holds.
type ReleaseRequest struct {
	Coupon CouponID
	Order  OrderID
}

// Release frees a coupon from an order that is not going to be paid. Sent again
// it changes nothing.
func (s *Service) Release(ctx context.Context, req ReleaseRequest) (Result, error) {
	return s.change(ctx, req.Coupon, req.Order, "coupon.released", 0, func(c *Coupon, _ time.Time) (bool, error) {
		return c.release(req.Order)
	})
}

// VoidRequest asks to end a coupon's life.
type VoidRequest struct {
	Coupon CouponID
}

// Void ends the life of a coupon that is not redeemed (作废). It gives nothing
// back to the batch's quota. Sent again it changes nothing.
func (s *Service) Void(ctx context.Context, req VoidRequest) (Result, error) {
	return s.change(ctx, req.Coupon, "void", "coupon.voided", 0, func(c *Coupon, _ time.Time) (bool, error) {
		return c.void()
	})
}

// RefundRequest tells that goods of an order came back.
type RefundRequest struct {
	Coupon CouponID
	Order  OrderID
	Full   bool   // nothing of the order is kept
	Key    string // the caller's idempotency key, per coupon
}

// Refund gives a redeemed coupon back to its owner if the order came back as a
// whole, the coupon is still in time and its batch allows it; Returned tells.
// What the customer gets back in money is worked out by [Sale.Keep] or
// [Sale.Clawback].
func (s *Service) Refund(ctx context.Context, req RefundRequest) (Result, error) {
	if err := siyu.CheckID("order", string(req.Order)); err != nil {
		return Result{}, err
	}
	if err := siyu.CheckID("key", req.Key); err != nil {
		return Result{}, err
	}
	call, err := siyu.NewCall("coupon.refund", shortID(string(req.Coupon), req.Key), req)
	if err != nil {
		return Result{}, err
	}
	now := s.clock.Now()
	change, replayed, err := s.store.Change(ctx, call, req.Coupon, func(c Coupon) (CouponChange, error) {
		returned, err := c.refund(req.Order, req.Full, now)
		if err != nil || !returned {
			return CouponChange{Coupon: c}, err
		}
		c.Version++
		return CouponChange{Coupon: c, Returned: true, Events: []siyu.Event{c.event("coupon.returned", req.Order, 0, now)}}, nil
	})
	result, err := s.result(change.Coupon, now, replayed, err)
	result.Returned = result.OK() && change.Returned
	return result, err
}

// change is a step whose order is its idempotency key: move changes the coupon
// and reports false if that had happened before.
func (s *Service) change(
	ctx context.Context, id CouponID, order OrderID, event string, value siyu.Money, move func(*Coupon, time.Time) (bool, error),
) (Result, error) {
	if err := siyu.CheckID("coupon", string(id)); err != nil {
		return Result{}, err
	}
	if err := siyu.CheckID("order", string(order)); err != nil {
		return Result{}, err
	}
	now := s.clock.Now()
	var seen Coupon
	change, _, err := s.store.Change(ctx, siyu.Call{}, id, func(c Coupon) (CouponChange, error) {
		seen = c
		moved, err := move(&c, now)
		if err != nil {
			return CouponChange{}, err
		}
		if !moved {
			return CouponChange{}, errReplayed
		}
		c.Version++
		return CouponChange{Coupon: c, Events: []siyu.Event{c.event(event, order, value, now)}}, nil
	})
	if errors.Is(err, errReplayed) {
		return s.result(seen, now, true, nil)
	}
	return s.result(change.Coupon, now, false, err)
}

// result turns a refusal into a result.
func (s *Service) result(c Coupon, now time.Time, replayed bool, err error) (Result, error) {
	if refusal, ok := asRefusal(err); ok {
		return Result{Reason: refusal.Reason, Until: refusal.Until}, nil
	}
	if err != nil {
		return Result{}, fmt.Errorf("coupon: %w", err)
	}
	return Result{Coupon: c, State: c.StateAt(now, s.terms), Replayed: replayed}, nil
}

// event tells of a change that made the coupon what it is.
func (c Coupon) event(name string, order OrderID, value siyu.Money, at time.Time) siyu.Event {
	e := siyu.Event{
		ID: siyu.EventID(name + ":" + string(c.ID) + "#" + strconv.FormatInt(c.Version, 10)), User: c.User, Name: name, At: at, Value: value,
		Props: map[string]string{"coupon": string(c.ID), "batch": string(c.Batch)},
	}
	if order != "" {
		e.Props["order"] = string(order)
	}
	return e
}
