package journey

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/siyu-go/siyu"
)

// Courses leads people through one course, kept in a store. It has no state of
// its own and is safe for concurrent use.
//
// What a step returns as Sends is also in the event log, as course.send, so a
// process that dies before sending loses nothing. Send each under its Key.
type Courses struct {
	store  Store
	course Course
	loc    *time.Location
	clock  siyu.Clock
}

// Options of [NewCourses] and [NewFlows]; nil and zero fields mean the
// defaults.
type Options struct {
	Clock siyu.Clock // nil: the machine's
}

// NewCourses returns the service of a course whose times are of the wall clock
// of loc. The course needs an id.
func NewCourses(store Store, course Course, loc *time.Location, options *Options) (*Courses, error) {
	if err := siyu.CheckID("course.id", course.ID); err != nil {
		return nil, err
	}
	if err := siyu.Within("course", course.Validate()); err != nil {
		return nil, err
	}
	if loc == nil {
		return nil, siyu.Invalid("location", "is missing")
	}
	return &Courses{store: store, course: course, loc: loc, clock: clockOf(options)}, nil
}

func clockOf(options *Options) siyu.Clock {
	if options == nil {
		return siyu.SystemClock{}
	}
	return siyu.ClockOr(options.Clock)
}

// Enroll begins the course for a person. Who is or was in it is refused with
// [Inside] or [EntryUsed], and nothing is kept.
func (s *Courses) Enroll(ctx context.Context, key string, user siyu.UserID) (Answer, error) {
	now := s.clock.Now()
	return s.update(ctx, "course.enroll", key, user, "", now, func(e *Enrolment) (Enrolment, []Send, error) {
		if e != nil {
			reason := EntryUsed
			if e.State == Active {
				reason = Inside
			}
			return Enrolment{}, nil, refused{Answer{State: e.State, Refused: reason}}
		}
		next, sends := s.course.Enroll(now, s.loc)
		return next, sends, nil
	})
}

// Record takes an input of a person, whose id is the idempotency key: see
// [Course.Record]. Who is not enrolled is [siyu.ErrNotFound].
func (s *Courses) Record(ctx context.Context, user siyu.UserID, in Input) (Answer, error) {
	in.At = siyu.Instant(in.At)
	detail := in.Event + "@" + strconv.FormatInt(in.At.UnixMicro(), 10)
	return s.update(ctx, "course.record", in.ID, user, detail, in.At, func(e *Enrolment) (Enrolment, []Send, error) {
		if e == nil {
			return Enrolment{}, nil, fmt.Errorf("journey: enrolment: %w", siyu.ErrNotFound)
		}
		next, sends := s.course.Record(*e, in, s.loc)
		return next, sends, nil
	})
}

// Advance runs what is due for a person: lessons, reminders, graduation.
func (s *Courses) Advance(ctx context.Context, key string, user siyu.UserID) (Answer, error) {
	now := s.clock.Now()
	return s.update(ctx, "course.advance", key, user, "", now, func(e *Enrolment) (Enrolment, []Send, error) {
		if e == nil {
			return Enrolment{}, nil, fmt.Errorf("journey: enrolment: %w", siyu.ErrNotFound)
		}
		next, sends := s.course.Advance(*e, now, s.loc)
		return next, sends, nil
	})
}

// Due returns at most limit people for whom something is due, earliest first.
func (s *Courses) Due(ctx context.Context, limit int) ([]Record, error) {
	return s.store.Due(ctx, s.course.ID, s.clock.Now(), limit)
}

// Progress returns how a person stands, or [siyu.ErrNotFound].
func (s *Courses) Progress(ctx context.Context, user siyu.UserID) (Enrolment, Progress, error) {
	r, err := s.store.Journey(ctx, Key{Journey: s.course.ID, User: user})
	if err != nil {
		return Enrolment{}, Progress{}, err
	}
	if r.Enrolment == nil {
		return Enrolment{}, Progress{}, fmt.Errorf("journey: enrolment: %w", siyu.ErrNotFound)
	}
	return *r.Enrolment, s.course.ProgressAt(*r.Enrolment, s.clock.Now(), s.loc), nil
}

func (s *Courses) update(
	ctx context.Context, op, key string, user siyu.UserID, detail string, now time.Time, decide func(*Enrolment) (Enrolment, []Send, error),
) (Answer, error) {
	if err := siyu.CheckID("user", string(user)); err != nil {
		return Answer{}, err
	}
	at := Key{Journey: s.course.ID, User: user}
	call, err := siyu.NewCall(op, at.scoped(key), []any{s.course.ID, user, detail})
	if err != nil {
		return Answer{}, err
	}
	answer, replayed, err := s.store.Update(ctx, call, at, func(r *Record) (Change, error) {
		var was *Enrolment
		if r != nil {
			was = r.Enrolment
		}
		next, sends, err := decide(was)
		if err != nil {
			return Change{}, err
		}
		log := diary{call: call, key: at, now: now}
		log.course(was, next)
		log.sends("course.send", sends)
		return Change{
			Record: Record{Key: at, Enrolment: &next}, Events: log.events,
			Answer: Answer{State: next.State, CheckIns: len(next.CheckIns), Sends: sends},
		}, nil
	})
	return settled(answer, replayed, err)
}

// settled turns a refusal into its answer.
func settled(answer Answer, replayed bool, err error) (Answer, error) {
	if no, ok := errors.AsType[refused](err); ok {
		return no.answer, nil
	}
	answer.Replayed = replayed
	return answer, err
}

// refused carries an answer out of a step that keeps nothing.
type refused struct{ answer Answer }

func (r refused) Error() string { return "journey: refused: " + string(r.answer.Refused) }
