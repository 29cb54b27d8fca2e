package offer

import (
	"context"
	"errors"
	"fmt"

	"github.com/siyu-go/siyu"
)

// ID names an offer in a store.
type ID string

// Change is what a step on seats writes.
type Change struct {
	Seats  Seats
	Event  siyu.Event // appended to the event log, unless it has no id
	Answer Claimed
}

// Store keeps seats. Implementations are in store/memstore and store/sqlstore.
// A store is safe for concurrent use.
type Store interface {
	// UpdateSeats changes the seats of an offer in an atomic step. A call that is
	// known is answered as it was the first time, with replayed true, or with
	// siyu.ErrConflict if its digest differs. A new one asks decide, with the
	// seats kept, nil if there are none; decide may be asked more than once, and
	// steps on one offer are serial. Seats, event and answer are kept together.
	// If decide returns an error nothing is kept, the key stays unused, and the
	// error is returned as it is.
	UpdateSeats(ctx context.Context, call siyu.Call, id ID, decide func(*Seats) (Change, error)) (answer Claimed, replayed bool, err error)

	// Seats returns the seats of an offer, or siyu.ErrNotFound.
	Seats(ctx context.Context, id ID) (Seats, error)
}

// Service keeps the seats of offers, never more taken than there are and never
// one refused while one is free. It has no state of its own and is safe for
// concurrent use.
type Service struct {
	store Store
	clock siyu.Clock
}

// Options of [New]; nil and zero fields mean the defaults.
type Options struct {
	Clock siyu.Clock // nil: the machine's
}

// New returns a service over a store.
func New(store Store, options *Options) *Service {
	s := &Service{store: store}
	if options != nil {
		s.clock = options.Clock
	}
	s.clock = siyu.ClockOr(s.clock)
	return s
}

// Claimed is what became of a claim or payment, and how many places are left.
type Claimed struct {
	Result   Result `json:"result"`
	Left     int    `json:"left"`
	Replayed bool   `json:"-"` // the key was answered before
}

// Open makes the seats of an offer, or changes their number and hold; who has
// a place keeps it.
func (s *Service) Open(ctx context.Context, key string, id ID, seats Seats) error {
	if err := siyu.CheckID("id", string(id)); err != nil {
		return err
	}
	if err := siyu.Within("seats", seats.Validate()); err != nil {
		return err
	}
	call, err := siyu.NewCall("offer.open", key, []any{id, seats})
	if err != nil {
		return err
	}
	_, _, err = s.store.UpdateSeats(ctx, call, id, func(was *Seats) (Change, error) {
		next := seats
		if was != nil {
			next.Taken = was.Taken
		}
		return Change{Seats: next}, nil
	})
	return err
}

// Claim holds a place for a person: Held, Already or Refused.
func (s *Service) Claim(ctx context.Context, key string, id ID, user siyu.UserID) (Claimed, error) {
	now := s.clock.Now()
	return s.take(ctx, "offer.claim", key, id, user, func(seats Seats) (Seats, Result) { return seats.Claim(user, now) })
}

// Pay makes a held place a person's for good: Paid, Already, TooLate or
// Refused.
func (s *Service) Pay(ctx context.Context, key string, id ID, user siyu.UserID) (Claimed, error) {
	now := s.clock.Now()
	return s.take(ctx, "offer.pay", key, id, user, func(seats Seats) (Seats, Result) { return seats.Pay(user, now) })
}

// Seats returns the seats of an offer, or [siyu.ErrNotFound].
func (s *Service) Seats(ctx context.Context, id ID) (Seats, error) { return s.store.Seats(ctx, id) }

// take runs a step on existing seats. Only Held and Paid are kept.
func (s *Service) take(ctx context.Context, op, key string, id ID, user siyu.UserID, do func(Seats) (Seats, Result)) (Claimed, error) {
	if err := siyu.CheckID("user", string(user)); err != nil {
		return Claimed{}, err
	}
	call, err := siyu.NewCall(op, key, []any{id, user})
	if err != nil {
		return Claimed{}, err
	}
	now := s.clock.Now()
	answer, replayed, err := s.store.UpdateSeats(ctx, call, id, func(was *Seats) (Change, error) {
		if was == nil {
			return Change{}, fmt.Errorf("offer: seats: %w", siyu.ErrNotFound)
		}
		next, result := do(*was)
		answer := Claimed{Result: result, Left: max(0, next.Left(now))}
		if result != Held && result != Paid {
			return Change{}, refused{answer}
		}
		return Change{Seats: next, Answer: answer, Event: siyu.Event{
			ID: call.EventID(0), User: user, Name: "offer." + string(result), At: now, Domain: siyu.Private,
			Props: map[string]string{"offer": string(id)},
		}}, nil
	})
	if no, ok := errors.AsType[refused](err); ok {
		return no.answer, nil
	}
	answer.Replayed = replayed
	return answer, err
}

// refused carries an answer out of a step that keeps nothing.
type refused struct{ answer Claimed }

func (r refused) Error() string { return "offer: " + string(r.answer.Result) }
