package invitetest_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/conformance"
	"github.com/siyu-go/siyu/referral/invite"
	"github.com/siyu-go/siyu/referral/invite/invitetest"
	"github.com/siyu-go/siyu/store/memstore"
)

// faults lists each planted fault with a check that must catch it.
var faults = map[string]string{
	"forgets keys":                 "one use sent many times at once counts once",
	"ignores arguments":            "a known key with another digest conflicts",
	"keeps what decide refuses":    "an error of decide keeps nothing",
	"drops events":                 "events are logged with their change",
	"goes on when it is cancelled": "a cancelled context changes nothing",
	"loses the window":             "a code is kept as it was",
	"invents codes":                "what is unknown is not found",
	"folds keys":                   "what is unknown is not found",
	"folds inviters":               "the codes of an inviter are found in the order of their keys",
	"lists backwards":              "the codes of an inviter are found in the order of their keys",
	"counts nobody":                "many at once use a code up, and none beyond",
	"forgets who was first":        "one code chosen by many at once is issued once",
}

func TestChecks_catchBrokenStores(t *testing.T) {
	conformance.Catches(t, invitetest.Checks(), faults, func(fault string) invitetest.Backend {
		sound := memstore.New()
		return &broken{Store: sound.Invites(), log: sound.Events(), fault: fault}
	})
}

// broken is a store with a fault planted over a sound one.
type broken struct {
	invite.Store
	log   siyu.EventLog
	fault string

	mu    sync.Mutex
	calls int
}

func (b *broken) Invites() invite.Store { return b }
func (b *broken) Events() siyu.EventLog { return b.log }
func (b *broken) is(fault string) bool  { return b.fault == fault }

func (b *broken) Update(
	ctx context.Context, call siyu.Call, key invite.CodeKey, decide func(*invite.Kept) (invite.Change, error),
) (invite.Result, bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls++
	switch {
	case b.is("forgets keys"):
		call.Key += "#" + strconv.Itoa(b.calls)
	case b.is("ignores arguments"):
		call.Digest = ""
	case b.is("goes on when it is cancelled"):
		ctx = context.WithoutCancel(ctx)
	}
	return b.Store.Update(ctx, call, b.fold(key), func(k *invite.Kept) (invite.Change, error) {
		switch {
		case b.is("counts nobody") && k != nil:
			k.Uses = 0
		case b.is("forgets who was first"):
			k = nil
		}
		c, err := decide(k)
		switch {
		case err != nil && b.is("keeps what decide refuses"):
			err = nil
		case b.is("drops events"):
			c.Events = nil
		case b.is("loses the window"):
			c.Kept.Code.Window = siyu.Window{}
		case b.is("folds inviters"):
			c.Kept.Code.Inviter = siyu.UserID(strings.ToLower(string(c.Kept.Code.Inviter)))
		}
		return c, err
	})
}

func (b *broken) fold(key invite.CodeKey) invite.CodeKey {
	if b.is("folds keys") {
		return invite.CodeKey(strings.ToUpper(string(key)))
	}
	return key
}

func (b *broken) Code(ctx context.Context, key invite.CodeKey) (invite.Kept, error) {
	k, err := b.Store.Code(ctx, b.fold(key))
	if b.is("invents codes") {
		return k, nil
	}
	return k, err
}

func (b *broken) Codes(ctx context.Context, inviter siyu.UserID) ([]invite.Kept, error) {
	all, err := b.Store.Codes(ctx, inviter)
	if b.is("lists backwards") {
		slices.Reverse(all)
	}
	return all, err
}
