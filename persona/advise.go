package persona

import (
	"context"
	"errors"
	"fmt"

	"github.com/siyu-go/siyu"
)

// SaveRoster makes or changes a roster. Change gets the roster kept, nil if
// there is none, may be asked more than once, and its roster is validated. What
// advisers have taken so far stays.
func (s *Service) SaveRoster(ctx context.Context, key string, id RosterID, change func(*Roster) (Roster, error)) error {
	call, err := siyu.NewCall("persona.roster", key, id)
	if err != nil {
		return err
	}
	_, _, err = s.store.UpdateRoster(ctx, call, RosterSlot{Roster: id}, func(v RosterView) (RosterChange, error) {
		next, err := change(v.Roster)
		if err == nil {
			err = siyu.Within("roster", next.Validate())
		}
		if err == nil && next.ID != id {
			err = siyu.Invalid("roster.id", "is not the id that is saved")
		}
		return RosterChange{Roster: &next}, err
	})
	return err
}

// AssignRequest asks for an adviser.
type AssignRequest struct {
	Key     string // idempotency key
	Roster  RosterID
	User    siyu.UserID
	Regions []string // narrow to wide
}

// Assigned is who a person's adviser is.
type Assigned struct {
	Adviser  AdviserID `json:"adviser,omitempty"`
	Kept     bool      `json:"kept,omitempty"`   // the one he had
	Backup   bool      `json:"backup,omitempty"` // from the backup list
	Reason   Reason    `json:"reason,omitempty"` // why there is none
	Replayed bool      `json:"-"`                // the key was answered before
}

// Assign gives a person an adviser for good, as [Roster.Assign] decides, never
// above a cap. When none has room the answer has [NoCapacity], nothing is kept,
// and the key stays unused. An unknown roster is [siyu.ErrNotFound].
func (s *Service) Assign(ctx context.Context, req AssignRequest) (Assigned, error) {
	call, err := s.adviserCall("persona.assign", req.Key, req.Roster, req.User, "")
	if err != nil {
		return Assigned{}, err
	}
	now := s.clock.Now()
	return s.advise(ctx, call, req.Roster, req.User, func(v RosterView) (RosterChange, error) {
		a, err := v.Roster.Assign(v.State, Customer{Adviser: v.Adviser, Regions: req.Regions}, now)
		if err != nil {
			return RosterChange{}, err
		}
		answer := Assigned{Adviser: a.Adviser, Kept: a.Kept, Backup: a.Backup, Reason: a.Reason}
		switch {
		case a.Reason != "":
			return RosterChange{}, queued{answer}
		case a.Kept:
			return RosterChange{Adviser: a.Adviser, Answer: answer}, nil
		}
		return RosterChange{State: &a.State, Adviser: a.Adviser, Answer: answer}, nil
	})
}

// HandOverRequest passes a customer on to another adviser of the roster.
type HandOverRequest struct {
	Key    string
	Roster RosterID
	User   siyu.UserID
	To     AdviserID
}

// HandOver gives a person another adviser (继承), whatever shift or cap; plan
// with [Spread] and ask [MayTransfer] first. The taker must be on the roster
// and not have left.
func (s *Service) HandOver(ctx context.Context, req HandOverRequest) (Assigned, error) {
	call, err := s.adviserCall("persona.hand_over", req.Key, req.Roster, req.User, string(req.To))
	if err != nil {
		return Assigned{}, err
	}
	now := s.clock.Now()
	return s.advise(ctx, call, req.Roster, req.User, func(v RosterView) (RosterChange, error) {
		if !v.Roster.serves(req.To) {
			return RosterChange{}, siyu.Invalid("to", "is not an adviser of the roster who serves")
		}
		if v.Adviser == req.To {
			return RosterChange{Adviser: req.To, Answer: Assigned{Adviser: req.To, Kept: true}}, nil
		}
		loc, err := v.Roster.location()
		if err != nil {
			return RosterChange{}, err
		}
		state := v.State.Clone()
		if from, ok := state.Loads[v.Adviser]; ok && from.Total > 0 {
			from.Total--
			state.Loads[v.Adviser] = from
		}
		state.take(req.To, DateOf(now, loc))
		return RosterChange{State: &state, Adviser: req.To, Answer: Assigned{Adviser: req.To}}, nil
	})
}

// Roster returns a roster and what its advisers have taken, or
// [siyu.ErrNotFound].
func (s *Service) Roster(ctx context.Context, id RosterID) (Roster, RosterState, error) {
	return s.store.Roster(ctx, id)
}

// AdviserOf returns the adviser of a person, or [siyu.ErrNotFound].
func (s *Service) AdviserOf(ctx context.Context, roster RosterID, user siyu.UserID) (AdviserID, error) {
	return s.store.AdviserOf(ctx, roster, user)
}

func (s *Service) adviserCall(op, key string, roster RosterID, user siyu.UserID, detail string) (siyu.Call, error) {
	if err := siyu.CheckID("user", string(user)); err != nil {
		return siyu.Call{}, err
	}
	return siyu.NewCall(op, key, []any{roster, user, detail})
}

// advise runs a step on an existing roster and tells the log about it, unless
// nothing changed.
func (s *Service) advise(
	ctx context.Context, call siyu.Call, roster RosterID, user siyu.UserID, decide func(RosterView) (RosterChange, error),
) (Assigned, error) {
	now := s.clock.Now()
	answer, replayed, err := s.store.UpdateRoster(ctx, call, RosterSlot{Roster: roster, User: user}, func(v RosterView) (RosterChange, error) {
		if v.Roster == nil {
			return RosterChange{}, fmt.Errorf("persona: roster: %w", siyu.ErrNotFound)
		}
		change, err := decide(v)
		if err == nil && change.State != nil {
			change.Event = siyu.Event{
				ID: call.EventID(0), User: user, Name: call.Op, At: now, Domain: siyu.Private,
				Props: map[string]string{"roster": string(roster), "adviser": string(change.Adviser)},
			}
		}
		return change, err
	})
	if no, ok := errors.AsType[queued](err); ok {
		return no.answer, nil
	}
	answer.Replayed = replayed
	return answer, err
}

// queued carries an answer out of a step that keeps nothing.
type queued struct{ answer Assigned }

func (q queued) Error() string { return "persona: queued: " + string(q.answer.Reason) }
