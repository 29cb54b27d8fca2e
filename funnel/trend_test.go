package funnel_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
	"pgregory.net/rapid"
)

// The one pass over a plain funnel gives the points that a funnel for each
// interval gives. An exclusion that never happens chooses the latter.
func TestRun_trendInOnePass(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.IntRange(2, 4).Draw(t, "steps")
		d := plainDefinition(steps, 1)
		d.Window = time.Duration(rapid.IntRange(1, 200).Draw(t, "window")) * time.Minute
		from := rapid.IntRange(0, steps-2).Draw(t, "from")
		d.Trend = &funnel.Trend{Interval: funnel.Hour, FromStep: from, ToStep: rapid.IntRange(from+1, steps-1).Draw(t, "to")}
		var events []siyu.Event
		for i, e := range genNumbered(40, 500).Draw(t, "events") {
			events = append(events, siyu.Event{
				ID: siyu.EventID(fmt.Sprint(i)), User: siyu.UserID(fmt.Sprint(e.user)), Name: kindNames[e.name], At: minute(int(e.tick)),
			})
		}
		log := newLog(t, events)
		fast, err := funnel.Run(log, d)
		if err != nil {
			t.Fatal(err)
		}
		d.Exclusions = []funnel.Exclusion{{Event: "never", FromStep: 0, ToStep: 1}}
		slow, err := funnel.Run(log, d)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := fmt.Sprint(fast.Trend), fmt.Sprint(slow.Trend); got != want {
			t.Fatalf("in one pass %s, by interval %s", got, want)
		}
	})
}

// One user with a great many events takes his share of time and no more, in
// every order and with every extra. The bound is far above what it takes, and
// far below what a cost that grows with the square would.
func TestRun_heavyUser(t *testing.T) {
	var events []siyu.Event
	for i := range 200_000 {
		events = append(events, siyu.Event{
			ID: siyu.EventID(fmt.Sprint(i)), User: "heavy", Name: kindNames[mix(1, uint64(i))%4], At: epoch.Add(time.Duration(i) * 13 * time.Second),
			Props: map[string]string{"p": fmt.Sprint(i % 5000)},
		})
	}
	log := newLog(t, events)
	base := plainDefinition(5, 1) // the last step never comes, so nothing ends early
	base.Window = 7 * 24 * time.Hour
	for name, change := range map[string]func(*funnel.Definition){
		"ordered":   func(*funnel.Definition) {},
		"strict":    func(d *funnel.Definition) { d.Order = funnel.Strict },
		"unordered": func(d *funnel.Definition) { d.Order = funnel.Unordered },
		"totals":    func(d *funnel.Definition) { d.Counting = funnel.Totals },
		"sessions":  func(d *funnel.Definition) { d.Counting, d.SessionGap = funnel.Sessions, 14*time.Second },
		"overlap": func(d *funnel.Definition) {
			d.Order, d.Steps[1] = funnel.Unordered, funnel.Step{AnyOf: []funnel.Step{d.Steps[0], d.Steps[2]}}
		},
		"any": func(d *funnel.Definition) { d.Steps[1] = funnel.Step{Any: true} },
		"exclusion": func(d *funnel.Definition) {
			d.Exclusions = []funnel.Exclusion{{Event: "other", FromStep: 0, ToStep: 2}}
		},
		"optional":   func(d *funnel.Definition) { d.Steps[2].Optional = true },
		"first time": func(d *funnel.Definition) { d.Steps[1].FirstTime = funnel.FirstEvent },
		"bounded":    func(d *funnel.Definition) { d.Steps[1].Within = time.Hour },
		"hold":       func(d *funnel.Definition) { d.Hold = []funnel.Dimension{{Prop: "p"}} },
		"actor":      func(d *funnel.Definition) { d.Actor.Prop = "p" },
		"trend":      func(d *funnel.Definition) { d.Trend = &funnel.Trend{Interval: funnel.Hour} },
		"groups": func(d *funnel.Definition) {
			d.Breakdown = &funnel.Breakdown{By: []funnel.Dimension{{Prop: "p"}}, Attribution: funnel.AllEvents}
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := base
			d.Steps = append([]funnel.Step{}, base.Steps...)
			change(&d)
			report, err := funnel.Run(log, d)
			if err != nil {
				t.Fatal(err)
			}
			if report.Steps[0].Count == 0 {
				t.Error("nobody began")
			}
		})
	}
}

// A later attempt of the interval counts, also after one that ran out of time.
func TestRun_trendTriesEveryAttemptOfAnInterval(t *testing.T) {
	var events []siyu.Event
	for i, e := range []refEvent{{at: 0, name: "a"}, {at: 50, name: "b"}, {at: 55, name: "a"}, {at: 56, name: "b"}} {
		event := e.event(0, i)
		event.At = epoch.Add(time.Duration(e.at) * time.Minute)
		events = append(events, event)
	}
	report, err := funnel.Run(newLog(t, events), funnel.Definition{
		Steps: []funnel.Step{{Event: "a"}, {Event: "b"}}, Window: 2 * time.Minute, Trend: &funnel.Trend{Interval: funnel.Hour},
		Exclusions: []funnel.Exclusion{{Event: "never", FromStep: 0, ToStep: 1}},
	})
	if err != nil || len(report.Trend) != 1 || report.Trend[0].From != 1 || report.Trend[0].To != 1 {
		t.Errorf("got %v, %v", report.Trend, err)
	}
}
