package referraltest_test

import (
	"context"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/conformance"
	"github.com/siyu-go/siyu/referral"
	"github.com/siyu-go/siyu/referral/referraltest"
	"github.com/siyu-go/siyu/store/memstore"
)

// faults lists each planted fault with a check that must catch it.
var faults = map[string]string{
	"forgets keys":                        "a call is answered once",
	"ignores arguments":                   "a known key with other arguments conflicts",
	"forgets skips in answers":            "a call is answered once",
	"keeps the key of a refusal":          "an empty change keeps nothing",
	"keeps what decide refuses":           "an error of decide keeps nothing",
	"swallows the error of decide":        "an error of decide keeps nothing",
	"drops events":                        "events are logged with their change",
	"logs events apart from their change": "events are logged with their change",
	"mixes programs":                      "programs do not see each other",
	"goes on when the context is over":    "a cancelled context changes nothing",
	"decides on an old state":             "many at once are serial",
	"checks circles on an old state":      "many at once never close a circle",
	"checks the budget on an old state":   "many at once never pass the budget",
	"answers one key many times":          "one key at once is answered once",
	"shows old totals":                    "decide sees the steps before it",
	"loses the terms":                     "rows are read back as they were written",
	"loses touches":                       "rows are read back as they were written",
	"loses the hold of bindings":          "rows are read back as they were written",
	"keeps removed bindings":              "rows are read back as they were written",
	"loses the amount of refunds":         "rows are read back as they were written",
	"loses signals":                       "rows are read back as they were written",
	"takes small letters for capitals":    "rows are read back as they were written",
	"cuts instants to seconds":            "rows are read back as they were written",
	"loses the base of awards":            "rows are read back as they were written",
	"never counts down":                   "rows are read back as they were written",
	"keeps dead awards live":              "rows are read back as they were written",
	"loses the second entry":              "the ledger is in order, by person and place",
	"reads the ledger backwards":          "the ledger is in order, by person and place",
	"reads the ledger of all":             "the ledger is in order, by person and place",
	"reads the ledger from the start":     "the ledger is in order, by person and place",
	"shows people without order":          "people are in order",
	"shows people from the start":         "people are in order",
}

func TestChecks_catchBrokenStores(t *testing.T) {
	conformance.Catches(t, referraltest.Checks(), faults, func(fault string) referraltest.Backend {
		sound := memstore.New()
		return &broken{Store: sound.Referrals(), log: sound.Events(), fault: fault}
	})
}

// A random history catches what a store does wrong between the clauses.
func TestCompareHistories_catchesBrokenStores(t *testing.T) {
	for _, fault := range []string{"loses the hold of bindings", "keeps removed bindings", "loses the base of awards", "never counts down", "keeps dead awards live", "loses the second entry"} {
		t.Run(fault, func(t *testing.T) {
			for seed := range uint64(400) {
				sound := memstore.New()
				b := &broken{Store: sound.Referrals(), log: sound.Events(), fault: fault}
				if err := referraltest.CompareHistories(t.Context(), b, "p", drawing(seed), 60); err != nil {
					return
				}
			}
			t.Error("no history of 400 showed it")
		})
	}
}

func drawing(seed uint64) referraltest.Draw { return rand.New(rand.NewPCG(seed, 3)).IntN }

// broken is a store with a fault planted over a sound one.
type broken struct {
	referral.Store
	log   siyu.EventLog
	fault string

	mu    sync.Mutex
	calls int
}

func (b *broken) Referrals() referral.Store { return b }
func (b *broken) Events() siyu.EventLog     { return b.log }
func (b *broken) is(fault string) bool      { return b.fault == fault }

func (b *broken) next() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls++
	return strings.Repeat("x", b.calls)
}

func (b *broken) program(p referral.ProgramID) referral.ProgramID {
	if b.is("mixes programs") {
		return "one"
	}
	return p
}

func (b *broken) Step(
	ctx context.Context, program referral.ProgramID, call siyu.Call, decide func(referral.View) (referral.Change, error),
) (referral.Result, bool, error) {
	switch {
	case b.is("forgets keys"), b.is("answers one key many times"):
		call.Key += b.next()
	case b.is("ignores arguments"):
		call.Digest = ""
	case b.is("goes on when the context is over"):
		ctx = context.WithoutCancel(ctx)
	}
	var (
		refusal error
		events  []siyu.Event
	)
	result, replayed, err := b.Store.Step(ctx, b.program(program), call, func(v referral.View) (referral.Change, error) {
		change, err := decide(b.seeing(v))
		events = change.Events
		switch {
		case err != nil && b.is("keeps what decide refuses"):
			refusal, err = err, nil
		case err != nil && b.is("swallows the error of decide"):
			return referral.Change{Result: referral.Result{Outcome: referral.Rejected}}, nil
		case err == nil && change.Empty() && b.is("keeps the key of a refusal"):
			totals, _ := v.Totals()
			return referral.Change{Result: referral.Result{Outcome: referral.OK}, Totals: totals}, nil
		}
		return b.spoil(change), err
	})
	if b.is("logs events apart from their change") {
		_, _ = b.log.Append(ctx, events...)
	}
	if refusal != nil {
		err = refusal
	}
	if replayed && b.is("forgets skips in answers") {
		result.Skips = nil
	}
	return result, replayed, err
}

