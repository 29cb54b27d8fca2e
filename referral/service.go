package referral

import (
	"context"
	"errors"
	"iter"
	"strconv"
	"time"

	"github.com/siyu-go/siyu"
)

// Service runs one program over a store. It holds no state of its own and is
// safe for concurrent use if its store is; inside a host's transaction make one
// over the transaction's store.
//
// Each method is one atomic step with an idempotency key: Request of the event,
// or the order's Key and RefundKey. A repetition with the same arguments is
// answered with the stored result, another request under a used key is
// [siyu.ErrConflict]. A result that is rejected or a duplicate has changed
// nothing and leaves the key unused. [siyu.ErrUnknownOutcome] asks to send the
// same once more.
type Service struct {
	store   Store
	program ProgramID
	plan    *Plan
	clock   siyu.Clock
}

// Options of [New]; nil and zero fields mean the defaults.
type Options struct {
	Clock siyu.Clock // default siyu.SystemClock: the instant of events without one
}

// MaxProgramID is the longest program id in bytes.
const MaxProgramID = 100

// New returns the service of a program under its id in the store. A program's
// first event fixes its terms: a plan with others is refused with
// [siyu.ErrConflict] from then on.
func New(store Store, program ProgramID, plan *Plan, options *Options) (*Service, error) {
	if err := siyu.CheckID("program", string(program)); err != nil {
		return nil, err
	}
	switch {
	case len(program) > MaxProgramID:
		return nil, siyu.Invalid("program", "is longer than %d bytes", MaxProgramID)
	case store == nil:
		return nil, siyu.Invalid("store", "is missing")
	case plan == nil:
		return nil, siyu.Invalid("plan", "is missing")
	}
	s := &Service{store: store, program: program, plan: plan}
	if options != nil {
		s.clock = options.Clock
	}
	s.clock = siyu.ClockOr(s.clock)
	return s, nil
}

// Enroll keeps what the host knows about a person.
func (s *Service) Enroll(ctx context.Context, e Enroll) (Result, error) { return s.Do(ctx, e) }

// Touch records a visit by an inviter's link. Reason: SelfReferral.
func (s *Service) Touch(ctx context.Context, e Touch) (Result, error) { return s.Do(ctx, e) }

// Bind ties an invitee to an inviter. Reasons in order: NotRunning,
// NoValidTouch, SelfReferral, InviterDisabled, NotNew, AlreadyQualified (only
// with Overwrite), then Duplicate for the same inviter, AlreadyBound, Cycle,
// and Fraud with its rule.
func (s *Service) Bind(ctx context.Context, e Bind) (Result, error) { return s.Do(ctx, e) }

// Unbind removes a binding. Reason: NotBound.
func (s *Service) Unbind(ctx context.Context, e Unbind) (Result, error) { return s.Do(ctx, e) }

// Qualify counts an invitee's order and grants its rewards within the caps.
// Reasons in order: KeyConflict, NotRunning, NotBound, BindingExpired, TooLate,
// BelowMinAmount, AlreadyQualified.
func (s *Service) Qualify(ctx context.Context, e Qualify) (Result, error) { return s.Do(ctx, e) }

// Refund takes an order back in part or whole, and the rewards with it, from
// wherever they are: a balance that was paid out goes below 0. Reasons in
// order: KeyConflict, UnknownKey, AlreadyReversed, ExceedsAmount.
func (s *Service) Refund(ctx context.Context, e Refund) (Result, error) { return s.Do(ctx, e) }

// Advance releases rewards whose hold is over, at most Limit of them. Call it
// until Released is below the limit.
func (s *Service) Advance(ctx context.Context, e Advance) (Result, error) { return s.Do(ctx, e) }

// Payout pays a person's balance. Hand Paid to the host's payment with the same
// key.
func (s *Service) Payout(ctx context.Context, e Payout) (Result, error) { return s.Do(ctx, e) }

// Disable ends a person's part as an inviter.
func (s *Service) Disable(ctx context.Context, e Disable) (Result, error) { return s.Do(ctx, e) }

// Review approves or denies what is held of an invitee. Reason: NotBound.
func (s *Service) Review(ctx context.Context, e Review) (Result, error) { return s.Do(ctx, e) }

