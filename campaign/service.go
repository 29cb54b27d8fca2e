package campaign

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/siyu-go/siyu"
)

// Service reserves sends in a store, so that caps, duplicates and stock hold
// under concurrency and crashes. The protocol of one message is
//
//	r, err := service.Reserve(ctx, campaign.ReserveRequest{Key: key, Person: p, Message: m})
//	if err == nil && r.Action == campaign.SendNow {
//		err := channel.Send(r.Channel, r.ID, text) // the channel drops repeated ids
//		// then Settle with Sent, Failed, or Unknown if the channel did not answer
//	}
//
// A reservation holds its place until it is settled as failed: a process that
// dies in between has, at worst, sent one message less than allowed. A Service
// has no state of its own and is safe for concurrent use.
type Service struct {
	store Store
	rules *Rules
	clock siyu.Clock
}

// Options of [New]; nil and zero fields mean the defaults.
type Options struct {
	Clock siyu.Clock // nil: the machine's
}

// New returns a service over a store. Nil rules are those of the zero policy:
// no caps and no quiet hours.
func New(store Store, rules *Rules, options *Options) *Service {
	if rules == nil {
		rules = &Rules{}
	}
	s := &Service{store: store, rules: rules}
	if options != nil {
		s.clock = options.Clock
	}
	s.clock = siyu.ClockOr(s.clock)
	return s
}

// ReserveRequest asks to send a message to a person.
type ReserveRequest struct {
	Key     string // idempotency key: one per person and message
	Person  Person // used as it is where the store keeps no profile of this id
	Message Message
	Sender  string // account or adviser that speaks, for caps that tell them apart
}

// Reservation is a decision with the send that it made.
type Reservation struct {
	Decision
	ID       SendID `json:"id,omitempty"` // of SendNow and Defer
	Replayed bool   `json:"-"`            // the key was answered before
}

// Reserve decides on a message in one atomic step and takes its place. A
// suppressed message leaves nothing behind and its key stays unused. The same
// key for the same person and campaign is answered as the first time; for
// others it is [siyu.ErrConflict].
//
// A profile in the store wins over the request's. Where the stock of the
// message is OnePerSend, Left is the stock of the whole campaign, and what its
// sends hold is subtracted.
func (s *Service) Reserve(ctx context.Context, req ReserveRequest) (Reservation, error) {
	if err := siyu.Within("message", s.rules.admit(req.Message)); err != nil {
		return Reservation{}, err
	}
	if err := siyu.CheckID("person.id", string(req.Person.ID)); err != nil {
		return Reservation{}, err
	}
	call, err := siyu.NewCall("campaign.reserve", req.Key, []any{req.Person.ID, req.Message.ID, req.Sender})
	if err != nil {
		return Reservation{}, err
	}
	now := s.clock.Now()
	slot := Slot{User: req.Person.ID, Campaign: req.Message.ID, Since: now.Add(-s.rules.horizon()), Counted: req.Message.counted()}
	return s.reserve(ctx, call, slot, now, func(st SendState) (SendChange, error) {
		d, err := s.rules.Decide(profile(st, req.Person), stocked(req.Message, st), st.History, now)
		if err == nil && d.Action == Suppress {
			err = suppressed{d}
		}
		if err != nil {
			return SendChange{}, err
		}
		return change(call, d, req.Message, req.Sender, SendID(call.EventID(0)), now), nil
	})
}

// ReleaseRequest asks for the decision on a deferred send, at its release.
type ReleaseRequest struct {
	Key     string
	Send    Record // as [Service.Due] yields it
	Person  Person // used as it is where the store keeps no profile
	Message Message
}

// Release decides a deferred send again: it goes out now, is deferred further,
// or is dropped, which frees the person for a later try.
func (s *Service) Release(ctx context.Context, req ReleaseRequest) (Reservation, error) {
	if err := siyu.Within("message", s.rules.admit(req.Message)); err != nil {
		return Reservation{}, err
	}
	if req.Message.ID != req.Send.Campaign {
		return Reservation{}, siyu.Invalid("message.id", "is not the campaign of the send")
	}
	call, err := siyu.NewCall("campaign.release", req.Key, req.Send.ID)
	if err != nil {
		return Reservation{}, err
	}
	now := s.clock.Now()
	slot := Slot{
		User: req.Send.User, Campaign: req.Message.ID, Send: req.Send.ID,
		Since: now.Add(-s.rules.horizon()), Counted: req.Message.counted(),
	}
	return s.reserve(ctx, call, slot, now, func(st SendState) (SendChange, error) {
		if st.Record.Outcome != Deferred {
			return SendChange{}, fmt.Errorf("campaign: send is %s, not deferred: %w", st.Record.Outcome, siyu.ErrConflict)
		}
		req.Person.ID = st.Record.User
		d, err := s.rules.Release(profile(st, req.Person), stocked(req.Message, st), st.History, now)
		if err != nil {
			return SendChange{}, err
		}
		return change(call, d, req.Message, st.Record.Sender, st.Record.ID, now), nil
	})
}

