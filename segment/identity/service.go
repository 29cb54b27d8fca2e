package identity

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/siyu-go/siyu"
)

// Service joins identifiers to persons in a store, one step at a time, and gives
// the answers that a [Graph] of everything would give: a step loads only what
// chains of links join to its identifiers. It has no state of its own and is
// safe for concurrent use.
//
// The store keeps links, not persons: other rules in the next Service hold for
// all links at once, as if they had always held.
type Service struct {
	store   Store
	rules   Rules
	blocked map[Identifier]bool
	clock   siyu.Clock
}

// Options of [NewService]; nil and zero fields mean the defaults.
type Options struct {
	Clock siyu.Clock // of events; nil: the machine's
}

// NewService returns a service over a store. Rules that do not validate are
// [siyu.ErrInvalid].
func NewService(store Store, rules Rules, options *Options) (*Service, error) {
	g, err := New(rules) // a copy, and checked
	if err != nil {
		return nil, err
	}
	s := &Service{store: store, rules: Rules{Limits: g.limits, Blocked: slices.Clone(rules.Blocked)}, blocked: g.blocked}
	if options != nil {
		s.clock = options.Clock
	}
	s.clock = siyu.ClockOr(s.clock)
	return s, nil
}

// Names of the events of the service. Property "link" is the link's ID, "a" and
// "b" are its identifiers; the user is the first of them.
const (
	EventJoined   = "identity.joined"
	EventUnlinked = "identity.unlinked"
)

// Link takes up a link, as [Graph.Link] does. Its ID is the idempotency key: the
// same link again gets the answer of the first time, other contents are
// [siyu.ErrConflict]. Refused links are kept too.
func (s *Service) Link(ctx context.Context, l Link) (Outcome, error) {
	if err := l.validate(); err != nil {
		return Outcome{}, err
	}
	l.At = siyu.Instant(l.At)
	call, err := siyu.NewCall("identity.link", l.ID, l)
	if err != nil {
		return Outcome{}, err
	}
	return s.update(ctx, call, s.near(l.ID, l.A, l.B), func(g *Graph) (Change, error) {
		_, _, known := g.known(l.ID)
		decision, err := g.Link(l)
		if err != nil {
			return Change{}, err
		}
		c := Change{Answer: Outcome{Decision: decision, Persons: g.personsOf(l.A, l.B)}}
		if !known {
			c.Link = &l
		}
		if decision.Reason == Joined {
			c.Events = []siyu.Event{s.event(call, EventJoined, l)}
		}
		return c, nil
	})
}

// Unlink takes a link back, as [Graph.Unlink] does. The key is the caller's.
func (s *Service) Unlink(ctx context.Context, key, id string, by Undo) (Outcome, error) {
	by.At = siyu.Instant(by.At)
	call, err := siyu.NewCall("identity.unlink", key, struct {
		ID string
		By Undo
	}{id, by})
	if err != nil {
		return Outcome{}, err
	}
	return s.update(ctx, call, s.near(id), func(g *Graph) (Change, error) {
		l, before, known := g.known(id)
		if !known {
			return Change{}, fmt.Errorf("identity: link: %w", siyu.ErrNotFound)
		}
		if err := g.Unlink(id, by); err != nil {
			return Change{}, err
		}
		c := Change{Answer: Outcome{Persons: g.personsOf(l.A, l.B)}}
		if before.Reason != TakenBack {
			c.Withdraw = &Withdrawal{Link: l, Undo: by}
			c.Events = []siyu.Event{s.event(call, EventUnlinked, l)}
		}
		return c, nil
	})
}

// Observe takes up an attribute, as [Graph.Observe] does. The key is the
// caller's.
func (s *Service) Observe(ctx context.Context, key string, o Observation) (Outcome, error) {
	o.At = siyu.Instant(o.At)
	call, err := siyu.NewCall("identity.observe", key, o)
	if err != nil {
		return Outcome{}, err
	}
	return s.update(ctx, call, s.near("", o.Of), func(g *Graph) (Change, error) {
		if err := g.Observe(o); err != nil {
			return Change{}, err
		}
		c := Change{Answer: Outcome{Persons: g.personsOf(o.Of)}}
		for _, seen := range g.nodes[o.Of].seen {
			if seen.Name == o.Name && seen.Source == o.Source && seen.At.Equal(o.At) && seen.Value == o.Value {
				c.Observe = &seen
			}
		}
		return c, nil
	})
}

// Person returns the person that an identifier belongs to. One that is unknown
// or blocked is [siyu.ErrNotFound].
func (s *Service) Person(ctx context.Context, id Identifier) (Person, error) {
	g, err := s.graph(ctx, s.near("", id))
	if err != nil {
		return Person{}, err
	}
	p, ok := g.Person(id)
	if !ok {
		return Person{}, fmt.Errorf("identity: identifier: %w", siyu.ErrNotFound)
	}
	return p, nil
}

// Preview says what a link would do, as [Graph.Preview] does, and keeps nothing.
func (s *Service) Preview(ctx context.Context, l Link) (Preview, error) {
	g, err := s.graph(ctx, s.near("", l.A, l.B))
	if err != nil {
		return Preview{}, err
	}
	return g.Preview(l)
}

func (s *Service) graph(ctx context.Context, near Near) (*Graph, error) {
	part, err := s.store.Part(ctx, near)
	if err != nil {
		return nil, err
	}
	return Restore(s.rules, part)
}

func (s *Service) update(ctx context.Context, call siyu.Call, near Near, decide func(*Graph) (Change, error)) (Outcome, error) {
	answer, replayed, err := s.store.Update(ctx, call, near, func(part Journal) (Change, error) {
		g, err := Restore(s.rules, part)
		if err != nil {
			return Change{}, err
		}
		return decide(g)
	})
	answer.Replayed = replayed
	return answer, err
}

func (s *Service) near(link string, ids ...Identifier) Near {
	return Near{IDs: ids, Link: link, Through: func(id Identifier) bool { return !s.blocked[id] }}
}

func (s *Service) event(call siyu.Call, name string, l Link) siyu.Event {
	return siyu.Event{
		ID: call.EventID(0), User: userOf(l.A), Name: name, At: siyu.Instant(s.clock.Now()),
		Props: map[string]string{"link": l.ID, "a": l.A.String(), "b": l.B.String()},
	}
}

// userOf names a person in an event; identifiers that are too long are
// digested.
func userOf(id Identifier) siyu.UserID {
	if text := id.String(); len(text) <= siyu.MaxID {
		return siyu.UserID(text)
	}
	sum := sha256.Sum256([]byte(id.String()))
	return siyu.UserID(hex.EncodeToString(sum[:]))
}

// personsOf returns the persons of identifiers, each once, by Key.
func (g *Graph) personsOf(ids ...Identifier) []Person {
	out := []Person{}
	for _, id := range ids {
		p, ok := g.Person(id)
		if ok && !slices.ContainsFunc(out, func(q Person) bool { return q.Key() == p.Key() }) {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b Person) int { return a.Key().Compare(b.Key()) })
	return out
}
