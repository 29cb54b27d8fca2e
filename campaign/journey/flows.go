package journey

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/siyu-go/siyu"
)

// Flows leads people through the versions of one flow, kept in a store. It has
// no state of its own and is safe for concurrent use. Like [Courses] it notes
// what it sends in the event log, as flow.send.
type Flows struct {
	store    Store
	id       string
	versions map[int]Flow
	current  int
	loc      *time.Location
	clock    siyu.Clock
}

// NewFlows returns the service of a flow in one or several versions. All have
// the same id; people enter the highest version and stay on it.
func NewFlows(store Store, loc *time.Location, options *Options, versions ...Flow) (*Flows, error) {
	if len(versions) == 0 || loc == nil {
		return nil, siyu.Invalid("versions", "are missing, or the location is")
	}
	s := &Flows{store: store, id: versions[0].ID, versions: map[int]Flow{}, current: versions[0].Version, loc: loc, clock: clockOf(options)}
	if err := siyu.CheckID("versions[0].id", s.id); err != nil {
		return nil, err
	}
	for i, f := range versions {
		path := fmt.Sprintf("versions[%d]", i)
		if err := siyu.Within(path, f.Validate()); err != nil {
			return nil, err
		}
		if _, twice := s.versions[f.Version]; twice || f.ID != s.id {
			return nil, siyu.Invalid(path, "is version %d a second time, or of another flow", f.Version)
		}
		s.versions[f.Version] = f
		s.current = max(s.current, f.Version)
	}
	return s, nil
}

// EnterRequest brings a person into the flow.
type EnterRequest struct {
	Key        string // idempotency key
	User       siyu.UserID
	Data       map[string]string // holds the flow's key fields
	Attributes Attributes        // of the person, for branches that come at once
}

// Enter begins a run and runs its first steps. Who may not enter is refused
// with the reason, and nothing is kept.
func (s *Flows) Enter(ctx context.Context, req EnterRequest) (Answer, error) {
	f, now := s.versions[s.current], s.clock.Now()
	values := f.KeyOf(req.Data)
	return s.update(ctx, "flow.enter", req.Key, s.key(req.User, values), "", func(was *Run) (Run, []Send, error) {
		r, reason := f.Enter(was, req.User, values, now, s.loc)
		if reason != "" {
			return Run{}, nil, refused{Answer{State: was.State, Refused: reason}}
		}
		return f.Advance(r, now, req.Attributes, s.loc)
	})
}

// EventRequest tells a run what the person did.
type EventRequest struct {
	User       siyu.UserID
	Data       map[string]string // holds the flow's key fields
	Input      Input             // its ID is the idempotency key
	Attributes Attributes
}

// Hear gives an input to the person's run: it may end it, or be what a step
// waits for; what follows at once is run. Who has no run is
// [siyu.ErrNotFound].
func (s *Flows) Hear(ctx context.Context, req EventRequest) (Answer, error) {
	in := req.Input
	in.At = siyu.Instant(in.At)
	key := s.key(req.User, s.versions[s.current].KeyOf(req.Data))
	detail := in.Event + "@" + strconv.FormatInt(in.At.UnixMicro(), 10)
	return s.update(ctx, "flow.hear", in.ID, key, detail, func(was *Run) (Run, []Send, error) {
		f, err := s.of(was)
		if err != nil {
			return Run{}, nil, err
		}
		r, sends, err := f.Advance(*was, in.At.Add(-time.Microsecond), req.Attributes, s.loc)
		if err != nil {
			return Run{}, nil, err
		}
		heard := f.Hear(r, in, s.loc)
		if heard.State != Active || heard.Step == r.Step {
			return heard, sends, nil
		}
		next, more, err := f.Advance(heard, in.At, req.Attributes, s.loc)
		return next, append(sends, more...), err
	})
}

// Advance runs the steps of a run that are due, with the person's attributes.
func (s *Flows) Advance(ctx context.Context, key string, at Key, a Attributes) (Answer, error) {
	now := s.clock.Now()
	return s.update(ctx, "flow.advance", key, at, "", func(was *Run) (Run, []Send, error) {
		f, err := s.of(was)
		if err != nil {
			return Run{}, nil, err
		}
		return f.Advance(*was, now, a, s.loc)
	})
}

// Resume goes on with a run after the flow was paused, as its OnResume says.
func (s *Flows) Resume(ctx context.Context, key string, at Key, a Attributes) (Answer, error) {
	now := s.clock.Now()
	return s.update(ctx, "flow.resume", key, at, "", func(was *Run) (Run, []Send, error) {
		f, err := s.of(was)
		if err != nil {
			return Run{}, nil, err
		}
		return f.Resume(*was, now, a, s.loc)
	})
}

// Due returns at most limit runs for which something is due, earliest first.
func (s *Flows) Due(ctx context.Context, limit int) ([]Record, error) {
	return s.store.Due(ctx, s.id, s.clock.Now(), limit)
}

// of returns the version of the flow that a run is on.
func (s *Flows) of(r *Run) (Flow, error) {
	if r == nil {
		return Flow{}, fmt.Errorf("journey: run: %w", siyu.ErrNotFound)
	}
	f, ok := s.versions[r.Version]
	if !ok {
		return Flow{}, siyu.Invalid("versions", "lack version %d, on which the run is", r.Version)
	}
	return f, nil
}

// key names a person's run; long key values are digested.
func (s *Flows) key(user siyu.UserID, values []string) Key {
	k := Key{Journey: s.id, User: user}
	if len(values) > 0 {
		data, _ := json.Marshal(values) // strings: never fails
		if k.Entry = string(data); len(k.Entry) > siyu.MaxID {
			sum := sha256.Sum256(data)
			k.Entry = hex.EncodeToString(sum[:])
		}
	}
	return k
}

func (s *Flows) update(
	ctx context.Context, op, key string, at Key, detail string, decide func(*Run) (Run, []Send, error),
) (Answer, error) {
	if err := siyu.CheckID("user", string(at.User)); err != nil {
		return Answer{}, err
	}
	call, err := siyu.NewCall(op, at.scoped(key), []any{at, detail})
	if err != nil {
		return Answer{}, err
	}
	now := s.clock.Now()
	answer, replayed, err := s.store.Update(ctx, call, at, func(r *Record) (Change, error) {
		var was *Run
		if r != nil {
			was = r.Run
		}
		next, sends, err := decide(was)
		if err != nil {
			return Change{}, err
		}
		log := diary{call: call, key: at, now: now}
		log.flow(was, next)
		log.sends("flow.send", sends)
		return Change{Record: Record{Key: at, Run: &next}, Events: log.events, Answer: Answer{State: next.State, Sends: sends}}, nil
	})
	return settled(answer, replayed, err)
}
