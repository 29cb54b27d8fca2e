package campaigntest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
)

// StressCaps shows on many random runs that caps are never exceeded and never
// under-delivered: several processes with clocks that differ reserve, settle,
// lose answers and retry, all for one person. Run i has the seed first+i, which
// a failure names.
func StressCaps[B Backend](t *testing.T, newStore func(t *testing.T) B, first uint64, runs int) {
	store := newStore(t)
	for i := range runs {
		seed := first + uint64(i)
		r := stress{store: store.Campaigns(), rng: rand.New(rand.NewPCG(seed, 0)), user: siyu.UserID(fmt.Sprint("u", seed))}
		if err := r.run(context.WithoutCancel(t.Context())); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

// stress is one run.
type stress struct {
	store campaign.Store
	rng   *rand.Rand
	user  siyu.UserID
}

// plan is what one process does, drawn before any begins.
type plan struct {
	skew  time.Duration
	steps []move
}

type move struct {
	after   time.Duration
	lost    bool // the answer is lost, and asked for again with the same key
	cancel  bool
	outcome campaign.Outcome // empty: never settled
}

func (s stress) policy() campaign.Policy {
	caps := campaign.Caps{
		{ID: "rolling", Limit: campaign.Limit(1 + s.rng.IntN(4)), Window: campaign.RollingWindow(time.Duration(1+s.rng.IntN(48)) * time.Hour)},
		{ID: "day", Limit: campaign.Limit(1 + s.rng.IntN(4)), Window: campaign.CalendarWindow(campaign.Day)},
	}
	return campaign.Policy{Caps: caps[:1+s.rng.IntN(2)], FallbackZone: "Asia/Shanghai"}
}

func (s stress) plans() (plans []plan) {
	for range 2 + s.rng.IntN(5) {
		p := plan{skew: time.Duration(s.rng.IntN(7200)-3600) * time.Second}
		for range 1 + s.rng.IntN(6) {
			p.steps = append(p.steps, move{
				after: time.Duration(s.rng.IntN(20*3600)) * time.Second, lost: s.rng.IntN(10) == 0, cancel: s.rng.IntN(20) == 0,
				outcome: []campaign.Outcome{"", campaign.Sent, campaign.Failed, campaign.Unknown}[s.rng.IntN(4)],
			})
		}
		plans = append(plans, p)
	}
	return plans
}

func (s stress) run(ctx context.Context) error {
	rules, err := campaign.Compile(s.policy())
	if err != nil {
		return err
	}
	plans := s.plans()
	if err := errors.Join(atOnce(len(plans), func(i int) error { return s.process(ctx, rules, i, plans[i]) })...); err != nil {
		return err
	}
	records, err := s.store.History(ctx, s.user, time.Time{})
	if err != nil {
		return err
	}
	if err := s.exceeded(rules, records); err != nil {
		return err
	}
	return s.underDelivered(ctx, rules, records)
}

// process is one of several that reserve at once, each by its own clock.
func (s stress) process(ctx context.Context, rules *campaign.Rules, i int, p plan) error {
	clock := siyu.NewManualClock(noon.Add(p.skew))
	svc := campaign.New(s.store, rules, &campaign.Options{Clock: clock})
	for n, m := range p.steps {
		clock.Advance(m.after)
		key := fmt.Sprint(s.user, "-", i, "-", n)
		asking, cancel := context.WithCancel(ctx)
		if m.cancel {
			cancel()
		}
		r, err := svc.Reserve(asking, s.request(key))
		cancel()
		if m.cancel && errors.Is(err, context.Canceled) {
			continue
		}
		if err == nil && m.lost {
			r, err = svc.Reserve(ctx, s.request(key))
		}
		if err == nil && r.Action == campaign.SendNow && m.outcome != "" {
			err = svc.Settle(ctx, campaign.SettleRequest{Key: key, Send: r.ID, Outcome: m.outcome})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s stress) request(key string) campaign.ReserveRequest {
	return campaign.ReserveRequest{Key: key, Person: campaign.Person{ID: s.user, Reachable: []campaign.Channel{"wecom"}}, Message: message(key)}
}

// exceeded wants no window of any cap to hold more sends than its limit.
func (s stress) exceeded(rules *campaign.Rules, records []campaign.Record) error {
	loc, _, err := rules.Location(campaign.Person{})
	if err != nil {
		return err
	}
	for _, c := range rules.Policy().Caps {
		for _, last := range records {
			n := 0
			for _, r := range records {
				if r.Counts() && !r.At.After(last.At) && sameWindow(c.Window, r.At, last.At, loc) {
					n++
				}
			}
			if n > int(c.Limit) {
				return fmt.Errorf("cap %s of %d holds %d sends up to %s", c.ID, c.Limit, n, last.At)
			}
		}
	}
	return nil
}

// sameWindow reports whether a send lies in the window that ends at an instant.
func sameWindow(w campaign.CapWindow, send, end time.Time, loc *time.Location) bool {
	if w.Kind == campaign.Rolling {
		return send.After(end.Add(-time.Duration(w.Seconds) * time.Second))
	}
	return send.In(loc).Format(time.DateOnly) == end.In(loc).Format(time.DateOnly)
}

// underDelivered asks for sends, all at the instant of the last one, until one
// is refused: then some cap must be full.
func (s stress) underDelivered(ctx context.Context, rules *campaign.Rules, records []campaign.Record) error {
	now := noon
	for _, r := range records {
		now = slices.MaxFunc([]time.Time{now, r.At}, time.Time.Compare)
	}
	loc, _, err := rules.Location(campaign.Person{})
	if err != nil {
		return err
	}
	room := -1
	for _, c := range rules.Policy().Caps {
		free := int(c.Limit)
		for _, r := range records {
			if r.Counts() && sameWindow(c.Window, r.At, now, loc) {
				free--
			}
		}
		if room < 0 || free < room {
			room = free
		}
	}
	svc := campaign.New(s.store, rules, &campaign.Options{Clock: siyu.NewManualClock(now)})
	for n := range room + 1 {
		r, err := svc.Reserve(ctx, s.request(fmt.Sprint(s.user, "-last-", n)))
		if err != nil {
			return err
		}
		if sent := r.Action == campaign.SendNow; sent != (n < room) {
			return fmt.Errorf("there is room for %d, and send %d was answered %s %s", room, n+1, r.Action, r.Reason)
		}
	}
	return nil
}