func (b *broken) seeing(v referral.View) referral.View {
	switch {
	case b.is("decides on an old state"), b.is("checks circles on an old state"), b.is("checks the budget on an old state"), b.is("shows old totals"):
		return outdated{v, b.fault}
	}
	return v
}

// spoil damages what is written.
func (b *broken) spoil(c referral.Change) referral.Change {
	c.Awards, c.Qualifications, c.Tallies, c.Entries = slices.Clone(c.Awards), slices.Clone(c.Qualifications), slices.Clone(c.Tallies), slices.Clone(c.Entries)
	switch b.fault {
	case "drops events", "logs events apart from their change":
		c.Events = nil
	case "loses the terms":
		c.Totals.Terms = ""
	case "loses touches":
		c.Touch = nil
	case "loses the hold of bindings":
		if c.Bound != nil {
			bound := *c.Bound
			bound.Held = false
			c.Bound = &bound
		}
	case "keeps removed bindings":
		c.Unbound = nil
	case "loses the amount of refunds":
		if c.Refund != nil {
			refund := *c.Refund
			refund.Amount = nil
			c.Refund = &refund
		}
	case "loses signals", "takes small letters for capitals":
		b.spoilPeople(&c)
	case "loses the second entry":
		c.Entries = c.Entries[:min(len(c.Entries), 1)]
	case "never counts down":
		for i := range c.Tallies {
			c.Tallies[i].N = max(c.Tallies[i].N, 1)
		}
	}
	for i := range c.Awards {
		switch b.fault {
		case "loses the base of awards":
			c.Awards[i].Base = 0
		case "keeps dead awards live":
			c.Awards[i].Live = true
		case "cuts instants to seconds":
			c.Awards[i].At = c.Awards[i].At.Truncate(time.Second)
		}
	}
	return c
}

func (b *broken) spoilPeople(c *referral.Change) {
	c.People = slices.Clone(c.People)
	for i := range c.People {
		if b.is("loses signals") {
			c.People[i].Signals = nil
		} else {
			c.People[i].ID = siyu.UserID(strings.ToUpper(string(c.People[i].ID)))
		}
	}
}

func (b *broken) View(ctx context.Context, program referral.ProgramID, read func(referral.View) error) error {
	return b.Store.View(ctx, b.program(program), read)
}

func (b *broken) Entries(ctx context.Context, program referral.ProgramID, person siyu.UserID, after referral.Place) iter.Seq2[referral.Entry, error] {
	switch {
	case b.is("reads the ledger of all"):
		person = ""
	case b.is("reads the ledger from the start"):
		after = referral.Place{}
	}
	list := b.Store.Entries(ctx, b.program(program), person, after)
	if b.is("reads the ledger backwards") {
		return backwards(list)
	}
	return list
}

func (b *broken) People(ctx context.Context, program referral.ProgramID, after siyu.UserID) iter.Seq2[referral.Person, error] {
	if b.is("shows people from the start") {
		after = ""
	}
	list := b.Store.People(ctx, b.program(program), after)
	if b.is("shows people without order") {
		return backwards(list)
	}
	return list
}

func backwards[T any](list iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var all []T
		for v, err := range list {
			if err != nil {
				yield(v, err)
				return
			}
			all = append(all, v)
		}
		for _, v := range slices.Backward(all) {
			if !yield(v, nil) {
				return
			}
		}
	}
}

// outdated shows parts of the state as they were at the beginning, which is
// what a decision sees that was made without a lock.
type outdated struct {
	referral.View
	fault string
}

func (o outdated) Totals() (referral.Totals, error) {
	totals, err := o.View.Totals()
	switch o.fault {
	case "checks the budget on an old state":
		totals.Net = 0
	case "shows old totals":
		totals = referral.Totals{}
	}
	return totals, err
}

func (o outdated) Tally(person siyu.UserID, series string) (referral.Tally, error) {
	if o.fault == "decides on an old state" {
		return referral.Tally{}, nil
	}
	return o.View.Tally(person, series)
}

func (o outdated) Descends(person, ancestor siyu.UserID, since time.Time) (bool, error) {
	if o.fault == "checks circles on an old state" {
		return false, nil
	}
	return o.View.Descends(person, ancestor, since)
}
