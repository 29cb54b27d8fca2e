package coupon

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/siyu-go/siyu"
)

// GroupStore is what a [Store] can offer beside its methods: claims of many
// callers in one step. A database commits once for all of them, which relieves
// the row that everybody updates.
type GroupStore interface {
	// ClaimGroup answers each of the calls once, in one atomic step on a batch. A
	// known call is answered with its coupons, or siyu.ErrConflict if its digest
	// is another. decide sees the indexes of the others; the coupons of its answer
	// are added and kept as the answers of their calls. A fresh call that gets
	// none is not kept. The calls differ in their keys. An unknown batch is
	// siyu.ErrNotFound.
	ClaimGroup(ctx context.Context, batch BatchID, calls []siyu.Call, decide func(b BatchState, fresh []int, tallies Tallies) (GroupChange, error)) ([]GroupAnswer, error)
}

// GroupChange is what a group of claims stores.
type GroupChange struct {
	Coupons map[int][]Coupon // by the index of the call
	Tallies map[string]int64
	Events  []siyu.Event
}

// GroupAnswer is the answer to one call of a group; without coupons and error
// the call was not kept.
type GroupAnswer struct {
	Coupons  []Coupon
	Replayed bool
	Err      error
}

// Batcher makes claims that arrive together one step of the store. While a group
// is under way the next one gathers, so that a lone claimer waits for nobody
// and a crowd shares commits. It starts no goroutines: of each group one
// claimer does the work. It is safe for concurrent use; its claims have the
// guarantees of [Service.Claim].
type Batcher struct {
	service *Service
	store   GroupStore
	most    int

	mu     sync.Mutex
	queues map[BatchID]*queue
}

// queue is the claims of one batch that wait.
type queue struct {
	waiting []*claimer
	busy    bool // a claimer is at work
}

// claimer is a caller of Batcher.Claim.
type claimer struct {
	req    ClaimRequest
	call   siyu.Call
	leads  bool          // it is to do the work of the next group
	lead   chan struct{} // closed when leads is set
	done   chan struct{} // closed when result and err are set
	result Result
	err    error
}

const defaultGroup = 500

// NewBatcher returns a batcher over the service's store, which must be a
// [GroupStore]; a group has most claims or less, 0 is 500. Claims of all
// goroutines must go through one batcher to be grouped.
func (s *Service) NewBatcher(most int) (*Batcher, error) {
	store, ok := s.store.(GroupStore)
	if !ok {
		return nil, siyu.Invalid("store", "%T makes no groups", s.store)
	}
	if most < 0 || most > MaxClaimUsers {
		return nil, siyu.Invalid("most", "%d is not within 0 and %d", most, MaxClaimUsers)
	}
	if most == 0 {
		most = defaultGroup
	}
	return &Batcher{service: s, store: store, most: most, queues: make(map[BatchID]*queue)}, nil
}

// Claim is [Service.Claim] together with others. A context that ends while the
// claim's group is under way leaves the outcome open, siyu.ErrUnknownOutcome:
// the same request sent again settles it. The context of the claimer that does
// the work gives its values to the group, and not its end.
func (b *Batcher) Claim(ctx context.Context, req ClaimRequest) (Result, error) {
	call, err := req.call()
	if err != nil {
		return Result{}, err
	}
	c := &claimer{req: req, call: call, lead: make(chan struct{}), done: make(chan struct{})}
	b.mu.Lock()
	q := b.queues[req.Batch]
	if q == nil {
		q = &queue{}
		b.queues[req.Batch] = q
	}
	q.waiting = append(q.waiting, c)
	if !q.busy {
		q.busy = true
		c.leads = true
		close(c.lead)
	}
	b.mu.Unlock()

	select {
	case <-c.done:
	case <-c.lead:
		if err := ctx.Err(); err != nil {
			return Result{}, b.leave(q, c, err)
		}
		b.work(ctx, q, req.Batch)
	case <-ctx.Done():
		select {
		case <-c.done: // both at once: the answer is better
		default:
			return Result{}, b.leave(q, c, ctx.Err())
		}
	}
	return c.result, c.err
}

