package funnel_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
	"pgregory.net/rapid"
)

var loop = funnel.Loop{
	New: funnel.Step{Event: "follow"}, Settle: funnel.Step{Event: "wecom.added"}, Active: funnel.Step{Event: "visit"},
	Convert: funnel.Step{Event: "order"}, Repurchase: funnel.Step{Event: "order"}, Refer: funnel.Step{Event: "invite"},
}

func sequence(user siyu.UserID, names ...string) []siyu.Event {
	var events []siyu.Event
	for i, name := range names {
		events = append(events, siyu.Event{ID: siyu.EventID(fmt.Sprint(user, i)), User: user, Name: name, At: minute(i)})
	}
	return events
}

// The circle of the six stages, from the first follow to the next invitation.
func ExampleRunLifecycle() {
	log, err := funnel.NewLog(funnel.FromSlice(slices.Concat(
		sequence("li", "follow", "wecom.added", "visit", "order", "order", "invite", "visit"),
		sequence("wang", "follow", "visit", "order"),
		sequence("zhao", "order"), // never entered the circle
	)), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := funnel.RunLifecycle(log, loop.Lifecycle(), funnel.Range{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range report.Stages {
		fmt.Printf("%-11s ever %d now %d\n", s.Name, s.Ever, s.Now)
	}
	for _, f := range report.Flows {
		if f.To == "active" {
			fmt.Printf("%s -> active: %d\n", f.From, f.Users)
		}
	}
	// Output:
	// new         ever 2 now 0
	// settled     ever 1 now 0
	// active      ever 2 now 1
	// converted   ever 2 now 1
	// repurchased ever 1 now 0
	// referring   ever 1 now 0
	// new -> active: 1
	// settled -> active: 1
	// referring -> active: 1
}

// Users are conserved: everyone who entered is somewhere, and of a stage as
// many are there as came in and did not leave.
func TestRunLifecycle_conserves(t *testing.T) {
	names := []string{"follow", "wecom.added", "visit", "order", "invite", "other"}
	rapid.Check(t, func(t *rapid.T) {
		var events []siyu.Event
		for user := range 5 {
			events = append(events, sequence(siyu.UserID(fmt.Sprint(user)), rapid.SliceOfN(rapid.SampledFrom(names), 0, 12).Draw(t, "names")...)...)
		}
		report, err := funnel.RunLifecycle(newLog(t, events), loop.Lifecycle(), funnel.Range{})
		if err != nil {
			t.Fatal(err)
		}
		entered, now := 0, 0
		balance := map[string]int{}
		for _, f := range report.Flows {
			balance[f.To] += f.Moves
			balance[f.From] -= f.Moves
			if f.From == "" {
				entered += f.Users
			}
			if f.Users > f.Moves || f.Time.N > f.Moves {
				t.Fatalf("flow %+v", f)
			}
		}
		for _, s := range report.Stages {
			now += s.Now
			if balance[s.Name] != s.Now || s.Ever < s.Now || s.Entries < s.Ever {
				t.Fatalf("%d more came into %s than left: %+v", balance[s.Name], s.Name, s)
			}
		}
		if now != entered {
			t.Fatalf("%d entered, %d are somewhere", entered, now)
		}
	})
}

func TestLifecycle_Validate(t *testing.T) {
	for name, c := range map[string]funnel.Lifecycle{
		"none":         {},
		"no name":      {Stages: []funnel.Stage{{Enter: funnel.Step{Any: true}}}},
		"no condition": {Stages: []funnel.Stage{{Name: "a"}}},
		"unknown from": {Stages: []funnel.Stage{{Name: "a", Enter: funnel.Step{Any: true}, From: []string{"b"}}}},
		"twice":        {Stages: []funnel.Stage{{Name: "a", Enter: funnel.Step{Any: true}}, {Name: "a", Enter: funnel.Step{Any: true}}}},
	} {
		if err := c.Validate(); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := loop.Lifecycle().Validate(); err != nil {
		t.Error(err)
	}
}

func TestPropFlows(t *testing.T) {
	var events []siyu.Event
	for i, domain := range []siyu.Domain{siyu.Public, siyu.Commercial, "", siyu.Private, siyu.Private, siyu.Public, siyu.Private} {
		events = append(events, siyu.Event{ID: siyu.EventID(fmt.Sprint(i)), User: "li", Name: "touch", At: minute(i), Domain: domain})
	}
	flows, err := funnel.PropFlows(newLog(t, events), "$domain", funnel.Range{})
	if err != nil {
		t.Fatal(err)
	}
	want := "[{commercial private 1 1} {private public 1 1} {public commercial 1 1} {public private 1 1}]"
	if got := fmt.Sprint(flows); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func ExamplePirate() {
	p := funnel.Pirate{
		Acquisition: funnel.Step{Event: "follow"}, Activation: funnel.Step{Event: "card.bound"}, Retention: funnel.Step{Event: "visit"},
		Revenue: funnel.Step{Event: "order"}, Referral: funnel.Step{Event: "invite"},
	}
	for _, steps := range [][]funnel.Step{p.AARRR(), p.RARRA()} {
		var labels []string
		for _, s := range steps {
			labels = append(labels, s.Label())
		}
		fmt.Println(strings.Join(labels, ", "))
	}
	// Output:
	// acquisition, activation, retention, revenue, referral
	// retention, activation, referral, revenue, acquisition
}
