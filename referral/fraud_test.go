package referral_test

import (
	"errors"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral"
)

// guarded is a book with one fraud rule that holds.
func guarded(t *testing.T, rule referral.FraudRule) *referral.Book {
	t.Helper()
	rule.ID, rule.Action = "guard", referral.HoldAndCheck
	return referral.NewBook(compile(t, referral.Program{
		Currency: siyu.CNY, Fraud: []referral.FraudRule{rule}, Rules: []referral.Rule{ladder()},
	}))
}

// held runs an event that must be accepted and reports whether it was held.
func held(t *testing.T, book *referral.Book, e referral.Event) bool {
	t.Helper()
	r := do(t, book, e)
	if r.Outcome != referral.OK {
		t.Fatalf("%T%+v: %+v", e, e, r)
	}
	return r.Held
}

func after(n int) time.Time { return launch.Add(time.Duration(n) * time.Hour) }

func bindAt(invitee, inviter siyu.UserID, hour int) referral.Bind {
	return referral.Bind{Invitee: invitee, Inviter: inviter, At: after(hour)}
}

func TestFraud_ringsBySharedSignal(t *testing.T) {
	for _, c := range []struct {
		levels int64
		device string
		held   bool
	}{{3, "d1", true}, {2, "d1", false}, {100, "d1", true}, {3, "d2", false}, {3, "", false}} {
		book := guarded(t, referral.FraudRule{Kind: referral.MatchAncestors, Signal: "device", Threshold: c.levels})
		do(t, book, referral.Enroll{Person: "a", Signals: map[string]string{"device": "d1"}, At: launch})
		do(t, book, referral.Enroll{Person: "a2", Signals: map[string]string{"device": c.device}, At: launch})
		do(t, book, bindAt("b", "a", 1))
		do(t, book, bindAt("c", "b", 2))
		if got := held(t, book, bindAt("a2", "c", 3)); got != c.held {
			t.Errorf("levels %d, device %q: held %t", c.levels, c.device, got)
		}
	}
}

func TestFraud_chain(t *testing.T) {
	rule := referral.FraudRule{Kind: referral.Chain, Threshold: 3, Window: referral.Day}
	t.Run("a thread is held at its third link", func(t *testing.T) {
		book, people := guarded(t, rule), ids("p", 5)
		for i, want := range []bool{false, false, true, true} {
			if got := held(t, book, bindAt(people[i+1], people[i], i)); got != want {
				t.Errorf("link %d: held %t", i+1, got)
			}
		}
	})
	t.Run("a branch is none", func(t *testing.T) {
		book := guarded(t, rule)
		do(t, book, bindAt("b", "a", 0))
		do(t, book, bindAt("c", "b", 1))
		do(t, book, bindAt("c2", "b", 2))
		if held(t, book, bindAt("d", "c", 3)) {
			t.Error("held")
		}
	})
	t.Run("nor is a second invitee", func(t *testing.T) {
		book := guarded(t, rule)
		do(t, book, bindAt("b", "a", 0))
		do(t, book, bindAt("c", "b", 1))
		do(t, book, bindAt("d", "c", 2))
		if held(t, book, bindAt("d2", "c", 3)) {
			t.Error("held")
		}
	})
	t.Run("the window is half open", func(t *testing.T) {
		for hours, want := range map[int]bool{23: true, 24: false} {
			book := guarded(t, rule)
			do(t, book, bindAt("b", "a", 0))
			do(t, book, bindAt("c", "b", 1))
			if got := held(t, book, bindAt("d", "c", hours)); got != want {
				t.Errorf("after %d hours: held %t", hours, got)
			}
		}
	})
}

func TestFraud_barren(t *testing.T) {
	rule := referral.FraudRule{Kind: referral.Barren, Threshold: 2, Window: referral.Day}
	for name, c := range map[string]struct {
		events []referral.Event
		hour   int
		held   bool
	}{
		"nobody qualified":        {hour: 26, held: true},
		"a day is over for two":   {hour: 25, held: true},
		"a day is over for one":   {hour: 24},
		"one qualified":           {events: []referral.Event{referral.Qualify{Invitee: "b", Key: "1", Amount: 100, At: after(2)}}, hour: 26},
		"and was taken back":      {events: []referral.Event{referral.Qualify{Invitee: "b", Key: "1", Amount: 100, At: after(2)}, referral.Refund{Key: "1", RefundKey: "r", At: after(3)}}, hour: 26, held: true},
		"removed binds count too": {events: []referral.Event{referral.Unbind{Invitee: "b", At: after(2)}}, hour: 26, held: true},
	} {
		book := guarded(t, rule)
		do(t, book, bindAt("b", "a", 0))
		do(t, book, bindAt("c", "a", 1))
		for _, e := range c.events {
			do(t, book, e)
		}
		if got := held(t, book, bindAt("d", "a", c.hour)); got != c.held {
			t.Errorf("%s: held %t", name, got)
		}
	}
}

func TestFraud_compileRefuses(t *testing.T) {
	for _, f := range []referral.FraudRule{
		{Kind: referral.MatchAncestors, Signal: "d"},
		{Kind: referral.MatchAncestors, Signal: "d", Threshold: referral.MaxClimb + 1},
		{Kind: referral.MatchAncestors, Threshold: 1},
		{Kind: referral.Chain, Threshold: 3},
		{Kind: referral.Chain, Threshold: referral.MaxClimb + 1, Window: 1},
		{Kind: referral.Barren, Window: 1},
		{Kind: referral.Barren, Threshold: 1},
	} {
		f.ID, f.Action = "f", referral.HoldAndCheck
		_, err := referral.Program{Currency: siyu.CNY, Fraud: []referral.FraudRule{f}, Rules: []referral.Rule{ladder()}}.Compile()
		if !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%+v: %v", f, err)
		}
	}
}