// leave takes a claimer out of the queue, or says that it is too late.
func (b *Batcher) leave(q *queue, c *claimer, cause error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	i := slices.Index(q.waiting, c)
	if i < 0 {
		return fmt.Errorf("coupon: claim: %w: %w", siyu.ErrUnknownOutcome, cause)
	}
	q.waiting = slices.Delete(q.waiting, i, i+1)
	if c.leads {
		b.passOn(q, c.req.Batch)
	}
	return cause
}

// work does the group that the first in the queue leads.
func (b *Batcher) work(ctx context.Context, q *queue, batch BatchID) {
	b.mu.Lock()
	group := q.take(b.most)
	b.mu.Unlock()
	defer func() { // whatever happens, the others must go on
		b.mu.Lock()
		b.passOn(q, batch)
		b.mu.Unlock()
		for _, c := range group {
			close(c.done)
		}
	}()
	for _, c := range group {
		c.err = fmt.Errorf("coupon: claim: the group's work was broken off: %w", siyu.ErrUnknownOutcome)
	}
	b.service.claimGroup(context.WithoutCancel(ctx), b.store, batch, group)
}

// passOn makes the next in the queue the leader. It is called under the lock.
func (b *Batcher) passOn(q *queue, batch BatchID) {
	if len(q.waiting) == 0 {
		q.busy = false
		delete(b.queues, batch)
		return
	}
	next := q.waiting[0]
	next.leads = true
	close(next.lead)
}

// take removes the next group: claimers in their order, each key once.
func (q *queue) take(most int) []*claimer {
	var group, rest []*claimer
	keys := make(map[string]bool)
	for _, c := range q.waiting {
		if len(group) < most && !keys[c.call.Key] {
			keys[c.call.Key] = true
			group = append(group, c)
		} else {
			rest = append(rest, c)
		}
	}
	q.waiting = rest
	return group
}

// claimGroup fills in the results of a group.
func (s *Service) claimGroup(ctx context.Context, store GroupStore, batch BatchID, group []*claimer) {
	calls, users := make([]siyu.Call, len(group)), make([]siyu.UserID, len(group))
	for i, c := range group {
		calls[i], users[i] = c.call, c.req.User
	}
	now := s.clock.Now()
	var refusals []error
	answers, err := store.ClaimGroup(ctx, batch, calls, func(b BatchState, fresh []int, tallies Tallies) (GroupChange, error) {
		refusals = make([]error, len(group))
		change := GroupChange{Coupons: make(map[int][]Coupon)}
		c := claiming{batch: b, now: now}
		asking := make([]siyu.UserID, len(fresh))
		for k, i := range fresh {
			asking[k] = users[i]
		}
		counts, err := c.load(tallies, asking...)
		if err != nil {
			return GroupChange{}, err
		}
		closed := c.open()
		for k, i := range fresh {
			from := len(c.change.Coupons)
			if refusals[i] = closed; closed == nil {
				refusals[i] = c.claim(CouponID(calls[i].Key), users[i], counts[k])
			}
			if refusals[i] == nil {
				change.Coupons[i] = slices.Clone(c.change.Coupons[from:])
			}
		}
		change.Tallies, change.Events = c.change.Tallies, c.change.Events
		return change, nil
	})
	for i, c := range group {
		switch {
		case err != nil:
			c.result, c.err = s.result(Coupon{}, now, false, err)
		case answers[i].Err != nil:
			c.result, c.err = s.result(Coupon{}, now, false, answers[i].Err)
		case len(answers[i].Coupons) == 0:
			c.result, c.err = s.result(Coupon{}, now, false, refusals[i])
		default:
			c.result, c.err = s.claimed(answers[i].Coupons, now, answers[i].Replayed)
		}
	}
}