// SavePerson changes the profile that the store keeps of a person, given the
// one it has, or one with the id alone. From then on it is the profile that
// reservations look at. Change may be asked more than once.
func (s *Service) SavePerson(ctx context.Context, key string, user siyu.UserID, change func(Person) (Person, error)) (Person, error) {
	if err := siyu.CheckID("user", string(user)); err != nil {
		return Person{}, err
	}
	call, err := siyu.NewCall("campaign.person", key, user)
	if err != nil {
		return Person{}, err
	}
	now := s.clock.Now()
	saved, _, err := s.store.SavePerson(ctx, call, user, func(old *Person) (PersonChange, error) {
		p := Person{ID: user}
		if old != nil {
			p = old.Clone()
		}
		p, err := change(p)
		if err == nil && p.ID != user {
			err = siyu.Invalid("person.id", "was changed")
		}
		return PersonChange{Person: p, Event: siyu.Event{
			ID: call.EventID(0), User: user, Name: "campaign.person_saved", At: now, Domain: siyu.Private,
		}}, err
	})
	return saved, err
}

// Person returns the profile that the store keeps, or [siyu.ErrNotFound].
func (s *Service) Person(ctx context.Context, user siyu.UserID) (Person, error) {
	return s.store.Person(ctx, user)
}

// History returns the sends to a person at or after since, in order of time.
func (s *Service) History(ctx context.Context, user siyu.UserID, since time.Time) ([]Record, error) {
	return s.store.History(ctx, user, since)
}

// Due returns at most limit deferred sends whose release has come, oldest
// first: hand them to [Service.Release].
func (s *Service) Due(ctx context.Context, limit int) ([]Record, error) {
	return s.store.Due(ctx, s.clock.Now(), limit)
}

// Run reserves a message for people in order, each under key and his id, and
// yields the answers. Run again with the same key it sends nothing new: who was
// reserved is answered as before. The sequence ends after an error.
func (s *Service) Run(ctx context.Context, key string, m Message, people iter.Seq[Person]) iter.Seq2[Reservation, error] {
	return func(yield func(Reservation, error) bool) {
		for p := range people {
			r, err := s.Reserve(ctx, ReserveRequest{Key: runKey(key, p.ID), Person: p, Message: m})
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// runKey is the key of one person in a run; a long id is digested.
func runKey(key string, user siyu.UserID) string {
	if out := key + "/" + string(user); len(out) <= siyu.MaxID {
		return out
	}
	sum := sha256.Sum256([]byte(user))
	return key + "/" + hex.EncodeToString(sum[:])
}

func (s *Service) reserve(ctx context.Context, call siyu.Call, slot Slot, now time.Time, decide func(SendState) (SendChange, error)) (Reservation, error) {
	answer, replayed, err := s.store.Reserve(ctx, call, slot, func(st SendState) (SendChange, error) {
		// Another process, whose clock is ahead, may have reserved "later" and yet before: that counts too.
		for i := range st.History {
			if st.History[i].At.After(now) {
				st.History[i].At = now
			}
		}
		return decide(st)
	})
	if no, ok := errors.AsType[suppressed](err); ok {
		return Reservation{Decision: no.decision}, nil
	}
	answer.Replayed = replayed
	return answer, err
}

// suppressed carries a decision out of a step that keeps nothing.
type suppressed struct{ decision Decision }

func (s suppressed) Error() string { return "campaign: suppressed: " + string(s.decision.Reason) }

// profile returns the profile kept, else the request's.
func profile(st SendState, asked Person) Person {
	if st.Person != nil {
		return *st.Person
	}
	return asked
}

// stocked returns the message with what is left of its stock.
func stocked(m Message, st SendState) Message {
	if m.counted() {
		left := *m.Stock
		left.Left -= st.Taken
		m.Stock = &left
	}
	return m
}

// change is what a decision writes.
func change(call siyu.Call, d Decision, m Message, sender string, id SendID, now time.Time) SendChange {
	a := m.on(d.Channel)
	a.Sender = sender
	r := Record{ID: id, User: d.User, Send: Send{Attempt: a, At: now, Outcome: Reserved}}
	switch d.Action {
	case SendNow:
		r.TookStock = m.counted()
	case Defer:
		r.Outcome, r.Release = Deferred, d.Release
	case Suppress:
		r.Outcome = Dropped
	}
	return SendChange{Record: r, Event: event(call, r, now), Answer: Reservation{Decision: d, ID: id}}
}

// event tells the log what became of a send: campaign.reserved and so on.
func event(call siyu.Call, r Record, now time.Time) siyu.Event {
	props := map[string]string{"send": string(r.ID)}
	for name, v := range map[string]string{"campaign": string(r.Campaign), "topic": string(r.Topic), "sender": r.Sender, "class": string(r.Class)} {
		if v != "" {
			props[name] = v
		}
	}
	return siyu.Event{
		ID: call.EventID(0), User: r.User, Name: "campaign." + string(r.Outcome), At: now,
		Channel: string(r.Channel), Domain: siyu.Private, Props: props,
	}
}
