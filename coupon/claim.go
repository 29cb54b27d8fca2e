package coupon

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/siyu-go/siyu"
)

// ClaimRequest asks for one coupon of a batch for a user.
type ClaimRequest struct {
	Batch BatchID
	User  siyu.UserID
	Key   string // the caller's idempotency key, per batch and user
}

// Claim hands a coupon of a batch, or one for each of its parts, to a user (领券): within the claim window, the
// user's limits and the quota, which concurrent claims never exceed. The same
// batch, user and key again get the same coupon.
func (s *Service) Claim(ctx context.Context, req ClaimRequest) (Result, error) {
	call, err := req.call()
	if err != nil {
		return Result{}, err
	}
	now := s.clock.Now()
	coupons, replayed, err := s.store.Claim(ctx, call, req.Batch, func(b BatchState, tallies Tallies) (ClaimChange, error) {
		c := claiming{batch: b, now: now}
		if err := c.open(); err != nil {
			return ClaimChange{}, err
		}
		counts, err := c.load(tallies, req.User)
		if err != nil {
			return ClaimChange{}, err
		}
		if err := c.claim(CouponID(call.Key), req.User, counts[0]); err != nil {
			return ClaimChange{}, err
		}
		return c.change, nil
	})
	if err != nil {
		return s.result(Coupon{}, now, false, err)
	}
	return s.claimed(coupons, now, replayed)
}

// claimed is the result of a claim that gave coupons.
func (s *Service) claimed(coupons []Coupon, now time.Time, replayed bool) (Result, error) {
	result, err := s.result(coupons[0], now, replayed, nil)
	result.Coupons = coupons
	return result, err
}

// call checks the request and identifies it.
func (req ClaimRequest) call() (siyu.Call, error) {
	for _, f := range []struct{ name, value string }{
		{"batch", string(req.Batch)}, {"user", string(req.User)}, {"key", req.Key},
	} {
		if err := siyu.CheckID(f.name, f.value); err != nil {
			return siyu.Call{}, err
		}
	}
	return siyu.NewCall("coupon.claim", shortID(string(req.Batch), string(req.User), req.Key), req)
}

// MaxClaimUsers is how many users one ClaimMany serves.
const MaxClaimUsers = 10_000

// ClaimManyRequest asks for one coupon of a batch for each of many users, as a
// campaign does.
type ClaimManyRequest struct {
	Batch BatchID
	Users []siyu.UserID
	Key   string // the caller's idempotency key, per batch
}

// ClaimManyResult says which users got a coupon, and why others did not.
type ClaimManyResult struct {
	Coupons  []Coupon               // in the order of the users, all parts of a claim together
	Refused  map[siyu.UserID]Reason // why a user got none; nil if Replayed
	Replayed bool
}

// ClaimMany hands a coupon to each of the users, in their order, until the
// quota is used up: all of it is one step, and never more than the quota. A
// user named twice gets two if the limits allow. The request sent again gets
// the same coupons; one that gave none keeps nothing and may be sent again
// later.
func (s *Service) ClaimMany(ctx context.Context, req ClaimManyRequest) (ClaimManyResult, error) {
	if err := siyu.CheckID("batch", string(req.Batch)); err != nil {
		return ClaimManyResult{}, err
	}
	if n := len(req.Users); n == 0 || n > MaxClaimUsers {
		return ClaimManyResult{}, siyu.Invalid("users", "are %d, not 1 to %d", n, MaxClaimUsers)
	}
	for _, user := range req.Users {
		if err := siyu.CheckID("users", string(user)); err != nil {
			return ClaimManyResult{}, err
		}
	}
	if err := siyu.CheckID("key", req.Key); err != nil {
		return ClaimManyResult{}, err
	}
	call, err := siyu.NewCall("coupon.claim_many", shortID(string(req.Batch), req.Key), req)
	if err != nil {
		return ClaimManyResult{}, err
	}
	now := s.clock.Now()
	result := ClaimManyResult{}
	var refused map[siyu.UserID]Reason
	result.Coupons, result.Replayed, err = s.store.Claim(ctx, call, req.Batch, func(b BatchState, tallies Tallies) (ClaimChange, error) {
		c := claiming{batch: b, now: now}
		var err error
		refused, err = c.claimAll(call.Key, req.Users, tallies)
		return c.change, err
	})
	if err != nil {
		if refusal, ok := asRefusal(err); !ok || refusal.Reason == "" {
			return ClaimManyResult{}, fmt.Errorf("coupon: %w", err)
		}
	}
	if result.Refused = refused; result.Replayed {
		result.Refused = nil
	}
	return result, nil
}