// Do runs any event.
func (s *Service) Do(ctx context.Context, e Event) (Result, error) {
	if e == nil {
		return Result{}, siyu.Invalid("event", "is missing")
	}
	op, key, arguments := e.call()
	call, err := siyu.NewCall("referral."+op+":"+string(s.program), key, arguments)
	if err != nil {
		return Result{}, err
	}
	at := e.when()
	if at.IsZero() {
		at = s.clock.Now()
	}
	e = e.at(at) // a value from here on, even if it came as a pointer
	if err := Check(e); err != nil {
		return Result{}, err
	}
	result, _, err := s.store.Step(ctx, s.program, call, func(v View) (Change, error) {
		change, err := s.plan.Decide(v, e)
		if err == nil && !change.Empty() {
			change.Events = s.events(call, e, &change)
		}
		return change, err
	})
	return result, err
}

// Statement returns a person's account at an instant, or now if it is zero. It
// looks ahead, releasing what will be due, but not back: before the program's
// latest event it is the account after that event, and says so in At. See
// [Service.Booked] for the past.
func (s *Service) Statement(ctx context.Context, person siyu.UserID, at time.Time) (Statement, error) {
	if at.IsZero() {
		at = s.clock.Now()
	}
	var statement Statement
	err := s.store.View(ctx, s.program, func(v View) (err error) {
		statement, err = StatementOf(v, person, at)
		return err
	})
	return statement, err
}

// Inviter returns the present inviter of a person, or [siyu.ErrNotFound] if the
// binding is missing or has expired at the instant, which is now if it is zero.
func (s *Service) Inviter(ctx context.Context, invitee siyu.UserID, at time.Time) (Binding, error) {
	if at.IsZero() {
		at = s.clock.Now()
	}
	var found *Binding
	err := s.store.View(ctx, s.program, func(v View) (err error) {
		found, err = v.Binding(invitee)
		return err
	})
	if err != nil {
		return Binding{}, err
	}
	if found == nil || s.plan.expired(found, at) {
		return Binding{}, errUnbound
	}
	return *found, nil
}

var errUnbound = errors.Join(errors.New("referral: the person has no inviter"), siyu.ErrNotFound)

// Totals returns the program's own row.
func (s *Service) Totals(ctx context.Context) (Totals, error) {
	var totals Totals
	err := s.store.View(ctx, s.program, func(v View) (err error) {
		totals, err = v.Totals()
		return err
	})
	return totals, err
}

// Ledger yields the entries of one person, or of all if person is empty, in
// order.
func (s *Service) Ledger(ctx context.Context, person siyu.UserID) iter.Seq2[Entry, error] {
	return s.store.Entries(ctx, s.program, person, Place{})
}

// events says what a change means for the host and for package funnel. Their
// ids come from the call, so that they are the same however often it is tried.
func (s *Service) events(call siyu.Call, e Event, c *Change) []siyu.Event {
	var list []siyu.Event
	add := func(name string, user siyu.UserID, value siyu.Money, props ...string) {
		p := map[string]string{"program": string(s.program)}
		for i := 0; i+1 < len(props); i += 2 {
			if props[i+1] != "" {
				p[props[i]] = props[i+1]
			}
		}
		list = append(list, siyu.Event{
			ID: call.EventID(len(list)), User: user, Name: name, At: siyu.Instant(e.when()), Value: value, Props: p,
		})
	}
	switch e := e.(type) {
	case Touch:
		add("referral.touched", e.Invitee, 0, "inviter", string(e.Inviter))
	case Bind:
		held, by := "", ""
		if c.Result.Held {
			held = c.Result.Rule
		}
		if e.Inviter == "" {
			by = byTouch
		}
		add("referral.bound", e.Invitee, 0, "inviter", string(c.Result.Inviter), "held", held, "by", by)
	case Unbind:
		add("referral.unbound", e.Invitee, 0)
	case Qualify:
		q := c.Qualifications[0]
		add("referral.qualified", e.Invitee, e.Amount, "key", string(e.Key), "inviter", string(q.Level1))
	case Refund:
		part := "" // of the order; all that is left otherwise
		if e.Amount != nil {
			part = strconv.FormatInt(int64(*e.Amount), 10)
		}
		add("referral.refunded", c.Qualifications[0].Invitee, 0, "key", string(e.Key), "refund_key", string(e.RefundKey), "part", part)
	case Payout:
		if c.Result.Paid > 0 {
			add("referral.paid", e.Person, c.Result.Paid)
		}
	case Disable:
		add("referral.disabled", e.Person, 0)
	case Review:
		add("referral.reviewed", e.Invitee, 0, "decision", string(e.Decision))
	}
	for _, d := range c.Result.Deltas {
		name := "referral.rewarded"
		if d.Amount < 0 {
			name = "referral.reversed"
		}
		add(name, d.Person, d.Amount)
	}
	return list
}
