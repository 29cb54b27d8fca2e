package coupontest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

// CompareHistories makes steps random steps on each of two empty stores and
// returns how their answers, counters and events first differ. The seed makes
// them again.
func CompareHistories(ctx context.Context, trusted, other Backend, seed uint64, steps int) error {
	var answers [2][]string
	for i, b := range []Backend{trusted, other} {
		h := newHistory(b, seed)
		if err := h.setUp(ctx); err != nil {
			return err
		}
		for range steps {
			answers[i] = append(answers[i], h.step(ctx))
		}
		answers[i] = append(answers[i], h.sum(ctx, b)...)
	}
	for i, want := range answers[0] {
		if got := answers[1][i]; got != want {
			return fmt.Errorf("seed %d, step %d: got %s, want %s", seed, i, got, want)
		}
	}
	return nil
}

type history struct {
	random  *rand.Rand
	clock   *siyu.ManualClock
	service *coupon.Service
	coupons []coupon.CouponID
}

func newHistory(b Backend, seed uint64) *history {
	h := &history{random: rand.New(rand.NewPCG(seed, 7)), clock: siyu.NewManualClock(noon)}
	terms := coupon.Terms{
		RequireLock: seed%2 == 0, RejectLate: seed%3 == 0, ExpiryEndsLock: seed%5 == 0, LockTTL: 10 * time.Minute,
	}
	h.service = coupon.New(b.Coupons(), &coupon.Options{Clock: h.clock, Terms: terms})
	return h
}

