package coupon

import (
	"time"

	"github.com/siyu-go/siyu"
)

// CouponID names one personal coupon. It begins with the second of the claim.
type CouponID string

// OrderID names an order of the host. It is the idempotency key of the steps
// that belong to an order: sent again they change nothing.
type OrderID string

// State is where a coupon is in its life.
type State string

// The states. StateExpired is never stored: it is StateClaimed seen after the
// end of use.
const (
	StateClaimed  State = "claimed"
	StateLocked   State = "locked" // held by an order that is not paid yet
	StateRedeemed State = "redeemed"
	StateExpired  State = "expired"
	StateVoided   State = "voided"
)

// Coupon is one personal coupon (券) as it is stored. [Coupon.StateAt] tells
// its state at an instant: locks lapse and coupons expire without being
// written.
type Coupon struct {
	ID        CouponID    `json:"id"`
	Batch     BatchID     `json:"batch"`
	Promo     PromoID     `json:"promo,omitempty"`
	User      siyu.UserID `json:"user"`
	ClaimedAt time.Time   `json:"claimed_at"`
	Usable    siyu.Window `json:"usable,omitzero"`

	KeepOnRefund bool `json:"keep_on_refund,omitempty"`

	State       State     `json:"state"`
	Order       OrderID   `json:"order,omitempty"`       // that holds, held or redeemed it last
	LockedUntil time.Time `json:"locked_until,omitzero"` // exclusive; only while State is StateLocked
	Version     int64     `json:"version"`               // grows by one with every change
}

// Terms say how strict the life of coupons is. The zero Terms are the
// defaults.
type Terms struct {
	LockTTL     time.Duration // of locks that name none; 0: 15 minutes
	RequireLock bool          // only a coupon that the order has locked can be redeemed

	// RejectLate refuses to redeem for an order whose lock has lapsed. By default
	// a late payment still gets its coupon while that is free: a paid order must
	// not lose its price in silence.
	RejectLate bool

	// ExpiryEndsLock lets a coupon expire while it is locked. By default a lock
	// taken in time is honoured until it lapses.
	ExpiryEndsLock bool
}

const defaultLockTTL = 15 * time.Minute

// StateAt returns the coupon's state at an instant: a lock ends at LockedUntil
// and the coupon expires at the end of use, those instants excluded.
func (c Coupon) StateAt(now time.Time, terms Terms) State {
	if c.State == StateRedeemed || c.State == StateVoided {
		return c.State
	}
	if c.lockedAt(now) && !(terms.ExpiryEndsLock && c.Usable.After(now)) {
		return StateLocked
	}
	if c.Usable.After(now) {
		return StateExpired
	}
	return StateClaimed
}

func (c *Coupon) lockedAt(now time.Time) bool {
	return c.State == StateLocked && now.Before(c.LockedUntil)
}

// usable refuses what holds against any use of the coupon at now.
func (c *Coupon) usable(now time.Time) error {
	switch {
	case c.Usable.Before(now):
		return &Refusal{Reason: NotStarted, Until: c.Usable.Start}
	case c.Usable.After(now):
		return refuse(Expired)
	}
	return nil
}

func (c *Coupon) owned(user siyu.UserID) error {
	if user != c.User {
		return refuse(WrongOwner)
	}
	return nil
}

// lock holds the coupon for an order until an instant. It reports false if the
// order holds it already.
func (c *Coupon) lock(order OrderID, user siyu.UserID, until, now time.Time, terms Terms) (bool, error) {
	if err := c.owned(user); err != nil {
		return false, err
	}
	switch c.StateAt(now, terms) {
	case StateVoided:
		return false, refuse(Voided)
	case StateRedeemed:
		return false, refuse(AlreadyRedeemed)
	case StateLocked:
		if c.Order != order {
			return false, &Refusal{Reason: LockedElsewhere, Until: c.LockedUntil}
		}
		return false, nil
	}
	if err := c.usable(now); err != nil {
		return false, err
	}
	c.State, c.Order, c.LockedUntil = StateLocked, order, until
	return true, nil
}

// redeem spends the coupon on an order; an empty user is not compared. It
// reports false if the order has it already.
func (c *Coupon) redeem(order OrderID, user siyu.UserID, now time.Time, terms Terms) (bool, error) {
	if user != "" {
		if err := c.owned(user); err != nil {
			return false, err
		}
	}
	held := c.State == StateLocked && c.Order == order // perhaps lapsed
	switch state := c.StateAt(now, terms); {
	case state == StateVoided:
		return false, refuse(Voided)
	case state == StateRedeemed && c.Order == order:
		return false, nil
	case state == StateRedeemed:
		return false, refuse(AlreadyRedeemed)
	case state == StateLocked && !held:
		return false, &Refusal{Reason: LockedElsewhere, Until: c.LockedUntil}
	case state == StateLocked:
		// in time
	case held && terms.RejectLate && !c.lockedAt(now):
		return false, refuse(LockExpired)
	case terms.RequireLock && !held:
		if err := c.usable(now); err != nil {
			return false, err
		}
		return false, refuse(LockRequired)
	default:
		if err := c.usable(now); err != nil {
			return false, err
		}
	}
	c.State, c.Order, c.LockedUntil = StateRedeemed, order, time.Time{}
	return true, nil
}

// release frees the coupon from an order's lock. It reports false if the order
// has released it already.
func (c *Coupon) release(order OrderID) (bool, error) {
	switch {
	case c.State == StateVoided:
		return false, refuse(Voided)
	case c.State == StateRedeemed || c.Order != order:
		return false, refuse(InvalidTransition)
	case c.State == StateClaimed:
		return false, nil
	}
	c.State, c.LockedUntil = StateClaimed, time.Time{} // Order stays, to know it again
	return true, nil
}

// refund gives a redeemed coupon back if its order came back as a whole, the
// coupon is still in time and its batch allows it; it reports whether.
func (c *Coupon) refund(order OrderID, full bool, now time.Time) (bool, error) {
	if c.State != StateRedeemed || c.Order != order {
		return false, refuse(InvalidTransition)
	}
	if !full || c.KeepOnRefund || c.Usable.After(now) {
		return false, nil
	}
	c.State, c.Order = StateClaimed, ""
	return true, nil
}

// void ends the coupon's life. It reports false if it is void already.
func (c *Coupon) void() (bool, error) {
	switch c.State {
	case StateVoided:
		return false, nil
	case StateRedeemed:
		return false, refuse(InvalidTransition)
	}
	c.State, c.LockedUntil = StateVoided, time.Time{}
	return true, nil
}
