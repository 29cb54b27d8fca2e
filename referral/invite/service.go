package invite

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/siyu-go/siyu"
)

// Service issues codes and counts their uses over a store. It has no state of
// its own and is safe for concurrent use if its store is; inside a host's
// transaction make one over the transaction's store.
//
// Each changing method is one atomic step with the caller's idempotency key:
// the same request again is answered with the stored result, another under a
// used key is [siyu.ErrConflict]. A refusal has a Reason in its result, changes
// nothing and leaves the key unused.
type Service struct {
	store    Store
	clock    siyu.Clock
	draw     func() string
	reserved []string
}

// Options of [New]; nil and zero fields mean the defaults.
type Options struct {
	Clock    siyu.Clock    // default siyu.SystemClock
	Draw     func() string // makes the codes that nobody chooses, default NewCode
	Reserved []string      // no code holds one of these words, look-alikes included
}

// New returns a service over a store.
func New(store Store, options *Options) (*Service, error) {
	if store == nil {
		return nil, siyu.Invalid("store", "is missing")
	}
	if options == nil {
		options = &Options{}
	}
	s := &Service{store: store, clock: siyu.ClockOr(options.Clock), draw: options.Draw}
	if s.draw == nil {
		s.draw = NewCode
	}
	for i, word := range options.Reserved {
		key, err := KeyOf(word)
		if err != nil {
			return nil, siyu.Within(fmt.Sprintf("reserved[%d]", i), err)
		}
		s.reserved = append(s.reserved, string(key))
	}
	return s, nil
}

// IssueRequest issues a code. Its text is as the inviter chose it, or empty for
// a random one.
type IssueRequest struct {
	Key  string // idempotency key
	Code Code
}

// UseRequest uses a code.
type UseRequest struct {
	Key   string      // idempotency key, such as that of the binding
	Typed string      // the code as it was typed
	User  siyu.UserID // who typed it
}

// DisableRequest ends a code for good.
type DisableRequest struct {
	Key   string // idempotency key
	Typed string
}

// Result is what a request came to, and the code after it; of an unknown code
// there is none.
type Result struct {
	Reason   Reason `json:"reason,omitempty"`
	Code     Code   `json:"code,omitzero"`
	Uses     int64  `json:"uses,omitempty"`
	Replayed bool   `json:"-"` // the key was answered before
}

// OK reports whether the request was not refused.
func (r Result) OK() bool { return r.Reason == "" }

// draws is how often a random code is drawn before it counts as taken.
const draws = 8

// Issue keeps a new code. Reasons in order: Reserved, Taken. A code that was
// issued stays taken, also when it is over or disabled.
func (s *Service) Issue(ctx context.Context, r IssueRequest) (Result, error) {
	code, random := r.Code, r.Code.Text == ""
	code.Window = siyu.Window{Start: siyu.Instant(code.Window.Start), End: siyu.Instant(code.Window.End)}
	if code.Disabled {
		return Result{}, siyu.Invalid("code.disabled", "is set for a new code")
	}
	call := siyu.Call{}
	for attempt := 1; ; attempt++ {
		text := r.Code.Text
		if random {
			text = s.draw()
		}
		var err error
		if code.Text, err = Normal(text); err != nil {
			return Result{}, err
		}
		if err := code.Validate(); err != nil {
			return Result{}, siyu.Within("code", err)
		}
		if attempt == 1 {
			asked := code
			if random {
				asked.Text = "" // the draw is no part of what is asked
			}
			if call, err = siyu.NewCall("invite.issue", r.Key, asked); err != nil {
				return Result{}, err
			}
		}
		result, err := s.issue(ctx, call, code)
		if err != nil || result.OK() || !random || attempt == draws {
			return result, err
		}
	}
}

func (s *Service) issue(ctx context.Context, call siyu.Call, code Code) (Result, error) {
	at := siyu.Instant(s.clock.Now())
	key, err := KeyOf(code.Text)
	if err != nil {
		return Result{}, err
	}
	return s.step(ctx, call, key, func(k *Kept) (Change, error) {
		for _, word := range s.reserved {
			if strings.Contains(string(key), word) {
				return Change{}, refused{Result{Reason: Reserved}}
			}
		}
		if k != nil {
			return Change{}, refused{Result{Reason: Taken}} // not whose it is
		}
		return change(call, "invite.issued", code.Inviter, Kept{Code: code}, at), nil
	})
}

