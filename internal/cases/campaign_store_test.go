package cases

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
	"github.com/siyu-go/siyu/campaign/offer"
	"github.com/siyu-go/siyu/persona"
	"github.com/siyu-go/siyu/store/memstore"
)

// together runs n calls at once and returns the first error.
func together(n int, do func(i int) error) error {
	var wg sync.WaitGroup
	errs := make([]error, n)
	for i := range n {
		wg.Go(func() { errs[i] = do(i) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// capped is one person whom only caps hold back, and a message per key.
func capped(caps []campaignCap, zone string, now time.Time, store campaign.Store) (*campaign.Service, *siyu.ManualClock, error) {
	if zone == "" {
		zone = "UTC"
	}
	rules, err := campaign.Compile(campaign.Policy{Caps: campaignCaps(caps), FallbackZone: zone})
	if err != nil {
		return nil, nil, err
	}
	clock := siyu.NewManualClock(now)
	return campaign.New(store, rules, &campaign.Options{Clock: clock}), clock, nil
}

func reserveKey(key string) campaign.ReserveRequest {
	return campaign.ReserveRequest{
		Key: key, Person: campaign.Person{ID: "u1", Reachable: []campaign.Channel{"x"}},
		Message: campaign.Message{ID: campaign.ID(key), Channels: []campaign.Channel{"x"}},
	}
}

func runCampaignConcurrent(raw json.RawMessage) error {
	c, err := Decode[struct {
		caseHead
		Zone              string        `json:"tz"`
		Workers           int           `json:"workers"`
		AttemptsPerWorker int           `json:"attempts_per_worker"`
		Caps              []campaignCap `json:"caps"`
		T                 time.Time     `json:"t"`
		Expect            struct {
			Sends int64 `json:"sends"`
		} `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	svc, _, err := capped(c.Caps, c.Zone, c.T, memstore.New().Campaigns())
	if err != nil {
		return err
	}
	var sends atomic.Int64
	if err := together(c.Workers, func(i int) error {
		for n := range c.AttemptsPerWorker {
			r, err := svc.Reserve(context.Background(), reserveKey(fmt.Sprint(i, "-", n)))
			if err != nil {
				return err
			}
			if r.Action == campaign.SendNow {
				sends.Add(1)
			}
		}
		return nil
	}); err != nil {
		return err
	}
	return Diff("sends", sends.Load(), c.Expect.Sends)
}

func runCampaignCrash(raw json.RawMessage) error {
	c, err := Decode[struct {
		caseHead
		Zone   string        `json:"tz"`
		Caps   []campaignCap `json:"caps"`
		Script []struct {
			T         time.Time `json:"t"`
			Do        string    `json:"do"`
			As        string    `json:"as"`
			Granted   *bool     `json:"granted"`
			Duplicate bool      `json:"duplicate"`
		} `json:"script"`
	}](raw)
	if err != nil {
		return err
	}
	ctx, store := context.Background(), memstore.New().Campaigns()
	ids := map[string]campaign.SendID{}
	for i, s := range c.Script {
		svc, _, err := capped(c.Caps, c.Zone, s.T, store) // every step is a new process over the same store
		if err != nil {
			return err
		}
		outcome := map[string]campaign.Outcome{"confirm": campaign.Sent, "fail": campaign.Failed, "unknown": campaign.Unknown}[s.Do]
		switch {
		case s.Do == "reserve":
			r, err := svc.Reserve(ctx, reserveKey(s.As))
			if err != nil {
				return err
			}
			ids[s.As] = r.ID
			if err := Diff(fmt.Sprintf("step %d", i+1), []bool{r.Action == campaign.SendNow, r.Replayed}, []bool{*s.Granted, s.Duplicate}); err != nil {
				return err
			}
		case outcome != "":
			err = svc.Settle(ctx, campaign.SettleRequest{Key: fmt.Sprint(s.Do, i), Send: ids[s.As], Outcome: outcome})
		case s.Do != "crash_and_reopen":
			return ErrNotBuilt
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func runDryRunEqualsRun(raw json.RawMessage) error {
	type lists struct {
		Send      []siyu.UserID `json:"send"`
		Defer     []siyu.UserID `json:"defer"`
		Duplicate []siyu.UserID `json:"duplicate,omitempty"`
	}
	c, err := Decode[struct {
		caseHead
		campaignCrowd
		Expect struct {
			Dry      lists `json:"dry"`
			Run      lists `json:"run"`
			RunAgain lists `json:"run_again"`
		} `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	rules, err := campaign.Compile(c.Campaign.policy())
	if err != nil {
		return err
	}
	ctx, store := context.Background(), memstore.New().Campaigns()
	svc := campaign.New(store, rules, &campaign.Options{Clock: siyu.NewManualClock(c.T)})
	for user, history := range c.History {
		for i, s := range campaignSends(history) {
			if err := svc.Log(ctx, campaign.LogRequest{Key: fmt.Sprint(user, i), User: user, Send: s}); err != nil {
				return err
			}
		}
	}
	tally := func(duplicates bool, decisions func(yield func(campaign.Decision, error) bool)) (lists, error) {
		got := lists{Send: []siyu.UserID{}, Defer: []siyu.UserID{}}
		for d, err := range decisions {
			if err != nil {
				return got, err
			}
			switch {
			case d.Action == campaign.SendNow:
				got.Send = append(got.Send, d.User)
			case d.Action == campaign.Defer:
				got.Defer = append(got.Defer, d.User)
			case duplicates && d.Reason == campaign.Duplicate:
				got.Duplicate = append(got.Duplicate, d.User)
			}
		}
		return got, nil
	}
	run := func(key string) func(yield func(campaign.Decision, error) bool) {
		return func(yield func(campaign.Decision, error) bool) {
			people := func(yield func(campaign.Person) bool) {
				for t := range c.targets {
					if !yield(t.Person) {
						return
					}
				}
			}
			for r, err := range svc.Run(ctx, key, c.Campaign.message(), people) {
				if !yield(r.Decision, err) {
					return
				}
			}
		}
	}
	for _, x := range []struct {
		name      string
		decisions func(yield func(campaign.Decision, error) bool)
		want      lists
	}{
		{"dry", rules.Plan(c.Campaign.message(), c.targets, c.T), c.Expect.Dry},
		{"run", run("first"), c.Expect.Run},
		{"run again", run("second"), c.Expect.RunAgain},
	} {
		got, err := tally(x.want.Duplicate != nil, x.decisions)
		if err != nil {
			return err
		}
		if err := Diff(x.name, got, x.want); err != nil {
			return err
		}
	}
	return nil
}

func runAdviserConcurrent(raw json.RawMessage) error {
	type result struct {
		PerStaff map[persona.AdviserID]int `json:"per_staff"`
		Queued   int                       `json:"queued"`
	}
	c, err := Decode[struct {
		caseHead
		caseRoster
		T        time.Time `json:"t"`
		Arrivals int       `json:"arrivals"`
		Expect   result    `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	ctx, now := context.Background(), c.T
	if now.IsZero() {
		now = time.Date(2026, 6, 1, 2, 0, 0, 0, time.UTC)
	}
	svc := persona.New(memstore.New().Personas(), &persona.Options{Clock: siyu.NewManualClock(now)})
	roster, _ := c.roster()
	if err := svc.SaveRoster(ctx, "save", roster.ID, func(*persona.Roster) (persona.Roster, error) { return roster, nil }); err != nil {
		return err
	}
	got := result{PerStaff: map[persona.AdviserID]int{}}
	var mu sync.Mutex
	if err := together(c.Arrivals, func(i int) error {
		user := fmt.Sprint("u", i)
		a, err := svc.Assign(ctx, persona.AssignRequest{Key: user, Roster: roster.ID, User: siyu.UserID(user)})
		mu.Lock()
		defer mu.Unlock()
		if a.Reason != "" {
			got.Queued++
		} else {
			got.PerStaff[a.Adviser]++
		}
		return err
	}); err != nil {
		return err
	}
	return Diff("assigned", got, c.Expect)
}

func runGroupConcurrent(code persona.Code, ops []groupOp, want groupTally) error {
	ctx := context.Background()
	svc := persona.New(memstore.New().Personas(), nil)
	if err := svc.SaveCode(ctx, "save", code.ID, func(*persona.Code) (persona.Code, error) { return code, nil }); err != nil {
		return err
	}
	got := groupTally{Joined: map[persona.GroupID]int{}}
	for _, g := range code.Groups {
		got.Joined[g.ID] = 0
	}
	var mu sync.Mutex
	for n, op := range ops {
		if op.ScanConcurrent == 0 {
			return ErrNotBuilt
		}
		if err := together(op.ScanConcurrent, func(i int) error {
			user := fmt.Sprint("u", n, "-", i)
			j, err := svc.Join(ctx, persona.JoinRequest{Key: user, Code: code.ID, User: siyu.UserID(user)})
			mu.Lock()
			defer mu.Unlock()
			if j.Reason != "" {
				got.Rejected++
			} else {
				got.Joined[j.Group]++
			}
			return err
		}); err != nil {
			return err
		}
	}
	return Diff("groups", got, want)
}

func runSeatsConcurrent(raw json.RawMessage) error {
	type result struct {
		Granted int64 `json:"granted"`
		Refused int64 `json:"refused"`
	}
	c, err := Decode[struct {
		caseHead
		Seats  int    `json:"seats"`
		Claims int    `json:"claims"`
		Expect result `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	ctx, svc := context.Background(), offer.New(memstore.New().Offers(), nil)
	if err := svc.Open(ctx, "open", "o", offer.Seats{Total: c.Seats}); err != nil {
		return err
	}
	var granted, refused atomic.Int64
	if err := together(c.Claims, func(i int) error {
		user := fmt.Sprint("u", i)
		got, err := svc.Claim(ctx, user, "o", siyu.UserID(user))
		if got.Result == offer.Held {
			granted.Add(1)
		} else {
			refused.Add(1)
		}
		return err
	}); err != nil {
		return err
	}
	return Diff("claims", result{granted.Load(), refused.Load()}, c.Expect)
}
