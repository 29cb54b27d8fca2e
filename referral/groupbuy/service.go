package groupbuy

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
)

// Service runs group buys over a store. It has no state of its own and is safe
// for concurrent use if its store is; inside a host's transaction make one over
// the transaction's store.
//
// Each changing method is one atomic step with the caller's idempotency key:
// the same request again is answered with the stored result, another under a
// used key is [siyu.ErrConflict]. A refusal has a Reason in its result, changes
// nothing and leaves the key unused.
type Service struct {
	store Store
	terms Terms
	clock siyu.Clock
}

// Options of [New]; nil and zero fields mean the defaults.
type Options struct {
	Clock siyu.Clock // default siyu.SystemClock
}

// New returns a service that opens groups under terms, which are validated.
// Groups that are open already stay under theirs.
func New(store Store, terms Terms, options *Options) (*Service, error) {
	if store == nil {
		return nil, siyu.Invalid("store", "is missing")
	}
	if err := terms.Validate(); err != nil {
		return nil, siyu.Within("terms", err)
	}
	s := &Service{store: store, terms: terms}
	if options != nil {
		s.clock = options.Clock
	}
	s.clock = siyu.ClockOr(s.clock)
	return s, nil
}

// Request is what a person wants of a group.
type Request struct {
	Key    string // idempotency key
	Group  ID
	Person siyu.UserID
}

// Result is what a request came to, and the group after it.
type Result struct {
	Outcome
	State    State       `json:"state"`
	Leader   siyu.UserID `json:"leader"`
	Members  int         `json:"members"`           // present
	Missing  int         `json:"missing,omitempty"` // until an open group succeeds
	Deadline time.Time   `json:"deadline"`
	Replayed bool        `json:"-"` // the key was answered before
}

// OK reports whether the request was not refused.
func (r Result) OK() bool { return r.Reason == "" }

// Open opens a group with the person as its leader. A known group id is
// [siyu.ErrConflict].
func (s *Service) Open(ctx context.Context, r Request) (Result, error) {
	return s.step(ctx, "groupbuy.open", r, func(k *Kept, at time.Time) (Kept, Outcome, error) {
		if k != nil {
			return Kept{}, Outcome{}, fmt.Errorf("groupbuy: open: the id is known: %w", siyu.ErrConflict)
		}
		g, o, err := s.terms.Open(r.Group, r.Person, at)
		return Kept{s.terms, g}, o, err
	})
}

// Join adds a person to an open group. Reasons in order: Full, Expired, Closed,
// AlreadyJoined. An unknown group is [siyu.ErrNotFound].
func (s *Service) Join(ctx context.Context, r Request) (Result, error) {
	return s.change(ctx, "groupbuy.join", r, Terms.Join)
}

// Leave takes a person out of a group, and after its success the reward with
// them, as when an order is refunded. Reasons in order: Expired, Closed,
// NotMember. An unknown group is [siyu.ErrNotFound].
func (s *Service) Leave(ctx context.Context, r Request) (Result, error) {
	return s.change(ctx, "groupbuy.leave", r, Terms.Leave)
}

// Group returns a group with its state at this instant, or [siyu.ErrNotFound].
func (s *Service) Group(ctx context.Context, id ID) (Group, error) {
	k, err := s.store.Group(ctx, id)
	if err == nil {
		k.Group.State = k.Terms.StateAt(k.Group, s.clock.Now())
	}
	return k.Group, err
}

func (s *Service) change(
	ctx context.Context, op string, r Request, decide func(Terms, Group, siyu.UserID, time.Time) (Group, Outcome, error),
) (Result, error) {
	return s.step(ctx, op, r, func(k *Kept, at time.Time) (Kept, Outcome, error) {
		if k == nil {
			return Kept{}, Outcome{}, fmt.Errorf("groupbuy: group: %w", siyu.ErrNotFound)
		}
		g, o, err := decide(k.Terms, k.Group, r.Person, at)
		return Kept{k.Terms, g}, o, err
	})
}

func (s *Service) step(ctx context.Context, op string, r Request, decide func(*Kept, time.Time) (Kept, Outcome, error)) (Result, error) {
	if err := siyu.CheckID("group", string(r.Group)); err != nil {
		return Result{}, err
	}
	if err := siyu.CheckID("person", string(r.Person)); err != nil {
		return Result{}, err
	}
	call, err := siyu.NewCall(op, r.Key, []any{r.Group, r.Person})
	if err != nil {
		return Result{}, err
	}
	at := siyu.Instant(s.clock.Now())
	result, replayed, err := s.store.Update(ctx, call, r.Group, func(before *Kept) (Change, error) {
		after, o, err := decide(before, at)
		if err != nil {
			return Change{}, err
		}
		result := after.result(o, at)
		if o.Reason != "" {
			return Change{}, refused{result}
		}
		return Change{Kept: after, Result: result, Events: events(call, r.Person, before, after.Group, o, at)}, nil
	})
	if no, ok := errors.AsType[refused](err); ok {
		return no.result, nil
	}
	result.Replayed = replayed
	return result, err
}

// refused carries a result out of a step that keeps nothing.
type refused struct{ result Result }

func (r refused) Error() string { return "groupbuy: refused: " + string(r.result.Reason) }

func (k Kept) result(o Outcome, at time.Time) Result {
	r := Result{
		Outcome: o, State: k.Terms.StateAt(k.Group, at), Leader: k.Group.Leader, Members: len(k.Group.Members), Deadline: k.Terms.Deadline(k.Group),
	}
	if r.State == Open {
		r.Missing = k.Terms.Size - r.Members
	}
	return r
}

// events says what a step means for the host and for package funnel.
func events(call siyu.Call, person siyu.UserID, before *Kept, after Group, o Outcome, at time.Time) (list []siyu.Event) {
	add := func(name string, user siyu.UserID, value siyu.Money) {
		list = append(list, siyu.Event{
			ID: call.EventID(len(list)), User: user, Name: name, At: at, Value: value, Domain: siyu.Private,
			Props: map[string]string{"group": string(after.ID)},
		})
	}
	add(map[string]string{"groupbuy.open": "groupbuy.opened", "groupbuy.join": "groupbuy.joined", "groupbuy.leave": "groupbuy.left"}[call.Op], person, 0)
	if before == nil || before.Group.State != after.State {
		switch after.State {
		case Success:
			add("groupbuy.succeeded", after.Leader, 0)
		case Disbanded:
			add("groupbuy.disbanded", after.Leader, 0)
		}
	}
	for _, m := range o.Moved {
		name := "groupbuy.rewarded"
		if m.Amount < 0 {
			name = "groupbuy.reversed"
		}
		add(name, m.Person, m.Amount)
	}
	return list
}
