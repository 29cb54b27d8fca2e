package groupbuytest_test

import (
	"context"
	"strconv"
	"sync"
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/conformance"
	"github.com/siyu-go/siyu/referral/groupbuy"
	"github.com/siyu-go/siyu/referral/groupbuy/groupbuytest"
	"github.com/siyu-go/siyu/store/memstore"
)

// faults lists each planted fault with a check that must catch it.
var faults = map[string]string{
	"forgets keys":                 "a known key is answered as the first time",
	"ignores arguments":            "a known key with another digest conflicts",
	"keeps what decide refuses":    "an error of decide keeps nothing",
	"drops events":                 "events are logged with their change",
	"goes on when it is cancelled": "a cancelled context changes nothing",
	"loses the terms":              "a group is kept as it was, with its terms",
	"loses rewards":                "a group is kept as it was, with its terms",
	"invents groups":               "what is unknown is not found",
	"decides on an old group":      "seats are never taken twice, and none stays free",
	"leaves a seat free":           "seats are never taken twice, and none stays free",
	"opens over a group":           "a group is opened once",
	"adds whoever comes":           "one person joining at once is one member",
}

func TestChecks_catchBrokenStores(t *testing.T) {
	conformance.Catches(t, groupbuytest.Checks(), faults, func(fault string) groupbuytest.Backend {
		sound := memstore.New()
		return &broken{Store: sound.GroupBuys(), log: sound.Events(), fault: fault, first: map[groupbuy.ID]groupbuy.Kept{}}
	})
}

// broken is a store with a fault planted over a sound one.
type broken struct {
	groupbuy.Store
	log   siyu.EventLog
	fault string

	mu    sync.Mutex
	calls int
	first map[groupbuy.ID]groupbuy.Kept
}

func (b *broken) GroupBuys() groupbuy.Store { return b }
func (b *broken) Events() siyu.EventLog     { return b.log }
func (b *broken) is(fault string) bool      { return b.fault == fault }

func (b *broken) Update(
	ctx context.Context, call siyu.Call, id groupbuy.ID, decide func(*groupbuy.Kept) (groupbuy.Change, error),
) (groupbuy.Result, bool, error) {
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
	return b.Store.Update(ctx, call, id, func(k *groupbuy.Kept) (groupbuy.Change, error) {
		c, err := decide(b.seeing(k))
		if err != nil && b.is("keeps what decide refuses") {
			err = nil
		}
		switch {
		case err == nil && k != nil && b.is("adds whoever comes"):
			c.Kept.Group.Members = append(k.Group.Members, c.Kept.Group.Members[1:]...)
		case b.is("drops events"):
			c.Events = nil
		case b.is("loses the terms"):
			c.Kept.Terms = groupbuy.Terms{}
		case b.is("loses rewards"):
			c.Kept.Group.Rewards = nil
		}
		if _, known := b.first[id]; !known && err == nil {
			b.first[id] = c.Kept
		}
		return c, err
	})
}

func (b *broken) seeing(k *groupbuy.Kept) *groupbuy.Kept {
	if k == nil {
		return nil
	}
	switch {
	case b.is("decides on an old group"), b.is("adds whoever comes"):
		old := b.first[k.Group.ID]
		old.Group = old.Group.Clone()
		return &old
	case b.is("leaves a seat free") && len(k.Group.Members) == k.Terms.Size-1:
		k.Group.State = groupbuy.Success
	case b.is("opens over a group"):
		return nil
	}
	return k
}

func (b *broken) Group(ctx context.Context, id groupbuy.ID) (groupbuy.Kept, error) {
	k, err := b.Store.Group(ctx, id)
	if b.is("invents groups") {
		return k, nil
	}
	return k, err
}
