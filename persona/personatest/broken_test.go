package personatest_test

import (
	"context"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/conformance"
	"github.com/siyu-go/siyu/persona"
	"github.com/siyu-go/siyu/persona/personatest"
	"github.com/siyu-go/siyu/store/memstore"
)

// faults lists each planted fault with a check that must catch it.
var faults = map[string]string{
	"overfills groups":             "groups fill to the cap under concurrency",
	"leaves the last place empty":  "groups fill to the cap under concurrency",
	"forgets members":              "a member sees his group in the next step",
	"keeps members who left":       "leaving frees the place",
	"forgets the keys of joins":    "a known key is answered as the first time",
	"ignores the arguments":        "a known key with another digest conflicts",
	"keeps who was turned away":    "a refusal keeps nothing",
	"drops the events of joins":    "joining keeps member, count, event and answer",
	"loses positions":              "a code is kept as it was",
	"lists members backwards":      "members come in order",
	"invents codes":                "what is unknown is not found",
	"forgets what advisers took":   "advisers fill to their caps under concurrency",
	"forgets who has whom":         "an adviser is kept whatever his cap",
	"loses shifts":                 "a roster and its state are kept as they were",
	"resets loads with a roster":   "saving a roster keeps what its advisers took",
	"hands the customer over only": "handing over moves the customer and the load",
	"drops the events of advisers": "an adviser is kept whatever his cap",
}

func TestChecks_catchBrokenStores(t *testing.T) {
	conformance.Catches(t, personatest.Checks(), faults, func(fault string) personatest.Backend {
		sound := memstore.New()
		return &broken{Store: sound.Personas(), log: sound.Events(), fault: fault}
	})
}

// broken is a store with a fault planted over a sound one.
type broken struct {
	persona.Store
	log   siyu.EventLog
	fault string
	calls atomic.Int64
}

func (b *broken) is(fault string) bool { return b.fault == fault }

func (b *broken) Personas() persona.Store { return b }
func (b *broken) Events() siyu.EventLog   { return b.log }

func (b *broken) UpdateCode(
	ctx context.Context, call siyu.Call, at persona.CodeSlot, decide func(persona.CodeState) (persona.CodeChange, error),
) (persona.Joined, bool, error) {
	switch {
	case b.is("forgets the keys of joins"):
		call.Key += "#" + strconv.FormatInt(b.calls.Add(1), 10)
	case b.is("ignores the arguments"):
		call.Digest = ""
	}
	return b.Store.UpdateCode(ctx, call, at, func(st persona.CodeState) (persona.CodeChange, error) {
		if st.Code != nil && at.User != "" {
			for i := range st.Code.Groups {
				switch {
				case b.is("overfills groups"):
					st.Code.Groups[i].Members = min(st.Code.Groups[i].Members, 2)
				case b.is("leaves the last place empty"):
					st.Code.Groups[i].Members++
				}
			}
		}
		if b.is("forgets members") {
			st.In = ""
		}
		c, err := decide(st)
		if err != nil && b.is("keeps who was turned away") && st.Code != nil {
			return persona.CodeChange{In: "g1"}, nil
		}
		switch {
		case b.is("keeps members who left") && c.In == "":
			c.In = st.In
		case b.is("drops the events of joins"):
			c.Event = siyu.Event{}
		case b.is("loses positions") && c.Code != nil:
			for i := range c.Code.Groups {
				c.Code.Groups[i].Position = nil
			}
		}
		return c, err
	})
}

func (b *broken) Code(ctx context.Context, id persona.CodeID) (persona.Code, error) {
	c, err := b.Store.Code(ctx, id)
	if b.is("invents codes") {
		return c, nil
	}
	return c, err
}

func (b *broken) Members(ctx context.Context, code persona.CodeID, group persona.GroupID) ([]siyu.UserID, error) {
	out, err := b.Store.Members(ctx, code, group)
	if b.is("lists members backwards") {
		slices.Reverse(out)
	}
	return out, err
}

func (b *broken) UpdateRoster(
	ctx context.Context, call siyu.Call, at persona.RosterSlot, decide func(persona.RosterView) (persona.RosterChange, error),
) (persona.Assigned, bool, error) {
	return b.Store.UpdateRoster(ctx, call, at, func(v persona.RosterView) (persona.RosterChange, error) {
		switch {
		case b.is("forgets what advisers took"):
			v.State = persona.RosterState{}
		case b.is("forgets who has whom"):
			v.Adviser = ""
		}
		c, err := decide(v)
		switch {
		case b.is("resets loads with a roster") && c.Roster != nil:
			c.State = &persona.RosterState{}
		case b.is("loses shifts") && c.Roster != nil:
			for i := range c.Roster.Advisers {
				c.Roster.Advisers[i].Shifts = nil
			}
		case b.is("hands the customer over only") && call.Op == "persona.hand_over":
			c.State = nil
		case b.is("drops the events of advisers"):
			c.Event = siyu.Event{}
		}
		return c, err
	})
}
