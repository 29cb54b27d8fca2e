package coupon

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/siyu-go/siyu"
)

// UseRequest asks a shared code for an amount on an order.
type UseRequest struct {
	Code   string // as typed; it is normalised
	User   siyu.UserID
	Order  OrderID
	Amount siyu.Money
}

// Grant is the outcome of using or cancelling a shared code.
type Grant struct {
	Reason   Reason    // why it did not happen; empty if it did
	Until    time.Time // when that reason ends, where that is known
	Granted  siyu.Money
	Replayed bool // it had happened before; Granted is what it was then
}

// OK reports whether the step happened, now or before.
func (g Grant) OK() bool { return g.Reason == "" }

// Err returns nil if the step happened and a [*Refusal] if not.
func (g Grant) Err() error { return refusal(g.Reason, g.Until) }

// SaveCode adds a shared code or replaces its terms; the counters go on.
func (s *Service) SaveCode(ctx context.Context, code Code) error {
	if err := code.Validate(); err != nil {
		return siyu.Within("code", err)
	}
	return s.store.SaveCode(ctx, code)
}

// Code returns a shared code with its counters as they are now.
func (s *Service) Code(ctx context.Context, code string) (CodeState, error) {
	now := s.clock.Now()
	state, err := s.store.Code(ctx, CodeID(Normalize(code)))
	if err == nil {
		state.AsOf = now
	}
	return state, err
}

// Use grants an amount of a shared code to an order, within the code's limits
// and budget, which concurrent orders never exceed. The same order again gets
// its first grant, whatever the amount: an order split over sellers is one use.
// An order whose use was cancelled is a new one.
func (s *Service) Use(ctx context.Context, req UseRequest) (Grant, error) {
	if err := siyu.CheckID("user", string(req.User)); err != nil {
		return Grant{}, err
	}
	if req.Amount < 0 {
		return Grant{}, siyu.Invalid("amount", "is negative")
	}
	now := s.clock.Now()
	return s.use(ctx, req.Code, req.Order, func(code CodeState, before *Use, tallies Tallies) (UseChange, error) {
		change, err := code.use(before, req, now, tallies)
		if err == nil {
			change.Events = []siyu.Event{change.Use.event("coupon.code_used", change.Use.Granted, now)}
		}
		return change, err
	})
}

// CancelRequest asks to take the use of a shared code back.
type CancelRequest struct {
	Code  string
	Order OrderID
}

// Cancel takes back what a shared code gave to an order: its money goes back to
// the budget, and its use to the limit unless the code says otherwise. Sent
// again it changes nothing. For an order that never used the code the reason is
// [Unknown].
func (s *Service) Cancel(ctx context.Context, req CancelRequest) (Grant, error) {
	now := s.clock.Now()
	return s.use(ctx, req.Code, req.Order, func(code CodeState, before *Use, _ Tallies) (UseChange, error) {
		if before == nil {
			return UseChange{}, refuse(Unknown)
		}
		change, err := code.cancel(*before)
		if err == nil {
			change.Events = []siyu.Event{change.Use.event("coupon.code_cancelled", before.Granted, now)}
		}
		return change, err
	})
}

func (s *Service) use(
	ctx context.Context, typed string, order OrderID, decide func(CodeState, *Use, Tallies) (UseChange, error),
) (Grant, error) {
	code := CodeID(Normalize(typed))
	if err := siyu.CheckID("code", string(code)); err != nil {
		return Grant{}, err
	}
	if err := siyu.CheckID("order", string(order)); err != nil {
		return Grant{}, err
	}
	var first siyu.Money
	use, err := s.store.Use(ctx, code, order, func(c CodeState, before *Use, tallies Tallies) (UseChange, error) {
		if before != nil {
			first = before.Granted
		}
		return decide(c, before, tallies)
	})
	if errors.Is(err, errReplayed) {
		return Grant{Granted: first, Replayed: true}, nil
	}
	if refusal, ok := asRefusal(err); ok {
		return Grant{Reason: refusal.Reason, Until: refusal.Until}, nil
	}
	if err != nil {
		return Grant{}, fmt.Errorf("coupon: %w", err)
	}
	return Grant{Granted: use.Granted}, nil
}

func (u Use) event(name string, value siyu.Money, at time.Time) siyu.Event {
	return siyu.Event{
		ID:   siyu.EventID(name + ":" + shortID(string(u.Code), string(u.Order), strconv.FormatInt(u.Version, 10))),
		User: u.User, Name: name, At: at, Value: value,
		Props: map[string]string{"code": string(u.Code), "order": string(u.Order)},
	}
}
