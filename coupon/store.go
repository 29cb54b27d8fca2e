package coupon

import (
	"context"
	"errors"

	"github.com/siyu-go/siyu"
)

// Store keeps batches, coupons, shared codes and their uses for one tenant.
// The stores of the library are in store/memstore and store/sqlstore; whoever
// writes another runs coupontest.TestStore on it. Callers use a [Service].
//
// Each method is one atomic step: concurrent steps on the same batch, coupon or
// code happen one after the other, and a step that returns an error has
// changed nothing. A function decide is pure, may be called more than once, and
// only its last answer counts; an error of decide is returned as it is. Events
// are appended to the tenant's event log in the same step.
type Store interface {
	// SaveBatch adds a batch, or replaces the terms of the one with its ID and
	// leaves the counters as they are. decide sees the terms it replaces, or nil
	// where there are none, and answers with the events.
	SaveBatch(ctx context.Context, batch Batch, decide func(before *Batch) ([]siyu.Event, error)) error

	// SaveCode adds a shared code, or replaces its terms and leaves the
	// counters as they are.
	SaveCode(ctx context.Context, code Code) error

	// Batch returns a batch with its counters, or siyu.ErrNotFound.
	Batch(ctx context.Context, id BatchID) (BatchState, error)

	// Code returns a shared code with its counters, or siyu.ErrNotFound.
	Code(ctx context.Context, code CodeID) (CodeState, error)

	// Coupon returns a coupon, or siyu.ErrNotFound.
	Coupon(ctx context.Context, id CouponID) (Coupon, error)

	// Claim answers a call once. A known call with the same digest is answered
	// with the coupons that it made, and replayed is true; with another digest
	// it is siyu.ErrConflict. For a new one decide sees the batch with its
	// claimed count; the coupons of its answer are added, the count grows by
	// their number, and the tallies change. An unknown batch is
	// siyu.ErrNotFound, a coupon whose ID exists siyu.ErrConflict.
	Claim(ctx context.Context, call siyu.Call, batch BatchID, decide func(BatchState, Tallies) (ClaimChange, error)) (coupons []Coupon, replayed bool, err error)

	// Change shows a coupon to decide and stores the one of its answer. An
	// unknown coupon is siyu.ErrNotFound. A call with a key is answered once, as
	// in Claim, with the Change that was decided then; one without is not kept.
	Change(ctx context.Context, call siyu.Call, id CouponID, decide func(Coupon) (CouponChange, error)) (change CouponChange, replayed bool, err error)

	// Use shows a shared code, and the order's use of it or nil, to decide,
	// stores the use of its answer, and changes counters and tallies. An unknown
	// code is siyu.ErrNotFound.
	Use(ctx context.Context, code CodeID, order OrderID, decide func(CodeState, *Use, Tallies) (UseChange, error)) (Use, error)
}

// Tallies reads counters that decisions keep beside the rows, such as the
// claims of a user or the money of a day: one number for each key, 0 for one
// that was never written. It is valid within decide only.
type Tallies func(keys ...string) ([]int64, error)

// ClaimChange is what a claim stores.
type ClaimChange struct {
	Coupons []Coupon
	Tallies map[string]int64 // what to add to each
	Events  []siyu.Event
}

// CouponChange is what a step of a coupon's life stores.
type CouponChange struct {
	Coupon   Coupon       `json:"coupon"`
	Returned bool         `json:"returned,omitempty"` // by a refund
	Events   []siyu.Event `json:"-"`
}

// UseChange is what the use of a shared code stores.
type UseChange struct {
	Use     Use
	Uses    int64            // what to add to the code's uses
	Spent   siyu.Money       // what to add to the money it spent
	Tallies map[string]int64 // what to add to each
	Events  []siyu.Event
}

func (c *UseChange) tally(key string, n int64) {
	if c.Tallies == nil {
		c.Tallies = make(map[string]int64)
	}
	c.Tallies[key] += n
}

// errReplayed is what decide answers to a step that has happened already.
var errReplayed = errors.New("coupon: happened already")
