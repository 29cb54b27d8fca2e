package coupontest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
	"github.com/siyu-go/siyu/internal/strictjson"
)

const maxScript = 1 << 20

// RunScript runs a scenario in JSON on an empty store and returns how it
// differs from what the scenario expects: the operation "steps" of the coupon
// specification, batches and codes in setup, then steps in time order.
func RunScript(ctx context.Context, store coupon.Store, input []byte) error {
	in, err := strictjson.Decode[script](input, maxScript)
	if err != nil {
		return err
	}
	terms, err := in.Setup.Options.terms()
	if err != nil {
		return err
	}
	clock := siyu.NewManualClock(time.Time{})
	r := &runner{
		service: coupon.New(store, &coupon.Options{Clock: clock, Terms: terms}),
		names:   make(map[string]coupon.CouponID),
	}
	if err := in.Setup.save(ctx, r.service); err != nil {
		return err
	}
	for i, step := range in.Steps {
		clock.Set(step.At)
		got, err := r.do(ctx, i, step)
		if err != nil {
			return fmt.Errorf("step %d, %s: %w", i, step.Do, err)
		}
		if err := compare(got, step.Expect); err != nil {
			return fmt.Errorf("step %d, %s at %s: %w", i, step.Do, step.At.Format(time.RFC3339), err)
		}
	}
	return nil
}

type script struct {
	Setup setup  `json:"setup"`
	Steps []step `json:"steps"`
}

type setup struct {
	Batches []batch `json:"batches"`
	Codes   []code  `json:"codes"`
	Options options `json:"options"`
}

type window struct {
	StartsAt time.Time `json:"starts_at"`
	EndsAt   time.Time `json:"ends_at"`
	ValidFor string    `json:"valid_for"`
}

type batch struct {
	ID             coupon.BatchID `json:"id"`
	Quota          *int64         `json:"quota"`
	PerUser        int64          `json:"per_user"`
	Claim          window         `json:"claim"`
	Use            window         `json:"use"`
	ReturnOnRefund *bool          `json:"return_on_refund"`
}

type code struct {
	Code    string `json:"code"`
	Limit   *int64 `json:"limit"`
	PerUser int64  `json:"per_user"`
	window         // starts_at, ends_at
	Budget  *struct {
		Limit    siyu.Money `json:"limit"`
		Overflow string     `json:"overflow"`
	} `json:"budget"`
	ReusableFromCancelled *bool `json:"reusable_from_cancelled"`
}

type options struct {
	LockTTL             string `json:"lock_ttl"`
	RequireLock         bool   `json:"require_lock"`
	LateRedeem          string `json:"late_redeem"`
	HonorLockPastExpiry *bool  `json:"honor_lock_past_expiry"`
}

type step struct {
	At     time.Time       `json:"at"`
	Do     string          `json:"do"`
	As     string          `json:"as"`
	User   siyu.UserID     `json:"user"`
	Batch  coupon.BatchID  `json:"batch"`
	Coupon string          `json:"coupon"`
	Code   string          `json:"code"`
	Order  coupon.OrderID  `json:"order"`
	Key    string          `json:"key"`
	TTL    string          `json:"ttl"`
	Full   bool            `json:"full"`
	Amount siyu.Money      `json:"amount"`
	Expect json.RawMessage `json:"expect"`
}

func (o options) terms() (coupon.Terms, error) {
	ttl, err := duration(o.LockTTL)
	if err != nil {
		return coupon.Terms{}, err
	}
	terms := coupon.Terms{LockTTL: ttl, RequireLock: o.RequireLock}
	terms.ExpiryEndsLock = o.HonorLockPastExpiry != nil && !*o.HonorLockPastExpiry
	switch o.LateRedeem {
	case "", "allow_if_free":
	case "reject":
		terms.RejectLate = true
	default:
		return coupon.Terms{}, fmt.Errorf("late_redeem %q is not known", o.LateRedeem)
	}
	return terms, nil
}

func (s setup) save(ctx context.Context, service *coupon.Service) error {
	for _, b := range s.Batches {
		terms, err := b.terms()
		if err != nil {
			return err
		}
		if err := service.SaveBatch(ctx, terms); err != nil {
			return err
		}
	}
	for _, c := range s.Codes {
		terms, err := c.terms()
		if err != nil {
			return err
		}
		if err := service.SaveCode(ctx, terms); err != nil {
			return err
		}
	}
	return nil
}

func (b batch) terms() (coupon.Batch, error) {
	validFor, err := duration(b.Use.ValidFor)
	if err != nil {
		return coupon.Batch{}, err
	}
	return coupon.Batch{
		ID: b.ID, Quota: orUnlimited(b.Quota), PerUser: b.PerUser, ValidFor: validFor,
		Claim:        siyu.Window{Start: b.Claim.StartsAt, End: b.Claim.EndsAt},
		Use:          siyu.Window{Start: b.Use.StartsAt, End: b.Use.EndsAt},
		KeepOnRefund: b.ReturnOnRefund != nil && !*b.ReturnOnRefund,
	}, nil
}