// Resolve says what a typed code stands for at an instant and whether it can be
// used then, without using it. Reasons in order: Unknown, also for anything that
// is no code at all, Disabled, NotYet, Over, UsedUp.
func (s *Service) Resolve(ctx context.Context, typed string, at time.Time) (Result, error) {
	k, err := s.Code(ctx, typed)
	if errors.Is(err, siyu.ErrNotFound) {
		return Result{Reason: Unknown}, nil
	}
	if err != nil {
		return Result{}, err
	}
	return k.result(k.Refusal(at)), nil
}

// Use counts one use of a code. The answer says the inviter and the program to
// bind to. Reasons in order: those of [Service.Resolve], then SelfReferral.
func (s *Service) Use(ctx context.Context, r UseRequest) (Result, error) {
	if err := siyu.CheckID("user", string(r.User)); err != nil {
		return Result{}, err
	}
	key, err := KeyOf(r.Typed)
	if err != nil {
		return Result{Reason: Unknown}, nil //nolint:nilerr // what people type is an answer, not a fault
	}
	call, err := siyu.NewCall("invite.use", r.Key, []any{key, r.User})
	if err != nil {
		return Result{}, err
	}
	at := siyu.Instant(s.clock.Now())
	return s.step(ctx, call, key, func(before *Kept) (Change, error) {
		if before == nil {
			return Change{}, refused{Result{Reason: Unknown}}
		}
		k := *before
		reason := k.Refusal(at)
		if reason == "" && r.User == k.Code.Inviter {
			reason = SelfReferral
		}
		if reason != "" {
			return Change{}, refused{k.result(reason)}
		}
		k.Uses++
		return change(call, "invite.used", r.User, k, at), nil
	})
}

// Disable ends a code for good; its uses stay readable. A code that is disabled
// already is refused as Disabled, an unknown one is [siyu.ErrNotFound].
func (s *Service) Disable(ctx context.Context, r DisableRequest) (Result, error) {
	key, err := KeyOf(r.Typed)
	if err != nil {
		return Result{}, err
	}
	call, err := siyu.NewCall("invite.disable", r.Key, key)
	if err != nil {
		return Result{}, err
	}
	at := siyu.Instant(s.clock.Now())
	return s.step(ctx, call, key, func(before *Kept) (Change, error) {
		if before == nil {
			return Change{}, fmt.Errorf("invite: code: %w", siyu.ErrNotFound)
		}
		k := *before
		if k.Code.Disabled {
			return Change{}, refused{k.result(Disabled)}
		}
		k.Code.Disabled = true
		return change(call, "invite.disabled", k.Code.Inviter, k, at), nil
	})
}

// Code returns a code and how often it was used, or [siyu.ErrNotFound].
func (s *Service) Code(ctx context.Context, typed string) (Kept, error) {
	key, err := KeyOf(typed)
	if err != nil {
		return Kept{}, fmt.Errorf("invite: code: %w", siyu.ErrNotFound)
	}
	return s.store.Code(ctx, key)
}

// Codes returns all codes of an inviter, with their uses, in the order of their
// keys.
func (s *Service) Codes(ctx context.Context, inviter siyu.UserID) ([]Kept, error) {
	if err := siyu.CheckID("inviter", string(inviter)); err != nil {
		return nil, err
	}
	return s.store.Codes(ctx, inviter)
}

func (s *Service) step(ctx context.Context, call siyu.Call, key CodeKey, decide func(*Kept) (Change, error)) (Result, error) {
	result, replayed, err := s.store.Update(ctx, call, key, decide)
	if no, ok := errors.AsType[refused](err); ok {
		return no.result, nil
	}
	result.Replayed = replayed
	return result, err
}

// refused carries a result out of a step that keeps nothing.
type refused struct{ result Result }

func (r refused) Error() string { return "invite: refused: " + string(r.result.Reason) }

func (k Kept) result(reason Reason) Result {
	return Result{Reason: reason, Code: k.Code, Uses: k.Uses}
}

// change keeps a code, with what it means for the host and for package funnel.
func change(call siyu.Call, name string, user siyu.UserID, k Kept, at time.Time) Change {
	return Change{Kept: k, Result: k.result(""), Events: []siyu.Event{{
		ID: call.EventID(0), User: user, Name: name, At: at, Domain: siyu.Private, Channel: k.Code.Channel,
		Props: map[string]string{
			"code": k.Code.Text, "program": k.Code.Program, "inviter": string(k.Code.Inviter),
			"kind": string(k.Code.Kind), "uses": strconv.FormatInt(k.Uses, 10),
		},
	}}}
}
