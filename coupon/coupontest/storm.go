package coupontest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

// CheckQuota lets 64 claimers storm a batch of a random quota on an empty store,
// every other one in groups if the store makes groups, while the batch's terms
// are saved again; one call in twenty is given up midway and sent again, others
// are sent twice.
// It returns an error unless exactly the quota is out at the end, each claimer
// has one answer, no user exceeds the limit, and the counter equals the coupons
// that exist.
func CheckQuota(ctx context.Context, b Backend, seed uint64) error {
	random := rand.New(rand.NewPCG(seed, 11))
	const claimers = 64
	batch := coupon.Batch{ID: "storm", Quota: random.Int64N(claimers + 10), PerUser: 1 + random.Int64N(3)}
	users := 20 + random.IntN(claimers-20)
	service := coupon.New(b.Coupons(), nil)
	if err := service.SaveBatch(ctx, batch); err != nil {
		return err
	}
	claims, err := waysToClaim(service)
	if err != nil {
		return err
	}
	ids, errs := make([]coupon.CouponID, claimers), make([]error, claimers+1)
	var wg sync.WaitGroup
	wg.Go(func() {
		for range 3 {
			if errs[claimers] = service.SaveBatch(ctx, batch); errs[claimers] != nil {
				return
			}
		}
	})
	for i := range claimers {
		wg.Go(func() {
			req := coupon.ClaimRequest{Batch: batch.ID, User: siyu.UserID(fmt.Sprint("u", i%users)), Key: fmt.Sprint(i)}
			ids[i], errs[i] = claimStubbornly(ctx, claims[i%len(claims)], req, (seed+uint64(i))%20 == 0)
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("seed %d: %w", seed, err)
	}
	seen, each := make(map[coupon.CouponID]bool), make(map[siyu.UserID]int64)
	for i, id := range ids {
		if id == "" {
			continue
		}
		c, err := b.Coupons().Coupon(ctx, id)
		if err != nil {
			return fmt.Errorf("seed %d: claimer %d: %w", seed, i, err)
		}
		if each[c.User]++; each[c.User] > batch.PerUser || seen[id] {
			return fmt.Errorf("seed %d: claimer %d has one too many", seed, i)
		}
		seen[id] = true
	}
	wanted := int64(0) // by users within their limit
	for u := range users {
		wanted += min(int64((claimers-u+users-1)/users), batch.PerUser)
	}
	state, err := service.Batch(ctx, batch.ID)
	if err != nil {
		return err
	}
	want := min(batch.Quota, wanted)
	if int64(len(seen)) != want || state.Claimed != want {
		return fmt.Errorf("seed %d: %d coupons, counter %d, want %d of quota %d", seed, len(seen), state.Claimed, want, batch.Quota)
	}
	return nil
}

// claiming is Claim of a service or of a batcher.
type claiming = func(context.Context, coupon.ClaimRequest) (coupon.Result, error)

// waysToClaim returns the service's, and that of a batcher if there is one.
func waysToClaim(service *coupon.Service) ([]claiming, error) {
	batcher, err := service.NewBatcher(0)
	if errors.Is(err, siyu.ErrInvalid) {
		return []claiming{service.Claim}, nil
	}
	if err != nil {
		return nil, err
	}
	return []claiming{service.Claim, batcher.Claim}, nil
}

// claimStubbornly claims, perhaps giving up once, until it has an answer, and
// then asks again: the answer must be the same.
func claimStubbornly(ctx context.Context, claim claiming, req coupon.ClaimRequest, givesUp bool) (coupon.CouponID, error) {
	if givesUp {
		brief, cancel := context.WithCancel(ctx)
		go cancel()
		if _, err := claim(brief, req); err != nil && brief.Err() == nil {
			return "", err
		}
	}
	first, err := claim(ctx, req)
	if err != nil {
		return "", err
	}
	again, err := claim(ctx, req)
	if err != nil {
		return "", err
	}
	if first.OK() && (again.Coupon.ID != first.Coupon.ID || !again.Replayed) {
		return "", fmt.Errorf("the key got %q, then %q", first.Coupon.ID, again.Coupon.ID)
	}
	return again.Coupon.ID, nil
}
