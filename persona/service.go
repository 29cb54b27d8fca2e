package persona

import (
	"context"
	"errors"
	"fmt"

	"github.com/siyu-go/siyu"
)

// Service places people in groups and gives them advisers, in a store. It has
// no state of its own and is safe for concurrent use.
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

// SaveCode makes or changes a live code. Change gets the code kept, nil if
// there is none, may be asked more than once, and its code is validated.
func (s *Service) SaveCode(ctx context.Context, key string, id CodeID, change func(*Code) (Code, error)) error {
	call, err := siyu.NewCall("persona.code", key, id)
	if err != nil {
		return err
	}
	_, _, err = s.store.UpdateCode(ctx, call, CodeSlot{Code: id}, func(st CodeState) (CodeChange, error) {
		next, err := change(st.Code)
		if err == nil {
			err = siyu.Within("code", next.Validate())
		}
		if err == nil && next.ID != id {
			err = siyu.Invalid("code.id", "is not the id that is saved")
		}
		return CodeChange{Code: &next}, err
	})
	return err
}

// JoinRequest is a scan of a live code.
type JoinRequest struct {
	Key      string // idempotency key
	Code     CodeID
	User     siyu.UserID
	Chosen   string    // region that the person picked himself
	Position *Position // if he allowed it
	Regions  []string  // narrow to wide
}

// Joined is where a scan, an invitation or a leave has led.
type Joined struct {
	Group    GroupID `json:"group,omitempty"`
	Again    bool    `json:"again,omitempty"`   // was in the group already
	Created  bool    `json:"created,omitempty"` // the group was opened for this person
	Reason   Reason  `json:"reason,omitempty"`  // why there is no group
	Replayed bool    `json:"-"`                 // the key was answered before
}

// Join leads a person to a group of the code, as [Code.Place] decides, and
// takes a place there: never above the scan cap, and never turned away while
// there is room. When all groups are full the answer has [GroupsFull], nothing
// is kept, and the key stays unused. An unknown code is [siyu.ErrNotFound].
func (s *Service) Join(ctx context.Context, req JoinRequest) (Joined, error) {
	if req.Position != nil {
		if err := siyu.Within("position", req.Position.Validate()); err != nil {
			return Joined{}, err
		}
	}
	return s.place(ctx, "persona.join", req.Key, req.Code, req.User, "", func(c Code, in GroupID) (CodeChange, error) {
		p := c.Place(Visitor{In: in, Chosen: req.Chosen, Position: req.Position, Regions: req.Regions})
		answer := Joined{Group: p.Group, Again: p.Again, Created: p.Created, Reason: p.Reason}
		switch {
		case p.Reason != "":
			return CodeChange{}, turnedAway{answer}
		case p.Again:
			return CodeChange{In: in, Answer: answer}, nil
		}
		return CodeChange{Code: &p.Code, In: p.Group, Answer: answer}, nil
	})
}

// InviteRequest is an invitation into a certain group.
type InviteRequest struct {
	Key   string
	Code  CodeID
	Group GroupID
	User  siyu.UserID
}

// Invite adds a person to a group by invitation, up to the hard cap. Who is in
// a group of the code already stays there.
func (s *Service) Invite(ctx context.Context, req InviteRequest) (Joined, error) {
	return s.place(ctx, "persona.invite", req.Key, req.Code, req.User, string(req.Group), func(c Code, in GroupID) (CodeChange, error) {
		if in != "" {
			return CodeChange{In: in, Answer: Joined{Group: in, Again: true}}, nil
		}
		next, ok, err := c.Invite(req.Group)
		if err == nil && !ok {
			err = turnedAway{Joined{Reason: GroupsFull}}
		}
		return CodeChange{Code: &next, In: req.Group, Answer: Joined{Group: req.Group}}, err
	})
}

// LeaveRequest takes a person out of his group of a code.
type LeaveRequest struct {
	Key  string
	Code CodeID
	User siyu.UserID
}

// Leave frees the place of a person. Who is in no group of the code is
// [siyu.ErrNotFound].
func (s *Service) Leave(ctx context.Context, req LeaveRequest) error {
	_, err := s.place(ctx, "persona.leave", req.Key, req.Code, req.User, "", func(c Code, in GroupID) (CodeChange, error) {
		next, err := c.Leave(in)
		return CodeChange{Code: &next, Answer: Joined{Group: in}}, err
	})
	return err
}

// Code returns a live code with its groups, or [siyu.ErrNotFound].
func (s *Service) Code(ctx context.Context, id CodeID) (Code, error) { return s.store.Code(ctx, id) }

// GroupOf returns the group of a code that a person is in, or
// [siyu.ErrNotFound].
func (s *Service) GroupOf(ctx context.Context, code CodeID, user siyu.UserID) (GroupID, error) {
	return s.store.GroupOf(ctx, code, user)
}

// Members returns who is in a group through the code, in order of id.
func (s *Service) Members(ctx context.Context, code CodeID, group GroupID) ([]siyu.UserID, error) {
	return s.store.Members(ctx, code, group)
}

// place runs a step on an existing code and tells the log about it: the event
// is named op, with the group, and has no id if nothing changed.
func (s *Service) place(
	ctx context.Context, op, key string, code CodeID, user siyu.UserID, detail string, decide func(Code, GroupID) (CodeChange, error),
) (Joined, error) {
	if err := siyu.CheckID("user", string(user)); err != nil {
		return Joined{}, err
	}
	call, err := siyu.NewCall(op, key, []any{code, user, detail})
	if err != nil {
		return Joined{}, err
	}
	now := s.clock.Now()
	answer, replayed, err := s.store.UpdateCode(ctx, call, CodeSlot{Code: code, User: user}, func(st CodeState) (CodeChange, error) {
		if st.Code == nil {
			return CodeChange{}, fmt.Errorf("persona: code: %w", siyu.ErrNotFound)
		}
		change, err := decide(*st.Code, st.In)
		if err == nil && change.Code != nil {
			change.Event = siyu.Event{
				ID: call.EventID(0), User: user, Name: op, At: now, Domain: siyu.Private,
				Props: map[string]string{"code": string(code), "group": string(change.Answer.Group)},
			}
		}
		return change, err
	})
	if no, ok := errors.AsType[turnedAway](err); ok {
		return no.answer, nil
	}
	answer.Replayed = replayed
	return answer, err
}

// turnedAway carries an answer out of a step that keeps nothing.
type turnedAway struct{ answer Joined }

func (t turnedAway) Error() string { return "persona: turned away: " + string(t.answer.Reason) }