func (h *history) setUp(ctx context.Context) error {
	for _, b := range []coupon.Batch{
		{ID: "b0", Quota: 12, PerUser: 2, ValidFor: time.Hour, Limits: []coupon.Cap{{Limit: 4, Per: coupon.PerHour}}},
		{ID: "b1", Quota: coupon.Unlimited, KeepOnRefund: true, Use: siyu.Window{End: noon.Add(3 * time.Hour)}},
		{ID: "b3", Quota: 20, Announced: true, Claim: siyu.Window{End: noon.Add(2 * time.Hour)}, Parts: []coupon.Part{
			{Promo: "first", ValidFor: time.Hour}, {After: 30 * time.Minute, ValidFor: time.Hour}, {Use: siyu.Window{End: noon.Add(4 * time.Hour)}},
		}},
		{ID: "b2", Quota: 5, Claim: siyu.Window{Start: noon.Add(time.Hour)}, Limits: []coupon.Cap{{Limit: 1, Per: coupon.PerDay, EachUser: true}}},
	} {
		if err := h.service.SaveBatch(ctx, b); err != nil {
			return err
		}
	}
	for _, c := range []coupon.Code{
		{Code: "C0", Limit: 10, PerUser: 3, Budget: &coupon.Budget{Limit: 900, Partial: true, Caps: []coupon.Cap{{Limit: 300, Per: coupon.PerHour}}}},
		{Code: "C1", Limit: coupon.Unlimited, SpentOnCancel: true, Budget: &coupon.Budget{Limit: 500, Caps: []coupon.Cap{{Limit: 150, Per: coupon.PerDay, EachUser: true}}}},
	} {
		if err := h.service.SaveCode(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

func (h *history) name(prefix string, n int) string { return fmt.Sprint(prefix, h.random.IntN(n)) }

func (h *history) coupon() coupon.CouponID {
	if len(h.coupons) == 0 || h.random.IntN(30) == 0 {
		return "no such coupon"
	}
	return h.coupons[h.random.IntN(len(h.coupons))]
}

// step makes one random step and returns its answer as text.
func (h *history) step(ctx context.Context) string {
	h.clock.Advance(time.Duration(h.random.IntN(180)) * time.Second)
	user, order := siyu.UserID(h.name("u", 4)), coupon.OrderID(h.name("o", 6))
	var answer any
	var err error
	switch h.random.IntN(11) {
	case 0, 1:
		var r coupon.Result
		r, err = h.service.Claim(ctx, coupon.ClaimRequest{Batch: coupon.BatchID(h.name("b", 5)), User: user, Key: h.name("k", 9)})
		if answer = r; err == nil && r.OK() && !r.Replayed {
			for _, c := range r.Coupons {
				h.coupons = append(h.coupons, c.ID)
			}
		}
	case 2:
		users := []siyu.UserID{user, siyu.UserID(h.name("v", 9)), siyu.UserID(h.name("v", 9))}
		var r coupon.ClaimManyResult
		r, err = h.service.ClaimMany(ctx, coupon.ClaimManyRequest{Batch: coupon.BatchID(h.name("b", 4)), Users: users, Key: h.name("k", 99)})
		answer = r
		for _, c := range r.Coupons {
			h.coupons = append(h.coupons, c.ID)
		}
	case 3:
		answer, err = h.service.Lock(ctx, coupon.LockRequest{Coupon: h.coupon(), Order: order, User: user})
	case 4:
		answer, err = h.service.Redeem(ctx, coupon.RedeemRequest{Coupon: h.coupon(), Order: order})
	case 5:
		answer, err = h.service.Release(ctx, coupon.ReleaseRequest{Coupon: h.coupon(), Order: order})
	case 6:
		if h.random.IntN(9) == 0 {
			answer, err = h.service.Void(ctx, coupon.VoidRequest{Coupon: h.coupon()})
			break
		}
		answer, err = h.service.Refund(ctx, coupon.RefundRequest{Coupon: h.coupon(), Order: order, Full: h.random.IntN(2) == 0, Key: h.name("r", 9)})
	case 7:
		answer, err = h.service.Use(ctx, coupon.UseRequest{Code: h.name("c", 3), User: user, Order: order, Amount: siyu.Money(h.random.IntN(120))})
	case 8:
		answer, err = h.service.Cancel(ctx, coupon.CancelRequest{Code: h.name("c", 3), Order: order})
	case 9:
		answer, err = h.service.Repay(ctx, coupon.RepayRequest{Code: h.name("c", 3), Order: order, Keep: siyu.Money(h.random.IntN(60))})
	case 10:
		answer, err = h.announce(ctx)
	}
	return text(answer, err)
}

// announce moves what was announced of a batch, in silence or in the open.
func (h *history) announce(ctx context.Context) (any, error) {
	state, err := h.service.Batch(ctx, "b3")
	if err != nil {
		return nil, err
	}
	next := state.Batch
	next.Quota += int64(h.random.IntN(5) - 1)
	next.Claim.End = next.Claim.End.Add(time.Duration(h.random.IntN(3)-1) * time.Minute)
	if h.random.IntN(2) == 0 {
		return "saved", h.service.SaveBatch(ctx, next)
	}
	return "extended", h.service.Extend(ctx, coupon.Extension{Batch: next, By: "ops", Why: "more came", Key: h.name("e", 5)})
}

// sum reads everything that the steps may have changed.
func (h *history) sum(ctx context.Context, b Backend) []string {
	var all []string
	for _, id := range []coupon.BatchID{"b0", "b1", "b2", "b3"} {
		state, err := h.service.Batch(ctx, id)
		all = append(all, text(state, err))
	}
	for _, id := range []string{"C0", "C1"} {
		state, err := h.service.Code(ctx, id)
		all = append(all, text(state, err))
	}
	for _, id := range h.coupons {
		state, err := h.service.Coupon(ctx, id)
		all = append(all, text(state, err))
	}
	for e, err := range b.Events().Events(ctx, 0) {
		all = append(all, text(e.Event, err))
	}
	return all
}

// text is an answer, or the kind of its error: stores word errors their own
// way.
func text(answer any, err error) string {
	if err != nil {
		for _, known := range []error{siyu.ErrNotFound, siyu.ErrConflict, siyu.ErrInvalid} {
			if errors.Is(err, known) {
				return known.Error()
			}
		}
		return "error " + err.Error()
	}
	data, err := json.Marshal(answer)
	if err != nil {
		return err.Error()
	}
	return string(data)
}
