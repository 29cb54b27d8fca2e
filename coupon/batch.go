package coupon

import (
	"time"

	"github.com/siyu-go/siyu"
)

// BatchID names a batch of coupons.
type BatchID string

// Unlimited is the quota of a batch or the limit of a code that never runs out.
const Unlimited = -1

// Batch is an issue of personal coupons (优惠券批次): how many there are, who
// may claim them when, and when they may be used. What they are worth is the
// promo's business.
//
// A coupon keeps the terms under which it was claimed; a batch that is saved
// again with other terms changes the coupons claimed from then on.
type Batch struct {
	ID    BatchID `json:"id"`
	Promo PromoID `json:"promo,omitempty"` // what the coupons give

	Quota   int64 `json:"quota"`              // coupons in all; Unlimited for no end, and 0 is none
	PerUser int64 `json:"per_user,omitempty"` // claims of one user; 0: no limit
	Limits  []Cap `json:"limits,omitempty"`   // claims per hour, day, week or month

	Claim    siyu.Window   `json:"claim,omitzero"`      // when they may be claimed
	Use      siyu.Window   `json:"use,omitzero"`        // when they may be used
	ValidFor time.Duration `json:"valid_for,omitempty"` // how long after the claim, instead of Use.End

	// Parts: each claim gives one coupon for each, with windows of their own, and
	// all or none: a claim of three parts takes three of the quota. None: each
	// claim gives one coupon.
	Parts []Part `json:"parts,omitempty"`

	// Announced: customers were told that the end of claims and the quota are
	// final (最后机会、限量). Saving the batch again with more of either is refused,
	// so that no countdown renews itself in silence; [Service.Extend] does it in
	// the open. [CheckRenewal] finds the same offer under another ID.
	Announced bool `json:"announced,omitempty"`

	// KeepOnRefund: a redeemed coupon is spent for good, even if its order comes
	// back as a whole.
	KeepOnRefund bool `json:"keep_on_refund,omitempty"`
}

// Validate refuses a batch without id, with negative numbers, with windows that
// end before they begin, or with two kinds of expiry.
func (b Batch) Validate() error {
	if err := siyu.CheckID("id", string(b.ID)); err != nil {
		return err
	}
	switch {
	case b.Quota < Unlimited:
		return siyu.Invalid("quota", "is negative")
	case b.PerUser < 0:
		return siyu.Invalid("per_user", "is negative")
	case b.ValidFor < 0:
		return siyu.Invalid("valid_for", "is negative")
	case b.ValidFor > 0 && !b.Use.End.IsZero():
		return siyu.Invalid("valid_for", "and an end of use exclude each other")
	}
	if err := b.Claim.Validate(); err != nil {
		return siyu.Within("claim", err)
	}
	if err := b.Use.Validate(); err != nil {
		return siyu.Within("use", err)
	}
	if err := b.validateParts(); err != nil {
		return err
	}
	return validateCaps("limits", b.Limits)
}

// BatchState is a batch with its counters.
type BatchState struct {
	Batch
	Claimed  int64 `json:"claimed"`  // coupons handed out so far, those voided since included
	Redeemed int64 `json:"redeemed"` // coupons that are redeemed now

	// AsOf is the instant by the service's clock at which the counters were read.
	AsOf time.Time `json:"as_of,omitzero"`
}

// Remaining returns how many coupons can still be claimed, or Unlimited. It
// comes from the row that the quota is kept in.
func (b BatchState) Remaining() int64 {
	if b.Quota == Unlimited {
		return Unlimited
	}
	return max(b.Quota-b.Claimed, 0)
}

// issue makes the coupon that a claim at now hands out.
func (b Batch) issue(id CouponID, user siyu.UserID, now time.Time) Coupon {
	usable := b.Use
	if b.ValidFor > 0 {
		usable.End = now.Add(b.ValidFor)
	}
	return Coupon{
		ID: id, Batch: b.ID, Promo: b.Promo, User: user, ClaimedAt: now, Usable: usable,
		KeepOnRefund: b.KeepOnRefund, State: StateClaimed, Version: 1,
	}
}
