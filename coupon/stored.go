package coupon

import (
	"context"
	"time"

	"github.com/siyu-go/siyu"
)

// StoredValue is a balance that pays what discounts leave (储值卡、礼品卡), in as
// many orders as it lasts for: a [Code] without a limit of uses whose budget is
// the balance and gives what is left where that is less than asked. Only the
// owner can use it; an empty owner is whoever knows the code.
//
// [Service.Use] with what an order has to pay takes from it, [Service.Repay] and
// [Service.Cancel] put back, and saving the code with a larger budget tops it up.
func StoredValue(code CodeID, owner siyu.UserID, value siyu.Money) Code {
	return Code{Code: code, Owner: owner, Limit: Unlimited, Budget: &Budget{Limit: value, Partial: true}}
}

// Balance returns the money that the code can still give, caps aside, and false
// if it has no budget.
func (c CodeState) Balance() (left siyu.Money, limited bool) {
	if c.Budget == nil {
		return 0, false
	}
	return max(c.Budget.Limit-c.Spent, 0), true
}

// RepayRequest tells what of an order is still paid by a shared code or a
// stored value after goods came back.
type RepayRequest struct {
	Code  string
	Order OrderID
	Keep  siyu.Money // what of the first grant stays; 0: nothing
}

// Repay puts back what an order no longer needs of a shared code or a stored
// value. It names what stays, and that only falls: sent again, or late after
// one that keeps less, it changes nothing. Granted is what the order has from
// the code now. Unlike after [Service.Cancel], the order's use remains: asking
// for it again takes nothing more. For an order that never used the code, or
// whose use was cancelled, the reason is [Unknown].
func (s *Service) Repay(ctx context.Context, req RepayRequest) (Grant, error) {
	if req.Keep < 0 {
		return Grant{}, siyu.Invalid("keep", "is negative")
	}
	now := s.clock.Now()
	return s.use(ctx, req.Code, req.Order, func(code CodeState, before *Use, _ Tallies) (UseChange, error) {
		if before == nil || before.Cancelled {
			return UseChange{}, refuse(Unknown)
		}
		return code.repay(*before, req.Keep, now)
	})
}

// repay decides over putting back all but keep.
func (c CodeState) repay(before Use, keep siyu.Money, now time.Time) (UseChange, error) {
	if keep >= before.Granted {
		return UseChange{}, errReplayed
	}
	back := before.Granted - keep
	change := UseChange{Use: before, Spent: -back}
	change.Use.Granted = keep
	change.Use.Version++
	change.spend(-back)
	change.Events = []siyu.Event{change.Use.event("coupon.code_repaid", back, now)}
	return change, nil
}
