// Package identitytest is the conformance suite for implementations of
// identity.Store: each clause of its contract is a named subtest.
package identitytest

import (
	"context"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/conformance"
	"github.com/siyu-go/siyu/segment/identity"
)

// Backend is what the suite needs of a store.
type Backend interface {
	Identities() identity.Store
	Events() siyu.EventLog
}

// TestStore runs every check as a subtest. newStore returns an empty store that
// is cleaned up with the test.
func TestStore[B Backend](t *testing.T, newStore func(t *testing.T) B) {
	conformance.TestStore(t, Checks(), func(t *testing.T) Backend { return newStore(t) })
}

// probe stands for a *testing.T where a check runs outside of package testing.
type probe = conformance.Probe

// Check is one clause of the contract of identity.Store.
type Check struct {
	Name string
	Run  func(ctx context.Context, b Backend) error // on an empty store
}

// Checks returns the clauses in a fixed order. They run alone too, so that a
// suite can be shown to catch a broken store.
func Checks() []Check {
	return []Check{
		{"a link is kept with its event and answer", check(linkKept)},
		{"a known key is answered as the first time", check(replays)},
		{"a known key with another digest conflicts", check(conflicts)},
		{"a refusal keeps nothing", check(refusal)},
		{"links come in the order in which they were taken up", check(order)},
		{"a part is what chains of links reach", check(reach)},
		{"chains end at an identifier that is not passed", check(through)},
		{"a link that was taken back joins nothing and is known", check(takenBack)},
		{"an attribute replaces that of its source", check(observed)},
		{"identifiers are told apart byte for byte", check(bytewise)},
		{"links side by side lose nothing", check(concurrent)},
		{"random steps give the persons of a graph", check(equalsGraph)},
	}
}

func check(test func(*probe, *bench)) func(context.Context, Backend) error {
	return func(ctx context.Context, b Backend) error {
		return conformance.Run(ctx, func(t *probe) { test(t, &bench{store: b.Identities(), log: b.Events()}) })
	}
}

var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// bench is a store under test.
type bench struct {
	store identity.Store
	log   siyu.EventLog
}

func (b *bench) service(t *probe, rules identity.Rules) *identity.Service {
	s, err := identity.NewService(b.store, rules, &identity.Options{Clock: siyu.NewManualClock(noon)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (b *bench) part(t *probe, near identity.Near) identity.Journal {
	part, err := b.store.Part(t.Context(), near)
	if err != nil {
		t.Fatal(err)
	}
	return part
}

func (b *bench) events(t *probe) []siyu.Event {
	var out []siyu.Event
	for e, err := range b.log.Events(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, e.Event)
	}
	return out
}

// link joins two identifiers written with a kind of one letter, such as "c1".
func link(id, a, b string) identity.Link {
	return identity.Link{ID: id, A: name(a), B: name(b), Source: "test", At: noon}
}

func name(text string) identity.Identifier { return identity.ID(text[:1], text[1:]) }

func must(t *probe, s *identity.Service, l identity.Link) identity.Outcome {
	out, err := s.Link(t.Context(), l)
	if err != nil {
		t.Fatalf("link %s: %v", l.ID, err)
	}
	return out
}
