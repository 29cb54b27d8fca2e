package coupon_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
	"github.com/siyu-go/siyu/store/memstore"
)

// slowStore lets a group go on only when it is told.
type slowStore struct {
	coupon.Store
	coupon.GroupStore
	gate   chan error // an error is the group's
	groups []int
}

func (s *slowStore) ClaimGroup(
	ctx context.Context, batch coupon.BatchID, calls []siyu.Call,
	decide func(coupon.BatchState, []int, coupon.Tallies) (coupon.GroupChange, error),
) ([]coupon.GroupAnswer, error) {
	s.groups = append(s.groups, len(calls))
	if err := <-s.gate; err != nil {
		return nil, err
	}
	return s.GroupStore.ClaimGroup(ctx, batch, calls, decide)
}

func slowBatcher(t *testing.T, most int) (*coupon.Batcher, *slowStore) {
	sound := memstore.New().Coupons()
	slow := &slowStore{Store: sound, GroupStore: sound.(coupon.GroupStore), gate: make(chan error)}
	service := coupon.New(slow, nil)
	if err := service.SaveBatch(t.Context(), coupon.Batch{ID: "B", Quota: 100, PerUser: 1}); err != nil {
		t.Fatal(err)
	}
	b, err := service.NewBatcher(most)
	if err != nil {
		t.Fatal(err)
	}
	return b, slow
}

func request(user int) coupon.ClaimRequest {
	return coupon.ClaimRequest{Batch: "B", User: siyu.UserID(fmt.Sprint("u", user)), Key: "k"}
}

// Claims that arrive while a group is under way make the next one.
func TestBatcher_groups(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, store := slowBatcher(t, 4)
		results := make([]coupon.Result, 10)
		var wg sync.WaitGroup
		for i := range results {
			wg.Go(func() {
				var err error
				if results[i], err = b.Claim(t.Context(), request(i%9)); err != nil { // the last sends a key twice
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		for range 4 {
			store.gate <- nil
			synctest.Wait()
		}
		wg.Wait()
		if fmt.Sprint(store.groups) != "[1 4 4 1]" {
			t.Errorf("groups of %v", store.groups)
		}
		for i, r := range results {
			if !r.OK() || r.Replayed != (i == 9) || r.Coupon.User != siyu.UserID(fmt.Sprint("u", i%9)) {
				t.Errorf("claim %d: %+v", i, r)
			}
		}
	})
}

func TestBatcher_contexts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, store := slowBatcher(t, 2)
		claims := make([]error, 5)
		cancels := make([]context.CancelFunc, 5)
		for i := range claims {
			var ctx context.Context
			ctx, cancels[i] = context.WithCancel(t.Context())
			defer cancels[i]()
			go func() { _, claims[i] = b.Claim(ctx, request(i)) }()
			synctest.Wait()
		}
		cancels[0]() // at work: goes on all the same
		cancels[1]() // waiting, and to lead the next group
		synctest.Wait()
		if !errors.Is(claims[1], context.Canceled) || errors.Is(claims[1], siyu.ErrUnknownOutcome) {
			t.Errorf("a claim that waited: %v", claims[1])
		}
		store.gate <- nil
		synctest.Wait() // the group of 2 and 3 is under way
		cancels[3]()
		synctest.Wait()
		if !errors.Is(claims[3], siyu.ErrUnknownOutcome) || !errors.Is(claims[3], context.Canceled) {
			t.Errorf("a claim under way: %v", claims[3])
		}
		store.gate <- errRefusedByTest
		synctest.Wait()
		store.gate <- nil
		synctest.Wait()
		if claims[0] != nil || !errors.Is(claims[2], errRefusedByTest) || claims[4] != nil {
			t.Errorf("got %v", claims)
		}
		if r, err := b.Claim(expired(t), request(9)); !errors.Is(err, context.Canceled) {
			t.Errorf("a context that has ended: %+v, %v", r, err)
		}
		go func() { store.gate <- nil }()
		if r, err := b.Claim(t.Context(), request(9)); err != nil || !r.OK() || r.Replayed {
			t.Errorf("afterwards: %+v, %v", r, err)
		}
	})
}

var errRefusedByTest = errors.New("refused by the test")

func expired(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

func TestService_NewBatcher_refuses(t *testing.T) {
	service := coupon.New(struct{ coupon.Store }{memstore.New().Coupons()}, nil)
	if _, err := service.NewBatcher(0); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("a store without groups: %v", err)
	}
}
