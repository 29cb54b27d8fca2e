package campaign_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
	"github.com/siyu-go/siyu/store/memstore"
)

// night is a house with quiet hours from 22:00 to 08:00 in Shanghai, a cap of
// one a day, and a clock that stands at 23:00.
func night(t *testing.T) (*campaign.Service, *siyu.ManualClock, campaign.Person) {
	t.Helper()
	clock := siyu.NewManualClock(ten.Add(13 * time.Hour))
	svc := campaign.New(memstore.New().Campaigns(), house(t), &campaign.Options{Clock: clock})
	return svc, clock, campaign.Person{ID: "u1", Reachable: []campaign.Channel{"wecom"}}
}

func reserve(t *testing.T, svc *campaign.Service, key string, p campaign.Person, m campaign.Message) campaign.Reservation {
	t.Helper()
	r, err := svc.Reserve(t.Context(), campaign.ReserveRequest{Key: key, Person: p, Message: m})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func outcomes(t *testing.T, svc *campaign.Service) (out []campaign.Outcome) {
	t.Helper()
	records, err := svc.History(t.Context(), "u1", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		out = append(out, r.Outcome)
	}
	return out
}

func TestService_Release(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(t *testing.T, svc *campaign.Service, clock *siyu.ManualClock)
		want   campaign.Action
		reason campaign.Reason
		kept   []campaign.Outcome
	}{
		"goes out in the morning": {
			func(*testing.T, *campaign.Service, *siyu.ManualClock) {}, campaign.SendNow, "", []campaign.Outcome{campaign.Reserved},
		},
		"an opt-out of the night is honoured": {
			func(t *testing.T, svc *campaign.Service, _ *siyu.ManualClock) {
				if _, err := svc.SavePerson(t.Context(), "out", "u1", func(p campaign.Person) (campaign.Person, error) {
					p.OptOut.All = true
					return p, nil
				}); err != nil {
					t.Fatal(err)
				}
			}, campaign.Suppress, campaign.GlobalOptOut, []campaign.Outcome{campaign.Dropped},
		},
		"what was sent meanwhile counts": {
			func(t *testing.T, svc *campaign.Service, clock *siyu.ManualClock) {
				if err := svc.Log(t.Context(), campaign.LogRequest{Key: "hand", User: "u1", Send: campaign.Send{At: clock.Now()}}); err != nil {
					t.Fatal(err)
				}
			}, campaign.Suppress, campaign.FrequencyCap, []campaign.Outcome{campaign.Sent, campaign.Dropped},
		},
		"it may be deferred again": {
			func(_ *testing.T, _ *campaign.Service, clock *siyu.ManualClock) { clock.Advance(15 * time.Hour) },
			campaign.Defer, campaign.InQuietHours,
			[]campaign.Outcome{campaign.Deferred},
		},
	} {
		t.Run(name, func(t *testing.T) {
			svc, clock, p := night(t)
			if r := reserve(t, svc, "k1", p, promo()); r.Action != campaign.Defer {
				t.Fatalf("at night: %+v", r)
			}
			if due, err := svc.Due(t.Context(), 9); err != nil || len(due) > 0 {
				t.Fatalf("due at night: %v, %v", due, err)
			}
			clock.Advance(9 * time.Hour)
			due, err := svc.Due(t.Context(), 9)
			if err != nil || len(due) != 1 {
				t.Fatalf("due in the morning: %v, %v", due, err)
			}
			tt.change(t, svc, clock)
			r, err := svc.Release(t.Context(), campaign.ReleaseRequest{Key: "k2", Send: due[0], Person: p, Message: promo()})
			if err != nil || r.Action != tt.want || r.Reason != tt.reason || r.ID != due[0].ID {
				t.Fatalf("released: %+v, %v", r, err)
			}
			if d := cmp.Diff(tt.kept, outcomes(t, svc)); d != "" {
				t.Error(d)
			}
			if _, err := svc.Release(t.Context(), campaign.ReleaseRequest{Key: "k3", Send: due[0], Message: promo()}); tt.want != campaign.Defer && !errors.Is(err, siyu.ErrConflict) {
				t.Errorf("released a second time: %v", err)
			}
		})
	}
}

func TestService_Settle(t *testing.T) {
	for _, tt := range []struct {
		path []campaign.Outcome
		ok   bool
	}{
		{[]campaign.Outcome{campaign.Sent, campaign.Sent}, true},
		{[]campaign.Outcome{campaign.Unknown, campaign.Sent, campaign.Failed}, true},
		{[]campaign.Outcome{campaign.Unknown, campaign.Failed, campaign.Failed}, true},
		{[]campaign.Outcome{campaign.Failed, campaign.Sent}, false}, // its place may be another's by now
		{[]campaign.Outcome{campaign.Sent, campaign.Unknown}, false},
	} {
		svc, clock, p := night(t)
		clock.Set(ten)
		r := reserve(t, svc, "k", p, promo())
		var err error
		for i, o := range tt.path {
			if err = svc.Settle(t.Context(), campaign.SettleRequest{Key: fmt.Sprint(i), Send: r.ID, Outcome: o}); err != nil && i < len(tt.path)-1 {
				t.Fatalf("%v, step %d: %v", tt.path, i, err)
			}
		}
		if (err == nil) != tt.ok || err != nil && !errors.Is(err, siyu.ErrConflict) {
			t.Errorf("%v: %v", tt.path, err)
		}
	}
	svc, _, _ := night(t)
	if err := svc.Settle(t.Context(), campaign.SettleRequest{Key: "k", Send: "s", Outcome: campaign.Deferred}); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("an outcome that is none: %v", err)
	}
}

