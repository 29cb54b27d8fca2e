package assisttest_test

import (
	"context"
	"strconv"
	"sync"
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/conformance"
	"github.com/siyu-go/siyu/referral/assist"
	"github.com/siyu-go/siyu/referral/assist/assisttest"
	"github.com/siyu-go/siyu/store/memstore"
)

// faults lists each planted fault with a check that must catch it.
var faults = map[string]string{
	"forgets keys":                 "a known key is answered as the first time",
	"ignores arguments":            "a known key with another digest conflicts",
	"keeps what decide refuses":    "an error of decide keeps nothing",
	"drops events":                 "events are logged with their change",
	"goes on when it is cancelled": "a cancelled context changes nothing",
	"loses the terms":              "a task is kept as it was, with its terms",
	"invents tasks":                "what is unknown is not found",
	"keeps helpers by task":        "a helper has helped in the whole campaign, and in no other",
	"mixes campaigns":              "a helper has helped in the whole campaign, and in no other",
	"forgets helpers":              "one helper asked for many tasks at once helps one",
	"counts nobody":                "many at once are counted, and each tier is rewarded once",
}

func TestChecks_catchBrokenStores(t *testing.T) {
	conformance.Catches(t, assisttest.Checks(), faults, func(fault string) assisttest.Backend {
		sound := memstore.New()
		return &broken{Store: sound.Assists(), log: sound.Events(), fault: fault}
	})
}

// broken is a store with a fault planted over a sound one.
type broken struct {
	assist.Store
	log   siyu.EventLog
	fault string

	mu    sync.Mutex
	calls int
}

func (b *broken) Assists() assist.Store { return b }
func (b *broken) Events() siyu.EventLog { return b.log }
func (b *broken) is(fault string) bool  { return b.fault == fault }

func (b *broken) Update(
	ctx context.Context, call siyu.Call, at assist.Slot, decide func(assist.State) (assist.Change, error),
) (assist.Result, bool, error) {
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
	case b.is("keeps helpers by task") && at.Helper != "":
		at.Helper = siyu.UserID(at.Task) + at.Helper
	case b.is("mixes campaigns"):
		at.Campaign = "one"
	}
	return b.Store.Update(ctx, call, at, func(st assist.State) (assist.Change, error) {
		if b.is("forgets helpers") {
			st.Helped = false
		}
		if b.is("counts nobody") && st.Kept != nil {
			st.Kept.Task.Helpers = 0
		}
		c, err := decide(st)
		switch {
		case err != nil && b.is("keeps what decide refuses"):
			err = nil
		case b.is("drops events"):
			c.Events = nil
		case b.is("loses the terms"):
			c.Kept.Terms = assist.Terms{Duration: 1, Required: 1}
		}
		return c, err
	})
}

func (b *broken) Task(ctx context.Context, campaign assist.CampaignID, id assist.TaskID) (assist.Kept, error) {
	if b.is("mixes campaigns") {
		campaign = "one"
	}
	k, err := b.Store.Task(ctx, campaign, id)
	if b.is("invents tasks") {
		return k, nil
	}
	return k, err
}