// claimAll adds a coupon for each user while the batch lasts and says why others
// get none. Where nobody gets one it returns a refusal, so that nothing is kept.
func (c *claiming) claimAll(key string, users []siyu.UserID, tallies Tallies) (map[siyu.UserID]Reason, error) {
	refused := make(map[siyu.UserID]Reason)
	closed := c.open()
	counts, err := c.load(tallies, users...)
	if err != nil {
		return nil, err
	}
	var last error
	for i, user := range users {
		err := closed
		if err == nil {
			err = c.claim(CouponID(shortID(key, string(user), strconv.Itoa(i))), user, counts[i])
		}
		if err == nil {
			continue
		}
		refusal, ok := asRefusal(err)
		if !ok {
			return nil, err
		}
		refused[user], last = refusal.Reason, err
	}
	if len(c.change.Coupons) == 0 {
		return refused, last
	}
	return refused, nil
}

// claiming decides over the claims of one step.
type claiming struct {
	batch  BatchState
	now    time.Time
	change ClaimChange
}

// open checks the claim window.
func (c *claiming) open() error {
	switch {
	case c.batch.Claim.Before(c.now):
		return &Refusal{Reason: NotStarted, Until: c.batch.Claim.Start}
	case c.batch.Claim.After(c.now):
		return refuse(Ended)
	}
	return nil
}

// counter is a tally with the limit that holds for it.
type counter struct {
	key    string
	limit  int64 // Unlimited for none
	used   int64
	reason Reason
	until  time.Time
}

// load reads the counters that limit each user's claims.
func (c *claiming) load(tallies Tallies, users ...siyu.UserID) ([][]counter, error) {
	all := make([][]counter, len(users))
	var keys []string
	for i, user := range users {
		limit := c.batch.PerUser
		if limit == 0 {
			limit = Unlimited
		}
		all[i] = append(all[i], counter{key: tallyKey("batch", string(c.batch.ID), "user", string(user)), limit: limit, reason: UserLimit})
		for _, l := range c.batch.Limits {
			key, next, err := l.tally("batch", string(c.batch.ID), user, c.now)
			if err != nil {
				return nil, err
			}
			reason := SoldOut
			if l.EachUser {
				reason = UserLimit
			}
			all[i] = append(all[i], counter{key: key, limit: l.Limit, reason: reason, until: next})
		}
		for _, n := range all[i] {
			keys = append(keys, n.key)
		}
	}
	values, err := tallies(keys...)
	if err != nil {
		return nil, err
	}
	for i := range all {
		for j := range all[i] {
			all[i][j].used, values = values[0], values[1:]
		}
	}
	return all, nil
}

// claim adds the coupons of one claim to the change, if the limits allow: the user's
// own before the quota, since that is what the user can understand.
func (c *claiming) claim(id CouponID, user siyu.UserID, counters []counter) error {
	for _, own := range []bool{true, false} {
		for _, n := range counters {
			if (n.reason == UserLimit) == own && n.limit != Unlimited && n.used+c.change.Tallies[n.key] >= n.limit {
				return &Refusal{Reason: n.reason, Until: n.until}
			}
		}
	}
	if left := c.batch.Remaining(); left != Unlimited && int64(len(c.change.Coupons)+c.batch.perClaim()) > left {
		return refuse(SoldOut)
	}
	if c.change.Tallies == nil {
		c.change.Tallies = make(map[string]int64)
	}
	for _, n := range counters {
		c.change.Tallies[n.key]++
	}
	// The second of the claim first: coupons of an hour lie side by side in every
	// index, whose pages a crowd would otherwise write one by one.
	id = CouponID(fmt.Sprintf("%08x", uint32(c.now.Unix()))) + id
	for _, issued := range c.batch.issueAll(id, user, c.now) {
		c.change.Coupons = append(c.change.Coupons, issued)
		c.change.Events = append(c.change.Events, issued.event("coupon.claimed", "", 0, c.now))
	}
	return nil
}