// A send that failed may be tried again, and a suppressed one uses no key.
func TestService_Reserve_again(t *testing.T) {
	svc, clock, p := night(t)
	clock.Set(ten)
	r := reserve(t, svc, "k1", p, promo())
	if again := reserve(t, svc, "k2", p, promo()); again.Reason != campaign.Duplicate || again.ID != "" {
		t.Errorf("a second time: %+v", again)
	}
	if err := svc.Settle(t.Context(), campaign.SettleRequest{Key: "f", Send: r.ID, Outcome: campaign.Failed}); err != nil {
		t.Fatal(err)
	}
	if again := reserve(t, svc, "k2", p, promo()); again.Action != campaign.SendNow || again.Replayed {
		t.Errorf("after it failed, with the key that was refused: %+v", again)
	}
	other := promo()
	other.ID = "other"
	if _, err := svc.Reserve(t.Context(), campaign.ReserveRequest{Key: "k2", Person: p, Message: other}); !errors.Is(err, siyu.ErrConflict) {
		t.Errorf("the key for another message: %v", err)
	}
}

func TestService_Run_long_ids(t *testing.T) {
	svc, clock, _ := night(t)
	clock.Set(ten)
	long := siyu.UserID(strings.Repeat("x", siyu.MaxID))
	people := []campaign.Person{{ID: long, Reachable: []campaign.Channel{"wecom"}}, {ID: long[1:] + "y", Reachable: []campaign.Channel{"wecom"}}}
	for again := range 2 {
		n := 0
		for r, err := range svc.Run(t.Context(), "june", promo(), slices.Values(people)) {
			if err != nil || r.Action != campaign.SendNow || r.Replayed != (again == 1) {
				t.Fatalf("got %+v, %v", r, err)
			}
			n++
		}
		if n != len(people) {
			t.Errorf("%d answers, want %d", n, len(people))
		}
	}
}

func TestDecision_Text(t *testing.T) {
	at := time.Date(2026, 6, 3, 8, 0, 0, 0, time.UTC)
	for want, d := range map[string]campaign.Decision{
		"send now on sms": {Action: campaign.SendNow, Channel: "sms"},
		"it is quiet hours: deferred to 2026-06-03 08:00":          {Action: campaign.Defer, Reason: campaign.InQuietHours, Release: at},
		"a frequency cap is reached (a, b) until 2026-06-03 08:00": {Action: campaign.Suppress, Reason: campaign.FrequencyCap, BlockedBy: []string{"a", "b"}, Next: at},
		"a frequency cap is reached (a) for good":                  {Action: campaign.Suppress, Reason: campaign.FrequencyCap, BlockedBy: []string{"a"}},
		"no channel is open to this person (sms: has not consented to the channel; wecom: cannot be reached there)": {
			Action: campaign.Suppress, Reason: campaign.NoChannel,
			Refused: map[campaign.Channel]campaign.Reason{"wecom": campaign.Unreachable, "sms": campaign.ConsentMissing},
		},
		"sold out": {Action: campaign.Suppress, Reason: campaign.SoldOut},
	} {
		if got := d.Text(siyu.English, time.UTC); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if zh := d.Text(siyu.Chinese, time.UTC); zh == "" || zh == want {
			t.Errorf("no Chinese for %q: %q", want, zh)
		}
	}
}

func ExampleService() {
	rules, err := campaign.Compile(campaign.Policy{
		Caps:         campaign.Caps{{ID: "org", Limit: 1, Window: campaign.CalendarWindow(campaign.Day)}},
		FallbackZone: "Asia/Shanghai",
	})
	if err != nil {
		panic(err)
	}
	ctx := exampleContext()
	svc := campaign.New(memstore.New().Campaigns(), rules, &campaign.Options{Clock: siyu.NewManualClock(ten)})
	person := campaign.Person{ID: "u1", Reachable: []campaign.Channel{"wecom"}}
	for _, id := range []campaign.ID{"wed-half-price", "newsletter"} {
		r, err := svc.Reserve(ctx, campaign.ReserveRequest{
			Key: string(id) + "/u1", Person: person, Message: campaign.Message{ID: id, Channels: []campaign.Channel{"wecom"}},
		})
		if err != nil {
			panic(err)
		}
		fmt.Println(r.Action, r.Reason, r.BlockedBy)
		if r.Action == campaign.SendNow { // the host sends here, and then says how it went
			if err := svc.Settle(ctx, campaign.SettleRequest{Key: "settle/" + string(r.ID), Send: r.ID, Outcome: campaign.Sent}); err != nil {
				panic(err)
			}
		}
	}
	// Output:
	// send  []
	// suppress frequency_cap [org]
}

func ExampleService_Run() {
	rules, err := campaign.Compile(campaign.Policy{})
	if err != nil {
		panic(err)
	}
	svc := campaign.New(memstore.New().Campaigns(), rules, &campaign.Options{Clock: siyu.NewManualClock(ten)})
	people := []campaign.Person{{ID: "u1", Reachable: []campaign.Channel{"sms"}}, {ID: "u2", OptOut: campaign.OptOut{All: true}}}
	for range 2 { // a run that was interrupted is simply run again
		var f campaign.Forecast
		for r, err := range svc.Run(exampleContext(), "june", campaign.Message{ID: "m", Channels: []campaign.Channel{"sms"}}, slices.Values(people)) {
			if err != nil {
				panic(err)
			}
			f.Add(r.Decision)
		}
		fmt.Println(f.Send, f.Suppress)
	}
	// Output:
	// 1 map[global_optout:1]
	// 1 map[global_optout:1]
}

func exampleContext() context.Context { return context.Background() }
