package referral_test

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral"
	"github.com/siyu-go/siyu/store/memstore"
)

func service(t *testing.T, store referral.Store, p referral.Program) *referral.Service {
	t.Helper()
	s, err := referral.New(store, "p", compile(t, p), &referral.Options{Clock: siyu.NewManualClock(launch)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestNew_refuses(t *testing.T) {
	store, plan := memstore.New().Referrals(), compile(t, referral.Program{Currency: siyu.CNY, Rules: []referral.Rule{flat()}})
	long := referral.ProgramID(make([]byte, referral.MaxProgramID+1))
	for name, fails := range map[string]func() error{
		"no id":     func() error { _, err := referral.New(store, "", plan, nil); return err },
		"a long id": func() error { _, err := referral.New(store, long, plan, nil); return err },
		"no store":  func() error { _, err := referral.New(nil, "p", plan, nil); return err },
		"no plan":   func() error { _, err := referral.New(store, "p", nil, nil); return err },
		"no event":  func() error { _, err := service(t, store, plan.Program()).Do(t.Context(), nil); return err },
		"no request": func() error {
			_, err := service(t, store, plan.Program()).Bind(t.Context(), referral.Bind{Invitee: "v"})
			return err
		},
		"a batch without id": func() error {
			_, err := service(t, store, plan.Program()).PayoutBatch(t.Context(), referral.Batch{})
			return err
		},
	} {
		if err := fails(); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A program keeps the terms it began with.
func TestService_termsAreFixed(t *testing.T) {
	store := memstore.New().Referrals()
	bind := referral.Bind{Request: "1", Invitee: "v", Inviter: "a"}
	if _, err := service(t, store, referral.Program{Currency: siyu.CNY, Rules: []referral.Rule{flat()}}).Bind(t.Context(), bind); err != nil {
		t.Fatal(err)
	}
	dearer := flat()
	dearer.Amount++
	bind.Request = "2"
	if _, err := service(t, store, referral.Program{Currency: siyu.CNY, Rules: []referral.Rule{dearer}}).Bind(t.Context(), bind); !errors.Is(err, siyu.ErrConflict) {
		t.Errorf("other terms: %v", err)
	}
	same := referral.Program{Currency: siyu.CNY, Rules: []referral.Rule{flat()}, MaxLevels: 2} // the default, said aloud
	if _, err := service(t, store, same).Unbind(t.Context(), referral.Unbind{Request: "3", Invitee: "v"}); err != nil {
		t.Errorf("the same terms: %v", err)
	}
}

// What happens is in the event log, in order, once.
func TestService_events(t *testing.T) {
	store := memstore.New()
	s := service(t, store.Referrals(), referral.Program{
		Currency: siyu.CNY, Rules: []referral.Rule{flat(), {ID: "welcome", To: referral.Invitee, Kind: referral.Flat, Amount: 30}},
		Fraud: []referral.FraudRule{{ID: "burst", Kind: referral.Velocity, Window: referral.Day, MaxBinds: 0, Action: referral.HoldAndCheck}},
	})
	ctx := context.Background()
	for _, e := range []referral.Event{
		referral.Enroll{Request: "1", Person: "v"},
		referral.Touch{Request: "2", Invitee: "v", Inviter: "a"},
		referral.Bind{Request: "3", Invitee: "v"},
		referral.Bind{Request: "4", Invitee: "v", Inviter: "b"},
		referral.Qualify{Invitee: "v", Key: "o", Amount: 500},
		referral.Review{Request: "5", Invitee: "v", Decision: referral.Approve},
		referral.Payout{Request: "6", Person: "a"},
		referral.Payout{Request: "7", Person: "a"},
		referral.Refund{Key: "o", RefundKey: "r"},
		referral.Disable{Request: "8", Person: "a"},
		referral.Unbind{Request: "9", Invitee: "v"},
		referral.Advance{Request: "10"},
	} {
		for range 2 {
			if _, err := s.Do(ctx, e); err != nil {
				t.Fatalf("%+v: %v", e, err)
			}
		}
	}
	var got []string
	for e, err := range store.Events().Events(ctx, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if !e.At.Equal(launch) || e.Props["program"] != "p" {
			t.Errorf("event %+v", e)
		}
		got = append(got, e.Name+" "+string(e.User)+" "+e.Value.String())
	}
	want := []string{
		"referral.touched v 0", "referral.bound v 0", "referral.qualified v 500", "referral.rewarded a 100", "referral.rewarded v 30",
		"referral.reviewed v 0", "referral.paid a 100", "referral.refunded v 0", "referral.reversed a -100", "referral.reversed v -30",
		"referral.disabled a 0", "referral.unbound v 0",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("logged\n%q, want\n%q", got, want)
	}
}

func TestService_inviter(t *testing.T) {
	s := service(t, memstore.New().Referrals(), referral.Program{
		Currency: siyu.CNY, Rules: []referral.Rule{flat()}, Binding: referral.BindingPolicy{Mode: referral.Expiring, TTL: referral.Day},
	})
	if _, err := s.Inviter(t.Context(), "v", time.Time{}); !errors.Is(err, siyu.ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
	if _, err := s.Bind(t.Context(), referral.Bind{Request: "1", Invitee: "v", Inviter: "a"}); err != nil {
		t.Fatal(err)
	}
	if b, err := s.Inviter(t.Context(), "v", launch.Add(24*time.Hour-1)); err != nil || b.Inviter != "a" {
		t.Errorf("before the end: %+v, %v", b, err)
	}
	if _, err := s.Inviter(t.Context(), "v", launch.Add(24*time.Hour)); !errors.Is(err, siyu.ErrNotFound) {
		t.Errorf("at the end: %v", err)
	}
}