func (c code) terms() (coupon.Code, error) {
	terms := coupon.Code{
		Code: coupon.CodeID(coupon.Normalize(c.Code)), Limit: orUnlimited(c.Limit), PerUser: c.PerUser,
		Window:        siyu.Window{Start: c.StartsAt, End: c.EndsAt},
		SpentOnCancel: c.ReusableFromCancelled != nil && !*c.ReusableFromCancelled,
	}
	if c.Budget != nil {
		terms.Budget = &coupon.Budget{Limit: c.Budget.Limit}
		switch c.Budget.Overflow {
		case "", "reject":
		case "partial":
			terms.Budget.Partial = true
		default:
			return terms, fmt.Errorf("overflow %q is not known", c.Budget.Overflow)
		}
	}
	return terms, nil
}

func orUnlimited(n *int64) int64 {
	if n == nil {
		return coupon.Unlimited
	}
	return *n
}

func duration(s string) (time.Duration, error) {
	if s == "" {
		return 0, nil
	}
	return time.ParseDuration(s)
}

// runner knows the coupons by the names of the script.
type runner struct {
	service *coupon.Service
	names   map[string]coupon.CouponID
}

type outcome map[string]any

func (r *runner) do(ctx context.Context, i int, s step) (outcome, error) {
	id, known := r.names[s.Coupon]
	if !known {
		id = coupon.CouponID("unknown " + s.Coupon)
	}
	if s.Key == "" {
		s.Key = fmt.Sprintf("step %d", i)
	}
	switch s.Do {
	case "claim":
		result, err := r.service.Claim(ctx, coupon.ClaimRequest{Batch: s.Batch, User: s.User, Key: s.Key})
		if err == nil && result.OK() {
			r.names[s.As] = result.Coupon.ID
		}
		return resultOf(result, err)
	case "lock":
		ttl, err := duration(s.TTL)
		if err != nil {
			return nil, err
		}
		return resultOf(r.service.Lock(ctx, coupon.LockRequest{Coupon: id, Order: s.Order, User: s.User, TTL: ttl}))
	case "redeem":
		return resultOf(r.service.Redeem(ctx, coupon.RedeemRequest{Coupon: id, Order: s.Order, User: s.User}))
	case "release":
		return resultOf(r.service.Release(ctx, coupon.ReleaseRequest{Coupon: id, Order: s.Order}))
	case "refund":
		return resultOf(r.service.Refund(ctx, coupon.RefundRequest{Coupon: id, Order: s.Order, Full: s.Full, Key: s.Key}))
	case "void":
		return resultOf(r.service.Void(ctx, coupon.VoidRequest{Coupon: id}))
	case "state":
		return resultOf(r.service.Coupon(ctx, id))
	case "use":
		return grantOf(r.service.Use(ctx, coupon.UseRequest{Code: s.Code, User: s.User, Order: s.Order, Amount: s.Amount}))
	case "cancel":
		return grantOf(r.service.Cancel(ctx, coupon.CancelRequest{Code: s.Code, Order: s.Order}))
	case "counters":
		return r.counters(ctx, s.Batch, s.Code)
	}
	return nil, errors.New("is not known")
}

func (r *runner) counters(ctx context.Context, batch coupon.BatchID, code string) (outcome, error) {
	if batch != "" {
		b, err := r.service.Batch(ctx, batch)
		return outcome{"claimed": b.Claimed, "redeemed": b.Redeemed, "remaining": b.Remaining()}, err
	}
	c, err := r.service.Code(ctx, code)
	return outcome{"uses": c.Uses, "spent": c.Spent}, err
}

func resultOf(r coupon.Result, err error) (outcome, error) {
	switch {
	case errors.Is(err, siyu.ErrNotFound):
		return outcome{"error": coupon.Unknown}, nil
	case err != nil:
		return nil, err
	case !r.OK():
		return outcome{"error": r.Reason}, nil
	}
	return outcome{"ok": true, "state": r.State, "replayed": r.Replayed, "returned": r.Returned}, nil
}

func grantOf(g coupon.Grant, err error) (outcome, error) {
	switch {
	case errors.Is(err, siyu.ErrNotFound):
		return outcome{"error": coupon.CodeUnknown}, nil
	case err != nil:
		return nil, err
	case !g.OK():
		return outcome{"error": g.Reason}, nil
	}
	return outcome{"ok": true, "granted": g.Granted, "replayed": g.Replayed}, nil
}

// compare compares the fields that want has.
func compare(got outcome, want json.RawMessage) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(want, &fields); err != nil {
		return fmt.Errorf("expectation: %w", err)
	}
	for name, raw := range fields {
		var value any
		if err := json.Unmarshal(raw, &value); err != nil {
			return err
		}
		w, err := json.Marshal(value)
		if err != nil {
			return err
		}
		if g, err := json.Marshal(got[name]); err != nil || string(g) != string(w) {
			all, _ := json.Marshal(got)
			return fmt.Errorf("%s: got %s, want %s", name, all, want)
		}
	}
	return nil
}
