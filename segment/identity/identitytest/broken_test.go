package identitytest_test

import (
	"context"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/conformance"
	"github.com/siyu-go/siyu/segment/identity"
	"github.com/siyu-go/siyu/segment/identity/identitytest"
	"github.com/siyu-go/siyu/store/memstore"
)

// faults lists each planted fault with a check that must catch it.
var faults = map[string]string{
	"forgets the keys":              "a known key is answered as the first time",
	"ignores the arguments":         "a known key with another digest conflicts",
	"drops events":                  "a link is kept with its event and answer",
	"loses links":                   "links side by side lose nothing",
	"turns the order round":         "links come in the order in which they were taken up",
	"stops at the first identifier": "a part is what chains of links reach",
	"passes what is blocked":        "chains end at an identifier that is not passed",
	"keeps what was taken back":     "a link that was taken back joins nothing and is known",
	"forgets who took back":         "a link that was taken back joins nothing and is known",
	"forgets attributes":            "an attribute replaces that of its source",
	"keeps what was refused":        "a refusal keeps nothing",
}

func TestChecks_catchBrokenStores(t *testing.T) {
	conformance.Catches(t, identitytest.Checks(), faults, func(fault string) identitytest.Backend {
		sound := memstore.New()
		return &broken{Store: sound.Identities(), log: sound.Events(), fault: fault}
	})
}

// broken is a store with a fault planted over a sound one.
type broken struct {
	identity.Store
	log   siyu.EventLog
	fault string
	calls atomic.Int64
}

func (b *broken) is(fault string) bool { return b.fault == fault }

func (b *broken) Identities() identity.Store { return b }
func (b *broken) Events() siyu.EventLog      { return b.log }

func (b *broken) Update(
	ctx context.Context, call siyu.Call, near identity.Near, decide func(identity.Journal) (identity.Change, error),
) (identity.Outcome, bool, error) {
	n := b.calls.Add(1)
	switch {
	case b.is("forgets the keys"):
		call.Key += "#" + strconv.FormatInt(n, 10)
	case b.is("ignores the arguments"):
		call.Digest = ""
	}
	return b.Store.Update(ctx, call, near, func(part identity.Journal) (identity.Change, error) {
		change, err := decide(part)
		switch {
		case b.is("keeps what was refused"):
			err = nil
		case b.is("drops events"):
			change.Events = nil
		case b.is("loses links") && n%9 == 0:
			change.Link = nil
		case b.is("keeps what was taken back"):
			change.Withdraw = nil
		case b.is("forgets attributes"):
			change.Observe = nil
		case b.is("forgets who took back") && change.Withdraw != nil:
			change.Withdraw.Undo = identity.Undo{}
		}
		return change, err
	})
}

func (b *broken) Part(ctx context.Context, near identity.Near) (identity.Journal, error) {
	if b.is("passes what is blocked") {
		near.Through = nil
	}
	part, err := b.Store.Part(ctx, near)
	switch {
	case b.is("turns the order round"):
		slices.Reverse(part.Links)
	case b.is("stops at the first identifier") && len(part.Links) > 1:
		part.Links = part.Links[:1]
	}
	return part, err
}
