package coupontest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

// CheckLinearizable makes random steps from several clients at once on an empty
// store, and returns an error unless every answer is one that some serial order
// of the steps gives: each step then happens at one instant between its call
// and its return. Claims alone and in groups, locks, redemptions, releases, refunds and uses of a
// budget take part; one in twenty steps has a context that may end midway, so
// that its outcome is open. The checker is porcupine.
func CheckLinearizable(ctx context.Context, b Backend, seed uint64, clients, steps int) error {
	l := &linear{service: coupon.New(b.Coupons(), nil)}
	if err := l.setUp(ctx); err != nil {
		return err
	}
	var wg sync.WaitGroup
	for client := range clients {
		random := rand.New(rand.NewPCG(seed, uint64(client)))
		wg.Go(func() {
			for range steps {
				l.step(ctx, client, random)
			}
		})
	}
	wg.Wait()
	if err := errors.Join(l.failed...); err != nil {
		return fmt.Errorf("seed %d: %w", seed, err)
	}
	// What has no answer may take effect at any time from its call on.
	end := l.clock.Add(1)
	for i := range l.history {
		if l.history[i].Output.(answer).open {
			l.history[i].Return = end
		}
	}
	if result := porcupine.CheckOperationsTimeout(serial(), l.history, time.Minute); result != porcupine.Ok {
		return fmt.Errorf("seed %d: the history of %d steps is %s", seed, len(l.history), result)
	}
	return nil
}

// linear runs steps and keeps their history.
type linear struct {
	service *coupon.Service
	claims  []claiming
	coupons [2]coupon.CouponID
	clock   atomic.Int64 // orders calls and returns

	mu      sync.Mutex
	history []porcupine.Operation
	failed  []error
}

// linearQuota and linearBudget are small, so that they run out.
const (
	linearQuota  = 9
	linearBudget = 70
)

// ask is one step. Object is what it is about: steps on different objects do
// not touch each other.
type ask struct {
	object string
	do     string
	order  string // or the claim's user
	amount int64
}

// answer is what came of a step.
type answer struct {
	open     bool // it may have happened or not
	reason   coupon.Reason
	replayed bool
	granted  int64
}

func (l *linear) setUp(ctx context.Context) (err error) {
	if l.claims, err = waysToClaim(l.service); err != nil {
		return err
	}
	for _, batch := range []coupon.Batch{{ID: "one", Quota: 2}, {ID: "crowd", Quota: linearQuota}} {
		if err := l.service.SaveBatch(ctx, batch); err != nil {
			return err
		}
	}
	for i := range l.coupons {
		r, err := l.service.Claim(ctx, coupon.ClaimRequest{Batch: "one", User: "u", Key: fmt.Sprint(i)})
		if err != nil {
			return err
		}
		l.coupons[i] = r.Coupon.ID
	}
	return l.service.SaveCode(ctx, coupon.Code{Code: "CODE", Limit: coupon.Unlimited, Budget: &coupon.Budget{Limit: linearBudget, Partial: true}})
}

func (l *linear) step(ctx context.Context, client int, random *rand.Rand) {
	in := ask{object: "crowd", do: "claim", order: fmt.Sprint(random.IntN(20))}
	if i := random.IntN(4); i < len(l.coupons) {
		in = ask{object: fmt.Sprint(i), do: []string{"lock", "redeem", "release", "refund"}[random.IntN(4)], order: fmt.Sprint(random.IntN(3))}
	} else if i == 2 {
		in = ask{object: "code", do: []string{"use", "cancel"}[random.IntN(2)], order: fmt.Sprint(random.IntN(6)), amount: 1 + random.Int64N(30)}
	}
	if random.IntN(20) == 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		go cancel() // before, while or after: whoever is first
	}
	called := l.clock.Add(1)
	out, err := l.ask(ctx, in, random)
	returned := l.clock.Add(1)
	if err != nil && (ctx.Err() != nil || errors.Is(err, siyu.ErrUnknownOutcome)) {
		out, err = answer{open: true}, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		l.failed = append(l.failed, err)
		return
	}
	l.history = append(l.history, porcupine.Operation{ClientId: client, Input: in, Call: called, Output: out, Return: returned})
}

func (l *linear) ask(ctx context.Context, in ask, random *rand.Rand) (answer, error) {
	var r coupon.Result
	var err error
	id, order := l.coupons[0], coupon.OrderID(in.order)
	if in.object == "1" {
		id = l.coupons[1]
	}
	switch in.do {
	case "claim":
		r, err = l.claims[random.IntN(len(l.claims))](ctx, coupon.ClaimRequest{Batch: "crowd", User: siyu.UserID(in.order), Key: "k"})
	case "lock":
		r, err = l.service.Lock(ctx, coupon.LockRequest{Coupon: id, Order: order, User: "u", TTL: time.Hour})
	case "redeem":
		r, err = l.service.Redeem(ctx, coupon.RedeemRequest{Coupon: id, Order: order})
	case "release":
		r, err = l.service.Release(ctx, coupon.ReleaseRequest{Coupon: id, Order: order})
	case "refund":
		r, err = l.service.Refund(ctx, coupon.RefundRequest{Coupon: id, Order: order, Full: true, Key: fmt.Sprint(random.Uint64())})
	case "use", "cancel":
		var g coupon.Grant
		if in.do == "use" {
			g, err = l.service.Use(ctx, coupon.UseRequest{Code: "CODE", User: "u", Order: order, Amount: siyu.Money(in.amount)})
		} else {
			g, err = l.service.Cancel(ctx, coupon.CancelRequest{Code: "CODE", Order: order})
		}
		return answer{reason: g.Reason, replayed: g.Replayed, granted: int64(g.Granted)}, err
	}
	return answer{reason: r.Reason, replayed: r.Replayed}, err
}
