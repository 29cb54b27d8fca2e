package coupon

import (
	"time"

	"github.com/siyu-go/siyu"
)

// CodeID is a shared code in its normalised form, see [Normalize].
type CodeID string

// Code is a code that many people share (通用优惠码), with limits on its uses
// and on the money it gives.
type Code struct {
	Code    CodeID      `json:"code"`
	Promo   PromoID     `json:"promo,omitempty"`
	Owner   siyu.UserID `json:"owner,omitempty"`    // who alone may use it; empty: everybody
	Limit   int64       `json:"limit"`              // uses in all; Unlimited for no end, and 0 is none
	PerUser int64       `json:"per_user,omitempty"` // uses of one user; 0: no limit
	Window  siyu.Window `json:"window,omitzero"`
	Budget  *Budget     `json:"budget,omitempty"` // nil: no limit on the money

	// SpentOnCancel: the use of a cancelled order stays counted. Its money goes
	// back to the budget all the same.
	SpentOnCancel bool `json:"spent_on_cancel,omitempty"`
}

// Budget limits the money that a code gives.
type Budget struct {
	Limit siyu.Money `json:"limit"` // in all
	Caps  []Cap      `json:"caps,omitempty"`

	// Partial grants what is left where that is less than asked. Without it such
	// a use is refused.
	Partial bool `json:"partial,omitempty"`
}

// Validate refuses a code that is empty or not normalised, or has negative
// numbers.
func (c Code) Validate() error {
	if err := siyu.CheckID("code", string(c.Code)); err != nil {
		return err
	}
	switch {
	case Normalize(string(c.Code)) != string(c.Code):
		return siyu.Invalid("code", "is not normalised")
	case c.Limit < Unlimited:
		return siyu.Invalid("limit", "is negative")
	case c.PerUser < 0:
		return siyu.Invalid("per_user", "is negative")
	}
	if err := c.Window.Validate(); err != nil {
		return siyu.Within("window", err)
	}
	if c.Budget == nil {
		return nil
	}
	if c.Budget.Limit < 0 {
		return siyu.Invalid("budget.limit", "is negative")
	}
	return siyu.Within("budget", validateCaps("caps", c.Budget.Caps))
}

// CodeState is a shared code with its counters.
type CodeState struct {
	Code
	Uses  int64      `json:"uses"`  // that count against the limit
	Spent siyu.Money `json:"spent"` // granted to orders that are not cancelled
	AsOf  time.Time  `json:"as_of,omitzero"`
}

// Use is what a shared code gave to an order.
type Use struct {
	Code      CodeID      `json:"code"`
	Order     OrderID     `json:"order"`
	User      siyu.UserID `json:"user"`
	Granted   siyu.Money  `json:"granted"`
	At        time.Time   `json:"at"`
	Cancelled bool        `json:"cancelled,omitempty"`
	Counted   bool        `json:"counted,omitempty"` // against the limits
	Tallies   []string    `json:"tallies,omitempty"` // of the budget's caps that its money is in
	Version   int64       `json:"version"`
}

// use decides over a use of the code at now. The tallies it changes are in the
// change.
func (c CodeState) use(before *Use, req UseRequest, now time.Time, tallies Tallies) (UseChange, error) {
	if before != nil && !before.Cancelled {
		return UseChange{}, errReplayed
	}
	switch {
	case c.Owner != "" && c.Owner != req.User:
		return UseChange{}, refuse(WrongOwner)
	case c.Window.Before(now):
		return UseChange{}, &Refusal{Reason: NotStarted, Until: c.Window.Start}
	case c.Window.After(now):
		return UseChange{}, refuse(Expired)
	}
	change := UseChange{Use: Use{
		Code: c.Code.Code, Order: req.Order, User: req.User, Granted: req.Amount, At: now, Counted: true, Version: 1,
	}}
	if before != nil { // cancelled: used again
		change.Use.Version = before.Version + 1
	}
	if err := c.admitUse(before, req.User, &change, tallies); err != nil {
		return UseChange{}, err
	}
	if err := c.admitMoney(req.User, now, &change, tallies); err != nil {
		return UseChange{}, err
	}
	change.Spent = change.Use.Granted
	return change, nil
}

// admitUse checks the counts of uses. What the order used before and cancelled
// may still count; if another user uses the code on it now, it counts for that
// one.
func (c CodeState) admitUse(before *Use, user siyu.UserID, change *UseChange, tallies Tallies) error {
	counted := before != nil && before.Counted
	if counted && before.User == user {
		return nil
	}
	key := c.userTally(user)
	if c.PerUser > 0 {
		used, err := tallies(key)
		if err != nil {
			return err
		}
		if used[0] >= c.PerUser {
			return refuse(UserLimit)
		}
	}
	switch {
	case counted:
		change.tally(c.userTally(before.User), -1)
	case c.Limit != Unlimited && c.Uses >= c.Limit:
		return refuse(QuotaReached)
	default:
		change.Uses = 1
	}
	change.tally(key, 1)
	return nil
}

// admitMoney cuts the grant to what the budget and its caps have left, or
// refuses it.
func (c CodeState) admitMoney(user siyu.UserID, now time.Time, change *UseChange, tallies Tallies) error {
	if c.Budget == nil {
		return nil
	}
	asked := change.Use.Granted
	left, until := max(c.Budget.Limit-c.Spent, 0), time.Time{}
	keys, err := c.moneyTallies(user, now)
	if err != nil {
		return err
	}
	if len(keys) > 0 {
		spent, err := tallies(keys...)
		if err != nil {
			return err
		}
		for i, limit := range c.Budget.Caps {
			if room := siyu.Money(max(limit.Limit-spent[i], 0)); room < left {
				left = room
				if _, until, err = limit.tally("", "", user, now); err != nil {
					return err
				}
			}
		}
	}
	if asked > left {
		if !c.Budget.Partial || left == 0 {
			return &Refusal{Reason: BudgetSpent, Until: until}
		}
		change.Use.Granted = left
	}
	if len(keys) > 0 {
		change.Use.Tallies = keys
	}
	change.spend(change.Use.Granted)
	return nil
}

// cancel decides over taking a use back.
func (c CodeState) cancel(before Use) (UseChange, error) {
	if before.Cancelled {
		return UseChange{}, errReplayed
	}
	change := UseChange{Use: before, Spent: -before.Granted}
	change.Use.Cancelled = true
	change.Use.Version++
	if !c.SpentOnCancel {
		change.Use.Counted = false
		change.Uses = -1
		change.tally(c.userTally(before.User), -1)
	}
	change.spend(-before.Granted)
	return change, nil
}

// spend adds money to the caps that the use is in: taken from one period, it goes
// back to that period, whatever the caps are by then.
func (c *UseChange) spend(money siyu.Money) {
	for _, key := range c.Use.Tallies {
		c.tally(key, int64(money))
	}
}

func (c CodeState) userTally(user siyu.UserID) string {
	return tallyKey("code", string(c.Code.Code), "user", string(user))
}

func (c CodeState) moneyTallies(user siyu.UserID, at time.Time) ([]string, error) {
	keys := make([]string, len(c.Budget.Caps))
	for i, limit := range c.Budget.Caps {
		var err error
		if keys[i], _, err = limit.tally("code", string(c.Code.Code), user, at); err != nil {
			return nil, err
		}
	}
	return keys, nil
}
