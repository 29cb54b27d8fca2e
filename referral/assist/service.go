package assist

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/siyu-go/siyu"
)

// Service runs one campaign over a store. It has no state of its own and is
// safe for concurrent use if its store is; inside a host's transaction make one
// over the transaction's store.
//
// Each changing method is one atomic step with the caller's idempotency key:
// the same request again is answered with the stored result, another under a
// used key is [siyu.ErrConflict]. A refusal has a Reason in its result, changes
// nothing, uses no helper up and leaves the key unused.
type Service struct {
	store    Store
	campaign CampaignID
	terms    Terms
	clock    siyu.Clock
}

// Options of [New]; nil and zero fields mean the defaults.
type Options struct {
	Clock siyu.Clock // default siyu.SystemClock
}

// New returns the service of a campaign, which starts tasks under terms. Tasks
// that have been started stay under theirs.
func New(store Store, campaign CampaignID, terms Terms, options *Options) (*Service, error) {
	if store == nil {
		return nil, siyu.Invalid("store", "is missing")
	}
	if err := siyu.CheckID("campaign", string(campaign)); err != nil {
		return nil, err
	}
	if err := terms.Validate(); err != nil {
		return nil, siyu.Within("terms", err)
	}
	s := &Service{store: store, campaign: campaign, terms: terms}
	if options != nil {
		s.clock = options.Clock
	}
	s.clock = siyu.ClockOr(s.clock)
	return s, nil
}

// StartRequest starts a task.
type StartRequest struct {
	Key   string // idempotency key
	Task  TaskID
	Owner siyu.UserID
}

// HelpRequest helps a task.
type HelpRequest struct {
	Key      string // idempotency key
	Task     TaskID
	Helper   siyu.UserID
	Existing bool // the helper is a customer already
}

// Result is what a request came to, and the task after it.
type Result struct {
	Outcome
	Owner    siyu.UserID `json:"owner"`
	Helpers  int         `json:"helpers"`
	Missing  int         `json:"missing,omitempty"` // helpers to the next tier
	Deadline time.Time   `json:"deadline"`
	Replayed bool        `json:"-"` // the key was answered before
}

// OK reports whether the request was not refused.
func (r Result) OK() bool { return r.Reason == "" }

// Start begins a task. A known task id is [siyu.ErrConflict].
func (s *Service) Start(ctx context.Context, r StartRequest) (Result, error) {
	if err := siyu.CheckID("owner", string(r.Owner)); err != nil {
		return Result{}, err
	}
	call, err := s.call("assist.start", r.Key, r.Task, r.Owner)
	if err != nil {
		return Result{}, err
	}
	at := siyu.Instant(s.clock.Now())
	return s.step(ctx, call, Slot{Campaign: s.campaign, Task: r.Task}, func(st State) (Change, error) {
		if st.Kept != nil {
			return Change{}, fmt.Errorf("assist: start: the id is known: %w", siyu.ErrConflict)
		}
		k := Kept{s.terms, Task{ID: r.Task, Owner: r.Owner, StartedAt: at}}
		return Change{Kept: k, Result: k.result(Outcome{}), Events: []siyu.Event{s.event(call, 0, "assist.started", r.Owner, k.Task, at)}}, nil
	})
}

// Help lets somebody help a task. Reasons in order: Complete, Expired,
// SelfReferral, NotNew, AlreadyHelped. An unknown task is [siyu.ErrNotFound].
func (s *Service) Help(ctx context.Context, r HelpRequest) (Result, error) {
	if err := siyu.CheckID("helper", string(r.Helper)); err != nil {
		return Result{}, err
	}
	call, err := s.call("assist.help", r.Key, r.Task, r.Helper, r.Existing)
	if err != nil {
		return Result{}, err
	}
	at := siyu.Instant(s.clock.Now())
	return s.step(ctx, call, Slot{Campaign: s.campaign, Task: r.Task, Helper: r.Helper}, func(st State) (Change, error) {
		if st.Kept == nil {
			return Change{}, fmt.Errorf("assist: task: %w", siyu.ErrNotFound)
		}
		k := *st.Kept
		task, o := k.Terms.Decide(k.Task, Helper{Person: r.Helper, Existing: r.Existing, Helped: st.Helped}, at)
		k.Task = task
		if o.Reason != "" {
			return Change{}, refused{k.result(o)}
		}
		events := []siyu.Event{s.event(call, 0, "assist.helped", r.Helper, task, at)}
		if o.Reward > 0 {
			reward := s.event(call, 1, "assist.rewarded", task.Owner, task, at)
			reward.Value = o.Reward
			events = append(events, reward)
		}
		return Change{Kept: k, Result: k.result(o), Events: events}, nil
	})
}

// Task returns how a task stands, or [siyu.ErrNotFound].
func (s *Service) Task(ctx context.Context, id TaskID) (Result, error) {
	k, err := s.store.Task(ctx, s.campaign, id)
	if err != nil {
		return Result{}, err
	}
	return k.result(Outcome{Done: k.Terms.Done(k.Task)}), nil
}

func (s *Service) call(op, key string, task TaskID, more ...any) (siyu.Call, error) {
	if err := siyu.CheckID("task", string(task)); err != nil {
		return siyu.Call{}, err
	}
	return siyu.NewCall(op, key, append([]any{s.campaign, task}, more...))
}

func (s *Service) step(ctx context.Context, call siyu.Call, at Slot, decide func(State) (Change, error)) (Result, error) {
	result, replayed, err := s.store.Update(ctx, call, at, decide)
	if no, ok := errors.AsType[refused](err); ok {
		return no.result, nil
	}
	result.Replayed = replayed
	return result, err
}

// refused carries a result out of a step that keeps nothing.
type refused struct{ result Result }

func (r refused) Error() string { return "assist: refused: " + string(r.result.Reason) }

func (k Kept) result(o Outcome) Result {
	return Result{Outcome: o, Owner: k.Task.Owner, Helpers: k.Task.Helpers, Missing: k.Terms.Missing(k.Task), Deadline: k.Terms.Deadline(k.Task)}
}

// event says what a step means for the host and for package funnel.
func (s *Service) event(call siyu.Call, n int, name string, user siyu.UserID, task Task, at time.Time) siyu.Event {
	return siyu.Event{
		ID: call.EventID(n), User: user, Name: name, At: at, Domain: siyu.Private,
		Props: map[string]string{"campaign": string(s.campaign), "task": string(task.ID), "helpers": strconv.Itoa(task.Helpers)},
	}
}
